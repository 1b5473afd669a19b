/*
 * fuzz_services.c -- any answers of the services that pitwall-web asks: they are followed or refused,
 * and what is written is lines
 *
 * Byte 0: the service, and whether it is followed or asked for its list.
 */
#include "fuzz_service.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- in place of web_say.c, which leaves out what it wrote before --------------------------- */

static int check_lines(void *context, const char *bytes, size_t len)
{
	(void)context;
	for (size_t i = 0; i < len; i++)
		expect((unsigned char)bytes[i] >= ' ' || bytes[i] == '\n');
	return 0;
}

/* Names are from the service too. */
bool web_griiip(const char *name, struct slice body)
{
	char buffer[512];
	struct out out = {.write = check_lines, .buf = buffer, .max = sizeof(buffer)};
	bool fine = document_write_griiip(slice_of(name), body, &out);
	(void)out_flush(&out);
	return fine;
}

bool web_standing(const char *name, struct slice body)
{
	char buffer[512];
	struct out out = {.write = check_lines, .buf = buffer, .max = sizeof(buffer)};
	const struct feed_driver *driver = document_driver(slice_of(name), body);
	/* Changes of Formula 1 are lines already: their reader takes any. */
	if (driver && strcmp(driver->name, "f1") == 0)
		return true;
	bool fine = document_write(slice_of(name), body, &out);
	(void)out_flush(&out);
	return fine;
}

void web_poll_end(void)
{
}

/* Five cells a line, and nothing that a terminal obeys. */
static void check_list(struct slice lines)
{
	while (lines.len > 0) {
		struct slice line = slice_cut(&lines, '\n');
		unsigned tabs = 0;
		for (size_t i = 0; i < line.len; i++) {
			tabs += line.at[i] == '\t';
			expect((unsigned char)line.at[i] >= ' ' || line.at[i] == '\t');
		}
		expect(tabs == 4 && lines.at);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct {
		const struct web_service *service;
		const char *what; /* NULL: the list */
	} asked[] = {
		{&service_griiip, "wec"},     {&service_griiip, "18130"},
		{&service_griiip, NULL},      {&service_swisstiming, "SRO"},
		{&service_swisstiming, NULL}, {&service_imsa, ""},
		{&service_imsa, NULL},        {&service_nls, "24h"},
	};
	struct err err = {""};
	if (size == 0 || size > WRITTEN_MAX / 4)
		return 0;
	const unsigned which = data[0] % ARRAY_LEN(asked);
	service_begin(data + 1, size - 1);
	service.socket.open = false;
	if (asked[which].what) {
		expect(asked[which].service->run(asked[which].what, &err) == -EINVAL);
		expect(err.text[0] != '\0');
	} else {
		int rc = asked[which].service->list(&err);
		expect(rc >= 0 || err.text[0] != '\0');
		check_list((struct slice){service.written, service.len});
	}
	return 0;
}
