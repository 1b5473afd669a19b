#include "pitwall/timeline.h"
