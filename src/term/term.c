#include "pitwall/term.h"
