/*
 * session_copy.h -- set-up and entry list of a race, for a session file
 */
#ifndef PITWALL_CLI_SESSION_COPY_H
#define PITWALL_CLI_SESSION_COPY_H

#include "pitwall/options.h"
#include "pitwall/session.h"

/* Values of the keys of a session file; "": unknown. */
struct session_copy {
	struct session *session;
	char event[64], name[32], type[8], length[64], rules[64], circuit[40];
	char date[TIME_TEXT_MAX], zone[32], utc_offset[24], clock_at[24], start_at[24];
};

/** Load the race in @path. To be freed also after an error. */
int session_copy_load(const struct options *options, const char *path,
		      struct session_copy *out, struct err *err);
/** The value of a key; NULL: unknown. */
const char *session_copy_key(const struct session_copy *source, const char *key);
/** Write the entry list; returns the number of cars. */
unsigned session_copy_entries(const struct session_copy *source, struct out *out);
void session_copy_free(struct session_copy *source);

#endif
