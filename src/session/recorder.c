/*
 * recorder.c -- the process that records
 *
 *   console ── keeper ── recorder
 *
 *  (1) Keeper and recorder have a session of their own: no terminal stops or ends them,
 *      and what becomes of the console does not matter to them.
 *  (2) The keeper starts the recorder, and again when it crashed: the recording goes on
 *      where it was cut off, in the file in which it was. If that cannot be continued,
 *      it goes on in a new one. The keeper has opened nothing that a new recorder
 *      would inherit, but the socket for consoles: one that connects between two recorders
 *      waits for the next, and starts no other.
 *  (3) SIGTERM and SIGINT close the recording. SIGHUP does not.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "recorder.h"

enum {
	CRASHES_MOST = 10, /* in a row, each within a minute of the last */
	NOT_OPENED = 2,    /* an exit status */
};

/** (3) */
static void on_end_signals(void (*handler)(int))
{
	struct sigaction action = {.sa_handler = handler};
	sigset_t none;
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	action.sa_handler = SIG_IGN;
	(void)sigaction(SIGHUP, &action, NULL);
	(void)sigaction(SIGPIPE, &action, NULL);
	/* The console's loop waits for its children. */
	action.sa_handler = SIG_DFL;
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* ---- the recorder -------------------------------------------------------------------- */

/* Not ev_signal: a loop of the console's may have the signals. */
static struct ev_loop *ended_loop;
static ev_async ended;

static void on_ended(struct ev_loop *loop, ev_async *watcher, int events)
{
	(void)watcher;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

static void recorder_on_signal(int number)
{
	(void)number;
	ev_async_send(ended_loop, &ended);
}

/* What the keeper gives each recorder. */
struct recorder_begin {
	struct options options;
	int link;
	unsigned crashes;
	const char *known_as; /* to consoles */
	char *path;    /* shared: the file that was written last; "": the first one */
	int listening; /* for consoles; not above 0: it cannot be made */
};

static int recorder_failed(const struct recorder_begin *begin, int code,
			   const char *text)
{
	struct recorder_message message;
	char name[SOURCE_PATH_MAX + 16];
	recorder_message(&message, RECORDER_FAILED);
	message.code = code;
	text_copy(message.text, sizeof(message.text), slice_of(text));
	(void)net_local_send(begin->link,
			     (struct slice){(const char *)&message, sizeof(message)});
	recorder_socket(begin->known_as, name, sizeof(name));
	if (begin->listening > 0)
		(void)unlink(name);
	return EXIT_SUCCESS;
}

/* There is a file of this name that cannot be continued (2). */
static bool is_spoiled(const char *path, int rc)
{
	return access(path, F_OK) == 0 &&
	       (rc == -EINVAL || rc == -EIO || rc == -ENOTSUP || rc == -ENOENT);
}

static bool recorder_can_read(const char *path)
{
	struct record *record = NULL;
	int rc = record_open(path, &record, NULL);
	(void)record_close(record, NULL);
	return rc == 0;
}

/* Another recorder went on with it, and closed it. A lock may also be gone because
 * somebody removed it. */
bool recorder_closed(const char *path)
{
	char lock[SOURCE_PATH_MAX + 16];
	struct record_owner owner;
	(void)text_format(lock, sizeof(lock), "%s-lock", path);
	return recorder_can_read(path) && access(lock, F_OK) != 0 &&
	       !record_cut_off(path, &owner);
}
static void recorder_reads(void *context, const char *words)
{
	const struct recorder_begin *begin = context;
	struct recorder_message message;
	recorder_message(&message, RECORDER_READING);
	text_copy(message.text, sizeof(message.text), slice_of(words));
	(void)net_local_send(begin->link,
			     (struct slice){(const char *)&message, sizeof(message)});
}

static int recorder_open(struct recorder_begin *begin, struct ev_loop *loop,
			 struct live **live, struct err *err)
{
	static char before[SOURCE_PATH_MAX];
	struct live_hooks hooks = {.context = begin,
				   .progress = recorder_reads,
				   .apart = true,
				   .sandbox = true,
				   .known_as = begin->known_as,
				   .moved_to = begin->path,
				   .listening = begin->listening};
	if (begin->path[0] != '\0') {
		text_copy(before, sizeof(before), slice_of(begin->path));
		begin->options.output = before;
	}
	int rc = live_open(&begin->options, loop, &hooks, live, err);
	if (rc == 0 || begin->crashes == 0 || !is_spoiled(begin->options.output, rc))
		return rc;
	static char next[SOURCE_PATH_MAX];
	if (record_next_name(begin->known_as, 2, next, sizeof(next)) < 0)
		return rc;
	hooks.instead_of = begin->options.output;
	begin->options.output = next;
	rc = live_open(&begin->options, loop, &hooks, live, err);
	if (rc == 0)
		text_copy(begin->path, SOURCE_PATH_MAX, slice_of(next));
	return rc;
}

/* The exit status: EXIT_SUCCESS: there is nothing more to do. */
static int recorder_run(struct recorder_begin *begin)
{
	struct live *live = NULL;
	struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);
	struct err err = {""};
	const int link = begin->link;
	const unsigned crashes = begin->crashes;
	if (loop == NULL)
		return recorder_failed(begin, -ENOMEM, "no event loop");
	if (crashes > 0 &&
	    recorder_closed(begin->path[0] != '\0' ? begin->path
						   : begin->options.output))
		return EXIT_SUCCESS;
	int rc = recorder_open(begin, loop, &live, &err);
	/* It was written before: what stops it may pass, but for another recorder. */
	if (rc != 0 && crashes > 0 && rc != -EBUSY)
		return NOT_OPENED;
	if (rc != 0)
		return recorder_failed(begin, rc, err.text);
	if (recorder_consoles_open(live, link, crashes) == NULL)
		return recorder_failed(begin, -ENOMEM, "out of memory");
	ended_loop = loop;
	ev_async_init(&ended, on_ended);
	ev_async_start(loop, &ended);
	on_end_signals(recorder_on_signal);
	ev_run(loop, 0);
	(void)live_close(live, &err); /* consoles get its error */
	ev_loop_destroy(loop);
	return EXIT_SUCCESS;
}

/* ---- the keeper ------------------------------------------------------------------------ */

static volatile sig_atomic_t recorder_pid, keeper_ends;

/* Pass it on. */
static void keeper_on_signal(int number)
{
	int kept = errno;
	keeper_ends = 1;
	if (recorder_pid > 0)
		(void)kill((pid_t)recorder_pid, number);
	errno = kept;
}

/* A signal comes before or after this, not between the fork and the number of its child. */
static pid_t keeper_fork(void)
{
	sigset_t ends, before;
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigaddset(&ends, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &ends, &before);
	pid_t child = keeper_ends ? -1 : fork();
	if (child > 0)
		recorder_pid = child;
	if (child != 0) /* the child wants them when it has its own handlers */
		(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return child;
}

static int keeper_wait(pid_t child)
{
	int status = 0;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 0;
	return status;
}

/** (2) */
static void keeper_run(struct recorder_begin *begin)
{
	const struct timespec pause = {.tv_nsec = 100 * 1000 * 1000};
	const struct timespec long_pause = {.tv_sec = 3};
	time_t last = 0;
	for (unsigned crashes = 0; crashes <= CRASHES_MOST;) {
		pid_t child = keeper_fork();
		if (child == 0) {
			on_end_signals(SIG_DFL);
			begin->crashes = crashes;
			_exit(recorder_run(begin));
		}
		if (keeper_ends && child < 0)
			return;
		if (child < 0) {
			(void)recorder_failed(begin, -errno,
					      "no process for the recorder");
			return;
		}
		int status = keeper_wait(child);
		recorder_pid = 0;
		if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
			return;
		/* Its SIGTERM came before it was ready for it. */
		if (WIFSIGNALED(status) &&
		    (WTERMSIG(status) == SIGTERM || WTERMSIG(status) == SIGINT))
			return;
		crashes = crashes > 0 && time(NULL) - last > 60 ? 1 : crashes + 1;
		last = time(NULL);
		bool opened = !WIFEXITED(status) || WEXITSTATUS(status) != NOT_OPENED;
		nanosleep(opened ? &pause : &long_pause, NULL);
	}
	(void)recorder_failed(begin, -EIO, "the recorder crashed again and again");
}

static bool reads_stdin(const struct options *options)
{
	for (unsigned i = 0; i < options->source_count; i++)
		if (strcmp(options->sources[i], "-") == 0)
			return true;
	return false;
}

/** (1) Nothing of the console's is kept but @link, a source that is its input, and a file
 * of messages. */
static void keeper_descriptors(const struct options *options, int link)
{
	int null = open("/dev/null", O_RDWR);
	struct stat st;
	if (null >= 0 && !reads_stdin(options))
		(void)dup2(null, STDIN_FILENO);
	if (null >= 0)
		(void)dup2(null, STDOUT_FILENO);
	if (null >= 0 && (fstat(STDERR_FILENO, &st) != 0 || !S_ISREG(st.st_mode)))
		(void)dup2(null, STDERR_FILENO);
	net_descriptors_close(STDERR_FILENO + 1, link);
}

static void keeper_start(const struct options *options, int link)
{
	(void)setsid();
	pid_t keeper = fork();
	if (keeper != 0)
		_exit(keeper < 0 ? EXIT_FAILURE : EXIT_SUCCESS);
	keeper_descriptors(options, link);
	on_end_signals(keeper_on_signal);
	char name[SOURCE_PATH_MAX + 16];
	recorder_socket(options->output, name, sizeof(name));
	struct recorder_begin begin = {.options = *options,
				       .link = link,
				       .known_as = options->output,
				       .listening = net_local_listen(name)};
	begin.path = mmap(NULL, SOURCE_PATH_MAX, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (begin.path == MAP_FAILED)
		(void)recorder_failed(&begin, -ENOMEM, "out of memory");
	else
		keeper_run(&begin);
	_exit(EXIT_SUCCESS);
}

/* ---- the console -------------------------------------------------------------------------- */

int recorder_start(const struct options *options, int *link, struct err *err)
{
	int fds[2];
	int rc = net_local_pair(fds);
	if (rc != 0)
		return err_set(err, rc, "no socket for the recorder: %s",
			       strerror(-rc));
	pid_t child = fork();
	if (child == 0)
		keeper_start(options, fds[1]);
	close(fds[1]);
	rc = child < 0 ? -errno : 0;
	if (rc == 0 && keeper_wait(child) != 0)
		rc = -EAGAIN;
	if (rc != 0) {
		close(fds[0]);
		return err_set(err, rc, "no process for the recorder: %s",
			       strerror(-rc));
	}
	*link = fds[0];
	return 0;
}
