/*
 * first_run.c -- whether a person is here for the first time; and where the console keeps
 * such things
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

bool state_file(const char *name, char path[STATE_PATH_MAX])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	size_t n;
	if (state != NULL && state[0] == '/')
		n = text_format(path, STATE_PATH_MAX, "%s/pitwall/%s", state, name);
	else if (home != NULL && home[0] == '/')
		n = text_format(path, STATE_PATH_MAX, "%s/.local/state/pitwall/%s",
				home, name);
	else
		return false;
	return n + 1 < STATE_PATH_MAX;
}

void state_folder(const char *path)
{
	char folder[STATE_PATH_MAX];
	text_copy(folder, sizeof(folder), slice_of(path));
	for (char *p = folder + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		(void)mkdir(folder, 0700);
		*p = '/';
	}
}

bool first_run(void)
{
	char path[STATE_PATH_MAX];
	return state_file("welcomed", path) && access(path, F_OK) != 0;
}

void first_run_done(void)
{
	char path[STATE_PATH_MAX];
	if (!state_file("welcomed", path))
		return;
	state_folder(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0)
		(void)close(fd);
}
