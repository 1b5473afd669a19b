/*
 * drive.c -- cars that drive to a plan, so that what is to be learned of them is known
 */
#include "drive.h"

#define DRIVE_IN S(DRIVE_IN_S)
/* Of what a stop loses, on the lap in: braking for the lane. */
#define DRIVE_BRAKES S(2)

struct road {
	struct fixture *f;
	const struct drive *drive;
	int64_t now;       /* the lap in hand began */
	int64_t lane_left; /* of the stop it began in; 0: on the track */
	int64_t owed;      /* of its loss */
	uint32_t in_stint;
	bool stopped; /* at least once */
};

static bool slow(const struct drive *drive, uint32_t lap)
{
	return lap >= drive->slow_from && lap <= drive->slow_to;
}

static bool stops_after(const struct road *road, uint32_t lap)
{
	const struct drive *drive = road->drive;
	uint32_t length =
		!road->stopped && drive->first > 0 ? drive->first : drive->stint;

	return lap < drive->laps &&
	       (lap == drive->odd_lap || (length > 0 && road->in_stint == length));
}

static void drive_lap(struct road *road, uint32_t lap)
{
	const struct drive *drive = road->drive;
	bool is_slow = slow(drive, lap), stops;
	int64_t time = is_slow ? drive->slow_lap : drive->lap;
	int64_t begin = road->now + road->owed, end;

	road->in_stint++;
	stops = stops_after(road, lap);
	end = begin + time + (stops ? DRIVE_BRAKES : 0);
	if (road->lane_left > 0)
		add_passing(road->f, drive->number, LINE_PIT_OUT,
			    road->now + road->lane_left, 0);
	road->owed = road->lane_left = 0;
	add_passing(road->f, drive->number, 1, begin + time / 3, lap);
	add_passing(road->f, drive->number, 2, begin + time * 2 / 3, lap);
	if (stops) {
		bool odd = lap == drive->odd_lap;
		int64_t loss = is_slow ? drive->slow_loss : drive->loss;

		add_passing(road->f, drive->number, LINE_PIT_IN, end - DRIVE_IN, 0);
		road->lane_left = (odd ? drive->odd_lane : drive->lane) - DRIVE_IN;
		road->owed = loss - DRIVE_BRAKES;
		if (odd)
			road->owed += drive->odd_lane - drive->lane;
		road->in_stint = 0;
		road->stopped = true;
	}
	add_passing(road->f, drive->number, stops ? LINE_SF_PIT : LINE_SF, end, lap);
	road->now = end;
}

int64_t drive_car(struct fixture *f, const struct drive *drive)
{
	struct road road = {.f = f, .drive = drive};

	if (drive->class_name)
		add_entry(f, drive->number, ENTRY_CLASS, 0, drive->class_name);
	for (uint32_t lap = 1; lap <= drive->laps; lap++)
		drive_lap(&road, lap);
	return road.now;
}
