/*
 * points_file.c -- rules of points as INI files
 *
 * Every value may have a companion "KEY-source = where it is from" behind it, as in a ruleset:
 * a source that begins with "not established", "memory", "derived" or "disputed" says how sure
 * the value is. A value that could not be established is written "not established"; a season
 * then has to say it, under [points SECTION].
 *
 *   [points]           name, title
 *   [scale NAME]       for, points, beyond
 *   [race]             guests, classified, must-take-flag, dead-heat, start, fastest-lap,
 *                      fastest-lap-to, most-laps
 *   [pole]             points, to          [qualifying]   points, to
 *   [half points]      below, of, none-to-laps
 *   [small class]      below-cars, scale
 *   [driver]           minimum, two-cars, new-team
 *   [drops]            drop, of            [ties]         by
 *   [title NAME]       kind, of, cup, classes, joint, places, cars, privates, years
 *   [segments NAME]    round, cup, at, points, years
 *   [exception NAME]   round, classes, years
 *   [invitation NAME]  class, of, first, to, at-least-cars, every-round, by, years
 */
#include "pitwall/assets.h"
#include "pitwall/inifile.h"

#include <errno.h>
#include <string.h>

struct points_reader {
	struct points_rules *rules;
	uint8_t *known;   /* of the value read last; NULL */
	char section[96]; /* of the line before */
	uint32_t seen;    /* bit n: key n of this section has a value already */
	bool then;        /* the points of this section have a "then" */
	struct points_scale *scale; /* the rows of this section; NULL */
	struct points_title *title;
	struct points_segments *segments;
	struct points_exception *exception;
	struct points_invitation *invitation;
	bool changes; /* lines of a season change rules that are there */
	char small[POINTS_CLASS_MAX]; /* name of the scale of a small class */
	/* Lines of the file, for what is wrong with the whole; 0: not in it. */
	const char *where;
	unsigned value_line[POINTS_VALUE_COUNT];
	unsigned scale_line[POINTS_SCALES_MAX], title_line[POINTS_TITLES_MAX];
	unsigned segments_line[POINTS_SEGMENTS_MAX];
	unsigned invitation_line[POINTS_INVITATIONS_MAX];
};

static const char unknown_word[] = "not established";

static bool is_unknown(const struct ini_entry *entry)
{
	return slice_eq_nocase(slice_of(entry->value), slice_of(unknown_word));
}

/* ---- values ------------------------------------------------------------------------- */

static int points_choose(const struct ini_entry *entry, const char *const names[],
			 uint8_t *out, struct err *err)
{
	char list[120];
	size_t n = 0;
	for (unsigned i = 0; names[i]; i++) {
		if (slice_eq_nocase(slice_of(entry->value), slice_of(names[i]))) {
			*out = (uint8_t)i;
			return 0;
		}
		n += text_format(list + n, sizeof(list) - n, "%s%s",
				 i == 0         ? ""
				 : names[i + 1] ? ", "
						: " or ",
				 names[i]);
	}
	return ini_bad(entry, err, "\"%s = %s\": write %s", entry->key, entry->value,
		       list);
}

static int points_number(const struct ini_entry *entry, int32_t *out, struct err *err)
{
	if (parse_points(slice_of(entry->value), out))
		return 0;
	return ini_bad(entry, err,
		       "\"%s\" is not a number of points: write 1, 0.5 or -2, at "
		       "most 100000",
		       entry->value);
}

static int points_count(const struct ini_entry *entry, unsigned least, unsigned most,
			uint8_t *out, struct err *err)
{
	uint64_t n;
	if (!parse_u64(slice_of(entry->value), &n) || n < least || n > most)
		return ini_bad(entry, err, "\"%s = %s\": write a number from %u to %u",
			       entry->key, entry->value, least, most);
	*out = (uint8_t)n;
	return 0;
}

static bool points_duration(struct slice text, duration_us *out)
{
	struct rules_length length = {0};
	if (length_parse(slice_trim(text), &length, NULL) || length.mm || length.laps)
		return false;
	*out = length.us;
	return true;
}

/* "drivers teams makes": bits of enum points_to. */
static int points_to_whom(const struct ini_entry *entry, uint8_t *out, struct err *err)
{
	static const struct {
		const char *word;
		uint8_t bit;
	} words[] = {
		{"drivers", TO_DRIVERS},
		{"teams", TO_TEAMS},
		{"makes", TO_MAKES},
		{"qualifier", TO_QUALIFIER},
	};
	struct slice rest = slice_of(entry->value);
	uint8_t to = 0;
	while (rest.len > 0) {
		struct slice word = slice_cut(&rest, ' ');
		unsigned i = 0;
		while (i < ARRAY_LEN(words) && !slice_eq(word, slice_of(words[i].word)))
			i++;
		if (i == ARRAY_LEN(words))
			return ini_bad(entry, err,
				       "\"%.*s\": write who gets the points, of "
				       "drivers, teams, makes and qualifier",
				       (int)word.len, word.at);
		to |= words[i].bit;
	}
	if ((to & TO_DRIVERS) && (to & TO_QUALIFIER))
		return ini_bad(entry, err,
			       "\"%s\": all drivers of the car, or only the one who "
			       "set the time",
			       entry->value);
	*out = to;
	return 0;
}

/* "LMP1, LMP2" */
static int points_classes(const struct ini_entry *entry, char names[][POINTS_CLASS_MAX],
			  uint8_t *count, struct err *err)
{
	struct slice rest = slice_of(entry->value);
	*count = 0;
	while (rest.len > 0) {
		struct slice word = slice_trim(slice_cut(&rest, ','));
		char name[POINTS_CLASS_MAX + 1];
		size_t len = text_clean(name, sizeof(name), word);
		if (len == 0 || len >= POINTS_CLASS_MAX)
			return ini_bad(entry, err,
				       "\"%.*s\" is not the name of a class: at most "
				       "%d bytes, with commas between classes",
				       (int)word.len, word.at, POINTS_CLASS_MAX - 1);
		for (unsigned i = 0; i < *count; i++)
			if (slice_eq_nocase(slice_of(names[i]), slice_of(name)))
				return ini_bad(entry, err, "class %s occurs twice",
					       name);
		if (*count == POINTS_LIST_MAX)
			return ini_bad(entry, err, "more than %d classes",
				       POINTS_LIST_MAX);
		text_copy(names[(*count)++], POINTS_CLASS_MAX, slice_of(name));
	}
	return 0;
}

static bool parse_year(struct slice text, uint16_t *out)
{
	uint64_t year;
	if (!parse_u64(slice_trim(text), &year) || year < 1900 || year > 2999)
		return false;
	*out = (uint16_t)year;
	return true;
}

/* "2024", "2024-2025", "2024-", "-2023" */
static int points_set_years(const struct ini_entry *entry, struct points_years *out,
			    struct err *err)
{
	struct slice rest = slice_of(entry->value);
	struct points_years years = {0};
	bool range = memchr(rest.at, '-', rest.len) != NULL;
	struct slice from = slice_trim(slice_cut(&rest, '-'));
	rest = slice_trim(rest);
	bool good = (from.len == 0 || parse_year(from, &years.from)) &&
		    (rest.len == 0 || parse_year(rest, &years.to)) &&
		    from.len + rest.len > 0;
	if (!range)
		years.to = years.from;
	if (!good || (years.from && years.to && years.to < years.from))
		return ini_bad(
			entry, err,
			"\"%s\": write a year, or years as 2024-2026, 2024- or -2023",
			entry->value);
	*out = years;
	return 0;
}

/* ---- scales ---------------------------------------------------------------------------- */

/* "then -10 to 10", "then 2": what places behind the last one get. */
static bool scale_then(struct slice rest, struct points_scale *scale)
{
	struct slice first = slice_cut(&rest, ' ');
	if (!rest.at)
		return parse_points(first, &scale->least);
	struct slice to = slice_cut(&rest, ' ');
	return slice_eq(to, SLICE("to")) && parse_points(first, &scale->step) &&
	       scale->step < 0 && parse_points(rest, &scale->least);
}

static int points_list(struct points_reader *reader, const struct ini_entry *entry,
		       struct points_scale *out, struct err *err)
{
	struct points_scale scale = *out;
	struct slice rest = slice_of(entry->value);
	if (scale.step != 0)
		scale.least = 0;
	scale.count = 0;
	scale.step = 0;
	scale.said = SAID;
	if (is_unknown(entry)) {
		out->said = SAID_UNKNOWN;
		out->known = KNOWN_NO;
		out->count = 0;
		return 0;
	}
	while (rest.len > 0) {
		struct slice word = slice_cut(&rest, ' ');
		if (slice_eq(word, SLICE("then"))) {
			reader->then = true;
			if (scale.count == 0 || scale.beyond_said != SAID_NOTHING ||
			    !scale_then(rest, &scale))
				return ini_bad(
					entry, err,
					"\"%s\": write \"then 2\" or \"then -10 to "
					"10\" behind the points, without \"beyond\"",
					entry->value);
			break;
		}
		if (scale.count == POINTS_PLACES_MAX)
			return ini_bad(entry, err, "points for more than %d places",
				       POINTS_PLACES_MAX);
		int32_t *points = &scale.points[scale.count];
		if (!parse_points(word, points))
			return ini_bad(
				entry, err,
				"\"%.*s\" is not a number of points: write \"25 18 "
				"15\", with \"then -10 to 10\" behind it, or %s",
				(int)word.len, word.at, unknown_word);
		if (scale.count > 0 && *points > points[-1])
			return ini_bad(entry, err,
				       "%.*s: a place has more points than the place "
				       "ahead of it",
				       (int)word.len, word.at);
		scale.count++;
	}
	scale.known = KNOWN_SOURCE;
	*out = scale;
	return 0;
}

/* "4h to 6h", "to 2h45m", "24h", "any" */
static int points_scale_for(const struct ini_entry *entry, struct points_scale *scale,
			    struct err *err)
{
	struct slice text = slice_of(entry->value);
	const char *to = strstr(entry->value, " to ");
	duration_us from = 0, until = 0;
	if (slice_eq_nocase(text, SLICE("any"))) {
		scale->any_length = 1;
		return 0;
	}
	bool good;
	if (slice_starts(text, SLICE("to "))) {
		good = points_duration((struct slice){text.at + 3, text.len - 3},
				       &until);
	} else if (to) {
		size_t len = (size_t)(to - entry->value);
		good = points_duration((struct slice){text.at, len}, &from) &&
		       points_duration(slice_of(to + 4), &until);
	} else {
		good = points_duration(text, &until);
		from = until;
	}
	if (!good || until < from)
		return ini_bad(entry, err,
			       "\"%s\": write the lengths of the races, as 6h, 4h to "
			       "6h, to 2h45m or any",
			       entry->value);
	scale->from = from;
	scale->to = until;
	scale->any_length = 0;
	return 0;
}

static int set_scale(struct points_reader *reader, const struct ini_entry *entry,
		     unsigned key, struct err *err)
{
	struct points_scale *scale = reader->scale;
	reader->known = &scale->known;
	if (key == 0) {
		reader->known = NULL;
		return points_scale_for(entry, scale, err);
	}
	if (key == 1)
		return points_list(reader, entry, scale, err);
	if (reader->then)
		return ini_bad(entry, err,
			       "\"beyond\" and \"then\" both say what places behind "
			       "the last one get: write one of them");
	reader->known = &scale->beyond_known;
	scale->beyond_said = is_unknown(entry) ? SAID_UNKNOWN : SAID;
	scale->beyond_known = is_unknown(entry) ? KNOWN_NO : KNOWN_SOURCE;
	scale->least = 0;
	if (is_unknown(entry))
		return 0;
	return points_number(entry, &scale->least, err);
}

/* ---- single values ------------------------------------------------------------------------ */

static int set_classified(struct points_rules *rules, const struct ini_entry *entry,
			  struct err *err)
{
	struct slice rest = slice_of(entry->value);
	if (slice_eq_nocase(rest, SLICE("all"))) {
		rules->classified = CLASSIFIED_ALL;
		return 0;
	}
	if (slice_eq_nocase(rest, SLICE("as the race"))) {
		rules->classified = CLASSIFIED_RACE;
		return 0;
	}
	struct slice share = slice_cut(&rest, ' ');
	bool race = slice_eq(rest, SLICE("of the race winner"));
	if ((!race && !slice_eq(rest, SLICE("of the class winner"))) ||
	    !parse_share(share, &rules->classified_pm))
		return ini_bad(entry, err,
			       "\"%s\": write as the race, all, 70%% of the race "
			       "winner or 70%% of the class winner",
			       entry->value);
	rules->classified = CLASSIFIED_SHARE;
	rules->classified_of = race ? OF_RACE_WINNER : OF_CLASS_WINNER;
	return 0;
}

static int set_driver_minimum(struct points_rules *rules, const struct ini_entry *entry,
			      struct err *err)
{
	struct slice text = slice_of(entry->value);
	rules->driver_minimum = 0;
	rules->driver_minimum_pm = 0;
	if (parse_share(text, &rules->driver_minimum_pm) ||
	    (points_duration(text, &rules->driver_minimum) &&
	     rules->driver_minimum > 0))
		return 0;
	return ini_bad(entry, err,
		       "\"%s\": write the time at the wheel, 1h, or the share of the "
		       "laps of the car, 20%%",
		       entry->value);
}

/* "2" rounds are dropped, "all but 8". */
static int set_drop(struct points_rules *rules, const struct ini_entry *entry,
		    struct err *err)
{
	struct ini_entry count = *entry;
	rules->drop_keeps = slice_starts(slice_of(entry->value), SLICE("all but "));
	if (rules->drop_keeps)
		count.value += strlen("all but ");
	return points_count(&count, rules->drop_keeps, SEASON_ROUNDS_MAX, &rules->drop,
			    err);
}

static int set_half_below(struct points_rules *rules, const struct ini_entry *entry,
			  struct err *err)
{
	struct slice text = slice_of(entry->value);
	if (parse_share(text, &rules->half_below_pm))
		return 0;
	return ini_bad(entry, err, "\"%s\": write the share of the race, 75%%",
		       entry->value);
}

static int set_half_laps(struct points_rules *rules, const struct ini_entry *entry,
			 struct err *err)
{
	uint8_t laps = 0;
	int failed = points_count(entry, 0, 200, &laps, err);
	if (!failed)
		rules->half_none_laps = laps;
	return failed;
}

static int points_set_choice(struct points_rules *rules, const struct ini_entry *entry,
			     enum points_value value, struct err *err)
{
	static const char *const guests[] = {"invisible", "count", "score", NULL};
	static const char *const heat[] = {"shared", "full", NULL};
	static const char *const of[] = {"time", "distance", NULL};
	static const char *const cars[] = {"best", "both", NULL};
	static const char *const teams[] = {"added", "apart", NULL};
	static const char *const rounds[] = {"season", "held", NULL};
	static const char *const ties[] = {"nothing", "places", NULL};
	switch ((int)value) {
	case POINTS_GUESTS:
		return points_choose(entry, guests, &rules->guests, err);
	case POINTS_DEAD_HEAT:
		return points_choose(entry, heat, &rules->dead_heat_full, err);
	case POINTS_HALF_OF:
		return points_choose(entry, of, &rules->half_distance, err);
	case POINTS_TWO_CARS:
		return points_choose(entry, cars, &rules->both_cars, err);
	case POINTS_NEW_TEAM:
		return points_choose(entry, teams, &rules->new_team_apart, err);
	case POINTS_DROPS_OF:
		return points_choose(entry, rounds, &rules->drop_of_held, err);
	default:
		return points_choose(entry, ties, &rules->ties_by_places, err);
	}
}

static int points_set_value(struct points_reader *reader, const struct ini_entry *entry,
			    enum points_value value, struct err *err)
{
	struct points_rules *rules = reader->rules;
	switch (value) {
	case POINTS_CLASSIFIED:
		return set_classified(rules, entry, err);
	case POINTS_MUST_TAKE_FLAG:
		return ini_yes_no(entry, &rules->must_take_flag, err);
	case POINTS_START:
		return points_number(entry, &rules->start, err);
	case POINTS_FASTEST_LAP:
		return points_number(entry, &rules->fastest_lap, err);
	case POINTS_FASTEST_LAP_TO:
		return points_to_whom(entry, &rules->fastest_lap_to, err);
	case POINTS_MOST_LAPS:
		return points_number(entry, &rules->most_laps, err);
	case POINTS_POLE:
		return points_number(entry, &rules->pole, err);
	case POINTS_POLE_TO:
		return points_to_whom(entry, &rules->pole_to, err);
	case POINTS_QUALIFYING:
		return points_list(reader, entry, &rules->qualifying, err);
	case POINTS_QUALIFYING_TO:
		return points_to_whom(entry, &rules->qualifying_to, err);
	case POINTS_HALF_BELOW:
		return set_half_below(rules, entry, err);
	case POINTS_HALF_LAPS:
		return set_half_laps(rules, entry, err);
	case POINTS_SMALL_CARS:
		return points_count(entry, 1, 99, &rules->small_cars, err);
	case POINTS_SMALL_SCALE:
		return ini_text(entry, reader->small, sizeof(reader->small), err);
	case POINTS_DRIVER_MINIMUM:
		return set_driver_minimum(rules, entry, err);
	case POINTS_DROPS:
		return set_drop(rules, entry, err);
	case POINTS_GUESTS:
	case POINTS_DEAD_HEAT:
	case POINTS_HALF_OF:
	case POINTS_TWO_CARS:
	case POINTS_NEW_TEAM:
	case POINTS_DROPS_OF:
	case POINTS_TIES:
	case POINTS_VALUE_COUNT:
		break;
	}
	return points_set_choice(rules, entry, value, err);
}

/* ---- titles, segments, exceptions, invitations ------------------------------------------------ */

static int points_kind(const struct ini_entry *entry, uint8_t *out, struct err *err)
{
	int kind = points_title_kind_by_name(slice_of(entry->value));
	if (kind < 0)
		return ini_bad(entry, err, "\"%s = %s\": write drivers, teams or makes",
			       entry->key, entry->value);
	*out = (uint8_t)kind;
	return 0;
}

/* "2", "all" */
static int title_cars(const struct ini_entry *entry, struct points_title *title,
		      struct err *err)
{
	title->cars_said = is_unknown(entry) ? SAID_UNKNOWN : SAID;
	title->cars = 0;
	if (is_unknown(entry) || slice_eq_nocase(slice_of(entry->value), SLICE("all")))
		return 0;
	return points_count(entry, 1, 99, &title->cars, err);
}

static int set_title_key(struct points_reader *reader, const struct ini_entry *entry,
			 unsigned key, struct err *err)
{
	static const char *const of[] = {"team", "car", NULL};
	static const char *const places[] = {"class", "overall", "title", NULL};
	static const char *const privates[] = {"invisible", "count", "score", NULL};
	struct points_title *title = reader->title;
	reader->known = is_unknown(entry) ? NULL : &title->known;
	switch (key) {
	case 0:
		return points_kind(entry, &title->kind, err);
	case 1:
		return points_choose(entry, of, &title->each_car, err);
	case 2:
		return ini_text(entry, title->cup, sizeof(title->cup), err);
	case 3:
		return points_classes(entry, title->classes, &title->class_count, err);
	case 4:
		return ini_yes_no(entry, &title->joint, err);
	case 5:
		title->places_said = is_unknown(entry) ? SAID_UNKNOWN : SAID;
		return is_unknown(entry)
			       ? 0
			       : points_choose(entry, places, &title->places, err);
	case 6:
		return title_cars(entry, title, err);
	case 7:
		return points_choose(entry, privates, &title->privates, err);
	default:
		return points_set_years(entry, &title->years, err);
	}
}

/* "6h 12h 50%": instants of the race, in order. */
static int segments_at(const struct ini_entry *entry, struct points_segments *segments,
		       struct err *err)
{
	struct slice rest = slice_of(entry->value);
	segments->count = 0;
	while (rest.len > 0) {
		struct slice word = slice_cut(&rest, ' ');
		unsigned n = segments->count;
		if (n == POINTS_SEGMENTS_MAX)
			return ini_bad(entry, err, "more than %d segments",
				       POINTS_SEGMENTS_MAX);
		segments->at[n] = 0;
		segments->share_pm[n] = 0;
		if (!parse_share(word, &segments->share_pm[n]) &&
		    !points_duration(word, &segments->at[n]))
			return ini_bad(entry, err,
				       "\"%.*s\": write instants of the race, as 6h "
				       "12h or 50%%",
				       (int)word.len, word.at);
		if (n > 0 && (segments->at[n] < segments->at[n - 1] ||
			      segments->share_pm[n] < segments->share_pm[n - 1] ||
			      (segments->at[n] == segments->at[n - 1] &&
			       segments->share_pm[n] == segments->share_pm[n - 1])))
			return ini_bad(entry, err,
				       "\"%s\": write the segments in order",
				       entry->value);
		segments->count++;
	}
	return 0;
}

static int set_segments_key(struct points_reader *reader, const struct ini_entry *entry,
			    unsigned key, struct err *err)
{
	struct points_segments *segments = reader->segments;
	reader->known = &segments->known;
	switch (key) {
	case 0:
		return ini_text(entry, segments->round, sizeof(segments->round), err);
	case 1:
		return ini_text(entry, segments->cup, sizeof(segments->cup), err);
	case 2:
		return segments_at(entry, segments, err);
	case 3:
		reader->known = &segments->scale.known;
		return points_list(reader, entry, &segments->scale, err);
	default:
		return points_set_years(entry, &segments->years, err);
	}
}

static int set_exception_key(struct points_reader *reader,
			     const struct ini_entry *entry, unsigned key,
			     struct err *err)
{
	struct points_exception *exception = reader->exception;
	reader->known = &exception->known;
	switch (key) {
	case 0:
		return ini_text(entry, exception->round, sizeof(exception->round), err);
	case 1:
		return points_classes(entry, exception->classes,
				      &exception->class_count, err);
	default:
		return points_set_years(entry, &exception->years, err);
	}
}

static int set_invitation_key(struct points_reader *reader,
			      const struct ini_entry *entry, unsigned key,
			      struct err *err)
{
	static const char *const by[] = {"points", "race", NULL};
	struct points_invitation *invitation = reader->invitation;
	reader->known = &invitation->known;
	switch (key) {
	case 0:
		return ini_text(entry, invitation->class_name,
				sizeof(invitation->class_name), err);
	case 1:
		return points_kind(entry, &invitation->kind, err);
	case 2:
		return points_count(entry, 1, 99, &invitation->first, err);
	case 3:
		return ini_text(entry, invitation->to, sizeof(invitation->to), err);
	case 4:
		return points_count(entry, 1, 99, &invitation->cars, err);
	case 5:
		return ini_yes_no(entry, &invitation->every_round, err);
	case 6:
		return points_choose(entry, by, &invitation->race, err);
	default:
		return points_set_years(entry, &invitation->years, err);
	}
}

static int set_points_key(struct points_reader *reader, const struct ini_entry *entry,
			  unsigned key, struct err *err)
{
	struct points_rules *rules = reader->rules;
	reader->known = NULL;
	if (key == 1)
		return ini_text(entry, rules->title, sizeof(rules->title), err);
	if (key == 2)
		return points_set_years(entry, &rules->years, err);
	if (!asset_name_ok(entry->value))
		return ini_bad(entry, err,
			       "the name of rules is of small letters, digits and '-'");
	return ini_text(entry, rules->name, sizeof(rules->name), err);
}

/* ---- sections ------------------------------------------------------------------------------- */

enum points_sections {
	IN_POINTS,
	IN_SCALE,
	IN_TITLE,
	IN_SEGMENTS,
	IN_EXCEPTION,
	IN_INVITATION,
	IN_VALUES,
};

static const struct {
	const char *word;
	const char *keys[10];
	int (*set)(struct points_reader *reader, const struct ini_entry *entry,
		   unsigned key, struct err *err);
} sections[] = {
	[IN_POINTS] = {"points", {"name", "title", "years"}, set_points_key},
	[IN_SCALE] = {"scale", {"for", "points", "beyond"}, set_scale},
	[IN_TITLE] = {"title",
		      {"kind", "of", "cup", "classes", "joint", "places", "cars",
		       "privates", "years"},
		      set_title_key},
	[IN_SEGMENTS] = {"segments",
			 {"round", "cup", "at", "points", "years"},
			 set_segments_key},
	[IN_EXCEPTION] = {"exception",
			  {"round", "classes", "years"},
			  set_exception_key},
	[IN_INVITATION] = {"invitation",
			   {"class", "of", "first", "to", "at-least-cars",
			    "every-round", "by", "years"},
			   set_invitation_key},
};

/* The rows of a kind of section: an array whose elements have a name. */
struct points_rows {
	void *first;
	uint8_t *count;
	unsigned size, max, name_at, name_max;
	unsigned *lines; /* NULL: not kept */
};

/* The row of "scale 6h" by its name, made when it is new; NULL with a sentence. */
static void *points_row(struct points_reader *reader, const struct ini_entry *entry,
			struct slice name, struct points_rows rows, struct err *err)
{
	char clean[POINTS_NAME_MAX + 1];
	size_t len = text_clean(clean, sizeof(clean), name);
	if (len == 0 || len >= rows.name_max) {
		ini_bad(entry, err,
			"[%s]: write a name of at most %u bytes behind the word",
			entry->section, rows.name_max - 1);
		return NULL;
	}
	char *at = rows.first;
	for (unsigned i = 0; i < *rows.count; i++, at += rows.size) {
		if (strcmp(at + rows.name_at, clean) != 0)
			continue;
		if (!reader->changes) {
			ini_bad(entry, err, "[%s] occurs twice", entry->section);
			return NULL;
		}
		return at;
	}
	if (*rows.count == rows.max) {
		ini_bad(entry, err, "more than %u sections like [%s]", rows.max,
			entry->section);
		return NULL;
	}
	memset(at, 0, rows.size);
	if (rows.lines)
		rows.lines[*rows.count] = entry->line;
	text_copy(at + rows.name_at, rows.name_max, slice_of(clean));
	(*rows.count)++;
	return at;
}

static int open_scale(struct points_reader *reader, const struct ini_entry *entry,
		      struct slice name, struct err *err)
{
	struct points_rules *rules = reader->rules;
	struct points_rows rows = {rules->scales,
				   &rules->scale_count,
				   sizeof(rules->scales[0]),
				   POINTS_SCALES_MAX,
				   offsetof(struct points_scale, name),
				   sizeof(rules->scales[0].name),
				   reader->scale_line};
	reader->scale = points_row(reader, entry, name, rows, err);
	return reader->scale ? 0 : -EINVAL;
}

/* A title is of the kind that its name begins with. */
static int open_title(struct points_reader *reader, const struct ini_entry *entry,
		      struct slice name, struct err *err)
{
	struct points_rules *rules = reader->rules;
	struct points_rows rows = {rules->titles,
				   &rules->title_count,
				   sizeof(rules->titles[0]),
				   POINTS_TITLES_MAX,
				   offsetof(struct points_title, name),
				   sizeof(rules->titles[0].name),
				   reader->title_line};
	unsigned before = rules->title_count;
	reader->title = points_row(reader, entry, name, rows, err);
	if (!reader->title)
		return -EINVAL;
	int kind = points_title_kind_by_name(slice_cut(&name, ' '));
	if (rules->title_count > before) {
		reader->title->kind = (uint8_t)(kind < 0 ? TITLE_KINDS : kind);
		reader->title->known = KNOWN_SOURCE;
	}
	return 0;
}

static int open_segments(struct points_reader *reader, const struct ini_entry *entry,
			 struct slice name, struct err *err)
{
	struct points_rules *rules = reader->rules;
	struct points_rows rows = {rules->segments,
				   &rules->segment_count,
				   sizeof(rules->segments[0]),
				   POINTS_SEGMENTS_MAX,
				   offsetof(struct points_segments, name),
				   sizeof(rules->segments[0].name),
				   reader->segments_line};
	unsigned before = rules->segment_count;
	struct points_segments *row = points_row(reader, entry, name, rows, err);
	reader->segments = row;
	if (row && rules->segment_count > before) {
		text_copy(row->round, sizeof(row->round), slice_of(row->name));
		row->known = KNOWN_SOURCE;
	}
	return row ? 0 : -EINVAL;
}

static int open_exception(struct points_reader *reader, const struct ini_entry *entry,
			  struct slice name, struct err *err)
{
	struct points_rules *rules = reader->rules;
	struct points_rows rows = {rules->exceptions,
				   &rules->exception_count,
				   sizeof(rules->exceptions[0]),
				   POINTS_LIST_MAX,
				   offsetof(struct points_exception, name),
				   sizeof(rules->exceptions[0].name),
				   NULL};
	unsigned before = rules->exception_count;
	struct points_exception *row = points_row(reader, entry, name, rows, err);
	reader->exception = row;
	if (row && rules->exception_count > before) {
		text_copy(row->round, sizeof(row->round), slice_of(row->name));
		row->known = KNOWN_SOURCE;
	}
	return row ? 0 : -EINVAL;
}

static int open_invitation(struct points_reader *reader, const struct ini_entry *entry,
			   struct slice name, struct err *err)
{
	struct points_rules *rules = reader->rules;
	struct points_rows rows = {rules->invitations,
				   &rules->invitation_count,
				   sizeof(rules->invitations[0]),
				   POINTS_INVITATIONS_MAX,
				   offsetof(struct points_invitation, name),
				   sizeof(rules->invitations[0].name),
				   reader->invitation_line};
	unsigned before = rules->invitation_count;
	reader->invitation = points_row(reader, entry, name, rows, err);
	if (reader->invitation && rules->invitation_count > before) {
		reader->invitation->kind = TITLE_TEAMS;
		reader->invitation->known = KNOWN_SOURCE;
	}
	return reader->invitation ? 0 : -EINVAL;
}

/* What the section of a line is; a new one opens its row. -EINVAL with a sentence. */
static int points_section(struct points_reader *reader, const struct ini_entry *entry,
			  struct err *err)
{
	static int (*const open[])(struct points_reader * reader,
				   const struct ini_entry *entry, struct slice name,
				   struct err *err) = {
		[IN_SCALE] = open_scale,           [IN_TITLE] = open_title,
		[IN_SEGMENTS] = open_segments,     [IN_EXCEPTION] = open_exception,
		[IN_INVITATION] = open_invitation,
	};
	struct slice rest = slice_of(entry->section), word = slice_cut(&rest, ' ');
	for (unsigned i = 0; i < ARRAY_LEN(sections); i++) {
		bool named = i < ARRAY_LEN(open) && open[i];
		if (!slice_eq(word, slice_of(sections[i].word)) || (!named && rest.at))
			continue;
		if (strcmp(reader->section, entry->section) == 0 || !named)
			return (int)i;
		reader->seen = 0;
		reader->then = false;
		int failed = open[i](reader, entry, rest, err);
		text_copy(reader->section, sizeof(reader->section),
			  slice_of(entry->section));
		return failed ? failed : (int)i;
	}
	return IN_VALUES;
}

/* ---- lines ---------------------------------------------------------------------------------- */

static void points_note_source(struct points_reader *reader, const char *source)
{
	static const struct {
		const char *begins;
		uint8_t known;
	} words[] = {
		{"not established", KNOWN_NO},
		{"memory", KNOWN_MEMORY},
		{"derived", KNOWN_MEMORY},
		{"disputed", KNOWN_DISPUTED},
	};
	for (size_t i = 0; reader->known && i < ARRAY_LEN(words); i++)
		if (slice_starts(slice_of(source), slice_of(words[i].begins)))
			*reader->known =
				points_less_certain(*reader->known, words[i].known);
	/* Further lines of the same source add words, not certainty. */
	reader->known = NULL;
}

static int points_no_key(const struct ini_entry *entry, struct err *err)
{
	return ini_bad(entry, err,
		       "[%s] has no key \"%s\": pitwall-points(5) lists the keys",
		       entry->section, entry->key);
}

static int points_value_line(struct points_reader *reader,
			     const struct ini_entry *entry, struct slice key,
			     bool source, struct err *err)
{
	struct points_rules *rules = reader->rules;
	for (unsigned i = 0; i < POINTS_VALUE_COUNT; i++) {
		enum points_value value = (enum points_value)i;
		if (strcmp(entry->section, points_value_section(value)) != 0 ||
		    !slice_eq(key, slice_of(points_value_key(value))))
			continue;
		if (source) {
			points_note_source(reader, entry->value);
			return 0;
		}
		if (reader->value_line[i])
			return ini_bad(entry, err, "%s occurs twice", entry->key);
		reader->value_line[i] = entry->line;
		rules->known[i] = is_unknown(entry) ? KNOWN_NO : KNOWN_SOURCE;
		rules->said[i] = is_unknown(entry) ? SAID_UNKNOWN : SAID;
		reader->known = &rules->known[i];
		return is_unknown(entry) ? 0
					 : points_set_value(reader, entry, value, err);
	}
	return points_no_key(entry, err);
}

static int points_take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct points_reader *reader = context;
	struct slice key = slice_of(entry->key);
	bool source = slice_cut_end(&key, SLICE("-source"));
	int in = points_section(reader, entry, err);
	if (in < 0)
		return in;
	if (in == IN_VALUES)
		return points_value_line(reader, entry, key, source, err);
	for (unsigned i = 0; i < ARRAY_LEN(sections[in].keys) && sections[in].keys[i];
	     i++) {
		if (!slice_eq(key, slice_of(sections[in].keys[i])))
			continue;
		if (source) {
			points_note_source(reader, entry->value);
			return 0;
		}
		reader->known = NULL;
		if (in != IN_POINTS && reader->seen >> i & 1)
			return ini_bad(entry, err, "%s occurs twice", entry->key);
		reader->seen |= UINT32_C(1) << i;
		return sections[in].set(reader, entry, i, err);
	}
	return points_no_key(entry, err);
}

/* ---- the whole ------------------------------------------------------------------------------- */

/* A sentence about line @line; 0: about the file. */
static int points_bad(const struct points_reader *reader, unsigned line,
		      struct err *err, const char *sentence)
{
	struct ini_entry at = {.where = reader->where, .line = line};
	if (line == 0)
		return err_set(err, -EINVAL, "%s: %s", reader->where, sentence);
	return ini_bad(&at, err, "%s", sentence);
}

static int check_pairs(const struct points_reader *reader, struct err *err)
{
	static const struct {
		enum points_value value, needs;
		const char *sentence;
	} pairs[] = {
		{POINTS_POLE, POINTS_POLE_TO,
		 "points for pole without \"to\": write who gets them, of drivers, "
		 "teams, makes and qualifier"},
		{POINTS_POLE_TO, POINTS_POLE,
		 "\"to\" of [pole] without \"points\": write the points too"},
		{POINTS_QUALIFYING, POINTS_QUALIFYING_TO,
		 "points for qualifying without \"to\": write who gets them, of "
		 "drivers, teams and makes"},
		{POINTS_QUALIFYING_TO, POINTS_QUALIFYING,
		 "\"to\" of [qualifying] without \"points\": write the points too"},
		{POINTS_FASTEST_LAP, POINTS_FASTEST_LAP_TO,
		 "points for the fastest lap without \"fastest-lap-to\": write who "
		 "gets them"},
		{POINTS_FASTEST_LAP_TO, POINTS_FASTEST_LAP,
		 "\"fastest-lap-to\" without \"fastest-lap\": write the points too"},
		{POINTS_HALF_LAPS, POINTS_HALF_BELOW,
		 "\"none-to-laps\" without \"below\": write below what share of the "
		 "race there are half points"},
		{POINTS_HALF_OF, POINTS_HALF_BELOW,
		 "\"of\" without \"below\": write below what share of the race there "
		 "are half points"},
		{POINTS_SMALL_CARS, POINTS_SMALL_SCALE,
		 "a small class without \"scale\": write which scale it has"},
		{POINTS_SMALL_SCALE, POINTS_SMALL_CARS,
		 "the scale of a small class without \"below-cars\": write below how "
		 "many cars it is for"},
		{POINTS_DROPS_OF, POINTS_DROPS,
		 "\"of\" without \"drop\": write how many rounds are dropped"},
		{POINTS_MUST_TAKE_FLAG, POINTS_CLASSIFIED,
		 "\"must-take-flag\" without \"classified\": write which share of the "
		 "distance is asked for"},
	};
	const struct points_rules *rules = reader->rules;
	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (rules->said[pairs[i].value] == SAID &&
		    rules->said[pairs[i].needs] == SAID_NOTHING)
			return points_bad(reader, reader->value_line[pairs[i].value],
					  err, pairs[i].sentence);
	if (rules->said[POINTS_MUST_TAKE_FLAG] == SAID &&
	    rules->said[POINTS_CLASSIFIED] == SAID &&
	    rules->classified != CLASSIFIED_SHARE)
		return points_bad(
			reader, reader->value_line[POINTS_MUST_TAKE_FLAG], err,
			"\"must-take-flag\" belongs to a share of the distance: take "
			"it away, or write classified = 70% of the race winner");
	return 0;
}

static int check_scales(struct points_reader *reader, struct err *err)
{
	struct points_rules *rules = reader->rules;
	for (unsigned i = 0; i < rules->scale_count; i++) {
		const struct points_scale *a = &rules->scales[i];
		if (a->said == SAID_NOTHING)
			return points_bad(reader, reader->scale_line[i], err,
					  "a scale without \"points\": write them");
		for (unsigned j = 0; j < i; j++) {
			const struct points_scale *b = &rules->scales[j];
			bool both =
				(a->any_length || a->to) && (b->any_length || b->to);
			if (both && (a->any_length || b->any_length ||
				     (a->from <= b->to && b->from <= a->to)))
				return points_bad(
					reader, reader->scale_line[i], err,
					"two scales are for races of one length: "
					"change \"for\" of one of them");
		}
	}
	if (!reader->small[0])
		return 0;
	for (unsigned i = 0; i < rules->scale_count; i++)
		if (slice_eq_nocase(slice_of(rules->scales[i].name),
				    slice_of(reader->small))) {
			rules->small_scale = (uint8_t)i;
			return 0;
		}
	return points_bad(
		reader, reader->value_line[POINTS_SMALL_SCALE], err,
		"the scale of a small class has no [scale NAME] section: write one");
}

/* NULL, or what contradicts itself in a title. */
static const char *title_wrong(const struct points_title *title)
{
	if (title->kind >= TITLE_KINDS)
		return "a title without \"kind\": write drivers, teams or makes";
	if (title->kind != TITLE_TEAMS && title->each_car)
		return "\"of = car\" is for titles of teams: take it away";
	if (title->kind != TITLE_MAKES && title->privates)
		return "\"privates\" is for titles of makes: take it away";
	if (title->kind == TITLE_DRIVERS && title->cars)
		return "\"cars\" is for titles of teams and makes: take it away";
	if (title->each_car && title->cars)
		return "each car has its own points (of = car), so \"cars\" means "
		       "nothing: take one of them away";
	if (title->places_said == SAID && title->places == PLACES_TITLE &&
	    (title->kind == TITLE_DRIVERS ||
	     (title->cars_said == SAID && !title->cars)))
		return "\"places = title\" needs teams or makes of which only some "
		       "cars score: write how many cars";
	return NULL;
}

static bool has_cup(const struct points_rules *rules, const char *cup, bool of_titles)
{
	for (unsigned i = 0; of_titles && i < rules->title_count; i++)
		if (strcmp(rules->titles[i].cup, cup) == 0)
			return true;
	for (unsigned i = 0; !of_titles && i < rules->segment_count; i++)
		if (strcmp(rules->segments[i].cup, cup) == 0)
			return true;
	return false;
}

static int check_titles(const struct points_reader *reader, struct err *err)
{
	const struct points_rules *rules = reader->rules;
	for (unsigned i = 0; i < rules->title_count; i++) {
		const struct points_title *title = &rules->titles[i];
		const char *wrong = title_wrong(title);
		if (!wrong && title->cup[0] && !has_cup(rules, title->cup, false))
			wrong = "a title of a cup that no [segments ...] section gives "
				"points for: write one with the same \"cup\"";
		if (!wrong && !title->cup[0] && rules->scale_count == 0)
			wrong = "a title without a [scale NAME] section: write the "
				"points of the places";
		if (wrong)
			return points_bad(reader, reader->title_line[i], err, wrong);
	}
	return 0;
}

/* True when a title of the championship has standings of the kind. */
static bool has_kind(const struct points_rules *rules, uint8_t kind)
{
	for (unsigned i = 0; i < rules->title_count; i++)
		if (rules->titles[i].kind == kind && !rules->titles[i].cup[0])
			return true;
	return false;
}

static int check_segments(const struct points_reader *reader, struct err *err)
{
	const struct points_rules *rules = reader->rules;
	for (unsigned i = 0; i < rules->segment_count; i++) {
		const struct points_segments *segments = &rules->segments[i];
		const char *wrong = NULL;
		if (segments->count == 0)
			wrong = "segments without \"at\": write the instants of the "
				"race, as 6h 12h";
		else if (segments->scale.said == SAID_NOTHING)
			wrong = "segments without \"points\": write them";
		else if (!has_cup(rules, segments->cup, true))
			wrong = "segments of a cup without a title: write a [title "
				"NAME] section with the same \"cup\"";
		if (wrong)
			return points_bad(reader, reader->segments_line[i], err, wrong);
	}
	for (unsigned i = 0; i < rules->invitation_count; i++) {
		const struct points_invitation *invitation = &rules->invitations[i];
		if (invitation->first == 0)
			return points_bad(reader, reader->invitation_line[i], err,
					  "an invitation without \"first\": write how "
					  "many are invited");
		if (invitation->race && invitation->every_round)
			return points_bad(
				reader, reader->invitation_line[i], err,
				"invited by the race or for every round: write one of "
				"\"by = race\" and \"every-round = yes\"");
		if (!invitation->race && !has_kind(rules, invitation->kind))
			return points_bad(reader, reader->invitation_line[i], err,
					  "invited by standings that no title has: "
					  "write a [title NAME] section of the kind in "
					  "\"of\", or \"by = race\"");
	}
	return 0;
}

static int points_check(struct points_reader *reader, struct err *err)
{
	int failed = check_pairs(reader, err);
	if (!failed)
		failed = check_scales(reader, err);
	if (!failed)
		failed = check_titles(reader, err);
	return failed ? failed : check_segments(reader, err);
}

int points_rules_parse(struct slice text, const char *where, struct points_rules *out,
		       struct err *err)
{
	struct points_rules rules = {0};
	struct points_reader reader = {.rules = &rules, .where = where};
	int failed = ini_walk(text, where, points_take, &reader, err);
	if (!failed && !rules.name[0])
		failed = err_set(err, -EINVAL,
				 "%s: no \"name\" in [points]: not a file of points",
				 where);
	if (!failed)
		failed = points_check(&reader, err);
	if (failed)
		return failed;
	if (!rules.title[0])
		text_copy(rules.title, sizeof(rules.title), slice_of(rules.name));
	*out = rules;
	return 0;
}

int points_rules_change(const struct ini_lines *lines, struct points_rules *rules,
			struct err *err)
{
	struct points_rules changed = *rules;
	struct points_reader reader = {.rules = &changed, .changes = true};
	struct slice prefix = SLICE("points ");
	for (size_t i = 0; i < lines->count; i++) {
		struct ini_entry entry = lines->at[i];
		if (!slice_starts(slice_of(entry.section), prefix))
			continue;
		entry.section += prefix.len;
		reader.where = entry.where;
		int failed = points_take(&reader, &entry, err);
		if (failed)
			return failed;
	}
	if (!reader.where)
		return 0;
	int failed = points_check(&reader, err);
	if (!failed)
		*rules = changed;
	return failed;
}

int points_rules_load(const char *name, struct points_rules *out, struct err *err)
{
	struct bytes bytes;
	char asset[96];
	int failed;
	if (!names_a_file(name) && !asset_name_ok(name))
		failed = -ENOENT;
	else if (names_a_file(name))
		failed = small_file_read(name, &bytes, err);
	else {
		text_format(asset, sizeof(asset), "rules/points/%s.ini", name);
		failed = asset_read(asset, &bytes, err);
	}
	if (failed == -ENOENT && !names_a_file(name))
		return err_set(
			err, -ENOENT,
			"no rules of points are called \"%s\": pitwall-points(5) lists "
			"them, a file of your own is named with a / or .ini",
			name);
	if (failed)
		return failed;
	failed = points_rules_parse(bytes.data, names_a_file(name) ? name : asset, out,
				    err);
	bytes_free(&bytes);
	return failed;
}
