/*
 * feeds_log.c -- what was not used or had to be made up: in words, and counted by
 * car and line
 *
 * The log joins what decoders could not use with what the fold did not take; the
 * counts are of the fold alone, which knows cars and lines.
 */
#include "feeds_screen.h"

#include <string.h>

/* ---- the log --------------------------------------------------------------- */

/* Both lists from their ends; the newer of the two comes next. */
struct log {
	const struct view *view;
	uint32_t anomalies, faults; /* still to come */
	uint32_t joined;            /* of the faults, cars that were joined late: */
	bool joined_told;           /* they are told in one line */
};

static uint32_t fault_rows(const struct view *view)
{
	uint32_t n = view->race->fault_count;
	if (!view->tables->faults)
		return 0;
	return n < view->tables->faults_max ? n : view->tables->faults_max;
}

/* While the view is behind, what was heard since is not shown. */
static void log_begin(const struct view *view, struct log *log)
{
	log->view = view;
	log->faults = fault_rows(view);
	log->anomalies = view->anomaly_log_count;
	log->joined_told = false;
	log->joined = 0;
	for (uint32_t i = 0; i < log->faults; i++)
		log->joined += view->tables->faults[i].fault == FAULT_JOINED;
	if (view->live && view->behind_live <= 0)
		return;
	while (log->anomalies > 0 &&
	       view->anomaly_log[log->anomalies - 1].at > view->at)
		log->anomalies--;
}

struct line {
	instant_us at;
	struct field words;
	uint16_t source;
	uint8_t kind; /* enum anomaly */
};

const char *feed_line_label(const struct view *view, unsigned line)
{
	if (view->circuit && line < LINES_MAX && line < view->circuit->line_count &&
	    view->circuit->line_names[line][0])
		return view->circuit->line_names[line];
	return line_name((uint8_t)line);
}

static void fault_words(const struct view *view, const struct fault_row *fault,
			struct field *out)
{
	field_clear(out, ROLE_TEXT);
	char label[16];
	if (fault->car < view->race->car_count) {
		race_car_label(view->race, fault->car, label);
		field_append(out, label);
		field_append(out, " ");
	}
	if (fault->line < LINES_MAX ||
	    (fault->line >= LINE_PIT_IN && fault->line <= LINE_SF_PIT)) {
		field_append(out, "at ");
		field_append(out, feed_line_label(view, fault->line));
		field_append(out, " ");
	}
	if (out->text.len)
		out->text.len--;
	field_append(out, out->text.len ? ": " : "");
	if (fault->fault < FAULT_COUNT)
		field_append(out, fault_why((enum fault)fault->fault));
}

/* Lines that are still to come. */
static uint32_t log_rest(const struct log *log)
{
	uint32_t in_one = log->joined > 0 && !log->joined_told ? 1 : 0;
	return log->faults - log->joined + in_one + log->anomalies;
}

/* A whole field joins at once. */
static void joined_words(const struct log *log, struct field *out)
{
	field_clear(out, ROLE_TEXT);
	field_append_number(out, log->joined);
	field_append(out, " cars at SF: ");
	field_append(out, fault_why(FAULT_JOINED));
}

/* The newest fault that is a line; NULL: none is left. */
static const struct fault_row *log_fault(struct log *log)
{
	while (log->faults > 0) {
		const struct fault_row *fault =
			&log->view->tables->faults[log->faults - 1];
		if (fault->fault != FAULT_JOINED || !log->joined_told)
			return fault;
		log->faults--;
		log->joined--;
	}
	return NULL;
}

static bool log_next(struct log *log, struct line *line)
{
	const struct view *view = log->view;
	const struct fault_row *fault = log_fault(log);
	const struct view_anomaly *anomaly =
		log->anomalies ? &view->anomaly_log[log->anomalies - 1] : NULL;
	if (fault && (!anomaly || fault->at >= anomaly->at)) {
		log->faults--;
		line->at = fault->at;
		line->source = fault->source;
		line->kind = (uint8_t)fault_anomaly((enum fault)fault->fault);
		fault_words(view, fault, &line->words);
		if (fault->fault != FAULT_JOINED)
			return true;
		if (log->joined > 1)
			joined_words(log, &line->words);
		log->joined_told = true;
		log->joined--;
		return true;
	}
	if (!anomaly)
		return false;
	log->anomalies--;
	line->at = anomaly->at;
	line->source = anomaly->source;
	line->kind = anomaly->kind;
	field_text(&line->words, slice_of(anomaly->words), ROLE_TEXT);
	return true;
}

enum { SOURCE_WIDTH = 20, KIND_WIDTH = 7 };

/* Kinds of anomaly in a narrow column. */
static const char *const kind_words[ANOMALY_COUNT] = {
	[ANOMALY_FORMAT] = "format",        [ANOMALY_FIELD] = "field",
	[ANOMALY_CONTRADICTION] = "contra", [ANOMALY_REPEATED] = "twice",
	[ANOMALY_MISSING] = "missing",      [ANOMALY_CHECKSUM] = "sum",
	[ANOMALY_UNKNOWN] = "unknown",      [ANOMALY_CLOCK] = "clock",
	[ANOMALY_CAPACITY] = "room",        [ANOMALY_PHANTOM] = "phantom",
	[ANOMALY_TRANSPONDER] = "transp",
};

/* Of the last minute: the eye finds what goes wrong now. */
static bool fresh(const struct view *view, instant_us at)
{
	return at != INSTANT_NONE && at > view->at - US_MIN;
}

static void draw_line(const struct view *view, struct canvas *canvas, struct rect at,
		      const struct line *line)
{
	bool wide = at.w >= 80 && view->feed_count > 1;
	int x = at.x;
	char clock[TIME_TEXT_MAX];
	size_t n;
	if (line->at != INSTANT_NONE) {
		n = format_clock(clock, line->at + view->race->setup.utc_offset_us,
				 false);
		canvas_text(canvas, x, at.y, 8, (struct slice){clock, n},
			    just_changed(view, line->at) ? ROLE_CHANGED : ROLE_DIM);
	}
	x += 9;
	if (wide) {
		canvas_text(canvas, x, at.y, SOURCE_WIDTH,
			    feed_source_name(view, line->source), ROLE_DIM);
		x += SOURCE_WIDTH + 1;
	}
	canvas_text(canvas, x, at.y, KIND_WIDTH,
		    slice_of(line->kind < ANOMALY_COUNT ? kind_words[line->kind] : ""),
		    fresh(view, line->at) ? ROLE_AT_RISK : ROLE_DIM);
	x += KIND_WIDTH + 1;
	canvas_text(canvas, x, at.y, at.x + at.w - x, line->words.text, ROLE_TEXT);
}

/* Where nothing is kept in words, by kind. */
static void draw_kinds(const struct view *view, struct canvas *canvas, struct rect area)
{
	static const char *const about[ANOMALY_COUNT] = {
#define X(id_, name_, about_) about_,
		ANOMALIES(X)
#undef X
	};
	int y = area.y + 1;
	for (unsigned kind = 0; kind < ANOMALY_COUNT; kind++) {
		if (view->race->anomalies[kind] == 0 || y >= area.y + area.h)
			continue;
		struct field field;
		field_number(&field, view->race->anomalies[kind], ROLE_TEXT);
		canvas_right(canvas, area.x, y, 8, field.text, ROLE_TEXT);
		canvas_text(canvas, area.x + 9, y, area.w - 9, slice_of(about[kind]),
			    ROLE_TEXT);
		y++;
	}
	if (y == area.y + 1)
		canvas_text(canvas, area.x, y, area.w, SLICE("nothing so far"),
			    ROLE_DIM);
}

void feed_log_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct rect at = {area.x, area.y + 1, area.w, 1};
	struct log log;
	bool more = true;
	log_begin(view, &log);
	rect_words(canvas, area, "What was not right", ROLE_HEADER);
	if (log_rest(&log) == 0) {
		draw_kinds(view, canvas, area);
		return;
	}
	struct line line;
	for (; at.y < area.y + area.h && more; at.y++) {
		uint32_t rest = log_rest(&log);
		if (at.y + 1 == area.y + area.h && rest > 1) {
			draw_more(canvas, at, rest);
			return;
		}
		more = log_next(&log, &line);
		if (more)
			draw_line(view, canvas, at, &line);
	}
}

/* ---- counts by car and line -------------------------------------------- */

/* Lines of the lap, those of the pit lane, then what has no line. */
enum { COUNT_NO_LINE = LINE_SF_PIT + 1, COUNT_LINES };
enum count_kind { COUNT_MISSED, COUNT_PHANTOM, COUNT_UNKNOWN, COUNT_KINDS };

static const struct {
	const char *sign, *word;
	enum role role;
} kinds[COUNT_KINDS] = {
	[COUNT_MISSED] = {"", "missed", ROLE_TEXT},
	[COUNT_PHANTOM] = {"*", "phantom", ROLE_AT_RISK},
	[COUNT_UNKNOWN] = {"?", "unknown", ROLE_NOT_CLASSIFIED},
};

struct counts {
	uint16_t of[RACE_CARS_MAX + 1][COUNT_LINES][COUNT_KINDS]; /* last: all */
	uint32_t all[RACE_CARS_MAX];
	uint16_t order[RACE_CARS_MAX]; /* the worst first */
	unsigned count;
	uint8_t lines[COUNT_LINES]; /* shown */
	unsigned line_count;
};

/* -1: of no kind that is counted here. */
static int kind_of_fault(enum fault fault)
{
	switch (fault) {
	case FAULT_MISSED_SF:
	case FAULT_MISSED_LINE:
	case FAULT_MISSED_LAPS:
		return COUNT_MISSED;
	case FAULT_PHANTOM:
	case FAULT_REPEATED:
	case FAULT_CONTRADICTION:
		return COUNT_PHANTOM;
	case FAULT_NO_ENTRY:
	case FAULT_TWO_CARS:
		return COUNT_UNKNOWN;
	case FAULT_CLAIM_LAPS:
	case FAULT_LATE_CLOCK:
	case FAULT_JOINED:
	case FAULT_COUNT:
		break;
	}
	return -1;
}

static unsigned place_of_line(unsigned line)
{
	return line <= LINE_SF_PIT ? line : COUNT_NO_LINE;
}

static void count_up(uint16_t *n)
{
	*n = (uint16_t)(*n + (*n < UINT16_MAX));
}

static void count_all(const struct view *view, struct counts *counts)
{
	bool used[COUNT_LINES] = {false};
	uint32_t n = fault_rows(view);
	memset(counts, 0, sizeof(*counts));
	for (uint32_t i = 0; i < n; i++) {
		const struct fault_row *row = &view->tables->faults[i];
		int kind = row->fault < FAULT_COUNT
				   ? kind_of_fault((enum fault)row->fault)
				   : -1;
		unsigned line = place_of_line(row->line);
		if (kind < 0)
			continue;
		used[line] = true;
		count_up(&counts->of[RACE_CARS_MAX][line][kind]);
		if (row->car >= view->race->car_count)
			continue;
		count_up(&counts->of[row->car][line][kind]);
		counts->all[row->car]++;
	}
	for (unsigned line = 0; line < COUNT_LINES; line++)
		if (used[line] || line < view->race->setup.line_count)
			counts->lines[counts->line_count++] = (uint8_t)line;
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		unsigned at = counts->count;
		if (counts->all[car] == 0)
			continue;
		for (; at > 0 && counts->all[counts->order[at - 1]] < counts->all[car];
		     at--)
			counts->order[at] = counts->order[at - 1];
		counts->order[at] = car;
		counts->count++;
	}
}

/* "4*2?1", right-aligned, each in its own colour. */
static void draw_count(const struct counts *counts, struct canvas *canvas,
		       struct rect at, unsigned car, unsigned line)
{
	int right = at.x + at.w;
	for (int kind = COUNT_KINDS - 1; kind >= 0; kind--) {
		uint16_t n = counts->of[car][line][kind];
		struct field field = {0};
		if (n == 0)
			continue;
		field_append(&field, kinds[kind].sign);
		field_append_number(&field, n);
		int w = text_width(field.text);
		if (right - w < at.x) {
			canvas_put(canvas, at.x, at.y, '+', ROLE_DIM);
			return;
		}
		canvas_text(canvas, right - w, at.y, w, field.text, kinds[kind].role);
		right -= w;
	}
}

enum { COUNT_WIDTH = 7, LABEL_WIDTH = 9 };

static void draw_counts_head(const struct view *view, const struct counts *counts,
			     struct canvas *canvas, struct rect at)
{
	int x = at.x;
	canvas_text(canvas, x, at.y, LABEL_WIDTH, SLICE("Car"), ROLE_HEADER);
	x += LABEL_WIDTH;
	for (unsigned i = 0; i < counts->line_count; i++, x += COUNT_WIDTH) {
		unsigned line = counts->lines[i];
		const char *label =
			line == COUNT_NO_LINE ? "\u2013" : feed_line_label(view, line);
		if (x + COUNT_WIDTH > at.x + at.w)
			return;
		canvas_right(canvas, x, at.y, COUNT_WIDTH - 1, slice_of(label),
			     ROLE_HEADER);
	}
	/* The signs, where there is room for what they mean. */
	if (x + 26 > at.x + at.w)
		return;
	x = at.x + at.w - 24;
	for (unsigned kind = 0; kind < COUNT_KINDS; kind++) {
		canvas_text(canvas, x, at.y, 1, slice_of(kinds[kind].sign),
			    kinds[kind].role);
		x += kinds[kind].sign[0] != 0;
		x += canvas_text(canvas, x, at.y, 8, slice_of(kinds[kind].word),
				 kinds[kind].role) +
		     1;
	}
}

/* @car: RACE_CARS_MAX for the sum over all. */
static void draw_counts_row(const struct scene *scene, const struct counts *counts,
			    struct canvas *canvas, struct rect at, unsigned car)
{
	int x = at.x + LABEL_WIDTH;
	char label[16] = "all";
	if (car < RACE_CARS_MAX)
		race_car_label(scene->view->race, (uint16_t)car, label);
	canvas_text(canvas, at.x, at.y, LABEL_WIDTH - 1, slice_of(label),
		    car < RACE_CARS_MAX ? class_role(scene, (uint16_t)car)
					: ROLE_STRONG);
	for (unsigned i = 0; i < counts->line_count; i++, x += COUNT_WIDTH)
		if (x + COUNT_WIDTH <= at.x + at.w)
			draw_count(counts, canvas,
				   (struct rect){x, at.y, COUNT_WIDTH - 1, 1}, car,
				   counts->lines[i]);
	if (car == scene->view->selected)
		canvas_mark(canvas, at.x, at.y, text_width(slice_of(label)),
			    CELL_SELECTED);
}

/* ---- claims ---------------------------------------------------------- */

static bool claim_differs(const struct car *car)
{
	return car->claim_source != CAR_NONE && car->claim_laps != 0 &&
	       car->claim_laps != car->laps;
}

static unsigned claims_differ(const struct race *race)
{
	unsigned n = 0;
	for (uint16_t car = 0; car < race->car_count; car++)
		n += claim_differs(&race->cars[car]);
	return n;
}

static void draw_claim(const struct view *view, struct canvas *canvas, struct rect at,
		       uint16_t car)
{
	const struct car *c = &view->race->cars[car];
	struct field field = {0};
	struct scene scene;
	scene_make(view, &scene);
	char label[16];
	race_car_label(view->race, car, label);
	canvas_text(canvas, at.x, at.y, LABEL_WIDTH - 1, slice_of(label),
		    class_role(&scene, car));
	field_append_number(&field, c->claim_laps);
	field_append(&field, " laps, here ");
	field_append_number(&field, c->laps);
	field_append(&field, "  ");
	field_append_slice(&field, feed_source_name(view, c->claim_source));
	canvas_text(canvas, at.x + LABEL_WIDTH, at.y, at.w - LABEL_WIDTH, field.text,
		    ROLE_TEXT);
}

/* Below the counts, from the bottom up; returns the lines taken. */
static int draw_claims(const struct view *view, struct canvas *canvas, struct rect area)
{
	unsigned n = claims_differ(view->race), most, shown = 0;
	if (n == 0 || area.h < 5)
		return 0;
	most = (unsigned)(area.h / 3);
	most = n < most ? n : most;
	int y = area.y + area.h - (int)most - 1;
	canvas_text(canvas, area.x, y++, area.w, SLICE("Claims that differ"),
		    ROLE_HEADER);
	for (uint16_t car = 0; car < view->race->car_count && shown < most; car++) {
		if (!claim_differs(&view->race->cars[car]))
			continue;
		shown++;
		if (shown == most && n > most) {
			draw_more(canvas, (struct rect){area.x, y, area.w, 1},
				  n - most + 1);
			break;
		}
		draw_claim(view, canvas, (struct rect){area.x, y++, area.w, 1}, car);
	}
	return (int)most + 1;
}

void feed_counts_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	int y = area.y, bottom = area.y + area.h;
	bottom -= draw_claims(view, canvas, area);
	struct scene scene;
	scene_make(view, &scene);
	struct counts counts;
	count_all(view, &counts);
	draw_counts_head(view, &counts, canvas, (struct rect){area.x, y++, area.w, 1});
	if (counts.count == 0) {
		canvas_text(canvas, area.x, y, area.w,
			    SLICE("no passing was missed or made up"), ROLE_DIM);
		return;
	}
	draw_counts_row(&scene, &counts, canvas, (struct rect){area.x, y++, area.w, 1},
			RACE_CARS_MAX);
	for (unsigned i = 0; i < counts.count && y < bottom; i++) {
		if (y + 1 == bottom && counts.count - i > 1) {
			draw_more(canvas, (struct rect){area.x, y, area.w, 1},
				  counts.count - i);
			return;
		}
		draw_counts_row(&scene, &counts, canvas,
				(struct rect){area.x, y++, area.w, 1}, counts.order[i]);
	}
}
