/*
 * alerts_list.c -- the alerts there are, and what they told
 *
 *  (1) What was told of an instant behind the playhead is not shown: the race has not
 *      come to it again.
 */
#include "pitwall/alert.h"
#include "parts.h"

enum { WIDTH = 92, LOG_LINES = 12 };

static void draw_rule(const struct view *view, struct canvas *canvas, struct rect at,
		      uint32_t row)
{
	canvas_text(canvas, at.x, at.y, at.w, slice_of(view->alerts[row].text),
		    ROLE_TEXT);
	if (row != view->alert_row)
		return;
	canvas_role(canvas, at.x - 1, at.y, at.w + 2, ROLE_STRONG);
	canvas_mark(canvas, at.x - 1, at.y, at.w + 2, CELL_SELECTED);
}

static void draw_told(const struct view *view, struct canvas *canvas, struct rect at,
		      const struct alert_fired *told)
{
	char clock[TIME_TEXT_MAX];
	size_t n =
		format_clock(clock, told->at + view->race->setup.utc_offset_us, false);
	canvas_text(canvas, at.x, at.y, 8, (struct slice){clock, n}, ROLE_DIM);
	canvas_text(canvas, at.x + 10, at.y, at.w - 10, slice_of(told->text),
		    ROLE_TEXT);
}

static void alerts_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	uint32_t told = 0, lines;
	for (uint32_t i = 0; i < view->alert_log_count; i++)
		told += view->alert_log[i].at <= view->at; /* (1) */
	lines = (view->alert_count ? view->alert_count : 3) + 1 +
		(told < LOG_LINES ? told : LOG_LINES);
	struct rect box = frame_box(area, WIDTH, (int)lines + 2);
	int bottom = box.y + box.h - 1;
	frame_draw(canvas, area, box);
	struct field field;
	field_text(&field, SLICE("alerts"), ROLE_STRONG);
	frame_title(canvas, box, false, true, &field);
	field_text(&field, SLICE("Enter: a new one   Backspace: remove   Esc: close"),
		   ROLE_DIM);
	frame_title(canvas, box, true, false, &field);
	struct rect at = (struct rect){box.x + 3, box.y + 1, box.w - 6, 1};
	if (view->alert_count == 0)
		canvas_text(canvas, at.x, at.y, at.w,
			    SLICE("none yet: Enter, then a rule of one line"),
			    ROLE_DIM);
	if (view->alert_count == 0)
		canvas_text(
			canvas, at.x, at.y + 1, at.w,
			SLICE("#7 gap #31 < 2     class GT leader pits     #20 margin "
			      "< 0     flag SC"),
			ROLE_TEXT);
	for (uint32_t i = 0; i < view->alert_count && at.y < bottom; i++, at.y++)
		draw_rule(view, canvas, at, i);
	at.y += view->alert_count ? 1 : 3;
	for (uint32_t i = view->alert_log_count; i > 0 && at.y < bottom; i--)
		if (view->alert_log[i - 1].at <= view->at) {
			draw_told(view, canvas, at, &view->alert_log[i - 1]);
			at.y++;
		}
}

static bool alerts_key(struct view *view, const struct key_binding *key,
		       struct wish *wish)
{
	if (key->key == KEY_PW_BACKSPACE || key->key == KEY_PW_DELETE) {
		if (view->alert_row < view->alert_count)
			*wish = (struct wish){.kind = WISH_ALERT_REMOVE,
					      .n = view->alert_row};
	} else if (key->action == ACTION_SELECT) {
		int row = view->alert_row + key->argument;
		if (row >= 0 && row < (int)view->alert_count)
			view->alert_row = (uint8_t)row;
	} else if (key->action == ACTION_OPEN || key->key == KEY_PW_ENTER) {
		view_ask(view, PROMPT_ALERT, SLICE(""));
	} else {
		return false;
	}
	return true;
}

static const struct screen_key alerts_keys[] = {
	{ACTION_SELECT, "the rule above or below", "rule"},
	{0, NULL, NULL},
};

const struct screen alerts_overlay = {
	.name = "alerts",
	.modal = true,
	.opener = ACTION_ALERTS,
	.draw = alerts_draw,
	.key = alerts_key,
	.keys = alerts_keys,
};
