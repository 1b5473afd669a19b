/*
 * session_keys.h -- the keys of the [session] section of a session text
 */
#ifndef PITWALL_APP_SESSION_KEYS_H
#define PITWALL_APP_SESSION_KEYS_H

#include <stddef.h>

/** The name of key @index; NULL behind the last. */
const char *session_key_name(size_t index);

#endif
