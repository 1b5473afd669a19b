/*
 * session_name.c -- race or timed session, by the words of a name
 *
 *  (1) A name is cut into words of letters and numbers: "FP1" is "fp" and "1", "WarmUp" is
 *      "warm" and "up". Case is ignored otherwise.
 *  (2) The last word that tells a type decides: "Qualifying Race" is a race, "Race 2
 *      Qualifying" is not. "Qualifying for Race 2" is not either.
 */
#include <ctype.h>
#include <string.h>

#include "session_parts.h"

enum name_word {
	WORD_RACE,
	WORD_TIMED,
	WORD_TIMED_NUMBERED, /* only with a number behind it */
	WORD_TIMED_ALONE,    /* only where no letter follows at once */
	WORD_WARM,           /* only with "up" behind it */
};

/* A '*' in front: words that contain it. */
static const struct {
	const char *word;
	enum name_word is;
} words[] = {
	{"race", WORD_RACE},           {"races", WORD_RACE},
	{"feature", WORD_RACE},        {"sprint", WORD_RACE},
	{"heat", WORD_RACE},           {"final", WORD_RACE},
	{"*practice", WORD_TIMED},     {"*practise", WORD_TIMED},
	{"prac", WORD_TIMED},          {"fp", WORD_TIMED},
	{"*qualif", WORD_TIMED},       {"quali", WORD_TIMED},
	{"qual", WORD_TIMED},          {"qualy", WORD_TIMED},
	{"q", WORD_TIMED_NUMBERED},    {"*hyperpole", WORD_TIMED},
	{"*superpole", WORD_TIMED},    {"*warmup", WORD_TIMED},
	{"warm", WORD_WARM},           {"session", WORD_TIMED_NUMBERED},
	{"test", WORD_TIMED_ALONE},    {"tests", WORD_TIMED_ALONE},
	{"testing", WORD_TIMED_ALONE}, {"tt", WORD_TIMED_NUMBERED},
	{"shakedown", WORD_TIMED},     {"training", WORD_TIMED},
	{"essais", WORD_TIMED},
};

struct name_words {
	struct slice rest;
	struct slice word; /* letters, or digits */
};

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static bool next_name_word(struct name_words *name)
{
	struct slice rest = name->rest;
	while (rest.len > 0 && !is_letter(rest.at[0]) &&
	       !isdigit((unsigned char)rest.at[0])) {
		rest.at++;
		rest.len--;
	}
	size_t len = 0;
	bool letters = rest.len > 0 && is_letter(rest.at[0]);
	while (len < rest.len &&
	       (letters ? is_letter(rest.at[len])
			: isdigit((unsigned char)rest.at[len]) != 0)) {
		if (len > 0 && islower((unsigned char)rest.at[len - 1]) &&
		    isupper((unsigned char)rest.at[len]))
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

static bool tells(enum name_word is, struct slice word, struct slice after)
{
	switch (is) {
	case WORD_RACE:
	case WORD_TIMED:
		return true;
	case WORD_TIMED_NUMBERED:
		return after.len > 0 && after.len <= 2 &&
		       isdigit((unsigned char)after.at[0]);
	case WORD_TIMED_ALONE:
		return after.len == 0 || after.at != word.at + word.len ||
		       !is_letter(after.at[0]);
	case WORD_WARM:
		return slice_eq_nocase(after, SLICE("up"));
	}
	return false;
}

enum session_field session_name_type(struct slice name)
{
	enum session_field type = SESSION_FIELD_UNKNOWN;
	struct name_words at = {.rest = name};
	bool preposition = false;
	while (next_name_word(&at)) {
		struct name_words ahead = at;
		if (!next_name_word(&ahead))
			ahead.word = (struct slice){"", 0};
		for (size_t i = 0; i < ARRAY_LEN(words); i++) {
			bool race = words[i].is == WORD_RACE;
			if (!name_word_is(at.word, words[i].word) ||
			    !tells(words[i].is, at.word, ahead.word) ||
			    (race && preposition))
				continue;
			type = race ? SESSION_FIELD_RACE : SESSION_FIELD_TIMED;
		}
		preposition =
			name_word_is(at.word, "for") || name_word_is(at.word, "of");
	}
	return type;
}
