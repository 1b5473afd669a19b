/*
 * fuzz_control.c -- what a recorder, its consoles and its decoding say to each other, as
 * no version of pitwall would say it
 *
 * Byte 0: to whom. Then messages: a byte for the kind, or for the source; two for its
 * place and one for the length of what is changed in it, and that; 0 changes end it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "responder.c" /* its messages are its own */
#include "scratch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUTS_A_RECORDING = 64, CHANGES = 8, ANSWER_ROOM = 400 };

static struct ev_loop *loop;
static struct live *recorder, *console;
static char path[512];

/** Change @message, of @size bytes, as the input says; how much of it is sent. */
static size_t change(struct fuzz_input *input, void *message, size_t size)
{
	for (unsigned i = 0; i < CHANGES; i++) {
		size_t len = input_byte(input), place = input_byte(input), left;
		place = (place << 8 | input_byte(input)) % size;
		if (len == 0)
			return size;
		if (len == UINT8_MAX)
			return place;
		left = (size_t)(input->end - input->at);
		len = len < left ? len : left;
		len = len < size - place ? len : size - place;
		memcpy((char *)message + place, input->at, len);
		input->at += len;
	}
	return size;
}

static void turn(void)
{
	for (int i = 0; i < 3; i++)
		(void)ev_run(loop, EVRUN_NOWAIT);
}

/* ---- a recorder and a console ------------------------------------------------------ */

static void remove_files(void)
{
	static const char *const suffixes[] = {"",      "-wal",     "-shm",
					       "-lock", "-journal", "-control"};
	char name[600];
	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		text_format(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

/** Another recording now and then: each input adds to it. */
static void open_both(void)
{
	static struct options writes, follows;
	static const struct live_hooks hooks;
	/* The check of leaks does not look into mapped memory. */
	static const void *volatile in_use[2];
	static unsigned inputs;
	struct err err;
	if (recorder && ++inputs % INPUTS_A_RECORDING != 0)
		return;
	live_leave(console);
	live_leave(recorder);
	if (!loop)
		loop = ev_loop_new(EVFLAG_AUTO);
	text_copy(path, sizeof(path), slice_of(scratch_path(".control.pitwall")));
	remove_files();
	writes = (struct options){
		.sources = {"beacon+tcp://127.0.0.1:0?listen=yes", "p3://127.0.0.1:1"},
		.source_count = 2,
		.output = path,
		.sync = "normal",
		.no_sandbox = true,
	};
	follows = (struct options){.sources = {path}, .source_count = 1};
	if (!loop || live_open(&writes, loop, &hooks, &recorder, &err) != 0 ||
	    live_serve_consoles(recorder, &err) != 0 ||
	    live_open(&follows, loop, &hooks, &console, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	/* It would wait for this recorder, which is in the same process. */
	ev_timer_stop(loop, &console->poll);
	in_use[0] = recorder->session->parts;
	in_use[1] = console->session->parts;
	(void)in_use[0];
}

/* ---- to a recorder ----------------------------------------------------------------- */

/* What it says is whole. */
static void take_from_recorder(int fd)
{
	static struct recorder_message message;
	int rc;
	while ((rc = recorder_receive(fd, &message)) > 0)
		if (message.kind > RECORDER_CLOSED || message.code > 0)
			abort();
	if (rc == -EPROTO)
		abort();
}

static void to_recorder(struct fuzz_input *input)
{
	static struct recorder_message message;
	int fds[2];
	char name[600];
	recorder_socket(path, name, sizeof(name));
	for (int i = 0; i < 2; i++)
		fds[i] = net_local_connect(name);
	turn();
	while (input->at < input->end) {
		unsigned kind = input_byte(input);
		int fd = fds[kind >> 7];
		recorder_message(&message,
				 (enum recorder_kind)(kind % (RECORDER_KINDS + 1)));
		text_format(message.text, sizeof(message.text), ",note,,words,");
		size_t size = change(input, &message, sizeof(message));
		if (fd >= 0)
			(void)net_local_send(
				fd, (struct slice){(const char *)&message, size});
		turn();
		if (fd >= 0 && (kind & 0x40) == 0)
			take_from_recorder(fd);
	}
	for (int i = 0; i < 2; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	turn();
}

/* ---- to a console ------------------------------------------------------------------ */

static void show_console(void)
{
	static struct view view;
	char words[160];
	live_view(console, &view);
	live_news(console, words);
	for (unsigned i = 0; i < view.feed_count; i++)
		if (view.feeds[i].state >= VIEW_FEED_COUNT ||
		    strnlen(view.feeds[i].reason, sizeof(view.feeds[i].reason)) ==
			    sizeof(view.feeds[i].reason))
			abort();
}

static void to_console(struct fuzz_input *input)
{
	static struct recorder_message message;
	struct err err = {""};
	int fds[2];
	if (net_local_pair(fds) != 0)
		abort();
	recorder_message(&message, RECORDER_READY);
	(void)net_local_send(fds[0],
			     (struct slice){(const char *)&message,
					    change(input, &message, sizeof(message))});
	bool opened = recorder_link_open(console, fds[1], &err) == 0;
	if (opened == (console->link == NULL) || (!opened && err.text[0] == '\0'))
		abort();
	while (opened && input->at < input->end) {
		unsigned kind = input_byte(input);
		recorder_message(&message,
				 (enum recorder_kind)(kind % (RECORDER_KINDS + 1)));
		message.number = console->link->decision + 1;
		message.feed_count = kind / 16;
		size_t size = change(input, &message, sizeof(message));
		(void)net_local_send(fds[0],
				     (struct slice){(const char *)&message, size});
		if ((kind & 8) == 0)
			turn();
		show_console();
	}
	close(fds[0]);
	/* What was sent last may answer it. */
	if (opened && recorder_link_decide(console, SLICE(",start,,"), &err) != 0 &&
	    err.text[0] == '\0')
		abort();
	turn();
	if (opened)
		show_console();
	recorder_link_close(console);
	console->file[0] = console->fault[0] = '\0';
	console->ended = console->owns = false;
}

/* ---- answers of decoding -------------------------------------------------------------- */

static void to_recorder_of_decoding(struct fuzz_input *input)
{
	static struct responder responder;
	static char message[sizeof(struct responder_head) + ANSWER_ROOM];
	memset(&responder, 0, sizeof(responder));
	responder.live = recorder;
	responder.fd = -1;
	for (unsigned i = 0; i < FEED_PEERS_MAX; i++)
		responder.links[0][i] = responder.links[1][i] = i / 2;
	while (input->at < input->end) {
		unsigned source = input_byte(input);
		struct responder_head head = {
			.ticket = recorder->state.durable + source / 8 % 4,
			.len = ANSWER_ROOM,
			.peer = (uint16_t)(source % FEED_PEERS_MAX),
			.link = source % FEED_PEERS_MAX / 2,
			.source = (uint8_t)(source >> 7),
			.type = RECORD_RAW,
			.after_commit = source & 1,
		};
		memset(message, ' ', sizeof(message));
		memcpy(message, &head, sizeof(head));
		size_t size = change(input, message, sizeof(message));
		if (size >= sizeof(head))
			take_answer(&responder, (struct slice){message, size});
		live_acknowledge(recorder);
	}
	turn();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data + 1, data + size};
	if (size == 0)
		return 0;
	open_both();
	switch (data[0] % 3) {
	case 0:
		to_recorder(&input);
		break;
	case 1:
		to_console(&input);
		break;
	default:
		to_recorder_of_decoding(&input);
		break;
	}
	return 0;
}
