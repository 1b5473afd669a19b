/*
 * points.c -- points of a place, points as text, and the names of what rules may say
 */
#include "pitwall/season.h"

int32_t points_of_place(const struct points_scale *scale, unsigned place)
{
	if (place == 0)
		return 0;
	if (place <= scale->count)
		return scale->points[place - 1];
	if (scale->step == 0 || scale->count == 0)
		return scale->least;
	int64_t last = scale->points[scale->count - 1];
	int64_t points = last + (int64_t)scale->step * (place - scale->count);
	return points > scale->least ? (int32_t)points : scale->least;
}

size_t format_points(char *buf, int32_t points)
{
	int64_t size = points < 0 ? -(int64_t)points : points;
	long long whole = size / SEASON_POINT;
	int part = (int)(size % SEASON_POINT);
	const char *sign = points < 0 ? "-" : "";
	if (part == 0)
		return text_format(buf, 16, "%s%lld", sign, whole);
	if (part % 10 == 0)
		return text_format(buf, 16, "%s%lld.%d", sign, whole, part / 10);
	return text_format(buf, 16, "%s%lld.%02d", sign, whole, part);
}

bool parse_points(struct slice s, int32_t *out)
{
	int64_t millis;
	if (s.len > 0 && s.at[0] == '+') {
		s.at++;
		s.len--;
		if (s.len > 0 && s.at[0] == '-')
			return false;
	}
	/* A third digit would be cut off in silence. */
	if (!parse_decimal(s, 6, &millis) || millis % 10000 != 0)
		return false;
	int64_t points = millis / 10000;
	if (points > 10000000 || points < -10000000)
		return false;
	*out = (int32_t)points;
	return true;
}

bool parse_share(struct slice text, uint16_t *pm)
{
	int64_t micros;
	if (text.len < 2 || text.at[text.len - 1] != '%' ||
	    !parse_decimal((struct slice){text.at, text.len - 1}, 6, &micros) ||
	    micros % 100000 != 0 || micros <= 0 || micros > 100000000)
		return false;
	*pm = (uint16_t)(micros / 100000);
	return true;
}

uint8_t points_less_certain(uint8_t a, uint8_t b)
{
	/* Not established, disputed, memory, a source. */
	static const uint8_t rank_of[] = {[KNOWN_NO] = 0,
					  [KNOWN_DISPUTED] = 1,
					  [KNOWN_MEMORY] = 2,
					  [KNOWN_SOURCE] = 3};
	return rank_of[a & 3] < rank_of[b & 3] ? a : b;
}

/* Circuits are written with hyphens. */
static char points_lower(char c)
{
	if (c == '-')
		return ' ';
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool points_words_in(const char *text, const char *words)
{
	if (!words[0])
		return false;
	for (; *text; text++) {
		size_t i = 0;
		while (words[i] && points_lower(text[i]) == points_lower(words[i]))
			i++;
		if (!words[i])
			return true;
	}
	return false;
}

static const char *const points_title_kinds[] = {"drivers", "teams", "makes"};

const char *points_title_kind_name(enum points_title_kind kind)
{
	return (unsigned)kind < TITLE_KINDS ? points_title_kinds[kind] : "";
}

int points_title_kind_by_name(struct slice name)
{
	for (int i = 0; i < TITLE_KINDS; i++)
		if (slice_eq_nocase(name, slice_of(points_title_kinds[i])))
			return i;
	return -1;
}

const char *points_value_section(enum points_value value)
{
	static const char *const sections[] = {
#define X(id_, section_, key_) section_,
		POINTS_VALUES(X)
#undef X
	};
	return (unsigned)value < POINTS_VALUE_COUNT ? sections[value] : "";
}

const char *points_value_key(enum points_value value)
{
	static const char *const names[] = {
#define X(id_, section_, key_) key_,
		POINTS_VALUES(X)
#undef X
	};
	return (unsigned)value < POINTS_VALUE_COUNT ? names[value] : "";
}

/* ---- names of a season ------------------------------------------------------- */

uint16_t season_name(struct season *season, struct slice name)
{
	char clean[SEASON_NAME_MAX] = {0};
	if (text_clean(clean, sizeof(clean), name) == 0)
		return SEASON_NONE;
	for (unsigned i = 0; i < season->name_count; i++)
		if (strcmp(season->names[i], clean) == 0)
			return (uint16_t)i;
	if (season->name_count == SEASON_NAMES_MAX)
		return SEASON_NONE;
	memcpy(season->names[season->name_count], clean, sizeof(clean));
	return season->name_count++;
}

const char *season_name_text(const struct season *season, uint16_t name)
{
	return name < season->name_count ? season->names[name] : "";
}

bool season_same_class(const char *a, const char *b)
{
	for (;; a++, b++) {
		a += strspn(a, " -_");
		b += strspn(b, " -_");
		if (!slice_eq_nocase((struct slice){a, *a != 0},
				     (struct slice){b, *b != 0}))
			return false;
		if (!*a)
			return true;
	}
}

uint8_t season_class(struct season *season, struct slice name)
{
	char clean[POINTS_CLASS_MAX] = {0};
	if (text_clean(clean, sizeof(clean), name) == 0)
		return SEASON_CLASSES_MAX;
	for (unsigned i = 0; i < season->class_count; i++)
		if (strcmp(season->classes[i], clean) == 0)
			return (uint8_t)i;
	if (season->class_count == SEASON_CLASSES_MAX)
		return SEASON_CLASSES_MAX;
	memcpy(season->classes[season->class_count], clean, sizeof(clean));
	return season->class_count++;
}
