/*
 * alkamel_head.c -- the columns of an Al Kamel lap file, and of the weather beside it
 */
#include "pitwall/wire.h"

const char *const wire_ak_names[WIRE_AK_COLUMN_COUNT][2] = {
#define X(id_, name_, alias_) [WIRE_AK_##id_] = {name_, alias_},
	WIRE_AK_COLUMNS(X)
#undef X
};

const char *const wire_ak_weather_names[WIRE_AK_WEATHER_COUNT] = {
#define X(id_, name_) [WIRE_AK_WEATHER_##id_] = (name_),
	WIRE_AK_WEATHER(X)
#undef X
};

static void ak_head_put(struct out *out, const char *before, enum wire_ak_column column)
{
	out_format(out, "%s%s;", before, wire_ak_names[column][0]);
}

void wire_ak_head(struct out *out, unsigned sectors, bool seconds)
{
	ak_head_put(out, "\xef\xbb\xbf", WIRE_AK_NUMBER);
	ak_head_put(out, " ", WIRE_AK_DRIVER_NUMBER);
	ak_head_put(out, " ", WIRE_AK_LAP_NUMBER);
	ak_head_put(out, " ", WIRE_AK_LAP_TIME);
	ak_head_put(out, " ", WIRE_AK_IMPROVEMENT);
	ak_head_put(out, " ", WIRE_AK_PIT_LANE);
	for (unsigned n = 1; n <= sectors; n++)
		out_format(out, " S%u; S%u_IMPROVEMENT;", n, n);
	for (unsigned c = WIRE_AK_KPH; c <= WIRE_AK_HOUR; c++)
		ak_head_put(out, " ", (enum wire_ak_column)c);
	for (unsigned n = 1; n <= sectors; n++)
		out_format(out, "S%u_LARGE;", n);
	for (unsigned c = WIRE_AK_TOP_SPEED; c <= WIRE_AK_FLAG; c++) {
		ak_head_put(out, "", (enum wire_ak_column)c);
		if (c == WIRE_AK_CLASS)
			out_text(out, "GROUP;");
	}
	for (unsigned n = 1; seconds && n <= sectors; n++)
		out_format(out, "S%u_SECONDS;", n);
	out_text(out, "\r\n");
}
