/*
 * server.c -- a redis-server for a test: started, hurt, restarted and ended
 *
 *  (1) The server gets SIGKILL when the thread that started it ends, so that no server
 *      is left behind, whatever becomes of the test.
 *  (2) The port is one that the system called free a moment ago. Another process may take
 *      it meanwhile; then redis-server ends and the next port is tried.
 *  (3) A full disk is either a limit of the length of its files (EFBIG, allowed
 *      everywhere) or a small disk of its own (ENOSPC, where mounting is allowed). Redis
 *      reports both in the same way.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "server.h"

enum { TRIES = 20, START_S = 60, CALL_S = 60 };

/* A failure of the harness is one of the test; the exit status says so to meson. */
static void die(const char *what)
{
	printf("Bail out! redis-server: %s: %s\n", what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

void redis_server_nap(void)
{
	const struct timespec rest = {.tv_nsec = 5 * 1000 * 1000};
	nanosleep(&rest, NULL);
}

static time_t seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

bool redis_server_present(void)
{
	const char *path = getenv("PATH");
	while (path && *path) {
		size_t len = strcspn(path, ":");
		char name[PATH_MAX];
		snprintf(name, sizeof(name), "%.*s/redis-server", (int)len, path);
		if (access(name, X_OK) == 0)
			return true;
		path += len + (path[len] == ':');
	}
	printf("1..0 # SKIP redis-server is not installed\n");
	return false;
}

unsigned long long redis_server_seed(void)
{
	const char *text = getenv("PITWALL_SEED");
	unsigned long long seed = text ? strtoull(text, NULL, 0) : 18;
	printf("# PITWALL_SEED=%llu\n", seed);
	return seed;
}

static int free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
				      .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
	    getsockname(fd, (struct sockaddr *)&address, &len) != 0)
		die("no free port");
	close(fd);
	return ntohs(address.sin_port);
}

static void write_configuration(const struct redis_server *server)
{
	const struct redis_server_options *options = &server->options;
	char name[SCRATCH_FILE_MAX];
	snprintf(name, sizeof(name), "%s/redis.conf", server->folder);
	FILE *file = fopen(name, "w");
	if (!file)
		die(name);
	if (options->more)
		fprintf(file, "%s\n", options->more);
	fprintf(file, "bind 127.0.0.1\nport %d\ndir %s\nlogfile %s/log\n", server->port,
		server->folder, server->folder);
	fprintf(file, "save \"\"\ndaemonize no\n");
	if (options->fsync)
		fprintf(file, "appendonly yes\nappendfsync %s\n", options->fsync);
	if (options->maxmemory)
		fprintf(file, "maxmemory %s\nmaxmemory-policy noeviction\n",
			options->maxmemory);
	if (options->users) {
		char users[SCRATCH_FILE_MAX];
		snprintf(users, sizeof(users), "%s/users.acl", server->folder);
		scratch_text(users, options->users);
		fprintf(file, "aclfile %s\n", users);
	}
	if (fclose(file) != 0)
		die(name);
}

static void run(const char *folder, pid_t parent)
{
	char name[SCRATCH_FILE_MAX];
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* A file at its limit: write() fails, as on a full disk (3). */
	signal(SIGXFSZ, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* (1) */
	if (getppid() != parent)
		_exit(1);
	int null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	snprintf(name, sizeof(name), "%s/redis.conf", folder);
	execlp("redis-server", "redis-server", name, (char *)NULL);
	_exit(127);
}

static void forget_link(struct redis_server *server)
{
	if (server->link)
		redisFree(server->link);
	server->link = NULL;
}

static bool ended(struct redis_server *server)
{
	int status;
	if (server->pid && waitpid(server->pid, &status, WNOHANG) == server->pid)
		server->pid = 0;
	return server->pid == 0;
}

/* False: it ended before it answered. */
static bool boot(struct redis_server *server)
{
	write_configuration(server);
	fflush(stdout);
	pid_t parent = getpid();
	server->pid = fork();
	if (server->pid < 0)
		die("fork");
	if (server->pid == 0)
		run(server->folder, parent);
	for (time_t end = seconds() + START_S; seconds() < end; redis_server_nap()) {
		forget_link(server);
		redisReply *reply = redis_server_ask(server, "PING");
		if (reply) {
			freeReplyObject(reply);
			return true;
		}
		if (ended(server))
			return false;
	}
	die("does not answer");
	return false;
}

void redis_server_start(struct redis_server *server,
			const struct redis_server_options *options)
{
	*server = (struct redis_server){.options = *options};
	scratch_name(server->folder, "redis");
	if (mkdir(server->folder, 0700) != 0)
		die(server->folder);
	for (int i = 0; i < TRIES; i++) {
		server->port = free_port(); /* (2) */
		if (boot(server))
			return;
	}
	die("does not start");
}

void redis_server_boot(struct redis_server *server)
{
	for (int i = 0; i < TRIES; i++) {
		if (boot(server))
			return;
		redis_server_nap();
	}
	die("does not start again");
}

void redis_server_restart(struct redis_server *server)
{
	redis_server_boot(server);
	for (time_t end = seconds() + START_S; seconds() < end; redis_server_nap())
		if (strncmp(redis_server_words(server, "PING"), "LOADING", 7) != 0)
			return;
	die("does not end loading");
}

static void end_by(struct redis_server *server, int sig)
{
	forget_link(server);
	if (server->pid == 0)
		return;
	kill(server->pid, sig);
	if (sig != SIGKILL)
		kill(server->pid, SIGCONT);
	while (waitpid(server->pid, NULL, 0) < 0 && errno == EINTR)
		;
	server->pid = 0;
}

void redis_server_kill(struct redis_server *server)
{
	end_by(server, SIGKILL);
}

void redis_server_stop(struct redis_server *server)
{
	end_by(server, SIGTERM);
}

void redis_server_freeze(struct redis_server *server)
{
	kill(server->pid, SIGSTOP);
	while (waitpid(server->pid, NULL, WUNTRACED) < 0 && errno == EINTR)
		;
}

void redis_server_thaw(struct redis_server *server)
{
	kill(server->pid, SIGCONT);
}

bool redis_server_gone(struct redis_server *server, int wait)
{
	time_t end = seconds() + wait;
	while (!ended(server) && seconds() < end)
		redis_server_nap();
	if (server->pid == 0)
		forget_link(server);
	return server->pid == 0;
}

void redis_server_end(struct redis_server *server)
{
	char command[SCRATCH_FILE_MAX];
	redis_server_kill(server);
	umount2(server->folder, MNT_DETACH);
	snprintf(command, sizeof(command), "rm -rf '%s'", server->folder);
	if (server->folder[0] && system(command) != 0)
		die(command);
	server->folder[0] = '\0';
}

/* ---- a full disk --------------------------------------------------------------- */

void redis_server_disk(struct redis_server *server, size_t bytes)
{
	struct rlimit limit;
	if (prlimit(server->pid, RLIMIT_FSIZE, NULL, &limit) != 0)
		die("prlimit");
	limit.rlim_cur = bytes ? bytes : limit.rlim_max;
	if (prlimit(server->pid, RLIMIT_FSIZE, &limit, NULL) != 0)
		die("prlimit");
}

static bool write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	ssize_t len = write(fd, text, strlen(text));
	close(fd);
	return len == (ssize_t)strlen(text);
}

/* Mounts of this process and of its children alone. */
static bool own_mounts(void)
{
	static bool done;
	char map[64];
	if (done)
		return true;
	unsigned uid = getuid(), gid = getgid();
	if (unshare(CLONE_NEWNS) != 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
			return false;
		snprintf(map, sizeof(map), "%u %u 1", uid, uid);
		if (!write_file("/proc/self/uid_map", map))
			return false;
		write_file("/proc/self/setgroups", "deny");
		snprintf(map, sizeof(map), "%u %u 1", gid, gid);
		if (!write_file("/proc/self/gid_map", map))
			return false;
	}
	done = mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
	return done;
}

bool redis_server_mount(struct redis_server *server, size_t bytes)
{
	char size[64];
	snprintf(size, sizeof(size), "size=%zu", bytes);
	return own_mounts() && mount("none", server->folder, "tmpfs", 0, size) == 0;
}

bool redis_server_mount_size(struct redis_server *server, size_t bytes)
{
	char size[64];
	snprintf(size, sizeof(size), "size=%zu", bytes);
	return mount("none", server->folder, "tmpfs", MS_REMOUNT, size) == 0;
}

/* The part that is being written has the highest number. */
static bool newest_aof(const struct redis_server *server, char *name, size_t cap)
{
	char folder[SCRATCH_FILE_MAX];
	long most = -1;
	snprintf(folder, sizeof(folder), "%s/appendonlydir", server->folder);
	DIR *dir = opendir(folder);
	for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
		long number;
		if (!strstr(entry->d_name, ".incr.aof") ||
		    sscanf(entry->d_name, "appendonly.aof.%ld", &number) != 1 ||
		    number <= most)
			continue;
		most = number;
		snprintf(name, cap, "%s/%s", folder, entry->d_name);
	}
	if (dir)
		closedir(dir);
	return most >= 0;
}

size_t redis_server_aof(struct redis_server *server, size_t cut)
{
	char name[PATH_MAX];
	struct stat file;
	if (!newest_aof(server, name, sizeof(name)) || stat(name, &file) != 0 ||
	    (size_t)file.st_size < cut)
		die("its AOF");
	if (cut && truncate(name, file.st_size - (off_t)cut) != 0)
		die(name);
	return (size_t)file.st_size - cut;
}

/* ---- commands of the test itself ------------------------------------------------ */

static bool connected(struct redis_server *server)
{
	const struct timeval most = {.tv_sec = CALL_S};
	if (server->link && server->link->err == 0)
		return true;
	forget_link(server);
	redisContext *link = redisConnectWithTimeout("127.0.0.1", server->port, most);
	if (!link || link->err != 0) {
		if (link)
			redisFree(link);
		return false;
	}
	redisSetTimeout(link, most);
	server->link = link;
	if (server->password[0])
		freeReplyObject(redisCommand(link, "AUTH %s %s", server->user,
					     server->password));
	return true;
}

void redis_server_login(struct redis_server *server, const char *user,
			const char *password)
{
	forget_link(server);
	snprintf(server->user, sizeof(server->user), "%s", user);
	snprintf(server->password, sizeof(server->password), "%s", password);
}

/* ---- users --------------------------------------------------------------------- */

const char *redis_server_users(const char *user, const char *password)
{
	static char users[16384];
	char name[SCRATCH_FILE_MAX], line[2048], one[64];
	const char *assets = getenv("PITWALL_ASSETS");
	size_t at = 0;
	snprintf(name, sizeof(name), "%s/redis/users.acl", assets ? assets : "");
	FILE *file = fopen(name, "r");
	if (!file)
		die(name);
	while (fgets(line, sizeof(line), file) && at < sizeof(users)) {
		if (sscanf(line, "user %63s", one) != 1)
			die("users.acl");
		bool other = user && strcmp(user, one) == 0;
		bool off = strcmp(one, "default") == 0;
		at += (size_t)snprintf(users + at, sizeof(users) - at, "%.*s %s%s\n",
				       (int)strcspn(line, "\n"), line, off ? "" : ">",
				       off     ? ""
				       : other ? password
					       : one);
	}
	fclose(file);
	return users;
}

void redis_server_users_load(struct redis_server *server, const char *users)
{
	char name[SCRATCH_FILE_MAX];
	snprintf(name, sizeof(name), "%s/users.acl", server->folder);
	scratch_text(name, users);
	redis_server_login(server, "admin", "admin");
	redis_server_words(server, "ACL LOAD");
	/* Of the test too. */
	redis_server_login(server, "admin", "admin");
}

static redisReply *ask(struct redis_server *server, const char *format, va_list args)
{
	if (!connected(server))
		return NULL;
	redisReply *reply = redisvCommand(server->link, format, args);
	if (!reply)
		forget_link(server);
	return reply;
}

redisReply *redis_server_ask(struct redis_server *server, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	redisReply *reply = ask(server, format, args);
	va_end(args);
	return reply;
}

long long redis_server_number(struct redis_server *server, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	redisReply *reply = ask(server, format, args);
	va_end(args);
	long long number = -1;
	if (reply && reply->type == REDIS_REPLY_INTEGER)
		number = reply->integer;
	if (reply)
		freeReplyObject(reply);
	return number;
}

const char *redis_server_words(struct redis_server *server, const char *format, ...)
{
	static char words[512];
	va_list args;
	va_start(args, format);
	redisReply *reply = ask(server, format, args);
	va_end(args);
	words[0] = '\0';
	if (reply &&
	    (reply->type == REDIS_REPLY_STATUS || reply->type == REDIS_REPLY_ERROR ||
	     reply->type == REDIS_REPLY_STRING))
		snprintf(words, sizeof(words), "%s", reply->str);
	if (reply)
		freeReplyObject(reply);
	return words;
}
