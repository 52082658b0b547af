"""Hooks: programs of the user's own that are run before and after what a command does.

What has happened is derived from the journal (:mod:`.events`), which programs are there for it is
looked up in the folder ``hooks`` of the configuration directory (:mod:`.found`), and each is run
with JSON on its standard input, a time limit, and no shell (:mod:`.running`).
"""
