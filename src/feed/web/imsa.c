/*
 * imsa.c -- the scoring page of IMSA
 *
 * Lines of documents.c: imsa-race (RaceData: C the flag), imsa-session (S session, E event, T
 * track) and imsa-car (N number, C class, F driver, V car, L laps, LL last lap, P in the pit lane,
 * PS stops).
 * The page has no public description; the letters are those that other readers of it name.
 *
 *  (1) Texts may be UTF-8 that was read as Latin-1, once or twice.
 *  (2) "Tx123" without a class, a driver and a car is a transponder without an entry.
 */
#include "drivers.h"
#include "pitwall/wire.h"
#include "polled.h"

#include <string.h>

/* (1): one reading taken back; false: it was none. */
static bool latin_undo(struct slice text, char *to, size_t *len)
{
	size_t n = 0;
	bool some = false;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c >= 0x80) {
			/* U+0080 to U+00FF: two bytes of UTF-8. */
			if ((c != 0xc2 && c != 0xc3) || i + 1 == text.len)
				return false;
			unsigned char next = (unsigned char)text.at[++i];
			c = (unsigned char)((c & 3) << 6 | (next & 0x3f));
			some = true;
		}
		to[n++] = (char)c;
	}
	*len = n;
	return some;
}

/* Only what becomes UTF-8 was some: "é" alone is Latin-1 of nothing. */
static bool is_utf8(struct slice text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.at[i];
		size_t more = c < 0x80                ? 0
			      : c >= 0xc2 && c < 0xe0 ? 1
			      : c >= 0xe0 && c < 0xf0 ? 2
			      : c >= 0xf0 && c < 0xf5 ? 3
						      : text.len;
		if (more > text.len - i - 1)
			return false;
		while (more-- > 0)
			if (((unsigned char)text.at[++i] & 0xc0) != 0x80)
				return false;
	}
	return true;
}

static struct slice imsa_text(const struct json_value *value, char buf[WEB_TEXT_MAX])
{
	char other[WEB_TEXT_MAX];
	struct slice text = web_text(value, buf, WEB_TEXT_MAX);
	for (unsigned times = 0; times < 2 && text.len < sizeof(other); times++) {
		size_t len;
		if (!latin_undo(text, other, &len) ||
		    !is_utf8((struct slice){other, len}))
			break;
		memcpy(buf, other, len);
		text = (struct slice){buf, len};
	}
	return slice_trim(text);
}

static void imsa_race(struct polled_in *in)
{
	static const char *const names[] = {"C"};
	struct json_value flag;
	char buf[WEB_TEXT_MAX];
	if (json_read_members(&in->r, names, &flag, 1))
		polled_flag(in, wire_flag_read(WIRE_FLAGS_IMSA,
					       web_text(&flag, buf, sizeof(buf))));
}

static void imsa_session(struct polled_in *in)
{
	static const char *const names[] = {"S", "E", "T"};
	struct json_value v[ARRAY_LEN(names)];
	char buf[3][WEB_TEXT_MAX], words[2 * WEB_TEXT_MAX + 4];
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	struct slice session = imsa_text(&v[0], buf[0]),
		     event = imsa_text(&v[1], buf[1]);
	size_t len =
		text_format(words, sizeof(words), "%.*s%s%.*s", (int)event.len,
			    event.at, event.len > 0 && session.len > 0 ? " - " : "",
			    (int)session.len, session.at);
	polled_session(in, (struct slice){words, len}, session_name_type(session));
	polled_circuit(in, imsa_text(&v[2], buf[2]));
}

/* (2) */
static bool is_transponder(const struct polled_row *row)
{
	return slice_starts(row->number, SLICE("Tx")) && row->class_name.len == 0 &&
	       row->driver.len == 0 && row->vehicle.len == 0;
}

static void imsa_car(struct polled_in *in)
{
	static const char *const names[] = {"N", "C", "F", "V", "L", "LL", "P", "PS"};
	enum { NUMBER, CLASS, DRIVER, VEHICLE, LAPS, LAST, PIT, STOPS };
	struct json_value v[ARRAY_LEN(names)];
	char buf[4][WEB_TEXT_MAX];
	int64_t pit = 0;
	struct polled_row row = {.laps = -1};
	if (!json_read_members(&in->r, names, v, ARRAY_LEN(names)))
		return;
	row.number = slice_trim(web_car_number(&v[NUMBER], buf[0], WEB_TEXT_MAX));
	row.class_name = imsa_text(&v[CLASS], buf[1]);
	row.driver = imsa_text(&v[DRIVER], buf[2]);
	row.vehicle = imsa_text(&v[VEHICLE], buf[3]);
	row.laps = web_count(&v[LAPS]);
	row.stops = web_count(&v[STOPS]);
	row.lap = web_time(&v[LAST]);
	row.pit_known = v[PIT].kind == JSON_WORD || web_number(&v[PIT], &pit);
	row.in_pit = web_is_true(&v[PIT]) || pit == 1;
	if (!is_transponder(&row))
		polled_take(in, &row);
}

/* ---- the driver ------------------------------------------------------------------------ */

static const struct polled_channel imsa_channels[] = {
	{"imsa-race", imsa_race},
	{"imsa-session", imsa_session},
	{"imsa-car", imsa_car},
	{"poll", polled_end},
	{NULL, NULL},
};

static void imsa_decode(void *memory, struct slice message, instant_us received_at,
			uint32_t record, struct event_list *out)
{
	struct polled *st = memory;
	struct polled_in in = {
		.d = decoding_begin(&st->common, received_at, record, out),
		.state = st};
	polled_decode(imsa_channels, &in, message);
}

static int imsa_look(struct slice line, bool whole)
{
	(void)whole;
	return polled_look(imsa_channels, line);
}

static int imsa_sniff(struct slice head)
{
	return lines_sniff(head, 16, 97, imsa_look);
}

const struct feed_driver feed_imsa = {
	.name = "imsa",
	.summary = "the scoring page of IMSA",
	.media = "web file",
	.of_service = true,
	.sniff = imsa_sniff,
	.state_size = sizeof(struct polled),
	.init = polled_init,
	.frame = web_frame,
	.decode = imsa_decode,
};
