#!/bin/sh
# about: the whole engine in simulation, with faults that a seed chooses
# needs: release tidemark-sim
# order: 50
# In halves, each on a processor of its own; each has to play every fault often enough.
halves="1..100 101..200"
if [ "${TIDEMARK_FULL:-0}" = 1 ]; then halves="1..1500 1501..3000"; fi
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
log() { echo "build/simulation-$1.log"; }
for seeds in $halves; do
  (
    build/release/tidemark-sim --seeds "$seeds" 2>&1
    echo "ended with $?"
  ) >"$(log "$seeds")" &
done
wait
passed=0 failed=0
for seeds in $halves; do
  grep " different traces, " "$(log "$seeds")"
  if [ "$(tail -1 "$(log "$seeds")")" = "ended with 0" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    grep -E "BROKE|again:|with less:|went otherwise|proves nothing|nothing to check" "$(log "$seeds")"
    echo "FAIL simulation: the lines above say how to repeat it; all of it is in $(log "$seeds")"
  fi
done
echo "suite: $passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
