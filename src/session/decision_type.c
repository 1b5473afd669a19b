/*
 * decision_type.c -- what the operator types, into the line of a decision
 *
 *  (1) What is typed is made into the fields of a line, which is understood as any line
 *      is (decision_parse()); then the race is asked about it.
 *  (2) A car is written by what will still name it when more is known: its number,
 *      else its transponder or registration, and only then its place in the list.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/decision.h"

enum { WORDS_MAX = 400 };

struct typed {
	struct slice rest; /* not used yet */
	const struct decision_form *form;
	const struct race *race;
	uint32_t last;
	uint16_t car; /* CAR_NONE: none, or not in the race yet */
	char who[EVENT_ID_MAX + 4];
	char value[WORDS_MAX];
	struct decision decision; /* the line understood */
	struct err *err;
};

static int bad_form(const struct typed *typed, const char *what)
{
	return err_set(typed->err, -EINVAL, "%s: %s", what, typed->form->usage);
}

static struct slice next_word(struct slice *rest)
{
	*rest = slice_trim(*rest);
	struct slice word = slice_cut(rest, ' ');
	if (rest->at == NULL)
		*rest = (struct slice){"", 0};
	return word;
}

/** All that is left. */
static struct slice last_words(struct slice *rest)
{
	struct slice words = slice_trim(*rest);
	*rest = (struct slice){"", 0};
	return words;
}

/* ---- cars -------------------------------------------------------------------- */

/** (2) */
static void name_car(const struct race *race, uint16_t car, char *name, size_t cap)
{
	const struct entry *entry = &race->entries[car];
	char label[16];
	if (!entry->internal) {
		text_copy(name, cap, slice_of(entry->number));
		return;
	}
	for (uint16_t i = 0; i < race->id_count; i++) {
		if (race->ids[i].car != car || race->ids[i].kind == ID_NUMBER)
			continue;
		text_format(name, cap, "%c%s",
			    race->ids[i].kind == ID_TRANSPONDER ? '?' : '@',
			    race->ids[i].text);
		return;
	}
	race_car_label(race, car, label);
	text_copy(name, cap, slice_of(label));
}

static int no_such_car(const struct typed *typed, struct slice word)
{
	char shown[32];
	text_clean(shown, sizeof(shown), word);
	return err_set(typed->err, -EINVAL, "there is no car %s in this race: %s",
		       shown, typed->form->usage);
}

static int typed_car(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	char clean[EVENT_ID_MAX * 2 + 1];
	size_t len = text_clean(clean, sizeof(clean), word);
	if (len == 0)
		return bad_form(typed, "which car?");
	typed->car = race_find_text(typed->race, word);
	if (typed->car != CAR_NONE) {
		name_car(typed->race, typed->car, typed->who, sizeof(typed->who));
		return 0;
	}
	if (typed->form->car == KNOWN_CAR || strchr("~@", clean[0]) != NULL)
		return no_such_car(typed, word);
	if (len > EVENT_ID_MAX + (clean[0] == '?'))
		return bad_form(typed, "a car has at most 12 characters");
	text_copy(typed->who, sizeof(typed->who), (struct slice){clean, len});
	return 0;
}

/* ---- values --------------------------------------------------------------------- */

static int typed_other(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	uint16_t other = race_find_text(typed->race, word);
	if (word.len == 0)
		return bad_form(typed, "behind which car?");
	if (other == CAR_NONE)
		return no_such_car(typed, word);
	if (other == typed->car)
		return bad_form(typed, "a car cannot be placed behind itself");
	name_car(typed->race, other, typed->value, sizeof(typed->value));
	return 0;
}

/** ?TRANSPONDER CAR: the transponder is what the line is about. */
static int typed_transponder(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	uint16_t car = race_find_text(typed->race, word);
	char clean[EVENT_ID_MAX * 2 + 1], label[16] = "";
	size_t len = text_clean(clean, sizeof(clean), word);
	if (typed->who[0] != '?' || typed->who[1] == '\0')
		return bad_form(typed, "a transponder is written ?2906141");
	if (len == 0 || len > EVENT_ID_MAX || clean[0] == '?')
		return bad_form(typed, "to which car?");
	if (car != CAR_NONE && typed->race->entries[car].internal)
		return bad_form(typed, "that car has no number yet: give it one");
	if (car != CAR_NONE)
		race_car_label(typed->race, car, label);
	text_format(typed->value, sizeof(typed->value), "number=%s",
		    label[0] != '\0' ? label : clean);
	return 0;
}

/** Without a number the newest decision that is not taken back. */
static int typed_number(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	text_clean(typed->value, sizeof(typed->value), word);
	if (word.len > 0)
		return 0;
	if (typed->last == 0)
		return err_set(typed->err, -EINVAL,
			       "there is no decision that could be taken back");
	text_format(typed->value, sizeof(typed->value), "%u", typed->last);
	return 0;
}

/** A car only when words follow it: "note 7 stopped at turn 3". */
static void typed_note(struct typed *typed)
{
	struct slice rest = typed->rest;
	uint16_t car = race_find_text(typed->race, next_word(&rest));
	if (car == CAR_NONE || slice_trim(rest).len == 0)
		return;
	typed->rest = rest;
	name_car(typed->race, car, typed->who, sizeof(typed->who));
}

static int typed_value(struct typed *typed)
{
	struct slice value = {"", 0};
	switch ((enum decision_value)typed->form->value) {
	case TAKES_NOTHING:
	case DECISION_VALUE_COUNT:
		break;
	case TAKES_CAR:
		return typed_other(typed);
	case TAKES_TRANSPONDER:
		return typed_transponder(typed);
	case TAKES_NUMBER:
		return typed_number(typed);
	case TAKES_LINE:
		value = next_word(&typed->rest);
		if (value.len == 0)
			value = SLICE("SF");
		break;
	case TAKES_DRIVER:
	case TAKES_FIELD:
		value = last_words(&typed->rest);
		break;
	case TAKES_SECONDS:
	case TAKES_LAPS:
	case TAKES_LAP:
	case TAKES_RACE_LAP:
	case TAKES_STATUS:
	case TAKES_FLAG:
		value = next_word(&typed->rest);
		break;
	}
	text_clean(typed->value, sizeof(typed->value), value);
	return 0;
}

/* ---- in this race ------------------------------------------------------------------ */

/** While a result is counted back, no further lap is known to be reached. */
static int check_race_lap(const struct typed *typed)
{
	const struct race *race = typed->race;
	if (race->setup.type == SESSION_TIMED)
		return err_set(typed->err, -EINVAL,
			       "a timed session has no result at a lap");
	if (race->result_lap > 0 || race_lap_reached(race, typed->decision.value))
		return 0;
	return err_set(typed->err, -EINVAL, "no car has completed lap %lld: %s",
		       (long long)typed->decision.value, typed->form->usage);
}

/** Check a well-formed line against the race; the value as it is written. */
static int check_race(struct typed *typed)
{
	const struct decision *decision = &typed->decision;
	const struct race *race = typed->race;
	int64_t value = decision->value, size = value < 0 ? -value : value;
	unsigned value_kind = typed->form->value;
	if (value_kind == TAKES_SECONDS) {
		text_format(typed->value, sizeof(typed->value), "%s%lld.%06lld",
			    value < 0 ? "-" : "", (long long)(size / US_S),
			    (long long)(size % US_S));
	} else if (value_kind == TAKES_LAPS) {
		text_format(typed->value, sizeof(typed->value), "%lld",
			    (long long)value);
	} else if (value_kind == TAKES_FLAG) {
		text_copy(typed->value, sizeof(typed->value),
			  slice_of(flag_name((enum flag)decision->field)));
	} else if (value_kind == TAKES_STATUS) {
		int status = status_by_name(decision->text);
		text_copy(typed->value, sizeof(typed->value),
			  slice_of(status_name((enum result_status)status)));
	}
	if ((value_kind == TAKES_SECONDS || value_kind == TAKES_LAPS) && value == 0)
		return bad_form(typed, "0 changes nothing");
	if (value_kind == TAKES_FLAG && decision->field == FLAG_UNKNOWN)
		return bad_form(typed,
				"flags are GREEN YELLOW FCY VSC CODE60 SC RED FINISH");
	if (value_kind == TAKES_LINE && decision->field > 0 &&
	    decision->field < LINES_MAX && decision->field >= race->setup.line_count)
		return bad_form(typed, "lines are SF, I1 ..., PIN, POUT and SFP");
	if (value_kind == TAKES_LAP && value > (int64_t)race->cars[typed->car].laps)
		return err_set(typed->err, -EINVAL, "car %s has %u laps: %s",
			       typed->who, race->cars[typed->car].laps,
			       typed->form->usage);
	if (value_kind == TAKES_RACE_LAP)
		return check_race_lap(typed);
	if (value_kind == TAKES_DRIVER &&
	    value > race->entries[typed->car].driver_count)
		return err_set(typed->err, -EINVAL, "car %s has %u drivers: %s",
			       typed->who, race->entries[typed->car].driver_count,
			       typed->form->usage);
	return 0;
}

/* ---- the line -------------------------------------------------------------------- */

static int no_such_form(struct slice word, struct err *err)
{
	char names[200], shown[32];
	size_t len = 0;
	names[0] = '\0';
	for (size_t i = 0; i < decision_forms_count; i++)
		len += text_format(names + len, sizeof(names) - len, "%s%s",
				   i == 0 ? "" : " ",
				   decision_form_word(&decision_forms[i]));
	text_clean(shown, sizeof(shown), word);
	return err_set(err, -EINVAL, "%s%s%sdecisions are: %s",
		       word.len > 0 ? "\"" : "", shown,
		       word.len > 0 ? "\" is unknown; " : "", names);
}

static const struct decision_form *form_of(struct slice word)
{
	for (size_t i = 0; i < decision_forms_count; i++)
		if (slice_eq_nocase(word,
				    slice_of(decision_form_word(&decision_forms[i]))))
			return &decision_forms[i];
	return NULL;
}

/** (1) */
static int understand(struct typed *typed, struct slice reason, struct slice at)
{
	static const char no_pool[] = "";
	struct err err;
	const struct csv_row row = {
		.count = 5,
		.fields = {slice_of(typed->who),
			   slice_of(decision_form_kind(typed->form)),
			   slice_of(typed->value), reason, at},
	};
	if (decision_parse(&row, no_pool, &typed->decision, &err) != 0)
		return bad_form(typed, err.text);
	return check_race(typed);
}

static void write_line(const struct typed *typed, struct slice reason, struct slice at,
		       struct out *line)
{
	out_csv(line, slice_of(typed->who), ',');
	out_format(line, ",%s,", decision_form_kind(typed->form));
	out_csv(line, slice_of(typed->value), ',');
	out_text(line, ",");
	out_csv(line, reason, ',');
	out_text(line, ",");
	out_bytes(line, at.at, at.len);
}

static int no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return -ENOSPC;
}

int decision_type(struct slice text, const struct race *race, instant_us at,
		  uint32_t last, struct out *line, struct err *err)
{
	struct typed typed = {.race = race, .last = last, .car = CAR_NONE, .err = err};
	char reason[WORDS_MAX], instant[40];
	struct out out = {.write = no_bytes, .buf = instant, .max = sizeof(instant)};
	typed.rest = slice_trim(text);
	struct slice word = next_word(&typed.rest);
	typed.form = form_of(word);
	if (typed.form == NULL)
		return no_such_form(word, err);
	if (typed.rest.len > WORDS_MAX / 2)
		return err_set(err, -EINVAL, "longer than %d bytes: %s", WORDS_MAX / 2,
			       typed.form->usage);
	int rc = typed.form->car == NO_CAR ? 0 : typed_car(&typed);
	if (rc == 0)
		rc = typed_value(&typed);
	if (rc == 0 && typed.form->event == EVENT_MESSAGE)
		typed_note(&typed);
	text_clean(reason, sizeof(reason), slice_trim(typed.rest));
	if (rc == 0 && !typed.form->reason && reason[0] != '\0')
		rc = bad_form(&typed, "nothing may follow");
	decision_instant_write(&out, at);
	struct slice written = {instant, out.len};
	if (rc == 0)
		rc = understand(&typed, slice_of(reason), written);
	if (rc == 0)
		write_line(&typed, slice_of(reason), written, line);
	return rc;
}

/* ---- and back -------------------------------------------------------------------- */

static const char *event_word(const struct event *event)
{
	for (size_t i = 0; i < decision_forms_count; i++)
		if (decision_forms[i].event == event->kind &&
		    (event->kind != EVENT_DECISION ||
		     decision_forms[i].decision == event->field))
			return decision_form_word(&decision_forms[i]);
	return event->kind == EVENT_PIT_IN || event->kind == EVENT_PIT_OUT ? "pass"
									   : "";
}

size_t decision_event_words(const struct event_list *list, const struct event *event,
			    char *buf, size_t cap)
{
	struct slice rest = {"", 0}, words;
	size_t len = text_format(buf, cap, "%s", event_word(event));
	if (event->id_kind != ID_NONE)
		len += text_format(buf + len, cap - len, " %s%s",
				   event->id_kind == ID_TRANSPONDER    ? "?"
				   : event->id_kind == ID_REGISTRATION ? "@"
								       : "",
				   event->id);
	if (event->kind == EVENT_PASSING)
		return len;
	if (event->kind == EVENT_FLAG)
		len += text_format(buf + len, cap - len, " %s",
				   flag_name((enum flag)event->flag));
	rest = event_text(list, event);
	words = slice_cut(&rest, 0x1f);
	if (event->kind == EVENT_DECISION) {
		char value[96];
		(void)decision_words(value, sizeof(value),
				     (enum decision_kind)event->field, event->value,
				     words);
		words = slice_of(value);
		return len + text_format(buf + len, cap - len, " (%.*s)",
					 (int)words.len, words.at);
	}
	if (words.len > 0)
		len += text_format(buf + len, cap - len, " %.*s", (int)words.len,
				   words.at);
	return len;
}
