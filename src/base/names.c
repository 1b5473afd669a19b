/*
 * names.c -- people and classes, shortened by rule
 *
 *  (1) A person: "Kamui Kobayashi", "K. Kobayashi", "Kobayashi", "KOB". The surname is what is
 *      behind a first word, or all in capitals, or before a comma.
 *  (2) Chinese, Japanese and Korean names are not shortened to initials; the surname is first.
 *  (3) A class: by what people call it, else the words before the last one are shortened, so
 *      that "Modsports A2" and "Modsports D" stay apart.
 */
#include <string.h>

#include <utf8proc.h>

#include "pitwall/base.h"

enum { WORDS_MAX = 12 };

static uint32_t cp_lower(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'A' && cp <= 'Z' ? cp + 0x20 : cp;
	return (uint32_t)utf8proc_tolower((utf8proc_int32_t)cp);
}

static uint32_t cp_upper(uint32_t cp)
{
	if (cp < 0x80)
		return cp >= 'a' && cp <= 'z' ? cp - 0x20 : cp;
	return (uint32_t)utf8proc_toupper((utf8proc_int32_t)cp);
}

/* Timing archives shout surnames. A word all in capitals keeps its first letter
 * and those behind a hyphen or an apostrophe; numerals like III stay. Returns its
 * letters, 0: it is not shouted. */
static unsigned shouted(struct slice word)
{
	unsigned letters = 0, numerals = 0;
	for (size_t i = 0; i < word.len;) {
		uint32_t cp = 0;
		i += utf8_decode(word.at + i, word.len - i, &cp);
		if (cp_upper(cp) != cp || cp == 0xdf)
			return 0;
		letters += cp_lower(cp) != cp;
		numerals += cp == 'I' || cp == 'V' || cp == 'X';
	}
	return letters > 1 && !(numerals == letters && word.len <= 4) ? letters : 0;
}

/* ---- a name in words ------------------------------------------------------------- */

/* Given names, then the surname from word @family on. */
struct person {
	struct slice words[WORDS_MAX];
	unsigned count, family;
	bool east; /* (2): the surname is the first word, the given names follow */
};

static void person_words(struct person *person, struct slice text)
{
	while (text.len > 0 && person->count < WORDS_MAX) {
		struct slice word = slice_trim(slice_cut(&text, ' '));
		if (word.len > 0)
			person->words[person->count++] = word;
	}
}

static bool is_suffix(struct slice text)
{
	static const char *const suffixes[] = {"jr", "jr.", "sr", "sr.",
					       "ii", "iii", "iv"};
	for (unsigned i = 0; i < ARRAY_LEN(suffixes); i++)
		if (slice_eq_nocase(text, slice_of(suffixes[i])))
			return true;
	return false;
}

/* "KOBAYASHI Kamui": how many words in front are the surname; 0: none. "AJ" is none. */
static unsigned shouted_in_front(const struct person *person)
{
	unsigned n = 0, letters = 0;
	if (person->count < 2 || shouted(person->words[person->count - 1]))
		return 0;
	for (; n < person->count && shouted(person->words[n]); n++)
		if (shouted(person->words[n]) > letters)
			letters = shouted(person->words[n]);
	return letters > 2 && n < person->count && !is_suffix(person->words[n]) ? n : 0;
}

static bool starts_small(struct slice word)
{
	uint32_t cp = 0;
	(void)utf8_decode(word.at, word.len, &cp);
	return cp_upper(cp) != cp;
}

/* "José María LÓPEZ": the word that the surname begins with, "de VRIES" included. */
static unsigned family_of(const struct person *person)
{
	unsigned at = 1;
	while (at < person->count && !shouted(person->words[at]))
		at++;
	if (at == person->count || shouted(person->words[0]))
		return person->count > 1;
	while (at > 1 && starts_small(person->words[at - 1]))
		at--;
	return at;
}

/* The words in front go behind. */
static void person_turn(struct person *person, unsigned n)
{
	struct slice words[WORDS_MAX];
	for (unsigned i = 0; i < person->count; i++)
		words[i] = person->words[(i + n) % person->count];
	memcpy(person->words, words, person->count * sizeof(*words));
	person->family = person->count - n;
}

static void person_read(struct person *person, struct slice name)
{
	struct slice rest = name, before = slice_cut(&rest, ',');
	uint32_t cp = 0;
	*person = (struct person){.count = 0};
	rest = slice_trim(rest);
	if (rest.len > 0 && !is_suffix(rest)) {
		person_words(person, rest);
		person->family = person->count;
		person_words(person, before);
		if (person->family < person->count)
			return;
	}
	person->count = 0;
	person_words(person, before);
	if (rest.len > 0)
		person_words(person, rest);
	if (person->count == 0)
		return;
	(void)utf8_decode(name.at, name.len, &cp);
	person->east = cp_width(cp) == 2;
	unsigned front = shouted_in_front(person);
	if (front > 0)
		person_turn(person, front);
	else
		person->family = family_of(person);
}

/* ---- a name being made; what does not fit is cut ------------------------------------ */

struct name_text {
	char *buf;
	size_t len, cap;
};

static void name_add(struct name_text *text, struct slice s)
{
	text->len += text_copy(text->buf + text->len, text->cap - text->len, s);
}

static void name_add_cp(struct name_text *text, uint32_t cp)
{
	char out[4];
	name_add(text, (struct slice){out, utf8_encode(out, cp)});
}

static void name_add_word(struct name_text *text, struct slice word)
{
	bool first = true;
	if (!shouted(word)) {
		name_add(text, word);
		return;
	}
	for (size_t i = 0; i < word.len;) {
		uint32_t cp = 0;
		i += utf8_decode(word.at + i, word.len - i, &cp);
		name_add_cp(text, first ? cp : cp_lower(cp));
		first = cp == '-' || cp == '\'' || cp == 0x2019;
	}
}

static void name_add_words(struct name_text *text, const struct person *person,
			   unsigned from, unsigned to)
{
	for (unsigned i = from; i < to; i++) {
		/* "PJ" is how a driver is called. */
		if (i == 0 && person->count > 1 && person->words[i].len == 2)
			name_add(text, person->words[i]);
		else
			name_add_word(text, person->words[i]);
		if (i + 1 < to)
			name_add(text, SLICE(" "));
	}
}

/* "J. M. ": a letter and its accents of each given name that begins with one. */
static void name_add_initials(struct name_text *text, const struct person *person)
{
	for (unsigned i = 0; i < person->family; i++) {
		struct slice word = person->words[i];
		uint32_t cp = 0;
		size_t n = utf8_decode(word.at, word.len, &cp);
		if (cp < 0x80 && cp_lower(cp) == cp_upper(cp))
			continue;
		while (n < word.len) {
			size_t more = utf8_decode(word.at + n, word.len - n, &cp);
			if (cp_width(cp) > 0)
				break;
			n += more;
		}
		name_add(text, (struct slice){word.at, n});
		name_add(text, SLICE(". "));
	}
}

/* Up to three letters of the surname: of "van der Garde" VDG, of "de Vries" DEV. */
static void name_add_code(struct name_text *text, const struct person *person)
{
	unsigned small = 0, letters = 0, most = 3, from = person->family;
	for (unsigned i = from; i + 1 < person->count; i++)
		small += starts_small(person->words[i]);
	for (unsigned i = from; i < person->count; i++) {
		struct slice word = person->words[i];
		bool brief = small > 1 && starts_small(word);
		for (size_t k = 0; k < word.len && letters < most;) {
			uint32_t cp = 0;
			k += utf8_decode(word.at + k, word.len - k, &cp);
			if (cp_upper(cp) == cp && cp_lower(cp) == cp &&
			    cp_width(cp) < 2)
				continue;
			char ascii = cp_ascii(cp);
			name_add_cp(text,
				    cp_upper(ascii == '?' ? cp : (unsigned char)ascii));
			letters++;
			if (brief)
				break;
		}
	}
}

/* (2): the surname, or the first character of one word. */
static void name_add_east(struct name_text *text, const struct person *person,
			  enum person_form form)
{
	struct slice word = person->words[0];
	uint32_t cp = 0;
	if (form == PERSON_CODE && person->count == 1)
		word.len = utf8_decode(word.at, word.len, &cp);
	name_add_words(text, person, 0,
		       form == PERSON_WHOLE || form == PERSON_INITIAL ? person->count
								      : 0);
	if (form == PERSON_SURNAME || form == PERSON_CODE)
		name_add(text, word);
}

size_t text_person(char *buf, size_t cap, struct slice name, enum person_form form)
{
	struct name_text text = {buf, 0, cap};
	struct person person;
	buf[0] = '\0';
	person_read(&person, name);
	if (person.east) {
		name_add_east(&text, &person, form);
		return text.len;
	}
	switch (form) {
	case PERSON_INITIAL:
		name_add_initials(&text, &person);
		break;
	case PERSON_WHOLE:
		name_add_words(&text, &person, 0, person.family);
		name_add(&text, person.family > 0 ? SLICE(" ") : SLICE(""));
		break;
	case PERSON_CODE:
		name_add_code(&text, &person);
		if (text.len > 0)
			return text.len;
		break;
	case PERSON_SURNAME:
		break;
	}
	name_add_words(&text, &person, person.family, person.count);
	return text.len;
}

size_t text_person_fit(char *buf, size_t cap, struct slice name, enum person_form form,
		       int w)
{
	for (unsigned i = form; i <= PERSON_CODE; i++) {
		size_t len = text_person(buf, cap, name, (enum person_form)i);
		if (text_width((struct slice){buf, len}) <= w)
			return len;
	}
	return 0;
}

/* ---- classes ---------------------------------------------------------------------- */

/* What people call them, longest first. Case, blanks and signs do not matter. */
static const struct {
	const char *name, *forms[2];
} known_classes[] = {
	{"hypercar", {"HYPER", "HY"}},
	{"lmp2proam", {"P2 P/A", "P2PA"}},
	{"lmgtepro", {"GTE Pro", "GTEP"}},
	{"lmgteam", {"GTE Am", "GTEA"}},
	{"gtepro", {"GTEP", "GTEP"}},
	{"gteam", {"GTEA", "GTEA"}},
	{"gtdpro", {"GTDP", "GTDP"}},
	{"grandsport", {"GS", "GS"}},
	{"streettuner", {"ST", "ST"}},
	{"prototypechallenge", {"P Ch.", "PC"}},
	{"prototype", {"PROTO", "P"}},
	{"innovative", {"INNOV", "INN"}},
	{"innovativecar", {"INNOV", "INN"}},
	{"proam", {"P/A", "PA"}},
	{"silver", {"SIL", "S"}},
	{"bronze", {"BRZ", "B"}},
};

static bool class_is(struct slice name, const char *known)
{
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.at[i];
		if (c < 0x80 && cp_lower(c) == c && cp_upper(c) == c &&
		    (c < '0' || c > '9'))
			continue;
		if (cp_lower(c) != (unsigned char)*known)
			return false;
		known++;
	}
	return *known == '\0';
}

/* (3): "Mods. A2"; at least a letter of what is shortened. */
static size_t class_words(char *buf, size_t cap, struct slice name, int w)
{
	size_t at = name.len;
	while (at > 0 && name.at[at - 1] != ' ')
		at--;
	struct slice last = {name.at + at, name.len - at}, front = {name.at, at};
	int room = w - text_width(last) - 2;
	struct name_text text = {buf, 0, cap};
	if (at == 0 || room < 1)
		return 0;
	for (size_t i = 0; i < front.len && room > 0;) {
		uint32_t cp = 0;
		i += utf8_decode(front.at + i, front.len - i, &cp);
		room -= cp_width(cp);
		if (room >= 0)
			name_add_cp(&text, cp);
	}
	while (text.len > 0 && text.buf[text.len - 1] == ' ')
		text.len--;
	name_add(&text, SLICE(". "));
	name_add(&text, last);
	return text.len;
}

size_t text_class_fit(char *buf, size_t cap, struct slice name, int w)
{
	if (text_width(name) <= w)
		return text_copy(buf, cap, name);
	for (unsigned i = 0; i < ARRAY_LEN(known_classes); i++)
		for (unsigned k = 0; k < 2; k++)
			if (class_is(name, known_classes[i].name) &&
			    (int)strlen(known_classes[i].forms[k]) <= w)
				return text_copy(buf, cap,
						 slice_of(known_classes[i].forms[k]));
	/* "P900" of "LMP900", "GTP" of "LMGTP". */
	if (name.len > 3 && slice_eq_nocase((struct slice){name.at, 2}, SLICE("LM")) &&
	    (name.at[2] == 'P' || name.at[2] == 'G') && (int)name.len - 2 <= w)
		return text_copy(buf, cap, (struct slice){name.at + 2, name.len - 2});
	size_t len = class_words(buf, cap, name, w);
	return len > 0 ? len : text_copy(buf, cap, name);
}
