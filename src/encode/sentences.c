/*
 * sentences.c -- a race in sentences, one a line: for pipes, dumb terminals and screen
 * readers
 *
 * Sentences are made from the history (history.h) after the last instant written, the
 * oldest first.
 *
 *  (1) A line begins with the race time and is one sentence of plain text.
 *  (2) A race written bit by bit gives the same lines as at once, except for facts that
 *      became known later: a deleted lap, a car that was overdue because its stop was not
 *      reported yet. A sentence therefore states nothing that may turn out to be wrong.
 *  (3) A late report, before an instant already written, gives no sentence.
 */
#include "write.h"

#include <string.h>

enum { BESTS_FROM_LAP = 3 };

/* What is worth a sentence; of a session that is no race without leads. */
#define LEADS (HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD))
#define AS_SENTENCES                                                            \
	(LEADS | HISTORY_BIT(START) | HISTORY_BIT(FLAG) | HISTORY_BIT(DRIVER) | \
	 HISTORY_BIT(PIT_IN) | HISTORY_BIT(PIT_OUT) | HISTORY_BIT(CLASS_BEST) | \
	 HISTORY_BIT(BEST_LAP) | HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED) |  \
	 HISTORY_BIT(RETIRED) | HISTORY_BIT(DECISION) | HISTORY_BIT(MESSAGE) |  \
	 HISTORY_BIT(FINISH))

struct speech {
	const struct sentences *sentences;
	struct out *out;
	const struct race *race;
	const struct race_tables *tables;
	instant_us until;
};

/* ---- words ----------------------------------------------------------------- */

static void sentence_name(struct speech *speech, const char *text)
{
	struct slice s = slice_of(text);
	if (!speech->sentences->ascii) {
		out_text(speech->out, text);
		return;
	}
	for (size_t i = 0; i < s.len;) {
		uint32_t cp;
		i += utf8_decode(s.at + i, s.len - i, &cp);
		char c = cp_ascii(cp);
		if (cp_width(cp) > 0)
			out_bytes(speech->out, &c, 1);
	}
}

static void sentence_clock(struct speech *speech, instant_us at)
{
	char text[TIME_TEXT_MAX];
	duration_us t = race_elapsed(speech->race, at);
	format_duration(text, t == DURATION_NONE ? 0 : t, TIME_CLOCK);
	out_format(speech->out, "%s  ", text);
}

static void sentence_duration(struct speech *speech, duration_us t,
			      enum time_style style)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, t, style);
	out_text(speech->out, text);
}

static const char *sentence_class(const struct race *race, uint16_t car)
{
	uint8_t c = race->entries[car].class_index;
	return c < race->class_count ? race->classes[c].name : "";
}

static void car_words(struct speech *speech, uint16_t car)
{
	const struct race *race = speech->race;
	const struct entry *entry = &race->entries[car];
	char label[16];
	race_car_label(race, car, label);
	out_text(speech->out, "car ");
	sentence_name(speech, label);
	if (entry->internal && entry->team[0] != '\0') {
		out_text(speech->out, " of ");
		sentence_name(speech, entry->team);
	}
}

/* ---- a sentence of each kind ------------------------------------------------- */

static bool is_race(const struct speech *speech)
{
	return speech->race->setup.type == SESSION_RACE;
}

/* Whom race control, or the stewards, speak of. */
static void sentence_of_whom(struct speech *speech, const struct history_row *what,
			     const char *who)
{
	out_text(speech->out, who);
	if (what->car < speech->race->car_count) {
		out_text(speech->out, " on ");
		car_words(speech, what->car);
	}
	out_text(speech->out, ": ");
}

static void sentence_row(struct speech *speech, const struct history_row *what)
{
	const struct sentence_of of = {speech->race, speech->tables, NULL,
				       SENTENCE_CLAUSE};
	struct sentence sentence;
	history_sentence(&of, what, &sentence);
	char *text = sentence.text;
	size_t len = sentence.len;
	sentence_clock(speech, what->at);
	if (what->kind == HISTORY_MESSAGE) {
		sentence_of_whom(speech, what, "Race control");
	} else if (what->kind == HISTORY_DECISION) {
		sentence_of_whom(speech, what, "The stewards");
	} else if (what->car < speech->race->car_count) {
		if (sentence_class(speech->race, what->car)[0] != '\0') {
			sentence_name(speech, sentence_class(speech->race, what->car));
			out_text(speech->out, " ");
		}
		car_words(speech, what->car);
		out_text(speech->out, " ");
	} else if (text[0] == 't') {
		text[0] = 'T';
	}
	sentence_name(speech, text);
	/* Words of others end as they like. */
	out_text(speech->out, len > 0 && strchr(".!?", text[len - 1]) ? "\n" : ".\n");
}

/* Best laps are sentences once a lap behind the first was driven. */
static bool is_sentence(const struct speech *speech, const struct history_row *what)
{
	bool best = what->kind == HISTORY_CLASS_BEST || what->kind == HISTORY_BEST_LAP;
	return !best || !is_race(speech) || what->lap >= BESTS_FROM_LAP;
}

/* ---- speech --------------------------------------------------------------- */

void sentences_begin(struct sentences *sentences, bool ascii)
{
	sentences->until = INSTANT_NONE;
	sentences->ascii = ascii;
}

void sentences_write(struct sentences *sentences, struct out *out,
		     const struct race *race, const struct race_tables *tables,
		     instant_us until)
{
	struct speech speech = {.sentences = sentences,
				.out = out,
				.race = race,
				.tables = tables,
				.until = until};
	if (until <= sentences->until)
		return;
	if (out) {
		struct history list = {.race = race,
				       .tables = tables,
				       .kinds = is_race(&speech)
							? AS_SENTENCES
							: AS_SENTENCES & ~LEADS,
				       .at = until,
				       .car = CAR_NONE};
		struct history_row row;
		history_open(&list);
		for (uint32_t i = history_later(&list, sentences->until); i > 0; i--)
			if (history_nth(&list, i - 1, &row) &&
			    is_sentence(&speech, &row))
				sentence_row(&speech, &row);
	}
	sentences->until = until;
}

/* ---- the state --------------------------------------------------------------- */

void sentences_state(struct sentences *sentences, struct out *out,
		     const struct race *race, instant_us at)
{
	struct speech speech = {.sentences = sentences, .out = out, .race = race};
	duration_us left = race_left(race, at);
	sentence_clock(&speech, at);
	if (race->flag != FLAG_UNKNOWN)
		out_format(out, "The flag is %s", flag_spoken((enum flag)race->flag));
	else
		out_text(out, "No flag is known");
	if (left != DURATION_NONE && left > 0) {
		out_text(out, ", ");
		sentence_duration(&speech, left, TIME_CLOCK);
		out_text(out, " left");
	}
	if (race->car_count > 0 && race->cars[race->order[0]].laps > 0) {
		out_text(out, ", ");
		car_words(&speech, race->order[0]);
		out_format(out, " leads on lap %u",
			   race->cars[race->order[0]].laps + 1u);
	}
	out_text(out, ".\n");
}

static void result_line(struct speech *speech, const struct result *row)
{
	const struct race *race = speech->race;
	char gap[TIME_TEXT_MAX];
	out_format(speech->out, "%u: ", row->position);
	if (sentence_class(race, row->car)[0] != '\0') {
		sentence_name(speech, sentence_class(race, row->car));
		out_text(speech->out, " ");
	}
	car_words(speech, row->car);
	if (race->entries[row->car].team[0] != '\0' &&
	    !race->entries[row->car].internal) {
		out_text(speech->out, ", ");
		sentence_name(speech, race->entries[row->car].team);
	}
	out_format(speech->out, ", %u lap%s", row->laps, row->laps == 1 ? "" : "s");
	if (format_gap(gap, row->gap, TIME_LAP) > 0)
		out_format(speech->out, ", %s%s", gap[0] == '+' ? "" : "+", gap);
	if (row->status != STATUS_CLASSIFIED && row->status != STATUS_RUNNING)
		out_format(speech->out, ", %s",
			   status_name((enum result_status)row->status));
	out_text(speech->out, ".\n");
}

void sentences_result(struct sentences *sentences, struct out *out,
		      const struct race *race, const struct classification *list)
{
	struct speech speech = {.sentences = sentences, .out = out, .race = race};
	if (list->count == 0)
		return;
	if (list->finished && race->result_lap > 0)
		out_format(out, "The classification at the end of lap %u:\n",
			   (unsigned)race->result_lap);
	else
		out_text(out,
			 list->finished ? "The classification:\n" : "The order now:\n");
	for (uint32_t i = 0; i < list->count; i++)
		result_line(&speech, &list->rows[i]);
}

void sentences_head(struct sentences *sentences, struct out *out,
		    const struct race *race, const char *source)
{
	struct speech speech = {.sentences = sentences, .out = out, .race = race};
	sentence_name(&speech,
		      race->setup.event[0] != '\0' ? race->setup.event : source);
	if (race->setup.session[0] != '\0') {
		out_text(out, ", ");
		sentence_name(&speech, race->setup.session);
	}
	if (race->setup.circuit[0] != '\0') {
		out_text(out, ", ");
		sentence_name(&speech, race->setup.circuit);
	}
	out_text(out, race->setup.reconstruction ? ": a reconstruction.\n" : ".\n");
}
