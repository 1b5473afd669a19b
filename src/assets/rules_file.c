/*
 * rules_file.c -- rulesets as INI files
 *
 * Every value may have a companion "KEY-source = where it is from" behind it. A
 * source that begins with "not established", "memory" or "disputed" says how
 * sure the value is.
 *
 *   [ruleset]         name, title, fcy, invitation
 *   [length]          length (repeated: the lengths such races have)
 *   [classification]  fraction, of, round, must-take-flag, flag-within, list, clock
 *   [stops]           minimum
 *   [safety car]      wave-by
 *   [class NAME]      matches, invited, colour
 *   [drivers ...]     maximum, minimum, within; for a race length, a class defined
 *                     above, or both, named in place of "..."
 */
#include "pitwall/assets.h"
#include "pitwall/inifile.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

struct rules_reader {
	struct rules *rules;
	uint8_t *known; /* of the value read last; NULL */
	uint32_t seen;  /* bit n: keys[n] has a value already */
};

/* ---- values ----------------------------------------------------------------- */

typedef int (*rules_setter)(struct rules_reader *reader, const struct ini_entry *entry,
			    struct err *err);

static int set_name(struct rules_reader *reader, const struct ini_entry *entry,
		    struct err *err)
{
	if (!asset_name_ok(entry->value))
		return ini_bad(entry, err,
			       "a ruleset's name is of small letters, digits and '-'");
	return ini_text(entry, reader->rules->name, sizeof(reader->rules->name), err);
}

static int set_title(struct rules_reader *reader, const struct ini_entry *entry,
		     struct err *err)
{
	return ini_text(entry, reader->rules->title, sizeof(reader->rules->title), err);
}

static int set_fcy(struct rules_reader *reader, const struct ini_entry *entry,
		   struct err *err)
{
	return ini_text(entry, reader->rules->fcy, sizeof(reader->rules->fcy), err);
}

static int set_invitation(struct rules_reader *reader, const struct ini_entry *entry,
			  struct err *err)
{
	return ini_text(entry, reader->rules->invitation,
			sizeof(reader->rules->invitation), err);
}

static int rules_set_length(struct rules_reader *reader, const struct ini_entry *entry,
			    struct err *err)
{
	struct rules *rules = reader->rules;
	struct err why;
	if (rules->length_count == RULES_LENGTHS_MAX)
		return ini_bad(entry, err, "more than %d lengths", RULES_LENGTHS_MAX);
	if (length_parse(slice_of(entry->value), &rules->lengths[rules->length_count],
			 &why))
		return ini_bad(entry, err, "%s", why.text);
	rules->length_count++;
	return 0;
}

static int set_fraction(struct rules_reader *reader, const struct ini_entry *entry,
			struct err *err)
{
	struct slice text = slice_of(entry->value);
	reader->known = &reader->rules->fraction_known;
	*reader->known = KNOWN_SOURCE;
	if (slice_eq_nocase(text, SLICE("none"))) {
		reader->rules->fraction_pm = 0;
		return 0;
	}
	int64_t pm = -1;
	if (text.len && text.at[text.len - 1] == '%') {
		text.len--;
		/* Cutting a digit off would move the threshold. */
		if (!parse_decimal(text, 6, &pm) || pm % 100000 != 0)
			pm = -1;
		pm /= 100000;
	}
	if (pm < 1 || pm > 1000)
		return ini_bad(entry, err,
			       "\"%s\" is no fraction of the winner's distance: say "
			       "70%%, 66.6%% or none",
			       entry->value);
	reader->rules->fraction_pm = (uint32_t)pm;
	return 0;
}

static int rules_choose(const struct ini_entry *entry, const char *const names[],
			uint8_t *out, struct err *err)
{
	for (unsigned i = 0; names[i]; i++)
		if (slice_eq_nocase(slice_of(entry->value), slice_of(names[i]))) {
			*out = (uint8_t)i;
			return 0;
		}
	return ini_bad(entry, err, "\"%s = %s\": say %s%s%s or %s", entry->key,
		       entry->value, names[0], names[2] ? ", " : "",
		       names[2] ? names[1] : "", names[2] ? names[2] : names[1]);
}

static int set_of(struct rules_reader *reader, const struct ini_entry *entry,
		  struct err *err)
{
	static const char *const names[] = {"race winner", "class winner", NULL};
	return rules_choose(entry, names, &reader->rules->of, err);
}

static int set_round(struct rules_reader *reader, const struct ini_entry *entry,
		     struct err *err)
{
	static const char *const names[] = {"floor", "ceil", "nearest", NULL};
	return rules_choose(entry, names, &reader->rules->round, err);
}

static int set_list(struct rules_reader *reader, const struct ini_entry *entry,
		    struct err *err)
{
	static const char *const names[] = {"classified first", "by laps", NULL};
	return rules_choose(entry, names, &reader->rules->list, err);
}

static int set_must_take_flag(struct rules_reader *reader,
			      const struct ini_entry *entry, struct err *err)
{
	reader->known = &reader->rules->flag_known;
	*reader->known = KNOWN_SOURCE;
	return ini_yes_no(entry, &reader->rules->must_take_flag, err);
}

static int set_flag_within(struct rules_reader *reader, const struct ini_entry *entry,
			   struct err *err)
{
	struct rules_length within = {0};
	if (slice_eq_nocase(slice_of(entry->value), SLICE("none"))) {
		reader->rules->flag_within = 0;
		return 0;
	}
	if (length_parse(slice_of(entry->value), &within, NULL) || within.mm ||
	    within.laps)
		return ini_bad(entry, err, "\"%s\" is no time: say 6min or none",
			       entry->value);
	reader->rules->flag_within = within.us;
	return 0;
}

static int set_clock(struct rules_reader *reader, const struct ini_entry *entry,
		     struct err *err)
{
	struct rules *rules = reader->rules;
	if (slice_eq_nocase(slice_of(entry->value), SLICE("signal"))) {
		rules->clock = CLOCK_SIGNAL;
		return 0;
	}
	struct slice text = slice_of(entry->value);
	if (text.len != 8 || !parse_duration(text, &rules->clock_of_day) ||
	    rules->clock_of_day >= US_DAY)
		return ini_bad(entry, err,
			       "\"%s\" is no start of the clock: say signal or a time "
			       "of day, 12:00:00",
			       entry->value);
	rules->clock = CLOCK_TIME_OF_DAY;
	return 0;
}

static int rules_time(const struct ini_entry *entry, const char *text, duration_us *out,
		      struct err *err)
{
	struct rules_length length = {0};
	if (length_parse(slice_of(text), &length, NULL) || length.mm || length.laps)
		return ini_bad(entry, err, "\"%s\" is no time: say 14h, 1h15min or 75s",
			       text);
	*out = length.us;
	return 0;
}

static int set_stop_least(struct rules_reader *reader, const struct ini_entry *entry,
			  struct err *err)
{
	reader->known = &reader->rules->stop_known;
	*reader->known = KNOWN_SOURCE;
	return rules_time(entry, entry->value, &reader->rules->stop_least, err);
}

static int set_wave_by(struct rules_reader *reader, const struct ini_entry *entry,
		       struct err *err)
{
	return ini_yes_no(entry, &reader->rules->wave_by, err);
}

static struct rules_class *class_in_hand(struct rules_reader *reader)
{
	assert(reader->rules->class_count > 0);
	return &reader->rules->classes[reader->rules->class_count - 1];
}

static int set_matches(struct rules_reader *reader, const struct ini_entry *entry,
		       struct err *err)
{
	struct rules_class *class = class_in_hand(reader);
	return ini_text(entry, class->matches, sizeof(class->matches), err);
}

static int set_invited(struct rules_reader *reader, const struct ini_entry *entry,
		       struct err *err)
{
	uint64_t n;
	if (!parse_u64(slice_of(entry->value), &n) || n > 100)
		return ini_bad(entry, err, "\"%s\" is no number of cars from 0 to 100",
			       entry->value);
	class_in_hand(reader)->invited = (uint8_t)n;
	return 0;
}

static int set_colour(struct rules_reader *reader, const struct ini_entry *entry,
		      struct err *err)
{
	uint64_t n;
	if (!parse_u64(slice_of(entry->value), &n) || n < 1 || n > RULES_COLOURS)
		return ini_bad(entry, err, "\"%s\" is no class colour from 1 to 6",
			       entry->value);
	class_in_hand(reader)->colour = (uint8_t)n;
	return 0;
}

/* ---- drivers ---------------------------------------------------------------- */

static struct rules_driving *driving_in_hand(struct rules_reader *reader)
{
	struct rules_driving *driving;
	assert(reader->rules->driving_count > 0);
	driving = &reader->rules->driving[reader->rules->driving_count - 1];
	reader->known = &driving->known;
	return driving;
}

static int set_maximum(struct rules_reader *reader, const struct ini_entry *entry,
		       struct err *err)
{
	return rules_time(entry, entry->value, &driving_in_hand(reader)->maximum, err);
}

static int set_minimum(struct rules_reader *reader, const struct ini_entry *entry,
		       struct err *err)
{
	return rules_time(entry, entry->value, &driving_in_hand(reader)->minimum, err);
}

/* "4h in 6h" */
static int set_within(struct rules_reader *reader, const struct ini_entry *entry,
		      struct err *err)
{
	struct rules_driving *driving = driving_in_hand(reader);
	char within[32];
	const char *in = strstr(entry->value, " in ");
	if (in == NULL)
		return ini_bad(entry, err,
			       "\"%s\" is no time in a stretch of the race: say 4h in "
			       "6h",
			       entry->value);
	text_copy(
		within, sizeof(within),
		slice_trim((struct slice){entry->value, (size_t)(in - entry->value)}));
	int failed = rules_time(entry, within, &driving->within, err);
	if (!failed)
		failed = rules_time(entry, in + 4, &driving->window, err);
	if (!failed && driving->within > driving->window)
		return ini_bad(entry, err, "\"%s\": more than there is in the stretch",
			       entry->value);
	return failed;
}

/* ---- the table of keys ------------------------------------------------------ */

static const struct {
	const char *section, *key;
	rules_setter set;
} keys[] = {
	{"ruleset", "name", set_name},
	{"ruleset", "title", set_title},
	{"ruleset", "fcy", set_fcy},
	{"ruleset", "invitation", set_invitation},
	{"length", "length", rules_set_length},
	{"classification", "fraction", set_fraction},
	{"classification", "of", set_of},
	{"classification", "round", set_round},
	{"classification", "must-take-flag", set_must_take_flag},
	{"classification", "flag-within", set_flag_within},
	{"classification", "list", set_list},
	{"classification", "clock", set_clock},
	{"stops", "minimum", set_stop_least},
	{"safety car", "wave-by", set_wave_by},
	{"class", "matches", set_matches},
	{"class", "invited", set_invited},
	{"class", "colour", set_colour},
	{"drivers", "maximum", set_maximum},
	{"drivers", "minimum", set_minimum},
	{"drivers", "within", set_within},
};

/* "drivers 6h LMP2": the row for a length and a class, made when it is new. */
static int drivers_section(struct rules_reader *reader, const struct ini_entry *entry,
			   struct slice words, struct err *err)
{
	struct rules *rules = reader->rules;
	struct rules_driving row = {.class_row = RULES_CLASSES_MAX,
				    .known = KNOWN_SOURCE};
	struct rules_length length = {0};
	struct slice rest = slice_trim(words), word = slice_cut(&rest, ' ');
	if (length_parse(word, &length, NULL) == 0 && length.us > 0 && !length.mm &&
	    !length.laps)
		row.length = length.us;
	else
		rest = slice_trim(words);
	for (unsigned i = 0; rest.len > 0 && i < rules->class_count; i++)
		if (slice_eq(slice_of(rules->classes[i].name), slice_trim(rest)))
			row.class_row = (uint8_t)i;
	if (rest.len > 0 && row.class_row == RULES_CLASSES_MAX)
		return ini_bad(entry, err,
			       "[%s]: write [drivers], a race length like 6h and a "
			       "class defined above it, or either",
			       entry->section);
	for (unsigned i = 0; i < rules->driving_count; i++) {
		const struct rules_driving *other = &rules->driving[i];
		if (other->length != row.length || other->class_row != row.class_row)
			continue;
		if (i + 1u == rules->driving_count)
			return 0;
		return ini_bad(entry, err, "[%s] occurs twice", entry->section);
	}
	if (rules->driving_count == RULES_DRIVING_MAX)
		return ini_bad(entry, err, "more than %d rows of drivers",
			       RULES_DRIVING_MAX);
	rules->driving[rules->driving_count++] = row;
	return 0;
}

/* "class GT" -> "class", and the class made when it is new. */
static int section_of(struct rules_reader *reader, const struct ini_entry *entry,
		      struct slice *section, struct err *err)
{
	struct slice rest = slice_of(entry->section);
	*section = slice_cut(&rest, ' ');
	if (slice_eq(*section, SLICE("safety")))
		*section = slice_of(entry->section);
	if (slice_eq(*section, SLICE("drivers")))
		return drivers_section(reader, entry, rest, err);
	if (!slice_eq(*section, SLICE("class")))
		return 0;
	char name[sizeof(reader->rules->classes[0].name) + 1];
	size_t len = text_clean(name, sizeof(name), rest);
	if (len == 0 || len >= sizeof(reader->rules->classes[0].name))
		return ini_bad(entry, err,
			       "[%s]: write [class NAME] with a name of at most %zu "
			       "bytes",
			       entry->section,
			       sizeof(reader->rules->classes[0].name) - 1);
	struct rules *rules = reader->rules;
	if (rules->class_count &&
	    strcmp(rules->classes[rules->class_count - 1].name, name) == 0)
		return 0;
	for (unsigned i = 0; i < rules->class_count; i++)
		if (strcmp(rules->classes[i].name, name) == 0)
			return ini_bad(entry, err, "class %s occurs twice", name);
	if (rules->class_count == RULES_CLASSES_MAX)
		return ini_bad(entry, err, "more than %d classes", RULES_CLASSES_MAX);
	struct rules_class *class = &rules->classes[rules->class_count++];
	text_copy(class->name, sizeof(class->name), slice_of(name));
	text_copy(class->matches, sizeof(class->matches), slice_of(name));
	return 0;
}

static void note_source(struct rules_reader *reader, const char *source)
{
	static const struct {
		const char *begins;
		enum rules_known known;
	} words[] = {
		{"not established", KNOWN_NO},
		{"memory", KNOWN_MEMORY},
		{"disputed", KNOWN_DISPUTED},
	};
	for (size_t i = 0; reader->known && i < ARRAY_LEN(words); i++)
		if (slice_starts(slice_of(source), slice_of(words[i].begins)))
			*reader->known = (uint8_t)words[i].known;
	/* Further lines of the same source add words, not sureness. */
	reader->known = NULL;
}

static int rules_take(void *context, const struct ini_entry *entry, struct err *err)
{
	struct rules_reader *reader = context;
	struct slice section, key = slice_of(entry->key);
	int failed = section_of(reader, entry, &section, err);
	if (failed)
		return failed;
	bool source = slice_cut_end(&key, SLICE("-source"));
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		if (!slice_eq(section, slice_of(keys[i].section)) ||
		    !slice_eq(key, slice_of(keys[i].key)))
			continue;
		if (source) {
			note_source(reader, entry->value);
			return 0;
		}
		reader->known = NULL;
		bool many = slice_eq(section, SLICE("class")) ||
			    slice_eq(section, SLICE("length")) ||
			    slice_eq(section, SLICE("drivers"));
		if (!many && (reader->seen >> i & 1) != 0)
			return ini_bad(entry, err, "%s occurs twice", entry->key);
		reader->seen |= UINT32_C(1) << i;
		return keys[i].set(reader, entry, err);
	}
	return ini_bad(entry, err,
		       "[%s] has no key \"%s\": see assets/rules/plain.ini for those "
		       "there are",
		       entry->section, entry->key);
}

int rules_parse(struct slice text, const char *where, struct rules *out,
		struct err *err)
{
	struct rules rules = {0};
	struct rules_reader reader = {.rules = &rules};
	int failed = ini_walk(text, where, rules_take, &reader, err);
	if (failed)
		return failed;
	if (!rules.name[0])
		return err_set(err, -EINVAL,
			       "%s: no \"name\" in [ruleset]: not a ruleset file",
			       where);
	if (!rules.title[0])
		text_copy(rules.title, sizeof(rules.title), slice_of(rules.name));
	*out = rules;
	return 0;
}
