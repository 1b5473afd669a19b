/*
 * redis_keys.h -- the keys of a session in Redis, and the text form of an entry (keys.c)
 *
 *  (1) Entry N-0 of the stream is row N of the recording. It has one field, "r": the head
 *      "TYPE SOURCE RECEIVED STEADY NAME\n" in decimal, then the bytes of the row. In NAME
 *      a byte up to 0x20, 0x7f and '%' are %XX.
 *  (2) Entry N-1 has one field, "end": the recording was closed in order after row N.
 */
#ifndef PITWALL_REDIS_REDIS_KEYS_H
#define PITWALL_REDIS_REDIS_KEYS_H

#include "pitwall/redis.h"

enum redis_key {
	REDIS_STREAM,
	REDIS_INFO,
	REDIS_PUBLISHER,
	REDIS_CONSOLES,
	REDIS_ASKS,
	REDIS_ANSWERS,
};
enum {
	REDIS_KEY_ROOM = 160,
	REDIS_ID_ROOM = 32,
	REDIS_ROW_NAME = 256, /* bytes of record_row.name at most */
	REDIS_HEAD_ROOM = 96 + 3 * REDIS_ROW_NAME,
};
/* No row has a number above this: sums of numbers stay numbers. */
#define REDIS_ROW_LAST (INT64_MAX / 4)
/* The zset of all sessions: "NAME/SESSION" -> since. */
#define REDIS_SESSIONS "pitwall:sessions"

/** The key of a session; its length. */
size_t redis_key(char out[REDIS_KEY_ROOM], const struct redis_address *address,
		 enum redis_key key);
/** "ROW-PART"; its length. */
size_t redis_id(char out[REDIS_ID_ROOM], int64_t row, unsigned part);
/** False: it is not one of ours. */
bool redis_id_read(struct slice text, int64_t *row, unsigned *part);
/** Write the head of a row (1); its length, 0: the name is too long. */
size_t redis_head(char out[REDIS_HEAD_ROOM], const struct record_row *row);
/** Read an entry's value (1). @name receives the name, @row->bytes point into @value and
 * row->id is not set. -EINVAL: one sentence. */
int redis_row_read(struct slice value, char name[REDIS_ROW_NAME + 1],
		   struct record_row *row, struct err *err);

/* An ask has the id that Redis gave it, "MILLISECONDS-NUMBER". */
enum { REDIS_ASK_ROOM = 48 };
#define REDIS_ASKS_KEPT "10000" /* entries of the streams of asks and of answers */
bool redis_ask_is(struct slice id);
/** True when @a is a later ask than @b; both are ids. */
bool redis_ask_after(const char *a, const char *b);
/** When it was asked, by the clock of Redis or whoever chose the id: ms since 1970. */
uint64_t redis_ask_ms(const char *id);

enum { REDIS_RECORDING_ROOM = 33 };
/** What identifies a recording: the SHA-256 of the value of its first row, 32 digits. */
void redis_recording(char out[REDIS_RECORDING_ROOM], struct slice value);

#endif
