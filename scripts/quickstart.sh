#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Installs what is needed, builds, and runs the main job on a shipped example and on this machine itself.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-needs build
mkdir -p build
cmake -S . -B build/quickstart -G Ninja -DCMAKE_BUILD_TYPE=Release -DBUILD_TESTING=OFF >build/quickstart.log
cmake --build build/quickstart >>build/quickstart.log
ctsec=build/quickstart/tools/ctsec

show() { # show COMMAND...: findings (1) are an answer, bad input (2) is not
  printf '\n$ ctsec %s\n' "$*"
  local status=0
  "$ctsec" "$@" || status=$?
  [ "$status" -le 1 ]
}

show scan examples/docker-dangerous.json
show caps resolve --engine docker --user 1000 --cap-add NET_BIND_SERVICE
show caps show self
show scan --self
printf '\nThe tool is %s; README.md shows more.\n' "$ctsec"
