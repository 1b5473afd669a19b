/*
 * parts.h -- what the files of this room share
 *
 * A screen is a list of columns and a few blocks (map, news, bests). A block draws into a
 * rect and returns nothing; the screen decides which block gets how much room.
 */
#ifndef PITWALL_SCREEN_PARTS_H
#define PITWALL_SCREEN_PARTS_H

#include "pitwall/view.h"

#define SECOND_OF_CHANGE US_S /* how long a changed cell is highlighted */

/* ---- a short text being made (frame_text.c) ---------------------------------- */

/* Zero-initialised: empty, ROLE_TEXT. Appended text is copied into @buf, and cut when
 * that is full; other text is referenced. */
struct field {
	struct slice text;
	enum role role;
	char buf[120];
};

void field_text(struct field *field, struct slice text, enum role role);
void field_number(struct field *field, uint64_t n, enum role role);
void field_clear(struct field *field, enum role role);
/** Append like printf(). Slow: not for cells of tables. */
void field_format(struct field *field, const char *fmt, ...) PRINTF_LIKE(2, 3);
/** "1 lap", "2 laps": @noun in the singular. */
void field_append_count(struct field *field, uint64_t n, const char *noun);
/** Time of day at the circuit: "15:20:01", or "15:20" without @seconds. */
void field_append_clock(struct field *field, const struct view *view, instant_us at,
			bool seconds);
void field_append(struct field *field, const char *z);
void field_append_slice(struct field *field, struct slice s);
/** Insert a sign of one byte before a text in the field's buffer. */
void field_prepend(struct field *out, const char *sign);
void field_append_number(struct field *field, uint64_t n);
void field_append_time(struct field *field, duration_us t, enum time_style style);
/** @own minus @other: "+0.123", "=", or "−0.123" in ROLE_GAINED; empty when one is
 * DURATION_NONE. */
void field_difference(duration_us own, duration_us other, enum time_style style,
		      struct field *out);
/** A driver of an entry, by the longest form that fits into @w cells: "Seiji Ara" if
 * @whole, "S. Ara", "Ara", "ARA", "#5". */
void field_name(struct field *field, const struct entry *entry, unsigned driver, int w,
		bool whole);
/** Cells for the names of classes, 10 to 15 (cars.c). */
int class_names_width(const struct race *race);
/** The name of a class, shortened by rule to @w cells. */
void field_class_name(struct field *field, struct slice name, int w);
/** Title of a flag under the ruleset, "SAFETY CAR"; @brief: "SC". */
struct slice flag_words(const struct view *view, enum flag flag, bool brief);
enum role flag_role(enum flag flag);

/* ---- lines and rectangles (pen.c) ----------------------------------------------- */

/** One line of @area, counted from its top. */
struct rect rect_line(struct rect area, int line);
/** @area without its first lines; without one cell at the left and the right. */
struct rect rect_below(struct rect area, int lines);
struct rect rect_inside(struct rect area);
/** Draw on the first line of @at, cut to its width. Returns the cells used. */
int rect_text(struct canvas *canvas, struct rect at, struct slice text, enum role role);
int rect_words(struct canvas *canvas, struct rect at, const char *words,
	       enum role role);
int rect_right(struct canvas *canvas, struct rect at, struct slice text,
	       enum role role);
/** Width of @at with the blank cells behind it, but the last: for a text that is drawn
 * after what follows it. */
int rect_grown(const struct canvas *canvas, struct rect at);
/** Bytes of @text that fit in @w cells, to a blank in their second half if there is
 * one. */
size_t line_fits(struct slice text, int w);
/** Draw a text wrapped to at most at.h lines, the last one cut; its first @news bytes in
 * @role, the rest plain. Without a canvas nothing is drawn. Returns the lines. */
int rect_wrap(struct canvas *canvas, struct rect at, struct slice text, size_t news,
	      enum role role);
/** "… 12 more" on the first line of @at. */
void draw_more(struct canvas *canvas, struct rect at, unsigned n);
/** Where @y is the last line of @area and @left rows remain, at least 2: draw "… n
 * more" there. True if drawn. */
bool draw_rest(struct canvas *canvas, struct rect area, int y, unsigned left);

/* Texts in sequence on a line. */
struct pen {
	struct canvas *canvas;
	int x, y, right; /* next cell, line, end (exclusive) */
	bool whole;      /* a text that does not fit ends the line; else it is cut */
	uint32_t figure; /* the value of the next text (figure_of()), or 0 */
};
struct pen pen_at(struct canvas *canvas, struct rect at);
void pen_text(struct pen *pen, struct slice text, enum role role);
void pen_words(struct pen *pen, const char *words, enum role role);
void pen_format(struct pen *pen, enum role role, const char *fmt, ...)
	PRINTF_LIKE(3, 4);
/** A text in reverse between two blanks, and a blank after it. */
void pen_tag(struct pen *pen, struct slice text, enum role role);
/** A dim @word, its @text, and three blanks. False, and nothing drawn, when @text is
 * empty or they do not fit. */
bool pen_fact(struct pen *pen, const char *word, struct slice text, enum role role);

/* ---- the recording in Redis (publish_words.c) ------------------------------------ */

/** How long rows have been waiting for Redis; 0: they do not. */
duration_us publish_behind(const struct view *view);
/** The same in words: "40 s", "12:03". */
void publish_append(const struct view *view, struct field *field);
/** One line: where it is published and for how many, or why not and since when. */
void publish_draw(const struct view *view, struct canvas *canvas, struct rect at);

/* ---- the frame of an overlay (box.c) -------------------------------------------- */

/** A box of at most @w by @h in the middle of @area; the inside of its frame. */
struct rect box_of(struct rect area, int w, int h);
struct rect box_inside(struct rect box);
/** Draw an empty @box over @area with a title above and a hint below ("": none). */
void box_draw(struct canvas *canvas, struct rect area, struct rect box,
	      const char *title, const char *hint);
/** Draw words on the frame, if they fit. */
enum box_corner { BOX_TOP_LEFT, BOX_TOP_RIGHT, BOX_BOTTOM_LEFT, BOX_BOTTOM_RIGHT };
void box_words(struct canvas *canvas, struct rect box, enum box_corner corner,
	       struct slice words, enum role role);
/** Draw "more" or "Esc: close" as the hint. */
void box_more(struct canvas *canvas, struct rect box, bool more);
/** Mark a line in a box as selected. */
void box_select(struct canvas *canvas, struct rect line);

/* ---- what is the same all over a frame (cars.c) ----------------------------- */

/* What a frame shares. Panes: classes with cars, in the order of the ruleset, then of
 * appearance; cars without a class count as RACE_CLASSES_MAX. */
struct scene {
	const struct view *view;
	uint8_t panes;
	uint8_t class_of[RACE_CLASSES_MAX + 1]; /* class of a pane */
	uint8_t pane_of[RACE_CLASSES_MAX + 1];  /* pane of a class; 0xff: none */
	uint8_t role_of[RACE_CLASSES_MAX + 1];  /* enum role */
	uint8_t team_of[RACE_CARS_MAX];         /* 1 + team, with colours by team */
	int16_t top_of[RACE_CLASSES_MAX + 1];   /* highest top speed of a class */
};
void scene_make(const struct view *view, struct scene *scene);

/* race_car_label() by value. */
struct car_label {
	char text[16];
};
struct car_label car_label(const struct race *race, uint16_t car);
/* As a slice, valid until the end of the statement. */
#define CAR_LABEL(race_, car_) slice_of(car_label(race_, car_).text)

/* ---- what a car is doing (cars.c) ------------------------------------------ */

enum car_state {
	CAR_WAITING, /* before its first line */
	CAR_RUNNING,
	CAR_IN_PIT,
	CAR_STOPPED, /* long overdue at the next line */
	CAR_FLAGGED,
	CAR_ABSENT, /* did not start, or was not timed since the start */
};

/** State at the playhead; *@since: how long it has lasted (IN_PIT, STOPPED), else 0. */
enum car_state car_state_at(const struct view *view, uint16_t car, duration_us *since);
/** Leader of the class of a car, or of the race without classes; CAR_NONE. */
uint16_t car_class_leader(const struct view *view, uint16_t car);
bool just_changed(const struct view *view, instant_us at);

/* A period under one flag. */
struct flag_span {
	enum flag flag;
	instant_us from, to;
	bool guessed; /* no source says it */
};
/** Period @i up to the playhead; false after the last. From the start signal to the first
 * flag that a source says, it is that flag, or green: a guess. */
bool flag_span_at(const struct view *view, uint32_t i, struct flag_span *out);
/** The flag at the playhead; *@guessed as above. */
enum flag shown_flag(const struct view *view, bool *guessed);
/** Step of the labels of a bar from view->from to view->to: the shortest of which fewer
 * than @most fit. */
duration_us time_step(const struct view *view, int64_t most);
/** Cell of an instant on a bar of @cells from view->from to view->to; -1 before, @cells
 * after. */
int time_cell(const struct view *view, int cells, instant_us at);
/** Colour of a car: of its class or team; ROLE_TEXT without one. */
enum role class_role(const struct scene *scene, uint16_t car);
struct slice shown_class(const struct view *view, uint16_t car);
/** Role of a margin: below, close to, or above the threshold. */
enum role margin_role(const struct view *view, const struct result *result);
/** True when the car won its class, or leads it while the race runs. */
bool class_first(const struct result *result);
const struct standing *car_standing(const struct view *view, uint16_t car);
const struct result *car_result(const struct view *view, uint16_t car);
/** The team of an entry, or its first driver where it has none. */
const char *shown_entrant(const struct race *race, uint16_t car);
/** True for a transponder without an entry; @label: "?2906141". */
bool shown_unknown(const struct race *race, uint16_t car, char label[16]);
/** The car as drawn in a list: its number, "~16" without one, "?" for a transponder
 * without an entry. */
struct car_label shown_number(const struct race *race, uint16_t car);
#define SHOWN_NUMBER(race_, car_) slice_of(shown_number(race_, car_).text)

/** Sort @cars by view->table.sort; favourites first (car_order.c). */
void cars_sort(const struct scene *scene, uint16_t *cars, unsigned count);
/** Cut the first word off @text; empty when none is left (frame_text.c). */
struct slice text_word(struct slice *text);
/** Cars that started and pass the filter, in order of the race. Returns how many. */
unsigned tower_cars(const struct view *view, uint16_t cars[RACE_CARS_MAX]);
/** The same, of one pane. */
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
	int width;                           /* of the current cell */
	uint8_t column;                      /* of the current cell */
	bool team;                           /* the team has a column */
	bool vehicle;                        /* the car model has one */
	bool whole;                          /* drivers by their whole names */
	bool judged;                         /* the screen shows the result */
	const struct forecast_row *forecast; /* NULL: none */
	const struct season_line *season;    /* NULL: none */
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
	X(TREND, "s/lap", 6, 6, RIGHT, field_trend, INTERVAL, \
	  "by how much its interval shrinks (\u25be) or grows (\u25b4) a lap, by the pace of both") \
	X(CLASS_TREND, "s/lap", 6, 6, RIGHT, field_class_trend, INTERVAL, \
	  "the same for the interval in its class") \
	X(IN_CLASS, "Class gap", 9, 9, RIGHT, field_class_gap, CLASS_GAP, \
	  "gap to the class leader, beside gaps to the leader") \
	X(RACE_GAP, "Race gap", 9, 9, RIGHT, field_gap, GAP, \
	  "gap to the leader, beside gaps in class") \
	X(TO_CAR, "To tagged", 9, 9, RIGHT, field_to_car, POSITION, \
	  "gap to the tagged car") \
	X(PENALTY, "Pen", 4, 4, RIGHT, field_penalty, STATUS, \
	  "time penalty in seconds; gaps have it from the finish on") \
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
	X(STATUS, "", 12, 24, LEFT, field_status, STATUS, \
	  "status in words") \
	X(TOP_SPEED, "km/h", 5, 5, RIGHT, field_top_speed, VALUE, \
	  "top speed so far, as the source measures it") \
	X(TOP_LAP, "On", 3, 3, RIGHT, field_top_lap, VALUE, \
	  "lap number of its top speed") \
	X(ENERGY, "Energy", 6, 6, RIGHT, field_energy, VALUE, \
	  "energy left, where the source reports it") \
	X(TYRE, "Tyre", 4, 4, RIGHT, field_tyre, VALUE, \
	  "tyre on the car (S, M, H, I, W) and its laps") \
	X(TITLE_POS, "P", 3, 3, RIGHT, field_title_position, POINTS, \
	  "position in the standings of the season, as if the race ended now") \
	X(TITLE_GAINED, "", 2, 2, LEFT, field_title_gained, POINTS, \
	  "positions gained or lost there by the race") \
	X(TITLE_NAME, "Name", 16, COLUMN_WIDTH_MOST, LEFT, field_title_name, POINTS, \
	  "drivers, team or make of the standings of the season") \
	X(POINTS_BEFORE, "Before", 6, 6, RIGHT, field_points_before, POINTS, \
	  "points of the season before the race") \
	X(POINTS, "Points", 6, 6, RIGHT, field_points, POINTS, \
	  "points of the season, as if the race ended now") \
	X(POINTS_BEHIND, "Behind", 6, 6, RIGHT, field_points_behind, POINTS, \
	  "points behind the first of the standings") \
	X(POINTS_FLAG, "At flag", 7, 7, RIGHT, field_points_flag, POINTS, \
	  "forecast points of the season at the flag") \
	X(TITLE, "Title", 5, 5, RIGHT, field_title, POINTS, \
	  "forecast probability of the title of its class, or to lead it after the race") \
	X(STINT_TIME, "min", 3, 3, RIGHT, field_stint_time, STINT, \
	  "minutes since its last stop") \
	X(NET, "Net", 3, 9, RIGHT, field_net, POSITION, \
	  "forecast place in its class once all have made their next stop") \
	X(STOPS_LEFT, "Left", 4, 4, RIGHT, field_stops_left, STOPS, \
	  "forecast number of stops left") \
	X(WINDOW, "Window", 8, 8, RIGHT, field_window, STINT, \
	  "laps between which it may stop next") \
	X(WINDOW_IN, "Opens", 7, 7, RIGHT, field_window_in, STINT, \
	  "laps until it may stop") \
	X(STINTS, "", 30, CANVAS_COLS_MAX, LEFT, field_stints, STOPS, \
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

/** The line of a car for the columns of points; NULL: none (season_cells.c). */
const struct season_line *season_line_of(const struct view *view, uint16_t car);
/** The car of the race of a line; CAR_NONE. */
uint16_t season_line_car(const struct view *view, const struct season_line *line);
/** True when the rounds before are known, and the race has points. */
bool season_ready(const struct view *view);
/** True when the flag of the race can be forecast. */
bool season_forecasts(const struct view *view);
/** True when forecast columns have a place: from the start of the race on
 * (forecast_cells.c). */
bool forecasts(const struct view *view);
/** True when there is a forecast. */
bool forecast_ready(const struct view *view);
/** By how much the gap between two cars changes a lap, by the pace of both: negative when
 * @behind closes; DURATION_NONE: too few clean laps (fields_gaps.c). */
duration_us trend_between(const struct view *view, uint16_t ahead, uint16_t behind);
/** The same to the car ahead, of the same class and on the same lap. */
duration_us trend_of(const struct row *row, bool in_class);
/** False when a car is behind another in its class and either has too few clean laps. */
bool trend_known(const struct row *row);
/** "\u25be0.8" closing, "\u25b42.0" opening; "" where it is noise. */
void append_trend(struct field *out, duration_us trend);
/** Energy as "73.2%", a tyre and its laps as "M12"; "" unknown (fields.c). */
void append_energy(struct field *out, int16_t energy);
void append_tyre(struct field *out, const int16_t values[CAR_VALUE_COUNT]);
/** True when a car has a value, or a TOP_SPEED (cars.c). */
bool any_value(const struct race *race, enum car_value value);
/** True when strategy->flag_at is known and the race is not over (stint_bars.c). */
bool strategy_known(const struct view *view);
/** format_chance(). */
void append_chance(struct field *out, unsigned p);
/** False where the margin, the chance and the deadline of a car say nothing. */
bool margin_tells(const struct row *row);
/** Forecast of a car, where a threshold matters; NULL: none. */
const struct forecast_row *forecast_of(const struct view *view, uint16_t car);

/** True when the car must rejoin by a deadline, or missed it; else it can afford a
 * stop. */
bool forecast_stands(const struct row *row);
/** Forecast margin at the flag as a box plot: 10, 50 and 90 %, relative to the
 * threshold. */
void field_whisker(const struct row *row, struct field *out);

/** Column of the chosen cell, clamping *@cell; -1: the screen has no columns
 * (view.c). */
int cell_column(const struct view *view, int32_t *cell);
/** What explains a column; *@index: the sector (columns.c). */
enum explain_what column_explains(enum column_id id, uint8_t *index);
/** Fill the cell of a column, row->width cells wide. */
void column_cell(enum column_id id, const struct row *row, struct field *out);
/** True when the classification has penalties that the order on the track has not. */
bool with_penalties(const struct view *view);
/** The value that a column shows; FIGURE_NONE: none that other screens show. */
enum figure column_figure(enum column_id id);

/* A column of a screen; those with the lowest @keep are dropped first. */
struct column_use {
	uint8_t id, keep;
};

enum { PLACES_MAX = 40 };
struct layout {
	int x, w;     /* the whole row */
	uint8_t sort; /* 1 + column sorted by, or 0 */
	bool sort_back;
	bool team;    /* the team has a column */
	bool vehicle; /* the car model has one */
	bool whole;   /* drivers by their whole names */
	const struct view *view;
	unsigned count;
	struct {
		uint8_t id;
		int x, w;
	} at[PLACES_MAX];
};

/** Lay out the columns that fit into @w cells from @x, one blank between; the first
 * cell is for a marker. */
void layout_fit(const struct scene *scene, const struct column_use *uses,
		unsigned count, int x, int w, struct layout *layout);
/** Lay out a column set; columns that do not fit at the right are left out. */
void layout_set(const struct scene *scene, const struct column_set *set, int x, int w,
		struct layout *layout);
/** Copy @uses to @out (@count rows) with the column of view->table.gaps in front.
 * @panes: a table of one class. */
void uses_gaps(const struct view *view, const struct column_use *uses, unsigned count,
	       bool panes, struct column_use *out);
/** Draw the heads of columns from cell @from on. */
void layout_heads(const struct layout *layout, struct canvas *canvas, int y, int from);
/** Cell of a column, or -1. */
int layout_find(const struct layout *layout, enum column_id id);
void row_make(const struct scene *scene, uint16_t car, struct row *row);
void layout_row(const struct layout *layout, struct canvas *canvas, int y,
		struct row *row);

/* ---- windows over long lists (window.c) -------------------------------------- */

/* Which rows of a list are shown: a head that stays, a line "n more", a tail that
 * follows the selection. */
struct window {
	unsigned head; /* rows 0..head-1 */
	unsigned from; /* then rows from..from+tail-1 */
	unsigned tail;
	unsigned count;
	bool skip; /* a line "n more" between the two */
	bool more; /* a line "n more" at the end */
};
/** @head: rows that stay; @focus: row to keep visible, or @count for none. */
struct window window_make(unsigned count, unsigned lines, unsigned head,
			  unsigned focus);
/** Draw the rows by @row, which draws one at *@y and advances *@y; @list is its
 * context. Returns the line after the last. */
int window_draw(const struct window *window, struct canvas *canvas, struct rect area,
		void (*row)(const void *list, int *y, unsigned row), const void *list);

/* Cars as rows of a table. */
struct car_list {
	const struct scene *scene;
	struct canvas *canvas;
	const struct layout *layout;
	const uint16_t *cars;
	unsigned count;
};
/** Draw the cars; the selected one and the first @head stay visible. Returns the line
 * after the last. */
int car_list_draw(const struct car_list *list, struct rect area, unsigned head);
/** Index of @car in @cars; @count: not in it. */
unsigned car_index(const uint16_t *cars, unsigned count, uint16_t car);

/* ---- blocks ---------------------------------------------------------------- */

void title_draw(const struct view *view, struct canvas *canvas, struct rect area);
void scrub_draw(const struct view *view, struct canvas *canvas, struct rect area);
/* The line of screens has room from this many rows up. */
enum { SCREEN_LINE_ROWS = 24 };
void screen_line_draw(const struct view *view, struct canvas *canvas, struct rect area);
void hints_draw(const struct view *view, struct canvas *canvas, struct rect area);
void map_draw(const struct scene *scene, struct canvas *canvas, struct rect area);
/** Lines that a map @w cells wide needs, at most @h. */
int map_rows(const struct view *view, int w, int h);
/** A circuit without a map is drawn as a strip (map_strip.c). */
bool map_is_strip(const struct view *view);
int strip_rows(const struct view *view, int w, int h);
void strip_draw(const struct scene *scene, struct canvas *canvas, struct rect area);
void news_draw(const struct scene *scene, struct canvas *canvas, struct rect area);
/** News of one car, with its best laps and decisions. */
void news_draw_car(const struct scene *scene, uint16_t car, struct canvas *canvas,
		   struct rect area);
void bests_draw(const struct scene *scene, struct canvas *canvas, struct rect area);

/** What e and E go to, in words (typed_words.c). */
const char *step_about(enum history_step step);
struct typed_wants;
/** The words that can follow in a prompt, above it (typed_list.c). */
void typed_list_draw(const struct view *view, const struct typed_wants *wants,
		     struct canvas *canvas, struct rect area);
/** The current screen, below any overlays (layers.c). */
const struct screen *screen_of(const struct view *view);
/** Cars by class (view.c). Returns how many. */
uint32_t cars_by_class(const struct view *view, uint16_t *cars);
/** What a column needs: bits of enum view_need (forecast_cells.c). */
unsigned column_needs(const struct view *view, unsigned column);
/** True when a forecast of the classification is possible now. */
bool can_forecast(const struct view *view);

/* ---- what keys do on several screens (shared_keys.c) --------------------------- */

/** PANE: next or previous class, and its first car if a car is selected. GAPS,
 * REFERENCE, SPAN, CLEAN: next setting. SELECT_PAGE: scroll the laps. False: another
 * action. */
bool shared_key(struct view *view, const struct key_binding *key, struct wish *wish);
/* Rows of key tables that several screens share. */
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
/** Scroll the list of laps down by @by rows. */
void laps_scroll(struct view *view, int by);
/** Before the first car: draw the sources and their states. False, and nothing drawn,
 * when there are cars or no sources. */
bool feeds_waiting(const struct view *view, struct canvas *canvas, struct rect area);

#endif
