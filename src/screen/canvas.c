#include "pitwall/canvas.h"
