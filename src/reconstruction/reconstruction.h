/*
 * reconstruction.h -- the 1000 km of Le Mans of 9 November 2003, from what is known
 */
#ifndef PITWALL_RECONSTRUCTION_RECONSTRUCTION_H
#define PITWALL_RECONSTRUCTION_RECONSTRUCTION_H

#include "crossings.h"

/* The texts in assets/races/le-mans-1000km-2003: what is known (facts) and what
 * was decided to fill the rest (estimates); about.md there explains the columns. */
struct recon_files {
	struct slice entries, results, pace, stops, anchors, weather, flags, chronology;
};

/** Bytes of scratch recon_2003() needs, aligned as malloc aligns. */
size_t recon_scratch(void);
/** Reconstruct the race from the texts. @sim: passings and passings_max are the
 * caller's (24 Ki are enough) and so is setup (start_at, clock_at, length_us,
 * line_count, line_ppm; the circuit's and session's own); the rest is filled. Every
 * seed satisfies the same facts. -EINVAL with file, line and reason when a text is
 * bad or no race fits what it asks. */
int recon_2003(struct sim_race *sim, const struct recon_files *files, uint64_t seed,
	       void *scratch, struct err *err);

#endif
