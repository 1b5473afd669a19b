/*
 * decoded.h -- what decoding made of the rows of a recording, packed
 *
 * A finished recording may hold it beside its rows: it opens without decoding them. It is
 * only a copy: when anything about it is doubtful it is discarded, and the rows are decoded.
 * Part of feed: no heap.
 *
 *  (1) Reading returns the decoded events and their text, byte for byte.
 *  (2) Any bytes are legal input: kinds, fields, ids, text and references to it are checked,
 *      as a decoder checks them.
 *
 * The bytes: a checksum of the rest (8 bytes, little-endian), the version, items in order,
 * and DECODED_PADDING zeros. Numbers are LEB128, signed ones zigzag.
 */
#ifndef PITWALL_DECODED_H
#define PITWALL_DECODED_H

#include "pitwall/feed.h"
#include "pitwall/out.h"

enum {
	DECODED_VERSION = 2,
	DECODED_PADDING = 128, /* no event is longer, so none is read beyond the end */
	DECODED_SHAPES = 256,
	DECODED_IDS = 1024,
};

enum decoded_item {
	DECODED_END,
	DECODED_BEGIN,  /* number: when the first row was received; then the set-up */
	DECODED_ROW,    /* number: id of a row that is read itself */
	DECODED_EVENTS, /* of the rows since the item before */
	DECODED_FILES,  /* what follows is of files read whole */
	DECODED_INFO,   /* of such a file */
	DECODED_BAD,    /* not ours, or damaged */
};

/* An event is stored as a difference from the event before it, from the last one of its
 * shape and from the last one of its id. */
struct decoded_shape {
	uint8_t kind, line, flag, bits, field, clock;
	uint16_t source;
};
struct decoded_id {
	uint8_t kind;
	char text[EVENT_ID_MAX + 1];
};
struct decoded_memory {
	instant_us at, received_at;
	uint32_t record, sequence;
	uint16_t shape, id; /* of the event before */
	uint16_t shape_count, id_count;
	struct decoded_shape shapes[DECODED_SHAPES];
	int64_t shape_value[DECODED_SHAPES];
	struct decoded_id ids[DECODED_IDS];
	int64_t id_value[DECODED_IDS];
	uint32_t id_number[DECODED_IDS];
};

struct decoded_writer {
	struct out *out;
	struct decoded_memory memory;
};
/** Begin; the first eight bytes of @out are left to decoded_seal(). */
void decoded_begin(struct decoded_writer *writer, struct out *out);
/** An item with its number: END, BEGIN, ROW, FILES. */
void decoded_write(struct decoded_writer *writer, enum decoded_item item,
		   int64_t number);
/** The events of @list from @from on, whose text is that from @text_from on. */
void decoded_write_events(struct decoded_writer *writer, const struct event_list *list,
			  uint32_t from, uint32_t text_from);
void decoded_write_info(struct decoded_writer *writer, const struct feed_info *info);
/** A number that the caller reads back by decoded_number(). */
void decoded_write_number(struct decoded_writer *writer, int64_t number);
/** Put the checksum into the @len bytes that were written. */
void decoded_seal(char *bytes, size_t len);

struct decoded_reader {
	const unsigned char *at, *end; /* followed by the padding */
	unsigned sources;              /* events name those before this one */
	bool bad;
	struct decoded_memory memory;
};
/** False: not ours, or damaged. @bytes stay where they are. */
bool decoded_open(struct decoded_reader *reader, struct slice bytes, unsigned sources);
enum decoded_item decoded_next(struct decoded_reader *reader, int64_t *number);
int64_t decoded_number(struct decoded_reader *reader);
/** After DECODED_EVENTS: how many events and bytes of text. */
void decoded_room(struct decoded_reader *reader, uint32_t *events, uint32_t *text);
/** After decoded_room(), with that room in @list: append them. False: not clean, or no
 * room; @list is as it was. */
bool decoded_read_events(struct decoded_reader *reader, struct event_list *list,
			 uint32_t events, uint32_t text);
/** After DECODED_INFO. */
void decoded_read_info(struct decoded_reader *reader, struct feed_info *out);

#endif
