/*
 * live_view.c -- sources, recording and sessions of a live session, for a view
 */
#include <string.h>

#include "recorder.h"

static const uint8_t feed_states[NET_STATE_COUNT] = {
	[NET_CONNECTING] = VIEW_FEED_CONNECTING, [NET_LIVE] = VIEW_FEED_LIVE,
	[NET_SILENT] = VIEW_FEED_SILENT,         [NET_WAITING] = VIEW_FEED_WAITING,
	[NET_REFUSED] = VIEW_FEED_REFUSED,       [NET_ENDED] = VIEW_FEED_ENDED,
};

static uint32_t passings_minute(const struct feed_source *source, instant_us now)
{
	int64_t second = now / US_S;
	uint32_t sum = 0;
	for (int64_t i = 0; i < SESSION_MINUTE; i++) {
		int64_t of = source->minute_at - i;
		if (of <= second - SESSION_MINUTE || of < 0)
			break;
		sum += source->minute[of % SESSION_MINUTE];
	}
	return sum;
}

static const struct live_source *live_source_of(const struct live *live, unsigned index)
{
	for (unsigned i = 0; i < live->source_count; i++)
		if (live->sources[i].index == index)
			return &live->sources[i];
	return NULL;
}

void live_feed_state(const struct net_source *net, struct view_feed *out)
{
	const struct net_status *status = net_source_status(net);
	out->state = feed_states[status->state];
	out->since = status->since;
	out->retry_at = status->retry_at;
	out->peers = status->peers;
	const struct net_refused *refused = &status->refused;
	char words[sizeof(status->reason) + 128];
	size_t len = text_format(words, sizeof(words), "%s", status->reason);
	if (refused->count > 0)
		len += text_format(words + len, sizeof(words) - len,
				   "%s%llu refused, the last from %s: %s",
				   len > 0 ? "; " : "",
				   (unsigned long long)refused->count, refused->address,
				   refused->reason);
	text_clean(out->reason, sizeof(out->reason), (struct slice){words, len});
}

static void show_blind(struct view_feed *out)
{
	text_copy(
		out->reason, sizeof(out->reason),
		SLICE("recorded, not answered: the recorder crashed again and again"));
}

/** As the recorder says; without it as the records do. */
static void follow_feed(const struct live *live, int record_id, struct view_feed *out,
			instant_us now)
{
	const struct recorder_feed *feed = recorder_link_feed(live, record_id);
	if (live->ended) {
		out->state = VIEW_FEED_ENDED;
		text_copy(out->reason, sizeof(out->reason),
			  live->fault[0] != '\0' ? SLICE("not recorded")
						 : SLICE("the recording was closed"));
	} else if (feed != NULL) {
		out->state = feed->state;
		out->since = feed->since;
		out->retry_at = feed->retry_at;
		out->peers = feed->peers;
		text_clean(out->reason, sizeof(out->reason), slice_of(feed->reason));
		if (live->link->status.blind)
			show_blind(out);
	} else {
		bool old = out->received_at == INSTANT_NONE ||
			   now - out->received_at > 30 * US_S;
		out->state = live->follows && old ? VIEW_FEED_SILENT : VIEW_FEED_LIVE;
		out->since = out->received_at;
	}
}

static void show_feed(const struct live *live, unsigned index, struct view_feed *out,
		      instant_us now)
{
	const struct feed_source *source = &live->session->parts->sources[index];
	const struct live_source *of = live_source_of(live, index);
	const struct net_source *net = of != NULL ? of->net : NULL;
	const duration_us ahead = live->session->parts->steady.ahead;
	*out = source->shown;
	out->passings_minute = passings_minute(source, now);
	if (live_copy_feed(live, out)) {
		/* It says itself. */
	} else if (net != NULL) {
		live_feed_state(net, out);
	} else if (of != NULL && of->fault[0] != '\0') {
		out->state = VIEW_FEED_REFUSED;
		text_clean(out->reason, sizeof(out->reason), slice_of(of->fault));
	} else
		follow_feed(live, source->id, out, now);
	if (live->blind)
		show_blind(out);
	/* By our clock, which was set forward meanwhile. */
	if (ahead > 0 && out->since > now)
		out->since -= ahead;
	if (ahead > 0 && out->retry_at != INSTANT_NONE && out->retry_at > now)
		out->retry_at -= ahead;
}

/* A copy without a row has no source yet: its stream is the one. */
static void show_stream(const struct live *live, struct view_feed *out, instant_us now)
{
	*out = (struct view_feed){.received_at = INSTANT_NONE,
				  .since = INSTANT_NONE,
				  .retry_at = INSTANT_NONE,
				  .state = VIEW_FEED_CONNECTING};
	text_clean(out->name, sizeof(out->name), slice_of(live->copied_from));
	if (!live_copy_feed(live, out))
		follow_feed(live, 0, out, now);
}

static void show_record(struct live *live, struct view *view)
{
	struct view_record *to = &view->record;
	const char *name = strrchr(live->path, '/');
	name = name == NULL ? live->path : name + 1;
	text_clean(to->name, sizeof(to->name), slice_of(name));
	const bool linked = live->link != NULL && live->link->status.magic != 0;
	to->following = live->follows && !linked;
	to->copies = live->copied_from[0] != '\0';
	to->rows = live->rows;
	to->elsewhere = false;
	text_copy(to->fault, sizeof(to->fault), slice_of(live->fault));
	if (to->following || live->fault[0] != '\0')
		return;
	if (!linked) {
		record_state_get(live->record, &live->state);
		live_copy_notice(live, &live->state);
	} else
		live->state = live->link->status.record;
	to->rows = live->state.rows;
	to->waiting = live->state.waiting;
	to->lag = live->state.lag_us;
	text_clean(to->fault, sizeof(to->fault), slice_of(live->state.fault));
	to->elsewhere = live->state.code == 0 && live->state.fault[0] != '\0';
	if (live->state.file[0] != '\0')
		text_clean(to->name, sizeof(to->name), slice_of(live->state.file));
	text_clean(to->notice, sizeof(to->notice), slice_of(live->state.notice));
	to->notices = live->state.notices;
}

static void show_publish(const struct live *live, struct view_publish *to)
{
	struct redis_published published;
	*to = (struct view_publish){.since = INSTANT_NONE};
	if (live->ended || !live_published(live, &published))
		return;
	text_clean(to->place, sizeof(to->place), slice_of(published.place));
	text_clean(to->reason, sizeof(to->reason), slice_of(published.reason));
	to->since = published.since;
	to->waiting = published.waiting;
	to->consoles = published.consoles;
	to->full = published.full;
}

void live_view(struct live *live, struct view *view)
{
	instant_us now = live_steady_now(live);
	struct deciders *deciders = &live->session->parts->deciders;
	deciders->local = live->copied_from[0] == '\0';
	live_who(live, deciders->here);
	unsigned count = live->session->parts->source_count;
	for (unsigned i = 0; i < count; i++)
		show_feed(live, i, &live->feeds_shown[i], now);
	if (count == 0 && live->copied_from[0] != '\0')
		show_stream(live, &live->feeds_shown[count++], now);
	view->feeds = live->feeds_shown;
	view->feed_count = count;
	view->sessions = live->session->runs;
	view->session_count = live->session->run_count;
	view->live = true;
	view->now = now;
	session_log_view(live->session, view);
	show_record(live, view);
	show_publish(live, &view->publish);
}
