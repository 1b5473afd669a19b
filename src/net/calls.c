/*
 * calls.c -- net_calls as the system provides them (net.h)
 */
#include "net_parts.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0 /* such systems have SO_NOSIGPIPE (address.c) */
#endif

static int64_t call_clock(void)
{
	struct timespec now;
	if (clock_gettime(CLOCK_REALTIME, &now) != 0)
		return INSTANT_NONE;
	return (int64_t)now.tv_sec * US_S + now.tv_nsec / 1000;
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
	.socket = call_socket,
	.connect = call_connect,
	.read = call_read,
	.write = call_write,
	.accept = call_accept,
	.read_from = call_read_from,
};
