/*
 * griiip.c -- Griiip, the live timing service of WEC, ELMS, Le Mans Cup and others
 *
 * Lines of documents.c, made of the answers of https://insights.griiip.com/live/CHANNEL/SESSION and
 * of its pushes "lv-CHANNEL". Every object has ts (UTC), elapsedTimeMillis, pid, carNumber, classId.
 * Learned from answers of the 24 h of Le Mans 2026; the service has no public description.
 *
 *  (1) A car is its number; pid stands for it where the number is left out.
 *  (2) Yellow with an empty list of sectors is a local yellow, not one of the full course.
 *  (3) The first green with an elapsed time of 0 is the start.
 *  (4) Ranks and gaps are worked out here from the laps; the service's are not used.
 *  (5) The length of a race is that in its name, "6 Hours of Spa"; the service sends none.
 */
#include "drivers.h"
#include "griiip.h"
#include "pitwall/wire.h"

#include <string.h>

/* ---- the session ---------------------------------------------------------------- */

/* True for a word that both have; short ones, as "of", are in many names. */
static bool names_share_a_word(struct slice a, struct slice b)
{
	while (a.len > 0) {
		struct slice word = slice_cut(&a, ' '), rest = b;
		while (word.len > 2 && rest.len > 0)
			if (slice_eq_nocase(slice_cut(&rest, ' '), word))
				return true;
	}
	return false;
}

/* The name of a session, with its series where the name does not say it: rulesets are found by it. */
static void griiip_name(const struct griiip_in *in, struct event *event,
			struct slice name, struct slice series)
{
	char text[2 * WEB_TEXT_MAX];
	bool says = series.len == 0 || names_share_a_word(name, series);
	size_t len =
		text_format(text, sizeof(text), "%.*s%s%.*s", (int)name.len, name.at,
			    says ? "" : ", ", says ? 0 : (int)series.len, series.at);
	event_set_text(in->d.out, event, (struct slice){text, len});
}

static void griiip_session(const struct griiip_in *in)
{
	static const char *const names[] = {"trackName",   "trackConfigName",
					    "eventName",   "sessionName",
					    "sessionType", "seriesName"};
	enum { TRACK, CONFIG, EVENT, NAME, TYPE, SERIES };
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	char buf[ARRAY_LEN(names)][WEB_TEXT_MAX];
	struct griiip *st = in->state;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	struct slice track = web_text(&v[CONFIG], buf[CONFIG], WEB_TEXT_MAX);
	if (track.len == 0)
		track = web_text(&v[TRACK], buf[TRACK], WEB_TEXT_MAX);
	web_named(&in->d, EVENT_CIRCUIT, in->at, track, &st->circuit_sum);
	struct slice name = web_text(&v[NAME], buf[NAME], WEB_TEXT_MAX);
	struct slice event_name = web_text(&v[EVENT], buf[EVENT], WEB_TEXT_MAX);
	web_named(&in->d, EVENT_MEETING, in->at, event_name, &st->meeting_sum);
	if (st->session_told || name.len + event_name.len == 0)
		return;
	st->session_told = true;
	st->field =
		(uint8_t)session_name_type(web_text(&v[TYPE], buf[TYPE], WEB_TEXT_MAX));
	struct event *event = decoding_event(&in->d, EVENT_SESSION, in->at);
	event->field = st->field;
	event->bits = EVENT_REPAIRED;
	if (st->field == SESSION_FIELD_RACE)
		event->value = web_hours(event_name); /* (5) */
	griiip_name(in, event,
		    event_name.len > 0 && st->field == SESSION_FIELD_RACE ? event_name
									  : name,
		    web_text(&v[SERIES], buf[SERIES], WEB_TEXT_MAX));
}

/* (2) */
static void griiip_race_flag(const struct griiip_in *in)
{
	static const char *const names[] = {"flag", "elapsedTimeMillis"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	struct griiip *st = in->state;
	char buf[WEB_TEXT_MAX];
	int64_t elapsed = -1;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	struct slice name = web_text(&v[0], buf, sizeof(buf));
	int flag = wire_flag_read(WIRE_FLAGS_GRIIIP, name);
	if (st->flag_at != INSTANT_NONE && in->at <= st->flag_at)
		return;
	st->flag_at = in->at;
	if (flag < 0) {
		decoding_anomaly(&in->d, ANOMALY_UNKNOWN, "flag \"%.*s\"",
				 (int)(name.len < 32 ? name.len : 32), name.at);
		return;
	}
	if (flag == FLAG_GREEN && !st->started && web_number(&v[1], &elapsed) &&
	    elapsed == 0) {
		st->started = true;
		decoding_event(&in->d, EVENT_START, in->at)->value = INSTANT_NONE;
	}
	if (flag == st->flag)
		return;
	st->flag = (uint8_t)flag;
	struct event *event = decoding_event(&in->d, EVENT_FLAG, in->at);
	event->flag = st->flag;
	event_set_text(in->d.out, event, name);
}

static void griiip_weather(const struct griiip_in *in)
{
	static const char *const names[] = {"temperature", "trackTemperature",
					    "humidity", "pressure", "windSpeedKph"};
	static const struct {
		uint8_t field;
		unsigned digits;
		int64_t times, by;
	} is[] = {
		{WEATHER_AIR_MC, 3, 1, 1},      {WEATHER_TRACK_MC, 3, 1, 1},
		{WEATHER_HUMIDITY_PM, 1, 1, 1}, {WEATHER_PRESSURE_PA, 2, 1, 1},
		{WEATHER_WIND_MMS, 3, 10, 36},
	};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	uint32_t sum = (uint32_t)hash_bytes(in->json.at, in->json.len, 1);
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
		event->value = value * is[i].times / is[i].by;
	}
}

/* ---- cars -------------------------------------------------------------------------- */

static void griiip_status(const struct griiip_in *in)
{
	static const char *const names[] = {"status"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	char buf[WEB_TEXT_MAX], words[32];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	struct slice status = web_text(&v[0], buf, sizeof(buf));
	uint32_t sum = (uint32_t)hash_bytes(status.at, status.len, 1);
	if (status.len == 0 || sum == in->car->status_sum)
		return;
	in->car->status_sum = sum;
	size_t len = text_copy(words, sizeof(words), status);
	for (size_t i = 0; i < len; i++)
		if (words[i] >= 'a' && words[i] <= 'z')
			words[i] = (char)(words[i] - 'a' + 'A');
	event_set_text(in->d.out,
		       web_car_event(&in->d, EVENT_STATUS, in->at, in->car->id),
		       (struct slice){words, len});
}

static void griiip_driver(const struct griiip_in *in, struct slice driver_id)
{
	struct griiip_car *car = in->car;
	for (unsigned i = 0; i < car->driver_count; i++) {
		if (!slice_eq(slice_of(car->drivers[i]), driver_id) ||
		    car->driver == i + 1)
			continue;
		car->driver = (uint8_t)(i + 1);
		web_car_event(&in->d, EVENT_DRIVER, in->at, car->id)->number = i + 1;
	}
}

/* The drivers by their ids, which are their places in the entry: "1" to "6". */
static void griiip_drivers(const struct griiip_in *in, struct slice list,
			   struct web_entry *entry, char (*buf)[WEB_TEXT_MAX])
{
	static const char *const names[] = {"displayName", "externalDriverID",
					    "categoryId"};
	struct json_reader all = json_reader_of(list);
	struct griiip_car *car = in->car;
	struct json_value one;
	unsigned count = 0;
	while (count < WEB_DRIVERS_MAX && json_read_element(&all, &one)) {
		struct json_reader r = json_reader_of(one.raw);
		struct json_value v[ARRAY_LEN(names)];
		char id[WEB_TEXT_MAX], rating[WEB_TEXT_MAX];
		if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
			continue;
		struct slice name = web_text(&v[0], buf[count], WEB_TEXT_MAX);
		struct slice key = web_text(&v[1], id, sizeof(id));
		uint64_t place = 0;
		if (!parse_u64(key, &place) || place < 1 || place > WEB_DRIVERS_MAX)
			place = count + 1;
		entry->drivers[place - 1] = name;
		entry->ratings[place - 1] =
			web_rating(web_text(&v[2], rating, sizeof(rating)));
		text_copy(car->drivers[place - 1], sizeof(car->drivers[0]), key);
		if (place > car->driver_count)
			car->driver_count = (uint8_t)place;
		count++;
	}
}

static void griiip_participant(const struct griiip_in *in)
{
	static const char *const names[] = {"teamName", "manufacturer", "drivers",
					    "currentDriverId", "classId"};
	enum { TEAM, VEHICLE, DRIVERS, CURRENT, CLASS };
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	char buf[ARRAY_LEN(names)][WEB_TEXT_MAX];
	char people[WEB_DRIVERS_MAX][WEB_TEXT_MAX];
	struct web_entry entry = {.team = {"", 0}};
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	entry.team = web_text(&v[TEAM], buf[TEAM], WEB_TEXT_MAX);
	entry.vehicle = web_text(&v[VEHICLE], buf[VEHICLE], WEB_TEXT_MAX);
	entry.class_name = web_text(&v[CLASS], buf[CLASS], WEB_TEXT_MAX);
	if (v[DRIVERS].kind == JSON_ARRAY)
		griiip_drivers(in, v[DRIVERS].raw, &entry, people);
	web_entry(&in->d, in->car->id, &entry, &in->car->entry_sum);
	griiip_driver(in, web_text(&v[CURRENT], buf[CURRENT], WEB_TEXT_MAX));
}

/* ---- the race log -------------------------------------------------------------------- */

/* True the first time of late. */
static bool message_is_new(struct griiip *st, uint64_t hash)
{
	for (size_t i = 0; i < GRIIIP_MESSAGES && i < st->message_count; i++)
		if (st->messages[i] == hash)
			return false;
	st->messages[st->message_count++ % GRIIIP_MESSAGES] = hash;
	return true;
}

static void griiip_log(const struct griiip_in *in)
{
	static const char *const names[] = {"type", "text", "message", "newDriverId"};
	enum { TYPE, TEXT, MESSAGE, DRIVER };
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	char buf[4 * WEB_TEXT_MAX];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)))
		return;
	if (slice_eq(v[TYPE].raw, SLICE("DriverSwap")) && in->car) {
		griiip_driver(in, web_text(&v[DRIVER], buf, sizeof(buf)));
		return;
	}
	if (slice_eq(v[TYPE].raw, SLICE("WeatherUpdate"))) {
		griiip_weather(in);
		return;
	}
	if (v[TYPE].kind == JSON_STRING && !slice_eq(v[TYPE].raw, SLICE("RCMessage")))
		return;
	struct slice text = web_text(&v[v[TEXT].kind == JSON_STRING ? TEXT : MESSAGE],
				     buf, sizeof(buf));
	uint64_t hash = hash_bytes(text.at, text.len, (uint64_t)in->at);
	if (text.len > 0 && message_is_new(in->state, hash))
		decoding_message(&in->d, in->at, text);
}

/* ---- the driver ----------------------------------------------------------------------- */

static void griiip_ignored(const struct griiip_in *in)
{
	(void)in; /* (4) */
}

static const struct {
	const char *name;
	void (*read)(const struct griiip_in *in);
	bool of_car;
} channels[] = {
	{"laps", griiip_lap, true},
	{"best-laps", griiip_best_lap, true},
	{"sectors", griiip_sector, true},
	{"pit-in", griiip_pit_in, true},
	{"pit-out", griiip_pit_out, true},
	{"participants", griiip_participant, true},
	{"participants-running-status", griiip_status, true},
	{"race-flags", griiip_race_flag, false},
	{"racelog-items", griiip_log, false},
	{"race-log", griiip_log, false},
	{"weather-current", griiip_weather, false},
	{"session-info", griiip_session, false},
	{"session-clock", griiip_ignored, false},
	{"session-length-limit", griiip_ignored, false},
	{"ranks", griiip_ignored, false},
	{"gaps", griiip_ignored, false},
	{"current-top-speeds", griiip_ignored, false},
};

/* (1) */
static struct griiip_car *griiip_car_of(struct griiip *st, struct slice number,
					int64_t pid)
{
	char id[EVENT_ID_MAX + 1];
	size_t i = 0;
	if (text_id(id, sizeof(id), number)) {
		i = web_find(st->cars, st->car_count, sizeof(st->cars[0]),
			     slice_of(id));
	} else {
		while (i < st->car_count && (pid < 0 || st->cars[i].pid != pid))
			i++;
		return i < st->car_count ? &st->cars[i] : NULL;
	}
	if (i == WEB_CARS_MAX)
		return NULL;
	if (i == st->car_count) {
		st->car_count++;
		memcpy(st->cars[i].id, id, sizeof(id));
		st->cars[i].pid = -1;
	}
	if (pid >= 0)
		st->cars[i].pid = pid;
	return &st->cars[i];
}

static void griiip_read(struct griiip_in *in, size_t channel)
{
	static const char *const names[] = {"ts", "carNumber", "pid"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	char buf[WEB_TEXT_MAX];
	if (!json_read_members(&r, names, v, ARRAY_LEN(names))) {
		decoding_anomaly(&in->d, ANOMALY_FORMAT, "%s: not an object of JSON",
				 channels[channel].name);
		return;
	}
	if (!web_stamp(&v[0], &in->at))
		in->at = decoding_now(&in->d);
	else if (in->at > in->state->common.now)
		in->state->common.now = in->at;
	const int64_t pid = web_count(&v[2]);
	in->car =
		griiip_car_of(in->state, web_car_number(&v[1], buf, sizeof(buf)), pid);
	if (channels[channel].of_car && !in->car)
		decoding_anomaly(&in->d, ANOMALY_FIELD, "%s: a car that is not named",
				 channels[channel].name);
	else
		channels[channel].read(in);
}

static void griiip_decode(void *memory, struct slice message, instant_us received_at,
			  uint32_t record, struct event_list *out)
{
	struct griiip *st = memory;
	struct web_line line;
	struct griiip_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st,
	};
	if (!web_read_line(&in.d, message, &line))
		return;
	in.json = line.json;
	for (size_t i = 0; i < ARRAY_LEN(channels); i++)
		if (slice_eq(line.channel, slice_of(channels[i].name))) {
			griiip_read(&in, i);
			return;
		}
	decoding_anomaly(&in.d, ANOMALY_UNKNOWN, "channel \"%.*s\"",
			 (int)(line.channel.len < 40 ? line.channel.len : 40),
			 line.channel.at);
}

static void griiip_init(void *memory, const struct feed_setup *setup)
{
	struct griiip *st = memory;
	memset(st, 0, sizeof(*st));
	decoding_init(&st->common, setup);
	st->flag_at = INSTANT_NONE;
}

static int griiip_look(struct slice line, bool whole)
{
	const char *names[ARRAY_LEN(channels)];
	(void)whole;
	for (size_t i = 0; i < ARRAY_LEN(channels); i++)
		names[i] = channels[i].name;
	return web_look(line, names, ARRAY_LEN(names));
}

static int griiip_sniff(struct slice head)
{
	return lines_sniff(head, 16, 97, griiip_look);
}

const struct feed_driver feed_griiip = {
	.name = "griiip",
	.summary = "Griiip, the live timing of WEC, ELMS, Le Mans Cup and others",
	.media = "web file",
	.of_service = true,
	.utc = true,
	.sniff = griiip_sniff,
	.state_size = sizeof(struct griiip),
	.init = griiip_init,
	.frame = web_frame,
	.decode = griiip_decode,
};
