/*
 * program.c -- a program as a source: its standard output is what the source sends
 *
 *   source ── starter ── program, and what it starts
 *
 *  (1) The starter is a process of its own, made before the sandbox: the recorder cannot
 *      start programs, only ask for the one that was named when it began.
 *  (2) A program has a session and a process group of its own, no terminal, /dev/null as
 *      input, and no other descriptor. The group is ended by SIGTERM, and by SIGKILL
 *      END_MS later. The next program begins when it is gone.
 *  (3) The starter ends when the other end of its socket is closed, whatever the reason;
 *      before, it ends its program.
 *  (4) A program that writes faster than PROGRAM_RATE, after a burst, waits: nothing
 *      that it wrote is lost.
 *  (5) Only bytes after it lasted reset the delay before the next start: one that writes
 *      a line and dies does not start every second.
 */
#define _GNU_SOURCE /* syscall() */
#include "net_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

enum {
	END_MS = 2000,   /* from SIGTERM to SIGKILL */
	REST_MS = 500,   /* the same for what a program that ended leaves behind */
	TURN_MS = 20,    /* to look whether a group is gone */
	DRAIN_MS = 1000, /* for what a program that ended wrote before */
	PROGRAM_RATE = 1024 * 1024,       /* bytes a second (4) */
	PROGRAM_BURST = 8 * PROGRAM_RATE, /* bytes */
	FILES_MOST = 65536,               /* that are closed one by one */
	NO_MORE = 99,                     /* exit status: not to be started again */
};

/* ---- what source and starter say to each other ------------------------------------- */

enum program_kind {
	PROGRAM_START,   /* of the source */
	PROGRAM_STOP,    /* of the source */
	PROGRAM_STARTED, /* with standard output and standard error */
	PROGRAM_FAILED,  /* status: an errno */
	PROGRAM_ENDED,   /* status: of waitpid() */
};

struct program_message {
	uint32_t run; /* counted by the source */
	int32_t kind; /* enum program_kind */
	int32_t status;
};

static void starter_send(int fd, const struct program_message *message, const int *fds)
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec part = {(void *)(uintptr_t)message, sizeof(*message)};
	struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1};
	if (fds) {
		memset(&control, 0, sizeof(control));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(2 * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, 2 * sizeof(int));
		header.msg_control = &control;
		header.msg_controllen = sizeof(control);
	}
	while (sendmsg(fd, &header, MSG_NOSIGNAL) < 0 && errno == EINTR)
		continue;
}

/* 1: a message, with @fds or -1; 0: none; -1: the other end is closed. */
static int program_receive(int fd, struct program_message *message, int fds[2])
{
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec part = {message, sizeof(*message)};
	struct msghdr header = {.msg_iov = &part,
				.msg_iovlen = 1,
				.msg_control = &control,
				.msg_controllen = sizeof(control)};
	fds[0] = fds[1] = -1;
	ssize_t n = recvmsg(fd, &header, MSG_DONTWAIT);
	if (n < 0 && error_passes(errno))
		return 0;
	struct cmsghdr *head = n > 0 ? CMSG_FIRSTHDR(&header) : NULL;
	if (head && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(2 * sizeof(int)))
		memcpy(fds, CMSG_DATA(head), 2 * sizeof(int));
	return n == (ssize_t)sizeof(*message) ? 1 : -1;
}

/* ---- the starter --------------------------------------------------------------------- */

struct starter {
	int fd;
	const struct net_url *url;
	pid_t group;          /* of the program; 0: there is none */
	bool led;             /* the program itself is not waited for yet */
	int64_t kill_at;      /* ms; 0: it is not being ended */
	uint32_t run, wanted; /* wanted: to be started next; 0: none */
};

static int64_t starter_ms(void)
{
	struct timespec now = {0};
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_between(unsigned first, unsigned last)
{
#ifdef SYS_close_range
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
#endif
	/* An older kernel. */
	long most = sysconf(_SC_OPEN_MAX);
	if (most < 0 || most > FILES_MOST)
		most = FILES_MOST;
	for (unsigned fd = first; fd <= last && fd < (unsigned)most; fd++)
		(void)close((int)fd);
}

void net_descriptors_close(int first, int keep)
{
	if (keep > first)
		close_between((unsigned)first, (unsigned)keep - 1);
	close_between((unsigned)(keep < first ? first : keep + 1), UINT_MAX);
}

static void signals_set(void (*handler)(int))
{
	static const int numbers[] = {SIGTERM, SIGINT,  SIGHUP, SIGQUIT,
				      SIGTSTP, SIGTTIN, SIGTTOU};
	struct sigaction action = {.sa_handler = handler};
	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		(void)sigaction(numbers[i], &action, NULL);
}

static void on_child(int number)
{
	(void)number;
}

/* pitwall-web beside our own program, else wherever programs are. */
static void web_exec(const char *address)
{
	static const char missing[] =
		"pitwall-web is not installed: pitwall was built without libcurl";
	char path[4096];
	const char *named = getenv("PITWALL_WEB");
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 32);
	path[len > 0 ? len : 0] = '\0';
	char *slash = strrchr(path, '/');
	if (named)
		(void)execl(named, named, address, (char *)NULL);
	if (slash) {
		memcpy(slash + 1, "pitwall-web", sizeof("pitwall-web"));
		(void)execl(path, "pitwall-web", address, (char *)NULL);
		/* Where it is built. */
		memcpy(slash + 1, "../web/pitwall-web", sizeof("../web/pitwall-web"));
		(void)execl(path, "pitwall-web", address, (char *)NULL);
	}
	(void)execlp("pitwall-web", "pitwall-web", address, (char *)NULL);
	(void)!write(STDERR_FILENO, missing, sizeof(missing) - 1);
	(void)!write(STDERR_FILENO, "\n", 1);
	_exit(NO_MORE);
}

/* (2) In the child. */
static void program_exec(const struct net_url *url, int out, int complaints)
{
	sigset_t none;
	struct sigaction action = {.sa_handler = SIG_DFL};
	int null = open("/dev/null", O_RDONLY);
	(void)unsetenv("PITWALL_REDIS_PASSWORD"); /* they are not for others */
	(void)unsetenv("PITWALL_REDIS_TO_PASSWORD");
	(void)setsid();
#ifdef __linux__
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* (3) when the starter is killed */
#endif
	signals_set(SIG_DFL);
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGPIPE, &action, NULL);
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(complaints, STDERR_FILENO) < 0)
		_exit(126);
	net_descriptors_close(STDERR_FILENO + 1, -1);
	if (net_url_is_web(url))
		web_exec(url->path);
	(void)execl("/bin/sh", "sh", "-c", url->path, (char *)NULL);
	_exit(127);
}

static void program_start(struct starter *starter)
{
	int out[2], complaints[2];
	struct program_message answer = {.run = starter->wanted};
	starter->run = starter->wanted;
	starter->wanted = 0;
	answer.kind = PROGRAM_FAILED;
	if (pipe(out) != 0) {
		answer.status = errno;
		starter_send(starter->fd, &answer, NULL);
		return;
	}
	pid_t child = -1;
	bool piped = pipe(complaints) == 0;
	if (piped)
		child = fork();
	if (child == 0)
		program_exec(starter->url, out[1], complaints[1]);
	answer.status = errno;
	if (child > 0) {
		const int fds[2] = {out[0], complaints[0]};
		starter->group = child;
		starter->led = true;
		starter->kill_at = 0;
		answer.kind = PROGRAM_STARTED;
		starter_send(starter->fd, &answer, fds);
	} else {
		starter_send(starter->fd, &answer, NULL);
	}
	for (unsigned i = 0; i < 2; i++) {
		(void)close(out[i]);
		if (piped)
			(void)close(complaints[i]);
	}
}

/* SIGTERM, and SIGKILL @ms later. */
static void program_end(struct starter *starter, int64_t ms)
{
	int64_t at = starter_ms() + ms;
	if (starter->group <= 0 || (starter->kill_at > 0 && starter->kill_at <= at))
		return;
	/* It may be in its first instructions, before setsid(). */
	if (kill(-starter->group, SIGTERM) != 0 && starter->led)
		(void)kill(starter->group, SIGTERM);
	(void)kill(-starter->group, SIGCONT);
	starter->kill_at = at;
}

/* A group whose leader was waited for keeps its number while it has members. */
static void starter_look(struct starter *starter)
{
	int status = 0;
	for (pid_t child; (child = waitpid(-1, &status, WNOHANG)) > 0;) {
		struct program_message ended = {starter->run, PROGRAM_ENDED, status};
		if (child != starter->group || !starter->led)
			continue;
		starter->led = false;
		starter_send(starter->fd, &ended, NULL);
		if (kill(-starter->group, 0) == 0)
			program_end(starter, REST_MS);
	}
	if (starter->group > 0 && starter->kill_at > 0 &&
	    starter_ms() >= starter->kill_at) {
		(void)kill(-starter->group, SIGKILL);
		if (starter->led)
			(void)kill(starter->group, SIGKILL);
		else
			starter->group = 0; /* who has them waits for them */
	}
	if (starter->group > 0 && !starter->led && kill(-starter->group, 0) != 0)
		starter->group = 0;
}

/* Wait for a message, the end of a child, or time. */
static bool starter_wait(const struct starter *starter, bool listens,
			 sigset_t *open_mask)
{
	fd_set set;
	struct timespec turn = {.tv_nsec = TURN_MS * 1000000};
	FD_ZERO(&set);
	if (listens)
		FD_SET(starter->fd, &set);
	int n = pselect(starter->fd + 1, &set, NULL, NULL,
			starter->kill_at > 0 && starter->group > 0 ? &turn : NULL,
			open_mask);
	return n > 0;
}

static void starter_take(struct starter *starter, const struct program_message *message)
{
	if (message->kind == PROGRAM_START)
		starter->wanted = message->run;
	else
		starter->wanted = 0;
	program_end(starter, END_MS);
}

/* (3) */
static void starter_run(int fd, const struct net_url *url)
{
	struct starter starter = {.fd = fd, .url = url};
	struct sigaction action = {.sa_handler = on_child};
	sigset_t child, before;
	struct program_message message;
	int fds[2];
	(void)setsid();
#ifdef __linux__
	/* What a program leaves behind becomes a child of the starter. */
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
	signals_set(SIG_IGN);
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGCHLD, &action, NULL);
	(void)sigemptyset(&child);
	(void)sigaddset(&child, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &child, NULL);
	(void)sigemptyset(&before);
	for (bool listens = true; listens || starter.group > 0;) {
		if (starter.group == 0 && starter.wanted > 0)
			program_start(&starter);
		bool ready = starter_wait(&starter, listens, &before);
		int got = ready && listens ? program_receive(fd, &message, fds) : 0;
		if (got > 0)
			starter_take(&starter, &message);
		if (got < 0) {
			listens = false;
			starter.wanted = 0;
			program_end(&starter, END_MS);
		}
		starter_look(&starter);
	}
	_exit(EXIT_SUCCESS);
}

int net_program_open(const struct net_url *url, struct net_program *out,
		     struct err *err)
{
	int fds[2];
	int rc = url->path[0] == '\0' ? -EINVAL : net_local_pair(fds);
	if (rc != 0)
		return err_set(err, rc, "%.120s: no socket for the program: %s",
			       url->text, strerror(-rc));
	pid_t child = fork();
	if (child == 0) {
		int null = open("/dev/null", O_RDWR);
		for (int fd = STDIN_FILENO; null >= 0 && fd <= STDERR_FILENO; fd++)
			(void)dup2(null, fd);
		net_descriptors_close(STDERR_FILENO + 1, fds[1]);
		starter_run(fds[1], url);
	}
	rc = child < 0 ? -errno : 0;
	(void)close(fds[1]);
	if (rc != 0) {
		(void)close(fds[0]);
		return err_set(err, rc, "%.120s: no process for the program: %s",
			       url->text, strerror(-rc));
	}
	*out = (struct net_program){.fd = fds[0], .pid = child};
	return 0;
}

void net_programs_end(struct net_program *programs, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (programs[i].pid > 0)
			(void)close(programs[i].fd);
	for (unsigned i = 0; i < count; i++)
		/* A loop of ours may have waited for it. */
		while (programs[i].pid > 0 && waitpid(programs[i].pid, NULL, 0) < 0 &&
		       errno == EINTR)
			continue;
	for (unsigned i = 0; i < count; i++)
		programs[i] = (struct net_program){0};
}

int net_web_list(int *pid, struct err *err)
{
	int fds[2];
	if (pipe(fds) != 0)
		return err_set(err, -errno, "no pipe: %s", strerror(errno));
	*pid = fork();
	if (*pid == 0) {
		(void)dup2(fds[1], STDOUT_FILENO);
		net_descriptors_close(STDERR_FILENO + 1, -1);
		web_exec("--list");
	}
	(void)close(fds[1]);
	if (*pid > 0)
		return fds[0];
	int rc = -errno;
	(void)close(fds[0]);
	return err_set(err, rc, "no process for pitwall-web: %s", strerror(-rc));
}

/* ---- the source ---------------------------------------------------------------------- */

static bool program_ask(struct net_source *source, enum program_kind kind)
{
	struct program_message message = {source->program.run, (int32_t)kind, 0};
	return net_local_send(source->options.program,
			      (struct slice){(const char *)&message, sizeof(message)});
}

/* ---- its standard error --------------------------------------------------------------- */

static void complaints_close(struct net_source *source)
{
	struct program_source *program = &source->program;
	if (program->complaints < 0)
		return;
	ev_io_stop(source->loop, &program->listen);
	(void)close(program->complaints);
	program->complaints = -1;
}

/* The last line that is not empty. */
static void complaint_take(struct program_source *program, struct slice bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.at[i];
		bool ends = c == '\n' || c == '\r';
		if (ends && program->line_len > 0) {
			text_clean(program->said, sizeof(program->said),
				   (struct slice){program->line, program->line_len});
			program->line_len = 0;
		} else if (!ends && program->line_len < sizeof(program->line)) {
			program->line[program->line_len++] = c;
		}
	}
}

/* What is there, and no more than a turn may take. */
static bool complaints_read(struct net_source *source)
{
	enum { READS = 16 };
	char bytes[4096];
	bool some = false;
	for (unsigned i = 0; i < READS && source->program.complaints >= 0; i++) {
		errno = 0;
		ptrdiff_t n = net_calls.read(source->program.complaints, bytes,
					     sizeof(bytes));
		if (n < 0 && error_passes(errno))
			break;
		if (n <= 0)
			complaints_close(source);
		else
			complaint_take(&source->program,
				       (struct slice){bytes, (size_t)n});
		some = some || n > 0;
	}
	return some;
}

static void on_complaint(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)loop;
	(void)events;
	const enum net_state state = (enum net_state)source->status.state;
	source_enter(source);
	if (complaints_read(source) && !source->program.held &&
	    (state == NET_LIVE || state == NET_CONNECTING))
		source_state(source, state, source->program.said);
	source_leave(source);
}

/* ---- the end of a program ---------------------------------------------------------- */

/* "it ended with status 1: Traceback ..." */
static void program_reason(const struct program_source *program, char *out, size_t cap)
{
	const int status = program->status;
	size_t len;
	if (!program->ended)
		len = text_format(out, cap, "it closed its output");
	else if (WIFSIGNALED(status))
		len = text_format(out, cap, "it was ended by signal %d",
				  WTERMSIG(status));
	else
		len = text_format(out, cap, "it ended with status %d",
				  WEXITSTATUS(status));
	if (program->said[0] != '\0')
		text_format(out + len, cap - len, ": %s", program->said);
}

/* All of its output was read, and it ended. */
static void program_over(struct net_source *source)
{
	struct program_source *program = &source->program;
	char reason[sizeof(source->status.reason)];
	ev_timer_stop(source->loop, &program->drain);
	complaints_read(source);
	program_reason(program, reason, sizeof(reason));
	if (program->ended && WIFEXITED(program->status) &&
	    WEXITSTATUS(program->status) == NO_MORE)
		source_ended(source, program->said[0] != '\0' ? program->said
							      : "the program ended");
	else
		link_down(&source->links[0], reason);
}

static void on_drain(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	(void)loop;
	(void)events;
	source_enter(source);
	program_over(source);
	source_leave(source);
}

static void drain_begin(struct net_source *source, double s)
{
	ev_now_update(source->loop);
	ev_timer_stop(source->loop, &source->program.drain);
	ev_timer_set(&source->program.drain, s, 0.);
	ev_timer_start(source->loop, &source->program.drain);
}

bool program_drained(struct net_source *source)
{
	struct program_source *program = &source->program;
	struct link *link = &source->links[0];
	if (source->url.kind != NET_PROGRAM || !link->up)
		return false;
	program->drained = true;
	ev_io_stop(source->loop, &link->in);
	if (program->ended) {
		program_over(source);
		return true;
	}
	/* It says how it ended in a moment, or does not end by itself. */
	drain_begin(source, END_MS * 2e-3);
	(void)program_ask(source, PROGRAM_STOP);
	return true;
}

/* ---- (4) ------------------------------------------------------------------------------ */

static void on_refill(struct ev_loop *loop, ev_timer *watcher, int events)
{
	struct net_source *source = watcher->data;
	struct program_source *program = &source->program;
	(void)events;
	source_enter(source);
	program->room += PROGRAM_RATE / 4;
	if (program->room >= PROGRAM_BURST) {
		program->room = PROGRAM_BURST;
		ev_timer_stop(loop, watcher);
	}
	if (program->held && program->room > 0 && !program->drained) {
		ev_io_start(loop, &source->links[0].in);
		if (program->room > PROGRAM_BURST / 2) {
			program->held = false;
			source_state(source, (enum net_state)source->status.state,
				     program->said);
		}
	}
	source_leave(source);
}

void program_received(struct net_source *source, size_t len)
{
	struct program_source *program = &source->program;
	/* A handler may have closed it. */
	if (source->url.kind != NET_PROGRAM || source->closed)
		return;
	program->room -= (int64_t)len;
	if (!ev_is_active(&program->refill))
		ev_timer_again(source->loop, &program->refill);
	if (program->room > 0)
		return;
	ev_io_stop(source->loop, &source->links[0].in);
	if (!program->held) {
		program->held = true;
		source_state(source, (enum net_state)source->status.state,
			     "it writes more than 1 MiB a second: it has to wait");
	}
}

/* ---- start and end -------------------------------------------------------------------- */

static void program_started(struct net_source *source, const int fds[2])
{
	struct program_source *program = &source->program;
	int out = fd_prepare(fds[0]), complaints = fd_prepare(fds[1]);
	if (out < 0) {
		if (complaints >= 0)
			(void)close(complaints);
		source_failed(source, reason_of(-out));
		return;
	}
	if (complaints >= 0) {
		program->complaints = complaints;
		ev_io_init(&program->listen, on_complaint, complaints, EV_READ);
		program->listen.data = source;
		ev_io_start(source->loop, &program->listen);
	}
	ev_timer_stop(source->loop, &source->lived);
	ev_timer_start(source->loop, &source->lived);
	link_up(&source->links[0], out, false);
}

static void on_answer(struct ev_loop *loop, ev_io *watcher, int events)
{
	struct net_source *source = watcher->data;
	struct program_source *program = &source->program;
	struct program_message message = {0};
	int fds[2];
	(void)loop;
	(void)events;
	source_enter(source);
	int got = program_receive(source->options.program, &message, fds);
	bool ours = got > 0 && message.run == program->run && program->wanted;
	if (ours && message.kind == PROGRAM_STARTED && fds[0] >= 0) {
		program_started(source, fds);
	} else {
		for (unsigned i = 0; i < 2; i++)
			if (fds[i] >= 0)
				(void)close(fds[i]);
	}
	if (got < 0) {
		ev_io_stop(source->loop, &program->answers);
		source_ended(source, "the process that starts it was ended");
	} else if (ours && message.kind == PROGRAM_FAILED) {
		source_failed(source, reason_of(message.status));
	} else if (ours && message.kind == PROGRAM_ENDED) {
		program->ended = true;
		program->status = message.status;
		if (program->drained)
			program_over(source);
		else
			drain_begin(source, DRAIN_MS * 1e-3);
	}
	source_leave(source);
}

static void program_transport_start(struct net_source *source)
{
	struct program_source *program = &source->program;
	const uint32_t run = program->run + 1;
	*program = (struct program_source){
		.run = run, .wanted = true, .complaints = -1, .room = PROGRAM_BURST};
	ev_io_init(&program->answers, on_answer, source->options.program, EV_READ);
	ev_timer_init(&program->drain, on_drain, 0., 0.);
	ev_timer_init(&program->refill, on_refill, 0., 0.25);
	program->answers.data = program->drain.data = program->refill.data = source;
	ev_io_start(source->loop, &program->answers);
	if (!program_ask(source, PROGRAM_START))
		source_failed(source, "the process that starts it was ended");
}

static void program_transport_stop(struct net_source *source)
{
	struct program_source *program = &source->program;
	if (!program->wanted)
		return;
	program->wanted = false;
	ev_io_stop(source->loop, &program->answers);
	ev_timer_stop(source->loop, &program->drain);
	ev_timer_stop(source->loop, &program->refill);
	complaints_close(source);
	(void)program_ask(source, PROGRAM_STOP);
}

const struct transport transport_program = {
	.start = program_transport_start,
	.stop = program_transport_stop,
};
