/*
 * circuit_find.c -- a circuit by the words of a name, or by the length of its lap
 *
 * assets/circuits/index.csv has what must be known before a circuit file is opened: names,
 * years and lengths. A test compares the lengths with the files.
 *
 *  (1) Texts are compared as words of small letters and digits, without accents: "Le_Mans 24h"
 *      is "le mans 24h".
 *  (2) The longest name that is in a text wins. Of circuits with a name of that length, those
 *      whose layout is not of the year are left out; two that remain are not sure.
 */
#include "pitwall/assets.h"
#include "pitwall/csv.h"

enum circuits_column {
	CIRCUITS_NAME,
	CIRCUITS_FROM,
	CIRCUITS_TO,
	CIRCUITS_LENGTH,
	CIRCUITS_NAMES,
};

/* ---- words (1) -------------------------------------------------------------- */

/* U+00C0 to U+017F without their accents; blank for signs. */
static const char plain_letters[] =
	"aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy"
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
	"lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static char plain_letter(uint32_t cp)
{
	if (cp >= 'A' && cp <= 'Z')
		return (char)(cp + ('a' - 'A'));
	if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9'))
		return (char)cp;
	if (cp >= 0xc0 && cp - 0xc0 < sizeof(plain_letters) - 1)
		return plain_letters[cp - 0xc0];
	return ' ';
}

static size_t circuit_words(struct slice text, char *out, size_t cap)
{
	size_t len = 0;
	if (cap < 3)
		return 0;
	/* A blank at both ends, so that a whole word has one on either side. */
	out[len++] = ' ';
	while (text.len > 0 && len + 2 < cap) {
		uint32_t cp;
		size_t n = utf8_decode(text.at, text.len, &cp);
		n = n == 0 ? 1 : n;
		char c = plain_letter(cp);
		/* Accents that are written as characters of their own. */
		bool mark = cp >= 0x300 && cp < 0x370;
		if (!mark && (c != ' ' || out[len - 1] != ' '))
			out[len++] = c;
		text.at += n;
		text.len -= n;
	}
	if (out[len - 1] != ' ')
		out[len++] = ' ';
	out[len] = '\0';
	return len;
}

/* The length of the longest of @names ("a|b") among the words; 0: none. */
static size_t longest_of(struct slice names, struct slice words, struct slice *name)
{
	size_t longest = 0;
	while (names.at) {
		struct slice one = slice_cut(&names, '|');
		if (one.len <= longest)
			continue;
		for (size_t i = 1; i + one.len < words.len; i++) {
			if (words.at[i - 1] != ' ' || words.at[i + one.len] != ' ' ||
			    memcmp(words.at + i, one.at, one.len) != 0)
				continue;
			longest = one.len;
			*name = one;
			break;
		}
	}
	return longest;
}

/* ---- the index -------------------------------------------------------------- */

static bool circuits_open(struct slice index, struct csv *csv, struct csv_row *row)
{
	csv_begin(csv, index, "circuits/index.csv");
	csv->separator = ';';
	return csv_next(csv, row, NULL) > 0;
}

static int64_t circuits_number(const struct csv_row *row, int column)
{
	int64_t n;
	return parse_i64(csv_field(row, column), &n) ? n : 0;
}

/* Without a year, any. */
static bool is_of_year(const struct csv_row *row, int year)
{
	int64_t from = circuits_number(row, CIRCUITS_FROM),
		to = circuits_number(row, CIRCUITS_TO);
	return year == 0 || (year >= from && (to == 0 || year <= to));
}

/* (2) Of names of one length. */
static void match_row(const struct csv_row *row, int year, struct circuit_match *out)
{
	struct slice circuit = csv_field(row, CIRCUITS_NAME);
	if (!is_of_year(row, year)) {
		if (out->kind == CIRCUIT_MATCH_NONE) {
			out->kind = CIRCUIT_MATCH_YEAR;
			text_copy(out->circuit, sizeof(out->circuit), circuit);
		}
		return;
	}
	bool other = slice_eq(circuit, SLICE("-"));
	if (out->kind == CIRCUIT_MATCH_ONE || out->kind == CIRCUIT_MATCH_OTHER ||
	    out->kind == CIRCUIT_MATCH_UNSURE) {
		out->kind = CIRCUIT_MATCH_UNSURE;
		return;
	}
	out->kind = other ? CIRCUIT_MATCH_OTHER : CIRCUIT_MATCH_ONE;
	text_copy(out->circuit, sizeof(out->circuit), other ? SLICE("") : circuit);
}

void circuit_find(struct slice index, struct slice text, int year,
		  struct circuit_match *out)
{
	char clean[512];
	struct slice words = {clean, circuit_words(text, clean, sizeof(clean))};
	struct csv csv;
	struct csv_row row;
	size_t longest = 0;
	*out = (struct circuit_match){.kind = CIRCUIT_MATCH_NONE};
	if (!circuits_open(index, &csv, &row))
		return;
	while (csv_next(&csv, &row, NULL) > 0) {
		struct slice name = {0};
		size_t len = longest_of(csv_field(&row, CIRCUITS_NAMES), words, &name);
		if (len == 0 || len < longest)
			continue;
		if (len > longest)
			*out = (struct circuit_match){.kind = CIRCUIT_MATCH_NONE};
		longest = len;
		text_copy(out->name, sizeof(out->name), name);
		match_row(&row, year, out);
	}
}

unsigned circuit_find_length(struct slice index, length_mm length, int year,
			     char names[][CIRCUIT_NAME_MAX], unsigned max)
{
	struct csv csv;
	struct csv_row row;
	unsigned count = 0;
	if (length <= 0 || !circuits_open(index, &csv, &row))
		return 0;
	while (csv_next(&csv, &row, NULL) > 0) {
		length_mm theirs = circuits_number(&row, CIRCUITS_LENGTH) * 1000;
		length_mm apart = theirs > length ? theirs - length : length - theirs;
		/* 0.3 % */
		if (theirs == 0 || apart * 1000 > theirs * 3 || !is_of_year(&row, year))
			continue;
		if (count < max)
			text_copy(names[count], CIRCUIT_NAME_MAX,
				  csv_field(&row, CIRCUITS_NAME));
		count++;
	}
	return count;
}
