/*
 * digest.c -- how a race was won, in sentences (digest.h)
 *
 *  (1) The lead changes on a completed lap, as in the history. A stop of the former
 *      leader is the reason when the car was in the pits between the end of the lap
 *      before and the moment when it completes this lap, in the pit lane; else the lead
 *      changed on the track.
 *  (2) A lead of another car of at most SHORT_LEAD laps does not end a lead.
 */
#include "pitwall/digest.h"
#include "write.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	CLEAN_LEAST = 5,
	CLEAN_MOST = 1024,
	NAMED_MOST = 3,
	OF_LAPS = 10,
	SHORT_LEAD = 2
};

const char *digest_key(enum digest_kind kind)
{
#define X(id_, key_, title_) key_,
	static const char *const keys[] = { DIGEST_FACTS(X) };
#undef X
	return kind < ARRAY_LEN(keys) ? keys[kind] : "";
}

const char *digest_title(enum digest_kind kind)
{
#define X(id_, key_, title_) title_,
	static const char *const titles[] = { DIGEST_FACTS(X) };
#undef X
	return kind < ARRAY_LEN(titles) ? titles[kind] : "";
}

/* A lead of the race or of a class, from one row of the history to the next. */
struct lead {
	const struct history_row *row;
	uint16_t from;     /* who led before; CAR_NONE */
	instant_us before; /* when the former leader led a lap for the last time */
	uint32_t laps;     /* led */
	uint32_t to;       /* the lap on which another car led again */
	bool held;         /* to the end */
};

struct digesting {
	const struct digest_of *of;
	const struct race *race;
	const struct classification *list;
	struct digest_fact *out;
	unsigned count;
	bool finished;
	bool flagged; /* a car took the flag: the others did not */
	uint32_t led[RACE_CARS_MAX], class_led[RACE_CARS_MAX];
	uint32_t
		joined; /* the leader was joined with this lap, as half of the field; 0 */
	uint32_t known;            /* laps of which the leader is known */
	uint32_t changes, leaders; /* of the lead after the first lap; cars that led */
	struct lead leads[DIGEST_LEADS_MOST]; /* by time */
	unsigned lead_count;
	bool named[RACE_CARS_MAX]; /* its team was said */
};

/* ---- words ----------------------------------------------------------------------- */

static struct digest_fact *fact_add(struct digesting *d, enum digest_kind kind,
				    uint16_t car)
{
	struct digest_fact *fact =
		&d->out[d->count < DIGEST_MOST ? d->count++ : DIGEST_MOST - 1u];
	memset(fact, 0, sizeof(*fact));
	fact->kind = (uint8_t)kind;
	fact->at = INSTANT_NONE;
	fact->time = DURATION_NONE;
	fact->car = car;
	fact->other = CAR_NONE;
	return fact;
}

static void fact_say(struct digest_fact *fact, const char *fmt, ...) PRINTF_LIKE(2, 3);
static void fact_say(struct digest_fact *fact, const char *fmt, ...)
{
	size_t room = sizeof(fact->text) - fact->len;
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(fact->text + fact->len, room, fmt, args);
	va_end(args);
	if (n > 0)
		fact->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void fact_time(struct digest_fact *fact, duration_us t, enum time_style style)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, t, style);
	fact_say(fact, "%s", text);
	if (style == TIME_LAP && t < US_MIN)
		fact_say(fact, " s");
}

static void fact_counted(struct digest_fact *fact, uint32_t count, const char *what)
{
	fact_say(fact, "%u %s%s", (unsigned)count, what, count == 1 ? "" : "s");
}

static void fact_times(struct digest_fact *fact, uint32_t count)
{
	if (count <= 2)
		fact_say(fact, count == 1 ? "once" : "twice");
	else
		fact_say(fact, "%u times", (unsigned)count);
}

/* "car 5", and its team the first time; @first: begins a sentence. */
static void fact_car(struct digesting *d, struct digest_fact *fact, uint16_t car,
		     bool first)
{
	const struct entry *entry = &d->race->entries[car];
	char label[16];
	race_car_label(d->race, car, label);
	fact_say(fact, "%car %s", first ? 'C' : 'c', label);
	if (!d->named[car] && entry->team[0] != '\0')
		fact_say(fact, " (%s)", entry->team);
	d->named[car] = true;
}

static void fact_driver(struct digesting *d, struct digest_fact *fact, uint16_t car,
			uint8_t driver)
{
	const struct entry *entry = &d->race->entries[car];
	if (driver < entry->driver_count && driver < RACE_DRIVERS_MAX)
		fact_say(fact, " (%s)", entry->drivers[driver]);
}

/* "2 laps ahead of car 2" */
static void fact_ahead(struct digesting *d, struct digest_fact *fact, struct gap gap)
{
	if (gap.kind == GAP_LAPS)
		fact_counted(fact, (uint32_t)gap.value, "lap");
	else if (gap.kind == GAP_TIME)
		fact_time(fact, gap.value, TIME_LAP);
	fact_say(fact, gap.kind == GAP_NONE ? "ahead of " : " ahead of ");
	fact_car(d, fact, fact->other, false);
}

/* ---- the result ------------------------------------------------------------------ */

/* Gap of @row to @ahead as `results` computes it. */
static struct gap ahead_by(const struct digesting *d, const struct result *ahead,
			   const struct result *row)
{
	const struct car *a = &d->race->cars[ahead->car], *b = &d->race->cars[row->car];
	struct gap gap = {0};
	if (row->moved || ahead->moved)
		return gap;
	if (d->race->setup.type == SESSION_TIMED) {
		if (a->lap_best != DURATION_NONE && b->lap_best != DURATION_NONE)
			gap = (struct gap){.value = b->lap_best - a->lap_best,
					   .kind = GAP_TIME};
		return gap;
	}
	if (!d->finished)
		return gap_between(d->race, d->of->tables, ahead->car, row->car);
	if (ahead->laps > row->laps)
		return (struct gap){.value = ahead->laps - row->laps, .kind = GAP_LAPS};
	if (row->total != DURATION_NONE && row->total >= ahead->total)
		return (struct gap){.value = row->total - ahead->total,
				    .kind = GAP_TIME};
	return gap;
}

static bool in_contention(const struct digesting *d, const struct result *row)
{
	const struct car *car = &d->race->cars[row->car];
	return (row->status == STATUS_CLASSIFIED || row->status == STATUS_RUNNING) &&
	       (d->race->setup.type == SESSION_TIMED ? car->lap_best != DURATION_NONE
						     : row->laps > 0);
}

/* The first, and the second, of a class; RACE_CLASSES_MAX: of all. */
static unsigned best_two(const struct digesting *d, unsigned class_index,
			 const struct result *two[2])
{
	unsigned n = 0;
	for (uint32_t i = 0; i < d->list->count && n < 2; i++) {
		const struct result *row = &d->list->rows[i];
		bool of = class_index == RACE_CLASSES_MAX ||
			  d->race->entries[row->car].class_index == class_index;
		if (of && in_contention(d, row))
			two[n++] = row;
	}
	return n;
}

static void say_first(struct digesting *d, struct digest_fact *fact,
		      const struct result *two[2], unsigned n)
{
	bool begins = fact->len == 0 || fact->text[fact->len - 2] == '.';
	const struct car *car = &d->race->cars[two[0]->car];
	bool timed = d->race->setup.type == SESSION_TIMED;
	fact->laps = two[0]->laps;
	fact_car(d, fact, two[0]->car, begins);
	if (timed) {
		fact->time = car->lap_best;
		fact->lap = car->lap_best_number;
		fact_say(fact,
			 d->finished ? " was fastest with " : " is fastest with ");
		fact_time(fact, car->lap_best, TIME_LAP);
		if (fact->lap > 0)
			fact_say(fact, " on lap %u", (unsigned)fact->lap);
	} else {
		fact->time = d->finished ? two[0]->total : DURATION_NONE;
		fact_say(fact, d->finished ? " won with " : " leads with ");
		fact_counted(fact, two[0]->laps, "lap");
		if (fact->time != DURATION_NONE && fact->kind == DIGEST_RESULT) {
			fact_say(fact, " in ");
			fact_time(fact, fact->time, TIME_RACE);
		}
	}
	if (n > 1) {
		fact->other = two[1]->car;
		fact_say(fact, ", ");
		fact_ahead(d, fact, ahead_by(d, two[0], two[1]));
	}
	fact_say(fact, ".");
}

static void digest_result(struct digesting *d)
{
	const struct race *race = d->race;
	const struct result *two[2];
	unsigned n = best_two(d, RACE_CLASSES_MAX, two);
	struct digest_fact *fact =
		fact_add(d, DIGEST_RESULT, n > 0 ? two[0]->car : CAR_NONE);
	bool timed = race->setup.type == SESSION_TIMED;
	duration_us t = race_elapsed(race, d->of->at);
	if (timed)
		fact_say(fact, "A timed session, ordered by best laps. ");
	if (!timed && !d->finished && t != DURATION_NONE) {
		fact_say(fact, "The race is not over. After ");
		fact_time(fact, t, TIME_CLOCK);
		fact_say(fact, n > 0 ? " " : ": ");
	}
	if (n > 0)
		say_first(d, fact, two, n);
	else if (d->list->finished && !timed)
		fact_say(fact, "No car is classified.");
	else
		fact_say(fact, "%s car has completed a lap%s.",
			 fact->len > 0 && !timed ? "no" : "No",
			 timed ? " that counts" : "");
	if (d->finished && race->result_lap > 0)
		fact_say(fact, " The result is that at the end of lap %u.",
			 (unsigned)race->result_lap);
}

static void digest_classes(struct digesting *d)
{
	const struct result *all[2], *two[2];
	unsigned n = best_two(d, RACE_CLASSES_MAX, all);
	bool done[RACE_CLASSES_MAX] = {false};
	for (uint32_t i = 0; n > 0 && i < d->list->count; i++) {
		unsigned c = d->race->entries[d->list->rows[i].car].class_index;
		if (c >= d->race->class_count || done[c] ||
		    d->race->classes[c].name[0] == '\0')
			continue;
		done[c] = true;
		unsigned of = best_two(d, c, two);
		/* The result says it already. */
		if (of == 0 ||
		    (of == n && two[0] == all[0] && (n < 2 || two[1] == all[1])))
			continue;
		struct digest_fact *fact = fact_add(d, DIGEST_CLASS, two[0]->car);
		fact_say(fact, "%s: ", d->race->classes[c].name);
		say_first(d, fact, two, of);
	}
}

/* ---- the lead -------------------------------------------------------------------- */

/* Keep the last lead and the longest of the others, by time. */
static void lead_keep(struct digesting *d, const struct lead *lead)
{
	if (!lead->row || lead->from == CAR_NONE ||
	    (!lead->held && lead->laps * OF_LAPS < d->race->leader_laps))
		return;
	if (d->lead_count == DIGEST_LEADS_MOST) {
		unsigned least = 0;
		for (unsigned i = 1; i < d->lead_count; i++)
			if (d->leads[i].laps < d->leads[least].laps)
				least = i;
		if (!lead->held && lead->laps <= d->leads[least].laps)
			return;
		d->lead_count--;
		memmove(&d->leads[least], &d->leads[least + 1],
			(d->lead_count - least) * sizeof(*lead));
	}
	d->leads[d->lead_count++] = *lead;
}

static struct history_span leads_span(const struct digesting *d, uint32_t kinds)
{
	return (struct history_span){d->of->tables, d->race->history_first,
				     d->race->history_count, HISTORY_BIT(LEAD) | kinds,
				     CAR_NONE};
}

/* The race was joined late: who led before is unknown. */
static void learn_joined(struct digesting *d)
{
	const struct race *race = d->race;
	uint32_t late = 0, cars = 0;
	for (uint16_t car = 0; car < race->car_count; car++) {
		cars += race->cars[car].laps > 0;
		late += race->cars[car].lap_first > 0;
	}
	if (cars > 0 && 2 * late >= cars)
		d->joined = race->cars[race->order[0]].lap_first;
}

/* More than an eighth of the laps were not received when they were driven. */
static bool leaders_unknown(const struct digesting *d)
{
	return 8 * (uint64_t)d->known < 7 * (uint64_t)d->race->leader_laps;
}

/* Laps led by each car, and the leads with a sentence. (2) */
static void learn_leads(struct digesting *d)
{
	const struct history_row *rows = d->of->tables->history, *lap = NULL;
	const struct history_span span = leads_span(d, HISTORY_BIT(LEADER_LAP));
	instant_us before = INSTANT_NONE;
	struct lead lead = {.from = CAR_NONE}, last = {.from = CAR_NONE};
	for (uint32_t i = history_find(&span, span.first, 1); i != UINT32_MAX;
	     i = history_find(&span, i + 1, 1)) {
		const struct history_row *row = &rows[i];
		if (row->lap <= d->joined)
			continue;
		if (row->kind == HISTORY_LEADER_LAP) {
			d->known++;
			/* The LEAD row of a lap follows it. */
			before = lap ? lap->at : INSTANT_NONE;
			lap = row;
			d->leaders += d->led[row->car]++ == 0;
			lead.laps += lead.row && lead.row->car == row->car;
			continue;
		}
		d->changes += lead.row != NULL;
		uint32_t first = lap && lap->car == row->car && lap->at == row->at;
		if (last.row && last.row->car == row->car && lead.laps <= SHORT_LEAD) {
			lead = last;
			lead.laps += first;
			last.row = NULL;
			continue;
		}
		lead_keep(d, &last);
		last = lead;
		last.to = row->lap;
		lead = (struct lead){.row = row,
				     .from = lead.row ? lead.row->car : CAR_NONE,
				     .before = before,
				     .laps = first};
	}
	lead_keep(d, &last);
	lead.held = true;
	lead.to = d->race->leader_laps + 1;
	lead_keep(d, &lead);
	if (leaders_unknown(d))
		d->lead_count = 0;
}

/* Laps led in the classes, where they are not led in the race. */
static void learn_class_leads(struct digesting *d)
{
	const struct race *race = d->race;
	const struct history_row *rows = d->of->tables->history;
	const struct history_span span = leads_span(d, HISTORY_BIT(CLASS_LEAD));
	const struct history_row *leads[RACE_CLASSES_MAX] = {NULL};
	for (uint32_t i = history_find(&span, span.first, 1); i != UINT32_MAX;
	     i = history_find(&span, i + 1, 1)) {
		unsigned c = race->entries[rows[i].car].class_index;
		if (c >= RACE_CLASSES_MAX)
			continue;
		if (leads[c] && rows[i].lap > leads[c]->lap)
			d->class_led[leads[c]->car] += rows[i].lap - leads[c]->lap;
		leads[c] = &rows[i];
	}
}

static void digest_start(struct digesting *d)
{
	const struct race *race = d->race;
	const struct history_span span = leads_span(d, 0);
	uint32_t i = history_find(&span, span.first, 1);
	if (i == UINT32_MAX || d->of->tables->history[i].lap != 1 || d->joined > 0)
		return;
	uint16_t car = d->of->tables->history[i].car, grid = race->entries[car].grid;
	struct digest_fact *fact = fact_add(d, DIGEST_START, car);
	fact_car(d, fact, car, true);
	fact_say(fact, " led the first lap");
	if (grid > 0 && !race->entries[car].grid_inferred)
		fact_say(fact, ", from place %u on the grid", (unsigned)grid);
	if (d->changes == 0 && d->led[car] > 1)
		fact_say(fact, d->finished ? ", and all others" : ", and all since");
	fact_say(fact, ".");
}

/* The car that led the most laps among those not @named; CAR_NONE. */
static uint16_t most_led(const struct digesting *d, const bool *said)
{
	uint16_t best = CAR_NONE;
	for (uint16_t car = 0; car < d->race->car_count; car++)
		if (d->led[car] > 0 && !said[car] &&
		    (best == CAR_NONE || d->led[car] > d->led[best]))
			best = car;
	return best;
}

static void digest_leads(struct digesting *d)
{
	bool said[RACE_CARS_MAX] = {false};
	if (d->changes == 0)
		return;
	struct digest_fact *fact = fact_add(d, DIGEST_LEADS, most_led(d, said));
	fact->count = d->changes;
	fact->laps = fact->car != CAR_NONE ? d->led[fact->car] : 0;
	fact_say(fact, "The lead changed ");
	fact_times(fact, d->changes);
	fact_say(fact, " among ");
	fact_counted(fact, d->leaders, "car");
	for (unsigned i = 0; i < NAMED_MOST; i++) {
		uint16_t car = most_led(d, said);
		if (car == CAR_NONE)
			break;
		fact_say(fact, i == 0 ? ": " : ", ");
		fact_car(d, fact, car, false);
		if (i == 0)
			fact_say(
				fact,
				leaders_unknown(d)
					? " led %u of the %u laps whose leader is known"
					: " led %u of %u laps",
				(unsigned)d->led[car],
				(unsigned)(leaders_unknown(d) ? d->known
							      : d->race->leader_laps));
		else
			fact_say(fact, " led %u", (unsigned)d->led[car]);
		said[car] = true;
	}
	fact_say(fact, ".");
}

static const struct lap_row *lap_row_of(const struct digesting *d, uint16_t car,
					uint32_t lap)
{
	const struct lap_row *laps = d->of->tables->laps;
	uint32_t at = d->race->cars[car].lap_row;
	while (at > d->race->lap_first && laps[at - 1].lap > lap)
		at = laps[at - 1].prev;
	return at > d->race->lap_first && laps[at - 1].lap == lap ? &laps[at - 1]
								  : NULL;
}

/* (1) @stop: its duration, NONE unknown. */
static bool was_in_pits(const struct digesting *d, uint16_t car,
			const struct lead *lead, duration_us *stop)
{
	const struct car *c = &d->race->cars[car];
	const struct lap_row *lap = lap_row_of(d, car, lead->row->lap);
	instant_us from = lead->before == INSTANT_NONE ? lead->row->at : lead->before;
	instant_us to = lap && lap->in_pit ? lap->at : lead->row->at;
	*stop = DURATION_NONE;
	for (uint32_t at = c->stint_row; at > d->race->stint_first;
	     at = d->of->tables->stints[at - 1].prev) {
		const struct stint_row *row = &d->of->tables->stints[at - 1];
		if (row->out_at < from)
			break;
		if (row->in_at == INSTANT_NONE || row->in_at > to)
			continue;
		*stop = row->stop;
		return true;
	}
	return c->in_pit && c->pit_in_at != INSTANT_NONE && c->pit_in_at <= to;
}

/* True when a row of the history says that @car had stopped, or retired. */
static bool had_stopped(const struct digesting *d, uint16_t car, instant_us at)
{
	const struct history_span span = {
		d->of->tables, d->race->history_first, d->race->history_count,
		HISTORY_BIT(STOPPED) | HISTORY_BIT(RESUMED) | HISTORY_BIT(RETIRED),
		car};
	uint32_t end = history_after(span.tables, span.count, at);
	uint32_t i = end > 0 ? history_find(&span, end - 1, -1) : UINT32_MAX;
	return i != UINT32_MAX && span.tables->history[i].kind != HISTORY_RESUMED;
}

/* "and led the last 11 laps", "and led 42 of the next 44 laps" */
static void say_led(const struct digesting *d, struct digest_fact *fact,
		    const struct lead *lead)
{
	uint32_t all = lead->to - lead->row->lap;
	fact_say(fact, ", and %s ", lead->held && !d->finished ? "has led" : "led");
	if (lead->laps < all)
		fact_say(fact, "%u of ", (unsigned)lead->laps);
	fact_say(fact, lead->held ? "the last " : "the next ");
	fact_counted(fact, all, "lap");
	fact_say(fact, ".");
}

static void digest_lead(struct digesting *d, const struct lead *lead)
{
	const struct history_row *row = lead->row;
	struct digest_fact *fact = fact_add(d, DIGEST_LEAD, row->car);
	duration_us stop, t = race_elapsed(d->race, row->at);
	fact->at = row->at;
	fact->lap = row->lap;
	fact->laps = lead->laps;
	fact->other = lead->from;
	fact_say(fact, "Lap %u", (unsigned)row->lap);
	if (t != DURATION_NONE) {
		fact_say(fact, ", ");
		fact_time(fact, t, TIME_CLOCK);
	}
	fact_say(fact, ": ");
	fact_car(d, fact, row->car, false);
	fact_say(fact, " took the lead from ");
	fact_car(d, fact, lead->from, false);
	if (was_in_pits(d, lead->from, lead, &stop)) {
		fact_say(fact, " when it stopped");
		if (stop != DURATION_NONE) {
			fact_say(fact, " for ");
			fact_time(fact, stop, TIME_SHORT);
		}
	} else if (had_stopped(d, lead->from, row->at)) {
		fact_say(fact, ", which had stopped on the track");
	} else {
		const struct lap_row *lap = lap_row_of(d, row->car, row->lap);
		fact_say(fact, " on the track");
		if (lap && flag_is_slow((enum flag)lap->flag))
			fact_say(fact, ", under %s", flag_spoken((enum flag)lap->flag));
	}
	say_led(d, fact, lead);
}

/* ---- flags ----------------------------------------------------------------------- */

struct neutralised {
	uint32_t count;
	duration_us time;
};

static duration_us learn_flags(const struct digesting *d, struct neutralised *sums,
			       uint32_t *count)
{
	const struct race *race = d->race;
	const struct history_row *rows = d->of->tables->history;
	const struct history_span span = {d->of->tables, race->history_first,
					  race->history_count, HISTORY_BIT(FLAG),
					  CAR_NONE};
	duration_us all = 0;
	for (uint32_t i = history_find(&span, span.first, 1); i != UINT32_MAX;
	     i = history_find(&span, i + 1, 1)) {
		duration_us shown;
		enum flag flag = history_flag(race, d->of->tables, &rows[i], &shown);
		if (flag != FLAG_YELLOW && !flag_is_slow(flag))
			continue;
		if (shown == DURATION_NONE)
			shown = d->of->at - rows[i].at;
		sums[flag].count++;
		sums[flag].time += shown;
		all += shown;
		(*count)++;
	}
	return all;
}

static void digest_flags(struct digesting *d)
{
	struct neutralised sums[FLAG_COUNT] = {{0}};
	const char *about = d->race->setup.reconstruction ? "about " : "";
	uint32_t count = 0;
	duration_us all = learn_flags(d, sums, &count);
	bool timed = d->race->setup.type == SESSION_TIMED;
	if (d->race->flag_count == 0 || ((timed || d->joined > 0) && count == 0))
		return;
	struct digest_fact *fact = fact_add(d, DIGEST_FLAGS, CAR_NONE);
	fact->count = count;
	fact->time = all;
	if (count == 0) {
		fact_say(fact, "No safety car, yellow or red flag.");
		return;
	}
	bool first = true;
	for (unsigned flag = FLAG_COUNT; flag-- > 0;) {
		if (sums[flag].count == 0)
			continue;
		const char *word = flag_spoken((enum flag)flag);
		fact_say(fact, first ? "%c%s%s " : ", %c%s%s ",
			 first ? word[0] - 'a' + 'A' : word[0], word + 1,
			 flag == FLAG_RED || flag == FLAG_YELLOW ? " flag" : "");
		fact_times(fact, sums[flag].count);
		fact_say(fact, " for %s", about);
		fact_time(fact, sums[flag].time, TIME_SHORT);
		first = false;
	}
	fact_say(fact, ".");
}

/* ---- the first two --------------------------------------------------------------- */

/* Sum of the stops of a car; NONE: one of them is not known. */
static duration_us stops_time(const struct digesting *d, uint16_t car)
{
	const struct car *c = &d->race->cars[car];
	duration_us sum = 0;
	uint32_t n = 0;
	for (uint32_t at = c->stint_row; at > d->race->stint_first;
	     at = d->of->tables->stints[at - 1].prev, n++) {
		const struct stint_row *row = &d->of->tables->stints[at - 1];
		if (row->stop == DURATION_NONE)
			return DURATION_NONE;
		sum += row->stop;
	}
	return n == c->stops ? sum : DURATION_NONE;
}

/* "stopped 4 times (5:47 in all)" */
static duration_us say_stops(struct digesting *d, struct digest_fact *fact,
			     uint16_t car)
{
	duration_us t = stops_time(d, car);
	if (d->race->cars[car].stops == 0) {
		fact_say(fact, " did not stop");
		return DURATION_NONE;
	}
	fact_say(fact, " stopped ");
	fact_times(fact, d->race->cars[car].stops);
	if (t == DURATION_NONE)
		return t;
	fact_say(fact, " (");
	fact_time(fact, t, TIME_SHORT);
	fact_say(fact, d->race->cars[car].stops == 1 ? ")" : " in all)");
	return t;
}

/* Of a car that was joined late, no stop known is not no stop made. */
static bool stops_known(const struct digesting *d, uint16_t car)
{
	return d->race->cars[car].stops > 0 || d->race->cars[car].lap_first == 0;
}

static void digest_stops(struct digesting *d, const struct result *two[2], unsigned n)
{
	if (!stops_known(d, two[0]->car))
		return;
	struct digest_fact *fact = fact_add(d, DIGEST_STOPS, two[0]->car);
	fact->count = d->race->cars[fact->car].stops;
	fact_car(d, fact, fact->car, true);
	fact->time = say_stops(d, fact, fact->car);
	if (n > 1 && stops_known(d, two[1]->car)) {
		fact->other = two[1]->car;
		fact_say(fact, ", ");
		fact_car(d, fact, fact->other, false);
		(void)say_stops(d, fact, fact->other);
	}
	fact_say(fact, ".");
}

/* Median of the clean laps of a car; NONE: too few. */
static duration_us clean_median(const struct digesting *d, uint16_t car)
{
	duration_us laps[CLEAN_MOST];
	uint32_t n = 0;
	for (uint32_t at = d->race->cars[car].lap_row;
	     at > d->race->lap_first && n < CLEAN_MOST;
	     at = d->of->tables->laps[at - 1].prev)
		if (lap_is_clean(&d->of->tables->laps[at - 1]))
			laps[n++] = d->of->tables->laps[at - 1].time;
	return n < CLEAN_LEAST ? DURATION_NONE : median(laps, n);
}

static void digest_pace(struct digesting *d, const struct result *two[2])
{
	duration_us a = clean_median(d, two[0]->car), b = clean_median(d, two[1]->car);
	if (a == DURATION_NONE || b == DURATION_NONE)
		return;
	struct digest_fact *fact = fact_add(d, DIGEST_PACE, two[0]->car);
	fact->time = a;
	fact->other = two[1]->car;
	fact_say(fact, "Median of the clean laps: ");
	fact_time(fact, a, TIME_LAP);
	fact_say(fact, " of ");
	fact_car(d, fact, fact->car, false);
	fact_say(fact, ", ");
	fact_time(fact, b, TIME_LAP);
	fact_say(fact, " of ");
	fact_car(d, fact, fact->other, false);
	if (a != b) {
		fact_say(fact, ", ");
		fact_time(fact, a < b ? b - a : a - b, TIME_LAP);
		fact_say(fact, a < b ? " slower" : " faster");
	}
	fact_say(fact, ".");
}

/* ---- those who fell out ---------------------------------------------------------- */

static bool is_favourite(const struct digesting *d, uint16_t car)
{
	return d->of->favourites && d->of->favourites[car] != 0;
}

/* What a car had to lose: favourites first, then laps led; 0: not worth a line. */
static uint64_t car_weight(const struct digesting *d, const struct result *row)
{
	const struct car *c = &d->race->cars[row->car];
	bool gone = row->status == STATUS_DSQ || c->status == 1 + STATUS_DNF ||
		    (d->flagged && c->seen && !c->flagged &&
		     c->sf_at < d->race->cars[d->race->winner].sf_at &&
		     row->status != STATUS_RUNNING);
	if (!gone || row->status == STATUS_DNS)
		return 0;
	return (uint64_t)is_favourite(d, row->car) << 62 |
	       (uint64_t)d->led[row->car] << 31 | d->class_led[row->car];
}

static void say_out(struct digesting *d, const struct result *row)
{
	const struct car *c = &d->race->cars[row->car];
	struct digest_fact *fact = fact_add(d, DIGEST_OUT, row->car);
	uint32_t led = d->led[row->car], class_led = d->class_led[row->car];
	fact->laps = c->laps;
	fact->at = c->seen ? c->line_at : INSTANT_NONE;
	fact_car(d, fact, row->car, true);
	if (led > 0 || class_led > 0) {
		fact_say(fact,
			 led > 0 ? ", which led the race for " : ", which led %s for ",
			 (int)encode_car_class(d->race, row->car).len > 0
				 ? d->race->classes[d->race->entries[row->car]
							    .class_index]
					   .name
				 : "");
		fact_counted(fact, led > 0 ? led : class_led, "lap");
		fact_say(fact, ",");
	}
	fact_say(fact, row->status == STATUS_DSQ ? " was disqualified after "
		       : c->status == 1 + STATUS_DNF
			       ? " retired after "
			       : " did not take the flag: last timed after ");
	fact_counted(fact, c->laps, "lap");
	if (fact->at != INSTANT_NONE &&
	    race_elapsed(d->race, fact->at) != DURATION_NONE) {
		fact_say(fact, ", at ");
		fact_time(fact, race_elapsed(d->race, fact->at), TIME_CLOCK);
	}
	fact_say(fact, ".");
}

static void digest_out(struct digesting *d)
{
	uint64_t below = UINT64_MAX;
	for (unsigned n = 0; n < DIGEST_OUT_MOST; n++) {
		const struct result *most = NULL;
		for (uint32_t i = 0; i < d->list->count; i++) {
			const struct result *row = &d->list->rows[i];
			uint64_t weight = car_weight(d, row);
			if (weight > 0 && weight < below &&
			    (!most || weight > car_weight(d, most)))
				most = row;
		}
		if (!most)
			return;
		below = car_weight(d, most);
		say_out(d, most);
	}
}

/* Laps it lacks, for the order; a car with enough laps lacks the flag. */
static void say_lacks(struct digest_fact *fact, const struct result *row)
{
	if (row->threshold > 0 && row->margin < 0 && row->laps > 0) {
		fact_say(fact, ", ");
		fact_counted(fact, (uint32_t)-row->margin, "lap");
		fact_say(fact, " short");
	} else if (row->laps > 0) {
		fact_say(fact, ", without the flag");
	} else {
		fact_say(fact, ", no lap");
	}
}

static bool is_unclassified(const struct result *row)
{
	return row->status == STATUS_NC || row->status == STATUS_DNF;
}

/* Those short of laps first, the nearest to the threshold before the others; then those
 * that did not take the flag. */
static int64_t lack(const struct result *row)
{
	return row->laps == 0 ? INT64_MAX
	       : row->threshold > 0 && row->margin < 0
		       ? -(int64_t)row->margin
		       : (int64_t)UINT32_MAX - row->laps;
}

static const struct result *next_lack(const struct classification *list,
				      const bool *said)
{
	const struct result *least = NULL;
	for (uint32_t i = 0; i < list->count; i++) {
		const struct result *row = &list->rows[i];
		if (is_unclassified(row) && !said[row->car] &&
		    (!least || lack(row) < lack(least)))
			least = row;
	}
	return least;
}

static void digest_unclassified(struct digesting *d)
{
	const struct classification *list = d->list;
	uint32_t started = 0, count = 0, named = 0;
	bool said[RACE_CARS_MAX] = {false};
	for (uint32_t i = 0; i < list->count; i++) {
		started += list->rows[i].status != STATUS_DNS;
		count += is_unclassified(&list->rows[i]);
	}
	if (count == 0 || !d->finished)
		return;
	struct digest_fact *fact =
		fact_add(d, DIGEST_UNCLASSIFIED, next_lack(list, said)->car);
	fact->count = count;
	fact_say(fact, "%u of %u cars %s not classified", (unsigned)count,
		 (unsigned)started, count == 1 ? "is" : "are");
	if (list->threshold > 0 && d->of->rules->of == OF_RACE_WINNER)
		fact_say(fact, "; the threshold is %u laps", (unsigned)list->threshold);
	for (; named < NAMED_MOST && named < count; named++) {
		const struct result *row = next_lack(list, said);
		said[row->car] = true;
		fact_say(fact, named == 0 ? ": " : "; ");
		fact_car(d, fact, row->car, false);
		say_lacks(fact, row);
	}
	if (count > named)
		fact_say(fact, " and %u more", (unsigned)(count - named));
	fact_say(fact, ".");
}

/* ---- the best lap, the invited --------------------------------------------------- */

static void digest_best(struct digesting *d)
{
	const struct race *race = d->race;
	uint16_t car = race->lap_best_car;
	if (car >= race->car_count || race->lap_best == DURATION_NONE)
		return;
	struct digest_fact *fact = fact_add(d, DIGEST_BEST, car);
	fact->time = race->lap_best;
	fact->lap = race->lap_best_number;
	fact_car(d, fact, car, true);
	fact_say(fact, " drove the best lap, ");
	fact_time(fact, race->lap_best, TIME_LAP);
	fact_say(fact, ", on lap %u", (unsigned)fact->lap);
	for (uint32_t at = race->cars[car].lap_row; at > race->lap_first;
	     at = d->of->tables->laps[at - 1].prev) {
		const struct lap_row *row = &d->of->tables->laps[at - 1];
		if (row->lap != fact->lap)
			continue;
		fact->at = row->at;
		fact_driver(d, fact, car, row->driver);
		break;
	}
	fact_say(fact, ".");
}

static void digest_invited(struct digesting *d)
{
	struct digest_fact *fact = NULL;
	if (!d->of->rules || d->of->rules->invitation[0] == '\0' || !d->finished)
		return;
	for (uint32_t i = 0; i < d->list->count; i++) {
		const struct result *row = &d->list->rows[i];
		struct slice name = encode_car_class(d->race, row->car);
		if (!row->invited)
			continue;
		if (!fact) {
			fact = fact_add(d, DIGEST_INVITED, row->car);
			fact_say(fact, "Invited to %s: ", d->of->rules->invitation);
		} else {
			fact_say(fact, ", ");
		}
		fact->count++;
		fact_car(d, fact, row->car, false);
		fact_say(fact, " for %.*s", (int)name.len, name.at);
	}
	if (fact)
		fact_say(fact, ".");
}

/* ---- all ------------------------------------------------------------------------- */

static void digest_race(struct digesting *d)
{
	const struct result *two[2];
	unsigned n = best_two(d, RACE_CLASSES_MAX, two);
	if (d->of->tables->history && d->race->full[RACE_LIMIT_HISTORY] == 0) {
		learn_joined(d);
		learn_leads(d);
		learn_class_leads(d);
		digest_start(d);
		digest_leads(d);
		for (unsigned i = 0; i < d->lead_count; i++)
			digest_lead(d, &d->leads[i]);
	}
	digest_flags(d);
	if (n > 0)
		digest_stops(d, two, n);
	if (n > 1)
		digest_pace(d, two);
	digest_classes(d);
	digest_out(d);
	digest_unclassified(d);
	digest_best(d);
	digest_invited(d);
}

unsigned digest_facts(const struct digest_of *of, struct digest_fact out[DIGEST_MOST])
{
	struct digesting d = {.of = of,
			      .race = of->race,
			      .list = of->classification,
			      .out = out,
			      .finished = of->classification->finished};
	for (uint16_t car = 0; car < d.race->car_count; car++)
		d.flagged |= d.race->cars[car].flagged != 0 &&
			     d.race->winner < d.race->car_count;
	digest_result(&d);
	if (d.race->setup.type == SESSION_RACE) {
		digest_race(&d);
	} else {
		digest_classes(&d);
		digest_flags(&d);
	}
	return d.count;
}
