"""What the engine's answers say about images, in the words of its versions and of Podman."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.cleanroom.image_answers import Failed, Names, News, Result, Runs, Step, read_line

ID = "a1" * 32
FULL = f"sha256:{ID}"


@pytest.mark.parametrize(
    ("line", "news"),
    [
        (b'{"stream":" ---\\u003e a1a1a1a1a1a1\\n"}', Step("a1a1a1a1a1a1")),
        (b'{"stream":"--> a1a1a1a1a1a"}', Step("a1a1a1a1a1a")),
        (b'{"stream":" ---\\u003e Running in 0123456789ab\\n"}', Runs("0123456789ab")),
        (b'{"aux":{"ID":"' + FULL.encode() + b'"}}', Result(FULL)),
        (b'{"status":"' + FULL.encode() + b'"}', Result(FULL)),
        (b'{"stream":"' + ID.encode() + b'\\n"}\n', Result(FULL)),
        (b'{"stream":"Loaded image: app:1\\n"}', Names(("app:1",))),
        (b'{"stream":"Loaded image(s): app:1, app:2"}', Names(("app:1", "app:2"))),
        (b'{"stream":"Loaded image ID: ' + FULL.encode() + b'\\n"}', Names((FULL,))),
        (b'{"status":"Status: Downloaded newer image for app:1"}', Names(("app:1",))),
        (b'{"status":"Status: Image is up to date for app:1"}', Names(("app:1",))),
        (b'{"errorDetail":{"code":1},"error":"it failed"}', Failed()),
        (b'{"stream":"Step 1/2 : FROM web\\n"}', None),
        (b'{"aux":{"ID":"short"}}', None),
        (b'{"id":"moby.buildkit.trace","aux":"CgA="}', None),
        (b'"error"', None),
        (b'{"error"', None),
    ],
)
def test_lines(line: bytes, news: News | None) -> None:
    """Each form of each fact is recognised, and nothing else is taken for one."""
    assert read_line(line) == news


@given(
    st.binary(max_size=60)
    | st.builds(
        lambda value: json.dumps(value).encode(),
        st.dictionaries(
            st.sampled_from(["aux", "status", "stream", "error"]),
            st.none() | st.text(max_size=9) | st.lists(st.integers()),
        ),
    )
)
def test_any_line_is_read(line: bytes) -> None:
    """Whatever the engine says, reading it never fails."""
    read_line(line)
