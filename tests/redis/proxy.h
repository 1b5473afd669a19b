/*
 * proxy.h -- a bad network between a test and a server: a port that forwards to another
 *
 * A process of its own, which ends with the test. It forwards bytes until the test says
 * otherwise; every order holds for all connections.
 */
#ifndef PITWALL_TEST_REDIS_PROXY_H
#define PITWALL_TEST_REDIS_PROXY_H

#include <stdatomic.h>
#include <sys/types.h>

/* Orders of the test and counts of the proxy, in memory that both share. "Up" is to the
 * server. */
struct proxy_orders {
	/* Forward so many bytes more, then close all connections; negative: no cut. It is
	 * negative again behind the cut. */
	atomic_llong cut_up, cut_down;
	atomic_int cut_now;  /* 1: close all connections; 0 again when it is done */
	atomic_int refuse;   /* close every new connection at once */
	atomic_int swallow;  /* read what the server sends, and forward none of it */
	atomic_int hold;     /* read nothing that the server sends */
	atomic_int delay_ms; /* wait so long before each piece that is forwarded */
	atomic_int flip; /* change one byte in so many that the server sends; 0: none */
	atomic_llong up, down; /* bytes that were forwarded */
	atomic_int opened, cuts;
};

struct proxy {
	pid_t pid;
	int port; /* of the loopback */
	struct proxy_orders *orders;
};

/** Start a proxy to @target of the loopback. Any failure ends the test. */
void proxy_start(struct proxy *proxy, int target);
/** Close all connections now, and wait until they are. */
void proxy_cut(struct proxy *proxy);
void proxy_end(struct proxy *proxy);

#endif
