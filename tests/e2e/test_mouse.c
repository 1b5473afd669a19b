/*
 * test_mouse.c -- the mouse in the program itself: a press selects the car that is under
 * it and opens it, the scrub bar takes the playhead where it is pressed and dragged, a
 * hint is its key, the wheel goes through cars, laps and time
 *
 * test_mouse PROGRAM: TAP. The bytes are those of xterm's SGR mode (1006), and what they
 * did is read from the screen. Each press is answered before the next one is sent.
 */
#include "../scratch.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pitwall/base.h"

enum { COLS = 120, ROWS = 36, BAR = ROWS - 4, HINTS = ROWS - 1 };
enum { LEFT = 0, MOVED = 32, WHEEL_UP = 64, WHEEL_DOWN = 65 };
#define PLAYHEAD 0x25cf

struct place {
	int x, y;
};

static unsigned told, failed;

static void tell(struct terminal *t, bool good, const char *what)
{
	printf("%s %u - %s\n", good ? "ok" : "not ok", ++told, what);
	if (!good)
		terminal_print(t);
	failed += !good;
	(void)fflush(stdout);
}

/* ---- the hand ------------------------------------------------------------------------ */

static void mouse(struct terminal *t, int button, struct place at, char final)
{
	char text[32];
	text_format(text, sizeof(text), "\033[<%d;%d;%d%c", button, at.x + 1, at.y + 1,
		    final);
	terminal_type(t, text);
}

static void click(struct terminal *t, struct place at)
{
	mouse(t, LEFT, at, 'M');
	mouse(t, LEFT, at, 'm');
}

/* ---- the eye ------------------------------------------------------------------------- */

/* Where @text stands once it is shown, from row @y on; y < 0: nowhere. No cell here is two
 * wide. */
static struct place place_of(struct terminal *t, int y, const char *text)
{
	(void)terminal_shows(t, -1, text);
	for (; y < ROWS; y++) {
		const char *row = terminal_row(t, y), *found = strstr(row, text);
		struct place at = {0, y};
		if (found == NULL)
			continue;
		for (; row < found; row++)
			at.x += ((unsigned char)*row & 0xc0) != 0x80;
		return at;
	}
	return (struct place){-1, -1};
}

static bool head_is_at(struct terminal *t, const void *context)
{
	const int *x = context;
	VTermScreenCell cell;
	VTermPos at = {.row = BAR, .col = *x};
	return vterm_screen_get_cell(t->screen, at, &cell) != 0 &&
	       cell.chars[0] == PLAYHEAD;
}

/* The race time of the title, in seconds; -1: there is none. */
static int clock_of(struct terminal *t)
{
	const char *row = terminal_row(t, 0);
	for (int h, m, s; *row != '\0'; row++)
		if (sscanf(row, " %1d:%2d:%2d ", &h, &m, &s) == 3 && row[0] == ' ')
			return h * 3600 + m * 60 + s;
	return -1;
}

static bool listens(struct terminal *t, const void *context)
{
	const bool *wanted = context;
	return (t->mouse != VTERM_PROP_MOUSE_NONE) == *wanted;
}

/* ---- the stories ---------------------------------------------------------------------- */

static void it_is_asked_for(struct terminal *t)
{
	bool on = true;
	tell(t, t->mouse == VTERM_PROP_MOUSE_NONE, "the mouse is the terminal's");
	terminal_type(t, "@");
	tell(t, terminal_until(t, listens, &on), "until it is asked for");
	/* What it can do is told over the hints, until the next key. */
	terminal_type(t, "2");
	tell(t, terminal_shows(t, HINTS, "Space play"), "and the keys are there again");
}

/* The seventh row is car 7, of Davies. */
static void a_press_selects_the_car_under_it(struct terminal *t)
{
	click(t, place_of(t, 2, "Test Davies"));
	terminal_type(t, "\r");
	tell(t, terminal_shows(t, 1, "Team Davies"),
	     "a press selects the car under it");
	terminal_type(t, "2");
	tell(t, terminal_shows(t, 3, "Test Bourdais"), "back to all cars");
	click(t, place_of(t, 2, "Test Lammers"));
	click(t, place_of(t, 2, "Test Lammers"));
	tell(t, terminal_shows(t, 1, "Team Lammers"), "a second press opens it");
	terminal_type(t, "2");
	(void)terminal_shows(t, 3, "Test Bourdais");
}

static void the_wheel_goes_through_cars_laps_and_time(struct terminal *t)
{
	struct place list = place_of(t, 2, "Test Rossi"), bar = {COLS / 2, BAR};
	mouse(t, WHEEL_DOWN, list, 'M');
	mouse(t, WHEEL_DOWN, list, 'M');
	mouse(t, WHEEL_UP, list, 'M');
	terminal_type(t, "\r");
	tell(t, terminal_shows(t, 1, "Team Coronel"),
	     "behind the third car the wheel selects the fourth");
	/* Now its laps are more than fit. */
	terminal_type(t, "g1:20:00\r");
	tell(t, terminal_shows(t, 6, " 51  1:33.000"), "whose last lap is its 51st");
	mouse(t, WHEEL_DOWN, (struct place){20, 10}, 'M');
	tell(t,
	     terminal_shows(t, 6, "3 newer") && terminal_shows(t, 7, " 48  1:33.000"),
	     "the wheel goes three laps down");
	mouse(t, WHEEL_UP, (struct place){20, 10}, 'M');
	tell(t, terminal_shows(t, 6, " 51  1:33.000"), "and up");
	terminal_type(t, "2g0:30:00\r");
	(void)terminal_shows(t, 0, " 0:30:00 ");
	mouse(t, WHEEL_DOWN, bar, 'M');
	tell(t, terminal_shows(t, 0, " 0:31:30 "), "over the bar it is a lap");
	mouse(t, WHEEL_UP, bar, 'M');
	tell(t, terminal_shows(t, 0, " 0:30:00 "), "and a lap back");
}

/* The label of an hour stands in the middle under its cell; a cell is a 118th of what
 * the bar shows. */
static void the_bar_takes_the_playhead(struct terminal *t)
{
	struct place hour = place_of(t, BAR, "13:00");
	int x = hour.x + 2, from = x + 2, to = x - 10;
	click(t, (struct place){x, BAR});
	tell(t, terminal_until(t, head_is_at, &x),
	     "the playhead is where the bar is pressed");
	tell(t, abs(clock_of(t) - 3600) <= 120, "which is the hour written there");
	terminal_type(t, "g0:30:00\r");
	(void)terminal_shows(t, 0, " 0:30:00 ");
	mouse(t, LEFT, (struct place){from, BAR}, 'M');
	tell(t, terminal_until(t, head_is_at, &from), "a drag begins with a press");
	int before = clock_of(t);
	/* The hand leaves the bar on the way. */
	mouse(t, LEFT | MOVED, (struct place){x, BAR}, 'M');
	tell(t, terminal_until(t, head_is_at, &x), "the playhead follows");
	mouse(t, LEFT | MOVED, (struct place){to, BAR}, 'M');
	tell(t, terminal_until(t, head_is_at, &to) && clock_of(t) < before,
	     "as far as the hand goes");
	mouse(t, LEFT, (struct place){to, BAR}, 'm');
	mouse(t, LEFT | MOVED, (struct place){from, BAR}, 'M');
	terminal_type(t, "u");
	tell(t, terminal_shows(t, 0, " 0:30:00 "),
	     "once released it stays, and the drag is one jump to undo");
}

static void a_hint_is_its_key(struct terminal *t)
{
	click(t, place_of(t, HINTS, "? help"));
	tell(t, terminal_shows(t, -1, "everywhere"), "the hint of help is its key");
	terminal_type(t, "\033");
	tell(t, terminal_shows(t, 2, "Test Ara"), "which a key closes");
	click(t, place_of(t, HINTS, "Space play"));
	tell(t, terminal_shows(t, HINTS, "Space pause"), "the hint of space plays");
	click(t, place_of(t, HINTS, "Space pause"));
	tell(t, terminal_shows(t, HINTS, "Space play"), "and pauses");
}

static void it_is_given_back(struct terminal *t)
{
	bool off = false;
	click(t, place_of(t, HINTS, "q quit"));
	tell(t, terminal_ends(t) && WIFEXITED(t->status) && WEXITSTATUS(t->status) == 0,
	     "the hint of q leaves");
	tell(t, listens(t, &off) && terminal_restored(t),
	     "and the mouse is the terminal's again");
}

int main(int argc, char **argv)
{
	static const char *const kept[] = {"PATH",          "PITWALL_ASSETS",
					   "ASAN_OPTIONS",  "LSAN_OPTIONS",
					   "UBSAN_OPTIONS", "PITWALL_REPORTS"};
	static char words[ARRAY_LEN(kept)][512];
	const char *environment[ARRAY_LEN(kept) + 3] = {"TERM=xterm-256color",
							"LC_ALL=C.UTF-8"};
	char race[SCRATCH_MAX];
	struct terminal t;
	unsigned n = 2;
	if (argc < 2)
		return 2;
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (getenv(kept[i]) != NULL) {
			text_format(words[i], sizeof(words[i]), "%s=%s", kept[i],
				    getenv(kept[i]));
			environment[n++] = words[i];
		}
	scratch_name(race, "mouse.csv");
	if (!terminal_race(race))
		return 2;
	const char *program[] = {argv[1],        race,       "--config", "none",
				 "--no-welcome", "--screen", "timing",   NULL};
	terminal_start(&t, program, environment, COLS, ROWS);
	tell(&t, terminal_shows(&t, HINTS, "Space pause"), "it plays");
	terminal_type(&t, " ");
	tell(&t, terminal_shows(&t, HINTS, "Space play"), "it stands");
	terminal_type(&t, "g0:30:00\r");
	tell(&t, terminal_shows(&t, 0, " 0:30:00 "), "half an hour in");
	it_is_asked_for(&t);
	a_press_selects_the_car_under_it(&t);
	the_wheel_goes_through_cars_laps_and_time(&t);
	the_bar_takes_the_playhead(&t);
	a_hint_is_its_key(&t);
	it_is_given_back(&t);
	terminal_end(&t);
	(void)unlink(race);
	printf("1..%u\n", told);
	return failed == 0 ? 0 : 1;
}
