/*
 * documents.c -- answers of web services, cut into lines (documents.h)
 *
 *  (1) Objects lie in arrays, or in an object by their id. An array of laps is the newest first, a
 *      car after the other: each run of falling lap numbers is turned round.
 */
#include "drivers.h"
#include "lap_tables.h"
#include "pitwall/documents.h"
#include "web.h"

#include <string.h>

enum { RUN_MAX = 1024 };

/* ---- lines ------------------------------------------------------------------------- */

/* JSON without the blanks between its parts. @inside: a string without its quotes. */
static void write_compact(struct out *out, struct slice json, bool inside)
{
	for (size_t i = 0; i < json.len; i++) {
		char c = json.at[i];
		if (c == '"')
			inside = !inside;
		if (inside && c == '\\' && i + 1 < json.len) {
			out_char(out, c);
			c = json.at[++i];
		}
		if ((unsigned char)c >= ' ' && (inside || c != ' '))
			out_char(out, c);
	}
}

/* Names in a document are short; long ones would be repeated in each line. */
static struct slice name_part(struct slice name)
{
	enum { NAME_MOST = 40 };
	return name.len <= NAME_MOST ? name : (struct slice){name.at, NAME_MOST};
}

static void document_line(struct out *out, struct slice channel,
			  const struct json_value *value)
{
	channel = name_part(channel);
	for (size_t i = 0; i < channel.len; i++)
		out_char(out, (unsigned char)channel.at[i] > ' ' ? channel.at[i] : '_');
	out_char(out, ' ');
	if (value->kind == JSON_STRING)
		out_char(out, '"');
	write_compact(out, value->raw, value->kind == JSON_STRING);
	if (value->kind == JSON_STRING)
		out_char(out, '"');
	out_char(out, '\n');
}

static struct slice document_text(struct slice body)
{
	return slice_trim(lines_without_mark(body));
}

static bool is_nested(const struct json_value *value)
{
	return value->kind == JSON_OBJECT || value->kind == JSON_ARRAY;
}

static int64_t document_lap(const struct json_value *object)
{
	static const char *const names[] = {"lapNumber"};
	struct json_reader r = json_reader_of(object->raw);
	struct json_value number;
	int64_t lap = -1;
	if (object->kind != JSON_OBJECT || !json_read_members(&r, names, &number, 1) ||
	    !web_number(&number, &lap))
		return -1;
	return lap;
}

static void write_run(struct out *out, struct slice channel, struct json_value *run,
		      size_t count)
{
	while (count > 0)
		document_line(out, channel, &run[--count]);
}

/* (1) */
static bool write_array(struct out *out, struct slice channel, struct slice array)
{
	struct json_reader r = json_reader_of(array);
	struct json_value run[RUN_MAX], one;
	bool laps = slice_eq(channel, SLICE("laps"));
	size_t count = 0;
	int64_t before = -1;
	while (json_read_element(&r, &one)) {
		int64_t lap = laps ? document_lap(&one) : -1;
		if (count == RUN_MAX || (count > 0 && (lap < 0 || lap >= before))) {
			write_run(out, channel, run, count);
			count = 0;
		}
		before = lap;
		run[count++] = one;
	}
	write_run(out, channel, run, count);
	return json_take(&r, ']');
}

static bool write_value(struct out *out, struct slice channel,
			const struct json_value *value)
{
	if (value->kind == JSON_ARRAY)
		return write_array(out, channel, value->raw);
	document_line(out, channel, value);
	return true;
}

/* True for an object of objects or arrays by their ids. */
static bool is_by_id(struct slice object)
{
	struct json_reader r = json_reader_of(object);
	struct json_value name, value;
	return json_take(&r, '{') && json_read_name(&r, &name) &&
	       json_read(&r, &value) && is_nested(&value);
}

/* The members of an object: each under its own name where @channel is empty. */
static bool write_members(struct out *out, struct slice channel, struct slice object)
{
	struct json_reader r = json_reader_of(object);
	struct json_value name, value;
	bool fine = json_take(&r, '{');
	while (fine && json_read_name(&r, &name)) {
		if (!json_read(&r, &value))
			return false;
		fine = write_value(out, channel.len > 0 ? channel : name.raw, &value);
		if (!json_take(&r, ','))
			break;
	}
	return fine && json_take(&r, '}');
}

/* ---- Griiip --------------------------------------------------------------------------- */

static const char *const griiip_names[] = {
	"laps",
	"best-laps",
	"sectors",
	"pit-in",
	"pit-out",
	"participants",
	"participants-running-status",
	"race-flags",
	"racelog-items",
	"race-log",
	"weather-current",
	"session-info",
	"session-clock",
	"session-length-limit",
	"ranks",
	"gaps",
	"current-top-speeds",
};

/* The longest channel that the name contains. */
static struct slice griiip_channel(struct slice name)
{
	char words[WEB_TEXT_MAX];
	struct slice best = {NULL, 0};
	if (name.len >= sizeof(words))
		name = (struct slice){name.at + name.len - (sizeof(words) - 1),
				      sizeof(words) - 1};
	size_t len = text_copy(words, sizeof(words), name);
	for (size_t i = 0; i < len; i++)
		words[i] = words[i] == '_' ? '-' : words[i];
	for (size_t i = 0; i < ARRAY_LEN(griiip_names); i++)
		if (strstr(words, griiip_names[i]) &&
		    strlen(griiip_names[i]) > best.len)
			best = slice_of(griiip_names[i]);
	return best;
}

/* An object with ts and sid, in an array, under "items" or by id. */
static bool is_griiip(struct slice body)
{
	enum { LOOKED_AT = 8192 };
	char head[LOOKED_AT + 1];
	size_t len = body.len < LOOKED_AT ? body.len : LOOKED_AT;
	memcpy(head, body.at, len);
	head[len] = '\0';
	return strstr(head, "\"elapsedTimeMillis\":") && strstr(head, "\"ts\":");
}

static bool write_griiip(struct slice channel, struct slice body, struct out *out)
{
	static const char *const names[] = {"items", "ts"};
	struct json_reader r = json_reader_of(body);
	struct json_value whole, v[ARRAY_LEN(names)];
	/* One that is cut off has the objects before the cut. */
	if (body.len > 0 && body.at[0] == '[')
		return write_array(out, channel, body);
	if (!json_read(&r, &whole))
		return false;
	r = json_reader_of(whole.raw);
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return false;
	if (v[0].kind == JSON_ARRAY)
		return write_array(out, channel, v[0].raw);
	if (v[1].kind == JSON_NONE)
		return write_members(out, channel, whole.raw);
	document_line(out, channel, &whole);
	return true;
}

/* ---- Swiss Timing ------------------------------------------------------------------------ */

/* {"uid": ..., "hash": ..., "content": {"full": {...}}} */
static bool swiss_content(struct slice body, struct slice *content)
{
	static const char *const names[] = {"content", "hash"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)], name, value;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[0].kind != JSON_OBJECT || v[1].kind == JSON_NONE)
		return false;
	r = json_reader_of(v[0].raw);
	if (!json_take(&r, '{') || !json_read_name(&r, &name) ||
	    !json_read(&r, &value) || value.kind != JSON_OBJECT)
		return false;
	*content = value.raw;
	return true;
}

static bool write_swiss(struct slice content, struct out *out)
{
	struct json_reader r = json_reader_of(content);
	struct json_value name, value;
	bool fine = json_take(&r, '{');
	while (fine && json_read_name(&r, &name)) {
		if (!json_read(&r, &value))
			return false;
		if (value.kind == JSON_OBJECT && is_by_id(value.raw))
			fine = write_members(out, name.raw, value.raw);
		else
			fine = write_value(out, name.raw, &value);
		if (!json_take(&r, ','))
			break;
	}
	return fine && json_take(&r, '}');
}

/* ---- Timing71 ------------------------------------------------------------------------------ */

/* "01780171065i.json": seconds since 1970; -1: not the name of a frame. */
static int64_t frame_seconds(struct slice name)
{
	struct slice json = SLICE(".json");
	uint64_t seconds;
	size_t start = name.len;
	while (start > 0 && name.at[start - 1] != '/')
		start--;
	name = (struct slice){name.at + start, name.len - start};
	if (name.len <= json.len ||
	    memcmp(name.at + name.len - json.len, json.at, json.len) != 0)
		return -1;
	name.len -= json.len;
	if (name.at[name.len - 1] == 'i')
		name.len--;
	return name.len >= 5 && name.len <= 11 && parse_u64(name, &seconds)
		       ? (int64_t)seconds
		       : -1;
}

static bool is_manifest(struct slice body)
{
	static const char *const names[] = {"colSpec", "columnSpec", "description"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)];
	return body.at[0] == '{' && json_read_members(&r, names, v, ARRAY_LEN(names)) &&
	       (v[0].kind == JSON_ARRAY || v[1].kind == JSON_ARRAY);
}

static void frame_mark(struct out *out, int64_t seconds)
{
	out_i64(out, seconds * 1000);
	out_char(out, ' ');
}

/* A table that is too long for a line: rows of it, with the place of the first. */
static void write_rows(struct out *out, int64_t seconds, struct slice cars)
{
	enum { ROWS_A_LINE = 40 };
	struct json_reader r = json_reader_of(cars);
	struct json_value one;
	unsigned n = 0;
	while (json_read_element(&r, &one)) {
		if (n % ROWS_A_LINE == 0) {
			if (n > 0)
				out_text(out, "]}\n");
			frame_mark(out, seconds);
			out_format(out, "{\"first\":%u,\"cars\":[", n);
		} else {
			out_char(out, ',');
		}
		write_compact(out, one.raw, false);
		n++;
	}
	if (n > 0)
		out_text(out, "]}\n");
}

static bool write_frame(int64_t seconds, struct slice body, struct out *out)
{
	enum { LINE_MOST = FEED_FRAME_MAX - 64 };
	static const char *const names[] = {"cars", "session", "messages"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)];
	if (body.len < LINE_MOST) {
		frame_mark(out, seconds);
		write_compact(out, body, false);
		out_char(out, '\n');
		return true;
	}
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[0].kind != JSON_ARRAY || v[1].kind != JSON_OBJECT)
		return false;
	write_rows(out, seconds, v[0].raw);
	frame_mark(out, seconds);
	out_text(out, "{\"session\":");
	write_compact(out, v[1].raw, false);
	if (v[2].kind == JSON_ARRAY && v[2].raw.len + v[1].raw.len < LINE_MOST) {
		out_text(out, ",\"messages\":");
		write_compact(out, v[2].raw, false);
	}
	out_text(out, "}\n");
	return true;
}

/* Its time is that of the start, so that it is the first line. */
static bool write_manifest(struct slice body, struct out *out)
{
	static const char *const names[] = {"startTime"};
	struct json_reader r = json_reader_of(body);
	struct json_value start;
	int64_t seconds = 1;
	if (!json_read_members(&r, names, &start, 1) || !web_number(&start, &seconds) ||
	    seconds < 1 || seconds > INSTANT_MAX / US_S)
		seconds = 1;
	return write_frame(seconds, body, out);
}

/* ---- Formula 1 ------------------------------------------------------------------------------ */

/* The first state: an object of topics. */
static bool is_f1_state(struct slice body)
{
	static const char *const names[] = {"TimingData", "Heartbeat", "DriverList"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)];
	return body.at[0] == '{' && json_read_members(&r, names, v, ARRAY_LEN(names)) &&
	       v[0].kind == JSON_OBJECT &&
	       (v[1].kind == JSON_OBJECT || v[2].kind == JSON_OBJECT);
}

static void f1_line_of(struct out *out, struct slice topic, struct slice key,
		       struct slice value, struct slice at)
{
	topic = name_part(topic);
	key = name_part(key);
	at = name_part(at);
	out_format(out, "{\"Type\":\"%.*s\",\"Json\":", (int)topic.len, topic.at);
	if (key.len > 0)
		out_format(out, "{\"Lines\":{\"%.*s\":", (int)key.len, key.at);
	write_compact(out, value, false);
	out_format(out, "%s,\"DateTime\":\"%.*s\"}\n", key.len > 0 ? "}}" : "",
		   (int)at.len, at.at);
}

/* A car a line: a topic of all cars can be longer than a line. */
static void f1_topic(struct out *out, struct slice topic, struct slice json,
		     struct slice at)
{
	static const char *const names[] = {"Lines"};
	const struct slice none = {NULL, 0};
	struct json_reader r = json_reader_of(json);
	struct json_value lines, key, one;
	if (!json_read_members(&r, names, &lines, 1) || lines.kind != JSON_OBJECT) {
		f1_line_of(out, topic, none, json, at);
		return;
	}
	r = json_reader_of(lines.raw);
	if (!json_take(&r, '{'))
		return;
	while (json_read_name(&r, &key) && json_read(&r, &one)) {
		f1_line_of(out, topic, key.raw, one.raw, at);
		if (!json_take(&r, ','))
			return;
	}
}

static bool write_f1(struct slice body, struct out *out)
{
	static const char *const names[] = {"Heartbeat"};
	static const char *const utc[] = {"Utc"};
	struct json_reader r = json_reader_of(body);
	struct json_value beat, at = {.kind = JSON_NONE}, topic, one;
	if (slice_starts(body, SLICE("{\"Type\":")) ||
	    slice_starts(body, SLICE("{\"H\":"))) {
		out_bytes(out, body.at, body.len);
		out_char(out, '\n');
		return true;
	}
	if (!json_read_members(&r, names, &beat, 1))
		return false;
	r = json_reader_of(beat.raw);
	if (beat.kind == JSON_OBJECT)
		(void)json_read_members(&r, utc, &at, 1);
	r = json_reader_of(body);
	bool fine = json_take(&r, '{');
	while (fine && json_read_name(&r, &topic)) {
		if (!json_read(&r, &one))
			return false;
		if (one.kind == JSON_OBJECT)
			f1_topic(out, topic.raw, one.raw, at.raw);
		if (!json_take(&r, ','))
			break;
	}
	return fine && json_take(&r, '}');
}

/* ---- laps of other programs ------------------------------------------------------------------- */

static bool is_lap_table(struct slice body)
{
	struct slice head = body;
	switch (lap_table_kind(body)) {
	case LAP_TABLE_SPEEDHIVE:
	case LAP_TABLE_ANALYSIS:
		return true;
	case LAP_TABLE_CSV:
		if (head.len > 4096)
			head.len = 4096;
		return feed_alkamel.sniff(head) == 0 && !feed_lap_file_sibling(head);
	case LAP_TABLE_NONE:
	case LAP_TABLE_EMPTY:
	case LAP_TABLE_RESULTS:
	case LAP_TABLE_UNKNOWN:
		break;
	}
	return false;
}

void document_begin(const struct feed_driver *driver, struct out *out)
{
	if (driver == &feed_alkamel)
		lap_table_head(out);
}

/* "[{": an array, even where it is cut off. */
static bool is_array_of_nested(struct slice body)
{
	struct json_reader r = json_reader_of(body);
	return json_take(&r, '[') && (json_take(&r, '{') || json_take(&r, '['));
}

const char *document_refused(struct slice body)
{
	static const char *const names[] = {"rows", "MRData", "Messages", "content"};
	struct json_value v[ARRAY_LEN(names)];
	body = document_text(body);
	enum lap_table kind = lap_table_kind(body);
	if (kind == LAP_TABLE_EMPTY)
		return "a table of laps without rows: only its line of titles is there";
	if (kind == LAP_TABLE_RESULTS)
		return "a table of results, a row a car: open the table of laps "
		       "(number, "
		       "lap, time)";
	if (kind == LAP_TABLE_UNKNOWN)
		return "a table whose columns are not known: "
		       "--map number=Car,lap=Lap,time=Time names those of the laps "
		       "by their titles";
	if (body.len == 0 || (body.at[0] != '{' && body.at[0] != '['))
		return NULL;
	struct json_reader r = json_reader_of(body);
	struct json_value whole;
	bool read = json_read(&r, &whole);
	/* "[section]" of another kind of text. */
	if (body.at[0] == '[' && (read ? r.at != r.end : !is_array_of_nested(body)))
		return NULL;
	if (!read)
		return "JSON that is damaged or cut off: save it again";
	r = json_reader_of(body);
	if (body.at[0] == '{' && json_read_members(&r, names, v, ARRAY_LEN(names))) {
		if (v[0].kind == JSON_ARRAY)
			return "a classification (JSON): open the laps that the "
			       "service "
			       "has beside it";
		if (v[1].kind == JSON_OBJECT)
			return "an answer of Ergast or Jolpica (JSON): it has no times "
			       "of "
			       "day; open a recording of the live timing";
	}
	return "JSON of no service that this version knows: open a lap file or a "
	       "recording";
}

enum document_mapped document_map(struct slice body, struct slice map, struct out *out,
				  struct slice *wrong)
{
	return lap_table_map(document_text(body), map, out, wrong);
}

/* ---- IMSA -------------------------------------------------------------------------------- */

/* "jsonpRaceResults({...});": the name of the function and its argument. */
static bool imsa_content(struct slice body, struct slice *function,
			 struct slice *content)
{
	struct json_value value;
	struct slice rest = body;
	*function = slice_cut(&rest, '(');
	if (!rest.at || (!slice_eq(*function, SLICE("jsonpRaceResults")) &&
			 !slice_eq(*function, SLICE("jsonpRaceData"))))
		return false;
	struct json_reader r = json_reader_of(rest);
	if (!json_read(&r, &value) || value.kind != JSON_OBJECT)
		return false;
	*content = value.raw;
	return true;
}

/* An object without its arrays. */
static bool write_flat(struct out *out, const char *channel, struct slice object)
{
	struct json_reader r = json_reader_of(object);
	struct json_value name, value;
	bool first = true, fine = json_take(&r, '{');
	out_format(out, "%s {", channel);
	while (fine && json_read_name(&r, &name) && json_read(&r, &value)) {
		if (!is_nested(&value)) {
			out_format(out, "%s\"", first ? "" : ",");
			write_compact(out, name.raw, true);
			out_text(out, value.kind == JSON_STRING ? "\":\"" : "\":");
			write_compact(out, value.raw, value.kind == JSON_STRING);
			if (value.kind == JSON_STRING)
				out_char(out, '"');
			first = false;
		}
		fine = json_take(&r, ',') || (r.at < r.end && *r.at == '}');
		if (r.at < r.end && *r.at == '}')
			break;
	}
	out_text(out, "}\n");
	return fine && json_take(&r, '}');
}

/* The objects of an array that is a member. */
static bool write_member_array(struct out *out, const char *channel,
			       struct slice object, const char *member)
{
	struct json_reader r = json_reader_of(object);
	struct json_value array;
	if (!json_read_members(&r, &member, &array, 1))
		return false;
	return array.kind != JSON_ARRAY ||
	       write_array(out, slice_of(channel), array.raw);
}

static bool write_imsa(struct slice function, struct slice content, struct out *out)
{
	if (slice_eq(function, SLICE("jsonpRaceData")))
		return write_flat(out, "imsa-race", content);
	return write_flat(out, "imsa-session", content) &&
	       write_member_array(out, "imsa-car", content, "B");
}

/* ---- NLS -------------------------------------------------------------------------------- */

/* The kind of a message of the service: '0', '3' or '4'; 0: it is none. */
static char nls_kind(struct slice body)
{
	static const char *const names[] = {"PID", "TRACKSTATE", "RESULT", "MESSAGES"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)];
	if (body.at[0] != '{' || !json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[0].raw.len != 1)
		return '\0';
	char kind = v[0].raw.at[0];
	bool fits = (kind == '0' && v[2].kind == JSON_ARRAY) ||
		    (kind == '3' && v[3].kind == JSON_ARRAY) ||
		    (kind == '4' && v[1].kind != JSON_NONE);
	return fits ? kind : '\0';
}

static bool write_nls(char kind, struct slice body, struct out *out)
{
	if (kind == '3')
		return write_member_array(out, "nls-message", body, "MESSAGES");
	if (kind == '4')
		return write_flat(out, "nls-track", body);
	return write_flat(out, "nls-session", body) &&
	       write_member_array(out, "nls-car", body, "RESULT");
}

/* ---- documents --------------------------------------------------------------------------- */

const struct feed_driver *document_driver(struct slice name, struct slice body)
{
	struct slice content;
	struct slice function;
	body = document_text(body);
	if (body.len == 0)
		return NULL;
	if (imsa_content(body, &function, &content))
		return &feed_imsa;
	if (is_lap_table(body))
		return &feed_alkamel;
	if (body.at[0] != '{' && body.at[0] != '[')
		return NULL;
	if ((frame_seconds(name) >= 0 && slice_starts(body, SLICE("{\"cars\":"))) ||
	    is_manifest(body))
		return &feed_timing71;
	if (slice_starts(body, SLICE("{\"Type\":\"")) || is_f1_state(body))
		return &feed_f1;
	if (griiip_channel(name).len > 0 && is_griiip(body))
		return &feed_griiip;
	if (body.at[0] == '{' && swiss_content(body, &content))
		return &feed_swisstiming;
	return nls_kind(body) != '\0' ? &feed_nls : NULL;
}

void document_damaged(const struct feed_driver *driver, struct slice name,
		      struct out *out)
{
	/* A table says itself which of its rows are damaged. */
	if (driver == &feed_alkamel)
		return;
	out_text(out, WEB_DAMAGED " ");
	write_compact(out, name, true);
	out_char(out, '\n');
}

const char *document_lacks(const struct feed_driver *driver, struct slice lines)
{
	bool standings = false;
	while (driver == &feed_swisstiming && lines.at) {
		struct slice line = slice_cut(&lines, '\n');
		standings |= slice_starts(line, SLICE("Results "));
		if (slice_starts(line, SLICE("Competitors ")))
			return NULL;
	}
	return standings ? "standings of Swiss Timing without the numbers of the cars: "
			   "save its COMP_DETAIL beside it"
			 : NULL;
}

/* The first value of a member in the text, at any depth. */
static uint64_t member_sum(struct slice body, struct slice name)
{
	while (body.len > name.len) {
		const char *at = memchr(body.at, '"', body.len - name.len);
		if (!at)
			break;
		body.len -= (size_t)(at - body.at);
		body.at = at;
		if (!slice_starts(body, name)) {
			body.at++;
			body.len--;
			continue;
		}
		struct json_reader r = {at + name.len, at + body.len};
		struct json_value value;
		if (json_take(&r, ':') && json_read(&r, &value) &&
		    !slice_eq(value.raw, SLICE("-1")))
			return hash_bytes(value.raw.at, value.raw.len, 1) | 1;
		body.at++;
		body.len--;
	}
	return 0;
}

uint64_t document_session(struct slice name, struct slice body)
{
	const struct feed_driver *driver = document_driver(name, body);
	/* A table is whole; only the laps of Speedhive are a file a car. */
	if (driver == &feed_alkamel)
		return lap_table_kind(document_text(body)) == LAP_TABLE_SPEEDHIVE
			       ? 0
			       : hash_bytes(body.at, body.len, 1) | 1;
	if (driver == &feed_griiip)
		return member_sum(body, SLICE("\"sid\""));
	return driver == &feed_swisstiming ? member_sum(body, SLICE("\"UnitId\"")) : 0;
}

bool document_write_griiip(struct slice name, struct slice body, struct out *out)
{
	struct slice channel = griiip_channel(name);
	return channel.len > 0 && write_griiip(channel, document_text(body), out);
}

bool document_write(struct slice name, struct slice body, struct out *out)
{
	const struct feed_driver *driver = document_driver(name, body);
	struct slice content, function;
	body = document_text(body);
	if (driver == &feed_timing71)
		return frame_seconds(name) >= 0
			       ? write_frame(frame_seconds(name), body, out)
			       : write_manifest(body, out);
	if (driver == &feed_alkamel)
		return lap_table_write(body, out);
	if (driver == &feed_f1)
		return write_f1(body, out);
	if (driver == &feed_griiip)
		return write_griiip(griiip_channel(name), body, out);
	if (driver == &feed_swisstiming)
		return swiss_content(body, &content) && write_swiss(content, out);
	if (driver == &feed_imsa)
		return imsa_content(body, &function, &content) &&
		       write_imsa(function, content, out);
	if (driver == &feed_nls)
		return write_nls(nls_kind(body), body, out);
	return false;
}
