/*
 * drivers.h -- the rows of the table in feed.c
 */
#ifndef PITWALL_FEED_DRIVERS_H
#define PITWALL_FEED_DRIVERS_H

#include "pitwall/feed.h"

extern const struct feed_driver feed_alkamel;
extern const struct feed_driver feed_beacon;
extern const struct feed_driver feed_f1;
extern const struct feed_driver feed_griiip;
extern const struct feed_driver feed_hhtiming;
extern const struct feed_driver feed_events;
extern const struct feed_driver feed_imsa;
extern const struct feed_driver feed_multiloop;
extern const struct feed_driver feed_nls;
extern const struct feed_driver feed_p3;
extern const struct feed_driver feed_p98;
extern const struct feed_driver feed_rmonitor;
extern const struct feed_driver feed_swisstiming;
extern const struct feed_driver feed_timing71;

#endif
