/*
 * rmonitor_laps.c -- laps from $J, compared with $G
 *
 * $J is sent once for a passing and does not number its lap. $G has laps and total of a car and
 * is repeated. They come in either order, and one of them may be missing.
 *
 *  (1) A $J waits for the $G of its car, at most until the next $F; then it ends the next lap.
 *      If its lap time is zero, or $G does not count it, it is the crossing that starts the
 *      race. If its lap time leads from the last total to its own it ends the next lap for
 *      certain, and does not wait.
 *  (2) A $G with more laps than counted waits for its $J, at most for two $F; then a passing is
 *      made from it. The race fills the laps before it.
 *  (3) A $J at or before the last total of its car is an old passing that was timed again by
 *      hand, even days later: it is not counted.
 *  (4) A total of $G that is whole seconds above the $J of that lap is a penalty; any other
 *      difference of a second or more is one if it is repeated.
 *  (5) If $G has other laps than counted at the same total, laps were taken away or given: a
 *      decision (some series start cars with negative laps). A $G with fewer laps and another
 *      total takes nothing away: relays begin their dumps with zeros.
 *  (6) A car has driven at least as many laps as the number of its best lap.
 */
#include "rmonitor.h"

#include <string.h>

/* Totals closer than this are one crossing, timed again. */
#define SAME_CROSSING US_S
/* Orbits sends this if there is no time. */
#define NO_TIME (US_HOUR - US_MS)

/* Laps driven, according to the feed. */
static uint32_t rm_said_laps(const struct rm_car *car)
{
	int32_t laps = car->said_laps - car->taken;
	if (laps < 0)
		laps = 0;
	return (uint32_t)laps < car->best_lap ? car->best_lap : (uint32_t)laps;
}

static void old_passing(const struct rm *rm, struct rm_car *car, duration_us total)
{
	/* Timed again: later totals are compared with this one. */
	if (car->b.total != DURATION_NONE && car->b.total - total < SAME_CROSSING &&
	    total - car->b.total < SAME_CROSSING)
		car->b.total = total;
	decoding_anomaly(&rm->in.d, ANOMALY_REPEATED,
			 "$J: a passing that was counted already");
}

/* ---- what goes out ------------------------------------------------------------- */

static void claims(const struct rm *rm, struct rm_car *car)
{
	bool timed = rm->state->board.field == SESSION_FIELD_TIMED;
	uint32_t laps = rm_said_laps(car);
	rm_session(&rm->in);
	board_claims(&rm->in, &car->b, laps, timed ? car->rank_best : car->rank_race,
		     laps < car->b.laps && car->said_laps <= 0);
}

/* (4) */
static void penalty(const struct rm *rm, struct rm_car *car)
{
	if (car->timed_lap == 0 || car->timed_lap != rm_said_laps(car) ||
	    car->b.said_total == DURATION_NONE || car->b.total == DURATION_NONE ||
	    car->correction != 0)
		return;
	duration_us total = car->b.said_total - car->b.total;
	duration_us change = total - car->penalty;
	if ((change > -US_S && change < US_S) || total > US_HOUR || total < -US_HOUR)
		return;
	if (change % US_S != 0 && total != car->penalty_new) {
		car->penalty_new = total;
		return;
	}
	car->penalty = total;
	board_decide(&rm->in, &car->b, DECISION_TIME, change,
		     "\x1fin the feed's total");
}

/* (5) */
static void rm_laps_taken(const struct rm *rm, struct rm_car *car)
{
	int32_t taken = car->said_laps - (int32_t)car->b.laps;
	if (car->b.laps == 0 || taken == car->taken ||
	    car->b.said_total == DURATION_NONE ||
	    car->b.said_total - car->penalty != car->b.total)
		return;
	board_decide(&rm->in, &car->b, DECISION_LAPS, taken - car->taken,
		     "\x1fin the feed's laps");
	car->taken = taken;
}

static void rm_passed(const struct rm *rm, struct rm_car *car, uint32_t lap,
		      duration_us total, uint8_t bits)
{
	struct rm_state *st = rm->state;
	instant_us start = rm_start(rm, total);
	rm_session(&rm->in);
	if (!(car->sent & RM_SENT_CAR))
		rm_enter(rm, car);
	if (car->correction != 0) {
		board_decide(&rm->in, &car->b, DECISION_TIME, -car->correction,
			     "\x1fthe corrected lap is over");
		car->correction = 0;
	}
	struct event *event =
		board_car_event(&rm->in, EVENT_PASSING, start + total, &car->b);
	event->line = car->bits & RM_LANE ? LINE_SF_PIT : LINE_SF;
	event->number = lap;
	event->value = DURATION_NONE;
	event->bits = bits;
	if (!(bits & EVENT_REPAIRED) && car->wait_lap > 0)
		event->value = car->wait_lap;
	car->bits &= (uint16_t) ~(RM_LANE | RM_PASSED | RM_ZERO);
	car->b.laps = lap;
	car->b.total = total;
	car->timed_lap = bits & EVENT_REPAIRED ? 0 : lap;
	st->ran = true;
	board_lead(&st->board, lap, total);
}

/* ---- counting ------------------------------------------------------------------ */

/* The total of the waiting $J. If it is unreadable: from $G, else from the lap before.
 */
static duration_us waiting_total(const struct rm_car *car, uint32_t lap, uint8_t *bits)
{
	if (car->wait_total != DURATION_NONE)
		return car->wait_total;
	if (lap == rm_said_laps(car) && car->b.said_total != DURATION_NONE)
		return car->b.said_total - car->penalty;
	*bits = EVENT_ESTIMATED;
	if (car->b.total == DURATION_NONE || car->wait_lap <= 0)
		return DURATION_NONE;
	return car->b.total + car->wait_lap;
}

static void count_passing(const struct rm *rm, struct rm_car *car)
{
	bool more = (car->bits & RM_STOOD) && rm_said_laps(car) > car->b.laps;
	uint32_t lap = more ? rm_said_laps(car) : car->b.laps + 1;
	uint8_t bits = 0;
	duration_us total = waiting_total(car, lap, &bits);
	if (((car->bits & RM_ZERO) && !more) || total == DURATION_NONE ||
	    lap > BOARD_LAPS_BELIEVED) {
		car->bits &= (uint16_t) ~(RM_PASSED | RM_ZERO);
		return;
	}
	rm_passed(rm, car, lap, total, bits);
}

/* (2) */
static void rm_count_standing(const struct rm *rm, struct rm_car *car)
{
	duration_us total = car->b.said_total;
	if (total == DURATION_NONE || total == 0)
		return;
	if (total > car->penalty)
		total -= car->penalty;
	if (car->b.total != DURATION_NONE && total <= car->b.total)
		return;
	rm_passed(rm, car, rm_said_laps(car), total, EVENT_REPAIRED);
}

void rm_settle(const struct rm *rm, struct rm_car *car)
{
	if (car->bits & RM_PASSED)
		count_passing(rm, car);
	if (!(car->bits & RM_STOOD))
		return;
	if (rm_said_laps(car) > car->b.laps)
		rm_count_standing(rm, car);
	rm_laps_taken(rm, car);
	penalty(rm, car);
	claims(rm, car);
	car->bits &= (uint16_t)~RM_STOOD;
}

void rm_settle_all(const struct rm *rm, bool now)
{
	struct rm_state *st = rm->state;
	if (!rm_start_ready(rm))
		return;
	for (unsigned i = 0; i < st->car_count; i++) {
		struct rm_car *car = &st->cars[i];
		if (!(car->bits & (RM_PASSED | RM_STOOD))) {
			if (!now && car->number[0] == '\0' && ++car->age >= 2)
				rm_enter_guess(rm, car);
			continue;
		}
		if (!now && car->age < 2)
			car->age++;
		if (!now && car->age >= 2)
			rm_enter_guess(rm, car);
		if (now || car->age >= 2 || (car->bits & RM_PASSED) ||
		    rm_said_laps(car) <= car->b.laps)
			rm_settle(rm, car);
	}
}

/* ---- records ---------------------------------------------------------------------- */

static bool next_lap(const struct rm_car *car)
{
	if (car->b.laps == 0 || car->wait_lap <= 0 ||
	    car->wait_total == DURATION_NONE || car->b.total == DURATION_NONE)
		return false;
	duration_us off = car->wait_total - car->wait_lap - car->b.total;
	return off >= -2 * US_MS && off <= 2 * US_MS;
}

/* True if its $G came before it. */
static bool stands_so(const struct rm_car *car)
{
	return (car->bits & RM_STOOD) && rm_said_laps(car) > car->b.laps &&
	       car->b.said_total == car->wait_total;
}

/* $J,"reg","lap time","total time" */
void rm_passing(struct rm *rm)
{
	struct rm_car *car = rm_car(rm, 1);
	duration_us lap = DURATION_NONE, total = DURATION_NONE;
	if (!car)
		return;
	if (rm_time(rm, 2, "the lap time", &lap) && lap == NO_TIME)
		lap = DURATION_NONE;
	(void)rm_time(rm, 3, "the total time", &total);
	if (car->bits & RM_PASSED)
		rm_settle(rm, car);
	if (total != DURATION_NONE && car->b.total != DURATION_NONE &&
	    total - car->b.total < SAME_CROSSING && car->b.laps > 0) {
		old_passing(rm, car, total);
		return;
	}
	car->wait_lap = lap;
	car->wait_total = total;
	car->bits |= RM_PASSED;
	if (lap == 0)
		car->bits |= RM_ZERO;
	if (rm_start_ready(rm) && (next_lap(car) || stands_so(car)))
		rm_settle(rm, car);
}

static bool rank_and_car(struct rm *rm, uint16_t *rank, struct rm_car **car)
{
	uint32_t n;
	if (!rm_number(rm, 1, "the rank", &n))
		return false;
	*car = rm_car(rm, 2);
	*rank = (uint16_t)(n <= BOARD_CARS_MAX ? n : 0);
	return *car != NULL;
}

/* $G,rank,"reg",laps,"total time" */
void rm_standing(struct rm *rm)
{
	struct rm_car *car;
	uint16_t rank;
	int64_t laps = 0;
	duration_us total = DURATION_NONE;
	if (!rank_and_car(rm, &rank, &car))
		return;
	if (rm_field(rm, 3).len > 0 &&
	    (!parse_i64(rm_field(rm, 3), &laps) || laps > BOARD_LAPS_BELIEVED ||
	     laps < -BOARD_LAPS_BELIEVED)) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "$G: an impossible number of laps");
		return;
	}
	(void)rm_time(rm, 4, "the total time", &total);
	if (total == NO_TIME && laps == 0)
		total = DURATION_NONE;
	if (!(car->bits & RM_STOOD) || laps != car->said_laps)
		car->age = 0;
	car->rank_race = rank;
	car->said_laps = (int32_t)laps;
	if (total != DURATION_NONE && total != car->b.said_total)
		car->b.new_total = true;
	car->b.said_total = total;
	car->bits |= RM_STOOD;
	if (!(car->bits & RM_PASSED) || !rm_start_ready(rm))
		return;
	if (rm_said_laps(car) > car->b.laps) {
		rm_settle(rm, car);
	} else if (rm_said_laps(car) == car->b.laps && total == car->wait_total &&
		   (car->b.laps > 0 || laps == 0)) {
		/* (1) It did not end a lap. */
		car->bits &= (uint16_t) ~(RM_PASSED | RM_ZERO);
	}
}

/* $H,rank,"reg",number of the best lap,"best time" */
void rm_best(struct rm *rm)
{
	struct rm_car *car;
	uint16_t rank;
	duration_us best = DURATION_NONE;
	uint32_t lap;

	if (!rank_and_car(rm, &rank, &car) || !rm_number(rm, 3, "the lap", &lap) ||
	    !rm_time(rm, 4, "the best lap", &best))
		return;
	if (!(car->bits & RM_STOOD)) {
		car->bits |= RM_STOOD;
		car->age = 0;
	}
	car->rank_best = rank;
	if (best == 0 || best == NO_TIME)
		return;
	if (best != car->b.said_best)
		car->b.new_best = true;
	car->b.said_best = best;
	if (lap <= BOARD_LAPS_BELIEVED)
		car->best_lap = lap;
}

/* $COR,"reg","number",laps,"total time","+/-correction": of the last crossing, by photo
 * finish. It ends with the lap: later totals are right again. */
void rm_correction(struct rm *rm)
{
	struct rm_car *car = rm_car(rm, 1);
	struct slice by = rm_field(rm, 5);
	bool minus = by.len > 0 && by.at[0] == '-';
	duration_us amount;
	uint32_t laps;
	if (!car || !rm_number(rm, 3, "laps", &laps))
		return;
	if (by.len > 0 && (by.at[0] == '-' || by.at[0] == '+')) {
		by.at++;
		by.len--;
	}
	if (!parse_duration(by, &amount) || amount < 0 || amount > US_HOUR) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "$COR: a correction that cannot be read");
		return;
	}
	rm_settle(rm, car);
	if (laps != car->b.laps || laps == 0) {
		decoding_anomaly(&rm->in.d, ANOMALY_CONTRADICTION,
				 "$COR: of another lap than the car's last");
		return;
	}
	amount = minus ? -amount : amount;
	if (amount == car->correction)
		return;
	rm_session(&rm->in);
	board_decide(&rm->in, &car->b, DECISION_TIME, amount - car->correction,
		     "\x1f"
		     "corrected by the timing");
	car->correction = amount;
}
