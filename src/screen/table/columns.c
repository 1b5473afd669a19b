/*
 * columns.c -- which columns fit, their positions, and drawing a row
 *
 *  (1) Columns drop whole (fitter.h), so a value is never cut.
 *  (2) Widths do not depend on anything that changes during a race, so nothing jumps.
 */
#include "fitter.h"
#include "shown.h"

#include <assert.h>
#include <string.h>

static const struct column {
	const char *head;
	int width, most;
	uint8_t align;
	void (*field)(const struct row *row, struct field *out);
	enum explain_what explain;
	const char *about;
} columns[COLUMN_COUNT] = {
#define RIGHT ALIGN_RIGHT
#define LEFT ALIGN_LEFT
#define X(id_, head_, width_, most_, align_, field_, explain_, about_)              \
	[COLUMN_##id_] = {head_, width_, most_, align_, field_, EXPLAIN_##explain_, \
			  about_},
	COLUMNS(X)
#undef X
#undef LEFT
#undef RIGHT
};

/* Columns that show the same value, or one that other screens show too. */
static const uint8_t figures[COLUMN_COUNT] = {
	[COLUMN_POS] = FIGURE_POSITION,
	[COLUMN_RESULT_POS] = FIGURE_POSITION,
	[COLUMN_CLASS_POS] = FIGURE_CLASS_POSITION,
	[COLUMN_RESULT_PIC] = FIGURE_CLASS_POSITION,
	[COLUMN_TEAM] = FIGURE_TEAM,
	[COLUMN_LAPS] = FIGURE_LAPS,
	[COLUMN_RESULT_LAPS] = FIGURE_LAPS,
	[COLUMN_GAP] = FIGURE_GAP,
	[COLUMN_RACE_GAP] = FIGURE_GAP,
	[COLUMN_RESULT_GAP] = FIGURE_GAP,
	[COLUMN_INTERVAL] = FIGURE_INTERVAL,
	[COLUMN_CLASS_GAP] = FIGURE_CLASS_GAP,
	[COLUMN_IN_CLASS] = FIGURE_CLASS_GAP,
	[COLUMN_CLASS_INT] = FIGURE_CLASS_INTERVAL,
	[COLUMN_PENALTY] = FIGURE_PENALTY,
	[COLUMN_LAST] = FIGURE_LAST,
	[COLUMN_BEST] = FIGURE_BEST,
	[COLUMN_BEST_LAP] = FIGURE_BEST_LAP,
	[COLUMN_STOPS] = FIGURE_STOPS,
	[COLUMN_STINT] = FIGURE_STINT,
	[COLUMN_STOP_LAST] = FIGURE_STOP_LAST,
	[COLUMN_PIT_TOTAL] = FIGURE_PIT_TOTAL,
	[COLUMN_MARGIN] = FIGURE_MARGIN,
	[COLUMN_FLAG_MARGIN] = FIGURE_FLAG_MARGIN,
	[COLUMN_CHANCE] = FIGURE_CHANCE,
	[COLUMN_DEADLINE] = FIGURE_DEADLINE,
	[COLUMN_NET] = FIGURE_NET,
	[COLUMN_STOPS_LEFT] = FIGURE_STOPS_LEFT,
	[COLUMN_WINDOW] = FIGURE_WINDOW,
	[COLUMN_POINTS] = FIGURE_POINTS,
	[COLUMN_TITLE] = FIGURE_TITLE,
	[COLUMN_S1] = FIGURE_SECTOR,
	[COLUMN_S2] = FIGURE_SECTOR + 1,
	[COLUMN_S3] = FIGURE_SECTOR + 2,
	[COLUMN_S4] = FIGURE_SECTOR + 3,
	[COLUMN_S5] = FIGURE_SECTOR + 4,
	[COLUMN_S6] = FIGURE_SECTOR + 5,
};

enum figure column_figure(enum column_id id)
{
	return (enum figure)figures[id];
}

/* Other titles of the car, and its other drivers, have other points. */
static bool is_main_line(const struct row *row)
{
	const struct season_line *main = season_line_of(row->view, row->index);
	return main && row->season && main->query == row->season->query &&
	       main->names[0] == row->season->names[0];
}

/* The driver's name alone: a team may stand in the column. Before the finish a result has
 * the penalties so far, which the order on the track has not. */
static uint32_t figure_at(const struct row *row)
{
	enum figure figure = (enum figure)figures[row->column];
	if ((row->column == COLUMN_RESULT_POS || row->column == COLUMN_RESULT_PIC ||
	     row->column == COLUMN_RESULT_GAP) &&
	    with_penalties(row->view))
		return 0;
	if ((figure == FIGURE_POINTS || figure == FIGURE_TITLE) && !is_main_line(row))
		return 0;
	if (row->column == COLUMN_DRIVER && row->car->driver < row->entry->driver_count)
		figure = FIGURE_DRIVER;
	return figure_of(figure, row->index);
}

enum explain_what column_explains(enum column_id id, uint8_t *index)
{
	*index = id >= COLUMN_S1 && id <= COLUMN_S6 ? (uint8_t)(id - COLUMN_S1)
		 : id == COLUMN_TOP_SPEED || id == COLUMN_TOP_LAP ? VALUE_TOP_SPEED
		 : id == COLUMN_TYRE                              ? VALUE_TYRE
								  : 0;
	return columns[id].explain;
}

void column_cell(enum column_id id, const struct row *row, struct field *out)
{
	columns[id].field(row, out);
}

const char *column_head(unsigned id)
{
	return id < COLUMN_COUNT ? columns[id].head : "";
}

const char *column_about(unsigned id)
{
	return id < COLUMN_COUNT ? columns[id].about : "";
}

/* Columns kept less than EXTRA are shown only when names are easy to read. */
enum { CLASS_LEAST = 10, STATUS_TIMED = 7, EXTRA = 46, WHOLE_LEAST = 20 };

/* ---- widths that depend on the race ---------------------------------------- */

/* Sectors of long laps take minutes: the longest at 45 m/s decides. */
static int columns_sector_width(const struct race *race)
{
	const struct race_setup *setup = &race->setup;
	int64_t longest = 0, from = 0;
	for (unsigned i = 1; i <= setup->line_count && i <= LINES_MAX; i++) {
		int64_t to = 1000000;
		if (i < setup->line_count && i < LINES_MAX)
			to = setup->line_ppm[i];
		longest = to - from > longest ? to - from : longest;
		from = to;
	}
	if (setup->lap_length <= 0)
		return 8;
	return setup->lap_length / 1000 * longest / 45 > 58 * 1000000 ? 8 : 6;
}

static int columns_within(int least, int n, int most)
{
	return n < least ? least : n > most ? most : n;
}

/* Width of a column, least and most, in this race; 0: not shown. Names take what the longest
 * one needs. */
static void width_of(const struct view *view, const struct shown *shown,
		     enum column_id id, struct fitted *out)
{
	int head = text_width(slice_of(columns[id].head)), names = 0;
	out->w = out->most = 0;
	if (!shown_has(view, shown, id))
		return;
	out->w = columns[id].width;
	out->most = columns[id].most;
	if (id >= COLUMN_S1 && id <= COLUMN_S6) {
		out->w = id - COLUMN_S1 < view->race->setup.line_count &&
					 view->race->setup.line_count > 1
				 ? columns_sector_width(view->race)
				 : 0;
	} else if (id == COLUMN_NUMBER) {
		out->w = columns_within(3, shown->number, 6);
	} else if (id == COLUMN_CLASS) {
		out->w = columns_within(5, shown->classes, CLASS_LEAST);
		out->most = shown->classes;
	} else if (id == COLUMN_STATUS && view->race->setup.type == SESSION_TIMED) {
		out->w = out->most = STATUS_TIMED;
	} else if (id == COLUMN_STATUS) {
		/* "leads GTP", "did not finish" */
		bool invites = view->rules->invitation[0] != '\0';
		out->most = columns_within(14, shown->classes + (invites ? 16 : 8),
					   out->most);
		out->w = columns_within(STATUS_TIMED, shown->classes + 8, out->w);
	} else if (id == COLUMN_TAG) {
		out->w = shown->tag;
	} else if (id == COLUMN_DRIVER || id == COLUMN_TEAM || id == COLUMN_VEHICLE) {
		names = id == COLUMN_DRIVER ? shown->driver_whole
			: id == COLUMN_TEAM ? shown->team
					    : shown->vehicle;
		out->most = columns_within(head, names, COLUMN_WIDTH_MOST);
		out->w = out->w < out->most ? out->w : out->most;
		if (id == COLUMN_DRIVER)
			out->w = columns_within(head, shown->driver_short, out->w);
	}
}

/* ---- the layout ------------------------------------------------------------ */

/* Drivers by their whole names take more cells at once: until there are enough, other columns
 * have them. Returns whether there are. */
static bool fit_drivers(const uint8_t *ids, struct fitted *fitted,
			const struct shown *shown, unsigned count,
			const struct layout *layout)
{
	struct fitted before[PLACES_MAX];
	unsigned at = 0;
	int x = layout->x + 1, w = layout->w - 2;
	memcpy(before, fitted, count * sizeof(*fitted));
	(void)columns_fit(fitted, count, x, w, EXTRA);
	while (at < count && (ids[at] != COLUMN_DRIVER || fitted[at].x < 0))
		at++;
	if (at == count ||
	    fitted[at].w >= columns_within(0, shown->driver_whole, WHOLE_LEAST))
		return at < count;
	if (before[at].most == before[at].w)
		return false;
	before[at].most =
		columns_within(before[at].w, shown->driver_short, before[at].most);
	memcpy(fitted, before, count * sizeof(*fitted));
	(void)columns_fit(fitted, count, x, w, EXTRA);
	return false;
}

/* The first cell is for a marker, the last one stays blank. */
static void columns_place(const uint8_t *ids, struct fitted *fitted,
			  const struct shown *shown, unsigned count,
			  struct layout *layout)
{
	layout->whole = fit_drivers(ids, fitted, shown, count, layout);
	for (unsigned i = 0; i < count; i++) {
		if (fitted[i].x < 0)
			continue;
		layout->team |= ids[i] == COLUMN_TEAM;
		layout->vehicle |= ids[i] == COLUMN_VEHICLE;
		layout->at[layout->count].id = ids[i];
		layout->at[layout->count].x = fitted[i].x;
		layout->at[layout->count].w = fitted[i].w;
		layout->count++;
	}
}

/* Bars and words of the status take what names leave. */
static uint8_t growth(const struct column_use *use)
{
	enum { AFTER_TEAM = 60 };
	return use->id == COLUMN_STINTS || use->id == COLUMN_BAR ? 0
	       : use->id == COLUMN_STATUS                        ? AFTER_TEAM
								 : use->keep;
}

/* Who a car is, the best known first: the driver, the team, the car. */
static const uint8_t name_columns[] = {COLUMN_DRIVER, COLUMN_TEAM, COLUMN_VEHICLE};

/* The first of them that is known takes the place of one that is not. */
static void replace_names(const struct view *view, const struct shown *shown,
			  struct column_use *uses, unsigned count)
{
	unsigned best = 0, at = count;
	while (best < ARRAY_LEN(name_columns) &&
	       !shown_has(view, shown, (enum column_id)name_columns[best]))
		best++;
	if (best == ARRAY_LEN(name_columns))
		return;
	for (unsigned i = 0; i < count; i++)
		if (uses[i].id == name_columns[best])
			at = i;
	for (unsigned i = 0; i < count; i++) {
		if (uses[i].id != COLUMN_DRIVER && uses[i].id != COLUMN_TEAM)
			continue;
		if (shown_has(view, shown, (enum column_id)uses[i].id))
			continue;
		if (at == count) {
			uses[i].id = name_columns[best];
			at = i;
		} else if (uses[at].keep < uses[i].keep) {
			uses[at].keep = uses[i].keep;
		}
	}
}

void layout_fit(const struct scene *scene, const struct column_use *uses,
		unsigned count, int x, int w, struct layout *layout)
{
	assert(count <= PLACES_MAX);
	struct fitted fitted[PLACES_MAX];
	struct column_use own[PLACES_MAX];
	struct shown shown;
	uint8_t ids[PLACES_MAX] = {0};
	memcpy(own, uses, count * sizeof(*uses));
	shown_make(scene->view, &shown);
	replace_names(scene->view, &shown, own, count);
	for (unsigned i = 0; i < count; i++) {
		ids[i] = own[i].id;
		fitted[i] = (struct fitted){
			.keep = own[i].keep,
			.first = growth(&own[i]),
			.at_once = ids[i] == COLUMN_STATUS,
		};
		width_of(scene->view, &shown, (enum column_id)ids[i], &fitted[i]);
	}
	*layout = (struct layout){.view = scene->view, .x = x, .w = w};
	columns_place(ids, fitted, &shown, count, layout);
}

/* The rightmost columns are dropped first. Widths of the set are exact. */
void layout_set(const struct scene *scene, const struct column_set *set, int x, int w,
		struct layout *layout)
{
	struct fitted fitted[COLUMN_SET_MOST];
	uint8_t ids[COLUMN_SET_MOST] = {0};
	unsigned count = 0;
	struct shown shown;
	shown_make(scene->view, &shown);
	for (; count < set->count && count < COLUMN_SET_MOST; count++) {
		uint8_t id =
			set->ids[count] < COLUMN_COUNT ? set->ids[count] : COLUMN_POS;
		struct fitted *at = &fitted[count];
		ids[count] = id;
		*at = (struct fitted){.keep = (uint8_t)(255 - count),
				      .first = (uint8_t)(255 - count)};
		width_of(scene->view, &shown, (enum column_id)id, at);
		if (at->w > 0 && set->widths[count] > 0)
			at->w = at->most = set->widths[count];
	}
	*layout = (struct layout){.view = scene->view, .x = x, .w = w};
	columns_place(ids, fitted, &shown, count, layout);
}

int layout_find(const struct layout *layout, enum column_id id)
{
	for (unsigned i = 0; i < layout->count; i++)
		if (layout->at[i].id == id)
			return layout->at[i].x;
	return -1;
}

/* Of the gaps to a tagged car it names the car. */
static void tagged_head(const struct layout *layout, enum column_id id,
			struct field *head)
{
	const struct view *view = layout->view;
	field_text(head, slice_of(columns[id].head), ROLE_HEADER);
	if (id != COLUMN_TO_CAR || view->compared >= view->race->car_count)
		return;
	field_clear(head, ROLE_HEADER);
	field_format(head, "To %s", car_label(view->race, view->compared).text);
}

void layout_heads(const struct layout *layout, struct canvas *canvas, int y, int from)
{
	for (unsigned i = 0; i < layout->count; i++) {
		const struct column *column = &columns[layout->at[i].id];
		struct field field;
		int x = layout->at[i].x, w = layout->at[i].w;
		tagged_head(layout, (enum column_id)layout->at[i].id, &field);
		struct slice head = field.text;
		if (x < from)
			continue;
		if (column->align == ALIGN_RIGHT)
			canvas_right(canvas, x, y, w, head, ROLE_HEADER);
		else
			canvas_text(canvas, x, y, w, head, ROLE_HEADER);
		if (layout->sort != 1 + layout->at[i].id)
			continue;
		canvas_role(canvas, x, y, w, ROLE_STRONG);
		canvas_put(canvas,
			   column->align == ALIGN_RIGHT ? x + w - 1 - text_width(head)
							: x - 1,
			   y, layout->sort_back ? 0x25b4 : 0x25be, ROLE_KEY);
	}
}

/* ---- a row ----------------------------------------------------------- */

void row_make(const struct scene *scene, uint16_t car, struct row *row)
{
	const struct view *view = scene->view;
	row->scene = scene;
	row->view = view;
	row->index = car;
	row->car = &view->race->cars[car];
	row->entry = &view->race->entries[car];
	row->standing = car_standing(view, car);
	row->result = car_result(view, car);
	row->forecast = forecast_of(view, car);
	row->season = season_line_of(view, car);
	row->state = (uint8_t)car_state_at(view, car, &row->since);
	row->width = 0;
	row->column = COLUMN_COUNT;
	row->judged = false;
	row->team = false;
	row->vehicle = false;
	row->whole = false;
}

/* Role of plain text in a row. */
static enum role plain_role(const struct row *row)
{
	const struct result *result = row->judged ? row->result : NULL;
	if (result && class_first(result))
		return ROLE_STRONG;
	if (result && result->status == STATUS_NC)
		return ROLE_NOT_CLASSIFIED;
	if (row->state == CAR_STOPPED || row->state == CAR_ABSENT)
		return ROLE_DIM;
	if (result && result->status != STATUS_CLASSIFIED &&
	    (result->status != STATUS_RUNNING || result->margin < 0))
		return ROLE_DIM;
	return ROLE_TEXT;
}

/* A bar over the whole row; plain roles become strong, so that the bar has one
 * colour. */
static void select_row(struct canvas *canvas, int x, int y, int w)
{
	for (int i = 0; i < w; i++) {
		if (x + i < 0 || x + i >= canvas->cols || y < 0 || y >= canvas->rows)
			continue;
		struct cell *cell = &canvas->cells[(size_t)y * (size_t)canvas->cols +
						   (size_t)(x + i)];
		if (cell->role == ROLE_TEXT || cell->role == ROLE_DIM ||
		    cell->role == ROLE_RULE || cell->role == ROLE_GUESS ||
		    cell->cp == 0)
			cell->role = ROLE_STRONG;
		cell->bits |= CELL_SELECTED;
	}
}

/* The explained cell is a gap in the bar of the selected row. */
static void choose_cell(const struct layout *layout, struct canvas *canvas, int y,
			const struct view *view)
{
	int32_t cell = view->cell;
	int column = cell_column(view, &cell);
	for (unsigned i = 0; i < layout->count; i++) {
		int x = layout->at[i].x - 1, last = x + layout->at[i].w + 1;
		if (layout->at[i].id != column)
			continue;
		for (x = x < 0 ? 0 : x; x <= last && x < canvas->cols; x++)
			canvas->cells[y * canvas->cols + x].bits &=
				(uint8_t)~CELL_SELECTED;
	}
}

/* No theme underlines the blanks of a bar. */
static void plain_blanks(struct canvas *canvas, int x, int y, int w)
{
	for (int i = x; i < x + w && i < canvas->cols; i++)
		if (canvas->cells[y * canvas->cols + i].cp == ' ')
			canvas_role(canvas, i, y, 1, ROLE_TEXT);
}

/* A car that stopped this long ago recedes; one that stopped since is marked. */
#define LIVE_DANGER (15 * US_MIN)

/* True for a car that retired, or that stopped long ago. */
static bool recedes(const struct row *row)
{
	unsigned status = row->result ? row->result->status : STATUS_RUNNING;
	if (row->state == CAR_ABSENT || status == STATUS_DNF || status == STATUS_DNS)
		return true;
	return (row->state == CAR_STOPPED || row->state == CAR_IN_PIT) &&
	       row->since >= LIVE_DANGER;
}

/* Of what recedes only the best laps, and a deadline that is to come, are not dim. */
static enum role receding_role(const struct row *row, enum role role)
{
	const struct forecast_row *forecast = row->forecast;
	bool live = row->column == COLUMN_DEADLINE && forecast &&
		    forecast->deadline > row->view->at;
	return live || role == ROLE_CLASS_BEST ? role : ROLE_DIM;
}

/* A sign for a car in danger now: it stopped on the track, or is likely to miss the
 * threshold and may still reach it. */
static enum role danger_role(const struct row *row)
{
	const struct forecast_row *forecast = row->forecast;
	if (row->view->race->setup.type != SESSION_RACE)
		return ROLE_TEXT;
	if (row->state == CAR_STOPPED && row->since < LIVE_DANGER && row->car->laps > 0)
		return ROLE_STOPPED;
	if (forecast && forecast->threshold_p50 > 0 && forecast->p_classified >= 20 &&
	    forecast->p_classified < FORECAST_ONE / 2)
		return ROLE_AT_RISK;
	return ROLE_TEXT;
}

/* A text that is longer than its column takes the blank cells up to @end. Returns the end of
 * what is free to its left. */
static int columns_draw_cell(const struct column *column, struct canvas *canvas,
			     struct rect at, int end, struct row *row)
{
	struct field field;
	field.text = (struct slice){field.buf, 0};
	field.role = ROLE_TEXT;
	row->width = at.w;
	row->column = (uint8_t)(column - columns);
	column->field(row, &field);
	if (field.text.len == 0)
		return end;
	if (field.role == ROLE_TEXT)
		field.role = plain_role(row);
	if (recedes(row))
		field.role = receding_role(row, field.role);
	int left = at.x;
	if (column->align == ALIGN_LEFT)
		at.w = end - at.x;
	if (column->align == ALIGN_RIGHT)
		left = at.x + at.w - rect_right(canvas, at, field.text, field.role);
	else
		rect_text(canvas, at, field.text, field.role);
	if (canvas->figures)
		canvas_figure(canvas, at.x, at.y, at.w, figure_at(row));
	return left - 1;
}

/* ---- a car with a tag of its own --------------------------------------- */

/* Cells used in @at, from the left. */
static int used_cells(const struct canvas *canvas, struct rect at)
{
	int used = at.x + at.w < canvas->cols ? at.w : canvas->cols - at.x;
	for (; used > 0; used--) {
		const struct cell *cell =
			&canvas->cells[at.y * canvas->cols + at.x + used - 1];
		if (cell->cp != 0 || (cell->bits & CELL_CONTINUES))
			return used;
	}
	return 0;
}

/* Draw the tag after the name in column @id; @cut: shorten the name for it. */
static bool tag_behind(const struct layout *layout, struct canvas *canvas, int y,
		       struct row *row, enum column_id id, bool cut)
{
	struct slice tag = slice_of(row->entry->tag);
	int w = text_width(tag), used;
	struct rect at = {0, y, 0, 1};
	for (unsigned i = 0; i < layout->count; i++) {
		if (layout->at[i].id == id) {
			at.x = layout->at[i].x;
			at.w = layout->at[i].w;
		}
	}
	if (at.w < w + 5)
		return false;
	used = used_cells(canvas, at);
	if (used + 1 + w > at.w) {
		if (!cut)
			return false;
		for (int i = 0; i < at.w; i++)
			canvas_put(canvas, at.x + i, y, 0, ROLE_TEXT);
		at.w -= w + 1;
		(void)columns_draw_cell(&columns[id], canvas, at, at.x + at.w, row);
		used = used_cells(canvas, at);
	}
	at.x += used + (used > 0);
	canvas_text(canvas, at.x, y, w, tag, ROLE_DIM);
	canvas_figure(canvas, at.x, y, w, 0);
	return true;
}

/* Without a column the tag follows a name with room for it, or one that is cut for it:
 * it is always visible. */
static void columns_draw_tag(const struct layout *layout, struct canvas *canvas, int y,
			     struct row *row)
{
	if (row->entry->tag[0] == 0 || layout_find(layout, COLUMN_TAG) >= 0)
		return;
	if (tag_behind(layout, canvas, y, row, COLUMN_TEAM, false) ||
	    tag_behind(layout, canvas, y, row, COLUMN_DRIVER, false) ||
	    tag_behind(layout, canvas, y, row, COLUMN_TEAM, true))
		return;
	(void)tag_behind(layout, canvas, y, row, COLUMN_DRIVER, true);
}

void layout_row(const struct layout *layout, struct canvas *canvas, int y,
		struct row *row)
{
	if (y < 0 || y >= canvas->rows)
		return;
	row->team = layout->team;
	row->whole = layout->whole;
	row->vehicle = layout->vehicle;
	bool tagged = row->entry->tag[0] != 0 && layout_find(layout, COLUMN_TAG) < 0;
	int end = layout->x + layout->w - 1;
	for (unsigned i = layout->count; i-- > 0;) {
		struct rect at = {layout->at[i].x, y, layout->at[i].w, 1};
		uint8_t id = layout->at[i].id;
		bool apart = id == COLUMN_STINTS ||
			     (tagged && (id == COLUMN_TEAM || id == COLUMN_DRIVER));
		int left = columns_draw_cell(&columns[id], canvas, at,
					     apart ? at.x + at.w : end, row);
		end = apart ? at.x - 1 : left;
		if (id == COLUMN_BAR)
			plain_blanks(canvas, at.x, y, at.w);
	}
	if (row->index == CAR_NONE)
		return;
	columns_draw_tag(layout, canvas, y, row);
	enum role danger = danger_role(row);
	if (row->view->table.bits[row->index] & CAR_ALERT)
		canvas_put(canvas, layout->x, y, '!', ROLE_AT_RISK);
	else if (danger != ROLE_TEXT)
		canvas_put(canvas, layout->x, y, '!', danger);
	else if (row->view->table.bits[row->index] & CAR_FAVOURITE)
		canvas_put(canvas, layout->x, y, '*', ROLE_KEY);
	else if (row->index == row->view->compared)
		canvas_put(canvas, layout->x, y, '+', ROLE_KEY);
	else if (view_is_tagged(&row->view->table, row->index))
		canvas_put(canvas, layout->x, y, '+', ROLE_DIM);
	canvas_hit(canvas, layout->x, y, layout->w, hit_of(HIT_CAR, row->index));
	if (row->index == row->view->focused)
		canvas_put(canvas, layout->x, y, 0x25b8, ROLE_KEY);
	if (row->index != row->view->selected)
		return;
	select_row(canvas, layout->x, y, layout->w);
	if (view_is_open(row->view, OVERLAY_EXPLAIN))
		choose_cell(layout, canvas, y, row->view);
}
