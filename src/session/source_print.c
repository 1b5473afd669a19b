/*
 * source_print.c -- a print of the files of a session: the same for the same content,
 * whatever their names
 *
 * Of the size, the first and the last bytes of each: a race of a gigabyte is not read
 * for it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/session.h"
#include "pitwall/sha256.h"

enum { PRINT_BYTES = (SOURCE_PRINT_MAX - 1) / 2, EDGE_BYTES = 65536 };

/* The bytes from @offset on, up to EDGE_BYTES. */
static void print_edge(struct sha256 *sha, int fd, off_t offset)
{
	static char bytes[EDGE_BYTES];
	size_t len = 0;
	ssize_t n = 1;
	while (len < sizeof(bytes) && n > 0) {
		n = pread(fd, bytes + len, sizeof(bytes) - len, offset + (off_t)len);
		len += n > 0 ? (size_t)n : 0;
	}
	sha256_add(sha, (struct slice){bytes, len});
}

static bool print_file(struct sha256 *sha, const char *source)
{
	char path[SOURCE_PATH_MAX], size[32];
	struct stat file;
	text_copy(path, sizeof(path), slice_of(source));
	char *query = strchr(path, '?');
	if (query != NULL && access(path, F_OK) != 0)
		*query = '\0';
	/* Opening a pipe would be noticed at its other end. */
	if (stat(path, &file) != 0 || !S_ISREG(file.st_mode))
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool good = fd >= 0 && fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
	if (good) {
		size_t len = text_format(size, sizeof(size), "%lld;",
					 (long long)file.st_size);
		sha256_add(sha, (struct slice){size, len});
		print_edge(sha, fd, 0);
		print_edge(sha, fd,
			   file.st_size > EDGE_BYTES ? file.st_size - EDGE_BYTES : 0);
	}
	if (fd >= 0)
		(void)close(fd);
	return good;
}

bool source_print(const struct options *options, char print[SOURCE_PRINT_MAX])
{
	unsigned char sum[SHA256_BYTES];
	struct sha256 sha;
	sha256_begin(&sha);
	if (options->source_count == 0)
		sha256_add(&sha, SLICE("the bundled race"));
	for (unsigned i = 0; i < options->source_count; i++)
		if (!print_file(&sha, options->sources[i]))
			return false;
	sha256_end(&sha, sum);
	for (unsigned i = 0; i < PRINT_BYTES; i++)
		(void)snprintf(print + 2 * i, 3, "%02x", sum[i]);
	return true;
}
