/*
 * strategy_screen.c -- stints and stops of every car, past and future, and the next window
 *
 * The bar of a car shows its stops so far, the length of the current stint and the window
 * of the next stop; below the table is the effect of a stop now.
 *
 *  (1) Cars are listed class by class.
 *  (2) A forecast has its tilde, and disappears after the finish.
 */
#include "stint_bars.h"

enum { WITH_TEAM = 100, LOSSES_LEAST = 52 };

/* The tag follows the team; without that it has a column. */
static const struct column_use wide_columns[] = {
	{COLUMN_CLASS_POS, 90},  {COLUMN_NET, 95},        {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 80},      {COLUMN_TEAM, 88},       {COLUMN_LAPS, 70},
	{COLUMN_STOPS, 92},      {COLUMN_STOPS_LEFT, 96}, {COLUMN_STINT, 98},
	{COLUMN_STINT_TIME, 72}, {COLUMN_WINDOW, 97},     {COLUMN_WINDOW_IN, 60},
	{COLUMN_STINTS, 99},
};

static const struct column_use narrow_columns[] = {
	{COLUMN_CLASS_POS, 90},  {COLUMN_NET, 95},    {COLUMN_NUMBER, 99},
	{COLUMN_CLASS, 80},      {COLUMN_TAG, 98},    {COLUMN_STOPS, 78},
	{COLUMN_STOPS_LEFT, 96}, {COLUMN_STINT, 98},  {COLUMN_STINT_TIME, 72},
	{COLUMN_WINDOW, 97},     {COLUMN_STINTS, 99},
};

/* Of a timed session: its runs and best laps. */
static const struct column_use timed_columns[] = {
	{COLUMN_CLASS_POS, 90},  {COLUMN_NUMBER, 99}, {COLUMN_CLASS, 80},
	{COLUMN_TAG, 98},        {COLUMN_TEAM, 48},   {COLUMN_BEST, 97},
	{COLUMN_LAPS, 70},       {COLUMN_STOPS, 92},  {COLUMN_STINT, 98},
	{COLUMN_STINT_TIME, 72}, {COLUMN_STINTS, 99},
};

/* The bars take what names leave. */
static void strategy_layout(const struct scene *scene, struct rect area,
			    struct layout *layout)
{
	int x = area.x, w = area.w, last;
	if (scene->view->race->setup.type == SESSION_TIMED)
		layout_fit(scene, timed_columns, ARRAY_LEN(timed_columns), x, w,
			   layout);
	else if (area.w >= WITH_TEAM)
		layout_fit(scene, wide_columns, ARRAY_LEN(wide_columns), x, w, layout);
	else
		layout_fit(scene, narrow_columns, ARRAY_LEN(narrow_columns), x, w,
			   layout);
	last = (int)layout->count - 1;
	if (last < 0 || layout->at[last].id != COLUMN_STINTS)
		return;
	layout->at[last].w = area.x + area.w - 1 - layout->at[last].x;
	/* The selection mark does not cover the bar. */
	layout->w = layout->at[last].x - area.x;
}

/* ---- cells ------------------------------------------------------------------------------ */

void field_stint_time(const struct row *row, struct field *out)
{
	const struct car *car = row->car;
	if (row->state != CAR_RUNNING || car->stint_at == INSTANT_NONE || !car->seen)
		return;
	field_number(out, (uint64_t)((row->view->at - car->stint_at) / US_MIN),
		     ROLE_DIM);
}

static const struct strategy_row *foreseen(const struct row *row)
{
	const struct strategy_row *stops = stops_of(row->view, row->index);
	if (!stops || stops->standing || stops->stops_left == STRATEGY_UNKNOWN ||
	    row->state == CAR_STOPPED || row->state == CAR_FLAGGED)
		return NULL;
	return stops;
}

/* "~4", where it fits with its uncertainty: "~4 3–6". */
void field_net(const struct row *row, struct field *out)
{
	const struct strategy_row *stops = foreseen(row);
	if (!stops || stops->net_class == 0)
		return;
	field_text(out, SLICE("~"), ROLE_GUESS);
	field_append_number(out, stops->net_class);
	if (stops->net_best == stops->net_worst)
		return;
	struct field range = {0};
	field_append_slice(&range, out->text);
	field_append(&range, " ");
	field_append_number(&range, stops->net_best);
	field_append(&range, "\u2013");
	field_append_number(&range, stops->net_worst);
	if (text_width(range.text) <= row->width)
		field_append_slice(out, (struct slice){range.buf + out->text.len,
						       range.text.len - out->text.len});
}

void field_stops_left(const struct row *row, struct field *out)
{
	const struct strategy_row *stops = foreseen(row);
	if (!stops)
		return;
	field_text(out, SLICE("~"), ROLE_GUESS);
	field_append_number(out, stops->stops_left);
}

/* Laps at the end of which the car can stop: "~118-131". */
void field_window(const struct row *row, struct field *out)
{
	const struct strategy_row *stops = foreseen(row);
	if (!stops || stops->window_to == 0)
		return;
	field_text(out, SLICE("~"), stops->due ? ROLE_AT_RISK : ROLE_GUESS);
	field_append_number(out, stops->window_from);
	if (stops->window_to != stops->window_from) {
		field_append(out, "\u2013");
		field_append_number(out, stops->window_to);
	}
}

/* Time until the window opens; "open"; "due" on the last lap of the stint. */
void field_window_in(const struct row *row, struct field *out)
{
	const struct strategy_row *stops = foreseen(row);
	if (!stops || stops->window_to == 0 || stops->in_stop)
		return;
	field_text(out, SLICE("~"), ROLE_GUESS);
	if (stops->due) {
		field_append(out, "due");
		out->role = ROLE_AT_RISK;
	} else if (stops->window_from <= stops->next) {
		field_append(out, "open");
	} else {
		field_append_time(out, stops->window_from_at - row->view->at,
				  TIME_SPAN);
	}
}

/* Drawn by stint_bars_row(): a bar has many roles. */
void field_stints(const struct row *row, struct field *out)
{
	(void)row;
	(void)out;
}

/* ---- the line above ------------------------------------------------------------------------ */

static void append_loss(struct field *field, duration_us t)
{
	field_format(field, "~%lld s", (long long)((t + US_S / 2) / US_S));
}

/* What a stop costs each class, under green and behind a safety car. */
static void draw_losses(const struct scene *scene, struct pen *pen)
{
	const struct view *view = scene->view;
	for (unsigned pane = 0; pane < scene->panes; pane++) {
		uint8_t c = scene->class_of[pane];
		if (c >= RACE_CLASSES_MAX)
			continue;
		const struct stops_of *of = &view->strategy->stops.classes[c];
		struct field field = {0};
		if (of->green.loss == DURATION_NONE)
			continue;
		append_loss(&field, of->green.loss);
		if (of->slow.loss != DURATION_NONE) {
			field_append(&field, " / ");
			append_loss(&field, of->slow.loss);
		}
		struct slice name = slice_of(view->race->classes[c].name);
		if (pen->x + text_width(name) + 1 + text_width(field.text) > pen->right)
			return;
		pen_text(pen, name, (enum role)scene->role_of[c]);
		pen->x++;
		pen_text(pen, field.text, ROLE_GUESS);
		pen->x += 2;
	}
}

/* Returns the cell after them. */
static int strategy_draw_facts(const struct scene *scene, struct canvas *canvas,
			       struct rect area)
{
	const struct view *view = scene->view;
	struct pen pen = pen_at(canvas, rect_inside(area));
	struct field field = {0};
	pen_words(&pen, "STINTS AND STOPS", ROLE_STRONG);
	pen.x += 3;
	if (!strategy_known(view))
		return pen.x;
	field_append(&field, "~");
	field_append_clock(&field, view, view->strategy->flag_at, true);
	pen_fact(&pen, "flag", field.text, ROLE_GUESS);
	field_clear(&field, ROLE_GUESS);
	field_format(&field, "~%u laps", view->forecast->winner_laps);
	pen.figure = figure_of(FIGURE_WINNER_LAPS, CAR_NONE);
	pen_fact(&pen, "after", field.text, ROLE_GUESS);
	if (view->strategy->stops.all.green.loss == DURATION_NONE ||
	    pen.right - pen.x < LOSSES_LEAST)
		return pen.x;
	pen_words(&pen, "a stop loses, green / slow", ROLE_DIM);
	pen.x += 2;
	draw_losses(scene, &pen);
	return pen.x;
}

/* ---- the table --------------------------------------------------------------------------- */

struct strategy_list {
	const struct scene *scene;
	struct canvas *canvas;
	const struct layout *layout;
	const struct stint_bars *bars; /* NULL: no room */
	struct rect area;
	uint16_t cars[RACE_CARS_MAX];
	bool apart; /* a rule between classes */
};

static bool new_class(const struct strategy_list *list, unsigned i)
{
	const struct entry *entries = list->scene->view->race->entries;
	return i > 0 && entries[list->cars[i]].class_index !=
				entries[list->cars[i - 1]].class_index;
}

static void strategy_draw_car(const void *of, int *y, unsigned i)
{
	const struct strategy_list *list = of;
	if (list->apart && new_class(list, i))
		canvas_hline(list->canvas, list->area.x, (*y)++, list->area.w,
			     ROLE_RULE);
	struct row row;
	row_make(list->scene, list->cars[i], &row);
	if (list->bars)
		stint_bars_row(list->bars, list->canvas, *y, list->cars[i]);
	layout_row(list->layout, list->canvas, (*y)++, &row);
}

/* A line of its own, where there is room for one. */
static bool bars_legend(const struct view *view, struct rect area)
{
	return area.h >= 26 && view->race->setup.type == SESSION_RACE;
}

static void strategy_draw(const struct view *view, struct canvas *canvas,
			  struct rect area)
{
	if (feeds_waiting(view, canvas, area))
		return;
	struct scene scene;
	scene_make(view, &scene);
	struct layout layout;
	strategy_layout(&scene, area, &layout);
	int facts = strategy_draw_facts(&scene, canvas, area);
	layout_heads(&layout, canvas, area.y + 1, area.x);
	struct stint_bars bars;
	struct strategy_list list = {
		.scene = &scene, .canvas = canvas, .layout = &layout};
	int last = (int)layout.count - 1;
	if (last >= 0 && layout.at[last].id == COLUMN_STINTS) {
		stint_bars_make(&scene, layout.at[last].x, layout.at[last].w, &bars);
		stint_bars_head(&bars, canvas, area.y + 1);
		list.bars = &bars;
	}
	unsigned count = view_cars(view, list.cars);
	bool legend = list.bars && bars_legend(view, area);
	if (list.bars && !legend)
		stint_bars_legend(
			&bars, canvas,
			(struct rect){facts, area.y, area.x + area.w - facts, 1}, true);
	struct strategy_page page;
	strategy_page_make(view, &page);
	int below =
		strategy_car_rows(view, &page, area.w, area.h - 2 - legend) + legend;
	list.area = rect_below(area, 2);
	list.area.h -= below;
	list.apart = (int)count + scene.panes - 1 <= list.area.h && scene.panes > 1;
	unsigned lines = list.area.h > 0 ? (unsigned)list.area.h : 0;
	struct window window = window_make(count, lines, lines > 15 ? 3 : 1,
					   car_index(list.cars, count, view->selected));
	int y = window_draw(&window, canvas, rect_inside(list.area), strategy_draw_car,
			    &list);
	if (legend)
		stint_bars_legend(&bars, canvas,
				  rect_inside(rect_line(area, y++ - area.y)), false);
	if (below == legend)
		return;
	/* Below the list, not at the bottom of an empty screen. */
	canvas_hline(canvas, area.x, y, area.w, ROLE_RULE);
	strategy_car_draw(&scene, &page, canvas,
			  (struct rect){area.x, y + 1, area.w, below - 1 - legend});
}

static unsigned strategy_needs(const struct view *view)
{
	return view->race->setup.type == SESSION_RACE ? NEED_STRATEGY : 0;
}

/* ---- what if ------------------------------------------------------------------------------- */

enum { STOP_LONGEST = 3600 };

/* The stop asked about; a first key asks about one at the end of the current lap. */
static struct strategy_what_if *asked_stop(struct view *view)
{
	uint16_t car = view->strategy->car;
	if (view->what_if_car != car || view->what_if.lap == 0) {
		view->what_if = (struct strategy_what_if){
			.lap = view->strategy->rows[car].next};
		view->what_if_car = car;
	}
	return &view->what_if;
}

static void move_stop(struct view *view, int by)
{
	const struct strategy_row *row = &view->strategy->rows[view->strategy->car];
	struct strategy_what_if *stop = asked_stop(view);
	int64_t lap = (int64_t)(stop->lap < row->next ? row->next : stop->lap) + by;
	stop->lap = lap < row->next ? row->next : (uint32_t)lap;
}

/* From the usual time in the pit lane on. */
static void stretch_stop(struct view *view, int seconds)
{
	const struct stops_of *of = &view->strategy->stops.cars[view->strategy->car];
	struct strategy_what_if *stop = asked_stop(view);
	if (stop->lane == 0)
		stop->lane = of->green.lane == DURATION_NONE
				     ? US_MIN
				     : (of->green.lane + US_S / 2) / US_S * US_S;
	stop->lane += seconds * US_S;
	if (stop->lane < US_S)
		stop->lane = US_S;
	if (stop->lane > STOP_LONGEST * US_S)
		stop->lane = STOP_LONGEST * US_S;
}

/* "GT ", for the length to follow. */
static void ask_stint(struct view *view)
{
	char name[32] = "";
	if (view->strategy)
		text_format(name, sizeof(name), "%.*s ",
			    (int)shown_class(view, view->strategy->car).len,
			    shown_class(view, view->strategy->car).at);
	view_ask(view, PROMPT_STINT, slice_of(name[0] == ' ' ? "" : name));
}

static bool strategy_what_if_key(struct view *view, const struct key_binding *key)
{
	struct strategy_what_if *stop;
	if (key->action == ACTION_BACK) {
		if (view->what_if.lap == 0)
			return false;
		view->what_if.lap = 0;
		view->strategy = NULL;
		return true;
	}
	if (!view->strategy || view->strategy->car >= view->race->car_count)
		return true;
	if (key->action == ACTION_STOP_LAP)
		move_stop(view, key->argument);
	else if (key->action == ACTION_STOP_TIME)
		stretch_stop(view, key->argument);
	stop = asked_stop(view);
	if (key->action == ACTION_STOP_FLAG)
		stop->running = stop->running != RUNNING_AS_NOW ? RUNNING_AS_NOW
				: view->strategy->slow_now      ? RUNNING_GREEN
								: RUNNING_NEUTRALISED;
	else if (key->action == ACTION_STOP_ALONE)
		stop->alone = !stop->alone;
	view->strategy = NULL; /* to be made again */
	return true;
}

static bool strategy_key(struct view *view, const struct key_binding *key,
			 struct wish *wish)
{
	switch (key->action) {
	case ACTION_STOP_LAP:
	case ACTION_STOP_TIME:
	case ACTION_STOP_FLAG:
	case ACTION_STOP_ALONE:
	case ACTION_BACK:
		return strategy_what_if_key(view, key);
	case ACTION_STINT:
		ask_stint(view);
		return true;
	default:
		return shared_key(view, key, wish);
	}
}

/* Without hints: the rule above the car has them. */
static const struct screen_key strategy_keys[] = {
	PANE_KEY,
	{ACTION_STOP_LAP, "what if it stops a lap later, or earlier", NULL},
	{ACTION_STOP_TIME, "what if the stop takes longer, or less", NULL},
	{ACTION_STOP_FLAG, "what if it is green, or neutralised", NULL},
	{ACTION_STOP_ALONE, "what if the others do not stop", NULL},
	{ACTION_STINT, "give the length of a stint by hand", NULL},
	{ACTION_BACK, "ask nothing more", NULL},
	{0, NULL, NULL},
};

const struct screen strategy_screen = {
	.name = "strategy",
	.brief = "strat",
	.title = "Strategy",
	.about = "stints, stops to come, and the effect of a stop now",
	.draw = strategy_draw,
	.key = strategy_key,
	.keys = strategy_keys,
	.cars = cars_by_class,
	.columns = strategy_layout,
	.needs = strategy_needs,
};
