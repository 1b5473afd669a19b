/*
 * console_alerts.c -- alerts: the bell, the log, a command
 *
 *  (1) The bell rings once a second at most, and not at all with --no-bell.
 *  (2) The command comes from options or the configuration, never from a source. The
 *      alert is in its environment. It runs in the background, without a terminal; at
 *      most COMMANDS_MAX at a time.
 *  (3) A jump in time raises no alert. While no source sends, the state of
 *      cars is unknown and no rule is checked.
 *  (4) Alerts of one rule within seconds are one line of the log, and one notice.
 */
#define _DEFAULT_SOURCE 1 /* syscall() */

#include "pitwall/shell.h"
#include "console.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif
#include <unistd.h>

enum { DESCRIPTORS_MOST = 65536 };
#define SHOWN_US (30 * US_S)

/* ---- the command (2) --------------------------------------------------------- */

static void on_command_end(struct ev_loop *loop, ev_child *watcher, int events)
{
	(void)events;
	ev_child_stop(loop, watcher);
}

/** Nothing of ours stays open, or of the program that started us. */
static void close_all_above(int last)
{
	long most = sysconf(_SC_OPEN_MAX);
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)last + 1, ~0U, 0U) == 0)
		return;
#endif
	if (most < 0 || most > DESCRIPTORS_MOST)
		most = DESCRIPTORS_MOST;
	for (int fd = last + 1; fd < most; fd++)
		(void)close(fd);
}

/** Signals as a program finds them that a shell started. */
static void signals_default(void)
{
	static const int ignored[] = {SIGPIPE, SIGXFSZ};
	sigset_t none;
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		(void)signal(ignored[i], SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void run_child(const char *command, const struct alert_fired *fired)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	(void)setsid();
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 ||
	    setenv("PITWALL_TOLD", fired->text, 1) != 0)
		_exit(127);
	close_all_above(STDERR_FILENO);
	signals_default();
	(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
	_exit(127);
}

static void run_command(struct console *console, const struct alert_fired *fired)
{
	unsigned free_one = 0;
	while (free_one < COMMANDS_MAX &&
	       ev_is_active(&console->alarms.commands[free_one]))
		free_one++;
	if (console->alarms.command == NULL || free_one == COMMANDS_MAX)
		return;
	pid_t pid = fork();
	if (pid == 0)
		run_child(console->alarms.command, fired);
	if (pid < 0) {
		console_report(console, true, 0, "--alert-command: no process for it");
		return;
	}
	ev_child_init(&console->alarms.commands[free_one], on_command_end, pid, 0);
	ev_child_start(console->loop, &console->alarms.commands[free_one]);
}

/* ---- output ------------------------------------------------------------------ */

static void ring(struct console *console)
{
	int64_t wall = wall_now();
	if (console->alarms.no_bell ||
	    wall - console->alarms.bell_wall < US_S) /* (1) */
		return;
	console->alarms.bell_wall = wall;
	term_bell(console->term);
}

/* (4) The row of the log, which may be a new one. */
static unsigned log_row(struct console *console, const struct alert_rule *rule,
			const struct alert_fired *fired)
{
	struct alarms *alarms = &console->alarms;
	for (unsigned i = alarms->log_count; i-- > 0;) {
		struct alert_fired *row = &alarms->log[i];
		if (strcmp(alarms->of_rule[i], rule->text) != 0)
			continue;
		if (row->acknowledged || fired->car == CAR_NONE ||
		    fired->at < row->at || fired->at - row->at > ALERT_GROUP_US)
			break;
		alert_join(row, fired, rule, console->view.race);
		return i;
	}
	if (alarms->log_count == ALERT_LOG) {
		unsigned left = --alarms->log_count;
		memmove(alarms->log, alarms->log + 1, left * sizeof(alarms->log[0]));
		memmove(alarms->of_rule, alarms->of_rule + 1,
			left * sizeof(alarms->of_rule[0]));
		memmove(alarms->numbers, alarms->numbers + 1,
			left * sizeof(alarms->numbers[0]));
	}
	unsigned row = alarms->log_count++;
	alarms->log[row] = *fired;
	alarms->numbers[row] = ++alarms->raised;
	(void)text_copy(alarms->of_rule[row], sizeof(alarms->of_rule[0]),
			slice_of(rule->text));
	return row;
}

static void alert_show(struct console *console, const struct alert_rule *rule,
		       const struct alert_fired *fired)
{
	unsigned row = log_row(console, rule, fired);
	if (fired->car < RACE_CARS_MAX)
		console->alarms.marked_at[fired->car] = fired->at;
	console_report(console, true, console->alarms.numbers[row], "! %s",
		       console->alarms.log[row].text);
	ring(console);
	run_command(console, fired);
}

/* Cars with a new alert. */
static void mark_cars(struct console *console)
{
	struct view *view = &console->view;
	for (uint16_t car = 0; car < view->race->car_count; car++) {
		instant_us at = console->alarms.marked_at[car];
		view->table.bits[car] &= (uint8_t)~CAR_ALERT;
		if (at != 0 && at <= view->at && view->at - at < SHOWN_US)
			view->table.bits[car] |= CAR_ALERT;
	}
	view->alerts_new = 0;
	for (unsigned i = 0; i < console->alarms.log_count; i++)
		view->alerts_new += console->alarms.log[i].at <= view->at &&
				    !console->alarms.log[i].acknowledged;
}

void console_alerts(struct console *console)
{
	struct view *view = &console->view;
	struct alarms *alarms = &console->alarms;
	for (unsigned i = 0; i < alarms->count && !view_is_silent(view); i++) {
		if (console->head.moved) /* (3) */
			alert_forget(&alarms->states[i]);
		unsigned count = alert_check(&alarms->rules[i], &alarms->states[i],
					     view, alarms->fired, RACE_CARS_MAX);
		for (unsigned k = 0; k < count; k++)
			alert_show(console, &alarms->rules[i], &alarms->fired[k]);
	}
	mark_cars(console);
	view->alerts = alarms->rules;
	view->alert_count = alarms->count;
	view->alert_log = alarms->log;
	view->alert_log_count = alarms->log_count;
}

/* ---- keys --------------------------------------------------------------------- */

void act_alerts(struct console *console, const struct key_binding *key)
{
	(void)key;
	view_open(&console->view, OVERLAY_ALERTS);
	console->view.alert_row = 0;
}

void act_acknowledge(struct console *console, const struct key_binding *key)
{
	struct alarms *alarms = &console->alarms;
	unsigned count = console->view.alerts_new;
	char list[KEY_WORDS_MAX];
	(void)key;
	for (unsigned i = 0; i < alarms->log_count; i++)
		if (alarms->log[i].at <= console->view.at) {
			alarms->log[i].acknowledged = true;
			notices_drop(&console->notices, alarms->numbers[i]);
		}
	memset(alarms->marked_at, 0, sizeof(alarms->marked_at));
	mark_cars(console);
	view_key_words(&console->view, ACTION_ALERTS, "; ", "lists them", list);
	if (count == 0)
		console_notice(console, false, "no alert is new%s", list);
	else
		console_notice(console, false, "%u alert%s acknowledged%s", count,
			       count == 1 ? "" : "s", list);
}

void console_alert_remove(struct console *console, uint32_t row)
{
	if (row >= console->alarms.count)
		return;
	console->alarms.count--;
	for (unsigned i = row; i < console->alarms.count; i++) {
		console->alarms.rules[i] = console->alarms.rules[i + 1];
		console->alarms.states[i] = console->alarms.states[i + 1];
	}
	if (console->view.alert_row > 0 &&
	    console->view.alert_row >= console->alarms.count)
		console->view.alert_row--;
}

static bool add_rule(struct console *console, struct slice text, struct err *err)
{
	unsigned n = console->alarms.count;
	if (n == ALERTS_MAX) {
		(void)err_set(err, -1, "there are %u alerts: no more fit", n);
		return false;
	}
	if (alert_parse(text, &console->alarms.rules[n], err) < 0)
		return false;
	memset(&console->alarms.states[n], 0, sizeof(console->alarms.states[n]));
	console->alarms.count++;
	return true;
}

void console_alert_done(struct console *console, struct slice text)
{
	struct err err;
	if (text.len > 0 && !add_rule(console, text, &err))
		console_notice(console, true, "%s", err.text);
	else if (text.len > 0)
		console_notice(console, false, "alert added: %s",
			       console->alarms.rules[console->alarms.count - 1].text);
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
	console->alarms.command = options->alert_command;
	console->alarms.no_bell = options->no_bell;
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
