/*
 * write_rmonitor.c -- a race as RMonitor, as the scoreboards of a circuit read it
 *
 *  (1) What is written reads back to the same order, laps and times to the
 *      millisecond, by our own reader too.
 *  (2) $J is written once for each crossing whose lap is known; laps that were made up
 *      without a time show as a jump in $G, as they do where Orbits missed them.
 */
#include "pitwall/outfeed.h"
#include "pitwall/wire.h"
#include "write.h"

#include <string.h>

enum { NAMES_MAX = 64 };

/* ---- cars -------------------------------------------------------------------------- */

static void rmonitor_put_text(struct out *out, const struct rmonitor_view *view,
			      const char *text)
{
	wire_rm_text(out, text, view->encoding);
}

/* A car with no number is registered by its transponder, or as it is addressed. */
static void put_reg(struct out *out, const struct rmonitor_view *view, uint16_t car)
{
	char label[16];
	race_car_label(view->race, car, label);
	rmonitor_put_text(out, view, label[0] == '?' ? label + 1 : label);
}

struct rmonitor_names {
	char first[NAMES_MAX], last[NAMES_MAX];
	const char *team;
	char transponder[EVENT_ID_MAX + 1];
	unsigned class_number;
};

/* The driver on board, else the first of the list, cut at the last blank but for a
 * family name of several words in capitals. Without one, the team is the first name: so
 * the endurance series have it. */
static void car_names(const struct rmonitor_view *view, uint16_t car,
		      struct rmonitor_names *names)
{
	const struct race *race = view->race;
	const struct entry *entry = &race->entries[car];
	unsigned driver = race->cars[car].driver;
	const char *name = entry->drivers[driver < entry->driver_count ? driver : 0];
	const char *blank = strchr(name, ' ');
	memset(names, 0, sizeof(*names));
	names->team = entry->team;
	if (view->transponder_first != 0)
		(void)text_format(names->transponder, sizeof(names->transponder), "%u",
				  (unsigned)(view->transponder_first + car));
	if (entry->class_index < race->class_count)
		names->class_number = entry->class_index + 1u;
	if (entry->driver_count == 0 || name[0] == '\0') {
		text_copy(names->first, sizeof(names->first), slice_of(entry->team));
	} else if (!blank) {
		text_copy(names->last, sizeof(names->last), slice_of(name));
	} else {
		text_copy(names->first, sizeof(names->first),
			  (struct slice){name, (size_t)(blank - name)});
		text_copy(names->last, sizeof(names->last), slice_of(blank + 1));
	}
	for (uint16_t i = 0; i < race->id_count; i++)
		if (race->ids[i].car == car && race->ids[i].kind == ID_TRANSPONDER)
			text_copy(names->transponder, sizeof(names->transponder),
				  slice_of(race->ids[i].text));
}

static void put_competitor(struct out *out, const struct rmonitor_view *view,
			   uint16_t car)
{
	const char *number = view->race->entries[car].number;
	struct rmonitor_names names;
	car_names(view, car, &names);
	wire_rm_begin(out, WIRE_RM_COMPETITOR);
	put_reg(out, view, car);
	rmonitor_put_text(out, view, number);
	wire_rm_plain(out, names.transponder);
	rmonitor_put_text(out, view, names.first);
	rmonitor_put_text(out, view, names.last);
	rmonitor_put_text(out, view, "");
	wire_rm_number(out, names.class_number);
	wire_rm_end(out);
	wire_rm_begin(out, WIRE_RM_COMPANY);
	put_reg(out, view, car);
	rmonitor_put_text(out, view, number);
	wire_rm_number(out, names.class_number);
	rmonitor_put_text(out, view, names.first);
	rmonitor_put_text(out, view, names.last);
	rmonitor_put_text(out, view, "");
	rmonitor_put_text(out, view, names.team);
	wire_rm_end(out);
}

static uint64_t entry_sum(const struct rmonitor_view *view, uint16_t car)
{
	const struct race *race = view->race;
	uint64_t sum = hash_bytes(&race->entries[car], sizeof(race->entries[car]), 3);
	return sum ^ race->cars[car].driver;
}

/* ---- standings ------------------------------------------------------------------------ */

static void put_standing(struct out *out, const struct rmonitor_view *view,
			 uint16_t car, const struct rmonitor_sent_car *row)
{
	wire_rm_begin(out, WIRE_RM_STANDING);
	wire_rm_number(out, row->rank);
	put_reg(out, view, car);
	if (row->laps != 0)
		wire_rm_number(out, row->laps);
	else
		wire_rm_plain(out, "");
	wire_rm_time(out, row->total, true);
	wire_rm_end(out);
}

static void put_best(struct out *out, const struct rmonitor_view *view, uint16_t car,
		     const struct rmonitor_sent_car *row)
{
	wire_rm_begin(out, WIRE_RM_BEST);
	wire_rm_number(out, row->best_rank);
	put_reg(out, view, car);
	wire_rm_number(out, row->best_lap);
	wire_rm_time(out, row->best, true);
	wire_rm_end(out);
}

static bool better(const struct rmonitor_sent_car *a, const struct rmonitor_sent_car *b)
{
	if (a->best != b->best)
		return b->best == DURATION_NONE ||
		       (a->best != DURATION_NONE && a->best < b->best);
	return a->rank < b->rank;
}

/* Ranks by best lap: the cars, few of which have moved since they were sorted by the
 * order of the race. */
static void rank_bests(struct rmonitor_sent_car cars[RACE_CARS_MAX],
		       const uint16_t *order, uint32_t count)
{
	uint16_t sorted[RACE_CARS_MAX];
	for (uint32_t i = 0; i < count; i++) {
		uint32_t k = i;
		for (; k > 0 && better(&cars[order[i]], &cars[sorted[k - 1]]); k--)
			sorted[k] = sorted[k - 1];
		sorted[k] = order[i];
	}
	for (uint32_t i = 0; i < count; i++)
		cars[sorted[i]].best_rank = (uint16_t)(i + 1);
}

/* By laps, then by total. */
static bool is_ahead(const struct rmonitor_sent_car *a,
		     const struct rmonitor_sent_car *b)
{
	if (a->laps != b->laps)
		return a->laps > b->laps;
	return a->laps > 0 && a->total != DURATION_NONE &&
	       (b->total == DURATION_NONE || a->total < b->total);
}

/* The cars of @order are nearly sorted. Cars that are equal keep their order: on the
 * grid, before their first lap. */
static void rank_totals(struct rmonitor_sent_car cars[RACE_CARS_MAX], uint16_t *order,
			uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		uint16_t car = order[i];
		uint32_t k = i;
		for (; k > 0 && is_ahead(&cars[car], &cars[order[k - 1]]); k--)
			order[k] = order[k - 1];
		order[k] = car;
	}
	for (uint32_t i = 0; i < count; i++)
		cars[order[i]].rank = (uint16_t)(i + 1);
}

/* The records of every car; @order receives the cars by rank. */
static uint32_t rmonitor_take(const struct rmonitor_view *view,
			      struct rmonitor_sent_car cars[RACE_CARS_MAX],
			      uint16_t order[RACE_CARS_MAX])
{
	const struct race *race = view->race;
	const struct classification *judged = view->classification;
	uint32_t count = judged ? judged->count : view->standings->count;
	memset(cars, 0, RACE_CARS_MAX * sizeof(cars[0]));
	for (uint32_t i = 0; i < count; i++) {
		uint16_t car =
			judged ? judged->rows[i].car : view->standings->rows[i].car;
		struct rmonitor_sent_car *row = &cars[car];
		order[i] = car;
		row->laps = race->cars[car].laps;
		row->total = DURATION_NONE;
		if (race->cars[car].laps > 0)
			row->total = race_elapsed(race, race->cars[car].sf_at);
		if (judged) {
			row->laps = judged->rows[i].laps;
			if (row->total != DURATION_NONE)
				row->total = judged->rows[i].total;
		}
		row->best = race->cars[car].lap_best;
		row->best_lap = row->best == DURATION_NONE
					? 0
					: race->cars[car].lap_best_number;
		row->entry = entry_sum(view, car);
	}
	rank_totals(cars, order, count);
	rank_bests(cars, order, count);
	return count;
}

/* ---- headings ------------------------------------------------------------------------- */

/* "1000 km of Le Mans 2003 - Race" */
static void put_run_title(struct out *out, const struct rmonitor_view *view)
{
	const struct race_setup *setup = &view->race->setup;
	char title[sizeof(setup->event) + sizeof(setup->session) + 4];
	const char *session = setup->session;
	if (session[0] == '\0')
		session = setup->type == SESSION_TIMED ? "Practice" : "Race";
	text_format(title, sizeof(title), "%s%s%s", setup->event,
		    setup->event[0] != '\0' ? " - " : "", session);
	rmonitor_put_text(out, view, title);
}

static void put_setting(struct out *out, const struct rmonitor_view *view,
			const char *name, const char *value)
{
	wire_rm_begin(out, WIRE_RM_SETTING);
	rmonitor_put_text(out, view, name);
	rmonitor_put_text(out, view, value);
	wire_rm_end(out);
}

static void put_heading(struct out *out, const struct rmonitor_view *view)
{
	const struct race *race = view->race;
	wire_rm_begin(out, WIRE_RM_RUN);
	wire_rm_number(out, view->run);
	put_run_title(out, view);
	wire_rm_end(out);
	for (uint16_t i = 0; i < race->class_count; i++) {
		wire_rm_begin(out, WIRE_RM_CLASS);
		wire_rm_number(out, i + 1);
		rmonitor_put_text(out, view, race->classes[i].name);
		wire_rm_end(out);
	}
	put_setting(out, view, "TRACKNAME",
		    race->setup.circuit[0] != '\0' ? race->setup.circuit
						   : race->setup.event);
	if (race->setup.lap_length > 0) {
		enum { MM_OF_MILE = 1609344 }; /* the international mile */
		long long unit = view->miles ? MM_OF_MILE : 1000000, whole, rest;
		char length[32];
		whole = race->setup.lap_length / unit;
		rest = (race->setup.lap_length % unit * 1000 + unit / 2) / unit;
		text_format(length, sizeof(length), "%lld.%03lld", whole + rest / 1000,
			    rest % 1000);
		put_setting(out, view, "TRACKLENGTH", length);
	}
}

static uint64_t heading_sum(const struct rmonitor_view *view)
{
	const struct race *race = view->race;
	uint64_t sum =
		hash_bytes(race->setup.session, sizeof(race->setup.session), view->run);
	sum = hash_bytes(race->setup.event, sizeof(race->setup.event), sum);
	sum = hash_bytes(race->setup.circuit, sizeof(race->setup.circuit), sum);
	for (uint16_t i = 0; i < race->class_count; i++)
		sum = hash_bytes(race->classes[i].name, sizeof(race->classes[i].name),
				 sum);
	return sum;
}

static int64_t laps_to_go(const struct race *race)
{
	uint32_t laps = race->car_count > 0 ? race->cars[race->order[0]].laps : 0;
	if (race->setup.length_laps == 0)
		return 9999;
	return race->setup.length_laps > laps ? race->setup.length_laps - laps : 0;
}

static duration_us time_of_day(const struct race *race, instant_us at)
{
	duration_us t = race_local(&race->setup, at) % US_DAY;
	return t < 0 ? t + US_DAY : t;
}

/* A race whose source reports no flag is green from the start signal on. */
static enum flag flag_shown(const struct race *race, instant_us now)
{
	if (race->flag < FLAG_COUNT && race->flag != FLAG_UNKNOWN)
		return (enum flag)race->flag;
	if (race->start_at == INSTANT_NONE || now < race->start_at)
		return FLAG_UNKNOWN;
	return race->finish_at != INSTANT_NONE ? FLAG_FINISH : FLAG_GREEN;
}

void rmonitor_heartbeat(struct out *out, const struct rmonitor_view *view,
			instant_us now)
{
	const struct race *race = view->race;
	if (now == INSTANT_NONE)
		return;
	wire_rm_begin(out, WIRE_RM_HEARTBEAT);
	wire_rm_number(out, laps_to_go(race));
	wire_rm_time(out, race_left(race, now), false);
	wire_rm_time(out, time_of_day(race, now), false);
	wire_rm_time(out, race_elapsed(race, now), false);
	wire_rm_flag(out, flag_shown(race, now));
	wire_rm_end(out);
}

/* "09 Nov 03", as Orbits writes a date. */
static void put_date(struct out *out, instant_us local)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char date[TIME_TEXT_MAX], words[16] = "";
	size_t len = local != INSTANT_NONE ? format_date(date, local) : 0;
	if (len >= 10) {
		const char *month = date + len - 5, *day = date + len - 2;
		unsigned n =
			(unsigned)(month[0] - '0') * 10 + (unsigned)(month[1] - '0');
		text_format(words, sizeof(words), "%s %.3s %.2s", day,
			    months + 3 * (n - 1), month - 3);
	}
	wire_rm_text(out, words, WIRE_ASCII);
}

static void put_all(struct out *out, const struct rmonitor_view *view, instant_us now,
		    const struct rmonitor_sent_car *cars, const uint16_t *order,
		    uint32_t count)
{
	bool known = now != INSTANT_NONE;
	wire_rm_begin(out, WIRE_RM_INIT);
	wire_rm_time(out, known ? time_of_day(view->race, now) : 0, true);
	put_date(out, known ? race_local(&view->race->setup, now) : INSTANT_NONE);
	wire_rm_end(out);
	put_heading(out, view);
	for (uint32_t i = 0; i < count; i++)
		put_competitor(out, view, order[i]);
	for (uint32_t i = 0; i < count; i++) {
		put_standing(out, view, order[i], &cars[order[i]]);
		put_best(out, view, order[i], &cars[order[i]]);
	}
	rmonitor_heartbeat(out, view, now);
}

void rmonitor_refresh(struct out *out, const struct rmonitor_view *view, instant_us now)
{
	struct rmonitor_sent_car cars[RACE_CARS_MAX];
	uint16_t order[RACE_CARS_MAX];
	uint32_t count = rmonitor_take(view, cars, order);
	put_all(out, view, now, cars, order, count);
}

/* ---- what is new ------------------------------------------------------------------------ */

static void rmonitor_put_passing(struct out *out, const struct rmonitor_view *view,
				 const struct lap_row *row)
{
	wire_rm_begin(out, WIRE_RM_PASSING);
	put_reg(out, view, row->car);
	wire_rm_time(out, row->time, true);
	wire_rm_time(out, race_elapsed(view->race, row->at), true);
	wire_rm_end(out);
}

/* The rows that were sent are still the first of the table. */
static bool same_past(const struct rmonitor_sent *sent,
		      const struct rmonitor_view *view)
{
	const struct race *race = view->race;
	if (!sent->begun || sent->start_at != race->start_at ||
	    sent->heading != heading_sum(view) || race->lap_count < sent->lap_count)
		return false;
	if (sent->lap_count == 0)
		return true;
	const struct lap_row *row = &view->tables->laps[sent->lap_count - 1];
	return row->at == sent->row_at && row->car == sent->row_car;
}

static void put_changes(const struct rmonitor_sent *sent, struct out *out,
			const struct rmonitor_view *view,
			const struct rmonitor_sent_car *cars, uint16_t car)
{
	const struct rmonitor_sent_car *now = &cars[car], *then = &sent->cars[car];
	if (now->rank != then->rank || now->laps != then->laps ||
	    now->total != then->total)
		put_standing(out, view, car, now);
	if (now->best_rank != then->best_rank || now->best != then->best)
		put_best(out, view, car, now);
}

/* The records of a crossing; $H and $G behind the last new lap of the car. */
static void rmonitor_put_lap(struct rmonitor_sent *sent, struct out *out,
			     const struct rmonitor_view *view,
			     const struct rmonitor_sent_car *cars, uint32_t index)
{
	const struct lap_row *row = &view->tables->laps[index];
	uint16_t car = row->car;
	if (row->time != DURATION_NONE || !(row->bits & LAP_REPAIRED)) /* (2) */
		rmonitor_put_passing(out, view, row);
	if (view->race->cars[car].lap_row != index + 1)
		return;
	put_best(out, view, car, &cars[car]);
	put_standing(out, view, car, &cars[car]);
	sent->cars[car] = cars[car];
}

void rmonitor_update(struct rmonitor_sent *sent, struct out *out,
		     const struct rmonitor_view *view, instant_us now)
{
	const struct race *race = view->race;
	struct rmonitor_sent_car cars[RACE_CARS_MAX];
	uint16_t order[RACE_CARS_MAX];
	uint32_t count = rmonitor_take(view, cars, order);
	if (!same_past(sent, view)) {
		put_all(out, view, now, cars, order, count);
	} else {
		for (uint32_t i = 0; i < count; i++)
			if (cars[order[i]].entry != sent->cars[order[i]].entry)
				put_competitor(out, view, order[i]);
		for (uint32_t i = sent->lap_count; i < race->lap_count; i++)
			rmonitor_put_lap(sent, out, view, cars, i);
		for (uint32_t i = 0; i < count; i++)
			put_changes(sent, out, view, cars, order[i]);
	}
	memcpy(sent->cars, cars, sizeof(sent->cars));
	sent->start_at = race->start_at;
	sent->heading = heading_sum(view);
	sent->lap_count = race->lap_count;
	sent->row_at = INSTANT_NONE;
	if (race->lap_count > 0) {
		sent->row_at = view->tables->laps[race->lap_count - 1].at;
		sent->row_car = view->tables->laps[race->lap_count - 1].car;
	}
	sent->begun = true;
}
