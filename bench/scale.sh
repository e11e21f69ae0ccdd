#!/bin/sh
# See scale.py.
exec python3 "$(dirname "$0")/scale.py" "$1"
