"""Presets and saved maps: which columns an import takes without a word from its user."""

from __future__ import annotations

import os
from collections.abc import Sequence

from funnelcli.cli.data.import_files import silent
from funnelcli.cli.data.import_hints import Ids
from funnelcli.cli.data.import_options import Options
from funnelcli.cli.invocation import Invocation
from funnelcli.i18n import _
from funnelcli.render import message
from funnelcli.typed import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from funnelcli.actions.importing.cells import Cells
    from funnelcli.actions.importing.fields import Plan
    from funnelcli.actions.importing.presets import Preset


class Maps:
    """What is known of a file's columns: what the user maps, then a saved map, then a preset.

    ``maps`` are all of them as FIELD=COLUMN; ``stages`` those of stages, the user's last, so that
    they count; ``key`` is the column of the ids, ``sure`` whether somebody said so: nobody has of a
    column that is only called like one. ``own_maps`` are those of fields of one's own in a saved
    map, ``own`` is the column of public ids of an export of the program's own.
    """

    def __init__(self, kind: str, seen: Cells, name: str, options: Options) -> None:
        from funnelcli.actions.importing.fields import fields_of
        from funnelcli.actions.importing.own_fields import apart_saved
        from funnelcli.actions.importing.presets import load, recognise, usual_key

        preset, key = options.preset, options.key
        self.saved = None
        if options.map_file is not None:
            self.saved = load(options.map_file, kind, name, seen.header)
        self.own = seen.own_key(key)
        own = self.own is not None and kind in ("deals", "contacts", "products")
        if not own:
            self.own = None
        known = None if own and preset is None else recognise(seen.header, kind, preset)
        self.preset = known
        self.maps = list(options.maps)
        self.own_maps: list[str] = []
        self.by_preset: list[str] = []
        for one in (self.saved, known):
            if one is None:
                continue
            found, own_maps = apart_saved(one.maps(seen.header, fields_of(self.maps)))
            self.maps += found
            self.own_maps += own_maps
            self.by_preset += found if one is known else []
        self.key = key
        for one in (self.saved, known):
            if self.key is None and one is not None:
                self.key = one.key_of(seen)
        self.sure = True
        if self.key is None and preset is None and not own:
            self.key = usual_key(kind, seen)
            self.sure = self.key is None
        self.by_itself = self.key is not None and key is None

    @property
    def source(self) -> Preset | None:
        """What says where the ids come from."""
        return self.saved or self.preset

    @property
    def stages(self) -> list[str]:
        """The stages of a saved map."""
        return self.saved.stages if self.saved is not None else []

    def of_rest(self, key: str | None, origin: str | None) -> Ids:
        """The key and the origin that a command for rejected rows has to name: a few rows may show
        neither. A key that nobody named stays to be found, so that the names are still held
        against it."""
        if key is None or self.own is not None:
            return None, None
        return key if self.sure else None, origin

    def option(self, name: str, given: Any) -> Any:
        """An option as it was given, else as it was saved."""
        if given or self.saved is None:
            return given
        return self.saved.options.get(name)

    def say(self, call: Invocation) -> None:
        """Say what was recognised, and which columns that takes."""
        if silent(call):
            return
        if not self.sure:
            message(
                call.output,
                _(
                    "Found again by {column} (--key COLUMN takes another, --preset none none)."
                ).format(column=self.key),
            )
        if self.preset is None or not self.by_preset:
            return
        pairs = ", ".join(self.by_preset)
        text = (
            _("Recognised: {title}, by {key}: {pairs} (--map and --preset none override it).")
            if self.by_itself and self.key
            else _("Recognised: {title}: {pairs} (--map and --preset none override it).")
        )
        message(call.output, text.format(title=self.preset.title, key=self.key, pairs=pairs))


def save_map(
    call: Invocation,
    path: str | None,
    kind: str,
    name: str,
    planned: Plan,
    *,
    key: str | None,
    origin: str | None,
    stages: Sequence[str] = (),
    options: dict[str, Any] | None = None,
) -> None:
    """Write the map of the file ``name`` down where the user asked for it; of one of several files
    below those of the others."""
    if path is None:
        return
    from funnelcli.actions.importing.presets import save

    if call.dry_run and call.makes and options and options.get("process") == call.makes:
        stages, options = (), {**options, "process": None}
    more = call.is_part and os.path.exists(path)
    save(
        *(path, kind, call.beside or name, planned.sources),
        key=key,
        origin=origin,
        stages=stages,
        options=options,
        more=more,
    )
    if not call.is_part:
        say_saved(call, path)


def say_saved(call: Invocation, path: str) -> None:
    """Say that a map was saved."""
    if not call.output.quiet:
        message(
            call.output,
            _("Saved: {path}; the next import takes it with --map-file.").format(path=path),
        )
