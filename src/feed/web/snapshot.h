/*
 * snapshot.h -- from standings to passings and stops
 *
 * A service that sends the standings now and then says how many laps a car has, not when it crossed
 * the line. What happened between two standings is inferred from their difference.
 *
 *  (1) A crossing is where the service states it; else the last one and the lap time, if that lies
 *      between the two standings; else at the second. Only the first is measured: the others
 *      have EVENT_ESTIMATED and `field` is how far off they may be, in tenths of a second.
 *  (2) A car in the pit lane that was not there before came in between the two standings.
 *  (3) The first standing of a car is no news: its laps are a claim.
 */
#ifndef PITWALL_FEED_SNAPSHOT_H
#define PITWALL_FEED_SNAPSHOT_H

#include "decoding.h"

/* What is remembered of a car; zeroed at first. */
struct snapshot_car {
	instant_us crossed; /* its last crossing */
	instant_us seen;    /* its last standing */
	instant_us pit_in;
	uint32_t laps;
	bool known, timed /* crossed is one */, in_pit, came_in /* pit_in is known */;
	uint8_t spare[4];
};

/* What a standing says. */
struct snapshot {
	instant_us at; /* of the standing */
	instant_us
		crossed; /* where the service states the crossing; else INSTANT_NONE */
	duration_us lap; /* time of the last lap; else DURATION_NONE */
	uint32_t laps;
	bool pit_known, in_pit;
	bool finished; /* its last crossing was under the chequered flag */
};

/** The events of car @id (EVENT_ID_MAX + 1 bytes) since its last standing. */
void snapshot_take(const struct decoding *d, const char *id, struct snapshot_car *car,
		   const struct snapshot *now);
/** A standing at @at says nothing new of the car. */
void snapshot_unchanged(struct snapshot_car *car, instant_us at);

/** Mark an event that happened within @off_by of its instant (1). */
void snapshot_inferred(struct event *event, duration_us off_by);

#endif
