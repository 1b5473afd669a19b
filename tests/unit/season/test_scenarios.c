/*
 * test_scenarios.c -- draws of the last round, and that each is scored by the rules
 */
#include "season_fixture.h"

#include <stdio.h>
#include <string.h>

#include "pitwall/forecast.h"

enum { CARS = 12 };

static struct season_table base_table;
static struct season_draws drawn, one_draw;
static struct season_chance chances[SEASON_ROWS_MAX];
static struct season_round as_drawn;

static const char *const titles[] = {
	"[title drivers]\nplaces = class\n",
	"[title drivers]\nplaces = class\n[driver]\ntwo-cars = both\n",
	"[title drivers all]\nplaces = overall\njoint = yes\n",
	"[title teams]\nplaces = class\nof = car\n",
	"[title teams]\nplaces = class\ncars = 1\n",
	"[title teams]\nplaces = class\ncars = 2\n",
	"[title makes]\nplaces = class\ncars = all\nprivates = count\n",
	"[title makes]\nplaces = title\ncars = 1\nprivates = invisible\n",
	"[title makes all]\nplaces = overall\njoint = yes\ncars = 2\n",
	"[title makes]\nplaces = title\ncars = 2\nprivates = invisible\n",
};

static const char *const further[] = {
	"",
	"[ties]\nby = places\n[race]\nguests = invisible\n",
	"[ties]\nby = places\n[drops]\ndrop = 1\n[race]\nguests = count\n",
	("[race]\nclassified = all\nguests = invisible\n"
	 "[pole]\npoints = 1\nto = drivers teams\n"),
	("[driver]\nnew-team = apart\n[race]\nguests = count\n"
	 "[segments Spa]\nat = 3h\ncup = Cup\npoints = 3 2 then 1\n"
	 "[title drivers cup]\ncup = Cup\nplaces = class\n"),
	"[small class]\nbelow-cars = 6\nscale = small\n[race]\nguests = score\n",
};

static void add_random_round(struct season *season, uint64_t *seed, unsigned r)
{
	struct season_round *round = add_round(season, "Spa", "6h");
	unsigned places[CARS], of_class[2] = {0, 0};
	for (unsigned i = 0; i < CARS; i++)
		places[i] = i;
	for (unsigned i = CARS - 1; i > 0; i--) {
		unsigned j = (unsigned)random_below(seed, i + 1u), swap = places[i];
		places[i] = places[j];
		places[j] = swap;
	}
	for (unsigned p = 0; p < CARS; p++) {
		unsigned c = places[p], class_index = c % 3 == 0;
		char number[12], drivers[64], name[16];
		snprintf(number, sizeof(number), "%u", c);
		/* Car 7 has a driver of car 8, and car 4 changes a driver. */
		snprintf(drivers, sizeof(drivers), "A%u, B%u", c == 7 ? 8 : c,
			 c == 4 && r ? 40 : c);
		struct season_result *car =
			add_car(season, round, class_index ? "GT" : "LMP",
				++of_class[class_index], number, drivers);
		car->place = (uint16_t)(p + 1);
		/* Car 1 changes its team. */
		snprintf(name, sizeof(name), "Team %u", c == 1 && r == 2 ? 5 : c / 3);
		car->team = season_name(season, slice_of(name));
		snprintf(name, sizeof(name), "Make %u", c % 4);
		car->make = season_name(season, slice_of(name));
		car->segments[0] = (uint16_t)(1 + (c + r) % 5);
		car->privately = c == 5;
		car->guest = c == 2;
		car->pole = of_class[class_index] == 2;
		if (random_below(seed, 8) == 0)
			car->status = STATUS_DNF;
	}
}

static struct season *season_drawn(uint64_t *seed, const char *title, const char *more)
{
	char text[1024];
	snprintf(text, sizeof(text),
		 "[points]\nname = few\n[scale race]\nfor = any\npoints = 10 8 6 5 4 3 "
		 "2 1\n"
		 "[scale small]\npoints = 5 3 1\n%s%s",
		 title, more);
	struct season *season = season_by_text(text, 0);
	for (unsigned r = 0; r < 3; r++)
		add_random_round(season, seed, r);
	return season;
}

static void random_odds(uint64_t *seed, struct season_odds *odds)
{
	for (unsigned i = 0; i < CARS; i++) {
		odds[i].p_flag = (uint16_t)(FORECAST_ONE - 40 * random_below(seed, 10));
		odds[i].p_class_win =
			(uint16_t)(random_below(seed, 3) ? random_below(seed, 500) : 0);
	}
}

/* The last round as one draw has it. */
static void apply_draw(struct season *season, const struct season_draws *draws,
		       unsigned d)
{
	unsigned next[2] = {0, 0};
	const struct season_round *now = season->rounds[season->round_count - 1];
	as_drawn = *now;
	for (unsigned c = 0; c < 2; c++)
		for (unsigned k = draws->first[c]; k < draws->first[c + 1]; k++) {
			struct season_result *car =
				&as_drawn.results[draws->order[d][k]];
			unsigned nth = k - draws->first[c];
			car->class_place = (uint16_t)(nth + 1);
			car->status = nth < draws->classified[d][c] ? STATUS_CLASSIFIED
								    : STATUS_DNF;
		}
	/* In the field a class keeps its places. */
	for (unsigned place = 1; place <= now->count; place++)
		for (unsigned i = 0; i < now->count; i++) {
			unsigned c = now->results[i].class_index;
			if (now->results[i].place != place)
				continue;
			unsigned row = draws->order[d][draws->first[c] + next[c]++];
			as_drawn.results[row].place = (uint16_t)place;
		}
	season->rounds[season->round_count - 1] = &as_drawn;
}

/* How many crews are first: of drivers of one car with the same points, one. */
static unsigned crews_first(const struct season_table *table)
{
	unsigned crews = 0;
	for (unsigned i = 0; i < table->count && table->rows[i].position == 1; i++) {
		bool again = false;
		int at = season_row_of(&base_table, table->rows[i].name,
				       table->rows[i].team);
		for (unsigned j = 0; j < i; j++) {
			int other = season_row_of(&base_table, table->rows[j].name,
						  table->rows[j].team);
			again |= chances[at].crew == chances[other].crew;
		}
		crews += !again;
	}
	return crews;
}

static void check_draw(struct season *season, const struct season_query *query,
		       unsigned d)
{
	static struct season_table exact;
	const struct season_round *now = season->rounds[season->round_count - 1];
	one_draw = drawn;
	one_draw.count = 1;
	memcpy(one_draw.order[0], drawn.order[d], sizeof(drawn.order[d]));
	memcpy(one_draw.classified[0], drawn.classified[d],
	       sizeof(drawn.classified[d]));
	season_scenarios(season, query, &base_table, &one_draw, chances);
	apply_draw(season, &drawn, d);
	assert_int_equal(season_standings(season, query, &exact, NULL), 0);
	season->rounds[season->round_count - 1] = now;
	assert_int_equal(exact.count, base_table.count);
	unsigned first = crews_first(&exact);
	for (unsigned i = 0; i < exact.count; i++) {
		const struct season_standing *row = &exact.rows[i];
		int at = season_row_of(&base_table, row->name, row->team);
		assert_in_range(at, 0, base_table.count - 1);
		if (chances[at].expected != row->points)
			fail_msg("%s: %d, not %d", season_name_text(season, row->name),
				 chances[at].expected, row->points);
		unsigned share = row->position == 1 ? FORECAST_ONE / first : 0;
		if (chances[at].p_first < share || chances[at].p_first > share + 1)
			fail_msg("%s, %s: %u, not %u",
				 season->rules.titles[query->title].name,
				 season_name_text(season, row->name),
				 chances[at].p_first, share);
	}
}

static void each_draw_is_scored_by_the_rules(void **state)
{
	(void)state;
	uint64_t seed = 2003;
	for (unsigned t = 0; t < ARRAY_LEN(titles); t++)
		for (unsigned m = 0; m < ARRAY_LEN(further); m++) {
			struct season *season =
				season_drawn(&seed, titles[t], further[m]);
			if (m == 0)
				season_change(season,
					      "[points race]\nguests = score\n");
			/* The second class has no points in the last round. */
			struct season_round *last =
				(struct season_round *)(uintptr_t)season->rounds[2];
			last->without = (t + m) % 4 == 3 ? 2 : 0;
			struct season_odds odds[CARS];
			random_odds(&seed, odds);
			season_draw(season->rounds[2], odds, &drawn);
			struct season_query query = {.title = POINTS_TITLES_MAX};
			while (season_query_next(season, &query)) {
				struct err err;
				if (season_base(season, &query, &base_table, &err))
					fail_msg("%s", err.text);
				for (unsigned d = 0; d < SEASON_DRAWS; d += 37)
					check_draw(season, &query, d);
			}
		}
}

static void chances_sum_to_one_and_are_the_same_again(void **state)
{
	(void)state;
	static struct season_chance again[SEASON_ROWS_MAX];
	uint64_t seed = 5;
	for (unsigned t = 0; t < ARRAY_LEN(titles); t++) {
		struct season *season = season_drawn(&seed, titles[t], further[1]);
		struct season_odds odds[CARS];
		random_odds(&seed, odds);
		struct season_query query = {.title = POINTS_TITLES_MAX};
		assert_true(season_query_next(season, &query));
		assert_int_equal(season_base(season, &query, &base_table, NULL), 0);
		season_draw(season->rounds[2], odds, &drawn);
		season_scenarios(season, &query, &base_table, &drawn, chances);
		unsigned sum = 0;
		for (unsigned i = 0; i < base_table.count; i++) {
			if (chances[i].crew == i)
				sum += chances[i].p_first;
			else
				assert_int_equal(chances[i].p_first,
						 chances[chances[i].crew].p_first);
		}
		assert_int_equal(sum, FORECAST_ONE);
		memset(&drawn, 0x5a, sizeof(drawn));
		season_draw(season->rounds[2], odds, &drawn);
		season_scenarios(season, &query, &base_table, &drawn, again);
		assert_memory_equal(chances, again,
				    base_table.count * sizeof(again[0]));
	}
}

/* Two cars, one race: the chance of the title is that of the win. */
static void the_chance_of_a_single_race_is_that_of_the_win(void **state)
{
	(void)state;
	static const struct {
		unsigned win, flag, other_flag, least, most;
	} rows[] = {
		{700, 1000, 1000, 670, 730},    {950, 1000, 1000, 930, 970},
		{1000, 1000, 1000, 1000, 1000}, {0, 1000, 1000, 0, 0},
		{500, 1000, 0, 1000, 1000},     {500, 0, 1000, 0, 0},
	};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct season *season = season_by_text(
			"[points]\nname = n\n[scale r]\nfor = any\npoints = 10 8\n"
			"[title teams]\nof = car\nplaces = class\n",
			0);
		struct season_round *round = add_round(season, "Spa", "6h");
		add_car(season, round, "GT", 2, "1", "");
		add_car(season, round, "GT", 1, "2", "");
		struct season_odds odds[2] = {
			{(uint16_t)rows[i].win, (uint16_t)rows[i].flag},
			{(uint16_t)(FORECAST_ONE - rows[i].win),
			 (uint16_t)rows[i].other_flag}};
		struct season_query query = query_of(season, "teams", "GT");
		assert_int_equal(season_base(season, &query, &base_table, NULL), 0);
		season_draw(round, odds, &drawn);
		season_scenarios(season, &query, &base_table, &drawn, chances);
		assert_in_range(chances[0].p_first, rows[i].least, rows[i].most);
		int64_t points = 8 * 1000 + 2 * chances[0].p_first;
		if (rows[i].flag == 1000 && rows[i].other_flag == 1000)
			assert_in_range(chances[0].expected, points / 10 - 1,
					points / 10 + 1);
	}
}

/* The base and the race as it is make the standings. */
static void a_crew_that_is_absent_shares_no_title(void **state)
{
	(void)state;
	struct season *season = season_by_text(
		"[points]\nname = few\n[scale race]\nfor = any\npoints = 10 8 6\n"
		"[title drivers]\nplaces = class\n",
		0);
	for (unsigned r = 0; r < 4; r++) {
		struct season_round *round = add_round(season, "Spa", "6h");
		if (r < 3)
			add_car(season, round, "GT", 1, "1", "Ann,Bob");
		add_car(season, round, "GT", 2, "2", r < 3 ? "" : "Cy,Dee");
	}
	struct season_query query = query_of(season, "drivers", "GT");
	static const struct season_odds odds[1] = {{FORECAST_ONE, FORECAST_ONE}};
	season_draw(season->rounds[3], odds, &drawn);
	assert_int_equal(season_base(season, &query, &base_table, NULL), 0);
	season_scenarios(season, &query, &base_table, &drawn, chances);
	for (unsigned i = 0; i < base_table.count; i++)
		assert_int_equal(chances[i].p_first,
				 base_table.rows[i].points > 0 ? FORECAST_ONE : 0);
}

static void a_certain_forecast_gives_the_standings(void **state)
{
	(void)state;
	static struct season_table exact;
	uint64_t seed = 77;
	struct season *season = season_drawn(&seed, titles[3], further[1]);
	struct season_round *last = (struct season_round *)(uintptr_t)season->rounds[2];
	struct season_odds odds[CARS];
	for (unsigned i = 0; i < CARS; i++) {
		const struct season_result *car = &last->results[i];
		odds[i].p_flag = car->status == STATUS_DNF ? 0 : FORECAST_ONE;
		odds[i].p_class_win = 0;
	}
	season_draw(last, odds, &drawn);
	struct season_query query = {.title = POINTS_TITLES_MAX};
	while (season_query_next(season, &query)) {
		assert_int_equal(season_base(season, &query, &base_table, NULL), 0);
		season_scenarios(season, &query, &base_table, &drawn, chances);
		assert_int_equal(season_standings(season, &query, &exact, NULL), 0);
		for (unsigned i = 0; i < exact.count; i++) {
			int at = season_row_of(&base_table, exact.rows[i].name,
					       exact.rows[i].team);
			assert_int_equal(chances[at].expected, exact.rows[i].points);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_draw_is_scored_by_the_rules),
		cmocka_unit_test(chances_sum_to_one_and_are_the_same_again),
		cmocka_unit_test(the_chance_of_a_single_race_is_that_of_the_win),
		cmocka_unit_test(a_crew_that_is_absent_shares_no_title),
		cmocka_unit_test(a_certain_forecast_gives_the_standings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
