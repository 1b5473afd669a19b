/*
 * rmonitor_read.c -- an RMonitor stream as a race, and the same bytes read naively
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

char *read_capture(const char *name, size_t *len)
{
	return read_data("rmonitor", name, len);
}

void read_race(struct read *read, struct slice bytes)
{
	read_stream(read, "rmonitor", bytes, 1);
}

/* ---- naively --------------------------------------------------------------------- */

static long long naive_ms(const char *text)
{
	unsigned h, m, s, ms = 0;
	if (strchr(text, '-') || sscanf(text, "%u:%u:%u.%u", &h, &m, &s, &ms) < 3)
		return -1;
	return ((h * 60LL + m) * 60 + s) * 1000 + ms;
}

static struct naive_car *naive_car(struct naive *naive, const char *reg)
{
	struct naive_car *car = naive_find(naive, reg);
	if (car)
		return car;
	assert_true(naive->count < NAIVE_CARS_MAX);
	car = &naive->cars[naive->count++];
	snprintf(car->reg, sizeof(car->reg), "%s", reg);
	car->total_ms = car->passing_ms = -1;
	return car;
}

struct naive_car *naive_find(struct naive *naive, const char *reg)
{
	for (unsigned i = 0; i < naive->count; i++)
		if (strcmp(naive->cars[i].reg, reg) == 0)
			return &naive->cars[i];
	return NULL;
}

/* Fields without their quotes; returns how many. */
static unsigned naive_split(char *line, char *fields[12])
{
	unsigned n = 0;
	char *out = line;
	fields[n++] = out;
	for (char *p = line; *p != '\0' && *p != '\r' && *p != '\n'; p++) {
		if (*p == ',' && n < 12) {
			*out++ = '\0';
			fields[n++] = out;
		} else if (*p != '"') {
			*out++ = *p;
		}
	}
	*out = '\0';
	return n;
}

void naive_read(struct naive *naive, struct slice bytes)
{
	long long race_ms = 0;
	long run = -1;
	bool over = false;
	memset(naive, 0, sizeof(*naive));
	for (size_t i = 0; i + 3 < bytes.len; i++) {
		char line[256], *f[12];
		const char *end = memchr(bytes.at + i, '\n', bytes.len - i);
		unsigned n;
		if (bytes.at[i] != '$')
			continue;
		snprintf(line, sizeof(line), "%.*s",
			 (int)(end ? end - (bytes.at + i) : (ptrdiff_t)(bytes.len - i)),
			 bytes.at + i);
		n = naive_split(line, f);
		if (strcmp(f[0], "$B") == 0 && n > 1) {
			over = over || (run >= 0 && strtol(f[1], NULL, 10) != run);
			run = strtol(f[1], NULL, 10);
		}
		if (strcmp(f[0], "$F") == 0 && n > 4) {
			over = over || naive_ms(f[4]) + 2000 < race_ms;
			race_ms = naive_ms(f[4]);
		}
		if (strcmp(f[0], "$G") != 0 && strcmp(f[0], "$J") != 0 &&
		    strcmp(f[0], "$H") != 0)
			continue;
		if (over)
			memset(naive, 0, sizeof(*naive));
		over = false;
		if (strcmp(f[0], "$G") == 0 && n > 4) {
			struct naive_car *car = naive_car(naive, f[2]);
			car->laps = strtol(f[3], NULL, 10);
			car->total_ms = naive_ms(f[4]);
			car->ahead = 0;
		} else if (strcmp(f[0], "$H") == 0 && n > 4) {
			struct naive_car *car = naive_car(naive, f[2]);
			car->best_lap = strtol(f[3], NULL, 10);
			car->best_ms = naive_ms(f[4]);
		} else if (strcmp(f[0], "$J") == 0 && n > 3 && naive_ms(f[3]) >= 0) {
			struct naive_car *car = naive_car(naive, f[1]);
			car->passing_ms = naive_ms(f[3]);
			car->passings += naive_ms(f[2]) > 0;
			car->ahead +=
				naive_ms(f[2]) > 0 && naive_ms(f[3]) > car->total_ms;
		}
	}
}
