/*
 * season_file.h -- a season as a person writes it, and lists of results
 *
 *  (1) The season file (season_file.c) is read strictly: an unknown key, a round that does not
 *      exist, a decision that says two things are sentences with file and line.
 *  (2) A list of results (result_list.c) is CSV of any maker: columns are found by many names.
 */
#ifndef PITWALL_SEASON_FILE_H
#define PITWALL_SEASON_FILE_H

#include "pitwall/assets.h"

enum {
	SEASON_LINE_MAX = 200, /* of a value of the file */
	SEASON_QUALIFYING_MAX = 6,
	SEASON_DECISIONS_MAX = 256,
	SEASON_SPELLINGS_MAX = 1024,
	SEASON_ENTRIES_MAX = 64,
	SEASON_CHANGES_MAX = 64, /* lines of [points ...] */
};

/* ---- the season file (season_file.c) --------------------------------------------- */

/* A round of the calendar. Lists are as written, "" without. */
struct season_plan_round {
	char label[SEASON_NAME_MAX]; /* "3" of [round 3] */
	char name[SEASON_NAME_MAX], circuit[CIRCUIT_NAME_MAX];
	char source[SEASON_LINE_MAX]; /* a SOURCE: lap file, recording ... */
	char results
		[SEASON_LINE_MAX]; /* a list of results; its places are the places */
	char qualifying[SEASON_QUALIFYING_MAX][SEASON_LINE_MAX];
	char decisions[SEASON_LINE_MAX]; /* of the stewards, as --decisions */
	char ruleset[64];                /* who is classified in the source */
	char pole[SEASON_LINE_MAX], fastest[SEASON_LINE_MAX]; /* numbers */
	char guests[SEASON_LINE_MAX], without[SEASON_LINE_MAX],
		admitted[SEASON_LINE_MAX];
	char scale[POINTS_CLASS_MAX];
	instant_us date; /* INSTANT_NONE */
	struct rules_length length;
	duration_us run; /* DURATION_NONE */
	int32_t factor;  /* -1 */
	uint32_t laps, distance_pm;
	unsigned line;
	uint32_t seen; /* keys that have a value */
	uint8_t qualifying_count;
};

enum season_table_kind {
	SPELLING_DRIVERS,
	SPELLING_TEAMS,
	SPELLING_MAKES,
	SPELLING_CARS,
	SPELLING_KINDS,
};
/* One spelling of a name. */
struct season_spelling {
	char right[SEASON_NAME_MAX];
	char other[SEASON_NAME_MAX]; /* "": the name is right as it is */
	uint8_t kind;                /* enum season_table_kind */
	uint8_t round; /* cars: in this round only; ROUND_BY_RULE: in all */
};

enum season_decision_kind {
	SEASON_STATUS, /* `value` is an enum result_status */
	SEASON_PLACE,  /* in the class */
	SEASON_LAST,   /* of the class */
	SEASON_POINTS, /* `value` in hundredths, to `to` */
	SEASON_QUALIFYING_VOID,
};
struct season_decision {
	char car[EVENT_ID_MAX + 1]; /* "": all cars of `classes` */
	char classes[SEASON_LINE_MAX];
	int32_t value;
	unsigned line;
	uint8_t kind; /* enum season_decision_kind */
	uint8_t round, to;
};

struct season_plan {
	char name[SEASON_NAME_MAX], points[SEASON_LINE_MAX], ruleset[64];
	char guests[SEASON_LINE_MAX], privates[SEASON_LINE_MAX];
	char notice
		[SEASON_LINE_MAX]; /* what readers must know: shown with the standings */
	uint16_t year;
	uint8_t round_count;
	unsigned decision_count, spelling_count, entry_count;
	struct season_plan_round rounds[SEASON_ROUNDS_MAX];
	struct season_decision decisions[SEASON_DECISIONS_MAX];
	struct season_spelling spellings[SEASON_SPELLINGS_MAX];
	/* Entries for the season: of a class, a list of numbers. */
	struct {
		char class_name[POINTS_CLASS_MAX];
		char numbers[SEASON_LINE_MAX];
	} entries[SEASON_ENTRIES_MAX];
	struct points_rules rules; /* with the lines of [points ...] */
};

/** Parse a season file, and load its rules of points; @where names it in errors, @folder
 * (with its '/', or "") is where it lies. -EINVAL with a sentence. */
int season_plan_parse(struct slice text, const char *where, const char *folder,
		      struct season_plan *out, struct err *err);
/** Read a season file by name ("le-mans-2003", of assets/seasons) or path; @path,
 * SOURCE_PATH_MAX bytes, receives its path. */
int season_plan_load(const char *name, struct season_plan *out, char *path,
		     struct err *err);
/** The round of that name or label, case ignored, or of which it is a part that no other
 * round has; -1: none, -2: several. */
int season_plan_round(const struct season_plan *plan, struct slice name);
/** Cut the next word off a list ("6, 7 50"); false: no more. */
bool season_list_next(struct slice *list, struct slice *word);
/** True when a list has the number, case ignored. */
bool season_list_has(const char *list, const char *number);

/* ---- lists of results (result_list.c) ---------------------------------------------- */

struct result_row {
	char number[EVENT_ID_MAX + 1], class_name[POINTS_CLASS_MAX];
	char team[64], vehicle[48], make[48];
	char drivers[RACE_DRIVERS_MAX][48];
	duration_us total;    /* DURATION_NONE */
	uint32_t laps;        /* 0: not known */
	uint32_t line;        /* of the file */
	uint16_t place;       /* 0: none */
	uint16_t class_place; /* 0: by `place` */
	uint16_t qualifying, grid;
	uint8_t status; /* enum result_status */
	uint8_t driver_count;
	uint8_t pole, fastest_lap; /* as typed */
	uint8_t guest;
};
struct result_list {
	unsigned count;
	bool has_class;
	struct result_row rows[RACE_CARS_MAX];
};
/** True for the text of a list of results: its first line names a number and a place, and is
 * not that of a lap file. */
bool result_list_is(struct slice text);
/** Read such a list. -EINVAL with a sentence that names file and line, or the column that
 * is missing. */
int result_list_read(struct slice text, const char *where, struct result_list *out,
		     struct err *err);

#endif
