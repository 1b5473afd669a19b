/*
 * pty.c -- a terminal for tests
 */
#include "pty.h"

#include <assert.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PATIENCE_MS = 10000 };

void pty_size(const struct pty *pty, int cols, int rows)
{
	struct winsize size = {.ws_col = (unsigned short)cols,
			       .ws_row = (unsigned short)rows};
	int rc = ioctl(pty->master, TIOCSWINSZ, &size);
	assert(rc == 0);
}

void pty_begin(struct pty *pty, int cols, int rows)
{
	memset(pty, 0, sizeof(*pty));
	pty->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert(pty->master >= 0);
	int rc = grantpt(pty->master);
	assert(rc == 0);
	rc = unlockpt(pty->master);
	assert(rc == 0);
	pty->slave = open(ptsname(pty->master), O_RDWR | O_NOCTTY);
	assert(pty->slave >= 0);
	pty_size(pty, cols, rows);
	pty->in_before = dup(STDIN_FILENO);
	pty->out_before = dup(STDOUT_FILENO);
	(void)dup2(pty->slave, STDIN_FILENO);
	(void)dup2(pty->slave, STDOUT_FILENO);
	pty_forget(pty);
}

void pty_end(struct pty *pty)
{
	(void)dup2(pty->in_before, STDIN_FILENO);
	(void)dup2(pty->out_before, STDOUT_FILENO);
	(void)close(pty->in_before);
	(void)close(pty->out_before);
	(void)close(pty->slave);
	(void)close(pty->master);
	free(pty->bytes);
}

void pty_forget(struct pty *pty)
{
	pty->len = 0;
	if (pty->max == 0) {
		pty->max = 1 << 16;
		pty->bytes = malloc(pty->max);
		assert(pty->bytes != NULL);
	}
	pty->bytes[0] = '\0';
}

static bool take_some(struct pty *pty)
{
	struct pollfd wait = {.fd = pty->master, .events = POLLIN};
	if (poll(&wait, 1, PATIENCE_MS) <= 0)
		return false;
	if (pty->max - pty->len < 4097) {
		pty->max *= 2;
		pty->bytes = realloc(pty->bytes, pty->max);
		assert(pty->bytes != NULL);
	}
	ssize_t n = read(pty->master, pty->bytes + pty->len, 4096);
	if (n <= 0)
		return false;
	pty->len += (size_t)n;
	pty->bytes[pty->len] = '\0';
	return true;
}

bool pty_take(struct pty *pty, size_t n)
{
	size_t want = pty->len + n;
	while (pty->len < want)
		if (!take_some(pty))
			return false;
	return true;
}

bool pty_take_until(struct pty *pty, const char *mark)
{
	while (strstr(pty->bytes, mark) == NULL)
		if (!take_some(pty))
			return false;
	return true;
}

void pty_type(const struct pty *pty, const char *bytes)
{
	ssize_t n = write(pty->master, bytes, strlen(bytes));
	assert(n == (ssize_t)strlen(bytes));
}

bool pty_modes_equal(const struct pty *pty, const struct termios *modes)
{
	struct termios now;
	if (tcgetattr(pty->slave, &now) != 0)
		return false;
	return now.c_iflag == modes->c_iflag && now.c_oflag == modes->c_oflag &&
	       now.c_cflag == modes->c_cflag && now.c_lflag == modes->c_lflag &&
	       memcmp(now.c_cc, modes->c_cc, sizeof(now.c_cc)) == 0;
}
