#!/bin/sh
# about: structure and style of this repository, and that the checks refuse planted breaks
# order: 10
exec python3 tests/scripts/run_all.py
