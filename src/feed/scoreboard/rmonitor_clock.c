/*
 * rmonitor_clock.c -- the heartbeat of RMonitor: time of day, race time, flag
 *
 *  (1) All instants of a run are its start plus a race time, which is how the source counts.
 *      The time of day gives the first start. When the lines are received gives the date and
 *      the zone and nothing else: a stream may be sent faster than it happened.
 *  (2) A run has one start. Officials may move it: the race clock steps against the time of
 *      day and then runs as before. Before the first crossing that is a new start; later the
 *      start moves when the totals of cars show the same step.
 *  (3) A race clock that never runs at the pace of the time of day is a simulator's; so is one
 *      that totals outrun: what is received behind a crossing did not happen before it. A
 *      time of day that steps alone is ignored.
 *  (4) A race time that restarts is a new race, under the number of its run.
 *  (5) The length of a run is the time to go and the race time, or the laps to go and those
 *      of the leader, once they added up alike in five $F with a clock that runs. 9999 laps
 *      and 00:00:00 are no limit.
 *  (6) A crossing before the race clock runs and before a standing had laps is of the first
 *      lap: the start is not before the last $F.
 *  (7) A run whose name does not say its type is timed when $G ranks cars by their best laps
 *      and against their laps, in ten $F.
 *  (8) A red flag that stops the race clock stops the race: no time passes until it runs, so
 *      that flags and laps behind the stop have their order.
 */
#include "rmonitor.h"

#include <string.h>

/* A race of more laps is one that is not limited by laps: 9999, 999. */
static const uint64_t RM_NO_LAPS = 999;
/* Laps of a qualifying in which cars drive one by one. */
static const int64_t RM_TRIES = 4;
static const duration_us RM_LONGEST = 48 * US_HOUR, RM_FIRST_LAP = 30 * US_S;

/* Into (-12 h, 12 h], the shortest way round the clock. */
static duration_us around(duration_us t)
{
	t %= US_DAY;
	if (t > US_DAY / 2)
		return t - US_DAY;
	return t <= -US_DAY / 2 ? t + US_DAY : t;
}

/* The instant of a time of day. It steps by less than half a day between two heartbeats,
 * unless the source was silent: then by as many days more as passed for us. */
static instant_us instant_of(const struct rm *rm, duration_us tod)
{
	struct rm_state *st = rm->state;
	instant_us received = rm->in.d.received_at;
	if (st->tod == DURATION_NONE) {
		if (received == INSTANT_NONE)
			return decoding_first_day(&st->board.common) + tod;
		board_learn_offset(&rm->in, around(tod - received % US_DAY), 0);
		return received + around(tod - st->board.offset - received % US_DAY);
	}
	duration_us by = around(tod - st->tod);
	if (received != INSTANT_NONE && st->tod_received != INSTANT_NONE) {
		duration_us gone = received - st->tod_received;
		by = gone + around(by - gone);
	}
	return st->tod_at + by;
}

instant_us rm_at_tod(const struct rm *rm, duration_us tod)
{
	const struct rm_state *st = rm->state;
	if (st->tod == DURATION_NONE)
		return instant_of(rm, tod);
	return st->board.common.now + around(tod - st->tod);
}

static void fix_start(const struct rm *rm, instant_us at)
{
	rm->state->fine_known = false;
	rm->state->moved = 0;
	board_fix_start(&rm->in, at);
}

bool rm_start_ready(const struct rm *rm)
{
	const struct rm_state *st = rm->state;
	return (st->board.start_known || st->board.beats) && st->steps != 1;
}

/* (6) At a $F. */
static bool is_at_start(const struct rm_state *st)
{
	if (st->race_time > 0)
		return false;
	for (unsigned i = 0; i < st->car_count; i++)
		if (st->cars[i].said_laps > 0)
			return false;
	return true;
}

instant_us rm_start(const struct rm *rm, duration_us total)
{
	struct rm_state *st = rm->state;
	instant_us received = rm->in.d.received_at != INSTANT_NONE
				      ? rm->in.d.received_at
				      : st->board.common.now;
	instant_us at = received != INSTANT_NONE
				? received - total
				: decoding_first_day(&st->board.common);
	if (st->at_start && at < st->board.common.now)
		at = st->board.common.now;
	if (!st->board.start_known)
		fix_start(rm, at);
	return st->board.start;
}

void rm_set_now(struct rm *rm, duration_us tod)
{
	struct rm_state *st = rm->state;
	st->board.common.now = st->tod_at = instant_of(rm, tod);
	st->tod_received = rm->in.d.received_at;
	st->tod = tod;
}

/* (2): what cars drove does not move, so their totals grow. */
static void move_start(const struct rm *rm, duration_us by)
{
	struct rm_state *st = rm->state;
	st->board.start -= by;
	st->moved = 0;
	for (unsigned i = 0; i < st->car_count; i++) {
		struct rm_car *car = &st->cars[i];
		if (car->b.total != DURATION_NONE)
			car->b.total += by;
		for (unsigned k = 0; k < RM_LAST; k++)
			if (car->last[k].total != DURATION_NONE)
				car->last[k].total += by;
	}
	rm_session(&rm->in);
	struct event *event =
		board_event(&rm->in, EVENT_START, decoding_now(&rm->in.d));
	event->value = st->board.start;
	event->bits = EVENT_REPAIRED;
}

bool rm_start_moved(const struct rm *rm, duration_us by)
{
	struct rm_state *st = rm->state;
	if (st->moved == 0 || board_apart(by, st->moved) > BOARD_STEP)
		return false;
	decoding_anomaly(&rm->in.d, ANOMALY_CLOCK,
			 "the start was moved while the race ran");
	move_start(rm, by);
	return true;
}

/* The race clock went on by @race_by while the time of day went on by @day_by. */
static void rm_clocks_compare(struct rm *rm, duration_us day_by, duration_us race_by)
{
	struct rm_state *st = rm->state;
	bool agree = board_apart(day_by, race_by) <= BOARD_STEP;
	bool day = race_by >= 0 && race_by <= 10 * US_S &&
		   (day_by < -BOARD_STEP || day_by > 10 * US_S);
	if (st->steps == 1 && agree) {
		/* It stepped once, and runs as before. */
		if (st->board.lead_laps == 0)
			move_start(rm, st->step);
		else
			st->moved = st->step;
		st->steps = 0;
	} else if (st->steps == 1) {
		st->steps = 2;
	} else if (!agree && st->agreed && day) {
		decoding_anomaly(&rm->in.d, ANOMALY_CLOCK,
				 "the source's time of day was set while the race ran");
	} else if (!agree && !day && st->steps == 0) {
		st->step = race_by - day_by;
		st->steps = 1;
	}
	st->agreed = agree;
}

/* A stopped race time (a red flag) is ignored until it runs again. */
static void rm_race_clock(struct rm *rm, instant_us at, duration_us race_time)
{
	struct rm_state *st = rm->state;
	duration_us race_by = race_time - st->race_time;
	if (race_time == 0)
		return;
	/* (4) A clock that is only corrected loses little. */
	if (st->board.start_known && race_time < st->race_time / 2) {
		rm_again(rm);
		fix_start(rm, at - race_time);
	} else if (!st->board.start_known) {
		fix_start(rm, at - race_time);
	} else if (st->seen_at != INSTANT_NONE && race_by != 0) {
		rm_clocks_compare(rm, at - st->seen_at, race_by);
	}
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
	if (rm_is_closed(st))
		return;
	if (words.len > 0 && flag < 0)
		unknown_flag(rm, words);
	else
		st->flag_words[0] = '\0';
	if (words.len == 0)
		st->board.flag = FLAG_UNKNOWN;
	board_show_flag(&rm->in, flag < 0 ? FLAG_UNKNOWN : (enum flag)flag);
}

/* ---- the length of the run (5) ---- */

/* The session again, with what was found out about it. */
static void rm_session_again(const struct rm *rm, uint8_t field, int64_t length)
{
	struct rm_state *st = rm->state;
	if (field != SESSION_FIELD_UNKNOWN)
		st->board.field = st->evident = field;
	rm_session(&rm->in);
	st->board.session_bits = EVENT_REPAIRED;
	board_session(&rm->in, st->board.run + RM_PART * st->board.part,
		      st->board.title);
	st->board.session_bits = 0;
	rm->in.d.out->at[rm->in.d.out->count - 1].value = length;
}

static void rm_limit_send(const struct rm *rm, unsigned which, int64_t limit)
{
	char text[64], time[TIME_TEXT_MAX];
	rm->state->limits[which].sent = limit;
	/* Practice and qualifying are limited by time. */
	bool race = which == RM_LIMIT_LAPS && limit > RM_TRIES;
	rm_session_again(rm, race ? SESSION_FIELD_RACE : SESSION_FIELD_UNKNOWN,
			 which == RM_LIMIT_TIME ? limit : -limit);
	format_duration(time, limit, TIME_CLOCK);
	if (which == RM_LIMIT_TIME)
		text_format(text, sizeof(text), "length %s, by the time to go", time);
	else
		text_format(text, sizeof(text), "length %d laps, by the laps to go",
			    (int)limit);
	decoding_message(&rm->in.d, decoding_now(&rm->in.d), slice_of(text));
}

/* @rounding: by which two sums of one limit may differ. */
static void rm_limit_note(const struct rm *rm, unsigned which, int64_t sum,
			  int64_t rounding)
{
	struct rm_limit *limit = &rm->state->limits[which];
	int64_t off = sum - limit->sum;
	if (limit->beats == 0 || off > rounding || off < -rounding) {
		limit->sum = limit->most = sum;
		limit->beats = 0;
	}
	limit->most = sum > limit->most ? sum : limit->most;
	limit->beats++;
	/* Both times are cut to seconds: a minute may lack one. */
	int64_t whole = limit->most;
	if (which == RM_LIMIT_TIME && whole % US_MIN == US_MIN - US_S)
		whole += US_S;
	if (limit->beats >= RM_LIMIT_BEATS && whole != limit->sent)
		rm_limit_send(rm, which, whole);
}

/* Laps of the leader by $G; false: no $G had any, and cars may have. */
static bool rm_leader_laps(const struct rm_state *st, duration_us race_time,
			   uint32_t *laps)
{
	*laps = 0;
	for (unsigned i = 0; i < st->car_count; i++)
		if (st->cars[i].said_laps > (int32_t)*laps)
			*laps = (uint32_t)st->cars[i].said_laps;
	return *laps > 0 || race_time <= RM_FIRST_LAP;
}

static void rm_limits(const struct rm *rm, duration_us race_time)
{
	const struct rm_state *st = rm->state;
	struct slice laps = rm_field(rm, 1), time = rm_field(rm, 2);
	uint32_t lead;
	uint64_t to_go;
	duration_us left;
	if (!st->run_known || rm_is_closed(st))
		return;
	if (parse_duration(time, &left) && left > 0 && left <= RM_LONGEST)
		rm_limit_note(rm, RM_LIMIT_TIME,
			      left - left % US_S + race_time - race_time % US_S, US_S);
	/* Beside a limit of time these are the last laps: they are reported behind it. */
	if (st->limits[RM_LIMIT_TIME].sent == 0 && parse_u64(laps, &to_go) &&
	    to_go > 0 && to_go < RM_NO_LAPS && rm_leader_laps(st, race_time, &lead))
		rm_limit_note(rm, RM_LIMIT_LAPS, (int64_t)to_go + lead, 0);
}

/* ---- the type of the run (7) ---- */

/* 1: the ranks are those of best laps, and against those of laps; -1: they are not; 0: some
 * standings are older than others. */
static int rm_by_best(const struct rm_state *st)
{
	const struct rm_car *at[BOARD_CARS_MAX + 1] = {NULL}, *ahead = NULL;
	unsigned cars = 0;
	bool against = false;
	for (unsigned i = 0; i < st->car_count; i++) {
		const struct rm_car *car = &st->cars[i];
		if (car->same_as != 0 || car->rank_race == 0 ||
		    car->rank_race > BOARD_CARS_MAX ||
		    car->b.said_best == DURATION_NONE)
			continue;
		if (at[car->rank_race])
			return 0;
		at[car->rank_race] = car;
	}
	for (unsigned i = 1; i <= BOARD_CARS_MAX; i++) {
		if (!at[i])
			continue;
		if (ahead && ahead->b.said_best > at[i]->b.said_best)
			return -1;
		against = against || (ahead && ahead->said_laps < at[i]->said_laps);
		ahead = at[i];
		cars++;
	}
	return cars >= 3 && against ? 1 : 0;
}

static void rm_type(const struct rm *rm)
{
	struct rm_state *st = rm->state;
	if (st->board.field != SESSION_FIELD_UNKNOWN || rm_is_closed(st))
		return;
	int is = rm_by_best(st);
	st->by_best = is < 0 ? 0 : (uint8_t)(st->by_best + is);
	if (st->by_best < RM_TYPE_BEATS)
		return;
	rm_session_again(rm, SESSION_FIELD_TIMED, 0);
	decoding_message(&rm->in.d, decoding_now(&rm->in.d),
			 SLICE("a timed session: the standings are in the order of "
			       "best laps"));
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

/* (8) */
static bool is_stopped(const struct rm *rm)
{
	return rm->state->board.flag == FLAG_RED ||
	       wire_flag_read(WIRE_FLAGS_RMONITOR, rm_field(rm, 5)) == FLAG_RED;
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
	instant_us before = st->board.common.now, day = st->tod_at;
	bool runs = race_time != st->race_time;
	st->board.before = st->board.beats ? before : INSTANT_NONE;
	rm_set_now(rm, tod);
	instant_us at = st->tod_at;
	rm_race_clock(rm, at, race_time);
	if (st->board.start_known && race_time > 0 && st->steps != 1) {
		if (runs)
			st->board.common.now = st->board.start + race_time;
		else if (before != INSTANT_NONE && is_stopped(rm))
			st->board.common.now = before;
		else if (before != INSTANT_NONE && day != INSTANT_NONE && at > day)
			st->board.common.now = before + (at - day);
	}
	if (st->high_at != INSTANT_NONE &&
	    st->high_at - st->board.common.now > BOARD_STEP)
		st->board.common.now = st->high_at;
	bool opens = st->closed && !rm_is_idle(st);
	st->closed = st->closed && !opens;
	if (!st->board.beats || opens)
		for (unsigned i = 0; i < st->car_count; i++)
			if (st->cars[i].ever != 0 || opens)
				rm_enter(rm, &st->cars[i]);
	st->board.beats = true;
	st->at_start = is_at_start(st);
	rm_settle_all(rm, false);
	rm_show_flag(rm, rm_field(rm, 5));
	if (st->refresh > 0)
		st->refresh--;
	if (runs && race_time > 0) {
		rm_limits(rm, race_time);
		rm_type(rm);
	}
	board_event(&rm->in, EVENT_HEARTBEAT, st->board.common.now);
}
