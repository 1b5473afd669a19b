/*
 * history_clause.c -- a row of what happened as a clause whose subject is the car: "takes
 * the lead of the race on lap 12". Rows of no car have their own subject.
 */
#include "pitwall/history.h"
#include "write.h"

struct clause {
	struct out *out;
	const struct race *race;
	const struct race_tables *tables;
	const struct history_row *row;
};

static void clause_time(const struct clause *c, duration_us t, enum time_style style)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, t, style);
	out_text(c->out, text);
}

static void clause_laps(const struct clause *c, const char *before, const char *after)
{
	out_format(c->out, "%s%u lap%s%s", before, c->row->lap,
		   c->row->lap == 1 ? "" : "s", after);
}

static const char *session_word(const struct clause *c)
{
	return c->race->setup.type == SESSION_RACE ? "race" : "session";
}

/* The class of the car, or all. */
static void clause_field(const struct clause *c, bool all)
{
	uint8_t class_index = c->race->entries[c->row->car].class_index;
	if (!all && class_index < c->race->class_count)
		out_text(c->out, c->race->classes[class_index].name);
	else
		out_format(c->out, "the %s", session_word(c));
}

static void clause_lap(const struct clause *c)
{
	out_format(c->out, "completes lap %u", c->row->lap);
	if (c->row->time == DURATION_NONE)
		return;
	out_text(c->out, ", ");
	clause_time(c, c->row->time, TIME_LAP);
}

static void clause_start(const struct clause *c)
{
	out_format(c->out, "the %s begins", session_word(c));
}

const char *flag_clause(enum flag flag)
{
	static const char *const words[FLAG_COUNT] = {
		[FLAG_UNKNOWN] = "unknown",  [FLAG_GREEN] = "green",
		[FLAG_YELLOW] = "yellow",    [FLAG_FCY] = "full course yellow",
		[FLAG_SC] = "safety car",    [FLAG_VSC] = "virtual safety car",
		[FLAG_CODE60] = "code 60",   [FLAG_RED] = "red",
		[FLAG_FINISH] = "chequered",
	};
	return words[flag < FLAG_COUNT ? flag : FLAG_UNKNOWN];
}

static void clause_flag(const struct clause *c)
{
	duration_us shown;
	enum flag flag = history_flag(c->race, c->tables, c->row, &shown);
	out_format(c->out, "the flag is %s", flag_clause(flag));
}

static void clause_driver(const struct clause *c)
{
	const struct entry *entry = &c->race->entries[c->row->car];
	bool known = c->row->driver_after < entry->driver_count;
	out_format(c->out, "has %s at the wheel",
		   known ? entry->drivers[c->row->driver_after] : "another driver");
}

/* Without its laps: the one it is on may end in the pit lane, and then counts. */
static void clause_pit_in(const struct clause *c)
{
	out_text(c->out, "comes into the pits");
}

static void clause_pit_out(const struct clause *c)
{
	out_text(c->out, "is out again");
	if (c->row->time == DURATION_NONE)
		return;
	out_text(c->out, c->row->estimated ? " after about " : " after ");
	clause_time(c, c->row->time, TIME_SHORT);
}

static void clause_off_pace(const struct clause *c)
{
	out_text(c->out, "is off the pace, ");
	clause_time(c, c->row->time, TIME_LAP);
	out_text(c->out, ", ");
	clause_time(c, c->row->more, TIME_TENTH);
	out_text(c->out, " s more than the lap before");
}

static void clause_places(const struct clause *c)
{
	bool gained = c->row->kind == HISTORY_GAINED;
	out_format(c->out, "%s %u place%s to place %u of ", gained ? "gains" : "loses",
		   c->row->places, c->row->places == 1 ? "" : "s", c->row->position);
	clause_field(c, false);
	if (!gained && c->row->pitted)
		out_text(c->out, " in the pits");
}

static void clause_sector(const struct clause *c)
{
	out_format(c->out, "drives the best sector %u of ", c->row->sector + 1u);
	clause_field(c, false);
	out_text(c->out, ", ");
	clause_time(c, c->row->time, TIME_LAP);
}

static void clause_best(const struct clause *c)
{
	if (c->row->kind == HISTORY_OWN_BEST) {
		out_text(c->out, "drives its best lap");
	} else {
		out_text(c->out, "drives the best lap of ");
		clause_field(c, c->row->kind == HISTORY_BEST_LAP);
	}
	out_text(c->out, ", ");
	clause_time(c, c->row->time, TIME_LAP);
}

static void clause_lead(const struct clause *c)
{
	out_text(c->out, "takes the lead of ");
	clause_field(c, c->row->kind == HISTORY_LEAD);
	out_format(c->out, " on lap %u", c->row->lap);
}

/* Whether it stands on the track is not known: a lap file tells of a stop when the lap is
 * over. */
static void clause_stopped(const struct clause *c)
{
	clause_laps(c, "is overdue, ", " done");
}

static void clause_resumed(const struct clause *c)
{
	out_text(c->out, "is back, last seen ");
	clause_time(c, c->row->time, TIME_SHORT);
	out_text(c->out, " before");
}

static void clause_retired(const struct clause *c)
{
	clause_laps(c, "has retired, ", " done");
}

static void clause_fate(const struct clause *c)
{
	out_format(c->out, "is likely to %s the threshold",
		   c->row->kind == HISTORY_ABOVE ? "reach" : "miss");
}

static void clause_decision(const struct clause *c)
{
	char words[96];
	race_decision_words(c->race, &c->race->decisions[c->row->row], words,
			    sizeof(words));
	out_text(c->out, words);
}

static void clause_message(const struct clause *c)
{
	out_text(c->out, c->tables->messages[c->row->row].text);
}

static void clause_finish(const struct clause *c)
{
	if (c->race->setup.type == SESSION_TIMED)
		out_text(c->out, "is first: time is up");
	else
		clause_laps(c, "wins the race with ", "");
}

static void (*const clauses[HISTORY_COUNT])(const struct clause *c) = {
	[HISTORY_LEADER_LAP] = clause_lap,    [HISTORY_LAP] = clause_lap,
	[HISTORY_START] = clause_start,       [HISTORY_FLAG] = clause_flag,
	[HISTORY_DRIVER] = clause_driver,     [HISTORY_PIT_OUT] = clause_pit_out,
	[HISTORY_OFF_PACE] = clause_off_pace, [HISTORY_GAINED] = clause_places,
	[HISTORY_LOST] = clause_places,       [HISTORY_SECTOR_BEST] = clause_sector,
	[HISTORY_OWN_BEST] = clause_best,     [HISTORY_CLASS_BEST] = clause_best,
	[HISTORY_BEST_LAP] = clause_best,     [HISTORY_CLASS_LEAD] = clause_lead,
	[HISTORY_LEAD] = clause_lead,         [HISTORY_PIT_IN] = clause_pit_in,
	[HISTORY_STOPPED] = clause_stopped,   [HISTORY_RESUMED] = clause_resumed,
	[HISTORY_RETIRED] = clause_retired,   [HISTORY_BELOW] = clause_fate,
	[HISTORY_ABOVE] = clause_fate,        [HISTORY_DECISION] = clause_decision,
	[HISTORY_MESSAGE] = clause_message,   [HISTORY_FINISH] = clause_finish,
};

static int cut(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return 0;
}

size_t history_clause(const struct race *race, const struct race_tables *tables,
		      const struct history_row *row, char buf[HISTORY_CLAUSE_MAX])
{
	struct out out = {.write = cut, .buf = buf, .max = HISTORY_CLAUSE_MAX - 1};
	const struct clause clause = {&out, race, tables, row};
	clauses[row->kind](&clause);
	buf[out.len] = '\0';
	return out.len;
}
