/*
 * keys.h -- actions, and the keys that do them
 *
 * Pure tables: help, the line of hints, the manual, the configuration and the `keys`
 * command are generated from them. Knows nothing of racing.
 */
#ifndef PITWALL_KEYS_H
#define PITWALL_KEYS_H

#include "pitwall/base.h"

/* id, name in the configuration, description for help and the manual. */
#define ACTIONS(X)                                                                 \
	X(PLAY_PAUSE, "play-pause", "play or pause")                               \
	X(LAP, "lap", "laps of the leader, or of the focused car")                 \
	X(PASSING, "passing", "one passing back or forward")                       \
	X(MINUTE, "minute", "minutes back or forward")                             \
	X(EVENT, "event", "next or previous event of the chosen kind")             \
	X(ARM, "arm", "choose what e goes to, and alerts, from a list")            \
	X(SPEED, "speed", "slower or faster, 1/8 to 1000x")                        \
	X(SPEED_ONE, "speed-one", "speed 1x")                                      \
	X(START, "start", "to the start")                                          \
	X(END, "end", "to the end, or the live edge")                              \
	X(GO_TO, "go-to", "go to 3:20:00, @15:20, lap:112 or 50%")                 \
	X(UNDO_JUMP, "undo-jump", "back to before the last jump")                  \
	X(MARK, "mark", "set a mark here, or remove it")                           \
	X(MARK_JUMP, "mark-jump", "jump to the newest mark; again: an older")      \
	X(LOOP, "loop", "play from A to B again and again: A, B, off")             \
	X(CHANGED, "changed", "what changed since a mark, or while away")          \
	X(SELECT, "select", "select the car above or below")                       \
	X(SELECT_PAGE, "select-page", "a page of cars or laps up or down")         \
	X(SELECT_HALF, "select-half", "half a page up or down")                    \
	X(FIND, "find", "find a car by number, team or driver")                    \
	X(TAG, "tag", "tag the selected car, to compare others with")              \
	X(FAVOURITE, "favourite", "mark the selected car as a favourite, or not")  \
	X(GAPS, "gaps", "gaps: to the leader, interval, in class, to car")         \
	X(COLUMNS, "columns", "the next set of columns of the timing screen")      \
	X(COLUMNS_EDIT, "columns-edit", "choose columns, their order and width")   \
	X(SORT, "sort", "sort the timing screen by the column beside")             \
	X(SORT_BACK, "sort-back", "sort the other way round")                      \
	X(FILTER, "filter", "show some cars only: class GT, #88, running")         \
	X(ZOOM, "zoom", "one class alone on the whole screen")                     \
	X(FIND_NEXT, "find-next", "next or previous car that matches")             \
	X(OPEN, "open", "the screen of the selected car; Esc returns")             \
	X(FOCUS, "focus", "focus the selected car: arrows follow its laps")        \
	X(BACK, "back", "close what is open, leave focus")                         \
	X(SCREEN, "screen", "show a screen")                                       \
	X(PANE, "pane", "next or previous class, chart or list")                   \
	X(REFERENCE, "reference", "gaps of charts: to the leader, class, a car")   \
	X(SPAN, "span", "charts of the whole race, or of its last hours")          \
	X(CLEAN, "clean", "lap times: clean laps only, or all")                    \
	X(MAP, "map", "show or hide the map")                                      \
	X(MAP_NEAR, "map-near", "the map near the focused car, or all of it")      \
	X(OPERATE, "operate", "race control: flags, penalties, entries")           \
	X(PASS, "pass", "a passing by hand, now; then its number")                 \
	X(STOP_LAP, "stop-lap", "what if the stop is made a lap later or earlier") \
	X(STOP_TIME, "stop-time", "what if the stop is longer or shorter")         \
	X(STOP_FLAG, "stop-flag", "what if it is green, or neutralised")           \
	X(STOP_ALONE, "stop-alone", "what if the others do not stop")              \
	X(STINT, "stint", "length of a stint by hand: GT 32, 88 45min")            \
	X(EXPLAIN, "explain", "where the numbers of a car come from")              \
	X(AS, "as", "as corrected now, or as known then")                          \
	X(DELAY, "delay", "hold the live edge back by seconds")                    \
	X(SESSION, "session", "choose a session of the source")                    \
	X(ALERTS, "alerts", "alerts: the rules, and those that were raised")       \
	X(ACKNOWLEDGE, "acknowledge", "acknowledge the alerts that were raised")   \
	X(NOTICES, "notices", "what the line of notices has said")                 \
	X(SAVE, "save", "save a picture of the screen: PNG, SVG, text")            \
	X(MOUSE, "mouse", "use the mouse, or leave it to the terminal")            \
	X(REDRAW, "redraw", "draw the whole terminal again")                       \
	X(COMMAND, "command", "type a command: lap 112, car 7, digest")            \
	X(HELP, "help", "this help")                                               \
	X(QUIT, "quit", "quit, and restore the terminal")

enum action {
#define X(id_, name_, about_) ACTION_##id_,
	ACTIONS(X)
#undef X
		ACTION_COUNT
};
const char *action_name(enum action action);
const char *action_about(enum action action);

_Static_assert(ACTION_COUNT <= 64, "a bit each");
#define ACTION_BIT(id_) ((uint64_t)1 << ACTION_##id_)

/* Where an action does something. */
enum action_reach {
	REACH_ALL,
	REACH_GOES, /* everywhere: it shows the screen it belongs to */
	REACH_OWN,  /* only on the screens that have it in their table of keys */
};
enum action_reach action_reach(enum action action);
/** True when an action takes a number, because its keys differ in it. *@usual: the one it
 * has without. */
bool action_takes_number(enum action action, int16_t *usual);

/* Keys that are not characters, above Unicode. */
enum key {
	KEY_NONE_ = 0x110000,
	KEY_PW_UP,
	KEY_PW_DOWN,
	KEY_PW_LEFT,
	KEY_PW_RIGHT,
	KEY_PW_SLEFT,
	KEY_PW_SRIGHT,
	KEY_PW_HOME,
	KEY_PW_END,
	KEY_PW_PGUP,
	KEY_PW_PGDN,
	KEY_PW_BACKSPACE,
	KEY_PW_BACKTAB,
	KEY_PW_ENTER,
	KEY_PW_ESC,
	KEY_PW_DELETE,
	KEY_PW_F1, /* to F12, in sequence */
	KEY_PW_F12 = KEY_PW_F1 + 11,
	KEY_PW_MOUSE, /* term_mouse_did() has the details */
};

/* A page of a list, in rows. */
enum { KEY_CTRL_C = 3, KEY_CTRL_L = 12, KEY_LABEL_MAX = 16, KEY_PAGE = 10 };
struct key_binding {
	uint32_t key; /* a character or enum key */
	uint8_t action;
	int16_t argument;          /* laps, minutes, direction, screen */
	char label[KEY_LABEL_MAX]; /* as help shows it: "Space", "Shift-Left" */
	const char *hint;          /* short word for the line of key hints, or NULL */
};
extern const struct key_binding key_bindings[];
extern const size_t key_bindings_count;
/** The binding of @key, or NULL. */
const struct key_binding *key_binding_find(uint32_t key);

/* The user's own bindings (keymap.c): call keymap_init(), bind and free keys, then call
 * keymap_settle(). Help and hints show these bindings. */
enum { KEYMAP_MAX = 256 };
struct keymap {
	struct key_binding at[KEYMAP_MAX];
	size_t count;
};
/** Fill with the default bindings. */
void keymap_init(struct keymap *keymap);
/** Bind @key to an action, replacing its binding. False: @key is Ctrl-C, or the table is
 * full. */
bool keymap_bind(struct keymap *keymap, uint32_t key, enum action action,
		 int16_t argument);
/** Remove the binding of @key; Ctrl-C keeps its own. */
void keymap_free(struct keymap *keymap, uint32_t key);
/** Sort the bindings as the default ones are, and move hints to the keys that took
 * over. */
void keymap_settle(struct keymap *keymap);
/** Key by name: "Left", "x", "Ctrl-R"; case matters for characters only. False: unknown,
 * or a key that terminals do not distinguish from another. */
bool key_parse(struct slice name, uint32_t *key);
/** Name of a key on the screen: "Space", "=", "Ctrl-R". Returns its length. */
size_t key_label(uint32_t key, char text[KEY_LABEL_MAX]);
/** Rows that a key moves in a list, of SELECT_PAGE and SELECT_HALF; 0: another action. */
int key_page(const struct key_binding *key);
/** Name of a key in the configuration: "Equals" where help shows "=". Returns its
 * length. */
size_t key_spell(uint32_t key, char text[KEY_LABEL_MAX]);

#endif
