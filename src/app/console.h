/*
 * console.h -- the interactive console: what its own files share
 *
 * console.c runs the loop, paints and answers signals; console_act.c does what
 * the keys say. Callbacks change state and set flags; the one place that works
 * out the race and paints is the end of the loop's turn, so a burst of keys costs
 * one seek and one frame.
 */
#ifndef PITWALL_APP_CONSOLE_H
#define PITWALL_APP_CONSOLE_H

#include <ev.h>

#include "live.h"
#include "pitwall/term.h"
#include "play.h"

enum {
	JUMPS_MAX = 32,
	CONSOLE_SIGNALS = 7,
	PASSES_MAX = 16, /* by hand, that wait for a number */
	EXPLAIN_LINES = 48,
};

struct console {
	struct ev_loop *loop;
	struct term *term;
	struct session *session;
	struct live_resume resume;
	const struct options *options;
	struct view view;
	struct canvas canvas;
	struct play play;

	instant_us shown_at; /* the race of the view stands here */
	instant_us map_at;   /* and its map here */
	int64_t frame_wall, map_wall;
	uint8_t opened_from;        /* screen that Esc returns to; SCREEN_COUNT: none */
	uint16_t selected, focused; /* what the person chose, also while the race at
				    the playhead does not know the car yet */
	bool dirty;                 /* a frame is due */
	bool moved;                 /* the playhead was put somewhere: not by time */
	bool stale;                 /* the race has changed under the playhead */
	bool asks;                  /* turns of fate are still looked for */

	/* live; see console_live.c */
	struct live *live; /* NULL: a replay */
	bool following;    /* the view is at the live edge */
	duration_us delay; /* which is held back by so much */
	uint8_t as;        /* enum timeline_as */
	instant_us passes[PASSES_MAX];
	unsigned pass_count;
	struct explain_line explain_lines[EXPLAIN_LINES];

	uint32_t *hits; /* what lies under the mouse; see console_mouse.c */
	bool mouse;     /* it is listened to */
	bool dragging;  /* the playhead is held */

	instant_us jumps[JUMPS_MAX]; /* where the playhead was before each jump */
	unsigned jump_count;
	uint8_t jump_action; /* a run of one key is one jump */
	int64_t jump_wall;
	instant_us mark;
	char found[64]; /* the text looked for last */

	ev_io in, out;
	ev_timer tick, notice, escape;
	ev_prepare paint;
	ev_periodic far;
	ev_signal signals[CONSOLE_SIGNALS];
	int died_of; /* the signal that ends us, or 0 */
};

/** The race in sentences, where there is no screen (told.c). EXIT_... */
int told_run(const struct options *options);
/** The locale of the environment is taken; true when it says UTF-8. */
bool locale_is_utf8(void);
/** --speed, or what it is without; false after a complaint. */
bool console_speed(const struct options *options, uint8_t *row);
/** Microseconds of a clock that never steps. */
int64_t wall_now(void);
/** Bring the view to the playhead, for whoever asks about cars. */
void console_state(struct console *console);
/** Say something until the next key, or for a few seconds. */
void console_notice(struct console *console, bool bad, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
void console_quit(struct console *console);

/** Put the playhead at @at; at the live edge it follows. */
void console_put(struct console *console, instant_us at);
/** How the playhead and the edge stand to each other (console_live.c). */
void console_edge(struct console *console);
/** Something live has changed: a frame soon, but not one for every event. */
void console_live_changed(void *context);
/** What is shown of sources, the recording and the cell explained. */
void console_live_view(struct console *console);
/** The keys of race control; @key is for an open menu when true comes back. */
bool console_menu_key(struct console *console, uint32_t key);
/** Enter in a prompt of race control. */
void console_prompt_done(struct console *console, uint8_t kind, struct slice text);
/** True when @key was used by the prompt itself (a second passing by hand). */
bool console_prompt_takes(struct console *console, uint32_t key);
void act_operate(struct console *console, const struct key_binding *key);
void act_pass(struct console *console, const struct key_binding *key);
void act_explain(struct console *console, const struct key_binding *key);
void act_as(struct console *console, const struct key_binding *key);
void act_delay(struct console *console, const struct key_binding *key);
void act_session(struct console *console, const struct key_binding *key);
/** --delay and what else the options say of a live race; false after a complaint. */
bool console_live_options(struct console *console, const struct options *options);

/** Do what a key says (console_act.c). */
void console_key(struct console *console, uint32_t key);
/** Do what a key bound to @action would; an open help takes it first. */
void console_do(struct console *console, enum action action, int16_t argument);
/** Before the playhead is put somewhere: undo brings it back here. */
void console_remember(struct console *console, enum action action);
/** The laps of the car screen, by so many rows down. */
void console_scroll_laps(struct console *console, int by);
/** What the mouse did (console_mouse.c). */
void console_mouse(struct console *console, struct term_mouse did);
/** Listen to the mouse or not; false: the terminal has none. */
bool console_mouse_set(struct console *console, bool on);
/** Room for what lies under the mouse, of the canvas as it is now. */
void console_mouse_resize(struct console *console);
void act_mouse(struct console *console, const struct key_binding *key);
/** Select a car, CAR_NONE for none; its pane comes with it. */
void console_select(struct console *console, uint16_t car);

#endif
