/*
 * console_alerts.c -- alerts: the bell, the log, a command
 *
 *  (1) The bell rings once a second at most, and not at all with --no-bell.
 *  (2) The command is the person's own, from options or the configuration, never from
 *      a source; what was told is given to it in the environment. It runs beside us,
 *      with no terminal; at most COMMANDS_MAX of them at a time.
 *  (3) Going somewhere in time tells nothing: what holds there was not just begun.
 */
#include "pitwall/shell.h"
#include "console.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRED_MAX = 16 };
#define SHOWN_US (30 * US_S)

typedef const struct key_binding *binding;

/* ---- the command (2) --------------------------------------------------------- */

static void on_command_end(struct ev_loop *loop, ev_child *watcher, int events)
{
	(void)events;
	ev_child_stop(loop, watcher);
}

static void run_child(const char *command, const struct alert_fired *fired)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)setsid();
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 ||
	    setenv("PITWALL_TOLD", fired->text, 1) != 0)
		_exit(127);
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void run_command(struct console *console, const struct alert_fired *fired)
{
	unsigned free_one = 0;
	while (free_one < COMMANDS_MAX && ev_is_active(&console->commands[free_one]))
		free_one++;
	if (console->alert_command == NULL || free_one == COMMANDS_MAX)
		return;
	pid_t pid = fork();
	if (pid == 0)
		run_child(console->alert_command, fired);
	if (pid < 0) {
		console_notice(console, true, "--alert-command: no process for it");
		return;
	}
	ev_child_init(&console->commands[free_one], on_command_end, pid, 0);
	ev_child_start(console->loop, &console->commands[free_one]);
}

/* ---- telling ----------------------------------------------------------------- */

static void ring(struct console *console)
{
	int64_t wall = wall_now();
	if (console->no_bell || wall - console->bell_wall < US_S) /* (1) */
		return;
	console->bell_wall = wall;
	term_bell(console->term);
}

static void tell(struct console *console, const struct alert_fired *fired)
{
	if (console->alert_log_count == ALERT_LOG) {
		console->alert_log_count--;
		memmove(console->alert_log, console->alert_log + 1,
			console->alert_log_count * sizeof(console->alert_log[0]));
	}
	console->alert_log[console->alert_log_count++] = *fired;
	console_notice(console, true, "! %s", fired->text);
	ring(console);
	run_command(console, fired);
}

/* Cars that were just told of. */
static void mark_cars(struct console *console)
{
	struct view *view = &console->view;
	for (uint16_t car = 0; car < view->race->car_count; car++)
		view->table.bits[car] &= (uint8_t)~CAR_ALERT;
	for (unsigned i = 0; i < console->alert_log_count; i++) {
		const struct alert_fired *fired = &console->alert_log[i];
		if (fired->car < view->race->car_count && fired->at <= view->at &&
		    view->at - fired->at < SHOWN_US)
			view->table.bits[fired->car] |= CAR_ALERT;
	}
}

void console_alerts(struct console *console)
{
	struct view *view = &console->view;
	struct alert_fired fired[FIRED_MAX];
	for (unsigned i = 0; i < console->alert_count; i++) {
		if (console->moved) /* (3) */
			alert_forget(&console->alert_states[i]);
		unsigned count =
			alert_check(&console->alerts[i], &console->alert_states[i],
				    view, fired, FIRED_MAX);
		for (unsigned k = 0; k < count; k++)
			tell(console, &fired[k]);
	}
	mark_cars(console);
	view->alerts = console->alerts;
	view->alert_count = console->alert_count;
	view->alert_log = console->alert_log;
	view->alert_log_count = console->alert_log_count;
}

/* ---- keys --------------------------------------------------------------------- */

void act_alerts(struct console *console, binding key)
{
	(void)key;
	view_open(&console->view, OVERLAY_ALERTS);
	console->view.alert_row = 0;
}

unsigned console_alerts_needs(const struct console *console)
{
	unsigned needs = 0;
	for (unsigned i = 0; i < console->alert_count; i++)
		needs |= alert_needs(&console->alerts[i]);
	return needs;
}

void console_alert_remove(struct console *console, uint32_t row)
{
	if (row >= console->alert_count)
		return;
	console->alert_count--;
	for (unsigned i = row; i < console->alert_count; i++) {
		console->alerts[i] = console->alerts[i + 1];
		console->alert_states[i] = console->alert_states[i + 1];
	}
	if (console->view.alert_row > 0 &&
	    console->view.alert_row >= console->alert_count)
		console->view.alert_row--;
}

static bool add_rule(struct console *console, struct slice text, struct err *err)
{
	unsigned n = console->alert_count;
	if (n == ALERTS_MAX) {
		(void)err_set(err, -1, "there are %u alerts: no more fit", n);
		return false;
	}
	if (alert_parse(text, &console->alerts[n], err) < 0)
		return false;
	memset(&console->alert_states[n], 0, sizeof(console->alert_states[n]));
	console->alert_count++;
	return true;
}

void console_alert_done(struct console *console, struct slice text)
{
	struct err err;
	if (text.len > 0 && !add_rule(console, text, &err))
		console_notice(console, true, "%s", err.text);
	else if (text.len > 0)
		console_notice(console, false, "you will be told: %s",
			       console->alerts[console->alert_count - 1].text);
}

static int add_line(void *context, const struct ini_entry *entry, struct err *err)
{
	struct err why;
	if (add_rule(context, slice_of(entry->value), &why))
		return 0;
	return ini_bad(entry, err, "%s", why.text);
}

bool console_alerts_options(struct console *console, const struct options *options)
{
	struct slice list = slice_of(options->alert);
	struct err err;
	console->alert_command = options->alert_command;
	console->no_bell = options->no_bell;
	if (ini_section_each(options->settings, "alerts", add_line, console, &err) !=
	    0) {
		complain("%s", err.text);
		return false;
	}
	while (list.len > 0) {
		struct slice rule = slice_trim(slice_cut(&list, ';'));
		if (rule.len == 0 || add_rule(console, rule, &err))
			continue;
		complain("--alert: %s", err.text);
		return false;
	}
	return true;
}
