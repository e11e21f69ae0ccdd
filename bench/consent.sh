#!/bin/sh
# See consent.py.
exec python3 "$(dirname "$0")/consent.py" "$1"
