/*
 * report_log.c -- what happened, in order of time: flags, stops, leads, the flag
 */
#include "report.h"

#include "pitwall/history.h"

static void clock_cell(struct report *report, instant_us at)
{
	out_text(report->out, "<tr><td class=n>");
	report_duration(report, race_elapsed(report->race, at), TIME_CLOCK);
}

static void flag_line(struct report *report, uint32_t i)
{
	const struct flag_row *row = &report->tables->flags[i];
	bool last = i + 1 >= report->race->flag_count;
	instant_us until = last ? report->to : report->tables->flags[i + 1].from_at;

	if (row->flag == FLAG_FINISH || until < row->from_at)
		return;
	clock_cell(report, row->from_at);
	out_text(report->out, "<td class=n>");
	report_duration(report, until - row->from_at, TIME_SHORT);
	out_format(report->out, "<td class=n>%lld<td>%s\n",
		   (long long)(report_front(report, until) / 100 -
			       report_front(report, row->from_at) / 100),
		   flag_name((enum flag)row->flag));
}

void report_flags(struct report *report)
{
	uint32_t n = report->race->flag_count;

	if (n > report->tables->flags_max)
		n = report->tables->flags_max;
	if (n == 0 || report->from == INSTANT_NONE ||
	    (n == 1 && report->tables->flags[0].flag == FLAG_UNKNOWN))
		return;
	out_text(report->out,
		 "<h2>Flags</h2>\n<table style=\"width:auto\"><thead><tr><th class=n>"
		 "From<th class=n>For<th class=n>Laps<th>Flag</thead><tbody>\n");
	for (uint32_t i = 0; i < n; i++)
		flag_line(report, i);
	out_text(report->out, "</tbody></table>\n");
}

/* ---- the log --------------------------------------------------------------------- */

#define LOGGED                                                                    \
	(HISTORY_BIT(FLAG) | HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD) |        \
	 HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED) | HISTORY_BIT(DECISION) |    \
	 HISTORY_BIT(MESSAGE) | HISTORY_BIT(BEST_LAP) | HISTORY_BIT(CLASS_BEST) | \
	 HISTORY_BIT(RETIRED) | HISTORY_BIT(PIT_OUT) | HISTORY_BIT(FINISH))

#define LONG_STOP (10 * US_MIN) /* longer than any a race is planned with */

/* One of the two lists: what made the race with long stops, or every stop. */
struct log {
	struct report *report;
	bool stops;
};

/* Of bests, those that nobody took away. */
static bool listed(const struct log *log, const struct history_row *what)
{
	if (log->stops)
		return true;
	if (what->kind == HISTORY_PIT_OUT)
		return what->time != DURATION_NONE && what->time >= LONG_STOP;
	if (what->kind == HISTORY_BEST_LAP || what->kind == HISTORY_CLASS_BEST)
		return history_holds(log->report->race, what);
	return true;
}

static void driver_text(struct report *report, const struct entry *entry,
			uint8_t driver)
{
	if (driver < entry->driver_count && driver < RACE_DRIVERS_MAX)
		report_text(report, slice_of(entry->drivers[driver]));
}

static void log_stop(struct report *report, const struct history_row *what)
{
	const struct entry *entry = &report->race->entries[what->car];
	const struct stint_row *stint =
		history_stint(report->race, report->tables, what);
	uint8_t after = history_driver_after(report->race, report->tables, what);

	out_text(report->out, "out again");
	if (what->time != DURATION_NONE) {
		out_text(report->out, what->estimated ? " after ~" : " after ");
		report_duration(report, what->time, TIME_SHORT);
	}
	out_format(report->out, ", %u laps", stint ? stint->to_lap : what->lap);
	if (what->driver != after && what->driver < entry->driver_count &&
	    after < entry->driver_count) {
		out_text(report->out, "; ");
		driver_text(report, entry, what->driver);
		out_text(report->out, " gives over to ");
		driver_text(report, entry, after);
	}
}

static void log_decision(struct report *report, const struct history_row *what)
{
	char words[96];
	race_decision_words(report->race, &report->race->decisions[what->row], words,
			    sizeof(words));
	out_text(report->out, "stewards: ");
	report_text(report, slice_of(words));
}

/* The race, or a class. */
static void log_best(struct report *report, const struct history_row *what)
{
	const struct race *race = report->race;
	uint8_t c = race->entries[what->car].class_index;

	report_duration(report, what->time, TIME_LAP);
	out_text(report->out, ", best lap of ");
	if (what->kind == HISTORY_BEST_LAP || c >= race->class_count)
		out_text(report->out, "the race");
	else
		report_text(report, slice_of(race->classes[c].name));
}

static void log_words(struct report *report, const struct history_row *what)
{
	uint8_t c = what->car < report->race->car_count
			    ? report->race->entries[what->car].class_index
			    : RACE_CLASSES_MAX;

	if (what->kind == HISTORY_FLAG) {
		duration_us shown;
		enum flag flag =
			history_flag(report->race, report->tables, what, &shown);

		out_format(report->out, "flag: %s", flag_name(flag));
	} else if (what->kind == HISTORY_PIT_OUT) {
		log_stop(report, what);
	} else if (what->kind == HISTORY_LEAD) {
		out_format(report->out, "leads the race, lap %u", what->lap);
	} else if (what->kind == HISTORY_CLASS_LEAD) {
		out_text(report->out, "leads ");
		if (c < report->race->class_count)
			report_text(report, slice_of(report->race->classes[c].name));
		out_format(report->out, ", lap %u", what->lap);
	} else if (what->kind == HISTORY_STOPPED) {
		out_format(report->out, "stands on the track, %u laps", what->lap);
	} else if (what->kind == HISTORY_RESUMED) {
		out_text(report->out, "drives on, last seen ");
		report_duration(report, what->time, TIME_SHORT);
		out_text(report->out, " before");
	} else if (what->kind == HISTORY_RETIRED) {
		out_format(report->out, "retired, %u laps", what->lap);
	} else if (what->kind == HISTORY_DECISION) {
		log_decision(report, what);
	} else if (what->kind == HISTORY_MESSAGE) {
		report_text(report, slice_of(report->tables->messages[what->row].text));
	} else if (what->kind == HISTORY_BEST_LAP || what->kind == HISTORY_CLASS_BEST) {
		log_best(report, what);
	} else if (what->kind == HISTORY_FINISH) {
		out_format(report->out, "wins, %u laps", report->list->winner_laps);
	}
}

static void log_line(struct report *report, const struct history_row *what)
{
	clock_cell(report, what->at);
	if (what->car < report->race->car_count) {
		out_format(report->out, "<td class=\"n tag f%u\">",
			   report_class(report, what->car) % 8);
		report_car(report, what->car);
	} else {
		out_text(report->out, "<td>");
	}
	out_text(report->out, "<td>");
	log_words(report, what);
	out_text(report->out, "\n");
}

/* @summary: without its number, which comes behind it. */
static void log_list(const struct log *log, const char *summary)
{
	struct report *report = log->report;
	struct out *out = report->out;
	struct history list = {.race = report->race,
			       .tables = report->tables,
			       .kinds = log->stops ? HISTORY_BIT(PIT_OUT) : LOGGED,
			       .at = report->race->now,
			       .car = CAR_NONE};
	struct history_row row;
	uint32_t count = 0;

	history_open(&list);
	for (uint32_t i = history_count(&list); i > 0; i--)
		count += history_nth(&list, i - 1, &row) && listed(log, &row);
	if (count == 0)
		return;
	out_format(out, "<details%s><summary>%s (%u)</summary>\n",
		   log->stops ? "" : " open", summary, count);
	out_text(out, "<table style=\"width:auto\"><thead><tr><th class=n>Race time<th "
		      "class=n>Car<th></thead><tbody>\n");
	for (uint32_t i = history_count(&list); i > 0; i--)
		if (history_nth(&list, i - 1, &row) && listed(log, &row))
			log_line(report, &row);
	out_text(out, "</tbody></table></details>\n");
}

void report_log(struct report *report)
{
	if (report->race->setup.type != SESSION_RACE || report->from == INSTANT_NONE)
		return;
	out_text(report->out, "<h2>What happened</h2>\n");
	log_list(&(struct log){report, false}, "Flags, changes of lead, best laps, "
					       "stops of ten minutes and more, words "
					       "of race control");
	log_list(&(struct log){report, true}, "Every stop; ~ is estimated");
}
