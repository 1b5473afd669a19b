/*
 * source_rows.c -- the rows of a SOURCE: a recording's as they are, of files one for each mark
 * of a capture, else one for the file (source.h)
 *
 *  (1) Several files are merged by the time of reception of their pieces; equal times,
 *      and files without marks, in the order of the command line.
 *  (2) Bytes before the first mark of a capture have the time of that mark.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pitwall/live.h"
#include "pitwall/documents.h"
#include "source_documents.h"

enum { TEXT_MAX = 16 * 1024 * 1024, HEAD_BYTES = 4096 };

const char bundled_race[] = "races/le-mans-1000km-2003.pitwall";

struct rows_file {
	const struct feed_driver *driver;
	const char *map;
	size_t documents; /* joined; 0: it is none */
	struct bytes bytes;
	uint8_t marks; /* enum feed_marks */
	/* Of a capture: how far it is unwrapped. */
	struct feed_capture capture;
	struct slice rest, piece;
	instant_us first_at; /* of the first mark */
	char *unwrapped;     /* room for a piece */
	bool over;
};

/* ---- files beside the race ---------------------------------------------------------- */

/** A sidecar that cannot be read is reported, and the race is read without it. */
static bool read_beside(struct rows *rows, enum setup_text index, const char *path)
{
	struct bytes text;
	struct err err;
	if (bytes_load_optional(path, TEXT_MAX, &text, &err) != 0) {
		text_copy(rows->texts.unread, sizeof(rows->texts.unread),
			  slice_of(err.text));
		return true;
	}
	if (text.data.at != NULL)
		setup_texts_put(&rows->texts, index, path, &text);
	return text.data.at != NULL;
}

static void read_sidecars(struct rows *rows)
{
	static const struct {
		enum setup_text text;
		const char *suffix;
	} sidecars[] = {{TEXT_SIDECAR, ".json"}, {TEXT_WEATHER, "_weather.csv"}};
	char whole[SOURCE_PATH_MAX], stem[SOURCE_PATH_MAX], path[SOURCE_PATH_MAX + 16];
	source_stem(rows->path, stem, sizeof(stem));
	text_copy(whole, sizeof(whole), slice_of(rows->path));
	char *dot = strrchr(whole, '.');
	if (dot != NULL && dot > source_base(whole))
		*dot = '\0';
	for (size_t i = 0; i < ARRAY_LEN(sidecars); i++) {
		text_format(path, sizeof(path), "%s%s", whole, sidecars[i].suffix);
		if (strcmp(path, rows->path) == 0)
			continue;
		if (read_beside(rows, sidecars[i].text, path) ||
		    strcmp(whole, stem) == 0)
			continue;
		text_format(path, sizeof(path), "%s%s", stem, sidecars[i].suffix);
		(void)read_beside(rows, sidecars[i].text, path);
	}
}

/* ---- opening ------------------------------------------------------------------------ */

static void name_formats(char *names, size_t cap)
{
	size_t len = 0;
	for (size_t i = 0; feed_drivers[i] != NULL && len < cap; i++)
		len += text_format(names + len, cap - len, "%s%s", i == 0 ? "" : ", ",
				   feed_drivers[i]->name);
}

/** The names of a file that lies beside the lap file, those of the lap file, and what the
 * file has. */
static const struct {
	const char *beside, *laps, *what;
} lap_names[] = {
	{"-results", "-laps", "results"},
	{"_results", "_laps", "results"},
	{"_results", "", "results"},
	{"-weather", "-laps", "weather"},
	{"_weather", "_laps", "weather"},
	{"_weather", "", "weather"},
	{"-flags", "-laps", "flags"},
	{"_flags", "_laps", "flags"},
	{"_flags", "", "flags"},
	{"03_Results", "23_Time Cards", "results"},
	{"03_Results", "23_Analysis", "results"},
	{"03_Classification", "23_Analysis", "results"},
	{"05_Classification", "23_Analysis", "results"},
	{"05_Results by Class", "23_Time Cards", "results"},
	{"25_FlagsAnalysisWithRCMessages", "23_Analysis", "flags"},
	{"25_Flags", "23_Time Cards", "flags"},
	{"26_Weather", "23_Analysis", "weather"},
	{"26_Weather", "23_Time Cards", "weather"},
	{".json", ".csv", "set-up"},
};

/** Find the lap file beside @path; return what @path has by its name, NULL if there is no
 * lap file. */
static const char *find_lap_file(const char *path, char *laps, size_t cap)
{
	for (size_t i = 0; i < ARRAY_LEN(lap_names); i++) {
		const char *base = source_base(path);
		const char *found = strstr(base, lap_names[i].beside);
		struct stat st;
		if (found == NULL)
			continue;
		text_format(laps, cap, "%.*s%s%s", (int)(found - path), path,
			    lap_names[i].laps, found + strlen(lap_names[i].beside));
		if (stat(laps, &st) == 0 && S_ISREG(st.st_mode))
			return lap_names[i].what;
	}
	return NULL;
}

bool source_results_beside(const char *laps, char *path, size_t cap)
{
	const char *base = source_base(laps);
	struct stat st;
	for (size_t i = 0; i < ARRAY_LEN(lap_names); i++) {
		const char *found = lap_names[i].laps[0] == '\0'
					    ? strrchr(base, '.')
					    : strstr(base, lap_names[i].laps);
		if (found == NULL || strcmp(lap_names[i].what, "results") != 0)
			continue;
		text_format(path, cap, "%.*s%s%s", (int)(found - laps), laps,
			    lap_names[i].beside, found + strlen(lap_names[i].laps));
		if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
			return true;
	}
	return false;
}

/** A file that no driver knows: one beside a lap file, by its columns or its name, or none
 * of ours. */
static int rows_refuse(const char *shown, const char *path, struct slice file,
		       struct err *err)
{
	char names[160], laps[SOURCE_PATH_MAX], clean[128];
	struct slice head = {file.at, file.len < HEAD_BYTES ? file.len : HEAD_BYTES};
	const char *by_columns = feed_lap_file_sibling(head);
	const char *by_name = find_lap_file(path, laps, sizeof(laps));
	const char *what = by_columns != NULL ? by_columns : by_name;
	const char *known = what == NULL ? document_refused(file) : NULL;
	if (known != NULL)
		return err_set(err, -EINVAL, "%s: %s", shown, known);
	name_formats(names, sizeof(names));
	if (what == NULL)
		return err_set(err, -EINVAL,
			       "%s: neither a recording nor a format this version "
			       "knows (%s); ?feed=NAME behind the name overrides",
			       shown, names);
	if (by_name == NULL)
		return err_set(err, -EINVAL,
			       "%s: this is the %s file: open the lap file beside it "
			       "(...-laps.csv, 23_Analysis... or 23_Time Cards...)",
			       shown, what);
	text_clean(clean, sizeof(clean), slice_of(laps));
	return err_set(err, -EINVAL, "%s: this is the %s file: open %s", shown, what,
		       clean);
}

static struct slice file_head(const struct rows_file *file)
{
	struct slice head = file->bytes.data;
	if (head.len > HEAD_BYTES)
		head.len = HEAD_BYTES;
	return head;
}

static int map_refuse(const char *shown, enum document_mapped mapped,
		      struct slice wrong, struct slice table, struct err *err)
{
	char part[64], columns[160];
	text_clean(part, sizeof(part), wrong);
	if (mapped == DOCUMENT_NO_FIELD)
		return err_set(err, -EINVAL,
			       "%s: --map: '%s' does not name a column of laps, for "
			       "example number=Car,lap=Lap,time=Lap Time",
			       shown, part);
	if (table.len > HEAD_BYTES)
		table.len = HEAD_BYTES;
	text_clean(columns, sizeof(columns), slice_cut(&table, '\n'));
	return err_set(err, -EINVAL,
		       "%s: --map: the table has no column '%s'; its first line is: %s",
		       shown, part, columns);
}

/** --map: the titles of a table are replaced. */
static int map_titles(const char *shown, const char *map, struct bytes *bytes,
		      struct err *err)
{
	enum { BUFFER = 4096 };
	char buffer[BUFFER];
	struct growing to = {NULL, 0, 0};
	struct out out = {.write = growing_write,
			  .context = &to,
			  .buf = buffer,
			  .max = sizeof(buffer)};
	struct slice wrong;
	enum document_mapped mapped =
		document_map(bytes->data, slice_of(map), &out, &wrong);
	int rc = out_flush(&out);
	if (rc == 0 && mapped != DOCUMENT_MAPPED)
		rc = map_refuse(shown, mapped, wrong, bytes->data, err);
	else if (rc != 0 || to.at == NULL)
		rc = err_set(err, -ENOMEM, "%s: out of memory", shown);
	if (rc != 0) {
		free(to.at);
		return rc;
	}
	bytes_free(bytes);
	*bytes = (struct bytes){.data = {to.at, to.len}, .owned = true};
	return 0;
}

static int choose_driver(const char *shown, const struct source_spec *spec,
			 struct rows_file *file, struct err *err)
{
	const char *feed = spec->feed;
	enum feed_marks marks = FEED_MARKS_NONE;
	char names[160], inside[SOURCE_PATH_MAX + 64];
	if (file->bytes.packed) {
		struct slice words = slice_of(bytes_refused(file->bytes.data));
		struct slice kind = slice_cut(&words, ':');
		int rc = documents_unpack(spec->path, shown, &file->bytes,
					  &file->driver, err);
		if (rc != 0)
			return rc;
		text_format(inside, sizeof(inside), "%s, %.*s, unpacked", shown,
			    (int)kind.len, kind.at);
		shown = inside;
	}
	if (file->map != NULL) {
		int rc = map_titles(shown, file->map, &file->bytes, err);
		if (rc != 0)
			return rc;
	}
	struct slice head = file_head(file);
	name_formats(names, sizeof(names));
	if (feed[0] != '\0') {
		file->driver = feed_by_name(slice_of(feed));
		if (file->driver == NULL)
			return err_set(err, -EINVAL,
				       "?feed=%s: there is no such feed; there are %s",
				       feed, names);
		if (file->driver->frame != NULL)
			marks = feed_capture_detect(head);
	} else {
		if (head.len == 0)
			return err_set(err, -EINVAL, "%s: empty", shown);
		int rc = 0;
		if (file->driver == NULL)
			rc = documents_load(spec->path, &file->bytes, &file->driver,
					    &file->documents, err);
		if (rc != 0)
			return rc;
		head = file_head(file);
		if (file->driver == NULL)
			file->driver = feed_sniff_file(head, &marks);
		else
			marks = feed_capture_detect(head);
	}
	if (file->driver == NULL)
		return rows_refuse(shown, spec->path, file->bytes.data, err);
	file->marks = file->driver->frame != NULL ? (uint8_t)marks : FEED_MARKS_NONE;
	bytes_fetch(&file->bytes);
	return 0;
}

static bool next_piece(struct rows_file *file)
{
	size_t len = 0;
	while (feed_capture_next(&file->capture, &file->rest, file->unwrapped, &len))
		if (len > 0) {
			file->piece = (struct slice){file->unwrapped, len};
			return true;
		}
	file->over = true;
	return false;
}

static void begin_capture(struct rows_file *file)
{
	file->capture = (struct feed_capture){.at = INSTANT_NONE, .marks = file->marks};
	file->rest = file->bytes.data;
	file->over = false;
	(void)next_piece(file);
}

/** (2) */
static int open_capture(struct rows_file *file, const char *shown, struct err *err)
{
	/* A piece is never longer than what it was wrapped in. */
	file->unwrapped = malloc(file->bytes.data.len + 1);
	if (file->unwrapped == NULL)
		return err_set(err, -ENOMEM, "%s: out of memory", shown);
	begin_capture(file);
	while (!file->over && file->capture.at == INSTANT_NONE)
		(void)next_piece(file);
	file->first_at = file->capture.at;
	return 0;
}

/** Documents of a service are called by what they answer; their folder has the name of the race. */
static void name_by_folder(const char *path, struct rows *rows,
			   struct record_source *source)
{
	char folder[SOURCE_PATH_MAX];
	text_copy(folder, sizeof(folder),
		  (struct slice){path, (size_t)(source_base(path) - path)});
	size_t len = strlen(folder);
	if (len < 2)
		return;
	folder[len - 1] = '\0';
	text_clean(source->url, sizeof(source->url), slice_of(source_base(folder)));
	rows->by_folder = rows->count == 1;
}

/** The next source, whose bytes are loaded: its name and its driver. */
static int open_file(struct rows *rows, const struct source_spec *spec, struct err *err)
{
	struct rows_file *file = &rows->files[rows->count];
	struct record_source *source = &rows->sources[rows->count];
	char shown[128];
	text_clean(shown, sizeof(shown), slice_of(spec->path));
	text_clean(source->url, sizeof(source->url), slice_of(source_base(spec->path)));
	file->map = rows->map;
	source->id = (int)++rows->count;
	int rc = choose_driver(strcmp(spec->path, "-") == 0 ? rows->shown : shown, spec,
			       file, err);
	if (rc != 0)
		return rc;
	text_copy(source->driver, sizeof(source->driver), slice_of(file->driver->name));
	if (file->documents > 2)
		name_by_folder(spec->path, rows, source);
	rows->size += file->bytes.data.len;
	return file->marks == FEED_MARKS_NONE ? 0 : open_capture(file, shown, err);
}

static int open_recording(struct rows *rows, struct err *err)
{
	int count = 0;
	int rc = record_open(rows->path, &rows->record, err);
	if (rc == 0)
		rc = record_sources(rows->record, rows->sources, SOURCES_MAX, &count,
				    err);
	if (rc == 0 && count == 0)
		rc = err_set(err, -EINVAL, "%s: the recording is empty", rows->shown);
	rows->count = rc == 0 ? (unsigned)count : 0;
	return rc;
}

/** A recording may be larger than a file that is read whole. Its @size. */
static bool is_recording(const char *path, uint64_t *size)
{
	char head[16];
	struct stat st;
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return false;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	if (fd >= 0)
		close(fd);
	if (n <= 0 || !record_sniff((struct slice){head, (size_t)n}))
		return false;
	*size = (uint64_t)st.st_size;
	return true;
}

static int open_first(struct rows *rows, const struct source_spec *spec,
		      struct err *err)
{
	bool piped = strcmp(spec->path, "-") == 0;
	struct bytes *bytes = &rows->files[0].bytes;
	text_copy(rows->path, sizeof(rows->path), slice_of(spec->path));
	text_copy(rows->wanted, sizeof(rows->wanted), slice_of(spec->session));
	text_clean(rows->shown, sizeof(rows->shown),
		   piped ? SLICE("standard input") : slice_of(spec->path));
	rows->recording = is_recording(spec->path, &rows->size);
	if (rows->recording)
		return open_recording(rows, err);
	int rc = bytes_load_packed(spec->path, bytes, err);
	if (rc != 0)
		return rc;
	if (record_sniff(bytes->data))
		return err_set(err, -EINVAL,
			       "%s: a recording is read from a file, not from a pipe; "
			       "save it first",
			       rows->shown);
	rc = open_file(rows, spec, err);
	if (rc == 0 && !piped)
		read_sidecars(rows);
	return rc;
}

/** Another file of the same race. */
static int open_more(struct rows *rows, const struct source_spec *spec, struct err *err)
{
	const struct feed_driver *first = rows->files[0].driver;
	if (rows->recording || first->frame == NULL)
		return err_set(err, -EINVAL,
			       "%s: is read alone; only what loops and timing systems "
			       "sent is put together",
			       rows->shown);
	struct rows_file *file = &rows->files[rows->count];
	int rc = bytes_load_packed(spec->path, &file->bytes, err);
	if (rc != 0)
		return rc;
	if (record_sniff(file->bytes.data)) {
		bytes_free(&file->bytes);
		return err_set(err, -EINVAL, "%s: a recording is read alone",
			       spec->path);
	}
	rc = open_file(rows, spec, err);
	if (rc == 0 && file->driver->frame == NULL)
		rc = err_set(err, -EINVAL,
			     "%s: a file of laps is read alone; only what loops and "
			     "timing systems sent is put together",
			     spec->path);
	return rc;
}

static int open_all(struct rows *rows, const struct options *options, struct err *err)
{
	struct source_spec *spec = calloc(1, sizeof(*spec));
	if (spec == NULL)
		return err_set(err, -ENOMEM, "out of memory");
	/* Of a race in Redis its copy, up to now. */
	int rc = live_is_copy(options) ? live_copy_fetch(options, NULL, NULL, spec->path, err)
				       : source_choose(options->source_count == 0
							       ? NULL
							       : options->sources[0],
						       spec, err);
	if (rc == 0)
		rc = open_first(rows, spec, err);
	for (unsigned i = 1; rc == 0 && i < options->source_count; i++) {
		rc = i < SOURCES_MAX ? source_choose(options->sources[i], spec, err)
				     : err_set(err, -E2BIG, "more than %d sources",
					       SOURCES_MAX);
		if (rc == 0)
			rc = open_more(rows, spec, err);
	}
	free(spec);
	if (rc == 0 && options->session != NULL && session_is_file(options->session))
		rc = session_file_read(options->session, &rows->texts, err);
	return rc;
}

int rows_open(const struct options *options, struct rows **out, struct err *err)
{
	struct rows *rows = calloc(1, sizeof(*rows));
	struct rows_file *files = calloc(SOURCES_MAX, sizeof(*files));
	if (rows == NULL || files == NULL) {
		free(rows);
		free(files);
		return err_set(err, -ENOMEM, "out of memory");
	}
	rows->files = files;
	rows->map = options->map;
	int rc = open_all(rows, options, err);
	if (rc != 0) {
		rows_close(rows);
		return rc;
	}
	*out = rows;
	return 0;
}

void rows_close(struct rows *rows)
{
	if (rows == NULL)
		return;
	for (unsigned i = 0; i < SOURCES_MAX; i++) {
		free(rows->files[i].unwrapped);
		bytes_free(&rows->files[i].bytes);
	}
	setup_texts_free(&rows->texts);
	(void)record_close(rows->record, NULL);
	free(rows->files);
	free(rows);
}

/* ---- the rows ------------------------------------------------------------------------- */

static int each_whole(struct rows *rows, unsigned index,
		      int (*each)(void *context, const struct record_row *row),
		      void *context)
{
	const struct record_row row = {
		.received_at = INSTANT_NONE,
		.type = RECORD_RAW,
		.source = rows->sources[index].id,
		.bytes = rows->files[index].bytes.data,
	};
	return each(context, &row);
}

static instant_us piece_at(const struct rows_file *file)
{
	return file->capture.at == INSTANT_NONE ? file->first_at : file->capture.at;
}

/** (1) NULL: none is left. */
static struct rows_file *earliest(struct rows *rows)
{
	struct rows_file *first = NULL;
	for (unsigned i = 0; i < rows->count; i++) {
		struct rows_file *file = &rows->files[i];
		if (file->marks != FEED_MARKS_NONE && !file->over &&
		    (first == NULL || piece_at(file) < piece_at(first)))
			first = file;
	}
	return first;
}

int rows_each(struct rows *rows,
	      int (*each)(void *context, const struct record_row *row), void *context,
	      struct err *err)
{
	struct rows_file *file;
	int rc = 0;
	if (rows->recording)
		return record_read(rows->record, each, context, err);
	for (unsigned i = 0; rc == 0 && i < rows->count; i++) {
		if (rows->files[i].marks == FEED_MARKS_NONE)
			rc = each_whole(rows, i, each, context);
		else
			begin_capture(&rows->files[i]);
	}
	while (rc == 0 && (file = earliest(rows)) != NULL) {
		const struct record_row row = {
			.received_at = piece_at(file),
			.type = RECORD_RAW,
			.source = rows->sources[file - rows->files].id,
			.bytes = file->piece,
		};
		rc = each(context, &row);
		(void)next_piece(file);
	}
	return rc;
}
