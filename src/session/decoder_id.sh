#!/bin/sh
# decoder_id.sh ROOT -- a sum over all that decides what bytes are decoded to: events that
# another decoder made are not used
cd "$1" || exit 1
sum=$(cat src/base/*.c src/wire/*.[ch] src/feed/*.[ch] src/feed/*/*.[ch] \
	src/session/session_feed.c src/session/steady.c \
	include/pitwall/base.h include/pitwall/decoded.h include/pitwall/event.h \
	include/pitwall/feed.h include/pitwall/json.h include/pitwall/stream.h \
	include/pitwall/wire.h | cksum)
printf '#define DECODER_ID "%s"\n' "$(echo "$sum" | tr ' ' -)"
