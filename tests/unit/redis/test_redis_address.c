/*
 * test_redis_address.c -- addresses of Redis as people write them, and passwords
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../scratch.h"
#include "pitwall/redis.h"

static void addresses_are_taken_apart(void **state)
{
	static const struct {
		const char *text, *host, *name, *session, *shown;
		uint16_t port;
	} rows[] = {
		{"redis://h", "h", "", "", "h", 6379},
		{"redis://h/", "h", "", "", "h", 6379},
		{"redis://h/le-mans", "h", "le-mans", "", "h/le-mans", 6379},
		{"redis://h:7000/A.b_c-1/race", "h", "A.b_c-1", "race",
		 "h:7000/A.b_c-1/race", 7000},
		{"redis://[::1]/x/", "::1", "x", "", "[::1]/x", 6379},
		{"redis://[::1]:1/x/2003", "::1", "x", "2003", "[::1]:1/x/2003", 1},
		{"redis://127.0.0.1:6379/n", "127.0.0.1", "n", "", "127.0.0.1/n", 6379},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct redis_address address;
		struct err err = {""};
		char text[300];
		assert_true(redis_is(rows[i].text));
		if (redis_address_parse(rows[i].text, &address, &err) != 0)
			fail_msg("%s: %s", rows[i].text, err.text);
		assert_string_equal(address.host, rows[i].host);
		assert_string_equal(address.name, rows[i].name);
		assert_string_equal(address.session, rows[i].session);
		assert_int_equal(address.port, rows[i].port);
		redis_address_text(&address, text, sizeof(text));
		assert_string_equal(text, rows[i].shown);
	}
}

static void invalid_addresses_get_a_sentence(void **state)
{
	static const char *const bad[] = {
		"redis:/h",
		"redis://",
		"redis:///x",
		"redis://h:0/x",
		"redis://h:x/x",
		"redis://h:70000/x",
		"redis://*/x",
		"redis://::1/x",
		"redis://[::1/x",
		"redis://h//s",
		"redis://h/n/s/t",
		"redis://h/a b",
		"redis://h/a:b",
		"redis://h/-a",
		"redis://h/.a",
		"redis://h/n?x=1",
		"redis://h?x=1/n",
		"redis://h/n/\xc3\xa9",
		"redis://h/"
		"1234567890123456789012345678901234567890123456789012345678901",
		"redis://"
		"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"
		"hh"
		"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"
		"hh",
	};
	struct redis_address address;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {""};
		if (redis_address_parse(bad[i], &address, &err) != -EINVAL)
			fail_msg("%s is taken", bad[i]);
		assert_string_not_equal(err.text, "");
	}
}

static void a_password_in_an_address_is_refused_and_not_repeated(void **state)
{
	static const char *const bad[] = {
		"redis://user:secret@h/n",
		"redis://:secret@h/n",
		"redis://secret@h",
		"redis://user:sec/secret@h/n",
	};
	struct redis_address address;
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {""};
		assert_int_equal(redis_address_parse(bad[i], &address, &err), -EINVAL);
		assert_non_null(strstr(err.text, "PITWALL_REDIS_PASSWORD"));
		assert_null(strstr(err.text, "secret"));
	}
}

static void names_are_made_safe(void **state)
{
	static const struct {
		const char *text, *name;
	} rows[] = {
		{"le mans 2024", "le-mans-2024"},
		{"-a--b", "a--b"},
		{"", "race"},
		{"***", "race"},
		{"Spa (6h)", "Spa-6h"},
		{"..x", "x"},
		{"1000km", "1000km"},
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char name[REDIS_NAME_MAX + 1];
		redis_name_safe(name, slice_of(rows[i].text));
		assert_string_equal(name, rows[i].name);
	}
}

/* ---- user and password ------------------------------------------------------------------ */

struct auth_stage {
	char path[SCRATCH_MAX];
};

static int auth_begin(void **state)
{
	static struct auth_stage stage;
	scratch_name(stage.path, "auth");
	int fd = open(stage.path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0)
		return -1;
	close(fd);
	unsetenv("PITWALL_REDIS_AUTH");
	unsetenv("PITWALL_REDIS_USER");
	unsetenv("PITWALL_REDIS_PASSWORD");
	*state = &stage;
	return 0;
}

static int auth_end(void **state)
{
	const struct auth_stage *stage = *state;
	return unlink(stage->path);
}

static void auth_write(const struct auth_stage *stage, const char *text)
{
	FILE *file = fopen(stage->path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void a_file_has_user_and_password(void **state)
{
	static const struct {
		const char *text, *user, *password;
	} rows[] = {
		{"viewer\nsesame street\n", "viewer", "sesame street"},
		{"viewer\r\nsesame\r\n", "viewer", "sesame"},
		{"sesame\n", "", "sesame"},
		{"sesame", "", "sesame"},
	};
	const struct auth_stage *stage = *state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct redis_address address = {0};
		struct err err = {""};
		auth_write(stage, rows[i].text);
		if (redis_auth_read(&address, stage->path, &err) != 0)
			fail_msg("%s", err.text);
		assert_string_equal(address.user, rows[i].user);
		assert_string_equal(address.password, rows[i].password);
	}
}

static void a_file_that_others_read_is_refused(void **state)
{
	const struct auth_stage *stage = *state;
	struct redis_address address = {0};
	struct err err = {""};
	auth_write(stage, "viewer\nsesame\n");
	assert_int_equal(chmod(stage->path, 0640), 0);
	assert_int_equal(redis_auth_read(&address, stage->path, &err), -EACCES);
	assert_non_null(strstr(err.text, "chmod 600"));
	assert_string_equal(address.password, "");
	assert_int_equal(chmod(stage->path, 0600), 0);
	auth_write(stage, "\n\n");
	assert_int_equal(redis_auth_read(&address, stage->path, &err), -EINVAL);
	assert_int_equal(redis_auth_read(&address, "/nowhere/auth", &err), -ENOENT);
	assert_int_equal(redis_auth_read(&address, "/dev/null", &err), -EINVAL);
}

/* As a service that systemd gives the file to. */
static void a_file_of_root_may_be_readable_by_its_group(void **state)
{
	const struct auth_stage *stage = *state;
	enum { SERVICE = 64999 };
	int status = -1;
	if (geteuid() != 0)
		skip();
	auth_write(stage, "publisher\nsesame\n");
	assert_int_equal(chown(stage->path, 0, SERVICE), 0);
	assert_int_equal(chmod(stage->path, 0440), 0);
	pid_t child = fork();
	if (child == 0) {
		struct redis_address address = {0};
		if (setgid(SERVICE) != 0 || setuid(SERVICE) != 0)
			_exit(2);
		_exit(redis_auth_read(&address, stage->path, NULL) == 0 &&
				      strcmp(address.password, "sesame") == 0
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(chmod(stage->path, 0600), 0);
}

static void the_environment_has_user_and_password(void **state)
{
	const struct auth_stage *stage = *state;
	struct redis_address address = {0};
	struct err err = {""};
	assert_int_equal(redis_auth_read(&address, NULL, &err), 0);
	assert_string_equal(address.password, "");
	setenv("PITWALL_REDIS_USER", "viewer", 1);
	assert_int_equal(redis_auth_read(&address, NULL, &err), -EINVAL);
	setenv("PITWALL_REDIS_PASSWORD", "sesame", 1);
	assert_int_equal(redis_auth_read(&address, NULL, &err), 0);
	assert_string_equal(address.user, "viewer");
	assert_string_equal(address.password, "sesame");
	auth_write(stage, "other\nword\n");
	setenv("PITWALL_REDIS_AUTH", stage->path, 1);
	assert_int_equal(redis_auth_read(&address, NULL, &err), 0);
	assert_string_equal(address.user, "other");
	unsetenv("PITWALL_REDIS_AUTH");
	unsetenv("PITWALL_REDIS_USER");
	address.user[0] = 'x';
	assert_int_equal(redis_auth_read(&address, NULL, &err), 0);
	assert_string_equal(address.user, "");
	unsetenv("PITWALL_REDIS_PASSWORD");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_taken_apart),
		cmocka_unit_test(invalid_addresses_get_a_sentence),
		cmocka_unit_test(a_password_in_an_address_is_refused_and_not_repeated),
		cmocka_unit_test(names_are_made_safe),
		cmocka_unit_test_setup_teardown(a_file_has_user_and_password,
						auth_begin, auth_end),
		cmocka_unit_test_setup_teardown(a_file_that_others_read_is_refused,
						auth_begin, auth_end),
		cmocka_unit_test_setup_teardown(
			a_file_of_root_may_be_readable_by_its_group, auth_begin,
			auth_end),
		cmocka_unit_test_setup_teardown(the_environment_has_user_and_password,
						auth_begin, auth_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
