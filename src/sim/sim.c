#include "pitwall/sim.h"
