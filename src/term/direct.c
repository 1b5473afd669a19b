/*
 * direct.c -- true colour for terminals whose terminfo entry knows but 256
 */
#include "direct.h"

#include <string.h>

int direct_index(struct direct *direct, uint32_t rgb)
{
	for (unsigned i = 0; i < direct->count; i++)
		if (direct->rgb[i] == rgb)
			return DIRECT_FIRST + (int)i;
	if (direct->count == DIRECT_MAX)
		return -1;
	direct->rgb[direct->count] = rgb;
	return DIRECT_FIRST + (int)direct->count++;
}

size_t direct_room(size_t len)
{
	/* The shortest sequence is ESC[38;5;9m, ten bytes; it may become 19. */
	return 2 * len + 1;
}

/* Length of the indexed colour at @s and its index, or 0. */
static size_t indexed(const char *s, size_t n, unsigned *index)
{
	if (n < 10 || memcmp(s, "\033[", 2) != 0 || (s[2] != '3' && s[2] != '4') ||
	    memcmp(s + 3, "8;5;", 4) != 0)
		return 0;
	size_t i = 7;
	*index = 0;
	while (i < n && i < 10 && s[i] >= '0' && s[i] <= '9')
		*index = *index * 10 + (unsigned)(s[i++] - '0');
	return i > 7 && i < n && s[i] == 'm' ? i + 1 : 0;
}

size_t direct_write(const struct direct *direct, char *dst, const char *src, size_t len)
{
	size_t out = 0;
	for (size_t i = 0; i < len;) {
		unsigned index;
		size_t n = src[i] == '\033' ? indexed(src + i, len - i, &index) : 0;
		if (n == 0 || index < DIRECT_FIRST ||
		    index - DIRECT_FIRST >= direct->count) {
			dst[out++] = src[i++];
			continue;
		}
		uint32_t rgb = direct->rgb[index - DIRECT_FIRST];
		out += text_format(dst + out, 20, "\033[%c8;2;%u;%u;%um", src[i + 2],
				   (unsigned)(rgb >> 16 & 255),
				   (unsigned)(rgb >> 8 & 255), (unsigned)(rgb & 255));
		i += n;
	}
	return out;
}
