#!/bin/sh
# See imports.py.
exec python3 "$(dirname "$0")/imports.py" "$1"
