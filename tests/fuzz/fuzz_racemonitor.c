/*
 * fuzz_racemonitor.c -- any answers of Race Monitor: what becomes part of an address are words, each
 * message comes out as it is, and the reader of RMonitor takes it
 */
#include "fuzz_laps.h"
#include "fuzz_service.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_word(struct slice text, const char *more)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || (c != '\0' && strchr(more, c))))
			return false;
	}
	return text.len > 0;
}

static void check_address(struct slice url)
{
	struct slice rest = {url.at + 6, url.len - 6};
	expect(is_word(slice_cut(&rest, '/'), ".-:"));
	expect(slice_eq(slice_cut(&rest, '/'), SLICE("instance")));
	expect(is_word(slice_cut(&rest, '/'), "-_"));
	expect(is_word(rest, "-_"));
}

static void check_join(struct slice text)
{
	expect(slice_eq(slice_cut(&text, ','), SLICE("$JOIN")));
	expect(is_word(slice_cut(&text, ','), "-_") && is_word(text, "-_"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {""};
	if (size > WRITTEN_MAX / 4)
		return 0;
	service_begin(data, size);
	service.opened = check_address;
	service.sent = check_join;
	expect(service_racemonitor.run("12345", &err) == -EINVAL);
	expect(strcmp(err.text, "that was all") == 0 && !service.socket.open);
	/* A pause: a race that is not on. */
	expect(service.len == service.messages + service.pauses);
	fuzz_laps("rmonitor", (const uint8_t *)service.written, service.len);
	return 0;
}
