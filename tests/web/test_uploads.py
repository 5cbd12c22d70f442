"""Uploads as the page sends them: by its own token alone, part by part, to a server that may be killed meanwhile."""

import json
import os
import signal
import stat
from hashlib import blake2b
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode, urlsplit

import requests

from dashboard.service.desk import Desk
from dashboard.service.limits import PART
from dashboard.service.parcels import ParcelState
from dashboard.web.server import BODY_LIMIT, LARGEST_BODY
from graph.store.store import Store
from graph.stores import open_store
from tests.web.conftest import NOW
from tests.web.serving import Servers, Serving

TOKEN = "t" * 43
NAME = "acts.jsonl"
ID = blake2b(NAME.encode()).hexdigest()[:64]


def post(served: Serving, path: str, data: bytes, /, token: str = TOKEN, **query: object) -> requests.Response:
    """Send what the page sends."""
    origin = f"http://{urlsplit(served.url).netloc}"
    headers = {"Origin": origin, "X-CSRFToken": token, "Content-Type": "application/json"}
    url = f"{served.url}{path}?{urlencode(query)}"
    return requests.post(url, data, headers=headers, cookies={"_csrf_token": TOKEN}, timeout=30)


def offer(served: Serving, size: int, **more: Any) -> requests.Response:
    what = {"id": ID, "name": NAME, "size": size, "files": {NAME: size}} | more
    return post(served, "/upload/offer", json.dumps(what).encode())


def send(served: Serving, data: bytes, offset: int = 0) -> requests.Response:
    return post(served, "/upload/part", data, id=ID, path=NAME, offset=offset)


def acts(count: int) -> bytes:
    people = '"actor":"email:a@x.example","to":"email:b@x.example"'
    line = f'{{"id":"%d","kind":"message","at":"2026-01-02T10:00:00Z",{people}}}\n'
    return "".join(line % number for number in range(count)).encode()


def beside(path: Path) -> list[Path]:
    return [*path.with_name(f"{path.name}.runs").rglob("*")]


def test_a_part_comes_from_the_page_alone_and_in_its_place(tmp_path: Path, serve: Servers) -> None:
    path = tmp_path / "people.db"
    served = serve(path)
    assert post(served, "/upload/offer", b"{}", token="u" * 43).status_code == 403
    assert requests.post(f"{served.url}/upload/part", b"x", timeout=30).status_code == 403
    for wrong in (b"{}", b"[", json.dumps({"id": ID, "name": NAME, "size": 1, "files": {"../x": 1}}).encode()):
        refused = post(served, "/upload/offer", wrong)
        assert (refused.status_code, list(refused.json())) == (400, ["why"])
    assert offer(served, 17 << 30).status_code == 413
    data = b"x" * (PART + 7)
    assert offer(served, len(data)).json() == {"held": {}}
    assert send(served, data).status_code == 413  # as are more bytes than fit into a part
    assert send(served, data[:PART]).json() == {"size": PART}
    refused = send(served, data[:9])
    assert (refused.status_code, refused.json()["size"]) == (409, PART)
    assert post(served, "/upload/part", b"x", id=ID, path="../x", offset=0).status_code == 400
    assert post(served, "/upload/part", b"x", id=ID, path=NAME, offset="-1").status_code == 400
    assert "why" in post(served, "/upload/done", b"", id=ID).json()
    assert offer(served, len(data)).json() == {"held": {NAME: PART}}
    for long in (BODY_LIMIT + 1, LARGEST_BODY + 1):
        assert post(served, "/_dash-update-component", b"x" * long).status_code == 413
    assert {stat.S_IMODE(one.stat().st_mode) & 0o077 for one in beside(path)} == {0}
    assert served.stop() == 0
    assert [one for one in beside(path) if one.stat().st_size > BODY_LIMIT] == []  # nothing stays of an upload
    assert served.told() == "Stopped.\n"


def test_a_server_that_was_killed_leaves_nothing_and_the_same_upload_goes_on(tmp_path: Path, serve: Servers) -> None:
    path, data = tmp_path / "people.db", acts(2_000)
    served = serve(path)
    store = open_store(path, now=NOW)
    upload(served, data)
    place = next(one for one in beside(path) if one.name == NAME)
    served.kill()
    os.kill(json.loads(next(one for one in beside(path) if one.name == "run.json").read_text())["pid"], signal.SIGKILL)
    served = serve(path)
    assert not place.exists()
    assert ended(store) == ParcelState.STOPPED
    upload(served, data)
    assert place.exists()  # an interrupted ingest is known by its path
    assert ended(store) == ParcelState.DONE
    assert (store.overview().interactions, place.exists()) == (2_000, False)
    store.close()


def upload(served: Serving, data: bytes) -> None:
    assert offer(served, len(data)).status_code == 200
    for start in range(0, len(data), PART):
        assert send(served, data[start : start + PART], start).status_code == 200
    assert post(served, "/upload/done", b"", id=ID).status_code == 200


def ended(store: Store) -> ParcelState:
    """Wait for the upload to be over, as another server sees it; give how it ended."""
    intake, until = Desk(store=store, profile="me", clock=lambda: NOW).intake, monotonic() + 30
    while not (one := intake.parcels()[0]).state.over:
        assert monotonic() < until
        sleep(0.05)
    return one.state
