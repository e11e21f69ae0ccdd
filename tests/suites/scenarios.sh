#!/bin/sh
# about: the engine and the sandbox vendors over real HTTP, with bad input and vendors that misbehave
# needs: release
# order: 30
exec python3 tests/scenarios/run_all.py
