/*
 * multiloop_words.c -- messages, new leaders, statistics
 *
 *  (1) A message is emitted once, however often it is repeated; a changed or withdrawn message
 *      is a new one. Its instant is its own if that is possible, otherwise that of receipt.
 *  (2) Statistics are emitted at the finish only: before that the race has better ones.
 *  (3) A lead change is emitted once, by its index.
 */
#include "multiloop.h"

#include <string.h>

static void ml_say(const struct ml *ml, instant_us at, const char *text)
{
	ml_session(&ml->in);
	decoding_message(&ml->in.d, at, slice_of(text));
}

/* (1) True for the first time. */
static bool ml_is_new(struct ml_state *st, struct slice words)
{
	uint32_t sum = (uint32_t)hash_bytes(words.at, words.len, st->board.run) | 1;
	for (unsigned i = 0; i < ML_WORDS_MAX; i++)
		if (st->words[i] == sum)
			return false;
	st->words[st->word_next++ % ML_WORDS_MAX] = sum;
	return true;
}

/* $A: message number, action (A, M, D), priority, seconds since 1970, text */
void ml_announcement(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct slice action = ml_field(ml, 5), priority = ml_field(ml, 6);
	struct slice words = ml_field(ml, 8), all;
	instant_us at = decoding_now(&ml->in.d);
	uint64_t number, seconds;
	char text[512];
	if (!ml_number(ml, 4, "the message's number", &number) ||
	    !ml_number(ml, 7, "the time", &seconds))
		return;
	all = wire_ml_span(&ml->fields, 4, 8);
	if (words.len == 0 || !ml_is_new(st, all))
		return;
	instant_us own = ml_utc(ml, seconds & UINT32_MAX);
	if (st->board.beats && own > at - US_DAY && own < at + US_MIN)
		at = own;
	text_format(text, sizeof(text), "%s%s%.*s",
		    action.len == 1 && action.at[0] == 'D' ? "withdrawn: " : "",
		    priority.len == 1 && priority.at[0] == 'U' ? "urgent: " : "",
		    (int)(words.len < 400 ? words.len : 400), words.at);
	ml_say(ml, at, text);
}

/* $F: flag, laps, green time, green laps, yellow time, yellow laps, red time, yellows,
 * leader, lead changes, miles an hour */
void ml_statistics(struct ml *ml)
{
	static const unsigned numbers[] = {5, 6, 7, 8, 9, 10, 11, 13};
	struct ml_state *st = ml->state;
	struct slice speed = ml_field(ml, 14), leader = ml_field(ml, 12), all;
	uint64_t n[ARRAY_LEN(numbers)];
	int64_t mph;
	char text[256];
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (!ml_number(ml, numbers[i], "a statistic", &n[i]))
			return;
	if (speed.len > 0 && !parse_decimal(speed, 3, &mph)) {
		decoding_anomaly(&ml->in.d, ANOMALY_FIELD,
				 "$F: a speed that cannot be read");
		return;
	}
	all = wire_ml_span(&ml->fields, 4, 14);
	uint32_t sum = ml_sum(all);
	if (ml_flag(ml_field(ml, 4)) != FLAG_FINISH || sum == st->statistics)
		return;
	st->statistics = sum;
	text_format(
		text, sizeof(text),
		"statistics: %u laps, %u of them green, %u yellow in %u periods; %u "
		"lead changes, leader %.*s, %.*s mph",
		(unsigned)n[0], (unsigned)n[2], (unsigned)n[4], (unsigned)n[6],
		(unsigned)n[7], (int)(leader.len < 12 ? leader.len : 12), leader.at,
		(int)(speed.len < 12 ? speed.len : 12), speed.at);
	ml_say(ml, decoding_now(&ml->in.d), text);
}

/* $N: number, id, lap, elapsed, index of the lead change */
void ml_new_leader(struct ml *ml)
{
	struct ml_state *st = ml->state;
	uint64_t lap, change;
	duration_us elapsed;
	char text[64];
	if (!ml_number(ml, 6, "the lap", &lap) ||
	    !ml_time(ml, 7, "the elapsed time", &elapsed) ||
	    !ml_number(ml, 8, "the lead change", &change) || change > UINT32_MAX - 1)
		return;
	if (ml->type == 'R' || change + 1 == st->lead_change)
		return; /* (3) */
	struct ml_car *car = ml_car(ml, 4);
	if (!car)
		return;
	st->lead_change = (uint32_t)change + 1;
	ml_enter(ml, car);
	text_format(text, sizeof(text), "car %s leads on lap %u (lead change %u)",
		    car->number, (unsigned)lap, (unsigned)change);
	struct event *event =
		board_car_event(&ml->in, EVENT_MESSAGE,
				st->board.start_known ? st->board.start + elapsed
						      : decoding_now(&ml->in.d),
				&car->b);
	event_set_text(ml->in.d.out, event, slice_of(text));
}

/* $V: major, minor, text. Additions of later versions are read in all versions. */
void ml_version(struct ml *ml)
{
	struct ml_state *st = ml->state;
	struct slice name = ml_field(ml, 6);
	uint64_t major, minor;
	char text[128];
	if (!ml_number(ml, 4, "the version", &major) ||
	    !ml_number(ml, 5, "the version", &minor))
		return;
	if (st->version == (uint32_t)(major << 8 | minor) + 1)
		return;
	st->version = (uint32_t)(major << 8 | minor) + 1;
	text_format(text, sizeof(text), "%.*s, version %u.%u",
		    (int)(name.len < 64 ? name.len : 64), name.at, (unsigned)major,
		    (unsigned)minor);
	ml_say(ml, decoding_now(&ml->in.d), text);
}
