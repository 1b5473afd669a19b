/*
 * assets.h -- reading shipped and named text files, for the files of this folder
 */
#ifndef PITWALL_APP_ASSETS_H
#define PITWALL_APP_ASSETS_H

#include "load.h"

/** Full path of a file of the user's ("themes/NAME.ini") under
 * ${XDG_CONFIG_HOME:-~/.config}/pitwall, there or not; false where nobody is at home. */
bool user_path(const char *name, char *path, size_t cap);
/** assets_list() of a folder of the user's; it not being there is no names. */
int user_list(const char *folder, const char *suffix,
	      void (*each)(void *context, const char *name), void *context,
	      struct err *err);
/** Read a file of at most 1 MiB. -errno with a sentence. */
int small_file_read(const char *path, struct bytes *out, struct err *err);
/** The same of an asset ("rules/imsa.ini"). */
int asset_read(const char *name, struct bytes *out, struct err *err);
/** It is a path, not the name of an asset: holds a '/' or ends in .ini. */
bool names_a_file(const char *name);
/** Small letters, digits, '-' and '.': what an asset may be called. */
bool asset_name_ok(const char *name);

/** rules_load() that keeps the text it parsed; @bytes is the caller's to free,
 * empty on failure. */
int rules_read(const char *name, struct rules *out, struct bytes *bytes,
	       struct err *err);
/** The texts of a circuit by name or path, and of the centreline beside it (empty when
 * there is none); the caller's to free. */
int circuit_read(const char *name, struct bytes *ini, struct bytes *centreline,
		 struct err *err);

#endif
