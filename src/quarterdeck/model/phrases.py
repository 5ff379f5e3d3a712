"""The words that outputs add to those of the author, in the deck's language."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Words(Struct, frozen=True):
    """What headings and labels say."""

    exercise: str
    exercises: str
    hint: str
    hints: str
    solution: str
    solutions: str
    contents: str
    agenda: str
    notes: str
    minutes: str
    """After a number: ``10 min``."""
    start: str
    """The time at which something begins, as head of a column."""
    topic: str
    pause: str
    """A break."""
    yours: str
    """Above the ruled space of an exercise."""
    attendee: str
    instructor: str
    """Whose edition it is."""


ENGLISH = Words(
    exercise="Exercise",
    exercises="Exercises",
    hint="Hint",
    hints="Hints",
    solution="Solution",
    solutions="Solutions",
    contents="Contents",
    agenda="Agenda",
    notes="Notes",
    minutes="min",
    start="Start",
    topic="Topic",
    pause="Break",
    yours="Your notes",
    attendee="Handout",
    instructor="Instructor’s handout",
)
_WORDS: Mapping[str, Words] = {
    "en": ENGLISH,
    "de": Words(
        exercise="Übung",
        exercises="Übungen",
        hint="Hinweis",
        hints="Hinweise",
        solution="Lösung",
        solutions="Lösungen",
        contents="Inhalt",
        agenda="Ablauf",
        notes="Notizen",
        minutes="min",
        start="Beginn",
        topic="Thema",
        pause="Pause",
        yours="Eigene Notizen",
        attendee="Begleitheft",
        instructor="Begleitheft für Lehrende",
    ),
    "fr": Words(
        exercise="Exercice",
        exercises="Exercices",
        hint="Indice",
        hints="Indices",
        solution="Solution",
        solutions="Solutions",
        contents="Sommaire",
        agenda="Programme",
        notes="Notes",
        minutes="min",
        start="Début",
        topic="Sujet",
        pause="Pause",
        yours="Vos notes",
        attendee="Support de cours",
        instructor="Support du formateur",
    ),
    "es": Words(
        exercise="Ejercicio",
        exercises="Ejercicios",
        hint="Pista",
        hints="Pistas",
        solution="Solución",
        solutions="Soluciones",
        contents="Contenido",
        agenda="Programa",
        notes="Notas",
        minutes="min",
        start="Inicio",
        topic="Tema",
        pause="Pausa",
        yours="Tus notas",
        attendee="Material del curso",
        instructor="Material del instructor",
    ),
}


def words(lang: str) -> Words:
    """The words of a language (BCP 47), English ones for those that are not known."""
    return _WORDS.get(lang.split("-", 1)[0].lower(), ENGLISH)
