/*
 * command_line.c -- the verbs of the command line, and how a line is read
 */
#include "pitwall/command_line.h"

#include <errno.h>
#include <string.h>

static const struct line_verb verbs[] = {
	{"lap", "NUMBER, +N or -N", "to a lap of the leader; with a sign, from here",
	 LINE_LAP, 0},
	{"time", "HH:MM[:SS]", "to a time of the day", LINE_TIME, 0},
	{"go", "WHEN", "to 3:20:00, @15:20, lap:112, 50%, start or end", LINE_PROMPT,
	 PROMPT_GO_TO},
	{"next", "[KIND]", "to the next event of a kind", LINE_NEXT, 0},
	{"previous", "[KIND]", "to the last event of a kind", LINE_BEFORE, 0},
	{"flag", "[FLAG]", "to the next change of the flag, or the next SC, FCY, RED",
	 LINE_FLAG, 0},
	{"speed", "NUMBER", "how fast the race plays: 1/8 to 1000", LINE_SPEED, 0},
	{"car", "NUMBER or NAME", "select a car, by number, team, model or driver",
	 LINE_CAR, 0},
	{"class", "NAME", "select the leader of a class", LINE_CLASS, 0},
	{"screen", "NAME or KEY", "show a screen", LINE_SCREEN, 0},
	{"chart", "NAME", "show a chart of the laps screen", LINE_CHART, 0},
	{"find", "TEXT", "find a car; n and N: the others that match", LINE_PROMPT,
	 PROMPT_FIND},
	{"filter", "[WORDS]", "show some cars only; empty: all", LINE_PROMPT,
	 PROMPT_FILTER},
	{"columns", "[NAMES]", "columns of the timing screen; empty: edit them",
	 LINE_PROMPT, PROMPT_COLUMNS},
	{"sort", "[-]COLUMN", "sort the timing screen; empty: the order of the race",
	 LINE_SORT, 0},
	{"gaps", "NAME", "which gaps the tables show", LINE_GAPS, 0},
	{"alert", "RULE", "a new alert", LINE_PROMPT, PROMPT_ALERT},
	{"stint", "CLASS or CAR, LENGTH", "length of a stint by hand", LINE_PROMPT,
	 PROMPT_STINT},
	{"control", "DECISION", "race control, while the race runs", LINE_PROMPT,
	 PROMPT_OPERATE},
	{"delay", "SECONDS", "hold the live edge back", LINE_PROMPT, PROMPT_DELAY},
	{"session", "[NUMBER or NAME]", "another session of the source", LINE_SESSION,
	 0},
	{"theme", "NAME", "colours of the screen", LINE_THEME, 0},
	{"digest", "", "how the race was won, or its state, in sentences", LINE_DIGEST, 0},
};

/* Actions that a verb above does, in words. */
static bool is_covered(unsigned action)
{
	static const uint64_t covered =
		ACTION_BIT(LAP) | ACTION_BIT(GO_TO) | ACTION_BIT(EVENT) |
		ACTION_BIT(SPEED) | ACTION_BIT(SCREEN) | ACTION_BIT(FIND) |
		ACTION_BIT(FILTER) | ACTION_BIT(COLUMNS) | ACTION_BIT(COLUMNS_EDIT) |
		ACTION_BIT(SORT) | ACTION_BIT(GAPS) | ACTION_BIT(STINT) |
		ACTION_BIT(OPERATE) | ACTION_BIT(DELAY) | ACTION_BIT(SESSION) |
		ACTION_BIT(COMMAND);
	return covered >> action & 1;
}

bool line_verb_at(unsigned i, struct line_verb *out)
{
	if (i < ARRAY_LEN(verbs)) {
		*out = verbs[i];
		return true;
	}
	i -= (unsigned)ARRAY_LEN(verbs);
	for (unsigned action = 0; action < ACTION_COUNT; action++) {
		if (is_covered(action) || i-- > 0)
			continue;
		int16_t only;
		*out = (struct line_verb){action_name((enum action)action), "",
					  action_about((enum action)action),
					  LINE_ACTION, (uint8_t)action};
		if (action_takes_number((enum action)action, &only))
			out->usage = "[NUMBER]";
		return true;
	}
	return false;
}

static bool begins(struct slice name, struct slice begin)
{
	return begin.len <= name.len &&
	       slice_eq_nocase((struct slice){name.at, begin.len}, begin);
}

static int no_verb(struct slice name, struct err *err)
{
	enum { NEAR = 3 };
	struct line_verb verb;
	const char *near = NULL;
	unsigned least = NEAR;
	for (unsigned i = 0; line_verb_at(i, &verb); i++) {
		unsigned n = text_distance(name, slice_of(verb.name));
		if (n >= least || n * 2 > name.len)
			continue;
		least = n;
		near = verb.name;
	}
	return err_set(err, -ENOENT, "there is no command %.*s%s%s%s",
		       (int)(name.len < 24 ? name.len : 24), name.at,
		       near ? "; did you mean " : "; Tab after : lists them",
		       near ? near : "", near ? "?" : "");
}

/* (1) */
int line_verb_find(struct slice name, struct line_verb *out, struct err *err)
{
	struct line_verb verb;
	char several[96];
	size_t len = 0;
	unsigned found = 0;
	if (name.len == 0)
		return no_verb(name, err);
	for (unsigned i = 0; line_verb_at(i, &verb); i++) {
		if (!begins(slice_of(verb.name), name))
			continue;
		if (strlen(verb.name) == name.len) {
			*out = verb;
			return 0;
		}
		if (found++ == 0)
			*out = verb;
		len += text_format(several + len, sizeof(several) - len, "%s%s",
				   len > 0 ? ", " : "", verb.name);
	}
	if (found == 0)
		return no_verb(name, err);
	if (found == 1)
		return 0;
	return err_set(err, -ENOENT, "%.*s is the beginning of %s", (int)name.len,
		       name.at, several);
}

int line_argument(const struct line_verb *verb, struct slice rest, int16_t *out,
		  struct err *err)
{
	enum { MOST = 1000 };
	int64_t number;
	bool takes = action_takes_number((enum action)verb->of, out);
	rest = slice_trim(rest);
	if (rest.len == 0)
		return 0;
	if (!takes)
		return err_set(err, -EINVAL, "nothing follows %s", verb->name);
	if (rest.at[0] == '+')
		rest = (struct slice){rest.at + 1, rest.len - 1};
	if (!parse_i64(rest, &number) || number == 0 || number < -MOST || number > MOST)
		return err_set(err, -EINVAL,
			       "%s takes a number: %s 1, or %s -1 the other way",
			       verb->name, verb->name, verb->name);
	*out = (int16_t)number;
	return 0;
}

int line_class(const struct race *race, struct slice name)
{
	int found = -1;
	for (unsigned i = 0; i < race->class_count && name.len > 0; i++) {
		struct slice own = slice_of(race->classes[i].name);
		if (slice_eq_nocase(own, name))
			return (int)i;
		if (begins(own, name))
			found = found == -1 ? (int)i : -2;
	}
	return found < 0 ? -1 : found;
}

int line_screen(const struct view *view, struct slice name)
{
	size_t count;
	const struct key_binding *keys = view_keys(view, &count);
	for (size_t i = 0; i < count; i++)
		if (keys[i].action == ACTION_SCREEN &&
		    slice_eq(slice_of(keys[i].label), name) &&
		    (unsigned)keys[i].argument < SCREEN_COUNT)
			return keys[i].argument;
	for (int whole = 1; whole >= 0; whole--)
		for (int i = 0; i < SCREEN_COUNT; i++) {
			struct slice own = slice_of(screens[i]->name);
			if (name.len > 0 &&
			    (whole ? slice_eq_nocase(own, name) : begins(own, name)))
				return i;
		}
	return -1;
}
