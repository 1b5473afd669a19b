/*
 * lap_tables.c -- laps of other programs, written as the rows of an Al Kamel lap file (lap_tables.h)
 *
 *  (1) Where no column says how long a car has run, its laps are added up from the first. That needs them
 *      in order: a file with the newest lap first is read from its end. After a lap that is missing
 *      nothing is known, and the reader of the lap file counts the rows that it cannot use.
 *  (2) The first lap of a stint has the stop before it; the last one ends in the pit lane.
 */
#include "lap_tables.h"
#include "pitwall/wire.h"

enum { TABLE_FIELDS = 64, TABLE_CARS = 256, TABLE_HEAD = 4096 };

#define TABLE_COLUMNS(X) \
	X(NUMBER)        \
	X(LAP)           \
	X(TIME)          \
	X(TIME_MS)       \
	X(ELAPSED)       \
	X(HOUR)          \
	X(DRIVER)        \
	X(CLASS)         \
	X(TEAM)          \
	X(VEHICLE)       \
	X(PIT)
enum table_column {
#define X(id_) TABLE_##id_,
	TABLE_COLUMNS(X)
#undef X
		TABLE_COLUMN_COUNT
};

/* Titles without blanks, underscores, points and capitals. */
static const struct {
	const char *title;
	enum table_column column;
} table_titles[] = {
	{"number", TABLE_NUMBER},
	{"no", TABLE_NUMBER},
	{"nr", TABLE_NUMBER},
	{"num", TABLE_NUMBER},
	{"#", TABLE_NUMBER},
	{"car", TABLE_NUMBER},
	{"carno", TABLE_NUMBER},
	{"carnumber", TABLE_NUMBER},
	{"bib", TABLE_NUMBER},
	{"startnumber", TABLE_NUMBER},
	{"startnr", TABLE_NUMBER},
	{"startno", TABLE_NUMBER},
	{"stnr", TABLE_NUMBER},
	{"racingnumber", TABLE_NUMBER},
	{"drivernumber", TABLE_NUMBER},
	{"lap", TABLE_LAP},
	{"lapno", TABLE_LAP},
	{"lapnr", TABLE_LAP},
	{"lapnumber", TABLE_LAP},
	{"runde", TABLE_LAP},
	{"tour", TABLE_LAP},
	{"time", TABLE_TIME},
	{"laptime", TABLE_TIME},
	{"laptm", TABLE_TIME},
	{"rundenzeit", TABLE_TIME},
	{"lapduration", TABLE_TIME},
	{"laptimems", TABLE_TIME_MS},
	{"laptimemillis", TABLE_TIME_MS},
	{"milliseconds", TABLE_TIME_MS},
	{"elapsed", TABLE_ELAPSED},
	{"total", TABLE_ELAPSED},
	{"totaltime", TABLE_ELAPSED},
	{"racetime", TABLE_ELAPSED},
	{"sessiontime", TABLE_ELAPSED},
	{"elapsedtime", TABLE_ELAPSED},
	{"cumulative", TABLE_ELAPSED},
	{"timeofday", TABLE_HOUR},
	{"hour", TABLE_HOUR},
	{"tod", TABLE_HOUR},
	{"driver", TABLE_DRIVER},
	{"drivername", TABLE_DRIVER},
	{"name", TABLE_DRIVER},
	{"class", TABLE_CLASS},
	{"category", TABLE_CLASS},
	{"team", TABLE_TEAM},
	{"teamname", TABLE_TEAM},
	{"vehicle", TABLE_VEHICLE},
	{"carmodel", TABLE_VEHICLE},
	{"manufacturer", TABLE_VEHICLE},
	{"pit", TABLE_PIT},
	{"inpit", TABLE_PIT},
	{"pits", TABLE_PIT},
};

/* ---- the lap file ------------------------------------------------------------------------ */

static const enum wire_ak_column written[] = {
	WIRE_AK_NUMBER,  WIRE_AK_LAP_NUMBER, WIRE_AK_LAP_TIME, WIRE_AK_PIT_LANE,
	WIRE_AK_ELAPSED, WIRE_AK_HOUR,       WIRE_AK_PIT_TIME, WIRE_AK_DRIVER_NAME,
	WIRE_AK_CLASS,   WIRE_AK_TEAM,       WIRE_AK_VEHICLE,  WIRE_AK_FLAG,
};

/* Durations are DURATION_NONE where they are not known, an hour is one from midnight. */
struct table_lap {
	struct slice number, driver, class_name, team, vehicle;
	uint32_t lap;
	duration_us time, elapsed, hour, stop;
	bool in_pit;
	uint8_t flag;
};

void lap_table_head(struct out *out)
{
	for (size_t i = 0; i < ARRAY_LEN(written); i++)
		out_format(out, "%s;", wire_ak_names[written[i]][0]);
	out_text(out, "\r\n");
}

/* The file has no quoting that all its readers know. */
static void row_text(struct out *out, struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		out_char(out, c < ' ' || c == ';' || c == '"' ? ' ' : text.at[i]);
	}
	out_char(out, ';');
}

static void row_time(struct out *out, duration_us t, enum time_style style)
{
	char buf[TIME_TEXT_MAX];
	format_duration(buf, t, style);
	row_text(out, slice_of(buf));
}

static void table_row_write(struct out *out, const struct table_lap *row)
{
	row_text(out, row->number);
	out_format(out, "%u;", (unsigned)row->lap);
	row_time(out, row->time, TIME_LAPM);
	out_text(out, row->in_pit ? "B;" : ";");
	row_time(out, row->elapsed, TIME_RACE);
	row_time(out, row->hour, TIME_RACE);
	row_time(out, row->stop, TIME_RACE);
	row_text(out, row->driver);
	row_text(out, row->class_name);
	row_text(out, row->team);
	row_text(out, row->vehicle);
	row_text(out, row->flag == FLAG_UNKNOWN
			      ? (struct slice){"", 0}
			      : slice_of(wire_flag_code(WIRE_FLAGS_ALKAMEL,
							(enum flag)row->flag)));
	out_text(out, "\r\n");
}

/* ---- CSV --------------------------------------------------------------------------------- */

struct csv_fields {
	struct slice at[TABLE_FIELDS];
	unsigned count;
};

static char csv_separator(struct slice line)
{
	static const char all[] = ",;\t|";
	size_t most = 0;
	char best = ',';
	for (const char *c = all; *c != '\0'; c++) {
		size_t n = 0;
		for (size_t i = 0; i < line.len; i++)
			n += line.at[i] == *c;
		if (n > most) {
			most = n;
			best = *c;
		}
	}
	return best;
}

static void csv_split(struct slice line, char separator, struct csv_fields *fields)
{
	size_t from = 0;
	bool quoted = false;
	/* A line that is not there has one field, as an empty one has. */
	if (!line.at)
		line = (struct slice){"", 0};
	fields->count = 0;
	for (size_t i = 0; i <= line.len && fields->count < TABLE_FIELDS; i++) {
		if (i < line.len && line.at[i] == '"')
			quoted = !quoted;
		if (i < line.len && (quoted || line.at[i] != separator))
			continue;
		struct slice field =
			slice_trim((struct slice){line.at + from, i - from});
		if (field.len >= 2 && field.at[0] == '"' &&
		    field.at[field.len - 1] == '"')
			field = slice_trim((struct slice){field.at + 1, field.len - 2});
		fields->at[fields->count++] = field;
		from = i + 1;
	}
}

static bool title_is(struct slice title, const char *name)
{
	size_t k = 0;
	for (size_t i = 0; i < title.len; i++) {
		char c = title.at[i];
		if (c == ' ' || c == '_' || c == '.' || c == '-')
			continue;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (name[k] == '\0' || c != name[k])
			return false;
		k++;
	}
	return k > 0 && name[k] == '\0';
}

struct table {
	struct slice rows; /* behind the first line */
	char separator;
	int column[TABLE_COLUMN_COUNT]; /* -1: there is none */
};

/* False: not a table of laps. */
static bool table_begin(struct slice body, struct table *table)
{
	struct csv_fields fields;
	struct slice head = body;
	if (head.len > TABLE_HEAD)
		head.len = TABLE_HEAD;
	struct slice line = slice_cut(&head, '\n');
	if (slice_starts(line, SLICE("\xef\xbb\xbf")))
		line = (struct slice){line.at + 3, line.len - 3};
	size_t end = (size_t)(line.at - body.at) + line.len;
	table->rows = slice_trim((struct slice){body.at + end, body.len - end});
	line = slice_trim(line);
	table->separator = csv_separator(line);
	csv_split(line, table->separator, &fields);
	for (unsigned c = 0; c < TABLE_COLUMN_COUNT; c++)
		table->column[c] = -1;
	/* The first title that fits has the column: "number" before "car". */
	for (size_t t = 0; t < ARRAY_LEN(table_titles); t++)
		for (unsigned i = 0; i < fields.count; i++)
			if (table->column[table_titles[t].column] < 0 &&
			    title_is(fields.at[i], table_titles[t].title))
				table->column[table_titles[t].column] = (int)i;
	return table->column[TABLE_NUMBER] >= 0 &&
	       (table->column[TABLE_TIME] >= 0 || table->column[TABLE_TIME_MS] >= 0);
}

static struct slice table_cell(const struct table *table,
			       const struct csv_fields *fields, enum table_column c)
{
	int column = table->column[c];
	if (column < 0 || (unsigned)column >= fields->count)
		return (struct slice){"", 0};
	return fields->at[column];
}

/* "1:36.412", "96,412", "0:01:36.412". */
static duration_us table_time(struct slice text)
{
	char buf[32];
	duration_us t;
	if (text.len == 0 || text.len >= sizeof(buf))
		return DURATION_NONE;
	memcpy(buf, text.at, text.len);
	for (size_t i = 0; i < text.len; i++)
		if (buf[i] == ',')
			buf[i] = '.';
	if (!parse_duration((struct slice){buf, text.len}, &t) || t <= 0 ||
	    t > 100 * US_HOUR)
		return DURATION_NONE;
	return t;
}

/* The time of day at the end of a date and time, or alone. */
static duration_us table_hour(struct slice text)
{
	for (size_t i = text.len; i > 0; i--)
		if (text.at[i - 1] == ' ' || text.at[i - 1] == 'T') {
			text = (struct slice){text.at + i, text.len - i};
			break;
		}
	if (text.len > 0 && text.at[text.len - 1] == 'Z')
		text.len--;
	duration_us t = table_time(text);
	return t != DURATION_NONE && t < US_DAY ? t : DURATION_NONE;
}

/* The laps of a car so far. */
struct summed {
	char number[EVENT_ID_MAX + 1];
	uint32_t lap;
	duration_us elapsed; /* DURATION_NONE: a lap was missing */
};

struct sums {
	struct summed cars[TABLE_CARS];
	size_t count;
};

/* (1) */
static void sum_lap(struct sums *sums, struct table_lap *row)
{
	char number[EVENT_ID_MAX + 1];
	if (!text_id(number, sizeof(number), row->number))
		return;
	size_t i = web_find(sums->cars, sums->count, sizeof(sums->cars[0]),
			    slice_of(number));
	if (i == TABLE_CARS)
		return;
	struct summed *car = &sums->cars[i];
	if (i == sums->count) {
		sums->count++;
		*car = (struct summed){.elapsed = 0};
		memcpy(car->number, number, sizeof(number));
	}
	if (row->lap == 0)
		row->lap = car->lap + 1;
	if (row->elapsed == DURATION_NONE && row->lap == car->lap + 1)
		row->elapsed = instant_add(car->elapsed, row->time);
	car->lap = row->lap;
	car->elapsed = row->elapsed;
}

static bool table_row(const struct table *table, struct slice line,
		      struct table_lap *row)
{
	struct csv_fields fields;
	uint64_t lap = 0;
	int64_t ms;
	csv_split(line, table->separator, &fields);
	struct slice pit = table_cell(table, &fields, TABLE_PIT);
	*row = (struct table_lap){
		.number = table_cell(table, &fields, TABLE_NUMBER),
		.driver = table_cell(table, &fields, TABLE_DRIVER),
		.class_name = table_cell(table, &fields, TABLE_CLASS),
		.team = table_cell(table, &fields, TABLE_TEAM),
		.vehicle = table_cell(table, &fields, TABLE_VEHICLE),
		.time = table_time(table_cell(table, &fields, TABLE_TIME)),
		.elapsed = table_time(table_cell(table, &fields, TABLE_ELAPSED)),
		.hour = table_hour(table_cell(table, &fields, TABLE_HOUR)),
		.stop = DURATION_NONE,
		.in_pit = pit.len > 0 && !slice_eq(pit, SLICE("0")) &&
			  !slice_eq_nocase(pit, SLICE("false")) &&
			  !slice_eq_nocase(pit, SLICE("no")),
	};
	if (table->column[TABLE_TIME_MS] >= 0 &&
	    parse_decimal(table_cell(table, &fields, TABLE_TIME_MS), 0, &ms) &&
	    ms > 0 && ms < US_DAY / US_MS)
		row->time = ms * US_MS;
	if (row->number.len > 0 && row->number.at[0] == '#')
		row->number = slice_trim(
			(struct slice){row->number.at + 1, row->number.len - 1});
	if (table->column[TABLE_LAP] >= 0 &&
	    (!parse_u64(table_cell(table, &fields, TABLE_LAP), &lap) || lap == 0 ||
	     lap > 10000))
		return false;
	row->lap = (uint32_t)lap;
	return row->number.len > 0;
}

/* The last line of @rest. */
static struct slice cut_last_line(struct slice *rest)
{
	size_t end = rest->len;
	while (end > 0 && (rest->at[end - 1] == '\n' || rest->at[end - 1] == '\r'))
		end--;
	size_t from = end;
	while (from > 0 && rest->at[from - 1] != '\n')
		from--;
	struct slice line = {rest->at + from, end - from};
	rest->len = from;
	return line;
}

/* From the first rows: is there a second lap of a car, and do its laps fall? Of a race on its first
 * lap all have number 1; a table of results has other numbers, or none. */
static bool table_has_laps(const struct table *table, bool *falling)
{
	enum { LOOKED_AT = 2000 };
	static const struct table_lap none;
	struct slice rest = table->rows;
	struct table_lap row = none;
	struct sums seen = {.count = 0};
	bool first = false;
	*falling = false;
	for (unsigned i = 0; i < LOOKED_AT && rest.len > 0; i++) {
		char number[EVENT_ID_MAX + 1];
		struct slice line = slice_trim(slice_cut(&rest, '\n'));
		if (line.len == 0 || !table_row(table, line, &row) ||
		    !text_id(number, sizeof(number), row.number))
			continue;
		size_t at = web_find(seen.cars, seen.count, sizeof(seen.cars[0]),
				     slice_of(number));
		if (at < seen.count) {
			*falling = row.lap != 0 && row.lap < seen.cars[at].lap;
			return true;
		}
		first = row.lap == 1 && (first || at == 0);
		if (at == TABLE_CARS)
			break;
		seen.count++;
		memcpy(seen.cars[at].number, number, sizeof(number));
		seen.cars[at].lap = row.lap;
	}
	return first;
}

static bool write_csv(struct slice body, struct out *out)
{
	struct table table;
	struct sums sums = {.count = 0};
	bool falling, any = false;
	if (!table_begin(body, &table) || !table_has_laps(&table, &falling))
		return false;
	struct slice rest = table.rows;
	while (rest.len > 0) {
		struct table_lap row;
		struct slice line = falling ? cut_last_line(&rest)
					    : slice_trim(slice_cut(&rest, '\n'));
		if (line.len == 0 || !table_row(&table, line, &row))
			continue;
		sum_lap(&sums, &row);
		table_row_write(out, &row);
		any = true;
	}
	return any;
}

/* ---- titles by hand ------------------------------------------------------------------------------ */

/* The title that @map gives the field; empty: none. */
static struct slice mapped_title(struct slice map, struct slice field)
{
	while (map.len > 0) {
		struct slice theirs = slice_cut(&map, ',');
		struct slice ours = slice_trim(slice_cut(&theirs, '='));
		if (theirs.at && slice_eq_nocase(slice_trim(theirs), field))
			return ours;
	}
	return (struct slice){"", 0};
}

static bool title_known(struct slice title)
{
	for (size_t i = 0; i < ARRAY_LEN(table_titles); i++)
		if (title_is(title, table_titles[i].title))
			return true;
	return false;
}

/* The first part of @map that does not fit the columns is @wrong. */
static enum document_mapped map_fits(struct slice map, const struct csv_fields *columns,
				     struct slice *wrong)
{
	do {
		struct slice theirs = slice_cut(&map, ',');
		unsigned i = 0;
		*wrong = slice_trim(theirs);
		struct slice ours = slice_trim(slice_cut(&theirs, '='));
		theirs = slice_trim(theirs);
		if (theirs.len == 0 || !title_known(ours))
			return DOCUMENT_NO_FIELD;
		while (i < columns->count && !slice_eq_nocase(theirs, columns->at[i]))
			i++;
		if (i == columns->count) {
			*wrong = theirs;
			return DOCUMENT_NO_COLUMN;
		}
	} while (map.len > 0);
	return DOCUMENT_MAPPED;
}

enum document_mapped lap_table_map(struct slice body, struct slice map, struct out *out,
				   struct slice *wrong)
{
	struct slice rest = body;
	struct slice line = slice_trim(slice_cut(&rest, '\n'));
	char separator = csv_separator(line);
	struct csv_fields fields;
	csv_split(line, separator, &fields);
	enum document_mapped mapped = map_fits(map, &fields, wrong);
	for (unsigned i = 0; i < fields.count; i++) {
		struct slice title = mapped_title(map, fields.at[i]);
		if (i > 0)
			out_char(out, separator);
		/* A title that is not mapped must not be taken for one that is. */
		if (title.len > 0)
			out_bytes(out, title.at, title.len);
		else
			out_format(out, "?%.*s", (int)fields.at[i].len,
				   fields.at[i].at);
	}
	out_char(out, '\n');
	if (rest.at)
		out_bytes(out, rest.at, rest.len);
	return mapped;
}

/* ---- Speedhive ----------------------------------------------------------------------------- */

static bool write_speedhive(struct slice body, struct out *out)
{
	static const char *const names[] = {"lapDataInfo", "laps"};
	static const char *const info[] = {"participantInfo"};
	static const char *const who[] = {"startNr", "name", "class"};
	static const char *const lap[] = {"lapNr", "lapTime", "timeOfDay", "inPit"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[2], p, w[3], l[4], one;
	char buf[3][WEB_TEXT_MAX];
	struct sums sums = {.count = 0};
	bool any = false;
	if (!json_read_members(&r, names, v, 2))
		return false;
	r = json_reader_of(v[0].raw);
	if (v[0].kind != JSON_OBJECT || !json_read_members(&r, info, &p, 1))
		return false;
	r = json_reader_of(p.raw);
	if (p.kind != JSON_OBJECT || !json_read_members(&r, who, w, 3))
		return false;
	r = json_reader_of(v[1].raw);
	while (v[1].kind == JSON_ARRAY && json_read_element(&r, &one)) {
		struct json_reader parts = json_reader_of(one.raw);
		int64_t number;
		if (!json_read_members(&parts, lap, l, 4) ||
		    !web_number(&l[0], &number) || number < 1 || number > 10000)
			continue;
		struct table_lap row = {
			.number = web_car_number(&w[0], buf[0], WEB_TEXT_MAX),
			.driver = web_text(&w[1], buf[1], WEB_TEXT_MAX),
			.class_name = web_text(&w[2], buf[2], WEB_TEXT_MAX),
			.lap = (uint32_t)number,
			.time = table_time(l[1].raw),
			.elapsed = DURATION_NONE,
			.hour = table_hour(l[2].raw),
			.stop = DURATION_NONE,
			.in_pit = web_is_true(&l[3]),
		};
		sum_lap(&sums, &row);
		table_row_write(out, &row);
		any = true;
	}
	return any;
}

/* ---- analyses of Timing71 --------------------------------------------------------------------- */

enum {
	STINT_FIRST,
	STINT_FROM,
	STINT_LAST,
	STINT_TO,
	STINT_DRIVER = 5,
	STINT_LAPS = 9
};

struct analysis {
	struct table_lap row; /* what the rows of a car share, and its sum */
	struct json_value drivers;
	int64_t out_at; /* when the last stint ended, microseconds; 0 */
	char driver[WEB_TEXT_MAX], text[WEB_TEXT_MAX];
};

/* The element @index of an array. */
static bool element_at(struct slice array, size_t index, struct json_value *out)
{
	struct json_reader r = json_reader_of(array);
	for (size_t i = 0; i <= index; i++)
		if (!json_read_element(&r, out))
			return false;
	return true;
}

/* The member of an object by a name that is not known when it is compiled. */
static bool member_at(struct slice object, struct slice name, struct json_value *out)
{
	struct json_reader r = json_reader_of(object);
	struct json_value key;
	if (!json_take(&r, '{'))
		return false;
	while (json_read_name(&r, &key) && json_read(&r, out)) {
		if (slice_eq(key.raw, name))
			return true;
		if (!json_take(&r, ','))
			break;
	}
	return false;
}

/* Flags by number: none, green, white, chequered, yellow, fcy, code 60, vsc, sc, caution, red. */
static uint8_t analysis_flag(int64_t number)
{
	static const char *const names[] = {"none",   "green",   "white",   "chequered",
					    "yellow", "fcy",     "code_60", "vsc",
					    "sc",     "caution", "red"};
	int flag =
		number >= 0 && number < (int64_t)ARRAY_LEN(names)
			? wire_flag_read(WIRE_FLAGS_TIMING71, slice_of(names[number]))
			: -1;
	return flag < 0 ? FLAG_UNKNOWN : (uint8_t)flag;
}

/* [first lap, from, last lap, to, in progress, driver, best, yellow laps, mean, [[time, flag]...]] */
static void write_stint(struct analysis *a, struct slice stint, struct out *out)
{
	struct json_value v[STINT_LAPS + 1], one;
	struct json_reader r = json_reader_of(stint);
	int64_t first, from, to, driver = -1;
	for (size_t i = 0; i <= STINT_LAPS; i++)
		if (!json_read_element(&r, &v[i]))
			return;
	if (!web_number(&v[STINT_FIRST], &first) || first < 1 || first > 10000 ||
	    !web_decimal(&v[STINT_FROM], 6, &from) || v[STINT_LAPS].kind != JSON_ARRAY)
		return;
	bool ended = web_decimal(&v[STINT_TO], 6, &to);
	if (web_number(&v[STINT_DRIVER], &driver) && driver >= 0 && driver < 16 &&
	    element_at(a->drivers.raw, (size_t)driver, &one))
		a->row.driver = web_person(web_text(&one, a->text, sizeof(a->text)),
					   a->driver, sizeof(a->driver));
	a->row.lap = (uint32_t)first;
	a->row.stop = a->out_at > 0 && from > a->out_at && from - a->out_at < US_DAY
			      ? from - a->out_at
			      : DURATION_NONE;
	r = json_reader_of(v[STINT_LAPS].raw);
	bool more = json_read_element(&r, &one);
	while (more) {
		struct json_value time, flag, next;
		int64_t us, number = 0;
		if (one.kind != JSON_ARRAY || !element_at(one.raw, 0, &time) ||
		    !web_decimal(&time, 6, &us) || us <= 0 || us > US_DAY)
			return;
		if (element_at(one.raw, 1, &flag))
			(void)web_number(&flag, &number);
		more = json_read_element(&r, &next);
		a->row.time = us;
		a->row.elapsed = instant_add(a->row.elapsed, us);
		a->row.flag = analysis_flag(number);
		a->row.in_pit = !more && ended && !web_is_true(&v[4]);
		table_row_write(out, &a->row);
		a->row.lap++;
		a->row.stop = DURATION_NONE;
		one = next;
	}
	a->out_at = ended ? to : 0;
}

static void analysis_car(const struct json_value *parts, struct slice number,
			 struct slice stints, struct out *out)
{
	enum { STATIC, DRIVERS, LAP };
	struct analysis a = {
		.row = {.number = number, .elapsed = 0, .hour = DURATION_NONE}};
	struct json_value one, texts[3];
	char buf[3][WEB_TEXT_MAX];
	if (member_at(parts[STATIC].raw, number, &one) && one.kind == JSON_ARRAY &&
	    element_at(one.raw, 0, &texts[0]) && element_at(one.raw, 1, &texts[1]) &&
	    element_at(one.raw, 2, &texts[2])) {
		a.row.class_name = web_text(&texts[0], buf[0], WEB_TEXT_MAX);
		a.row.team = web_text(&texts[1], buf[1], WEB_TEXT_MAX);
		a.row.vehicle = web_text(&texts[2], buf[2], WEB_TEXT_MAX);
	}
	if (!member_at(parts[DRIVERS].raw, number, &a.drivers))
		a.drivers = (struct json_value){.kind = JSON_NONE};
	struct json_reader r = json_reader_of(stints);
	while (json_read_element(&r, &one))
		if (one.kind == JSON_ARRAY)
			write_stint(&a, one.raw, out);
	if (member_at(parts[LAP].raw, number, &one) && one.kind == JSON_ARRAY &&
	    element_at(one.raw, 0, &one) && one.kind == JSON_ARRAY)
		write_stint(&a, one.raw, out);
}

static bool write_analysis(struct slice body, struct out *out)
{
	static const char *const names[] = {"static", "driver", "lap", "stint"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)], number, stints;
	bool any = false;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return false;
	r = json_reader_of(v[3].raw);
	if (!json_take(&r, '{'))
		return false;
	while (json_read_name(&r, &number) && json_read(&r, &stints)) {
		if (stints.kind == JSON_ARRAY)
			analysis_car(v, number.raw, stints.raw, out);
		any = true;
		if (!json_take(&r, ','))
			break;
	}
	return any;
}

/* ---- which ------------------------------------------------------------------------------------ */

static enum lap_table json_kind(struct slice body)
{
	static const char *const names[] = {"lapDataInfo", "laps", "stint", "static",
					    "service"};
	struct json_reader r = json_reader_of(body);
	struct json_value v[ARRAY_LEN(names)];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return LAP_TABLE_NONE;
	if (v[0].kind == JSON_OBJECT && v[1].kind == JSON_ARRAY)
		return LAP_TABLE_SPEEDHIVE;
	return v[2].kind == JSON_OBJECT && v[3].kind == JSON_OBJECT &&
			       v[4].kind == JSON_OBJECT
		       ? LAP_TABLE_ANALYSIS
		       : LAP_TABLE_NONE;
}

/* A line of titles and one of as many cells. */
static bool is_table(struct slice body)
{
	struct csv_fields titles, cells;
	struct slice rest = body;
	if (rest.len > TABLE_HEAD)
		rest.len = TABLE_HEAD;
	struct slice line = slice_trim(slice_cut(&rest, '\n'));
	char separator = csv_separator(line);
	csv_split(line, separator, &titles);
	csv_split(slice_trim(slice_cut(&rest, '\n')), separator, &cells);
	if (titles.count < 2 || cells.count != titles.count)
		return false;
	for (size_t i = 0; i < line.len; i++)
		if ((unsigned char)line.at[i] < ' ' && line.at[i] != '\t')
			return false;
	for (unsigned i = 0; i < titles.count; i++) {
		struct slice title = titles.at[i];
		char c = title.len > 0 ? title.at[0] : '$';
		if (c == '$' || (c >= '0' && c <= '9'))
			return false;
	}
	return true;
}

enum lap_table lap_table_kind(struct slice body)
{
	struct table table;
	bool falling;
	if (body.len == 0)
		return LAP_TABLE_NONE;
	if (body.at[0] == '{' || body.at[0] == '[')
		return json_kind(body);
	if (!table_begin(body, &table))
		return is_table(body) ? LAP_TABLE_UNKNOWN : LAP_TABLE_NONE;
	if (table.rows.len == 0)
		return LAP_TABLE_EMPTY;
	return table_has_laps(&table, &falling) ? LAP_TABLE_CSV : LAP_TABLE_RESULTS;
}

bool lap_table_write(struct slice body, struct out *out)
{
	switch (lap_table_kind(body)) {
	case LAP_TABLE_CSV:
		return write_csv(body, out);
	case LAP_TABLE_SPEEDHIVE:
		return write_speedhive(body, out);
	case LAP_TABLE_ANALYSIS:
		return write_analysis(body, out);
	case LAP_TABLE_NONE:
	case LAP_TABLE_EMPTY:
	case LAP_TABLE_RESULTS:
	case LAP_TABLE_UNKNOWN:
		break;
	}
	return false;
}
