/*
 * alkamel_split.c -- a line of a lap file taken apart into fields
 *
 * The reader spends its time here: each byte of the file is looked at once, 64 at
 * a time, for three characters.
 *
 *  (1) ak_masks_fast() and ak_masks_portable() give the same answer.
 *  (2) Nothing behind the end of the file is read.
 */
#include "alkamel.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { BLOCK = 64 };

/* 0x80 in each byte of @word that is @byte, exactly. */
static uint64_t bytes_equal(uint64_t word, unsigned char byte)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7f;
	uint64_t x = word ^ (0x0101010101010101 * byte);
	return ~(((x & low) + low) | x | low);
}

/* The 0x80 bits of eight bytes as eight bits. */
static uint64_t gather(uint64_t bits)
{
	return ((bits >> 7) * 0x0102040810204080) >> 56;
}

struct ak_masks ak_masks_portable(const char *at, char separator)
{
	struct ak_masks masks = {0};
	for (unsigned i = 0; i < BLOCK; i += 8) {
		uint64_t word = 0;
		for (unsigned k = 0; k < 8; k++)
			word |= (uint64_t)(unsigned char)at[i + k] << (8 * k);
		masks.cuts |= gather(bytes_equal(word, (unsigned char)separator)) << i;
		masks.hard |= gather(bytes_equal(word, '\n') | bytes_equal(word, '"'))
			      << i;
	}
	return masks;
}

#ifdef __SSE2__
static inline struct ak_masks masks_of(const char *at, char separator)
{
	const __m128i cut = _mm_set1_epi8(separator);
	const __m128i line = _mm_set1_epi8('\n');
	const __m128i quote = _mm_set1_epi8('"');
	struct ak_masks masks = {0};
	for (unsigned i = 0; i < BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
		__m128i hard =
			_mm_or_si128(_mm_cmpeq_epi8(v, line), _mm_cmpeq_epi8(v, quote));
		unsigned cuts = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, cut));
		masks.cuts |= (uint64_t)cuts << i;
		masks.hard |= (uint64_t)(unsigned)_mm_movemask_epi8(hard) << i;
	}
	return masks;
}
#else
static inline struct ak_masks masks_of(const char *at, char separator)
{
	return ak_masks_portable(at, separator);
}
#endif

struct ak_masks ak_masks_fast(const char *at, char separator)
{
	return masks_of(at, separator);
}

static unsigned lowest(uint64_t bits)
{
	return (unsigned)__builtin_ctzll(bits);
}

static uint64_t below(size_t bit)
{
	return bit >= 64 ? UINT64_MAX : ((uint64_t)1 << bit) - 1;
}

/* Close the last field; a CR before the line end belongs to the line end. */
static void finish(struct ak_line *line, size_t len, uint32_t fields)
{
	line->next = len + 1;
	line->len = len;
	if (len > 0 && line->at[len - 1] == '\r')
		line->len--;
	line->fields = fields > AK_FIELDS_MAX ? AK_FIELDS_MAX + 1 : fields;
	if (fields <= AK_FIELDS_MAX)
		line->ends[fields] = (uint32_t)line->len;
}

/* The slow way, byte by byte: separators in quotes do not count. A quote opens
 * only where a field begins, and "" in it is a quote. */
static void split_quoted(const char *end, char separator, struct ak_line *line)
{
	const char *at = line->at;
	const char *stop = memchr(at, '\n', (size_t)(end - at));
	size_t len = (size_t)((stop ? stop : end) - at);
	uint32_t fields = 0;
	bool open = false, fresh = true;
	for (size_t i = 0; i < len; i++) {
		char c = at[i];
		if (c == '"' && open && i + 1 < len && at[i + 1] == '"')
			i++;
		else if (c == '"' && (open || fresh))
			open = !open;
		fresh = false;
		if (c != separator || open)
			continue;
		fresh = true;
		if (++fields <= AK_FIELDS_MAX)
			line->ends[fields] = (uint32_t)i;
	}
	line->quoted = true;
	line->unclosed = open;
	finish(line, len, fields + 1);
}

void ak_split(const char *at, const char *end, char separator, struct ak_line *line)
{
	uint32_t *ends = line->ends;
	uint32_t n = 1;
	line->at = at;
	line->quoted = false;
	line->unclosed = false;
	ends[0] = UINT32_MAX;
	ends[AK_ABSENT] = UINT32_MAX;
	ends[AK_ABSENT + 1] = 0;
	for (size_t done = 0;; done += BLOCK) {
		size_t left = (size_t)(end - at) - done;
		struct ak_masks masks;
		if (left >= BLOCK) {
			masks = masks_of(at + done, separator);
		} else {
			char tail[BLOCK] = {0}; /* (2) */
			memcpy(tail, at + done, left);
			masks = masks_of(tail, separator);
		}
		size_t stop = masks.hard ? lowest(masks.hard) : BLOCK;
		if (stop < left && stop < BLOCK && at[done + stop] == '"') {
			split_quoted(end, separator, line);
			return;
		}
		if (stop > left)
			stop = left;
		for (uint64_t cuts = masks.cuts & below(stop); cuts; cuts &= cuts - 1)
			ends[n++] = (uint32_t)done + lowest(cuts);
		if (n > AK_FIELDS_MAX)
			n = AK_FIELDS_MAX + 1;
		if (stop < BLOCK) {
			finish(line, done + stop, n);
			return;
		}
	}
}
