/*
 * resume.c -- a recording that was cut off, opened by its name, goes on where it was
 *
 *  (1) Conditions: written by this host and user, the last record less than a day old,
 *      and all sources can be connected to. Otherwise it is replayed: it may come from
 *      somebody else, or from last year. A last record in the future means that a power
 *      cut set the clock back: it is resumed.
 *  (2) What is done is reported, with the command for the alternative.
 *  (3) A recording names no program that is started: only the command line does.
 *  (4) A copy of a race in Redis is resumed by reading more of it. What was connected to its
 *      sources is elsewhere.
 */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/live.h"

#define NOT_LONG_AGO US_DAY

/* Sources that live, of the recording's own table; 0: not all of them do, or (3). */
static unsigned sources_of(const char *path, struct live_resume *resume)
{
	struct record *record = NULL;
	int count = 0;
	if (record_open(path, &record, NULL) != 0)
		return 0;
	char origin[RECORD_ORIGIN_MAX];
	if (record_origin(record, origin)) {
		/* (4) */
		text_copy(resume->sources[0].url, sizeof(resume->sources[0].url),
			  slice_of(origin));
		count = 1;
	} else if (record_sources(record, resume->sources, ARRAY_LEN(resume->sources),
				  &count, NULL) != 0) {
		count = 0;
	}
	record_close(record, NULL);
	for (int i = 0; i < count; i++)
		if (!live_is_source(resume->sources[i].url) ||
		    slice_starts(slice_of(resume->sources[i].url), SLICE("exec:")))
			return 0;
	return (unsigned)count;
}

/* Why it is not gone on with; NULL: it is. */
static const char *refusal(const char *path, const struct record_owner *owner,
			   unsigned sources)
{
	char host[64];
	struct stat st;
	record_host(host);
	if (strcmp(host, owner->host) != 0)
		return "another machine recorded it";
	if (stat(path, &st) != 0 || st.st_uid != geteuid())
		return "another user recorded it";
	if (live_now() - owner->until > NOT_LONG_AGO)
		return "it was recorded more than a day ago";
	if (sources == 0)
		return "not all of its sources can be connected to, or they are "
		       "programs";
	return NULL;
}

static void join_sources(const struct live_resume *resume, unsigned count, char *text,
			 size_t cap)
{
	size_t len = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < count; i++)
		len += text_format(text + len, cap - len, "%s%s", i > 0 ? " " : "",
				   resume->sources[i].url);
}

bool live_resumes(const struct options *given, struct live_resume *resume)
{
	const char *path = given->sources[0];
	struct record_owner owner;
	char names[sizeof(resume->words) / 2];
	resume->words[0] = '\0';
	if (given->source_count != 1 || given->output != NULL || live_is_source(path) ||
	    !record_cut_off(path, &owner))
		return false;
	unsigned count = sources_of(path, resume);
	join_sources(resume, count, names, sizeof(names));
	const char *why = refusal(path, &owner, count);
	if (why != NULL) {
		text_format(resume->words, sizeof(resume->words),
			    "%s was not closed; %s, so it is not resumed by itself. "
			    "To resume it: pitwall %s -o %s",
			    path, why, count > 0 ? names : "SOURCE", path);
		return false;
	}
	resume->options = *given;
	resume->options.output = path;
	resume->options.source_count = count;
	for (unsigned i = 0; i < count; i++)
		resume->options.sources[i] = resume->sources[i].url;
	text_format(resume->words, sizeof(resume->words),
		    "%s was cut off: resumed with %s", path, names);
	return true;
}
