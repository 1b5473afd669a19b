/*
 * decision_type.c -- what the operator types, into the line of a decision
 *
 *  (1) A line that is written can be read: it is read once here first.
 *  (2) A car is written by what will still name it when more is known: its number,
 *      else its transponder or registration, and only then its place in the list.
 */
#include <ctype.h>
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
	struct err *err;
};

static int bad_form(const struct typed *typed, const char *what, struct slice word)
{
	char shown[48];
	text_clean(shown, sizeof(shown), word);
	return err_set(typed->err, -EINVAL, "%s%s%s%s: %s", what,
		       word.len > 0 ? ", not \"" : "", shown, word.len > 0 ? "\"" : "",
		       typed->form->usage);
}

static struct slice next_word(struct slice *rest)
{
	*rest = slice_trim(*rest);
	struct slice word = slice_cut(rest, ' ');
	if (rest->at == NULL)
		*rest = (struct slice){"", 0};
	return word;
}

static void put_value(struct typed *typed, struct slice value)
{
	text_clean(typed->value, sizeof(typed->value), value);
}

/* ---- cars -------------------------------------------------------------------- */

static void name_car(struct typed *typed)
{
	const struct race *race = typed->race;
	const struct entry *entry = &race->entries[typed->car];
	char label[16];
	if (!entry->internal) {
		text_copy(typed->who, sizeof(typed->who), slice_of(entry->number));
		return;
	}
	for (uint16_t i = 0; i < race->id_count; i++) {
		if (race->ids[i].car != typed->car || race->ids[i].kind == ID_NUMBER)
			continue;
		text_format(typed->who, sizeof(typed->who), "%c%s",
			    race->ids[i].kind == ID_TRANSPONDER ? '?' : '@',
			    race->ids[i].text);
		return;
	}
	race_car_label(race, typed->car, label);
	text_copy(typed->who, sizeof(typed->who), slice_of(label));
}

static int no_such_car(const struct typed *typed, struct slice word)
{
	char shown[32];
	text_clean(shown, sizeof(shown), word);
	return err_set(typed->err, -EINVAL, "there is no car %s in this race: %s",
		       shown, typed->form->usage);
}

static int read_car(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	char clean[EVENT_ID_MAX * 2 + 1];
	size_t len = text_clean(clean, sizeof(clean), word);
	if (len == 0)
		return bad_form(typed, "which car?", word);
	typed->car = race_find_text(typed->race, word);
	if (typed->car != CAR_NONE) {
		name_car(typed);
		return 0;
	}
	if (typed->form->car == KNOWN_CAR || strchr("~@", clean[0]) != NULL)
		return no_such_car(typed, word);
	if (len > EVENT_ID_MAX + (clean[0] == '?'))
		return bad_form(typed, "a car has at most 12 characters", word);
	text_copy(typed->who, sizeof(typed->who), (struct slice){clean, len});
	return 0;
}

/* ---- values --------------------------------------------------------------------- */

static int value_flag(struct typed *typed)
{
	static const struct {
		const char *name;
		enum flag flag;
	} others[] = {
		{"SAFETY-CAR", FLAG_SC},    {"CODE-60", FLAG_CODE60},
		{"CHEQUERED", FLAG_FINISH}, {"CHECKERED", FLAG_FINISH},
		{"FULL-COURSE", FLAG_FCY},
	};
	struct slice word = next_word(&typed->rest);
	int flag = flag_by_name(word);
	for (size_t i = 0; flag < 0 && i < ARRAY_LEN(others); i++)
		if (slice_eq_nocase(word, slice_of(others[i].name)))
			flag = others[i].flag;
	if (flag <= FLAG_UNKNOWN)
		return bad_form(typed,
				"flags are GREEN YELLOW FCY VSC CODE60 SC RED FINISH",
				word);
	put_value(typed, slice_of(flag_name((enum flag)flag)));
	return 0;
}

static int value_seconds(struct typed *typed)
{
	struct slice word = next_word(&typed->rest), digits = word;
	int64_t us;
	if (digits.len > 1 && digits.at[0] == '+') {
		digits.at++;
		digits.len--;
	}
	bool fine =
		parse_decimal(digits, 6, &us) ||
		(digits.len > 0 && digits.at[0] != '-' && parse_duration(digits, &us));
	if (!fine || us > US_DAY || us < -US_DAY || us == 0)
		return bad_form(typed, "how many seconds?", word);
	int64_t size = us < 0 ? -us : us;
	text_format(typed->value, sizeof(typed->value), "%s%lld.%06lld",
		    us < 0 ? "-" : "", (long long)(size / US_S),
		    (long long)(size % US_S));
	return 0;
}

static int value_laps(struct typed *typed)
{
	struct slice word = next_word(&typed->rest), digits = word;
	int64_t laps;
	if (digits.len > 1 && digits.at[0] == '+') {
		digits.at++;
		digits.len--;
	}
	if (!parse_i64(digits, &laps) || laps > 10000 || laps < -10000 || laps == 0)
		return bad_form(typed, "how many laps (-1 takes one away)?", word);
	put_value(typed, digits);
	return 0;
}

static int value_other(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	uint16_t car = typed->car, other = race_find_text(typed->race, word);
	char who[sizeof(typed->who)];
	if (word.len == 0)
		return bad_form(typed, "behind which car?", word);
	if (other == CAR_NONE)
		return no_such_car(typed, word);
	if (other == car)
		return bad_form(typed, "a car cannot be placed behind itself", word);
	text_copy(who, sizeof(who), slice_of(typed->who));
	typed->car = other;
	name_car(typed);
	put_value(typed, slice_of(typed->who));
	typed->car = car;
	text_copy(typed->who, sizeof(typed->who), slice_of(who));
	return 0;
}

static int value_lap(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	uint32_t laps = typed->race->cars[typed->car].laps;
	uint64_t lap;
	if (!parse_u64(word, &lap) || lap == 0)
		return bad_form(typed, "the number of which lap?", word);
	if (lap > laps)
		return err_set(typed->err, -EINVAL, "car %s has %u laps: %s",
			       typed->who, laps, typed->form->usage);
	put_value(typed, word);
	return 0;
}

static int value_status(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	int status = status_by_name(word);
	if (status < 0 || status == STATUS_RUNNING)
		return bad_form(typed, "a status is CLASSIFIED NC DNF DNS or DSQ",
				word);
	put_value(typed, slice_of(status_name((enum result_status)status)));
	return 0;
}

static int value_line(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	uint8_t line = word.len == 0 ? LINE_SF : line_by_name(word);
	if (line == LINE_NONE ||
	    (line < LINES_MAX && line >= typed->race->setup.line_count && line > 0))
		return bad_form(typed, "lines are SF, I1 ..., PIN, POUT and SFP", word);
	put_value(typed, word.len == 0 ? SLICE("SF") : word);
	return 0;
}

static int value_driver(struct typed *typed)
{
	struct slice who = slice_trim(typed->rest);
	uint64_t place;
	bool number = parse_u64(who, &place);
	typed->rest = (struct slice){"", 0};
	if (who.len == 0 || (number && (place == 0 || place > RACE_DRIVERS_MAX)))
		return bad_form(typed, "who drives?", who);
	if (number && place > typed->race->entries[typed->car].driver_count)
		return err_set(typed->err, -EINVAL, "car %s has %u drivers: %s",
			       typed->who,
			       typed->race->entries[typed->car].driver_count,
			       typed->form->usage);
	put_value(typed, who);
	return 0;
}

static int value_entry(struct typed *typed)
{
	struct slice value = slice_trim(typed->rest), whole = value;
	struct slice name = slice_trim(slice_cut(&value, '='));
	uint32_t place;
	int field = decision_entry_field(name, &place);
	typed->rest = (struct slice){"", 0};
	if (value.at == NULL || field < 0)
		return bad_form(typed,
				"fields are number class team vehicle tag grid driver1 "
				"... driver8",
				whole);
	value = slice_trim(value);
	if (field == ENTRY_NUMBER && (value.len == 0 || value.len > EVENT_ID_MAX))
		return bad_form(typed, "a number has 1 to 12 characters", value);
	uint64_t slot;
	if (field == ENTRY_GRID && (!parse_u64(value, &slot) || slot > RACE_CARS_MAX))
		return bad_form(typed, "which slot of the grid?", value);
	put_value(typed, whole);
	return 0;
}

/** ?TX CAR: the transponder is what the line is about. */
static int value_assign(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	struct slice tx = slice_of(typed->who);
	char clean[EVENT_ID_MAX * 2 + 1], label[16] = "";
	size_t len = text_clean(clean, sizeof(clean), word);
	if (tx.len < 2 || tx.at[0] != '?')
		return bad_form(typed, "a transponder is written ?2906141", tx);
	if (len == 0 || len > EVENT_ID_MAX || clean[0] == '?')
		return bad_form(typed, "to which car?", word);
	uint16_t car = race_find_text(typed->race, word);
	if (car != CAR_NONE && typed->race->entries[car].internal)
		return bad_form(typed, "that car has no number yet: give it one", word);
	if (car != CAR_NONE)
		race_car_label(typed->race, car, label);
	text_format(typed->value, sizeof(typed->value), "number=%s",
		    label[0] != '\0' ? label : clean);
	return 0;
}

static int value_undo(struct typed *typed)
{
	struct slice word = next_word(&typed->rest);
	uint64_t number = typed->last;
	if (word.len > 0 &&
	    (!parse_u64(word, &number) || number == 0 || number > UINT32_MAX))
		return bad_form(typed, "the number of which decision?", word);
	if (number == 0)
		return err_set(typed->err, -EINVAL,
			       "there is no decision that could be taken back");
	text_format(typed->value, sizeof(typed->value), "%llu",
		    (unsigned long long)number);
	return 0;
}

/** A car only when words follow it: "note 7 stopped at turn 3". */
static int value_note(struct typed *typed)
{
	struct slice rest = typed->rest;
	uint16_t car = race_find_text(typed->race, next_word(&rest));
	if (slice_trim(typed->rest).len == 0)
		return bad_form(typed, "a note needs words", typed->rest);
	if (car == CAR_NONE || slice_trim(rest).len == 0)
		return 0;
	typed->car = car;
	typed->rest = rest;
	name_car(typed);
	return 0;
}

static int (*const typed_values[DECISION_VALUE_COUNT])(struct typed *typed) = {
	[TAKES_SECONDS] = value_seconds, [TAKES_LAPS] = value_laps,
	[TAKES_LAP] = value_lap,         [TAKES_CAR] = value_other,
	[TAKES_STATUS] = value_status,   [TAKES_FLAG] = value_flag,
	[TAKES_LINE] = value_line,       [TAKES_DRIVER] = value_driver,
	[TAKES_FIELD] = value_entry,     [TAKES_TRANSPONDER] = value_assign,
	[TAKES_NUMBER] = value_undo,
};

/* ---- the line -------------------------------------------------------------------- */

static int no_such_form(struct slice word, struct err *err)
{
	char names[200], shown[32];
	size_t len = 0;
	names[0] = '\0';
	for (size_t i = 0; i < decision_forms_count; i++)
		len += text_format(names + len, sizeof(names) - len, "%s%s",
				   i == 0 ? "" : " ", decision_forms[i].word);
	text_clean(shown, sizeof(shown), word);
	return err_set(err, -EINVAL, "%s%s%sdecisions are: %s",
		       word.len > 0 ? "\"" : "", shown,
		       word.len > 0 ? "\" is none; " : "", names);
}

static const struct decision_form *form_of(struct slice word)
{
	for (size_t i = 0; i < decision_forms_count; i++)
		if (slice_eq_nocase(word, slice_of(decision_forms[i].word)))
			return &decision_forms[i];
	return NULL;
}

static int no_bytes(void *context, const char *bytes, size_t len)
{
	(void)context;
	(void)bytes;
	(void)len;
	return -ENOSPC;
}

/** The line, and (1). The caller numbers decisions: here any number is larger than what
 * an undo names. */
static int write_line(const struct typed *typed, instant_us at, struct out *line)
{
	struct event events[4];
	char buffer[2048], words[WORDS_MAX], pool[2048];
	struct out out = {.write = no_bytes, .buf = buffer, .max = sizeof(buffer)};
	struct event_list list = {
		.at = events, .max = 4, .text = pool, .text_max = sizeof(pool)};
	const struct decision_place place = {
		.where = "decision", .number = UINT32_MAX, .heard_at = at};
	text_clean(words, sizeof(words), typed->rest);
	/* An open '#' at the beginning would make it a comment. */
	if (typed->who[0] == '#')
		out_format(&out, "\"%s\"", typed->who);
	else
		out_csv(&out, slice_of(typed->who), ',');
	out_format(&out, ",%s,", typed->form->kind);
	out_csv(&out, slice_of(typed->value), ',');
	out_text(&out, ",");
	out_csv(&out, slice_of(words), ',');
	out_text(&out, ",");
	decision_instant_write(&out, at);
	if (out.failed != 0)
		return err_set(typed->err, -EINVAL, "too long for one decision");
	int rc = decision_apply((struct slice){buffer, out.len}, &place, &list,
				typed->err);
	if (rc == 0)
		out_bytes(line, buffer, out.len);
	return rc;
}

int decision_type(struct slice text, const struct race *race, instant_us at,
		  uint32_t last, struct out *line, struct err *err)
{
	struct typed typed = {.race = race, .last = last, .car = CAR_NONE, .err = err};
	typed.rest = slice_trim(text);
	struct slice word = next_word(&typed.rest);
	typed.form = form_of(word);
	if (typed.form == NULL)
		return no_such_form(word, err);
	if (typed.rest.len > WORDS_MAX / 2)
		return err_set(err, -EINVAL, "longer than %d bytes: %s", WORDS_MAX / 2,
			       typed.form->usage);
	int rc = typed.form->car == NO_CAR ? 0 : read_car(&typed);
	if (rc == 0 && typed_values[typed.form->value] != NULL)
		rc = typed_values[typed.form->value](&typed);
	if (rc == 0 && typed.form->event == EVENT_MESSAGE)
		rc = value_note(&typed);
	typed.rest = slice_trim(typed.rest);
	if (rc == 0 && !typed.form->reason && typed.rest.len > 0)
		rc = bad_form(&typed, "nothing may follow", typed.rest);
	return rc == 0 ? write_line(&typed, at, line) : rc;
}
