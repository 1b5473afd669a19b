/*
 * multiloop_laps.c -- laps from the crossings of $L, compared with $C
 *
 * $L is sent once for a crossing and does not number its lap. $C has the laps, the time and the
 * last lap of a car; it is sent when they change, and repeated. Either may be missing.
 *
 *  (1) A crossing of SF from $L waits for the $C of its car, at most until the next $H. Then it
 *      ends the next lap; if the car never had a $C the race numbers the lap. A crossing that
 *      $C does not count ended no lap: the one behind the start.
 *  (2) A $C with more laps than counted is a crossing by itself, at its time. A $L of the same
 *      crossing adds nothing. So a stream of $C alone has all laps.
 *  (3) The race fills laps that $C skips. If there are many (a late join, a lost connection)
 *      the crossing behind them is marked repaired. In practice and qualifying nothing is
 *      filled before the first lap of a car. A late crossing among skipped laps is emitted;
 *      any other is not counted.
 *  (4) $I deletes the time of a lap. If $C then stands where it stood before the lap, the lap is
 *      taken away as well; also if $C has other laps than counted at the same time.
 *  (5) A $C with an earlier time than the last is old and repeated, or else it takes the laps
 *      back that it does not count any more: one that is new (of type N or U) and stands
 *      where it stood at one of the last laps.
 */
#include "multiloop.h"

#include <string.h>

/* Laps driven, according to the feed. */
static uint32_t ml_said_laps(const struct ml_car *car)
{
	int64_t laps = (int64_t)car->said_laps - car->taken;
	return laps > 0 ? (uint32_t)laps : 0;
}

/* ---- what goes out ------------------------------------------------------------- */

static void ml_decide(const struct ml *ml, const struct ml_car *car,
		      enum decision_kind kind, int64_t by, const char *reason)
{
	ml_session(&ml->in);
	board_decide(&ml->in, &car->b, kind, by, reason);
}

/* Emit a crossing that ends @lap; 0: the race numbers it. */
static struct event *ml_passed(const struct ml *ml, struct ml_car *car, uint32_t lap,
			       duration_us elapsed, duration_us lap_time)
{
	struct ml_state *st = ml->state;
	instant_us at = ml_at(ml, elapsed);
	ml_enter(ml, car);
	struct event *event = board_car_event(&ml->in, EVENT_PASSING, at, &car->b);
	event->line = car->bits & ML_LANE ? LINE_SF_PIT : LINE_SF;
	event->number = lap;
	event->value = lap_time > 0 ? lap_time : DURATION_NONE;
	event->flag = car->wait_flag;
	event->clock = EVENT_CLOCK_OWN;
	if (car->bits & ML_BY_HAND)
		event->bits = EVENT_ESTIMATED;
	if (car->wait_flag != FLAG_UNKNOWN && car->wait_flag != FLAG_FINISH)
		st->board.flag = car->wait_flag;
	if (st->board.common.now == INSTANT_NONE ||
	    (!st->board.beats && at > st->board.common.now))
		st->board.common.now = at;
	return event;
}

/* Count the next lap of the car in the order of time. */
static void ml_count_lap(const struct ml *ml, struct ml_car *car, uint32_t lap,
			 duration_us elapsed, duration_us lap_time)
{
	struct ml_state *st = ml->state;
	struct event *event = ml_passed(ml, car, lap, elapsed, lap_time);
	if (lap > car->b.laps + (car->b.total == DURATION_NONE ? 1 : ML_TOTALS) &&
	    (car->b.total != DURATION_NONE || st->board.field != SESSION_FIELD_TIMED))
		event->bits |= EVENT_REPAIRED; /* (3) */
	car->bits &= (uint16_t) ~(ML_LANE | ML_BY_HAND | ML_PHOTO);
	if (lap > car->b.laps + 1)
		car->hole = car->b.total != DURATION_NONE ? car->b.total : 0;
	for (uint32_t n = car->b.laps + 1; n < lap && n <= car->b.laps + ML_TOTALS; n++)
		car->totals[n % ML_TOTALS] = DURATION_NONE;
	car->b.total = elapsed;
	if (lap == 0)
		return;
	car->b.laps = lap;
	car->totals[lap % ML_TOTALS] = elapsed;
	car->records[lap % ML_TOTALS] = event->record;
	board_lead(&st->board, lap, elapsed);
}

/* ---- counting ------------------------------------------------------------------ */

static bool ml_same_crossing(duration_us a, duration_us b)
{
	return a != DURATION_NONE && b != DURATION_NONE && a - b < ML_SAME_CROSSING &&
	       b - a < ML_SAME_CROSSING;
}

/* (1) Its $C was not received. */
static void settle_crossing(const struct ml *ml, struct ml_car *car)
{
	duration_us elapsed = car->wait;
	car->wait = DURATION_NONE;
	ml_count_lap(ml, car, car->bits & ML_NUMBERED ? car->b.laps + 1 : 0, elapsed,
		     DURATION_NONE);
}

/* (4) */
static void ml_laps_taken(const struct ml *ml, struct ml_car *car)
{
	int64_t taken = (int64_t)car->said_laps - car->b.laps;
	if (car->b.laps == 0 || taken == car->taken)
		return;
	ml_decide(ml, car, DECISION_LAPS, taken - car->taken, "\x1fin the feed's laps");
	car->taken = (int32_t)taken;
}

/* $C has the standing from before the lap of $I. */
static bool stands_before_invalid(const struct ml_car *car)
{
	return car->b.laps > 1 && car->invalid == car->b.total &&
	       car->b.said_total == car->totals[(car->b.laps - 1) % ML_TOTALS] &&
	       ml_said_laps(car) + 1 == car->b.laps;
}

/* (5) True if laps were taken back. */
static bool laps_back(const struct ml *ml, struct ml_car *car)
{
	uint32_t lap = ml_said_laps(car);
	if (ml->type == 'R' || lap >= car->b.laps || lap + ML_TOTALS <= car->b.laps ||
	    car->totals[lap % ML_TOTALS] != car->b.said_total ||
	    car->invalid == car->b.total)
		return false;
	for (uint32_t n = lap + 1; n <= car->b.laps; n++) {
		if (car->totals[n % ML_TOTALS] == DURATION_NONE)
			continue;
		struct event *undo = board_car_event(&ml->in, EVENT_DECISION,
						     decoding_now(&ml->in.d), &car->b);
		undo->field = DECISION_UNDO;
		undo->value = car->records[n % ML_TOTALS];
		event_set_text(ml->in.d.out, undo,
			       SLICE("\x1ftaken back by the timing"));
	}
	car->b.laps = lap;
	car->b.total = car->b.said_total;
	return true;
}

/* (3) A lap that was skipped. */
static void late_standing(const struct ml *ml, struct ml_car *car)
{
	uint32_t lap = ml_said_laps(car);
	duration_us *total = &car->totals[lap % ML_TOTALS];
	if (lap == 0 || lap + ML_TOTALS <= car->b.laps || *total != DURATION_NONE ||
	    car->hole == DURATION_NONE || car->b.said_total <= car->hole)
		return; /* (5) */
	*total = car->b.said_total;
	ml_passed(ml, car, lap, car->b.said_total, car->said_last);
}

/* (2) */
static void ml_count_standing(const struct ml *ml, struct ml_car *car)
{
	uint32_t lap = ml_said_laps(car);
	bool numbered = car->bits & ML_NUMBERED;
	if (car->b.total != DURATION_NONE && car->b.said_total < car->b.total &&
	    (numbered || !ml_same_crossing(car->b.said_total, car->b.total))) {
		decoding_anomaly(&ml->in.d, ANOMALY_CONTRADICTION,
				 "$C: more laps in less time than before");
		return;
	}
	if (ml_same_crossing(car->b.said_total, car->b.total)) {
		/* Emitted for $L before it had a number, otherwise (4). */
		if (!numbered) {
			car->b.laps = lap;
			car->totals[lap % ML_TOTALS] = car->b.total;
		} else {
			ml_laps_taken(ml, car);
		}
		return;
	}
	car->bits &= (uint16_t) ~(ML_LANE | ML_BY_HAND);
	if (car->bits & ML_SAID_LANE)
		car->bits |= ML_LANE;
	car->wait_flag = car->flag;
	ml_count_lap(ml, car, lap, car->b.said_total, car->said_last);
}

/* Use the waiting crossing with its $C. False: $C is of an earlier crossing. */
static bool settle_by_standing(const struct ml *ml, struct ml_car *car)
{
	uint32_t lap = ml_said_laps(car);
	duration_us elapsed = car->wait;
	if (!ml_same_crossing(car->b.said_total, car->wait)) {
		if (car->b.said_total < car->wait)
			return false;
		settle_crossing(ml, car);
		return true;
	}
	car->wait = DURATION_NONE;
	if (lap > car->b.laps || !(car->bits & ML_NUMBERED)) {
		if (lap > 0)
			ml_count_lap(ml, car, lap, elapsed, car->said_last);
	} else if (lap == car->b.laps && lap > 0 && elapsed != car->b.total) {
		decoding_anomaly(&ml->in.d, ANOMALY_PHANTOM,
				 "$L: a crossing that $C does not count as a lap");
	}
	return true;
}

static void settle_standing(const struct ml *ml, struct ml_car *car)
{
	bool of_last = true;
	car->bits &= (uint16_t)~ML_STOOD;
	ml_enter(ml, car);
	if (ml_said_laps(car) == 0 && car->b.laps == 0)
		car->totals[0] = car->b.said_total; /* for (5) */
	if (car->wait != DURATION_NONE)
		of_last = settle_by_standing(ml, car);
	if (ml_said_laps(car) > car->b.laps)
		ml_count_standing(ml, car);
	else if ((car->b.said_total == car->b.total && of_last) ||
		 stands_before_invalid(car))
		ml_laps_taken(ml, car);
	else if (laps_back(ml, car))
		car->hole = DURATION_NONE;
	else if (ml_said_laps(car) < car->b.laps)
		late_standing(ml, car);
	car->bits |= ML_NUMBERED;
	board_claims(&ml->in, &car->b, ml_said_laps(car), car->rank, false);
}

void ml_settle_all(const struct ml *ml)
{
	struct ml_state *st = ml->state;
	if (!st->waits || !ml_start_ready(ml))
		return;
	st->waits = false;
	for (unsigned i = 0; i < st->car_count; i++) {
		struct ml_car *car = &st->cars[i];
		if (car->bits & ML_STOOD)
			settle_standing(ml, car);
		if (car->wait != DURATION_NONE)
			settle_crossing(ml, car);
	}
}

/* ---- $L at SF ---------------------------------------------------------------------- */

static void late_crossing(const struct ml *ml, struct ml_car *car, duration_us elapsed)
{
	if (car->hole != DURATION_NONE && elapsed > car->hole)
		ml_passed(ml, car, 0, elapsed, DURATION_NONE); /* (3) */
	else
		decoding_anomaly(&ml->in.d, ANOMALY_REPEATED,
				 "$L: a crossing before the last that counted");
}

/* $L: number, id, timeline, source, elapsed, flag, T/P */
void ml_crossing(const struct ml *ml, struct ml_car *car, duration_us elapsed,
		 bool lane)
{
	struct slice source = ml_field(ml, 7);
	char by = source.len == 1 ? source.at[0] : '?';
	if (ml_same_crossing(elapsed, car->b.total))
		return; /* (2) */
	if (ml_same_crossing(elapsed, car->wait)) {
		/* Two devices at one line: the photocell is more exact. */
		if (by == 'P' && !(car->bits & ML_PHOTO)) {
			car->wait = elapsed;
			car->bits |= ML_PHOTO;
			car->bits &= (uint16_t)~ML_BY_HAND;
		}
		return;
	}
	if (car->wait != DURATION_NONE && elapsed > car->wait && ml_start_ready(ml))
		settle_crossing(ml, car);
	car->wait_flag = (uint8_t)ml_flag(ml_field(ml, 9));
	if ((car->b.total != DURATION_NONE && elapsed < car->b.total) ||
	    (car->wait != DURATION_NONE && elapsed < car->wait)) {
		late_crossing(ml, car, elapsed);
		return;
	}
	car->bits &= (uint16_t) ~(ML_LANE | ML_BY_HAND | ML_PHOTO);
	if (lane)
		car->bits |= ML_LANE;
	if (by == 'M')
		car->bits |= ML_BY_HAND;
	if (by == 'P')
		car->bits |= ML_PHOTO;
	car->wait = elapsed;
	ml->state->waits = true;
}

/* ---- $C -------------------------------------------------------------------------------- */

/* Words for the status of a car. Others are passed on. */
static const struct {
	const char *word, *status;
} states[] = {
	{"Active", "RUNNING"},     {"Running", "RUNNING"},  {"In Pit", "RUNNING"},
	{"Pit", "RUNNING"},        {"On Track", "RUNNING"}, {"Contact", "RETIRED"},
	{"Mechanical", "RETIRED"}, {"Retired", "RETIRED"},  {"Out", "RETIRED"},
	{"Stopped", "STOPPED"},    {"Parked", "STOPPED"},   {"DNS", "DNS"},
	{"Did Not Start", "DNS"},  {"DSQ", "DSQ"},          {"DNF", "RETIRED"},
	{"Disqualified", "DSQ"},
};

static void ml_learn_status(const struct ml *ml, struct ml_car *car)
{
	struct slice words = ml_field(ml, 19);
	uint64_t first = 0;
	struct slice status = words;
	bool running = false;
	memcpy(&first, words.at, words.len < sizeof(first) ? words.len : sizeof(first));
	if (first == car->status || slice_eq_nocase(words, SLICE("Unknown")))
		return;
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (slice_eq_nocase(words, slice_of(states[i].word)))
			status = slice_of(states[i].status);
	running = slice_eq(status, SLICE("RUNNING"));
	if (words.len == 0 || (running && car->status == 0)) {
		/* A car is running until the feed reports otherwise. */
		car->status = first;
		return;
	}
	car->status = first;
	ml_enter(ml, car);
	struct event *event = board_car_event(&ml->in, EVENT_STATUS,
					      decoding_now(&ml->in.d), &car->b);
	event_set_text(ml->in.d.out, event, status);
}

/* Fields that are not essential may be blank. */
static duration_us time_or_none(const struct ml *ml, unsigned i)
{
	const duration_us tick = ml->state->tick;
	uint64_t ticks;
	if (!wire_ml_number(&ml->fields, i, &ticks) || ticks == 0 ||
	    ticks > (uint64_t)(BOARD_TOTAL_MAX / tick))
		return DURATION_NONE;
	return (duration_us)ticks * tick;
}

static void learn_standing(const struct ml *ml, struct ml_car *car, uint64_t laps,
			   duration_us total)
{
	duration_us best = time_or_none(ml, 11);
	struct slice lane = ml_field(ml, 10);
	car->said_laps = (uint32_t)laps;
	if (total != car->b.said_total)
		car->b.new_total = true;
	car->b.said_total = total;
	car->said_last = time_or_none(ml, 9);
	if (best != DURATION_NONE && best != car->b.said_best) {
		uint64_t lap;
		car->b.new_best = true;
		car->b.said_best = best;
		car->b.said_best_lap = 0;
		if (wire_ml_number(&ml->fields, 12, &lap) && lap <= BOARD_LAPS_BELIEVED)
			car->b.said_best_lap = (uint32_t)lap;
	}
	car->flag = (uint8_t)ml_flag(ml_field(ml, 20));
	car->bits &= (uint16_t)~ML_SAID_LANE;
	if (lane.len == 1 && lane.at[0] == 'P')
		car->bits |= ML_SAID_LANE;
	car->bits |= ML_STOOD;
}

/* $C: rank, number, id, laps, elapsed, last lap, T/P, best, ... */
void ml_standing(struct ml *ml)
{
	struct ml_car *car = ml_car(ml, 5);
	uint64_t rank, laps;
	duration_us total;
	if (!car || !ml_number(ml, 4, "the rank", &rank) ||
	    !ml_number(ml, 7, "laps", &laps) ||
	    !ml_time(ml, 8, "the elapsed time", &total))
		return;
	if (laps > BOARD_LAPS_BELIEVED) {
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
				 "$C: an impossible number of laps");
		return;
	}
	if (ml->type == 'R' && car->b.total != DURATION_NONE && total < car->b.total &&
	    laps < car->said_laps && car->invalid != car->b.total)
		return; /* (5) */
	car->rank = (uint16_t)(rank <= BOARD_CARS_MAX ? rank : 0);
	/* Count what waits of this car before it is overwritten. */
	bool ready = ml_crossing_received(ml, total);
	learn_standing(ml, car, laps, total);
	if (ready)
		settle_standing(ml, car);
	else
		ml->state->waits = true;
	ml_learn_status(ml, car);
	if (car->grid == 0)
		ml_grid(ml, car, 23);
}

/* ---- $I -------------------------------------------------------------------------------- */

/* $I: number, id, elapsed */
void ml_invalid(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct ml_car *car = NULL;
	duration_us elapsed;
	uint32_t lap = 0;
	uint64_t uid;
	if (!ml_number(ml, 5, "the car's id", &uid) ||
	    !ml_time(ml, 6, "the elapsed time", &elapsed))
		return;
	car = ml_car_known(st, uid);
	if (!car) {
		decoding_anomaly(&ml->in.d, ANOMALY_UNKNOWN,
				 "$I: a lap taken back of a car that is not known");
		return;
	}
	if (car->invalid == elapsed)
		return;
	if (car->wait != DURATION_NONE && elapsed == car->wait) {
		car->wait = DURATION_NONE; /* it was not emitted yet */
		return;
	}
	for (uint32_t n = car->b.laps; n > 0 && n + ML_TOTALS > car->b.laps; n--)
		if (car->totals[n % ML_TOTALS] == elapsed)
			lap = n;
	if (lap == 0) {
		decoding_anomaly(&ml->in.d, ANOMALY_CONTRADICTION,
				 "$I: a lap taken back that was not counted");
		return;
	}
	car->invalid = elapsed;
	ml_decide(ml, car, DECISION_LAP_DELETED, lap, "\x1finvalidated by the timing");
}
