/*
 * season_fixture.c -- small seasons written by hand
 */
#include "season_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIXTURE_ROUNDS = 10 };

static struct season fixture_season;
static struct season_round fixture_rounds[FIXTURE_ROUNDS];
static struct season_table fixture_table;

static struct season *season_empty(unsigned year)
{
	memset(&fixture_season, 0, sizeof(fixture_season));
	fixture_season.year = (uint16_t)year;
	return &fixture_season;
}

struct season *season_by(const char *rules, unsigned year)
{
	struct season *season = season_empty(year);
	struct err err;
	if (points_rules_load(rules, &season->rules, &err))
		fail_msg("%s", err.text);
	return season;
}

struct season *season_by_text(const char *text, unsigned year)
{
	struct season *season = season_empty(year);
	struct err err;
	if (points_rules_parse(slice_of(text), "rules", &season->rules, &err))
		fail_msg("%s", err.text);
	return season;
}

struct kept_lines {
	struct ini_entry at[32];
	char text[32][3][96];
	size_t count;
};

static int keep_line(void *context, const struct ini_entry *entry, struct err *err)
{
	struct kept_lines *kept = context;
	(void)err;
	assert_in_range(kept->count, 0, 31);
	char(*text)[96] = kept->text[kept->count];
	snprintf(text[0], 96, "%s", entry->section);
	snprintf(text[1], 96, "%s", entry->key);
	snprintf(text[2], 96, "%s", entry->value);
	kept->at[kept->count++] = (struct ini_entry){entry->where, entry->line, text[0],
						     text[1], text[2]};
	return 0;
}

void season_change(struct season *season, const char *text)
{
	static struct kept_lines kept;
	struct err err;
	kept.count = 0;
	if (ini_walk(slice_of(text), "season", keep_line, &kept, &err))
		fail_msg("%s", err.text);
	struct ini_lines lines = {kept.at, kept.count};
	if (points_rules_change(&lines, &season->rules, &err))
		fail_msg("%s", err.text);
}

struct season_round *add_round(struct season *season, const char *name,
			       const char *length)
{
	assert_in_range(season->round_count, 0, FIXTURE_ROUNDS - 1);
	struct season_round *round = &fixture_rounds[season->round_count];
	memset(round, 0, sizeof(*round));
	snprintf(round->name, sizeof(round->name), "%s", name);
	if (length_parse(slice_of(length), &round->length, NULL))
		fail_msg("%s", length);
	round->date = INSTANT_NONE;
	round->run = DURATION_NONE;
	round->factor = -1;
	round->scale = round->segments = ROUND_BY_RULE;
	round->held = 1;
	season->rounds[season->round_count++] = round;
	return round;
}

struct season_result *add_car(struct season *season, struct season_round *round,
			      const char *class_name, unsigned place,
			      const char *number, const char *drivers)
{
	assert_in_range(round->count, 0, RACE_CARS_MAX - 1);
	struct season_result *result = &round->results[round->count++];
	struct slice rest = slice_of(drivers);
	memset(result, 0, sizeof(*result));
	result->class_index = season_class(season, slice_of(class_name));
	result->place = result->class_place = (uint16_t)place;
	result->car = season_name(season, slice_of(number));
	result->team = result->make = SEASON_NONE;
	result->qualifier = RACE_DRIVERS_MAX;
	result->status = STATUS_CLASSIFIED;
	while (rest.len > 0)
		result->seats[result->seat_count++] = (struct season_seat){
			season_name(season, slice_trim(slice_cut(&rest, ','))),
			SEASON_NONE, -1};
	return result;
}

void add_others(struct season *season, struct season_round *round,
		const char *class_name, unsigned places)
{
	unsigned class_index = season_class(season, slice_of(class_name));
	for (unsigned place = 1; place <= places; place++) {
		bool taken = false;
		for (unsigned i = 0; i < round->count; i++)
			taken |= round->results[i].class_index == class_index &&
				 round->results[i].class_place == place;
		char number[24];
		snprintf(number, sizeof(number), "%s-%u", class_name, 900 + place);
		if (!taken)
			add_car(season, round, class_name, place, number, "");
	}
}

struct season_query query_of(const struct season *season, const char *title,
			     const char *class_name)
{
	struct season_query query = {.title = POINTS_TITLES_MAX};
	while (season_query_next(season, &query)) {
		const char *name = query.class_index < season->class_count
					   ? season->classes[query.class_index]
					   : "";
		if (strcmp(season->rules.titles[query.title].name, title) == 0 &&
		    strcmp(name, class_name) == 0)
			return query;
	}
	fail_msg("there is no table \"%s\" for class \"%s\"", title, class_name);
	return query;
}

const struct season_table *table_in(const struct season *season, const char *title,
				    const char *class_name)
{
	struct season_query query = query_of(season, title, class_name);
	struct err err;
	if (season_standings(season, &query, &fixture_table, &err))
		fail_msg("%s", err.text);
	return &fixture_table;
}

const struct season_standing *standing_in(const struct season *season,
					  const char *title, const char *class_name,
					  const char *name)
{
	const struct season_table *table = table_in(season, title, class_name);
	for (unsigned i = 0; i < table->count; i++)
		if (strcmp(season_name_text(season, table->rows[i].name), name) == 0)
			return &table->rows[i];
	return NULL;
}

int32_t points_in(const struct season *season, const char *title,
		  const char *class_name, const char *name)
{
	const struct season_standing *row =
		standing_in(season, title, class_name, name);
	return row ? row->points : ABSENT;
}

unsigned position_in(const struct season *season, const char *title,
		     const char *class_name, const char *name)
{
	const struct season_standing *row =
		standing_in(season, title, class_name, name);
	return row ? row->position : 0;
}

const char *refusal_of(const struct season *season, const char *title,
		       const char *class_name)
{
	static struct err err;
	struct season_query query = query_of(season, title, class_name);
	err.text[0] = '\0';
	int failed = season_standings(season, &query, &fixture_table, &err);
	assert_int_equal(failed != 0, err.text[0] != '\0');
	return err.text;
}

const char *reason_in(const struct season *season, const char *title,
		      const char *class_name, const char *name, const char *words)
{
	static char text[256];
	static struct season_reason reasons[256];
	const struct season_standing *row =
		standing_in(season, title, class_name, name);
	struct season_query query = query_of(season, title, class_name);
	assert_non_null(row);
	unsigned n = season_reasons(season, &query, row, reasons, ARRAY_LEN(reasons));
	int32_t sum = 0;
	for (unsigned i = 0; i < n; i++)
		sum += reasons[i].points;
	assert_int_equal(sum, row->points);
	for (unsigned i = 0; i < n; i++) {
		season_reason_text(season, &query, &reasons[i], text, sizeof(text));
		if (strstr(text, words))
			return text;
	}
	return "";
}
