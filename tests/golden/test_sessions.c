/*
 * test_sessions.c -- `pitwall results` against the official results of real practice,
 * qualifying and warm-up sessions
 *
 * For each session it prints what differs: the type, the order by best lap, and laps or best
 * lap of single cars. Three cars are known: the officials gave them no time although the lap
 * file marks a best lap of theirs (`untold`).
 */
#include "official.h"
#include "../real.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SESSIONS_MAX = 512, NAME_MAX_LEN = 160 };

/* Cars without a time for a reason that no row of the lap file shows. */
static const struct untold {
	const char *session, *car;
} untold[] = {
	{"imsa_2021_weathertech-240-wgi_202107011740_qualifying-gtd-position", "19"},
	{"imsa_2021_weathertech-raceway-laguna-seca_202109111305_qualifying-gtd-"
	 "position",
	 "23"},
	{"imsa_2021_weathertech-raceway-laguna-seca_202109111330_qualifying-gtd-points-"
	 "gtlm",
	 "23"},
};

static bool is_untold(const char *session, struct slice car)
{
	for (size_t i = 0; i < ARRAY_LEN(untold); i++)
		if (strcmp(untold[i].session, session) == 0 &&
		    slice_eq(car, slice_of(untold[i].car)))
			return true;
	return false;
}

struct sessions {
	char names[SESSIONS_MAX][NAME_MAX_LEN];
	size_t count;
};

struct tally {
	unsigned timed, races, type, order, laps, best, cars, excused;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void find_sessions(struct sessions *sessions)
{
	static const char end[] = "-laps.csv";
	char folder[REAL_PATH_MAX];
	DIR *dir = opendir(real_path(folder, "sessions"));
	if (!dir) {
		print_message("# skipped: %s is not here (PITWALL_DATA names the "
			      "folder of the real sessions)\n",
			      folder);
		skip();
	}
	const struct dirent *entry;
	while ((entry = readdir(dir)) != NULL) {
		size_t len = strlen(entry->d_name);
		if (len < sizeof(end) || len >= NAME_MAX_LEN ||
		    strcmp(entry->d_name + len - sizeof(end) + 1, end) != 0)
			continue;
		assert_true(sessions->count < SESSIONS_MAX);
		text_copy(sessions->names[sessions->count++], NAME_MAX_LEN,
			  (struct slice){entry->d_name, len - sizeof(end) + 1});
	}
	closedir(dir);
	qsort(sessions->names, sessions->count, NAME_MAX_LEN, by_name);
}

static bool same_duration(struct slice a, struct slice b)
{
	duration_us x = 0, y = 0;
	if (a.len == 0 || b.len == 0)
		return a.len == b.len;
	return parse_duration(a, &x) && parse_duration(b, &y) && x == y;
}

/** Print a difference of a car; true when it is known. */
static bool differs(const char *session, struct slice car, const char *what,
		    struct slice ours, struct slice theirs)
{
	bool known = is_untold(session, car);
	print_message("# %s: car %.*s: %s is %.*s, officially %.*s%s\n", session,
		      (int)car.len, car.at, what, (int)ours.len, ours.at,
		      (int)theirs.len, theirs.at, known ? " (known)" : "");
	return known;
}

static void compare_car(const char *session, const struct table *ours,
			const struct table *theirs, unsigned row, struct tally *one)
{
	struct slice car = table_field(theirs, row, "NUMBER");
	struct slice laps = table_field(theirs, row, "LAPS");
	struct slice time = table_field(theirs, row, "TIME");
	int mine = table_find(ours, "number", car);
	if (mine < 0 && (laps.len == 0 || slice_eq(laps, SLICE("0"))))
		return;
	if (mine < 0) {
		(void)differs(session, car, "the car", SLICE("missing"), laps);
		one->laps++;
		return;
	}
	struct slice our_laps = table_field(ours, (unsigned)mine, "laps");
	struct slice our_best = table_field(ours, (unsigned)mine, "best_lap");
	struct slice on = table_field(ours, (unsigned)mine, "best_lap_number");
	one->cars++;
	if (!slice_eq(our_laps, laps))
		one->laps += !differs(session, car, "laps", our_laps, laps);
	if (!same_duration(our_best, time) ||
	    (time.len > 0 && !slice_eq(on, table_field(theirs, row, "LAP"))))
		one->best += !differs(session, car, "best", our_best, time);
}

/** The cars with a time, in order; one that the officials gave none is left out. */
static bool same_order(const char *session, const struct table *ours,
		       const struct table *theirs)
{
	unsigned i = 0, k = 0;
	for (;; i++, k++) {
		while (i < ours->count &&
		       (table_field(ours, i, "best_lap").len == 0 ||
			is_untold(session, table_field(ours, i, "number"))))
			i++;
		while (k < theirs->count && table_field(theirs, k, "TIME").len == 0)
			k++;
		if (i == ours->count || k == theirs->count)
			break;
		struct slice a = table_field(ours, i, "number");
		struct slice b = table_field(theirs, k, "NUMBER");
		if (slice_eq(a, b))
			continue;
		print_message("# %s: in place %u is %.*s, officially %.*s\n", session,
			      k + 1, (int)a.len, a.at, (int)b.len, b.at);
		return false;
	}
	return i == ours->count && k == theirs->count;
}

static bool has_column(const struct table *table, const char *name)
{
	for (unsigned i = 0; i < table->header.count; i++)
		if (slice_eq(table->header.fields[i], slice_of(name)))
			return true;
	return false;
}

static bool excused(const char *session)
{
	for (size_t i = 0; i < ARRAY_LEN(untold); i++)
		if (strcmp(untold[i].session, session) == 0)
			return true;
	return false;
}

/** "… · Timed" is the first line of the table. */
static bool read_as_timed(const char *path)
{
	char words[2048];
	text_format(words, sizeof(words), "results '%s' --format table", path);
	char *text = run_pitwall(words, 0);
	struct slice rest = slice_of(text), first = slice_cut(&rest, '\n');
	static const char timed[] = " \u00b7 Timed";
	bool is = first.len > sizeof(timed) &&
		  memcmp(first.at + first.len - (sizeof(timed) - 1), timed,
			 sizeof(timed) - 1) == 0;
	free(text);
	return is;
}

static void compare(const char *session, struct tally *all)
{
	char path[REAL_PATH_MAX + NAME_MAX_LEN], words[2048], folder[REAL_PATH_MAX];
	struct table ours, theirs;
	struct tally one = {0};
	real_path(folder, "sessions");
	text_format(path, sizeof(path), "%s/%s-results.csv", folder, session);
	table_load(path, &theirs);
	bool timed = has_column(&theirs, "TIME");
	text_format(path, sizeof(path), "%s/%s-laps.csv", folder, session);
	all->timed += timed;
	all->races += !timed;
	bool type = read_as_timed(path) == timed;
	all->type += type;
	if (!type)
		print_message("# %s: read as a %s session\n", session,
			      timed ? "race, not a timed" : "timed, not a race");
	if (timed) {
		text_format(words, sizeof(words), "results '%s' --format csv", path);
		table_run(words, &ours);
		for (unsigned i = 0; i < theirs.count; i++)
			compare_car(session, &ours, &theirs, i, &one);
		all->order += same_order(session, &ours, &theirs);
		all->laps += one.laps == 0;
		all->best += one.best == 0;
		all->cars += one.cars;
		all->excused += excused(session);
		table_free(&ours);
	}
	table_free(&theirs);
}

static void sessions_give_the_official_order_laps_and_best_laps(void **state)
{
	static struct sessions sessions;
	struct tally all = {0};
	(void)state;
	find_sessions(&sessions);
	for (size_t i = 0; i < sessions.count; i++)
		compare(sessions.names[i], &all);
	print_message("# of %u timed sessions and %u races (%u cars): type right in "
		      "%u; of the timed: order %u, laps %u, best laps %u; %u with a "
		      "car whose missing time no row shows\n",
		      all.timed, all.races, all.cars, all.type, all.order, all.laps,
		      all.best, all.excused);
	assert_int_equal(all.type, all.timed + all.races);
	assert_int_equal(all.order, all.timed);
	assert_int_equal(all.laps, all.timed);
	assert_int_equal(all.best, all.timed);
	assert_true(all.excused <= 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_give_the_official_order_laps_and_best_laps),
	};
	return cmocka_run_group_tests_name("timed sessions", tests, NULL, NULL);
}
