/*
 * multiloop.c -- the Multiloop protocol (MLP) of MYLAPS, IndyCar, SRO and USAC
 *
 * TCP, text: a record a line, its fields between bytes A6 (a broken bar in Latin-1),
 * CR LF or LF. No port is the standard; 50003 is where SRO America serves it, and our
 * default. Every record begins with command, type, number and run key:
 *
 *   $C | U | 80004 | Q1 | rank | number | id | laps | elapsed | last lap | T/P | best |
 *   best lap | behind leader: time | laps | behind next: time | laps | overall rank |
 *   overall best | status | flag | pit stops | last pit lap | start position | laps led
 *
 *   $H flag, seconds since 1970, elapsed, laps to go, time to go: each second
 *   $L number, id, timeline, source A/M/P, elapsed, flag, T/P: a crossing
 *   $S number, id, section, elapsed, section time, last lap
 *   $E an entry   $R a run   $T a track   $I a lap taken back   $N a new leader
 *   $A a message  $F statistics  $V version;  $USAC:DRIVERID id, time, driver, name
 *
 * Numbers are hexadecimal, but for $T's length and $F's speed; laps to go too, though
 * receivers exist that read them as decimal: nothing depends on them here. Times are
 * thousandths of a second, or ten-thousandths (multiloop_clock.c (1)). Public
 * descriptions: MYLAPS "Multiloop Timing Protocol" 1.3; the notes of USAC on its
 * extensions; receivers of others that carry lines of it.
 *
 *  (1) A line is one message, so a cut of the stream changes nothing. In a line a
 *      record ends where another begins.
 *  (2) The separator is that behind the command: A6; C2 A6 where somebody made UTF-8 of
 *      it; EF BF BD where somebody did so badly.
 *  (3) What a record of type R says was said before: it is no second fact. Of N and U,
 *      a number counts up within a command (or over all of them: a number behind the
 *      last of any command is not missing). One heard twice with the same words is the
 *      same record.
 *  (4) A run is its key. Another key holds from the second record that bears it in a
 *      row; the first waits for that, and alone it is an anomaly.
 *  (5) An over-long line is one anomaly, whatever its length.
 */
#include "multiloop.h"
#include "drivers.h"
#include "lines.h"

#include <string.h>

enum {
	FIELD_TYPE = 1,
	FIELD_NUMBER = 2,
	FIELD_KEY = 3,
	NAME_MAX_BYTES = 14, /* "$USAC:DRIVERID" */
	GAP_BELIEVED = 4096, /* records missing; more is another count */
};

/* ---- events ---------------------------------------------------------------- */

struct event *ml_event(const struct ml *ml, enum event_kind kind, instant_us at)
{
	struct event *event = event_add(ml->out, kind, at);
	event->heard_at = ml->heard_at;
	if (event->heard_at == INSTANT_NONE)
		event->heard_at = at != INSTANT_NONE ? at : ml_now(ml);
	event->source = ml->state->setup.source;
	event->record = ml->record;
	event->sequence = ml->state->sequence++;
	return event;
}

struct event *ml_car_event(const struct ml *ml, enum event_kind kind, instant_us at,
			   const struct ml_car *car)
{
	struct event *event = ml_event(ml, kind, at);
	event->id_kind = ID_REGISTRATION;
	memcpy(event->id, car->id, sizeof(event->id));
	return event;
}

void ml_anomaly(const struct ml *ml, enum anomaly anomaly, const char *text)
{
	struct event *event = ml_event(ml, EVENT_ANOMALY, ml_now(ml));
	event->field = (uint8_t)anomaly;
	event->number = ml->state->records;
	event_set_text(ml->out, event, slice_of(text));
}

/* ---- records ----------------------------------------------------------------- */

/* `fields`: so many a whole record has, its command included. */
static const struct {
	const char *name;
	void (*read)(struct ml *ml);
	uint8_t fields, count; /* enum ml_count */
	bool header;
} records[] = {
	{"$C", ml_standing, 21, ML_C, true},
	{"$H", ml_heartbeat, 9, ML_H, true},
	{"$L", ml_line, 11, ML_L, true},
	{"$S", ml_section, 10, ML_S, true},
	{"$E", ml_entry, 9, ML_NOT_COUNTED, true},
	{"$A", ml_announcement, 9, ML_A, true},
	{"$T", ml_track, 8, ML_NOT_COUNTED, true},
	{"$R", ml_run, 9, ML_NOT_COUNTED, true},
	{"$F", ml_statistics, 15, ML_NOT_COUNTED, true},
	{"$N", ml_new_leader, 9, ML_N, true},
	{"$I", ml_invalid, 7, ML_I, true},
	{"$V", ml_version, 7, ML_NOT_COUNTED, true},
	{"$USAC:DRIVERID", ml_driver_id, 5, ML_NOT_COUNTED, false},
};

/* Of USAC's other extensions none is a fact of a race we do not have already. */
static bool is_usac(struct slice name)
{
	return slice_starts(name, SLICE("$USAC:"));
}

/* Bytes of a command at the beginning of @s before a separator; 0: none is there. */
static size_t command_at(struct slice s, unsigned *gap)
{
	size_t n = 1;
	if (s.len < 3 || s.at[0] != '$')
		return 0;
	while (n < s.len && n < 24 &&
	       ((s.at[n] >= 'A' && s.at[n] <= 'Z') || (s.at[n] == ':' && n > 1)))
		n++;
	*gap = ml_separator((struct slice){s.at + n, s.len - n});
	return n > 1 && *gap > 0 ? n : 0;
}

/* Most names are a letter. */
static int row_of(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(records); i++) {
		const char *known = records[i].name;
		if (known[1] != name.at[1])
			continue;
		if (name.len == 2 ? known[2] == '\0' : slice_eq(name, slice_of(known)))
			return (int)i;
	}
	return -1;
}

/* A command that is none of ours: told once a name. */
static void unknown_record(struct ml *ml, struct slice name)
{
	struct ml_state *st = ml->state;
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	char text[80];
	for (unsigned i = 0; i < st->unknown_count; i++)
		if (st->unknown[i] == sum)
			return;
	if (st->unknown_count < ML_UNKNOWN_MAX)
		st->unknown[st->unknown_count++] = sum;
	text_format(text, sizeof(text),
		    "a record \"%.*s\" that this reader does not know", (int)name.len,
		    name.at);
	ml_anomaly(ml, ANOMALY_UNKNOWN, text);
}

static void missing(struct ml *ml, uint32_t high, uint32_t n)
{
	const struct ml_state *st = ml->state;
	struct slice name = ml_field(ml, 0);
	uint32_t from = high;
	char text[96];
	if (st->last_number > from && st->last_number < n)
		from = st->last_number;
	if (n - from == 1 || n - from > GAP_BELIEVED)
		return;
	text_format(text, sizeof(text), "%u record%s before %.*s %X %s missing",
		    (unsigned)(n - from - 1), n - from == 2 ? "" : "s", (int)name.len,
		    name.at, (unsigned)n, n - from == 2 ? "is" : "are");
	ml_anomaly(ml, ANOMALY_MISSING, text);
}

/* (3) True when the record is to be used. */
static bool take_number(struct ml *ml, struct slice record, uint8_t count)
{
	struct ml_state *st = ml->state;
	uint64_t number;
	if (!ml_number(ml, FIELD_NUMBER, "the number", &number))
		return false;
	uint32_t n = (uint32_t)number;
	if (ml->type == 'R' || count == ML_NOT_COUNTED) {
		if (n == st->last_number + 1)
			st->last_number = n;
		return true;
	}
	struct numbers *numbers = &st->numbers[count];
	uint16_t print = numbers_print(record.at, record.len);
	switch (numbers_look(numbers, n, print)) {
	case NUMBER_REPEATED:
		return false;
	case NUMBER_AHEAD:
		missing(ml, numbers->high, n);
		if (n - numbers->high > GAP_BELIEVED)
			numbers_begin(numbers);
		break;
	case NUMBER_OLD:
		numbers_begin(numbers);
		break;
	case NUMBER_NEXT:
	case NUMBER_LATE:
	case NUMBER_REUSED:
		break;
	}
	numbers_take(numbers, n, print);
	st->last_number = n;
	return true;
}

/* Split: true when no field is missing. */
static bool is_whole(struct ml *ml, int row)
{
	char text[80];
	if (ml->count >= records[row].fields)
		return true;
	text_format(text, sizeof(text), "%s: a record that is cut short",
		    records[row].name);
	ml_anomaly(ml, ANOMALY_FORMAT, text);
	return false;
}

static void use_record(struct ml *ml, struct slice record, int row)
{
	if (take_number(ml, record, records[row].count))
		records[row].read(ml);
}

/* What waited for its run to be believed is of it. */
static void read_held(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct ml held = {
		.state = st,
		.out = ml->out,
		.heard_at = ml->heard_at,
		.record = st->held_record,
	};
	char line[ML_HELD_MAX];
	size_t len = st->held;
	unsigned gap = 0;
	memcpy(line, st->held_line, len);
	st->held = 0;
	size_t name = command_at((struct slice){line, len}, &gap);
	ml_split(&held, (struct slice){line, len}, gap);
	held.type = ml_raw(&held, FIELD_TYPE).at[0];
	int row = row_of((struct slice){line, name});
	if (is_whole(&held, row)) /* a long one was cut */
		use_record(&held, (struct slice){line, len}, row);
}

static void alone(struct ml *ml)
{
	ml->state->held = 0;
	ml_anomaly(ml, ANOMALY_CONTRADICTION,
		   "one record of another run than those around it: not used");
}

/* The key of the record that is held. */
static bool held_has(const struct ml_state *st, struct slice key)
{
	struct ml held;
	struct slice line = {st->held_line, st->held};
	unsigned gap;
	if (st->held == 0 || command_at(line, &gap) == 0)
		return false;
	ml_split(&held, line, gap);
	return slice_eq(ml_field(&held, FIELD_KEY), key);
}

/* (4) True when the record is of the run in hand. */
static bool of_run(struct ml *ml, struct slice record)
{
	struct ml_state *st = ml->state;
	struct slice key = ml_raw(ml, FIELD_KEY);
	size_t same = 0;
	while (same < key.len && same < st->key_len && key.at[same] == st->key[same])
		same++;
	if (same > 0 && same == key.len && same == st->key_len) {
		if (st->held > 0)
			alone(ml);
		return true;
	}
	key = slice_trim(key);
	if (key.len == 0 || key.len > ML_KEY_MAX) {
		ml_anomaly(ml, ANOMALY_FIELD,
			   "a run key that is empty or over 15 bytes");
		return false;
	}
	if (st->key_len == 0) {
		ml_run_begin(ml, key);
		return true;
	}
	if (held_has(st, key)) {
		ml_run_begin(ml, key);
		read_held(ml);
		return true;
	}
	if (st->held > 0)
		alone(ml);
	st->held = (uint16_t)(record.len < ML_HELD_MAX ? record.len : ML_HELD_MAX);
	memcpy(st->held_line, record.at, st->held);
	st->held_record = ml->record;
	return false;
}

static void read_record(struct ml *ml, struct slice record)
{
	unsigned gap;
	size_t len = command_at(record, &gap);
	struct slice name = {record.at, len};
	int row = len > 0 ? row_of(name) : -1;
	ml->state->records++;
	if (len == 0) {
		ml_anomaly(ml, ANOMALY_FORMAT, "a line that is no record");
		return;
	}
	if (row < 0) {
		if (!is_usac(name))
			unknown_record(ml, name);
		return;
	}
	ml_split(ml, record, gap);
	if (!is_whole(ml, row))
		return;
	if (!records[row].header) {
		records[row].read(ml);
		return;
	}
	struct slice type = ml_raw(ml, FIELD_TYPE);
	if (type.len != 1 || !ml_is_one_of(type.at[0], "NRU")) {
		ml_anomaly(ml, ANOMALY_FORMAT, "a record whose type is not N, R or U");
		return;
	}
	ml->type = type.at[0];
	if (of_run(ml, record))
		use_record(ml, record, row);
}

/* (1) Bytes of @line up to the next record in it. */
static size_t record_end(struct slice line)
{
	size_t at = 1;
	while (at < line.len) {
		const char *dollar = memchr(line.at + at, '$', line.len - at);
		unsigned gap;
		size_t n;
		if (!dollar)
			break;
		at = (size_t)(dollar - line.at);
		n = command_at((struct slice){dollar, line.len - at}, &gap);
		if (n > 0 && row_of((struct slice){dollar, n}) >= 0)
			return at;
		at++;
	}
	return line.len;
}

/* What stands in a line before its first record. */
static void stray(struct ml *ml, struct slice bytes)
{
	if (lines_are_notes(bytes))
		return;
	ml->state->records++;
	ml_anomaly(ml, ANOMALY_FORMAT, "a line that is no record");
}

static void read_line(struct ml *ml, struct slice line)
{
	size_t before = 0;
	bool noise = line.len > 0 && (line.at[0] == '[' || line.at[0] == '{');
	if (line.len > 0 && line.at[0] != '$') {
		const char *dollar = memchr(line.at, '$', line.len);
		before = dollar && !noise ? (size_t)(dollar - line.at) : line.len;
		stray(ml, (struct slice){line.at, before});
		line.at += before;
		line.len -= before;
	}
	while (line.len > 0) {
		size_t end = record_end(line);
		read_record(ml, slice_trim((struct slice){line.at, end}));
		line.at += end;
		line.len -= end;
	}
}

/* ---- the driver ----------------------------------------------------------------- */

static ptrdiff_t ml_frame(struct slice buf)
{
	size_t reach = buf.len < FEED_FRAME_MAX ? buf.len : FEED_FRAME_MAX;
	const char *end = reach > 0 ? memchr(buf.at, '\n', reach) : NULL;
	if (end)
		return end - buf.at + 1;
	return reach == FEED_FRAME_MAX ? FEED_FRAME_MAX : 0;
}

/* (5) True when the line, or this piece of one, is not to be read. */
static bool too_long(struct ml *ml, struct slice message)
{
	enum lines_verdict verdict =
		lines_look(&ml->state->skipping, message, SLICE("\n"));
	if (verdict == LINES_LONG)
		ml_anomaly(ml, ANOMALY_FORMAT, "a line longer than 4096 bytes");
	return verdict != LINES_READ;
}

static void ml_decode(void *memory, struct slice message, instant_us heard_at,
		      uint32_t record, struct event_list *out)
{
	struct ml_state *st = memory;
	struct ml ml;
	/* Not its fields: they are many, and split() fills those there are. */
	ml.state = st;
	ml.out = out;
	ml.heard_at = lines_heard(heard_at, st->setup.day);
	ml.record = record;
	ml.count = 0;
	ml.gap = 1;
	ml.type = 'R';
	ml.at = message.at;
	if (!too_long(&ml, message))
		read_line(&ml, slice_trim(message));
}

static void ml_init(void *memory, const struct feed_setup *setup)
{
	struct ml_state *st = memory;
	memset(st, 0, sizeof(*st));
	st->setup = *setup;
	st->start = st->now = st->before = st->lead_at = INSTANT_NONE;
	st->low = st->high = DURATION_NONE;
	st->tick = US_MS;
}

/* The bytes before, where a line was cut off, are not continued. */
static void ml_greet(void *memory, instant_us heard_at, struct event_list *out)
{
	struct ml_state *st = memory;
	(void)heard_at;
	(void)out;
	st->skipping = false;
}

/* Whole lines of the head: how many of them are ours. */
static int ml_sniff(struct slice head)
{
	unsigned lines = 0, ours = 0, gap;
	if (slice_starts(head, SLICE("\xef\xbb\xbf"))) {
		head.at += 3;
		head.len -= 3;
	}
	while (lines < 16 && head.len > 0) {
		bool whole = memchr(head.at, '\n', head.len);
		struct slice line = slice_trim(slice_cut(&head, '\n'));
		size_t n;
		if (line.len == 0 || line.at[0] == '#' || line.at[0] == '[' ||
		    line.at[0] == '{')
			continue;
		if (!whole && lines > 0)
			break;
		lines++;
		n = command_at(line, &gap);
		ours += n > 0 && (row_of((struct slice){line.at, n}) >= 0 ||
				  is_usac((struct slice){line.at, n}));
	}
	if (ours == 0)
		return 0;
	return ours == lines ? 97 : (int)(90 * ours / lines);
}

const struct feed_driver feed_multiloop = {
	.name = "multiloop",
	.scheme = "multiloop",
	.summary = "Multiloop, the timing protocol of MYLAPS, IndyCar, SRO, USAC",
	.media = "tcp file",
	.port_default = 50003,
	.sniff = ml_sniff,
	.state_size = sizeof(struct ml_state),
	.init = ml_init,
	.frame = ml_frame,
	.decode = ml_decode,
	.greet = ml_greet,
	.silence = 10 * US_S,
};
