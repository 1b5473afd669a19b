/*
 * alkamel_anomaly.c -- what was not used, and why, in words
 *
 *  (1) Every anomaly is counted; the first AK_ANOMALIES_MAX found are told one
 *      by one, and one more says how many were not.
 *  (2) They become events after all others, in the order of their lines: what the
 *      file says of the race stays the same bytes wherever its lines stand.
 */
#include "alkamel.h"

#include <string.h>

static const char *const column_names[AK_NAMED_COUNT] = {
#define X(id_, name_, alias_) [AK_##id_] = name_,
	AK_COLUMNS(X)
#undef X
};

static const char *const sector_names[AK_SECTORS_MAX] = {
	"S1", "S2",  "S3",  "S4",  "S5",  "S6",  "S7",  "S8",
	"S9", "S10", "S11", "S12", "S13", "S14", "S15",
};

static const enum anomaly kinds[] = {
	[AK_BAD_FIELDS] = ANOMALY_FORMAT,
	[AK_BAD_QUOTE] = ANOMALY_FORMAT,
	[AK_UNREADABLE] = ANOMALY_FIELD,
	[AK_SUM] = ANOMALY_CONTRADICTION,
	[AK_LARGE] = ANOMALY_CONTRADICTION,
	[AK_CLOCK] = ANOMALY_CONTRADICTION,
	[AK_CHAIN] = ANOMALY_CONTRADICTION,
	[AK_RENUMBERED] = ANOMALY_CONTRADICTION,
	[AK_MISPLACED] = ANOMALY_CONTRADICTION,
	[AK_REPEATED] = ANOMALY_REPEATED,
	[AK_MISSING] = ANOMALY_MISSING,
	[AK_GHOST] = ANOMALY_CONTRADICTION,
	[AK_CLASS_DIFFERS] = ANOMALY_CONTRADICTION,
	[AK_FLAG_EARLY] = ANOMALY_CONTRADICTION,
	[AK_MORE] = ANOMALY_CAPACITY,
};

const char *ak_column_name(enum ak_column column)
{
	if (column < AK_NAMED_COUNT)
		return column_names[column];
	if (column < AK_LARGE1)
		return sector_names[column - AK_S1];
	return "S_LARGE";
}

struct ak_anomaly *ak_anomaly_add(struct ak *ak, enum ak_reason reason, size_t offset)
{
	/* One slot more than is told takes what nobody will read. */
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

/* ---- words ----------------------------------------------------------------- */

enum { REASON_MAX = 200 };

static void describe_field(char *text, const struct ak_anomaly *anomaly,
			   struct slice quote)
{
	const char *name = ak_column_name(anomaly->column);
	if (quote.len == 0)
		text_format(text, REASON_MAX, "%s is blank or cannot be read", name);
	else
		text_format(text, REASON_MAX, "%s cannot be read: \"%.*s\"", name,
			    (int)quote.len, quote.at);
}

static void describe(const struct ak *ak, const struct ak_anomaly *it, char *text)
{
	const char *car = it->car == UINT16_MAX ? "?" : ak->cars[it->car].id;
	struct slice quote = {ak->file.at + it->quote, it->quote_len};
	switch ((enum ak_reason)it->reason) {
	case AK_BAD_FIELDS:
		text_format(text, REASON_MAX, "%u fields where the header has %u",
			    it->a, it->b);
		break;
	case AK_BAD_QUOTE:
		text_format(text, REASON_MAX, "a quote is opened and not closed");
		break;
	case AK_UNREADABLE:
		describe_field(text, it, quote);
		break;
	case AK_SUM:
		text_format(text, REASON_MAX,
			    "lap %u: the sectors do not add up to LAP_TIME", it->a);
		break;
	case AK_LARGE:
		text_format(text, REASON_MAX,
			    "lap %u: a sector is not what its LARGE column says",
			    it->a);
		break;
	case AK_CLOCK:
		text_format(text, REASON_MAX,
			    "car %s lap %u: HOUR less ELAPSED is not the start", car,
			    it->a);
		break;
	case AK_CHAIN:
		text_format(text, REASON_MAX,
			    "car %s lap %u: LAP_TIME does not lead from the lap before "
			    "to ELAPSED",
			    car, it->a);
		break;
	case AK_RENUMBERED:
		text_format(
			text, REASON_MAX,
			"car %s: numbered lap %u, but it follows as lap %u: used so",
			car, it->a, it->b);
		break;
	case AK_MISPLACED:
		text_format(text, REASON_MAX,
			    "car %s: lap %u does not fit behind lap %u: not used", car,
			    it->a, it->b);
		break;
	case AK_REPEATED:
		text_format(text, REASON_MAX, "car %s: lap %u is there already", car,
			    it->a);
		break;
	case AK_MISSING:
		text_format(text, REASON_MAX,
			    "car %s: no row to use for %u laps before lap %u: their "
			    "crossings are estimated",
			    car, it->b, it->a);
		break;
	case AK_GHOST:
		text_format(text, REASON_MAX,
			    "car %s: too few rows to have driven %u laps: not used",
			    car, it->b);
		break;
	case AK_CLASS_DIFFERS:
		text_format(text, REASON_MAX,
			    "car %s: CLASS \"%.*s\" is not that of its other rows", car,
			    (int)quote.len, quote.at);
		break;
	case AK_FLAG_EARLY:
		text_format(text, REASON_MAX,
			    "car %s lap %u: the chequered flag before the finish", car,
			    it->a);
		break;
	case AK_MORE:
		text_format(text, REASON_MAX,
			    "%u more anomalies are not listed one by one", it->a);
		break;
	}
}

/* ---- order (2) -------------------------------------------------------------- */

static bool less(const struct ak_anomaly *a, const struct ak_anomaly *b)
{
	if (a->offset != b->offset)
		return a->offset < b->offset;
	return a->reason != b->reason ? a->reason < b->reason : a->column < b->column;
}

static void sift(struct ak_anomaly *heap, size_t at, size_t count)
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
		sift(all, i, count);
	for (size_t last = count; last-- > 1;) {
		struct ak_anomaly it = all[0];
		all[0] = all[last];
		all[last] = it;
		sift(all, 0, last);
	}
}

/* ---- events ----------------------------------------------------------------- */

static void write_one(struct ak *ak, const struct ak_anomaly *anomaly, uint32_t line)
{
	char text[REASON_MAX];
	duration_us elapsed = anomaly->elapsed < 0 ? 0 : anomaly->elapsed;
	struct event *event = event_add(ak->out, EVENT_ANOMALY, ak->start_at + elapsed);
	event->source = ak->setup->source;
	event->sequence = ak->sequence++;
	event->record = anomaly->offset;
	event->number = line;
	event->field = (uint8_t)kinds[anomaly->reason];
	if (anomaly->car != UINT16_MAX)
		event_set_id(event, ID_NUMBER, slice_of(ak->cars[anomaly->car].id));
	describe(ak, anomaly, text);
	event_set_text(ak->out, event, slice_of(text));
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
		write_one(ak, anomaly, line);
	}
	if (more != 0) {
		struct ak_anomaly rest = {.elapsed = -1, .car = UINT16_MAX};
		rest.reason = AK_MORE;
		rest.offset = (uint32_t)ak->file.len;
		rest.a = more < UINT32_MAX ? (uint32_t)more : UINT32_MAX;
		write_one(ak, &rest, 0);
	}
	ak->info->anomalies = ak->anomaly_total < UINT32_MAX
				      ? (uint32_t)ak->anomaly_total
				      : UINT32_MAX;
}
