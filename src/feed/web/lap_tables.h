/*
 * lap_tables.h -- laps of other programs, written as the rows of an Al Kamel lap file
 *
 * Tables in CSV with a header, laps of Speedhive and analyses of Timing71 have what a lap file has: a
 * number, a lap, a time. They become one, and its reader does the rest.
 */
#ifndef PITWALL_FEED_LAP_TABLES_H
#define PITWALL_FEED_LAP_TABLES_H

#include "pitwall/documents.h"
#include "web.h"

enum lap_table {
	LAP_TABLE_NONE,
	LAP_TABLE_CSV,       /* a header with number, lap and time */
	LAP_TABLE_EMPTY,     /* such a header without rows */
	LAP_TABLE_RESULTS,   /* a row a car: no laps in it */
	LAP_TABLE_UNKNOWN,   /* a table without titles that are known */
	LAP_TABLE_SPEEDHIVE, /* the laps of one car */
	LAP_TABLE_ANALYSIS,  /* of Timing71: stints with their laps */
};

enum lap_table lap_table_kind(struct slice body);
/** The first line of the lap file. */
void lap_table_head(struct out *out);
/** document_map() of the text of a document. */
enum document_mapped lap_table_map(struct slice body, struct slice map, struct out *out,
				   struct slice *wrong);
/** The rows of a table, without the first line. False: nothing is in it. */
bool lap_table_write(struct slice body, struct out *out);

#endif
