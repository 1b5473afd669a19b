/*
 * source.c -- a SOURCE as a person writes it: a path, a URL, "-"
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "pitwall/source.h"

/** %XX resolved where @decode; false when it does not fit or holds a NUL. */
static bool copy_part(char *dst, size_t cap, struct slice src, bool decode)
{
	size_t n = 0;
	for (size_t i = 0; i < src.len; i++) {
		char c = src.at[i];
		if (decode && c == '%' && i + 2 < src.len &&
		    hex_value(src.at[i + 1]) >= 0 && hex_value(src.at[i + 2]) >= 0) {
			c = (char)(hex_value(src.at[i + 1]) * 16 +
				   hex_value(src.at[i + 2]));
			i += 2;
		}
		if (n + 1 >= cap || c == '\0')
			return false;
		dst[n++] = c;
	}
	dst[n] = '\0';
	return true;
}

/** Length of "scheme" in "scheme://..." or "scheme:" of file; 0: none. */
static size_t scheme_length(struct slice text)
{
	size_t i = 0;
	while (i < text.len && (isalnum((unsigned char)text.at[i]) ||
				strchr("+.-", text.at[i]) != NULL))
		i++;
	if (i == 0 || i >= text.len || text.at[i] != ':')
		return 0;
	if (i == 4 && slice_starts(text, SLICE("file:")))
		return i;
	return i + 2 < text.len && text.at[i + 1] == '/' && text.at[i + 2] == '/' ? i
										  : 0;
}

static int source_key(struct slice pair, struct source_spec *out, struct err *err)
{
	struct slice value = pair;
	struct slice key = slice_cut(&value, '=');
	bool fits = true;
	if (slice_eq(key, SLICE("feed")))
		fits = copy_part(out->feed, sizeof(out->feed), value, true);
	else if (slice_eq(key, SLICE("session")))
		fits = copy_part(out->session, sizeof(out->session), value, true);
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
	size_t scheme = literal ? 0 : scheme_length(rest);
	int rc = 0;
	if (scheme != 0 && !slice_starts(rest, SLICE("file:")))
		return refuse_scheme(rest, err);
	if (scheme != 0) {
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
		return err_set(err, -EINVAL, "an empty name is no source");
	if (!copy_part(spec.path, sizeof(spec.path), rest, scheme != 0))
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
