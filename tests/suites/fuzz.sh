#!/bin/sh
# about: parsers, verifiers and codecs under libFuzzer with address and undefined-behaviour checks
# needs: fuzz
# order: 70
if [ "${TIDEMARK_FULL:-0}" = 1 ]; then exec python3 tests/fuzz/run_fuzz.py --explore --seconds 60; fi
exec python3 tests/fuzz/run_fuzz.py --seconds 5
