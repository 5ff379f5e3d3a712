"""What templates call the layouts that ours stand for: PowerPoint's own names by language, and corporate ones."""

from __future__ import annotations

import re
from collections.abc import Mapping

from quarterdeck.model.deck import Layout

ALIASES: Mapping[Layout, tuple[str, ...]] = {
    Layout.TITLE: (
        *("title slide", "titelfolie", "diapositive de titre", "diapositiva de título", "diapositiva titolo"),
        *(
            "slide de título",
            "titeldia",
            "cover",
            "cover slide",
            "opening",
            "start",
            "startfolie",
            "deckblatt",
            "titel",
        ),
    ),
    Layout.SECTION: (
        *("section header", "abschnittsüberschrift", "titre de section", "encabezado de sección"),
        *(
            "intestazione sezione",
            "cabeçalho da seção",
            "sectiekop",
            "divider",
            "section divider",
            "chapter",
            "kapitel",
        ),
        *("kapiteltrenner", "trennfolie", "zwischentitel", "abschnitt", "kapitelfolie"),
    ),
    Layout.CONTENT: (
        *("title and content", "titel und inhalt", "titre et contenu", "título y objetos", "título y contenido"),
        *("titolo e contenuto", "título e conteúdo", "titel en object", "text", "inhalt", "standard", "inhaltsfolie"),
        *("textfolie", "title and text", "titel und text", "bullets"),
    ),
    Layout.TWO_COLUMNS: (
        *("two content", "zwei inhalte", "deux contenus", "dos objetos", "dos contenidos", "due contenuti"),
        *("duas partes de conteúdo", "inhoud van twee", "two column", "zwei spalten", "zweispaltig", "double content"),
        *("columns", "spalten", "inhalt zweispaltig"),
    ),
    Layout.COMPARISON: (
        *("comparison", "vergleich", "comparaison", "comparación", "confronto", "comparação", "vergelijking"),
        *("gegenüberstellung", "versus"),
    ),
    Layout.IMAGE: (
        *("picture with caption", "bild mit überschrift", "bild mit beschriftung", "image avec légende"),
        *("imagen con título", "immagine con didascalia", "imagem com legenda", "afbeelding met bijschrift"),
        *("picture", "photo", "bild", "bildfolie", "image"),
    ),
    Layout.QUOTE: ("quote", "quote with caption", "zitat", "citation", "cita", "citazione", "citação", "citaat"),
    Layout.CODE: ("code", "quelltext", "source code", "listing"),
    Layout.DEMO: ("demo", "live demo", "terminal", "vorführung"),
    Layout.BLANK: ("blank", "leer", "leere folie", "vide", "en blanco", "vuota", "vuoto", "em branco", "leeg", "empty"),
}
TITLE_ONLY = (
    *("title only", "nur titel", "titre seul", "solo el título", "sólo el título", "solo titolo", "somente título"),
    *("alleen titel", "titel ohne inhalt", "headline only", "freifläche", "free"),
)
_NOISE = re.compile(r"[\W\d_]+")


def plain(name: str) -> str:
    """A layout's name without case, numbers and punctuation: ``02_Titel-Folie`` is ``titel folie``."""
    return " ".join(_NOISE.sub(" ", name.casefold()).split())
