/*
 * console.h -- the interactive console: what its own files share
 *
 * Callbacks change state and set flags; the one place that works out the race and
 * paints is the end of the loop's turn, so a burst of keys costs one seek and one frame.
 *
 * The files, from the lowest up; each calls those before it:
 *
 *   playhead.c          where the playhead is
 *   notices.c           the queue of notices
 *   console_state.c     the view brought up to date; notices
 *   time_actions.c      what the keys do to time,
 *   since.c             to what changed,
 *   car_actions.c       to cars and tables of them,
 *   race_control.c      to the race, while it runs,
 *   session_actions.c   to the choice of a session,
 *   left_off.c          where one left off
 *   console_alerts.c    to alerts
 *   console_actions.c   from a key to what it does
 *   console_mouse.c     from the mouse to a key
 *   console_commands.c  from a command line to what it does
 *   frame_budget.c      a screen that does not end
 *   console_loop.c      what wakes us, frames, signals
 *   console.c           opened as the options say, run, closed
 *
 * Beside them: text_mode.c, the console without a screen.
 */
#ifndef PITWALL_CONSOLE_CONSOLE_H
#define PITWALL_CONSOLE_CONSOLE_H

#include <ev.h>

#include "pitwall/alert.h"
#include "pitwall/encode.h"
#include "pitwall/live.h"
#include "pitwall/season_watch.h"
#include "pitwall/term.h"
#include "notices.h"
#include "play.h"

enum {
	JUMPS_MAX = 32,
	CONSOLE_SIGNALS = 7,
	PASSES_MAX = 16,
	SETS_MAX = 16,
	FAVOURITES_MAX = 32,
	ALERTS_MAX = 16,
	ALERT_LOG = 64,
	COMMANDS_MAX = 4,
	EXPLAIN_LINES = 48,
};

/* Where the playhead is, and was. */
struct playhead {
	struct play play;
	bool following;                  /* the live edge */
	duration_us delay;               /* which is held back by so much */
	uint8_t as;                      /* enum timeline_as */
	bool moved;                      /* it was put somewhere: not by time */
	instant_us jumps[JUMPS_MAX];     /* where it was before each jump */
	uint8_t jump_actions[JUMPS_MAX]; /* that made it: enum action */
	bool jump_live[JUMPS_MAX];       /* it followed the live edge before */
	unsigned jump_count;
	int64_t jump_wall;   /* of the last one */
	unsigned mark_shown; /* the mark jumped to last counts from the newest */
};

/* What the next frame needs, and when the last ones were. */
struct console_frames {
	bool dirty;          /* a frame is due */
	bool stale;          /* the race has changed under the playhead */
	instant_us shown_at; /* instant of the view's race */
	instant_us map_at;   /* and of its map */
	int64_t frame_wall, map_wall;
	bool late; /* the screen used up its budget; until the next key */
};

/* The selection, also while the race at the playhead does not have the car yet. */
struct choice {
	uint16_t selected, focused;
	uint8_t opened_from; /* screen that Esc returns to; SCREEN_COUNT: none */
	char found[64];      /* the text looked for last */
};

/* What is compared with now. */
struct since {
	struct race_state before;
	char what[48];         /* "since the mark" */
	instant_us key_at;     /* where the playhead was at the last key ... */
	int64_t key_wall;      /* and when that was */
	instant_us away_from;  /* where it was before an absence; NONE */
	instant_us quiet_from; /* the same, when the race went on meanwhile; NONE */
	int64_t offer_wall;    /* when the offer was last looked at */
	char offer[64];        /* in the line of notices while it is free; "" */
};

/* The picture saved last. */
struct picture_saved {
	char base[960]; /* its path without an ending */
	ev_child png;   /* pitwall-png, while it draws */
};

/* Passings by hand that wait for a number. */
struct passes {
	instant_us at[PASSES_MAX];
	unsigned count;
};

struct alarms {
	struct alert_rule rules[ALERTS_MAX];
	struct alert_state states[ALERTS_MAX];
	unsigned count;
	struct alert_fired log[ALERT_LOG];
	char of_rule[ALERT_LOG][ALERT_TEXT_MAX];
	uint32_t numbers[ALERT_LOG]; /* 1, 2 ...: of their notices */
	unsigned log_count;
	uint32_t raised;
	instant_us marked_at[RACE_CARS_MAX]; /* of the newest alert of a car; 0 none */
	struct alert_fired fired[RACE_CARS_MAX]; /* scratch space */
	ev_child commands[COMMANDS_MAX];         /* that run */
	const char *command;                     /* NULL: none */
	int64_t bell_wall;
	bool no_bell;
};

/* What was reported of the sources of a race that runs. */
struct feeds_silence {
	bool joined;             /* that the race was joined late */
	bool silent;             /* no source sends */
	int64_t silent_wall;     /* since when that is so; 0: it is not */
	instant_us silent_since; /* when bytes were received last */
	uint64_t bytes;          /* received by then */
};

struct car_tables {
	struct column_set sets[SETS_MAX]; /* a person's own; [0] is made by hand */
	unsigned set_count;
	unsigned set; /* that is shown: of those built in, then of one's own */
	char favourites[FAVOURITES_MAX][16]; /* numbers, whichever car has them now */
	unsigned favourite_count;
};

struct pointer {
	uint32_t *hits; /* of the canvas; NULL: the mouse is off */
	bool on;
	bool dragging; /* the playhead is held */
};

enum { THEMES_SHOWN = 32, SPEEDS_SHOWN = 24, DECISIONS_SHOWN = 40 };

/* What can be typed, and was. */
struct typing {
	struct view_word speeds[SPEEDS_SHOWN], themes[THEMES_SHOWN],
		decisions[DECISIONS_SHOWN];
	char theme_names[THEMES_SHOWN][32];
	unsigned theme_count;
	struct line_past past;
};

struct watchers {
	ev_io in, out;
	ev_timer tick, notice, escape, flips;
	ev_prepare paint;
	ev_periodic far;
	ev_signal signals[CONSOLE_SIGNALS];
};

struct console {
	struct ev_loop *loop;
	struct term *term;
	struct session *session;
	struct live *live;           /* NULL: a replay */
	struct season_watch *season; /* NULL: none */
	struct live_resume resume;
	const struct options *options;
	struct view view;
	struct canvas canvas;
	struct theme theme;
	struct keymap keys;

	struct playhead head;
	struct console_frames frames;
	struct choice chosen;
	struct since since;
	struct picture_saved picture;
	struct passes passes;
	struct alarms alarms;
	struct notices notices;
	struct feeds_silence silence;
	struct car_tables tables;
	struct pointer mouse;
	struct typing typing;
	struct explain_line explain_lines[EXPLAIN_LINES];
	struct digest_lines {
		struct digest_fact facts[DIGEST_MOST];
		struct slice texts[DIGEST_MOST];
	} digest;
	struct watchers watch;
	bool leaves;            /* the loop ends */
	uint64_t idle_shown[4]; /* keys that were reported to do nothing, a bit each */
	int died_of;            /* the signal that ends us, or 0 */
};

/* ---- playhead.c -------------------------------------------------------------- */

/** Microseconds of a clock that never steps. */
int64_t wall_now(void);
/** Where the playhead is. */
instant_us console_here(const struct console *console);
/** Update the live edge; the playhead follows it, or has reached it. */
void console_edge(struct console *console);
/** Put the playhead at @at; at the live edge it follows. */
void console_put(struct console *console, instant_us at);
/** At the end of the loop from A to B the playhead goes to its beginning. */
void console_loop(struct console *console);
/** A notice, or a report of the console: @where, and the key that goes to the start. */
void console_notice_end(struct console *console, bool reply, const char *where);
/** At the end of a replay: report that its race is over, and how to see how it was won.
 * False: it is not over, or is no race. */
bool console_race_over(struct console *console, bool reply);
/** Before the playhead is put somewhere: undo brings it back here. */
void console_remember(struct console *console, enum action action);
/** Go to @at, so that it can be taken back. */
void console_jump(struct console *console, const struct key_binding *key,
		  instant_us at);
/** Back to before the last jump. Returns the action that made it; ACTION_COUNT: there is
 * none. */
enum action console_jump_back(struct console *console);

/* ---- console_state.c ---------------------------------------------------------- */

void console_quit(struct console *console);
/** Start a timer of the loop anew. */
void console_timer(struct console *console, ev_timer *timer, int64_t us);
/** Reply to a key: shown at once, until the next key or for a few seconds. */
void console_notice(struct console *console, bool bad, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/** Report what no key asked for: shown when the line is free. @group: as in notices.h. */
void console_report(struct console *console, bool bad, uint32_t group, const char *fmt,
		    ...) PRINTF_LIKE(4, 5);
/** A key was pressed: the notice that was read leaves the line. */
void console_notice_read(struct console *console);
/** The notice that the next frame shows. */
void console_notice_turn(struct console *console);
/** Bring the race of the view to the playhead. */
void console_state(struct console *console);
/** Compute forecasts and strategy, as far as they are shown. */
void console_outlook(struct console *console);
/** Report a title that changes hands. */
void console_season_news(struct console *console);
/** Look for flips of chances, if they are shown, at @budget instants; true: there are
 * more. */
bool console_flips(struct console *console, unsigned budget);
/** What is shown of sources, the recording and the cell explained. */
void console_live_view(struct console *console);

/* ---- console.c ------------------------------------------------------------------ */

/** Open what the options say: the session, the terminal. EXIT_..., after a complaint;
 * console_close() is for all of it. @console is zeroed. */
int console_open(struct console *console, const struct options *options);
void console_close(struct console *console);

/* ---- options and signs of life (console.c, first_run.c, text_mode.c) ------------- */

/** From where to where a replay goes, and where --at begins it. EXIT_..., after a
 * complaint. */
int console_span(const struct timeline *timeline, const struct options *options,
		 struct play *play, instant_us *at);
/** Row of --speed, which options_check() has seen, or of what it is without. */
uint8_t console_speed(const struct options *options);
/** The locale of the environment is taken; true when it says UTF-8. */
bool locale_is_utf8(void);
/** The race in sentences, where there is no screen. EXIT_... */
int text_mode_run(const struct options *options);
/** True when the first keys were never shown; and record that they were. */
bool first_run(void);
void first_run_done(void);
enum { STATE_PATH_MAX = 1024 };
/** Path of a file in pitwall's folder of the state of this user; false: there is none. */
bool state_file(const char *name, char path[STATE_PATH_MAX]);
/** Make the folders of this path. */
void state_folder(const char *path);

/* ---- left_off.c -------------------------------------------------------------------- */

/** Go to where this person left the files of a replay, unless the options say where. */
void left_off_resume(struct console *console, const struct options *options);
/** Keep where this person leaves them. */
void left_off_save(struct console *console);

/* ---- what the keys do -------------------------------------------------------------- */

#define ACT(name_) \
	void act_##name_(struct console *console, const struct key_binding *key)
/* time_actions.c */
ACT(lap);
ACT(passing);
ACT(minute);
ACT(event);
ACT(arm);
ACT(start);
ACT(end);
ACT(undo_jump);
ACT(go_to);
ACT(play_pause);
ACT(speed);
ACT(speed_one);
ACT(mark);
ACT(mark_jump);
ACT(loop);
ACT(as);
ACT(delay);
/** What e and E go to from now on. */
void console_arm(struct console *console, enum history_step step);
/** To the next time that @flag is shown. */
void console_flag_jump(struct console *console, enum flag flag);
void console_go_to_done(struct console *console, struct slice text);
void console_delay_done(struct console *console, struct slice text);
/* since.c */
ACT(changed);
/** A key was pressed: after a long absence a notice offers a summary. */
void console_away(struct console *console);
/** The key was done: an absence begins. */
void console_away_ends(struct console *console);
/** Before a frame: offer a summary while no key is pressed. */
void console_away_offer(struct console *console, int64_t wall);
/* car_actions.c */
ACT(select);
ACT(select_page);
ACT(focus);
ACT(open);
ACT(screen);
ACT(back);
ACT(find);
ACT(find_next);
ACT(tag);
ACT(favourite);
ACT(columns);
ACT(columns_edit);
ACT(sort);
ACT(filter);
ACT(zoom);
void console_find_done(struct console *console, struct slice text);
void console_columns_done(struct console *console, struct slice text);
void console_filter_done(struct console *console, struct slice text);
/** Select a car, CAR_NONE for none; its pane comes with it. */
void console_select(struct console *console, uint16_t car);
/** What the options say of tables; false after a complaint. */
bool console_cars_options(struct console *console, const struct options *options);
/* picture.c */
ACT(save);
/* race_control.c */
ACT(operate);
ACT(pass);
void console_operate_done(struct console *console, struct slice text);
void console_stint_done(struct console *console, struct slice text);
void console_pass_done(struct console *console, struct slice text);
/** A row of the menu of race control, about the selected car. */
void console_operate(struct console *console, const struct operate_row *row);
/** Drop the oldest passing by hand. */
void console_pass_drop(struct console *console);
/* session_actions.c */
ACT(session);
/** Another session of the source. */
void console_choose(struct console *console, unsigned row);
/* console_alerts.c */
ACT(alerts);
ACT(acknowledge);
void console_alert_done(struct console *console, struct slice text);
void console_alert_remove(struct console *console, uint32_t row);
/** Look at every rule, when the view has moved by time. */
void console_alerts(struct console *console);
/** --alert and what goes with it; false after a complaint. */
bool console_alerts_options(struct console *console, const struct options *options);
/* console_actions.c */
/** Do what a key says. */
void console_key(struct console *console, uint32_t key);
/** Do what a key bound to @action would, as if the mouse had pressed it. */
void console_do(struct console *console, enum action action, int16_t argument);
/** Write "laps, compare": the screens whose own action this is. */
void console_screens_with(enum action action, char *text, size_t cap);
/** What Enter does in a prompt. */
void console_prompt_done(struct console *console, enum prompt_kind prompt,
			 struct slice text);
/* console_commands.c */
ACT(command);
/** Give the view the words that only the console has, and the lines that were typed. */
void console_words(struct console *console);
void console_command_done(struct console *console, struct slice text);
/* console_mouse.c */
ACT(mouse);
/** What the mouse did. */
void console_mouse(struct console *console, struct term_mouse did);
/** Turn the mouse on or off; false: the terminal has none. */
bool console_mouse_set(struct console *console, bool on);
/** Allocate the hits of the canvas at its current size. */
void console_mouse_resize(struct console *console);
#undef ACT

/* ---- frame_budget.c ------------------------------------------------------------------ */

/** Draw. False: it used @budget of processor time and was left; @canvas holds what it had
 * drawn. */
bool console_draw_within(duration_us budget,
			 void (*draw)(const struct view *, struct canvas *),
			 const struct view *view, struct canvas *canvas);

/* ---- console_loop.c ------------------------------------------------------------------ */

/** A canvas as large as the terminal; false: no memory. */
bool console_canvas_resize(struct console *console);
/** In the background: stop until the terminal is ours. */
void console_wait_for_terminal(void);
void console_watch_signals(struct console *console);
/** Input, output and timers. */
void console_watch(struct console *console);
/** A live source changed: a frame soon, but not one per event. */
void console_live_changed(void *context);
/** Choose the theme by the terminal's background, once that is known. */
void console_theme_follow(struct console *console);
/** Choose the theme; "auto": by the background, as far as it is known. */
int console_theme(struct console *console, const char *name, struct err *err);

#endif
