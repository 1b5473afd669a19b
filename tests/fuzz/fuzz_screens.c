/*
 * fuzz_screens.c -- a race of any bytes on all screens and overlays, by keys, at every size
 *
 * Byte 0: how the race is read. Byte 1: how many steps of two bytes follow; then the race.
 * After each step the view is drawn.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/alert.h"
#include "pitwall/session.h"
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rules[] = "[ruleset]\nname = fuzz\ntitle = Fuzz\n"
			    "[classification]\nfraction = 70%\n";

static struct view view;
static struct cell cells[CANVAS_COLS_MAX * CANVAS_ROWS_MAX];
static struct race_state before;

static void draw(struct session *session, struct canvas *canvas)
{
	unsigned needs = view_needs(&view);
	int32_t cell = view.cell;
	uint8_t index;
	if (needs & NEED_FORECAST)
		session_forecast(session, &view, 0);
	if (needs & NEED_STRATEGY)
		session_strategy(session, &view);
	if (needs & NEED_FLIPS)
		(void)session_turns(session, &view, 8);
	view.cols = canvas->cols;
	view_draw(&view, canvas);
	(void)view_cell(&view, &cell, &index);
}

static void move(struct session *session, instant_us at)
{
	(void)session_at_as(session, at, view.as);
	session_view(session, &view);
}

static void check_alert(const char *text)
{
	static struct alert_state state;
	struct alert_rule rule;
	struct alert_fired fired[8];
	memset(&state, 0, sizeof(state));
	if (alert_parse(slice_of(text), &rule, NULL) != 0)
		return;
	(void)alert_check(&rule, &state, &view, fired, ARRAY_LEN(fired));
	(void)alert_check(&rule, &state, &view, fired, ARRAY_LEN(fired));
}

/* What the console does with a wish, as far as the view shows it. */
static void grant(struct session *session, const struct wish *wish)
{
	if (wish->kind == WISH_SELECT || wish->kind == WISH_JUMP)
		view.selected =
			wish->n < view.race->car_count ? (uint16_t)wish->n : CAR_NONE;
	if (wish->kind == WISH_JUMP)
		move(session, wish->at);
	if (wish->kind != WISH_PROMPT_DONE)
		return;
	text_copy(view.table.filter, sizeof(view.table.filter), slice_of(view.input));
	check_alert(view.input);
}

static void press(struct session *session, uint8_t n)
{
	struct wish wish = {.kind = WISH_NONE};
	const struct key_binding typed = {.key = 32 + n % 96u, .action = ACTION_COUNT};
	const struct key_binding *key = &key_bindings[n % key_bindings_count];
	if (view_press(&view, view.prompt ? &typed : key, &wish) &&
	    key->action == ACTION_SCREEN)
		view.screen = (uint8_t)((unsigned)key->argument % SCREEN_COUNT);
	grant(session, &wish);
}

static void step(struct session *session, struct canvas *canvas, const uint8_t *at)
{
	const struct timeline *timeline = &session->timeline;
	uint8_t n = at[1];
	switch (at[0] % 10) {
	case 0:
		canvas->cols = 1 + n % CANVAS_COLS_MAX;
		break;
	case 1:
		canvas->rows = 1 + n % CANVAS_ROWS_MAX;
		break;
	case 2:
		view.screen = n % SCREEN_COUNT;
		break;
	case 3:
		view_open(&view, (enum overlay_id)(n % OVERLAY_COUNT));
		break;
	case 4:
		move(session, instant_add(timeline->first_at,
					  mul_div(instant_sub(timeline->last_at,
							      timeline->first_at),
						  n, 255)));
		break;
	case 5:
		view.selected = n < view.race->car_count ? n : CAR_NONE;
		break;
	case 6:
		view.compared = n < view.race->car_count ? n : CAR_NONE;
		break;
	case 7:
		view_state(&view, &before);
		view.before = &before;
		break;
	case 8:
		move(session, scrub_instant(&view, canvas->cols, n));
		break;
	default:
		press(session, n);
	}
}

static void begin(struct session *session)
{
	memset(&view, 0, sizeof(view));
	view.speed_num = view.speed_den = 1;
	view.now = INSTANT_NONE;
	view.loop_from = view.loop_to = view.pass_at = INSTANT_NONE;
	view.selected = view.focused = view.compared = view.reference_car = CAR_NONE;
	move(session, session->timeline.last_at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char rules_path[512], source[600];
	struct session *session = NULL;
	struct canvas canvas = {.cells = cells, .cols = 120, .rows = 40};
	if (size < 2)
		return 0;
	size_t steps = data[1], from = 2 + 2 * steps < size ? 2 + 2 * steps : size;
	text_copy(rules_path, sizeof(rules_path), slice_of(scratch_path(".ini")));
	scratch_write(rules_path, rules, sizeof(rules) - 1);
	const char *path = scratch_path(".csv");
	scratch_write(path, data + from, size - from);
	text_format(source, sizeof(source), "%s%s", path,
		    data[0] & 1 ? "?feed=beacon" : "");
	const struct options options = {
		.sources = {source},
		.source_count = 1,
		.rules = rules_path,
		.length = data[0] & 2 ? "2laps" : NULL,
		.session = data[0] & 4 ? "timed" : NULL,
	};
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, NULL) ==
	    0) {
		begin(session);
		canvas.ascii = (data[0] & 8) != 0;
		view.as = data[0] & 16 ? AS_KNOWN : AS_CORRECTED;
		view.live = (data[0] & 32) != 0;
		draw(session, &canvas);
		for (size_t i = 2; i + 1 < from; i += 2) {
			step(session, &canvas, data + i);
			draw(session, &canvas);
		}
	}
	session_free(session);
	unlink(path);
	unlink(rules_path);
	return 0;
}
