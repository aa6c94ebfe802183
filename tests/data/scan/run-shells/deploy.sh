#!/bin/bash
set -e
ENGINE=podman
ssh root@web <<'REMOTE'
docker run -d --name web --privileged nginx:1.27
docker exec --privileged web nginx -s reload
REMOTE
sudo sh -c "$ENGINE run --rm --name \"job\" --pid=host alpine:3.20"
$ENGINE run --rm $EXTRA_OPTS --name extra -v "$DATA":/data alpine:3.20
docker service create --name api --cap-add SYS_ADMIN api:1
cat > /usr/local/bin/start <<SCRIPT
docker run --privileged agent
SCRIPT
podman exec -u 0 other sh
