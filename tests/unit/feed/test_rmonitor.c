/*
 * test_rmonitor.c -- records of RMonitor, one behaviour at a time
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "pitwall/feed.h"
#include "../../../src/feed/drivers.h"
#include "../../pump.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_MAX = 2048, TEXT_MAX = 64 * 1024 };

struct received {
	struct event_list list;
	void *state;
	instant_us at; /* the next bytes are received */
};

static void begin_with(struct received *h, const struct feed_setup *setup)
{
	*h = (struct received){.at = INSTANT_NONE};
	h->list = (struct event_list){
		.at = calloc(EVENTS_MAX, sizeof(struct event)),
		.max = EVENTS_MAX,
		.text = malloc(TEXT_MAX),
		.text_max = TEXT_MAX,
	};
	h->state = malloc(feed_rmonitor.state_size);
	assert_true(h->list.at && h->list.text && h->state);
	feed_rmonitor.init(h->state, setup);
}

static void begin(struct received *h)
{
	begin_with(h, &(struct feed_setup){.day = INSTANT_NONE});
}

static void end(struct received *h)
{
	free(h->list.at);
	free(h->list.text);
	free(h->state);
}

static void hear(struct received *h, const char *text)
{
	char *copy = malloc(strlen(text));
	assert_non_null(copy);
	memcpy(copy, text, strlen(text));
	assert_int_equal(feed_pump(&feed_rmonitor, h->state,
				   (struct slice){copy, strlen(text)}, h->at, 0,
				   &h->list),
			 strlen(text));
	free(copy);
}

/* $F of a race that began at 10:00:00. */
static void beat(struct received *h, int seconds, const char *flag)
{
	char line[80];
	snprintf(line, sizeof(line),
		 "$F,9999,\"00:00:00\",\"10:%02d:%02d\",\"00:%02d:%02d\",\"%s\"\n",
		 seconds / 60, seconds % 60, seconds / 60, seconds % 60, flag);
	hear(h, line);
}

/* The @nth event of a kind, from 0; NULL. */
static const struct event *find(const struct received *h, enum event_kind kind,
				unsigned n)
{
	for (uint32_t i = 0; i < h->list.count; i++)
		if (h->list.at[i].kind == kind && n-- == 0)
			return &h->list.at[i];
	return NULL;
}

/* The same, that must be there. */
static const struct event *nth(const struct received *h, enum event_kind kind,
			       unsigned n)
{
	static const struct event nothing;
	const struct event *event = find(h, kind, n);
	if (!event)
		fail_msg("no %s %u", event_kind_name(kind), n);
	return event ? event : &nothing;
}

static unsigned count(const struct received *h, enum event_kind kind)
{
	unsigned n = 0;
	while (find(h, kind, n))
		n++;
	return n;
}

static const char *words(const struct received *h, const struct event *event)
{
	static char text[256];
	assert_non_null(event);
	text_copy(text, sizeof(text), event_text(&h->list, event));
	return text;
}

/* Text of the last ENTRY of a field; "" none. */
static const char *entry(const struct received *h, const char *reg,
			 enum entry_field field)
{
	const struct event *last = NULL, *event;
	for (unsigned n = 0; (event = find(h, EVENT_ENTRY, n)) != NULL; n++)
		if (event->field == field && event->id_kind == ID_REGISTRATION &&
		    strcmp(event->id, reg) == 0)
			last = event;
	return last ? words(h, last) : "";
}

static void passing_is(const struct received *h, unsigned n, uint32_t lap,
		       int64_t at_ms, int64_t lap_ms)
{
	const struct event *event = nth(h, EVENT_PASSING, n);
	assert_int_equal(event->line, LINE_SF);
	assert_int_equal(event->number, lap);
	assert_int_equal(event->at, 10 * US_HOUR + at_ms * US_MS);
	if (lap_ms < 0)
		assert_int_equal(event->value, DURATION_NONE);
	else
		assert_int_equal(event->value, lap_ms * US_MS);
}

static void lines_end_in_any_way_and_records_may_be_glued(void **unused)
{
	static const char *const forms[] = {
		"$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\n$C,1,\"GT\"\n",
		"$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\r\n$C,1,\"GT\"\r\n",
		"$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\r$C,1,\"GT\"\r",
		"\xef\xbb\xbf$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\n$C,1,\"GT\"\n",
		"$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1$C,1,\"GT\"\n",
		"$A, \"7\", \"07\", 123, \"A\", \"B\", \"\", 1\n$C, 1, \"GT\"\n",
		"[{\"f\":1}]\n$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\n# "
		"x\n$C,1,\"GT\"\n",
		"$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\n$F,9999,\"00:00:0$C,1,"
		"\"GT\"\n",
		"$A,\"7\",\"07\",123,\"A\",\"B\",\"\",1\n$F,9,\"00:00:00\",$C,1,"
		"\"GT\"\n",
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct received h;
		begin(&h);
		hear(&h, forms[i]);
		assert_string_equal(entry(&h, "7", ENTRY_NUMBER), "07");
		assert_string_equal(entry(&h, "7", ENTRY_DRIVER), "A B");
		assert_string_equal(entry(&h, "7", ENTRY_CLASS), "GT");
		assert_int_equal(count(&h, EVENT_ANOMALY), i >= 7 ? 1 : 0);
		end(&h);
	}
}

static void what_is_no_record_is_told(void **unused)
{
	static const struct {
		const char *bytes;
		enum anomaly anomaly;
	} cases[] = {
		{"hello\n", ANOMALY_FORMAT},
		{"$XYZ,1\n", ANOMALY_UNKNOWN},
		{"$A,\"7\"\n", ANOMALY_FORMAT},
		{"$G,1,\"\",3,\"00:01:00.000\"\n", ANOMALY_FIELD},
		{"$G,1,\"1234567890123\",3,\"00:01:00.000\"\n", ANOMALY_FIELD},
		{"$G,1,\"1\x01\",3,\"00:01:00.000\"\n", ANOMALY_FIELD},
		{"$G,1,\"\xe2\x80\x8b\",3,\"00:01:00.000\"\n", ANOMALY_FIELD},
		{"$G,x,\"1\",3,\"00:01:00.000\"\n", ANOMALY_FIELD},
		{"$G,1,\"1\",99999999,\"00:01:00.000\"\n", ANOMALY_FIELD},
		{"$J,\"1\",\"00:00:00.000\",\"00:00:00.-51\"\n", ANOMALY_FIELD},
		{"$F,1,\"\",\"25:00:00\",\"00:00:00\",\"\"\n", ANOMALY_FIELD},
		{"$COR,\"1\",\"1\",3,\"00:01:00\",\"soon\"\n", ANOMALY_FIELD},
		{"$L,\"1\",\"T1\",\"SFT\",\"01/01/1970\",\"today\"\n", ANOMALY_FIELD},
		{"$B,1000000,\"x\"\n", ANOMALY_FIELD},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		begin(&h);
		hear(&h, cases[i].bytes);
		if (count(&h, EVENT_ANOMALY) != 1)
			fail_msg("%s: %u anomalies", cases[i].bytes,
				 count(&h, EVENT_ANOMALY));
		assert_int_equal(nth(&h, EVENT_ANOMALY, 0)->field, cases[i].anomaly);
		assert_int_equal(count(&h, EVENT_PASSING), 0);
		end(&h);
	}
}

static void an_unknown_record_is_told_once_and_a_long_line_once(void **unused)
{
	struct received h;
	char *line = malloc(200001);
	(void)unused;
	assert_non_null(line);
	begin(&h);
	hear(&h, "$XYZ,1\n$XYZ,2\n$ABC\n");
	assert_int_equal(count(&h, EVENT_ANOMALY), 2);
	memset(line, 'x', 200000);
	line[199999] = '\n';
	line[200000] = '\0';
	hear(&h, line);
	assert_int_equal(count(&h, EVENT_ANOMALY), 3);
	hear(&h, "$C,1,\"GT\"\n$A,\"7\",\"07\",1,\"A\",\"B\",\"\",1\n");
	assert_string_equal(entry(&h, "7", ENTRY_CLASS), "GT");
	free(line);
	end(&h);
}

static void latin_1_names_with_quotes_and_commas_are_kept(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	hear(&h, "$A,\"7\",\"7\",,\"Ren\xe9 \"Doc\"\",\"L\xfcthi, jr.\",\"\",1\n");
	assert_string_equal(entry(&h, "7", ENTRY_DRIVER),
			    "Ren\xc3\xa9 \"Doc\" L\xc3\xbcthi, jr.");
	end(&h);
}

static void the_first_bytes_are_known(void **unused)
{
	static const struct {
		const char *head;
		bool ours;
	} cases[] = {
		{"$F,14,\"00:12:45\",\"13:34:23\",\"00:09:47\",\"Green \"\r\n", true},
		{"\xef\xbb\xbf$I, \"00:00:00\", \"0/0/0000\"\n$A,\"7\",", true},
		{"$GPRMC,123519,A,4807.038,N\n", false},
		{"{\"t\":\"hello\"}\n", false},
	};

	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct slice head = slice_of(cases[i].head);
		assert_int_equal(feed_rmonitor.sniff(head) > 0, cases[i].ours);
		if (cases[i].ours)
			assert_ptr_equal(feed_sniff(head), &feed_rmonitor);
	}
}

static void passings_and_standings_in_either_order_are_one_lap(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 1, "Green ");
	hear(&h, "$J,\"7\",\"00:00:00.000\",\"00:00:05.966\"\n$G,1,\"7\",,\"00:00:05."
		 "966\"\n");
	beat(&h, 50, "Green ");
	/* It begins the first lap. */
	assert_int_equal(count(&h, EVENT_PASSING), 1);
	passing_is(&h, 0, 0, 5966, 0);
	hear(&h, "$J,\"7\",\"00:00:55.888\",\"00:01:01.854\"\n$G,1,\"7\",1,\"00:01:01."
		 "854\"\n");
	passing_is(&h, 1, 1, 61854, 55888);
	hear(&h, "$G,1,\"7\",2,\"00:01:55.271\"\n");
	beat(&h, 116, "Green ");
	hear(&h, "$J,\"7\",\"00:00:53.417\",\"00:01:55.271\"\n");
	passing_is(&h, 2, 2, 115271, 53417);
	/* Without a $G: the lap time leads from total to total. */
	hear(&h, "$J,\"7\",\"00:00:54.000\",\"00:02:49.271\"\n");
	passing_is(&h, 3, 3, 169271, 54000);
	/* Timed again: the first is taken back. */
	hear(&h, "$J,\"7\",\"00:00:53.999\",\"00:02:49.270\"\n$J,\"7\",\"00:00:55."
		 "888\",\"00:01:01.854\"\n");
	beat(&h, 170, "Green ");
	beat(&h, 171, "Green ");
	beat(&h, 172, "Green ");
	assert_int_equal(count(&h, EVENT_PASSING), 5);
	passing_is(&h, 4, 3, 169270, 53999);
	assert_int_equal(nth(&h, EVENT_DECISION, 0)->field, DECISION_UNDO);
	assert_int_equal(nth(&h, EVENT_DECISION, 0)->value,
			 nth(&h, EVENT_PASSING, 3)->record);
	assert_int_equal(count(&h, EVENT_DECISION), 1);
	end(&h);
}

static void laps_that_were_missed_are_one_repaired_passing(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 1, "Green ");
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:01:00.000\"\n$G,1,\"7\",1,\"00:01:00."
		 "000\"\n");
	hear(&h, "$G,1,\"7\",4,\"00:04:00.000\"\n");
	beat(&h, 241, "Green ");
	assert_int_equal(count(&h, EVENT_PASSING), 1);
	beat(&h, 242, "Green ");
	passing_is(&h, 1, 4, 240000, -1);
	assert_int_equal(nth(&h, EVENT_PASSING, 1)->bits, EVENT_REPAIRED);
	/* The same standing again is nothing new; zeros of a relay's dump are not. */
	hear(&h, "$G,1,\"7\",4,\"00:04:00.000\"\n$I, \"00:00:00\", "
		 "\"0/0/0000\"\n$G,1,\"7\",,\"00:00:00.000\"\n");
	beat(&h, 243, "Green ");
	beat(&h, 244, "Green ");
	assert_int_equal(count(&h, EVENT_PASSING), 2);
	end(&h);
}

static void sentinels_are_no_times(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 1, "Green ");
	hear(&h, "$J,\"7\",\"00:59:59.999\",\"00:01:00.000\"\n$G,1,\"7\",1,\"00:01:00."
		 "000\"\n$H,1,\"7\",0,\"00:59:59.999\"\n");
	beat(&h, 61, "Green ");
	passing_is(&h, 0, 1, 60000, -1);
	for (unsigned n = 0; find(&h, EVENT_CLAIM, n); n++)
		assert_int_not_equal(nth(&h, EVENT_CLAIM, n)->field, 3);
	end(&h);
}

static void totals_that_grow_by_themselves_are_penalties(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 1, "Green ");
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:01:00.000\"\n$G,1,\"7\",1,\"00:01:00."
		 "000\"\n");
	hear(&h, "$G,1,\"7\",1,\"00:01:00.003\"\n");
	beat(&h, 70, "Green ");
	assert_int_equal(count(&h, EVENT_DECISION), 0);
	hear(&h, "$G,1,\"7\",1,\"00:01:10.000\"\n");
	beat(&h, 71, "Green ");
	assert_int_equal(count(&h, EVENT_DECISION), 1);
	assert_int_equal(nth(&h, EVENT_DECISION, 0)->field, DECISION_TIME);
	assert_int_equal(nth(&h, EVENT_DECISION, 0)->value, 10 * US_S);
	assert_string_equal(words(&h, nth(&h, EVENT_DECISION, 0)),
			    "\x1fin the feed's total");
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:02:00.000\"\n$G,1,\"7\",2,\"00:02:10."
		 "000\"\n");
	beat(&h, 131, "Green ");
	assert_int_equal(count(&h, EVENT_DECISION), 1);
	/* Not of whole seconds: believed when it stays; then it is taken back. */
	hear(&h, "$G,1,\"7\",2,\"00:02:11.500\"\n");
	beat(&h, 132, "Green ");
	assert_int_equal(count(&h, EVENT_DECISION), 1);
	hear(&h, "$G,1,\"7\",2,\"00:02:11.500\"\n");
	beat(&h, 133, "Green ");
	assert_int_equal(nth(&h, EVENT_DECISION, 1)->value, 1500 * US_MS);
	hear(&h, "$G,1,\"7\",2,\"00:02:00.000\"\n");
	beat(&h, 134, "Green ");
	hear(&h, "$G,1,\"7\",2,\"00:02:00.000\"\n");
	beat(&h, 135, "Green ");
	assert_int_equal(nth(&h, EVENT_DECISION, 2)->value, -11500 * US_MS);
	hear(&h, "$COR,\"7\",\"7\",2,\"00:01:59.990\",\"-00:00:00.010\"\n");
	assert_int_equal(nth(&h, EVENT_DECISION, 3)->value, -10 * US_MS);
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:03:00.000\"\n");
	assert_int_equal(nth(&h, EVENT_DECISION, 4)->value, 10 * US_MS);
	end(&h);
}

static void laps_below_zero_are_taken_away(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 1, "Green ");
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:01:00.000\"\n$G,1,\"7\",-2,\"00:01:00."
		 "000\"\n");
	beat(&h, 61, "Green ");
	passing_is(&h, 0, 1, 60000, 60000);
	assert_int_equal(nth(&h, EVENT_DECISION, 0)->field, DECISION_LAPS);
	assert_int_equal(nth(&h, EVENT_DECISION, 0)->value, -3);
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:02:00.000\"\n$G,1,\"7\",-1,\"00:02:00."
		 "000\"\n");
	beat(&h, 121, "Green ");
	passing_is(&h, 1, 2, 120000, 60000);
	assert_int_equal(count(&h, EVENT_DECISION), 1);
	end(&h);
}

static void the_start_is_fixed_once_and_in_our_time(void **unused)
{
	struct received h;
	const instant_us day = civil_to_instant(2026, 4, 18);
	(void)unused;
	begin(&h);
	/* Half past five in Kathmandu's zone, 20 seconds fast, received a bit later. */
	h.at = day + 4 * US_HOUR + 15 * US_MIN + 41 * US_S;
	beat(&h, 61, "Green ");
	h.at += US_S;
	beat(&h, 63, "Green ");
	assert_int_equal(count(&h, EVENT_START), 1);
	assert_int_equal(nth(&h, EVENT_START, 0)->at, day + 4 * US_HOUR + 15 * US_MIN);
	h.at += US_S;
	hear(&h, "$J,\"7\",\"00:01:02.500\",\"00:01:02.500\"\n$G,1,\"7\",1,\"00:01:02."
		 "500\"\n");
	assert_int_equal(nth(&h, EVENT_PASSING, 0)->at,
			 day + 4 * US_HOUR + 16 * US_MIN + 2500 * US_MS);
	assert_int_equal(nth(&h, EVENT_PASSING, 0)->received_at, h.at);
	end(&h);
}

static void midnight_is_crossed(void **unused)
{
	struct received h;
	const struct feed_setup setup = {
		.day = civil_to_instant(2026, 6, 13),
		.utc_offset_us = 2 * US_HOUR,
	};
	(void)unused;
	begin_with(&h, &setup);
	hear(&h, "$F,9999,\"00:00:00\",\"23:59:59\",\"07:59:59\",\"Green \"\n"
		 "$F,9999,\"00:00:00\",\"00:00:00\",\"08:00:00\",\"Yellow\"\n");
	assert_int_equal(count(&h, EVENT_START), 1);
	assert_int_equal(count(&h, EVENT_ANOMALY), 0);
	assert_int_equal(nth(&h, EVENT_START, 0)->at, setup.day + 14 * US_HOUR);
	assert_int_equal(nth(&h, EVENT_FLAG, 1)->at, setup.day + 22 * US_HOUR);
	end(&h);
}

static void a_clock_that_steps_is_told(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 10, "Green ");
	/* The day's clock is set: the race's goes on. */
	hear(&h, "$F,9999,\"00:00:00\",\"11:00:11\",\"00:00:11\",\"Green \"\n");
	assert_int_equal(count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(nth(&h, EVENT_ANOMALY, 0)->field, ANOMALY_CLOCK);
	hear(&h, "$F,9999,\"00:00:00\",\"11:00:12\",\"00:00:12\",\"Green \"\n");
	assert_int_equal(count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(count(&h, EVENT_START), 1);
	/* The start is moved: the race's clock steps once, and runs on. */
	hear(&h, "$F,9999,\"00:00:00\",\"11:00:13\",\"00:10:12\",\"Green \"\n");
	assert_int_equal(count(&h, EVENT_START), 1);
	hear(&h, "$F,9999,\"00:00:00\",\"11:00:14\",\"00:10:13\",\"Green \"\n");
	assert_int_equal(count(&h, EVENT_ANOMALY), 1);
	assert_int_equal(count(&h, EVENT_START), 2);
	assert_int_equal(nth(&h, EVENT_START, 1)->bits, EVENT_REPAIRED);
	assert_int_equal(nth(&h, EVENT_START, 1)->value,
			 nth(&h, EVENT_START, 0)->at - 599 * US_S);
	end(&h);
}

static void flags_are_told_when_they_change(void **unused)
{
	struct received h;
	static const enum flag wanted[] = {FLAG_GREEN, FLAG_YELLOW, FLAG_RED,
					   FLAG_GREEN, FLAG_CODE60, FLAG_FINISH};
	(void)unused;
	begin(&h);
	beat(&h, 1, "      ");
	beat(&h, 2, "Green ");
	beat(&h, 3, "GREEN");
	beat(&h, 4, "Yellow");
	beat(&h, 5, "red ");
	beat(&h, 6, "Green ");
	beat(&h, 7, "Slippery");
	beat(&h, 8, "Slippery");
	beat(&h, 9, "Purple");
	beat(&h, 10, "Finish");
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		assert_int_equal(nth(&h, EVENT_FLAG, (unsigned)i)->flag, wanted[i]);
	assert_int_equal(count(&h, EVENT_FLAG), ARRAY_LEN(wanted));
	assert_int_equal(count(&h, EVENT_MESSAGE), 1);
	assert_string_equal(words(&h, nth(&h, EVENT_MESSAGE, 0)), "flag: Slippery");
	assert_int_equal(nth(&h, EVENT_FLAG, 1)->at, 10 * US_HOUR + 4 * US_S);
	end(&h);
}

/* The crossing that brings the chequered flag out is under it. */
static void the_winner_takes_the_flag(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	beat(&h, 1, "Green ");
	beat(&h, 60, "Green ");
	hear(&h, "$J,\"7\",\"00:01:00.250\",\"00:01:00.250\"\n$G,1,\"7\",1,\"00:01:00."
		 "250\"\n");
	beat(&h, 61, "Finish");
	assert_int_equal(nth(&h, EVENT_FLAG, 1)->flag, FLAG_FINISH);
	assert_int_equal(nth(&h, EVENT_FLAG, 1)->at, nth(&h, EVENT_PASSING, 0)->at);
	end(&h);
}

static void the_name_of_a_run_tells_its_type(void **unused)
{
	static const struct {
		const char *name;
		enum session_field type;
	} cases[] = {
		{"Qualifying Race", SESSION_FIELD_RACE},
		{"Qualifying", SESSION_FIELD_TIMED},
		{"Race 2 Qualifying", SESSION_FIELD_TIMED},
		{"Qualifying - Race 2", SESSION_FIELD_TIMED},
		{"FP1", SESSION_FIELD_TIMED},
		{"Prac 1", SESSION_FIELD_TIMED},
		{"Q2", SESSION_FIELD_TIMED},
		{"Hyperpole", SESSION_FIELD_TIMED},
		{"Session 3", SESSION_FIELD_TIMED},
		{"TT1", SESSION_FIELD_TIMED},
		{"Warm Up", SESSION_FIELD_TIMED},
		{"7 Hour", SESSION_FIELD_RACE},
		{"Heat 1", SESSION_FIELD_RACE},
		{"Group 5", SESSION_FIELD_UNKNOWN},
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		char line[80];
		begin(&h);
		snprintf(line, sizeof(line), "$B,4,\"%s\"\n", cases[i].name);
		hear(&h, line);
		hear(&h, "$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
		if (nth(&h, EVENT_SESSION, 0)->field != cases[i].type)
			fail_msg("%s is not of type %d", cases[i].name,
				 (int)cases[i].type);
		end(&h);
	}
}

/* $F each second from @from on, of a run of @length s; @laps: what is to go. */
static void run_down(struct received *h, int from, int to, int length, int laps)
{
	for (int s = from; s < to; s++) {
		char line[96];
		int left = length > s ? length - s : 0;
		snprintf(line, sizeof(line),
			 "$F,%d,\"00:%02d:%02d\",\"10:%02d:%02d\",\"00:%02d:%02d\","
			 "\"Green "
			 "\"\n",
			 laps, left / 60, left % 60, s / 60, s % 60, s / 60, s % 60);
		hear(h, line);
	}
}

static void a_number_that_changes_while_the_run_goes_on_begins_no_other(void **unused)
{
	static const struct {
		const char *change; /* in mid-race */
		unsigned begun;
	} cases[] = {
		{"$B,7,\"Race\"\n", 0},
		{"$B,7,\"Race 2\"\n", 1},
		{"$I,\"10:03:20\",\"18 Apr 26\"\n$B,7,\"Race\"\n", 1},
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		unsigned begun = 0;
		begin(&h);
		hear(&h, "$B,5,\"Race\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
		run_down(&h, 1, 3, 0, 9999);
		hear(&h, "$J,\"7\",\"00:01:40.000\",\"00:01:40.000\"\n");
		run_down(&h, 100, 103, 0, 9999);
		hear(&h, cases[i].change);
		hear(&h, "$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
		hear(&h, "$J,\"7\",\"00:01:40.000\",\"00:03:20.000\"\n");
		run_down(&h, 200, 204, 0, 9999);
		for (uint32_t k = 0; k < h.list.count; k++)
			begun += h.list.at[k].kind == EVENT_SESSION &&
				 h.list.at[k].number == 7 &&
				 !(h.list.at[k].bits &
				   (EVENT_REPAIRED | EVENT_ESTIMATED));
		assert_int_equal(begun, cases[i].begun);
		end(&h);
	}
}

static void a_new_number_may_cross_the_line_before_it_is_named(void **unused)
{
	static const char *const orders[][2] = {
		{"$A,\"64\",\"64\",1803412,\"A\",\"B\",\"\",1\n",
		 "$J,\"64\",\"00:01:40.000\",\"00:03:20.000\"\n"
		 "$G,1,\"64\",2,\"00:03:20.000\"\n"},
		{"$J,\"64\",\"00:01:40.000\",\"00:03:20.000\"\n"
		 "$G,1,\"64\",2,\"00:03:20.000\"\n",
		 "$A,\"64\",\"64\",1803412,\"A\",\"B\",\"\",1\n"},
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(orders); i++) {
		struct received h;
		begin(&h);
		hear(&h, "$B,5,\"Race\"\n"
			 "$A,\"64bk\",\"64bk\",1803412,\"A\",\"B\",\"\",1\n");
		run_down(&h, 1, 3, 0, 9999);
		hear(&h, "$J,\"64bk\",\"00:01:40.000\",\"00:01:40.000\"\n"
			 "$G,1,\"64bk\",1,\"00:01:40.000\"\n");
		run_down(&h, 100, 103, 0, 9999);
		hear(&h, orders[i][0]);
		hear(&h, orders[i][1]);
		run_down(&h, 201, 205, 0, 9999);
		assert_int_equal(count(&h, EVENT_PASSING), 2);
		assert_string_equal(nth(&h, EVENT_PASSING, 1)->id, "64bk");
		assert_int_equal(nth(&h, EVENT_PASSING, 1)->number, 2);
		assert_string_equal(entry(&h, "64bk", ENTRY_NUMBER), "64");
		assert_int_equal(count(&h, EVENT_ANOMALY), 0);
		end(&h);
	}
}

static void no_time_passes_while_a_red_flag_stops_the_race_clock(void **unused)
{
	struct received h;
	char line[96];
	(void)unused;
	begin(&h);
	hear(&h, "$B,5,\"Race\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
	run_down(&h, 1, 151, 0, 9999);
	for (int s = 150; s < 450; s++) {
		snprintf(line, sizeof(line),
			 "$F,9999,\"00:00:00\",\"10:%02d:%02d\",\"00:02:30\",\"%s\"\n",
			 s / 60, s % 60, s < 449 ? "Red   " : "Green ");
		hear(&h, line);
	}
	hear(&h, "$F,9999,\"00:00:00\",\"10:07:30\",\"00:02:31\",\"Green \"\n");
	hear(&h, "$J,\"7\",\"00:02:40.000\",\"00:02:40.000\"\n"
		 "$G,1,\"7\",1,\"00:02:40.000\"\n");
	instant_us start = nth(&h, EVENT_START, 0)->at;
	assert_int_equal(nth(&h, EVENT_FLAG, 1)->flag, FLAG_RED);
	assert_int_equal(nth(&h, EVENT_FLAG, 1)->at, start + 150 * US_S);
	assert_int_equal(nth(&h, EVENT_FLAG, 2)->flag, FLAG_GREEN);
	assert_int_equal(nth(&h, EVENT_FLAG, 2)->at, start + 150 * US_S);
	assert_int_equal(nth(&h, EVENT_PASSING, 0)->at, start + 160 * US_S);
	end(&h);
}

/* Three cars with 4, 3 and 2 laps; the best laps are the other way round. */
static uint8_t type_by_ranks(const char *name, bool by_best)
{
	struct received h;
	uint8_t field = SESSION_FIELD_UNKNOWN;
	begin(&h);
	char line[120];
	snprintf(line, sizeof(line), "$B,4,\"%s\"\n", name);
	hear(&h, line);
	for (int i = 0; i < 3; i++) {
		int rank = by_best ? 3 - i : 1 + i;
		snprintf(line, sizeof(line),
			 "$A,\"%d\",\"%d\",1,\"A\",\"B\",\"\",1\n"
			 "$G,%d,\"%d\",%d,\"00:07:%02d.000\"\n",
			 i, i, rank, i, 4 - i, 40 - i);
		hear(&h, line);
		snprintf(line, sizeof(line), "$H,%d,\"%d\",1,\"00:01:%02d.000\"\n",
			 rank, i, 40 - i);
		hear(&h, line);
	}
	run_down(&h, 500, 520, 0, 9999);
	/* A dump repeats the name. */
	snprintf(line, sizeof(line), "$B,4,\"%s\"\n", name);
	hear(&h, line);
	run_down(&h, 520, 530, 0, 9999);
	for (uint32_t i = 0; i < h.list.count; i++)
		if (h.list.at[i].kind == EVENT_SESSION)
			field = h.list.at[i].field;
	end(&h);
	return field;
}

static void ranks_by_best_laps_are_those_of_a_timed_session(void **unused)
{
	(void)unused;
	assert_int_equal(type_by_ranks("Group 5", true), SESSION_FIELD_TIMED);
	assert_int_equal(type_by_ranks("Group 5", false), SESSION_FIELD_UNKNOWN);
	assert_int_equal(type_by_ranks("Race", true), SESSION_FIELD_RACE);
}

/* Sent faster than it happened: the next $F comes behind the first lap. */
static void a_first_lap_does_not_begin_before_a_clock_that_stood_at_zero(void **unused)
{
	static const struct {
		const char *before; /* of the $F */
		duration_us start;
	} cases[] = {
		{"", 10 * US_HOUR},
		/* Joined in mid-race, from a source without a race clock. */
		{"$G,1,\"7\",3,\"00:04:59.000\"\n", 10 * US_HOUR - 400 * US_S},
	};
	(void)unused;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct received h;
		begin(&h);
		hear(&h, "$B,4,\"Race\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
		hear(&h, cases[i].before);
		hear(&h, "$F,9999,\"00:00:00\",\"10:00:00\",\"00:00:00\",\"Green \"\n");
		hear(&h, i == 0 ? "$J,\"7\",\"00:01:40.000\",\"00:01:40.000\"\n"
				  "$G,1,\"7\",1,\"00:01:40.000\"\n"
				: "$J,\"7\",\"00:01:41.000\",\"00:06:40.000\"\n"
				  "$G,1,\"7\",4,\"00:06:40.000\"\n");
		hear(&h, "$F,9999,\"00:00:00\",\"10:00:00\",\"00:00:00\",\"Green \"\n");
		assert_int_equal(nth(&h, EVENT_START, 0)->at % US_DAY, cases[i].start);
		end(&h);
	}
}

static int64_t length_of(const struct received *h)
{
	int64_t length = 0;
	for (uint32_t i = 0; i < h->list.count; i++)
		if (h->list.at[i].kind == EVENT_SESSION && h->list.at[i].value != 0)
			length = h->list.at[i].value;
	return length;
}

static void what_is_to_go_tells_the_length_of_the_run(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	hear(&h, "$B,4,\"Race\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
	run_down(&h, 1, 5, 600, 9999);
	assert_int_equal(length_of(&h), 0); /* not yet */
	run_down(&h, 5, 7, 600, 9999);
	assert_int_equal(length_of(&h), 10 * US_MIN);
	assert_int_equal(count(&h, EVENT_SESSION), 2);
	assert_int_equal(nth(&h, EVENT_SESSION, 1)->bits, EVENT_REPAIRED);
	assert_string_equal(words(&h, nth(&h, EVENT_MESSAGE, 0)),
			    "length 0:10:00, by the time to go");
	/* Five minutes more are given; the last laps are no limit of their own. */
	run_down(&h, 300, 310, 900, 2);
	assert_int_equal(length_of(&h), 15 * US_MIN);
	run_down(&h, 900, 910, 900, 2);
	assert_int_equal(length_of(&h), 15 * US_MIN);
	end(&h);

	/* A source that knows none, or a clock that stands. */
	begin(&h);
	hear(&h, "$B,4,\"Race\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
	run_down(&h, 1, 20, 0, 9999);
	for (int i = 0; i < 10; i++)
		run_down(&h, 20, 21, 600, 9999);
	/* The time to go stands while the race clock runs. */
	for (int i = 0; i < 20; i++)
		run_down(&h, 21 + i, 22 + i, 600 + i, 9999);
	assert_int_equal(length_of(&h), 0);
	end(&h);
}

static void laps_to_go_and_those_of_the_leader_are_the_length_of_the_run(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	/* The name of a timed session does not limit laps. */
	hear(&h, "$B,4,\"Test 2\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
	run_down(&h, 1, 10, 0, 20);
	assert_int_equal(length_of(&h), -20);
	assert_int_equal(nth(&h, EVENT_SESSION, 1)->field, SESSION_FIELD_RACE);
	end(&h);

	/* Joined late: the laps of the leader are those of $G. */
	begin(&h);
	hear(&h, "$B,4,\"Race\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
	run_down(&h, 300, 310, 0, 17);
	assert_int_equal(length_of(&h), 0);
	hear(&h, "$G,1,\"7\",3,\"00:04:59.000\"\n");
	run_down(&h, 310, 320, 0, 17);
	assert_int_equal(length_of(&h), -20);
	end(&h);
}

static void another_run_is_another_session_when_there_is_something_of_it(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	hear(&h, "$B,26,\"Race 1 "
		 "Qualifying\"\n$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n$B,26,\"Race 1 "
		 "Qualifying\"\n");
	assert_int_equal(count(&h, EVENT_SESSION), 1);
	assert_int_equal(nth(&h, EVENT_SESSION, 0)->number, 26);
	assert_int_equal(nth(&h, EVENT_SESSION, 0)->field, SESSION_FIELD_TIMED);
	beat(&h, 1, "Green ");
	/* Orbits closes a run so: nothing follows. */
	hear(&h, "$B,95,\"Race 1\"\n$F,0,\"00:00:00\",\"10:20:00\",\"00:00:00\",\"     "
		 " \"\n");
	assert_int_equal(count(&h, EVENT_SESSION), 1);
	hear(&h, "$A,\"8\",\"8\",2,\"C\",\"D\",\"\",1\n");
	assert_int_equal(count(&h, EVENT_SESSION), 2);
	assert_int_equal(nth(&h, EVENT_SESSION, 1)->number, 95);
	assert_int_equal(nth(&h, EVENT_SESSION, 1)->field, SESSION_FIELD_RACE);
	/* What a dump says before its $B is of the new run. */
	hear(&h, "$I,\"10:30:00\",\"18 Apr "
		 "26\"\n$A,\"8\",\"8\",2,\"C\",\"D\",\"\",1\n$B,96,\"Warm "
		 "up\"\n$A,\"9\",\"9\",3,\"E\",\"F\",\"\",1\n");
	assert_int_equal(count(&h, EVENT_SESSION), 3);
	unsigned after = 0;
	for (uint32_t i = 0; i < h.list.count; i++) {
		const struct event *event = &h.list.at[i];
		if (event->kind == EVENT_SESSION)
			after = 0;
		after += event->kind == EVENT_ENTRY && event->field == ENTRY_CAR;
	}
	assert_int_equal(after, 2);
	end(&h);
}

static void entries_are_told_once_and_when_they_change(void **unused)
{
	struct received h;
	const char *dump =
		"$A,\"70\",\"7\",58488,\"Round 3 Racing\",\"\",\"\",1\n"
		"$COMP,\"70\",\"7\",1,\"Round 3 Racing\",\"\",\"\",\"Trim-Tex\"\n"
		"$C,1,\"GTO\"\n$C,2,\"GTU\"\n";
	(void)unused;
	begin(&h);
	hear(&h, dump);
	unsigned first = count(&h, EVENT_ENTRY);
	assert_string_equal(entry(&h, "70", ENTRY_NUMBER), "7");
	assert_string_equal(entry(&h, "70", ENTRY_TEAM), "Round 3 Racing");
	assert_string_equal(entry(&h, "70", ENTRY_CLASS), "GTO");
	for (unsigned n = 0; n < first; n++)
		assert_int_equal(nth(&h, EVENT_ENTRY, n)->at, INSTANT_NONE);
	hear(&h, dump);
	assert_int_equal(count(&h, EVENT_ENTRY), first);
	beat(&h, 30, "Green ");
	hear(&h, "$A,\"70\",\"7\",58488,\"Round 3 Racing\",\"\",\"\",2\n");
	assert_int_equal(count(&h, EVENT_ENTRY), first + 1);
	assert_string_equal(entry(&h, "70", ENTRY_CLASS), "GTU");
	assert_int_equal(nth(&h, EVENT_ENTRY, first)->at, 10 * US_HOUR + 30 * US_S);
	end(&h);
}

static void a_transponder_names_the_same_car(void **unused)
{
	struct received h;
	const struct event *event;
	bool found = false;
	(void)unused;
	begin(&h);
	hear(&h, "$A,\"70\",\"007\",NE4,\"A\",\"B\",\"\",1\n");
	for (unsigned n = 0; (event = find(&h, EVENT_ENTRY, n)) != NULL; n++)
		found = found || (event->id_kind == ID_TRANSPONDER &&
				  strcmp(event->id, "NE4") == 0 &&
				  event->field == ENTRY_NUMBER &&
				  strcmp(words(&h, event), "007") == 0);
	assert_true(found);
	end(&h);
}

static void who_joins_between_two_dumps_calls_cars_by_their_registration(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	hear(&h, "$G,1,\"44\",5,\"00:05:00.000\"\n");
	beat(&h, 301, "Green ");
	assert_string_equal(entry(&h, "44", ENTRY_NUMBER), "");
	beat(&h, 302, "Green ");
	assert_string_equal(entry(&h, "44", ENTRY_NUMBER), "44");
	hear(&h, "$A,\"44\",\"4\",1,\"A\",\"B\",\"\",1\n");
	assert_string_equal(entry(&h, "44", ENTRY_NUMBER), "4");
	end(&h);
}

static void another_name_is_another_driver(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	hear(&h, "$A,\"7\",\"7\",1,\"Ann\",\"Abel\",\"\",1\n");
	beat(&h, 30, "Green ");
	hear(&h, "$A,\"7\",\"7\",1,\"Bob\",\"Berg\",\"\",1\n");
	assert_string_equal(entry(&h, "7", ENTRY_DRIVER), "Ann Abel");
	assert_int_equal(count(&h, EVENT_DRIVER), 2);
	assert_string_equal(words(&h, nth(&h, EVENT_DRIVER, 1)), "Bob Berg");
	assert_int_equal(nth(&h, EVENT_DRIVER, 1)->at, 10 * US_HOUR + 30 * US_S);
	end(&h);
}

static void imsa_tells_lines_and_states(void **unused)
{
	struct received h;
	(void)unused;
	begin_with(&h, &(struct feed_setup){.day = INSTANT_NONE, .line_count = 3});
	hear(&h, "$A,\"7\",\"7\",1,\"A\",\"B\",\"\",1\n");
	beat(&h, 1, "Green ");
	hear(&h, "$J,\"7\",\"00:01:00.000\",\"00:01:00.000\"\n$G,1,\"7\",1,\"00:01:00."
		 "000\"\n");
	/* Its clock is 400 ms before ours of start + total: all lines are moved. */
	hear(&h, "$L,\"7\",\"T1\",\"SFT\",\"01/01/1970\",\"10:00:59.600\",2,\"GT\"\n");
	hear(&h, "$L,\"7\",\"T2\",\"\",\"01/01/1970\",\"10:01:20.100\",2,\"GT\"\n");
	hear(&h, "$L,\"7\",\"P1\",\"PIT\",\"01/01/1970\",\"10:01:50.000\"\n");
	hear(&h, "$L,\"7\",\"P2\",\"PIP\",\"01/01/1970\",\"10:01:51.000\"\n");
	hear(&h, "$L,\"7\",\"P3\",\"POT\",\"01/01/1970\",\"10:02:20.000\"\n");
	hear(&h, "$L,\"Tx99\",\"T2\",\"\",\"01/01/1970\",\"10:02:30.000\"\n");
	assert_int_equal(count(&h, EVENT_PASSING), 3);
	assert_int_equal(nth(&h, EVENT_PASSING, 1)->line, 1);
	assert_int_equal(nth(&h, EVENT_PASSING, 1)->at, 10 * US_HOUR + 80500 * US_MS);
	assert_int_equal(nth(&h, EVENT_PASSING, 2)->id_kind, ID_TRANSPONDER);
	assert_string_equal(nth(&h, EVENT_PASSING, 2)->id, "99");
	assert_int_equal(count(&h, EVENT_PIT_IN), 1);
	assert_int_equal(count(&h, EVENT_PIT_OUT), 1);
	assert_int_equal(nth(&h, EVENT_DRIVER, 1)->number, 2);
	hear(&h, "$COMP,\"7\",\"7\",1,\"A\",\"B\",\"Retired\",\"\"\n$COMP,\"7\",\"7\","
		 "1,\"A\",\"B\",\"Retired\",\"\"\n");
	assert_int_equal(count(&h, EVENT_STATUS), 1);
	assert_string_equal(words(&h, nth(&h, EVENT_STATUS, 0)), "RETIRED");
	end(&h);
}

static void the_history_of_race_monitor_fills_what_was_before(void **unused)
{
	struct received h;
	(void)unused;
	begin(&h);
	hear(&h, "$G,1,\"7\",3,\"00:03:00.000\"\n");
	beat(&h, 181, "Green ");
	beat(&h, 182, "Green ");
	assert_int_equal(count(&h, EVENT_PASSING), 1);
	hear(&h,
	     "$RMHL,\"7\",\"1\",\"2\",\"00:01:01.000\",\"Green \",\"00:01:01.000\"\n"
	     "$RMHL,\"7\",\"2\",\"1\",\"00:00:59.500\",\"Green \",\"00:02:00.500\"\n"
	     "$RMHL,\"7\",\"3\",\"1\",\"00:00:59.500\",\"Green \",\"00:03:00.000\"\n");
	assert_int_equal(count(&h, EVENT_PASSING), 3);
	passing_is(&h, 1, 1, 61000, 61000);
	passing_is(&h, 2, 2, 120500, 59500);
	end(&h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_end_in_any_way_and_records_may_be_glued),
		cmocka_unit_test(what_is_no_record_is_told),
		cmocka_unit_test(an_unknown_record_is_told_once_and_a_long_line_once),
		cmocka_unit_test(latin_1_names_with_quotes_and_commas_are_kept),
		cmocka_unit_test(the_first_bytes_are_known),
		cmocka_unit_test(passings_and_standings_in_either_order_are_one_lap),
		cmocka_unit_test(laps_that_were_missed_are_one_repaired_passing),
		cmocka_unit_test(sentinels_are_no_times),
		cmocka_unit_test(totals_that_grow_by_themselves_are_penalties),
		cmocka_unit_test(laps_below_zero_are_taken_away),
		cmocka_unit_test(the_start_is_fixed_once_and_in_our_time),
		cmocka_unit_test(midnight_is_crossed),
		cmocka_unit_test(a_clock_that_steps_is_told),
		cmocka_unit_test(flags_are_told_when_they_change),
		cmocka_unit_test(the_winner_takes_the_flag),
		cmocka_unit_test(the_name_of_a_run_tells_its_type),
		cmocka_unit_test(
			a_first_lap_does_not_begin_before_a_clock_that_stood_at_zero),
		cmocka_unit_test(
			a_number_that_changes_while_the_run_goes_on_begins_no_other),
		cmocka_unit_test(a_new_number_may_cross_the_line_before_it_is_named),
		cmocka_unit_test(no_time_passes_while_a_red_flag_stops_the_race_clock),
		cmocka_unit_test(ranks_by_best_laps_are_those_of_a_timed_session),
		cmocka_unit_test(what_is_to_go_tells_the_length_of_the_run),
		cmocka_unit_test(
			laps_to_go_and_those_of_the_leader_are_the_length_of_the_run),
		cmocka_unit_test(
			another_run_is_another_session_when_there_is_something_of_it),
		cmocka_unit_test(entries_are_told_once_and_when_they_change),
		cmocka_unit_test(a_transponder_names_the_same_car),
		cmocka_unit_test(
			who_joins_between_two_dumps_calls_cars_by_their_registration),
		cmocka_unit_test(another_name_is_another_driver),
		cmocka_unit_test(imsa_tells_lines_and_states),
		cmocka_unit_test(the_history_of_race_monitor_fills_what_was_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
