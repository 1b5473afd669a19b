/*
 * session_name.c -- race or timed session, by the words of a name
 *
 *  (1) A name is cut into words of letters and numbers: "FP1" is "fp" and "1", "WarmUp" is
 *      "warm" and "up". Case is ignored otherwise.
 *  (2) The last word that names a type decides: "Qualifying Race" is a race, "Race 2
 *      Qualifying" is not. "Qualifying for Race 2" and "Qualifying - Race 2" are not either.
 *  (3) A length or a title of a race ("8 Hours", "Grand Prix") decides where nothing else
 *      does.
 */
#include "pitwall/event.h"

enum name_word {
	WORD_RACE,
	WORD_TIMED,
	WORD_TIMED_NUMBERED, /* only with a number behind it */
	WORD_TIMED_ALONE,    /* only where no letter follows at once */
	WORD_WARM,           /* only with "up" behind it */
	WORD_LENGTH,         /* (3) */
	WORD_GRAND,          /* (3): only with "prix" behind it */
};

/* A '*' in front: words that contain it. */
static const struct {
	const char *word;
	enum name_word is;
} words[] = {
	{"race", WORD_RACE},
	{"races", WORD_RACE},
	{"feature", WORD_RACE},
	{"sprint", WORD_RACE},
	{"heat", WORD_RACE},
	{"heats", WORD_RACE},
	{"*final", WORD_RACE},
	{"hour", WORD_LENGTH},
	{"hours", WORD_LENGTH},
	{"*enduro", WORD_LENGTH},
	{"grand", WORD_GRAND},
	{"*practice", WORD_TIMED},
	{"*practise", WORD_TIMED},
	{"prac", WORD_TIMED},
	{"fp", WORD_TIMED},
	{"*qualif", WORD_TIMED},
	{"quali", WORD_TIMED},
	{"qual", WORD_TIMED},
	{"qualy", WORD_TIMED},
	{"quals", WORD_TIMED},
	{"q", WORD_TIMED_NUMBERED},
	{"*hyperpole", WORD_TIMED},
	{"*superpole", WORD_TIMED},
	{"*warmup", WORD_TIMED},
	{"warm", WORD_WARM},
	{"session", WORD_TIMED_NUMBERED},
	{"test", WORD_TIMED_ALONE},
	{"tests", WORD_TIMED_ALONE},
	{"testing", WORD_TIMED_ALONE},
	{"tt", WORD_TIMED_NUMBERED},
	{"shakedown", WORD_TIMED},
	{"shootout", WORD_TIMED},
	{"trial", WORD_TIMED},
	{"trials", WORD_TIMED},
	{"attack", WORD_TIMED},
	{"prove", WORD_TIMED},
	{"essais", WORD_TIMED},
	{"*training", WORD_TIMED},
};

struct name_words {
	struct slice rest;
	struct slice word; /* letters, or digits */
};

static bool name_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool name_capital(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool name_letter(char c)
{
	return name_small(c) || name_capital(c) || (unsigned char)c >= 0x80;
}

static bool name_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool next_name_word(struct name_words *name)
{
	struct slice rest = name->rest;
	while (rest.len > 0 && !name_letter(rest.at[0]) && !name_digit(rest.at[0])) {
		rest.at++;
		rest.len--;
	}
	size_t len = 0;
	bool letters = rest.len > 0 && name_letter(rest.at[0]);
	while (len < rest.len &&
	       (letters ? name_letter(rest.at[len]) : name_digit(rest.at[len]))) {
		if (len > 0 && name_small(rest.at[len - 1]) &&
		    name_capital(rest.at[len]))
			break;
		len++;
	}
	name->word = (struct slice){rest.at, len};
	name->rest = (struct slice){rest.at + len, rest.len - len};
	return len > 0;
}

static bool name_word_is(struct slice word, const char *pattern)
{
	bool inside = pattern[0] == '*';
	struct slice wanted = slice_of(pattern + inside);
	if (!inside)
		return slice_eq_nocase(word, wanted);
	for (size_t i = 0; i + wanted.len <= word.len; i++)
		if (slice_eq_nocase((struct slice){word.at + i, wanted.len}, wanted))
			return true;
	return false;
}

static bool names_type(enum name_word is, struct slice word, struct slice after)
{
	switch (is) {
	case WORD_RACE:
	case WORD_TIMED:
	case WORD_LENGTH:
		return true;
	case WORD_TIMED_NUMBERED:
		return after.len > 0 && after.len <= 2 && name_digit(after.at[0]);
	case WORD_TIMED_ALONE:
		return after.len == 0 || after.at != word.at + word.len ||
		       !name_letter(after.at[0]);
	case WORD_WARM:
		return slice_eq_nocase(after, SLICE("up"));
	case WORD_GRAND:
		return slice_eq_nocase(after, SLICE("prix"));
	}
	return false;
}

/* More than one sign before @word: "Qualifying - Race 2", not "qualifying-race". */
static bool behind_dash(struct slice name, const char *word)
{
	size_t blanks = 0;
	while (word > name.at && !name_letter(word[-1]) && !name_digit(word[-1])) {
		word--;
		blanks++;
	}
	return blanks > 1;
}

static enum session_field word_type(struct slice word, struct slice after, bool *weak)
{
	enum session_field type = SESSION_FIELD_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		enum name_word is = words[i].is;
		if (!name_word_is(word, words[i].word) || !names_type(is, word, after))
			continue;
		*weak = is == WORD_LENGTH || is == WORD_GRAND;
		type = is == WORD_RACE || *weak ? SESSION_FIELD_RACE
						: SESSION_FIELD_TIMED;
	}
	return type;
}

enum session_field session_name_type(struct slice name)
{
	enum session_field type = SESSION_FIELD_UNKNOWN;
	struct name_words at = {.rest = name};
	bool of_race = false; /* "for", "of": a race that follows is not this session */
	bool timed =
		false; /* the word before, and its number, are of a timed session */
	while (next_name_word(&at)) {
		struct name_words ahead = at;
		if (!next_name_word(&ahead))
			ahead.word = (struct slice){"", 0};
		bool weak = false;
		enum session_field is = word_type(at.word, ahead.word, &weak);
		bool race = is == SESSION_FIELD_RACE;
		if (race && (of_race || (timed && behind_dash(name, at.word.at)) ||
			     (weak && type != SESSION_FIELD_UNKNOWN)))
			is = SESSION_FIELD_UNKNOWN;
		if (is != SESSION_FIELD_UNKNOWN)
			type = is;
		of_race = name_word_is(at.word, "for") || name_word_is(at.word, "of");
		timed = is == SESSION_FIELD_TIMED ||
			(timed && name_digit(at.word.at[0]));
	}
	return type;
}
