"""The page for the phone: a small server on this computer, and what it lets in."""
