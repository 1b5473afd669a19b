/*
 * documents.h -- answers of web services, cut into the lines that their drivers read
 *
 * A service answers with a JSON document that can be larger than a message of a feed driver
 * (FEED_FRAME_MAX). document_write() makes a line of each object in it, "CHANNEL VALUE", without line
 * ends inside. Files that were saved of a service and programs that ask one go the same way.
 */
#ifndef PITWALL_DOCUMENTS_H
#define PITWALL_DOCUMENTS_H

#include "pitwall/feed.h"
#include "pitwall/out.h"

/** The driver that reads the lines of this document; NULL: it is not a document of a service that
 * is known. @name: a file name, an address or a channel ("live_laps.json",
 * "/live/laps/18130", "lv-laps"), which says what the objects of some services are. */
const struct feed_driver *document_driver(struct slice name, struct slice body);
/** A hash of the session that the document is of, as its service names it; 0: it does not say. */
uint64_t document_session(struct slice name, struct slice body);
/** Which document is missing without which the @lines of the others say nothing; NULL: none. */
const char *document_lacks(const struct feed_driver *driver, struct slice lines);
/** What comes before the lines of all documents: the head of a lap file. */
void document_begin(const struct feed_driver *driver, struct out *out);
/** Why a file that no driver reads cannot be one, and what to open instead; NULL: nothing is known of
 * it. */
const char *document_refused(struct slice body);
enum document_mapped {
	DOCUMENT_MAPPED,
	DOCUMENT_NO_FIELD,  /* not FIELD=COLUMN, or there is no such field */
	DOCUMENT_NO_COLUMN, /* the table has no column of the title */
};
/** Write a table with its titles replaced: @map is "number=Car,time=Lap Tm". @wrong: the part of
 * @map, or the title in it, that does not fit. */
enum document_mapped document_map(struct slice body, struct slice map, struct out *out,
				  struct slice *wrong);
/** Write the lines. False: the document is damaged; what is before the damage was written. */
bool document_write(struct slice name, struct slice body, struct out *out);
/** Write a line with which the driver counts a document that is damaged. */
void document_damaged(const struct feed_driver *driver, struct slice name,
		      struct out *out);
/** The same for what is known to be an answer of Griiip: also an empty one, or one without the
 * members that its files are detected by. */
bool document_write_griiip(struct slice name, struct slice body, struct out *out);

#endif
