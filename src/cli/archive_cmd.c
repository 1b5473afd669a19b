/*
 * archive_cmd.c -- `archive`: a race of Redis into a recording, compared row by row
 *
 * The exit status is 1 when a row is missing or differs; the recording is kept.
 */
#include <string.h>

#include "option_rows.h"
#include "pitwall/live.h"
#include "pitwall/redis.h"

static int archive_verify(const struct options *options,
			  const struct redis_address *address, const char *path)
{
	struct redis_archived archived = {.rows = 0};
	struct record *record = NULL;
	struct err err = {""};
	int rc = record_open(path, &record, &err);
	if (rc == 0)
		rc = redis_archive_check(address, record, options->trim, &archived,
					 &err);
	(void)record_close(record, NULL);
	if (rc != 0) {
		complain("%s", err.text);
		complain("%s: is kept, and is %s; nothing was removed from Redis", path,
			 archived.equal ? "complete" : "not a complete archive");
		return EXIT_SOURCE;
	}
	if (archived.last == 0)
		complain("%s: %lld records; the stream has none of them", path,
			 (long long)archived.rows);
	else
		complain("%s: %lld records; %lld to %lld are equal to those of the "
			 "stream",
			 path, (long long)archived.rows, (long long)archived.first,
			 (long long)archived.last);
	if (options->trim)
		complain("%lld records were removed from Redis",
			 (long long)archived.trimmed);
	return EXIT_DONE;
}

int archive_run(const struct options *options)
{
	struct redis_address address = {.port = 0};
	char path[SOURCE_PATH_MAX];
	struct err err = {""};
	if (options->source_count != 1 || !redis_is(options->sources[0]) ||
	    options->output == NULL) {
		complain("archive needs a race in Redis and a file: pitwall archive "
			 "redis://HOST/NAME -o race.pitwall");
		return EXIT_USAGE;
	}
	if (live_copy_fetch(options, options->output, &address, path, &err) != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	return archive_verify(options, &address, path);
}
