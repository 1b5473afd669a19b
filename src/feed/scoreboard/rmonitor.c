/*
 * rmonitor.c -- RMonitor, the scoreboard feed of Orbits and of what imitates it
 *
 * TCP 50000, text: a record a line, "$F,14,"00:12:45","13:34:23","00:09:47","Green "".
 * Read: $F $A $COMP $B $C $G $H $I $J $COR; of IMSA $L and the states in $COMP; of
 * Race Monitor $RMS and $RMHL. Known and of no use to a race: $E $T $SP $SR $RMLT
 * $RMDTL $RMCA $RMRDQ. Public descriptions: MYLAPS "RMonitor timing protocol" 1.0,
 * IMSA "Enhanced" 1.03.
 *
 *  (1) A line is one message, whatever ends it (LF, CR, CRLF), so a cut of the
 *      stream changes nothing. In a line a record ends where another begins: relays
 *      glue records and cut quotes.
 *  (2) A car is its registration. Laps come from $J, which says each passing once,
 *      and are held against $G, which says where a car stands.
 *  (3) $I announces a dump; it ends nothing. Only another number in $B does, or a
 *      race clock that begins again.
 *  (4) An over-long line is one anomaly, whatever its length.
 */
#include "rmonitor.h"
#include "drivers.h"
#include "lines.h"

#include <string.h>

enum { RM_NAME_LEN_MAX = 7 };

/* ---- events ---------------------------------------------------------------- */

struct event *rm_event(const struct rm *rm, enum event_kind kind, instant_us at)
{
	struct event *event = event_add(rm->out, kind, at);
	event->heard_at = rm->heard_at;
	if (event->heard_at == INSTANT_NONE)
		event->heard_at = at != INSTANT_NONE ? at : rm_now(rm);
	event->source = rm->state->setup.source;
	event->record = rm->record;
	event->sequence = rm->state->sequence++;
	return event;
}

struct event *rm_car_event(const struct rm *rm, enum event_kind kind, instant_us at,
			   const struct rm_car *car)
{
	struct event *event = rm_event(rm, kind, at);
	event_set_id(event, ID_REGISTRATION, slice_of(car->reg));
	return event;
}

void rm_anomaly(const struct rm *rm, enum anomaly anomaly, const char *text)
{
	struct event *event = rm_event(rm, EVENT_ANOMALY, rm_now(rm));
	event->field = (uint8_t)anomaly;
	event->number = rm->state->records;
	event_set_text(rm->out, event, slice_of(text));
}

/* ---- fields ---------------------------------------------------------------- */

struct slice rm_field(const struct rm *rm, unsigned i)
{
	return i < rm->count ? rm->fields[i] : (struct slice){"", 0};
}

static void bad_field(const struct rm *rm, unsigned i, const char *what)
{
	struct slice name = rm_field(rm, 0), field = rm_field(rm, i);
	char text[160];
	text_format(text, sizeof(text), "%.*s: %s \"%.*s\" cannot be read",
		    (int)name.len, name.at, what,
		    (int)(field.len < 40 ? field.len : 40), field.at);
	rm_anomaly(rm, ANOMALY_FIELD, text);
}

bool rm_time(const struct rm *rm, unsigned i, const char *what, duration_us *out)
{
	duration_us t;
	if (!parse_duration(rm_field(rm, i), &t) || t < 0 || t >= RM_TOTAL_MAX) {
		bad_field(rm, i, what);
		return false;
	}
	*out = t;
	return true;
}

bool rm_number(const struct rm *rm, unsigned i, const char *what, uint32_t *out)
{
	struct slice field = rm_field(rm, i);
	uint64_t n = 0;
	if (field.len > 0 && (!parse_u64(field, &n) || n > UINT32_MAX)) {
		bad_field(rm, i, what);
		return false;
	}
	*out = (uint32_t)n;
	return true;
}

/* Where a quoted field that begins behind @at's quote ends: at a quote before a comma
 * or the end, for names have quotes of their own. False: it is cut. */
static bool quoted(struct slice *rest, struct slice *field)
{
	for (size_t i = 1; i < rest->len; i++) {
		size_t k = i + 1;
		if (rest->at[i] != '"')
			continue;
		while (k < rest->len && rest->at[k] == ' ')
			k++;
		if (k < rest->len && rest->at[k] != ',')
			continue;
		*field = (struct slice){rest->at + 1, i - 1};
		if (k == rest->len)
			*rest = (struct slice){NULL, 0};
		else
			*rest = (struct slice){rest->at + k + 1, rest->len - k - 1};
		return true;
	}
	*field = (struct slice){rest->at + 1, rest->len - 1};
	*rest = (struct slice){NULL, 0};
	return false;
}

/* False when a quote was cut. */
static bool split(struct rm *rm, struct slice record)
{
	rm->count = 0;
	while (record.at && rm->count < RM_FIELDS_MAX) {
		struct slice *field = &rm->fields[rm->count++];
		while (record.len > 0 && record.at[0] == ' ') {
			record.at++;
			record.len--;
		}
		if (record.len == 0 || record.at[0] != '"')
			*field = slice_cut(&record, ',');
		else if (!quoted(&record, field))
			return false;
		*field = slice_trim(*field);
	}
	return true;
}

/* ---- records ----------------------------------------------------------------- */

static void nothing(struct rm *rm)
{
	(void)rm;
}

/* `fields`: so many a whole record has, its name included. */
static const struct {
	const char *name;
	unsigned fields;
	void (*read)(struct rm *rm);
} records[] = {
	{"$F", 6, rm_heartbeat},   {"$G", 5, rm_standing},     {"$H", 5, rm_best},
	{"$J", 4, rm_passing},     {"$A", 8, rm_competitor},   {"$COMP", 7, rm_company},
	{"$B", 2, rm_run},         {"$C", 3, rm_class},        {"$E", 3, nothing},
	{"$I", 1, rm_init_record}, {"$COR", 6, rm_correction}, {"$L", 6, rm_line},
	{"$T", 1, nothing},        {"$SP", 1, nothing},        {"$SR", 1, nothing},
	{"$RMS", 2, rm_sort_mode}, {"$RMHL", 7, rm_history},   {"$RMLT", 1, nothing},
	{"$RMCA", 1, nothing},     {"$RMDTL", 1, nothing},     {"$RMRDQ", 1, nothing},
};

/* Row of the table whose name stands at the beginning of @s, before a comma or the
 * end; -1. */
static int record_at(struct slice s)
{
	size_t n = 1;
	if (s.len < 2 || s.at[0] != '$')
		return -1;
	while (n < s.len && n < RM_NAME_LEN_MAX && s.at[n] >= 'A' && s.at[n] <= 'Z')
		n++;
	if (n < s.len && s.at[n] != ',')
		return -1;
	for (size_t i = 0; i < ARRAY_LEN(records); i++)
		if (records[i].name[1] == s.at[1] &&
		    strncmp(records[i].name, s.at, n) == 0 &&
		    records[i].name[n] == '\0')
			return (int)i;
	return -1;
}

/* Something begins with $ and capital letters, and is none of ours: told once a
 * name. */
static void unknown_record(struct rm *rm, struct slice record)
{
	struct rm_state *st = rm->state;
	struct slice name = slice_cut(&record, ',');
	char text[80];
	if (name.len > 16)
		name.len = 16;
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	for (unsigned i = 0; i < st->unknown_count; i++)
		if (st->unknown[i] == sum)
			return;
	if (st->unknown_count < RM_UNKNOWN_MAX)
		st->unknown[st->unknown_count++] = sum;
	text_format(text, sizeof(text),
		    "a record \"%.*s\" that this reader does not know", (int)name.len,
		    name.at);
	rm_anomaly(rm, ANOMALY_UNKNOWN, text);
}

static void read_record(struct rm *rm, struct slice record)
{
	int row = record_at(record);
	rm->state->records++;
	if (row < 0) {
		unknown_record(rm, record);
		return;
	}
	bool whole = split(rm, record);
	if (!whole || rm->count < records[row].fields) {
		char text[80];
		text_format(text, sizeof(text), "%s: a record that is cut short",
			    records[row].name);
		rm_anomaly(rm, ANOMALY_FORMAT, text);
		return;
	}
	records[row].read(rm);
}

/* (1) Bytes of @line up to the next record in it. */
static size_t record_end(struct slice line)
{
	size_t at = 1;
	while (at < line.len) {
		const char *dollar = memchr(line.at + at, '$', line.len - at);
		if (!dollar)
			break;
		at = (size_t)(dollar - line.at);
		if (record_at((struct slice){dollar, line.len - at}) >= 0)
			return at;
		at++;
	}
	return line.len;
}

/* What stands in a line before its first record. */
static void stray(struct rm *rm, struct slice bytes)
{
	if (lines_are_notes(bytes))
		return;
	rm->state->records++;
	rm_anomaly(rm, ANOMALY_FORMAT, "a line that is no record");
}

static void read_line(struct rm *rm, struct slice line)
{
	const char *dollar = line.len > 0 ? memchr(line.at, '$', line.len) : NULL;
	size_t before = dollar ? (size_t)(dollar - line.at) : line.len;
	bool noise = line.len > 0 && (line.at[0] == '[' || line.at[0] == '{');
	if (before > 0 || noise)
		stray(rm, (struct slice){line.at, noise ? line.len : before});
	if (noise || !dollar)
		return;
	line.at += before;
	line.len -= before;
	while (line.len > 0) {
		size_t end = record_end(line);
		read_record(rm, slice_trim((struct slice){line.at, end}));
		line.at += end;
		line.len -= end;
	}
}

/* ---- the driver ----------------------------------------------------------------- */

static const char *line_end(const char *at, size_t len)
{
	const char *lf = memchr(at, '\n', len);
	const char *cr = memchr(at, '\r', lf ? (size_t)(lf - at) : len);
	return cr ? cr : lf;
}

static ptrdiff_t rm_frame(struct slice buf)
{
	size_t reach = buf.len < FEED_FRAME_MAX ? buf.len : FEED_FRAME_MAX;
	const char *end = reach > 0 ? line_end(buf.at, reach) : NULL;
	if (end)
		return end - buf.at + 1;
	return reach == FEED_FRAME_MAX ? FEED_FRAME_MAX : 0;
}

/* (4) True when the line, or this piece of one, is not to be read. */
static bool too_long(struct rm *rm, struct slice message)
{
	enum lines_verdict verdict =
		lines_look(&rm->state->skipping, message, SLICE("\r\n"));
	if (verdict == LINES_LONG)
		rm_anomaly(rm, ANOMALY_FORMAT, "a line longer than 4096 bytes");
	return verdict != LINES_READ;
}

static void rm_decode(void *memory, struct slice message, instant_us heard_at,
		      uint32_t record, struct event_list *out)
{
	struct rm_state *st = memory;
	struct rm rm = {
		.state = st,
		.out = out,
		.heard_at = lines_heard(heard_at, st->setup.day),
		.record = record,
	};
	if (!too_long(&rm, message))
		read_line(&rm, slice_trim(message));
}

static void rm_init(void *memory, const struct feed_setup *setup)
{
	struct rm_state *st = memory;
	memset(st, 0, sizeof(*st));
	st->setup = *setup;
	st->start = st->now = st->before = st->seen_at = INSTANT_NONE;
	st->lead_at = INSTANT_NONE;
	st->tod = DURATION_NONE;
}

/* The bytes before, where a line was cut off, are not continued. */
static void rm_greet(void *memory, instant_us heard_at, struct event_list *out)
{
	struct rm_state *st = memory;
	(void)heard_at;
	(void)out;
	st->skipping = false;
}

/* Whole lines of the head: how many of them are ours. */
static int rm_sniff(struct slice head)
{
	unsigned lines = 0, ours = 0;
	if (slice_starts(head, SLICE("\xef\xbb\xbf"))) {
		head.at += 3;
		head.len -= 3;
	}
	while (lines < 16 && head.len > 0) {
		bool whole = memchr(head.at, '\n', head.len);
		struct slice line = slice_trim(slice_cut(&head, '\n'));
		if (line.len == 0 || line.at[0] == '#' || line.at[0] == '[' ||
		    line.at[0] == '{')
			continue;
		if (!whole && lines > 0)
			break;
		lines++;
		ours += record_at(line) >= 0;
	}
	if (ours == 0)
		return 0;
	return ours == lines ? 97 : (int)(90 * ours / lines);
}

const struct feed_driver feed_rmonitor = {
	.name = "rmonitor",
	.scheme = "rmonitor",
	.summary = "RMonitor, the scoreboard feed of MYLAPS Orbits, IMSA, Race Monitor",
	.media = "tcp file",
	.port_default = 50000,
	.sniff = rm_sniff,
	.state_size = sizeof(struct rm_state),
	.init = rm_init,
	.frame = rm_frame,
	.decode = rm_decode,
	.greet = rm_greet,
	.silence = 10 * US_S,
};
