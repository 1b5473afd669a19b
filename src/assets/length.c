/*
 * length.c -- how long a race is, as a person writes it: "6h", "1000km", "240laps"
 */
#include "pitwall/assets.h"

#include <errno.h>

/* Units and what one of them is; the longest names first where one begins
 * another. */
static const struct {
	const char *name;
	enum { IN_TIME, IN_DISTANCE, IN_LAPS } of;
	int64_t unit;
} units[] = {
	{"laps", IN_LAPS, 1},
	{"lap", IN_LAPS, 1},
	{"km", IN_DISTANCE, 1000 * 1000},
	{"mi", IN_DISTANCE, 1609344},
	{"min", IN_TIME, US_MIN},
	{"h", IN_TIME, US_HOUR},
	{"m", IN_TIME, US_MIN},
	{"s", IN_TIME, US_S},
};

/* Digits and a point, cut off the front. */
static struct slice cut_number(struct slice *s)
{
	struct slice number = {s->at, 0};
	while (number.len < s->len &&
	       ((s->at[number.len] >= '0' && s->at[number.len] <= '9') ||
		s->at[number.len] == '.'))
		number.len++;
	s->at += number.len;
	s->len -= number.len;
	return number;
}

/* Cut the unit in front of the next digit off; its index. */
static int cut_unit(struct slice *s)
{
	struct slice word = {s->at, 0};
	while (word.len < s->len && s->at[word.len] != '.' &&
	       (s->at[word.len] < '0' || s->at[word.len] > '9'))
		word.len++;
	s->at += word.len;
	s->len -= word.len;
	word = slice_trim(word);
	for (size_t i = 0; i < ARRAY_LEN(units); i++)
		if (slice_eq_nocase(word, slice_of(units[i].name)))
			return (int)i;
	return -1;
}

/* One limit: "6h", "2h45m", "1000km". */
static bool parse_limit(struct slice s, struct rules_length *out)
{
	int64_t sums[3] = {0};
	int first = -1;
	while (s.len) {
		int64_t millis;
		if (!parse_decimal(cut_number(&s), 3, &millis))
			return false;
		int u = cut_unit(&s);
		if (u < 0 || (first >= 0 && units[u].of != units[first].of) ||
		    (first >= 0 && units[u].of != IN_TIME))
			return false;
		/* More of anything than a week at 400 km/h. */
		int64_t most[] = {168 * US_HOUR, 67200LL * 1000 * 1000, 100000};
		if (millis > most[units[u].of] / units[u].unit * 1000 ||
		    (units[u].of == IN_LAPS && millis % 1000))
			return false;
		sums[units[u].of] += millis * units[u].unit / 1000;
		first = u;
	}
	if (first < 0 || sums[units[first].of] == 0)
		return false;
	if ((sums[IN_TIME] && out->us) || (sums[IN_DISTANCE] && out->mm) ||
	    (sums[IN_LAPS] && out->laps))
		return false;
	out->us += sums[IN_TIME];
	out->mm += sums[IN_DISTANCE];
	out->laps += (uint32_t)sums[IN_LAPS];
	return true;
}

int length_parse(struct slice text, struct rules_length *out, struct err *err)
{
	struct rules_length length = {0};
	struct slice rest = slice_trim(text);
	bool good = rest.len > 0;
	while (good && rest.at)
		good = parse_limit(slice_trim(slice_cut(&rest, ',')), &length);
	if (!good)
		return err_set(err, -EINVAL,
			       "\"%.*s\" is not a race length: say 6h, 2h45m, 1000km, "
			       "1000mi or 240laps; several with commas, the first "
			       "reached ends the race",
			       text.len < 40 ? (int)text.len : 40, text.at);
	*out = length;
	return 0;
}
