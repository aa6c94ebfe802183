#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# What only the tool does: standard input, several files, a log that grows and is replaced, statuses.
set -eu
tool=$1
data=$2/tests/data/denials
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
  echo "$*" >&2
  exit 1
}
status() {
  expected=$1
  shift
  got=0
  "$@" >"$folder/out" 2>"$folder/err" || got=$?
  [ "$got" -eq "$expected" ] || fail "status $got, not $expected: $*: $(cat "$folder/err")"
}
status 1 "$tool" denials "$data/recorded/log"
status 0 "$tool" denials /dev/null
status 0 "$tool" denials "$data/nothing/log"
status 2 "$tool" denials "$folder"
status 2 "$tool" denials "$folder/missing"
status 2 "$tool" denials
status 2 "$tool" denials --profile "$folder/missing" "$data/recorded/log"
status 2 "$tool" denials --for "$data/recorded/log" "$data/recorded/log"
[ ! -s "$folder/out" ] || fail "output where the container cannot be read"
# One bad input among several: the others are told all the same.
status 2 "$tool" denials "$folder/missing" "$data/recorded/log"
grep -q sethostname "$folder/out" || fail "the other input is missing"
# Standard input, and pieces of a pipe.
(head -c 700 "$data/forms/log"; sleep 0.2; tail -c +701 "$data/forms/log") | "$tool" denials --format json - >"$folder/piped" || :
"$tool" denials --format json "$data/forms/log" >"$folder/whole" || :
cmp "$folder/piped" "$folder/whole"
# A log that grows, and then is replaced.
head -n 2 "$data/recorded/log" >"$folder/grows"
: >"$folder/followed"
"$tool" denials -f --format ndjson "$folder/grows" >"$folder/followed" &
follower=$!
waits() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40; do
    [ "$(wc -l <"$folder/followed")" -ge "$1" ] && return
    sleep 0.25
  done
  kill "$follower"
  fail "$1 lines did not come: $(cat "$folder/followed")"
}
waits 1
sed -n 3p "$data/recorded/log" >>"$folder/grows"
waits 2
sed -n 4p "$data/recorded/log" >"$folder/new"
mv "$folder/new" "$folder/grows"
waits 3
kill -TERM "$follower"
got=0
wait "$follower" || got=$?
[ "$got" -eq 1 ] || fail "status $got at the end of following"
[ "$(wc -l <"$folder/followed")" -eq 4 ] || fail "the summary is missing"
# A trace that grows tells what failed before it ends, and each failure once.
: >"$folder/grows"
: >"$folder/followed"
"$tool" denials -f --format ndjson "$folder/grows" >"$folder/followed" &
follower=$!
printf '9 mount("none", "/mnt", "tmpfs", 0, NULL) = -1 EPERM (Operation not permitted)\n' >>"$folder/grows"
waits 1
printf '9 chroot("/") = -1 EPERM (Operation not permitted)\n' >>"$folder/grows"
waits 2
kill -TERM "$follower"
wait "$follower" || :
[ "$(wc -l <"$folder/followed")" -eq 3 ] || fail "a followed trace: $(cat "$folder/followed")"
