/*
 * alkamel_anomaly.c -- what was not used, and why, in words
 *
 *  (1) Every anomaly is counted; the first AK_ANOMALIES_MAX found are reported one by
 *      one, and one more gives the number of the others.
 *  (2) They become events after all others, in the order of their lines: the other
 *      events do not depend on the order of the lines.
 */
#include "alkamel.h"

#include <string.h>

static const char *const sector_names[AK_SECTORS_MAX] = {
	"S1", "S2",  "S3",  "S4",  "S5",  "S6",  "S7",  "S8",
	"S9", "S10", "S11", "S12", "S13", "S14", "S15",
};

static const struct {
	enum anomaly kind;
	const char *sentence;
} reasons[] = {
#define X(id_, kind_, sentence_) [AK_##id_] = {ANOMALY_##kind_, sentence_},
	AK_REASONS(X)
#undef X
};

const char *ak_column_name(enum ak_column column)
{
	if (column < AK_NAMED_COUNT)
		return wire_ak_names[column][0];
	if (column < AK_LARGE1)
		return sector_names[column - AK_S1];
	return "S_LARGE";
}

struct ak_anomaly *ak_anomaly_add(struct ak *ak, enum ak_reason reason, size_t offset)
{
	/* One more slot, for those that are not reported. */
	struct ak_anomaly *anomaly = &ak->anomalies[ak->anomaly_count];
	if (ak->anomaly_count < AK_ANOMALIES_MAX)
		ak->anomaly_count++;
	ak->anomaly_total++;
	*anomaly = (struct ak_anomaly){
		.elapsed = -1,
		.offset = (uint32_t)offset,
		.car = UINT16_MAX,
		.reason = (uint8_t)reason,
	};
	return anomaly;
}

struct ak_anomaly *ak_row_anomaly(struct ak *ak, enum ak_reason reason,
				  const struct ak_row *row)
{
	struct ak_anomaly *anomaly = ak_anomaly_add(ak, reason, row->offset);
	anomaly->elapsed = row->elapsed;
	anomaly->car = row->car;
	anomaly->a = row->lap;
	return anomaly;
}

/* ---- words --------------------------------------------------------------- */

enum { REASON_MAX = 200 };

/* The text for %@what. */
static struct slice ak_anomaly_part(const struct ak *ak, const struct ak_anomaly *it,
				    char what, char digits[16])
{
	switch (what) {
	case 'a':
		return (struct slice){digits, text_format(digits, 16, "%u", it->a)};
	case 'b':
		return (struct slice){digits, text_format(digits, 16, "%u", it->b)};
	case 'c':
		return slice_of(it->car == UINT16_MAX ? "?" : ak->cars[it->car].id);
	case 'n':
		return slice_of(ak_column_name(it->column));
	default:
		return (struct slice){ak->file.at + it->quote, it->quote_len};
	}
}

static void ak_anomaly_describe(const struct ak *ak, const struct ak_anomaly *it,
				char *text)
{
	char digits[16];
	size_t len = 0;
	for (const char *at = reasons[it->reason].sentence; *at; at++) {
		struct slice piece = {at, 1};
		if (*at == '%')
			piece = ak_anomaly_part(ak, it, *++at, digits);
		len += text_copy(text + len, REASON_MAX - len, piece);
	}
}

/* ---- order (2) ----------------------------------------------------------- */

static bool less(const struct ak_anomaly *a, const struct ak_anomaly *b)
{
	if (a->offset != b->offset)
		return a->offset < b->offset;
	return a->reason != b->reason ? a->reason < b->reason : a->column < b->column;
}

static void ak_anomaly_sift(struct ak_anomaly *heap, size_t at, size_t count)
{
	struct ak_anomaly it = heap[at];
	for (size_t child; (child = 2 * at + 1) < count; at = child) {
		if (child + 1 < count && less(&heap[child], &heap[child + 1]))
			child++;
		if (!less(&it, &heap[child]))
			break;
		heap[at] = heap[child];
	}
	heap[at] = it;
}

static void sort(struct ak_anomaly *all, size_t count)
{
	for (size_t i = count / 2; i-- > 0;)
		ak_anomaly_sift(all, i, count);
	for (size_t last = count; last-- > 1;) {
		struct ak_anomaly it = all[0];
		all[0] = all[last];
		all[last] = it;
		ak_anomaly_sift(all, 0, last);
	}
}

/* ---- events -------------------------------------------------------------- */

static struct event *write_one(struct ak *ak, const struct ak_anomaly *anomaly,
			       uint32_t line)
{
	char text[REASON_MAX];
	duration_us elapsed = anomaly->elapsed < 0 ? 0 : anomaly->elapsed;
	struct event *event = event_add(ak->out, EVENT_ANOMALY, ak->start_at + elapsed);
	event->source = ak->setup->source;
	event->sequence = ak->sequence++;
	event->record = anomaly->offset;
	event->number = line;
	event->field = (uint8_t)reasons[anomaly->reason].kind;
	if (anomaly->car != UINT16_MAX)
		event_set_id(event, ID_NUMBER, slice_of(ak->cars[anomaly->car].id));
	ak_anomaly_describe(ak, anomaly, text);
	event_set_text(ak->out, event, slice_of(text));
	return event;
}

void ak_anomalies_write(struct ak *ak)
{
	const char *at = ak->file.at;
	uint32_t line = 1;
	uint64_t more = ak->anomaly_total - ak->anomaly_count;
	sort(ak->anomalies, ak->anomaly_count);
	for (uint32_t i = 0; i < ak->anomaly_count; i++) {
		const struct ak_anomaly *anomaly = &ak->anomalies[i];
		const char *to = ak->file.at + anomaly->offset;
		while ((at = memchr(at, '\n', (size_t)(to - at))) != NULL) {
			at++;
			line++;
		}
		at = to;
		if (i == 0)
			ak->info->anomaly_first_line = line;
		(void)write_one(ak, anomaly, line);
	}
	if (more != 0) {
		struct ak_anomaly rest = {.elapsed = -1, .car = UINT16_MAX};
		rest.reason = AK_MORE;
		rest.offset = (uint32_t)ak->file.len;
		rest.a = more < UINT32_MAX ? (uint32_t)more : UINT32_MAX;
		write_one(ak, &rest, 0)->value = (int64_t)more;
	}
	ak->info->anomalies = ak->anomaly_total < UINT32_MAX
				      ? (uint32_t)ak->anomaly_total
				      : UINT32_MAX;
}
