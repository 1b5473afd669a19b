/*
 * operate_menu.c -- race control from the keyboard: what a letter of the menu writes
 *
 *  (1) A letter stands once. Flags are one letter: nothing on a pit wall is more
 *      urgent, and any of them is taken back by another.
 *  (2) What begins or ends a race waits for Enter: its form ends in a blank.
 *  (3) The first rows are of the race, those with %s of the selected car: the menu
 *      shows them as two columns.
 */
#include "pitwall/view.h"

const struct operate_row operate_rows[] = {
	{'g', "flag GREEN", "", "green flag"},
	{'y', "flag YELLOW", "", "yellow flag"},
	{'f', "flag FCY", "", "full course yellow"},
	{'s', "flag SC", "", "safety car"},
	{'v', "flag VSC", "", "virtual safety car"},
	{'6', "flag CODE60", "", "code 60"},
	{'r', "flag RED", "", "red flag"},
	{'c', "flag FINISH ", "Enter", "chequered flag"},
	{'b', "start ", "Enter", "begin: start signal"},
	{'e', "stop ", "Enter", "end of the session"},
	{'n', "note ", "WORDS", "note in the log"},
	{'u', "undo ", "[NUMBER] Enter", "undo a decision"},
	{'t', "time %s ", "SECONDS [REASON]", "time penalty"},
	{'l', "laps %s ", "LAPS [REASON]", "laps given, taken"},
	{'h', "behind %s ", "CAR [REASON]", "placed behind a car"},
	{'d', "delete %s ", "LAP [REASON]", "delete a lap's time"},
	{'x', "disqualify %s ", "[REASON] Enter", "disqualify"},
	{'k', "status %s ", "CLASSIFIED|NC|DNF|DNS|DSQ", "status"},
	{'p', "pass %s ", "[LINE] Enter", "a passing, now"},
	{'w', "driver %s ", "NUMBER or NAME", "driver at the wheel"},
	{'i', "entry %s ", "FIELD=VALUE", "entry: team, class"},
	{'a', "assign %s ", "CAR", "give transponder to"},
};
const size_t operate_rows_count = ARRAY_LEN(operate_rows);
