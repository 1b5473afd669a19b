/*
 * calls.c -- net_calls as the system provides them (net.h)
 */
#include "net_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* such systems have SO_NOSIGPIPE (address.c) */
#endif

/* A clock that cannot be read stays at 0. */
static int64_t call_clock(void)
{
	static _Thread_local int64_t last;
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) == 0)
		last = (int64_t)now.tv_sec * US_S + now.tv_nsec / 1000;
	return last;
}

/* The number of the machine's start: another one after a reboot, whose clock begins anew.
 * Without one, each process has its own. */
static int64_t start_number(void)
{
	char id[64];
	struct timespec now = {0};
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, id, sizeof(id)) : -1;
	if (fd >= 0)
		(void)close(fd);
	if (n <= 0) {
		(void)clock_gettime(CLOCK_REALTIME, &now);
		text_format(id, sizeof(id), "%ld %lld %ld", (long)getpid(),
			    (long long)now.tv_sec, now.tv_nsec);
		n = (ssize_t)strlen(id);
	}
	return (int64_t)(hash_bytes(id, (size_t)n, 1) % 0x7fff + 1);
}

static int64_t call_steady(void)
{
	static int64_t start;
	struct timespec now;
#ifdef CLOCK_BOOTTIME
	/* It counts while the machine sleeps. */
	const clockid_t clock = CLOCK_BOOTTIME;
#else
	const clockid_t clock = CLOCK_MONOTONIC;
#endif
	if (start == 0)
		start = start_number();
	if (clock_gettime(clock, &now) != 0)
		return 0;
	return start * ((int64_t)1 << 48) + (int64_t)now.tv_sec * US_S +
	       now.tv_nsec / 1000;
}

static int call_socket(int domain, int type, int protocol)
{
	return socket(domain, type, protocol);
}

static int call_connect(int fd, const void *address, unsigned len)
{
	return connect(fd, address, (socklen_t)len);
}

static ptrdiff_t call_read(int fd, void *to, size_t size)
{
	return read(fd, to, size);
}

/* A closed peer must not end the program by SIGPIPE. */
static ptrdiff_t call_write(int fd, const void *from, size_t size)
{
	ssize_t n = send(fd, from, size, MSG_NOSIGNAL);
	return n < 0 && errno == ENOTSOCK ? write(fd, from, size) : n;
}

static int call_accept(int fd)
{
	return accept(fd, NULL, NULL);
}

static ptrdiff_t call_read_from(int fd, void *to, size_t size, void *address,
				unsigned *len)
{
	socklen_t room = (socklen_t)*len;
	ssize_t n = recvfrom(fd, to, size, 0, address, &room);
	if (n >= 0)
		*len = (unsigned)room;
	return n;
}

struct net_calls net_calls = {
	.clock = call_clock,
	.steady = call_steady,
	.socket = call_socket,
	.connect = call_connect,
	.read = call_read,
	.write = call_write,
	.accept = call_accept,
	.read_from = call_read_from,
};
