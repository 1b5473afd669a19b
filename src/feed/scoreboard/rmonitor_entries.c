/*
 * rmonitor_entries.c -- runs, classes, cars and drivers
 *
 *  (1) A value is emitted once, and again if it changes or in another run: a dump every half
 *      minute repeats everything.
 *  (2) The first value of a field holds from the beginning, later ones from when they change.
 *  (3) A run is emitted with its first event: Orbits gives a closed session another number and
 *      the same name, and the finished race stays on the screen. Nothing is emitted of such a
 *      run before its clock runs or a car crosses.
 *  (4) A car that was not named in the dump before the $B of another run is not in that run.
 *  (5) The $B of a run that is already under way names it, and begins no other.
 *  (6) A new registration with the transponder of an earlier one is the same car with another
 *      number, unless both are in one dump: then the transponder is on two cars.
 */
#include "rmonitor.h"

#include <string.h>

/* ---- the table of cars -------------------------------------------------------- */

static uint32_t rm_slot_of(const char *reg)
{
	uint64_t head, tail;
	/* @reg is zero-padded, so its bytes are two numbers. */
	memcpy(&head, reg, sizeof(head));
	memcpy(&tail, reg + EVENT_ID_MAX + 1 - sizeof(tail), sizeof(tail));
	return (uint32_t)(((head ^ (tail << 17 | tail >> 47)) *
			   UINT64_C(0x9e3779b97f4a7c15)) >>
			  40) %
	       RM_SLOTS;
}

static void put_slot(struct rm_state *st, uint16_t index)
{
	uint32_t s = rm_slot_of(st->cars[index].b.id);
	while (st->slots[s] != 0)
		s = (s + 1) % RM_SLOTS;
	st->slots[s] = (uint16_t)(index + 1);
}

static void rm_car_begin(struct rm_car *car)
{
	struct rm_car kept = *car;
	memset(car, 0, sizeof(*car));
	memcpy(car->b.id, kept.b.id, sizeof(car->b.id));
	memcpy(car->number, kept.number, sizeof(car->number));
	memcpy(car->transponder, kept.transponder, sizeof(car->transponder));
	memcpy(car->person, kept.person, sizeof(car->person));
	memcpy(car->team, kept.team, sizeof(car->team));
	memcpy(car->vehicle, kept.vehicle, sizeof(car->vehicle));
	car->class_id = kept.class_id;
	car->status = kept.status;
	car->bits = kept.bits & RM_FRESH;
	car->b.total = car->wait_total = car->b.said_total = DURATION_NONE;
	car->wait_lap = car->b.said_best = DURATION_NONE;
	car->fastest = DURATION_NONE;
	for (unsigned i = 0; i < RM_LAST; i++)
		car->last[i].total = DURATION_NONE;
	car->same_as = kept.same_as;
}

static struct rm_car *rm_add_car(const struct rm *rm, const char *reg)
{
	struct rm_state *st = rm->state;
	if (st->car_count >= BOARD_CARS_MAX) {
		decoding_anomaly(&rm->in.d, ANOMALY_CAPACITY,
				 "more than 256 registrations");
		return NULL;
	}
	struct rm_car *car = &st->cars[st->car_count];
	memset(car, 0, sizeof(*car));
	memcpy(car->b.id, reg, sizeof(car->b.id));
	car->class_id = RM_NO_CLASS;
	rm_car_begin(car);
	put_slot(st, st->car_count++);
	return car;
}

struct rm_car *rm_car(const struct rm *rm, unsigned i)
{
	struct rm_state *st = rm->state;
	char reg[sizeof(st->cars[0].b.id)];
	struct rm_car *car = NULL;
	if (!text_id(reg, sizeof(reg), rm_field(rm, i))) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "a registration that is empty, over 12 bytes, or has "
				 "characters that cannot be shown");
		return NULL;
	}
	for (uint32_t s = rm_slot_of(reg); st->slots[s] != 0; s = (s + 1) % RM_SLOTS) {
		car = &st->cars[st->slots[s] - 1];
		if (memcmp(car->b.id, reg, sizeof(car->b.id)) == 0)
			break;
		car = NULL;
	}
	if (!car)
		car = rm_add_car(rm, reg);
	if (car && car->same_as != 0)
		car = &st->cars[car->same_as - 1];
	if (car && st->refresh > 0)
		car->bits |= RM_FRESH;
	return car;
}

/* ---- entries ---------------------------------------------------------------------- */

static const char *rm_class_name(const struct rm_state *st, int16_t id)
{
	for (unsigned i = 0; i < st->class_count; i++)
		if (st->classes[i].id == id)
			return st->classes[i].name;
	return "";
}

static struct event *rm_entry_event(const struct rm *rm, struct rm_car *car,
				    uint8_t bit, enum entry_field field)
{
	instant_us at = car->ever & bit ? decoding_now(&rm->in.d) : INSTANT_NONE;
	struct event *event = board_car_event(&rm->in, EVENT_ENTRY, at, &car->b);
	event->field = (uint8_t)field;
	car->sent |= bit;
	car->ever |= bit;
	return event;
}

static void tell_text(const struct rm *rm, struct rm_car *car, uint8_t bit,
		      enum entry_field field, const char *text)
{
	if ((car->sent & bit) || text[0] == '\0')
		return;
	struct event *event = rm_entry_event(rm, car, bit, field);
	event_set_text(rm->in.d.out, event, slice_of(text));
}

/* A new name in the same car is a change of drivers, not another entry. */
static void tell_person(const struct rm *rm, struct rm_car *car)
{
	bool first = (car->ever & RM_SENT_DRIVER) == 0;
	struct event *event;
	if ((car->sent & RM_SENT_DRIVER) || car->person[0] == '\0')
		return;
	if (first) {
		event = rm_entry_event(rm, car, RM_SENT_DRIVER, ENTRY_DRIVER);
		event->number = 1;
		event_set_text(rm->in.d.out, event, slice_of(car->person));
	}
	/* Its instant is known with the first $F. */
	car->sent &= (uint8_t)~RM_SENT_DRIVER;
	if (rm->state->board.common.now == INSTANT_NONE &&
	    rm->in.d.received_at == INSTANT_NONE)
		return;
	event = board_car_event(&rm->in, EVENT_DRIVER, decoding_now(&rm->in.d),
				&car->b);
	event->number = first ? 1 : 0;
	event_set_text(rm->in.d.out, event, slice_of(car->person));
	car->sent |= RM_SENT_DRIVER;
}

/* A source that receives the car's transponder is about the same car. */
static void tell_transponder(const struct rm *rm, struct rm_car *car)
{
	if ((car->sent & RM_SENT_TRANSPONDER) || car->transponder[0] == '\0' ||
	    car->number[0] == '\0')
		return;
	struct event *event =
		rm_entry_event(rm, car, RM_SENT_TRANSPONDER, ENTRY_NUMBER);
	event_set_id(event, ID_TRANSPONDER, slice_of(car->transponder));
	event_set_text(rm->in.d.out, event, slice_of(car->number));
}

static void enter(const struct rm *rm, struct rm_car *car)
{
	if (!(car->sent & RM_SENT_CAR))
		rm_entry_event(rm, car, RM_SENT_CAR, ENTRY_CAR);
	/* The number first: what comes before it is not joined with other sources. */
	tell_text(rm, car, RM_SENT_NUMBER, ENTRY_NUMBER, car->number);
	tell_transponder(rm, car);
	tell_text(rm, car, RM_SENT_CLASS, ENTRY_CLASS,
		  rm_class_name(rm->state, car->class_id));
	tell_person(rm, car);
	tell_text(rm, car, RM_SENT_TEAM, ENTRY_TEAM, car->team);
	tell_text(rm, car, RM_SENT_VEHICLE, ENTRY_VEHICLE, car->vehicle);
}

void rm_session(const struct board_in *in)
{
	const struct rm *rm = (const struct rm *)in;
	struct rm_state *st = rm->state;
	if (!st->board.session_due)
		return;
	st->board.session_due = false;
	board_session(in, st->board.run + RM_PART * st->board.part, st->board.title);
	st->board.session_bits = 0;
	for (unsigned i = 0; i < st->car_count; i++)
		if (st->cars[i].ever & RM_SENT_CAR) {
			st->cars[i].sent = st->cars[i].ever = 0;
			enter(rm, &st->cars[i]);
		}
}

void rm_enter(const struct rm *rm, struct rm_car *car)
{
	struct rm_state *st = rm->state;
	if (rm_is_closed(st)) {
		st->board.session_bits = EVENT_ESTIMATED;
		if (!st->board.closed_told)
			board_session(&rm->in, st->board.run, st->board.title);
		st->board.session_bits = 0;
		st->board.closed_told = true;
		return;
	}
	rm_session(&rm->in);
	enter(rm, car);
}

/* After joining between two dumps a car is called by its registration. A class without
 * a description is called by its number. */
void rm_enter_guess(const struct rm *rm, struct rm_car *car)
{
	struct rm_state *st = rm->state;
	if (car->number[0] == '\0') {
		memcpy(car->number, car->b.id, sizeof(car->number));
		car->bits |= RM_GUESSED;
	}
	if (car->class_id != RM_NO_CLASS && !(car->sent & RM_SENT_CLASS) &&
	    st->class_count < RM_CLASSES_MAX) {
		bool known = false;
		for (unsigned i = 0; i < st->class_count; i++)
			known = known || st->classes[i].id == car->class_id;
		if (!known) {
			struct rm_class *class = &st->classes[st->class_count++];
			class->id = car->class_id;
			text_format(class->name, sizeof(class->name), "%d", class->id);
		}
	}
	rm_enter(rm, car);
}

static void rm_entry_learn(struct rm_car *car, uint8_t bit, char *to, size_t cap,
			   const char *text)
{
	if (strncmp(to, text, cap - 1) == 0)
		return;
	text_copy(to, cap, slice_of(text));
	car->sent &= (uint8_t)~bit;
}

static void learn_field(const struct rm *rm, struct rm_car *car, uint8_t bit, char *to,
			unsigned i)
{
	char text[EVENT_ID_MAX + 1];
	if (slice_trim(rm_field(rm, i)).len == 0)
		return;
	if (!text_id(text, sizeof(text), rm_field(rm, i)))
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "a number or transponder over 12 bytes, or with "
				 "characters that cannot be shown");
	else
		rm_entry_learn(car, bit, to, EVENT_ID_MAX + 1, text);
}

static void learn_class(const struct rm *rm, struct rm_car *car, unsigned i)
{
	uint32_t id;
	if (rm_field(rm, i).len == 0 || !rm_number(rm, i, "the class", &id))
		return;
	if (id > INT16_MAX) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "a class number beyond 32767");
		return;
	}
	if (car->class_id != (int16_t)id)
		car->sent &= (uint8_t)~RM_SENT_CLASS;
	car->class_id = (int16_t)id;
}

/* "2001 BMW 330Ci (Green)" is not a family name. */
static bool is_vehicle(const char *text)
{
	return strpbrk(text, "0123456789(") != NULL;
}

/* Endurance series use the two names like this: both are a person's, one alone is a
 * team, and one with digits is a vehicle. */
static void learn_names(const struct rm *rm, struct rm_car *car, unsigned first)
{
	char one[RM_NAME_MAX], two[RM_NAME_MAX], both[RM_NAME_MAX];
	char person[2 * RM_NAME_MAX];
	text_clean(one, sizeof(one), rm_field(rm, first));
	text_clean(two, sizeof(two), rm_field(rm, first + 1));
	if (one[0] != '\0' && two[0] == '\0') {
		rm_entry_learn(car, RM_SENT_TEAM, car->team, sizeof(car->team), one);
		return;
	}
	if (one[0] != '\0' && is_vehicle(two)) {
		rm_entry_learn(car, RM_SENT_TEAM, car->team, sizeof(car->team), one);
		rm_entry_learn(car, RM_SENT_VEHICLE, car->vehicle, sizeof(car->vehicle),
			       two);
		return;
	}
	text_format(person, sizeof(person), "%s %s", one, two);
	text_clean(both, sizeof(both), slice_of(person));
	if (both[0] != '\0')
		rm_entry_learn(car, RM_SENT_DRIVER, car->person, sizeof(car->person),
			       both);
}

static void learn_number(const struct rm *rm, struct rm_car *car)
{
	if (rm_field(rm, 2).len > 0 && (car->bits & RM_GUESSED)) {
		car->bits &= (uint16_t)~RM_GUESSED;
		/* The guess is replaced from the beginning. */
		car->ever &= (uint8_t) ~(RM_SENT_NUMBER | RM_SENT_TRANSPONDER);
	}
	learn_field(rm, car, RM_SENT_NUMBER, car->number, 2);
	/* A transponder that was sent is linked with the car, whatever its number. */
	if (!(car->sent & RM_SENT_NUMBER) && !(car->ever & RM_SENT_TRANSPONDER))
		car->sent &= (uint8_t)~RM_SENT_TRANSPONDER;
}

static void tell_two(const struct rm *rm, const char *what, const char *a,
		     const char *b)
{
	decoding_anomaly(&rm->in.d, ANOMALY_TRANSPONDER, "%s: %s and %s", what, a, b);
}

/* What waits of a registration is of the car that it turns out to be. */
static void rm_join(const struct rm *rm, struct rm_car *to, const struct rm_car *from)
{
	rm_settle(rm, to);
	if (from->bits & RM_PASSED) {
		to->wait_lap = from->wait_lap;
		to->wait_total = from->wait_total;
		to->wait_record = from->wait_record;
		to->quiet = from->quiet;
	}
	if (from->bits & RM_STOOD) {
		to->said_laps = from->said_laps;
		to->rank_race = from->rank_race;
		to->b.said_total = from->b.said_total;
		to->b.new_total = true;
	}
	to->bits |= from->bits & (RM_PASSED | RM_STOOD | RM_ZERO | RM_LANE);
	to->age = 0;
}

/* (6): the car that already has the transponder of this $A; else @car. */
static struct rm_car *rm_same_car(const struct rm *rm, struct rm_car *car)
{
	struct rm_state *st = rm->state;
	char tx[EVENT_ID_MAX + 1];
	if (!text_id(tx, sizeof(tx), rm_field(rm, 3)) || strcmp(tx, "0") == 0 ||
	    strcmp(car->transponder, tx) == 0)
		return car;
	if (car->transponder[0] != '\0')
		tell_two(rm, "an entry with two transponders", car->transponder, tx);
	for (unsigned i = 0; i < st->car_count; i++) {
		struct rm_car *other = &st->cars[i];
		if (other == car || strcmp(other->transponder, tx) != 0)
			continue;
		bool new = car->transponder[0] == '\0' && car->b.laps == 0 &&
			   !(car->bits & RM_BEGUN) &&
			   (car->number[0] == '\0' || !(car->bits & RM_PASSED));
		bool named = st->refresh > 0 ? (other->bits & RM_FRESH) != 0
					     : !st->board.beats;
		if (new && !named) {
			rm_join(rm, other, car);
			car->bits = 0;
			car->same_as = (uint16_t)(i + 1);
			return other;
		}
		tell_two(rm, "a transponder on two cars", other->b.id, car->b.id);
	}
	return car;
}

/* $A,"reg","number",transponder,"first","last","nationality",class */
void rm_competitor(struct rm *rm)
{
	struct rm_car *car = rm_car(rm, 1);
	if (!car)
		return;
	rm->state->names = true;
	car = rm_same_car(rm, car);
	learn_number(rm, car);
	learn_field(rm, car, RM_SENT_TRANSPONDER, car->transponder, 3);
	learn_names(rm, car, 4);
	learn_class(rm, car, 7);
	rm_enter(rm, car);
}

/* The status of a car, which IMSA sends as its nationality. */
static const struct {
	const char *word, *status;
} states[] = {
	{"", "RUNNING"},         {"Retired", "RETIRED"}, {"Excluded", "DSQ"},
	{"Disqualified", "DSQ"}, {"DNS", "DNS"},         {"Not started", "DNS"},
};

static void rm_learn_status(const struct rm *rm, struct rm_car *car)
{
	struct event *event;
	for (unsigned i = 0; i < ARRAY_LEN(states); i++) {
		if (!slice_eq_nocase(rm_field(rm, 6), slice_of(states[i].word)) ||
		    car->status == i)
			continue;
		car->status = (uint8_t)i;
		if (rm_is_closed(rm->state))
			continue;
		rm_session(&rm->in);
		event = board_car_event(&rm->in, EVENT_STATUS, decoding_now(&rm->in.d),
					&car->b);
		event_set_text(rm->in.d.out, event, slice_of(states[i].status));
	}
}

/* A number alone ("2200") is an engine or a weight, not a team. */
static bool is_name(const char *text)
{
	unsigned letters = 0;
	for (; *text != '\0'; text++)
		letters += (*text | 32) >= 'a' && (*text | 32) <= 'z';
	return letters > 2;
}

/* $COMP,"reg","number",class,"first","last","nationality","additional" */
void rm_company(struct rm *rm)
{
	struct rm_car *car = rm_car(rm, 1);
	char team[RM_NAME_MAX];
	if (!car)
		return;
	learn_number(rm, car);
	learn_class(rm, car, 3);
	learn_names(rm, car, 4);
	text_clean(team, sizeof(team), rm_field(rm, 7));
	if (car->person[0] != '\0' && is_name(team))
		rm_entry_learn(car, RM_SENT_TEAM, car->team, sizeof(car->team), team);
	rm_enter(rm, car);
	rm_learn_status(rm, car);
}

/* A race keeps 15 bytes of a class name, and names differ at the end: "KMSC Modsports
 * A1" becomes "Modsports A1". */
static void short_name(char *name, size_t cap, struct slice text)
{
	char whole[96];
	const char *from = whole;
	if (text_is_course_car(text, true))
		text = SLICE("Course Car");
	text_clean(whole, sizeof(whole), text);
	while (strlen(from) >= cap && strchr(from, ' '))
		from = strchr(from, ' ') + 1;
	text_copy(name, cap, slice_of(from));
}

/* $C,number,"description" */
void rm_class(struct rm *rm)
{
	struct rm_state *st = rm->state;
	char name[sizeof(st->classes[0].name)];
	struct rm_class *class = NULL;
	uint32_t id;
	if (!rm_number(rm, 1, "the class", &id) || id > INT16_MAX)
		return;
	memset(name, 0, sizeof(name));
	short_name(name, sizeof(name), rm_field(rm, 2));
	for (unsigned i = 0; i < st->class_count; i++)
		if (st->classes[i].id == (int16_t)id)
			class = &st->classes[i];
	if (!class && st->class_count >= RM_CLASSES_MAX) {
		decoding_anomaly(&rm->in.d, ANOMALY_CAPACITY, "more than 48 classes");
		return;
	}
	if (!class) {
		class = &st->classes[st->class_count++];
		class->id = (int16_t)id;
	} else if (strcmp(class->name, name) == 0) {
		return;
	}
	memcpy(class->name, name, sizeof(name));
	for (unsigned i = 0; i < st->car_count; i++)
		if (st->cars[i].class_id == class->id) {
			st->cars[i].sent &= (uint8_t)~RM_SENT_CLASS;
			rm_enter(rm, &st->cars[i]);
		}
}

/* ---- runs ------------------------------------------------------------------------- */

static void begin_run(struct rm_state *st)
{
	board_begin_run(&st->board);
	st->fine_known = st->ran = false;
	st->agreed = true;
	st->steps = 0;
	st->moved = 0;
	st->race_time = 0;
	st->at_start = false;
	st->evident = st->by_best = 0;
	memset(st->limits, 0, sizeof(st->limits));
	st->seen_at = st->high_at = INSTANT_NONE;
}

void rm_again(const struct rm *rm)
{
	struct rm_state *st = rm->state;
	bool ran = st->ran;
	begin_run(st);
	st->board.session_due = ran && st->run_known;
	st->board.part += st->board.session_due;
	if (!ran)
		return;
	for (unsigned i = 0; i < st->car_count; i++) {
		uint8_t ever = st->cars[i].ever;
		rm_car_begin(&st->cars[i]);
		st->cars[i].ever = ever;
	}
	rm_session(&rm->in);
}

/* (4) */
static void change_run(const struct rm *rm)
{
	struct rm_state *st = rm->state;
	uint16_t kept = 0;
	for (unsigned i = 0; i < st->car_count; i++)
		if (!(st->cars[i].bits & RM_FRESH))
			rm_settle(rm, &st->cars[i]);
	/* Nothing of the old run is emitted after this. */
	for (unsigned i = 0; i < st->car_count; i++) {
		struct rm_car car = st->cars[i];
		if (!(car.bits & RM_FRESH))
			continue;
		/* The standing in the dump is of the new run. */
		rm_car_begin(&car);
		car.same_as = 0;
		car.said_laps = st->cars[i].said_laps;
		car.b.said_total = st->cars[i].b.said_total;
		car.b.said_best = st->cars[i].b.said_best;
		car.b.new_total = st->cars[i].b.new_total;
		car.b.new_best = st->cars[i].b.new_best;
		car.b.said_best_lap = st->cars[i].b.said_best_lap;
		car.rank_race = st->cars[i].rank_race;
		car.rank_best = st->cars[i].rank_best;
		car.bits |= st->cars[i].bits & RM_STOOD;
		car.ever = RM_SENT_CAR;
		st->cars[kept++] = car;
	}
	st->car_count = kept;
	memset(st->slots, 0, sizeof(st->slots));
	for (uint16_t i = 0; i < kept; i++)
		put_slot(st, i);
	begin_run(st);
	st->board.part = 0;
}

/* $B,number,"description" */
void rm_run(struct rm *rm)
{
	struct rm_state *st = rm->state;
	char title[sizeof(st->board.title)];
	uint32_t run;
	if (!rm_number(rm, 1, "the run", &run))
		return;
	if (run >= RM_PART) {
		decoding_anomaly(&rm->in.d, ANOMALY_FIELD,
				 "$B: a run number of a million or more");
		return;
	}
	text_clean(title, sizeof(title), rm_field(rm, 2));
	uint8_t field = (uint8_t)session_name_type(slice_of(title));
	if (field == SESSION_FIELD_UNKNOWN && st->sorted_best)
		field = st->board.field;
	if (st->evident && run == st->board.run)
		field = st->evident;
	/* (5): there was no number, the clock restarted under the last one, or no dump
	 * begins another run of the name. */
	bool goes_on = st->race_time > 0 && st->refresh == 0 &&
		       st->board.flag != FLAG_UNKNOWN &&
		       strcmp(title, st->board.title) == 0;
	bool names = st->ran && st->board.flag != FLAG_FINISH &&
		     (!st->run_known || goes_on ||
		      (st->board.part > 0 && st->race_time > 0));
	if (st->run_known && run != st->board.run && !names) {
		/* (3) */
		bool closed = st->ran && strcmp(title, st->board.title) == 0;
		change_run(rm);
		st->closed = closed;
		st->board.closed_told = false;
	} else if (!st->run_known || run != st->board.run ||
		   strcmp(title, st->board.title) != 0) {
		st->board.session_due = true;
	}
	if (st->run_known && run != st->board.run && names)
		st->board.part = 0;
	st->board.session_bits = names && st->board.session_due ? EVENT_REPAIRED : 0;
	st->refresh = 0;
	for (unsigned i = 0; i < st->car_count; i++)
		st->cars[i].bits &= (uint16_t)~RM_FRESH;
	st->board.run = run;
	st->run_known = true;
	st->board.field = field;
	memcpy(st->board.title, title, sizeof(title));
}

/* $I,"time of day","date": a dump follows. What waits was received before it. */
void rm_init_record(struct rm *rm)
{
	struct rm_state *st = rm->state;
	duration_us tod;

	rm_settle_all(rm, true);
	if (st->board.common.now == INSTANT_NONE &&
	    rm->in.d.received_at == INSTANT_NONE &&
	    parse_duration(rm_field(rm, 1), &tod) && tod > 0 && tod < US_DAY)
		rm_set_now(rm, tod);
	st->refresh = 3;
	for (unsigned i = 0; i < st->car_count; i++)
		st->cars[i].bits &= (uint16_t)~RM_FRESH;
}

/* $RMS,"race": how Race Monitor sorts */
void rm_sort_mode(struct rm *rm)
{
	struct rm_state *st = rm->state;
	uint8_t field = SESSION_FIELD_UNKNOWN;
	if (slice_eq_nocase(rm_field(rm, 1), SLICE("race")))
		field = SESSION_FIELD_RACE;
	else if (slice_eq_nocase(rm_field(rm, 1), SLICE("qualifying")))
		field = SESSION_FIELD_TIMED;
	if (field == SESSION_FIELD_UNKNOWN || field == st->board.field)
		return;
	st->board.field = field;
	st->sorted_best = true;
	if (st->run_known)
		st->board.session_due = true;
}
