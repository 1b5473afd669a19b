/*
 * test_must.c -- what must happen in the last round, against all that can happen
 */
#include "season_fixture.h"

#include <stdio.h>
#include <string.h>

static struct season_table must_table;

/* Each car has a driver of its number and a second one, who was in the next car in round 1. */
static void type_places(struct season *season, const char *name, const unsigned *places,
			unsigned cars)
{
	unsigned seat = season->round_count == 0 ? 1 : 0;
	struct season_round *round = add_round(season, name, "6h");
	for (unsigned c = 0; c < cars; c++) {
		char number[12], drivers[32];
		snprintf(number, sizeof(number), "%u", c + 1);
		snprintf(drivers, sizeof(drivers), "%u, second %u", c + 1, c + seat);
		if (places[c])
			add_car(season, round, "GT", places[c], number, drivers)->make =
				season_name(season, slice_of(c % 3 == 2   ? "Porsche"
							     : c % 3 == 1 ? "BMW"
									  : "Audi"));
	}
}

static const char *must_in(const struct season *season, const char *title,
			   const char *class_name, const char *name)
{
	static char text[512];
	struct season_query query = query_of(season, title, class_name);
	struct season_must cases[8];
	text[0] = '\0';
	assert_int_equal(season_base(season, &query, &must_table, NULL), 0);
	for (unsigned i = 0; i < must_table.count; i++) {
		const struct season_standing *row = &must_table.rows[i];
		if (strcmp(season_name_text(season, row->name), name) != 0)
			continue;
		int n = season_must(season, &query, &must_table, i, cases, 8);
		size_t len = n < 0 ? text_format(text, sizeof(text), "not known") : 0;
		for (int k = 0; k < n; k++)
			len += text_format(text + len, sizeof(text) - len, "%s",
					   len ? "\n" : ""),
				len += season_must_text(season, row, &cases[k],
							text + len, sizeof(text) - len);
	}
	return text;
}

static const char *must_of(const struct season *season, const char *title,
			   const char *name)
{
	return must_in(season, title, "GT", name);
}

/* ---- written by hand --------------------------------------------------------------------- */

static const char rules_text[] =
	"[points]\nname = few\n[scale race]\nfor = any\n"
	"points = 10 8 6 5 4\n[title drivers]\nplaces = class\n"
	"[title teams]\nof = car\nplaces = class\n"
	"[title makes]\nplaces = class\ncars = 2\n";

static void a_title_is_written_as_people_say_it(void **state)
{
	(void)state;
	/* 10, 8 and 6 points; the last round is worth 10 8 6. */
	static const unsigned before[] = {1, 2, 3}, last[] = {3, 2, 1};
	struct season *season = season_by_text(rules_text, 0);
	type_places(season, "Spa", before, 3);
	type_places(season, "Fuji", last, 3);
	assert_string_equal(must_of(season, "teams", "1"),
			    "#1 is champion with 1st\n"
			    "#1 is champion with 2nd if #2 is 3rd or worse\n"
			    "#1 is champion without a place if #2 and #3 are "
			    "not classified");
	assert_string_equal(
		must_of(season, "teams", "3"),
		"#3 is champion with 1st if #1 is not classified and #2 is 3rd or "
		"worse");
}

static void cars_of_two_classes_may_both_win(void **state)
{
	(void)state;
	struct season *season = season_by_text(
		"[points]\nname = few\n[scale race]\nfor = any\npoints = 10 8 6\n"
		"[title teams]\nof = car\njoint = yes\nclasses = LMP2, GT\n"
		"places = class\n",
		0);
	for (unsigned r = 0; r < 2; r++) {
		struct season_round *round = add_round(season, "Spa", "6h");
		add_car(season, round, "LMP2", 1, "1", "Ann");
		add_car(season, round, "LMP2", 2, "2", "Bob");
		add_car(season, round, "GT", 1, "11", "Cy");
		add_car(season, round, "GT", 2, "12", "Dee");
		add_car(season, round, "GT", 3, "13", "Eve");
	}
	assert_string_equal(must_in(season, "teams", "", "1"),
			    "#1 is champion with 1st if #11 is 2nd or worse");
}

static void a_crew_that_is_absent_is_champion_together(void **state)
{
	(void)state;
	struct season *season = season_by_text(rules_text, 0);
	for (unsigned r = 0; r < 4; r++) {
		struct season_round *round = add_round(season, "Spa", "6h");
		if (r < 3)
			add_car(season, round, "GT", 1, "1", "Ann,Bob");
		add_car(season, round, "GT", r < 3 ? 2 : 1, "2", "Cy,Dee");
	}
	/* 30 points, and at most 34: the last round decides, without car 1. */
	assert_string_equal(must_of(season, "drivers", "Bob"),
			    "Bob is champion if #2 is not classified");
	assert_string_equal(must_of(season, "drivers", "Ann"),
			    "Ann is champion if #2 is not classified");
}

static void a_title_that_is_decided_has_no_condition(void **state)
{
	(void)state;
	struct season *season = season_by_text(rules_text, 0);
	static const unsigned places[][3] = {{1, 2, 3}, {1, 3, 2}};
	for (unsigned r = 0; r < 5; r++)
		type_places(season, "Spa", places[r % 2], 3);
	assert_string_equal(must_of(season, "teams", "1"), "#1 is champion");
	/* A driver who left car 1 after the first round may draw level in car 2. */
	assert_string_equal(
		must_of(season, "drivers", "1"),
		"#1 is champion with 3rd or better\n#1 is champion without a place "
		"if #2 and #3 are 2nd or worse");
	assert_string_equal(must_of(season, "teams", "2"), "");
	/* A make with two cars has no single place, but may be out of reach. */
	struct season_round *round =
		(struct season_round *)(uintptr_t)season->rounds[4];
	for (unsigned i = 0; i < 3; i++)
		round->results[i].make = season_name(season, SLICE("Porsche"));
	assert_string_equal(must_of(season, "makes", "Porsche"), "not known");
	for (unsigned r = 0; r < 5; r++) {
		round = (struct season_round *)(uintptr_t)season->rounds[r];
		for (unsigned i = 0; i < 3; i++)
			round->results[i].make = season_name(
				season, i < 2 ? SLICE("Audi") : SLICE("BMW"));
	}
	assert_string_equal(must_of(season, "makes", "Audi"), "Audi is champion");
	assert_string_equal(must_of(season, "makes", "BMW"), "");
	/* One round: 18 at most and 6 at least, 10 at most for the other. */
	season->round_count = 1;
	assert_string_equal(must_of(season, "makes", "Audi"), "not known");
	assert_string_equal(must_of(season, "makes", "BMW"), "not known");
	season->round_count = 5;
	/* Another round is to come. */
	season->round_count = 6;
	assert_string_equal(must_of(season, "teams", "1"), "not known");
}

/* ---- against all that can happen ------------------------------------------------------------ */

enum { MUST_CARS = 5 };

/* The result of the best car that a name has in the round; NULL. */
static const struct season_result *car_of(const struct season_round *round,
					  unsigned name, unsigned kind)
{
	const struct season_result *best = NULL;
	for (unsigned i = 0; i < round->count; i++) {
		const struct season_result *result = &round->results[i];
		bool is = kind == TITLE_TEAMS   ? result->car == name
			  : kind == TITLE_MAKES ? result->make == name
						: false;
		for (unsigned k = 0; kind == TITLE_DRIVERS && k < result->seat_count;
		     k++)
			is |= result->seats[k].driver == name;
		if (is && (!best || result->class_place < best->class_place))
			best = result;
	}
	return best;
}

static bool case_fits(const struct season_must *must, const struct season_round *last,
		      const struct season_result *own)
{
	unsigned place = own && own->status != STATUS_DNF ? own->class_place : 0;
	bool any = must->from == 0 && must->to == 0 && !must->out;
	bool fits = any ||
		    (place == 0 ? must->out : place >= must->from && place <= must->to);
	assert_int_equal(must->more, 0);
	for (unsigned r = 0; fits && r < must->rivals; r++) {
		const struct season_result *rival =
			must->rival[r].car == SEASON_NONE
				? car_of(last, must->rival[r].name, TITLE_MAKES)
				: car_of(last, must->rival[r].car, TITLE_TEAMS);
		if (rival && rival->status != STATUS_DNF)
			fits = must->rival[r].place > 0 &&
			       rival->class_place >= must->rival[r].place;
	}
	return fits;
}

/* No other has as much, but for the drivers of the same car: of the last round, or without one
 * there, of the round they were in. */
static bool is_champion(const struct season_table *table,
			const struct season_round *last, unsigned name, unsigned kind)
{
	const struct season_result *own = car_of(last, name, kind);
	unsigned position = 0, crew = SEASON_NONE;
	for (unsigned i = 0; i < table->count; i++)
		if (table->rows[i].name == name) {
			position = table->rows[i].position;
			crew = table->rows[i].car;
		}
	for (unsigned i = 0; i < table->count; i++) {
		const struct season_standing *row = &table->rows[i];
		const struct season_result *other = car_of(last, row->name, kind);
		bool same = own ? own == other
				: !other && crew != SEASON_NONE && row->car == crew;
		if (row->name != name &&
		    (same ? row->position < position : row->position <= position))
			return false;
	}
	return true;
}

static bool next_permutation(unsigned *at, unsigned n)
{
	unsigned i = n - 1, j = n - 1;
	while (i > 0 && at[i - 1] >= at[i])
		i--;
	if (i == 0)
		return false;
	while (at[j] <= at[i - 1])
		j--;
	unsigned swap = at[i - 1];
	at[i - 1] = at[j];
	at[j] = swap;
	for (j = n - 1; i < j; i++, j--) {
		swap = at[i];
		at[i] = at[j];
		at[j] = swap;
	}
	return true;
}

static struct season *random_season(uint64_t *seed)
{
	static const char *const scales[] = {"10 8 6 5 4", "5 3 1", "25 18 15 12 10",
					     "2 2 2 1 1", "9 1"};
	static const char *const more[] = {
		"", "[ties]\nby = places\n", "[ties]\nby = places\n[drops]\ndrop = 1\n",
		"[drops]\ndrop = 1\n[pole]\npoints = 1\nto = teams drivers\n",
		"[ties]\nby = places\n[race]\nclassified = all\n"};
	char text[512];
	snprintf(text, sizeof(text),
		 "[points]\nname = few\n[scale race]\nfor = any\npoints = %s\n%s"
		 "[title teams]\nof = car\nplaces = class\n"
		 "[title drivers]\nplaces = class\n"
		 "[title makes]\nplaces = class\ncars = 2\n"
		 "[title makes best]\nplaces = class\ncars = 1\n",
		 scales[random_below(seed, 5)], more[random_below(seed, 5)]);
	struct season *season = season_by_text(text, 0);
	unsigned rounds = 2 + (unsigned)random_below(seed, 2);
	for (unsigned r = 0; r < rounds; r++) {
		unsigned places[MUST_CARS + 1] = {1, 2, 3, 4, 5, 6};
		for (unsigned i = MUST_CARS; i > 0; i--) {
			unsigned j = (unsigned)random_below(seed, i + 1u),
				 swap = places[i];
			places[i] = places[j];
			places[j] = swap;
		}
		/* The sixth car is not in the last round. */
		if (r + 1 == rounds) {
			for (unsigned i = 0; i < MUST_CARS; i++)
				places[i] = i + 1;
			places[MUST_CARS] = 0;
		}
		type_places(season, "Spa", places, MUST_CARS + 1);
		struct season_round *round =
			(struct season_round *)(uintptr_t)season->rounds[r];
		round->results[random_below(seed, MUST_CARS)].pole = 1;
	}
	return season;
}

struct must_of_car {
	uint16_t name;
	int count;
	struct season_must cases[8];
};

static unsigned cases_of_all(const struct season *season,
			     const struct season_query *query, struct must_of_car *out)
{
	assert_int_equal(season_base(season, query, &must_table, NULL), 0);
	for (unsigned i = 0; i < must_table.count; i++) {
		out[i].name = must_table.rows[i].name;
		out[i].count =
			season_must(season, query, &must_table, i, out[i].cases, 8);
		assert_true(out[i].count <= 8);
	}
	return must_table.count;
}

static void check_outcome(const struct season *season, const struct season_query *query,
			  const struct must_of_car *cars, unsigned count)
{
	const struct season_round *last = season->rounds[season->round_count - 1];
	unsigned kind = season->rules.titles[query->title].kind;
	assert_int_equal(season_standings(season, query, &must_table, NULL), 0);
	for (unsigned i = 0; i < count; i++) {
		bool fits = false;
		if (cars[i].count < 0)
			continue;
		for (int k = 0; k < cars[i].count; k++)
			fits |= case_fits(&cars[i].cases[k], last,
					  car_of(last, cars[i].name, kind));
		if (fits != is_champion(&must_table, last, cars[i].name, kind))
			fail_msg("%s: %s", season_name_text(season, cars[i].name),
				 fits ? "not champion" : "a champion without a case");
	}
}

static void the_cases_are_exact_for_every_outcome(void **state)
{
	(void)state;
	static const char *const of[] = {"teams", "drivers", "makes", "makes best"};
	uint64_t seed = 19;
	unsigned champions = 0;
	for (unsigned n = 0; n < 120; n++) {
		struct season *season = random_season(&seed);
		bool all = season->rules.classified == CLASSIFIED_ALL;
		struct season_query query = query_of(season, of[n % 4], "GT");
		struct must_of_car cars[2 * MUST_CARS + 4];
		unsigned count = cases_of_all(season, &query, cars);
		for (unsigned i = 0; i < count; i++) {
			champions += cars[i].count > 0;
			assert_true(cars[i].count >= 0 || n % 4 == 2);
		}
		struct season_round *last =
			(struct season_round *)(uintptr_t)
				season->rounds[season->round_count - 1];
		unsigned order[MUST_CARS] = {0, 1, 2, 3, 4};
		do {
			/* The first ones of an order are classified. */
			for (unsigned classified = all ? MUST_CARS : 0;
			     classified <= MUST_CARS; classified++) {
				for (unsigned p = 0; p < MUST_CARS; p++) {
					struct season_result *car =
						&last->results[order[p]];
					car->place = car->class_place =
						(uint16_t)(p + 1);
					car->status = p < classified ? STATUS_CLASSIFIED
								     : STATUS_DNF;
				}
				check_outcome(season, &query, cars, count);
			}
		} while (next_permutation(order, MUST_CARS));
	}
	assert_in_range(champions, 200, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_title_is_written_as_people_say_it),
		cmocka_unit_test(cars_of_two_classes_may_both_win),
		cmocka_unit_test(a_crew_that_is_absent_is_champion_together),
		cmocka_unit_test(a_title_that_is_decided_has_no_condition),
		cmocka_unit_test(the_cases_are_exact_for_every_outcome),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
