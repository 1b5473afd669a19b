/*
 * beacon_ask.c -- what the console says to beacons: acknowledged, again, what time?
 *
 *   {"t":"ack","id":"sf-1","boot":"6f1c","seq":1842}                    A 1842*6E
 *   {"t":"resend","id":"sf-1","boot":"6f1c","from":1831,"to":1835}      R 1831 1835*56
 *   {"t":"time?","n":7}                                                 T 7*43
 *
 * A beacon of the text form is answered in it; it has its line to itself.
 *
 *  (1) An id or boot that JSON would have to escape is left out: on a beacon's own
 *      connection it is not needed.
 */
#include "beacon.h"

#include <string.h>

/* (1) */
static bool is_plain(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 0x7f || *p == '"' || *p == '\\')
			return false;
	return name[0] != '\0';
}

static size_t put_name(char *text, size_t max, const char *key, const char *name)
{
	if (!is_plain(name))
		return 0;
	return text_format(text, max, "\"%s\":\"%s\",", key, name);
}

static struct event *put(const struct context *c, const char *text)
{
	struct event *event = beacon_event(c, EVENT_ASK, beacon_beside(c));
	event->value = 0;
	event_set_text(c->out, event, slice_of(text));
	return event;
}

/* Of the text form: with its sum. */
static struct event *put_summed(const struct context *c, const char *words)
{
	unsigned sum = 0;
	char text[80];
	for (const char *p = words; *p != '\0'; p++)
		sum ^= (unsigned char)*p;
	text_format(text, sizeof(text), "%s*%02X\n", words, sum);
	return put(c, text);
}

/* `{"t":"ack","id":"sf-1","boot":"6f1c",` */
static size_t begin(const struct context *c, const char *type, char *text, size_t max)
{
	size_t len = text_format(text, max, "{\"t\":\"%s\",", type);
	len += put_name(text + len, max - len, "id", c->beacon->id);
	return len + put_name(text + len, max - len, "boot", c->beacon->boot);
}

void beacon_put_ack(const struct context *c)
{
	long long seq = (long long)c->beacon->heard_to;
	struct event *event;
	char text[128];
	if (c->beacon->text_form) {
		text_format(text, sizeof(text), "A %lld", seq);
		event = put_summed(c, text);
	} else {
		size_t len = begin(c, "ack", text, sizeof(text));
		text_format(text + len, sizeof(text) - len, "\"seq\":%lld}\n", seq);
		event = put(c, text);
	}
	event->bits |= EVENT_AFTER_COMMIT;
}

void beacon_put_resend(const struct context *c, int64_t from, int64_t to)
{
	char text[160];
	if (to - from >= RESEND_MAX)
		from = to - RESEND_MAX + 1;
	if (c->beacon->text_form) {
		text_format(text, sizeof(text), "R %lld %lld", (long long)from,
			    (long long)to);
		(void)put_summed(c, text);
		return;
	}
	size_t len = begin(c, "resend", text, sizeof(text));

	text_format(text + len, sizeof(text) - len, "\"from\":%lld,\"to\":%lld}\n",
		    (long long)from, (long long)to);
	(void)put(c, text);
}

void beacon_put_time(const struct context *c)
{
	long long n = (long long)c->peer->n;
	char text[48];
	if (c->peer->text_form) {
		text_format(text, sizeof(text), "T %lld", n);
		(void)put_summed(c, text);
		return;
	}
	text_format(text, sizeof(text), "{\"t\":\"time?\",\"n\":%lld}\n", n);
	(void)put(c, text);
}
