/*
 * help.c -- the help over a screen, made from the tables of actions and keys
 */
#include "parts.h"

enum { KEYS_WIDTH = 23, BOX_MARGIN = 2 };

/* What the colours mean: a sample, and the words. */
static const struct {
	const char *sample, *words;
	enum role role;
} legend[] = {
	{"1:36.412", "best of its class", ROLE_CLASS_BEST},
	{"1:36.412", "the car's own best", ROLE_PERSONAL_BEST},
	{"1:36.412", "changed in the last second", ROLE_CHANGED},
	{"P 0:41", "in the pit lane, for how long", ROLE_IN_PIT},
	{"! 4:12", "standing on the track, overdue for", ROLE_STOPPED},
	{"\u25b42", "places gained over the last lap", ROLE_GAINED},
	{"~12.345", "estimated: a line was missed", ROLE_GUESS},
	{"?2906141", "a transponder of no entry", ROLE_AT_RISK},
	{"LIVE", "at the live edge", ROLE_FLAG_GREEN},
	{"\u22120:03:12", "behind live, by so much", ROLE_BEHIND_LIVE},
	{"+2", "margin: laps above the threshold, close to it", ROLE_AT_RISK},
	{"\u22122", "laps missing to be classified", ROLE_NOT_CLASSIFIED},
};

/* Keys of an action, in the order of their table: "Left Right h l". */
static void keys_of(const struct view *view, enum action action, struct field *field)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);

	field_text(field, (struct slice){field->buf, 0}, ROLE_KEY);
	for (size_t i = 0; i < count; i++) {
		if (keys[i].action != action)
			continue;
		if (field->text.len)
			field_append(field, " ");
		field_append(field, keys[i].label);
	}
}

static unsigned actions_shown(const struct view *view, uint8_t shown[ACTION_COUNT])
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	unsigned n = 0;

	for (unsigned i = 0; i < ACTION_COUNT; i++) {
		bool bound = false;

		for (size_t k = 0; k < count; k++)
			bound |= keys[k].action == i;
		if (bound)
			shown[n++] = (uint8_t)i;
	}
	return n;
}

/* Keys that do not fit in their column go on in the next line: lines needed. */
static int draw_action(struct canvas *canvas, struct rect at, const struct view *view,
		       enum action action, bool draw)
{
	struct field keys;
	struct slice rest;
	int x = at.x, lines = 1;

	keys_of(view, action, &keys);
	rest = keys.text;
	while (rest.at && rest.len) {
		struct slice word = slice_cut(&rest, ' ');
		int w = text_width(word);

		if (x > at.x && x + w > at.x + KEYS_WIDTH - 2) {
			x = at.x;
			lines++;
		}
		if (draw)
			canvas_text(canvas, x, at.y + lines - 1, w, word, ROLE_KEY);
		x += w + 1;
	}
	if (draw)
		canvas_text(canvas, at.x + KEYS_WIDTH, at.y, at.w - KEYS_WIDTH,
			    slice_of(action_about(action)), ROLE_TEXT);
	return lines;
}

static int draw_legend(struct canvas *canvas, struct rect at, unsigned row)
{
	canvas_text(canvas, at.x, at.y, KEYS_WIDTH - 1, slice_of(legend[row].sample),
		    legend[row].role);
	canvas_text(canvas, at.x + KEYS_WIDTH, at.y, at.w - KEYS_WIDTH,
		    slice_of(legend[row].words), ROLE_TEXT);
	return 1;
}

/* A blank beside it; where there is little more, all of it, lest the ends of rows
 * stand there alone. */
void frame_draw(struct canvas *canvas, struct rect area, struct rect box)
{
	int right = box.x + box.w - 1, bottom = box.y + box.h - 1;
	int beside = box.x - area.x <= 2 * BOX_MARGIN ? box.x - area.x + 1 : 1;

	for (int y = box.y; y <= bottom; y++) {
		for (int x = box.x - beside; x <= right + beside; x++)
			canvas_put(canvas, x, y, ' ', ROLE_TEXT);
		canvas_hit(canvas, box.x - beside, y, box.w + 2 * beside,
			   hit_of(HIT_OVER, 0));
	}
	canvas_hline(canvas, box.x, box.y, box.w, ROLE_RULE);
	canvas_hline(canvas, box.x, bottom, box.w, ROLE_RULE);
	canvas_vline(canvas, box.x, box.y, box.h, ROLE_RULE);
	canvas_vline(canvas, right, box.y, box.h, ROLE_RULE);
	canvas_put(canvas, box.x, box.y, 0x256d, ROLE_RULE);
	canvas_put(canvas, right, box.y, 0x256e, ROLE_RULE);
	canvas_put(canvas, box.x, bottom, 0x2570, ROLE_RULE);
	canvas_put(canvas, right, bottom, 0x256f, ROLE_RULE);
}

/* Rows of the help: actions, a blank, the legend. */
struct book {
	const struct view *view;
	uint8_t actions[ACTION_COUNT];
	unsigned action_count, rows;
};

static int draw_row(struct canvas *canvas, struct rect at, const struct book *book,
		    unsigned row, bool draw)
{
	if (row < book->action_count)
		return draw_action(canvas, at, book->view,
				   (enum action)book->actions[row], draw);
	if (row == book->action_count)
		return 1;
	return draw ? draw_legend(canvas, at, row - book->action_count - 1) : 1;
}

void help_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct book book;
	struct rect box, at;
	unsigned row = 0;
	int lines = 0, y, bottom;

	book.view = view;
	book.action_count = actions_shown(view, book.actions);
	book.rows = book.action_count + 1 + (unsigned)ARRAY_LEN(legend);
	for (unsigned i = 0; i < book.rows; i++)
		lines += draw_row(canvas, area, &book, i, false);
	box.w = area.w - 2 * BOX_MARGIN < 84 ? area.w - 2 * BOX_MARGIN : 84;
	box.h = lines + 2 < area.h ? lines + 2 : area.h;
	box.x = area.x + (area.w - box.w) / 2;
	box.y = area.y + (area.h - box.h) / 2;
	frame_draw(canvas, area, box);
	canvas_text(canvas, box.x + 3, box.y, 20, SLICE(" keys and colours "),
		    ROLE_STRONG);
	bottom = box.y + box.h - 1;
	/* As far down as there is something to see. */
	while (view->help_top > 0 && row < (unsigned)view->help_top &&
	       lines > box.h - 2)
		lines -= draw_row(canvas, area, &book, row++, false);
	at = (struct rect){box.x + 3, box.y + 1, box.w - 6, 1};
	for (y = at.y; row < book.rows; row++) {
		int need = draw_row(canvas, at, &book, row, false);

		if (y + need > bottom)
			break;
		at.y = y;
		y += draw_row(canvas, at, &book, row, true);
	}
	if (row < book.rows)
		canvas_text(canvas, box.x + box.w - 12, bottom, 9,
			    SLICE(" \u2193 more "), ROLE_KEY);
}
