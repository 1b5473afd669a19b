/*
 * fitter.c -- which columns of a table fit, and how wide they are
 */
#include "fitter.h"

/* @easy: with half of the growth of each column. */
static int total_width(const struct fitted *columns, unsigned count, bool easy)
{
	int total = -1;
	for (unsigned i = 0; i < count; i++) {
		if (columns[i].x < 0)
			continue;
		total += columns[i].w + 1;
		if (easy && columns[i].most > columns[i].w)
			total += (columns[i].most - columns[i].w) / 2;
	}
	return total;
}

/* (1) Drop the columns kept least; false: none below @below. */
static bool drop_least(struct fitted *columns, unsigned count, unsigned below)
{
	unsigned least = below;
	for (unsigned i = 0; i < count; i++)
		if (columns[i].x >= 0 && columns[i].keep < least)
			least = columns[i].keep;
	for (unsigned i = 0; i < count && least < below; i++)
		if (columns[i].keep == least)
			columns[i].x = -1;
	return least < below;
}

/* The highest @first below @than; -1: there is none. */
static int next_first(const struct fitted *columns, unsigned count, int than)
{
	int next = -1;
	for (unsigned i = 0; i < count; i++)
		if (columns[i].x >= 0 && columns[i].first < than &&
		    columns[i].first > next)
			next = columns[i].first;
	return next;
}

/* (2) Grow each column by 1 / @part of its growth. Returns the room left. */
static int fitter_grow(struct fitted *columns, unsigned count, int room, int part)
{
	int last = part > 1; /* columns with @first 0 grow last */
	int first = next_first(columns, count, 256);
	for (; first >= last && room > 0; first = next_first(columns, count, first)) {
		for (unsigned i = 0; i < count; i++) {
			int more = (columns[i].most - columns[i].w) / part;
			if (columns[i].x < 0 || columns[i].first != first || more <= 0)
				continue;
			if (columns[i].at_once && (part > 1 || more > room))
				continue;
			more = more < room ? more : room;
			columns[i].w += more;
			room -= more;
		}
	}
	return room;
}

int columns_fit(struct fitted *columns, unsigned count, int x, int w, uint8_t extra)
{
	for (unsigned i = 0; i < count; i++)
		columns[i].x = columns[i].w > 0 ? 0 : -1;
	while (total_width(columns, count, false) > w &&
	       drop_least(columns, count, 256))
		;
	while (total_width(columns, count, true) > w &&
	       drop_least(columns, count, extra))
		;
	int room = w - total_width(columns, count, false);
	(void)fitter_grow(columns, count, fitter_grow(columns, count, room, 2), 1);
	for (unsigned i = 0; i < count; i++) {
		if (columns[i].x < 0)
			continue;
		columns[i].x = x;
		x += columns[i].w + 1;
	}
	return x;
}
