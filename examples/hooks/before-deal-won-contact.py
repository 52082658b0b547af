#!/usr/bin/env python3
"""Forbid to win a deal that has no contact, and note on one of more than 50,000 that two have to
sign it: how a hook says no, and how it changes a field."""

import json
import sys

told = json.load(sys.stdin)
if "changes" in told:
    sys.exit("win so many deals one by one")
deal = told["after"]
if deal["contact_id"] is None:
    sys.exit("who has bought it? funnel deal edit ID --contact NAME")
if deal["value"] > 50000 and "two-signatures" not in deal["tags"]:
    print(json.dumps({"set": {"tags": ["two-signatures"]}}))
