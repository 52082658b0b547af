"""Processes are data: TOML files, read into the database, checked, and written out again.

Nothing in the code knows a stage by its name. The two shipped processes and the catalogues are
files in this folder; a user's own process is a file of the same form. A new database gets the
shipped ones from ``db/shipped.sql``, which ``tools/generate.py`` writes from these files.
"""
