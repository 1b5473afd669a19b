/*
 * test_layers.c -- which of the screens and overlays gets a key, and what help tells of it
 */
#include "stage_live.h"

#include "pitwall/alert.h"
#include "overlay_keys.h"

static struct view *overlaid(struct stage *stage, enum overlay_id overlay)
{
	static const struct view_session list[3] = {{.name = "Practice"}};
	static struct alert_rule rules[3];
	static struct race_state before;
	struct view *view = &stage->view;

	view->sessions = list;
	view->session_count = ARRAY_LEN(list);
	view->session_row = 1;
	view->alerts = rules;
	view->alert_count = ARRAY_LEN(rules);
	view->alert_row = 1;
	before.at = view->at;
	view->before = &before;
	view->help_top = view->changed_top = 20;
	view->cell = 2;
	view->selected = stage_car(stage, "5");
	view->overlay_count = 0;
	if (overlay == OVERLAY_PROMPT)
		view_ask(view, PROMPT_ALERT, SLICE("#5"));
	else
		view_open(view, overlay);
	return view;
}

static unsigned type_all_keys(struct stage *stage, enum overlay_id overlay)
{
	static struct view was, now;
	struct view *view = overlaid(stage, overlay);
	uint32_t keys[KEYS_MOST];
	unsigned count = all_keys(keys, true), declined = 0;

	was = *view;
	for (unsigned k = 0; k < count; k++) {
		const struct key_binding *bound = view_key(view, keys[k]);
		bool left;

		*view = was;
		left = stage_press(stage, keys[k], NULL);
		if (bound && overlays[overlay]->declines >> bound->action & 1) {
			declined++;
			continue;
		}
		assert_false(left);
		now = *view;
		put_back(&now, &was);
		assert_memory_equal(&now, &was, sizeof(was));
	}
	*view = was;
	return declined;
}

static void no_key_reaches_behind_an_overlay_but_those_it_declines(void **state)
{
	struct stage *stage = stage_live();

	(void)state;
	for (unsigned o = 0; o < OVERLAY_COUNT; o++)
		for (unsigned screen = 0; screen < SCREEN_COUNT; screen++) {
			unsigned declined;

			stage->view.screen = (uint8_t)screen;
			declined = type_all_keys(stage, (enum overlay_id)o);
			stage->view.live = !stage->view.live;
			assert_int_equal(declined,
					 type_all_keys(stage, (enum overlay_id)o));
			assert_int_equal(
				declined > 0,
				o == OVERLAY_EXPLAIN || o == OVERLAY_WELCOME ||
					o == OVERLAY_ALERTS || o == OVERLAY_CHANGED ||
					o == OVERLAY_DIGEST || o == OVERLAY_HELP);
		}
}

enum { SMALL_COLS = 70, SMALL_ROWS = 20 };

/* Screens and overlays are drawn into the smallest of areas too, though the console as a
 * whole shows none of them there. */
static void every_screen_and_overlay_draws_at_every_small_size(void **state)
{
	struct stage *stage = stage_live();
	const struct view was = stage->view;

	(void)state;
	for (unsigned i = 0; i < SCREEN_COUNT + OVERLAY_COUNT; i++) {
		bool over = i >= SCREEN_COUNT;
		struct view *view = &stage->view;
		const struct screen *drawn =
			over ? overlays[i - SCREEN_COUNT] : screens[i];

		*view = was;
		if (over)
			view = overlaid(stage, (enum overlay_id)(i - SCREEN_COUNT));
		else
			view->screen = (uint8_t)i;
		for (int cols = 1; cols <= SMALL_COLS; cols++)
			for (int rows = 1; rows <= SMALL_ROWS; rows++) {
				view->cols = cols;
				stage_draw(stage, cols, rows);
				canvas_clear(&stage->canvas);
				drawn->draw(view, &stage->canvas,
					    (struct rect){0, 0, cols, rows});
			}
	}
}

static void a_terminal_that_is_too_small_shows_what_is_needed_in_full(void **state)
{
	static const struct {
		int cols;
		const char *words;
	} cases[] = {
		{59, "pitwall needs 60 columns and 16 rows"},
		{36, "pitwall needs 60 columns and 16 rows"},
		{35, "pitwall needs 60x16"},
		{19, "pitwall needs 60x16"},
		{18, "needs 60x16"},
		{10, "60x16"},
		{4, "60+"},
		{2, "+"},
		{1, "+"},
	};
	struct stage *stage = stage_live();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		for (int rows = 1; rows <= SMALL_ROWS; rows++) {
			stage_draw(stage, cases[i].cols, rows);
			assert_string_equal(stage_row(stage, (rows - 1) / 2),
					    cases[i].words);
		}
	stage_draw(stage, SMALL_COLS, 15);
	assert_string_equal(stage_row(stage, 7), cases[0].words);
}

/* Help scrolls only where its rows do not fit. */
static void help_is_shown_whole_where_there_are_rows_for_it(void **state)
{
	static const int cols[] = {120, 160, 220, 300};
	struct stage *stage = stage_live();
	const struct view was = stage->view;

	(void)state;
	for (unsigned screen = 0; screen < SCREEN_COUNT; screen++)
		for (size_t i = 0; i < ARRAY_LEN(cols); i++) {
			stage->view = was;
			stage->view.screen = (uint8_t)screen;
			view_open(&stage->view, OVERLAY_HELP);
			stage_draw(stage, cols[i], 100);
			assert_true(stage_shows(stage, "the ends of the loop"));
			assert_true(stage_shows(stage, " Esc: close "));
			assert_false(stage_shows(stage, "\u2193 more"));
		}
}

static void
any_overlay_but_a_prompt_is_closed_by_escape_however_keys_are_bound(void **state)
{
	static struct keymap keymap;

	(void)state;
	keymap_init(&keymap);
	keymap_free(&keymap, KEY_PW_ESC);
	keymap_bind(&keymap, KEY_PW_ESC, ACTION_PLAY_PAUSE, 0);
	keymap_settle(&keymap);
	for (unsigned o = 0; o < OVERLAY_COUNT; o++) {
		struct stage *stage = stage_live();
		struct view *view = overlaid(stage, (enum overlay_id)o);

		view->keys = &keymap;
		(void)stage_press(stage, KEY_PW_ESC, NULL);
		assert_int_equal(view->overlay_count, 0);
	}
}

/* A rule that is typed into the list of alerts, where Enter was forgotten. */
static void
a_rule_typed_into_the_list_of_alerts_neither_plays_nor_goes_anywhere(void **state)
{
	static const char rule[] = "#7 gap #31 < 2";
	struct stage *stage = stage_live();
	struct view *view = overlaid(stage, OVERLAY_ALERTS);

	(void)state;
	for (const char *p = rule; *p != '\0'; p++)
		assert_false(stage_press(stage, (unsigned char)*p, NULL));
	assert_ptr_equal(view_top(view), overlays[OVERLAY_ALERTS]);
	assert_int_equal(view->overlay_count, 1);
}

static void a_key_that_is_not_in_a_screens_table_does_nothing_there(void **state)
{
	static struct view was;
	unsigned nothing = 0;

	(void)state;
	for (unsigned screen = 0; screen < SCREEN_COUNT; screen++)
		for (size_t k = 0; k < key_bindings_count; k++) {
			struct stage *stage = stage_live();
			enum action action = (enum action)key_bindings[k].action;
			struct wish wish;

			stage->view.screen = (uint8_t)screen;
			if (screen_key(screens[screen], action) ||
			    action_reach(action) != REACH_OWN)
				continue;
			was = stage->view;
			assert_false(stage_press(stage, key_bindings[k].key, &wish));
			assert_int_equal(wish.kind, WISH_NONE);
			assert_memory_equal(&stage->view, &was, sizeof(was));
			nothing++;
		}
	assert_true(nothing > SCREEN_COUNT);
}

/* What a table lists is bound, means something there, and can be done by someone. */
static void the_tables_of_screens_list_actions_once_and_name_themselves(void **state)
{
	static const char *const names[] = {
#define X(id_, object_, key_, label_) #object_,
		SCREENS(X)
#undef X
	};

	(void)state;
	for (unsigned i = 0; i < SCREEN_COUNT; i++) {
		uint64_t seen = 0;

		assert_string_equal(screens[i]->name, names[i]);
		assert_false(screens[i]->modal);
		assert_non_null(screens[i]->draw);
		for (const struct screen_key *key = screens[i]->keys; key && key->about;
		     key++) {
			assert_int_equal(seen >> key->action & 1, 0);
			seen |= (uint64_t)1 << key->action;
		}
		assert_int_equal(seen != 0, screens[i]->key != NULL);
	}
	for (unsigned i = 0; i < OVERLAY_COUNT; i++)
		assert_true(overlays[i]->modal && overlays[i]->draw &&
			    overlays[i]->key);
	/* An action of screens alone is done by those that list it. */
	for (unsigned a = 0; a < ACTION_COUNT; a++) {
		bool listed = false;

		for (unsigned i = 0; i < SCREEN_COUNT; i++)
			listed |= screen_key(screens[i], (enum action)a) != NULL;
		assert_true(listed || action_reach((enum action)a) == REACH_ALL);
	}
}

static const char *words_of(const struct stage *stage, enum action action)
{
	const struct screen_key *own = screen_key(screens[stage->view.screen], action);

	return own ? own->about : action_about(action);
}

/* Where lines are short, help begins with the keys of the screen, and the screens with
 * theirs are in sight. */
static void help_begins_with_the_screens_own_keys_and_names_all_screens(void **state)
{
	static const int shapes[][2] = {{80, 24}, {120, 36}, {220, 60}};
	static const char *const labels[] = {
#define X(id_, object_, key_, label_) label_,
		SCREENS(X)
#undef X
	};
	struct stage *stage = stage_new();

	(void)state;
	view_open(&stage->view, OVERLAY_HELP);
	for (uint8_t screen = 0; screen < SCREEN_COUNT; screen++) {
		stage->view.screen = screen;
		for (unsigned i = 0; i < ARRAY_LEN(shapes); i++) {
			const struct screen_key *keys = screens[screen]->keys;
			int first, list;

			stage_draw(stage, shapes[i][0], shapes[i][1]);
			list = stage_find(stage, " screens ", NULL);
			assert_true(list > 0);
			for (unsigned k = 0; k < SCREEN_COUNT; k++) {
				char text[64];

				text_format(text, sizeof(text), "%s %s", labels[k],
					    screens[k]->name);
				assert_in_range(stage_find(stage, text, NULL), list + 1,
						list + 3);
			}
			first = stage_find(stage, "on this screen", NULL);
			assert_int_equal(first > 0, keys != NULL);
			for (; keys && keys->about; keys++) {
				int y = stage_find(stage, keys->about, NULL);

				assert_in_range(y, first + 1, list - 1);
			}
		}
	}
}

static void help_tells_every_action_and_scrolls_to_its_end(void **state)
{
	struct stage *stage = stage_new();
	bool told[ACTION_COUNT] = {false};

	(void)state;
	view_open(&stage->view, OVERLAY_HELP);
	for (stage->view.help_top = 0; stage->view.help_top < 100;
	     stage->view.help_top++) {
		stage_draw(stage, 80, 24);
		for (unsigned a = 0; a < ACTION_COUNT; a++)
			told[a] |= stage_shows(stage, words_of(stage, (enum action)a));
	}
	for (unsigned a = 0; a < ACTION_COUNT; a++)
		if (!told[a] && a != ACTION_SCREEN)
			fail_msg("help never tells \"%s\"",
				 words_of(stage, (enum action)a));
	assert_true(stage_shows(stage, "laps short of being classified"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_key_reaches_behind_an_overlay_but_those_it_declines),
		cmocka_unit_test(every_screen_and_overlay_draws_at_every_small_size),
		cmocka_unit_test(
			a_terminal_that_is_too_small_shows_what_is_needed_in_full),
		cmocka_unit_test(help_is_shown_whole_where_there_are_rows_for_it),
		cmocka_unit_test(
			any_overlay_but_a_prompt_is_closed_by_escape_however_keys_are_bound),
		cmocka_unit_test(
			a_rule_typed_into_the_list_of_alerts_neither_plays_nor_goes_anywhere),
		cmocka_unit_test(
			a_key_that_is_not_in_a_screens_table_does_nothing_there),
		cmocka_unit_test(
			the_tables_of_screens_list_actions_once_and_name_themselves),
		cmocka_unit_test(help_tells_every_action_and_scrolls_to_its_end),
		cmocka_unit_test(
			help_begins_with_the_screens_own_keys_and_names_all_screens),
	};

	return cmocka_run_group_tests_name("layers", tests, NULL, NULL);
}
