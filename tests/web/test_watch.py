"""What the tests of the page would overlook if their own watch slept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.serving import Serving
from tests.web.watch import SCREENSHOTS, Watch, check_access, shoot

Wrong = Callable[[Page], object]


@pytest.fixture
def unwatched(chromium: Browser, sample: Serving) -> Iterator[Page]:
    """The sample page, watched by nobody."""
    with chromium.new_context(base_url=sample.url) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_text("Hello, you").wait_for()
        yield page


def test_nothing_that_goes_wrong_is_overlooked(unwatched: Page, served: Serving) -> None:
    def told(event: str, wrong: Wrong) -> str:
        watch = Watch()
        watch.over(unwatched.context, unwatched.url)
        with unwatched.context.expect_event(event):
            wrong(unwatched)
        with pytest.raises(pytest.fail.Exception) as failed:
            watch.check()
        return str(failed.value)

    throw = "void setTimeout(() => { throw 'alas' })"
    assert "console: alas" in told("console", lambda page: page.evaluate("console.error('alas')"))
    assert "error on the page: alas" in told("weberror", lambda page: page.evaluate(throw))
    assert "answer 500: POST" in told("response", lambda page: page.get_by_label("Name").fill("Secret"))
    assert "request to another host" in told("request", lambda page: page.goto(served.url))


def test_what_not_everybody_can_use_is_found(unwatched: Page) -> None:
    check_access(unwatched)

    unwatched.evaluate("document.body.append(document.createElement('img'))")

    with pytest.raises(pytest.fail.Exception, match="image-alt"):
        check_access(unwatched)


def test_pictures_are_kept_where_they_are_wanted(
    unwatched: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SCREENSHOTS, raising=False)
    shoot(unwatched, "sample")
    monkeypatch.setenv(SCREENSHOTS, str(tmp_path / "pictures"))
    shoot(unwatched, "sample")

    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["sample-1280-light.png"]
