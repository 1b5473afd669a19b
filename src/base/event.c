/*
 * event.c -- lists of events, their text, and the one order they are folded in
 *
 *  (1) The last slot of a list is never counted: it takes the events that find
 *      no room, so event_add() always has something to return.
 *  (2) Every text in the pool is followed by a NUL.
 */
#include "pitwall/event.h"

#include <assert.h>
#include <string.h>

/* ---- names ---------------------------------------------------------------- */

static const char *name_at(const char *const *names, size_t count, unsigned index)
{
	return index < count ? names[index] : "?";
}

static char folded(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c == '_' ? '-' : c);
}

static int name_find(const char *const *names, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		while (k < name.len && names[i][k] != '\0' &&
		       folded(names[i][k]) == folded(name.at[k]))
			k++;
		if (k == name.len && names[i][k] == '\0')
			return (int)i;
	}
	return -1;
}

#define NAMES_OF(function_, type_, list_, X_)                                   \
	static const char *const function_##_names[] = {list_(X_)};             \
	const char *function_##_name(type_ id)                                  \
	{                                                                       \
		return name_at(function_##_names, ARRAY_LEN(function_##_names), \
			       (unsigned)id);                                   \
	}
#define BY_NAME_OF(function_)                                                     \
	int function_##_by_name(struct slice name)                                \
	{                                                                         \
		return name_find(function_##_names, ARRAY_LEN(function_##_names), \
				 name);                                           \
	}
#define SECOND_OF_2(id_, name_) (name_),
#define SECOND_OF_3(id_, name_, about_) (name_),
#define SECOND_OF_4(id_, name_, json_, unit_) (name_),

NAMES_OF(event_kind, enum event_kind, EVENT_KINDS, SECOND_OF_3)
NAMES_OF(anomaly, enum anomaly, ANOMALIES, SECOND_OF_3)
NAMES_OF(claim, enum claim_field, CLAIMS, SECOND_OF_3)
NAMES_OF(flag, enum flag, FLAGS, SECOND_OF_2)
BY_NAME_OF(flag)
NAMES_OF(weather, enum weather_field, WEATHERS, SECOND_OF_4)
BY_NAME_OF(weather)
NAMES_OF(decision, enum decision_kind, DECISIONS, SECOND_OF_3)
BY_NAME_OF(decision)
NAMES_OF(entry_field, enum entry_field, ENTRY_FIELDS, SECOND_OF_2)
BY_NAME_OF(entry_field)

/* By their numbers: LINE_PIT_IN is LINES_MAX. */
static const char *const line_names[] = {
	"SF",  "I1",  "I2",  "I3",  "I4",  "I5",  "I6",  "I7",   "I8",  "I9",
	"I10", "I11", "I12", "I13", "I14", "I15", "PIN", "POUT", "SFP",
};

const char *line_name(uint8_t line)
{
	return name_at(line_names, ARRAY_LEN(line_names), line);
}

uint8_t line_by_name(struct slice name)
{
	int line = name_find(line_names, ARRAY_LEN(line_names), name);
	uint64_t n;
	if (line >= 0)
		return (uint8_t)line;
	/* "I01" */
	if (name.len >= 2 && (name.at[0] == 'I' || name.at[0] == 'i') &&
	    parse_u64((struct slice){name.at + 1, name.len - 1}, &n) && n > 0 &&
	    n < LINES_MAX)
		return (uint8_t)n;
	return LINE_NONE;
}

/* ---- lists ---------------------------------------------------------------- */

struct event *event_add(struct event_list *list, enum event_kind kind, instant_us at)
{
	assert(list->max > 0);
	struct event *event = &list->at[list->count];
	if (list->count + 1 < list->max)
		list->count++;
	else
		list->dropped++;
	*event = (struct event){.at = at, .heard_at = at, .kind = (uint8_t)kind};
	return event;
}

enum { UTF8_MAX = 4 }; /* bytes of a character */

/* A decision's text holds two parts, each cleaned; bytes to be sent are sent as
 * they are. Returns the length in the pool, the NUL not counted. */
static size_t pool_write(char *dst, size_t cap, enum event_kind kind, struct slice text)
{
	if (kind == EVENT_ASK)
		return text_copy(dst, cap, text);
	if (kind != EVENT_DECISION)
		return text_clean(dst, cap, text);
	struct slice rest = text;
	size_t len = text_clean(dst, cap, slice_cut(&rest, '\x1f'));
	if (!rest.at || len + 1 >= cap)
		return len;
	dst[len++] = '\x1f';
	return len + text_clean(dst + len, cap - len, rest);
}

void event_set_text(struct event_list *list, struct event *event, struct slice text)
{
	event->text = 0;
	event->text_len = 0;
	size_t index = (size_t)(event - list->at);
	if (text.len == 0 || index >= list->count)
		return;
	if (text.len > UINT16_MAX)
		text.len = UINT16_MAX;
	size_t room = list->text_max - list->text_len;
	size_t cap = room <= UINT16_MAX ? room : UINT16_MAX + (size_t)1;
	char *dst = list->text + list->text_len;
	size_t len = room ? pool_write(dst, cap, event->kind, text) : 0;
	/* A text is whole or its event is dropped: cleaning makes at most two bytes
	 * of one, and stops within a character of the end. */
	if (room <= text.len * 2 && len + UTF8_MAX + 1 >= room) {
		list->dropped++;
		if (index + 1 == list->count)
			list->count--;
		return;
	}
	if (len == 0)
		return;
	event->text_len = (uint16_t)len;
	/* The text before this one ends at a NUL, and so did the one before it. */
	if (list->text_len > len && memcmp(dst - len - 1, dst, len + 1) == 0 &&
	    (list->text_len == len + 1 || dst[-(ptrdiff_t)len - 2] == '\0')) {
		event->text = list->text_len - (uint32_t)len - 1;
		return;
	}
	event->text = list->text_len;
	list->text_len += (uint32_t)len + 1;
}

void event_set_id(struct event *event, enum id_kind kind, struct slice id)
{
	memset(event->id, 0, sizeof(event->id));
	event->id_kind = (uint8_t)kind;
	text_clean(event->id, sizeof(event->id), id);
}

struct slice event_text(const struct event_list *list, const struct event *event)
{
	if (event->text_len == 0)
		return (struct slice){"", 0};
	return (struct slice){list->text + event->text, event->text_len};
}

/* ---- order ---------------------------------------------------------------- */

#define COMPARE(a, b)                              \
	do {                                       \
		if ((a) != (b))                    \
			return (a) < (b) ? -1 : 1; \
	} while (0)

int event_compare(const struct event_list *list, const struct event *a,
		  const struct event *b)
{
	COMPARE(a->at, b->at);
	COMPARE(a->kind, b->kind);
	COMPARE(a->line, b->line);
	COMPARE(a->id_kind, b->id_kind);
	int ids = memcmp(a->id, b->id, sizeof(a->id));
	COMPARE(ids, 0);
	COMPARE(a->source, b->source);
	COMPARE(a->sequence, b->sequence);
	COMPARE(a->heard_at, b->heard_at);
	COMPARE(a->field, b->field);
	COMPARE(a->number, b->number);
	COMPARE(a->value, b->value);
	COMPARE(a->flag, b->flag);
	COMPARE(a->bits, b->bits);
	COMPARE(a->text_len, b->text_len);
	if (a->text != b->text) {
		int texts = memcmp(event_text(list, a).at, event_text(list, b).at,
				   a->text_len);
		COMPARE(texts, 0);
	}
	COMPARE(a->record, b->record);
	return 0;
}

/* How instants become numbers that are quick to compare: a key is a place in time,
 * finer than a bucket by @fine bits. Equal keys say nothing; event_compare() does. */
struct ordering {
	const struct event_list *list;
	const uint32_t *keys; /* of the events */
	uint32_t *scratch;    /* as long as the order */
	instant_us from;
	unsigned shift, fine;
	uint32_t last; /* bucket; takes everything later */
};

static bool before(const struct ordering *o, uint32_t a, uint32_t b)
{
	if (o->keys[a] != o->keys[b])
		return o->keys[a] < o->keys[b];
	return event_compare(o->list, &o->list->at[a], &o->list->at[b]) < 0;
}

/* Put order[i] in its place among those before it, which are in order. */
static inline void insert(const struct ordering *o, uint32_t *order, size_t i)
{
	uint32_t it = order[i];
	for (; i > 0 && before(o, it, order[i - 1]); i--)
		order[i] = order[i - 1];
	order[i] = it;
}

enum { SHORT_MAX = 12 };

/* Merge two neighbours [0..half) and [half..n) through the scratch. */
static void merge(const struct ordering *o, uint32_t *order, const size_t sizes[2])
{
	size_t half = sizes[0], n = half + sizes[1];
	uint32_t *left = o->scratch;
	if (!before(o, order[half], order[half - 1]))
		return;
	memcpy(left, order, half * sizeof(*order));
	size_t i = 0, j = half, k = 0;
	while (i < half && j < n)
		order[k++] = before(o, order[j], left[i]) ? order[j++] : left[i++];
	memcpy(order + k, left + i, (half - i) * sizeof(*order));
}

/* Thousands of events at one instant (entries, a clock that stands): n log n. */
static void sort_long(const struct ordering *o, uint32_t *order, size_t n)
{
	for (size_t i = 0; i < n; i++)
		insert(o, order + i / SHORT_MAX * SHORT_MAX, i % SHORT_MAX);
	for (size_t half = SHORT_MAX; half < n; half *= 2)
		for (size_t i = 0; i + half < n; i += 2 * half) {
			size_t rest = n - i - half;
			size_t sizes[2] = {half, rest < half ? rest : half};
			merge(o, order + i, sizes);
		}
}

static uint32_t key_of(const struct ordering *o, instant_us at)
{
	if (at <= o->from)
		return 0;
	uint64_t last = ((uint64_t)o->last + 1) << o->fine;
	uint64_t n = ((uint64_t)at - (uint64_t)o->from) >> o->shift;
	return (uint32_t)(n < last ? n : last - 1);
}

enum { SAMPLES = 64, FINE_MAX = 8, KEY_BITS = 32 };

/* The time most events lie in, from a sample: set-up far before the race, and
 * clocks gone wrong, must not make the buckets of the race wide. */
static void ordering_scale(struct ordering *o)
{
	const struct event_list *list = o->list;
	instant_us sample[SAMPLES];
	for (size_t i = 0; i < SAMPLES; i++) {
		instant_us at = list->at[list->count * (uint64_t)i / SAMPLES].at;
		size_t j = i;
		for (; j > 0 && sample[j - 1] > at; j--)
			sample[j] = sample[j - 1];
		sample[j] = at;
	}
	instant_us low = sample[SAMPLES / 8], high = sample[SAMPLES - 1 - SAMPLES / 8];
	uint64_t middle = (uint64_t)high - (uint64_t)low;
	uint64_t below = (uint64_t)low - (uint64_t)INT64_MIN;
	uint64_t margin = middle / 4 < below ? middle / 4 : below;
	o->last = list->count - 1;
	o->from = (instant_us)((uint64_t)low - margin);
	uint64_t span = middle + 2 * margin;
	if (span < middle)
		span = UINT64_MAX;
	while (span >> o->shift > o->last)
		o->shift++;
	while (o->fine < FINE_MAX && o->shift > 0 &&
	       ((uint64_t)o->last + 1) << (o->fine + 1) <= (uint64_t)1 << KEY_BITS) {
		o->fine++;
		o->shift--;
	}
}

/* Deal all events into as many buckets of equal time as there is room for. */
static void deal(const struct ordering *o, uint32_t *order, uint32_t *keys)
{
	const struct event_list *list = o->list;
	uint32_t *starts = o->scratch;
	memset(starts, 0, list->count * sizeof(*starts));
	for (uint32_t i = 0; i < list->count; i++) {
		keys[i] = key_of(o, list->at[i].at);
		starts[keys[i] >> o->fine]++;
	}
	uint32_t from = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		uint32_t here = starts[i];
		starts[i] = from;
		from += here;
	}
	for (uint32_t i = 0; i < list->count; i++)
		order[starts[keys[i] >> o->fine]++] = i;
}

/*
 * A race spreads its passings evenly over its time, so dealing them out by time
 * leaves one or two a bucket. The buckets are then put in order, however full they
 * are. The events, which are large, are looked at once and straight through; but
 * for those of one key the rest is done with the keys.
 */
void event_order(const struct event_list *list, uint32_t *order, uint32_t *scratch)
{
	if (list->count == 0)
		return;
	uint32_t *keys = scratch + list->count;
	struct ordering o = {.list = list, .keys = keys, .scratch = scratch};
	ordering_scale(&o);
	deal(&o, order, keys);
	size_t from = 0, behind;
	uint32_t bucket = 0;
	for (size_t i = 0; i < list->count; i = behind) {
		uint32_t here = keys[order[i]] >> o.fine;
		from = here == bucket ? from : i;
		bucket = here;
		behind = i + 1;
		if (behind - from <= SHORT_MAX) {
			insert(&o, order, i);
			continue;
		}
		while (behind < list->count && keys[order[behind]] >> o.fine == bucket)
			behind++;
		sort_long(&o, order + from, behind - from);
	}
}
