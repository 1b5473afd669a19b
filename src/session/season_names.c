/*
 * season_names.c -- one spelling for each driver, team, make and car of a season
 *
 *  (1) A name has a key: its words in small ASCII letters, sorted. Equal keys are one name.
 *  (2) The table of the season file decides; a name that is in it is never joined by guess.
 *  (3) A driver who is new is one of the car's crew when the names are alike and another of
 *      the crew is in the car, or it has no other driver. A team is that of the car when the crew
 *      agrees. A car is another one when its team and its crew are, and the other one is not
 *      in the round. Each is a note.
 *  (4) Names that are alike in different cars are not joined: a note asks.
 */
#include "season_names.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = 64, WORDS_MAX = 8, CREW_MAX = 16, CARS_MAX = 512 };

struct season_known {
	char key[KEY_MAX];
	uint32_t hash;    /* of the key: most keys differ in it */
	uint32_t letters; /* of the text of the name */
	uint16_t name;
	uint8_t kind;
};
/* A car of earlier rounds. */
struct season_crew {
	uint16_t car, team;
	uint8_t class_index, count;
	uint16_t drivers[CREW_MAX];
};
struct season_namer {
	unsigned count, crew_count;
	struct season_known known[SEASON_NAMES_MAX];
	struct season_crew crews[CARS_MAX];
	/* Keys of the spellings of the plan. */
	struct {
		char right[KEY_MAX], other[KEY_MAX];
	} spellings[SEASON_SPELLINGS_MAX];
};

size_t season_namer_size(void)
{
	return sizeof(struct season_namer);
}

void season_note(struct season_loaded *loaded, enum season_note_kind kind,
		 unsigned round, const char *fmt, ...)
{
	if (loaded->note_count == SEASON_NOTES_MAX) {
		loaded->notes_lost++;
		return;
	}
	struct season_note *note = &loaded->notes[loaded->note_count];
	va_list args;
	va_start(args, fmt);
	vsnprintf(note->text, sizeof(note->text), fmt, args);
	va_end(args);
	note->kind = (uint8_t)kind;
	note->round = (uint8_t)round;
	for (unsigned i = 0; i < loaded->note_count; i++)
		if (strcmp(loaded->notes[i].text, note->text) == 0)
			return;
	loaded->note_count++;
}

/* ---- keys ------------------------------------------------------------------------- */

/* The words of a name in small ASCII letters, in their order; what is behind a comma is in
 * front. */
struct key_words {
	char text[KEY_MAX];
	struct slice at[WORDS_MAX];
	unsigned count;
};

static void plain_letters(char *out, size_t cap, struct slice text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.len && n + 1 < cap;) {
		uint32_t cp = 0;
		i += utf8_decode(text.at + i, text.len - i, &cp);
		char c = cp < 0x80 ? (char)cp : cp_ascii(cp);
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 'a' - 'A');
		bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			      c == '?' || c == '\'';
		if (c != '\'')
			out[n++] = letter ? c : ' ';
	}
	out[n] = '\0';
}

static void name_split(struct key_words *words, const char *name)
{
	char turned[2 * SEASON_NAME_MAX + 2];
	const char *comma = strchr(name, ',');
	if (comma)
		text_format(turned, sizeof(turned), "%s %.*s", comma + 1,
			    (int)(comma - name), name);
	plain_letters(words->text, sizeof(words->text),
		      slice_of(comma ? turned : name));
	words->count = 0;
	struct slice rest = slice_of(words->text);
	while (rest.len > 0 && words->count < WORDS_MAX) {
		struct slice word = slice_cut(&rest, ' ');
		if (word.len > 0)
			words->at[words->count++] = word;
	}
}

static int slice_order(struct slice a, struct slice b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = memcmp(a.at, b.at, len);
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* (1) */
static void name_key(char key[KEY_MAX], const char *name)
{
	struct key_words words;
	size_t n = 0;
	name_split(&words, name);
	for (unsigned i = 1; i < words.count; i++) {
		struct slice word = words.at[i];
		unsigned at = i;
		for (; at > 0 && slice_order(word, words.at[at - 1]) < 0; at--)
			words.at[at] = words.at[at - 1];
		words.at[at] = word;
	}
	key[0] = '\0';
	for (unsigned i = 0; i < words.count; i++)
		n += text_format(key + n, KEY_MAX - n, "%s%.*s", i ? " " : "",
				 (int)words.at[i].len, words.at[i].at);
	/* Other scripts have no ASCII letters. */
	if (words.count == 0 || strchr(key, '?'))
		text_copy(key, KEY_MAX, slice_of(name));
}

struct season_namer *season_namer_new(const struct season_plan *plan)
{
	struct season_namer *namer = calloc(1, sizeof(*namer));
	for (unsigned i = 0; namer && i < plan->spelling_count; i++) {
		name_key(namer->spellings[i].right, plan->spellings[i].right);
		name_key(namer->spellings[i].other, plan->spellings[i].other);
	}
	return namer;
}

/* Every word of the shorter name begins one of the longer, in order: "K. Estre", "Estre". */
static bool name_is_short_of(const struct key_words *brief,
			     const struct key_words *full)
{
	unsigned at = 0;
	for (unsigned i = 0; i < brief->count; i++, at++) {
		while (at < full->count && !slice_starts(full->at[at], brief->at[i]))
			at++;
		if (at == full->count)
			return false;
	}
	return brief->count > 0 && brief->at[brief->count - 1].len > 2 &&
	       slice_eq(brief->at[brief->count - 1], full->at[full->count - 1]);
}

/* A bit for each letter of a name, and for its digits. */
static uint32_t name_letters(const char *name)
{
	char text[KEY_MAX];
	uint32_t letters = 0;
	plain_letters(text, sizeof(text), slice_of(name));
	for (const char *c = text; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			letters |= UINT32_C(1) << (*c - 'a');
		else if (*c != ' ')
			letters |= UINT32_C(1) << 31;
	return letters;
}

/* False: two names with these letters are not alike. Two changes of a letter change four bits
 * at most; the letters of a short form are in the other one. */
static bool letters_may_be_like(uint32_t a, uint32_t b)
{
	return __builtin_popcount(a ^ b) <= 4 || (a & b) == a || (a & b) == b;
}

static bool name_is_like(const char *a, const char *b)
{
	struct key_words of_a, of_b;
	name_split(&of_a, a);
	name_split(&of_b, b);
	if (of_a.count == 0 || of_b.count == 0)
		return false;
	if (name_is_short_of(&of_a, &of_b) || name_is_short_of(&of_b, &of_a))
		return true;
	return strlen(of_a.text) > 7 &&
	       text_distance(slice_of(of_a.text), slice_of(of_b.text)) <= 2;
}

/* The same surname and the same initial: "Nick Tandy", "Nicholas Tandy". */
static bool name_has_initials_of(const char *a, const char *b)
{
	struct key_words of_a, of_b;
	name_split(&of_a, a);
	name_split(&of_b, b);
	return of_a.count > 1 && of_b.count > 1 &&
	       of_a.at[0].at[0] == of_b.at[0].at[0] &&
	       slice_eq(of_a.at[of_a.count - 1], of_b.at[of_b.count - 1]);
}

bool season_same_driver(const char *a, const char *b)
{
	char key_a[KEY_MAX], key_b[KEY_MAX];
	name_key(key_a, a);
	name_key(key_b, b);
	return strcmp(key_a, key_b) == 0 || name_is_like(a, b) ||
	       name_has_initials_of(a, b);
}

/* ---- the table, and what is known --------------------------------------------------- */

/* (2) The right spelling; NULL: the table has nothing of it. */
static const char *season_table_name(const struct season_loaded *loaded, unsigned kind,
				     unsigned round, const char *name)
{
	const struct season_plan *plan = &loaded->plan;
	const struct season_namer *namer = loaded->namer;
	char key[KEY_MAX];
	name_key(key, name);
	for (unsigned i = 0; i < plan->spelling_count; i++) {
		const struct season_spelling *spelling = &plan->spellings[i];
		bool here =
			spelling->round == ROUND_BY_RULE || spelling->round == round;
		if (spelling->kind == kind && here && spelling->other[0] &&
		    strcmp(key, namer->spellings[i].other) == 0)
			return spelling->right;
	}
	for (unsigned i = 0; i < plan->spelling_count; i++)
		if (plan->spellings[i].kind == kind &&
		    strcmp(key, namer->spellings[i].right) == 0)
			return plan->spellings[i].right;
	return NULL;
}

static uint32_t key_hash(const char *key)
{
	return (uint32_t)hash_bytes(key, strlen(key), 1);
}

static uint16_t season_known_name(const struct season_namer *namer, unsigned kind,
				  const char *name)
{
	char key[KEY_MAX];
	name_key(key, name);
	uint32_t hash = key_hash(key);
	for (unsigned i = 0; i < namer->count; i++)
		if (namer->known[i].hash == hash && namer->known[i].kind == kind &&
		    strcmp(namer->known[i].key, key) == 0)
			return namer->known[i].name;
	return SEASON_NONE;
}

static uint16_t season_add_name(struct season_loaded *loaded, const char *name)
{
	uint16_t added = season_name(&loaded->season, slice_of(name));
	if (added == SEASON_NONE && name[0])
		season_note(loaded, NOTE_MISSING, ROUND_BY_RULE,
			    "there are more than %d names of drivers, teams, makes and "
			    "cars: the last ones have no points",
			    SEASON_NAMES_MAX);
	return added;
}

static uint16_t season_learn(struct season_loaded *loaded, unsigned kind,
			     const char *name, uint16_t as)
{
	struct season_namer *namer = loaded->namer;
	char shown[SEASON_NAME_MAX];
	bool person = kind == SPELLING_DRIVERS;
	if (!person ||
	    text_person(shown, sizeof(shown), slice_of(name), PERSON_WHOLE) == 0)
		text_copy(shown, sizeof(shown), slice_of(name));
	if (as == SEASON_NONE)
		as = season_add_name(loaded, shown);
	if (as == SEASON_NONE || namer->count == SEASON_NAMES_MAX)
		return as;
	struct season_known *known = &namer->known[namer->count++];
	name_key(known->key, name);
	known->hash = key_hash(known->key);
	known->letters = name_letters(season_name_text(&loaded->season, as));
	known->name = as;
	known->kind = (uint8_t)kind;
	return as;
}

/* By the table or the key; SEASON_NONE: new. */
static uint16_t season_find_name(struct season_loaded *loaded, unsigned kind,
				 unsigned round, const char *name)
{
	const char *right = season_table_name(loaded, kind, round, name);
	if (!right)
		return season_known_name(loaded->namer, kind, name);
	uint16_t found = season_known_name(loaded->namer, kind, right);
	if (found != SEASON_NONE)
		return found;
	found = season_add_name(loaded, right);
	return season_learn(loaded, kind, right, found);
}

static uint16_t season_take_name(struct season_loaded *loaded, unsigned kind,
				 unsigned round, const char *name)
{
	uint16_t found = season_find_name(loaded, kind, round, name);
	return found != SEASON_NONE || !name[0]
		       ? found
		       : season_learn(loaded, kind, name, SEASON_NONE);
}

uint8_t season_class_of(struct season_loaded *loaded, const char *name)
{
	struct season *season = &loaded->season;
	for (unsigned i = 0; i < season->class_count; i++)
		if (season_same_class(season->classes[i], name))
			return (uint8_t)i;
	return season_class(season, slice_of(name));
}

/* ---- cars --------------------------------------------------------------------------- */

void season_car_number(const struct season_loaded *loaded, unsigned round,
		       const char *number, char out[EVENT_ID_MAX + 1])
{
	const char *right = season_table_name(loaded, SPELLING_CARS, round, number);
	text_copy(out, EVENT_ID_MAX + 1, slice_of(right ? right : number));
}

static struct season_crew *season_crew_of(struct season_namer *namer, uint16_t car,
					  uint8_t class_index)
{
	for (unsigned i = 0; i < namer->crew_count; i++)
		if (namer->crews[i].car == car &&
		    namer->crews[i].class_index == class_index)
			return &namer->crews[i];
	return NULL;
}

static bool crew_has(const struct season_crew *crew, uint16_t driver)
{
	for (unsigned i = 0; i < crew->count; i++)
		if (crew->drivers[i] == driver)
			return true;
	return false;
}

static bool season_is_in_round(const struct season_loaded *loaded, unsigned round,
			       const struct season_says *says, uint16_t car)
{
	for (unsigned i = 0; i < says->count; i++) {
		char number[EVENT_ID_MAX + 1];
		season_car_number(loaded, round, says->cars[i].row.number, number);
		if (strcmp(number, season_name_text(&loaded->season, car)) == 0)
			return true;
	}
	return false;
}

/* (3) A car whose team and crew were in another number before; SEASON_NONE. */
static uint16_t season_guess_car(struct season_loaded *loaded, unsigned round,
				 const struct season_says *says,
				 const struct result_row *row, uint8_t class_index)
{
	const struct season_namer *namer = loaded->namer;
	uint16_t team = season_find_name(loaded, SPELLING_TEAMS, round, row->team);
	for (unsigned i = 0; i < namer->crew_count; i++) {
		const struct season_crew *crew = &namer->crews[i];
		unsigned same = 0;
		for (unsigned d = 0; d < row->driver_count; d++)
			same += crew_has(crew,
					 season_find_name(loaded, SPELLING_DRIVERS,
							  round, row->drivers[d]));
		if (crew->class_index == class_index && team != SEASON_NONE &&
		    crew->team == team && same > 0 && same == row->driver_count &&
		    !season_is_in_round(loaded, round, says, crew->car))
			return crew->car;
	}
	return SEASON_NONE;
}

static uint16_t season_name_number(struct season_loaded *loaded, unsigned round,
				   const struct season_says *says,
				   const struct result_row *row, uint8_t class_index)
{
	char number[EVENT_ID_MAX + 1];
	season_car_number(loaded, round, row->number, number);
	uint16_t car = season_add_name(loaded, number);
	if (season_crew_of(loaded->namer, car, class_index) ||
	    season_table_name(loaded, SPELLING_CARS, round, row->number))
		return car;
	uint16_t other = season_guess_car(loaded, round, says, row, class_index);
	if (other == SEASON_NONE)
		return car;
	season_note(loaded, NOTE_GUESSED, round,
		    "%s: car %s is car %s of the rounds before: the same team and crew "
		    "(\"%s =\" under [cars] keeps them apart)",
		    loaded->plan.rounds[round].name, number,
		    season_name_text(&loaded->season, other), number);
	return other;
}

/* ---- drivers and teams ------------------------------------------------------------------ */

/* (3) */
static uint16_t season_guess_driver(struct season_loaded *loaded, unsigned round,
				    const struct season_crew *crew,
				    const struct season_result *result,
				    const char *name)
{
	const struct season *season = &loaded->season;
	bool agrees = result->seat_count == 1;
	for (unsigned s = 0; crew && s < result->seat_count; s++)
		agrees |= crew_has(crew, result->seats[s].driver);
	for (unsigned i = 0; crew && agrees && i < crew->count; i++) {
		const char *known = season_name_text(season, crew->drivers[i]);
		bool seated = false;
		for (unsigned s = 0; s < result->seat_count; s++)
			seated |= result->seats[s].driver == crew->drivers[i];
		if (seated ||
		    !(name_is_like(known, name) || name_has_initials_of(known, name)))
			continue;
		season_note(loaded, NOTE_GUESSED, round,
			    "%s: \"%s\" of car %s is %s (to keep them apart, write "
			    "\"%s =\" under [drivers])",
			    loaded->plan.rounds[round].name, name,
			    season_name_text(season, result->car), known, name);
		return crew->drivers[i];
	}
	return SEASON_NONE;
}

/* (4) */
static void season_ask_driver(struct season_loaded *loaded, unsigned round,
			      uint16_t driver, const char *name)
{
	const struct season_namer *namer = loaded->namer;
	uint32_t letters = name_letters(name);
	for (unsigned i = 0; i < namer->count; i++) {
		const char *known =
			season_name_text(&loaded->season, namer->known[i].name);
		if (namer->known[i].kind != SPELLING_DRIVERS ||
		    namer->known[i].name == driver ||
		    !letters_may_be_like(namer->known[i].letters, letters) ||
		    !name_is_like(known, name))
			continue;
		season_note(loaded, NOTE_UNSURE, round,
			    "%s: \"%s\" may be %s of another car: they are two drivers "
			    "until [drivers] has \"%s = %s\"",
			    loaded->plan.rounds[round].name, name, known, known, name);
		return;
	}
}

static void season_name_drivers(struct season_loaded *loaded, unsigned round,
				const struct result_row *row, struct season_result *out)
{
	const struct season_crew *crew =
		season_crew_of(loaded->namer, out->car, out->class_index);
	out->seat_count = row->driver_count;
	for (unsigned i = 0; i < row->driver_count; i++)
		out->seats[i].driver = season_find_name(loaded, SPELLING_DRIVERS, round,
							row->drivers[i]);
	for (unsigned i = 0; i < row->driver_count; i++) {
		/* Once more: the name may be that of a driver who is new himself. */
		out->seats[i].driver = season_find_name(loaded, SPELLING_DRIVERS, round,
							row->drivers[i]);
		if (out->seats[i].driver != SEASON_NONE)
			continue;
		uint16_t as =
			season_guess_driver(loaded, round, crew, out, row->drivers[i]);
		out->seats[i].driver =
			season_learn(loaded, SPELLING_DRIVERS, row->drivers[i], as);
		if (as == SEASON_NONE)
			season_ask_driver(loaded, round, out->seats[i].driver,
					  row->drivers[i]);
	}
}

/* Who is listed twice in a car is in it once, with the time of both. */
static void season_join_seats(struct season_loaded *loaded, unsigned round,
			      struct season_result *out)
{
	for (unsigned i = 1; i < out->seat_count; i++) {
		struct season_seat *seat = &out->seats[i];
		unsigned first = 0;
		while (first < i && out->seats[first].driver != seat->driver)
			first++;
		if (first == i || seat->driver == SEASON_NONE)
			continue;
		struct season_seat *own = &out->seats[first];
		bool known = own->seconds >= 0 && seat->seconds >= 0;
		own->seconds = known ? own->seconds + seat->seconds : -1;
		known = own->laps != SEASON_NONE && seat->laps != SEASON_NONE;
		own->laps = known ? (uint16_t)(own->laps + seat->laps) : SEASON_NONE;
		if (out->qualifier == i)
			out->qualifier = (uint8_t)first;
		season_note(loaded, NOTE_UNSURE, round,
			    "%s: %s is listed twice in car %s and counts once",
			    loaded->plan.rounds[round].name,
			    season_name_text(&loaded->season, seat->driver),
			    season_name_text(&loaded->season, out->car));
		seat->driver = SEASON_NONE;
	}
}

static void season_name_team(struct season_loaded *loaded, unsigned round,
			     const struct result_row *row, struct season_result *out)
{
	const struct season_crew *crew =
		season_crew_of(loaded->namer, out->car, out->class_index);
	out->team = season_find_name(loaded, SPELLING_TEAMS, round, row->team);
	if (out->team != SEASON_NONE || !row->team[0])
		return;
	bool agrees = false;
	for (unsigned s = 0; crew && s < out->seat_count; s++)
		agrees |= crew_has(crew, out->seats[s].driver);
	const char *known = crew ? season_name_text(&loaded->season, crew->team) : "";
	bool joined = agrees && known[0] && name_is_like(known, row->team);
	if (joined)
		season_note(loaded, NOTE_GUESSED, round,
			    "%s: team \"%s\" of car %s is \"%s\" (to keep them apart, "
			    "write \"%s =\" under [teams])",
			    loaded->plan.rounds[round].name, row->team, row->number,
			    known, row->team);
	out->team = season_learn(loaded, SPELLING_TEAMS, row->team,
				 joined ? crew->team : SEASON_NONE);
}

/* The make: as the source says; else what [makes] has of the vehicle; else the vehicle. */
static uint16_t season_name_make(struct season_loaded *loaded, unsigned round,
				 const struct result_row *row)
{
	const struct season_plan *plan = &loaded->plan;
	const char *text = row->make[0] ? row->make : row->vehicle;
	for (unsigned i = 0; i < plan->spelling_count; i++) {
		const struct season_spelling *spelling = &plan->spellings[i];
		const char *begin =
			spelling->other[0] ? spelling->other : spelling->right;
		size_t len = strlen(begin), all = strlen(text);
		if (spelling->kind == SPELLING_MAKES && all > len && text[len] == ' ' &&
		    slice_eq_nocase((struct slice){text, len}, slice_of(begin)))
			return season_take_name(loaded, SPELLING_MAKES, round,
						spelling->right);
	}
	return season_take_name(loaded, SPELLING_MAKES, round, text);
}

static void season_remember(struct season_loaded *loaded,
			    const struct season_result *result)
{
	struct season_namer *namer = loaded->namer;
	struct season_crew *crew =
		season_crew_of(namer, result->car, result->class_index);
	if (!crew && namer->crew_count < CARS_MAX) {
		crew = &namer->crews[namer->crew_count++];
		crew->car = result->car;
		crew->class_index = result->class_index;
		crew->team = SEASON_NONE;
	}
	if (!crew)
		return;
	if (result->team != SEASON_NONE)
		crew->team = result->team;
	for (unsigned s = 0; s < result->seat_count; s++) {
		uint16_t driver = result->seats[s].driver;
		if (driver != SEASON_NONE && !crew_has(crew, driver) &&
		    crew->count < CREW_MAX)
			crew->drivers[crew->count++] = driver;
	}
}

void season_name_car(struct season_loaded *loaded, unsigned round,
		     const struct season_says *says, unsigned index,
		     struct season_result *out)
{
	const struct season_said *said = &says->cars[index];
	out->car =
		season_name_number(loaded, round, says, &said->row, out->class_index);
	season_name_drivers(loaded, round, &said->row, out);
	season_name_team(loaded, round, &said->row, out);
	out->make = season_name_make(loaded, round, &said->row);
	for (unsigned i = 0; i < out->seat_count; i++) {
		out->seats[i].seconds = said->seconds[i];
		out->seats[i].laps = said->driver_laps[i];
	}
	season_join_seats(loaded, round, out);
	season_remember(loaded, out);
}
