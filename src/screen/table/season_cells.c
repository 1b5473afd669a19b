/*
 * season_cells.c -- points and titles in cells
 *
 *  (1) Points as the race runs are a fact, as a position is. A tilde before them says that a
 *      value of the rules is from memory or disputed.
 *  (2) What a forecast makes of them has the role of a guess and a tilde.
 */
#include "parts.h"

bool season_ready(const struct view *view)
{
	return view->season && view->season->season && view->season->round;
}

bool season_forecasts(const struct view *view)
{
	const struct race_setup *setup = &view->race->setup;
	return setup->type == SESSION_RACE && !view->classification->finished &&
	       (setup->length_us > 0 || setup->length > 0 || setup->length_laps > 0);
}

const struct season_line *season_line_of(const struct view *view, uint16_t car)
{
	if (!season_ready(view) || car >= RACE_CARS_MAX)
		return NULL;
	uint16_t result = view->season->result_of[car];
	return result < RACE_CARS_MAX && view->season->cars[result].name_count > 0
		       ? &view->season->cars[result]
		       : NULL;
}

uint16_t season_line_car(const struct view *view, const struct season_line *line)
{
	for (uint16_t car = 0; line->result < RACE_CARS_MAX &&
			       car < view->race->car_count && car < RACE_CARS_MAX;
	     car++)
		if (view->season->result_of[car] == line->result)
			return car;
	return CAR_NONE;
}

static void append_points(struct field *out, int32_t points)
{
	char text[16];
	size_t n = format_points(text, points < 0 ? -points : points);
	field_append(out, points < 0 ? "\u2212" : "");
	field_append_slice(out, (struct slice){text, n});
}

/* (1) */
static void append_fact(const struct season_line *line, struct field *out,
			int32_t points)
{
	if (line->known == KNOWN_MEMORY || line->known == KNOWN_DISPUTED)
		field_append(out, "~");
	append_points(out, points);
}

void field_title_position(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line || line->position == 0)
		return;
	field_clear(out,
		    line->position == 1 && line->now > 0 ? ROLE_STRONG : ROLE_TEXT);
	field_append(out, line->equal ? "=" : "");
	field_append_number(out, line->position);
}

void field_title_gained(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line || line->position_before == 0 ||
	    line->position_before == line->position)
		return;
	bool gained = line->position < line->position_before;
	int places = line->position - line->position_before;
	places = places < 0 ? -places : places;
	field_clear(out, gained ? ROLE_GAINED : ROLE_LOST);
	field_append(out, gained ? "\u25b4" : "\u25be");
	if (places < 10)
		field_append_number(out, (unsigned)places);
	else
		field_append(out, gained ? "\u25b4" : "\u25be");
}

void field_title_name(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line)
		return;
	field_clear(out,
		    line->position == 1 && line->now > 0 ? ROLE_STRONG : ROLE_TEXT);
	out->text.len =
		season_line_names(row->view->season->season, line, (unsigned)row->width,
				  out->buf, sizeof(out->buf));
}

void field_points_before(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line || line->position_before == 0)
		return;
	field_clear(out, ROLE_DIM);
	append_fact(line, out, line->before);
}

void field_points(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line)
		return;
	field_clear(out, ROLE_TEXT);
	append_fact(line, out, line->now);
}

void field_points_behind(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line || line->behind == 0)
		return;
	field_clear(out, ROLE_TEXT);
	append_points(out, -line->behind);
}

/* (2) */
void field_points_flag(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	if (!line || !line->foretold)
		return;
	/* A mean: whole points are exact enough. */
	int32_t half = line->expected < 0 ? -SEASON_POINT / 2 : SEASON_POINT / 2;
	field_clear(out, ROLE_GUESS);
	field_append(out, "~");
	append_points(out, (line->expected + half) / SEASON_POINT * SEASON_POINT);
}

void field_title(const struct row *row, struct field *out)
{
	const struct season_line *line = row->season;
	/* Who has no chance has no text. */
	if (!line || !line->foretold || line->p_first == 0)
		return;
	field_clear(out, ROLE_GUESS);
	append_chance(out, line->p_first);
}
