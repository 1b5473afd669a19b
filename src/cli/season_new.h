/*
 * season_new.h -- `season new`
 */
#ifndef PITWALL_CLI_SEASON_NEW_H
#define PITWALL_CLI_SEASON_NEW_H

#include "option_rows.h"

/** Write a season file with comments, to -o or standard output. EXIT_... */
int season_new(const struct options *options);

#endif
