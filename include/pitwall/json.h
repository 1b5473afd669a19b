/*
 * json.h -- JSON read in place, in one pass
 *
 * A value is a slice of the text. Values that are not requested are skipped to their closing
 * bracket.
 */
#ifndef PITWALL_JSON_H
#define PITWALL_JSON_H

#include "pitwall/base.h"

enum json_kind {
	JSON_NONE,
	JSON_STRING,
	JSON_NUMBER,
	JSON_WORD,
	JSON_OBJECT,
	JSON_ARRAY
};
struct json_value {
	enum json_kind kind; /* NONE: not there; WORD: true, false, null */
	bool escaped;        /* a STRING with escapes: json_unescape() */
	bool whole;          /* a NUMBER of at most 18 digits and nothing else ... */
	int64_t number;      /* ... which is this */
	struct slice raw;    /* a STRING without its quotes, others as they are */
};
struct json_reader {
	const char *at, *end; /* @at: the first byte that was not read */
};
/** Of a value that is not there, nothing is read. */
static inline struct json_reader json_reader_of(struct slice json)
{
	if (!json.at)
		json = (struct slice){"", 0};
	return (struct json_reader){json.at, json.at + json.len};
}
/** Cut off @c, and blanks before it. */
bool json_take(struct json_reader *reader, char c);
/** Cut off a value. False: it is not JSON, or cut short. */
bool json_read(struct json_reader *reader, struct json_value *out);
/** Cut off a name and the colon behind it. */
bool json_read_name(struct json_reader *reader, struct json_value *out);
/** Cut off an object and return the values of its members with these @names; of a
 * repeated name, the last one. */
bool json_read_members(struct json_reader *reader, const char *const *names,
		       struct json_value *values, size_t count);
/** The next element of an array: @reader is at the opening bracket or after the last
 * element. False at the end. */
bool json_read_element(struct json_reader *reader, struct json_value *out);
/** A string without its escapes into @to, which has @cap bytes: a longer one is cut.
 * False: an escape that JSON does not know. */
bool json_unescape(struct slice raw, char *to, size_t cap, size_t *len);

#endif
