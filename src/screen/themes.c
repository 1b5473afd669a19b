/*
 * themes.c -- roles and how they look
 *
 * A row gives the true colour and, by a person's eye, the nearest of 16 and of 8;
 * the nearest of 256 is arithmetic. MONO says how the same meaning shows without
 * colour: what must be told apart there differs in an attribute or in its text.
 *
 *  (1) Quiet until it matters: text is the terminal's own colour, structure is
 *      dim, and only meaning has a hue.
 */
#include "pitwall/screen.h"

static const char *const role_names[] = {
#define X(id_, name_) name_,
	ROLES(X)
#undef X
};

const char *role_name(enum role role)
{
	return role_names[role];
}

/* The cube of 256 colours has the levels 0, 95, 135, 175, 215, 255; behind it 24
 * greys from 8 in steps of 10. */
#define LEVEL(v) ((v) < 48 ? 0 : (v) < 115 ? 1 : ((v)-35) / 40)
#define GREY(v) ((v) < 4 ? 16 : (v) > 243 ? 231 : 232 + ((v) > 8 ? (v)-4 : 4) / 10)
#define RED(c) ((c) >> 16 & 255)
#define GREEN(c) ((c) >> 8 & 255)
#define BLUE(c) ((c)&255)
#define CUBE(c) (16 + 36 * LEVEL(RED(c)) + 6 * LEVEL(GREEN(c)) + LEVEL(BLUE(c)))
#define NEAR(a, b) ((a) - (b) < 16 && (b) - (a) < 16)
#define IS_GREY(c) (NEAR(RED(c), GREEN(c)) && NEAR(GREEN(c), BLUE(c)))
#define NEAREST(c) (uint8_t)((c) < 0 ? 0 : IS_GREY(c) ? GREY(GREEN(c)) : CUBE(c))

#define NONE (-1)
#define B LOOK_BOLD
#define D LOOK_DIM
#define I LOOK_ITALIC
#define U LOOK_UNDERLINE
#define R LOOK_REVERSE

/* role, colour, of 16, of 8, attributes, without colour */
#define LOOK(role_, fg_, fg16_, fg8_, attributes_, mono_) \
	[ROLE_##role_] = {.fg = (fg_),                    \
			  .bg = NONE,                     \
			  .fg256 = NEAREST(fg_),          \
			  .fg16 = (fg16_),                \
			  .fg8 = (fg8_),                  \
			  .attributes = (attributes_),    \
			  .mono = (mono_)},

enum { BLACK_, RED_, GREEN_, YELLOW_, BLUE_, MAGENTA_, CYAN_, WHITE_, BRIGHT_ };

/* clang-format off */
static const struct theme themes[] = {
	{.name = "dark", .looks = {
	LOOK(TEXT,           NONE,     WHITE_,               WHITE_,   0,     0)
	LOOK(DIM,            0x7d8590, BRIGHT_ | BLACK_,     WHITE_,   0,     D)
	LOOK(RULE,           0x3a424c, BRIGHT_ | BLACK_,     BLUE_,    0,     D)
	LOOK(HEADER,         0x7d8590, BRIGHT_ | BLACK_,     CYAN_,    0,     D)
	LOOK(TITLE,          0xe6edf3, BRIGHT_ | WHITE_,     WHITE_,   B,     B)
	LOOK(STRONG,         0xe6edf3, BRIGHT_ | WHITE_,     WHITE_,   B,     B)
	LOOK(KEY,            0xc9d1d9, WHITE_,               WHITE_,   B,     B)
	LOOK(CLASS_BEST,     0xd670ff, BRIGHT_ | MAGENTA_,   MAGENTA_, B,     B | U)
	LOOK(PERSONAL_BEST,  0x4ade80, BRIGHT_ | GREEN_,     GREEN_,   0,     U)
	LOOK(CHANGED,        0xffffff, BRIGHT_ | WHITE_,     WHITE_,   B,     B)
	LOOK(GAINED,         0x4ade80, BRIGHT_ | GREEN_,     GREEN_,   0,     0)
	LOOK(LOST,           0xa07a7a, RED_,                 RED_,     0,     D)
	LOOK(IN_PIT,         0x39d5e6, BRIGHT_ | CYAN_,      CYAN_,    0,     B)
	LOOK(AT_RISK,        0xffb02e, YELLOW_,              YELLOW_,  B,     B)
	LOOK(NOT_CLASSIFIED, 0xff6b60, BRIGHT_ | RED_,       RED_,     0,     U)
	LOOK(STOPPED,        0xff6b60, BRIGHT_ | RED_,       RED_,     0,     B | U)
	LOOK(INVITED,        0xf5d76e, BRIGHT_ | YELLOW_,    YELLOW_,  B,     B)
	LOOK(GUESS,          0x9aa4b0, BRIGHT_ | BLACK_,     WHITE_,   I,     D | I)
	LOOK(CLASS_1,        0x6cb6ff, BRIGHT_ | BLUE_,      CYAN_,    0,     0)
	LOOK(CLASS_2,        0xff8fc7, BRIGHT_ | MAGENTA_,   MAGENTA_, 0,     0)
	LOOK(CLASS_3,        0xe8a466, YELLOW_,              YELLOW_,  0,     0)
	LOOK(CLASS_4,        0xa3d39c, GREEN_,               GREEN_,   0,     0)
	LOOK(CLASS_5,        0xb9b0ff, BLUE_,                BLUE_,    0,     0)
	LOOK(CLASS_6,        0xd3cf7a, CYAN_,                RED_,     0,     0)
	LOOK(FLAG_UNKNOWN,   0x7d8590, BRIGHT_ | BLACK_,     WHITE_,   0,     D)
	LOOK(FLAG_GREEN,     0x35b554, GREEN_,               GREEN_,   0,     0)
	LOOK(FLAG_YELLOW,    0xffd028, BRIGHT_ | YELLOW_,    YELLOW_,  B,     B)
	LOOK(FLAG_SC,        0xffa92e, YELLOW_,              YELLOW_,  B,     B)
	LOOK(FLAG_RED,       0xff4438, BRIGHT_ | RED_,       RED_,     B,     B)
	LOOK(FLAG_FINISH,    0xe6edf3, BRIGHT_ | WHITE_,     WHITE_,   B,     B)
	LOOK(TRACK,          0x5b6673, BRIGHT_ | BLACK_,     WHITE_,   0,     D)
	LOOK(PIT_LANE,       0x2b7480, CYAN_,                CYAN_,    0,     D)
	LOOK(PLAYHEAD,       0xffffff, BRIGHT_ | WHITE_,     WHITE_,   B,     B)
	LOOK(BEHIND_LIVE,    0xffb02e, YELLOW_,              YELLOW_,  B,     B)
	LOOK(NOTICE,         0x9ecbff, BRIGHT_ | CYAN_,      CYAN_,    0,     B)
	LOOK(ERROR,          0xff6b60, BRIGHT_ | RED_,       RED_,     B,     B | U)
	LOOK(PROMPT,         0xffffff, BRIGHT_ | WHITE_,     WHITE_,   B,     B)
	LOOK(THRESHOLD,      0xff9e3d, YELLOW_,              YELLOW_,  B,     B)
	}},
	{.name = "light", .looks = {
	LOOK(TEXT,           NONE,     BLACK_,               BLACK_,   0,     0)
	LOOK(DIM,            0x6a737d, BRIGHT_ | BLACK_,     BLACK_,   0,     D)
	LOOK(RULE,           0xc2c9d1, WHITE_,               BLUE_,    0,     D)
	LOOK(HEADER,         0x6a737d, BRIGHT_ | BLACK_,     BLUE_,    0,     D)
	LOOK(TITLE,          0x10161d, BLACK_,               BLACK_,   B,     B)
	LOOK(STRONG,         0x10161d, BLACK_,               BLACK_,   B,     B)
	LOOK(KEY,            0x24292f, BLACK_,               BLACK_,   B,     B)
	LOOK(CLASS_BEST,     0x9a1fc9, MAGENTA_,             MAGENTA_, B,     B | U)
	LOOK(PERSONAL_BEST,  0x0f7a35, GREEN_,               GREEN_,   0,     U)
	LOOK(CHANGED,        0x000000, BLACK_,               BLACK_,   B,     B)
	LOOK(GAINED,         0x0f7a35, GREEN_,               GREEN_,   0,     0)
	LOOK(LOST,           0xa06a6a, RED_,                 RED_,     0,     D)
	LOOK(IN_PIT,         0x00778a, CYAN_,                CYAN_,    0,     B)
	LOOK(AT_RISK,        0xa85d00, RED_,                 YELLOW_,  B,     B)
	LOOK(NOT_CLASSIFIED, 0xc62a20, RED_,                 RED_,     0,     U)
	LOOK(STOPPED,        0xc62a20, RED_,                 RED_,     0,     B | U)
	LOOK(INVITED,        0x8a6500, YELLOW_,              YELLOW_,  B,     B)
	LOOK(GUESS,          0x57606a, BRIGHT_ | BLACK_,     BLACK_,   I,     D | I)
	LOOK(CLASS_1,        0x0b5cc4, BLUE_,                BLUE_,    0,     0)
	LOOK(CLASS_2,        0xb8327f, MAGENTA_,             MAGENTA_, 0,     0)
	LOOK(CLASS_3,        0x9c5410, YELLOW_,              YELLOW_,  0,     0)
	LOOK(CLASS_4,        0x4a7a3a, GREEN_,               GREEN_,   0,     0)
	LOOK(CLASS_5,        0x5a48c8, BRIGHT_ | BLUE_,      BLUE_,    0,     0)
	LOOK(CLASS_6,        0x667000, CYAN_,                CYAN_,    0,     0)
	LOOK(FLAG_UNKNOWN,   0x6a737d, BRIGHT_ | BLACK_,     BLACK_,   0,     D)
	LOOK(FLAG_GREEN,     0x1a8a3a, GREEN_,               GREEN_,   0,     0)
	LOOK(FLAG_YELLOW,    0x9a7400, YELLOW_,              YELLOW_,  B,     B)
	LOOK(FLAG_SC,        0xb56200, YELLOW_,              YELLOW_,  B,     B)
	LOOK(FLAG_RED,       0xd0221a, RED_,                 RED_,     B,     B)
	LOOK(FLAG_FINISH,    0x10161d, BLACK_,               BLACK_,   B,     B)
	LOOK(TRACK,          0x8c959f, BRIGHT_ | BLACK_,     BLACK_,   0,     D)
	LOOK(PIT_LANE,       0x4a9aa8, CYAN_,                CYAN_,    0,     D)
	LOOK(PLAYHEAD,       0x000000, BLACK_,               BLACK_,   B,     B)
	LOOK(BEHIND_LIVE,    0xa85d00, RED_,                 YELLOW_,  B,     B)
	LOOK(NOTICE,         0x0b5cc4, BLUE_,                BLUE_,    0,     B)
	LOOK(ERROR,          0xc62a20, RED_,                 RED_,     B,     B | U)
	LOOK(PROMPT,         0x000000, BLACK_,               BLACK_,   B,     B)
	LOOK(THRESHOLD,      0xb35000, RED_,                 YELLOW_,  B,     B)
	}},
};
/* clang-format on */

const struct theme *theme_by_name(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(themes); i++)
		if (slice_eq(name, slice_of(themes[i].name)))
			return &themes[i];
	return NULL;
}
