/*
 * sidecar.c -- X.json beside a race file: name, date, time limit, grid, lines
 *
 * Every key is optional and unknown ones are ignored: the file belongs to whoever
 * published the race. What is there and wrong is a sentence.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "load_parts.h"

const struct sidecar sidecar_nothing = {.day = INSTANT_NONE, .start = DURATION_NONE};

struct reader {
	const char *where;
	struct sidecar *out;
	struct err *err;
};

static int wrong(const struct reader *reader, const char *what)
{
	return err_set(reader->err, -EINVAL, "%s: %s", reader->where, what);
}

static struct slice string_of(const json_t *value)
{
	if (!json_is_string(value))
		return (struct slice){"", 0};
	return (struct slice){json_string_value(value), json_string_length(value)};
}

static int read_name(const struct reader *reader, const json_t *root)
{
	struct sidecar *out = reader->out;
	struct slice name = string_of(json_object_get(root, "name"));
	const json_t *season = json_object_get(root, "season");
	char text[sizeof(out->event)];
	text_clean(text, sizeof(text), name);
	if (text[0] == '\0')
		return 0;
	out->known = true;
	if (json_is_integer(season))
		text_format(out->event, sizeof(out->event), "%s %lld", text,
			    (long long)json_integer_value(season));
	else
		text_copy(out->event, sizeof(out->event), slice_of(text));
	return 0;
}

static int read_date(const struct reader *reader, const json_t *root)
{
	const json_t *date = json_object_get(root, "date");
	if (date == NULL)
		return 0;
	if (!parse_date(string_of(date), &reader->out->day))
		return wrong(reader, "\"date\" must be like \"2024-06-15\"");
	reader->out->known = true;
	return 0;
}

static int read_race(const struct reader *reader, const json_t *root)
{
	const json_t *race = json_object_get(root, "race");
	const json_t *start = json_object_get(race, "startedAt");
	const json_t *limit = json_object_get(race, "timeLimit");
	if (start != NULL && (!parse_duration(string_of(start), &reader->out->start) ||
			      reader->out->start < 0 || reader->out->start >= US_DAY))
		return wrong(reader, "\"startedAt\" must be like \"16:00:26.602\"");
	if (limit == NULL)
		return 0;
	if (!parse_duration(string_of(limit), &reader->out->limit) ||
	    reader->out->limit <= 0)
		return wrong(reader, "\"timeLimit\" must be like \"24:00:00.000\"");
	reader->out->known = true;
	return 0;
}

/** "s1": {"start": 0.0}, "s2": {"start": 0.158} ...: where each line lies. */
static int read_lines(const struct reader *reader, const json_t *root)
{
	struct sidecar *out = reader->out;
	const json_t *track = json_object_get(root, "track");
	const json_t *sectors = json_object_get(track, "sectors");
	for (unsigned i = 0; json_is_object(sectors) && i < LINES_MAX; i++) {
		char key[8];
		text_format(key, sizeof(key), "s%u", i + 1);
		const json_t *start =
			json_object_get(json_object_get(sectors, key), "start");
		if (!json_is_number(start))
			break;
		double share = json_number_value(start);
		if (!(share >= 0.0 && share < 1.0))
			return wrong(reader, "the start of a sector must be a share "
					     "of the lap, from 0 to 1");
		out->line_ppm[i] = (uint32_t)(share * 1e6);
		if (i > 0 && out->line_ppm[i] <= out->line_ppm[i - 1])
			return wrong(reader, "the sectors are not in order");
		out->line_count = (uint8_t)(i + 1);
	}
	return 0;
}

static int read_grid(const struct reader *reader, const json_t *root)
{
	struct sidecar *out = reader->out;
	const json_t *grid = json_object_get(root, "startingGrid");
	const json_t *entries = json_object_get(grid, "entries");
	size_t count = json_array_size(entries);
	for (size_t i = 0; i < count; i++) {
		const json_t *entry = json_array_get(entries, i);
		const json_t *position = json_object_get(entry, "position");
		const json_t *car = json_object_get(entry, "car");
		struct slice number = string_of(json_object_get(car, "carNumber"));
		json_int_t slot = json_integer_value(position);
		if (!json_is_integer(position) || slot < 1 || slot > RACE_CARS_MAX ||
		    number.len == 0 || number.len > EVENT_ID_MAX)
			return wrong(reader, "an entry of the starting grid has no "
					     "position or no car number");
		text_clean(out->grid[slot - 1], sizeof(out->grid[0]), number);
		if (out->grid_count < (uint32_t)slot)
			out->grid_count = (uint32_t)slot;
		out->known = true;
	}
	return 0;
}

int sidecar_parse(struct slice text, const char *where, struct sidecar *out,
		  struct err *err)
{
	static int (*const parts[])(const struct reader *, const json_t *) = {
		read_name, read_date, read_race, read_lines, read_grid,
	};
	*out = sidecar_nothing;
	struct reader reader = {where, out, err};
	json_error_t error;
	if (slice_starts(text, SLICE("\xef\xbb\xbf"))) {
		text.at += 3;
		text.len -= 3;
	}
	json_t *root = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		return err_set(err, -EINVAL, "%s:%d: not JSON: %s", where, error.line,
			       error.text);
	int rc = json_is_object(root) ? 0 : wrong(&reader, "not a JSON object");
	for (size_t i = 0; rc == 0 && i < ARRAY_LEN(parts); i++)
		rc = parts[i](&reader, root);
	json_decref(root);
	return rc;
}
