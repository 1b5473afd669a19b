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
#include <string.h>

struct saying {
	const struct strategy_of *of;
	struct strategy_sentence *out;
};

/* ---- runs of words ------------------------------------------------------------------ */

/* Most runs are plain words: formatting them would cost more than the rest. */
static void say_text(struct saying *s, enum strategy_mark mark, const char *words)
{
	struct strategy_sentence *out = s->out;
	size_t len = strlen(words);
	if (len == 0 || out->run_count == STRATEGY_RUNS_MAX ||
	    len >= sizeof(out->text) - out->len)
		return;
	out->runs[out->run_count++] = (struct strategy_run){
		.from = (uint16_t)out->len,
		.len = (uint16_t)len,
		.car = CAR_NONE,
		.mark = (uint8_t)mark,
	};
	memcpy(out->text + out->len, words, len + 1);
	out->len += len;
}

static void PRINTF_LIKE(3, 4)
	say(struct saying *s, enum strategy_mark mark, const char *fmt, ...)
{
	char text[64];
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (n > 0 && n < (int)sizeof(text))
		say_text(s, mark, text);
}

#define SAY(s_, words_) say_text((s_), STRATEGY_PLAIN, (words_))

/* "~P3", "~74 s": a number of a forecast, with what is around it. */
static void guess(struct saying *s, const char *before, uint64_t n, const char *after)
{
	char text[64], digits[20];
	size_t len = text_copy(text, sizeof(text), slice_of(before)), count = 0;
	do
		digits[count++] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	while (count > 0 && len + 1 < sizeof(text))
		text[len++] = digits[--count];
	(void)text_copy(text + len, sizeof(text) - len, slice_of(after));
	say_text(s, STRATEGY_GUESS, text);
}

/* (3) */
static void clause(struct saying *s, const char *before)
{
	unsigned first = s->out->run_count;
	SAY(s, before);
	if (s->out->run_count > first)
		s->out->runs[first].clause = true;
}

static void say_the_car(struct saying *s, uint16_t car)
{
	char label[16];
	unsigned run = s->out->run_count;
	race_car_label(s->of->race, car, label);
	say_text(s, STRATEGY_CAR, label);
	if (s->out->run_count > run)
		s->out->runs[run].car = car;
}

static void say_time(struct saying *s, duration_us t)
{
	char shown[TIME_TEXT_MAX + 4];
	t = t < 0 ? -t : t;
	shown[0] = '~';
	size_t len = 1 + format_duration(shown + 1, t, TIME_TENTH);
	(void)text_copy(shown + len, sizeof(shown) - len,
			t < US_MIN ? SLICE(" s") : SLICE(""));
	say_text(s, STRATEGY_GUESS, shown);
}

static void say_of_day(struct saying *s, instant_us at)
{
	enum { HOURS_MINUTES = 5 };
	char shown[TIME_TEXT_MAX + 1] = "~";
	format_clock(shown + 1, race_local(&s->of->race->setup, at), false);
	shown[1 + HOURS_MINUTES] = '\0';
	say_text(s, STRATEGY_GUESS, shown);
}

static void say_minutes(struct saying *s, duration_us t)
{
	unsigned minutes = t < 0 ? 0 : (unsigned)((t + US_MIN / 2) / US_MIN);
	if (minutes < 60)
		guess(s, "~", minutes, " min");
	else
		say(s, STRATEGY_GUESS, "~%uh%02u", minutes / 60, minutes % 60);
}

static void say_odds(struct saying *s, unsigned p)
{
	char text[CHANCE_TEXT_MAX];
	(void)format_chance(text, p);
	say_text(s, STRATEGY_GUESS, text);
}

static void say_gap_to(struct saying *s, struct gap gap)
{
	if (gap.kind == GAP_LAPS)
		guess(s, "~", (uint64_t)gap.value, gap.value == 1 ? " lap" : " laps");
	else if (gap.kind == GAP_TIME)
		say_time(s, gap.value);
	else
		SAY(s, "directly");
}

/* A gap in time, or in laps where it is longer than one. */
static void say_distance(struct saying *s, duration_us gap, duration_us lap)
{
	if (lap > 0 && gap >= lap)
		guess(s, "~", (uint64_t)(gap / lap), gap / lap == 1 ? " lap" : " laps");
	else
		say_time(s, gap);
}

/* ---- the next stop, and the place once all have stopped ------------------------------- */

static void sentence_next_lap(struct saying *s, const struct strategy_row *row)
{
	instant_us at = s->of->strategy->at;
	SAY(s, row->due ? "the next is due by the end of lap "
			: "the next at the end of lap ");
	if (!row->due && row->window_from != row->window_to) {
		guess(s, "~", row->window_from, "");
		SAY(s, " to ");
	}
	guess(s, "~", row->window_to, "");
	if (row->due)
		return;
	if (row->window_from <= row->next) {
		clause(s, ": it may stop now, at the latest in ");
		say_minutes(s, row->window_to_at - at);
	} else {
		clause(s, ", from ");
		say_of_day(s, row->window_from_at);
		SAY(s, " (in ");
		say_minutes(s, row->window_from_at - at);
		SAY(s, ")");
	}
}

/* In a stop with a minimum. */
static void say_stop_wait(struct saying *s, const struct strategy_row *row)
{
	duration_us least = s->of->strategy->stop_least;
	if (row->stop_wait == DURATION_NONE)
		return;
	SAY(s, row->stop_wait > 0 ? "may leave in " : "may leave since ");
	say(s, STRATEGY_STRONG, "%lld s",
	    (long long)((row->stop_wait < 0 ? -row->stop_wait : row->stop_wait) /
			US_S));
	say(s, STRATEGY_PLAIN, " (a stop takes at least %lld s); ",
	    (long long)(least / US_S));
}

static void sentence_next(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	const struct strategy_row *row = &all->rows[all->car];
	if (row->standing) {
		SAY(s, "stopped: unknown");
		return;
	}
	say_stop_wait(s, row);
	if (row->stops_left == STRATEGY_UNKNOWN) {
		SAY(s, all->stops.cars[all->car].stint.laps > 0
			       ? "unknown"
			       : "unknown until stops were seen");
		return;
	}
	guess(s, "~", row->stops_left, "");
	SAY(s, row->stops_left == 1 ? " stop to come" : " stops to come");
	if (row->stops_left == 0 || row->window_to == 0)
		return;
	clause(s, ", ");
	sentence_next_lap(s, row);
}

static void sentence_net(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	const struct strategy_row *row = &all->rows[all->car];
	if (row->net_class == 0)
		return;
	guess(s, "~P", row->net_class, "");
	SAY(s, " in class once all have made their next stop");
	if (row->net_best < row->net_worst) {
		clause(s, ", or ");
		guess(s, "~P", row->net_best, "");
		SAY(s, " to ");
		guess(s, "~P", row->net_worst, "");
	}
	if (row->net_gap != DURATION_NONE && row->net_class > 1) {
		clause(s, ", ");
		say_time(s, row->net_gap);
		SAY(s, " behind the first");
	}
	if (s->of->class_position > 0) {
		clause(s, "; now P");
		say(s, STRATEGY_PLAIN, "%u", s->of->class_position);
	}
}

/* ---- where it comes out --------------------------------------------------------------- */

static void say_neighbour(struct saying *s, uint16_t car, struct gap gap,
			  const char *how)
{
	say_gap_to(s, gap);
	SAY(s, how);
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
	guess(s, "~P", r->class_position, "");
	SAY(s, " in class");
	say_pair(s, r);
	if (r->others > 0) {
		clause(s, "; ");
		guess(s, "~", r->others,
		      r->others == 1 ? " other stops too" : " others stop too");
	}
	if (r->loss > 0) {
		clause(s, "; loses ");
		guess(s, "~", (uint64_t)((r->loss + US_S / 2) / US_S), " s");
	}
	if (r->net_class > 0) {
		clause(s, "; net ");
		guess(s, "~P", r->net_class, "");
	}
	clause(s, "; ");
	guess(s, "~P", r->position, "");
	SAY(s, " of all");
	if (r->ahead != CAR_NONE && r->ahead != r->class_ahead) {
		clause(s, ", ");
		say_neighbour(s, r->ahead, r->ahead_gap, " behind ");
	}
	if (r->behind != CAR_NONE && r->behind != r->class_behind) {
		clause(s, ", ");
		say_neighbour(s, r->behind, r->behind_gap, " ahead of ");
	}
}

/* The question, then its answer. */
static void sentence_what_if(struct saying *s)
{
	static const char *const runs[] = {
		[RUNNING_AS_NOW] = "",
		[RUNNING_GREEN] = ", green",
		[RUNNING_NEUTRALISED] = ", neutralised",
	};
	const struct strategy_what_if *what = s->of->what_if;
	const struct strategy_rejoin *r = &s->of->strategy->what_if;
	if (!what || what->lap == 0)
		return;
	say(s, STRATEGY_STRONG, "lap %u", r->lap > 0 ? r->lap : what->lap);
	if (what->lane > 0)
		say(s, STRATEGY_STRONG, ", %lld s stop",
		    (long long)(what->lane / US_S));
	if (what->running < ARRAY_LEN(runs))
		say_text(s, STRATEGY_STRONG, runs[what->running]);
	if (what->alone)
		say(s, STRATEGY_STRONG, ", alone");
	SAY(s, ": ");
	if (r->after_flag)
		SAY(s, "after the last lap of the car");
	else
		sentence_rejoin(s, r);
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
		guess(s, "~", r->traffic[c], "");
		SAY(s, " ");
		SAY(s, s->of->race->classes[c].name);
		any = true;
	}
}

/* ---- duels ----------------------------------------------------------------------------- */

/* Lap times that differ by less count as equal. */
#define EQUAL (100 * US_MS)

/* @first stops now and @second a lap later; @chaser is behind @leader now. */
static void say_order(struct saying *s, const struct strategy_undercut *u,
		      const uint16_t cars[4])
{
	say_the_car(s, cars[0]);
	SAY(s, " stops now, ");
	say_the_car(s, cars[1]);
	SAY(s, " a lap later: then ");
	say_the_car(s, cars[2]);
	SAY(s, " is ");
	say_time(s, u->after);
	SAY(s, u->after < 0 ? " ahead of " : " behind ");
	say_the_car(s, cars[3]);
	if (u->gain > -EQUAL / 2 && u->gain < EQUAL / 2)
		return;
	clause(s, u->gain < 0 ? " (loses " : " (gains ");
	say_time(s, u->gain);
	SAY(s, ")");
}

/* The car and @other have a stop to come. */
static bool both_stop(const struct strategy *all, uint16_t other)
{
	return other != CAR_NONE && all->rows[other].stops_left > 0 &&
	       all->rows[all->car].stops_left > 0;
}

static void sentence_undercut(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	uint16_t other = all->undercut.car, own = all->car;
	if (all->rows[own].stops_left == 0)
		return;
	if (both_stop(all, other)) {
		say_order(s, &all->undercut, (uint16_t[]){own, other, own, other});
		return;
	}
	if (all->ahead.car != CAR_NONE && other == CAR_NONE)
		SAY(s, all->stops.cars[own].fresh == DURATION_NONE
			       ? "unknown: too few stops seen"
			       : "no car within reach");
}

static void sentence_overcut(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	uint16_t other = all->overcut.car, own = all->car;
	if (both_stop(all, other))
		say_order(s, &all->overcut, (uint16_t[]){other, own, own, other});
}

static void sentence_threat(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	uint16_t other = all->threat.car, own = all->car;
	if (both_stop(all, other))
		say_order(s, &all->threat, (uint16_t[]){other, own, other, own});
}

/* @c->car chases @c->other. Their distance is that at the end of the lap, stops that began
 * included: the gap of the timing screen is that at their last line. */
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
		SAY(s, " ends the lap alongside ");
		say_the_car(s, c->other);
		return;
	}
	SAY(s, " ends the lap ");
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
	SAY(s, "is ");
	say_time(s, c->a_lap);
	SAY(s, c->a_lap < 0 ? " a lap slower" : " a lap faster");
	if (c->a_lap < 0 || c->at == INSTANT_NONE)
		return;
	if (!c->before_flag) {
		clause(s, ": does not catch it before the flag");
		return;
	}
	clause(s, ": catches it in ");
	guess(s, "~", c->laps, c->laps == 1 ? " lap" : " laps");
	clause(s, ", at ");
	say_of_day(s, c->at);
	SAY(s, " on lap ");
	guess(s, "~", c->lap, "");
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
	const struct strategy *all = s->of->strategy;
	bool winner = call->class_index == RACE_CLASSES_MAX;
	say_the_car(s, call->car);
	SAY(s, winner ? " leads: " : " leads its class: ");
	guess(s, "~", call->laps, " laps");
	if (call->p_laps > 0) {
		SAY(s, " (");
		say_odds(s, call->p_laps);
		SAY(s, "; more ");
		say_odds(s, call->p_more);
		SAY(s, ", fewer ");
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
	if (!winner || all->last_before == CAR_NONE || all->last_before == call->car)
		return;
	clause(s, ", that of ");
	say_the_car(s, all->last_before);
	SAY(s, ", the last car before it, ");
	say_time(s, all->last_before_us);
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

/* Its letter, and its name as it is written everywhere. */
static void say_the_driver(struct saying *s, enum strategy_mark mark, unsigned i,
			   struct slice name)
{
	char whole[64];
	text_person(whole, sizeof(whole), name, PERSON_WHOLE);
	say(s, mark, "%c %s", (char)('A' + i), whole);
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
			say_the_driver(s, turn == 0 ? STRATEGY_STRONG : STRATEGY_PLAIN,
				       i, slice_of(entry->drivers[i]));
			if (d->rows[i].rating > RATING_UNKNOWN &&
			    d->rows[i].rating < RATING_COUNT)
				say(s, STRATEGY_PLAIN, " (%s)",
				    driver_rating_name(
					    (enum driver_rating)d->rows[i].rating));
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
	const char *before =
		s->out->run_count > 0 ? "; a driver drives " : "a driver drives ";
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
			guess(s, "~", d->change_lap, "");
		}
		clause(s, reasons[d->reason]);
	}
	say_driving_rules(s, &d->limits);
}

/* ---- the safety car, and what is given by hand ------------------------------------------- */

static void sentence_wave(struct saying *s)
{
	const struct strategy *all = s->of->strategy;
	if (!all->wave_rule)
		return;
	if (all->wave_count == 0) {
		SAY(s, "no car is between the safety car and the first of its class");
		return;
	}
	for (uint32_t i = 0; i < all->wave_count; i++) {
		const struct strategy_wave *wave = &all->waves[i];
		clause(s, i == 0 ? "" : ", ");
		say_the_car(s, wave->car);
		if (wave->class_then < wave->class_position) {
			say(s, STRATEGY_PLAIN, " (P%u to ", wave->class_position);
			guess(s, "~P", wave->class_then, "");
			SAY(s, ")");
		}
	}
	clause(s, all->wave_count == 1 ? " gets a lap back" : " get a lap back");
}

static void sentence_stints(struct saying *s)
{
	for (uint32_t i = 0; i < s->of->stint_count; i++) {
		const struct stint_named *stint = &s->of->stints[i];
		clause(s, i == 0 ? "" : ", ");
		say(s, STRATEGY_STRONG, "%s ", stint->name);
		if (stint->laps > 0)
			say(s, STRATEGY_STRONG, "%u laps", stint->laps);
		else
			say_driving(s, STRATEGY_STRONG, stint->time);
		if (stint->unknown)
			say(s, STRATEGY_NEAR, " (no such class or car)");
	}
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
	case STRATEGY_LINE_NET:
		sentence_net(s);
		break;
	case STRATEGY_LINE_WHAT_IF:
		sentence_what_if(s);
		break;
	case STRATEGY_LINE_WHAT_IF_ROAD:
		sentence_road(s, &all->what_if);
		break;
	case STRATEGY_LINE_UNDERCUT:
		sentence_undercut(s);
		break;
	case STRATEGY_LINE_OVERCUT:
		sentence_overcut(s);
		break;
	case STRATEGY_LINE_THREAT:
		sentence_threat(s);
		break;
	case STRATEGY_LINE_WAVE:
		sentence_wave(s);
		break;
	case STRATEGY_LINE_STINTS:
		sentence_stints(s);
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

static void strategy_sentence(const struct strategy_of *of, enum strategy_line line,
			      unsigned index, struct strategy_sentence *out)
{
	struct saying s = {of, out};
	out->len = 0;
	out->text[0] = '\0';
	out->run_count = 0;
	if (of->strategy->car < of->race->car_count)
		sentence_of_line(&s, line, index);
}

/* ---- the lines ---------------------------------------------------------------------------- */

struct line_list {
	const struct strategy_of *of;
	struct strategy_listed *at;
	unsigned count;
};

/* The next line; without words it is none. */
static void list_say(struct line_list *list, const char *label, enum strategy_line line,
		     unsigned index, unsigned weight)
{
	struct strategy_listed *row = &list->at[list->count];
	strategy_sentence(list->of, line, index, &row->said);
	if (row->said.len == 0)
		return;
	row->line = (uint8_t)line;
	row->weight = (uint8_t)weight;
	row->now = false;
	text_copy(row->label, sizeof(row->label), slice_of(label));
	list->count++;
}

static void list_line(struct line_list *list, const char *label,
		      enum strategy_line line, unsigned weight)
{
	list_say(list, label, line, 0, weight);
}

/* What applies now comes first. */
static void list_rejoins(struct line_list *list)
{
	const struct strategy *all = list->of->strategy;
	bool slow = all->slow_now, stops = all->rows[all->car].in_stop;
	char label[STRATEGY_LABEL_MAX];
	unsigned first = list->count;
	text_format(label, sizeof(label), "%s (%s)", stops ? "comes out" : "stop now",
		    slow ? flag_name((enum flag)list->of->race->flag) : "green");
	list_line(list, label, slow ? STRATEGY_LINE_SLOW : STRATEGY_LINE_GREEN, 100);
	if (list->count == first)
		return;
	list->at[first].now = true;
	list_line(list, "  on the road",
		  slow ? STRATEGY_LINE_SLOW_ROAD : STRATEGY_LINE_GREEN_ROAD, 95);
	if (all->green.loss == DURATION_NONE || all->slow.loss == DURATION_NONE)
		return;
	/* A question does not replace the other answer, which it is compared with. */
	bool asked = list->of->what_if && list->of->what_if->lap > 0;
	list_line(list, slow ? "if green" : "if neutralised",
		  slow ? STRATEGY_LINE_GREEN : STRATEGY_LINE_SLOW, asked ? 97 : 80);
	list_line(list, "  on the road",
		  slow ? STRATEGY_LINE_GREEN_ROAD : STRATEGY_LINE_SLOW_ROAD, 25);
}

/* The winner, the car's own class, then the others. */
static void list_calls(struct line_list *list)
{
	const struct strategy *all = list->of->strategy;
	uint8_t own = list->of->race->entries[all->car].class_index;
	bool any = false;
	for (unsigned turn = 0; turn < 3; turn++)
		for (unsigned i = 0; i < all->call_count; i++) {
			uint8_t c = all->calls[i].class_index;
			unsigned when = c == RACE_CLASSES_MAX ? 0 : c == own ? 1 : 2;
			if (when != turn)
				continue;
			list_say(list, any ? "" : "at the flag", STRATEGY_LINE_CALL, i,
				 turn == 0   ? 82
				 : turn == 1 ? 73
					     : 30);
			any = true;
		}
}

unsigned strategy_lines(const struct strategy_of *of,
			struct strategy_listed out[STRATEGY_LINES_MAX])
{
	const struct strategy *all = of->strategy;
	struct line_list list = {of, out, 0};
	bool known = all->flag_at != INSTANT_NONE;
	bool runs = known && all->car < of->race->car_count &&
		    !all->rows[all->car].standing;
	if (runs) {
		list_line(&list, "net place", STRATEGY_LINE_NET, 96);
		list_line(&list, "next stop", STRATEGY_LINE_NEXT, 98);
		list_line(&list, "stints by hand", STRATEGY_LINE_STINTS, 74);
	}
	if (known)
		list_rejoins(&list);
	if (runs) {
		list_line(&list, "what if", STRATEGY_LINE_WHAT_IF, 99);
		list_line(&list, "  on the road", STRATEGY_LINE_WHAT_IF_ROAD, 90);
		list_line(&list, "waved by", STRATEGY_LINE_WAVE, 94);
		list_line(&list, "ahead", STRATEGY_LINE_AHEAD, 85);
		list_line(&list, "behind", STRATEGY_LINE_BEHIND, 84);
		list_line(&list, "undercut", STRATEGY_LINE_UNDERCUT, 70);
		list_line(&list, "overcut", STRATEGY_LINE_OVERCUT, 60);
		list_line(&list, "undercut by", STRATEGY_LINE_THREAT, 66);
	}
	if (known)
		list_calls(&list);
	list_line(&list, "drivers", STRATEGY_LINE_DRIVERS, 81);
	list_line(&list, "", STRATEGY_LINE_LIMITS, 50);
	return list.count;
}
