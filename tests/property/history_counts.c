/*
 * history_counts.c -- every list of what happened counts the same things
 *
 * On every race at hand, kind by kind: the steps of e, the rows of the events screen, the
 * report, the sentences, CSV and JSON. And where e lands, a list mentions it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../scratch.h"
#include "pitwall/shell.h"
#include "sim.h"
#include "../real.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

struct counts {
	uint32_t of[HISTORY_COUNT];
};

static struct counts lists, expected;

/* ---- text that is written into memory --------------------------------------------- */

static char *text; /* grows */
static size_t text_len, text_max;

static int text_add(void *context, const char *bytes, size_t len)
{
	(void)context;
	while (text_len + len + 1 > text_max) {
		text_max = text_max ? 2 * text_max : 1 << 20;
		text = realloc(text, text_max);
		assert_non_null(text);
	}
	memcpy(text + text_len, bytes, len);
	text_len += len;
	text[text_len] = '\0';
	return 0;
}

static struct out text_begin(void)
{
	static char buf[8192];
	text_len = 0;
	(void)text_add(NULL, "", 0);
	return (struct out){.write = text_add, .buf = buf, .max = sizeof(buf)};
}

/* How often @what stands in the text behind its first line, which may be a head. */
static uint32_t text_times(const char *what)
{
	uint32_t n = 0;
	const char *first = strchr(text, '\n');
	for (const char *at = first ? first : text; (at = strstr(at, what)) != NULL;
	     at += strlen(what))
		n++;
	return n;
}

static void same(const char *race, const char *where, unsigned kind, uint32_t found,
		 uint32_t wanted)
{
	if (found != wanted)
		fail_msg("%s: %s has %u of %s, the index %u", race, where, found,
			 history_key((enum history_kind)kind), wanted);
}

/* ---- the lists -------------------------------------------------------------------- */

static const struct race *race_of(const struct session *session)
{
	return &session->timeline.race;
}

static struct history list_of(const struct session *session, uint32_t kinds)
{
	struct history list = {.race = race_of(session),
			       .tables = &session->timeline.tables,
			       .kinds = kinds,
			       .at = session->timeline.at,
			       .car = CAR_NONE};
	history_open(&list);
	return list;
}

static void count_index(const struct session *session)
{
	memset(&lists, 0, sizeof(lists));
	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++) {
		struct history list = list_of(session, (uint32_t)1 << kind);
		lists.of[kind] = history_count(&list);
	}
}

/* Steps of e from before the race to its end; several at one instant are one step. */
static void count_steps(const struct session *session, const char *name)
{
	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++) {
		struct history list = list_of(session, (uint32_t)1 << kind);
		const struct history_row *row;
		instant_us at = INT64_MIN;
		uint32_t found = 0;
		while ((row = timeline_event(&session->timeline, (uint32_t)1 << kind,
					     CAR_NONE, at, 1)) != NULL) {
			at = row->at;
			found +=
				history_later(&list, at - 1) - history_later(&list, at);
		}
		same(name, "e", kind, found, lists.of[kind]);
	}
}

/* As it is gone through with Down. */
static void count_screen(const struct session *session, const char *name)
{
	struct view view = {.race = race_of(session),
			    .tables = &session->timeline.tables,
			    .at = session->timeline.at,
			    .focused = CAR_NONE};
	struct counts found = {{0}};
	uint32_t rows = 0, all = 0;
	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++)
		all += HISTORY_LISTED >> kind & 1 ? lists.of[kind] : 0;
	view.events.group = 1; /* all */
	assert_true(history_groups[1].kinds == HISTORY_LISTED);
	for (; rows < all && view_event_step(&view, 1); rows++)
		found.of[view.events.kind]++;
	assert_int_equal(rows, all);
	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++)
		if (HISTORY_LISTED >> kind & 1)
			same(name, "the events screen", kind, found.of[kind],
			     lists.of[kind]);
}

/* Bests that stand, and stops of ten minutes or more, beside all of the others. */
static void count_report(struct session *session, const char *name)
{
	struct out out = text_begin();
	char mark[48];
	classify(race_of(session), &session->timeline.tables, &session->rules,
		 &session->classification);
	encode_report(&out,
		      &(struct report_of){{race_of(session), &session->timeline.tables,
					   &session->rules, &session->classification,
					   NULL, session->timeline.at},
					  &session->circuit,
					  &session->found,
					  NULL,
					  NULL});
	assert_int_equal(out_flush(&out), 0);
	expected = lists;
	for (int kind = HISTORY_CLASS_BEST; kind <= HISTORY_BEST_LAP; kind++) {
		struct history list = list_of(session, (uint32_t)1 << kind);
		struct history_row row;
		expected.of[kind] = 0;
		for (uint32_t i = 0; history_nth(&list, i, &row); i++)
			expected.of[kind] += history_holds(race_of(session), &row);
	}
	struct history stops = list_of(session, HISTORY_BIT(PIT_OUT));
	struct history_row row;
	for (uint32_t i = 0; history_nth(&stops, i, &row); i++)
		expected.of[HISTORY_PIT_OUT] +=
			row.time != DURATION_NONE && row.time >= 10 * US_MIN;
	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++) {
		text_format(mark, sizeof(mark), "<tr data-kind=%s>",
			    history_key((enum history_kind)kind));
		uint32_t found = text_times(mark);
		if (found > 0 || (HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD) |
				  HISTORY_BIT(PIT_OUT) | HISTORY_BIT(STOPPED) |
				  HISTORY_BIT(FLAG) | HISTORY_BIT(CLASS_BEST)) >>
						 kind &
					 1)
			same(name, "the report", kind, found, expected.of[kind]);
	}
}

static void count_sentences(const struct session *session, const char *name)
{
	static const struct {
		enum history_kind kind;
		const char *words;
	} rows[] = {
		{HISTORY_LEAD, " takes the lead of the race on lap "},
		{HISTORY_PIT_IN, " comes into the pits."},
		{HISTORY_PIT_OUT, " is out again"},
		{HISTORY_DRIVER, " at the wheel."},
		{HISTORY_STOPPED, " is overdue, "},
		{HISTORY_RESUMED, " is back, last seen "},
		{HISTORY_FLAG, "The flag is "},
		{HISTORY_FINISH, " wins the race "},
	};
	struct out out = text_begin();
	struct sentences sentences;
	out_text(&out, "\n"); /* no head */
	sentences_begin(&sentences, false);
	sentences_write(&sentences, &out, race_of(session), &session->timeline.tables,
			session->timeline.at);
	assert_int_equal(out_flush(&out), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		same(name, "the sentences", rows[i].kind, text_times(rows[i].words),
		     lists.of[rows[i].kind]);
}

static void count_formats(const struct session *session, const char *name)
{
	const struct history_asked asked = {.at = session->timeline.at,
					    .car = CAR_NONE};
	char mark[48];
	for (enum format format = FORMAT_CSV; format <= FORMAT_JSON; format++) {
		bool json = format == FORMAT_JSON;
		struct out out = text_begin();
		encode_history(&out, format, race_of(session),
			       &session->timeline.tables, &asked);
		assert_int_equal(out_flush(&out), 0);
		for (unsigned kind = 0; kind < HISTORY_COUNT; kind++) {
			text_format(mark, sizeof(mark),
				    json ? "\"kind\":\"%s\"" : ",%s,",
				    history_key((enum history_kind)kind));
			same(name, json ? "JSON" : "CSV", kind, text_times(mark),
			     HISTORY_LISTED >> kind & 1 ? lists.of[kind] : 0);
		}
	}
}

/* At the playhead where e lands, what it landed on is the newest of its kind in the
 * list: nowhere e lands is without a word of it. Some of each kind. */
static void land(struct session *session, const char *name)
{
	uint64_t random = 7;
	for (unsigned kind = 0; kind < HISTORY_COUNT; kind++) {
		for (unsigned i = 0; i < 4 && lists.of[kind] > 0; i++) {
			const struct history_row *row = timeline_event(
				&session->timeline, (uint32_t)1 << kind, CAR_NONE,
				INT64_MIN,
				1 + (int)random_below(&random, lists.of[kind]));
			struct history_row first, wanted = *row;
			(void)session_at(session, wanted.at);
			struct history list = list_of(session, (uint32_t)1 << kind);
			assert_true(history_nth(&list, 0, &first));
			if (first.at != wanted.at || first.kind != wanted.kind)
				fail_msg("%s: e lands on %s, and no list tells it",
					 name, history_key((enum history_kind)kind));
		}
	}
	(void)session_at(session, session->timeline.last_at);
}

/* ---- races ------------------------------------------------------------------------ */

/* False: it is no race that can be read. */
static bool count(const char *path, const char *name)
{
	struct options options = {.sources = {path}, .source_count = path ? 1 : 0};
	struct session *session;
	struct err err;
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		return false;
	count_index(session);
	count_steps(session, name);
	count_screen(session, name);
	/* A page of a race tells its story by race time. */
	if (race_of(session)->setup.type == SESSION_RACE &&
	    race_of(session)->start_at != INSTANT_NONE) {
		count_report(session, name);
		count_sentences(session, name);
	}
	count_formats(session, name);
	land(session, name);
	print_message("# %s: %u leads, %u of classes, %u stops, %u drivers\n", name,
		      lists.of[HISTORY_LEAD], lists.of[HISTORY_CLASS_LEAD],
		      lists.of[HISTORY_PIT_IN], lists.of[HISTORY_DRIVER]);
	session_free(session);
	return true;
}

static void the_bundled_race_is_counted_once(void **state)
{
	(void)state;
	assert_true(count(NULL, "2003"));
	assert_true(lists.of[HISTORY_PIT_IN] > 100);
	assert_true(lists.of[HISTORY_MESSAGE] > 0);
}

static int write_file(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -1;
}

static void races_of_the_simulator_are_counted_once(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		static struct sim_race sim;
		char name[SCRATCH_MAX], buf[4096];
		struct err err;
		scratch_name(name, "sim");
		FILE *file = fopen(name, "wb");
		assert_non_null(file);
		struct out out = {.write = write_file,
				  .context = file,
				  .buf = buf,
				  .max = sizeof(buf)};
		sim.passings_max = 65536;
		sim.passings = calloc(sim.passings_max, sizeof(*sim.passings));
		assert_non_null(sim.passings);
		print_message("# seed %u\n", (unsigned)seed);
		assert_int_equal(sim_plausible(&sim, seed, 24, 3, 2 * US_HOUR, &err),
				 0);
		sim_write_alkamel(&out, &sim);
		assert_int_equal(out_flush(&out), 0);
		assert_int_equal(fclose(file), 0);
		assert_true(count(name, "simulated"));
		assert_true(lists.of[HISTORY_PIT_IN] > 0);
		(void)unlink(name);
		free(sim.passings);
	}
}

/* Files that are no race are passed over: results, weather, what is no timing at all. */
static unsigned count_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	unsigned races = 0;
	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
		char path[1024];
		if (entry->d_name[0] == '.' || strstr(entry->d_name, "_results") ||
		    strstr(entry->d_name, "_weather") ||
		    strstr(entry->d_name, "-results"))
			continue;
		text_format(path, sizeof(path), "%s/%s", folder, entry->d_name);
		races += count(path, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return races;
}

static void real_races_and_sessions_are_counted_once(void **state)
{
	static const char *const folders[] = {"alkamel",   "beacon",   "cases",   "p3",
					      "multiloop", "rmonitor", "sessions"};
	unsigned races = 0;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
		char folder[REAL_PATH_MAX];
		races += count_folder(real_path(folder, folders[i]));
	}
	if (races == 0) {
		print_message("# no data\n");
		skip();
	}
	print_message("# %u races and sessions\n", races);
	assert_true(races >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_bundled_race_is_counted_once),
		cmocka_unit_test(races_of_the_simulator_are_counted_once),
		cmocka_unit_test(real_races_and_sessions_are_counted_once),
	};
	return cmocka_run_group_tests_name("one history", tests, NULL, NULL);
}
