/*
 * rmonitor_laps.c -- laps from $J, compared with $G
 *
 * $J is sent once for a passing and does not number its lap. $G has laps and total of a car and
 * is repeated. They come in either order, and one of them may be missing.
 *
 *  (1) A $J waits for the $G of its car, at most until the next $F; then it ends the next lap.
 *      If its lap time is zero, or $G does not count it, it is the crossing that begins the
 *      first lap. If its lap time leads from the last total to its own it ends the next lap
 *      for certain, and does not wait.
 *  (2) A $G with more laps than counted waits for its $J, at most for two $F; then a passing is
 *      made from it. The race fills the laps before it.
 *  (3) A $J with another total for one of the last laps of its car corrects that lap: the first
 *      is taken back. One before them is an old passing that was timed again by hand, even days
 *      later: it is not counted.
 *  (4) A total of $G that is whole seconds above the $J of that lap is a penalty; any other
 *      difference is one if it is repeated.
 *  (5) If $G has other laps than counted at the same total, laps were taken away or given: a
 *      decision (some series start cars with negative laps); but the lap of the first $J after
 *      joining late gets its number so. A $G with fewer laps and another total takes nothing
 *      away: relays begin their dumps with zeros.
 *  (6) A car has driven at least as many laps as the number of its best lap.
 *  (7) Until the clock of a run has run or a car has crossed, standings are those of the run
 *      before it, or the order at the start: they time nothing.
 *  (8) The ranks of $G before the first lap are the order at the start.
 */
#include "rmonitor.h"

#include <string.h>

/* Totals closer than this are one crossing, timed again. */
#define SAME_CROSSING US_S
/* $L at SF and the $J of the same crossing differ by at most this. */
#define SAME_LINE (3 * US_S)
/* A repeated difference of $G that is more than rounding. */
#define TOTAL_DIFFERS (5 * US_MS)

/* Laps driven, according to the feed. */
static uint32_t rm_said_laps(const struct rm_car *car)
{
	int32_t laps = car->said_laps - car->taken;
	if (laps < 0)
		laps = 0;
	if (car->b.said_best != DURATION_NONE && (uint32_t)laps < car->b.said_best_lap)
		return car->b.said_best_lap;
	return (uint32_t)laps;
}

/* "59:59", in whatever hour, and 99 hours: Orbits and others send it as no time. */
static bool is_no_lap(duration_us t)
{
	return t % US_HOUR >= US_HOUR - US_S || t >= 99 * US_HOUR;
}

/* "59:59" to the last digit, in whatever hour: Orbits and others send it as no time. */
static bool is_no_time(duration_us t)
{
	return t % US_HOUR == US_HOUR - US_MS || t >= 99 * US_HOUR;
}

/* ---- what goes out ------------------------------------------------------------- */

/* (7) */
static void tell_taken(const struct rm *rm, const struct rm_car *car,
		       duration_us before)
{
	char time[TIME_TEXT_MAX], now[TIME_TEXT_MAX], text[96];
	format_duration(time, before, TIME_LAPM);
	format_duration(now, car->b.said_best, TIME_LAPM);
	if (car->b.said_best == DURATION_NONE)
		text_format(text, sizeof(text), "best lap %s taken back", time);
	else
		text_format(text, sizeof(text),
			    "best lap %s taken back: %s on lap %u counts", time, now,
			    car->b.said_best_lap);
	rm_session(&rm->in);
	struct event *event = board_car_event(&rm->in, EVENT_MESSAGE,
					      decoding_now(&rm->in.d), &car->b);
	event_set_text(rm->in.d.out, event, slice_of(text));
}

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
	if ((change > -TOTAL_DIFFERS && change < TOTAL_DIFFERS) || total > US_HOUR ||
	    total < -US_HOUR || rm_start_moved(rm, change))
		return;
	if (change % US_S != 0 && total != car->penalty_new) {
		car->penalty_new = total;
		return;
	}
	car->penalty = total;
	board_decide(&rm->in, &car->b, DECISION_TIME, change,
		     "\x1fin the feed's total");
}

/* False: a registration that no $A named yet, of a source that names cars: it may turn out
 * to be another car's. */
static bool is_named(const struct rm *rm, const struct rm_car *car)
{
	return car->number[0] != '\0' || !rm->state->names;
}

/* True if the waiting mark of the pit lane is of the crossing at @at. */
static bool in_lane(const struct rm *rm, const struct rm_car *car, instant_us at)
{
	const struct rm_state *st = rm->state;
	if (!(car->bits & RM_LANE))
		return false;
	return !st->fine_known || board_apart(car->lane_at - st->fine, at) <= SAME_LINE;
}

static struct rm_crossing *crossing_of(struct rm_car *car, uint32_t number)
{
	struct rm_crossing *crossing = &car->last[number % RM_LAST];
	return crossing->total != DURATION_NONE && crossing->number == number ? crossing
									      : NULL;
}

/* The crossing that ends lap crossing->number; 0: it begins the first lap. */
static void emit_crossing(const struct rm *rm, struct rm_car *car,
			  const struct rm_crossing *crossing, uint8_t bits)
{
	struct rm_state *st = rm->state;
	struct event *event = board_car_event(
		&rm->in, EVENT_PASSING, rm_start(rm, crossing->total) + crossing->total,
		&car->b);
	event->line = crossing->lane ? LINE_SF_PIT : LINE_SF;
	event->number = crossing->number;
	event->value = crossing->number == 0 ? 0 : crossing->lap;
	event->bits = bits;
	/* Its own record, so that it can be taken back alone. */
	event->record = crossing->record;
	if (event->value > 0 &&
	    (car->fastest == DURATION_NONE || event->value < car->fastest))
		car->fastest = event->value;
	car->last[crossing->number % RM_LAST] = *crossing;
	if (crossing->number >= car->b.laps) {
		car->b.laps = crossing->number;
		car->b.total = crossing->total;
		car->timed_lap = crossing->timed ? crossing->number : 0;
	}
	st->ran = true;
	if (event->at > st->high_at)
		st->high_at = event->at;
	if (crossing->number > 0)
		board_lead(&st->board, crossing->number, crossing->total);
}

static void rm_passed(const struct rm *rm, struct rm_car *car, uint32_t lap,
		      duration_us total, uint8_t bits)
{
	bool timed = !(bits & EVENT_REPAIRED);
	struct rm_crossing crossing = {
		.total = total,
		.lap = timed && car->wait_lap > 0 ? car->wait_lap : DURATION_NONE,
		.number = lap,
		.record = timed ? car->wait_record : rm->in.d.offset,
		.lane = in_lane(rm, car, rm_start(rm, total) + total),
		.timed = timed,
	};
	rm->state->closed = false;
	rm_session(&rm->in);
	if (!(car->sent & RM_SENT_CAR))
		rm_enter(rm, car);
	if (car->correction != 0) {
		board_decide(&rm->in, &car->b, DECISION_TIME, -car->correction,
			     "\x1fthe corrected lap is over");
		car->correction = 0;
	}
	emit_crossing(rm, car, &crossing, bits);
	car->bits &= (uint16_t) ~(RM_LANE | RM_PASSED | RM_ZERO);
}

/* The crossing that begins the first lap. */
static void rm_began(const struct rm *rm, struct rm_car *car)
{
	if (car->b.laps == 0 && !(car->bits & RM_BEGUN) &&
	    car->wait_total != DURATION_NONE) {
		instant_us at = rm_start(rm, car->wait_total) + car->wait_total;
		struct rm_crossing crossing = {
			.total = car->wait_total,
			.lap = DURATION_NONE,
			.record = car->wait_record,
			.lane = in_lane(rm, car, at),
			.timed = true,
		};
		rm->state->closed = false;
		rm_session(&rm->in);
		if (!(car->sent & RM_SENT_CAR))
			rm_enter(rm, car);
		emit_crossing(rm, car, &crossing, 0);
		car->bits |= RM_BEGUN;
	}
	car->bits &= (uint16_t) ~(RM_LANE | RM_PASSED | RM_ZERO);
}

/* The crossing @was is @is: the first is taken back. */
static void rm_replace(const struct rm *rm, struct rm_car *car,
		       const struct rm_crossing *was, struct rm_crossing is)
{
	struct event *undo = board_car_event(&rm->in, EVENT_DECISION,
					     decoding_now(&rm->in.d), &car->b);
	undo->field = DECISION_UNDO;
	undo->value = was->record;
	event_set_text(rm->in.d.out, undo, SLICE("\x1ftimed again by the source"));
	is.record = rm->in.d.offset;
	emit_crossing(rm, car, &is, 0);
}

bool rm_lane_late(const struct rm *rm, struct rm_car *car, instant_us at)
{
	struct rm_crossing *last = crossing_of(car, car->b.laps);
	if (!last || last->lane || !last->timed || (car->bits & RM_PASSED) ||
	    board_apart(at, rm->state->board.start + last->total) > SAME_LINE)
		return false;
	struct rm_crossing is = *last;
	is.lane = true;
	rm_replace(rm, car, last, is);
	return true;
}

/* (5) */
static void rm_laps_taken(const struct rm *rm, struct rm_car *car)
{
	int32_t taken = car->said_laps - (int32_t)car->b.laps;
	const struct rm_crossing *first = crossing_of(car, 1);
	if (car->b.laps == 0 || taken == car->taken ||
	    car->b.said_total == DURATION_NONE ||
	    car->b.said_total - car->penalty != car->b.total)
		return;
	if (taken > 0 && car->b.laps == 1 && first && first->timed &&
	    !(car->bits & RM_BEGUN) && first->lap < first->total / 2) {
		struct rm_crossing is = *first;
		is.number = (uint32_t)car->said_laps;
		rm_replace(rm, car, first, is);
		return;
	}
	board_decide(&rm->in, &car->b, DECISION_LAPS, taken - car->taken,
		     "\x1fin the feed's laps");
	car->taken = taken;
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
		rm_began(rm, car);
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

/* (8) */
static void rm_grid(const struct rm *rm, struct rm_car *car)
{
	const struct rm_state *st = rm->state;
	if (st->board.field == SESSION_FIELD_TIMED || st->board.lead_laps > 0 ||
	    car->said_laps > 0 || car->rank_race == 0 || car->rank_race == car->grid ||
	    rm_is_closed(st))
		return;
	rm_enter(rm, car);
	instant_us at = car->grid == 0 ? INSTANT_NONE : decoding_now(&rm->in.d);
	struct event *event = board_car_event(&rm->in, EVENT_ENTRY, at, &car->b);
	event->field = ENTRY_GRID;
	event->number = car->grid = car->rank_race;
}

void rm_settle(const struct rm *rm, struct rm_car *car)
{
	if (car->bits & RM_PASSED)
		count_passing(rm, car);
	if (!(car->bits & RM_STOOD))
		return;
	rm_grid(rm, car);
	if (!rm_is_idle(rm->state)) {
		if (rm_said_laps(car) > car->b.laps)
			rm_count_standing(rm, car);
		rm_laps_taken(rm, car);
		penalty(rm, car);
		claims(rm, car);
	}
	car->bits &= (uint16_t)~RM_STOOD;
}

void rm_settle_all(const struct rm *rm, bool now)
{
	struct rm_state *st = rm->state;
	if (!rm_start_ready(rm))
		return;
	for (unsigned i = 0; i < st->car_count; i++) {
		struct rm_car *car = &st->cars[i];
		if (car->same_as != 0)
			continue;
		if (!now && car->quiet < UINT8_MAX)
			car->quiet++;
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

static bool next_lap(const struct rm *rm, const struct rm_car *car)
{
	if ((car->b.laps == 0 && !(car->bits & RM_BEGUN)) || car->wait_lap <= 0 ||
	    car->wait_total == DURATION_NONE || car->b.total == DURATION_NONE)
		return false;
	duration_us off = car->wait_total - car->wait_lap - car->b.total;
	if (rm->state->moved != 0 && rm_start_moved(rm, off))
		return true;
	return off >= -2 * US_MS && off <= 2 * US_MS;
}

/* True if its $G came before it. */
static bool stands_so(const struct rm_car *car)
{
	return (car->bits & RM_STOOD) && rm_said_laps(car) > car->b.laps &&
	       car->b.said_total == car->wait_total;
}

/* True if a $J of this time is the crossing that ended lap @n, timed again: it is close to it,
 * or its lap began at the same crossing. */
static bool is_timed_again(struct rm_car *car, uint32_t n, duration_us lap,
			   duration_us total)
{
	const struct rm_crossing *was = crossing_of(car, n);
	const struct rm_crossing *next = crossing_of(car, n + 1);
	if (!was)
		return false;
	if (board_apart(total, was->total) < SAME_CROSSING)
		return true;
	if (lap <= 0 || was->lap <= 0)
		return false;
	duration_us end = next ? next->total : was->total + was->lap / 2;
	return total < end &&
	       board_apart(total - lap, was->total - was->lap) <= 2 * US_MS;
}

/* (3) True: the $J is used up. */
static bool rm_timed_again(const struct rm *rm, struct rm_car *car, duration_us lap,
			   duration_us total)
{
	if (total == DURATION_NONE || car->b.total == DURATION_NONE ||
	    (car->b.laps == 0 && !(car->bits & RM_BEGUN)))
		return false;
	/* The mark of the pit lane is of this crossing. */
	uint16_t lane = car->bits & RM_LANE;
	car->bits &= (uint16_t)~RM_LANE;
	for (uint32_t n = car->b.laps + 1; n-- > 0 && n + RM_LAST > car->b.laps;) {
		const struct rm_crossing *was = crossing_of(car, n);
		if (!is_timed_again(car, n, lap, total))
			continue;
		if (total == was->total && (was->timed || n == 0))
			break;
		struct rm_crossing is = *was;
		is.total = total;
		is.lap = lap > 0 ? lap : DURATION_NONE;
		is.timed = true;
		rm_replace(rm, car, was, is);
		return true;
	}
	if (total - car->b.total >= SAME_CROSSING) {
		car->bits |= lane;
		return false;
	}
	decoding_anomaly(&rm->in.d, ANOMALY_REPEATED,
			 "$J: a passing that was counted already");
	return true;
}

/* $J,"reg","lap time","total time" */
void rm_passing(struct rm *rm)
{
	struct rm_car *car = rm_car(rm, 1);
	duration_us lap = DURATION_NONE, total = DURATION_NONE;
	if (!car)
		return;
	/* A first crossing without a time begins the first lap, as one with zero. */
	if (rm_field(rm, 2).len == 0 || !rm_time(rm, 2, "the lap time", &lap) ||
	    is_no_lap(lap))
		lap = car->b.laps == 0 && !(car->bits & RM_BEGUN) ? 0 : DURATION_NONE;
	if (rm_time(rm, 3, "the total time", &total) && is_no_time(total) &&
	    (lap <= 0 || total - lap != car->b.total))
		total = DURATION_NONE;
	if (car->bits & RM_PASSED)
		rm_settle(rm, car);
	if (rm_timed_again(rm, car, lap, total))
		return;
	car->wait_lap = lap;
	car->wait_total = total;
	car->wait_record = rm->in.d.offset;
	car->quiet = 0;
	car->bits |= RM_PASSED;
	if (lap == 0)
		car->bits |= RM_ZERO;
	if (is_named(rm, car) && rm_start_ready(rm) &&
	    (next_lap(rm, car) || stands_so(car)))
		rm_settle(rm, car);
}

/* A standing of the last crossing that was counted waits for the next $F, unless that may be
 * laps later: where lines are sent faster than they happened. */
static void settle_agreed(const struct rm *rm, struct rm_car *car)
{
	const struct board *board = &rm->state->board;
	bool fast = board->before != INSTANT_NONE &&
		    board->common.now - board->before > BOARD_STEP;
	if (fast && !(car->bits & RM_PASSED) && rm_start_ready(rm) && car->b.laps > 0 &&
	    rm_said_laps(car) == car->b.laps && car->b.said_total != DURATION_NONE &&
	    car->b.said_total == car->b.total + car->penalty)
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
	if (total != DURATION_NONE && is_no_time(total) && total != car->wait_total)
		total = DURATION_NONE;
	if (!(car->bits & RM_STOOD) || laps != car->said_laps)
		car->age = 0;
	car->rank_race = rank;
	car->said_laps = (int32_t)laps;
	if (total != DURATION_NONE && total != car->b.said_total)
		car->b.new_total = true;
	car->b.said_total = total;
	car->bits |= RM_STOOD;
	settle_agreed(rm, car);
	if (!(car->bits & RM_PASSED) || !rm_start_ready(rm) || !is_named(rm, car))
		return;
	if (rm_said_laps(car) > car->b.laps) {
		rm_settle(rm, car);
	} else if (rm_said_laps(car) == car->b.laps && total == car->wait_total &&
		   (car->b.laps > 0 || laps == 0)) {
		/* (1) It did not end a lap. */
		rm_began(rm, car);
	}
}

/* True if the source sends best laps. */
static bool sends_bests(const struct rm_state *st)
{
	for (unsigned i = 0; i < st->car_count; i++)
		if (st->cars[i].b.said_best != DURATION_NONE)
			return true;
	return false;
}

/* A best lap that is repeated although a faster one was driven long enough ago is claimed
 * again: the faster one does not count. So is no time, repeated behind a lap. */
static void best_is(const struct rm *rm, struct rm_car *car, duration_us best,
		    uint32_t lap)
{
	duration_us before = car->b.said_best, lost = before;
	bool changed = best != before || lap != car->b.said_best_lap;
	/* Behind the $G of the last lap it is about that lap too. */
	bool current = car->quiet >= 3 ||
		       (car->b.laps > 0 && car->b.said_total != DURATION_NONE &&
			car->b.said_total == car->b.total + car->penalty);
	if (best == before && best == DURATION_NONE && !sends_bests(rm->state))
		return;
	if (!changed && (!current || car->fastest == DURATION_NONE ||
			 (best != DURATION_NONE && car->fastest > best - US_MS)))
		return;
	/* In a race the first lap is no best lap, so nothing is lost. */
	if (!changed && rm->state->board.field == SESSION_FIELD_TIMED)
		lost = car->fastest;
	car->b.said_best = best;
	car->b.said_best_lap = lap;
	car->b.new_best = true;
	car->fastest = DURATION_NONE;
	if (lost != DURATION_NONE && (best == DURATION_NONE || best > lost) &&
	    !rm_is_idle(rm->state))
		tell_taken(rm, car, lost);
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
	if (best == 0 || is_no_lap(best)) {
		best = DURATION_NONE;
		lap = 0;
	}
	if (lap > BOARD_LAPS_BELIEVED)
		lap = 0;
	best_is(rm, car, best, lap);
	settle_agreed(rm, car);
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
