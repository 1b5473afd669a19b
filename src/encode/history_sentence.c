/*
 * history_sentence.c -- a row of the history in words: for screens, the report and the
 * race in sentences
 */
#include "pitwall/encode.h"
#include "pitwall/history.h"
#include "write.h"

#include <stdarg.h>
#include <stdio.h>

struct phrase {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct history_row *row;
	const struct entry *entry; /* of the row's car; NULL without one */
	bool own, clause, stop, timed;
	enum person_form person;
	struct sentence *out;
};

static void phrase_add(const struct phrase *t, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void phrase_add(const struct phrase *t, const char *fmt, ...)
{
	size_t room = sizeof(t->out->text) - t->out->len;
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(t->out->text + t->out->len, room, fmt, args);
	va_end(args);
	if (n > 0)
		t->out->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void phrase_time(const struct phrase *t, duration_us time, enum time_style style)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, time, style);
	phrase_add(t, "%s", text);
}

/* The words so far are the news. */
static void news_ends(const struct phrase *t)
{
	t->out->news = t->out->len;
}

/* ---- names ------------------------------------------------------------------------- */

static const char *phrase_class_of(const struct phrase *t, uint16_t car)
{
	uint8_t c = t->race->entries[car].class_index;
	return c < RACE_CLASSES_MAX && c < t->race->class_count
		       ? t->race->classes[c].name
		       : "";
}

static void phrase_class(const struct phrase *t, bool all)
{
	const char *name = phrase_class_of(t, t->row->car);
	if (all || name[0] == '\0')
		phrase_add(t, "the %s", t->timed ? "session" : "race");
	else
		phrase_add(t, "%s", name);
}

static bool driver_known(const struct phrase *t, uint8_t driver)
{
	return driver < t->entry->driver_count && driver < RACE_DRIVERS_MAX;
}

static void phrase_driver(const struct phrase *t, uint8_t driver)
{
	char name[64];
	text_person(name, sizeof(name), slice_of(t->entry->drivers[driver]), t->person);
	phrase_add(t, "%s", name);
}

/* "A. Bell \u2192 J. Kane", or who it is now alone. */
static void phrase_drivers(const struct phrase *t, uint8_t before, uint8_t after)
{
	if (before != after && driver_known(t, before)) {
		phrase_driver(t, before);
		phrase_add(t, " \u2192 ");
	}
	phrase_driver(t, after);
}

static void phrase_laps(const struct phrase *t, const char *before)
{
	if (t->row->lap > 0)
		phrase_add(t, "%s%u lap%s", before, (unsigned)t->row->lap,
			   t->row->lap == 1 ? "" : "s");
}

/* ---- a function a kind ------------------------------------------------------------- */

static void row_start(const struct phrase *t)
{
	phrase_add(t, "the %s begins", t->timed ? "session" : "race");
}

/* Who decided it, where several do. */
static void phrase_decider(const struct phrase *t, uint32_t number)
{
	const char *who = decider_words(t->tables->deciders, number);
	if (who[0] == '\0')
		return;
	if (!t->clause && t->out->news == SIZE_MAX)
		news_ends(t);
	if (!t->clause)
		phrase_add(t, " (%s)", who);
	else if (decider_name(t->tables->deciders, number)[0] != '\0')
		phrase_add(t, ", decided by %s", who);
	else
		phrase_add(t, ", decided %s%s", who[0] == 'c' ? "at the " : "", who);
}

static void row_flag(const struct phrase *t)
{
	const uint32_t decision = t->tables->flags[t->row->row].decision;
	duration_us shown;
	enum flag flag = history_flag(t->race, t->tables, t->row, &shown);
	if (t->clause) {
		phrase_add(t, "the flag is %s", flag_spoken(flag));
		phrase_decider(t, decision);
		return;
	}
	if (t->race->setup.reconstruction && flag != FLAG_FINISH)
		phrase_add(t, "~");
	phrase_add(t, "%s", rules_flag_title(t->rules, flag));
	news_ends(t);
	if (shown != DURATION_NONE && flag != FLAG_FINISH) {
		phrase_add(t, " for ");
		phrase_time(t, shown, TIME_SPAN);
	}
	phrase_decider(t, decision);
}

/* A clause without its laps: the one it is on may end in the pit lane, and then counts. */
static void row_pit_in(const struct phrase *t)
{
	const struct stint_row *stint = history_stint(t->race, t->tables, t->row);
	uint32_t lap = stint ? stint->to_lap : t->race->cars[t->row->car].laps;
	phrase_add(t, t->clause ? "comes into the pits" : "in the pits");
	news_ends(t);
	if (lap > 0 && !t->clause)
		phrase_add(t, ", lap %u", (unsigned)lap);
}

/* Who drives on; of a clause, the laps of the stint and who gives over to whom. */
static void phrase_stop(const struct phrase *t)
{
	const struct stint_row *stint = history_stint(t->race, t->tables, t->row);
	uint8_t before = t->row->driver;
	uint8_t after = history_driver_after(t->race, t->tables, t->row);
	if (!t->clause && driver_known(t, after)) {
		phrase_add(t, ", ");
		phrase_drivers(t, t->own ? after : before, after);
	}
	if (!t->stop)
		return;
	uint32_t laps = stint ? stint->to_lap : t->row->lap;
	if (laps > 0)
		phrase_add(t, ", %u lap%s", (unsigned)laps, laps == 1 ? "" : "s");
	if (before == after || !driver_known(t, before) || !driver_known(t, after))
		return;
	phrase_add(t, "; ");
	phrase_driver(t, before);
	phrase_add(t, " gives over to ");
	phrase_driver(t, after);
}

static void row_pit_out(const struct phrase *t)
{
	const char *about = t->clause ? "about " : "~";
	phrase_add(t, t->clause ? "is out again" : "out");
	if (t->row->time != DURATION_NONE) {
		phrase_add(t, " after %s", t->row->estimated ? about : "");
		phrase_time(t, t->row->time, TIME_SHORT);
	}
	phrase_stop(t);
}

static void row_driver(const struct phrase *t)
{
	bool known = driver_known(t, t->row->driver_after);
	phrase_add(t, t->clause ? "has " : "driver ");
	if (known && t->clause)
		phrase_driver(t, t->row->driver_after);
	else if (known)
		phrase_drivers(t, t->row->driver, t->row->driver_after);
	else if (!t->clause && driver_known(t, t->row->driver))
		phrase_driver(t, t->row->driver);
	if (!known)
		phrase_add(t, t->clause ? "another driver" : " \u2192 unknown");
	if (t->clause)
		phrase_add(t, " at the wheel");
}

static void row_lead(const struct phrase *t)
{
	bool all = t->row->kind == HISTORY_LEAD;
	if (t->clause) {
		phrase_add(t, "takes the lead of ");
		phrase_class(t, all);
		phrase_add(t, " on lap %u", (unsigned)t->row->lap);
	} else if (all) {
		phrase_add(t, t->timed           ? "goes fastest"
			      : t->row->lap == 1 ? "leads the first lap"
						 : "takes the lead");
	} else {
		phrase_add(t, "%s%s", t->timed ? "fastest of " : "leads ",
			   phrase_class_of(t, t->row->car));
	}
}

/* "\u25b42 to place 3 of GT"; a list of one car says the class above it. */
static void row_places(const struct phrase *t)
{
	bool gained = t->row->kind == HISTORY_GAINED;
	if (t->clause) {
		phrase_add(t, "%s %u place%s to place %u of ",
			   gained ? "gains" : "loses", (unsigned)t->row->places,
			   t->row->places == 1 ? "" : "s", (unsigned)t->row->position);
		phrase_class(t, false);
		return;
	}
	phrase_add(t, "%s%u", gained ? "\u25b4" : "\u25be", (unsigned)t->row->places);
	news_ends(t);
	phrase_add(t, " to place %u", (unsigned)t->row->position);
	if (!t->own && phrase_class_of(t, t->row->car)[0] != '\0')
		phrase_add(t, " of %s", phrase_class_of(t, t->row->car));
}

static bool row_is_lap(const struct history_row *row)
{
	return row->kind == HISTORY_LAP || row->kind == HISTORY_LEADER_LAP;
}

/* When the car of a row completed the lap before that of the row; INSTANT_NONE: unknown. */
static instant_us lap_began(const struct phrase *t, const struct history_row *row)
{
	const struct history_row *rows = t->tables->history;
	uint32_t at = row->prev;
	while (at > 0 && (!row_is_lap(&rows[at - 1]) || rows[at - 1].lap >= row->lap))
		at = rows[at - 1].prev;
	return at > 0 && rows[at - 1].lap + 1 == row->lap ? rows[at - 1].at
							  : INSTANT_NONE;
}

/* Behind it when it began the lap, at @from, and before it when it ended it. */
static bool passed_it(const struct phrase *t, const struct history_row *lap,
		      instant_us from)
{
	return row_is_lap(lap) && lap->lap == t->row->lap && lap->car != t->row->car &&
	       lap->at < t->row->at &&
	       t->race->entries[lap->car].class_index == t->entry->class_index &&
	       lap_began(t, lap) > from;
}

/* "passed by 3, 15 and 2 more" */
static void phrase_passers(const struct phrase *t)
{
	enum { NAMED = 3 };
	instant_us from = lap_began(t, t->row);
	uint32_t at = history_after(t->tables, t->race->history_count, t->row->at);
	bool passed[RACE_CARS_MAX] = {false};
	char label[16];
	unsigned count = 0;
	if (from == INSTANT_NONE)
		return;
	for (; at > 0 && t->tables->history[at - 1].at > from; at--)
		if (passed_it(t, &t->tables->history[at - 1], from))
			passed[t->tables->history[at - 1].car] = true;
	for (uint16_t other = 0; other < t->race->car_count; other++) {
		if (!passed[other] || ++count > NAMED)
			continue;
		phrase_add(t, count == 1 ? ": passed by " : ", ");
		race_car_label(t->race, other, label);
		phrase_add(t, "%s", label);
	}
	if (count > NAMED)
		phrase_add(t, " and %u more", count - NAMED);
}

/* And why: the pits, or who passed it, and how much slower its lap was. */
static void row_lost(const struct phrase *t)
{
	row_places(t);
	if (t->clause) {
		phrase_add(t, t->row->pitted ? " in the pits" : "");
		return;
	}
	if (t->row->pitted) {
		phrase_add(t, ": in the pits");
		if (t->row->time == DURATION_NONE)
			return;
		phrase_add(t, " for %s", t->row->estimated ? "~" : "");
		phrase_time(t, t->row->time, TIME_SHORT);
		return;
	}
	if (t->timed) {
		phrase_add(t, ": others went faster");
		return;
	}
	phrase_passers(t);
	if (t->row->more == DURATION_NONE || t->row->more < US_S)
		return;
	phrase_add(t, ", its lap ");
	phrase_time(t, t->row->more, TIME_TENTH);
	phrase_add(t, " s slower");
}

static void row_best(const struct phrase *t)
{
	bool all = t->row->kind == HISTORY_BEST_LAP;
	if (t->clause) {
		phrase_add(t, "drives the best lap of ");
		phrase_class(t, all);
		phrase_add(t, ", ");
		phrase_time(t, t->row->time, TIME_LAP);
		return;
	}
	phrase_time(t, t->row->time, TIME_LAP);
	news_ends(t);
	phrase_add(t, " best lap%s of ",
		   history_holds(t->race, t->row) ? "" : " so far");
	phrase_class(t, all);
}

static void row_own_best(const struct phrase *t)
{
	if (t->clause) {
		phrase_add(t, "drives its best lap, ");
		phrase_time(t, t->row->time, TIME_LAP);
		return;
	}
	phrase_time(t, t->row->time, TIME_LAP);
	news_ends(t);
	phrase_add(t, " its best%s, lap %u",
		   history_holds(t->race, t->row) ? "" : " so far",
		   (unsigned)t->row->lap);
}

static void row_sector(const struct phrase *t)
{
	if (!t->clause) {
		phrase_time(t, t->row->time, TIME_LAP);
		news_ends(t);
	}
	phrase_add(t, "%s best sector %u of ", t->clause ? "drives the" : "",
		   t->row->sector + 1u);
	phrase_class(t, false);
	if (t->clause) {
		phrase_add(t, ", ");
		phrase_time(t, t->row->time, TIME_LAP);
	}
}

/* A clause says overdue: a lap file reports a stop only at the end of the lap. */
static void row_stopped(const struct phrase *t)
{
	bool retired = t->row->kind == HISTORY_RETIRED;
	if (!retired && t->row->time != DURATION_NONE) {
		phrase_add(t, "%snot timed since the start",
			   t->clause ? "is overdue, " : "");
		return;
	}
	if (t->clause) {
		phrase_add(t, "%s, %u lap%s done",
			   retired ? "has retired" : "is overdue",
			   (unsigned)t->row->lap, t->row->lap == 1 ? "" : "s");
		return;
	}
	phrase_add(t, retired ? "retired" : "stopped on track");
	news_ends(t);
	phrase_laps(t, ", after ");
}

static void row_resumed(const struct phrase *t)
{
	phrase_add(t, "%s, last seen ", t->clause ? "is back" : "drives on");
	phrase_time(t, t->row->time, t->clause ? TIME_SHORT : TIME_SPAN);
	phrase_add(t, " before");
}

static void row_off_pace(const struct phrase *t)
{
	phrase_add(t, t->clause ? "is off the pace, " : "off the pace: ");
	phrase_time(t, t->row->time, TIME_LAP);
	news_ends(t);
	phrase_add(t, ", ");
	phrase_time(t, t->row->more, TIME_TENTH);
	phrase_add(t, " s more than the lap before");
}

static void row_threshold(const struct phrase *t)
{
	phrase_add(t, "%s likely to %s the threshold", t->clause ? "is" : "~",
		   t->row->kind == HISTORY_BELOW ? "miss" : "reach");
}

static void row_lap(const struct phrase *t)
{
	phrase_add(t, "%slap %u", t->clause ? "completes " : "", (unsigned)t->row->lap);
	if (t->row->time == DURATION_NONE)
		return;
	phrase_add(t, ", ");
	phrase_time(t, t->row->time, TIME_LAP);
}

static void row_decision(const struct phrase *t)
{
	char words[96];
	race_decision_words(t->race, &t->race->decisions[t->row->row], words,
			    sizeof(words));
	phrase_add(t, "%s%s", t->clause ? "" : "stewards: ", words);
	phrase_decider(t, t->race->decisions[t->row->row].number);
}

static void row_message(const struct phrase *t)
{
	const struct message_row *row = &t->tables->messages[t->row->row];
	phrase_add(t, "%s%s%s", row->by_hand && !t->clause ? "note: " : "", row->text,
		   row->cut && !t->clause ? "\u2026" : "");
	if (row->by_hand)
		phrase_decider(t, row->record);
}

static void row_finish(const struct phrase *t)
{
	if (t->timed) {
		phrase_add(t,
			   t->clause ? "is first: time is up" : "fastest at the flag");
		return;
	}
	phrase_add(t, t->clause ? "wins the race" : "wins");
	news_ends(t);
	phrase_laps(t, t->clause ? " with " : ", ");
}

void history_sentence(const struct sentence_of *of, const struct history_row *row,
		      struct sentence *out)
{
	static void (*const kinds[HISTORY_COUNT])(const struct phrase *t) = {
		[HISTORY_LEADER_LAP] = row_lap,    [HISTORY_LAP] = row_lap,
		[HISTORY_START] = row_start,       [HISTORY_FLAG] = row_flag,
		[HISTORY_DRIVER] = row_driver,     [HISTORY_PIT_OUT] = row_pit_out,
		[HISTORY_OFF_PACE] = row_off_pace, [HISTORY_GAINED] = row_places,
		[HISTORY_LOST] = row_lost,         [HISTORY_SECTOR_BEST] = row_sector,
		[HISTORY_OWN_BEST] = row_own_best, [HISTORY_CLASS_BEST] = row_best,
		[HISTORY_BEST_LAP] = row_best,     [HISTORY_CLASS_LEAD] = row_lead,
		[HISTORY_LEAD] = row_lead,         [HISTORY_PIT_IN] = row_pit_in,
		[HISTORY_STOPPED] = row_stopped,   [HISTORY_RESUMED] = row_resumed,
		[HISTORY_RETIRED] = row_stopped,   [HISTORY_BELOW] = row_threshold,
		[HISTORY_ABOVE] = row_threshold,   [HISTORY_DECISION] = row_decision,
		[HISTORY_MESSAGE] = row_message,   [HISTORY_FINISH] = row_finish,
	};
	bool car = row->car < of->race->car_count;
	const struct phrase phrase = {
		.race = of->race,
		.tables = of->tables,
		.rules = of->rules,
		.row = row,
		.entry = car ? &of->race->entries[row->car] : NULL,
		.own = (of->style & SENTENCE_OWN) != 0,
		.clause = (of->style & SENTENCE_CLAUSE) != 0,
		.stop = (of->style & SENTENCE_STOP) != 0,
		.person = of->style & SENTENCE_CLAUSE     ? PERSON_WHOLE
			  : of->style & SENTENCE_CODES    ? PERSON_CODE
			  : of->style & SENTENCE_SURNAMES ? PERSON_SURNAME
							  : PERSON_INITIAL,
		.timed = of->race->setup.type == SESSION_TIMED,
		.out = out,
	};
	*out = (struct sentence){.news = SIZE_MAX};
	if (row->kind < HISTORY_COUNT)
		kinds[row->kind](&phrase);
}
