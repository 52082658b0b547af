#!/usr/bin/env python3
"""Write the letter of each offer that is sent into a folder: ~/Offers, or the variable OFFERS."""

import json
import os
import subprocess
import sys

told = json.load(sys.stdin)
if told["test"]:
    sys.exit(0)
folder = os.path.expanduser(os.environ.get("OFFERS") or "~/Offers")
os.makedirs(folder, mode=0o700, exist_ok=True)
for change in told.get("changes") or [{"after": told["after"]}]:
    offer = change["after"]
    name = f"{offer['number']}-{offer['version']}".replace("/", "-").replace(os.sep, "-")
    letter = os.path.join(folder, f"{name}.html")
    # FUNNEL_DB names the database, so this is the one that the offer was sent from.
    subprocess.run(["funnel", "offer", "print", offer["public_id"], "-o", letter], check=True)
    print(f"letter: {letter}", file=sys.stderr)
