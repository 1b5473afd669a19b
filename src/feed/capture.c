/*
 * capture.c -- a stream saved to a file, unwrapped into its bytes again
 *
 *   ##2025-04-26 14:44:13.478|rmonitor     a mark before each chunk of bytes; the
 *                                          type may be absent
 *   998 $F,0,"00:00:00"...                 milliseconds before each line
 *   2026-04-18T13:26:55.326Z $H,1,"9"...   an instant before each line
 *   8e021f00f38900000200...8f              a message a line
 *   =~=~=~= PuTTY log 2022.05.01 ... =~=   a terminal program's header, then bytes
 *
 *  (1) A piece is at most one line, or the bytes between two marks.
 *  (2) A chunk of an unknown type is skipped (car telemetry and flags as JSON, between the
 *      chunks of a timing feed).
 *  (3) Where lines are marked, lines that begin with "# " are notes of the recorder and are
 *      skipped. A line without a mark is passed on with the last time.
 *  (4) Milliseconds count from 1970. An instant without a zone is UTC.
 */
#include "lines.h"

#include <string.h>

enum { LINES_LOOKED_AT = 8, HEAD_MAX = 4096 };

#define BOM SLICE("\xef\xbb\xbf")
#define LOG_HEADER SLICE("=~=~=~=~=~=~=~=~")

/* ---- marks ------------------------------------------------------------------- */

static bool capture_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t capture_digits(struct slice s, size_t from)
{
	size_t i = from;
	while (i < s.len && capture_digit(s.at[i]))
		i++;
	return i - from;
}

static struct slice from(struct slice s, size_t at)
{
	return at >= s.len ? (struct slice){NULL, 0}
			   : (struct slice){s.at + at, s.len - at};
}

/* "Z", "+02:00", "-0500" or nothing. Returns its length; 0: nothing. */
static size_t zone_at(struct slice s, int64_t *offset)
{
	size_t colon = s.len > 3 && s.at[3] == ':' ? 1 : 0;
	uint64_t h, m;
	*offset = 0;
	if (s.len > 0 && s.at[0] == 'Z')
		return 1;
	if (s.len < 5 + colon || (s.at[0] != '+' && s.at[0] != '-'))
		return 0;
	struct slice hours = (struct slice){s.at + 1, 2};
	struct slice minutes = (struct slice){s.at + 3 + colon, 2};
	if (!parse_u64(hours, &h) || !parse_u64(minutes, &m) || h > 23 || m > 59)
		return 0;
	*offset = (int64_t)h * US_HOUR + (int64_t)m * US_MIN;
	if (s.at[0] == '-')
		*offset = -*offset;
	return 5 + colon;
}

size_t lines_stamp(struct slice s, instant_us *at)
{
	enum { SECONDS_END = 19 }; /* of "2025-04-26 14:44:13" */
	instant_us midnight;
	duration_us time;
	int64_t offset;
	size_t end = SECONDS_END;

	if (s.len < end || (s.at[10] != ' ' && s.at[10] != 'T') || s.at[13] != ':' ||
	    s.at[16] != ':' || !parse_date((struct slice){s.at, 10}, &midnight))
		return 0;
	if (end + 1 < s.len && s.at[end] == '.' && capture_digit(s.at[end + 1]))
		end += 1 + capture_digits(s, end + 1);
	if (!parse_duration((struct slice){s.at + 11, end - 11}, &time) ||
	    time >= US_DAY)
		return 0;
	end += zone_at(from(s, end), &offset);
	*at = midnight + time - offset;
	return end;
}

/* "##", a stamp, and "|type" or nothing. */
static bool chunk_mark(struct slice line, instant_us *at, struct slice *type)
{
	line = slice_trim(line);
	if (!slice_starts(line, SLICE("##")))
		return false;
	size_t n = lines_stamp(from(line, 2), at);
	if (n == 0)
		return false;
	*type = slice_trim(from(line, 2 + n));
	if (type->len == 0)
		return true;
	if (type->at[0] != '|')
		return false;
	*type = slice_trim(from(*type, 1));
	return true;
}

/* Length of the mark before a line and the blank behind it; 0: no mark. */
static size_t line_mark(enum feed_marks marks, struct slice line, instant_us *at)
{
	enum { MS_DIGITS_MAX = 15 };
	uint64_t ms;
	size_t n;

	if (marks == FEED_MARKS_ISO) {
		n = lines_stamp(line, at);
		return n > 0 && n < line.len && line.at[n] == ' ' ? n + 1 : 0;
	}
	n = capture_digits(line, 0);
	if (n == 0 || n > MS_DIGITS_MAX || n >= line.len || line.at[n] != ' ' ||
	    !parse_u64((struct slice){line.at, n}, &ms))
		return 0;
	*at = (instant_us)ms * US_MS;
	return n + 1;
}

/* ---- which marks -------------------------------------------------------------- */

static bool is_comment(struct slice line)
{
	return slice_starts(line, SLICE("# ")) || slice_eq(line, SLICE("#"));
}

/* A number alone could be the first column of anything: a record must follow. */
static bool is_ms_line(struct slice line)
{
	instant_us at;
	size_t n = line_mark(FEED_MARKS_MS, line, &at);
	return n > 0 && n < line.len && memchr("$@{\x01", line.at[n], 4);
}

static bool is_iso_line(struct slice line)
{
	instant_us at;
	return line_mark(FEED_MARKS_ISO, line, &at) > 0;
}

static bool is_hex_line(struct slice line)
{
	enum { SHORTEST = 8 };

	for (size_t i = 0; i < line.len; i++)
		if (hex_value(line.at[i]) < 0)
			return false;
	return line.len >= SHORTEST && line.len % 2 == 0;
}

/* True if all of the first whole lines have such a mark, comments aside. */
static bool lines_are(struct slice head, bool (*is)(struct slice))
{
	unsigned lines = 0;
	while (head.at && lines < LINES_LOOKED_AT) {
		bool whole = memchr(head.at, '\n', head.len);
		struct slice line = slice_trim(slice_cut(&head, '\n'));
		if (line.len == 0 || is_comment(line))
			continue;
		if (!whole && lines > 0)
			break;
		if (!is(line))
			return false;
		lines++;
	}
	return lines > 0;
}

static bool begins_with_chunk_mark(struct slice head)
{
	instant_us at;
	struct slice type;
	return slice_starts(head, SLICE("##")) &&
	       chunk_mark(slice_cut(&head, '\n'), &at, &type);
}

enum feed_marks feed_capture_detect(struct slice head)
{
	if (head.len > HEAD_MAX)
		head.len = HEAD_MAX;
	if (slice_starts(head, BOM))
		head = from(head, BOM.len);
	if (slice_starts(head, LOG_HEADER))
		return FEED_MARKS_LOG;
	if (begins_with_chunk_mark(head))
		return FEED_MARKS_UTC;
	if (lines_are(head, is_ms_line))
		return FEED_MARKS_MS;
	if (lines_are(head, is_iso_line))
		return FEED_MARKS_ISO;
	return lines_are(head, is_hex_line) ? FEED_MARKS_HEX : FEED_MARKS_NONE;
}

/* ---- pieces -------------------------------------------------------------------- */

/* Cut the first line off @rest, with its end. */
static struct slice capture_take_line(struct slice *rest)
{
	const char *end = memchr(rest->at, '\n', rest->len);
	struct slice line = {rest->at, rest->len};
	if (end)
		line.len = (size_t)(end - rest->at) + 1;
	*rest = from(*rest, line.len);
	return line;
}

static void capture_put(char *piece, size_t *len, struct slice s)
{
	if (s.len > 0)
		memcpy(piece, s.at, s.len);
	*len = s.len;
}

/* A whole mark, or one that was cut off at the end of the file. */
static bool stands_mark(struct slice rest)
{
	instant_us at;
	struct slice type;
	bool whole = memchr(rest.at, '\n', rest.len);
	if (!slice_starts(rest, SLICE("##")))
		return false;
	struct slice line = capture_take_line(&rest);
	return chunk_mark(line, &at, &type) ||
	       (!whole && line.len < 26 &&
		(line.len == 2 || capture_digit(line.at[2])));
}

/* The bytes up to the next line for which @stops is true. */
static struct slice take_chunk(struct slice *rest, bool (*stops)(struct slice))
{
	struct slice chunk = {rest->at, 0};
	while (rest->len > 0 && !stops(*rest))
		chunk.len += capture_take_line(rest).len;
	return chunk;
}

static void capture_next_chunk(struct feed_capture *capture, struct slice *rest,
			       char *piece, size_t *len)
{
	struct slice type = {NULL, 0};
	instant_us at = capture->at;
	if (stands_mark(*rest) && chunk_mark(capture_take_line(rest), &at, &type))
		capture->at = at;
	struct slice chunk = take_chunk(rest, stands_mark);
	/* (2) */
	if (type.len == 0 || feed_by_name(type))
		capture_put(piece, len, chunk);
}

static bool stands_header(struct slice rest)
{
	return slice_starts(rest, LOG_HEADER);
}

/* A program that appends to its log repeats its header. */
static void next_logged(struct slice *rest, char *piece, size_t *len)
{
	if (stands_header(*rest))
		capture_take_line(rest);
	capture_put(piece, len, take_chunk(rest, stands_header));
}

static void next_marked_line(struct feed_capture *capture, struct slice *rest,
			     char *piece, size_t *len)
{
	struct slice line = capture_take_line(rest);
	instant_us at;
	size_t n = line_mark((enum feed_marks)capture->marks, line, &at);
	if (n > 0)
		capture->at = at;
	else if (is_comment(slice_trim(line)))
		return;
	capture_put(piece, len, from(line, n));
}

/* A line that is not hexadecimal is passed on: the driver counts it. */
static void next_hex(struct slice *rest, char *piece, size_t *len)
{
	struct slice line = capture_take_line(rest), hex = slice_trim(line);
	size_t n = 0;
	if (hex.len == 0 || is_comment(hex))
		return;
	for (; 2 * n + 1 < hex.len; n++) {
		int high = hex_value(hex.at[2 * n]);
		int low = hex_value(hex.at[2 * n + 1]);
		if (high < 0 || low < 0) {
			capture_put(piece, len, line);
			return;
		}
		piece[n] = (char)(unsigned char)(high * 16 + low);
	}
	*len = n;
}

bool feed_capture_next(struct feed_capture *capture, struct slice *rest, char *piece,
		       size_t *len)
{
	*len = 0;
	if (!capture->skipped_bom && rest->len > 0) {
		capture->skipped_bom = 1;
		if (slice_starts(*rest, BOM))
			*rest = from(*rest, BOM.len);
	}
	if (rest->len == 0)
		return false;
	switch ((enum feed_marks)capture->marks) {
	case FEED_MARKS_UTC:
		capture_next_chunk(capture, rest, piece, len);
		return true;
	case FEED_MARKS_MS:
	case FEED_MARKS_ISO:
		next_marked_line(capture, rest, piece, len);
		return true;
	case FEED_MARKS_HEX:
		next_hex(rest, piece, len);
		return true;
	case FEED_MARKS_LOG:
		next_logged(rest, piece, len);
		return true;
	case FEED_MARKS_NONE:
	case FEED_MARKS_COUNT:
		break;
	}
	capture_put(piece, len, *rest);
	*rest = (struct slice){NULL, 0};
	return true;
}

const struct feed_driver *feed_sniff_file(struct slice head, enum feed_marks *marks)
{
	struct feed_capture capture = {.at = INSTANT_NONE};
	char bytes[HEAD_MAX];
	size_t len = 0, n;
	if (head.len > HEAD_MAX)
		head.len = HEAD_MAX;
	*marks = feed_capture_detect(head);
	if (*marks == FEED_MARKS_NONE)
		return feed_sniff(head);
	capture.marks = (uint8_t)*marks;
	struct slice rest = head;
	/* The rest never needs more room than was used up. */
	while (feed_capture_next(&capture, &rest, bytes + len, &n))
		len += n;
	const struct feed_driver *driver = feed_sniff((struct slice){bytes, len});
	if (!driver || driver->read_file) {
		*marks = FEED_MARKS_NONE;
		driver = feed_sniff(head);
	}
	return driver;
}
