/*
 * theme_file.h -- themes: how roles look, from files
 *
 * An INI with two sections. [theme]: title, paper and ink (#RRGGBB, the ground and the
 * text of pictures), like (a theme that comes with the program; it says how a role looks
 * that the file leaves out; dark without it). [roles]: a line a role (canvas.h),
 *
 *   class-best = #d670ff, bright-magenta, magenta, bold, bold underline
 *
 * colour, of 16, of 8, attributes, attributes without colour. All behind the colour may
 * be left out: the nearest of 16 and of 8, no attribute, the mono look of theme_plain.
 * The colour is #RRGGBB, or "own", the terminal's. A colour of 8 may have attributes
 * behind it ("white dim"), which are added there. Attributes are words: bold dim italic
 * underline reverse, or plain.
 */
#ifndef PITWALL_APP_THEME_FILE_H
#define PITWALL_APP_THEME_FILE_H

#include "options.h"
#include "pitwall/theme.h"

/** Parse a file over what @out holds already; @where names it in errors. -EINVAL with a
 * sentence that names the line, and @out is not to be used. */
int theme_parse(struct slice text, const char *where, struct theme *out,
		struct err *err);
/** A theme by name (of the program, or ~/.config/pitwall/themes/NAME.ini) or path (holds
 * a '/' or ends in .ini). -ENOENT or -EINVAL with a sentence. */
int theme_load(const char *name, struct theme *out, struct err *err);
/** The words of its [theme] section that say what it is for; "" none. */
int theme_title(const char *name, char *title, size_t cap, struct err *err);
/** --theme of @options, dark without it. When nobody asked for one and dark cannot be
 * read, @out is theme_plain and 1 comes back, with the sentence: a console does without
 * colours rather than not at all. */
int theme_option(const struct options *options, struct theme *out, struct err *err);
/** Call @each with every theme: those of the program, then the user's own. */
int themes_each(void (*each)(void *context, const char *name), void *context,
		struct err *err);

#endif
