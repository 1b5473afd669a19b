/*
 * ids.c -- from a source's name of a car to the car
 *
 * A hash table with open addressing over all names; looked up at every passing, so
 * kind and text are compared as two words of eight bytes.
 *
 *  (1) Kind and text are adjacent in an event and in the table, zero-padded: equal
 *      names are equal bytes.
 *  (2) A known name always finds a car; the car may change when a number becomes
 *      known.
 *  (3) The operator's number for a transponder is final: a later entry list does not
 *      change it, and its other fields go to the car that the list means.
 */
#include "fold.h"

#include <string.h>

enum { ID_BYTES = 1 + EVENT_ID_MAX + 1, ID_SLOTS = 2 * RACE_IDS_MAX };

_Static_assert(offsetof(struct event, id) == offsetof(struct event, id_kind) + 1,
	       "kind and text lie side by side in an event");
_Static_assert(offsetof(struct race_id, text) == offsetof(struct race_id, kind) + 1,
	       "kind and text lie side by side in the table");

struct id_key {
	uint64_t head, tail; /* bytes 0..7 and 6..13: they overlap */
};

static struct id_key id_key(const void *bytes)
{
	struct id_key key;
	memcpy(&key.head, bytes, sizeof(key.head));
	memcpy(&key.tail, (const char *)bytes + ID_BYTES - sizeof(key.tail),
	       sizeof(key.tail));
	return key;
}

static uint32_t id_slot(struct id_key key)
{
	uint64_t h = (key.head ^ (key.tail << 23 | key.tail >> 41)) *
		     UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(h >> 40) % ID_SLOTS;
}

/* Index into ids of the name; -1: unknown, @slot is free for it. */
static int id_find(const struct race *race, const void *bytes, uint32_t *slot)
{
	struct id_key key = id_key(bytes);
	uint32_t s = id_slot(key);
	for (;; s = (s + 1) % ID_SLOTS) {
		uint16_t index = race->id_slots[s];
		if (index == 0)
			break;
		struct id_key other = id_key(&race->ids[index - 1]);
		if (other.head == key.head && other.tail == key.tail)
			return index - 1;
	}
	*slot = s;
	return -1;
}

static void id_bytes(char bytes[ID_BYTES], enum id_kind kind, struct slice text)
{
	memset(bytes, 0, ID_BYTES);
	bytes[0] = (char)kind;
	text_copy(bytes + 1, EVENT_ID_MAX + 1, text);
}

/* False: the table is full. */
static bool id_add(struct race *race, const char *bytes, uint32_t slot, uint16_t car)
{
	struct race_id *id = &race->ids[race->id_count];
	if (race->id_count >= RACE_IDS_MAX)
		return false;
	memcpy(id, bytes, ID_BYTES);
	id->car = car;
	id->reported = id->source = CAR_NONE;
	race->id_slots[slot] = ++race->id_count;
	return true;
}

static const char *id_at(const struct event *e)
{
	return (const char *)e + offsetof(struct event, id_kind);
}

static uint16_t car_add(struct fold *fold)
{
	struct race *race = fold->race;
	uint16_t car = race->car_count;
	if (car >= RACE_CARS_MAX) {
		fold_full(fold, RACE_LIMIT_CARS);
		return CAR_NONE;
	}
	race->car_count++;
	car_reset(race, &race->cars[car]);
	race->entries[car].class_index = RACE_CLASSES_MAX;
	race->entries[car].internal = 1;
	return car;
}

static void entry_set_number(struct race *race, uint16_t car, struct slice number)
{
	struct entry *entry = &race->entries[car];
	memset(entry->number, 0, sizeof(entry->number));
	text_copy(entry->number, sizeof(entry->number), number);
	entry->internal = 0;
	if (text_is_course_car(number, true) && !race->cars[car].seen)
		entry->merged = ENTRY_COURSE;
	order_grid(race, car);
}

static bool number_known(const struct race *race)
{
	for (uint16_t i = 0; i < race->car_count; i++) {
		if (!race->entries[i].internal)
			return true;
	}
	return false;
}

/* A car on the track without an entry is a fault. */
static void car_unknown(struct fold *fold, uint16_t car)
{
	const struct event *e = fold->event;
	bool road = e->kind == EVENT_PASSING || e->kind == EVENT_PIT_IN ||
		    e->kind == EVENT_PIT_OUT || e->kind == EVENT_LAP;
	if (road && e->id_kind == ID_TRANSPONDER && number_known(fold->race))
		fold_fault(fold, FAULT_NO_ENTRY, car, event_line(e));
}

uint16_t fold_known_car(const struct fold *fold)
{
	uint32_t slot;
	int index = id_find(fold->race, id_at(fold->event), &slot);
	return index < 0 ? CAR_NONE : fold->race->ids[index].car;
}

uint16_t fold_car(struct fold *fold)
{
	const struct event *e = fold->event;
	const char *bytes = id_at(e);
	struct race *race = fold->race;
	uint32_t slot = 0;
	if (e->id_kind == ID_NONE || e->id_kind > ID_REGISTRATION || !e->id[0]) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return CAR_NONE;
	}
	int index = id_find(race, bytes, &slot);
	uint16_t car = index >= 0 ? race->ids[index].car : CAR_NONE;
	/* What a course car does is nothing of the race. */
	if (index >= 0 && e->kind != EVENT_ENTRY &&
	    race->entries[car].merged == ENTRY_COURSE)
		return CAR_NONE;
	if (index >= 0)
		return fold->car = car;
	/* The operator addresses a car without a number: "~03", "?2906141". */
	if ((e->bits & EVENT_BY_HAND) && (e->id[0] == '~' || e->id[0] == '?')) {
		car = race_find_text(race, slice_of(e->id));
		if (car != CAR_NONE)
			return fold->car = car;
	}
	if (race->id_count >= RACE_IDS_MAX) {
		fold_full(fold, RACE_LIMIT_NAMES);
		return CAR_NONE;
	}
	car = car_add(fold);
	if (car == CAR_NONE)
		return CAR_NONE;
	(void)id_add(race, bytes, slot, car);
	order_add(race, car);
	if (e->id_kind == ID_NUMBER)
		entry_set_number(race, car, slice_of(e->id));
	car_unknown(fold, car);
	return fold->car = car;
}

/* All names of @from become names of @to. */
static void ids_move(struct race *race, uint16_t from, uint16_t to)
{
	for (uint16_t i = 0; i < race->id_count; i++) {
		if (race->ids[i].car == from)
			race->ids[i].car = to;
		if (race->ids[i].reported == from)
			race->ids[i].reported = to;
	}
}

/* Two cars turn out to be one. The car that has raced stays and takes the entry of the
 * other; when both have raced, only later events are joined. */
static uint16_t cars_join(struct fold *fold, uint16_t car, uint16_t numbered)
{
	struct race *race = fold->race;
	uint16_t keep = numbered, drop = car;
	if (race->cars[car].seen && race->cars[numbered].seen) {
		fold_fault(fold, FAULT_TWO_CARS, numbered, LINE_NONE);
		ids_move(race, car, numbered);
		return numbered;
	}
	if (race->cars[car].seen) {
		race->entries[car] = race->entries[numbered];
		keep = car;
		drop = numbered;
	}
	ids_move(race, drop, keep);
	memset(&race->entries[drop], 0, sizeof(race->entries[drop]));
	race->entries[drop].class_index = RACE_CLASSES_MAX;
	race->entries[drop].internal = 1;
	race->entries[drop].merged = ENTRY_MERGED;
	order_grid(race, drop);
	/* Its number changed, and it may not have reached a line. */
	order_grid(race, keep);
	order_classes(race);
	return keep;
}

/* The car with this number, created when new. */
static uint16_t number_car(struct fold *fold, struct slice number)
{
	struct race *race = fold->race;
	char bytes[ID_BYTES];
	uint32_t slot = 0;
	id_bytes(bytes, ID_NUMBER, number);
	int index = id_find(race, bytes, &slot);
	if (index >= 0)
		return race->ids[index].car;
	if (race->id_count >= RACE_IDS_MAX) {
		fold_full(fold, RACE_LIMIT_NAMES);
		return CAR_NONE;
	}
	uint16_t car = car_add(fold);
	if (car == CAR_NONE)
		return CAR_NONE;
	(void)id_add(race, bytes, slot, car);
	order_add(race, car);
	entry_set_number(race, car, number);
	return car;
}

/* Set the first or another number of the car. */
static uint16_t number_give(struct fold *fold, uint16_t car, struct slice number)
{
	struct race *race = fold->race;
	char bytes[ID_BYTES];
	uint32_t slot = 0;
	id_bytes(bytes, ID_NUMBER, number);
	if (id_find(race, bytes, &slot) < 0 && !id_add(race, bytes, slot, car))
		fold_full(fold, RACE_LIMIT_NAMES);
	entry_set_number(race, car, number);
	return car;
}

/* Move a transponder from one car to another. */
static uint16_t id_transfer(struct fold *fold, struct race_id *id, struct slice number)
{
	bool by_hand = (fold->event->bits & EVENT_BY_HAND) != 0;
	uint16_t before = id->car, car = number_car(fold, number);
	if (car == CAR_NONE || car == before)
		return before;
	if (!by_hand && id->source != CAR_NONE && id->source != fold->event->source)
		fold_fault(fold, FAULT_TWO_CARS, car, LINE_NONE);
	if (by_hand && id->source == CAR_NONE)
		id->reported = car;
	else if (by_hand && id->reported == CAR_NONE)
		id->reported = before;
	id->car = car;
	return car;
}

/* A new name of a car with a known number: link it before a car is created for it. */
static void id_of_number(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	uint32_t slot;
	if (e->field != ENTRY_NUMBER || e->id_kind == ID_NONE ||
	    e->id_kind > ID_REGISTRATION || !e->id[0] ||
	    id_find(race, id_at(e), &slot) >= 0)
		return;
	uint16_t car = race_find(race, ID_NUMBER, fold_text(fold));
	if (car != CAR_NONE)
		(void)id_add(race, id_at(e), slot, car);
}

uint16_t fold_entry_car(struct fold *fold)
{
	struct race *race = fold->race;
	id_of_number(fold);
	uint16_t car = fold_car(fold);
	uint32_t slot;
	int index = id_find(race, id_at(fold->event), &slot);
	/* (3) */
	if (index >= 0 && !(fold->event->bits & EVENT_BY_HAND) &&
	    race->ids[index].reported != CAR_NONE)
		fold->car = car = race->ids[index].reported;
	return car;
}

uint16_t fold_number(struct fold *fold, uint16_t car, struct slice number)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	bool by_hand = (e->bits & EVENT_BY_HAND) != 0;
	uint32_t slot;
	int index = id_find(race, id_at(e), &slot);
	struct race_id *id = index < 0 ? NULL : &race->ids[index];
	if (number.len == 0 || number.len > EVENT_ID_MAX) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return car;
	}
	uint16_t other = race_find(race, ID_NUMBER, number);
	if (id && id->reported != CAR_NONE && !by_hand) {
		id->source = e->source;
		other = number_car(fold, number);
		return other == CAR_NONE ? car : (id->reported = other);
	}
	/* A registration's number is corrected; a transponder moves to another car. */
	if (id && id->kind == ID_TRANSPONDER && !race->entries[car].internal)
		car = id_transfer(fold, id, number);
	else if (other == CAR_NONE)
		car = number_give(fold, car, number);
	else if (other != car)
		car = cars_join(fold, car, other);
	if (id && by_hand && id->reported == CAR_NONE)
		id->reported = car;
	if (id && !by_hand)
		id->source = e->source;
	return car;
}

uint16_t race_find(const struct race *race, enum id_kind kind, struct slice id)
{
	uint32_t slot = 0;
	if (id.len == 0 || (id.len > EVENT_ID_MAX && kind == ID_NUMBER))
		return CAR_NONE;
	char bytes[ID_BYTES];
	/* A longer transponder is cut in the table, and so here. */
	id_bytes(bytes, kind, id);
	int index = id_find(race, bytes, &slot);
	return index < 0 ? CAR_NONE : race->ids[index].car;
}

uint16_t race_find_text(const struct race *race, struct slice text)
{
	struct slice rest = text;
	uint16_t car = race_find(race, ID_NUMBER, text);
	if (car != CAR_NONE || text.len < 1)
		return car;
	rest.at++;
	rest.len--;
	if (text.at[0] == '?')
		return race_find(race, ID_TRANSPONDER, rest);
	if (text.at[0] != '~')
		return CAR_NONE;
	uint64_t index;
	if (!parse_u64(rest, &index) || index == 0 || index > race->car_count ||
	    !race->entries[index - 1].internal || race->entries[index - 1].merged)
		return CAR_NONE;
	return (uint16_t)(index - 1);
}

/* A car with more than a transponder is an entry without a number. */
static bool entry_known(const struct entry *entry)
{
	return entry->class_index < RACE_CLASSES_MAX || entry->team[0] ||
	       entry->vehicle[0];
}

void race_car_label(const struct race *race, uint16_t car, char label[16])
{
	const struct entry *entry = &race->entries[car];
	if (!entry->internal) {
		text_format(label, 16, "%s", entry->number);
		return;
	}
	for (uint16_t i = 0; i < race->id_count && !entry_known(entry); i++) {
		if (race->ids[i].car == car && race->ids[i].kind == ID_TRANSPONDER) {
			text_format(label, 16, "?%s", race->ids[i].text);
			return;
		}
	}
	text_format(label, 16, "~%02u", car + 1u);
}
