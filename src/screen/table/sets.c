/*
 * sets.c -- the columns of the timing screen: named sets, and the user's own
 *
 *  (1) Columns are named as in the table in parts.h, in small letters, with a hyphen for an
 *      underscore.
 */
#include "parts.h"

#include <errno.h>

static const char *const names[COLUMN_COUNT] = {
#define X(id_, head_, width_, most_, align_, field_, explain_, about_) \
	[COLUMN_##id_] = #id_,
	COLUMNS(X)
#undef X
};

#define SET(name_, ...)                                                   \
	{                                                                 \
		.name = name_, .count = sizeof((uint8_t[]){__VA_ARGS__}), \
		.ids = { __VA_ARGS__ }                                    \
	}
const struct column_set column_sets[] = {
	{.name = "all"},
	SET("race", COLUMN_POS, COLUMN_GAINED, COLUMN_NUMBER, COLUMN_CLASS,
	    COLUMN_CLASS_POS, COLUMN_DRIVER, COLUMN_LAPS, COLUMN_GAP, COLUMN_INTERVAL,
	    COLUMN_IN_CLASS, COLUMN_PENALTY, COLUMN_LAST, COLUMN_BEST, COLUMN_STOPS,
	    COLUMN_STINT),
	SET("pace", COLUMN_POS, COLUMN_NUMBER, COLUMN_CLASS, COLUMN_DRIVER, COLUMN_LAST,
	    COLUMN_BEST, COLUMN_BEST_LAP, COLUMN_S1, COLUMN_S2, COLUMN_S3, COLUMN_S4,
	    COLUMN_S5, COLUMN_S6, COLUMN_AGO, COLUMN_STINT),
	SET("speeds", COLUMN_POS, COLUMN_NUMBER, COLUMN_CLASS, COLUMN_DRIVER,
	    COLUMN_TEAM, COLUMN_VEHICLE, COLUMN_TOP_SPEED, COLUMN_TOP_LAP, COLUMN_BEST,
	    COLUMN_ENERGY, COLUMN_TYRE),
	SET("stops", COLUMN_POS, COLUMN_NUMBER, COLUMN_CLASS, COLUMN_DRIVER,
	    COLUMN_LAPS, COLUMN_STOPS, COLUMN_STOPS_LEFT, COLUMN_STINT,
	    COLUMN_STINT_TIME, COLUMN_STOP_LAST, COLUMN_PIT_TOTAL, COLUMN_DRIVING,
	    COLUMN_NET, COLUMN_WINDOW, COLUMN_WINDOW_IN),
	SET("flag", COLUMN_POS, COLUMN_NUMBER, COLUMN_CLASS, COLUMN_TEAM, COLUMN_LAPS,
	    COLUMN_GAP, COLUMN_MARGIN, COLUMN_FLAG_MARGIN, COLUMN_CHANCE,
	    COLUMN_DEADLINE),
};
#undef SET
const size_t column_sets_count = ARRAY_LEN(column_sets);

/* (1) */
static char small(char c)
{
	return c == '_' ? '-' : c >= 'A' && c <= 'Z' ? (char)(c + 0x20) : c;
}

bool column_name(unsigned id, char name[COLUMN_NAME_MAX])
{
	size_t len = 0;
	if (id >= COLUMN_COUNT)
		return false;
	for (const char *p = names[id]; *p && len + 1 < COLUMN_NAME_MAX; p++)
		name[len++] = small(*p);
	name[len] = '\0';
	return true;
}

int column_by_name(struct slice name)
{
	for (int id = 0; id < COLUMN_COUNT; id++) {
		char own[COLUMN_NAME_MAX];
		if (id != COLUMN_STINTS && column_name((unsigned)id, own) &&
		    slice_eq_nocase(name, slice_of(own)))
			return id;
	}
	return -1;
}

/* ---- a set as text ------------------------------------------------------------ */

static int parse_one(struct slice word, struct column_set *out, struct err *err)
{
	struct slice name = slice_cut(&word, ':');
	int id = column_by_name(name);
	uint64_t width = 0;
	if (id < 0)
		return err_set(err, -EINVAL,
			       "unknown column '%.*s': `pitwall columns` lists them",
			       (int)name.len, name.at);
	if (word.at &&
	    (!parse_u64(word, &width) || width < 1 || width > COLUMN_WIDTH_MOST))
		return err_set(err, -EINVAL,
			       "the width of column '%.*s' must be 1 to %d, not '%.*s'",
			       (int)name.len, name.at, COLUMN_WIDTH_MOST, (int)word.len,
			       word.at);
	for (unsigned i = 0; i < out->count; i++)
		if (out->ids[i] == id)
			return err_set(err, -EINVAL, "column '%.*s' is listed twice",
				       (int)name.len, name.at);
	if (out->count == COLUMN_SET_MOST)
		return err_set(err, -EINVAL, "more than %d columns", COLUMN_SET_MOST);
	out->ids[out->count] = (uint8_t)id;
	out->widths[out->count++] = (uint8_t)width;
	return 0;
}

int column_set_parse(struct slice text, struct column_set *out, struct err *err)
{
	struct column_set set = *out;
	set.count = 0;
	while (text.len > 0) {
		struct slice word = slice_trim(slice_cut(&text, ' '));
		if (word.len == 0)
			continue;
		int rc = parse_one(word, &set, err);
		if (rc < 0)
			return rc;
	}
	if (set.count == 0)
		return err_set(err, -EINVAL,
			       "no columns given: for example \"number driver gap\"");
	*out = set;
	return 0;
}

void column_set_text(const struct column_set *set, char *text, size_t cap)
{
	size_t len = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < set->count && i < COLUMN_SET_MOST; i++) {
		char name[COLUMN_NAME_MAX], word[COLUMN_NAME_MAX + 8];
		if (!column_name(set->ids[i], name))
			continue;
		size_t n = set->widths[i]
				   ? text_format(word, sizeof(word), "%s:%u", name,
						 set->widths[i])
				   : text_copy(word, sizeof(word), slice_of(name));
		if (len + n + 2 > cap)
			return;
		if (len)
			text[len++] = ' ';
		len += text_copy(text + len, cap - len, slice_of(word));
	}
}

/* ---- gaps in front -------------------------------------------------------------- */

const char *const gap_shown_names[GAPS_SHOWN] = {
	[GAPS_LEADER] = "leader",
	[GAPS_INTERVAL] = "interval",
	[GAPS_CLASS] = "class",
	[GAPS_CAR] = "tagged",
};

/* The first column of gaps, and what replaces it: of all cars, of one class. */
static const uint8_t in_front[2][GAPS_SHOWN] = {
	{COLUMN_GAP, COLUMN_INTERVAL, COLUMN_IN_CLASS, COLUMN_TO_CAR},
	{COLUMN_CLASS_GAP, COLUMN_CLASS_INT, COLUMN_RACE_GAP, COLUMN_TO_CAR},
};

void uses_gaps(const struct view *view, const struct column_use *uses, unsigned count,
	       bool panes, struct column_use *out)
{
	unsigned shown = view->table.gaps < GAPS_SHOWN ? view->table.gaps : GAPS_LEADER;
	uint8_t front = in_front[panes][0], wanted = in_front[panes][shown];
	if ((wanted == COLUMN_TO_CAR && view->compared >= view->race->car_count) ||
	    (wanted == COLUMN_IN_CLASS && view->race->class_count < 2))
		wanted = front;
	for (unsigned i = 0; i < count; i++) {
		out[i] = uses[i];
		if (uses[i].id == front)
			out[i].id = wanted;
		else if (uses[i].id == wanted)
			out[i].id = front;
	}
}
