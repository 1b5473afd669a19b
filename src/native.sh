#!/bin/sh
# native.sh SOURCE BUILD PITWALL GENERATOR -- builds pitwall and pitwall-gen for the machine
# that builds, in the folder BUILD, and copies them to these two names
set -eu
unset CFLAGS CPPFLAGS LDFLAGS PKG_CONFIG_LIBDIR PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
CC=${CC_FOR_BUILD:-cc}
export CC
# In its own folder: meson cleans the log of a ninja that runs in the current one.
mkdir -p "$2"
[ -f "$2/build.ninja" ] || (cd "$2" && meson setup . "$1" -Dtests=disabled)
ninja -C "$2" src/cli/pitwall src/reconstruction/pitwall-gen
cmp -s "$2/src/cli/pitwall" "$3" || cp "$2/src/cli/pitwall" "$3"
cmp -s "$2/src/reconstruction/pitwall-gen" "$4" || cp "$2/src/reconstruction/pitwall-gen" "$4"
