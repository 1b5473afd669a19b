/*
 * car_words.c -- cars by words: finding a car, and the filter of a table
 *
 *  (1) A filter is never an error: an unknown word is searched for.
 *  (2) "class GT" is that class alone, not GTS too; a word that names no class is searched
 *      for in the names of classes, as a word alone is.
 */
#include "parts.h"

/* ---- texts whatever their case and accents ------------------------------------------ */

static uint32_t folded(uint32_t cp)
{
	if (cp >= 0x80) {
		char base = cp_ascii(cp);
		if (base == '?')
			return cp;
		cp = (unsigned char)base;
	}
	return cp >= 'A' && cp <= 'Z' ? cp + 0x20 : cp;
}

static bool starts(struct slice in, struct slice what)
{
	size_t i = 0, k = 0;
	while (k < what.len) {
		uint32_t a, b;
		if (i >= in.len)
			return false;
		i += utf8_decode(in.at + i, in.len - i, &a);
		k += utf8_decode(what.at + k, what.len - k, &b);
		if (folded(a) != folded(b))
			return false;
	}
	return true;
}

static bool contains(struct slice in, struct slice what)
{
	for (size_t i = 0; i < in.len;) {
		uint32_t cp;
		if (starts((struct slice){in.at + i, in.len - i}, what))
			return true;
		i += utf8_decode(in.at + i, in.len - i, &cp);
	}
	return false;
}

/* ---- a word and a car --------------------------------------------------------------- */

/* What a word may match. Those before RUNNING take another word in a filter; those
 * before FOUND are searched in this order. */
enum part {
	PART_NUMBER,
	PART_BEGINS, /* prefix of its number or transponder */
	PART_TEAM,
	PART_VEHICLE,
	PART_DRIVER,
	PART_FOUND, /* end of those searched */
	PART_CLASS = PART_FOUND,
	PART_OF_CLASS, /* (2) */
	PART_RUNNING,
	PART_IN_PIT,
	PART_STOPPED,
	PART_TAGGED,
	PART_FAVOURITE,
};

static bool is_class_name(const struct race *race, struct slice word)
{
	for (unsigned i = 0; i < race->class_count; i++)
		if (slice_eq_nocase(slice_of(race->classes[i].name), word))
			return true;
	return false;
}

static bool holds(const struct view *view, uint16_t car, enum part part,
		  struct slice word)
{
	const struct entry *entry = &view->race->entries[car];
	struct car_label label;
	duration_us since;
	switch ((int)part) {
	case PART_NUMBER:
		return slice_eq_nocase(CAR_LABEL(view->race, car), word);
	case PART_BEGINS: /* a transponder with or without its question mark */
		label = car_label(view->race, car);
		return starts(slice_of(label.text), word) ||
		       (label.text[0] == '?' && starts(slice_of(label.text + 1), word));
	case PART_TEAM:
		return contains(slice_of(entry->team), word);
	case PART_VEHICLE:
		return contains(slice_of(entry->vehicle), word);
	case PART_DRIVER:
		for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX;
		     i++)
			if (contains(slice_of(entry->drivers[i]), word))
				return true;
		return false;
	case PART_OF_CLASS:
		if (is_class_name(view->race, word))
			return slice_eq_nocase(shown_class(view, car), word);
		return contains(shown_class(view, car), word);
	case PART_CLASS:
		return contains(shown_class(view, car), word);
	case PART_RUNNING:
		return car_state_at(view, car, &since) == CAR_RUNNING;
	case PART_IN_PIT:
		return car_state_at(view, car, &since) == CAR_IN_PIT;
	case PART_STOPPED:
		return car_state_at(view, car, &since) == CAR_STOPPED;
	case PART_TAGGED:
		return car == view->compared || view_is_tagged(&view->table, car);
	case PART_FAVOURITE:
		return view->table.bits[car] & CAR_FAVOURITE;
	}
	return false;
}

/* ---- finding one -------------------------------------------------------------------- */

/* The best match, from the selected car on, in either direction. */
static uint16_t car_find(const struct view *view, struct slice text, bool back)
{
	uint16_t cars[RACE_CARS_MAX];
	uint32_t count = view_cars(view, cars), from = back ? count - 1 : 0;
	text = slice_trim(text);
	if (text.len == 0 || count == 0)
		return CAR_NONE;
	uint32_t selected = car_index(cars, count, view->selected);
	if (selected < count)
		from = back ? selected + count - 1 : selected + 1;
	for (unsigned part = 0; part < PART_FOUND; part++)
		for (uint32_t i = 0; i < count; i++) {
			uint32_t at = (back ? from + count - i : from + i) % count;
			if (holds(view, cars[at], (enum part)part, text))
				return cars[at];
		}
	return CAR_NONE;
}

uint16_t view_find(const struct view *view, struct slice text)
{
	return car_find(view, text, false);
}

uint16_t view_find_back(const struct view *view, struct slice text)
{
	return car_find(view, text, true);
}

/* ---- the filter --------------------------------------------------------------------- */

static const struct {
	const char *name;
	uint8_t part;
} terms[] = {
	{"class", PART_OF_CLASS},       {"team", PART_TEAM},
	{"car", PART_VEHICLE},          {"driver", PART_DRIVER},
	{"number", PART_NUMBER},        {"running", PART_RUNNING},
	{"pit", PART_IN_PIT},           {"stopped", PART_STOPPED},
	{"tagged", PART_TAGGED},        {"favourite", PART_FAVOURITE},
	{"favourites", PART_FAVOURITE},
};

/* @rest: the words after it; a term may take one. */
static bool term_holds(const struct view *view, uint16_t car, struct slice word,
		       struct slice *rest)
{
	if (word.at[0] == '#' && word.len > 1)
		return holds(view, car, PART_NUMBER,
			     (struct slice){word.at + 1, word.len - 1});
	for (unsigned i = 0; i < ARRAY_LEN(terms); i++) {
		enum part part = (enum part)terms[i].part;
		struct slice left = *rest, value = {"", 0};
		if (!slice_eq_nocase(word, slice_of(terms[i].name)))
			continue;
		if (part < PART_RUNNING)
			value = text_word(&left);
		if (part < PART_RUNNING && value.len == 0)
			continue; /* (1): "class" alone */
		*rest = left;
		return holds(view, car, part, value);
	}
	for (unsigned part = PART_BEGINS; part <= PART_CLASS; part++)
		if (holds(view, car, (enum part)part, word))
			return true;
	return false;
}

bool view_shows(const struct view *view, uint16_t car)
{
	struct slice rest = slice_of(view->table.filter);
	while (rest.len > 0) {
		struct slice word = text_word(&rest);
		if (word.len == 0)
			return true;
		bool wanted = word.len == 1 || word.at[0] != '-';
		if (!wanted)
			word = (struct slice){word.at + 1, word.len - 1};
		if (term_holds(view, car, word, &rest) != wanted)
			return false;
	}
	return true;
}
