/*
 * faults.c -- repeated and impossible passings, and the claims of sources
 *
 * Two decoders on one line, or a decoder and a scoring computer, report one passing
 * twice. The first in event order counts; another source's report within the window
 * is merged silently. (When the later one has the better clock, the timeline withholds
 * the first.)
 *
 *  (1) A fault counts its anomaly even when its row has no room.
 *  (2) Another source's report of a passing is never REPEATED nor a PHANTOM: it is
 *      merged, and outside the window also a LATE_CLOCK.
 *  (3) A claim changes no passing. One of laps becomes a fault when the source's next
 *      claim finds that the claimed laps did not follow within CLAIM_LATE. One of a best
 *      lap decides which laps count (laps.c (3)).
 */
#include "fold.h"

#include <string.h>

/* A claim and its passing arrive no farther apart than CLAIM_LATE; a source silent for
 * CLAIM_SILENT gives way to another. */
#define CLAIM_LATE (10 * US_S)
#define CLAIM_SILENT (10 * US_MIN)

static const struct {
	const char *why;
	enum anomaly anomaly;
} faults[FAULT_COUNT] = {
#define X(id_, anomaly_, why_) [FAULT_##id_] = {why_, ANOMALY_##anomaly_},
	FAULTS(X)
#undef X
};

const char *fault_why(enum fault fault)
{
	return (unsigned)fault < FAULT_COUNT ? faults[fault].why : "";
}

enum anomaly fault_anomaly(enum fault fault)
{
	return (unsigned)fault < FAULT_COUNT ? faults[fault].anomaly : ANOMALY_UNKNOWN;
}

void fold_fault(struct fold *fold, enum fault fault, uint16_t car, uint8_t line)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	fold_anomaly(fold, faults[fault].anomaly);
	if (!fold->tables->faults)
		return;
	if (race->fault_count >= fold->tables->faults_max) {
		fold_full(fold, RACE_LIMIT_FAULTS);
		return;
	}
	struct fault_row *row = &fold->tables->faults[race->fault_count++];
	memset(row, 0, sizeof(*row));
	row->at = e->at;
	row->record = e->record;
	row->car = car;
	row->source = e->source;
	row->fault = (uint8_t)fault;
	row->line = line;
}

/* ---- repeated passings ----------------------------------------------------- */

static duration_us merge_window(const struct race *race)
{
	duration_us window = race->setup.merge_us;
	return window > 0 && window < SANE_DURATION ? window : RACE_MERGE_US;
}

bool reported_before(const struct fold *fold, instant_us counted, uint16_t source)
{
	return source != CAR_NONE && source != fold->event->source &&
	       counted != INSTANT_NONE &&
	       fold->event->at - counted <= merge_window(fold->race);
}

uint8_t event_line(const struct event *event)
{
	if (event->kind == EVENT_PIT_IN)
		return LINE_PIT_IN;
	return event->kind == EVENT_PIT_OUT ? LINE_PIT_OUT : event->line;
}

void fold_repeat(struct fold *fold, uint16_t car, const struct counted *counted)
{
	const struct event *e = fold->event;
	uint8_t line = event_line(e);
	bool near = counted->at != INSTANT_NONE &&
		    e->at - counted->at <= merge_window(fold->race);
	if (counted->source != CAR_NONE && counted->source != e->source) {
		fold->race->merged++;
		if (!near)
			fold_fault(fold, FAULT_LATE_CLOCK, car, line);
	} else if (near || counted->numbered) {
		fold_fault(fold, FAULT_REPEATED, car, line);
	} else {
		fold_fault(fold, FAULT_PHANTOM, car, line);
	}
}

/* ---- claims --------------------------------------------------------------- */

/* True when the difference at the last claim was only a matter of time: we counted the
 * claimed laps by then or soon after, or the source has caught up with us. */
static bool claim_settled(const struct fold *fold, uint16_t car, int64_t off)
{
	const struct race *race = fold->race;
	const struct car *c = &race->cars[car];
	if (c->claim_at == INSTANT_NONE || c->claim_off == 0)
		return true;
	if (c->claim_off < 0)
		return off >= 0;
	if (c->laps < c->claim_laps)
		return false;
	instant_us t = race_time_at(race, fold->tables, car,
				    (uint64_t)c->claim_laps * race->setup.line_count);
	return t == INSTANT_NONE || t - c->claim_at <= CLAIM_LATE;
}

static void claim_laps(struct fold *fold, uint16_t car, uint32_t laps)
{
	struct car *c = &fold->race->cars[car];
	int64_t off = (int64_t)laps - (int64_t)c->laps;
	if (off == 0) {
		c->claim_fault = 0;
	} else if (off != c->claim_fault && !claim_settled(fold, car, off)) {
		fold_fault(fold, FAULT_CLAIM_LAPS, car, LINE_NONE);
		c->claim_fault = (int32_t)off;
	}
	c->claim_off = (int32_t)off;
	c->claim_laps = laps;
	c->claim_at = fold->event->at;
}

/* The laps that a claim of the best lap is about: a car that was not seen yet has those that are claimed. */
static uint32_t laps_of_claim(const struct car *c, uint32_t number)
{
	if (c->seen)
		return c->laps;
	return number > c->claim_laps ? number : c->claim_laps;
}

void fold_claim(struct fold *fold)
{
	const struct event *e = fold->event;
	uint16_t car = fold_known_car(fold);
	if (car == CAR_NONE || fold->race->entries[car].merged == ENTRY_COURSE)
		return;
	struct car *c = &fold->race->cars[car];
	/* Follow one source as long as it reports. */
	if (c->claim_source != CAR_NONE && c->claim_source != e->source &&
	    c->claim_at != INSTANT_NONE && e->at - c->claim_at < CLAIM_SILENT)
		return;
	if (c->claim_source != e->source) {
		bool best = c->claim_best_laps != 0;
		c->claim_source = e->source;
		c->claim_laps = c->claim_rank = c->claim_stops = 0;
		c->claim_off = c->claim_fault = 0;
		c->claim_total = c->claim_best = DURATION_NONE;
		c->claim_best_laps = 0;
		if (best) {
			laps_best_recompute(fold);
			sectors_again(fold, car);
		}
		c->claim_at = INSTANT_NONE;
	}
	fold->car = car;
	if (e->field == CLAIM_LAPS && e->value >= 0 && e->value <= LAPS_BELIEVED)
		claim_laps(fold, car, (uint32_t)e->value);
	else if (e->field == CLAIM_TOTAL && duration_sane(e->value))
		c->claim_total = e->value;
	else if (e->field == CLAIM_RANK && e->value > 0 && e->value <= UINT16_MAX)
		c->claim_rank = (uint16_t)e->value;
	else if (e->field == CLAIM_STOPS && e->value >= 0 && e->value <= UINT16_MAX)
		c->claim_stops = (uint16_t)e->value;
	else if (e->field == CLAIM_BEST_LAP &&
		 (e->value == DURATION_NONE || duration_sane(e->value)))
		laps_best_claim(fold, car,
				&(struct best_claim){e->value, e->at, e->number,
						     laps_of_claim(c, e->number)});
	else
		fold_anomaly(fold, ANOMALY_FIELD);
}
