/*
 * kept.h -- what a test makes, compared with a file of this folder
 */
#ifndef PITWALL_TEST_GOLDEN_KEPT_H
#define PITWALL_TEST_GOLDEN_KEPT_H

#include <stdio.h>
#include <stdlib.h>

#include "pitwall/base.h"

/** The test fails unless the file @name is as @now; with UPDATE=1 it is written. */
static inline void kept_same(const char *name, struct slice now)
{
	char path[1024];
	const char *update = getenv("UPDATE");
	text_format(path, sizeof(path), "%s/tests/golden/%s", PITWALL_SOURCE_ROOT,
		    name);
	if (update && update[0] == '1') {
		FILE *file = fopen(path, "wb");
		assert_non_null(file);
		assert_int_equal(fwrite(now.at, 1, now.len, file), now.len);
		assert_int_equal(fclose(file), 0);
	}
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s is not there: UPDATE=1 writes it", path);
	char *kept = malloc(now.len + 2);
	assert_non_null(kept);
	size_t len = fread(kept, 1, now.len + 1, file), line = 1;
	fclose(file);
	for (size_t i = 0; i < len || i < now.len; i++) {
		if (i >= len || i >= now.len || kept[i] != now.at[i])
			fail_msg("%s differs from line %zu on: UPDATE=1 rewrites it, "
				 "with a reason",
				 name, line);
		line += kept[i] == '\n';
	}
	free(kept);
}

#endif
