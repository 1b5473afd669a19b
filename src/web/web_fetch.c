/*
 * web_fetch.c -- documents by HTTP, with libcurl
 *
 * Cited rules are those of pitwall_web.h.
 */
#include "pitwall_web.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
	CONNECT_S = 10,
	WHOLE_MS = 30 * 1000,
	SLOW_BYTES = 200, /* a second, for SLOW_S: it is given up */
	SLOW_S = 10,
	REDIRECTS = 3,
	HEAD_MAX = 64 * 1024,
	CA_MAX = 16 * 1024 * 1024,
	WAIT_MOST = 600,
};

struct web_options web_options;

static CURL *handle;
static char problem[CURL_ERROR_SIZE];
static struct web_buffer body = {.limit = WEB_BODY_MAX}, ca;
static size_t head_len;
static unsigned retry_after;

bool web_buffer_add(struct web_buffer *buffer, const char *bytes, size_t len)
{
	if (len > buffer->limit - buffer->len)
		return false;
	if (buffer->len + len >= buffer->max) {
		size_t max = buffer->max == 0 ? 4096 : buffer->max;
		while (max <= buffer->len + len)
			max *= 2;
		char *grown = realloc(buffer->at, max);
		if (!grown)
			return false;
		buffer->at = grown;
		buffer->max = max;
	}
	memcpy(buffer->at + buffer->len, bytes, len);
	buffer->len += len;
	buffer->at[buffer->len] = '\0';
	return true;
}

struct slice web_buffer_slice(const struct web_buffer *buffer)
{
	return (struct slice){buffer->len > 0 ? buffer->at : "", buffer->len};
}

/* ---- certificates ------------------------------------------------------------------- */

/* As distributions name the file. */
static const char *const ca_files[] = {
	"/etc/ssl/certs/ca-certificates.crt",
	"/etc/pki/tls/certs/ca-bundle.crt",
	"/etc/ssl/ca-bundle.pem",
	"/etc/ssl/cert.pem",
};

static bool ca_read(const char *path)
{
	char bytes[16 * 1024];
	size_t n;
	FILE *file = fopen(path, "re");
	bool fine = file != NULL;
	ca = (struct web_buffer){.limit = CA_MAX};
	while (fine && (n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		fine = web_buffer_add(&ca, bytes, n);
	fine = fine && ferror(file) == 0 && ca.len > 0;
	if (file)
		(void)fclose(file);
	return fine;
}

int web_fetch_begin(const char *ca_path, struct err *err)
{
	bool found = ca_path && ca_read(ca_path);
	if (ca_path && !found)
		return err_set(err, -ENOENT, "%s: cannot be read", ca_path);
	for (size_t i = 0; !found && i < ARRAY_LEN(ca_files); i++)
		found = ca_read(ca_files[i]);
	if (!found)
		return err_set(
			err, -ENOENT,
			"no certificates of authorities: install ca-certificates");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(err, -ENOMEM, "libcurl cannot start");
	handle = curl_easy_init();
	return handle ? 0 : err_set(err, -ENOMEM, "libcurl cannot start");
}

/* ---- limits ----------------------------------------------------------------------------- */

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
	(void)context;
	return web_buffer_add(&body, bytes, size * count) ? size * count : 0;
}

static size_t on_head(char *bytes, size_t size, size_t count, void *context)
{
	(void)bytes;
	(void)context;
	head_len += size * count;
	return head_len <= HEAD_MAX ? size * count : 0;
}

/* (1) */
void web_curl_limits(void *curl, const char *protocols)
{
	struct curl_blob blob = {ca.at, ca.len, CURL_BLOB_NOCOPY};
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, problem);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_USERAGENT,
			 "pitwall/" PITWALL_VERSION " (live timing in a terminal)");
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, protocols);
	curl_easy_setopt(curl, CURLOPT_MAXREDIRS, (long)REDIRECTS);
	curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
	curl_easy_setopt(curl, CURLOPT_PROXY_CAINFO_BLOB, &blob);
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_S);
	curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
}

int web_curl_failed(const char *url, int code, const char *detail, struct err *err)
{
	char host[128];
	struct slice rest = slice_of(url);
	const char *sep = strstr(url, "://");
	if (sep)
		rest = slice_of(sep + 3);
	/* No token, no password. */
	struct slice name = slice_cut(&rest, '/');
	name = slice_cut(&name, '?');
	while (memchr(name.at, '@', name.len))
		(void)slice_cut(&name, '@');
	text_copy(host, sizeof(host), name);
	if (code == CURLE_WRITE_ERROR || code == CURLE_FILESIZE_EXCEEDED)
		return err_set(err, -EFBIG, "%s: the answer is larger than %d MiB",
			       host, WEB_BODY_MAX / (1024 * 1024));
	return err_set(err, -EIO, "%s: %s", host,
		       detail[0] != '\0' ? detail : curl_easy_strerror((CURLcode)code));
}

/* ---- a request ------------------------------------------------------------------------- */

void web_url(char url[WEB_URL_MAX], const char *base, const char *fmt, ...)
{
	va_list args;
	size_t len = text_copy(url, WEB_URL_MAX, slice_of(base));
	if (web_options.base) {
		const char *sep = strstr(base, "://");
		const char *path = sep ? strchr(sep + 3, '/') : NULL;
		len = text_format(url, WEB_URL_MAX, "%s%s", web_options.base,
				  path ? path : "/");
	}
	va_start(args, fmt);
	(void)vsnprintf(url + len, WEB_URL_MAX - len, fmt, args);
	va_end(args);
}

static int answer_check(const char *url, struct err *err)
{
	long status = 0;
	curl_off_t wait = 0;
	curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &wait);
	if (status >= 200 && status < 300)
		return 0;
	if (wait > 0)
		retry_after = wait > WAIT_MOST ? WAIT_MOST : (unsigned)wait;
	char words[48];
	text_format(words, sizeof(words), "HTTP %ld", status);
	(void)web_curl_failed(url, CURLE_OK, words, err);
	return status == 404 ? -ENOENT : -EIO;
}

static int request(const char *url, bool post, struct slice *out, struct err *err)
{
	bool plain = strncmp(url, "http://", 7) == 0;
	long ms = WHOLE_MS;
	if (web_options.until > 0 && web_options.until - web_ms() < ms)
		ms = (long)(web_options.until - web_ms());
	body.len = head_len = 0;
	retry_after = 0;
	problem[0] = '\0';
	if (ms <= 0)
		return web_curl_failed(url, CURLE_OPERATION_TIMEDOUT,
				       "the service answers too slowly", err);
	curl_easy_reset(handle);
	web_curl_limits(handle, plain ? "http,https" : "https");
	curl_easy_setopt(handle, CURLOPT_URL, url);
	curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, post ? 0L : 1L);
	curl_easy_setopt(handle, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, ms);
	curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, (long)SLOW_BYTES);
	curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, (long)SLOW_S);
	curl_easy_setopt(handle, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)WEB_BODY_MAX);
	curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, on_head);
	if (post) {
		curl_easy_setopt(handle, CURLOPT_POST, 1L);
		curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, 0L);
		curl_easy_setopt(handle, CURLOPT_POSTFIELDS, "");
	}
	CURLcode code = curl_easy_perform(handle);
	if (code == CURLE_WRITE_ERROR && head_len > HEAD_MAX)
		return web_curl_failed(url, CURLE_OK,
				       "the head of the answer is too long", err);
	if (code != CURLE_OK)
		return web_curl_failed(url, (int)code, problem, err);
	*out = web_buffer_slice(&body);
	return answer_check(url, err);
}

int web_get(const char *url, struct slice *out, struct err *err)
{
	return request(url, false, out, err);
}

int web_post(const char *url, struct slice *out, struct err *err)
{
	return request(url, true, out, err);
}

unsigned web_retry_after(void)
{
	return retry_after;
}
