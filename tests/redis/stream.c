/*
 * stream.c -- rows of a test, and the stream that a publisher would make of them
 */
#include "stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "redis_keys.h"

enum { LONG = 70000, SHORT = 200, A_GROUP = 500 };

void stream_row(uint64_t seed, int64_t number, struct record_row *row)
{
	static char bytes[LONG], name[8];
	uint64_t random = hash_bytes(&number, sizeof(number), seed);
	size_t len = random_below(&random, 500) == 0 ? random_below(&random, LONG)
						     : random_below(&random, SHORT);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (char)(unsigned char)random_below(&random, 256);
	size_t name_len =
		random_below(&random, 3) == 0 ? 1 + random_below(&random, 3) : 0;
	for (size_t i = 0; i < name_len; i++)
		name[i] = (char)('0' + (char)random_below(&random, 10));
	*row = (struct record_row){
		.id = number,
		.type = (int)(1 + random_below(&random, 4)),
		.source = (int)random_below(&random, 3),
		.received_at = 1790000000 * US_S + number * US_MS,
		.steady = number * US_MS,
		.name = {name, name_len},
		.bytes = {bytes, len},
	};
}

void stream_describe(struct redis_server *server, const char *name, uint64_t seed)
{
	redisReply *reply = redis_server_ask(
		server,
		"HSET pitwall:test:%s:info version 1 recording %llx circuit test title "
		"Race since 1790000000000000 state live keep 1000000 host here "
		"source:1 "
		"%s source:2 %s",
		name, (unsigned long long)seed, "p3 p3://10.0.0.5:5403",
		" tcp://10.0.0.6:1");
	assert_non_null(reply);
	freeReplyObject(reply);
	(void)redis_server_number(
		server, "ZADD pitwall:sessions 1790000000000000 test/%s", name);
}

static void stream_append(struct redis_server *server, const char *name,
			  const struct record_row *row)
{
	char head[REDIS_HEAD_ROOM];
	static char value[REDIS_HEAD_ROOM + LONG];
	size_t len = redis_head(head, row);
	assert_true(len > 0 && row->bytes.len <= LONG);
	memcpy(value, head, len);
	if (row->bytes.len > 0)
		memcpy(value + len, row->bytes.at, row->bytes.len);
	redisAppendCommand(server->link, "XADD pitwall:test:%s %lld-0 r %b", name,
			   (long long)row->id, value, len + row->bytes.len);
}

static void stream_reply(struct redis_server *server)
{
	redisReply *reply = NULL;
	assert_int_equal(redisGetReply(server->link, (void **)&reply), REDIS_OK);
	if (reply->type == REDIS_REPLY_ERROR)
		fail_msg("%s", reply->str);
	freeReplyObject(reply);
}

void stream_put(struct redis_server *server, const char *name,
		const struct record_row *row)
{
	(void)redis_server_number(server, "PING");
	stream_append(server, name, row);
	stream_reply(server);
}

void stream_add(struct redis_server *server, const char *name, uint64_t seed,
		int64_t from, int64_t to)
{
	(void)redis_server_number(server, "PING");
	while (from <= to) {
		int64_t count = to - from + 1 < A_GROUP ? to - from + 1 : A_GROUP;
		for (int64_t i = 0; i < count; i++) {
			struct record_row row;
			stream_row(seed, from + i, &row);
			stream_append(server, name, &row);
		}
		for (int64_t i = 0; i < count; i++)
			stream_reply(server);
		from += count;
	}
}

struct redis_address stream_address(int port, const char *name)
{
	struct redis_address address = {
		.host = "127.0.0.1", .port = (uint16_t)port, .name = "test"};
	text_copy(address.session, sizeof(address.session), slice_of(name));
	return address;
}
