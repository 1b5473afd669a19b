/*
 * car_screen.c -- one car: its state, its race and every lap
 *
 *   name and state
 *   position, and the cars around it in its class
 *   drivers
 *   the list of laps │ blocks: outlook, pace, stints, drivers, what happened
 *
 *  (1) A block is drawn with at least its fewest lines, or not at all. The remaining lines
 *      go to blocks with more content, in the order of their weight.
 */
#include "car_screen.h"
#include "chart.h"

enum {
	HEAD = 3,
	WIDE = 150, /* from here on the blocks are in two columns */
	AIRY = 18,  /* from here on a blank line is between blocks */
	TALL = 24,  /* from here on one is below the header */
	EVENT_LINES = 25,
	CHART_FROM = 36, /* lines */
};

static void own_events_draw(const struct one *one, struct canvas *canvas,
			    struct rect area)
{
	rect_words(canvas, area, "Events", ROLE_HEADER);
	news_draw_car(one->scene, one->car, canvas,
		      (struct rect){area.x, area.y + 1, area.w, area.h - 1});
}

static int events_lines(const struct one *one)
{
	return one->row.car->laps > 0 ? EVENT_LINES : 0;
}

/* In the order drawn. The highest @weight gets lines first; @column: of two. */
static const struct block {
	int (*lines)(const struct one *one);
	void (*draw)(const struct one *one, struct canvas *canvas, struct rect area);
	int least;
	uint8_t weight, column;
	bool whole; /* all lines or the least */
} blocks[] = {
	{outlook_lines, outlook_draw, 9, 9, 0, false},
	{pace_lines, pace_draw, 4, 8, 0, true},
	{measured_lines, measured_draw, 2, 7, 0, false},
	{drivers_lines, drivers_draw, 1 + RACE_DRIVERS_MAX, 6, 0, false},
	{stints_lines, stints_draw, 3, 7, 1, false},
	{events_lines, own_events_draw, 4, 5, 1, false},
};
enum { BLOCKS = ARRAY_LEN(blocks) };

/* ---- the header ------------------------------------------------------------- */

static void append_at(const struct view *view, instant_us at, struct field *field)
{
	if (at == INSTANT_NONE)
		return;
	field_append(field, ", since ");
	field_append_clock(field, view, at, true);
}

static void state_words(const struct one *one, struct field *out)
{
	const struct car *c = one->row.car;
	field_clear(out, ROLE_TEXT);
	switch ((enum car_state)one->row.state) {
	case CAR_WAITING:
		field_text(out, SLICE("waiting for the start"), ROLE_DIM);
		break;
	case CAR_RUNNING:
		field_append(out, "on track");
		if (c->stops) {
			field_append(out, ", ");
			field_append_count(out, c->laps - c->stint_lap, "lap");
			field_append(out, " after its stop");
		}
		break;
	case CAR_IN_PIT:
		field_append(out, "in the pits ");
		field_append_time(out, one->row.since, TIME_SHORT);
		append_at(one->view, c->pit_in_at, out);
		out->role = ROLE_IN_PIT;
		break;
	case CAR_STOPPED:
		field_append(out, "stopped ");
		field_append_time(out, one->row.since, TIME_SHORT);
		append_at(one->view, c->seen ? c->line_at : INSTANT_NONE, out);
		out->role = ROLE_STOPPED;
		break;
	case CAR_FLAGGED:
		field_text(out, SLICE("took the flag"), ROLE_FLAG_FINISH);
		break;
	case CAR_ABSENT:
		field_text(out,
			   one->row.entry->not_started
				   ? SLICE("did not start")
				   : SLICE("not timed since the start"),
			   ROLE_DIM);
		break;
	}
	/* The result, once it is final. */
	if (one->row.result && one->view->classification->finished &&
	    one->row.result->status != STATUS_RUNNING) {
		struct row row = one->row;
		struct field verdict = {.role = ROLE_TEXT};
		row.width = 30;
		field_status(&row, &verdict);
		if (verdict.text.len) {
			field_clear(out, verdict.role);
			field_append_slice(out, verdict.text);
		}
	}
}

/* Number and class as a tag, then the entry; its state at the right. */
static void car_draw_who(const struct one *one, struct canvas *canvas, struct rect at)
{
	const struct entry *entry = one->row.entry;
	enum role role = class_role(one->scene, one->car);
	struct pen pen = pen_at(canvas, at);
	struct field state;
	state_words(one, &state);
	pen.right -= canvas_right(canvas, at.x + at.w / 3, at.y, at.w - at.w / 3,
				  state.text, state.role) +
		     1;
	pen_tag(&pen, CAR_LABEL(one->view->race, one->car), role);
	pen_text(&pen, shown_class(one->view, one->car), role);
	pen.x++;
	pen_words(&pen, entry->tag, ROLE_DIM);
	pen.x += entry->tag[0] ? 2 : 1;
	pen_words(&pen, entry->team, ROLE_STRONG);
	pen.x += 2;
	pen.whole = true;
	pen_words(&pen, entry->vehicle, ROLE_DIM);
}

/* A cell of the tables, as wide as it needs. */
static void pen_cell(struct pen *pen, const char *word, enum column_id column,
		     const struct row *of)
{
	struct row row = *of;
	struct field field;
	field_clear(&field, ROLE_TEXT);
	row.width = 20;
	column_cell(column, &row, &field);
	pen->figure = figure_of(column_figure(column), row.index);
	pen_fact(pen, word, field.text, field.role);
}

/* By how much the interval of a car changes a lap, after it: "closes 0.4/lap". */
static void put_trend(const struct row *row, struct pen *pen)
{
	struct field trend = {0}, field = {0};
	bool known = trend_known(row);
	duration_us by = trend_of(row, true);
	append_trend(&trend, by);
	if ((known && trend.text.len == 0) || pen->x + 30 > pen->right)
		return;
	field_append(&field, !known   ? "too few clean laps"
			     : by < 0 ? "closes "
				      : "opens ");
	if (known) {
		field_append_time(&field, by < 0 ? -by : by, TIME_TENTH);
		field_append(&field, "/lap");
	}
	pen->x -= 2;
	if (!pen_fact(pen, "", field.text, known ? trend.role : ROLE_DIM))
		pen->x += 2;
}

/* The car ahead in its class leads the race: its gap is the one to the leader. */
static bool follows_leader(const struct one *one)
{
	const struct standing *own = one->row.standing;
	return own && own->position == 2 && own->class_position == 2;
}

/* A neighbour in its class, and the interval of @behind to the car ahead of it. */
static void neighbour(const struct one *one, const struct standing *other,
		      uint16_t behind, const char *word, struct pen *pen)
{
	struct row row;
	int least = follows_leader(one) ? 20 : 30; /* it leaves room for the leader's */
	if (!other)
		return;
	row_make(one->scene, behind, &row);
	if (row.standing->class_interval.kind == GAP_NONE ||
	    pen->x + least > pen->right)
		return;
	pen_fact(pen, word, SHOWN_NUMBER(one->view->race, other->car), ROLE_TEXT);
	pen->x -= 1;
	pen_cell(pen, "", COLUMN_CLASS_INT, &row);
	put_trend(&row, pen);
}

/* The cars ahead and behind in its class. */
static void draw_neighbours(const struct one *one, struct pen *pen)
{
	const struct standings *standings = one->view->standings;
	const struct standing *own = one->row.standing, *ahead = NULL, *behind = NULL;
	uint8_t c = one->row.entry->class_index;
	if (!own)
		return;
	for (uint32_t i = 0; i < standings->count && !behind; i++) {
		const struct standing *row = &standings->rows[i];
		if (row->car == one->car ||
		    one->view->race->entries[row->car].class_index != c)
			continue;
		if (row > own)
			behind = row;
		else
			ahead = row;
	}
	neighbour(one, ahead, one->car, "ahead", pen);
	neighbour(one, behind, behind ? behind->car : CAR_NONE, "behind", pen);
}

/* As many as its pane lists. */
static unsigned class_starters(const struct race *race, uint8_t class_index)
{
	unsigned count = 0;
	for (uint16_t car = 0; car < race->car_count; car++)
		count += race->entries[car].class_index == class_index &&
			 !race->entries[car].not_started && !race->entries[car].merged;
	return count;
}

static void car_draw_place(const struct one *one, struct canvas *canvas,
			   struct rect room)
{
	const struct race *race = one->view->race;
	const struct standing *own = one->row.standing;
	uint8_t c = one->row.entry->class_index;
	struct pen pen = pen_at(canvas, room);
	struct field field;
	if (own && own->position) {
		field_number(&field, own->position, ROLE_STRONG);
		pen.figure = figure_of(FIGURE_POSITION, one->car);
		pen_fact(&pen, "P", field.text, ROLE_STRONG);
	}
	if (own && own->class_position && c < race->class_count) {
		field_clear(&field, ROLE_STRONG);
		field_format(&field, "%u of %u", own->class_position,
			     class_starters(race, c));
		pen_fact(&pen, "in class", field.text, ROLE_STRONG);
	}
	pen_cell(&pen, "laps", COLUMN_LAPS, &one->row);
	draw_neighbours(one, &pen);
	if (!follows_leader(one))
		pen_cell(&pen, "to the leader", COLUMN_GAP, &one->row);
	pen_cell(&pen, "stops", COLUMN_STOPS, &one->row);
	field_clear(&field, ROLE_TEXT);
	field_top_speed(&one->row, &field);
	if (field.text.len)
		field_append(&field, " km/h");
	pen_fact(&pen, "top speed", field.text, field.role);
}

/* The drivers and their times. */
static void car_draw_drivers(const struct one *one, struct canvas *canvas,
			     struct rect room)
{
	const struct entry *entry = one->row.entry;
	int x = room.x, right = room.x + room.w;
	for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX; i++) {
		bool drives = one->row.car->driver == i;
		duration_us t = one->facts.drivers[i].time;
		struct field name, field = {.text = {"", 0}};
		field_name(&name, entry, i, right - x, room.w > 120);
		if (t >= US_MIN) {
			field_format(&field, "%uh%02u", (unsigned)(t / US_HOUR),
				     (unsigned)(t % US_HOUR / US_MIN));
		}
		if (x + text_width(name.text) + 3 + (int)field.text.len > right)
			return;
		if (drives)
			canvas_put(canvas, x, room.y, 0x25b8, ROLE_KEY);
		x += drives ? 2 : 0;
		x += canvas_text(canvas, x, room.y, right - x, name.text,
				 drives ? ROLE_STRONG : ROLE_TEXT) +
		     1;
		x += canvas_text(canvas, x, room.y, right - x, field.text, ROLE_DIM) +
		     3;
	}
}

/* ---- the blocks -------------------------------------------------------------- */

/* (1): lines of each block of a column; 2: both. */
static void deal(const struct one *one, int column, int room, int lines[BLOCKS])
{
	int want[BLOCKS], gap = room >= AIRY;
	room += gap; /* none after the last */
	for (unsigned i = 0; i < BLOCKS; i++) {
		want[i] = column == 2 || blocks[i].column == column
				  ? blocks[i].lines(one)
				  : 0;
		lines[i] = 0;
	}
	for (int weight = 9; weight > 0; weight--) {
		for (unsigned i = 0; i < BLOCKS; i++) {
			int least =
				want[i] < blocks[i].least ? want[i] : blocks[i].least;
			if (blocks[i].weight != weight || least == 0 ||
			    least + gap > room)
				continue;
			lines[i] = least;
			room -= least + gap;
		}
	}
	for (int weight = 9; weight > 0 && room > 0; weight--) {
		for (unsigned i = 0; i < BLOCKS; i++) {
			int more = want[i] - lines[i];
			if (blocks[i].weight != weight || lines[i] == 0 ||
			    (blocks[i].whole && more > room))
				continue;
			more = more < room ? more : room;
			lines[i] += more;
			room -= more;
		}
	}
}

static void draw_blocks(const struct one *one, struct canvas *canvas, struct rect area,
			int column)
{
	int lines[BLOCKS], y = area.y;
	deal(one, column, area.h, lines);
	for (unsigned i = 0; i < BLOCKS; i++) {
		if (lines[i] == 0)
			continue;
		blocks[i].draw(one, canvas, (struct rect){area.x, y, area.w, lines[i]});
		y += lines[i] + (area.h >= AIRY);
	}
}

/* The chart of its lap times below the blocks, if there is room. Returns its lines. */
static int draw_times(const struct one *one, struct canvas *canvas, struct rect area)
{
	struct rect chart = {area.x, 0, area.w, area.h * 2 / 5};
	struct rect head = {area.x + 11, 0, area.w - 11, 1};
	if (area.h < CHART_FROM || one->row.car->laps < 2)
		return 0;
	chart.y = head.y = area.y + area.h - chart.h;
	canvas_text(canvas, area.x, chart.y, 9, SLICE("Lap times"), ROLE_HEADER);
	chart.y++;
	chart.h--;
	chart_times_draw(one->scene, canvas, chart, head);
	return chart.h + 2;
}

static void draw_body(const struct one *one, struct canvas *canvas, struct rect area)
{
	int laps = car_laps_width(one), least = area.w >= WIDE ? 86 : 36, side;
	bool wide = area.w >= WIDE;
	if (!wide && least < area.w * 2 / 5)
		least = area.w * 2 / 5;
	if (laps > area.w - least - 3)
		laps = area.w - least - 3;
	side = area.w - laps - 3;
	car_laps_draw(one, canvas, (struct rect){area.x, area.y, laps, area.h});
	canvas_vline(canvas, area.x + laps + 1, area.y, area.h, ROLE_RULE);
	area.x += laps + 3;
	area.w = side;
	if (!wide) {
		draw_blocks(one, canvas, area, 2);
		return;
	}
	area.h -= draw_times(one, canvas, area);
	area.w = (side - 3) / 2;
	draw_blocks(one, canvas, area, 0);
	area.x += area.w + 3;
	area.w = side - 3 - area.w;
	draw_blocks(one, canvas, area, 1);
}

static void car_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct scene scene;
	struct one one = {.scene = &scene, .view = view, .car = view_car(view)};
	struct rect line = {area.x + 1, area.y, area.w - 2, 1};
	int head = HEAD + (area.h >= TALL);
	if (feeds_waiting(view, canvas, area) || one.car == CAR_NONE)
		return;
	scene_make(view, &scene);
	row_make(&scene, one.car, &one.row);
	one.leader = car_class_leader(view, one.car);
	one.forecast = car_forecast(view, one.car);
	facts_make(view, one.car, &one.facts);
	car_draw_who(&one, canvas, line);
	line.y++;
	car_draw_place(&one, canvas, line);
	line.y++;
	car_draw_drivers(&one, canvas, line);
	draw_body(&one, canvas,
		  (struct rect){area.x + 1, area.y + head, area.w - 2, area.h - head});
}

/* ---- the row of the table ------------------------------------------------------ */

/* The wheel scrolls the laps. */
static bool car_key(struct view *view, const struct key_binding *key, struct wish *wish)
{
	enum { WHEEL_ROWS = 3 };
	if (key->action != ACTION_SELECT)
		return shared_key(view, key, wish);
	if (key->key == KEY_PW_MOUSE)
		laps_scroll(view, key->argument * WHEEL_ROWS);
	return key->key == KEY_PW_MOUSE;
}

static unsigned car_needs(const struct view *view)
{
	return view->classification->finished ? 0 : NEED_FORECAST; /* (1) */
}

static const struct screen_key car_keys[] = {
	{ACTION_SELECT, "the car above or below", ""},
	PANE_KEY,
	{ACTION_SELECT_PAGE, "ten laps down or up the list", NULL},
	{ACTION_SELECT_HALF, "five laps down or up the list", NULL},
	{ACTION_EVENT, "next or previous event of this car", ""},
	{0, NULL, NULL},
};

const struct screen car_screen = {
	.name = "car",
	.title = "Car",
	.about = "one car: its place, its outlook, every lap",
	.of_car = true,
	.returns = true,
	.draw = car_draw,
	.key = car_key,
	.keys = car_keys,
	.needs = car_needs,
};
