/*
 * source_documents.c -- what is in files and archives, as the bytes of one source
 *
 *  (1) A service answers each question with a document. Those that lie beside the one that was named,
 *      or with it in an archive, are of the same service and do not name another session are read with it, in
 *      the order of their names.
 *  (2) An archive holds such documents, or one file that a driver reads. Where it holds several, pitwall
 *      does not choose.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "pitwall/documents.h"
#include "source_documents.h"
#include "source_unpack.h"

enum {
	DOCUMENT_MAX = 64 * 1024 * 1024,
	DOCUMENTS_MAX = 200 * 1000,
	LINES_BUFFER = 64 * 1024,
	HEAD_MAX = 4096,
};

int growing_write(void *context, const char *bytes, size_t len)
{
	struct growing *to = context;
	if (len > UINT32_MAX - to->len)
		return -EFBIG;
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

/* ---- documents ------------------------------------------------------------------------ */

struct documents {
	struct member *at;
	size_t count, max;
};

static struct member *documents_add(struct documents *documents)
{
	if (documents->count == documents->max) {
		size_t max = documents->max * 2 + 16;
		struct member *at = realloc(documents->at, max * sizeof(*at));
		if (at == NULL)
			return NULL;
		documents->at = at;
		documents->max = max;
	}
	struct member *member = &documents->at[documents->count++];
	memset(member, 0, sizeof(*member));
	return member;
}

static const struct feed_driver *member_driver(const struct member *member)
{
	return document_driver(slice_of(member->name), member->bytes.data);
}

static uint64_t member_session(const struct member *member)
{
	return document_session(slice_of(member->name), member->bytes.data);
}

/** What the frames of a recording mean is in its manifest; a first state comes before its
 * changes. */
static bool member_leads(const struct member *member)
{
	return strcmp(member->name, "manifest.json") == 0 ||
	       strstr(member->name, "subscribe") != NULL;
}

static int member_order(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	bool first = member_leads(x), second = member_leads(y);
	return first != second ? (int)second - (int)first : strcmp(x->name, y->name);
}

static int documents_join(struct documents *documents, const char *shown,
			  struct bytes *lines, struct err *err)
{
	struct growing to = {NULL, 0, 0};
	struct out out = {.write = growing_write,
			  .context = &to,
			  .buf = malloc(LINES_BUFFER),
			  .max = LINES_BUFFER};
	if (out.buf == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	if (documents->count > 1)
		qsort(documents->at, documents->count, sizeof(*documents->at),
		      member_order);
	if (documents->count > 0)
		document_begin(member_driver(&documents->at[0]), &out);
	for (size_t i = 0; i < documents->count; i++) {
		const struct member *member = &documents->at[i];
		if (!document_write(slice_of(member->name), member->bytes.data, &out))
			document_damaged(member_driver(member), slice_of(member->name),
					 &out);
	}
	int rc = out_flush(&out);
	free(out.buf);
	if (rc != 0 || to.at == NULL) {
		free(to.at);
		return err_set(err, rc != 0 ? rc : -EINVAL, "%s: %s", shown,
			       rc == -EFBIG ? "it makes more than 4 GiB of lines"
			       : rc != 0    ? "out of memory"
					    : "nothing is in it");
	}
	*lines = (struct bytes){.data = {to.at, to.len}, .owned = true};
	const char *lacks =
		document_lacks(member_driver(&documents->at[0]), lines->data);
	return lacks != NULL ? err_set(err, -EINVAL, "%s: %s", shown, lacks) : 0;
}

/* ---- files beside --------------------------------------------------------------------- */

/** True where the file was added. */
static bool add_file(struct documents *documents, const char *folder, const char *name)
{
	const struct member first = documents->at[0];
	char file[SOURCE_PATH_MAX + 256];
	struct bytes bytes;
	struct err unread;
	text_format(file, sizeof(file), "%s%s", folder, name);
	if (bytes_load_optional(file, DOCUMENT_MAX, &bytes, &unread) != 0 ||
	    bytes.data.at == NULL)
		return false;
	struct member *member = documents_add(documents);
	if (member == NULL) {
		bytes_free(&bytes);
		return false;
	}
	text_copy(member->name, sizeof(member->name), slice_of(name));
	member->bytes = bytes;
	uint64_t session = member_session(&first), of = member_session(member);
	if (member_driver(member) == member_driver(&first) &&
	    (of == session || of == 0 || session == 0))
		return true;
	bytes_free(&member->bytes);
	documents->count--;
	return false;
}

/** The first state and its changes are two files. */
static void add_counterpart(struct documents *documents, const char *folder)
{
	static const char ends[2][16] = {"live.txt", "subscribe.txt"};
	const char *own = documents->at[0].name;
	for (unsigned i = 0; i < 2; i++) {
		const char *at = strstr(own, ends[i]);
		char other[160];
		if (at == NULL)
			continue;
		text_format(other, sizeof(other), "%.*s%s", (int)(at - own), own,
			    ends[1 - i]);
		(void)add_file(documents, folder, other);
		return;
	}
}

/** (1) */
static void add_beside(struct documents *documents, const char *path)
{
	char folder[SOURCE_PATH_MAX], own[128];
	size_t at = (size_t)(source_base(path) - path);
	text_copy(own, sizeof(own), slice_of(documents->at[0].name));
	text_format(folder, sizeof(folder), "%.*s", at > 0 ? (int)at : 2,
		    at > 0 ? path : "./");
	if (strstr(own, ".json") == NULL) {
		add_counterpart(documents, folder);
		return;
	}
	DIR *dir = opendir(folder);
	const struct dirent *entry;
	while (dir != NULL && documents->count < DOCUMENTS_MAX &&
	       (entry = readdir(dir)) != NULL) {
		struct slice name = slice_of(entry->d_name), end = SLICE(".json");
		if (name.len > end.len && name.len < sizeof(own) &&
		    memcmp(name.at + name.len - end.len, end.at, end.len) == 0 &&
		    strcmp(entry->d_name, own) != 0)
			(void)add_file(documents, folder, entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

int documents_load(const char *path, struct bytes *bytes,
		   const struct feed_driver **driver, size_t *count, struct err *err)
{
	struct documents documents = {NULL, 0, 0};
	struct slice name = slice_of(source_base(path));
	*driver = document_driver(name, bytes->data);
	if (*driver == NULL)
		return 0;
	struct member *first = documents_add(&documents);
	if (first == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	text_copy(first->name, sizeof(first->name), name);
	first->bytes = *bytes;
	*bytes = (struct bytes){.owned = false};
	if (strcmp(path, "-") != 0)
		add_beside(&documents, path);
	*count = documents.count;
	int rc = documents_join(&documents, path, bytes, err);
	for (size_t i = 0; i < documents.count; i++)
		bytes_free(&documents.at[i].bytes);
	free(documents.at);
	return rc;
}

/* ---- archives --------------------------------------------------------------------------- */

/** Move the member to the front of the bytes, which become the source's. */
static void take_member(struct unpacked *unpacked, size_t index, struct bytes *bytes)
{
	struct slice from = unpacked->members[index].bytes.data;
	char *to = (char *)(uintptr_t)unpacked->all.data.at;
	memmove(to, from.at, from.len);
	bytes_free(bytes);
	*bytes = (struct bytes){.data = {to, from.len}, .owned = true};
	unpacked->all = (struct bytes){.owned = false};
}

static bool member_is_read(const struct member *member)
{
	enum feed_marks marks;
	struct slice head = member->bytes.data;
	if (head.len > HEAD_MAX)
		head.len = HEAD_MAX;
	return head.len > 0 &&
	       (feed_sniff_file(head, &marks) != NULL || member_driver(member) != NULL);
}

/** What a document of an office program is: it is a zip file. */
static const char *office_words(const struct unpacked *unpacked)
{
	static const struct {
		const char *name, *words;
	} kinds[] = {
		{"workbook.xml",
		 "an Excel workbook: export the sheet of laps as CSV and open that"},
		{"workbook.bin",
		 "an Excel workbook: export the sheet of laps as CSV and open that"},
		{"[Content_Types].xml",
		 "a document of Microsoft Office: export it as CSV and open that"},
		{"mimetype",
		 "a document of an office program: export it as CSV and open that"},
	};
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		for (size_t i = 0; i < unpacked->count; i++)
			if (strcmp(unpacked->members[i].name, kinds[k].name) == 0)
				return kinds[k].words;
	return NULL;
}

/** (2): none is read, or several are. */
static int refuse_members(const struct unpacked *unpacked, const char *shown,
			  struct err *err)
{
	char names[160] = "";
	size_t len = 0, read = 0;
	const char *office = office_words(unpacked);
	if (office != NULL)
		return err_set(err, -EINVAL, "%s: %s", shown, office);
	for (size_t i = 0; i < unpacked->count; i++) {
		const struct member *member = &unpacked->members[i];
		if (record_sniff(member->bytes.data))
			return err_set(err, -EINVAL,
				       "%s: holds a recording: unpack it and open %s",
				       shown, member->name);
		if (!member_is_read(member))
			continue;
		if (++read <= 3)
			len += text_format(names + len, sizeof(names) - len, "%s%s",
					   read > 1 ? ", " : "", member->name);
	}
	if (read > 0)
		return err_set(err, -EINVAL,
			       "%s: an archive of %zu files that pitwall reads (%s%s): "
			       "unpack it and open one",
			       shown, read, names, read > 3 ? " ..." : "");
	return err_set(
		err, -EINVAL,
		"%s: none of the %zu files in it is timing data that this version "
		"knows (the first is %s)",
		shown, unpacked->count,
		unpacked->count > 0 ? unpacked->members[0].name : "none");
}

static int choose_members(struct unpacked *unpacked, struct bytes *bytes,
			  const struct feed_driver **driver, const char *shown,
			  struct err *err)
{
	struct documents documents = {NULL, 0, 0};
	size_t read = 0, which = 0, others = 0;
	uint64_t session = 0;
	for (size_t i = 0; i < unpacked->count; i++) {
		const struct feed_driver *found = member_driver(&unpacked->members[i]);
		uint64_t of = found != NULL ? member_session(&unpacked->members[i]) : 0;
		if (*driver == NULL)
			*driver = found;
		if (session == 0)
			session = of;
		others += found != NULL && of != 0 && of != session;
		if (found != NULL && found == *driver) {
			struct member *member = documents_add(&documents);
			if (member != NULL)
				*member = unpacked->members[i];
		}
	}
	if (others > 0) {
		free(documents.at);
		*driver = NULL;
		return refuse_members(unpacked, shown, err);
	}
	if (documents.count > 0) {
		bytes_free(bytes);
		int rc = documents_join(&documents, shown, bytes, err);
		free(documents.at);
		return rc;
	}
	for (size_t i = 0; i < unpacked->count; i++)
		if (unpacked->count == 1 || member_is_read(&unpacked->members[i])) {
			read++;
			which = i;
		}
	if (read != 1 || record_sniff(unpacked->members[which].bytes.data) ||
	    office_words(unpacked) != NULL)
		return refuse_members(unpacked, shown, err);
	const char *kind = bytes_refused(unpacked->members[which].bytes.data);
	if (kind != NULL)
		return err_set(err, -EINVAL, "%s: in it is %s: %s", shown,
			       unpacked->members[which].name, kind);
	take_member(unpacked, which, bytes);
	return 0;
}

int documents_unpack(const char *path, const char *shown, struct bytes *bytes,
		     const struct feed_driver **driver, struct err *err)
{
	struct unpacked unpacked;
	int rc = unpack_file(path, shown, bytes->data, &unpacked, err);
	if (rc != 0)
		return rc;
	rc = choose_members(&unpacked, bytes, driver, shown, err);
	unpacked_free(&unpacked);
	return rc;
}
