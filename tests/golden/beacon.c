/*
 * beacon.c -- every line of the open beacon protocol, and a small race of the simulator,
 * as events, against the file beside this one (UPDATE=1 rewrites it)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "kept.h"
#include "pitwall/encode.h"
#include "pitwall/feed.h"
#include "sim.h"
#include "../pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 4 * 1024 * 1024, EVENTS_MAX = 16 * 1024, PASSINGS_MAX = 8 * 1024 };

#define NOON ((instant_us)1764000000 * US_S)
#define ID "\"id\":\"sf-1\",\"boot\":\"6f1c\","

/* Every type, every name of an event, what is not known, what is damaged. */
static const char lines[] =
	"{\"t\":\"hello\",\"v\":1," ID "\"loop\":\"SF\",\"seq\":0,\"from\":1}\n"
	"{\"t\":\"tick\"," ID
	"\"us\":1000000,\"seq\":0,\"utc\":1764000001000000,\"src\":\"gps\"}\n"
	"{\"t\":\"time\"," ID "\"n\":1,\"us\":1500000}\n"
	"{\"t\":\"event\"," ID "\"seq\":1,\"us\":2000000,\"name\":\"gun\"}\n"
	"{\"t\":\"event\"," ID "\"seq\":2,\"us\":2000001,\"name\":\"flag\",\"value\":"
	"\"SC\",\"text\":\"oil\"}\n"
	"{\"t\":\"event\"," ID "\"seq\":3,\"us\":2000002,\"name\":\"driver\",\"tx\":"
	"\"2906141\",\"value\":\"A. "
	"B\\u00e9\",\"num\":2}\n"
	"{\"t\":\"event\"," ID "\"seq\":4,\"us\":2000003,\"name\":\"weather\","
	"\"value\":\"air\",\"num\":18200}\n"
	"{\"t\":\"event\"," ID
	"\"seq\":5,\"us\":2000004,\"name\":\"status\",\"tx\":\"2906141\",\"value\":"
	"\"RETIRED\"}\n"
	"{\"t\":\"event\"," ID
	"\"seq\":6,\"us\":2000005,\"name\":\"message\",\"value\":\"pit lane open\"}\n"
	"{\"t\":\"event\"," ID "\"seq\":7,\"us\":2000006,\"name\":\"button\"}\n"
	"{\"t\":\"pass\"," ID "\"seq\":8,\"tx\":\"2906141\",\"us\":3000000,\"hits\":50,"
	"\"rssi\":-41.5,\"f\":0}\n"
	"{\"t\":\"pass\"," ID
	"\"seq\":9,\"tx\":\"2906142\",\"us\":3000001,\"loop\":\"PIN\"}\n"
	"{\"t\":\"pass\"," ID
	"\"seq\":10,\"tx\":\"2906142\",\"us\":3000002,\"loop\":\"POUT\"}\n"
	"{\"t\":\"pass\"," ID
	"\"seq\":11,\"tx\":\"2906142\",\"us\":3000003,\"loop\":\"SFP\"}\n"
	"{\"t\":\"pass\"," ID
	"\"seq\":12,\"tx\":\"2906142\",\"age_us\":2000,\"loop\":\"I1\"}\n"
	"{\"t\":\"pass\"," ID "\"seq\":12,\"tx\":\"2906142\",\"us\":3000004}\n"
	"{\"t\":\"pass\"," ID "\"seq\":15,\"tx\":\"2906143\",\"us\":3000005}\n"
	"{\"t\":\"pass\"," ID "\"seq\":13,\"tx\":\"2906144\",\"us\":3000006}\n"
	"{\"t\":\"pass\"," ID
	"\"seq\":16,\"tx\":\"2906144\",\"us\":3000007,\"loop\":\"nowhere\"}\n"
	"{\"t\":\"pass\"," ID "\"seq\":17,\"us\":3000008}\n"
	"{\"t\":\"pass\"," ID "\"seq\":18,\"tx\":\"1\"}\n"
	"{\"t\":\"event\"," ID
	"\"seq\":19,\"us\":3000009,\"name\":\"flag\",\"value\":\"plaid\"}\n"
	"{\"t\":\"tick\"," ID
	"\"us\":9000000,\"seq\":19,\"utc\":1764000099000000,\"src\":\"gps\"}\n"
	"{\"t\":\"lap\"," ID "\"seq\":20}\n"
	"{\"t\":\"pass\"\n"
	"what is this\n"
	"P 1842 2906141 52083691 50 -41*69\n"
	"P 1843 2906141 52083700 50 -41*00\n"
	"S 52084000 1844*51\n"
	"{\"t\":\"event\"," ID "\"seq\":20,\"us\":9000001,\"name\":\"end\"}\n";

static int append(void *context, const char *bytes, size_t len)
{
	struct slice *to = context;
	char *at = (char *)(uintptr_t)to->at;
	assert_true(to->len + len <= BYTES_MAX);
	memcpy(at + to->len, bytes, len);
	to->len += len;
	return 0;
}

static struct out out_into(struct slice *bytes, char buf[4096])
{
	*bytes = (struct slice){calloc(1, BYTES_MAX), 0};
	assert_non_null(bytes->at);
	return (struct out){.write = append, .context = bytes, .buf = buf, .max = 4096};
}

static void small_race(struct out *out)
{
	static struct sim_race sim;
	struct err err = {""};
	sim.passings = calloc(PASSINGS_MAX, sizeof(*sim.passings));
	sim.passings_max = PASSINGS_MAX;
	assert_non_null(sim.passings);
	if (sim_plausible(&sim, 2003, 4, 2, 12 * US_MIN, &err) != 0)
		fail_msg("%s", err.text);
	sim_write_beacon(out, &sim, LINE_NONE);
	free(sim.passings);
}

static void write_events(struct slice bytes, struct out *out)
{
	const struct feed_driver *driver = feed_by_name(SLICE("beacon"));
	const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 3};
	struct event_list list = {
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = calloc(1, BYTES_MAX),
		.text_max = BYTES_MAX,
	};
	void *state = calloc(1, driver->state_size);

	assert_true(list.at && list.text && state);
	driver->init(state, &setup);
	driver->on_connect(state, NOON, &list);
	assert_int_equal(feed_pump(driver, state, bytes, NOON + 4 * US_S, 0, &list),
			 bytes.len);
	driver->flush(state, NOON + 4 * US_S, &list);
	for (uint32_t i = 0; i < list.count; i++)
		encode_event_json(out, &list, &list.at[i]);
	assert_int_equal(list.dropped, 0);
	free(list.at);
	free(list.text);
	free(state);
}

static void every_line_and_a_small_race_are_as_kept(void **state)
{
	char buf[2][4096];
	struct slice said, events;
	struct out to = out_into(&said, buf[0]), out = out_into(&events, buf[1]);
	(void)state;
	out_text(&to, lines);
	small_race(&to);
	assert_int_equal(out_flush(&to), 0);
	write_events(said, &out);
	assert_int_equal(out_flush(&out), 0);
	kept_same("beacon.jsonl", events);
	free((char *)(uintptr_t)said.at);
	free((char *)(uintptr_t)events.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_and_a_small_race_are_as_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
