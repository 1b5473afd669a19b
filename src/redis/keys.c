/*
 * keys.c -- the names of keys in Redis, ids, and the text form of an entry, both ways
 */
#include "redis_keys.h"

#include <errno.h>
#include <inttypes.h>

#include "pitwall/sha256.h"

size_t redis_key(char out[REDIS_KEY_ROOM], const struct redis_address *address,
		 enum redis_key key)
{
	static const char *const ends[] = {
		[REDIS_STREAM] = "",
		[REDIS_INFO] = ":info",
		[REDIS_PUBLISHER] = ":publisher",
		[REDIS_CONSOLES] = ":consoles",
		[REDIS_ASKS] = ":asks",
		[REDIS_ANSWERS] = ":answers",
	};
	return text_format(out, REDIS_KEY_ROOM, "pitwall:%s:%s%s", address->name,
			   address->session, ends[key]);
}

size_t redis_id(char out[REDIS_ID_ROOM], int64_t row, unsigned part)
{
	return text_format(out, REDIS_ID_ROOM, "%" PRId64 "-%u", row, part);
}

bool redis_id_read(struct slice text, int64_t *row, unsigned *part)
{
	uint64_t number, second;
	struct slice first = slice_cut(&text, '-');
	if (!parse_u64(first, &number) || !parse_u64(text, &second) || number < 1 ||
	    number > REDIS_ROW_LAST || second > 1)
		return false;
	*row = (int64_t)number;
	*part = (unsigned)second;
	return true;
}

static bool name_escapes(unsigned char c)
{
	return c <= 0x20 || c == 0x7f || c == '%';
}

size_t redis_head(char out[REDIS_HEAD_ROOM], const struct record_row *row)
{
	static const char digits[] = "0123456789ABCDEF";
	if (row->name.len > REDIS_ROW_NAME)
		return 0;
	size_t len = text_format(out, REDIS_HEAD_ROOM, "%d %d %" PRId64 " %" PRId64 " ",
				 row->type, row->source, row->received_at, row->steady);
	for (size_t i = 0; i < row->name.len; i++) {
		unsigned char c = (unsigned char)row->name.at[i];
		if (name_escapes(c)) {
			out[len++] = '%';
			out[len++] = digits[c >> 4];
			out[len++] = digits[c & 15];
		} else {
			out[len++] = (char)c;
		}
	}
	out[len++] = '\n';
	return len;
}

static bool row_name_read(struct slice text, char name[REDIS_ROW_NAME + 1],
			  struct slice *out)
{
	size_t len = 0;
	for (size_t i = 0; i < text.len; i++) {
		int c = (unsigned char)text.at[i];
		if (c == '%') {
			int high = text.len - i > 2 ? hex_value(text.at[i + 1]) : -1;
			int low = high >= 0 ? hex_value(text.at[i + 2]) : -1;
			if (low < 0)
				return false;
			c = high * 16 + low;
			i += 2;
		} else if (name_escapes((unsigned char)c)) {
			return false;
		}
		if (len == REDIS_ROW_NAME)
			return false;
		name[len++] = (char)(unsigned char)c;
	}
	name[len] = '\0';
	*out = (struct slice){name, len};
	return true;
}

int redis_row_read(struct slice value, char name[REDIS_ROW_NAME + 1],
		   struct record_row *row, struct err *err)
{
	const size_t most = value.len < REDIS_HEAD_ROOM ? value.len : REDIS_HEAD_ROOM;
	const char *end = most > 0 ? memchr(value.at, '\n', most) : NULL;
	struct record_row read = {0};
	int64_t type = 0, source = 0;
	if (end == NULL)
		return err_set(err, -EINVAL, "an entry of the stream has no head");
	struct slice head = {value.at, (size_t)(end - value.at)};
	read.bytes = (struct slice){end + 1, value.len - head.len - 1};
	bool fine = parse_i64(slice_cut(&head, ' '), &type) &&
		    parse_i64(slice_cut(&head, ' '), &source) &&
		    parse_i64(slice_cut(&head, ' '), &read.received_at) &&
		    parse_i64(slice_cut(&head, ' '), &read.steady) && head.at != NULL &&
		    row_name_read(head, name, &read.name);
	if (!fine || type < RECORD_RAW || type > RECORD_LINK || source < 0 ||
	    source > INT32_MAX)
		return err_set(err, -EINVAL,
			       "an entry of the stream has an invalid head");
	read.type = (int)type;
	read.source = (int)source;
	*row = read;
	return 0;
}

/* ---- asks and who decided --------------------------------------------------------------- */

static bool ask_read(struct slice id, uint64_t parts[2])
{
	struct slice first = slice_cut(&id, '-');
	return id.at != NULL && first.len <= 20 && id.len <= 20 &&
	       parse_u64(first, &parts[0]) && parse_u64(id, &parts[1]);
}

bool redis_ask_is(struct slice id)
{
	uint64_t parts[2];
	return ask_read(id, parts);
}

bool redis_ask_after(const char *a, const char *b)
{
	uint64_t x[2] = {0}, y[2] = {0};
	(void)ask_read(slice_of(a), x);
	(void)ask_read(slice_of(b), y);
	return x[0] != y[0] ? x[0] > y[0] : x[1] > y[1];
}

uint64_t redis_ask_ms(const char *id)
{
	uint64_t parts[2] = {0};
	(void)ask_read(slice_of(id), parts);
	return parts[0];
}

void redis_who(char who[DECIDER_MAX], struct slice text)
{
	static const char *const ours[] = {"here", "circuit"};
	bool taken = text_clean(who, DECIDER_MAX, text) == 0;
	/* It is shown in brackets. */
	for (char *c = who; *c != '\0'; c++)
		if (*c == '(' || *c == ')')
			*c = '-';
	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		taken |= slice_eq_nocase(slice_of(who), slice_of(ours[i]));
	if (taken)
		text_copy(who, DECIDER_MAX, SLICE("a console"));
}

size_t redis_decider(char who[DECIDER_MAX], struct slice name, struct slice *ask)
{
	struct slice rest = name, first = slice_cut(&rest, ' ');
	bool asked = redis_ask_is(first);
	if (ask != NULL)
		*ask = asked ? first : (struct slice){NULL, 0};
	who[0] = '\0';
	if (name.len > 0)
		redis_who(who, asked ? rest : name);
	return strlen(who);
}

void redis_recording(char out[REDIS_RECORDING_ROOM], struct slice value)
{
	struct sha256 sha;
	unsigned char sum[SHA256_BYTES];
	sha256_begin(&sha);
	sha256_add(&sha, value);
	sha256_end(&sha, sum);
	for (size_t i = 0; i < REDIS_RECORDING_ROOM / 2; i++)
		text_format(out + 2 * i, 3, "%02x", sum[i]);
}
