/*
 * actions.c -- the tables of actions and keys
 *
 * Help, key hints, the manual and the `keys` command are generated from these rows.
 * Vertical keys move among cars, horizontal keys in time. The two cases of a letter
 * have related actions. No binding needs a key that terminals cannot distinguish.
 *
 *  (1) Bindings for two directions of one action are adjacent and share their hint, which
 *      the line of hints shows as a pair.
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

enum action_reach action_reach(enum action action)
{
	static const uint64_t goes = ACTION_BIT(COLUMNS) | ACTION_BIT(COLUMNS_EDIT) |
				     ACTION_BIT(SORT) | ACTION_BIT(ZOOM),
			      own = ACTION_BIT(PANE) | ACTION_BIT(SORT_BACK) |
				    ACTION_BIT(MAP) | ACTION_BIT(MAP_NEAR) |
				    ACTION_BIT(GAPS) | ACTION_BIT(REFERENCE) |
				    ACTION_BIT(SPAN) | ACTION_BIT(CLEAN) |
				    ACTION_BIT(STOP_LAP) | ACTION_BIT(STOP_TIME) |
				    ACTION_BIT(STOP_FLAG) | ACTION_BIT(STOP_ALONE) |
				    ACTION_BIT(STINT);
	return own >> action & 1    ? REACH_OWN
	       : goes >> action & 1 ? REACH_GOES
				    : REACH_ALL;
}

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
#define X(id_, object_, key_, label_) KEY(key_, SCREEN, SCREEN_##id_, label_, #object_)
	SCREENS(X)
#undef X
	KEY('o',              OPERATE,      0, "o",           "control")
	KEY('\t',             PANE,         1, "Tab",         "class")
	KEY(KEY_PW_BACKTAB,   PANE,        -1, "Shift-Tab",   NULL)
	KEY('r',              REFERENCE,    0, "r",           "gaps to")
	KEY('v',              CLEAN,        0, "v",           "all laps  ")
	KEY('t',              TAG,          0, "t",           "tag")
	KEY('z',              SPAN,         0, "z",           "span")
	KEY('-',              STOP_LAP,    -1, "-",           NULL)
	KEY('+',              STOP_LAP,     1, "+",           NULL)
	KEY('{',              STOP_TIME,   -5, "{",           NULL)
	KEY('}',              STOP_TIME,    5, "}",           NULL)
	KEY(';',              STOP_FLAG,    0, ";",           NULL)
	KEY('&',              STOP_ALONE,   0, "&",           NULL)
	KEY('T',              STINT,        0, "T",           NULL)
	KEY(':',              COMMAND,      0, ":",           "command")
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
	KEY('Z',              MAP_NEAR,     0, "Z",           NULL)
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
	KEY(2,                SELECT_PAGE, -1, "Ctrl-B",      NULL)
	KEY(6,                SELECT_PAGE,  1, "Ctrl-F",      NULL)
	KEY(21,               SELECT_HALF, -1, "Ctrl-U",      NULL)
	KEY(4,                SELECT_HALF,  1, "Ctrl-D",      NULL)
	KEY(KEY_PW_HOME,      START,        0, "Home",        NULL)
	KEY(KEY_PW_END,       END,          0, "End",         NULL)
	KEY('G',              END,          0, "G",           NULL)
	KEY('u',              UNDO_JUMP,    0, "u",           NULL)
	KEY('m',              MARK,         0, "m",           NULL)
	KEY('\'',             MARK_JUMP,    0, "'",           NULL)
	KEY('b',              LOOP,         0, "b",           NULL)
	KEY('w',              CHANGED,      0, "w",           NULL)
	KEY('W',              SAVE,         0, "W",           NULL)
	KEY('!',              ALERTS,       0, "!",           NULL)
	KEY('A',              ACKNOWLEDGE,  0, "A",           NULL)
	KEY('K',              NOTICES,      0, "K",           NULL)
	KEY('@',              MOUSE,        0, "@",           NULL)
	KEY('?',              HELP,         0, "?",           "help")
	KEY(KEY_PW_F1,        HELP,         0, "F1",          NULL)
	KEY(KEY_CTRL_L,       REDRAW,       0, "Ctrl-L",      NULL)
	KEY('q',              QUIT,         0, "q",           "quit")
	KEY(KEY_CTRL_C,       QUIT,         0, "Ctrl-C",      NULL)
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

int key_page(const struct key_binding *key)
{
	return key->action == ACTION_SELECT_PAGE   ? key->argument * KEY_PAGE
	       : key->action == ACTION_SELECT_HALF ? key->argument * KEY_PAGE / 2
						   : 0;
}

bool action_takes_number(enum action action, int16_t *usual)
{
	bool found = false, several = false;
	*usual = 0;
	for (size_t i = 0; i < ARRAY_LEN(key_bindings); i++) {
		const struct key_binding *key = &key_bindings[i];
		if (key->action != action)
			continue;
		several |= found && key->argument != *usual;
		/* Forward rather than back. */
		if (!found || (*usual < 0 && key->argument > 0))
			*usual = key->argument;
		found = true;
	}
	return several;
}
