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

static char name_folded(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c == '_' ? '-' : c);
}

static int name_find(const char *const *names, size_t count, struct slice name)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;
		while (k < name.len && names[i][k] != '\0' &&
		       name_folded(names[i][k]) == name_folded(name.at[k]))
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
#define THIRD_OF_4(id_, name_, words_, title_) (words_),
#define FOURTH_OF_4(id_, name_, words_, title_) (title_),
#define SECOND_OF_3(id_, name_, about_) (name_),
#define THIRD_OF_3(id_, name_, letter_) (letter_),
#define SECOND_OF_4(id_, name_, json_, unit_) (name_),

NAMES_OF(event_kind, enum event_kind, EVENT_KINDS, SECOND_OF_3)
NAMES_OF(anomaly, enum anomaly, ANOMALIES, SECOND_OF_3)
NAMES_OF(claim, enum claim_field, CLAIMS, SECOND_OF_3)
NAMES_OF(flag, enum flag, FLAGS, SECOND_OF_4)
BY_NAME_OF(flag)
NAMES_OF(weather, enum weather_field, WEATHERS, SECOND_OF_4)
BY_NAME_OF(weather)
NAMES_OF(car_value, enum car_value, CAR_VALUES, SECOND_OF_4)
NAMES_OF(tyre, enum tyre, TYRES, SECOND_OF_3)
BY_NAME_OF(tyre)
NAMES_OF(decision, enum decision_kind, DECISIONS, SECOND_OF_3)
NAMES_OF(entry_field, enum entry_field, ENTRY_FIELDS, SECOND_OF_2)
BY_NAME_OF(entry_field)

const char *tyre_letter(enum tyre tyre)
{
	static const char *const letters[] = {TYRES(THIRD_OF_3)};
	return name_at(letters, ARRAY_LEN(letters), (unsigned)tyre);
}

const char *flag_spoken(enum flag flag)
{
	static const char *const words[] = {FLAGS(THIRD_OF_4)};
	return name_at(words, ARRAY_LEN(words), (unsigned)flag);
}

const char *flag_title(enum flag flag)
{
	static const char *const titles[] = {FLAGS(FOURTH_OF_4)};
	return name_at(titles, ARRAY_LEN(titles), (unsigned)flag);
}

bool flag_is_slow(enum flag flag)
{
	return flag == FLAG_FCY || flag == FLAG_VSC || flag == FLAG_CODE60 ||
	       flag == FLAG_SC || flag == FLAG_RED;
}

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

/* "+10 s", "+2.5 s", "\u22121 lap" */
static size_t signed_words(char *buf, size_t cap, int64_t value, bool seconds)
{
	uint64_t size = value < 0 ? (uint64_t)0 - (uint64_t)value : (uint64_t)value;
	const char *sign = value < 0 ? "\u2212" : "+";
	if (!seconds)
		return text_format(buf, cap, "%s%llu lap%s", sign,
				   (unsigned long long)size, size == 1 ? "" : "s");
	char digits[16] = "";
	size_t len = 0;
	if (size % US_S != 0)
		len = text_format(digits, sizeof(digits), ".%06u",
				  (unsigned)(size % US_S));
	while (len > 0 && digits[len - 1] == '0')
		digits[--len] = '\0';
	return text_format(buf, cap, "%s%llu%s s", sign,
			   (unsigned long long)(size / US_S), digits);
}

size_t decision_words(char *buf, size_t cap, enum decision_kind kind, int64_t value,
		      struct slice with)
{
	int len = (int)with.len;
	switch (kind) {
	case DECISION_TIME:
	case DECISION_LAPS:
		return signed_words(buf, cap, value, kind == DECISION_TIME);
	case DECISION_BEHIND:
		return text_format(buf, cap, "placed behind %.*s", len, with.at);
	case DECISION_LAST_OF_LAP:
		return text_format(buf, cap, "placed last of its lap");
	case DECISION_LAST_OF_CLASS:
		return text_format(buf, cap, "placed last of its class");
	case DECISION_DISQUALIFIED:
		return text_format(buf, cap, "disqualified");
	case DECISION_LAP_DELETED:
		return text_format(buf, cap, "lap %lld deleted", (long long)value);
	case DECISION_STATUS:
		return text_format(buf, cap, "status %.*s", len, with.at);
	case DECISION_RESULT_AT:
		return text_format(buf, cap, "result at the end of lap %lld",
				   (long long)value);
	case DECISION_UNDO:
		return text_format(buf, cap, "decision taken back");
	case DECISION_KIND_COUNT:
		break;
	}
	return text_format(buf, cap, "?");
}

/* ---- lists ---------------------------------------------------------------- */

uint32_t event_rows(const struct event *event)
{
	if (event->value <= 0)
		return 1;
	return event->value < UINT32_MAX ? (uint32_t)event->value : UINT32_MAX;
}

struct event *event_add(struct event_list *list, enum event_kind kind, instant_us at)
{
	assert(list->max > 0);
	struct event *event = &list->at[list->count];
	if (list->count + 1 < list->max)
		list->count++;
	else
		list->dropped++;
	*event = (struct event){.at = at, .received_at = at, .kind = (uint8_t)kind};
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
	event->id_kind = (uint8_t)kind;
	(void)text_id(event->id, sizeof(event->id), id);
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
	COMPARE(a->received_at, b->received_at);
	COMPARE(a->field, b->field);
	COMPARE(a->number, b->number);
	COMPARE(a->value, b->value);
	COMPARE(a->flag, b->flag);
	COMPARE(a->bits, b->bits);
	COMPARE(a->clock, b->clock);
	COMPARE(a->text_len, b->text_len);
	if (a->kind == EVENT_PASSING && a->text_len == 0) {
		COMPARE(a->kph, b->kph);
		COMPARE(a->top_speed, b->top_speed);
	}
	if (a->text != b->text) {
		int texts = memcmp(event_text(list, a).at, event_text(list, b).at,
				   a->text_len);
		COMPARE(texts, 0);
	}
	COMPARE(a->record, b->record);
	return 0;
}

/* Events are sorted by time, one digit of it after the other (least significant first),
 * then those of one instant by the rest of the order. */
enum { DIGIT_BITS = 13, DIGITS = 1 << DIGIT_BITS, SHORT_MAX = 128 };

static void sort_digit(const struct event_slot *from, uint32_t count, unsigned shift,
		       struct event_slot *to)
{
	uint32_t places[DIGITS] = {0}, place = 0;
	for (uint32_t i = 0; i < count; i++)
		places[(from[i].time >> shift) % DIGITS]++;
	for (uint32_t i = 0; i < DIGITS; i++) {
		uint32_t here = places[i];
		places[i] = place;
		place += here;
	}
	for (uint32_t i = 0; i < count; i++)
		to[places[(from[i].time >> shift) % DIGITS]++] = from[i];
}

static bool slot_before(const struct event_list *list, const struct event_slot *a,
			const struct event_slot *b)
{
	return event_compare(list, &list->at[a->index], &list->at[b->index]) < 0;
}

/* Two neighbouring runs, of @sizes slots, into one. */
static void merge_runs(const struct event_list *list, const struct event_slot *from,
		       const size_t sizes[2], struct event_slot *to)
{
	const struct event_slot *left = from, *right = from + sizes[0];
	const struct event_slot *left_end = right, *right_end = right + sizes[1];
	while (left < left_end && right < right_end)
		*to++ = *(slot_before(list, right, left) ? right++ : left++);
	size_t rest = (size_t)(left_end - left);
	memcpy(to, left, rest * sizeof(*to));
	memcpy(to + rest, right, (size_t)(right_end - right) * sizeof(*to));
}

/* Slots of one instant, or a few of any: runs are merged in pairs until one is left. @ends
 * holds where they end. */
static void sort_few(const struct event_list *list, struct event_slot *slots[2],
		     uint32_t count, uint32_t *ends)
{
	struct event_slot *from = slots[0], *to = slots[1];
	uint32_t runs = 0;
	for (uint32_t i = 1; i < count; i++)
		if (slot_before(list, &from[i], &from[i - 1]))
			ends[runs++] = i;
	while (runs > 0) {
		uint32_t start = 0, kept = 0;
		ends[runs] = count;
		for (uint32_t run = 0; run <= runs; run += 2) {
			uint32_t half = ends[run];
			uint32_t end = run < runs ? ends[run + 1] : half;
			const size_t sizes[2] = {half - start, end - half};
			merge_runs(list, from + start, sizes, to + start);
			ends[kept++] = start = end;
		}
		runs = kept - 1;
		struct event_slot *swap = from;
		from = to;
		to = swap;
	}
	if (from != slots[0])
		memcpy(slots[0], from, count * sizeof(*from));
}

/* Slots of all events, with their times since the first that is known; INSTANT_NONE is 0.
 * Returns the last time, 0 when the events are in order. */
static uint64_t slots_fill(const struct event_list *list, struct event_slot *slots)
{
	instant_us first = INT64_MAX, last = INT64_MIN, before = INT64_MIN;
	bool sorted = true;
	for (uint32_t i = 0; i < list->count; i++) {
		instant_us at = list->at[i].at;
		slots[i] = (struct event_slot){.time = (uint64_t)at, .index = i};
		sorted &= at >= before;
		before = at;
		first = at != INSTANT_NONE && at < first ? at : first;
		last = at > last ? at : last;
	}
	uint64_t base = (uint64_t)first - 1;
	for (uint32_t i = 0; i < list->count; i++)
		slots[i].time = slots[i].time == (uint64_t)INSTANT_NONE
					? 0
					: slots[i].time - base;
	return sorted ? 0 : (uint64_t)last - base;
}

/* By time, up to the @last; then those of one instant. slots[0] holds them at the end. */
static void sort_many(const struct event_list *list, struct event_slot *slots[2],
		      uint64_t last, uint32_t *ends)
{
	for (unsigned shift = 0; shift < 64 && last >> shift; shift += DIGIT_BITS) {
		sort_digit(slots[0], list->count, shift, slots[1]);
		struct event_slot *swap = slots[0];
		slots[0] = slots[1];
		slots[1] = swap;
	}
	for (uint32_t i = 0, end; i < list->count; i = end) {
		struct event_slot *equal[2] = {slots[0] + i, slots[1] + i};
		uint64_t time = equal[0]->time;
		for (end = i + 1; end < list->count && slots[0][end].time == time;)
			end++;
		if (end - i > 1)
			sort_few(list, equal, end - i, ends + i);
	}
}

void event_order(const struct event_list *list, uint32_t *order,
		 struct event_slot *scratch)
{
	struct event_slot *slots[2] = {scratch, scratch + list->count};
	uint64_t last = slots_fill(list, scratch);
	/* A few are merged before their digits are counted. */
	if (list->count <= SHORT_MAX)
		sort_few(list, slots, list->count, order);
	else
		sort_many(list, slots, last, order);
	for (uint32_t i = 0; i < list->count; i++)
		order[i] = slots[0][i].index;
}

const char *decider_name(const struct deciders *deciders, uint32_t number)
{
	if (deciders == NULL || number == 0 || number > deciders->count)
		return "";
	return deciders->names[number - 1];
}

const char *decider_words(const struct deciders *deciders, uint32_t number)
{
	const char *name = decider_name(deciders, number);
	if (deciders == NULL || deciders->count == 0 || number == 0 ||
	    number > deciders->decisions)
		return "";
	if (name[0] == '\0')
		return deciders->local ? "here" : "circuit";
	return strcmp(name, deciders->here) == 0 ? "here" : name;
}
