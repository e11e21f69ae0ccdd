#!/bin/sh
# about: each injected bug, a deliberate fault at a simulated port, must be found by the simulation
# needs: release tidemark-sim
# order: 55
exec python3 tests/simulation/injected_bugs.py
