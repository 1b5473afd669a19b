/*
 * actions.c -- the tables of actions and keys
 *
 * Help, the line of hints, the manual and the `keys` command are made from these
 * rows. Vertical is cars, horizontal is time; no pair of cases means two
 * unrelated things; nothing depends on keys that terminals cannot tell apart.
 *
 *  (1) Bindings of one action that mean the two directions of one thing stand
 *      together and share their hint: the line of hints shows them as a pair.
 */
#include "pitwall/view.h"

static const struct {
	const char *name, *about;
} actions[] = {
#define X(id_, name_, about_) {name_, about_},
	ACTIONS(X)
#undef X
};

const char *action_name(enum action action)
{
	return actions[action].name;
}

const char *action_about(enum action action)
{
	return actions[action].about;
}

#define ON(screen_) (1u << SCREEN_##screen_)
uint32_t action_screens(enum action action)
{
	static const uint32_t on[ACTION_COUNT] = {
		[ACTION_PANE] = ON(CLASSES) | ON(LAPS) | ON(FEEDS),
		[ACTION_MAP] = ON(CLASSES),
		[ACTION_ZOOM] = ON(CLASSES),
		[ACTION_GAPS] = ON(CLASSES) | ON(TIMING),
		[ACTION_COLUMNS] = ON(TIMING),
		[ACTION_COLUMNS_EDIT] = ON(TIMING),
		[ACTION_SORT] = ON(TIMING),
		[ACTION_SORT_BACK] = ON(TIMING),
		[ACTION_REFERENCE] = ON(LAPS),
		[ACTION_SPAN] = ON(LAPS) | ON(COMPARE),
		[ACTION_CLEAN] = ON(LAPS),
	};

	return on[action];
}
#undef ON

#define KEY(key_, action_, argument_, label_, hint_) \
	{(key_), ACTION_##action_, (argument_), label_, (hint_)},

/* clang-format off */
const struct key_binding key_bindings[] = {
	KEY(' ',              PLAY_PAUSE,   0, "Space",       "play")
	KEY(KEY_PW_LEFT,      LAP,         -1, "Left",        "lap")
	KEY(KEY_PW_RIGHT,     LAP,          1, "Right",       "lap")
	KEY('h',              LAP,         -1, "h",           NULL)
	KEY('l',              LAP,          1, "l",           NULL)
	KEY(KEY_PW_SLEFT,     LAP,        -10, "Shift-Left",  NULL)
	KEY(KEY_PW_SRIGHT,    LAP,         10, "Shift-Right", NULL)
	KEY('[',              SPEED,       -1, "[",           "speed")
	KEY(']',              SPEED,        1, "]",           "speed")
	KEY(KEY_PW_BACKSPACE, SPEED_ONE,    0, "Backspace",   NULL)
	KEY(KEY_PW_UP,        SELECT,      -1, "Up",          "car")
	KEY(KEY_PW_DOWN,      SELECT,       1, "Down",        "car")
	KEY('k',              SELECT,      -1, "k",           NULL)
	KEY('j',              SELECT,       1, "j",           NULL)
	KEY('g',              GO_TO,        0, "g",           "go to")
	KEY('/',              FIND,         0, "/",           "find")
	KEY('1', SCREEN, SCREEN_CLASSES,        "1",          "classes")
	KEY('2', SCREEN, SCREEN_TIMING,         "2",          "timing")
	KEY('3', SCREEN, SCREEN_CLASSIFICATION, "3",          "classification")
	KEY('4', SCREEN, SCREEN_STRATEGY,       "4",          "strategy")
	KEY('5', SCREEN, SCREEN_CAR,            "5",          "car")
	KEY('6', SCREEN, SCREEN_LAPS,           "6",          "laps")
	KEY('7', SCREEN, SCREEN_CONTROL,        "7",          "control")
	KEY('8', SCREEN, SCREEN_COMPARE,        "8",          "compare")
	KEY('9', SCREEN, SCREEN_FEEDS,          "9",          "feeds")
	KEY('0', SCREEN, SCREEN_EVENTS,         "0",          "events")
	KEY('o',              OPERATE,      0, "o",           "control")
	KEY('\t',             PANE,         1, "Tab",         "class")
	KEY(KEY_PW_BACKTAB,   PANE,        -1, "Shift-Tab",   NULL)
	KEY('r',              REFERENCE,    0, "r",           "gaps to")
	KEY('v',              CLEAN,        0, "v",           "all laps  ")
	KEY('t',              TAG,          0, "t",           "tag")
	KEY('z',              SPAN,         0, "z",           "span")
	KEY('e',              EVENT,        1, "e",           "next")
	KEY('E',              EVENT,       -1, "E",           NULL)
	KEY('a',              ARM,          1, "a",           NULL)
	KEY('f',              FOCUS,        0, "f",           "focus")
	KEY('x',              EXPLAIN,      0, "x",           "explain")
	KEY('p',              PASS,         0, "p",           "passes")
	KEY('*',              FAVOURITE,    0, "*",           NULL)
	KEY('i',              GAPS,         1, "i",           NULL)
	KEY('y',              COLUMNS,      1, "y",           NULL)
	KEY('Y',              COLUMNS_EDIT, 0, "Y",           NULL)
	KEY('<',              SORT,        -1, "<",           NULL)
	KEY('>',              SORT,         1, ">",           NULL)
	KEY('^',              SORT_BACK,    0, "^",           NULL)
	KEY('\\',             FILTER,       0, "\\",          NULL)
	KEY('=',              ZOOM,         0, "=",           NULL)
	KEY('n',              FIND_NEXT,    1, "n",           NULL)
	KEY('N',              FIND_NEXT,   -1, "N",           NULL)
	KEY(KEY_PW_ENTER,     OPEN,         0, "Enter",       NULL)
	KEY(KEY_PW_ESC,       BACK,         0, "Esc",         NULL)
	KEY('M',              MAP,          0, "M",           "map")
	KEY('s',              SESSION,      0, "s",           "session")
	KEY('c',              AS,           0, "c",           "as known")
	KEY('d',              DELAY,        0, "d",           "delay")
	KEY('H',              LAP,        -10, "H",           "10 laps")
	KEY('L',              LAP,         10, "L",           "10 laps")
	KEY(',',              PASSING,     -1, ",",           NULL)
	KEY('.',              PASSING,      1, ".",           NULL)
	KEY('(',              MINUTE,      -1, "(",           NULL)
	KEY(')',              MINUTE,       1, ")",           NULL)
	KEY(KEY_PW_PGUP,      SELECT_PAGE, -1, "PgUp",        NULL)
	KEY(KEY_PW_PGDN,      SELECT_PAGE,  1, "PgDn",        NULL)
	KEY(KEY_PW_HOME,      START,        0, "Home",        NULL)
	KEY(KEY_PW_END,       END,          0, "End",         NULL)
	KEY('G',              END,          0, "G",           NULL)
	KEY('u',              UNDO_JUMP,    0, "u",           NULL)
	KEY('m',              MARK,         0, "m",           NULL)
	KEY('\'',             MARK_JUMP,    0, "'",           NULL)
	KEY('b',              LOOP,         0, "b",           NULL)
	KEY('w',              CHANGED,      0, "w",           NULL)
	KEY('!',              ALERTS,       0, "!",           NULL)
	KEY('@',              MOUSE,        0, "@",           NULL)
	KEY('?',              HELP,         0, "?",           "help")
	KEY('q',              QUIT,         0, "q",           "quit")
	KEY(3,                QUIT,         0, "Ctrl-C",      NULL)
};
/* clang-format on */
const size_t key_bindings_count = ARRAY_LEN(key_bindings);

const struct key_binding *key_binding_find(uint32_t key)
{
	for (size_t i = 0; i < ARRAY_LEN(key_bindings); i++)
		if (key_bindings[i].key == key)
			return &key_bindings[i];
	return NULL;
}
