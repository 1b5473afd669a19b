/*
 * stage.h -- a small race to draw: events, folded up to any instant
 *
 * Eight cars in three classes, three timed lines, one hour from noon: stops,
 * driver changes, a safety car, a car that stands on the track and one that did
 * not start. All of it is arithmetic, so every run draws the same cells.
 */
#ifndef PITWALL_TEST_SCREEN_STAGE_H
#define PITWALL_TEST_SCREEN_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "pitwall/paint.h"
#include "pitwall/view.h"

enum { STAGE_EVENTS = 4096, STAGE_TEXT = 8192, STAGE_ROWS = 2048 };
enum { STAGE_COLS = CANVAS_COLS_MAX, STAGE_LINES = CANVAS_ROWS_MAX };

#define STAGE_START ((instant_us)1068379200 * US_S) /* 2003-11-09 12:00 UTC */
#define STAGE_MINUTE(n) (STAGE_START + (n)*US_MIN)
#define STAGE_END STAGE_MINUTE(66)

struct stage {
	struct race_setup setup;
	struct race race;
	struct race_tables tables;
	struct lap_row laps[STAGE_ROWS];
	struct stint_row stints[STAGE_ROWS];
	struct flag_row flags[64];
	struct message_row messages[64];
	struct weather_row weather[128];
	struct history_row history[4 * STAGE_ROWS];
	struct history_block histories[HISTORY_BLOCKS(4 * STAGE_ROWS)];
	struct event_list list;
	struct event events[STAGE_EVENTS];
	char text[STAGE_TEXT];
	uint32_t order[STAGE_EVENTS];
	struct event_slot scratch[2 * STAGE_EVENTS];
	struct standings standings;
	struct classification classification;
	struct rules rules;
	struct circuit circuit;
	struct view view;
	struct canvas canvas;
	struct cell cells[STAGE_COLS * STAGE_LINES];
};

/** The stage, at the start. Valid until the next call. */
struct stage *stage_new(void);
/** Fold everything up to and including @t and point the view at it. */
void stage_seek(struct stage *stage, instant_us t);
/** The same with later events folded first, so that the tables hold their rows. */
void stage_seek_back(struct stage *stage, instant_us t);
/** Draw the view at this size. */
void stage_draw(struct stage *stage, int cols, int rows);
/** A row of the canvas as UTF-8, trailing blanks cut. Valid until the next call. */
const char *stage_row(const struct stage *stage, int y);
/** True when any row holds @text. */
bool stage_shows(const struct stage *stage, const char *text);
/** Row that holds @text, or -1; *@x receives the column. */
int stage_find(const struct stage *stage, const char *text, int *x);
/** More events: words of race control, decisions of the stewards, weather with a
 * shower. Seek behind it. */
void stage_say(struct stage *stage);
/** Make it look as if the loop of I1 had missed every fourth car, and car 5 had been
 * missed by I2 on every other lap. */
void stage_miss(struct stage *stage);
/** Press a key: what the view makes of it by itself. @wish may be NULL. True: an action
 * is left to the console. */
bool stage_press(struct stage *stage, uint32_t key, struct wish *wish);
uint16_t stage_car(const struct stage *stage, const char *number);

#endif
