/*
 * bench_frame.c -- what a frame costs: from the playhead to the bytes
 *
 * bench_frame [FILE]: loads the race as the console does and paints it at 220x60
 * on a pty that is drained after every frame. CPU time is that of the process: the
 * race at the new instant, the screen, the difference, and the write.
 */
#include "pitwall/shell.h"
#include "pitwall/term.h"
#include "pty.h"
#include "pitwall/assets.h"
#include "bench.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { COLS = 220, ROWS = 60, FRAMES = 600, MAP_STEP_MS = 250 };

struct figures {
	double cpu_us[FRAMES], bytes[FRAMES], writes[FRAMES];
	int count;
};

struct bench {
	struct session *session;
	struct view view;
	struct canvas canvas;
	struct term *term;
	struct pty pty;
};

static double cpu_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void print(FILE *to, const char *name, const char *unit, struct figures *f)
{
	const struct {
		const char *what, *unit;
		double *values;
	} rows[] = {{"cpu", unit, f->cpu_us},
		    {"bytes", "", f->bytes},
		    {"writes", "", f->writes}};
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		qsort(rows[i].values, (size_t)f->count, sizeof(double), compare);
		(void)fprintf(to, "  %s_%s%s median %.0f, 95 %% %.0f, worst %.0f\n",
			      name, rows[i].what, rows[i].unit,
			      rows[i].values[f->count / 2],
			      rows[i].values[f->count * 95 / 100],
			      rows[i].values[f->count - 1]);
	}
}

/* One frame of the race at @at. */
static void frame(struct bench *b, instant_us at, struct figures *out)
{
	size_t bytes;
	unsigned writes;
	double before = cpu_us();
	(void)session_at(b->session, at);
	session_view(b->session, &b->view);
	b->view.at = at;
	canvas_clear(&b->canvas);
	view_draw(&b->view, &b->canvas);
	(void)term_paint(b->term, &b->canvas);
	double cpu = cpu_us() - before;
	term_stats(b->term, &bytes, &writes);
	pty_forget(&b->pty);
	while (term_pending(b->term)) {
		(void)pty_take(&b->pty, 1);
		before = cpu_us();
		(void)term_flush(b->term);
		cpu += cpu_us() - before;
	}
	(void)pty_take(&b->pty, bytes - b->pty.len);
	if (out != NULL && out->count < FRAMES) {
		out->cpu_us[out->count] = cpu;
		out->bytes[out->count] = (double)bytes;
		out->writes[out->count++] = writes;
	}
}

/* From passing to passing; those over which the clock ticked once count. */
static void ticks(struct bench *b, instant_us from, struct figures *out)
{
	instant_us at = from;
	frame(b, at, NULL);
	while (out->count < FRAMES) {
		const struct timeline *timeline = &b->session->timeline;
		instant_us next = timeline_step(timeline, at, 1, CAR_NONE);
		if (next == INSTANT_NONE)
			return;
		int64_t second = (at - timeline->start_at) / US_S;
		int64_t ticked = (next - timeline->start_at) / US_S - second;
		frame(b, next, ticked == 1 ? out : NULL);
		at = next;
	}
}

static void repaints(struct bench *b, instant_us at, struct figures *out)
{
	for (int i = 0; i < FRAMES; i++) {
		term_redraw(b->term);
		frame(b, at + i, out);
	}
}

static void map(struct bench *b, instant_us from, struct figures *out)
{
	b->view.screen = SCREEN_CLASSES;
	frame(b, from, NULL);
	for (int i = 1; i <= FRAMES; i++)
		frame(b, from + i * MAP_STEP_MS * US_MS, out);
	b->view.screen = SCREEN_TIMING;
}

/* The screens of one car, and each chart, over the whole race so far. */
static void one_car(struct bench *b, instant_us from, FILE *to)
{
	static struct figures out;
	char name[32];
	b->view.selected = b->session->timeline.race.order[3];
	for (int chart = -1; chart < CHART_COUNT; chart++) {
		b->view.screen = chart < 0 ? SCREEN_CAR : SCREEN_LAPS;
		b->view.chart = (uint8_t)(chart < 0 ? 0 : chart);
		out.count = 0;
		frame(b, from, NULL);
		for (int i = 1; i <= FRAMES / 4; i++)
			frame(b, from + i * US_S, &out);
		(void)text_format(name, sizeof(name), "frame_%s",
				  chart < 0 ? "car"
					    : chart_name((enum chart_kind)chart));
		print(to, name, "_us", &out);
	}
	b->view.screen = SCREEN_TIMING;
	b->view.selected = CAR_NONE;
}

/* What happened, late in the race: as it is opened; each kind from its oldest row, which
 * is the whole way back; race control; and the passings that were missed. */
static void happened(struct bench *b, instant_us at, FILE *to)
{
	static struct figures out;
	static const struct {
		const char *name;
		uint8_t screen;
		int rows;
	} screens_of[] = {
		{"frame_events", SCREEN_EVENTS, 0},
		{"frame_events_oldest", SCREEN_EVENTS, 1000000},
		{"frame_control", SCREEN_CONTROL, 0},
		{"frame_missed", SCREEN_FEEDS, 0},
	};
	b->view.feeds_matrix = true;
	b->view.events.group = 1; /* all kinds */
	for (size_t i = 0; i < ARRAY_LEN(screens_of); i++) {
		b->view.screen = screens_of[i].screen;
		out.count = 0;
		frame(b, at, NULL);
		(void)view_event_step(&b->view, screens_of[i].rows);
		for (int k = 1; k <= FRAMES / 4; k++)
			frame(b, at + k * US_S, &out);
		print(to, screens_of[i].name, "_us", &out);
	}
	b->view.screen = SCREEN_TIMING;
}

static int begin(struct bench *b, const struct options *options, struct err *err)
{
	static struct theme theme;
	struct term_options look = {.theme = &theme};
	if (theme_load("dark", &theme, err) != 0)
		return -1;
	if (session_load(options, LOAD_HISTORY | LOAD_KEYFRAMES, &b->session, err) < 0)
		return -1;
	b->view.screen = SCREEN_TIMING;
	b->view.selected = b->view.focused = CAR_NONE;
	b->view.speed_num = b->view.speed_den = 1;
	b->view.playing = true;
	b->canvas.cols = COLS;
	b->canvas.rows = ROWS;
	b->canvas.cells = calloc((size_t)COLS * ROWS, sizeof(struct cell));
	if (b->canvas.cells == NULL)
		return err_set(err, -1, "no memory");
	(void)setenv("TERM", "xterm-256color", 1);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	pty_begin(&b->pty, COLS, ROWS);
	if (term_open(&look, &b->term, err) < 0) {
		pty_end(&b->pty);
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct bench b;
	static struct figures tick, repaint, moving;
	struct options options = {.sources = {argc > 1 ? argv[1] : NULL},
				  .source_count = argc > 1 ? 1 : 0};
	static const struct when middle = {.kind = WHEN_PERCENT, .value = 40 * 10000};
	instant_us at;
	struct err err = {""};
	/* Standard output becomes the pty. */
	FILE *to = fdopen(dup(STDOUT_FILENO), "w");
	if (to == NULL || begin(&b, &options, &err) < 0 ||
	    when_resolve(&b.session->timeline, &middle, &at, &err) < 0) {
		(void)fprintf(stderr, "bench_frame: %s\n", err.text);
		return 1;
	}
	ticks(&b, at, &tick);
	repaints(&b, at, &repaint);
	map(&b, at, &moving);
	one_car(&b, at + (b.session->timeline.last_at - at) * 9 / 10, to);
	happened(&b, at + (b.session->timeline.last_at - at) * 9 / 10, to);
	term_close(b.term);
	pty_end(&b.pty);
	print(to, "frame_tick", "_us", &tick);
	print(to, "frame_repaint", "_us", &repaint);
	print(to, "frame_map", "_us", &moving);
	session_free(b.session);
	free(b.canvas.cells);
	return fclose(to) == 0 ? 0 : 1;
}
