"""The figures once more, slow and plain, from a ledger of what was done: no code of the figures and
no query is shared with the program."""
