/*
 * strategy_sentence.c -- the strategy of a car in sentences, for the screen and the list
 *
 *  (1) A sentence names its cars: who is faster, who is ahead of whom.
 *  (2) A forecast value begins with a tilde.
 *  (3) A sentence is a row of clauses; the screen leaves out the last ones where they do
 *      not fit, so the weightiest comes first.
 *  (4) What is unknown is replaced by its reason.
 */
#include "write.h"

#include <stdarg.h>
#include <stdio.h>

struct saying {
	const struct strategy_of *of;
	struct strategy_sentence *out;
};

/* ---- runs of words ------------------------------------------------------------------ */

static void PRINTF_LIKE(3, 4)
	say(struct saying *s, enum strategy_mark mark, const char *fmt, ...)
{
	struct strategy_sentence *out = s->out;
	size_t room = sizeof(out->text) - out->len;
	va_list args;
	if (out->run_count == STRATEGY_RUNS_MAX)
		return;
	va_start(args, fmt);
	int n = vsnprintf(out->text + out->len, room, fmt, args);
	va_end(args);
	if (n <= 0 || (size_t)n >= room) {
		out->text[out->len] = '\0';
		return;
	}
	out->runs[out->run_count++] = (struct strategy_run){
		.from = (uint16_t)out->len,
		.len = (uint16_t)n,
		.car = CAR_NONE,
		.mark = (uint8_t)mark,
	};
	out->len += (size_t)n;
}

#define SAY(s_, ...) say((s_), STRATEGY_PLAIN, __VA_ARGS__)
#define GUESS(s_, ...) say((s_), STRATEGY_GUESS, __VA_ARGS__)

/* (3) */
static void clause(struct saying *s, const char *before)
{
	unsigned first = s->out->run_count;
	SAY(s, "%s", before);
	if (s->out->run_count > first)
		s->out->runs[first].clause = true;
}

static void say_the_car(struct saying *s, uint16_t car)
{
	char label[16];
	unsigned run = s->out->run_count;
	race_car_label(s->of->race, car, label);
	say(s, STRATEGY_CAR, "%s", label);
	if (s->out->run_count > run)
		s->out->runs[run].car = car;
}

static void say_time(struct saying *s, duration_us t)
{
	char text[TIME_TEXT_MAX];
	t = t < 0 ? -t : t;
	format_duration(text, t, TIME_TENTH);
	GUESS(s, "~%s%s", text, t < US_MIN ? " s" : "");
}

static void say_of_day(struct saying *s, instant_us at)
{
	char text[TIME_TEXT_MAX];
	format_clock(text, race_local(&s->of->race->setup, at), false);
	GUESS(s, "~%.5s", text);
}

static void say_minutes(struct saying *s, duration_us t)
{
	unsigned minutes = t < 0 ? 0 : (unsigned)((t + US_MIN / 2) / US_MIN);
	if (minutes < 60)
		GUESS(s, "~%u min", minutes);
	else
		GUESS(s, "~%uh%02u", minutes / 60, minutes % 60);
}

static void say_odds(struct saying *s, unsigned p)
{
	if (p < 10)
		GUESS(s, "~<1 %%");
	else if (p > 990)
		GUESS(s, "~>99 %%");
	else
		GUESS(s, "~%u %%", (p + 5) / 10);
}

static void say_gap_to(struct saying *s, struct gap gap)
{
	if (gap.kind == GAP_LAPS)
		GUESS(s, "~%lld %s", (long long)gap.value,
		      gap.value == 1 ? "lap" : "laps");
	else if (gap.kind == GAP_TIME)
		say_time(s, gap.value);
	else
		SAY(s, "directly");
}

/* A gap in time, or in laps where it is longer than one. */
static void say_distance(struct saying *s, duration_us gap, duration_us lap)
{
	if (lap > 0 && gap >= lap)
		GUESS(s, "~%u %s", (unsigned)(gap / lap),
		      gap / lap == 1 ? "lap" : "laps");
	else
		say_time(s, gap);
}

/* ---- the next stop ------------------------------------------------------------------- */

static void sentence_next(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	const struct strategy_row *row = &all->rows[all->car];
	if (row->standing) {
		SAY(s, "stopped: unknown");
		return;
	}
	if (row->stops_left == STRATEGY_UNKNOWN) {
		SAY(s, "unknown until stops were seen");
		return;
	}
	GUESS(s, "~%u", row->stops_left);
	SAY(s, row->stops_left == 1 ? " stop to come" : " stops to come");
	if (row->stops_left == 0 || row->window_to == 0)
		return;
	clause(s, ", ");
	if (row->window_to <= row->next) {
		SAY(s, "the next is due: the stint is full at the end of lap ");
		GUESS(s, "~%u", row->window_to);
		return;
	}
	SAY(s, "the next at the end of lap ");
	if (row->window_from != row->window_to) {
		GUESS(s, "~%u", row->window_from);
		SAY(s, " to ");
	}
	GUESS(s, "~%u", row->window_to);
	if (row->window_from <= row->next) {
		clause(s, ": it may stop now, at the latest in ");
		say_minutes(s, row->window_to_at - all->at);
	} else {
		clause(s, ", from ");
		say_of_day(s, row->window_from_at);
		SAY(s, " (in ");
		say_minutes(s, row->window_from_at - all->at);
		SAY(s, ")");
	}
}

/* ---- where it comes out --------------------------------------------------------------- */

static void say_neighbour(struct saying *s, uint16_t car, struct gap gap,
			  const char *how)
{
	say_gap_to(s, gap);
	SAY(s, "%s", how);
	say_the_car(s, car);
}

static void say_pair(struct saying *s, const struct strategy_rejoin *r)
{
	if (r->class_ahead != CAR_NONE) {
		clause(s, ", ");
		say_neighbour(s, r->class_ahead, r->class_ahead_gap, " behind ");
	}
	if (r->class_behind != CAR_NONE) {
		clause(s, ", ");
		say_neighbour(s, r->class_behind, r->class_behind_gap, " ahead of ");
	}
}

static void sentence_rejoin(struct saying *s, const struct strategy_rejoin *r)
{
	const struct strategy *all = s->of->strategy;
	if (r->loss == DURATION_NONE) {
		SAY(s, all->rows[all->car].standing ? "stopped: unknown"
						    : "unknown until stops were seen");
		return;
	}
	GUESS(s, "~P%u", r->class_position);
	SAY(s, " in class");
	say_pair(s, r);
	clause(s, "; ");
	GUESS(s, "~P%u", r->position);
	SAY(s, " of all");
	if (r->loss > 0) {
		clause(s, "; loses ");
		GUESS(s, "~%lld s", (long long)((r->loss + US_S / 2) / US_S));
	}
}

/* Whom it meets on the track there. */
static void sentence_road(struct saying *s, const struct strategy_rejoin *r)
{
	bool any = false;
	if (r->loss == DURATION_NONE)
		return;
	if (r->road_ahead != CAR_NONE) {
		say_time(s, r->road_ahead_us);
		SAY(s, " behind ");
		say_the_car(s, r->road_ahead);
		any = true;
	}
	if (r->road_behind != CAR_NONE) {
		clause(s, any ? ", " : "");
		say_time(s, r->road_behind_us);
		SAY(s, " ahead of ");
		say_the_car(s, r->road_behind);
		any = true;
	}
	if (!any)
		SAY(s, "no car near");
	any = false;
	for (unsigned c = 0; c < s->of->race->class_count; c++) {
		if (r->traffic[c] == 0)
			continue;
		if (any)
			SAY(s, ", ");
		else
			clause(s, "; within 10 s ");
		GUESS(s, "~%u", r->traffic[c]);
		SAY(s, " %s", s->of->race->classes[c].name);
		any = true;
	}
}

/* ---- duels ----------------------------------------------------------------------------- */

static void sentence_undercut(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	const struct strategy_undercut *u = &all->undercut;
	if (u->car == CAR_NONE) {
		SAY(s, all->ahead.car == CAR_NONE ? "no car ahead to undercut"
		       : all->stops.cars[all->car].fresh == DURATION_NONE
			       ? "unknown: too few stops seen"
			       : "no car within reach");
		return;
	}
	say_the_car(s, all->car);
	SAY(s, " stops now, ");
	say_the_car(s, u->car);
	SAY(s, " a lap later: then ");
	say_the_car(s, all->car);
	SAY(s, " is ");
	say_time(s, u->after);
	SAY(s, u->after < 0 ? " ahead" : " behind");
	clause(s, " (its lap after the stop is ");
	say_time(s, u->gain);
	SAY(s, u->gain < 0 ? " slower)" : " faster)");
}

/* Lap times that differ by less count as equal. */
#define EQUAL (100 * US_MS)

/* @c->car chases @c->other. */
static void sentence_chase(struct saying *s, const struct strategy_catch *c)
{
	const struct strategy_row *other = &s->of->strategy->rows[c->other];
	say_the_car(s, c->car);
	if (c->gap <= 0 && other->in_stop) {
		SAY(s, " passes ");
		say_the_car(s, c->other);
		SAY(s, " during its stop, ");
		say_time(s, c->gap);
		SAY(s, " ahead then");
		return;
	}
	if (c->gap <= 0) {
		SAY(s, " is alongside ");
		say_the_car(s, c->other);
		return;
	}
	SAY(s, " is ");
	say_distance(s, c->gap, other->lap);
	SAY(s, " behind ");
	say_the_car(s, c->other);
	if (c->a_lap == DURATION_NONE)
		return;
	clause(s, " and ");
	if (c->a_lap > -EQUAL && c->a_lap < EQUAL) {
		SAY(s, "laps as fast");
		return;
	}
	say_time(s, c->a_lap);
	SAY(s, c->a_lap < 0 ? " a lap slower" : " a lap faster");
	if (c->a_lap < 0 || c->at == INSTANT_NONE)
		return;
	if (!c->before_flag) {
		clause(s, ": does not catch it before the flag");
		return;
	}
	clause(s, ": catches it in ");
	GUESS(s, "~%u %s", c->laps, c->laps == 1 ? "lap" : "laps");
	clause(s, ", at ");
	say_of_day(s, c->at);
	SAY(s, " on lap ");
	GUESS(s, "~%u", c->lap);
}

static void sentence_ahead(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	if (all->ahead.car != CAR_NONE) {
		sentence_chase(s, &all->ahead);
		return;
	}
	say_the_car(s, all->car);
	SAY(s, s->of->class_position == 1 ? " leads its class"
					  : " has no running car of its class ahead");
}

static void sentence_behind(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	if (all->behind.car != CAR_NONE) {
		sentence_chase(s, &all->behind);
		return;
	}
	say_the_car(s, all->car);
	SAY(s, " has no running car of its class behind");
}

/* ---- the last lap ------------------------------------------------------------------------ */

static void sentence_call(struct saying *s, const struct strategy_call *call)
{
	bool winner = call->class_index == RACE_CLASSES_MAX;
	unsigned likely = (unsigned)(FORECAST_ONE - call->p_more - call->p_less);
	say_the_car(s, call->car);
	SAY(s, winner ? " leads: " : " leads its class: ");
	GUESS(s, "~%u laps", call->laps);
	if (call->before != DURATION_NONE) {
		SAY(s, " (");
		say_odds(s, likely);
		SAY(s, ", %u ", call->laps + 1);
		say_odds(s, call->p_more);
		SAY(s, ", %u ", call->laps - 1);
		say_odds(s, call->p_less);
		SAY(s, ")");
	}
	clause(s, ", flag at ");
	say_of_day(s, call->flag_at);
	if (call->before == DURATION_NONE)
		return;
	clause(s, "; its last lap begins ");
	say_time(s, call->before);
	SAY(s, winner ? " before time is up" : " before the winner's flag");
}

/* ---- the drivers --------------------------------------------------------------------------- */

static void say_driving(struct saying *s, enum strategy_mark mark, duration_us t)
{
	unsigned minutes = t < 0 ? 0 : (unsigned)(t / US_MIN);
	if (minutes < 60)
		say(s, mark, "%u min", minutes);
	else
		say(s, mark, "%uh%02u", minutes / 60, minutes % 60);
}

static void say_driver_limit(struct saying *s, const struct strategy_drivers *d,
			     unsigned i)
{
	const struct strategy_driver *row = &d->rows[i];
	bool over = (row->left != DURATION_NONE && row->left < 0) ||
		    (d->limits.within > 0 && row->in_window > d->limits.within);
	bool near = (row->left != DURATION_NONE && row->left < US_HOUR) ||
		    (d->limits.within > 0 &&
		     d->limits.within - row->in_window < 30 * US_MIN);
	say_driving(s,
		    over   ? STRATEGY_OVER
		    : near ? STRATEGY_NEAR
			   : STRATEGY_STRONG,
		    row->driven);
	if (row->missing > 0) {
		say(s, STRATEGY_NEAR, ", ");
		say_driving(s, STRATEGY_NEAR, row->missing);
		say(s, STRATEGY_NEAR, " below the minimum");
	}
}

/* The driver on board first. */
static void sentence_drivers(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	const struct strategy_drivers *d = &all->drivers;
	const struct entry *entry = &s->of->race->entries[all->car];
	if (d->count == 0) {
		SAY(s, "not known");
		return;
	}
	for (unsigned turn = 0; turn < 2; turn++)
		for (unsigned i = 0; i < d->count; i++) {
			if ((i == d->current) != (turn == 0))
				continue;
			clause(s, s->out->run_count > 0 ? "; " : "");
			say(s, turn == 0 ? STRATEGY_STRONG : STRATEGY_PLAIN, "%c %s",
			    (char)('A' + i), entry->drivers[i]);
			if (turn == 0 && d->at_wheel != DURATION_NONE) {
				SAY(s, " at the wheel for ");
				say_driving(s, STRATEGY_STRONG, d->at_wheel);
				SAY(s, ", ");
			} else {
				SAY(s, turn == 0 ? " at the wheel, " : " ");
			}
			say_driver_limit(s, d, i);
			if (turn == 0)
				SAY(s, " in all");
		}
}

static void say_driving_rules(struct saying *s, const struct rules_driving *limits)
{
	const char *before = "a driver drives ";
	if (limits->minimum > 0) {
		clause(s, before);
		SAY(s, "at least ");
		say_driving(s, STRATEGY_PLAIN, limits->minimum);
		before = ", ";
	}
	if (limits->maximum > 0) {
		clause(s, before);
		SAY(s, "at most ");
		say_driving(s, STRATEGY_PLAIN, limits->maximum);
		before = ", ";
	}
	if (limits->within > 0) {
		clause(s, before);
		SAY(s, "at most ");
		say_driving(s, STRATEGY_PLAIN, limits->within);
		SAY(s, " within ");
		say_driving(s, STRATEGY_PLAIN, limits->window);
	}
	if (limits->known == KNOWN_MEMORY || limits->known == KNOWN_DISPUTED)
		SAY(s, " (unsure)");
}

static void sentence_limits(struct saying *s)
{
	static const char *const reasons[] = {
		[STRATEGY_NO_REASON] = "",
		[STRATEGY_MAXIMUM] = " (the maximum of the race)",
		[STRATEGY_WINDOW] = " (the maximum within a time)",
		[STRATEGY_OTHERS] = " (or the others miss their minimum)",
	};
	const struct strategy_drivers *d = &s->of->strategy->drivers;
	if (d->change_by != INSTANT_NONE) {
		SAY(s, "the driver must change by ");
		say_of_day(s, d->change_by);
		if (d->change_lap) {
			SAY(s, ", at the end of lap ");
			GUESS(s, "~%u", d->change_lap);
		}
		clause(s, reasons[d->reason]);
		clause(s, "; ");
	}
	say_driving_rules(s, &d->limits);
}

/* ---- a line ------------------------------------------------------------------------------- */

static void sentence_of_line(struct saying *s, enum strategy_line line, unsigned index)
{
	const struct strategy *all = s->of->strategy;
	switch (line) {
	case STRATEGY_LINE_NEXT:
		sentence_next(s);
		break;
	case STRATEGY_LINE_GREEN:
		sentence_rejoin(s, &all->green);
		break;
	case STRATEGY_LINE_GREEN_ROAD:
		sentence_road(s, &all->green);
		break;
	case STRATEGY_LINE_SLOW:
		sentence_rejoin(s, &all->slow);
		break;
	case STRATEGY_LINE_SLOW_ROAD:
		sentence_road(s, &all->slow);
		break;
	case STRATEGY_LINE_UNDERCUT:
		sentence_undercut(s);
		break;
	case STRATEGY_LINE_AHEAD:
		sentence_ahead(s);
		break;
	case STRATEGY_LINE_BEHIND:
		sentence_behind(s);
		break;
	case STRATEGY_LINE_CALL:
		if (index < all->call_count)
			sentence_call(s, &all->calls[index]);
		break;
	case STRATEGY_LINE_DRIVERS:
		sentence_drivers(s);
		break;
	case STRATEGY_LINE_LIMITS:
		sentence_limits(s);
		break;
	}
}

void strategy_sentence(const struct strategy_of *of, enum strategy_line line,
		       unsigned index, struct strategy_sentence *out)
{
	struct saying s = {of, out};
	out->len = 0;
	out->text[0] = '\0';
	out->run_count = 0;
	if (of->strategy->car < of->race->car_count)
		sentence_of_line(&s, line, index);
}
