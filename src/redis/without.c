/*
 * without.c -- pitwall built without hiredis: one sentence
 */
#include "pitwall/redis.h"

#include <errno.h>

int redis_publisher_open(struct ev_loop *loop, struct record *record,
			 const struct redis_publish *publish,
			 struct redis_publisher **out, struct err *err)
{
	(void)loop, (void)record, (void)publish, (void)out;
	return err_set(err, -ENOTSUP, "this pitwall was built without Redis");
}

void redis_publisher_wake(struct redis_publisher *publisher, uint64_t rows)
{
	(void)publisher, (void)rows;
}

void redis_publisher_status(const struct redis_publisher *publisher,
			    struct redis_published *out)
{
	(void)publisher;
	*out = (struct redis_published){.since = INSTANT_NONE};
}

bool redis_publisher_finish(struct redis_publisher *publisher, uint64_t rows)
{
	(void)publisher, (void)rows;
	return false;
}

void redis_publisher_close(struct redis_publisher *publisher)
{
	(void)publisher;
}
