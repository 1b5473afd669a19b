/*
 * fuzz_snapshot.c -- any sequence of standings: what is inferred is marked as such, and lies where
 * it can
 *
 * Eight bytes a standing: what is said, the time since the one before, the laps, the lap time, where
 * the crossing is stated.
 */
#include "web/snapshot.h"
#include "fuzz_laps.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CARS = 2, STEP = 8, LATE_S = 5 };
enum said {
	SAID_CAR = 1,
	SAID_PIT = 2,
	SAID_IN = 4,
	SAID_LAP = 8,
	SAID_CROSSED = 16,
	SAID_FINISH = 32,
	SAID_SAME = 64,
	SAID_FAR = 128
};

static void expect(bool holds)
{
	if (!holds)
		abort();
}

static struct snapshot standing(const uint8_t *p, instant_us at)
{
	struct snapshot now = {.at = at,
			       .crossed = INSTANT_NONE,
			       .lap = DURATION_NONE,
			       .laps = p[3],
			       .pit_known = (p[0] & SAID_PIT) != 0,
			       .in_pit = (p[0] & SAID_IN) != 0,
			       .finished = (p[0] & SAID_FINISH) != 0};
	if (p[0] & SAID_LAP)
		now.lap = (1 + 256 * p[4] + p[5]) * 10 * US_MS;
	if (p[0] & SAID_CROSSED)
		now.crossed = at - (256 * p[6] + p[7]) * 10 * US_MS;
	return now;
}

/* An instant that no service stated is one between the two standings. */
static void check_crossing(const struct event *e, const struct snapshot_car *before,
			   const struct snapshot *now)
{
	bool stated = now->crossed != INSTANT_NONE;
	expect(e->line == LINE_SF && e->number == now->laps &&
	       now->laps > before->laps);
	expect(stated == !(e->bits & EVENT_ESTIMATED));
	expect(e->value == DURATION_NONE || e->value == now->lap);
	if (stated) {
		expect(e->at == now->crossed);
		return;
	}
	expect(e->field > 0 && before->known);
	expect(e->at <= now->at + LATE_S * US_S);
	expect(e->at == now->at || e->at >= before->seen - LATE_S * US_S);
}

static void check_one(const struct event *e, const struct snapshot_car *before,
		      const struct snapshot *now)
{
	expect(e->at != INSTANT_NONE && e->id[0] != '\0');
	if (e->kind == EVENT_PASSING) {
		check_crossing(e, before, now);
	} else if (e->kind == EVENT_PIT_IN || e->kind == EVENT_PIT_OUT) {
		expect(before->known && now->pit_known &&
		       now->in_pit != before->in_pit && e->at == now->at);
		expect(now->in_pit == (e->kind == EVENT_PIT_IN));
		expect(e->field > 0 && (e->bits & EVENT_ESTIMATED));
		expect(e->kind == EVENT_PIT_IN || e->value == DURATION_NONE ||
		       e->value >= 0);
	} else {
		expect(e->kind == EVENT_CLAIM && e->field == CLAIM_LAPS &&
		       !before->known && e->value == (int64_t)now->laps);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct decoding_state state;
	static struct event events[FUZZ_EVENTS_MAX];
	static const char ids[CARS][EVENT_ID_MAX + 1] = {"7", "8"};
	const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 1};
	struct snapshot_car cars[CARS] = {{0}};
	char text[16];
	struct event_list list = {.at = events,
				  .max = FUZZ_EVENTS_MAX,
				  .text = text,
				  .text_max = sizeof(text)};
	instant_us at = (instant_us)1764000000 * US_S;
	decoding_init(&state, &setup);
	for (; size >= STEP && list.count + 2 < list.max; data += STEP, size -= STEP) {
		struct snapshot_car *car = &cars[data[0] & SAID_CAR];
		const struct snapshot_car before = *car;
		at += (data[0] & SAID_FAR ? 256 * data[1] + data[2] : data[2]) * 100 *
		      US_MS;
		if (data[0] & SAID_SAME) {
			snapshot_unchanged(car, at);
			expect(car->seen >= before.seen && car->laps == before.laps);
			continue;
		}
		const struct snapshot now = standing(data, at);
		const struct decoding d = decoding_begin(&state, at, 0, &list);
		uint32_t from = list.count;
		snapshot_take(&d, ids[data[0] & SAID_CAR], car, &now);
		expect(car->known && car->seen == at && car->laps >= before.laps &&
		       car->laps >= now.laps);
		for (uint32_t i = from; i < list.count; i++)
			check_one(&list.at[i], &before, &now);
	}
	expect(list.dropped == 0);
	fuzz_fold(&list);
	return 0;
}
