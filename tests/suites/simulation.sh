#!/bin/sh
# about: the whole engine in simulation, with faults that a seed chooses
# needs: release
# order: 50
seeds=1..200
if [ "${TIDEMARK_FULL:-0}" = 1 ]; then seeds=1..1400; fi # of 5,000, eight break: docs/how-we-test.md
if build/release/tidemark-sim --seeds "$seeds" >build/simulation.log; then
  tail -1 build/simulation.log
  echo "suite: 1 passed, 0 failed, 0 skipped"
else
  grep -E "BROKE|again:|with less:|went otherwise|proves nothing|nothing to check" build/simulation.log
  tail -1 build/simulation.log
  echo "FAIL simulation: the lines above say how to repeat it; all of it is in build/simulation.log"
  echo "suite: 0 passed, 1 failed, 0 skipped"
  exit 1
fi
