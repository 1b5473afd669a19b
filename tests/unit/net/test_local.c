/*
 * test_local.c -- messages between processes of one user
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/net.h"
#include "../../scratch.h"

static char folder[SCRATCH_MAX], name[1024];

static int set_up(void **state)
{
	(void)state;
	scratch_name(folder, "local");
	return mkdir(folder, 0700);
}

static int tear_down(void **state)
{
	(void)state;
	return rmdir(folder);
}

static void say(int from, int to, const char *words)
{
	char got[64];
	assert_true(net_local_send(from, slice_of(words)));
	assert_int_equal(net_local_receive(to, got, sizeof(got)), strlen(words));
	assert_memory_equal(got, words, strlen(words));
}

static void a_pair_takes_messages_whole_and_never_waits(void **state)
{
	int fds[2];
	char got[64];
	unsigned sent = 0;
	(void)state;
	assert_int_equal(net_local_pair(fds), 0);
	say(fds[0], fds[1], "one");
	say(fds[1], fds[0], "two");
	assert_int_equal(net_local_receive(fds[0], got, sizeof(got)), -EAGAIN);
	while (net_local_send(fds[0], SLICE("more")))
		assert_in_range(++sent, 1, 100000);
	for (unsigned i = 0; i < sent; i++)
		assert_int_equal(net_local_receive(fds[1], got, sizeof(got)), 4);
	int kept = dup(fds[0]);
	assert_true(kept >= 0);
	net_local_end(fds[0]);
	assert_int_equal(net_local_receive(fds[1], got, sizeof(got)), 0);
	(void)close(kept);
	assert_false(net_local_send(fds[1], SLICE("gone")));
	(void)close(fds[1]);
}

static void check_name(const char *where)
{
	struct stat st;
	text_format(name, sizeof(name), "%s/race.pitwall-control", where);
	for (int again = 0; again < 2; again++) {
		int listening = net_local_listen(name);
		assert_true(listening >= 0);
		assert_int_equal(stat(name, &st), 0);
		assert_int_equal(st.st_mode & 0777, 0600);
		int near = net_local_connect(name);
		int far = net_local_accept(listening);
		assert_true(near >= 0 && far >= 0);
		say(near, far, "hello");
		(void)close(near);
		(void)close(far);
		(void)close(listening);
	}
	assert_int_equal(net_local_connect(name), -ECONNREFUSED);
	assert_int_equal(unlink(name), 0);
	assert_int_equal(net_local_connect(name), -ENOENT);
}

/* In a folder whose name is longer than the room in an address too. */
static void a_name_is_private_and_replaces_what_had_it(void **state)
{
	char deep[SCRATCH_MAX + 256], part[201];
	(void)state;
	check_name(folder);
	memset(part, 'd', sizeof(part) - 1);
	part[sizeof(part) - 1] = '\0';
	text_format(deep, sizeof(deep), "%s/%s", folder, part);
	assert_int_equal(mkdir(deep, 0700), 0);
	check_name(deep);
	assert_int_equal(rmdir(deep), 0);
	text_format(name, sizeof(name), "%s/none/x", folder);
	assert_int_equal(net_local_listen(name), -ENOENT);
	/* A file of the user's that has this name stays. */
	text_format(name, sizeof(name), "%s/race.pitwall-control", folder);
	FILE *file = fopen(name, "w");
	assert_non_null(file);
	(void)fclose(file);
	assert_int_equal(net_local_listen(name), -EADDRINUSE);
	assert_int_equal(unlink(name), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_takes_messages_whole_and_never_waits),
		cmocka_unit_test(a_name_is_private_and_replaces_what_had_it),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
