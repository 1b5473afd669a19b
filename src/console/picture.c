/*
 * picture.c -- a screen as files: text, SVG and, by pitwall-png, PNG
 *
 *  (1) No file is ever overwritten: the three get a name that is free.
 *  (2) The picture is that of the last frame, with what lies over the screen.
 *  (3) pitwall-png is a program of its own, which may not be installed.
 */
#include "pitwall/assets.h"
#include "pitwall/paint.h"
#include "pitwall/shell.h"
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

enum { NAMES_TRIED = 999 };
enum picture_file { PICTURE_TEXT, PICTURE_SVG, PICTURE_PNG, PICTURE_FILES };
static const char *const picture_ends[PICTURE_FILES] = {"txt", "svg", "png"};

enum palette picture_palette(const struct options *options)
{
	const char *no_color = getenv("NO_COLOR");
	bool mono = options->mono || (no_color != NULL && no_color[0] != '\0');
	return mono ? PALETTE_MONO : PALETTE_TRUE;
}

/* ---- where ------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* XDG_PICTURES_DIR="$HOME/Pictures" in user-dirs.dirs; false: not there. */
static bool pictures_of_user(char *folder, size_t cap)
{
	static const char key[] = "XDG_PICTURES_DIR=\"";
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char path[1024], text[8192];
	if (home == NULL || home[0] != '/')
		return false;
	if (xdg != NULL && xdg[0] == '/')
		text_format(path, sizeof(path), "%s/user-dirs.dirs", xdg);
	else
		text_format(path, sizeof(path), "%s/.config/user-dirs.dirs", home);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;
	if (fd >= 0)
		(void)close(fd);
	text[n > 0 ? n : 0] = '\0';
	char *value = strstr(text, key);
	char *end = value ? strchr(value += sizeof(key) - 1, '"') : NULL;
	if (!end ||
	    (value > text + sizeof(key) - 1 && value[-(long)sizeof(key)] != '\n'))
		return false;
	*end = '\0';
	if (strncmp(value, "$HOME/", 6) == 0)
		text_format(folder, cap, "%s/%s", home, value + 6);
	else
		text_format(folder, cap, "%s", value);
	return folder[0] == '/' && is_folder(folder);
}

/* That of --pictures, else the user's pictures, else the current one. */
static void picture_folder(const struct options *options, char *folder, size_t cap)
{
	if (options->pictures != NULL && options->pictures[0] != '\0')
		text_format(folder, cap, "%s", options->pictures);
	else if (!pictures_of_user(folder, cap) && !getcwd(folder, cap))
		text_format(folder, cap, ".");
}

/* Letters and digits of @text, what lies between them as one '-'. */
static size_t picture_slug(char *out, size_t cap, const char *text)
{
	size_t n = 0;
	struct slice s = slice_of(text);
	for (size_t i = 0; i < s.len && n + 2 < cap;) {
		uint32_t cp;
		i += utf8_decode(s.at + i, s.len - i, &cp);
		char c = cp_ascii(cp);
		bool capital = c >= 'A' && c <= 'Z';
		if (capital)
			c = (char)(c - 'A' + 'a');
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (n > 0 && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n > 0 && out[n - 1] == '-')
		n--;
	out[n] = '\0';
	return n;
}

/* "1000-km-du-mans-2003-classes-3h20m00" */
static void picture_name(const struct view *view, char *out, size_t cap)
{
	char race[64], at[TIME_TEXT_MAX] = "";
	const char *event = view->race->setup.event;
	if (picture_slug(race, sizeof(race), event[0] ? event : view->source) == 0)
		text_format(race, sizeof(race), "pitwall");
	duration_us t = race_elapsed(view->race, view->at);
	if (t != DURATION_NONE)
		text_format(at, sizeof(at), "-%dh%02dm%02d", (int)(t / US_HOUR),
			    (int)(t / US_MIN % 60), (int)(t / US_S % 60));
	text_format(out, cap, "%s-%s%s", race,
		    screens[view->screen < SCREEN_COUNT ? view->screen : 0]->name, at);
}

/* ---- files ------------------------------------------------------------------------- */

static void picture_path(const struct picture_saved *saved, enum picture_file file,
			 char *path, size_t cap)
{
	text_format(path, cap, "%s.%s", saved->base, picture_ends[file]);
}

static void picture_drop(const struct picture_saved *saved, enum picture_file file)
{
	char path[sizeof(saved->base) + 8];
	picture_path(saved, file, path, sizeof(path));
	(void)unlink(path);
}

/* (1) 0, or -errno. */
static int pictures_open(struct picture_saved *saved, const char *folder,
			 const char *name, int fds[PICTURE_FILES])
{
	for (unsigned n = 1; n <= NAMES_TRIED; n++) {
		char number[16] = "", path[sizeof(saved->base) + 8];
		if (n > 1)
			text_format(number, sizeof(number), "-%u", n);
		text_format(saved->base, sizeof(saved->base), "%s/%s%s", folder, name,
			    number);
		unsigned file = 0;
		int failed = 0;
		for (; file < PICTURE_FILES && !failed; file++) {
			picture_path(saved, (enum picture_file)file, path,
				     sizeof(path));
			fds[file] =
				open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
			failed = fds[file] < 0 ? errno : 0;
		}
		if (!failed)
			return 0;
		for (file--; file-- > 0;) {
			(void)close(fds[file]);
			picture_drop(saved, (enum picture_file)file);
		}
		if (failed != EEXIST)
			return -failed;
	}
	return -EEXIST;
}

static bool picture_write(int fd, struct console *console, enum paint paint)
{
	static struct out out; /* its buffer is large */
	out_to_fd(&out, fd);
	paint_canvas(&out, &console->canvas, paint, &console->theme,
		     picture_palette(console->options));
	return out_flush(&out) == 0;
}

/* ---- pitwall-png (3) ----------------------------------------------------------------- */

bool picture_program(char *path, size_t cap)
{
	return program_path("pitwall-png", path, cap);
}

static void on_png_end(struct ev_loop *loop, ev_child *watcher, int events)
{
	struct console *console = watcher->data;
	(void)events;
	ev_child_stop(loop, watcher);
	if (watcher->rstatus != 0) {
		picture_drop(&console->picture, PICTURE_PNG);
		console_report(console, true, 0,
			       "%s.txt and .svg are saved; pitwall-png could not "
			       "draw the PNG",
			       console->picture.base);
	}
	console->frames.dirty = true;
}

/* pitwall-png draws in the background; false: it does not run. */
static bool png_start(struct console *console, int svg, int png)
{
	char path[1024];
	posix_spawn_file_actions_t actions;
	pid_t pid;
	char *const args[] = {path, NULL};
	if (!picture_program(path, sizeof(path)) || lseek(svg, 0, SEEK_SET) != 0 ||
	    posix_spawn_file_actions_init(&actions) != 0)
		return false;
	bool runs =
		posix_spawn_file_actions_adddup2(&actions, svg, STDIN_FILENO) == 0 &&
		posix_spawn_file_actions_adddup2(&actions, png, STDOUT_FILENO) == 0 &&
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null",
						 O_WRONLY, 0) == 0 &&
		posix_spawn(&pid, path, &actions, NULL, args, environ) == 0;
	(void)posix_spawn_file_actions_destroy(&actions);
	if (!runs)
		return false;
	ev_child_init(&console->picture.png, on_png_end, pid, 0);
	console->picture.png.data = console;
	ev_child_start(console->loop, &console->picture.png);
	return true;
}

/* ---- the key -------------------------------------------------------------------------- */

void act_save(struct console *console, const struct key_binding *key)
{
	struct picture_saved *saved = &console->picture;
	char folder[768], name[128];
	int fds[PICTURE_FILES];
	(void)key;
	if (ev_is_active(&saved->png)) {
		console_notice(console, false, "the last picture is still being drawn");
		return;
	}
	picture_folder(console->options, folder, sizeof(folder));
	picture_name(&console->view, name, sizeof(name));
	int failed = pictures_open(saved, folder, name, fds);
	if (failed) {
		console_notice(console, true, "no picture is saved in %s: %s", folder,
			       strerror(-failed));
		return;
	}
	bool written = picture_write(fds[PICTURE_TEXT], console, PAINT_TEXT) &&
		       picture_write(fds[PICTURE_SVG], console, PAINT_SVG);
	bool png = written && png_start(console, fds[PICTURE_SVG], fds[PICTURE_PNG]);
	for (unsigned file = 0; file < PICTURE_FILES; file++)
		(void)close(fds[file]);
	if (!png)
		picture_drop(saved, PICTURE_PNG);
	if (!written) {
		picture_drop(saved, PICTURE_TEXT);
		picture_drop(saved, PICTURE_SVG);
		console_notice(console, true,
			       "no picture is saved: %s cannot be written",
			       saved->base);
	} else if (png) {
		console_notice(console, false, "saved %s.png, .svg and .txt",
			       saved->base);
	} else {
		console_notice(console, false,
			       "saved %s.svg and .txt; for a PNG, pitwall-png is not "
			       "installed",
			       saved->base);
	}
}
