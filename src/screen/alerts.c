/*
 * alerts.c -- alert rules: parsing, and checking when a condition becomes true
 */
#include "pitwall/alert.h"
#include "parts.h"

#include <errno.h>
#include <string.h>

/* ---- what a rule may say ------------------------------------------------------------ */

enum unit { UNIT_NONE, UNIT_TIME, UNIT_COUNT };

/* id, how it is counted (NONE: a state), its name, unit and words. */
#define TERMS(X)                                                               \
	X(PITS, NONE, "pits", "", "comes into the pits")                       \
	X(LEAVES, NONE, "leaves", "", "leaves the pits")                       \
	X(STANDS, NONE, "stands", "", "stops on the track")                    \
	X(LEADS, NONE, "leads", "", "takes the lead")                          \
	X(LEADS_CLASS, NONE, "leads-class", "", "takes the lead of its class") \
	X(BEST, NONE, "best", "", "sets the best lap of its class")            \
	X(DRIVER, NONE, "driver", "", "changes drivers")                       \
	X(FINISHES, NONE, "finishes", "", "takes the flag")                    \
	X(GAP, TIME, "gap", "seconds", "to another car: gap #31 < 2")          \
	X(INTERVAL, TIME, "interval", "seconds", "to the car ahead")           \
	X(CLASS_INTERVAL, TIME, "class-interval", "seconds",                   \
	  "to the car ahead in its class")                                     \
	X(BEHIND, TIME, "behind", "seconds", "to the car behind")              \
	X(CLASS_BEHIND, TIME, "class-behind", "seconds",                       \
	  "to the car behind in its class")                                    \
	X(MARGIN, COUNT, "margin", "laps", "above the threshold")              \
	X(CHANCE, COUNT, "chance", "percent", "of being classified")           \
	X(POSITION, COUNT, "position", "place", "in the race")                 \
	X(CLASS_POSITION, COUNT, "class-position", "place", "in its class")    \
	X(STINT, COUNT, "stint", "laps", "since its stop")                     \
	X(LAST, TIME, "last", "seconds", "its last lap")                       \
	X(STOP, TIME, "stop", "seconds", "in the pits so far")                 \
	X(STANDING, TIME, "standing", "seconds", "stopped so far")
enum term {
#define X(id_, unit_, name_, unit_name_, about_) TERM_##id_,
	TERMS(X)
#undef X
};
const struct alert_word alert_terms[] = {
#define X(id_, unit_, name_, unit_name_, about_) {"what", name_, unit_name_, about_},
	TERMS(X)
#undef X
};
const size_t alert_terms_count = ARRAY_LEN(alert_terms);
static const uint8_t units[] = {
#define X(id_, unit_, name_, unit_name_, about_) UNIT_##unit_,
	TERMS(X)
#undef X
};

/* ---- what holds of a car ---------------------------------------------------------- */

/* A condition of a rule and the car it is checked for. */
struct asked {
	const struct view *view;
	const struct alert_rule *rule;
	uint16_t car;
};

static bool car_is(const struct asked *asked, enum car_state wanted, int64_t *since)
{
	duration_us t;
	bool is = car_state_at(asked->view, asked->car, &t) == wanted;
	*since = is ? t : 0;
	return is;
}

/* True while the state holds; a change of *@value raises the alert again. */
static bool state_holds(const struct asked *asked, enum term term, int64_t *value)
{
	const struct race *race = asked->view->race;
	const struct car *car = &race->cars[asked->car];
	uint8_t c = race->entries[asked->car].class_index;
	const struct race_class *class =
		c < race->class_count ? &race->classes[c] : NULL;
	int64_t since;
	*value = 0;
	switch ((int)term) {
	case TERM_PITS:
		return car->in_pit;
	case TERM_LEAVES:
		return !car->in_pit && car->stops > 0;
	case TERM_STANDS:
		return car_is(asked, CAR_STOPPED, &since);
	/* A lead counts at the line, as in the history. */
	case TERM_LEADS:
		return race->line_leader == asked->car;
	case TERM_LEADS_CLASS:
		return class && class->line_leader == asked->car;
	case TERM_BEST:
		*value = car->lap_best;
		return (class ? class->lap_best_car : race->lap_best_car) == asked->car;
	case TERM_DRIVER:
		*value = car->driver;
		return car->driver < RACE_DRIVERS_MAX;
	case TERM_FINISHES:
		return car->flagged;
	}
	return false;
}

/* A gap in laps is larger than any number of seconds. */
static bool gap_value(struct gap gap, int64_t *value)
{
	*value = gap.kind == GAP_LAPS ? INT64_MAX / 2 : gap.value;
	return gap.kind != GAP_NONE;
}

static bool gap_to(const struct asked *asked, int64_t *value)
{
	const struct view *view = asked->view;
	uint16_t other = race_find_text(view->race, slice_of(asked->rule->other));
	if (other == CAR_NONE || other == asked->car)
		return false;
	return gap_value(gap_between(view->race, view->tables, other, asked->car),
			 value) ||
	       gap_value(gap_between(view->race, view->tables, asked->car, other),
			 value);
}

/* Interval of the car behind, or of the one of its class. */
static bool behind_value(const struct asked *asked, bool in_class, int64_t *value)
{
	const struct view *view = asked->view;
	const struct standings *all = view->standings;
	const struct entry *entries = view->race->entries;
	const struct standing *row = car_standing(view, asked->car);
	const struct standing *end = all ? all->rows + all->count : row;
	while (row && ++row < end)
		if (!in_class ||
		    entries[row->car].class_index == entries[asked->car].class_index)
			return gap_value(in_class ? row->class_interval : row->interval,
					 value);
	return false;
}

static bool value_known(const struct asked *asked, enum term term, int64_t *value)
{
	const struct standing *standing = car_standing(asked->view, asked->car);
	const struct result *result = car_result(asked->view, asked->car);
	const struct car *car = &asked->view->race->cars[asked->car];
	const struct forecast_row *row;
	*value = 0;
	switch ((int)term) {
	case TERM_GAP:
		return gap_to(asked, value);
	case TERM_INTERVAL:
		return standing && gap_value(standing->interval, value);
	case TERM_CLASS_INTERVAL:
		return standing && gap_value(standing->class_interval, value);
	case TERM_BEHIND:
	case TERM_CLASS_BEHIND:
		return behind_value(asked, term == TERM_CLASS_BEHIND, value);
	case TERM_MARGIN:
		*value = result ? result->margin : 0;
		return result && result->threshold > 0;
	case TERM_CHANCE:
		row = forecast_of(asked->view, asked->car);
		*value = row ? row->p_classified * 100 / FORECAST_ONE : 0;
		return row;
	case TERM_POSITION:
		*value = standing ? standing->position : 0;
		return *value > 0;
	case TERM_CLASS_POSITION:
		*value = standing && standing->position ? standing->class_position : 0;
		return *value > 0;
	case TERM_STINT:
		*value = (int64_t)car->laps - car->stint_lap;
		return car->seen && !car->in_pit;
	case TERM_LAST:
		*value = car->lap_last;
		return *value != DURATION_NONE;
	case TERM_STOP:
		return car_is(asked, CAR_IN_PIT, value);
	case TERM_STANDING:
		return car_is(asked, CAR_STOPPED, value);
	}
	return false;
}

/* Subjects of a rule; #CAR, class and flag take a name. */
#define SUBJECTS(X)                                                   \
	X(CAR, "#NUMBER", "the car of that number")                   \
	X(ANY, "any", "every car")                                    \
	X(LEADER, "leader", "the leader of the race")                 \
	X(CLASS, "class NAME", "the cars of a class")                 \
	X(CLASS_LEADER, "class NAME leader", "the leader of a class") \
	X(FAVOURITES, "favourites", "cars pinned to the top")         \
	X(TAGGED, "tagged", "tagged cars")                            \
	X(FLAG, "flag NAME", "the flag; without a name, any change of it")

enum who {
#define X(id_, name_, about_) WHO_##id_,
	SUBJECTS(X)
#undef X
};

const struct alert_word alert_subjects[] = {
#define X(id_, name_, about_) {"who", name_, "", about_},
	SUBJECTS(X)
#undef X
};
const size_t alert_subjects_count = ARRAY_LEN(alert_subjects);

/* ---- reading ---------------------------------------------------------------------- */

static int alert_keep(char *dst, size_t cap, struct slice word, struct err *err)
{
	if (word.len == 0 || word.len >= cap)
		return err_set(err, -EINVAL,
			       "'%.*s' is not a name of 1 to %zu characters",
			       (int)word.len, word.at, cap - 1);
	(void)text_copy(dst, cap, word);
	return 0;
}

static int parse_flag(struct slice rest, struct alert_rule *out, struct err *err)
{
	struct slice name = text_word(&rest);
	int flag = name.len ? flag_by_name(name) : FLAG_COUNT;
	if (flag < 0 || text_word(&rest).len > 0)
		return err_set(
			err, -EINVAL,
			"'flag %.*s': flag, or flag with one of GREEN YELLOW FCY "
			"SC VSC CODE60 RED FINISH",
			(int)name.len, name.at);
	out->who = WHO_FLAG;
	out->flag = (uint8_t)flag;
	return 0;
}

static int parse_who(struct slice *rest, struct alert_rule *out, struct err *err)
{
	struct slice word = text_word(rest), left;
	if (word.len > 1 && word.at[0] == '#') {
		out->who = WHO_CAR;
		return alert_keep(out->who_name, sizeof(out->who_name),
				  (struct slice){word.at + 1, word.len - 1}, err);
	}
	/* Subjects of one word. */
	for (size_t i = 0; i < alert_subjects_count; i++) {
		out->who = (uint8_t)i;
		if (slice_eq_nocase(word, slice_of(alert_subjects[i].name)))
			return 0;
	}
	if (!slice_eq_nocase(word, SLICE("class")))
		return err_set(
			err, -EINVAL,
			"unknown car '%.*s': use #7, any, leader, favourites, tagged, "
			"class GT or class GT leader",
			(int)word.len, word.at);
	out->who = WHO_CLASS;
	word = text_word(rest);
	left = *rest;
	if (slice_eq_nocase(text_word(&left), SLICE("leader"))) {
		out->who = WHO_CLASS_LEADER;
		*rest = left;
	}
	return alert_keep(out->who_name, sizeof(out->who_name), word, err);
}

static int parse_number(struct slice word, unsigned unit, struct alert_rule *out,
			struct err *err)
{
	bool read = unit == UNIT_TIME ? parse_duration(word, &out->number)
				      : parse_i64(word, &out->number);
	if (read)
		return 0;
	return err_set(err, -EINVAL, "'%.*s' is not a %s", (int)word.len, word.at,
		       unit == UNIT_TIME ? "time: 2, 1.5 or 1:30" : "whole number");
}

static int parse_value(struct slice *rest, struct alert_rule *out, struct err *err)
{
	const char *name = alert_terms[out->what].name;
	struct slice word = text_word(rest);
	if (out->what == TERM_GAP) {
		if (slice_eq_nocase(word, SLICE("to")))
			word = text_word(rest);
		if (word.len < 2 || word.at[0] != '#')
			return err_set(err, -EINVAL,
				       "gap needs a car, as in gap #31 < 2, not '%.*s'",
				       (int)word.len, word.at);
		if (alert_keep(out->other, sizeof(out->other),
			       (struct slice){word.at + 1, word.len - 1}, err) != 0)
			return -EINVAL;
		word = text_word(rest);
	}
	out->above = slice_eq(word, SLICE(">"));
	if (!out->above && !slice_eq(word, SLICE("<")))
		return err_set(err, -EINVAL, "%s needs < or > and a number, not '%.*s'",
			       name, (int)word.len, word.at);
	return parse_number(text_word(rest), units[out->what], out, err);
}

static int parse_what(struct slice *rest, struct alert_rule *out, struct err *err)
{
	struct slice word = text_word(rest);
	size_t len = 0;
	for (size_t i = 0; i < alert_terms_count; i++) {
		out->what = (uint8_t)i;
		if (!slice_eq_nocase(word, slice_of(alert_terms[i].name)))
			continue;
		return units[i] == UNIT_NONE ? 0 : parse_value(rest, out, err);
	}
	char all[256];
	for (size_t i = 0; i < alert_terms_count; i++)
		len += text_format(all + len, sizeof(all) - len, " %s",
				   alert_terms[i].name);
	return err_set(err, -EINVAL, "unknown condition '%.*s': use one of%s",
		       (int)word.len, word.at, all);
}

int alert_parse(struct slice text, struct alert_rule *out, struct err *err)
{
	struct alert_rule rule;
	struct slice rest = slice_trim(text), left;
	memset(&rule, 0, sizeof(rule));
	if (rest.len == 0 || rest.len >= sizeof(rule.text))
		return err_set(err, -EINVAL,
			       "an alert has 1 to %zu characters: for "
			       "example #7 gap #31 < 2",
			       sizeof(rule.text) - 1);
	(void)text_clean(rule.text, sizeof(rule.text), rest);
	rest = left = slice_of(rule.text);
	int rc;
	if (slice_eq_nocase(text_word(&left), SLICE("flag"))) {
		rc = parse_flag(left, &rule, err);
		rest.len = 0;
	} else {
		rc = parse_who(&rest, &rule, err);
		if (rc == 0)
			rc = parse_what(&rest, &rule, err);
	}
	if (rc != 0)
		return rc;
	if (slice_trim(rest).len > 0)
		return err_set(err, -EINVAL, "unexpected '%.*s' in '%s'",
			       (int)slice_trim(rest).len, slice_trim(rest).at,
			       rule.text);
	*out = rule;
	return 0;
}

/* ---- when they hold --------------------------------------------------------------- */

static bool meant(const struct alert_rule *rule, const struct view *view, uint16_t car)
{
	const struct standing *standing = car_standing(view, car);
	bool first = standing && standing->position;
	switch ((enum who)rule->who) {
	case WHO_ANY:
		return true;
	case WHO_CAR:
		return slice_eq_nocase(CAR_LABEL(view->race, car),
				       slice_of(rule->who_name));
	case WHO_LEADER:
		return first && standing->position == 1;
	case WHO_FAVOURITES:
		return view->table.bits[car] & CAR_FAVOURITE;
	case WHO_TAGGED:
		return car == view->compared || view_is_tagged(&view->table, car);
	case WHO_CLASS_LEADER:
		if (!first || standing->class_position != 1)
			return false;
		return slice_eq_nocase(shown_class(view, car),
				       slice_of(rule->who_name));
	case WHO_CLASS:
		return slice_eq_nocase(shown_class(view, car),
				       slice_of(rule->who_name));
	case WHO_FLAG:
		break;
	}
	return false;
}

static void append_value(const struct alert_rule *rule, int64_t value,
			 struct field *field)
{
	uint8_t unit = units[rule->what];
	if (unit == UNIT_NONE)
		return;
	field_append(field, " (");
	if (unit == UNIT_TIME && value >= INT64_MAX / 2)
		field_append(field, "laps");
	else if (unit == UNIT_TIME)
		field_append_time(field, value, TIME_LAP);
	else
		field_append(field, value < 0 ? "\u2212" : "");
	if (unit == UNIT_COUNT)
		field_append_number(field, (uint64_t)(value < 0 ? -value : value));
	field_append(field, ")");
}

/* Text of an alert: "7 gap #31 < 2 (1.812)". */
static void fire(const struct alert_rule *rule, const struct view *view, uint16_t car,
		 int64_t value, struct alert_fired *out)
{
	struct field field = {0};
	out->at = view->at;
	out->car = car;
	char label[16];
	if (car != CAR_NONE) {
		race_car_label(view->race, car, label);
		field_append(&field, label);
		field_append(&field, " ");
	}
	field_append(&field, rule->text);
	if (car != CAR_NONE) {
		append_value(rule, value, &field);
	} else {
		field_append(&field, ": ");
		field_append_slice(&field, flag_words(view, (enum flag)value, false));
	}
	(void)text_copy(out->text, sizeof(out->text), field.text);
}

/* A rule about the flag uses the state of the first car. */
static unsigned check_flag(const struct alert_rule *rule, struct alert_state *state,
			   const struct view *view, struct alert_fired *fired,
			   unsigned max)
{
	uint8_t flag = view->race->flag;
	bool holds =
		rule->flag == FLAG_COUNT ? flag != FLAG_UNKNOWN : flag == rule->flag;
	if (rule->flag == FLAG_SC)
		holds = rules_safety_car(view->rules, (enum flag)flag);
	bool begins =
		state->primed && holds && (!state->holds[0] || state->value[0] != flag);
	state->holds[0] = holds;
	state->value[0] = flag;
	state->primed = true;
	if (!begins || max == 0)
		return 0;
	fire(rule, view, CAR_NONE, flag, fired);
	return 1;
}

void alert_join(struct alert_fired *group, const struct alert_fired *fired,
		const struct alert_rule *rule, const struct race *race)
{
	struct field field = {0};
	if (group->count < 2) {
		group->count = 1;
		group->cars[0] = group->car;
	}
	if (group->count < ALERT_CARS_NAMED)
		group->cars[group->count] = fired->car;
	group->count = (uint16_t)(group->count + (group->count < UINT16_MAX));
	field_format(&field, "%u cars: %s", group->count, rule->text);
	for (unsigned i = 0; group->count <= ALERT_CARS_NAMED && i < group->count; i++)
		field_format(&field, i == 0 ? " (%s" : ", %s",
			     car_label(race, group->cars[i]).text);
	field_append(&field, group->count <= ALERT_CARS_NAMED ? ")" : "");
	(void)text_copy(group->text, sizeof(group->text), field.text);
}

/* LATCHED: an alert was raised, and the value is not clear of the limit yet (4). */
enum { HOLDS = 1, IS_MEANT = 2, LATCHED = 4 };
#define LATCH_US (5 * US_MIN)

static bool holds_of(const struct alert_rule *rule, const struct view *view,
		     uint16_t car, int64_t *value, bool *known)
{
	struct asked asked = {view, rule, car};
	if (units[rule->what] == UNIT_NONE) {
		*known = false;
		return state_holds(&asked, (enum term)rule->what, value);
	}
	*known = value_known(&asked, (enum term)rule->what, value);
	return *known && (rule->above ? *value > rule->number : *value < rule->number);
}

/* How far from the limit a value must be to count as clear of it. */
static int64_t clearance(const struct alert_rule *rule)
{
	int64_t tenth = (rule->number < 0 ? -rule->number : rule->number) / 10;
	if (units[rule->what] == UNIT_TIME)
		return tenth > US_S / 2 ? tenth : US_S / 2;
	return rule->what == TERM_CHANCE ? 5 : 1;
}

/* (4) Of a rule about a value that does not hold now. */
static bool stays_latched(const struct alert_rule *rule, struct alert_state *state,
			  const struct view *view, uint16_t car, int64_t value)
{
	int64_t off = rule->above ? rule->number - value : value - rule->number;
	if (state->holds[car] & HOLDS)
		state->left_at[car] = view->at;
	return off < clearance(rule) && view->at - state->left_at[car] < LATCH_US;
}

unsigned alert_check(const struct alert_rule *rule, struct alert_state *state,
		     const struct view *view, struct alert_fired *fired, unsigned max)
{
	unsigned count = 0;
	if (rule->who == WHO_FLAG)
		return check_flag(rule, state, view, fired, max);
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		bool was_meant = state->holds[car] & IS_MEANT;
		bool is_meant = meant(rule, view, car);
		bool latched = state->holds[car] & LATCHED, known = false;
		int64_t value = 0;
		bool holds = is_meant && holds_of(rule, view, car, &value, &known);
		bool begins = holds && (!latched || (units[rule->what] == UNIT_NONE &&
						     state->value[car] != value));
		latched = holds || (is_meant && latched && known &&
				    stays_latched(rule, state, view, car, value));
		/* A car that only becomes the subject raises no alert. */
		if (state->primed && was_meant && begins && count < max)
			fire(rule, view, car, value, &fired[count++]);
		state->holds[car] =
			(uint8_t)((holds ? HOLDS : 0) | (is_meant ? IS_MEANT : 0) |
				  (latched ? LATCHED : 0));
		state->value[car] = value;
	}
	state->primed = true;
	return count;
}

unsigned alert_needs(const struct alert_rule *rule)
{
	return rule->who != WHO_FLAG && rule->what == TERM_CHANCE ? NEED_FORECAST : 0;
}

void alert_forget(struct alert_state *state)
{
	state->primed = false;
}
