#!/bin/sh
# about: single faults of process, folder, disk and vendors on the real programs
# needs: release
# order: 65
exec python3 tests/fault/run_all.py
