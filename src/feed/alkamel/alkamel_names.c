/*
 * alkamel_names.c -- cars, and the spellings of what rows say of them
 *
 *  (1) A car is its number as text: `007`, `07` and `7` are three.
 *  (2) Each spelling of a driver, class, team or vehicle is kept once a car and
 *      counted. Which one holds is decided when all rows are counted, so their
 *      order does not matter.
 */
#include "alkamel_rows.h"

#include <string.h>

enum { SLOTS = 2 * AK_CARS_MAX };

static const enum ak_column kind_columns[AK_KIND_COUNT] = {
	[AK_OF_DRIVER] = AK_DRIVER_NAME,
	[AK_OF_CLASS] = AK_CLASS,
	[AK_OF_TEAM] = AK_TEAM,
	[AK_OF_VEHICLE] = AK_VEHICLE,
};

struct slice ak_variant_text(const struct ak *ak, const struct ak_variant *variant)
{
	return (struct slice){ak->file.at + variant->offset, variant->len};
}

/* The car of this number; UINT16_MAX: there are too many. */
static uint16_t car_of(struct ak *ak, struct slice number)
{
	size_t slot = hash_bytes(number.at, number.len, 0) % SLOTS;
	for (; ak->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
		const struct ak_car *car = &ak->cars[ak->slots[slot] - 1];
		if (car->id_len == number.len &&
		    memcmp(car->id, number.at, number.len) == 0)
			return (uint16_t)(ak->slots[slot] - 1);
	}
	if (ak->car_count == AK_CARS_MAX)
		return UINT16_MAX;
	struct ak_car *car = &ak->cars[ak->car_count];
	memset(car, 0, sizeof(*car));
	memcpy(car->id, number.at, number.len);
	car->id_len = (uint8_t)number.len;
	ak->slots[slot] = (uint16_t)++ak->car_count;
	return (uint16_t)(ak->car_count - 1);
}

static uint16_t driver_number(struct slice text)
{
	uint64_t number;
	return parse_u64(text, &number) && number <= 99 ? (uint16_t)number : 0;
}

/* The variant of this spelling, made where it is new; 0: blank. */
static uint16_t variant_of(struct ak *ak, struct ak_car *car, enum ak_kind kind)
{
	struct slice text =
		slice_trim(ak_field(&ak->line, ak->column[kind_columns[kind]]));
	uint16_t number = 0;
	if (kind == AK_OF_DRIVER)
		number = driver_number(
			slice_trim(ak_field(&ak->line, ak->column[AK_DRIVER_NUMBER])));
	if (text.len == 0)
		return 0;
	if (text.len > UINT16_MAX)
		text.len = UINT16_MAX;
	for (uint16_t i = car->heads[kind]; i != 0; i = ak->variants[i].next) {
		const struct ak_variant *variant = &ak->variants[i];
		if (variant->number == number && variant->len == text.len &&
		    memcmp(ak_variant_text(ak, variant).at, text.at, text.len) == 0)
			return i;
	}
	if (ak->variant_count == AK_VARIANTS_MAX) {
		ak->overflow = true;
		return 0;
	}
	uint16_t new = (uint16_t)ak->variant_count++;
	ak->variants[new] = (struct ak_variant){
		.offset = (uint32_t)(text.at - ak->file.at),
		.len = (uint16_t)text.len,
		.next = car->heads[kind],
		.number = number,
		.kind = (uint8_t)kind,
	};
	car->heads[kind] = new;
	return new;
}

void ak_memo_flush(struct ak *ak)
{
	for (unsigned kind = 0; kind < AK_KIND_COUNT; kind++)
		ak->variants[ak->memo.variant[kind]].count += ak->memo.run;
	ak->memo.run = 0;
}

bool ak_row_identify(struct ak *ak, struct ak_row *row)
{
	const struct ak_line *line = &ak->line;
	struct ak_memo *memo = &ak->memo;
	struct slice number = slice_trim(ak_field(line, ak->column[AK_NUMBER]));
	ak_memo_flush(ak);
	memo->at = NULL;
	for (size_t i = 0; i < number.len; i++)
		if (number.at[i] <= ' ' || number.at[i] > '~')
			number.len = 0;
	if (number.len == 0 || number.len > EVENT_ID_MAX) {
		ak_anomaly_add(ak, AK_UNREADABLE, row->offset)->column = AK_NUMBER;
		return false;
	}
	uint16_t index = car_of(ak, number);
	if (index == UINT16_MAX) {
		ak->overflow = true;
		return false;
	}
	struct ak_car *car = &ak->cars[index];
	for (unsigned kind = 0; kind < AK_KIND_COUNT; kind++)
		memo->variant[kind] = variant_of(ak, car, (enum ak_kind)kind);
	memo->car = index;
	memo->run = 1;
	/* Quoted rows are never "as before": they are read with care. */
	if (!line->quoted) {
		memo->at = line->at;
		for (unsigned i = 0; i < ak->span_count; i++) {
			memo->from[i] = line->ends[ak->span[i].first] + 1;
			memo->len[i] = line->ends[ak->span[i].last + 1] - memo->from[i];
		}
	}
	row->car = index;
	row->driver = memo->variant[AK_OF_DRIVER];
	row->class = memo->variant[AK_OF_CLASS];
	return true;
}
