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

#include "pitwall/live.h"
#include "pitwall/alert.h"
#include "pitwall/term.h"
#include "play.h"

enum {
	JUMPS_MAX = 32,
	CONSOLE_SIGNALS = 7,
	PASSES_MAX = 16, /* by hand, that wait for a number */
	SETS_MAX = 16,   /* sets of columns of one's own */
	FAVOURITES_MAX = 32,
	ALERTS_MAX = 16,
	ALERT_LOG = 64,
	COMMANDS_MAX = 4,
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
	struct theme theme;
	struct keymap keys;
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
	int64_t jump_wall;
	unsigned mark_shown;  /* the mark jumped to last counts from the newest */
	struct digest before; /* of what changed */
	instant_us key_at;    /* where the playhead was at the last key ... */
	int64_t key_wall;     /* and when that was */
	instant_us away_from; /* where it was when the person went away; NONE */
	char before_what[48];
	char found[64]; /* the text looked for last */

	/* alerts; see console_alerts.c */
	struct alert_rule alerts[ALERTS_MAX];
	struct alert_state alert_states[ALERTS_MAX];
	unsigned alert_count;
	struct alert_fired alert_log[ALERT_LOG];
	unsigned alert_log_count;
	ev_child commands[COMMANDS_MAX]; /* that run */
	const char *alert_command;       /* NULL: none */
	int64_t bell_wall;
	bool no_bell;

	/* tables of cars; see console_cars.c */
	struct column_set sets[SETS_MAX]; /* [0] is the one made by hand */
	unsigned set_count;
	unsigned set; /* that is shown: of those built in, then of one's own */
	char favourites[FAVOURITES_MAX][16]; /* numbers, whoever they are now */
	unsigned favourite_count;

	ev_io in, out;
	ev_timer tick, notice, escape;
	ev_prepare paint;
	ev_periodic far;
	ev_signal signals[CONSOLE_SIGNALS];
	int died_of; /* the signal that ends us, or 0 */
};

/** The race in sentences, where there is no screen (text_mode.c). EXIT_... */
int told_run(const struct options *options);
/** The locale of the environment is taken; true when it says UTF-8. */
bool locale_is_utf8(void);
/** From where to where a replay goes, and where --at begins it. EXIT_..., after a
 * complaint. */
int console_span(const struct timeline *timeline, const struct options *options,
		 struct play *play, instant_us *at);
/** Row of --speed, which options_check() has seen, or of what it is without. */
uint8_t console_speed(const struct options *options);
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
/** Back to before the last jump. */
void console_undo_jump(struct console *console);
/** How the playhead and the edge stand to each other (console_live.c). */
void console_edge(struct console *console);
/** Something live has changed: a frame soon, but not one for every event. */
void console_live_changed(void *context);
/** What is shown of sources, the recording and the cell explained. */
void console_live_view(struct console *console);
/** A row of the menu of race control, about the selected car. */
void console_operate(struct console *console, const struct operate_row *row);
/** The oldest passing by hand is of no car. */
void console_pass_drop(struct console *console);
/** Another session of the source. */
void console_choose(struct console *console, unsigned row);
/* Enter in a prompt. */
void console_operate_done(struct console *console, struct slice text);
void console_pass_done(struct console *console, struct slice text);
void console_delay_done(struct console *console, struct slice text);
void console_filter_done(struct console *console, struct slice text);
void console_columns_done(struct console *console, struct slice text);
void console_alert_done(struct console *console, struct slice text);
/** Where the playhead is. */
instant_us console_here(const struct console *console);
/** Go to @at, so that it can be taken back. */
void console_jump(struct console *console, const struct key_binding *key,
		  instant_us at);
void act_mark(struct console *console, const struct key_binding *key);
void act_mark_jump(struct console *console, const struct key_binding *key);
void act_loop(struct console *console, const struct key_binding *key);
void act_changed(struct console *console, const struct key_binding *key);
/** A key was pressed: after a long while that is worth a word. */
void console_away(struct console *console);
/** At the end of the loop the playhead goes to its beginning. */
void console_loop(struct console *console);
/** Nobody was told the first keys yet; and that they were (first_run.c). */
bool first_run(void);
void first_run_done(void);
void act_alerts(struct console *console, const struct key_binding *key);
/** Look at every rule, when the view has moved by time. */
void console_alerts(struct console *console);
/** Bits of enum view_need that the rules are about. */
unsigned console_alerts_needs(const struct console *console);
void console_alert_remove(struct console *console, uint32_t row);
/** --alert and what goes with it; false after a complaint. */
bool console_alerts_options(struct console *console, const struct options *options);
void act_tag(struct console *console, const struct key_binding *key);
void act_favourite(struct console *console, const struct key_binding *key);
void act_columns(struct console *console, const struct key_binding *key);
void act_columns_edit(struct console *console, const struct key_binding *key);
void act_sort(struct console *console, const struct key_binding *key);
void act_filter(struct console *console, const struct key_binding *key);
void act_zoom(struct console *console, const struct key_binding *key);
void act_find_next(struct console *console, const struct key_binding *key);
/** What the options say of tables; false after a complaint. */
bool console_cars_options(struct console *console, const struct options *options);
/** Who the favourites are, in the race of the view. */
void console_cars_state(struct console *console);
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
/** Do what a key bound to @action would; as if a key were pressed. */
void console_do(struct console *console, enum action action, int16_t argument);
/** Before the playhead is put somewhere: undo brings it back here. */
void console_remember(struct console *console, enum action action);
/** Show a screen; one that returns remembers the one before it. */
void console_show(struct console *console, enum screen_id screen);
/** What the mouse did (console_mouse.c). */
void console_mouse(struct console *console, struct term_mouse did);
/** Listen to the mouse or not; false: the terminal has none. */
bool console_mouse_set(struct console *console, bool on);
/** Room for what lies under the mouse, of the canvas as it is now. */
void console_mouse_resize(struct console *console);
void act_mouse(struct console *console, const struct key_binding *key);
/** Select a car, CAR_NONE for none; its pane comes with it. */
void console_select(struct console *console, uint16_t car);
/* And says so: it was looked for. */
void console_found(struct console *console, uint16_t car);

#endif
