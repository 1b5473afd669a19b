/*
 * alkamel.h -- what the files of the Al Kamel reader share
 *
 * bytes -> lines and fields (alkamel_split.c) -> rows (alkamel_rows.c) -> which
 * rows are believed (alkamel_judge.c) and what counts (alkamel_best.c) -> events (alkamel_events.c), anomalies
 * (alkamel_anomaly.c). alkamel.c is the driver and reads the header.
 *
 *  (1) Nothing depends on the order of the lines: every choice between rows is
 *      made after they were sorted by (car, ELAPSED, lap, bytes), and every sum
 *      is one that does not care. Only line numbers of anomalies do.
 *  (2) A row is a line. A quoted field never spans lines, so a stray quote costs
 *      one line and not the rest of the file.
 *  (3) Columns are found by name. Of what a final classification wrote back into the
 *      rows, only LAP_IMPROVEMENT is read: it says which lap counts as a car's best.
 *  (4) Times are microseconds since the start signal.
 */
#ifndef PITWALL_FEED_ALKAMEL_H
#define PITWALL_FEED_ALKAMEL_H

#include "pitwall/feed.h"
#include "pitwall/wire.h"

enum {
	AK_FIELDS_MAX = 256,
	AK_SECTORS_MAX = LINES_MAX - 1,
	AK_CARS_MAX = 1024,
	AK_VARIANTS_MAX = 8192,
	AK_ANOMALIES_MAX = 4096, /* reported one by one; all are counted */
	AK_PLACES_MAX = 8,       /* drivers of a car */
	AK_LENGTHS = 512,        /* classes of lap length, each 2^16 mm wide */
	AK_LAP_MAX = 9999,
};
#define AK_ELAPSED_MAX (1000 * US_HOUR)

/* Columns: those of wire.h, then the sectors. */
enum ak_column {
#define X(id_, name_, alias_) AK_##id_,
	WIRE_AK_COLUMNS(X)
#undef X
		AK_NAMED_COUNT,
	AK_S1 = AK_NAMED_COUNT,
	AK_LARGE1 = AK_S1 + AK_SECTORS_MAX,
	AK_COLUMN_COUNT = AK_LARGE1 + AK_SECTORS_MAX,
};

/* A split line. Field c is between ends[c] and ends[c + 1]. */
struct ak_line {
	const char *at;
	size_t len;      /* without the line end */
	size_t next;     /* bytes to the line behind it */
	uint32_t fields; /* AK_FIELDS_MAX + 1: too many */
	bool quoted;     /* fields may be quoted */
	bool unclosed;   /* a quote is opened and not closed */
	/* +2: a field that is always empty, for the columns a file has not;
	 * +64: the splitter writes a block before it looks. */
	uint32_t ends[AK_FIELDS_MAX + 2 + 64];
};
enum { AK_ABSENT = AK_FIELDS_MAX + 64 };

/** Field @c of @line, quotes taken off. */
static inline struct slice ak_field(const struct ak_line *line, unsigned c)
{
	size_t from = (uint32_t)(line->ends[c] + 1), to = line->ends[c + 1];
	if (line->quoted && to - from >= 2 && line->at[from] == '"' &&
	    line->at[to - 1] == '"') {
		from++;
		to--;
	}
	return (struct slice){line->at + from, to - from};
}

/* Bits of a row. */
enum {
	AK_IN_PIT = 1,      /* SF was crossed in the pit lane */
	AK_HOLES = 2,       /* a sector is unknown */
	AK_BARE = 4,        /* of its times only ELAPSED is believed */
	AK_SKIP = 8,        /* not used */
	AK_DOUBT = 16,      /* HOUR says otherwise: used only where it fits */
	AK_REPAIRED = 32,   /* its lap number was put right */
	AK_NO_HOUR = 64,    /* HOUR is not there */
	AK_EXACT_SUM = 128, /* all sectors are there and add up to LAP_TIME */
};
#define AK_PIT_NONE UINT32_MAX
#define AK_PIT_UNKNOWN (UINT32_MAX - 1)

struct ak_row {
	int64_t elapsed;   /* (4) */
	int64_t lap_time;  /* 0: unknown */
	uint32_t offset;   /* of its line in the file */
	uint32_t start_ms; /* HOUR - ELAPSED, time of day */
	uint32_t pit_ms;   /* PIT_TIME */
	uint16_t start_us; /* below the millisecond */
	uint16_t car;
	uint16_t lap;
	uint16_t driver; /* variants; 0: none */
	uint16_t class;
	uint8_t flag;
	uint8_t bits;
	uint16_t kph, top; /* tenths of km/h; 0: unknown */
	uint8_t best;      /* enum ak_best */
	uint8_t spare[3];
	int64_t sector[]; /* ak->sectors of them; 0: missed */
};
_Static_assert(sizeof(struct ak_row) == 48, "72 bytes a row of three sectors");

/* What LAP_IMPROVEMENT makes of a row. */
enum ak_best {
	AK_PLAIN,
	AK_MARKED,     /* LAP_IMPROVEMENT is not 0 */
	AK_BEST,       /* the fastest marked row of its car */
	AK_TAKEN_BACK, /* faster, and not marked */
	AK_UNMARKED,   /* of a car that has no marked row */
};

/* One spelling of a text a car is given, and how many rows say so. */
enum ak_kind { AK_OF_DRIVER, AK_OF_CLASS, AK_OF_TEAM, AK_OF_VEHICLE, AK_KIND_COUNT };
struct ak_variant {
	uint32_t offset; /* of the text in the file */
	uint32_t count;
	uint16_t len;
	uint16_t next;   /* 0: last */
	uint16_t number; /* DRIVER_NUMBER; 0: none */
	uint8_t kind;
	uint8_t place; /* 1-based among the drivers, 0: none */
};

struct ak_car {
	char id[EVENT_ID_MAX + 1];
	uint8_t id_len;
	uint16_t heads[AK_KIND_COUNT]; /* of the lists of variants */
	uint32_t first, count;         /* its rows; after sorting */
	uint32_t used;                 /* rows that count */
	uint32_t laps;                 /* number of its last lap */
};

/* Why something was not used. %c car, %a and %b numbers, %n column, %q the text
 * it is about. */
#define AK_REASONS(X)                                                                \
	X(BAD_FIELDS, FORMAT, "%a fields where the header has %b")                   \
	X(BAD_QUOTE, FORMAT, "a quote is opened and not closed")                     \
	X(UNREADABLE, FIELD, "%n cannot be read: \"%q\"")                            \
	X(LAP_OVER, CAPACITY, "lap \"%q\" is not used: a car has at most 9999 laps") \
	X(LAPS_MOST, CAPACITY,                                                       \
	  "car %c: lap %a is not used: a car has at most 9999 laps")                 \
	X(SUM, CONTRADICTION, "lap %a: the sectors do not add up to LAP_TIME")       \
	X(LARGE, CONTRADICTION, "lap %a: a sector differs from its LARGE column")    \
	X(CLOCK, CONTRADICTION, "car %c lap %a: HOUR less ELAPSED is not the start") \
	X(CHAIN, CONTRADICTION,                                                      \
	  "car %c lap %a: LAP_TIME does not lead from the lap before to ELAPSED")    \
	X(RENUMBERED, CONTRADICTION,                                                 \
	  "car %c: numbered lap %a, but it follows as lap %b and is used so")        \
	X(MISPLACED, CONTRADICTION,                                                  \
	  "car %c: lap %a does not fit after lap %b and is not used")                \
	X(REPEATED, REPEATED, "car %c: lap %a is there already")                     \
	X(MISSING, MISSING,                                                          \
	  "car %c: laps before lap %a without a row: %b; made from the rows "        \
	  "around them")                                                             \
	X(GHOST, CONTRADICTION,                                                      \
	  "car %c: too few rows to have driven %b laps; not used")                   \
	X(CLASS_DIFFERS, CONTRADICTION,                                              \
	  "car %c: CLASS \"%q\" is not that of its other rows")                      \
	X(FLAG_EARLY, CONTRADICTION,                                                 \
	  "car %c lap %a: the chequered flag before the finish")                     \
	X(NO_BEST, CONTRADICTION,                                                    \
	  "car %c: no lap is marked as its best; its fastest is used")               \
	X(STOP_UNTIMED, CONTRADICTION,                                               \
	  "car %c lap %a: it ends in the pit lane and no PIT_TIME follows")          \
	X(STOP_UNSEEN, CONTRADICTION,                                                \
	  "car %c lap %a: a PIT_TIME, and the lap before did not end in the pit "    \
	  "lane")                                                                    \
	X(MORE, CAPACITY, "anomalies that are not listed one by one: %a")

enum ak_reason {
#define X(id_, kind_, sentence_) AK_##id_,
	AK_REASONS(X)
#undef X
};

struct ak_anomaly {
	int64_t elapsed; /* -1: unknown */
	uint32_t offset; /* of the line */
	uint32_t quote;  /* offset of the text it is about */
	uint16_t quote_len;
	uint16_t car; /* 0xffff: unknown */
	uint8_t reason;
	uint8_t column;
	uint32_t a, b; /* numbers of the sentence */
};

/* The row before, to see quickly what has not changed since. */
struct ak_memo {
	const char *at;           /* its line; NULL: none */
	uint32_t from[4], len[4]; /* the spans below */
	uint32_t run;             /* rows since its variants were counted */
	uint16_t car;
	uint16_t variant[AK_KIND_COUNT];
	uint8_t flag;
	uint8_t flag_len;
	char flag_text[4];
};

struct ak {
	struct slice file;
	const struct feed_setup *setup;
	struct event_list *out;
	struct feed_info *info;
	char separator;
	bool trailing;    /* the header ends in a separator */
	bool grouped;     /* rows came car by car, in time */
	bool hours_agree; /* HOUR - ELAPSED is a check in this file */
	bool overflow;    /* more cars or spellings than a race has */
	bool pit_times;   /* PIT_TIME is used in this file */
	bool marked;      /* so is LAP_IMPROVEMENT */
	unsigned named;   /* columns with a name */
	unsigned sectors;
	uint16_t column[AK_COLUMN_COUNT];
	struct {
		uint16_t first, last;
	} span[4]; /* columns that stay as they are row after row */
	unsigned span_count;

	unsigned char *rows;
	size_t stride;
	uint32_t row_count, row_max;
	uint32_t *order;  /* rows sorted; used when not grouped */
	uint16_t *ranked; /* cars by number as text */
	struct ak_car *cars;
	uint32_t car_count;
	uint16_t *slots; /* of the table that finds a car */
	struct ak_variant *variants;
	uint32_t variant_count;
	struct ak_anomaly *anomalies;
	uint32_t anomaly_count; /* listed */
	uint64_t anomaly_total;
	uint64_t *length_sum; /* of laps, by class of length */
	uint32_t *length_count;
	int64_t lap_min;      /* fastest lap whose sectors add up; INT64_MAX: none */
	int64_t last_elapsed; /* last crossing of all */
	instant_us start_at;
	uint32_t ppm[LINES_MAX + 1]; /* shares; [sectors] = 1000000 */
	uint32_t sequence;           /* of the next event */
	uint32_t records;            /* rows written */
	struct ak_memo memo;
	struct ak_line line;
};

/** Row @i of the sorted rows. */
static inline struct ak_row *ak_sorted(const struct ak *ak, uint32_t i)
{
	uint32_t at = ak->grouped ? i : ak->order[i];
	return (struct ak_row *)(void *)(ak->rows + at * ak->stride);
}

/* ---- alkamel_split.c ----------------------------------------------------- */

/** Take the line at @at apart. */
void ak_split(const char *at, const char *end, char separator, struct ak_line *line);

/* ---- alkamel_rows.c ------------------------------------------------------ */

/** Read every line behind the header, which ends at @from. */
void ak_rows_read(struct ak *ak, size_t from);
/** The text of a variant. */
struct slice ak_variant_text(const struct ak *ak, const struct ak_variant *variant);

/* ---- alkamel_judge.c ----------------------------------------------------- */

/** Sort the rows, find the start, decide which rows are used. */
void ak_judge(struct ak *ak);
/** The spelling most rows have, 0: none. */
uint16_t ak_majority(const struct ak *ak, const struct ak_car *car, enum ak_kind kind);

/* ---- alkamel_clock.c ----------------------------------------------------- */

/** Find the start, and the rows whose HOUR contradicts it. */
void ak_judge_start(struct ak *ak);

/* ---- alkamel_best.c ------------------------------------------------------ */

/** Find the type of the session. */
void ak_judge_type(struct ak *ak);
/** Find which laps count as a best lap. */
void ak_judge_best(struct ak *ak);

/* ---- alkamel_events.c ---------------------------------------------------- */

void ak_events_write(struct ak *ak);

/* ---- alkamel_anomaly.c --------------------------------------------------- */

/** Count an anomaly of the line at @offset; the rest is filled in by the caller
 * (never NULL, zeroed but for elapsed and car). */
struct ak_anomaly *ak_anomaly_add(struct ak *ak, enum ak_reason reason, size_t offset);
/** An anomaly of a row that was read. */
struct ak_anomaly *ak_row_anomaly(struct ak *ak, enum ak_reason reason,
				  const struct ak_row *row);
/** Turn the anomalies kept into events, in the order of their lines. */
void ak_anomalies_write(struct ak *ak);
const char *ak_column_name(enum ak_column column);

#endif
