/*
 * source_state.c -- the names of a source's states
 */
#include "pitwall/net.h"

static const char *const names[NET_STATE_COUNT] = {
#define X(id_, name_) [NET_##id_] = (name_),
	NET_STATES(X)
#undef X
};

const char *net_state_name(enum net_state state)
{
	return names[state];
}
