"""The guide's page about themes says what is true."""

from pathlib import Path

from quarterdeck.theme.file import BUILT_IN, load_theme

PAGE = "src/quarterdeck/reference/themes.md"


def test_its_example_is_a_theme(root: Path, tmp_path: Path) -> None:
    """Copied from the page into a file it loads, and changes just what it says."""
    page = (root / PAGE).read_text("utf-8")
    start = page.index("    extends: harbour")
    block = page[start : page.index("\n\n", start)]
    (tmp_path / "brand.yaml").write_text("\n".join(line[4:] for line in block.splitlines()))
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="4"/>')
    theme, base = load_theme("brand.yaml", tmp_path), load_theme("harbour", tmp_path)
    assert theme.heading.name == "Calibri"
    assert theme.colors["accent"] == "#0B7A6B"
    assert theme.colors["deep"] != base.colors["deep"]
    assert theme.styles == base.styles
    assert all(tokens.artwork for tokens in theme.layouts.values())


def test_it_names_every_built_in_theme(root: Path) -> None:
    """And nothing else in that column."""
    page = (root / PAGE).read_text("utf-8")
    assert all(f"| `{name}` |" in page for name in BUILT_IN)
