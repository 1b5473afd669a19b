/*
 * report_svg.c -- the plots of a report, as SVG in the page
 *
 *  (1) Places are in tenths of a pixel and whole numbers: the same race writes the same
 *      bytes on every machine.
 *  (2) A line is the colour of its class, and shows its car under the pointer.
 */
#include "report.h"

#include <string.h>

enum { WIDTH = 11800, LEFT = 460, RIGHT = 620, TOP = 140, FOOT = 260 };
enum { STINT_ROW = 150, PACE_ROW = 150, PACE_LAPS = 1024 };
enum { TAKEN_MAX = 256, LABEL_ROW = 60 };

/* A plot: the room for its lines, and what its axes hold. */
struct svg_plot {
	struct report *report;
	int64_t from, to;  /* along */
	int64_t low, high; /* top to bottom */
	int height;        /* of the room */
	uint8_t *taken;    /* rows of labels at its right, TAKEN_MAX; NULL */
};

void report_tenths(struct out *out, int64_t v)
{
	out_format(out, "%lld.%d", (long long)(v / 10), (int)(v % 10));
}

static int64_t scale(int64_t v, int64_t from, int64_t to, int64_t room)
{
	return to <= from ? 0 : mul_div(v - from, room, to - from);
}

static int64_t along(const struct svg_plot *plot, int64_t v)
{
	int64_t x = scale(v, plot->from, plot->to, WIDTH - LEFT - RIGHT);

	return LEFT + (x < 0 ? 0 : x > WIDTH - LEFT - RIGHT ? WIDTH - LEFT - RIGHT : x);
}

static int64_t down(const struct svg_plot *plot, int64_t v)
{
	return TOP + scale(v, plot->low, plot->high, plot->height);
}

static void point(const struct svg_plot *plot, int64_t x, int64_t y)
{
	struct out *out = plot->report->out;

	report_tenths(out, along(plot, x));
	out_char(out, ',');
	report_tenths(out, down(plot, y));
	out_char(out, ' ');
}

struct svg_box {
	int64_t x, y, w, h;
	unsigned shade; /* per cent; 0: whole */
};

static void rectangle(struct out *out, const char *name, const struct svg_box *box)
{
	const int64_t values[] = {box->x, box->y, box->w, box->h};
	static const char *const names[] = {" x=", " y=", " width=", " height="};

	out_text(out, "<rect");
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		out_text(out, names[i]);
		report_tenths(out, values[i] < 0 ? 0 : values[i]);
	}
	if (box->shade > 0)
		out_format(out, " opacity=0.%02u", box->shade);
	out_format(out, " class=\"%s\">", name);
}

static void svg_words(struct out *out, const char *anchor, int64_t x, int64_t y)
{
	out_text(out, "<text x=");
	report_tenths(out, x);
	out_text(out, " y=");
	report_tenths(out, y);
	out_format(out, " text-anchor=%s>", anchor);
}

static void plot_open(const struct svg_plot *plot, const char *name,
		      const char *caption)
{
	int64_t h = TOP + plot->height + FOOT;
	struct out *out = plot->report->out;

	out_format(out,
		   "<h2>%s</h2>\n<figure><figcaption>%s</figcaption>\n<svg viewBox=\"0 "
		   "0 %d %lld\" role=img aria-label=\"%s\">\n",
		   name, caption, WIDTH / 10, (long long)(h / 10), name);
}

static void shut(const struct svg_plot *plot)
{
	out_text(plot->report->out, "</svg></figure>\n");
}

static void grid(const struct svg_plot *plot, int64_t x1, int64_t y1, int64_t x2,
		 int64_t y2)
{
	struct out *out = plot->report->out;

	out_text(out, "<path class=grid d=\"M");
	report_tenths(out, x1);
	out_char(out, ' ');
	report_tenths(out, y1);
	out_char(out, 'L');
	report_tenths(out, x2);
	out_char(out, ' ');
	report_tenths(out, y2);
	out_text(out, "\"/>");
}

/* 1, 2 or 5 times a power of ten, so that at most @most steps fit. */
static int64_t round_step(int64_t span, int64_t most)
{
	int64_t step = 1;

	for (;; step *= 10) {
		if (span / step <= most)
			return step;
		if (span / (2 * step) <= most)
			return 2 * step;
		if (span / (5 * step) <= most)
			return 5 * step;
	}
}

/* A line with its label for every @step along the axis. */
static void ticks(const struct svg_plot *plot, int64_t step,
		  void (*write)(struct report *report, int64_t v, int64_t step))
{
	struct out *out = plot->report->out;

	for (int64_t v = (plot->from + step - 1) / step * step; v <= plot->to;
	     v += step) {
		grid(plot, along(plot, v), TOP, along(plot, v), TOP + plot->height);
		svg_words(out, "middle", along(plot, v), TOP + plot->height + 150);
		write(plot->report, v, step);
		out_text(out, "</text>");
	}
	out_text(out, "\n");
}

static void write_number(struct report *report, int64_t v, int64_t step)
{
	(void)step;
	out_i64(report->out, v);
}

/* Hours of the race: at most 14, or one more, however long it is. */
static void hours_along(const struct svg_plot *plot)
{
	int64_t span = instant_sub(plot->to, plot->from);
	int64_t step = span < 2 * US_HOUR ? 10 * US_MIN : US_HOUR;
	struct out *out = plot->report->out;

	while (span / step >= 14)
		step *= 2;
	for (int64_t i = 0; i <= span / step; i++) {
		int64_t v = i * step;
		int64_t x = along(plot, plot->from + v);

		grid(plot, x, TOP, x, TOP + plot->height);
		svg_words(out, "middle", x, TOP + plot->height + 150);
		out_format(out, "%lld:%02lld</text>", (long long)(v / US_HOUR),
			   (long long)(v / US_MIN % 60));
	}
	out_text(out, "\n");
}

static void numbers_down(const struct svg_plot *plot, int64_t unit, const char *sign)
{
	int64_t step = round_step((plot->high - plot->low) / unit, 10) * unit;
	struct out *out = plot->report->out;

	for (int64_t v = (plot->low + step - 1) / step * step; v <= plot->high;
	     v += step) {
		/* Places have no sign, and begin with the first. */
		int64_t at = v == 0 && sign[0] == '\0' ? unit : v;

		grid(plot, LEFT, down(plot, at), WIDTH - RIGHT, down(plot, at));
		svg_words(out, "end", LEFT - 80, down(plot, at) + 40);
		out_format(out, "%s%lld</text>", at == 0 ? "" : sign,
			   (long long)(at / unit));
	}
	out_text(out, "\n");
}

int64_t report_front(const struct report *report, instant_us t)
{
	uint32_t low = 0, high = report->front_count;

	while (low < high) { /* the first lap that was completed later */
		uint32_t middle = (low + high) / 2;

		if (report->front[middle] <= t)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return 0;
	if (low >= report->front_count)
		return (int64_t)(report->front_count - 1) * 100;
	return (int64_t)(low - 1) * 100 +
	       (t - report->front[low - 1]) * 100 /
		       (report->front[low] - report->front[low - 1]);
}

/* Flag runs as bands; @by_lap: along are laps of the first car. */
static void bands(const struct svg_plot *plot, bool by_lap)
{
	const struct report *report = plot->report;
	const struct race *race = report->race;

	for (uint32_t i = 0; i < race->flag_count && i < report->tables->flags_max;
	     i++) {
		const struct flag_row *row = &report->tables->flags[i];
		instant_us until = i + 1 < race->flag_count
					   ? report->tables->flags[i + 1].from_at
					   : report->to;
		int64_t x1, x2;

		if (!flag_is_slow((enum flag)row->flag))
			continue;
		x1 = by_lap ? report_front(report, row->from_at) / 100 : row->from_at;
		x2 = by_lap ? report_front(report, until) / 100 : until;
		x1 = along(plot, x1);
		x2 = along(plot, x2);
		rectangle(report->out, flag_name((enum flag)row->flag),
			  &(struct svg_box){x1, TOP, x2 - x1 < 10 ? 10 : x2 - x1,
					    plot->height, 0});
		out_format(report->out, "<title>%s</title></rect>",
			   flag_name((enum flag)row->flag));
	}
	out_text(report->out, "\n");
}

static void line_begin(const struct svg_plot *plot, uint16_t car)
{
	out_format(plot->report->out, "<polyline class=\"run s%u\" points=\"",
		   report_class(plot->report, car) % 8);
}

static void svg_line_end(const struct svg_plot *plot, uint16_t car)
{
	out_text(plot->report->out, "\"><title>");
	report_car(plot->report, car);
	out_text(plot->report->out, "</title></polyline>\n");
}

static void svg_label(const struct svg_plot *plot, uint16_t car, const char *anchor,
		      int64_t x, int64_t y)
{
	struct out *out = plot->report->out;

	out_text(out, "<text x=");
	report_tenths(out, x);
	out_text(out, " y=");
	report_tenths(out, y + 40);
	out_format(out, " text-anchor=%s class=f%u>", anchor,
		   report_class(plot->report, car) % 8);
	report_car(plot->report, car);
	out_text(out, "</text>");
}

/* ---- position by lap ------------------------------------------------------------ */

static void position_line(const struct svg_plot *plot, uint16_t car)
{
	struct lap_walk walk;
	const struct lap_row *row;
	uint32_t last = 0, lap = 0;
	bool gap = false;

	lap_walk_begin(&walk, plot->report->race, plot->report->tables, car);
	line_begin(plot, car);
	while ((row = lap_walk_next(&walk)) != NULL) {
		if (row->position == 0)
			continue;
		/* Only where it turns. */
		if (row->position != last) {
			if (gap)
				point(plot, lap, last);
			point(plot, row->lap, row->position);
			gap = false;
		} else {
			gap = true;
		}
		last = row->position;
		lap = row->lap;
	}
	if (gap)
		point(plot, lap, last);
	svg_line_end(plot, car);
	if (last > 0)
		svg_label(plot, car, "start", along(plot, lap) + 60, down(plot, last));
}

void report_positions(struct report *report)
{
	uint32_t cars = 0;
	struct svg_plot plot = {.report = report, .low = 0};

	for (uint32_t i = 0; i < report->list->count; i++)
		cars += report->race->cars[report->list->rows[i].car].seen;
	plot.to = report->front_count > 1 ? report->front_count - 1 : 1;
	plot.high = cars + 1;
	plot.height = (int)cars * 110 + 200;
	plot_open(
		&plot, "Positions",
		"Lap chart: the position of every car at the end of each of its laps. "
		"Bands are neutralisations; a line that ends early has fewer laps.");
	bands(&plot, true);
	ticks(&plot, round_step(plot.to - plot.from, 12), write_number);
	numbers_down(&plot, 1, "");
	for (uint32_t i = 0; i < report->list->count; i++)
		position_line(&plot, report->list->rows[i].car);
	shut(&plot);
}

/* ---- laps behind ----------------------------------------------------------------- */

/* The better placed car keeps the room for its label. */
static bool label_fits(const struct svg_plot *plot, int64_t y)
{
	int64_t row = y / LABEL_ROW;

	if (plot->taken == NULL || row < 0 || row >= TAKEN_MAX || plot->taken[row] ||
	    (row > 0 && plot->taken[row - 1]) ||
	    (row + 1 < TAKEN_MAX && plot->taken[row + 1]))
		return false;
	plot->taken[row] = 1;
	return true;
}

static void gap_line(const struct svg_plot *plot, uint16_t car)
{
	const struct report *report = plot->report;
	struct lap_walk walk;
	const struct lap_row *row;
	int64_t behind = 0, last = INT64_MIN;
	instant_us at = report->from;

	lap_walk_begin(&walk, report->race, report->tables, car);
	line_begin(plot, car);
	point(plot, report->from, 0);
	while ((row = lap_walk_next(&walk)) != NULL) {
		behind = report_front(report, row->at) - (int64_t)row->lap * 100;
		behind = behind < 0 ? 0 : behind;
		at = row->at;
		if (behind > plot->high + 1000)
			break;
		if (behind == last)
			continue;
		point(plot, at, behind);
		last = behind;
	}
	if (behind == last)
		point(plot, at, behind);
	svg_line_end(plot, car);
	if (behind <= plot->high && at > report->from &&
	    label_fits(plot, down(plot, behind)))
		svg_label(plot, car, "start", along(plot, at) + 60, down(plot, behind));
}

/* What a car may be behind: its own line, growing with the distance. */
static bool has_threshold_line(const struct report *report)
{
	return report->rules->fraction_pm > 0 && report->rules->of != OF_CLASS_WINNER;
}

static void svg_threshold_line(const struct svg_plot *plot)
{
	const struct report *report = plot->report;
	struct out *out = report->out;

	if (!has_threshold_line(report))
		return;
	out_text(out, "<polyline class=line points=\"");
	for (int i = 0; i <= 100; i++) {
		instant_us t = report->from + (report->to - report->from) / 100 * i;

		point(plot, t,
		      report_front(report, t) * (1000 - report->rules->fraction_pm) /
			      1000);
	}
	out_text(out, "\"><title>threshold</title></polyline>\n");
}

void report_gaps(struct report *report)
{
	uint8_t taken[TAKEN_MAX] = {0};
	struct svg_plot plot = {.report = report,
				.taken = taken,
				.from = report->from,
				.to = report->to,
				.high = 100,
				.height = 4600};
	int64_t most = (int64_t)report->front_count * 100;

	for (uint32_t i = 0; i < report->list->count; i++) {
		const struct result *row = &report->list->rows[i];
		int64_t behind =
			((int64_t)report->list->winner_laps - row->laps) * 100 + 100;

		if (row->laps > 0 && behind > plot.high)
			plot.high = behind;
	}
	/* A car stopped for hours would compress the others into one line. */
	most = most *
	       (report->rules->fraction_pm > 0
			? (1000 - report->rules->fraction_pm) * 13 / 10
			: 250) /
	       1000;
	if (plot.high > most && most > 100)
		plot.high = most;
	plot_open(&plot, "Gaps",
		  has_threshold_line(report)
			  ? "Laps behind the first car, by race time. The dashed line "
			    "is the threshold: who ends below it is not classified."
			  : "Laps behind the first car, by race time.");
	out_format(report->out,
		   "<clipPath id=room><rect x=0 y=0 width=%d height=%d></rect>"
		   "</clipPath>\n",
		   WIDTH / 10, (TOP + plot.height) / 10);
	bands(&plot, false);
	hours_along(&plot);
	numbers_down(&plot, 100, "\xe2\x88\x92");
	out_text(report->out, "<g clip-path=\"url(#room)\">\n");
	for (uint32_t i = 0; i < report->list->count; i++)
		gap_line(&plot, report->list->rows[i].car);
	svg_threshold_line(&plot);
	out_text(report->out, "</g>");
	shut(&plot);
}

/* ---- stints ------------------------------------------------------------------------ */

static void stint_bar(const struct svg_plot *plot, uint16_t car, int64_t y,
		      const struct stint_row *row)
{
	struct report *report = plot->report;
	const struct entry *entry = &report->race->entries[car];
	int64_t x1 = along(plot, row->from_at), x2 = along(plot, row->in_at);
	char name[8];

	text_format(name, sizeof(name), "f%u", report_class(report, car) % 8);
	/* Who drives by shade, as far as it is known. */
	rectangle(report->out, name,
		  &(struct svg_box){x1, y + 25, x2 - x1 > 12 ? x2 - x1 - 12 : 6, 100,
				    row->driver < RACE_DRIVERS_MAX
					    ? 95 - row->driver % 4 * 20u
					    : 60});
	out_text(report->out, "<title>");
	report_car(report, car);
	uint32_t laps = row->to_lap > row->from_lap ? row->to_lap - row->from_lap : 0;
	out_format(report->out, ", stint %u", row->number);
	/* None: where the source was joined late they are not known. */
	if (laps > 0)
		out_format(report->out, ": %u lap%s", laps, laps == 1 ? "" : "s");
	if (row->driver < entry->driver_count) {
		out_text(report->out, ", ");
		report_text(report, slice_of(entry->drivers[row->driver]));
	}
	if (row->stop != DURATION_NONE && row->stop > 0) {
		out_text(report->out, ", then a stop of ");
		report_duration(report, row->stop, TIME_SHORT);
	}
	out_text(report->out, "</title></rect>");
}

static void stint_line(const struct svg_plot *plot, uint16_t car, int64_t y)
{
	const struct report *report = plot->report;
	const struct race *race = report->race;
	const struct car *c = &race->cars[car];
	uint32_t at = c->stint_row;

	svg_label(plot, car, "end", LEFT - 80, y + 75);
	for (; at > 0 && at <= race->stint_count && at <= report->tables->stints_max;
	     at = report->tables->stints[at - 1].prev)
		if (report->tables->stints[at - 1].in_at != INSTANT_NONE &&
		    report->tables->stints[at - 1].from_at != INSTANT_NONE)
			stint_bar(plot, car, y, &report->tables->stints[at - 1]);
	if (c->stint_at != INSTANT_NONE && c->line_at > c->stint_at) {
		struct stint_row last = {.from_at = c->stint_at,
					 .in_at = c->line_at,
					 .from_lap = c->stint_lap,
					 .to_lap = c->laps,
					 .number = c->stint,
					 .stop = DURATION_NONE,
					 .driver = c->driver};

		stint_bar(plot, car, y, &last);
	}
	out_text(report->out, "\n");
}

void report_stints(struct report *report)
{
	struct svg_plot plot = {
		.report = report, .from = report->from, .to = report->to};
	int64_t y = TOP;

	for (uint32_t i = 0; i < report->list->count; i++)
		plot.height += report->race->cars[report->list->rows[i].car].seen
				       ? STINT_ROW
				       : 0;
	plot_open(&plot, "Stints",
		  "From pit out to pit in, by race time; the shade is the driver where "
		  "known. Point at a bar for its laps, its driver and the stop after "
		  "it.");
	bands(&plot, false);
	hours_along(&plot);
	for (uint32_t i = 0; i < report->list->count; i++) {
		uint16_t car = report->list->rows[i].car;

		if (!report->race->cars[car].seen)
			continue;
		stint_line(&plot, car, y);
		y += STINT_ROW;
	}
	shut(&plot);
}

/* ---- pace ---------------------------------------------------------------------------- */

/* Clean laps of a car in milliseconds, sorted; @laps holds PACE_LAPS. */
static uint32_t clean_laps(const struct report *report, uint16_t car, uint32_t *laps)
{
	struct lap_walk walk;
	const struct lap_row *row;
	uint32_t n = 0;

	lap_walk_begin(&walk, report->race, report->tables, car);
	while ((row = lap_walk_next(&walk)) != NULL) {
		uint32_t ms, at = n;

		if (!lap_is_clean(row) || n == PACE_LAPS || row->time > US_HOUR)
			continue;
		ms = (uint32_t)(row->time / US_MS);
		for (; at > 0 && laps[at - 1] > ms; at--)
			laps[at] = laps[at - 1];
		laps[at] = ms;
		n++;
	}
	return n;
}

static void pace_line(const struct svg_plot *plot, uint16_t car, int64_t y,
		      const uint32_t laps[], uint32_t n)
{
	struct out *out = plot->report->out;
	int64_t low = along(plot, laps[n / 20]), high = along(plot, laps[n * 3 / 4]);
	int64_t middle = along(plot, laps[n / 2]), best = along(plot, laps[0]);
	char name[8];

	text_format(name, sizeof(name), "f%u", report_class(plot->report, car) % 8);
	svg_label(plot, car, "end", LEFT - 80, y + 75);
	grid(plot, best, y + 75, high, y + 75);
	rectangle(out, name, &(struct svg_box){low, y + 35, high - low, 80, 70});
	out_text(out, "<title>");
	report_car(plot->report, car);
	out_text(out, ": median ");
	report_duration(plot->report, (duration_us)laps[n / 2] * US_MS, TIME_LAP);
	out_text(out, ", best ");
	report_duration(plot->report, (duration_us)laps[0] * US_MS, TIME_LAP);
	out_format(out, ", of %u clean laps</title></rect>", n);
	out_text(out, "<path class=mid d=\"M");
	report_tenths(out, middle);
	out_char(out, ' ');
	report_tenths(out, y + 30);
	out_text(out, "v9\"/>\n");
}

static void write_lap_time(struct report *report, int64_t v, int64_t step)
{
	report_duration(report, v * US_MS, step % 1000 == 0 ? TIME_SHORT : TIME_TENTH);
}

void report_pace(struct report *report)
{
	struct svg_plot plot = {.report = report, .from = INT64_MAX, .to = 0};
	uint32_t laps[PACE_LAPS];
	int64_t y = TOP;

	for (uint32_t i = 0; i < report->list->count; i++) {
		uint32_t n = clean_laps(report, report->list->rows[i].car, laps);

		if (n < 3)
			continue;
		plot.height += PACE_ROW;
		if (laps[0] < plot.from)
			plot.from = laps[0];
		if (laps[n * 3 / 4] > plot.to)
			plot.to = laps[n * 3 / 4];
	}
	if (plot.height == 0)
		return;
	/* A car in trouble would squeeze the rest. */
	if (plot.to > plot.from * 13 / 10)
		plot.to = plot.from * 13 / 10;
	plot.from -= (plot.to - plot.from) / 40;
	plot_open(
		&plot, "Pace",
		"Clean laps: no lap into or out of the pits, none neutralised. The bar "
		"goes "
		"from the best twentieth to three quarters of them, the notch is the "
		"median, the thin line begins at the best.");
	ticks(&plot, round_step(plot.to - plot.from, 10), write_lap_time);
	for (uint32_t i = 0; i < report->list->count; i++) {
		uint16_t car = report->list->rows[i].car;
		uint32_t n = clean_laps(report, car, laps);

		if (n < 3)
			continue;
		pace_line(&plot, car, y, laps, n);
		y += PACE_ROW;
	}
	shut(&plot);
}
