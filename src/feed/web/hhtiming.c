/*
 * hhtiming.c -- replays of HH Timing: the feed of Swiss Timing as a team received it
 *
 *   2023-07-02 09:38:03.2005932|PFNFU1M+... base64 of <SESS>, <ENTR> or <PASS>
 *
 *  (1) The stamp of a line is the receiver's, and says when what had waited was fed. The times that
 *      count are in the records: local, to the millisecond.
 *  (2) A passing comes twice with one ID.
 *  (3) The time of lap 1 counts from the start, which so is known to the millisecond; before that, the
 *      start is the StartTime of the session.
 *  (4) A car without a driver is the safety car.
 *  (5) The length of a race is that in the name of its meeting, "24 Hours of Spa".
 *  (6) The time of the first sector gives the begin of the lap, where the crossing was missed.
 */
#include "drivers.h"
#include "web.h"

enum { HH_CARS = 128, HH_IDS = 512, HH_XML = 8 * 1024, HH_FIELD = 96 };

struct hh_car {
	char number[EVENT_ID_MAX + 1];
	uint8_t driver;
	uint8_t ids[WEB_DRIVERS_MAX]; /* of its drivers, by place */
	uint32_t entry_sum, laps;     /* laps: crossings */
};

struct hh {
	struct decoding_state common;
	instant_us start; /* that was emitted; INSTANT_NONE */
	bool exact;
	uint32_t car_count, id_count;
	uint32_t session_sum, meeting_sum, circuit_sum;
	uint64_t ids[HH_IDS]; /* hashes of the last passings */
	struct hh_car cars[HH_CARS];
};

struct hh_in {
	struct decoding d;
	struct hh *state;
	struct slice xml;
};

/* ---- XML ---------------------------------------------------------------------------- */

/* The text of the first element @tag in @xml; empty: there is none. */
static struct slice xml_find(struct slice xml, const char *tag)
{
	size_t len = strlen(tag);
	for (size_t i = 0; i + len + 2 <= xml.len; i++) {
		if (xml.at[i] != '<' || memcmp(xml.at + i + 1, tag, len) != 0 ||
		    xml.at[i + 1 + len] != '>')
			continue;
		struct slice text = {xml.at + i + len + 2, xml.len - i - len - 2};
		for (size_t k = 0; k + len + 3 <= text.len; k++)
			if (text.at[k] == '<' && text.at[k + 1] == '/' &&
			    memcmp(text.at + k + 2, tag, len) == 0 &&
			    text.at[k + 2 + len] == '>')
				return (struct slice){text.at, k};
		break;
	}
	return (struct slice){"", 0};
}

/* Text with its entities replaced. */
static struct slice xml_text(struct slice xml, const char *tag, char buf[HH_FIELD])
{
	static const struct {
		const char *entity;
		char is;
	} entities[] = {{"&amp;", '&'},
			{"&lt;", '<'},
			{"&gt;", '>'},
			{"&quot;", '"'},
			{"&apos;", '\''}};
	struct slice text = slice_trim(xml_find(xml, tag));
	size_t len = 0;
	while (text.len > 0 && len + 1 < HH_FIELD) {
		size_t used = 1;
		char c = text.at[0];
		for (size_t i = 0; c == '&' && i < ARRAY_LEN(entities); i++)
			if (slice_starts(text, slice_of(entities[i].entity))) {
				used = strlen(entities[i].entity);
				c = entities[i].is;
				break;
			}
		buf[len++] = c;
		text.at += used;
		text.len -= used;
	}
	return (struct slice){buf, len};
}

static bool xml_number(struct slice xml, const char *tag, uint64_t *out)
{
	return parse_u64(slice_trim(xml_find(xml, tag)), out);
}

static instant_us hh_utc(const struct hh_in *in, instant_us local)
{
	return local - in->state->common.setup.utc_offset_us;
}

/* ---- records --------------------------------------------------------------------------- */

static void hh_start(const struct hh_in *in, instant_us at, bool exact)
{
	struct hh *st = in->state;
	if (st->exact || (st->start != INSTANT_NONE && !exact))
		return;
	bool moved = st->start != INSTANT_NONE && st->start != at;
	if (st->start != at) {
		struct event *event = decoding_event(&in->d, EVENT_START, at);
		event->value = moved ? at : INSTANT_NONE;
		event->bits = moved ? EVENT_REPAIRED : 0;
	}
	st->start = at;
	st->exact = exact;
}

static void hh_session(const struct hh_in *in)
{
	struct hh *st = in->state;
	char buf[3][HH_FIELD];
	struct slice name = xml_text(in->xml, "Session", buf[0]);
	struct slice track = xml_text(in->xml, "Track", buf[1]);
	struct slice meeting = xml_text(in->xml, "Meeting", buf[2]);
	uint32_t sum = (uint32_t)hash_bytes(name.at, name.len, 1);
	instant_us start, at = decoding_now(&in->d);
	bool timed = web_local_stamp(xml_find(in->xml, "StartTime"), &start);
	if (timed)
		at = hh_utc(in, start);
	if (name.len > 0 && sum != st->session_sum) {
		st->session_sum = sum;
		struct event *event = decoding_event(&in->d, EVENT_SESSION, at);
		event->field = (uint8_t)session_name_type(name);
		if (event->field == SESSION_FIELD_RACE) /* (5) */
			event->value = web_hours(meeting);
		if (event->value > 0)
			event->bits = EVENT_REPAIRED;
		event_set_text(in->d.out, event, name);
	}
	web_named(&in->d, EVENT_MEETING, at, meeting, &st->meeting_sum);
	web_named(&in->d, EVENT_CIRCUIT, at, track, &st->circuit_sum);
	if (timed)
		hh_start(in, at, false);
}

static struct hh_car *hh_car_of(struct hh *st, struct slice bib)
{
	char number[EVENT_ID_MAX + 1];
	if (!text_id(number, sizeof(number), bib))
		return NULL;
	size_t i = web_find(st->cars, st->car_count, sizeof(st->cars[0]),
			    slice_of(number));
	if (i == HH_CARS)
		return NULL;
	if (i == st->car_count) {
		memcpy(st->cars[i].number, number, sizeof(number));
		st->car_count++;
	}
	return &st->cars[i];
}

static void hh_entry(const struct hh_in *in)
{
	char buf[4][HH_FIELD], people[WEB_DRIVERS_MAX][2 * HH_FIELD];
	struct web_entry entry = {.team = xml_text(in->xml, "Team", buf[0])};
	struct hh_car *car = hh_car_of(in->state, xml_text(in->xml, "Bib", buf[1]));
	struct slice cup = SLICE(" Cup");
	if (!car)
		return;
	entry.vehicle = xml_text(in->xml, "Car", buf[2]);
	entry.class_name = xml_text(in->xml, "Class", buf[3]);
	if (entry.class_name.len > cup.len &&
	    slice_eq(
		    (struct slice){entry.class_name.at + entry.class_name.len - cup.len,
				   cup.len},
		    cup))
		entry.class_name.len -= cup.len;
	for (unsigned i = 0; i < WEB_DRIVERS_MAX; i++) {
		char tag[16], first[HH_FIELD], last[HH_FIELD];
		uint64_t id;
		text_format(tag, sizeof(tag), "Driver%u", i + 1);
		struct slice driver = xml_find(in->xml, tag);
		struct slice f = xml_text(driver, "First", first);
		struct slice l = xml_text(driver, "Last", last);
		size_t len = text_format(people[i], sizeof(people[i]), "%.*s %.*s",
					 (int)f.len, f.at, (int)l.len, l.at);
		entry.drivers[i] = slice_trim((struct slice){people[i], len});
		car->ids[i] = xml_number(driver, "Id", &id) && id <= UINT8_MAX
				      ? (uint8_t)id
				      : 0;
	}
	web_entry(&in->d, car->number, &entry, &car->entry_sum);
}

/* (2) */
static bool hh_seen(struct hh *st, struct slice id)
{
	uint64_t hash = hash_bytes(id.at, id.len, 1);
	for (size_t i = 0; id.len > 0 && i < HH_IDS && i < st->id_count; i++)
		if (st->ids[i] == hash)
			return true;
	if (id.len > 0)
		st->ids[st->id_count++ % HH_IDS] = hash;
	return false;
}

/* The line of a station; LINE_NONE: not known. */
static uint8_t hh_line(struct slice station)
{
	if (slice_eq(station, SLICE("F")))
		return LINE_SF;
	if (slice_eq(station, SLICE("PI")))
		return LINE_PIT_IN;
	if (slice_eq(station, SLICE("PO")))
		return LINE_PIT_OUT;
	uint8_t line = line_by_name(station);
	return line < LINES_MAX ? line : LINE_NONE;
}

static void hh_on_board(const struct hh_in *in, struct hh_car *car, instant_us at)
{
	uint64_t id;
	if (!xml_number(in->xml, "DR", &id) || id == 0)
		return;
	for (unsigned i = 0; i < WEB_DRIVERS_MAX; i++) {
		if (car->ids[i] != id || car->driver == i + 1)
			continue;
		car->driver = (uint8_t)(i + 1);
		web_car_event(&in->d, EVENT_DRIVER, at, car->number)->number = i + 1;
		return;
	}
}

/* (6) */
static void hh_missed(const struct hh_in *in, struct hh_car *car, instant_us at,
		      uint32_t lap)
{
	uint64_t ms;
	if (lap < 2 || car->laps + 1 >= lap || !xml_number(in->xml, "IT", &ms) ||
	    ms == 0 || ms > US_HOUR / US_MS)
		return;
	car->laps = lap - 1;
	struct event *event = web_car_event(&in->d, EVENT_PASSING,
					    at - (instant_us)ms * US_MS, car->number);
	event->line = LINE_SF;
	event->number = lap - 1;
	event->value = DURATION_NONE;
	event->bits = EVENT_REPAIRED;
}

static void hh_passing(const struct hh_in *in)
{
	struct hh *st = in->state;
	char buf[2][HH_FIELD];
	struct slice station = xml_text(in->xml, "ST", buf[0]);
	uint8_t line = hh_line(station);
	uint64_t lap = 0, ms = 0, driver = 1;
	instant_us at;
	if (hh_seen(st, xml_find(in->xml, "ID")))
		return;
	if (!web_local_stamp(xml_find(in->xml, "DT"), &at) || line == LINE_NONE) {
		decoding_anomaly(&in->d, ANOMALY_FIELD,
				 "a passing without its time, or at a station \"%.*s\"",
				 (int)station.len, station.at);
		return;
	}
	if (xml_number(in->xml, "DR", &driver) && driver == 0)
		return; /* (4) */
	struct hh_car *car = hh_car_of(st, xml_text(in->xml, "BB", buf[1]));
	if (!car)
		return;
	at = hh_utc(in, at);
	st->common.now = at;
	bool numbered = xml_number(in->xml, "LP", &lap) && lap > 0 && lap < 10000;
	bool timed = xml_number(in->xml, "LT", &ms) && ms > 0 && ms < US_DAY / US_MS;
	if (line == LINE_SF && timed && lap == 1)
		hh_start(in, at - (instant_us)ms * US_MS, true);
	hh_on_board(in, car, at);
	if (line == 1 && numbered)
		hh_missed(in, car, at, (uint32_t)lap);
	if (line == LINE_SF && numbered)
		car->laps = (uint32_t)lap;
	struct event *event = decoding_crossing(&in->d, line, at);
	event_set_id(event, ID_NUMBER, slice_of(car->number));
	if (event->kind != EVENT_PASSING)
		return;
	event->number = numbered ? (uint32_t)lap : 0;
	if (line == LINE_SF && timed)
		event->value = (instant_us)ms * US_MS;
}

/* ---- the driver ---------------------------------------------------------------------------- */

static int base64_value(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;
	return found ? (int)(found - digits) : -1;
}

/* Returns the bytes written; @to has room for HH_XML. */
static size_t base64_decode(struct slice from, char *to)
{
	uint32_t bits = 0;
	unsigned count = 0;
	size_t len = 0;
	for (size_t i = 0; i < from.len && len < HH_XML; i++) {
		int value = base64_value(from.at[i]);
		if (value < 0)
			break;
		bits = bits << 6 | (uint32_t)value;
		if (++count % 4 != 1)
			to[len++] =
				(char)(unsigned char)(bits >> (count % 4 == 2   ? 4
							       : count % 4 == 3 ? 2
										: 0));
	}
	return len;
}

static struct slice hh_payload(struct slice message)
{
	instant_us at;
	struct slice rest = slice_trim(lines_without_mark(message));
	size_t n = lines_stamp(rest, &at);
	if (n == 0 || n >= rest.len || rest.at[n] != '|')
		return (struct slice){NULL, 0};
	return (struct slice){rest.at + n + 1, rest.len - n - 1};
}

static void hh_decode(void *memory, struct slice message, instant_us received_at,
		      uint32_t record, struct event_list *out)
{
	struct hh *st = memory;
	char xml[HH_XML];
	struct hh_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st,
	};
	if (lines_too_long(&web_rule, &in.d, &st->common.skipping, message) ||
	    slice_trim(message).len == 0)
		return;
	struct slice payload = hh_payload(message);
	in.xml = (struct slice){xml, payload.at ? base64_decode(payload, xml) : 0};
	if (slice_starts(in.xml, SLICE("<SESS>")))
		hh_session(&in);
	else if (slice_starts(in.xml, SLICE("<ENTR>")))
		hh_entry(&in);
	else if (slice_starts(in.xml, SLICE("<PASS>")))
		hh_passing(&in);
	else if (!slice_starts(in.xml, SLICE("<")))
		decoding_anomaly(&in.d, ANOMALY_FORMAT, "a line that is no record");
}

static void hh_init(void *memory, const struct feed_setup *setup)
{
	struct hh *st = memory;
	memset(st, 0, sizeof(*st));
	decoding_init(&st->common, setup);
	st->start = INSTANT_NONE;
}

static int hh_look(struct slice line, bool whole)
{
	(void)whole;
	struct slice payload = hh_payload(line);
	char xml[HH_XML];
	return payload.at && base64_decode(payload, xml) > 1 && xml[0] == '<';
}

static int hh_sniff(struct slice head)
{
	return lines_sniff(head, 8, 98, hh_look);
}

const struct feed_driver feed_hhtiming = {
	.name = "hhtiming",
	.summary =
		"HH Timing replays (.hhreplay): what a team received of Swiss Timing",
	.media = "file",
	.sniff = hh_sniff,
	.state_size = sizeof(struct hh),
	.init = hh_init,
	.frame = web_frame,
	.decode = hh_decode,
};
