/*
 * beacon.c -- the open beacon protocol, "one line = one fact"
 *
 * UTF-8, LF (CR ignored), at most 512 bytes a line; the same lines over TCP, UDP,
 * serial and in files. JSON, one flat object a line:
 *
 *   {"t":"hello","v":1,"id":"sf-1","loop":"SF","boot":"6f1c","seq":1841}
 *   {"t":"pass","id":"sf-1","boot":"6f1c","seq":1842,"tx":"2906141","us":52083691000}
 *   {"t":"tick","id":"sf-1","boot":"6f1c","us":52084000000,"seq":1842,
 *    "utc":1764000000123456,"src":"gps"}
 *   {"t":"event","id":"rc-1","boot":"1","seq":7,"us":52084000000,"name":"gun"}
 *
 * or the short text form of small beacons, in milliseconds, with the XOR of the
 * bytes before the star. It belongs to the beacon that said hello last on the same
 * connection, else to a nameless one of that connection, on the finish line:
 *
 *   P 1842 2906141 52083691 50 -41*69      pass: seq tx ms [hits [rssi]]
 *   S 52084000 1842*57                     tick: ms seq; its sum may be absent
 *   T 7 52083691*61                        time: n ms
 *
 * The console answers (beacon_ask.c). The page for who builds a beacon, normative and
 * with examples, is pitwall-beacon(5).
 *
 * Beyond the proposal's own keys we read: "us" and "utc" in a hello (the clock is
 * known before the first pass), "loop" in a pass (a stateless node), and in an
 * event these names with these keys:
 *
 *   gun                          START; "clock": UTC microseconds from which the
 *                                limit counts
 *   flag     "value":"SC"        FLAG, a name of event.h; "text": words
 *   driver   "tx", "value":name  DRIVER; "num": 1-based place among the drivers; an
 *                                empty name: who is on board is not known
 *   weather  "value":"air","num":18200   one of air, track (thousandths of a degree
 *                                C), humidity (per mille), pressure (Pa), wind
 *                                (mm/s), wind-deg, rain (0, 1), state (0 dry,
 *                                1 drying, 2 wet)
 *   status   "tx", "value"       STATUS of a car: RETIRED ...
 *   message  "value" or "text"   MESSAGE; "tx" where it is about a car
 *   end                          END: nothing follows
 *
 * Any other name is a MESSAGE of that name and value.
 *
 *  (1) A line is a fact however the stream was cut, and is used once: (id, boot,
 *      seq) is looked up in a window of the last SEEN_MAX numbers.
 *  (2) `us` runs from boot and is mapped to UTC (beacon_clock.c). Bytes of a file
 *      were not heard: there, without samples, boot is the beginning of the day.
 *  (3) A gap in seq is one anomaly, and a question to the beacon, again while it stays
 *      open (beacon_numbers.c). Records of a gap that come later are used as if they
 *      had come in time.
 *  (4) An over-long line is one anomaly, whatever its length.
 *  (5) What was heard without a gap is acknowledged, once a read for all its lines,
 *      to be sent when the recording holds them. A record that comes again is
 *      acknowledged again: its beacon has lost the answer.
 */
#include "drivers.h"
#include "beacon.h"

#include <string.h>

/* ---- facts ------------------------------------------------------------- */

static bool set_transponder(const struct context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	if (!(m->has & HAS_TX))
		return false;
	event_set_id(event, ID_TRANSPONDER, m->tx);
	return event->id[0] != '\0';
}

/* The line of a pass: what it says itself, what its beacon said, what the first
 * part of the beacon's id says ("sf-1"). A text line without a hello cannot say:
 * its loop is the finish line, as a single loop always is. */
static uint8_t pass_line(const struct context *c)
{
	const struct beacon_message *m = c->message;
	struct slice id = slice_of(c->beacon->id);
	if (m->has & HAS_LOOP)
		return beacon_line(&c->state->setup, m->loop);
	if (c->beacon->line != LINE_NONE)
		return c->beacon->line;
	if (m->text_form && id.len == 0)
		return LINE_SF;
	return beacon_line(&c->state->setup, slice_cut(&id, '-'));
}

static void decode_pass(const struct context *c)
{
	const struct beacon_message *m = c->message;
	enum event_kind kind = EVENT_PASSING;
	uint8_t line = pass_line(c);
	struct beacon_when when;
	if (!beacon_note_record(c))
		return;
	if (!(m->has & HAS_TX) || slice_trim(m->tx).len == 0 ||
	    m->tx.len > EVENT_ID_MAX) {
		beacon_anomaly(c, ANOMALY_FIELD,
			       "a pass whose \"tx\" is absent or longer than 12 bytes");
		return;
	}
	if (line == LINE_NONE) {
		beacon_anomaly(c, ANOMALY_UNKNOWN,
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
	set_transponder(c, event);
	if (kind == EVENT_PIT_IN)
		event->value = 0;
}

/* An event's name: what it becomes. */
static void event_gun(const struct context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	event->kind = EVENT_START;
	event->value = INSTANT_NONE;
	if ((m->has & HAS_CLOCK) && m->clock > -BEACON_UTC_MAX &&
	    m->clock < BEACON_UTC_MAX)
		event->value = m->clock;
}

static void event_flag(const struct context *c, struct event *event)
{
	int flag = flag_by_name(c->message->value);
	if (flag < 0) {
		event->kind = EVENT_ANOMALY;
		event->field = ANOMALY_FIELD;
		event->number = c->state->lines;
		event_set_text(c->out, event,
			       SLICE("a flag whose \"value\" is no flag we know"));
		return;
	}
	event->kind = EVENT_FLAG;
	event->flag = (uint8_t)flag;
	event_set_text(c->out, event, c->message->text);
}

static void event_driver(const struct context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	event->kind = EVENT_DRIVER;
	set_transponder(c, event);
	if ((m->has & HAS_NUM) && m->num > 0 && m->num <= UINT8_MAX)
		event->number = (uint32_t)m->num;
	event_set_text(c->out, event, m->value);
}

static void event_weather(const struct context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	int field = weather_by_name(m->value);
	if (field >= 0 && (m->has & HAS_NUM) && m->num <= INT32_MAX &&
	    m->num >= INT32_MIN) {
		event->kind = EVENT_WEATHER;
		event->field = (uint8_t)field;
		event->value = m->num;
		return;
	}
	event->kind = EVENT_ANOMALY;
	event->field = ANOMALY_FIELD;
	event->number = c->state->lines;
	event_set_text(c->out, event,
		       SLICE("weather without a \"value\" we know or without \"num\""));
}

static void event_status(const struct context *c, struct event *event)
{
	event->kind = EVENT_STATUS;
	set_transponder(c, event);
	event_set_text(c->out, event, c->message->value);
}

static void event_message(const struct context *c, struct event *event)
{
	const struct beacon_message *m = c->message;
	event->kind = EVENT_MESSAGE;
	set_transponder(c, event);
	event_set_text(c->out, event, m->value.len > 0 ? m->value : m->text);
}

static void event_end(const struct context *c, struct event *event)
{
	(void)c;
	event->kind = EVENT_END;
}

static const struct {
	const char *name;
	void (*decode)(const struct context *c, struct event *event);
} event_names[] = {
	{"gun", event_gun},       {"flag", event_flag},
	{"driver", event_driver}, {"weather", event_weather},
	{"status", event_status}, {"message", event_message},
	{"end", event_end},
};

static void decode_event(const struct context *c)
{
	const struct beacon_message *m = c->message;
	char words[BEACON_LINE_MAX + 4];
	struct beacon_when when;
	if (!beacon_note_record(c) || !beacon_fact_instant(c, &when))
		return;
	struct event *event = beacon_event(c, EVENT_MESSAGE, when.at);
	event->sequence = (uint32_t)(uint64_t)m->seq;
	event->value = 0;
	for (size_t i = 0; i < ARRAY_LEN(event_names); i++)
		if (slice_eq(m->name, slice_of(event_names[i].name))) {
			event_names[i].decode(c, event);
			return;
		}
	set_transponder(c, event);
	text_format(words, sizeof(words), "%.*s%s%.*s", (int)m->name.len,
		    m->name.len > 0 ? m->name.at : "", m->value.len > 0 ? ": " : "",
		    (int)m->value.len, m->value.len > 0 ? m->value.at : "");
	event_set_text(c->out, event, slice_of(words));
}

static void decode_hello(const struct context *c)
{
	const struct beacon_message *m = c->message;
	if (m->has & HAS_LOOP) {
		c->beacon->line = beacon_line(&c->state->setup, m->loop);
		if (c->beacon->line == LINE_NONE)
			beacon_anomaly(c, ANOMALY_UNKNOWN,
				       "a hello from a loop that is no line of this "
				       "circuit");
	}
	c->peer->hello = c->peer->last;
	beacon_note_clocks(c);
	/* What is missing since it was last here, it will send by itself, from where we
	 * tell it that we have it. */
	beacon_note_last(c, false);
	c->state->to_acknowledge |= (uint32_t)1 << c->state->last;
}

static void decode_tick(const struct context *c)
{
	beacon_note_clocks(c);
	beacon_note_last(c, true);
	if (c->message->has & HAS_US) {
		instant_us at = beacon_instant(c, c->message->us).at;
		c->beacon->tick_us = c->message->us;
		c->beacon->has_tick = true;
		c->state->last_at = at;
		beacon_event(c, EVENT_HEARTBEAT, at)->value = 0;
	}
}

/* ---- lines ------------------------------------------------------------- */

/* What a line must have before anything is made of it. NULL: all is well. */
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
	if (fact && !(m->has & HAS_SEQ))
		return "a fact without \"seq\"";
	if ((m->has & HAS_SEQ) && (m->seq < 0 || m->seq > BEACON_SEQ_MAX))
		return "a \"seq\" out of range";
	if ((m->has & HAS_US) && (m->us < 0 || m->us > BEACON_US_MAX))
		return "a \"us\" out of range";
	if ((m->has & HAS_AGE) && (m->age_us < 0 || m->age_us > BEACON_US_MAX))
		return "an \"age_us\" out of range";
	if (m->type == BEACON_TIME && (m->has & (HAS_N | HAS_US)) != (HAS_N | HAS_US))
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

static void decode_other(const struct context *c)
{
	(void)c;
}

static void (*const decoders[])(const struct context *c) = {
	[BEACON_OTHER] = decode_other, [BEACON_HELLO] = decode_hello,
	[BEACON_PASS] = decode_pass,   [BEACON_TICK] = decode_tick,
	[BEACON_EVENT] = decode_event, [BEACON_TIME] = beacon_note_time,
};

static bool find_beacon(struct context *c)
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

static void decode_message(struct context *c)
{
	const struct beacon_message *m = c->message;
	const char *fault = line_fault(m);
	if (m->type == BEACON_OTHER) {
		beacon_anomaly(c, ANOMALY_UNKNOWN, "a line whose \"t\" we do not know");
		return;
	}
	if (fault) {
		beacon_anomaly(c, ANOMALY_FIELD, fault);
		return;
	}
	/* An answer that names nobody before anybody was named. */
	if (!find_beacon(c) && m->type == BEACON_TIME)
		return;
	if (!c->beacon) {
		beacon_anomaly(c, ANOMALY_CAPACITY,
			       "more than 32 beacons in one stream");
		return;
	}
	c->state->last = (uint16_t)(c->beacon - c->state->beacons);
	c->beacon->used_at = c->state->lines;
	c->beacon->peer = c->state->peer;
	c->peer->last = (uint16_t)(c->state->last + 1);
	c->peer->text_form = m->text_form;
	if (m->type != BEACON_HELLO)
		c->beacon->text_form = m->text_form;
	decoders[m->type](c);
	beacon_retry(c);
	beacon_ask_time(c);
}

/* (4) True when the line, or this piece of one, is not to be read. */
static bool line_too_long(const struct context *c, struct slice message)
{
	struct beacon_state *state = c->state;
	bool ends = message.len > 0 && message.at[message.len - 1] == '\n';
	bool piece = !ends && message.len >= FEED_FRAME_MAX;
	bool skipping = c->peer->skipping;
	c->peer->skipping = piece;
	if (skipping)
		return true;
	state->lines++;
	if (!piece && slice_trim(message).len <= BEACON_LINE_MAX)
		return false;
	beacon_anomaly(c, ANOMALY_FORMAT, "a line longer than 512 bytes");
	return true;
}

/* (2) A file is given one instant for all its bytes: its day, or none. Nor is an
 * instant believed in that no clock says. */
static instant_us heard(const struct beacon_state *state, instant_us heard_at)
{
	if (heard_at == 0 || heard_at == state->setup.day ||
	    heard_at > BEACON_UTC_MAX || heard_at < -BEACON_UTC_MAX)
		return INSTANT_NONE;
	return heard_at;
}

static struct context context_of(struct beacon_state *state, instant_us heard_at,
				 struct event_list *out)
{
	return (struct context){
		.state = state,
		.out = out,
		.peer = &state->peers[state->peer],
		.heard_at = heard(state, heard_at),
	};
}

static void beacon_decode(void *memory, struct slice message, instant_us heard_at,
			  uint32_t record, struct event_list *out)
{
	struct context c = context_of(memory, heard_at, out);
	struct beacon_message scanned;
	c.message = &scanned;
	c.record = record;
	if (line_too_long(&c, message) || slice_trim(message).len == 0)
		return;
	enum beacon_fault fault = beacon_scan(message, &scanned);
	if (fault != BEACON_FINE)
		beacon_anomaly(&c, faults[fault].anomaly, faults[fault].text);
	else
		decode_message(&c);
}

/* (5) */
static void beacon_settle(void *memory, instant_us heard_at, struct event_list *out)
{
	struct beacon_state *state = memory;
	struct context c = context_of(state, heard_at, out);
	for (size_t i = 0; state->to_acknowledge >> i != 0; i++) {
		c.beacon = &state->beacons[i];
		if ((state->to_acknowledge >> i & 1) != 0 && c.beacon->based)
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

/* (3) Of what was missed before. What it said meanwhile a beacon repeats by itself. */
static void beacon_greet(void *memory, instant_us heard_at, struct event_list *out)
{
	struct beacon_state *state = memory;
	struct context c = context_of(state, heard_at, out);
	c.peer->skipping = false;
	c.peer->asked = c.peer->answers = 0;
	beacon_ask_time(&c);
	for (size_t i = 0; i < BEACONS_MAX; i++) {
		struct beacon *b = &state->beacons[i];
		if (!b->in_use || !b->current || b->peer != state->peer)
			continue;
		c.beacon = b;
		b->ask_at = INSTANT_NONE;
		beacon_ask_missing(&c);
	}
}

static ptrdiff_t beacon_frame(struct slice buf)
{
	size_t reach = buf.len < FEED_FRAME_MAX ? buf.len : FEED_FRAME_MAX;
	const char *end = reach > 0 ? memchr(buf.at, '\n', reach) : NULL;
	if (end)
		return end - buf.at + 1;
	return reach == FEED_FRAME_MAX ? FEED_FRAME_MAX : 0;
}

static void beacon_init(void *memory, const struct feed_setup *setup)
{
	struct beacon_state *state = memory;
	memset(state, 0, sizeof(*state));
	state->setup = *setup;
	state->last_at = INSTANT_NONE;
	for (size_t i = 0; i < FEED_PEERS_MAX; i++)
		state->peers[i].asked_at = INSTANT_NONE;
}

/* Whole lines of the head: how many of them are ours. */
static int beacon_sniff(struct slice head)
{
	unsigned lines = 0, ours = 0;
	struct beacon_message m;
	while (lines < 8 && head.len > 0) {
		bool whole = memchr(head.at, '\n', head.len);
		struct slice line = slice_trim(slice_cut(&head, '\n'));
		if (line.len == 0)
			continue;
		if (!whole && lines > 0)
			break;
		lines++;
		ours += beacon_scan(line, &m) == BEACON_FINE && m.type != BEACON_OTHER;
	}
	if (ours == 0)
		return 0;
	return ours == lines ? 98 : (int)(90 * ours / lines);
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
	.greet = beacon_greet,
	.peer = beacon_peer,
	.settle = beacon_settle,
};
