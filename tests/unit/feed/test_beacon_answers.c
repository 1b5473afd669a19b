/*
 * test_beacon_answers.c -- what the console says to beacons, and what it learns from
 * the answers
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../src/feed/drivers.h"
#include "pitwall/sha256.h"

#include <stdlib.h>
#include <string.h>

#define ID "\"id\":\"sf-1\",\"boot\":\"6f1c\","
#define HELLO "{\"t\":\"hello\"," ID "\"v\":1,\"loop\":\"SF\","
#define PASS "{\"t\":\"pass\"," ID "\"tx\":\"7\","
#define TICK "{\"t\":\"tick\"," ID
#define TIME "{\"t\":\"time\"," ID
#define RESEND "{\"t\":\"resend\"," ID
#define ACK(seq_) "{\"t\":\"ack\"," ID "\"seq\":" #seq_ "}\n"
#define ACK_SUMMED(seq_, crc_) \
	"{\"t\":\"ack\"," ID "\"seq\":" #seq_ ",\"crc\":\"" crc_ "\"}\n"

enum { EVENTS_MAX = 16 * 1024 };

static const instant_us day = 1764000000000000;

static struct event storage[EVENTS_MAX];
static char pool[64 * 1024];
static struct event_list list;
static uint32_t looked; /* events before were looked at */
static max_align_t state[FEED_STATE_MAX / sizeof(max_align_t)];

static void begin(void)
{
	static const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 3};
	list = (struct event_list){
		.at = storage,
		.max = EVENTS_MAX,
		.text = pool,
		.text_max = sizeof(pool),
	};
	looked = 0;
	feed_beacon.init(state, &setup);
}

/* Seconds after `day`, a line, and the end of what was read. */
static void hear_ms(int64_t ms, const char *line)
{
	feed_beacon.decode(state, slice_of(line), day + ms * 1000, 0, &list);
}

static void settle(void)
{
	feed_beacon.flush(state, day, &list);
}

/* All that was asked since it was last looked, in one text. */
static const char *asked(void)
{
	static char all[4096];
	size_t len = 0;
	all[0] = '\0';
	for (; looked < list.count; looked++) {
		struct slice text = event_text(&list, &list.at[looked]);
		if (list.at[looked].kind != EVENT_ASK)
			continue;
		/* What is asked of clocks is looked at where it is the matter. */
		if (slice_starts(text, SLICE("{\"t\":\"time?\"")) ||
		    slice_starts(text, SLICE("T ")))
			continue;
		assert_int_equal((list.at[looked].bits & EVENT_AFTER_COMMIT) != 0,
				 slice_starts(text, SLICE("{\"t\":\"ack\"")) ||
					 slice_starts(text, SLICE("A ")));
		memcpy(all + len, text.at, text.len);
		len += text.len;
		all[len] = '\0';
	}
	return all;
}

static unsigned count(enum event_kind kind)
{
	unsigned n = 0;
	for (uint32_t i = 0; i < list.count; i++)
		n += list.at[i].kind == kind;
	return n;
}

static const struct event *last(enum event_kind kind)
{
	for (uint32_t i = list.count; i > 0; i--)
		if (list.at[i - 1].kind == kind)
			return &list.at[i - 1];
	fail_msg("there is no %s", event_kind_name(kind));
	abort();
}

/* ---- acknowledgements ---------------------------------------------------------- */

static void one_answer_acknowledges_all_lines_of_a_read(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":0,\"from\":1}");
	settle();
	assert_string_equal(asked(), ACK(0));
	hear_ms(1, PASS "\"seq\":1,\"us\":1}");
	hear_ms(1, PASS "\"seq\":2,\"us\":2}");
	hear_ms(1, PASS "\"seq\":3,\"us\":3}");
	settle();
	assert_string_equal(asked(), ACK(3));
	/* Nothing new, nothing said. */
	hear_ms(2, TICK "\"us\":4,\"seq\":3}");
	settle();
	assert_string_equal(asked(), "");
}

static void what_comes_again_is_acknowledged_again(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":5,\"from\":5}");
	hear_ms(0, PASS "\"seq\":5,\"us\":1}");
	settle();
	assert_string_equal(asked(), ACK(5));
	hear_ms(1, PASS "\"seq\":5,\"us\":1}");
	settle();
	assert_string_equal(asked(), ACK(5));
	assert_int_equal(count(EVENT_PASSING), 1);
}

/* It kept thousands while nobody listened, and none of them was acknowledged before the
 * link was cut again. */
static void thousands_that_come_again_are_used_once(void **unused)
{
	enum { KEPT = 9000 };
	char line[160];

	(void)unused;
	begin();
	for (unsigned time = 0; time < 2; time++) {
		text_format(line, sizeof(line), HELLO "\"seq\":%d,\"from\":1}", KEPT);
		hear_ms(1000 * time, line);
		for (int seq = 1; seq <= KEPT; seq++) {
			text_format(line, sizeof(line), PASS "\"seq\":%d,\"us\":%d}",
				    seq, seq);
			hear_ms(1000 * time, line);
		}
		settle();
	}
	assert_int_equal(count(EVENT_PASSING), KEPT);
	assert_int_equal(count(EVENT_ANOMALY), 0);
	/* One that counts anew within a boot, on a connection of its own, is refused:
	 * nobody knows any more what its number was used for. */
	feed_beacon.on_connect(state, day + 2 * US_S, &list);
	(void)asked();
	hear_ms(3000, HELLO "\"seq\":1,\"from\":1}");
	hear_ms(3000, PASS "\"seq\":1,\"us\":7}");
	settle();
	assert_string_equal(asked(), ACK(0));
	assert_int_equal(count(EVENT_PASSING), KEPT);
	assert_int_equal(count(EVENT_ANOMALY), 1);
}

static void a_gap_holds_the_acknowledgement_until_it_is_filled(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":0,\"from\":1}");
	hear_ms(1, PASS "\"seq\":1,\"us\":1}");
	hear_ms(1, PASS "\"seq\":4,\"us\":4}");
	settle();
	assert_string_equal(asked(), RESEND "\"from\":2,\"to\":3}\n" ACK(1));
	hear_ms(2, PASS "\"seq\":3,\"us\":3}");
	settle();
	assert_string_equal(asked(), ACK(1));
	hear_ms(3, PASS "\"seq\":2,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(4));
	assert_int_equal(count(EVENT_PASSING), 4);
}

/* Its last number at hello is not one that was received. */
static void what_a_beacon_still_keeps_is_not_acknowledged(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":1841}");
	settle();
	assert_string_equal(asked(), "");
	/* Nor is what it may keep: it does not say what the oldest is. */
	hear_ms(1, PASS "\"seq\":1830,\"us\":1}");
	settle();
	assert_string_equal(asked(), "");
	hear_ms(2, TICK "\"us\":9,\"seq\":1841,\"from\":1830}");
	hear_ms(3, PASS "\"seq\":1831,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(1831));
	begin();
	hear_ms(0, HELLO "\"seq\":1841,\"from\":1840}");
	settle();
	assert_string_equal(asked(), ACK(1839));
}

/* ---- what is missing ------------------------------------------------------------ */

static void an_open_gap_is_asked_for_again_ever_more_rarely_and_for_ever(void **unused)
{
	unsigned asks = 0;
	int64_t before = 0, wait = 0;
	(void)unused;
	begin();
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(0, PASS "\"seq\":3,\"us\":3}");
	settle();
	assert_string_equal(asked(), RESEND "\"from\":2,\"to\":2}\n" ACK(1));
	for (int64_t ms = 1000; ms < 3600 * 1000; ms += 1000) {
		char line[128];
		const char *said;
		text_format(line, sizeof(line),
			    TICK "\"us\":%lld,\"seq\":3,\"from\":2}",
			    (long long)ms * 1000);
		hear_ms(ms, line);
		settle();
		said = asked();
		if (said[0] == '\0')
			continue;
		assert_string_equal(said, RESEND "\"from\":2,\"to\":2}\n");
		assert_true(ms - before > wait || ms - before == 64 * 1000);
		wait = ms - before;
		before = ms;
		asks++;
	}
	assert_in_range(asks, 55, 62);
	assert_int_equal(count(EVENT_ANOMALY), 1);
	hear_ms(3700 * 1000, PASS "\"seq\":2,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(3));
	assert_int_equal(count(EVENT_PASSING), 3);
}

static void a_new_connection_asks_for_what_was_missing(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(0, PASS "\"seq\":3,\"us\":3}");
	hear_ms(0, PASS "\"seq\":6,\"us\":6}");
	(void)asked();
	feed_beacon.on_connect(state, day + US_S, &list);
	assert_string_equal(asked(), RESEND "\"from\":2,\"to\":2}\n" RESEND
					    "\"from\":4,\"to\":5}\n");
	/* Not of those that spoke to another. */
	feed_beacon.peer(state, 1);
	feed_beacon.on_connect(state, day + US_S, &list);
	assert_string_equal(asked(), "");
}

static void what_a_beacon_does_not_keep_is_lost_with_its_count(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(0, PASS "\"seq\":400,\"us\":3}");
	settle();
	assert_string_equal(asked(), RESEND "\"from\":2,\"to\":399}\n" ACK(1));
	/* One line without a checksum is not enough to give up facts. */
	hear_ms(1, TICK "\"us\":4,\"seq\":400,\"from\":399}");
	hear_ms(1, PASS "\"seq\":399,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(1));
	hear_ms(2, TICK "\"us\":5,\"seq\":400,\"from\":399}");
	hear_ms(2, PASS "\"seq\":400,\"us\":3}");
	settle();
	assert_string_equal(asked(), ACK(400));
	assert_int_equal(count(EVENT_ANOMALY), 2);
	assert_string_equal(
		event_text(&list, last(EVENT_ANOMALY)).at,
		"sf-1: 397 records of boot \"6f1c\" up to 398 are lost: the "
		"beacon keeps them no longer");
	/* Lost while it was away, as it says itself. */
	hear_ms(3, HELLO "\"seq\":800,\"from\":700}");
	hear_ms(4, TICK "\"us\":9,\"seq\":800,\"from\":700}");
	assert_int_equal(count(EVENT_ANOMALY), 4);
	assert_string_equal(event_text(&list, last(EVENT_ANOMALY)).at,
			    "sf-1: 101 records are missing, 700 to 800");
	settle();
	assert_string_equal(asked(), RESEND "\"from\":700,\"to\":800}\n" ACK(699));
	hear_ms(5, PASS "\"seq\":700,\"us\":6}");
	settle();
	assert_string_equal(asked(), ACK(700));
}

/* The finding: what it still keeps, in a gap of four minutes. */
static void what_a_beacon_says_it_keeps_is_never_acknowledged_unreceived(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":0,\"from\":1}");
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	for (int seq = 4; seq < 5000; seq++) {
		char line[128];
		text_format(line, sizeof(line), PASS "\"seq\":%d,\"us\":%d}", seq, seq);
		hear_ms(seq * 1000, line);
		text_format(line, sizeof(line),
			    TICK "\"us\":%d000,\"seq\":%d,\"from\":2}", seq, seq);
		hear_ms(seq * 1000, line);
		settle();
		if (strstr(asked(), "\"ack\"") != NULL && seq > 4)
			assert_int_equal(strncmp(event_text(&list, last(EVENT_ASK)).at,
						 ACK(1), strlen(ACK(1))),
					 0);
		if (list.count > EVENTS_MAX / 2)
			list.count = list.text_len = looked = 0;
	}
	hear_ms(5000 * 1000, PASS "\"seq\":2,\"us\":2}");
	(void)asked();
	settle();
	assert_string_equal(asked(), ACK(2));
}

static void a_damaged_number_moves_nothing(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":0,\"from\":1}");
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(0, PASS "\"seq\":22222,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(1));
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(count(EVENT_ANOMALY), 1);
	hear_ms(0, PASS "\"seq\":3,\"us\":3}");
	settle();
	assert_string_equal(asked(), RESEND "\"from\":2,\"to\":2}\n" ACK(1));
	hear_ms(1, PASS "\"seq\":2,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(3));
	assert_int_equal(count(EVENT_PASSING), 3);
	/* Nor does one in a tick. */
	hear_ms(2, TICK "\"us\":4,\"seq\":22222,\"from\":4}");
	hear_ms(3, PASS "\"seq\":4,\"us\":5}");
	settle();
	assert_string_equal(asked(), ACK(4));
	/* The numbers of a line that says from when, if it is damaged. */
	hear_ms(4, PASS "\"seq\":6,\"us\":7}");
	hear_ms(4, TICK "\"us\":8,\"seq\":6,\"from\":6}");
	settle();
	assert_string_equal(asked(), RESEND "\"from\":5,\"to\":5}\n" ACK(4));
	hear_ms(5, TICK "\"us\":9,\"seq\":6,\"from\":5}");
	hear_ms(5, PASS "\"seq\":5,\"us\":6}");
	settle();
	assert_string_equal(asked(), ACK(6));
}

static void a_jump_that_the_next_line_confirms_is_used(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(7, PASS "\"seq\":2001,\"loop\":\"SF\",\"us\":2001}");
	assert_int_equal(count(EVENT_PASSING), 1);
	hear_ms(9, PASS "\"seq\":2002,\"loop\":\"SF\",\"us\":2002}");
	assert_int_equal(count(EVENT_PASSING), 3);
	/* As it was received then. */
	assert_int_equal(last(EVENT_PASSING)[-1].sequence, 2001);
	assert_int_equal(last(EVENT_PASSING)[-1].received_at, day + 7000);
	settle();
	assert_string_equal(asked(), RESEND "\"from\":2,\"to\":501}\n" ACK(1));
}

/* It was away for long: its facts come from the oldest on, and are acknowledged. */
static void thousands_stored_are_acknowledged_as_they_come(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":1,\"from\":1}");
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	feed_beacon.on_connect(state, day, &list);
	hear_ms(1, HELLO "\"seq\":5000,\"from\":1}");
	for (int seq = 1; seq <= 700; seq++) {
		char line[128];
		text_format(line, sizeof(line), PASS "\"seq\":%d,\"us\":%d}", seq, seq);
		hear_ms(1, line);
	}
	(void)asked();
	settle();
	assert_string_equal(asked(), ACK(700));
	assert_int_equal(count(EVENT_ANOMALY), 0);
	assert_int_equal(count(EVENT_PASSING), 700);
}

/* ---- checksums ---------------------------------------------------------------------- */

/* With its checksum, which the test works out bit by bit. */
static void hear_checked(int64_t ms, const char *body, uint32_t damage)
{
	char line[300];
	uint32_t crc = 0xffffffff;
	for (const char *p = body; *p != '\0'; p++) {
		crc ^= (unsigned char)*p;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	text_format(line, sizeof(line), "%s,\"crc\":\"%08x\"}", body,
		    (unsigned)(~crc ^ damage));
	hear_ms(ms, line);
}

static void a_line_with_a_wrong_checksum_is_not_used_and_asked_for_again(void **unused)
{
	(void)unused;
	begin();
	hear_checked(0, HELLO "\"seq\":0,\"from\":1", 0);
	hear_checked(0, PASS "\"seq\":1,\"us\":1", 0);
	hear_checked(0, PASS "\"seq\":2,\"us\":2", 1);
	settle();
	assert_string_equal(asked(), ACK_SUMMED(1, "2de2bb33"));
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(last(EVENT_ANOMALY)->field, ANOMALY_CHECKSUM);
	/* Damage may take the checksum away. */
	hear_ms(1, PASS "\"seq\":2,\"us\":2}");
	hear_ms(1, PASS "\"seq\":2,\"us\":2,\"crb\":\"00000000\"}");
	hear_ms(1, "{\"t\":\"pass\",\"id\":\"sf-2\",\"boot\":\"1\",\"seq\":1,"
		   "\"tx\":\"7\",\"us\":1}");
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(count(EVENT_ANOMALY), 4);
	/* With it a jump needs nothing else. */
	hear_checked(1, PASS "\"seq\":22222,\"us\":3", 0);
	assert_int_equal(count(EVENT_PASSING), 2);
	(void)asked();
	hear_checked(2, TICK "\"us\":4,\"seq\":22222,\"from\":22222", 0);
	hear_checked(2, PASS "\"seq\":22222,\"us\":3", 0);
	hear_checked(2, PASS "\"seq\":22223,\"us\":5", 0);
	settle();
	assert_string_equal(asked(), ACK_SUMMED(22223, "4b8b1ada"));
	assert_int_equal(count(EVENT_PASSING), 3);
}

/* ---- a shared key ---------------------------------------------------------------------- */

#define KEY "0123456789abcdef-key"

/* Signed with @key; NULL: with a signature of another line. */
static void hear_signed(const char *body, const char *key)
{
	char line[400];
	unsigned char mac[SHA256_BYTES];
	hmac_sha256(slice_of(key ? key : KEY), slice_of(key ? body : "another"), mac);
	size_t len = text_format(line, sizeof(line), "%s,\"mac\":\"", body);
	for (unsigned i = 0; i < sizeof(mac); i++)
		len += text_format(line + len, sizeof(line) - len, "%02x", mac[i]);
	text_format(line + len, sizeof(line) - len, "\"}");
	hear_ms(0, line);
}

static void begin_with_key(const char *key)
{
	struct feed_setup setup = {
		.day = INSTANT_NONE, .line_count = 3, .beacon_signed = true};
	begin();
	setup.beacon_key_len = (uint8_t)text_copy(
		setup.beacon_key, sizeof(setup.beacon_key), slice_of(key));
	feed_beacon.init(state, &setup);
}

static void with_a_key_unsigned_lines_are_refused_and_answers_signed(void **unused)
{
	(void)unused;
	begin_with_key(KEY);
	hear_signed(HELLO "\"seq\":0,\"from\":1", KEY);
	settle();
	/* Written by Python: hmac.new(KEY, b'{"t":"ack",...,"seq":0', "sha256"). */
	assert_string_equal(asked(), "{\"t\":\"ack\"," ID "\"seq\":0,\"mac\":"
				     "\"8f1d4fa57a4540fae1a395fa218e236c136"
				     "85cf4fec057ea919af2f047a12f5f\"}\n");
	hear_signed(PASS "\"seq\":1,\"us\":1", KEY);
	assert_int_equal(count(EVENT_PASSING), 1);
	settle();
	assert_true(strstr(asked(), "\"seq\":1,\"mac\"") != NULL);
	hear_ms(0, PASS "\"seq\":2,\"us\":2}");
	hear_checked(0, PASS "\"seq\":2,\"us\":2", 0);
	hear_signed(PASS "\"seq\":2,\"us\":2", "another key of some length");
	hear_signed(PASS "\"seq\":2,\"us\":2", NULL);
	hear_ms(0, "P 1842 2906141 52083691 50 -41*69");
	settle();
	assert_string_equal(asked(), "");
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(count(EVENT_ANOMALY), 5);
	assert_int_equal(last(EVENT_ANOMALY)->field, ANOMALY_CHECKSUM);
	hear_signed(PASS "\"seq\":2,\"us\":2", KEY);
	assert_int_equal(count(EVENT_PASSING), 2);
	/* Read without the key: signatures are not checked, but must be there. */
	begin_with_key("");
	hear_signed(PASS "\"seq\":1,\"us\":1", KEY);
	hear_ms(0, PASS "\"seq\":2,\"us\":2}");
	assert_int_equal(count(EVENT_PASSING), 1);
}

/* ---- numbers used twice --------------------------------------------------------------- */

static void a_number_used_again_with_other_content_is_refused(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":0,\"from\":1}");
	for (int seq = 1; seq <= 5; seq++) {
		char line[128];
		text_format(line, sizeof(line), PASS "\"seq\":%d,\"us\":%d}", seq, seq);
		hear_ms(0, line);
	}
	settle();
	assert_string_equal(asked(), ACK(5));
	hear_ms(1, PASS "\"seq\":3,\"us\":33}");
	settle();
	assert_string_equal(asked(), "");
	assert_int_equal(count(EVENT_PASSING), 5);
	assert_string_equal(event_text(&list, last(EVENT_ANOMALY)).at,
			    "sf-1: number 3 of boot \"6f1c\" was used with other "
			    "content: refused");
	/* It is not acknowledged with those behind it either. */
	hear_ms(2, PASS "\"seq\":6,\"us\":6}");
	settle();
	assert_string_equal(asked(), ACK(2));
	/* It was a damaged copy: the right one comes again. */
	hear_ms(4, TICK "\"us\":7,\"seq\":6,\"from\":1}");
	hear_ms(4000, TICK "\"us\":8,\"seq\":6,\"from\":1}");
	assert_string_equal(asked(), RESEND "\"from\":3,\"to\":3}\n");
	hear_ms(4001, PASS "\"seq\":3,\"us\":3}");
	settle();
	assert_string_equal(asked(), ACK(6));
	assert_int_equal(count(EVENT_PASSING), 6);
}

/* Both are shown; what one delivered is never acknowledged to the other. */
static void two_senders_of_one_id_and_boot_are_told_apart(void **unused)
{
	(void)unused;
	begin();
	feed_beacon.on_connect(state, day, &list);
	hear_ms(0, HELLO "\"seq\":0,\"from\":1}");
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(0, PASS "\"seq\":2,\"us\":2}");
	settle();
	assert_string_equal(asked(), ACK(2));
	feed_beacon.peer(state, 1);
	feed_beacon.on_connect(state, day, &list);
	hear_ms(1, HELLO "\"seq\":2,\"from\":1}");
	hear_ms(1, PASS "\"seq\":1,\"us\":91}");
	hear_ms(1, PASS "\"seq\":2,\"us\":92}");
	hear_ms(1, PASS "\"seq\":3,\"us\":93}");
	settle();
	assert_string_equal(asked(), ACK(0));
	assert_int_equal(count(EVENT_ANOMALY), 2);
	/* The first one's 3 is another fact; its 4 it has to keep too. */
	feed_beacon.peer(state, 0);
	hear_ms(2, PASS "\"seq\":3,\"us\":3}");
	settle();
	assert_string_equal(asked(), "");
	assert_int_equal(count(EVENT_ANOMALY), 4);
	hear_ms(3, PASS "\"seq\":4,\"us\":4}");
	settle();
	assert_string_equal(asked(), ACK(2));
	/* What the other one keeps no longer is not its loss. */
	feed_beacon.peer(state, 1);
	hear_ms(4, TICK "\"us\":99,\"seq\":9,\"from\":9}");
	hear_ms(5, TICK "\"us\":99,\"seq\":9,\"from\":9}");
	feed_beacon.peer(state, 0);
	(void)asked();
	hear_ms(6, PASS "\"seq\":5,\"us\":5}");
	settle();
	assert_string_equal(asked(), ACK(2));
	assert_int_equal(count(EVENT_PASSING), 5);
}

/* Datagrams overtake each other: old ticks behind a hello that has no "us". */
static void late_ticks_are_no_other_beacon(void **unused)
{
	(void)unused;
	begin();
	hear_checked(0, TICK "\"us\":90,\"seq\":9,\"from\":6", 0);
	hear_checked(0, HELLO "\"seq\":10,\"from\":8", 0);
	hear_checked(1, TICK "\"us\":100,\"seq\":9,\"from\":6", 0);
	hear_checked(1, TICK "\"us\":101,\"seq\":9,\"from\":7", 0);
	hear_checked(2, TICK "\"us\":110,\"seq\":10,\"from\":10", 0);
	hear_checked(2, PASS "\"seq\":10,\"us\":99", 0);
	for (uint32_t i = 0; i < list.count; i++)
		if (list.at[i].kind == EVENT_ANOMALY)
			assert_int_equal(list.at[i].field, ANOMALY_MISSING);
	(void)asked();
	settle();
	assert_true(strstr(event_text(&list, last(EVENT_ASK)).at, "\"seq\":10,") !=
		    NULL);
}

/* Behind one gateway they cannot be told apart, but they contradict each other. */
static void two_senders_on_one_connection_lose_nothing_silently(void **unused)
{
	char line[160];
	(void)unused;
	begin();
	hear_ms(0, HELLO "\"seq\":5,\"from\":1,\"us\":10}");
	for (int seq = 1; seq <= 5; seq++) {
		text_format(line, sizeof(line), PASS "\"seq\":%d,\"us\":%d}", seq, seq);
		hear_ms(0, line);
	}
	settle();
	for (int i = 0; i < 20; i++) {
		text_format(line, sizeof(line), TICK "\"us\":%d,\"seq\":5,\"from\":6}",
			    100 + i);
		hear_ms(1000 * i, line);
		text_format(line, sizeof(line), TICK "\"us\":%d,\"seq\":2,\"from\":1}",
			    9000 + i);
		hear_ms(1000 * i + 500, line);
		text_format(line, sizeof(line), PASS "\"seq\":1,\"us\":%d}", 77);
		hear_ms(1000 * i + 500, line);
	}
	(void)asked();
	hear_ms(30 * 1000, PASS "\"seq\":6,\"us\":6}");
	settle();
	assert_string_equal(asked(), ACK(0));
}

static void a_hostile_number_costs_nothing(void **unused)
{
	(void)unused;
	begin();
	hear_ms(0, PASS "\"seq\":1,\"us\":1}");
	hear_ms(0, PASS "\"seq\":9007199254740992,\"us\":3}");
	hear_ms(1, TICK "\"us\":4,\"seq\":9007199254740992,\"from\":9007199254740992}");
	settle();
	assert_int_equal(count(EVENT_PASSING), 2);
	assert_true(count(EVENT_ASK) <= 8);
}

/* ---- clocks --------------------------------------------------------------------- */

static int64_t newest_n(void)
{
	int64_t n = -1;
	for (uint32_t i = 0; i < list.count; i++) {
		struct slice text = event_text(&list, &list.at[i]);
		struct slice head = SLICE("{\"t\":\"time?\",\"n\":");
		if (list.at[i].kind == EVENT_ASK && slice_starts(text, head))
			n = strtoll(text.at + head.len, NULL, 10);
	}
	return n;
}

static void answer_ms(int64_t ms, int64_t us)
{
	char line[128];
	text_format(line, sizeof(line), TIME "\"n\":%lld,\"us\":%lld}",
		    (long long)newest_n(), (long long)us);
	hear_ms(ms, line);
}

/* Its clock is 1000 s behind `day`; what it says comes 300 ms late, what it is asked
 * arrives after 10. */
static void the_best_of_the_answers_maps_the_clock(void **unused)
{
	const int64_t behind = 1000 * US_S;
	(void)unused;
	begin();
	feed_beacon.on_connect(state, day, &list);
	assert_int_equal(newest_n(), 1);
	answer_ms(310, behind + 10000);
	hear_ms(1300, PASS "\"seq\":1,\"us\":1001000000}");
	assert_int_equal(last(EVENT_PASSING)->at, day + US_S + 145000);
	assert_int_equal(last(EVENT_PASSING)->clock, EVENT_CLOCK_OWN);
	/* A better one: 20 ms there and back. */
	hear_ms(2400, TICK "\"us\":1002300000,\"seq\":1}");
	assert_int_equal(newest_n(), 3);
	answer_ms(2420, behind + 2410000);
	hear_ms(3000, PASS "\"seq\":2,\"us\":1003000000}");
	assert_int_equal(last(EVENT_PASSING)->at, day + 3 * US_S);
	/* A worse one changes nothing; nor does an answer to an older question. */
	hear_ms(4000, TICK "\"us\":1003900000,\"seq\":2}");
	answer_ms(4900, behind + 4010000);
	hear_ms(4901, TIME "\"n\":1,\"us\":77}");
	hear_ms(5000, PASS "\"seq\":3,\"us\":1005000000}");
	assert_true(last(EVENT_PASSING)->at - day - 5 * US_S < 100 &&
		    last(EVENT_PASSING)->at - day - 5 * US_S > -100);
	/* What was before keeps the mapping it had. */
	hear_ms(6000, PASS "\"seq\":5,\"us\":1001000000}");
	assert_int_equal(last(EVENT_PASSING)->at, day + US_S + 145000);
}

static void a_beacon_that_knows_utc_is_not_asked_and_ranks_by_its_source(void **unused)
{
	static const struct {
		const char *src;
		uint8_t clock;
	} rows[] = {
		{",\"src\":\"gps\"", EVENT_CLOCK_UTC},
		{",\"src\":\"ntp\"", EVENT_CLOCK_NTP},
		{"", EVENT_CLOCK_NTP},
		{",\"src\":\"none\"", EVENT_CLOCK_OWN},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[160];
		begin();
		text_format(line, sizeof(line),
			    TICK "\"us\":1000,\"seq\":0,\"utc\":%lld%s}",
			    (long long)day, rows[i].src);
		hear_ms(20, line);
		hear_ms(70 * 1000, PASS "\"seq\":1,\"us\":2000}");
		assert_int_equal(last(EVENT_PASSING)->clock, rows[i].clock);
		assert_int_equal(newest_n() < 0, rows[i].clock != EVENT_CLOCK_OWN);
	}
	begin();
	hear_ms(100, PASS "\"seq\":1,\"loop\":\"SF\",\"age_us\":2000}");
	assert_int_equal(last(EVENT_PASSING)->at, day + 98000);
	assert_int_equal(last(EVENT_PASSING)->clock, EVENT_CLOCK_OWN);
}

/* 200 millionths slow: in an hour 720 ms; received 5 ms late. */
static void the_least_delay_follows_a_clock_that_drifts(void **unused)
{
	char line[128];
	(void)unused;
	begin();
	for (int64_t s = 0; s <= 3600; s += 5) {
		text_format(line, sizeof(line), TICK "\"us\":%lld,\"seq\":0}",
			    (long long)(s * US_S - s * 200));
		hear_ms(s * 1000 + 5, line);
		list.count = list.text_len = 0;
	}
	hear_ms(3605 * 1000, PASS "\"seq\":1,\"us\":3604279000}");
	duration_us late = day + 3605 * US_S - last(EVENT_PASSING)->at;
	assert_true(late < 50 * US_MS && late > -50 * US_MS);
}

/* ---- senders --------------------------------------------------------------------- */

static void of_two_senders_each_has_its_own_text_beacon(void **unused)
{
	static const char *const hellos[] = {
		"{\"t\":\"hello\",\"id\":\"a\",\"loop\":\"PIN\",\"boot\":\"x\",\"seq\":"
		"1841}",
		"{\"t\":\"hello\",\"id\":\"b\",\"loop\":\"POUT\",\"boot\":\"x\","
		"\"seq\":1841}",
	};
	(void)unused;
	begin();
	for (uint16_t i = 0; i < 2; i++) {
		feed_beacon.peer(state, i);
		hear_ms(0, hellos[i]);
	}
	for (uint16_t i = 0; i < 3; i++) {
		feed_beacon.peer(state, i);
		hear_ms(1, "P 1842 2906141 52083691 50 -41*69");
		settle();
	}
	assert_int_equal(count(EVENT_PIT_IN), 1);
	assert_int_equal(count(EVENT_PIT_OUT), 1);
	assert_int_equal(count(EVENT_PASSING), 1); /* it said no hello */
}

/* A line is cut off by one sender and not by another. */
static void an_overlong_line_is_its_senders_own(void **unused)
{
	static char noise[FEED_FRAME_MAX];
	(void)unused;
	begin();
	memset(noise, 'x', sizeof(noise));
	feed_beacon.decode(state, (struct slice){noise, sizeof(noise)}, day + 1, 0,
			   &list);
	feed_beacon.peer(state, 1);
	hear_ms(1, PASS "\"loop\":\"SF\",\"seq\":1,\"us\":1}\n");
	assert_int_equal(count(EVENT_PASSING), 1);
	feed_beacon.peer(state, 0);
	hear_ms(1, "xxx\n");
	assert_int_equal(count(EVENT_ANOMALY), 1);
	/* A new connection does not continue it. */
	feed_beacon.decode(state, (struct slice){noise, sizeof(noise)}, day + 1, 0,
			   &list);
	feed_beacon.on_connect(state, day + 2, &list);
	hear_ms(3, PASS "\"loop\":\"SF\",\"seq\":2,\"us\":1}\n");
	assert_int_equal(count(EVENT_PASSING), 2);
}

static void hear_summed(int64_t ms, const char *words)
{
	char line[64];
	unsigned sum = 0;
	for (const char *p = words; *p != '\0'; p++)
		sum ^= (unsigned char)*p;
	text_format(line, sizeof(line), "%s*%02X", words, sum);
	hear_ms(ms, line);
}

static void a_text_beacon_is_asked_in_text_and_starts_anew_with_a_tick(void **unused)
{
	(void)unused;
	begin();
	hear_summed(0, "S 100000 40 41");
	hear_summed(10, "P 41 7 100010");
	hear_summed(20, "P 44 7 100020");
	settle();
	assert_string_equal(asked(), "R 42 43*53\nA 41*64\n");
	/* What it says again has its old time: that is no new start. */
	hear_summed(90000, "S 190000 44");
	(void)asked();
	hear_summed(90010, "P 42 7 100012");
	hear_summed(90010, "P 43 7 100014");
	hear_summed(90010, "P 44 7 100020");
	settle();
	assert_string_equal(asked(), "A 44*61\n");
	assert_int_equal(count(EVENT_PASSING), 4);
	/* Switched off and on: the first number is new. */
	hear_summed(95000, "S 200 0");
	hear_summed(96000, "P 1 7 1200");
	settle();
	assert_string_equal(asked(), "A 1*50\n");
	assert_int_equal(count(EVENT_PASSING), 5);
}

/* Boots come and go: who said hello in one that made room is not received in another. */
static void a_life_that_makes_room_takes_no_text_with_it(void **unused)
{
	char line[160];
	(void)unused;
	begin();
	hear_ms(0, "{\"t\":\"hello\",\"id\":\"avr\",\"loop\":\"PIN\",\"boot\":\"1\","
		   "\"seq\":0}");
	feed_beacon.peer(state, 1);
	for (unsigned i = 2; i < 100; i++) {
		text_format(line, sizeof(line),
			    "{\"t\":\"hello\",\"id\":\"%s\",\"boot\":\"%u\",\"seq\":0,"
			    "\"loop\":\"POUT\"}",
			    i % 2 == 0 ? "avr" : "other", i);
		hear_ms(i, line);
	}
	feed_beacon.peer(state, 0);
	hear_ms(200, "P 1842 2906141 52083691 50 -41*69");
	assert_int_equal(count(EVENT_PIT_OUT), 0);
}

/* The next sender with the number of one that said hello is another one. */
static void a_hello_counts_for_its_own_connection(void **unused)
{
	const char *const hello =
		"{\"t\":\"hello\",\"id\":\"pin\",\"loop\":\"PIN\",\"boot\":\"x\","
		"\"seq\":1841}";
	const char *const text = "P 1842 2906141 52083691 50 -41*69";
	(void)unused;
	begin();
	hear_ms(0, hello);
	feed_beacon.on_connect(state, day + 1000 * US_MS, &list);
	hear_ms(2000, text);
	settle();
	assert_string_equal(asked(), "");
	assert_int_equal(count(EVENT_PIT_IN) + count(EVENT_PASSING), 0);
	assert_int_equal(count(EVENT_ANOMALY), 1);
	/* It says hello. */
	hear_ms(3000, hello);
	hear_ms(4000, text);
	assert_int_equal(count(EVENT_PIT_IN), 1);
	/* The next one never does. */
	feed_beacon.on_connect(state, day + 5000 * US_MS, &list);
	hear_ms(6000, text);
	assert_int_equal(count(EVENT_PASSING), 0);
	hear_ms(71 * 1000, text);
	assert_int_equal(count(EVENT_PASSING), 1);
	assert_int_equal(count(EVENT_PIT_IN), 1);
}

/* A serial port that is opened again has the same beacon. */
static void a_hello_lasts_where_there_is_one_sender(void **unused)
{
	const struct feed_setup alone = {.day = INSTANT_NONE, .alone = true};
	(void)unused;
	begin();
	feed_beacon.init(state, &alone);
	hear_ms(0, "{\"t\":\"hello\",\"id\":\"pin\",\"loop\":\"PIN\",\"boot\":"
		   "\"x\",\"seq\":1841}");
	feed_beacon.on_connect(state, day + 1000 * US_MS, &list);
	hear_ms(2000, "P 1842 2906141 52083691 50 -41*69");
	assert_int_equal(count(EVENT_PIT_IN), 1);
}

static void hear_made_up(uint16_t peer, unsigned from, unsigned to)
{
	char line[160];
	feed_beacon.peer(state, peer);
	for (unsigned i = from; i < to; i++) {
		text_format(line, sizeof(line),
			    "{\"t\":\"pass\",\"id\":\"x%u\",\"boot\":\"1\",\"seq\":1,"
			    "\"tx\":\"%u\",\"us\":1,\"loop\":\"SF\"}",
			    i, i);
		hear_ms(i, line);
	}
}

static void names_that_a_sender_makes_up_leave_room_for_others(void **unused)
{
	(void)unused;
	/* While the connection lasts, and when another one has its number. */
	for (uint16_t peer = 0; peer < 2; peer++) {
		begin();
		hear_made_up(1, 0, 40);
		assert_int_equal(count(EVENT_PASSING), 32);
		feed_beacon.peer(state, peer);
		feed_beacon.on_connect(state, day + 100 * US_MS, &list);
		hear_ms(200, HELLO "\"seq\":0,\"from\":1}");
		hear_ms(300, PASS "\"seq\":1,\"us\":1}");
		settle();
		assert_non_null(strstr(asked(), ACK(1)));
		assert_int_equal(count(EVENT_PASSING), 33);
		/* More names of the first one do not take the place of the beacon. */
		hear_made_up(peer + 1, 400, 440);
		unsigned before = count(EVENT_PASSING);
		feed_beacon.peer(state, peer);
		hear_ms(900, PASS "\"seq\":1,\"us\":1}");
		settle();
		assert_non_null(strstr(asked(), ACK(1)));
		assert_int_equal(count(EVENT_PASSING), before);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_answer_acknowledges_all_lines_of_a_read),
		cmocka_unit_test(what_comes_again_is_acknowledged_again),
		cmocka_unit_test(thousands_that_come_again_are_used_once),
		cmocka_unit_test(a_gap_holds_the_acknowledgement_until_it_is_filled),
		cmocka_unit_test(what_a_beacon_still_keeps_is_not_acknowledged),
		cmocka_unit_test(
			an_open_gap_is_asked_for_again_ever_more_rarely_and_for_ever),
		cmocka_unit_test(a_new_connection_asks_for_what_was_missing),
		cmocka_unit_test(what_a_beacon_does_not_keep_is_lost_with_its_count),
		cmocka_unit_test(
			what_a_beacon_says_it_keeps_is_never_acknowledged_unreceived),
		cmocka_unit_test(a_damaged_number_moves_nothing),
		cmocka_unit_test(a_jump_that_the_next_line_confirms_is_used),
		cmocka_unit_test(thousands_stored_are_acknowledged_as_they_come),
		cmocka_unit_test(
			a_line_with_a_wrong_checksum_is_not_used_and_asked_for_again),
		cmocka_unit_test(
			with_a_key_unsigned_lines_are_refused_and_answers_signed),
		cmocka_unit_test(a_number_used_again_with_other_content_is_refused),
		cmocka_unit_test(two_senders_of_one_id_and_boot_are_told_apart),
		cmocka_unit_test(late_ticks_are_no_other_beacon),
		cmocka_unit_test(two_senders_on_one_connection_lose_nothing_silently),
		cmocka_unit_test(a_hostile_number_costs_nothing),
		cmocka_unit_test(the_best_of_the_answers_maps_the_clock),
		cmocka_unit_test(
			a_beacon_that_knows_utc_is_not_asked_and_ranks_by_its_source),
		cmocka_unit_test(the_least_delay_follows_a_clock_that_drifts),
		cmocka_unit_test(of_two_senders_each_has_its_own_text_beacon),
		cmocka_unit_test(an_overlong_line_is_its_senders_own),
		cmocka_unit_test(
			a_text_beacon_is_asked_in_text_and_starts_anew_with_a_tick),
		cmocka_unit_test(a_life_that_makes_room_takes_no_text_with_it),
		cmocka_unit_test(a_hello_counts_for_its_own_connection),
		cmocka_unit_test(a_hello_lasts_where_there_is_one_sender),
		cmocka_unit_test(names_that_a_sender_makes_up_leave_room_for_others),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
