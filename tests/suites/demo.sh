#!/bin/sh
# about: script/demo's programs: everything arrives, what is missing is named, nothing stays behind
# needs: release tidemark tidemarkd tidemark-sandbox
# order: 40
exec python3 tests/scripts/demo_suite.py build/release
