"""What the layouts of templates are called, in the languages of Office.

A name counts as a set of words: case, numbers, punctuation and order don't matter, and a name may say more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from quarterdeck.model.deck import Layout

ALIASES: Mapping[Layout, tuple[str, ...]] = {
    Layout.TITLE: (
        *("title slide", "titelfolie", "diapositive de titre", "diapositiva de título", "diapositiva titolo"),
        *("slide de título", "titeldia", "titeldias", "titelslide", "rubrikbild", "tittellysbilde", "otsikkodia"),
        *("slajd tytułowy", "úvodní snímek", "címdia", "титульный слайд", "титульний слайд", "başlık slaydı"),
        *("diapositiva de títol", "diapozitiv titlu", "标题幻灯片", "標題投影片", "タイトル スライド", "제목 슬라이드"),
        *("título da apresentação", "cover", "cover slide", "opening", "start", "startfolie", "deckblatt", "titel"),
        "title",
    ),
    Layout.SECTION: (
        *("section header", "abschnittsüberschrift", "titre de section", "encabezado de sección"),
        *("intestazione sezione", "cabeçalho da seção", "sectiekop", "afsnitsoverskrift", "avsnittsrubrik"),
        *("deloverskrift", "osan ylätunniste", "nagłówek sekcji", "záhlaví části", "záhlaví oddílu", "szakaszfejléc"),
        *("заголовок раздела", "bölüm üst bilgisi", "节标题", "章節標題", "セクション見出し", "구역 머리글"),
        *("divider", "section divider", "chapter", "kapitel", "kapiteltrenner", "trennfolie", "zwischentitel"),
        *("abschnitt", "kapitelfolie", "章节页"),
    ),
    Layout.CONTENT: (
        *(
            "title and content",
            "title content",
            "titel und inhalt",
            "titre et contenu",
            "título y objetos",
            "título y contenido",
        ),
        *("titolo e contenuto", "título e conteúdo", "titel en object", "titel og indholdsobjekt", "titel og indhold"),
        *("rubrik och innehåll", "tittel og innhold", "otsikko ja sisältö", "tytuł i zawartość", "nadpis a obsah"),
        *("cím és tartalom", "заголовок и объект", "başlık ve içerik", "títol i contingut", "títol i objectes"),
        *("标题和内容", "標題及物件", "タイトルとコンテンツ", "제목 및 내용", "one content", "conteúdo"),
        *("text", "inhalt", "standard", "inhaltsfolie", "textfolie", "title and text", "titel und text", "bullets"),
        "content",
    ),
    Layout.TWO_COLUMNS: (
        *("two content", "two contents", "zwei inhalte", "deux contenus", "dos objetos", "dos contenidos"),
        *("due contenuti", "duas partes de conteúdo", "inhoud van twee", "to indholdsobjekter", "två innehållsdelar"),
        *("to innholdsdeler", "kaksi sisältökohdetta", "dwa elementy zawartości", "dva obsahy", "két tartalomrész"),
        *("два объекта", "iki içerik", "两栏内容", "兩項物件", "2 つのコンテンツ", "콘텐츠 2개"),
        *("two column", "two columns", "zwei spalten", "zweispaltig", "double content", "columns", "spalten"),
        "inhalt zweispaltig",
    ),
    Layout.COMPARISON: (
        *("comparison", "vergleich", "comparaison", "comparación", "confronto", "comparação", "vergelijking"),
        *("gegenüberstellung", "versus", "sammenligning", "jämförelse", "vertailu", "porównanie", "porovnání"),
        *("összehasonlítás", "сравнение", "karşılaştırma", "比较", "比對", "比較", "비교"),
    ),
    Layout.IMAGE: (
        *("picture with caption", "bild mit überschrift", "bild mit beschriftung", "image avec légende"),
        *("imagen con título", "immagine con didascalia", "imagem com legenda", "afbeelding met bijschrift"),
        *("billede med billedtekst", "bild med bildtext", "bilde med tekst", "obraz z podpisem", "obrázek s titulkem"),
        *(
            "kép képaláírással",
            "рисунок с подписью",
            "图片与标题",
            "含標題的圖片",
            "タイトル付きの図",
            "캡션 있는 그림",
        ),
        *("picture", "photo", "bild", "bildfolie", "image"),
    ),
    Layout.STATEMENT: (
        *("statement", "key message", "big statement", "big fact", "kernaussage", "aussage", "kernbotschaft"),
        *("message clé", "mensaje clave", "messaggio chiave", "stelling", "påstand", "budskap", "主张"),
    ),
    Layout.QUOTE: (
        "quote",
        "quote with caption",
        "zitat",
        "citation",
        "cita",
        "citazione",
        "citação",
        "citaat",
        "citat",
    ),
    Layout.CLOSING: (
        *("closing", "closing slide", "end slide", "end", "thank you", "thanks", "contact", "schlussfolie", "ende"),
        *("abschluss", "abschlussfolie", "schluss", "danke", "vielen dank", "kontakt", "merci", "fin", "gracias"),
        *("grazie", "obrigado", "bedankt", "tak", "tack", "takk", "kiitos", "dziękuję", "děkuji", "köszönöm"),
        *("спасибо", "teşekkürler", "谢谢", "謝謝", "ありがとうございました", "감사합니다"),
    ),
    Layout.CODE: ("code", "quelltext", "source code", "listing"),
    Layout.DEMO: ("demo", "live demo", "terminal", "vorführung"),
    Layout.BLANK: (
        *("blank", "leer", "leere folie", "vide", "en blanco", "vuota", "vuoto", "em branco", "leeg", "empty", "tom"),
        *("tomt", "tyhjä", "pusty", "prázdný", "üres", "пустой слайд", "boş", "空白", "白紙", "빈 화면", "vazio"),
    ),
}
TITLE_ONLY = (
    *("title only", "nur titel", "titre seul", "solo el título", "sólo el título", "solo titolo", "somente título"),
    *("alleen titel", "titel ohne inhalt", "headline only", "freifläche", "free", "kun titel", "endast rubrik"),
    *("bare tittel", "vain otsikko", "tylko tytuł", "pouze nadpis", "csak cím", "только заголовок", "yalnızca başlık"),
    *("仅标题", "只有標題", "タイトルのみ", "제목만"),
)
_GENERIC = frozenset(
    {
        *("title", "titel", "start", "opening", "chapter", "kapitel", "abschnitt", "text", "inhalt", "standard"),
        *("bullets", "content", "conteúdo", "columns", "spalten", "picture", "photo", "bild", "image", "code"),
        *("demo", "terminal", "listing", "blank", "empty", "tom", "free", "cita", "end", "ende", "fin", "tak"),
    }
)
"""Words that say what a layout is only where they are its whole name."""
UNUSUAL = frozenset(
    {
        *("vertical", "vertikal", "vertikaler", "agenda", "contents", "table", "inhaltsverzeichnis", "timetable"),
        *("contact", "kontakt", "thanks", "notes", "end", "closing", "legacy", "old", "alt"),
    }
)
"""Words in the names of layouts for special purposes, which are taken where there is no other."""
_NOISE = re.compile(r"[\W\d_]+")


def plain(name: str) -> str:
    """A layout's name without case, numbers and punctuation: ``02_Titel-Folie`` is ``titel folie``."""
    return " ".join(_NOISE.sub(" ", name.casefold()).split())


def is_called(name: str, aliases: tuple[str, ...]) -> bool:
    """Whether a layout's whole name is one of these, in any order of its words."""
    return _words(name) in {_words(alias) for alias in aliases}


def tells(name: str, aliases: tuple[str, ...]) -> bool:
    """Whether a layout's name holds all words of one of these."""
    words = _words(name)
    return any(_words(alias) <= words for alias in aliases if plain(alias) not in _GENERIC and _words(alias))


def is_unusual(name: str) -> bool:
    """Whether a layout has a special purpose by its name."""
    return not UNUSUAL.isdisjoint(_words(name))


def _words(name: str) -> frozenset[str]:
    return frozenset(plain(name).split())
