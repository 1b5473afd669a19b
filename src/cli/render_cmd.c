/*
 * render_cmd.c -- `render`: a screen of the console as text, ANSI, SVG or PNG
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/paint.h"
#include "pitwall/assets.h"
#include "pitwall/season_watch.h"

enum { COLS_DEFAULT = 120, ROWS_DEFAULT = 36 };

static bool read_theme(const struct options *options, struct theme *theme)
{
	struct err err;
	int rc = theme_option(options->theme, theme, &err);
	if (rc != 0)
		complain("%s", err.text);
	return rc >= 0;
}

/* A car an option names; left alone without one. */
static bool find_car(const struct race *race, const char *option, const char *number,
		     uint16_t *car)
{
	if (number == NULL)
		return true;
	*car = race_find_text(race, slice_of(number));
	if (*car != CAR_NONE)
		return true;
	complain("--%s %s: there is no such car; `pitwall results` lists them", option,
		 number);
	return false;
}

static bool render_read_car(const struct options *options, struct view *view)
{
	view->selected = CAR_NONE;
	view->focused = CAR_NONE;
	view->compared = CAR_NONE;
	if (!find_car(view->race, "car", options->car, &view->selected) ||
	    !view_tag_with(view, options->with))
		return false;
	struct slice list = slice_of(options->favourites), number;
	while (favourites_next(&list, &number)) {
		uint16_t car = race_find_text(view->race, number);
		if (car != CAR_NONE)
			view->table.bits[car] |= CAR_FAVOURITE;
	}
	if (view->selected != CAR_NONE)
		view->pane = (uint8_t)view_pane_of(view, view->selected);
	view->what_if_car =
		view->selected != CAR_NONE ? view->selected : view->race->order[0];
	return what_if_option(options, &view->what_if);
}

struct picture {
	struct column_set columns;
	struct canvas canvas;
	enum paint paint;
	struct theme theme;
	struct view view;
	struct season_watch *season; /* NULL: none */
};

/* ---- PNG: pitwall-png draws the SVG -------------------------------------------------- */

/* False after a complaint. */
static bool png_possible(void)
{
	char path[1024];
	if (isatty(STDOUT_FILENO)) {
		complain("--format png: a picture goes into a file or a pipe; add "
			 "> FILE.png");
		return false;
	}
	if (picture_program(path, sizeof(path)))
		return true;
	complain("--format png: the program pitwall-png is not installed; --format svg "
		 "needs none");
	return false;
}

/* An unnamed file; -1 after a complaint. */
static int svg_for_png(void)
{
	FILE *file = tmpfile();
	int fd = file ? dup(fileno(file)) : -1;
	if (file)
		(void)fclose(file);
	if (fd < 0)
		complain("--format png: no temporary file: %s", strerror(errno));
	return fd;
}

static int become_png(int svg)
{
	char path[1024];
	if (lseek(svg, 0, SEEK_SET) == 0 && dup2(svg, STDIN_FILENO) >= 0 &&
	    picture_program(path, sizeof(path)))
		(void)execl(path, path, (char *)NULL);
	complain("--format png: pitwall-png does not run: %s", strerror(errno));
	return EXIT_SOURCE;
}

static int draw(const struct options *options, struct picture *picture)
{
	struct canvas *canvas = &picture->canvas;
	struct out out;
	size_t cells = (size_t)canvas->cols * (size_t)canvas->rows;
	canvas->cells = calloc(cells, sizeof(*canvas->cells));
	if (canvas->cells == NULL) {
		complain("out of memory");
		return EXIT_SOURCE;
	}
	canvas->ascii = options->ascii;
	canvas_clear(canvas);
	view_draw(&picture->view, canvas);
	int fd = picture->paint == PAINT_PNG ? svg_for_png() : STDOUT_FILENO;
	if (fd >= 0) {
		out_to_fd(&out, fd);
		paint_canvas(&out, canvas, picture->paint, &picture->theme,
			     picture_palette(options));
	}
	free(canvas->cells);
	if (fd < 0)
		return EXIT_SOURCE;
	int status = finish_output(&out, EXIT_DONE);
	return picture->paint == PAINT_PNG && status == EXIT_DONE ? become_png(fd)
								  : status;
}

/* What the screen shows, and no more. */
static void work_out(struct session *session, struct picture *picture)
{
	struct view *view = &picture->view;
	season_watch_read(picture->season, session);
	season_watch_update(picture->season, session, view, 0);
	if (view->season && view->selected != CAR_NONE)
		view->season_table = season_view_main(
			view->season, view->season->result_of[view->selected]);
	unsigned needs = view_needs(view);
	if ((needs & NEED_FORECAST) != 0)
		session_forecast(session, view, 0);
	if ((needs & NEED_FLIPS) != 0)
		(void)session_turns(session, view, UINT_MAX);
	if ((needs & NEED_STRATEGY) != 0)
		session_strategy(session, view);
	season_watch_update(picture->season, session, view, needs);
}

int render_run(const struct options *options)
{
	struct session *session = NULL;
	struct picture picture = {.view = {.speed_num = 1,
					   .speed_den = 1,
					   .armed = STEP_FLAG,
					   .compared = CAR_NONE}};
	int status = EXIT_USAGE;
	if (options->format != NULL)
		picture.paint = (enum paint)value_find(VALUE_PICTURE, options->format);
	if (picture.paint == PAINT_PNG && !png_possible())
		return EXIT_SOURCE;
	screen_options(options, &picture.view);
	picture.canvas.cols = COLS_DEFAULT;
	picture.canvas.rows = ROWS_DEFAULT;
	if (options->size != NULL)
		(void)size_parse(slice_of(options->size), &picture.canvas.cols,
				 &picture.canvas.rows);
	picture.view.cols = picture.canvas.cols;
	if (!read_theme(options, &picture.theme) ||
	    !table_options(options, &picture.view, &picture.columns) ||
	    !season_or_complain(options, &picture.season) ||
	    !load_or_complain(options, LOAD_HISTORY, &session, &status)) {
		season_watch_close(picture.season);
		return status;
	}
	if (session_seek(session, options->at == NULL ? "end" : options->at, &status)) {
		session_view(session, &picture.view);
		status = EXIT_USAGE;
		if (render_read_car(options, &picture.view)) {
			work_out(session, &picture);
			status = draw(options, &picture);
		}
	}
	session_free(session);
	season_watch_close(picture.season);
	return status;
}
