"""Packs the extension for VS Code, ``dist/quarterdeck-VERSION.vsix``: the same sources always give the same bytes.

``python src/vscode/pack.py [FOLDER]`` writes it into a folder; ``--check`` checks the scripts' types and style instead.

A ``.vsix`` is a zip as the Open Packaging Conventions (ECMA-376, part 2) have it: a list of content types, a manifest,
and the extension in ``extension/``.  npm packages are installed in the cache of ``src/web/hatch_build.py``.
"""

from __future__ import annotations

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "web"))
from hatch_build import (  # noqa: E402
    bundled_packages,
    installed_packages,
    licences,
    lint,
    one_at_a_time,
    run_node,
    sources_with,
)

CARRIED = ("snippets.json", "syntaxes/slides.json", "syntaxes/transcript.json")
CONTENT_TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
{}
</Types>
"""
MANIFEST = """<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
<Metadata>
<Identity Language="en-US" Id={name} Version={version} Publisher={publisher}/>
<DisplayName>{title}</DisplayName>
<Description xml:space="preserve">{description}</Description>
<Tags>{tags}</Tags>
<Categories>{categories}</Categories>
<GalleryFlags>Public</GalleryFlags>
<License>extension/LICENSE.txt</License>
<Properties>
<Property Id="Microsoft.VisualStudio.Code.Engine" Value={engine}/>
<Property Id="Microsoft.VisualStudio.Code.ExtensionKind" Value={kind}/>
</Properties>
</Metadata>
<Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
<Dependencies/>
<Assets>
<Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
<Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/readme.md" Addressable="true"/>
<Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
</Assets>
</PackageManifest>
"""


def pack(folder: Path) -> Path:
    """Bundle the scripts, write the package into a folder, and return its path."""
    described = manifest()
    with one_at_a_time(), sources_with(HERE, installed_packages(HERE)) as tree:
        code = tree / "out" / "extension.js"
        inputs = bundle(tree, code)
        files = {
            "extension/package.json": json.dumps(described, indent=1, ensure_ascii=False).encode() + b"\n",
            "extension/out/extension.js": code.read_bytes(),
            "extension/licenses.txt": licences(tree / "node_modules", bundled_packages(inputs)).encode(),
            "extension/readme.md": guide_page().encode(),
            "extension/LICENSE.txt": (ROOT / "LICENSE").read_bytes(),
            **{f"extension/{name}": (HERE / name).read_bytes() for name in CARRIED},
        }
    made = folder / f"quarterdeck-{described['version']}.vsix"
    folder.mkdir(parents=True, exist_ok=True)
    write_package(made, described, files)
    return made


def check() -> None:
    """Check types and style of the scripts; ends the program with the first fault."""
    with one_at_a_time(), sources_with(HERE, installed_packages(HERE, tools=True)) as tree:
        lint(tree, tree)


def manifest() -> dict[str, Any]:
    """What the extension says of itself, with Quarterdeck's version, and without what only its development needs."""
    described: dict[str, Any] = json.loads((HERE / "package.json").read_text("utf-8"))
    program = (HERE.parent / "quarterdeck" / "__init__.py").read_text("utf-8")
    version = re.search(r'^__version__ = "(\d+\.\d+\.\d+)', program, re.MULTILINE)
    if version is None:
        sys.exit("quarterdeck: the package's version isn't one of three numbers")
    described["version"] = version[1]
    return {key: value for key, value in described.items() if key not in ("dependencies", "devDependencies", "private")}


def guide_page() -> str:
    """What an editor shows of the extension: the guide's page."""
    return (HERE.parent / "quarterdeck" / "reference" / "editors.md").read_text("utf-8")


def bundle(tree: Path, out: Path) -> list[str]:
    """Write the scripts as one, and return the paths of all that went into it, from ``tree``."""
    run_node(
        [
            str(tree / "node_modules" / "esbuild" / "bin" / "esbuild"),
            "src/extension.ts",
            "--bundle",
            "--minify",
            "--platform=node",
            "--format=cjs",
            "--target=node18",
            "--external:vscode",
            "--legal-comments=none",
            "--log-level=warning",
            f"--outfile={out}",
            f"--metafile={out.parent / 'inputs.json'}",
        ],
        tree,
    )
    return list(json.loads((out.parent / "inputs.json").read_text("utf-8"))["inputs"])


def write_package(path: Path, described: dict[str, Any], files: dict[str, bytes]) -> None:
    """Write the zip, with the lists that it needs of its files."""
    types = {".vsixmanifest": "text/xml", ".json": "application/json", ".js": "application/javascript"}
    types |= {".md": "text/markdown", ".txt": "text/plain"}
    listed = [f'<Default Extension="{suffix}" ContentType="{kind}"/>' for suffix, kind in types.items()]
    head = {
        "extension.vsixmanifest": MANIFEST.format(
            name=quoteattr(described["name"]),
            version=quoteattr(described["version"]),
            publisher=quoteattr(described["publisher"]),
            title=escape(described["displayName"]),
            description=escape(described["description"]),
            tags=escape(",".join(described["keywords"])),
            categories=escape(",".join(described["categories"])),
            engine=quoteattr(described["engines"]["vscode"]),
            kind=quoteattr(",".join(described["extensionKind"])),
        ).encode(),
        "[Content_Types].xml": CONTENT_TYPES.format("\n".join(listed)).encode(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (head | files).items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, compresslevel=9)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    else:
        print(pack(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist"))  # noqa: T201
