/*
 * bench.h -- what the benchmarks share: processor time, and an order for qsort()
 */
#ifndef PITWALL_TEST_BENCH_BENCH_H
#define PITWALL_TEST_BENCH_BENCH_H

#include <time.h>

static inline double cpu_ms(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/** By value, of doubles. */
static inline int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

#endif
