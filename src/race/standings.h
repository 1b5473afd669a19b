/*
 * standings.h -- gaps, shared by the standings and the classification
 */
#ifndef PITWALL_RACE_STANDINGS_H
#define PITWALL_RACE_STANDINGS_H

#include "pitwall/race.h"

/** Difference of the best laps; GAP_NONE when either has none. */
struct gap gap_of_best(const struct race *race, uint16_t ahead, uint16_t car);

#endif
