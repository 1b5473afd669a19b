/*
 * swisstiming.c -- the cache of Swiss Timing: GT World Challenge and the 24 h of Spa
 *
 * Lines of documents.c, made of the documents TIMING (UntInfo, Results), COMP_DETAIL (Competitors,
 * Classes, Messages), SCHEDULE (Units, Competitions) and SEASON (Meetings). Learned from those
 * of the 24 h of Spa 2026; the cache has no public description.
 *
 *  (1) Total times and sector times are to the millisecond: the start and the total time are the
 *      crossing, and sectors of the current lap follow it. Stops are only seen in a standing.
 *  (2) Times of day are local. The zone is that of the set-up; of a live source without one, the
 *      half hour that puts the last crossing just before now; none if that is no zone.
 *  (3) A competitor is named by a GUID; until its number is known, its standing waits.
 *  (4) TrackFlag and Status: 1 and 2 are seen in the samples (green, running); 4 is a bit of a
 *      car that is out; the other codes are those that other readers of the service name.
 */
#include "drivers.h"
#include "pitwall/wire.h"
#include "snapshot.h"
#include "web.h"

#include <string.h>

enum {
	SWISS_ID = 40,
	SWISS_CARS = 128,
	SWISS_CLASSES = 32,
	SWISS_MESSAGES = 64,
};

struct swiss_class {
	char id[SWISS_ID], name[24];
};

struct swiss_car {
	char number[EVENT_ID_MAX + 1]; /* "": not known yet */
	uint8_t driver;                /* 1-based; 0 unknown */
	uint16_t stops, stops_emitted; /* as the service counts them */
	uint8_t class_index, sectors; /* sectors of the current lap that were emitted */
	char id[SWISS_ID], class_id[SWISS_ID];
	uint32_t entry_sum, status, wait_laps;
	duration_us wait_total;     /* (3); DURATION_NONE: nothing waits */
	duration_us wait_lap, best; /* best: that was emitted */
	struct snapshot_car shot;
};

struct swiss {
	struct decoding_state common;
	instant_us start;           /* local as if it were UTC; INSTANT_NONE */
	duration_us offset, latest; /* the highest total time */
	bool offset_known, started;
	uint8_t flag;
	uint32_t car_count, class_count, message_count;
	uint32_t meeting_sum, circuit_sum, session_sum;
	char unit[SWISS_ID]; /* that TIMING is of */
	uint64_t messages[SWISS_MESSAGES];
	struct swiss_class classes[SWISS_CLASSES];
	struct swiss_car cars[SWISS_CARS];
};

struct swiss_in {
	struct decoding d;
	struct swiss *state;
	struct json_reader r;
};

/* ---- times ------------------------------------------------------------------------ */

/* (2) */
static void swiss_zone(const struct swiss_in *in)
{
	enum { HALF_HOUR = 30 };
	struct swiss *st = in->state;
	duration_us step = HALF_HOUR * US_MIN;
	if (st->offset_known || in->d.received_at == INSTANT_NONE ||
	    st->start == INSTANT_NONE || st->latest == 0)
		return;
	duration_us ahead = st->start + st->latest - in->d.received_at - 2 * US_S;
	duration_us zone = ahead / step * step;
	if (zone < ahead)
		zone += step;
	if (zone < -12 * US_HOUR || zone > 14 * US_HOUR)
		return;
	st->offset = zone;
	st->offset_known = true;
}

static instant_us swiss_utc(const struct swiss *st, instant_us local)
{
	return local - st->offset;
}

static void swiss_start(const struct swiss_in *in)
{
	struct swiss *st = in->state;
	if (st->started || st->start == INSTANT_NONE ||
	    (!st->offset_known && in->d.received_at != INSTANT_NONE))
		return;
	st->started = true;
	decoding_event(&in->d, EVENT_START, swiss_utc(st, st->start))->value =
		INSTANT_NONE;
}

/* ---- the session -------------------------------------------------------------------- */

static void swiss_flag(const struct swiss_in *in, struct slice code, bool chequered)
{
	struct swiss *st = in->state;
	int flag =
		chequered ? FLAG_FINISH : wire_flag_read(WIRE_FLAGS_SWISSTIMING, code);
	if (flag <= FLAG_UNKNOWN || flag == st->flag)
		return;
	st->flag = (uint8_t)flag;
	struct event *event = decoding_event(&in->d, EVENT_FLAG, decoding_now(&in->d));
	event->flag = st->flag;
	event->bits = EVENT_ESTIMATED;
}

static void swiss_unit_info(struct swiss_in *in)
{
	static const char *const names[] = {"TrackFlag", "ChequeredFlag",
					    "StartRealTime"};
	struct json_value v[ARRAY_LEN(names)];
	char buf[WEB_TEXT_MAX];
	instant_us start;
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	if (web_local_stamp(web_text(&v[2], buf, sizeof(buf)), &start)) {
		in->state->start = start;
		swiss_start(in);
	}
	swiss_flag(in, v[0].raw, web_is_true(&v[1]));
}

static void swiss_unit_id(struct swiss_in *in)
{
	struct json_value id;
	if (json_read(&in->r, &id) && id.kind == JSON_STRING)
		text_copy(in->state->unit, sizeof(in->state->unit), id.raw);
}

static void swiss_unit(struct swiss_in *in)
{
	static const char *const names[] = {"Id", "Name", "Duration"};
	struct json_value v[ARRAY_LEN(names)];
	struct swiss *st = in->state;
	char buf[WEB_TEXT_MAX];
	duration_us length;
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)) ||
	    !slice_eq(v[0].raw, slice_of(st->unit)))
		return;
	struct slice name = web_text(&v[1], buf, sizeof(buf));
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	if (name.len == 0 || sum == st->session_sum)
		return;
	st->session_sum = sum;
	struct event *event =
		decoding_event(&in->d, EVENT_SESSION, decoding_now(&in->d));
	event->field = (uint8_t)session_name_type(name);
	event->bits = EVENT_REPAIRED;
	if (parse_duration(slice_trim(v[2].raw), &length) && length < 100 * US_HOUR)
		event->value = length;
	event_set_text(in->d.out, event, name);
}

/* The meeting that runs: State 1. */
static void swiss_meeting(struct swiss_in *in)
{
	static const char *const names[] = {"State", "TrackName", "Location", "Name"};
	struct json_value v[ARRAY_LEN(names)];
	struct swiss *st = in->state;
	char buf[WEB_TEXT_MAX];
	int64_t state = 0;
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)) ||
	    !web_number(&v[0], &state) || state != 1)
		return;
	instant_us at = decoding_now(&in->d);
	web_named(&in->d, EVENT_MEETING, at, web_text(&v[3], buf, sizeof(buf)),
		  &st->meeting_sum);
	struct slice track = web_text(&v[2], buf, sizeof(buf));
	if (track.len == 0)
		track = web_text(&v[1], buf, sizeof(buf));
	web_named(&in->d, EVENT_CIRCUIT, at, track, &st->circuit_sum);
}

static void swiss_message(struct swiss_in *in)
{
	static const char *const names[] = {"Time", "Text"};
	struct json_value v[ARRAY_LEN(names)];
	struct swiss *st = in->state;
	char buf[2][2 * WEB_TEXT_MAX];
	instant_us at;
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)) ||
	    !web_local_stamp(web_text(&v[0], buf[0], sizeof(buf[0])), &at))
		return;
	struct slice text = web_text(&v[1], buf[1], sizeof(buf[1]));
	uint64_t hash = hash_bytes(text.at, text.len, (uint64_t)at);
	for (size_t i = 0; i < SWISS_MESSAGES && i < st->message_count; i++)
		if (st->messages[i] == hash)
			return;
	st->messages[st->message_count++ % SWISS_MESSAGES] = hash;
	if (text.len > 0)
		decoding_message(&in->d, swiss_utc(st, at), text);
}

/* ---- cars ---------------------------------------------------------------------------- */

/* By its GUID; NULL: no room, or no GUID. */
static struct swiss_car *swiss_car_of(struct swiss *st, struct slice id)
{
	for (uint32_t i = 0; i < st->car_count; i++)
		if (slice_eq(slice_of(st->cars[i].id), id))
			return &st->cars[i];
	if (st->car_count == SWISS_CARS || id.len == 0 || id.len >= SWISS_ID)
		return NULL;
	struct swiss_car *car = &st->cars[st->car_count++];
	text_copy(car->id, sizeof(car->id), id);
	car->wait_total = DURATION_NONE;
	return car;
}

static const char *swiss_class_name(const struct swiss *st, const char *id)
{
	for (uint32_t i = 0; i < st->class_count; i++)
		if (strcmp(st->classes[i].id, id) == 0)
			return st->classes[i].name;
	return "";
}

static void swiss_class_event(const struct swiss_in *in, const struct swiss_car *car)
{
	struct slice name = slice_of(swiss_class_name(in->state, car->class_id));
	if (name.len == 0 || car->number[0] == '\0')
		return;
	struct event *event =
		web_car_event(&in->d, EVENT_ENTRY, INSTANT_NONE, car->number);
	event->field = ENTRY_CLASS;
	event_set_text(in->d.out, event, name);
}

/* "Pro Cup" is "Pro": every class of the series has the word. */
static void swiss_class(struct swiss_in *in)
{
	static const char *const names[] = {"Id", "Name"};
	struct json_value v[ARRAY_LEN(names)];
	struct swiss *st = in->state;
	char buf[WEB_TEXT_MAX];
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)) ||
	    v[0].raw.len == 0 || v[0].raw.len >= SWISS_ID ||
	    st->class_count == SWISS_CLASSES)
		return;
	struct slice name = web_text(&v[1], buf, sizeof(buf)), cup = SLICE(" Cup");
	if (name.len > cup.len &&
	    slice_eq((struct slice){name.at + name.len - cup.len, cup.len}, cup))
		name.len -= cup.len;
	struct swiss_class *class = &st->classes[st->class_count];
	text_copy(class->id, sizeof(class->id), v[0].raw);
	if (swiss_class_name(st, class->id)[0] != '\0')
		return;
	text_copy(class->name, sizeof(class->name), name);
	st->class_count++;
	for (uint32_t i = 0; i < st->car_count; i++)
		if (strcmp(st->cars[i].class_id, class->id) == 0)
			swiss_class_event(in, &st->cars[i]);
}

/* Drivers by their ListIndex, which counts from 1. Returns the place of the one with GUID
 * @current; 0: none. */
static unsigned swiss_drivers(struct slice object, struct slice current,
			      struct web_entry *entry, char (*buf)[WEB_TEXT_MAX])
{
	static const char *const names[] = {"Id", "ListIndex", "FirstName", "LastName",
					    "LicenseTypeName"};
	struct json_reader r = json_reader_of(object);
	struct json_value key, one;
	unsigned found = 0;
	if (!json_take(&r, '{'))
		return 0;
	while (json_read_name(&r, &key) && json_read(&r, &one)) {
		struct json_reader member = json_reader_of(one.raw);
		struct json_value v[ARRAY_LEN(names)];
		char first[WEB_TEXT_MAX], last[WEB_TEXT_MAX];
		int64_t place = 0;
		if (json_read_members(&member, names, v, ARRAY_LEN(names)) &&
		    web_number(&v[1], &place) && place >= 1 &&
		    place <= WEB_DRIVERS_MAX) {
			struct slice f = web_text(&v[2], first, sizeof(first));
			struct slice l = web_text(&v[3], last, sizeof(last));
			size_t len =
				text_format(buf[place - 1], WEB_TEXT_MAX, "%.*s %.*s",
					    (int)f.len, f.at, (int)l.len, l.at);
			entry->drivers[place - 1] =
				slice_trim((struct slice){buf[place - 1], len});
			entry->ratings[place - 1] = web_rating(v[4].raw);
			if (slice_eq(v[0].raw, current))
				found = (unsigned)place;
		}
		if (!json_take(&r, ','))
			break;
	}
	return found;
}

static void swiss_sectors(const struct swiss_in *in, struct swiss_car *car,
			  uint32_t lap, struct slice list)
{
	static const char *const names[] = {"Time"};
	struct json_reader all = json_reader_of(list);
	struct json_value one;
	instant_us at = car->shot.crossed;
	for (unsigned line = 1; line < LINES_MAX && json_read_element(&all, &one);
	     line++) {
		struct json_reader r = json_reader_of(one.raw);
		struct json_value v;
		duration_us time;
		if (!json_read_members(&r, names, &v, 1) ||
		    (time = web_time(&v)) == DURATION_NONE)
			return;
		at += time;
		/* The last sector ends at SF, with the lap. */
		if (car->sectors & 1u << (line % 8) || line >= 3)
			continue;
		car->sectors |= (uint8_t)(1u << line);
		struct event *event =
			web_car_event(&in->d, EVENT_PASSING, at, car->number);
		event->line = (uint8_t)line;
		event->number = lap;
		event->value = DURATION_NONE;
	}
}

/* (1) */
static void swiss_standing(const struct swiss_in *in, struct swiss_car *car)
{
	struct swiss *st = in->state;
	struct snapshot now = {.at = decoding_now(&in->d), .crossed = INSTANT_NONE};
	if (car->number[0] == '\0' || car->wait_total == DURATION_NONE ||
	    st->start == INSTANT_NONE)
		return;
	now.crossed = swiss_utc(st, st->start + car->wait_total);
	now.laps = car->wait_laps;
	now.lap = car->wait_lap;
	if (now.laps > car->shot.laps)
		car->sectors = 0;
	if (now.crossed > st->common.now)
		st->common.now = now.crossed;
	snapshot_take(&in->d, car->number, &car->shot, &now);
	car->wait_total = DURATION_NONE;
}

static void swiss_status(const struct swiss_in *in, struct swiss_car *car,
			 int64_t status)
{
	const char *words = status & 16  ? "DNS"
			    : status & 8 ? "DSQ"
			    : status & 4 ? "RETIRED"
					 : "RUNNING";
	if (car->number[0] == '\0' || status < 0 || car->status == (uint32_t)status + 1)
		return;
	car->status = (uint32_t)status + 1;
	event_set_text(
		in->d.out,
		web_car_event(&in->d, EVENT_STATUS, decoding_now(&in->d), car->number),
		slice_of(words));
}

/* The time of the last lap, where LastLap is not the current one. */
static duration_us swiss_lap_time(const struct json_value *lap, uint32_t laps,
				  struct json_value *sectors, int64_t *number)
{
	static const char *const names[] = {"LapNumber", "Time", "Intermediates"};
	struct json_reader r = json_reader_of(lap->raw);
	struct json_value v[ARRAY_LEN(names)];
	*number = 0;
	if (lap->kind != JSON_OBJECT ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_number(&v[0], number))
		return DURATION_NONE;
	*sectors = v[2];
	return *number == (int64_t)laps ? web_time(&v[1]) : DURATION_NONE;
}

static void swiss_best(const struct swiss_in *in, struct swiss_car *car,
		       const struct json_value *best)
{
	static const char *const names[] = {"Time", "LapNumber"};
	struct json_reader r = json_reader_of(best->raw);
	struct json_value v[ARRAY_LEN(names)];
	duration_us time;
	int64_t lap = 0;
	if (car->number[0] == '\0' ||
	    !json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    (time = web_time(&v[0])) == DURATION_NONE || time == car->best ||
	    !web_number(&v[1], &lap) || lap < 0 || lap > 10000)
		return;
	car->best = time;
	struct event *event =
		web_car_event(&in->d, EVENT_CLAIM, decoding_now(&in->d), car->number);
	event->field = CLAIM_BEST_LAP;
	event->number = (uint32_t)lap;
	event->value = time;
}

/* Only once the race has begun: before that the count may be of another session. */
static void swiss_stops(const struct swiss_in *in, struct swiss_car *car)
{
	if (in->state->started && car->number[0] != '\0')
		web_stops(&in->d, car->number, car->stops, &car->stops_emitted);
}

static void swiss_result(struct swiss_in *in)
{
	static const char *const names[] = {"CompetitorId", "MainResult"};
	static const char *const parts[] = {"TotalTime", "TotalLapCount", "LastLap",
					    "Status", "BestTime"};
	struct json_value top[ARRAY_LEN(names)], v[ARRAY_LEN(parts)];
	struct json_value sectors = {.kind = JSON_NONE};
	struct swiss *st = in->state;
	duration_us total;
	int64_t laps, current, status = -1;
	if (!json_read_members(&in->r, names, top, ARRAY_LEN(names)))
		return;
	struct swiss_car *car = swiss_car_of(st, top[0].raw);
	struct json_reader r = json_reader_of(top[1].raw);
	if (!car || top[1].kind != JSON_OBJECT ||
	    !json_read_members(&r, parts, v, ARRAY_LEN(parts)))
		return;
	if ((total = web_time(&v[0])) != DURATION_NONE && total < 100 * US_HOUR &&
	    web_number(&v[1], &laps) && laps > 0 && laps < 10000) {
		car->wait_total = total;
		car->wait_laps = (uint32_t)laps;
		car->wait_lap =
			swiss_lap_time(&v[2], car->wait_laps, &sectors, &current);
		if (total > st->latest)
			st->latest = total;
		swiss_zone(in);
		swiss_start(in);
		swiss_standing(in, car);
		if (sectors.kind == JSON_ARRAY && car->shot.timed &&
		    current == (int64_t)car->shot.laps + 1)
			swiss_sectors(in, car, (uint32_t)current, sectors.raw);
	}
	if (web_number(&v[3], &status))
		swiss_status(in, car, status);
	if (v[4].kind == JSON_OBJECT)
		swiss_best(in, car, &v[4]);
	swiss_stops(in, car);
}

static void swiss_in_lane(const struct swiss_in *in, struct swiss_car *car,
			  const struct json_value *lane)
{
	struct snapshot now = {.at = in->d.received_at,
			       .crossed = car->shot.crossed,
			       .lap = DURATION_NONE,
			       .laps = car->shot.laps,
			       .pit_known = true,
			       .in_pit = web_is_true(lane)};
	if (lane->kind != JSON_WORD)
		return;
	/* A file has one standing: nothing is known of when it was. */
	if (in->d.received_at != INSTANT_NONE)
		snapshot_take(&in->d, car->number, &car->shot, &now);
}

static void swiss_competitor(struct swiss_in *in)
{
	static const char *const names[] = {
		"Id",          "Bib",     "ClassId",         "TeamName",
		"CarTypeName", "Drivers", "CurrentDriverId", "InPitLane",
		"PitStopCount"};
	enum { ID, BIB, CLASS, TEAM, VEHICLE, DRIVERS, CURRENT, LANE, STOPS };
	struct json_value v[ARRAY_LEN(names)];
	char buf[3][WEB_TEXT_MAX], people[WEB_DRIVERS_MAX][WEB_TEXT_MAX];
	char number[EVENT_ID_MAX + 1];
	struct web_entry entry = {.team = {"", 0}};
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	struct swiss_car *car = swiss_car_of(in->state, v[ID].raw);
	/* A number that is missing or cannot be shown: the car keeps the one it has. */
	if (!car || !text_id(number, sizeof(number),
			     web_car_number(&v[BIB], buf[0], WEB_TEXT_MAX)))
		return;
	memcpy(car->number, number, sizeof(car->number));
	text_copy(car->class_id, sizeof(car->class_id), v[CLASS].raw);
	entry.class_name = slice_of(swiss_class_name(in->state, car->class_id));
	entry.team = web_text(&v[TEAM], buf[1], WEB_TEXT_MAX);
	entry.vehicle = web_text(&v[VEHICLE], buf[2], WEB_TEXT_MAX);
	unsigned driver = 0;
	int64_t stops;
	if (v[DRIVERS].kind == JSON_OBJECT)
		driver = swiss_drivers(v[DRIVERS].raw, v[CURRENT].raw, &entry, people);
	web_entry(&in->d, car->number, &entry, &car->entry_sum);
	swiss_standing(in, car);
	if (driver != 0 && driver != car->driver) {
		car->driver = (uint8_t)driver;
		web_car_event(&in->d, EVENT_DRIVER, decoding_now(&in->d), car->number)
			->number = driver;
	}
	swiss_in_lane(in, car, &v[LANE]);
	if (web_number(&v[STOPS], &stops) && stops >= 0 && stops <= WEB_STOPS_MAX)
		car->stops = (uint16_t)stops;
	swiss_stops(in, car);
}

/* ---- the driver ------------------------------------------------------------------------ */

/* The end of a poll: who was not mentioned is where he was. A session of another day, which the
 * cache still shows, fits no zone: its times stay local. */
static void swiss_poll_end(struct swiss_in *in)
{
	if (in->state->latest > 0)
		in->state->offset_known = true;
	swiss_start(in);
	for (uint32_t i = 0; i < in->state->car_count; i++)
		snapshot_unchanged(&in->state->cars[i].shot, decoding_now(&in->d));
}

static void swiss_ignored(struct swiss_in *in)
{
	(void)in;
}

static const struct {
	const char *name;
	void (*read)(struct swiss_in *in);
} swiss_channels[] = {
	{"UntInfo", swiss_unit_info},
	{"Results", swiss_result},
	{"Competitors", swiss_competitor},
	{"Classes", swiss_class},
	{"Messages", swiss_message},
	{"UnitId", swiss_unit_id},
	{"Units", swiss_unit},
	{"Meetings", swiss_meeting},
	{"poll", swiss_poll_end},
	{"Series", swiss_ignored},
	{"Competitions", swiss_ignored},
	{"MeetingId", swiss_ignored},
	{"PresentationRoundId", swiss_ignored},
	{"PresentationMeetingId", swiss_ignored},
	{"CurrentSeason", swiss_ignored},
	{"AllSeasons", swiss_ignored},
	{"SourceRounds", swiss_ignored},
	{"SourceRoundsCount", swiss_ignored},
	{"IntermediateDefinitions", swiss_ignored},
	{"IntermediateDefinitionsCount", swiss_ignored},
};

static void swiss_decode(void *memory, struct slice message, instant_us received_at,
			 uint32_t record, struct event_list *out)
{
	struct swiss *st = memory;
	struct web_line line;
	struct swiss_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st,
	};
	if (in.d.received_at != INSTANT_NONE && in.d.received_at > st->common.now)
		st->common.now = in.d.received_at;
	if (!web_read_line(&in.d, message, &line))
		return;
	in.r = json_reader_of(line.json);
	for (size_t i = 0; i < ARRAY_LEN(swiss_channels); i++)
		if (slice_eq(line.channel, slice_of(swiss_channels[i].name))) {
			swiss_channels[i].read(&in);
			return;
		}
	decoding_anomaly(&in.d, ANOMALY_UNKNOWN, "a document \"%.*s\"",
			 (int)(line.channel.len < 40 ? line.channel.len : 40),
			 line.channel.at);
}

static void swiss_init(void *memory, const struct feed_setup *setup)
{
	struct swiss *st = memory;
	memset(st, 0, sizeof(*st));
	decoding_init(&st->common, setup);
	st->start = INSTANT_NONE;
	st->offset = setup->utc_offset_us;
	st->offset_known = setup->utc_offset_us != 0;
}

static int swiss_look(struct slice line, bool whole)
{
	const char *names[ARRAY_LEN(swiss_channels)];
	(void)whole;
	for (size_t i = 0; i < ARRAY_LEN(swiss_channels); i++)
		names[i] = swiss_channels[i].name;
	return web_look(line, names, ARRAY_LEN(names));
}

static int swiss_sniff(struct slice head)
{
	return lines_sniff(head, 16, 97, swiss_look);
}

const struct feed_driver feed_swisstiming = {
	.name = "swisstiming",
	.summary = "Swiss Timing's cache: GT World Challenge, 24 h of Spa",
	.media = "web file",
	.of_service = true,
	.sniff = swiss_sniff,
	.state_size = sizeof(struct swiss),
	.init = swiss_init,
	.frame = web_frame,
	.decode = swiss_decode,
};
