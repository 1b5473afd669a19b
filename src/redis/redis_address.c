/*
 * redis_address.c -- redis://HOST/NAME/SESSION, and where user and password come from
 */
#include "pitwall/redis.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REDIS_PORT = 6379 };

bool redis_is(const char *text)
{
	return slice_starts(slice_of(text), SLICE("redis://"));
}

static bool name_takes(char c, bool first)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       (c >= '0' && c <= '9') || (!first && (c == '.' || c == '_' || c == '-'));
}

static bool name_is(struct slice name)
{
	bool fine = name.len >= 1 && name.len <= REDIS_NAME_MAX;
	for (size_t i = 0; fine && i < name.len; i++)
		fine = name_takes(name.at[i], i == 0);
	return fine;
}

void redis_name_safe(char out[REDIS_NAME_MAX + 1], struct slice text)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len && len < REDIS_NAME_MAX; i++) {
		if (name_takes(text.at[i], len == 0))
			out[len++] = text.at[i];
		else if (len > 0 && out[len - 1] != '-')
			out[len++] = '-';
	}
	while (len > 0 && out[len - 1] == '-')
		len--;
	out[len] = '\0';
	if (len == 0)
		text_copy(out, REDIS_NAME_MAX + 1, SLICE("race"));
}

/** HOST and port are read as those of a source. */
static int redis_host_read(struct redis_address *address, struct slice authority,
			   struct err *err)
{
	const char *close =
		authority.len > 0 ? memchr(authority.at, ']', authority.len) : NULL;
	const char *from = close ? close : authority.at;
	size_t left = authority.len - (size_t)(from - authority.at);
	bool has_port = left > 0 && memchr(from, ':', left) != NULL;
	struct net_url url;
	char text[sizeof(url.text)];
	if (authority.len > sizeof(text) - 16)
		return err_set(err, -EINVAL, "redis://: the host name is too long");
	text_format(text, sizeof(text), "tcp://%.*s%s", (int)authority.len,
		    authority.len > 0 ? authority.at : "", has_port ? "" : ":6379");
	if (net_url_parse(text, &url, NULL) != 0 || url.kind != NET_TCP)
		return err_set(err, -EINVAL,
			       "redis://%.*s: invalid host or port; write "
			       "redis://HOST[:6379]/NAME",
			       (int)authority.len,
			       authority.len > 0 ? authority.at : "");
	text_copy(address->host, sizeof(address->host), slice_of(url.host));
	address->port = url.port;
	return 0;
}

int redis_address_parse(const char *text, struct redis_address *out, struct err *err)
{
	struct redis_address read = {0};
	struct slice rest = slice_of(text);
	if (text == NULL || !redis_is(text))
		return err_set(err, -EINVAL,
			       "write redis://HOST[:6379]/NAME[/SESSION]");
	rest = (struct slice){rest.at + 8, rest.len - 8};
	/* Everywhere: it may be a password with a slash in it. */
	if (rest.len > 0 && memchr(rest.at, '@', rest.len) != NULL)
		return err_set(err, -EINVAL,
			       "redis://: a user or a password is not part of the "
			       "address; use PITWALL_REDIS_USER and "
			       "PITWALL_REDIS_PASSWORD, or --redis-auth FILE");
	struct slice authority = slice_cut(&rest, '/');
	int rc = redis_host_read(&read, authority, err);
	if (rc != 0)
		return rc;
	struct slice name = slice_cut(&rest, '/');
	struct slice session = slice_cut(&rest, '/');
	if ((name.len > 0 && !name_is(name)) ||
	    (session.len > 0 && !name_is(session)) ||
	    (name.len == 0 && session.len > 0) || rest.len > 0)
		return err_set(err, -EINVAL,
			       "redis://%s/...: NAME and SESSION are 1 to %d letters, "
			       "digits, points, underscores and hyphens",
			       read.host, REDIS_NAME_MAX);
	text_copy(read.name, sizeof(read.name), name);
	text_copy(read.session, sizeof(read.session), session);
	*out = read;
	return 0;
}

size_t redis_address_text(const struct redis_address *address, char *out, size_t cap)
{
	bool six = strchr(address->host, ':') != NULL;
	size_t len = text_format(out, cap, "%s%s%s", six ? "[" : "", address->host,
				 six ? "]" : "");
	if (address->port != REDIS_PORT)
		len += text_format(out + len, cap - len, ":%u", address->port);
	if (address->name[0] != '\0')
		len += text_format(out + len, cap - len, "/%s", address->name);
	if (address->session[0] != '\0')
		len += text_format(out + len, cap - len, "/%s", address->session);
	return len;
}

/* ---- user and password ------------------------------------------------------------------ */

static int auth_set(struct redis_address *address, struct slice user,
		    struct slice password, struct err *err)
{
	if (password.len == 0)
		return err_set(err, -EINVAL, "there is no password for Redis");
	if (user.len >= sizeof(address->user) ||
	    password.len >= sizeof(address->password))
		return err_set(err, -EINVAL,
			       "the user or the password of Redis is too long");
	text_copy(address->user, sizeof(address->user), user);
	text_copy(address->password, sizeof(address->password), password);
	return 0;
}

static struct slice auth_line(struct slice *text)
{
	struct slice line = slice_cut(text, '\n');
	while (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static int auth_file(struct redis_address *address, const char *file, struct err *err)
{
	char bytes[1024];
	struct stat st;
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) != 0) {
		int error = errno;
		if (fd >= 0)
			close(fd);
		return err_set(err, -error, "%s: %s", file, strerror(error));
	}
	/* systemd gives a credential to a service as a file of root and a right to
	 * read it, which shows as that of the group. */
	mode_t others = st.st_uid == 0 && geteuid() != 0 ? 037 : 077;
	bool regular = S_ISREG(st.st_mode), shared = (st.st_mode & others) != 0;
	ssize_t n = regular && !shared ? read(fd, bytes, sizeof(bytes)) : 0;
	int error = n < 0 ? errno : 0;
	close(fd);
	if (error != 0)
		return err_set(err, -error, "%s: %s", file, strerror(error));
	if (!regular)
		return err_set(err, -EINVAL, "%s: is not a regular file", file);
	if (shared)
		return err_set(err, -EACCES,
			       "%s: others can read the password in it; chmod 600 it",
			       file);
	struct slice text = {bytes, (size_t)n};
	struct slice first = auth_line(&text), second = auth_line(&text);
	bool alone = second.len == 0;
	int rc = (size_t)n == sizeof(bytes)
			 ? err_set(err, -EINVAL, "it is too long")
			 : auth_set(address, alone ? SLICE("") : first,
				    alone ? first : second, err);
	if (rc != 0)
		err_prefix(err, "%s", file);
	return rc;
}

/** @to: "TO_" in the names of the environment, or "". */
static int auth_read(struct redis_address *address, const char *file, const char *to,
		     struct err *err)
{
	char names[3][32];
	text_format(names[0], sizeof(names[0]), "PITWALL_REDIS_%sAUTH", to);
	text_format(names[1], sizeof(names[1]), "PITWALL_REDIS_%sUSER", to);
	text_format(names[2], sizeof(names[2]), "PITWALL_REDIS_%sPASSWORD", to);
	const char *named = file ? file : getenv(names[0]);
	const char *user = getenv(names[1]), *password = getenv(names[2]);
	if (named && named[0] != '\0')
		return auth_file(address, named, err);
	if (password && password[0] != '\0')
		return auth_set(address, slice_of(user), slice_of(password), err);
	if (user && user[0] != '\0')
		return err_set(err, -EINVAL, "%s needs %s", names[1], names[2]);
	return 0;
}

int redis_auth_read(struct redis_address *address, const char *file, struct err *err)
{
	return auth_read(address, file, "", err);
}

int redis_auth_read_to(struct redis_address *address, const char *file, struct err *err)
{
	return auth_read(address, file, "TO_", err);
}
