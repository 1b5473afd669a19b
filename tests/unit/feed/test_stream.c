/*
 * test_stream.c -- the step from a stream's bytes to events: cuts, senders,
 * connections, what does not stay in the list
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "pitwall/stream.h"

enum { FIXTURE_EVENTS = 512, FIXTURE_TEXT = 64 * 1024 };

struct fixture_list {
	struct event_list list;
	struct event events[FIXTURE_EVENTS];
	char text[FIXTURE_TEXT];
};

static void fixture_list_init(struct fixture_list *fixture)
{
	fixture->list = (struct event_list){
		.at = fixture->events,
		.max = FIXTURE_EVENTS,
		.text = fixture->text,
		.text_max = FIXTURE_TEXT,
	};
}

/* A protocol of this test: lines, each the beginning of an event.
 *   p TEXT   a passing of car TEXT        h   a heartbeat
 *   a TEXT   an ask of TEXT               #   noise, a byte at a time
 * The state counts greetings and the peer it was told of. */
struct toy {
	uint32_t greeted, peer, decoded;
	uint16_t source;
};

static int toy_sniff(struct slice head)
{
	return head.len > 1 && head.at[1] == ' ' ? 90 : 0;
}

static void toy_init(void *state, const struct feed_setup *setup)
{
	struct toy *toy = state;
	*toy = (struct toy){.source = setup->source, .peer = 999};
}

static ptrdiff_t toy_frame(struct slice buf)
{
	size_t noise = 0;
	while (noise < buf.len && buf.at[noise] == '#')
		noise++;
	if (noise > 0)
		return -(ptrdiff_t)noise;
	const char *end = memchr(buf.at, '\n', buf.len);
	return !end ? 0 : end - buf.at + 1;
}

static void toy_decode(void *state, struct slice message, instant_us received_at,
		       uint32_t record, struct event_list *out)
{
	struct toy *toy = state;
	enum event_kind kind = message.at[0] == 'p'   ? EVENT_PASSING
			       : message.at[0] == 'a' ? EVENT_ASK
			       : message.at[0] == 'h' ? EVENT_HEARTBEAT
						      : EVENT_ANOMALY;
	struct slice text = slice_trim((struct slice){message.at + 1, message.len - 1});
	struct event *event = event_add(out, kind, received_at);
	event->record = record;
	event->source = toy->source;
	event->number = toy->peer;
	event->sequence = toy->decoded++;
	if (kind == EVENT_PASSING)
		event_set_id(event, ID_NUMBER, text);
	event_set_text(out, event, text);
}

static void toy_on_connect(void *state, instant_us received_at, struct event_list *out)
{
	struct toy *toy = state;
	char text[32];
	size_t len = text_format(text, sizeof(text), "hello %u", ++toy->greeted);
	struct event *event = event_add(out, EVENT_ASK, received_at);
	event_set_text(out, event, (struct slice){text, len});
}

static void toy_peer(void *state, uint16_t peer)
{
	struct toy *toy = state;
	toy->peer = peer;
}

static const struct feed_driver toy = {
	.name = "toy",
	.sniff = toy_sniff,
	.state_size = sizeof(struct toy),
	.init = toy_init,
	.frame = toy_frame,
	.decode = toy_decode,
	.on_connect = toy_on_connect,
	.peer = toy_peer,
};

struct received {
	char asks[512];
	unsigned count;
};

static void on_ask(void *context, const struct stream *stream, uint16_t peer,
		   const struct event *event, struct slice bytes)
{
	struct received *received = context;
	size_t len = strlen(received->asks);
	(void)stream;
	(void)event;
	received->count++;
	text_format(received->asks + len, sizeof(received->asks) - len, "%u:%.*s;",
		    peer, (int)bytes.len, bytes.at);
}

static struct stream *open_stream(const struct feed_driver *driver,
				  const struct feed_setup *setup)
{
	void *storage = calloc(1, stream_size());
	assert_non_null(storage);
	return stream_open(storage, driver, setup);
}

static struct stream *open_toy(const struct stream_sink *sink)
{
	const struct feed_setup setup = {.source = 3, .day = INSTANT_NONE};
	struct stream *stream = open_stream(&toy, &setup);
	stream_set_sink(stream, sink);
	return stream;
}

/** What the list says, a line an event. */
static void tell(const struct event_list *list, char *to, size_t cap)
{
	size_t len = 0;
	to[0] = '\0';
	for (uint32_t i = 0; i < list->count; i++) {
		const struct event *event = &list->at[i];
		struct slice text = event_text(list, event);
		len += text_format(to + len, cap - len, "%s %u %u \"%.*s\"\n",
				   event_kind_name((enum event_kind)event->kind),
				   event->source, event->record, (int)text.len,
				   text.at);
	}
}

static const char script[] = "p 7\nh\n##p 8\na ack1\np 9\n#####x\nh\np 10\n";

static void any_cut_of_the_bytes_gives_the_same_events(void **state)
{
	static struct fixture_list fixture;
	static char whole[4096], cut_up[4096];
	(void)state;
	for (size_t cut = sizeof(script) - 1; cut > 0; cut--) {
		struct received received = {.count = 0};
		const struct stream_sink sink = {&received, on_ask};
		struct stream *stream = open_toy(&sink);
		fixture_list_init(&fixture);
		for (size_t at = 0; at < sizeof(script) - 1; at += cut) {
			size_t len = sizeof(script) - 1 - at;
			stream_chunk(stream, 0,
				     (struct slice){script + at, len < cut ? len : cut},
				     77, &fixture.list);
		}
		stream_end(stream, 77, &fixture.list);
		bool first = cut == sizeof(script) - 1;
		tell(&fixture.list, first ? whole : cut_up, sizeof(whole));
		if (!first)
			assert_string_equal(cut_up, whole);
		assert_string_equal(received.asks, "0:ack1;");
		free(stream);
	}
	assert_string_equal(whole, "passing 3 0 \"7\"\n"
				   "anomaly 3 6 \"2 bytes that are no message\"\n"
				   "passing 3 8 \"8\"\npassing 3 19 \"9\"\n"
				   "anomaly 3 23 \"5 bytes that are no message\"\n"
				   "anomaly 3 28 \"\"\npassing 3 32 \"10\"\n");
}

static void what_is_asked_leaves_neither_events_nor_text(void **state)
{
	static struct fixture_list fixture;
	struct received received = {.count = 0};
	const struct stream_sink sink = {&received, on_ask};
	struct stream *stream = open_toy(&sink);
	(void)state;
	fixture_list_init(&fixture);
	for (int i = 0; i < 10000; i++)
		stream_chunk(stream, 0, SLICE("a acknowledged\nh\n"), 1, &fixture.list);
	assert_int_equal(fixture.list.count, 0);
	assert_int_equal(fixture.list.text_len, 0);
	assert_int_equal(fixture.list.dropped, 0);
	assert_int_equal(received.count, 10000);
	free(stream);
}

static void bytes_of_two_senders_are_never_glued_together(void **state)
{
	static struct fixture_list fixture;
	static char told[2048];
	struct received received = {.count = 0};
	const struct stream_sink sink = {&received, on_ask};
	struct stream *stream = open_toy(&sink);
	(void)state;
	fixture_list_init(&fixture);
	stream_chunk(stream, 0, SLICE("p 1"), 1, &fixture.list);
	stream_chunk(stream, 5, SLICE("p 2"), 1, &fixture.list);
	stream_chunk(stream, 0, SLICE("1\na x\n"), 1, &fixture.list);
	stream_chunk(stream, 5, SLICE("2\na y\n"), 1, &fixture.list);
	assert_int_equal(fixture.list.count, 2);
	assert_string_equal(fixture.events[0].id, "11");
	assert_int_equal(fixture.events[0].number, 0);
	assert_string_equal(fixture.events[1].id, "22");
	assert_int_equal(fixture.events[1].number, 5);
	assert_string_equal(received.asks, "0:x;5:y;");
	/* More senders than there is room for take over the place of the one longest
	 * not received of. */
	for (uint16_t peer = 100; peer < 100 + FEED_PEERS_MAX; peer++)
		stream_chunk(stream, peer, SLICE("p half"), 1, &fixture.list);
	stream_chunk(stream, 100, SLICE("way\n"), 1, &fixture.list);
	tell(&fixture.list, told, sizeof(told));
	assert_non_null(strstr(told, "\"halfway\""));
	assert_null(strstr(told, "cut off"));
	stream_chunk(stream, 200, SLICE("p z\n"), 1, &fixture.list);
	tell(&fixture.list, told, sizeof(told));
	assert_non_null(strstr(told, "cut off"));
	free(stream);
}

static void a_new_connection_does_not_continue_the_old(void **state)
{
	static struct fixture_list fixture;
	static char told[2048];
	struct received received = {.count = 0};
	const struct stream_sink sink = {&received, on_ask};
	struct stream *stream = open_toy(&sink);
	(void)state;
	fixture_list_init(&fixture);
	stream_link(stream, 0, true, 1, &fixture.list);
	stream_chunk(stream, 0, SLICE("p 7\np 1"), 2, &fixture.list);
	stream_link(stream, 0, false, 3, &fixture.list);
	stream_link(stream, 0, true, 4, &fixture.list);
	stream_chunk(stream, 0, SLICE("2\np 8\n"), 5, &fixture.list);
	tell(&fixture.list, told, sizeof(told));
	assert_string_equal(
		told, "passing 3 0 \"7\"\n"
		      "anomaly 3 4 \"a message was cut off with the connection\"\n"
		      "anomaly 3 7 \"\"\npassing 3 9 \"8\"\n");
	assert_string_equal(received.asks, "0:hello 1;0:hello 2;");
	free(stream);
}

static void endless_noise_is_told_while_it_lasts(void **state)
{
	static struct fixture_list fixture;
	static char noise[10000];
	struct stream *stream = open_toy(NULL);
	(void)state;
	memset(noise, '#', sizeof(noise));
	fixture_list_init(&fixture);
	for (size_t i = 0; i < sizeof(noise); i += 100)
		stream_chunk(stream, 0, (struct slice){noise, 100}, 1, &fixture.list);
	assert_int_equal(fixture.list.count, 2);
	assert_int_equal(fixture.events[0].kind, EVENT_ANOMALY);
	free(stream);
}

static void an_unknown_stream_finds_its_driver_by_its_first_bytes(void **state)
{
	static const char lines[] =
		"{\"t\":\"hello\",\"v\":1,\"id\":\"sf\",\"loop\":\"SF\",\"boot\":\"a\","
		"\"seq\":0,\"us\":0,\"utc\":1068375600000000}\n"
		"{\"t\":\"pass\",\"id\":\"sf\",\"boot\":\"a\",\"seq\":1,\"tx\":\"901\","
		"\"us\":110000000}\n";
	const struct feed_setup setup = {.day = INSTANT_NONE};
	static struct fixture_list fixture;
	struct stream *stream = open_stream(NULL, &setup);
	(void)state;
	fixture_list_init(&fixture);
	for (size_t i = 0; i < sizeof(lines) - 1; i++)
		stream_chunk(stream, 0, (struct slice){lines + i, 1}, 1068375600000000,
			     &fixture.list);
	assert_non_null(stream_driver(stream));
	assert_string_equal(stream_driver(stream)->name, "beacon");
	assert_int_equal(fixture.list.count, 1);
	assert_int_equal(fixture.events[0].kind, EVENT_PASSING);
	assert_string_equal(fixture.events[0].id, "901");
	free(stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_cut_of_the_bytes_gives_the_same_events),
		cmocka_unit_test(what_is_asked_leaves_neither_events_nor_text),
		cmocka_unit_test(bytes_of_two_senders_are_never_glued_together),
		cmocka_unit_test(a_new_connection_does_not_continue_the_old),
		cmocka_unit_test(endless_noise_is_told_while_it_lasts),
		cmocka_unit_test(an_unknown_stream_finds_its_driver_by_its_first_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
