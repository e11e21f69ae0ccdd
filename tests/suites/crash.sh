#!/bin/sh
# about: the engine killed again and again while webhooks come in
# needs: release tidemark tidemarkd tidemark-sandbox load_webhooks
# order: 60
rounds=10
if [ "${TIDEMARK_FULL:-0}" = 1 ]; then rounds=100; fi
exec python3 tests/crash/run_suite.py --rounds "$rounds"
