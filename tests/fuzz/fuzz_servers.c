/*
 * fuzz_servers.c -- a small race served as RMonitor, JSON Lines and P3: clients come and
 * go, ask anything in any pieces, and take what is sent or not; time passes
 *
 * Byte 0: how many may connect, and the speed. Byte 1: what is asked of a server.
 */
#include <stdint.h>

#include "fuzz_ends.h"
#include "fuzz_p3.h"
#include "fuzz_race.h"
#include "pitwall/session.h"
#include "serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct session *the_race(void)
{
	static struct session *session;
	/* The check of leaks does not look into mapped memory. */
	static const void *volatile in_use;
	struct options options;
	struct err err;
	if (session)
		return session;
	race_options(&options);
	if (session_load(&options, LOAD_HISTORY | LOAD_KEYFRAMES, &session, &err) != 0)
		abort();
	in_use = session->parts;
	(void)in_use;
	race_remove();
	return session;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct session *session = the_race();
	struct fuzz_input input = {data + 2, data + size};
	struct serve *serve = NULL;
	struct err err;
	if (size < 2)
		return 0;
	const struct serve_plan plan = {
		.rmonitor = "0",
		.jsonl = "0",
		.p3 = "0",
		.from = session->timeline.start_at + data[1] / 4 * 10 * US_S,
		.speed_num = 1 + data[0] / 16 * 8,
		.speed_den = 1,
		.limits = {.most = data[0] % 4, .per_address = data[0] / 4 % 4},
		.patience = 2 * US_S,
		.lines = (data[1] & 1) != 0,
		.wait = (data[1] & 2) != 0,
	};
	ends_begin(SOCK_STREAM);
	if (serve_open(ends.loop, session, NULL, &plan, &serve, &err) != 0)
		abort();
	const uint16_t ports[] = {serve_port_p3(serve), serve_port_rmonitor(serve),
				  serve_port_jsonl(serve)};
	while (input.at < input.end)
		ends_step(&input, ports, ARRAY_LEN(ports));
	serve_close(serve);
	ends_end();
	return 0;
}
