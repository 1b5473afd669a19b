/*
 * sentences.c -- a race told in sentences, a line each: for a pipe, a terminal that can
 * place no cursor, and whoever has the screen read aloud
 *
 * What happened is told the newest first (pitwall/happened.h), sentences are heard from
 * the oldest on: so it is walked over for each stretch of so many, back to where the
 * telling had come, and nothing is remembered but how far that was.
 *
 *  (1) A line begins with the race time and is one sentence; nothing in it is drawn.
 *  (2) A race told bit by bit is told in the same lines as at once, but for what turned
 *      out later: a lap that was deleted, a car that was overdue in a stop which nobody
 *      had told of yet. So nothing is said of a car that could turn out to be wrong.
 *  (3) What is heard of late, behind what was told already, is not told any more.
 */
#include "pitwall/encode.h"

#include "pitwall/happened.h"

#include <string.h>

/* Bests are told once a lap was driven that nobody hurried to get away on. */
enum { BESTS_FROM_LAP = 3, STRETCH = 256 };

/* What is worth a sentence; of a session that is no race without leads. */
#define LEADS (HAPPENED_BIT(LEAD) | HAPPENED_BIT(CLASS_LEAD))
#define TOLD                                                                       \
	(LEADS | HAPPENED_BIT(START) | HAPPENED_BIT(FLAG) | HAPPENED_BIT(DRIVER) | \
	 HAPPENED_BIT(PIT_IN) | HAPPENED_BIT(PIT_OUT) | HAPPENED_BIT(CLASS_BEST) | \
	 HAPPENED_BIT(BEST_LAP) | HAPPENED_BIT(STOPPED) | HAPPENED_BIT(RESUMED) |  \
	 HAPPENED_BIT(DECISION) | HAPPENED_BIT(MESSAGE) | HAPPENED_BIT(FINISH))

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

/* "0:31:58  LMP900 car 5 " */
static void begin(struct telling *telling, instant_us at, uint16_t car)
{
	clock_of(telling, at);
	if (class_name(telling->race, car)[0] != '\0') {
		name(telling, class_name(telling->race, car));
		out_text(telling->out, " ");
	}
	car_words(telling, car);
	out_text(telling->out, " ");
}

static const char *const flags[FLAG_COUNT] = {
	[FLAG_GREEN] = "green",
	[FLAG_YELLOW] = "yellow",
	[FLAG_FCY] = "full course yellow",
	[FLAG_SC] = "safety car",
	[FLAG_VSC] = "virtual safety car",
	[FLAG_CODE60] = "code 60",
	[FLAG_RED] = "red",
	[FLAG_FINISH] = "chequered",
};

/* ---- a sentence of each kind ------------------------------------------------- */

static bool is_race(const struct telling *telling)
{
	return telling->race->setup.type == SESSION_RACE;
}

static void tell_start(struct telling *telling, const struct happened *what)
{
	clock_of(telling, what->at);
	out_format(telling->out, "The %s begins.\n",
		   is_race(telling) ? "race" : "session");
}

static void tell_flag(struct telling *telling, const struct happened *what)
{
	if (what->flag >= FLAG_COUNT || flags[what->flag] == NULL)
		return;
	clock_of(telling, what->at);
	out_format(telling->out, "The flag is %s.\n", flags[what->flag]);
}

static void tell_finish(struct telling *telling, const struct happened *what)
{
	begin(telling, what->at, what->car);
	if (telling->race->setup.type == SESSION_TIMED)
		out_text(telling->out, "is first: time is up.\n");
	else
		out_format(telling->out, "wins the race with %u laps.\n", what->lap);
}

static void tell_decision(struct telling *telling, const struct happened *what)
{
	const struct race_decision *d = &telling->race->decisions[what->row];
	if (d->car >= telling->race->car_count || d->kind >= DECISION_KIND_COUNT)
		return;
	clock_of(telling, what->at);
	out_text(telling->out, "The stewards on ");
	car_words(telling, d->car);
	out_text(telling->out, ": ");
	char words[96];
	race_decision_words(telling->race, d, words, sizeof(words));
	name(telling, words);
	out_text(telling->out, ".\n");
}

/* Words of others: they may end as they like. */
static void tell_message(struct telling *telling, const struct happened *what)
{
	const char *text = telling->tables->messages[what->row].text;
	size_t len = strlen(text);
	clock_of(telling, what->at);
	out_text(telling->out, "Race control");
	if (what->car < telling->race->car_count) {
		out_text(telling->out, " on ");
		car_words(telling, what->car);
	}
	out_text(telling->out, ": ");
	name(telling, text);
	out_text(telling->out, len > 0 && strchr(".!?", text[len - 1]) ? "\n" : ".\n");
}

/* Without its laps: the one it is on may end in the pit lane, and then counts. */
static void tell_pit_in(struct telling *telling, const struct happened *what)
{
	begin(telling, what->at, what->car);
	out_text(telling->out, "comes into the pits.\n");
}

static void tell_pit_out(struct telling *telling, const struct happened *what)
{
	begin(telling, what->at, what->car);
	out_text(telling->out, "is out again");
	if (what->time != DURATION_NONE) {
		out_text(telling->out, what->estimated ? " after about " : " after ");
		duration(telling, what->time, TIME_SHORT);
	}
	out_text(telling->out, ".\n");
}

/* Whether it stands on the track is not known yet: a lap file tells of a stop when the
 * lap is over. (2) */
static void tell_stopped(struct telling *telling, const struct happened *what)
{
	begin(telling, what->at, what->car);
	out_format(telling->out, "is overdue, %u lap%s done.\n", what->lap,
		   what->lap == 1 ? "" : "s");
}

static void tell_resumed(struct telling *telling, const struct happened *what)
{
	begin(telling, what->at, what->car);
	out_text(telling->out, "is back, last seen ");
	duration(telling, what->time, TIME_SHORT);
	out_text(telling->out, " before.\n");
}

static void of_whom(struct telling *telling, const struct happened *what, bool all)
{
	if (all)
		out_text(telling->out, is_race(telling) ? "the race" : "the session");
	else
		name(telling, class_name(telling->race, what->car));
}

static void tell_lead(struct telling *telling, const struct happened *what)
{
	begin(telling, what->at, what->car);
	out_text(telling->out, "takes the lead of ");
	of_whom(telling, what, what->kind == HAPPENED_LEAD);
	out_format(telling->out, " on lap %u.\n", what->lap);
}

static void tell_best(struct telling *telling, const struct happened *what)
{
	if (is_race(telling) && what->lap < BESTS_FROM_LAP)
		return;
	begin(telling, what->at, what->car);
	out_text(telling->out, "drives the best lap of ");
	of_whom(telling, what, what->kind == HAPPENED_BEST_LAP);
	out_text(telling->out, ", ");
	duration(telling, what->time, TIME_LAP);
	out_text(telling->out, ".\n");
}

static void tell_driver(struct telling *telling, const struct happened *what)
{
	const struct entry *entry = &telling->race->entries[what->car];
	if (what->driver_after >= entry->driver_count)
		return;
	begin(telling, what->at, what->car);
	out_text(telling->out, "has ");
	name(telling, entry->drivers[what->driver_after]);
	out_text(telling->out, " at the wheel.\n");
}

static void (*const tells[HAPPENED_COUNT])(struct telling *telling,
					   const struct happened *what) = {
	[HAPPENED_START] = tell_start,     [HAPPENED_FLAG] = tell_flag,
	[HAPPENED_DRIVER] = tell_driver,   [HAPPENED_PIT_OUT] = tell_pit_out,
	[HAPPENED_CLASS_BEST] = tell_best, [HAPPENED_BEST_LAP] = tell_best,
	[HAPPENED_CLASS_LEAD] = tell_lead, [HAPPENED_LEAD] = tell_lead,
	[HAPPENED_PIT_IN] = tell_pit_in,   [HAPPENED_STOPPED] = tell_stopped,
	[HAPPENED_RESUMED] = tell_resumed, [HAPPENED_DECISION] = tell_decision,
	[HAPPENED_MESSAGE] = tell_message, [HAPPENED_FINISH] = tell_finish,
};

/* ---- telling --------------------------------------------------------------- */

static void walk_begin(const struct telling *telling, struct happened_walk *walk)
{
	const struct happened_of of = {
		.race = telling->race,
		.tables = telling->tables,
		.kinds = is_race(telling) ? TOLD : TOLD & ~LEADS,
		.at = telling->until,
		.car = CAR_NONE,
		.as_known = 1,
	};
	happened_begin(walk, &of);
}

/* The next one back that was not told. */
static bool walk_next(const struct telling *telling, struct happened_walk *walk,
		      struct happened *what)
{
	return happened_next(walk, what) && what->at > telling->said->told;
}

static uint32_t count_untold(const struct telling *telling)
{
	struct happened_walk walk;
	struct happened what;
	uint32_t n = 0;
	walk_begin(telling, &walk);
	while (walk_next(telling, &walk, &what))
		n++;
	return n;
}

/* Those from @from to @to, counted from the newest; the oldest of them is told first. */
static void tell_stretch(struct telling *telling, uint32_t from, uint32_t to)
{
	struct happened stretch[STRETCH], what;
	struct happened_walk walk;
	uint32_t n = 0;
	walk_begin(telling, &walk);
	for (uint32_t i = 0; i < to && walk_next(telling, &walk, &what); i++)
		if (i >= from)
			stretch[n++] = what;
	while (n-- > 0)
		if (tells[stretch[n].kind] != NULL)
			tells[stretch[n].kind](telling, &stretch[n]);
}

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
	for (uint32_t left = out == NULL ? 0 : count_untold(&telling); left > 0;) {
		uint32_t from = left > STRETCH ? left - STRETCH : 0;
		tell_stretch(&telling, from, left);
		left = from;
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
	if (race->flag < FLAG_COUNT && flags[race->flag] != NULL)
		out_format(out, "The flag is %s", flags[race->flag]);
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
