/*
 * test_beacon_manual.c -- what pitwall-beacon(5) shows is what is read and answered
 *
 * Each display of the page is a conversation on a new connection: "> " is said by a
 * beacon, "< " by the console. Where the console speaks in it, it says this and nothing
 * else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "../../../src/feed/drivers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 64, LINE_BYTES = 600 };

struct talk {
	struct event_list list;
	struct event storage[EVENTS_MAX];
	char pool[16 * 1024];
	max_align_t state[FEED_STATE_MAX / sizeof(max_align_t)];
	instant_us now;
	unsigned line, shown, answered;    /* of the page; lines of the talk */
	char said[EVENTS_MAX][LINE_BYTES]; /* by the console */
	unsigned said_count;
};

static void begin(struct talk *talk)
{
	const struct feed_setup setup = {.day = INSTANT_NONE, .line_count = 3};
	talk->list = (struct event_list){
		.at = talk->storage,
		.max = EVENTS_MAX,
		.text = talk->pool,
		.text_max = sizeof(talk->pool),
	};
	talk->now = 1764000000 * US_S;
	talk->shown = talk->answered = talk->said_count = 0;
	feed_beacon.init(talk->state, &setup);
}

/* What the console says stands in said[]; nothing is odd but what is missing. */
static void sweep(struct talk *talk)
{
	for (uint32_t i = 0; i < talk->list.count; i++) {
		const struct event *event = &talk->list.at[i];
		struct slice text = event_text(&talk->list, event);
		if (event->kind == EVENT_ANOMALY && event->field != ANOMALY_MISSING)
			fail_msg("line %u of the page: %.*s", talk->line, (int)text.len,
				 text.at);
		if (event->kind == EVENT_ASK)
			text_copy(talk->said[talk->said_count++], LINE_BYTES, text);
	}
	talk->list.count = talk->list.text_len = 0;
}

static void greet(struct talk *talk)
{
	feed_beacon.on_connect(talk->state, talk->now, &talk->list);
	sweep(talk);
}

/* Ticks come a second and more apart. */
static void beacon_says(struct talk *talk, const char *line)
{
	bool tick = line[0] == 'S' || strstr(line, "\"tick\"");
	if (strlen(line) + 1 > 512)
		fail_msg("line %u of the page is too long", talk->line);
	talk->now += tick ? 1100 * US_MS : 10 * US_MS;
	feed_beacon.decode(talk->state, slice_of(line), talk->now, 0, &talk->list);
	/* It was understood: there is something of it, if only what it is answered. */
	if (talk->list.count == 0 && !strstr(line, "\"time\"") &&
	    !strstr(line, "\"hello\"") && line[0] != 'T')
		fail_msg("line %u of the page says nothing", talk->line);
	feed_beacon.flush(talk->state, talk->now, &talk->list);
	sweep(talk);
	talk->shown++;
}

static void console_says(struct talk *talk, const char *line)
{
	size_t len = strlen(line);
	if (talk->answered == talk->said_count)
		fail_msg("line %u of the page: the console says nothing there",
			 talk->line);
	if (strncmp(talk->said[talk->answered], line, len) != 0 ||
	    strcmp(talk->said[talk->answered] + len, "\n") != 0)
		fail_msg("line %u of the page: the console says %s", talk->line,
			 talk->said[talk->answered]);
	talk->answered++;
}

/* "\-" is a hyphen that stays one. */
static void unescape(char *line)
{
	char *to = line;
	for (const char *at = line; *at != '\0' && *at != '\n'; at++)
		if (at[0] != '\\' || at[1] != '-')
			*to++ = *at;
	*to = '\0';
}

static void end(struct talk *talk)
{
	if (talk->answered > 0 && talk->answered < talk->said_count)
		fail_msg("line %u of the page: the console says more: %s", talk->line,
			 talk->said[talk->answered]);
}

static void the_examples_of_the_page_are_what_happens(void **unused)
{
	struct talk *talk = calloc(1, sizeof(*talk));
	FILE *page = fopen(PITWALL_SOURCE_ROOT "/assets/man/pitwall-beacon.5", "r");
	unsigned shown = 0, answered = 0;
	char line[2048];
	(void)unused;
	assert_non_null(talk);
	assert_non_null(page);
	while (fgets(line, sizeof(line), page)) {
		talk->line++;
		unescape(line);
		if (strncmp(line, ".Bd", 3) == 0) {
			begin(talk);
			greet(talk);
		} else if (strncmp(line, ".Ed", 3) == 0) {
			end(talk);
			shown += talk->shown;
			answered += talk->answered;
		} else if (strncmp(line, "> ", 2) == 0) {
			beacon_says(talk, line + 2);
		} else if (strncmp(line, "< ", 2) == 0) {
			console_says(talk, line + 2);
		}
	}
	assert_int_equal(fclose(page), 0);
	free(talk);
	assert_true(shown > 20 && answered > 15);
}

/* As a word of its own: "air", not "fair". */
static bool names_word(const char *page, const char *word)
{
	size_t len = strlen(word);
	for (const char *p = page; (p = strstr(p, word)) != NULL; p += len)
		if (strchr(" \n", p[-1]) && strchr(" \n,;", p[len]))
			return true;
	return false;
}

static void the_page_has_every_flag_and_every_weather_value(void **unused)
{
	static char text[64 * 1024];
	FILE *page = fopen(PITWALL_SOURCE_ROOT "/assets/man/pitwall-beacon.5", "r");
	(void)unused;
	assert_non_null(page);
	text[fread(text, 1, sizeof(text) - 1, page)] = '\0';
	assert_int_equal(fclose(page), 0);
	for (unsigned flag = FLAG_UNKNOWN + 1; flag < FLAG_COUNT; flag++)
		if (!names_word(text, flag_name((enum flag)flag)))
			fail_msg("no flag %s", flag_name((enum flag)flag));
	for (unsigned field = 0; field < WEATHER_FIELD_COUNT; field++)
		if (!names_word(text, weather_name((enum weather_field)field)))
			fail_msg("no weather %s",
				 weather_name((enum weather_field)field));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_page_are_what_happens),
		cmocka_unit_test(the_page_has_every_flag_and_every_weather_value),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
