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

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[] = {
#define X(id_, name_, about_) [EVENT_##id_] = (name_),
		EVENT_KINDS(X)
#undef X
	};
	return (unsigned)kind < ARRAY_LEN(names) ? names[kind] : "?";
}

static const char *const flag_names[] = {
#define X(id_, name_) [FLAG_##id_] = (name_),
	FLAGS(X)
#undef X
};

const char *flag_name(enum flag flag)
{
	return (unsigned)flag < ARRAY_LEN(flag_names) ? flag_names[flag] : "?";
}

int flag_by_name(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(flag_names); i++)
		if (slice_eq_nocase(name, slice_of(flag_names[i])))
			return (int)i;
	return -1;
}

const char *anomaly_name(enum anomaly anomaly)
{
	static const char *const names[] = {
#define X(id_, name_, about_) [ANOMALY_##id_] = (name_),
		ANOMALIES(X)
#undef X
	};
	return (unsigned)anomaly < ARRAY_LEN(names) ? names[anomaly] : "?";
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

/* Put order[0..n) in order where it is short or nearly in order. */
static void sort_short(const struct event_list *list, uint32_t *order, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t it = order[i];
		size_t j = i;
		while (j > 0 && event_compare(list, &list->at[it],
					      &list->at[order[j - 1]]) < 0) {
			order[j] = order[j - 1];
			j--;
		}
		order[j] = it;
	}
}

enum { SHORT_MAX = 12, AHEAD = 12 };

/* Merge two neighbours [0..half) and [half..n) through @scratch. */
static void merge(const struct event_list *list, uint32_t *order, uint32_t *scratch,
		  const size_t sizes[2])
{
	size_t half = sizes[0], n = half + sizes[1];
	if (event_compare(list, &list->at[order[half - 1]], &list->at[order[half]]) <=
	    0)
		return;
	memcpy(scratch, order, half * sizeof(*order));
	size_t i = 0, j = half, k = 0;
	while (i < half && j < n) {
		const struct event *left = &list->at[scratch[i]];
		const struct event *right = &list->at[order[j]];
		order[k++] = event_compare(list, right, left) < 0 ? order[j++]
								  : scratch[i++];
	}
	memcpy(order + k, scratch + i, (half - i) * sizeof(*order));
}

/* Thousands of events at one instant (entries, a clock that stands): n log n. */
static void sort_long(const struct event_list *list, uint32_t *order, uint32_t *scratch,
		      size_t n)
{
	for (size_t i = 0; i < n; i += SHORT_MAX)
		sort_short(list, order + i, n - i < SHORT_MAX ? n - i : SHORT_MAX);
	for (size_t half = SHORT_MAX; half < n; half *= 2)
		for (size_t i = 0; i + half < n; i += 2 * half) {
			size_t rest = n - i - half;
			size_t sizes[2] = {half, rest < half ? rest : half};
			merge(list, order + i, scratch, sizes);
		}
}

/* How instants become buckets. */
struct dealing {
	instant_us from;
	unsigned shift;
	uint32_t last; /* bucket; takes everything later */
};

static uint32_t bucket_of(const struct dealing *dealing, instant_us at)
{
	if (at <= dealing->from)
		return 0;
	uint64_t n = ((uint64_t)at - (uint64_t)dealing->from) >> dealing->shift;
	return n < dealing->last ? (uint32_t)n : dealing->last;
}

enum { SAMPLES = 64 };

/* The time most events lie in, from a sample: set-up far before the race, and
 * clocks gone wrong, must not make the buckets of the race wide. */
static struct dealing dealing_of(const struct event_list *list)
{
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
	struct dealing dealing = {.last = list->count - 1};
	dealing.from = (instant_us)((uint64_t)low - margin);
	uint64_t span = middle + 2 * margin;
	if (span < middle)
		span = UINT64_MAX;
	while (span >> dealing.shift > dealing.last)
		dealing.shift++;
	return dealing;
}

/* Deal all events into as many buckets of equal time as there is room for. */
static void deal(const struct event_list *list, const struct dealing *dealing,
		 uint32_t *order, uint32_t *scratch)
{
	memset(scratch, 0, list->count * sizeof(*scratch));
	for (uint32_t i = 0; i < list->count; i++)
		scratch[bucket_of(dealing, list->at[i].at)]++;
	uint32_t from = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		uint32_t here = scratch[i];
		scratch[i] = from;
		from += here;
	}
	for (uint32_t i = 0; i < list->count; i++)
		order[scratch[bucket_of(dealing, list->at[i].at)]++] = i;
}

/*
 * A race spreads its passings evenly over its time, so dealing them out by time
 * leaves one or two a bucket: three passes, two of them straight through
 * memory. The buckets are then put in order, however full they are.
 */
void event_order(const struct event_list *list, uint32_t *order, uint32_t *scratch)
{
	if (list->count == 0)
		return;
	struct dealing dealing = dealing_of(list);
	deal(list, &dealing, order, scratch);
	size_t from = 0;
	uint32_t bucket = bucket_of(&dealing, list->at[order[0]].at);
	for (size_t i = 1; i <= list->count; i++) {
		uint32_t next = UINT32_MAX;
		/* Events lie in memory as they were heard: ask for them early. */
		if (i + AHEAD < list->count)
			__builtin_prefetch(&list->at[order[i + AHEAD]]);
		if (i < list->count)
			next = bucket_of(&dealing, list->at[order[i]].at);
		if (next == bucket)
			continue;
		if (i - from <= SHORT_MAX)
			sort_short(list, order + from, i - from);
		else
			sort_long(list, order + from, scratch, i - from);
		from = i;
		bucket = next;
	}
}
