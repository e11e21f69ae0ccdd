#!/bin/sh
# See engine_bench.py.
exec python3 "$(dirname "$0")/engine_bench.py" latency "$1"
