/*
 * alkamel_words.h -- small lap files, and what comes of them in words: one line an
 * event, in the order of writing, times in seconds since the start
 */
#ifndef PITWALL_TEST_FEED_ALKAMEL_WORDS_H
#define PITWALL_TEST_FEED_ALKAMEL_WORDS_H

#include "alkamel_read.h"

/* The header of real files, and one car's first two laps. */
#define HEAD                                                                    \
	"NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; "        \
	"CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; S2_IMPROVEMENT; " \
	"S3; S3_IMPROVEMENT; KPH; ELAPSED; HOUR;S1_LARGE;S2_LARGE;S3_LARGE;"    \
	"TOP_SPEED;DRIVER_NAME;PIT_TIME;CLASS;GROUP;TEAM;MANUFACTURER;"         \
	"FLAG_AT_FL;\n"
#define WHO "Ann ABLE"
#define OWNER "LMP1;;Team A;Audi"

#define TWO_LAPS                                                                    \
	"7;1;1;1:40.000;0;;30.000;0;40.000;0;30.000;0;180.0;1:40.000;10:01:40.000;" \
	"0:30.000;0:40.000;0:30.000;;" WHO ";;" OWNER ";GF;\n"                      \
	"7;1;2;1:36.500;2;;29.500;2;38.000;3;29.000;2;186.5;3:16.500;10:03:16.500;" \
	"0:29.500;0:38.000;0:29.000;;" WHO ";;" OWNER ";FF;\n"

/* A shorter shape. */
#define NAMED                                                              \
	"NUMBER;LAP_NUMBER;LAP_TIME;CROSSING_FINISH_LINE_IN_PIT;S1;S2;S3;" \
	"ELAPSED;HOUR;DRIVER_NUMBER;DRIVER_NAME;PIT_TIME;CLASS;FLAG_AT_FL\n"

enum {
	RACE = 1 << EVENT_PASSING | 1 << EVENT_PIT_IN | 1 << EVENT_PIT_OUT |
	       1 << EVENT_ANOMALY,
	ALL = RACE | 1 << EVENT_ENTRY | 1 << EVENT_START | 1 << EVENT_DRIVER |
	      1 << EVENT_END,
};

struct words {
	char text[16 * 1024];
	size_t len;
};

static inline void say(struct words *words, const char *fmt, ...) PRINTF_LIKE(2, 3);
static inline void say(struct words *words, const char *fmt, ...)
{
	va_list list;
	va_start(list, fmt);
	int n = vsnprintf(words->text + words->len, sizeof(words->text) - words->len,
			  fmt, list);
	va_end(list);
	words->len += (size_t)n;
	assert_true(words->len < sizeof(words->text));
}

static inline void say_time(struct words *words, duration_us t)
{
	char text[TIME_TEXT_MAX];
	format_duration(text, t, TIME_LAP);
	say(words, " %s", t == DURATION_NONE ? "-" : text);
}

static inline void say_bits(struct words *words, const struct event *event)
{
	if (event->bits & EVENT_ESTIMATED)
		say(words, " estimated");
	if (event->bits & EVENT_REPAIRED)
		say(words, " repaired");
}

static inline void say_event(struct words *words, const struct reading *reading,
			     const struct event *event)
{
	struct slice text = event_text(&reading->list, event);
	say(words, "%s %s", event_kind_name((enum event_kind)event->kind), event->id);
	say_time(words, event->at - reading->info.start_at);
	if (event->kind == EVENT_PASSING) {
		if (event->line == LINE_SF_PIT)
			say(words, " PIT");
		else
			say(words, " L%u", event->line);
		say(words, " lap %u", event->number);
		say_time(words, event->value);
		if (event->flag != FLAG_UNKNOWN)
			say(words, " %s", flag_name((enum flag)event->flag));
	} else if (event->kind == EVENT_PIT_OUT) {
		say_time(words, event->value);
	} else if (event->kind == EVENT_DRIVER) {
		say(words, " %u %.*s", event->number, (int)text.len, text.at);
	} else if (event->kind == EVENT_ENTRY) {
		say(words, " field %u %u %.*s", event->field, event->number,
		    (int)text.len, text.at);
	} else if (event->kind == EVENT_ANOMALY) {
		say(words, " line %u %s: %.*s", event->number,
		    anomaly_name((enum anomaly)event->field), (int)text.len, text.at);
	}
	say_bits(words, event);
	say(words, "\n");
}

/* What @text says, of the kinds in @kinds (bits). */
static inline void expect_of(const char *text, uint32_t kinds, const char *expected)
{
	struct reading reading = reading_of(slice_of(text));
	static struct words words;
	words.len = 0;
	words.text[0] = '\0';
	if (reading.rc != 0)
		fail_msg("%s", reading.err.text);
	for (uint32_t i = 0; i < reading.list.count; i++)
		if (kinds >> reading.list.at[i].kind & 1)
			say_event(&words, &reading, &reading.list.at[i]);
	assert_string_equal(words.text, expected);
	assert_int_equal(reading.list.dropped, 0);
	reading_free(&reading);
}

/* One text with each @from replaced by @to. */
static inline struct slice replaced(const char *text, const char *from, const char *to)
{
	char *out = malloc(strlen(text) * (strlen(to) + 1) + 1);
	size_t len = 0;
	while (*text) {
		bool here = strncmp(text, from, strlen(from)) == 0;
		const char *piece = here ? to : text;
		size_t n = here ? strlen(to) : 1;
		memcpy(out + len, piece, n);
		len += n;
		text += here ? strlen(from) : 1;
	}
	out[len] = '\0';
	return (struct slice){out, len};
}

#endif
