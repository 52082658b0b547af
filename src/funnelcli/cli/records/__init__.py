"""Commands about records: list, show, add, edit, remove."""
