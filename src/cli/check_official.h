/*
 * check_official.h -- the official results beside a lap file
 */
#ifndef PITWALL_CLI_CHECK_OFFICIAL_H
#define PITWALL_CLI_CHECK_OFFICIAL_H

#include "pitwall/session.h"

struct check_sink {
	void *context;
	void (*say)(void *context, const char *words);
};

/** Compare the session of the lap file @laps with the results file beside it, if there is
 * one: a sentence for each car that differs, and one for all. */
void check_official(struct session *session, const char *laps,
		    const struct check_sink *sink);

#endif
