#include "pitwall/record.h"
