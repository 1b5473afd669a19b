/*
 * race_control.c -- decisions and passings by hand, while the race runs
 *
 *  (1) A decision has the instant of the playhead: now at the live edge, the instant
 *      shown when rewound.
 *  (2) A passing by hand has the instant at which its key was pressed. Its car may be
 *      named later, and several may wait.
 */
#include "console.h"

#include <errno.h>
#include <string.h>

static bool only_live(struct console *console)
{
	if (console->live == NULL)
		console_notice(console, false,
			       "race control is for a race that runs; --decisions "
			       "corrects a finished one");
	else if (live_watches(console->live) != NULL)
		console_notice(console, false, "%s", live_watches(console->live));
	return console->live != NULL && live_watches(console->live) == NULL;
}

static void decide(struct console *console, struct slice text, instant_us at)
{
	char words[128];
	struct err err;
	if (live_decide(console->live, text, at, words, &err) != 0)
		console_notice(console, true, "%s", err.text);
	else
		console_notice(console, false, "%s", words);
	console->frames.stale = true;
}

void act_operate(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (only_live(console))
		view_open(&console->view, OVERLAY_OPERATE);
}

/* (1) A delay of the live edge does not count. */
static instant_us instant_of_decision(struct console *console)
{
	console_state(console);
	return console->head.following ? live_edge(console->live) : console->view.at;
}

/* ---- passings by hand (2) ------------------------------------------------ */

void act_pass(struct console *console, const struct key_binding *key)
{
	(void)key;
	if (!only_live(console))
		return;
	if (console->passes.count == PASSES_MAX) {
		console_notice(console, true,
			       "%d passings wait for a number: name "
			       "them first",
			       PASSES_MAX);
		return;
	}
	console->passes.at[console->passes.count++] = instant_of_decision(console);
	if (console->view.prompt != PROMPT_PASS)
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
}

static void next_pass(struct console *console)
{
	console->passes.count--;
	memmove(console->passes.at, console->passes.at + 1,
		console->passes.count * sizeof(console->passes.at[0]));
	if (console->passes.count > 0)
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
}

void console_pass_drop(struct console *console)
{
	next_pass(console);
	console_notice(console, false, "that passing is dropped");
}

void console_pass_done(struct console *console, struct slice text)
{
	char line[64], label[16];
	if (text.len == 0 && console->view.selected != CAR_NONE) {
		race_car_label(console->view.race, console->view.selected, label);
		text = slice_of(label);
	}
	if (text.len == 0) {
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
		console_notice(console, true, "which car? Esc drops the passing");
		return;
	}
	text_format(line, sizeof(line), "pass %.*s", (int)text.len, text.at);
	decide(console, slice_of(line), console->passes.at[0]);
	if (console->view.notice_bad && console->view.notice[0] != '\0')
		view_ask(&console->view, PROMPT_PASS, SLICE(""));
	else
		next_pass(console);
}

/* ---- the menu ------------------------------------------------------------ */

/* Not a decision: it changes the forecast of this console alone. */
void console_stint_done(struct console *console, struct slice text)
{
	struct stint_named stint;
	struct err err;
	uint16_t car;
	uint8_t class_index;
	if (text.len == 0)
		return;
	int rc = stint_parse(text, &stint, &err);
	if (rc == 0 && !stint_find(console->view.race, &stint, &car, &class_index))
		rc = err_set(&err, -ENOENT, "there is no class and no car %s",
			     stint.name);
	if (rc == 0)
		rc = session_stint(console->session, &stint, &err);
	console->frames.stale = true;
	if (rc != 0)
		console_notice(console, true, "%s", err.text);
	else if (stint.laps > 0)
		console_notice(console, false, "%s: %u laps a stint", stint.name,
			       stint.laps);
	else if (stint.time > 0)
		console_notice(console, false, "%s: %u min a stint", stint.name,
			       (unsigned)(stint.time / US_MIN));
	else
		console_notice(console, false, "%s: stints as the race shows",
			       stint.name);
}

void console_operate_done(struct console *console, struct slice text)
{
	struct slice rest = text;
	if (slice_eq_nocase(slice_cut(&rest, ' '), SLICE("stint")))
		console_stint_done(console, rest);
	else if (text.len > 0)
		decide(console, text, instant_of_decision(console));
}

/* The form of a row of the menu, with the selected car. */
void console_operate(struct console *console, const struct operate_row *row)
{
	const char *place = strstr(row->form, "%s");
	char label[16] = "", text[128];
	size_t len = strlen(row->form);
	console_state(console);
	if (console->view.selected != CAR_NONE)
		race_car_label(console->view.race, console->view.selected, label);
	if (place == NULL)
		text_copy(text, sizeof(text), slice_of(row->form));
	else
		text_format(text, sizeof(text), "%.*s%s%s", (int)(place - row->form),
			    row->form, label, label[0] == '\0' ? "" : place + 2);
	if (len > 0 &&
	    (row->form[len - 1] == ' ' || (place != NULL && label[0] == '\0')))
		view_ask(&console->view, PROMPT_OPERATE, slice_of(text));
	else
		decide(console, slice_of(text), instant_of_decision(console));
}
