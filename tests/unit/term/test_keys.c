/*
 * test_keys.c -- bytes of the keyboard become keys
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "keyboard.h"

enum { KEYS_MAX = 32 };

struct sample {
	const char *bytes;
	uint32_t keys[6]; /* ends with 0 */
	const char *what;
};

static const struct sample samples[] = {
	{"a", {'a'}, "a character"},
	{" ", {' '}, "space"},
	{"\t", {'\t'}, "tab"},
	{"\003", {3}, "control-c, when the terminal passes it on"},
	{"\r", {KEY_PW_ENTER}, "return"},
	{"\n", {KEY_PW_ENTER}, "line feed"},
	{"\177", {KEY_PW_BACKSPACE}, "delete is backspace"},
	{"\b", {KEY_PW_BACKSPACE}, "and so is control-h"},
	{"\303\251", {0xe9}, "two bytes of UTF-8"},
	{"\342\202\254", {0x20ac}, "three bytes"},
	{"\360\237\217\201", {0x1f3c1}, "four bytes"},
	{"\033[A", {KEY_PW_UP}, "cursor mode"},
	{"\033OA", {KEY_PW_UP}, "application mode"},
	{"\033[B\033[C\033[D",
	 {KEY_PW_DOWN, KEY_PW_RIGHT, KEY_PW_LEFT},
	 "three arrows"},
	{"\033OB\033OC\033OD", {KEY_PW_DOWN, KEY_PW_RIGHT, KEY_PW_LEFT}, "the same"},
	{"\033[1;2C", {KEY_PW_SRIGHT}, "shift-right of xterm"},
	{"\033[1;2D", {KEY_PW_SLEFT}, "shift-left of xterm"},
	{"\033[1;5D", {KEY_PW_SLEFT}, "control-left"},
	{"\033[1;3D", {KEY_PW_LEFT}, "alt-left is left"},
	{"\033[c\033[d", {KEY_PW_SRIGHT, KEY_PW_SLEFT}, "shift-arrows of rxvt"},
	{"\033Oc\033Od", {KEY_PW_SRIGHT, KEY_PW_SLEFT}, "control-arrows of rxvt"},
	{"\033O5C", {KEY_PW_SRIGHT}, "control-right of old terminals"},
	{"\033[H", {KEY_PW_HOME}, "home of xterm"},
	{"\033OH", {KEY_PW_HOME}, "home in application mode"},
	{"\033[1~", {KEY_PW_HOME}, "home of the VT220, screen, linux"},
	{"\033[7~", {KEY_PW_HOME}, "home of rxvt"},
	{"\033[7$", {KEY_PW_HOME}, "shift-home of rxvt"},
	{"\033[1;2H", {KEY_PW_HOME}, "shift-home of xterm"},
	{"\033[F", {KEY_PW_END}, "end of xterm"},
	{"\033OF", {KEY_PW_END}, "end in application mode"},
	{"\033[4~", {KEY_PW_END}, "end of the VT220"},
	{"\033[8~", {KEY_PW_END}, "end of rxvt"},
	{"\033[5~\033[6~", {KEY_PW_PGUP, KEY_PW_PGDN}, "pages"},
	{"\033[3~", {KEY_PW_DELETE}, "delete"},
	{"\033[Z", {KEY_PW_BACKTAB}, "shift-tab"},
	{"\033OM", {KEY_PW_ENTER}, "enter of the keypad"},
	{"\033q", {KEY_PW_ESC, 'q'}, "escape, then a character"},
	{"\033\033[A", {KEY_PW_ESC, KEY_PW_UP}, "escape, then an arrow"},
	{"\033\r", {KEY_PW_ESC, KEY_PW_ENTER}, "escape, then return"},
	{"\033\303\251", {KEY_PW_ESC, 0xe9}, "escape, then an accent"},
	{"\033[2~x", {'x'}, "insert is no key of ours"},
	{"\033OP\033[11~\033[[A\033[P",
	 {KEY_PW_F1, KEY_PW_F1, KEY_PW_F1, KEY_PW_F1},
	 "F1 of xterm, VT220, linux, kitty"},
	{"\033[15~\033[[E\033[24~",
	 {KEY_PW_F1 + 4, KEY_PW_F1 + 4, KEY_PW_F12},
	 "F5, F12"},
	{"\033[1;2P", {KEY_PW_F1}, "shift-F1 is F1"},
	{"\033[12;40Rx\033[1;1Rx", {'x', 'x'}, "where the cursor is, no F3"},
	{"\033[16~x\033[[Fx", {'x', 'x'}, "there is no key between F5 and F6"},
	{"\033[200~hi\033[201~", {'h', 'i'}, "the brackets of a paste are no keys"},
	{"\033[M !!x", {'x'}, "nor an old mouse"},
	{"\033[<0;12;7Mx", {KEY_PW_MOUSE, 'x'}, "a mouse"},
	{"\033[<0;12;7mx", {KEY_PW_MOUSE, 'x'}, "its button comes up"},
	{"\033[<32;12;7Mx", {KEY_PW_MOUSE, 'x'}, "it is dragged"},
	{"\033[<20;12;7Mx", {KEY_PW_MOUSE, 'x'}, "with shift and control too"},
	{"\033[<64;1;1M", {KEY_PW_MOUSE}, "the wheel up"},
	{"\033[<65;1;1M", {KEY_PW_MOUSE}, "and down"},
	{"\033[<64;1;1mx", {'x'}, "a wheel that comes up is none"},
	{"\033[<66;1;1Mx", {'x'}, "nor is one that goes sideways"},
	{"\033[<2;12;7Mx", {'x'}, "the right button is none of ours"},
	{"\033[<35;12;7Mx", {'x'}, "nor a move without any"},
	{"\033[<0;0;7Mx", {'x'}, "no cell lies there"},
	{"\033[<0;12Mx", {'x'}, "a mouse without a row"},
	{"\033[<0;1;2;3Mx", {'x'}, "or with too much"},
	{"\033[<Mx", {'x'}, "or with nothing"},
	{"\033[<0$;12;7Mx", {'x'}, "or with a mark in it"},
	{"\033[?62;22cx", {KEYS_TOLD_ALL, 'x'}, "the attributes of the device"},
	{"\033[>0;276;0cx", {'x'}, "others that nobody asked for"},
	{"\033[?2026;2$yx", {KEYS_TOLD_SYNC + 2, 'x'}, "a mode it has"},
	{"\033[?2026;0$yx", {KEYS_TOLD_SYNC, 'x'}, "one it does not know"},
	{"\033[?2026;5$yx", {'x'}, "a value that is none"},
	{"\033[?25;1$yx", {'x'}, "a mode nobody asked for"},
	{"\033]11;rgb:0000/0000/0000\007x",
	 {KEYS_TOLD_BACKGROUND, 'x'},
	 "a background, ended by BEL"},
	{"\033]11;rgb:ffff/ffff/ffff\033\\x",
	 {KEYS_TOLD_BACKGROUND, 'x'},
	 "a background, ended by ST"},
	{"\033]11;rgb:f/f/f\007x", {KEYS_TOLD_BACKGROUND, 'x'}, "a brief one"},
	{"\033]10;rgb:0000/0000/0000\007x", {'x'}, "another colour"},
	{"\033]11;rgb:0000/0000\007x", {'x'}, "too few parts"},
	{"\033]11;rgb:0/0/0/0\007x", {'x'}, "too many"},
	{"\033]11;rgb://0\007x", {'x'}, "empty ones"},
	{"\033]11;rgb:00000/0/0\007x", {'x'}, "five digits"},
	{"\033]11;rgb:0000/0000/00000000000000000000\007x", {'x'}, "too long"},
	{"\033]11;rgb:red\007x", {'x'}, "a word"},
	{"\033]11;?\033\\x", {'x'}, "the question itself"},
	{"\033P>|xterm(370)\033\\x", {'x'}, "a version"},
	{"\033[99999999999999;1;1;1;1;1;1;1;1Ax", {KEY_PW_UP, 'x'}, "huge numbers"},
	{"\033[1\rx", {KEY_PW_ENTER, 'x'}, "return ends what was no sequence"},
	{"\033[1\033[A", {KEY_PW_UP}, "and so does the next sequence"},
	{"\033[\342\202\254", {0x20ac}, "and so does a character"},
	{"\377\376x", {'x'}, "bytes that are no UTF-8"},
	{"\303x", {'x'}, "a character that was cut"},
	{"\303\033[A", {KEY_PW_UP}, "by an arrow"},
	{"\300\257x", {'x'}, "an overlong slash"},
	{"\340\200\257x", {'x'}, "a longer one"},
	{"\355\240\200x", {'x'}, "a surrogate"},
	{"\364\220\200\200x", {'x'}, "beyond Unicode"},
	{"\302\233Ax", {'A', 'x'}, "a C1 control is no sequence"},
};

static unsigned decode(struct keys *keys, const char *bytes, size_t n, uint32_t *out)
{
	unsigned count = 0;
	for (size_t i = 0; i < n; i++)
		count += keys_byte(keys, (uint8_t)bytes[i], out + count);
	return count;
}

static unsigned wanted(const struct sample *sample)
{
	unsigned n = 0;
	while (n < ARRAY_LEN(sample->keys) && sample->keys[n] != 0)
		n++;
	return n;
}

static void each_form_of_a_key_is_that_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		const struct sample *sample = &samples[i];
		struct keys keys;
		uint32_t out[KEYS_MAX];
		keys_init(&keys);
		unsigned n = decode(&keys, sample->bytes, strlen(sample->bytes), out);
		if (n != wanted(sample) || memcmp(out, sample->keys, n * 4) != 0)
			fail_msg("%s: %u keys, first %x", sample->what, n,
				 n > 0 ? out[0] : 0);
		if (keys_waiting(&keys))
			fail_msg("%s: something still waits", sample->what);
	}
}

static void escape_alone_is_a_key_once_nothing_follows(void **state)
{
	struct keys keys;
	uint32_t out[KEYS_MAX];
	(void)state;
	keys_init(&keys);
	assert_int_equal(decode(&keys, "\033", 1, out), 0);
	assert_true(keys_waiting(&keys));
	assert_int_equal(keys_idle(&keys, out), 1);
	assert_int_equal(out[0], KEY_PW_ESC);
	assert_false(keys_waiting(&keys));
	assert_int_equal(keys_idle(&keys, out), 0);
}

static void escape_and_a_bracket_are_two_keys_once_nothing_follows(void **state)
{
	static const char brackets[] = {'[', ']', 'O', 'P'};
	(void)state;
	for (size_t i = 0; i < sizeof(brackets); i++) {
		struct keys keys;
		uint32_t out[KEYS_MAX];
		keys_init(&keys);
		assert_int_equal(decode(&keys, "\033", 1, out), 0);
		assert_int_equal(decode(&keys, &brackets[i], 1, out), 0);
		assert_int_equal(keys_idle(&keys, out), 2);
		assert_int_equal(out[0], KEY_PW_ESC);
		assert_int_equal(out[1], brackets[i]);
	}
}

static void a_cut_sequence_never_deafens_the_console(void **state)
{
	static const char *const cut[] = {
		"\033[1;", "\033]11;rgb", "\033P+r", "\303",
		"\033[M",  "\033[[",      "\033O5",  "\033[?20",
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cut); i++) {
		struct keys keys;
		uint32_t out[KEYS_MAX];
		keys_init(&keys);
		assert_int_equal(decode(&keys, cut[i], strlen(cut[i]), out), 0);
		assert_true(keys_waiting(&keys));
		assert_int_equal(keys_idle(&keys, out), 0);
		assert_int_equal(decode(&keys, "q", 1, out), 1);
		assert_int_equal(out[0], 'q');
	}
}

/* Any bytes: only keys that exist come out, and a pause makes all well. */
static void random_bytes_give_only_keys_that_exist(void **state)
{
	uint64_t seed = 2003;
	struct keys keys;
	(void)state;
	keys_init(&keys);
	for (unsigned i = 0; i < 200000; i++) {
		static const char likely[] = "\033[O]0;159~AMm<?$cy\\\007";
		uint32_t out[KEYS_OUT_MAX];
		uint64_t r = random_next(&seed);
		uint8_t byte = (r & 0x100) != 0 ? (uint8_t)r
						: (uint8_t)likely[r % sizeof(likely)];
		unsigned n = keys_byte(&keys, byte, out);
		assert_true(n <= KEYS_OUT_MAX);
		for (unsigned k = 0; k < n; k++) {
			assert_true(out[k] != 0 && (out[k] <= KEY_PW_MOUSE ||
						    (out[k] >= KEYS_TOLD_SYNC &&
						     out[k] < KEYS_TOLD_END)));
			assert_true(out[k] < 0x80 || out[k] >= 0xa0);
			assert_true(out[k] != KEY_NONE_);
		}
	}
	uint32_t out[KEYS_OUT_MAX];
	(void)keys_idle(&keys, out);
	assert_int_equal(keys_byte(&keys, 'q', out), 1);
	assert_int_equal(out[0], 'q');
}

/* (4): cut anywhere by a slow line, an answer gives no key. */
static void a_slow_answer_is_no_key(void **state)
{
	static const char *const answers[] = {"\033]11;rgb:1e1e/1e1e/1e1e\033\\",
					      "\033]11;rgb:fff/fff/fff\007",
					      "\033[?2026;2$y", "\033[?62;22c"};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		size_t len = strlen(answers[i]);
		/* ESC and the byte behind it are waited for by the terminal. */
		for (size_t cut = 3; cut < len; cut++) {
			struct keys keys;
			uint32_t out[64];
			keys_init(&keys);
			assert_int_equal(decode(&keys, answers[i], cut, out), 0);
			assert_true(keys_waiting(&keys));
			assert_int_equal(keys_idle(&keys, out), 0);
			assert_false(keys_waiting(&keys));
			assert_int_equal(
				decode(&keys, answers[i] + cut, len - cut, out), 1);
			assert_true(out[0] >= KEYS_TOLD_SYNC && out[0] < KEYS_TOLD_END);
			assert_int_equal(decode(&keys, "q", 1, out), 1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_of_a_key_is_that_key),
		cmocka_unit_test(escape_alone_is_a_key_once_nothing_follows),
		cmocka_unit_test(
			escape_and_a_bracket_are_two_keys_once_nothing_follows),
		cmocka_unit_test(a_cut_sequence_never_deafens_the_console),
		cmocka_unit_test(a_slow_answer_is_no_key),
		cmocka_unit_test(random_bytes_give_only_keys_that_exist),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
