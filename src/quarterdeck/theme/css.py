"""The theme as CSS: custom properties, and the rules that every page of a deck needs."""

from __future__ import annotations

from quarterdeck.model.theme import TextStyle, Theme

BASE = """
.qd-slide { position: relative; width: 1280px; height: 720px; overflow: hidden; background: var(--qd-background);
  color: var(--qd-text); font-family: var(--qd-font-body); font-kerning: normal;
  text-spacing-trim: space-all; text-autospace: no-autospace;
  text-rendering: geometricPrecision; -webkit-font-smoothing: antialiased; text-align: left; }
.qd-slide p, .qd-slide ul, .qd-slide ol, .qd-slide li, .qd-slide dl, .qd-slide dt, .qd-slide dd, .qd-slide h1,
.qd-slide h2, .qd-slide h3, .qd-slide h4, .qd-slide h5, .qd-slide h6, .qd-slide blockquote, .qd-slide figure,
.qd-slide table, .qd-slide pre { margin: 0; padding: 0; font-weight: inherit; font-size: inherit; list-style: none; }
.qd-slide table { border-collapse: collapse; table-layout: fixed; }
.qd-slide code, .qd-slide pre { font-family: var(--qd-font-mono); }
.qd-slide a { color: var(--qd-link); text-decoration-thickness: 0.06em; text-underline-offset: 0.16em; }
.qd-slide sup, .qd-slide sub { line-height: 0; }
"""


def stylesheet(theme: Theme) -> str:
    """Custom properties ``--qd-TOKEN`` for colours, fonts, styles and terminal, then the base rules."""
    lines = [f"  --qd-{name}: {value};" for name, value in theme.colors.items()]
    lines += [f"  --qd-ansi-{index}: {color};" for index, color in enumerate(theme.terminal)]
    for name in ("heading", "body", "mono"):
        lines.append(f"  --qd-font-{name}: {font_stack(theme, name)};")
    for name, style in theme.styles.items():
        lines += _style(name, style)
    lines.append(f"  --qd-spacing: {theme.spacing:g}px;")
    scheme = "dark" if theme.dark else "light"
    return ":root {\n" + "\n".join(lines) + f"\n  color-scheme: {scheme};\n}}\n{BASE}"


def font_stack(theme: Theme, font: str) -> str:
    """The value of ``font-family`` for ``heading``, ``body`` or ``mono``: the embedded twin, then what it replaces.

    Names are in single quotes, so that it can be part of an attribute.
    """
    family = theme.font(font)
    return f"'{family.twin}','{family.name}',{'monospace' if font == 'mono' else 'sans-serif'}"


def _style(name: str, style: TextStyle) -> list[str]:
    return [
        f"  --qd-{name}-size: {style.size:.4f}px;",
        f"  --qd-{name}-leading: {style.leading:g};",
    ]
