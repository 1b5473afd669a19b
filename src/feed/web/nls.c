/*
 * nls.c -- live timing of the Nürburgring: NLS, the 24 hours, DHLM
 *
 * Lines of documents.c, of the messages of the service by their PID: nls-session and nls-car ("0":
 * standings), nls-message ("3": race control), nls-track ("4"). All values are strings. There is
 * no public description; the members are those that other readers of the service name.
 *
 *  (1) The time of one sector is IN, PIT or OUT while a car is in the pit lane, or left it on this
 *      lap.
 */
#include "drivers.h"
#include "pitwall/wire.h"
#include "polled.h"

static void nls_session(struct polled_in *in)
{
	static const char *const names[] = {"CUP",      "EVENTNAME", "HEAT",
					    "HEATTYPE", "TRACKNAME", "TRACKSTATE"};
	enum { CUP, EVENT, HEAT, TYPE, TRACK, STATE };
	struct json_value v[ARRAY_LEN(names)];
	char buf[4][WEB_TEXT_MAX], words[2 * WEB_TEXT_MAX + 4];
	enum session_field type = SESSION_FIELD_UNKNOWN;
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	struct slice event = web_text(&v[CUP], buf[0], WEB_TEXT_MAX);
	struct slice heat = web_text(&v[HEAT], buf[1], WEB_TEXT_MAX);
	struct slice code = web_text(&v[TYPE], buf[2], WEB_TEXT_MAX);
	if (event.len == 0)
		event = web_text(&v[EVENT], buf[0], WEB_TEXT_MAX);
	if (slice_eq(code, SLICE("R")))
		type = SESSION_FIELD_RACE;
	else if (slice_eq(code, SLICE("Q")) || slice_eq(code, SLICE("T")))
		type = SESSION_FIELD_TIMED;
	size_t len = text_format(words, sizeof(words), "%.*s%s%.*s", (int)event.len,
				 event.at, event.len > 0 && heat.len > 0 ? " - " : "",
				 (int)heat.len, heat.at);
	polled_session(in, (struct slice){words, len}, type);
	polled_circuit(in, web_text(&v[TRACK], buf[3], WEB_TEXT_MAX));
	polled_flag(in, wire_flag_read(WIRE_FLAGS_NLS,
				       web_text(&v[STATE], buf[2], WEB_TEXT_MAX)));
}

static void nls_track(struct polled_in *in)
{
	static const char *const names[] = {"TRACKSTATE"};
	struct json_value state;
	char buf[WEB_TEXT_MAX];
	if (json_read_members(&in->r, names, &state, 1))
		polled_flag(in, wire_flag_read(WIRE_FLAGS_NLS,
					       web_text(&state, buf, sizeof(buf))));
}

static void nls_message(struct polled_in *in)
{
	static const char *const names[] = {"MESSAGETIME", "MESSAGE"};
	struct json_value v[ARRAY_LEN(names)];
	char buf[2][WEB_TEXT_MAX], words[2 * WEB_TEXT_MAX + 4];
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	struct slice time = web_text(&v[0], buf[0], WEB_TEXT_MAX);
	struct slice text = web_text(&v[1], buf[1], WEB_TEXT_MAX);
	size_t len =
		text_format(words, sizeof(words), "%.*s%s%.*s", (int)time.len, time.at,
			    time.len > 0 ? " " : "", (int)text.len, text.at);
	if (text.len > 0)
		polled_message(in, (struct slice){words, len});
}

/* (1) */
static bool nls_in_lane(const struct json_value *sectors, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (slice_eq_nocase(slice_trim(sectors[i].raw), SLICE("IN")) ||
		    slice_eq_nocase(slice_trim(sectors[i].raw), SLICE("PIT")))
			return sectors[i].kind == JSON_STRING;
	return false;
}

static void nls_car(struct polled_in *in)
{
	static const char *const names[] = {
		"S1TIME", "S2TIME", "S3TIME", "S4TIME",      "S5TIME",      "S6TIME",
		"S7TIME", "S8TIME", "S9TIME", "STNR",        "CLASSNAME",   "TEAM",
		"CAR",    "NAME",   "LAPS",   "LASTLAPTIME", "PITSTOPCOUNT"};
	enum {
		SECTOR_COUNT = 9,
		NUMBER = SECTOR_COUNT,
		CLASS,
		TEAM,
		CAR,
		NAME,
		LAPS,
		LAST,
		STOPS
	};
	struct json_value v[ARRAY_LEN(names)];
	char buf[5][WEB_TEXT_MAX];
	struct polled_row row = {.pit_known = true};
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	row.number = web_car_number(&v[NUMBER], buf[0], WEB_TEXT_MAX);
	row.class_name = web_text(&v[CLASS], buf[1], WEB_TEXT_MAX);
	row.team = web_text(&v[TEAM], buf[2], WEB_TEXT_MAX);
	row.vehicle = web_text(&v[CAR], buf[3], WEB_TEXT_MAX);
	row.driver = web_text(&v[NAME], buf[4], WEB_TEXT_MAX);
	row.laps = v[LAPS].kind == JSON_STRING && slice_trim(v[LAPS].raw).len == 0
			   ? 0
			   : web_count(&v[LAPS]);
	row.stops = web_count(&v[STOPS]);
	row.lap = web_time(&v[LAST]);
	row.in_pit = nls_in_lane(v, SECTOR_COUNT);
	polled_take(in, &row);
}

/* ---- the driver ------------------------------------------------------------------------ */

static const struct polled_channel nls_channels[] = {
	{"nls-session", nls_session}, {"nls-car", nls_car},
	{"nls-message", nls_message}, {"nls-track", nls_track},
	{"poll", polled_end},         {NULL, NULL},
};

static void nls_decode(void *memory, struct slice message, instant_us received_at,
		       uint32_t record, struct event_list *out)
{
	struct polled *st = memory;
	struct polled_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st};
	polled_decode(nls_channels, &in, message);
}

static int nls_look(struct slice line, bool whole)
{
	(void)whole;
	return polled_look(nls_channels, line);
}

static int nls_sniff(struct slice head)
{
	return lines_sniff(head, 16, 97, nls_look);
}

const struct feed_driver feed_nls = {
	.name = "nls",
	.summary = "live timing of the Nürburgring: NLS, 24 hours",
	.media = "web file",
	.of_service = true,
	.sniff = nls_sniff,
	.state_size = sizeof(struct polled),
	.init = polled_init,
	.frame = web_frame,
	.decode = nls_decode,
};
