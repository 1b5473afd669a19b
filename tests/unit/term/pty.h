/*
 * pty.h -- a terminal for tests: standard input and output become a pty, and what
 * is written there is kept
 */
#ifndef PITWALL_TEST_TERM_PTY_H
#define PITWALL_TEST_TERM_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

struct pty {
	int master, slave;
	int in_before, out_before;
	char *bytes; /* all that was written since pty_forget(), NUL-terminated */
	size_t len, max;
};

/** Standard input and output are the pty until pty_end(). */
void pty_begin(struct pty *pty, int cols, int rows);
void pty_end(struct pty *pty);
void pty_size(const struct pty *pty, int cols, int rows);
/** Take @n more bytes; false when they do not come within seconds. */
bool pty_take(struct pty *pty, size_t n);
/** Take all that comes until @mark has been written; false as above. */
bool pty_take_until(struct pty *pty, const char *mark);
void pty_forget(struct pty *pty);
/** Type. */
void pty_type(const struct pty *pty, const char *bytes);
bool pty_modes_equal(const struct pty *pty, const struct termios *modes);

#endif
