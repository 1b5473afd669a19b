/*
 * alerts_list.c -- the list of alert rules and of the alerts raised
 *
 *  (1) Alerts later than the playhead are hidden.
 */
#include "pitwall/alert.h"
#include "parts.h"

enum { WIDTH = 92, LOG_LINES = 12 };

static void draw_fired(const struct view *view, struct canvas *canvas, struct rect at,
		       const struct alert_fired *fired)
{
	struct field clock = {0};
	field_append_clock(&clock, view, fired->at, true);
	canvas_text(canvas, at.x, at.y, 8, clock.text, ROLE_DIM);
	if (!fired->acknowledged)
		canvas_put(canvas, at.x + 9, at.y, '!', ROLE_ERROR);
	canvas_text(canvas, at.x + 11, at.y, at.w - 11, slice_of(fired->text),
		    fired->acknowledged ? ROLE_DIM : ROLE_TEXT);
}

static void alerts_draw(const struct view *view, struct canvas *canvas,
			struct rect area)
{
	uint32_t shown = 0;
	for (uint32_t i = 0; i < view->alert_log_count; i++)
		shown += view->alert_log[i].at <= view->at; /* (1) */
	uint32_t lines = (view->alert_count ? view->alert_count : 3) + 1 +
			 (shown < LOG_LINES ? shown : LOG_LINES);
	struct rect box = box_of(area, WIDTH, (int)lines + 2);
	struct rect left = box_inside(box);
	box_draw(
		canvas, area, box, "alerts",
		view->alerts_new > 0
			? "Enter: new   Backspace: remove   A: acknowledge   Esc: close"
			: "Enter: new   Backspace: remove   Esc: close");
	if (view->alert_count == 0) {
		rect_words(canvas, left, "no alerts yet: press Enter and type a rule",
			   ROLE_DIM);
		rect_words(canvas, rect_line(left, 1),
			   "#7 gap #31 < 2     class GT leader pits     "
			   "#20 margin < 0     flag SC",
			   ROLE_TEXT);
		left = rect_below(left, 2);
	}
	for (uint32_t i = 0; i < view->alert_count && left.h > 0; i++) {
		rect_words(canvas, left, view->alerts[i].text, ROLE_TEXT);
		if (i == view->alert_row)
			box_select(canvas, left);
		left = rect_below(left, 1);
	}
	left = rect_below(left, 1);
	for (uint32_t i = view->alert_log_count; i > 0 && left.h > 0; i--) {
		if (view->alert_log[i - 1].at > view->at)
			continue;
		draw_fired(view, canvas, left, &view->alert_log[i - 1]);
		left = rect_below(left, 1);
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
	.declines = ACTION_BIT(ACKNOWLEDGE),
	.draw = alerts_draw,
	.key = alerts_key,
	.keys = alerts_keys,
};
