/*
 * alkamel_events.c -- the rows that are believed become events
 *
 *  (1) Events are written car by car, in the order of the numbers as text, and
 *      lap by lap: their sequence and record numbers say nothing of the file's
 *      own order.
 *  (2) Times at lines come from ELAPSED, LAP_TIME and the sectors. A line that
 *      missed the car is where the other sectors put it, else where lines lie on
 *      an average lap between the two lines around it; both are ESTIMATED.
 *  (3) A lap without a row is an average lap, REPAIRED and ESTIMATED.
 *  (4) The instants of a stop are not in the file: its end is its crossing in the
 *      lane plus its duration, but not behind the first line of the lap out, and
 *      its beginning a duration before. A car's last stop has no end.
 */
#include "alkamel.h"
#include "pitwall/out.h"

#include <string.h>

/* A lap about to be written. Times since the start. */
struct lap {
	int64_t begin, end;
	int64_t at[LINES_MAX]; /* [1] to [lines - 1] */
	uint32_t estimated;    /* bit n: at[n] is an estimate */
	uint32_t number;
	uint32_t pit_ms; /* of its row */
	uint32_t record;
	duration_us time; /* as the row states it */
	uint16_t driver;  /* variant */
	uint16_t kph, top;
	uint8_t flag;
	uint8_t bits; /* of its crossing of SF */
	uint8_t best; /* enum ak_best */
	bool in_pit;
};

/* The stop of the lap before; this lap has its end. */
struct stop {
	bool open;
	int64_t at;               /* SF crossed in the lane */
	int64_t after;            /* it began later than this */
	uint32_t own_ms;          /* PIT_TIME on its own row, not another stop's */
	const struct ak_row *row; /* NULL: made up */
};

struct ak_walk {
	struct ak *ak;
	const struct ak_car *car;
	struct event plain; /* of this car, all else blank */
	unsigned lines;
	unsigned place; /* of the driver on board */
	struct stop stop;
	int64_t out; /* end of the stop before; -1: none */
	struct lap lap;
	struct {
		uint32_t text;
		uint16_t len;
	} drivers[AK_PLACES_MAX + 1];
};

static inline struct event *ak_event_add(struct ak_walk *w, enum event_kind kind,
					 int64_t elapsed)
{
	struct event_list *out = w->ak->out;
	struct event *event;
	if (out->count + 1 < out->max)
		event = &out->at[out->count++];
	else
		event = event_add(out, kind, 0); /* the last slot is its scratch */
	*event = w->plain;
	event->at = event->received_at = w->ak->start_at + elapsed;
	event->kind = (uint8_t)kind;
	event->sequence = w->ak->sequence++;
	event->record = w->lap.record;
	return event;
}

/* ---- lines (2) ----------------------------------------------------------- */

/* Fill at[from + 1] to at[to - 1] between two known lines; @to may be SF. */
static void estimate(struct ak_walk *w, unsigned from, unsigned to)
{
	struct lap *lap = &w->lap;
	const uint32_t *ppm = w->ak->ppm;
	int64_t a = from == 0 ? lap->begin : lap->at[from];
	int64_t b = to == w->lines ? lap->end : lap->at[to];
	for (unsigned i = from + 1; i < to; i++) {
		uint32_t whole = ppm[to] - ppm[from], part = ppm[i] - ppm[from];
		if (whole == 0) {
			whole = to - from;
			part = i - from;
		}
		/* A lap is below AK_ELAPSED_MAX, 2^42: no overflow by 2^20. */
		lap->at[i] = a + (b - a) * (int64_t)part / (int64_t)whole;
		lap->estimated |= 1u << i;
	}
}

/* Sectors are known from the front and from the back up to the holes. A line
 * between two blank sectors missed the car; one that ends a hole was measured. */
static void fill_holes(struct ak_walk *w, const struct ak_row *row)
{
	struct lap *lap = &w->lap;
	unsigned first = 0, last = w->lines;
	int64_t at = lap->begin;
	for (; first < w->lines && row->sector[first] != 0; first++) {
		at += row->sector[first];
		if (first + 1 < w->lines)
			lap->at[first + 1] = at;
	}
	at = lap->end;
	for (; last > first + 1 && row->sector[last - 1] != 0; last--) {
		at -= row->sector[last - 1];
		lap->at[last - 1] = at;
	}
	estimate(w, first, last);
}

/* ---- stops (4) ----------------------------------------------------------- */

/* The first line of the lap in hand that saw the car. */
static int64_t first_line(const struct ak_walk *w)
{
	for (unsigned i = 1; i < w->lines; i++)
		if (!(w->lap.estimated >> i & 1))
			return w->lap.at[i];
	return w->lap.end;
}

static void pit_in(struct ak_walk *w, int64_t in)
{
	if (in <= w->stop.after)
		in = w->stop.after + 1;
	if (in > w->stop.at)
		in = w->stop.at;
	ak_event_add(w, EVENT_PIT_IN, in)->bits = EVENT_ESTIMATED;
}

/* The current lap shows the end of the stop before it; returns the instant. */
static void end_stop(struct ak_walk *w)
{
	struct stop *stop = &w->stop;
	uint32_t ms = w->lap.pit_ms != AK_PIT_NONE ? w->lap.pit_ms : stop->own_ms;
	int64_t out = first_line(w), in = stop->at;
	duration_us took = DURATION_NONE;
	if (ms == AK_PIT_NONE && stop->row && w->ak->pit_times)
		ak_row_anomaly(w->ak, AK_STOP_UNTIMED, stop->row);
	if (ms < AK_PIT_UNKNOWN) {
		took = (duration_us)ms * US_MS;
		if (out > stop->at + took)
			out = stop->at + took;
		in = out - took;
	}
	pit_in(w, in);
	struct event *event = ak_event_add(w, EVENT_PIT_OUT, out);
	event->bits = EVENT_ESTIMATED;
	event->value = took;
	w->out = out;
	stop->open = false;
}

static void begin_stop(struct ak_walk *w, const struct ak_row *row, bool pit_time_used)
{
	const struct lap *lap = &w->lap;
	w->stop.open = true;
	w->stop.at = lap->end;
	w->stop.after = lap->begin > w->out ? lap->begin : w->out;
	w->stop.row = row;
	w->stop.own_ms = pit_time_used ? AK_PIT_NONE : lap->pit_ms;
}

/* ---- laps ---------------------------------------------------------------- */

/* A new driver is on board from the end of the stop, else from the lap's begin:
 * just behind it, so that the lap before stays the other's. A row without a name
 * is the same driver's; after a stop the driver is unknown. */
static void ak_event_change_driver(struct ak_walk *w, bool stopped, bool rowed)
{
	unsigned place = w->ak->variants[w->lap.driver].place;
	if (place == w->place || (place == 0 && !(stopped && rowed)))
		return;
	int64_t at = stopped && w->out > w->lap.begin ? w->out : w->lap.begin + 1;
	if (w->place == 0 && w->lap.number == 1)
		at = 0;
	struct event *event = ak_event_add(w, EVENT_DRIVER, at);
	event->number = place;
	if (place != 0) {
		event->text = w->drivers[place].text;
		event->text_len = w->drivers[place].len;
	}
	if (at != 0)
		event->bits = EVENT_ESTIMATED;
	w->place = place;
}

/* The lap in hand is faster than the best that counts: an inferred decision. The officials
 * took it when the lap was over; when is not in the file. It is placed just before the
 * crossing, so that the lap never counts. */
static void write_taken_back(struct ak_walk *w)
{
	const struct lap *lap = &w->lap;
	struct event *event = ak_event_add(w, EVENT_DECISION, lap->end - 1);
	event->field = DECISION_LAP_DELETED;
	event->bits = EVENT_ESTIMATED;
	event->value = lap->number;
	event_set_text(w->ak->out, event,
		       lap->best == AK_UNMARKED
			       ? SLICE("\x1finferred: no lap is marked as its best")
			       : SLICE("\x1finferred from the marked best lap"));
}

/* Write the lap in hand; @row: NULL where it has none. */
static void write_lap(struct ak_walk *w, const struct ak_row *row)
{
	const struct lap *lap = &w->lap;
	bool stopped = w->stop.open;
	if (lap->pit_ms != AK_PIT_NONE && !stopped && !lap->in_pit && lap->number > 1)
		ak_row_anomaly(w->ak, AK_STOP_UNSEEN, row);
	if (stopped)
		end_stop(w);
	ak_event_change_driver(w, stopped, row);
	for (unsigned i = 1; i < w->lines; i++) {
		struct event *event = ak_event_add(w, EVENT_PASSING, lap->at[i]);
		event->line = (uint8_t)i;
		event->number = lap->number;
		event->value = DURATION_NONE;
		event->bits = lap->bits;
		if (lap->estimated >> i & 1)
			event->bits |= EVENT_ESTIMATED;
	}
	if (lap->best == AK_TAKEN_BACK || lap->best == AK_UNMARKED)
		write_taken_back(w);
	struct event *event = ak_event_add(w, EVENT_PASSING, lap->end);
	event->line = lap->in_pit ? LINE_SF_PIT : LINE_SF;
	event->flag = lap->flag;
	event->bits = lap->bits;
	if (lap->best == AK_BEST)
		event->bits |= EVENT_COUNTS;
	event->number = lap->number;
	event->value = lap->time;
	event->kph = lap->kph;
	event->top_speed = lap->top;
	if (lap->in_pit)
		begin_stop(w, row, stopped || lap->number == 1);
}

/* (3) The laps without rows before @row, which begins at @to. */
static void write_missing(struct ak_walk *w, const struct ak_row *row, int64_t to)
{
	int64_t from = w->lap.end;
	uint32_t first = w->lap.number + 1, count = row->lap - first;
	ak_row_anomaly(w->ak, AK_MISSING, row)->b = count;
	for (uint32_t k = 1; k <= count; k++) {
		w->lap.begin = w->lap.end;
		w->lap.end = from + (to - from) * (int64_t)k / (int64_t)count;
		w->lap.number = first + k - 1;
		w->lap.time = DURATION_NONE;
		w->lap.flag = FLAG_UNKNOWN;
		w->lap.bits = EVENT_ESTIMATED | EVENT_REPAIRED;
		w->lap.estimated = 0;
		w->lap.pit_ms = AK_PIT_NONE;
		w->lap.driver = 0;
		w->lap.kph = w->lap.top = 0;
		w->lap.best = AK_PLAIN;
		/* A duration on the row behind it says where it ended. */
		w->lap.in_pit = k == count && row->pit_ms != AK_PIT_NONE &&
				!(row->bits & AK_IN_PIT);
		estimate(w, 0, w->lines);
		write_lap(w, NULL);
	}
}

static void ak_event_write_row(struct ak_walk *w, const struct ak_row *row,
			       uint32_t record)
{
	struct lap *lap = &w->lap;
	bool bare = row->bits & AK_BARE;
	int64_t begin = bare ? lap->end : row->elapsed - row->lap_time;
	if (row->lap > lap->number + 1)
		write_missing(w, row, begin);
	lap->begin = begin;
	lap->end = row->elapsed;
	lap->number = row->lap;
	lap->record = record;
	lap->time = bare ? DURATION_NONE : row->lap_time;
	lap->flag = row->flag;
	lap->bits = row->bits & (AK_BARE | AK_REPAIRED) ? EVENT_REPAIRED : 0;
	lap->pit_ms = row->pit_ms;
	lap->driver = row->driver;
	lap->kph = row->kph;
	lap->top = row->top;
	lap->best = row->best;
	lap->in_pit = row->bits & AK_IN_PIT;
	lap->estimated = 0;
	if (bare) {
		estimate(w, 0, w->lines);
	} else if (row->bits & AK_HOLES) {
		fill_holes(w, row);
	} else {
		int64_t at = begin;
		for (unsigned i = 1; i < w->lines; i++)
			lap->at[i] = at += row->sector[i - 1];
	}
	write_lap(w, row);
}

/* ---- entries ------------------------------------------------------------- */

static struct event *ak_event_add_entry(struct ak_walk *w, enum entry_field field,
					struct slice text)
{
	char plain[256];
	size_t len = 0;
	/* "" in a quoted field is a quote; nothing else writes it twice. */
	for (size_t i = 0; i < text.len && len < sizeof(plain); i++) {
		plain[len++] = text.at[i];
		if (text.at[i] == '"' && i + 1 < text.len && text.at[i + 1] == '"')
			i++;
	}
	struct event *event = ak_event_add(w, EVENT_ENTRY, 0);
	event->field = (uint8_t)field;
	event_set_text(w->ak->out, event, csv_unguard((struct slice){plain, len}));
	return event;
}

static void add_majority(struct ak_walk *w, enum ak_kind kind, enum entry_field field)
{
	uint16_t best = ak_majority(w->ak, w->car, kind);
	if (best != 0)
		ak_event_add_entry(w, field,
				   ak_variant_text(w->ak, &w->ak->variants[best]));
}

static int compare_texts(struct slice a, struct slice b)
{
	int c = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);
	if (c != 0 || a.len == b.len)
		return c;
	return a.len < b.len ? -1 : 1;
}

/* Most rows first; then by number and text, so that it is always the same. */
static bool weighs_more(const struct ak *ak, uint16_t x, uint16_t y)
{
	const struct ak_variant *a = &ak->variants[x], *b = &ak->variants[y];
	if (a->count != b->count)
		return a->count > b->count;
	if (a->number != b->number)
		return a->number < b->number;
	return compare_texts(ak_variant_text(ak, a), ak_variant_text(ak, b)) < 0;
}

/* The heaviest spelling that has no place yet. */
static uint16_t heaviest(const struct ak *ak, const struct ak_car *car)
{
	uint16_t best = 0;
	for (uint16_t i = car->heads[AK_OF_DRIVER]; i != 0; i = ak->variants[i].next)
		if (ak->variants[i].place == 0 &&
		    (best == 0 || weighs_more(ak, i, best)))
			best = i;
	return best;
}

/* The driver of a spelling: the one with its number, or with its name. */
static unsigned same_driver(const struct ak *ak, const struct ak_variant *it,
			    const uint16_t *chosen, unsigned count)
{
	for (unsigned k = 0; k < count; k++)
		if (it->number != 0 && ak->variants[chosen[k]].number == it->number)
			return k + 1;
	for (unsigned k = 0; k < count; k++)
		if (compare_texts(ak_variant_text(ak, &ak->variants[chosen[k]]),
				  ak_variant_text(ak, it)) == 0)
			return k + 1;
	return 0;
}

/* Give each driver a place, by number and else by name; a spelling that is not
 * of a chosen driver and finds no place left stays without. */
static unsigned find_drivers(struct ak *ak, const struct ak_car *car, uint16_t *chosen)
{
	unsigned count = 0, order[AK_PLACES_MAX + 1] = {0};
	uint16_t next;
	while (count < AK_PLACES_MAX && (next = heaviest(ak, car)) != 0) {
		struct ak_variant *it = &ak->variants[next];
		unsigned place = same_driver(ak, it, chosen, count);
		if (place == 0) {
			chosen[count++] = next;
			place = count;
		}
		it->place = (uint8_t)place;
	}
	/* Places by number, those without one last and by name. */
	for (unsigned k = 0; k < count; k++) {
		const struct ak_variant *a = &ak->variants[chosen[k]];
		order[k + 1] = 1;
		for (unsigned m = 0; m < count; m++) {
			const struct ak_variant *b = &ak->variants[chosen[m]];
			unsigned x = a->number ? a->number : UINT16_MAX;
			unsigned y = b->number ? b->number : UINT16_MAX;
			int c = compare_texts(ak_variant_text(ak, b),
					      ak_variant_text(ak, a));
			order[k + 1] += y < x || (y == x && c < 0);
		}
	}
	for (uint16_t i = car->heads[AK_OF_DRIVER]; i != 0; i = ak->variants[i].next)
		ak->variants[i].place = (uint8_t)order[ak->variants[i].place];
	return count;
}

static void write_drivers(struct ak_walk *w)
{
	uint16_t chosen[AK_PLACES_MAX];
	struct ak *ak = w->ak;
	unsigned count = find_drivers(ak, w->car, chosen);
	for (unsigned place = 1; place <= count; place++) {
		for (unsigned k = 0; k < count; k++) {
			const struct ak_variant *it = &ak->variants[chosen[k]];
			if (it->place != place)
				continue;
			uint64_t dropped = ak->out->dropped;
			struct event *event = ak_event_add_entry(
				w, ENTRY_DRIVER, ak_variant_text(ak, it));
			event->number = place;
			if (ak->out->dropped != dropped)
				continue;
			w->drivers[place].text = event->text;
			w->drivers[place].len = event->text_len;
		}
	}
}

static void write_entry(struct ak_walk *w, const struct ak_row *first)
{
	struct event *event = ak_event_add(w, EVENT_ENTRY, 0);
	event->field = ENTRY_CAR;
	add_majority(w, AK_OF_CLASS, ENTRY_CLASS);
	add_majority(w, AK_OF_TEAM, ENTRY_TEAM);
	add_majority(w, AK_OF_VEHICLE, ENTRY_VEHICLE);
	write_drivers(w);
	if (first->lap != 1 || first->pit_ms == AK_PIT_NONE)
		return;
	event = ak_event_add(w, EVENT_ENTRY, 0);
	event->field = ENTRY_PIT_START;
	if (first->pit_ms != AK_PIT_UNKNOWN)
		event->value = (duration_us)first->pit_ms * US_MS;
}

/* ---- cars ---------------------------------------------------------------- */

static void check_class(struct ak *ak, const struct ak_row *row, uint16_t class)
{
	if (row->class == class || row->class == 0)
		return;
	const struct ak_variant *variant = &ak->variants[row->class];
	struct ak_anomaly *anomaly = ak_row_anomaly(ak, AK_CLASS_DIFFERS, row);
	anomaly->quote = variant->offset;
	anomaly->quote_len = variant->len < 40 ? variant->len : 40;
}

static void ak_event_write_car(struct ak *ak, const struct ak_car *car)
{
	struct ak_walk w = {.ak = ak, .car = car, .out = -1};
	uint16_t class = ak_majority(ak, car, AK_OF_CLASS);
	uint32_t i = car->first, end = car->first + car->count;
	w.lines = ak->sectors ? ak->sectors : 1;
	w.plain.source = ak->setup->source;
	event_set_id(&w.plain, ID_NUMBER,
		     csv_unguard((struct slice){car->id, car->id_len}));
	while (ak_sorted(ak, i)->bits & AK_SKIP)
		i++;
	write_entry(&w, ak_sorted(ak, i));
	for (; i < end; i++) {
		const struct ak_row *row = ak_sorted(ak, i);
		if (row->bits & AK_SKIP)
			continue;
		check_class(ak, row, class);
		ak_event_write_row(&w, row, ++ak->records);
	}
	if (w.stop.open)
		pit_in(&w, w.stop.at);
}

void ak_events_write(struct ak *ak)
{
	struct event *event = event_add(ak->out, EVENT_START, ak->start_at);
	event->source = ak->setup->source;
	event->sequence = ak->sequence++;
	event->value = INSTANT_NONE;
	for (uint32_t c = 0; c < ak->car_count; c++) {
		const struct ak_car *car = &ak->cars[ak->ranked[c]];
		if (car->used != 0)
			ak_event_write_car(ak, car);
	}
	event = event_add(ak->out, EVENT_END, ak->start_at + ak->last_elapsed);
	event->source = ak->setup->source;
	event->sequence = ak->sequence++;
}
