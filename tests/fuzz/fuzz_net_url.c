/*
 * fuzz_net_url.c -- a live source of any bytes is understood or refused with a sentence
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool holds)
{
	if (!holds)
		abort();
}

#define IS_TEXT(field) expect(strnlen(field, sizeof(field)) < sizeof(field))

static void check_url(const struct net_url *url)
{
	char clean[sizeof(url->text)];
	IS_TEXT(url->text);
	IS_TEXT(url->scheme);
	IS_TEXT(url->host);
	IS_TEXT(url->path);
	IS_TEXT(url->feed);
	IS_TEXT(url->session);
	expect(url->kind <= NET_PROGRAM);
	text_clean(clean, sizeof(clean), slice_of(url->text));
	expect(strcmp(clean, url->text) == 0);
	expect((url->path[0] != '\0') ==
	       (url->kind == NET_FILE || url->kind == NET_PROGRAM));
	expect((url->host[0] != '\0') == (url->kind < NET_FILE));
	expect(url->kind != NET_TCP || url->port != 0);
	expect(url->baud == 0 || url->kind == NET_FILE);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct net_url url;
	struct err err = {""};
	char *text = malloc(size + 1);
	if (!text)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	memset(&url, 'x', sizeof(url));
	struct net_url before = url;
	if (net_url_parse(text, &url, &err) == 0) {
		check_url(&url);
		expect(url.kind == NET_STDIN || net_url_is(text));
	} else {
		expect(err.text[0] != '\0');
		expect(memcmp(&url, &before, sizeof(url)) == 0);
	}
	free(text);
	return 0;
}
