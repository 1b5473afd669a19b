/*
 * timing71.c -- recordings of Timing71: what a timing screen showed, a frame about every second
 *
 * The archive is a zip of manifest.json, key frames (N.json) and differences (Ni.json), N in seconds
 * since 1970. documents.c makes a line of each, behind its time: a capture (capture.c). Described by the
 * project's own reader, timing71/common replay.js.
 *
 *  (1) Lap and sector times are to the millisecond, the time of a frame to the second. The first lap
 *      counts from the start, each later one from the crossing before (snapshot.h).
 *  (2) The start is the first frame that shows how long the session has run, less that time.
 *  (3) The flag falls on a car that finishes as it crosses the line: the frame that shows the
 *      chequered flag is later than that.
 *  (4) A car that finished before the one above it, on the same lap, was placed behind it: a time
 *      penalty after the race. In the first PLACED_AFTER the standings may be of before the crossing.
 *  (5) Messages are race control's only: the others are what Timing71 inferred, and pitwall infers
 *      it too.
 *  (6) Energy is emitted where a lap ends, where it rises, and where it has fallen by a percent.
 */
#include "drivers.h"
#include "pitwall/wire.h"
#include "timing71.h"

enum { T71_MESSAGES = 256, ENERGY_STEP = 10 /* per mille */ };
#define T71_LATE (5 * US_S)
#define PLACED_AFTER (30 * US_S)

struct t71_car {
	char id[EVENT_ID_MAX + 1];
	bool finished;
	uint8_t passed; /* sectors of the lap that were emitted */
	int16_t energy; /* that was emitted */
	uint32_t entry_sum, driver_sum, state_sum;
	bool placed;
	struct snapshot_car shot;
};

struct t71 {
	struct decoding_state common;
	instant_us before, start; /* the last frame; (2) */
	instant_us finish_at;     /* (3): the first crossing of a car that finished */
	duration_us elapsed, remain; /* DURATION_NONE */
	bool session_told;
	uint8_t flag;
	uint32_t weather_sum, car_count, message_count;
	char title[96], series[96], flag_name[24];
	char track_spec[8][24], track_data[8][16], track_unit[8][8];
	uint64_t messages[T71_MESSAGES];
	struct t71_table table;
	struct t71_car cars[T71_ROWS];
};

struct t71_in {
	struct decoding d;
	struct t71 *state;
	instant_us now;
};

/* ---- the manifest --------------------------------------------------------------------- */

static void t71_texts(char *texts, size_t count, size_t cap,
		      const struct json_value *list)
{
	struct json_reader r = json_reader_of(list->raw);
	struct json_value one;
	char buf[WEB_TEXT_MAX];
	for (size_t i = 0; i < count && json_read_element(&r, &one); i++)
		text_copy(texts + i * cap, cap, web_text(&one, buf, sizeof(buf)));
}

static void t71_manifest(struct t71 *st, const struct json_value *manifest)
{
	static const char *const names[] = {"colSpec", "columnSpec", "name",
					    "description", "trackDataSpec"};
	enum { SPEC, OTHER_SPEC, NAME, DESCRIPTION, TRACK };
	struct json_reader r = json_reader_of(manifest->raw);
	struct json_value v[ARRAY_LEN(names)];
	char buf[2][WEB_TEXT_MAX];
	if (st->table.known || !json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	if (v[SPEC].kind != JSON_ARRAY)
		v[SPEC] = v[OTHER_SPEC];
	if (v[SPEC].kind != JSON_ARRAY)
		return;
	t71_columns(&st->table, v[SPEC].raw);
	text_copy(st->series, sizeof(st->series),
		  web_text(&v[NAME], buf[0], sizeof(buf[0])));
	text_copy(st->title, sizeof(st->title),
		  web_text(&v[DESCRIPTION], buf[1], sizeof(buf[1])));
	if (v[TRACK].kind == JSON_ARRAY)
		t71_texts(st->track_spec[0], ARRAY_LEN(st->track_spec),
			  sizeof(st->track_spec[0]), &v[TRACK]);
}

static void t71_session(const struct t71_in *in)
{
	struct t71 *st = in->state;
	if (st->session_told || st->title[0] == '\0')
		return;
	st->session_told = true;
	/* "Chevrolet Detroit Sports Car Classic - Race": where, and what. */
	struct slice title = slice_of(st->title), name = title;
	for (size_t i = 0; i + 3 <= title.len; i++)
		if (memcmp(title.at + i, " - ", 3) == 0)
			name = (struct slice){title.at + i + 3, title.len - i - 3};
	struct slice meeting = title;
	if (name.len < title.len) {
		meeting.len -= name.len + 3;
		event_set_text(in->d.out,
			       decoding_event(&in->d, EVENT_CIRCUIT, in->now), meeting);
	}
	event_set_text(in->d.out, decoding_event(&in->d, EVENT_MEETING, in->now),
		       meeting);
	struct event *event = decoding_event(&in->d, EVENT_SESSION, in->now);
	event->field = (uint8_t)session_name_type(title);
	if (st->remain != DURATION_NONE && st->remain > 0)
		event->value = (st->remain + US_S / 2) / US_S * US_S;
	event_set_text(in->d.out, event, name);
}

/* ---- the session ------------------------------------------------------------------------ */

static void t71_seconds(const struct json_value *value, duration_us *out)
{
	int64_t us;
	if (web_decimal(value, 6, &us) && us >= 0 && us < 100 * US_HOUR)
		*out = us;
}

/* ["20", "C"] for each of track_spec. */
static void t71_track(struct t71 *st, const struct json_value *data)
{
	struct json_reader r = json_reader_of(data->raw);
	struct json_value one, part;
	for (size_t i = 0; i < ARRAY_LEN(st->track_data); i++) {
		char buf[WEB_TEXT_MAX];
		if (!json_read_element(&r, &one))
			return;
		struct json_reader parts = json_reader_of(one.raw);
		if (one.kind != JSON_ARRAY || !json_read_element(&parts, &part))
			continue;
		text_copy(st->track_data[i], sizeof(st->track_data[i]),
			  web_text(&part, buf, sizeof(buf)));
		if (json_read_element(&parts, &part))
			text_copy(st->track_unit[i], sizeof(st->track_unit[i]),
				  web_text(&part, buf, sizeof(buf)));
	}
}

static void t71_session_member(struct t71 *st, struct slice name,
			       const struct json_value *value)
{
	char buf[WEB_TEXT_MAX];
	if (slice_eq(name, SLICE("flagState")))
		text_copy(st->flag_name, sizeof(st->flag_name),
			  web_text(value, buf, sizeof(buf)));
	else if (slice_eq(name, SLICE("timeElapsed")))
		t71_seconds(value, &st->elapsed);
	else if (slice_eq(name, SLICE("timeRemain")))
		t71_seconds(value, &st->remain);
	else if (slice_eq(name, SLICE("trackData")) && value->kind == JSON_ARRAY)
		t71_track(st, value);
}

static void t71_session_whole(struct t71 *st, const struct json_value *session)
{
	struct json_reader r = json_reader_of(session->raw);
	struct json_value name, value;
	if (!json_take(&r, '{'))
		return;
	while (json_read_name(&r, &name) && json_read(&r, &value)) {
		t71_session_member(st, name.raw, &value);
		if (!json_take(&r, ','))
			return;
	}
}

/* ["change", "flagState", [was, is]], ["change", ["trackData", 3, 0], [was, is]], ["add", "", [[name,
 * value]]] */
static void t71_session_op(struct t71 *st, struct json_reader r)
{
	struct json_value what, path, values, is, key;
	if (!json_read_element(&r, &what) || !json_read_element(&r, &path) ||
	    !json_read_element(&r, &values) || values.kind != JSON_ARRAY)
		return;
	r = json_reader_of(values.raw);
	if (slice_eq(what.raw, SLICE("add"))) {
		while (json_read_element(&r, &is)) {
			struct json_reader pair = json_reader_of(is.raw);
			if (is.kind == JSON_ARRAY && json_read_element(&pair, &key) &&
			    json_read_element(&pair, &is))
				t71_session_member(st, key.raw, &is);
		}
		return;
	}
	if (!slice_eq(what.raw, SLICE("change")) || !json_read_element(&r, &is) ||
	    !json_read_element(&r, &is))
		return;
	if (path.kind == JSON_STRING) {
		t71_session_member(st, path.raw, &is);
		return;
	}
	int64_t index = -1, part = -1;
	char buf[WEB_TEXT_MAX];
	r = json_reader_of(path.raw);
	if (path.kind == JSON_ARRAY && json_read_element(&r, &key) &&
	    slice_eq(key.raw, SLICE("trackData")) && json_read_element(&r, &key) &&
	    web_number(&key, &index) && json_read_element(&r, &key) &&
	    web_number(&key, &part) && part == 0 && index >= 0 &&
	    index < (int64_t)ARRAY_LEN(st->track_data))
		text_copy(st->track_data[index], sizeof(st->track_data[index]),
			  web_text(&is, buf, sizeof(buf)));
}

static void t71_session_patch(struct t71 *st, const struct json_value *difference)
{
	struct json_reader r = json_reader_of(difference->raw);
	struct json_value one;
	while (json_read_element(&r, &one))
		if (one.kind == JSON_ARRAY)
			t71_session_op(st, json_reader_of(one.raw));
}

static bool t71_weather_value(const struct t71 *st, size_t i, uint8_t *field,
			      int64_t *value)
{
	const char *spec = st->track_spec[i], *unit = st->track_unit[i];
	int64_t milli;
	if (!parse_decimal(slice_of(st->track_data[i]), 3, &milli) ||
	    milli > INT32_MAX || milli < INT32_MIN)
		return false;
	if (strstr(spec, "temp")) {
		*field = strstr(spec, "Track") ? WEATHER_TRACK_MC : WEATHER_AIR_MC;
		*value = strchr(unit, 'F') ? (milli - 32000) * 5 / 9 : milli;
	} else if (strstr(spec, "Humidity")) {
		*field = WEATHER_HUMIDITY_PM;
		*value = milli / 100;
	} else if (strstr(spec, "Wind speed")) {
		*field = WEATHER_WIND_MMS;
		*value = strcmp(unit, "mph") == 0   ? milli * 44704 / 100000
			 : strcmp(unit, "m/s") == 0 ? milli
						    : milli * 10 / 36;
	} else {
		return false;
	}
	return true;
}

static void t71_weather(const struct t71_in *in)
{
	struct t71 *st = in->state;
	uint32_t sum = (uint32_t)hash_bytes(st->track_data, sizeof(st->track_data), 1);
	if (sum == st->weather_sum)
		return;
	st->weather_sum = sum;
	for (size_t i = 0; i < ARRAY_LEN(st->track_spec); i++) {
		uint8_t field;
		int64_t value;
		if (!t71_weather_value(st, i, &field, &value))
			continue;
		struct event *event = decoding_event(&in->d, EVENT_WEATHER, in->now);
		event->field = field;
		event->value = value;
	}
}

/* (2) */
static void t71_start(const struct t71_in *in)
{
	struct t71 *st = in->state;
	if (st->start != INSTANT_NONE || st->elapsed == DURATION_NONE ||
	    st->flag_name[0] == '\0' || strcmp(st->flag_name, "none") == 0)
		return;
	st->start = in->now - st->elapsed;
	struct event *event = decoding_event(&in->d, EVENT_START, st->start);
	event->value = INSTANT_NONE;
	event->bits = EVENT_ESTIMATED;
}

static void t71_flag(const struct t71_in *in)
{
	struct t71 *st = in->state;
	int flag = wire_flag_read(WIRE_FLAGS_TIMING71, slice_of(st->flag_name));
	if (flag <= FLAG_UNKNOWN || flag == st->flag)
		return;
	st->flag = (uint8_t)flag;
	instant_us at = in->now;
	if (flag == FLAG_FINISH)
		at = st->finish_at != INSTANT_NONE ? st->finish_at : st->before;
	struct event *event =
		decoding_event(&in->d, EVENT_FLAG, at != INSTANT_NONE ? at : in->now);
	event->flag = st->flag;
	event->bits = EVENT_ESTIMATED;
}

/* (5): the newest is the first. */
static void t71_messages(const struct t71_in *in, const struct json_value *list)
{
	struct json_reader r = json_reader_of(list->raw);
	struct json_value one;
	struct t71 *st = in->state;
	while (json_read_element(&r, &one)) {
		struct json_reader parts = json_reader_of(one.raw);
		struct json_value at, class, text, style;
		char buf[4 * WEB_TEXT_MAX];
		int64_t ms;
		bool seen = false;
		if (one.kind != JSON_ARRAY || !json_read_element(&parts, &at) ||
		    !json_read_element(&parts, &class) ||
		    !json_read_element(&parts, &text) ||
		    !json_read_element(&parts, &style) ||
		    !slice_eq(style.raw, SLICE("raceControl")) ||
		    !web_number(&at, &ms) || ms <= 0 || ms > INSTANT_MAX / US_MS)
			continue;
		struct slice words = web_text(&text, buf, sizeof(buf));
		uint64_t hash = hash_bytes(words.at, words.len, (uint64_t)ms);
		for (size_t i = 0; i < T71_MESSAGES && i < st->message_count; i++)
			seen = seen || st->messages[i] == hash;
		if (seen || words.len == 0)
			continue;
		st->messages[st->message_count++ % T71_MESSAGES] = hash;
		decoding_message(&in->d, ms * US_MS, words);
	}
}

/* ---- cars ---------------------------------------------------------------------------------- */

/* NULL: a row without a number, or more cars than fit. */
static struct t71_car *t71_car_of(struct t71 *st, const struct t71_row *row)
{
	char id[EVENT_ID_MAX + 1];
	if (!text_id(id, sizeof(id), slice_of(row->cell[T71_NUM])))
		return NULL;
	size_t i = web_find(st->cars, st->car_count, sizeof(st->cars[0]), slice_of(id));
	if (i == T71_ROWS)
		return NULL;
	if (i == st->car_count) {
		st->car_count++;
		memcpy(st->cars[i].id, id, sizeof(id));
		st->cars[i].energy = -1;
	}
	return &st->cars[i];
}

static void t71_entry(const struct t71_in *in, struct t71_car *car,
		      const struct t71_row *row)
{
	struct web_entry entry = {
		.class_name = slice_of(row->cell[T71_CLASS]),
		.team = slice_of(row->cell[T71_TEAM]),
		.vehicle = slice_of(row->cell[T71_CAR]),
	};
	char name[WEB_TEXT_MAX];
	struct slice driver =
		web_person(slice_of(row->cell[T71_DRIVER]), name, sizeof(name));
	uint32_t sum = (uint32_t)hash_bytes(driver.at, driver.len, 1);
	web_entry(&in->d, car->id, &entry, &car->entry_sum);
	if (driver.len == 0 || sum == car->driver_sum)
		return;
	car->driver_sum = sum;
	event_set_text(in->d.out, web_car_event(&in->d, EVENT_DRIVER, in->now, car->id),
		       driver);
}

static bool cell_seconds(const struct t71_row *row, unsigned column, duration_us *out)
{
	int64_t us;
	if (!parse_decimal(slice_of(row->cell[column]), 6, &us) &&
	    !parse_duration(slice_of(row->cell[column]), &us))
		return false;
	*out = us;
	return us > 0 && us < US_DAY;
}

/* (1): lines of the current lap. */
static void t71_sectors(const struct t71_in *in, struct t71_car *car,
			const struct t71_row *row)
{
	const struct t71 *st = in->state;
	instant_us at = car->shot.crossed;
	for (unsigned i = 0; i + 1 < st->table.sectors && i < T71_SECTORS; i++) {
		unsigned bit = 1u << (T71_S1 + i);
		duration_us time;
		if ((row->old & bit) || !cell_seconds(row, T71_S1 + i, &time))
			return;
		at += time;
		if ((car->passed & 1u << i) || !(row->changed & bit) ||
		    at < st->before - T71_LATE || at > in->now + T71_LATE)
			continue;
		car->passed |= (uint8_t)(1u << i);
		struct event *event = web_car_event(&in->d, EVENT_PASSING, at, car->id);
		event->line = (uint8_t)(i + 1);
		event->number = car->shot.laps + 1;
		event->value = DURATION_NONE;
		snapshot_inferred(event, in->now - st->before);
	}
}

static void t71_energy(const struct t71_in *in, struct t71_car *car,
		       const struct t71_row *row, bool lap)
{
	int64_t energy;
	if (!parse_decimal(slice_of(row->cell[T71_ENERGY]), 1, &energy) || energy < 0 ||
	    energy > 1000)
		return;
	/* A value that was emitted a frame ago may be later than the crossing. */
	if (!lap && car->energy >= 0 && energy <= car->energy &&
	    (energy == car->energy || car->energy - energy < ENERGY_STEP))
		return;
	car->energy = (int16_t)energy;
	/* What a lap ended with is of its crossing. */
	struct event *event = web_car_event(&in->d, EVENT_VALUE,
					    lap ? car->shot.crossed : in->now, car->id);
	event->field = VALUE_ENERGY;
	event->value = energy;
}

static void t71_status(const struct t71_in *in, struct t71_car *car, struct slice state)
{
	uint32_t sum = (uint32_t)hash_bytes(state.at, state.len, 1);
	const char *words = NULL;
	if (sum == car->state_sum)
		return;
	bool first = car->state_sum == 0;
	car->state_sum = sum;
	if (slice_eq(state, SLICE("RET")) || slice_eq(state, SLICE("DNF")))
		words = "RETIRED";
	else if (slice_eq(state, SLICE("STOP")))
		words = "STOPPED";
	else if (!first && slice_eq(state, SLICE("RUN")))
		words = "RUNNING";
	if (words)
		event_set_text(in->d.out,
			       web_car_event(&in->d, EVENT_STATUS, in->now, car->id),
			       slice_of(words));
}

static void t71_standing(const struct t71_in *in, struct t71_car *car,
			 struct t71_row *row)
{
	struct t71 *st = in->state;
	struct slice state = slice_of(row->cell[T71_STATE]);
	uint64_t laps = 0;
	struct snapshot now = {.at = in->now,
			       .crossed = INSTANT_NONE,
			       .lap = DURATION_NONE,
			       .pit_known = state.len > 0,
			       .in_pit = slice_eq(state, SLICE("PIT")),
			       .finished = slice_eq(state, SLICE("FIN"))};
	if (!parse_u64(slice_of(row->cell[T71_LAPS]), &laps) || laps > 10000)
		laps = car->shot.laps;
	now.laps = (uint32_t)laps;
	if (!cell_seconds(row, T71_LAST, &now.lap))
		now.lap = DURATION_NONE;
	if (car->shot.known && st->before != INSTANT_NONE)
		car->shot.seen = st->before;
	if (!car->shot.timed && car->shot.laps == 0 && st->start != INSTANT_NONE) {
		car->shot.crossed = st->start;
		car->shot.timed = true;
	}
	bool lap = car->shot.known && now.laps > car->shot.laps;
	if (now.finished || (lap && st->flag == FLAG_FINISH))
		car->finished = true;
	snapshot_take(&in->d, car->id, &car->shot, &now);
	if (lap) {
		car->passed = 0;
		if (now.finished && (st->finish_at == INSTANT_NONE ||
				     car->shot.crossed < st->finish_at))
			st->finish_at = car->shot.crossed;
	} else if (car->shot.timed) {
		t71_sectors(in, car, row);
	}
	t71_energy(in, car, row, lap);
	t71_status(in, car, state);
}

static void t71_cars(const struct t71_in *in)
{
	struct t71 *st = in->state;
	for (uint32_t i = 0; i < st->table.rows; i++) {
		struct t71_row *row = &st->table.row[i];
		struct t71_car *car = row->changed ? t71_car_of(st, row) : NULL;
		if (car) {
			t71_entry(in, car, row);
			t71_standing(in, car, row);
		}
		row->changed = 0;
	}
}

/* (4) */
static void t71_placed(const struct t71_in *in)
{
	struct t71 *st = in->state;
	const struct t71_car *above = NULL;
	for (uint32_t i = 0; st->flag == FLAG_FINISH && i < st->table.rows; i++) {
		struct t71_car *car = t71_car_of(st, &st->table.row[i]);
		if (!car || !car->finished || car->placed)
			continue;
		bool below = above && above->shot.laps == car->shot.laps &&
			     above->shot.crossed > car->shot.crossed;
		if (below && in->now - above->shot.crossed >= PLACED_AFTER) {
			char words[64];
			car->placed = true;
			struct event *event =
				web_car_event(&in->d, EVENT_DECISION, in->now, car->id);
			event->field = DECISION_BEHIND;
			text_format(words, sizeof(words), "%s\x1f%s", above->id,
				    "as the source lists it");
			event_set_text(in->d.out, event, slice_of(words));
		}
		above = car;
	}
}

/* ---- the driver ------------------------------------------------------------------------------ */

static void t71_frame_read(struct t71_in *in, const struct json_value *v)
{
	enum { CARS, SESSION, MESSAGES, FIRST };
	struct t71 *st = in->state;
	int64_t first = 0;
	if (v[SESSION].kind == JSON_OBJECT)
		t71_session_whole(st, &v[SESSION]);
	else if (v[SESSION].kind == JSON_ARRAY)
		t71_session_patch(st, &v[SESSION]);
	if (v[CARS].kind == JSON_ARRAY && v[SESSION].kind == JSON_ARRAY)
		t71_patch(&st->table, v[CARS].raw);
	else if (v[CARS].kind == JSON_ARRAY && web_number(&v[FIRST], &first) &&
		 first >= 0 && first < T71_ROWS)
		t71_rows(&st->table, v[CARS].raw, (uint32_t)first);
	else if (v[CARS].kind == JSON_ARRAY)
		t71_rows(&st->table, v[CARS].raw, 0);
	t71_session(in);
	t71_start(in);
	t71_weather(in);
	if (v[MESSAGES].kind == JSON_ARRAY)
		t71_messages(in, &v[MESSAGES]);
	t71_cars(in);
	t71_flag(in);
	t71_placed(in);
	st->before = in->now;
}

static void t71_decode(void *memory, struct slice message, instant_us received_at,
		       uint32_t record, struct event_list *out)
{
	static const char *const names[] = {"cars",     "session", "messages",  "first",
					    "manifest", "colSpec", "columnSpec"};
	enum { CARS, SESSION, MESSAGES, FIRST, MANIFEST, SPEC, OTHER_SPEC };
	struct t71 *st = memory;
	struct json_value v[ARRAY_LEN(names)], whole;
	struct t71_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st,
	};
	if (lines_too_long(&web_rule, &in.d, &st->common.skipping, message) ||
	    slice_trim(message).len == 0)
		return;
	struct json_reader r = json_reader_of(message);
	if (!json_read(&r, &whole) || whole.kind != JSON_OBJECT) {
		decoding_anomaly(&in.d, ANOMALY_FORMAT, "a line that is no frame");
		return;
	}
	r = json_reader_of(whole.raw);
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	if (v[MANIFEST].kind == JSON_OBJECT)
		t71_manifest(st, &v[MANIFEST]);
	if (v[SPEC].kind == JSON_ARRAY || v[OTHER_SPEC].kind == JSON_ARRAY) {
		t71_manifest(st, &whole);
		return;
	}
	if (in.d.received_at != INSTANT_NONE)
		st->common.now = in.d.received_at;
	in.now = decoding_now(&in.d);
	if (!st->table.known)
		decoding_anomaly(&in.d, ANOMALY_MISSING,
				 "a frame before the columns are known");
	else
		t71_frame_read(&in, v);
}

static void t71_init(void *memory, const struct feed_setup *setup)
{
	struct t71 *st = memory;
	memset(st, 0, sizeof(*st));
	decoding_init(&st->common, setup);
	st->before = st->start = st->finish_at = INSTANT_NONE;
	st->elapsed = st->remain = DURATION_NONE;
}

/* The manifest is the first line, or the members of a frame are. */
static int t71_look(struct slice line, bool whole)
{
	static const char *const names[] = {"colSpec", "columnSpec", "cars", "session"};
	struct json_reader r = json_reader_of(line);
	struct json_value v[ARRAY_LEN(names)];
	if (line.at[0] != '{')
		return 0;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return !whole && slice_starts(line, SLICE("{\"cars\":[["));
	return v[0].kind == JSON_ARRAY || v[1].kind == JSON_ARRAY ||
	       (v[2].kind == JSON_ARRAY && v[3].kind != JSON_NONE);
}

static int t71_sniff(struct slice head)
{
	return lines_sniff(head, 4, 98, t71_look);
}

const struct feed_driver feed_timing71 = {
	.name = "timing71",
	.summary = "Timing71 recordings (zip): any race its community recorded",
	.media = "file",
	.utc = true,
	.sniff = t71_sniff,
	.state_size = sizeof(struct t71),
	.init = t71_init,
	.frame = web_frame,
	.decode = t71_decode,
};
