/*
 * lap_survey.c -- the shortest possible lap of a circuit without a name
 *
 * Without a length of the lap, a car that crosses the line just behind the start signal, or
 * spins back over it, would complete a lap. The times between two crossings of one car
 * give the length of a lap: most of them are laps.
 *
 *  (1) The shortest possible lap is 6 tenths of the lower quartile, once there are a few
 *      times. Even the fastest class of a mixed field does not lap in that.
 *  (2) It changes by steps, so that a race that runs is seldom computed anew.
 */
#include "session_parts.h"

#define SHORTEST (5 * US_S)
enum { TIMES_NEEDED = 4 };

/* The first begins at 5 s, each other one a twentieth later than the one before. */
static void steps_begin(struct lap_survey *survey)
{
	duration_us t = SHORTEST;
	for (unsigned i = 0; i < SURVEY_STEPS; i++, t += t / 20)
		survey->begins[i] = t;
}

/* The last step that begins no later than @t. */
static unsigned survey_step(const struct lap_survey *survey, duration_us t)
{
	unsigned from = 0, to = SURVEY_STEPS;
	while (to - from > 1) {
		unsigned middle = (from + to) / 2;
		if (survey->begins[middle] <= t)
			from = middle;
		else
			to = middle;
	}
	return from;
}

/* (1): a time more moves the quartile by few steps. */
static void quartile_note(struct lap_survey *survey, unsigned step)
{
	survey->steps[step]++;
	survey->below += step < survey->quartile;
	uint32_t wanted = ++survey->count / 4 + 1;
	while (survey->below >= wanted)
		survey->below -= survey->steps[--survey->quartile];
	while (survey->quartile + 1 < SURVEY_STEPS &&
	       survey->below + survey->steps[survey->quartile] < wanted)
		survey->below += survey->steps[survey->quartile++];
}

/* The instant of the last crossing of the event's car; NULL: no room. */
static instant_us *last_of(struct lap_survey *survey, const struct event *event)
{
	uint32_t name = (uint32_t)hash_bytes(event->id, sizeof(event->id),
					     event->id_kind * 2u + event->source * 8u);
	name += name == 0;
	for (uint32_t i = 0; i < SURVEY_CARS; i++) {
		uint32_t slot = (name + i) % SURVEY_CARS;
		if (survey->cars[slot].name == 0) {
			survey->cars[slot].name = name;
			survey->cars[slot].at = INSTANT_NONE;
		}
		if (survey->cars[slot].name == name)
			return &survey->cars[slot].at;
	}
	return NULL;
}

bool lap_survey_note(struct lap_survey *survey, const struct event *event)
{
	instant_us *last = last_of(survey, event);
	if (!last)
		return false;
	instant_us before = *last;
	if (before != INSTANT_NONE && event->at - before < SHORTEST)
		return false;
	*last = event->at;
	if (before == INSTANT_NONE)
		return false;
	if (survey->count == 0)
		steps_begin(survey);
	quartile_note(survey, survey_step(survey, event->at - before));
	if (survey->count < TIMES_NEEDED)
		return false;
	duration_us lap_min = survey->begins[survey->quartile] / 10 * 6;
	/* (2) */
	duration_us off = lap_min - survey->lap_min;
	if (off < survey->lap_min / 8 && off > -survey->lap_min / 8)
		return false;
	survey->lap_min = lap_min;
	return true;
}
