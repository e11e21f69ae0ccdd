#!/bin/sh
# See fold_log.py.
exec python3 "$(dirname "$0")/fold_log.py" "$1"
