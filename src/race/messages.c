/*
 * messages.c -- messages of race control, and the weather
 *
 *  (1) Messages change no other fact of the race.
 *  (2) A row of the weather is written when a later value is reported, so it has all values
 *      of its instant and never changes.
 */
#include "fold.h"

#include <string.h>

void fold_message(struct fold *fold)
{
	struct race *race = fold->race;
	const struct event *e = fold->event;
	struct slice text = slice_trim(fold_text(fold));
	struct message_row *row;

	fold->car = fold_known_car(fold);
	if (!fold->tables->messages || text.len == 0)
		return;
	if (race->message_count >= fold->tables->messages_max) {
		fold_full(fold, RACE_LIMIT_MESSAGES);
		return;
	}
	row = &fold->tables->messages[race->message_count++];
	memset(row, 0, sizeof(*row));
	row->at = e->at;
	row->record = e->record;
	row->car = fold->car;
	row->source = e->source;
	row->by_hand = (e->bits & EVENT_BY_HAND) != 0;
	row->cut = text.len >= sizeof(row->text);
	text_copy(row->text, sizeof(row->text), text);
	history_add_words(fold, HISTORY_MESSAGE, race->message_count - 1);
}

/* (2) */
static void weather_row(struct fold *fold)
{
	struct race *race = fold->race;
	uint32_t n = race->weather_count;
	struct weather_row *row;

	if (!fold->tables->weather || race->weather_at == INSTANT_NONE ||
	    race->weather_at >= fold->event->at)
		return;
	if (n > 0 && race->weather_at - fold->tables->weather[n - 1].at < WEATHER_PACE)
		return;
	if (n >= fold->tables->weather_max) {
		fold_full(fold, RACE_LIMIT_WEATHER);
		return;
	}
	row = &fold->tables->weather[race->weather_count++];
	row->at = race->weather_at;
	memcpy(row->value, race->weather, sizeof(row->value));
}

void fold_weather(struct fold *fold)
{
	const struct event *e = fold->event;

	if (e->field >= WEATHER_FIELD_COUNT || e->value > INT32_MAX ||
	    e->value < -INT32_MAX) {
		fold_anomaly(fold, ANOMALY_FIELD);
		return;
	}
	weather_row(fold);
	fold->race->weather[e->field] = e->value;
	fold->race->weather_at = e->at;
}
