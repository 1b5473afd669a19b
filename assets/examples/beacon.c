/*
 * beacon.c -- an example of a beacon: see pitwall-beacon(5)
 *
 *   cc -o beacon beacon.c && ./beacon localhost 7575 sf-1 SF [SPOOL [KEY]]
 *
 * A line of standard input is a passing: the number of a transponder. A microcontroller has
 * a receiver instead. It ends when its input has ended and all is acknowledged.
 *
 * SPOOL is a file: each passing is on disk before it is sent, so that none is lost when the
 * program is killed or the power fails. KEY is a file with the key that the console has too.
 */
#define _GNU_SOURCE 1 /* CLOCK_BOOTTIME */
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#ifndef CLOCK_BOOTTIME
#define CLOCK_BOOTTIME CLOCK_MONOTONIC
#endif

enum { RING = 512, BOOTS = 8, LINE_BYTES = 512 };
enum { TICK_US = 1000000, REPEAT_US = 10 * TICK_US, RETRY_MOST_US = 30 * TICK_US };

/* The facts of a boot of the machine. Those of an earlier one may still wait. */
struct boot {
	char name[16];
	long long seq, acked; /* the last number used, the last number deleted */
	long long us[RING];   /* fact n: at n % RING */
	char tx[RING][13];
	long long news_at; /* when it was acknowledged, or all was sent again */
};
static struct boot boots[BOOTS]; /* the current one last */
static int boot_count;
static char id[24], loop[16], key[257];
static char typed[LINE_BYTES], received[LINE_BYTES];
static size_t typed_len, received_len;
static int console = -1, input = 0, spool = -1;
static long long retry_us = TICK_US;

static long long now_us(void) /* since the machine's start; never set */
{
	struct timespec t;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000LL + t.tv_nsec / 1000;
}

/* ---- CRC-32, SHA-256 (FIPS 180-4), HMAC (RFC 2104) -------------------------------------- */

static uint32_t crc32_of(const char *p, size_t n)
{
	uint32_t crc = 0xffffffff;
	while (n-- > 0) {
		crc ^= (unsigned char)*p++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

static const uint32_t words[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t turn(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

static void sha_block(uint32_t h[8], const unsigned char *p)
{
	uint32_t w[64], v[8];
	for (int i = 0; i < 64; i++)
		w[i] = i < 16 ? (uint32_t)p[4 * i] << 24 |
					(uint32_t)p[4 * i + 1] << 16 |
					(uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3]
			      : w[i - 16] + w[i - 7] +
					(turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^
					 w[i - 15] >> 3) +
					(turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^
					 w[i - 2] >> 10);
	memcpy(v, h, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t a = v[0], e = v[4];
		uint32_t one = v[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
			       ((e & v[5]) ^ (~e & v[6])) + words[i] + w[i];
		uint32_t two = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
			       ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
		memmove(&v[1], &v[0], 7 * sizeof(v[0]));
		v[4] += one;
		v[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		h[i] += v[i];
}

/* Of a block with the key and the pad, then @bytes, to @out. */
static void sha_keyed(unsigned char pad, const void *bytes, size_t n,
		      unsigned char out[32])
{
	uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	unsigned char all[64 + LINE_BYTES + 128] = {0};
	size_t len = 64 + n, end = (len + 8) / 64 * 64 + 64;
	for (size_t i = 0; i < 64; i++)
		all[i] = (unsigned char)key[i] ^ pad;
	memcpy(all + 64, bytes, n);
	all[len] = 0x80;
	for (int i = 0; i < 8; i++)
		all[end - 1 - (size_t)i] = (unsigned char)(len * 8 >> 8 * i);
	for (size_t i = 0; i < end; i += 64)
		sha_block(h, all + i);
	for (int i = 0; i < 32; i++)
		out[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* What ends the line of @n bytes (without its brace): its signature, or its checksum. */
static void seal(const char *line, size_t n, char out[80])
{
	unsigned char sum[32];
	if (key[0] == '\0') {
		snprintf(out, 80, ",\"crc\":\"%08x\"}", (unsigned)crc32_of(line, n));
		return;
	}
	sha_keyed(0x36, line, n, sum);
	sha_keyed(0x5c, sum, sizeof(sum), sum);
	int len = snprintf(out, 80, ",\"mac\":\"");
	for (int i = 0; i < 32; i++)
		len += snprintf(out + len, 80 - (size_t)len, "%02x", sum[i]);
	snprintf(out + len, 80 - (size_t)len, "\"}");
}

/* ---- the spool: "F BOOT SEQ US TX" is a fact, "A BOOT SEQ" deletes facts ------------------ */

__attribute__((format(printf, 2, 3))) static void spool_line(int sync,
							     const char *format, ...)
{
	va_list args;
	if (spool < 0)
		return;
	va_start(args, format);
	if (vdprintf(spool, format, args) < 0 || (sync && fdatasync(spool) != 0)) {
		perror("beacon: the spool cannot be written");
		exit(1);
	}
	va_end(args);
}

static struct boot *boot_of(const char *name)
{
	for (int i = 0; i < boot_count; i++)
		if (strcmp(boots[i].name, name) == 0)
			return &boots[i];
	if (boot_count == BOOTS) /* the oldest one is lost */
		memmove(&boots[0], &boots[1], (size_t)--boot_count * sizeof(boots[0]));
	struct boot *b = &boots[boot_count++];
	memset(b, 0, sizeof(*b));
	snprintf(b->name, sizeof(b->name), "%.15s", name);
	return b;
}

static void put_fact(struct boot *b, long long seq, long long us, const char *tx)
{
	b->seq = seq;
	b->us[seq % RING] = us;
	snprintf(b->tx[seq % RING], sizeof(b->tx[0]), "%.12s", tx);
	if (b->seq - b->acked > RING)
		b->acked = b->seq - RING; /* lost: the ring is full */
}

static void write_boot(const struct boot *b)
{
	spool_line(0, "A %s %lld\n", b->name, b->acked);
	for (long long n = b->acked + 1; n <= b->seq; n++)
		spool_line(0, "F %s %lld %lld %s\n", b->name, n, b->us[n % RING],
			   b->tx[n % RING]);
}

/* Read it; then write what is still needed into a new one, and take that. */
static void spool_open(const char *path, const char *boot)
{
	char name[16], tx[13], line[128], fresh[4096];
	long long seq, us;
	int before = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	FILE *file = before >= 0 ? fdopen(before, "r") : NULL;
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	if (file == NULL || flock(before, LOCK_EX | LOCK_NB) != 0 ||
	    (spool = open(fresh, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) < 0 ||
	    flock(spool, LOCK_EX | LOCK_NB) != 0) {
		perror("beacon: the spool cannot be used");
		exit(1);
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strchr(line, '\n') == NULL)
			break; /* cut off by a power cut: it was never sent */
		if (sscanf(line, "F %15s %lld %lld %12s", name, &seq, &us, tx) == 4)
			put_fact(boot_of(name), seq, us, tx);
		else if (sscanf(line, "A %15s %lld", name, &seq) == 2) {
			struct boot *b = boot_of(name);
			b->acked = seq;
			b->seq = b->seq < seq ? seq : b->seq;
		}
	}
	for (int i = 0; i < boot_count; i++) /* nothing waits: forget it */
		if (boots[i].acked == boots[i].seq &&
		    strcmp(boots[i].name, boot) != 0) {
			memmove(&boots[i], &boots[i + 1],
				(size_t)(--boot_count - i) * sizeof(boots[0]));
			i--;
		}
	for (int i = 0; i < boot_count; i++)
		write_boot(&boots[i]);
	char *end = strrchr(fresh, '/');
	int failed = fsync(spool) != 0 || rename(fresh, path) != 0;
	snprintf(end != NULL ? end + 1 : fresh, 2, ".");
	int folder = open(fresh, O_RDONLY | O_CLOEXEC);
	if (failed || folder < 0 || fsync(folder) != 0) {
		perror("beacon: the spool cannot be written");
		exit(1);
	}
	close(folder);
	fclose(file);
}

/* ---- lines -------------------------------------------------------------------------------- */

static void hang_up(void)
{
	close(console);
	console = -1;
}

__attribute__((format(printf, 3, 4))) static void
send_line(const struct boot *b, const char *type, const char *format, ...)
{
	char line[LINE_BYTES], end[80];
	va_list args;
	if (console < 0)
		return;
	int n = snprintf(line, sizeof(line),
			 "{\"t\":\"%s\",\"id\":\"%s\",\"boot\":\"%s\",", type, id,
			 b->name);
	va_start(args, format);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n, format, args);
	va_end(args);
	seal(line, (size_t)n, end);
	/* After a failed write half a line may be sent: begin again. */
	if (dprintf(console, "%s%s\n", line, end) < 0)
		hang_up();
}

static void repeat(const struct boot *b, long long from, long long to)
{
	for (long long n = from > b->acked ? from : b->acked + 1;
	     n <= to && n <= b->seq; n++)
		send_line(b, "pass", "\"seq\":%lld,\"tx\":\"%s\",\"us\":%lld", n,
			  b->tx[n % RING], b->us[n % RING]);
}

static void hello(const struct boot *b)
{
	send_line(b, "hello",
		  "\"v\":1,\"loop\":\"%s\",\"buf\":%d,\"seq\":%lld,\"from\":%lld", loop,
		  (int)RING, b->seq, b->acked + 1);
}

/* All that is kept, of earlier boots first. */
static void send_all(void)
{
	for (int i = 0; i < boot_count; i++) {
		if (i < boot_count - 1 && boots[i].acked == boots[i].seq)
			continue;
		hello(&boots[i]);
		repeat(&boots[i], 1, boots[i].seq);
		boots[i].news_at = now_us();
	}
}

static void passing(const char *tx)
{
	struct boot *b = &boots[boot_count - 1];
	char digits[13] = "";
	size_t n = strspn(tx, "0123456789");
	if (n == 0 || n > 12)
		return;
	memcpy(digits, tx, n);
	put_fact(b, b->seq + 1, now_us(), digits);
	spool_line(1, "F %s %lld %lld %s\n", b->name, b->seq, b->us[b->seq % RING],
		   digits);
	if (b->seq - b->acked == 1)
		b->news_at = now_us();
	repeat(b, b->seq, b->seq);
}

static void tick(void)
{
	const struct boot *b = &boots[boot_count - 1];
	send_line(b, "tick", "\"us\":%lld,\"seq\":%lld,\"from\":%lld", now_us(), b->seq,
		  b->acked + 1);
	for (int i = 0; i < boot_count; i++) {
		if (boots[i].acked == boots[i].seq ||
		    now_us() - boots[i].news_at < REPEAT_US)
			continue;
		if (i < boot_count - 1)
			hello(&boots[i]);
		repeat(&boots[i], 1, boots[i].seq); /* they or their ack were lost */
		boots[i].news_at = now_us();
	}
}

static long long number(const char *line, const char *name)
{
	const char *at = strstr(line, name);
	return at != NULL ? atoll(at + strlen(name)) : 0;
}

/* Its end is the one that we would write. */
static int is_sealed(const char *line)
{
	char end[80];
	const char *at = strstr(line, key[0] != '\0' ? ",\"mac\":\"" : ",\"crc\":\"");
	if (at == NULL)
		return 0;
	seal(line, (size_t)(at - line), end);
	return strcmp(at, end) == 0;
}

static void answer_to(struct boot *b, const char *line)
{
	if (strstr(line, "\"t\":\"ack\"") != NULL) {
		long long n = number(line, "\"seq\":");
		if (n <= b->acked || n > b->seq)
			return;
		b->acked = n;
		b->news_at = now_us();
		spool_line(0, "A %s %lld\n", b->name, n);
	} else if (strstr(line, "\"t\":\"resend\"") != NULL) {
		repeat(b, number(line, "\"from\":"), number(line, "\"to\":"));
	}
}

static void answer(const char *line)
{
	char names[64];
	if (!is_sealed(line))
		return;
	if (strstr(line, "\"t\":\"time?\"") != NULL)
		send_line(&boots[boot_count - 1], "time", "\"n\":%lld,\"us\":%lld",
			  number(line, "\"n\":"), now_us());
	for (int i = 0; i < boot_count; i++) {
		int n = snprintf(names, sizeof(names), "\"id\":\"%s\",\"boot\":\"%s\"",
				 id, boots[i].name);
		if (n > 0 && (size_t)n < sizeof(names) && strstr(line, names) != NULL)
			answer_to(&boots[i], line);
	}
}

/* ---- the loop ------------------------------------------------------------------------------ */

/* Use all complete lines; 0: the input has ended. */
static int read_lines(int fd, char *in, size_t *len, void (*use)(const char *line))
{
	ssize_t n = read(fd, in + *len, LINE_BYTES - *len);
	*len += n > 0 ? (size_t)n : 0;
	for (char *end; (end = memchr(in, '\n', *len)) != NULL;) {
		*end++ = '\0';
		use(in);
		*len -= (size_t)(end - in);
		memmove(in, end, *len);
	}
	*len %= LINE_BYTES; /* too long for a line: discard it */
	return n > 0;
}

static void connect_to(const char *host, const char *port)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *to;
	if (getaddrinfo(host, port, &hints, &to) != 0)
		return;
	console =
		socket(to->ai_family, to->ai_socktype | SOCK_CLOEXEC, to->ai_protocol);
	setsockopt(console, SOL_SOCKET, SO_SNDTIMEO, &(struct timeval){.tv_sec = 5},
		   sizeof(struct timeval));
	if (connect(console, to->ai_addr, to->ai_addrlen) != 0)
		hang_up();
	freeaddrinfo(to);
	received_len = 0;
	send_all();
}

/* With a spool the numbers go on until the machine's clock begins anew: its boot names
 * them. Without one they begin with the program. */
static void begin(int argc, char **argv)
{
	char boot[16] = "";
	FILE *file = argc > 5 ? fopen("/proc/sys/kernel/random/boot_id", "r") : NULL;
	if (file == NULL || fgets(boot, 9, file) == NULL)
		snprintf(boot, sizeof(boot), "%x-%x", (unsigned)time(NULL),
			 (unsigned)getpid() & 0xffffff);
	if (file != NULL)
		fclose(file);
	if (argc > 6) {
		file = fopen(argv[6], "r");
		size_t n = file != NULL ? fread(key, 1, 65, file) : 0;
		while (n > 0 && (key[n - 1] == '\n' || key[n - 1] == '\r'))
			key[--n] = '\0';
		if (n < 16 || n > 64) {
			fprintf(stderr, "beacon: a key has 16 to 64 bytes\n");
			exit(2);
		}
		fclose(file);
	}
	if (argc > 5)
		spool_open(argv[5], boot);
	struct boot now = *boot_of(boot), *b = boot_of(boot);
	/* The current one is the last. */
	memmove(b, b + 1, (size_t)(&boots[boot_count] - (b + 1)) * sizeof(*b));
	boots[boot_count - 1] = now;
}

static int all_acknowledged(void)
{
	for (int i = 0; i < boot_count; i++)
		if (boots[i].acked < boots[i].seq)
			return 0;
	return 1;
}

int main(int argc, char **argv)
{
	if (argc < 5 || argc > 7)
		return fprintf(stderr,
			       "usage: beacon HOST PORT ID LOOP [SPOOL [KEY]]\n"),
		       2;
	signal(SIGPIPE, SIG_IGN);
	snprintf(id, sizeof(id), "%s", argv[3]);
	snprintf(loop, sizeof(loop), "%s", argv[4]);
	begin(argc, argv);
	long long tick_at = 0, retry_at = 0;
	while (input >= 0 || !all_acknowledged()) {
		if (console < 0 && now_us() >= retry_at) {
			connect_to(argv[1], argv[2]);
			retry_us = console >= 0 ? TICK_US : 2 * retry_us;
			retry_us = retry_us < RETRY_MOST_US ? retry_us : RETRY_MOST_US;
			retry_at = now_us() + retry_us;
		}
		if (now_us() >= tick_at) { /* once a second */
			tick();
			tick_at = now_us() + TICK_US;
		}
		struct pollfd fds[] = {{console, POLLIN, 0}, {input, POLLIN, 0}};
		poll(fds, 2, (int)((tick_at - now_us()) / 1000) + 1);
		if (console >= 0 && fds[0].revents &&
		    !read_lines(console, received, &received_len, answer))
			hang_up();
		if (fds[1].revents && !read_lines(input, typed, &typed_len, passing))
			input = -1;
	}
	return 0;
}
