/*
 * alert.h -- alert rules of one line
 *
 *   #7 gap #31 < 2            class GT leader pits         flag SC
 *   #20 margin < 0            any leads                    favourites stop > 2:00
 *
 * A rule is a subject and a condition. Subject: "#7", "any", "leader", "favourites",
 * "tagged", "class GT", "class GT leader". Condition: a state or an event ("pits",
 * "best"), or a value, "<" or ">", and a number. "flag NAME", or "flag" for any change,
 * has no car.
 *
 *  (1) Pure: the result depends on the view and on the state before, nothing else.
 *  (2) An alert is raised when the condition becomes true, not while it stays true. A
 *      condition that is true when the rule is added, or after a jump, raises none.
 *  (3) A condition on an unknown value is false.
 *  (4) A value that swings around the limit raises one alert: the next needs it to have
 *      been clear of the limit, by a tenth of it and half a second, five percent, a lap or
 *      a place; or not beyond it for five minutes.
 */
#ifndef PITWALL_ALERT_H
#define PITWALL_ALERT_H

#include "pitwall/view.h"

enum { ALERT_TEXT_MAX = 96 };

struct alert_rule {
	char text[ALERT_TEXT_MAX]; /* as typed, cleaned */
	char who_name[20], other[20];
	int64_t number; /* the value is compared with it, in its unit */
	uint8_t who, what;
	bool above; /* ">" */
	uint8_t flag;
};

/* What was true of a rule at the last check, by car. */
struct alert_state {
	bool primed;
	uint8_t holds[RACE_CARS_MAX];
	int64_t value[RACE_CARS_MAX];
	instant_us left_at[RACE_CARS_MAX]; /* the limit, if it may be beyond it again */
};

/* An alert that was raised, or several of one rule within seconds. */
enum { ALERT_CARS_NAMED = 8 };
#define ALERT_GROUP_US (10 * US_S)
struct alert_fired {
	instant_us at;
	uint16_t car;                    /* CAR_NONE: the flag */
	uint16_t count;                  /* of cars, 0 and 1: one */
	uint16_t cars[ALERT_CARS_NAMED]; /* of several */
	bool acknowledged;
	char text[128]; /* cleaned: "7 gap #31 < 2 (1.812)", "9 cars: any pits" */
};

/** Parse a rule. -EINVAL with a sentence that lists what is valid. */
int alert_parse(struct slice text, struct alert_rule *out, struct err *err);
/** Update @state from the view. @fired receives at most @max alerts that were raised;
 * returns their number. The first check, and the one after alert_forget(), raise none
 * (2). */
unsigned alert_check(const struct alert_rule *rule, struct alert_state *state,
		     const struct view *view, struct alert_fired *fired, unsigned max);
/** Add an alert of the same rule to @group; its text becomes that of all of them. */
void alert_join(struct alert_fired *group, const struct alert_fired *fired,
		const struct alert_rule *rule, const struct race *race);
/** What the view must hold for the rule: bits of enum view_need. */
unsigned alert_needs(const struct alert_rule *rule);
/** After a jump: the next check raises nothing. */
void alert_forget(struct alert_state *state);
/* Subjects and conditions, for help, the manual and `pitwall alerts`. @part is "who" or
 * "what"; @unit is "" for a state. */
struct alert_word {
	const char *part, *name, *unit, *about;
};
extern const struct alert_word alert_subjects[], alert_terms[];
extern const size_t alert_subjects_count, alert_terms_count;

#endif
