/*
 * web.c -- lines of web services: channels, values of JSON, entries (web.h)
 */
#include "web.h"

#include <string.h>

const struct lines_rule web_rule = {
	.frame_max = FEED_FRAME_MAX,
	.len_max = FEED_FRAME_MAX - 1,
	.ends = "\n",
	.counts = true,
};

ptrdiff_t web_frame(struct slice buf)
{
	return lines_frame(&web_rule, buf);
}

/* ---- lines ---------------------------------------------------------------------- */

/* "laps {...}": true where a value follows the channel. */
static bool web_cut(struct slice message, struct web_line *line)
{
	struct slice rest = slice_trim(lines_without_mark(message));
	line->channel = slice_cut(&rest, ' ');
	line->json = slice_trim(rest);
	return line->channel.len > 0 && line->json.len > 0;
}

bool web_read_line(const struct decoding *d, struct slice message,
		   struct web_line *line)
{
	if (lines_too_long(&web_rule, d, &d->state->skipping, message) ||
	    slice_trim(message).len == 0 || message.at[0] == '#')
		return false;
	if (web_cut(message, line)) {
		if (!slice_eq(line->channel, SLICE(WEB_DAMAGED)))
			return true;
		decoding_anomaly(d, ANOMALY_FORMAT, "%.*s is damaged or cut off",
				 (int)(line->json.len < 80 ? line->json.len : 80),
				 line->json.at);
		return false;
	}
	decoding_anomaly(d, ANOMALY_FORMAT, "a line that is no record");
	return false;
}

int web_look(struct slice line, const char *const *channels, size_t count)
{
	struct web_line cut;
	if (!web_cut(line, &cut) || !strchr("{[\"", cut.json.at[0]))
		return 0;
	for (size_t i = 0; i < count; i++)
		if (slice_eq(cut.channel, slice_of(channels[i])))
			return 1;
	return 0;
}

/* ---- values ------------------------------------------------------------------------ */

struct slice web_text(const struct json_value *value, char *buf, size_t cap)
{
	size_t len = 0;
	if (value->kind == JSON_NUMBER)
		return value->raw;
	if (value->kind != JSON_STRING)
		return (struct slice){"", 0};
	if (!value->escaped)
		return slice_trim(value->raw);
	if (!json_unescape(value->raw, buf, cap, &len))
		return (struct slice){"", 0};
	return slice_trim((struct slice){buf, len});
}

int64_t web_count(const struct json_value *value)
{
	int64_t count;
	return web_number(value, &count) ? count : -1;
}

duration_us web_time(const struct json_value *value)
{
	duration_us time;
	return value->kind == JSON_STRING &&
			       parse_duration(slice_trim(value->raw), &time) && time > 0
		       ? time
		       : DURATION_NONE;
}

bool web_decimal(const struct json_value *value, unsigned digits, int64_t *out)
{
	return (value->kind == JSON_NUMBER || value->kind == JSON_STRING) &&
	       parse_decimal(slice_trim(value->raw), digits, out);
}

struct slice web_car_number(const struct json_value *value, char *buf, size_t cap)
{
	uint64_t number;
	if (value->kind == JSON_NUMBER && !parse_u64(value->raw, &number))
		return (struct slice){"", 0};
	return web_text(value, buf, cap);
}

bool web_number(const struct json_value *value, int64_t *out)
{
	if (value->whole) {
		*out = value->number;
		return true;
	}
	return web_decimal(value, 0, out);
}

bool web_is_true(const struct json_value *value)
{
	return value->kind == JSON_WORD && slice_eq(value->raw, SLICE("true"));
}

bool web_stamp(const struct json_value *value, instant_us *at)
{
	instant_us found;
	if (value->kind != JSON_STRING ||
	    lines_stamp(slice_trim(value->raw), &found) == 0 || found <= 0 ||
	    !instant_is_sane(found))
		return false;
	*at = found;
	return true;
}

bool web_local_stamp(struct slice text, instant_us *at)
{
	char iso[16];
	instant_us day;
	duration_us time;
	text = slice_trim(text);
	if (text.len < 19 || text.at[2] != '.' || text.at[5] != '.' ||
	    text.at[10] != ' ')
		return false;
	text_format(iso, sizeof(iso), "%.4s-%.2s-%.2s", text.at + 6, text.at + 3,
		    text.at);
	if (!parse_date(slice_of(iso), &day) ||
	    !parse_duration((struct slice){text.at + 11, text.len - 11}, &time) ||
	    time >= US_DAY)
		return false;
	*at = day + time;
	return true;
}

/* ---- cars -------------------------------------------------------------------------- */

size_t web_find(const void *cars, size_t count, size_t stride, struct slice id)
{
	const char *at = cars;
	size_t i = 0;
	while (i < count && !slice_eq(slice_of(at + i * stride), id))
		i++;
	return i;
}

struct event *web_car_event(const struct decoding *d, enum event_kind kind,
			    instant_us at, const char *id)
{
	struct event *event = decoding_event(d, kind, at);
	event_set_id(event, ID_NUMBER, slice_of(id));
	return event;
}

static void web_entry_field(const struct decoding *d, const char *id,
			    enum entry_field field, struct slice text)
{
	if (text.len == 0)
		return;
	struct event *event = web_car_event(d, EVENT_ENTRY, INSTANT_NONE, id);
	event->field = (uint8_t)field;
	event_set_text(d->out, event, text);
}

static uint64_t web_text_sum(struct slice text, uint64_t sum)
{
	return text.len > 0 ? hash_bytes(text.at, text.len, sum) : sum + 1;
}

void web_entry(const struct decoding *d, const char *id, const struct web_entry *entry,
	       uint32_t *sum)
{
	uint64_t now = web_text_sum(
		entry->vehicle,
		web_text_sum(entry->team, web_text_sum(entry->class_name, 1)));
	for (unsigned i = 0; i < WEB_DRIVERS_MAX; i++)
		now = web_text_sum(entry->drivers[i], now + entry->ratings[i]);
	if ((uint32_t)now == *sum)
		return;
	*sum = (uint32_t)now;
	web_entry_field(d, id, ENTRY_CLASS, entry->class_name);
	web_entry_field(d, id, ENTRY_TEAM, entry->team);
	web_entry_field(d, id, ENTRY_VEHICLE, entry->vehicle);
	for (unsigned i = 0; i < WEB_DRIVERS_MAX; i++) {
		if (entry->drivers[i].len == 0)
			continue;
		struct event *event = web_car_event(d, EVENT_ENTRY, INSTANT_NONE, id);
		event->field = ENTRY_DRIVER;
		event->number = i + 1;
		event->value = entry->ratings[i];
		event_set_text(d->out, event, entry->drivers[i]);
	}
}

void web_named(const struct decoding *d, enum event_kind kind, instant_us at,
	       struct slice name, uint32_t *sum)
{
	uint32_t now = (uint32_t)hash_bytes(name.at, name.len, 1);
	if (name.len == 0 || now == *sum)
		return;
	*sum = now;
	event_set_text(d->out, decoding_event(d, kind, at), name);
}

void web_stops(const struct decoding *d, const char *id, int64_t count, uint16_t *kept)
{
	if (count < 0 || count > WEB_STOPS_MAX || count == *kept)
		return;
	*kept = (uint16_t)count;
	struct event *event = web_car_event(d, EVENT_CLAIM, decoding_now(d), id);
	event->field = CLAIM_STOPS;
	event->value = count;
}

struct slice web_person(struct slice name, char *buf, size_t cap)
{
	struct slice first = name;
	struct slice last = slice_trim(slice_cut(&first, ','));
	if (!first.at)
		return name;
	first = slice_trim(first);
	size_t len = text_format(buf, cap, "%.*s %.*s", (int)first.len, first.at,
				 (int)last.len, last.at);
	return (struct slice){buf, len};
}

uint8_t web_rating(struct slice name)
{
	static const char letters[] = "bsgp"; /* of enum driver_rating, from 1 */
	const char *found = name.len > 0 ? strchr(letters, name.at[0] | 0x20) : NULL;
	return found && *found ? (uint8_t)(found - letters + 1) : 0;
}

duration_us web_hours(struct slice name)
{
	static const struct slice hours = {" Hour", 5};
	for (size_t i = 1; i + hours.len <= name.len; i++) {
		size_t from = i;
		uint64_t n;
		if (memcmp(name.at + i, hours.at, hours.len) != 0)
			continue;
		while (from > 0 && name.at[from - 1] >= '0' && name.at[from - 1] <= '9')
			from--;
		if (parse_u64((struct slice){name.at + from, i - from}, &n) && n >= 1 &&
		    n <= 24)
			return (duration_us)n * US_HOUR;
	}
	return 0;
}
