/*
 * unpack.c -- pitwall-unpack: what is in a compressed file or an archive, for pitwall to read
 *
 * The file is standard input; standard output gets records: a letter, a length of four bytes (little-endian)
 * and as many bytes. N: the name of a member begins it; D: bytes of it; E: a sentence why nothing
 * is read, the last record; Z: the end.
 *
 *  (1) A program of its own: libraries of five formats cost pitwall neither time at its start nor
 *      trust. It has no files but these two, and no system calls to open more.
 *  (2) What a hostile archive could do is bounded: bytes, members, memory, time. Nothing is written to
 *      a file, whatever the names of members are.
 */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/sandbox.h"

/* A sanitizer maps more memory than any limit. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

enum { MEMBERS_MAX = 200 * 1000, NAME_MAX_BYTES = 255, PIECE = 64 * 1024 };
/* A race of 24 hours is a tenth of it. */
static const uint64_t unpacked_max = (uint64_t)1 << 29;
static const rlim_t memory_max = (rlim_t)1 << 30, seconds_max = 120;

static void put_record(char letter, const void *bytes, size_t len)
{
	unsigned char head[5] = {(unsigned char)letter};
	for (unsigned i = 0; i < 4; i++)
		head[i + 1] = (unsigned char)(len >> 8 * i);
	if (fwrite(head, 1, sizeof(head), stdout) != sizeof(head) ||
	    (len > 0 && fwrite(bytes, 1, len, stdout) != len))
		exit(EXIT_FAILURE);
}

static int end_with(const char *sentence)
{
	put_record('E', sentence, strlen(sentence));
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void limit(int what, rlim_t most)
{
	const struct rlimit limit = {most, most};
	(void)setrlimit(what, &limit);
}

/* (2) */
static void enter_sandbox(rlim_t mapped)
{
#ifdef SANITIZED
	(void)mapped;
	(void)memory_max;
#else
	limit(RLIMIT_AS, mapped + memory_max);
#endif
	limit(RLIMIT_CPU, seconds_max);
	limit(RLIMIT_CORE, 0);
	sandbox_files(NULL);
	(void)sandbox_enter(SANDBOX_DECODE);
}

/* A zip file that is damaged must not be read as bytes without a format. */
static struct archive *reader_for(struct slice file)
{
	struct archive *a = archive_read_new();
	if (!a)
		return NULL;
	if (slice_starts(file, SLICE("PK"))) {
		archive_read_support_format_zip(a);
		return a;
	}
	if (slice_starts(file, SLICE("7z"))) {
		archive_read_support_format_7zip(a);
		return a;
	}
	archive_read_support_filter_gzip(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_bzip2(a);
	archive_read_support_filter_lz4(a);
	archive_read_support_format_tar(a);
	archive_read_support_format_empty(a);
	archive_read_support_format_raw(a);
	return a;
}

/* Why a member is not read; NULL: it is. */
static const char *member_refused(struct archive_entry *entry, const char *name)
{
	if (archive_entry_is_encrypted(entry))
		return "is encrypted: unpack it with its password first";
	if (!name || name[0] == '\0' || strlen(name) > NAME_MAX_BYTES)
		return "has a member without a name, or with a name that is too long";
	if (name[0] == '/' || strstr(name, "../") || strstr(name, "..\\"))
		return "has a member that would be written outside of its folder: not "
		       "an archive of a race";
	return NULL;
}

/* Returns why it stopped, or NULL at the end of the member. */
static const char *copy_member(struct archive *a, uint64_t *total)
{
	static char piece[PIECE];
	for (;;) {
		la_ssize_t n = archive_read_data(a, piece, sizeof(piece));
		if (n == 0)
			return NULL;
		if (n < 0)
			return archive_read_has_encrypted_entries(a) > 0
				       ? "is encrypted: unpack it with its password "
					 "first"
				       : "is damaged or cut off: nothing is read of it";
		*total += (uint64_t)n;
		if (*total > unpacked_max)
			return "expands to more than 512 MiB: not an archive of a race";
		put_record('D', piece, (size_t)n);
	}
}

static const char *copy_all(struct archive *a)
{
	struct archive_entry *entry;
	uint64_t total = 0;
	unsigned members = 0;
	int rc;
	while ((rc = archive_read_next_header(a, &entry)) == ARCHIVE_OK ||
	       rc == ARCHIVE_WARN) {
		const char *name = archive_entry_pathname(entry);
		if (archive_entry_filetype(entry) != AE_IFREG &&
		    archive_entry_filetype(entry) != 0)
			continue;
		/* The first bytes are of a compression, the next are not. */
		if (archive_format(a) == ARCHIVE_FORMAT_RAW &&
		    archive_filter_code(a, 0) == ARCHIVE_FILTER_NONE)
			break;
		const char *why = member_refused(entry, name);
		if (why)
			return why;
		if (++members > MEMBERS_MAX)
			return "has more than 200,000 members: not an archive of a "
			       "race";
		put_record('N', name, strlen(name));
		why = copy_member(a, &total);
		if (why)
			return why;
	}
	if (rc == ARCHIVE_EOF && members == 0)
		return (archive_format(a) & ARCHIVE_FORMAT_BASE_MASK) ==
				       ARCHIVE_FORMAT_TAR
			       ? "holds zero bytes or no file: not timing data"
			       : "is empty";
	if (rc == ARCHIVE_EOF)
		return NULL;
	return archive_read_has_encrypted_entries(a) > 0
		       ? "is encrypted: unpack it with its password first"
		       : "is damaged or cut off: nothing is read of it";
}

/* The bytes of the file; {NULL, 0} where it is none. */
static struct slice map_input(void)
{
	struct stat st;
	if (fstat(STDIN_FILENO, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0)
		return (struct slice){NULL, 0};
	size_t size = (size_t)st.st_size;
	void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, STDIN_FILENO, 0);
	return at == MAP_FAILED ? (struct slice){NULL, 0} : (struct slice){at, size};
}

int main(int argc, char **argv)
{
	static char written[PIECE];
	if (argc > 1) {
		bool help = strcmp(argv[1], "--help") == 0;
		fputs("usage: pitwall-unpack < FILE\n\nunpack a compressed file or an "
		      "archive: pitwall runs it, see pitwall-unpack(1)\n",
		      help ? stdout : stderr);
		return help ? EXIT_SUCCESS : 2;
	}
	struct slice file = map_input();
	struct archive *a = file.len > 0 ? reader_for(file) : NULL;
	/* The sandbox has no calls to ask what a file is. */
	(void)setvbuf(stdout, written, _IOFBF, sizeof(written));
	enter_sandbox(file.len);
	if (!a || archive_read_open_memory(a, file.at, file.len) != ARCHIVE_OK)
		return end_with("is damaged: nothing is read of it");
	const char *why = copy_all(a);
	archive_read_free(a);
	if (why)
		return end_with(why);
	put_record('Z', "", 0);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
