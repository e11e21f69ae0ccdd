#!/bin/sh
# about: single faults of process, folder, disk and vendors on the real programs
# needs: release tidemark tidemarkd tidemark-sandbox nth_call load_webhooks
# order: 65
exec python3 tests/fault/run_all.py
