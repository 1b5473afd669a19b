/*
 * griiip_laps.c -- laps, sectors and stops of Griiip
 *
 *  (1) The stamps of two laps that follow each other differ by the time of the second, to
 *      the millisecond. In about one of thirty pairs a stamp is that of another moment.
 *  (2) A lap that does not fit is emitted where the laps before it say, if those fit each
 *      other. When the lap behind it says otherwise, it is taken back and emitted again.
 *  (3) Laps arrive in the order of their numbers (documents.c sees to that); a lap behind the
 *      newest is emitted as it is stamped.
 */
#include "griiip.h"

enum { FITS_WITHIN = 2 * 1000 };

/* True the first time for this number. */
static bool first_time(uint64_t *seen, int64_t number)
{
	if (number < 0 || number >= WEB_LAPS_MAX)
		return false;
	uint64_t bit = (uint64_t)1 << (number % 64);
	bool first = !(seen[number / 64] & bit);
	seen[number / 64] |= bit;
	return first;
}

static bool stamps_fit(instant_us a, instant_us b)
{
	return a - b <= FITS_WITHIN && b - a <= FITS_WITHIN;
}

static void emit_lap(const struct griiip_in *in, const struct griiip_lap *lap)
{
	struct event *event =
		web_car_event(&in->d, EVENT_PASSING, lap->at, in->car->id);
	event->line = LINE_SF;
	event->number = lap->number;
	event->value = lap->time;
	if (lap->at != lap->stamp)
		event->bits |= EVENT_REPAIRED;
}

/* (2) */
static void emit_again(const struct griiip_in *in, struct griiip_lap *lap,
		       instant_us at)
{
	if (lap->at == at)
		return;
	struct event *undo = web_car_event(&in->d, EVENT_DECISION, decoding_now(&in->d),
					   in->car->id);
	undo->field = DECISION_UNDO;
	undo->value = lap->record;
	event_set_text(in->d.out, undo, SLICE("\x1fits stamp is of another moment"));
	lap->at = at;
	lap->record = in->d.offset;
	emit_lap(in, lap);
}

/* Where the lap belongs, after the newest. */
static void place_lap(const struct griiip_in *in, struct griiip_lap *lap)
{
	struct griiip_car *car = in->car;
	struct griiip_lap *last = &car->last, *before = &car->before;
	bool two = before->number != 0 && before->number + 1 == last->number;
	lap->at = lap->stamp;
	if (last->number == 0 || last->number + 1 != lap->number)
		return;
	if (stamps_fit(lap->stamp, last->stamp + lap->time)) {
		lap->fits = true;
		emit_again(in, last, last->stamp);
		if (two && !last->fits && !before->fits)
			emit_again(in, before, last->stamp - last->time);
		last->fits = true;
	} else if (last->fits) {
		lap->at = last->at + lap->time;
	} else if (two && stamps_fit(lap->stamp, before->at + last->time + lap->time)) {
		lap->fits = true;
		emit_again(in, last, before->at + last->time);
		last->fits = before->fits = true;
	}
}

void griiip_lap(const struct griiip_in *in)
{
	static const char *const names[] = {"lapNumber", "lapTimeMillis"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	struct griiip_car *car = in->car;
	int64_t number, ms;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_number(&v[0], &number) || !web_number(&v[1], &ms) || number < 1 ||
	    ms <= 0 || ms > US_DAY / US_MS || !first_time(car->laps, number))
		return;
	struct griiip_lap lap = {
		.number = (uint32_t)number,
		.record = in->d.offset,
		.stamp = in->at,
		.time = ms * US_MS,
	};
	if (car->last.number > lap.number) {
		lap.at = lap.stamp; /* (3) */
		emit_lap(in, &lap);
		return;
	}
	place_lap(in, &lap);
	emit_lap(in, &lap);
	car->before = car->last;
	car->last = lap;
}

void griiip_best_lap(const struct griiip_in *in)
{
	static const char *const names[] = {"lapNumber", "lapTimeMillis"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	int64_t number, ms;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_number(&v[0], &number) || !web_number(&v[1], &ms) || number < 1 ||
	    number >= WEB_LAPS_MAX || ms <= 0 || ms > US_DAY / US_MS ||
	    in->car->best == ms)
		return;
	in->car->best = (uint32_t)ms;
	struct event *event = web_car_event(&in->d, EVENT_CLAIM, in->at, in->car->id);
	event->field = CLAIM_BEST_LAP;
	event->number = (uint32_t)number;
	event->value = ms * US_MS;
}

/* The last sector ends with the lap. */
void griiip_sector(const struct griiip_in *in)
{
	static const char *const names[] = {"lapNumber", "sectorNumber"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	struct griiip_car *car = in->car;
	unsigned lines = in->state->common.setup.line_count;
	int64_t lap, sector;
	if (lines < 2)
		lines = 3;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_number(&v[0], &lap) || !web_number(&v[1], &sector) || lap < 1 ||
	    lap >= WEB_LAPS_MAX || sector < 1 || sector >= (int64_t)lines ||
	    lap < car->sectors_lap)
		return;
	if (lap > car->sectors_lap) {
		car->sectors_lap = (uint32_t)lap;
		car->sectors = 0;
	}
	if (car->sectors & (uint64_t)1 << sector)
		return;
	car->sectors |= (uint64_t)1 << sector;
	struct event *event = web_car_event(&in->d, EVENT_PASSING, in->at, car->id);
	event->line = (uint8_t)sector;
	event->number = (uint32_t)lap;
	event->value = DURATION_NONE;
}

void griiip_pit_in(const struct griiip_in *in)
{
	static const char *const names[] = {"lapNumber"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	int64_t lap;
	if (json_read_members(&r, names, v, ARRAY_LEN(names)) &&
	    web_number(&v[0], &lap) && first_time(in->car->pit_in, lap))
		(void)web_car_event(&in->d, EVENT_PIT_IN, in->at, in->car->id);
}

void griiip_pit_out(const struct griiip_in *in)
{
	static const char *const names[] = {"lapNumber", "durationMillis"};
	struct json_reader r = json_reader_of(in->json);
	struct json_value v[ARRAY_LEN(names)];
	int64_t lap, ms;
	if (!json_read_members(&r, names, v, ARRAY_LEN(names)) ||
	    !web_number(&v[0], &lap) || !first_time(in->car->pit_out, lap))
		return;
	struct event *event = web_car_event(&in->d, EVENT_PIT_OUT, in->at, in->car->id);
	event->value = web_number(&v[1], &ms) && ms > 0 && ms < US_DAY / US_MS
			       ? ms * US_MS
			       : DURATION_NONE;
}
