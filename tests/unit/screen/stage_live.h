/*
 * stage_live.h -- the stage at half past, live: sources, a recording, faults
 */
#ifndef PITWALL_TEST_SCREEN_STAGE_LIVE_H
#define PITWALL_TEST_SCREEN_STAGE_LIVE_H

#include "stage.h"

enum { STAGE_FEEDS = 4 };

/** At the live edge with one good source (feed_count may be raised to STAGE_FEEDS: a
 * silent, a refused and a waiting one), anomalies, faults of the fold, a claim of car
 * 47 that differs and a transponder of no entry, 2906141. Shows the timing screen. */
struct stage *stage_live(void);

#endif
