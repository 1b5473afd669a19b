/*
 * multiloop.c -- the Multiloop protocol (MLP) of MYLAPS, IndyCar, SRO and USAC
 *
 * TCP, text: a record a line, its fields between bytes A6 (a broken bar in Latin-1), CR LF or
 * LF. There is no standard port; the default is 50003, where SRO America serves it. Every
 * record begins with command, type, number and run key:
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
 * Numbers are hexadecimal, except $T's length and $F's speed. Some receivers read laps to go
 * as decimal; nothing depends on them here. Times are thousandths of a second, or
 * ten-thousandths (multiloop_clock.c (1)). Public descriptions: MYLAPS "Multiloop Timing
 * Protocol" 1.3, USAC's notes on its extensions, other receivers with sample lines.
 *
 *  (1) A record of type R repeats an earlier one and is not a new fact. The numbers of types N
 *      and U count up for each command, or over all commands: a number behind the last one of
 *      any command is not missing. Two records with the same number and bytes are the same.
 *  (2) A run is identified by its key. A new key counts from the second record in a row that
 *      has it; the first is held until then, and is an anomaly if it stays alone.
 */
#include "drivers.h"
#include "multiloop.h"

#include <string.h>

enum {
	FIELD_TYPE = 1,
	FIELD_NUMBER = 2,
	FIELD_KEY = 3,
	GAP_BELIEVED = 4096, /* missing records; more is a restart of the numbers */
};

/* ---- fields ------------------------------------------------------------------- */

bool ml_number(const struct ml *ml, unsigned i, const char *what, uint64_t *out)
{
	if (wire_ml_number(&ml->fields, i, out))
		return true;
	board_bad_field(&ml->in, ml_field(ml, 0), what, ml_field(ml, i));
	return false;
}

bool ml_time(const struct ml *ml, unsigned i, const char *what, duration_us *out)
{
	const struct ml_state *st = ml->state;
	uint64_t ticks;
	if (!wire_ml_number(&ml->fields, i, &ticks) ||
	    ticks > (uint64_t)(BOARD_TOTAL_MAX / st->tick)) {
		board_bad_field(&ml->in, ml_field(ml, 0), what, ml_field(ml, i));
		return false;
	}
	*out = (duration_us)ticks * st->tick;
	return true;
}

bool ml_is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

uint64_t ml_word(struct slice name)
{
	uint64_t word = 0;
	if (name.len > sizeof(word))
		return 0;
	memcpy(&word, name.at, name.len);
	return word;
}

uint32_t ml_sum(struct slice words)
{
	return (uint32_t)hash_bytes(words.at, words.len, 1) | 1;
}

/* ---- records ----------------------------------------------------------------- */

static const struct {
	void (*read)(struct ml *ml);
	enum ml_count count;
} readers[WIRE_ML_COMMAND_COUNT] = {
	[WIRE_ML_STANDING] = {ml_standing, ML_C},
	[WIRE_ML_HEARTBEAT] = {ml_heartbeat, ML_H},
	[WIRE_ML_CROSSING] = {ml_line, ML_L},
	[WIRE_ML_SECTION] = {ml_section, ML_S},
	[WIRE_ML_ENTRY] = {ml_entry, ML_NOT_COUNTED},
	[WIRE_ML_MESSAGE] = {ml_announcement, ML_A},
	[WIRE_ML_TRACK] = {ml_track, ML_NOT_COUNTED},
	[WIRE_ML_RUN] = {ml_run, ML_NOT_COUNTED},
	[WIRE_ML_STATISTICS] = {ml_statistics, ML_NOT_COUNTED},
	[WIRE_ML_LEADER] = {ml_new_leader, ML_N},
	[WIRE_ML_INVALID] = {ml_invalid, ML_I},
	[WIRE_ML_VERSION] = {ml_version, ML_NOT_COUNTED},
	[WIRE_ML_DRIVER] = {ml_driver_id, ML_NOT_COUNTED},
};

/* USAC's other extensions contain nothing new. */
static bool is_usac(struct slice name)
{
	return slice_starts(name, SLICE("$USAC:"));
}

static void missing(struct ml *ml, uint32_t high, uint32_t n)
{
	const struct ml_state *st = ml->state;
	struct slice name = ml_field(ml, 0);
	uint32_t from = high;
	if (st->last_number > from && st->last_number < n)
		from = st->last_number;
	if (n - from == 1 || n - from > GAP_BELIEVED)
		return;
	decoding_anomaly(
		&ml->in.d, ANOMALY_MISSING, "%u record%s before %.*s %X %s missing",
		(unsigned)(n - from - 1), n - from == 2 ? "" : "s", (int)name.len,
		name.at, (unsigned)n, n - from == 2 ? "is" : "are");
}

/* (1) True if the record is used. */
static bool ml_take_number(struct ml *ml, struct slice record, enum ml_count count)
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
	struct sequence *sequence = &st->sequences[count];
	uint16_t fingerprint = sequence_fingerprint(record.at, record.len);
	switch (sequence_look(sequence, n, fingerprint)) {
	case SEQUENCE_REPEATED:
		return false;
	case SEQUENCE_AHEAD:
		missing(ml, sequence->high, n);
		if (n - sequence->high > GAP_BELIEVED)
			sequence_begin(sequence);
		break;
	case SEQUENCE_OLD:
		sequence_begin(sequence);
		break;
	case SEQUENCE_NEXT:
	case SEQUENCE_LATE:
	case SEQUENCE_REUSED:
		break;
	}
	sequence_take(sequence, n, fingerprint);
	st->last_number = n;
	return true;
}

/* True if no field is missing. */
static bool is_whole(struct ml *ml, int row)
{
	if (ml->fields.count >= wire_ml_rows[row].fields)
		return true;
	decoding_anomaly(&ml->in.d, ANOMALY_FORMAT, "%s: a record that is cut short",
			 wire_ml_rows[row].name);
	return false;
}

static void use_record(struct ml *ml, struct slice record, int row)
{
	if (ml_take_number(ml, record, readers[row].count))
		readers[row].read(ml);
}

/* Read the record that was held until its run was confirmed. */
static void read_held(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct ml held = {.in = ml->in, .state = st};
	char line[ML_HELD_MAX];
	struct slice record = {line, st->held};
	unsigned gap = 0;
	memcpy(line, st->held_line, st->held);
	st->held = 0;
	held.in.d.offset = st->held_record;
	int row =
		wire_ml_command((struct slice){line, wire_ml_command_at(record, &gap)});
	wire_ml_split(&held.fields, record, gap);
	held.type = wire_ml_raw(&held.fields, FIELD_TYPE).at[0];
	if (is_whole(&held, row)) /* a long record was cut */
		use_record(&held, record, row);
}

static void ml_alone(struct ml *ml)
{
	ml->state->held = 0;
	decoding_anomaly(&ml->in.d, ANOMALY_CONTRADICTION,
			 "one record of another run than those around it: not used");
}

/* The key of the record that is held. */
static bool held_has(const struct ml_state *st, struct slice key)
{
	struct wire_ml_fields held;
	struct slice line = {st->held_line, st->held};
	unsigned gap;
	if (st->held == 0 || wire_ml_command_at(line, &gap) == 0)
		return false;
	wire_ml_split(&held, line, gap);
	return slice_eq(wire_ml_field(&held, FIELD_KEY), key);
}

/* (2) True if the record is of the current run. */
static bool of_run(struct ml *ml, struct slice record)
{
	struct ml_state *st = ml->state;
	struct slice key = wire_ml_raw(&ml->fields, FIELD_KEY);
	size_t same = 0;
	while (same < key.len && same < st->key_len && key.at[same] == st->key[same])
		same++;
	if (same > 0 && same == key.len && same == st->key_len) {
		if (st->held > 0)
			ml_alone(ml);
		return true;
	}
	key = slice_trim(key);
	if (key.len == 0 || key.len > ML_KEY_MAX) {
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
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
		ml_alone(ml);
	st->held = (uint16_t)(record.len < ML_HELD_MAX ? record.len : ML_HELD_MAX);
	memcpy(st->held_line, record.at, st->held);
	st->held_record = ml->in.d.offset;
	return false;
}

static void ml_read_record(struct board_in *in, struct slice record)
{
	struct ml *ml = (struct ml *)in;
	unsigned gap;
	size_t len = wire_ml_command_at(record, &gap);
	struct slice name = {record.at, len};
	int row = len > 0 ? wire_ml_command(name) : -1;
	if (len == 0) {
		decoding_anomaly(&in->d, ANOMALY_FORMAT, "a line that is no record");
		return;
	}
	if (row < 0) {
		if (!is_usac(name))
			board_unknown(in, name);
		return;
	}
	ml->type = 'R';
	wire_ml_split(&ml->fields, record, gap);
	if (!is_whole(ml, row))
		return;
	if (!wire_ml_rows[row].header) {
		readers[row].read(ml);
		return;
	}
	struct slice type = wire_ml_raw(&ml->fields, FIELD_TYPE);
	if (type.len != 1 || !ml_is_one_of(type.at[0], "NRU")) {
		decoding_anomaly(&in->d, ANOMALY_FORMAT,
				 "a record whose type is not N, R or U");
		return;
	}
	ml->type = type.at[0];
	if (of_run(ml, record))
		use_record(ml, record, row);
}

static size_t ml_record_at(struct slice s)
{
	unsigned gap;
	size_t n = wire_ml_command_at(s, &gap);
	return n > 0 && wire_ml_command((struct slice){s.at, n}) >= 0 ? n : 0;
}

/* ---- the driver ----------------------------------------------------------------- */

static const struct board_protocol ml_protocol = {
	.lines =
		{
			.frame_max = FEED_FRAME_MAX,
			.len_max = 4096,
			.ends = "\n",
			.json = true,
		},
	.record_at = ml_record_at,
	.read = ml_read_record,
	.session = ml_session,
};

static ptrdiff_t ml_frame(struct slice buf)
{
	return lines_frame(&ml_protocol.lines, buf);
}

static void ml_decode(void *memory, struct slice message, instant_us received_at,
		      uint32_t record, struct event_list *out)
{
	struct ml_state *st = memory;
	struct ml ml;
	/* The fields are not initialised: they are many, and splitting fills them. */
	ml.in = board_begin(&st->board, &ml_protocol, received_at, record, out);
	ml.state = st;
	ml.type = 'R';
	ml.fields.count = 0;
	board_read(&ml.in, message);
}

static void ml_init(void *memory, const struct feed_setup *setup)
{
	struct ml_state *st = memory;
	memset(st, 0, sizeof(*st));
	board_init(&st->board, setup);
	st->low = st->high = DURATION_NONE;
	st->tick = US_MS;
}

/* An incomplete line is not continued. */
static void ml_on_connect(void *memory, instant_us received_at, struct event_list *out)
{
	struct ml_state *st = memory;
	(void)received_at;
	(void)out;
	st->board.common.skipping = false;
}

static size_t ours_at(struct slice s)
{
	unsigned gap;
	size_t n = wire_ml_command_at(s, &gap);
	return n > 0 && is_usac((struct slice){s.at, n}) ? n : ml_record_at(s);
}

static int ml_look(struct slice line, bool whole)
{
	(void)whole;
	return board_look(line, ours_at);
}

static int ml_sniff(struct slice head)
{
	return lines_sniff(head, 16, 97, ml_look);
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
	.on_connect = ml_on_connect,
	.silence = 10 * US_S,
};
