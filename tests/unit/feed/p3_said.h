/*
 * p3_said.h -- what a P3 decoder says, for tests
 */
#ifndef PITWALL_TEST_FEED_P3_SAID_H
#define PITWALL_TEST_FEED_P3_SAID_H

#include "received.h"
#include "pitwall/wire.h"

#define NOON ((instant_us)1764000000 * US_S)
#define ID 0x00020f93u

static inline struct wire_p3_passing passing_of(uint32_t number, instant_us rtc)
{
	return (struct wire_p3_passing){
		.rtc = rtc,
		.utc = INSTANT_NONE,
		.decoder = ID,
		.number = number,
		.transponder = 2906141,
		.strength = 106,
		.hits = 50,
	};
}

static inline void pass(struct received *h, uint32_t number, instant_us rtc,
			instant_us at)
{
	struct wire_p3_passing passing = passing_of(number, rtc);
	struct out out = received_out(h);
	wire_p3_passing(&out, &passing);
	received_at(h, &out, at);
}

#endif
