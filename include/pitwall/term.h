/*
 * term.h -- the terminal: ncurses paints into memory, one non-blocking write a
 * frame
 *
 * Knows the canvas and nothing of racing.
 *
 *  (1) A frame is one write(), in a synchronized-update wrapper where the terminal
 *      supports it (4). Bytes that the terminal does not take are kept, frames are
 *      skipped until they are written, and the caller never blocks.
 *  (2) term_close() restores the terminal; so do a signal and an assertion.
 *  (3) Text reaches the terminal only through cells: no byte of a feed does.
 *  (4) After the first frame the terminal is asked for mode 2026, and the wrapper is
 *      used once it has confirmed it. Terminals without an alternate screen are not
 *      asked: they may print the question.
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
	bool no_color;       /* NO_COLOR, --mono */
	bool ascii;          /* LANG=C */
	bool ask_background; /* for term_background() */
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
/** Draw with another theme from the next frame on. */
void term_theme(struct term *term, const struct theme *theme);
/** The next key (a character or enum key), or KEY_NONE_ when none waits. */
uint32_t term_key(struct term *term);
/** Turn mouse reports on or off. Off, the terminal uses the mouse to select text. Off at
 * first, and while suspended. Returns false when the terminal has no mouse. */
bool term_mouse(struct term *term, bool on);
/** Details of the last KEY_PW_MOUSE. */
struct term_mouse term_mouse_did(const struct term *term);
/** True when an Escape was read that may begin a sequence: call term_key_idle() when no
 * input follows within TERM_ESCAPE_MS, then term_key() returns it. */
enum { TERM_ESCAPE_MS = 25 };
bool term_key_waits(const struct term *term);
void term_key_idle(struct term *term);
/** True once, when the terminal has answered which background it has: 0xRRGGBB. */
bool term_background(struct term *term, int32_t *rgb);
/** True when the terminal hung up. */
bool term_gone(const struct term *term);
/** Give the terminal back for a while (Ctrl-Z), and take it again. */
void term_suspend(struct term *term);
void term_resume(struct term *term);
/** Write the difference from the last frame. Returns false when the frame was skipped
 * because bytes of an earlier one wait. */
bool term_paint(struct term *term, const struct canvas *canvas);
/** True when bytes wait; term_flush() writes what the terminal takes. */
bool term_pending(const struct term *term);
int term_flush(struct term *term);
/** Ring the bell; a no-op while bytes wait. */
void term_bell(struct term *term);
/** The next paint repaints the whole screen. */
void term_redraw(struct term *term);
/** Bytes and writes of the last frame. */
void term_stats(const struct term *term, size_t *bytes, unsigned *writes);

#endif
