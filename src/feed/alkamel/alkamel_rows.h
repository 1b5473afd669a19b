/*
 * alkamel_rows.h -- the parts of reading a row
 */
#ifndef PITWALL_FEED_ALKAMEL_ROWS_H
#define PITWALL_FEED_ALKAMEL_ROWS_H

#include "alkamel.h"

/** Read ak->line into @row, whatever its shape; false: it is no row, and the
 * reason was counted. (alkamel_careful.c) */
bool ak_row_careful(struct ak *ak, struct ak_row *row);
/** Tenths of km/h; 0: not a speed. (alkamel_careful.c) */
uint16_t ak_speed(struct slice text);
/** Find the car and the spellings ak->line names; false: the row cannot be used,
 * and the reason was counted. (alkamel_names.c) */
bool ak_row_identify(struct ak *ak, struct ak_row *row);
/** Count the variants of the rows that were all alike. (alkamel_names.c) */
void ak_memo_flush(struct ak *ak);

#endif
