/*
 * real.h -- the files of real races: in PITWALL_DATA, or beside the checkout
 */
#ifndef PITWALL_TEST_REAL_H
#define PITWALL_TEST_REAL_H

#include <stdio.h>
#include <stdlib.h>

enum { REAL_PATH_MAX = 1024 };

/** Path of a file or folder of them ("alkamel/x.csv"), whether it is there or not. */
static inline const char *real_path(char path[REAL_PATH_MAX], const char *name)
{
	const char *folder = getenv("PITWALL_DATA");
	snprintf(path, REAL_PATH_MAX, "%s/%s",
		 folder ? folder : PITWALL_SOURCE_ROOT "/../shared/data", name);
	return path;
}

/** All bytes of a file and a NUL, to be freed; NULL: it cannot be read. */
static inline char *file_read_all(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	if (!file || fseek(file, 0, SEEK_END) != 0)
		return NULL;
	size_t size = (size_t)ftell(file);
	char *bytes = malloc(size + 1);
	rewind(file);
	if (!bytes || fread(bytes, 1, size, file) != size)
		abort();
	fclose(file);
	bytes[size] = '\0';
	*len = size;
	return bytes;
}

/** The same of a file of the real races. */
static inline char *real_read(const char *name, size_t *len)
{
	char path[REAL_PATH_MAX];
	return file_read_all(real_path(path, name), len);
}

#endif
