/*
 * without.c -- pitwall built without hiredis: one sentence
 */
#include "pitwall/redis.h"

#include <errno.h>

int redis_built(struct err *err)
{
	return err_set(err, -ENOTSUP, "this pitwall was built without Redis");
}

int redis_publisher_open(struct ev_loop *loop, struct record *record,
			 const struct redis_publish *publish,
			 struct redis_publisher **out, struct err *err)
{
	(void)loop, (void)record, (void)publish, (void)out;
	return redis_built(err);
}

void redis_publisher_wake(struct redis_publisher *publisher, uint64_t rows)
{
	(void)publisher, (void)rows;
}

void redis_publisher_describe(struct redis_publisher *publisher, const char *title,
			      const char *circuit)
{
	(void)publisher, (void)title, (void)circuit;
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

int redis_reader_open(struct ev_loop *loop, const struct redis_address *address,
		      int64_t next, const struct redis_reader_handler *handler,
		      struct redis_reader **out, struct err *err)
{
	(void)loop, (void)address, (void)next, (void)handler, (void)out;
	return redis_built(err);
}

void redis_reader_begin(struct redis_reader *reader)
{
	(void)reader;
}

void redis_reader_hold(struct redis_reader *reader, bool hold)
{
	(void)reader, (void)hold;
}

void redis_reader_close(struct redis_reader *reader)
{
	(void)reader;
}

const struct redis_reading *redis_reader_status(const struct redis_reader *reader)
{
	static const struct redis_reading none;
	(void)reader;
	return &none;
}

int redis_sessions(const struct redis_address *address, struct redis_session *out,
		   unsigned max, struct err *err)
{
	(void)address, (void)out, (void)max;
	return redis_built(err);
}

int redis_relay_open(struct ev_loop *loop, const struct redis_address *from,
		     const struct redis_publish *to, struct redis_relay **out,
		     struct err *err)
{
	(void)loop, (void)from, (void)to, (void)out;
	return redis_built(err);
}

void redis_relay_status(const struct redis_relay *relay, struct redis_relaying *out)
{
	(void)relay;
	*out = (struct redis_relaying){.code = 0};
}

void redis_relay_finish(struct redis_relay *relay)
{
	(void)relay;
}

void redis_relay_close(struct redis_relay *relay)
{
	(void)relay;
}

int redis_session_choose(struct redis_address *address, uint8_t *state, struct err *err)
{
	(void)address, (void)state;
	return redis_built(err);
}

int redis_archive_check(const struct redis_address *address, struct record *record,
			bool trim, struct redis_archived *out, struct err *err)
{
	(void)address, (void)record, (void)trim, (void)out;
	return redis_built(err);
}

int redis_asker_open(struct ev_loop *loop, const struct redis_address *address,
		     redis_answered *answered, void *context, struct redis_asker **out,
		     struct err *err)
{
	(void)loop, (void)address, (void)answered, (void)context, (void)out;
	return redis_built(err);
}

void redis_asker_ask(struct redis_asker *asker, uint64_t ask, const char *who,
		     struct slice line)
{
	(void)asker, (void)ask, (void)who, (void)line;
}

void redis_asker_close(struct redis_asker *asker)
{
	(void)asker;
}
