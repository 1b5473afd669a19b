/*
 * car_order.c -- which cars a table shows, and in which order
 *
 *  (1) Favourites stand first, then the others; each of the two in the order asked for.
 *  (2) What a car has no value for stands last, whichever way it is sorted.
 *  (3) Cars of one value keep the order of the race.
 *  (4) A filter that is not understood is a word to look for: nothing is an error.
 */
#include "parts.h"

/* ---- the filter ---------------------------------------------------------------- */

static bool in_class(const struct view *view, uint16_t car, struct slice word)
{
	return text_contains(shown_class(view, car), word);
}

static bool of_team(const struct view *view, uint16_t car, struct slice word)
{
	return text_contains(slice_of(view->race->entries[car].team), word);
}

static bool of_vehicle(const struct view *view, uint16_t car, struct slice word)
{
	return text_contains(slice_of(view->race->entries[car].vehicle), word);
}

static bool of_driver(const struct view *view, uint16_t car, struct slice word)
{
	const struct entry *entry = &view->race->entries[car];
	for (unsigned i = 0; i < entry->driver_count && i < RACE_DRIVERS_MAX; i++)
		if (text_contains(slice_of(entry->drivers[i]), word))
			return true;
	return false;
}

static bool of_number(const struct view *view, uint16_t car, struct slice word)
{
	char label[16];
	race_car_label(view->race, car, label);
	return slice_eq_nocase(slice_of(label), word);
}

static bool state_is(const struct view *view, uint16_t car, enum car_state wanted)
{
	duration_us since;
	return car_state_at(view, car, &since) == wanted;
}

static bool runs(const struct view *view, uint16_t car, struct slice word)
{
	(void)word;
	return state_is(view, car, CAR_RUNNING);
}

static bool in_pit(const struct view *view, uint16_t car, struct slice word)
{
	(void)word;
	return state_is(view, car, CAR_IN_PIT);
}

static bool stopped(const struct view *view, uint16_t car, struct slice word)
{
	(void)word;
	return state_is(view, car, CAR_STOPPED);
}

static bool tagged(const struct view *view, uint16_t car, struct slice word)
{
	(void)word;
	return car == view->compared || (view->table.bits[car] & CAR_TAGGED);
}

static bool favourite(const struct view *view, uint16_t car, struct slice word)
{
	(void)word;
	return view->table.bits[car] & CAR_FAVOURITE;
}

static const struct {
	const char *name;
	bool (*holds)(const struct view *view, uint16_t car, struct slice word);
	bool word; /* another word follows */
} terms[] = {
	{"class", in_class, true},        {"team", of_team, true},
	{"car", of_vehicle, true},        {"driver", of_driver, true},
	{"number", of_number, true},      {"running", runs, false},
	{"pit", in_pit, false},           {"stopped", stopped, false},
	{"tagged", tagged, false},        {"favourite", favourite, false},
	{"favourites", favourite, false},
};

static bool holds(const struct view *view, uint16_t car, struct slice word,
		  struct slice *rest)
{
	if (word.at[0] == '#' && word.len > 1)
		return of_number(view, car, (struct slice){word.at + 1, word.len - 1});
	for (unsigned i = 0; i < ARRAY_LEN(terms); i++) {
		struct slice left = *rest, value = {"", 0};
		if (!slice_eq_nocase(word, slice_of(terms[i].name)))
			continue;
		if (terms[i].word)
			value = text_word(&left);
		if (terms[i].word && value.len == 0)
			continue; /* (4): "class" alone */
		*rest = left;
		return terms[i].holds(view, car, value);
	}
	return view_matches(view, car, word);
}

bool view_shows(const struct view *view, uint16_t car)
{
	struct slice rest = slice_of(view->table.filter);
	while (rest.len > 0) {
		struct slice word = text_word(&rest);
		bool not = word.len > 1 && word.at[0] == '-';
		if (word.len == 0)
			return true;
		if (not )
			word = (struct slice){word.at + 1, word.len - 1};
		if (holds(view, car, word, &rest) == not )
			return false;
	}
	return true;
}

/* ---- the order ----------------------------------------------------------------- */

/* What a row is sorted by: a number, the smaller the sooner, or a text. */
struct sort_key {
	int64_t number;
	struct slice text;
	char buf[120];
	uint16_t car;
	bool none;  /* (2) */
	bool first; /* (1) */
};

static int64_t of_gap(struct gap gap)
{
	if (gap.kind == GAP_NONE)
		return -1;
	return gap.kind == GAP_LAPS ? gap.value * US_HOUR : gap.value;
}

/* Whoever leads has no gap, and stands before those that have one. */
static int64_t gap_number(const struct row *row, enum column_id id)
{
	const struct standing *standing = row->standing;
	if (!standing || !standing->position)
		return DURATION_NONE;
	if (id == COLUMN_INTERVAL)
		return of_gap(standing->interval);
	if (id == COLUMN_CLASS_INT)
		return of_gap(standing->class_interval);
	if (id == COLUMN_CLASS_GAP || id == COLUMN_IN_CLASS)
		return of_gap(standing->class_gap);
	return of_gap(standing->gap);
}

static int64_t foretold_number(const struct row *row, enum column_id id)
{
	const struct forecast_row *foretold = row->foretold;
	if (!foretold)
		return DURATION_NONE;
	if (id == COLUMN_CHANCE)
		return -(int64_t)foretold->p_classified;
	if (id == COLUMN_FLAG_MARGIN)
		return -(int64_t)foretold->margin_p50;
	return foretold->deadline;
}

static int64_t stop_number(const struct row *row, enum column_id id)
{
	const struct car *car = row->car;
	switch ((int)id) {
	case COLUMN_STOPS:
		return car->stops;
	case COLUMN_STOP_LAST:
		return car->stop_last;
	case COLUMN_PIT_TOTAL:
		return car->stops ? car->stops_total : DURATION_NONE;
	case COLUMN_STINT_TIME:
		return car->stint_at == INSTANT_NONE ? DURATION_NONE : car->stint_at;
	default:
		return (int64_t)car->laps - car->stint_lap;
	}
}

static int64_t time_number(const struct row *row, enum column_id id)
{
	const struct car *car = row->car;
	switch ((int)id) {
	case COLUMN_LAST:
		return car->lap_last;
	case COLUMN_BEST:
	case COLUMN_AGAINST:
		return car->lap_best;
	case COLUMN_BEST_LAP:
		return car->lap_best == DURATION_NONE ? DURATION_NONE
						      : car->lap_best_number;
	case COLUMN_AGO:
		return car->sf_at == INSTANT_NONE ? DURATION_NONE : -car->sf_at;
	case COLUMN_TOTAL:
		return row->result ? row->result->total : DURATION_NONE;
	default:
		return id >= COLUMN_S1 && id <= COLUMN_S6
			       ? car->sector_last[id - COLUMN_S1]
			       : DURATION_NONE;
	}
}

static int64_t place_number(const struct row *row, enum column_id id)
{
	switch ((int)id) {
	case COLUMN_GAINED:
		return row->standing ? -row->standing->gained : DURATION_NONE;
	case COLUMN_LAPS:
	case COLUMN_RESULT_LAPS:
		return -(int64_t)row->car->laps;
	case COLUMN_CLASS_POS:
		return row->standing && row->standing->class_position
			       ? row->standing->class_position
			       : DURATION_NONE;
	case COLUMN_RESULT_POS:
	case COLUMN_RESULT_PIC:
	case COLUMN_STATUS:
		return row->result ? row->result->position : DURATION_NONE;
	case COLUMN_MARGIN:
		return row->result ? -(int64_t)row->result->margin : DURATION_NONE;
	default:
		return row->standing && row->standing->position
			       ? row->standing->position
			       : DURATION_NONE;
	}
}

/* How the columns are sorted; those that are not here, by the place. */
static const struct {
	uint8_t id;
	int64_t (*number)(const struct row *row, enum column_id id);
	void (*text)(const struct row *row, struct field *out);
} sorts[] = {
	{COLUMN_CLASS, NULL, field_class},
	{COLUMN_TAG, NULL, field_tag},
	{COLUMN_DRIVER, NULL, field_driver},
	{COLUMN_TEAM, NULL, field_team},
	{COLUMN_VEHICLE, NULL, field_vehicle},
	{COLUMN_NUMBER, NULL, field_car},
	{COLUMN_INTERVAL, gap_number, NULL},
	{COLUMN_CLASS_GAP, gap_number, NULL},
	{COLUMN_CLASS_INT, gap_number, NULL},
	{COLUMN_IN_CLASS, gap_number, NULL},
	{COLUMN_LAST, time_number, NULL},
	{COLUMN_BEST, time_number, NULL},
	{COLUMN_AGAINST, time_number, NULL},
	{COLUMN_BEST_LAP, time_number, NULL},
	{COLUMN_AGO, time_number, NULL},
	{COLUMN_TOTAL, time_number, NULL},
	{COLUMN_S1, time_number, NULL},
	{COLUMN_S2, time_number, NULL},
	{COLUMN_S3, time_number, NULL},
	{COLUMN_S4, time_number, NULL},
	{COLUMN_S5, time_number, NULL},
	{COLUMN_S6, time_number, NULL},
	{COLUMN_STOPS, stop_number, NULL},
	{COLUMN_STINT, stop_number, NULL},
	{COLUMN_STOP_LAST, stop_number, NULL},
	{COLUMN_PIT_TOTAL, stop_number, NULL},
	{COLUMN_STINT_TIME, stop_number, NULL},
	{COLUMN_FLAG_MARGIN, foretold_number, NULL},
	{COLUMN_CHANCE, foretold_number, NULL},
	{COLUMN_DEADLINE, foretold_number, NULL},
};

/* Numbers of cars in their own order: 7 before 51, and 07 beside 7. */
static int64_t number_of(struct slice text)
{
	int64_t n = 0;
	for (size_t i = 0; i < text.len && i < 9; i++) {
		if (text.at[i] < '0' || text.at[i] > '9')
			return i ? n : INT64_MAX;
		n = n * 10 + (text.at[i] - '0');
	}
	return n;
}

static void key_make(const struct scene *scene, uint16_t car, enum column_id id,
		     struct sort_key *key)
{
	struct field field = {0};
	unsigned at = 0;
	*key = (struct sort_key){.car = car, .text = {"", 0}};
	key->first = scene->view->table.bits[car] & CAR_FAVOURITE;
	struct row row;
	row_make(scene, car, &row);
	row.width = COLUMN_WIDTH_MOST;
	while (at < ARRAY_LEN(sorts) && sorts[at].id != id)
		at++;
	if (at == ARRAY_LEN(sorts) || sorts[at].number) {
		key->number = at == ARRAY_LEN(sorts) ? place_number(&row, id)
						     : sorts[at].number(&row, id);
		key->none = key->number == DURATION_NONE;
		return;
	}
	sorts[at].text(&row, &field);
	key->none = field.text.len == 0;
	if (id == COLUMN_NUMBER)
		key->number = number_of(field.text);
	key->text = (struct slice){key->buf,
				   text_copy(key->buf, sizeof(key->buf), field.text)};
}

static int order_compare_texts(struct slice a, struct slice b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	for (size_t i = 0; i < n; i++) {
		unsigned char x = (unsigned char)a.at[i], y = (unsigned char)b.at[i];
		x = x >= 'A' && x <= 'Z' ? (unsigned char)(x + 0x20) : x;
		y = y >= 'A' && y <= 'Z' ? (unsigned char)(y + 0x20) : y;
		if (x != y)
			return x < y ? -1 : 1;
	}
	return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

/* True when @b belongs before @a. */
static bool order_before(const struct sort_key *a, const struct sort_key *b,
			 bool sorted, bool back)
{
	if (a->first != b->first)
		return b->first;
	if (!sorted || a->none || b->none)
		return sorted && a->none && !b->none;
	int order = a->number != b->number ? (b->number < a->number ? -1 : 1)
					   : order_compare_texts(b->text, a->text);
	return back ? order > 0 : order < 0;
}

void cars_sort(const struct scene *scene, uint16_t *cars, unsigned count)
{
	const struct view_table *table = &scene->view->table;
	uint16_t order[RACE_CARS_MAX]; /* indices of keys */
	bool any = table->sort > 0;
	for (unsigned i = 0; i < count && !any; i++)
		any = table->bits[cars[i]] & CAR_FAVOURITE;
	if (!any)
		return;
	struct sort_key keys[RACE_CARS_MAX];
	for (unsigned i = 0; i < count; i++) {
		unsigned at = i;
		key_make(scene, cars[i],
			 table->sort > 0 && table->sort <= COLUMN_COUNT
				 ? (enum column_id)(table->sort - 1)
				 : COLUMN_POS,
			 &keys[i]);
		/* (3): nobody is passed by one of the same value. */
		for (; at > 0 && order_before(&keys[order[at - 1]], &keys[i],
					      table->sort > 0, table->sort_back);
		     at--)
			order[at] = order[at - 1];
		order[at] = (uint16_t)i;
	}
	for (unsigned i = 0; i < count; i++)
		cars[i] = keys[order[i]].car;
}
