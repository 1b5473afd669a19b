/*
 * feed.c -- the table of drivers
 */
#include "drivers.h"

#include <string.h>

const struct feed_driver *const feed_drivers[] = {
	&feed_alkamel,  &feed_beacon,   &feed_events,      &feed_f1,       &feed_griiip,
	&feed_hhtiming, &feed_imsa,     &feed_multiloop,   &feed_nls,      &feed_p3,
	&feed_p98,      &feed_rmonitor, &feed_swisstiming, &feed_timing71, NULL,
};

const struct feed_driver *feed_by_name(struct slice name)
{
	for (const struct feed_driver *const *row = feed_drivers; *row; row++)
		if (slice_eq_nocase(name, slice_of((*row)->name)))
			return *row;
	return NULL;
}

const struct feed_driver *feed_sniff(struct slice head)
{
	const struct feed_driver *best = NULL;
	int surest = 0;
	if (head.len > 4096)
		head.len = 4096;
	for (const struct feed_driver *const *row = feed_drivers; *row; row++) {
		int sure = (*row)->sniff(head);
		if (sure > surest) {
			surest = sure;
			best = *row;
		}
	}
	return best;
}

static struct slice without_zeros(struct slice s)
{
	while (s.len > 1 && s.at[0] == '0') {
		s.at++;
		s.len--;
	}
	return s;
}

uint8_t feed_loop_line(const struct feed_setup *setup, struct slice decoder)
{
	if (setup->loop_count == 0)
		return LINE_SF;
	struct slice wanted = without_zeros(decoder);
	for (uint32_t i = 0; i < setup->loop_count && i < FEED_LOOPS_MAX; i++) {
		const struct feed_loop *loop = &setup->loops[i];
		struct slice name = {loop->decoder,
				     strnlen(loop->decoder, sizeof(loop->decoder))};
		if (slice_eq_nocase(without_zeros(name), wanted))
			return loop->line;
	}
	return LINE_NONE;
}

struct feed_loop_received feed_loop_received(const struct feed_setup *setup,
					     const char *decoder, uint32_t passings)
{
	struct feed_loop_received loop = {.passings = passings};
	loop.line = feed_loop_line(setup, slice_of(decoder));
	text_copy(loop.name, sizeof(loop.name), slice_of(decoder));
	return loop;
}
