/*
 * ties.c -- the order of a table: points, then places; what nothing decides stays equal
 */
#include "score.h"

/* The first place of which the two have not had as many; 0: none. */
static unsigned tie_place(const struct season_standing *a,
			  const struct season_standing *b)
{
	for (unsigned i = 0; i < SEASON_TIES_MAX; i++)
		if (a->times[i] != b->times[i])
			return i + 1;
	return 0;
}

/* Negative: @a is ahead of @b; 0: equal. */
static int rank_compare(const struct season_standing *a,
			const struct season_standing *b, bool by_places)
{
	if (a->points != b->points)
		return a->points > b->points ? -1 : 1;
	unsigned place = by_places ? tie_place(a, b) : 0;
	if (place == 0)
		return 0;
	return a->times[place - 1] > b->times[place - 1] ? -1 : 1;
}

bool season_is_ahead(const struct season *season, const struct season_standing *a,
		     const struct season_standing *b)
{
	return rank_compare(a, b, season->rules.ties_by_places) < 0;
}

/* Equal rows are listed by name, so that the order of the input does not matter. */
static bool rank_before(const struct season *season, const struct season_standing *a,
			const struct season_standing *b)
{
	int order = rank_compare(a, b, season->rules.ties_by_places);
	if (order == 0)
		order = strcmp(season_name_text(season, a->name),
			       season_name_text(season, b->name));
	return order < 0;
}

/* Shell sort: without heap or recursion, and fast enough for a thousand rows. */
static void rank_sort(const struct season *season, struct season_table *table)
{
	static const uint16_t steps[] = {301, 132, 57, 23, 10, 4, 1};
	for (unsigned k = 0; k < ARRAY_LEN(steps); k++) {
		unsigned step = steps[k];
		for (unsigned i = step; i < table->count; i++) {
			struct season_standing row = table->rows[i];
			unsigned at = i;
			for (; at >= step &&
			       rank_before(season, &row, &table->rows[at - step]);
			     at -= step)
				table->rows[at] = table->rows[at - step];
			table->rows[at] = row;
		}
	}
}

void season_rank(const struct season *season, struct season_table *table)
{
	bool by_places = season->rules.ties_by_places;
	rank_sort(season, table);
	for (unsigned i = 0; i < table->count; i++) {
		struct season_standing *row = &table->rows[i];
		struct season_standing *ahead = i > 0 ? row - 1 : NULL;
		row->position = (uint16_t)(i + 1);
		row->equal = row->tie = 0;
		if (!ahead || ahead->points != row->points)
			continue;
		if (rank_compare(ahead, row, by_places) != 0) {
			ahead->tie = (uint8_t)tie_place(ahead, row);
			continue;
		}
		row->position = ahead->position;
		row->equal = ahead->equal = 1;
	}
}

size_t season_tie_text(const struct season_table *table, unsigned row, char *buf,
		       size_t cap)
{
	if (cap)
		buf[0] = '\0';
	if (row + 1 >= table->count)
		return 0;
	const struct season_standing *a = &table->rows[row], *b = a + 1;
	if (a->points != b->points)
		return 0;
	if (a->position == b->position)
		return text_format(buf, cap, "equal");
	unsigned more = a->times[a->tie - 1], less = b->times[a->tie - 1];
	if (a->tie == 1)
		return text_format(buf, cap, "ahead by %u win%s to %u", more,
				   more == 1 ? "" : "s", less);
	return text_format(buf, cap, "ahead by %u %u%s place%s to %u", more, a->tie,
			   season_ordinal(a->tie), more == 1 ? "" : "s", less);
}
