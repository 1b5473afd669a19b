/*
 * failing.c -- pitwall in which one call fails: linked with --wrap in front of the C library
 *
 * FAIL_CALL=NAME FAIL_NTH=N: the Nth call of NAME fails as if memory, disk, descriptors or
 * processes had run out. FAIL_DONE=FILE: created when it did, so that whoever counts N up
 * knows when there are no more calls. Children count their own calls.
 *
 * FAIL_SIGNAL=NUMBER: the Nth call does not fail; the signal comes after it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool signal_due;

static bool fails(const char *call)
{
	static unsigned count;
	const char *chosen = getenv("FAIL_CALL"), *nth = getenv("FAIL_NTH");
	const char *done = getenv("FAIL_DONE");
	if (!chosen || !nth || strcmp(call, chosen) != 0 ||
	    ++count != (unsigned)strtoul(nth, NULL, 10))
		return false;
	int fd = done ? open(done, O_WRONLY | O_CREAT, 0600) : -1;
	if (fd >= 0)
		close(fd);
	signal_due = getenv("FAIL_SIGNAL") != NULL;
	return !signal_due;
}

static void signalled(void)
{
	int before = errno;
	if (!signal_due)
		return;
	signal_due = false;
	raise((int)strtol(getenv("FAIL_SIGNAL"), NULL, 10));
	errno = before;
}

#define WRAP(type_, name_, failure_, code_, list_, args_) \
	type_ __real_##name_ list_;                       \
	type_ __wrap_##name_ list_;                       \
	type_ __wrap_##name_ list_                        \
	{                                                 \
		if (!fails(#name_)) {                     \
			type_ is = __real_##name_ args_;  \
			signalled();                      \
			return is;                        \
		}                                         \
		errno = (code_);                          \
		return failure_;                          \
	}

WRAP(void *, malloc, NULL, ENOMEM, (size_t n), (n))
WRAP(void *, calloc, NULL, ENOMEM, (size_t n, size_t size), (n, size))
WRAP(void *, realloc, NULL, ENOMEM, (void *p, size_t n), (p, n))
WRAP(char *, strdup, NULL, ENOMEM, (const char *s), (s))
WRAP(void *, mmap64, MAP_FAILED, ENOMEM,
     (void *at, size_t n, int prot, int flags, int fd, off_t from),
     (at, n, prot, flags, fd, from))
WRAP(ssize_t, read, -1, EIO, (int fd, void *to, size_t n), (fd, to, n))
WRAP(ssize_t, pread64, -1, EIO, (int fd, void *to, size_t n, off_t from),
     (fd, to, n, from))
WRAP(ssize_t, write, -1, ENOSPC, (int fd, const void *from, size_t n), (fd, from, n))
WRAP(int, fsync, -1, EIO, (int fd), (fd))
WRAP(int, stat64, -1, EACCES, (const char *path, struct stat *st), (path, st))
WRAP(int, fstat64, -1, EIO, (int fd, struct stat *st), (fd, st))
WRAP(int, rename, -1, EIO, (const char *from, const char *to), (from, to))
WRAP(int, poll, -1, ENOMEM, (struct pollfd * fds, nfds_t n, int ms), (fds, n, ms))
WRAP(int, socket, -1, EMFILE, (int domain, int type, int protocol),
     (domain, type, protocol))
WRAP(int, socketpair, -1, EMFILE, (int domain, int type, int protocol, int fds[2]),
     (domain, type, protocol, fds))
WRAP(int, bind, -1, EADDRINUSE, (int fd, const struct sockaddr *at, socklen_t n),
     (fd, at, n))
WRAP(int, listen, -1, EADDRINUSE, (int fd, int n), (fd, n))
WRAP(int, accept, -1, EMFILE, (int fd, struct sockaddr *at, socklen_t *n), (fd, at, n))
WRAP(int, connect, -1, ECONNREFUSED, (int fd, const struct sockaddr *at, socklen_t n),
     (fd, at, n))
WRAP(ssize_t, send, -1, ECONNRESET, (int fd, const void *from, size_t n, int flags),
     (fd, from, n, flags))
WRAP(ssize_t, recv, -1, ECONNRESET, (int fd, void *to, size_t n, int flags),
     (fd, to, n, flags))
WRAP(pid_t, fork, -1, EAGAIN, (void), ())
WRAP(int, memfd_create, -1, EMFILE, (const char *name, unsigned flags), (name, flags))
WRAP(int, eventfd, -1, EMFILE, (unsigned n, int flags), (n, flags))
WRAP(int, clock_gettime, -1, EINVAL, (clockid_t id, struct timespec *t), (id, t))

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
	mode_t mode = 0;
	if (flags & O_CREAT) {
		va_list args;
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
	}
	if (fails("open64")) {
		errno = EMFILE;
		return -1;
	}
	int fd = __real_open64(path, flags, mode);
	signalled();
	return fd;
}
