/*
 * test_matrix.c -- every terminal, in every locale and size, with colours and without:
 * the program starts, plays, scrubs, shows what `render` prints, and gives the terminal
 * back; and nothing is written that the terminal does not know
 *
 * test_matrix PROGRAM TYPE: TAP, a line a cell of that terminal.
 */
#include "../scratch.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "pitwall/base.h"

struct kind {
	const char *type;
	const char *finals;   /* last bytes of the CSI sequences it knows */
	const char *private_; /* numbers of the private modes it knows, or NULL: any */
	bool one_screen;      /* no alternate one */
	bool hides;           /* its cursor can be hidden */
	bool colours;
};
/* The sequences: terminfo(5) entries of ncurses 6.4, console_codes(4), the VT100's
 * manual. */
static const struct kind kinds[] = {
	{"xterm-256color", NULL, NULL, false, true, true},
	{"xterm", NULL, NULL, false, true, true},
	{"screen", NULL, NULL, false, true, true},
	{"tmux-256color", NULL, NULL, false, true, true},
	{"linux", "@ABCDGHJKLMPXcdfhlmnr", " 1 25 7 ", true, true, true},
	{"vt100", "ABCDHJKfhlmr", " 1 7 ", true, false, false},
	{"dumb", "", "", true, false, false},
};
static const char *const locales[] = {"C.UTF-8", "C"};
static const int sizes[][2] = {{80, 24}, {120, 36}, {160, 48}, {220, 60}};

struct cell {
	const struct kind *kind;
	const char *locale;
	int cols, rows;
	bool no_color;
};

static const char *program;
static char race[SCRATCH_MAX];
static char *rendered[ARRAY_LEN(locales)][ARRAY_LEN(sizes)];
static unsigned passed, failed;

/* ---- what the cells of the matrix are started with -------------------------------- */

struct environment {
	char words[8][512];
	const char *at[9];
};

static void environment_make(struct environment *e, const struct cell *cell)
{
	static const char *const kept[] = {"PATH",          "PITWALL_ASSETS",
					   "ASAN_OPTIONS",  "LSAN_OPTIONS",
					   "UBSAN_OPTIONS", "PITWALL_REPORTS"};
	unsigned n = 0;
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (getenv(kept[i]) != NULL)
			text_format(e->words[n++], sizeof(e->words[0]), "%s=%s",
				    kept[i], getenv(kept[i]));
	text_format(e->words[n++], sizeof(e->words[0]), "TERM=%s", cell->kind->type);
	text_format(e->words[n++], sizeof(e->words[0]), "LC_ALL=%s", cell->locale);
	if (cell->no_color)
		text_format(e->words[n++], sizeof(e->words[0]), "NO_COLOR=1");
	for (unsigned i = 0; i < n; i++)
		e->at[i] = e->words[i];
	e->at[n] = NULL;
}

/* What `render` makes of the same instant. */
static char *render(const struct cell *cell)
{
	struct environment e;
	char size[32];
	const char *argv[] = {program,  "render", race, "--at", "lap:20", "--screen",
			      "timing", "--size", size, NULL,   NULL};
	text_format(size, sizeof(size), "%dx%d", cell->cols, cell->rows);
	if (strcmp(cell->locale, "C") == 0)
		argv[9] = "--ascii";
	environment_make(&e, cell);
	return terminal_output(argv, e.at);
}

static const char *rendered_of(const struct cell *cell)
{
	size_t l = strcmp(cell->locale, "C") == 0, s = 0;
	while (sizes[s][0] != cell->cols)
		s++;
	if (rendered[l][s] == NULL)
		rendered[l][s] = render(cell);
	return rendered[l][s];
}

/* ---- what is looked at --------------------------------------------------------------- */

/* All rows but the title, which says that it stands, and the keys. */
static bool is_whole(struct terminal *t, const void *context)
{
	const char *line = context;
	for (int y = 0; y < t->rows - 1; y++) {
		const char *end = strchr(line, '\n');
		size_t n = end == NULL ? 0 : (size_t)(end - line);
		if (end == NULL)
			return false;
		while (n > 0 && line[n - 1] == ' ')
			n--;
		const char *row = terminal_row(t, y);
		if (y > 0 && (strlen(row) != n || memcmp(row, line, n) != 0))
			return false;
		line = end + 1;
	}
	return true;
}

static bool has_moved(struct terminal *t, const void *context)
{
	const char *row = terminal_row(t, 0), *clock = strstr(row, "0:0");
	(void)context;
	return clock != NULL && clock[3] >= '1' && clock[3] <= '9' && clock[4] == ':';
}

static bool stands(struct terminal *t, const void *context)
{
	const char *row = terminal_row(t, 0);
	(void)context;
	return strstr(row, "||") != NULL || strstr(row, "PAUSED") != NULL ||
	       strstr(row, "\u275a\u275a") != NULL;
}

/* Numbers of an SGR that are colours. */
static bool is_colour(unsigned n)
{
	return (n >= 30 && n <= 38) || (n >= 40 && n <= 48) || (n >= 90 && n <= 97) ||
	       (n >= 100 && n <= 107);
}

static const char *check_sgr(const struct cell *cell, const char *from, const char *to)
{
	for (unsigned n = 0; from <= to; from++) {
		if (*from >= '0' && *from <= '9') {
			n = n * 10 + (unsigned)(*from - '0');
			continue;
		}
		if (is_colour(n) && (cell->no_color || !cell->kind->colours))
			return "a colour where there is none";
		if (cell->kind->finals != NULL && n > 7 && !is_colour(n) && n != 10 &&
		    n != 39 && n != 49 && (n < 21 || n > 27))
			return "an attribute that it does not know";
		n = 0;
	}
	return NULL;
}

/* @from is behind CSI. */
static const char *check_csi(const struct cell *cell, const char **from)
{
	const struct kind *kind = cell->kind;
	const char *p = *from, *mode = *p == '?' ? p + 1 : NULL;
	while (*p != '\0' && (*p < '@' || *p > '~'))
		p++;
	if (*p == 'm' && mode == NULL && check_sgr(cell, *from, p) != NULL)
		return check_sgr(cell, *from, p);
	if (kind->finals != NULL && strchr(kind->finals, *p) == NULL)
		return "a sequence that it does not know";
	if (kind->private_ != NULL && mode != NULL && (*p == 'h' || *p == 'l')) {
		char number[16];
		text_format(number, sizeof(number), " %d ", atoi(mode));
		if (strstr(kind->private_, number) == NULL)
			return "a mode that it does not know";
	}
	*from = p;
	return NULL;
}

/* NULL, or what is wrong with the bytes. */
static const char *check_bytes(const struct cell *cell, const struct terminal *t)
{
	bool dumb = strcmp(cell->kind->type, "dumb") == 0;
	bool ascii = strcmp(cell->locale, "C") == 0;
	for (const char *p = t->bytes; *p != '\0'; p++) {
		const char *wrong = NULL;
		if (ascii && (unsigned char)*p >= 0x80)
			return "a byte that is no ASCII";
		if (strcmp(cell->kind->type, "linux") == 0 && *p == '\342' &&
		    (p[1] == '\240' || (p[1] >= '\241' && p[1] <= '\243')))
			return "braille, which no font of a console has";
		if (dumb && (unsigned char)*p < ' ' && *p != '\n' && *p != '\r')
			return "a control in a line";
		if (p[0] == 033 && p[1] == '[') {
			p += 2;
			wrong = check_csi(cell, &p);
		}
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

static const char *check_end(const struct cell *cell, const struct terminal *t)
{
	if (!WIFEXITED(t->status) || WEXITSTATUS(t->status) != 0)
		return "it did not end with 0";
	if (!terminal_restored(t))
		return "the modes are not as they were";
	if (t->alternate)
		return "the other screen is still there";
	if (!t->cursor)
		return "the cursor is hidden";
	return check_bytes(cell, t);
}

/* ---- the story of a cell -------------------------------------------------------------- */

static const char *on_screen(const struct cell *cell, struct terminal *t)
{
	if (!terminal_until(t, has_moved, NULL))
		return "it does not play";
	if (t->alternate == cell->kind->one_screen)
		return "the wrong screen";
	if (t->cursor == cell->kind->hides)
		return "the wrong cursor";
	terminal_type(t, " ");
	if (!terminal_until(t, stands, NULL))
		return "space does not pause";
	terminal_type(t, "2glap:20\r");
	/* The font of a console has not all that `render` prints. */
	bool font = strcmp(cell->kind->type, "linux") == 0 &&
		    strcmp(cell->locale, "C") != 0;
	if (font ? !terminal_shows(t, 0, "0:30:00")
		 : !terminal_until(t, is_whole, rendered_of(cell)))
		return "lap 20 is not what render prints";
	terminal_type(t, "\033[C");
	if (!terminal_shows(t, 0, "0:31:30"))
		return "right is not a lap";
	terminal_type(t, "\033OD(");
	if (!terminal_shows(t, 0, "0:29:00"))
		return "left and a minute back";
	terminal_type(t, "?");
	if (!terminal_shows(t, -1, "everywhere"))
		return "no help";
	terminal_type(t, "\033");
	terminal_type(t, "q");
	/* Escape closed the help first: two keys, or one of Alt. */
	return terminal_ends(t) ? NULL : "q does not leave";
}

static const char *in_lines(struct terminal *t)
{
	if (!terminal_shows(t, -1, "car 1 takes the lead of the race on lap 1."))
		return "it does not play";
	terminal_type(t, "lap:40\n");
	if (!terminal_shows(t, -1, "car 1 leads on lap 41."))
		return "it does not go where it is told to";
	terminal_type(t, "q\n");
	return terminal_ends(t) ? NULL : "q does not leave";
}

static void run(const struct cell *cell)
{
	struct environment e;
	struct terminal t;
	const char *argv[] = {program, race, "--speed", "60", NULL};
	bool dumb = strcmp(cell->kind->type, "dumb") == 0;
	environment_make(&e, cell);
	terminal_start(&t, argv, e.at, cell->cols, cell->rows);
	const char *wrong = dumb ? in_lines(&t) : on_screen(cell, &t);
	if (wrong == NULL)
		wrong = check_end(cell, &t);
	printf("%s %u - %s, %s, %dx%d%s%s%s\n", wrong == NULL ? "ok" : "not ok",
	       passed + failed + 1, cell->kind->type, cell->locale, cell->cols,
	       cell->rows, cell->no_color ? ", NO_COLOR" : "",
	       wrong == NULL ? "" : ": ", wrong == NULL ? "" : wrong);
	if (wrong != NULL)
		terminal_print(&t);
	(void)fflush(stdout);
	passed += wrong == NULL;
	failed += wrong != NULL;
	terminal_end(&t);
}

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	program = argv[1];
	scratch_name(race, "matrix.csv");
	if (!terminal_race(race))
		return 2;
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (size_t i = 0; i < 16 && strcmp(kinds[k].type, argv[2]) == 0; i++) {
			struct cell cell = {
				.kind = &kinds[k],
				.locale = locales[i & 1],
				.no_color = (i & 2) != 0,
				.cols = sizes[i >> 2][0],
				.rows = sizes[i >> 2][1],
			};
			run(&cell);
		}
	for (size_t i = 0; i < ARRAY_LEN(locales) * ARRAY_LEN(sizes); i++)
		free(rendered[i / ARRAY_LEN(sizes)][i % ARRAY_LEN(sizes)]);
	(void)unlink(race);
	printf("1..%u\n", passed + failed);
	return passed > 0 && failed == 0 ? 0 : 1;
}
