/*
 * live_cmd.c -- `live`: what is on now, by the services that say so; a number opens it
 *
 * pitwall-web asks them. A line of its list is a URL, a series, an event, a session and a circuit,
 * with tabs between them. pitwall-web talks to strangers: of its list only addresses of the web are
 * opened, never a command or a file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "option_rows.h"
#include "pitwall/listing.h"
#include "pitwall/net.h"

enum { LIVE_ROWS_MAX = 99, LIVE_LIST_MAX = 64 * 1024 };

struct live_row {
	char number[4];
	char url[128], series[64], event[64], session[64], circuit[64];
};

#define CELL(name_, title_, member_, width_)                                   \
	{                                                                      \
		.name = (name_), .title = (title_), .get = listing_chars,      \
		.place = offsetof(struct live_row, member_), .width = (width_) \
	}
static const struct listing_field live_fields[] = {
	CELL("number", "", number, 2),          CELL("series", "Series", series, 8),
	CELL("event", "Event", event, 8),       CELL("session", "Session", session, 4),
	CELL("circuit", "Circuit", circuit, 4), CELL("url", "Source", url, 8),
};
static const struct listing_form live_form = {live_fields, ARRAY_LEN(live_fields),
					      .gap = 2};

/* All that pitwall-web writes. 0, or -errno with a sentence. */
static int live_list(char *text, size_t cap, struct err *err)
{
	int pid, status = 0;
	size_t len = 0;
	int fd = net_web_list(&pid, err);
	if (fd < 0)
		return fd;
	for (ssize_t n = 1; n > 0 && len + 1 < cap;) {
		n = read(fd, text + len, cap - 1 - len);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			len += (size_t)n;
	}
	text[len] = '\0';
	(void)close(fd);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	/* It said why. */
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0 && len == 0)
		return err_set(err, -EIO, "no service could be asked");
	return 0;
}

/* False: its source is no address of the web. */
static bool live_list_row(struct slice line, struct live_row *row)
{
	struct net_url url;
	struct err ignored;
	struct {
		char *to;
		size_t cap;
	} cells[] = {{row->url, sizeof(row->url)},
		     {row->series, sizeof(row->series)},
		     {row->event, sizeof(row->event)},
		     {row->session, sizeof(row->session)},
		     {row->circuit, sizeof(row->circuit)}};
	for (size_t i = 0; i < ARRAY_LEN(cells); i++)
		text_clean(cells[i].to, cells[i].cap, slice_cut(&line, '\t'));
	return net_url_parse(row->url, &url, &ignored) == 0 && net_url_is_web(&url);
}

static unsigned live_list_rows(char *text, struct live_row *rows)
{
	unsigned count = 0;
	struct slice rest = slice_of(text);
	while (rest.len > 0 && count < LIVE_ROWS_MAX) {
		struct slice line = slice_cut(&rest, '\n');
		struct live_row *row = &rows[count];
		if (live_list_row(line, row))
			text_format(row->number, sizeof(row->number), "%u", ++count);
	}
	return count;
}

static int print_rows(const struct options *options, const struct live_row *rows,
		      unsigned count)
{
	struct listing listing;
	struct out out;
	out_to_fd(&out, STDOUT_FILENO);
	listing_begin(&listing, &out, format_option(options), &live_form);
	for (unsigned i = 0; i < count; i++)
		listing_measure(&listing, &rows[i]);
	listing_head(&listing);
	for (unsigned i = 0; i < count; i++)
		listing_row(&listing, &rows[i]);
	listing_end(&listing);
	int status = finish_output(&out, EXIT_DONE);
	if (count == 0)
		complain("nothing is on, of the services that say so");
	return status;
}

int live_run(const struct options *options)
{
	static struct live_row rows[LIVE_ROWS_MAX];
	static char text[LIVE_LIST_MAX];
	struct err err = {""};
	uint64_t number = 0;
	if (options->source_count > 1 ||
	    (options->source_count == 1 &&
	     (!parse_u64(slice_of(options->sources[0]), &number) || number == 0))) {
		complain("live takes the number of a session: pitwall live 1");
		return EXIT_USAGE;
	}
	if (live_list(text, sizeof(text), &err) != 0) {
		complain("%s", err.text);
		return EXIT_SOURCE;
	}
	unsigned count = live_list_rows(text, rows);
	if (options->source_count == 0)
		return print_rows(options, rows, count);
	if (number < 1 || number > count) {
		complain("live %s: sessions that are on: %u", options->sources[0],
			 count);
		return EXIT_USAGE;
	}
	struct options chosen = *options;
	chosen.sources[0] = rows[number - 1].url;
	return console_run(&chosen);
}
