/*
 * operate_menu.c -- race control from the keyboard: the menu and what its letters write
 *
 *  (1) Letters are unique. A flag takes one letter: nothing is more urgent, and the next
 *      flag corrects a wrong one.
 *  (2) Forms that begin or end a race end in a blank, so they wait for Enter.
 *  (3) The first rows concern the race, those with %s the selected car: the menu shows them
 *      as two columns.
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
	{'i', "entry %s ", "FIELD=VALUE", "entry: driver, team"},
	{'a', "assign %s ", "CAR", "give transponder to"},
};
const size_t operate_rows_count = ARRAY_LEN(operate_rows);
