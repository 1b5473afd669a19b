/*
 * help.c -- the help over a screen, made from the tables of actions and keys
 */
#include "parts.h"

enum { KEYS_WIDTH = 23, KEYS_LEAST = 17 };

#define ON(screen_) (1u << SCREEN_##screen_)
#define TABLES (ON(CLASSES) | ON(TIMING) | ON(CLASSIFICATION) | ON(STRATEGY))

/* Signs and colours: a sample, its meaning, and the screens it is on (0: all). */
static const struct {
	const char *sample, *words;
	enum role role;
	uint32_t screens;
} legend[] = {
	{"1:36.412", "best of its class", ROLE_CLASS_BEST, 0},
	{"1:36.412", "the car's own best", ROLE_PERSONAL_BEST, 0},
	{"1:36.412", "changed in the last second", ROLE_CHANGED, TABLES},
	{"P 0:41", "in the pit lane, for how long", ROLE_IN_PIT, 0},
	{"! 4:12", "stopped on the track, for how long", ROLE_STOPPED, TABLES},
	{"\u25b42", "places gained over the last lap", ROLE_GAINED, TABLES},
	{"~12.345", "estimate: a missed line, or a forecast", ROLE_GUESS, 0},
	{"?2906141", "unknown transponder", ROLE_AT_RISK, TABLES | ON(FEEDS)},
	{"LIVE", "at the live edge", ROLE_FLAG_GREEN, 0},
	{"\u22120:03:12", "time behind live", ROLE_BEHIND_LIVE, 0},
	{"+2", "laps above the threshold, but close to it", ROLE_AT_RISK, TABLES},
	{"\u22122", "laps short of being classified", ROLE_NOT_CLASSIFIED, TABLES},
	{"\u251c\u2501\u253f\u2501\u2524",
	 "forecast margin at the flag: 10, 50 and 90 %", ROLE_GUESS,
	 ON(CLASSIFICATION)},
	{"\u2606 \u2605", "leads its class; won it and is invited", ROLE_INVITED,
	 ON(CLASSIFICATION)},
	{"\u2212 +", "quicker or slower than the other car", ROLE_GAINED, ON(COMPARE)},
	{"* + !", "a favourite, the tagged car, a car of an alert", ROLE_KEY, TABLES},
	{"\u25c6", "on the bar below: a stop of the selected car", ROLE_IN_PIT, 0},
	{"\u25b4 \u25be", "there: likely to be classified, or no longer",
	 ROLE_NOT_CLASSIFIED, 0},
	{"\u25bd A B", "there: your marks, and the ends of the loop", ROLE_KEY, 0},
};
#undef TABLES
#undef ON

/* Keys of an action, in the order of their table: "Left Right h l". */
static void keys_of(const struct view *view, enum action action, struct field *field)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	field_clear(field, ROLE_KEY);
	for (size_t i = 0; i < count; i++)
		if (keys[i].action == action)
			field_format(field, "%s%s", field->text.len ? " " : "",
				     keys[i].label);
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

/* Words in sequence, wrapped; without a canvas only the lines are counted. */
struct flow {
	struct canvas *canvas;
	struct rect at;
	int x, lines;
};

/* Reserve @w cells, and @gap after them. Returns their place. */
static struct pen flow_next(struct flow *flow, int w, int gap)
{
	if (flow->x > 0 && flow->x + w > flow->at.w) {
		flow->x = 0;
		flow->lines++;
	}
	struct rect at = rect_line(flow->at, flow->lines - 1);
	at.x += flow->x;
	at.w = w;
	flow->x += w + gap;
	return pen_at(flow->canvas, at);
}

/* Short lines leave less room for keys. */
static int keys_width(int w)
{
	return w < 60 ? KEYS_LEAST : KEYS_WIDTH;
}

/* The meaning, beside its keys or sample. */
static void draw_meaning(struct canvas *canvas, struct rect at, const char *words)
{
	int keys = keys_width(at.w);
	canvas_text(canvas, at.x + keys, at.y, at.w - keys, slice_of(words), ROLE_TEXT);
}

/* Keys that do not fit in their column wrap. */
static int draw_action(struct canvas *canvas, struct rect at, const struct view *view,
		       enum action action)
{
	const struct screen_key *own = screen_key(screen_of(view), action);
	struct flow flow = {canvas, at, 0, 1};
	struct field all;
	flow.at.w = keys_width(at.w) - 2;
	keys_of(view, action, &all);
	struct slice rest = all.text;
	while (rest.at && rest.len) {
		struct slice word = slice_cut(&rest, ' ');
		struct pen pen = flow_next(&flow, text_width(word), 1);
		if (canvas)
			pen_text(&pen, word, ROLE_KEY);
	}
	if (canvas)
		draw_meaning(canvas, at, own ? own->about : action_about(action));
	return flow.lines;
}

/* Rows of the help: the keys of the screen that is shown, the screens with theirs, the
 * keys of all screens, those of others, and the signs. */
enum row_kind { ROW_BLANK, ROW_HEAD, ROW_ACTION, ROW_SCREENS, ROW_LEGEND };
enum { HEAD_HERE, HEAD_SCREENS, HEAD_ALL, HEAD_OTHERS, HEAD_SIGNS };
enum { ROWS_MOST = ACTION_COUNT + ARRAY_LEN(legend) + 10 };
struct book {
	const struct view *view;
	struct book_row {
		uint8_t kind, at;
	} rows[ROWS_MOST];
	unsigned count;
};

static void book_add(struct book *book, enum row_kind kind, unsigned at)
{
	if (book->count < ROWS_MOST)
		book->rows[book->count++] =
			(struct book_row){(uint8_t)kind, (uint8_t)at};
}

/* The head an action is listed under. */
static unsigned head_of(const struct view *view, enum action action)
{
	if (screen_key(screen_of(view), action))
		return HEAD_HERE;
	return action_reach(action) == REACH_ALL ? HEAD_ALL : HEAD_OTHERS;
}

static void book_head(struct book *book, unsigned head)
{
	if (book->count > 0)
		book_add(book, ROW_BLANK, 0);
	book_add(book, ROW_HEAD, head);
}

/* A head and its actions, if any. ACTION_SCREEN has its own row. */
static void book_actions(struct book *book, unsigned head)
{
	uint8_t shown[ACTION_COUNT];
	unsigned count = actions_shown(book->view, shown);
	bool any = false;
	for (unsigned i = 0; i < count; i++) {
		if (shown[i] == ACTION_SCREEN ||
		    head_of(book->view, (enum action)shown[i]) != head)
			continue;
		if (!any)
			book_head(book, head);
		any = true;
		book_add(book, ROW_ACTION, shown[i]);
	}
}

/* The actions of the screen, in the order of its table. */
static void book_own(struct book *book)
{
	const struct screen_key *key = screen_of(book->view)->keys;
	uint8_t shown[ACTION_COUNT];
	unsigned count = actions_shown(book->view, shown);
	if (key)
		book_head(book, HEAD_HERE);
	for (; key && key->about; key++)
		for (unsigned i = 0; i < count; i++)
			if (shown[i] == key->action)
				book_add(book, ROW_ACTION, key->action);
}

static void book_make(const struct view *view, struct book *book)
{
	book->view = view;
	book->count = 0;
	book_own(book);
	book_head(book, HEAD_SCREENS);
	book_add(book, ROW_SCREENS, 0);
	book_actions(book, HEAD_ALL);
	book_actions(book, HEAD_OTHERS);
	book_head(book, HEAD_SIGNS);
	for (unsigned i = 0; i < ARRAY_LEN(legend); i++)
		if (legend[i].screens == 0 || legend[i].screens >> view->screen & 1u)
			book_add(book, ROW_LEGEND, i);
}

/* The first key of each screen and its name. */
static int draw_screens(struct canvas *canvas, struct rect at, const struct view *view)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	struct flow flow = {canvas, at, 0, 1};
	for (unsigned i = 0; i < SCREEN_COUNT; i++) {
		const char *name = screens[i]->name, *label = "-";
		for (size_t k = count; k-- > 0;)
			if (keys[k].action == ACTION_SCREEN &&
			    keys[k].argument == (int)i)
				label = keys[k].label;
		int w = text_width(slice_of(label)) + 1 + text_width(slice_of(name));
		struct pen pen = flow_next(&flow, w, 2);
		if (!canvas)
			continue;
		pen_words(&pen, label, ROLE_KEY);
		pen.x++;
		pen_words(&pen, name, i == view->screen ? ROLE_STRONG : ROLE_TEXT);
	}
	return flow.lines;
}

/* Returns the lines it takes; without a canvas nothing is drawn. */
static int draw_row(struct canvas *canvas, struct rect at, const struct book *book,
		    unsigned row)
{
	static const char *const heads[] = {
		[HEAD_HERE] = "on this screen",     [HEAD_SCREENS] = "screens",
		[HEAD_ALL] = "everywhere",          [HEAD_OTHERS] = "on other screens",
		[HEAD_SIGNS] = "signs and colours",
	};
	const struct book_row *r = &book->rows[row];
	if (r->kind == ROW_ACTION)
		return draw_action(canvas, at, book->view, (enum action)r->at);
	if (r->kind == ROW_SCREENS)
		return draw_screens(canvas, at, book->view);
	if (r->kind == ROW_LEGEND && canvas) {
		canvas_text(canvas, at.x, at.y, keys_width(at.w) - 1,
			    slice_of(legend[r->at].sample), legend[r->at].role);
		draw_meaning(canvas, at, legend[r->at].words);
	}
	if (r->kind == ROW_HEAD && canvas)
		rect_words(canvas, at, heads[r->at], ROLE_HEADER);
	return 1;
}

/* Draw rows from *@row on, as far as they fit; *@row: the first that does not. */
static void book_draw(struct canvas *canvas, struct rect left, const struct book *book,
		      unsigned *row)
{
	for (; *row < book->count; ++*row) {
		int need = draw_row(NULL, left, book, *row);
		if (need > left.h)
			break;
		(void)draw_row(canvas, left, book, *row);
		left = rect_below(left, need);
	}
}

/* In two columns where they do not fit into one and there is room. */
static void help_draw(const struct view *view, struct canvas *canvas, struct rect area)
{
	enum { WIDTH = 84, GAP = 4 };
	const struct screen *screen = screen_of(view);
	struct book book;
	int lines = 0;
	book_make(view, &book);
	/* Rows wrap at the width of a column. */
	struct rect column = box_inside(box_of(area, WIDTH, area.h));
	for (unsigned i = 0; i < book.count; i++)
		lines += draw_row(NULL, column, &book, i);
	int both = 2 * column.w + GAP + 6;
	int columns = lines > column.h && area.w >= both + GAP ? 2 : 1;
	struct rect box = box_of(area, columns == 2 ? both : WIDTH,
				 (lines + columns - 1) / columns + 2 + (columns == 2));
	struct field title = {0};
	field_format(&title, "%s: %s", screen->title, screen->about);
	if (text_width(title.text) > box.w - 8)
		field_text(&title, slice_of(screen->title), ROLE_STRONG);
	box_draw(canvas, area, box, "", "");
	box_words(canvas, box, BOX_TOP_LEFT, title.text, ROLE_STRONG);
	column.x = box_inside(box).x;
	column.y = box_inside(box).y;
	column.h = box_inside(box).h;
	/* Scroll as far as there is more to show. */
	unsigned row = 0;
	while ((int)row < view->help_top && lines > columns * column.h)
		lines -= draw_row(NULL, column, &book, row++);
	for (int i = 0; i < columns; i++) {
		book_draw(canvas, column, &book, &row);
		column.x += column.w + GAP;
	}
	box_more(canvas, box, row < book.count);
}

static bool help_key(struct view *view, const struct key_binding *key,
		     struct wish *wish)
{
	int32_t last = (int32_t)key_bindings_count;
	(void)wish;
	if (key->action == ACTION_SELECT)
		view->help_top += key->argument;
	else if (key_page(key) != 0)
		view->help_top += key_page(key);
	else if (key->action == ACTION_START)
		view->help_top = 0;
	else if (key->action == ACTION_OPEN || key->action == ACTION_FOCUS)
		view_close(view, OVERLAY_HELP);
	else
		return false;
	view->help_top = view->help_top < 0      ? 0
			 : view->help_top > last ? last
						 : view->help_top;
	return true;
}

static const struct screen_key help_keys[] = {
	{ACTION_SELECT, "a line up or down", "scroll"},
	{0, NULL, NULL},
};

const struct screen help_overlay = {
	.name = "help",
	.modal = true,
	.opener = ACTION_HELP,
	.declines = ACTION_BIT(SAVE),
	.draw = help_draw,
	.key = help_key,
	.keys = help_keys,
};

/* ---- the first time -------------------------------------------------------------- */

/* The keys to begin with, by action. */
#define FIRST_KEYS(X)                                    \
	X(PLAY_PAUSE, "play and pause")                  \
	X(LAP, "a lap back or forward; H and L: ten")    \
	X(GO_TO, "to lap:112, 3:20:00, @15:20 or 50%")   \
	X(EVENT, "next event; a chooses the kind")       \
	X(FIND, "find a car, a team or a driver")        \
	X(SELECT, "select a car")                        \
	X(OPEN, "its screen; Esc returns")               \
	X(SCREEN, "the screens")                         \
	X(COMMAND, "these and more in words; Tab: list") \
	X(HELP, "all keys of the screen shown")          \
	X(QUIT, "leave")
static const struct {
	uint8_t action;
	const char *words;
} first_keys[] = {
#define X(id_, words_) {ACTION_##id_, words_},
	FIRST_KEYS(X)
#undef X
};

/* The first few keys of an action. */
static void brief_keys(const struct view *view, enum action action, struct field *out)
{
	enum { GLANCE = 14 };
	struct field all;
	struct slice word = {"", 0};
	field_clear(out, ROLE_KEY);
	keys_of(view, action, &all);
	struct slice rest = all.text;
	while (rest.at && rest.len) {
		word = slice_cut(&rest, ' ');
		if (text_width(out->text) + 1 + text_width(word) > GLANCE)
			break;
		if (action == ACTION_SCREEN && out->text.len)
			continue;
		field_append(out, out->text.len ? " " : "");
		field_append_slice(out, word);
	}
	if (action != ACTION_SCREEN || word.len == 0)
		return;
	field_append(out, " \u2026 ");
	field_append_slice(out, word);
}

static void welcome_draw(const struct view *view, struct canvas *canvas,
			 struct rect area)
{
	struct rect box = box_of(area, 60, (int)ARRAY_LEN(first_keys) + 4);
	int above = (box.h - (int)ARRAY_LEN(first_keys)) / 2;
	char end[KEY_WORDS_MAX];
	box_draw(canvas, area, box, "the first keys",
		 *view_key_words(view, ACTION_HELP, "any key continues; ",
				 "lists all keys", end)
			 ? end
			 : "any key continues");
	for (unsigned i = 0; i < ARRAY_LEN(first_keys); i++) {
		struct field keys;
		int y = box.y + above + (int)i;
		brief_keys(view, (enum action)first_keys[i].action, &keys);
		canvas_text(canvas, box.x + 3, y, 15, keys.text, ROLE_KEY);
		canvas_text(canvas, box.x + 19, y, box.w - 21,
			    slice_of(first_keys[i].words), ROLE_TEXT);
	}
}

/* Any key closes it. */
static bool welcome_key(struct view *view, const struct key_binding *key,
			struct wish *wish)
{
	(void)key;
	view_close(view, OVERLAY_WELCOME);
	(void)wish;
	return false;
}

/* Every key works at once: after ":" a word is typed, which must not run as keys. */
const struct screen welcome_overlay = {
	.name = "the first keys",
	.modal = true,
	.declines = UINT64_MAX,
	.draw = welcome_draw,
	.key = welcome_key,
};
