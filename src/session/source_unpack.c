/*
 * source_unpack.c -- pitwall-unpack is run, and its records are taken apart
 *
 *  (1) A file on disk is its standard input; bytes of a pipe go through a file without a
 *      name.
 *  (2) Its records are src/unpack/unpack.c's: a letter, a length, bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "source_documents.h"
#include "source_unpack.h"

extern char **environ;

enum { RECORD_HEAD = 5, READ_STEP = 256 * 1024 };

/* ---- the program ------------------------------------------------------------------- */

/** (1) */
static int open_input(const char *path, struct slice packed)
{
	if (strcmp(path, "-") != 0)
		return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	FILE *file = tmpfile();
	int fd = -1;
	if (file != NULL && fwrite(packed.at, 1, packed.len, file) == packed.len &&
	    fflush(file) == 0)
		fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
	if (file != NULL)
		(void)fclose(file);
	if (fd >= 0)
		(void)lseek(fd, 0, SEEK_SET);
	return fd;
}

/** Run @program with @input; the end of its output to read, and its process. */
static int run_program(const char *program, int input, pid_t *pid)
{
	char *const args[] = {(char *)(uintptr_t)program, NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];
	if (pipe(ends) != 0)
		return -errno;
	(void)fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	int rc = posix_spawn_file_actions_init(&actions);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
	if (rc == 0)
		rc = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	if (rc == 0)
		rc = posix_spawn(pid, program, &actions, NULL, args, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (rc == 0)
		return ends[0];
	close(ends[0]);
	return -rc;
}

static int read_output(int fd, struct growing *to)
{
	char *piece = malloc(READ_STEP);
	int rc = piece == NULL ? -ENOMEM : 0;
	ssize_t n = 1;
	while (rc == 0 && n != 0) {
		n = read(fd, piece, READ_STEP);
		if (n > 0)
			rc = growing_write(to, piece, (size_t)n);
		else if (n < 0 && errno != EINTR)
			rc = -errno;
	}
	free(piece);
	return rc;
}

/* ---- its records ------------------------------------------------------------------------ */

static bool cut_record(struct slice *rest, char *letter, struct slice *bytes)
{
	size_t len = 0;
	if (rest->len < RECORD_HEAD)
		return false;
	for (unsigned i = 0; i < 4; i++)
		len |= (size_t)(unsigned char)rest->at[i + 1] << 8 * i;
	if (len > rest->len - RECORD_HEAD)
		return false;
	*letter = rest->at[0];
	*bytes = (struct slice){rest->at + RECORD_HEAD, len};
	rest->at += RECORD_HEAD + len;
	rest->len -= RECORD_HEAD + len;
	return true;
}

static void name_member(struct member *member, struct slice name)
{
	for (size_t i = name.len; i > 0; i--)
		if (name.at[i - 1] == '/' || name.at[i - 1] == '\\') {
			name.at += i;
			name.len -= i;
			break;
		}
	text_clean(member->name, sizeof(member->name), name);
}

/** The members, in the place of the records: the bytes of one move together. */
static int take_members(struct unpacked *out, const char *shown, struct slice kind,
			struct err *err)
{
	struct slice rest = out->all.data, bytes;
	char *to = (char *)(uintptr_t)rest.at;
	size_t room = 0;
	char letter;
	while (cut_record(&rest, &letter, &bytes)) {
		if (letter == 'Z')
			return 0;
		if (letter == 'E')
			return err_set(
				err, -EINVAL, "%s: %s%.*s that %.*s", shown,
				slice_starts(kind, SLICE("compressed")) ? "a file "
									: "",
				(int)kind.len, kind.at, (int)bytes.len, bytes.at);
		if (letter == 'N' && out->count == room) {
			room = room * 2 + 16;
			struct member *grown =
				realloc(out->members, room * sizeof(*grown));
			if (grown == NULL)
				return err_set(err, -ENOMEM, "%s: out of memory",
					       shown);
			out->members = grown;
		}
		if (letter == 'N') {
			struct member *member = &out->members[out->count++];
			name_member(member, bytes);
			member->bytes = (struct bytes){.data = {to, 0}};
		} else if (letter == 'D' && out->count > 0) {
			memmove(to, bytes.at, bytes.len);
			out->members[out->count - 1].bytes.data.len += bytes.len;
			to += bytes.len;
		}
	}
	return err_set(
		err, -EIO,
		"%s: cannot be unpacked: pitwall-unpack stopped, by its limits of "
		"memory and time or by a defect",
		shown);
}

/** "race.csv" of "race.csv.gz": that a compressed file has no name in it. */
static void name_alone(struct member *member, const char *path)
{
	static const char *const ends[] = {".gz", ".xz", ".zst", ".bz2", ".lz4"};
	struct slice name = slice_of(source_base(path));
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		size_t len = strlen(ends[i]);
		if (name.len > len &&
		    memcmp(name.at + name.len - len, ends[i], len) == 0) {
			name.len -= len;
			break;
		}
	}
	text_clean(member->name, sizeof(member->name), name);
}

int unpack_file(const char *path, const char *shown, struct slice packed,
		struct unpacked *out, struct err *err)
{
	char program[SOURCE_PATH_MAX + 64];
	struct growing records = {NULL, 0, 0};
	pid_t pid = -1;
	int status = 0;
	/* "a zip archive: unpack it first" */
	struct slice words = slice_of(bytes_refused(packed));
	struct slice kind = slice_cut(&words, ':');
	*out = (struct unpacked){.count = 0};
	if (!program_path("pitwall-unpack", program, sizeof(program)))
		return err_set(err, -ENOTSUP,
			       "%s: compressed, or an archive: pitwall-unpack is not "
			       "installed; unpack it first",
			       shown);
	int input = open_input(path, packed);
	int output = input < 0 ? -errno : run_program(program, input, &pid);
	int rc = output < 0 ? output : read_output(output, &records);
	if (input >= 0)
		close(input);
	if (output >= 0)
		close(output);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	out->all = (struct bytes){.data = {records.at, records.len}, .owned = true};
	if (rc != 0)
		rc = err_set(err, rc, "%s: cannot be unpacked: %s", shown,
			     strerror(-rc));
	else
		rc = take_members(out, shown, kind, err);
	if (rc == 0 && out->count == 1 && strcmp(out->members[0].name, "data") == 0)
		name_alone(&out->members[0], path);
	if (rc != 0)
		unpacked_free(out);
	return rc;
}

void unpacked_free(struct unpacked *unpacked)
{
	free(unpacked->members);
	bytes_free(&unpacked->all);
	*unpacked = (struct unpacked){.count = 0};
}
