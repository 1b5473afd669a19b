/*
 * bench_seek.c -- jump to any instant of a race, full state: the race, the order
 * with its gaps, and the classification
 *
 * bench_seek FILE JUMPS: loads the file as the console does, jumps to seeded
 * instants all over it, and prints the distribution of the CPU time of a jump.
 */
#include "pitwall/shell.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct options options = {.sources = {argc > 1 ? argv[1] : NULL},
				  .source_count = argc > 1 ? 1 : 0};
	const int jumps = argc > 2 ? atoi(argv[2]) : 2000;
	struct session *session;
	struct err err;
	uint64_t seed = 2003;
	const double before = cpu_ms();

	if (jumps < 1 || session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session,
				      &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	const double loaded = cpu_ms() - before;
	const struct timeline *timeline = &session->timeline;
	const instant_us from = timeline->first_at;
	const uint64_t span = (uint64_t)(timeline->last_at - from) + 1;
	double *ms = calloc((size_t)jumps, sizeof(*ms));

	if (ms == NULL)
		return 1;
	for (int i = 0; i < jumps; i++) {
		const instant_us t = from + (instant_us)random_below(&seed, span);
		const double start = cpu_ms();

		session_at(session, t);
		ms[i] = cpu_ms() - start;
	}
	qsort(ms, (size_t)jumps, sizeof(*ms), compare);
	printf("  %u events, %u keyframes; load %.1f ms\n", timeline->order_count,
	       timeline->keyframe_count, loaded);
	printf("  %d jumps: median %.3f ms, 95 %% %.3f ms, 99 %% %.3f ms, worst %.3f "
	       "ms\n",
	       jumps, ms[jumps / 2], ms[jumps * 95 / 100], ms[jumps * 99 / 100],
	       ms[jumps - 1]);
	free(ms);
	session_free(session);
	return 0;
}
