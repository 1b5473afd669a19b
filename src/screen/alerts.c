/*
 * alerts.c -- rules of one line: reading them, and when they begin to hold
 */
#include "pitwall/alert.h"
#include "parts.h"

#include <errno.h>
#include <string.h>

/* ---- what holds of a car ---------------------------------------------------------- */

/* A question about a car: false is not known (3); a state holds when it gives true, and
 * is told anew when *@value changes. */
struct asked {
	const struct view *view;
	const struct alert_rule *rule;
	uint16_t car;
};
typedef bool answer(const struct asked *asked, int64_t *value);

static const struct car *alert_car_of(const struct asked *asked)
{
	return &asked->view->race->cars[asked->car];
}

static bool state_since(const struct asked *asked, enum car_state wanted,
			int64_t *since)
{
	duration_us t;
	bool is = car_state_at(asked->view, asked->car, &t) == wanted;
	*since = is ? t : 0;
	return is;
}

static bool pits(const struct asked *asked, int64_t *value)
{
	*value = 0;
	return alert_car_of(asked)->in_pit;
}

static bool leaves(const struct asked *asked, int64_t *value)
{
	*value = 0;
	return !alert_car_of(asked)->in_pit && alert_car_of(asked)->stops > 0;
}

static bool stands(const struct asked *asked, int64_t *value)
{
	bool is = state_since(asked, CAR_STOPPED, value);
	*value = 0;
	return is;
}

/* At the line, as the history tells a lead. */
static bool leads(const struct asked *asked, int64_t *value)
{
	*value = 0;
	return asked->view->race->line_leader == asked->car;
}

static bool leads_class(const struct asked *asked, int64_t *value)
{
	const struct race *race = asked->view->race;
	uint8_t c = race->entries[asked->car].class_index;
	*value = 0;
	return c < race->class_count && race->classes[c].line_leader == asked->car;
}

static bool has_best(const struct asked *asked, int64_t *value)
{
	const struct race *race = asked->view->race;
	uint8_t c = race->entries[asked->car].class_index;
	*value = alert_car_of(asked)->lap_best;
	return c < race->class_count ? race->classes[c].lap_best_car == asked->car
				     : race->lap_best_car == asked->car;
}

static bool driver_is(const struct asked *asked, int64_t *value)
{
	*value = alert_car_of(asked)->driver;
	return alert_car_of(asked)->driver < RACE_DRIVERS_MAX;
}

static bool takes_flag(const struct asked *asked, int64_t *value)
{
	*value = 0;
	return alert_car_of(asked)->flagged;
}

/* A gap of laps is one no number of seconds reaches. */
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

static bool interval(const struct asked *asked, int64_t *value)
{
	const struct standing *standing = car_standing(asked->view, asked->car);
	return standing && gap_value(standing->interval, value);
}

static bool class_interval(const struct asked *asked, int64_t *value)
{
	const struct standing *standing = car_standing(asked->view, asked->car);
	return standing && gap_value(standing->class_interval, value);
}

static bool margin(const struct asked *asked, int64_t *value)
{
	const struct result *result = car_result(asked->view, asked->car);
	*value = result ? result->margin : 0;
	return result && result->threshold > 0;
}

static bool chance(const struct asked *asked, int64_t *value)
{
	const struct forecast_row *row = foretold_of(asked->view, asked->car);
	*value = row ? row->p_classified * 100 / FORECAST_ONE : 0;
	return row;
}

static bool position(const struct asked *asked, int64_t *value)
{
	const struct standing *standing = car_standing(asked->view, asked->car);
	*value = standing ? standing->position : 0;
	return *value > 0;
}

static bool class_position(const struct asked *asked, int64_t *value)
{
	const struct standing *standing = car_standing(asked->view, asked->car);
	*value = standing && standing->position ? standing->class_position : 0;
	return *value > 0;
}

static bool stint(const struct asked *asked, int64_t *value)
{
	*value = (int64_t)alert_car_of(asked)->laps - alert_car_of(asked)->stint_lap;
	return alert_car_of(asked)->seen && !alert_car_of(asked)->in_pit;
}

static bool alert_last_lap(const struct asked *asked, int64_t *value)
{
	*value = alert_car_of(asked)->lap_last;
	return *value != DURATION_NONE;
}

static bool stop_lasts(const struct asked *asked, int64_t *value)
{
	return state_since(asked, CAR_IN_PIT, value);
}

static bool stand_lasts(const struct asked *asked, int64_t *value)
{
	return state_since(asked, CAR_STOPPED, value);
}

enum unit { UNIT_NONE, UNIT_TIME, UNIT_COUNT };

/* What a rule may say of a car: its answer, how it is counted (NONE: a state), its name,
 * unit and words. */
#define TERMS(X)                                                               \
	X(pits, NONE, "pits", "", "comes into the pits")                       \
	X(leaves, NONE, "leaves", "", "leaves the pits")                       \
	X(stands, NONE, "stands", "", "stands on the road")                    \
	X(leads, NONE, "leads", "", "takes the lead")                          \
	X(leads_class, NONE, "leads-class", "", "takes the lead of its class") \
	X(has_best, NONE, "best", "", "drives the best lap of its class")      \
	X(driver_is, NONE, "driver", "", "has another driver")                 \
	X(takes_flag, NONE, "finishes", "", "takes the flag")                  \
	X(gap_to, TIME, "gap", "seconds", "to another car: gap #31 < 2")       \
	X(interval, TIME, "interval", "seconds", "to the car ahead")           \
	X(class_interval, TIME, "class-interval", "seconds",                   \
	  "to the car ahead in its class")                                     \
	X(margin, COUNT, "margin", "laps", "above the threshold")              \
	X(chance, COUNT, "chance", "percent", "of being classified")           \
	X(position, COUNT, "position", "place", "in the race")                 \
	X(class_position, COUNT, "class-position", "place", "in its class")    \
	X(stint, COUNT, "stint", "laps", "since its stop")                     \
	X(alert_last_lap, TIME, "last", "seconds", "its last lap")             \
	X(stop_lasts, TIME, "stop", "seconds", "in the pits so far")           \
	X(stand_lasts, TIME, "standing", "seconds", "standing so far")

const struct alert_word alert_terms[] = {
#define X(answer_, unit_, name_, unit_name_, about_) \
	{"what", name_, unit_name_, about_},
	TERMS(X)
#undef X
};
const size_t alert_terms_count = ARRAY_LEN(alert_terms);

static const struct {
	answer *ask;
	uint8_t unit; /* NONE: a state */
} answers[] = {
#define X(answer_, unit_, name_, unit_name_, about_) {answer_, UNIT_##unit_},
	TERMS(X)
#undef X
};

/* Who a rule may be about. #CAR, class and flag have a name behind them. */
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
			       "a name of 1 to %zu characters is wanted "
			       "where '%.*s' stands",
			       cap - 1, (int)word.len, word.at);
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
	/* Those of one word. */
	for (size_t i = 0; i < alert_subjects_count; i++) {
		out->who = (uint8_t)i;
		if (slice_eq_nocase(word, slice_of(alert_subjects[i].name)))
			return 0;
	}
	if (!slice_eq_nocase(word, SLICE("class")))
		return err_set(err, -EINVAL,
			       "'%.*s' is nobody: #7, any, leader, favourites, tagged, "
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
	return err_set(err, -EINVAL, "'%.*s' is no %s", (int)word.len, word.at,
		       unit == UNIT_TIME ? "time: 2, 1.5 or 1:30" : "whole number");
}

static int parse_value(struct slice *rest, struct alert_rule *out, struct err *err)
{
	const char *name = alert_terms[out->what].name;
	struct slice word = text_word(rest);
	if (answers[out->what].ask == gap_to) {
		if (slice_eq_nocase(word, SLICE("to")))
			word = text_word(rest);
		if (word.len < 2 || word.at[0] != '#')
			return err_set(err, -EINVAL,
				       "gap is to a car: gap #31 < 2, not '%.*s'",
				       (int)word.len, word.at);
		if (alert_keep(out->other, sizeof(out->other),
			       (struct slice){word.at + 1, word.len - 1}, err) != 0)
			return -EINVAL;
		word = text_word(rest);
	}
	out->above = slice_eq(word, SLICE(">"));
	if (!out->above && !slice_eq(word, SLICE("<")))
		return err_set(err, -EINVAL, "%s wants < or > and a number, not '%.*s'",
			       name, (int)word.len, word.at);
	return parse_number(text_word(rest), answers[out->what].unit, out, err);
}

static int parse_what(struct slice *rest, struct alert_rule *out, struct err *err)
{
	struct slice word = text_word(rest);
	size_t len = 0;
	for (size_t i = 0; i < alert_terms_count; i++) {
		out->what = (uint8_t)i;
		if (!slice_eq_nocase(word, slice_of(alert_terms[i].name)))
			continue;
		return answers[i].unit == UNIT_NONE ? 0 : parse_value(rest, out, err);
	}
	char all[256];
	for (size_t i = 0; i < alert_terms_count; i++)
		len += text_format(all + len, sizeof(all) - len, " %s",
				   alert_terms[i].name);
	return err_set(err, -EINVAL, "'%.*s' is none of%s", (int)word.len, word.at,
		       all);
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
		return err_set(err, -EINVAL, "'%.*s' is too much in '%s'",
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
	char label[16];
	switch ((enum who)rule->who) {
	case WHO_ANY:
		return true;
	case WHO_CAR:
		race_car_label(view->race, car, label);
		return slice_eq_nocase(slice_of(label), slice_of(rule->who_name));
	case WHO_LEADER:
		return first && standing->position == 1;
	case WHO_FAVOURITES:
		return view->table.bits[car] & CAR_FAVOURITE;
	case WHO_TAGGED:
		return car == view->compared || (view->table.bits[car] & CAR_TAGGED);
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
	uint8_t unit = answers[rule->what].unit;
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

/* "7 Toyota Gazoo Racing: gap #31 < 2 (1.812)": what the rule says of whom. */
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

/* The flag has the place of the first car in the state. */
static unsigned check_flag(const struct alert_rule *rule, struct alert_state *state,
			   const struct view *view, struct alert_fired *fired,
			   unsigned max)
{
	uint8_t flag = view->race->flag;
	bool holds =
		rule->flag == FLAG_COUNT ? flag != FLAG_UNKNOWN : flag == rule->flag;
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

enum { HOLDS = 1, IS_MEANT = 2 };

static bool holds_of(const struct alert_rule *rule, const struct view *view,
		     uint16_t car, int64_t *value)
{
	struct asked asked = {view, rule, car};
	bool known = answers[rule->what].ask(&asked, value);
	if (answers[rule->what].unit == UNIT_NONE)
		return known;
	return known && (rule->above ? *value > rule->number : *value < rule->number);
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
		int64_t value = 0;
		bool holds = is_meant && holds_of(rule, view, car, &value);
		bool begins = holds && (!(state->holds[car] & HOLDS) ||
					(answers[rule->what].unit == UNIT_NONE &&
					 state->value[car] != value));
		/* Whoever takes the place of the one that was meant is no news by that. */
		if (state->primed && was_meant && begins && count < max)
			fire(rule, view, car, value, &fired[count++]);
		state->holds[car] =
			(uint8_t)((holds ? HOLDS : 0) | (is_meant ? IS_MEANT : 0));
		state->value[car] = value;
	}
	state->primed = true;
	return count;
}

unsigned alert_needs(const struct alert_rule *rule)
{
	return rule->who != WHO_FLAG && answers[rule->what].ask == chance
		       ? NEED_FORECAST
		       : 0;
}

void alert_forget(struct alert_state *state)
{
	state->primed = false;
}
