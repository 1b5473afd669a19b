/*
 * rmonitor_clock.c -- the source's clock, the start of a run, and flags
 *
 * A source says the time of day and the race's time to the second, cut off, and the
 * total of a passing to the millisecond since the start. So a passing was at
 * start + total, and the start is known to a second.
 *
 *  (1) The start of a run is fixed once, by its first $F with a race time: each
 *      passing is moved by the same fraction of a second, and no gap changes.
 *  (2) It moves when the race's clock jumps against the day's by more than two
 *      seconds; that is told. A time of day that is set anew moves nothing.
 *  (3) A race time that begins again is another race, under the number of its run.
 *  (4) Where we know when we heard it, the time of day tells only the zone: a whole
 *      number of quarters of an hour where that fits to a minute.
 */
#include "rmonitor.h"

#include <string.h>

#define STEP (2 * US_S)
#define ZONE_STEP (15 * US_MIN)

/* Into (-12 h, 12 h]: the least way round the clock. */
static duration_us around(duration_us t)
{
	t %= US_DAY;
	if (t > US_DAY / 2)
		return t - US_DAY;
	return t <= -US_DAY / 2 ? t + US_DAY : t;
}

static duration_us apart(duration_us a, duration_us b)
{
	return a < b ? b - a : a - b;
}

static instant_us first_day(const struct rm_state *st)
{
	instant_us day = st->setup.day != INSTANT_NONE ? st->setup.day : 0;
	return day - st->setup.utc_offset_us;
}

instant_us rm_now(const struct rm *rm)
{
	if (rm->state->now != INSTANT_NONE)
		return rm->state->now;
	return rm->heard_at != INSTANT_NONE ? rm->heard_at : first_day(rm->state);
}

instant_us rm_local(const struct rm *rm, instant_us local)
{
	const struct rm_state *st = rm->state;
	return local - (st->offset_known ? st->offset : st->setup.utc_offset_us);
}

/* (4) */
static void learn_offset(struct rm *rm, duration_us tod)
{
	struct rm_state *st = rm->state;
	duration_us off = around(tod - rm->heard_at % US_DAY);
	duration_us quarter = off + (off < 0 ? -ZONE_STEP : ZONE_STEP) / 2;
	if (st->offset_known &&
	    apart(around(off - st->offset), 0) <= (st->exact ? 5 * US_S : US_MIN))
		return;
	quarter -= quarter % ZONE_STEP;
	if (st->offset_known)
		rm_anomaly(rm, ANOMALY_CLOCK,
			   "the source's time of day was set while we listened");
	st->exact = apart(off, quarter) > US_MIN;
	st->offset = st->exact ? off : quarter;
	st->offset_known = true;
}

static instant_us instant_of(struct rm *rm, duration_us tod)
{
	struct rm_state *st = rm->state;
	if (rm->heard_at != INSTANT_NONE) {
		learn_offset(rm, tod);
		return rm->heard_at + around(tod - st->offset - rm->heard_at % US_DAY);
	}
	if (st->tod != DURATION_NONE) {
		if (tod < st->tod - US_DAY / 2 && st->days < 1000)
			st->days++;
		else if (tod > st->tod + US_DAY / 2 && st->days > 0)
			st->days--;
	}
	return first_day(st) + st->days * US_DAY + tod;
}

static void fix_start(const struct rm *rm, instant_us at)
{
	struct rm_state *st = rm->state;
	st->start = at;
	st->start_known = true;
	st->fine_known = false;
	st->skew = 0;
	rm_session(rm);
	rm_event(rm, EVENT_START, at)->value = INSTANT_NONE;
}

bool rm_start_ready(const struct rm *rm)
{
	return rm->state->start_known || rm->state->beats;
}

instant_us rm_start(const struct rm *rm, duration_us total)
{
	struct rm_state *st = rm->state;
	instant_us heard = rm->heard_at != INSTANT_NONE ? rm->heard_at : st->now;
	if (!st->start_known)
		fix_start(rm, heard != INSTANT_NONE ? heard - total : first_day(st));
	return st->start;
}

void rm_set_now(struct rm *rm, duration_us tod)
{
	rm->state->now = instant_of(rm, tod);
	rm->state->tod = tod;
}

/* (2) */
static void compare_start(struct rm *rm, instant_us at, duration_us race_time)
{
	struct rm_state *st = rm->state;
	instant_us start = at - race_time - st->skew;
	duration_us day_by = st->seen_at != INSTANT_NONE ? at - st->seen_at : 0;
	duration_us race_by = race_time - st->race_time;
	if (apart(start, st->start) <= STEP)
		return;
	/* (3) A clock that is only put right loses little. */
	if (race_by < 0 && (race_time < 10 * US_S || race_time < st->race_time / 2)) {
		rm_again(rm);
		fix_start(rm, at - race_time);
		return;
	}
	if (race_by >= 0 && race_by <= 10 * US_S &&
	    (day_by < -STEP || day_by > 10 * US_S)) {
		st->skew += start - st->start;
		rm_anomaly(rm, ANOMALY_CLOCK,
			   "the source's time of day was set while the race ran");
		return;
	}
	rm_anomaly(rm, ANOMALY_CLOCK, "the race's clock was set while the race ran");
	fix_start(rm, at - race_time);
}

/* A race time that stands still (a red flag) tells nothing until it goes on. */
static void race_clock(struct rm *rm, instant_us at, duration_us race_time)
{
	struct rm_state *st = rm->state;
	if (race_time == 0 || race_time == st->race_time)
		return;
	if (!st->start_known)
		fix_start(rm, at - race_time);
	else
		compare_start(rm, at, race_time);
	st->race_time = race_time;
	st->seen_at = at;
}

static const struct {
	const char *word;
	enum flag flag;
} flags[] = {
	{"Green", FLAG_GREEN},
	{"Yellow", FLAG_YELLOW},
	{"Red", FLAG_RED},
	{"Finish", FLAG_FINISH},
	{"Checkered", FLAG_FINISH},
	{"Chequered", FLAG_FINISH},
	{"Checker", FLAG_FINISH},
	{"Purple", FLAG_CODE60},
	{"Code 60", FLAG_CODE60},
	{"Code60", FLAG_CODE60},
	{"Code 35", FLAG_CODE60},
	{"Code35", FLAG_CODE60},
	{"FCY", FLAG_FCY},
	{"VSC", FLAG_VSC},
	{"SC", FLAG_SC},
	{"Safety Car", FLAG_SC},
	{"Full Course Yellow", FLAG_FCY},
};

static void unknown_flag(struct rm *rm, struct slice words)
{
	struct rm_state *st = rm->state;
	char clean[sizeof(st->flag_words)], text[48];
	text_clean(clean, sizeof(clean), words);
	if (strcmp(clean, st->flag_words) == 0)
		return;
	memcpy(st->flag_words, clean, sizeof(clean));
	rm_session(rm);
	text_format(text, sizeof(text), "flag: %s", clean);
	struct event *event = rm_event(rm, EVENT_MESSAGE, rm_now(rm));
	event_set_text(rm->out, event, slice_of(text));
}

/* The change lies between this $F and the one before. Where the leader crossed the line
 * in between, that crossing shows the chequered flag: Orbits does it by itself. */
static void show_flag(struct rm *rm, struct slice words)
{
	struct rm_state *st = rm->state;
	enum flag flag = FLAG_UNKNOWN;
	instant_us at = st->now;
	for (size_t i = 0; i < ARRAY_LEN(flags) && words.len > 0; i++)
		if (slice_eq_nocase(words, slice_of(flags[i].word)))
			flag = flags[i].flag;
	if (words.len > 0 && flag == FLAG_UNKNOWN)
		unknown_flag(rm, words);
	else
		st->flag_words[0] = '\0';
	if (flag == st->flag)
		return;
	if (words.len == 0 || flag != FLAG_UNKNOWN)
		st->flag = (uint8_t)flag;
	if (flag == FLAG_UNKNOWN)
		return;
	if (flag == FLAG_FINISH && st->before != INSTANT_NONE &&
	    st->lead_at >= st->before && st->lead_at < at)
		at = st->lead_at;
	rm_session(rm);
	rm_event(rm, EVENT_FLAG, at)->flag = (uint8_t)flag;
}

/* Before a start that is announced the race's clock counts down: "00:00:-47". */
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
		rm_anomaly(rm, ANOMALY_FIELD, "$F: a time of day beyond midnight");
		return;
	}
	st->before = st->beats ? st->now : INSTANT_NONE;
	rm_set_now(rm, tod);
	instant_us at = st->now;
	race_clock(rm, at, race_time);
	/* As passings are counted. */
	if (st->start_known && race_time > 0 &&
	    apart(st->start + race_time, at) <= STEP)
		st->now = st->start + race_time;
	if (!st->beats)
		for (unsigned i = 0; i < st->car_count; i++)
			if (st->cars[i].ever != 0)
				rm_enter(rm, &st->cars[i]);
	st->beats = true;
	rm_settle_all(rm, false);
	show_flag(rm, rm_field(rm, 5));
	if (st->refresh > 0)
		st->refresh--;
	rm_event(rm, EVENT_HEARTBEAT, st->now);
}
