"""The page of settings and exit codes, from their declarations, in the language that is spoken."""

from __future__ import annotations

from collections.abc import Iterator

from funnelcli import config, errors
from funnelcli.i18n import _, language

PAGES = {
    "en": """# Settings and exit codes

Written by `tools/generate.py` from the program's own declarations, not by hand.

## Settings

```sh
funnel config list
funnel config set currency CHF
funnel config unset currency
```

An option of the command line counts before a variable of the environment, that before
`config.toml`, that before the default. `config.toml` lies where `funnel config list` says below its
table; `FUNNEL_CONFIG_DIR` names another folder for it. In the file a setting is a line,
`currency = "CHF"`. `funnel undo` takes no setting back: what `config set` prints does.

Of the system's own variables these count: `LC_ALL`, `LC_MESSAGES` and `LANG` for language and
locale, `TZ` for the time zone, `NO_COLOR`, `TERM`, `COLUMNS` and `LINES` for the terminal, `PAGER`
(and its `LESS` and `LV`) for long screens, `VISUAL` and `EDITOR` for what is written in an editor,
`HOME`, `XDG_CONFIG_HOME` and `XDG_DATA_HOME` for the folders, `LOGNAME`, `USER`, `USERNAME` and
`COMPUTERNAME` for who gives a command, in `funnel history`; and for a database on a server those of
libpq, `PGHOST`, `PGHOSTADDR`, `PGUSER`, `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE`, `PGSSLROOTCERT`,
`PGSERVICE`, `PGSERVICEFILE`, `PGSYSCONFDIR` and `PGCONNECT_TIMEOUT` among them.

| setting | what it is | default | variable |
|---|---|---|---|
{settings}
## Exit codes

With `--json` an error is printed to standard error as
`{{"error": {{"code": "not_found", "message": "…", "hint": "…"}}}}`; where a name fits several
records, `candidates` lists them.

| exit code | `code` in JSON | meaning |
|---|---|---|
{codes}""",
    "de": """# Einstellungen und Exit-Codes

Geschrieben von `tools/generate.py` aus dem, was das Programm selbst angibt, nicht von Hand.

## Einstellungen

```sh
funnel config list
funnel config set currency CHF
funnel config unset currency
```

Eine Option der Befehlszeile gilt vor einer Umgebungsvariablen, diese vor `config.toml`, diese vor
der Vorgabe. Wo `config.toml` liegt, sagt `funnel config list` unter seiner Tabelle;
`FUNNEL_CONFIG_DIR` nennt einen anderen Ordner dafür. In der Datei ist eine Einstellung eine Zeile,
`currency = "CHF"`. `funnel undo` nimmt keine Einstellung zurück: Das tut der Befehl, den
`config set` ausgibt.

Von den Variablen des Systems gelten diese: `LC_ALL`, `LC_MESSAGES` und `LANG` für Sprache und
Regionalformat, `TZ` für die Zeitzone, `NO_COLOR`, `TERM`, `COLUMNS` und `LINES` für das Terminal,
`PAGER` (mit seinen `LESS` und `LV`) für lange Bildschirme, `VISUAL` und `EDITOR` für alles, was in
einem Editor geschrieben wird, `HOME`, `XDG_CONFIG_HOME` und `XDG_DATA_HOME` für die Ordner,
`LOGNAME`, `USER`, `USERNAME` und `COMPUTERNAME` für den, von dem ein Befehl kommt, in
`funnel history`; und für eine Datenbank auf einem Server die von libpq, darunter `PGHOST`,
`PGHOSTADDR`, `PGUSER`, `PGPASSWORD`, `PGPASSFILE`, `PGSSLMODE`, `PGSSLROOTCERT`, `PGSERVICE`,
`PGSERVICEFILE`, `PGSYSCONFDIR` und `PGCONNECT_TIMEOUT`.

| Einstellung | was sie ist | Vorgabe | Variable |
|---|---|---|---|
{settings}
## Exit-Codes

Mit `--json` steht ein Fehler auf der Standardfehlerausgabe als
`{{"error": {{"code": "not_found", "message": "…", "hint": "…"}}}}`; passt ein Name auf mehrere
Datensätze, stehen sie unter `candidates`.

| Exit-Code | `code` in JSON | Bedeutung |
|---|---|---|
{codes}""",
}


def text() -> str:
    """The page."""
    return PAGES[language()].format(settings="".join(_settings()), codes="".join(_codes()))


def _settings() -> Iterator[str]:
    for setting in config.SETTINGS:
        default = _(setting.follows) if setting.follows else _written(setting.default())
        variables = ", ".join(f"`{name}`" for name in setting.variables)
        yield f"| `{setting.name}` | {_(setting.help)} | {default} | {variables} |\n"
    for table, text in config.TABLES.items():
        yield f"| `{table}…` | {_(text)} | – | – |\n"


def _written(value: object) -> str:
    if value is None:
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _codes() -> Iterator[str]:
    names = {error.exit_code: error.code for error in errors.FunnelError.__subclasses__()}
    for code, meaning in errors.EXIT_CODES.items():
        name = f"`{names[code]}`" if code in names else "–"
        yield f"| {code} | {name} | {_(meaning)} |\n"
