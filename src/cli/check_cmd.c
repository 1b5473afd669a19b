/*
 * check_cmd.c -- `check`: what is damaged in a file, and what of it can be used
 *
 * A line a finding on standard output; the exit status is 1 when anything is wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "check_official.h"
#include "option_rows.h"
#include "pitwall/record.h"

struct check_file {
	struct out *out;
	const char *path;
	bool wrong;
};

static void check_cmd_say(void *context, const char *words)
{
	const struct check_file *file = context;
	char path[128];
	text_clean(path, sizeof(path), slice_of(file->path));
	/* A sentence of an error begins with the name already. */
	if (strncmp(words, file->path, strlen(file->path)) == 0)
		out_format(file->out, "%s\n", words);
	else
		out_format(file->out, "%s: %s\n", path, words);
	(void)out_flush(file->out);
}

/** The race is derived again. */
static void check_derived(struct check_file *file, bool recording)
{
	const struct options options = {.sources = {file->path}, .source_count = 1};
	struct session *session = NULL;
	struct err err = {""};
	char words[320];
	int rc = session_load(&options, 0, &session, &err);
	if (rc != 0) {
		check_cmd_say(file, err.text);
		/* A recording of no passing is whole all the same. */
		file->wrong |= !recording || rc != -EINVAL;
		return;
	}
	const struct race *race = &session->timeline.race;
	bool timed = race->setup.type == SESSION_TIMED;
	unsigned cars = 0; /* not those that turned out to be another */
	for (uint16_t car = 0; car < race->car_count; car++)
		cars += race->entries[car].merged != ENTRY_MERGED;
	text_format(words, sizeof(words), "a %s of %u car%s and %u laps",
		    timed ? "timed session" : "race", cars, cars == 1 ? "" : "s",
		    (unsigned)race->lap_count);
	check_cmd_say(file, words);
	if (session->anomalies > 0) {
		text_format(words, sizeof(words),
			    "%u rows were not used or had to be repaired; first: %s",
			    session->anomalies, session->first_anomaly);
		check_cmd_say(file, words);
		file->wrong |= !recording;
	}
	const struct check_sink sink = {file, check_cmd_say};
	if (!recording)
		check_official(session, file->path, &sink);
	session_free(session);
}

static void check_kept(struct check_file *file)
{
	struct err err = {""};
	int rc = session_check_decoded(file->path, &err);
	if (rc > 0)
		check_cmd_say(file, "the events kept with it are those of its records");
	if (rc >= 0)
		return;
	check_cmd_say(file, err.text);
	file->wrong = true;
}

static void check_recording(struct check_file *file)
{
	struct record_checked found;
	struct err err = {""};
	char words[200];
	if (record_check(file->path, check_cmd_say, file, &found, &err) != 0) {
		check_cmd_say(file, err.text);
		file->wrong = true;
		return;
	}
	file->wrong = found.wrong > 0;
	text_format(words, sizeof(words),
		    "%lld records of %u source%s can be read%s; %lld groups of them "
		    "have the right sum",
		    (long long)found.records, found.sources,
		    found.sources == 1 ? "" : "s", found.live ? " up to now" : "",
		    (long long)found.groups);
	check_cmd_say(file, words);
	if (found.uncovered > 0) {
		text_format(words, sizeof(words),
			    "%lld records have no sum (written by an earlier version, "
			    "or the last of one that was not closed): changes of "
			    "them cannot be found",
			    (long long)found.uncovered);
		check_cmd_say(file, words);
	}
	check_kept(file);
	check_derived(file, true);
}

static bool check_sniff(const char *path)
{
	char head[16];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	if (fd >= 0)
		close(fd);
	return n > 0 && record_sniff((struct slice){head, (size_t)n});
}

int check_run(const struct options *options)
{
	struct out out;
	bool wrong = false;
	if (options->source_count == 0) {
		complain("check needs a file, for example: pitwall check race.pitwall");
		return EXIT_USAGE;
	}
	out_to_fd(&out, STDOUT_FILENO);
	for (unsigned i = 0; i < options->source_count; i++) {
		struct check_file file = {.out = &out, .path = options->sources[i]};
		if (check_sniff(file.path))
			check_recording(&file);
		else
			check_derived(&file, false);
		if (!file.wrong)
			check_cmd_say(&file, "no damage was found");
		wrong |= file.wrong;
	}
	int status = finish_output(&out, EXIT_DONE);
	return status != EXIT_DONE ? status : wrong ? EXIT_SOURCE : EXIT_DONE;
}
