/*
 * multiloop_entries.c -- runs, cars and drivers
 *
 *  (1) A value is emitted once, and again if it changes or in another run: dumps repeat.
 *  (2) A car is identified by its id. A record whose number is not that of its id is damaged
 *      and not used, except $E, which sets the number.
 *  (3) The first free field of $E is the class and the second the vehicle, as the users of the
 *      protocol have it. The other fields differ (home, region, licence, colour, sponsors) and
 *      are not used.
 *  (4) A new name in the same car is a change of drivers.
 *  (5) A run is emitted with its first event. Runs are numbered in the order of their keys; a
 *      key that comes back keeps its number.
 */
#include "multiloop.h"

#include <string.h>

/* ---- the table of cars -------------------------------------------------------- */

static uint32_t ml_slot_of(uint32_t uid)
{
	return (uint32_t)(uid * UINT32_C(0x9e3779b1)) >> 23; /* 9 bits: ML_SLOTS */
}
_Static_assert(ML_SLOTS == 1 << 9, "as slot_of() has it");

static void ml_car_begin(struct ml_car *car)
{
	for (unsigned i = 0; i < ML_TOTALS; i++)
		car->totals[i] = DURATION_NONE;
	car->b.total = car->hole = car->wait = car->b.said_total = DURATION_NONE;
	car->said_last = car->b.said_best = car->mid = car->invalid = DURATION_NONE;
	car->mid_line = LINE_NONE;
	car->b.laps = car->said_laps = car->b.claimed_laps = 0;
	car->taken = 0;
	car->rank = car->b.claimed_rank = 0;
	car->bits = 0;
}

struct ml_car *ml_car_known(const struct ml_state *st, uint64_t uid)
{
	if (uid > UINT32_MAX)
		return NULL;
	for (uint32_t s = ml_slot_of((uint32_t)uid); st->slots[s] != 0;
	     s = (s + 1) % ML_SLOTS)
		if (st->cars[st->slots[s] - 1].uid == uid)
			return (struct ml_car *)(uintptr_t)&st->cars[st->slots[s] - 1];
	return NULL;
}

static struct ml_car *ml_add_car(const struct ml *ml, uint32_t uid)
{
	struct ml_state *st = ml->state;
	uint32_t s = ml_slot_of(uid);
	if (st->car_count >= BOARD_CARS_MAX) {
		decoding_anomaly(&ml->in.d, ANOMALY_CAPACITY, "more than 256 cars");
		return NULL;
	}
	struct ml_car *car = &st->cars[st->car_count++];
	memset(car, 0, sizeof(*car));
	ml_car_begin(car);
	car->uid = uid;
	text_format(car->b.id, sizeof(car->b.id), "mlp-%X", (unsigned)uid);
	while (st->slots[s] != 0)
		s = (s + 1) % ML_SLOTS;
	st->slots[s] = st->car_count;
	return car;
}

/* The number of an unknown car ("??") is empty. */
static bool clean_number(struct slice field, char number[EVENT_ID_MAX + 1])
{
	memset(number, 0, EVENT_ID_MAX + 1);
	if (field.len > 0 && field.at[0] == '?')
		return true;
	return text_id(number, EVENT_ID_MAX + 1, field);
}

static bool has_number(const struct ml_car *car, struct slice field)
{
	size_t n = 0;
	if (field.len > EVENT_ID_MAX)
		return false;
	while (n < field.len && car->number[n] == field.at[n])
		n++;
	return n == field.len && car->number[n] == '\0';
}

static struct ml_car *identify(const struct ml *ml, unsigned i, bool renumber)
{
	struct slice field = ml_field(ml, i);
	char number[EVENT_ID_MAX + 1];
	uint64_t uid;
	if (!ml_number(ml, i + 1, "the car's id", &uid))
		return NULL;
	struct ml_car *car = ml_car_known(ml->state, uid);
	if (car && field.len > 0 && has_number(car, field))
		return car;
	if (uid > UINT32_MAX || !clean_number(field, number)) {
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
				 "a car's number that is empty, over 12 bytes, or has "
				 "characters that cannot be shown");
		return NULL;
	}
	if (!car)
		car = ml_add_car(ml, (uint32_t)uid);
	else if (number[0] == '\0' || strcmp(number, car->number) == 0)
		return car;
	else if (car->number[0] != '\0' && !renumber) {
		decoding_anomaly(&ml->in.d, ANOMALY_CONTRADICTION,
				 "a car's id with the number of another car: not used");
		return NULL;
	}
	if (car) {
		memcpy(car->number, number, sizeof(car->number));
		car->bits &= (uint16_t)~ML_ENTERED;
	}
	return car;
}

struct ml_car *ml_car(const struct ml *ml, unsigned number)
{
	return identify(ml, number, false);
}

/* ---- entries ---------------------------------------------------------------------- */

void ml_session(const struct board_in *in)
{
	struct ml_state *st = ((const struct ml *)in)->state;
	if (!st->board.session_due)
		return;
	st->board.session_due = false;
	board_session(in, st->board.run + ML_PART * st->board.part,
		      st->board.title[0] != '\0' ? st->board.title : st->key);
}

/* The first value of a field holds from the beginning. */
static struct event *ml_entry_event(const struct ml *ml, const struct ml_car *car,
				    enum entry_field field, bool first)
{
	ml_session(&ml->in);
	struct event *event = board_car_event(
		&ml->in, EVENT_ENTRY, first ? INSTANT_NONE : decoding_now(&ml->in.d),
		&car->b);
	event->field = (uint8_t)field;
	return event;
}

void ml_enter(const struct ml *ml, struct ml_car *car)
{
	bool first = car->entry == 0;
	if (car->bits & ML_ENTERED)
		return;
	car->bits |= ML_ENTERED;
	ml_entry_event(ml, car, ENTRY_CAR, first);
	if (car->number[0] != '\0')
		event_set_text(ml->in.d.out,
			       ml_entry_event(ml, car, ENTRY_NUMBER, first),
			       slice_of(car->number));
}

static void tell_driver(const struct ml *ml, struct ml_car *car, struct slice name)
{
	bool first = car->driver == 0;
	struct event *event;
	if (name.len == 0 || ml_sum(name) == car->driver)
		return;
	car->driver = ml_sum(name);
	if (first) {
		event = ml_entry_event(ml, car, ENTRY_DRIVER, true);
		event->number = 1;
		event_set_text(ml->in.d.out, event, name);
	}
	event = board_car_event(&ml->in, EVENT_DRIVER, decoding_now(&ml->in.d),
				&car->b);
	event->number = first ? 1 : 0; /* (4) */
	event_set_text(ml->in.d.out, event, name);
}

void ml_grid(const struct ml *ml, struct ml_car *car, unsigned i)
{
	uint64_t slot;
	if (!wire_ml_number(&ml->fields, i, &slot) || slot == 0 ||
	    slot > BOARD_CARS_MAX || slot == car->grid)
		return;
	ml_enter(ml, car);
	ml_entry_event(ml, car, ENTRY_GRID, car->grid == 0)->number = (uint32_t)slot;
	car->grid = (uint16_t)slot;
}

/* $E: number, id, driver, start position, how many fields, the fields, competitor */
void ml_entry(struct ml *ml)
{
	struct ml_car *car = identify(ml, 4, true);
	struct slice all, text;
	uint64_t fields;
	if (!car || !ml_number(ml, 8, "the number of fields", &fields))
		return;
	if (fields + 9 > ml->fields.count || fields > WIRE_ML_FIELDS_MAX) {
		decoding_anomaly(&ml->in.d, ANOMALY_FORMAT,
				 "$E: fewer fields than it says");
		return;
	}
	all = wire_ml_span(&ml->fields, 4, 8 + (unsigned)fields);
	ml_enter(ml, car);
	if (ml_sum(all) == car->entry)
		return; /* (1) */
	bool first = car->entry == 0;
	car->entry = ml_sum(all);
	text = ml_field(ml, 9); /* (3) */
	if (fields > 0 && text.len > 0)
		event_set_text(ml->in.d.out,
			       ml_entry_event(ml, car, ENTRY_CLASS, first), text);
	text = ml_field(ml, 10);
	if (fields > 1 && text.len > 0)
		event_set_text(ml->in.d.out,
			       ml_entry_event(ml, car, ENTRY_VEHICLE, first), text);
	ml_grid(ml, car, 7);
	tell_driver(ml, car, ml_field(ml, 6));
}

/* $USAC:DRIVERID: id, time, driver's place, name */
void ml_driver_id(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct ml_car *car = NULL;
	struct slice name = ml_field(ml, 4);
	duration_us elapsed;
	uint64_t uid, place;
	if (!ml_number(ml, 1, "the car's id", &uid) ||
	    !ml_time(ml, 2, "the time", &elapsed))
		return;
	car = ml_car_known(st, uid);
	if (!car) {
		decoding_anomaly(&ml->in.d, ANOMALY_UNKNOWN,
				 "$USAC:DRIVERID: of a car that is not entered yet");
		return;
	}
	if (!wire_ml_number(&ml->fields, 3, &place) || place > 9)
		place = 0;
	if (ml_sum(name) == car->driver || (name.len == 0 && place == 0))
		return;
	ml_enter(ml, car);
	/* Its time is of the race clock, if that is possible. */
	bool timed = st->board.start_known && elapsed <= st->elapsed + US_MIN;
	instant_us at = timed ? st->board.start + elapsed : decoding_now(&ml->in.d);
	struct event *event = board_car_event(&ml->in, EVENT_DRIVER, at, &car->b);
	/* The entry list may number the drivers differently. */
	event->number = name.len == 0 ? (uint32_t)place : 0;
	event_set_text(ml->in.d.out, event, name);
	car->driver = name.len > 0 ? ml_sum(name) : (uint32_t)place;
}

/* ---- runs ------------------------------------------------------------------------- */

/* Races are R, R2, R.I; practice and qualifying P1, CP01, Q1, S. */
static uint8_t field_of_key(struct slice key)
{
	if (key.at[0] == 'R')
		return SESSION_FIELD_RACE;
	if (ml_is_one_of(key.at[0], "PQS") || slice_starts(key, SLICE("CP")))
		return SESSION_FIELD_TIMED;
	return SESSION_FIELD_UNKNOWN;
}

static void begin_times(struct ml_state *st)
{
	board_begin_run(&st->board);
	st->alone = st->board.beats = false;
	st->elapsed = 0;
	st->low = st->high = DURATION_NONE;
	st->board.before = INSTANT_NONE;
	st->lead_change = st->statistics = 0;
	st->status = '\0';
	st->unit_unix = 0;
}

/* (5) */
static void number_run(struct ml_state *st, struct slice key)
{
	uint32_t sum = ml_sum(key), i = 0;
	uint32_t kept = st->run_count < ML_RUNS_MAX ? st->run_count : ML_RUNS_MAX;
	while (i < kept && st->runs[i] != sum)
		i++;
	if (i < kept) {
		st->board.run = i + 1;
		return;
	}
	st->runs[st->run_count % ML_RUNS_MAX] = sum;
	st->board.run = ++st->run_count;
}

void ml_run_begin(const struct ml *ml, struct slice key)
{
	struct ml_state *st = ml->state;
	ml_settle_all(ml);
	memset(st->key, 0, sizeof(st->key));
	memcpy(st->key, key.at, key.len);
	st->key_len = (uint8_t)key.len;
	number_run(st, key);
	st->board.part = 0;
	st->board.field = field_of_key(key);
	st->board.title[0] = '\0';
	st->title_sum = st->track = 0;
	st->name_count = st->section_count = 0;
	st->early_reported = st->sections_reported = false;
	if (!st->unit_measured)
		st->tick = ml_tick_of_key(key);
	st->car_count = 0;
	memset(st->slots, 0, sizeof(st->slots));
	begin_times(st);
}

void ml_again(const struct ml *ml)
{
	struct ml_state *st = ml->state;
	bool ran = st->board.lead_laps > 0;
	begin_times(st);
	st->board.session_due = ran;
	st->board.part += ran;
	for (unsigned i = 0; i < st->car_count; i++) {
		ml_car_begin(&st->cars[i]);
		st->cars[i].entry = st->cars[i].driver = 0;
		st->cars[i].grid = 0;
		st->cars[i].status = 0;
	}
}

/* $R: event, short name, run, type, start */
void ml_run(struct ml *ml)
{
	static const struct {
		char letter;
		uint8_t field;
	} types[] = {
		{'P', SESSION_FIELD_TIMED},
		{'Q', SESSION_FIELD_TIMED},
		{'S', SESSION_FIELD_TIMED},
		{'R', SESSION_FIELD_RACE},
	};
	struct ml_state *st = ml->state;
	struct slice title = ml_field(ml, 6), type = ml_field(ml, 7);
	uint8_t field = SESSION_FIELD_UNKNOWN;

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (type.len == 1 && type.at[0] == types[i].letter)
			field = types[i].field;
	if (field == SESSION_FIELD_UNKNOWN) {
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
				 "$R: an unknown type of run");
		return;
	}
	if (title.len == 0)
		title = ml_field(ml, 4);
	if (ml_sum(title) == st->title_sum && field == st->board.field)
		return;
	st->title_sum = ml_sum(title);
	st->board.field = field;
	text_clean(st->board.title, sizeof(st->board.title), title);
	st->board.session_due = true;
	ml_session(&ml->in);
}
