#include "pitwall/event.h"
