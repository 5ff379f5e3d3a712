"""Images: which the demo sees, and which requests move a tag or remove an image."""

from __future__ import annotations

from typing import Any

import pytest

from support.fake_engine import Demo, Forwarded, Said

OWN, NGINX, WEB, OTHER = (f"sha256:{digit * 64}" for digit in "1234")


class Store:
    """The images of an engine."""

    def __init__(self, demo: Demo) -> None:
        self.tags = {"nginx:1.22": NGINX, "web:latest": WEB}
        self.extra = [NGINX, WEB]
        """Images that may have no tag."""
        demo.engine.answer("GET", "/images/json", lambda _: Said(self.listed()))
        demo.engine.answer("GET", "/images/(.+)/json", self.inspected)
        demo.engine.answer("POST", "/images/(.+)/tag", self.tagged)
        demo.engine.answer("DELETE", "/images/(.+)", self.removed)

    def listed(self) -> list[dict[str, Any]]:
        """The answer to ``GET /images/json``."""
        ids = dict.fromkeys([*self.tags.values(), *self.extra])
        return [{"Id": i, "RepoTags": [t for t, j in self.tags.items() if i == j], "Size": 5} for i in ids]

    def find(self, reference: str) -> str | None:
        """The image of a tag or an id."""
        ids = [*self.tags.values(), *self.extra]
        tag = reference if ":" in reference else f"{reference}:latest"
        return self.tags.get(tag) or next((i for i in ids if i == reference), None)

    def inspected(self, request: Forwarded) -> Said:
        """The answer to ``GET /images/{name}/json``."""
        image = self.find(request.path.removeprefix("/images/").removesuffix("/json"))
        if image is None:
            return Said({"message": "No such image"}, 404)
        return Said({"Id": image, "Config": {}, "RepoTags": [t for t, i in self.tags.items() if i == image]})

    def tagged(self, request: Forwarded) -> Said:
        """The answer to ``POST /images/{name}/tag``."""
        image = self.find(request.path.removeprefix("/images/").removesuffix("/tag"))
        if image is None:
            return Said({"message": "No such image"}, 404)
        self.tags[f"{request.query['repo'][0]}:{request.query.get('tag', ['latest'])[0]}"] = image
        return Said(status=201)

    def removed(self, request: Forwarded) -> Said:
        """The answer to ``DELETE /images/{name}``."""
        name = request.path.removeprefix("/images/")
        tag = name if ":" in name else f"{name}:latest"
        if self.tags.pop(tag, None) is None and name not in self.extra:
            return Said({"message": "No such image"}, 404)
        self.extra = [image for image in self.extra if image != name]
        return Said([{"Untagged": tag}])


@pytest.fixture
def store(demo: Demo) -> Store:
    """What the speaker has."""
    return Store(demo)


def make(demo: Demo, store: Store, name: str, image: str = OWN) -> None:
    """A build of the demo's."""

    def built(_: Forwarded) -> Said:
        store.tags[f"{name}:latest"] = image
        return Said(lines=[b'{"aux":{"ID":"' + image.encode() + b'"}}'])

    demo.engine.answer("POST", "/build", built)
    assert demo.ask("POST", f"/build?t={name}").status == 200


def names(demo: Demo, query: str = "") -> list[str]:
    """The tags in the demo's list."""
    return [tag for image in demo.ask("GET", f"/images/json{query}").json for tag in image["RepoTags"] or ()]


def test_list(demo: Demo, store: Store) -> None:
    """Declared images and the demo's own, by any filter."""
    assert names(demo) == ["nginx:1.22"]
    make(demo, store, "own")
    assert names(demo) == ["nginx:1.22", "own:latest"]
    assert names(demo, "?filters=%7B%22reference%22%3A%5B%22own%22%5D%7D") == ["own:latest"]
    assert demo.engine.forwarded[-1].query == {"all": ["1"]}


def test_moved_tag(demo: Demo, store: Store) -> None:
    """A build moves the speaker's tag; when the demo takes it off again, it goes back at once."""
    make(demo, store, "web")
    assert store.tags["web:latest"] == OWN
    store.extra.append(OWN)
    answer = demo.ask("DELETE", "/images/web")
    assert answer.json[0] == {"Untagged": "web:latest"}
    assert store.tags["web:latest"] == WEB
    assert OWN not in store.extra
    assert "web:latest" not in names(demo)
    assert demo.ask("DELETE", "/images/web").status == 409


def test_tag_of_a_name_that_others_use(demo: Demo, store: Store) -> None:
    """``docker tag nginx web; docker rmi web``: the speaker's name is back, nginx untouched."""
    assert demo.ask("POST", "/images/nginx:1.22/tag?repo=web").status == 201
    assert store.tags["web:latest"] == NGINX
    assert demo.ask("DELETE", "/images/web").json == [{"Untagged": "web:latest"}]
    assert store.tags == {"nginx:1.22": NGINX, "web:latest": WEB}


def test_removal(demo: Demo, store: Store) -> None:
    """The demo's own goes; one that was there before, or that has somebody else's tag, stays."""
    make(demo, store, "own")
    store.tags["speakers:latest"] = OWN
    assert "a tag of somebody else's" in demo.refused("DELETE", f"/images/{OWN}")
    assert "was there before the demo" in demo.refused("DELETE", "/images/web")
    assert demo.ask("DELETE", "/images/own?force=1").status == 200
    assert "own:latest" not in store.tags
    assert demo.ask("DELETE", "/images/nothing").status == 404


def test_tag_that_another_demo_moved(demo: Demo, store: Store) -> None:
    """It still means the demo's own image, in whatever the demo does with it."""
    make(demo, store, "own")
    store.tags["own:latest"] = OTHER
    store.extra.append(OWN)
    assert demo.ask("GET", "/images/own/json").json["Id"] == OWN
    created = demo.forwarded("POST", "/containers/create?name=c", {"Image": "own"})
    assert created.json["Image"] == OWN
    demo.ask("GET", "/images/own/get")
    assert store.tags["own:latest"] == OWN


@pytest.mark.parametrize("target", ["/images/get?names=own", "/images/own/get", "/images/own/push"])
def test_tags_are_restored_before_use(target: str, demo: Demo, store: Store) -> None:
    """The engine looks them up by itself."""
    make(demo, store, "own")
    store.tags["own:latest"] = OTHER
    store.extra.append(OWN)
    demo.ask("POST" if target.endswith("push") else "GET", target)
    assert store.tags["own:latest"] == OWN


def test_prune(demo: Demo, store: Store) -> None:
    """``-a`` removes the demo's images, and nobody else's."""
    make(demo, store, "own")
    assert demo.ask("POST", "/images/prune").json["ImagesDeleted"] is None
    answer = demo.ask("POST", "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D")
    assert answer.json == {"ImagesDeleted": [{"Untagged": "own:latest"}], "SpaceReclaimed": 5}
    assert store.tags == {"nginx:1.22": NGINX, "web:latest": WEB}


def test_prune_of_a_moved_tag(demo: Demo, store: Store) -> None:
    """The speaker's name is back at once, too."""
    make(demo, store, "web")
    store.extra.append(OWN)
    answer = demo.ask("POST", "/images/prune?filters=%7B%22dangling%22%3A%5B%22false%22%5D%7D")
    assert answer.json["ImagesDeleted"][0] == {"Untagged": "web:latest"}
    assert store.tags == {"nginx:1.22": NGINX, "web:latest": WEB}
    assert OWN not in store.extra


def test_pull(demo: Demo, store: Store) -> None:
    """The image is the demo's if it is new; from then on it is listed."""

    def pulled(_: Forwarded) -> Said:
        store.tags["app:1"] = OTHER
        return Said(lines=[b'{"status":"Status: Downloaded newer image for app:1"}'])

    demo.engine.answer("POST", "/images/create", pulled)
    assert demo.ask("POST", "/images/create?fromImage=app&tag=1").status == 200
    assert names(demo) == ["nginx:1.22", "app:1"]


@pytest.mark.parametrize("source", ["/etc/shadow", "file:///etc/shadow", "ftp://x/y", "passwd"])
def test_import_of_files_of_this_machine(source: str, demo: Demo) -> None:
    """Podman would read them."""
    assert "fromSrc" in demo.refused("POST", f"/images/create?fromSrc={source.replace(':', '%3A')}&repo=x")


@pytest.mark.parametrize("target", ["/images/create?fromSrc=-&repo=x", "/commit?container=web&repo=x"])
def test_labels_of_ours(target: str, demo: Demo) -> None:
    """Instructions can't give them to an image."""
    message = demo.refused("POST", f"{target}&changes=LABEL+Quarterdeck.show%3Dx", {} if "commit" in target else None)
    assert "labels that begin with quarterdeck." in message


def test_commit(demo: Demo, store: Store) -> None:
    """The image that the engine names is the demo's."""
    demo.make("containers", "c")
    demo.engine.answer("POST", "/commit", Said({"Id": OTHER}, 201))
    assert demo.ask("POST", "/commit?container=c&repo=kept", {}).status == 201
    store.tags["kept:latest"] = OTHER
    assert "kept:latest" in names(demo)
