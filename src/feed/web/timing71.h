/*
 * timing71.h -- the table of cars of a Timing71 recording
 */
#ifndef PITWALL_FEED_TIMING71_H
#define PITWALL_FEED_TIMING71_H

#include "snapshot.h"
#include "web.h"

/* Columns that are read, by their titles. */
#define T71_COLUMNS(X)      \
	X(NUM, "Num")       \
	X(STATE, "State")   \
	X(CLASS, "Class")   \
	X(DRIVER, "Driver") \
	X(TEAM, "Team")     \
	X(CAR, "Car")       \
	X(LAPS, "Laps")     \
	X(LAST, "Last")     \
	X(ENERGY, "VFT")    \
	X(S1, "S1")         \
	X(S2, "S2")         \
	X(S3, "S3")         \
	X(S4, "S4")         \
	X(S5, "S5")
enum t71_column {
#define X(id_, name_) T71_##id_,
	T71_COLUMNS(X)
#undef X
		T71_COLUMN_COUNT
};

enum {
	T71_ROWS = 200,
	T71_CELL = 48,
	T71_WIDTH = 64, /* columns of a recording */
	T71_SECTORS = T71_COLUMN_COUNT - T71_S1,
	T71_NONE = 255,
};

/* A row of the standings: text as it stands. */
struct t71_row {
	char cell[T71_COLUMN_COUNT][T71_CELL];
	uint32_t changed; /* bits of columns, since the last frame */
	uint32_t old;     /* bits of sectors that are of the lap before */
};

struct t71_table {
	uint8_t column[T71_WIDTH]; /* enum t71_column or T71_NONE */
	uint8_t width, sectors;
	bool known;
	uint32_t rows;
	struct t71_row row[T71_ROWS];
};

/** Take the titles of a manifest: [["Num", "text"], ...]. */
void t71_columns(struct t71_table *table, struct slice spec);
/** Take a whole table, or the rows of it from @first on. */
void t71_rows(struct t71_table *table, struct slice cars, uint32_t first);
/** Apply a difference: [["change", [row, column], [was, is]], ...]. */
void t71_patch(struct t71_table *table, struct slice difference);

#endif
