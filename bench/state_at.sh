#!/bin/sh
# What does it cost to show a contact as it was (`explain --at`, the API's `?at=`), on a log of
# TIDEMARK_BENCH_EVENTS (1000000) events? Wanted: at most 50 ms, on 5000000 too.
set -e
build=${TIDEMARK_BUILD:-$(dirname "$0")/../build/release}
folder=$(mktemp -d "${TMPDIR:-/tmp}/tidemark-state.XXXXXX")
trap 'rm -rf "$folder"' EXIT
contacts=$((${TIDEMARK_BENCH_EVENTS:-1000000} / 13))
"$build/bench/state_bench" --data "$folder/data" --contacts "$contacts" --fill --out "$1"
