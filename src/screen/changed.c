/*
 * changed.c -- what changed between two instants of the race: since a mark, while away
 *
 *   leaders, cars that stopped for good, flags, decisions
 *   stops of the favourite and the tagged cars, best laps that hold
 *   the cars that changed, class by class
 *
 *  (1) A car is listed when its place in class, stops, driver or state changed, or when it
 *      crossed the threshold. Driving on is not a change.
 *  (2) The later instant is the playhead.
 *  (3) What was overtaken meanwhile is not listed: a car that drives on, a best lap that
 *      was beaten.
 */
#include "grid.h"
#include "screens/history_words.h"

#include <string.h>

enum { LINES_MOST = 2 * RACE_CARS_MAX, ROWS_MOST = 64, WIDTH = 128 };

#define OUT_KINDS (HISTORY_BIT(STOPPED) | HISTORY_BIT(RETIRED))
#define STOP_KINDS (HISTORY_BIT(PIT_IN) | HISTORY_BIT(PIT_OUT))
#define BEST_KINDS (HISTORY_BIT(CLASS_BEST) | HISTORY_BIT(BEST_LAP))

void view_state(const struct view *view, struct race_state *out)
{
	const struct race *race = view->race;
	memset(out, 0, sizeof(*out));
	out->at = view->at;
	out->car_count = race->car_count;
	out->leader = view->standings->count ? view->standings->rows[0].car : CAR_NONE;
	for (unsigned i = 0; i < RACE_CLASSES_MAX; i++)
		out->class_leader[i] =
			i < race->class_count ? race->classes[i].leader : CAR_NONE;
	for (uint16_t car = 0; car < race->car_count; car++) {
		const struct standing *standing = car_standing(view, car);
		const struct result *result = car_result(view, car);
		struct race_state_car *c = &out->cars[car];
		c->laps = race->cars[car].laps;
		c->best = race->cars[car].lap_best;
		c->stops = race->cars[car].stops;
		c->driver = race->cars[car].driver;
		duration_us since;
		c->state = (uint8_t)car_state_at(view, car, &since);
		c->margin = result && result->threshold ? result->margin : 0;
		c->class_position =
			standing && standing->position ? standing->class_position : 0;
	}
}

/* ---- what there is to say ------------------------------------------------------- */

/* One line of the list. */
struct changes_line {
	uint8_t kind;
	uint16_t at; /* class, row of the flags, of `rows`, or car */
};
enum { LINE_LEAD, LINE_CLASS_LEAD, LINE_FLAG, LINE_ROW, LINE_HEADS, LINE_CAR };

struct changes {
	const struct scene *scene;
	const struct view *view;
	const struct race_state *before;
	struct race_state now;
	struct changes_line lines[LINES_MOST];
	unsigned count;
	struct history_row rows[ROWS_MOST];
	unsigned row_count;
	unsigned leads, class_leads[RACE_CLASSES_MAX]; /* changes of the lead */
};

static void add(struct changes *changes, uint8_t kind, unsigned at)
{
	if (changes->count < LINES_MOST)
		changes->lines[changes->count++] =
			(struct changes_line){kind, (uint16_t)at};
}

static const struct race_state_car *car_before(const struct changes *changes,
					       uint16_t car)
{
	return car < changes->before->car_count ? &changes->before->cars[car] : NULL;
}

static bool crossed_threshold(const struct race_state_car *was,
			      const struct race_state_car *is)
{
	return (was->margin < 0) != (is->margin < 0);
}

static bool car_is_followed(const struct view *view, uint16_t car)
{
	return car == view->compared || car == view->focused ||
	       (view->table.bits[car] & (CAR_TAGGED | CAR_FAVOURITE)) != 0;
}

/* (1) */
static bool car_changed(const struct changes *changes, uint16_t car)
{
	const struct race_state_car *was = car_before(changes, car);
	const struct race_state_car *is = &changes->now.cars[car];
	if (changes->view->race->entries[car].merged ||
	    changes->view->race->entries[car].not_started)
		return false;
	return !was || was->class_position != is->class_position ||
	       was->stops != is->stops || was->driver != is->driver ||
	       was->state != is->state || crossed_threshold(was, is);
}

static bool row_is_told(const struct view *view, const struct history_row *row)
{
	const struct car *car =
		row->car < view->race->car_count ? &view->race->cars[row->car] : NULL;
	duration_us since;
	if (row->kind == HISTORY_STOPPED) /* (3) */
		return car_state_at(view, row->car, &since) == CAR_STOPPED &&
		       car->laps == row->lap;
	if (row->kind == HISTORY_PIT_IN) /* the others are shown at their PIT_OUT */
		return car_is_followed(view, row->car) &&
		       car_state_at(view, row->car, &since) == CAR_IN_PIT &&
		       car->pit_in_at == row->at;
	if (row->kind == HISTORY_PIT_OUT)
		return car_is_followed(view, row->car);
	return history_holds(view->race, row);
}

/* Rows of the history after the earlier instant, oldest first. */
static void collect_rows(struct changes *changes, uint32_t kinds)
{
	struct history list;
	struct history_row row;
	history_of_view(&list, changes->view, kinds, CAR_NONE);
	for (uint32_t i = history_later(&list, changes->before->at); i > 0; i--) {
		if (!history_nth(&list, i - 1, &row) ||
		    !row_is_told(changes->view, &row) ||
		    changes->row_count == ROWS_MOST)
			continue;
		if (row.kind == HISTORY_FLAG) {
			add(changes, LINE_FLAG, row.row);
			continue;
		}
		changes->rows[changes->row_count] = row;
		add(changes, LINE_ROW, changes->row_count++);
	}
}

bool view_happened(const struct view *view, instant_us from)
{
	const uint32_t kinds = HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD) | OUT_KINDS |
			       HISTORY_BIT(FLAG) | HISTORY_BIT(DECISION) | STOP_KINDS |
			       BEST_KINDS | HISTORY_BIT(FINISH);
	struct history list;
	struct history_row row;
	history_of_view(&list, view, kinds, CAR_NONE);
	for (uint32_t i = history_later(&list, from); i > 0; i--)
		if (history_nth(&list, i - 1, &row) && row_is_told(view, &row))
			return true;
	return false;
}

static void count_leads(struct changes *changes)
{
	struct history list;
	struct history_row row;
	history_of_view(&list, changes->view,
			HISTORY_BIT(LEAD) | HISTORY_BIT(CLASS_LEAD), CAR_NONE);
	for (uint32_t i = history_later(&list, changes->before->at); i > 0; i--) {
		if (!history_nth(&list, i - 1, &row))
			continue;
		unsigned c = changes->view->race->entries[row.car].class_index;
		changes->leads += row.kind == HISTORY_LEAD;
		if (c < RACE_CLASSES_MAX)
			changes->class_leads[c]++;
	}
}

static void collect_leads(struct changes *changes)
{
	const struct race_state *was = changes->before, *is = &changes->now;
	const struct race *race = changes->view->race;
	count_leads(changes);
	if (was->leader != is->leader || changes->leads > 0)
		add(changes, LINE_LEAD, 0);
	for (unsigned i = 0; i < race->class_count && race->class_count > 1; i++) {
		/* The line of the race says it already. */
		bool of_race = was->class_leader[i] == was->leader &&
			       is->class_leader[i] == is->leader &&
			       changes->class_leads[i] == changes->leads;
		if (!of_race && (was->class_leader[i] != is->class_leader[i] ||
				 changes->class_leads[i] > 0))
			add(changes, LINE_CLASS_LEAD, i);
	}
}

static void collect(struct changes *changes)
{
	bool heads = false;
	collect_leads(changes);
	collect_rows(changes, OUT_KINDS);
	collect_rows(changes, HISTORY_BIT(FLAG) | HISTORY_BIT(DECISION));
	collect_rows(changes, STOP_KINDS);
	collect_rows(changes, BEST_KINDS);
	for (unsigned pane = 0; pane < changes->scene->panes; pane++) {
		uint16_t cars[RACE_CARS_MAX];
		unsigned count = pane_cars(changes->scene, pane, cars);
		for (unsigned i = 0; i < count; i++) {
			if (!car_changed(changes, cars[i]))
				continue;
			if (!heads)
				add(changes, LINE_HEADS, 0);
			heads = true;
			add(changes, LINE_CAR, cars[i]);
		}
	}
}

/* ---- the lines ------------------------------------------------------------------ */

enum column { NUMBER, CLASS, TEAM, WAS, GAINED, LAPS, WORDS, COLUMNS_HERE };

static const struct grid_column columns[COLUMNS_HERE] = {
	[NUMBER] = {"N\u00ba", 4, 4, 99, true}, [CLASS] = {"Class", 7, 7, 90, false},
	[TEAM] = {"Team", 12, 40, 40, false},   [WAS] = {"PIC", 7, 7, 98, true},
	[GAINED] = {"", 3, 3, 97, false},       [LAPS] = {"Laps", 5, 5, 80, true},
	[WORDS] = {"", 28, 60, 95, false},
};

static struct car_label leader_label(const struct race *race, uint16_t car)
{
	return car < race->car_count ? car_label(race, car)
				     : (struct car_label){"none"};
}

static void lead_line(const struct changes *changes, const struct changes_line *line,
		      struct pen *pen)
{
	const struct race *race = changes->view->race;
	const struct race_state *was = changes->before, *is = &changes->now;
	bool all = line->kind == LINE_LEAD;
	const char *whole =
		race->setup.type == SESSION_TIMED ? "the session" : "the race";
	pen->x += canvas_text(pen->canvas, pen->x, pen->y, 12,
			      slice_of(all ? whole : race->classes[line->at].name),
			      all ? ROLE_STRONG
				  : (enum role)changes->scene->role_of[line->at]);
	uint16_t leader = all ? is->leader : is->class_leader[line->at];
	uint16_t former = all ? was->leader : was->class_leader[line->at];
	unsigned count = all ? changes->leads : changes->class_leads[line->at];
	pen_format(pen, ROLE_TEXT, " is led by %s", leader_label(race, leader).text);
	if (former == leader)
		pen_format(pen, ROLE_TEXT, " again");
	else
		pen_format(pen, ROLE_TEXT, ", was %s", leader_label(race, former).text);
	if (count > 1)
		pen_format(pen, ROLE_DIM, ", after %u changes", count);
}

static void flag_line(const struct changes *changes, const struct changes_line *line,
		      struct pen *pen)
{
	const struct view *view = changes->view;
	struct flag_span span;
	if (!flag_span_at(view, line->at, &span))
		return;
	pen_text(pen, flag_words(view, span.flag, false), flag_role(span.flag));
	struct field field = {0};
	field_append(&field, " from ");
	field_append_clock(&field, view, span.from, true);
	field_append(&field, line->at + 1u >= view->race->flag_count ? ", for "
								     : ", it lasted ");
	field_append_time(&field, span.to - span.from, TIME_SHORT);
	pen_text(pen, field.text, ROLE_TEXT);
}

static void say(struct field *words, const char *what, enum role role)
{
	if (words->text.len)
		field_append(words, ", ");
	else
		words->role = role;
	field_append(words, what);
}

/* The state of the car now, where it changed. */
static void say_state(const struct race_state_car *was, const struct race_state_car *is,
		      struct field *words)
{
	if (was && was->state == is->state)
		return;
	if (is->state == CAR_STOPPED)
		say(words, "stopped", ROLE_STOPPED);
	else if (is->state == CAR_IN_PIT)
		say(words, "in the pits", ROLE_IN_PIT);
	else if (is->state == CAR_FLAGGED)
		say(words, "took the flag", ROLE_TEXT);
	else if (was && was->state == CAR_STOPPED)
		say(words, "runs again", ROLE_GAINED);
}

/* @room: cells; the driver's name is shortened by rule to fit. */
static void words_of(const struct changes *changes, uint16_t car, int room,
		     struct field *words)
{
	const struct race_state_car *was = car_before(changes, car);
	const struct race_state_car *is = &changes->now.cars[car];
	const struct entry *entry = &changes->view->race->entries[car];
	field_clear(words, ROLE_TEXT);
	if (was && crossed_threshold(was, is))
		say(words, is->margin < 0 ? "below the threshold" : "above it again",
		    is->margin < 0 ? ROLE_NOT_CLASSIFIED : ROLE_GAINED);
	say_state(was, is, words);
	if (!was)
		return;
	if (is->stops > was->stops) {
		say(words, "", ROLE_TEXT);
		field_append_count(words, (unsigned)(is->stops - was->stops), "stop");
	}
	if (is->driver != was->driver && is->driver < entry->driver_count &&
	    is->driver < RACE_DRIVERS_MAX) {
		struct field name;
		say(words, "now ", ROLE_TEXT);
		room -= text_width(words->text);
		field_name(&name, entry, is->driver, room > 3 ? room : 3, false);
		field_append_slice(words, name.text);
	}
}

/* Columns as wide as their longest texts; words before names. */
static void fit_texts(const struct changes *changes, struct grid_column *grid, int room)
{
	int words = 1, team = 4, class = 5;
	for (unsigned i = 0; i < changes->count; i++) {
		uint16_t car = changes->lines[i].at;
		struct field field;
		if (changes->lines[i].kind != LINE_CAR)
			continue;
		words_of(changes, car, CANVAS_COLS_MAX, &field);
		int w = text_width(field.text);
		words = w > words ? w : words;
		w = text_width(slice_of(changes->view->race->entries[car].team));
		team = w > team ? w : team;
		w = text_width(shown_class(changes->view, car));
		class = w > class ? w : class;
	}
	grid[TEAM].most = team;
	grid[CLASS].most = class;
	grid[WORDS].most = words;
	for (unsigned i = 0; i < COLUMNS_HERE; i++) {
		if (grid[i].width > grid[i].most)
			grid[i].width = grid[i].most;
		if (i != TEAM && i != WORDS)
			room -= grid[i].width + 1;
	}
	if (grid[WORDS].width < words)
		grid[WORDS].width = room < words ? room : words;
	if (grid[WORDS].width < 1)
		grid[WORDS].width = 1;
}

static void put_places(const struct grid *grid, const struct race_state_car *was,
		       const struct race_state_car *is)
{
	struct field field = {0};
	int gained = was && was->class_position && is->class_position
			     ? was->class_position - is->class_position
			     : 0;
	if (gained)
		field_format(&field, "%u\u2192", was->class_position);
	if (is->class_position)
		field_append_number(&field, is->class_position);
	grid_put(grid, WAS, &field);
	if (gained == 0)
		return;
	field_clear(&field, gained > 0 ? ROLE_GAINED : ROLE_LOST);
	field_format(&field, gained > 0 ? "\u25b4%d" : "\u25be%d",
		     gained < 0 ? -gained : gained);
	grid_put(grid, GAINED, &field);
}

static void car_line(const struct changes *changes, uint16_t car,
		     const struct grid *grid)
{
	const struct race_state_car *was = car_before(changes, car);
	const struct race_state_car *is = &changes->now.cars[car];
	enum role role = class_role(changes->scene, car);
	struct field name;
	grid_text(grid, NUMBER, SHOWN_NUMBER(changes->view->race, car), role);
	field_class_name(&name, shown_class(changes->view, car), grid->at[CLASS].w);
	grid_text(grid, CLASS, name.text, role);
	put_places(grid, was, is);
	struct field field = {.role = ROLE_DIM};
	field_format(&field, "+%u",
		     !was                   ? is->laps
		     : was->laps < is->laps ? is->laps - was->laps
					    : 0);
	grid_put(grid, LAPS, &field);
	words_of(changes, car, grid->at[WORDS].w, &field);
	grid_put(grid, WORDS, &field);
	grid_text_last(grid, TEAM, slice_of(changes->view->race->entries[car].team),
		       ROLE_DIM);
}

static void changes_draw_line(const struct changes *changes,
			      const struct changes_line *line, struct grid *grid,
			      struct rect at)
{
	struct pen pen = pen_at(grid->canvas, at);
	grid->y = at.y;
	if (line->kind == LINE_FLAG)
		flag_line(changes, line, &pen);
	else if (line->kind == LINE_ROW)
		history_draw(changes->scene, &changes->rows[line->at], grid->canvas, at,
			     LINE_FULL);
	else if (line->kind == LINE_CAR)
		car_line(changes, line->at, grid);
	else if (line->kind == LINE_HEADS)
		grid_heads(grid);
	else
		lead_line(changes, line, &pen);
}

/* ---- the box -------------------------------------------------------------------- */

enum { TITLES_LEAST = 9 }; /* least width of the line between two titles */

static void draw_titles(const struct changes *changes, struct canvas *canvas,
			struct rect area, struct rect box)
{
	const struct view *view = changes->view;
	struct field title = {0}, span = {0};
	field_format(&title, "what changed %s",
		     view->before_what ? view->before_what : "");
	box_draw(canvas, area, box, "", "");
	box_words(canvas, box, BOX_TOP_LEFT, title.text, ROLE_STRONG);
	field_append_clock(&span, view, changes->before->at, true);
	field_append(&span, " \u2013 ");
	field_append_clock(&span, view, view->at, true);
	field_append(&span, ", ");
	field_append_time(&span, view->at - changes->before->at, TIME_SPAN);
	/* Without room for both instants, only the span. */
	if (text_width(title.text) + text_width(span.text) + TITLES_LEAST > box.w) {
		field_clear(&span, ROLE_DIM);
		field_append_time(&span, view->at - changes->before->at, TIME_SPAN);
	}
	box_words(canvas, box, BOX_TOP_RIGHT, span.text, ROLE_DIM);
}

static void changed_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	if (!view->before || view->before->at > view->at) /* (1) */
		return;
	struct scene scene;
	struct changes changes = {
		.scene = &scene, .view = view, .before = view->before, .count = 0};
	scene_make(view, &scene);
	view_state(view, &changes.now);
	collect(&changes);
	struct rect box =
		box_of(area, WIDTH, (int)(changes.count ? changes.count : 1) + 2);
	struct rect inside = box_inside(box);
	draw_titles(&changes, canvas, area, box);
	unsigned room = inside.h > 0 ? (unsigned)inside.h : 0;
	unsigned last = changes.count > room ? changes.count - room : 0;
	unsigned top = view->changed_top > 0 ? (unsigned)view->changed_top : 0;
	top = top < last ? top : last;
	box_more(canvas, box, top < last);
	if (changes.count == 0)
		rect_words(canvas, inside, "no change but laps driven", ROLE_DIM);
	struct grid grid;
	struct grid_column own[COLUMNS_HERE];
	memcpy(own, columns, sizeof(columns));
	fit_texts(&changes, own, inside.w);
	grid_fit(&grid, own, COLUMNS_HERE, canvas, inside);
	for (unsigned i = 0; i < room && top + i < changes.count; i++)
		changes_draw_line(&changes, &changes.lines[top + i], &grid,
				  rect_line(inside, (int)i));
}

static bool changed_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	(void)wish;
	if (key->action == ACTION_SELECT)
		view->changed_top += key->argument;
	else if (key_page(key) != 0)
		view->changed_top += key_page(key);
	else if (key->action == ACTION_OPEN)
		view_close(view, OVERLAY_CHANGED);
	else
		return false;
	if (view->changed_top < 0)
		view->changed_top = 0;
	return true;
}

static const struct screen_key changed_keys[] = {
	{ACTION_SELECT, "a line up or down", "scroll"},
	{0, NULL, NULL},
};

const struct screen changed_overlay = {
	.name = "what changed",
	.modal = true,
	.opener = ACTION_CHANGED,
	.declines = ACTION_BIT(SAVE),
	.draw = changed_draw,
	.key = changed_key,
	.keys = changed_keys,
};
