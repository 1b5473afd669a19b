/*
 * terminal.c -- the program in a terminal of its own (terminal.h)
 */
/* Pseudo-terminals are of X/Open. */
#define _XOPEN_SOURCE 700

#include "terminal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_S = 30, LOOK_MS = 50 };

static int on_property(VTermProp property, VTermValue *value, void *user)
{
	struct terminal *t = user;
	if (property == VTERM_PROP_ALTSCREEN)
		t->alternate = value->boolean != 0;
	else if (property == VTERM_PROP_CURSORVISIBLE)
		t->cursor = value->boolean != 0;
	else if (property == VTERM_PROP_MOUSE)
		t->mouse = (unsigned)value->number;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = on_property};

static void size_set(const struct terminal *t)
{
	struct winsize size = {.ws_col = (unsigned short)t->cols,
			       .ws_row = (unsigned short)t->rows};
	int rc = ioctl(t->master, TIOCSWINSZ, &size);
	assert(rc == 0);
}

static void open_pty(struct terminal *t)
{
	t->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert(t->master >= 0);
	int rc = grantpt(t->master);
	assert(rc == 0);
	rc = unlockpt(t->master);
	assert(rc == 0);
	t->slave = open(ptsname(t->master), O_RDWR | O_NOCTTY);
	assert(t->slave >= 0);
	(void)fcntl(t->master, F_SETFD, FD_CLOEXEC);
	(void)fcntl(t->master, F_SETFL, O_NONBLOCK);
	size_set(t);
	rc = tcgetattr(t->slave, &t->before);
	assert(rc == 0);
}

/* execve() changes nothing of what it is given, but its type does not say so. */
static void execute(const char *const argv[], const char *const environment[])
{
	char *words[2][TERMINAL_WORDS + 1] = {{NULL}};
	for (int i = 0; argv[i] != NULL && i < TERMINAL_WORDS; i++)
		memcpy(&words[0][i], &argv[i], sizeof(argv[i]));
	for (int i = 0; environment[i] != NULL && i < TERMINAL_WORDS; i++)
		memcpy(&words[1][i], &environment[i], sizeof(environment[i]));
	(void)execve(words[0][0], words[0], words[1]);
}

void terminal_start(struct terminal *t, const char *const argv[],
		    const char *const environment[], int cols, int rows)
{
	memset(t, 0, sizeof(*t));
	t->cols = cols;
	t->rows = rows;
	t->cursor = true;
	t->patience = PATIENCE_S;
	open_pty(t);
	t->vt = vterm_new(rows, cols);
	vterm_set_utf8(t->vt, 1);
	t->screen = vterm_obtain_screen(t->vt);
	vterm_screen_set_callbacks(t->screen, &callbacks, t);
	vterm_screen_enable_altscreen(t->screen, 1);
	vterm_screen_reset(t->screen, 1);
	terminal_forget(t);
	t->pid = fork();
	assert(t->pid >= 0);
	if (t->pid != 0)
		return;
	(void)setsid();
	(void)ioctl(t->slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		(void)dup2(t->slave, fd);
	if (t->slave > 2)
		(void)close(t->slave);
	execute(argv, environment);
	_exit(127);
}

void terminal_end(struct terminal *t)
{
	if (!t->over) {
		(void)kill(t->pid, SIGKILL);
		(void)waitpid(t->pid, &t->status, 0);
	}
	(void)close(t->slave);
	(void)close(t->master);
	vterm_free(t->vt);
	free(t->bytes);
}

void terminal_forget(struct terminal *t)
{
	if (t->max == 0) {
		t->max = 1 << 16;
		t->bytes = malloc(t->max);
		assert(t->bytes != NULL);
	}
	t->len = 0;
	t->bytes[0] = '\0';
}

void terminal_type(struct terminal *t, const char *bytes)
{
	size_t len = strlen(bytes);
	while (len > 0) {
		ssize_t n = write(t->master, bytes, len);
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		} else if (errno == EAGAIN) {
			/* It is busy writing: nothing is read meanwhile. */
			struct pollfd wait = {.fd = t->master,
					      .events = POLLIN | POLLOUT};
			(void)poll(&wait, 1, LOOK_MS);
			(void)terminal_take(t);
		} else {
			assert(errno == EINTR);
		}
	}
}

void terminal_size(struct terminal *t, int cols, int rows)
{
	t->cols = cols;
	t->rows = rows;
	vterm_set_size(t->vt, rows, cols);
	size_set(t);
}

/* What the emulator has to say to the program. */
static void answers_send(struct terminal *t)
{
	char answer[256];
	size_t n;
	while ((n = vterm_output_read(t->vt, answer, sizeof(answer) - 1)) > 0) {
		answer[n] = '\0';
		terminal_type(t, answer);
	}
}

bool terminal_take(struct terminal *t)
{
	char some[1024]; /* this libvterm overflows its stack on large pieces */
	ssize_t n = read(t->master, some, sizeof(some));
	if (n <= 0)
		return false;
	if (t->max - t->len < sizeof(some) + 1) {
		t->max *= 2;
		t->bytes = realloc(t->bytes, t->max);
		assert(t->bytes != NULL);
	}
	memcpy(t->bytes + t->len, some, (size_t)n);
	t->len += (size_t)n;
	t->bytes[t->len] = '\0';
	(void)vterm_input_write(t->vt, some, (size_t)n);
	answers_send(t);
	return true;
}

const char *terminal_row(struct terminal *t, int y)
{
	VTermRect row = {.start_row = y, .end_row = y + 1, .end_col = t->cols};
	size_t n = vterm_screen_get_text(t->screen, t->text, sizeof(t->text) - 1, row);
	while (n > 0 && t->text[n - 1] == ' ')
		n--;
	t->text[n] = '\0';
	return t->text;
}

static long now_s(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (long)now.tv_sec;
}

bool terminal_until(struct terminal *t,
		    bool (*found)(struct terminal *t, const void *context),
		    const void *context)
{
	long end = now_s() + t->patience;
	while (now_s() <= end) {
		struct pollfd wait = {.fd = t->master, .events = POLLIN};
		(void)poll(&wait, 1, LOOK_MS);
		while (terminal_take(t))
			;
		if (!t->over && waitpid(t->pid, &t->status, WNOHANG) == t->pid) {
			t->over = true;
			while (terminal_take(t))
				;
		}
		if (found(t, context))
			return true;
		if (t->over)
			return false;
	}
	return false;
}

struct wanted {
	int y;
	const char *text;
};

static bool shows(struct terminal *t, const void *context)
{
	const struct wanted *wanted = context;
	if (wanted->y >= 0)
		return strstr(terminal_row(t, wanted->y), wanted->text) != NULL;
	for (int y = 0; y < t->rows; y++)
		if (strstr(terminal_row(t, y), wanted->text) != NULL)
			return true;
	return false;
}

bool terminal_shows(struct terminal *t, int y, const char *text)
{
	struct wanted wanted = {y, text};
	return terminal_until(t, shows, &wanted);
}

static bool ended(struct terminal *t, const void *context)
{
	(void)context;
	return t->over;
}

bool terminal_ends(struct terminal *t)
{
	return terminal_until(t, ended, NULL);
}

bool terminal_restored(const struct terminal *t)
{
	struct termios now;
	if (tcgetattr(t->slave, &now) != 0)
		return false;
	return now.c_iflag == t->before.c_iflag && now.c_oflag == t->before.c_oflag &&
	       now.c_cflag == t->before.c_cflag && now.c_lflag == t->before.c_lflag &&
	       memcmp(now.c_cc, t->before.c_cc, sizeof(now.c_cc)) == 0;
}

void terminal_print(struct terminal *t)
{
	for (int y = 0; y < t->rows; y++)
		printf("#   |%s\n", terminal_row(t, y));
}

/* ---- what is raced, and what is printed ---------------------------------------- */

static void print_lap(FILE *file, int car, int lap)
{
	static const char *const names[] = {
		"Ara",    "Bourdais", "Lammers",    "Coronel",   "Rusinov", "Turner",
		"Davies", "Rossi",    "Montermini", "Kelleners", "Bouchut", "Gosselin"};
	int pace = 89 + car, at = lap * pace;
	const char *class = car <= 4 ? "LMP1" : car <= 8 ? "LMP2" : "GTE";
	const char *flag = at >= 5400 ? "FF" : lap == 21 || lap == 22 ? "SC" : "GF";
	(void)fprintf(file,
		      "%d;1;%d;%d:%02d.000;0;%s;30.000;0;30.000;0;%d.000;0;160.0;"
		      "%d:%02d:%02d.000;%d:%02d:%02d.000;0:30.000;0:30.000;0:30.000;"
		      "250.5;Test %s;;%s;;Team %s;Make;%s\n",
		      car, lap, pace / 60, pace % 60, lap == 25 + car ? "B" : "",
		      pace - 60, at / 3600, at % 3600 / 60, at % 60, 12 + at / 3600,
		      at % 3600 / 60, at % 60, names[car - 1], class, names[car - 1],
		      flag);
}

bool terminal_race(const char *path)
{
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return false;
	(void)fputs("NUMBER; DRIVER_NUMBER; LAP_NUMBER; LAP_TIME; LAP_IMPROVEMENT; "
		    "CROSSING_FINISH_LINE_IN_PIT; S1; S1_IMPROVEMENT; S2; "
		    "S2_IMPROVEMENT; S3; S3_IMPROVEMENT; KPH; ELAPSED; "
		    "HOUR;S1_LARGE;S2_LARGE;S3_LARGE;TOP_SPEED;DRIVER_NAME;PIT_TIME;"
		    "CLASS;GROUP;TEAM;MANUFACTURER;FLAG_AT_FL\n",
		    file);
	for (int car = 1; car <= 12; car++)
		for (int lap = 1; (lap - 1) * (89 + car) < 5400; lap++)
			print_lap(file, car, lap);
	return fclose(file) == 0;
}

char *terminal_output(const char *const argv[], const char *const environment[])
{
	int ends[2];
	size_t len = 0, max = 1 << 20;
	char *text = malloc(max);
	int rc = pipe(ends);
	assert(text != NULL && rc == 0);
	pid_t pid = fork();
	assert(pid >= 0);
	if (pid == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		execute(argv, environment);
		_exit(127);
	}
	(void)close(ends[1]);
	ssize_t n;
	while (len + 1 < max && (n = read(ends[0], text + len, max - 1 - len)) > 0)
		len += (size_t)n;
	(void)close(ends[0]);
	(void)waitpid(pid, NULL, 0);
	text[len] = '\0';
	return text;
}
