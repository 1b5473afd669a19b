/*
 * fuzz_svg.c -- any bytes as the SVG of a screen: every slice lies within it, and it ends
 */
#include <stdint.h>
#include <stdlib.h>

#include "../../src/png/svg_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(struct slice part, const uint8_t *data, size_t size)
{
	const char *from = (const char *)data;
	if (part.len > 0 && (part.at < from || part.at + part.len > from + size))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct svg_style style;
	struct slice rest = {(const char *)data, size};
	struct svg_tag tag;
	style = (struct svg_style){.face = 15};
	for (svg_next(&rest, &tag); tag.element != SVG_END; svg_next(&rest, &tag)) {
		double number;
		within(tag.text, data, size);
		for (unsigned i = 0; i < tag.count; i++) {
			within(tag.names[i], data, size);
			struct slice value = tag.values[i];
			within(value, data, size);
			while (value.len > 0 && svg_number(&value, &number))
				within(value, data, size);
		}
		if (tag.element == SVG_STYLE)
			svg_style_read(&style, tag.text);
		struct svg_look look = svg_look_of(&style, &tag);
		for (int i = 0; i < 3; i++)
			if (!(look.fill[i] >= 0 && look.fill[i] <= 1))
				abort();
	}
	return 0;
}
