"""The figures: one small module a report or a family of reports, each a function
``(conn, scope) -> Report``; :mod:`funnelcli.reports.model` says what a report holds."""
