"""The figures: one small module a report or a family of reports, each a function
``(conn, scope) -> Report``; :mod:`funnelcli.reports.model` says what a report holds.

A new report is its query in ``queries/reports``, its function and columns in a module here, its
entry in :mod:`funnelcli.reports.declarations`, from which its command, options and completion
follow, the German of its texts, and its definition in ``tests/reference``.
"""
