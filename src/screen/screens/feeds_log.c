/*
 * feeds_log.c -- input that was not used or had to be made up: a log, and counts by car
 * and line
 *
 * The log joins the anomalies of the decoders with the faults of the race; only the faults
 * are counted, because they have cars and lines.
 */
#include "feeds_screen.h"

#include <string.h>

/* ---- the log --------------------------------------------------------------- */

/* Two lists merged, newest first. */
struct log {
	const struct view *view;
	uint32_t anomalies, faults; /* left */
	uint32_t joined;            /* of the faults: cars that joined late, */
	bool joined_listed;         /* listed in one line */
};

static uint32_t fault_rows(const struct view *view)
{
	uint32_t n = view->race->fault_count;
	if (!view->tables->faults)
		return 0;
	return n < view->tables->faults_max ? n : view->tables->faults_max;
}

void feed_faults_add(const struct view *view, uint32_t counts[][ANOMALY_COUNT],
		     unsigned max)
{
	bool joined = false;
	uint32_t n = fault_rows(view);
	for (uint32_t i = 0; i < n; i++) {
		const struct fault_row *row = &view->tables->faults[i];
		bool again = row->fault == FAULT_JOINED && joined;
		joined |= row->fault == FAULT_JOINED;
		if (row->source < max && !again)
			counts[row->source][fault_anomaly((enum fault)row->fault)]++;
	}
}

/* Skip anomalies after the playhead. */
static void log_begin(const struct view *view, struct log *log)
{
	log->view = view;
	log->faults = fault_rows(view);
	log->anomalies = view->anomaly_log_count;
	log->joined_listed = false;
	log->joined = 0;
	for (uint32_t i = 0; i < log->faults; i++)
		log->joined += view->tables->faults[i].fault == FAULT_JOINED;
	if (view->live && view->behind_live <= 0)
		return;
	while (log->anomalies > 0 &&
	       view->anomaly_log[log->anomalies - 1].at > view->at)
		log->anomalies--;
}

struct log_line {
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
	if (fault->car < view->race->car_count)
		field_format(out, "%s ", car_label(view->race, fault->car).text);
	if (fault->line < LINES_MAX ||
	    (fault->line >= LINE_PIT_IN && fault->line <= LINE_SF_PIT))
		field_format(out, "at %s ", feed_line_label(view, fault->line));
	if (out->text.len)
		out->text.len--;
	field_append(out, out->text.len ? ": " : "");
	if (fault->fault < FAULT_COUNT)
		field_append(out, fault_why((enum fault)fault->fault));
}

/* Lines left. */
static uint32_t log_rest(const struct log *log)
{
	uint32_t in_one = log->joined > 0 && !log->joined_listed ? 1 : 0;
	return log->faults - log->joined + in_one + log->anomalies;
}

/* The newest fault with a line of its own; NULL: none left. */
static const struct fault_row *log_fault(struct log *log)
{
	while (log->faults > 0) {
		const struct fault_row *fault =
			&log->view->tables->faults[log->faults - 1];
		if (fault->fault != FAULT_JOINED || !log->joined_listed)
			return fault;
		log->faults--;
		log->joined--;
	}
	return NULL;
}

/* The same thing many times within seconds is one line. */
#define AGAIN_US (10 * US_S)

static void take_anomaly(struct log *log, struct log_line *line)
{
	const struct view_anomaly *all = log->view->anomaly_log, *newest, *next;
	uint32_t times = 1;
	newest = &all[--log->anomalies];
	for (; log->anomalies > 0; log->anomalies--, times++) {
		next = &all[log->anomalies - 1];
		if (next->source != newest->source || next->kind != newest->kind ||
		    newest->at - next->at > AGAIN_US ||
		    strcmp(next->words, newest->words) != 0)
			break;
	}
	line->at = newest->at;
	line->source = newest->source;
	line->kind = newest->kind;
	field_text(&line->words, slice_of(newest->words), ROLE_TEXT);
	if (times > 1) {
		field_clear(&line->words, ROLE_TEXT);
		field_format(&line->words, "%u times: %s", times, newest->words);
	}
}

static bool log_next(struct log *log, struct log_line *line)
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
		if (log->joined > 1) { /* a whole field joins at once */
			field_clear(&line->words, ROLE_TEXT);
			field_format(&line->words, "%u cars at SF: %s", log->joined,
				     fault_why(FAULT_JOINED));
		}
		log->joined_listed = true;
		log->joined--;
		return true;
	}
	if (!anomaly)
		return false;
	take_anomaly(log, line);
	return true;
}

enum {
	CLOCK_WIDTH = 9,
	KIND_WIDTH = 7,
	WORDS_WIDTH = 56,
	SOURCE_LEAST = 20,
	LIMIT_X = 12
};

/* Kinds of anomaly in a narrow column. */
static const char *const kind_words[ANOMALY_COUNT] = {
	[ANOMALY_FORMAT] = "format",        [ANOMALY_FIELD] = "field",
	[ANOMALY_CONTRADICTION] = "contra", [ANOMALY_REPEATED] = "repeat",
	[ANOMALY_MISSING] = "missing",      [ANOMALY_CHECKSUM] = "sum",
	[ANOMALY_UNKNOWN] = "unknown",      [ANOMALY_CLOCK] = "clock",
	[ANOMALY_CAPACITY] = "room",        [ANOMALY_PHANTOM] = "phantom",
	[ANOMALY_TRANSPONDER] = "transp",
};

/* True within the last minute, which is highlighted. */
static bool fresh(const struct view *view, instant_us at)
{
	return at != INSTANT_NONE && at > view->at - US_MIN;
}

/* The width of the column of sources in a log of @width: 0 without one, and more for long
   names where the words leave cells free. */
static int source_width(const struct view *view, int width)
{
	int most = width - CLOCK_WIDTH - 1 - (KIND_WIDTH + 1) - WORDS_WIDTH, w = 0;
	if (view->feed_count < 2 || width < 80)
		return 0;
	for (uint32_t i = 0; i < view->feed_count; i++) {
		int name = text_width(feed_source_name(view, (uint16_t)i));
		w = w < name ? name : w;
	}
	most = most > SOURCE_LEAST ? most : SOURCE_LEAST;
	return w < most ? w : most;
}

/* Wrapped. Returns the lines. */
static int log_draw_line(const struct view *view, struct canvas *canvas, struct rect at,
			 const struct log_line *line)
{
	int x = at.x, source = source_width(view, at.w);
	if (line->at != INSTANT_NONE) {
		struct field clock = {0};
		field_append_clock(&clock, view, line->at, true);
		canvas_text(canvas, x, at.y, 8, clock.text,
			    just_changed(view, line->at) ? ROLE_CHANGED : ROLE_DIM);
	}
	x += CLOCK_WIDTH;
	if (source > 0) {
		canvas_text(canvas, x, at.y, source,
			    feed_source_name(view, line->source), ROLE_DIM);
		x += source + 1;
	}
	canvas_text(canvas, x, at.y, KIND_WIDTH,
		    slice_of(line->kind < ANOMALY_COUNT ? kind_words[line->kind] : ""),
		    fresh(view, line->at) ? ROLE_AT_RISK : ROLE_DIM);
	x += KIND_WIDTH + 1;
	int lines = rect_wrap(canvas, (struct rect){x, at.y, at.x + at.w - x, at.h},
			      line->words.text, SIZE_MAX, ROLE_TEXT);
	return lines > 0 ? lines : 1;
}

/* Without a log: counts by kind. */
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
		canvas_text(canvas, area.x, y, area.w, SLICE("none so far"), ROLE_DIM);
}

void feed_log_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct log log;
	struct log_line line;
	log_begin(view, &log);
	rect_words(canvas, area, "Anomalies", ROLE_HEADER);
	if (view->limit && view->limit[0] && area.w > 2 * LIMIT_X)
		canvas_text(canvas, area.x + LIMIT_X, area.y, area.w - LIMIT_X,
			    slice_of(view->limit),
			    view->limit_harms ? ROLE_ERROR : ROLE_AT_RISK);
	if (log_rest(&log) == 0) {
		draw_kinds(view, canvas, area);
		return;
	}
	for (int y = area.y + 1; y < area.y + area.h;) {
		uint32_t left = log_rest(&log);
		if (draw_rest(canvas, area, y, left) || !log_next(&log, &line))
			return;
		/* The last line is for the number of those that are left. */
		struct rect at = rect_below(area, y - area.y);
		at.h -= left > 1 && at.h > 1;
		y += log_draw_line(view, canvas, at, &line);
	}
}

/* ---- counts by car and line -------------------------------------------- */

/* Lines of the lap and the pit lane, then no line. */
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
	uint16_t order[RACE_CARS_MAX]; /* most first */
	unsigned count;
	uint8_t lines[COUNT_LINES]; /* shown */
	unsigned line_count;
};

/* -1: not counted. */
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
	counts->count = feed_order(view->race, counts->all, counts->all, counts->order);
}

/* "4*2?1", right-aligned, each in its own colour. */
static void draw_count(const struct counts *counts, struct canvas *canvas,
		       struct rect at, unsigned car, unsigned line)
{
	for (int kind = COUNT_KINDS - 1; kind >= 0; kind--) {
		uint16_t n = counts->of[car][line][kind];
		struct field field = {0};
		if (n == 0)
			continue;
		field_format(&field, "%s%u", kinds[kind].sign, n);
		if (text_width(field.text) > at.w) {
			canvas_put(canvas, at.x, at.y, '+', ROLE_DIM);
			return;
		}
		rect_right(canvas, at, field.text, kinds[kind].role);
		at.w -= text_width(field.text);
	}
}

static void draw_counts_head(const struct view *view, const struct counts *counts,
			     struct canvas *canvas, struct rect at)
{
	int x = at.x + FEED_LABEL;
	canvas_text(canvas, at.x, at.y, FEED_LABEL, SLICE("Car"), ROLE_HEADER);
	for (unsigned i = 0; i < counts->line_count; i++, x += FEED_CELL) {
		unsigned line = counts->lines[i];
		const char *label =
			line == COUNT_NO_LINE ? "\u2013" : feed_line_label(view, line);
		if (x + FEED_CELL > at.x + at.w)
			return;
		canvas_right(canvas, x, at.y, FEED_CELL - 1, slice_of(label),
			     ROLE_HEADER);
	}
	/* The legend, if there is room. */
	struct pen pen = {canvas, at.x + at.w - 24, at.y, at.x + at.w, false, 0};
	for (unsigned kind = 0; x + 2 <= pen.x && kind < COUNT_KINDS; kind++) {
		pen_format(&pen, kinds[kind].role, "%s%s", kinds[kind].sign,
			   kinds[kind].word);
		pen.x++;
	}
}

/* @car: RACE_CARS_MAX for the sum of all. */
static void draw_counts_row(const struct scene *scene, const struct counts *counts,
			    struct canvas *canvas, struct rect at, unsigned car)
{
	struct rect cell = {at.x + FEED_LABEL, at.y, FEED_CELL - 1, 1};
	if (car < RACE_CARS_MAX)
		feed_car_label(scene, canvas, at, (uint16_t)car);
	else
		rect_words(canvas, at, "all", ROLE_STRONG);
	for (unsigned i = 0; i < counts->line_count; i++, cell.x += FEED_CELL)
		if (cell.x + FEED_CELL <= at.x + at.w)
			draw_count(counts, canvas, cell, car, counts->lines[i]);
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

static void draw_claim(const struct scene *scene, struct canvas *canvas, struct rect at,
		       uint16_t car)
{
	const struct car *c = &scene->view->race->cars[car];
	struct slice source = feed_source_name(scene->view, c->claim_source);
	struct field field = {0};
	feed_car_label(scene, canvas, at, car);
	field_format(&field, "%u laps, here %u  %.*s", c->claim_laps, c->laps,
		     (int)source.len, source.at);
	canvas_text(canvas, at.x + FEED_LABEL, at.y, at.w - FEED_LABEL, field.text,
		    ROLE_TEXT);
}

/* At the bottom of @area, whose upper part needs @above lines. Returns the lines taken. */
static int draw_claims(const struct scene *scene, struct canvas *canvas,
		       struct rect area, int above)
{
	const struct race *race = scene->view->race;
	int n = (int)claims_differ(race), most = area.h - above - 1;
	most = most > area.h / 3 ? most : area.h / 3;
	if (n == 0 || area.h < 5)
		return 0;
	most = n < most ? n : most;
	area = rect_below(area, area.h - most - 1);
	rect_words(canvas, area, "Lap counts that differ", ROLE_HEADER);
	int y = area.y + 1;
	for (uint16_t car = 0; car < race->car_count && y < area.y + area.h; car++) {
		if (!claim_differs(&race->cars[car]))
			continue;
		if (draw_rest(canvas, area, y, (unsigned)(n - (y - area.y - 1))))
			break;
		draw_claim(scene, canvas, rect_line(area, y++ - area.y), car);
	}
	return most + 1;
}

void feed_counts_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct counts counts;
	struct scene scene;
	scene_make(view, &scene);
	count_all(view, &counts);
	area.h -= draw_claims(&scene, canvas, area, (int)counts.count + 2);
	draw_counts_head(view, &counts, canvas, area);
	if (counts.count == 0) {
		rect_words(canvas, rect_line(area, 1),
			   "no missed or estimated passings", ROLE_DIM);
		return;
	}
	draw_counts_row(&scene, &counts, canvas, rect_line(area, 1), RACE_CARS_MAX);
	for (int i = 0; i < (int)counts.count && i + 2 < area.h; i++) {
		if (draw_rest(canvas, area, area.y + i + 2, counts.count - (unsigned)i))
			return;
		draw_counts_row(&scene, &counts, canvas, rect_line(area, i + 2),
				counts.order[i]);
	}
}
