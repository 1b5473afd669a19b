/*
 * bench.h -- what the benchmarks share: processor time, and an order for qsort()
 */
#ifndef PITWALL_TEST_BENCH_BENCH_H
#define PITWALL_TEST_BENCH_BENCH_H

#include <sys/types.h>
#include <time.h>

static inline double cpu_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/** Of another process, in seconds. */
static inline double cpu_of(pid_t pid)
{
	struct timespec t = {0};
	clockid_t clock;
	if (clock_getcpuclockid(pid, &clock) == 0)
		(void)clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/** By value, of doubles. */
static inline int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

#endif
