/*
 * json_line.h -- members of a line of JSON; unknown values are left out
 *
 * A line begins with json_begin() and ends with json_end(); members are in the
 * order of the calls.
 */
#ifndef PITWALL_ENCODE_JSON_LINE_H
#define PITWALL_ENCODE_JSON_LINE_H

#include "write.h"

/** {"at": the instant, null for INSTANT_NONE */
void json_begin(struct out *out, instant_us at);
void json_end(struct out *out);
/** Left out when empty. */
void json_text(struct out *out, const char *name, struct slice text);
void json_string(struct out *out, const char *name, const char *text);
void json_number(struct out *out, const char *name, int64_t value);
/** Left out when 0. */
void json_known(struct out *out, const char *name, int64_t value);
void json_bool(struct out *out, const char *name, bool yes);
/** Seconds; left out for DURATION_NONE. */
void json_seconds(struct out *out, const char *name, duration_us t);
/** UTC in ISO 8601 with microseconds; left out for INSTANT_NONE. */
void json_instant(struct out *out, const char *name, instant_us at);
/** Seconds under @time, or laps under @laps; left out for GAP_NONE. */
/** The name of a car: @kind of enum id_kind, @id cut at EVENT_ID_MAX. */
void json_id(struct out *out, unsigned kind, const char *id);
void json_gap(struct out *out, const char *time, const char *laps, struct gap gap);

#endif
