/*
 * left_off.c -- where a person left off: position, screen and cars of each file
 *
 * A text file, places, in pitwall's folder of $XDG_STATE_HOME, else of ~/.local/state: a
 * head, then a line a file, the newest first:
 *
 *   print instant run screen selected focused [tagged ...]
 *
 *  (1) A file is known by a print of its size and of its first and last bytes, not by its
 *      name. A live source, a pipe and the first minute of a race have no line.
 *  (2) What the options say wins: --at, --screen, --car, --with, and --fresh over all of it.
 *  (3) The file is private, at most PLACES_MAX lines, and replaced as a whole. One that is
 *      not ours, too large, or has other lines is reported, and what is wrong is ignored.
 */
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACES_MAX = 64, PLACE_TAGS_MAX = 8, FILE_MOST = 16384 };
static const char head_line[] = "pitwall places 1";

struct place {
	char print[SOURCE_PRINT_MAX];
	instant_us at;
	unsigned run;
	uint8_t screen;
	char selected[16], focused[16];  /* "-": none */
	char tagged[PLACE_TAGS_MAX][16]; /* that of the gaps first; "": none */
};

struct places_left {
	struct place at[PLACES_MAX];
	unsigned count;
};

/* ---- the file (3) ------------------------------------------------------------------ */

static bool parse_print(struct slice word, char print[SOURCE_PRINT_MAX])
{
	for (size_t i = 0; i < word.len; i++)
		if (strchr("0123456789abcdef", word.at[i]) == NULL)
			return false;
	return word.len == SOURCE_PRINT_MAX - 1 &&
	       text_copy(print, SOURCE_PRINT_MAX, word) == word.len;
}

static bool parse_car(struct slice word, char car[16])
{
	for (size_t i = 0; i < word.len; i++)
		if (word.at[i] <= ' ' || word.at[i] > '~')
			return false;
	return word.len > 0 && word.len < 16 && text_copy(car, 16, word) == word.len;
}

static bool parse_tagged(struct slice cars, char tagged[PLACE_TAGS_MAX][16])
{
	memset(tagged, 0, PLACE_TAGS_MAX * sizeof(tagged[0]));
	for (unsigned i = 0; cars.len > 0; i++)
		if (i == PLACE_TAGS_MAX ||
		    !parse_car(slice_cut(&cars, ' '), tagged[i]) ||
		    strcmp(tagged[i], "-") == 0)
			return false;
	return true;
}

static bool parse_place(struct slice line, struct place *place)
{
	int64_t at, run;
	if (!parse_print(slice_cut(&line, ' '), place->print) ||
	    !parse_decimal(slice_cut(&line, ' '), 0, &at) ||
	    !parse_decimal(slice_cut(&line, ' '), 0, &run) || run < 0 ||
	    run >= SESSION_RUNS_MAX)
		return false;
	int screen = -1;
	struct slice name = slice_cut(&line, ' ');
	for (int i = 0; i < SCREEN_COUNT; i++)
		if (slice_eq(name, slice_of(screens[i]->name)))
			screen = i;
	place->at = at;
	place->run = (unsigned)run;
	place->screen = (uint8_t)screen;
	return screen >= 0 && parse_car(slice_cut(&line, ' '), place->selected) &&
	       parse_car(slice_cut(&line, ' '), place->focused) &&
	       parse_tagged(line, place->tagged);
}

/* Why the file is not read; NULL: it is, or there is none. */
static const char *places_text(const char *path, char text[FILE_MOST + 1], size_t *len)
{
	struct stat file;
	*len = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0)
		return errno == ENOENT ? NULL : strerror(errno);
	const char *why = NULL;
	if (fstat(fd, &file) != 0 || !S_ISREG(file.st_mode))
		why = "not a regular file";
	else if (file.st_uid != geteuid() || (file.st_mode & 022) != 0)
		why = "others may write it";
	else if (file.st_size > FILE_MOST)
		why = "too large";
	ssize_t n = why == NULL ? read(fd, text, FILE_MOST) : 0;
	(void)close(fd);
	*len = n > 0 ? (size_t)n : 0;
	return why;
}

/* @console: reports what is wrong; NULL: no report. */
static void places_read(const char *path, struct places_left *places,
			struct console *console)
{
	static char text[FILE_MOST + 1];
	size_t len;
	unsigned wrong = 0;
	const char *why = places_text(path, text, &len);
	struct slice rest = {text, len};
	places->count = 0;
	if (why == NULL && len > 0 &&
	    !slice_eq(slice_cut(&rest, '\n'), slice_of(head_line)))
		why = "not such a file";
	while (why == NULL && rest.len > 0) {
		struct slice line = slice_cut(&rest, '\n');
		if (places->count == PLACES_MAX ||
		    !parse_place(line, &places->at[places->count]))
			wrong++;
		else
			places->count++;
	}
	if (console != NULL && why != NULL)
		console_report(console, true, 0, "where you left off: %s: %s", path,
			       why);
	else if (console != NULL && wrong > 0)
		console_report(console, true, 0,
			       "where you left off: %u line%s of %s ignored: not as "
			       "pitwall writes them",
			       wrong, wrong == 1 ? "" : "s", path);
}

static void places_write(const char *path, const struct places_left *places)
{
	static char text[FILE_MOST + 1];
	char draft[STATE_PATH_MAX + 32];
	size_t len = text_format(text, sizeof(text), "%s\n", head_line);
	for (unsigned i = 0; i < places->count; i++) {
		const struct place *place = &places->at[i];
		len += text_format(
			text + len, sizeof(text) - len, "%s %lld %u %s %s %s",
			place->print, (long long)place->at, place->run,
			screens[place->screen]->name, place->selected, place->focused);
		for (unsigned k = 0; k < PLACE_TAGS_MAX && place->tagged[k][0]; k++)
			len += text_format(text + len, sizeof(text) - len, " %s",
					   place->tagged[k]);
		len += text_format(text + len, sizeof(text) - len, "\n");
	}
	text_format(draft, sizeof(draft), "%s.%ld", path, (long)getpid());
	int fd =
		open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return;
	bool good = write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
	good = close(fd) == 0 && good;
	if (!good || rename(draft, path) != 0)
		(void)unlink(draft);
}

/* ---- in and out ---------------------------------------------------------------------- */

/* Another session of the file, unless the source names one. */
static void choose_run(struct console *console, const struct options *options,
		       unsigned run)
{
	for (unsigned i = 0; i < options->source_count; i++)
		if (strstr(options->sources[i], "session=") != NULL)
			return;
	if (run != console->session->run && run < console->session->run_count)
		console_choose(console, run);
}

static uint16_t left_car(const struct console *console, const char *car)
{
	return strcmp(car, "-") == 0
		       ? CAR_NONE
		       : race_find_text(console->view.race, slice_of(car));
}

static void take_tagged(struct console *console, const struct place *place)
{
	struct view *view = &console->view;
	for (unsigned i = PLACE_TAGS_MAX; i-- > 0;) {
		uint16_t car = left_car(console, place->tagged[i]);
		if (place->tagged[i][0] == '\0' || car == CAR_NONE)
			continue;
		view->table.bits[car] |= CAR_TAGGED;
		view->compared = car;
	}
}

static void take_place(struct console *console, const struct options *options,
		       const struct place *place)
{
	const struct play *play = &console->head.play;
	char clock[TIME_TEXT_MAX];
	choose_run(console, options, place->run);
	if (place->at <= play->first || place->at > play->last)
		return;
	play_move(&console->head.play, place->at, wall_now());
	console->frames.stale = true;
	console_state(console);
	if (options->screen == NULL)
		console->view.screen = place->screen;
	if (options->car == NULL && left_car(console, place->selected) != CAR_NONE)
		console_select(console, left_car(console, place->selected));
	console->chosen.focused = left_car(console, place->focused);
	if (options->with == NULL)
		take_tagged(console, place);
	char words[64];
	const struct view *view = &console->view;
	if (view->race->setup.type == SESSION_RACE && view->standings->count > 0)
		text_format(words, sizeof(words), "resumed at lap %u",
			    view->race->cars[view->standings->rows[0].car].laps);
	else
		text_format(words, sizeof(words), "resumed at %s",
			    format_duration(clock, race_elapsed(view->race, place->at),
					    TIME_CLOCK) > 0
				    ? clock
				    : "the start");
	console_notice_end(console, false, words);
}

void left_off_resume(struct console *console, const struct options *options)
{
	char path[STATE_PATH_MAX], print[SOURCE_PRINT_MAX];
	struct places_left *places = malloc(sizeof(*places));
	if (places != NULL && options->at == NULL && !options->fresh && /* (2) */
	    state_file("places", path) && source_print(options, print)) {
		places_read(path, places, console);
		for (unsigned i = 0; i < places->count; i++) {
			if (strcmp(places->at[i].print, print) != 0)
				continue;
			take_place(console, options, &places->at[i]);
			break;
		}
	}
	free(places);
}

static void place_name(const struct console *console, uint16_t car, char name[16])
{
	char label[16] = "";
	if (car < console->view.race->car_count)
		race_car_label(console->view.race, car, label);
	if (!parse_car(slice_of(label), name))
		text_copy(name, 16, SLICE("-"));
}

/* At most PLACE_TAGS_MAX: that of the gaps, then in the order of the race. */
static void place_tagged(const struct console *console, struct place *place)
{
	const struct view *view = &console->view;
	unsigned count = 0;
	for (unsigned i = 0; i <= view->race->car_count && count < PLACE_TAGS_MAX;
	     i++) {
		uint16_t car = i == 0 ? view->compared : (uint16_t)(i - 1);
		if (!view_is_tagged(&view->table, car) ||
		    (i > 0 && car == view->compared))
			continue;
		place_name(console, car, place->tagged[count]);
		count += strcmp(place->tagged[count], "-") != 0;
	}
	if (count < PLACE_TAGS_MAX)
		place->tagged[count][0] = '\0';
}

void left_off_save(struct console *console)
{
	char path[STATE_PATH_MAX];
	struct places_left *places = malloc(sizeof(*places));
	struct place here = {.at = console_here(console),
			     .run = console->session->run,
			     .screen = console->view.screen};
	unsigned kept = 0;
	if (places == NULL || !state_file("places", path) ||
	    !source_print(console->options, here.print)) {
		free(places);
		return;
	}
	place_name(console, console->chosen.selected, here.selected);
	place_name(console, console->chosen.focused, here.focused);
	place_tagged(console, &here);
	places_read(path, places, NULL);
	bool is_place = here.at > console->head.play.first + US_MIN; /* (1) */
	bool there = false;
	for (unsigned i = 0; i < places->count; i++) {
		there |= strcmp(places->at[i].print, here.print) == 0;
		if (strcmp(places->at[i].print, here.print) != 0)
			places->at[kept++] = places->at[i];
	}
	kept -= is_place && kept == PLACES_MAX;
	if (is_place) {
		memmove(places->at + 1, places->at, kept * sizeof(places->at[0]));
		places->at[0] = here;
	}
	places->count = kept + is_place;
	if (is_place || there) {
		state_folder(path);
		places_write(path, places);
	}
	free(places);
}
