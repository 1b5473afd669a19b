/*
 * test_url.c -- live sources as people write them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "pitwall/net.h"

static void urls_are_taken_apart(void **state)
{
	static const struct {
		const char *text;
		enum net_kind kind;
		const char *host;
		uint16_t port;
		const char *feed, *session;
	} rows[] = {
		{"p3://10.0.0.5:5403", NET_TCP, "10.0.0.5", 5403, "p3", ""},
		{"P3://Main:1", NET_TCP, "Main", 1, "p3", ""},
		{"p3://[fe80::1%25eth0]:9", NET_TCP, "fe80::1%eth0", 9, "p3", ""},
		{"rmonitor://orbits.local:50001/?session=Race%201", NET_TCP,
		 "orbits.local", 50001, "rmonitor", "Race 1"},
		{"multiloop://h:50003", NET_TCP, "h", 50003, "multiloop", ""},
		{"p98://h:5100?feed=p3", NET_TCP, "h", 5100, "p3", ""},
		{"beacon+tcp://h", NET_TCP, "h", 7575, "beacon", ""},
		{"beacon+tcp://*", NET_LISTEN, "*", 7575, "beacon", ""},
		{"beacon+tcp://[::]:7575", NET_LISTEN, "::", 7575, "beacon", ""},
		{"beacon+tcp://0.0.0.0", NET_LISTEN, "0.0.0.0", 7575, "beacon", ""},
		{"beacon+tcp://[::1]:0?listen=yes", NET_LISTEN, "::1", 0, "beacon", ""},
		{"beacon+udp://[::1]:7575", NET_UDP, "::1", 7575, "beacon", ""},
		{"beacon+udp://*", NET_UDP, "*", 7575, "beacon", ""},
		{"beacon://h?session=a&feed=beacon", NET_TCP, "h", 7575, "beacon", "a"},
		{"tcp://h:99", NET_TCP, "h", 99, "", ""},
		{"udp://*:99", NET_UDP, "*", 99, "", ""},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_url url;
		struct err err = {""};
		if (net_url_parse(rows[i].text, &url, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_string_equal(url.text, rows[i].text);
		assert_int_equal(url.kind, rows[i].kind);
		assert_string_equal(url.host, rows[i].host);
		assert_int_equal(url.port, rows[i].port);
		assert_string_equal(url.feed, rows[i].feed);
		assert_string_equal(url.session, rows[i].session);
		assert_true(net_url_is(rows[i].text));
	}
}

static void files_and_standard_input_are_taken_apart(void **state)
{
	static const struct {
		const char *text;
		enum net_kind kind;
		const char *path, *feed;
		uint32_t baud;
	} rows[] = {
		{"file:/dev/ttyUSB0?feed=beacon&baud=9600", NET_FILE, "/dev/ttyUSB0",
		 "beacon", 9600},
		{"file:/dev/ttyS0?feed=p3", NET_FILE, "/dev/ttyS0", "p3", 0},
		{"file:./fifo", NET_FILE, "./fifo", "", 0},
		{"file:///dev/ttyACM0?baud=230400", NET_FILE, "/dev/ttyACM0", "",
		 230400},
		{"file://localhost/dev/x", NET_FILE, "/dev/x", "", 0},
		{"file:a%20b%3f", NET_FILE, "a b?", "", 0},
		{"-", NET_STDIN, "", "", 0},
		{"-?feed=beacon", NET_STDIN, "", "beacon", 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_url url;
		struct err err = {""};
		if (net_url_parse(rows[i].text, &url, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_int_equal(url.kind, rows[i].kind);
		assert_string_equal(url.path, rows[i].path);
		assert_string_equal(url.feed, rows[i].feed);
		assert_int_equal(url.baud, rows[i].baud);
	}
}

static void a_command_is_taken_as_it_is_and_options_only_end_it(void **state)
{
	static const struct {
		const char *text, *command, *feed, *session;
		uint32_t idle;
	} rows[] = {
		{"exec:python3 source.py", "python3 source.py", "", "", 0},
		{"exec: ./a.sh 'x?y' | tr a b ", "./a.sh 'x?y' | tr a b", "", "", 0},
		{"exec:curl http://h/?a=1&b=2", "curl http://h/?a=1&b=2", "", "", 0},
		{"exec:./a?feed=rmonitor", "./a", "rmonitor", "", 0},
		{"exec:./a?session=Q1&idle=600", "./a", "", "Q1", 600},
		{"exec:./a ?x ?idle=5", "./a ?x", "", "", 5},
		{"exec:echo a%20b", "echo a%20b", "", "", 0},
		{"exec:x ?feed=p3 y", "x ?feed=p3 y", "", "", 0},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_url url;
		struct err err = {""};
		assert_true(net_url_is(rows[i].text));
		if (net_url_parse(rows[i].text, &url, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_int_equal(url.kind, NET_PROGRAM);
		assert_false(net_url_is_web(&url));
		assert_string_equal(url.path, rows[i].command);
		assert_string_equal(url.feed, rows[i].feed);
		assert_string_equal(url.session, rows[i].session);
		assert_int_equal(url.idle, rows[i].idle);
	}
}

static void addresses_of_the_web_are_for_a_program(void **state)
{
	static const struct {
		const char *text, *scheme, *feed, *session;
		uint32_t idle;
	} rows[] = {
		{"griiip://wec", "griiip", "griiip", "", 0},
		{"GRIIIP://18130#every=2&session=Race", "griiip", "griiip", "Race", 0},
		{"swisstiming://", "swisstiming", "swisstiming", "", 0},
		{"racemonitor://37872", "racemonitor", "rmonitor", "", 0},
		{"https://h/a.json?feed=x&y=1#feed=rmonitor&idle=90", "https",
		 "rmonitor", "", 90},
		{"wss://h:8443/", "wss", "", "", 0},
	};
	static const char *const refused[] = {
		"https://h/ x",         "https://me:secret@h/", "https://h/#every=0",
		"wss://h/#feed=nosuch", "griiip://10#baud=3",   "https://h/\n"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_url url;
		struct err err = {""};
		if (net_url_parse(rows[i].text, &url, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_int_equal(url.kind, NET_PROGRAM);
		assert_string_equal(url.scheme, rows[i].scheme);
		/* Their program knows the scheme in small letters. */
		size_t len = strlen(rows[i].scheme);
		assert_memory_equal(url.path, rows[i].scheme, len);
		assert_string_equal(url.path + len, rows[i].text + len);
		assert_true(net_url_is_web(&url));
		assert_string_equal(url.feed, rows[i].feed);
		assert_string_equal(url.session, rows[i].session);
		assert_int_equal(url.idle, rows[i].idle);
	}
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct net_url url;
		struct err err = {""};
		assert_true(net_url_parse(refused[i], &url, &err) < 0);
	}
}

static void the_usual_port_is_that_of_the_driver(void **state)
{
	(void)state;
	for (const struct feed_driver *const *row = feed_drivers; *row != NULL; row++) {
		char text[64];
		struct net_url url;
		struct err err = {""};
		if ((*row)->scheme == NULL)
			continue;
		text_format(text, sizeof(text), "%s://h", (*row)->scheme);
		if ((*row)->port_default == 0) {
			assert_true(net_url_parse(text, &url, &err) < 0);
			assert_non_null(strstr(err.text, "no port, and"));
			continue;
		}
		assert_int_equal(net_url_parse(text, &url, &err), 0);
		assert_int_equal(url.port, (*row)->port_default);
		assert_string_equal(url.feed, (*row)->name);
	}
}

static void what_cannot_be_meant_is_refused_in_words(void **state)
{
	static const struct {
		const char *text, *words;
	} rows[] = {
		{"sctp://h:80", "use p3://HOST"},
		{"p3+sctp://h:1", "use p3://HOST"},
		{"tcp+udp://h:1", "use p3://HOST"},
		{"averyveryverylongscheme://h:1", "use p3://HOST"},
		{"averyveryverylongscheme://h:1", ", griiip://, imsa://, nls://, "},
		{"averyveryverylongscheme://h:1", ", file:PATH or exec:COMMAND"},
		{"https://", "no host; write https://HOST/PATH"},
		{"wss:///path", "no host; write wss://HOST/PATH"},
		{"HTTP://#every=3", "no host; write http://HOST/PATH"},
		{"griiip://wec#day=1",
		 "unknown option #day; this source takes #feed=NAME, #session=NAME, "
		 "#idle=SECONDS, #every=SECONDS"},
		{"p3://:5403", "no host; write"},
		{"exec:", "needs a command"},
		{"exec: ?feed=p3", "needs a command"},
		{"exec:a?feed=nosuch", "unknown feed nosuch"},
		{"exec:a?idle=0", "must be a number"},
		{"p3://", "no host; write"},
		{"p3://[]:1", "no host; write"},
		{"p3://[::1", "no ] after the address"},
		{"p3://[::1]x", "only :PORT"},
		{"p3://::1:5403", "in brackets"},
		{"p3://[host]:1", "invalid host name"},
		{"p3://a b:1", "invalid host name"},
		{"p3://user@h:1", "invalid host name"},
		{"p3://h/path:1", "invalid host name"},
		{"p3://h:0", "must be 1 to 65535"},
		{"p3://h:65536", "must be 1 to 65535"},
		{"p3://h:x", "must be 1 to 65535"},
		{"tcp://h", "no port, and"},
		{"p3://h:1?feed=nonsense", "unknown feed nonsense"},
		{"p3://h:1?feed=", "needs a name"},
		{"p3://h:1?feed=alkamel", "a file format"},
		{"p3://h:1?baud=9600", "?listen=yes"},
		{"beacon+tcp://*:1?listen=no", "name a host"},
		{"beacon+tcp://h:1?listen=maybe", "yes or no"},
		{"beacon+udp://h:1?listen=yes", "this source takes"},
		{"beacon+tcp://h:1?senders=3", "for sources that listen"},
		{"beacon+tcp://h:1?allow=any", "for sources that listen"},
		{"beacon+udp://*:1?senders=33", "from 1 to 32"},
		{"beacon+udp://*:1?idle=0", "from 1 to"},
		{"beacon+udp://*:1?per-address=x", "from 1 to 32"},
		{"beacon+tcp://*:1?allow=10.0.0.0/33", "is not an address"},
		{"file:/dev/x?senders=3", "this source takes"},
		{"file:", "no file name"},
		{"file:/dev/x?baud=9601", "9600"},
		{"file:/dev/x?speed=1", "?baud=N"},
		{"file://otherhost/dev/x", "a local file"},
		{"file:a%00b", "too long"},
		{"race.csv", "is not a live source"},
		{"", "is not a live source"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct net_url url = {.port = 7};
		struct err err = {""};
		if (net_url_parse(rows[i].text, &url, &err) >= 0)
			fail_msg("%s was taken", rows[i].text);
		assert_int_equal(url.port, 7);
		if (strstr(err.text, rows[i].words) == NULL)
			fail_msg("%s: %s", rows[i].text, err.text);
	}
}

static void names_too_long_and_controls_are_refused_or_cleaned(void **state)
{
	char text[RECORD_URL_MAX + 100];
	struct net_url url;
	struct err err;
	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memcpy(text, "p3://", 5);
	assert_true(net_url_parse(text, &url, &err) < 0);
	memcpy(text, "file:", 5);
	assert_true(net_url_parse(text, &url, &err) < 0);
	assert_int_equal(net_url_parse("file:/dev/x\033[2J", &url, &err), 0);
	assert_string_equal(url.text, "file:/dev/x[2J");
}

static void a_command_has_as_many_bytes_as_a_recording_keeps(void **state)
{
	enum { COMMAND_MOST = RECORD_URL_MAX - 1 - 5 };
	char text[RECORD_URL_MAX + 1] = "exec:";
	struct net_url url;
	struct err err;
	(void)state;
	memset(text + 5, 'a', COMMAND_MOST);
	assert_int_equal(net_url_parse(text, &url, &err), 0);
	assert_string_equal(url.text, text);
	assert_string_equal(url.path, text + 5);
	text[5 + COMMAND_MOST] = 'a';
	assert_true(net_url_parse(text, &url, &err) < 0);
	assert_non_null(
		strstr(err.text, "longer than 1018 bytes: put it into a script"));
	memcpy(text, "https://", 8);
	assert_true(net_url_parse(text, &url, &err) < 0);
	assert_non_null(strstr(err.text, "the address is longer than 1023 bytes"));
	text[RECORD_URL_MAX - 1] = '\0';
	assert_int_equal(net_url_parse(text, &url, &err), 0);
	assert_string_equal(url.path, text);
}

static void only_sources_with_a_scheme_are_urls(void **state)
{
	static const char *const not_urls[] = {"race.csv", "-",    "",     "a:b",
					       "://x",     "c:/x", "p3:/h"};
	(void)state;
	assert_true(net_url_is("p3://h"));
	assert_true(net_url_is("file:/dev/x"));
	assert_true(net_url_is("http://h"));
	for (size_t i = 0; i < ARRAY_LEN(not_urls); i++)
		assert_false(net_url_is(not_urls[i]));
}

static void what_others_see_of_a_source_has_no_secret(void **state)
{
	static const char *const shown[][2] = {
		{"p3://10.0.0.5", "p3://10.0.0.5"},
		{"p3+udp://*:5403?senders=4&allow=10.0.0.0/8",
		 "p3+udp://*:5403?senders=4&allow=10.0.0.0/8"},
		{"file:/dev/ttyUSB0?baud=9600", "file:/dev/ttyUSB0?baud=9600"},
		{"race.csv", "race.csv"},
		{"", ""},
		{"https://h/a?token=abc", "https://h/a?token=***"},
		{"https://h/a?k=1&feed=rmonitor&x=2#feed=p3",
		 "https://h/a?k=***&feed=rmonitor&x=***#feed=p3"},
		{"https://h?abc", "https://h?***"},
		{"https://h/?=abc&&b", "https://h/?=***&***&***"},
		{"https://u:p@h/a@b", "https://***@h/a@b"},
		{"https://u:p@x@h", "https://***@h"},
		{"tcp://u@h:1?feed=p3", "tcp://***@h:1?feed=p3"},
		{"wss://h/a?b=c?d=e", "wss://h/a?b=***"},
		{"exec:python3 feed.py spa", "exec:python3 feed.py spa"},
		{"exec:curl -H Authorization:abc h", "exec:curl ***"},
		{"exec:env KEY=abc feed", "exec:env ***"},
		{"exec:  feed --password abc", "exec:feed ***"},
		{"exec:KEY=abc feed", "exec:***"},
	};
	char text[RECORD_URL_MAX], again[RECORD_URL_MAX], small[12];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
		(void)net_url_shown(text, sizeof(text), shown[i][0]);
		assert_string_equal(text, shown[i][1]);
		(void)net_url_shown(again, sizeof(again), text);
		assert_string_equal(again, text);
		(void)net_url_shown(small, sizeof(small), shown[i][0]);
		assert_memory_equal(small, text, strlen(small));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(urls_are_taken_apart),
		cmocka_unit_test(files_and_standard_input_are_taken_apart),
		cmocka_unit_test(a_command_is_taken_as_it_is_and_options_only_end_it),
		cmocka_unit_test(addresses_of_the_web_are_for_a_program),
		cmocka_unit_test(a_command_has_as_many_bytes_as_a_recording_keeps),
		cmocka_unit_test(the_usual_port_is_that_of_the_driver),
		cmocka_unit_test(what_cannot_be_meant_is_refused_in_words),
		cmocka_unit_test(names_too_long_and_controls_are_refused_or_cleaned),
		cmocka_unit_test(only_sources_with_a_scheme_are_urls),
		cmocka_unit_test(what_others_see_of_a_source_has_no_secret),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
