/*
 * report_log.c -- what happened, in order of time: flags, stops, leads, the flag
 *
 * The tables of a race are each in order of time, so the log is their merging; nothing
 * is kept.
 */
#include "report.h"

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

struct log {
	struct report *report;
	uint32_t flag, stint, lap; /* next row of each table */
	uint16_t lead;
	uint16_t class_lead[RACE_CLASSES_MAX];
	bool finished;
};

static void log_car(struct log *log, instant_us at, uint16_t car)
{
	clock_cell(log->report, at);
	out_format(log->report->out, "<td class=\"n tag f%u\">",
		   report_class(log->report, car) % 8);
	report_car(log->report, car);
	out_text(log->report->out, "<td>");
}

static void log_flag(struct log *log)
{
	const struct flag_row *row = &log->report->tables->flags[log->flag++];

	clock_cell(log->report, row->from_at);
	out_format(log->report->out, "<td><td>flag: %s\n",
		   flag_name((enum flag)row->flag));
}

static void log_stint(struct log *log)
{
	struct report *report = log->report;
	const struct stint_row *row = &report->tables->stints[log->stint++];
	const struct entry *entry = &report->race->entries[row->car];

	if (row->in_at == INSTANT_NONE)
		return;
	log_car(log, row->out_at != INSTANT_NONE ? row->out_at : row->in_at, row->car);
	out_text(report->out, "out again");
	if (row->stop != DURATION_NONE) {
		out_text(report->out, " after ");
		report_duration(report, row->stop, TIME_SHORT);
		out_text(report->out, row->estimated ? " (estimated)" : "");
	}
	if (row->to_lap > row->from_lap) {
		out_format(report->out, "; stint %u was %u laps", row->number,
			   row->to_lap - row->from_lap);
		if (row->driver < entry->driver_count) {
			out_text(report->out, " of ");
			report_text(report, slice_of(entry->drivers[row->driver]));
		}
	}
	out_text(report->out, "\n");
}

static void log_lap(struct log *log)
{
	struct report *report = log->report;
	const struct lap_row *row = &report->tables->laps[log->lap++];
	uint8_t c = report->race->entries[row->car].class_index;

	if (row->position == 1 && row->car != log->lead) {
		log_car(log, row->at, row->car);
		out_format(report->out, "leads the race, lap %u\n", row->lap);
		log->lead = row->car;
		if (c < RACE_CLASSES_MAX)
			log->class_lead[c] = row->car;
		return;
	}
	if (c >= RACE_CLASSES_MAX || row->class_position != 1 ||
	    row->car == log->class_lead[c])
		return;
	log->class_lead[c] = row->car;
	log_car(log, row->at, row->car);
	out_text(report->out, "leads ");
	report_text(report, slice_of(report->race->classes[c].name));
	out_format(report->out, ", lap %u\n", row->lap);
}

static void log_finish(struct log *log)
{
	struct report *report = log->report;

	log->finished = true;
	if (report->race->winner >= report->race->car_count)
		return;
	log_car(log, report->race->finish_at, report->race->winner);
	out_format(report->out, "wins, %u laps\n", report->list->winner_laps);
}

/* The next thing that happened; false: nothing more. */
static bool log_next(struct log *log)
{
	const struct report *report = log->report;
	const struct race *race = report->race;
	const struct race_tables *tables = report->tables;
	instant_us flag = INT64_MAX, stint = INT64_MAX, lap = INT64_MAX,
		   finish = INT64_MAX;

	if (log->flag < race->flag_count && log->flag < tables->flags_max)
		flag = tables->flags[log->flag].from_at;
	if (log->stint < race->stint_count && log->stint < tables->stints_max) {
		const struct stint_row *row = &tables->stints[log->stint];

		stint = row->out_at != INSTANT_NONE ? row->out_at : row->in_at;
	}
	if (log->lap < race->lap_count && log->lap < tables->laps_max)
		lap = tables->laps[log->lap].at;
	if (!log->finished && race->finish_at != INSTANT_NONE)
		finish = race->finish_at;
	if (flag == INT64_MAX && stint == INT64_MAX && lap == INT64_MAX &&
	    finish == INT64_MAX)
		return false;
	if (flag <= stint && flag <= lap && flag <= finish)
		log_flag(log);
	else if (finish <= stint && finish <= lap)
		log_finish(log);
	else if (stint <= lap)
		log_stint(log);
	else
		log_lap(log);
	return true;
}

void report_log(struct report *report)
{
	struct log log = {.report = report,
			  .lap = report->race->lap_first,
			  .stint = report->race->stint_first,
			  .lead = CAR_NONE};

	if (report->race->setup.type != SESSION_RACE || report->from == INSTANT_NONE)
		return;
	for (int i = 0; i < RACE_CLASSES_MAX; i++)
		log.class_lead[i] = CAR_NONE;
	out_text(
		report->out,
		"<h2>What happened</h2>\n<details><summary>Flags, stops and changes of "
		"lead</summary>\n<table style=\"width:auto\"><thead><tr><th "
		"class=n>Race "
		"time<th class=n>Car<th></thead><tbody>\n");
	while (log_next(&log))
		;
	out_text(report->out, "</tbody></table></details>\n");
}
