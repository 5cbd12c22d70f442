"""What the tests of the page would overlook if their own watch slept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.web.serving import Servers, Serving
from tests.web.watch import SCREENSHOTS, Watch, check_access, shoot

Wrong = Callable[[Page], object]


@pytest.fixture
def sample(chromium: Browser, serve: Servers) -> Iterator[Page]:
    """The sample page, watched by nobody."""
    with chromium.new_context(base_url=serve.sample().url) as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_text("Hello, you").wait_for()
        yield page


def test_nothing_that_goes_wrong_is_overlooked(sample: Page, served: Serving) -> None:
    def told(wrong: Wrong) -> str:
        watch = Watch()
        watch.over(sample.context, sample.url)
        wrong(sample)
        sample.wait_for_timeout(100)
        with pytest.raises(pytest.fail.Exception) as failed:
            watch.check()
        return str(failed.value)

    assert "console: alas" in told(lambda page: page.evaluate("console.error('alas')"))
    assert "error on the page: alas" in told(lambda page: page.evaluate("void setTimeout(() => { throw 'alas' })"))
    assert "answer 500: POST" in told(lambda page: page.get_by_label("Name").fill("Secret"))
    assert "request to another host" in told(lambda page: page.goto(served.url))


def test_what_not_everybody_can_use_is_found(sample: Page) -> None:
    check_access(sample)

    sample.evaluate("document.body.append(document.createElement('img'))")

    with pytest.raises(pytest.fail.Exception, match="image-alt"):
        check_access(sample)


def test_pictures_are_kept_where_they_are_wanted(sample: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SCREENSHOTS, raising=False)
    shoot(sample, "sample")
    monkeypatch.setenv(SCREENSHOTS, str(tmp_path / "pictures"))
    shoot(sample, "sample")

    assert [path.name for path in (tmp_path / "pictures").iterdir()] == ["sample-1280-light.png"]
