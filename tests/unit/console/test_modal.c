/*
 * test_modal.c -- the console itself, on a race that is over and on one that runs: every
 * key is typed into every overlay, and nothing behind it changes
 *
 * test_modal RACE. The console is opened on a pseudo-terminal. What is compared is all
 * that a key could change: the view, the playhead, what is chosen, the passings by hand,
 * the alerts, the tables, the race and the events of the session.
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
#include "../screen/overlay_keys.h"

enum { COLS = 120, ROWS = 36 };

static const char *race_path;
static struct pty pty;
static struct console *console;
static char folder[SCRATCH_MAX], session_file[SCRATCH_FILE_MAX],
	entries_file[SCRATCH_FILE_MAX], recording[SCRATCH_FILE_MAX];

/* ---- what lies behind an overlay ------------------------------------------------- */

struct behind {
	struct view view;
	struct playhead head;
	struct choice chosen;
	struct passes passes;
	struct car_tables tables;
	struct alert_rule rules[ALERTS_MAX];
	unsigned rule_count, log_count;
	instant_us away_from;
	struct race race;
	uint32_t events;
};

static void look_behind(struct behind *out)
{
	memset(out, 0, sizeof(*out));
	out->view = console->view;
	out->head = console->head;
	out->chosen = console->chosen;
	out->passes = console->passes;
	out->tables = console->tables;
	memcpy(out->rules, console->alarms.rules, sizeof(out->rules));
	out->rule_count = console->alarms.count;
	out->log_count = console->alarms.log_count;
	out->away_from = console->since.away_from;
	out->race = console->session->timeline.race;
	out->events = console->session->events.count;
}

/* ---- keys ------------------------------------------------------------------------ */

/* An overlay's own doing: a letter of its menu, Enter in a prompt; or declined. */
static bool meant(enum overlay_id overlay, uint32_t key)
{
	const struct key_binding none = {.key = key, .action = ACTION_COUNT};
	const struct key_binding *bound = view_key(&console->view, key);
	struct view copy = console->view;
	struct wish wish = {.kind = WISH_NONE};
	return (bound && overlays[overlay]->declines >> bound->action & 1) ||
	       view_press(&copy, bound ? bound : &none, &wish) ||
	       wish.kind != WISH_NONE;
}

static unsigned declined_keys(enum overlay_id overlay)
{
	uint32_t keys[KEYS_MOST];
	unsigned count = all_keys(keys, false), declined = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct key_binding *bound = view_key(&console->view, keys[i]);
		declined += bound && (overlays[overlay]->declines >> bound->action & 1);
	}
	return declined;
}

static void open_overlay(enum overlay_id overlay)
{
	static const struct view_session sessions[3] = {{.name = "Practice"}};
	struct view *view = &console->view;
	view->sessions = sessions;
	view->session_count = ARRAY_LEN(sessions);
	view->session_row = 1;
	view->alert_row = 0;
	view->choose_row = 9;
	view->alert_count = console->alarms.count;
	view->alerts = console->alarms.rules;
	view->help_top = view->changed_top = 12;
	view->cell = 2;
	view->before = &console->since.before;
	view->overlay_count = 0;
	if (overlay == OVERLAY_PROMPT)
		view_ask(view, PROMPT_ALERT, SLICE("#7 "));
	else
		view_open(view, overlay);
}

static void type_everything_into(enum overlay_id overlay)
{
	static struct behind was, now;
	const unsigned meant_keys[OVERLAY_COUNT] = {
		[OVERLAY_EXPLAIN] = declined_keys(OVERLAY_EXPLAIN),
		[OVERLAY_HELP] = declined_keys(OVERLAY_HELP),
		[OVERLAY_CHANGED] = declined_keys(OVERLAY_CHANGED),
		[OVERLAY_DIGEST] = declined_keys(OVERLAY_DIGEST),
		[OVERLAY_OPERATE] = (unsigned)operate_rows_count,
		[OVERLAY_SESSIONS] = 3 + 1,
		[OVERLAY_ALERTS] = 3,
		[OVERLAY_CHOOSE] = 2,
		[OVERLAY_WELCOME] = declined_keys(OVERLAY_WELCOME),
		[OVERLAY_PROMPT] = 1,
		[OVERLAY_QUIT] = 2,
	};
	uint32_t keys[KEYS_MOST];
	unsigned count = all_keys(keys, false), skipped = 0;
	open_overlay(overlay);
	look_behind(&was);
	for (unsigned i = 0; i < count; i++) {
		if (meant(overlay, keys[i])) {
			skipped++;
			continue;
		}
		console_key(console, keys[i]);
		look_behind(&now);
		put_back(&now.view, &was.view);
		if (memcmp(&now, &was, sizeof(was)) != 0)
			fail_msg("key %#x in '%s' changes what is behind it",
				 (unsigned)keys[i], overlays[overlay]->name);
		console->view = was.view;
	}
	if (skipped != meant_keys[overlay])
		fail_msg("%u keys mean something in '%s' on %s, not %u", skipped,
			 overlays[overlay]->name, screens[console->view.screen]->name,
			 meant_keys[overlay]);
	console->view.overlay_count = 0;
}

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

static void open_console(const struct options *options)
{
	struct err err;
	console = calloc(1, sizeof(*console));
	assert_non_null(console);
	pty_begin(&pty, COLS, ROWS);
	int code = console_open(console, options);
	assert_int_equal(code, EXIT_DONE);
	turn();
	assert_true(console->view.race->car_count >= 3);
	console_select(console, 1);
	assert_int_equal(
		alert_parse(SLICE("any pits"), &console->alarms.rules[0], &err), 0);
	console->alarms.count = 1;
	console->view.screen = SCREEN_TIMING;
	turn();
	assert_int_equal(console->view.selected, 1);
	console->view.notice[0] = '\0';
}

static void close_console(void)
{
	console_close(console);
	pty_end(&pty);
	free(console);
	console = NULL;
}

static void open_replay(void)
{
	static struct options options;
	options = (struct options){
		.sources = {race_path}, .source_count = 1, .at = "3:00:00"};
	open_console(&options);
	assert_true(console->head.play.on);
}

/* Nobody answers there; the cars are those of the entry list. */
static void open_live(void)
{
	static struct options options;
	static unsigned number;
	text_format(recording, sizeof(recording), "%s/%u.pitwall", folder, number++);
	options = (struct options){.sources = {"p3://127.0.0.1:1"},
				   .source_count = 1,
				   .session = session_file,
				   .output = recording};
	open_console(&options);
	assert_non_null(console->live);
	assert_true(console->head.following);
}

/* ---- tests ------------------------------------------------------------------------- */

static void every_key_in_every_overlay(void)
{
	for (unsigned screen = 0; screen < SCREEN_COUNT; screen++) {
		console->view.screen = (uint8_t)screen;
		for (unsigned i = 0; i < OVERLAY_COUNT; i++)
			type_everything_into((enum overlay_id)i);
	}
}

static void nothing_behind_an_overlay_changes_in_a_replay(void **state)
{
	(void)state;
	open_replay();
	every_key_in_every_overlay();
	close_console();
}

static void nothing_behind_an_overlay_changes_in_a_race_that_runs(void **state)
{
	(void)state;
	open_live();
	every_key_in_every_overlay();
	close_console();
}

static void a_rule_typed_into_the_list_of_alerts_leaves_the_race_running(void **state)
{
	static const char rule[] = "#7 gap #31 < 2";
	(void)state;
	open_live();
	console_key(console, '!');
	assert_true(view_is_open(&console->view, OVERLAY_ALERTS));
	for (const char *p = rule; *p != '\0'; p++)
		console_key(console, (uint8_t)*p);
	assert_true(view_is_open(&console->view, OVERLAY_ALERTS));
	assert_false(view_is_open(&console->view, OVERLAY_PROMPT));
	assert_true(console->head.following);
	assert_int_equal(console->view.screen, SCREEN_TIMING);
	close_console();
}

static void an_action_of_other_screens_does_nothing(void **state)
{
	static struct behind was, now;
	unsigned nothing = 0;
	(void)state;
	open_replay();
	/* As if all of them were reported already. */
	memset(console->idle_shown, 0xff, sizeof(console->idle_shown));
	for (unsigned screen = 0; screen < SCREEN_COUNT; screen++) {
		console->view.screen = (uint8_t)screen;
		look_behind(&was);
		for (size_t i = 0; i < key_bindings_count; i++) {
			enum action action = (enum action)key_bindings[i].action;
			if (screen_key(screens[screen], action) ||
			    action_reach(action) != REACH_OWN)
				continue;
			console_key(console, key_bindings[i].key);
			look_behind(&now);
			assert_memory_equal(&now, &was, sizeof(was));
			nothing++;
		}
	}
	assert_true(nothing > SCREEN_COUNT);
	close_console();
}

static void a_key_that_does_nothing_is_reported_once(void **state)
{
	(void)state;
	open_replay();
	console->view.screen = SCREEN_EVENTS;
	console_key(console, 0x1f1);
	assert_non_null(strstr(console->view.notice, "does nothing here; ? lists"));
	console_key(console, KEY_PW_F12);
	assert_string_equal(console->view.notice,
			    "F12 does nothing here; ? lists the keys");
	console_key(console, '-');
	assert_string_equal(console->view.notice,
			    "- does nothing here, it is a key of strategy; "
			    "? lists the keys");
	/* Where there are many, no list of them. */
	console_key(console, '\t');
	assert_string_equal(console->view.notice,
			    "Tab does nothing here, it is a key of other screens; "
			    "? lists the keys");
	console_key(console, 0x1f1);
	console_key(console, KEY_PW_F12);
	console_key(console, '-');
	assert_string_equal(console->view.notice, "");
	/* Each key by itself, and not where it does something. */
	console_key(console, KEY_PW_F12 - 1);
	assert_non_null(strstr(console->view.notice, "F11"));
	console->view.screen = SCREEN_LAPS;
	console_key(console, 'v');
	assert_null(strstr(console->view.notice, "does nothing"));
	close_console();
}

/* ---- the command line -------------------------------------------------------------- */

static const char *command(const char *line)
{
	console_key(console, ':');
	assert_int_equal(console->view.prompt, PROMPT_COMMAND);
	for (const char *p = line; *p != '\0'; p++)
		console_key(console, (uint8_t)*p);
	console_key(console, KEY_PW_ENTER);
	assert_false(view_is_open(&console->view, OVERLAY_PROMPT));
	return console->view.notice;
}

static duration_us elapsed(void)
{
	console_state(console);
	return race_elapsed(console->view.race, console->view.at);
}

static void commands_move_in_time(void **state)
{
	(void)state;
	open_replay();
	console_key(console, ' ');
	(void)command("lap 112");
	console_state(console);
	assert_int_equal(console->view.race->leader_laps, 112);
	(void)command("lap -12");
	(void)command("100");
	assert_int_equal(console->view.race->leader_laps, 112);
	console_state(console);
	assert_int_equal(console->view.race->leader_laps, 100);
	(void)command("time 15:20:10");
	assert_in_range(elapsed(), 199 * US_MIN, 201 * US_MIN);
	(void)command("go 50%");
	(void)command("minute -30");
	duration_us before = elapsed();
	(void)command("min +5");
	assert_int_equal(elapsed() - before, 5 * US_MIN);
	/* The race starts at noon and takes six hours. */
	assert_non_null(strstr(command("go 13:00"), "as the time of day"));
	assert_in_range(elapsed(), 59 * US_MIN, 60 * US_MIN);
	assert_string_equal(command("go 5:00"), "at 5:00:00; u goes back");
	assert_int_equal(elapsed(), 5 * US_HOUR);
	assert_null(strstr(command("go 11:00"), "as the time of day"));
	assert_int_equal(console->head.play.at, console->head.play.last);
	(void)command("start");
	assert_null(strstr(command("flag sc"), "no later"));
	console_state(console);
	assert_int_equal(console->view.race->flag, FLAG_SC);
	(void)command("next lead");
	assert_int_equal(console->view.armed, STEP_LEAD);
	(void)command("speed 60");
	assert_int_equal(console->head.play.speed, play_speed_by_text(SLICE("60")));
	close_console();
}

static void every_key_works_while_the_first_keys_are_shown(void **state)
{
	(void)state;
	open_replay();
	unsigned speed = console->head.play.speed;
	view_open(&console->view, OVERLAY_WELCOME);
	console_key(console, ']');
	assert_int_equal(console->head.play.speed, speed + 1);
	assert_int_equal(console->view.overlay_count, 0);
	view_open(&console->view, OVERLAY_WELCOME);
	console_key(console, ':');
	assert_true(view_is_open(&console->view, OVERLAY_PROMPT));
	assert_int_equal(console->view.overlay_count, 1);
	close_console();
}

static void digest_tells_how_the_race_stands_and_how_it_was_won(void **state)
{
	const struct view *view;
	(void)state;
	open_replay();
	view = &console->view;
	console_key(console, ' ');
	(void)command("digest");
	assert_true(view_is_open(view, OVERLAY_DIGEST));
	assert_non_null(strstr(view->digest[0].at, "leads with 97 laps"));
	for (unsigned i = 0; i < 100; i++)
		console_key(console, KEY_PW_DOWN);
	assert_int_equal(view->digest_top, view->digest_count - 1);
	console_key(console, KEY_PW_ESC);
	assert_false(view_is_open(view, OVERLAY_DIGEST));
	console_key(console, 'G');
	assert_non_null(strstr(view->notice, ":digest"));
	(void)command("digest");
	assert_non_null(strstr(view->digest[0].at, "won with 208 laps"));
	close_console();
}

static void commands_choose_cars_screens_and_tables(void **state)
{
	(void)state;
	open_replay();
	(void)command("car 88");
	uint16_t car = race_find_text(console->view.race, SLICE("88"));
	assert_int_equal(console->chosen.selected, car);
	(void)command("class lmp675");
	assert_string_equal(
		console->view.race
			->classes[console->view.race->entries[console->chosen.selected]
					  .class_index]
			.name,
		"LMP675");
	(void)command("screen strat");
	assert_int_equal(console->view.screen, SCREEN_STRATEGY);
	(void)command("screen 0");
	assert_int_equal(console->view.screen, SCREEN_EVENTS);
	(void)command("timing");
	assert_int_equal(console->view.screen, SCREEN_TIMING);
	(void)command("chart gaps");
	assert_int_equal(console->view.screen, SCREEN_LAPS);
	assert_int_equal(console->view.chart, CHART_GAPS);
	assert_non_null(strstr(command("columns pace"), "columns: pace"));
	assert_string_equal(console->view.table.columns->name, "pace");
	(void)command("columns number driver:20 gap");
	assert_int_equal(console->view.table.columns->count, 3);
	(void)command("sort -best");
	assert_int_equal(console->view.table.sort, 1 + column_by_name(SLICE("best")));
	assert_true(console->view.table.sort_back);
	(void)command("sort");
	assert_int_equal(console->view.table.sort, 0);
	(void)command("filter class GT");
	assert_string_equal(console->view.table.filter, "class GT");
	(void)command("gaps interval");
	assert_int_equal(console->view.table.gaps, GAPS_INTERVAL);
	(void)command("alert any leads");
	assert_int_equal(console->alarms.count, 2);
	assert_non_null(strstr(command("stint GT 32"), "32 laps"));
	(void)command("theme light");
	assert_string_equal(console->theme.name, "light");
	turn();
	(void)command("help");
	assert_true(view_is_open(&console->view, OVERLAY_HELP));
	console_key(console, KEY_PW_ESC);
	(void)command("q");
	assert_true(console->leaves);
	close_console();
}

static void a_wrong_command_changes_nothing_and_says_why(void **state)
{
	static const struct {
		const char *line, *why;
	} samples[] = {
		{"lpa 3", "there is no command lpa; did you mean lap?"},
		{"lap", "lap needs a number"},
		{"lap 112 x", "lap needs a number"},
		{"lap 999999999999999999999", "lap needs a number"},
		{"lap -99999999999", "lap needs a number"},
		{"lap 9999", "no car completed lap 9999"},
		{"time", "time needs a time of the day"},
		{"time noon", "noon"},
		{"speed 3", "there is no speed 3"},
		{"screen zz", "there is no screen zz"},
		{"class", "class needs NAME"},
		{"class zz", "there is no class zz"},
		{"flag pink", "there is no flag pink"},
		{"next big thing", "there is no kind of event big thing"},
		{"sort zz", "there is no column zz"},
		{"theme zz", "zz: there is no such theme"},
		{"theme ../../x", "../../x"},
		{"session 7", "this source has one session"},
		{"control flag SC", "for a race that runs"},
		{"delay 3", "for a race that runs"},
		{"stop-lap", "works on strategy"},
		{"mark 7", "nothing follows mark"},
		{"%n%s%s", "there is no command %n%s%s"},
	};
	static struct behind was, now;
	(void)state;
	open_replay();
	console_key(console, ' ');
	(void)command("zzz");
	console_state(console);
	look_behind(&was);
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const char *notice = command(samples[i].line);
		if (strstr(notice, samples[i].why) == NULL)
			fail_msg("\"%s\" gives \"%s\", not \"%s\"", samples[i].line,
				 notice, samples[i].why);
		look_behind(&now);
		/* The line, what was reported about it, and what is made anew. */
		memcpy(now.view.input, was.view.input, sizeof(was.view.input));
		memcpy(now.view.notice, was.view.notice, sizeof(was.view.notice));
		now.view.notice_count = was.view.notice_count;
		now.view.forecast = was.view.forecast;
		now.view.strategy = was.view.strategy;
		assert_memory_equal(&now, &was, sizeof(was));
	}
	close_console();
}

static struct term_mouse find_hit(enum hit_kind kind)
{
	const struct canvas *canvas = &console->canvas;
	for (int y = 0; y < canvas->rows; y++)
		for (int x = 30; x < canvas->cols; x++)
			if (hit_kind(canvas_hit_at(canvas, x, y)) == kind)
				return (struct term_mouse){
					.x = x, .y = y, .what = MOUSE_PRESSED};
	fail_msg("nothing of kind %d to press", (int)kind);
	return (struct term_mouse){.x = -1};
}

/* Beside a box, where what is behind it shows. */
static void the_mouse_presses_nothing_behind_an_overlay(void **state)
{
	static const enum hit_kind kinds[] = {HIT_CAR, HIT_SCRUB};
	static struct behind was, now;
	(void)state;
	open_replay();
	assert_true(console_mouse_set(console, true));
	console_key(console, ' ');
	view_open(&console->view, OVERLAY_ALERTS);
	turn();
	look_behind(&was);
	for (unsigned i = 0; i < ARRAY_LEN(kinds); i++) {
		console_mouse(console, find_hit(kinds[i]));
		look_behind(&now);
		assert_memory_equal(&now, &was, sizeof(was));
		assert_false(console->mouse.dragging);
	}
	/* Without it the same presses do something. */
	view_close(&console->view, OVERLAY_ALERTS);
	console_select(console, CAR_NONE);
	console_mouse(console, find_hit(HIT_CAR));
	assert_int_not_equal(console->chosen.selected, CAR_NONE);
	console_mouse(console, find_hit(HIT_SCRUB));
	assert_true(console->mouse.dragging);
	close_console();
}

/* A recording ends only after the question; Ctrl-C twice leaves without an answer. */
static void q_asks_before_a_recording_is_closed(void **state)
{
	(void)state;
	open_live();
	assert_true(live_ends(console->live));
	console_key(console, 'q');
	assert_true(view_is_open(&console->view, OVERLAY_QUIT));
	assert_false(console->leaves);
	console_key(console, 'n');
	assert_false(view_is_open(&console->view, OVERLAY_QUIT));
	console_key(console, KEY_CTRL_C);
	assert_true(view_is_open(&console->view, OVERLAY_QUIT));
	assert_false(console->leaves);
	console_key(console, KEY_CTRL_C);
	assert_true(console->leaves);
	close_console();
	open_live();
	console_key(console, 'q');
	console_key(console, 'y');
	assert_true(console->leaves);
	close_console();
}

static void q_leaves_a_replay_at_once(void **state)
{
	(void)state;
	open_replay();
	console_key(console, 'q');
	assert_true(console->leaves);
	close_console();
}

static void notice_has(const char *words)
{
	if (!strstr(console->view.notice, words))
		fail_msg("'%s' is not in '%s'", words, console->view.notice);
}

static void undo_says_what_it_undid(void **state)
{
	(void)state;
	open_replay();
	console_key(console, ' ');
	console_key(console, KEY_PW_END);
	console_key(console, 'u');
	notice_has("undid the jump to 6:01:16 (end)");
	notice_has("back at 3:00:0");
	console_key(console, 'u');
	assert_string_equal(console->view.notice, "no jump to undo");
	close_console();
}

static void race_control(const char *text)
{
	console_key(console, 'o');
	console_key(console, 'o');
	for (const char *p = text; *p != '\0'; p++)
		console_key(console, (uint8_t)*p);
	console_key(console, KEY_PW_ENTER);
}

static void undo_of_a_decision_says_which(void **state)
{
	(void)state;
	open_live();
	race_control("flag SC");
	assert_string_equal(console->view.notice, "decision 1: flag SC");
	race_control("time 7 10 pit lane speed");
	race_control("undo");
	notice_has("decision 3 undoes decision 2: time 7");
	race_control("undo");
	assert_string_equal(console->view.notice,
			    "decision 4 undoes decision 1: flag SC");
	close_console();
}

static bool tagged(uint16_t car)
{
	return view_is_tagged(&console->view.table, car);
}

static void several_cars_are_tagged(void **state)
{
	(void)state;
	open_replay();
	console->view.screen = SCREEN_TIMING;
	for (uint16_t car = 1; car <= 3; car++) {
		console_select(console, car);
		console_key(console, 't');
	}
	notice_has("3 in all");
	assert_true(tagged(1) && tagged(2) && tagged(3));
	assert_int_equal(console->view.compared, 3);
	/* Gaps: to the leader, the car ahead, in class, then to each of them. */
	for (unsigned i = 0; i < 3; i++)
		console_key(console, 'i');
	assert_int_equal(console->view.table.gaps, GAPS_CAR);
	for (uint16_t car = 1; car <= 3; car++, console_key(console, 'i'))
		assert_int_equal(console->view.compared, car);
	assert_int_equal(console->view.table.gaps, GAPS_LEADER);
	console_key(console, 't');
	notice_has("no longer tagged");
	assert_false(tagged(3));
	assert_int_equal(console->view.compared, 1);
	turn();
	assert_true(tagged(1) && tagged(2) && !tagged(3));
	close_console();
}

/* Play on to @at, as time does, or jump there. */
static void go_to(instant_us at, bool jump)
{
	console_put(console, at);
	console->head.moved = jump;
	turn();
}

static void alerts_wait_until_they_are_acknowledged(void **state)
{
	(void)state;
	open_replay();
	console_key(console, ' ');
	instant_us at = console->view.at;
	for (unsigned i = 0; i < 120 && console->alarms.log_count < 3; i++)
		go_to(at += 20 * US_S, false);
	assert_true(console->alarms.log_count >= 3);
	assert_int_equal(console->view.alerts_new, console->alarms.log_count);
	/* Rewound, those that are of later are not shown, nor acknowledged. */
	go_to(console->alarms.log[0].at, true);
	assert_int_equal(console->view.alerts_new, 1);
	console_key(console, 'A');
	notice_has("1 alert acknowledged");
	assert_int_equal(console->view.alerts_new, 0);
	go_to(at, true);
	assert_int_equal(console->view.alerts_new, console->alarms.log_count - 1);
	console_key(console, 'A');
	turn();
	assert_int_equal(console->view.alerts_new, 0);
	notice_has("acknowledged");
	console_key(console, 'A');
	notice_has("no alert is new");
	assert_int_equal(notices_waiting(&console->notices), 0);
	close_console();
}

static int set_up(void **state)
{
	(void)state;
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)setenv("TERM", "xterm-256color", 1);
	scratch_name(folder, "modal");
	if (mkdir(folder, 0700) != 0)
		return -1;
	/* That the first keys were seen is noted there. */
	(void)setenv("XDG_STATE_HOME", folder, 1);
	text_format(session_file, sizeof(session_file), "%s/s.ini", folder);
	text_format(entries_file, sizeof(entries_file), "%s/e.csv", folder);
	scratch_text(session_file, "[session]\nlength = 6h\nentries = e.csv\n");
	scratch_text(entries_file, "number,transponder,class,grid\n"
				   "7,9001,GT,1\n8,9002,GT,2\n31,9003,GT,3\n");
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {
		"s.ini",     "e.csv",          "0.pitwall",
		"1.pitwall", "2.pitwall",      "3.pitwall",
		"4.pitwall", "pitwall/places", "pitwall/welcomed",
		"pitwall"};
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
		cmocka_unit_test(nothing_behind_an_overlay_changes_in_a_replay),
		cmocka_unit_test(nothing_behind_an_overlay_changes_in_a_race_that_runs),
		cmocka_unit_test(
			a_rule_typed_into_the_list_of_alerts_leaves_the_race_running),
		cmocka_unit_test(an_action_of_other_screens_does_nothing),
		cmocka_unit_test(a_key_that_does_nothing_is_reported_once),
		cmocka_unit_test(commands_move_in_time),
		cmocka_unit_test(commands_choose_cars_screens_and_tables),
		cmocka_unit_test(digest_tells_how_the_race_stands_and_how_it_was_won),
		cmocka_unit_test(every_key_works_while_the_first_keys_are_shown),
		cmocka_unit_test(a_wrong_command_changes_nothing_and_says_why),
		cmocka_unit_test(q_asks_before_a_recording_is_closed),
		cmocka_unit_test(q_leaves_a_replay_at_once),
		cmocka_unit_test(undo_says_what_it_undid),
		cmocka_unit_test(undo_of_a_decision_says_which),
		cmocka_unit_test(several_cars_are_tagged),
		cmocka_unit_test(alerts_wait_until_they_are_acknowledged),
		cmocka_unit_test(the_mouse_presses_nothing_behind_an_overlay),
	};
	if (argc < 2)
		return 2;
	race_path = argv[1];
	return cmocka_run_group_tests_name("modal", tests, set_up, tear_down);
}
