#!/bin/sh
# about: every test program of the release build
# needs: release unit_tests
# order: 20
# Properties try the same cases in every quick run, others in every full one.
[ "${TIDEMARK_FULL:-0}" = 1 ] || export RC_PARAMS="seed=20260101"
exec python3 tests/scripts/run_gtest.py build/release
