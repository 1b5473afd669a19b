/*
 * replies.c -- what is in a reply of Redis: texts, arrays, entries of a stream, errors
 */
#include "redis_link.h"

struct slice redis_text(const struct redisReply *reply)
{
	if (reply == NULL || reply->type != REDIS_REPLY_STRING)
		return (struct slice){NULL, 0};
	return (struct slice){reply->str, reply->len};
}

const struct redisReply *redis_element(const struct redisReply *reply, size_t index)
{
	return reply != NULL && reply->type == REDIS_REPLY_ARRAY &&
			       index < reply->elements
		       ? reply->element[index]
		       : NULL;
}

bool redis_entry_read(const struct redisReply *reply, struct redis_entry *out)
{
	const struct redisReply *fields = redis_element(reply, 1);
	if (!redis_id_read(redis_text(redis_element(reply, 0)), &out->row, &out->part))
		return false;
	out->field = redis_text(redis_element(fields, 0));
	out->value = redis_text(redis_element(fields, 1));
	return fields != NULL && fields->elements == 2 && out->field.at != NULL &&
	       out->value.at != NULL;
}

/* ---- errors in words ----------------------------------------------------------------------- */

static const char cluster[] = "Redis is a cluster; the address must be of one server";

static const struct {
	const char *code, *words;
	enum redis_trouble trouble;
} troubles[] = {
	{"LOADING", "Redis is loading its data", REDIS_TROUBLE_LOADING},
	{"MISCONF", "Redis cannot write to its disk", REDIS_TROUBLE_DISK},
	{"OOM", "the memory of Redis is full", REDIS_TROUBLE_MEMORY},
	{"NOAUTH", "Redis asks for a user and a password", REDIS_TROUBLE_LOGIN},
	{"WRONGPASS", "Redis refuses the user or the password", REDIS_TROUBLE_LOGIN},
	{"NOPERM", "the user of Redis may not do this", REDIS_TROUBLE_DENIED},
	{"READONLY", "Redis is a replica, which cannot be written",
	 REDIS_TROUBLE_READONLY},
	{"WRONGTYPE", "a key of Redis is of another type", REDIS_TROUBLE_TYPE},
	{"MASTERDOWN", "Redis is a replica that has lost its master",
	 REDIS_TROUBLE_OTHER},
	{"BUSY", "Redis runs a script", REDIS_TROUBLE_OTHER},
	{"MOVED", cluster, REDIS_TROUBLE_OTHER},
	{"ASK", cluster, REDIS_TROUBLE_OTHER},
	{"CLUSTERDOWN", cluster, REDIS_TROUBLE_OTHER},
};

enum redis_trouble redis_trouble(const struct redisReply *reply,
				 char words[REDIS_WORDS])
{
	words[0] = '\0';
	if (reply->type != REDIS_REPLY_ERROR)
		return REDIS_TROUBLE_NONE;
	struct slice text = {reply->str, reply->len}, rest = text;
	struct slice code = slice_cut(&rest, ' ');
	for (size_t i = 0; i < ARRAY_LEN(troubles); i++) {
		if (!slice_eq(code, slice_of(troubles[i].code)))
			continue;
		bool full = troubles[i].trouble == REDIS_TROUBLE_DISK &&
			    strstr(reply->str, "No space left") != NULL;
		text_copy(words, REDIS_WORDS,
			  full ? SLICE("the disk of Redis is full")
			       : slice_of(troubles[i].words));
		return troubles[i].trouble;
	}
	char clean[REDIS_WORDS - 8];
	text_clean(clean, sizeof(clean), text);
	text_format(words, REDIS_WORDS, "Redis: %s", clean);
	return REDIS_TROUBLE_OTHER;
}
