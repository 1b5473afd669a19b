/*
 * source_documents.h -- documents of a web service in files, joined into the lines of one source
 */
#ifndef PITWALL_SESSION_SOURCE_DOCUMENTS_H
#define PITWALL_SESSION_SOURCE_DOCUMENTS_H

#include "pitwall/source.h"

/* Bytes that grow; begins as zeros, @at is to be freed. */
struct growing {
	char *at;
	size_t len, max;
};
/** The write() of a struct out whose context is a struct growing. */
int growing_write(void *context, const char *bytes, size_t len);

enum { DOCUMENTS_MAX = 64 };

/** Where the file is a document of a web service: replace its @bytes by the lines of it and of
 * those beside it, and set @driver. Otherwise @driver is NULL and nothing changes. */
int documents_load(const char *path, struct bytes *bytes,
		   const struct feed_driver **driver, struct err *err);

#endif
