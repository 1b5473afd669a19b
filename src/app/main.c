#include "app.h"

int main(void)
{
	return EXIT_DONE;
}
