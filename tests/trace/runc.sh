#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Real programs in containers that runc starts: recorded by the agent, then run under the profile made of the recording,
# where they work, and a call that they did not make is denied.
set -u
tool=$(realpath "$1")
command -v runc >/dev/null && command -v busybox >/dev/null && command -v python3 >/dev/null || {
  echo "runc, busybox and python3 are needed: skipped"
  exit 77
}
[ "$(id -u)" = 0 ] || {
  echo "root is needed: skipped"
  exit 77
}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir -p rootfs/bin rootfs/proc rootfs/sys rootfs/dev rootfs/tmp rootfs/etc rootfs/www rootfs/var
# By a static busybox, or with the libraries it needs.
install_program() {
  cp "$1" "rootfs/bin/"
  ldd "$1" 2>/dev/null | grep -o '/[^ ]*' | while read -r library; do
    mkdir -p "rootfs/$(dirname "$library")"
    cp -n "$library" "rootfs/$library"
  done
}
install_program "$(command -v busybox)"
for applet in sh ls cat wget httpd nc sleep kill chroot hostname head; do ln -s busybox "rootfs/bin/$applet"; done
echo hello >rootfs/www/index.html
echo 'root:x:0:0::/:/bin/sh' >rootfs/etc/passwd
echo 'root:x:0:' >rootfs/etc/group

# container NAME PROFILE NNP WORD...
container() {
  container_id=ctsec-$$-$1
  shift
  rm -f config.json
  runc spec
  python3 - "$@" <<'PY'
import json, sys
config = json.load(open("config.json"))
config["process"]["terminal"] = False
config["process"]["args"] = sys.argv[3:]
config["process"]["noNewPrivileges"] = sys.argv[2] == "yes"
config["root"]["readonly"] = False
config["linux"]["seccomp"] = json.load(open(sys.argv[1]))
json.dump(config, open("config.json", "w"))
PY
  timeout 60 runc run "$container_id" </dev/null
}

failed=0
# story NAME SCRIPT EXPECTED: the script in a container, recorded, then under its own profile.
story() {
  name=$1
  script=$2
  expected=$3
  "$tool" record --profile "$folder/agent" >agent.json
  "$tool" record --listen "$folder/agent" -o "$name.rec" &
  agent=$!
  while [ ! -S agent ]; do sleep 0.05; done
  container "$name-r" agent.json no sh -c "$script" >out 2>err
  wait $agent
  if ! grep -q "$expected" out; then
    # An older runc, or no cgroups: nothing can be said.
    echo "$name: runc could not start it: $(head -n 3 err)"
    return 77
  fi
  for late in no yes; do
    option=
    [ $late = no ] || option=--no-new-privileges
    "$tool" seccomp from-trace $option "$name.rec" -o "$name.json" >"$name.txt" || failed=1
    "$tool" seccomp lint "$name.json" >lint.txt || { echo "$name: lint"; cat lint.txt; failed=1; }
    container "$name-$late" "$name.json" $late sh -c "$script; hostname other || echo denied" >out 2>err
    grep -q "$expected" out || {
      echo "$name (no-new-privileges $late): it does not work under its profile: $(cat out err | head -n 5)"
      failed=1
    }
    grep -q '^denied$' out || {
      echo "$name (no-new-privileges $late): a call outside of the profile went through: $(cat out err | head -n 5)"
      failed=1
    }
  done
  echo "$name: $(grep -c . "$name.rec") lines recorded, $(wc -c <"$name.json") bytes of profile"
}

story httpd 'httpd -p 127.0.0.1:8080 -h /www; wget -qO- http://127.0.0.1:8080/' hello || exit 77
if program=$(command -v redis-server) && client=$(command -v redis-cli); then
  install_program "$program"
  install_program "$client"
  story redis 'redis-server --port 6380 --save "" --daemonize yes --dir /tmp >/dev/null; i=0
    until redis-cli -p 6380 ping 2>/dev/null; do i=$((i+1)); [ $i -lt 50 ] || break; sleep 0.1; done
    redis-cli -p 6380 set key value; redis-cli -p 6380 get key; redis-cli -p 6380 shutdown nosave' value
fi
if program=$(command -v nginx); then
  install_program "$program"
  mkdir -p rootfs/var/log/nginx rootfs/var/lib/nginx rootfs/run rootfs/usr/share/nginx
  printf 'user root root;\nevents {}\nhttp { access_log off; server { listen 127.0.0.1:8081; root /www; } }\n' >rootfs/etc/nginx.conf
  story nginx 'nginx -c /etc/nginx.conf; wget -qO- http://127.0.0.1:8081/; nginx -c /etc/nginx.conf -s stop' hello
fi
exit $failed
