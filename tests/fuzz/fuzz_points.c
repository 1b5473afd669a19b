/*
 * fuzz_points.c -- any text as rules of points; what is read scores a season of three races
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "pitwall/forecast.h"
#include "pitwall/shell.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARS = 9, ROUNDS = 3 };

static struct season season;
static struct season_round rounds[ROUNDS];
static struct season_table table;
static struct season_draws draws;
static struct season_chance chances[SEASON_ROWS_MAX];

static uint16_t named(const char *kind, uint64_t n)
{
	char text[32];
	text_format(text, sizeof(text), "%s %u", kind, (unsigned)n);
	return season_name(&season, slice_of(text));
}

static void fill_result(struct season_result *result, unsigned i, uint64_t *seed)
{
	static const char *const classes[] = {"HYPERCAR", "LMP2", "GT"};
	const char *class_name = classes[random_below(seed, 3)];
	if (season.rules.title_count && season.rules.titles[0].class_count)
		class_name = season.rules.titles[0].classes[0];
	*result = (struct season_result){
		.class_index = season_class(&season, slice_of(class_name)),
		.place = (uint16_t)(1 + random_below(seed, CARS)),
		.qualifying = (uint16_t)random_below(seed, CARS),
		.car = named("car", i),
		.team = named("team", i / 2),
		.make = named("make", i % 3),
		.laps = (uint32_t)random_below(seed, 300),
		.status = (uint8_t)random_below(seed, STATUS_COUNT),
		.seat_count = 2,
		.qualifier = (uint8_t)random_below(seed, 3),
		.guest = random_below(seed, 6) == 0,
		.privately = random_below(seed, 6) == 0,
		.fastest_lap = random_below(seed, 4) == 0,
		.given = {(int32_t)random_below(seed, 3) * -500,
			  (int32_t)random_below(seed, 3) * -500, 300},
	};
	for (unsigned k = 0; k < POINTS_SEGMENTS_MAX; k++)
		result->segments[k] = (uint16_t)random_below(seed, CARS);
	for (unsigned k = 0; k < 2; k++)
		result->seats[k] = (struct season_seat){
			named("driver", random_below(seed, 2 * CARS)),
			(uint16_t)random_below(seed, 200),
			(int32_t)random_below(seed, 20000) - 1};
}

static void fill(uint64_t seed)
{
	static const char *const names[] = {"Daytona", "Spa", "Petit"};
	season.year = (uint16_t)(2003 + random_below(&seed, 25));
	for (unsigned r = 0; r < ROUNDS; r++) {
		struct season_round *round = &rounds[r];
		memset(round, 0, sizeof(*round));
		text_copy(round->name, sizeof(round->name), slice_of(names[r]));
		round->length.us = (duration_us)random_below(&seed, 25) * US_HOUR;
		round->run = random_below(&seed, 2) ? DURATION_NONE : US_HOUR;
		round->factor = (int32_t)random_below(&seed, 120) - 20;
		round->scale = random_below(&seed, 2) ? 0 : ROUND_BY_RULE;
		round->segments = random_below(&seed, 2) ? 0 : ROUND_BY_RULE;
		round->held = 1;
		round->count = CARS;
		for (unsigned i = 0; i < CARS; i++)
			fill_result(&round->results[i], i, &seed);
		season.rounds[r] = round;
	}
	season.round_count = ROUNDS;
}

/* The reasons of a row are its points. */
static void check_rows(const struct season_query *query)
{
	static struct season_reason reasons[512];
	char text[256];
	for (unsigned i = 0; i < table.count; i++) {
		int64_t sum = 0;
		unsigned n =
			season_reasons(&season, query, &table.rows[i], reasons, 512);
		for (unsigned k = 0; k < n; k++) {
			sum += reasons[k].points;
			assert(season_reason_text(&season, query, &reasons[k], text,
						  sizeof(text)) < sizeof(text));
		}
		assert(sum == table.rows[i].points || n == 512);
		assert(i == 0 || table.rows[i - 1].points >= table.rows[i].points);
		season_tie_text(&table, i, text, sizeof(text));
	}
}

static void check_chances(const struct season_query *query)
{
	struct season_odds odds[CARS];
	unsigned sum = 0;
	for (unsigned i = 0; i < CARS; i++)
		odds[i] = (struct season_odds){(uint16_t)(111 * i),
					       (uint16_t)(1000 - 40 * i)};
	season_draw(&rounds[ROUNDS - 1], odds, &draws);
	season_scenarios(&season, query, &table, &draws, chances);
	for (unsigned i = 0; i < table.count; i++) {
		struct season_must must[8];
		char text[400];
		int n = season_must(&season, query, &table, i, must, 8);
		for (int k = 0; k < n; k++)
			season_must_text(&season, &table.rows[i], &must[k], text,
					 sizeof(text));
		sum += chances[i].crew == i ? chances[i].p_first : 0;
	}
	assert(sum == (table.count ? FORECAST_ONE : 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err;
	memset(&season, 0, sizeof(season));
	if (points_rules_parse((struct slice){(const char *)data, size}, "fuzz",
			       &season.rules, &err)) {
		assert(err.text[0]);
		return 0;
	}
	fill(hash_bytes(data, size, 1));
	struct season_query query = {.title = POINTS_TITLES_MAX};
	while (season_query_next(&season, &query)) {
		if (season_standings(&season, &query, &table, &err)) {
			assert(err.text[0]);
			continue;
		}
		check_rows(&query);
		assert(season_base(&season, &query, &table, &err) == 0);
		check_chances(&query);
	}
	struct season_invited invited[8];
	int n = season_invitations(&season, 0, &table, invited, 8, &err);
	assert(n <= 8);
	return 0;
}
