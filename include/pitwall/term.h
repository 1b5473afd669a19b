/*
 * term.h -- the terminal: ncurses paints into memory, one non-blocking write a
 * frame
 *
 * Knows the canvas and nothing of racing.
 *
 *  (1) A frame is one write(), in a synchronized-update wrapper where the terminal
 *      has it (4); what the terminal does not take waits, frames are skipped until
 *      it has drained, and the caller never blocks.
 *  (2) term_close() restores the terminal; so do a signal and an assertion.
 *  (3) Text reaches the terminal only through cells: no byte of a feed does.
 *  (4) A terminal is asked whether it shows a frame at once (mode 2026) behind the
 *      first frame, and the wrapper is written only once it has said yes. Those whose
 *      terminfo entry has no second screen are not asked: they may print questions.
 */
#ifndef PITWALL_TERM_H
#define PITWALL_TERM_H

#include "pitwall/keys.h"
#include "pitwall/theme.h"

struct term;

/* What the mouse did: its left button, and the wheel. */
enum mouse_what {
	MOUSE_PRESSED,
	MOUSE_DRAGGED, /* moved to another cell while pressed */
	MOUSE_RELEASED,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};
struct term_mouse {
	int x, y;     /* the cell, from 0; may lie outside of the canvas */
	uint8_t what; /* enum mouse_what */
};

struct term_options {
	bool no_color; /* NO_COLOR, --mono */
	bool ascii;    /* LANG=C */
	const struct theme *theme;
};

/** Take over the terminal of standard input and output. -errno with a sentence
 * when it cannot (not a terminal, unknown TERM). */
int term_open(const struct term_options *options, struct term **out, struct err *err);
void term_close(struct term *term); /* NULL is fine */
/** File descriptor to watch for input, and for output when term_pending(). */
int term_fd_in(const struct term *term);
int term_fd_out(const struct term *term);
/** Size in cells. */
void term_size(const struct term *term, int *cols, int *rows);
/** Read the new size from the terminal (on SIGWINCH); true when it changed. */
bool term_resize(struct term *term);
/** The next key (a character or enum key), or KEY_NONE_ when none waits. */
uint32_t term_key(struct term *term);
/** Listen to the mouse, or leave it to the terminal, whose selection of text it then
 * is. Off at first, and whenever the terminal is not ours. False: it has none. */
bool term_mouse(struct term *term, bool on);
/** What the mouse did, when term_key() gave KEY_PW_MOUSE. */
struct term_mouse term_mouse_did(const struct term *term);
/** Escape may still become a sequence: call term_key_idle() when no input has
 * followed for TERM_ESCAPE_MS, then term_key() gives it. */
enum { TERM_ESCAPE_MS = 25 };
bool term_key_waits(const struct term *term);
void term_key_idle(struct term *term);
/** The terminal hung up: nothing will be read or shown any more. */
bool term_gone(const struct term *term);
/** Give the terminal back for a while (Ctrl-Z), and take it again. */
void term_suspend(struct term *term);
void term_resume(struct term *term);
/** Paint: compares with what is shown, writes the difference once. False when
 * the frame was skipped because bytes of an earlier one wait. */
bool term_paint(struct term *term, const struct canvas *canvas);
/** Bytes that wait; term_flush() writes what the terminal takes. */
bool term_pending(const struct term *term);
int term_flush(struct term *term);
/** Ring the bell; not while bytes wait for the terminal. */
void term_bell(struct term *term);
/** Forget what is shown: the next paint repaints all. */
void term_redraw(struct term *term);
/** Bytes and writes of the last frame. */
void term_stats(const struct term *term, size_t *bytes, unsigned *writes);

#endif
