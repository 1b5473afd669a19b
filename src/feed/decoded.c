/*
 * decoded.c -- decoded events, packed and unpacked
 *
 *  (3) An event is a byte that says which of its parts differ from what is expected, its
 *      time since the event before, and those parts. Shapes and ids are numbered as they
 *      first appear, and checked then; when no number is left, from 0 on again.
 *  (4) Text stands as decoding left it. An event may share the text of one before the
 *      item: then its words stand in the event, and are those that the text ends with.
 */
#include "pitwall/decoded.h"

enum {
	HAS_SHAPE = 1,
	HAS_ID = 2,
	HAS_RECEIVED = 4,  /* received_at is not at */
	HAS_RECORD = 8,    /* not that of the event before */
	HAS_SEQUENCE = 16, /* not the next */
	HAS_NUMBER = 32,   /* not that of the last event of the id */
	HAS_VALUE = 64,    /* not that of the last event of the shape */
	HAS_TEXT = 128,    /* or speeds */
};
enum { CHECKSUM_BYTES = 8 };

/* The number of a new shape or id. */
static uint16_t number_new(uint16_t *count, uint16_t max)
{
	if (*count == max)
		*count = 0;
	return (*count)++;
}

static struct decoded_shape shape_of(const struct event *event)
{
	return (struct decoded_shape){event->kind,  event->line,  event->flag,
				      event->bits,  event->field, event->clock,
				      event->source};
}

/* The next event is stored as a difference from these. */
static void remember(struct decoded_memory *m, const struct event *event)
{
	m->at = event->at;
	m->received_at = event->received_at;
	m->record = event->record;
	m->sequence = event->sequence;
	m->shape_value[m->shape] = event->value;
	m->id_value[m->id] = event->value;
	m->id_number[m->id] = event->number;
}

/* ---- writing ---------------------------------------------------------------------- */

static void decoded_put(struct out *out, uint64_t n)
{
	for (; n >= 0x80; n >>= 7)
		out_char(out, (char)(unsigned char)(n | 0x80));
	out_char(out, (char)(unsigned char)n);
}

static void put_signed(struct out *out, uint64_t n)
{
	decoded_put(out, n << 1 ^ (n >> 63 ? UINT64_MAX : 0));
}

void decoded_begin(struct decoded_writer *writer, struct out *out)
{
	static const char checksum[CHECKSUM_BYTES];
	memset(writer, 0, sizeof(*writer));
	writer->out = out;
	out_bytes(out, checksum, sizeof(checksum));
	decoded_put(out, DECODED_VERSION);
}

void decoded_write_number(struct decoded_writer *writer, int64_t number)
{
	put_signed(writer->out, (uint64_t)number);
}

void decoded_write(struct decoded_writer *writer, enum decoded_item item,
		   int64_t number)
{
	static const char padding[DECODED_PADDING];
	decoded_put(writer->out, item);
	decoded_write_number(writer, number);
	if (item == DECODED_END)
		out_bytes(writer->out, padding, sizeof(padding));
}

void decoded_seal(char *bytes, size_t len)
{
	uint64_t sum = hash_bytes(bytes + CHECKSUM_BYTES, len - CHECKSUM_BYTES, 0);
	for (unsigned i = 0; i < CHECKSUM_BYTES; i++)
		bytes[i] = (char)(unsigned char)(sum >> 8 * i);
}

/* Find the shape of the event in memory, or give it a number. True when it is new. */
static bool shape_find(struct decoded_memory *m, const struct event *event)
{
	const struct decoded_shape shape = shape_of(event);
	for (m->shape = 0; m->shape < m->shape_count; m->shape++)
		if (memcmp(&m->shapes[m->shape], &shape, sizeof(shape)) == 0)
			return false;
	m->shape = number_new(&m->shape_count, DECODED_SHAPES);
	m->shapes[m->shape] = shape;
	m->shape_value[m->shape] = 0;
	return true;
}

static bool decoded_id_find(struct decoded_memory *m, const struct event *event)
{
	struct decoded_id id = {.kind = event->id_kind};
	memcpy(id.text, event->id, sizeof(id.text));
	for (m->id = 0; m->id < m->id_count; m->id++)
		if (memcmp(&m->ids[m->id], &id, sizeof(id)) == 0)
			return false;
	m->id = number_new(&m->id_count, DECODED_IDS);
	m->ids[m->id] = id;
	m->id_value[m->id] = 0;
	m->id_number[m->id] = 0;
	return true;
}

/* A number in use plus one, or 0 and what is new. */
static void put_shape(struct out *out, const struct decoded_memory *m, bool is_new)
{
	const struct decoded_shape *shape = &m->shapes[m->shape];
	decoded_put(out, is_new ? 0 : m->shape + 1u);
	if (!is_new)
		return;
	out_bytes(out, (const char *)shape, offsetof(struct decoded_shape, source));
	decoded_put(out, shape->source);
}

static void decoded_put_id(struct out *out, const struct decoded_memory *m, bool is_new)
{
	const struct decoded_id *id = &m->ids[m->id];
	decoded_put(out, is_new ? 0 : m->id + 1u);
	if (is_new)
		out_bytes(out, (const char *)id, sizeof(*id));
}

/* (4): the place of its text, plus one; or 0 and the text. Without one: its speeds. */
static void decoded_put_text(struct out *out, const struct event_list *list,
			     const struct event *event, uint32_t text_from)
{
	bool shared = event->text < text_from;
	decoded_put(out, event->text_len);
	if (event->text_len == 0) {
		decoded_put(out, (uint64_t)event->kph << 16 | event->top_speed);
		return;
	}
	decoded_put(out, shared ? 0 : event->text - text_from + 1);
	if (shared)
		out_bytes(out, list->text + event->text, event->text_len);
}

static void put_event(struct decoded_writer *writer, const struct event_list *list,
		      const struct event *event, uint32_t text_from)
{
	struct decoded_memory *m = &writer->memory;
	struct out *out = writer->out;
	uint16_t shape = m->shape, id = m->id;
	bool new_shape = shape_find(m, event), new_id = decoded_id_find(m, event);
	unsigned has = (new_shape || m->shape != shape ? HAS_SHAPE : 0) |
		       (new_id || m->id != id ? HAS_ID : 0) |
		       (event->received_at != event->at ? HAS_RECEIVED : 0) |
		       (event->record != m->record ? HAS_RECORD : 0) |
		       (event->sequence != m->sequence + 1 ? HAS_SEQUENCE : 0) |
		       (event->number != m->id_number[m->id] ? HAS_NUMBER : 0) |
		       (event->value != m->shape_value[m->shape] ? HAS_VALUE : 0) |
		       (event->text_len > 0 || event->text != 0 ? HAS_TEXT : 0);
	out_char(out, (char)(unsigned char)has);
	put_signed(out, (uint64_t)event->at - (uint64_t)m->at);
	if (has & HAS_SHAPE)
		put_shape(out, m, new_shape);
	if (has & HAS_ID)
		decoded_put_id(out, m, new_id);
	if (has & HAS_RECEIVED)
		put_signed(out,
			   (uint64_t)event->received_at - (uint64_t)m->received_at);
	if (has & HAS_RECORD)
		put_signed(out,
			   (uint64_t)(int64_t)(int32_t)(event->record - m->record));
	if (has & HAS_SEQUENCE)
		put_signed(out,
			   (uint64_t)(int64_t)(int32_t)(event->sequence - m->sequence));
	if (has & HAS_NUMBER)
		put_signed(out, (uint64_t)(int64_t)(int32_t)(event->number -
							     m->id_number[m->id]));
	if (has & HAS_VALUE)
		put_signed(out, (uint64_t)event->value - (uint64_t)m->id_value[m->id]);
	if (has & HAS_TEXT)
		decoded_put_text(out, list, event, text_from);
	remember(m, event);
}

/* The text of the events; zeros where it was of none that stayed. */
static void put_texts(struct out *out, const struct event_list *list, uint32_t from,
		      uint32_t text_from)
{
	uint32_t at = text_from;
	for (uint32_t i = from; i < list->count; i++) {
		const struct event *event = &list->at[i];
		if (event->text_len == 0 || event->text < at)
			continue;
		for (; at < event->text; at++)
			out_char(out, '\0');
		out_bytes(out, list->text + at, event->text_len + 1u);
		at += event->text_len + 1u;
	}
	for (; at < list->text_len; at++)
		out_char(out, '\0');
}

void decoded_write_events(struct decoded_writer *writer, const struct event_list *list,
			  uint32_t from, uint32_t text_from)
{
	if (from == list->count && text_from == list->text_len)
		return;
	decoded_put(writer->out, DECODED_EVENTS);
	decoded_put(writer->out, list->count - from);
	decoded_put(writer->out, list->text_len - text_from);
	put_texts(writer->out, list, from, text_from);
	for (uint32_t i = from; i < list->count; i++)
		put_event(writer, list, &list->at[i], text_from);
}

void decoded_write_info(struct decoded_writer *writer, const struct feed_info *info)
{
	decoded_put(writer->out, DECODED_INFO);
	put_signed(writer->out, (uint64_t)info->start_at);
	put_signed(writer->out, (uint64_t)info->end_at);
	put_signed(writer->out, (uint64_t)info->lap_length);
	decoded_put(writer->out, info->line_count);
	for (unsigned i = 0; i < LINES_MAX; i++)
		decoded_put(writer->out, info->line_ppm[i]);
	decoded_put(writer->out, info->rows);
	decoded_put(writer->out, info->cars);
	decoded_put(writer->out, info->anomalies);
	decoded_put(writer->out, info->anomaly_first_line);
	decoded_put(writer->out, (info->flags ? 1u : 0) | (info->finish_flag ? 2u : 0) |
					 (unsigned)info->type << 2);
	for (unsigned i = 0; i < CLOCK_STEPS_MAX; i++) {
		put_signed(writer->out, (uint64_t)info->steps[i].at);
		put_signed(writer->out, (uint64_t)info->steps[i].by);
	}
}

/* ---- reading ---------------------------------------------------------------------- */

/* Behind what is read there is padding, so nothing here looks beyond the end; whether the
 * end was passed is looked at once an event. */
static uint64_t decoded_get(struct decoded_reader *r)
{
	uint64_t n = 0;
	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = *r->at++;
		n |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return n;
	}
	r->bad = true;
	return 0;
}

static uint64_t get_signed(struct decoded_reader *r)
{
	uint64_t n = decoded_get(r);
	return n >> 1 ^ (n & 1 ? UINT64_MAX : 0);
}

static bool is_over(struct decoded_reader *r)
{
	r->bad |= r->at >= r->end;
	return r->bad;
}

bool decoded_open(struct decoded_reader *reader, struct slice bytes, unsigned sources)
{
	uint64_t sum = 0;
	memset(reader, 0, sizeof(*reader));
	if (bytes.len < CHECKSUM_BYTES + DECODED_PADDING)
		return false;
	for (unsigned i = 0; i < CHECKSUM_BYTES; i++)
		sum |= (uint64_t)(unsigned char)bytes.at[i] << 8 * i;
	if (sum != hash_bytes(bytes.at + CHECKSUM_BYTES, bytes.len - CHECKSUM_BYTES, 0))
		return false;
	reader->at = (const unsigned char *)bytes.at + CHECKSUM_BYTES;
	reader->end = (const unsigned char *)bytes.at + bytes.len - DECODED_PADDING;
	reader->sources = sources;
	return decoded_get(reader) == DECODED_VERSION;
}

enum decoded_item decoded_next(struct decoded_reader *reader, int64_t *number)
{
	if (is_over(reader))
		return DECODED_BAD;
	uint64_t item = decoded_get(reader);
	if (item >= DECODED_BAD)
		return DECODED_BAD;
	if (item != DECODED_EVENTS && item != DECODED_INFO)
		*number = decoded_number(reader);
	return reader->bad ? DECODED_BAD : (enum decoded_item)item;
}

int64_t decoded_number(struct decoded_reader *reader)
{
	return (int64_t)get_signed(reader);
}

/* (2) Fields mean something else for each kind. */
static bool field_is_known(const struct decoded_shape *shape)
{
	static const uint8_t counts[EVENT_KIND_COUNT] = {
		[EVENT_ENTRY] = ENTRY_FIELD_COUNT,
		[EVENT_CLAIM] = CLAIM_FIELD_COUNT,
		[EVENT_WEATHER] = WEATHER_FIELD_COUNT,
		[EVENT_VALUE] = CAR_VALUE_COUNT,
		[EVENT_DECISION] = DECISION_KIND_COUNT,
		[EVENT_ANOMALY] = ANOMALY_COUNT,
	};
	return counts[shape->kind] == 0 || shape->field < counts[shape->kind];
}

static bool shape_is_clean(const struct decoded_shape *shape)
{
	return shape->kind < EVENT_KIND_COUNT && shape->kind != EVENT_ASK &&
	       shape->kind != EVENT_HEARTBEAT && shape->flag < FLAG_COUNT &&
	       shape->clock <= EVENT_CLOCK_UTC &&
	       (shape->bits & (EVENT_AFTER_COMMIT | EVENT_NUMBER_BORROWED)) == 0 &&
	       shape->bits < 2 * EVENT_COUNTS && field_is_known(shape);
}

static bool id_is_clean(const struct decoded_id *id)
{
	char clean[sizeof(id->text)] = {0};
	size_t len = strnlen(id->text, sizeof(id->text));
	return id->kind <= ID_REGISTRATION && len < sizeof(id->text) &&
	       text_clean(clean, sizeof(clean), (struct slice){id->text, len}) == len &&
	       memcmp(clean, id->text, sizeof(clean)) == 0;
}

static void get_shape(struct decoded_reader *r)
{
	struct decoded_memory *m = &r->memory;
	uint64_t number = decoded_get(r);
	if (number > m->shape_count)
		r->bad = true;
	else if (number > 0)
		m->shape = (uint16_t)(number - 1);
	if (r->bad || number > 0)
		return;
	m->shape = number_new(&m->shape_count, DECODED_SHAPES);
	struct decoded_shape *shape = &m->shapes[m->shape];
	memcpy(shape, r->at, offsetof(struct decoded_shape, source));
	r->at += offsetof(struct decoded_shape, source);
	uint64_t source = decoded_get(r);
	shape->source = (uint16_t)source;
	m->shape_value[m->shape] = 0;
	r->bad |= source >= r->sources || !shape_is_clean(shape);
}

static void get_id(struct decoded_reader *r)
{
	struct decoded_memory *m = &r->memory;
	uint64_t number = decoded_get(r);
	if (number > m->id_count)
		r->bad = true;
	else if (number > 0)
		m->id = (uint16_t)(number - 1);
	if (r->bad || number > 0)
		return;
	m->id = number_new(&m->id_count, DECODED_IDS);
	memcpy(&m->ids[m->id], r->at, sizeof(struct decoded_id));
	r->at += sizeof(struct decoded_id);
	m->id_value[m->id] = 0;
	m->id_number[m->id] = 0;
	r->bad = !id_is_clean(&m->ids[m->id]);
}

/* (4) @from: where the text of the item begins in @list. */
static void get_text(struct decoded_reader *r, const struct event_list *list,
		     uint32_t from, struct event *event)
{
	uint64_t len = decoded_get(r), place = decoded_get(r);
	if (len == 0) {
		r->bad |= place > UINT32_MAX;
		event->kph = (uint16_t)(place >> 16);
		event->top_speed = (uint16_t)place;
		return;
	}
	r->bad |= len > UINT16_MAX || place > list->text_len ||
		  (place == 0 && len + 1 > from) || is_over(r);
	if (r->bad)
		return;
	uint64_t text = place == 0 ? from - len - 1 : from + place - 1;
	if (place == 0) {
		r->bad = len > (size_t)(r->end - r->at) ||
			 memcmp(list->text + text, r->at, len) != 0;
		r->at += r->bad ? 0 : len;
	}
	/* One whole piece, from its beginning to its NUL. */
	r->bad |= text + len >= list->text_len || list->text[text + len] != '\0' ||
		  memchr(list->text + text, '\0', len) != NULL ||
		  (text > 0 && list->text[text - 1] != '\0');
	if (r->bad)
		return;
	event->text = (uint32_t)text;
	event->text_len = (uint16_t)len;
}

static void get_event(struct decoded_reader *r, const struct event_list *list,
		      uint32_t from, struct event *event)
{
	struct decoded_memory *m = &r->memory;
	unsigned has = *r->at++;
	uint64_t at = (uint64_t)m->at + get_signed(r);
	if (has & HAS_SHAPE)
		get_shape(r);
	if (has & HAS_ID)
		get_id(r);
	const struct decoded_shape *shape = &m->shapes[m->shape];
	*event = (struct event){
		.at = (instant_us)at,
		.received_at = (instant_us)at,
		.record = m->record,
		.sequence = m->sequence + 1,
		.source = shape->source,
		.kind = shape->kind,
		.line = shape->line,
		.flag = shape->flag,
		.bits = shape->bits,
		.field = shape->field,
		.clock = shape->clock,
		.id_kind = m->ids[m->id].kind,
		.number = m->id_number[m->id],
		.value = m->shape_value[m->shape],
	};
	memcpy(event->id, m->ids[m->id].text, sizeof(event->id));
	if (has & HAS_RECEIVED)
		event->received_at =
			(instant_us)((uint64_t)m->received_at + get_signed(r));
	if (has & HAS_RECORD)
		event->record += (uint32_t)get_signed(r);
	if (has & HAS_SEQUENCE)
		event->sequence = m->sequence + (uint32_t)get_signed(r);
	if (has & HAS_NUMBER)
		event->number += (uint32_t)get_signed(r);
	if (has & HAS_VALUE)
		event->value = (int64_t)((uint64_t)m->id_value[m->id] + get_signed(r));
	if (has & HAS_TEXT)
		get_text(r, list, from, event);
	r->bad |= event->at != INSTANT_NONE && !instant_is_sane(event->at);
	r->bad |= event->received_at != INSTANT_NONE &&
		  !instant_is_sane(event->received_at);
	remember(m, event);
}

void decoded_room(struct decoded_reader *reader, uint32_t *events, uint32_t *text)
{
	uint64_t n = decoded_get(reader), len = decoded_get(reader);
	/* An event has at least two bytes. */
	if (is_over(reader) || n > (size_t)(reader->end - reader->at) / 2 ||
	    len > (size_t)(reader->end - reader->at)) {
		reader->bad = true;
		n = len = 0;
	}
	*events = (uint32_t)n;
	*text = (uint32_t)len;
}

/* (2) As event_set_text() leaves it: pieces that are clean, each with a NUL behind it,
 * those of a decision in two parts. */
static bool text_is_clean(struct slice text)
{
	char clean[1024];
	size_t i = 0;
	if (text.len > 0 && text.at[text.len - 1] != '\0')
		return false;
	while (i < text.len) {
		size_t len = 0;
		while (text.at[i + len] != '\0' && text.at[i + len] != '\x1f' &&
		       len < sizeof(clean) - 8)
			len++;
		struct slice piece = {text.at + i, len};
		if (text_clean(clean, sizeof(clean), piece) != len ||
		    memcmp(clean, piece.at, len) != 0)
			return false;
		i += len + (text.at[i + len] == '\0' || text.at[i + len] == '\x1f');
	}
	return true;
}

bool decoded_read_events(struct decoded_reader *reader, struct event_list *list,
			 uint32_t events, uint32_t text)
{
	uint32_t from = list->text_len;
	if (reader->bad || events >= list->max - list->count ||
	    text > list->text_max - list->text_len ||
	    !text_is_clean((struct slice){(const char *)reader->at, text}))
		return false;
	memcpy(list->text + from, reader->at, text);
	list->text_len += text;
	reader->at += text;
	for (uint32_t i = 0; i < events && !is_over(reader); i++)
		get_event(reader, list, from, &list->at[list->count + i]);
	if (reader->bad)
		list->text_len = from;
	else
		list->count += events;
	return !reader->bad;
}

void decoded_read_info(struct decoded_reader *reader, struct feed_info *out)
{
	*out = (struct feed_info){.start_at = decoded_number(reader)};
	out->end_at = decoded_number(reader);
	out->lap_length = decoded_number(reader);
	out->line_count = (uint8_t)decoded_get(reader);
	for (unsigned i = 0; i < LINES_MAX && !is_over(reader); i++)
		out->line_ppm[i] = (uint32_t)decoded_get(reader);
	out->rows = (uint32_t)decoded_get(reader);
	out->cars = (uint32_t)decoded_get(reader);
	out->anomalies = (uint32_t)decoded_get(reader);
	out->anomaly_first_line = (uint32_t)decoded_get(reader);
	uint64_t flags = decoded_get(reader);
	out->flags = flags & 1;
	out->finish_flag = flags >> 1 & 1;
	out->type = (uint8_t)(flags >> 2 & 3);
	for (unsigned i = 0; i < CLOCK_STEPS_MAX; i++) {
		out->steps[i].at = decoded_number(reader);
		out->steps[i].by = decoded_number(reader);
		reader->bad |= !instant_is_sane(out->steps[i].at) ||
			       out->steps[i].by < -US_DAY || out->steps[i].by > US_DAY;
	}
	reader->bad |= out->line_count > LINES_MAX || out->type > SESSION_FIELD_TIMED;
}
