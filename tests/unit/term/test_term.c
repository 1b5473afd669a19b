/*
 * test_term.c -- the terminal on a pty: what is written, when, and what is left
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "frames.h"
#include "pitwall/term.h"
#include "pty.h"

#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
#define QUESTION "\033[?2026$p\033[c"
#define YES "\033[?2026;2$y"
#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"
#define LEAVE "\033[?1049l"
#define SHOW_CURSOR "\033[?25h"

/* What ncurses forgets to free when newterm() fails; the program ends then. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:new_prescr\n";
}

static struct term *opened(bool no_color)
{
	struct term_options options = {.no_color = no_color, .theme = frame_theme()};
	struct term *term = NULL;
	struct err err = {""};
	if (term_open(&options, &term, &err) < 0)
		fail_msg("%s", err.text);
	return term;
}

/* Wait for a key; KEY_NONE_ when all that was typed were answers. */
static uint32_t answered(struct term *term, const struct pty *pty, const char *bytes)
{
	struct pollfd wait = {.fd = term_fd_in(term), .events = POLLIN};
	pty_type(pty, bytes);
	assert_int_equal(poll(&wait, 1, 10000), 1);
	return term_key(term);
}

/* Paint, and take from the pty what was written. */
static void shown(struct term *term, const struct canvas *canvas, struct pty *pty)
{
	size_t bytes;
	unsigned writes;
	pty_forget(pty);
	assert_true(term_paint(term, canvas));
	term_stats(term, &bytes, &writes);
	while (term_pending(term)) {
		assert_true(pty_take(pty, 1));
		(void)term_flush(term);
	}
	assert_true(pty_take(pty, bytes - pty->len));
	assert_int_equal(pty->len, bytes);
}

static void a_terminal_is_asked_behind_the_first_frame(void **state)
{
	static const struct {
		const char *type, *program;
		bool asked;
	} rows[] = {
		{"xterm-256color", NULL, true},
		{"tmux-256color", NULL, true},
		{"screen", NULL, true},
		{"linux", NULL, false},
		{"vt100", NULL, false},
		{"xterm-256color", "Apple_Terminal", false},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pty pty;
		(void)setenv("TERM", rows[i].type, 1);
		if (rows[i].program != NULL)
			(void)setenv("TERM_PROGRAM", rows[i].program, 1);
		pty_begin(&pty, 80, 24);
		struct term *term = opened(false);
		struct canvas canvas = frame_new(80, 24);
		frame_text(&canvas, 0, 0, "1000 KM", ROLE_TITLE);
		shown(term, &canvas, &pty);
		const char *text = strstr(pty.bytes, "1000");
		const char *asked = strstr(pty.bytes, QUESTION);
		assert_non_null(text);
		assert_null(strstr(pty.bytes, "2026h"));
		assert_int_equal(asked != NULL, rows[i].asked);
		assert_true(asked == NULL || asked > text);
		frame_text(&canvas, 0, 0, "500 KM ", ROLE_TITLE);
		shown(term, &canvas, &pty);
		assert_null(strstr(pty.bytes, QUESTION));
		term_close(term);
		free(canvas.cells);
		pty_end(&pty);
		(void)unsetenv("TERM_PROGRAM");
	}
	(void)setenv("TERM", "xterm-256color", 1);
}

static void only_a_yes_brings_synchronized_updates(void **state)
{
	static const struct {
		const char *answer;
		bool sync;
	} rows[] = {
		{"\033[?2026;2$y\033[?62;22c", true},
		{"\033[?2026;1$y", true},
		{"\033[?2026;0$y", false},
		{"\033[?2026;3$y", false},
		{"\033[?2026;4$y", false},
		{"\033[?2027;2$y", false},
		{"\033[2026;2$y", false},
		{"\033[?2026$y", false},
		{"\033[?62;22c", false},
		{"\033[?2026;2;1$y", false},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pty pty;
		pty_begin(&pty, 80, 24);
		struct term *term = opened(false);
		struct canvas canvas = frame_new(80, 24);
		shown(term, &canvas, &pty);
		assert_int_equal(answered(term, &pty, rows[i].answer), KEY_NONE_);
		frame_text(&canvas, 0, 0, "x", ROLE_TEXT);
		shown(term, &canvas, &pty);
		assert_int_equal(strstr(pty.bytes, SYNC_BEGIN) != NULL, rows[i].sync);
		/* What is typed around an answer is typed. */
		char typed[64];
		text_format(typed, sizeof(typed), "%sq", rows[i].answer);
		assert_int_equal(answered(term, &pty, typed), 'q');
		pty_forget(&pty);
		term_close(term);
		assert_true(pty_take_until(&pty, SHOW_CURSOR));
		assert_int_equal(strstr(pty.bytes, SYNC_END) != NULL, rows[i].sync);
		free(canvas.cells);
		pty_end(&pty);
	}
}

/* Whoever leaves at once takes the answer along: the shell would read it. */
static void no_answer_is_left_for_the_shell(void **state)
{
	struct pty pty;
	char left;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(false);
	struct canvas canvas = frame_new(80, 24);
	shown(term, &canvas, &pty);
	pty_type(&pty, "\033[?2026;2$y\033[?62;22c");
	term_close(term);
	(void)fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	assert_int_equal(read(STDIN_FILENO, &left, 1), -1);
	free(canvas.cells);
	pty_end(&pty);
}

static void the_mouse_is_received_only_while_it_is_wanted(void **state)
{
	static const char *const without[] = {"linux", "vt100"};
	struct pty pty;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(false);
	struct canvas canvas = frame_new(80, 24);
	shown(term, &canvas, &pty);
	assert_null(strstr(pty.bytes, "\033[?1002h"));
	assert_true(term_mouse(term, true));
	assert_true(pty_take_until(&pty, MOUSE_ON));
	assert_int_equal(answered(term, &pty, "\033[<0;12;7M"), KEY_PW_MOUSE);
	struct term_mouse did = term_mouse_did(term);
	assert_int_equal(did.what, MOUSE_PRESSED);
	assert_int_equal(did.x, 11);
	assert_int_equal(did.y, 6);
	pty_forget(&pty);
	term_suspend(term);
	assert_true(pty_take_until(&pty, SHOW_CURSOR));
	assert_non_null(strstr(pty.bytes, MOUSE_OFF));
	pty_forget(&pty);
	term_resume(term);
	assert_true(pty_take_until(&pty, MOUSE_ON));
	assert_true(term_mouse(term, false));
	assert_true(pty_take_until(&pty, MOUSE_OFF));
	pty_forget(&pty);
	term_close(term);
	assert_true(pty_take_until(&pty, SHOW_CURSOR));
	assert_null(strstr(pty.bytes, MOUSE_OFF));
	pty_end(&pty);
	for (size_t i = 0; i < ARRAY_LEN(without); i++) {
		(void)setenv("TERM", without[i], 1);
		pty_begin(&pty, 80, 24);
		term = opened(false);
		assert_false(term_mouse(term, true));
		term_close(term);
		pty_end(&pty);
	}
	(void)setenv("TERM", "xterm-256color", 1);
	free(canvas.cells);
}

static void a_frame_is_one_write_and_one_synchronized_update(void **state)
{
	struct pty pty;
	size_t bytes;
	unsigned writes;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(false);
	struct canvas canvas = frame_new(80, 24);
	frame_text(&canvas, 0, 0, "1000 KM DU MANS", ROLE_TITLE);
	shown(term, &canvas, &pty);
	assert_non_null(strstr(pty.bytes, "1000"));
	assert_int_equal(answered(term, &pty, YES), KEY_NONE_);

	frame_text(&canvas, 40, 0, "0:00:01", ROLE_TEXT);
	shown(term, &canvas, &pty);
	term_stats(term, &bytes, &writes);
	assert_int_equal(writes, 1);
	assert_memory_equal(pty.bytes, SYNC_BEGIN, strlen(SYNC_BEGIN));
	assert_string_equal(pty.bytes + pty.len - strlen(SYNC_END), SYNC_END);
	assert_null(strstr(pty.bytes + 1, SYNC_BEGIN));
	assert_null(strstr(pty.bytes, "1000"));
	term_close(term);
	free(canvas.cells);
	pty_end(&pty);
}

static void a_tick_of_the_clock_costs_few_bytes_and_nothing_changed_none(void **state)
{
	struct pty pty;
	size_t bytes;
	unsigned writes;
	(void)state;
	pty_begin(&pty, 220, 60);
	struct term *term = opened(false);
	struct canvas canvas = frame_new(220, 60);
	uint64_t seed = 1;
	frame_scribble(&canvas, &seed, 10000);
	frame_text(&canvas, 40, 0, "0:00:01", ROLE_TEXT);
	shown(term, &canvas, &pty);
	frame_text(&canvas, 40, 0, "0:00:02", ROLE_TEXT);
	shown(term, &canvas, &pty);
	assert_true(pty.len < 60);
	assert_true(term_paint(term, &canvas));
	term_stats(term, &bytes, &writes);
	assert_int_equal(bytes, 0);
	assert_int_equal(writes, 0);
	term_redraw(term);
	shown(term, &canvas, &pty);
	assert_true(pty.len > 10000);
	term_close(term);
	free(canvas.cells);
	pty_end(&pty);
}

/* (1) of term.h. The pty is not read: a few KiB fill it. */
static void a_terminal_that_takes_nothing_blocks_nobody(void **state)
{
	struct pty pty;
	unsigned painted = 0;
	(void)state;
	pty_begin(&pty, 220, 60);
	struct term *term = opened(false);
	struct canvas canvas = frame_new(220, 60);
	uint64_t seed = 2;
	shown(term, &canvas, &pty);
	assert_int_equal(answered(term, &pty, YES), KEY_NONE_);
	for (unsigned i = 0; i < 100; i++) {
		frame_scribble(&canvas, &seed, 3000);
		painted += term_paint(term, &canvas) ? 1U : 0U;
	}
	assert_true(painted < 20);
	assert_true(term_pending(term));
	/* When it reads again, it gets the rest, and then whole frames. */
	while (term_pending(term)) {
		assert_true(pty_take(&pty, 1));
		assert_int_equal(term_flush(term), 0);
	}
	assert_true(pty_take_until(&pty, SYNC_END));
	assert_true(term_paint(term, &canvas));
	term_close(term);
	free(canvas.cells);
	pty_end(&pty);
}

static void closing_gives_the_terminal_back(void **state)
{
	static const char *const types[] = {"xterm-256color", "tmux-256color", "linux",
					    "vt100"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		struct pty pty;
		struct termios before;
		(void)setenv("TERM", types[i], 1);
		pty_begin(&pty, 80, 40);
		assert_int_equal(tcgetattr(STDOUT_FILENO, &before), 0);
		int flags = fcntl(STDOUT_FILENO, F_GETFL);
		struct term *term = opened(false);
		struct canvas canvas = frame_new(80, 40);
		shown(term, &canvas, &pty);
		/* No region that the shell would be left with. */
		assert_null(strstr(pty.bytes, ";24r"));
		assert_false(pty_modes_equal(&pty, &before));
		assert_int_equal(fcntl(STDOUT_FILENO, F_GETFL), flags);
		pty_forget(&pty);
		term_close(term);
		bool one_screen = types[i][0] == 'l' || types[i][0] == 'v';
		/* Where there is one screen the shell goes on below. */
		assert_true(pty_take_until(&pty, one_screen ? "\033[40;1H" : LEAVE));
		if (types[i][0] != 'v') /* which cannot hide its cursor */
			assert_true(pty_take_until(&pty, SHOW_CURSOR));
		assert_null(strstr(pty.bytes, "$<")); /* padding is not text */
		assert_true(pty_modes_equal(&pty, &before));
		free(canvas.cells);
		pty_end(&pty);
	}
	(void)setenv("TERM", "xterm-256color", 1);
}

static void a_suspended_terminal_is_the_shells_and_then_ours_again(void **state)
{
	struct pty pty;
	struct termios before;
	(void)state;
	pty_begin(&pty, 80, 24);
	assert_int_equal(tcgetattr(STDOUT_FILENO, &before), 0);
	struct term *term = opened(false);
	struct canvas canvas = frame_new(80, 24);
	frame_text(&canvas, 5, 5, "HELLO", ROLE_TEXT);
	shown(term, &canvas, &pty);
	pty_forget(&pty);
	term_suspend(term);
	assert_true(pty_take_until(&pty, LEAVE));
	assert_true(pty_modes_equal(&pty, &before));
	pty_size(&pty, 100, 30);
	term_resume(term);
	assert_false(pty_modes_equal(&pty, &before));
	int cols;
	int rows;
	term_size(term, &cols, &rows);
	assert_int_equal(cols, 100);
	assert_int_equal(rows, 30);
	shown(term, &canvas, &pty);
	assert_non_null(strstr(pty.bytes, "\033[?1049h"));
	assert_non_null(strstr(pty.bytes, "HELLO"));
	term_close(term);
	assert_true(pty_modes_equal(&pty, &before));
	free(canvas.cells);
	pty_end(&pty);
}

/* curses counts in 16 bits; a canvas has 400 by 150 cells. */
static void a_terminal_of_65535_rows_is_drawn_in_part(void **state)
{
	static const int sizes[][2] = {{2, 65535}, {65535, 2}, {65535, 65535}};
	struct pty pty;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(false);
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		int cols, rows;
		pty_size(&pty, sizes[i][0], sizes[i][1]);
		assert_true(term_resize(term));
		term_size(term, &cols, &rows);
		struct canvas canvas = frame_new(cols, rows);
		frame_text(&canvas, 0, 1, "OK", ROLE_TEXT);
		shown(term, &canvas, &pty);
		free(canvas.cells);
	}
	term_close(term);
	pty_end(&pty);
}

/* A child that dies with the screen open; its words are on the pty as well. */
static int crashed(struct pty *pty, void (*die)(void))
{
	pid_t child = fork();
	assert(child >= 0);
	if (child == 0) {
		struct canvas canvas = frame_new(80, 24);
		struct term_options options = {.theme = frame_theme()};
		struct term *term;
		(void)dup2(STDOUT_FILENO, STDERR_FILENO);
		if (term_open(&options, &term, NULL) < 0)
			_exit(9);
		(void)term_paint(term, &canvas);
		die();
		_exit(8);
	}
	int status;
	(void)pty_take_until(pty, SHOW_CURSOR);
	if (waitpid(child, &status, 0) != child)
		return -1;
	return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

static void by_abort(void)
{
	(void)fprintf(stderr, "assertion: laps never decrease\n");
	abort();
}

static void a_crash_gives_the_terminal_back_and_says_why(void **state)
{
	struct pty pty;
	struct termios before;
	(void)state;
	pty_begin(&pty, 80, 24);
	assert_int_equal(tcgetattr(STDOUT_FILENO, &before), 0);
	assert_int_equal(crashed(&pty, by_abort), SIGABRT);
	assert_true(pty_take_until(&pty, "laps never decrease"));
	const char *leave = strstr(pty.bytes, LEAVE);
	assert_non_null(leave);
	assert_non_null(strstr(leave, "laps never decrease"));
	assert_true(pty_modes_equal(&pty, &before));
	pty_end(&pty);
}

static void keys_arrive_however_the_reads_are_cut(void **state)
{
	struct pty pty;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(false);
	assert_int_equal(term_key(term), KEY_NONE_);
	pty_type(&pty, "a\033[1;2C\303");
	uint32_t want[] = {'a', KEY_PW_SRIGHT, 0xe9, KEY_PW_ESC};
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		if (i == 2) {
			assert_int_equal(term_key(term), KEY_NONE_);
			assert_true(term_key_waits(term));
			pty_type(&pty, "\251\033");
		}
		if (i == 3) {
			assert_int_equal(term_key(term), KEY_NONE_);
			term_key_idle(term);
		}
		uint32_t key = term_key(term);
		assert_int_equal(key, want[i]);
	}
	assert_false(term_gone(term));
	term_close(term);
	pty_end(&pty);
}

static bool has_colour(const char *bytes)
{
	for (const char *p = bytes; (p = strstr(p, "\033[")) != NULL;) {
		p += 2;
		size_t n = strspn(p, "0123456789;");
		if (p[n] != 'm')
			continue;
		for (const char *q = p; q < p + n; q += strcspn(q, ";m") + 1)
			if ((*q == '3' || *q == '4' || *q == '9') && q[1] >= '0' &&
			    q[1] <= '8')
				return true;
	}
	return false;
}

static void colours_are_those_the_terminal_has(void **state)
{
	static const struct {
		const char *type, *colorterm;
		bool no_color;
		const char *has; /* NULL: no colour at all */
	} rows[] = {
		{"xterm-256color", NULL, false, "38;5;21m"},
		{"xterm-256color", "truecolor", false, "38;2;17;34;51m"},
		{"xterm-256color", "24bit", false, "38;2;17;34;51m"},
		{"xterm-256color", "truecolor", true, NULL},
		{"xterm-256color", NULL, true, NULL},
		{"xterm", NULL, false, "32m"},
		{"linux", NULL, false, "32m"},
		{"vt220", NULL, false, NULL},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pty pty;
		(void)setenv("TERM", rows[i].type, 1);
		if (rows[i].colorterm != NULL)
			(void)setenv("COLORTERM", rows[i].colorterm, 1);
		pty_begin(&pty, 80, 24);
		struct term *term = opened(rows[i].no_color);
		struct canvas canvas = frame_new(80, 24);
		for (int role = 0; role < ROLE_COUNT; role++)
			frame_put(&canvas, role, 3, 'x', (enum role)role);
		shown(term, &canvas, &pty);
		if (rows[i].has != NULL && strstr(pty.bytes, rows[i].has) == NULL)
			fail_msg("row %zu: no %s", i, rows[i].has);
		if (has_colour(pty.bytes) != (rows[i].has != NULL))
			fail_msg("row %zu: %s", i, pty.bytes + 1);
		/* Attributes are no colour. */
		if (strcmp(rows[i].type, "xterm-256color") == 0)
			assert_true(strstr(pty.bytes, "[1m") != NULL ||
				    strstr(pty.bytes, "[1;") != NULL ||
				    strstr(pty.bytes, "[0;1;") != NULL ||
				    strstr(pty.bytes, "[0;1m") != NULL);
		term_close(term);
		free(canvas.cells);
		pty_end(&pty);
		(void)unsetenv("COLORTERM");
	}
	(void)setenv("TERM", "xterm-256color", 1);
}

/* (3) of term.h, had a layer before it failed. */
static void no_control_of_a_cell_reaches_the_terminal(void **state)
{
	static const uint32_t bad[] = {
		0x1b, 0x07,   0x0a,   0x0d,    0x09,   0x08,     0x7f,    0x9b,
		0x9d, 0x202e, 0x200d, 0xe0041, 0xd800, 0x110000, 0xfffff, UINT32_MAX};
	struct pty pty;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(true);
	struct canvas canvas = frame_new(80, 24);
	shown(term, &canvas, &pty);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		canvas.cells[80 * 3 + 2 * i].cp = bad[i];
		canvas.cells[80 * 3 + 2 * i + 1].cp = 'a' + (uint32_t)i;
	}
	canvas.cells[80 * 5].cp = 'e';
	canvas.cells[80 * 5].mark = 0x1b;
	shown(term, &canvas, &pty);
	assert_non_null(strstr(pty.bytes, "?a?b?c?d?e?f?g?h?i?j"));
	for (size_t i = 0; i < pty.len; i++) {
		unsigned char c = (unsigned char)pty.bytes[i];
		assert_true(c >= ' ' ||
			    (c == 033 &&
			     (pty.bytes[i + 1] == '[' || pty.bytes[i + 1] == '(')) ||
			    c == '\r' || c == '\n' || c == '\b' || c == '\t');
	}
	assert_null(strstr(pty.bytes, "\302"));
	assert_null(strstr(pty.bytes, "\342"));
	term_close(term);
	free(canvas.cells);
	pty_end(&pty);
}

static void what_cannot_be_opened_is_said_in_a_sentence(void **state)
{
	static const struct {
		const char *type, *says;
	} rows[] = {
		{"no-such-terminal", "no-such-terminal"},
		{"dumb", "dumb"},
		{"", "TERM is not set"},
	};
	struct term_options options = {.theme = frame_theme()};
	struct term *term = NULL;
	struct err err;
	struct pty pty;
	struct termios before;
	(void)state;
	pty_begin(&pty, 80, 24);
	assert_int_equal(tcgetattr(STDOUT_FILENO, &before), 0);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)setenv("TERM", rows[i].type, 1);
		assert_int_equal(term_open(&options, &term, &err), -EINVAL);
		assert_non_null(strstr(err.text, rows[i].says));
		assert_null(term);
		assert_true(pty_modes_equal(&pty, &before));
	}
	(void)setenv("TERM", "xterm-256color", 1);
	int null = open("/dev/null", O_RDWR);
	(void)dup2(null, STDIN_FILENO);
	assert_int_equal(term_open(&options, &term, &err), -ENOTTY);
	assert_non_null(strstr(err.text, "not a terminal"));
	(void)close(null);
	pty_end(&pty);
}

static void a_terminal_that_hangs_up_is_known_to_be_gone(void **state)
{
	struct pty pty;
	(void)state;
	pty_begin(&pty, 80, 24);
	struct term *term = opened(false);
	(void)close(pty.master);
	assert_int_equal(term_key(term), KEY_NONE_);
	assert_true(term_gone(term));
	term_close(term);
	pty.master = dup(pty.slave);
	pty_end(&pty);
}

static int set_up(void **state)
{
	(void)state;
	(void)setenv("TERM", "xterm-256color", 1);
	(void)unsetenv("COLORTERM");
	(void)unsetenv("LINES");
	(void)unsetenv("COLUMNS");
	return setlocale(LC_CTYPE, "C.UTF-8") == NULL ? -1 : 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_is_asked_behind_the_first_frame),
		cmocka_unit_test(only_a_yes_brings_synchronized_updates),
		cmocka_unit_test(no_answer_is_left_for_the_shell),
		cmocka_unit_test(the_mouse_is_received_only_while_it_is_wanted),
		cmocka_unit_test(a_frame_is_one_write_and_one_synchronized_update),
		cmocka_unit_test(
			a_tick_of_the_clock_costs_few_bytes_and_nothing_changed_none),
		cmocka_unit_test(a_terminal_that_takes_nothing_blocks_nobody),
		cmocka_unit_test(closing_gives_the_terminal_back),
		cmocka_unit_test(
			a_suspended_terminal_is_the_shells_and_then_ours_again),
		cmocka_unit_test(a_terminal_of_65535_rows_is_drawn_in_part),
		cmocka_unit_test(a_crash_gives_the_terminal_back_and_says_why),
		cmocka_unit_test(keys_arrive_however_the_reads_are_cut),
		cmocka_unit_test(colours_are_those_the_terminal_has),
		cmocka_unit_test(no_control_of_a_cell_reaches_the_terminal),
		cmocka_unit_test(what_cannot_be_opened_is_said_in_a_sentence),
		cmocka_unit_test(a_terminal_that_hangs_up_is_known_to_be_gone),
	};
	return cmocka_run_group_tests(tests, set_up, NULL);
}
