/*
 * scratch.h -- names for what a test writes, in the folder for temporary files
 *
 * TMPDIR says which; where it does not, POSIX promises /tmp. A name has the process and
 * a number in it, so that tests that run at once do not meet.
 */
#ifndef PITWALL_TEST_SCRATCH_H
#define PITWALL_TEST_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Room for a name, and for the name of a file in a folder called so. */
enum { SCRATCH_MAX = 256, SCRATCH_FILE_MAX = SCRATCH_MAX + 32 };

static inline const char *scratch_folder(void)
{
	const char *folder = getenv("TMPDIR");
	return folder == NULL || *folder == '\0' ? "/tmp" : folder;
}

/** A new name into @name, which holds SCRATCH_MAX; nothing is made there. */
static inline void scratch_name(char name[SCRATCH_MAX], const char *what)
{
	static unsigned number;
	do {
		int len = snprintf(name, SCRATCH_MAX, "%s/pitwall-%s.%ld.%u",
				   scratch_folder(), what, (long)getpid(), number++);
		if (len < 0 || len >= SCRATCH_MAX)
			abort();
	} while (access(name, F_OK) == 0); /* of a test that was killed */
}

/** Make the folder "WHAT-test-PID" and work in it; 0, else -1. scratch_leave() removes it. */
static inline int scratch_enter(const char *what)
{
	char folder[64];
	snprintf(folder, sizeof(folder), "%s-test-%ld", what, (long)getpid());
	return mkdir(folder, 0777) != 0 || chdir(folder) != 0 ? -1 : 0;
}

static inline int scratch_leave(const char *what)
{
	char command[96];
	snprintf(command, sizeof(command), "rm -rf %s-test-%ld", what, (long)getpid());
	return chdir("..") != 0 ? -1 : system(command);
}

/** A file with this text. */
static inline void scratch_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");
	if (!file || fputs(text, file) < 0 || fclose(file) != 0)
		abort();
}

#endif
