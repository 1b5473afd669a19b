/*
 * test_themes.c -- the themes that are shipped: what differs in meaning differs to the
 * eye, in every palette and for every eye they are made for; and files of people's own
 */
#include "../session/fixture.h"

#include <errno.h>

#include "../../scratch.h"
#include "colours.h"
#include "pitwall/assets.h"

/* Which grounds a theme is for, and for whom. */
static const struct {
	const char *name;
	int32_t grounds[2];
	double words, lines; /* least contrast */
	bool every_sight;
} shipped[] = {
	{"dark", {0x000000, 0x1e1e1e}, 4.5, 3., false},
	{"light", {0xffffff, 0xffffff}, 4.5, 3., false},
	{"high-contrast", {0x000000, 0x000000}, 7., 7., false},
	{"colour-blind", {0x000000, 0x1e1e1e}, 4.5, 3., true},
	{"colour-blind-light", {0xffffff, 0xffffff}, 4.5, 3., true},
};

/* Least differences (CIEDE2000): at a glance; where an attribute helps; where a cone is
 * missing; in the steps of 256. */
static const double at_a_glance = 10., with_attribute = 5., without_cone = 8.,
		    of_steps = 7., of_steps_with_attribute = 4.;

/* Meanings that may stand in the same place, where no sign in the text tells them
 * apart. */
static const uint8_t pairs[][2] = {
	{ROLE_TEXT, ROLE_DIM},
	{ROLE_TEXT, ROLE_CHANGED},
	{ROLE_TEXT, ROLE_CLASS_BEST},
	{ROLE_TEXT, ROLE_PERSONAL_BEST},
	{ROLE_TEXT, ROLE_GUESS},
	{ROLE_TEXT, ROLE_AT_RISK},
	{ROLE_TEXT, ROLE_NOT_CLASSIFIED},
	{ROLE_TEXT, ROLE_INVITED},
	{ROLE_TEXT, ROLE_IN_PIT},
	{ROLE_TEXT, ROLE_STOPPED},
	{ROLE_TEXT, ROLE_NOTICE},
	{ROLE_TEXT, ROLE_ERROR},
	{ROLE_CLASS_BEST, ROLE_PERSONAL_BEST},
	{ROLE_CLASS_BEST, ROLE_CHANGED},
	{ROLE_CLASS_BEST, ROLE_GUESS},
	{ROLE_PERSONAL_BEST, ROLE_CHANGED},
	{ROLE_PERSONAL_BEST, ROLE_GUESS},
	{ROLE_CHANGED, ROLE_GUESS},
	{ROLE_CHANGED, ROLE_DIM},
	{ROLE_AT_RISK, ROLE_NOT_CLASSIFIED},
	{ROLE_AT_RISK, ROLE_GUESS},
	{ROLE_NOT_CLASSIFIED, ROLE_GUESS},
	{ROLE_NOT_CLASSIFIED, ROLE_INVITED},
	{ROLE_IN_PIT, ROLE_STOPPED},
	{ROLE_IN_PIT, ROLE_DIM},
	{ROLE_IN_PIT, ROLE_GUESS},
	{ROLE_STOPPED, ROLE_DIM},
	{ROLE_NOTICE, ROLE_ERROR},
	{ROLE_FLAG_GREEN, ROLE_FLAG_SC},
	{ROLE_FLAG_GREEN, ROLE_FLAG_YELLOW},
	{ROLE_TRACK, ROLE_PLAYHEAD},
	{ROLE_RULE, ROLE_PLAYHEAD},
};

/* Those that a sign tells apart as well (the flags of the scrub bar, the class beside
 * its car, "invited"): in colours alone. */
static const uint8_t signed_pairs[][2] = {
	{ROLE_AT_RISK, ROLE_INVITED},          {ROLE_FLAG_UNKNOWN, ROLE_FLAG_GREEN},
	{ROLE_FLAG_UNKNOWN, ROLE_FLAG_YELLOW}, {ROLE_FLAG_UNKNOWN, ROLE_FLAG_SC},
	{ROLE_FLAG_UNKNOWN, ROLE_FLAG_RED},    {ROLE_FLAG_GREEN, ROLE_FLAG_RED},
	{ROLE_FLAG_GREEN, ROLE_FLAG_FINISH},   {ROLE_FLAG_YELLOW, ROLE_FLAG_SC},
	{ROLE_FLAG_YELLOW, ROLE_FLAG_RED},     {ROLE_FLAG_SC, ROLE_FLAG_RED},
	{ROLE_TRACK, ROLE_PIT_LANE},           {ROLE_BEHIND_LIVE, ROLE_FLAG_GREEN},
};

static void theme_of(const char *name, struct theme *theme)
{
	struct err err = {""};
	if (theme_load(name, theme, &err) != 0)
		fail_msg("%s", err.text);
}

static int32_t colour(const struct theme *theme, unsigned role)
{
	int32_t fg = theme->looks[role].fg;
	return fg < 0 ? theme->ink : fg;
}

static void differ(const struct theme *theme, unsigned a, unsigned b, bool every_sight)
{
	const struct look *x = &theme->looks[a], *y = &theme->looks[b];
	bool helped = x->attributes != y->attributes;
	for (int sight = 0; sight <= (every_sight ? SIGHT_TRITANOPIA : 0); sight++) {
		double least = sight != SIGHT_USUAL ? without_cone
			       : helped             ? with_attribute
						    : at_a_glance;
		double is = colour_difference(colour(theme, a), colour(theme, b),
					      (enum sight)sight);
		if (is < least)
			fail_msg("%s: %s and %s differ by %.1f, not %.0f (sight %d)",
				 theme->name, role_name((enum role)a),
				 role_name((enum role)b), is, least, sight);
	}
	double is = colour_difference(colour_of_256(theme_near_256(colour(theme, a))),
				      colour_of_256(theme_near_256(colour(theme, b))),
				      SIGHT_USUAL);
	if (is < (helped ? of_steps_with_attribute : of_steps))
		fail_msg("%s: %s and %s differ by %.1f in 256 colours", theme->name,
			 role_name((enum role)a), role_name((enum role)b), is);
}

static void what_differs_in_meaning_differs_to_the_eye(void **state)
{
	struct theme theme;
	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(shipped); n++) {
		bool all = shipped[n].every_sight;
		theme_of(shipped[n].name, &theme);
		for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
			differ(&theme, pairs[i][0], pairs[i][1], all);
		for (size_t i = 0; i < ARRAY_LEN(signed_pairs); i++)
			differ(&theme, signed_pairs[i][0], signed_pairs[i][1], all);
		for (unsigned i = 0; i < 6; i++)
			for (unsigned k = 0; k < i; k++)
				differ(&theme, ROLE_CLASS_1 + i, ROLE_CLASS_1 + k, all);
	}
}

/* The terminal's own colour is white on dark and black on white. */
static unsigned code(const struct theme *theme, unsigned role, bool sixteen)
{
	const struct look *look = &theme->looks[role];
	unsigned own = colour_contrast(theme->paper, 0) < 10. ? 7 : 0;
	return look->fg < 0 ? own : sixteen ? look->fg16 : look->fg8;
}

static void what_must_be_told_apart_is_told_apart_by_few_colours_and_none(void **state)
{
	struct theme theme;
	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(shipped); n++) {
		theme_of(shipped[n].name, &theme);
		for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
			unsigned a = pairs[i][0], b = pairs[i][1];
			const struct look *x = &theme.looks[a], *y = &theme.looks[b];
			bool in16 = code(&theme, a, true) != code(&theme, b, true) ||
				    x->attributes != y->attributes;
			bool in8 = code(&theme, a, false) != code(&theme, b, false) ||
				   x->attributes8 != y->attributes8;
			/* A flag has its sign on the bar, and its name in the title. */
			bool bare = a < ROLE_FLAG_UNKNOWN || a > ROLE_FLAG_FINISH;
			bool mono = x->mono != y->mono || !bare;
			if (!in16 || !in8 || !mono)
				fail_msg("%s: %s and %s look the same in %s",
					 theme.name, role_name((enum role)a),
					 role_name((enum role)b),
					 !in16  ? "16"
					 : !in8 ? "8"
						: "mono");
		}
		for (unsigned i = 0; i < 6; i++)
			for (unsigned k = 0; k < i; k++) {
				unsigned a = ROLE_CLASS_1 + i, b = ROLE_CLASS_1 + k;
				assert_int_not_equal(code(&theme, a, true),
						     code(&theme, b, true));
				assert_int_not_equal(code(&theme, a, false),
						     code(&theme, b, false));
			}
	}
}

static bool is_line(unsigned role)
{
	return role == ROLE_TRACK || role == ROLE_PIT_LANE;
}

static void every_word_can_be_read_on_the_grounds_of_its_theme(void **state)
{
	struct theme theme;
	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(shipped); n++) {
		theme_of(shipped[n].name, &theme);
		for (unsigned role = 0; role < ROLE_COUNT; role++)
			for (unsigned g = 0; g < 2 && role != ROLE_RULE; g++) {
				double least = is_line(role) ? shipped[n].lines
							     : shipped[n].words;
				double is = colour_contrast(colour(&theme, role),
							    shipped[n].grounds[g]);
				if (is < least)
					fail_msg("%s: %s has a contrast of %.2f on "
						 "%06x, not %.1f",
						 theme.name, role_name((enum role)role),
						 is, (unsigned)shipped[n].grounds[g],
						 least);
			}
	}
}

/* Nothing is white on white, or black on black: also where there are few colours, whatever
 * white the terminal's palette has. */
static void no_colour_is_that_of_the_ground(void **state)
{
	struct theme theme;
	(void)state;
	for (size_t n = 0; n < ARRAY_LEN(shipped); n++) {
		theme_of(shipped[n].name, &theme);
		bool light = shipped[n].grounds[0] == 0xffffff;
		for (unsigned role = 0; role < ROLE_COUNT; role++) {
			const struct look *look = &theme.looks[role];
			bool lost = light ? look->fg16 == 7 || look->fg16 == 15 ||
						    look->fg8 == 7
					  : look->fg16 == 0 || look->fg8 == 0;
			if (look->fg >= 0 && look->bg < 0 &&
			    (lost || colour_contrast(colour(&theme, role),
						     shipped[n].grounds[0]) < 1.5))
				fail_msg("%s: %s is lost on its ground", theme.name,
					 role_name((enum role)role));
		}
	}
}

static double distance(int32_t a, int32_t b)
{
	double sum = 0;
	for (int shift = 0; shift <= 16; shift += 8) {
		double d = (a >> shift & 255) - (b >> shift & 255);
		sum += d * d;
	}
	return sum;
}

static void colours_of_256_are_near_the_true_ones(void **state)
{
	(void)state;
	for (int32_t rgb = 0; rgb <= 0xffffff; rgb += 0x030507) {
		int32_t mine = colour_of_256(theme_near_256(rgb));
		double best = 1e9;
		assert_true(theme_near_256(rgb) >= 16);
		for (int n = 16; n < 256; n++)
			best = distance(rgb, colour_of_256(n)) < best
				       ? distance(rgb, colour_of_256(n))
				       : best;
		/* A step of the cube beside the best is still the same colour. */
		if (distance(rgb, mine) > best + 3. * 24. * 24.)
			fail_msg("%06x is shown as %06x", (unsigned)rgb,
				 (unsigned)mine);
	}
	assert_int_equal(theme_near_16(0xff1010), 9);
	assert_int_equal(theme_near_16(0x808080), 8);
	assert_int_equal(theme_near_8(0x10c810), 2);
}

/* Pairs of the paper that describes the formula. */
static void differences_are_those_of_the_formula(void **state)
{
	static const struct {
		double a[3], b[3], is;
	} cases[] = {
		{{50., 2.6772, -79.7751}, {50., 0., -82.7485}, 2.0425},
		{{50., 2.5, 0.}, {73., 25., -18.}, 27.1492},
		{{50., 2.5, 0.}, {61., -5., 29.}, 22.8977},
		{{50., 0., 0.}, {50., -1., 2.}, 2.3669},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		double is = lab_difference(cases[i].a, cases[i].b);
		if (is < cases[i].is - 1e-4 || is > cases[i].is + 1e-4)
			fail_msg("case %zu: %.4f, not %.4f", i, is, cases[i].is);
	}
	assert_true(colour_contrast(0, 0xffffff) > 20.99);
}

static void the_manual_names_every_role(void **state)
{
	char text[16384], where[1024];
	struct err err;
	(void)state;
	assert_int_equal(asset_path("man/pitwall-config.5", where, sizeof(where), &err),
			 0);
	FILE *file = fopen(where, "r");
	assert_non_null(file);
	size_t len = fread(text, 1, sizeof(text) - 1, file);
	assert_int_equal(fclose(file), 0);
	text[len] = '\0';
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		char name[64] = ".Li ";
		size_t n = 4;
		for (const char *p = role_name((enum role)role); *p != '\0'; p++) {
			if (*p == '-')
				name[n++] = '\\';
			name[n++] = *p;
		}
		text_copy(name + n, sizeof(name) - n, SLICE(" "));
		assert_says(text, name);
	}
}

/* ---- files of people's own ------------------------------------------------------ */

static char path[SCRATCH_MAX + 8];

static const char *file_of(const char *text)
{
	char name[SCRATCH_MAX];
	scratch_name(name, "theme");
	text_format(path, sizeof(path), "%s.ini", name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return path;
}

static void what_a_file_leaves_out_is_as_in_the_theme_it_is_like(void **state)
{
	struct theme dark, light, mine;
	(void)state;
	theme_of("dark", &dark);
	theme_of("light", &light);
	theme_of(file_of("[roles]\nerror = #FF0000\n"), &mine);
	assert_int_equal(mine.looks[ROLE_ERROR].fg, 0xff0000);
	assert_int_equal(mine.looks[ROLE_ERROR].fg16, 9);
	assert_int_equal(mine.looks[ROLE_ERROR].fg256, 196);
	assert_int_equal(mine.looks[ROLE_ERROR].attributes, 0);
	assert_int_equal(mine.looks[ROLE_ERROR].mono,
			 theme_plain.looks[ROLE_ERROR].mono);
	assert_memory_equal(&mine.looks[ROLE_DIM], &dark.looks[ROLE_DIM],
			    sizeof(struct look));
	assert_int_equal(remove(path), 0);
	(void)file_of("[theme]\nlike = light\nink = #010203\n[roles]\n"
		      "dim = #102030, blue, blue underline, bold italic, reverse\n");
	theme_of(path, &mine);
	assert_int_equal(mine.ink, 0x010203);
	assert_int_equal(mine.paper, light.paper);
	assert_int_equal(mine.looks[ROLE_DIM].attributes, LOOK_BOLD | LOOK_ITALIC);
	assert_int_equal(mine.looks[ROLE_DIM].attributes8,
			 LOOK_BOLD | LOOK_ITALIC | LOOK_UNDERLINE);
	assert_int_equal(mine.looks[ROLE_DIM].mono, LOOK_REVERSE);
	assert_int_equal(mine.looks[ROLE_ERROR].fg, light.looks[ROLE_ERROR].fg);
	assert_int_equal(remove(path), 0);
}

static void what_is_wrong_in_a_file_is_a_sentence_with_its_line(void **state)
{
	static const struct {
		const char *text, *words;
	} cases[] = {
		{"[roles]\nerror = red\n",
		 "line 2: \"red\" is no colour: write #RRGGBB"},
		{"[roles]\n\nerror = #ff00g0\n", "line 3: \"#ff00g0\" is no colour"},
		{"[roles]\nerror = #ff0000, crimson\n", "not one of the 16 colours"},
		{"[roles]\nerror = #ff0000, red, bright-red\n",
		 "not one of the 8 colours"},
		{"[roles]\nerror = #ff0000, red, red, loud\n", "no attribute"},
		{"[roles]\nerror = own, red, red, dim, dim, dim\n", "more than five"},
		{"[roles]\nerror = own\nerror = own\n",
		 "line 3: \"error\" occurs twice"},
		{"[roles]\nalarm = #ff0000\n", "there is no role \"alarm\""},
		{"[theme]\ncolour = blue\n", "an unknown key"},
		{"error = #ff0000\n", "outside of the sections"},
		{"[theme]\nlike = plaid\n", "no theme of the program is called that"},
		{"[roles]\nerror\n", "line 2: neither"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct theme theme;
		struct err err = {""};
		assert_int_equal(theme_load(file_of(cases[i].text), &theme, &err),
				 -EINVAL);
		assert_says(err.text, cases[i].words);
		assert_says(err.text, path);
		assert_int_equal(remove(path), 0);
	}
}

static void without_files_the_console_does_without_colours(void **state)
{
	struct options options = {0};
	struct theme theme;
	struct err err = {""};
	(void)state;
	options.theme = file_of("[roles]\nerror = red\n");
	assert_int_equal(theme_option(options.theme, &theme, &err), -EINVAL);
	options.theme = "plaid";
	assert_int_equal(theme_option(options.theme, &theme, &err), -ENOENT);
	assert_says(err.text,
		    "plaid: there is no such theme; there are colour-blind, ");
	options.theme = NULL;
	assert_int_equal(theme_option(options.theme, &theme, &err), 0);
	assert_string_equal(theme.name, "dark");
	assert_int_equal(remove(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_in_meaning_differs_to_the_eye),
		cmocka_unit_test(
			what_must_be_told_apart_is_told_apart_by_few_colours_and_none),
		cmocka_unit_test(every_word_can_be_read_on_the_grounds_of_its_theme),
		cmocka_unit_test(no_colour_is_that_of_the_ground),
		cmocka_unit_test(colours_of_256_are_near_the_true_ones),
		cmocka_unit_test(differences_are_those_of_the_formula),
		cmocka_unit_test(the_manual_names_every_role),
		cmocka_unit_test(what_a_file_leaves_out_is_as_in_the_theme_it_is_like),
		cmocka_unit_test(what_is_wrong_in_a_file_is_a_sentence_with_its_line),
		cmocka_unit_test(without_files_the_console_does_without_colours),
	};
	return cmocka_run_group_tests_name("themes", tests, NULL, NULL);
}
