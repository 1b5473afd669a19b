#include "pitwall/feed.h"
