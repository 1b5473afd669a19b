/*
 * tty.c -- the device: modes, bytes out without blocking, and putting it all back
 *
 * Cited rules are those of tty.h.
 */
#include "tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const int crash_signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE};

/* One terminal a process: a signal handler has no other way to find it. */
static struct {
	struct termios before;
	struct sigaction actions[ARRAY_LEN(crash_signals)];
	char bytes[TTY_RESTORE_MAX];
	size_t len;
	int out;
	int in_flags, out_flags;  /* -1: nothing to put back */
	int err_before, err_kept; /* standard error; -1: not taken */
	volatile sig_atomic_t on;
	volatile sig_atomic_t cut; /* a frame is half written */
} crash = {.out = -1, .err_before = -1, .err_kept = -1};

/* Async-signal-safe. Waits for a slow terminal, not for a dead one (1). */
static void write_last(int fd, const char *bytes, size_t len)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else if (n == 0 || errno != EAGAIN ||
			   poll(&wait, 1, TTY_LAST_MS) <= 0) {
			return;
		}
	}
}

/* A stopped terminal has a full queue: output that it has not shown is given
 * up, so that it finds itself restored when it moves again. Async-signal-safe. */
static void make_room(int fd)
{
	struct pollfd wait = {.fd = fd, .events = POLLOUT};
	if (poll(&wait, 1, TTY_LAST_MS) != 0)
		return;
	(void)tcflush(fd, TCOFLUSH);
	crash.cut = 1;
}

/* (4) */
static void errors_keep(void)
{
	crash.err_before = crash.err_kept = -1;
	if (isatty(STDERR_FILENO) == 0)
		return;
	int kept = memory_file("pitwall-errors");
	if (kept < 0)
		return;
	int before = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (before < 0 || dup2(kept, STDERR_FILENO) < 0) {
		(void)close(kept);
		if (before >= 0)
			(void)close(before);
		return;
	}
	crash.err_before = before;
	crash.err_kept = kept;
}

/* Async-signal-safe. */
static void errors_release(void)
{
	char buf[512];
	if (crash.err_before < 0)
		return;
	(void)dup2(crash.err_before, STDERR_FILENO);
	(void)close(crash.err_before);
	off_t at = 0;
	ssize_t n;
	while ((n = pread(crash.err_kept, buf, sizeof(buf), at)) > 0) {
		write_last(STDERR_FILENO, buf, (size_t)n);
		at += n;
	}
	(void)close(crash.err_kept);
	crash.err_before = crash.err_kept = -1;
}

/* (3) A fault comes again on return, with its core dump and its address; what
 * was sent by raise(), abort() or kill() has to be sent again. */
static void on_crash(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	tty_restore(); /* the handlers before ours too */
	if (info->si_code <= 0)
		(void)raise(signal_number);
}

static void crash_handlers(bool on)
{
	for (size_t i = 0; i < ARRAY_LEN(crash_signals); i++) {
		if (on) {
			struct sigaction action = {.sa_flags = SA_SIGINFO};
			action.sa_sigaction = on_crash;
			(void)sigemptyset(&action.sa_mask);
			(void)sigaction(crash_signals[i], &action, &crash.actions[i]);
		} else {
			(void)sigaction(crash_signals[i], &crash.actions[i], NULL);
		}
	}
}

void tty_restore(void)
{
	if (crash.on == 0)
		return;
	crash.on = 0;
	int saved = errno;
	make_room(crash.out);
	if (crash.cut != 0)
		write_last(crash.out, "\030", 1); /* CAN ends a cut sequence */
	write_last(crash.out, crash.bytes, crash.len);
	(void)tcsetattr(crash.out, TCSANOW, &crash.before);
	if (crash.in_flags >= 0)
		(void)fcntl(STDIN_FILENO, F_SETFL, crash.in_flags);
	if (crash.out_flags >= 0)
		(void)fcntl(STDOUT_FILENO, F_SETFL, crash.out_flags);
	crash_handlers(false);
	errors_release();
	errno = saved;
}

void tty_restore_with(const char *bytes, size_t len)
{
	sigset_t all, before;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, &before);
	crash.len = len < sizeof(crash.bytes) ? len : sizeof(crash.bytes);
	memcpy(crash.bytes, bytes, crash.len);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}

/* A description of our own of the terminal behind @fd (2), or @fd itself. */
static int open_anew(int fd, int flags, int *old_flags)
{
	char name[128];
	struct stat shared, own;
	*old_flags = -1;
	if (ttyname_r(fd, name, sizeof(name)) == 0) {
		int anew = open(name, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (anew >= 0 && fstat(anew, &own) == 0 && fstat(fd, &shared) == 0 &&
		    own.st_rdev == shared.st_rdev)
			return anew;
		if (anew >= 0)
			(void)close(anew);
	}
	*old_flags = fcntl(fd, F_GETFL);
	if (*old_flags >= 0)
		(void)fcntl(fd, F_SETFL, *old_flags | O_NONBLOCK);
	return fd;
}

int tty_open(struct tty *tty, struct err *err)
{
	memset(tty, 0, sizeof(*tty));
	if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0)
		return err_set(err, -ENOTTY,
			       "standard input and output are not a terminal");
	if (tcgetattr(STDOUT_FILENO, &tty->before) != 0)
		return err_set(err, -errno, "the terminal's modes: %s",
			       strerror(errno));
	tty->in = open_anew(STDIN_FILENO, O_RDONLY, &tty->in_flags);
	tty->out = open_anew(STDOUT_FILENO, O_WRONLY, &tty->out_flags);
	return 0;
}

void tty_raw(struct tty *tty)
{
	struct termios raw = tty->before;
	raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR |
				   ICRNL | IXON);
	raw.c_oflag &= ~(tcflag_t)OPOST;
	raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | IEXTEN);
	raw.c_lflag |= ISIG;
	raw.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
	raw.c_cflag |= CS8;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (crash.on == 0) {
		crash.before = tty->before;
		crash.out = tty->out;
		crash.in_flags = tty->in_flags;
		crash.out_flags = tty->out_flags;
		crash.cut = 0;
		errors_keep();
		crash_handlers(true);
		crash.on = 1;
	}
	if (tty->in_flags >= 0)
		(void)fcntl(STDIN_FILENO, F_SETFL, tty->in_flags | O_NONBLOCK);
	if (tty->out_flags >= 0)
		(void)fcntl(STDOUT_FILENO, F_SETFL, tty->out_flags | O_NONBLOCK);
	(void)tcsetattr(tty->out, TCSANOW, &raw);
}

void tty_close(struct tty *tty)
{
	tty_restore();
	crash.out = -1;
	if (tty->in_flags < 0)
		(void)close(tty->in);
	if (tty->out_flags < 0)
		(void)close(tty->out);
	free(tty->bytes);
	memset(tty, 0, sizeof(*tty));
}

void tty_size(const struct tty *tty, int *cols, int *rows)
{
	struct winsize size = {0};
	*cols = *rows = 0;
	if (ioctl(tty->out, TIOCGWINSZ, &size) == 0) {
		*cols = size.ws_col < TTY_SIZE_MAX ? size.ws_col : TTY_SIZE_MAX;
		*rows = size.ws_row < TTY_SIZE_MAX ? size.ws_row : TTY_SIZE_MAX;
	}
}

bool tty_reserve(struct tty *tty, size_t more)
{
	if (tty->len + more <= tty->max)
		return true;
	size_t max = tty->len + more + 4096;
	char *bytes = realloc(tty->bytes, max);
	if (bytes == NULL)
		return false;
	tty->bytes = bytes;
	tty->max = max;
	return true;
}

int tty_flush(struct tty *tty)
{
	while (tty->sent < tty->len) {
		ssize_t n =
			write(tty->out, tty->bytes + tty->sent, tty->len - tty->sent);
		if (n < 0 && errno == EINTR)
			continue;
		tty->writes++;
		if (n >= 0) {
			tty->sent += (size_t)n;
			/* A terminal that took less than all takes no more now. */
			if (tty->sent < tty->len)
				break;
		} else if (errno == EAGAIN) {
			break;
		} else {
			tty->gone = true;
			tty->sent = tty->len = 0;
			return -errno;
		}
	}
	if (tty->sent == tty->len)
		tty->sent = tty->len = 0;
	crash.cut = tty->len > 0;
	return 0;
}

size_t tty_read(struct tty *tty, void *buf, size_t max)
{
	ssize_t n;
	do
		n = read(tty->in, buf, max);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		return (size_t)n;
	if (n == 0 || errno != EAGAIN)
		tty->gone = true;
	return 0;
}
