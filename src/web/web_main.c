/*
 * web_main.c -- pitwall-web: its arguments, and what it gives up before it asks anybody
 */
#include "pitwall_web.h"
#include "pitwall/sandbox.h"

#include <errno.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, EXIT_NO_MORE = 99 };
enum { LIST_MS = 15 * 1000, HURRY = 5 };

static const struct web_service *const services[] = {
	&service_griiip, &service_swisstiming, &service_imsa,
	&service_nls,    &service_racemonitor, NULL,
};

static int web_usage(FILE *to, int status)
{
	(void)fprintf(
		to,
		"usage: pitwall-web URL | --list\n"
		"Write what a timing service on the web sends, as lines: a source of "
		"pitwall.\n"
		"URL is https://..., wss://..., or one of");
	for (const struct web_service *const *row = services; *row; row++)
		(void)fprintf(to, " %s://", (*row)->scheme);
	(void)fprintf(to, "\n");
	return status;
}

/* pitwall_web.h (4). The system's resolver loads code when it is asked first. */
static void give_up(void)
{
	struct addrinfo *list = NULL;
	if (getaddrinfo("localhost", "1", NULL, &list) == 0)
		freeaddrinfo(list);
	if (getenv("PITWALL_WEB_NO_SANDBOX"))
		return;
	sandbox_privileges();
	bool files = sandbox_files_system(), calls = sandbox_enter(SANDBOX_ASK);
	if (!files || !calls)
		web_say("no sandbox: this kernel or build does not limit %s",
			files   ? "system calls"
			: calls ? "files"
				: "files and system calls");
}

/* The schemes of the services that cannot be asked what is on. */
static void list_silent(void)
{
	char text[256];
	size_t len = 0;
	for (const struct web_service *const *row = services; *row; row++)
		if (!(*row)->list)
			len += text_format(text + len, sizeof(text) - len, "%s%s://",
					   len > 0 ? ", " : "", (*row)->scheme);
	if (len > 0)
		web_say("not listed, since they do not say what is on: %s", text);
}

static int list_all(void)
{
	unsigned failed = 0, asked = 0;
	for (const struct web_service *const *row = services; *row; row++) {
		struct err err = {""};
		if (!(*row)->list)
			continue;
		asked++;
		/* The one that is slow keeps the others from nothing. */
		web_options.until =
			web_ms() + LIST_MS / (web_options.hurry ? HURRY : 1);
		if ((*row)->list(&err) == 0)
			continue;
		failed++;
		web_say("%s: %s", (*row)->scheme, err.text);
	}
	list_silent();
	return failed == asked ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Options are behind '#', which is never sent. */
static int read_every(char *url)
{
	char *mark = strchr(url, '#');
	uint64_t every = 0;
	if (!mark)
		return 0;
	struct slice rest = slice_of(mark + 1);
	*mark = '\0';
	while (rest.len > 0) {
		struct slice value = slice_cut(&rest, '&');
		struct slice key = slice_cut(&value, '=');
		if (!slice_eq(key, SLICE("every")))
			continue;
		if (!parse_u64(value, &every) || every < 1 || every > 3600)
			return -EINVAL;
		web_options.every = (unsigned)every;
	}
	return 0;
}

static int run(const char *url, struct err *err)
{
	for (const struct web_service *const *row = services; *row; row++) {
		size_t len = strlen((*row)->scheme);
		if (strncmp(url, (*row)->scheme, len) == 0 &&
		    strncmp(url + len, "://", 3) == 0)
			return (*row)->run(url + len + 3, err);
	}
	return any_run(url, err);
}

int main(int argc, char **argv)
{
	struct err err = {""};
	if (argc != 2 || argv[1][0] == '\0')
		return web_usage(stderr, EXIT_USAGE);
	if (strcmp(argv[1], "--help") == 0)
		return web_usage(stdout, EXIT_SUCCESS);
	bool list = strcmp(argv[1], "--list") == 0;
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("pitwall-web %s\n", PITWALL_VERSION);
		return EXIT_SUCCESS;
	}
	if (!list && (argv[1][0] == '-' || !strstr(argv[1], "://")))
		return web_usage(stderr, EXIT_USAGE);
	web_options.base = getenv("PITWALL_WEB_BASE");
	web_options.hurry = web_options.base && getenv("PITWALL_WEB_HURRY") &&
			    strstr(web_options.base, "://127.0.0.1");
	web_options.seed = (uint64_t)time(NULL) ^ (uint64_t)getpid();
	if (read_every(argv[1]) != 0) {
		(void)fprintf(stderr, "every= must be 1 to 3600 seconds\n");
		return EXIT_NO_MORE;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	int rc = web_fetch_begin(getenv("PITWALL_WEB_CA"), &err);
	if (rc == 0) {
		give_up();
		if (list)
			return list_all();
		rc = run(argv[1], &err);
	}
	web_say("%s", err.text);
	return rc == -EINVAL ? EXIT_NO_MORE : EXIT_FAILURE;
}
