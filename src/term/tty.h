/*
 * tty.h -- the device: modes, bytes out without blocking, and putting it all back
 * (of this room only)
 *
 * Knows no curses and no canvas.
 *
 *  (1) Nothing here blocks longer than TTY_LAST_MS, a stalled terminal included.
 *  (2) The device is opened anew where it can be, so that O_NONBLOCK is ours
 *      alone: the shell shares the descriptors it gave us.
 *  (3) From tty_raw() to tty_restore() a crash restores the terminal too: what
 *      that takes is prepared, and only async-signal-safe calls use it.
 *  (4) While the screen is ours, standard error is kept in memory, and follows
 *      when the screen is gone: an assertion can be read.
 */
#ifndef PITWALL_TERM_TTY_H
#define PITWALL_TERM_TTY_H

#include <termios.h>

#include "pitwall/base.h"

enum {
	TTY_LAST_MS = 200,
	TTY_RESTORE_MAX = 256,
	TTY_SIZE_MAX = 1024, /* more than a canvas has; curses counts in 16 bits */
};

struct tty {
	struct termios before;
	int in, out;             /* descriptors to read and write */
	int in_flags, out_flags; /* to be put back; -1: the descriptor is ours */
	char *bytes;             /* out: [sent, len) waits */
	size_t sent, len, max;
	unsigned writes; /* write() calls since tty_begin() */
	bool gone;
};

/** Open the terminal of standard input and output. 0 or -errno with a sentence;
 * on failure nothing is left to close. */
int tty_open(struct tty *tty, struct err *err);
void tty_close(struct tty *tty);
/** Raw mode, Ctrl-C and Ctrl-Z kept; arms the crash handlers. */
void tty_raw(struct tty *tty);
/** What puts the screen back: written by tty_restore() and by a crash. */
void tty_restore_with(const char *bytes, size_t len);
/** Put screen and modes back; idempotent. */
void tty_restore(void);
void tty_size(const struct tty *tty, int *cols, int *rows);

/** Room for @more bytes behind tty->len; false: out of memory. */
bool tty_reserve(struct tty *tty, size_t more);
/** Write what the terminal takes; 0 or -errno. */
int tty_flush(struct tty *tty);
/** Bytes read, 0 when none wait (or tty->gone). */
size_t tty_read(struct tty *tty, void *buf, size_t max);

/** A file without a name, in memory where the system can; -1: none. */
int memory_file(const char *name);

#endif
