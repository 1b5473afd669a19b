/*
 * f1.c -- recordings of the live timing of Formula 1, as undercut-f1 writes them
 *
 *   {"Type":"TimingData","Json":{"Lines":{"44":{...}}},"DateTime":"2024-07-05T11:50:44.449+00:00"}
 *
 * live.txt has a change a line; subscribe.txt is the first state, of which documents.c makes such lines.
 * Also the service's own form is read, {"H":"Streaming","M":"feed","A":["TimingData",{...},"..."]}.
 *
 *  (1) A crossing of SF is the message with the time of the last lap. Messages are about half a second
 *      off: crossings are inferred from lap times (snapshot.h).
 *  (2) NumberOfLaps counts a lap into the pits when the car leaves: the time of the lap comes before.
 *  (3) Changes without their first state do not name the session: gaps to the fastest lap are those
 *      of a timed one, gaps to the leader those of a race.
 *  (4) Flags are those of TrackStatus, and the chequered one of race control.
 */
#include "drivers.h"
#include "pitwall/wire.h"
#include "snapshot.h"
#include "web.h"

enum { F1_CARS = 40, F1_MESSAGES = 64, F1_SECTORS = 3 };
#define F1_OFF US_S
#define F1_LATE (5 * US_S)

struct f1_car {
	char number[EVENT_ID_MAX + 1];
	uint8_t tyre;
	uint16_t stops; /* as the service counts them, emitted */
	bool retired, stopped;
	uint32_t entry_sum, laps; /* laps: NumberOfLaps */
	duration_us best, sector; /* sector: the first one of the lap */
	struct snapshot_car shot;
};

struct f1 {
	struct decoding_state common;
	bool started, finished;
	bool typed; /* a SESSION was emitted */
	uint8_t flag;
	uint32_t car_count, message_count, session_sum, meeting_sum, weather_sum;
	uint64_t messages[F1_MESSAGES];
	struct f1_car cars[F1_CARS];
};

struct f1_in {
	struct decoding d;
	struct f1 *state;
	instant_us at;
	struct json_value json;
};

/* Call @each with the members of an object, or the elements of an array by their number. */
static void f1_each(const struct f1_in *in, const struct json_value *list,
		    void (*each)(const struct f1_in *in, struct slice key,
				 const struct json_value *value))
{
	struct json_reader r = json_reader_of(list->raw);
	struct json_value key, one;
	if (list->kind == JSON_ARRAY) {
		for (unsigned i = 0; json_read_element(&r, &one); i++) {
			char number[16];
			text_format(number, sizeof(number), "%u", i);
			each(in, slice_of(number), &one);
		}
		return;
	}
	if (list->kind != JSON_OBJECT || !json_take(&r, '{'))
		return;
	while (json_read_name(&r, &key) && json_read(&r, &one)) {
		each(in, key.raw, &one);
		if (!json_take(&r, ','))
			return;
	}
}

/* The text of member "Value". */
static struct slice f1_value(const struct json_value *object, char buf[WEB_TEXT_MAX])
{
	static const char *const names[] = {"Value"};
	struct json_reader r = json_reader_of(object->raw);
	struct json_value value;
	if (object->kind != JSON_OBJECT || !json_read_members(&r, names, &value, 1))
		return (struct slice){"", 0};
	return web_text(&value, buf, WEB_TEXT_MAX);
}

static bool f1_time(const struct json_value *object, duration_us *out)
{
	char buf[WEB_TEXT_MAX];
	struct slice text = f1_value(object, buf);
	duration_us t;
	if (text.len == 0 || !parse_duration(text, &t) || t <= 0 || t >= US_DAY)
		return false;
	*out = t;
	return true;
}

/* NULL: not a number of a car, or more cars than fit. */
static struct f1_car *f1_car_of(struct f1 *st, struct slice key)
{
	char number[EVENT_ID_MAX + 1];
	uint64_t ignored;
	if (!parse_u64(key, &ignored) || !text_id(number, sizeof(number), key))
		return NULL;
	size_t i = web_find(st->cars, st->car_count, sizeof(st->cars[0]),
			    slice_of(number));
	if (i == F1_CARS)
		return NULL;
	if (i == st->car_count) {
		memcpy(st->cars[i].number, number, sizeof(number));
		st->car_count++;
	}
	return &st->cars[i];
}

/* ---- timing --------------------------------------------------------------------------- */

/* A sector that is passed: the first or the second. */
static void f1_sector(const struct f1_in *in, struct f1_car *car, unsigned index,
		      duration_us time)
{
	instant_us at = in->at;
	if (index == 0)
		car->sector = time;
	else if (car->sector == 0)
		return;
	if (car->shot.timed) {
		instant_us sum =
			car->shot.crossed + car->sector + (index == 0 ? 0 : time);
		if (sum > at - F1_LATE && sum < at + F1_LATE)
			at = sum;
	}
	struct event *event = web_car_event(&in->d, EVENT_PASSING, at, car->number);
	event->line = (uint8_t)(index + 1);
	event->number = car->shot.laps + 1;
	event->value = DURATION_NONE;
	snapshot_inferred(event, F1_OFF);
}

static void f1_sectors(const struct f1_in *in, struct f1_car *car,
		       const struct json_value *sectors)
{
	struct json_reader r = json_reader_of(sectors->raw);
	struct json_value key, one;
	if (sectors->kind != JSON_OBJECT || !json_take(&r, '{'))
		return;
	while (json_read_name(&r, &key) && json_read(&r, &one)) {
		duration_us time;
		uint64_t index;
		if (parse_u64(key.raw, &index) && index + 1 < F1_SECTORS &&
		    one.kind == JSON_OBJECT && f1_time(&one, &time))
			f1_sector(in, car, (unsigned)index, time);
		if (!json_take(&r, ','))
			return;
	}
}

static void f1_status(const struct f1_in *in, struct f1_car *car,
		      const struct json_value *retired,
		      const struct json_value *stopped)
{
	const char *words = NULL;
	if (retired->kind == JSON_WORD && web_is_true(retired) != car->retired) {
		car->retired = !car->retired;
		words = car->retired ? "RETIRED" : "RUNNING";
	}
	if (stopped->kind == JSON_WORD && web_is_true(stopped) != car->stopped) {
		car->stopped = !car->stopped;
		if (!car->retired)
			words = car->stopped ? "STOPPED" : "RUNNING";
	}
	if (words)
		event_set_text(in->d.out,
			       web_car_event(&in->d, EVENT_STATUS, in->at, car->number),
			       slice_of(words));
}

static void f1_best(const struct f1_in *in, struct f1_car *car,
		    const struct json_value *best)
{
	static const char *const names[] = {"Lap"};
	struct json_reader r = json_reader_of(best->raw);
	struct json_value number;
	duration_us time;
	int64_t lap = 0;
	if (best->kind != JSON_OBJECT || !f1_time(best, &time) || time == car->best)
		return;
	car->best = time;
	if (!json_read_members(&r, names, &number, 1) || !web_number(&number, &lap) ||
	    lap < 0 || lap > 1000)
		lap = 0;
	struct event *event = web_car_event(&in->d, EVENT_CLAIM, in->at, car->number);
	event->field = CLAIM_BEST_LAP;
	event->number = (uint32_t)lap;
	event->value = time;
}

/* (3) */
static void f1_type(const struct f1_in *in, const struct json_value *line)
{
	static const char *const names[] = {"GapToLeader", "IntervalToPositionAhead",
					    "TimeDiffToFastest",
					    "TimeDiffToPositionAhead", "Stats"};
	struct json_reader r = json_reader_of(line->raw);
	struct json_value v[ARRAY_LEN(names)];
	if (in->state->typed || !json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	bool race = v[0].kind != JSON_NONE || v[1].kind != JSON_NONE;
	if (!race && v[2].kind == JSON_NONE && v[3].kind == JSON_NONE &&
	    v[4].kind == JSON_NONE)
		return;
	in->state->typed = true;
	struct event *event = decoding_event(&in->d, EVENT_SESSION, in->at);
	event->field = race ? SESSION_FIELD_RACE : SESSION_FIELD_TIMED;
	event->bits = EVENT_REPAIRED;
}

/* (1), (2) */
static void f1_line(const struct f1_in *in, struct slice key,
		    const struct json_value *value)
{
	static const char *const names[] = {
		"NumberOfLaps", "LastLapTime", "InPit",       "Sectors",
		"Retired",      "Stopped",     "BestLapTime", "NumberOfPitStops"};
	enum { LAPS, LAST, PIT, SECTORS, RETIRED, STOPPED, BEST, STOPS };
	struct json_reader r = json_reader_of(value->raw);
	struct json_value v[ARRAY_LEN(names)];
	struct f1_car *car = f1_car_of(in->state, key);
	int64_t laps, stops;
	if (!car || value->kind != JSON_OBJECT ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	f1_type(in, value);
	struct snapshot now = {.at = in->at,
			       .crossed = INSTANT_NONE,
			       .lap = DURATION_NONE,
			       .laps = car->shot.laps,
			       .pit_known = v[PIT].kind == JSON_WORD,
			       .in_pit = web_is_true(&v[PIT])};
	bool known = car->shot.known;
	bool lap = f1_time(&v[LAST], &now.lap);
	bool counted = web_number(&v[LAPS], &laps) && laps >= 0 && laps < 1000;
	if (!known && !counted && v[PIT].kind == JSON_NONE)
		return; /* what was before is not known: not a standing */
	if (counted && (uint32_t)laps > car->shot.laps)
		now.laps = (uint32_t)laps;
	else if (lap && known && !counted)
		now.laps = car->shot.laps + 1;
	car->shot.seen = in->at - F1_OFF;
	snapshot_take(&in->d, car->number, &car->shot, &now);
	if (lap || counted)
		car->sector = 0;
	else if (known)
		f1_sectors(in, car, &v[SECTORS]);
	f1_best(in, car, &v[BEST]);
	if (web_number(&v[STOPS], &stops))
		web_stops(&in->d, car->number, stops, &car->stops);
	f1_status(in, car, &v[RETIRED], &v[STOPPED]);
}

static void f1_lines(const struct f1_in *in,
		     void (*each)(const struct f1_in *in, struct slice key,
				  const struct json_value *value))
{
	static const char *const names[] = {"Lines"};
	struct json_reader r = json_reader_of(in->json.raw);
	struct json_value lines;
	if (json_read_members(&r, names, &lines, 1))
		f1_each(in, &lines, each);
}

static void f1_timing(const struct f1_in *in)
{
	f1_lines(in, f1_line);
}

/* ---- tyres ------------------------------------------------------------------------------- */

static void f1_stints(const struct f1_in *in, struct slice key,
		      const struct json_value *value)
{
	static const char *const names[] = {"Stints"};
	static const char *const compound[] = {"Compound"};
	struct json_reader r = json_reader_of(value->raw);
	struct json_value stints, member, one;
	struct f1_car *car = f1_car_of(in->state, key);
	uint8_t tyre = TYRE_UNKNOWN;
	char buf[WEB_TEXT_MAX];
	if (!car || value->kind != JSON_OBJECT ||
	    !json_read_members(&r, names, &stints, 1))
		return;
	r = json_reader_of(stints.raw);
	bool object = stints.kind == JSON_OBJECT && json_take(&r, '{');
	while (object ? json_read_name(&r, &member) && json_read(&r, &one)
		      : stints.kind == JSON_ARRAY && json_read_element(&r, &one)) {
		struct json_reader parts = json_reader_of(one.raw);
		struct json_value name;
		if (one.kind == JSON_OBJECT &&
		    json_read_members(&parts, compound, &name, 1)) {
			int found = tyre_by_name(web_text(&name, buf, sizeof(buf)));
			if (found > 0)
				tyre = (uint8_t)found;
		}
		if (object && !json_take(&r, ','))
			break;
	}
	if (tyre == TYRE_UNKNOWN || tyre == car->tyre)
		return;
	car->tyre = tyre;
	struct event *event = web_car_event(&in->d, EVENT_VALUE, in->at, car->number);
	event->field = VALUE_TYRE;
	event->value = tyre;
}

static void f1_tyres(const struct f1_in *in)
{
	f1_lines(in, f1_stints);
}

/* ---- the session -------------------------------------------------------------------------- */

static void f1_driver(const struct f1_in *in, struct slice key,
		      const struct json_value *value)
{
	static const char *const names[] = {"FullName", "TeamName"};
	struct json_reader r = json_reader_of(value->raw);
	struct json_value v[ARRAY_LEN(names)];
	char buf[ARRAY_LEN(names)][WEB_TEXT_MAX];
	struct f1_car *car = f1_car_of(in->state, key);
	if (!car || value->kind != JSON_OBJECT ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[0].kind != JSON_STRING)
		return; /* a change of the order only */
	struct web_entry entry = {.team = web_text(&v[1], buf[1], WEB_TEXT_MAX)};
	entry.drivers[0] = web_text(&v[0], buf[0], WEB_TEXT_MAX);
	if (car->entry_sum == 0)
		web_car_event(&in->d, EVENT_DRIVER, in->at, car->number)->number = 1;
	web_entry(&in->d, car->number, &entry, &car->entry_sum);
}

static void f1_driver_list(const struct f1_in *in)
{
	f1_each(in, &in->json, f1_driver);
}

static void f1_session_info(const struct f1_in *in)
{
	static const char *const names[] = {"Meeting", "Name", "Type", "StartDate",
					    "EndDate"};
	static const char *const meeting[] = {"Location", "Name"};
	struct json_reader r = json_reader_of(in->json.raw);
	struct json_value v[ARRAY_LEN(names)], m[ARRAY_LEN(meeting)];
	char buf[4][WEB_TEXT_MAX];
	instant_us from, to;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    v[1].kind != JSON_STRING)
		return;
	struct slice name = web_text(&v[1], buf[0], WEB_TEXT_MAX);
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	if (sum == in->state->session_sum)
		return;
	in->state->session_sum = sum;
	in->state->typed = true;
	struct event *event = decoding_event(&in->d, EVENT_SESSION, in->at);
	event->field = (uint8_t)session_name_type(name);
	event->bits = EVENT_REPAIRED;
	if (event->field == SESSION_FIELD_TIMED && web_stamp(&v[3], &from) &&
	    web_stamp(&v[4], &to) && to > from)
		event->value = to - from;
	event_set_text(in->d.out, event, name);
	r = json_reader_of(v[0].raw);
	if (v[0].kind != JSON_OBJECT || !json_read_members(&r, meeting, m, 2))
		return;
	web_named(&in->d, EVENT_MEETING, in->at, web_text(&m[1], buf[3], WEB_TEXT_MAX),
		  &in->state->meeting_sum);
	if (m[0].kind == JSON_STRING)
		event_set_text(in->d.out, decoding_event(&in->d, EVENT_CIRCUIT, in->at),
			       web_text(&m[0], buf[2], WEB_TEXT_MAX));
}

static void f1_flag(const struct f1_in *in, instant_us at, int flag)
{
	struct f1 *st = in->state;
	if (flag <= FLAG_UNKNOWN || flag == st->flag || st->flag == FLAG_FINISH)
		return;
	st->flag = (uint8_t)flag;
	decoding_event(&in->d, EVENT_FLAG, at)->flag = st->flag;
}

static void f1_track_status(const struct f1_in *in)
{
	static const char *const names[] = {"Status"};
	struct json_reader r = json_reader_of(in->json.raw);
	struct json_value status;
	if (json_read_members(&r, names, &status, 1))
		f1_flag(in, in->at, wire_flag_read(WIRE_FLAGS_F1, status.raw));
}

static void f1_status_row(const struct f1_in *in, struct slice key,
			  const struct json_value *value)
{
	static const char *const names[] = {"Utc", "SessionStatus"};
	struct json_reader r = json_reader_of(value->raw);
	struct json_value v[ARRAY_LEN(names)];
	instant_us at;
	(void)key;
	if (value->kind != JSON_OBJECT ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_stamp(&v[0], &at) || !slice_eq(v[1].raw, SLICE("Started")) ||
	    in->state->started)
		return;
	in->state->started = true;
	decoding_event(&in->d, EVENT_START, at)->value = INSTANT_NONE;
}

static void f1_session_data(const struct f1_in *in)
{
	static const char *const names[] = {"StatusSeries"};
	struct json_reader r = json_reader_of(in->json.raw);
	struct json_value series;
	if (json_read_members(&r, names, &series, 1))
		f1_each(in, &series, f1_status_row);
}

/* (4) */
static void f1_message(const struct f1_in *in, struct slice key,
		       const struct json_value *value)
{
	static const char *const names[] = {"Utc", "Message", "Flag"};
	struct json_reader r = json_reader_of(value->raw);
	struct json_value v[ARRAY_LEN(names)];
	struct f1 *st = in->state;
	char buf[4 * WEB_TEXT_MAX];
	instant_us at;
	(void)key;
	if (value->kind != JSON_OBJECT ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_stamp(&v[0], &at))
		return;
	struct slice text = web_text(&v[1], buf, sizeof(buf));
	uint64_t hash = hash_bytes(text.at, text.len, (uint64_t)at);
	for (size_t i = 0; i < F1_MESSAGES && i < st->message_count; i++)
		if (st->messages[i] == hash)
			return;
	st->messages[st->message_count++ % F1_MESSAGES] = hash;
	if (text.len > 0)
		decoding_message(&in->d, at, text);
	if (slice_eq(v[2].raw, SLICE("CHEQUERED")))
		f1_flag(in, at, FLAG_FINISH);
}

static void f1_race_control(const struct f1_in *in)
{
	static const char *const names[] = {"Messages"};
	struct json_reader r = json_reader_of(in->json.raw);
	struct json_value messages;
	if (json_read_members(&r, names, &messages, 1))
		f1_each(in, &messages, f1_message);
}

static void f1_weather(const struct f1_in *in)
{
	static const char *const names[] = {"AirTemp",  "TrackTemp", "Humidity",
					    "Pressure", "WindSpeed", "WindDirection",
					    "Rainfall"};
	static const struct {
		uint8_t field;
		unsigned digits;
	} is[] = {{WEATHER_AIR_MC, 3},      {WEATHER_TRACK_MC, 3},
		  {WEATHER_HUMIDITY_PM, 1}, {WEATHER_PRESSURE_PA, 2},
		  {WEATHER_WIND_MMS, 3},    {WEATHER_WIND_DEG, 0},
		  {WEATHER_RAIN, 0}};
	struct json_reader r = json_reader_of(in->json.raw);
	struct json_value v[ARRAY_LEN(names)];
	uint32_t sum = (uint32_t)hash_bytes(in->json.raw.at, in->json.raw.len, 1);
	if (sum == in->state->weather_sum ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	in->state->weather_sum = sum;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		int64_t value;
		if (!web_decimal(&v[i], is[i].digits, &value) || value > INT32_MAX ||
		    value < INT32_MIN)
			continue;
		struct event *event = decoding_event(&in->d, EVENT_WEATHER, in->at);
		event->field = is[i].field;
		event->value = is[i].field == WEATHER_RAIN ? value > 0 : value;
	}
}

/* ---- the driver ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	void (*read)(const struct f1_in *in);
} topics[] = {
	{"TimingData", f1_timing},
	{"TimingAppData", f1_tyres},
	{"DriverList", f1_driver_list},
	{"SessionInfo", f1_session_info},
	{"SessionData", f1_session_data},
	{"TrackStatus", f1_track_status},
	{"RaceControlMessages", f1_race_control},
	{"WeatherData", f1_weather},
};

/* Both forms of a line: topic, value, instant. */
static bool f1_cut(struct slice line, struct json_value *topic, struct json_value *json,
		   struct json_value *at)
{
	static const char *const names[] = {"Type", "Json", "DateTime", "A"};
	struct json_reader r = json_reader_of(line);
	struct json_value v[ARRAY_LEN(names)];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return false;
	if (v[3].kind == JSON_ARRAY) {
		r = json_reader_of(v[3].raw);
		return json_read_element(&r, topic) && json_read_element(&r, json) &&
		       json_read_element(&r, at) && topic->kind == JSON_STRING &&
		       json->kind == JSON_OBJECT;
	}
	*topic = v[0];
	*json = v[1];
	*at = v[2];
	return topic->kind == JSON_STRING && json->kind == JSON_OBJECT;
}

static void f1_decode(void *memory, struct slice message, instant_us received_at,
		      uint32_t record, struct event_list *out)
{
	struct f1 *st = memory;
	struct json_value topic, at;
	struct f1_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st,
	};
	struct slice line = slice_trim(message);
	if (lines_too_long(&web_rule, &in.d, &st->common.skipping, message) ||
	    line.len == 0)
		return;
	if (!f1_cut(line, &topic, &in.json, &at)) {
		decoding_anomaly(&in.d, ANOMALY_FORMAT, "a line that is no message");
		return;
	}
	if (web_stamp(&at, &in.at) && in.at >= st->common.now)
		st->common.now = in.at;
	else
		in.at = decoding_now(&in.d);
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		if (slice_eq(topic.raw, slice_of(topics[i].name)))
			topics[i].read(&in);
}

static void f1_init(void *memory, const struct feed_setup *setup)
{
	struct f1 *st = memory;
	memset(st, 0, sizeof(*st));
	decoding_init(&st->common, setup);
}

static int f1_look(struct slice line, bool whole)
{
	struct json_value topic, json, at;
	if (!whole)
		return slice_starts(line, SLICE("{\"Type\":\"")) ||
		       slice_starts(line, SLICE("{\"H\":\"Streaming\""));
	return f1_cut(line, &topic, &json, &at) && at.kind == JSON_STRING;
}

static int f1_sniff(struct slice head)
{
	return lines_sniff(head, 8, 98, f1_look);
}

const struct feed_driver feed_f1 = {
	.name = "f1",
	.summary = "Formula 1 live timing, as undercut-f1 records it (live.txt)",
	.media = "file",
	.utc = true,
	.sniff = f1_sniff,
	.state_size = sizeof(struct f1),
	.init = f1_init,
	.frame = web_frame,
	.decode = f1_decode,
};
