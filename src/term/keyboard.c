/*
 * keyboard.c -- a small state machine over the bytes of the keyboard
 *
 * Cited rules are those of keyboard.h. Grammar of sequences: ECMA-48 5.4; forms of
 * the keys: terminfo(5) entries of xterm, linux, rxvt, screen, tmux, vt220.
 */
#include "keyboard.h"

#include <string.h>

enum state {
	GROUND,
	ESCAPE, /* behind ESC */
	CSI,    /* ESC [ parameters */
	SS3,    /* ESC O */
	LINUX,  /* ESC [ [ : function keys of the Linux console */
	MOUSE,  /* ESC [ M : three bytes of the oldest mouse protocol */
	STRING, /* OSC, DCS and their like, until BEL or ESC \ */
	STRING_ESCAPE,
	UTF8,
};

enum { ESC = 0x1b, BEL = 0x07, CAN = 0x18, SUB = 0x1a, DEL = 0x7f };
enum { MODIFIER_SHIFT = 1, MODIFIER_CTRL = 4 };

/* Keys by the last byte of CSI and SS3 sequences. */
static const struct {
	uint8_t final;
	uint32_t key;
} by_final[] = {
	{'A', KEY_PW_UP},      {'B', KEY_PW_DOWN},   {'C', KEY_PW_RIGHT},
	{'D', KEY_PW_LEFT},    {'H', KEY_PW_HOME},   {'F', KEY_PW_END},
	{'Z', KEY_PW_BACKTAB}, {'M', KEY_PW_ENTER},  {'c', KEY_PW_SRIGHT},
	{'d', KEY_PW_SLEFT},   {'a', KEY_PW_UP},     {'b', KEY_PW_DOWN},
	{'P', KEY_PW_F1},      {'Q', KEY_PW_F1 + 1}, {'R', KEY_PW_F1 + 2},
	{'S', KEY_PW_F1 + 3},
};

/* Keys by the number of CSI number ~ (rxvt: $ with Shift, ^ with Control). */
static const struct {
	uint16_t number;
	uint32_t key;
} by_number[] = {
	{1, KEY_PW_HOME},     {3, KEY_PW_DELETE},  {4, KEY_PW_END},
	{5, KEY_PW_PGUP},     {6, KEY_PW_PGDN},    {7, KEY_PW_HOME},
	{8, KEY_PW_END},      {11, KEY_PW_F1},     {12, KEY_PW_F1 + 1},
	{13, KEY_PW_F1 + 2},  {14, KEY_PW_F1 + 3}, {15, KEY_PW_F1 + 4},
	{17, KEY_PW_F1 + 5},  {18, KEY_PW_F1 + 6}, {19, KEY_PW_F1 + 7},
	{20, KEY_PW_F1 + 8},  {21, KEY_PW_F1 + 9}, {23, KEY_PW_F1 + 10},
	{24, KEY_PW_F1 + 11},
};

void keys_init(struct keys *keys)
{
	memset(keys, 0, sizeof(*keys));
}

/* (4) */
static bool answer_begun(const struct keys *keys)
{
	bool string = keys->state == STRING || keys->state == STRING_ESCAPE;
	if (string && keys->intro == ']')
		return keys->text_len > 0 && keys->text_len < KEYS_TEXT_MAX;
	return keys->state == CSI && keys->marker == '?';
}

bool keys_waiting(const struct keys *keys)
{
	return keys->state != GROUND && !keys->paused;
}

/* Shift and Control both make the longer step: terminals differ in which of the
 * two they keep for themselves. */
static uint32_t with_modifiers(uint32_t key, unsigned parameter)
{
	unsigned bits = parameter > 0 ? parameter - 1 : 0;
	if ((bits & (MODIFIER_SHIFT | MODIFIER_CTRL)) == 0)
		return key;
	if (key == KEY_PW_LEFT)
		return KEY_PW_SLEFT;
	if (key == KEY_PW_RIGHT)
		return KEY_PW_SRIGHT;
	return key;
}

static uint32_t key_of_final(uint8_t final, unsigned modifiers)
{
	for (size_t i = 0; i < ARRAY_LEN(by_final); i++)
		if (by_final[i].final == final)
			return with_modifiers(by_final[i].key, modifiers);
	return KEY_NONE_;
}

/* The button of xterm's reports: 0 to 2 which, 3 none, and bits. */
enum { BUTTON_LEFT = 0, BUTTON_WHICH = 3, BUTTON_MODIFIERS = 28 };
enum { BUTTON_MOVED = 32, BUTTON_WHEEL = 64, BUTTON_MORE = 128 };

/* CSI < button ; column ; row, then M pressed or m released (xterm's mode 1006). One
 * button and the wheel mean something here. */
static uint32_t mouse_of_csi(struct keys *keys, uint8_t final)
{
	unsigned button = keys->params[0] & ~(unsigned)BUTTON_MODIFIERS;
	struct term_mouse *mouse = &keys->mouse;
	if (keys->param != 2 || keys->middle != 0 || keys->params[1] == 0 ||
	    keys->params[2] == 0 || (button & BUTTON_MORE) != 0)
		return KEY_NONE_;
	mouse->x = keys->params[1] - 1;
	mouse->y = keys->params[2] - 1;
	if (button == BUTTON_WHEEL || button == BUTTON_WHEEL + 1) {
		mouse->what =
			button == BUTTON_WHEEL ? MOUSE_WHEEL_UP : MOUSE_WHEEL_DOWN;
		return final == 'M' ? KEY_PW_MOUSE : KEY_NONE_;
	}
	if ((button & BUTTON_WHEEL) != 0 || (button & BUTTON_WHICH) != BUTTON_LEFT)
		return KEY_NONE_;
	if (final == 'm')
		mouse->what = MOUSE_RELEASED;
	else
		mouse->what =
			(button & BUTTON_MOVED) != 0 ? MOUSE_DRAGGED : MOUSE_PRESSED;
	return KEY_PW_MOUSE;
}

/* (4) DECRPM and DA1 (the VT510's manual). */
static uint32_t answer_of_csi(const struct keys *keys, uint8_t final)
{
	enum { SYNCHRONIZED = 2026, VALUES = KEYS_TOLD_ALL - KEYS_TOLD_SYNC };
	if (final == 'c' && keys->middle == 0)
		return KEYS_TOLD_ALL;
	if (final != 'y' || keys->middle != '$' || keys->param != 1 ||
	    keys->params[0] != SYNCHRONIZED || keys->params[1] >= VALUES)
		return KEY_NONE_;
	return (uint32_t)KEYS_TOLD_SYNC + keys->params[1];
}

static uint32_t key_of_csi(struct keys *keys, uint8_t final)
{
	if (keys->marker == '<' && (final == 'M' || final == 'm'))
		return mouse_of_csi(keys, final);
	if (keys->marker == '?')
		return answer_of_csi(keys, final);
	if (keys->private_use || final == 'M')
		return KEY_NONE_;
	/* CSI row ; column R is where the cursor is, the answer to a question. */
	if (final >= 'P' && final <= 'S' && (keys->params[0] > 1 || final == 'R'))
		return KEY_NONE_;
	if (final != '~' && final != '$' && final != '^')
		return key_of_final(final, keys->params[1]);
	for (size_t i = 0; i < ARRAY_LEN(by_number); i++)
		if (by_number[i].number == keys->params[0])
			return by_number[i].key;
	return KEY_NONE_;
}

static unsigned emit(uint32_t key, uint32_t out[KEYS_OUT_MAX])
{
	if (key == KEY_NONE_)
		return 0;
	out[0] = key;
	return 1;
}

static void begin(struct keys *keys, enum state state, uint8_t intro)
{
	keys_init(keys);
	keys->state = (uint8_t)state;
	keys->intro = intro;
}

/* Lead byte of a UTF-8 character; bytes that cannot be one are dropped. */
static void utf8_begin(struct keys *keys, uint8_t byte)
{
	begin(keys, UTF8, 0);
	if (byte >= 0xc2 && byte <= 0xdf) {
		keys->more = 1;
		keys->cp = byte & 0x1fU;
		keys->least = 0x80;
	} else if (byte >= 0xe0 && byte <= 0xef) {
		keys->more = 2;
		keys->cp = byte & 0x0fU;
		keys->least = 0x800;
	} else if (byte >= 0xf0 && byte <= 0xf4) {
		keys->more = 3;
		keys->cp = byte & 0x07U;
		keys->least = 0x10000;
	} else {
		keys->state = GROUND;
	}
}

static unsigned ground(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	keys->paused = false;
	if (byte >= 0x80) {
		utf8_begin(keys, byte);
		return 0;
	}
	if (byte == ESC) {
		begin(keys, ESCAPE, 0);
		return 0;
	}
	keys->state = GROUND;
	if (byte == '\r' || byte == '\n')
		return emit(KEY_PW_ENTER, out);
	if (byte == DEL || byte == '\b')
		return emit(KEY_PW_BACKSPACE, out);
	return byte == 0 ? 0 : emit(byte, out);
}

static unsigned utf8(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	if ((byte & 0xc0) != 0x80)
		return ground(keys, byte, out);
	keys->cp = keys->cp << 6 | (byte & 0x3fU);
	if (--keys->more > 0)
		return 0;
	keys->state = GROUND;
	bool surrogate = keys->cp >= 0xd800 && keys->cp <= 0xdfff;
	/* C1 controls are no text, and no key either. */
	if (keys->cp < keys->least || keys->cp < 0xa0 || keys->cp > 0x10ffff ||
	    surrogate)
		return 0;
	return emit(keys->cp, out);
}

/* ESC and a character that begins nothing: Escape, then the character. So does
 * Alt with a key in most terminals, which cannot be distinguished. */
static unsigned escape(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	switch (byte) {
	case '[':
		begin(keys, CSI, byte);
		return 0;
	case 'O':
		begin(keys, SS3, byte);
		return 0;
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_':
		begin(keys, STRING, byte);
		return 0;
	default:
		break;
	}
	uint32_t second[KEYS_OUT_MAX];
	unsigned n = ground(keys, byte, second);
	out[0] = KEY_PW_ESC;
	if (n > 0)
		out[1] = second[0];
	return 1 + n;
}

static void csi_parameter(struct keys *keys, uint8_t byte)
{
	if (byte == ';' || byte == ':') {
		if (keys->param < KEYS_PARAMS_MAX)
			keys->param++;
	} else if (byte >= '0' && byte <= '9') {
		if (keys->param >= KEYS_PARAMS_MAX)
			return;
		uint16_t *p = &keys->params[keys->param];
		if (*p < 1000)
			*p = (uint16_t)(*p * 10 + (byte - '0'));
	} else {
		if (byte >= '<' && keys->payload == 1)
			keys->marker = byte;
		else
			keys->middle = byte;
		keys->private_use = true;
	}
}

static unsigned csi(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	/* A control or a character of another alphabet ends what was no sequence
	 * after all. */
	bool answers = (byte >= '0' && byte <= '9') || byte == ';' || byte == '$' ||
		       byte == 'y' || byte == 'c';
	if (byte < 0x20 || byte >= DEL || (keys->paused && !answers))
		return ground(keys, byte, out);
	if (keys->payload++ == 0 && byte == '[') {
		begin(keys, LINUX, '[');
		return 0;
	}
	if (keys->payload == 1 && byte == 'M') {
		begin(keys, MOUSE, '[');
		keys->more = 3;
		return 0;
	}
	/* rxvt's Shift-Home is CSI 7 $, though $ is an intermediate elsewhere. */
	if (byte == '$' && keys->payload > 1 && keys->param == 0 &&
	    !keys->private_use) {
		keys->state = GROUND;
		return emit(key_of_csi(keys, byte), out);
	}
	if (byte < 0x40) {
		csi_parameter(keys, byte);
		return 0;
	}
	keys->state = GROUND;
	keys->paused = false;
	return emit(key_of_csi(keys, byte), out);
}

/* The colour of the background, as xterm writes it: "11;rgb:RRRR/GGGG/BBBB", with one to
 * four digits each. */
#define BACKGROUND "11;rgb:"

static int hex_digit(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

static bool background_goes_on(const struct keys *keys, uint8_t byte)
{
	size_t at = keys->text_len;
	if (at < sizeof(BACKGROUND) - 1)
		return byte == (uint8_t)BACKGROUND[at];
	return at + 1 < KEYS_TEXT_MAX && (byte == '/' || hex_digit(byte) >= 0);
}

static unsigned string_text(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	bool goes_on = background_goes_on(keys, byte);
	if (!goes_on && keys->paused)
		return ground(keys, byte, out);
	if (keys->text_len == KEYS_TEXT_MAX)
		return 0;
	if (goes_on)
		keys->text[keys->text_len++] = (char)byte;
	else
		keys->text_len = KEYS_TEXT_MAX;
	return 0;
}

/* The end of a string: a whole answer, or nothing. */
static unsigned string_end(struct keys *keys, uint32_t out[KEYS_OUT_MAX])
{
	size_t at = sizeof(BACKGROUND) - 1;
	int32_t rgb = 0;
	keys->state = GROUND;
	keys->paused = false;
	if (keys->intro != ']' || keys->text_len >= KEYS_TEXT_MAX)
		return 0;
	for (unsigned part = 0; part < 3; part++) {
		uint32_t value = 0, most = 0;
		for (; at < keys->text_len && keys->text[at] != '/'; at++) {
			value = value << 4 |
				(uint32_t)hex_digit((uint8_t)keys->text[at]);
			most = most << 4 | 0xf;
		}
		if (most == 0 || most > 0xffff)
			return 0;
		rgb = rgb << 8 | (int32_t)(value * 255 / most);
		at += part < 2; /* the slash */
	}
	if (at != keys->text_len)
		return 0;
	keys->background = rgb;
	return emit(KEYS_TOLD_BACKGROUND, out);
}

static unsigned string(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	keys->payload++;
	if (byte == BEL)
		return string_end(keys, out);
	if (byte == CAN || byte == SUB)
		keys_init(keys);
	else if (byte == ESC)
		keys->state = STRING_ESCAPE;
	else
		return string_text(keys, byte, out);
	return 0;
}

unsigned keys_byte(struct keys *keys, uint8_t byte, uint32_t out[KEYS_OUT_MAX])
{
	switch ((enum state)keys->state) {
	case GROUND:
		return ground(keys, byte, out);
	case ESCAPE:
		return escape(keys, byte, out);
	case CSI:
		return csi(keys, byte, out);
	case SS3:
		/* Parameters (ESC O 5 C) come from a few old terminals. */
		if (byte >= '0' && byte <= '9') {
			keys->payload++;
			csi_parameter(keys, byte);
			return 0;
		}
		keys->state = GROUND;
		if (byte < 0x20 || byte >= DEL)
			return ground(keys, byte, out);
		return emit(key_of_final(byte, keys->params[0]), out);
	case LINUX:
		keys->state = GROUND;
		return byte >= 'A' && byte <= 'E' ? emit(KEY_PW_F1 + byte - 'A', out)
						  : 0;
	case MOUSE:
		if (--keys->more == 0)
			keys->state = GROUND;
		return 0;
	case STRING:
		return string(keys, byte, out);
	case STRING_ESCAPE:
		if (byte == '\\')
			return string_end(keys, out);
		keys->state = GROUND;
		return escape(keys, byte, out);
	case UTF8:
		return utf8(keys, byte, out);
	}
	return 0;
}

unsigned keys_idle(struct keys *keys, uint32_t out[KEYS_OUT_MAX])
{
	uint8_t state = keys->state;
	uint8_t intro = keys->intro;
	bool bare = keys->payload == 0;
	if (answer_begun(keys)) {
		keys->paused = true;
		return 0;
	}
	keys_init(keys);
	if (state == ESCAPE)
		return emit(KEY_PW_ESC, out);
	bool begun = state == CSI || state == SS3 || state == STRING;
	if (!begun || !bare)
		return 0;
	/* Escape and, soon after, '[' or ']': both are keys here. */
	out[0] = KEY_PW_ESC;
	out[1] = intro;
	return 2;
}
