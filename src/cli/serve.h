/*
 * serve.h -- a session for others to listen to: RMonitor, JSON Lines, P3
 *
 *  (1) A client hears the session as it stands, then what happens, in order; one that
 *      cannot keep up begins anew with how it stands then. Nobody is waited for.
 *  (2) Nothing is told before its time: what a client hears at an instant is what the
 *      race was at that instant.
 *  (3) The times of P3 are the race's, moved by one whole amount, so that the instant
 *      at which serving began is now: laps keep their length at any speed. A decoder
 *      of satellites' time, as this one says it is, may run ahead of the wall.
 */
#ifndef PITWALL_CLI_SERVE_H
#define PITWALL_CLI_SERVE_H

#include "pitwall/live.h"

struct serve;

struct serve_plan {
	const char *rmonitor, *jsonl, *p3; /* addresses; NULL: not served */
	instant_us from;                   /* of a replay */
	int32_t speed_num, speed_den;
	bool lines; /* P3: of every line, not the finish alone */
	bool wait;  /* begin when the first client has come */
};

/** Listen. @session is a replay when @live is NULL. */
int serve_open(struct ev_loop *loop, struct session *session, struct live *live,
	       const struct serve_plan *plan, struct serve **out, struct err *err);
void serve_close(struct serve *serve); /* NULL is fine */
/** Events of a live session were taken: tell of them. */
void serve_live(struct serve *serve);
/** Ports listened on; 0: not served. */
uint16_t serve_port_rmonitor(const struct serve *serve);
uint16_t serve_port_jsonl(const struct serve *serve);
uint16_t serve_port_p3(const struct serve *serve);
/** True when a server listens to more than this machine. */
bool serve_is_open_to_others(const struct serve *serve);
/** A replay has told all there is. */
bool serve_is_over(const struct serve *serve);

#endif
