/*
 * season_screen.c -- a title of the season: before the race, as it runs, at the flag
 *
 *   standings
 *   what must happen  | invitations
 *
 * and on a wide terminal
 *
 *   standings         | what must happen
 *                     | invitations
 *
 *  (1) A line is a crew, a team or a make. The selected car is the one of its line.
 *  (2) Without room beside it, what must happen is above the invitations.
 *  (3) Without room for every case, the first page has some of each name; the next pages
 *      have every case from the first one on.
 */
#include "parts.h"

static const struct column_use season_columns[] = {
	{COLUMN_TITLE_POS, 99},  {COLUMN_TITLE_GAINED, 90},  {COLUMN_NUMBER, 98},
	{COLUMN_TITLE_NAME, 97}, {COLUMN_CLASS_POS, 91},     {COLUMN_POINTS_BEFORE, 92},
	{COLUMN_POINTS, 99},     {COLUMN_POINTS_BEHIND, 93}, {COLUMN_POINTS_FLAG, 94},
	{COLUMN_TITLE, 96},
};

static void season_layout(const struct scene *scene, struct rect area,
			  struct layout *layout)
{
	unsigned count = ARRAY_LEN(season_columns);
	*layout = (struct layout){.view = scene->view, .x = area.x, .w = area.w};
	if (!season_ready(scene->view))
		return;
	/* The last two are of the forecast. */
	if (scene->view->season->by_hours)
		count -= 2;
	layout_fit(scene, season_columns, count, area.x, area.w, layout);
}

/* ---- no season --------------------------------------------------------------------------- */

/* False, and a sentence is drawn, when there is no table. */
static bool season_has_table(const struct view *view, struct canvas *canvas,
			     struct rect area)
{
	static const char *const how =
		"No season was given: pitwall --season FILE scores the races before "
		"this one and shows the titles as it runs; pitwall season new writes "
		"such a file.";
	const struct season_view *season = view->season;
	const char *words = !season              ? how
			    : season->reading[0] ? season->reading
			    : !season->round     ? "the race is not in the season"
			    : season->refused[0] ? season->refused
			    : !season->line_count && !season->invited_count
				    ? "no points yet"
				    : NULL;
	if (words)
		(void)rect_wrap(canvas, rect_inside(rect_below(area, 1)),
				slice_of(words), 0, ROLE_TEXT);
	return words == NULL;
}

/* ---- the head ------------------------------------------------------------------------------ */

static void season_draw_title(const struct scene *scene, struct pen *pen)
{
	const struct season_view *shown = scene->view->season;
	const struct season_query *query = &shown->queries[shown->chosen];
	const struct points_title *title = &shown->season->rules.titles[query->title];
	if (query->class_index < SEASON_CLASSES_MAX) {
		enum role role = ROLE_TEXT;
		const char *name = shown->season->classes[query->class_index];
		for (unsigned c = 0; c < scene->view->race->class_count; c++)
			if (slice_eq_nocase(
				    slice_of(scene->view->race->classes[c].name),
				    slice_of(name)))
				role = (enum role)scene->role_of[c];
		pen_tag(pen, slice_of(name), role);
	}
	pen_words(pen,
		  title->joint
			  ? title->name
			  : points_title_kind_name((enum points_title_kind)title->kind),
		  ROLE_STRONG);
	pen->x++;
	if (title->cup[0]) {
		pen_words(pen, title->cup, ROLE_STRONG);
		pen->x++;
	}
}

static void season_draw_head(const struct scene *scene, struct canvas *canvas,
			     struct rect area)
{
	const struct season_view *shown = scene->view->season;
	struct pen pen = pen_at(canvas, rect_inside(area));
	struct field field = {0};
	if (shown->line_count > 0)
		season_draw_title(scene, &pen);
	pen_words(&pen, shown->over ? "after the race" : "as it runs",
		  shown->line_count > 0 ? ROLE_TEXT : ROLE_STRONG);
	pen.x += 3;
	pen.whole = true;
	field_format(&field, "%u of %u, %s", shown->round_index + 1u,
		     shown->round_count, shown->round_name);
	(void)pen_fact(&pen, "round", field.text, ROLE_TEXT);
	(void)pen_fact(&pen, "season", slice_of(shown->name), ROLE_TEXT);
	if (shown->found[0])
		pen_words(&pen, shown->found, ROLE_DIM);
}
/* ---- the standings --------------------------------------------------------------------------- */

static const struct car no_car;
static const struct entry no_entry;

/* (1): the first line of a car is its own, a later one is of another driver. */
static void season_row_make(const struct scene *scene, const struct season_line *line,
			    struct row *row)
{
	const struct season_line *first = scene->view->season->lines;
	uint16_t car = season_line_car(scene->view, line);
	for (; first < line; first++)
		if (first->result == line->result)
			car = CAR_NONE;
	*row = (struct row){.scene = scene,
			    .view = scene->view,
			    .car = &no_car,
			    .entry = &no_entry,
			    .index = CAR_NONE,
			    .column = COLUMN_COUNT};
	if (car != CAR_NONE)
		row_make(scene, car, row);
	/* Points of a car that has stopped are as good as all others. */
	row->season = line;
	row->state = CAR_RUNNING;
	row->result = NULL;
	row->forecast = NULL;
}

struct season_list {
	const struct scene *scene;
	struct canvas *canvas;
	const struct layout *layout;
};

static void season_draw_line(const void *of, int *y, unsigned i)
{
	const struct season_list *list = of;
	struct row row;
	season_row_make(list->scene, &list->scene->view->season->lines[i], &row);
	layout_row(list->layout, list->canvas, (*y)++, &row);
}

static void season_draw_table(const struct scene *scene, struct canvas *canvas,
			      struct rect area)
{
	const struct season_view *shown = scene->view->season;
	struct layout layout;
	unsigned focus = shown->line_count;
	season_layout(scene, area, &layout);
	layout_heads(&layout, canvas, area.y, area.x);
	for (unsigned i = shown->line_count; i-- > 0;)
		if (scene->view->selected != CAR_NONE &&
		    season_line_car(scene->view, &shown->lines[i]) ==
			    scene->view->selected)
			focus = i;
	area = rect_below(area, 1);
	struct season_list list = {scene, canvas, &layout};
	struct window window =
		window_make(shown->line_count, (unsigned)area.h, 3, focus);
	(void)window_draw(&window, canvas, rect_inside(area), season_draw_line, &list);
}

/* ---- what must happen -------------------------------------------------------------------------- */

/* (3): at most @each cases of a name, one more of the first @longer names. */
struct must_page {
	unsigned from, each, longer;
	unsigned left; /* cases that are not drawn */
};

/* Draw or, without a canvas, count until there are more lines than @area has. Returns the
 * lines with the head. */
static int must_page_draw(const struct season_view *shown, struct must_page *page,
			  struct canvas *canvas, struct rect area)
{
	const struct rect high = {0, 0, area.w, CANVAS_ROWS_MAX};
	int used = 1;
	unsigned of_name = 0, name = 0;
	bool full = false;
	page->left = 0;
	for (unsigned i = page->from;
	     i < shown->must_count && (canvas || used <= area.h); i++) {
		const struct season_must_line *must = &shown->musts[i];
		struct slice text = slice_of(must->text);
		bool same = i > page->from && must->name == must[-1].name;
		name += i > page->from && !same;
		of_name = same ? of_name + 1 : 1;
		bool listed = of_name <= page->each + (name < page->longer);
		if (listed && canvas && used > 1)
			full |= used + rect_wrap(NULL, high, text, 0, ROLE_TEXT) >
				area.h;
		if (listed && !full)
			used += rect_wrap(canvas,
					  canvas ? rect_below(area, used) : high, text,
					  0, ROLE_TEXT);
		else
			page->left++;
	}
	return used;
}

static bool must_page_fits(const struct season_view *shown, struct must_page *page,
			   int w, int lines)
{
	const struct rect area = {0, 0, w, lines};
	return must_page_draw(shown, page, NULL, area) + (page->left > 0) <= lines;
}

/* As many cases of each name as have room, so that no name is without one. */
static struct must_page must_page_first(const struct season_view *shown, int w,
					int lines)
{
	struct must_page page = {.each = MUST_PLACES_MAX}, next;
	if (must_page_fits(shown, &page, w, lines))
		return page;
	page.each = 1;
	for (next = page; next.each < MUST_PLACES_MAX; page = next) {
		next.each++;
		if (!must_page_fits(shown, &next, w, lines))
			break;
	}
	for (next = page; next.longer < shown->must_count; page = next) {
		next.longer++;
		if (!must_page_fits(shown, &next, w, lines))
			break;
	}
	return page;
}

/* Every case in its order, the last ones as a full page. */
static struct must_page must_page_from(const struct season_view *shown, unsigned from,
				       int w, int lines)
{
	struct must_page page = {from, MUST_PLACES_MAX, 0, 0}, before = page;
	while (before.from > 0) {
		before.from--;
		if (!must_page_fits(shown, &before, w, lines))
			break;
		page = before;
	}
	return page;
}

static void draw_musts(const struct view *view, struct canvas *canvas, struct rect area)
{
	const struct season_view *shown = view->season;
	unsigned top = view->season_top < shown->must_count ? view->season_top
							    : shown->must_count;
	struct must_page page = top > 0 ? must_page_from(shown, top - 1, area.w, area.h)
					: must_page_first(shown, area.w, area.h);
	rect_words(canvas, area, "What must happen", ROLE_HEADER);
	area.h -= !must_page_fits(shown, &page, area.w, area.h) || page.left > 0;
	int used = must_page_draw(shown, &page, canvas, area);
	if (page.left > 0)
		draw_more(canvas, rect_below(area, used), page.left);
}

static bool rounds_are_held(const struct season_view *shown)
{
	for (unsigned i = 0; i < shown->round_index; i++)
		if (!shown->season->rounds[i] || !shown->season->rounds[i]->held)
			return false;
	return true;
}

static const char *season_no_musts(const struct season_view *shown)
{
	return shown->by_hours ? "points at hours of the race decide this cup"
	       : !shown->last  ? "further rounds are to come: nothing is decided"
	       : !rounds_are_held(shown) ? "a round before this one has no results"
	       : !shown->musts_known ? "several cars of one name score: it depends on "
				       "more than two places"
	       : shown->must_count == 0 ? "no place decides the title alone"
					: NULL;
}

/* Who has it when the last race is over. */
static void draw_champion(const struct view *view, struct canvas *canvas,
			  struct rect area)
{
	const struct season_view *shown = view->season;
	struct field field = {.role = ROLE_STRONG};
	rect_words(canvas, area, "Champion", ROLE_HEADER);
	for (unsigned i = 0;
	     i < shown->line_count && shown->lines[i].position == 1 && area.h > 1;
	     i++) {
		const struct season_line *line = &shown->lines[i];
		field_clear(&field, ROLE_STRONG);
		field.text.len =
			season_line_names(shown->season, line, (unsigned)area.w,
					  field.buf, sizeof(field.buf));
		area = rect_below(area, 1);
		rect_text(canvas, area, field.text, ROLE_STRONG);
	}
}

static int musts_lines(const struct view *view, int w)
{
	struct must_page every = {.each = MUST_PLACES_MAX};
	if ((view->season->over && view->season->last) || season_no_musts(view->season))
		return 2;
	return must_page_draw(view->season, &every, NULL,
			      (struct rect){0, 0, w, CANVAS_ROWS_MAX});
}

static void musts_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	const char *none = season_no_musts(view->season);
	if (view->season->over && view->season->last) {
		draw_champion(view, canvas, area);
		return;
	}
	if (!none) {
		draw_musts(view, canvas, area);
		return;
	}
	rect_words(canvas, area, "What must happen", ROLE_HEADER);
	(void)rect_wrap(canvas, rect_below(area, 1), slice_of(none), 0, ROLE_DIM);
}

/* ---- invitations --------------------------------------------------------------------------------- */

static struct slice invited_class_name(const struct season_view *shown, unsigned i)
{
	unsigned of = shown->invited[i].class_index;
	return slice_of(of < SEASON_CLASSES_MAX ? shown->season->classes[of] : "");
}

static struct slice invited_number(const struct season_view *shown, unsigned i)
{
	return slice_of(season_name_text(shown->season, shown->invited[i].car));
}

/* The classes and the cars of all invitations are columns. */
struct invited_columns {
	int classes, cars; /* cells */
};

static struct invited_columns invited_widths(const struct season_view *shown)
{
	struct invited_columns columns = {0, 0};
	for (unsigned i = 0; i < shown->invited_count; i++) {
		int w = text_width(invited_class_name(shown, i));
		columns.classes = w > columns.classes ? w : columns.classes;
		w = text_width(invited_number(shown, i));
		columns.cars = w > columns.cars ? w : columns.cars;
	}
	return columns;
}

static void invited_append(const struct season_view *shown, unsigned i,
			   struct invited_columns columns, struct field *field)
{
	const struct season_invited *invited = &shown->invited[i];
	struct slice car = invited_number(shown, i);
	const char *team = season_name_text(shown->season, invited->team);
	const char *name = season_name_text(shown->season, invited->name);
	field_append_slice(field, invited_class_name(shown, i));
	while (columns.classes > 0 && text_width(field->text) < columns.classes + 2)
		field_append(field, " ");
	int end = text_width(field->text) + columns.cars + 2;
	if (car.len > 0)
		field_append(field, "#");
	field_append_slice(field, car);
	while (columns.cars > 0 && text_width(field->text) < end)
		field_append(field, " ");
	field_append(field, invited->name == invited->car && team[0] ? team : name);
	if (invited->unsure)
		field_append(field, ", equal with the next");
}

/* Lines that they take. */
static int invited_lines(const struct season_view *shown)
{
	int lines = 0;
	for (unsigned i = 0; i < shown->invited_count; i++)
		lines += 1 + (i == 0 || shown->invited[i].invitation !=
						shown->invited[i - 1].invitation);
	return lines;
}

static void invited_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	const struct season_view *shown = view->season;
	const struct invited_columns columns = invited_widths(shown);
	for (unsigned i = 0; i < shown->invited_count && area.h > 0; i++) {
		const struct season_invited *invited = &shown->invited[i];
		struct field field = {0};
		if (i == 0 || invited->invitation != shown->invited[i - 1].invitation) {
			field_append(&field,
				     shown->over ? "Invited to " : "Invited now to ");
			field_append(&field, shown->season->rules
						     .invitations[invited->invitation]
						     .to);
			rect_text(canvas, area, field.text, ROLE_HEADER);
			area = rect_below(area, 1);
			field_clear(&field, ROLE_TEXT);
		}
		if (area.h > 0 && draw_rest(canvas, area, area.y,
					    area.h == 1 ? shown->invited_count - i : 0))
			return;
		invited_append(shown, i, columns, &field);
		if (area.h > 0)
			rect_text(canvas, area, field.text, ROLE_INVITED);
		area = rect_below(area, 1);
	}
}

/* ---- the screen ------------------------------------------------------------------------------------ */

enum { BESIDE_FROM = 110, WIDE_FROM = 180, TABLE_WIDTH = 112, TABLE_LEAST = 6 };

/* (2) */
static void season_draw_below(const struct view *view, struct canvas *canvas,
			      struct rect area)
{
	int invited = invited_lines(view->season);
	if (invited > 0 && area.w >= BESIDE_FROM) {
		int w = area.w * 3 / 5;
		canvas_vline(canvas, area.x + w, area.y, area.h, ROLE_RULE);
		invited_draw(
			view, canvas,
			(struct rect){area.x + w + 2, area.y, area.w - w - 2, area.h});
		area.w = w - 1;
		musts_draw(view, canvas, area);
		return;
	}
	int musts = musts_lines(view, area.w);
	if (invited > 0 && musts + 3 <= area.h) {
		invited_draw(view, canvas, rect_below(area, musts + 1));
		area.h = musts;
	}
	musts_draw(view, canvas, area);
}

/* Lines for what is below the standings. */
static int season_below_lines(const struct view *view, struct rect area)
{
	int invited = invited_lines(view->season), musts;
	bool beside = invited > 0 && area.w >= BESIDE_FROM;
	musts = musts_lines(view, beside ? area.w * 3 / 5 - 2 : area.w - 2);
	return beside ? (musts > invited ? musts : invited)
		      : musts + (invited > 0 ? invited + 1 : 0);
}

/* The standings with what must happen beside them. */
static void season_draw_wide(const struct scene *scene, struct canvas *canvas,
			     struct rect area)
{
	struct rect left = {area.x, area.y, TABLE_WIDTH, area.h};
	canvas_vline(canvas, area.x + TABLE_WIDTH, area.y, area.h, ROLE_RULE);
	area.x += TABLE_WIDTH + 1;
	area.w -= TABLE_WIDTH + 1;
	season_draw_table(scene, canvas, left);
	season_draw_below(scene->view, canvas, rect_inside(area));
}

/* The standings with what must happen below them. */
static void season_draw_stacked(const struct scene *scene, struct canvas *canvas,
				struct rect area)
{
	int table = scene->view->season->line_count + 1;
	int below = season_below_lines(scene->view, area), most = area.h - table - 1;
	/* The standings have three fifths, and what else is free. */
	if (below > most) {
		int least = area.h * 2 / 5;
		below = most > least ? most : below < least ? below : least;
	}
	if (area.h - below - 1 < TABLE_LEAST)
		below = area.h - TABLE_LEAST - 1;
	struct rect top = area;
	if (below >= 2) {
		top.h = area.h - below - 1;
		top.h = top.h < table ? top.h : table;
	}
	season_draw_table(scene, canvas, top);
	if (below < 2)
		return;
	area = rect_below(area, top.h);
	canvas_hline(canvas, area.x, area.y, area.w, ROLE_RULE);
	season_draw_below(scene->view, canvas, rect_inside(rect_below(area, 1)));
}

static void season_screen_draw(const struct view *view, struct canvas *canvas,
			       struct rect area)
{
	if (feeds_waiting(view, canvas, area))
		return;
	if (!season_has_table(view, canvas, area))
		return;
	struct scene scene;
	scene_make(view, &scene);
	season_draw_head(&scene, canvas, area);
	area = rect_below(area, 1);
	if (view->season->missing[0])
		rect_text(canvas, rect_inside(rect_line(area, --area.h)),
			  slice_of(view->season->missing), ROLE_AT_RISK);
	if (view->season->line_count == 0) {
		invited_draw(view, canvas, rect_inside(rect_below(area, 1)));
		return;
	}
	if (area.w >= WIDE_FROM)
		season_draw_wide(&scene, canvas, area);
	else
		season_draw_stacked(&scene, canvas, area);
}

/* ---- the row of the table ---------------------------------------------------------------------------- */

static uint32_t season_cars(const struct view *view, uint16_t *cars)
{
	uint32_t count = 0;
	for (unsigned i = 0; season_ready(view) && i < view->season->line_count; i++) {
		uint16_t car = season_line_car(view, &view->season->lines[i]);
		if (car != CAR_NONE && car_index(cars, count, car) == count)
			cars[count++] = car;
	}
	return count;
}

/* (3): page 0, then from a case, counted from 1. Without cases the key is of the cars. No
 * step is longer than a page: a narrow one may have one case. */
static bool season_scroll(struct view *view, int by)
{
	if (!season_ready(view) || season_no_musts(view->season) ||
	    (view->season->over && view->season->last))
		return false;
	int last = (int)view->season->must_count, top = (int)view->season_top;
	int step = view->cols < BESIDE_FROM ? 1 : 2;
	if (by < 0)
		top -= top > step ? step : 1;
	else
		top += top > 0 ? step : 1;
	view->season_top = (uint8_t)(top < 0 ? 0 : top > last ? last : top);
	return true;
}

static bool season_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	(void)wish;
	if (key->action == ACTION_SELECT_HALF)
		return season_scroll(view, key->argument);
	if (key->action != ACTION_PANE && key->action != ACTION_REFERENCE)
		return false;
	if (!season_ready(view) || view->season->query_count == 0)
		return true;
	unsigned from = view->season->chosen;
	view->season_top = 0;
	view->season_table =
		(uint8_t)(key->action == ACTION_PANE
				  ? season_view_class(view->season, from, key->argument)
				  : season_view_title(view->season, from));
	return true;
}

static unsigned season_needs(const struct view *view)
{
	return view->season == NULL     ? 0
	       : season_forecasts(view) ? NEED_SEASON | NEED_FORECAST
					: NEED_SEASON;
}

static const struct screen_key season_keys[] = {
	{ACTION_PANE, "the standings of the next class", ""},
	{ACTION_REFERENCE, "the next title: drivers, teams, makes", "title"},
	{ACTION_SELECT_HALF, "what must happen, down or up", NULL},
	{0, NULL, NULL},
};

const struct screen season_screen = {
	.name = "season",
	.brief = "pts",
	.title = "Season",
	.about = "titles as the race runs, what must happen, who is invited",
	.draw = season_screen_draw,
	.key = season_key,
	.keys = season_keys,
	.cars = season_cars,
	.columns = season_layout,
	.needs = season_needs,
};
