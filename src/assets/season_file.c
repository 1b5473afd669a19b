/*
 * season_file.c -- a season as an INI file, read strictly
 *
 *   [season]      name, points, year, ruleset, guests, private, notice
 *   [round N]     name, date, circuit, length, source, results, qualifying (once for each
 *                 file), decisions, ruleset, scale, factor, run, distance, laps, pole,
 *                 fastest-lap, guests, without, admitted
 *   [entries]     CLASS = numbers: entered for the season; all others of it are guests
 *   [drivers] [teams] [makes]
 *                 Right Name = Other Spelling, Another
 *   [cars]        10 = 110, 210 at ROUND
 *   [decisions]   ROUND, CAR = dsq | place N | last | points N to WHOM | qualifying void
 *                 ROUND = qualifying void CLASS, CLASS
 *   [points ...]  what the rules of points do not establish, and what differs from them
 *
 * KEY-source behind a value says where it is from.
 */
#include "pitwall/season_file.h"

#include <errno.h>
#include <stdlib.h>

#include "pitwall/csv.h"
#include "pitwall/inifile.h"

struct season_reader {
	struct season_plan *plan;
	const char *where, *folder;
	uint32_t seen; /* keys of [season] */
	unsigned points_line;
	/* Lines of [points ...], and decisions, which may name rounds further down. */
	struct ini_entry changes[SEASON_CHANGES_MAX];
	char texts[SEASON_CHANGES_MAX][3][SEASON_LINE_MAX];
	struct ini_lines lines;
	struct {
		char key[SEASON_LINE_MAX], value[SEASON_LINE_MAX];
		unsigned line;
		bool cars; /* a line of [cars] */
	} later[SEASON_DECISIONS_MAX];
	unsigned later_count;
};

static bool season_line_is(const struct ini_entry *entry, const char *key)
{
	return strcmp(entry->key, key) == 0;
}

/* ---- lists -------------------------------------------------------------------------- */

bool season_list_next(struct slice *list, struct slice *word)
{
	while (list->len > 0 && (char_is_blank(list->at[0]) || list->at[0] == ',')) {
		list->at++;
		list->len--;
	}
	*word = (struct slice){list->at, 0};
	while (list->len > 0 && !char_is_blank(list->at[0]) && list->at[0] != ',') {
		list->at++;
		list->len--;
		word->len++;
	}
	return word->len > 0;
}

bool season_list_has(const char *list, const char *number)
{
	struct slice rest = slice_of(list), word;
	while (season_list_next(&rest, &word))
		if (slice_eq_nocase(word, slice_of(number)))
			return true;
	return false;
}

static int season_list_set(const struct ini_entry *entry, char *out, struct err *err)
{
	struct slice rest = slice_of(entry->value), word;
	while (season_list_next(&rest, &word))
		if (word.len > EVENT_ID_MAX)
			return ini_bad(entry, err,
				       "\"%.*s\" is too long for a number or a class: "
				       "write a list as 6, 7, 50",
				       (int)(word.len < 40 ? word.len : 40), word.at);
	return ini_text(entry, out, SEASON_LINE_MAX, err);
}

/* ---- [season] ------------------------------------------------------------------------ */

static int season_year(const struct ini_entry *entry, uint16_t *out, struct err *err)
{
	uint64_t year;
	if (!parse_u64(slice_of(entry->value), &year) || year < 1900 || year > 2999)
		return ini_bad(entry, err, "\"%s\" is not a year", entry->value);
	*out = (uint16_t)year;
	return 0;
}

static int season_set_head(struct season_reader *reader, const struct ini_entry *entry,
			   struct err *err)
{
	struct season_plan *plan = reader->plan;
	static const char *const season_keys[] = {
		"name", "points", "year", "ruleset", "guests", "private", "notice"};
	unsigned key = 0;
	while (key < ARRAY_LEN(season_keys) && !season_line_is(entry, season_keys[key]))
		key++;
	if (key == ARRAY_LEN(season_keys))
		return ini_bad(entry, err,
			       "\"%s\" is unknown in [season]: it has name, points, "
			       "year, ruleset, guests, private and notice",
			       entry->key);
	if (reader->seen & UINT32_C(1) << key)
		return ini_bad(entry, err, "\"%s\" occurs twice", entry->key);
	reader->seen |= UINT32_C(1) << key;
	switch (key) {
	case 0:
		return ini_text(entry, plan->name, sizeof(plan->name), err);
	case 1:
		reader->points_line = entry->line;
		return ini_text(entry, plan->points, sizeof(plan->points), err);
	case 2:
		return season_year(entry, &plan->year, err);
	case 3:
		return ini_text(entry, plan->ruleset, sizeof(plan->ruleset), err);
	case 4:
		return season_list_set(entry, plan->guests, err);
	case 5:
		return season_list_set(entry, plan->privates, err);
	default:
		return ini_text(entry, plan->notice, sizeof(plan->notice), err);
	}
}

/* ---- [round N] ------------------------------------------------------------------------ */

static int round_set_duration(const struct ini_entry *entry, duration_us *out,
			      struct err *err)
{
	struct rules_length length = {0};
	if (!parse_duration(slice_of(entry->value), out) &&
	    (length_parse(slice_of(entry->value), &length, NULL) || length.mm ||
	     length.laps))
		return ini_bad(entry, err, "\"%s\": write a time, as 5:44:12 or 90min",
			       entry->value);
	if (length.us)
		*out = length.us;
	return 0;
}

static int round_set_number(const struct ini_entry *entry, uint32_t *out,
			    struct err *err)
{
	uint64_t n;
	if (!parse_u64(slice_of(entry->value), &n) || n > 100000)
		return ini_bad(entry, err, "\"%s = %s\": write a whole number",
			       entry->key, entry->value);
	*out = (uint32_t)n;
	return 0;
}

/* "55%" in per mille. */
static int round_set_percent(const struct ini_entry *entry, uint32_t *out,
			     struct err *err)
{
	uint16_t pm;
	if (!parse_share(slice_of(entry->value), &pm))
		return ini_bad(entry, err,
			       "\"%s\": write the share of the distance, as 55%%",
			       entry->value);
	*out = pm;
	return 0;
}

static int round_set_factor(const struct ini_entry *entry, int32_t *out,
			    struct err *err)
{
	if (!parse_points(slice_of(entry->value), out) || *out < 0 || *out > 100)
		return ini_bad(
			entry, err,
			"\"%s\": write the share of the points, from 0 to 1: 0.5 "
			"for half points",
			entry->value);
	return 0;
}

static int round_set_date(const struct ini_entry *entry, instant_us *out,
			  struct err *err)
{
	if (!parse_date(slice_of(entry->value), out))
		return ini_bad(entry, err, "\"%s\" is not a date: write 2025-06-14",
			       entry->value);
	return 0;
}

static int round_set_length(const struct ini_entry *entry, struct rules_length *out,
			    struct err *err)
{
	struct err why;
	if (length_parse(slice_of(entry->value), out, &why))
		return ini_bad(entry, err, "%s", why.text);
	return 0;
}

#define ROUND_TEXTS(X)            \
	X("name", name)           \
	X("circuit", circuit)     \
	X("source", source)       \
	X("results", results)     \
	X("decisions", decisions) \
	X("ruleset", ruleset)     \
	X("scale", scale)

#define ROUND_LISTS(X)            \
	X("pole", pole)           \
	X("fastest-lap", fastest) \
	X("guests", guests)       \
	X("without", without)

enum round_key {
#define X(key_, member_) ROUND_KEY_##member_,
	ROUND_TEXTS(X) ROUND_LISTS(X)
#undef X
		ROUND_KEY_ADMITTED,
	ROUND_KEY_DATE,
	ROUND_KEY_LENGTH,
	ROUND_KEY_RUN,
	ROUND_KEY_FACTOR,
	ROUND_KEY_DISTANCE,
	ROUND_KEY_LAPS,
	ROUND_KEY_QUALIFYING,
	ROUND_KEY_COUNT,
};
static const char *const round_keys[ROUND_KEY_COUNT] = {
#define X(key_, member_) [ROUND_KEY_##member_] = (key_),
	ROUND_TEXTS(X) ROUND_LISTS(X)
#undef X
		[ROUND_KEY_ADMITTED] = "admitted",
	[ROUND_KEY_DATE] = "date",
	[ROUND_KEY_LENGTH] = "length",
	[ROUND_KEY_RUN] = "run",
	[ROUND_KEY_FACTOR] = "factor",
	[ROUND_KEY_DISTANCE] = "distance",
	[ROUND_KEY_LAPS] = "laps",
	[ROUND_KEY_QUALIFYING] = "qualifying",
};

static int round_qualifying(struct season_plan_round *round,
			    const struct ini_entry *entry, struct err *err)
{
	if (round->qualifying_count == SEASON_QUALIFYING_MAX)
		return ini_bad(entry, err, "more than %d files of qualifying",
			       SEASON_QUALIFYING_MAX);
	return ini_text(entry, round->qualifying[round->qualifying_count++],
			SEASON_LINE_MAX, err);
}

static int round_set_value(struct season_plan_round *round,
			   const struct ini_entry *entry, unsigned key, struct err *err)
{
	switch (key) {
#define X(key_, member_)          \
	case ROUND_KEY_##member_: \
		return ini_text(entry, round->member_, sizeof(round->member_), err);
		ROUND_TEXTS(X)
#undef X
#define X(key_, member_)          \
	case ROUND_KEY_##member_: \
		return season_list_set(entry, round->member_, err);
		ROUND_LISTS(X)
#undef X
	case ROUND_KEY_ADMITTED:
		return ini_text(entry, round->admitted, sizeof(round->admitted), err);
	case ROUND_KEY_DATE:
		return round_set_date(entry, &round->date, err);
	case ROUND_KEY_LENGTH:
		return round_set_length(entry, &round->length, err);
	case ROUND_KEY_RUN:
		return round_set_duration(entry, &round->run, err);
	case ROUND_KEY_FACTOR:
		return round_set_factor(entry, &round->factor, err);
	case ROUND_KEY_DISTANCE:
		return round_set_percent(entry, &round->distance_pm, err);
	case ROUND_KEY_LAPS:
		return round_set_number(entry, &round->laps, err);
	default:
		return round_qualifying(round, entry, err);
	}
}

/* The round of [round N], a new one when there is none yet. */
static int round_of_section(struct season_reader *reader, const struct ini_entry *entry,
			    struct season_plan_round **out, struct err *err)
{
	struct season_plan *plan = reader->plan;
	struct slice label = slice_trim(slice_of(entry->section + strlen("round")));
	char clean[SEASON_NAME_MAX];
	if (text_clean(clean, sizeof(clean), label) == 0)
		return ini_bad(entry, err,
			       "[%s]: number the rounds: [round 1], [round 2]",
			       entry->section);
	for (unsigned i = 0; i < plan->round_count; i++)
		if (strcmp(plan->rounds[i].label, clean) == 0) {
			*out = &plan->rounds[i];
			return 0;
		}
	if (plan->round_count == SEASON_ROUNDS_MAX)
		return ini_bad(entry, err, "more than %d rounds", SEASON_ROUNDS_MAX);
	*out = &plan->rounds[plan->round_count++];
	text_copy((*out)->label, sizeof((*out)->label), slice_of(clean));
	(*out)->date = INSTANT_NONE;
	(*out)->run = DURATION_NONE;
	(*out)->factor = -1;
	(*out)->line = entry->line;
	return 0;
}

static int season_set_round(struct season_reader *reader, const struct ini_entry *entry,
			    struct err *err)
{
	struct season_plan_round *round = NULL;
	unsigned key = 0;
	int rc = round_of_section(reader, entry, &round, err);
	if (rc)
		return rc;
	while (key < ROUND_KEY_COUNT && !season_line_is(entry, round_keys[key]))
		key++;
	if (key == ROUND_KEY_COUNT)
		return ini_bad(entry, err,
			       "\"%s\" is unknown in [%s]; pitwall-season(5) lists the "
			       "keys",
			       entry->key, entry->section);
	uint32_t bit = UINT32_C(1) << key;
	if ((round->seen & bit) && key != ROUND_KEY_QUALIFYING)
		return ini_bad(entry, err, "\"%s\" occurs twice in [%s]", entry->key,
			       entry->section);
	round->seen |= bit;
	return round_set_value(round, entry, key, err);
}

/* ---- names ------------------------------------------------------------------------------ */

static int season_add_spelling(struct season_reader *reader,
			       const struct ini_entry *entry, unsigned kind,
			       struct slice other, struct err *err)
{
	struct season_plan *plan = reader->plan;
	if (plan->spelling_count == SEASON_SPELLINGS_MAX)
		return ini_bad(entry, err, "more than %d spellings",
			       SEASON_SPELLINGS_MAX);
	struct season_spelling *spelling = &plan->spellings[plan->spelling_count];
	memset(spelling, 0, sizeof(*spelling));
	spelling->kind = (uint8_t)kind;
	spelling->round = ROUND_BY_RULE;
	if (text_clean(spelling->right, sizeof(spelling->right),
		       slice_of(entry->key)) != strlen(entry->key))
		return ini_bad(entry, err, "\"%s\": a name has at most %d bytes",
			       entry->key, SEASON_NAME_MAX - 1);
	text_clean(spelling->other, sizeof(spelling->other), other);
	for (unsigned i = 0; spelling->other[0] && i < plan->spelling_count; i++) {
		const struct season_spelling *old = &plan->spellings[i];
		if (old->kind == kind && old->round == ROUND_BY_RULE &&
		    strcmp(old->other, spelling->other) == 0 &&
		    strcmp(old->right, spelling->right) != 0)
			return ini_bad(entry, err,
				       "\"%s\" is another spelling of \"%s\" already",
				       spelling->other, old->right);
	}
	for (unsigned i = 0; kind != SPELLING_CARS && i < plan->spelling_count; i++) {
		const struct season_spelling *old = &plan->spellings[i];
		bool turned = strcmp(old->right, spelling->other) == 0 ||
			      strcmp(old->other, spelling->right) == 0;
		if (old->kind == kind && turned &&
		    strcmp(old->right, spelling->right) != 0)
			return ini_bad(entry, err,
				       "\"%s\" is a right name and another spelling "
				       "too: write all of one name on one line",
				       strcmp(old->right, spelling->other) == 0
					       ? old->right
					       : spelling->right);
	}
	plan->spelling_count++;
	return 0;
}

/* "10 = 110, 210 at Le Mans": rounds are looked for when all are read. */
static int season_keep(struct season_reader *reader, const struct ini_entry *entry,
		       bool cars, struct err *err)
{
	if (reader->later_count == SEASON_DECISIONS_MAX)
		return ini_bad(entry, err, "more than %d lines of decisions and cars",
			       SEASON_DECISIONS_MAX);
	unsigned i = reader->later_count++;
	text_copy(reader->later[i].key, SEASON_LINE_MAX, slice_of(entry->key));
	text_copy(reader->later[i].value, SEASON_LINE_MAX, slice_of(entry->value));
	reader->later[i].line = entry->line;
	reader->later[i].cars = cars;
	return 0;
}

static int season_set_names(struct season_reader *reader, const struct ini_entry *entry,
			    unsigned kind, struct err *err)
{
	struct slice rest = slice_of(entry->value);
	if (kind == SPELLING_CARS)
		return season_keep(reader, entry, true, err);
	int rc = 0;
	if (slice_trim(rest).len == 0)
		return season_add_spelling(reader, entry, kind, rest, err);
	while (rc == 0 && rest.len > 0)
		rc = season_add_spelling(reader, entry, kind,
					 slice_trim(slice_cut(&rest, ',')), err);
	return rc;
}

static int season_set_entries(struct season_reader *reader,
			      const struct ini_entry *entry, struct err *err)
{
	struct season_plan *plan = reader->plan;
	char numbers[SEASON_LINE_MAX];
	int rc = season_list_set(entry, numbers, err);
	if (rc)
		return rc;
	if (plan->entry_count == SEASON_ENTRIES_MAX)
		return ini_bad(entry, err, "more than %d lines of entries",
			       SEASON_ENTRIES_MAX);
	if (strlen(entry->key) >= POINTS_CLASS_MAX)
		return ini_bad(entry, err,
			       "\"%s\" is not the name of a class: at most %d bytes",
			       entry->key, POINTS_CLASS_MAX - 1);
	unsigned i = plan->entry_count++;
	text_copy(plan->entries[i].class_name, POINTS_CLASS_MAX, slice_of(entry->key));
	text_copy(plan->entries[i].numbers, SEASON_LINE_MAX, slice_of(numbers));
	return 0;
}

static int season_keep_change(struct season_reader *reader,
			      const struct ini_entry *entry, struct err *err)
{
	size_t i = reader->lines.count;
	if (i == SEASON_CHANGES_MAX)
		return ini_bad(entry, err, "more than %d lines of [points ...]",
			       SEASON_CHANGES_MAX);
	text_copy(reader->texts[i][0], SEASON_LINE_MAX, slice_of(entry->section));
	text_copy(reader->texts[i][1], SEASON_LINE_MAX, slice_of(entry->key));
	text_copy(reader->texts[i][2], SEASON_LINE_MAX, slice_of(entry->value));
	reader->changes[i] =
		(struct ini_entry){reader->where, entry->line, reader->texts[i][0],
				   reader->texts[i][1], reader->texts[i][2]};
	reader->lines.count++;
	return 0;
}

/* ---- decisions --------------------------------------------------------------------------- */

int season_plan_round(const struct season_plan *plan, struct slice name)
{
	char words[SEASON_NAME_MAX];
	int found = -1;
	if (text_clean(words, sizeof(words), name) == 0)
		return -1;
	for (unsigned i = 0; i < plan->round_count; i++)
		if (slice_eq_nocase(slice_of(words), slice_of(plan->rounds[i].label)) ||
		    slice_eq_nocase(slice_of(words), slice_of(plan->rounds[i].name)))
			return (int)i;
	for (unsigned i = 0; i < plan->round_count; i++)
		if (slice_eq_nocase(slice_of(words),
				    slice_of(plan->rounds[i].circuit)) ||
		    points_words_in(plan->rounds[i].name, words))
			found = found == -1 ? (int)i : -2;
	return found;
}

static int season_find_round(const struct season_reader *reader,
			     const struct ini_entry *entry, struct slice name,
			     uint8_t *out, struct err *err)
{
	int round = season_plan_round(reader->plan, name);
	char shown[SEASON_NAME_MAX];
	text_clean(shown, sizeof(shown), name);
	if (round == -2)
		return ini_bad(entry, err,
			       "\"%s\" is in the names or the circuit of several "
			       "rounds: write the whole name",
			       shown);
	if (round < 0)
		return ini_bad(entry, err, "there is no round \"%s\"", shown);
	*out = (uint8_t)round;
	return 0;
}

static bool season_cut_word(struct slice *text, const char *word)
{
	size_t len = strlen(word);
	if (text->len < len ||
	    !slice_eq_nocase((struct slice){text->at, len}, slice_of(word)) ||
	    (text->len > len && !char_is_blank(text->at[len])))
		return false;
	*text = slice_trim((struct slice){text->at + len, text->len - len});
	return true;
}

/* "-200", "-200 to drivers teams" */
static bool decision_points(struct slice text, struct season_decision *out)
{
	static const char *const words[] = {"drivers", "teams", "makes"};
	struct slice number = slice_cut(&text, ' ');
	text = slice_trim(text);
	if (!parse_points(number, &out->value))
		return false;
	out->to = TO_DRIVERS | TO_TEAMS;
	if (text.len == 0)
		return true;
	if (!season_cut_word(&text, "to") || text.len == 0)
		return false;
	out->to = 0;
	while (text.len > 0) {
		unsigned i = 0;
		while (i < ARRAY_LEN(words) && !season_cut_word(&text, words[i]))
			i++;
		if (i == ARRAY_LEN(words))
			return false;
		out->to |= (uint8_t)(1u << i);
	}
	return true;
}

static bool decision_what(struct slice text, struct season_decision *out)
{
	uint64_t place;
	int status = status_by_name(text);
	if (season_cut_word(&text, "qualifying")) {
		out->kind = SEASON_QUALIFYING_VOID;
		if (!season_cut_word(&text, "void"))
			return false;
		text_copy(out->classes, sizeof(out->classes), text);
		return true;
	}
	if (season_cut_word(&text, "points")) {
		out->kind = SEASON_POINTS;
		return decision_points(text, out);
	}
	if (season_cut_word(&text, "place")) {
		out->kind = SEASON_PLACE;
		if (!parse_u64(text, &place) || place == 0 || place > RACE_CARS_MAX)
			return false;
		out->value = (int32_t)place;
		return true;
	}
	if (slice_eq_nocase(text, SLICE("last"))) {
		out->kind = SEASON_LAST;
		return true;
	}
	out->kind = SEASON_STATUS;
	out->value = status;
	return status >= 0 && status != STATUS_RUNNING;
}

/* Two that contradict each other. */
static int decision_check(const struct season_plan *plan, const struct ini_entry *entry,
			  const struct season_decision *decision, struct err *err)
{
	bool of_car = decision->car[0] != '\0';
	if (decision->kind != SEASON_QUALIFYING_VOID && !of_car)
		return ini_bad(entry, err,
			       "a decision on a car has its number: \"%s, 6 = %s\"",
			       entry->key, entry->value);
	if (of_car && decision->classes[0])
		return ini_bad(entry, err,
			       "\"%s\": of a car, or of classes: take one of them away",
			       entry->value);
	for (unsigned i = 0; i < plan->decision_count; i++) {
		const struct season_decision *old = &plan->decisions[i];
		bool places = old->kind <= SEASON_LAST && decision->kind <= SEASON_LAST;
		if (old->round == decision->round && of_car && places &&
		    strcmp(old->car, decision->car) == 0)
			return ini_bad(entry, err,
				       "car %s has a decision on its place in line %u "
				       "already",
				       decision->car, old->line);
	}
	return 0;
}

static int season_take_decision(struct season_reader *reader,
				const struct ini_entry *entry, struct err *err)
{
	struct season_plan *plan = reader->plan;
	struct season_decision decision = {.line = entry->line};
	struct slice car = slice_of(entry->key);
	struct slice round = slice_cut(&car, ',');
	int rc = season_find_round(reader, entry, slice_trim(round), &decision.round,
				   err);
	if (rc)
		return rc;
	car = slice_trim(car);
	if (car.len > 0 && !text_id(decision.car, sizeof(decision.car), car))
		return ini_bad(entry, err, "\"%.*s\" is not the number of a car",
			       (int)(car.len < 40 ? car.len : 40), car.at);
	if (!decision_what(slice_trim(slice_of(entry->value)), &decision))
		return ini_bad(
			entry, err,
			"\"%s\": write dsq, nc, dnf, dns, place 4, last, points "
			"-200 (at most 100000), points 10 to drivers, or qualifying "
			"void",
			entry->value);
	rc = decision_check(plan, entry, &decision, err);
	if (rc == 0)
		plan->decisions[plan->decision_count++] = decision;
	return rc;
}

/* "110, 210 at Le Mans" */
static int season_take_cars(struct season_reader *reader, const struct ini_entry *entry,
			    struct err *err)
{
	struct slice rest = slice_of(entry->value);
	if (slice_trim(rest).len == 0)
		return season_add_spelling(reader, entry, SPELLING_CARS, rest, err);
	while (rest.len > 0) {
		struct slice number = slice_trim(slice_cut(&rest, ','));
		struct slice at = number;
		uint8_t round = ROUND_BY_RULE;
		(void)slice_cut(&at, ' ');
		number.len -= at.at ? at.len + 1 : 0;
		at = slice_trim(at);
		if (at.len > 0 && !season_cut_word(&at, "at"))
			return ini_bad(entry, err,
				       "\"%s\": write numbers, as 110, 210 at Le Mans",
				       entry->value);
		int rc = at.len > 0 ? season_find_round(reader, entry, at, &round, err)
				    : 0;
		if (rc == 0)
			rc = season_add_spelling(reader, entry, SPELLING_CARS,
						 slice_trim(number), err);
		if (rc)
			return rc;
		reader->plan->spellings[reader->plan->spelling_count - 1].round = round;
	}
	return 0;
}

static int season_take_later(struct season_reader *reader, struct err *err)
{
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < reader->later_count; i++) {
		struct ini_entry entry = {
			.where = reader->where,
			.line = reader->later[i].line,
			.section = reader->later[i].cars ? "cars" : "decisions",
			.key = reader->later[i].key,
			.value = reader->later[i].value,
		};
		rc = reader->later[i].cars ? season_take_cars(reader, &entry, err)
					   : season_take_decision(reader, &entry, err);
	}
	return rc;
}

/* ---- the file ----------------------------------------------------------------------------- */

static int season_set(void *context, const struct ini_entry *entry, struct err *err)
{
	static const char *const tables[SPELLING_KINDS] = {"drivers", "teams", "makes",
							   "cars"};
	struct season_reader *reader = context;
	const char *section = entry->section;
	struct slice key = slice_of(entry->key);
	if (strncmp(section, "points ", 7) == 0)
		return season_keep_change(reader, entry, err);
	if (slice_cut_end(&key, SLICE("-source")))
		return 0;
	if (strcmp(section, "season") == 0)
		return season_set_head(reader, entry, err);
	if (strncmp(section, "round", 5) == 0)
		return season_set_round(reader, entry, err);
	if (strcmp(section, "entries") == 0)
		return season_set_entries(reader, entry, err);
	if (strcmp(section, "decisions") == 0)
		return season_keep(reader, entry, false, err);
	for (unsigned i = 0; i < SPELLING_KINDS; i++)
		if (strcmp(section, tables[i]) == 0)
			return season_set_names(reader, entry, i, err);
	return ini_bad(entry, err,
		       "[%s] is unknown: a season has [season], [round N], [entries], "
		       "[drivers], [teams], [makes], [cars], [decisions] and [points "
		       "...]",
		       section);
}

static int season_check_rounds(const struct season_reader *reader, struct err *err)
{
	struct season_plan *plan = reader->plan;
	for (unsigned i = 0; i < plan->round_count; i++) {
		struct season_plan_round *round = &plan->rounds[i];
		struct ini_entry at = {.where = reader->where, .line = round->line};
		if (!round->name[0])
			return ini_bad(&at, err, "[round %s] has no name",
				       round->label);
		for (unsigned j = 0; j < i; j++)
			if (slice_eq_nocase(slice_of(plan->rounds[j].name),
					    slice_of(round->name)))
				return ini_bad(&at, err,
					       "two rounds have the name \"%s\"",
					       round->name);
		bool later = i > 0 && round->date != INSTANT_NONE &&
			     plan->rounds[i - 1].date != INSTANT_NONE &&
			     round->date < plan->rounds[i - 1].date;
		if (later)
			return ini_bad(&at, err,
				       "round \"%s\" is before round \"%s\": write the "
				       "rounds in their order",
				       round->name, plan->rounds[i - 1].name);
		unsigned s = 0;
		while (s < plan->rules.scale_count &&
		       strcmp(plan->rules.scales[s].name, round->scale) != 0)
			s++;
		if (round->scale[0] && s == plan->rules.scale_count)
			return ini_bad(&at, err,
				       "round \"%s\": rules %s have no scale \"%s\"",
				       round->name, plan->rules.name, round->scale);
	}
	return 0;
}

static int season_rules(struct season_reader *reader, struct err *err)
{
	struct season_plan *plan = reader->plan;
	char path[SOURCE_PATH_MAX];
	struct err why;
	struct ini_entry at = {.where = reader->where, .line = reader->points_line};
	if (!plan->points[0])
		return err_set(err, -EINVAL,
			       "%s: [season] has no rules of points: write \"points = "
			       "wec-2022\"; pitwall-points(5) lists them",
			       reader->where);
	bool beside = names_a_file(plan->points) && plan->points[0] != '/';
	text_format(path, sizeof(path), "%s%s", beside ? reader->folder : "",
		    plan->points);
	if (points_rules_load(path, &plan->rules, &why))
		return ini_bad(&at, err, "%s", why.text);
	return points_rules_change(&reader->lines, &plan->rules, err);
}

static void season_infer_year(struct season_plan *plan)
{
	char date[TIME_TEXT_MAX];
	uint64_t year;
	for (unsigned i = 0; plan->year == 0 && i < plan->round_count; i++)
		if (plan->rounds[i].date != INSTANT_NONE &&
		    format_date(date, plan->rounds[i].date) > 4 &&
		    parse_u64((struct slice){date, 4}, &year))
			plan->year = (uint16_t)year;
}

int season_plan_parse(struct slice text, const char *where, const char *folder,
		      struct season_plan *out, struct err *err)
{
	struct season_reader *reader = calloc(1, sizeof(*reader));
	if (!reader)
		return err_set(err, -ENOMEM, "out of memory");
	memset(out, 0, sizeof(*out));
	reader->plan = out;
	reader->where = where;
	reader->folder = folder;
	reader->lines.at = reader->changes;
	int rc = ini_walk(text, where, season_set, reader, err);
	if (rc == 0)
		rc = season_rules(reader, err);
	if (rc == 0)
		rc = season_check_rounds(reader, err);
	if (rc == 0)
		rc = season_take_later(reader, err);
	if (rc == 0 && out->round_count == 0)
		rc = err_set(err, -EINVAL, "%s: there is no [round 1]", where);
	if (rc == 0)
		season_infer_year(out);
	free(reader);
	return rc;
}

int season_plan_load(const char *name, struct season_plan *out, char *path,
		     struct err *err)
{
	char asset[128], folder[SOURCE_PATH_MAX], shown[128];
	struct bytes text = {0};
	int rc = 0;
	text_format(asset, sizeof(asset), "seasons/%s.ini", name);
	if (names_a_file(name))
		text_copy(path, SOURCE_PATH_MAX, slice_of(name));
	else if (!asset_name_ok(name) || asset_path(asset, path, SOURCE_PATH_MAX, NULL))
		rc = err_set(err, -ENOENT,
			     "there is no season \"%s\"; `pitwall season` lists those "
			     "of the program; a file ends in .ini",
			     name);
	if (rc == 0)
		rc = small_file_read(path, &text, err);
	if (rc)
		return rc;
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	text_format(folder, sizeof(folder), "%.*s", (int)(base - path), path);
	text_clean(shown, sizeof(shown), slice_of(base));
	rc = season_plan_parse(text.data, shown, folder, out, err);
	bytes_free(&text);
	return rc;
}
