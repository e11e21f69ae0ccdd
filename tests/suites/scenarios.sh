#!/bin/sh
# about: the engine and the sandbox vendors over real HTTP, with bad input and vendors that misbehave
# needs: release tidemark tidemarkd tidemark-sandbox
# order: 30
exec python3 tests/scenarios/run_all.py
