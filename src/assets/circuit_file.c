/*
 * circuit_file.c -- circuits as INI files, with the centreline as a table beside
 *
 *   [circuit]   name, title, length-m, zone, notice, centreline-m, pit-in-m, pit-out-m
 *   [line NAME] at-m, in driving order; SF at 0 is always there
 *   [turn N]    name, hand (L or R), at-m
 *
 * "start = unknown": the outline does not begin at the start line.
 * centreline-m is how long the centreline was before it was scaled to length-m.
 * Distances are metres along the lap from SF. "KEY-source" may follow any
 * value. The centreline has the columns x_m;y_m;dist_m;note, and lines that begin
 * with '#'.
 */
#include "pitwall/assets.h"
#include "pitwall/inifile.h"

#include <errno.h>
#include <string.h>

/* ---- the INI ---------------------------------------------------------------- */

static const length_mm lap_mm_max = 100 * 1000 * 1000;

static int set_mm(const struct ini_entry *entry, int32_t *out, struct err *err)
{
	int64_t mm;
	if (!parse_decimal(slice_of(entry->value), 3, &mm) || mm < 0 || mm > lap_mm_max)
		return ini_bad(entry, err, "\"%s = %s\": say metres, from 0 to 100000",
			       entry->key, entry->value);
	*out = (int32_t)mm;
	return 0;
}

static int circuit_set_length(struct circuit *circuit, const struct ini_entry *entry,
			      struct err *err)
{
	int32_t mm = 0;
	int failed = set_mm(entry, &mm, err);
	if (failed)
		return failed;
	if (mm == 0)
		return ini_bad(entry, err, "a lap of no length");
	circuit->length = mm;
	return 0;
}

static int take_circuit(struct circuit *circuit, const struct ini_entry *entry,
			struct err *err)
{
	const struct {
		const char *key;
		char *text;
		size_t cap;
		int32_t *mm;
	} keys[] = {
		{"name", circuit->name, sizeof(circuit->name), NULL},
		{"title", circuit->title, sizeof(circuit->title), NULL},
		{"zone", circuit->zone, sizeof(circuit->zone), NULL},
		{"notice", circuit->notice, sizeof(circuit->notice), NULL},
		{"centreline-m", NULL, 0, &circuit->centreline_mm},
		{"pit-in-m", NULL, 0, &circuit->pit_in_mm},
		{"pit-out-m", NULL, 0, &circuit->pit_out_mm},
	};
	if (strcmp(entry->key, "length-m") == 0)
		return circuit_set_length(circuit, entry, err);
	if (strcmp(entry->key, "start") == 0) {
		circuit->start_unknown = true;
		return strcmp(entry->value, "unknown") == 0
			       ? 0
			       : ini_bad(entry, err, "\"start = %s\": say unknown",
					 entry->value);
	}
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (strcmp(entry->key, keys[i].key) != 0)
			continue;
		if (keys[i].mm)
			return set_mm(entry, keys[i].mm, err);
		return ini_text(entry, keys[i].text, keys[i].cap, err);
	}
	return ini_bad(entry, err, "[circuit] has no key \"%s\"", entry->key);
}

static int circuit_take_line(struct circuit *circuit, const struct ini_entry *entry,
			     struct slice name, struct err *err)
{
	unsigned i = 0;
	while (i < circuit->line_count &&
	       !slice_eq(slice_of(circuit->line_names[i]), name))
		i++;
	if (i == LINES_MAX)
		return ini_bad(entry, err, "more than %d lines a lap", LINES_MAX);
	if (name.len == 0 || name.len >= sizeof(circuit->line_names[0]))
		return ini_bad(
			entry, err,
			"[%s]: write [line NAME] with a name of at most %zu bytes",
			entry->section, sizeof(circuit->line_names[0]) - 1);
	if (i == 0 || strcmp(entry->key, "at-m") != 0)
		return ini_bad(entry, err, "[%s] has no key \"%s\"", entry->section,
			       entry->key);
	if (i == circuit->line_count) {
		text_copy(circuit->line_names[i], sizeof(circuit->line_names[0]), name);
		circuit->line_count++;
	}
	int failed = set_mm(entry, &circuit->line_mm[i], err);
	if (!failed && circuit->line_mm[i] <= circuit->line_mm[i - 1])
		return ini_bad(entry, err,
			       "line %s is not after line %s: list the lines in "
			       "driving order",
			       circuit->line_names[i], circuit->line_names[i - 1]);
	return failed;
}

static int take_turn(struct circuit *circuit, const struct ini_entry *entry,
		     struct slice number, struct err *err)
{
	struct circuit_turn *turn = circuit->turns;
	const struct circuit_turn *end = turn + circuit->turn_count;
	while (turn < end && !slice_eq(slice_of(turn->number), number))
		turn++;
	if (turn == circuit->turns + CIRCUIT_TURNS_MAX)
		return ini_bad(entry, err, "more than %d turns", CIRCUIT_TURNS_MAX);
	if (number.len == 0 || number.len >= sizeof(turn->number))
		return ini_bad(
			entry, err,
			"[%s]: write [turn N] with a number of at most %zu bytes",
			entry->section, sizeof(turn->number) - 1);
	if (turn == end) {
		text_copy(turn->number, sizeof(turn->number), number);
		circuit->turn_count++;
	}
	if (strcmp(entry->key, "name") == 0)
		return ini_text(entry, turn->name, sizeof(turn->name), err);
	if (strcmp(entry->key, "at-m") == 0)
		return set_mm(entry, &turn->along_mm, err);
	if (strcmp(entry->key, "hand") != 0)
		return ini_bad(entry, err, "[%s] has no key \"%s\"", entry->section,
			       entry->key);
	if (strcmp(entry->value, "L") != 0 && strcmp(entry->value, "R") != 0)
		return ini_bad(entry, err, "\"hand = %s\": say L or R", entry->value);
	turn->hand = entry->value[0];
	return 0;
}

static int circuit_take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct circuit *circuit = context;
	struct slice key = slice_of(entry->key);
	if (slice_cut_end(&key, SLICE("-source")))
		return 0;
	char clean[INI_LINE_MAX * 2 + 1];
	struct slice rest = slice_of(entry->section);
	struct slice section = slice_cut(&rest, ' ');
	rest = (struct slice){clean, text_clean(clean, sizeof(clean), rest)};
	if (strcmp(entry->section, "circuit") == 0)
		return take_circuit(circuit, entry, err);
	if (slice_eq(section, SLICE("line")))
		return circuit_take_line(circuit, entry, rest, err);
	if (slice_eq(section, SLICE("turn")))
		return take_turn(circuit, entry, rest, err);
	return ini_bad(entry, err,
		       "no section [%s]: there are [circuit], [line NAME] "
		       "and [turn N]",
		       entry->section);
}

/* ---- the centreline --------------------------------------------------------- */

struct centreline {
	const char *where;
	unsigned line;
};

static int bad_point(const struct centreline *at, struct err *err, const char *why)
{
	return err_set(err, -EINVAL, "%s, line %u of the centreline: %s", at->where,
		       at->line, why);
}

static int take_point(struct circuit *circuit, const struct centreline *at,
		      struct slice row, struct err *err)
{
	int64_t mm[3];
	for (size_t i = 0; i < ARRAY_LEN(mm); i++) {
		struct slice field = slice_trim(slice_cut(&row, ';'));
		if (!parse_decimal(field, 3, &mm[i]) || mm[i] > lap_mm_max ||
		    mm[i] < -lap_mm_max)
			return bad_point(at, err,
					 "not three numbers of metres: x_m;y_m;dist_m");
	}
	if (mm[2] < 0 || mm[2] > circuit->length)
		return bad_point(at, err, "a distance that is not on the lap");
	if (circuit->point_count &&
	    mm[2] <= circuit->points[circuit->point_count - 1].along_mm)
		return bad_point(at, err, "the distance does not grow");
	if (circuit->point_count == CIRCUIT_POINTS_MAX)
		return bad_point(at, err, "more than 1024 points");
	circuit->points[circuit->point_count++] =
		(struct circuit_point){(int32_t)mm[0], (int32_t)mm[1], (int32_t)mm[2]};
	return 0;
}

static int take_centreline(struct circuit *circuit, struct slice text,
			   const char *where, struct err *err)
{
	struct centreline at = {.where = where};
	bool header = false;
	while (text.at) {
		struct slice row = slice_trim(slice_cut(&text, '\n'));
		at.line++;
		if (row.len == 0 || row.at[0] == '#')
			continue;
		if (!header) {
			header = true;
			if (!slice_starts(row, SLICE("x_m;y_m;dist_m")))
				return bad_point(&at, err,
						 "the columns are not x_m;y_m;dist_m");
			continue;
		}
		int failed = take_point(circuit, &at, row, err);
		if (failed)
			return failed;
	}
	if (circuit->point_count == 1 || circuit->point_count == 2)
		return bad_point(&at, err, "two points make no circuit");
	return 0;
}

/* ---- both ------------------------------------------------------------------- */

static int check_places(const struct circuit *circuit, const char *where,
			struct err *err)
{
	if (!circuit->name[0])
		return err_set(err, -EINVAL,
			       "%s: no \"name\" in [circuit]: not a circuit file",
			       where);
	if (circuit->length == 0)
		return err_set(err, -EINVAL, "%s: no \"length-m\" in [circuit]", where);
	bool outside = circuit->pit_in_mm >= circuit->length ||
		       circuit->pit_out_mm >= circuit->length;
	for (unsigned i = 0; i < circuit->line_count; i++)
		outside |= circuit->line_mm[i] >= circuit->length;
	for (unsigned i = 0; i < circuit->turn_count; i++)
		outside |= circuit->turns[i].along_mm >= circuit->length;
	if (outside)
		return err_set(err, -EINVAL,
			       "%s: a line, a turn or the pit lane is beyond the end "
			       "of the lap",
			       where);
	for (unsigned i = 1; i < circuit->line_count; i++)
		if (circuit->line_mm[i] <= circuit->line_mm[i - 1])
			return err_set(err, -EINVAL,
				       "%s: line %s does not lie behind line %s", where,
				       circuit->line_names[i],
				       circuit->line_names[i - 1]);
	return 0;
}

int circuit_parse(struct slice ini, struct slice centreline, const char *where,
		  struct circuit *out, struct err *err)
{
	/* Made where it is wanted: it is too large for a stack to hold twice. */
	memset(out, 0, sizeof(*out));
	text_copy(out->line_names[0], sizeof(out->line_names[0]), SLICE("SF"));
	out->line_count = 1;
	int failed = ini_walk(ini, where, circuit_take, out, err);
	if (!failed)
		failed = check_places(out, where, err);
	if (!failed)
		failed = take_centreline(out, centreline, where, err);
	if (failed)
		memset(out, 0, sizeof(*out));
	return failed;
}

/* ---- from files ------------------------------------------------------------- */

/* "bugatti" from "Bugatti"; false for what no asset may be called. */
static bool asset_of(const char *name, char *to, size_t cap)
{
	size_t len = text_copy(to, cap, slice_of(name));
	for (size_t i = 0; i < len; i++) {
		if (to[i] >= 'A' && to[i] <= 'Z')
			to[i] = (char)(to[i] + ('a' - 'A'));
		if (to[i] == ' ')
			to[i] = '-';
	}
	return asset_name_ok(to);
}

static int no_such_circuit(const char *name, struct err *err)
{
	return err_set(err, -ENOENT,
		       "no circuit is called \"%s\": \"pitwall circuits\" lists them",
		       name);
}

static int paths_of(const char *name, char *ini, char *csv, struct err *err)
{
	char asset[64], file[96];
	if (names_a_file(name)) {
		text_copy(ini, SOURCE_PATH_MAX, slice_of(name));
	} else {
		if (!asset_of(name, asset, sizeof(asset)))
			return no_such_circuit(name, err);
		text_format(file, sizeof(file), "circuits/%s.ini", asset);
		int failed = asset_path(file, ini, SOURCE_PATH_MAX, err);
		if (failed)
			return failed == -ENOENT ? no_such_circuit(name, err) : failed;
	}
	size_t len = text_copy(csv, SOURCE_PATH_MAX, slice_of(ini));
	if (len > 4 && strcmp(csv + len - 4, ".ini") == 0)
		len -= 4;
	text_copy(csv + len, SOURCE_PATH_MAX - len, SLICE(".csv"));
	return 0;
}

int circuit_read(const char *name, struct bytes *ini, struct bytes *centreline,
		 struct err *err)
{
	char ini_path[SOURCE_PATH_MAX], csv_path[SOURCE_PATH_MAX];
	int failed = paths_of(name, ini_path, csv_path, err);
	if (!failed)
		failed = small_file_read(ini_path, ini, err);
	if (failed)
		return failed;
	failed = bytes_load_optional(csv_path, 1024 * 1024, centreline, err);
	if (failed)
		bytes_free(ini);
	return failed;
}

int circuit_load(const char *name, struct circuit *out, struct err *err)
{
	struct bytes ini = {0}, csv = {0};
	int failed = circuit_read(name, &ini, &csv, err);
	if (!failed)
		failed = circuit_parse(ini.data, csv.data, name, out, err);
	bytes_free(&ini);
	bytes_free(&csv);
	return failed;
}
