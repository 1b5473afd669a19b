/*
 * output.c -- files that commands write: never over what is read, and whole or not at all
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/redis.h"

enum { PART_NAMES = 100 };

/* ---- a signal while a file is written ------------------------------------------- */

static volatile sig_atomic_t output_signal;
static const int end_signals[] = {SIGINT, SIGTERM, SIGHUP};
static struct sigaction before[ARRAY_LEN(end_signals)];

static void on_end_signal(int number)
{
	output_signal = number;
}

void output_begin(void)
{
	struct sigaction action = {.sa_handler = on_end_signal};
	(void)sigemptyset(&action.sa_mask);
	output_signal = 0;
	for (size_t i = 0; i < ARRAY_LEN(end_signals); i++) {
		(void)sigaction(end_signals[i], NULL, &before[i]);
		if (before[i].sa_handler != SIG_IGN)
			(void)sigaction(end_signals[i], &action, NULL);
	}
}

bool output_is_ended(void)
{
	return output_signal != 0;
}

void output_end(void)
{
	for (size_t i = 0; i < ARRAY_LEN(end_signals); i++)
		(void)sigaction(end_signals[i], &before[i], NULL);
	if (output_signal != 0)
		(void)raise(output_signal);
}

/* ---- whole, or not at all ------------------------------------------------------ */

/** Into @context, a struct out, until a signal comes. */
static int part_write(void *context, const char *bytes, size_t len)
{
	const struct out *file = context;
	return output_is_ended() ? -EINTR : file->write(file->context, bytes, len);
}

static int open_part(const char *path, char *part, size_t cap, struct err *err)
{
	int fd = -1;
	for (int i = 0; fd < 0 && i < PART_NAMES; i++) {
		text_format(part, cap, "%s.%d.part", path, i);
		fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	if (fd < 0)
		return err_set(err, -errno, "%s: cannot create the file: %s", path,
			       strerror(errno));
	return fd;
}

int output_write(const char *path, void (*encode)(struct out *out, const void *context),
		 const void *context, struct err *err)
{
	char part[SOURCE_PATH_MAX + 16];
	struct out file, out;
	struct stat st;
	/* What is not a file, /dev/stdout for one, is written to, not replaced. */
	bool special = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
	output_begin(); /* before the part exists, so that no signal leaves it behind */
	int fd = special ? open(path, O_WRONLY | O_CLOEXEC)
			 : open_part(path, part, sizeof(part), err);
	if (fd < 0) {
		if (special)
			fd = err_set(err, -errno, "%s: %s", path, strerror(errno));
		output_end();
		return fd;
	}
	out_to_fd(&file, fd);
	out = file;
	out.write = part_write;
	out.context = &file;
	encode(&out, context);
	int rc = out_flush(&out);
	if (rc == 0 && !special && fsync(fd) != 0)
		rc = -errno;
	if (close(fd) != 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && !special && rename(part, path) != 0)
		rc = -errno;
	if (rc != 0 && !special)
		unlink(part);
	output_end();
	if (rc == 0)
		return 0;
	return err_set(err, rc, "%s: cannot write the file: %s", path, strerror(-rc));
}

/* ---- never over what is read --------------------------------------------------- */

bool output_same_file(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/** The output is never over what is read; @text NULL: the bundled race. */
static int check_source(const struct options *options, const char *text)
{
	struct source_spec spec;
	struct err err;
	if (text != NULL && redis_is(text))
		return EXIT_DONE;
	if (source_choose(text, &spec, &err) != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	if (output_same_file(spec.path, options->output)) {
		complain("%s: the output is the source itself; choose another "
			 "name",
			 options->output);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

int output_check(const struct options *options)
{
	const char *read[] = {options->decisions, options->rules, options->session};
	for (size_t i = 0; i < ARRAY_LEN(read); i++) {
		if (read[i] == NULL || !output_same_file(read[i], options->output))
			continue;
		complain("%s: the output is also an input; choose another name",
			 options->output);
		return EXIT_USAGE;
	}
	if (options->source_count == 0)
		return check_source(options, NULL);
	int status = EXIT_DONE;
	for (unsigned i = 0; status == EXIT_DONE && i < options->source_count; i++)
		status = check_source(options, options->sources[i]);
	return status;
}
