/*
 * entries.c -- entries, statuses and decisions: what is known without a passing
 *
 *  (1) A class is created when its name first occurs, and keeps its index.
 *  (2) A decision about an unknown car is an anomaly: it must not create a car.
 */
#include "fold.h"

#include <string.h>

/* Copy into a zero-padded field: equal entries are equal bytes. */
static void field_set(struct fold *fold, char *dst, size_t cap, struct slice text)
{
	/* Not an anomaly: the source did nothing wrong. */
	fold->race->full[RACE_LIMIT_TEXTS] += text.len >= cap;
	memset(dst, 0, cap);
	text_copy(dst, cap, text);
}

static uint8_t class_find(struct fold *fold, struct slice name)
{
	struct race *race = fold->race;
	struct race_class *class;
	char cut[sizeof(class->name)];
	text_copy(cut, sizeof(cut), name);
	if (!cut[0])
		return RACE_CLASSES_MAX;
	for (uint16_t i = 0; i < race->class_count; i++) {
		if (strcmp(race->classes[i].name, cut) == 0)
			return (uint8_t)i;
	}
	if (race->class_count >= RACE_CLASSES_MAX) {
		fold_full(fold, RACE_LIMIT_CLASSES);
		return RACE_CLASSES_MAX;
	}
	class = &race->classes[race->class_count];
	field_set(fold, class->name, sizeof(class->name), name);
	for (size_t i = 0; i < LINES_MAX; i++) {
		class->sector_best[i] = DURATION_NONE;
		class->sector_best_car[i] = CAR_NONE;
	}
	class->lap_best = DURATION_NONE;
	class->lap_best_car = class->leader = class->line_leader = CAR_NONE;
	return (uint8_t)race->class_count++;
}

static void entry_class(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct entry *entry = &race->entries[car];
	bool course = entry->merged == ENTRY_COURSE;
	uint8_t class_index =
		course ? RACE_CLASSES_MAX : class_find(fold, fold_text(fold));
	if (class_index == entry->class_index)
		return;
	entry->class_index = class_index;
	order_classes(race);
	if (race->cars[car].lap_best != DURATION_NONE)
		laps_best_recompute(fold);
}

static const char *const rating_names[RATING_COUNT] = {
#define X(id_, name_) [RATING_##id_] = (name_),
	DRIVER_RATINGS(X)
#undef X
};

const char *driver_rating_name(enum driver_rating rating)
{
	return rating < RATING_COUNT ? rating_names[rating] : "";
}

int driver_rating_by_name(struct slice name)
{
	for (int i = RATING_UNKNOWN + 1; i < RATING_COUNT; i++)
		if (slice_eq_nocase(name, slice_of(rating_names[i])) ||
		    slice_eq_nocase(name, (struct slice){rating_names[i], 1}))
			return i;
	return -1;
}

unsigned entry_driver(struct fold *fold, struct entry *entry)
{
	char name[sizeof(entry->drivers[0])];
	unsigned place = fold->event->number;
	text_copy(name, sizeof(name), fold_text(fold));
	fold->race->full[RACE_LIMIT_TEXTS] += fold_text(fold).len >= sizeof(name);
	for (unsigned i = 0; place == 0 && name[0] && i < entry->driver_count; i++) {
		if (strcmp(entry->drivers[i], name) == 0)
			place = i + 1;
	}
	if (place == 0 && name[0])
		place = entry->driver_count + 1u;
	/* A driver change without a name. */
	if (place == 0 && fold->event->kind == EVENT_DRIVER)
		return RACE_DRIVERS_MAX + 1u;
	if (place > RACE_DRIVERS_MAX) {
		fold_full(fold, RACE_LIMIT_DRIVERS);
		return 0;
	}
	if (place == 0) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return 0;
	}
	if (name[0])
		field_set(fold, entry->drivers[place - 1], sizeof(name),
			  slice_of(name));
	if (place > entry->driver_count)
		entry->driver_count = (uint8_t)place;
	return place;
}

/* A car that has raced stays in the race, whatever it is called later. */
static void entry_course(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	struct entry *entry = &race->entries[car];
	enum entry_field field = (enum entry_field)fold->event->field;
	bool one_word = field == ENTRY_NUMBER || field == ENTRY_CLASS;
	bool name = one_word || field == ENTRY_TEAM || field == ENTRY_VEHICLE ||
		    field == ENTRY_DRIVER;
	if (!name || entry->merged != 0 || race->cars[car].seen ||
	    race->cars[car].laps > 0 || !text_is_course_car(fold_text(fold), one_word))
		return;
	entry->merged = ENTRY_COURSE;
	entry->class_index = RACE_CLASSES_MAX;
	order_classes(race);
}

static void entry_rating(const struct fold *fold, struct entry *entry, unsigned place)
{
	int64_t rating = fold->event->value;
	if (place > 0 && place <= RACE_DRIVERS_MAX && rating > RATING_UNKNOWN &&
	    rating < RATING_COUNT)
		entry->ratings[place - 1] = (uint8_t)rating;
}

void fold_entry(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	struct slice text = fold_text(fold);
	if (e->field >= ENTRY_FIELD_COUNT) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	uint16_t car = fold_entry_car(fold);
	if (car == CAR_NONE)
		return;
	struct entry *entry = &race->entries[car];
	entry_course(fold, car);
	switch ((enum entry_field)e->field) {
	case ENTRY_CAR:
		break;
	case ENTRY_NUMBER:
		fold->car = fold_number(fold, car, text);
		break;
	case ENTRY_CLASS:
		entry_class(fold, car);
		break;
	case ENTRY_TEAM:
		field_set(fold, entry->team, sizeof(entry->team), text);
		break;
	case ENTRY_VEHICLE:
		field_set(fold, entry->vehicle, sizeof(entry->vehicle), text);
		break;
	case ENTRY_DRIVER:
		entry_rating(fold, entry, entry_driver(fold, entry));
		break;
	case ENTRY_TAG:
		field_set(fold, entry->tag, sizeof(entry->tag), text);
		break;
	case ENTRY_GRID:
		entry->grid = (uint16_t)(e->number <= UINT16_MAX ? e->number : 0);
		entry->grid_inferred = (e->bits & EVENT_ESTIMATED) != 0;
		order_grid(race, car);
		order_classes(race);
		break;
	case ENTRY_PIT_START:
		entry->pit_start = 1;
		if (fold->event->value > 0 && fold->event->value <= US_DAY)
			entry->lane_ms = (uint32_t)(fold->event->value / US_MS);
		break;
	case ENTRY_NOT_STARTED:
		entry->not_started = 1;
		break;
	case ENTRY_FIELD_COUNT:
		break;
	}
}

/* A result at the end of a lap; without an instant, before everything else. True: it is to
 * be listed. */
static bool result_at(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	bool lap = e->value > 0 && e->value <= UINT32_MAX;
	if (!lap || race->setup.type == SESSION_TIMED) {
		if (e->at != INSTANT_NONE)
			fold_anomaly(fold, ANOMALY_UNKNOWN);
		return false;
	}
	if (e->at == INSTANT_NONE)
		race->result_lap = (uint32_t)e->value;
	return e->at != INSTANT_NONE;
}

/* Text of a decision: the other car or the status, U+001F, the reason. */
void fold_decision(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	struct slice reason = fold_text(fold);
	struct slice first = slice_cut(&reason, '\x1f');
	/* Written by a user, who addresses a car without a number as ~NN. */
	uint16_t car =
		e->id_kind == ID_NUMBER
			? race_find_text(race, slice_of(e->id))
			: race_find(race, (enum id_kind)e->id_kind, slice_of(e->id));
	struct race_decision *d = &race->decisions[race->decision_count];
	int status = status_by_name(first);
	uint16_t other = race_find_text(race, first);
	/* The decision that it undoes is not folded: the timeline removes it. */
	if (e->field == DECISION_UNDO)
		return;
	bool whole = e->field == DECISION_RESULT_AT;
	if (whole && !result_at(fold))
		return;
	if ((car == CAR_NONE && !whole) ||
	    (e->field == DECISION_BEHIND && (other == CAR_NONE || other == car))) {
		fold_anomaly(fold, ANOMALY_UNKNOWN);
		return;
	}
	if (e->field >= DECISION_KIND_COUNT ||
	    (e->field == DECISION_STATUS && status < 0) ||
	    (e->field == DECISION_TIME &&
	     (e->value <= -SANE_DURATION || e->value >= SANE_DURATION))) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	if (race->decision_count >= RACE_DECISIONS_MAX) {
		fold_full(fold, RACE_LIMIT_DECISIONS);
		return;
	}
	fold->car = whole ? CAR_NONE : car;
	d->at = e->at;
	d->value = e->value;
	d->car = fold->car;
	d->other = other;
	d->kind = e->field;
	d->status = status < 0 ? 0 : (uint8_t)status;
	d->inferred = (e->bits & EVENT_ESTIMATED) != 0;
	d->number = (e->bits & EVENT_BY_HAND) != 0 ? e->record : 0;
	if (whole)
		d->waits = d->value == race->result_lap &&
			   !race_lap_reached(race, d->value);
	else
		d->waits = d->kind == DECISION_LAP_DELETED &&
			   d->value > race->cars[car].laps;
	field_set(fold, d->reason, sizeof(d->reason), reason);
	race->decision_count++;
	if (d->waits) {
		fold_anomaly(fold, ANOMALY_UNKNOWN);
		return;
	}
	history_add_words(fold, HISTORY_DECISION, race->decision_count - 1u);
	if (d->kind != DECISION_LAP_DELETED)
		return;
	laps_best_recompute(fold);
	sectors_again(fold, car);
}

void decisions_lap(struct fold *fold, uint16_t car)
{
	struct race *race = fold->race;
	for (uint16_t i = 0; i < race->decision_count; i++) {
		struct race_decision *d = &race->decisions[i];
		bool about = d->car == car || d->kind == DECISION_RESULT_AT;
		if (!d->waits || !about || d->value > race->cars[car].laps)
			continue;
		d->waits = 0;
		race->anomalies[ANOMALY_UNKNOWN]--;
		fold->car = d->car;
		history_add_words(fold, HISTORY_DECISION, i);
	}
	fold->car = car;
}

size_t race_decision_words(const struct race *race,
			   const struct race_decision *decision, char *buf, size_t cap)
{
	char label[16] = "";
	struct slice with = {label, 0};
	if (decision->kind == DECISION_STATUS && decision->status < STATUS_COUNT) {
		with = slice_of(status_name((enum result_status)decision->status));
	} else if (decision->other < race->car_count) {
		race_car_label(race, decision->other, label);
		with = slice_of(label);
	}
	size_t len = decision_words(buf, cap, (enum decision_kind)decision->kind,
				    decision->value, with);
	if (decision->reason[0] != '\0')
		len += text_format(buf + len, cap - len, ", %s", decision->reason);
	return len;
}

/* A feed's words for the status of a car. Others (STOPPED, RUNNING) clear it. */
static const struct {
	const char *word;
	enum result_status status;
} status_words[] = {
	{"RETIRED", STATUS_DNF}, {"DNF", STATUS_DNF},
	{"DNS", STATUS_DNS},     {"NOT STARTED", STATUS_DNS},
	{"DSQ", STATUS_DSQ},     {"DISQUALIFIED", STATUS_DSQ},
	{"NC", STATUS_NC},       {"NOT CLASSIFIED", STATUS_NC},
};

void fold_status(struct fold *fold)
{
	uint16_t car = fold_car(fold);
	uint8_t before;
	if (car == CAR_NONE)
		return;
	before = fold->race->cars[car].status;
	fold->race->cars[car].status = 0;
	for (size_t i = 0; i < ARRAY_LEN(status_words); i++) {
		if (slice_eq_nocase(fold_text(fold), slice_of(status_words[i].word)))
			fold->race->cars[car].status =
				(uint8_t)(1 + status_words[i].status);
	}
	if (fold->race->cars[car].status != before &&
	    fold->race->cars[car].status == 1 + STATUS_DNF) {
		fold->race->cars[car].due_at = DUE_NEVER;
		history_add_retired(fold, car);
	}
}
