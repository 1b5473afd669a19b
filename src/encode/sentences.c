/*
 * sentences.c -- a race told in sentences, a line each: for a pipe, a terminal that can
 * place no cursor, and whoever has the screen read aloud
 *
 * They read the list of what happened (history.h) behind the instant that was told last,
 * from the oldest on.
 *
 *  (1) A line begins with the race time and is one sentence; nothing in it is drawn.
 *  (2) A race told bit by bit is told in the same lines as at once, but for what turned
 *      out later: a lap that was deleted, a car that was overdue in a stop which nobody
 *      had told of yet. So nothing is said of a car that could turn out to be wrong.
 *  (3) What is heard of late, behind what was told already, is not told any more.
 */
#include "write.h"

#include <string.h>

enum { BESTS_FROM_LAP = 3 };

/* What is worth a sentence; of a session that is no race without leads. */
#define LEADS (HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD))
#define TOLD                                                                    \
	(LEADS | HISTORY_BIT(START) | HISTORY_BIT(FLAG) | HISTORY_BIT(DRIVER) | \
	 HISTORY_BIT(PIT_IN) | HISTORY_BIT(PIT_OUT) | HISTORY_BIT(CLASS_BEST) | \
	 HISTORY_BIT(BEST_LAP) | HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED) |  \
	 HISTORY_BIT(RETIRED) | HISTORY_BIT(DECISION) | HISTORY_BIT(MESSAGE) |  \
	 HISTORY_BIT(FINISH))

struct telling {
	const struct sentences *said;
	struct out *out;
	const struct race *race;
	const struct race_tables *tables;
	instant_us until;
};

/* ---- words ----------------------------------------------------------------- */

static void name(struct telling *telling, const char *text)
{
	struct slice s = slice_of(text);
	if (!telling->said->ascii) {
		out_text(telling->out, text);
		return;
	}
	for (size_t i = 0; i < s.len;) {
		uint32_t cp;
		i += utf8_decode(s.at + i, s.len - i, &cp);
		char c = cp_ascii(cp);
		if (cp_width(cp) > 0)
			out_bytes(telling->out, &c, 1);
	}
}

static void clock_of(struct telling *telling, instant_us at)
{
	char text[TIME_TEXT_MAX];
	duration_us t = race_elapsed(telling->race, at);
	format_duration(text, t == DURATION_NONE ? 0 : t, TIME_CLOCK);
	out_format(telling->out, "%s  ", text);
}

static void duration(struct telling *telling, duration_us t, enum time_style style)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, t, style);
	out_text(telling->out, text);
}

static const char *class_name(const struct race *race, uint16_t car)
{
	uint8_t c = race->entries[car].class_index;
	return c < race->class_count ? race->classes[c].name : "";
}

static void car_words(struct telling *telling, uint16_t car)
{
	const struct race *race = telling->race;
	const struct entry *entry = &race->entries[car];
	char label[16];
	race_car_label(race, car, label);
	out_text(telling->out, "car ");
	name(telling, label);
	if (entry->internal && entry->team[0] != '\0') {
		out_text(telling->out, " of ");
		name(telling, entry->team);
	}
}

/* ---- a sentence of each kind ------------------------------------------------- */

static bool is_race(const struct telling *telling)
{
	return telling->race->setup.type == SESSION_RACE;
}

/* Whom race control, or the stewards, speak of. */
static void tell_words(struct telling *telling, const struct history_row *what,
		       const char *who)
{
	out_text(telling->out, who);
	if (what->car < telling->race->car_count) {
		out_text(telling->out, " on ");
		car_words(telling, what->car);
	}
	out_text(telling->out, ": ");
}

static void tell_row(struct telling *telling, const struct history_row *what)
{
	char text[HISTORY_CLAUSE_MAX];
	size_t len = history_clause(telling->race, telling->tables, what, text);
	clock_of(telling, what->at);
	if (what->kind == HISTORY_MESSAGE) {
		tell_words(telling, what, "Race control");
	} else if (what->kind == HISTORY_DECISION) {
		tell_words(telling, what, "The stewards");
	} else if (what->car < telling->race->car_count) {
		if (class_name(telling->race, what->car)[0] != '\0') {
			name(telling, class_name(telling->race, what->car));
			out_text(telling->out, " ");
		}
		car_words(telling, what->car);
		out_text(telling->out, " ");
	} else if (text[0] == 't') {
		text[0] = 'T';
	}
	name(telling, text);
	/* Words of others end as they like. */
	out_text(telling->out, len > 0 && strchr(".!?", text[len - 1]) ? "\n" : ".\n");
}

/* Bests are told once a lap was driven that nobody hurried to get away on. */
static bool is_told(const struct telling *telling, const struct history_row *what)
{
	bool best = what->kind == HISTORY_CLASS_BEST || what->kind == HISTORY_BEST_LAP;
	return !best || !is_race(telling) || what->lap >= BESTS_FROM_LAP;
}

/* ---- telling --------------------------------------------------------------- */

void sentences_begin(struct sentences *said, bool ascii)
{
	said->told = INSTANT_NONE;
	said->ascii = ascii;
}

void sentences_tell(struct sentences *said, struct out *out, const struct race *race,
		    const struct race_tables *tables, instant_us until)
{
	struct telling telling = {.said = said,
				  .out = out,
				  .race = race,
				  .tables = tables,
				  .until = until};
	if (until <= said->told)
		return;
	if (out) {
		struct history list = {.race = race,
				       .tables = tables,
				       .kinds =
					       is_race(&telling) ? TOLD : TOLD & ~LEADS,
				       .at = until,
				       .car = CAR_NONE};
		struct history_row row;
		history_open(&list);
		for (uint32_t i = history_later(&list, said->told); i > 0; i--)
			if (history_nth(&list, i - 1, &row) && is_told(&telling, &row))
				tell_row(&telling, &row);
	}
	said->told = until;
}

/* ---- how it stands ----------------------------------------------------------- */

void sentences_state(struct sentences *said, struct out *out, const struct race *race,
		     instant_us at)
{
	struct telling telling = {.said = said, .out = out, .race = race};
	duration_us left = race_left(race, at);
	clock_of(&telling, at);
	if (race->flag != FLAG_UNKNOWN)
		out_format(out, "The flag is %s", flag_clause((enum flag)race->flag));
	else
		out_text(out, "No flag is known");
	if (left != DURATION_NONE && left > 0) {
		out_text(out, ", ");
		duration(&telling, left, TIME_CLOCK);
		out_text(out, " left");
	}
	if (race->car_count > 0 && race->cars[race->order[0]].laps > 0) {
		out_text(out, ", ");
		car_words(&telling, race->order[0]);
		out_format(out, " leads on lap %u",
			   race->cars[race->order[0]].laps + 1u);
	}
	out_text(out, ".\n");
}

static void result_line(struct telling *telling, const struct result *row)
{
	const struct race *race = telling->race;
	char gap[TIME_TEXT_MAX];
	out_format(telling->out, "%u: ", row->position);
	if (class_name(race, row->car)[0] != '\0') {
		name(telling, class_name(race, row->car));
		out_text(telling->out, " ");
	}
	car_words(telling, row->car);
	if (race->entries[row->car].team[0] != '\0' &&
	    !race->entries[row->car].internal) {
		out_text(telling->out, ", ");
		name(telling, race->entries[row->car].team);
	}
	out_format(telling->out, ", %u lap%s", row->laps, row->laps == 1 ? "" : "s");
	if (format_gap(gap, row->gap, TIME_LAP) > 0)
		out_format(telling->out, ", %s%s", gap[0] == '+' ? "" : "+", gap);
	if (row->status != STATUS_CLASSIFIED && row->status != STATUS_RUNNING)
		out_format(telling->out, ", %s",
			   status_name((enum result_status)row->status));
	out_text(telling->out, ".\n");
}

void sentences_result(struct sentences *said, struct out *out, const struct race *race,
		      const struct classification *list)
{
	struct telling telling = {.said = said, .out = out, .race = race};
	if (list->count == 0)
		return;
	out_text(out, list->finished ? "The classification:\n" : "As it stands:\n");
	for (uint32_t i = 0; i < list->count; i++)
		result_line(&telling, &list->rows[i]);
}

void sentences_head(struct sentences *said, struct out *out, const struct race *race,
		    const char *source)
{
	struct telling telling = {.said = said, .out = out, .race = race};
	name(&telling, race->setup.event[0] != '\0' ? race->setup.event : source);
	if (race->setup.session[0] != '\0') {
		out_text(out, ", ");
		name(&telling, race->setup.session);
	}
	if (race->setup.circuit[0] != '\0') {
		out_text(out, ", ");
		name(&telling, race->setup.circuit);
	}
	out_text(out, race->setup.reconstruction ? ": a reconstruction.\n" : ".\n");
}
