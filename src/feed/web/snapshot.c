/*
 * snapshot.c -- from standings to passings and stops (snapshot.h)
 */
#include "snapshot.h"
#include "web.h"

/* A service may be this much later with one standing than with another. */
#define LATE (5 * US_S)

/* (1): in tenths of a second, at least one. */
static uint8_t tenths_of(duration_us t)
{
	enum { TENTH = 100 * 1000 };
	int64_t tenths = (t + TENTH - 1) / TENTH;
	return tenths < 1 ? 1 : tenths > UINT8_MAX ? UINT8_MAX : (uint8_t)tenths;
}

void snapshot_inferred(struct event *event, duration_us off_by)
{
	event->bits |= EVENT_ESTIMATED;
	event->field = tenths_of(off_by);
}

/* (1) */
static void snapshot_crossing(const struct decoding *d, const char *id,
			      struct snapshot_car *car, const struct snapshot *now)
{
	instant_us at = now->crossed;
	duration_us poll = now->at - car->seen;
	bool one = now->laps == car->laps + 1;
	bool stated = at != INSTANT_NONE, fits = true;
	if (!stated && one && car->timed && now->lap != DURATION_NONE) {
		at = car->crossed + now->lap;
		fits = at >= car->seen - LATE && at <= now->at + LATE;
		if (!fits)
			at = INSTANT_NONE;
	}
	if (!stated && !one && car->timed)
		fits = false;
	if (at == INSTANT_NONE)
		at = now->at;
	struct event *event = web_car_event(d, EVENT_PASSING, at, id);
	event->line = LINE_SF;
	event->number = now->laps;
	/* A time that does not fit is that of another lap. */
	event->value = fits ? now->lap : DURATION_NONE;
	event->flag = now->finished ? FLAG_FINISH : FLAG_UNKNOWN;
	if (!stated)
		snapshot_inferred(event, poll);
	car->crossed = at;
	car->timed = true;
}

/* (2) */
static void snapshot_pit(const struct decoding *d, const char *id,
			 struct snapshot_car *car, const struct snapshot *now)
{
	duration_us poll = car->known ? now->at - car->seen : 0;
	if (now->in_pit == car->in_pit)
		return;
	car->in_pit = now->in_pit;
	if (!car->known)
		return;
	struct event *event = web_car_event(
		d, now->in_pit ? EVENT_PIT_IN : EVENT_PIT_OUT, now->at, id);
	snapshot_inferred(event, poll);
	event->bits |= EVENT_COUNTS;
	if (now->in_pit)
		car->pit_in = now->at;
	else
		event->value = car->came_in ? now->at - car->pit_in : DURATION_NONE;
	car->came_in = now->in_pit;
}

void snapshot_take(const struct decoding *d, const char *id, struct snapshot_car *car,
		   const struct snapshot *now)
{
	bool stated = now->crossed != INSTANT_NONE;
	if (!car->known && now->laps > 0 && !stated) {
		/* (3) */
		struct event *claim = web_car_event(d, EVENT_CLAIM, now->at, id);
		claim->field = CLAIM_LAPS;
		claim->value = now->laps;
		car->laps = now->laps;
	} else if (now->laps > car->laps) {
		snapshot_crossing(d, id, car, now);
		car->laps = now->laps;
	}
	if (now->pit_known)
		snapshot_pit(d, id, car, now);
	car->seen = now->at;
	car->known = true;
}

void snapshot_unchanged(struct snapshot_car *car, instant_us at)
{
	if (car->known && at > car->seen)
		car->seen = at;
}
