/*
 * parts.h -- what the files of this layer share
 *
 * A screen is a list of columns and a few blocks (map, news, bests). Blocks draw
 * into a rect and return nothing; whoever owns the room decides who gets it.
 */
#ifndef PITWALL_SCREEN_PARTS_H
#define PITWALL_SCREEN_PARTS_H

#include "pitwall/view.h"

#define SECOND_OF_CHANGE US_S /* how long a changed cell is bright */

/* ---- a short text being made (frame_text.c) ---------------------------------- */

/* Zeroed: no text, ROLE_TEXT. Text that is appended to is copied into @buf and cut at
 * its end; any other stays where it is. */
struct field {
	struct slice text;
	enum role role;
	char buf[120];
};

void field_text(struct field *field, struct slice text, enum role role);
void field_number(struct field *field, uint64_t n, enum role role);
void field_clear(struct field *field, enum role role);
/** Append as printf() does. Slow: not for the cells of a table. */
void field_format(struct field *field, const char *fmt, ...) PRINTF_LIKE(2, 3);
/** "1 lap", "2 laps": @noun in the singular. */
void field_append_count(struct field *field, uint64_t n, const char *noun);
/** Time of day at the circuit: "15:20:01", or "15:20" without @seconds. */
void field_append_clock(struct field *field, const struct view *view, instant_us at,
			bool seconds);
void field_append(struct field *field, const char *z);
void field_append_slice(struct field *field, struct slice s);
/** A sign of one byte before a text that was made in the field's buffer. */
void field_prepend(struct field *out, const char *sign);
void field_append_number(struct field *field, uint64_t n);
void field_append_time(struct field *field, duration_us t, enum time_style style);
/** How much @own is above @other: "+0.123", "=", or "−0.123" in ROLE_GAINED; nothing
 * where one of them is not known. */
void field_difference(duration_us own, duration_us other, enum time_style style,
		      struct field *out);
/** "S. Ara" of "Seiji Ara", or the whole name; capitals are calmed. */
void field_name(struct field *field, const char *name, bool whole);
/** Words before a limit: "Safety car", "Full course yellow" ... */
struct slice flag_words(const struct view *view, enum flag flag, bool brief);
enum role flag_role(enum flag flag);

/* ---- lines and rectangles (pen.c) ----------------------------------------------- */

/** One line of @area, counted from its top. */
struct rect rect_line(struct rect area, int line);
/** @area without its first lines; without a cell at the left and the right. */
struct rect rect_below(struct rect area, int lines);
struct rect rect_inside(struct rect area);
/** Draw on the first line of @at, cut where it ends. Returns the cells used. */
int rect_text(struct canvas *canvas, struct rect at, struct slice text, enum role role);
int rect_words(struct canvas *canvas, struct rect at, const char *words,
	       enum role role);
int rect_right(struct canvas *canvas, struct rect at, struct slice text,
	       enum role role);
/** "… 12 more" on the first line of @at. */
void draw_more(struct canvas *canvas, struct rect at, unsigned n);
/** True when @left rows do not fit into what @area has from line @y on, which is the
 * last: draws how many there are. */
bool draw_rest(struct canvas *canvas, struct rect area, int y, unsigned left);

/* Texts one after the other in a line. */
struct pen {
	struct canvas *canvas;
	int x, y, right; /* the next cell; the first that is out of bounds */
	bool whole;      /* a text that does not fit ends the line; else it is cut */
};
struct pen pen_at(struct canvas *canvas, struct rect at);
void pen_text(struct pen *pen, struct slice text, enum role role);
void pen_words(struct pen *pen, const char *words, enum role role);
void pen_format(struct pen *pen, enum role role, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/** A text in reverse, with a blank at either side, and a blank behind it. */
void pen_tag(struct pen *pen, struct slice text, enum role role);
/** A dim @word and what it says, three blanks behind; false, and nothing, where @text is
 * empty or both do not fit. */
bool pen_fact(struct pen *pen, const char *word, struct slice text, enum role role);

/* ---- the frame of an overlay (box.c) -------------------------------------------- */

/** A box of at most @w by @h in the middle of @area, and what is inside of its frame. */
struct rect box_of(struct rect area, int w, int h);
struct rect box_inside(struct rect box);
/** An empty @box over @area, its title above, and how to go on below; "" none. */
void box_draw(struct canvas *canvas, struct rect area, struct rect box,
	      const char *title, const char *hint);
/** Words on the frame, where they fit. */
enum box_corner { BOX_TOP_LEFT, BOX_TOP_RIGHT, BOX_BOTTOM_RIGHT };
void box_words(struct canvas *canvas, struct rect box, enum box_corner corner,
	       struct slice words, enum role role);
/** Instead of the hint: that there is more below, or how to close it. */
void box_more(struct canvas *canvas, struct rect box, bool more);
/** Show that a line in a box is the selected one. */
void box_select(struct canvas *canvas, struct rect line);

/* ---- what is the same all over a frame (cars.c) ----------------------------- */

/* Classes in the order of the ruleset, then of appearance; those with cars. Cars
 * without a class stand under RACE_CLASSES_MAX. */
struct scene {
	const struct view *view;
	uint8_t panes;
	uint8_t class_of[RACE_CLASSES_MAX + 1]; /* of a pane */
	uint8_t pane_of[RACE_CLASSES_MAX + 1];  /* of a class; 0xff none */
	uint8_t role_of[RACE_CLASSES_MAX + 1];  /* enum role */
	uint8_t team_of[RACE_CARS_MAX];         /* 1 + team; where colours tell teams */
};
void scene_make(const struct view *view, struct scene *scene);

/* What a car is called: race_car_label() by value. */
struct car_label {
	char text[16];
};
struct car_label car_label(const struct race *race, uint16_t car);
/* As a slice; it is gone at the end of the statement. */
#define CAR_LABEL(race_, car_) slice_of(car_label(race_, car_).text)

/* ---- what a car is doing (cars.c) ------------------------------------------ */

enum car_state {
	CAR_WAITING, /* the race has not begun for it */
	CAR_RUNNING,
	CAR_IN_PIT,
	CAR_STOPPED, /* overdue at the next line by far */
	CAR_FLAGGED,
	CAR_ABSENT, /* did not start */
};

/** State at the playhead; @since is how long (IN_PIT, STOPPED), else 0. */
enum car_state car_state_at(const struct view *view, uint16_t car, duration_us *since);
/** Whoever leads the class of a car, or the race where it has none; CAR_NONE. */
uint16_t car_class_leader(const struct view *view, uint16_t car);
bool just_changed(const struct view *view, instant_us at);

/* A stretch of the race under one flag. */
struct flag_span {
	enum flag flag;
	instant_us from, to;
};
/** The stretches up to the playhead, by number; false behind the last. */
bool flag_span_at(const struct view *view, uint32_t i, struct flag_span *out);
/** The cell of an instant among @cells for the time of the race, its scheduled rest
 * included; -1 before it, @cells behind it. */
int time_cell(const struct view *view, int cells, instant_us at);
/** Class colour of a car; ROLE_TEXT without one. */
enum role class_role(const struct scene *scene, uint16_t car);
struct slice shown_class(const struct view *view, uint16_t car);
/** Below, at or above the threshold: what colour a margin deserves. */
enum role margin_role(const struct view *view, const struct result *result);
/** Wins its class, or leads it while the race runs. */
bool class_first(const struct result *result);
const struct standing *car_standing(const struct view *view, uint16_t car);
const struct result *car_result(const struct view *view, uint16_t car);
/** True for unknown transponder: what it is called, "?2906141". */
bool shown_unknown(const struct race *race, uint16_t car, char label[16]);
/** Number as drawn; empty for a car whose number is not known, "?" for a transponder
 * of no entry. */
struct slice shown_number(const struct race *race, uint16_t car);

/** Put @cars into the order of view->table.sort; favourites first (order.c). */
void cars_sort(const struct scene *scene, uint16_t *cars, unsigned count);
/** Cut the first word off @text; empty where there is none left (text.c). */
struct slice text_word(struct slice *text);
/** All cars that started and are shown, in standings order. */
unsigned tower_cars(const struct view *view, uint16_t cars[RACE_CARS_MAX]);
/** Those of a pane. */
unsigned pane_cars(const struct scene *scene, unsigned pane,
		   uint16_t cars[RACE_CARS_MAX]);

/* ---- columns (columns.c, fields.c) ------------------------------------------ */

struct row {
	const struct scene *scene;
	const struct view *view;
	const struct car *car;
	const struct entry *entry;
	const struct standing *standing; /* may be NULL */
	const struct result *result;     /* may be NULL */
	uint16_t index;
	uint8_t state; /* enum car_state */
	duration_us since;
	int width;                           /* of the cell being made */
	uint8_t column;                      /* and its column */
	bool team;                           /* the row shows the team elsewhere */
	bool vehicle;                        /* and the car */
	bool judged;                         /* the screen is about the result */
	const struct forecast_row *foretold; /* NULL: nothing is */
};

/* id, head, width, most it may grow to, alignment, what fills it, what explains it, about */
/* clang-format off */
#define COLUMNS(X) \
	X(POS, "P", 3, 3, RIGHT, field_position, POSITION, \
	  "position in the race") \
	X(CLASS_POS, "PIC", 3, 3, RIGHT, field_class_position, POSITION, \
	  "position in its class") \
	X(GAINED, "", 2, 2, LEFT, field_gained, POSITION, \
	  "positions gained or lost on the last lap") \
	X(NUMBER, "N\u00ba", 3, 3, RIGHT, field_car, ENTRY, \
	  "car number") \
	X(CLASS, "Class", 5, 5, LEFT, field_class, ENTRY, \
	  "class") \
	X(TAG, "Tag", 3, 3, LEFT, field_tag, ENTRY, \
	  "its own class, where it runs among another") \
	X(DRIVER, "Driver", 13, 22, LEFT, field_driver, DRIVER, \
	  "driver on board") \
	X(TEAM, "Team", 14, 32, LEFT, field_team, ENTRY, \
	  "team") \
	X(VEHICLE, "Car", 12, 24, LEFT, field_vehicle, ENTRY, \
	  "make and model of the car") \
	X(LAPS, "Laps", 4, 4, RIGHT, field_laps, LAPS, \
	  "laps completed") \
	X(GAP, "Gap", 9, 9, RIGHT, field_gap, GAP, \
	  "gap to the leader") \
	X(INTERVAL, "Int", 9, 9, RIGHT, field_interval, INTERVAL, \
	  "interval to the car ahead") \
	X(CLASS_GAP, "Gap", 9, 9, RIGHT, field_class_gap, CLASS_GAP, \
	  "gap to the class leader") \
	X(CLASS_INT, "Int", 9, 9, RIGHT, field_class_interval, INTERVAL, \
	  "interval to the car ahead in its class") \
	X(IN_CLASS, "Class gap", 9, 9, RIGHT, field_class_gap, CLASS_GAP, \
	  "gap to the class leader, beside gaps to the leader") \
	X(RACE_GAP, "Race gap", 9, 9, RIGHT, field_gap, GAP, \
	  "gap to the leader, beside gaps in class") \
	X(TO_CAR, "To tagged", 9, 9, RIGHT, field_to_car, POSITION, \
	  "gap to the tagged car") \
	X(LAST, "Last", 8, 8, RIGHT, field_last, LAST, \
	  "last lap time") \
	X(BEST, "Best", 8, 8, RIGHT, field_best, BEST, \
	  "best lap time") \
	X(BEST_LAP, "On", 3, 3, RIGHT, field_best_lap, BEST, \
	  "lap number of its best lap") \
	X(AGAINST, "To best", 7, 7, RIGHT, field_against, BEST, \
	  "last lap against its best lap") \
	X(AGO, "Ago", 6, 6, RIGHT, field_ago, LAST, \
	  "time since it crossed the finish line") \
	X(S1, "S1", 6, 6, RIGHT, field_sector, SECTOR, \
	  "time of sector 1") \
	X(S2, "S2", 6, 6, RIGHT, field_sector, SECTOR, \
	  "time of sector 2") \
	X(S3, "S3", 6, 6, RIGHT, field_sector, SECTOR, \
	  "time of sector 3") \
	X(S4, "S4", 6, 6, RIGHT, field_sector, SECTOR, \
	  "time of sector 4") \
	X(S5, "S5", 6, 6, RIGHT, field_sector, SECTOR, \
	  "time of sector 5") \
	X(S6, "S6", 6, 6, RIGHT, field_sector, SECTOR, \
	  "time of sector 6") \
	X(STOPS, "Pit", 3, 3, RIGHT, field_stops, STOPS, \
	  "number of pit stops") \
	X(STINT, "Stint", 7, 7, RIGHT, field_stint, STINT, \
	  "laps since its last stop, or time in the pits or standing") \
	X(STOP_LAST, "Stop", 5, 5, RIGHT, field_stop_last, STOPS, \
	  "duration of its last stop") \
	X(PIT_TOTAL, "In pits", 7, 7, RIGHT, field_pit_total, STOPS, \
	  "time in the pits, all stops") \
	X(DRIVING, "Driving", 7, 7, RIGHT, field_driving, DRIVER, \
	  "time that the driver on board has driven") \
	X(MARGIN, "Margin", 6, 6, RIGHT, field_margin, MARGIN, \
	  "laps above or below the threshold") \
	X(FLAG_MARGIN, "At flag", 7, 7, RIGHT, field_at_flag, MARGIN, \
	  "forecast margin at the flag") \
	X(CHANCE, "Chance", 6, 6, RIGHT, field_chance, MARGIN, \
	  "probability of being classified") \
	X(DEADLINE, "Rejoin by", 15, 15, LEFT, field_deadline, MARGIN, \
	  "time by which it must rejoin to be classified, or how long it may stop") \
	X(TOTAL, "Time", 12, 12, RIGHT, field_total, TOTAL, \
	  "race time, penalties included") \
	X(RESULT_POS, "P", 3, 3, RIGHT, field_result_position, POSITION, \
	  "rank in the classification") \
	X(RESULT_PIC, "PIC", 3, 3, RIGHT, field_result_class, POSITION, \
	  "rank in the classification of its class") \
	X(DECIDED, "", 1, 1, LEFT, field_decided, STATUS, \
	  "a mark where stewards changed the result") \
	X(RESULT_LAPS, "Laps", 4, 4, RIGHT, field_result_laps, LAPS, \
	  "laps that count") \
	X(RESULT_GAP, "Gap", 9, 9, RIGHT, field_result_gap, GAP, \
	  "gap to the winner") \
	X(BAR, "", 10, 30, LEFT, field_bar, MARGIN, \
	  "margin to the threshold, as a bar") \
	X(STATUS, "", 14, 24, LEFT, field_status, STATUS, \
	  "status in words") \
	X(STINT_TIME, "min", 3, 3, RIGHT, field_stint_time, STINT, \
	  "minutes since its last stop") \
	X(STOPS_LEFT, "Left", 4, 4, RIGHT, field_stops_left, STOPS, \
	  "forecast number of stops left") \
	X(WINDOW, "Window", 8, 8, RIGHT, field_window, STINT, \
	  "laps between which it may stop next") \
	X(WINDOW_IN, "Opens", 7, 7, RIGHT, field_window_in, STINT, \
	  "laps until it may stop") \
	X(STINTS, "", 30, 30, LEFT, field_stints, STOPS, \
	  "stints as bars")
/* clang-format on */

enum column_align { ALIGN_LEFT, ALIGN_RIGHT };
enum column_id {
#define X(id_, head_, width_, most_, align_, field_, explain_, about_) COLUMN_##id_,
	COLUMNS(X)
#undef X
		COLUMN_COUNT
};

#define X(id_, head_, width_, most_, align_, field_, explain_, about_) \
	void field_(const struct row *row, struct field *out);
COLUMNS(X)
#undef X

/** True when the classification is to be foretold: there is room for it from the start
 * on (forecast_cells.c). */
bool foretells(const struct view *view);
/** True when it is. */
bool foretold(const struct view *view);
/** What is foretold of a car; NULL: nothing. */
const struct forecast_row *foretold_of(const struct view *view, uint16_t car);

/** It must rejoin by a deadline, or has missed it; else it can afford a stop. A slow lap
 * behind the safety car is no stop, and who has just come in does not stand yet. */
bool foretold_stands(const struct row *row);
/** The margin at the flag as a whisker: 10, 50 and 90 %, against the threshold. */
void field_whisker(const struct row *row, struct field *out);

/** The column of the chosen cell, clamping *@cell; -1: the screen has none (view.c). */
int cell_column(const struct view *view, int32_t *cell);
/** What explains a column (columns.c); @index receives the sector. */
enum explain_what column_explains(enum column_id id, uint8_t *index);
/** The cell of a column, in row->width cells. */
void column_cell(enum column_id id, const struct row *row, struct field *out);

/* A screen's list of columns: the last to go has the highest number. */
struct column_use {
	uint8_t id, keep;
};

enum { PLACES_MAX = 40 };
struct layout {
	int x, w;     /* the whole row */
	uint8_t sort; /* 1 + the column that orders the rows, or 0 */
	bool sort_back;
	bool team;    /* the team has a column of its own */
	bool vehicle; /* and the car */
	unsigned count;
	struct {
		uint8_t id;
		int x, w;
	} at[PLACES_MAX];
};

/** The columns that fit in @w from @x, whole, with one blank between; one cell is
 * left free at the start for a marker. */
void layout_fit(const struct scene *scene, const struct column_use *uses,
		unsigned count, int x, int w, struct layout *layout);
/** The columns of a set: what does not fit at the right is left out. */
void layout_set(const struct scene *scene, const struct column_set *set, int x, int w,
		struct layout *layout);
/** Columns of a table with the gaps of view->table.gaps in front: @uses is copied to
 * @out, which has room for @count. @panes: of one class. */
void uses_gaps(const struct view *view, const struct column_use *uses, unsigned count,
	       bool panes, struct column_use *out);
/** Heads of columns that start at or behind @from. */
void layout_heads(const struct layout *layout, struct canvas *canvas, int y, int from);
/** Where a column stands, or -1. */
int layout_find(const struct layout *layout, enum column_id id);
void row_make(const struct scene *scene, uint16_t car, struct row *row);
void layout_row(const struct layout *layout, struct canvas *canvas, int y,
		struct row *row);

/* ---- windows over long lists (window.c) -------------------------------------- */

/* Which rows of a list are shown in how many lines: a head that always stays, a
 * line that says how many are left out, a tail that follows the selection. */
struct window {
	unsigned head; /* rows 0..head-1 */
	unsigned from; /* then rows from..from+tail-1 */
	unsigned tail;
	unsigned count;
	bool skip; /* a line "n more" between the two */
	bool more; /* a line "n more" at the end */
};
/** @head: rows that stay when the window moves; @focus: row to be kept in sight,
 * or count for none. */
struct window window_make(unsigned count, unsigned lines, unsigned head,
			  unsigned focus);
/** Draw the rows by @row, which draws one on line *@y and moves *@y on; @list is passed
 * to it. Returns the line behind the last one. */
int window_draw(const struct window *window, struct canvas *canvas, struct rect area,
		void (*row)(const void *list, int *y, unsigned row), const void *list);

/* Cars as the rows of a table. */
struct car_list {
	const struct scene *scene;
	struct canvas *canvas;
	const struct layout *layout;
	const uint16_t *cars;
	unsigned count;
};
/** The selected car stays in sight, and so do the first @head. Lines that say how many
 * cars are left out have the width of @area. */
int car_list_draw(const struct car_list *list, struct rect area, unsigned head);
/** Where @car is among @cars; @count: nowhere. */
unsigned car_index(const uint16_t *cars, unsigned count, uint16_t car);

/* ---- blocks ---------------------------------------------------------------- */

void title_draw(const struct view *view, struct canvas *canvas, struct rect area);
void scrub_draw(const struct view *view, struct canvas *canvas, struct rect area);
void hints_draw(const struct view *view, struct canvas *canvas, struct rect area);
void map_draw(const struct scene *scene, struct canvas *canvas, struct rect area);
/** Rows a map of @w columns wants, at most @h. */
int map_rows(const struct view *view, int w, int h);
void news_draw(const struct scene *scene, struct canvas *canvas, struct rect area);
/** The same of one car, its best lap and its decisions among them. */
void news_draw_car(const struct scene *scene, uint16_t car, struct canvas *canvas,
		   struct rect area);
void bests_draw(const struct scene *scene, struct canvas *canvas, struct rect area);

/** The screen of a view, whatever is open over it (layers.c). */
const struct screen *screen_of(const struct view *view);
/** Cars class by class (view.c). */
uint32_t cars_by_class(const struct view *view, uint16_t *cars);
/** What a column takes to work out: bits of enum view_need (forecast_cells.c). */
unsigned column_needs(const struct view *view, unsigned column);
/** True when the classification can be foretold in this race, at this instant. */
bool can_foretell(const struct view *view);

/* ---- what keys do on several screens (shared_keys.c) --------------------------- */

/** PANE: the next or previous class, and its first car where a car is selected. GAPS,
 * REFERENCE, SPAN and CLEAN: the next of their settings. SELECT_PAGE: the list of laps.
 * False: another action. */
bool shared_key(struct view *view, const struct key_binding *key, struct wish *wish);
/* Rows of the tables of keys for what several screens have. */
#define PANE_KEY                                                            \
	{                                                                   \
		ACTION_PANE, "select the first car of the next class", NULL \
	}
#define CHART_BELOW_KEYS                                                               \
	{ACTION_REFERENCE, "chart below: reference of its gaps", NULL},                \
		{ACTION_SPAN, "chart below: the whole race, or its last hours", NULL}, \
	{                                                                              \
		ACTION_CLEAN, "chart below: clean laps only, or all", NULL             \
	}
/** The list of laps, by so many rows down. */
void laps_scroll(struct view *view, int by);
/** Before the first car is heard of: what is waited for, and how that stands. False,
 * and nothing drawn, when there are cars or no source. */
bool feeds_waiting(const struct view *view, struct canvas *canvas, struct rect area);

#endif
