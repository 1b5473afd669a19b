/*
 * simrace.c -- writes a race of the simulator as an Al Kamel lap file
 *
 * usage: simrace SEED CARS CLASSES MINUTES >race.csv
 *
 * For demonstrations and measurements that need races which nobody drove.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"

enum { PASSINGS_MAX = 4 * 1024 * 1024, BYTES_MAX = 256 * 1024 * 1024 };

static bool number_of(const char *text, unsigned least, unsigned most, unsigned *out)
{
	char *end = NULL;
	errno = 0;
	unsigned long value = strtoul(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || value < least || value > most)
		return false;
	*out = (unsigned)value;
	return true;
}

static int simrace_write(const struct sim_race *sim)
{
	struct out out = {.buf = malloc(BYTES_MAX), .max = BYTES_MAX};
	if (out.buf == NULL)
		return -ENOMEM;
	sim_write_alkamel(&out, sim);
	int rc = out.len == out.max ? -EFBIG : 0;
	if (rc == 0 && fwrite(out.buf, 1, out.len, stdout) != out.len)
		rc = -EIO;
	free(out.buf);
	return rc;
}

int main(int argc, char **argv)
{
	static struct sim_race sim;
	unsigned seed, cars, classes, minutes;
	struct err err = {""};
	if (argc != 5 || !number_of(argv[1], 1, 1000000, &seed) ||
	    !number_of(argv[2], 2, SIM_CARS_MAX, &cars) ||
	    !number_of(argv[3], 1, 6, &classes) ||
	    !number_of(argv[4], 5, 24 * 60, &minutes)) {
		fprintf(stderr, "usage: simrace SEED CARS CLASSES MINUTES >race.csv\n");
		return 2;
	}
	sim.passings_max = PASSINGS_MAX;
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	int rc = sim.passings == NULL
			 ? -ENOMEM
			 : sim_plausible(&sim, seed, cars, classes,
					 (duration_us)minutes * US_MIN, &err);
	if (rc == 0)
		rc = simrace_write(&sim);
	if (rc != 0)
		fprintf(stderr, "simrace: %s\n",
			err.text[0] != '\0' ? err.text : strerror(-rc));
	free(sim.passings);
	return rc == 0 ? 0 : 1;
}
