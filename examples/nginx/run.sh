#!/bin/sh
docker run --name web --network front --cap-drop ALL nginx:1.27
