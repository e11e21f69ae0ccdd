#!/bin/sh
# about: behind Debian's nginx, under systemd's rules, and judged by Prism and the vendors' own SDKs
# needs: release tidemark tidemarkd tidemark-sandbox
# order: 40
exec python3 tests/outside/run_outside.py
