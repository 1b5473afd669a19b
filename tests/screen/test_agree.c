/*
 * test_agree.c -- a value that stands on two screens has one text: all screens at 200 instants
 * of five races, a practice and a qualifying
 *
 * A screen records which cells show which value (canvas_figure); what is compared is the text
 * in these cells. The races are the bundled one and real ones, or races of the simulator
 * where the real ones are absent.
 *
 *  (1) A shorter text may be less exact ("1:36.4"), without its range ("~4 of ~4 3–6") or its
 *      unit, never another number.
 *  (2) The sentences of the strategy screen are searched for the numbers that the tables show.
 */
#include "golden.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../real.h"
#include "../scratch.h"
#include "../typed_season.h"
#include "pitwall/season_watch.h"
#include "pitwall/session.h"
#include "sim.h"

enum { INSTANTS = 200, CARS = RACE_CARS_MAX + 1, TEXT = 64 };

static char *race_path;

/* What was read at one instant. */
struct reading {
	char text[TEXT];
	uint8_t screen;
	bool known;
};
static struct reading readings[FIGURE_COUNT][CARS];
static unsigned compared[FIGURE_COUNT], wrong;
static instant_us shown_at;
static const struct race *shown_race;
static unsigned shown_type;

/* ---- two texts ------------------------------------------------------------------------ */

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* (1) */
static bool less_exact(const char *brief, const char *full)
{
	size_t len = strlen(brief);
	if (len == 0 || !begins(full, brief))
		return false;
	return full[len] == ' ' || full[len] == '.' || strchr(brief, '.') != NULL;
}

static bool is_form_of(const char *brief, const char *name)
{
	char text[80];
	for (unsigned form = PERSON_WHOLE; form <= PERSON_CODE; form++) {
		text_person(text, sizeof(text), slice_of(name), (enum person_form)form);
		if (strcmp(text, brief) == 0)
			return true;
	}
	return false;
}

/* Forms of the name of one driver of the car: "L. F. Derani" and "Luis Felipe Derani". */
static bool same_driver(uint16_t car, const char *a, const char *b)
{
	if (car >= shown_race->car_count)
		return false;
	const struct entry *entry = &shown_race->entries[car];
	for (unsigned i = 0; i < RACE_DRIVERS_MAX; i++)
		if (is_form_of(a, entry->drivers[i]) &&
		    is_form_of(b, entry->drivers[i]))
			return true;
	return false;
}

/* A name may be cut. */
static bool same_name(const char *a, const char *b)
{
	const char *cut_a = strstr(a, "\u2026"), *cut_b = strstr(b, "\u2026");
	size_t len_a = cut_a ? (size_t)(cut_a - a) : strlen(a);
	size_t len_b = cut_b ? (size_t)(cut_b - b) : strlen(b);
	return strcmp(a, b) == 0 ||
	       ((cut_a || cut_b) && strncmp(a, b, len_a < len_b ? len_a : len_b) == 0);
}

static bool same_text(unsigned kind, uint16_t car, const char *a, const char *b)
{
	if (kind == FIGURE_DRIVER || kind == FIGURE_TEAM)
		return same_name(a, b) ||
		       (kind == FIGURE_DRIVER && same_driver(car, a, b));
	return strcmp(a, b) == 0 || less_exact(a, b) || less_exact(b, a);
}

/* Laps alone: "lap 165 of 240", "165 laps, 689 km", "75 % · 123 laps". */
static void number_of_laps(char *text)
{
	char *unit = strstr(text, " lap"), *from = text;
	if (unit) {
		*unit = '\0';
		from = strrchr(text, ' ');
		from = from ? from + 1 : text;
	} else if (begins(text, "lap ")) {
		from += 4;
	}
	memmove(text, from, strlen(from) + 1);
	text[strspn(text, "~0123456789")] = '\0';
}

static void read_text(unsigned kind, uint16_t car, uint8_t screen, const char *text)
{
	struct reading *reading = &readings[kind][car < RACE_CARS_MAX ? car : CARS - 1];
	char own[TEXT];
	text_copy(own, sizeof(own), slice_trim(slice_of(text)));
	if (kind == FIGURE_LEADER_LAPS || kind == FIGURE_THRESHOLD ||
	    kind == FIGURE_FLAG_THRESHOLD || kind == FIGURE_WINNER_LAPS ||
	    kind == FIGURE_FLAG_LAPS)
		number_of_laps(own);
	if (own[0] == '\0')
		return;
	if (!reading->known) {
		reading->known = true;
		reading->screen = screen;
		text_copy(reading->text, sizeof(reading->text), slice_of(own));
		return;
	}
	compared[kind] += reading->screen != screen;
	if (same_text(kind, car, reading->text, own))
		return;
	if (wrong++ < 20)
		print_message("# value %u of car %u at %lld: \"%s\" on %s, \"%s\" on "
			      "%s\n",
			      kind, car, (long long)(shown_at / US_S), reading->text,
			      screens[reading->screen]->name, own,
			      screens[screen]->name);
}

/* ---- a screen ------------------------------------------------------------------------- */

static struct cell cells[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];
static uint32_t figures[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];

/* Text of cells @from to @to of a row. */
static void cells_text(const struct cell *row, int from, int to, char *text, size_t cap)
{
	size_t len = 0;
	for (int x = from; x < to && len + 5 < cap; x++)
		if (!(row[x].bits & CELL_CONTINUES))
			len += utf8_encode(text + len, row[x].cp ? row[x].cp : ' ');
	text[len] = '\0';
}

static void read_figures(const struct canvas *canvas, uint8_t screen)
{
	for (int y = 0; y < canvas->rows; y++) {
		const uint32_t *row = figures + y * canvas->cols;
		for (int x = 0, to; x < canvas->cols; x = to) {
			char text[TEXT];
			for (to = x + 1; to < canvas->cols && row[to] == row[x]; to++)
				;
			if (row[x] == 0)
				continue;
			cells_text(cells + y * canvas->cols, x, to, text, sizeof(text));
			read_text(row[x] >> 16, (uint16_t)row[x], screen, text);
		}
	}
}

/* ---- sentences (2) -------------------------------------------------------------------- */

/* The number behind @before, with its tilde; "~P3" is "~3". */
static bool number_after(const char *row, const char *before, char out[TEXT])
{
	const char *at = strstr(row, before);
	size_t len = 0;
	if (!at)
		return false;
	at += strlen(before);
	if (*at == '~')
		out[len++] = *at++;
	at += *at == 'P';
	while (len + 1 < TEXT && ((*at >= '0' && *at <= '9') || *at == '.'))
		out[len++] = *at++;
	out[len] = '\0';
	return len > 1;
}

/* The car whose label ends before @at. */
static uint16_t car_before(const struct view *view, const char *row, const char *at)
{
	const char *from = at;
	while (from > row && from[-1] != ' ')
		from--;
	return race_find_text(view->race, (struct slice){from, (size_t)(at - from)});
}

static void read_sentence(const struct view *view, const char *row)
{
	uint16_t car = view->strategy->car;
	char text[TEXT];
	const char *leads;
	if (strstr(row, " next stop ") && number_after(row, "next stop         ", text))
		read_text(FIGURE_STOPS_LEFT, car, SCREEN_STRATEGY, text);
	if (strstr(row, " net place ") && number_after(row, "net place         ", text))
		read_text(FIGURE_NET, car, SCREEN_STRATEGY, text);
	if (number_after(row, "; now P", text))
		read_text(FIGURE_CLASS_POSITION, car, SCREEN_STRATEGY, text);
	leads = strstr(row, " leads its class: ");
	if (leads && number_after(row, " leads its class: ", text))
		read_text(FIGURE_FLAG_LAPS, car_before(view, row, leads),
			  SCREEN_STRATEGY, text);
	leads = strstr(row, " leads: ");
	if (leads && number_after(row, " leads: ", text)) {
		read_text(FIGURE_WINNER_LAPS, CAR_NONE, SCREEN_COMPARE, text);
		read_text(FIGURE_FLAG_LAPS, car_before(view, row, leads),
			  SCREEN_STRATEGY, text);
	}
}

static void read_sentences(const struct view *view, const struct canvas *canvas)
{
	for (int y = 0; view->strategy && y < canvas->rows; y++) {
		char row[4 * CANVAS_COLS_MAX];
		cells_text(cells + y * canvas->cols, 0, canvas->cols, row, sizeof(row));
		read_sentence(view, row);
	}
}

/* ---- all screens at one instant ------------------------------------------------------- */

static void read_screens(struct view *view, int cols, int rows)
{
	struct canvas canvas = {
		.cells = cells, .cols = cols, .rows = rows, .figures = figures};
	view->cols = cols;
	for (uint8_t screen = 0; screen < SCREEN_COUNT; screen++) {
		view->screen = screen;
		view_draw(view, &canvas);
		read_figures(&canvas, screen);
		if (screen == SCREEN_STRATEGY)
			read_sentences(view, &canvas);
	}
}

static void read_instant(struct session *session, struct season_watch *season,
			 unsigned i)
{
	static const struct {
		int cols, rows;
	} sizes[] = {{160, 48}, {300, 100}, {80, 24}, {120, 36}};
	struct view view = {.speed_num = 1,
			    .speed_den = 1,
			    .focused = CAR_NONE,
			    .compared = CAR_NONE,
			    .calm = true};
	const struct timeline *timeline = &session->timeline;
	duration_us span = timeline->end_at - timeline->start_at;
	shown_at = timeline->start_at + span / INSTANTS * i;
	const struct race *race = session_at(session, shown_at);
	shown_race = race;
	shown_type = race->setup.type;
	view.selected =
		race->car_count ? race->order[i * 7 % race->car_count] : CAR_NONE;
	session_view(session, &view);
	session_forecast(session, &view, 0);
	session_strategy(session, &view);
	season_watch_update(season, session, &view, NEED_SEASON | NEED_TITLES);
	memset(readings, 0, sizeof(readings));
	read_screens(&view, sizes[i % ARRAY_LEN(sizes)].cols,
		     sizes[i % ARRAY_LEN(sizes)].rows);
}

/* Returns how many values differ. */
static unsigned read_race(const char *path, const char *type)
{
	struct session *session;
	struct err err;
	struct options options = {
		.sources = {path}, .source_count = 1, .session = type};
	unsigned all = 0;
	wrong = 0;
	memset(compared, 0, sizeof(compared));
	if (session_load(&options, LOAD_HISTORY, &session, &err) != 0)
		fail_msg("%s", err.text);
	struct season_watch *season;
	typed_season(session, "Now");
	options.season = TYPED_SEASON;
	options.round = "2";
	if (season_watch_open(&options, &season, &err) != 0)
		fail_msg("%s", err.text);
	season_watch_read(season, session);
	for (unsigned i = 0; i <= INSTANTS; i++)
		read_instant(session, season, i);
	season_watch_close(season);
	session_free(session);
	for (unsigned kind = 0; kind < FIGURE_COUNT; kind++)
		all += compared[kind];
	print_message("# %s: %u values compared, %u differ\n", path, all, wrong);
	assert_true(all > 1000);
	return wrong;
}

/* ---- the races ------------------------------------------------------------------------ */

static void the_screens_of_the_bundled_race_agree(void **state)
{
	/* These are compared, or the test shows nothing. */
	static const uint8_t kinds[] = {
		FIGURE_POSITION,
		FIGURE_CLASS_POSITION,
		FIGURE_DRIVER,
		FIGURE_LAPS,
		FIGURE_GAP,
		FIGURE_CLASS_GAP,
		FIGURE_LAST,
		FIGURE_BEST,
		FIGURE_CLASS_INTERVAL,
		FIGURE_STOPS,
		FIGURE_STINT,
		FIGURE_PACE,
		FIGURE_MARGIN,
		FIGURE_FLAG_LAPS,
		FIGURE_CHANCE,
		FIGURE_FLAG_MARGIN,
		FIGURE_DEADLINE,
		FIGURE_CLOCK,
		FIGURE_LEFT,
		FIGURE_LEADER_LAPS,
		FIGURE_FLAG,
		FIGURE_THRESHOLD,
		FIGURE_WINNER_LAPS,
		FIGURE_POINTS,
		FIGURE_TITLE,
	};
	(void)state;
	assert_int_equal(read_race(race_path, NULL), 0);
	for (unsigned i = 0; i < ARRAY_LEN(kinds); i++)
		if (compared[kinds[i]] == 0)
			fail_msg("value %u is on one screen only", kinds[i]);
}

static int agree_append(void *context, const char *bytes, size_t len)
{
	return fwrite(bytes, 1, len, context) == len ? 0 : -EIO;
}

/* A race of the simulator: lap files, and a stream. */
static void simulated(const char *path, unsigned i)
{
	enum { PASSINGS = 16 * 1024 };
	struct sim_race sim = {.passings = calloc(PASSINGS, sizeof(*sim.passings)),
			       .passings_max = PASSINGS};
	char buffer[4096];
	struct err err = {""};
	FILE *file = fopen(path, "wb");
	struct out out = {agree_append, file, buffer, 0, sizeof(buffer), 0, false};
	assert_true(file && sim.passings);
	assert_int_equal(sim_plausible(&sim, 31 + i, 14, 3, US_HOUR, &err), 0);
	if (i % 2)
		sim_write_rmonitor(&out, &sim, false);
	else
		sim_write_alkamel(&out, &sim);
	assert_int_equal(out_flush(&out), 0);
	assert_int_equal(fclose(file), 0);
	free(sim.passings);
}

static void the_screens_of_other_races_agree(void **state)
{
	static const char *const names[] = {
		"alkamel/wec_2024_le_mans_24h.csv",
		"alkamel/imsa_2023_road-atlanta_laps.csv",
		"alkamel/imsa_2024_long-beach_laps.csv",
		"rmonitor/club-race-17-cars.log",
		"sessions/imsa_2021_6h-watkins-glen-international_202106251620_"
		"practice-1-laps.csv",
		"sessions/imsa_2021_6h-watkins-glen-international_202106261305_"
		"qualifying-lmp2-dpi-laps.csv",
	};
	char path[REAL_PATH_MAX];
	unsigned differ = 0;
	(void)state;
	for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
		bool timed = begins(names[i], "sessions/");
		const char *type = NULL;
		if (access(real_path(path, names[i]), R_OK) != 0) {
			print_message("# %s is absent: a simulated race\n", names[i]);
			snprintf(path, sizeof(path), "race%u.csv", i);
			type = timed ? "timed" : "race";
			simulated(path, i);
		}
		differ += read_race(path, type);
		assert_int_equal(shown_type, timed ? SESSION_TIMED : SESSION_RACE);
	}
	assert_int_equal(differ, 0);
}

static int agree_enter(void **state)
{
	(void)state;
	return scratch_enter("agree");
}

static int agree_leave(void **state)
{
	(void)state;
	return scratch_leave("agree");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_screens_of_the_bundled_race_agree),
		cmocka_unit_test(the_screens_of_other_races_agree),
	};
	if (argc < 2)
		return 2;
	/* The tests work in a folder of their own. */
	race_path = realpath(argv[1], NULL);
	if (!race_path)
		return 2;
	int failed = cmocka_run_group_tests_name("screens agree", tests, agree_enter,
						 agree_leave);
	free(race_path);
	return failed;
}
