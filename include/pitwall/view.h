/*
 * view.h -- what a screen may know, and what can be asked of it
 *
 * Pure: draw(view, canvas). The view is all a screen may know; the canvas is all
 * it may change. Screens are a table: help, the manual and completion are generated
 * from it.
 *
 *  (1) Nothing behind view->at is drawn: no result, mark or flag of the future.
 *  (2) The same view at the same size gives the same cells.
 *  (3) Columns have priorities and drop whole; a cell never jumps.
 */
#ifndef PITWALL_VIEW_H
#define PITWALL_VIEW_H

#include "pitwall/canvas.h"
#include "pitwall/forecast.h"
#include "pitwall/keys.h"
#include "pitwall/race.h"
#include "pitwall/season_view.h"
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
	X(EVENTS, events, '0', "0")                 \
	X(SEASON, season, 'S', "S")
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
	X(CHOOSE, choose)     \
	X(NOTICES, notices)   \
	X(CHANGED, changed)   \
	X(DIGEST, digest)     \
	X(WELCOME, welcome)   \
	X(HELP, help)         \
	X(PROMPT, prompt)     \
	X(QUIT, quit)
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

/* Reference of the gap chart: the leader, the leader of the selected car's class, or
 * view->reference_car. */
enum chart_reference {
	REFERENCE_LEADER,
	REFERENCE_CLASS,
	REFERENCE_CAR,
	REFERENCE_COUNT
};

/* Time that the charts show, up to the playhead; 0: the whole race. */
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
	PROMPT_STINT,   /* a stint by hand: "GT 32" */
	PROMPT_COMMAND, /* a verb and what it takes (command_line.h) */
	PROMPT_COUNT
};

/* The menu of race control (operate_menu.c): what a letter writes into the prompt. %s in
 * @form is the selected car; a form that ends in a blank waits for more words, any other
 * is carried out at once. */
struct operate_row {
	char letter;
	const char *form;  /* "flag SC", "time %s " */
	const char *words; /* what follows: "SECONDS [REASON]", or "" */
	const char *about; /* "time penalty, or correction" */
};
extern const struct operate_row operate_rows[];
extern const size_t operate_rows_count;

/* A word that can be typed. @usage: how it goes on, "" not at all. */
struct view_word {
	const char *name, *usage, *about;
};

/* Lines that were typed into prompts, oldest first. */
enum { LINES_KEPT = 32, LINE_MOST = 256 };
struct line_past {
	uint8_t prompts[LINES_KEPT]; /* enum prompt_kind */
	char lines[LINES_KEPT][LINE_MOST];
	uint32_t count;
	char typed[LINE_MOST]; /* before Up was pressed */
};

/* ---- what is live (feeds, recording, sessions) ----------------------------- */

#define VIEW_FEEDS(X)                                                \
	X(FILE, "file")             /* read to its end */            \
	X(CONNECTING, "connecting") /* */                            \
	X(LIVE, "live")             /* */                            \
	X(SILENT, "silent")         /* connected, no data */         \
	X(WAITING, "reconnecting")  /* connects again at retry_at */ \
	X(REFUSED, "refused")       /* */                            \
	X(ENDED, "ended")           /* a pipe that was closed */
enum view_feed_state {
#define X(id_, name_) VIEW_FEED_##id_,
	VIEW_FEEDS(X)
#undef X
		VIEW_FEED_COUNT
};

/* One source. Counts are of decoded data. */
struct view_feed {
	char name[80];                           /* "p3://10.0.0.5:5403" */
	char driver[16];                         /* "" not known yet */
	char reason[96];                         /* why it is not live; "" */
	instant_us received_at, since, retry_at; /* INSTANT_NONE */
	uint64_t bytes;
	uint32_t connects, peers;
	uint32_t events, passings;
	uint32_t passings_minute; /* received in the last minute */
	uint32_t anomalies[ANOMALY_COUNT];
	uint8_t state; /* enum view_feed_state */
	uint8_t clock; /* best enum event_clock received */
	uint8_t spare[6];
};

/* Input that was not used, newest last. */
struct view_anomaly {
	instant_us at;
	uint16_t source;
	uint8_t kind; /* enum anomaly */
	uint8_t spare[5];
	char words[104];
};

/* A loop that a source received passings of. */
struct view_loop {
	char name[16];     /* as [loops] of the session file has it */
	uint32_t passings; /* received */
	uint16_t source;   /* index of its source */
	uint8_t line;      /* LINE_...; LINE_NONE: the session file does not name it */
	uint8_t spare;
};
enum { VIEW_LOOPS_MAX = 64 };

struct view_record {
	char name[272];  /* "": nothing is recorded */
	char fault[160]; /* in red while it lasts: "disk full: 312 records wait" */
	uint64_t rows;
	size_t waiting;   /* bytes not yet durable */
	duration_us lag;  /* age of the oldest of them */
	bool following;   /* another process records */
	bool copies;      /* rows of a stream, which others record */
	bool elsewhere;   /* of a fault: a file or its records were lost, it goes on */
	char notice[320]; /* the latest that was done and that a person must know */
	uint32_t notices; /* how many there were */
};

/* The recording in Redis. */
struct view_publish {
	char place[256];  /* HOST/NAME/SESSION; "": it is not published */
	char reason[160]; /* why rows wait; "" */
	instant_us since; /* of the reason; INSTANT_NONE */
	uint64_t waiting; /* rows */
	uint32_t consoles;
	uint8_t full; /* from 90 %, how full the stream is; 0 */
};

struct view_session {
	char name[40];
	uint32_t cars;
	uint8_t type; /* enum session_type */
	uint8_t current;
	uint8_t spare[2];
};

/* What the console reported, newest last. */
struct view_notice {
	instant_us at; /* where the playhead was */
	bool bad;
	char text[247];
};

struct view;

/* ---- two instants of one race ------------------------------------------------ */

/* The state at an instant, for a comparison with another. */
struct race_state_car {
	uint32_t laps;
	int32_t margin; /* to the threshold */
	duration_us best;
	uint16_t class_position; /* 0: not established */
	uint16_t stops;
	uint8_t driver, state; /* as car_state_at() has it */
	uint8_t spare[2];
};
struct race_state {
	instant_us at;
	uint16_t car_count;
	uint16_t leader;                         /* CAR_NONE */
	uint16_t class_leader[RACE_CLASSES_MAX]; /* CAR_NONE */
	struct race_state_car cars[RACE_CARS_MAX];
};
void view_state(const struct view *view, struct race_state *out);
/** True when something happened after @from that the list of changes has beside the
 * places. */
bool view_happened(const struct view *view, instant_us from);

enum { MARKS_MAX = 16 };

/* ---- tables of cars, as the user wants them --------------------------------- */

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
/** Parse "number driver:20 gap last best": columns by name, left to right, with an
 * optional width. -EINVAL with a sentence that names the unknown word; @out->name is not
 * changed. */
int column_set_parse(struct slice text, struct column_set *out, struct err *err);
/** The set as text, cut at @cap. */
void column_set_text(const struct column_set *set, char *text, size_t cap);
enum { COLUMN_NAME_MAX = 24, COLUMN_WIDTH_MOST = 60 };
/** Name of column @id; false: there is none. */
bool column_name(unsigned id, char name[COLUMN_NAME_MAX]);
/** Its head on the screen, and a description; "": there is none. */
const char *column_head(unsigned id);
const char *column_about(unsigned id);
/** Column by name; -1: unknown, or not to be chosen. */
int column_by_name(struct slice name);

/* Which gap the column of gaps shows. */
enum gap_shown { GAPS_LEADER, GAPS_INTERVAL, GAPS_CLASS, GAPS_CAR, GAPS_SHOWN };
extern const char *const gap_shown_names[GAPS_SHOWN]; /* "leader", "interval" ... */

enum { CAR_TAGGED = 1, CAR_FAVOURITE = 2, CAR_ALERT = 4 /* of a new alert */ };
struct view_table {
	const struct column_set *columns; /* NULL: the screen's own */
	uint8_t gaps;                     /* enum gap_shown */
	uint8_t sort; /* 1 + a column; 0: in the order of the race */
	bool sort_back;
	bool zoom;                   /* one class alone */
	bool by_team;                /* colours by team instead of by class */
	char filter[64];             /* "" all cars */
	uint8_t bits[RACE_CARS_MAX]; /* CAR_ bits */
};
/** True for a tagged car: gaps, alerts, news and charts follow all of them. */
static inline bool view_is_tagged(const struct view_table *table, uint16_t car)
{
	return car < RACE_CARS_MAX && (table->bits[car] & CAR_TAGGED);
}
/** True when view->table.filter lets a car through. All of its words must match: "class
 * GT", "team oreca", "driver ara", "#88", "running", "pit", "stopped", "tagged",
 * "favourite"; any other word must occur in number, class, team, car or drivers. "-"
 * before a word negates it. */
bool view_shows(const struct view *view, uint16_t car);

/* The events screen: the kinds shown, and the chosen row. */
struct view_events {
	instant_us at; /* of the chosen row, which is found again by its content */
	uint32_t row, lap;
	uint16_t car;
	uint8_t kind, sector;
	uint8_t group; /* row of the groups of kinds */
	bool chosen;
};

struct view {
	/* the race at the playhead */
	const struct race *race;
	const struct race_tables *tables;
	const struct standings *standings;
	const struct classification *classification;
	const struct forecast *forecast;   /* NULL: none */
	const struct history_row *guesses; /* of the forecast, by time; perhaps beyond
					      `at` */
	uint32_t guess_count;
	const struct strategy *strategy;  /* NULL: none */
	const struct stint_named *stints; /* by hand, as the strategy has them */
	uint32_t stint_count;
	const struct season_view *season; /* NULL: none was given */
	const struct rules *rules;
	const struct circuit *circuit;
	const struct circuit_found *found; /* how it was found; NULL */

	/* time */
	instant_us at;                /* the playhead */
	instant_us from, to;          /* the scrub bar: start, and the scheduled end (or
					 the playhead, whichever is later) */
	int32_t speed_num, speed_den; /* 8/1, 1/8 */
	bool playing;
	bool live;               /* the source still runs */
	duration_us behind_live; /* 0 at the edge */
	duration_us delay;       /* delay of the live edge; 0 */
	uint8_t as;              /* enum timeline_as: shown where they differ */
	instant_us now;          /* our clock while live, for ages; INSTANT_NONE in a
				    replay */

	/* what is live; NULL and 0 where there is none */
	const struct view_feed *feeds;
	uint32_t feed_count;
	const struct view_anomaly *anomaly_log; /* newest last */
	uint32_t anomaly_log_count;
	const struct view_loop *loops;
	uint32_t loop_count;
	const struct view_session *sessions;
	uint32_t session_count;
	struct view_record record;
	struct view_publish publish;
	const char
		*limit; /* the worst limit that is near or met, in words; "" or NULL */
	bool limit_harms; /* laps, gaps or positions are incomplete by it */

	/* what is open over the screen: enum overlay_id, the top one last */
	uint8_t overlays[OVERLAY_COUNT];
	uint8_t overlay_count;

	/* explaining a number: the cell chosen and where it comes from */
	int32_t cell; /* column of the current screen */
	const struct explain_line *explain_lines;
	uint32_t explain_count;
	char explain_title[64];

	/* what changed since `before`; never later than `at` */
	const struct race_state *before; /* NULL: nothing is compared */
	const char *before_what;         /* "since the mark" */
	int32_t changed_top;

	/* how the race was won, or its state: sentences (digest.h) */
	const struct slice *digest;
	uint32_t digest_count;
	int32_t digest_top;   /* the first one drawn */
	instant_us digest_at; /* they are as of here */

	/* alerts (alert.h) */
	const struct alert_rule *alerts;
	uint32_t alert_count;
	const struct alert_fired *alert_log; /* newest last */
	uint32_t alert_log_count;
	uint32_t alerts_new; /* raised before the playhead, and not acknowledged */
	uint8_t alert_row;   /* selected */
	uint8_t choose_row;  /* in the list of events and alerts */

	/* marks and the loop */
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
	bool feeds_received;  /* feeds: loops and transponders, not the log */
	uint32_t control_top; /* first row of the log of race control; 0: the newest */
	uint8_t season_table; /* of season->queries */
	uint8_t season_top;   /* case at the top of what must happen, from 1; 0: some of
				 each name */
	uint32_t lap_top;     /* lap at the top of the list of the car screen; 0: the
			      newest */
	int32_t help_top;
	/* The stop asked about on the strategy screen, of the car @what_if_car. */
	struct strategy_what_if what_if; /* lap 0: none */
	uint16_t what_if_car;
	bool map_hidden;        /* the map key was pressed: hides the map from 120
			      columns up; below, where it is folded away,
			      shows it alone */
	uint16_t selected;      /* car or CAR_NONE */
	uint16_t focused;       /* car or CAR_NONE */
	uint16_t reference_car; /* of REFERENCE_CAR */
	uint16_t compared;      /* the tagged car that gaps and comparisons are to, or
				   CAR_NONE */
	char input[LINE_MOST];  /* of the prompt */
	struct line_past *past; /* the console's; NULL: lines are not kept */
	uint32_t past_at;       /* line shown, counted from the newest; 0: a new one */
	/* What only the console knows; a NULL name ends a list; NULL: none. */
	const struct view_word *speed_words, *theme_words, *decision_words;
	char notice[247]; /* one line, "" none */
	bool notice_bad;
	const struct view_notice *notices; /* all that were kept, newest last */
	uint32_t notice_count, notices_waiting;
	int32_t notices_top; /* of the list of notices */
	uint32_t anomalies;  /* counted while reading */
	const char *source;  /* name shown when the event has none */
	bool map_near; /* the map follows the focused, or selected car from near */
	duration_us map_age; /* the map shows the cars as of at - map_age: it
				moves less often than the clock ticks */
	bool calm;           /* changes are not highlighted: it would take two frames
				for one change */
};

/* ---- screens, and what opens over them --------------------------------------- */

/* Data of a view that costs time to compute, or frames. */
enum view_need {
	NEED_FORECAST = 1,
	NEED_STRATEGY = 2, /* and the forecast with it */
	NEED_FLIPS = 4,    /* where chances to be classified flipped */
	NEED_MAP = 8,      /* cars move between two passings */
	NEED_SEASON = 16,  /* the lines of a table of the season */
	NEED_TITLES = 32,  /* the chances of the cars, from the forecast */
};

/* What a key requests of the console: only the console moves in time, selects cars and
 * records decisions. */
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
	WISH_STEP,         /* e and E go to enum history_step n */
	WISH_GROUP,        /* the events screen shows row n of history_groups */
	WISH_QUIT,         /* the question was answered */
	WISH_COUNT
};
struct wish {
	uint8_t kind; /* enum wish_kind */
	uint32_t n;
	instant_us at;
	char notice[96]; /* shown until the next key; "": none */
};

/* An action that belongs to a screen, or does something else there. */
struct screen_key {
	uint8_t action;
	const char *about; /* for help; NULL ends a table */
	const char *hint;  /* for the line of hints; "": the usual word, NULL: none */
};

struct scene;
struct layout;

/* A screen, or an overlay. An overlay is modal: a key that it does not use is dropped,
 * except for the actions that it declines. Functions and tables may be NULL. */
struct screen {
	const char *name, *title, *about;
	const char *brief; /* screen: its name where there is little room; NULL: name */
	bool modal;
	bool of_car;       /* the next event is the next of the selected car */
	bool returns;      /* Esc goes back to the screen it was opened from */
	uint8_t opener;    /* overlay: the action that opens it, and closes it */
	uint64_t declines; /* overlay: bits of the actions it passes on */
	void (*draw)(const struct view *view, struct canvas *canvas, struct rect area);
	/** Returns true when the key was used. A screen gets the actions of its table, an
	 * overlay gets every key; an unbound key has ACTION_COUNT. */
	bool (*key)(struct view *view, const struct key_binding *key,
		    struct wish *wish);
	const struct screen_key *keys;
	/** The hint of an action of the table; NULL: none now. */
	const char *(*hint)(const struct view *view, enum action action);
	/** Cars in the order of the screen; NULL: the order of the race. */
	uint32_t (*cars)(const struct view *view, uint16_t *cars);
	/** Columns of its table; NULL: there is no cell to explain. */
	void (*columns)(const struct scene *scene, struct rect area,
			struct layout *layout);
	/** Data that it shows: bits of enum view_need; NULL: none. */
	unsigned (*needs)(const struct view *view);
};
extern const struct screen *const screens[SCREEN_COUNT];
extern const struct screen *const overlays[OVERLAY_COUNT];

/** Open an overlay on top of the others. */
void view_open(struct view *view, enum overlay_id overlay);
void view_close(struct view *view, enum overlay_id overlay);
bool view_is_open(const struct view *view, enum overlay_id overlay);
/** Open the list of events and alerts, at what is chosen. */
void view_choose(struct view *view);
/** Open a prompt for a line of text that begins with @input. */
void view_ask(struct view *view, enum prompt_kind prompt, struct slice input);
/** The screen, or the overlay on top. */
const struct screen *view_top(const struct view *view);
/** Row of the screen's table of keys; NULL: the action is not in it. */
const struct screen_key *screen_key(const struct screen *screen, enum action action);
/** Give a key to the top overlay, then to those below as far as it is declined, then to
 * the screen. Returns true when the console must carry out its action. */
bool view_press(struct view *view, const struct key_binding *key, struct wish *wish);
/** True when a key does nothing on the screen that is shown; overlays show their own
 * keys, and any other is dropped there. */
bool view_key_is_idle(const struct view *view, const struct key_binding *key);
/** True when no overlay blocks @action. */
bool view_reaches(const struct view *view, enum action action);
/** Data that the view shows: bits of enum view_need. */
unsigned view_needs(const struct view *view);

/* What a click on a cell means (canvas_hit): the kind is in the highest byte. */
enum hit_kind {
	HIT_NONE,
	HIT_CAR,   /* its index */
	HIT_KEY,   /* this key is pressed */
	HIT_SCRUB, /* column of the scrub bar */
	HIT_OVER,  /* nothing: an overlay covers it */
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

/* Values that stand on several screens (canvas_figure): each has one text. Those of a car
 * come first. */
enum figure {
	FIGURE_NONE,
	FIGURE_POSITION,
	FIGURE_CLASS_POSITION,
	FIGURE_DRIVER,
	FIGURE_TEAM,
	FIGURE_LAPS,
	FIGURE_GAP,
	FIGURE_INTERVAL,
	FIGURE_CLASS_GAP,
	FIGURE_CLASS_INTERVAL,
	FIGURE_PENALTY,
	FIGURE_LAST,
	FIGURE_BEST,
	FIGURE_BEST_LAP,
	FIGURE_STOPS,
	FIGURE_STINT,
	FIGURE_STOP_LAST,
	FIGURE_PIT_TOTAL,
	FIGURE_TOTAL,
	FIGURE_PACE,
	FIGURE_MARGIN,
	FIGURE_FLAG_LAPS,
	FIGURE_FLAG_MARGIN,
	FIGURE_CHANCE,
	FIGURE_DEADLINE,
	FIGURE_NET,
	FIGURE_STOPS_LEFT,
	FIGURE_WINDOW,
	FIGURE_POINTS,
	FIGURE_TITLE,
	FIGURE_SECTOR,
	FIGURE_SECTOR_LAST = FIGURE_SECTOR + LINES_MAX - 1,
	/* of the race */
	FIGURE_CLOCK,
	FIGURE_LEFT,
	FIGURE_LEADER_LAPS,
	FIGURE_FLAG,
	FIGURE_THRESHOLD,
	FIGURE_FLAG_THRESHOLD,
	FIGURE_WINNER_LAPS,
	FIGURE_COUNT
};
/** Of @car; CAR_NONE: of the race. 0: FIGURE_NONE. */
static inline uint32_t figure_of(enum figure what, uint16_t car)
{
	return what == FIGURE_NONE ? 0 : (uint32_t)what << 16 | car;
}

/** True at the live edge while no source sends: the state of cars is unknown then. */
bool view_is_silent(const struct view *view);
/** Draw the console: title bar, screen, scrub bar, key hints, and the overlays. Below
 * 60x16 a message says that the terminal is too small. */
void view_draw(const struct view *view, struct canvas *canvas);

/** The bindings of the view: view->keys, or the default ones. */
const struct key_binding *view_keys(const struct view *view, size_t *count);
/** The binding of @key, or NULL. */
const struct key_binding *view_key(const struct view *view, uint32_t key);
/** The first key of @action as help shows it (of several with an argument, one that goes
 * on), or NULL. */
const char *view_key_of(const struct view *view, enum action action);
enum { KEY_WORDS_MAX = 64 };
/** "; u goes back": @before, the key of @action and @words; "" where no key is bound.
 * Returns @text. */
const char *view_key_words(const struct view *view, enum action action,
			   const char *before, const char *words,
			   char text[KEY_WORDS_MAX]);

/** Cars in the order of the current screen. Returns their number; @cars has
 * room for RACE_CARS_MAX. */
uint32_t view_cars(const struct view *view, uint16_t *cars);
/** First car (in that order, after the selected one) that matches @text in
 * number, then team, vehicle or driver; CAR_NONE. */
uint16_t view_find(const struct view *view, struct slice text);
/** The same, backwards. */
uint16_t view_find_back(const struct view *view, struct slice text);
/** The chart shown: a timed session has only lap times. */
enum chart_kind view_chart(const struct view *view);
/** The car of the car screen: the selected one, else the leader; CAR_NONE: there is
 * none. */
uint16_t view_car(const struct view *view);
/** The car it is compared with: the tagged one, else the one ahead in its class, else
 * the one behind; CAR_NONE: there is no other. */
uint16_t view_other(const struct view *view);
/** Columns of the timing screen at view->cols, as column_set_text() writes them. */
void view_columns_text(const struct view *view, char *text, size_t cap);
/** The shown column @by to the right of the sorted one, as view->table.sort; 0: the
 * order of the race, which lies between the last column and the first. */
uint8_t view_sort_beside(const struct view *view, int by);
/** What cell *@cell of the selected car shows; *@cell is clamped to the columns. @index
 * receives the sector. Screens without columns: EXPLAIN_POSITION. */
enum explain_what view_cell(const struct view *view, int32_t *cell, uint8_t *index);
/** Number of panes of the classes screen. */
unsigned view_panes(const struct view *view);
/** The pane that lists a car. */
unsigned view_pane_of(const struct view *view, uint16_t car);
/** First car of a pane; CAR_NONE. */
uint16_t view_pane_car(const struct view *view, unsigned pane);
/** On the events screen choose the row @by below the chosen one, or the first. Returns
 * false when no row is chosen afterwards. */
bool view_event_step(struct view *view, int by);
/** Instant of a column of the scrub bar. */
instant_us scrub_instant(const struct view *view, int cols, int x);

#endif
