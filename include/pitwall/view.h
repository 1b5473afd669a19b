/*
 * view.h -- what a screen may know, and what can be asked of it
 *
 * Pure: draw(view, canvas). The view is all a screen may know; the canvas is all
 * it may change. Screens are a table: help, the manual and completion are generated
 * from it.
 *
 *  (1) Nothing behind view->at is drawn: no result, mark or flag of the future.
 *  (2) The same view on the same size gives the same cells.
 *  (3) Columns have priorities and drop whole; a cell never jumps.
 */
#ifndef PITWALL_VIEW_H
#define PITWALL_VIEW_H

#include "pitwall/canvas.h"
#include "pitwall/forecast.h"
#include "pitwall/keys.h"
#include "pitwall/race.h"
#include "pitwall/strategy.h"
#include "pitwall/timeline.h"

/* The screens, a row each, in the order of their keys: id, the object `NAME_screen` that
 * its file in src/screen/screens defines, the key that shows it. */
#define SCREENS(X)                                  \
	X(CLASSES, classes, '1', "1")               \
	X(TIMING, timing, '2', "2")                 \
	X(CLASSIFICATION, classification, '3', "3") \
	X(STRATEGY, strategy, '4', "4")             \
	X(CAR, car, '5', "5")                       \
	X(LAPS, laps, '6', "6")                     \
	X(CONTROL, control, '7', "7")               \
	X(COMPARE, compare, '8', "8")               \
	X(FEEDS, feeds, '9', "9")                   \
	X(EVENTS, events, '0', "0")
enum screen_id {
#define X(id_, object_, key_, label_) SCREEN_##id_,
	SCREENS(X)
#undef X
		SCREEN_COUNT
};

/* What opens over a screen, the same way: `NAME_overlay`. */
#define OVERLAYS(X)           \
	X(EXPLAIN, explain)   \
	X(OPERATE, operate)   \
	X(SESSIONS, sessions) \
	X(ALERTS, alerts)     \
	X(CHANGED, changed)   \
	X(WELCOME, welcome)   \
	X(HELP, help)         \
	X(PROMPT, prompt)
enum overlay_id {
#define X(id_, object_) OVERLAY_##id_,
	OVERLAYS(X)
#undef X
		OVERLAY_COUNT
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
	PROMPT_FILTER,  /* which cars are shown */
	PROMPT_COLUMNS, /* names of columns */
	PROMPT_ALERT,   /* a rule (alert.h) */
	PROMPT_COUNT
};

/* Race control from the keyboard (operate_menu.c): what a letter of the menu writes
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

struct view;

/* ---- two instants of one race ------------------------------------------------ */

/* What stood at an instant, as far as it is held against another. */
struct digest_car {
	uint32_t laps;
	int32_t margin; /* to the threshold */
	duration_us best;
	uint16_t class_position; /* 0: not established */
	uint16_t stops;
	uint8_t driver, state; /* as car_state_at() has it */
	uint8_t spare[2];
};
struct digest {
	instant_us at;
	uint16_t car_count;
	uint16_t leader;                         /* CAR_NONE */
	uint16_t class_leader[RACE_CLASSES_MAX]; /* CAR_NONE */
	struct digest_car cars[RACE_CARS_MAX];
};
void view_digest(const struct view *view, struct digest *out);

enum { MARKS_MAX = 16 };

/* ---- tables of cars, as a person wants them --------------------------------- */

/* A set of columns for the timing screen. */
enum { COLUMN_SET_MOST = 32 };
struct column_set {
	char name[24];
	uint8_t count;                   /* 0: the screen's own, as they fit */
	uint8_t ids[COLUMN_SET_MOST];    /* rows of the table of columns */
	uint8_t widths[COLUMN_SET_MOST]; /* cells; 0: the column's own */
};
/* Those that are built in; the first is the screen's own. */
extern const struct column_set column_sets[];
extern const size_t column_sets_count;
/** "number driver:20 gap last best": columns by name, left to right, each with its width
 * if that is to be another. -EINVAL with a sentence that names what is not understood;
 * @out->name is left alone. */
int column_set_parse(struct slice text, struct column_set *out, struct err *err);
/** The same as text, cut at @cap. */
void column_set_text(const struct column_set *set, char *text, size_t cap);
enum { COLUMN_NAME_MAX = 24, COLUMN_WIDTH_MOST = 60 };
/** Name of a column by its row; false behind the last. */
bool column_name(unsigned id, char name[COLUMN_NAME_MAX]);
/** Its head on the screen, and what it holds in words; "" behind the last. */
const char *column_head(unsigned id);
const char *column_about(unsigned id);
/** Row of a column that may be chosen, by name; -1: none such. */
int column_by_name(struct slice name);

/* What the column of gaps says first. */
enum gap_shown { GAPS_LEADER, GAPS_INTERVAL, GAPS_CLASS, GAPS_CAR, GAPS_SHOWN };
extern const char *const gap_shown_names[GAPS_SHOWN]; /* "leader", "interval" ... */

enum { CAR_TAGGED = 1, CAR_FAVOURITE = 2, CAR_ALERT = 4 /* told of just now */ };
struct view_table {
	const struct column_set *columns; /* NULL: the screen's own */
	uint8_t gaps;                     /* enum gap_shown */
	uint8_t sort; /* 1 + a column; 0: in the order of the race */
	bool sort_back;
	bool zoom;                   /* one class alone */
	bool by_team;                /* colours tell teams apart, not classes */
	char filter[64];             /* "" all cars */
	uint8_t bits[RACE_CARS_MAX]; /* CAR_ bits */
};
/** True when a car is shown under view->table.filter. Words, all of which must hold:
 * "class GT", "team oreca", "driver ara", "#88", "running", "pit", "stopped", "tagged",
 * "favourite"; any other word stands somewhere in number, class, team, car or drivers;
 * "-" before a word: it must not. */
bool view_shows(const struct view *view, uint16_t car);

/* The screen of what happened: the kinds shown, and a row that is chosen. */
struct view_events {
	instant_us at; /* of the row chosen, which is known by what it tells */
	uint32_t row, lap;
	uint16_t car;
	uint8_t kind, sector;
	uint8_t group; /* view_event_group() */
	bool chosen;
};

struct view {
	/* the race at the playhead */
	const struct race *race;
	const struct race_tables *tables;
	const struct standings *standings;
	const struct classification *classification;
	const struct forecast *forecast;   /* NULL: nothing is foretold */
	const struct history_row *guesses; /* of the forecast, by time; perhaps beyond
					      `at` */
	uint32_t guess_count;
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

	/* what is open over the screen: enum overlay_id, the top one last */
	uint8_t overlays[OVERLAY_COUNT];
	uint8_t overlay_count;

	/* explaining a number: the cell chosen and where it comes from */
	int32_t cell; /* column of the current screen */
	const struct explain_line *explain_lines;
	uint32_t explain_count;
	char explain_title[64];

	/* what changed since `before`; never later than `at` */
	const struct digest *before; /* NULL: nothing is compared */
	const char *before_what;     /* "since the mark" */
	int32_t changed_top;

	/* alerts (alert.h) */
	const struct alert_rule *alerts;
	uint32_t alert_count;
	const struct alert_fired *alert_log; /* newest last */
	uint32_t alert_log_count;
	uint8_t alert_row; /* selected */

	/* where the person has been */
	instant_us marks[MARKS_MAX]; /* oldest first */
	uint32_t mark_count;
	bool looping;                  /* a loop has its A, perhaps its B */
	instant_us loop_from, loop_to; /* A; B or INSTANT_NONE */

	/* race control */
	uint8_t session_row; /* selected in the list of sessions */
	instant_us pass_at;  /* of PROMPT_PASS */
	uint32_t pass_count; /* passings by hand that wait for a number */

	const struct keymap *keys; /* NULL: key_bindings as they are */
	int32_t cols; /* of the canvas, so that view_cell() counts the columns that
			 are drawn; 0: all there are */

	/* what the person does */
	struct view_table table;
	uint8_t screen;    /* enum screen_id */
	uint8_t pane;      /* of the classes screen */
	uint8_t prompt;    /* enum prompt_kind, while it is open */
	uint8_t armed;     /* enum history_step */
	uint8_t jumped_by; /* the action of the jump that undo takes back;
			      ACTION_COUNT: there is none */
	uint8_t chart;     /* enum chart_kind, of the laps screen */
	uint8_t span;      /* row of chart_spans */
	uint8_t reference; /* enum chart_reference */
	bool laps_all;     /* lap times: not only the clean ones */
	struct view_events events;
	bool feeds_matrix;    /* feeds: loops against cars, not the log */
	uint32_t control_top; /* first row of the log of race control; 0: the newest */
	uint32_t lap_top;     /* lap at the top of the list of the car screen; 0: the
			      newest */
	int32_t help_top;
	bool map_hidden;        /* the map key was pressed: hides the map from 120
			      columns up; below, where it is folded away,
			      shows it alone */
	uint16_t selected;      /* car or CAR_NONE */
	uint16_t focused;       /* car or CAR_NONE */
	uint16_t reference_car; /* of REFERENCE_CAR */
	uint16_t compared;      /* tagged last: the other of two, or CAR_NONE */
	char input[256];        /* of the prompt */
	char notice[128];       /* one line, "" none */
	bool notice_bad;
	uint32_t anomalies;  /* counted while reading */
	const char *source;  /* name shown when the event has none */
	duration_us map_age; /* the map shows the cars as of at - map_age: it
				moves less often than the clock ticks */
	bool calm;           /* nothing is bright for a second: it would take two
				frames to say one thing */
};

/* ---- screens, and what opens over them --------------------------------------- */

/* What a screen shows that costs time to work out, or frames. */
enum view_need {
	NEED_FORECAST = 1,
	NEED_STRATEGY = 2, /* and the forecast with it */
	NEED_FLIPS = 4,    /* where chances to be classified flipped */
	NEED_MAP = 8,      /* cars move between two passings */
};

/* What a key asks of the console, which alone moves in time, selects and decides. */
enum wish_kind {
	WISH_NONE,
	WISH_SELECT,       /* car n, or CAR_NONE */
	WISH_JUMP,         /* to `at`, with car n selected unless it is CAR_NONE */
	WISH_UNDO_JUMP,    /* */
	WISH_PROMPT_DONE,  /* Enter in a prompt of kind n: view->input */
	WISH_PASS,         /* one more car passes now */
	WISH_PASS_DROP,    /* the oldest passing without a number is dropped */
	WISH_OPERATE,      /* row n of operate_rows */
	WISH_SESSION,      /* row n of the sessions */
	WISH_ALERT_REMOVE, /* rule n */
	WISH_COUNT
};
struct wish {
	uint8_t kind; /* enum wish_kind */
	uint32_t n;
	instant_us at;
	char notice[96]; /* told until the next key; "" nothing */
};

/* An action that is a screen's own, or that means something of its own there. */
struct screen_key {
	uint8_t action;
	const char *about; /* as help has it; NULL ends a table */
	const char *hint;  /* in the line of hints; "" as elsewhere, NULL not there */
};

struct scene;
struct layout;

/* A screen, or an overlay, which is modal: a key that it does not take goes nowhere but
 * for the actions that it declines. Functions and tables may be NULL. */
struct screen {
	const char *name, *title, *about;
	bool modal;
	bool of_car;    /* about the selected car: events looked for are that car's */
	bool returns;   /* Esc goes back to the screen it was opened from */
	uint8_t opener; /* of an overlay: the action that opens it closes it */
	uint64_t
		declines; /* of an overlay: bits of the actions it leaves to what is below */
	void (*draw)(const struct view *view, struct canvas *canvas, struct rect area);
	/** True: the key is used up. A screen gets the actions in its table alone, an
	 * overlay every key; one that is bound to nothing has ACTION_COUNT. */
	bool (*key)(struct view *view, const struct key_binding *key,
		    struct wish *wish);
	const struct screen_key *keys;
	/** Instead of the word of the table; NULL: not offered. */
	const char *(*hint)(const struct view *view, enum action action);
	/** Cars in the order listed; NULL: in the order of the race. */
	uint32_t (*cars)(const struct view *view, uint16_t *cars);
	/** Its table's columns; NULL: it has none, and cells to explain neither. */
	void (*columns)(const struct scene *scene, struct rect area,
			struct layout *layout);
	/** Bits of enum view_need; NULL: 0. */
	unsigned (*needs)(const struct view *view);
};
extern const struct screen *const screens[SCREEN_COUNT];
extern const struct screen *const overlays[OVERLAY_COUNT];

/** Open an overlay on top of what is open. */
void view_open(struct view *view, enum overlay_id overlay);
void view_close(struct view *view, enum overlay_id overlay);
bool view_is_open(const struct view *view, enum overlay_id overlay);
/** Ask for a line of text, which begins as @input. */
void view_ask(struct view *view, enum prompt_kind prompt, struct slice input);
/** The screen, or the overlay on top. */
const struct screen *view_top(const struct view *view);
/** Row of a table of keys; NULL: the action is not in it. */
const struct screen_key *screen_key(const struct screen *screen, enum action action);
/** Give a key to what is on top, then to what is below as far as it is declined. True:
 * the console does its action. */
bool view_press(struct view *view, const struct key_binding *key, struct wish *wish);
/** True when no overlay keeps @action from the screen. */
bool view_reaches(const struct view *view, enum action action);
/** Bits of enum view_need of all that is shown. */
unsigned view_needs(const struct view *view);

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

/** The keys of the view: as they are bound there, or as they come. */
const struct key_binding *view_keys(const struct view *view, size_t *count);
/** What @key does there, or NULL. */
const struct key_binding *view_key(const struct view *view, uint32_t key);

/** Cars in the order the current screen lists them (for selecting by keys).
 * Returns how many; @cars holds RACE_CARS_MAX. */
uint32_t view_cars(const struct view *view, uint16_t *cars);
/** First car (in that order, after the selected one) that matches @text in
 * number, then team, vehicle or driver; CAR_NONE. */
uint16_t view_find(const struct view *view, struct slice text);
/** The same, before it and back. */
uint16_t view_find_back(const struct view *view, struct slice text);
/** The chart that is shown: a timed session has lap times alone. */
enum chart_kind view_chart(const struct view *view);
/** The car that a screen of one car is about: the selected one, else the leader;
 * CAR_NONE while there is none. */
uint16_t view_car(const struct view *view);
/** The car that one is compared with: the tagged one, else the one ahead in its class,
 * else the one behind; CAR_NONE where there is no other. */
uint16_t view_other(const struct view *view);
/** The columns the timing screen shows at view->cols, as column_set_text() has them. */
void view_columns_text(const struct view *view, char *text, size_t cap);
/** The column beside the one that is sorted by, of those shown: @by to the right; 0: the
 * race's own order is next. As view->table.sort. */
uint8_t view_sort_beside(const struct view *view, int by);
/** What the chosen cell of the selected car shows, clamping *@cell to the columns
 * there are; @index of a sector. Screens without cells: EXPLAIN_POSITION. */
enum explain_what view_cell(const struct view *view, int32_t *cell, uint8_t *index);
/** Number of panes of the classes screen. */
unsigned view_panes(const struct view *view);
/** The pane a car stands in: the console keeps view->pane with the selection. */
unsigned view_pane_of(const struct view *view, uint16_t car);
/** First car of a pane (what Tab selects when a car is selected); CAR_NONE. */
uint16_t view_pane_car(const struct view *view, unsigned pane);
/** Choose the row of what happened that is @by below the one chosen (the first where
 * none is); false: none is any more. */
bool view_event_step(struct view *view, int by);
/** The instant a column of the scrub bar stands for, and the reverse. */
instant_us scrub_instant(const struct view *view, int cols, int x);

#endif
