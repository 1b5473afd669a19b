/*
 * source_documents.c -- documents of a web service in files, joined into the lines of one source
 *
 *  (1) A service answers each question with a document. Those that lie beside the one that was named,
 *      are of the same service and do not name another session are read with it, in the order
 *      of their names.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/documents.h"
#include "source_documents.h"

enum { DOCUMENT_MAX = 64 * 1024 * 1024, LINES_BUFFER = 64 * 1024 };

int growing_write(void *context, const char *bytes, size_t len)
{
	struct growing *to = context;
	if (len > to->max - to->len) {
		size_t max = to->max * 2 + len;
		char *grown = realloc(to->at, max);
		if (grown == NULL)
			return -ENOMEM;
		to->at = grown;
		to->max = max;
	}
	memcpy(to->at + to->len, bytes, len);
	to->len += len;
	return 0;
}

struct document {
	char name[128];
	struct bytes bytes;
};

/* ---- documents ------------------------------------------------------------------------ */

static int documents_join(struct document *documents, size_t count, struct bytes *lines,
			  struct err *err)
{
	static char buffer[LINES_BUFFER];
	struct growing to = {NULL, 0, 0};
	struct out out = {.write = growing_write,
			  .context = &to,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	for (size_t i = 0; i < count; i++)
		(void)document_write(slice_of(documents[i].name),
				     documents[i].bytes.data, &out);
	if (out_flush(&out) != 0 || to.at == NULL) {
		free(to.at);
		return err_set(err, -ENOMEM, "out of memory");
	}
	*lines = (struct bytes){.data = {to.at, to.len}, .owned = true};
	return 0;
}

static int document_by_name(const void *a, const void *b)
{
	const struct document *x = a, *y = b;
	return strcmp(x->name, y->name);
}

/** (1) Returns how many documents there are then. */
static size_t load_beside(const char *path, struct document *documents)
{
	const struct document first = documents[0];
	const struct feed_driver *driver =
		document_driver(slice_of(first.name), first.bytes.data);
	uint64_t session = document_session(slice_of(first.name), first.bytes.data);
	char folder[SOURCE_PATH_MAX], file[SOURCE_PATH_MAX + 256];
	size_t count = 1, at = (size_t)(source_base(path) - path);
	text_format(folder, sizeof(folder), "%.*s", at > 0 ? (int)at : 2,
		    at > 0 ? path : "./");
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	while (dir != NULL && count < DOCUMENTS_MAX && (entry = readdir(dir)) != NULL) {
		struct document *one = &documents[count];
		struct slice name = slice_of(entry->d_name), end = SLICE(".json");
		struct err unread;
		if (name.len <= end.len || name.len >= sizeof(one->name) ||
		    memcmp(name.at + name.len - end.len, end.at, end.len) != 0 ||
		    strcmp(entry->d_name, first.name) == 0)
			continue;
		text_format(file, sizeof(file), "%s%s", folder, entry->d_name);
		if (bytes_load_optional(file, DOCUMENT_MAX, &one->bytes, &unread) != 0)
			continue;
		text_copy(one->name, sizeof(one->name), name);
		uint64_t of = document_session(name, one->bytes.data);
		if (document_driver(name, one->bytes.data) == driver &&
		    (of == session || of == 0 || session == 0))
			count++;
		else
			bytes_free(&one->bytes);
	}
	if (dir != NULL)
		closedir(dir);
	qsort(documents, count, sizeof(*documents), document_by_name);
	return count;
}

int documents_load(const char *path, struct bytes *bytes,
		   const struct feed_driver **driver, struct err *err)
{
	struct slice name = slice_of(source_base(path));
	*driver = document_driver(name, bytes->data);
	if (*driver == NULL)
		return 0;
	struct document *documents = calloc(DOCUMENTS_MAX, sizeof(*documents));
	if (documents == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	text_copy(documents[0].name, sizeof(documents[0].name), name);
	documents[0].bytes = *bytes;
	*bytes = (struct bytes){0};
	size_t count = load_beside(path, documents);
	int rc = documents_join(documents, count, bytes, err);
	for (size_t i = 0; i < count; i++)
		bytes_free(&documents[i].bytes);
	free(documents);
	return rc;
}
