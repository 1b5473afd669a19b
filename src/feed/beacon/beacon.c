/*
 * beacon.c -- the open beacon protocol, "one line = one fact"
 *
 * UTF-8, LF (CR ignored), at most 512 bytes a line; the same lines over TCP, UDP, serial
 * and in files. JSON, one flat object a line:
 *
 *   {"t":"hello","v":1,"id":"sf-1","loop":"SF","boot":"6f1c","seq":1841}
 *   {"t":"pass","id":"sf-1","boot":"6f1c","seq":1842,"tx":"2906141","us":52083691000}
 *   {"t":"tick","id":"sf-1","boot":"6f1c","us":52084000000,"seq":1842,
 *    "utc":1764000000123456,"src":"gps"}
 *   {"t":"event","id":"rc-1","boot":"1","seq":7,"us":52084000000,"name":"gun"}
 *
 * or the short text form of small beacons, in milliseconds, with the XOR of the bytes
 * before the star. A text line belongs to the beacon that last said hello on the same
 * connection, otherwise to a nameless beacon of that connection at the finish line:
 *
 *   P 1842 2906141 52083691 50 -41*69      pass: seq tx ms [hits [rssi]]
 *   S 52084000 1842*57                     tick: ms seq [from]; its sum may be absent
 *   T 7 52083691*61                        time: n ms
 *
 * The console answers (beacon_request.c). The specification for builders of beacons, with
 * examples, is pitwall-beacon(5).
 *
 * A hello may have "us" and "utc", so that the clock is known before the first pass; a pass
 * may have "loop" (a stateless node). Names of an event, with their keys:
 *
 *   gun                          START; "clock": UTC microseconds from which the limit
 *                                counts
 *   flag     "value":"SC"        FLAG, a name of event.h; "text": words
 *   driver   "tx", "value":name  DRIVER; "num": 1-based place among the drivers; an empty
 *                                name: unknown
 *   weather  "value":"air","num":18200   one of air, track (thousandths of a degree C),
 *                                humidity (per mille), pressure (Pa), wind (mm/s),
 *                                wind-deg, rain (0, 1), state (0 dry, 1 drying, 2 wet)
 *   status   "tx", "value"       STATUS of a car: RETIRED ...
 *   message  "value" or "text"   MESSAGE; "tx" if it is about a car
 *   end                          END: nothing follows
 *
 * Any other name is a MESSAGE of that name and value.
 *
 *  (1) A line is used once, however the stream was cut: by (id, boot, seq)
 *      (beacon_sequence.c).
 *  (2) `us` counts from boot and is mapped to UTC (beacon_clock.c). The bytes of a file have
 *      no time of receipt: there, without samples, boot is the beginning of the day.
 *  (3) A gap in seq is one anomaly. It is requested, and again while it stays open
 *      (beacon_link.c). Late records of a gap are used as if they had been in time.
 *  (4) An over-long line is one anomaly, whatever its length.
 *  (5) What was received without a gap is acknowledged, once for all lines of a read, when it
 *      is recorded. A record that is received again is acknowledged again: the beacon has
 *      lost the answer.
 *  (6) JSON lines may have a checksum. From a sender that has sent one, lines without are not
 *      used: damage may have removed it.
 *  (7) With a shared key (feed_setup) each line must be signed, and answers are.
 *  (8) The number of a sender is given to another one later. The hello of the earlier does
 *      not count for the later: its text lines are used after its own hello, or when it
 *      would have said one.
 */
#include "beacon.h"
#include "drivers.h"
#include "lines.h"

#include <string.h>

#define HELLO_EVERY (65 * US_S) /* over UDP, with a margin */

/* ---- facts ------------------------------------------------------------- */

static void beacon_set_transponder(const struct beacon_context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	if (!BEACON_HAS(m, tx))
		return;
	event_set_id(event, ID_TRANSPONDER, m->tx);
}

/* The "tx" of a pass, and of an event that has one, names a transponder. */
static bool tx_is_id(const struct beacon_context *c)
{
	char id[EVENT_ID_MAX + 1];
	if (text_id(id, sizeof(id), c->message->tx))
		return true;
	decoding_anomaly(&c->d, ANOMALY_FIELD,
			 "a \"tx\" that is absent, longer than 12 bytes, or has "
			 "characters that cannot be shown");
	return false;
}

/* The line of a pass: its own "loop", else that of its beacon's hello, else the first
 * part of the beacon's id ("sf-1"). A text line without a hello is at the finish line,
 * like a single loop. */
static uint8_t pass_line(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	struct slice id = slice_of(c->beacon->id);
	if BEACON_HAS (m, loop)
		return beacon_line(&c->state->common.setup, m->loop);
	if (c->beacon->line != LINE_NONE)
		return c->beacon->line;
	if (m->text_form && id.len == 0)
		return LINE_SF;
	return beacon_line(&c->state->common.setup, slice_cut(&id, '-'));
}

static void decode_pass(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	enum event_kind kind = EVENT_PASSING;
	uint8_t line = pass_line(c);
	struct beacon_when when;
	if (!beacon_note_record(c))
		return;
	if (!tx_is_id(c))
		return;
	if (line == LINE_NONE) {
		decoding_anomaly(&c->d, ANOMALY_UNKNOWN,
				 "a pass at a loop that is no line of this circuit");
		return;
	}
	if (!beacon_fact_instant(c, &when))
		return;
	if (line == LINE_PIT_IN)
		kind = EVENT_PIT_IN;
	else if (line == LINE_PIT_OUT)
		kind = EVENT_PIT_OUT;
	struct event *event = beacon_event(c, kind, when.at);
	event->clock = when.clock;
	event->sequence = (uint32_t)(uint64_t)m->seq;
	event->line = line;
	beacon_set_transponder(c, event);
	if (kind == EVENT_PIT_IN)
		event->value = 0;
}

/* The events of race control, by name. */
static void event_gun(const struct beacon_context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	event->kind = EVENT_START;
	event->value = INSTANT_NONE;
	if (BEACON_HAS(m, clock) && m->clock > -BEACON_UTC_MAX &&
	    m->clock < BEACON_UTC_MAX)
		event->value = m->clock;
}

static void event_flag(const struct beacon_context *c, struct event *event)
{
	int flag = flag_by_name(c->message->value);
	if (flag < 0) {
		event->kind = EVENT_ANOMALY;
		event->field = ANOMALY_FIELD;
		event->number = c->state->common.records;
		event_set_text(c->d.out, event,
			       SLICE("a flag whose \"value\" is no flag we know"));
		return;
	}
	event->kind = EVENT_FLAG;
	event->flag = (uint8_t)flag;
	event_set_text(c->d.out, event, c->message->text);
}

static void event_driver(const struct beacon_context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	event->kind = EVENT_DRIVER;
	beacon_set_transponder(c, event);
	if (BEACON_HAS(m, num) && m->num > 0 && m->num <= UINT8_MAX)
		event->number = (uint32_t)m->num;
	event_set_text(c->d.out, event, m->value);
}

static void event_weather(const struct beacon_context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	int field = weather_by_name(m->value);
	if (field >= 0 && BEACON_HAS(m, num) && m->num <= INT32_MAX &&
	    m->num >= INT32_MIN) {
		event->kind = EVENT_WEATHER;
		event->field = (uint8_t)field;
		event->value = m->num;
		return;
	}
	event->kind = EVENT_ANOMALY;
	event->field = ANOMALY_FIELD;
	event->number = c->state->common.records;
	event_set_text(c->d.out, event,
		       SLICE("weather without a \"value\" we know or without \"num\""));
}

static void event_status(const struct beacon_context *c, struct event *event)
{
	event->kind = EVENT_STATUS;
	beacon_set_transponder(c, event);
	event_set_text(c->d.out, event, c->message->value);
}

static void event_message(const struct beacon_context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	event->kind = EVENT_MESSAGE;
	beacon_set_transponder(c, event);
	event_set_text(c->d.out, event, m->value.len > 0 ? m->value : m->text);
}

static void event_end(const struct beacon_context *c, struct event *event)
{
	(void)c;
	event->kind = EVENT_END;
}

static void (*const event_kinds[])(const struct beacon_context *c,
				   struct event *event) = {
	[BEACON_EVENT_GUN] = event_gun,       [BEACON_EVENT_FLAG] = event_flag,
	[BEACON_EVENT_DRIVER] = event_driver, [BEACON_EVENT_WEATHER] = event_weather,
	[BEACON_EVENT_STATUS] = event_status, [BEACON_EVENT_MESSAGE] = event_message,
	[BEACON_EVENT_END] = event_end,
};

static void decode_event(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	char words[BEACON_LINE_MAX + 4];
	struct beacon_when when;
	if (!beacon_note_record(c) || (BEACON_HAS(m, tx) && !tx_is_id(c)) ||
	    !beacon_fact_instant(c, &when))
		return;
	struct event *event = beacon_event(c, EVENT_MESSAGE, when.at);
	event->sequence = (uint32_t)(uint64_t)m->seq;
	event->value = 0;
	for (size_t i = 0; i < ARRAY_LEN(event_kinds); i++)
		if (slice_eq(m->name, slice_of(wire_beacon_events[i]))) {
			event_kinds[i](c, event);
			return;
		}
	beacon_set_transponder(c, event);
	text_format(words, sizeof(words), "%.*s%s%.*s", (int)m->name.len,
		    m->name.len > 0 ? m->name.at : "", m->value.len > 0 ? ": " : "",
		    (int)m->value.len, m->value.len > 0 ? m->value.at : "");
	event_set_text(c->d.out, event, slice_of(words));
}

static void decode_hello(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	if BEACON_HAS (m, loop) {
		c->beacon->line = beacon_line(&c->state->common.setup, m->loop);
		if (c->beacon->line == LINE_NONE)
			decoding_anomaly(&c->d, ANOMALY_UNKNOWN,
					 "a hello from a loop that is no line of this "
					 "circuit");
	}
	c->peer->hello = c->peer->last;
	beacon_note_clocks(c);
	/* It sends what is missing by itself, from where the acknowledgement says.
	 */
	beacon_note_last(c, false);
	c->state->to_acknowledge |= (uint32_t)1 << c->state->last;
}

static void decode_tick(const struct beacon_context *c)
{
	beacon_note_clocks(c);
	beacon_note_last(c, true);
	if BEACON_HAS (c->message, us) {
		instant_us at = beacon_instant(c, c->message->us).at;
		c->beacon->tick_us = c->message->us;
		c->beacon->has_tick = true;
		c->state->common.now = at;
		beacon_event(c, EVENT_HEARTBEAT, at)->value = 0;
	}
}

/* ---- lines ------------------------------------------------------------- */

/* Check what every line must have. NULL: nothing is wrong. */
static const char *line_fault(const struct beacon_message *m)
{
	bool fact = m->type == BEACON_PASS || m->type == BEACON_EVENT;
	if (!m->text_form && m->id.len == 0 && m->type != BEACON_TIME)
		return "a line without \"id\"";
	if (m->id.len > BEACON_ID_MAX || m->boot.len > BEACON_BOOT_MAX)
		return "an \"id\" over 23 bytes or a \"boot\" over 15";
	if (memchr(m->id.at != NULL ? m->id.at : "", '\0', m->id.len) ||
	    memchr(m->boot.at != NULL ? m->boot.at : "", '\0', m->boot.len))
		return "an \"id\" or \"boot\" with a zero byte";
	if (fact && !BEACON_HAS(m, seq))
		return "a fact without \"seq\"";
	if (BEACON_HAS(m, seq) && (m->seq < 0 || m->seq > BEACON_SEQ_MAX))
		return "a \"seq\" out of range";
	if (BEACON_HAS(m, us) && (m->us < 0 || m->us > BEACON_US_MAX))
		return "a \"us\" out of range";
	if (BEACON_HAS(m, age_us) && (m->age_us < 0 || m->age_us > BEACON_US_MAX))
		return "an \"age_us\" out of range";
	if (m->type == BEACON_TIME && (!BEACON_HAS(m, n) || !BEACON_HAS(m, us)))
		return "a time without \"n\" or \"us\"";
	return NULL;
}

static const struct {
	enum anomaly anomaly;
	const char *text;
} faults[] = {
	[BEACON_NOT_JSON] = {ANOMALY_FORMAT,
			     "neither a JSON object nor the short text form"},
	[BEACON_BAD_FIELD] = {ANOMALY_FIELD, "a field that is not what its name asks"},
	[BEACON_NO_SUM] = {ANOMALY_CHECKSUM, "a text line without its checksum"},
	[BEACON_BAD_SUM] = {ANOMALY_CHECKSUM, "a checksum that does not agree"},
};

static void (*const decoders[BEACON_TYPE_COUNT])(const struct beacon_context *c) = {
	[BEACON_HELLO] = decode_hello,    [BEACON_PASS] = decode_pass,
	[BEACON_TICK] = decode_tick,      [BEACON_EVENT] = decode_event,
	[BEACON_TIME] = beacon_note_time,
};

/* (6) True: not used. */
static bool lacks_sum(const struct beacon_context *c, bool sends_sums)
{
	const struct beacon_message *m = c->message;
	if (m->summed || m->text_form || !sends_sums)
		return false;
	decoding_anomaly(&c->d, ANOMALY_CHECKSUM,
			 "a line without checksum from a beacon that sends checksums");
	return true;
}

/* (7) True: refused. */
static bool lacks_signature(const struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	const struct feed_setup *setup = &c->state->common.setup;
	const struct slice key = {setup->beacon_key, setup->beacon_key_len};
	unsigned char sign[SHA256_BYTES];
	if (!setup->beacon_signed)
		return false;
	if (m->text_form || !m->is_signed) {
		decoding_anomaly(&c->d, ANOMALY_CHECKSUM,
				 "a line that is not signed: refused");
		return true;
	}
	if (key.len == 0)
		return false;
	hmac_sha256(key, m->signed_part, sign);
	if (sha256_equal(sign, m->sign))
		return false;
	decoding_anomaly(&c->d, ANOMALY_CHECKSUM,
			 "a line signed with another key, or damaged: refused");
	return true;
}

/* (8) True: not used. */
static bool lacks_hello(const struct beacon_context *c)
{
	const struct peer *peer = c->peer;
	if (!c->message->text_form || peer->hello > 0 ||
	    peer->unnamed_at == INSTANT_NONE || c->d.received_at >= peer->unnamed_at)
		return false;
	decoding_anomaly(&c->d, ANOMALY_UNKNOWN,
			 "a text line before the hello of its connection");
	return true;
}

/* One id and boot from two senders: a new connection takes over from the old one, which
 * then is silent. */
static void note_sender(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	uint16_t index = (uint16_t)(c->link - c->state->links + 1);
	if (b->link != index && c->link->spoke && !b->rivals) {
		b->rivals = true;
		decoding_anomaly(&c->d, ANOMALY_CONTRADICTION,
				 "%s: two senders use this id and boot \"%s\" in turn: "
				 "each beacon must have its own id",
				 b->id, b->boot);
	}
	b->link = index;
	c->link->spoke = true;
}

static bool find_beacon(struct beacon_context *c)
{
	const struct beacon_message *m = c->message;
	if (m->text_form)
		c->beacon = beacon_of_text(c->state, m);
	else if (m->id.len > 0)
		c->beacon = beacon_find(c->state, m);
	else if (c->peer->last > 0)
		c->beacon = &c->state->beacons[c->peer->last - 1];
	return c->beacon;
}

static void decode_held(const struct beacon_context *c)
{
	char line[BEACON_LINE_MAX];
	struct beacon_message held;
	struct beacon_context before = *c;
	size_t len = beacon_held(c, line, &before.d);
	before.message = &held;
	if (len > 0 &&
	    wire_beacon_read((struct slice){line, len}, &held) == BEACON_FINE)
		decoders[held.type](&before);
}

static void decode_message(struct beacon_context *c, struct slice line)
{
	const struct beacon_message *m = c->message;
	const char *fault = line_fault(m);
	if (!decoders[m->type]) {
		decoding_anomaly(&c->d, ANOMALY_UNKNOWN,
				 "a line whose \"t\" we do not know");
		return;
	}
	if (fault) {
		decoding_anomaly(&c->d, ANOMALY_FIELD, "%s", fault);
		return;
	}
	if (lacks_signature(c) || lacks_sum(c, c->peer->summed) || lacks_hello(c))
		return;
	/* An answer without an id before any beacon was named. */
	if (!find_beacon(c) && m->type == BEACON_TIME)
		return;
	if (!c->beacon) {
		decoding_anomaly(&c->d, ANOMALY_CAPACITY,
				 "more than 32 beacons in one stream");
		return;
	}
	if (lacks_sum(c, c->beacon->summed))
		return;
	if (m->summed)
		c->peer->summed = c->beacon->summed = true;
	c->link = beacon_link_of(c->state, c->beacon);
	note_sender(c);
	c->state->last = (uint16_t)(c->beacon - c->state->beacons);
	c->beacon->used_at = c->state->common.records;
	c->beacon->peer = c->state->peer;
	c->peer->last = (uint16_t)(c->state->last + 1);
	c->peer->text_form = m->text_form;
	if (m->type != BEACON_HELLO)
		c->beacon->text_form = m->text_form;
	if (c->link->held_len > 0)
		decode_held(c);
	if ((m->type == BEACON_PASS || m->type == BEACON_EVENT) && beacon_hold(c, line))
		return;
	decoders[m->type](c);
	beacon_retry(c);
	beacon_request_time(c);
}

/* (4) */
static const struct lines_rule beacon_lines = {
	.frame_max = FEED_FRAME_MAX,
	.len_max = BEACON_LINE_MAX,
	.ends = "\n",
	.counts = true,
};

static struct beacon_context context_of(struct beacon_state *state,
					instant_us received_at, uint32_t record,
					struct event_list *out)
{
	return (struct beacon_context){
		.d = decoding_begin(&state->common, received_at, record, out),
		.state = state,
		.peer = &state->peers[state->peer],
	};
}

static void beacon_decode(void *memory, struct slice message, instant_us received_at,
			  uint32_t record, struct event_list *out)
{
	struct beacon_context c = context_of(memory, received_at, record, out);
	struct beacon_message scanned;
	c.message = &scanned;
	if (lines_too_long(&beacon_lines, &c.d, &c.peer->skipping, message))
		return;
	message = slice_trim(message);
	if (message.len == 0)
		return;
	enum beacon_fault fault = wire_beacon_read(message, &scanned);
	if (fault != BEACON_FINE)
		decoding_anomaly(&c.d, faults[fault].anomaly, "%s", faults[fault].text);
	else
		decode_message(&c, message);
}

/* (5) */
static void beacon_flush(void *memory, instant_us received_at, struct event_list *out)
{
	struct beacon_state *state = memory;
	struct beacon_context c = context_of(state, received_at, 0, out);
	for (size_t i = 0; state->to_acknowledge >> i != 0; i++) {
		c.beacon = &state->beacons[i];
		if ((state->to_acknowledge >> i & 1) != 0)
			c.link = beacon_link_find(state, c.beacon);
		if ((state->to_acknowledge >> i & 1) != 0 && c.link && c.link->based)
			beacon_put_ack(&c);
		if (i == BEACONS_MAX - 1)
			break;
	}
	state->to_acknowledge = 0;
}

static void beacon_peer(void *memory, uint16_t peer)
{
	((struct beacon_state *)memory)->peer = peer % FEED_PEERS_MAX;
}

/* (8) */
static void peer_begin(struct beacon_state *state, struct peer *peer,
		       instant_us received_at)
{
	if (peer->hello > 0)
		peer->unnamed_at = received_at + HELLO_EVERY;
	peer->hello = peer->last = 0;
	peer->text_form = false;
	for (size_t i = 0; i < BEACONS_MAX; i++)
		if (state->beacons[i].peer == state->peer &&
		    state->beacons[i].id[0] != '\0')
			state->beacons[i].peer = PEER_GONE;
}

/* (3) Request what was missed before the disconnection. A beacon repeats by itself what
 * it sent meanwhile. */
static void beacon_on_connect(void *memory, instant_us received_at,
			      struct event_list *out)
{
	struct beacon_state *state = memory;
	struct beacon_context c = context_of(state, received_at, 0, out);
	c.peer->skipping = false;
	c.peer->asked = c.peer->answers = 0;
	c.peer->summed = false;
	if (!state->common.setup.alone)
		peer_begin(state, c.peer, received_at);
	beacon_request_time(&c);
	for (size_t i = 0; i < LINKS_MAX; i++) {
		c.link = &state->links[i];
		if (!c.link->in_use || c.link->peer != state->peer)
			continue;
		c.beacon = &state->beacons[c.link->beacon];
		if (c.beacon->current)
			beacon_request_missing(&c);
		c.link->in_use = false;
	}
}

static ptrdiff_t beacon_frame(struct slice buf)
{
	return lines_frame(&beacon_lines, buf);
}

static void beacon_init(void *memory, const struct feed_setup *setup)
{
	struct beacon_state *state = memory;
	memset(state, 0, sizeof(*state));
	decoding_init(&state->common, setup);
	for (size_t i = 0; i < FEED_PEERS_MAX; i++)
		state->peers[i].asked_at = state->peers[i].unnamed_at = INSTANT_NONE;
}

static int beacon_look(struct slice line, bool whole)
{
	struct beacon_message m;
	(void)whole;
	return wire_beacon_read(line, &m) == BEACON_FINE && decoders[m.type];
}

static int beacon_sniff(struct slice head)
{
	return lines_sniff(head, 8, 98, beacon_look);
}

const struct feed_driver feed_beacon = {
	.name = "beacon",
	.scheme = "beacon",
	.summary = "open beacon protocol: JSON or text lines of home-made beacons",
	.media = "tcp udp serial file",
	.port_default = 7575,
	.sniff = beacon_sniff,
	.state_size = sizeof(struct beacon_state),
	.init = beacon_init,
	.frame = beacon_frame,
	.decode = beacon_decode,
	.on_connect = beacon_on_connect,
	.peer = beacon_peer,
	.flush = beacon_flush,
};
