/*
 * sentences.c -- a race told in sentences, a line each: for a pipe, a terminal that can
 * place no cursor, and whoever has the screen read aloud
 *
 * The tables of a race are in order of time, and what is told next is the earliest of
 * what each has next. The telling remembers how far it came, whoever led there and
 * what was best, so a race can be told at once or as it grows.
 *
 *  (1) A line begins with the race time and is one sentence; nothing in it is drawn.
 *  (2) A race told bit by bit is told in the same lines as at once.
 *  (3) What is heard of late, behind what was told already, is not told any more.
 */
#include "pitwall/encode.h"

#include <string.h>

/* Bests are told once a lap was driven that nobody hurried to get away on. */
enum { BESTS_FROM_LAP = 3 };

enum told_kind {
	TOLD_FLAG,
	TOLD_FINISH,
	TOLD_DECISION,
	TOLD_LAP,
	TOLD_PIT_IN,
	TOLD_PIT_OUT,
	TOLD_KINDS
};

/* What one table has next. */
struct next {
	instant_us at; /* INT64_MAX: nothing */
	uint32_t row;
	uint16_t car;
};

struct telling {
	struct sentences *said;
	struct out *out; /* NULL: it is only taken note of */
	const struct race *race;
	const struct race_tables *tables;
	instant_us until;
	struct next last[TOLD_KINDS]; /* told of each kind */
	struct next next[TOLD_KINDS];
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

static const char *const decisions[DECISION_KIND_COUNT] = {
	[DECISION_TIME] = "seconds added to its time",
	[DECISION_LAPS] = "laps added to its distance",
	[DECISION_BEHIND] = "placed behind another car",
	[DECISION_LAST_OF_LAP] = "placed last of the cars on its lap",
	[DECISION_LAST_OF_CLASS] = "placed last of its class",
	[DECISION_DISQUALIFIED] = "disqualified",
	[DECISION_LAP_DELETED] = "the time of a lap does not count",
	[DECISION_STATUS] = "its status is decided",
	[DECISION_UNDO] = "a decision is taken back",
};

/* ---- what each table has next ---------------------------------------------- */

/* The order within a kind: by time, then by car. */
static bool behind(const struct telling *telling, enum told_kind kind, instant_us at,
		   uint16_t car)
{
	const struct next *last = &telling->last[kind];
	return at > last->at || (at == last->at && car > last->car);
}

static void offer(struct telling *telling, enum told_kind kind, struct next it)
{
	struct next *next = &telling->next[kind];
	if (it.at == INSTANT_NONE || it.at > telling->until ||
	    !behind(telling, kind, it.at, it.car))
		return;
	if (it.at < next->at || (it.at == next->at && it.car < next->car))
		*next = it;
}

/* The first lap row behind the last one told: rows stand in order of time. */
static void find_lap(struct telling *telling)
{
	const struct lap_row *laps = telling->tables->laps;
	uint32_t low = telling->race->lap_first, high = telling->race->lap_count;
	instant_us told = telling->last[TOLD_LAP].at;
	if (high > telling->tables->laps_max)
		high = telling->tables->laps_max;
	uint32_t end = high;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (laps[middle].at < told)
			low = middle + 1;
		else
			high = middle;
	}
	/* Few share an instant. */
	for (; low < end && laps[low].at <= telling->until; low++) {
		if (!behind(telling, TOLD_LAP, laps[low].at, laps[low].car))
			continue;
		offer(telling, TOLD_LAP,
		      (struct next){laps[low].at, low, laps[low].car});
		if (low + 1 >= end || laps[low + 1].at > laps[low].at)
			return;
	}
}

static void find_flag(struct telling *telling)
{
	uint32_t n = telling->race->flag_count;
	for (uint32_t i = 0; i < n && i < telling->tables->flags_max; i++)
		offer(telling, TOLD_FLAG,
		      (struct next){telling->tables->flags[i].from_at, i, 0});
}

static void find_finish(struct telling *telling)
{
	if (telling->race->winner < telling->race->car_count)
		offer(telling, TOLD_FINISH,
		      (struct next){telling->race->finish_at, 0, 0});
}

static void find_decision(struct telling *telling)
{
	const struct race *race = telling->race;
	for (uint32_t i = 0; i < race->decision_count && i < RACE_DECISIONS_MAX; i++) {
		instant_us at = race->decisions[i].at;
		at = at == INSTANT_NONE ? race->finish_at : at;
		offer(telling, TOLD_DECISION, (struct next){at, i, (uint16_t)i});
	}
}

static uint32_t stint_end(const struct telling *telling)
{
	uint32_t n = telling->race->stint_count;
	return n < telling->tables->stints_max ? n : telling->tables->stints_max;
}

/* Stints are written when they end, so a stop that is on is the car's alone. */
static void find_pit_in(struct telling *telling)
{
	const struct race *race = telling->race;
	for (uint32_t i = race->stint_first; i < stint_end(telling); i++) {
		const struct stint_row *row = &telling->tables->stints[i];
		offer(telling, TOLD_PIT_IN,
		      (struct next){row->in_at, row->to_lap, row->car});
	}
	for (uint16_t car = 0; car < race->car_count; car++)
		if (race->cars[car].in_pit)
			offer(telling, TOLD_PIT_IN,
			      (struct next){race->cars[car].pit_in_at,
					    race->cars[car].laps, car});
}

static void find_pit_out(struct telling *telling)
{
	for (uint32_t i = telling->race->stint_first; i < stint_end(telling); i++) {
		const struct stint_row *row = &telling->tables->stints[i];
		if (row->in_at != INSTANT_NONE)
			offer(telling, TOLD_PIT_OUT,
			      (struct next){row->out_at, i, row->car});
	}
}

/* ---- telling --------------------------------------------------------------- */

static void tell_flag(struct telling *telling, const struct next *it)
{
	const struct flag_row *row = &telling->tables->flags[it->row];
	if (telling->out == NULL || row->flag >= FLAG_COUNT || flags[row->flag] == NULL)
		return;
	clock_of(telling, it->at);
	out_format(telling->out, "The flag is %s.\n", flags[row->flag]);
}

static void tell_finish(struct telling *telling, const struct next *it)
{
	uint16_t car = telling->race->winner;
	if (telling->out == NULL)
		return;
	begin(telling, it->at, car);
	if (telling->race->setup.type == SESSION_TIMED)
		out_text(telling->out, "is first: time is up.\n");
	else
		out_format(telling->out, "wins the race with %u laps.\n",
			   telling->race->cars[car].laps);
}

static void tell_decision(struct telling *telling, const struct next *it)
{
	const struct race_decision *d = &telling->race->decisions[it->row];
	if (telling->out == NULL || d->car >= telling->race->car_count ||
	    d->kind >= DECISION_KIND_COUNT)
		return;
	clock_of(telling, it->at);
	out_text(telling->out, "The stewards on ");
	car_words(telling, d->car);
	out_text(telling->out, ": ");
	if (d->kind == DECISION_TIME)
		out_format(telling->out, "%lld ", (long long)(d->value / US_S));
	else if (d->kind == DECISION_LAPS)
		out_format(telling->out, "%lld ", (long long)d->value);
	out_text(telling->out, decisions[d->kind]);
	if (d->reason[0] != '\0') {
		out_text(telling->out, ", ");
		name(telling, d->reason);
	}
	out_text(telling->out, ".\n");
}

static void tell_pit_in(struct telling *telling, const struct next *it)
{
	if (telling->out == NULL)
		return;
	begin(telling, it->at, it->car);
	out_format(telling->out, "comes into the pits, %u lap%s done.\n", it->row,
		   it->row == 1 ? "" : "s");
}

static void tell_pit_out(struct telling *telling, const struct next *it)
{
	const struct stint_row *row = &telling->tables->stints[it->row];
	if (telling->out == NULL)
		return;
	begin(telling, it->at, it->car);
	out_text(telling->out, "is out again");
	if (row->stop != DURATION_NONE) {
		out_text(telling->out, row->estimated ? " after about " : " after ");
		duration(telling, row->stop, TIME_SHORT);
	}
	out_text(telling->out, ".\n");
}

/* Who led until here, and takes over now. */
static void tell_lead(struct telling *telling, const struct lap_row *row)
{
	struct sentences *said = telling->said;
	uint8_t c = telling->race->entries[row->car].class_index;
	bool race = row->position == 1 && row->car != said->lead;
	bool class = c < RACE_CLASSES_MAX && row->class_position == 1 &&
		     row->car != said->class_lead[c];
	if (race)
		said->lead = row->car;
	if (class)
		said->class_lead[c] = row->car;
	if ((!race && !class) || telling->out == NULL)
		return;
	begin(telling, row->at, row->car);
	out_text(telling->out, "takes the lead of ");
	if (race)
		out_text(telling->out, "the race");
	else
		name(telling, telling->race->classes[c].name);
	out_format(telling->out, " on lap %u.\n", row->lap);
}

static bool lap_is_clean(const struct lap_row *row)
{
	bool measured = (row->estimated & 1) == 0 || (row->bits & LAP_STATED) != 0;
	return row->lap > 1 && row->time != DURATION_NONE && !row->in_pit &&
	       (row->bits & (LAP_OUT | LAP_DELETED)) == 0 && measured;
}

static void tell_best(struct telling *telling, const struct lap_row *row)
{
	struct sentences *said = telling->said;
	uint8_t c = telling->race->entries[row->car].class_index;
	bool timed = telling->race->setup.type == SESSION_TIMED;
	if (!lap_is_clean(row))
		return;
	bool race = row->time < said->best;
	bool class = c < RACE_CLASSES_MAX && row->time < said->class_best[c];
	if (race)
		said->best = row->time;
	if (class)
		said->class_best[c] = row->time;
	if ((!race && !class) || telling->out == NULL ||
	    (!timed && row->lap < BESTS_FROM_LAP))
		return;
	begin(telling, row->at, row->car);
	out_text(telling->out, "drives the best lap of ");
	if (race)
		out_text(telling->out, timed ? "the session" : "the race");
	else
		name(telling, telling->race->classes[c].name);
	out_text(telling->out, ", ");
	duration(telling, row->time, TIME_LAP);
	out_text(telling->out, ".\n");
}

/* Known once a lap of the new driver is over. */
static void tell_driver(struct telling *telling, const struct lap_row *row)
{
	const struct entry *entry = &telling->race->entries[row->car];
	uint32_t prev = row->prev;
	if (telling->out == NULL || prev == 0 || prev > telling->race->lap_count ||
	    row->driver >= entry->driver_count ||
	    telling->tables->laps[prev - 1].driver == row->driver)
		return;
	begin(telling, row->at, row->car);
	out_text(telling->out, "has ");
	name(telling, entry->drivers[row->driver]);
	out_text(telling->out, " at the wheel.\n");
}

static void tell_lap(struct telling *telling, const struct next *it)
{
	const struct lap_row *row = &telling->tables->laps[it->row];
	if (telling->race->setup.type == SESSION_RACE)
		tell_lead(telling, row);
	tell_best(telling, row);
	tell_driver(telling, row);
}

/* In the order in which they stand when they share an instant. */
static const struct {
	void (*find)(struct telling *telling);
	void (*tell)(struct telling *telling, const struct next *it);
} kinds[TOLD_KINDS] = {
	[TOLD_FLAG] = {find_flag, tell_flag},
	[TOLD_FINISH] = {find_finish, tell_finish},
	[TOLD_DECISION] = {find_decision, tell_decision},
	[TOLD_LAP] = {find_lap, tell_lap},
	[TOLD_PIT_IN] = {find_pit_in, tell_pit_in},
	[TOLD_PIT_OUT] = {find_pit_out, tell_pit_out},
};

static void find(struct telling *telling, unsigned kind)
{
	telling->next[kind] = (struct next){INT64_MAX, 0, CAR_NONE};
	kinds[kind].find(telling);
}

void sentences_begin(struct sentences *said, bool ascii)
{
	memset(said, 0, sizeof(*said));
	said->told = INSTANT_NONE;
	said->ascii = ascii;
	said->lead = CAR_NONE;
	said->best = INT64_MAX;
	for (unsigned i = 0; i < RACE_CLASSES_MAX; i++) {
		said->class_lead[i] = CAR_NONE;
		said->class_best[i] = INT64_MAX;
	}
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
	for (unsigned i = 0; i < TOLD_KINDS; i++) {
		telling.last[i] = (struct next){said->told, 0, CAR_NONE};
		find(&telling, i);
	}
	for (;;) {
		unsigned first = 0;
		for (unsigned i = 1; i < TOLD_KINDS; i++)
			if (telling.next[i].at < telling.next[first].at)
				first = i;
		struct next it = telling.next[first];
		if (it.at == INT64_MAX)
			break;
		kinds[first].tell(&telling, &it);
		telling.last[first] = it;
		find(&telling, first);
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
