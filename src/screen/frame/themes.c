/*
 * themes.c -- roles, their look without colour, and the nearest of few colours
 *
 * The colours are in files (assets/themes, read by the shell). The attributes that
 * distinguish roles without colour are here, the same in every theme.
 *
 *  (1) Text has the terminal's own colour and structure is dim. Roles that must be
 *      distinguished differ in an attribute or in their text.
 */
#include "pitwall/theme.h"

static const char *const role_names[] = {
#define X(id_, name_) name_,
	ROLES(X)
#undef X
};

const char *role_name(enum role role)
{
	return role_names[role];
}

#define B LOOK_BOLD
#define D LOOK_DIM
#define I LOOK_ITALIC
#define U LOOK_UNDERLINE
#define MONO(role_, mono_)                        \
	[ROLE_##role_] = {.fg = -1,               \
			  .bg = -1,               \
			  .attributes = (mono_),  \
			  .attributes8 = (mono_), \
			  .mono = (mono_)},

/* clang-format off */
const struct theme theme_plain = {.name = "plain", .paper = 0x0d1117, .ink = 0xc9d1d9,
	.looks = {
	MONO(TEXT,           0)
	MONO(DIM,            D)
	MONO(RULE,           D)
	MONO(HEADER,         D)
	MONO(TITLE,          B)
	MONO(STRONG,         B)
	MONO(KEY,            B)
	MONO(CLASS_BEST,     B | U)
	MONO(PERSONAL_BEST,  U)
	MONO(CHANGED,        B)
	MONO(GAINED,         0)
	MONO(LOST,           D)
	MONO(IN_PIT,         B)
	MONO(AT_RISK,        B)
	MONO(NOT_CLASSIFIED, U)
	MONO(STOPPED,        B | U)
	MONO(INVITED,        B)
	MONO(GUESS,          D | I)
	MONO(CLASS_1,        0)
	MONO(CLASS_2,        0)
	MONO(CLASS_3,        0)
	MONO(CLASS_4,        0)
	MONO(CLASS_5,        0)
	MONO(CLASS_6,        0)
	MONO(FLAG_UNKNOWN,   D)
	MONO(FLAG_GREEN,     0)
	MONO(FLAG_YELLOW,    B)
	MONO(FLAG_SC,        B)
	MONO(FLAG_RED,       B)
	MONO(FLAG_FINISH,    B)
	MONO(TRACK,          D)
	MONO(PIT_LANE,       D)
	MONO(PLAYHEAD,       B)
	MONO(BEHIND_LIVE,    B)
	MONO(NOTICE,         B)
	MONO(ERROR,          B | U)
	MONO(PROMPT,         B)
	MONO(THRESHOLD,      B)
}};
/* clang-format on */

static unsigned part(int32_t rgb, unsigned shift)
{
	return (unsigned)rgb >> shift & 255;
}

static int64_t distance(int32_t a, int32_t b)
{
	int64_t sum = 0;
	for (unsigned shift = 0; shift <= 16; shift += 8) {
		int64_t d = (int64_t)part(a, shift) - (int64_t)part(b, shift);
		sum += d * d;
	}
	return sum;
}

/* The cube of 256 colours has the levels 0, 95, 135, 175, 215, 255; behind it 24 greys
 * from 8 in steps of 10. */
static unsigned level(unsigned v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

static int32_t theme_shade(unsigned level)
{
	return level == 0 ? 0 : (int32_t)(55 + 40 * level);
}

uint8_t theme_near_256(int32_t rgb)
{
	unsigned r = level(part(rgb, 16)), g = level(part(rgb, 8)),
		 b = level(part(rgb, 0));
	unsigned mean = (part(rgb, 16) + part(rgb, 8) + part(rgb, 0)) / 3;
	unsigned step = mean < 8 ? 0 : mean > 238 ? 23 : (mean - 3) / 10;
	int32_t cube = theme_shade(r) << 16 | theme_shade(g) << 8 | theme_shade(b);
	int32_t grey = (int32_t)(8 + 10 * step) * 0x10101;
	if (distance(rgb, grey) < distance(rgb, cube))
		return (uint8_t)(232 + step);
	return (uint8_t)(16 + 36 * r + 6 * g + b);
}

/* The colours of xterm. */
static const int32_t sixteen[] = {
	0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
	0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
};

static uint8_t nearest(int32_t rgb, unsigned count)
{
	uint8_t best = 0;
	int64_t least = INT64_MAX;
	for (unsigned i = 0; i < count; i++) {
		int64_t sum = distance(rgb, sixteen[i]);
		if (sum < least)
			best = (uint8_t)i;
		least = sum < least ? sum : least;
	}
	return best;
}

uint8_t theme_near_16(int32_t rgb)
{
	return nearest(rgb, 16);
}

uint8_t theme_near_8(int32_t rgb)
{
	return nearest(rgb, 8);
}
