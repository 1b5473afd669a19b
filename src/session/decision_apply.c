/*
 * decision_apply.c -- a line of a decision into events, and what is wrong with those in
 * the race (decision.h)
 *
 *  (1) Decisions of one instant are applied in the order of their numbers, and events
 *      are folded in the order of event_compare(), which compares the line before the
 *      car: so the line of a DECISION is its number.
 *  (2) An entry's number applies to the whole race, so that a transponder can be given
 *      to a car in retrospect; every other field from its instant on.
 *  (3) An entry's event has LINE_OPERATOR as its line, which only orders: at one
 *      instant the operator's word comes after that of the set-up.
 *  (4) A result at the end of a lap is two events: one without an instant ends the race
 *      there, the other lists the decision at its instant.
 */
#include <errno.h>
#include <string.h>

#include "pitwall/decision.h"

enum { LINE_OPERATOR = 1, OTHER_ENDS = '\x1f' };

/* ---- instants -------------------------------------------------------------------- */

/** "@15:20:00": the first such time of day after the start. */
static instant_us after_start(const struct decision_place *place,
			      const struct when *when)
{
	instant_us local = place->start_at + place->utc_offset_us;
	instant_us into = local % US_DAY;
	if (into < 0)
		into += US_DAY;
	instant_us at = place->start_at - into + when->value + when->days * US_DAY;
	return when->value < into ? at + US_DAY : at;
}

/** False: it is not known yet. */
static bool resolve_at(const struct decision *decision,
		       const struct decision_place *place, instant_us *at)
{
	*at = decision->at;
	if (decision->dated)
		return true;
	if (!decision->timed) {
		*at = place->last_at;
		return place->last_at != INSTANT_NONE;
	}
	if (place->start_at == INSTANT_NONE)
		return false;
	*at = decision->when.kind == WHEN_TIME_OF_DAY
		      ? after_start(place, &decision->when)
		      : place->start_at + decision->when.value;
	return true;
}

/* ---- events ------------------------------------------------------------------------ */

static uint8_t rank(uint32_t number)
{
	return number > UINT8_MAX ? UINT8_MAX : (uint8_t)(number - 1);
}

static void set_decision(const struct decision *decision, uint32_t number,
			 struct event_list *out, struct event *event)
{
	char joined[EVENT_ID_MAX + 64];
	event->field = decision->form->decision;
	event->value = decision->value;
	event->line = rank(number);
	event->number = number;
	size_t len = text_format(joined, sizeof(joined), "%.*s%c%.*s",
				 (int)decision->text.len, decision->text.at, OTHER_ENDS,
				 (int)decision->reason.len, decision->reason.at);
	if (event->field != DECISION_UNDO)
		event_set_text(out, event, (struct slice){joined, len});
}

static void set_entry(const struct decision *decision, struct event_list *out,
		      struct event *event)
{
	event->field = decision->field;
	event->number = (uint32_t)decision->value;
	event->line = LINE_OPERATOR;
	if (event->field == ENTRY_NUMBER)
		event->at = INSTANT_NONE;
	if (event->field != ENTRY_GRID)
		event_set_text(out, event, decision->text);
}

static void set_passing(const struct decision *decision, struct event *event)
{
	event->line = decision->field;
	event->value = DURATION_NONE;
	if (event->line == LINE_PIT_IN) {
		event->kind = EVENT_PIT_IN;
		event->value = 0;
	} else if (event->line == LINE_PIT_OUT) {
		event->kind = EVENT_PIT_OUT;
	}
}

static void append(const struct decision *decision, const struct decision_place *place,
		   instant_us at, struct event_list *out)
{
	enum event_kind kind = (enum event_kind)decision->form->event;
	struct event *event = event_add(out, kind, at);
	if (decision->id_kind != ID_NONE)
		event_set_id(event, (enum id_kind)decision->id_kind, decision->car);
	event->received_at =
		place->received_at == INSTANT_NONE ? at : place->received_at;
	event->source = SOURCE_OPERATOR;
	event->record = event->sequence = place->number;
	event->bits = EVENT_BY_HAND;
	if (kind == EVENT_START) {
		event->value = INSTANT_NONE;
	} else if (kind == EVENT_FLAG) {
		event->flag = decision->field;
		event_set_text(out, event, decision->reason);
	} else if (kind == EVENT_MESSAGE) {
		event_set_text(out, event, decision->reason);
	} else if (kind == EVENT_DRIVER) {
		event->number = (uint32_t)decision->value;
		if (decision->value == 0)
			event_set_text(out, event, decision->text);
	} else if (kind == EVENT_PASSING) {
		set_passing(decision, event);
	} else if (kind == EVENT_ENTRY) {
		set_entry(decision, out, event);
	} else if (kind == EVENT_DECISION) {
		set_decision(decision, place->number, out, event);
	}
}

/** (4) */
static void append_all(const struct decision *decision,
		       const struct decision_place *place, instant_us at,
		       struct event_list *out)
{
	if (decision->form->event == EVENT_DECISION &&
	    decision->form->decision == DECISION_RESULT_AT) {
		append(decision, place, at, out);
		out->at[out->count - 1].at = INSTANT_NONE;
	}
	append(decision, place, at, out);
}

int decision_apply(struct slice line, const struct decision_place *place,
		   struct event_list *out, struct err *err)
{
	struct decision decision;
	struct csv_row row;
	struct csv csv;
	instant_us at;
	csv_begin(&csv, line, place->where);
	int rc = csv_next(&csv, &row, err);
	if (rc < 0)
		return err_set(err, -EINVAL,
			       "%s: a quote is not closed, or the line is too long",
			       place->where);
	if (rc == 0)
		return err_set(err, -EINVAL, "%s: blank", place->where);
	if (decision_is_header(&row))
		return 0;
	rc = decision_parse(&row, place->where, &decision, err);
	if (rc != 0)
		return rc;
	if (decision.form->decision == DECISION_UNDO &&
	    decision.form->event == EVENT_DECISION &&
	    decision.value >= (int64_t)place->number)
		return err_set(err, -EINVAL,
			       "%s: the value must be the number of an earlier "
			       "decision, not \"%lld\"",
			       place->where, (long long)decision.value);
	if (!resolve_at(&decision, place, &at))
		return DECISION_WAITS;
	append_all(&decision, place, at, out);
	return 0;
}

/* ---- in the race --------------------------------------------------------------------- */

static bool result_fault(const struct race *race, int64_t lap, char *fault, size_t cap)
{
	if (race->setup.type == SESSION_TIMED)
		text_format(fault, cap, "a timed session has no result at a lap");
	else if (lap <= 0 || lap > UINT32_MAX)
		text_format(fault, cap, "there is no lap %lld", (long long)lap);
	else if (race->result_lap == lap && !race_lap_reached(race, lap))
		text_format(fault, cap, "no car has completed lap %lld",
			    (long long)lap);
	else
		return false;
	return true;
}

bool decision_fault(const struct race *race, const struct event_list *list,
		    const struct event *event, char *fault, size_t cap)
{
	struct slice number = slice_of(event->id), rest = event_text(list, event);
	struct slice other = slice_cut(&rest, OTHER_ENDS);
	uint16_t car = event->id_kind == ID_NUMBER
			       ? race_find_text(race, number)
			       : race_find(race, (enum id_kind)event->id_kind, number);
	uint16_t behind = race_find_text(race, other);
	if (event->field == DECISION_RESULT_AT)
		return result_fault(race, event->value, fault, cap);
	if (car == CAR_NONE)
		text_format(fault, cap, "there is no car %.*s in this race",
			    (int)number.len, number.at);
	else if (event->field == DECISION_BEHIND && behind == CAR_NONE)
		text_format(fault, cap, "there is no car %.*s in this race",
			    (int)other.len, other.at);
	else if (event->field == DECISION_BEHIND && behind == car)
		text_format(fault, cap, "car %.*s cannot be placed behind itself",
			    (int)number.len, number.at);
	else if (event->field == DECISION_LAP_DELETED &&
		 race_deletion_waits(race, car, event->value))
		text_format(fault, cap, "car %.*s has no lap %lld: it has %u laps",
			    (int)number.len, number.at, (long long)event->value,
			    race->cars[car].laps);
	else
		return false;
	return true;
}
