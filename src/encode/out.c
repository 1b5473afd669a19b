#include "pitwall/encode.h"
