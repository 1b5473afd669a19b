/*
 * listing.h -- records as a table, as CSV and as JSON, from one description
 *
 * A command describes its fields once; the three formats print the same values. Table:
 * titles, columns of one width, no blanks at the end of a line. CSV: names, RFC 4180.
 * JSON: an array of objects. An empty value is blank, null in JSON.
 */
#ifndef PITWALL_LISTING_H
#define PITWALL_LISTING_H

#include "pitwall/base.h"
#include "pitwall/out.h"

enum format { FORMAT_TABLE, FORMAT_CSV, FORMAT_JSON };

/* ---- a value ---------------------------------------------------------------------- */

enum { LISTING_TEXT_MAX = 512 };
enum listing_type {
	LISTING_TEXT,
	LISTING_NUMBER, /* bare in JSON */
	LISTING_TIME,   /* seconds in JSON */
	LISTING_BOOL,   /* "1" or "0"; true or false in JSON */
	LISTING_SHOWN,  /* text whose value JSON has in another field; null there */
	LISTING_LIST,   /* joined with " / "; a list in JSON */
};
struct listing_value {
	enum listing_type type;
	uint16_t place;    /* of the field */
	struct slice text; /* empty: unknown */
	duration_us time;  /* of LISTING_TIME */
	char buf[LISTING_TEXT_MAX];
};
/** @text must outlive the record. */
void listing_text(struct listing_value *value, struct slice text);
/** Text that is made for this value; cut at LISTING_TEXT_MAX. */
void listing_format(struct listing_value *value, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
void listing_number(struct listing_value *value, int64_t number);
/** @number in units of 10^-@places. */
void listing_decimal(struct listing_value *value, int64_t number, unsigned places);
/** A number that is formatted already. */
void listing_digits(struct listing_value *value, const char *fmt, ...)
	PRINTF_LIKE(2, 3);
void listing_time(struct listing_value *value, duration_us t, enum time_style style);
void listing_bool(struct listing_value *value, bool yes);
/** An empty list, to be filled by listing_item(). */
void listing_items(struct listing_value *value);
void listing_item(struct listing_value *value, struct slice item);

/* ---- a description ---------------------------------------------------------------- */

enum { LISTING_FIELDS_MAX = 96 };
struct listing_field {
	const char *name;  /* in CSV and JSON; NULL: in the table only */
	const char *title; /* in the table; NULL: in CSV and JSON only */
	/* Set @value, which is empty at first. */
	void (*get)(const void *record, struct listing_value *value);
	bool right;
	/* Of the table, at least; a column of width 0 that has no value is left out. */
	uint8_t width;
	uint16_t place; /* for get(), as value->place: an offset, an index */
};
struct listing_form {
	const struct listing_field *fields;
	unsigned count;      /* at most LISTING_FIELDS_MAX */
	uint8_t gap;         /* blanks between the columns of the table */
	bool untitled;       /* the table has no titles */
	const char *between; /* items of a list in table and CSV; NULL: " / " */
	bool json_blanks;    /* behind ':' and ',' of JSON */
};

/** get() of a const char *, or of a char array, at the field's place. */
void listing_pointer(const void *record, struct listing_value *value);
void listing_chars(const void *record, struct listing_value *value);

/* ---- writing ---------------------------------------------------------------------- */

/* begin; for a table with columns as wide as their values, measure() every record;
 * head; a row a record; end. Without measure() the columns have their least width. */
struct listing {
	struct out *out;
	const struct listing_form *form;
	enum format format;
	bool any;
	int widths[LISTING_FIELDS_MAX];
};
void listing_begin(struct listing *listing, struct out *out, enum format format,
		   const struct listing_form *form);
/** Times in CSV are seconds with six decimals from now on, as in JSON. */
void listing_csv_seconds(bool seconds);
/** No-op but for a table. */
void listing_measure(struct listing *listing, const void *record);
/** Cells from the first to the last column of the table; 0: there is none. */
int listing_width(const struct listing *listing);
void listing_head(struct listing *listing);
void listing_row(struct listing *listing, const void *record);
void listing_end(struct listing *listing);

#endif
