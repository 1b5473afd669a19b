/*
 * circuit.c -- a circuit of which only the lines are known; how a circuit was found
 */
#include "pitwall/race.h"

#include <string.h>

/* Lap length used to place lines when the real one is unknown. */
enum { LENGTH_NOMINAL = 1000000 };

void circuit_from_lines(struct circuit *circuit, const struct race_setup *setup)
{
	unsigned count = setup->line_count;
	memset(circuit, 0, sizeof(*circuit));
	text_copy(circuit->name, sizeof(circuit->name), slice_of(setup->circuit));
	text_copy(circuit->title, sizeof(circuit->title), slice_of(setup->circuit));
	text_copy(circuit->zone, sizeof(circuit->zone), slice_of(setup->zone));
	circuit->length = setup->lap_length;
	if (circuit->length <= 0 || circuit->length > INT32_MAX)
		circuit->length = LENGTH_NOMINAL;
	if (count == 0 || count > LINES_MAX)
		count = 1;
	circuit->line_count = (uint8_t)count;
	text_format(circuit->line_names[0], sizeof(circuit->line_names[0]), "SF");
	for (unsigned i = 1; i < count; i++) {
		uint32_t ppm = setup->line_ppm[i] % 1000000;
		if (ppm == 0)
			ppm = 1000000 * i / count;
		circuit->line_mm[i] = (int32_t)(circuit->length * ppm / 1000000);
		text_format(circuit->line_names[i], sizeof(circuit->line_names[i]),
			    "I%u", i);
	}
}

/* ---- how it was found --------------------------------------------------------- */

static const char *const by_names[] = {
#define X(id_, name_, words_) name_,
	CIRCUIT_BYS(X)
#undef X
};
static const char *const by_words[] = {
#define X(id_, name_, words_) words_,
	CIRCUIT_BYS(X)
#undef X
};

const char *circuit_by_name(enum circuit_by by)
{
	return by < CIRCUIT_BY_COUNT ? by_names[by] : "";
}

size_t circuit_how(const struct circuit_found *found, char *buf, size_t cap)
{
	if (found->name[0] == '\0' || found->by >= CIRCUIT_BY_COUNT)
		return text_format(buf, cap, "%s", found->why_not);
	if (found->text[0] == '\0')
		return text_format(buf, cap, "%s", by_words[found->by]);
	return text_format(buf, cap, "%s, \"%s\"", by_words[found->by], found->text);
}

size_t circuit_scaled(const struct circuit *circuit, char *buf, size_t cap)
{
	/* In hundredths of a per cent. */
	int64_t off = circuit->centreline_mm == 0 || circuit->length <= 0
			      ? 0
			      : (circuit->centreline_mm - circuit->length) * 10000 /
					circuit->length;
	int64_t size = off < 0 ? -off : off;
	if (size <= 100)
		return text_format(buf, cap, "%s", "");
	size = (size + 5) / 10;
	return text_format(buf, cap,
			   "centreline %lld.%lld %% %s than the official lap, scaled",
			   (long long)size / 10, (long long)size % 10,
			   off < 0 ? "shorter" : "longer");
}
