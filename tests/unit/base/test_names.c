/*
 * test_names.c -- people and classes, shortened by rule
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "pitwall/base.h"

static const struct {
	const char *name, *whole, *initial, *surname, *code;
} people[] = {
	{"Seiji Ara", "Seiji Ara", "S. Ara", "Ara", "ARA"},
	{"Kamui Kobayashi", "Kamui Kobayashi", "K. Kobayashi", "Kobayashi", "KOB"},
	/* Shouted surnames, and all of it. */
	{"Patrick PILET", "Patrick Pilet", "P. Pilet", "Pilet", "PIL"},
	{"FIONA KINDNESS", "Fiona Kindness", "F. Kindness", "Kindness", "KIN"},
	{"Sébastien BOURDAIS", "Sébastien Bourdais", "S. Bourdais", "Bourdais", "BOU"},
	{"Émile ÉTÉ", "Émile Été", "É. Été", "Été", "ETE"},
	{"E\u0301mile ZOLA", "E\u0301mile Zola", "E\u0301. Zola", "Zola", "ZOL"},
	/* Several given names, when the surname is shouted. */
	{"José María LÓPEZ", "José María López", "J. M. López", "López", "LOP"},
	/* Particles. */
	{"Nyck DE VRIES", "Nyck De Vries", "N. De Vries", "De Vries", "DEV"},
	{"Nyck de VRIES", "Nyck de Vries", "N. de Vries", "de Vries", "DEV"},
	{"Giedo van der Garde", "Giedo van der Garde", "G. van der Garde",
	 "van der Garde", "VDG"},
	{"Renger VAN DER ZANDE", "Renger Van Der Zande", "R. Van Der Zande",
	 "Van Der Zande", "VAN"},
	{"Jérôme d'Ambrosio", "Jérôme d'Ambrosio", "J. d'Ambrosio", "d'Ambrosio",
	 "DAM"},
	{"Pato O'WARD", "Pato O'Ward", "P. O'Ward", "O'Ward", "OWA"},
	/* Hyphens, suffixes. */
	{"Jan SMITH-JONES III", "Jan Smith-Jones III", "J. Smith-Jones III",
	 "Smith-Jones III", "SMI"},
	{"Jean-Éric VERGNE", "Jean-Éric Vergne", "J. Vergne", "Vergne", "VER"},
	{"Al Unser Jr", "Al Unser Jr", "A. Unser Jr", "Unser Jr", "UNS"},
	{"Al Unser, Jr.", "Al Unser Jr.", "A. Unser Jr.", "Unser Jr.", "UNS"},
	/* Initials instead of a given name. */
	{"PJ HYETT", "PJ Hyett", "P. Hyett", "Hyett", "HYE"},
	{"AJ Foyt", "AJ Foyt", "A. Foyt", "Foyt", "FOY"},
	{"J. Lammers", "J. Lammers", "J. Lammers", "Lammers", "LAM"},
	/* The surname first. */
	{"ARA, Seiji", "Seiji Ara", "S. Ara", "Ara", "ARA"},
	{"van der Garde, Giedo", "Giedo van der Garde", "G. van der Garde",
	 "van der Garde", "VDG"},
	{"KOBAYASHI Kamui", "Kamui Kobayashi", "K. Kobayashi", "Kobayashi", "KOB"},
	{"DE VRIES Nyck", "Nyck De Vries", "N. De Vries", "De Vries", "DEV"},
	/* Single names. */
	{"Kaufmann", "Kaufmann", "Kaufmann", "Kaufmann", "KAU"},
	{"Ho", "Ho", "Ho", "Ho", "HO"},
	{"7", "7", "7", "7", "7"},
	{"", "", "", "", ""},
	{"  Mark   Webber ", "Mark Webber", "M. Webber", "Webber", "WEB"},
	/* Other scripts. */
	{"Михаил АЛЁШИН", "Михаил Алёшин", "М. Алёшин", "Алёшин", "АЛЁ"},
	{"[r] Anna SMITH", "[r] Anna Smith", "A. Smith", "Smith", "SMI"},
	{"周冠宇", "周冠宇", "周冠宇", "周冠宇", "周"},
	{"中嶋 一貴", "中嶋 一貴", "中嶋 一貴", "中嶋", "中嶋"},
	{"한국 사람", "한국 사람", "한국 사람", "한국", "한국"},
};

static void check(const char *name, enum person_form form, const char *wanted)
{
	char text[80];
	size_t len = text_person(text, sizeof(text), slice_of(name), form);
	assert_string_equal(text, wanted);
	assert_int_equal(len, strlen(wanted));
}

static void a_person_has_four_forms(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(people); i++) {
		check(people[i].name, PERSON_WHOLE, people[i].whole);
		check(people[i].name, PERSON_INITIAL, people[i].initial);
		check(people[i].name, PERSON_SURNAME, people[i].surname);
		check(people[i].name, PERSON_CODE, people[i].code);
	}
}

static void the_longest_form_that_fits_is_taken(void **state)
{
	static const struct {
		int w;
		const char *text;
	} rows[] = {{20, "Kamui Kobayashi"},
		    {15, "Kamui Kobayashi"},
		    {14, "K. Kobayashi"},
		    {12, "K. Kobayashi"},
		    {11, "Kobayashi"},
		    {8, "KOB"},
		    {3, "KOB"}};
	char text[80];
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(text_person_fit(text, sizeof(text),
					    SLICE("Kamui KOBAYASHI"), PERSON_WHOLE,
					    rows[i].w) > 0);
		assert_string_equal(text, rows[i].text);
	}
	assert_int_equal(text_person_fit(text, sizeof(text), SLICE("Kamui KOBAYASHI"),
					 PERSON_WHOLE, 2),
			 0);
	(void)text_person_fit(text, sizeof(text), SLICE("Kamui KOBAYASHI"),
			      PERSON_INITIAL, 20);
	assert_string_equal(text, "K. Kobayashi");
}

/* No form is cut in a character, and none is written beyond its buffer. */
static void a_small_buffer_cuts_between_characters(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(people); i++) {
		for (size_t cap = 1; cap < 40; cap++) {
			char text[41];
			memset(text, '#', sizeof(text));
			size_t len = text_person(text, cap, slice_of(people[i].name),
						 PERSON_WHOLE);
			assert_true(len < cap);
			assert_int_equal(text[cap], '#');
			for (size_t k = 0; k < len;) {
				uint32_t cp;
				k += utf8_decode(text + k, len - k, &cp);
				assert_int_not_equal(cp, 0xfffd);
			}
		}
	}
}

static void a_class_is_shortened_to_what_people_call_it(void **state)
{
	static const struct {
		const char *name;
		int w;
		const char *text;
	} rows[] = {
		{"HYPERCAR", 8, "HYPERCAR"},
		{"HYPERCAR", 7, "HYPER"},
		{"Hypercar", 4, "HY"},
		{"LMP900", 5, "P900"},
		{"LMP675", 4, "P675"},
		{"LMGTP", 4, "GTP"},
		{"LMGT3", 3, "GT3"},
		{"LMP2", 2, "P2"},
		{"LMP2 Pro/Am", 6, "P2 P/A"},
		{"LMP2 PRO-AM", 4, "P2PA"},
		{"GTD PRO", 5, "GTDP"},
		{"LMGTE Am", 6, "GTE Am"},
		{"LMGTE_AM", 5, "GTEA"},
		{"Modsports A2", 12, "Modsports A2"},
		{"Modsports A2", 8, "Mods. A2"},
		{"Modsports A2", 5, "M. A2"},
		{"Supertouring", 8, "Supertouring"},
	};
	char text[40];
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = text_class_fit(text, sizeof(text), slice_of(rows[i].name),
					    rows[i].w);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(len, strlen(rows[i].text));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_person_has_four_forms),
		cmocka_unit_test(the_longest_form_that_fits_is_taken),
		cmocka_unit_test(a_small_buffer_cuts_between_characters),
		cmocka_unit_test(a_class_is_shortened_to_what_people_call_it),
	};
	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
