/*
 * test_access.c -- the files of assets/redis: each user can do its work, and nothing else
 *
 * The server is started with redis.conf and users.acl as they are installed; only the port,
 * the folder and the passwords are the test's.
 */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server.h"

static char more[16384];

static FILE *open_asset(const char *what)
{
	char name[SCRATCH_FILE_MAX];
	snprintf(name, sizeof(name), "%s/redis/%s", getenv("PITWALL_ASSETS"), what);
	FILE *file = fopen(name, "r");
	if (!file)
		abort();
	return file;
}

/* redis.conf but for its folders. */
static void read_configuration(void)
{
	char line[1024];
	size_t at = 0;
	FILE *file = open_asset("redis.conf");
	while (fgets(line, sizeof(line), file))
		if (strncmp(line, "dir ", 4) != 0 && strncmp(line, "aclfile ", 8) != 0)
			at += (size_t)snprintf(more + at, sizeof(more) - at, "%s",
					       line);
	fclose(file);
	assert_in_range(at, 1, sizeof(more) - 1);
}

static void start(struct redis_server *server)
{
	read_configuration();
	redis_server_start(
		server, &(struct redis_server_options){
				.users = redis_server_users(NULL, NULL), .more = more});
}

/* Whether @user may do the command: it is not refused for lack of a right. */
static bool may(struct redis_server *server, const char *user, const char *command)
{
	if (strcmp(server->user, user) != 0)
		redis_server_login(server, user, user);
	const char *words = redis_server_words(server, command);
	assert_non_null(server->link);
	return strncmp(words, "NOPERM", 6) != 0 && strncmp(words, "NOAUTH", 6) != 0 &&
	       strncmp(words, "WRONGPASS", 9) != 0;
}

enum { PUBLISHER = 1, CONTROLLER = 2, VIEWER = 4, ALL = 7 };

static const struct {
	const char *command;
	int who;
} rights[] = {
	{"PING", ALL},
	{"TIME", ALL},
	{"CLIENT SETNAME pitwall", ALL},
	{"XADD pitwall:a:b 1-0 r x", PUBLISHER},
	{"XADD pitwall:a:b MAXLEN ~ 1000 2-0 r x", PUBLISHER},
	{"XTRIM pitwall:a:b MINID 1", PUBLISHER},
	{"XRANGE pitwall:a:b - + COUNT 10", ALL},
	{"XREVRANGE pitwall:a:b + - COUNT 1", ALL},
	{"XREAD COUNT 10 STREAMS pitwall:a:b pitwall:a:b:answers 0 0", ALL},
	{"XINFO STREAM pitwall:a:b", ALL},
	{"XLEN pitwall:a:b", ALL},
	{"SET pitwall:a:b:publisher me NX PX 10000", PUBLISHER},
	{"WATCH pitwall:a:b:publisher", PUBLISHER},
	{"UNWATCH", PUBLISHER},
	{"GET pitwall:a:b:publisher", PUBLISHER},
	{"PEXPIRE pitwall:a:b:publisher 10000", PUBLISHER},
	{"DEL pitwall:a:b:publisher", PUBLISHER},
	{"MULTI", PUBLISHER},
	{"DISCARD", PUBLISHER},
	{"HSET pitwall:a:b:info version 1", PUBLISHER},
	{"HGETALL pitwall:a:b:info", ALL},
	{"HGET pitwall:a:b:info version", ALL},
	{"ZADD pitwall:sessions 5 a/b", PUBLISHER},
	{"ZRANGE pitwall:sessions 0 -1 WITHSCORES", ALL},
	{"ZREVRANGE pitwall:sessions 0 -1 WITHSCORES", ALL},
	{"EXISTS pitwall:a:b:publisher", ALL},
	{"ZREMRANGEBYSCORE pitwall:a:b:consoles -inf 3", PUBLISHER},
	{"ZADD pitwall:a:b:consoles 5 me", ALL},
	{"ZCOUNT pitwall:a:b:consoles 0 10", ALL},
	{"ZREM pitwall:a:b:consoles me", ALL},
	{"XADD pitwall:a:b:asks MAXLEN ~ 10000 * who me line flag,SC",
	 PUBLISHER | CONTROLLER},
	{"XADD pitwall:a:b:answers * ask 1-0 code 0", PUBLISHER},
	/* Of a session that is called so. */
	{"XADD pitwall:a:asks 1-0 r x", PUBLISHER},
	{"XADD pitwall:a:b:consoles 1-0 r x", PUBLISHER},
	{"ZADD pitwall:a:consoles 5 me", PUBLISHER},
	{"ZADD pitwall:a:b:asks 5 me", PUBLISHER},
	/* Beyond the work of all of them. */
	{"SET other x", 0},
	{"GET other", 0},
	{"XADD other * r x", 0},
	{"HSET pitwallx version 1", 0},
	{"KEYS *", 0},
	{"SCAN 0", 0},
	{"FLUSHALL", 0},
	{"CONFIG GET dir", 0},
	{"CONFIG SET maxmemory 1", 0},
	{"ACL LIST", 0},
	{"ACL WHOAMI", 0},
	{"EVAL return(1) 0", 0},
	{"PUBLISH pitwall x", 0},
	{"CLIENT LIST", 0},
	{"CLIENT KILL TYPE normal", 0},
	{"SHUTDOWN", 0},
	{"MONITOR", 0},
	{"REPLICAOF NO ONE", 0},
	{"BGREWRITEAOF", 0},
	{"RENAME pitwall:a:b pitwall:a:c", 0},
};

static void each_user_can_do_its_work_and_nothing_else(void **state)
{
	static const char *const names[] = {"publisher", "controller", "viewer"};
	struct redis_server server;
	(void)state;
	start(&server);
	int wrong = 0;
	for (int who = 0; who < 3; who++)
		for (size_t i = 0; i < sizeof(rights) / sizeof(*rights); i++) {
			bool right = rights[i].who & 1 << who;
			if (may(&server, names[who], rights[i].command) == right)
				continue;
			print_message("# %s %s: %s\n", names[who],
				      right ? "cannot" : "can", rights[i].command);
			wrong++;
		}
	assert_int_equal(wrong, 0);
	redis_server_end(&server);
}

/* A word in capitals in the sources that is a command of Redis. */
static void the_publisher_may_send_what_the_sources_send(void **state)
{
	struct redis_server server;
	char word[64], right[64];
	int commands = 0;
	(void)state;
	start(&server);
	redis_server_login(&server, "admin", "admin");
	const char *publisher =
		strstr(redis_server_users(NULL, NULL), "user publisher ");
	assert_non_null(publisher);
	size_t len = strcspn(publisher, "\n");
	FILE *words = popen("cat '" PITWALL_SOURCE_ROOT "'/src/redis/*.c | "
			    "grep -oE '\"[A-Z]{3,}\"' | tr -d '\"' | sort -u",
			    "r");
	assert_non_null(words);
	while (fscanf(words, "%63s", word) == 1) {
		redisReply *reply = redis_server_ask(&server, "COMMAND INFO %s", word);
		bool known = reply && reply->type == REDIS_REPLY_ARRAY &&
			     reply->elements == 1 &&
			     reply->element[0]->type == REDIS_REPLY_ARRAY;
		freeReplyObject(reply);
		/* Everybody may AUTH; READONLY is an error. */
		if (!known || strcmp(word, "AUTH") == 0 ||
		    strcmp(word, "READONLY") == 0)
			continue;
		commands++;
		int at = snprintf(right, sizeof(right), "+%s", word);
		for (int i = 0; i < at; i++)
			right[i] = (char)tolower((unsigned char)right[i]);
		const char *found = strstr(publisher, right);
		if (!found || found >= publisher + len)
			fail_msg("the publisher lacks %s", right);
	}
	pclose(words);
	assert_true(commands > 10);
	redis_server_end(&server);
}

static void without_a_password_nothing_is_answered(void **state)
{
	struct redis_server server;
	(void)state;
	start(&server);
	assert_memory_equal(redis_server_words(&server, "PING"), "NOAUTH", 6);
	assert_non_null(strstr(redis_server_words(&server, "AUTH publisher wrong"),
			       "WRONGPASS"));
	assert_non_null(strstr(redis_server_words(&server, "AUTH default %s", ""),
			       "WRONGPASS"));
	assert_memory_equal(redis_server_words(&server, "XLEN pitwall:a:b"), "NOAUTH",
			    6);
	redis_server_end(&server);
}

/* The keys that redis.conf names for a publisher of one circuit. */
static void a_publisher_can_have_one_circuit_only(void **state)
{
	struct redis_server server;
	(void)state;
	start(&server);
	assert_true(
		may(&server, "admin",
		    "ACL SETUSER publisher resetkeys ~pitwall:a:* ~pitwall:sessions"));
	assert_true(may(&server, "publisher", "XADD pitwall:a:b 1-0 r x"));
	assert_true(may(&server, "publisher", "ZADD pitwall:sessions 5 a/b"));
	assert_false(may(&server, "publisher", "XADD pitwall:c:b 1-0 r x"));
	assert_false(may(&server, "publisher", "XRANGE pitwall:c:b - +"));
	redis_server_end(&server);
}

/* As redis.conf says: an edit of users.acl and ACL LOAD. */
static void a_password_that_is_withdrawn_ends_its_connections(void **state)
{
	struct redis_server server;
	(void)state;
	start(&server);
	struct redis_server other = server;
	other.link = NULL;
	assert_true(may(&server, "viewer", "TIME"));
	assert_true(may(&other, "admin", "TIME"));
	redis_server_users_load(&other, redis_server_users("viewer", "VIEWER"));
	assert_null(redis_server_ask(&server, "TIME"));
	assert_false(may(&server, "viewer", "TIME"));
	redis_server_login(&other, "", "");
	redis_server_end(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_user_can_do_its_work_and_nothing_else),
		cmocka_unit_test(the_publisher_may_send_what_the_sources_send),
		cmocka_unit_test(without_a_password_nothing_is_answered),
		cmocka_unit_test(a_publisher_can_have_one_circuit_only),
		cmocka_unit_test(a_password_that_is_withdrawn_ends_its_connections),
	};
	if (!redis_server_present())
		return 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
