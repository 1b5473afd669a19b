/*
 * fuzz_race.h -- a small race of beacons, for targets whose input is something else
 */
#ifndef PITWALL_TEST_FUZZ_FUZZ_RACE_H
#define PITWALL_TEST_FUZZ_FUZZ_RACE_H

#include <stdio.h>

#include "pitwall/options.h"
#include "scratch.h"

static const char *const race_loops[] = {"SF", "I1", "PIN", "POUT", "rc"};
enum { RACE_LOOPS = 4, RACE_CONTROL = 4, RACE_CARS = 9, RACE_LAPS = 12 };

/* A line of the beacon of a loop, or of race control, at @second. */
static inline void race_line(FILE *file, unsigned loop, unsigned second,
			     const char *what)
{
	static unsigned numbers[ARRAY_LEN(race_loops)];
	fprintf(file, "{\"id\":\"%s\",\"boot\":\"1\",\"us\":%u000000,\"seq\":%u,%s}\n",
		race_loops[loop], second, numbers[loop]++, what);
}

/* Cars with drivers and stops, and a flag. */
static inline void race_write(FILE *file)
{
	char words[128];
	for (unsigned i = 0; i < ARRAY_LEN(race_loops); i++) {
		text_format(words, sizeof(words),
			    "\"t\":\"hello\",\"v\":1,\"loop\":\"%s\",\"utc\":"
			    "1718452800000000",
			    race_loops[i]);
		race_line(file, i, 0, words);
	}
	race_line(file, RACE_CONTROL, 1, "\"t\":\"event\",\"name\":\"gun\"");
	race_line(file, RACE_CONTROL, 400,
		  "\"t\":\"event\",\"name\":\"flag\",\"value\":\"SC\"");
	for (unsigned i = 0; i < RACE_CARS * RACE_LAPS; i++) {
		unsigned car = i % RACE_CARS, lap = i / RACE_CARS,
			 at = 10 + 91 * lap + 7 * car;
		text_format(words, sizeof(words),
			    "\"t\":\"event\",\"name\":\"driver\",\"tx\":\"%u\","
			    "\"value\":\"Anna %u\",\"num\":%u",
			    10 + car, lap / 6, lap / 6);
		race_line(file, RACE_CONTROL, at, words);
		text_format(words, sizeof(words), "\"t\":\"pass\",\"tx\":\"%u\"",
			    10 + car);
		for (unsigned k = 0; k < (lap == 4 + car % 3 ? RACE_LOOPS : 2); k++)
			race_line(file, k, at + lap * car % 5 + 20 * k, words);
	}
}

/** Its files, until race_remove(), and the options to read them. */
static inline void race_options(struct options *options)
{
	static const char rules[] = "[ruleset]\nname = fuzz\ntitle = Fuzz\n"
				    "[classification]\nfraction = 70%\n";
	static char path[512], source[600], ini[512];
	text_copy(ini, sizeof(ini), slice_of(scratch_path(".race.ini")));
	text_copy(path, sizeof(path), slice_of(scratch_path(".race.jsonl")));
	scratch_write(ini, rules, sizeof(rules) - 1);
	FILE *file = fopen(path, "w");
	if (!file)
		abort();
	race_write(file);
	fclose(file);
	text_format(source, sizeof(source), "%s?feed=beacon", path);
	*options = (struct options){.sources = {source},
				    .source_count = 1,
				    .rules = ini,
				    .length = "10laps",
				    .no_welcome = true};
}

static inline void race_remove(void)
{
	unlink(scratch_path(".race.ini"));
	unlink(scratch_path(".race.jsonl"));
}

#endif
