/*
 * assets.c -- where the data the program ships lies, and reading it
 */
#include "pitwall/assets.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PITWALL_DATADIR
#define PITWALL_DATADIR "/usr/local/share/pitwall"
#endif

enum {
	PATH_MAX_ = SOURCE_PATH_MAX,
	SMALL_FILE_MAX = 1024 * 1024,
	NAMES_MAX = 256,
	NAME_MAX_ = 64
};

static bool there(const char *path)
{
	return access(path, R_OK) == 0;
}

/* Beside the executable: share/pitwall of an installation that was moved, or the
 * assets of the tree it was built in, and what the build makes of them, some
 * folders up. */
static bool beside_executable(const char *name, char *path, size_t cap)
{
	const char *base = strrchr(name, '/');
	const struct {
		const char *folder, *name;
	} places[] = {
		{"share/pitwall", name},
		{"assets", name},
		{"src/reconstruction", base ? base + 1 : name},
	};
	char exe[PATH_MAX_];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return false;
	exe[n] = '\0';
	for (int up = 0; up < 6; up++) {
		char *slash = strrchr(exe, '/');
		if (!slash)
			return false;
		*slash = '\0';
		for (size_t i = 0; i < ARRAY_LEN(places); i++) {
			text_format(path, cap, "%s/%s/%s", exe, places[i].folder,
				    places[i].name);
			if (there(path))
				return true;
		}
	}
	return false;
}

bool program_path(const char *name, char *path, size_t cap)
{
	static const char *const places[] = {"", "/../png", "/../unpack"};
	char exe[PATH_MAX_];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(exe, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; slash && i < ARRAY_LEN(places); i++) {
		text_format(path, cap, "%s%s/%s", exe, places[i], name);
		if (access(path, X_OK) == 0)
			return true;
	}
	const char *all = getenv("PATH");
	struct slice rest = slice_of(all ? all : "");
	while (rest.len > 0) {
		struct slice folder = slice_cut(&rest, ':');
		text_format(path, cap, "%.*s/%s", (int)folder.len, folder.at, name);
		if (folder.len > 0 && access(path, X_OK) == 0)
			return true;
	}
	return false;
}

int asset_path(const char *name, char *path, size_t cap, struct err *err)
{
	const char *home = getenv("PITWALL_ASSETS");
	if (home && *home) {
		text_format(path, cap, "%s/%s", home, name);
		if (there(path))
			return 0;
	}
	if (beside_executable(name, path, cap))
		return 0;
	text_format(path, cap, "%s/%s", PITWALL_DATADIR, name);
	if (there(path))
		return 0;
	return err_set(err, -ENOENT,
		       "%s is neither beside the program nor in %s: set "
		       "PITWALL_ASSETS to the folder of pitwall's assets",
		       name, PITWALL_DATADIR);
}

bool user_path(const char *name, char *path, size_t cap)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	/* A relative one is to be ignored, says the XDG base directory specification. */
	if (xdg != NULL && xdg[0] == '/')
		text_format(path, cap, "%s/pitwall/%s", xdg, name);
	else if (home != NULL && home[0] != '\0')
		text_format(path, cap, "%s/.config/pitwall/%s", home, name);
	else
		return false;
	return true;
}

/* ---- whole files ------------------------------------------------------------ */

int small_file_read(const char *path, struct bytes *out, struct err *err)
{
	int failed = bytes_load(path, out, err);
	if (failed || out->data.len <= SMALL_FILE_MAX)
		return failed;
	bytes_free(out);
	return err_set(
		err, -EFBIG,
		"%s is larger than 1 MiB: more than a file of this kind may have",
		path);
}

int asset_read(const char *name, struct bytes *out, struct err *err)
{
	char path[PATH_MAX_];
	int failed = asset_path(name, path, sizeof(path), err);
	return failed ? failed : small_file_read(path, out, err);
}

bool names_a_file(const char *name)
{
	size_t len = strlen(name);
	return strchr(name, '/') || (len > 4 && strcmp(name + len - 4, ".ini") == 0);
}

bool asset_name_ok(const char *name)
{
	size_t len = strlen(name);
	return len > 0 && len < NAME_MAX_ - 16 && name[0] != '.' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == len;
}

/* ---- lists ------------------------------------------------------------------ */

struct names {
	char at[NAMES_MAX][NAME_MAX_];
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void names_add(struct names *names, const char *file, const char *suffix)
{
	size_t len = strlen(file), tail = strlen(suffix);
	if (len <= tail || len - tail >= NAME_MAX_ || file[0] == '.' ||
	    strcmp(file + len - tail, suffix) != 0 || names->count == NAMES_MAX)
		return;
	text_copy(names->at[names->count++], NAME_MAX_,
		  (struct slice){file, len - tail});
}

/** The names of files in the folder @path; it not being there is no names. */
static int list_folder(const char *path, const char *suffix, struct names *names,
		       struct err *err)
{
	DIR *dir = opendir(path);
	if (!dir && errno == ENOENT)
		return 0;
	if (!dir)
		return err_set(err, -errno, "cannot list %s: %s", path,
			       strerror(errno));
	const struct dirent *entry;
	while ((entry = readdir(dir)))
		names_add(names, entry->d_name, suffix);
	closedir(dir);
	return 0;
}

/* A name that a terminal would not show as it is cannot be typed either. */
static bool name_is_clean(const char *name)
{
	char clean[PATH_MAX_];
	size_t len = text_clean(clean, sizeof(clean), slice_of(name));
	return slice_eq((struct slice){clean, len}, slice_of(name));
}

static int each_of(const char *path, const char *suffix,
		   void (*each)(void *context, const char *name), void *context,
		   struct err *err)
{
	struct names *names = calloc(1, sizeof(*names));
	if (!names)
		return err_set(err, -ENOMEM, "no memory to list %s", path);
	int failed = list_folder(path, suffix, names, err);
	qsort(names->at, names->count, sizeof(names->at[0]), by_name);
	for (size_t i = 0; !failed && i < names->count; i++)
		if (name_is_clean(names->at[i]))
			each(context, names->at[i]);
	free(names);
	return failed;
}

int assets_list(const char *folder, const char *suffix,
		void (*each)(void *context, const char *name), void *context,
		struct err *err)
{
	char path[PATH_MAX_];
	int failed = asset_path(folder, path, sizeof(path), err);
	return failed ? failed : each_of(path, suffix, each, context, err);
}

int user_list(const char *folder, const char *suffix,
	      void (*each)(void *context, const char *name), void *context,
	      struct err *err)
{
	char path[PATH_MAX_];
	if (!user_path(folder, path, sizeof(path)))
		return 0;
	return each_of(path, suffix, each, context, err);
}
