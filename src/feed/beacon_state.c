/*
 * beacon_state.c -- the lives of beacons: identity, clock, sequence numbers
 *
 * The invariants are those of beacon.c.
 */
#include "beacon.h"

#include <string.h>

/* ---- writing events --------------------------------------------------------- */

struct event *beacon_event(const struct context *c, enum event_kind kind, instant_us at)
{
	struct event *event = event_add(c->out, kind, at);

	event->heard_at = c->heard_at != INSTANT_NONE ? c->heard_at : at;
	event->source = c->state->setup.source;
	event->record = c->record;
	event->sequence = c->state->sequence++;
	event->value = DURATION_NONE;
	return event;
}

/* Where what is not a fact stands in time: beside the fact before it, so that a
 * replay tells it when it came; before the first fact, when it was heard. */
static instant_us beside(const struct context *c)
{
	if (c->state->last_at != INSTANT_NONE)
		return c->state->last_at;
	return c->heard_at != INSTANT_NONE ? c->heard_at : 0;
}

void beacon_anomaly(const struct context *c, enum anomaly anomaly, const char *text)
{
	struct event *event = beacon_event(c, EVENT_ANOMALY, beside(c));

	event->field = (uint8_t)anomaly;
	event->number = c->state->lines;
	event->value = 0;
	event_set_text(c->out, event, slice_of(text));
}

/* ---- the beacons of a stream -------------------------------------------------- */

void beacon_begin(struct beacon *b, struct slice id, struct slice boot)
{
	memset(b, 0, sizeof(*b));
	text_copy(b->id, sizeof(b->id), id);
	text_copy(b->boot, sizeof(b->boot), boot);
	b->line = LINE_NONE;
	b->in_use = true;
	b->current = true;
}

static bool same(const char *z, struct slice s)
{
	return strncmp(z, s.at != NULL ? s.at : "", s.len) == 0 && z[s.len] == '\0';
}

/* A free slot, else the life longest unheard of that has ended. */
static struct beacon *beacon_slot(struct beacon_state *state)
{
	struct beacon *oldest = NULL;

	for (size_t i = 0; i < BEACONS_MAX; i++) {
		struct beacon *b = &state->beacons[i];

		if (!b->in_use)
			return b;
		if (!b->current && (oldest == NULL || b->used_at < oldest->used_at))
			oldest = b;
	}
	return oldest;
}

/* The life a line belongs to. One that does not name its boot means the newest. A
 * life that is new takes over the loop of the one before. */
struct beacon *beacon_find(struct beacon_state *state, const struct beacon_message *m)
{
	struct beacon *before = NULL, *b = &state->beacons[state->last];
	bool any_boot = !(m->has & HAS_BOOT);

	if (b->in_use && same(b->id, m->id) &&
	    (any_boot ? b->current : same(b->boot, m->boot)))
		return b;
	for (size_t i = 0; i < BEACONS_MAX; i++) {
		b = &state->beacons[i];
		if (!b->in_use || !same(b->id, m->id))
			continue;
		if (any_boot ? b->current : same(b->boot, m->boot))
			return b;
		if (b->current)
			before = b;
	}
	if (before != NULL)
		before->current = false;
	b = beacon_slot(state);
	if (b == NULL) {
		if (before != NULL)
			before->current = true;
		return NULL;
	}
	uint8_t line = before != NULL ? before->line : LINE_NONE;

	beacon_begin(b, m->id, m->boot);
	b->line = line;
	return b;
}

static const struct {
	const char *name;
	uint8_t line;
} loop_names[] = {
	{"SF", LINE_SF},
	{"PIN", LINE_PIT_IN},
	{"POUT", LINE_PIT_OUT},
	{"SFP", LINE_SF_PIT},
};

/* The circuit's own names first, then those every circuit has. */
uint8_t beacon_line(const struct feed_setup *setup, struct slice loop)
{
	uint64_t n;

	for (uint8_t i = 0; i < setup->line_count && i < LINES_MAX; i++)
		if (slice_eq_nocase(loop, slice_of(setup->line_names[i])))
			return i;
	for (size_t i = 0; i < ARRAY_LEN(loop_names); i++)
		if (slice_eq_nocase(loop, slice_of(loop_names[i].name)))
			return loop_names[i].line;
	if (loop.len >= 2 && (loop.at[0] == 'I' || loop.at[0] == 'i') &&
	    parse_u64((struct slice){loop.at + 1, loop.len - 1}, &n) && n > 0 &&
	    n < LINES_MAX && (setup->line_count == 0 || n < setup->line_count))
		return (uint8_t)n;
	return LINE_NONE;
}

/* ---- the clock ------------------------------------------------------------------ */

static instant_us sample_map(const struct sample *sample, int64_t us)
{
	return sample->utc + (us - sample->us);
}

instant_us beacon_instant(const struct context *c, int64_t us)
{
	const struct beacon *b = c->beacon;
	const struct feed_setup *setup = &c->state->setup;

	if (b->sample_count > 0) {
		unsigned i = b->sample_count - 1u;

		while (i > 0 && b->samples[i].us > us)
			i--;
		return sample_map(&b->samples[i], us);
	}
	if (b->delayed)
		return us + b->delay;
	return setup->day != INSTANT_NONE ? setup->day - setup->utc_offset_us + us : us;
}

static void note_delay(const struct context *c, int64_t us)
{
	struct beacon *b = c->beacon;

	if (c->heard_at == INSTANT_NONE || c->heard_at > BEACON_UTC_MAX ||
	    c->heard_at < -BEACON_UTC_MAX)
		return;
	if (!b->delayed || c->heard_at - us < b->delay)
		b->delay = c->heard_at - us;
	b->delayed = true;
}

static void note_sample(const struct context *c, int64_t us, int64_t utc)
{
	struct beacon *b = c->beacon;

	if (b->sample_count > 0) {
		const struct sample *newest = &b->samples[b->sample_count - 1];
		int64_t step = utc - sample_map(newest, us);

		bool back = newest->us - us > US_MIN;

		if (us <= newest->us && !back)
			return; /* a tick that comes late tells nothing new */
		if (step > US_S || step < -US_S || back) {
			char text[96];

			text_format(
				text, sizeof(text),
				"%s: its clock stepped by %lld ms between two ticks",
				b->id, (long long)(step / US_MS));
			beacon_anomaly(c, ANOMALY_CLOCK, text);
		}
		/* Times before a restart it did not tell of map to nothing. */
		if (back)
			b->sample_count = 0;
	}
	if (b->sample_count == SAMPLES_MAX) {
		memmove(&b->samples[0], &b->samples[1],
			(SAMPLES_MAX - 1) * sizeof(b->samples[0]));
		b->sample_count--;
	}
	b->samples[b->sample_count++] = (struct sample){us, utc};
}

/* Where the message says both clocks; "src":"none" is a guess of the beacon. */
void beacon_note_clocks(const struct context *c)
{
	const struct beacon_message *m = c->message;

	if (!(m->has & HAS_US))
		return;
	note_delay(c, m->us);
	if ((m->has & HAS_UTC) && m->utc > -BEACON_UTC_MAX && m->utc < BEACON_UTC_MAX &&
	    !slice_eq_nocase(m->src, SLICE("none")))
		note_sample(c, m->us, m->utc);
}

/* When it was, by "us" or by "age_us" before hearing; false with an anomaly. */
bool beacon_fact_instant(const struct context *c, instant_us *at)
{
	const struct beacon_message *m = c->message;

	if (m->has & HAS_US) {
		note_delay(c, m->us);
		*at = beacon_instant(c, m->us);
	} else if ((m->has & HAS_AGE) && c->heard_at != INSTANT_NONE) {
		*at = c->heard_at - m->age_us;
	} else {
		beacon_anomaly(c, ANOMALY_FIELD, "a fact without \"us\" or \"age_us\"");
		return false;
	}
	c->state->last_at = *at;
	return true;
}

/* ---- sequence numbers ------------------------------------------------------------ */

static uint64_t *seen_word(struct beacon *b, int64_t seq, uint64_t *bit)
{
	uint64_t slot = (uint64_t)seq % SEEN_MAX;

	*bit = (uint64_t)1 << slot % 64;
	return &b->seen[slot / 64];
}

static void seen_advance(struct beacon *b, int64_t to)
{
	uint64_t bit, *word;

	if (to - b->high >= SEEN_MAX)
		memset(b->seen, 0, sizeof(b->seen));
	else
		for (int64_t seq = b->high + 1; seq <= to; seq++) {
			word = seen_word(b, seq, &bit);
			*word &= ~bit;
		}
	b->high = to;
}

static bool id_is_plain(const char *id)
{
	for (const char *p = id; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\')
			return false;
	return id[0] != '\0';
}

/* (3) An id that JSON would have to escape is left out of the question: on a
 * beacon's own connection it is not needed. */
static void put_missing(const struct context *c, int64_t from, int64_t to)
{
	const char *id = c->beacon->id;
	int64_t first = to - from >= RESEND_MAX ? to - RESEND_MAX + 1 : from;
	bool plain = id_is_plain(id);
	char text[160];
	struct event *event;

	if (from == to)
		text_format(text, sizeof(text), "%s: record %lld is missing", id,
			    (long long)from);
	else
		text_format(text, sizeof(text),
			    "%s: %lld records are missing, %lld to %lld", id,
			    (long long)to - from + 1, (long long)from, (long long)to);
	beacon_anomaly(c, ANOMALY_MISSING, text);
	event = beacon_event(c, EVENT_ASK, beside(c));
	event->value = 0;
	text_format(text, sizeof(text),
		    "{\"t\":\"resend\",%s%s%s\"from\":%lld,\"to\":%lld}\n",
		    plain ? "\"id\":\"" : "", plain ? id : "", plain ? "\"," : "",
		    (long long)first, (long long)to);
	event_set_text(c->out, event, slice_of(text));
}

/* What a hello or tick says was the last number. */
void beacon_note_last(const struct context *c, bool gaps)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->message->seq;

	if (!(c->message->has & HAS_SEQ))
		return;
	if (!b->counted) {
		b->counted = true;
		b->high = seq;
	} else if (gaps && seq > b->high) {
		int64_t from = b->high + 1;

		seen_advance(b, seq);
		put_missing(c, from, seq);
	}
}

/* (1) True when the record has not been used before. */
bool beacon_note_record(const struct context *c)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->message->seq;
	uint64_t bit, *word;

	if (!b->counted) {
		b->counted = true;
		b->high = seq;
	} else if (seq > b->high) {
		int64_t from = b->high + 1;

		seen_advance(b, seq);
		if (seq > from)
			put_missing(c, from, seq - 1);
	} else if (b->high - seq >= SEEN_MAX) {
		char text[112];

		text_format(text, sizeof(text),
			    "%s: its numbers went back from %lld to %lld within a boot",
			    b->id, (long long)b->high, (long long)seq);
		beacon_anomaly(c, ANOMALY_CONTRADICTION, text);
		memset(b->seen, 0, sizeof(b->seen));
		b->high = seq;
	}
	word = seen_word(b, seq, &bit);
	if (*word & bit)
		return false;
	*word |= bit;
	return true;
}
