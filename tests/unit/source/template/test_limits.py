"""Templates that compute more than a deck can hold: refused before they take the memory, at their place."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.template import limits


@pytest.mark.slow
@pytest.mark.parametrize(
    "expression",
    [
        "{{ 'x' * 10**9 }}",
        "{{ 10**9 * 'x' }}",
        "{{ [1] * 10**9 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ (10**20000) * (10**20000) }}",
        "{{ 'x'.ljust(10**9) }}",
        "{{ 'x'|center(10**9) }}",
        "{{ 'x'|indent(10**9) }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '{:1000000000d}'.format(1) }}",
        "{{ '%*d'|format(10**9, 1) }}",
        "{{ ('x' * 10**6).replace('x', 'y' * 10**6) }}",
        "{{ ('x' * 10**6)|replace('x', 'y' * 10**6) }}",
        "{{ ('y' * 10**6).join(['x'] * 10**5) }}",
        "{{ (['x'] * 10**5)|join('y' * 10**6) }}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% set l = [1] * 1000 %}{% for a in l %}{% for b in l %}{% for c in l %}{% endfor %}{% endfor %}{% endfor %}",
        "{% set n = namespace(s='xx') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% set n = namespace(s='xx') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}",
        "{% for i in range(9999) %}{{ 'x' * 9999 }}{% endfor %}",
        "{{ ('\\t' * 90000).expandtabs(90000) }}",
        "{{ ('x' * 90000).translate({120: 'y' * 90000}) }}",
        "{{ [1]|slice(10**9)|list }}",
        "{{ 1.5|round(10**9) }}",
        "{{ ([[1] * 9000] * 9000)|sum(start=[]) }}",
    ],
)
def test_what_is_out_of_bounds_is_an_error_at_its_line(folder: Any, expression: str) -> None:
    """One message, at the expression, and no memory or time is taken for it."""
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(f"# One\n\nText\n\n{expression}\n")
    (fault,) = caught.value.diagnostics
    assert fault.code == "template-error"
    assert "more than a deck can hold" in fault.message
    assert fault.span is not None
    assert (fault.span.file, fault.span.line) == ("deck.md", 5)


@pytest.mark.parametrize(
    "expression",
    [
        "{% for i in range(99999) %}{{ range(3000)|groupby('real')|length }}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
    ],
)
def test_time_is_bounded_as_a_whole(folder: Any, expression: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where each filter or macro alone takes little."""
    monkeypatch.setattr(limits, "MOST_SECONDS", 0.2)
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(f"# One\n\nText\n\n{expression}\n")
    (fault,) = caught.value.diagnostics
    assert "more than a deck can hold" in fault.message
    assert fault.span is not None
    assert fault.span.line == 5


def test_what_decks_do_is_within_bounds(folder: Any) -> None:
    """Padding, repeating, joining, loops with their own variables: all as in Jinja2."""
    source = (
        "---\n---\n---\nlayout: content\n---\n# One\n\n"
        "{% for n in range(3) %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %}, {% endif %}{% endfor %}.\n\n"
        "{{ 'ab' * 2 }} {{ 3 * 4 }} {{ 'a' ~ 1 ~ 'b' }} {{ ['x', 'y']|join(', ') }} {{ 'aXa'|replace('X', '-') }}"
        " {{ '%03d'|format(7) }} {{ '%.2f' % 1.5 }} {{ 1250000|default(0) }} {{ '{:>4}'.format('z').strip() }}\n"
    )
    first, second = folder.load(source).deck.slides[0].slots["body"]
    assert first.inlines[0].text == "1/3, 2/3, 3/3."
    assert second.inlines[0].text == "abab 12 a1b x, y a-a 007 1.50 1250000 z"
