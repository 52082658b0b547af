#!/usr/bin/env python3
"""Copy the database to another disk after each import: to the folder in the variable BACKUP_DISK,
or in the file `backup-disk` beside this one. A disk that is not there is said, and nothing is
written in its place."""

import json
import os
import subprocess
import sys
import time

told = json.load(sys.stdin)
if told["test"]:
    sys.exit(0)
folder = os.environ.get("BACKUP_DISK", "").strip()
if not folder:
    with open(os.path.join(os.path.dirname(__file__), "backup-disk"), encoding="utf-8") as file:
        folder = file.read().strip()
if not os.path.isdir(folder):
    sys.exit(f"no copy was made: {folder} is not there")
name = os.path.splitext(os.path.basename(told["database"]))[0]
copy = os.path.join(folder, f"{name}-{time.strftime('%Y-%m-%d-%H%M%S')}.db")
# The copy is verified by the program before it takes its name.
subprocess.run(["funnel", "backup", copy], check=True, stdout=subprocess.DEVNULL)
print(f"copied to {copy}", file=sys.stderr)
