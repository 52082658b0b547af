"""The parts of reading a note: its clauses, how a visit ended, objections, next steps."""
