/*
 * web_members.c -- members of the JSON objects that services send
 */
#include "pitwall_web.h"

static bool member_of(struct slice object, const char *name, struct json_value *value)
{
	struct json_reader reader = json_reader_of(object);
	return json_read_members(&reader, &name, value, 1);
}

void web_member(struct slice object, const char *name, char *to, size_t cap)
{
	struct json_value value;
	size_t len = 0;
	to[0] = '\0';
	if (!member_of(object, name, &value))
		return;
	if (value.kind == JSON_NUMBER || (value.kind == JSON_STRING && !value.escaped))
		text_copy(to, cap, value.raw);
	else if (value.kind == JSON_STRING &&
		 json_unescape(value.raw, to, cap - 1, &len))
		to[len] = '\0';
	else
		to[0] = '\0';
}

bool web_member_is_true(struct slice object, const char *name)
{
	struct json_value value;
	return member_of(object, name, &value) && slice_eq(value.raw, SLICE("true"));
}
