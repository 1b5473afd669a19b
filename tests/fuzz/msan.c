/*
 * msan.c -- with -Db_sanitize=memory: tell MemorySanitizer what libraries without it write
 *
 * Linked with --wrap: the C library's stat() (which clang 14 does not know), inih, utf8proc.
 * SQLite writes too much to be told: its targets are left out (meson.build).
 */
#include <ini.h>
#include <sanitizer/msan_interface.h>
#include <string.h>
#include <sys/stat.h>
#include <utf8proc.h>

int __real_stat64(const char *path, struct stat *st);
int __wrap_stat64(const char *path, struct stat *st);
int __real_lstat64(const char *path, struct stat *st);
int __wrap_lstat64(const char *path, struct stat *st);
int __real_fstat64(int fd, struct stat *st);
int __wrap_fstat64(int fd, struct stat *st);
int __real_ini_parse_stream(ini_reader reader, void *stream, ini_handler handler,
			    void *user);
int __wrap_ini_parse_stream(ini_reader reader, void *stream, ini_handler handler,
			    void *user);
utf8proc_ssize_t __real_utf8proc_decompose_char(utf8proc_int32_t cp,
						utf8proc_int32_t *to,
						utf8proc_ssize_t max,
						utf8proc_option_t options, int *last);
utf8proc_ssize_t __wrap_utf8proc_decompose_char(utf8proc_int32_t cp,
						utf8proc_int32_t *to,
						utf8proc_ssize_t max,
						utf8proc_option_t options, int *last);

static int stat_done(int rc, const struct stat *st)
{
	if (rc == 0)
		__msan_unpoison(st, sizeof(*st));
	return rc;
}

int __wrap_stat64(const char *path, struct stat *st)
{
	return stat_done(__real_stat64(path, st), st);
}

int __wrap_lstat64(const char *path, struct stat *st)
{
	return stat_done(__real_lstat64(path, st), st);
}

int __wrap_fstat64(int fd, struct stat *st)
{
	return stat_done(__real_fstat64(fd, st), st);
}

utf8proc_ssize_t __wrap_utf8proc_decompose_char(utf8proc_int32_t cp,
						utf8proc_int32_t *to,
						utf8proc_ssize_t max,
						utf8proc_option_t options, int *last)
{
	utf8proc_ssize_t n = __real_utf8proc_decompose_char(cp, to, max, options, last);
	if (n > 0)
		__msan_unpoison(to, (size_t)(n < max ? n : max) * sizeof(*to));
	return n;
}

struct ini_call {
	ini_reader reader;
	void *stream;
	ini_handler handler;
	void *user;
};

/* What inih passes when it calls back. */
static char *read_line(char *line, int size, void *context)
{
	__msan_unpoison_param(3);
	const struct ini_call *call = context;
	return call->reader(line, size, call->stream);
}

static int take(void *context, const char *section, const char *key, const char *value)
{
	__msan_unpoison_param(4);
	const struct ini_call *call = context;
	__msan_unpoison_string(section);
	__msan_unpoison_string(key);
	__msan_unpoison_string(value);
	return call->handler(call->user, section, key, value);
}

int __wrap_ini_parse_stream(ini_reader reader, void *stream, ini_handler handler,
			    void *user)
{
	struct ini_call call = {reader, stream, handler, user};
	__msan_unpoison(&call, sizeof(call));
	return __real_ini_parse_stream(read_line, &call, take, &call);
}
