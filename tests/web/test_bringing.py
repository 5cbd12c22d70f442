"""Bringing in on the page: from an empty store to the first answer, and what may go wrong on the way."""

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.web.conftest import DESKTOP, PHONE, OpenPage, Screen, in_both_themes
from tests.web.serving import Servers, Serving
from tests.web.watch import Watch, check_access, shoot

ME, ANN, XIU = "me@example.org", "Ann Lee", "Xiu Ming"
_GB = 1 << 30


def mail(number: int, sender: str, to: str, *, copied: str = "") -> str:
    cc = f"Cc: {copied}\n" if copied else ""
    day = f"{number % 28 + 1:02} Mar 2026 09:{number % 60:02}:00 +0000"
    head = f"From: {sender}\nTo: {to}\n{cc}Date: {day}\nMessage-ID: <{number}@example.org>\nSubject: The plan\n"
    return f"From - Sun Mar  1 09:00:00 2026\n{head}\nText.\n\n"


def mails(many: int) -> Iterator[str]:
    """Invent what I wrote to Ann, what she wrote to me, and what she wrote to me and Xiu together."""
    ann, xiu = f"{ANN} <ann@example.net>", f"{XIU} <xiu@example.com>"
    for number in range(many):
        match number % 4:
            case 0:
                yield mail(number, ME, ann)
            case 1:
                yield mail(number, ann, ME)
            case 2:
                yield mail(number, ann, xiu, copied=ME)
            case _:
                yield mail(number, xiu, ann, copied=ME)


@pytest.fixture(scope="module")
def mbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mails") / "mail.mbox"
    path.write_text("".join(mails(60)), encoding="utf-8")
    return path


def choose(page: Page, *paths: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator("#choose-files").click()
    chooser.value.set_files(list(paths))


def row(page: Page, name: str) -> Locator:
    return page.locator(".parcel").filter(has=page.get_by_role("heading", name=name, exact=True))


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=str)
def test_from_an_empty_store_to_the_first_answer(
    serve: Servers, tmp_path: Path, mbox: Path, open_page: OpenPage, screen: Screen
) -> None:
    page = open_page(serve(tmp_path / "new.db").url, screen)
    page.goto("/")
    keyboard = screen.phone  # one by keyboard alone, the other by mouse
    begin = page.get_by_role("link", name="Bring in what you have")
    begin.press("Enter") if keyboard else begin.click()
    with page.expect_file_chooser() as chooser:
        files = page.locator("#choose-files")
        files.press("Enter") if keyboard else files.click()
    chooser.value.set_files(mbox)
    brought = row(page, "mail.mbox")
    expect(brought.locator(".counted")).to_contain_text("90 new")
    expect(page.locator("#who-asks")).to_contain_text(f"mails were sent by {ME}. Is that you?")
    for _ in in_both_themes(page):
        check_access(page)
        shoot(page, f"bring-in-{screen}")
    yes = page.get_by_role("button", name="Yes, that’s me")
    yes.press("Enter") if keyboard else yes.click()
    expect(page.locator("#reach")).to_contain_text("2people you can ask")
    page.locator("#ask").fill(XIU)
    page.locator("#ask").press("Enter")
    expect(page.locator("h1")).to_have_text(f"You can ask {XIU} yourself")


def test_the_same_again_adds_nothing_and_what_can_not_be_read_says_why(
    serve: Servers, tmp_path: Path, mbox: Path, open_page: OpenPage
) -> None:
    picture, bomb, store = tmp_path / "holiday.jpg", tmp_path / "bomb.zip", tmp_path / "new.db"
    picture.write_bytes(b"\xff\xd8\xff\xe0" + bytes(2_000))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("mail.mbox", "w") as inside:
        for _ in range(80):
            inside.write(bytes(1 << 20))
    page = open_page(serve(store).url)
    page.goto("/bring-in")
    page.locator("#place").fill(f'"{mbox}"')  # as it is pasted
    page.locator("#place").press("Enter")
    expect(page.locator(".counted")).to_contain_text("90 new")
    choose(page, mbox, picture, bomb)  # several at once
    expect(page.locator(".counted").nth(1)).to_contain_text("0 new90 seen before")
    expect(row(page, "holiday.jpg").locator(".failed")).to_contain_text("it looks like a JPEG image")
    expect(row(page, "bomb.zip").locator(".failed")).to_contain_text("as only a zip bomb does")
    assert not [one for one in left(store) if one.stat().st_size > 100_000]
    row(page, "bomb.zip").get_by_label("Take bomb.zip off this list").click()
    expect(page.locator(".parcel")).to_have_count(3)


def left(store: Path) -> list[Path]:
    """Give the files that lie beside a store, of what was brought in."""
    return [one for one in store.with_name(f"{store.name}.runs").rglob("*") if one.is_file()]


def test_a_gigabyte_goes_on_where_it_stopped(serve: Servers, tmp_path: Path, open_page: OpenPage, mbox: Path) -> None:
    large, store = tmp_path / "large.bin", tmp_path / "new.db"
    with large.open("wb") as file:
        file.truncate(_GB)  # it takes no room here, and is sent
    server = serve(store)
    before = memory(server)
    page = open_page(server.url)
    page.goto("/bring-in")
    choose(page, large)
    received = row(page, "large.bin").locator(".parcel-foot")
    expect(received).to_contain_text(re.compile(r"[1-9]\d\d MB of 1\.1 GB here"))
    page.on("dialog", lambda one: one.accept())
    page.reload()
    expect(row(page, "large.bin")).to_contain_text("Choose it again, and it goes on from there.")
    held = sum(one.stat().st_size for one in left(store))
    assert held > 100_000_000
    offsets: list[int] = []
    page.on("request", lambda one: offsets.extend(int(at) for at in re.findall(r"offset=(\d+)", one.url)))
    choose(page, large, mbox)
    expect(row(page, "mail.mbox").locator(".counted")).to_contain_text("90 ", timeout=60_000)
    expect(row(page, "large.bin").locator(".failed")).to_contain_text("No source reads", timeout=60_000)
    assert offsets[0] >= 100_000_000 or offsets[1] >= 100_000_000
    assert memory(server) - before < 120_000_000
    assert not [one for one in left(store) if one.stat().st_size > 100_000]


def memory(server: Serving) -> int:
    """Give how much memory a server holds, in bytes."""
    told = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", told)[0]) * 1024


def test_it_goes_on_when_the_server_comes_back(
    serve: Servers, tmp_path: Path, open_page: OpenPage, mbox: Path, watch: Watch
) -> None:
    large, store = tmp_path / "large.mbox", tmp_path / "new.db"
    shutil.copy(mbox, large)
    with large.open("r+b") as file:
        file.truncate(_GB // 16)
    server = serve(store)
    page = open_page(server.url)
    page.goto("/bring-in")
    choose(page, large)
    expect(row(page, "large.mbox").locator(".parcel-foot")).to_contain_text("MB of 67.1 MB here")
    watch.down = True
    server.kill()
    serve(store, port=server.port)
    expect(row(page, "large.mbox").locator(".counted")).to_contain_text("90 new", timeout=60_000)
