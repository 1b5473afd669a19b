/*
 * entry_list.h -- an organiser's entry list into the columns of ours
 */
#ifndef PITWALL_APP_ENTRY_LIST_H
#define PITWALL_APP_ENTRY_LIST_H

#include "pitwall/encode.h"

struct entry_list {
	unsigned cars, drivers; /* drivers: most of any car */
	char unused[160];       /* columns nobody asked for, by name; "" none */
};

/** Read a list in CSV (commas, semicolons or tabs; a row a car, the columns by name,
 * with the names people give them) and write it as the "entries" text of app.h. @out
 * is NULL: only read. -EINVAL with a sentence that names file and line. */
int entry_list_write(struct slice text, const char *where, struct entry_list *list,
		     struct out *out, struct err *err);

#endif
