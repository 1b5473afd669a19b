/*
 * timeline_seek.c -- over real races: the state at an instant is the same whether
 * played to or jumped to, to the byte
 *
 * The same forecast and strategy too: what was played has no row of a later instant anywhere, what
 * was jumped to lies among rows of the whole race. Its chances sum to one.
 *
 * One forward play stops at 1,000 seeded instants over three files; at each, a
 * second timeline comes from somewhere else in the race.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pitwall/shell.h"
#include "pitwall/strategy.h"
#include "../real.h"

enum { INSTANTS = 334, PATH_ROOM = 1024 };

struct play {
	struct race race;
	struct race_tables tables;
	uint32_t next;
};

static int earlier(const void *a, const void *b)
{
	const instant_us x = *(const instant_us *)a, y = *(const instant_us *)b;
	return (x > y) - (x < y);
}

/* Its own tables, so that nothing is borrowed from what is tested. */
static struct play *play_begin(const struct timeline *timeline)
{
	struct play *play = calloc(1, sizeof(*play));
	assert_non_null(play);
	play->tables = timeline->tables;
	play->tables.laps = calloc(play->tables.laps_max, sizeof(struct lap_row));
	play->tables.stints = calloc(play->tables.stints_max, sizeof(struct stint_row));
	play->tables.flags = calloc(play->tables.flags_max, sizeof(struct flag_row));
	play->tables.messages =
		calloc(play->tables.messages_max, sizeof(struct message_row));
	play->tables.weather =
		calloc(play->tables.weather_max, sizeof(struct weather_row));
	play->tables.history =
		calloc(play->tables.history_max, sizeof(struct history_row));
	play->tables.histories = calloc(HISTORY_BLOCKS(play->tables.history_max),
					sizeof(struct history_block));
	assert_non_null(play->tables.history);
	assert_non_null(play->tables.histories);
	assert_non_null(play->tables.messages);
	assert_non_null(play->tables.weather);
	assert_non_null(play->tables.laps);
	assert_non_null(play->tables.stints);
	assert_non_null(play->tables.flags);
	race_init(&play->race, &timeline->setup);
	return play;
}

static void play_end(struct play *play)
{
	free(play->tables.laps);
	free(play->tables.stints);
	free(play->tables.flags);
	free(play->tables.messages);
	free(play->tables.weather);
	free(play->tables.history);
	free(play->tables.histories);
	free(play);
}

static void play_to(struct play *play, const struct timeline *timeline, instant_us t)
{
	for (; play->next < timeline->order_count; play->next++) {
		const struct event *event =
			&timeline->events->at[timeline->order[play->next]];
		if (event->at > t)
			return;
		race_apply(&play->race, &play->tables, event, timeline->events->text,
			   NULL);
	}
}

/* The rows a race owns are part of it. */
static void assert_same(const struct play *play, const struct timeline *timeline,
			const struct race *race, instant_us t)
{
	if (memcmp(&play->race, race, sizeof(*race)) != 0)
		fail_msg("jumping and playing differ at %lld us", (long long)t);
	assert_memory_equal(play->tables.laps, timeline->tables.laps,
			    race->lap_count * sizeof(struct lap_row));
	assert_memory_equal(play->tables.stints, timeline->tables.stints,
			    race->stint_count * sizeof(struct stint_row));
	assert_memory_equal(play->tables.flags, timeline->tables.flags,
			    race->flag_count * sizeof(struct flag_row));
	assert_memory_equal(play->tables.messages, timeline->tables.messages,
			    race->message_count * sizeof(struct message_row));
	assert_memory_equal(play->tables.weather, timeline->tables.weather,
			    race->weather_count * sizeof(struct weather_row));
	assert_memory_equal(play->tables.history, timeline->tables.history,
			    race->history_count * sizeof(struct history_row));
	if (race->history_count > 0)
		assert_memory_equal(play->tables.histories, timeline->tables.histories,
				    HISTORY_BLOCKS(race->history_count - 1) *
					    sizeof(struct history_block));
}

/* The chances to win, where there is a forecast: all of a class and of the race. */
static void assert_chances_sum(const struct race *race, const struct forecast *forecast)
{
	unsigned race_sum = 0, sums[RACE_CLASSES_MAX + 1] = {0};
	if (forecast->flag_at == INSTANT_NONE)
		return;
	for (uint32_t i = 0; i < forecast->count; i++) {
		const struct forecast_row *row = &forecast->rows[i];
		race_sum += row->p_race_win;
		sums[race->entries[row->car].class_index] += row->p_class_win;
	}
	assert_int_equal(race_sum, FORECAST_ONE);
	for (unsigned c = 0; c <= RACE_CLASSES_MAX; c++)
		assert_true(sums[c] == 0 || sums[c] == FORECAST_ONE);
}

/* What is known of the stops, and of a stop of one car. */
static void assert_same_strategy(const struct play *play, const struct session *session,
				 const struct forecast *forecast, uint16_t car)
{
	static struct strategy played, jumped;
	struct strategy_request request = {
		.race = &play->race,
		.tables = &play->tables,
		.rules = &session->rules,
		.forecast = forecast,
		.at = forecast->at,
		.parameters = &forecast_parameters_plain,
		.what_if = {.lap = 1},
		.car = car,
	};
	strategy_query(&request, &played);
	request.race = &session->timeline.race;
	request.tables = &session->timeline.tables;
	strategy_query(&request, &jumped);
	if (memcmp(&played, &jumped, sizeof(played)) != 0)
		fail_msg("the strategy at %lld us depends on what comes after it",
			 (long long)forecast->at);
}

static void assert_same_forecast(const struct play *play, const struct session *session,
				 instant_us t)
{
	static struct forecast played, jumped;
	forecast_query(&play->race, &play->tables, &session->rules,
		       &forecast_parameters_plain, t, &played);
	forecast_query(&session->timeline.race, &session->timeline.tables,
		       &session->rules, &forecast_parameters_plain, t, &jumped);
	if (memcmp(&played, &jumped, sizeof(played)) != 0)
		fail_msg("the forecast at %lld us depends on what comes after it",
			 (long long)t);
	assert_chances_sum(&play->race, &played);
	if (play->race.car_count > 0)
		assert_same_strategy(play, session, &played,
				     (uint16_t)((uint64_t)t % play->race.car_count));
}

static const char *data_file(const char *name)
{
	static char path[PATH_ROOM];
	char full[REAL_PATH_MAX];
	text_format(path, sizeof(path), "%s/%s", real_path(full, "alkamel"), name);
	return access(path, R_OK) == 0 ? path : NULL;
}

/* @options name the source; none: the bundled race. */
static void check_source(const struct options *options, const char *name, uint64_t seed)
{
	struct session *session = NULL;
	struct err err = {""};
	if (session_load(options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err))
		fail_msg("%s", err.text);
	struct timeline *timeline = &session->timeline;
	instant_us first = timeline->first_at, at[INSTANTS];
	uint64_t span = (uint64_t)(timeline->last_at - first) + 1;
	printf("# %s: seed %llu, %u events, %u keyframes\n", name,
	       (unsigned long long)seed, timeline->order_count,
	       timeline->keyframe_count);
	for (int i = 0; i < INSTANTS; i++)
		at[i] = first + (int64_t)random_below(&seed, span);
	qsort(at, INSTANTS, sizeof(at[0]), earlier);
	struct play *play = play_begin(timeline);
	for (int i = 0; i < INSTANTS; i++) {
		timeline_at(timeline, at[random_below(&seed, INSTANTS)]);
		play_to(play, timeline, at[i]);
		assert_same(play, timeline, timeline_at(timeline, at[i]), at[i]);
		assert_same_forecast(play, session, at[i]);
	}
	play_end(play);
	session_free(session);
}

static void check_file(const char *name, uint64_t seed)
{
	struct options options = {.source_count = 1};
	options.sources[0] = data_file(name);
	if (!options.sources[0]) {
		printf("# skipped: no %s; set PITWALL_DATA to the folder of the data\n",
		       name);
		skip();
	}
	check_source(&options, name, seed);
}

static void jumping_equals_playing_in_the_race_of_2003(void **state)
{
	(void)state;
	const struct options options = {0};
	check_source(&options, "the bundled race", 2003);
}

static void jumping_equals_playing_in_24_hours_of_le_mans(void **state)
{
	(void)state;
	check_file("wec_2024_le_mans_24h.csv", 2024);
}

static void jumping_equals_playing_in_12_hours_of_sebring(void **state)
{
	(void)state;
	check_file("imsa_2021_sebring_laps.csv", 2021);
}

static void jumping_equals_playing_in_6_hours_of_spa(void **state)
{
	(void)state;
	check_file("wec_2019_spa_6h.csv", 2019);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jumping_equals_playing_in_the_race_of_2003),
		cmocka_unit_test(jumping_equals_playing_in_24_hours_of_le_mans),
		cmocka_unit_test(jumping_equals_playing_in_12_hours_of_sebring),
		cmocka_unit_test(jumping_equals_playing_in_6_hours_of_spa),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
