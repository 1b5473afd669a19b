/*
 * bench_forecast.c -- one forecast of the flag, and the strategy that follows from it
 *
 * bench_forecast FILE COUNT [SEASON ROUND]: asks at instants spread over the whole race, and
 * prints how many cars there are and the distribution of the CPU time of one of each. With a
 * season file also what its tables and the chances of its titles take more: each table is
 * shown in turn.
 */
#include "pitwall/season_watch.h"
#include "pitwall/shell.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct forecast forecast;
static struct strategy strategy;

static void print_times(const char *what, unsigned cars, double *ms, int count)
{
	qsort(ms, (size_t)count, sizeof(*ms), compare);
	printf("  %s of %u cars: %.3f ms median, %.3f ms 99 %%, %.3f ms worst of %d\n",
	       what, cars, ms[count / 2], ms[count - 1 - count / 100], ms[count - 1],
	       count);
}

/* The tables as the race runs, and what the forecast adds to them. */
static int season_times(struct options *options, struct session *session, int count)
{
	struct timeline *timeline = &session->timeline;
	const int64_t span = timeline->last_at - timeline->first_at;
	struct view view = {.selected = CAR_NONE, .compared = CAR_NONE};
	double *table_ms = calloc((size_t)count, sizeof(*table_ms));
	double *ms = calloc((size_t)count, sizeof(*ms));
	struct season_watch *watch;
	struct err err;
	int foretold = 0;

	if (table_ms == NULL || ms == NULL ||
	    season_watch_open(options, &watch, &err) != 0)
		return -1;
	season_watch_read(watch, session);
	for (int i = 0; i < count; i++) {
		(void)session_at(session, timeline->first_at + span / count * i);
		session_view(session, &view);
		view.forecast = NULL;
		const double start = cpu_ms();
		season_watch_update(watch, session, &view, NEED_SEASON);
		table_ms[i] = cpu_ms() - start;
		session_forecast(session, &view, 0);
		const double before = cpu_ms();
		season_watch_update(watch, session, &view, NEED_SEASON | NEED_TITLES);
		ms[foretold] = cpu_ms() - before;
		foretold += view.season && !view.season->over && view.forecast &&
			    view.forecast->flag_at != INSTANT_NONE;
		if (view.season && view.season->query_count > 0)
			view.season_table =
				(uint8_t)((unsigned)i % view.season->query_count);
	}
	const unsigned cars = session->timeline.race.car_count;
	print_times("season: tables", cars, table_ms, count);
	if (foretold > 0)
		print_times("season: expected points and title chances", cars, ms,
			    foretold);
	free(table_ms);
	free(ms);
	season_watch_close(watch);
	return 0;
}

int main(int argc, char **argv)
{
	struct options options = {.sources = {argc > 1 ? argv[1] : NULL},
				  .source_count = argc > 1 ? 1 : 0,
				  .season = argc > 3 ? argv[3] : NULL,
				  .round = argc > 4 ? argv[4] : NULL};
	const int count = argc > 2 ? atoi(argv[2]) : 1000;
	struct forecast_parameters parameters;
	struct session *session;
	struct err err;

	if (count < 1 || forecast_parameters_load(NULL, &parameters, &err) != 0 ||
	    session_load(&options, LOAD_KEYFRAMES, &session, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	struct timeline *timeline = &session->timeline;
	const instant_us from = timeline->first_at;
	const int64_t span = timeline->last_at - from;
	double *ms = calloc((size_t)count, sizeof(*ms));
	double *strategy_ms = calloc((size_t)count, sizeof(*ms));

	if (ms == NULL || strategy_ms == NULL)
		return 1;
	for (int i = 0; i < count; i++) {
		const instant_us t = from + span / count * i;
		const struct race *race = timeline_at(timeline, t);
		const double start = cpu_ms();

		forecast_query(race, &timeline->tables, &session->rules, &parameters, t,
			       &forecast);
		ms[i] = cpu_ms() - start;
		const struct strategy_request request = {
			.race = race,
			.tables = &timeline->tables,
			.rules = &session->rules,
			.forecast = &forecast,
			.at = t,
			.car = race->car_count > 0 ? race->order[0] : CAR_NONE,
			.parameters = &parameters};
		const double before = cpu_ms();
		strategy_query(&request, &strategy);
		strategy_ms[i] = cpu_ms() - before;
	}
	print_times("forecast", (unsigned)forecast.count, ms, count);
	print_times("strategy", (unsigned)forecast.count, strategy_ms, count);
	if (options.season && season_times(&options, session, count) != 0)
		return 1;
	free(ms);
	free(strategy_ms);
	session_free(session);
	return 0;
}
