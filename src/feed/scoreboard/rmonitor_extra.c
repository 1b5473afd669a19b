/*
 * rmonitor_extra.c -- additions of IMSA and Race Monitor
 *
 *  (1) $L has each line that a car crosses, with the time of day to the millisecond. SF itself
 *      comes from $J. If both have a crossing, the times of the other lines are corrected by
 *      the difference, so that sectors add up to laps.
 *  (2) The history in $RMHL fills what was driven before the feed was received.
 */
#include "rmonitor.h"

#include <string.h>

/* "T1" ... "T9", "TA" ...: 1 ... 9, 10 ...; 0: no such name. */
static unsigned timeline_number(struct slice name)
{
	char c = name.len == 2 ? name.at[1] : '\0';
	if (name.len != 2 || name.at[0] != 'T')
		return 0;
	if (c >= '1' && c <= '9')
		return (unsigned)(c - '0');
	return c >= 'A' && c <= 'Z' ? (unsigned)(c - 'A') + 10 : 0;
}

static bool is_name_of_car(const struct rm *rm)
{
	struct slice name = rm_field(rm, 1);
	char clean[EVENT_ID_MAX + 1];
	if (slice_starts(name, SLICE("Tx"))) {
		name.at += 2;
		name.len -= 2;
	}
	return text_id(clean, sizeof(clean), name);
}

static struct rm_car *car_of_line(struct rm *rm, bool *by_transponder)
{
	struct rm_state *st = rm->state;
	struct slice name = rm_field(rm, 1);
	*by_transponder = slice_starts(name, SLICE("Tx")) && name.len > 2;
	if (*by_transponder) {
		name.at += 2;
		name.len -= 2;
	}
	for (unsigned i = 0; i < st->car_count; i++) {
		struct rm_car *car = &st->cars[i];
		const char *known = *by_transponder ? car->transponder : car->number;
		if (name.len > 0 && known[0] == name.at[0] &&
		    slice_eq(name, slice_of(known)))
			return car;
	}
	return NULL;
}

enum line_kind { LINE_MID, LINE_TRACK, LINE_LANE, LINE_IN, LINE_OUT };
static const struct {
	const char *name;
	enum line_kind kind;
} line_names[] = {
	{"SFT", LINE_TRACK}, {"SFP", LINE_LANE}, {"POT", LINE_OUT},
	{"POP", LINE_OUT},   {"PIT", LINE_IN},   {"PIP", LINE_IN},
};

static struct event *line_event(struct rm *rm, enum event_kind kind, instant_us at,
				const struct rm_car *car)
{
	struct slice name = rm_field(rm, 1);
	if (car)
		return board_car_event(&rm->in, kind, at, &car->b);
	struct event *event = board_event(&rm->in, kind, at);
	if (slice_starts(name, SLICE("Tx")))
		event_set_id(event, ID_TRANSPONDER,
			     (struct slice){name.at + 2, name.len - 2});
	else
		event_set_id(event, ID_NUMBER, name);
	return event;
}

/* (1) Learn from a $L at SF its name, and its time compared with $J. */
static void line_sf(struct rm *rm, struct rm_car *car, instant_us at, bool lane)
{
	struct rm_state *st = rm->state;
	duration_us total = DURATION_NONE;
	if (!lane && timeline_number(rm_field(rm, 2)) != 0)
		st->first_line = (uint8_t)timeline_number(rm_field(rm, 2));
	if (!car || !st->board.start_known)
		return;
	/* A mark of the pit lane is of one crossing: this one. */
	car->bits &= (uint16_t)~RM_LANE;
	if (lane && !rm_lane_late(rm, car, st->fine_known ? at - st->fine : at)) {
		car->bits |= RM_LANE;
		car->lane_at = at;
	}
	if (car->bits & RM_PASSED)
		total = car->wait_total;
	else if (car->timed_lap != 0 || (car->bits & RM_BEGUN))
		total = car->b.total;
	if (total == DURATION_NONE || at - (st->board.start + total) > 3 * US_S ||
	    at - (st->board.start + total) < -3 * US_S)
		return;
	st->fine = at - (st->board.start + total);
	st->fine_known = true;
}

static void line_mid(struct rm *rm, const struct rm_car *car, instant_us at)
{
	struct rm_state *st = rm->state;
	unsigned n = timeline_number(rm_field(rm, 2));
	unsigned first = st->first_line != 0 ? st->first_line : 0;
	/* Lines inside the pit lane are not used. */
	if (n == 0)
		return;
	n -= n > first ? first : n;
	if (n == 0 || n >= LINES_MAX ||
	    (st->board.common.setup.line_count > 0 &&
	     n >= st->board.common.setup.line_count)) {
		decoding_anomaly(&rm->in.d, ANOMALY_UNKNOWN,
				 "$L: a line that this circuit does not have");
		return;
	}
	struct event *event = line_event(rm, EVENT_PASSING, at, car);
	event->line = (uint8_t)n;
	event->value = DURATION_NONE;
}

static void line_driver(struct rm *rm, struct rm_car *car, instant_us at)
{
	uint32_t driver;
	if (!car || rm->fields.count < 7 || rm_field(rm, 6).len == 0 ||
	    !rm_number(rm, 6, "the driver", &driver))
		return;
	if (driver == 0 || driver > 6 || driver == car->driver)
		return;
	car->driver = (uint8_t)driver;
	board_car_event(&rm->in, EVENT_DRIVER, at, &car->b)->number = driver;
}

/* $L,"car or Tx...","line","kind","MM/DD/YYYY","HH:MM:SS.mmm"[,driver,"class"] */
void rm_line(struct rm *rm)
{
	struct rm_state *st = rm->state;
	enum line_kind kind = LINE_MID;
	bool by_transponder;
	struct rm_car *car = car_of_line(rm, &by_transponder);
	duration_us tod;
	/* The date is not used, however it is written: $F has none, and all records have one
	 * clock. */
	if (!rm_time(rm, 5, "the time of day", &tod))
		return;
	if (!is_name_of_car(rm)) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "$L: a car that cannot be read");
		return;
	}
	instant_us at = rm_at_tod(rm, tod);
	for (size_t i = 0; i < ARRAY_LEN(line_names); i++)
		if (slice_eq(rm_field(rm, 3), slice_of(line_names[i].name)))
			kind = line_names[i].kind;
	if (kind == LINE_TRACK || kind == LINE_LANE)
		line_sf(rm, car, at, kind == LINE_LANE);
	if (st->fine_known)
		at -= st->fine;
	rm_session(&rm->in);
	if (kind == LINE_MID)
		line_mid(rm, car, at);
	/* Each end of the pit lane has two loops: the first counts. */
	if (kind == LINE_IN && !(car && (car->bits & RM_IN_PIT)))
		line_event(rm, EVENT_PIT_IN, at, car);
	if (kind == LINE_OUT && (!car || (car->bits & RM_IN_PIT)))
		line_event(rm, EVENT_PIT_OUT, at, car)->value = DURATION_NONE;
	if (car && kind == LINE_IN)
		car->bits |= RM_IN_PIT;
	if (car && kind == LINE_OUT)
		car->bits &= (uint16_t)~RM_IN_PIT;
	line_driver(rm, car, at);
}

/* $RMHL,"reg","lap","position","lap time","flag","total time" */
void rm_history(struct rm *rm)
{
	struct rm_car *car = rm_car(rm, 1);
	duration_us lap_time, total;
	uint32_t lap;
	if (!car || !rm_number(rm, 2, "the lap", &lap) ||
	    !rm_time(rm, 4, "the lap time", &lap_time) ||
	    !rm_time(rm, 6, "the total time", &total))
		return;
	if (rm_start_ready(rm) && (car->bits & RM_PASSED))
		rm_settle(rm, car);
	if (lap == 0 || lap > BOARD_LAPS_BELIEVED || lap <= car->history)
		return;
	if ((lap <= car->b.laps && car->history + 1 >= car->b.laps) ||
	    !rm_start_ready(rm))
		return;
	car->history = lap;
	if (total == 0 || (lap <= car->b.laps && car->b.total != DURATION_NONE &&
			   total >= car->b.total))
		return;
	rm_session(&rm->in);
	if (!(car->sent & RM_SENT_CAR))
		rm_enter(rm, car);
	struct event *event = board_car_event(&rm->in, EVENT_PASSING,
					      rm_start(rm, total) + total, &car->b);
	event->number = lap;
	event->value = lap_time > 0 ? lap_time : DURATION_NONE;
	if (lap > car->b.laps) {
		car->b.laps = lap;
		car->b.total = total;
		car->timed_lap = lap;
	}
}
