/*
 * runs.c -- the sessions that a source holds one behind the other, and the one wanted
 *
 *  (1) A session begins where a source says so and cars have run since the one before:
 *      what is said again, or before a car has moved, only names it.
 *  (2) Without a wish it is the last in which a car crossed a line.
 *  (3) What earlier sessions said of the entries of cars that run in this one holds:
 *      sources do not say it twice.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "load_parts.h"

enum { IDS_MAX = 4 * RACE_IDS_MAX };

struct run {
	uint32_t number, from, to, cars;
	duration_us length;
	char name[sizeof(((struct view_session *)0)->name)];
	uint8_t field; /* enum session_field */
};

/* Whom the passings of one session name. */
struct names {
	const struct event *at[IDS_MAX];
	uint32_t count;
};

struct runs {
	struct run at[SESSION_RUNS_MAX];
	unsigned count;
	bool said; /* a source told of sessions at all */
	struct names names;
};

/* ---- cars ------------------------------------------------------------------------- */

static const struct event **slot_of(struct names *names, const struct event *event)
{
	size_t i = (size_t)(hash_bytes(event->id, sizeof(event->id), event->id_kind) %
			    IDS_MAX);
	for (size_t tries = 0; tries < IDS_MAX; tries++) {
		const struct event *there = names->at[i];
		if (there == NULL ||
		    (there->id_kind == event->id_kind &&
		     memcmp(there->id, event->id, sizeof(event->id)) == 0))
			return &names->at[i];
		i = (i + 1) % IDS_MAX;
	}
	return NULL;
}

static bool runs_in_it(const struct event *event)
{
	return event->kind == EVENT_PASSING || event->kind == EVENT_LAP ||
	       event->kind == EVENT_CLAIM;
}

static void collect_names(const struct event_list *list, const struct run *run,
			  struct names *names)
{
	*names = (struct names){.count = 0};
	for (uint32_t i = run->from; i < run->to; i++) {
		const struct event *event = &list->at[i];
		if (!runs_in_it(event) || names->count >= IDS_MAX / 2)
			continue;
		const struct event **slot = slot_of(names, event);
		if (slot != NULL && *slot == NULL) {
			*slot = event;
			names->count++;
		}
	}
}

/* ---- sessions ---------------------------------------------------------------------- */

static void name_run(const struct event_list *list, const struct event *event,
		     struct run *run)
{
	run->number = event->number;
	run->field = event->field;
	if (event->value > 0 && event->value < 100 * US_DAY)
		run->length = event->value;
	if (event->text_len > 0)
		text_copy(run->name, sizeof(run->name), event_text(list, event));
}

static void collect_runs(const struct event_list *list, struct runs *runs)
{
	bool raced = false;
	runs->count = 1;
	runs->at[0] = (struct run){.to = list->count};
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		struct run *run = &runs->at[runs->count - 1];
		raced |= event->kind == EVENT_PASSING;
		if (event->kind != EVENT_SESSION)
			continue;
		bool begins = raced && runs->said && event->number != run->number &&
			      runs->count < SESSION_RUNS_MAX;
		begins |= raced && !runs->said && runs->count < SESSION_RUNS_MAX;
		if (begins) {
			run->to = i;
			run = &runs->at[runs->count++];
			*run = (struct run){.from = i, .to = list->count};
			raced = false;
		}
		runs->said = true;
		name_run(list, event, run);
	}
	/* Most sources hold one, and nobody asks for its cars here. */
	for (unsigned i = 0; runs->said && i < runs->count; i++) {
		collect_names(list, &runs->at[i], &runs->names);
		runs->at[i].cars = runs->names.count;
	}
}

static void show_runs(const struct loader *loader, const struct runs *runs,
		      unsigned row)
{
	struct session *session = loader->session;
	session->run_count = runs->said ? runs->count : 0;
	session->run = row;
	for (unsigned i = 0; i < session->run_count; i++) {
		struct view_session *shown = &session->runs[i];
		*shown = (struct view_session){
			.cars = runs->at[i].cars,
			.type = runs->at[i].field == SESSION_FIELD_TIMED ? SESSION_TIMED
									 : SESSION_RACE,
			.current = i == row,
		};
		if (runs->at[i].name[0] != '\0')
			text_copy(shown->name, sizeof(shown->name),
				  slice_of(runs->at[i].name));
		else
			text_format(shown->name, sizeof(shown->name), "Session %u",
				    runs->at[i].number);
	}
}

/* ---- the one wanted ------------------------------------------------------------------ */

/* "#2" is the second, whatever it is called: names and numbers may stand twice. */
static bool is_wanted(const struct runs *runs, unsigned row, const char *wanted)
{
	const struct run *run = &runs->at[row];
	uint64_t number;
	if (wanted[0] == '#')
		return parse_u64(slice_of(wanted + 1), &number) && number == row + 1u;
	return slice_eq_nocase(slice_of(run->name), slice_of(wanted)) ||
	       (parse_u64(slice_of(wanted), &number) && number == run->number);
}

static int no_such_run(const struct loader *loader, const struct runs *runs,
		       struct err *err)
{
	char names[120] = "";
	size_t len = 0;
	if (!runs->said)
		return err_set(err, -EINVAL,
			       "%s holds one session, %s; --session race or timed says "
			       "how it is to be ordered",
			       loader->gathered.shown, loader->session->setup.session);
	for (unsigned i = 0; i < runs->count; i++)
		len += text_format(names + len, sizeof(names) - len, "%s%u%s%s",
				   i == 0 ? "" : ", ", runs->at[i].number,
				   runs->at[i].name[0] == '\0' ? "" : " ",
				   runs->at[i].name);
	return err_set(err, -EINVAL,
		       "%s has no session \"%.40s\"; it has %s (--session takes the "
		       "number or the name)",
		       loader->gathered.shown, loader->session_name, names);
}

static int choose_run(struct loader *loader, const struct runs *runs, unsigned *row,
		      struct err *err)
{
	const char *wanted = loader->session_name;
	const struct race_setup *setup = &loader->session->setup;
	*row = runs->count - 1;
	for (unsigned i = runs->count; wanted != NULL && runs->said && i-- > 0;) {
		*row = i;
		if (is_wanted(runs, i, wanted))
			return 0;
	}
	bool type = wanted == NULL || strcmp(wanted, "race") == 0 ||
		    strcmp(wanted, "timed") == 0;
	if (!type && !slice_eq_nocase(slice_of(wanted), slice_of(setup->session)))
		return no_such_run(loader, runs, err);
	*row = runs->count - 1;
	while (*row > 0 && runs->at[*row].cars == 0)
		(*row)--;
	if (runs->at[*row].cars == 0)
		*row = runs->count - 1;
	if (runs->count > 1 && wanted == NULL)
		load_warn(loader,
			  "%u sessions in it; this is %u%s%s (--session takes "
			  "the number or the name of another)",
			  runs->count, runs->at[*row].number,
			  runs->at[*row].name[0] == '\0' ? "" : ", ",
			  runs->at[*row].name);
	return 0;
}

/** Leave in the list what is of this session, and (3). */
static void keep_run(struct event_list *list, const struct run *run,
		     struct names *names)
{
	uint32_t to = 0;
	collect_names(list, run, names);
	for (uint32_t i = 0; i < run->from; i++) {
		const struct event *event = &list->at[i];
		const struct event **slot =
			event->kind == EVENT_ENTRY ? slot_of(names, event) : NULL;
		/* The slots point into the list, behind what is moved here. */
		if (slot != NULL && *slot != NULL)
			list->at[to++] = *event;
	}
	memmove(&list->at[to], &list->at[run->from],
		(run->to - run->from) * sizeof(list->at[0]));
	list->count = to + run->to - run->from;
}

static void set_up(struct loader *loader, const struct run *run, bool several)
{
	struct race_setup *setup = &loader->session->setup;
	const char *wanted = loader->session_name;
	bool type_given = loader->text.type_said ||
			  (wanted != NULL && (strcmp(wanted, "race") == 0 ||
					      strcmp(wanted, "timed") == 0));
	if (!type_given && run->field != SESSION_FIELD_UNKNOWN)
		setup->type = run->field == SESSION_FIELD_TIMED ? SESSION_TIMED
								: SESSION_RACE;
	if (run->name[0] != '\0' && (several || loader->text.name[0] == '\0'))
		text_copy(setup->session, sizeof(setup->session), slice_of(run->name));
	loader->length_heard = run->length;
}

int load_runs(struct loader *loader, struct err *err)
{
	struct event_list *list = &loader->session->events;
	struct runs *runs = calloc(1, sizeof(*runs));
	unsigned row = 0;
	if (runs == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	collect_runs(list, runs);
	int rc = choose_run(loader, runs, &row, err);
	if (rc == 0) {
		show_runs(loader, runs, row);
		set_up(loader, &runs->at[row], runs->count > 1);
		if (runs->count > 1)
			keep_run(list, &runs->at[row], &runs->names);
	}
	free(runs);
	return rc;
}
