/*
 * publish_words.c -- whether the recording is in Redis, in one line
 */
#include "parts.h"

enum { MANY_ROWS = 1000 /* fewer are on their way */, PLACE_LEAST = 24 };

duration_us publish_behind(const struct view *view)
{
	const struct view_publish *publish = &view->publish;
	if (publish->place[0] == '\0' || publish->reason[0] == '\0' ||
	    publish->since == INSTANT_NONE || view->now == INSTANT_NONE)
		return 0;
	return view->now > publish->since ? view->now - publish->since : 0;
}

void publish_append(const struct view *view, struct field *field)
{
	duration_us behind = publish_behind(view);
	if (behind < US_MIN)
		field_format(field, "%d s", (int)(behind / US_S));
	else
		field_append_time(field, behind, TIME_SPAN);
}

static void publish_done(const struct view_publish *publish, struct pen *pen)
{
	struct field field;
	field_text(&field, SLICE(", "), ROLE_DIM);
	field_append_count(&field, publish->consoles, "console");
	if (publish->waiting >= MANY_ROWS) {
		field_append(&field, ", ");
		field_append_number(&field, publish->waiting);
		field_append(&field, " rows wait");
	}
	pen_words(pen, "published to ", ROLE_DIM);
	/* The place is shortened before what is behind it. */
	int room = pen->right - pen->x - text_width(field.text);
	if (room > PLACE_LEAST)
		pen->x += canvas_text(pen->canvas, pen->x, pen->y, room,
				      slice_of(publish->place), ROLE_TEXT);
	else
		pen_words(pen, publish->place, ROLE_TEXT);
	pen_text(pen, field.text, ROLE_DIM);
	if (publish->full >= 100)
		pen_words(pen, ", the stream is full: its first rows are removed",
			  ROLE_AT_RISK);
	else if (publish->full > 0)
		pen_format(pen, ROLE_AT_RISK, ", the stream is %u %% full",
			   publish->full);
}

void publish_draw(const struct view *view, struct canvas *canvas, struct rect at)
{
	const struct view_publish *publish = &view->publish;
	struct pen pen = pen_at(canvas, at);
	struct field field;
	if (publish->reason[0] == '\0') {
		publish_done(publish, &pen);
		return;
	}
	field_text(&field, SLICE("not published for "), ROLE_AT_RISK);
	publish_append(view, &field);
	field_append(&field, ": ");
	if (publish->waiting > 0) {
		field_append_number(&field, publish->waiting);
		field_append(&field,
			     publish->waiting == 1 ? " row waits: " : " rows wait: ");
	}
	pen_text(&pen, field.text, ROLE_AT_RISK);
	pen_words(&pen, publish->reason, ROLE_AT_RISK);
}
