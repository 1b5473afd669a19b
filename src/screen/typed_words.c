/*
 * typed_words.c -- which words can follow in a prompt, and Tab
 *
 *  (1) The lists are the tables of the program and the race: nothing is listed twice.
 *  (2) Tab changes only the end of the line, and only to what every word that fits
 *      begins with.
 */
#include "parts.h"
#include "pitwall/alert.h"
#include "pitwall/command_line.h"

#include <string.h>

/* ---- the lists (1) -------------------------------------------------------------- */

static void list_word(struct typed_word *out, const char *name, const char *about)
{
	out->shown = out->insert = slice_of(name);
	out->about = slice_of(about);
}

static bool list_verbs(const struct view *view, unsigned i, struct typed_word *out)
{
	struct line_verb verb;
	if (!line_verb_at(i, &verb))
		return false;
	list_word(out, verb.name, verb.about);
	/* Not those that do nothing on this screen. */
	if (verb.does == LINE_ACTION &&
	    action_reach((enum action)verb.of) == REACH_OWN &&
	    !screen_key(screen_of(view), (enum action)verb.of))
		out->shown.len = 0;
	return true;
}

static bool list_cars(const struct view *view, unsigned i, struct typed_word *out)
{
	if (i >= view->race->car_count)
		return false;
	(void)text_copy(out->buf, sizeof(out->buf), CAR_LABEL(view->race, (uint16_t)i));
	list_word(out, out->buf, shown_entrant(view->race, (uint16_t)i));
	if (view->race->entries[i].merged == ENTRY_MERGED)
		out->shown.len = 0; /* another has its laps */
	return true;
}

/* Those of no entry: "?2906141". */
static bool list_transponders(const struct view *view, unsigned i,
			      struct typed_word *out)
{
	if (!list_cars(view, i, out))
		return false;
	if (out->buf[0] != '?')
		out->shown.len = 0;
	return true;
}

/* "#7": a car as rules and filters name it. */
static bool list_hash_cars(const struct view *view, unsigned i, struct typed_word *out)
{
	if (!list_cars(view, i, out))
		return false;
	text_format(out->buf, sizeof(out->buf), "#%.*s", 16,
		    car_label(view->race, (uint16_t)i).text);
	out->shown = out->insert = slice_of(out->buf);
	return true;
}

static bool list_classes(const struct view *view, unsigned i, struct typed_word *out)
{
	if (i >= view->race->class_count)
		return false;
	list_word(out, view->race->classes[i].name, "");
	return true;
}

static bool list_screens(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= SCREEN_COUNT)
		return false;
	list_word(out, screens[i]->name, screens[i]->about);
	return true;
}

static bool list_view_words(const struct view_word *words, unsigned i,
			    struct typed_word *out)
{
	if (!words || !words[i].name)
		return false;
	list_word(out, words[i].name, words[i].about);
	if (words[i].usage[0])
		out->shown = slice_of(words[i].usage);
	return true;
}

static bool list_speeds(const struct view *view, unsigned i, struct typed_word *out)
{
	return list_view_words(view->speed_words, i, out);
}

static bool list_themes(const struct view *view, unsigned i, struct typed_word *out)
{
	return list_view_words(view->theme_words, i, out);
}

static bool list_decisions(const struct view *view, unsigned i, struct typed_word *out)
{
	return list_view_words(view->decision_words, i, out);
}

static bool list_flags(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (FLAG_GREEN + i >= FLAG_COUNT)
		return false;
	list_word(out, flag_name((enum flag)(FLAG_GREEN + i)), "");
	return true;
}

const char *step_about(enum history_step step)
{
	static const char *const about[STEP_COUNT] = {
		[STEP_FLAG] = "the flag changes",
		[STEP_STOP] = "a car comes into the pits",
		[STEP_LEAD] = "another car leads the race",
		[STEP_CLASS_LEAD] = "another car leads its class",
		[STEP_BEST_LAP] = "the best lap of the race is beaten",
		[STEP_DRIVER] = "another driver gets into a car",
		[STEP_LAP] = "a lap of that car, or of the leader",
	};
	return about[step];
}

static bool list_steps(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= STEP_COUNT)
		return false;
	list_word(out, history_steps[i].name, step_about((enum history_step)i));
	return true;
}

static bool list_columns(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= COLUMN_COUNT || !column_name(i, out->buf))
		return false;
	list_word(out, out->buf, column_about(i));
	if (column_by_name(out->shown) < 0)
		out->shown.len = 0; /* not to be chosen */
	return true;
}

static bool list_sets(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= column_sets_count)
		return false;
	list_word(out, column_sets[i].name, "a set of columns");
	return true;
}

/* What is typed ends where a placeholder begins: "class NAME leader", "#NUMBER". */
static void list_rule_word(const struct alert_word *word, struct typed_word *out)
{
	size_t n = 0;
	list_word(out, word->name, word->about);
	while (n < out->insert.len &&
	       !(out->insert.at[n] >= 'A' && out->insert.at[n] <= 'Z'))
		n++;
	out->insert.len = n;
}

static bool list_subjects(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= alert_subjects_count)
		return false;
	list_rule_word(&alert_subjects[i], out);
	return true;
}

static bool list_terms(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= alert_terms_count)
		return false;
	list_word(out, alert_terms[i].name, alert_terms[i].about);
	if (alert_terms[i].unit[0] == '\0')
		return true;
	text_format(out->buf, sizeof(out->buf), "%s%s < %s", alert_terms[i].name,
		    strcmp(alert_terms[i].name, "gap") == 0 ? " #CAR" : "",
		    alert_terms[i].unit);
	out->shown = slice_of(out->buf);
	return true;
}

static bool list_gaps(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= GAPS_SHOWN)
		return false;
	list_word(out, gap_shown_names[i], "");
	return true;
}

static bool list_charts(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	if (i >= CHART_COUNT)
		return false;
	list_word(out, chart_name((enum chart_kind)i), "");
	return true;
}

static bool list_sessions(const struct view *view, unsigned i, struct typed_word *out)
{
	if (i >= view->session_count)
		return false;
	text_format(out->buf, sizeof(out->buf), "%u", i + 1);
	list_word(out, out->buf, view->sessions[i].name);
	return true;
}

static const struct view_word filter_words[] = {
	{"class", "class NAME", "cars of a class"},
	{"team", "team NAME", "of a team"},
	{"car", "car NAME", "of a make or model"},
	{"driver", "driver NAME", "with a driver"},
	{"#", "#NUMBER", "the car of that number"},
	{"running", "", "on the track"},
	{"pit", "", "in the pits"},
	{"stopped", "", "stopped on the track"},
	{"tagged", "", "tagged with t"},
	{"favourites", "", "pinned with *"},
	{"-", "-WORD", "all others"},
	{0},
};

static bool list_filter(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	return list_view_words(filter_words, i, out);
}

static const struct view_word when_words[] = {
	{"start", "", "the start signal"},
	{"end", "", "the end, or the live edge"},
	{"lap:", "lap:112", "when the leader completes the lap"},
	{"@", "@15:20", "a time of the day; @15:20+1d: of the next day"},
	{"3:20:00", "", "race time; 3:20 is three hours and twenty minutes"},
	{"50%", "", "of the time to the finish"},
	{0},
};

static bool list_when(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	return list_view_words(when_words, i, out);
}

static const struct view_word entry_words[] = {
	{"driver1=", "driver1=NAME", "a driver; up to driver8"},
	{"team=", "team=NAME", ""},
	{"class=", "class=NAME", ""},
	{"vehicle=", "vehicle=NAME", "make and model"},
	{"number=", "number=NUMBER", ""},
	{"tag=", "tag=WORD", ""},
	{"grid=", "grid=PLACE", "on the grid"},
	{0},
};

static bool list_fields(const struct view *view, unsigned i, struct typed_word *out)
{
	(void)view;
	return list_view_words(entry_words, i, out);
}

enum typed_kind {
	TYPED_VERB,
	TYPED_CAR,
	TYPED_HASH_CAR,
	TYPED_CLASS,
	TYPED_SCREEN,
	TYPED_SPEED,
	TYPED_THEME,
	TYPED_DECISION,
	TYPED_FLAG,
	TYPED_TRANSPONDER,
	TYPED_FIELD,
	TYPED_STEP,
	TYPED_COLUMN,
	TYPED_SET,
	TYPED_SUBJECT,
	TYPED_TERM,
	TYPED_GAPS,
	TYPED_CHART,
	TYPED_SESSION,
	TYPED_FILTER,
	TYPED_WHEN,
	TYPED_KIND_COUNT
};
static bool (*const lists[TYPED_KIND_COUNT])(const struct view *, unsigned,
					     struct typed_word *) = {
	[TYPED_VERB] = list_verbs,         [TYPED_CAR] = list_cars,
	[TYPED_HASH_CAR] = list_hash_cars, [TYPED_CLASS] = list_classes,
	[TYPED_SCREEN] = list_screens,     [TYPED_SPEED] = list_speeds,
	[TYPED_THEME] = list_themes,       [TYPED_DECISION] = list_decisions,
	[TYPED_FLAG] = list_flags,         [TYPED_TRANSPONDER] = list_transponders,
	[TYPED_FIELD] = list_fields,       [TYPED_STEP] = list_steps,
	[TYPED_COLUMN] = list_columns,     [TYPED_SET] = list_sets,
	[TYPED_SUBJECT] = list_subjects,   [TYPED_TERM] = list_terms,
	[TYPED_GAPS] = list_gaps,          [TYPED_CHART] = list_charts,
	[TYPED_SESSION] = list_sessions,   [TYPED_FILTER] = list_filter,
	[TYPED_WHEN] = list_when,
};

/* ---- what is expected ------------------------------------------------------------- */

static void want(struct typed_wants *out, enum typed_kind kind)
{
	if (out->count < TYPED_KINDS)
		out->kinds[out->count++] = (uint8_t)kind;
}

/* The last word of @rest, which may be empty; @before: the one in front of it. */
static struct slice last_word(struct slice rest, struct slice *before)
{
	struct slice word = {rest.at, 0};
	*before = (struct slice){"", 0};
	while (rest.at && rest.len > 0) {
		struct slice next = slice_cut(&rest, ' ');
		if (next.len > 0 && rest.at)
			*before = next;
		word = rest.at ? (struct slice){rest.at, 0} : next;
	}
	return word;
}

/* "#7 gap #31 < 2", "class GT leader pits", "flag SC". */
static void want_rule(struct slice rest, struct typed_wants *out)
{
	struct slice before, first = slice_trim(rest);
	out->word = last_word(rest, &before);
	first = slice_cut(&first, ' ');
	bool subject = before.len == 0, hash = out->word.len && out->word.at[0] == '#';
	if (subject)
		want(out, hash ? TYPED_HASH_CAR : TYPED_SUBJECT);
	else if (slice_eq_nocase(before, SLICE("class")))
		want(out, TYPED_CLASS);
	else if (slice_eq_nocase(first, SLICE("flag")))
		want(out, TYPED_FLAG);
	else if (slice_eq_nocase(before, SLICE("gap")))
		want(out, TYPED_HASH_CAR);
	else if (before.at[0] != '<' && before.at[0] != '>')
		want(out, TYPED_TERM);
}

/* Word @nth of how a decision is typed, its verb being 0; empty: no more. */
static struct slice usage_word(const struct view *view, struct slice verb, unsigned nth)
{
	const struct view_word *word = view->decision_words;
	while (word && word->name && !slice_eq_nocase(verb, slice_of(word->name)))
		word++;
	struct slice usage = slice_of(word && word->name ? word->usage : ""), at;
	do
		at = slice_cut(&usage, ' ');
	while (nth-- > 0);
	return at;
}

/* The words of a decision follow its verb, as its usage names them. */
static void want_decision(const struct view *view, struct slice rest,
			  struct typed_wants *out)
{
	static const struct {
		const char *word;
		enum typed_kind kind;
	} named[] = {
		{"CAR", TYPED_CAR},
		{"OTHER", TYPED_CAR},
		{"NAME", TYPED_FLAG},
		{"FIELD=VALUE", TYPED_FIELD},
		{"?TRANSPONDER", TYPED_TRANSPONDER},
	};
	struct slice before, line = rest, verb = slice_cut(&line, ' ');
	unsigned nth = 0;
	out->word = last_word(rest, &before);
	if (!line.at)
		want(out, TYPED_DECISION);
	for (; line.at; nth++)
		(void)slice_cut(&line, ' ');
	struct slice word = nth > 0 ? usage_word(view, verb, nth) : SLICE("");
	for (size_t i = 0; i < ARRAY_LEN(named); i++)
		/* "driver CAR NUMBER or NAME" is of a driver. */
		if (slice_eq(word, slice_of(named[i].word)) &&
		    (named[i].kind != TYPED_FLAG || nth == 1))
			want(out, named[i].kind);
}

/* A class may have blanks in its name. */
static void want_stint(const struct view *view, struct slice rest,
		       struct typed_wants *out)
{
	struct slice before;
	out->word = rest;
	(void)last_word(rest, &before);
	for (unsigned i = 0; i < view->race->class_count; i++) {
		struct slice name = slice_of(view->race->classes[i].name);
		if (rest.len > name.len && rest.at[name.len] == ' ' &&
		    slice_eq_nocase((struct slice){rest.at, name.len}, name))
			return;
	}
	if (before.len > 0 && race_find_text(view->race, before) != CAR_NONE)
		return;
	want(out, TYPED_CLASS);
	want(out, TYPED_CAR);
}

static void want_filter(struct slice rest, struct typed_wants *out)
{
	struct slice before;
	out->word = last_word(rest, &before);
	if (out->word.len > 0 && out->word.at[0] == '#')
		want(out, TYPED_HASH_CAR);
	else if (slice_eq_nocase(before, SLICE("class")))
		want(out, TYPED_CLASS);
	else
		want(out, TYPED_FILTER);
}

static void want_columns(struct slice rest, struct typed_wants *out)
{
	struct slice before;
	out->word = last_word(rest, &before);
	if (before.len == 0 && out->prompt == PROMPT_COMMAND)
		want(out, TYPED_SET);
	want(out, TYPED_COLUMN);
}

static void want_prompt(const struct view *view, unsigned prompt, struct slice rest,
			struct typed_wants *out)
{
	out->word = rest;
	if (prompt == PROMPT_ALERT)
		want_rule(rest, out);
	else if (prompt == PROMPT_OPERATE)
		want_decision(view, rest, out);
	else if (prompt == PROMPT_STINT)
		want_stint(view, rest, out);
	else if (prompt == PROMPT_FILTER)
		want_filter(rest, out);
	else if (prompt == PROMPT_COLUMNS)
		want_columns(rest, out);
	else if (prompt == PROMPT_GO_TO)
		want(out, TYPED_WHEN);
	else if (prompt == PROMPT_PASS || prompt == PROMPT_FIND)
		want(out, TYPED_CAR);
}

/* What follows a verb is one value, blanks and all. */
static void want_value(const struct view *view, struct slice rest,
		       struct typed_wants *out)
{
	static const uint8_t kinds[LINE_DOES_COUNT] = {
		[LINE_ACTION] = TYPED_KIND_COUNT, [LINE_PROMPT] = TYPED_KIND_COUNT,
		[LINE_LAP] = TYPED_KIND_COUNT,    [LINE_TIME] = TYPED_KIND_COUNT,
		[LINE_NEXT] = TYPED_STEP,         [LINE_BEFORE] = TYPED_STEP,
		[LINE_FLAG] = TYPED_FLAG,         [LINE_SPEED] = TYPED_SPEED,
		[LINE_CAR] = TYPED_CAR,           [LINE_CLASS] = TYPED_CLASS,
		[LINE_SCREEN] = TYPED_SCREEN,     [LINE_CHART] = TYPED_CHART,
		[LINE_SORT] = TYPED_COLUMN,       [LINE_GAPS] = TYPED_GAPS,
		[LINE_SESSION] = TYPED_SESSION,   [LINE_THEME] = TYPED_THEME,
	};
	out->word = rest;
	if (out->verb.does == LINE_PROMPT)
		want_prompt(view, out->verb.of, rest, out);
	else if (kinds[out->verb.does] < TYPED_KIND_COUNT)
		want(out, (enum typed_kind)kinds[out->verb.does]);
	if (out->verb.does == LINE_SORT && rest.len > 0 && rest.at[0] == '-')
		out->word = (struct slice){rest.at + 1, rest.len - 1};
}

void typed_wants(const struct view *view, struct typed_wants *out)
{
	struct slice rest = slice_of(view->input), verb;
	struct err err;
	*out = (struct typed_wants){.prompt = view->prompt};
	if (view->prompt != PROMPT_COMMAND) {
		want_prompt(view, view->prompt, rest, out);
		return;
	}
	while (rest.len > 0 && rest.at[0] == ' ')
		rest = (struct slice){rest.at + 1, rest.len - 1};
	out->word = rest;
	verb = slice_cut(&rest, ' ');
	if (!rest.at) {
		want(out, TYPED_VERB);
		return;
	}
	out->word = (struct slice){rest.at + rest.len, 0};
	if (line_verb_find(verb, &out->verb, &err) != 0) {
		out->verb.name = NULL;
		return;
	}
	while (rest.len > 0 && rest.at[0] == ' ')
		rest = (struct slice){rest.at + 1, rest.len - 1};
	want_value(view, rest, out);
}

/* ---- the words that fit -------------------------------------------------------------- */

static bool word_fits(const struct typed_word *word, struct slice typed)
{
	/* Where only a part is inserted, the rest is for the person. */
	return word->shown.len > 0 && typed.len <= word->insert.len &&
	       slice_eq_nocase((struct slice){word->insert.at, typed.len}, typed);
}

bool typed_word_at(const struct view *view, const struct typed_wants *wants, unsigned i,
		   struct typed_word *out)
{
	for (unsigned k = 0; k < wants->count; k++)
		for (unsigned n = 0; lists[wants->kinds[k]](view, n, out); n++)
			if (word_fits(out, wants->word) && i-- == 0)
				return true;
	return false;
}

/* Bytes at the beginning of both, their case aside; whole characters. */
static size_t in_common(struct slice a, struct slice b)
{
	size_t n = 0, whole = 0;
	while (n < a.len && n < b.len &&
	       slice_eq_nocase((struct slice){a.at + n, 1},
			       (struct slice){b.at + n, 1})) {
		n++;
		if (n == a.len || ((unsigned char)a.at[n] & 0xc0) != 0x80)
			whole = n;
	}
	return whole;
}

/* A blank may follow; not where more of the word is for the person: "lap:", "#NUMBER". */
static bool ends_word(const struct typed_word *word)
{
	char last = word->insert.at[word->insert.len - 1];
	return last != ' ' && last != ':' &&
	       (word->insert.len >= word->shown.len ||
		word->shown.at[word->insert.len] == ' ');
}

/* (2) */
void typed_complete(struct view *view)
{
	struct typed_wants wants;
	struct typed_word word;
	char common[64];
	size_t len = 0;
	unsigned count = 0;
	bool ends = false;
	typed_wants(view, &wants);
	for (; typed_word_at(view, &wants, count, &word); count++) {
		if (count == 0)
			len = text_copy(common, sizeof(common), word.insert);
		len = in_common((struct slice){common, len}, word.insert);
		ends = ends_word(&word);
	}
	size_t at = strlen(view->input) - wants.word.len;
	if (count == 0 || len < wants.word.len || at + len + 2 > sizeof(view->input))
		return;
	memcpy(view->input + at, common, len);
	if (count == 1 && ends)
		view->input[at + len++] = ' ';
	view->input[at + len] = '\0';
}
