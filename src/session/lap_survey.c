/*
 * lap_survey.c -- the shortest possible lap of a circuit that nobody named
 *
 * Without a length of the lap, a car that crosses the line just behind the start signal, or
 * spins back over it, would complete a lap. The times between two crossings of one car tell
 * how long a lap is: most of them are laps.
 *
 *  (1) The shortest possible lap is 6 tenths of the lower quartile, once there are a few
 *      times. Even the fastest class of a mixed field does not lap in that.
 *  (2) It changes by steps, so that a race that runs is seldom computed anew.
 */
#include "session_parts.h"

#define SHORTEST (5 * US_S)
enum { TIMES_NEEDED = 4 };

/* Step @i begins at 5 s times 1.05 to the power of i. */
static duration_us survey_step_begins(unsigned i)
{
	duration_us t = SHORTEST;
	while (i-- > 0)
		t += t / 20;
	return t;
}

static unsigned survey_step(duration_us t)
{
	duration_us end = SHORTEST + SHORTEST / 20;
	unsigned i = 0;
	for (; i + 1 < SURVEY_STEPS && t >= end; i++)
		end += end / 20;
	return i;
}

static duration_us lower_quartile(const struct lap_survey *survey)
{
	uint32_t wanted = survey->count / 4 + 1, passed = 0;
	unsigned i = 0;
	for (; i + 1 < SURVEY_STEPS; i++) {
		passed += survey->steps[i];
		if (passed >= wanted)
			break;
	}
	return survey_step_begins(i);
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
	survey->steps[survey_step(event->at - before)]++;
	if (++survey->count < TIMES_NEEDED)
		return false;
	duration_us lap_min = lower_quartile(survey) / 10 * 6;
	/* (2) */
	duration_us off = lap_min - survey->lap_min;
	if (off < survey->lap_min / 8 && off > -survey->lap_min / 8)
		return false;
	survey->lap_min = lap_min;
	return true;
}
