/*
 * rmonitor_clock.c -- the heartbeat of RMonitor: time of day, race time, flag
 *
 *  (1) The start of a run is fixed once, by its first $F with a race time: all passings are
 *      moved by the same fraction of a second, and no gap changes.
 *  (2) The start moves if the race clock jumps against the time of day by more than two
 *      seconds, with an anomaly. If the time of day is set the start stays.
 *  (3) A race time that restarts is a new race, under the number of its run.
 */
#include "rmonitor.h"

#include <string.h>

/* Into (-12 h, 12 h], the shortest way round the clock. */
static duration_us around(duration_us t)
{
	t %= US_DAY;
	if (t > US_DAY / 2)
		return t - US_DAY;
	return t <= -US_DAY / 2 ? t + US_DAY : t;
}

instant_us rm_local(const struct rm *rm, instant_us local)
{
	const struct rm_state *st = rm->state;
	return local - (st->board.offset_known ? st->board.offset
					       : st->board.common.setup.utc_offset_us);
}

static instant_us instant_of(struct rm *rm, duration_us tod)
{
	struct rm_state *st = rm->state;
	if (rm->in.d.received_at != INSTANT_NONE) {
		duration_us off = around(tod - rm->in.d.received_at % US_DAY);
		board_learn_offset(&rm->in, off,
				   board_apart(around(off - st->board.offset), 0));
		return rm->in.d.received_at +
		       around(tod - st->board.offset - rm->in.d.received_at % US_DAY);
	}
	if (st->tod != DURATION_NONE) {
		if (tod < st->tod - US_DAY / 2 && st->days < 1000)
			st->days++;
		else if (tod > st->tod + US_DAY / 2 && st->days > 0)
			st->days--;
	}
	return decoding_first_day(&st->board.common) + st->days * US_DAY + tod;
}

static void fix_start(const struct rm *rm, instant_us at)
{
	rm->state->fine_known = false;
	board_fix_start(&rm->in, at);
}

bool rm_start_ready(const struct rm *rm)
{
	return rm->state->board.start_known || rm->state->board.beats;
}

instant_us rm_start(const struct rm *rm, duration_us total)
{
	struct rm_state *st = rm->state;
	instant_us received = rm->in.d.received_at != INSTANT_NONE
				      ? rm->in.d.received_at
				      : st->board.common.now;
	if (!st->board.start_known)
		fix_start(rm, received != INSTANT_NONE
				      ? received - total
				      : decoding_first_day(&st->board.common));
	return st->board.start;
}

void rm_set_now(struct rm *rm, duration_us tod)
{
	rm->state->board.common.now = instant_of(rm, tod);
	rm->state->tod = tod;
}

/* (2) */
static void compare_start(struct rm *rm, instant_us at, duration_us race_time)
{
	struct rm_state *st = rm->state;
	instant_us start = at - race_time - st->board.skew;
	duration_us day_by = st->seen_at != INSTANT_NONE ? at - st->seen_at : 0;
	duration_us race_by = race_time - st->race_time;
	if (board_apart(start, st->board.start) <= BOARD_STEP)
		return;
	/* (3) A clock that is only corrected loses little. */
	if (race_by < 0 && (race_time < 10 * US_S || race_time < st->race_time / 2)) {
		rm_again(rm);
		fix_start(rm, at - race_time);
		return;
	}
	if (race_by >= 0 && race_by <= 10 * US_S &&
	    (day_by < -BOARD_STEP || day_by > 10 * US_S)) {
		st->board.skew += start - st->board.start;
		decoding_anomaly(&rm->in.d, ANOMALY_CLOCK,
				 "the source's time of day was set while the race ran");
		return;
	}
	decoding_anomaly(&rm->in.d, ANOMALY_CLOCK,
			 "the race's clock was set while the race ran");
	fix_start(rm, at - race_time);
}

/* A stopped race time (a red flag) is ignored until it runs again. */
static void rm_race_clock(struct rm *rm, instant_us at, duration_us race_time)
{
	struct rm_state *st = rm->state;
	if (race_time == 0 || race_time == st->race_time)
		return;
	if (!st->board.start_known)
		fix_start(rm, at - race_time);
	else
		compare_start(rm, at, race_time);
	st->race_time = race_time;
	st->seen_at = at;
}

static void unknown_flag(struct rm *rm, struct slice words)
{
	struct rm_state *st = rm->state;
	char clean[sizeof(st->flag_words)], text[48];
	text_clean(clean, sizeof(clean), words);
	if (strcmp(clean, st->flag_words) == 0)
		return;
	memcpy(st->flag_words, clean, sizeof(clean));
	rm_session(&rm->in);
	text_format(text, sizeof(text), "flag: %s", clean);
	decoding_message(&rm->in.d, decoding_now(&rm->in.d), slice_of(text));
}

static void rm_show_flag(struct rm *rm, struct slice words)
{
	struct rm_state *st = rm->state;
	int flag = wire_flag_read(WIRE_FLAGS_RMONITOR, words);
	if (words.len > 0 && flag < 0)
		unknown_flag(rm, words);
	else
		st->flag_words[0] = '\0';
	if (words.len == 0)
		st->board.flag = FLAG_UNKNOWN;
	board_show_flag(&rm->in, flag < 0 ? FLAG_UNKNOWN : (enum flag)flag);
}

/* The race clock counts down to the start: "00:00:-47". */
static bool race_time_of(struct rm *rm, duration_us *race_time)
{
	struct slice field = rm_field(rm, 4);
	*race_time = 0;
	if (field.len > 0 && memchr(field.at, '-', field.len))
		return true;
	return rm_time(rm, 4, "the race time", race_time);
}

/* $F,laps to go,"time to go","time of day","race time","flag " */
void rm_heartbeat(struct rm *rm)
{
	struct rm_state *st = rm->state;
	duration_us tod, race_time;
	if (!rm_time(rm, 3, "the time of day", &tod) || !race_time_of(rm, &race_time))
		return;
	if (tod >= US_DAY) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "$F: a time of day beyond midnight");
		return;
	}
	st->board.before = st->board.beats ? st->board.common.now : INSTANT_NONE;
	rm_set_now(rm, tod);
	instant_us at = st->board.common.now;
	rm_race_clock(rm, at, race_time);
	/* Like the passings. */
	if (st->board.start_known && race_time > 0 &&
	    board_apart(st->board.start + race_time, at) <= BOARD_STEP)
		st->board.common.now = st->board.start + race_time;
	if (!st->board.beats)
		for (unsigned i = 0; i < st->car_count; i++)
			if (st->cars[i].ever != 0)
				rm_enter(rm, &st->cars[i]);
	st->board.beats = true;
	rm_settle_all(rm, false);
	rm_show_flag(rm, rm_field(rm, 5));
	if (st->refresh > 0)
		st->refresh--;
	board_event(&rm->in, EVENT_HEARTBEAT, st->board.common.now);
}
