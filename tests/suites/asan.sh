#!/bin/sh
# about: pure folders, storage and gateway under AddressSanitizer and UndefinedBehaviorSanitizer
# needs: asan pure_tests
# order: 90
export ASAN_OPTIONS=strict_string_checks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1
# Properties try the same cases in every quick run, others in every full one.
[ "${TIDEMARK_FULL:-0}" = 1 ] || export RC_PARAMS="seed=20260101"
exec python3 tests/scripts/run_gtest.py build/asan
