/*
 * overlay.c -- overlays: the menu of race control, the sessions of a source, and where a
 * number comes from
 *
 *  (1) The menu of race control is complete on the smallest screen; only words that follow
 *      a form are left out, whole.
 *  (2) An explanation never covers the row it explains.
 */
#include "parts.h"

#include <string.h>

/* ---- race control ---------------------------------------------------- */

enum { ABOUT_WIDTH = 20, LEFT_WIDTH = 31 };

static enum role operate_role(const struct operate_row *row)
{
	struct slice form = slice_of(row->form);
	int flag = -1;
	if (slice_eq(slice_cut(&form, ' '), SLICE("flag")))
		flag = flag_by_name(slice_trim(form));
	return flag >= 0 ? flag_role((enum flag)flag) : ROLE_TEXT;
}

static void operate_row_draw(struct canvas *canvas, struct rect at,
			     const struct operate_row *row)
{
	char letter[2] = {row->letter, 0};
	struct slice words = slice_of(row->words);
	int x = at.x + 3 + ABOUT_WIDTH;
	canvas_hit(canvas, at.x, at.y, at.w,
		   hit_of(HIT_KEY, (uint32_t)(unsigned char)row->letter));
	canvas_text(canvas, at.x, at.y, 1, slice_of(letter), ROLE_KEY);
	canvas_text(canvas, at.x + 3, at.y, ABOUT_WIDTH, slice_of(row->about),
		    operate_role(row));
	/* Of a choice that does not fit, the first: the prompt has all. */
	bool first = text_width(words) > at.x + at.w - x;
	if (first)
		words = slice_cut(&words, '|');
	if (text_width(words) + 4 * first > at.x + at.w - x)
		return;
	x += canvas_text(canvas, x, at.y, at.x + at.w - x, words, ROLE_DIM);
	if (first)
		canvas_text(canvas, x, at.y, 4, SLICE(" ..."), ROLE_DIM);
}

/* The car the menu is about, at the right of its title. */
static void operate_car(const struct view *view, struct canvas *canvas, struct rect box)
{
	struct field field = {0};
	if (view->selected >= view->race->car_count) {
		box_words(canvas, box, BOX_TOP_RIGHT, SLICE("no car selected"),
			  ROLE_DIM);
		return;
	}
	const char *entrant = shown_entrant(view->race, view->selected);
	field_format(&field, entrant[0] ? "car %s %s" : "car %s%s",
		     car_label(view->race, view->selected).text, entrant);
	box_words(canvas, box, BOX_TOP_RIGHT, field.text, ROLE_STRONG);
}

/* Which instant a decision has: at the live edge the words teach, rewound they warn. */
static enum role operate_instant(const struct view *view, struct field *field)
{
	struct field clock = {0};
	bool rewound = view->live && view->behind_live > 0;
	field_append_clock(&clock, view, view->at, true);
	field_append(field, rewound ? "counts from " : "counts from the instant shown");
	if (rewound)
		field_append_slice(field, clock.text);
	return rewound ? ROLE_AT_RISK : ROLE_DIM;
}

static void operate_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	int half = (int)(operate_rows_count + 1) / 2;
	struct rect box = box_of(area, 92, half + 2), inside = box_inside(box);
	struct slice hint = SLICE("o: type a decision   Esc: cancel");
	struct field instant = {0};
	enum role role = operate_instant(view, &instant);
	bool both = text_width(instant.text) + text_width(hint) + 8 <= box.w;
	box_draw(canvas, area, box, "race control", "");
	operate_car(view, canvas, box);
	if (both || role == ROLE_DIM)
		box_words(canvas, box, BOX_BOTTOM_RIGHT, hint, ROLE_DIM);
	if (both || role != ROLE_DIM)
		box_words(canvas, box, BOX_BOTTOM_LEFT, instant.text, role);
	for (int i = 0; i < (int)operate_rows_count; i++) {
		struct rect at = rect_line(inside, i % half);
		at.x += i < half ? 0 : LEFT_WIDTH;
		at.w = i < half ? LEFT_WIDTH - 1 : inside.w - LEFT_WIDTH;
		if (i % half < inside.h)
			operate_row_draw(canvas, at, &operate_rows[i]);
	}
}

/* A letter of the menu, or o: an empty prompt, for decisions that are not in the menu. Any
 * other key closes it. */
static bool operate_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	if (key->key == KEY_PW_MOUSE) /* the wheel */
		return true;
	view_close(view, OVERLAY_OPERATE);
	if (key->key == 'o')
		view_ask(view, PROMPT_OPERATE, SLICE(""));
	for (size_t i = 0; i < operate_rows_count; i++)
		if ((uint32_t)(unsigned char)operate_rows[i].letter == key->key)
			*wish = (struct wish){.kind = WISH_OPERATE, .n = (uint32_t)i};
	return true;
}

const struct screen operate_overlay = {
	.name = "race control",
	.modal = true,
	.opener = ACTION_OPERATE,
	.draw = operate_draw,
	.key = operate_key,
};

/* ---- sessions ------------------------------------------------------------ */

struct session_list {
	const struct view *view;
	struct canvas *canvas;
	struct rect inside;
};

static void session_draw(const void *of, int *y, unsigned row)
{
	const struct session_list *list = of;
	const struct view_session *session = &list->view->sessions[row];
	struct canvas *canvas = list->canvas;
	struct rect at = {list->inside.x, (*y)++, list->inside.w, 1};
	bool selected = row == list->view->session_row;
	struct field cars = {0};
	if (row < 9) /* a digit selects it */
		canvas_hit(canvas, at.x, at.y, at.w, hit_of(HIT_KEY, '1' + row));
	canvas_put(canvas, at.x, at.y, session->current ? 0x25cf : ' ', ROLE_KEY);
	canvas_text(canvas, at.x + 2, at.y, at.w - 24,
		    session->name[0] ? slice_of(session->name) : SLICE("(no name)"),
		    ROLE_TEXT);
	canvas_text(canvas, at.x + at.w - 20, at.y, 6,
		    session->type == SESSION_TIMED ? SLICE("timed") : SLICE("race"),
		    ROLE_DIM);
	field_append_count(&cars, session->cars, "car");
	canvas_right(canvas, at.x + at.w - 12, at.y, 12, cars.text, ROLE_DIM);
	if (selected)
		box_select(canvas, at);
}

static void sessions_draw(const struct view *view, struct canvas *canvas,
			  struct rect area)
{
	unsigned count = view->session_count;
	struct rect box = box_of(area, 68, (int)(count < 100 ? count : 100) + 2);
	struct session_list list = {view, canvas, box_inside(box)};
	struct rect more = {list.inside.x + 2, list.inside.y, list.inside.w, 0};
	unsigned lines = list.inside.h > 0 ? (unsigned)list.inside.h : 0;
	struct window window = window_make(count, lines, 0, view->session_row);
	box_draw(canvas, area, box, "sessions",
		 "\u2191\u2193 Enter: select   Esc: cancel");
	(void)window_draw(&window, canvas, more, session_draw, &list);
}

/* A digit or Enter selects; any key that does not move the selection closes the
 * list. */
static bool sessions_key(struct view *view, const struct key_binding *key,
			 struct wish *wish)
{
	if (key->action == ACTION_SELECT) {
		int row = view->session_row + key->argument;
		if (row >= 0 && row < (int)view->session_count)
			view->session_row = (uint8_t)row;
		return true;
	}
	view_close(view, OVERLAY_SESSIONS);
	if (key->key >= '1' && key->key <= '9' && key->key - '1' < view->session_count)
		*wish = (struct wish){.kind = WISH_SESSION, .n = key->key - '1'};
	else if (key->key == KEY_PW_ENTER)
		*wish = (struct wish){.kind = WISH_SESSION, .n = view->session_row};
	return true;
}

static const struct screen_key sessions_keys[] = {
	{ACTION_SELECT, "the session above or below", "session"},
	{0, NULL, NULL},
};

const struct screen sessions_overlay = {
	.name = "sessions",
	.modal = true,
	.opener = ACTION_SESSION,
	.draw = sessions_draw,
	.key = sessions_key,
	.keys = sessions_keys,
};

/* ---- explaining ------------------------------------------------------------ */

/* The line of the explained row, which is marked; -1: not drawn. */
static int explained_row(const struct canvas *canvas, struct rect area)
{
	for (int y = area.y; y < area.y + area.h; y++) {
		int marked = 0;
		for (int x = area.x; x < area.x + area.w && x < canvas->cols; x++) {
			const struct cell *cell = &canvas->cells[y * canvas->cols + x];
			marked += (cell->bits & CELL_SELECTED) != 0;
		}
		if (marked > area.w / 3)
			return y;
	}
	return -1;
}

static enum role explain_role(const struct explain_line *line)
{
	if (line->decision)
		return ROLE_AT_RISK;
	return line->estimated ? ROLE_GUESS : ROLE_TEXT;
}

enum { EXPLAIN_INDENT = 4 };

/* Draw a line, wrapped to at most @at.h lines; without a canvas nothing is drawn.
 * Returns the lines it takes. */
static int explain_line_draw(const struct explain_line *line, struct canvas *canvas,
			     struct rect at)
{
	struct slice rest = slice_of(line->text);
	int used = 0;
	do {
		size_t n = line_fits(rest, at.w);
		n = n > 0 ? n : rest.len;
		if (canvas && used < at.h)
			rect_text(canvas, rect_line(at, used),
				  (struct slice){rest.at, n}, explain_role(line));
		rest = slice_trim((struct slice){rest.at + n, rest.len - n});
		if (used++ == 0) {
			at.x += EXPLAIN_INDENT;
			at.w -= EXPLAIN_INDENT;
		}
	} while (rest.len > 0 && at.w > EXPLAIN_INDENT);
	return used;
}

/* Lines of the explanation at a width, at most about 100. */
static int explain_height(const struct view *view, int w)
{
	int lines = 0;
	for (uint32_t i = 0; i < view->explain_count && lines < 100; i++)
		lines += explain_line_draw(&view->explain_lines[i], NULL,
					   (struct rect){0, 0, w, 0});
	return lines;
}

static void explain_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	int row = explained_row(canvas, area);
	bool above = row >= area.y + area.h / 2;
	int room = row < 0 ? area.h : above ? row - area.y : area.y + area.h - 1 - row;
	struct rect box = box_of(area, 128, 3);
	box.h = explain_height(view, box.w - 6) + 2;
	box.h = box.h < room ? box.h : room;
	box.h = box.h > 3 ? box.h : 3;
	box.y = above ? area.y : area.y + area.h - box.h;
	box_draw(canvas, area, box, view->explain_title,
		 "arrows: another cell   Esc: close");
	struct rect at = box_inside(box);
	if (view->explain_count == 0)
		rect_words(canvas, at, "no data for this cell", ROLE_DIM);
	for (uint32_t i = 0; i < view->explain_count && at.h > 0; i++) {
		bool last = i + 1 == view->explain_count;
		int used = explain_line_draw(&view->explain_lines[i], NULL, at);
		/* Room for this line and for "n more". */
		if (used + !last > at.h && !(last && i == 0)) {
			draw_more(canvas, at, view->explain_count - i);
			break;
		}
		(void)explain_line_draw(&view->explain_lines[i], canvas, at);
		at = rect_below(at, used);
	}
}

static bool explain_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	(void)wish;
	if (key->action != ACTION_LAP)
		return false;
	view->cell += key->argument > 0 ? 1 : -1;
	if (view->cell < 0)
		view->cell = 0;
	return true;
}

static const struct screen_key explain_keys[] = {
	{ACTION_LAP, "the cell beside", "cell"},
	{0, NULL, NULL},
};

/* Selecting a car and moving in time still work: the explanation follows. */
const struct screen explain_overlay = {
	.name = "explain",
	.modal = true,
	.opener = ACTION_EXPLAIN,
	.declines = ACTION_BIT(SAVE) | ACTION_BIT(PLAY_PAUSE) | ACTION_BIT(PASSING) |
		    ACTION_BIT(MINUTE) | ACTION_BIT(EVENT) | ACTION_BIT(SPEED) |
		    ACTION_BIT(SPEED_ONE) | ACTION_BIT(START) | ACTION_BIT(END) |
		    ACTION_BIT(GO_TO) | ACTION_BIT(UNDO_JUMP) | ACTION_BIT(SELECT) |
		    ACTION_BIT(SELECT_PAGE) | ACTION_BIT(SELECT_HALF) |
		    ACTION_BIT(FIND) | ACTION_BIT(FIND_NEXT) | ACTION_BIT(PANE),
	.draw = explain_draw,
	.key = explain_key,
	.keys = explain_keys,
};
