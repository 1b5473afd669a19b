/*
 * course_car.c -- pace, safety, medical and course cars by their names
 *
 * Timing systems give them an entry like any other car. Only the whole text counts, so a
 * driver named Pace competes.
 */
#include "pitwall/base.h"

#include <string.h>

/* Lower case without blanks, signs, digits and accents. */
static const char *const course_names[] = {
	"pacecar",
	"pacecars",
	"safetycar",
	"safetycars",
	"coursecar",
	"coursecars",
	"medicalcar",
	"doctorcar",
	"doctorscar",
	"interventioncar",
	"firstinterventioncar",
	"fastinterventioncar",
	"rescuecar",
	"recoverycar",
	"officialcar",
	"officialcars",
	"leadcar",
	"leadingcar",
	"controlcar",
	"trackcar",
	"chasecar",
	"extricationcar",
	"pacetruck",
	"safetytruck",
	"pacevehicle",
	"safetyvehicle",
	"coursevehicle",
	"sicherheitsfahrzeug",
	"sicherheitswagen",
	"sicherheitsauto",
	"fuhrungsfahrzeug",
	"fuehrungsfahrzeug",
	"fuhrungswagen",
	"streckenfahrzeug",
	"streckensicherung",
	"rennleitung",
	"rennleitungsfahrzeug",
	"arztwagen",
	"notarzt",
	"voituredesecurite",
	"voiturepilote",
	"voituredetete",
	"voituremedicale",
	"voitureouvreuse",
	"voituredintervention",
	"voituredirection",
	"voituresdesecurite",
	"directiondecourse",
	"vetturadisicurezza",
	"autodisicurezza",
	"macchinadisicurezza",
	"autostaffetta",
	"apripista",
	"automedica",
	"direzionegara",
	"cochedeseguridad",
	"autodeseguridad",
	"vehiculodeseguridad",
	"cochemedico",
	"direcciondecarrera",
	"carrodeseguranca",
	"carromedico",
	"carromadrinha",
	"veiligheidswagen",
	"veiligheidsauto",
	"sakerhetsbil",
	"sikkerhetsbil",
	"sikkerhedsbil",
	"turvaauto",
	"samochodbezpieczenstwa",
	"bezpecnostnivuz",
	"biztonsagiauto",
	"セーフティカー",
	"ペースカー",
	"安全车",
};

/* As a number or a class these need no "car". */
static const char *const course_words[] = {"pace", "safety", "medical", "marshal",
					   "intervention"};

/* "Porsche Safety Car": what may stand behind a make. */
static const char *const course_ends[] = {" pace car", " safety car", " course car",
					  " medical car"};

/* U+00C0 to U+00FF without their accents; '-' is no letter. */
static const char plain_letters[] =
	"aaaaaaaceeeeiiiidnooooo-ouuuuypsaaaaaaaceeeeiiiidnooooo-ouuuuypy";

/* The letters of @text alone; returns their number. */
static size_t course_letters(struct slice text, char *out, size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < text.len && n + 1 < cap; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		if (c == 0xc3 && i + 1 < text.len) {
			unsigned char next = (unsigned char)text.at[++i];
			c = (unsigned char)plain_letters[next & 0x3f];
		}
		if ((c >= 'a' && c <= 'z') || c >= 0x80)
			out[n++] = (char)c;
	}
	out[n] = '\0';
	return n;
}

static bool course_ends_so(struct slice text)
{
	for (size_t i = 0; i < ARRAY_LEN(course_ends); i++) {
		size_t len = strlen(course_ends[i]);
		struct slice end = {text.at + text.len - len, len};
		if (text.len > len && slice_eq_nocase(end, slice_of(course_ends[i])))
			return true;
	}
	return false;
}

bool text_is_course_car(struct slice text, bool one_word)
{
	char letters[64];
	if (text.len >= sizeof(letters) || course_letters(text, letters, 64) == 0)
		return false;
	for (size_t i = 0; i < ARRAY_LEN(course_names); i++)
		if (strcmp(letters, course_names[i]) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(course_words) && one_word; i++)
		if (strcmp(letters, course_words[i]) == 0)
			return true;
	return course_ends_so(text);
}
