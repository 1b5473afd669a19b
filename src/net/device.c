/*
 * device.c -- serial ports, FIFOs and standard input as sources
 */
#include "net_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_device(const char *path)
{
	int flags = O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	struct stat st;
	bool fifo = stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
	int fd = open(path, flags | (fifo ? O_RDONLY : O_RDWR));
	if (fd < 0 && (errno == EACCES || errno == EROFS))
		fd = open(path, flags | O_RDONLY);
	return fd < 0 ? -errno : fd;
}

static void device_start(struct net_source *source)
{
	if (source->url.kind == NET_STDIN) {
		link_up(&source->links[0], STDIN_FILENO, true);
		return;
	}
	int fd = open_device(source->url.path);
	if (fd < 0) {
		source_failed(source, reason_of(-fd));
		return;
	}
	struct stat st;
	int rc = fstat(fd, &st) != 0 ? -errno : 0;
	if (rc == 0 && (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))) {
		(void)close(fd);
		source_failed(source, "a regular file or a folder, not a live source");
		return;
	}
	bool tty = rc == 0 && isatty(fd) == 1;
	if (tty)
		rc = serial_setup(fd, source->url.baud);
	if (rc != 0) {
		(void)close(fd);
		source_failed(source, reason_of(-rc));
		return;
	}
	ev_timer_stop(source->loop, &source->lived);
	ev_timer_start(source->loop, &source->lived);
	source->links[0].tty = tty;
	link_up(&source->links[0], fd, false);
}

static void device_stop(struct net_source *source)
{
	(void)source;
}

const struct transport transport_device = {
	.start = device_start,
	.stop = device_stop,
};
