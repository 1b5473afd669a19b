/*
 * keyboard.h -- from the bytes a terminal sends to keys (of this room only)
 *
 * Pure. The terminal is not asked what its keys send: the forms in use are few
 * and distinct, so one decoder reads them all (xterm and its kin,
 * VT220, Linux, rxvt, screen, tmux; cursor and application mode).
 *
 *  (1) Any bytes are legal. A sequence that means no key of ours is swallowed
 *      whole; it never turns into the characters it is made of.
 *  (2) How the stream is cut into reads changes nothing but the moment: what may
 *      still become a sequence waits until keys_idle() says that nothing follows.
 *  (3) After keys_idle() the next byte starts afresh: no input, however broken,
 *      can block the keyboard.
 *  (4) What the terminal answers when it is asked comes as a key too, at any time
 *      and between any others; term.c hands none of those on. After a pause within
 *      an answer its rest is still no keys; a byte that is not its rest starts afresh (3).
 */
#ifndef PITWALL_TERM_KEYBOARD_H
#define PITWALL_TERM_KEYBOARD_H

#include "pitwall/keys.h"
#include "pitwall/term.h"

enum { KEYS_PARAMS_MAX = 4, KEYS_OUT_MAX = 2 };

/* (4) Above all keys: the report of mode 2026, plus its value (DECRPM: 0 not known,
 * 1 set, 2 reset, 3 and 4 for ever so), and that every question was answered which
 * was asked before that for the attributes of the device. */
enum {
	KEYS_TOLD_SYNC = KEY_NONE_ + 0x100,
	KEYS_TOLD_ALL = KEYS_TOLD_SYNC + 5,
	KEYS_TOLD_BACKGROUND, /* keys.background */
	KEYS_TOLD_END,
};

enum { KEYS_TEXT_MAX = sizeof("11;rgb:ffff/ffff/ffff") };

struct keys {
	uint32_t cp;                      /* UTF-8 character being read */
	uint32_t least;                   /* shorter forms of it are overlong */
	uint32_t payload;                 /* bytes of the sequence so far */
	uint16_t params[KEYS_PARAMS_MAX]; /* of CSI, capped at 9999 */
	uint8_t param;                    /* index of the one being read */
	uint8_t state;
	uint8_t intro;            /* the byte behind ESC */
	uint8_t more;             /* bytes to come: UTF-8, mouse */
	uint8_t marker;           /* of CSI: ? < = or >, when it comes first; 0 */
	uint8_t middle;           /* the intermediate before its last byte; 0 */
	bool private_use;         /* it has either */
	bool paused;              /* within an answer (4) */
	struct term_mouse mouse;  /* of the KEY_PW_MOUSE given last */
	char text[KEYS_TEXT_MAX]; /* of an OSC, as far as it may be an answer */
	uint8_t text_len;         /* KEYS_TEXT_MAX: it is none */
	int32_t background;       /* 0xRRGGBB, with KEYS_TOLD_BACKGROUND */
};

void keys_init(struct keys *keys);
/** Take a byte. Returns how many keys it completes (0 to KEYS_OUT_MAX). */
unsigned keys_byte(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX]);
/** Something waits that may be the beginning of a sequence. */
bool keys_waiting(const struct keys *keys);
/** Nothing followed for a while: what waits is what it is. */
unsigned keys_idle(struct keys *keys, uint32_t out[KEYS_OUT_MAX]);

#endif
