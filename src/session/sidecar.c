/*
 * sidecar.c -- X.json beside a race file: name, circuit, date, time limit, grid, lines
 *
 * Every key is optional and unknown ones are ignored: the file comes from the
 * publisher of the race. An invalid value is an error.
 */
#include <errno.h>
#include <string.h>

#include "session_parts.h"
#include "pitwall/json.h"

const struct sidecar sidecar_nothing = {.day = INSTANT_NONE, .start = DURATION_NONE};

struct reader {
	const char *where;
	struct sidecar *out;
	const char *bad; /* an object that is not JSON; NULL */
	struct err *err;
};

static int wrong(const struct reader *reader, const char *what)
{
	return err_set(reader->err, -EINVAL, "%s: %s", reader->where, what);
}

/* A value, and which members of it are wanted; of what is no object there are none. */
static void members(struct reader *reader, struct json_value object,
		    const char *const *names, struct json_value *values, size_t count)
{
	memset(values, 0, count * sizeof(*values));
	if (object.kind != JSON_OBJECT)
		return;
	struct json_reader r = json_reader_of(object.raw);
	if (!json_read_members(&r, names, values, count))
		reader->bad = r.at;
}

static struct json_value member(struct reader *reader, struct json_value object,
				const char *name)
{
	struct json_value value;
	members(reader, object, &name, &value, 1);
	return value;
}

/* A string without its escapes, cut to @text; "" of anything else. */
static struct slice string_of(const struct json_value *value, char *text, size_t cap)
{
	struct slice to = {text, 0};
	if (value->kind == JSON_STRING && !value->escaped)
		return value->raw;
	if (value->kind != JSON_STRING ||
	    !json_unescape(value->raw, text, cap, &to.len))
		to.len = 0;
	return to;
}

static void read_name(const struct reader *reader, const struct json_value *name,
		      const struct json_value *season)
{
	struct sidecar *out = reader->out;
	char plain[256], text[sizeof(out->event)];
	text_clean(text, sizeof(text), string_of(name, plain, sizeof(plain)));
	if (text[0] == '\0')
		return;
	if (season->whole)
		text_format(out->event, sizeof(out->event), "%s %lld", text,
			    (long long)season->number);
	else
		text_copy(out->event, sizeof(out->event), slice_of(text));
}

static int read_date(const struct reader *reader, const struct json_value *date)
{
	if (date->kind == JSON_NONE)
		return 0;
	if (date->kind != JSON_STRING || !parse_date(date->raw, &reader->out->day))
		return wrong(reader, "\"date\" must be like \"2024-06-15\"");
	return 0;
}

static int read_race(struct reader *reader, const struct json_value *race)
{
	struct sidecar *out = reader->out;
	struct json_value start = member(reader, *race, "startedAt");
	struct json_value limit = member(reader, *race, "timeLimit");
	if (start.kind != JSON_NONE &&
	    (start.kind != JSON_STRING || !parse_duration(start.raw, &out->start) ||
	     out->start < 0 || out->start >= US_DAY))
		return wrong(reader, "\"startedAt\" must be like \"16:00:26.602\"");
	if (limit.kind == JSON_NONE)
		return 0;
	if (limit.kind != JSON_STRING || !parse_duration(limit.raw, &out->limit) ||
	    out->limit <= 0)
		return wrong(reader, "\"timeLimit\" must be like \"24:00:00.000\"");
	return 0;
}

/* "s1": {"start": 0.0}, "s2": {"start": 0.158} ...: where each line lies. */
static int read_lines(struct reader *reader, const struct json_value *track)
{
	struct sidecar *out = reader->out;
	struct json_value sectors = member(reader, *track, "sectors");
	for (unsigned i = 0; i < LINES_MAX; i++) {
		char key[8];
		int64_t ppm;
		text_format(key, sizeof(key), "s%u", i + 1);
		struct json_value start =
			member(reader, member(reader, sectors, key), "start");
		if (start.kind != JSON_NUMBER)
			break;
		if (!parse_decimal(start.raw, 6, &ppm) || ppm < 0 || ppm >= 1000000)
			return wrong(reader, "the start of a sector must be a share "
					     "of the lap, from 0 to 1");
		out->line_ppm[i] = (uint32_t)ppm;
		if (i > 0 && out->line_ppm[i] <= out->line_ppm[i - 1])
			return wrong(reader, "the sectors are not in order");
		out->line_count = (uint8_t)(i + 1);
	}
	return 0;
}

static int read_slot(struct reader *reader, struct json_value entry)
{
	struct sidecar *out = reader->out;
	static const char *const names[] = {"position", "car"};
	struct json_value values[ARRAY_LEN(names)];
	members(reader, entry, names, values, ARRAY_LEN(names));
	struct json_value position = values[0];
	struct json_value value = member(reader, values[1], "carNumber");
	char plain[EVENT_ID_MAX + 4];
	struct slice number = string_of(&value, plain, sizeof(plain));
	int64_t slot = position.number;
	if (!position.whole || slot < 1 || slot > RACE_CARS_MAX || number.len == 0 ||
	    number.len > EVENT_ID_MAX)
		return wrong(reader, "an entry of the starting grid has no position or "
				     "no car number");
	text_clean(out->grid[slot - 1], sizeof(out->grid[0]), number);
	if (out->grid_count < (uint32_t)slot)
		out->grid_count = (uint32_t)slot;
	return 0;
}

static int read_grid(struct reader *reader, const struct json_value *grid)
{
	struct json_value entries = member(reader, *grid, "entries"), entry;
	struct json_value basis = member(reader, *grid, "basis");
	int rc = 0;
	/* "lap1_s1": the order at the end of the first sector of the race. */
	reader->out->grid_inferred =
		basis.kind == JSON_STRING && slice_starts(basis.raw, SLICE("lap"));
	if (entries.kind != JSON_ARRAY)
		return 0;
	struct json_reader r = json_reader_of(entries.raw);
	while (rc == 0 && json_read_element(&r, &entry))
		rc = read_slot(reader, entry);
	return rc;
}

static int not_json(const struct reader *reader, struct slice text, const char *at)
{
	int line = 1;
	for (const char *p = text.at; p < at; p++)
		line += *p == '\n';
	return err_set(reader->err, -EINVAL, "%s:%d: not JSON", reader->where, line);
}

int sidecar_parse(struct slice text, const char *where, struct sidecar *out,
		  struct err *err)
{
	enum { NAME, SEASON, DATE, RACE, TRACK, GRID, CIRCUIT };
	static const char *const names[] = {
		[NAME] = "name",       [SEASON] = "season", [DATE] = "date",
		[RACE] = "race",       [TRACK] = "track",   [GRID] = "startingGrid",
		[CIRCUIT] = "circuit",
	};
	struct json_value values[ARRAY_LEN(names)], root;
	struct reader reader = {where, out, NULL, err};
	*out = sidecar_nothing;
	if (slice_starts(text, SLICE("\xef\xbb\xbf"))) {
		text.at += 3;
		text.len -= 3;
	}
	struct json_reader r = {text.at, text.at + text.len}, other = r;
	if (!json_read_members(&r, names, values, ARRAY_LEN(names))) {
		if (json_read(&other, &root) && root.kind != JSON_OBJECT)
			return wrong(&reader, "not a JSON object");
		return not_json(&reader, text, r.at);
	}
	if (slice_trim((struct slice){r.at, (size_t)(r.end - r.at)}).len > 0)
		return not_json(&reader, text, r.at);
	read_name(&reader, &values[NAME], &values[SEASON]);
	char plain[256];
	text_clean(out->circuit, sizeof(out->circuit),
		   string_of(&values[CIRCUIT], plain, sizeof(plain)));
	int rc = read_date(&reader, &values[DATE]);
	if (rc == 0)
		rc = read_race(&reader, &values[RACE]);
	if (rc == 0)
		rc = read_lines(&reader, &values[TRACK]);
	if (rc == 0)
		rc = read_grid(&reader, &values[GRID]);
	return reader.bad ? not_json(&reader, text, reader.bad) : rc;
}
