#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs into an empty folder and builds a user of the library there, by pkg-config and by CMake.
set -eu
cmake=$2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Of make and ninja perhaps only one is here: the one that made this build is.
CMAKE_GENERATOR=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$1/CMakeCache.txt")
export CMAKE_GENERATOR
# A build of its own, because the prefix is part of what is installed.
"$cmake" -S "$here/../.." -B "$work/build" -DBUILD_TESTING=OFF -DCTSEC_STATIC=ON -DCMAKE_INSTALL_PREFIX="$work/root" \
  -DCMAKE_INSTALL_LIBDIR=lib >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
"$cmake" --build "$work/build" -j 2 >"$work/log" 2>&1 || { tail -n 30 "$work/log"; exit 1; }
"$cmake" --install "$work/build" >/dev/null

for file in include/ctsec/ctsec.h lib/libctsec.so lib/libctsec.so.0 lib/libctsec.a lib/pkgconfig/libctsec.pc \
  lib/cmake/ctsec/ctsec-config.cmake bin/ctsec share/man/man1/ctsec.1; do
  [ -e "$work/root/$file" ] || { echo "$file was not installed"; exit 1; }
done

export PKG_CONFIG_PATH="$work/root/lib/pkgconfig" LD_LIBRARY_PATH="$work/root/lib"
version=$(pkg-config --modversion libctsec)
# shellcheck disable=SC2046
cc -std=c99 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags libctsec) "$here/user.c" -o "$work/user" \
  $(pkg-config --libs libctsec)
[ "$("$work/user")" = "$version" ] || { echo "pkg-config: another version answers"; exit 1; }
# shellcheck disable=SC2046
cc $(pkg-config --cflags libctsec) "$here/user.c" -o "$work/user-static" "$work/root/lib/libctsec.a" \
  $(pkg-config --libs-only-l --static libctsec | sed 's/-lctsec//')
[ "$("$work/user-static")" = "$version" ] || { echo "static: another version answers"; exit 1; }

mkdir "$work/user-cmake"
cp "$here/user.c" "$work/user-cmake/"
cat >"$work/user-cmake/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.25)
project(user C)
find_package(ctsec 0.1 REQUIRED)
add_executable(user user.c)
target_link_libraries(user PRIVATE ctsec::ctsec)
END
"$cmake" -S "$work/user-cmake" -B "$work/user-cmake/build" -DCMAKE_PREFIX_PATH="$work/root" >"$work/log" 2>&1 &&
  "$cmake" --build "$work/user-cmake/build" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
[ "$("$work/user-cmake/build/user")" = "$version" ] || { echo "CMake: another version answers"; exit 1; }
# What docs/embedding.md shows, against what was installed; static linking and CMake too.
if command -v python3 >/dev/null; then
  CTSEC_PREFIX="$work/root" PATH="$(dirname "$cmake"):$PATH" python3 "$here/../docs/examples.py" "$1" "$here/../../docs/embedding.md"
fi
echo "installed, and used by pkg-config, statically and by CMake"
