/*
 * bytes.c -- files as memory: mapped, or read where they cannot be
 */
/* Anonymous mappings and hints about them are not in POSIX 2008. */
#define _DEFAULT_SOURCE 1
#define _DARWIN_C_SOURCE 1

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/assets.h"

#ifndef MAP_ANONYMOUS
#define MAP_ANONYMOUS MAP_ANON
#endif
#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif

enum {
	READ_FIRST = 64 * 1024,
	HUGE_PAGE = 2 * 1024 * 1024,
	HUGE_FROM = 4 * 1024 * 1024,
};
/* Offsets into a file are 32 bits wide in an event. */
static const uint64_t file_bytes_max = UINT32_MAX;

static int too_large(const char *path, struct err *err)
{
	return err_set(err, -EFBIG,
		       "%s: larger than 4 GiB; one file is to hold one race", path);
}

/* ---- what is not a race -------------------------------------------------------- */

#define PACKETS                                                                        \
	"a capture of network packets, not timing data: `pitwall record` records the " \
	"stream"

/* First bytes of files that people name by mistake. */
static const struct {
	struct slice head;
	const char *words;
	bool packed; /* pitwall-unpack reads it */
} file_kinds[] = {
	{{"\x1f\x8b", 2}, "compressed by gzip: unpack it first (gunzip)", true},
	{{"PK\3\4", 4}, "a zip archive: unpack it first (unzip)", true},
	{{"PK\5\6", 4}, "an empty zip archive", false},
	{{"\xfd"
	  "7zXZ",
	  5},
	 "compressed by xz: unpack it first (unxz)",
	 true},
	{{"\x28\xb5\x2f\xfd", 4}, "compressed by zstd: unpack it first (unzstd)", true},
	{{"BZh", 3}, "compressed by bzip2: unpack it first (bunzip2)", true},
	{{"\x04\x22\x4d\x18", 4}, "compressed by lz4: unpack it first (unlz4)", true},
	{{"7z\xbc\xaf\x27\x1c", 6}, "a 7-Zip archive: unpack it first", true},
	{{"7z\xbc\xaf", 4}, "a 7-Zip archive that is damaged", false},
	{{"Rar!", 4}, "a RAR archive: unpack it first", false},
	{{"\xff\xfe", 2}, "text in UTF-16: save it as UTF-8", false},
	{{"\xfe\xff", 2}, "text in UTF-16: save it as UTF-8", false},
	{{"%PDF", 4},
	 "a PDF document, not timing data: open the lap file that is published beside "
	 "it "
	 "(CSV)",
	 false},
	{{"\xd0\xcf\x11\xe0", 4}, "an old Office document: export it as CSV", false},
	{{"{\\rtf", 5}, "a text document (RTF): save it as plain text or CSV", false},
	{{"\x7f"
	  "ELF",
	  4},
	 "a program, not timing data",
	 false},
	{{"MZ\x90\0", 4}, "a program, not timing data", false},
	{{"\x89PNG", 4}, "a picture, not timing data", false},
	{{"\xff\xd8\xff", 3}, "a picture, not timing data", false},
	{{"GIF8", 4}, "a picture, not timing data", false},
	{{"RIFF", 4}, "a picture, a sound or a film, not timing data", false},
	{{"ID3", 3}, "a sound, not timing data", false},
	{{"OggS", 4}, "a sound or a film, not timing data", false},
	{{"fLaC", 4}, "a sound, not timing data", false},
	{{"\x1a\x45\xdf\xa3", 4}, "a film, not timing data", false},
	{{"\xd4\xc3\xb2\xa1", 4}, PACKETS, false},
	{{"\xa1\xb2\xc3\xd4", 4}, PACKETS, false},
	{{"\x4d\x3c\xb2\xa1", 4}, PACKETS, false},
	{{"\xa1\xb2\x3c\x4d", 4}, PACKETS, false},
	{{"\x0a\x0d\x0d\x0a", 4}, PACKETS, false},
	{{"\0\0\0\0\0\0\0\0", 8}, "zero bytes, not timing data", false},
};

/* Text that is a page of the web: blanks and a comment may come before. */
static bool is_page(struct slice bytes)
{
	static const char *const begins[] = {"<!doctype html", "<html",
					     "<head",          "<!DOCTYPE HTML",
					     "<!DOCTYPE html", "<HTML"};
	if (bytes.len > 512)
		bytes.len = 512;
	bytes = slice_trim(bytes);
	if (slice_starts(bytes, SLICE("\xef\xbb\xbf")))
		bytes = slice_trim((struct slice){bytes.at + 3, bytes.len - 3});
	for (size_t i = 0; i < ARRAY_LEN(begins); i++)
		if (slice_starts(bytes, slice_of(begins[i])))
			return true;
	return false;
}

static const char *kind_refused(struct slice bytes, bool *packed)
{
	*packed = false;
	for (size_t i = 0; i < ARRAY_LEN(file_kinds); i++)
		if (slice_starts(bytes, file_kinds[i].head)) {
			*packed = file_kinds[i].packed;
			return file_kinds[i].words;
		}
	if (bytes.len >= 12 && memcmp(bytes.at + 4, "ftyp", 4) == 0)
		return "a film or a sound, not timing data";
	if (bytes.len >= 512 && memcmp(bytes.at + 257, "ustar", 5) == 0) {
		*packed = true;
		return "a tar archive: unpack it first (tar xf)";
	}
	if (slice_starts(bytes, SLICE("<?xml")) || slice_starts(bytes, SLICE("<svg")))
		return "XML, which is no format of this version: open the laps as CSV "
		       "or JSON";
	if (is_page(bytes))
		return "a page of the web (HTML), not timing data: save the CSV or "
		       "JSON "
		       "that it links to";
	/* UTF-16 without a mark: Latin letters with zeros between. */
	for (size_t zero = 0; zero < 2; zero++) {
		size_t i = 0;
		while (i < 8 && i < bytes.len &&
		       (bytes.at[i] == '\0') == (i % 2 == zero))
			i++;
		if (i == 8)
			return "text in UTF-16: save it as UTF-8";
	}
	return NULL;
}

/* @out->packed: what is packed is taken, and stays marked. */
static int refuse_kind(struct slice bytes, const char *path, struct bytes *out,
		       struct err *err)
{
	bool packed;
	const char *words = kind_refused(bytes, &packed);
	if (packed && out->packed)
		return 0;
	out->packed = false;
	return words == NULL ? 0 : err_set(err, -EINVAL, "%s: %s", path, words);
}

const char *bytes_refused(struct slice bytes)
{
	bool packed;
	return kind_refused(bytes, &packed);
}

/* ---- reading -------------------------------------------------------------------- */

static int read_all(int fd, const char *path, struct bytes *out, struct err *err)
{
	size_t len = 0, cap = READ_FIRST;
	char *data = malloc(cap);
	ssize_t n = -1;
	errno = ENOMEM;
	while (data != NULL && (n = read(fd, data + len, cap - len)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		len += (size_t)n;
		if (len < READ_FIRST && len < cap)
			continue;
		if (len - (size_t)n < READ_FIRST &&
		    refuse_kind((struct slice){data, len}, path, out, err) != 0) {
			free(data);
			return -EINVAL;
		}
		if (len < cap)
			continue;
		char *grown = cap > file_bytes_max / 2 ? NULL : realloc(data, cap * 2);
		if (grown == NULL) {
			free(data);
			return cap > file_bytes_max / 2
				       ? too_large(path, err)
				       : err_set(err, -ENOMEM, "%s: out of memory",
						 path);
		}
		data = grown;
		cap *= 2;
	}
	if (n < 0) {
		int code = errno;
		free(data);
		return err_set(err, -code, "%s: cannot be read: %s", path,
			       strerror(code));
	}
	if (len < READ_FIRST &&
	    refuse_kind((struct slice){data, len}, path, out, err) != 0) {
		free(data);
		return -EINVAL;
	}
	*out = (struct bytes){
		.data = {data, len}, .owned = true, .packed = out->packed};
	return 0;
}

static int map_file(int fd, const char *path, size_t size, struct bytes *out,
		    struct err *err)
{
	void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return read_all(fd, path, out, err);
	if (refuse_kind((struct slice){at, size}, path, out, err) != 0) {
		munmap(at, size);
		return -EINVAL;
	}
	*out = (struct bytes){
		.data = {at, size}, .mapped = true, .packed = out->packed};
	return 0;
}

/** A device has no end: /dev/zero, /dev/urandom. */
static int refuse_device(const struct stat *st, const char *path, struct err *err)
{
	struct stat null;
	bool empty = stat("/dev/null", &null) == 0 && null.st_rdev == st->st_rdev;
	if (!S_ISBLK(st->st_mode) && (!S_ISCHR(st->st_mode) || empty))
		return 0;
	return err_set(err, -EINVAL, "%s: a device, not a file", path);
}

static int load_fd(int fd, const char *path, struct bytes *out, struct err *err)
{
	struct stat st;
	if (fstat(fd, &st) != 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return err_set(err, -EISDIR, "%s: a folder; name a file in it", path);
	if (isatty(fd) == 0 && refuse_device(&st, path, err) != 0)
		return -EINVAL;
	if (!S_ISREG(st.st_mode))
		return read_all(fd, path, out, err);
	if ((uint64_t)st.st_size > file_bytes_max)
		return too_large(path, err);
	/* Files of /proc say that they are empty and are not. */
	if (st.st_size == 0)
		return read_all(fd, path, out, err);
	return map_file(fd, path, (size_t)st.st_size, out, err);
}

/** A serial line is opened without waiting for its carrier, to say what it is. */
static int refuse_terminal(const char *path, struct err *err)
{
	struct stat st;
	if (stat(path, &st) != 0 || !S_ISCHR(st.st_mode))
		return 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool terminal = fd >= 0 && isatty(fd) != 0;
	if (fd >= 0)
		close(fd);
	if (!terminal)
		return 0;
	return err_set(err, -ENOTSUP,
		       "%s: a serial line or terminal is live: file:%s?feed=NAME "
		       "names it for the console, `pitwall record` and `pitwall serve`",
		       path, path);
}

static int load_path(const char *path, struct bytes *out, struct err *err)
{
	if (strcmp(path, "-") == 0)
		return load_fd(STDIN_FILENO, "standard input", out, err);
	int rc = refuse_terminal(path, err);
	if (rc != 0)
		return rc;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	rc = load_fd(fd, path, out, err);
	close(fd);
	return rc;
}

int bytes_load(const char *path, struct bytes *out, struct err *err)
{
	struct bytes loaded = {0};
	int rc = load_path(path, &loaded, err);
	if (rc == 0)
		*out = loaded;
	return rc;
}

int bytes_load_packed(const char *path, struct bytes *out, struct err *err)
{
	struct bytes loaded = {.packed = true};
	int rc = load_path(path, &loaded, err);
	if (rc == 0)
		*out = loaded;
	return rc;
}

int bytes_load_optional(const char *path, size_t max, struct bytes *out,
			struct err *err)
{
	struct stat st;
	*out = (struct bytes){0};
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return 0;
	if ((uint64_t)st.st_size > max)
		return err_set(err, -EFBIG, "%s: larger than %zu bytes", path, max);
	return bytes_load(path, out, err);
}

void bytes_fetch(const struct bytes *bytes)
{
#ifdef MADV_POPULATE_READ
	if (bytes->mapped)
		(void)madvise((void *)(uintptr_t)bytes->data.at, bytes->data.len,
			      MADV_POPULATE_READ);
#else
	(void)bytes;
#endif
}

void bytes_free(struct bytes *bytes)
{
	if (bytes->mapped)
		munmap((void *)(uintptr_t)bytes->data.at, bytes->data.len);
	if (bytes->owned)
		free((void *)(uintptr_t)bytes->data.at);
	*bytes = (struct bytes){0};
}

static size_t mapped_size(size_t size)
{
	return size < HUGE_FROM ? size
				: (size + HUGE_PAGE - 1) & ~((size_t)HUGE_PAGE - 1);
}

/** A mapping that begins and ends with a large page, its first @dense bytes made of
 * nothing else: a fault for each small one costs as much as folding its events. A last
 * page that is dense only in part is mostly not touched. */
static void *map_huge(size_t size, size_t dense)
{
	char *at = mmap(NULL, size + HUGE_PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (at == MAP_FAILED)
		return NULL;
	size_t over = (uintptr_t)at & (HUGE_PAGE - 1);
	size_t head = over == 0 ? 0 : HUGE_PAGE - over;
	if (head > 0)
		munmap(at, head);
	if (head < HUGE_PAGE)
		munmap(at + head + size, HUGE_PAGE - head);
#ifdef MADV_HUGEPAGE
	(void)madvise(at + head, dense & ~((size_t)HUGE_PAGE - 1), MADV_HUGEPAGE);
#else
	(void)dense;
#endif
	return at + head;
}

void *memory_map(size_t size, size_t dense)
{
	if (size > SIZE_MAX - 2 * (size_t)HUGE_PAGE)
		return NULL;
	if (dense >= HUGE_FROM)
		return map_huge(mapped_size(size), dense);
	void *at = mmap(NULL, mapped_size(size), PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}

void memory_free(void *memory, size_t size)
{
	if (memory != NULL)
		munmap(memory, mapped_size(size));
}
