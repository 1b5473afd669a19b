/*
 * corpus_main.c -- run a fuzz target over the files of a folder, as a plain test
 *
 * Every input, then each of its prefixes in a few steps: what a cut leaves must
 * be harmless too.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t size = 0, max = 0;
	if (!f)
		return -1;
	for (;;) {
		if (size == max) {
			max = max == 0 ? 65536 : 2 * max;
			data = realloc(data, max);
			if (!data)
				abort();
		}
		const size_t n = fread(data + size, 1, max - size, f);

		if (n == 0)
			break;
		size += n;
	}
	fclose(f);
#ifdef MSAN /* see msan.c */
	if (memmem(data, size, "SQLite format 3", 15))
		size = 0;
#endif
	for (size_t i = 0; i <= 8; i++) {
		/* An exact copy, so that a read past the end is seen. */
		const size_t len = size * i / 8;
		uint8_t *copy = malloc(len > 0 ? len : 1);

		if (!copy)
			abort();
		memcpy(copy, data, len);
		LLVMFuzzerTestOneInput(copy, len);
		free(copy);
	}
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	DIR *folder = argc == 2 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;
	unsigned count = 0;
	char path[4096];

	if (!folder) {
		printf("1..1\nnot ok 1 - the corpus %s can be opened\n",
		       argc == 2 ? argv[1] : "");
		return 1;
	}
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		const int n =
			snprintf(path, sizeof(path), "%s/%s", argv[1], entry->d_name);

		if (n < 0 || (size_t)n >= sizeof(path) || run_file(path) != 0)
			continue;
		count++;
	}
	closedir(folder);
	printf("1..1\n%s 1 - %u inputs of the corpus and their cuts are survived\n",
	       count > 0 ? "ok" : "not ok", count);
	return count > 0 ? 0 : 1;
}
