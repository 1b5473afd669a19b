/*
 * source_unpack.h -- what is in a compressed file or an archive
 */
#ifndef PITWALL_SESSION_SOURCE_UNPACK_H
#define PITWALL_SESSION_SOURCE_UNPACK_H

#include "pitwall/source.h"

/* A file of an archive; the file itself, where it is compressed only. */
struct member {
	char name
		[128]; /* without its folders, and without ".gz" of a compressed file */
	struct bytes bytes;
};

struct unpacked {
	struct bytes all; /* that the members are parts of */
	struct member *members;
	size_t count;
};

/** Unpack @packed, the bytes of @path. -errno with a sentence that begins with @shown. */
int unpack_file(const char *path, const char *shown, struct slice packed,
		struct unpacked *out, struct err *err);
void unpacked_free(struct unpacked *unpacked);

#endif
