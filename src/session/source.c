/*
 * source.c -- a SOURCE as a person writes it: a path, a URL, "-"
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "pitwall/net.h"
#include "pitwall/source.h"

static int source_key(struct slice pair, struct source_spec *out, struct err *err)
{
	struct slice value = pair;
	struct slice key = slice_cut(&value, '=');
	bool fits = true;
	if (slice_eq(key, SLICE("feed")))
		fits = net_url_unescape(out->feed, sizeof(out->feed), value);
	else if (slice_eq(key, SLICE("session")))
		fits = net_url_unescape(out->session, sizeof(out->session), value);
	else
		return err_set(err, -EINVAL,
			       "?%.*s: a source takes ?feed=NAME and ?session=NAME",
			       (int)(key.len < 40 ? key.len : 40), key.at);
	if (!fits || value.len == 0)
		return err_set(err, -EINVAL,
			       "?%.*s= needs a name; `pitwall feeds` "
			       "lists the feeds",
			       (int)key.len, key.at);
	return 0;
}

static int read_query(struct slice query, struct source_spec *out, struct err *err)
{
	while (query.len > 0) {
		int rc = source_key(slice_cut(&query, '&'), out, err);
		if (rc != 0)
			return rc;
	}
	return 0;
}

static int refuse_scheme(struct slice text, struct err *err)
{
	char shown[80];
	text_clean(shown, sizeof(shown), text);
	return err_set(err, -ENOTSUP,
		       "%s: a live source is for the console, `pitwall record` and "
		       "`pitwall serve`; here a file or a recording is read",
		       shown);
}

/** "//host/path" and "/path" behind "file:". */
static int file_path(struct slice *rest, struct err *err)
{
	if (!slice_starts(*rest, SLICE("//")))
		return 0;
	rest->at += 2;
	rest->len -= 2;
	if (slice_starts(*rest, SLICE("localhost/"))) {
		rest->at += strlen("localhost");
		rest->len -= strlen("localhost");
	}
	if (rest->len == 0 || rest->at[0] != '/')
		return err_set(err, -EINVAL,
			       "a file URL names a file of this machine: "
			       "file:///path/to/race.csv");
	return 0;
}

int source_parse(const char *text, bool literal, struct source_spec *out,
		 struct err *err)
{
	struct source_spec spec = {0};
	struct slice rest = slice_of(text);
	bool url = !literal && net_url_is(text);
	int rc = 0;
	if (url && !slice_starts(rest, SLICE("file:")))
		return refuse_scheme(rest, err);
	if (url) {
		rest.at += strlen("file:");
		rest.len -= strlen("file:");
		rc = file_path(&rest, err);
	}
	const char *query = literal ? NULL : strrchr(rest.at, '?');
	if (rc == 0 && query != NULL) {
		rest.len = (size_t)(query - rest.at);
		rc = read_query(slice_of(query + 1), &spec, err);
	}
	if (rc != 0)
		return rc;
	if (rest.len == 0)
		return err_set(err, -EINVAL, "the name of the source is empty");
	bool fits = url ? net_url_unescape(spec.path, sizeof(spec.path), rest)
			: text_copy(spec.path, sizeof(spec.path), rest) == rest.len;
	if (!fits)
		return err_set(err, -ENAMETOOLONG,
			       "the name of the source is longer "
			       "than %d bytes",
			       SOURCE_PATH_MAX - 1);
	*out = spec;
	return 0;
}

int source_choose(const char *text, struct source_spec *out, struct err *err)
{
	struct stat st;
	*out = (struct source_spec){0};
	if (text == NULL)
		return asset_path(bundled_race, out->path, sizeof(out->path), err);
	bool literal = strcmp(text, "-") != 0 && stat(text, &st) == 0;
	return source_parse(text, literal, out, err);
}

const char *source_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

void source_stem(const char *path, char *stem, size_t cap)
{
	struct slice name = slice_of(path);
	const char *dot = strrchr(source_base(path), '.');
	if (dot != NULL && dot != source_base(path))
		name.len = (size_t)(dot - path);
	struct slice suffix = SLICE("_laps");
	if (name.len > suffix.len &&
	    memcmp(name.at + name.len - suffix.len, suffix.at, suffix.len) == 0)
		name.len -= suffix.len;
	text_copy(stem, cap, name);
}
