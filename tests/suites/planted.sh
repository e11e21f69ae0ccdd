#!/bin/sh
# about: each deliberate fault, planted in an extra build, must be found by the simulation
# needs: planted tidemark-sim
# order: 55
exec python3 tests/simulation/planted.py --build build/planted
