/*
 * rmonitor.c -- RMonitor, the scoreboard feed of Orbits and its imitators
 *
 * TCP 50000, text: a record a line, $F,14,"00:12:45","13:34:23","00:09:47","Green ".
 * Read: $F $A $COMP $B $C $G $H $I $J $COR; of IMSA $L and the states in $COMP; of Race Monitor
 * $RMS and $RMHL; of $E the circuit. Known and not used: $T $SP $SR $RMLT $RMDTL $RMCA $RMRDQ. Public
 * descriptions: MYLAPS "RMonitor timing protocol" 1.0, IMSA "Enhanced" 1.03.
 *
 *  (1) A car is identified by its registration. Laps come from $J, which is sent once for each
 *      passing, compared with $G, the standing of a car.
 *  (2) $I announces a dump and ends nothing. A run ends with another number in $B, or when the
 *      race clock restarts.
 */
#include "drivers.h"
#include "rmonitor.h"

#include <string.h>

/* ---- fields ---------------------------------------------------------------- */

struct slice rm_field(const struct rm *rm, unsigned i)
{
	return i < rm->fields.count ? rm->fields.at[i] : (struct slice){"", 0};
}

bool rm_time(const struct rm *rm, unsigned i, const char *what, duration_us *out)
{
	duration_us t;
	if (!parse_duration(rm_field(rm, i), &t) || t < 0 || t >= BOARD_TOTAL_MAX) {
		board_bad_field(&rm->in, rm_field(rm, 0), what, rm_field(rm, i));
		return false;
	}
	*out = t;
	return true;
}

bool rm_number(const struct rm *rm, unsigned i, const char *what, uint32_t *out)
{
	struct slice field = rm_field(rm, i);
	uint64_t n = 0;
	if (field.len > 0 && (!parse_u64(field, &n) || n > UINT32_MAX)) {
		board_bad_field(&rm->in, rm_field(rm, 0), what, field);
		return false;
	}
	*out = (uint32_t)n;
	return true;
}

/* ---- records ----------------------------------------------------------------- */

static void rm_setting(struct rm *rm)
{
	const struct slice nothing = {"", 0};
	if (slice_eq(rm_field(rm, 1), SLICE("TRACKNAME")))
		board_circuit(&rm->in, rm_field(rm, 2), nothing);
	else if (slice_eq(rm_field(rm, 1), SLICE("TRACKLENGTH")))
		board_circuit(&rm->in, nothing, rm_field(rm, 2));
}

/* NULL: known, and not used. */
static void (*const readers[WIRE_RM_RECORD_COUNT])(struct rm *rm) = {
	[WIRE_RM_HEARTBEAT] = rm_heartbeat,
	[WIRE_RM_STANDING] = rm_standing,
	[WIRE_RM_BEST] = rm_best,
	[WIRE_RM_PASSING] = rm_passing,
	[WIRE_RM_COMPETITOR] = rm_competitor,
	[WIRE_RM_COMPANY] = rm_company,
	[WIRE_RM_RUN] = rm_run,
	[WIRE_RM_SETTING] = rm_setting,
	[WIRE_RM_CLASS] = rm_class,
	[WIRE_RM_INIT] = rm_init_record,
	[WIRE_RM_CORRECTION] = rm_correction,
	[WIRE_RM_LINE] = rm_line,
	[WIRE_RM_SORT_MODE] = rm_sort_mode,
	[WIRE_RM_HISTORY] = rm_history,
};

static void rm_read_record(struct board_in *in, struct slice record)
{
	struct rm *rm = (struct rm *)in;
	int row = wire_rm_record_at(record);
	if (row < 0) {
		struct slice name = slice_cut(&record, ',');
		if (name.len > 16)
			name.len = 16;
		board_unknown(in, name);
	} else if (!wire_rm_split(record, (enum wire_rm_record)row, &rm->fields)) {
		decoding_anomaly(&in->d, ANOMALY_FORMAT,
				 "%s: a record that is cut short",
				 wire_rm_name((enum wire_rm_record)row));
	} else if (readers[row]) {
		readers[row](rm);
	}
}

static size_t rm_record_at(struct slice s)
{
	int row = wire_rm_record_at(s);
	return row < 0 ? 0 : strlen(wire_rm_name((enum wire_rm_record)row));
}

/* ---- the driver ----------------------------------------------------------------- */

static const struct board_protocol rm_protocol = {
	.lines =
		{
			.frame_max = FEED_FRAME_MAX,
			.len_max = 4096,
			.ends = "\n\r",
			.json = true,
		},
	.record_at = rm_record_at,
	.read = rm_read_record,
	.session = rm_session,
};

static ptrdiff_t rm_frame(struct slice buf)
{
	return lines_frame(&rm_protocol.lines, buf);
}

static void rm_decode(void *memory, struct slice message, instant_us received_at,
		      uint32_t record, struct event_list *out)
{
	struct rm_state *st = memory;
	struct rm rm;
	/* The fields are not initialised: they are many, and splitting fills them. */
	rm.in = board_begin(&st->board, &rm_protocol, received_at, record, out);
	rm.state = st;
	rm.fields.count = 0;
	board_read(&rm.in, message);
}

static void rm_init(void *memory, const struct feed_setup *setup)
{
	struct rm_state *st = memory;
	memset(st, 0, sizeof(*st));
	board_init(&st->board, setup);
	st->seen_at = st->tod_at = st->tod_received = INSTANT_NONE;
	st->high_at = INSTANT_NONE;
	st->tod = DURATION_NONE;
	st->agreed = true;
}

/* An incomplete line is not continued. */
static void rm_on_connect(void *memory, instant_us received_at, struct event_list *out)
{
	struct rm_state *st = memory;
	(void)received_at;
	(void)out;
	st->board.common.skipping = false;
}

static int rm_look(struct slice line, bool whole)
{
	(void)whole;
	return board_look(line, rm_record_at);
}

static int rm_sniff(struct slice head)
{
	return lines_sniff(head, 16, 97, rm_look);
}

const struct feed_driver feed_rmonitor = {
	.name = "rmonitor",
	.scheme = "rmonitor",
	.summary = "RMonitor, the scoreboard feed of MYLAPS Orbits, IMSA, Race Monitor",
	.media = "tcp web file",
	.port_default = 50000,
	.sniff = rm_sniff,
	.state_size = sizeof(struct rm_state),
	.init = rm_init,
	.frame = rm_frame,
	.decode = rm_decode,
	.on_connect = rm_on_connect,
	.silence = 10 * US_S,
};
