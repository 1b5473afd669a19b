/*
 * season_fixture.h -- small seasons written by hand
 */
#ifndef PITWALL_TEST_SEASON_SEASON_FIXTURE_H
#define PITWALL_TEST_SEASON_SEASON_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/assets.h"
#include "pitwall/inifile.h"
#include "pitwall/season.h"

/* 12.5 points: P(12.5). */
#define P(points) ((int32_t)((points)*SEASON_POINT))
/* A name that is not in the table. */
#define ABSENT INT32_MIN

/** A season without rounds by rules of the program; valid until the next call. */
struct season *season_by(const char *rules, unsigned year);
/** The same by the text of a file of points; fails the test when it is refused. */
struct season *season_by_text(const char *text, unsigned year);
/** Change the rules as a season file does: lines "[points SECTION]", "key = value". */
void season_change(struct season *season, const char *text);
/** A round that is held, of a length as in a ruleset; ten at most. */
struct season_round *add_round(struct season *season, const char *name,
			       const char *length);
/** A classified car at @place of its class; its drivers separated by commas. The place in
 * the field is the same. */
struct season_result *add_car(struct season *season, struct season_round *round,
			      const char *class_name, unsigned place,
			      const char *number, const char *drivers);
/** Cars without drivers at all places up to @places that are free in the class. */
void add_others(struct season *season, struct season_round *round,
		const char *class_name, unsigned places);
/** Position of a name in a table, and its points. @class_name "": the joint table; @title:
 * the name of the title in the rules. Fails the test when the standings are refused. */
int32_t points_in(const struct season *season, const char *title,
		  const char *class_name, const char *name);
unsigned position_in(const struct season *season, const char *title,
		     const char *class_name, const char *name);
/** The row itself; NULL: not in the table. Valid until the next call of the four. */
const struct season_standing *standing_in(const struct season *season,
					  const char *title, const char *class_name,
					  const char *name);
/** The table of the last call. */
const struct season_table *table_in(const struct season *season, const char *title,
				    const char *class_name);
/** The query of a table. */
struct season_query query_of(const struct season *season, const char *title,
			     const char *class_name);
/** The sentence with which the table is refused; "" when it is not. */
const char *refusal_of(const struct season *season, const char *title,
		       const char *class_name);
/** A reason in the sentence for one round; "" none. Checks that all reasons of the row add up
 * to its points. */
const char *reason_in(const struct season *season, const char *title,
		      const char *class_name, const char *name, const char *words);

#endif
