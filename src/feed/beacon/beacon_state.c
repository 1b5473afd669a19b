/*
 * beacon_state.c -- the beacons of a stream and their boots: which one a line belongs to
 *
 * The invariants are those of beacon.c.
 */
#include "beacon.h"

#include <string.h>

#define TEXT_LATE (5 * US_S) /* datagrams may be reordered by this much */

/* ---- writing events --------------------------------------------------------- */

struct event *beacon_event(const struct beacon_context *c, enum event_kind kind,
			   instant_us at)
{
	struct event *event = decoding_event(&c->d, kind, at);
	event->value = DURATION_NONE;
	return event;
}

/* ---- the beacons of a stream -------------------------------------------------- */

static void begin_boot(struct beacon *b, struct slice id, struct slice boot)
{
	memset(b, 0, sizeof(*b));
	text_copy(b->id, sizeof(b->id), id);
	text_copy(b->boot, sizeof(b->boot), boot);
	b->line = LINE_NONE;
	b->in_use = true;
	b->current = true;
}

/* Forget a boot whose slot is reused. */
static void beacon_forget(struct beacon_state *state, const struct beacon *b)
{
	uint16_t index = (uint16_t)(b - state->beacons + 1);
	for (size_t i = 0; i < FEED_PEERS_MAX; i++) {
		struct peer *peer = &state->peers[i];
		if (peer->hello == index)
			peer->hello = 0;
		if (peer->last == index)
			peer->last = 0;
	}
	state->to_acknowledge &= ~((uint32_t)1 << (index - 1));
	beacon_links_forget(state, b);
}

/* @s fits into @z and has no zero byte. */
static bool beacon_state_same(const char *z, struct slice s)
{
	size_t i = 0;
	while (i < s.len && z[i] == s.at[i])
		i++;
	return i == s.len && z[i] == '\0';
}

/* How many current beacons sent their last line over the connection of @peer. */
static unsigned beacons_of_peer(const struct beacon_state *state, uint16_t peer)
{
	unsigned n = 0;
	for (size_t i = 0; i < BEACONS_MAX; i++) {
		const struct beacon *b = &state->beacons[i];
		n += b->in_use && b->current && b->peer == peer;
	}
	return n;
}

/* Whether @b makes room before @other. */
static bool beacon_before(const struct beacon *b, const struct beacon *other)
{
	if (b->current != other->current)
		return other->current;
	if (b->current && b->counted != other->counted)
		return other->counted; /* no fact of it is known */
	return b->used_at < other->used_at;
}

/* A free slot, otherwise that of an ended boot, otherwise one of a connection that is no
 * more, or that has more beacons than this one would have: the names that one sender makes
 * up leave room for the beacons of others. */
static struct beacon *beacon_slot(struct beacon_state *state)
{
	struct beacon *found = NULL;
	unsigned own = beacons_of_peer(state, state->peer) + 1;
	for (size_t i = 0; i < BEACONS_MAX; i++) {
		struct beacon *b = &state->beacons[i];
		if (!b->in_use)
			return b;
		if (b->current && b->peer != PEER_GONE &&
		    beacons_of_peer(state, b->peer) <= own)
			continue;
		if (!found || beacon_before(b, found))
			found = b;
	}
	return found;
}

/* A line without a boot belongs to the newest. A new boot takes over the loop of the
 * last one. */
struct beacon *beacon_find(struct beacon_state *state, const struct beacon_message *m)
{
	struct beacon *before = NULL, *b = &state->beacons[state->last];
	bool any_boot = !BEACON_HAS(m, boot);
	if (b->in_use && beacon_state_same(b->id, m->id) &&
	    (any_boot ? b->current : beacon_state_same(b->boot, m->boot)))
		return b;
	for (size_t i = 0; i < BEACONS_MAX; i++) {
		b = &state->beacons[i];
		if (!b->in_use || !beacon_state_same(b->id, m->id))
			continue;
		if (any_boot ? b->current : beacon_state_same(b->boot, m->boot))
			return b;
		if (b->current)
			before = b;
	}
	if (before)
		before->current = false;
	b = beacon_slot(state);
	if (!b) {
		if (before)
			before->current = true;
		return NULL;
	}
	uint8_t line = before ? before->line : LINE_NONE;

	if (b->in_use)
		beacon_forget(state, b);
	begin_boot(b, m->id, m->boot);
	b->line = line;
	return b;
}

/* True if it was restarted: a tick went back (ticks are not sent again), or a number
 * went back further than a beacon keeps records. */
static bool text_restarted(const struct beacon *b, const struct beacon_message *m)
{
	if (!b->has_tick || !b->counted || !BEACON_HAS(m, seq))
		return false;
	if (m->type == BEACON_TICK)
		return m->us < b->tick_us - TEXT_LATE && m->seq <= b->top;
	return m->us < b->tick_us - TEXT_LATE && m->seq < b->top - RESEND_MAX;
}

/* The text form has no boot id. */
static void text_restart(struct beacon_state *state, struct beacon *b)
{
	char id[sizeof(b->id)], boot[sizeof(b->boot)];
	uint8_t line = b->line;
	uint16_t peer = b->peer;
	memcpy(id, b->id, sizeof(id));
	memcpy(boot, b->boot, sizeof(boot));
	beacon_links_forget(state, b);
	begin_boot(b, slice_of(id), slice_of(boot));
	b->line = line;
	b->peer = peer;
}

struct beacon *beacon_of_text(struct beacon_state *state,
			      const struct beacon_message *m)
{
	static const struct beacon_message nameless;
	const struct peer *peer = &state->peers[state->peer];
	struct beacon *b = NULL;
	if (peer->hello > 0)
		b = &state->beacons[peer->hello - 1];
	for (size_t i = 0; !b && i < BEACONS_MAX; i++) {
		struct beacon *other = &state->beacons[i];
		if (other->in_use && other->id[0] == '\0' && other->peer == state->peer)
			b = other;
	}
	if (!b) {
		b = beacon_slot(state);
		if (!b)
			return NULL;
		if (b->in_use)
			beacon_forget(state, b);
		begin_boot(b, nameless.id, nameless.boot);
	}
	if (text_restarted(b, m))
		text_restart(state, b);
	return b;
}

/* The names of this circuit first, then those that every circuit has. */
uint8_t beacon_line(const struct feed_setup *setup, struct slice loop)
{
	uint8_t line;
	for (uint8_t i = 0; i < setup->line_count && i < LINES_MAX; i++)
		if (slice_eq_nocase(loop, slice_of(setup->line_names[i])))
			return i;
	line = line_by_name(loop);
	if (line < LINES_MAX && line > 0 && setup->line_count > 0 &&
	    line >= setup->line_count)
		return LINE_NONE;
	return line;
}
