#!/bin/sh
# about: every test program of the release build
# needs: release
# order: 20
exec python3 tests/scripts/run_ctest.py build/release -L unit
