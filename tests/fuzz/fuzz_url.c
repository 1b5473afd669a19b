/*
 * fuzz_url.c -- a SOURCE of any bytes is split or refused with a sentence
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const char *text, bool literal)
{
	struct source_spec spec;
	struct err err = {""};
	memset(&spec, 'x', sizeof(spec));
	if (source_parse(text, literal, &spec, &err) != 0) {
		if (err.text[0] == '\0' || spec.path[0] != 'x')
			abort();
		return;
	}
	if (spec.path[0] == '\0' ||
	    strnlen(spec.path, sizeof(spec.path)) == sizeof(spec.path) ||
	    strnlen(spec.feed, sizeof(spec.feed)) == sizeof(spec.feed) ||
	    strnlen(spec.session, sizeof(spec.session)) == sizeof(spec.session))
		abort();
	if (literal && strcmp(spec.path, text) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char stem[64];
	char *text = malloc(size + 1);
	if (!text)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	check(text, false);
	check(text, true);
	source_stem(text, stem, sizeof(stem));
	free(text);
	return 0;
}
