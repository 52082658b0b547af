"""Importing: deals and products from tables, whose good rows are kept and bad ones handed back."""
