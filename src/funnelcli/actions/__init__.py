"""Writes: one function a verb, called inside one transaction; the rules of the trade live here."""
