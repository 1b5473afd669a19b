/*
 * test_theme.c -- the theme follows the background of the terminal: asked for, by
 * COLORFGBG, or not at all; an answer that is late, cut or hostile is no key
 *
 * test_theme PROGRAM: TAP. A theme is told by the colour of the title in true colour.
 */
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/base.h"

enum { COLS = 120, ROWS = 36 };
#define QUESTION "\033]11;?"
#define DARK "38;2;230;237;243"
#define LIGHT "38;2;16;22;29"

static unsigned told, failed;

static void tell(struct terminal *t, bool good, const char *what)
{
	printf("%s %u - %s\n", good ? "ok" : "not ok", ++told, what);
	if (!good)
		terminal_print(t);
	failed += !good;
	(void)fflush(stdout);
}

static bool has(struct terminal *t, const void *text)
{
	return t->bytes && strstr(t->bytes, text) != NULL;
}

static void start(struct terminal *t, const char *program, const char *option,
		  const char *colours)
{
	static const char *const kept[] = {"PATH",          "PITWALL_ASSETS",
					   "ASAN_OPTIONS",  "LSAN_OPTIONS",
					   "UBSAN_OPTIONS", "PITWALL_REPORTS"};
	static char words[ARRAY_LEN(kept)][512];
	char fgbg[64];
	const char *environment[ARRAY_LEN(kept) + 6] = {
		"TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", fgbg};
	unsigned n = 4;
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (getenv(kept[i]) != NULL) {
			text_format(words[i], sizeof(words[i]), "%s=%s", kept[i],
				    getenv(kept[i]));
			environment[n++] = words[i];
		}
	text_format(fgbg, sizeof(fgbg), "COLORFGBG=%s", colours);
	const char *const argv[] = {program,    "--config", "none", "--no-welcome",
				    "--screen", "classes",  option, NULL};
	terminal_start(t, argv, environment, COLS, ROWS);
	if (!terminal_shows(t, 0, "1000 km"))
		tell(t, false, "the console starts");
}

/* The console goes where a key sends it: nothing before was taken for a key. */
static bool listens(struct terminal *t)
{
	terminal_type(t, "g");
	bool prompt = terminal_shows(t, ROWS - 1, "go to");
	terminal_type(t, "\033");
	return prompt && terminal_shows(t, ROWS - 1, "Space pause");
}

static void it_follows_the_answer(const char *program)
{
	struct terminal t;
	start(&t, program, NULL, "");
	tell(&t, terminal_until(&t, has, QUESTION), "the background is asked for");
	tell(&t, has(&t, DARK), "the first frame does not wait for it");
	terminal_forget(&t);
	terminal_type(&t, "\033]11;rgb:ffff/ffff/ffff\033\\");
	tell(&t, terminal_until(&t, has, LIGHT), "on white the theme is light");
	tell(&t, terminal_shows(&t, 0, "1000 km"), "and the screen is the same");
	terminal_forget(&t);
	terminal_type(&t, "\033]11;rgb:0000/0000/0000\033\\");
	tell(&t, listens(&t) && !has(&t, DARK), "a second answer changes nothing");
	terminal_end(&t);
}

static void what_is_no_answer_is_no_key(const char *program)
{
	static const char *const answers[] = {
		"\033]11;rgb:gggg/0000/0000\033\\",
		"\033]11;rgb:q/q/q\007",
		"\033]11;rgb:ffff/ffff/ffff/ffff\033\\",
		"\033]11;\007",
		"\033]11;rgb:ffffffffffffffffffffffffffffffffffffffffffff\007",
	};
	struct terminal t;
	start(&t, program, NULL, "");
	for (size_t i = 0; i < ARRAY_LEN(answers); i++)
		terminal_type(&t, answers[i]);
	tell(&t, listens(&t) && !has(&t, LIGHT), "a hostile answer is nothing");
	terminal_end(&t);

	/* Cut within, as a slow line does; the pause is that of a whole frame. */
	start(&t, program, NULL, "");
	/* The emulator has answered what it knows. */
	tell(&t, listens(&t), "it is up");
	terminal_forget(&t);
	terminal_type(&t, "\033]11;rgb:ff");
	tell(&t, terminal_until(&t, has, "\033"), "meanwhile the clock ticks");
	terminal_type(&t, "ff/ffff/ffff\033\\");
	tell(&t, terminal_until(&t, has, LIGHT), "a cut answer is an answer");
	tell(&t, listens(&t), "and no key");
	terminal_end(&t);
}

static void it_is_not_asked_for_where_it_does_not_matter(const char *program)
{
	struct terminal t;
	start(&t, program, "--theme=dark", "0;15");
	tell(&t, has(&t, DARK) && !has(&t, QUESTION), "a chosen theme stays");
	terminal_forget(&t);
	terminal_type(&t, ":theme auto\r");
	tell(&t, terminal_until(&t, has, LIGHT), "until it is to choose by itself");
	terminal_end(&t);
	start(&t, program, "--mono", "");
	tell(&t, !has(&t, QUESTION), "without colours there is no question");
	terminal_end(&t);
	start(&t, program, "--theme=auto", "0;15");
	tell(&t, terminal_until(&t, has, QUESTION) && has(&t, LIGHT),
	     "COLORFGBG chooses the first frame");
	terminal_end(&t);
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return 2;
	it_follows_the_answer(argv[1]);
	what_is_no_answer_is_no_key(argv[1]);
	it_is_not_asked_for_where_it_does_not_matter(argv[1]);
	printf("1..%u\n", told);
	return failed > 0;
}
