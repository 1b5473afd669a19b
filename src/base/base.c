#include "pitwall/base.h"
