/*
 * report.c -- `pitwall report`: a race on one self-contained page
 *
 *  (1) No script, nothing fetched; light or dark as the reader's system prefers.
 *  (2) All text of a race is made safe for HTML.
 *  (3) The strings of facts are those of `results` and the screens.
 */
#include "report.h"

#include <string.h>

void report_text(struct report *report, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.at[i]) {
		case '<':
			out_text(report->out, "&lt;");
			break;
		case '>':
			out_text(report->out, "&gt;");
			break;
		case '&':
			out_text(report->out, "&amp;");
			break;
		case '"':
			out_text(report->out, "&quot;");
			break;
		default:
			out_char(report->out, text.at[i]);
		}
	}
}

static void text(struct report *report, const char *z)
{
	report_text(report, slice_of(z));
}

void report_duration(struct report *report, duration_us t, enum time_style style)
{
	char buf[TIME_TEXT_MAX];

	out_bytes(report->out, buf, format_duration(buf, t, style));
}

static void report_gap(struct report *report, struct gap value)
{
	char buf[TIME_TEXT_MAX];

	out_bytes(report->out, buf, format_gap(buf, value, TIME_LAP));
}

void report_car(struct report *report, uint16_t car)
{
	char label[16];
	race_car_label(report->race, car, label);
	report_text(report, slice_of(label));
}

unsigned report_class(const struct report *report, uint16_t car)
{
	uint8_t class_index = report->race->entries[car].class_index;

	return class_index < RACE_CLASSES_MAX ? report->class_rank[class_index] : 0;
}

/* ---- the head ---------------------------------------------------------------- */

static const char style[] =
	"<style>\n"
	":root{color-scheme:light "
	"dark;--bg:#fff;--fg:#1b1f24;--dim:#667;--rule:#d8dce2;"
	"--soft:#f4f5f7;--red:#b3261e;--amber:#9a6700;--sc:#f2d36b;"
	"--redflag:#e9a29c;--c0:#c0392b;--c1:#1f6fb2;--c2:#1e8449;--c3:#a06a00;--c4:#"
	"7d3c98;"
	"--c5:#0f766e;--c6:#9d174d;--c7:#57606a}\n"
	"@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e4e7eb;--dim:#"
	"98a2ad;"
	"--rule:#333a42;--soft:#1c2127;--red:#ff8a80;--amber:#e3b341;--sc:#5c4a12;"
	"--redflag:#5f2622;--c0:#ff7b6b;--c1:#6cb6ff;--c2:#5fd38a;--c3:#"
	"e3b341;"
	"--c4:#c99bf0;--c5:#5eead4;--c6:#f9a8d4;--c7:#adbac7}}\n"
	"body{margin:0 auto;max-width:1180px;padding:1.5rem;background:var(--bg);"
	"color:var(--fg);font:15px/1.45 system-ui,sans-serif}\n"
	"h1{font-size:1.7rem;margin:0}h2{font-size:1.15rem;margin:2.4rem 0 .6rem}\n"
	".lead{color:var(--dim);margin:.2rem 0 1rem}\n"
	".note{border-left:4px solid var(--amber);padding:.4rem .8rem;"
	"background:var(--soft)}\n"
	".wide{overflow-x:auto}\n"
	"table{border-collapse:collapse;font-variant-numeric:tabular-nums;width:100%;"
	"font-size:.87rem}\n"
	"th{font-weight:600;text-align:left;color:var(--dim);border-bottom:1px solid "
	"var(--rule)}\n"
	"th,td{padding:.2rem .55rem;white-space:nowrap;vertical-align:top}\n"
	"td.n,th.n{text-align:right}td.who{white-space:normal;min-width:14rem}\n"
	"tbody tr:nth-child(even){background:var(--soft)}\n"
	"tr.line td{border-top:2px solid var(--red);color:var(--red);text-align:center;"
	"background:var(--bg);font-weight:600}\n"
	"tr.out td{color:var(--dim)}td.bad{color:var(--red)}\n"
	".tag{font-weight:600}small{color:var(--dim)}\n"
	"figure{margin:0}figcaption{color:var(--dim);font-size:.85rem;margin:.3rem 0}\n"
	"svg{width:100%;height:auto;display:block}\n"
	"svg text{fill:var(--dim);font:11px system-ui,sans-serif}\n"
	"svg .grid{stroke:var(--rule);stroke-width:1}\n"
	"svg .run{fill:none;stroke-width:1.4;stroke-linejoin:round;opacity:.8}\n"
	"svg .run:hover{stroke-width:4;opacity:1}\n"
	"svg .SC,svg .CODE60{fill:var(--sc);fill-opacity:.45}svg .FCY,svg .VSC{"
	"fill:var(--sc);fill-opacity:.25}"
	"svg .RED{fill:var(--redflag)}svg .line{stroke:var(--red);stroke-width:1.6;"
	"stroke-dasharray:6 4;fill:none}\n"
	"svg .track{fill:none;stroke:var(--fg);stroke-width:3;stroke-linejoin:round}"
	"svg .cross{stroke:var(--dim);stroke-width:2}svg .start{stroke:var(--red);"
	"stroke-width:4}\n"
	".digest{padding-left:1.2rem}.digest li{margin:.25rem 0}\n"
	"svg .mid{stroke:var(--bg);stroke-width:2}\n"
	".s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}"
	".s3{stroke:var(--c3)}.s4{stroke:var(--c4)}.s5{stroke:var(--c5)}"
	".s6{stroke:var(--c6)}.s7{stroke:var(--c7)}\n"
	"svg .f0,svg text.f0,.f0{fill:var(--c0);color:var(--c0)}"
	"svg .f1,svg text.f1,.f1{fill:var(--c1);color:var(--c1)}"
	"svg .f2,svg text.f2,.f2{fill:var(--c2);color:var(--c2)}"
	"svg .f3,svg text.f3,.f3{fill:var(--c3);color:var(--c3)}"
	"svg .f4,svg text.f4,.f4{fill:var(--c4);color:var(--c4)}"
	"svg .f5,svg text.f5,.f5{fill:var(--c5);color:var(--c5)}"
	"svg .f6,svg text.f6,.f6{fill:var(--c6);color:var(--c6)}"
	"svg .f7,svg text.f7,.f7{fill:var(--c7);color:var(--c7)}\n"
	"@media "
	"print{body{max-width:none}h2{break-after:avoid}tr{break-inside:avoid}}\n"
	"</style>\n";

static void title(struct report *report)
{
	const struct race_setup *setup = &report->race->setup;

	text(report, setup->event[0] ? setup->event : "A race");
	if (setup->session[0] != '\0' && strcmp(setup->session, "Race") != 0) {
		out_text(report->out, " &middot; ");
		text(report, setup->session);
	}
}

static void report_piece(struct report *report, bool *first)
{
	if (!*first)
		out_text(report->out, " &middot; ");
	*first = false;
}

/* Where, when, how long. */
static void lead(struct report *report)
{
	const struct race_setup *setup = &report->race->setup;
	char buf[TIME_TEXT_MAX];
	bool first = true;

	out_text(report->out, "<p class=lead>");
	if (setup->circuit[0] != '\0') {
		report_piece(report, &first);
		text(report, setup->circuit);
		unsigned m = (unsigned)((setup->lap_length + 500) / 1000);
		if (m > 0)
			out_format(report->out, " %u.%03u km", m / 1000, m % 1000);
	}
	if (!setup->floating && report->from != INSTANT_NONE) {
		report_piece(report, &first);
		out_bytes(report->out, buf,
			  format_date(buf, report->from + setup->utc_offset_us));
	}
	if (setup->length_us > 0) {
		report_piece(report, &first);
		report_duration(report, setup->length_us, TIME_CLOCK);
	}
	report_piece(report, &first);
	out_text(report->out, "rules: ");
	text(report, report->rules->title);
	out_text(report->out, "</p>\n");
	if (setup->reconstruction)
		out_text(report->out,
			 "<p class=note>This is a <strong>reconstruction</strong>: the "
			 "timing of the day is not public. Known facts are kept; the "
			 "rest was made up by a simulator.</p>\n");
	if (report->race->result_lap > 0 && report->list->finished)
		out_format(
			report->out,
			"<p class=note>This is the result at the end of lap %u.</p>\n",
			(unsigned)report->race->result_lap);
	if (!report->list->finished)
		out_text(report->out, "<p class=note>The race is not over: these are "
				      "interim results.</p>\n");
}

/* ---- the classification ---------------------------------------------------------- */

static void report_head(struct report *report, const char *const *names,
			const char *numbers)
{
	out_text(report->out, "<div class=wide><table><thead><tr>");
	for (size_t i = 0; names[i] != NULL; i++)
		out_format(report->out, "<th%s>%s", numbers[i] == 'n' ? " class=n" : "",
			   names[i]);
	out_text(report->out, "</thead><tbody>\n");
}

static void who(struct report *report, uint16_t car)
{
	const struct entry *entry = &report->race->entries[car];
	bool any = false;

	out_text(report->out, "<td class=who>");
	text(report, entry->team);
	if (entry->vehicle[0] != '\0') {
		out_text(report->out, entry->team[0] ? " <small>" : "<small>");
		text(report, entry->vehicle);
		out_text(report->out, "</small>");
	}
	for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX; i++) {
		if (entry->drivers[i][0] == '\0')
			continue;
		out_text(report->out, any ? " / " : "<br><small>");
		text(report, entry->drivers[i]);
		any = true;
	}
	out_text(report->out, any ? "</small>" : "");
}

static void car_cells(struct report *report, uint16_t car)
{
	unsigned rank = report_class(report, car);

	out_text(report->out, "<td class=n><strong>");
	report_car(report, car);
	out_format(report->out, "</strong><td class=\"tag f%u\">", rank % 8);
	report_text(report, encode_car_class(report->race, car));
}

static const char *report_state_words(const struct report *report,
				      const struct result *row)
{
	if (row->class_winner && report->list->finished)
		return row->invited ? "wins its class, invited" : "wins its class";
	switch ((enum result_status)row->status) {
	case STATUS_CLASSIFIED:
		return "";
	case STATUS_NC:
		return "not classified";
	case STATUS_DNF:
		return "did not finish";
	case STATUS_DNS:
		return "did not start";
	case STATUS_DSQ:
		return "disqualified";
	case STATUS_RUNNING:
	case STATUS_COUNT:
		break;
	}
	return "running";
}

static void result_row(struct report *report, const struct result *row)
{
	const struct car *car = &report->race->cars[row->car];
	bool out_of_it = row->status == STATUS_NC || row->status == STATUS_DNF ||
			 row->status == STATUS_DNS || row->status == STATUS_DSQ;

	out_format(report->out, "<tr%s><td class=n>%u", out_of_it ? " class=out" : "",
		   row->position);
	car_cells(report, row->car);
	out_format(report->out, "<td class=n>%u", row->class_position);
	who(report, row->car);
	out_format(report->out, "<td class=n>%u<td class=n>", row->laps);
	report_duration(report, row->total, TIME_RACE);
	out_text(report->out, "<td class=n>");
	report_gap(report, row->moved ? (struct gap){0} : row->gap);
	out_text(report->out, "<td class=n>");
	report_duration(report, car->lap_best, TIME_LAP);
	out_format(report->out, "<td class=n>%u", car->stops);
	if (report->list->threshold > 0 && car->seen)
		out_format(report->out, "<td class=\"n%s\">%s%d",
			   row->margin < 0 ? " bad" : "",
			   row->margin > 0   ? "+"
			   : row->margin < 0 ? "\u2212"
					     : "",
			   row->margin < 0 ? -(int)row->margin : (int)row->margin);
	else
		out_text(report->out, "<td>");
	out_format(report->out, "<td>%s\n", report_state_words(report, row));
}

static void report_threshold_line(struct report *report)
{
	uint32_t pm = report->rules->fraction_pm;

	out_format(report->out, "<tr class=line><td colspan=12>%u", pm / 10);
	if (pm % 10 > 0)
		out_format(report->out, ".%u", pm % 10);
	out_format(report->out, " %% of the winner's distance &middot; %u laps\n",
		   report->list->threshold);
}

static void results(struct report *report)
{
	static const char *const names[] = {
		"P",      "N\xc2\xba", "Class", "PIC",  "Team, car, drivers",
		"Laps",   "Time",      "Gap",   "Best", "Stops",
		"Margin", "",          NULL,
	};
	const struct classification *list = report->list;
	bool drawn = list->threshold == 0 || report->rules->of == OF_CLASS_WINNER;

	out_text(report->out, "<h2>Classification</h2>\n");
	report_head(report, names, "nn.n.nnnnnn.");
	for (uint32_t i = 0; i < list->count; i++) {
		const struct result *row = &list->rows[i];

		if (!drawn && i > 0 && row->margin < 0) {
			report_threshold_line(report);
			drawn = true;
		}
		result_row(report, row);
	}
	out_text(report->out, "</tbody></table></div>\n");
}

/* ---- the classes -------------------------------------------------------------------- */

static void class_row(struct report *report, unsigned class_index)
{
	const struct race_class *c = &report->race->classes[class_index];
	const struct result *winner = NULL;
	uint32_t n = 0, classified = 0;

	for (uint32_t i = 0; i < report->list->count; i++) {
		const struct result *row = &report->list->rows[i];

		if (report->race->entries[row->car].class_index != class_index)
			continue;
		n++;
		classified += row->status == STATUS_CLASSIFIED;
		if (winner == NULL)
			winner = row;
	}
	if (winner == NULL)
		return;
	out_format(report->out, "<tr><td class=\"tag f%u\">",
		   report->class_rank[class_index] % 8u);
	text(report, c->name);
	out_format(report->out, "<td class=n>%u<td class=n>%u<td class=n><strong>", n,
		   classified);
	report_car(report, winner->car);
	out_text(report->out, "</strong>");
	who(report, winner->car);
	out_format(report->out, "<td class=n>%u<td class=n>", winner->laps);
	report_duration(report, c->lap_best, TIME_LAP);
	out_text(report->out, "<td class=n>");
	if (c->lap_best_car < report->race->car_count)
		report_car(report, c->lap_best_car);
	out_text(report->out, "<td>");
	if (winner->invited && report->list->finished) {
		out_text(report->out, "invited to ");
		text(report, report->rules->invitation);
	}
	out_text(report->out, "\n");
}

static void classes(struct report *report)
{
	static const char *const names[] = {
		"Class", "Cars",     "Classified", "First", "Team, car, drivers",
		"Laps",  "Best lap", "by",         "",      NULL,
	};

	if (report->class_count == 0)
		return;
	out_text(report->out, "<h2>Classes</h2>\n");
	report_head(report, names, ".nnn.nnn.");
	for (unsigned i = 0; i < report->class_count; i++)
		class_row(report, report->class_order[i]);
	out_text(report->out, "</tbody></table></div>\n");
}

/* ---- the page ------------------------------------------------------------------------- */

static void learn_classes(struct report *report)
{
	bool known[RACE_CLASSES_MAX] = {false};

	for (uint32_t i = 0; i < report->list->count; i++) {
		uint8_t c =
			report->race->entries[report->list->rows[i].car].class_index;

		if (c >= RACE_CLASSES_MAX || known[c])
			continue;
		known[c] = true;
		report->class_rank[c] = (uint8_t)report->class_count;
		report->class_order[report->class_count++] = c;
	}
	report->class_rank[RACE_CLASSES_MAX] = 7;
}

static void learn_front(struct report *report)
{
	const struct race *race = report->race;

	for (uint32_t i = race->lap_first; i < race->lap_count; i++) {
		const struct lap_row *row = &report->tables->laps[i];

		if (i >= report->tables->laps_max || row->lap >= REPORT_LAPS_MAX)
			continue;
		for (; report->front_count <= row->lap; report->front_count++)
			report->front[report->front_count] = row->at;
		if (row->at > report->to)
			report->to = row->at;
	}
}

/* How it was won. */
static void report_digest(struct report *report, const struct digest_of *of)
{
	struct digest_fact facts[DIGEST_MOST];
	unsigned count = digest_facts(of, facts);

	out_text(report->out, "<h2>Digest</h2>\n<ul class=digest>\n");
	for (unsigned i = 0; i < count; i++) {
		out_text(report->out, "<li>");
		report_text(report, (struct slice){facts[i].text, facts[i].len});
		out_char(report->out, '\n');
	}
	out_text(report->out, "</ul>\n");
}

void encode_report(struct out *out, const struct report_of *of)
{
	const struct race *race = of->of.race;
	struct report report = {.out = out,
				.race = race,
				.tables = of->of.tables,
				.rules = of->of.rules,
				.list = of->of.classification,
				.circuit = of->circuit,
				.found = of->found,
				.season = of->season,
				.season_work = of->season_work,
				.from = race->start_at,
				.to = race->start_at};

	learn_classes(&report);
	learn_front(&report);
	out_text(out, "<!doctype html>\n<html lang=en><meta charset=utf-8>\n<meta "
		      "name=viewport content=\"width=device-width\">\n<title>");
	title(&report);
	out_text(out, "</title>\n");
	out_text(out, style);
	out_text(out, "<h1>");
	title(&report);
	out_text(out, "</h1>\n");
	lead(&report);
	report_digest(&report, &of->of);
	classes(&report);
	results(&report);
	report_season(&report);
	report_map(&report);
	if (race->setup.type == SESSION_RACE && report.from != INSTANT_NONE &&
	    report.to > report.from) {
		report_positions(&report);
		report_gaps(&report);
		report_stints(&report);
	}
	report_pace(&report);
	report_flags(&report);
	report_log(&report);
	out_text(out, "</html>\n");
}
