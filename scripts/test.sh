#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# Builds and passes every test: C, the tool, Python, Go, the gates, the sanitizers. What the machine forbids is said and skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install-needs test
jobs=${JOBS:-$(nproc)}

build() { # build FOLDER TARGET OPTION...
  local folder=$1 target=$2
  shift 2
  cmake -S . -B "$folder" -G Ninja "$@" >"$folder.log" 2>&1 || { tail -n 40 "$folder.log"; return 1; }
  cmake --build "$folder" -j "$jobs" --target "$target" >>"$folder.log" 2>&1 || { grep -E 'error|warning|undefined' "$folder.log" | head -n 40; return 1; }
}

run_tests() { # run_tests FOLDER CTEST-OPTION...
  local folder=$1
  shift
  (cd "$folder" && ctest -j "$jobs" --output-on-failure "$@")
}

mkdir -p build
echo "== tests"
build build/test all -DCTSEC_WERROR=ON
run_tests build/test
if [ "${1:-}" != quick ]; then
  echo "== tests under the address and undefined-behaviour sanitizers"
  build build/asan all -DCMAKE_BUILD_TYPE=Debug -DCTSEC_SANITIZE=address,undefined
  run_tests build/asan -L offline -LE slow
  echo "== a hundred threads under the thread sanitizer"
  build build/tsan test-threads -DCTSEC_SANITIZE=thread
  run_tests build/tsan -R '^threads$'
fi
echo "all tests passed"
