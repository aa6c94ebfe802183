#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The stripped library stays below a megabyte.
set -eu
stripped=$(mktemp)
trap 'rm -f "$stripped"' EXIT
strip -o "$stripped" "$1/libctsec/libctsec.so.0"
size=$(wc -c <"$stripped")
echo "stripped: $size bytes"
[ "$size" -lt 1000000 ]
