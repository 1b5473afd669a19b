/*
 * fuzz_decoded.c -- any bytes are legal decoded events; what is read of them is clean
 *
 * The bytes are those behind the checksum, which is made to agree.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/decoded.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { CHECKSUM = 8, EVENTS = 4096, TEXT = 16 * 1024 };

static struct event events[EVENTS];
static char pool[TEXT];

static void check_text(const struct event_list *list, const struct event *event)
{
	char clean[TEXT];
	if (event->text_len == 0)
		return;
	if ((size_t)event->text + event->text_len >= list->text_len ||
	    list->text[event->text + event->text_len] != '\0')
		abort();
	struct slice text = event_text(list, event);
	struct slice part = slice_cut(&text, '\x1f');
	if (text_clean(clean, sizeof(clean), part) != part.len ||
	    memcmp(clean, part.at, part.len) != 0)
		abort();
}

static void check_event(const struct event_list *list, const struct event *event)
{
	char id[EVENT_ID_MAX + 1] = "";
	check_text(list, event);
	text_clean(id, sizeof(id), slice_of(event->id));
	if (event->kind >= EVENT_KIND_COUNT || event->flag >= FLAG_COUNT ||
	    event->source >= 2 || event->id_kind > ID_REGISTRATION ||
	    memcmp(id, event->id, strlen(id) + 1) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct decoded_reader reader;
	struct event_list list = {
		.at = events, .max = EVENTS, .text = pool, .text_max = TEXT};
	size_t len = CHECKSUM + size + DECODED_PADDING;
	char *bytes = calloc(1, len);
	int64_t number = 0;
	if (bytes == NULL)
		abort();
	if (size > 0)
		memcpy(bytes + CHECKSUM, data, size);
	decoded_seal(bytes, len);
	if (decoded_open(&reader, (struct slice){bytes, len}, 2)) {
		enum decoded_item item;
		while ((item = decoded_next(&reader, &number)) != DECODED_BAD &&
		       item != DECODED_END) {
			struct feed_info info;
			uint32_t count, text, from = list.count;
			if (item == DECODED_BEGIN)
				number = decoded_number(&reader);
			if (item == DECODED_INFO)
				decoded_read_info(&reader, &info);
			if (item != DECODED_EVENTS)
				continue;
			decoded_room(&reader, &count, &text);
			if (!decoded_read_events(&reader, &list, count, text))
				break;
			for (uint32_t i = from; i < list.count; i++)
				check_event(&list, &list.at[i]);
		}
	}
	free(bytes);
	return 0;
}
