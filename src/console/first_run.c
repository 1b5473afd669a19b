/*
 * first_run.c -- whether a person is here for the first time
 *
 * An empty file records that the first keys were shown: welcomed, in pitwall's folder of
 * $XDG_STATE_HOME, else of ~/.local/state. Where it cannot be written, they are shown
 * again.
 */
#include "console.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_MOST = 1024 };

static bool path_of(char path[PATH_MOST])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n;
	if (state != NULL && state[0] == '/')
		n = (int)text_format(path, PATH_MOST, "%s/pitwall/welcomed", state);
	else if (home != NULL && home[0] == '/')
		n = (int)text_format(path, PATH_MOST,
				     "%s/.local/state/pitwall/welcomed", home);
	else
		return false;
	return n + 1 < PATH_MOST;
}

bool first_run(void)
{
	char path[PATH_MOST];
	return path_of(path) && access(path, F_OK) != 0;
}

void first_run_done(void)
{
	char path[PATH_MOST];
	if (!path_of(path))
		return;
	for (char *p = path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
}
