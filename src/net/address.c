/*
 * address.c -- socket addresses, prepared sockets, errors in few words
 */
#include "net_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>

bool address_parse(const char *host, uint16_t port, struct address *out)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	bool any = strcmp(host, "*") == 0;
	if (getaddrinfo(any ? "::" : host, NULL, &hints, &found) != 0)
		return false;
	bool fits = found->ai_addrlen <= sizeof(out->at);
	if (fits) {
		memset(out, 0, sizeof(*out));
		memcpy(&out->at, found->ai_addr, found->ai_addrlen);
		out->len = found->ai_addrlen;
		address_set_port(out, port);
	}
	freeaddrinfo(found);
	return fits;
}

bool address_is_loopback(const struct address *address)
{
	if (address->at.ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)&address->at;
		return ntohl(in->sin_addr.s_addr) >> 24 == 127;
	}
	const struct sockaddr_in6 *in6 = (const void *)&address->at;
	return address->at.ss_family == AF_INET6 &&
	       (IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) ||
		(IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr) &&
		 in6->sin6_addr.s6_addr[12] == 127));
}

bool address_eq(const struct address *a, const struct address *b)
{
	if (a->at.ss_family != b->at.ss_family || address_port(a) != address_port(b))
		return false;
	if (a->at.ss_family == AF_INET) {
		const struct sockaddr_in *x = (const void *)&a->at;
		const struct sockaddr_in *y = (const void *)&b->at;
		return x->sin_addr.s_addr == y->sin_addr.s_addr;
	}
	const struct sockaddr_in6 *x = (const void *)&a->at;
	const struct sockaddr_in6 *y = (const void *)&b->at;
	return memcmp(&x->sin6_addr, &y->sin6_addr, sizeof(x->sin6_addr)) == 0 &&
	       x->sin6_scope_id == y->sin6_scope_id;
}

uint16_t address_port(const struct address *address)
{
	if (address->at.ss_family == AF_INET)
		return ntohs(((const struct sockaddr_in *)(const void *)&address->at)
				     ->sin_port);
	return ntohs(
		((const struct sockaddr_in6 *)(const void *)&address->at)->sin6_port);
}

void address_of_peer(int fd, struct address *out)
{
	*out = (struct address){.len = sizeof(out->at)};
	if (getpeername(fd, (void *)&out->at, &out->len) != 0)
		*out = (struct address){0};
}

void address_set_port(struct address *address, uint16_t port)
{
	if (address->at.ss_family == AF_INET)
		((struct sockaddr_in *)(void *)&address->at)->sin_port = htons(port);
	else
		((struct sockaddr_in6 *)(void *)&address->at)->sin6_port = htons(port);
}

int fd_prepare(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
	    fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) {
#ifdef SO_NOSIGPIPE
		(void)setsockopt(fd, SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int));
#endif
		return fd;
	}
	int error = errno;
	(void)close(fd);
	return -error;
}

static int bind_one(struct address *address, int type)
{
	int fd = net_calls.socket(address->at.ss_family, type, 0);
	if (fd < 0)
		return -errno;
	fd = fd_prepare(fd);
	if (fd < 0)
		return fd;
	if (type == SOCK_STREAM)
		(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (address->at.ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)&address->at;
		int only = !IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr);
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only));
	}
	struct address bound = {.len = sizeof(bound.at)};
	if (bind(fd, (const void *)&address->at, address->len) == 0 &&
	    (type != SOCK_STREAM || listen(fd, 16) == 0) &&
	    getsockname(fd, (void *)&bound.at, &bound.len) == 0) {
		*address = bound;
		return fd;
	}
	int error = errno;
	(void)close(fd);
	return -error;
}

int socket_bind(struct address *address, int type)
{
	const struct sockaddr_in6 *in6 = (const void *)&address->at;
	int fd = bind_one(address, type);
	if (fd >= 0 || address->at.ss_family != AF_INET6 ||
	    !IN6_IS_ADDR_UNSPECIFIED(&in6->sin6_addr) ||
	    (fd != -EAFNOSUPPORT && fd != -EADDRNOTAVAIL))
		return fd;
	/* A machine without IPv6: listen on all IPv4 addresses. */
	struct address four;
	if (!address_parse("0.0.0.0", address_port(address), &four))
		return fd;
	fd = bind_one(&four, type);
	if (fd >= 0)
		*address = four;
	return fd;
}

void socket_tune(int fd)
{
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
#if defined(TCP_KEEPIDLE) && defined(TCP_KEEPINTVL) && defined(TCP_KEEPCNT)
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &(int){10}, sizeof(int));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &(int){5}, sizeof(int));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &(int){3}, sizeof(int));
#endif
}

static const struct {
	int error;
	const char *words;
} reasons[] = {
	{ECONNREFUSED, "connection refused: nothing listens on that port"},
	{ECONNRESET, "the connection was reset"},
	{EPIPE, "the other end closed the connection"},
	{ETIMEDOUT, "no answer"},
	{EHOSTUNREACH, "no route to that host"},
	{ENETUNREACH, "no route to that network"},
	{EADDRINUSE, "another program uses that port"},
	{EADDRNOTAVAIL, "this machine does not have that address"},
	{EAFNOSUPPORT, "this machine does not support that kind of address"},
	{EMFILE, "too many files are open"},
	{ENFILE, "too many files are open on this machine"},
	{EACCES, "permission denied (for a serial port: join its group)"},
	{EPERM, "not permitted"},
	{ENOENT, "no such file or device"},
	{ENXIO, "no such device"},
	{ENODEV, "no such device"},
	{EBUSY, "another program uses it"},
	{EIO, "the device was unplugged"},
};

bool error_passes(int error)
{
#if EAGAIN != EWOULDBLOCK
	if (error == EWOULDBLOCK)
		return true;
#endif
	return error == EAGAIN || error == EINTR;
}

const char *reason_of(int error)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
		if (reasons[i].error == error)
			return reasons[i].words;
	return strerror(error);
}
