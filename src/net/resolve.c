/*
 * resolve.c -- host names, resolved in a thread because that may take long
 *
 * The thread and the loop share a struct resolver; the last user frees it: the loop
 * after the answer, or the thread when the loop gave up before.
 *
 * glibc loads a module for each word behind "hosts:" in nsswitch.conf when a name is first
 * looked up. A sandbox forbids to load code: net_names_prepare() comes before it.
 */
#include "net_parts.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct resolver {
	pthread_mutex_t lock;
	struct ev_loop *loop;
	ev_async answered;
	void (*done)(void *context, const char *reason, const struct address *list,
		     unsigned count);
	void *context;
	char host[sizeof(((struct net_url *)0)->host)];
	uint16_t port;
	struct address list[ADDRESSES_MAX];
	unsigned count;
	char reason[96];
	bool given_up, finished; /* under the lock */
};

static void resolver_free(struct resolver *resolver)
{
	(void)pthread_mutex_destroy(&resolver->lock);
	free(resolver);
}

static void resolver_lookup(struct resolver *resolver)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int rc = getaddrinfo(resolver->host, NULL, &hints, &found);
	if (rc != 0) {
		text_format(resolver->reason, sizeof(resolver->reason),
			    "cannot resolve %s: %s", resolver->host,
			    rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
		return;
	}
	for (const struct addrinfo *one = found; one && resolver->count < ADDRESSES_MAX;
	     one = one->ai_next) {
		struct address *to = &resolver->list[resolver->count];
		if (one->ai_addrlen > sizeof(to->at))
			continue;
		memcpy(&to->at, one->ai_addr, one->ai_addrlen);
		to->len = one->ai_addrlen;
		address_set_port(to, resolver->port);
		resolver->count++;
	}
	freeaddrinfo(found);
}

static void *resolver_thread(void *context)
{
	struct resolver *resolver = context;
	resolver_lookup(resolver);
	(void)pthread_mutex_lock(&resolver->lock);
	bool given_up = resolver->given_up;
	resolver->finished = true;
	/* The loop exists until it gives up. */
	if (!given_up)
		ev_async_send(resolver->loop, &resolver->answered);
	(void)pthread_mutex_unlock(&resolver->lock);
	if (given_up)
		resolver_free(resolver);
	return NULL;
}

static void on_answered(struct ev_loop *loop, ev_async *watcher, int events)
{
	struct resolver *resolver = watcher->data;
	(void)events;
	ev_async_stop(loop, watcher);
	/* Wait until the thread has released the lock. */
	(void)pthread_mutex_lock(&resolver->lock);
	(void)pthread_mutex_unlock(&resolver->lock);
	resolver->done(resolver->context, resolver->count > 0 ? "" : resolver->reason,
		       resolver->list, resolver->count);
	resolver_free(resolver);
}

/* Block all signals: the thread of the loop handles them. */
static int start_thread(struct resolver *resolver)
{
	pthread_attr_t attr;
	sigset_t all, before;
	int rc = pthread_attr_init(&attr);
	if (rc != 0)
		return rc;
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_t thread;
	rc = pthread_create(&thread, &attr, resolver_thread, resolver);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attr);
	return rc;
}

struct resolver *resolver_start(struct ev_loop *loop, const char *host, uint16_t port,
				void (*done)(void *context, const char *reason,
					     const struct address *list,
					     unsigned count),
				void *context)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	if (!resolver)
		return NULL;
	if (pthread_mutex_init(&resolver->lock, NULL) != 0) {
		free(resolver);
		return NULL;
	}
	resolver->loop = loop;
	resolver->done = done;
	resolver->context = context;
	resolver->port = port;
	text_copy(resolver->host, sizeof(resolver->host), slice_of(host));
	ev_async_init(&resolver->answered, on_answered);
	resolver->answered.data = resolver;
	ev_async_start(loop, &resolver->answered);
	if (start_thread(resolver) != 0) {
		ev_async_stop(loop, &resolver->answered);
		resolver_free(resolver);
		return NULL;
	}
	return resolver;
}

void resolver_give_up(struct resolver *resolver)
{
	if (!resolver)
		return;
	(void)pthread_mutex_lock(&resolver->lock);
	resolver->given_up = true;
	bool finished = resolver->finished;
	ev_async_stop(resolver->loop, &resolver->answered);
	(void)pthread_mutex_unlock(&resolver->lock);
	if (finished)
		resolver_free(resolver);
}

/* ---- for other rooms -------------------------------------------------------------------- */

struct net_lookup {
	struct resolver *resolver;
	void (*done)(void *context, const char *reason, const char *const *addresses,
		     unsigned count);
	void *context;
};

static void lookup_on_resolved(void *context, const char *reason,
			       const struct address *list, unsigned count)
{
	struct net_lookup *lookup = context;
	char text[ADDRESSES_MAX][64];
	const char *addresses[ADDRESSES_MAX];
	unsigned n = 0;
	for (unsigned i = 0; i < count; i++) {
		addresses[n] = text[n];
		if (getnameinfo((const void *)&list[i].at, list[i].len, text[n],
				sizeof(text[n]), NULL, 0, NI_NUMERICHOST) == 0)
			n++;
	}
	lookup->done(lookup->context, reason, addresses, n);
	free(lookup);
}

struct net_lookup *net_lookup_start(struct ev_loop *loop, const char *host,
				    void (*done)(void *context, const char *reason,
						 const char *const *addresses,
						 unsigned count),
				    void *context)
{
	struct net_lookup *lookup = calloc(1, sizeof(*lookup));
	if (!lookup)
		return NULL;
	lookup->done = done;
	lookup->context = context;
	lookup->resolver = resolver_start(loop, host, 0, lookup_on_resolved, lookup);
	if (!lookup->resolver) {
		free(lookup);
		return NULL;
	}
	return lookup;
}

void net_lookup_give_up(struct net_lookup *lookup)
{
	if (!lookup)
		return;
	resolver_give_up(lookup->resolver);
	free(lookup);
}

/* ---- before a sandbox -------------------------------------------------------------------- */

/** The modules of a line "hosts: files mdns4_minimal [NOTFOUND=return] dns". */
static void load_modules(struct slice line)
{
	slice_cut(&line, ':');
	while (line.len > 0) {
		char name[64];
		struct slice word = slice_cut(&line, ' ');
		bool plain = word.len > 0 && word.len < 32;
		for (size_t i = 0; i < word.len; i++)
			plain &= word.at[i] == '_' || word.at[i] == '-' ||
				 (word.at[i] >= '0' && word.at[i] <= '9') ||
				 (word.at[i] >= 'a' && word.at[i] <= 'z');
		if (!plain)
			continue;
		/* It stays loaded. One that is missing is missing for glibc too. */
		(void)text_format(name, sizeof(name), "libnss_%.*s.so.2", (int)word.len,
				  word.at);
		(void)dlopen(name, RTLD_NOW);
	}
}

void net_names_prepare(const char *config)
{
	char line[1024];
	FILE *file = fopen(config, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		for (char *c = line; *c != '\0'; c++)
			if (*c == '\t' || *c == '\n')
				*c = ' ';
		struct slice words = slice_trim(slice_of(line));
		if (slice_starts(words, SLICE("hosts:")))
			load_modules(words);
	}
	if (file != NULL)
		(void)fclose(file);
}
