/*
 * screen.h -- what is shown, and what the keys do
 *
 * Pure: draw(view, canvas). The view is all a screen may know; the canvas is all
 * it may change. Screens, actions and keys are tables: help, the manual and the
 * `keys` command are generated from them.
 *
 *  (1) Nothing behind view->at is drawn: no result, mark or flag of the future.
 *  (2) The same view on the same size gives the same cells.
 *  (3) Columns have priorities and drop whole; a cell never jumps.
 */
#ifndef PITWALL_SCREEN_H
#define PITWALL_SCREEN_H

#include "pitwall/canvas.h"
#include "pitwall/race.h"
#include "pitwall/forecast.h"
#include "pitwall/strategy.h"
#include "pitwall/timeline.h"

/* id, name, argument of the action, what it does (the help's words). */
#define ACTIONS(X)                                                          \
	X(PLAY_PAUSE, "play-pause", "play or pause")                        \
	X(LAP, "lap", "laps of the leader, or of the focused car")          \
	X(PASSING, "passing", "one passing back or forward")                \
	X(MINUTE, "minute", "minutes back or forward")                      \
	X(EVENT, "event", "next or previous event of the armed kind")       \
	X(ARM, "arm", "choose the kind of event to jump to")                \
	X(SPEED, "speed", "slower or faster, 1/8 to 1000x")                 \
	X(SPEED_ONE, "speed-one", "speed 1x")                               \
	X(START, "start", "to the start")                                   \
	X(END, "end", "to the end, or the live edge")                       \
	X(GO_TO, "go-to", "go to any WHEN")                                 \
	X(UNDO_JUMP, "undo-jump", "back to before the last jump")           \
	X(MARK, "mark", "set a mark here")                                  \
	X(MARK_JUMP, "mark-jump", "jump to the mark")                       \
	X(SELECT, "select", "select the car above or below")                \
	X(SELECT_PAGE, "select-page", "a page of cars or laps up or down")  \
	X(FIND, "find", "find a car by number, team or driver")             \
	X(OPEN, "open", "the screen of the selected car; Esc returns")      \
	X(FOCUS, "focus", "focus the selected car: arrows follow its laps") \
	X(BACK, "back", "close what is open, leave focus")                  \
	X(SCREEN, "screen", "show a screen")                                \
	X(PANE, "pane", "next or previous pane")                            \
	X(REFERENCE, "reference", "whom gaps are to: leader, class, car")   \
	X(SPAN, "span", "charts of the whole race, or of its last hours")   \
	X(CLEAN, "clean", "lap times: clean laps only, or all")             \
	X(MAP, "map", "show or hide the map")                               \
	X(OPERATE, "operate", "race control: flags, penalties, entries")    \
	X(PASS, "pass", "a car passes now: by hand, then its number")       \
	X(EXPLAIN, "explain", "where the numbers of a car come from")       \
	X(AS, "as", "as corrected now, or as known then")                   \
	X(DELAY, "delay", "hold the live edge back by seconds")             \
	X(SESSION, "session", "choose a session of the source")             \
	X(MOUSE, "mouse", "listen to the mouse, or leave it to selecting")  \
	X(HELP, "help", "this help")                                        \
	X(QUIT, "quit", "leave; the terminal is restored")

enum action {
#define X(id_, name_, about_) ACTION_##id_,
	ACTIONS(X)
#undef X
		ACTION_COUNT
};
const char *action_name(enum action action);
const char *action_about(enum action action);

/* Keys that are not characters, above Unicode. */
enum key {
	KEY_NONE_ = 0x110000,
	KEY_PW_UP,
	KEY_PW_DOWN,
	KEY_PW_LEFT,
	KEY_PW_RIGHT,
	KEY_PW_SLEFT,
	KEY_PW_SRIGHT,
	KEY_PW_HOME,
	KEY_PW_END,
	KEY_PW_PGUP,
	KEY_PW_PGDN,
	KEY_PW_BACKSPACE,
	KEY_PW_BACKTAB,
	KEY_PW_ENTER,
	KEY_PW_ESC,
	KEY_PW_DELETE,
	KEY_PW_MOUSE, /* what it did is told by whoever gives the key */
};

struct key_binding {
	uint32_t key; /* a character or enum key */
	uint8_t action;
	int16_t argument;  /* laps, minutes, direction, screen */
	const char *label; /* as help shows it: "Space", "Shift-Left" */
	const char *hint;  /* short word for the line of key hints, or NULL */
};
extern const struct key_binding key_bindings[];
extern const size_t key_bindings_count;
/** The binding of @key, or NULL. */
const struct key_binding *key_binding_find(uint32_t key);

enum screen_id {
	SCREEN_CLASSES,
	SCREEN_TIMING,
	SCREEN_CLASSIFICATION,
	SCREEN_STRATEGY,
	SCREEN_FEEDS,
	SCREEN_CAR,
	SCREEN_LAPS,
	SCREEN_COUNT
};

/* The charts of the laps screen, in the order of Tab. */
enum chart_kind { CHART_POSITIONS, CHART_CLASS, CHART_GAPS, CHART_TIMES, CHART_COUNT };
/** "positions", "class", "gaps", "times". */
const char *chart_name(enum chart_kind chart);

/* Whom gaps are to: the leader, the leader of the class of the selected car, or a
 * car of one's choice (view->reference_car). */
enum chart_reference {
	REFERENCE_LEADER,
	REFERENCE_CLASS,
	REFERENCE_CAR,
	REFERENCE_COUNT
};

/* How much of the race the charts show, up to the playhead; 0: all of it. */
enum { CHART_SPANS = 5 };
extern const duration_us chart_spans[CHART_SPANS];

enum prompt_kind {
	PROMPT_NONE,
	PROMPT_GO_TO,
	PROMPT_FIND,
	PROMPT_OPERATE, /* a line for race control: "time 7 10 pit lane speed" */
	PROMPT_PASS,    /* the number of a car that passed at view->pass_at */
	PROMPT_DELAY,   /* seconds */
};

/* Race control from the keyboard (operate.c): what a letter of the menu writes
 * into the prompt. In @form %s is the selected car; a form that ends in a blank
 * waits for more words, any other is done at once. */
struct operate_row {
	char letter;
	const char *form;  /* "flag SC", "time %s " */
	const char *words; /* what follows: "SECONDS [REASON]", or "" */
	const char *about; /* "time penalty, or correction" */
};
extern const struct operate_row operate_rows[];
extern const size_t operate_rows_count;

/* ---- what is live (feeds, recording, sessions) ----------------------------- */

#define VIEW_FEEDS(X)                                                 \
	X(FILE, "file")             /* read to its end */             \
	X(CONNECTING, "connecting") /* */                             \
	X(LIVE, "live")             /* */                             \
	X(SILENT, "silent")         /* connected, and says nothing */ \
	X(WAITING, "reconnecting")  /* connects again at retry_at */  \
	X(REFUSED, "refused")       /* */                             \
	X(ENDED, "ended")           /* a pipe that was closed */
enum view_feed_state {
#define X(id_, name_) VIEW_FEED_##id_,
	VIEW_FEEDS(X)
#undef X
		VIEW_FEED_COUNT
};

/* One source. Counts are of what was decoded. */
struct view_feed {
	char name[80];                        /* "p3://10.0.0.5:5403" */
	char driver[16];                      /* "" not known yet */
	char reason[96];                      /* why it is not live; "" */
	instant_us heard_at, since, retry_at; /* INSTANT_NONE */
	uint64_t bytes;
	uint32_t connects, peers;
	uint32_t events, passings;
	uint32_t passings_minute; /* heard in the last minute */
	uint32_t anomalies[ANOMALY_COUNT];
	uint8_t state; /* enum view_feed_state */
	uint8_t clock; /* best enum event_clock heard */
	uint8_t spare[6];
};

/* What a decoder could not use, newest last. */
struct view_anomaly {
	instant_us at;
	uint16_t source;
	uint8_t kind; /* enum anomaly */
	uint8_t spare[5];
	char words[104];
};

struct view_record {
	char name[80];   /* "" nothing is recorded */
	char fault[160]; /* in red while it lasts: "disk full: 312 records wait" */
	uint64_t rows;
	size_t waiting;  /* bytes not yet durable */
	duration_us lag; /* age of the oldest of them */
	bool following;  /* another process records */
};

struct view_session {
	char name[40];
	uint32_t cars;
	uint8_t type; /* enum session_type */
	uint8_t current;
	uint8_t spare[2];
};

struct view {
	/* the race at the playhead */
	const struct race *race;
	const struct race_tables *tables;
	const struct standings *standings;
	const struct classification *classification;
	const struct forecast *forecast;   /* NULL: nothing is foretold */
	const struct forecast_turn *turns; /* by time; may reach behind `at` */
	uint32_t turn_count;
	const struct strategy *strategy; /* NULL: nor is any stop */
	const struct rules *rules;
	const struct circuit *circuit;

	/* time */
	instant_us at;                /* the playhead */
	instant_us from, to;          /* the scrub bar: start, and the scheduled end (or
					 the playhead, whichever is later) */
	int32_t speed_num, speed_den; /* 8/1, 1/8 */
	bool playing;
	bool live;               /* the source still runs */
	duration_us behind_live; /* 0 at the edge */
	duration_us delay;       /* the edge is held back by so much; 0 */
	uint8_t as;              /* enum timeline_as: named where they differ */
	instant_us now;          /* our clock, while live: for ages of what was heard;
				    INSTANT_NONE in a replay */

	/* what is live; NULL and 0 where there is none */
	const struct view_feed *feeds;
	uint32_t feed_count;
	const struct view_anomaly *anomaly_log; /* newest last */
	uint32_t anomaly_log_count;
	const struct view_session *sessions;
	uint32_t session_count;
	struct view_record record;

	/* explaining a number: the cell chosen and where it comes from */
	bool explain;
	int32_t cell; /* column of the current screen */
	const struct explain_line *explain_lines;
	uint32_t explain_count;
	char explain_title[64];

	/* race control */
	bool operate;        /* its menu is open */
	bool choose_session; /* the list of sessions is open */
	uint8_t session_row; /* selected in it */
	instant_us pass_at;  /* of PROMPT_PASS */
	uint32_t pass_count; /* passings by hand that wait for a number */

	int32_t cols; /* of the canvas, so that view_cell() counts the columns that
			 are drawn; 0: all there are */

	/* what the person does */
	uint8_t screen;    /* enum screen_id */
	uint8_t pane;      /* of the classes screen */
	uint8_t prompt;    /* enum prompt_kind */
	uint8_t armed;     /* enum mark_kind */
	uint8_t chart;     /* enum chart_kind, of the laps screen */
	uint8_t span;      /* row of chart_spans */
	uint8_t reference; /* enum chart_reference */
	bool laps_all;     /* lap times: not only the clean ones */
	uint32_t lap_top;  /* lap at the top of the list of the car screen; 0: the
			      newest */
	bool help;
	int32_t help_top;
	bool map_hidden;        /* the map key was pressed: hides the map from 120
			      columns up; below, where it is folded away,
			      shows it alone */
	uint16_t selected;      /* car or CAR_NONE */
	uint16_t focused;       /* car or CAR_NONE */
	uint16_t reference_car; /* of REFERENCE_CAR */
	char input[128];        /* of the prompt */
	char notice[128];       /* one line, "" none */
	bool notice_bad;
	uint32_t anomalies;  /* counted while reading */
	const char *source;  /* name shown when the event has none */
	duration_us map_age; /* the map shows the cars as of at - map_age: it
				moves less often than the clock ticks */
	bool calm;           /* nothing is bright for a second: it would take two
				frames to say one thing */
};

struct screen {
	const char *name, *title, *about;
	void (*draw)(const struct view *view, struct canvas *canvas, struct rect area);
};
extern const struct screen screens[SCREEN_COUNT];
int screen_by_name(struct slice name); /* -1: none such */

/* What a cell of the canvas stands for (canvas_hit): the kind in the highest byte. */
enum hit_kind {
	HIT_NONE,
	HIT_CAR,   /* its index */
	HIT_KEY,   /* as if this key were pressed */
	HIT_SCRUB, /* a place on the scrub bar: its column */
	HIT_OVER,  /* something open covers what is below */
};
static inline uint32_t hit_of(enum hit_kind kind, uint32_t value)
{
	return (uint32_t)kind << 24 | (value & 0xffffff);
}
static inline enum hit_kind hit_kind(uint32_t hit)
{
	return (enum hit_kind)(hit >> 24);
}
static inline uint32_t hit_value(uint32_t hit)
{
	return hit & 0xffffff;
}

/** The whole console: title bar, the screen, scrub bar, key hints, and the help
 * or prompt over it. Below 60x16 one line that says so. */
void view_draw(const struct view *view, struct canvas *canvas);

/** Cars in the order the current screen lists them (for selecting by keys).
 * Returns how many; @cars holds RACE_CARS_MAX. */
uint32_t view_cars(const struct view *view, uint16_t *cars);
/** First car (in that order, after the selected one) that matches @text in
 * number, then team, vehicle or driver; CAR_NONE. */
uint16_t view_find(const struct view *view, struct slice text);
/** The chart that is shown: a timed session has lap times alone. */
enum chart_kind view_chart(const struct view *view);
/** The car that a screen of one car is about: the selected one, else the leader;
 * CAR_NONE while there is none. */
uint16_t view_car(const struct view *view);
/** What the chosen cell of the selected car shows, clamping *@cell to the columns
 * there are; @index of a sector. Screens without cells: EXPLAIN_POSITION. */
enum explain_what view_cell(const struct view *view, int32_t *cell, uint8_t *index);
/** Number of panes of the classes screen. */
unsigned view_panes(const struct view *view);
/** The pane a car stands in: the console keeps view->pane with the selection. */
unsigned view_pane_of(const struct view *view, uint16_t car);
/** First car of a pane (what Tab selects when a car is selected); CAR_NONE. */
uint16_t view_pane_car(const struct view *view, unsigned pane);
/** The instant a column of the scrub bar stands for, and the reverse. */
instant_us scrub_instant(const struct view *view, int cols, int x);

/* ---- themes -------------------------------------------------------------- */

enum {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_ITALIC = 4,
	LOOK_UNDERLINE = 8,
	LOOK_REVERSE = 16
};
struct look {
	int32_t fg, bg; /* 0xRRGGBB, or -1: the terminal's own */
	uint8_t fg256;  /* nearest of 256, 16 and 8 when fg >= 0 */
	uint8_t bg256;
	uint8_t fg16, bg16, fg8, bg8;
	uint8_t attributes; /* LOOK_ bits in colour */
	uint8_t mono;       /* LOOK_ bits without colour */
};
struct theme {
	char name[24];
	struct look looks[ROLE_COUNT];
};
/** The built-in theme, by name ("dark", "light"); NULL: none such. */
const struct theme *theme_by_name(struct slice name);

#endif
