/*
 * status_flips.c -- the instants at which a car became likely to be classified, or not
 *
 *  (1) The race up to the playhead is forecast at fixed instants, once each, in order, and
 *      the results are kept. Nothing later than the playhead is used.
 *  (2) There are two limits: a car whose chance is between them keeps its state.
 *  (3) While no car is timed, no state of a car is reported.
 *  (4) This moves the timeline: the caller restores its instant.
 */
#include "session_parts.h"

#define STEP_LEAST (2 * US_MIN)

enum { UP_PM = 650, DOWN_PM = 350, STEPS = 160 };
enum { FATE_UNKNOWN, FATE_UP, FATE_DOWN };

static void judge(struct session *session, const struct forecast_row *row,
		  instant_us at)
{
	struct turns *turns = &session->turns;
	uint8_t *fate = &turns->fate[row->car];
	uint8_t now = row->p_classified >= UP_PM     ? FATE_UP
		      : row->p_classified <= DOWN_PM ? FATE_DOWN
						     : *fate;
	if (now == *fate)
		return;
	if (*fate != FATE_UNKNOWN && turns->count < HISTORY_GUESSES_MAX)
		turns->rows[turns->count++] = (struct history_row){
			.at = at,
			.time = DURATION_NONE,
			.more = DURATION_NONE,
			.car = row->car,
			.kind = now == FATE_UP ? HISTORY_ABOVE : HISTORY_BELOW,
			.driver = RACE_DRIVERS_MAX,
			.driver_after = RACE_DRIVERS_MAX};
	*fate = now;
}

/* One instant more. */
static void ask(struct session *session, instant_us at)
{
	const struct race *race = timeline_at(&session->timeline, at);
	struct forecast *forecast = &session->turns.forecast;
	if (at > race->silent_at) /* (3) */
		return;
	forecast_query(race, &session->timeline.tables, &session->rules,
		       &session->parameters, at, forecast);
	if (forecast->flag_at == INSTANT_NONE)
		return;
	for (uint32_t i = 0; i < forecast->count; i++)
		if (race->cars[forecast->rows[i].car].seen)
			judge(session, &forecast->rows[i], at);
}

bool session_turns(struct session *session, struct view *view, unsigned budget)
{
	struct turns *turns = &session->turns;
	instant_us at = view->at;
	duration_us step = instant_sub(view->to, view->from) / STEPS;
	bool moved = false;
	view->guesses = turns->rows;
	view->guess_count = turns->count;
	if (session->rules.fraction_pm == 0 || !session_forecasts(session) ||
	    session->timeline.race.setup.type != SESSION_RACE)
		return false;
	if (turns->step == 0) {
		turns->step = step > STEP_LEAST ? step : STEP_LEAST;
		turns->asked = view->from;
	}
	for (; budget > 0 && turns->asked + turns->step <= at; budget--) {
		turns->asked += turns->step;
		ask(session, turns->asked);
		moved = true;
	}
	if (moved)
		(void)session_at_as(session, at, (enum timeline_as)view->as);
	view->guess_count = turns->count;
	return turns->asked + turns->step <= at;
}
