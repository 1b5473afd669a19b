/*
 * fuzz_theme.c -- any bytes as a file of a theme, and what a terminal makes of its colours
 */
#include <stdint.h>
#include <string.h>

#include "pitwall/assets.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char path[512];
	char title[64];
	struct theme theme = theme_plain;
	struct err err = {""};
	text_copy(path, sizeof(path), slice_of(scratch_path(".ini")));
	scratch_write(path, data, size);
	if (theme_load(path, &theme, &err) != 0 && err.text[0] == '\0')
		abort();
	(void)theme_title(path, title, sizeof(title), &err);
	for (size_t i = 0; i + 4 <= size && i < 64; i += 4) {
		int32_t rgb = (int32_t)(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
		if (theme_near_16(rgb) > 15 || theme_near_8(rgb) > 7)
			abort();
		(void)theme_near_256(rgb);
	}
	unlink(path);
	return 0;
}
