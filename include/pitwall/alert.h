/*
 * alert.h -- rules of one line that say when a person wants to be told
 *
 *   #7 gap #31 < 2            class GT leader pits         flag SC
 *   #20 margin < 0            any leads                    favourites stop > 2:00
 *
 * A rule is who, and what of them. Who: "#7", "any", "leader", "favourites", "tagged",
 * "class GT", "class GT leader". What: a state or happening ("pits", "best"), or a
 * value, "<" or ">", and a number. "flag NAME", or "flag" for any change, is of no car.
 *
 *  (1) Pure: what holds follows from the view and what held before, nothing else.
 *  (2) A rule tells when it begins to hold, not while it does. What held already when
 *      it was made, or when the playhead was put somewhere, is not told.
 *  (3) What is not known holds for no rule.
 */
#ifndef PITWALL_ALERT_H
#define PITWALL_ALERT_H

#include "pitwall/view.h"

enum { ALERT_TEXT_MAX = 96 };

struct alert_rule {
	char text[ALERT_TEXT_MAX]; /* as a person wrote it, cleaned */
	char who_name[20], other[20];
	int64_t number; /* that a value is held against, in its unit */
	uint8_t who, what;
	bool above; /* ">" */
	uint8_t flag;
};

/* What held of a rule when it was looked at last. */
struct alert_state {
	bool primed;
	uint8_t holds[RACE_CARS_MAX];
	int64_t value[RACE_CARS_MAX];
};

/* A rule that began to hold. */
struct alert_fired {
	instant_us at;
	uint16_t car;   /* CAR_NONE: of the flag */
	char text[128]; /* cleaned: "7 Toyota Gazoo Racing: gap #31 < 2 (1.812)" */
};

/** Read a rule. -EINVAL with a sentence that says what is understood. */
int alert_parse(struct slice text, struct alert_rule *out, struct err *err);
/** Bring @state to the view; @fired receives at most @max that begin to hold, and the
 * number of them is returned. The first time, and after alert_forget(), none (2). */
unsigned alert_check(const struct alert_rule *rule, struct alert_state *state,
		     const struct view *view, struct alert_fired *fired, unsigned max);
/** What a rule is about that costs time to work out: bits of enum view_need. */
unsigned alert_needs(const struct alert_rule *rule);
/** The playhead was put somewhere: what holds there is nothing new. */
void alert_forget(struct alert_state *state);
/* Who a rule may be about, and what it may say: for help, the manual and `pitwall
 * alerts`. @part is "who" or "what"; @unit is "" of a state. */
struct alert_word {
	const char *part, *name, *unit, *about;
};
extern const struct alert_word alert_subjects[], alert_terms[];
extern const size_t alert_subjects_count, alert_terms_count;

#endif
