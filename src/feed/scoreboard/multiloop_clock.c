/*
 * multiloop_clock.c -- the heartbeat of Multiloop: unit of time, start of a run, flag
 *
 *  (1) The protocol does not state its unit of time. IndyCar's keys contain a point ("R.I",
 *      "P2.L": a session and its series), and its times are ten-thousandths of a second; all
 *      others are thousandths. So a stream without $H has its unit from the first record on,
 *      however it is cut. If two $H of a run, 5 s apart or more, show that the clock runs by
 *      the other unit, that unit is used for the whole stream, with an anomaly: earlier events
 *      had the wrong unit.
 *  (2) The start of a run is fixed once, by its first $H with a race time: all crossings are
 *      moved by the same fraction of a second, and no gap changes. A race clock that stops
 *      or is set later moves no crossing either, and is an anomaly.
 *  (3) A race time that restarts is a new race, under the key of its run.
 *  (4) Crossings before the first $H wait for it, since it is sent every second. If crossings
 *      (of types N and U) lie 10 s apart without one, the stream has no $H. The start is then
 *      the race's day, or the time of receipt.
 */
#include "multiloop.h"

#include <string.h>

#define ALONE (10 * US_S)
/* Later times would overflow. */
#define UNIX_MAX ((uint64_t)1 << 33)

enum { MEASURE_LEAST = 5, MEASURE_MOST = 120 }; /* seconds */

/* ---- the unit ---------------------------------------------------------------------- */

duration_us ml_tick_of_key(struct slice key)
{
	return key.len > 0 && memchr(key.at, '.', key.len) ? US_MS / 10 : US_MS;
}

/* (1) */
static void measure_unit(struct ml *ml, uint64_t seconds, uint64_t ticks)
{
	struct ml_state *st = ml->state;
	int64_t by_s = (int64_t)seconds - st->unit_unix;
	int64_t by = (int64_t)ticks - st->unit_ticks;
	duration_us tick;
	if (st->unit_measured || ticks == 0)
		return;
	if (st->unit_unix == 0 || by_s < 0 || by_s > MEASURE_MOST || by < 0) {
		st->unit_unix = (int64_t)seconds;
		st->unit_ticks = (int64_t)ticks;
		return;
	}
	if (by_s < MEASURE_LEAST)
		return;
	st->unit_unix = 0;
	if (by > 7500 * by_s && by < 12500 * by_s)
		tick = US_MS / 10;
	else if (by > 750 * by_s && by < 1250 * by_s)
		tick = US_MS;
	else
		return; /* the clock stopped in between */
	st->unit_measured = true;
	if (tick == st->tick)
		return;
	st->tick = tick;
	decoding_anomaly(
		&ml->in.d, ANOMALY_CLOCK,
		tick == US_MS ? "the times are thousandths of a second, not what the "
				"run's key says"
			      : "the times are ten-thousandths of a second, not what "
				"the run's key says");
	ml_again(ml);
}

/* ---- the start ---------------------------------------------------------------------- */

instant_us ml_utc(const struct ml *ml, uint64_t seconds)
{
	return (instant_us)seconds * US_S - ml->state->board.offset;
}

bool ml_start_ready(const struct ml *ml)
{
	const struct ml_state *st = ml->state;
	return st->board.start_known || st->board.beats || st->alone;
}

bool ml_crossing_received(const struct ml *ml, duration_us elapsed)
{
	struct ml_state *st = ml->state;
	if (ml_start_ready(ml) || ml->type == 'R')
		return ml_start_ready(ml);
	if (st->low == DURATION_NONE || elapsed < st->low)
		st->low = elapsed;
	if (st->high == DURATION_NONE || elapsed > st->high)
		st->high = elapsed;
	st->alone = st->high - st->low >= ALONE; /* (4) */
	if (st->alone)
		ml_settle_all(ml);
	return st->alone;
}

instant_us ml_at(const struct ml *ml, duration_us elapsed)
{
	struct ml_state *st = ml->state;
	instant_us received = ml->in.d.received_at;
	duration_us last = st->high > elapsed ? st->high : elapsed;
	if (st->board.beats)
		received = st->board.common.now;
	if (!st->board.start_known)
		board_fix_start(&ml->in,
				received != INSTANT_NONE
					? received - last
					: decoding_first_day(&st->board.common));
	return st->board.start + elapsed;
}

/* (2) A stopped clock is ignored until it runs again. */
static void ml_race_clock(struct ml *ml, instant_us at, duration_us elapsed)
{
	struct ml_state *st = ml->state;
	if (elapsed == 0 || elapsed == st->elapsed)
		return;
	if (!st->board.start_known) {
		board_fix_start(&ml->in, at - elapsed);
		return;
	}
	duration_us off = at - elapsed - (st->board.start + st->board.skew);
	if (board_apart(off, 0) <= BOARD_STEP)
		return;
	/* (3) A clock that is only corrected loses little. */
	if (elapsed < st->elapsed &&
	    (elapsed < 10 * US_S || elapsed < st->elapsed / 2)) {
		ml_again(ml);
		board_fix_start(&ml->in, at - elapsed);
		return;
	}
	st->board.skew += off;
	decoding_anomaly(&ml->in.d, ANOMALY_CLOCK,
			 "the race's clock stopped, or was set");
}

/* ---- flags ---------------------------------------------------------------------------- */

enum flag ml_flag(struct slice status)
{
	int flag = wire_flag_read(WIRE_FLAGS_MULTILOOP, status);
	return flag < 0 ? FLAG_UNKNOWN : (enum flag)flag;
}

static void ml_show_flag(struct ml *ml, struct slice status)
{
	struct ml_state *st = ml->state;
	char letter = status.len == 1 ? status.at[0] : '?';
	if (letter == st->status)
		return;
	st->status = letter;
	if (wire_flag_read(WIRE_FLAGS_MULTILOOP, status) < 0)
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
				 "an unknown track status \"%.*s\"",
				 (int)(status.len < 8 ? status.len : 8), status.at);
	if (letter == 'W') {
		ml_session(&ml->in);
		decoding_message(&ml->in.d, st->board.common.now,
				 SLICE("the white flag: the last lap"));
	}
	board_show_flag(&ml->in, ml_flag(status));
}

/* $H: flag, seconds since 1970, elapsed, laps to go, time to go */
void ml_heartbeat(struct ml *ml)
{
	struct ml_state *st = ml->state;
	uint64_t seconds, ticks, laps;
	duration_us elapsed, left;
	if (!ml_number(ml, 5, "the time of day", &seconds) ||
	    !ml_number(ml, 6, "the elapsed time", &ticks) ||
	    !ml_number(ml, 7, "laps to go", &laps) ||
	    !ml_time(ml, 8, "the time to go", &left))
		return;
	if (seconds > UNIX_MAX) {
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
				 "$H: a time of day beyond belief");
		return;
	}
	measure_unit(ml, seconds, ticks);
	if (!ml_time(ml, 6, "the elapsed time", &elapsed))
		return;
	instant_us at = (instant_us)seconds * US_S;
	/* Once: a stream may be sent faster than it happened. */
	if (ml->in.d.received_at != INSTANT_NONE && !st->board.offset_known)
		board_learn_offset(
			&ml->in, at - ml->in.d.received_at,
			board_apart(at - ml->in.d.received_at, st->board.offset));
	at -= st->board.offset;
	st->board.before = st->board.beats ? st->board.common.now : INSTANT_NONE;
	st->board.common.now = at;
	ml_race_clock(ml, at, elapsed);
	st->elapsed = elapsed;
	/* Like the crossings. */
	if (st->board.start_known && elapsed > 0)
		st->board.common.now = st->board.start + elapsed;
	st->board.beats = true;
	ml_settle_all(ml);
	ml_show_flag(ml, ml_field(ml, 4));
	board_event(&ml->in, EVENT_HEARTBEAT, st->board.common.now);
}
