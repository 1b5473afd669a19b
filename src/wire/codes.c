/*
 * codes.c -- the codes of flags in each protocol, both ways
 *
 *  (1) The first row with a code is used for reading, the first row with a flag for writing.
 *      Flags that a protocol does not have are rows with the code of the nearest flag.
 */
#include "pitwall/wire.h"

struct flag_code {
	struct slice code;
	enum flag flag;
};
#define CODE(code_, flag_)                        \
	{                                         \
		{code_, sizeof(code_) - 1}, flag_ \
	}

static const struct flag_code alkamel[] = {
	CODE("GF", FLAG_GREEN), CODE("YF", FLAG_YELLOW),  CODE("FCY", FLAG_FCY),
	CODE("VSC", FLAG_VSC),  CODE("C60", FLAG_CODE60), CODE("SF", FLAG_SC),
	CODE("SC", FLAG_SC),    CODE("RF", FLAG_RED),     CODE("FF", FLAG_FINISH),
};

static const struct flag_code rmonitor[] = {
	CODE("Green", FLAG_GREEN),      CODE("Yellow", FLAG_YELLOW),
	CODE("Red", FLAG_RED),          CODE("Finish", FLAG_FINISH),
	CODE("Yellow", FLAG_FCY), /* (1) */
	CODE("Yellow", FLAG_VSC),       CODE("Yellow", FLAG_CODE60),
	CODE("Yellow", FLAG_SC),        CODE("Checkered", FLAG_FINISH),
	CODE("Chequered", FLAG_FINISH), CODE("Checker", FLAG_FINISH),
	CODE("Purple", FLAG_CODE60),    CODE("Code 60", FLAG_CODE60),
	CODE("Code60", FLAG_CODE60),    CODE("Code 35", FLAG_CODE60),
	CODE("Code35", FLAG_CODE60),    CODE("FCY", FLAG_FCY),
	CODE("VSC", FLAG_VSC),          CODE("SC", FLAG_SC),
	CODE("Safety Car", FLAG_SC),    CODE("Full Course Yellow", FLAG_FCY),
};

/* White: the last lap, at racing speed. Warm (U) and cold (C) tracks have no flag. */
static const struct flag_code multiloop[] = {
	CODE("G", FLAG_GREEN),   CODE("Y", FLAG_YELLOW), CODE("R", FLAG_RED),
	CODE("K", FLAG_FINISH),  CODE("W", FLAG_GREEN),  CODE("U", FLAG_UNKNOWN),
	CODE("C", FLAG_UNKNOWN), CODE("Y", FLAG_FCY), /* (1) */
	CODE("Y", FLAG_VSC),     CODE("Y", FLAG_CODE60), CODE("Y", FLAG_SC),
};

/* Yellow: local, as a list of sectors without any shows. Only the first two were seen; the others are
 * those that readers of the service expect. */
static const struct flag_code griiip[] = {
	CODE("Green", FLAG_GREEN),
	CODE("Yellow", FLAG_YELLOW),
	CODE("DoubleYellow", FLAG_YELLOW),
	CODE("FullCourseYellow", FLAG_FCY),
	CODE("FCY", FLAG_FCY),
	CODE("VirtualSafetyCar", FLAG_VSC),
	CODE("VSC", FLAG_VSC),
	CODE("Code60", FLAG_CODE60),
	CODE("SafetyCar", FLAG_SC),
	CODE("SC", FLAG_SC),
	CODE("Red", FLAG_RED),
	CODE("Chequered", FLAG_FINISH),
	CODE("Checkered", FLAG_FINISH),
	CODE("Finish", FLAG_FINISH),
};

/* Only 1 was seen; the others are those that readers of the service expect. */
static const struct flag_code swisstiming[] = {
	CODE("1", FLAG_GREEN), CODE("2", FLAG_YELLOW), CODE("3", FLAG_FCY),
	CODE("4", FLAG_SC),    CODE("5", FLAG_RED),    CODE("6", FLAG_FINISH),
};

/* Slow zones are local. Caution is the full course yellow of American series, behind the
 * safety car. White: the last lap. */
static const struct flag_code timing71[] = {
	CODE("green", FLAG_GREEN),
	CODE("yellow", FLAG_YELLOW),
	CODE("slow_zone", FLAG_YELLOW),
	CODE("fcy", FLAG_FCY),
	CODE("code_60", FLAG_CODE60),
	CODE("vsc", FLAG_VSC),
	CODE("sc", FLAG_SC),
	CODE("caution", FLAG_SC),
	CODE("red", FLAG_RED),
	CODE("chequered", FLAG_FINISH),
	CODE("white", FLAG_GREEN),
	CODE("code_60_zone", FLAG_YELLOW),
	CODE("none", FLAG_UNKNOWN),
};

/* TrackStatus: 1 clear, 2 yellow, 4 safety car, 5 red, 6 virtual safety car, 7 its end. */
static const struct flag_code f1[] = {
	CODE("1", FLAG_GREEN), CODE("2", FLAG_YELLOW), CODE("4", FLAG_SC),
	CODE("5", FLAG_RED),   CODE("6", FLAG_VSC),    CODE("7", FLAG_VSC),
};

/* The page's letter C. A yellow of IMSA is of the full course. */
static const struct flag_code imsa[] = {
	CODE("1", FLAG_GREEN),
	CODE("2", FLAG_FCY),
	CODE("3", FLAG_RED),
	CODE("4", FLAG_FINISH),
};

/* TRACKSTATE. */
static const struct flag_code nls[] = {
	CODE("0", FLAG_GREEN),
	CODE("1", FLAG_YELLOW),
	CODE("2", FLAG_CODE60),
};

static const struct {
	const struct flag_code *rows;
	size_t count;
	bool nocase;
} tables[] = {
	[WIRE_FLAGS_ALKAMEL] = {alkamel, ARRAY_LEN(alkamel), false},
	[WIRE_FLAGS_RMONITOR] = {rmonitor, ARRAY_LEN(rmonitor), true},
	[WIRE_FLAGS_MULTILOOP] = {multiloop, ARRAY_LEN(multiloop), false},
	[WIRE_FLAGS_GRIIIP] = {griiip, ARRAY_LEN(griiip), true},
	[WIRE_FLAGS_SWISSTIMING] = {swisstiming, ARRAY_LEN(swisstiming), false},
	[WIRE_FLAGS_TIMING71] = {timing71, ARRAY_LEN(timing71), false},
	[WIRE_FLAGS_F1] = {f1, ARRAY_LEN(f1), false},
	[WIRE_FLAGS_IMSA] = {imsa, ARRAY_LEN(imsa), false},
	[WIRE_FLAGS_NLS] = {nls, ARRAY_LEN(nls), false},
};

int wire_flag_read(enum wire_flags protocol, struct slice code)
{
	const struct flag_code *rows = tables[protocol].rows;
	for (size_t i = 0; i < tables[protocol].count && code.len > 0; i++)
		if (tables[protocol].nocase ? slice_eq_nocase(rows[i].code, code)
					    : slice_eq(rows[i].code, code))
			return (int)rows[i].flag;
	return -1;
}

const char *wire_flag_code(enum wire_flags protocol, enum flag flag)
{
	for (size_t i = 0; i < tables[protocol].count; i++)
		if (tables[protocol].rows[i].flag == flag)
			return tables[protocol].rows[i].code.at;
	return "";
}
