/*
 * digest.h -- how a race was won, in about ten sentences of facts
 *
 * Every sentence is made from the history (history.h), the laps and stops of the cars and
 * the classification, and says nothing that they do not.
 *
 *  (1) Facts are in the order of DIGEST_FACTS, those of one kind in order of time or of
 *      the classification. A fact that is not known is left out.
 *  (2) Before the end of a race its facts are those of the instant asked for, and say so.
 *  (3) A time or a gap is the string of `results`.
 */
#ifndef PITWALL_DIGEST_H
#define PITWALL_DIGEST_H

#include "pitwall/history.h"
#include "pitwall/listing.h"

/* RESULT      who won, or leads; who was fastest in a session that is no race
 * START       who led the first lap
 * LEADS       how often the lead changed, and who led how many laps
 * LEAD        a change of the lead: the last one, and those that gave it for longest
 * FLAGS       neutralisations and red flags: how often and for how long
 * STOPS       stops of the winner and of the second
 * PACE        their medians of clean laps
 * CLASS       who won, or leads, a class, and its margin
 * OUT         a car that led, or a favourite, and did not take the flag
 * UNCLASSIFIED  how many are not classified, and who was nearest
 * BEST        the best lap
 * INVITED     who is invited, where the ruleset has invitations */
#define DIGEST_FACTS(X)                                 \
	X(RESULT, "result", "Result")                   \
	X(START, "start", "Start")                      \
	X(LEADS, "leads", "Leads")                      \
	X(LEAD, "lead", "Lead")                         \
	X(FLAGS, "flags", "Flags")                      \
	X(STOPS, "stops", "Stops")                      \
	X(PACE, "pace", "Pace")                         \
	X(CLASS, "class", "Class")                      \
	X(OUT, "out", "Out")                            \
	X(UNCLASSIFIED, "unclassified", "Unclassified") \
	X(BEST, "best-lap", "Best lap")                 \
	X(INVITED, "invited", "Invited")
enum digest_kind {
#define X(id_, key_, title_) DIGEST_##id_,
	DIGEST_FACTS(X)
#undef X
		DIGEST_KIND_COUNT
};
/** "best-lap", as files write it, and "Best lap". */
const char *digest_key(enum digest_kind kind);
const char *digest_title(enum digest_kind kind);

enum { DIGEST_LEADS_MOST = 3, DIGEST_OUT_MOST = 3, DIGEST_TEXT_MAX = 512 };
enum {
	DIGEST_MOST = DIGEST_KIND_COUNT + DIGEST_LEADS_MOST + DIGEST_OUT_MOST +
		      RACE_CLASSES_MAX
};
struct digest_fact {
	uint8_t kind;
	instant_us at; /* LEAD, OUT, BEST; INSTANT_NONE */
	duration_us
		time; /* RESULT, CLASS: total; FLAGS, STOPS: in all; PACE; BEST; NONE */
	uint32_t lap; /* LEAD, BEST; 0 */
	uint32_t laps;  /* RESULT, CLASS, OUT: completed; LEADS, LEAD: led; 0 */
	uint32_t count; /* LEADS, FLAGS, STOPS, UNCLASSIFIED, INVITED */
	uint16_t car;   /* CAR_NONE */
	uint16_t other; /* the second, or who led before; CAR_NONE */
	size_t len;
	char text[DIGEST_TEXT_MAX]; /* a sentence, or two */
};

struct digest_of {
	const struct race *race;
	const struct race_tables *tables;
	const struct rules *rules;
	const struct classification *classification;
	const uint8_t *favourites; /* by car, not 0: is one; NULL: none */
	instant_us at;
};
/** Fill @out. Returns the number of facts. */
unsigned digest_facts(const struct digest_of *of, struct digest_fact out[DIGEST_MOST]);
/** `digest`: a row for each fact. The CSV's columns, and the names in JSON:
 *   fact,elapsed,lap,number,class,other,laps,time,count,text */
void encode_digest(struct out *out, enum format format, const struct digest_of *of);

#endif
