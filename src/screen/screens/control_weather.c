/*
 * control_weather.c -- the weather now, and its changes over the race
 *
 *  (1) Only measured values are shown; without any, a line says so.
 *  (2) Wet stretches are marked at the foot of the chart.
 */
#include "control_screen.h"

#include "plot.h"

enum { UNKNOWN_AGO = 60, CHART_LEAST = 4, LABEL = 6 };

bool control_has_weather(const struct view *view)
{
	for (unsigned i = 0; i < WEATHER_FIELD_COUNT; i++)
		if (view->race->weather[i] != INT64_MIN)
			return true;
	return false;
}

static bool weather_known(const struct view *view, enum weather_field field)
{
	return view->race->weather[field] != INT64_MIN;
}

static uint32_t rows(const struct view *view)
{
	uint32_t n = view->race->weather_count;
	if (!view->tables->weather)
		return 0;
	return n < view->tables->weather_max ? n : view->tables->weather_max;
}

/* "21.4", of thousandths. */
static void append_tenths(struct field *out, int64_t milli)
{
	int64_t tenths = (milli + (milli < 0 ? -50 : 50)) / 100;
	field_append(out, tenths < 0 ? "\u2212" : "");
	tenths = tenths < 0 ? -tenths : tenths;
	field_append_number(out, (uint64_t)(tenths / 10));
	field_append(out, ".");
	field_append_number(out, (uint64_t)(tenths % 10));
}

/* Value an hour ago; INT64_MIN: unknown. */
static int64_t hour_ago(const struct view *view, enum weather_field field)
{
	for (uint32_t i = rows(view); i > 0; i--) {
		const struct weather_row *row = &view->tables->weather[i - 1];
		if (row->at <= view->at - US_HOUR)
			return row->value[field];
	}
	return INT64_MIN;
}

static void temperature(const struct view *view, enum weather_field field,
			const char *name, struct field *out)
{
	int64_t now = view->race->weather[field], ago = hour_ago(view, field);
	if (now == INT64_MIN)
		return;
	field_append(out, out->text.len ? "  " : "");
	field_append(out, name);
	field_append(out, " ");
	append_tenths(out, now);
	field_append(out, " \u00b0C");
	if (ago == INT64_MIN || (now - ago < 100 && ago - now < 100))
		return;
	field_append(out, now > ago ? " \u25b4" : " \u25be");
	append_tenths(out, now > ago ? now - ago : ago - now);
}

static const char *wetness(const struct view *view)
{
	static const char *const states[] = {"dry", "drying", "wet"};
	int64_t state = view->race->weather[WEATHER_TRACK_STATE];
	if (weather_known(view, WEATHER_RAIN) && view->race->weather[WEATHER_RAIN] > 0)
		return "rain";
	if (state >= 0 && state < (int64_t)ARRAY_LEN(states))
		return states[state];
	return weather_known(view, WEATHER_RAIN) ? "dry" : "";
}

static void air_words(const struct view *view, struct field *out)
{
	static const char *const from[] = {"N", "NE", "E", "SE", "S", "SW", "W", "NW"};
	int64_t degrees = view->race->weather[WEATHER_WIND_DEG];
	if (weather_known(view, WEATHER_HUMIDITY_PM)) {
		field_append(out, "humidity ");
		field_append_number(
			out, (uint64_t)((view->race->weather[WEATHER_HUMIDITY_PM] + 5) /
					10));
		field_append(out, " %");
	}
	if (weather_known(view, WEATHER_WIND_MMS)) {
		field_append(out, out->text.len ? "  " : "");
		field_append(out, "wind ");
		append_tenths(out, view->race->weather[WEATHER_WIND_MMS]);
		field_append(out, " m/s");
		if (degrees >= 0 && degrees <= 360) {
			field_append(out, " ");
			field_append(out, from[(degrees * 2 + 45) / 90 % 8]);
		}
	}
	if (weather_known(view, WEATHER_PRESSURE_PA)) {
		field_append(out, out->text.len ? "  " : "");
		field_append_number(
			out,
			(uint64_t)(view->race->weather[WEATHER_PRESSURE_PA] / 100));
		field_append(out, " hPa");
	}
}

/* ---- the chart ----------------------------------------------------------------- */

struct weather_span {
	instant_us from, to;
	int64_t low, high;
	struct rect plot;
};

static bool span_make(const struct view *view, struct weather_span *span)
{
	static const enum weather_field both[] = {WEATHER_AIR_MC, WEATHER_TRACK_MC};
	uint32_t n = rows(view);
	span->low = INT64_MAX;
	span->high = INT64_MIN;
	for (uint32_t i = 0; i < n; i++)
		for (unsigned k = 0; k < ARRAY_LEN(both); k++) {
			int64_t t = view->tables->weather[i].value[both[k]];
			if (t == INT64_MIN)
				continue;
			span->low = t < span->low ? t : span->low;
			span->high = t > span->high ? t : span->high;
		}
	if (n < 3 || span->high == INT64_MIN)
		return false;
	span->from = view->tables->weather[0].at;
	span->to = view->at > view->tables->weather[n - 1].at
			   ? view->at
			   : view->tables->weather[n - 1].at;
	/* At least 4 degrees, so that a steady day is a straight line. */
	if (span->high - span->low < 4000) {
		span->low = (span->low + span->high) / 2 - 2000;
		span->high = span->low + 4000;
	}
	return true;
}

static struct dots dot_of(const struct weather_span *span,
			  const struct weather_row *row, enum weather_field field)
{
	double x = (double)(row->at - span->from) / (double)(span->to - span->from);
	double y = (double)(row->value[field] - span->low) /
		   (double)(span->high - span->low);
	return (struct dots){x * (2 * span->plot.w - 1),
			     (1 - y) * (4 * span->plot.h - 1)};
}

static void draw_curve(const struct view *view, struct plot *plot,
		       const struct weather_span *span, enum weather_field field)
{
	enum role role = field == WEATHER_AIR_MC ? ROLE_CLASS_1 : ROLE_AT_RISK;
	const struct weather_row *before = NULL;
	for (uint32_t i = 0; i < rows(view); i++) {
		const struct weather_row *row = &view->tables->weather[i];
		if (row->value[field] == INT64_MIN)
			continue;
		if (before)
			plot_line(plot, dot_of(span, before, field),
				  dot_of(span, row, field), role);
		before = row;
	}
}

/* (2) */
static void draw_wet(const struct view *view, struct canvas *canvas,
		     const struct weather_span *span, int y)
{
	for (uint32_t i = 0; i < rows(view); i++) {
		const struct weather_row *row = &view->tables->weather[i];
		int x = (int)dot_of(span, row, WEATHER_AIR_MC).x / 2;
		if (row->value[WEATHER_RAIN] > 0 || row->value[WEATHER_TRACK_STATE] > 0)
			canvas_put(canvas, span->plot.x + x, y, 0x2592,
				   ROLE_FLAG_YELLOW);
	}
}

static void draw_label(struct canvas *canvas, int x, int y, int64_t milli)
{
	struct field field = {0};
	append_tenths(&field, milli);
	field_append(&field, "\u00b0");
	canvas_right(canvas, x, y, LABEL - 1, field.text, ROLE_DIM);
}

static void draw_chart(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct weather_span span;
	if (!span_make(view, &span) || span.to <= span.from)
		return;
	span.plot = (struct rect){area.x + LABEL, area.y, area.w - LABEL, area.h - 1};
	struct plot plot;
	plot = (struct plot){.canvas = canvas, .area = span.plot};
	draw_curve(view, &plot, &span, WEATHER_AIR_MC);
	draw_curve(view, &plot, &span, WEATHER_TRACK_MC);
	plot_done(&plot, ROLE_AT_RISK);
	draw_label(canvas, area.x, area.y, span.high);
	draw_label(canvas, area.x, area.y + area.h - 2, span.low);
	canvas_text(canvas, area.x, area.y + area.h - 1, LABEL - 1, SLICE("  wet"),
		    ROLE_DIM);
	draw_wet(view, canvas, &span, area.y + area.h - 1);
}

void control_weather(const struct view *view, struct canvas *canvas, struct rect area)
{
	struct field field = {0};
	const char *wet = wetness(view);
	int x = area.x, y = area.y;
	x += canvas_text(canvas, x, y, area.w, SLICE("Weather"), ROLE_HEADER) + 2;
	if (!control_has_weather(view)) {
		canvas_text(canvas, area.x, y + 1, area.w,
			    SLICE("no weather from this source"), ROLE_DIM);
		return;
	}
	x += canvas_text(canvas, x, y, area.x + area.w - x, slice_of(wet),
			 wet[0] == 'd' && wet[2] == 'y' && !wet[3] ? ROLE_TEXT
								   : ROLE_AT_RISK);
	temperature(view, WEATHER_AIR_MC, "air", &field);
	temperature(view, WEATHER_TRACK_MC, "track", &field);
	canvas_text(canvas, area.x, ++y, area.w, field.text, ROLE_TEXT);
	field.text = (struct slice){field.buf, 0};
	air_words(view, &field);
	if (area.h < 3 && x + 3 + text_width(field.text) <= area.x + area.w)
		canvas_right(canvas, x, area.y, area.x + area.w - x, field.text,
			     ROLE_DIM);
	if (area.h < 3)
		return;
	canvas_text(canvas, area.x, ++y, area.w, field.text, ROLE_DIM);
	y++;
	if (area.y + area.h - y >= CHART_LEAST)
		draw_chart(view, canvas,
			   (struct rect){area.x, y, area.w, area.y + area.h - y});
}
