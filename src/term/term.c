/*
 * term.c -- ncurses paints into memory, and a frame is one write
 *
 * Stock ncurses writes a frame in up to 197 pieces and sleeps in write() when the
 * terminal stalls. Here it is opened on a file in memory: it works out the
 * difference of two screens, and what it would have written is collected and
 * written once, without blocking. The only file that includes <curses.h>.
 *
 *  (1) No frame is painted while bytes of an earlier one wait: the screen that ncurses
 *      assumes is the one the terminal shows, or will show.
 *  (2) `shown` are the cells ncurses was given last; only cells that differ from
 *      them are given again.
 *  (3) Signal handlers and terminal modes are set here, never by ncurses.
 *  (4) No answer of the terminal is left for the shell to read: at the end it is waited
 *      for, ANSWER_MS at most.
 *  (5) Where few cells changed, those of one look are painted together, whatever their
 *      rows: attributes are half of such a frame.
 */
#include "pitwall/term.h"

#include "keyboard.h"
#include "sgr.h"
#include "tty.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
/* Mode 2026, and then what every terminal answers: behind that no answer to the first
 * comes any more. Before them the background, where it matters. */
#define QUESTION "\033[?2026$p\033[c"
#define ASK_BACKGROUND "\033]11;?\033\\"
#define MOUSE_ON "\033[?1002h\033[?1006h"
#define MOUSE_OFF "\033[?1006l\033[?1002l"
enum { ANSWER_MS = 100 };
/* An Escape that arrives while answers are due may be the first byte of one: so many
 * times it is waited for a while longer. */
enum { PATIENCE = 20 };

/* How a role looks, as ncurses takes it. */
struct ink {
	attr_t attributes;
	short pair;
};

/* A stretch of changed cells. */
enum { SPANS_MAX = 96, SPAN_MIXED = 0xfffe, SPAN_DONE = 0xffff };
struct span {
	const struct cell *row;
	uint16_t y, from, to;
	uint16_t look; /* of all its cells; SPAN_MIXED: of several */
};

struct term {
	struct tty tty;
	struct keys keys;
	struct sgr sgr;
	SCREEN *screen;
	FILE *memory;
	struct cell *shown; /* (2) cols * rows */
	int cols, rows;
	bool stale;                 /* all cells have to be given again */
	bool asks, asked, answered; /* the QUESTION */
	bool asks_background;
	unsigned patience;
	int32_t background; /* 0xRRGGBB; -1: not known */
	bool sync;          /* the terminal has mode 2026 */
	bool mouse;
	struct term_mouse mouse_did;
	enum palette palette;
	struct ink inks[ROLE_COUNT];
	uint32_t key_queue[KEYS_OUT_MAX];
	unsigned key_count, key_next;
	uint8_t input[256];
	size_t input_len, input_next;
	size_t frame_bytes;
	unsigned frame_writes;
	cchar_t line[CANVAS_COLS_MAX + 1];
	struct span spans[SPANS_MAX]; /* (5) */
	unsigned span_count;
	bool in_order; /* too many */
};

/* ---- colours ------------------------------------------------------------- */

static bool true_colour_claimed(void)
{
	const char *colours = getenv("COLORTERM");
	return colours != NULL &&
	       (strcmp(colours, "truecolor") == 0 || strcmp(colours, "24bit") == 0);
}

static enum palette palette_choose(bool no_color)
{
	if (no_color || !has_colors() || start_color() == ERR || COLORS < 8)
		return PALETTE_MONO;
	if (COLORS > 256)
		return PALETTE_TRUE;
	if (COLORS == 256 && true_colour_claimed())
		return PALETTE_TRUE;
	return COLORS == 256 ? PALETTE_256 : COLORS >= 16 ? PALETTE_16 : PALETTE_8;
}

struct shade {
	int32_t rgb;
	uint8_t c256, c16, c8;
};

static int shade_index(struct term *term, struct shade shade)
{
	if (shade.rgb < 0)
		return -1;
	switch (term->palette) {
	case PALETTE_MONO:
		return -1;
	case PALETTE_8:
		return shade.c8 & 7;
	case PALETTE_16:
		return shade.c16 & 15;
	case PALETTE_256:
		return shade.c256;
	case PALETTE_TRUE:
		break;
	}
	/* Direct-colour entries take the eight lowest for the palette's own. */
	if (COLORS > 256)
		return shade.rgb < 8 ? 8 : shade.rgb;
	int index = sgr_index(&term->sgr, (uint32_t)shade.rgb);
	return index < 0 ? shade.c256 : index;
}

static attr_t attributes_of(unsigned look)
{
	attr_t attributes = A_NORMAL;
	if ((look & LOOK_BOLD) != 0)
		attributes |= A_BOLD;
	if ((look & LOOK_DIM) != 0)
		attributes |= A_DIM;
	if ((look & LOOK_ITALIC) != 0)
		attributes |= A_ITALIC;
	if ((look & LOOK_UNDERLINE) != 0)
		attributes |= A_UNDERLINE;
	if ((look & LOOK_REVERSE) != 0)
		attributes |= A_REVERSE;
	return attributes;
}

/* Pairs are shared by roles of the same colours: ncurses then writes no sequence
 * between them, and eight-colour terminals have but 64. */
static short pair_of(int fg, int bg, int pairs[ROLE_COUNT][2], short *count)
{
	if (fg < 0 && bg < 0)
		return 0;
	for (short i = 0; i < *count; i++)
		if (pairs[i][0] == fg && pairs[i][1] == bg)
			return (short)(i + 1);
	if (*count + 1 >= COLOR_PAIRS || init_extended_pair(*count + 1, fg, bg) == ERR)
		return 0;
	pairs[*count][0] = fg;
	pairs[*count][1] = bg;
	return ++*count;
}

static void inks_mix(struct term *term, const struct theme *theme)
{
	int pairs[ROLE_COUNT][2];
	short count = 0;
	bool own = term->palette != PALETTE_MONO && use_default_colors() == OK;
	for (unsigned role = 0; role < ROLE_COUNT; role++) {
		const struct look *look = &theme->looks[role];
		struct ink *ink = &term->inks[role];
		if (term->palette == PALETTE_MONO) {
			ink->attributes = attributes_of(look->mono);
			continue;
		}
		struct shade fg = {look->fg, look->fg256, look->fg16, look->fg8};
		struct shade bg = {look->bg, look->bg256, look->bg16, look->bg8};
		int fg_index = shade_index(term, fg);
		int bg_index = shade_index(term, bg);
		/* Terminals that cannot go back to their own colours. */
		if (!own && (fg_index >= 0 || bg_index >= 0)) {
			fg_index = fg_index < 0 ? COLOR_WHITE : fg_index;
			bg_index = bg_index < 0 ? COLOR_BLACK : bg_index;
		}
		ink->attributes =
			attributes_of(term->palette == PALETTE_8 ? look->attributes8
								 : look->attributes);
		ink->pair = pair_of(fg_index, bg_index, pairs, &count);
	}
}

/* ---- opening and closing --------------------------------------------------- */

static const char *capability(const char *name)
{
	const char *text = tigetstr(name);
	return text == NULL || text == (const char *)-1 ? "" : text;
}

/* Without the padding ("$<5>") that only tputs() understands. */
static size_t unpadded(char *to, size_t cap, const char *text)
{
	size_t n = 0;
	while (*text != '\0' && n + 1 < cap) {
		const char *end =
			text[0] == '$' && text[1] == '<' ? strchr(text, '>') : NULL;
		if (end != NULL)
			text = end + 1;
		else
			to[n++] = *text++;
	}
	to[n] = '\0';
	return n;
}

/* Terminals without a second screen get their cursor below what was shown. */
static void restore_prepare(const struct term *term)
{
	char padded[TTY_RESTORE_MAX];
	char bytes[TTY_RESTORE_MAX];
	const char *leave = capability("rmcup");
	char below[32] = "";
	if (leave[0] == '\0')
		text_format(below, sizeof(below), "\033[%d;1H\033[K", term->rows);
	text_format(padded, sizeof(padded), "%s%s%s%s%s%s%s",
		    term->sync ? SYNC_END : "", term->mouse ? MOUSE_OFF : "",
		    capability("sgr0"), capability("op"), below, leave,
		    capability("cnorm"));
	size_t len = unpadded(bytes, sizeof(bytes), padded);
	tty_restore_with(bytes, len);
}

/* What the terminfo entry says of moves, where that is what nearly all terminals have. */
static void cursor_prepare(struct term *term)
{
	static const struct {
		const char *name, *form;
	} forms[] = {
		{"cup", "\033[%i%p1%d;%p2%dH"}, {"hpa", "\033[%i%p1%dG"},
		{"vpa", "\033[%i%p1%dd"},       {"cuu", "\033[%p1%dA"},
		{"cud", "\033[%p1%dB"},         {"cuf", "\033[%p1%dC"},
		{"cub", "\033[%p1%dD"},
	};
	bool has[ARRAY_LEN(forms)];
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		char text[64];
		(void)unpadded(text, sizeof(text), capability(forms[i].name));
		has[i] = strcmp(text, forms[i].form) == 0;
	}
	/* Behind the last column it waits there, and is not on the next row already. */
	bool known = has[0] && tigetflag("xenl") == 1;
	term->sgr.rows = term->rows;
	term->sgr.cursor =
		(struct cursor){.cols = known ? term->cols : 0,
				.hpa = has[1],
				.vpa = has[2],
				.relative = has[3] && has[4] && has[5] && has[6]};
}

static int new_size(struct term *term)
{
	int cols;
	int rows;
	tty_size(&term->tty, &cols, &rows);
	if (cols <= 0 || rows <= 0) {
		cols = COLS;
		rows = LINES;
	}
	struct cell *shown = calloc((size_t)cols * (size_t)rows, sizeof(*shown));
	if (shown == NULL)
		return -ENOMEM;
	free(term->shown);
	term->shown = shown;
	term->cols = cols;
	term->rows = rows;
	cursor_prepare(term);
	return 0;
}

/* (3) Signals that ncurses would catch; libev is set up later. */
static const int curses_signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};

static SCREEN *screen_new(const char *type, FILE *memory)
{
	struct sigaction before[ARRAY_LEN(curses_signals)];
	for (size_t i = 0; i < ARRAY_LEN(curses_signals); i++)
		(void)sigaction(curses_signals[i], NULL, &before[i]);
	SCREEN *screen = newterm(type, memory, stdin);
	for (size_t i = 0; i < ARRAY_LEN(curses_signals); i++)
		(void)sigaction(curses_signals[i], &before[i], NULL);
	return screen;
}

static int screen_open(struct term *term, struct err *err)
{
	const char *type = getenv("TERM");
	if (type == NULL || type[0] == '\0')
		return err_set(err, -EINVAL,
			       "TERM is not set: set it to your terminal's name, "
			       "xterm-256color for most");
	int fd = memory_file("pitwall-frame");
	if (fd < 0 || (term->memory = fdopen(fd, "w+")) == NULL) {
		int code = -errno;
		if (fd >= 0)
			(void)close(fd);
		return err_set(err, code, "no memory file to paint into: %s",
			       strerror(-code));
	}
	term->screen = screen_new(type, term->memory);
	if (term->screen == NULL)
		return err_set(err, -EINVAL,
			       "TERM is '%s', which terminfo does not know here: "
			       "set it to xterm-256color, or install ncurses-term",
			       type);
	if (capability("cup")[0] == '\0')
		return err_set(err, -EINVAL,
			       "TERM is '%s', a terminal whose cursor cannot be "
			       "placed: use a command such as 'pitwall results'",
			       type);
	return 0;
}

static void screen_modes(struct term *term)
{
	(void)nonl();
	(void)leaveok(stdscr, TRUE);
	(void)typeahead(-1);
	(void)curs_set(0);
	(void)resize_term(term->rows, term->cols);
}

/* Linux consoles of some age and Apple's terminal print questions they do not know. */
static bool may_be_asked(void)
{
	const char *type = getenv("TERM"), *program = getenv("TERM_PROGRAM");
	if (!type || capability("smcup")[0] == '\0' || strncmp(type, "linux", 5) == 0)
		return false;
	return program == NULL || strcmp(program, "Apple_Terminal") != 0;
}

/* (4) */
static void answers_await(struct term *term)
{
	struct pollfd wait = {.fd = term->tty.in, .events = POLLIN};
	if (!term->asked)
		return;
	for (int i = 0; i < ANSWER_MS && !term->answered && !term->tty.gone; i++)
		if (poll(&wait, 1, 1) != 0)
			while (term_key(term) != KEY_NONE_)
				;
}

static void term_free(struct term *term)
{
	answers_await(term);
	if (term->screen != NULL) {
		(void)endwin(); /* into memory, where it stays */
		delscreen(term->screen);
	}
	if (term->memory != NULL)
		(void)fclose(term->memory);
	tty_close(&term->tty);
	free(term->shown);
	free(term);
}

int term_open(const struct term_options *options, struct term **out, struct err *err)
{
	struct term *term = calloc(1, sizeof(*term));
	if (term == NULL)
		return err_set(err, -ENOMEM, "no memory for the terminal");
	int code = tty_open(&term->tty, err);
	if (code < 0) {
		free(term);
		return code;
	}
	code = screen_open(term, err);
	if (code == 0 && new_size(term) < 0)
		code = err_set(err, -ENOMEM, "no memory for the screen");
	if (code < 0) {
		term_free(term);
		return code;
	}
	keys_init(&term->keys);
	screen_modes(term);
	term->palette = palette_choose(options->no_color);
	inks_mix(term, options->theme);
	term->asks = may_be_asked();
	term->asks_background =
		options->ask_background && term->palette != PALETTE_MONO;
	term->background = -1;
	restore_prepare(term);
	tty_raw(&term->tty);
	term->stale = true;
	*out = term;
	return 0;
}

void term_close(struct term *term)
{
	if (term != NULL)
		term_free(term);
}

/* Outside of frames; goes with the next one when the terminal takes nothing now. */
static void send_text(struct term *term, const char *bytes)
{
	struct tty *tty = &term->tty;
	size_t n = strlen(bytes);
	if (!tty_reserve(tty, n))
		return;
	memcpy(tty->bytes + tty->len, bytes, n);
	tty->len += n;
	(void)tty_flush(tty);
}

bool term_mouse(struct term *term, bool on)
{
	/* Terminals of one screen have none, whatever terminfo says of their keys. */
	if (on && capability("smcup")[0] == '\0')
		return false;
	if (on == term->mouse)
		return true;
	term->mouse = on;
	restore_prepare(term);
	send_text(term, on ? MOUSE_ON : MOUSE_OFF);
	return true;
}

struct term_mouse term_mouse_did(const struct term *term)
{
	return term->mouse_did;
}

void term_suspend(struct term *term)
{
	answers_await(term);
	/* Waiting bytes belong to the old screen. */
	term->tty.len = term->tty.sent = 0;
	tty_restore();
	(void)endwin();
	rewind(term->memory);
}

void term_resume(struct term *term)
{
	tty_raw(&term->tty);
	if (!term_resize(term))
		term_redraw(term);
	if (term->mouse)
		send_text(term, MOUSE_ON);
}

/* ---- size and state -------------------------------------------------------- */

int term_fd_in(const struct term *term)
{
	return term->tty.in;
}

int term_fd_out(const struct term *term)
{
	return term->tty.out;
}

void term_size(const struct term *term, int *cols, int *rows)
{
	*cols = term->cols < CANVAS_COLS_MAX ? term->cols : CANVAS_COLS_MAX;
	*rows = term->rows < CANVAS_ROWS_MAX ? term->rows : CANVAS_ROWS_MAX;
}

bool term_resize(struct term *term)
{
	int cols;
	int rows;
	tty_size(&term->tty, &cols, &rows);
	if ((cols == term->cols && rows == term->rows) || cols <= 0 || rows <= 0)
		return false;
	if (new_size(term) < 0)
		return false; /* the old size is drawn until there is memory */
	(void)resize_term(rows, cols);
	restore_prepare(term);
	term_redraw(term);
	return true;
}

void term_redraw(struct term *term)
{
	term->stale = true;
	sgr_forget(&term->sgr);
	(void)clearok(curscr, TRUE);
}

void term_theme(struct term *term, const struct theme *theme)
{
	inks_mix(term, theme);
	term_redraw(term);
}

void term_bell(struct term *term)
{
	struct tty *tty = &term->tty;
	if (tty->len > 0 || !tty_reserve(tty, 1))
		return;
	tty->bytes[tty->len++] = '\a';
	(void)tty_flush(tty);
}

bool term_pending(const struct term *term)
{
	return term->tty.len > 0;
}

int term_flush(struct term *term)
{
	return tty_flush(&term->tty);
}

bool term_gone(const struct term *term)
{
	return term->tty.gone;
}

void term_stats(const struct term *term, size_t *bytes, unsigned *writes)
{
	*bytes = term->frame_bytes;
	*writes = term->frame_writes;
}

/* ---- keys ------------------------------------------------------------------ */

/* An answer of the terminal is for us; every other key is handed on. */
static bool answer_taken(struct term *term, uint32_t key)
{
	if (key < KEYS_TOLD_SYNC || key >= KEYS_TOLD_END)
		return false;
	if (key == KEYS_TOLD_ALL) {
		term->answered = term->asked;
		return true;
	}
	if (key == KEYS_TOLD_BACKGROUND) {
		/* Only when it was asked for, and once. */
		if (term->asked && term->asks_background)
			term->background = term->keys.background;
		term->asks_background = false;
		return true;
	}
	uint32_t value = key - KEYS_TOLD_SYNC;
	term->sync = value == 1 || value == 2;
	restore_prepare(term);
	return true;
}

static uint32_t next_key(struct term *term)
{
	while (term->key_next == term->key_count) {
		if (term->input_next == term->input_len) {
			term->input_next = 0;
			term->input_len =
				tty_read(&term->tty, term->input, sizeof(term->input));
			if (term->input_len == 0)
				return KEY_NONE_;
		}
		term->key_next = 0;
		term->key_count = keys_byte(
			&term->keys, term->input[term->input_next++], term->key_queue);
	}
	return term->key_queue[term->key_next++];
}

uint32_t term_key(struct term *term)
{
	uint32_t key;
	do
		key = next_key(term);
	while (answer_taken(term, key));
	if (key == KEY_PW_MOUSE)
		term->mouse_did = term->keys.mouse;
	return key;
}

bool term_key_waits(const struct term *term)
{
	return keys_waiting(&term->keys);
}

bool term_background(struct term *term, int32_t *rgb)
{
	*rgb = term->background;
	term->background = -1;
	return *rgb >= 0;
}

void term_key_idle(struct term *term)
{
	if (term->asked && !term->answered && term->patience++ < PATIENCE)
		return;
	if (term->key_next == term->key_count) {
		term->key_next = 0;
		term->key_count = keys_idle(&term->keys, term->key_queue);
	}
}

/* ---- painting -------------------------------------------------------------- */

static bool cell_same(const struct cell *a, const struct cell *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* libc has its own opinion of widths, and ncurses shares it. Where it differs
 * from the canvas (that is: from utf8proc) a '?' keeps the row aligned. */
static wchar_t cell_char(const struct cell *cell, bool wide)
{
	if (cell->cp == 0)
		return L' ';
	if (cell->cp < 0x7f && cell->cp >= 0x20)
		return (wchar_t)cell->cp;
	wchar_t wc = (wchar_t)cell->cp;
	return wcwidth(wc) == (wide ? 2 : 1) ? wc : L'?';
}

static void cell_ink(const struct term *term, const struct cell *cell, wchar_t wc,
		     cchar_t *out)
{
	wchar_t text[3] = {wc, L'\0', L'\0'};
	unsigned role = cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT;
	const struct ink *ink = &term->inks[role];
	attr_t attributes = ink->attributes;
	if ((cell->bits & CELL_SELECTED) != 0)
		attributes ^= A_REVERSE;
	if (cell->mark != 0 && wcwidth((wchar_t)cell->mark) == 0)
		text[1] = (wchar_t)cell->mark;
	(void)setcchar(out, text, attributes, ink->pair, NULL);
}

/* Give ncurses the cells [from, to) of a row. Neither end cuts a wide character,
 * old or new. */
static void paint_span(struct term *term, const struct cell *row, int y, int from,
		       int to)
{
	int n = 0;
	for (int x = from; x < to; x++) {
		bool wide = x + 1 < to && (row[x + 1].bits & CELL_CONTINUES) != 0;
		wchar_t wc = cell_char(&row[x], wide);
		cell_ink(term, &row[x], wc, &term->line[n++]);
		if (!wide)
			continue;
		x++;
		/* A wide character covers its second cell by itself. */
		if (wc == L'?')
			cell_ink(term, &row[x], L'?', &term->line[n++]);
	}
	(void)mvadd_wchnstr(y, from, term->line, n);
}

static bool cut_at(const struct cell *row, int x, int w)
{
	return x < w && (row[x].bits & CELL_CONTINUES) != 0;
}

/* Role and reverse: what decides about attributes. */
static uint16_t look_of(const struct cell *cell)
{
	return (uint16_t)(cell->role << 1 | (cell->bits & CELL_SELECTED));
}

static bool one_look(const struct cell *row, int from, int to)
{
	for (int x = from + 1; x < to; x++)
		if (look_of(&row[x]) != look_of(&row[from]))
			return false;
	return true;
}

static void span_paint(struct term *term, const struct span *span)
{
	paint_span(term, span->row, span->y, span->from, span->to);
}

/* In the order of their rows, where many changed: a list that moved up is then seen to
 * have scrolled. */
static void spans_in_order(struct term *term)
{
	for (unsigned i = 0; i < term->span_count; i++)
		span_paint(term, &term->spans[i]);
	term->span_count = 0;
}

/* (5) What was given to ncurses in order is painted first. */
static void spans_by_look(struct term *term)
{
	if (term->in_order)
		(void)refresh();
	for (unsigned i = 0; i < term->span_count; i++) {
		unsigned look = term->spans[i].look;
		if (look == SPAN_DONE)
			continue;
		for (unsigned k = i; k < term->span_count; k++) {
			struct span *span = &term->spans[k];
			if (span->look != look)
				continue;
			span_paint(term, span);
			span->look = SPAN_DONE;
		}
		(void)refresh();
	}
	term->span_count = 0;
}

static void span_add(struct term *term, const struct cell *row, int y, int from, int to)
{
	struct span span = {.row = row,
			    .y = (uint16_t)y,
			    .from = (uint16_t)from,
			    .to = (uint16_t)to,
			    .look = one_look(row, from, to) ? look_of(&row[from])
							    : SPAN_MIXED};
	term->in_order |= term->span_count == SPANS_MAX;
	if (term->in_order) {
		spans_in_order(term);
		span_paint(term, &span);
	} else {
		term->spans[term->span_count++] = span;
	}
}

/* Returns whether anything changed. */
static bool term_paint_row(struct term *term, const struct cell *row, int y, int w)
{
	struct cell *shown = &term->shown[(size_t)y * (size_t)term->cols];
	bool changed = false;
	if (!term->stale && memcmp(shown, row, (size_t)w * sizeof(*row)) == 0)
		return false;
	for (int x = 0; x < w;) {
		if (!term->stale && cell_same(&shown[x], &row[x])) {
			x++;
			continue;
		}
		int from = x;
		while (x < w && (term->stale || !cell_same(&shown[x], &row[x])))
			x++;
		while (from > 0 && (cut_at(row, from, w) || cut_at(shown, from, w)))
			from--;
		while (cut_at(row, x, w) || cut_at(shown, x, w))
			x++;
		span_add(term, row, y, from, x);
		changed = true;
	}
	memcpy(shown, row, (size_t)w * sizeof(*row));
	return changed;
}

static size_t term_put_text(char *to, const char *text)
{
	size_t n = strlen(text);
	memcpy(to, text, n);
	return n;
}

/* What ncurses wrote, wrapped so that the terminal shows it at once. */
static bool frame_collect(struct term *term)
{
	int fd = fileno(term->memory);
	off_t end = lseek(fd, 0, SEEK_CUR);
	if (end <= 0)
		return false;
	size_t len = (size_t)end;
	size_t room = sgr_room(len);
	struct tty *tty = &term->tty;
	size_t around = sizeof(SYNC_BEGIN) + sizeof(SYNC_END) + sizeof(QUESTION) +
			sizeof(ASK_BACKGROUND);
	if (!tty_reserve(tty, room + len + around))
		return false;
	char *raw = tty->bytes + tty->len + room + around;
	ssize_t got = pread(fd, raw, len, 0);
	(void)lseek(fd, 0, SEEK_SET);
	if (got <= 0)
		return false;
	size_t more = sgr_repeated(raw, (size_t)got);
	size_t begin = (size_t)(raw - tty->bytes);
	if (!tty_reserve(tty, room + len + around + more))
		return false;
	raw = tty->bytes + begin + more;
	memmove(raw, tty->bytes + begin, (size_t)got);
	char *at = tty->bytes + tty->len;
	size_t n = term->sync ? term_put_text(at, SYNC_BEGIN) : 0;
	n += sgr_write(&term->sgr, at + n, raw, (size_t)got);
	if (term->sync)
		n += term_put_text(at + n, SYNC_END);
	if (term->asks && !term->asked) {
		if (term->asks_background)
			n += term_put_text(at + n, ASK_BACKGROUND);
		n += term_put_text(at + n, QUESTION);
		term->asked = true;
	}
	tty->len += n;
	return true;
}

bool term_paint(struct term *term, const struct canvas *canvas)
{
	struct tty *tty = &term->tty;
	tty->writes = 0;
	if (tty_flush(tty) < 0 || tty->len > 0)
		return false; /* (1) */
	int w = canvas->cols < term->cols ? canvas->cols : term->cols;
	int h = canvas->rows < term->rows ? canvas->rows : term->rows;
	bool changed = term->stale;
	term->in_order = term->stale;
	if (term->stale)
		(void)erase();
	for (int y = 0; y < h; y++)
		changed |= term_paint_row(
			term, &canvas->cells[(size_t)y * (size_t)canvas->cols], y, w);
	term->stale = false;
	term->frame_bytes = 0;
	term->frame_writes = 0;
	if (!changed)
		return true;
	spans_by_look(term);
	if (frame_collect(term)) {
		term->frame_bytes = tty->len;
		(void)tty_flush(tty);
		term->frame_writes = tty->writes;
	}
	return true;
}
