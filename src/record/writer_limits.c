/*
 * writer_limits.c -- how far a recording may grow, what stays free on its disk, and how
 * much one source may send
 *
 *  (1) A limit is reported before it is reached and when it is reached. Then nothing more
 *      is written, so nothing more is acknowledged: records wait in memory, and are
 *      tried again.
 *  (2) A source has LIMIT_BURST_S seconds of its rate in hand, so a burst after a
 *      connection passes. What goes beyond is refused and counted; the other sources
 *      do not notice.
 */
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "writer.h"

enum {
	LIMIT_MIB = 1024 * 1024,
	LIMIT_BURST_S = 4,
	LIMIT_RESERVE = 256 * LIMIT_MIB,
};

static const char *limits_base(const struct record *record)
{
	const char *base = strrchr(record->path, '/');
	return base == NULL ? record->path : base + 1;
}

/** Under the lock. */
static void limits_notice(struct record *record, const char *words)
{
	struct record_live *live = record->live;
	text_format(live->notice, sizeof(live->notice), "%.48s: %s",
		    limits_base(record), words);
	live->notices++;
	live_wake(live);
}

/** Say that a limit is near, once for each time that it is. */
static void limits_warn(struct record *record, bool near, bool *warned,
			const char *words)
{
	if (near && !*warned) {
		pthread_mutex_lock(&record->live->lock);
		limits_notice(record, words);
		pthread_mutex_unlock(&record->live->lock);
	}
	*warned = near;
}

/** What is left on the disk; *@reserve, when it is RECORD_RESERVE, becomes a size. */
static int64_t disk_left(const char *path, int64_t *reserve)
{
	struct statvfs disk;
	if (statvfs(path, &disk) != 0)
		return INT64_MAX;
	int64_t most = (int64_t)disk.f_blocks * (int64_t)disk.f_frsize / 20;
	if (*reserve < 0)
		*reserve = most < LIMIT_RESERVE ? most : LIMIT_RESERVE;
	return (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

int limits_look(struct record *record)
{
	struct record_live *live = record->live;
	int64_t reserve = live->options.disk_reserve;
	const int64_t most = live->options.grow_limit;
	const int64_t size = live->guard.size + live->guard.wal_size;
	char words[128];
	if (most > 0) {
		text_format(words, sizeof(words),
			    "has %lld of the %lld MiB that it may have (grow-limit)",
			    (long long)(size / LIMIT_MIB),
			    (long long)(most / LIMIT_MIB));
		limits_warn(record, size > most / 10 * 9, &live->warned_size, words);
		if (size >= most)
			return -EFBIG;
	}
	if (reserve != 0) {
		int64_t left = disk_left(record->path, &reserve);
		live->disk_left = left;
		live->disk_reserve = reserve;
		text_format(
			words, sizeof(words),
			"%lld MiB are left on the disk; recording stops at %lld MiB "
			"(disk-reserve)",
			(long long)(left / LIMIT_MIB),
			(long long)(reserve / LIMIT_MIB));
		limits_warn(record, left / 2 < reserve, &live->warned_disk, words);
		if (left < reserve)
			return -ENOSPC;
	}
	return 0;
}

void limits_text(const struct record *record, struct record_state *out)
{
	const struct record_live *live = record->live;
	unsigned long long records = live->put - live->durable;
	unsigned long long kib = (live->queue.bytes + 1023) / 1024;
	if (live->code == -EFBIG)
		text_format(out->fault, sizeof(out->fault),
			    "%.48s: has grown to the %lld MiB that it may have "
			    "(grow-limit): %llu records (%llu KiB) wait in memory; "
			    "record into another file, or raise the limit",
			    limits_base(record),
			    (long long)(live->options.grow_limit / LIMIT_MIB), records,
			    kib);
	else
		text_format(out->fault, sizeof(out->fault),
			    "%.48s: %lld MiB are left on the disk, and %lld MiB stay "
			    "free (disk-reserve): %llu records (%llu KiB) wait in "
			    "memory; make room on it",
			    limits_base(record),
			    (long long)(live->disk_left / LIMIT_MIB),
			    (long long)(live->disk_reserve / LIMIT_MIB), records, kib);
}

/* ---- the rate of a source ------------------------------------------------------------ */

void limits_refusing_text(const struct record *record, struct record_state *out)
{
	struct record_live *live = record->live;
	const struct live_rate *source = &live->rates[live->refusing % LIVE_RATES];
	if (live->refusing == 0 || record_now(live) - source->at > LIMIT_BURST_S * US_S)
		return;
	out->code = -ENOBUFS;
	text_format(out->fault, sizeof(out->fault),
		    "%.48s: source %d sends more than %lld KiB a second (source-rate): "
		    "%llu of its records were refused",
		    limits_base(record), live->refusing,
		    (long long)(live->options.source_rate / 1024),
		    (unsigned long long)source->refused);
}

bool limits_take(struct record *record, const struct record_row *row)
{
	struct record_live *live = record->live;
	const int64_t rate = live->options.source_rate;
	if (rate <= 0 || row->type != RECORD_RAW || row->source <= 0)
		return true;
	struct live_rate *source = &live->rates[row->source % LIVE_RATES];
	const int64_t most = rate * LIMIT_BURST_S, now = record_now(live);
	int64_t passed = now - source->at;
	source->at = now;
	/* What is in hand: `used` less what the time that passed gives. */
	source->used = passed >= LIMIT_BURST_S * US_S
			       ? 0
			       : source->used - rate / US_MS * passed / US_MS;
	if (source->used < 0)
		source->used = 0;
	bool fits = source->used + (int64_t)row->bytes.len <= most;
	bool near = source->used > most / 2;
	char words[128];
	if (fits)
		source->used += (int64_t)row->bytes.len;
	if (near && !source->warned) {
		text_format(words, sizeof(words),
			    "source %d sends more than %lld KiB a second (source-rate)",
			    row->source, (long long)(rate / 1024));
		limits_notice(record, words);
	}
	if (!near && source->refused > 0) {
		text_format(words, sizeof(words),
			    "%llu records of source %d were refused (source-rate)",
			    (unsigned long long)source->refused, row->source);
		limits_notice(record, words);
		source->refused = 0;
	}
	source->warned = near;
	source->refused += !fits;
	live->refused += !fits;
	if (source->refused > 0)
		live->refusing = row->source;
	else if (live->refusing == row->source)
		live->refusing = 0;
	return fits;
}
