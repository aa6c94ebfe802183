#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# The command: exit statuses, standard output left alone, the other files of a call still scanned.
set -u
ctsec=$1
source=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failed=0

# expect STATUS LINES-OF-OUTPUT(none|some) PART-OF-STANDARD-ERROR COMMAND...
expect() {
  status=$1 output=$2 part=$3
  shift 3
  "$ctsec" "$@" >out 2>err
  got=$?
  [ "$got" = "$status" ] || { echo "$*: status $got, not $status"; cat err; failed=1; }
  case $output in
    none) [ ! -s out ] || { echo "$*: something on standard output"; failed=1; } ;;
    some) [ -s out ] || { echo "$*: nothing on standard output"; failed=1; } ;;
  esac
  if [ -n "$part" ]; then
    grep -q -- "$part" err || { echo "$*: standard error lacks \`$part'"; cat err; failed=1; }
  else
    [ ! -s err ] || { echo "$*: something on standard error"; cat err; failed=1; }
  fi
}

recordings=$source/tests/recordings
good=$recordings/docker/combo_good/inspect.json
bad=$recordings/docker/combo_bad/inspect.json
: >empty
printf '\177ELF\000\000' >binary
head -c 3000 "$good" >cut.json
sed 's/"Privileged": false/"Privileged": "no"/' "$good" >type.json
printf '[{"Id":"x","RepoTags":[],"RootFS":{},"Config":{}}]' >image.json
mkdir folder none
cp "$good" folder/a.json
cp "$bad" folder/b.json
echo '["docker","run"]' >folder/cmd.json
echo '{"name":"other"}' >none/package.json
truncate -s 1G huge

expect 0 some "" scan "$good"
expect 1 some "" scan "$bad"
expect 0 some "" scan --fail-on critical "$recordings/docker/net_host/inspect.json"
expect 1 some "" scan "$recordings/docker/net_host/inspect.json"
expect 1 some "" scan --fail-on info "$good"
expect 2 none "empty" scan empty
expect 2 none "binary" scan binary
expect 2 none "cut.json:[0-9]*:[0-9]*: " scan cut.json
expect 2 none "type.json:66:27: .Privileged. must be a boolean, not a string (at /0/HostConfig/Privileged)" scan type.json
expect 2 none "image" scan image.json
expect 2 none "no file in this folder" scan none
expect 2 none "bytes" scan huge
expect 2 none "missing" scan missing
expect 2 none "name a file" scan
expect 0 some "" scan --run "docker run -u 1000 --cap-drop ALL x"
expect 1 some "" scan "$good" --run "docker run --privileged x"
expect 2 none "run:1:1: the command names no image" scan --run "docker run"
expect 2 none "run:1:1: neither" scan --run "docker ps"
expect 2 none "run:1:12: .--nothing. is no option" scan --run "docker run --nothing x"
expect 2 none "no container .b.; there is a" scan --select b --run "docker run --name a x"
expect 0 some "" scan --select a "$good" --run "docker run --name a x"
expect 2 some "no container .b.; there is a" scan --select b "$good" --run "docker run --name a x"
expect 2 none "no rule" scan --rule nothing "$good"
expect 2 none "no rule .nothing." scan --rule privileged,nothing "$good"
expect 0 some "" scan --rule privileged,host-pid "$good"
expect 0 some "" scan --rule host-pid --skip host-pid,privileged "$bad"
expect 2 none "min" scan --min huge "$good"
expect 2 none "fail-on" scan --fail-on huge "$good"
expect 2 some "image" scan image.json "$good"
expect 2 some "cut.json" scan --format json cut.json "$bad" type.json
grep -q '"name": "quizzical_ishizaka"' out || { echo "the other file was not scanned"; failed=1; }
[ "$(grep -c '"source":"' out)" = 2 ] || { echo "errors[] does not hold both"; failed=1; }
expect 1 some "" scan folder
expect 1 some "" scan --format ndjson folder
[ "$(wc -l <out)" = 2 ] || { echo "ndjson: not one line a container"; failed=1; }
expect 2 none "no rule" rules nothing
expect 0 some "" rules
expect 0 some "" rules --format json privileged runtime-socket
"$ctsec" scan - <"$bad" >out 2>err
[ $? = 1 ] || { echo "standard input: not 1"; failed=1; }
"$ctsec" scan -o file.txt "$bad"
[ -s file.txt ] || { echo "-o wrote nothing"; failed=1; }
rm -f new.txt
"$ctsec" scan -o new.txt type.json 2>/dev/null
[ ! -e new.txt ] || { echo "-o made a file for nothing"; failed=1; }
mkdir manifests
cp "$source/tests/data/scan/kubernetes/app.yaml" manifests
printf 'site_name: x\n' >manifests/other.yml
printf 'apiVersion: v1\nkind: Service\n' >manifests/service.yaml
expect 1 some "" scan manifests
expect 2 none "speak about pods" scan --policy pss:baseline "$good"
expect 2 none "neither pss:baseline" scan --policy pss:foo manifests/app.yaml
printf 'services:\n  a: {image: x}\n' >manifests/compose.yaml
expect 1 some "" scan manifests

# What was accepted: an expired waiver lets its finding count again, a malformed one makes the call fail.
cat >waivers.yaml <<'END'
- {rule: host-net, reason: known, expires: 2030-06-30}
END
export SOURCE_DATE_EPOCH=1909094399
expect 0 some "" scan --rule host-net --waivers waivers.yaml "$recordings/docker/net_host/inspect.json"
export SOURCE_DATE_EPOCH=1909094400
expect 1 some "" scan --rule host-net --waivers waivers.yaml "$recordings/docker/net_host/inspect.json"
grep -q "expired on 2030-06-30" out || { echo "the expired waiver is not reported"; failed=1; }
unset SOURCE_DATE_EPOCH
echo '[{"rule":"host-net"}]' >waivers.json
expect 2 some "waivers.json:1:2: a waiver must give its reason" scan --waivers waivers.json "$good"
printf 'rule: x\n' >waivers.yaml
expect 2 some "waivers.yaml:1:1: a waiver file is a list" scan --waivers waivers.yaml "$good"
expect 2 some "no-such-file" scan --waivers no-such-file "$good"
"$ctsec" scan --format json "$bad" "$recordings/docker/net_host/inspect.json" >earlier.json
expect 0 some "" scan --baseline earlier.json "$bad"
grep -q "Of the baseline no longer found: [1-9]" out || { echo "what is gone is not said"; failed=1; }
# Lines and files move, findings stay the same.
(echo; echo; cat "$bad") >moved.json
expect 0 some "" scan --baseline earlier.json moved.json
expect 1 some "" scan --baseline earlier.json moved.json "$bad"
expect 2 some "is a document ctsec/findings/1" scan --baseline moved.json "$good"
# Files that an input names: beneath its own folder, or what --root says; --override from anywhere.
mkdir -p site/app site/common
printf 'services:\n  a: {extends: {file: ../common/base.yml, service: b}, image: x}\n' >site/app/compose.yml
printf 'services: {b: {privileged: true}}\n' >site/common/base.yml
printf 'services: {a: {pid: host}}\n' >over.yml
"$ctsec" scan --format json --min high site/app/compose.yml >outside.json
grep -q '"file:../common/base.yml"' outside.json || { echo "a file outside the root was not asked for"; failed=1; }
grep -q '"privileged"' outside.json && { echo "a file outside the root was read"; failed=1; }
"$ctsec" scan --format json --root site --min high site/app/compose.yml | grep -q '"source": "site/common/base.yml"' ||
  { echo "--root: base.yml was not read"; failed=1; }
(cd site/app && "$ctsec" scan --root .. --override ../../over.yml compose.yml) | grep -q 'pid: host  ../../over.yml:1:21' ||
  { echo "--override was not merged"; failed=1; }
ln -s ../common/base.yml site/app/link.yml
sed 's,../common/base.yml,link.yml,' site/app/compose.yml >site/app/linked.yml
"$ctsec" scan --format json site/app/linked.yml | grep -q '"file:link.yml"' || { echo "a link out of the root was followed"; failed=1; }
expect 2 none "missing.yml" scan --override missing.yml site/app/compose.yml
expect 2 none "NAME=VALUE" scan --env A site/app/compose.yml
printf 'include: [gone.yml]\n' >site/app/docker-compose.yml
expect 2 none "no service here, and the files" scan site/app/docker-compose.yml

# Any number of threads gives the same bytes, also where inputs are broken.
mkdir -p many/deep
for i in 1 2 3 4 5 6 7 8 9; do cp "$bad" "many/a$i.json"; cp "$good" "many/deep/b$i.json"; cp type.json "many/c$i.json"; done
for format in text json ndjson sarif junit markdown html; do
  "$ctsec" scan --format $format many "$good" missing >one 2>err1
  one=$?
  "$ctsec" scan --jobs 5 --format $format many "$good" missing >five 2>err5
  [ "$one$?" = 22 ] || { echo "--jobs: status of $format"; failed=1; }
  cmp one five && cmp err1 err5 || { echo "--jobs: other bytes of $format"; failed=1; }
done
[ "$(grep -c "must be a boolean" err1)" = 9 ] || { echo "not every bad file is named"; failed=1; }
expect 2 none "no number from 1 to 256" scan --jobs 0 "$good"
# Of an input that can be read in part, every other part is named.
printf 'docker run --name a x\ndocker run --nope y z\ndocker run -v : y\n' >part.sh
"$ctsec" scan part.sh >/dev/null 2>parts
[ "$?$(grep -c '^ctsec: part.sh:[23]:1[25]: ' parts)" = 22 ] || { echo "not every bad part is named"; failed=1; }
# Lines leave before the last file is read.
mkfifo last
("$ctsec" scan --jobs 2 --format ndjson "$bad" last >early 2>/dev/null &)
for i in 1 2 3 4 5 6 7 8 9 10; do [ -s early ] || sleep 0.2; done
[ "$(wc -l <early)" = 1 ] || { echo "ndjson: no line before the last file"; failed=1; }
cat "$good" >last
# Links to folders are not followed, pipes in folders not opened, what cannot be read is said.
mkdir loop
cp "$good" loop/a.json
ln -s ../loop loop/again
ln -s nowhere loop/b.json
mkfifo loop/c.json
expect 2 some "loop/b.json: cannot read: no such file" scan loop
if [ "$(id -u)" != 0 ]; then
  mkdir shut && chmod 0 shut && mkdir outer && mv shut outer/ && cp "$good" outer/a.json
  expect 2 some "outer/shut: cannot read: permission denied" scan outer
  chmod 700 outer/shut
fi
ln -s loop through
expect 2 some "through/b.json" scan through

# Outputs of several inspections, one behind the other, or a line each.
cat "$good" "$bad" >both.json
expect 1 some "" scan both.json
grep -q "Containers: 2\." out || { echo "the second output was not read"; failed=1; }
tr -d '\n' <"$good" >lines.json && echo >>lines.json && tr -d '\n' <"$bad" >>lines.json
expect 1 some "" scan --format ndjson lines.json
[ "$(wc -l <out)" = 2 ] || { echo "not both lines were read"; failed=1; }
echo nonsense >>both.json
expect 2 none "both.json:[0-9]*:1: .n. stands where" scan both.json
# Colours are a terminal's, and not with NO_COLOR.
if command -v script >/dev/null; then
  script -qec "env -u NO_COLOR '$ctsec' scan '$bad'" /dev/null </dev/null | grep -q "$(printf '\033')\[1;31m" || { echo "no colour on a terminal"; failed=1; }
  script -qec "env NO_COLOR=1 '$ctsec' scan '$bad'" /dev/null </dev/null | grep -q "$(printf '\033')" && { echo "a colour with NO_COLOR"; failed=1; }
fi
env -u NO_COLOR "$ctsec" scan "$bad" | grep -q "$(printf '\033')" && { echo "a colour in a pipe"; failed=1; }
exit $failed
