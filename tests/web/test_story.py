"""The demo's story on the page, as somebody goes through it who never saw a graph tool."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.demo.strauss import LATER_DAY
from graph.model import Account, Addressee, Interaction, Kind, start_of
from graph.records.pack import pack
from graph.stores import open_store
from tests.web.conftest import DESKTOP, PHONE, SCREENS, OpenPage, in_both_themes
from tests.web.serving import PROGRAM, ROOT, Servers, environment
from tests.web.watch import Watch, check_access, shoot

MARTA, STRAUSS = "Marta Quill", "Steve Strauss"


def answered(page: Page, heading: str | re.Pattern[str]) -> None:
    expect(page.locator("h1")).to_have_text(heading)
    expect(page.locator("#page")).not_to_have_attribute("aria-busy", "true")


def ask(page: Page, who: str) -> None:
    page.locator("#ask").fill(who)
    page.locator("#ask").press("Enter")


def chosen(page: Page, rank: int) -> None:
    expect(page.locator('.path-card[aria-selected="true"]')).to_have_attribute("data-rank", str(rank))


def step(page: Page, source: str, target: str, way: int) -> None:
    page.locator(f'.step[data-from="{source}"][data-to="{target}"][data-way="{way}"]').first.click()


@pytest.mark.parametrize("page", [one for one in SCREENS if not one.phone], ids=str, indirect=True)
def test_the_story_by_mouse(page: Page) -> None:
    page.goto("/?asof=2009-04-06")
    page.locator("#ask").fill("strau")
    page.get_by_role("option", name=STRAUSS).click()
    answered(page, f"1 way to {STRAUSS}")
    expect(page.locator("#opening")).to_contain_text("You commented on Steve Strauss’s “Should entrepreneurs Twitter?")
    expect(page.locator("#way")).to_contain_text("Ask Rieva Lesonski to introduce you to Steve Strauss.")
    expect(page.locator("#evidence")).to_contain_text("Rieva Lesonski → Steve Strauss")
    shoot(page, "story-before")

    ask(page, MARTA)
    answered(page, re.compile("best ways to Marta Quill"))
    page.goto(f"/?to={MARTA}")
    answered(page, "The 10 best ways to Marta Quill")
    chosen(page, 1)
    expect(page.locator(".path-card")).to_have_count(4)
    shoot(page, "ask")
    check_access(page)

    page.locator('.path-card[data-rank="2"]').click()
    chosen(page, 2)
    expect(page.locator("#way")).to_contain_text("Ask Noor Haddad to introduce you to Marta Quill.")
    expect(page.locator("#evidence h3")).to_have_text("Noor Haddad → Marta Quill")
    page.locator("#evidence").get_by_role("button", name="Step 1").click()
    expect(page.locator("#evidence h3")).to_have_text("You → Noor Haddad")
    expect(page.locator("#evidence")).to_contain_text("22 messages, 11 each way")
    assert "way=2" in page.url
    assert "step=1" in page.url
    step(page, "Ines Okoye", MARTA, 1)
    chosen(page, 1)
    expect(page.locator("#evidence h3")).to_have_text("Ines Okoye → Marta Quill")
    page.get_by_role("button", name="Show all 33").click()
    expect(page.locator("#evidence .acts").first.locator("li")).to_have_count(33)
    expect(page.locator("#evidence .acts a").first).to_have_attribute("href", re.compile("^https://forum.example/"))

    page.get_by_role("button", name="6 weaker ways").click()
    expect(page.locator(".path-card")).to_have_count(10)
    page.locator("#theme").click()
    shoot(page, "ask-10-ways")
    check_access(page)


def test_anybody_at_a_place_can_be_asked_for(page: Page) -> None:
    page.goto("/")
    page.locator("#ask").fill("harb")
    page.get_by_role("option", name="The Harbour Ledger 2 people").click()
    answered(page, re.compile("best ways to anybody at The Harbour Ledger"))
    expect(page.locator("#ways")).to_contain_text("Tomás Birch")


def test_the_story_by_keyboard(page: Page) -> None:
    page.goto("/")
    expect(page.locator("h1")).to_be_attached()
    page.keyboard.press("/")
    page.keyboard.type("marta")
    expect(page.get_by_role("option")).to_have_text([re.compile(MARTA)])  # and nobody more, as for "mar"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    answered(page, "The 10 best ways to Marta Quill")
    expect(page.locator('.path-card[data-rank="1"]')).to_be_focused()
    expect(page.locator("#spoken")).to_have_text("The 10 best ways to Marta Quill")

    page.keyboard.press("ArrowDown")
    chosen(page, 2)
    expect(page.locator("#evidence h3")).to_have_text("Noor Haddad → Marta Quill")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#evidence h3")).to_have_text("You → Noor Haddad")
    page.keyboard.press("3")
    chosen(page, 3)
    expect(page.locator("#evidence h3")).to_have_text("Elif Sandström → Marta Quill")
    page.keyboard.press("Enter")
    expect(page.locator('.segments [aria-pressed="true"]').first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator('.path-card[data-rank="3"]')).to_be_focused()

    page.keyboard.press("x")
    answered(page, re.compile("ways? to Marta Quill"))
    expect(page.locator("#toasts")).to_contain_text("Without Elif Sandström.")
    expect(page.locator("#ways")).not_to_contain_text("Elif Sandström")
    page.go_back()
    expect(page.locator("#ways")).to_contain_text("Elif Sandström")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    shoot(page, "keys")
    page.keyboard.press("Escape")

    page.keyboard.press("e")
    with page.expect_download() as got:
        page.locator("#export-md").press("Enter")
    assert got.value.suggested_filename == "ways-to-marta-quill.md"


@pytest.mark.parametrize("page", [one for one in SCREENS if one.phone], ids=str, indirect=True)
def test_the_story_on_a_phone(page: Page) -> None:
    page.goto("/")
    shoot(page, "home")
    ask(page, MARTA)
    answered(page, "The 10 best ways to Marta Quill")
    shoot(page, "ask")
    page.locator('.path-card[data-rank="2"]').click()
    chosen(page, 2)
    step(page, "Noor Haddad", MARTA, 2)
    expect(page.locator("#evidence h3")).to_be_in_viewport()
    expect(page.locator("#evidence h3")).to_have_text("Noor Haddad → Marta Quill")
    shoot(page, "ask-step")
    check_access(page)
    page.locator("#proof-close").click()
    expect(page.locator("#evidence h3")).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("page", [DESKTOP, PHONE], ids=str, indirect=True)
def test_every_state_is_fit_to_be_used(page: Page) -> None:
    for name, address, seen in (
        ("no-way", "/?to=Yara+Fontane&steps=2", "No way to Yara Fontane within 2 steps"),
        ("ambiguous", "/?to=Harbour+Ledger", "“Harbour Ledger” may mean 2 people"),
        ("unknown", "/?to=Ingrid+Vale", re.compile("Nobody here goes by “Ingrid Vale”")),
        ("direct", f"/?to={STRAUSS}", re.compile("You can ask Steve Strauss yourself")),
        ("guess", "/?to=Marta+Qill", re.compile("ways to Marta Quill")),
        ("myself", "/?to=You", "This can’t be asked"),
        ("wrong-link", "/?to=Marta&asof=yesterday", "This can’t be asked"),
        ("nowhere", "/elsewhere", "There is no such page"),
        ("home", "/", "Who do you want to meet?"),
    ):
        page.goto(address)
        expect(page.locator("h1")).to_have_text(seen)
        for _ in in_both_themes(page):
            shoot(page, name)
            check_access(page)


def test_where_there_is_no_way_the_page_helps(page: Page) -> None:
    page.goto("/?to=Yara+Fontane&steps=2")
    expect(page.locator("#no-way")).to_contain_text("Without these options there are 5 ways.")
    expect(page.locator("#no-way")).to_contain_text("Your best way to Gus: 3 steps, weakest familiar")
    page.get_by_role("link", name="Ask for Gus").click()
    answered(page, re.compile("ways? to Gus Aldery"))
    page.go_back()
    page.get_by_role("link", name="Show 5 ways").click()
    answered(page, "5 ways to Yara Fontane")


def test_two_of_one_name_are_answered_for_together_and_joined(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(demo_store, tmp_path / "own.db"))
    add_namesake(store)
    page = open_page(serve(store).url)

    page.goto("/?to=Jonas+Weller")
    expect(page.locator("#same-name")).to_contain_text("Two entries here are called Jonas Weller. Answered for both.")
    shoot(page, "same-name")
    check_access(page)
    page.get_by_role("button", name="Same person").click()
    expect(page.locator("#toasts")).to_contain_text("Jonas Weller is one person now.")
    expect(page.locator("#same-name")).to_have_count(0)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#same-name")).to_be_visible()
    page.get_by_role("button", name="Two people").click()
    expect(page.locator("#same-name")).to_contain_text("You said that they are different people.")


def add_namesake(store: Path) -> None:
    """Bring in a second entry for somebody of the demo, on another network, beside whoever has the store open."""
    at = start_of(LATER_DAY)
    opened = open_store(store, now=at)
    twin = Account(id="linkedin:in/jonas", name="Jonas Weller", org="Weller Consulting")
    me = Account(id=opened.profiles()["me"][0])
    act = Interaction(kind=Kind.CONNECTION, at=at, actor=me, to=(Addressee(account=twin),), source="test")
    opened.write(pack([twin, act], now=at))
    opened.refresh()
    opened.close()


def test_filters_are_in_the_address_and_survive_a_reload_and_a_second_tab(page: Page) -> None:
    page.goto(f"/?to={MARTA}")
    page.locator("summary", has_text="Up to 4 steps").click()
    page.get_by_role("radio", name="Up to 2 steps").click()
    answered(page, re.compile("ways to Marta Quill"))
    page.locator("summary", has_text="Avoid or go through").click()
    page.locator("#avoid-name").fill("Noor Haddad")
    page.locator("#avoid-name").press("Enter")
    expect(page.locator("#ways")).not_to_contain_text("Noor Haddad")
    page.locator("summary", has_text="All kinds").click()
    page.get_by_role("checkbox", name="Replies").click()
    expect(page.locator("summary", has_text="Only replies")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Replies")).to_be_focused()  # the chip stays open for one more
    heading, address = page.locator("h1").inner_text(), page.url

    page.reload()
    answered(page, heading)
    other = page.context.new_page()
    other.goto(address)
    answered(other, heading)
    for _ in range(3):
        page.go_back()
    answered(page, "The 10 best ways to Marta Quill")
    page.go_forward()
    expect(page.locator("summary", has_text="Up to 2 steps")).to_be_visible()


def test_a_filter_that_names_nobody_is_told_as_that_filter_s(page: Page) -> None:
    page.goto(f"/?to={MARTA}&avoid=Harbour+Ledger")
    answered(page, "“Harbour Ledger” may mean 2 people")
    expect(page.locator("#page")).to_contain_text("Ways must not lead over them.")
    page.locator("#candidates a").last.click()
    answered(page, re.compile("10 ways to Marta Quill"))
    expect(page.locator("summary", has_text="Not over Sana Rydell")).to_be_visible()


def test_a_choice_of_people_is_made_by_enter(page: Page) -> None:
    page.goto("/")
    ask(page, "Harbour Ledger")
    expect(page.locator("#candidates a").first).to_be_focused()
    page.keyboard.press("Enter")
    answered(page, "The 10 best ways to Marta Quill")


def test_asking_again_goes_back_to_the_first_way(page: Page) -> None:
    page.goto(f"/?to={MARTA}")
    page.locator('.path-card[data-rank="1"]').focus()
    page.keyboard.press("Enter")
    page.locator('.path-card[data-rank="2"]').click()
    chosen(page, 2)
    page.keyboard.press("9")
    chosen(page, 9)
    assert "way=9" in page.url
    page.locator("#ask-go").click()
    chosen(page, 1)
    assert "way=" not in page.url


def test_the_handle_asks_as_of_another_day(page: Page) -> None:
    page.goto(f"/?to={MARTA}")
    handle = page.locator("#as-of")
    expect(handle).to_have_attribute("aria-valuetext", "30 April 2009")
    handle.focus()
    page.keyboard.press("PageDown")
    expect(page.locator("summary").first).to_have_text("As of 30 April 2008")
    expect(page.locator("#as-of, #no-way").first).to_be_visible()
    assert "asof=2008-04-30" in page.url


def test_an_answer_is_taken_away_in_every_format_without_what_is_private(page: Page, tmp_path: Path) -> None:
    page.goto(f"/?to={MARTA}&way=2")
    for form in ("csv", "json", "graphml", "gexf", "md", "mermaid", "svg", "png"):
        page.locator("#export").click()
        with page.expect_download() as got:
            page.locator(f"#export-{form}").click()
        file = tmp_path / f"taken.{form}"
        got.value.save_as(file)
        taken = file.read_bytes()

        assert taken.startswith(b"\x89PNG") if form == "png" else b"Noor" in taken
        assert b"The new mark" not in taken
        assert b"Lunch at the quay" not in taken
        if form not in {"svg", "png"}:  # whose styles are named so; test_picture looks at these
            assert not re.search(rb"\b(close|familiar|slight)\b", taken)
        written = f"Written: {got.value.suggested_filename}. Private evidence is left out."
        expect(page.locator("#toasts")).to_contain_text(written)


def test_what_is_private_is_taken_only_when_it_is_asked_for_and_confirmed(page: Page, tmp_path: Path) -> None:
    page.goto(f"/?to={MARTA}&way=2")
    page.locator("#export").click()
    page.locator("#export-private").click()
    expect(page.locator("#export-private")).to_have_attribute("aria-checked", "false")
    page.get_by_role("button", name="Yes, for me alone").click()
    expect(page.locator("#export-private")).to_have_attribute("aria-checked", "true")
    with page.expect_download() as got:
        page.locator("#export-md").click()
    file = tmp_path / "taken.md"
    got.value.save_as(file)

    assert "The new mark" in file.read_text(encoding="utf-8")


def test_a_page_goes_on_after_the_server_was_killed(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path, watch: Watch
) -> None:
    store = Path(shutil.copy(demo_store, tmp_path / "own.db"))
    serving = serve(store)
    page = open_page(serving.url)
    page.goto(f"/?to={MARTA}")
    answered(page, "The 10 best ways to Marta Quill")

    watch.down = True
    serving.kill()
    ask(page, STRAUSS)
    expect(page.locator("#toasts")).to_contain_text("intrograph does not answer")
    serve(store, port=serving.port)
    ask(page, "Yara Fontane")
    answered(page, "5 ways to Yara Fontane")


def test_what_another_process_brings_in_shows_without_a_restart(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(demo_store, tmp_path / "own.db"))
    page = open_page(serve(store).url)
    page.goto("/?to=Jonas+Weller")
    expect(page.locator("#ways")).to_be_visible()
    expect(page.locator("#same-name")).to_have_count(0)

    add_namesake(store)
    page.reload()
    expect(page.locator("#same-name")).to_be_visible()


def test_one_asks_while_another_process_writes(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(demo_store, tmp_path / "own.db"))
    lines = tmp_path / "much.jsonl"
    lines.write_text("".join(map(_line, range(20_000))), encoding="utf-8")
    serving = serve(store)
    page = open_page(serving.url)
    page.goto(f"/?to={MARTA}")
    answered(page, "The 10 best ways to Marta Quill")

    command = [*PROGRAM, "--store", str(store), "ingest", "jsonl", str(lines), "--quiet"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(tmp_path), stdout=subprocess.DEVNULL) as writing:  # noqa: S603 # ours
        asked = 0
        while writing.poll() is None:
            ask(page, (STRAUSS, MARTA)[asked % 2])
            answered(page, re.compile((STRAUSS, MARTA)[asked % 2]))
            asked += 1
    assert writing.returncode == 0
    assert asked
    ask(page, "Newcomer 7")
    answered(page, re.compile("Newcomer 7"))


def _line(number: int) -> str:
    actor = {"network": "forum", "id": f"new{number % 500}", "name": f"Newcomer {number % 500}"}
    to = [{"network": "forum", "id": f"new{number % 499}", "name": f"Newcomer {number % 499}"}]
    at = f"2009-04-{number % 28 + 1:02}T10:00:00Z"
    return f"{json.dumps({'id': f'much{number}', 'kind': 'reply', 'at': at, 'actor': actor, 'to': to})}\n"


def test_whom_was_asked_for_is_offered_again_and_forgotten(
    serve: Servers, open_page: OpenPage, demo_store: Path, tmp_path: Path
) -> None:
    store = Path(shutil.copy(demo_store, tmp_path / "own.db"))
    page = open_page(serve(store).url)
    for who in (STRAUSS, MARTA):
        page.goto(f"/?to={who}")
        expect(page.locator("#ways")).to_be_visible()
    page.goto("/")

    expect(page.locator(".asked a")).to_have_text([re.compile(MARTA), re.compile(STRAUSS)])
    page.locator(".asked a").first.click()
    answered(page, "The 10 best ways to Marta Quill")
