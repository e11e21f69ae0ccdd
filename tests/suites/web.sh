#!/bin/sh
# about: the console in a real browser: views, states, keyboard, accessibility; web/dist is what web/src makes
# needs: release tidemark tidemarkd tidemark-sandbox
# order: 45
exec python3 tests/web/run_web.py
