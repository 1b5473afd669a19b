/*
 * report_season.c -- the season on the page of a race: its titles, and who is invited
 */
#include "report.h"

enum { REPORT_LINES = 12 };

static void report_points(struct report *report, int32_t points)
{
	char text[16];
	format_points(text, points);
	out_format(report->out, "<td class=n>%s", text);
}

static void report_season_row(struct report *report, const struct season_line *line)
{
	const struct season_view *view = report->season;
	char names[200];
	out_format(report->out, "<tr><td class=n>%s%u<td class=n>",
		   line->equal ? "=" : "", line->position);
	report_text(report, slice_of(season_name_text(view->season, line->car)));
	out_text(report->out, "<td>");
	(void)season_line_names(view->season, line, sizeof(names), names,
				sizeof(names));
	report_text(report, slice_of(names));
	if (view->round_index > 0)
		report_points(report, line->before);
	report_points(report, line->now);
	out_char(report->out, '\n');
}

static void report_invited(struct report *report)
{
	const struct season_view *view = report->season;
	if (view->invited_count == 0)
		return;
	out_text(report->out, "<ul>\n");
	for (unsigned i = 0; i < view->invited_count; i++) {
		const struct season_invited *invited = &view->invited[i];
		out_text(report->out, "<li>");
		report_text(report, slice_of(view->season->rules
						     .invitations[invited->invitation]
						     .to));
		out_text(report->out, ": ");
		report_text(report,
			    slice_of(season_name_text(view->season, invited->name)));
		if (invited->car != SEASON_NONE && invited->car != invited->name) {
			out_text(report->out, ", #");
			report_text(report, slice_of(season_name_text(view->season,
								      invited->car)));
		}
		out_char(report->out, '\n');
	}
	out_text(report->out, "</ul>\n");
}

static void report_season_table(struct report *report)
{
	const struct season_view *view = report->season;
	char title[64];
	season_query_title(view->season, &view->queries[view->chosen], title,
			   sizeof(title));
	out_text(report->out, "<h3>");
	report_text(report, slice_of(title));
	out_text(report->out, "</h3>\n<table style=\"width:auto\"><thead><tr><th "
			      "class=n>P<th class=n>N\xc2\xba<th>Name");
	if (view->round_index > 0)
		out_text(report->out, "<th class=n>Before");
	out_text(report->out, "<th class=n>Points</thead><tbody>\n");
	for (unsigned i = 0; i < view->line_count && i < REPORT_LINES; i++)
		report_season_row(report, &view->lines[i]);
	out_text(report->out, "</tbody></table>\n");
}

void report_season(struct report *report)
{
	const struct season_view *view = report->season;
	if (!view || !view->season || !view->round)
		return;
	out_text(report->out, "<h2>Season: ");
	report_text(report, slice_of(view->name));
	out_format(report->out, ", round %u of %u, %s</h2>\n", view->round_index + 1u,
		   view->round_count, view->over ? "after the race" : "as it runs");
	for (unsigned q = 0; q < view->query_count; q++) {
		if (view->rows_of[q] == 0)
			continue;
		season_view_now(report->season, q, report->season_work);
		report_season_table(report);
	}
	report_invited(report);
}
