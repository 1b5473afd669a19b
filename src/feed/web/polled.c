/*
 * polled.c -- what the readers of services share that send nothing but standings (polled.h)
 */
#include "polled.h"

#include <string.h>

void polled_init(void *memory, const struct feed_setup *setup)
{
	struct polled *st = memory;
	memset(st, 0, sizeof(*st));
	decoding_init(&st->common, setup);
}

void polled_decode(const struct polled_channel *channels, struct polled_in *in,
		   struct slice message)
{
	struct web_line line;
	if (in->d.received_at != INSTANT_NONE &&
	    in->d.received_at > in->state->common.now)
		in->state->common.now = in->d.received_at;
	if (!web_read_line(&in->d, message, &line))
		return;
	in->r = json_reader_of(line.json);
	for (const struct polled_channel *row = channels; row->name; row++)
		if (slice_eq(line.channel, slice_of(row->name))) {
			row->read(in);
			return;
		}
	decoding_anomaly(&in->d, ANOMALY_UNKNOWN, "a document \"%.*s\"",
			 (int)(line.channel.len < 40 ? line.channel.len : 40),
			 line.channel.at);
}

int polled_look(const struct polled_channel *channels, struct slice line)
{
	static const char *const all[] = {"poll"};
	for (const struct polled_channel *row = channels; row->name; row++)
		if (row->read != polled_end && web_look(line, &row->name, 1))
			return 1;
	return web_look(line, all, 1) ? -1 : 0;
}

/* True if @text differs from what @sum is of; it is then. */
static bool polled_is_news(uint32_t *sum, struct slice text)
{
	uint32_t now = (uint32_t)hash_bytes(text.at, text.len, 1) | 1;
	bool news = text.len > 0 && now != *sum;
	if (news)
		*sum = now;
	return news;
}

/* (3) */
void polled_session(const struct polled_in *in, struct slice name,
		    enum session_field type)
{
	struct polled *st = in->state;
	if (!polled_is_news(&st->session_sum, name))
		return;
	memset(st->cars, 0, sizeof(st->cars));
	st->car_count = 0;
	st->started = false;
	st->flag = FLAG_UNKNOWN;
	struct event *event =
		decoding_event(&in->d, EVENT_SESSION, decoding_now(&in->d));
	event->number = ++st->run;
	event->field =
		(uint8_t)(type != SESSION_FIELD_UNKNOWN ? type
							: session_name_type(name));
	event_set_text(in->d.out, event, name);
}

void polled_circuit(const struct polled_in *in, struct slice name)
{
	if (polled_is_news(&in->state->circuit_sum, name))
		event_set_text(
			in->d.out,
			decoding_event(&in->d, EVENT_CIRCUIT, decoding_now(&in->d)),
			name);
}

/* The race began if no car has a lap when it turns green. */
static bool polled_begins(const struct polled *st)
{
	for (uint32_t i = 0; i < st->car_count; i++)
		if (st->cars[i].shot.laps > 0)
			return false;
	return st->car_count > 0 && !st->started;
}

void polled_flag(const struct polled_in *in, int flag)
{
	struct polled *st = in->state;
	if (flag <= FLAG_UNKNOWN || flag == st->flag)
		return;
	bool start =
		flag == FLAG_GREEN && st->flag != FLAG_UNKNOWN && polled_begins(st);
	st->flag = (uint8_t)flag;
	if (start) {
		st->started = true;
		struct event *event =
			decoding_event(&in->d, EVENT_START, decoding_now(&in->d));
		event->value = INSTANT_NONE;
		event->bits = EVENT_ESTIMATED;
	}
	struct event *event = decoding_event(&in->d, EVENT_FLAG, decoding_now(&in->d));
	event->flag = st->flag;
	event->bits = EVENT_ESTIMATED;
}

void polled_message(const struct polled_in *in, struct slice text)
{
	struct polled *st = in->state;
	uint64_t hash = hash_bytes(text.at, text.len, 1);
	for (size_t i = 0; i < POLLED_MESSAGES && i < st->message_count; i++)
		if (st->messages[i] == hash)
			return;
	st->messages[st->message_count++ % POLLED_MESSAGES] = hash;
	if (text.len > 0)
		decoding_message(&in->d, decoding_now(&in->d), text);
}

static struct polled_car *polled_car_of(const struct polled_in *in, struct slice number)
{
	struct polled *st = in->state;
	char id[EVENT_ID_MAX + 1];
	if (!text_id(id, sizeof(id), number))
		return NULL;
	size_t i = web_find(st->cars, st->car_count, sizeof(st->cars[0]), slice_of(id));
	if (i < st->car_count)
		return &st->cars[i];
	if (st->car_count == WEB_CARS_MAX) {
		decoding_anomaly(&in->d, ANOMALY_CAPACITY, "more than %d cars",
				 WEB_CARS_MAX);
		return NULL;
	}
	struct polled_car *car = &st->cars[st->car_count++];
	memcpy(car->id, id, sizeof(car->id));
	return car;
}

void polled_take(const struct polled_in *in, const struct polled_row *row)
{
	struct polled_car *car = polled_car_of(in, row->number);
	struct web_entry entry = {.class_name = row->class_name,
				  .team = row->team,
				  .vehicle = row->vehicle};
	struct snapshot now = {.at = decoding_now(&in->d),
			       .crossed = INSTANT_NONE,
			       .lap = row->lap,
			       .pit_known = row->pit_known,
			       .in_pit = row->in_pit};
	if (!car)
		return;
	web_entry(&in->d, car->id, &entry, &car->entry_sum);
	if (polled_is_news(&car->driver_sum, row->driver))
		event_set_text(in->d.out,
			       web_car_event(&in->d, EVENT_DRIVER, now.at, car->id),
			       row->driver);
	if (row->laps < 0 || row->laps > WEB_LAPS_MAX)
		return;
	now.laps = (uint32_t)row->laps;
	snapshot_take(&in->d, car->id, &car->shot, &now);
	web_stops(&in->d, car->id, row->stops, &car->stops);
}

void polled_end(struct polled_in *in)
{
	struct polled *st = in->state;
	for (uint32_t i = 0; i < st->car_count; i++)
		snapshot_unchanged(&st->cars[i].shot, decoding_now(&in->d));
}
