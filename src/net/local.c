/*
 * local.c -- messages between processes of one user on this machine
 *
 *  (1) A socket of sequenced packets: a message arrives whole or not at all.
 *  (2) Nothing blocks: a message that cannot be taken now is not sent.
 *  (3) The name of a listening socket is private to its user; other users are refused.
 *  (4) A name may be longer than the room for it in an address: then it is reached
 *      through its folder.
 *  (5) A name on which a process listens is not taken from it.
 */
#include "net_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#ifndef SOCK_SEQPACKET
#error "local sockets need SOCK_SEQPACKET"
#endif

/* Consoles that wait while their recorder starts. */
enum { LOCAL_QUEUE = 128 };

int net_local_pair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fds) != 0)
		return -errno;
	int rc = fd_prepare(fds[0]);
	if (rc < 0) {
		close(fds[1]);
		return rc;
	}
	rc = fd_prepare(fds[1]);
	if (rc < 0)
		close(fds[0]);
	return rc < 0 ? rc : 0;
}

/** (4) @folder: the descriptor to close afterwards, or -1. */
static int local_address(const char *path, struct sockaddr_un *out, int *folder)
{
	const char *slash = strrchr(path, '/');
	*out = (struct sockaddr_un){.sun_family = AF_UNIX};
	*folder = -1;
	if (strlen(path) < sizeof(out->sun_path)) {
		(void)text_format(out->sun_path, sizeof(out->sun_path), "%s", path);
		return 0;
	}
	char name[1024];
	if (slash == NULL || (size_t)(slash - path) >= sizeof(name))
		return -ENAMETOOLONG;
	(void)text_format(name, sizeof(name), "%.*s", (int)(slash - path), path);
	*folder = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*folder < 0)
		return -errno;
	(void)text_format(name, sizeof(name), "/proc/self/fd/%d/%s", *folder,
			  slash + 1);
	if (strlen(name) < sizeof(out->sun_path)) {
		(void)text_format(out->sun_path, sizeof(out->sun_path), "%s", name);
		return 0;
	}
	close(*folder);
	*folder = -1;
	return -ENAMETOOLONG;
}

/** (5) */
static bool local_listens(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	if (fd < 0)
		return false;
	/* With a full queue connect() would wait. */
	bool listens = fd_prepare(fd) >= 0 &&
		       (connect(fd, (const struct sockaddr *)at, sizeof(*at)) == 0 ||
			errno == EAGAIN);
	close(fd);
	return listens;
}

static bool same_user(int fd)
{
#ifdef SO_PEERCRED
	struct {
		pid_t pid;
		uid_t uid;
		gid_t gid;
	} peer;
	socklen_t len = sizeof(peer);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    len != sizeof(peer))
		return false;
	return peer.uid == geteuid() || peer.uid == 0;
#else
	(void)fd;
	return true; /* the mode of the name decides */
#endif
}

int net_local_listen(const char *path)
{
	struct sockaddr_un at;
	int folder;
	int rc = local_address(path, &at, &folder);
	if (rc != 0)
		return rc;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	rc = fd < 0 ? -errno : fd_prepare(fd);
	if (rc >= 0) {
		mode_t before = umask(0177); /* (3) */
		struct stat st;
		/* Of a process that was killed. What else has this name stays. */
		if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode) &&
		    !local_listens(&at))
			(void)unlink(path);
		if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) != 0 ||
		    listen(fd, LOCAL_QUEUE) != 0) {
			rc = -errno;
			close(fd);
		}
		(void)umask(before);
	}
	if (folder >= 0)
		close(folder);
	return rc < 0 ? rc : fd;
}

int net_local_connect(const char *path)
{
	struct sockaddr_un at;
	int folder;
	int rc = local_address(path, &at, &folder);
	if (rc != 0)
		return rc;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	rc = fd < 0 ? -errno : fd_prepare(fd);
	if (rc >= 0 && connect(fd, (const struct sockaddr *)&at, sizeof(at)) != 0) {
		rc = -errno;
		close(fd);
	}
	if (folder >= 0)
		close(folder);
	if (rc >= 0 && !same_user(fd)) {
		rc = -EPERM;
		close(fd);
	}
	return rc < 0 ? rc : fd;
}

int net_local_accept(int listening)
{
	int fd = accept(listening, NULL, NULL);
	if (fd < 0)
		return -errno;
	int rc = fd_prepare(fd);
	if (rc >= 0 && !same_user(fd)) {
		rc = -EPERM;
		close(fd);
	}
	return rc < 0 ? rc : fd;
}

void net_local_end(int fd)
{
	(void)shutdown(fd, SHUT_RDWR);
	(void)close(fd);
}

bool net_local_send(int fd, struct slice message)
{
	return send(fd, message.at, message.len, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       (ssize_t)message.len;
}

ptrdiff_t net_local_receive(int fd, void *to, size_t size)
{
	ssize_t n = recv(fd, to, size, MSG_DONTWAIT);
	if (n >= 0)
		return n;
	return error_passes(errno) ? -EAGAIN : -errno;
}
