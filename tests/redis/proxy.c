/*
 * proxy.c -- a bad network between a test and a server: a port that forwards to another
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proxy.h"

enum { PAIRS = 256, A_PIECE = 16 * 1024, LOOK_MS = 5, ENDS = 2 };

/* ends[0]: the client, ends[1]: the server. */
struct pair {
	int ends[ENDS];
};

struct forwarding {
	struct proxy_orders *orders;
	int listener, target, count;
	struct pair pairs[PAIRS];
};

static void die(const char *what)
{
	printf("Bail out! proxy: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

static void rest(int ms)
{
	const struct timespec length = {.tv_sec = ms / 1000,
					.tv_nsec = ms % 1000 * 1000000L};
	nanosleep(&length, NULL);
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){.sin_family = AF_INET,
				    .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void close_pair(struct forwarding *all, int i)
{
	close(all->pairs[i].ends[0]);
	close(all->pairs[i].ends[1]);
	all->pairs[i] = all->pairs[--all->count];
}

static void close_all(struct forwarding *all)
{
	while (all->count)
		close_pair(all, 0);
	atomic_fetch_add(&all->orders->cuts, 1);
}

static void open_pair(struct forwarding *all)
{
	struct sockaddr_in address = loopback(all->target);
	int client = accept(all->listener, NULL, NULL);
	if (client < 0)
		return;
	int server = -1;
	if (!atomic_load(&all->orders->refuse) && all->count < PAIRS)
		server = socket(AF_INET, SOCK_STREAM, 0);
	if (server < 0 ||
	    connect(server, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(client);
		if (server >= 0)
			close(server);
		return;
	}
	all->pairs[all->count++] = (struct pair){{client, server}};
	atomic_fetch_add(&all->orders->opened, 1);
}

static bool send_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

static void flip_some(char *bytes, size_t len, unsigned one_in)
{
	static uint32_t random = 18;
	for (size_t i = 0; i < len; i++) {
		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		if (random % one_in == 0)
			bytes[i] = (char)(random >> 8);
	}
}

/* Forward what came at @from of pair @i. False: its connections are closed. */
static bool forward(struct forwarding *all, int i, int from)
{
	static char bytes[A_PIECE];
	struct proxy_orders *orders = all->orders;
	ssize_t n = recv(all->pairs[i].ends[from], bytes, sizeof(bytes), 0);
	if (n <= 0) {
		close_pair(all, i);
		return false;
	}
	if (atomic_load(&orders->delay_ms))
		rest(atomic_load(&orders->delay_ms));
	if (from == 1 && atomic_load(&orders->swallow))
		return true;
	if (from == 1 && atomic_load(&orders->flip))
		flip_some(bytes, (size_t)n, (unsigned)atomic_load(&orders->flip));
	atomic_llong *cut = from == 0 ? &orders->cut_up : &orders->cut_down;
	long long left = atomic_load(cut);
	bool last = left >= 0 && left <= n;
	size_t len = last ? (size_t)left : (size_t)n;
	atomic_fetch_add(from == 0 ? &orders->up : &orders->down, (long long)len);
	bool sent = send_all(all->pairs[i].ends[1 - from], bytes, len);
	if (last) {
		close_all(all);
		atomic_store(cut, -1);
		return false;
	}
	if (left >= 0)
		atomic_store(cut, left - n);
	if (!sent)
		close_pair(all, i);
	return sent;
}

static void turn(struct forwarding *all)
{
	struct pollfd fds[1 + ENDS * PAIRS];
	bool hold = atomic_load(&all->orders->hold);
	fds[0] = (struct pollfd){.fd = all->listener, .events = POLLIN};
	for (int i = 0; i < all->count; i++)
		for (int end = 0; end < ENDS; end++)
			fds[1 + ENDS * i + end] = (struct pollfd){
				.fd = hold && end == 1 ? -1 : all->pairs[i].ends[end],
				.events = POLLIN};
	poll(fds, (nfds_t)(1 + ENDS * all->count), LOOK_MS);
	/* From the last to the first: a closed pair's place gets one that was done. */
	for (int i = all->count - 1; i >= 0 && i < all->count; i--)
		for (int end = 0; end < ENDS; end++)
			if (fds[1 + ENDS * i + end].revents && !forward(all, i, end))
				break;
	if (fds[0].revents)
		open_pair(all);
	if (atomic_load(&all->orders->cut_now)) {
		close_all(all);
		atomic_store(&all->orders->cut_now, 0);
	}
}

static int listen_somewhere(int *port)
{
	struct sockaddr_in address = loopback(0);
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
	    listen(fd, PAIRS) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		die("no port");
	*port = ntohs(address.sin_port);
	return fd;
}

void proxy_start(struct proxy *proxy, int target)
{
	static struct forwarding all;
	pid_t parent = getpid();
	proxy->orders = mmap(NULL, sizeof(*proxy->orders), PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (proxy->orders == MAP_FAILED)
		die("mmap");
	atomic_store(&proxy->orders->cut_up, -1);
	atomic_store(&proxy->orders->cut_down, -1);
	all = (struct forwarding){.orders = proxy->orders, .target = target};
	all.listener = listen_somewhere(&proxy->port);
	fflush(stdout);
	proxy->pid = fork();
	if (proxy->pid < 0)
		die("fork");
	if (proxy->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			turn(&all);
		_exit(0);
	}
	close(all.listener);
}

void proxy_cut(struct proxy *proxy)
{
	atomic_store(&proxy->orders->cut_now, 1);
	while (atomic_load(&proxy->orders->cut_now))
		rest(1);
}

void proxy_end(struct proxy *proxy)
{
	kill(proxy->pid, SIGKILL);
	waitpid(proxy->pid, NULL, 0);
	munmap(proxy->orders, sizeof(*proxy->orders));
}
