"""The files of the page, as the package has them: there is nothing else that could be asked for."""

from __future__ import annotations

import json
import os
from hashlib import sha256

from funnelcli.plain import NamedTuple

FOLDER = os.path.join(os.path.dirname(__file__), "static")
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".webmanifest": "application/manifest+json; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


class File(NamedTuple):
    """A file of the page: what is in it, its type, and a tag that changes with it."""

    data: bytes
    media_type: str
    tag: str


def all_files() -> dict[str, File]:
    """The files by the paths that they are asked for by."""
    found = {}
    for name in sorted(os.listdir(FOLDER)):
        media_type = _TYPES.get(os.path.splitext(name)[1])
        if media_type is None:
            continue
        with open(os.path.join(FOLDER, name), "rb") as file:
            data = file.read()
        path = "/" if name == "index.html" else f"/{name}"
        found[path] = made(data, media_type)
    return found


def made(data: bytes, media_type: str) -> File:
    """A file with its tag."""
    return File(data, media_type, f'"{sha256(data).hexdigest()[:20]}"')


def with_worker(files: dict[str, File]) -> dict[str, File]:
    """The files, and the one that keeps them on the phone: it knows which they are, and is another
    one as soon as any of them is."""
    worker = files["/sw.js"]
    kept = sorted(path for path in files if path != "/sw.js")
    version = sha256("".join(files[path].tag for path in kept).encode()).hexdigest()[:20]
    text = worker.data.decode().replace("[/* FILES */]", json.dumps(kept))
    filled = text.replace("/* VERSION */", version).encode()
    return {**files, "/sw.js": made(filled, worker.media_type)}
