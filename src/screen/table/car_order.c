/*
 * car_order.c -- the order of the cars of a table
 *
 *  (1) Favourites come first, then the others, each in the chosen order.
 *  (2) Cars without a value come last in both directions.
 *  (3) Cars with equal values keep the order of the race.
 */
#include "../facts.h"
#include "parts.h"

/* Sort key of a car: a number, ascending, then a text. */
struct sort_key {
	int64_t number;
	struct slice text;
	char buf[120];
	uint16_t car;
	bool none;  /* (2) */
	bool first; /* (1) */
};

static int64_t or_none(bool known, int64_t n)
{
	return known ? n : DURATION_NONE;
}

/* A leader has no gap, and comes first. */
static int64_t gap_number(const struct row *row, struct gap gap)
{
	return or_none(row->standing->position, gap.kind == GAP_NONE ? -1
						: gap.kind == GAP_LAPS
							? gap.value * US_HOUR
							: gap.value);
}

/* From the standings, the result or the forecast; else the position. */
static int64_t place_number(const struct row *row, enum column_id id)
{
	const struct standing *standing = row->standing;
	const struct result *result = row->result;
	const struct forecast_row *forecast = row->forecast;
	switch ((int)id) {
	case COLUMN_INTERVAL:
		return standing ? gap_number(row, standing->interval) : DURATION_NONE;
	case COLUMN_TREND:
	case COLUMN_CLASS_TREND:
		return trend_of(row, id == COLUMN_CLASS_TREND);
	case COLUMN_CLASS_INT:
		return standing ? gap_number(row, standing->class_interval)
				: DURATION_NONE;
	case COLUMN_CLASS_GAP:
	case COLUMN_IN_CLASS:
		return standing ? gap_number(row, standing->class_gap) : DURATION_NONE;
	case COLUMN_GAINED:
		return standing ? -standing->gained : DURATION_NONE;
	case COLUMN_CLASS_POS:
		return standing && standing->class_position ? standing->class_position
							    : DURATION_NONE;
	case COLUMN_RESULT_POS:
	case COLUMN_RESULT_PIC:
	case COLUMN_STATUS:
		return result ? result->position : DURATION_NONE;
	case COLUMN_MARGIN:
		return result ? -(int64_t)result->margin : DURATION_NONE;
	case COLUMN_TOTAL:
		return result ? result->total : DURATION_NONE;
	case COLUMN_CHANCE:
		return forecast ? -(int64_t)forecast->p_classified : DURATION_NONE;
	case COLUMN_FLAG_MARGIN:
		return forecast ? -(int64_t)forecast->margin_p50 : DURATION_NONE;
	case COLUMN_DEADLINE:
		return forecast ? forecast->deadline : DURATION_NONE;
	default:
		return standing && standing->position ? standing->position
						      : DURATION_NONE;
	}
}

static int64_t sort_number(const struct row *row, enum column_id id)
{
	const struct car *car = row->car;
	if (id >= COLUMN_S1 && id <= COLUMN_S6)
		return sector_last(row->view, row->index, id - COLUMN_S1);
	switch ((int)id) {
	case COLUMN_LAPS:
	case COLUMN_RESULT_LAPS:
		return -(int64_t)car->laps;
	case COLUMN_LAST:
		return car->lap_last;
	case COLUMN_BEST:
	case COLUMN_AGAINST:
		return car->lap_best;
	case COLUMN_BEST_LAP:
		return or_none(car->lap_best != DURATION_NONE, car->lap_best_number);
	case COLUMN_AGO:
		return car->sf_at == INSTANT_NONE ? DURATION_NONE : -car->sf_at;
	case COLUMN_STOPS:
		return stops_claimed(car) ? car->claim_stops : car->stops;
	case COLUMN_PENALTY:
		return -race_penalty(row->view->race, row->index);
	case COLUMN_STOP_LAST:
		return car->stop_last;
	case COLUMN_PIT_TOTAL:
		return or_none(car->stops, car->stops_total);
	case COLUMN_STINT_TIME:
		return or_none(car->stint_at != INSTANT_NONE, car->stint_at);
	case COLUMN_TOP_SPEED:
		return or_none(car->top_speed > 0, -car->top_speed);
	case COLUMN_ENERGY:
		return or_none(car->values[VALUE_ENERGY] != VALUE_NONE,
			       car->values[VALUE_ENERGY]);
	case COLUMN_TYRE:
		return or_none(car->values[VALUE_TYRE_LAPS] != VALUE_NONE,
			       -car->values[VALUE_TYRE_LAPS]);
	case COLUMN_STINT:
		return (int64_t)car->laps - car->stint_lap;
	default:
		return place_number(row, id);
	}
}

/* Columns of words are sorted by their cells. */
static bool sorted_by_text(enum column_id id)
{
	return id == COLUMN_NUMBER || id == COLUMN_CLASS || id == COLUMN_TAG ||
	       id == COLUMN_DRIVER || id == COLUMN_TEAM || id == COLUMN_VEHICLE;
}

/* Car numbers in numerical order: 7 before 51, 07 next to 7. */
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
	struct row row;
	*key = (struct sort_key){.car = car, .text = {"", 0}};
	key->first = scene->view->table.bits[car] & CAR_FAVOURITE;
	row_make(scene, car, &row);
	if (!sorted_by_text(id)) {
		key->number = sort_number(&row, id);
		key->none = key->number == DURATION_NONE;
		return;
	}
	struct field field;
	field_clear(&field, ROLE_TEXT);
	row.width = COLUMN_WIDTH_MOST;
	column_cell(id, &row, &field);
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
		/* (3): insertion sort is stable. */
		for (; at > 0 && order_before(&keys[order[at - 1]], &keys[i],
					      table->sort > 0, table->sort_back);
		     at--)
			order[at] = order[at - 1];
		order[at] = (uint16_t)i;
	}
	for (unsigned i = 0; i < count; i++)
		cars[i] = keys[order[i]].car;
}
