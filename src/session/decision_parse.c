/*
 * decision_parse.c -- the line of a decision: the table of its forms, and what each of its
 * five fields may be (decision.h)
 */
#include <errno.h>
#include <string.h>

#include "pitwall/decision.h"

const struct decision_form decision_forms[] = {
#define ROW(word_, kind_, usage_, value_, car_, event_, decision_, reason_, about_) \
	{                                                                           \
		word_, kind_, usage_, about_, TAKES_##value_, car_, EVENT_##event_, \
			decision_, reason_                                          \
	}
#define OPERATOR(kind_, usage_, value_, car_, event_, reason_, about_) \
	ROW(NULL, kind_, usage_, value_, car_, event_, 0, reason_, about_)
#define STEWARD(word_, usage_, value_, decision_)                                   \
	ROW(word_, NULL, usage_, value_, KNOWN_CAR, DECISION, DECISION_##decision_, \
	    true, NULL)
	OPERATOR("start", "start", NOTHING, NO_CAR, START, false, "the start signal"),
	OPERATOR("stop", "stop", NOTHING, NO_CAR, END, false,
		 "the end of the session: nothing behind it is counted"),
	OPERATOR("flag", "flag NAME [words]", FLAG, NO_CAR, FLAG, true,
		 "the flag shown: GREEN, YELLOW, FCY, VSC, CODE60, SC, RED or FINISH"),
	STEWARD(NULL, "time CAR SECONDS [reason]", SECONDS, TIME),
	STEWARD(NULL, "laps CAR N [reason]", LAPS, LAPS),
	STEWARD(NULL, "behind CAR OTHER [reason]", CAR, BEHIND),
	STEWARD(NULL, "last-of-lap CAR [reason]", NOTHING, LAST_OF_LAP),
	STEWARD(NULL, "last-of-class CAR [reason]", NOTHING, LAST_OF_CLASS),
	STEWARD("delete", "delete CAR LAP [reason]", LAP, LAP_DELETED),
	STEWARD("disqualify", "disqualify CAR [reason]", NOTHING, DISQUALIFIED),
	STEWARD(NULL, "status CAR CLASSIFIED|NC|DNF|DNS|DSQ [reason]", STATUS, STATUS),
	ROW(NULL, NULL, "result-at LAP [reason]", RACE_LAP, NO_CAR, DECISION,
	    DECISION_RESULT_AT, true, NULL),
	OPERATOR("pass", "pass CAR [LINE]", LINE, ANY_CAR, PASSING, false,
		 "a passing by hand, over SF or the line given"),
	OPERATOR("driver", "driver CAR NUMBER or NAME", DRIVER, KNOWN_CAR, DRIVER,
		 false, "the driver on board from here on: a place or a name"),
	OPERATOR("entry", "entry CAR FIELD=VALUE", FIELD, ANY_CAR, ENTRY, false,
		 "a field of the entry, as FIELD=VALUE: number, class, team, vehicle, "
		 "tag, grid or driver1 to driver8"),
	ROW("assign", "entry", "assign ?TRANSPONDER CAR", TRANSPONDER, ANY_CAR, ENTRY,
	    0, false, NULL),
	OPERATOR("note", "note [CAR] WORDS", NOTHING, NO_CAR, MESSAGE, true,
		 "words of race control, in the column of the reason"),
	ROW(NULL, NULL, "undo [NUMBER]", NUMBER, NO_CAR, DECISION, DECISION_UNDO, false,
	    NULL),
#undef ROW
#undef OPERATOR
#undef STEWARD
};
const size_t decision_forms_count = ARRAY_LEN(decision_forms);

const char *decision_form_kind(const struct decision_form *form)
{
	return form->event == EVENT_DECISION
		       ? decision_name((enum decision_kind)form->decision)
		       : form->kind;
}

const char *decision_form_word(const struct decision_form *form)
{
	return form->word ? form->word : decision_form_kind(form);
}

const char *decision_form_about(const struct decision_form *form)
{
	static const char *const abouts[] = {
#define X(id_, name_, about_) [DECISION_##id_] = (about_),
		DECISIONS(X)
#undef X
	};
	return form->event == EVENT_DECISION ? abouts[form->decision] : form->about;
}

/* ---- names ----------------------------------------------------------------------- */

/* A field of an entry by the name a line uses; @place: of a driver (1...), else 0. -1:
 * no such field. */
static int decision_entry_field(struct slice name, uint32_t *place)
{
	const unsigned typed = 1u << ENTRY_NUMBER | 1u << ENTRY_CLASS |
			       1u << ENTRY_TEAM | 1u << ENTRY_VEHICLE |
			       1u << ENTRY_TAG | 1u << ENTRY_GRID | 1u << ENTRY_DRIVER;
	char last = name.len > 0 ? name.at[name.len - 1] : '\0';
	*place = 0;
	if (last >= '1' && last <= '0' + RACE_DRIVERS_MAX) {
		*place = (uint32_t)(last - '0');
		name.len--;
	}
	int field = entry_field_by_name(name);
	if (field < 0 || (typed >> field & 1) == 0 ||
	    (field == ENTRY_DRIVER) != (*place > 0))
		return -1;
	return field;
}

/* ---- instants -------------------------------------------------------------------- */

enum { DATE_LEN = 10 };

static bool read_instant(struct slice text, instant_us *at)
{
	instant_us midnight;
	duration_us into;
	struct slice date = {text.at, DATE_LEN};
	if (text.len < DATE_LEN + 2 || text.at[DATE_LEN] != 'T' ||
	    text.at[text.len - 1] != 'Z')
		return false;
	struct slice time = {text.at + DATE_LEN + 1, text.len - DATE_LEN - 2};
	if (!parse_date(date, &midnight) || !parse_duration(time, &into) || into < 0 ||
	    into >= US_DAY)
		return false;
	*at = midnight + into;
	return true;
}

void decision_instant_write(struct out *out, instant_us at)
{
	char date[TIME_TEXT_MAX];
	int64_t into = at % US_DAY;
	if (into < 0)
		into += US_DAY;
	format_date(date, at);
	out_format(out, "%sT%02d:%02d:%02d.%06dZ", date, (int)(into / US_HOUR),
		   (int)(into / US_MIN % 60), (int)(into / US_S % 60),
		   (int)(into % US_S));
}

/** May the instant be left blank? */
static bool is_stewards(const struct decision_form *form)
{
	return form->event == EVENT_DECISION;
}

static bool read_at(struct slice field, struct decision *out)
{
	out->at = INSTANT_NONE;
	out->dated = read_instant(field, &out->at);
	if (out->dated)
		return true;
	if (field.len == 0)
		return is_stewards(out->form);
	out->timed = when_parse(field, &out->when, NULL) == 0 &&
		     (out->when.kind == WHEN_RACE_TIME ||
		      out->when.kind == WHEN_TIME_OF_DAY);
	return out->timed;
}

/* ---- values ------------------------------------------------------------------------ */

static bool read_nothing(struct slice field, struct decision *out)
{
	(void)field;
	(void)out;
	return true;
}

static struct slice without_plus(struct slice field)
{
	if (field.len > 1 && field.at[0] == '+') {
		field.at++;
		field.len--;
	}
	return field;
}

/** "60", "-5", "+1:30.5". */
static bool read_seconds(struct slice field, struct decision *out)
{
	field = without_plus(field);
	bool decimal = parse_decimal(field, 6, &out->value);
	return (decimal || (field.len > 0 && field.at[0] != '-' &&
			    parse_duration(field, &out->value))) &&
	       out->value <= US_DAY && out->value >= -US_DAY;
}

static bool read_laps(struct slice field, struct decision *out)
{
	return parse_i64(without_plus(field), &out->value) && out->value <= 10000 &&
	       out->value >= -10000;
}

static bool read_count(struct slice field, uint64_t most, struct decision *out)
{
	uint64_t n;
	if (!parse_u64(field, &n) || n == 0 || n > most)
		return false;
	out->value = (int64_t)n;
	return true;
}

static bool read_lap(struct slice field, struct decision *out)
{
	return read_count(field, 100000, out);
}

/** "12" or "lap:12". */
static bool read_race_lap(struct slice field, struct decision *out)
{
	const struct slice prefix = SLICE("lap:");
	if (slice_starts(field, prefix))
		field = (struct slice){field.at + prefix.len, field.len - prefix.len};
	return read_lap(field, out);
}

static bool read_number(struct slice field, struct decision *out)
{
	return read_count(field, UINT32_MAX, out);
}

static bool read_other(struct slice field, struct decision *out)
{
	out->text = field;
	return field.len > 0 && field.len <= EVENT_ID_MAX;
}

static bool read_status(struct slice field, struct decision *out)
{
	out->text = field;
	return status_by_name(field) >= 0 && status_by_name(field) != STATUS_RUNNING;
}

static bool read_flag(struct slice field, struct decision *out)
{
	static const struct {
		const char *name;
		enum flag flag;
	} others[] = {
		{"SAFETY-CAR", FLAG_SC},    {"CODE-60", FLAG_CODE60},
		{"CHEQUERED", FLAG_FINISH}, {"CHECKERED", FLAG_FINISH},
		{"FULL-COURSE", FLAG_FCY},
	};
	int flag = flag_by_name(field);
	for (size_t i = 0; flag < 0 && i < ARRAY_LEN(others); i++)
		if (slice_eq_nocase(field, slice_of(others[i].name)))
			flag = others[i].flag;
	out->field = (uint8_t)flag;
	return flag >= 0;
}

static bool read_line(struct slice field, struct decision *out)
{
	out->field = field.len == 0 ? LINE_SF : line_by_name(field);
	return out->field != LINE_NONE;
}

static bool read_driver(struct slice field, struct decision *out)
{
	uint64_t place;
	out->text = field;
	if (parse_u64(field, &place))
		return read_count(field, RACE_DRIVERS_MAX, out);
	return field.len > 0;
}

static bool read_field(struct slice field, struct decision *out)
{
	struct slice value = field;
	struct slice name = slice_trim(slice_cut(&value, '='));
	uint32_t place;
	uint64_t slot = 0;
	int index = decision_entry_field(name, &place);
	if (value.at == NULL || index < 0)
		return false;
	out->field = (uint8_t)index;
	out->text = slice_trim(value);
	out->value = place;
	if (index == ENTRY_NUMBER)
		return out->text.len > 0 && out->text.len <= EVENT_ID_MAX;
	if (index != ENTRY_GRID)
		return true;
	out->value = parse_u64(out->text, &slot) && slot <= RACE_CARS_MAX
			     ? (int64_t)slot
			     : -1;
	return out->value >= 0;
}

/* The reader of each kind of value, and its description for errors. */
static const struct {
	bool (*read)(struct slice field, struct decision *out);
	const char *wants;
} values[DECISION_VALUE_COUNT] = {
	[TAKES_NOTHING] = {read_nothing, ""},
	[TAKES_SECONDS] = {read_seconds, "seconds"},
	[TAKES_LAPS] = {read_laps, "a number of laps"},
	[TAKES_LAP] = {read_lap, "the number of a lap"},
	[TAKES_RACE_LAP] = {read_race_lap, "the number of a lap"},
	[TAKES_CAR] = {read_other, "a car's number"},
	[TAKES_STATUS] = {read_status, "CLASSIFIED, NC, DNF, DNS or DSQ"},
	[TAKES_FLAG] = {read_flag, "a flag (GREEN, SC, RED ...)"},
	[TAKES_LINE] = {read_line, "SF, I1 ..., PIN, POUT or SFP"},
	[TAKES_DRIVER] = {read_driver, "a driver's name, or a place of 1 to 8"},
	[TAKES_FIELD] = {read_field,
			 "FIELD=VALUE, with number (1 to 12 characters), class, team, "
			 "vehicle, tag, grid (a slot) or driver1 ... driver8"},
	[TAKES_TRANSPONDER] = {read_field, "number=VALUE"},
	[TAKES_NUMBER] = {read_number, "the number of an earlier decision"},
};

/* ---- the line ---------------------------------------------------------------------- */

static int bad(const char *where, const char *what, struct slice field, struct err *err)
{
	char shown[64];
	const char *colon = where[0] == '\0' ? "" : ": ";
	text_clean(shown, sizeof(shown), field);
	if (shown[0] == '\0')
		return err_set(err, -EINVAL, "%s%s%s", where, colon, what);
	return err_set(err, -EINVAL, "%s%s%s, not \"%s\"", where, colon, what, shown);
}

static int bad_kind(const char *where, struct slice field, struct err *err)
{
	char kinds[200];
	size_t len = text_format(kinds, sizeof(kinds), "the kind must be ");
	for (size_t i = 0; i < decision_forms_count; i++)
		if (decision_forms[i].value != TAKES_TRANSPONDER)
			len += text_format(kinds + len, sizeof(kinds) - len, "%s%s",
					   i == 0 ? "" : ", ",
					   decision_form_kind(&decision_forms[i]));
	return bad(where, kinds, field, err);
}

/** "7", a transponder "?2906141", a registration "@15". */
static bool read_car(struct slice field, struct decision *out)
{
	char clean[EVENT_ID_MAX * 2];
	out->id_kind = ID_NUMBER;
	if (field.len > 1 && (field.at[0] == '?' || field.at[0] == '@')) {
		out->id_kind = field.at[0] == '?' ? ID_TRANSPONDER : ID_REGISTRATION;
		field.at++;
		field.len--;
	}
	out->car = field;
	/* Cleaning may leave nothing of it, or make it longer. */
	size_t len = text_clean(clean, sizeof(clean), field);
	return len > 0 && len <= EVENT_ID_MAX && field.len <= EVENT_ID_MAX;
}

int decision_parse(const struct csv_row *row, const char *where, struct decision *out,
		   struct err *err)
{
	struct slice car = csv_field(row, DECISION_CAR);
	struct slice kind = csv_field(row, DECISION_KIND);
	struct slice value = csv_field(row, DECISION_VALUE);
	*out = (struct decision){.reason = csv_field(row, DECISION_REASON)};
	for (size_t i = decision_forms_count; i-- > 0;)
		if (slice_eq_nocase(kind,
				    slice_of(decision_form_kind(&decision_forms[i]))))
			out->form = &decision_forms[i];
	if (kind.len == 0)
		return err_set(err, -EINVAL, "%s%sthe kind is missing", where,
			       where[0] == '\0' ? "" : ": ");
	if (out->form == NULL)
		return bad_kind(where, kind, err);
	bool needs_car = out->form->car != NO_CAR;
	if ((needs_car || (out->form->event == EVENT_MESSAGE && car.len > 0)) &&
	    !read_car(car, out))
		return bad(where, "the first field must be a car's number", car, err);
	if (out->form->event == EVENT_MESSAGE && out->reason.len == 0)
		return bad(where, "a note needs words", out->reason, err);
	if (!values[out->form->value].read(value, out)) {
		char wants[160];
		text_format(wants, sizeof(wants), "the value must be %s",
			    values[out->form->value].wants);
		return bad(where, wants, value, err);
	}
	if (!read_at(csv_field(row, DECISION_AT), out))
		return bad(where,
			   "the fifth field must be an instant like "
			   "2026-11-22T15:20:00Z, or a time like 3:20:00 or @15:20:00",
			   csv_field(row, DECISION_AT), err);
	return 0;
}

bool decision_is_header(const struct csv_row *row)
{
	return slice_eq_nocase(csv_field(row, DECISION_CAR), SLICE("number")) &&
	       slice_eq_nocase(csv_field(row, DECISION_KIND), SLICE("kind"));
}

int decision_lines(struct slice text,
		   int (*each)(void *context, struct slice line, unsigned line_number),
		   void *context)
{
	unsigned number = 0;
	int rc = 0;
	if (slice_starts(text, SLICE("\xef\xbb\xbf"))) {
		text.at += 3;
		text.len -= 3;
	}
	while (rc == 0 && text.len > 0) {
		struct slice line = slice_trim(slice_cut(&text, '\n'));
		struct csv_row row;
		struct csv csv;
		number++;
		if (line.len == 0 || line.at[0] == '#')
			continue;
		csv_begin(&csv, line, "");
		if (csv_next(&csv, &row, NULL) != 1 || !decision_is_header(&row))
			rc = each(context, line, number);
	}
	return rc;
}
