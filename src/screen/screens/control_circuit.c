/*
 * control_circuit.c -- which circuit is shown, how it was found, and whose outline it is
 */
#include "control_screen.h"

/* A line of the block, wrapped. Returns the lines it takes. */
static int circuit_line(struct canvas *canvas, struct rect area, int line,
			const char *words)
{
	return rect_wrap(canvas, rect_below(area, line), slice_of(words), SIZE_MAX,
			 ROLE_DIM);
}

/* "Sarthe  13.626 km" */
static void circuit_name(const struct view *view, struct field *field)
{
	const struct circuit *circuit = view->circuit;
	unsigned m = (unsigned)((circuit->length + 500) / 1000);
	field_append(field, circuit->name);
	field_format(field, "  %u.%03u km", m / 1000, m % 1000);
}

int control_circuit(const struct view *view, struct canvas *canvas, struct rect area)
{
	char words[256];
	struct field field = {0};
	if (!view->found || area.h < 2)
		return 0;
	rect_words(canvas, area, "Circuit", ROLE_HEADER);
	if (view->found->name[0] == '\0') {
		circuit_how(view->found, words, sizeof(words));
		return 1 + circuit_line(canvas, area, 1, words);
	}
	int line = 2;
	circuit_name(view, &field);
	rect_text(canvas, rect_line(area, 1), field.text, ROLE_TEXT);
	circuit_how(view->found, words, sizeof(words));
	line += circuit_line(canvas, area, line, words);
	if (view->circuit->lines_estimated)
		line += circuit_line(canvas, area, line,
				     "lines placed by their shares of the lap time");
	circuit_scaled(view->circuit, words, sizeof(words));
	line += circuit_line(canvas, area, line, words);
	line += circuit_line(canvas, area, line, view->circuit->notice);
	return line;
}

int control_circuit_brief(const struct view *view, struct canvas *canvas,
			  struct rect area)
{
	enum { HEAD = 9, BRIEF_LINES = 2 };
	char words[256];
	struct field field = {0};
	if (!view->found)
		return 0;
	circuit_how(view->found, words, sizeof(words));
	if (view->found->name[0] != '\0') {
		circuit_name(view, &field);
		field_append(&field, ", ");
	}
	field_append(&field, words);
	struct rect at = {area.x + HEAD, area.y, area.w - HEAD, BRIEF_LINES};
	int lines = rect_wrap(NULL, at, field.text, SIZE_MAX, ROLE_DIM);
	at.y = area.y + area.h - lines;
	rect_words(canvas, rect_line(area, area.h - lines), "Circuit", ROLE_HEADER);
	return rect_wrap(canvas, at, field.text, SIZE_MAX, ROLE_DIM);
}
