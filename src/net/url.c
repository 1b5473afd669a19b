/*
 * url.c -- the URLs of live sources
 *
 * SCHEME[+tcp|+udp]://HOST[:PORT][?key=value&...], file:PATH[?...], exec:COMMAND[?...],
 * "-". The scheme names a driver, which has the default port. Addresses of the web and of its
 * services are for pitwall-web, a program.
 */
#include "pitwall/net.h"

#include <errno.h>
#include <string.h>

/* Of the network. */
static const char *const net_schemes[] = {"p3",     "rmonitor", "multiloop", "p98",
					  "beacon", "events",   "tcp",       "udp"};

/* What pitwall-web asks; the driver that reads it, "" by the first bytes. */
static const struct {
	const char *scheme, *feed;
} web_schemes[] = {
	{"griiip", "griiip"},
	{"imsa", "imsa"},
	{"nls", "nls"},
	{"swisstiming", "swisstiming"},
	{"racemonitor", "rmonitor"},
	{"https", ""},
	{"wss", ""},
	{"http", ""},
	{"ws", ""},
};

static const uint32_t bauds[] = {1200,  2400,  4800,   9600,  19200,
				 38400, 57600, 115200, 230400};

static bool url_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9');
}

/** Length of the scheme in "scheme://"; 0: no scheme. */
static size_t url_scheme_length(struct slice text)
{
	size_t i = 0;
	while (i < text.len &&
	       (url_is_word(text.at[i]) ||
		(i > 0 && text.at[i] != '\0' && strchr("+.-", text.at[i]))))
		i++;
	return i > 0 && text.len - i >= 3 && memcmp(text.at + i, "://", 3) == 0 ? i : 0;
}

bool net_url_is(const char *text)
{
	struct slice s = slice_of(text);
	return slice_starts(s, SLICE("file:")) || slice_starts(s, SLICE("exec:")) ||
	       url_scheme_length(s) > 0;
}

bool net_url_is_web(const struct net_url *url)
{
	return url->kind == NET_PROGRAM && strcmp(url->scheme, "exec") != 0;
}

static struct slice url_lower(char *buf, size_t cap, struct slice s)
{
	size_t n = s.len < cap ? s.len : cap;
	for (size_t i = 0; i < n; i++) {
		char c = s.at[i];
		buf[i] = c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
	}
	return (struct slice){buf, n};
}

bool net_url_unescape(char *dst, size_t cap, struct slice part)
{
	size_t n = 0;
	for (size_t i = 0; i < part.len; i++) {
		char c = part.at[i];
		if (c == '%' && part.len - i > 2) {
			int high = hex_value(part.at[i + 1]);
			int low = hex_value(part.at[i + 2]);
			if (high >= 0 && low >= 0) {
				c = (char)(unsigned char)(high * 16 + low);
				i += 2;
			}
		}
		if (c == '\0' || n + 1 >= cap)
			return false;
		dst[n++] = c;
	}
	dst[n] = '\0';
	return true;
}

static const struct feed_driver *driver_of_scheme(struct slice scheme)
{
	for (const struct feed_driver *const *row = feed_drivers; *row; row++)
		if ((*row)->scheme && slice_eq(scheme, slice_of((*row)->scheme)))
			return *row;
	return NULL;
}

static bool is_net_scheme(struct slice scheme)
{
	for (size_t i = 0; i < ARRAY_LEN(net_schemes); i++)
		if (slice_eq(scheme, slice_of(net_schemes[i])))
			return true;
	return false;
}

enum { PROGRAM_MOST = RECORD_URL_MAX - 1 };

static int url_refuse_scheme(struct slice scheme, struct err *err)
{
	return err_set(err, -EINVAL,
		       "unknown scheme %.*s://; use p3://HOST[:PORT], rmonitor://, "
		       "multiloop://, p98://, beacon+tcp://, beacon+udp://, events://, "
		       "tcp://, udp://, griiip://, imsa://, nls://, "
		       "swisstiming://, racemonitor://, https://, wss://, file:PATH or "
		       "exec:COMMAND",
		       (int)(scheme.len < 16 ? scheme.len : 16), scheme.at);
}

static int read_feed(struct net_url *url, struct slice value, struct err *err)
{
	char name[sizeof(url->feed)];
	if (!net_url_unescape(name, sizeof(name), value) || name[0] == '\0')
		return err_set(err, -EINVAL,
			       "?feed= needs a name; `pitwall feeds` lists the names");
	const struct feed_driver *driver = feed_by_name(slice_of(name));
	if (!driver && !is_net_scheme(slice_of(name)))
		return err_set(err, -EINVAL,
			       "unknown feed %s; `pitwall feeds` lists the names",
			       name);
	if (driver && !driver->frame)
		return err_set(err, -EINVAL, "%s is a file format, not a live feed",
			       name);
	text_copy(url->feed, sizeof(url->feed), slice_of(driver ? driver->name : name));
	return 0;
}

static int read_baud(struct net_url *url, struct slice value, struct err *err)
{
	uint64_t baud;
	size_t len = 0;
	if (parse_u64(value, &baud))
		for (size_t i = 0; i < ARRAY_LEN(bauds); i++)
			if (baud == bauds[i]) {
				url->baud = bauds[i];
				return 0;
			}
	char list[96];
	for (size_t i = 0; i < ARRAY_LEN(bauds); i++)
		len += text_format(list + len, sizeof(list) - len, " %u", bauds[i]);
	return err_set(err, -EINVAL, "?baud= must be one of%s", list);
}

static int read_listen(struct slice value, int *listen, struct err *err)
{
	if (slice_eq(value, SLICE("yes")))
		*listen = 1;
	else if (slice_eq(value, SLICE("no")))
		*listen = 0;
	else
		return err_set(err, -EINVAL, "?listen= must be yes or no");
	return 0;
}

static int url_read_number(struct slice key, struct slice value, unsigned most,
			   unsigned *out, struct err *err)
{
	uint64_t number;
	if (!parse_u64(value, &number) || number < 1 || number > most)
		return err_set(err, -EINVAL, "?%.*s= must be a number from 1 to %u",
			       (int)key.len, key.at, most);
	*out = (unsigned)number;
	return 0;
}

/** Whom a source that listens accepts. 1: @key is none of these options. */
static int url_read_limits(struct net_url *url, struct slice key, struct slice value,
			   struct err *err)
{
	if (slice_eq(key, SLICE("senders")))
		return url_read_number(key, value, FEED_PEERS_MAX, &url->limits.most,
				       err);
	if (slice_eq(key, SLICE("per-address")))
		return url_read_number(key, value, FEED_PEERS_MAX,
				       &url->limits.per_address, err);
	if (slice_eq(key, SLICE("idle")))
		return url_read_number(key, value, 24 * 3600, &url->idle, err);
	if (!slice_eq(key, SLICE("allow")))
		return 1;
	char text[256];
	if (!net_url_unescape(text, sizeof(text), value))
		return err_set(err, -EINVAL, "?allow= is too long");
	return net_allow_parse(text, &url->limits.allow, err);
}

static bool has_limits(const struct net_url *url)
{
	return url->limits.most > 0 || url->limits.per_address > 0 || url->idle > 0 ||
	       url->limits.allow.count > 0 || url->limits.allow.any;
}

static int url_read_query(struct net_url *url, struct slice query, int *listen,
			  struct err *err)
{
	const char *mark = net_url_is_web(url) ? "#" : "?";
	while (query.len > 0) {
		struct slice value = slice_cut(&query, '&');
		struct slice key = slice_cut(&value, '=');
		int rc = 0;
		if (slice_eq(key, SLICE("feed")))
			rc = read_feed(url, value, err);
		else if (slice_eq(key, SLICE("session")))
			rc = net_url_unescape(url->session, sizeof(url->session), value)
				     ? 0
				     : err_set(err, -EINVAL,
					       "?session=: the name is too long");
		else if (slice_eq(key, SLICE("baud")) && url->kind == NET_FILE)
			rc = read_baud(url, value, err);
		else if (slice_eq(key, SLICE("idle")) && url->kind == NET_PROGRAM)
			rc = url_read_number(key, value, 24 * 3600, &url->idle, err);
		else if (net_url_is_web(url) && slice_eq(key, SLICE("every")))
			rc = url_read_number(key, value, 3600, &(unsigned){0}, err);
		else if (slice_eq(key, SLICE("listen")) && url->kind == NET_TCP)
			rc = read_listen(value, listen, err);
		else if (url->kind == NET_TCP || url->kind == NET_UDP)
			rc = url_read_limits(url, key, value, err);
		else
			rc = 1;
		if (rc > 0)
			rc = err_set(
				err, -EINVAL,
				"unknown option %c%.*s; this source takes %sfeed=NAME, "
				"%ssession=NAME%s",
				mark[0], (int)(key.len < 40 ? key.len : 40),
				key.len > 0 ? key.at : "", mark, mark,
				url->kind == NET_FILE ? ", ?baud=N"
				: net_url_is_web(url)
					? ", #idle=SECONDS, #every=SECONDS"
				: url->kind == NET_PROGRAM ? ", ?idle=SECONDS"
				: url->kind == NET_TCP
					? ", ?listen=yes, and then ?allow=NETWORKS, "
					  "?senders=N, ?per-address=N, ?idle=SECONDS"
				: url->kind == NET_UDP
					? ", ?allow=NETWORKS, ?senders=N, "
					  "?per-address=N, ?idle=SECONDS"
					: "");
		if (rc != 0)
			return rc;
	}
	return 0;
}

/** True when @host has only characters of names and addresses. */
static bool host_reads(struct slice host, bool bracketed)
{
	bool colon = false;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.at[i];
		if (bracketed && (c == ':' || c == '%'))
			colon = colon || c == ':';
		else if (!url_is_word(c) && (c == '\0' || !strchr(".-_", c)))
			return false;
	}
	return host.len > 0 && colon == bracketed;
}

/** "HOST", "HOST:PORT", "[::1]:PORT", "*:PORT"; @port is empty without a port. */
static int read_host(struct net_url *url, struct slice authority, struct slice *port,
		     struct err *err)
{
	struct slice host = authority;
	bool bracketed = host.len > 0 && host.at[0] == '[';
	*port = (struct slice){"", 0};
	if (bracketed) {
		const char *end = memchr(host.at, ']', host.len);
		if (!end)
			return err_set(err, -EINVAL, "%s: no ] after the address",
				       url->text);
		struct slice rest = {end + 1, host.len - (size_t)(end + 1 - host.at)};
		host = (struct slice){host.at + 1, (size_t)(end - host.at) - 1};
		if (rest.len > 0 && rest.at[0] != ':')
			return err_set(err, -EINVAL, "%s: only :PORT may follow ]",
				       url->text);
		if (rest.len > 0)
			*port = (struct slice){rest.at + 1, rest.len - 1};
	} else if (memchr(host.at, ':', host.len)) {
		*port = host;
		host = slice_cut(port, ':');
		if (port->at && memchr(port->at, ':', port->len))
			return err_set(err, -EINVAL,
				       "%s: write an IPv6 address in brackets: "
				       "[::1]:PORT",
				       url->text);
	}
	if (host.len == 0)
		return err_set(err, -EINVAL, "%s: no host; write %s://HOST%s",
			       url->text, url->scheme, "[:PORT]");
	if (!slice_eq(host, SLICE("*")) && !host_reads(host, bracketed))
		return err_set(err, -EINVAL, "%s: invalid host name", url->text);
	if (!net_url_unescape(url->host, sizeof(url->host), host))
		return err_set(err, -EINVAL, "%s: the host name is too long",
			       url->text);
	return 0;
}

static int read_port(struct net_url *url, struct slice port,
		     const struct feed_driver *driver, struct err *err)
{
	bool binds = url->kind != NET_TCP;
	if (port.len == 0) {
		url->port = driver ? driver->port_default : 0;
		if (url->port == 0)
			return err_set(err, -EINVAL,
				       "%s: no port, and %s has no default port; write "
				       "%s://HOST:PORT",
				       url->text, url->scheme, url->scheme);
		return 0;
	}
	uint64_t number;
	if (!parse_u64(port, &number) || number > 65535 || (number == 0 && !binds))
		return err_set(err, -EINVAL, "%s: the port must be 1 to 65535",
			       url->text);
	url->port = (uint16_t)number;
	return 0;
}

/** Read the scheme: driver and kind. */
static int read_scheme(struct net_url *url, struct slice text,
		       const struct feed_driver **driver, struct err *err)
{
	char buf[sizeof(url->scheme) + 4];
	struct slice scheme = url_lower(buf, sizeof(buf), text);
	struct slice transport = scheme;
	struct slice name = slice_cut(&transport, '+');
	bool plain = slice_eq(name, SLICE("tcp")) || slice_eq(name, SLICE("udp"));
	*driver = driver_of_scheme(name);
	if (text.len >= sizeof(buf) || (!*driver && !is_net_scheme(name)) ||
	    (plain && transport.at))
		return url_refuse_scheme(text, err);
	if (!transport.at)
		transport = slice_eq(name, SLICE("udp")) ? name : SLICE("tcp");
	if (slice_eq(transport, SLICE("udp")))
		url->kind = NET_UDP;
	else if (slice_eq(transport, SLICE("tcp")))
		url->kind = NET_TCP;
	else
		return url_refuse_scheme(text, err);
	if (scheme.len >= sizeof(url->scheme))
		return url_refuse_scheme(text, err);
	text_copy(url->scheme, sizeof(url->scheme), scheme);
	if (!plain)
		text_copy(url->feed, sizeof(url->feed),
			  *driver ? slice_of((*driver)->name) : name);
	return 0;
}

static bool is_any(const char *host)
{
	return strcmp(host, "*") == 0 || strcmp(host, "::") == 0 ||
	       strcmp(host, "0.0.0.0") == 0;
}

static int parse_network(struct net_url *url, struct slice rest, struct err *err)
{
	const struct feed_driver *driver;
	int listen = -1;
	size_t len = url_scheme_length(rest);
	int rc = read_scheme(url, (struct slice){rest.at, len}, &driver, err);
	if (rc != 0)
		return rc;
	struct slice query = {rest.at + len + 3, rest.len - len - 3};
	struct slice authority = slice_cut(&query, '?');
	if (authority.len > 0 && authority.at[authority.len - 1] == '/')
		authority.len--;
	struct slice port;
	rc = read_host(url, authority, &port, err);
	if (rc == 0)
		rc = url_read_query(url, query, &listen, err);
	if (rc != 0)
		return rc;
	if (url->kind == NET_TCP && listen == 0 && is_any(url->host))
		return err_set(err, -EINVAL, "%s: name a host to connect to",
			       url->text);
	if (url->kind == NET_TCP && (listen == 1 || is_any(url->host)))
		url->kind = NET_LISTEN;
	if (url->kind == NET_TCP && has_limits(url))
		return err_set(
			err, -EINVAL,
			"%s: ?allow=, ?senders=, ?per-address= and ?idle= are for "
			"sources that listen",
			url->text);
	return read_port(url, port, driver, err);
}

static int parse_file(struct net_url *url, struct slice rest, struct err *err)
{
	struct slice query = {rest.at + 5, rest.len - 5};
	struct slice path = slice_cut(&query, '?');
	text_copy(url->scheme, sizeof(url->scheme), SLICE("file"));
	if (slice_starts(path, SLICE("//"))) {
		size_t host = slice_starts(path, SLICE("//localhost/")) ? 11 : 2;
		path = (struct slice){path.at + host, path.len - host};
		if (path.len == 0 || path.at[0] != '/')
			return err_set(err, -EINVAL,
				       "%s: a file URL must name a local file, such as "
				       "file:///dev/ttyUSB0",
				       url->text);
	}
	if (path.len == 0)
		return err_set(err, -EINVAL,
			       "%s: no file name; write file:/dev/ttyUSB0", url->text);
	if (!net_url_unescape(url->path, sizeof(url->path), path))
		return err_set(err, -EINVAL, "%s: the file name is too long",
			       url->text);
	int listen;
	return url_read_query(url, query, &listen, err);
}

/* Options end a command only if they are options: a command may have a '?'. */
static bool is_program_query(struct slice query)
{
	static const char *const keys[] = {"feed=", "session=", "idle="};
	bool all = query.len > 0;
	while (all && query.len > 0) {
		struct slice pair = slice_cut(&query, '&');
		bool known = false;
		for (size_t i = 0; i < ARRAY_LEN(keys); i++)
			known |= slice_starts(pair, slice_of(keys[i]));
		all = known && !memchr(pair.at, ' ', pair.len);
	}
	return all;
}

static int parse_program(struct net_url *url, struct slice rest, struct err *err)
{
	const char *mark = strrchr(rest.at, '?');
	struct slice query = {"", 0};
	int listen;
	if (rest.len > PROGRAM_MOST)
		return err_set(err, -EINVAL,
			       "exec: the command is longer than %d bytes: put it into "
			       "a script",
			       PROGRAM_MOST - 5);
	if (mark && is_program_query(slice_of(mark + 1))) {
		query = slice_of(mark + 1);
		rest.len = (size_t)(mark - rest.at);
	}
	struct slice command = slice_trim((struct slice){rest.at + 5, rest.len - 5});
	if (command.len == 0)
		return err_set(
			err, -EINVAL,
			"exec: needs a command, as in \"exec:python3 source.py\"");
	text_copy(url->scheme, sizeof(url->scheme), SLICE("exec"));
	text_copy(url->path, sizeof(url->path), command);
	return url_read_query(url, query, &listen, err);
}

/* Of the web: its options are behind '#', which no server gets. 1: it is no such address. */
static int parse_web(struct net_url *url, struct slice rest, struct err *err)
{
	char buf[sizeof(url->scheme)];
	const size_t len = url_scheme_length(rest);
	struct slice scheme = url_lower(buf, sizeof(buf), (struct slice){rest.at, len});
	struct slice query = rest;
	int listen;
	size_t i = 0;
	while (i < ARRAY_LEN(web_schemes) &&
	       !slice_eq(scheme, slice_of(web_schemes[i].scheme)))
		i++;
	if (i == ARRAY_LEN(web_schemes) || len >= sizeof(buf))
		return 1;
	url->kind = NET_PROGRAM;
	text_copy(url->scheme, sizeof(url->scheme), scheme);
	text_copy(url->feed, sizeof(url->feed), slice_of(web_schemes[i].feed));
	if (rest.len > PROGRAM_MOST)
		return err_set(err, -EINVAL,
			       "%.60s: the address is longer than %d bytes", url->text,
			       PROGRAM_MOST);
	for (size_t k = 0; k < rest.len; k++)
		if ((unsigned char)rest.at[k] <= ' ' || rest.at[k] == '\x7f')
			return err_set(err, -EINVAL, "%.160s: a blank in an address",
				       url->text);
	struct slice authority = {rest.at + len + 3, rest.len - len - 3};
	authority = slice_cut(&authority, '/');
	authority = slice_cut(&authority, '?');
	authority = slice_cut(&authority, '#');
	if (authority.len == 0 && web_schemes[i].feed[0] == '\0')
		return err_set(err, -EINVAL, "%.160s: no host; write %s://HOST/PATH",
			       url->text, url->scheme);
	/* It would be recorded. */
	if (memchr(authority.at, '@', authority.len))
		return err_set(err, -EINVAL,
			       "%s://: no password in an address: it would be "
			       "recorded",
			       url->scheme);
	text_copy(url->path, sizeof(url->path), rest);
	memcpy(url->path, url->scheme, len);
	(void)slice_cut(&query, '#');
	if (!query.at)
		query = (struct slice){"", 0};
	return url_read_query(url, query, &listen, err);
}

/* ---- what others may see --------------------------------------------------------------- */

static size_t shown_add(char *out, size_t cap, size_t len, struct slice text)
{
	return len + text_format(out + len, cap - len, "%.*s", (int)text.len,
				 text.len > 0 ? text.at : "");
}

/* Parameters that pitwall itself reads. */
static bool query_is_own(struct slice key)
{
	static const char *const own[] = {"feed",    "session",     "baud",
					  "idle",    "every",       "listen",
					  "senders", "per-address", "allow"};
	bool found = false;
	for (size_t i = 0; !found && i < ARRAY_LEN(own); i++)
		found = slice_eq(key, slice_of(own[i]));
	return found;
}

/* Arguments may be passwords: the words before the first option or value. */
static size_t shown_command(char *out, size_t cap, struct slice command)
{
	size_t len = shown_add(out, cap, 0, SLICE("exec:"));
	while (command.len > 0) {
		struct slice word = slice_cut(&command, ' ');
		bool plain = word.len > 0 && word.at[0] != '-';
		for (size_t i = 0; plain && i < word.len; i++)
			plain = strchr("=:@?\"'$`", word.at[i]) == NULL;
		if (word.len > 0 && len > 5)
			len = shown_add(out, cap, len, SLICE(" "));
		if (word.len > 0 && !plain)
			return shown_add(out, cap, len, SLICE("***"));
		len = shown_add(out, cap, len, word);
	}
	return len;
}

static size_t shown_query(char *out, size_t cap, size_t len, struct slice query)
{
	const char *before = "?";
	while (query.len > 0) {
		struct slice value = slice_cut(&query, '&'), pair = value;
		struct slice key = slice_cut(&value, '=');
		bool own = query_is_own(key), named = value.at != NULL;
		len = shown_add(out, cap, len, slice_of(before));
		before = "&";
		if (own) {
			len = shown_add(out, cap, len, pair);
			continue;
		}
		len = shown_add(out, cap, len, named ? key : SLICE(""));
		len = shown_add(out, cap, len, named ? SLICE("=***") : SLICE("***"));
	}
	return len;
}

size_t net_url_shown(char *out, size_t cap, const char *url)
{
	struct slice path = slice_of(url), fragment, query, authority;
	const size_t scheme = url_scheme_length(path);
	out[0] = '\0';
	if (slice_starts(path, SLICE("exec:")))
		return shown_command(out, cap,
				     (struct slice){path.at + 5, path.len - 5});
	if (scheme == 0)
		return shown_add(out, cap, 0, path);
	fragment = path;
	path = slice_cut(&fragment, '#');
	query = path;
	path = slice_cut(&query, '?');
	size_t len = shown_add(out, cap, 0, (struct slice){path.at, scheme + 3});
	path = (struct slice){path.at + scheme + 3, path.len - scheme - 3};
	authority = slice_cut(&path, '/');
	struct slice host = authority;
	while (memchr(host.at, '@', host.len) != NULL)
		(void)slice_cut(&host, '@');
	if (host.len != authority.len)
		len = shown_add(out, cap, len, SLICE("***@"));
	len = shown_add(out, cap, len, host);
	if (path.at != NULL)
		len = shown_add(out, cap, len, SLICE("/"));
	len = shown_add(out, cap, len, path);
	len = shown_query(out, cap, len, query);
	if (fragment.at != NULL)
		len = shown_add(out, cap, len, SLICE("#"));
	return shown_add(out, cap, len, fragment);
}

int net_url_parse(const char *text, struct net_url *out, struct err *err)
{
	struct net_url url = {0};
	struct slice rest = slice_of(text);
	int listen, rc;
	text_clean(url.text, sizeof(url.text), rest);
	if (slice_starts(rest, SLICE("file:"))) {
		url.kind = NET_FILE;
		rc = parse_file(&url, rest, err);
	} else if (slice_starts(rest, SLICE("exec:"))) {
		url.kind = NET_PROGRAM;
		rc = parse_program(&url, rest, err);
	} else if (rest.len > 0 && rest.at[0] == '-' &&
		   (rest.len == 1 || rest.at[1] == '?')) {
		url.kind = NET_STDIN;
		(void)slice_cut(&rest, '?');
		rc = url_read_query(&url, rest, &listen, err);
	} else if (url_scheme_length(rest) > 0) {
		rc = parse_web(&url, rest, err);
		if (rc > 0)
			rc = parse_network(&url, rest, err);
	} else {
		rc = err_set(err, -EINVAL,
			     "%s is not a live source; use SCHEME://HOST:PORT, "
			     "file:PATH, exec:COMMAND or -",
			     url.text);
	}
	if (rc == 0)
		*out = url;
	return rc;
}
