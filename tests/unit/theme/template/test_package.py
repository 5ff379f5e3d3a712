"""Which parts of a template stay in the PPTX."""

from pathlib import Path

from quarterdeck.model.deck import Layout
from quarterdeck.theme.file import load_theme
from support.company_templates import TYPE, LayoutSource, TemplateFile, holder, level, theme_xml

JUMP = '<a:hlinkClick r:id="rIdJump" action="ppaction://hlinksldjump"/>'


def test_links_of_layouts_to_the_templates_slides_are_taken_out(tmp_path: Path) -> None:
    """A 'back to start' button can't lead to a slide that isn't there; all else of the layout stays."""
    made = TemplateFile((1280, 720))
    title = holder(2, 'type="title"', (80, 40, 1000, 80)).replace(
        'name="Platzhalter 2"/>', f'name="T">{JUMP}</p:cNvPr>'
    )
    styles = f"<p:titleStyle>{level(30, 'tx1')}</p:titleStyle><p:bodyStyle/><p:otherStyle/>"
    colors = {f"accent{n}": "336699" for n in range(1, 7)} | {"hlink": "0000FF", "folHlink": "0000FF"}
    colors = {"dk1": "000000", "lt1": "FFFFFF", "dk2": "222222", "lt2": "EEEEEE"} | colors
    mapping = 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"'
    made.add_master(
        theme_xml("Links", colors, "Arial", "Arial"),
        title.replace(JUMP, ""),
        mapping,
        styles,
        [LayoutSource("Only", title)],
        "",
    )
    layout = "ppt/slideLayouts/slideLayout1.xml"
    rels = "ppt/slideLayouts/_rels/slideLayout1.xml.rels"
    slide = (
        '<Relationship Id="rIdJump" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/slide" '
    )
    made.parts[rels] = made.parts[rels].replace(
        b"</Relationships>", f'{slide}Target="../slides/slide1.xml"/></Relationships>'.encode()
    )
    made.write(tmp_path / "links.pptx")
    template = load_theme("links.pptx", tmp_path).template
    assert template is not None
    parts = {part.name: part for part in template.parts}
    assert b"rIdJump" not in parts[layout].data
    assert b"rIdJump" not in parts[rels].data
    assert b'type="title"' in parts[layout].data
    assert parts[layout].content_type == f"{TYPE}.slideLayout+xml"
    assert not any(name.startswith("ppt/slides/") for name in parts)
    assert template.layouts[Layout.CONTENT].substitute
