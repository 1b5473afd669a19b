/*
 * stints_by_hand.c -- the length of stints as a person gives it: "GT 32", "88 45min"
 *
 *  (1) The session text of a recording gives some; those of the session file, then of
 *      --stints and of the keyboard come after them. Of two for the same name the last
 *      one wins.
 *  (2) A name is looked up each time, as a class, then as a car: cars and classes may
 *      come later.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/assets.h"
#include "session_parts.h"

#define STINT_TIME_LEAST US_MIN
#define STINT_TIME_MOST US_DAY
enum { STINT_LAPS_MOST = 1000 };

/* "32", "32 laps", "45min"; "auto": as the race shows. */
static bool stint_length(struct slice text, struct stint_named *out)
{
	struct rules_length length = {0};
	uint64_t laps = 0;
	out->time = 0;
	out->laps = 0;
	if (slice_eq_nocase(text, SLICE("auto")))
		return true;
	if (!parse_u64(text, &laps)) {
		if (length_parse(text, &length, NULL) != 0 || length.mm != 0 ||
		    (length.us != 0 && length.laps != 0))
			return false;
		laps = length.laps;
	}
	out->time = length.us;
	out->laps = laps <= STINT_LAPS_MOST ? (uint32_t)laps : 0;
	return out->laps > 0 ||
	       (out->time >= STINT_TIME_LEAST && out->time <= STINT_TIME_MOST);
}

int stint_set(struct slice name, struct slice length, struct stint_named *out,
	      struct err *err)
{
	*out = (struct stint_named){.name = ""};
	name = slice_trim(name);
	if (name.len > 0 && name.at[0] == '#')
		name = (struct slice){name.at + 1, name.len - 1};
	text_clean(out->name, sizeof(out->name), name);
	if (name.len > 0 && name.len < sizeof(out->name) &&
	    stint_length(slice_trim(length), out))
		return 0;
	return err_set(err, -EINVAL,
		       "a stint is a class or a car, then laps, a time or auto: GT 32, "
		       "88 45min");
}

int stint_parse(struct slice line, struct stint_named *out, struct err *err)
{
	line = slice_trim(line);
	/* A name may have blanks: the first length ends it. */
	for (size_t i = 1; i < line.len; i++) {
		struct slice name = {line.at, i};
		struct slice rest = {line.at + i, line.len - i};
		if (line.at[i] == ' ' && stint_set(name, rest, out, NULL) == 0)
			return 0;
	}
	return stint_set(line, SLICE(""), out, err);
}

static bool stint_same(const struct stint_named *a, const struct stint_named *b)
{
	return slice_eq_nocase(slice_of(a->name), slice_of(b->name));
}

/* Put @stint in the place of one for the same name, else at the end. */
static bool stint_put(struct stint_named *list, uint32_t *count,
		      const struct stint_named *stint)
{
	uint32_t at = 0;
	while (at < *count && !stint_same(&list[at], stint))
		at++;
	if (at == STINT_RULES_MAX)
		return false;
	/* The last one wins, also over a class with the same cars. */
	if (at < *count)
		memmove(&list[at], &list[at + 1], (--*count - at) * sizeof(list[0]));
	list[(*count)++] = *stint;
	return true;
}

int session_stint(struct session *session, const struct stint_named *stint,
		  struct err *err)
{
	struct session_parts *parts = session->parts;
	if (stint_put(parts->stints, &parts->stint_count, stint))
		return 0;
	return err_set(err, -ENOSPC, "more than %d stints by hand", STINT_RULES_MAX);
}

int session_stints_option(struct session *session, const char *option, struct err *err)
{
	struct slice rest = slice_of(option);
	struct stint_named stint;
	int rc = 0;
	while (rc == 0 && rest.at != NULL && rest.len > 0) {
		rc = stint_parse(slice_cut(&rest, ','), &stint, err);
		if (rc != 0)
			err_prefix(err, "--stints");
		else
			rc = session_stint(session, &stint, err);
	}
	return rc;
}

/* ---- for the race ---------------------------------------------------------------------- */

bool stint_find(const struct race *race, const struct stint_named *stint, uint16_t *car,
		uint8_t *class_index)
{
	struct slice name = slice_of(stint->name);
	*car = CAR_NONE;
	*class_index = RACE_CLASSES_MAX;
	if (slice_eq_nocase(name, SLICE("all")))
		return true;
	for (uint8_t i = 0; i < race->class_count; i++)
		if (slice_eq_nocase(slice_of(race->classes[i].name), name))
			*class_index = i;
	if (*class_index == RACE_CLASSES_MAX)
		*car = race_find_text(race, name);
	return *car != CAR_NONE || *class_index != RACE_CLASSES_MAX;
}

/* (2); those that are not found stay in the list, marked. */
static void stints_resolve(struct session *session)
{
	const struct race *race = &session->timeline.race;
	struct stint_model *model = &session->stint_model;
	*model = (struct stint_model){.count = 0};
	for (uint32_t i = 0; i < session->stint_count; i++) {
		struct stint_named *stint = &session->stints[i];
		struct stint_rule rule = {.time = stint->time, .laps = stint->laps};
		stint->unknown = !stint_find(race, stint, &rule.car, &rule.class_index);
		if (!stint->unknown)
			model->rules[model->count++] = rule;
	}
}

const struct stint_model *session_stints(struct session *session)
{
	struct session_parts *parts = session->parts;
	const struct stint_named *lists[] = {parts->text.stints, parts->texts.stints,
					     parts->stints};
	const uint32_t counts[] = {parts->text.stint_count, parts->texts.stint_count,
				   parts->stint_count};
	uint32_t kept = 0;
	session->stint_count = 0;
	for (unsigned list = 0; list < ARRAY_LEN(lists); list++)
		for (uint32_t i = 0; i < counts[list]; i++)
			(void)stint_put(session->stints, &session->stint_count,
					&lists[list][i]);
	/* "auto" only takes the place of an earlier one. */
	for (uint32_t i = 0; i < session->stint_count; i++)
		if (session->stints[i].time > 0 || session->stints[i].laps > 0)
			session->stints[kept++] = session->stints[i];
	session->stint_count = kept;
	stints_resolve(session);
	return session->stint_count > 0 ? &session->stint_model : NULL;
}
