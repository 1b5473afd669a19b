/*
 * test_limits.c -- limits are reported before anything is lost, with the true count
 */
#include "fixture.h"

#include <stdlib.h>

#include "pitwall/record.h"
#include "../../../src/session/session_parts.h"

static const struct options small = {.memory = "16M"};

struct flood {
	struct session *session;
	uint64_t sequence;
	instant_us at;
	char text[256 * 1024];
	size_t len;
};

static instant_us noon(void)
{
	return civil_to_instant(2026, 11, 22) + 12 * US_HOUR;
}

static struct flood *flood_open(const struct options *options)
{
	static struct flood flood;
	const struct session_source live = {
		.shown = "race.pitwall", .named = "", .wanted = "", .live = true};
	const struct record_source source = {
		.id = 1, .url = "beacon+udp://*:7575", .driver = "beacon"};
	struct err err;
	flood = (struct flood){.at = noon()};
	assert_int_equal(session_open(options, &live, &flood.session, &err), 0);
	assert_int_equal(session_source_add(flood.session, &source), 0);
	return &flood;
}

static void flood_flush(struct flood *flood)
{
	const struct record_row row = {
		.type = RECORD_RAW,
		.source = 1,
		.received_at = flood->at,
		.bytes = {flood->text, flood->len},
	};
	struct err err;
	if (session_feed(flood->session, &row, &err) != 0 ||
	    session_settle(flood->session, &err) != 0)
		fail_msg("%s", err.text);
	flood->len = 0;
}

static void flood_line(struct flood *flood, const char *line)
{
	flood->len += text_format(flood->text + flood->len,
				  sizeof(flood->text) - flood->len, "%s\n", line);
	if (flood->len > sizeof(flood->text) - 512)
		flood_flush(flood);
}

static void flood_hello(struct flood *flood)
{
	char line[256];
	text_format(
		line, sizeof(line),
		"{\"t\":\"hello\",\"v\":1,\"id\":\"b\",\"loop\":\"SF\",\"boot\":\"a\","
		"\"seq\":0,\"us\":0,\"utc\":%lld}",
		(long long)noon());
	flood_line(flood, line);
}

/** A passing of @transponder, @us after noon. */
static void flood_pass(struct flood *flood, unsigned transponder, int64_t us)
{
	char line[256];
	flood->at = noon() + us;
	text_format(line, sizeof(line),
		    "{\"t\":\"pass\",\"id\":\"b\",\"boot\":\"a\",\"seq\":%llu,"
		    "\"tx\":\"%u\",\"us\":%lld}",
		    (unsigned long long)++flood->sequence, transponder, (long long)us);
	flood_line(flood, line);
}

/** The last row of the log that begins with @words; NULL. */
static const char *logged(struct session *session, const char *words)
{
	struct view view = {0};
	const char *found = NULL;
	session_log_view(session, &view);
	for (uint32_t i = 0; i < view.anomaly_log_count; i++)
		if (slice_starts(slice_of(view.anomaly_log[i].words), slice_of(words)))
			found = view.anomaly_log[i].words;
	return found;
}

static void cars_are_reported_at_90_percent_at_256_and_beyond(void **state)
{
	struct flood *flood = flood_open(&small);
	struct session *session = flood->session;
	(void)state;
	flood_hello(flood);
	for (unsigned i = 0; i < 230; i++)
		flood_pass(flood, 1000 + i, (1 + i) * US_S);
	assert_null(logged(session, "cars"));
	flood_pass(flood, 1230, 231 * US_S);
	flood_flush(flood);
	assert_string_equal(logged(session, "cars"),
			    "cars: 231 of 256; beyond that, records of further cars "
			    "are not used");
	assert_string_equal(session->news, logged(session, "cars"));
	assert_string_equal(session->limit, session->news);
	assert_false(session->limit_harms);
	for (unsigned i = 231; i < 256; i++)
		flood_pass(flood, 1000 + i, (1 + i) * US_S);
	flood_flush(flood);
	assert_string_equal(logged(session, "cars"),
			    "cars: all 256 are used; records of further cars are not "
			    "used");
	for (unsigned i = 256; i < 256 + 123; i++)
		flood_pass(flood, 1000 + i, (1 + i) * US_S);
	flood_flush(flood);
	assert_string_equal(session->limit,
			    "cars: 256 at most; records of further cars are not used: "
			    "123");
	assert_true(session->limit_harms);
	assert_int_equal(timeline_head(&session->timeline)->car_count, 256);
	session_free(session);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cars_are_reported_at_90_percent_at_256_and_beyond),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
