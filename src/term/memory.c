/*
 * memory.c -- a file without a name, in memory where the system can
 */
#if HAVE_MEMFD_CREATE
#define _GNU_SOURCE 1
#endif
#include "tty.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int memory_file(const char *name)
{
#if HAVE_MEMFD_CREATE
	int memory = memfd_create(name, MFD_CLOEXEC);
	if (memory >= 0)
		return memory;
#else
	(void)name;
#endif
	/* tmpfile() owns a FILE that must go; its file lives on in the copy. */
	FILE *file = tmpfile();
	if (file == NULL)
		return -1;
	int fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
	(void)fclose(file);
	return fd;
}
