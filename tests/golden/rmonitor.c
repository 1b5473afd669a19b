/*
 * rmonitor.c -- real captures of RMonitor become the races they tell of
 *
 * What is asked of every capture is computed from its bytes by a search that knows
 * nothing of the reader; what is known of single ones is in SOURCES.md beside them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "rmonitor_read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct capture {
	const char *name;
	unsigned cars, sessions;
};
static const struct capture captures[] = {
	{"1h_Record_test.txt", 1, 1},
	{"TestAbnormalReset.txt", 52, 1},
	{"TestEntries.txt", 48, 1},
	{"TestFlagtronicsPurple.txt", 1, 0},
	{"TestGap.txt", 76, 1},
	{"TestInitialPositions.txt", 48, 0},
	{"TestMidRaceClassChange.txt", 1, 1},
	{"TestMissingLaps.txt", 75, 1},
	{"TestResetRetainLapTime.txt", 52, 1},
	{"TestStart.txt", 52, 1},
	{"club-race-17-cars.log", 17, 1},
	{"leaderboard-recording_2.txt", 40, 3},
};

static char *load(struct read *read, struct naive *naive, const char *name)
{
	size_t len;
	char *bytes = read_capture(name, &len);

	if (bytes == NULL) {
		printf("# %s: the data is not here\n", name);
		skip();
	}
	read_race(read, (struct slice){bytes, len});
	naive_read(naive, (struct slice){bytes, len});
	return bytes;
}

static unsigned cars_of(const struct race *race)
{
	unsigned cars = 0;

	for (uint16_t i = 0; i < race->car_count; i++)
		cars += race->entries[i].merged == 0;
	return cars;
}

static const struct car *find(const struct race *race, const char *reg,
			      const char *name)
{
	uint16_t car = race_find(race, ID_REGISTRATION, slice_of(reg));

	if (car == CAR_NONE)
		fail_msg("%s: no car %s", name, reg);
	return &race->cars[car];
}

/* Laps as a classification has them: driven, and what was taken away. */
static long counted(const struct race *race, const struct car *car)
{
	long laps = (long)car->laps;

	for (uint16_t i = 0; i < race->decision_count; i++)
		if (race->decisions[i].kind == DECISION_LAPS &&
		    &race->cars[race->decisions[i].car] == car)
			laps += (long)race->decisions[i].value;
	return laps;
}

static void laps_are_those_of_the_last_standing(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(captures); i++) {
		const char *name = captures[i].name;
		struct read read;
		struct naive naive;
		char *bytes = load(&read, &naive, name);
		const struct race *race = read_now(&read);
		unsigned wrong = 0;

		if (cars_of(race) != captures[i].cars ||
		    read.sessions != captures[i].sessions)
			printf("# %s: %u cars in %u sessions\n", name, cars_of(race),
			       read.sessions);
		for (unsigned k = 0; k < naive.count; k++) {
			const struct naive_car *n = &naive.cars[k];
			const struct car *car = find(race, n->reg, name);

			/* A car that never came round has no laps to take away. */
			if (counted(race, car) != n->laps &&
			    (car->laps != 0 || n->laps > 0)) {
				printf("# %s: car %s has %ld laps, last $G %ld\n", name,
				       n->reg, counted(race, car), n->laps);
				wrong++;
			}
		}
		assert_int_equal(wrong, 0);
		assert_int_equal(cars_of(race), captures[i].cars);
		assert_int_equal(read.sessions, captures[i].sessions);
		read_end(&read);
		free(bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laps_are_those_of_the_last_standing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
