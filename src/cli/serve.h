/*
 * serve.h -- a session served to clients: RMonitor, JSON Lines, P3
 *
 *  (1) A client gets the state of the session, then the events in order; one that cannot
 *      keep up gets the state again. The server waits for no client.
 *  (2) Nothing is sent before its time: at an instant clients know the race as of that
 *      instant.
 *  (3) The times of P3 are the race's, moved by one whole amount: laps keep their length
 *      at any speed. In real time, and with --utc, the instant at which serving began is
 *      now. At another speed the clock of the decoder runs at that speed and shows the time
 *      of the race, so that no reader takes it for the time of today.
 */
#ifndef PITWALL_CLI_SERVE_H
#define PITWALL_CLI_SERVE_H

#include "pitwall/live.h"
#include "pitwall/net.h"
#include "pitwall/wire.h"

struct serve;

struct serve_plan {
	const char *rmonitor, *jsonl, *p3; /* addresses; NULL: not served */
	instant_us from;                   /* of a replay */
	int32_t speed_num, speed_den;
	struct net_limits limits;    /* of each server */
	duration_us patience;        /* net_service.patience */
	bool lines;                  /* P3: of every line, not the finish alone */
	bool utc;                    /* P3: UTC beside the decoder's own clock */
	bool miles;                  /* RMonitor: the unit of the circuit's length */
	enum wire_encoding encoding; /* of RMonitor */
	unsigned wait; /* begin when so many clients are connected; 0: at once */
	unsigned
		refresh; /* RMonitor: seconds from one full refresh to the next; 0: none */
};

/** Listen. @session is a replay when @live is NULL. */
int serve_open(struct ev_loop *loop, struct session *session, struct live *live,
	       const struct serve_plan *plan, struct serve **out, struct err *err);
void serve_close(struct serve *serve); /* NULL is fine */
/** Send the new events of a live session. */
void serve_live(struct serve *serve);
/** Ports listened on; 0: not served. */
uint16_t serve_port_rmonitor(const struct serve *serve);
uint16_t serve_port_jsonl(const struct serve *serve);
/** The transponder that P3 sends of a car: its own, or one made up. */
uint32_t serve_transponder(const struct race *race, uint16_t car);
uint16_t serve_port_p3(const struct serve *serve);
/** True when a server listens to more than this machine. */
bool serve_is_open_to_others(const struct serve *serve);
/** True when a replay has sent all events. */
bool serve_is_over(const struct serve *serve);

#endif
