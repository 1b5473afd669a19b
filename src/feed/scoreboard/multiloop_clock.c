/*
 * multiloop_clock.c -- the unit of time, the start of a run, and flags
 *
 * A source says the time of day to the second and, of each crossing, the time since the
 * start of the run. So a crossing was at start + elapsed, and the start is known to a
 * second.
 *
 *  (1) The unit of time is not said. IndyCar's keys have a point in them ("R.I", "P2.L":
 *      a session, and the series it is of), and its times are ten-thousandths of a
 *      second; all others' are thousandths. So a stream without $H has its unit from
 *      its first record on, however it is cut. Where two $H of a run, 5 s apart or
 *      more, show that its clock runs by the other unit, that is believed, told, and
 *      holds for the stream: what had been told before had the wrong unit.
 *  (2) The start of a run is fixed once, by its first $H with a race time: each crossing
 *      is moved by the same fraction of a second, and no gap changes. A race's clock
 *      that stands or is set later moves no crossing either, and is told.
 *  (3) A race time that begins again is another race, under the key of its run.
 *  (4) Before the first $H crossings wait: it comes each second. A stream in which
 *      crossings (of types N and U) lie 10 s apart without one has none. Its start is
 *      the race's day, or the instant we hear it.
 *  (5) Where we know when we heard it, the source's clock tells only the zone: a whole
 *      number of quarters of an hour where that fits to a minute.
 */
#include "multiloop.h"

#include <string.h>

#define STEP (2 * US_S)
#define ZONE_STEP (15 * US_MIN)
#define ALONE (10 * US_S)
/* Of 1970 and later, below what times can be reckoned with. */
#define UNIX_MAX ((uint64_t)1 << 33)

enum { MEASURE_LEAST = 5, MEASURE_MOST = 120 }; /* seconds */

static duration_us apart(duration_us a, duration_us b)
{
	return a < b ? b - a : a - b;
}

static instant_us first_day(const struct ml_state *st)
{
	instant_us day = st->setup.day != INSTANT_NONE ? st->setup.day : 0;
	return day - st->setup.utc_offset_us;
}

instant_us ml_now(const struct ml *ml)
{
	if (ml->state->now != INSTANT_NONE)
		return ml->state->now;
	return ml->heard_at != INSTANT_NONE ? ml->heard_at : first_day(ml->state);
}

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
		return; /* it stood in between */
	st->unit_measured = true;
	if (tick == st->tick)
		return;
	st->tick = tick;
	ml_anomaly(ml, ANOMALY_CLOCK,
		   tick == US_MS
			   ? "the times are thousandths of a second, not what the "
			     "run's key says"
			   : "the times are ten-thousandths of a second, not what "
			     "the run's key says");
	ml_again(ml);
}

/* ---- the start ---------------------------------------------------------------------- */

/* (5) */
static void learn_offset(struct ml *ml, instant_us at)
{
	struct ml_state *st = ml->state;
	duration_us off = at - ml->heard_at;
	duration_us quarter = off + (off < 0 ? -ZONE_STEP : ZONE_STEP) / 2;
	if (st->offset_known &&
	    apart(off, st->offset) <= (st->exact ? 5 * US_S : US_MIN))
		return;
	quarter -= quarter % ZONE_STEP;
	if (st->offset_known)
		ml_anomaly(ml, ANOMALY_CLOCK,
			   "the source's time of day was set while we listened");
	st->exact = apart(off, quarter) > US_MIN;
	st->offset = st->exact ? off : quarter;
	st->offset_known = true;
}

instant_us ml_utc(const struct ml *ml, uint64_t seconds)
{
	return (instant_us)seconds * US_S - ml->state->offset;
}

static void fix_start(const struct ml *ml, instant_us at)
{
	struct ml_state *st = ml->state;
	st->start = at;
	st->start_known = true;
	st->skew = 0;
	ml_session(ml);
	ml_event(ml, EVENT_START, at)->value = INSTANT_NONE;
}

bool ml_start_ready(const struct ml *ml)
{
	const struct ml_state *st = ml->state;
	return st->start_known || st->beats || st->alone;
}

bool ml_crossing_heard(const struct ml *ml, duration_us elapsed)
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
	instant_us heard = ml->heard_at;
	duration_us last = st->high > elapsed ? st->high : elapsed;
	if (st->beats)
		heard = st->now;
	if (!st->start_known)
		fix_start(ml, heard != INSTANT_NONE ? heard - last : first_day(st));
	return st->start + elapsed;
}

/* (2) A clock that stands still tells nothing until it goes on. */
static void race_clock(struct ml *ml, instant_us at, duration_us elapsed)
{
	struct ml_state *st = ml->state;
	if (elapsed == 0 || elapsed == st->elapsed)
		return;
	if (!st->start_known) {
		fix_start(ml, at - elapsed);
		return;
	}
	duration_us off = at - elapsed - (st->start + st->skew);
	if (apart(off, 0) <= STEP)
		return;
	/* (3) A clock that is only put right loses little. */
	if (elapsed < st->elapsed &&
	    (elapsed < 10 * US_S || elapsed < st->elapsed / 2)) {
		ml_again(ml);
		fix_start(ml, at - elapsed);
		return;
	}
	st->skew += off;
	ml_anomaly(ml, ANOMALY_CLOCK, "the race's clock stood still, or was set");
}

/* ---- flags ---------------------------------------------------------------------------- */

/* Under the white flag the last lap is driven, and nobody slows down. Warm and cold
 * tracks have no flag. */
enum flag ml_flag(struct slice status)
{
	static const uint8_t flags[128] = {
		['G'] = FLAG_GREEN, ['W'] = FLAG_GREEN,  ['Y'] = FLAG_YELLOW,
		['R'] = FLAG_RED,   ['K'] = FLAG_FINISH,
	};
	if (status.len != 1)
		return FLAG_UNKNOWN;
	unsigned char letter = (unsigned char)status.at[0];
	return letter < sizeof(flags) ? (enum flag)flags[letter] : FLAG_UNKNOWN;
}

static void unknown_flag(struct ml *ml, struct slice status)
{
	char text[48];
	text_format(text, sizeof(text), "a track status \"%.*s\" that is none of ours",
		    (int)(status.len < 8 ? status.len : 8), status.at);
	ml_anomaly(ml, ANOMALY_FIELD, text);
}

/* The change lies between this $H and the one before. Where the leader crossed the line
 * in between, that crossing shows the chequered flag. */
static void show_flag(struct ml *ml, struct slice status)
{
	struct ml_state *st = ml->state;
	enum flag flag = ml_flag(status);
	char letter = status.len == 1 ? status.at[0] : '?';
	instant_us at = st->now;
	if (letter == st->status)
		return;
	st->status = letter;
	if (!ml_is_one_of(letter, "GYRWKUC"))
		unknown_flag(ml, status);
	if (letter == 'W') {
		ml_session(ml);
		event_set_text(ml->out, ml_event(ml, EVENT_MESSAGE, at),
			       SLICE("the white flag: the last lap"));
	}
	if (flag == FLAG_UNKNOWN || flag == st->flag)
		return;
	st->flag = (uint8_t)flag;
	if (flag == FLAG_FINISH && st->before != INSTANT_NONE &&
	    st->lead_at >= st->before && st->lead_at < at)
		at = st->lead_at;
	ml_session(ml);
	ml_event(ml, EVENT_FLAG, at)->flag = (uint8_t)flag;
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
		ml_anomaly(ml, ANOMALY_FIELD, "$H: a time of day beyond belief");
		return;
	}
	measure_unit(ml, seconds, ticks);
	if (!ml_time(ml, 6, "the elapsed time", &elapsed))
		return;
	instant_us at = (instant_us)seconds * US_S;
	if (ml->heard_at != INSTANT_NONE)
		learn_offset(ml, at);
	at -= st->offset;
	st->before = st->beats ? st->now : INSTANT_NONE;
	st->now = at;
	race_clock(ml, at, elapsed);
	st->elapsed = elapsed;
	/* As crossings are. */
	if (st->start_known && elapsed > 0)
		st->now = st->start + elapsed;
	st->beats = true;
	ml_settle_all(ml);
	show_flag(ml, ml_field(ml, 4));
	ml_event(ml, EVENT_HEARTBEAT, st->now);
}
