/*
 * source_documents.h -- what is in files and archives, as the bytes of one source
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

/** Where the file is a document of a web service: replace its @bytes by the lines of it and of
 * those beside it, and set @driver and how many they are. Otherwise @driver is NULL and nothing
 * changes. */
int documents_load(const char *path, struct bytes *bytes,
		   const struct feed_driver **driver, size_t *count, struct err *err);
/** Replace the @bytes of a compressed file or an archive by those of the source in it, and set @driver
 * where it is of documents. -errno with a sentence that begins with @shown. */
int documents_unpack(const char *path, const char *shown, struct bytes *bytes,
		     const struct feed_driver **driver, struct err *err);

#endif
