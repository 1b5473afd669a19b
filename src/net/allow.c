/*
 * allow.c -- which addresses may connect, and how many of each
 *
 * Addresses are compared as IPv6, those of IPv4 as ::ffff:0:0/96.
 */
#include "net_parts.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

enum { V4_BITS = 96, ALL_BITS = 128 };

/** In 16 bytes, IPv4 as ::ffff:a.b.c.d. */
static void address_bytes(const struct address *address, unsigned char bytes[16])
{
	static const unsigned char v4[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	if (address->at.ss_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)&address->at;
		memcpy(bytes, v4, sizeof(v4));
		memcpy(bytes + sizeof(v4), &in->sin_addr, 4);
	} else {
		const struct sockaddr_in6 *in6 = (const void *)&address->at;
		memcpy(bytes, &in6->sin6_addr, 16);
	}
}

bool address_same_host(const struct address *a, const struct address *b)
{
	unsigned char x[16], y[16];
	address_bytes(a, x);
	address_bytes(b, y);
	return memcmp(x, y, sizeof(x)) == 0;
}

/** "10.0.0.7" */
static void address_host(const struct address *address, char *text, size_t cap)
{
	unsigned char bytes[16];
	address_bytes(address, bytes);
	bool v4 = IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)bytes);
	if (!inet_ntop(v4 ? AF_INET : AF_INET6, v4 ? bytes + 12 : bytes, text,
		       (socklen_t)cap))
		text_copy(text, cap, SLICE("?"));
}

/** "10.0.0.0/8", "10.0.0.7", "fd00::/8". */
static bool net_parse(struct slice text, struct net_allowed *out)
{
	char host[64];
	struct address address;
	uint64_t bits = ALL_BITS;
	struct slice name = slice_cut(&text, '/');
	if (name.len >= sizeof(host))
		return false;
	text_copy(host, sizeof(host), name);
	if (strcmp(host, "*") == 0 || !address_parse(host, 0, &address))
		return false;
	uint64_t most = address.at.ss_family == AF_INET ? ALL_BITS - V4_BITS : ALL_BITS;
	if (text.at && (!parse_u64(text, &bits) || bits > most))
		return false;
	address_bytes(&address, out->bytes);
	out->bits = (uint8_t)(text.at ? bits + ALL_BITS - most : ALL_BITS);
	return true;
}

int net_allow_parse(const char *text, struct net_allow *out, struct err *err)
{
	struct net_allow allow = {.any = strcmp(text, "any") == 0};
	struct slice rest = slice_of(text);
	while (!allow.any && rest.at) {
		struct slice one = slice_trim(slice_cut(&rest, ','));
		if (allow.count == ARRAY_LEN(allow.nets))
			return err_set(err, -EINVAL,
				       "at most %zu networks may be allowed",
				       ARRAY_LEN(allow.nets));
		if (!net_parse(one, &allow.nets[allow.count++]))
			return err_set(err, -EINVAL,
				       "'%.*s' is not an address: write 10.0.0.7, "
				       "192.168.1.0/24 or fd00::/8, with commas "
				       "between, or any",
				       (int)(one.len < 64 ? one.len : 64), one.at);
	}
	*out = allow;
	return 0;
}

static bool allow_has(const struct net_allow *allow, const struct address *address)
{
	unsigned char bytes[16];
	address_bytes(address, bytes);
	for (unsigned i = 0; i < allow->count; i++) {
		const struct net_allowed *net = &allow->nets[i];
		unsigned whole = net->bits / 8, rest = net->bits % 8;
		if (memcmp(bytes, net->bytes, whole) == 0 &&
		    (rest == 0 ||
		     (bytes[whole] ^ net->bytes[whole]) >> (8 - rest) == 0))
			return true;
	}
	return allow->any;
}

const char *limits_allow(const struct net_limits *limits, const struct address *address)
{
	const struct net_allow *allow = &limits->allow;
	if ((allow->count > 0 || allow->any) && !allow_has(allow, address))
		return "its address is not allowed";
	return NULL;
}

const char *limits_full(const struct net_limits *limits, const struct address *address,
			unsigned there, unsigned same)
{
	/* Through a tunnel, everybody comes from loopback. */
	unsigned most = limits->per_address > 0        ? limits->per_address
			: address_is_loopback(address) ? limits->most
						       : (limits->most + 1) / 2;
	if (there >= limits->most)
		return "all places are taken";
	return same >= most ? "too many connections from its address" : NULL;
}

void refusal_count(struct net_refused *refused, const struct address *address,
		   const char *reason)
{
	refused->count++;
	address_host(address, refused->address, sizeof(refused->address));
	refused->reason = reason;
}
