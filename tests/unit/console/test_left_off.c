/*
 * test_left_off.c -- a file opens where it was left, and no file of places does harm
 *
 * test_left_off RACE. The console is opened on a pseudo-terminal, and left by its keys.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../scratch.h"
#include "console.h"
#include "pitwall/shell.h"
#include "../term/pty.h"

enum { LINES_MOST = 64, FILE_MOST = 16384 };

static const char *race_path;
static char folder[SCRATCH_MAX], places[SCRATCH_FILE_MAX], other[SCRATCH_FILE_MAX];
static struct pty pty;
static struct console *console;

/* ---- a console ------------------------------------------------------------------- */

static void turn(void)
{
	console->frames.dirty = true;
	(void)ev_run(console->loop, EVRUN_NOWAIT);
	while (term_pending(console->term)) {
		(void)pty_take(&pty, 1);
		(void)term_flush(console->term);
	}
	pty_forget(&pty);
}

static void open_with(struct options options)
{
	static struct options kept;
	kept = options;
	if (kept.source_count == 0) {
		kept.sources[0] = race_path;
		kept.source_count = 1;
	}
	console = calloc(1, sizeof(*console));
	assert_non_null(console);
	pty_begin(&pty, 120, 36);
	int code = console_open(console, &kept);
	assert_int_equal(code, EXIT_DONE);
	console_key(console, ' ');
	turn();
}

static void quit(void)
{
	console_key(console, 'q');
	console_close(console);
	pty_end(&pty);
	free(console);
	console = NULL;
}

static bool reported(const char *words)
{
	for (unsigned i = 0; i < console->notices.count; i++)
		if (strstr(console->notices.rows[i].text, words))
			return true;
	return false;
}

static instant_us first(void)
{
	return console->head.play.first;
}

static bool at_start(void)
{
	return console->view.at - first() < US_MIN && !reported("resumed");
}

/* Leave the race an hour after its start, on the timing screen, with car 5. */
static instant_us leave_after_an_hour(void)
{
	open_with((struct options){.fresh = true});
	instant_us at = first() + US_HOUR;
	console_put(console, at);
	console->view.screen = SCREEN_TIMING;
	turn();
	console_select(console, race_find_text(console->view.race, SLICE("5")));
	turn();
	quit();
	return at;
}

static unsigned lines_of_places(void)
{
	char text[FILE_MOST];
	unsigned lines = 0;
	FILE *file = fopen(places, "r");
	assert_non_null(file);
	while (fgets(text, sizeof(text), file))
		lines++;
	(void)fclose(file);
	return lines;
}

/* ---- where one left off ------------------------------------------------------------ */

static void a_file_opens_where_it_was_left(void **state)
{
	(void)state;
	instant_us at = leave_after_an_hour();
	open_with((struct options){0});
	assert_true(console->view.at >= at && console->view.at < at + US_MIN);
	assert_int_equal(console->view.screen, SCREEN_TIMING);
	assert_int_equal(console->view.selected,
			 race_find_text(console->view.race, SLICE("5")));
	assert_true(reported("resumed at lap 3"));
	/* Home goes to the start, and so does the next time. */
	console_key(console, KEY_PW_HOME);
	turn();
	quit();
	open_with((struct options){0});
	assert_true(at_start());
	quit();
}

static void it_is_known_by_its_content(void **state)
{
	(void)state;
	(void)leave_after_an_hour();
	(void)unlink(other);
	assert_int_equal(symlink(race_path, other), 0);
	open_with((struct options){.sources = {other}, .source_count = 1});
	assert_true(reported("resumed"));
	quit();
	/* Another file of the same name starts at its start. */
	assert_int_equal(unlink(other), 0);
	scratch_text(other, "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR\n"
			    "7;1;1:30.000;1:30.000;12:01:30.000\n"
			    "7;2;1:30.000;3:00.000;12:03:00.000\n");
	open_with((struct options){.sources = {other}, .source_count = 1});
	assert_true(at_start());
	quit();
}

static bool tagged(const char *number)
{
	return view_is_tagged(&console->view.table,
			      race_find_text(console->view.race, slice_of(number)));
}

static unsigned tagged_cars(void)
{
	unsigned count = 0;
	for (uint16_t car = 0; car < console->view.race->car_count; car++)
		count += view_is_tagged(&console->view.table, car);
	return count;
}

static void tagged_cars_are_kept(void **state)
{
	(void)state;
	(void)leave_after_an_hour();
	open_with((struct options){.with = "8,5,88"});
	assert_true(reported("resumed"));
	quit();
	open_with((struct options){0});
	assert_int_equal(tagged_cars(), 3);
	assert_true(tagged("8") && tagged("5") && tagged("88"));
	assert_int_equal(console->view.compared,
			 race_find_text(console->view.race, SLICE("88")));
	/* More than are kept: the car of the gaps is among them. */
	uint16_t last = CAR_NONE;
	for (uint16_t car = 0; car < console->view.race->car_count; car++) {
		console->view.table.bits[car] |= CAR_TAGGED;
		last = car;
	}
	console->view.compared = last;
	quit();
	open_with((struct options){0});
	assert_int_equal(tagged_cars(), 8);
	assert_int_equal(console->view.compared, last);
	quit();
	/* The option wins; what it tags is kept in turn. */
	open_with((struct options){.with = "8"});
	assert_true(reported("resumed"));
	assert_true(tagged("8") && tagged_cars() == 1);
	console->view.table.bits[console->view.compared] = 0;
	quit();
	open_with((struct options){0});
	assert_true(reported("resumed") && tagged_cars() == 0);
	quit();
}

static void options_win(void **state)
{
	(void)state;
	instant_us at = leave_after_an_hour();
	open_with((struct options){.fresh = true});
	assert_true(at_start());
	console_put(console, at);
	quit();
	open_with((struct options){.at = "2:00:00"});
	assert_true(console->view.at >= at + US_HOUR / 2);
	assert_false(reported("resumed"));
	console_put(console, at);
	quit();
	open_with((struct options){.screen = "laps", .car = "8"});
	assert_true(reported("resumed"));
	assert_int_equal(console->view.screen, SCREEN_LAPS);
	assert_int_equal(console->view.selected,
			 race_find_text(console->view.race, SLICE("8")));
	quit();
}

/* ---- the file --------------------------------------------------------------------- */

static void the_file_is_private_and_bounded(void **state)
{
	struct stat file;
	(void)state;
	(void)leave_after_an_hour();
	FILE *out = fopen(places, "a");
	assert_non_null(out);
	for (unsigned i = 1; i < LINES_MOST; i++)
		(void)fprintf(out, "%016x 1000 0 laps - -\n", i);
	(void)fclose(out);
	assert_int_equal(lines_of_places(), 1 + LINES_MOST);
	/* One more file: the oldest line goes. */
	(void)unlink(other);
	scratch_text(other, "NUMBER;LAP_NUMBER;LAP_TIME;ELAPSED;HOUR\n"
			    "7;1;1:30.000;1:30.000;12:01:30.000\n"
			    "7;2;1:30.000;3:00.000;12:03:00.000\n");
	open_with((struct options){.sources = {other}, .source_count = 1});
	console_key(console, KEY_PW_END);
	turn();
	quit();
	assert_int_equal(lines_of_places(), 1 + LINES_MOST);
	assert_int_equal(stat(places, &file), 0);
	assert_int_equal(file.st_mode & 07777, 0600);
	open_with((struct options){0});
	assert_true(reported("resumed at lap 3"));
	quit();
}

/* Each is reported, harms nothing, and is replaced. */
static void a_hostile_file_is_ignored(void **state)
{
	static const char *const texts[] = {
		"\177ELF\002\n",
		"pitwall places 1\nrubbish\n",
		"pitwall places 1\n0123456789abcdef 9999999999999999999 0 laps - -\n",
		"pitwall places 1\n0123456789abcdef 1 -1 laps - -\n",
		"pitwall places 1\n0123456789abcdef 1 0 nowhere - -\n",
		"pitwall places 1\n0123456789abcdeX 1 0 laps - -\n",
		"pitwall places 1\n0123456789abcdef 1 0 laps \x1b[2J -\n",
		"pitwall places 1\n0123456789abcdef 1 0 laps - - -\n",
		"pitwall places 1\n0123456789abcdef 1 0 laps - -  8\n",
		"pitwall places 1\n0123456789abcdef 1 0 laps - - \x1b[2J\n",
		("pitwall places 1\n0123456789abcdef 1 0 laps - - 5 8 "
		 "1234567890123456\n"),
		"pitwall places 1\n0123456789abcdef 1 0 laps - - 1 2 3 4 5 6 7 8 9\n",
		"pitwall places 1\n\n",
		"pitwall places 2\n0123456789abcdef 1 0 laps - -\n",
	};
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(texts); i++) {
		(void)leave_after_an_hour();
		scratch_text(places, texts[i]);
		assert_int_equal(chmod(places, 0600), 0);
		open_with((struct options){0});
		if (!reported("where you left off") || !at_start())
			fail_msg("text %u is taken", i);
		for (unsigned k = 0; k < console->notices.count; k++)
			assert_null(strchr(console->notices.rows[k].text, 0x1b));
		console_put(console, first() + US_HOUR);
		quit();
		assert_int_equal(lines_of_places(), 2);
	}
}

static void a_place_outside_of_the_race_is_ignored(void **state)
{
	static const char *const instants[] = {"-9223372036854775807",
					       "9223372036854775807", "0"};
	char line[FILE_MOST];
	(void)state;
	(void)leave_after_an_hour();
	FILE *file = fopen(places, "r");
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	assert_non_null(fgets(line, sizeof(line), file));
	(void)fclose(file);
	for (unsigned i = 0; i < ARRAY_LEN(instants); i++) {
		char text[FILE_MOST];
		(void)snprintf(text, sizeof(text),
			       "pitwall places 1\n%.16s %s 63 timing 999 ~77\n", line,
			       instants[i]);
		scratch_text(places, text);
		assert_int_equal(chmod(places, 0600), 0);
		open_with((struct options){0});
		assert_true(at_start());
		quit();
	}
}

static void what_is_not_our_file_is_not_read(void **state)
{
	static char large[FILE_MOST + 2];
	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	for (unsigned i = 0; i < 4; i++) {
		(void)leave_after_an_hour();
		if (i == 0)
			assert_int_equal(chmod(places, 0666), 0);
		if (i == 1)
			scratch_text(places, large);
		if (i >= 2)
			assert_int_equal(unlink(places), 0);
		if (i == 2)
			assert_int_equal(symlink("/etc/passwd", places), 0);
		if (i == 3)
			assert_int_equal(mkfifo(places, 0600), 0);
		open_with((struct options){0});
		if (!reported("where you left off") || !at_start())
			fail_msg("file %u is read", i);
		console_put(console, first() + US_HOUR);
		quit();
		assert_int_equal(lines_of_places(), 2);
	}
}

static void a_live_source_starts_live(void **state)
{
	char recording[SCRATCH_FILE_MAX];
	(void)state;
	(void)unlink(places);
	text_format(recording, sizeof(recording), "%s/live.pitwall", folder);
	open_with((struct options){.sources = {"p3://127.0.0.1:1"},
				   .source_count = 1,
				   .output = recording});
	assert_non_null(console->live);
	console_key(console, KEY_PW_END);
	assert_true(console->head.following);
	console_key(console, 'q');
	console_key(console, 'y');
	console_close(console);
	pty_end(&pty);
	free(console);
	assert_int_not_equal(access(places, F_OK), 0);
	(void)unlink(recording);
}

static int set_up(void **state)
{
	char path[SCRATCH_FILE_MAX];
	(void)state;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setenv("TERM", "xterm-256color", 1);
	scratch_name(folder, "left_off");
	text_format(path, sizeof(path), "%s/pitwall", folder);
	if (mkdir(folder, 0700) != 0 || mkdir(path, 0700) != 0)
		return -1;
	(void)setenv("XDG_STATE_HOME", folder, 1);
	text_format(places, sizeof(places), "%s/pitwall/places", folder);
	text_format(other, sizeof(other), "%s/other.csv", folder);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"other.csv", "pitwall/places",
					    "pitwall/welcomed", "pitwall"};
	char path[SCRATCH_FILE_MAX];
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		text_format(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)remove(path);
	}
	return rmdir(folder);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_opens_where_it_was_left),
		cmocka_unit_test(it_is_known_by_its_content),
		cmocka_unit_test(tagged_cars_are_kept),
		cmocka_unit_test(options_win),
		cmocka_unit_test(the_file_is_private_and_bounded),
		cmocka_unit_test(a_hostile_file_is_ignored),
		cmocka_unit_test(a_place_outside_of_the_race_is_ignored),
		cmocka_unit_test(what_is_not_our_file_is_not_read),
		cmocka_unit_test(a_live_source_starts_live),
	};
	if (argc != 2)
		return 2;
	race_path = realpath(argv[1], NULL);
	return cmocka_run_group_tests_name("left off", tests, set_up, tear_down);
}
