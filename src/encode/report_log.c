/*
 * report_log.c -- what happened, in order of time: flags, stops, leads, the flag
 */
#include "report.h"
#include "write.h"

static void clock_cell(struct report *report, instant_us at)
{
	out_text(report->out, "<tr><td class=n>");
	report_duration(report, race_elapsed(report->race, at), TIME_CLOCK);
}

static void log_flag(struct report *report, uint32_t i)
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
		log_flag(report, i);
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
struct report_list {
	struct report *report;
	bool stops;
};

/* Bests that were not beaten later. */
static bool log_listed(const struct report_list *log, const struct history_row *what)
{
	if (log->stops)
		return true;
	if (what->kind == HISTORY_PIT_OUT)
		return what->time != DURATION_NONE && what->time >= LONG_STOP;
	if (what->kind == HISTORY_BEST_LAP || what->kind == HISTORY_CLASS_BEST)
		return history_holds(log->report->race, what);
	return true;
}

static void log_line(struct report *report, const struct history_row *what)
{
	const struct sentence_of of = {report->race, report->tables, NULL,
				       SENTENCE_CLAUSE | SENTENCE_STOP};
	struct sentence sentence;

	history_sentence(&of, what, &sentence);
	out_format(report->out, "<tr data-kind=%s><td class=n>",
		   history_key((enum history_kind)what->kind));
	report_duration(report, race_elapsed(report->race, what->at), TIME_CLOCK);
	if (what->car < report->race->car_count) {
		out_format(report->out, "<td class=\"n tag f%u\">",
			   report_class(report, what->car) % 8);
		report_car(report, what->car);
	} else {
		out_text(report->out, "<td>");
	}
	out_text(report->out, "<td>");
	if (what->kind == HISTORY_DECISION)
		out_text(report->out, "stewards: ");
	report_text(report, slice_of(sentence.text));
	out_text(report->out, "\n");
}

/* @summary: without its number, which comes behind it. */
static void log_list(const struct report_list *log, const char *summary)
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
		count += history_nth(&list, i - 1, &row) && log_listed(log, &row);
	if (count == 0)
		return;
	out_format(out, "<details%s><summary>%s (%u)</summary>\n",
		   log->stops ? "" : " open", summary, count);
	out_text(out, "<table style=\"width:auto\"><thead><tr><th class=n>Race time<th "
		      "class=n>Car<th></thead><tbody>\n");
	for (uint32_t i = history_count(&list); i > 0; i--)
		if (history_nth(&list, i - 1, &row) && log_listed(log, &row))
			log_line(report, &row);
	out_text(out, "</tbody></table></details>\n");
}

void report_log(struct report *report)
{
	if (report->race->setup.type != SESSION_RACE || report->from == INSTANT_NONE)
		return;
	out_text(report->out, "<h2>What happened</h2>\n");
	log_list(&(struct report_list){report, false},
		 "Flags, changes of lead, best laps, "
		 "stops of ten minutes and more, words "
		 "of race control");
	log_list(&(struct report_list){report, true}, "Every stop; ~ is estimated");
}
