/*
 * fuzz_season_file.c -- any text as a season file and as lists of results; what is read is
 * scored
 *
 * The input is the season file, then up to three lists, with a zero byte between them. Rounds
 * have no source but these lists.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../scratch.h"
#include "pitwall/season_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LISTS = 3 };

static char season_path[SCRATCH_MAX + 8], list_paths[LISTS][SCRATCH_MAX + 8];

static void name_files(void)
{
	char name[SCRATCH_MAX];
	scratch_name(name, "fuzz-season");
	snprintf(season_path, sizeof(season_path), "%s.ini", name);
	for (unsigned i = 0; i < LISTS; i++)
		snprintf(list_paths[i], sizeof(list_paths[i]), "%s.%u.csv", name, i);
}

static void write_part(const char *path, struct slice text)
{
	FILE *file = fopen(path, "wb");
	if (!file || (text.len && fwrite(text.at, 1, text.len, file) != text.len) ||
	    fclose(file) != 0)
		abort();
}

/* The reasons of each row are its points. */
static void score(const struct season *season)
{
	static struct season_table table;
	static struct season_reason reasons[512];
	struct season_query query = {.title = POINTS_TITLES_MAX};
	char text[256];
	while (season_query_next(season, &query)) {
		struct err err = {""};
		if (season_standings(season, &query, &table, &err)) {
			assert(err.text[0]);
			continue;
		}
		for (unsigned i = 0; i < table.count; i++) {
			int64_t sum = 0;
			unsigned n = season_reasons(season, &query, &table.rows[i],
						    reasons, 512);
			for (unsigned k = 0; k < n; k++) {
				sum += reasons[k].points;
				season_reason_text(season, &query, &reasons[k], text,
						   sizeof(text));
			}
			assert(sum == table.rows[i].points || n == 512);
		}
	}
}

static void load_lists(struct season_loaded *loaded)
{
	for (unsigned i = 0; i < loaded->plan.round_count; i++) {
		struct season_plan_round *round = &loaded->plan.rounds[i];
		round->source[0] = round->decisions[0] = '\0';
		text_copy(round->results, sizeof(round->results),
			  slice_of(source_base(list_paths[i % LISTS])));
		for (unsigned q = 0; q < round->qualifying_count; q++)
			text_copy(round->qualifying[q], SEASON_LINE_MAX,
				  slice_of(source_base(list_paths[(i + 1) % LISTS])));
		season_load_round(loaded, i);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size};
	struct season_loaded *loaded = NULL;
	struct err err = {""};
	if (!season_path[0])
		name_files();
	write_part(season_path, slice_cut(&rest, '\0'));
	for (unsigned i = 0; i < LISTS; i++)
		write_part(list_paths[i], slice_cut(&rest, '\0'));
	if (season_open(season_path, &loaded, &err)) {
		assert(err.text[0]);
	} else {
		load_lists(loaded);
		score(&loaded->season);
		season_loaded_free(loaded);
	}
	remove(season_path);
	for (unsigned i = 0; i < LISTS; i++)
		remove(list_paths[i]);
	return 0;
}
