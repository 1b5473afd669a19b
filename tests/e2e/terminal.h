/*
 * terminal.h -- the program in a terminal of its own: a pty, and an emulator (libvterm)
 * that shows what is written there and answers what is asked
 *
 * Nothing sleeps: whatever is waited for is looked for whenever bytes came, until it is
 * there or a deadline has passed.
 */
#ifndef PITWALL_TEST_E2E_TERMINAL_H
#define PITWALL_TEST_E2E_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

enum { TERMINAL_COLS_MAX = 400, TERMINAL_ROWS_MAX = 150, TERMINAL_WORDS = 24 };

struct terminal {
	int master, slave;
	pid_t pid;
	bool over;  /* the program has ended */
	int status; /* as of waitpid() */
	VTerm *vt;
	VTermScreen *screen;
	int cols, rows;
	bool alternate, cursor; /* what the program has made of them */
	unsigned mouse;         /* VTERM_PROP_MOUSE_ */
	struct termios before;
	int patience; /* seconds of terminal_until() */
	char *bytes;  /* all that was written since terminal_forget(), NUL-terminated */
	size_t len, max;
	char text[TERMINAL_COLS_MAX * 4 + 1]; /* of terminal_row() */
};

/** Start @argv[0] with @environment alone. */
void terminal_start(struct terminal *t, const char *const argv[],
		    const char *const environment[], int cols, int rows);
/** Ends the program if it still runs. */
void terminal_end(struct terminal *t);
void terminal_type(struct terminal *t, const char *bytes);
void terminal_size(struct terminal *t, int cols, int rows);
void terminal_forget(struct terminal *t);
/** What has come so far, without waiting; false: nothing had. */
bool terminal_take(struct terminal *t);
/** A row without its blanks at the end; valid until the next call. */
const char *terminal_row(struct terminal *t, int y);
/** Wait until @found() says so; false when it does not within the deadline or the
 * program ends before. */
bool terminal_until(struct terminal *t,
		    bool (*found)(struct terminal *t, const void *context),
		    const void *context);
/** Wait until row @y shows @text; -1: any row. */
bool terminal_shows(struct terminal *t, int y, const char *text);
/** Wait until the program has ended. */
bool terminal_ends(struct terminal *t);
/** The modes of the terminal are those of before. */
bool terminal_restored(const struct terminal *t);
/** Print the screen as a comment. */
void terminal_print(struct terminal *t);

/** A race of twelve cars in three classes and sixty laps as a lap file: car N laps in
 * 89 + N seconds. False: it cannot be written. */
bool terminal_race(const char *path);
/** The lines that a command prints, NUL-terminated; freed by the caller. */
char *terminal_output(const char *const argv[], const char *const environment[]);

#endif
