/*
 * view_options.c -- what options ask of a view: its screen, its tables of cars
 */
#include "pitwall/shell.h"

#include <string.h>

#include "pitwall/assets.h"

void screen_options(const struct options *options, struct view *view)
{
	if (options->screen != NULL)
		view->screen = (uint8_t)value_find(VALUE_SCREEN, options->screen);
	if (options->chart != NULL)
		view->chart = (uint8_t)value_find(VALUE_CHART, options->chart);
}

static bool columns_option(const char *text, struct view *view, struct column_set *set)
{
	struct err err;
	if (text == NULL)
		return true;
	for (size_t i = 0; i < column_sets_count; i++) {
		if (strcmp(text, column_sets[i].name) != 0)
			continue;
		view->table.columns = i == 0 ? NULL : &column_sets[i];
		return true;
	}
	if (column_set_parse(slice_of(text), set, &err) < 0) {
		char names[128];
		size_t len = 0;
		for (size_t i = 0; i < column_sets_count; i++)
			len += text_format(names + len, sizeof(names) - len, "%s%s",
					   i == 0 ? "" : ", ", column_sets[i].name);
		complain("--columns: %s; the sets are %s", err.text, names);
		return false;
	}
	view->table.columns = set;
	return true;
}

static bool sort_option(const char *text, struct view *view)
{
	if (text == NULL)
		return true;
	bool back = text[0] == '-';
	int id = column_by_name(slice_of(text + back));
	if (id < 0) {
		complain("--sort %s: there is no such column; `pitwall columns` lists "
			 "them",
			 text);
		return false;
	}
	view->table.sort = (uint8_t)(1 + id);
	view->table.sort_back = back;
	return true;
}

static bool filter_option(const char *text, struct view *view)
{
	if (text == NULL)
		return true;
	if (strlen(text) >= sizeof(view->table.filter)) {
		complain("--filter: more than %zu characters",
			 sizeof(view->table.filter) - 1);
		return false;
	}
	text_clean(view->table.filter, sizeof(view->table.filter), slice_of(text));
	return true;
}

bool table_options(const struct options *options, struct view *view,
		   struct column_set *set)
{
	if (options->gaps != NULL)
		view->table.gaps = (uint8_t)value_find(VALUE_GAPS, options->gaps);
	if (options->colours != NULL)
		view->table.by_team = value_find(VALUE_COLOURS, options->colours) == 1;
	return columns_option(options->columns, view, set) &&
	       sort_option(options->sort, view) && filter_option(options->filter, view);
}

enum what_if_part { ASKED_NOTHING, ASKED_LAP, ASKED_TIME, ASKED_FLAG, ASKED_ALONE };

static bool what_if_lap(struct slice word, struct strategy_what_if *out)
{
	uint64_t lap;
	if (!parse_u64(word, &lap) || lap == 0 || lap > UINT32_MAX)
		return false;
	out->lap = (uint32_t)lap;
	return true;
}

/* What @word asks for, which is now in @out; NOTHING: not a word of a question. */
static enum what_if_part what_if_word(struct slice word, struct strategy_what_if *out)
{
	struct rules_length length = {0};
	if (slice_starts(word, SLICE("lap:"))) {
		word = (struct slice){word.at + 4, word.len - 4};
		return what_if_lap(word, out) ? ASKED_LAP : ASKED_NOTHING;
	}
	if (slice_eq_nocase(word, SLICE("alone"))) {
		out->alone = 1;
		return ASKED_ALONE;
	}
	if (slice_eq_nocase(word, SLICE("green"))) {
		out->running = RUNNING_GREEN;
		return ASKED_FLAG;
	}
	if (slice_eq_nocase(word, SLICE("neutralised"))) {
		out->running = RUNNING_NEUTRALISED;
		return ASKED_FLAG;
	}
	if (length_parse(word, &length, NULL) != 0 || length.us <= 0 ||
	    length.mm != 0 || length.laps != 0 || length.us > US_DAY)
		return ASKED_NOTHING;
	out->lane = length.us;
	return ASKED_TIME;
}

static bool what_if_complain(struct slice word, const char *why)
{
	complain("--what-if: \"%.*s\" %s", (int)(word.len < 40 ? word.len : 40),
		 word.at, why);
	return false;
}

/* "lap 125 90s green alone", in any order, each once. */
bool what_if_option(const struct options *options, struct strategy_what_if *out)
{
	struct slice rest =
		slice_trim(slice_of(options->what_if == NULL ? "" : options->what_if));
	unsigned given = 0;
	*out = (struct strategy_what_if){.lap = rest.len > 0};
	while (rest.at != NULL && rest.len > 0) {
		struct slice word = slice_trim(slice_cut(&rest, ' '));
		enum what_if_part part;
		rest = slice_trim(rest);
		if (slice_eq_nocase(word, SLICE("lap"))) { /* its number follows */
			word = slice_trim(slice_cut(&rest, ' '));
			part = what_if_lap(word, out) ? ASKED_LAP : ASKED_NOTHING;
		} else {
			part = what_if_word(word, out);
		}
		if (part == ASKED_NOTHING)
			return what_if_complain(
				word, "is neither a lap (lap 125), the time of a stop "
				      "(90s), green, neutralised nor alone");
		if (given & 1u << part)
			return what_if_complain(
				word,
				"asks again what another word asked: give each once");
		given |= 1u << part;
	}
	return true;
}

bool favourites_next(struct slice *list, struct slice *number)
{
	*number = (struct slice){"", 0};
	while (list->len > 0 && number->len == 0)
		*number = slice_trim(slice_cut(list, ','));
	return number->len > 0;
}

bool view_tag_with(struct view *view, const char *numbers)
{
	struct slice list = slice_of(numbers ? numbers : ""), number;
	while (favourites_next(&list, &number)) {
		uint16_t car = race_find_text(view->race, number);
		if (car == CAR_NONE) {
			complain("--with %.*s: there is no such car; `pitwall results` "
				 "lists them",
				 (int)number.len, number.at);
			return false;
		}
		view->table.bits[car] |= CAR_TAGGED;
		view->compared = car;
	}
	return true;
}
