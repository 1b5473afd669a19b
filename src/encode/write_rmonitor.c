/*
 * write_rmonitor.c -- a race as RMonitor, as the scoreboards of a circuit read it
 *
 *  (1) What is written reads back to the same order, laps and times to the
 *      millisecond, by our own reader too.
 *  (2) Nothing of a name can end a field, a line or begin a record: quotes become
 *      apostrophes, control bytes blanks, and "$" becomes "S".
 *  (3) $J is written once for each crossing whose lap is known; laps that were made up
 *      without a time show as a jump in $G, as they do where Orbits missed them.
 */
#include "write.h"
#include "pitwall/outfeed.h"

#include <string.h>

enum { NAMES_MAX = 64 };

/* ---- fields ------------------------------------------------------------------------ */

/* (2) */
static void put_words(struct out *out, const char *text, bool ascii)
{
	struct slice rest = slice_of(text);
	out_char(out, '"');
	while (rest.len > 0) {
		uint32_t cp;
		size_t n = utf8_decode(rest.at, rest.len, &cp);
		if (cp == '"')
			out_char(out, '\'');
		else if (cp == '$')
			out_char(out, 'S');
		else if (cp < ' ' || (cp >= 0x7f && cp < 0xa0))
			out_char(out, ' ');
		else if (cp >= 0xa0 && ascii)
			out_char(out, cp_ascii(cp));
		else
			out_bytes(out, rest.at, n);
		rest.at += n;
		rest.len -= n;
	}
	out_char(out, '"');
}

/* "HH:MM:SS.mmm", or without its fraction; what is not known is zero. */
static void rmonitor_put_time(struct out *out, duration_us t, bool ms)
{
	if (t < 0)
		t = 0;
	long long s = t / US_S;
	out_format(out, "\"%02lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
	if (ms)
		out_format(out, ".%03d", (int)(t / US_MS % 1000));
	out_char(out, '"');
}

static void end_record(struct out *out)
{
	out_text(out, "\r\n");
}

/* Unquoted: only what can stand there. */
static void put_transponder(struct out *out, const char *text)
{
	for (; *text != '\0'; text++)
		if ((*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z') || *text == '-')
			out_char(out, *text);
}

/* ---- cars -------------------------------------------------------------------------- */

/* A car with no number is registered by its transponder, or as it is addressed. */
static void put_reg(struct out *out, const struct rmonitor_view *view, uint16_t car)
{
	char label[16];
	race_car_label(view->race, car, label);
	put_words(out, label[0] == '?' ? label + 1 : label, view->ascii);
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
	out_text(out, "$A,");
	put_reg(out, view, car);
	out_char(out, ',');
	put_words(out, number, view->ascii);
	out_char(out, ',');
	put_transponder(out, names.transponder);
	out_char(out, ',');
	put_words(out, names.first, view->ascii);
	out_char(out, ',');
	put_words(out, names.last, view->ascii);
	out_format(out, ",\"\",%u", names.class_number);
	end_record(out);
	out_text(out, "$COMP,");
	put_reg(out, view, car);
	out_char(out, ',');
	put_words(out, number, view->ascii);
	out_format(out, ",%u,", names.class_number);
	put_words(out, names.first, view->ascii);
	out_char(out, ',');
	put_words(out, names.last, view->ascii);
	out_text(out, ",\"\",");
	put_words(out, names.team, view->ascii);
	end_record(out);
}

static uint64_t entry_sum(const struct rmonitor_view *view, uint16_t car)
{
	const struct race *race = view->race;
	uint64_t sum = hash_bytes(&race->entries[car], sizeof(race->entries[car]), 3);
	return sum ^ race->cars[car].driver;
}

/* ---- standings ------------------------------------------------------------------------ */

static void put_standing(struct out *out, const struct rmonitor_view *view,
			 uint16_t car, const struct rmonitor_told_car *row)
{
	out_format(out, "$G,%u,", row->rank);
	put_reg(out, view, car);
	out_char(out, ',');
	if (row->laps != 0)
		out_i64(out, row->laps);
	out_char(out, ',');
	rmonitor_put_time(out, row->total, true);
	end_record(out);
}

static void put_best(struct out *out, const struct rmonitor_view *view, uint16_t car,
		     const struct rmonitor_told_car *row)
{
	out_format(out, "$H,%u,", row->best_rank);
	put_reg(out, view, car);
	out_format(out, ",%u,", row->best_lap);
	rmonitor_put_time(out, row->best, true);
	end_record(out);
}

static bool better(const struct rmonitor_told_car *a, const struct rmonitor_told_car *b)
{
	if (a->best != b->best)
		return b->best == DURATION_NONE ||
		       (a->best != DURATION_NONE && a->best < b->best);
	return a->rank < b->rank;
}

/* Ranks by best lap: the cars, few of which have moved since they were sorted by the
 * order of the race. */
static void rank_bests(struct rmonitor_told_car cars[RACE_CARS_MAX],
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

/* What there is to say of every car; @order receives the cars by rank. */
static uint32_t rmonitor_take(const struct rmonitor_view *view,
			      struct rmonitor_told_car cars[RACE_CARS_MAX],
			      uint16_t order[RACE_CARS_MAX])
{
	const struct race *race = view->race;
	const struct classification *judged = view->classification;
	uint32_t count = judged ? judged->count : view->standings->count;
	memset(cars, 0, RACE_CARS_MAX * sizeof(cars[0]));
	for (uint32_t i = 0; i < count; i++) {
		uint16_t car =
			judged ? judged->rows[i].car : view->standings->rows[i].car;
		struct rmonitor_told_car *row = &cars[car];
		order[i] = car;
		row->rank = (uint16_t)(i + 1);
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
	rank_bests(cars, order, count);
	return count;
}

/* ---- headings ------------------------------------------------------------------------- */

static const char *run_title(const struct race *race)
{
	if (race->setup.session[0] != '\0')
		return race->setup.session;
	return race->setup.type == SESSION_TIMED ? "Practice" : "Race";
}

static void put_heading(struct out *out, const struct rmonitor_view *view)
{
	const struct race *race = view->race;
	out_format(out, "$B,%u,", (unsigned)view->run);
	put_words(out, run_title(race), view->ascii);
	end_record(out);
	for (uint16_t i = 0; i < race->class_count; i++) {
		out_format(out, "$C,%u,", i + 1u);
		put_words(out, race->classes[i].name, view->ascii);
		end_record(out);
	}
	if (race->setup.circuit[0] != '\0') {
		out_text(out, "$E,\"TRACKNAME\",");
		put_words(out, race->setup.circuit, view->ascii);
		end_record(out);
	}
	if (race->setup.lap_length > 0) {
		long long mm = race->setup.lap_length;
		out_format(out, "$E,\"TRACKLENGTH\",\"%lld.%03lld\"", mm / 1000000,
			   mm / 1000 % 1000);
		end_record(out);
	}
}

static uint64_t heading_sum(const struct rmonitor_view *view)
{
	const struct race *race = view->race;
	uint64_t sum =
		hash_bytes(race->setup.session, sizeof(race->setup.session), view->run);
	sum = hash_bytes(race->setup.circuit, sizeof(race->setup.circuit), sum);
	for (uint16_t i = 0; i < race->class_count; i++)
		sum = hash_bytes(race->classes[i].name, sizeof(race->classes[i].name),
				 sum);
	return sum;
}

static const char *const flag_words[FLAG_COUNT] = {
	[FLAG_UNKNOWN] = "      ", [FLAG_GREEN] = "Green ", [FLAG_YELLOW] = "Yellow",
	[FLAG_FCY] = "Yellow",     [FLAG_VSC] = "Yellow",   [FLAG_CODE60] = "Yellow",
	[FLAG_SC] = "Yellow",      [FLAG_RED] = "Red   ",   [FLAG_FINISH] = "Finish",
};

static int64_t laps_to_go(const struct race *race)
{
	uint32_t laps = race->car_count > 0 ? race->cars[race->order[0]].laps : 0;
	if (race->setup.length_laps == 0)
		return 9999;
	return race->setup.length_laps > laps ? race->setup.length_laps - laps : 0;
}

static duration_us time_of_day(const struct race *race, instant_us at)
{
	duration_us t = (at + race->setup.utc_offset_us) % US_DAY;
	return t < 0 ? t + US_DAY : t;
}

void rmonitor_heartbeat(struct out *out, const struct rmonitor_view *view,
			instant_us now)
{
	const struct race *race = view->race;
	if (now == INSTANT_NONE)
		return;
	out_format(out, "$F,%lld,", (long long)laps_to_go(race));
	rmonitor_put_time(out, race_left(race, now), false);
	out_char(out, ',');
	rmonitor_put_time(out, time_of_day(race, now), false);
	out_char(out, ',');
	rmonitor_put_time(out, race_elapsed(race, now), false);
	out_format(out, ",\"%s\"",
		   flag_words[race->flag < FLAG_COUNT ? race->flag : 0]);
	end_record(out);
}

/* "09 Nov 03", as Orbits writes a date; @date is "2003-11-09". */
static void put_date(struct out *out, const char *date)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *dash = strrchr(date, '-');
	unsigned month;
	out_char(out, '"');
	if (dash && dash - date >= 5) {
		month = (unsigned)(dash[-2] - '0') * 10 + (unsigned)(dash[-1] - '0');
		out_format(out, "%s %.3s %.2s", dash + 1, months + 3 * (month - 1),
			   dash - 5);
	}
	out_char(out, '"');
}

static void put_all(struct out *out, const struct rmonitor_view *view, instant_us now,
		    const struct rmonitor_told_car *cars, const uint16_t *order,
		    uint32_t count)
{
	char date[TIME_TEXT_MAX] = "";
	if (now != INSTANT_NONE)
		format_date(date, now + view->race->setup.utc_offset_us);
	out_text(out, "$I,");
	rmonitor_put_time(out, now != INSTANT_NONE ? time_of_day(view->race, now) : 0,
			  false);
	out_char(out, ',');
	put_date(out, date);
	end_record(out);
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
	struct rmonitor_told_car cars[RACE_CARS_MAX];
	uint16_t order[RACE_CARS_MAX];
	uint32_t count = rmonitor_take(view, cars, order);
	put_all(out, view, now, cars, order, count);
}

/* ---- what is new ------------------------------------------------------------------------ */

static void rmonitor_put_passing(struct out *out, const struct rmonitor_view *view,
				 const struct lap_row *row)
{
	out_text(out, "$J,");
	put_reg(out, view, row->car);
	out_char(out, ',');
	rmonitor_put_time(out, row->time, true);
	out_char(out, ',');
	rmonitor_put_time(out, race_elapsed(view->race, row->at), true);
	end_record(out);
}

/* Where the car stands by this crossing, which need not be its last that is new: laps
 * and seconds taken away or added as they are now. */
static void put_standing_by(struct out *out, const struct rmonitor_view *view,
			    const struct rmonitor_told_car *now,
			    const struct lap_row *row)
{
	const struct car *car = &view->race->cars[row->car];
	duration_us last = race_elapsed(view->race, car->sf_at);
	struct rmonitor_told_car then = *now;
	then.laps += (int64_t)row->lap - (int64_t)car->laps;
	then.total = race_elapsed(view->race, row->at);
	if (now->total != DURATION_NONE && last != DURATION_NONE &&
	    then.total != DURATION_NONE)
		then.total += now->total - last;
	put_standing(out, view, row->car, &then);
}

/* The rows that were told are still the first of the table. */
static bool same_past(const struct rmonitor_told *told,
		      const struct rmonitor_view *view)
{
	const struct race *race = view->race;
	if (!told->begun || told->start_at != race->start_at ||
	    told->heading != heading_sum(view) || race->lap_count < told->lap_count)
		return false;
	if (told->lap_count == 0)
		return true;
	const struct lap_row *row = &view->tables->laps[told->lap_count - 1];
	return row->at == told->row_at && row->car == told->row_car;
}

static void put_changes(const struct rmonitor_told *told, struct out *out,
			const struct rmonitor_view *view,
			const struct rmonitor_told_car *cars, uint16_t car)
{
	const struct rmonitor_told_car *now = &cars[car], *then = &told->cars[car];
	if (now->rank != then->rank || now->laps != then->laps ||
	    now->total != then->total)
		put_standing(out, view, car, now);
	if (now->best_rank != then->best_rank || now->best != then->best)
		put_best(out, view, car, now);
}

void rmonitor_update(struct rmonitor_told *told, struct out *out,
		     const struct rmonitor_view *view, instant_us now)
{
	const struct race *race = view->race;
	struct rmonitor_told_car cars[RACE_CARS_MAX];
	uint16_t order[RACE_CARS_MAX];
	uint32_t count = rmonitor_take(view, cars, order);
	if (!same_past(told, view)) {
		put_all(out, view, now, cars, order, count);
	} else {
		for (uint32_t i = 0; i < count; i++)
			if (cars[order[i]].entry != told->cars[order[i]].entry)
				put_competitor(out, view, order[i]);
		for (uint32_t i = told->lap_count; i < race->lap_count; i++) {
			const struct lap_row *row = &view->tables->laps[i];
			if (row->time == DURATION_NONE && (row->bits & LAP_REPAIRED))
				continue; /* (3) */
			rmonitor_put_passing(out, view, row);
			put_standing_by(out, view, &cars[row->car], row);
			told->cars[row->car].rank = cars[row->car].rank;
			told->cars[row->car].laps = cars[row->car].laps;
			told->cars[row->car].total = cars[row->car].total;
		}
		for (uint32_t i = 0; i < count; i++)
			put_changes(told, out, view, cars, order[i]);
	}
	memcpy(told->cars, cars, sizeof(told->cars));
	told->start_at = race->start_at;
	told->heading = heading_sum(view);
	told->lap_count = race->lap_count;
	told->row_at = INSTANT_NONE;
	if (race->lap_count > 0) {
		told->row_at = view->tables->laps[race->lap_count - 1].at;
		told->row_car = view->tables->laps[race->lap_count - 1].car;
	}
	told->begun = true;
}
