/*
 * drive.h -- cars that drive to a plan, so that what is to be learned of them is known
 */
#ifndef PITWALL_TEST_RACE_DRIVE_H
#define PITWALL_TEST_RACE_DRIVE_H

#include "race_fixture.h"

/* From the start signal on. The lane lies around start/finish: pit in DRIVE_IN before
 * it, and the line is crossed in the lane. */
struct drive {
	const char *number, *class_name; /* class_name NULL: none */
	int64_t lap;                     /* on the track */
	uint32_t laps;                   /* in all */
	uint32_t stint;                  /* laps a stint; 0: it never stops */
	int64_t lane, loss;              /* of a stop */
	uint32_t first;                  /* laps of the first stint, when not `stint` */
	uint32_t odd_lap;                /* a stop at the end of this lap too ... */
	int64_t odd_lane;                /* ... that takes so long in the lane */
	uint32_t slow_from, slow_to;     /* these laps take slow_lap */
	int64_t slow_lap, slow_loss;     /* a stop then loses so much against it */
};

enum { DRIVE_IN_S = 8 };

/** Write its crossings; returns when the last lap ends, after the start. */
int64_t drive_car(struct fixture *f, const struct drive *drive);

#endif
