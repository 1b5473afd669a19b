/*
 * p3.c -- the P3 protocol of AMB and MYLAPS decoders (TranX, ProChip, X2 and others)
 *
 * The decoder is a TCP server (port 5403). It sends PASSING for each transponder over its
 * loop, STATUS every few seconds, and answers to requests: GET_TIME, VERSION, RESEND of
 * passings by number.
 *
 *  (1) A decoder numbers its passings. Missing numbers are requested; no passing is made up.
 *      A passing that was received already is dropped without an anomaly: it was sent twice
 *      or requested twice.
 *  (2) A decoder was cleared and restarted its numbers when they go back while time goes on,
 *      or go back together with the clock, or are reused for another passing.
 *  (3) UTC_TIME is preferred to RTC_TIME, which is mapped to UTC (p3_clock.c). The bytes of a
 *      file without marks have no time of receipt: RTC_TIME is used as it is. UTC_TIME is
 *      believed only within a day of RTC_TIME or of the time of receipt; senders have it in
 *      microseconds, milliseconds or seconds, and the unit is the one that fits. Seconds
 *      set the decoder's clock, but time no passing that has RTC_TIME.
 *  (4) On a new connection the driver requests the time, the version, and every passing
 *      behind the last one before which nothing is missing.
 *  (5) The events of a passing do not depend on its order of arrival.
 */
#include "drivers.h"
#include "p3.h"

#include <string.h>

enum {
	WORDS_MAX = 160,
	GAP_FROM_ONE = 1024, /* a cleared decoder restarts at 1 */
	MISSED_MAX = 256, /* requested from a decoder whose first passing was missed */
	WEAK_TENTHS = 32, /* tenths of a volt of a transponder's battery */
};

#define BACK_AGAIN (2 * US_S)

/* ---- decoders --------------------------------------------------------------------- */

static void count_begin(struct p3_decoder *d)
{
	sequence_begin(&d->sequence);
	d->first_at = d->newest_at = d->high_at = INSTANT_NONE;
}

/* The decoder that sent a record. NULL with an anomaly: too many decoders. */
static struct p3_decoder *p3_find_decoder(const struct p3_context *c)
{
	struct p3_state *state = c->state;
	bool named = wire_p3_has(c->record, P3_DECODER);
	uint64_t id = named ? c->record->value[P3_DECODER] : 0;
	/* A record without an id is from the decoder of the record before. */
	if (!named && state->decoders[state->last].in_use)
		return &state->decoders[state->last];
	for (uint32_t i = 0; i < P3_DECODERS_MAX; i++) {
		struct p3_decoder *d =
			&state->decoders[(state->last + i) % P3_DECODERS_MAX];
		if (d->in_use && d->id == (uint32_t)id) {
			state->last = (uint32_t)(d - state->decoders);
			return d;
		}
	}
	for (uint32_t i = 0; i < P3_DECODERS_MAX; i++) {
		struct p3_decoder *d = &state->decoders[i];
		if (d->in_use)
			continue;
		memset(d, 0, sizeof(*d));
		d->in_use = true;
		d->id = (uint32_t)id;
		d->since = c->d.received_at;
		text_format(d->name, sizeof(d->name), "%08lx", (unsigned long)d->id);
		d->line = feed_loop_line(&state->common.setup, slice_of(d->name));
		count_begin(d);
		p3_clock_begin(&d->clock);
		state->last = i;
		return d;
	}
	decoding_anomaly(&c->d, ANOMALY_CAPACITY, "more than %d decoders in one stream",
			 (int)P3_DECODERS_MAX);
	return NULL;
}

/* ---- passings ----------------------------------------------------------------------- */

/* A time field; INT64_MIN: absent, zero, or so large that it would overflow. */
static int64_t time_of(const struct p3_context *c, enum wire_p3_field field)
{
	uint64_t value = c->record->value[field];
	if (!wire_p3_has(c->record, field) || value == 0 ||
	    value > (uint64_t)INSTANT_MAX)
		return INT64_MIN;
	return (int64_t)value;
}

static bool within_a_day(instant_us at, instant_us of)
{
	return of != INSTANT_NONE && at - of <= US_DAY && of - at <= US_DAY;
}

/* 2001 to 2100: without another clock an instant of UTC_TIME must at least be of these. */
static bool is_of_now(instant_us at)
{
	return at > (instant_us)31 * 366 * US_DAY &&
	       at < (instant_us)130 * 366 * US_DAY;
}

/* (3) The field as UTC; INT64_MIN: absent, or not believed. */
static instant_us utc_of(const struct p3_context *c, enum wire_p3_field field,
			 int64_t rtc, int64_t *unit)
{
	static const int64_t units[] = {1, US_MS, US_S};
	uint64_t value = c->record->value[field];
	instant_us received = c->d.received_at;
	*unit = 1;
	if (!wire_p3_has(c->record, field) || value == 0)
		return INT64_MIN;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (value > (uint64_t)(INSTANT_MAX / units[i]))
			continue;
		instant_us at = (instant_us)value * units[i];
		bool alone = rtc == INT64_MIN && received == INSTANT_NONE;
		if (!within_a_day(at, rtc) && !within_a_day(at, received) &&
		    !(alone && is_of_now(at)))
			continue;
		*unit = units[i];
		return at;
	}
	if (!c->decoder->utc_doubted)
		decoding_anomaly(
			&c->d, ANOMALY_CLOCK,
			"decoder %s: its UTC_TIME is more than a day off its own "
			"clock: not used",
			c->decoder->name);
	c->decoder->utc_doubted = true;
	return INT64_MIN;
}

/* Of the fields that are the same when a passing is sent again. */
static uint16_t fingerprint_of(const struct p3_context *c)
{
	static const uint8_t fields[] = {P3_TRANSPONDER, P3_RTC, P3_UTC};
	uint64_t words[ARRAY_LEN(fields) + 1] = {0};
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (wire_p3_has(c->record, (enum wire_p3_field)fields[i]))
			words[i] = c->record->value[fields[i]];
	if (wire_p3_has(c->record, P3_CODE))
		words[ARRAY_LEN(fields)] = hash_bytes(c->record->text[P3_CODE].at,
						      c->record->text[P3_CODE].len, 0);
	return sequence_fingerprint(words, sizeof(words));
}

/* (2) @n is not above the numbers before it. */
static bool was_cleared(const struct p3_decoder *d, uint32_t n, instant_us at,
			enum sequence_verdict verdict)
{
	if (verdict == SEQUENCE_REUSED)
		return true;
	if (at == INSTANT_NONE || d->newest_at == INSTANT_NONE)
		return verdict == SEQUENCE_OLD;
	if (n < d->clock.from_number)
		return false;
	if (at > d->newest_at + BACK_AGAIN)
		return true;
	if (n >= d->sequence.first)
		return at < d->first_at - BACK_AGAIN;
	return at < d->first_at - US_DAY;
}

static void begin_anew(const struct p3_context *c, uint32_t n, instant_us at)
{
	struct p3_decoder *d = c->decoder;
	decoding_anomaly(
		&c->d, ANOMALY_CONTRADICTION,
		"decoder %s: its numbers went back from %lu to %lu: it was cleared, "
		"and counts anew",
		d->name, (unsigned long)d->sequence.high, (unsigned long)n);
	/* Its clock went back too: it was switched off or set. */
	if (at != INSTANT_NONE && d->newest_at != INSTANT_NONE &&
	    at < d->newest_at - BACK_AGAIN)
		p3_clock_begin(&d->clock);
	d->clock.from_number = 0;
	count_begin(d);
	if (n > 1 && n <= GAP_FROM_ONE)
		p3_put_missing(c, 1, n - 1);
}

/* A passing from before the decoder was first seen: it may be of another session. */
static bool is_of_before(const struct p3_decoder *d, uint32_t n, instant_us at,
			 enum sequence_verdict verdict)
{
	return d->asked_before && verdict == SEQUENCE_LATE && n < d->sequence.first &&
	       d->since != INSTANT_NONE && at != INSTANT_NONE && at < d->since - US_MIN;
}

/* (1) True if the passing is used. */
static bool p3_take_number(const struct p3_context *c, uint32_t n, instant_us at)
{
	struct p3_decoder *d = c->decoder;
	uint16_t fingerprint = fingerprint_of(c);
	enum sequence_verdict verdict = sequence_look(&d->sequence, n, fingerprint);
	if (verdict == SEQUENCE_REPEATED)
		return false;
	if (!d->sequence.counted && d->missed && n > 1) {
		p3_request_again(c, n > MISSED_MAX ? n - MISSED_MAX : 1, n - 1);
		d->asked_before = true;
	}
	d->missed = false;
	if (is_of_before(d, n, at, verdict))
		return false;
	if (verdict == SEQUENCE_AHEAD) {
		p3_put_missing(c, d->sequence.high + 1, n - 1);
	} else if (verdict != SEQUENCE_NEXT) {
		if (was_cleared(d, n, at, verdict)) {
			begin_anew(c, n, at);
		} else if (verdict == SEQUENCE_OLD && n > d->asked_from) {
			return false; /* requested twice, sent twice */
		} else if (verdict == SEQUENCE_OLD) {
			decoding_anomaly(
				&c->d, ANOMALY_REPEATED,
				"decoder %s: passing %lu comes long after its time, "
				"and was not asked for",
				d->name, (unsigned long)n);
			return false;
		}
	}
	sequence_take(&d->sequence, n, fingerprint);
	return true;
}

static void note_times(struct p3_decoder *d, uint32_t n, instant_us at)
{
	if (d->first_at == INSTANT_NONE || n == d->sequence.first)
		d->first_at = at;
	if (d->newest_at == INSTANT_NONE || at > d->newest_at)
		d->newest_at = at;
	if (n == d->sequence.high)
		d->high_at = at;
}

/* A new id of the RTC means that the clock was set. */
static void note_clock_id(const struct p3_context *c, uint32_t n, int64_t rtc)
{
	struct p3_clock *clock = &c->decoder->clock;
	uint32_t id = (uint32_t)c->record->value[P3_RTC_ID];
	if (!wire_p3_has(c->record, P3_RTC_ID))
		return;
	if (clock->has_id && clock->id != id) {
		decoding_anomaly(&c->d, ANOMALY_CLOCK,
				 "decoder %s: its clock was set (from %lu to %lu)",
				 c->decoder->name, (unsigned long)clock->id,
				 (unsigned long)id);
		if (rtc != INT64_MIN)
			p3_clock_was_set(c, n, rtc);
	}
	clock->has_id = true;
	clock->id = id;
}

/* By UTC, by the decoder's clock, or when it was received. */
static instant_us passing_at(const struct p3_context *c, uint32_t n)
{
	const struct p3_clock *clock = &c->decoder->clock;
	int64_t rtc = time_of(c, P3_RTC), unit;
	instant_us utc = utc_of(c, P3_UTC, rtc, &unit);
	if (utc != INT64_MIN && (unit < US_S || rtc == INT64_MIN))
		return utc;
	if (rtc != INT64_MIN)
		return p3_clock_map(clock, n, rtc);
	return c->d.received_at;
}

static uint8_t clock_quality(const struct p3_context *c)
{
	int64_t unit;
	if (utc_of(c, P3_UTC, time_of(c, P3_RTC), &unit) != INT64_MIN && unit < US_S)
		return EVENT_CLOCK_UTC;
	if (!wire_p3_has(c->record, P3_RTC))
		return EVENT_CLOCK_UNKNOWN;
	return c->decoder->gps && c->decoder->clock.zone ? EVENT_CLOCK_UTC
							 : EVENT_CLOCK_OWN;
}

/* The number, or the code if there is no number; false: neither. */
static bool name_transponder(const struct wire_p3_record *record,
			     char name[EVENT_ID_MAX + 1])
{
	uint64_t id = record->value[P3_TRANSPONDER];
	char digits[24], *p = digits + sizeof(digits);
	name[0] = '\0';
	if (wire_p3_has(record, P3_TRANSPONDER) && id != 0 && id <= UINT32_MAX) {
		for (; id > 0; id /= 10)
			*--p = (char)('0' + id % 10);
		text_copy(name, EVENT_ID_MAX + 1,
			  (struct slice){p, (size_t)(digits + sizeof(digits) - p)});
	} else if (wire_p3_has(record, P3_CODE)) {
		return text_id(name, EVENT_ID_MAX + 1, record->text[P3_CODE]);
	}
	return name[0] != '\0';
}

static void p3_set_transponder(const struct p3_context *c, struct event *event)
{
	char name[EVENT_ID_MAX + 1];
	/* The name was cleaned, or is digits. */
	if (!name_transponder(c->record, name))
		return;
	event->id_kind = ID_TRANSPONDER;
	memset(event->id, 0, sizeof(event->id));
	memcpy(event->id, name, strlen(name));
}

/* Gates of BMX tracks send passings as if they were cars. */
static const struct {
	uint32_t transponder;
	const char *words;
} gates[] = {
	{9991, "gate 9991"},
	{9992, "gate 9992"},
	{9995, "gate 9995"},
};

static const char *gate_of(const struct wire_p3_record *record)
{
	for (size_t i = 0; i < ARRAY_LEN(gates); i++)
		if (wire_p3_has(record, P3_TRANSPONDER) &&
		    record->value[P3_TRANSPONDER] == gates[i].transponder)
			return gates[i].words;
	return NULL;
}

/* Report a weak battery, once for each transponder. */
static void note_voltage(const struct p3_context *c, instant_us at)
{
	struct p3_state *state = c->state;
	uint32_t id = (uint32_t)c->record->value[P3_TRANSPONDER];
	uint64_t tenths = c->record->value[P3_VOLTAGE];
	char words[WORDS_MAX];
	if (!wire_p3_has(c->record, P3_VOLTAGE) || tenths == 0 ||
	    tenths >= WEAK_TENTHS || !wire_p3_has(c->record, P3_TRANSPONDER) ||
	    state->weak_count >= P3_WEAK_MAX)
		return;
	for (uint32_t i = 0; i < state->weak_count; i++)
		if (state->weak[i] == id)
			return;
	state->weak[state->weak_count++] = id;
	struct event *event = decoding_event(&c->d, EVENT_MESSAGE, at);
	p3_set_transponder(c, event);
	text_format(words, sizeof(words), "transponder %lu is weak: %u.%u V",
		    (unsigned long)id, (unsigned)tenths / 10, (unsigned)tenths % 10);
	event_set_text(c->d.out, event, slice_of(words));
}

/* (5) The sequence is the number of the passing, not the order of arrival. */
static void p3_put_passing(const struct p3_context *c, uint32_t n, instant_us at)
{
	uint8_t line = c->decoder->line;
	c->decoder->passings++;
	if (line == LINE_NONE) {
		decoding_anomaly(
			&c->d, ANOMALY_UNKNOWN,
			"decoder %s is no loop of this session: name its line under "
			"[loops] of the session file",
			c->decoder->name);
		return;
	}
	struct event *event = decoding_crossing(&c->d, line, at);
	c->state->common.sequence--;
	event->sequence = n;
	event->clock = clock_quality(c);
	if (event->clock == EVENT_CLOCK_UNKNOWN)
		event->bits |= EVENT_ESTIMATED;
	p3_set_transponder(c, event);
	note_voltage(c, at);
}

/* Use the clock and the number of a passing. False: the passing itself is not used. */
static bool place_passing(const struct p3_context *c, uint32_t n, bool numbered,
			  instant_us *at)
{
	struct p3_decoder *d = c->decoder;
	int64_t rtc = time_of(c, P3_RTC), unit;
	instant_us utc = utc_of(c, P3_UTC, rtc, &unit);
	bool fresh = !d->sequence.counted || n > d->sequence.high || !numbered;
	if (utc != INT64_MIN && rtc != INT64_MIN && (unit < US_S || !d->clock.known))
		p3_clock_exact(&d->clock, n, rtc, utc);
	if (unit == US_S && rtc != INT64_MIN)
		utc = INT64_MIN;
	if (fresh && (utc != INT64_MIN || rtc != INT64_MIN)) {
		note_clock_id(c, n, rtc);
		p3_clock_check(c, n, rtc, utc);
	}
	*at = passing_at(c, n);
	if (numbered && !p3_take_number(c, n, *at))
		return false;
	/* After a restart of the numbers the clock is learned again. */
	if (!d->clock.known && rtc != INT64_MIN && c->d.received_at != INSTANT_NONE) {
		p3_clock_learn(c, n, rtc);
		*at = passing_at(c, n);
	}
	if (*at == INSTANT_NONE) {
		decoding_anomaly(&c->d, ANOMALY_FIELD,
				 "decoder %s: a passing without a time", d->name);
		return false;
	}
	if (numbered)
		note_times(d, n, *at);
	c->state->common.now = *at;
	return true;
}

static void p3_decode_passing(const struct p3_context *c)
{
	const struct wire_p3_record *record = c->record;
	bool numbered = wire_p3_has(record, P3_NUMBER);
	uint32_t n = numbered ? (uint32_t)record->value[P3_NUMBER] : 0;
	char name[EVENT_ID_MAX + 1];
	instant_us at;
	if (!name_transponder(record, name)) {
		decoding_anomaly(&c->d, ANOMALY_FIELD,
				 "decoder %s: a passing without a transponder",
				 c->decoder->name);
		return;
	}
	if (!place_passing(c, n, numbered, &at))
		return;
	if (gate_of(record)) {
		decoding_message(&c->d, at, slice_of(gate_of(record)));
		return;
	}
	p3_put_passing(c, n, at);
}

/* ---- other records --------------------------------------------------------------------- */

static void p3_decode_status(const struct p3_context *c)
{
	if (wire_p3_has(c->record, P3_STATUS_GPS))
		c->decoder->gps = c->record->value[P3_STATUS_GPS] == 1;
	decoding_event(&c->d, EVENT_HEARTBEAT, decoding_now(&c->d));
}

static void decode_alive(const struct p3_context *c)
{
	decoding_event(&c->d, EVENT_HEARTBEAT, decoding_now(&c->d));
}

static void decode_time(const struct p3_context *c)
{
	struct p3_decoder *d = c->decoder;
	int64_t rtc = time_of(c, P3_TIME_RTC), unit;
	instant_us utc = utc_of(c, P3_TIME_UTC, rtc, &unit);
	uint32_t next = d->sequence.counted ? d->sequence.high + 1 : 0;
	if (rtc == INT64_MIN)
		return; /* a request, not an answer */
	if (utc != INT64_MIN && (unit < US_S || !d->clock.known))
		p3_clock_exact(&d->clock, next, rtc, utc);
	if (unit == US_S)
		utc = INT64_MIN;
	p3_clock_check(c, next, rtc, utc);
	c->state->common.now =
		utc != INT64_MIN ? utc : p3_clock_map(&d->clock, next, rtc);
	decoding_event(&c->d, EVENT_HEARTBEAT, c->state->common.now);
}

static const struct {
	uint8_t type;
	const char *name;
} decoder_types[] = {
	{0x10, "AMBrc"},     {0x11, "AMBmx"},     {0x12, "TranX"},
	{0x13, "TranX Pro"}, {0x14, "TranX Pro"},
};

static const char *decoder_type(const struct wire_p3_record *record)
{
	for (size_t i = 0; i < ARRAY_LEN(decoder_types); i++)
		if (wire_p3_has(record, P3_VERSION_TYPE) &&
		    record->value[P3_VERSION_TYPE] == decoder_types[i].type)
			return decoder_types[i].name;
	return "P3";
}

/* Reported once, though every connection requests it. */
static void decode_version(const struct p3_context *c)
{
	const struct wire_p3_record *record = c->record;
	struct slice what = slice_of(decoder_type(record)), version = {"", 0};
	char words[WORDS_MAX];
	if (wire_p3_has(record, P3_VERSION_DESCRIPTION))
		what = record->text[P3_VERSION_DESCRIPTION];
	if (wire_p3_has(record, P3_VERSION_TEXT))
		version = record->text[P3_VERSION_TEXT];
	else if (!wire_p3_has(record, P3_VERSION_TYPE) &&
		 !wire_p3_has(record, P3_VERSION_DESCRIPTION))
		return; /* a request */
	size_t len =
		text_format(words, sizeof(words), "decoder %s: ", c->decoder->name);
	len += text_clean(words + len, sizeof(words) - len, what);
	len += text_copy(words + len, sizeof(words) - len, SLICE(" "));
	len += text_clean(words + len, sizeof(words) - len, version);
	uint16_t fingerprint = sequence_fingerprint(words, len);
	if (fingerprint == c->decoder->version)
		return;
	c->decoder->version = fingerprint;
	decoding_message(&c->d, decoding_now(&c->d), (struct slice){words, len});
}

static const struct {
	enum anomaly anomaly;
	const char *words;
} errors[WIRE_P3_ERROR_COUNT] = {
	{ANOMALY_UNKNOWN, "an error it has no number for"},
	{ANOMALY_CHECKSUM, "the checksum of what we sent does not agree"},
	{ANOMALY_FORMAT, "what we sent has no beginning"},
	{ANOMALY_FORMAT, "the header of what we sent is damaged"},
	{ANOMALY_UNKNOWN, "it does not know the type of record we sent"},
	{ANOMALY_FIELD, "parameters are missing in what we sent"},
	{ANOMALY_FORMAT, "what we sent is too long"},
};

static void decode_error(const struct p3_context *c)
{
	uint64_t code = wire_p3_has(c->record, P3_ERROR_CODE)
				? c->record->value[P3_ERROR_CODE]
				: 0;
	char words[80] = "";
	if (code >= ARRAY_LEN(errors))
		code = 0;
	if (wire_p3_has(c->record, P3_ERROR_TEXT))
		text_clean(words, sizeof(words), c->record->text[P3_ERROR_TEXT]);
	decoding_anomaly(&c->d, errors[code].anomaly, "decoder %s: %s%s%s",
			 c->decoder->name, errors[code].words,
			 words[0] != '\0' ? ": " : "", words);
}

static void decode_reset(const struct p3_context *c)
{
	char words[WORDS_MAX];
	text_format(words, sizeof(words), "decoder %s was reset", c->decoder->name);
	decoding_message(&c->d, decoding_now(&c->d), slice_of(words));
}

static void decode_cleared(const struct p3_context *c)
{
	char words[WORDS_MAX];
	text_format(words, sizeof(words), "decoder %s: its passings were cleared",
		    c->decoder->name);
	decoding_message(&c->d, decoding_now(&c->d), slice_of(words));
}

static const struct {
	uint16_t type;
	void (*decode)(const struct p3_context *c);
} types[] = {
	{WIRE_P3_PASSING, p3_decode_passing},
	{WIRE_P3_STATUS, p3_decode_status},
	{WIRE_P3_GET_TIME, decode_time},
	{WIRE_P3_VERSION, decode_version},
	{WIRE_P3_ERROR, decode_error},
	{WIRE_P3_RESET, decode_reset},
	{WIRE_P3_CLEAR_PASSING, decode_cleared},
	{WIRE_P3_WATCHDOG, decode_alive},
	{WIRE_P3_PING, decode_alive},
};

/* ---- the driver ----------------------------------------------------------------------- */

static const char *const faults[] = {
	[WIRE_P3_SHORT] = "a record shorter than any",
	[WIRE_P3_CUT] = "a record that was cut off",
	[WIRE_P3_OTHER_LENGTH] = "a record of another length than it says",
	[WIRE_P3_BAD_SUM] = "a record whose checksum does not agree",
	[WIRE_P3_BAD_FIELD] = "a record whose last field reaches over its end",
};

static void p3_decode(void *memory, struct slice bytes, instant_us received_at,
		      uint32_t offset, struct event_list *out)
{
	struct p3_state *state = memory;
	struct wire_p3_record record;
	struct p3_context c = {
		.d = decoding_begin(&state->common, received_at, offset, out),
		.state = state,
		.record = &record,
	};
	state->common.records++;
	enum wire_p3_fault fault = wire_p3_read(bytes, &record);
	if (fault != WIRE_P3_FINE) {
		decoding_anomaly(&c.d,
				 fault == WIRE_P3_BAD_FIELD ? ANOMALY_FORMAT
							    : ANOMALY_CHECKSUM,
				 "%s", faults[fault]);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (types[i].type != record.type)
			continue;
		c.decoder = p3_find_decoder(&c);
		if (c.decoder)
			types[i].decode(&c);
		return;
	}
}

/* (4) */
static void p3_on_connect(void *memory, instant_us received_at, struct event_list *out)
{
	struct p3_state *state = memory;
	struct p3_context c = {
		.d = decoding_begin(&state->common, received_at, 0, out),
		.state = state,
	};
	p3_request_time(&c);
	p3_request_version(&c);
	for (size_t i = 0; i < P3_DECODERS_MAX; i++) {
		c.decoder = &state->decoders[i];
		c.decoder->missed = c.decoder->in_use && !c.decoder->sequence.counted;
		if (!c.decoder->in_use || !c.decoder->sequence.counted)
			continue;
		uint32_t whole = sequence_whole(&c.decoder->sequence);
		c.decoder->asked_from = whole;
		if (whole < UINT32_MAX)
			p3_request_again(&c, whole + 1, UINT32_MAX);
	}
}

static void p3_init(void *memory, const struct feed_setup *setup)
{
	struct p3_state *state = memory;
	memset(state, 0, sizeof(*state));
	decoding_init(&state->common, setup);
}

static unsigned p3_loops(const void *memory, struct feed_loop_received *out,
			 unsigned max)
{
	const struct p3_state *state = memory;
	unsigned count = 0;
	for (size_t i = 0; i < P3_DECODERS_MAX && count < max; i++) {
		const struct p3_decoder *d = &state->decoders[i];
		if (d->in_use)
			out[count++] = feed_loop_received(&state->common.setup, d->name,
							  d->passings);
	}
	return count;
}

/* One undamaged record is certain; several damaged ones are likely. */
static int p3_sniff(struct slice head)
{
	struct wire_p3_record record;
	int sure = 0;
	for (unsigned i = 0; i < 16 && head.len > 0; i++) {
		ptrdiff_t n = wire_p3_frame(head);
		size_t len = n < 0 ? (size_t)-n : (size_t)n;
		if (n == 0)
			break;
		if (n > 0 &&
		    wire_p3_read((struct slice){head.at, len}, &record) == WIRE_P3_FINE)
			return 100;
		if (n >= WIRE_P3_FRAME_MIN && (unsigned char)head.at[1] <= 2 &&
		    sure < 60)
			sure += 20;
		head.at += len;
		head.len -= len;
	}
	return sure;
}

const struct feed_driver feed_p3 = {
	.name = "p3",
	.scheme = "p3",
	.summary = "AMB and MYLAPS decoders: P3",
	.media = "tcp file",
	.port_default = 5403,
	.sniff = p3_sniff,
	.state_size = sizeof(struct p3_state),
	.init = p3_init,
	.frame = wire_p3_frame,
	.decode = p3_decode,
	.loops = p3_loops,
	.on_connect = p3_on_connect,
	.silence = 15 * US_S,
};
