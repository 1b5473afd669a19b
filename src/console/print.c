/*
 * print.c -- bytes to file descriptors, sentences to standard error
 */
#include "pitwall/shell.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int write_all(void *context, const char *bytes, size_t len)
{
	const int fd = *(const int *)context;

	while (len > 0) {
		const ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static bool print_csv_raw;

void out_csv_raw(bool raw)
{
	print_csv_raw = raw;
}

void out_to_fd(struct out *out, int fd)
{
	static char buffer[64 * 1024];
	static int fds[8];

	fds[fd & 7] = fd;
	*out = (struct out){
		.write = write_all,
		.context = &fds[fd & 7],
		.buf = buffer,
		.max = sizeof(buffer),
		.csv_raw = print_csv_raw,
	};
}

void complain(const char *fmt, ...)
{
	char text[1024], clean[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Names of files and words of the command line may hold anything. */
	text_clean(clean, sizeof(clean), slice_of(text));
	fprintf(stderr, "pitwall: %s\n", clean);
}

int finish_output(struct out *out, int status)
{
	int rc = out_flush(out);
	if (rc == 0)
		return status;
	if (rc != -EPIPE)
		complain("the output could not be written: %s", strerror(-rc));
	return EXIT_SOURCE;
}
