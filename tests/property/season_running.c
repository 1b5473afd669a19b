/*
 * season_running.c -- points while a race runs are those of the race cut at that instant
 *
 * The race that is cut is made of the events up to the instant and of nothing else; the other
 * one is jumped to from somewhere else in the whole race. Real races and a simulated one; all
 * tables of the season, places at intermediate hours included. The chances of the crews of a
 * title sum to one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../real.h"
#include "../scratch.h"
#include "../typed_season.h"
#include "pitwall/season_watch.h"
#include "sim.h"

enum { INSTANTS = 24, HOURS_MAX = 3 };

/* ---- the race that is cut ------------------------------------------------------------ */

struct cut {
	struct session session; /* of the race below */
	uint32_t next;
	struct season_loaded *loaded;
	/* Places at the hours of the rules. */
	uint16_t places[HOURS_MAX][RACE_CARS_MAX];
};

static void *room(size_t count, size_t size)
{
	void *bytes = calloc(count ? count : 1, size);
	assert_non_null(bytes);
	return bytes;
}

static struct cut *cut_begin(const struct session *whole)
{
	struct cut *cut = room(1, sizeof(*cut));
	memcpy(&cut->session, whole, sizeof(*whole));
	struct race_tables *tables = &cut->session.timeline.tables;
	tables->laps = room(tables->laps_max, sizeof(struct lap_row));
	tables->stints = room(tables->stints_max, sizeof(struct stint_row));
	tables->flags = room(tables->flags_max, sizeof(struct flag_row));
	tables->messages = room(tables->messages_max, sizeof(struct message_row));
	tables->weather = room(tables->weather_max, sizeof(struct weather_row));
	tables->history = room(tables->history_max, sizeof(struct history_row));
	tables->histories =
		room(HISTORY_BLOCKS(tables->history_max), sizeof(struct history_block));
	race_init(&cut->session.timeline.race, &whole->timeline.setup);
	return cut;
}

static void cut_end(struct cut *cut)
{
	struct race_tables *tables = &cut->session.timeline.tables;
	free(tables->laps);
	free(tables->stints);
	free(tables->flags);
	free(tables->messages);
	free(tables->weather);
	free(tables->history);
	free(tables->histories);
	season_loaded_free(cut->loaded);
	free(cut);
}

static void cut_at(struct cut *cut, instant_us t)
{
	struct timeline *timeline = &cut->session.timeline;
	for (; cut->next < timeline->order_count; cut->next++) {
		const struct event *event =
			&timeline->events->at[timeline->order[cut->next]];
		if (event->at > t)
			break;
		race_apply(&timeline->race, &timeline->tables, event,
			   timeline->events->text, NULL);
	}
	timeline->at = t;
	classify(&timeline->race, &timeline->tables, &cut->session.rules,
		 &cut->session.classification);
	if (t > cut->session.classification.at)
		cut->session.classification.at = t;
}

/* ---- the season ------------------------------------------------------------------------ */

/* Places of the classes at the hours of Petit Le Mans: 4, 8 and 10. */
static void cut_hours(struct cut *cut, instant_us t)
{
	static const duration_us hours[] = {4 * US_HOUR, 8 * US_HOUR};
	const struct session *session = &cut->session;
	instant_us start = session->timeline.race.start_at;
	for (unsigned k = 0; k < ARRAY_LEN(hours) && start != INSTANT_NONE; k++) {
		if (start + hours[k] > t || start + hours[k] < session->timeline.at)
			continue;
		cut_at(cut, start + hours[k]);
		for (uint32_t i = 0; i < session->classification.count; i++)
			cut->places[k][session->classification.rows[i].car] =
				session->classification.rows[i].class_position;
	}
	cut_at(cut, t);
}

/* What the loader does with a source: hours that were passed, else the places now. */
static void cut_season(struct cut *cut, unsigned hours)
{
	const struct race *race = &cut->session.timeline.race;
	struct season_round *round = cut->loaded->rounds[1];
	season_take_session(cut->loaded, 1, &cut->session);
	for (unsigned i = 0; i < round->count; i++) {
		struct season_result *result = &round->results[i];
		uint16_t car = race_find(
			race, ID_NUMBER,
			slice_of(season_name_text(&cut->loaded->season, result->car)));
		duration_us run = cut->session.timeline.at - race->start_at;
		for (unsigned k = 0; k < hours; k++) {
			bool passed = k < 2 && race->start_at != INSTANT_NONE &&
				      run >= (k ? 8 : 4) * US_HOUR;
			result->segments[k] = passed ? cut->places[k][car]
					      : result->status == STATUS_DNS
						      ? 0
						      : result->class_place;
		}
	}
}

static unsigned tables_compared;

static void assert_same_tables(const struct season *a, const struct season *b)
{
	static struct season_table first, second;
	struct season_query query = {.title = POINTS_TITLES_MAX};
	struct err err;
	assert_int_equal(a->class_count, b->class_count);
	while (season_query_next(a, &query)) {
		query.rounds = 2;
		int rc = season_standings(a, &query, &first, &err);
		assert_int_equal(season_standings(b, &query, &second, &err), rc);
		if (rc)
			continue;
		assert_int_equal(first.count, second.count);
		for (unsigned i = 0; i < first.count; i++) {
			assert_string_equal(season_name_text(a, first.rows[i].name),
					    season_name_text(b, second.rows[i].name));
			assert_int_equal(first.rows[i].points, second.rows[i].points);
			assert_int_equal(first.rows[i].position,
					 second.rows[i].position);
		}
		tables_compared += first.count > 0;
	}
}

/* ---- what is shown ------------------------------------------------------------------------ */

static void assert_chances(const struct season_view *view)
{
	unsigned sum = 0;
	for (unsigned i = 0; i < view->line_count; i++) {
		assert_int_equal(view->lines[i].foretold, view->lines[0].foretold);
		sum += view->lines[i].p_first;
	}
	if (view->line_count > 0 && view->lines[0].foretold)
		assert_int_equal(sum, FORECAST_ONE);
}

static void jump(struct season_watch *watch, struct session *session, struct view *view,
		 instant_us t)
{
	(void)session_at(session, t);
	session_view(session, view);
	session_forecast(session, view, 0);
	season_watch_update(watch, session, view,
			    NEED_SEASON | NEED_FORECAST | NEED_TITLES);
}

static void season_of_race_is_that_of_the_race_cut(const char *path, const char *round)
{
	struct options options = {.sources = {path}, .source_count = 1};
	struct session *session;
	struct season_watch *watch = NULL;
	struct err err;
	uint64_t seed = 19;
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		fail_msg("%s", err.text);
	const struct timeline *timeline = &session->timeline;
	typed_season(session, round);
	options.season = TYPED_SEASON;
	options.round = "2";
	if (season_watch_open(&options, &watch, &err) != 0)
		fail_msg("%s", err.text);
	season_watch_read(watch, session);
	struct cut *cut = cut_begin(session);
	if (season_open(TYPED_SEASON, &cut->loaded, &err) != 0)
		fail_msg("%s", err.text);
	season_load(cut->loaded, 1);
	unsigned hours = strcmp(round, "Petit Le Mans") == 0 ? HOURS_MAX : 0;
	duration_us span = timeline->last_at - timeline->first_at;
	struct view view = {.selected = CAR_NONE, .compared = CAR_NONE};
	tables_compared = 0;
	for (unsigned i = 1; i <= INSTANTS; i++) {
		instant_us t = timeline->first_at + span / INSTANTS * i;
		jump(watch, session, &view,
		     timeline->first_at +
			     (instant_us)random_below(&seed, (uint64_t)span));
		assert_chances(view.season);
		jump(watch, session, &view, t);
		assert_chances(view.season);
		cut_hours(cut, t);
		cut_season(cut, hours);
		assert_same_tables(view.season->season, &cut->loaded->season);
	}
	print_message("# %s: %u tables compared\n", path, tables_compared);
	assert_true(tables_compared > INSTANTS);
	cut_end(cut);
	season_watch_close(watch);
	session_free(session);
}

/* ---- the races -------------------------------------------------------------------------------- */

static int running_append(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -EIO;
}

static void a_simulated_race(void **state)
{
	enum { PASSINGS = 16 * 1024 };
	struct sim_race sim = {.passings = calloc(PASSINGS, sizeof(*sim.passings)),
			       .passings_max = PASSINGS};
	char buffer[4096];
	struct err err = {""};
	FILE *file = fopen("race.csv", "wb");
	struct out out = {running_append, file, buffer, 0, sizeof(buffer), 0, false};
	(void)state;
	assert_true(file && sim.passings);
	assert_int_equal(sim_plausible(&sim, 19, 20, 3, US_HOUR, &err), 0);
	sim_write_alkamel(&out, &sim);
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(fclose(file), 0);
	free(sim.passings);
	season_of_race_is_that_of_the_race_cut("race.csv", "Now");
}

static void real_races(void **state)
{
	static const struct {
		const char *name, *round;
	} races[] = {
		{"alkamel/imsa_2023_road-atlanta_laps.csv", "Petit Le Mans"},
		{"alkamel/imsa_2024_long-beach_laps.csv", "Long Beach"},
	};
	unsigned read = 0;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(races); i++) {
		char path[REAL_PATH_MAX];
		FILE *file = fopen(real_path(path, races[i].name), "rb");
		if (!file)
			continue;
		fclose(file);
		read++;
		season_of_race_is_that_of_the_race_cut(path, races[i].round);
	}
	if (read == 0) {
		print_message("# skipped: no real races (PITWALL_DATA)\n");
		skip();
	}
}

static int running_enter(void **state)
{
	(void)state;
	return scratch_enter("season-running");
}

static int running_leave(void **state)
{
	(void)state;
	return scratch_leave("season-running");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_simulated_race),
		cmocka_unit_test(real_races),
	};
	return cmocka_run_group_tests_name("season running", tests, running_enter,
					   running_leave);
}
