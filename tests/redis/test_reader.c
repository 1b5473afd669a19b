/*
 * test_reader.c -- the rows of a stream, through cuts, gaps and entries that are none
 *
 *  (1) The rows that are given out are those of the stream: each once, in order, with all
 *      that they hold; whatever happens to the connection.
 *  (2) What is missing is reported as a gap, with its numbers.
 *  (3) What is not a session of pitwall, or has another recording, ends with one sentence.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <ev.h>
#include <signal.h>

#include "proxy.h"
#include "stream.h"

enum { SEED = 18, ROWS = 20000, CUTS = 50, GAPS_MAX = 4, DEADLINE_S = 60 };

struct reading {
	struct redis_reader *reader;
	const char *name;
	uint64_t seed;
	int64_t rows, wrong; /* given out; not as they should be */
	int64_t next;        /* number of the next one */
	int64_t from[GAPS_MAX], to[GAPS_MAX];
	unsigned gaps;
	int refuse; /* so many rows find no room */
	int sources;
};

static struct ev_loop *loop;
static ev_tstamp deadline;
static ev_timer tick;

static int on_source(void *context, const struct record_source *source, struct err *err)
{
	struct reading *reading = context;
	(void)err;
	reading->sources = source->id;
	if (source->id == 1)
		assert_string_equal(source->driver, "p3");
	else
		assert_string_equal(source->url, "tcp://10.0.0.6:1");
	return 0;
}

static bool on_row(void *context, const struct record_row *row)
{
	struct reading *reading = context;
	struct record_row expected;
	if (reading->refuse > 0 && row->id % 997 == 0) {
		reading->refuse--;
		return false;
	}
	stream_row(reading->seed, reading->next, &expected);
	reading->wrong += row->id != reading->next || !record_row_equal(row, &expected);
	reading->next++;
	reading->rows++;
	return true;
}

static int64_t on_gap(void *context, int64_t from, int64_t to,
		      const struct record_row *next)
{
	struct reading *reading = context;
	assert_true(next == NULL || next->id == to + 1);
	assert_true(reading->gaps < GAPS_MAX);
	reading->from[reading->gaps] = from;
	reading->to[reading->gaps++] = to;
	reading->next = to + 1;
	return to + 1;
}

static bool on_own(void *context, int64_t number, struct record_row *row)
{
	const struct reading *reading = context;
	stream_row(reading->seed, number, row);
	return true;
}

static void on_tick(struct ev_loop *in, ev_timer *timer, int events)
{
	(void)in;
	(void)timer;
	(void)events;
}

static void reading_start(struct reading *reading, int port, const char *name,
			  int64_t next)
{
	const struct redis_reader_handler handler = {.context = reading,
						     .source = on_source,
						     .row = on_row,
						     .gap = on_gap,
						     .own = on_own};
	struct redis_address address = stream_address(port, name);
	struct err err;
	reading->seed = reading->seed == 0 ? SEED : reading->seed;
	reading->name = name;
	reading->next = next;
	assert_int_equal(redis_reader_open(loop, &address, next, &handler,
					   &reading->reader, &err),
			 0);
	redis_reader_begin(reading->reader);
	deadline = ev_time() + DEADLINE_S;
}

static void turn(const struct reading *reading)
{
	(void)ev_run(loop, EVRUN_ONCE);
	if (ev_time() > deadline)
		fail_msg("%s: row %lld is not there in %d s: %s", reading->name,
			 (long long)reading->next, DEADLINE_S,
			 redis_reader_status(reading->reader)->reason);
}

/** Until row @last was given out. */
static void read_to(const struct reading *reading, int64_t last)
{
	while (reading->next <= last)
		turn(reading);
}

static const char *reading_ends(const struct reading *reading, int code)
{
	const struct redis_reading *status = redis_reader_status(reading->reader);
	while (status->code == 0)
		turn(reading);
	assert_int_equal(status->code, code);
	assert_int_equal(status->state, NET_ENDED);
	return status->reason;
}

static int start_server(void **state)
{
	static struct redis_server server;
	redis_server_start(&server, &(struct redis_server_options){.fsync = NULL});
	redis_tuning.retry_first = 2 * US_MS;
	redis_tuning.retry_most = 20 * US_MS;
	loop = ev_loop_new(EVFLAG_AUTO);
	ev_timer_init(&tick, on_tick, 0.2, 0.2);
	ev_timer_start(loop, &tick);
	*state = &server;
	return 0;
}

static int end_server(void **state)
{
	redis_server_end(*state);
	ev_loop_destroy(loop);
	return 0;
}

static void what_is_there_and_what_comes_is_read(void **state)
{
	struct redis_server *server = *state;
	struct reading reading = {.refuse = 3};
	stream_describe(server, "all", SEED);
	stream_add(server, "all", SEED, 1, ROWS);
	reading_start(&reading, server->port, "all", 1);
	read_to(&reading, ROWS);
	while (!redis_reader_status(reading.reader)->caught_up)
		turn(&reading);
	for (int64_t n = ROWS; n < ROWS + 300; n += 3) {
		stream_add(server, "all", SEED, n + 1, n + 3);
		read_to(&reading, n + 3);
	}
	assert_false(redis_reader_status(reading.reader)->ended);
	(void)redis_server_words(server, "XADD pitwall:test:all %d-1 end closed",
				 ROWS + 300);
	while (!redis_reader_status(reading.reader)->ended)
		turn(&reading);
	/* It is continued. */
	stream_add(server, "all", SEED, ROWS + 301, ROWS + 310);
	read_to(&reading, ROWS + 310);
	while (redis_reader_status(reading.reader)->ended)
		turn(&reading);
	assert_int_equal(reading.rows, ROWS + 310);
	assert_int_equal(reading.wrong, 0);
	assert_int_equal(reading.gaps, 0);
	assert_int_equal(reading.sources, 2);
	assert_int_equal(reading.refuse, 0);
	redis_reader_close(reading.reader);
}

static void a_reader_is_counted(void **state)
{
	struct redis_server *server = *state;
	struct reading reading = {.seed = SEED};
	stream_describe(server, "counted", SEED);
	stream_add(server, "counted", SEED, 1, 10);
	reading_start(&reading, server->port, "counted", 1);
	read_to(&reading, 10);
	while (redis_server_number(server, "ZCARD pitwall:test:counted:consoles") != 1)
		turn(&reading);
	struct redis_address address = stream_address(server->port, "counted");
	struct redis_session found[2];
	struct err err;
	assert_int_equal(redis_sessions(&address, found, 2, &err), 1);
	assert_int_equal(found[0].consoles, 1);
	assert_int_equal(found[0].rows, 10);
	assert_int_equal(found[0].kept, 10);
	assert_int_equal(found[0].keep, 1000000);
	assert_int_equal(found[0].state, REDIS_SESSION_AWAY);
	assert_string_equal(found[0].title, "Race");
	assert_string_equal(found[0].session, "counted");
	assert_true(found[0].since == 1790000000 * US_S);
	(void)redis_server_words(server, "SET pitwall:test:counted:publisher x");
	assert_int_equal(redis_sessions(&address, found, 2, &err), 1);
	assert_int_equal(found[0].state, REDIS_SESSION_LIVE);
	/* A title as long as a publisher may write is whole. */
	char title[sizeof(((struct redis_publish *)0)->title)];
	memset(title, 't', sizeof(title) - 1);
	title[sizeof(title) - 1] = '\0';
	(void)redis_server_number(server, "HSET pitwall:test:counted:info title %s",
				  title);
	assert_int_equal(redis_sessions(&address, found, 2, &err), 1);
	assert_string_equal(found[0].title, title);
	redis_reader_close(reading.reader);
}

/** Where the time may not be asked for, the empty list of names is no answer. */
static void a_list_that_is_refused_is_not_an_empty_list(void **state)
{
	struct redis_server *server = *state;
	struct redis_address address = stream_address(server->port, "");
	struct redis_session found[2];
	struct err err = {""};
	assert_string_equal(redis_server_words(server, "ACL SETUSER lister on >lister "
						       "~* +ping +client +zrevrange"),
			    "OK");
	text_copy(address.name, sizeof(address.name), SLICE("none"));
	text_copy(address.user, sizeof(address.user), SLICE("lister"));
	text_copy(address.password, sizeof(address.password), SLICE("lister"));
	assert_int_equal(redis_sessions(&address, found, 2, &err), -EIO);
	assert_non_null(strstr(err.text, "may not do this"));
}

/** Cut at seeded places, while it reads what is there and while rows come. */
static void cuts_lose_nothing_and_double_nothing(void **state)
{
	struct redis_server *server = *state;
	struct proxy proxy;
	struct reading reading = {.seed = SEED};
	uint64_t random = SEED;
	int64_t last = ROWS;
	stream_describe(server, "cut", SEED);
	stream_add(server, "cut", SEED, 1, ROWS);
	proxy_start(&proxy, server->port);
	reading_start(&reading, proxy.port, "cut", 1);
	while (proxy.orders->cuts < CUTS) {
		if (proxy.orders->cut_down < 0)
			proxy.orders->cut_down =
				(long long)random_below(&random, 200000);
		if (reading.next > last) {
			int64_t more = 1 + (int64_t)random_below(&random, 400);
			stream_add(server, "cut", SEED, last + 1, last + more);
			last += more;
		}
		turn(&reading);
	}
	proxy.orders->cut_down = -1;
	read_to(&reading, last);
	assert_int_equal(reading.rows, last);
	assert_int_equal(reading.wrong, 0);
	assert_int_equal(reading.gaps, 0);
	redis_reader_close(reading.reader);
	proxy_end(&proxy);
}

static void a_later_start_reads_the_rest(void **state)
{
	struct redis_server *server = *state;
	struct reading reading = {.seed = SEED};
	stream_describe(server, "rest", SEED);
	stream_add(server, "rest", SEED, 1, 1000);
	reading_start(&reading, server->port, "rest", 901);
	read_to(&reading, 1000);
	assert_int_equal(reading.rows, 100);
	assert_int_equal(reading.wrong, 0);
	redis_reader_close(reading.reader);
	/* Redis lost its end: rows that were read already come again. */
	(void)redis_server_number(server, "XTRIM pitwall:test:rest MAXLEN 0");
	(void)redis_server_number(server, "DEL pitwall:test:rest");
	stream_add(server, "rest", SEED, 1, 980);
	reading = (struct reading){.seed = SEED};
	reading_start(&reading, server->port, "rest", 1001);
	while (!redis_reader_status(reading.reader)->caught_up)
		turn(&reading);
	stream_add(server, "rest", SEED, 981, 1010);
	read_to(&reading, 1010);
	assert_int_equal(reading.rows, 10);
	assert_int_equal(reading.wrong, 0);
	redis_reader_close(reading.reader);
}

static void what_is_missing_is_a_gap(void **state)
{
	struct redis_server *server = *state;
	struct reading reading = {.seed = SEED};
	stream_describe(server, "gap", SEED);
	stream_add(server, "gap", SEED, 101, 200);
	stream_add(server, "gap", SEED, 251, 300);
	reading_start(&reading, server->port, "gap", 1);
	read_to(&reading, 300);
	while (!redis_reader_status(reading.reader)->caught_up)
		turn(&reading);
	stream_add(server, "gap", SEED, 311, 311);
	read_to(&reading, 311);
	assert_int_equal(reading.gaps, 3);
	assert_true(reading.from[0] == 1 && reading.to[0] == 100);
	assert_true(reading.from[1] == 201 && reading.to[1] == 250);
	assert_true(reading.from[2] == 301 && reading.to[2] == 310);
	assert_int_equal(reading.wrong, 0);
	redis_reader_close(reading.reader);
}

static void another_recording_is_not_continued(void **state)
{
	struct redis_server *server = *state;
	struct reading reading = {.seed = SEED};
	stream_describe(server, "other", SEED + 1);
	stream_add(server, "other", SEED + 1, 1, 50);
	reading_start(&reading, server->port, "other", 31);
	assert_non_null(strstr(reading_ends(&reading, -ESTALE), "another recording"));
	assert_int_equal(reading.rows, 0);
	redis_reader_close(reading.reader);
	/* And a shorter one. */
	reading_start(&reading, server->port, "other", 1001);
	(void)reading_ends(&reading, -ESTALE);
	redis_reader_close(reading.reader);
	/* While it is read. */
	stream_describe(server, "swapped", SEED);
	stream_add(server, "swapped", SEED, 1, 50);
	reading_start(&reading, server->port, "swapped", 1);
	read_to(&reading, 50);
	(void)redis_server_number(server, "DEL pitwall:test:swapped");
	stream_describe(server, "swapped", SEED + 1);
	stream_add(server, "swapped", SEED + 1, 1, 40);
	(void)redis_server_number(server, "CLIENT KILL TYPE normal SKIPME yes");
	(void)reading_ends(&reading, -ESTALE);
	assert_int_equal(reading.rows, 50);
	redis_reader_close(reading.reader);
}

static void what_is_no_session_is_refused(void **state)
{
	static const struct {
		const char *name, *words;
		int code;
		const char *commands[3];
	} cases[] = {
		{"none", "there is no such session", -ENOENT, {NULL}},
		{"string", "is not a session", -EPROTO, {"SET pitwall:test:string x"}},
		{"noinfo",
		 "is not a session",
		 -EPROTO,
		 {"XADD pitwall:test:noinfo 1-0 r x"}},
		{"newer",
		 "another version",
		 -EPROTO,
		 {"HSET pitwall:test:newer:info version 2"}},
		{"infotype",
		 "is not a session",
		 -EPROTO,
		 {"SET pitwall:test:infotype:info x"}},
		{"ids",
		 "not a row of a recording",
		 -EPROTO,
		 {"HSET pitwall:test:ids:info version 1",
		  "XADD pitwall:test:ids * r x"}},
		{"part",
		 "is not a session",
		 -EPROTO,
		 {"HSET pitwall:test:part:info version 1",
		  "XADD pitwall:test:part 1-2 r x"}},
		{"head",
		 "entry 1-",
		 -EPROTO,
		 {"HSET pitwall:test:head:info version 1",
		  "XADD pitwall:test:head 1-0 r 1"}},
		{"field",
		 "entry 1-",
		 -EPROTO,
		 {"HSET pitwall:test:field:info version 1",
		  "XADD pitwall:test:field 1-0 q x"}},
		{"fields",
		 "is not a session",
		 -EPROTO,
		 {"HSET pitwall:test:fields:info version 1",
		  "XADD pitwall:test:fields 1-0 r x r y"}},
		{"ends",
		 "entry 1-1",
		 -EPROTO,
		 {"HSET pitwall:test:ends:info version 1",
		  "XADD pitwall:test:ends 1-1 r x"}},
	};
	struct redis_server *server = *state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct reading reading = {.seed = SEED};
		for (size_t k = 0; k < 3 && cases[i].commands[k] != NULL; k++)
			freeReplyObject(redis_server_ask(server, cases[i].commands[k]));
		reading_start(&reading, server->port, cases[i].name, 1);
		const char *words = reading_ends(&reading, cases[i].code);
		if (strstr(words, cases[i].words) == NULL)
			fail_msg("%s: \"%s\"", cases[i].name, words);
		assert_int_equal(reading.rows, 0);
		redis_reader_close(reading.reader);
	}
}

/** Its source is in no description: it comes with the next look, or never. */
static void a_source_that_is_not_known_ends_it(void **state)
{
	struct redis_server *server = *state;
	struct reading reading = {.seed = SEED};
	const struct record_row row = {
		.id = 11, .type = RECORD_RAW, .source = 3, .bytes = {"x", 1}};
	stream_describe(server, "source", SEED);
	stream_add(server, "source", SEED, 1, 10);
	reading_start(&reading, server->port, "source", 1);
	read_to(&reading, 10);
	stream_put(server, "source", &row);
	assert_non_null(strstr(reading_ends(&reading, -EPROTO), "entry 11-0"));
	assert_int_equal(reading.rows, 10);
	redis_reader_close(reading.reader);
}

/** Of more than a megabyte each: the first piece is too long. */
static void long_rows_are_read_in_short_pieces(void **state)
{
	enum { LONG_ROWS = 70, LONG = 1100 * 1000 };
	struct redis_server *server = *state;
	struct reading reading = {.seed = SEED};
	char *value = calloc(1, 70 * LONG);
	assert_non_null(value);
	int head = snprintf(value, 64, "1 1 1790000000000000 1 \n");
	stream_describe(server, "long", SEED);
	for (int n = 1; n <= LONG_ROWS; n++)
		freeReplyObject(redis_server_ask(server,
						 "XADD pitwall:test:long %d-0 r %b", n,
						 value, (size_t)head + LONG));
	reading_start(&reading, server->port, "long", 1);
	read_to(&reading, LONG_ROWS);
	assert_int_equal(reading.rows, LONG_ROWS);
	assert_int_equal(reading.gaps, 0);
	/* One that no row of a recording is. */
	freeReplyObject(redis_server_ask(server, "XADD pitwall:test:long %d-0 r %b",
					 LONG_ROWS + 1, value, (size_t)70 * LONG));
	free(value);
	assert_non_null(strstr(reading_ends(&reading, -EPROTO), "longer than 64 MiB"));
	assert_int_equal(reading.rows, LONG_ROWS);
	redis_reader_close(reading.reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_there_and_what_comes_is_read),
		cmocka_unit_test(a_reader_is_counted),
		cmocka_unit_test(a_list_that_is_refused_is_not_an_empty_list),
		cmocka_unit_test(cuts_lose_nothing_and_double_nothing),
		cmocka_unit_test(a_later_start_reads_the_rest),
		cmocka_unit_test(what_is_missing_is_a_gap),
		cmocka_unit_test(another_recording_is_not_continued),
		cmocka_unit_test(what_is_no_session_is_refused),
		cmocka_unit_test(long_rows_are_read_in_short_pieces),
		cmocka_unit_test(a_source_that_is_not_known_ends_it),
	};
	(void)signal(SIGPIPE, SIG_IGN);
	if (!redis_server_present())
		return 0;
	return cmocka_run_group_tests(tests, start_server, end_server);
}
