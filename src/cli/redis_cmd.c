/*
 * redis_cmd.c -- `pitwall redis://HOST`: the races that are in Redis, and who reads them
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/listing.h"
#include "pitwall/redis.h"

enum { REDIS_ROWS_MAX = 1000 };

struct redis_list_row {
	const struct redis_session *of;
	const char *url;
};

static const char *const redis_states[] = {
	[REDIS_SESSION_LIVE] = "live",
	[REDIS_SESSION_AWAY] = "away",
	[REDIS_SESSION_ENDED] = "ended",
};

static const struct redis_session *session_listed(const void *record)
{
	return ((const struct redis_list_row *)record)->of;
}

static void redis_cell_text(const void *record, struct listing_value *value)
{
	const char *text = (const char *)session_listed(record) + value->place;
	listing_text(value, slice_of(text));
}

/* Without a title the circuit is known, or nothing. */
static void redis_cell_event(const void *record, struct listing_value *value)
{
	const struct redis_session *session = session_listed(record);
	listing_text(value, slice_of(session->title[0] != '\0' ? session->title
							       : session->circuit));
}

static void redis_cell_state(const void *record, struct listing_value *value)
{
	listing_text(value, slice_of(redis_states[session_listed(record)->state]));
}

static void redis_cell_since(const void *record, struct listing_value *value)
{
	instant_us since = session_listed(record)->since;
	char date[TIME_TEXT_MAX], clock[TIME_TEXT_MAX];
	if (since == INSTANT_NONE)
		return;
	format_date(date, since);
	format_clock(clock, since, false);
	listing_format(value, "%sT%sZ", date, clock);
}

static void redis_cell_rows(const void *record, struct listing_value *value)
{
	listing_number(value, session_listed(record)->rows);
}

/* From 90 % on the first rows will be removed soon. */
static void redis_cell_full(const void *record, struct listing_value *value)
{
	const struct redis_session *session = session_listed(record);
	if (session->keep > 0)
		listing_digits(value, "%lld",
			       (long long)(session->kept < INT64_MAX / 100
						   ? session->kept * 100 / session->keep
						   : 0));
}

static void redis_cell_consoles(const void *record, struct listing_value *value)
{
	listing_number(value, session_listed(record)->consoles);
}

#define SESSION_TEXT(name_, title_, member_, width_)                                 \
	{                                                                            \
		.name = (name_), .title = (title_), .get = redis_cell_text,          \
		.place = offsetof(struct redis_session, member_), .width = (width_), \
	}
#define SESSION_NUMBER(name_, title_, get_)                                       \
	{                                                                         \
		.name = (name_), .title = (title_), .get = (get_), .right = true, \
		.width = 4,                                                       \
	}
static const struct listing_field redis_fields[] = {
	SESSION_TEXT("circuit", "Circuit", name, 7),
	SESSION_TEXT("session", "Session", session, 7),
	{.name = "title", .title = "Event", .get = redis_cell_event},
	{.name = "since", .title = "Since", .get = redis_cell_since, .width = 20},
	SESSION_NUMBER("rows", "Records", redis_cell_rows),
	SESSION_NUMBER("full_percent", "% full", redis_cell_full),
	SESSION_NUMBER("consoles", "Consoles", redis_cell_consoles),
	{.name = "state", .title = "State", .get = redis_cell_state, .width = 5},
	{.name = "url",
	 .title = "Source",
	 .get = listing_pointer,
	 .place = offsetof(struct redis_list_row, url),
	 .width = 8},
};
static const struct listing_form redis_form = {redis_fields, ARRAY_LEN(redis_fields),
					       .gap = 2};

static int redis_print(const struct options *options,
		       const struct redis_address *address,
		       const struct redis_session *sessions, unsigned count)
{
	enum { URL_MAX = 300 };
	struct redis_list_row *rows = calloc(count > 0 ? count : 1, sizeof(*rows));
	char(*urls)[URL_MAX] = calloc(count > 0 ? count : 1, sizeof(*urls));
	struct listing listing;
	struct out out;
	out_to_fd(&out, STDOUT_FILENO);
	listing_begin(&listing, &out, format_option(options), &redis_form);
	for (unsigned i = 0; rows != NULL && urls != NULL && i < count; i++) {
		struct redis_address one = *address;
		char text[URL_MAX - 8];
		text_copy(one.name, sizeof(one.name), slice_of(sessions[i].name));
		text_copy(one.session, sizeof(one.session),
			  slice_of(sessions[i].session));
		(void)redis_address_text(&one, text, sizeof(text));
		text_format(urls[i], sizeof(urls[i]), "redis://%s", text);
		rows[i] = (struct redis_list_row){&sessions[i], urls[i]};
		listing_measure(&listing, &rows[i]);
	}
	if (count > 0 || format_option(options) != FORMAT_TABLE)
		listing_head(&listing);
	for (unsigned i = 0; rows != NULL && urls != NULL && i < count; i++)
		listing_row(&listing, &rows[i]);
	listing_end(&listing);
	int status = finish_output(&out, EXIT_DONE);
	free(rows);
	free(urls);
	if (count == 0)
		complain("%s: there are no races", options->sources[0]);
	return status;
}

static int redis_list_run(const struct options *options)
{
	struct redis_session *sessions = calloc(REDIS_ROWS_MAX, sizeof(*sessions));
	struct redis_address address;
	struct err err = {"out of memory"};
	int count = sessions == NULL ? -1 : 0;
	if (count == 0)
		count = redis_address_parse(options->sources[0], &address, &err);
	if (count == 0)
		count = redis_auth_read(&address, options->redis_auth, &err);
	if (count == 0)
		count = redis_sessions(&address, sessions, REDIS_ROWS_MAX, &err);
	int status = EXIT_SOURCE;
	if (count < 0)
		complain("%s", err.text);
	else
		status = redis_print(options, &address, sessions, (unsigned)count);
	free(sessions);
	return status;
}

const struct command *redis_list_command(int count, char *const words[])
{
	static const struct command list = {
		"redis://HOST", "redis://HOST[:PORT]",
		"list the races in Redis: circuit, session, records, consoles",
		"format csv seconds redis-auth config", redis_list_run};
	struct redis_address address;
	struct err err;
	for (int i = 0; i < count; i++)
		if (redis_is(words[i]) &&
		    redis_address_parse(words[i], &address, &err) == 0 &&
		    address.name[0] == '\0')
			return &list;
	return NULL;
}
