/*
 * scratch.h -- the input of a fuzz target as a file of its own, or byte by byte
 */
#ifndef PITWALL_TEST_FUZZ_SCRATCH_H
#define PITWALL_TEST_FUZZ_SCRATCH_H

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../scratch.h"

/** Name of the file of this process, in the folder for temporary files. */
static inline const char *scratch_path(const char *suffix)
{
	static char path[512];
	snprintf(path, sizeof(path), "%s/pitwall-fuzz-%ld%s", scratch_folder(),
		 (long)getpid(), suffix);
	return path;
}

static inline void scratch_write(const char *path, const void *data, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
		abort();
}

/* What is left of an input. */
struct fuzz_input {
	const uint8_t *at, *end;
};

static inline uint8_t input_byte(struct fuzz_input *input)
{
	return input->at < input->end ? *input->at++ : 0;
}

#endif
