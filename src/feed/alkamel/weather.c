/*
 * weather.c -- the weather that lies beside a lap file, one row a minute
 *
 * `TIME_UTC_SECONDS;TIME_UTC_STR;AIR_TEMP;TRACK_TEMP;HUMIDITY;PRESSURE;WIND_SPEED;
 * WIND_DIRECTION;[RAIN;]`, separated by `;` or `,`. TIME_UTC_STR is written in
 * several ways and not read.
 *
 *  (1) WEC gives degrees Celsius, mbar and km/h; IMSA Fahrenheit, inches of
 *      mercury and miles an hour. Nothing says which but the size of the
 *      pressure: it is decided for the file, by the first pressure there is.
 *  (2) A value that is blank or impossible is no event; a row whose time cannot be
 *      read is an anomaly. RAIN below 0 means: not known.
 */
#include "pitwall/feed.h"
#include "pitwall/wire.h"

#include <errno.h>

enum weather_column {
#define X(id_, name_) id_,
	WIRE_AK_WEATHER(X)
#undef X
		COLUMNS
};

static const uint8_t weather_fields[COLUMNS] = {
	[AIR] = WEATHER_AIR_MC,
	[TRACK] = WEATHER_TRACK_MC,
	[HUMIDITY] = WEATHER_HUMIDITY_PM,
	[PRESSURE] = WEATHER_PRESSURE_PA,
	[WIND] = WEATHER_WIND_MMS,
	[DIRECTION] = WEATHER_WIND_DEG,
	[RAIN] = WEATHER_RAIN,
};

#define MILLION ((int64_t)1000000)

struct weather {
	struct event_list *out;
	unsigned column[COLUMNS]; /* 1-based; 0: absent */
	uint16_t source;
	uint32_t sequence;
	char separator;
	bool imperial; /* (1) */
	bool decided;
};

static struct slice unquote(struct slice s)
{
	s = slice_trim(s);
	if (s.len >= 2 && s.at[0] == '"' && s.at[s.len - 1] == '"')
		s = (struct slice){s.at + 1, s.len - 2};
	return slice_trim(s);
}

static void split(struct weather *w, struct slice line, struct slice *fields)
{
	for (unsigned n = 1; line.at && n < 256; n++) {
		struct slice field = unquote(slice_cut(&line, w->separator));
		for (unsigned c = 0; c < COLUMNS; c++)
			if (w->column[c] == n)
				fields[c] = field;
	}
}

static bool weather_read_header(struct weather *w, struct slice line)
{
	struct slice copy = line;
	if (slice_starts(line, SLICE("\xef\xbb\xbf")))
		copy = line = (struct slice){line.at + 3, line.len - 3};
	slice_cut(&copy, ';');
	w->separator = copy.at ? ';' : ',';
	for (unsigned n = 1; line.at && n < 256; n++) {
		struct slice name = unquote(slice_cut(&line, w->separator));
		for (unsigned c = 0; c < COLUMNS; c++)
			if (w->column[c] == 0 &&
			    slice_eq_nocase(name, slice_of(wire_ak_weather_names[c])))
				w->column[c] = n;
	}
	return w->column[TIME] != 0 && w->column[AIR] != 0;
}

/* Millionths as the file has them, to the unit of the field. Within bounds of
 * this world, so nothing overflows. False: impossible. */
static bool weather_convert(const struct weather *w, enum weather_column c,
			    int64_t value, int64_t *out)
{
	bool imperial = w->imperial;
	if (value < -1000 * MILLION || value > 2000 * MILLION)
		return false;
	switch (c) {
	case AIR:
	case TRACK:
		*out = (imperial ? (value - 32000000) * 5 / 9 : value) / 1000;
		return *out >= -60000 && *out <= 100000;
	case HUMIDITY:
		*out = value / 100000;
		return *out >= 0 && *out <= 1000;
	case PRESSURE:
		/* 1 inHg is 3386.389 Pa. */
		*out = imperial ? value * 3386389 / 1000000000 : value / 10000;
		return *out >= 30000 && *out <= 120000;
	case WIND:
		/* 1 mph is 447.04 mm/s. */
		*out = imperial ? value * 44704 / 100000000 : value / 3600;
		return *out >= 0 && *out <= 120000;
	case DIRECTION:
		*out = value / 1000000;
		return *out >= 0 && *out <= 360;
	case RAIN:
		*out = value > 0;
		return value >= 0;
	case TIME:
	case COLUMNS:
		break;
	}
	return false;
}

static void weather_read_row(struct weather *w, struct slice line, uint32_t number)
{
	struct slice fields[COLUMNS] = {{NULL, 0}};
	int64_t seconds, value;
	if (slice_trim(line).len == 0)
		return;
	split(w, line, fields);
	/* Between 1970 and 9999. */
	if (!fields[TIME].at || !parse_i64(fields[TIME], &seconds) || seconds < 0 ||
	    seconds > 253402300799) {
		struct event *event = event_add(w->out, EVENT_ANOMALY, 0);
		event->source = w->source;
		event->sequence = w->sequence++;
		event->field = ANOMALY_FIELD;
		event->number = number;
		event_set_text(w->out, event,
			       SLICE("weather: TIME_UTC_SECONDS cannot be read"));
		return;
	}
	if (!w->decided && fields[PRESSURE].at &&
	    parse_decimal(fields[PRESSURE], 6, &value) && value > 0) {
		w->decided = true;
		w->imperial = value < 50 * MILLION;
	}
	for (unsigned c = TIME + 1; c < COLUMNS; c++) {
		if (!fields[c].at || !parse_decimal(fields[c], 6, &value) ||
		    !weather_convert(w, (enum weather_column)c, value, &value))
			continue;
		struct event *event = event_add(w->out, EVENT_WEATHER, seconds * US_S);
		event->source = w->source;
		event->sequence = w->sequence++;
		event->number = 0;
		event->record = number;
		event->field = weather_fields[c];
		event->value = value;
	}
}

int feed_weather_read(struct slice file, uint16_t source, struct event_list *out,
		      struct err *err)
{
	struct weather w = {.out = out, .source = source};
	struct slice rest = file;
	uint32_t number = 1;
	if (file.len == 0 || !weather_read_header(&w, slice_cut(&rest, '\n')))
		return err_set(err, -EINVAL,
			       "this is not a weather file: its first line has no "
			       "columns TIME_UTC_SECONDS and AIR_TEMP");
	while (rest.at)
		weather_read_row(&w, slice_cut(&rest, '\n'), ++number);
	return 0;
}
