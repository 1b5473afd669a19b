#include "pitwall/race.h"
