#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# ctsec record leaves the command as it is: statuses, signals, children, output; and what it writes is what was called.
set -u
tool=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

fail() {
  echo "$*"
  failed=1
}

# expect STATUS METHOD COMMAND...
expect() {
  wanted=$1
  method=$2
  shift 2
  timeout 30 "$tool" record --method "$method" --all -o "$folder/r" -- "$@" >"$folder/out" 2>"$folder/err"
  status=$?
  [ "$status" = "$wanted" ] || fail "$method: $*: status $status, not $wanted: $(cat "$folder/err")"
  tail -n 1 "$folder/r" | grep -qx "end $wanted" || fail "$method: $*: the recording ends with $(tail -n 1 "$folder/r")"
}

shows() {
  "$tool" seccomp from-trace --trace "$folder/r" 2>&1 | grep -qE "$1" || fail "$2: the recording does not show $1"
}

any=0
for method in notify ptrace; do
  if ! "$tool" record --method $method -o "$folder/r" -- true 2>"$folder/err"; then
    echo "$method cannot be used here: $(cat "$folder/err")"
    continue
  fi
  any=1
  expect 0 $method true
  expect 7 $method sh -c 'exit 7'
  expect 137 $method sh -c 'kill -9 $$'
  expect 143 $method sh -c 'kill $$'
  expect 127 $method "$folder/nothing"
  expect 126 $method "$folder"
  expect 0 $method sh -c 'echo out; echo err >&2'
  [ "$(cat "$folder/out")" = out ] && [ "$(cat "$folder/err")" = err ] || fail "$method: the output is another's"
  shows 'x86_64 write|write' $method
  # Children of children, and those that outlive the command.
  expect 0 $method sh -c '(sleep 0.2; uname >/dev/null) & (cat /dev/null | cat) >/dev/null'
  shows ' uname' $method
  # A handler runs, and a call that was interrupted goes on.
  expect 5 $method sh -c 'trap "exit 5" TERM; kill $$; sleep 5; exit 6'
  # A signal for the recorder reaches the command.
  "$tool" record --method $method -o "$folder/r" -- sh -c 'trap "exit 9" USR1; i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i+1)); done' &
  recorder=$!
  sleep 0.7
  kill -USR1 $recorder
  wait $recorder
  status=$?
  [ "$status" = 9 ] || fail "$method: a signal for the recorder: status $status, not 9"
  # A stop and its end.
  expect 0 $method sh -c 'sh -c "kill -STOP \$\$; exit 3" & child=$!; sleep 0.3; kill -CONT $child; wait $child; [ $? = 3 ]'
  # What it is started with: signals, files, limits.
  state='grep -E "^(SigBlk|SigIgn|SigCgt)" /proc/self/status; ls /proc/self/fd; ulimit -a; umask'
  sh -c "$state" >"$folder/own"
  expect 0 $method sh -c "$state"
  cmp -s "$folder/own" "$folder/out" || fail "$method: started otherwise: $(diff "$folder/own" "$folder/out")"
done
[ $any = 1 ] || exit 77

# A file that cannot be written is told before the command runs.
"$tool" record -o "$folder/no/r" -- touch "$folder/ran" 2>/dev/null
[ $? = 2 ] && [ ! -e "$folder/ran" ] || fail "an unwritable file: the command ran"
"$tool" record -- true 2>/dev/null
[ $? = 2 ] || fail "no -o: not refused"

# By default what every profile allows passes unseen, and is listed.
"$tool" record -o "$folder/r" -- cat /dev/null
grep -q '^unseen .* read ' "$folder/r" || fail "what passes unseen is not listed"
grep -q '^call .* read' "$folder/r" && fail "what passes unseen was seen"
[ $failed = 0 ] && echo "recordings are faithful"
exit $failed
