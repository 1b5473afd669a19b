/*
 * server.h -- a redis-server for a test: started, hurt, restarted and ended
 *
 * Debian's redis-server on a free port of the loopback, in a folder of its own. It ends
 * with the thread that started it, also when the test is killed.
 */
#ifndef PITWALL_TEST_REDIS_SERVER_H
#define PITWALL_TEST_REDIS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <hiredis/hiredis.h>

#include "../scratch.h"

struct redis_server_options {
	const char *fsync;     /* "everysec", "always", "no"; NULL: no AOF */
	const char *maxmemory; /* "3mb"; NULL: no limit */
	const char *users;     /* lines of an ACL file; NULL: everybody may do all */
	const char *more; /* lines of redis.conf before ours, which win; NULL: none */
};

struct redis_server {
	struct redis_server_options options;
	pid_t pid; /* 0: not running */
	int port;
	char folder[SCRATCH_MAX];
	/* Reads and writes of the test itself, as this user; "": the default user. */
	char user[64], password[64];
	redisContext *link;
};

/** assets/redis/users.acl with a password for each user, its name; of @user, @password
 * instead. NULL, NULL: of none. Valid until the next call. */
const char *redis_server_users(const char *user, const char *password);
/** Give the server these users while it runs: it ends their connections. */
void redis_server_users_load(struct redis_server *server, const char *users);
/** False: there is no redis-server here; that the test is skipped was printed. */
bool redis_server_present(void);
/** The seed of random instants, which is printed: $PITWALL_SEED, or 18. */
unsigned long long redis_server_seed(void);
/** Start on a free port in a new folder, and wait until it answers. Any failure ends the
 * test. The strings of @options are kept by reference. */
void redis_server_start(struct redis_server *server,
			const struct redis_server_options *options);
/** Start again in the same folder on the same port; waits until it answers PONG. */
void redis_server_restart(struct redis_server *server);
/** The same, but returns as soon as it answers anything, LOADING too. */
void redis_server_boot(struct redis_server *server);
/** kill -9, and wait for its end. */
void redis_server_kill(struct redis_server *server);
/** SIGTERM, and wait for its end. */
void redis_server_stop(struct redis_server *server);
/** SIGSTOP and SIGCONT: it holds its connections and answers nothing. */
void redis_server_freeze(struct redis_server *server);
void redis_server_thaw(struct redis_server *server);
/** Wait until it has ended by itself; false: still there after @seconds. */
bool redis_server_gone(struct redis_server *server, int seconds);
/** 5 ms, between two looks at something that must come. */
void redis_server_nap(void);
/** The test itself connects as this user from now on; "" and "": without a login. */
void redis_server_login(struct redis_server *server, const char *user,
			const char *password);
/** Kill it and remove its folder. */
void redis_server_end(struct redis_server *server);

/** Its files may not become longer than @bytes, as on a full disk; 0: no limit. */
void redis_server_disk(struct redis_server *server, size_t bytes);
/** Mount a disk of @bytes at the folder of a server that is not running, and later change
 * its size. False: this process may not mount. Before any thread was started. */
bool redis_server_mount(struct redis_server *server, size_t bytes);
bool redis_server_mount_size(struct redis_server *server, size_t bytes);
/** Size of the newest part of the AOF; with @cut the last @cut bytes are removed first. */
size_t redis_server_aof(struct redis_server *server, size_t cut);

/** Send a command in redisCommand()'s format and return the reply, which the caller
 * frees; NULL: the connection failed. Connects when needed. */
redisReply *redis_server_ask(struct redis_server *server, const char *format, ...);
/** The same; the integer of the reply, or -1 for anything else. */
long long redis_server_number(struct redis_server *server, const char *format, ...);
/** The same; the words of a status, error or string, in memory of the server, valid until
 * the next call; "": anything else. */
const char *redis_server_words(struct redis_server *server, const char *format, ...);

#endif
