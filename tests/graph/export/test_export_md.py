import re
from dataclasses import replace
from shlex import quote
from typing import Any

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from graph.export.md import escape, paths_md
from graph.records.clean import line, shorten
from tests.graph.export.cases import (
    HOSTILE_NAMES,
    ME,
    RITA,
    STAN,
    UNSAFE_LINKS,
    WORDS,
    answer_about,
    any_text,
    empty_answer,
    evidence,
    hop,
    path,
    person,
    small_answer,
)

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(text: str) -> list[Token]:
    return [one for block in PARSER.parse(text) for one in (block, *(block.children or ()))]


def shown(text: str) -> str:
    return "".join(one.content for one in tokens(text) if one.type in {"text", "text_special", "softbreak"})


def links(text: str) -> list[str]:
    return [str(one.attrs["href"]) for one in tokens(text) if one.type == "link_open"]


def test_a_brief() -> None:
    assert "".join(paths_md(small_answer(), WORDS)) == (
        "# How to reach Stan Weiss\n"
        "\n"
        "As of 2026-04-13. 2 ways, the most promising first.\n"
        "\n"
        "- one note\n"
        "\n"
        "## 1. You → Rita Okafor → Stan Weiss\n"
        "\n"
        "Ask **Rita Okafor** to introduce you to **Stan Weiss**.\n"
        "\n"
        "- Note: Rita Okafor → Stan Weiss: one thread only\n"
        "\n"
        "**You → Rita Okafor**: close.\n"
        "\n"
        "- 2026-04-12: You and Rita Okafor know each other, as told by you: close, from college\n"
        "\n"
        "**Rita Okafor → Stan Weiss**: familiar.\n"
        "\n"
        "- 2026-04-12: Rita Okafor commented, addressing Stan Weiss: "
        "[On \\[small\\] business](<https://example.com/post?a=1&b=(2)>) “I \\*agree\\*, Stan”\n"
        "\n"
        "## 2. You → Stan Weiss\n"
        "\n"
        "Write to **Stan Weiss** yourself.\n"
        "\n"
        "**You → Stan Weiss**: slight, dormant.\n"
        "\n"
        "- Stan Weiss followed you\n"
        "\n"
        "## Who else may be meant\n"
        "\n"
        "- Stan Other (x:9): name on x\n"
        "\n"
        "## Your openings\n"
        "\n"
        "- 2026-04-12: You commented, addressing Stan Weiss: [Why not?](<https://example.com/why>) (about Stan Weiss)\n"
        "\n"
        "## Worth a thoughtful comment\n"
        "\n"
        "- 2026-04-12: Stan Weiss: [Newest](<https://example.com/new>) (wrote: Stan Weiss)\n"
    )


def test_no_way_is_said_plainly_with_what_to_do() -> None:
    assert "".join(paths_md(empty_answer(), WORDS)) == (
        "# How to reach Stan Weiss\n"
        "\n"
        "As of 2026-04-13. No way is known.\n"
        "\n"
        "## Whom Stan Weiss answers\n"
        "\n"
        "- Rita Okafor: Stan Weiss answers them\n"
        "\n"
        "## Who of your contacts comes nearest\n"
        "\n"
        "- Rita Okafor: Example Ltd\n"
        "\n"
        "## What would show more\n"
        "\n"
        "- find a\\`b: `` intrograph --as work know 'a`b' ``\n"
        "- ask\n"
    )


def brief(**fields: Any) -> str:
    return "".join(paths_md(replace(empty_answer(), advice=None, **fields), WORDS))


def test_a_long_way_is_asked_for_step_by_step() -> None:
    uma, vic = person("x:7", "Uma"), person("x:8", "Vic")
    way = path(hop(ME, RITA, 0.75), hop(RITA, uma, 0.5), hop(uma, vic, 0.5), hop(vic, STAN, 0.5))
    told = brief(paths=(way,))
    assert "One way." in told
    assert "Ask **Rita Okafor** to ask **Uma** to ask **Vic** to introduce you to **Stan Weiss**." in told
    assert told.count("- No public evidence.") == 4


def test_more_ways_than_were_asked_for_are_told() -> None:
    ways = small_answer().paths
    assert "The best of more ways." in brief(paths=ways[:1], more=True)
    assert "The best 2 of more ways, the most promising first." in brief(paths=ways, more=True)


def test_an_organisation_and_an_ambiguous_name() -> None:
    told = brief(target=None, asked="Example *Ltd*", candidates=small_answer().candidates)
    assert told.startswith("# How to reach Example \\*Ltd\\*\n")
    assert "Several people go by that name." in told
    assert "## Who may be meant\n" in told


def test_others_of_that_name_do_not_hide_that_there_is_no_way() -> None:
    assert "No way is known." in brief(candidates=small_answer().candidates)


def test_an_act_of_an_unknown_kind_and_of_people_not_on_the_way() -> None:
    piece = evidence(person("x:77", "?"), STAN, kind="waved", said_by="x:78", url="https://example.com/bare")
    told = brief(paths=(path(hop(ME, STAN, 0.5, piece)),))
    assert (
        "x:77 acted towards Stan Weiss, as told by x:78: [https\\://example.com/bare](<https://example.com/bare>)"
        in told
    )


def test_no_strength_is_shown() -> None:
    assert not re.search(r"0\.\d", "".join(paths_md(small_answer(), WORDS)) + "".join(paths_md(empty_answer(), WORDS)))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names_show_as_they_are_and_make_no_markup(name: str) -> None:
    text = "".join(paths_md(answer_about(name), WORDS))
    found = tokens(text)
    types = {one.type for one in found}
    assert types <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text", "text_special"),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close"),
        *("strong_open", "strong_close", "link_open", "link_close", "code_inline"),
    }
    assert [one.tag for one in found if one.type == "heading_open"] == ["h1", "h2", "h2", "h2", "h2", "h2", "h2"]
    assert set(links(text)) == {"https://example.com/x"}
    assert [one.content.strip() for one in found if one.type == "code_inline"] == [
        line(f"intrograph --as work know {quote(name)}").strip()
    ]
    assert shorten(line(name), 120) in shown(text)


@pytest.mark.parametrize("url", UNSAFE_LINKS)
def test_unsafe_links_are_no_links(url: str) -> None:
    assert links("".join(paths_md(answer_about("Ann", url), WORDS))) == []


@given(any_text)
def test_escaped_text_shows_as_it_is(text: str) -> None:
    for before in ("", "- ", "# ", "**", "a "):
        found = [one for one in tokens(f"{before}{escape(text)}{'**' if before == '**' else ''} x") if one.content]
        assert {one.type for one in found} <= {"inline", "text", "text_special"}
    assert shown(f"a {escape(text)} x") == f"a {line(text)} x"


def test_autolinks_of_other_dialects_are_broken() -> None:
    assert escape("https://a.example www.a.example a@b.example") == "https\\://a.example www\\.a.example a\\@b.example"
