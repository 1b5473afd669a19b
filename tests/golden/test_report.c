/*
 * test_report.c -- `pitwall report`: a page that holds together, says what `results`
 * says, needs nothing else, and takes no orders from the text of a race
 */
#include "official.h"
#include "../scratch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (const char *at = text; (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

/* Elements that have to be closed, and those that may end by themselves. */
static const char *const closed[] = {
	"h1",    "h2",     "p",          "div",     "table",    "thead",
	"tbody", "strong", "small",      "svg",     "text",     "rect",
	"path",  "figure", "polyline",   "details", "title",    "html",
	"g",     "style",  "figcaption", "summary", "clipPath",
};

static bool must_close(struct slice name)
{
	for (size_t i = 0; i < ARRAY_LEN(closed); i++)
		if (slice_eq(name, slice_of(closed[i])))
			return true;
	return false;
}

static struct slice tag_name(const char *at)
{
	size_t len = 0;

	while (isalnum((unsigned char)at[len]))
		len++;
	return (struct slice){at, len};
}

/* Every element that has to is closed, in the order of a stack. */
static void holds_together(const char *page)
{
	struct slice stack[64];
	unsigned depth = 0;

	for (const char *at = page; (at = strchr(at, '<')) != NULL;) {
		const char *end = strchr(at, '>');
		bool shuts = at[1] == '/', empty = end != NULL && end[-1] == '/';
		struct slice name = tag_name(at + 1 + shuts);

		assert_non_null(end);
		at = end;
		if (empty || !must_close(name))
			continue;
		if (!shuts) {
			assert_true(depth < ARRAY_LEN(stack));
			stack[depth++] = name;
			continue;
		}
		assert_true(depth > 0);
		if (!slice_eq(stack[--depth], name))
			fail_msg("<%.*s> is ended by </%.*s>", (int)stack[depth].len,
				 stack[depth].at, (int)name.len, name.at);
	}
	assert_int_equal(depth, 0);
}

static void needs_nothing_else(const char *page)
{
	static const char *const never[] = {"<script", "http:", "https:", "<link",
					    "<img",    "url(h", "@import"};

	for (size_t i = 0; i < ARRAY_LEN(never); i++)
		if (strstr(page, never[i]) != NULL)
			fail_msg("the page has %s", never[i]);
}

static void the_race_of_2003_on_a_page(void **state)
{
	char *page = run_pitwall("report -o -", 0);
	struct table results;

	(void)state;
	holds_together(page);
	needs_nothing_else(page);
	assert_non_null(strstr(page, "<strong>reconstruction</strong>"));
	assert_non_null(strstr(page, "5:59:53.245"));
	assert_non_null(
		strstr(page, "75 % of the winner's distance &middot; 156 laps"));
	assert_non_null(strstr(page, "invited to the 2004 24 Hours of Le Mans"));
	table_run("results --format csv", &results);
	/* A line a car in both charts, and the threshold. */
	assert_int_equal(count(page, "<polyline"), 2 * results.count + 1);
	for (unsigned i = 0; i < results.count; i++) {
		char total[64];
		struct slice time = table_field(&results, i, "total_time");

		text_format(total, sizeof(total), "<td class=n>%.*s<td", (int)time.len,
			    time.at);
		assert_non_null(strstr(page, total));
	}
	table_free(&results);
	free(page);
}

static void text_of_a_race_gives_no_orders(void **state)
{
	char *page;

	(void)state;
	free(run_pitwall("convert -o report_hostile.csv 2>&1 && sed -i "
			 "'s/Pescarolo Sport/<script>x<\\/script>\\&\\x27/' "
			 "report_hostile.csv",
			 0));
	page = run_pitwall("report report_hostile.csv --length 6h -o -", 0);
	holds_together(page);
	needs_nothing_else(page);
	assert_non_null(strstr(page, "&lt;script&gt;x&lt;/script&gt;&amp;"));
	free(page);
}

static void a_race_that_runs_is_told_as_it_stands(void **state)
{
	char *page = run_pitwall("report --at 2:00:00 -o -", 0);

	(void)state;
	holds_together(page);
	assert_non_null(strstr(page, "The race is not over"));
	assert_null(strstr(page, "invited to the 2004"));
	assert_null(strstr(page, "5:59:53"));
	free(page);
	page = run_pitwall("report --at start -o -", 0);
	holds_together(page);
	free(page);
}

static void the_24_hours_of_2024_on_a_page(void **state)
{
	char path[1024], words[1200];
	char *page, *stops;

	(void)state;
	data_path("wec_2024_le_mans_24h.csv", path, sizeof(path));
	text_format(words, sizeof(words), "report '%s' -o -", path);
	page = run_pitwall(words, 0);
	holds_together(page);
	needs_nothing_else(page);
	assert_true(count(page, "out again") > 1000);
	assert_non_null(strstr(page, "wins the race with 311 laps"));
	/* How it was won, and where: the map with its notice, each turn and line once. */
	assert_non_null(
		strstr(page, "<li>Car 50 (Ferrari AF Corse) won with 311 laps"));
	assert_non_null(strstr(page,
			       "<figcaption>Circuit de la Sarthe, Le Mans (24 Heures)"
			       ", 13.626 km; found by "));
	assert_non_null(strstr(page, "(c) OpenStreetMap contributors, ODbL 1.0"));
	assert_int_equal(count(page, "<path class=track"), 1);
	assert_int_equal(count(page, "<path class=start"), 1);
	assert_int_equal(count(page, "<path class=cross"), 2);
	assert_non_null(strstr(page, ">6<title>Tertre Rouge</title></text>"));
	/* The bests that stand, not the hundreds that did for a while; in the list that is
	 * open, stops of a lap are not. */
	assert_int_equal(count(page, "best lap of"), 3);
	assert_non_null(strstr(page, "drives the best lap of the race, 3:28.756"));
	stops = strstr(page, "Every stop");
	assert_non_null(stops);
	*stops = '\0';
	assert_in_range(count(page, "out again"), 1, 60);
	free(page);
}

/* A line of a beacon: its type, and what is in it. */
#define LINE(type, rest) "{\"t\":\"" type "\",\"id\":\"i2\",\"boot\":\"1\"," rest "}\n"

static const char centuries[] = LINE("event",
				     "\"seq\":5,\"us\":3600000000,\"name\":\"gun\"")
	LINE("pass", "\"seq\":12,\"us\":3913348000,\"tx\":\"7\"")
		LINE("tick", "\"seq\":20,\"us\":4200000000,\"utc\":17184534000007000")
			LINE("pass", "\"seq\":24,\"us\":4246527000,\"tx\":\"7\"");

static void a_clock_that_is_wrong_by_centuries_does_not_fill_the_page(void **state)
{
	(void)state;
	scratch_text("report_centuries.jsonl", centuries);
	char *page = run_pitwall("report 'report_centuries.jsonl?feed=beacon' --length "
				 "2laps -o -",
				 0);
	holds_together(page);
	/* Both charts have a line an hour, or so many hours that they fit. */
	assert_in_range(count(page, "<path class=grid"), 14, 100);
	free(page);
}

static void a_page_is_not_written_over_its_source(void **state)
{
	char *text =
		run_pitwall("report report_hostile.csv -o report_hostile.csv 2>&1", 2);

	(void)state;
	assert_non_null(strstr(text, "choose another name"));
	free(text);
	/* By another way to the same file, too. */
	text = run_pitwall("report report_hostile.csv -o ./report_hostile.csv 2>&1", 2);
	assert_non_null(strstr(text, "choose another name"));
	free(text);
}

static void a_page_is_written_whole(void **state)
{
	char *printed = run_pitwall("report -o -", 0), *written;

	(void)state;
	free(run_pitwall("report -o report_2003.html 2>&1", 0));
	written = run_pitwall("--version >&2; cat report_2003.html", 0);
	assert_string_equal(printed, written);
	free(written);
	free(printed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_race_of_2003_on_a_page),
		cmocka_unit_test(text_of_a_race_gives_no_orders),
		cmocka_unit_test(a_race_that_runs_is_told_as_it_stands),
		cmocka_unit_test(
			a_clock_that_is_wrong_by_centuries_does_not_fill_the_page),
		cmocka_unit_test(a_page_is_not_written_over_its_source),
		cmocka_unit_test(a_page_is_written_whole),
		cmocka_unit_test(the_24_hours_of_2024_on_a_page),
	};

	return cmocka_run_group_tests_name("golden report", tests, NULL, NULL);
}
