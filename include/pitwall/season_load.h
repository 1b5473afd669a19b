/*
 * season_load.h -- from a season file to a season: the sources of its rounds are read
 *
 *  (1) A source that cannot be read is a note with the round and the file; the other rounds
 *      are scored, and the standings say what is missing.
 *  (2) A name has one spelling. Case, accents, signs and the order of first and last name do
 *      not matter. Any other spelling is joined when the table of the season file says so, or
 *      when the car and its crew agree; the latter is a note.
 */
#ifndef PITWALL_SEASON_LOAD_H
#define PITWALL_SEASON_LOAD_H

#include "pitwall/season_file.h"
#include "pitwall/session.h"

enum season_note_kind {
	NOTE_MISSING, /* a round, a file, a car of a decision */
	NOTE_GUESSED, /* two spellings were joined */
	NOTE_UNSURE,  /* two names may be one */
};
struct season_note {
	char text[320];
	uint8_t kind;  /* enum season_note_kind */
	uint8_t round; /* ROUND_BY_RULE: of none */
};
enum { SEASON_NOTES_MAX = 256 };

struct season_namer;
struct season_loaded {
	struct season season; /* its rounds are those below */
	struct season_plan plan;
	struct season_round *rounds[SEASON_ROUNDS_MAX];
	struct season_namer *namer; /* of src/session alone */
	/* Cars whose names are known: a running race has the same ones again and again. */
	unsigned named_count;
	struct season_named {
		uint64_t hash; /* of what was said of the car */
		struct season_result result;
	} named[RACE_CARS_MAX];
	char folder[SOURCE_PATH_MAX]; /* of the season file, with its '/' */
	unsigned note_count, notes_lost;
	struct season_note notes[SEASON_NOTES_MAX];
};

/** Read a season file by name or path: its rounds are planned, none is held. -EINVAL or
 * -ENOENT with a sentence. */
int season_open(const char *name, struct season_loaded **out, struct err *err);
/** Read the sources of the first @rounds rounds. When these are all, also note the classes
 * that the season file names and no result has, and rounds whose names the rules may not
 * know. */
void season_load(struct season_loaded *loaded, unsigned rounds);
/** Read the sources of a round. */
void season_load_round(struct season_loaded *loaded, unsigned round);
/** Read the qualifying of a round alone: its race runs. */
void season_load_qualifying(struct season_loaded *loaded, unsigned round);
/** Make a round of the race of a session as it is now; the pole and the places of
 * qualifying that the round has stay, and decisions of the season file apply. Places
 * at the hours of the rules are those of now: the caller has those of then. */
void season_take_session(struct season_loaded *loaded, unsigned round,
			 const struct session *session);
void season_loaded_free(struct season_loaded *loaded); /* NULL is fine */

#endif
