/*
 * beacon_sequence.c -- the facts of a boot: each number is used once, and for one content
 *
 *  (1) `used` has a hash of the content of each of the last USED_MAX numbers, 0 for a number
 *      that was not used. Older numbers that were not used are in `holes`.
 *  (2) A number that comes again with the same content is the same fact. With other content
 *      it is refused, from any sender: a beacon that restarts must begin a new boot.
 *  (3) The content of older numbers is in the recording only. Such a number is a repetition
 *      if its sender knows the newest numbers of the boot too; otherwise it is refused.
 *  (4) Numbers are reported as missing once, when a higher number is known.
 */
#include "beacon.h"

#include <string.h>

/* ---- what was used ------------------------------------------------------------------ */

static uint32_t *used_slot(struct beacon *b, int64_t seq)
{
	return &b->used[(uint64_t)seq % USED_MAX];
}

/* (1) If there are too many holes, it is not known any more what the oldest holds. */
static void add_hole(struct beacon *b, int64_t from, int64_t to)
{
	if (b->hole_count > 0 && b->holes[b->hole_count - 1].to == from - 1) {
		b->holes[b->hole_count - 1].to = to;
		return;
	}
	if (b->hole_count == HOLES_MAX) {
		b->doubt = b->holes[0].to;
		memmove(&b->holes[0], &b->holes[1],
			(HOLES_MAX - 1) * sizeof(b->holes[0]));
		b->hole_count--;
	}
	b->holes[b->hole_count++] = (struct number_run){from, to};
}

/* Move the window up to @to. */
static void used_advance(struct beacon *b, int64_t to)
{
	int64_t left = to - USED_MAX; /* numbers up to here leave the window */
	int64_t seq = b->high - USED_MAX + 1;
	for (seq = seq > b->low ? seq : b->low; seq <= left && seq <= b->high; seq++)
		if (*used_slot(b, seq) == 0)
			add_hole(b, seq, seq);
	if (left > b->high)
		add_hole(b, b->high + 1, left);
	if (to - b->high >= USED_MAX)
		memset(b->used, 0, sizeof(b->used));
	else
		for (seq = b->high + 1; seq <= to; seq++)
			*used_slot(b, seq) = 0;
	b->high = to;
}

static struct number_run *hole_of(struct beacon *b, int64_t seq)
{
	for (unsigned i = 0; i < b->hole_count; i++)
		if (seq >= b->holes[i].from && seq <= b->holes[i].to)
			return &b->holes[i];
	return NULL;
}

/* @seq of @hole was used. False: there is no room to note it. */
static bool split_hole(struct beacon *b, struct number_run *hole, int64_t seq)
{
	size_t behind = (size_t)(b->holes + b->hole_count - hole);
	if (hole->from == hole->to) {
		memmove(hole, hole + 1, (behind - 1) * sizeof(*hole));
		b->hole_count--;
	} else if (seq == hole->from) {
		hole->from++;
	} else if (seq == hole->to) {
		hole->to--;
	} else {
		if (b->hole_count == HOLES_MAX)
			return false;
		memmove(hole + 1, hole, behind * sizeof(*hole));
		b->hole_count++;
		hole[0].to = seq - 1;
		hole[1].from = seq + 1;
	}
	return true;
}

/* A number below all others, older than the window. */
static bool used_below(struct beacon *b, int64_t seq)
{
	if (b->hole_count == HOLES_MAX && seq < b->low - 1)
		return false;
	if (seq < b->low - 1) {
		memmove(&b->holes[1], &b->holes[0],
			b->hole_count * sizeof(b->holes[0]));
		b->holes[0] = (struct number_run){seq + 1, b->low - 1};
		b->hole_count++;
	}
	b->low = seq;
	return true;
}

int64_t beacon_unused_count(struct beacon *b, int64_t from, int64_t to)
{
	int64_t n = 0, seq = b->high - USED_MAX + 1;
	if (!b->counted || to < b->low)
		return 0;
	from = from > b->low ? from : b->low;
	for (unsigned i = 0; i < b->hole_count; i++) {
		int64_t first = b->holes[i].from > from ? b->holes[i].from : from;
		int64_t last = b->holes[i].to < to ? b->holes[i].to : to;
		n += last >= first ? last - first + 1 : 0;
	}
	for (seq = seq > from ? seq : from; seq <= b->high && seq <= to; seq++)
		n += *used_slot(b, seq) == 0;
	from = from > b->high ? from : b->high + 1;
	return n + (to >= from ? to - from + 1 : 0);
}

/* ---- using a number ------------------------------------------------------------------- */

static uint64_t mix_word(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15;
	return hash ^ hash >> 29;
}

static uint64_t mix_text(uint64_t hash, struct slice text)
{
	uint64_t word;
	for (; text.len >= sizeof(word); text.len -= sizeof(word)) {
		memcpy(&word, text.at, sizeof(word));
		hash = mix_word(hash, word);
		text.at += sizeof(word);
	}
	word = text.len;
	for (size_t i = 0; i < text.len; i++)
		word = word << 8 | (unsigned char)text.at[i];
	return mix_word(hash, word);
}

#define MEMBER(member_) ((uint32_t)1 << BEACON_MEMBER_##member_)

/* What a fact says, without what may change when it is sent again. Members that a line
 * lacks are 0. */
static uint32_t content_of(const struct beacon_message *m)
{
	const uint32_t rare = MEMBER(loop) | MEMBER(name) | MEMBER(value) |
			      MEMBER(text) | MEMBER(num) | MEMBER(clock);
	uint32_t has = m->has & (rare | MEMBER(tx) | MEMBER(us));
	uint64_t hash = mix_word((uint64_t)m->type, has);
	hash = mix_text(mix_word(hash, (uint64_t)m->us), m->tx);
	if ((has & rare) != 0) {
		hash = mix_text(mix_text(hash, m->loop), m->name);
		hash = mix_text(mix_text(hash, m->value), m->text);
		hash = mix_word(mix_word(hash, (uint64_t)m->num), (uint64_t)m->clock);
	}
	uint32_t content = (uint32_t)(hash ^ hash >> 32);
	return content != 0 ? content : 1;
}

/* The number of the current fact is known to exist. */
static void count_from(struct beacon *b, int64_t seq)
{
	if (b->counted)
		return;
	b->counted = true;
	b->low = seq;
	b->high = b->top = seq - 1;
}

enum use { USE_NEW, USE_AGAIN, USE_OTHER_CONTENT, USE_WENT_BACK, USE_TOO_OLD };

static enum use use_old(const struct beacon_context *c, int64_t seq)
{
	struct beacon *b = c->beacon;
	struct number_run *hole = hole_of(b, seq);
	if (hole)
		return split_hole(b, hole, seq) ? USE_NEW : USE_TOO_OLD;
	if (b->doubt != 0 && seq <= b->doubt)
		return USE_TOO_OLD;
	if (seq < b->low)
		return used_below(b, seq) ? USE_NEW : USE_TOO_OLD;
	/* (3) */
	return beacon_link_top(c->link) >= b->high ? USE_AGAIN : USE_WENT_BACK;
}

static enum use use_number(const struct beacon_context *c, int64_t seq)
{
	struct beacon *b = c->beacon;
	uint32_t content = content_of(c->message);
	if (seq > b->high)
		used_advance(b, seq);
	else if (seq <= b->high - USED_MAX)
		return use_old(c, seq);
	uint32_t *slot = used_slot(b, seq);
	if (*slot != 0)
		return *slot == content ? USE_AGAIN : USE_OTHER_CONTENT;
	*slot = content;
	b->low = seq < b->low ? seq : b->low;
	return USE_NEW;
}

/* Each of the first ones, then ever more rarely: they come again and again. */
static void tell_refused(const struct beacon_context *c, enum use use)
{
	static const char *const reasons[] = {
		[USE_OTHER_CONTENT] = "was used with other content",
		[USE_WENT_BACK] = "is lower than its newest numbers",
		[USE_TOO_OLD] = "is too old to say whether it was used",
	};
	struct beacon *b = c->beacon;
	char total[48] = "";
	uint32_t n = ++b->refused;
	if (n > REFUSED_EACH && (n & (n - 1)) != 0)
		return;
	if (n > REFUSED_EACH)
		text_format(total, sizeof(total), " (%u refused so far)", (unsigned)n);
	decoding_anomaly(&c->d, ANOMALY_CONTRADICTION,
			 "%s: number %lld of boot \"%s\" %s: refused%s", b->id,
			 (long long)c->message->seq, b->boot, reasons[use], total);
}

/* ---- what is missing ------------------------------------------------------------------ */

static void tell_missing(const struct beacon_context *c, int64_t from, int64_t to)
{
	const char *id = c->beacon->id;
	if (from == to)
		decoding_anomaly(&c->d, ANOMALY_MISSING, "%s: record %lld is missing",
				 id, (long long)from);
	else
		decoding_anomaly(&c->d, ANOMALY_MISSING,
				 "%s: %lld records are missing, %lld to %lld", id,
				 (long long)to - from + 1, (long long)from,
				 (long long)to);
}

/* (4) */
void beacon_note_top(const struct beacon_context *c, int64_t seq, bool missing)
{
	struct beacon *b = c->beacon;
	int64_t last = missing ? seq : seq - 1;
	if (seq <= b->top)
		return;
	if (last > b->top)
		tell_missing(c, b->top + 1, last);
	b->top = seq;
}

void beacon_count(const struct beacon_context *c, int64_t seq)
{
	count_from(c->beacon, seq);
}

void beacon_tell_lost(const struct beacon_context *c, int64_t from, int64_t to)
{
	struct beacon *b = c->beacon;
	from = from > b->lost_to ? from : b->lost_to + 1;
	int64_t n = beacon_unused_count(b, from, to);
	if (n > 0)
		decoding_anomaly(&c->d, ANOMALY_MISSING,
				 "%s: %lld %s of boot \"%s\" up to %lld %s lost: the "
				 "beacon keeps them no longer",
				 b->id, (long long)n, n == 1 ? "record" : "records",
				 b->boot, (long long)to, n == 1 ? "is" : "are");
	b->lost_to = to > b->lost_to ? to : b->lost_to;
	b->top = to > b->top ? to : b->top;
}

bool beacon_note_record(const struct beacon_context *c)
{
	struct beacon *b = c->beacon;
	int64_t seq = c->message->seq;
	count_from(b, seq);
	beacon_link_gap(c);
	enum use use = use_number(c, seq);
	if (use > USE_AGAIN) {
		tell_refused(c, use);
		beacon_link_refuse(c);
		return false;
	}
	c->state->to_acknowledge |= (uint32_t)1 << (b - c->state->beacons);
	beacon_link_got(c);
	return use == USE_NEW;
}
