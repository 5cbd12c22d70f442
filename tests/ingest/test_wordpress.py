"""The source `wordpress`: who comments on whom, what is left out, and exports as sites really write them."""

import gzip
import io
import tracemalloc
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.model import Checkpoint, Interaction, Owner, Record, SameAs
from ingest.source import Context, UnreadableError
from ingest.sources import wordpress
from ingest.sources.wordpress import comments as rules
from ingest.sources.wordpress.wxr import WxrStream
from tests.ingest.mails import acts_in, problems_in, skipped_in

FIXTURES = Path(__file__).parent / "fixtures" / "wordpress"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_PETRA = "email:petra@site.example"


def context(**fields: Any) -> Context:
    return Context(now=NOW, **fields)


def read(path: Path, **fields: Any) -> list[Record]:
    return list(wordpress.read(str(path), context(**fields)))


def who_to_whom(records: Iterable[Record]) -> list[tuple[str, str, str]]:
    return [(act.kind.value, act.actor.id, act.to[0].account.id) for act in acts_in(records)]


def in_tags(values: dict[str, object]) -> str:
    return "".join(f"<{tag}>{escape(str(value))}</{tag}>" for tag, value in values.items() if value is not None)


def a_comment(number: int, author: str = "Ann", **fields: object) -> str:
    values: dict[str, object] = {
        "comment_id": number,
        "comment_author": author,
        "comment_author_email": f"{author.lower()}@x.example" if author.isalpha() else "",
        "comment_date_gmt": f"2015-03-02 10:{number % 60:02}:00",
        "comment_content": f"words of {number}",
        "comment_approved": 1,
        "comment_type": "",
        "comment_parent": 0,
        "comment_user_id": 0,
        **fields,
    }
    return f"<wp:comment>{in_tags({f'wp:{name}': value for name, value in values.items()})}</wp:comment>\n"


def a_post(number: int, comments: str, **fields: object) -> str:
    values: dict[str, object] = {"title": f"Post {number}", "link": f"https://site.example/{number}"}
    values |= {"dc:creator": "petra", "wp:post_id": number, "wp:status": "publish", "wp:post_type": "post", **fields}
    return f"<item>{in_tags(values)}\n{comments}</item>\n"


def an_export(*posts: str, top: str | None = None, version: str = "1.2") -> str:
    if top is None:
        top = (
            "<link>https://www.site.example</link><wp:author><wp:author_id>1</wp:author_id>"
            "<wp:author_login>petra</wp:author_login><wp:author_email>petra@site.example</wp:author_email>"
            "<wp:author_display_name>Petra Pohl</wp:author_display_name></wp:author>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        f' xmlns:wp="http://wordpress.org/export/{version}/">\n<channel><wp:wxr_version>{version}</wp:wxr_version>\n'
        f"{top}\n{''.join(posts)}</channel>\n</rss>\n"
    )


def in_file(tmp_path: Path, text: str, name: str = "export.xml") -> Path:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# --- who addresses whom ----------------------------------------------------------------------------------------------


def test_a_comment_addresses_the_author_and_an_answer_whom_it_answers(tmp_path: Path) -> None:
    path = in_file(
        tmp_path,
        an_export(
            a_post(
                1,
                a_comment(3, "Carl", comment_parent=2)  # an answer may stand before what it answers
                + a_comment(1, "Ann")
                + a_comment(2, "Petra", comment_author_email="else@where.example", comment_user_id=1, comment_parent=1)
                + a_comment(4, "Bob", comment_parent=1)
                + a_comment(5, "Ann", comment_parent=1)
                + a_comment(6, "Petra", comment_user_id=1)
                + a_comment(7, "Dora", comment_parent=99),
            )
        ),
    )
    records = read(path)
    assert who_to_whom(records) == [
        ("reply", "email:carl@x.example", _PETRA),
        ("comment", "email:ann@x.example", _PETRA),
        ("reply", _PETRA, "email:ann@x.example"),
        ("reply", "email:bob@x.example", "email:ann@x.example"),
        ("comment", "email:bob@x.example", _PETRA),
        ("comment", "email:ann@x.example", _PETRA),
        ("comment", "email:dora@x.example", _PETRA),
    ]
    assert skipped_in(records) == {rules.TO_ONESELF: 1}
    assert not [record for record in records if isinstance(record, Owner)]
    act = acts_in(records)[3]
    assert (act.id, act.parent, act.thread) == (
        "web:site.example/comment/4#reply",
        "site.example/comment/1",
        "site.example/post/1",
    )
    assert act.item is not None
    assert (act.item.url, act.item.title, act.item.kind) == ("https://site.example/1", "Post 1", "article")
    assert (act.item.author.id if act.item.author else None, act.excerpt, act.private) == (_PETRA, "words of 4", False)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"comment_author_email": "ANN@x.example"}, "email:ann@x.example"),
        ({"comment_author_email": "ann@bücher.example"}, "email:ann@xn--bcher-kva.example"),
        ({"comment_author_email": ""}, "web:site.example#ann o'lee"),
        ({"comment_author_email": "no address"}, "web:site.example#ann o'lee"),
        ({"comment_user_id": "1", "comment_author_email": "x@y.example"}, _PETRA),
        ({"comment_user_id": "77"}, "email:other@x.example"),
        ({"comment_author": "علی\u200cرضا", "comment_author_email": None}, "web:site.example#علیرضا"),
        ({"comment_author": "  ÅNN\u202e   Lee ", "comment_author_email": None}, "web:site.example#ann lee"),
    ],
)
def test_a_commenter_is_the_sites_user_or_the_address_or_the_name(
    tmp_path: Path, fields: dict[str, Any], expected: str
) -> None:
    values: dict[str, Any] = {"comment_author": "Ann O&#039;Lee", "comment_author_email": "other@x.example", **fields}
    post = a_post(1, a_comment(1, **values), **{"dc:creator": "someone"})
    (act,) = acts_in(read(in_file(tmp_path, an_export(post))))
    assert act.actor.id == expected
    assert act.to[0].account.id == "web:site.example#someone"


@pytest.mark.parametrize("name", ["", "Anonymous", " ANÓNIMO ", "guest", None])
def test_a_comment_by_nobody_in_particular_is_left_out(tmp_path: Path, name: str | None) -> None:
    post = a_post(1, a_comment(1, comment_author=name, comment_author_email=""))
    assert skipped_in(read(in_file(tmp_path, an_export(post)))) == {rules.NAMELESS: 1}


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://lee.example/?a=1&b=2", True),
        ("javascript:alert(1)", False),
        ("http://", False),
        ("lee.example", False),
    ],
)
def test_a_commenters_site_is_kept_where_it_is_one(tmp_path: Path, url: str, kept: bool) -> None:
    (act,) = acts_in(read(in_file(tmp_path, an_export(a_post(1, a_comment(1, comment_author_url=url))))))
    assert act.actor.url == (url if kept else None)


@pytest.mark.parametrize(
    ("creator", "expected"),
    [
        ("petra", _PETRA),
        ("Petra Pohl", _PETRA),
        ("rosa@x.example", "email:rosa@x.example"),
        ("Rosa R", "web:site.example#rosa r"),
    ],
)
def test_an_author_is_known_by_login_name_or_address(tmp_path: Path, creator: str, expected: str) -> None:
    (act,) = acts_in(read(in_file(tmp_path, an_export(a_post(1, a_comment(1), **{"dc:creator": creator})))))
    assert act.to[0].account.id == expected


def test_an_author_without_address_or_login_is_known_as_far_as_possible(tmp_path: Path) -> None:
    top = (
        "<link>https://site.example</link><wp:author><wp:author_id>4</wp:author_id><wp:author_login>rosa</wp:author_login>"
        "<wp:author_display_name>Rosa R</wp:author_display_name></wp:author><wp:author></wp:author>"
        "<wp:author><wp:author_email>no.login@x.example</wp:author_email></wp:author>"
    )
    post = a_post(1, a_comment(1) + a_comment(2, "Rosa", comment_user_id=4, comment_parent=1), **{"dc:creator": "rosa"})
    first, second = acts_in(read(in_file(tmp_path, an_export(post, top=top))))
    assert first.to[0].account.id == second.actor.id == "web:site.example#rosa"
    assert first.to[0].account.name == "Rosa R"


def test_comments_on_a_post_without_author_are_one_problem(tmp_path: Path) -> None:
    post = a_post(1, a_comment(1) + a_comment(2) + a_comment(3, "Bob", comment_parent=1), **{"dc:creator": ""})
    records = read(in_file(tmp_path, an_export(post)))
    assert who_to_whom(records) == [("reply", "email:bob@x.example", "email:ann@x.example")]
    (problem,) = problems_in(records)
    assert (problem.count, problem.where) == (2, f"{tmp_path / 'export.xml'}:5")


# --- what counts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"comment_approved": "0"}, rules.PENDING),
        ({"comment_approved": "hold"}, rules.PENDING),
        ({"comment_approved": None}, rules.PENDING),
        ({"comment_approved": "spam"}, rules.SPAM),
        ({"comment_approved": "trash"}, rules.SPAM),
        ({"comment_approved": "post-trashed"}, rules.SPAM),
        ({"comment_type": "pingback"}, rules.MACHINES),
        ({"comment_type": "trackback"}, rules.MACHINES),
        ({"comment_type": "order_note"}, rules.MACHINES),
        ({"comment_type": "webhook_delivery"}, rules.MACHINES),
        ({"comment_type": "pingback", "comment_approved": "spam"}, rules.MACHINES),
        ({"comment_type": "comment"}, None),
        ({"comment_type": "review"}, None),
        ({"comment_type": None}, None),
    ],
)
def test_only_what_is_approved_and_human_counts(tmp_path: Path, fields: dict[str, str], why: str | None) -> None:
    records = read(in_file(tmp_path, an_export(a_post(1, a_comment(1, **fields)))))
    assert skipped_in(records) == ({why: 1} if why else {})
    assert len(acts_in(records)) == (0 if why else 1)


@pytest.mark.parametrize(
    ("gmt", "local", "expected"),
    [
        ("2015-03-02 10:00:00", "2015-03-02 12:00:00", datetime(2015, 3, 2, 10, tzinfo=UTC)),
        ("0000-00-00 00:00:00", "2015-03-02 12:00:00", datetime(2015, 3, 2, 12, tzinfo=UTC)),
        ("2015-03-02T10:00:00+02:00", "", datetime(2015, 3, 2, 8, tzinfo=UTC)),
        ("0000-00-00 00:00:00", "0000-00-00 00:00:00", None),
        ("1970-01-01 00:00:00", "", None),
        ("2106-01-01 00:00:00", "", None),
        ("0001-01-01T00:00:00+02:00", "soon", None),
    ],
)
def test_a_comment_is_dated_in_utc(tmp_path: Path, gmt: str, local: str, expected: datetime | None) -> None:
    comment = a_comment(1, comment_date_gmt=gmt, comment_date=local)
    records = read(in_file(tmp_path, an_export(a_post(1, comment))))
    assert [act.at for act in acts_in(records)] == ([expected] if expected else [])
    assert [problem.where.endswith("(comment 1)") for problem in problems_in(records)] == ([] if expected else [True])


@pytest.mark.parametrize(
    ("fields", "private"),
    [
        ({}, False),
        ({"wp:status": "inherit", "wp:post_type": "attachment"}, False),
        ({"wp:status": "private"}, True),
        ({"wp:status": "draft"}, True),
        ({"wp:post_password": "sesame"}, True),
    ],
)
def test_what_the_public_can_t_read_is_private(tmp_path: Path, fields: dict[str, str], private: bool) -> None:
    path = in_file(tmp_path, an_export(a_post(1, a_comment(1), **fields)))
    (act,) = acts_in(read(path))
    assert (act.private, act.excerpt) == (private, None if private else "words of 1")
    (act,) = acts_in(read(path, excerpts=True))
    assert (act.private, act.excerpt) == (private, "words of 1")


def test_what_has_no_number_link_or_title_is_kept(tmp_path: Path) -> None:
    post = a_post(1, a_comment(1, comment_id=None), link="", title="", **{"wp:post_id": None, "wp:post_type": "page"})
    (act,) = acts_in(read(in_file(tmp_path, an_export(post))))
    assert (act.id, act.thread) == (None, None)
    assert act.item is not None
    assert (act.item.url, act.item.title, act.item.kind) == (None, None, "page")


def test_words_are_plain_and_short(tmp_path: Path) -> None:
    text = "<p>Caf&eacute;\n&amp; <b>bar</b></p><script>x()</script>" + " word" * 100
    (act,) = acts_in(read(in_file(tmp_path, an_export(a_post(1, a_comment(1, comment_content=text))))))
    assert act.excerpt is not None
    assert act.excerpt.startswith("Café & bar word word")
    assert len(act.excerpt) <= 300


# --- which site ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("top", "place"),
    [
        ("<wp:base_blog_url>https://WWW.Site.example/</wp:base_blog_url>", "site.example"),
        ("<wp:base_blog_url>https://site.example/blog/</wp:base_blog_url>", "site.example/blog"),
        ("<link>http://localhost:8080</link>", "localhost:8080"),
        ("<link></link><wp:base_site_url>https://user@net.example</wp:base_site_url>", "net.example"),
        ("<link>http://[broken</link>", "site.example"),
        ("", "site.example"),
    ],
)
def test_comments_are_numbered_within_their_site(tmp_path: Path, top: str, place: str) -> None:
    (act,) = acts_in(read(in_file(tmp_path, an_export(a_post(1, a_comment(1)), top=top))))
    assert act.id == f"web:{place}/comment/1#comment"


def test_an_export_that_names_no_site_is_a_problem(tmp_path: Path) -> None:
    records = read(in_file(tmp_path, an_export(a_post(1, a_comment(1), link="about:blank"), top="")))
    assert [problem.why for problem in problems_in(records)] == ["no link in it tells which site it is of"]


def test_authors_may_stand_in_another_file_of_the_export(tmp_path: Path) -> None:
    in_file(tmp_path, an_export(a_post(1, a_comment(1)), top="<link>https://site.example</link>"), "in/a.xml")
    in_file(tmp_path, an_export(a_post(2, a_comment(2))), "in/b.xml")
    in_file(tmp_path, an_export(a_post(3, a_comment(3)), top="<link>https://other.example</link>"), "in/c.xml")
    in_file(tmp_path, "<urlset/>", "in/sitemap.xml")
    in_file(tmp_path, "words", "in/readme.txt")
    records = read(tmp_path / "in")
    assert [to for _, _, to in who_to_whom(records)] == [_PETRA, _PETRA, "web:other.example#petra"]
    assert skipped_in(records) == {wordpress.OTHER_FILES: 1}


# --- forms of exports ------------------------------------------------------------------------------------------------


def test_an_export_is_read_from_a_file_gzipped_in_a_folder_or_in_a_zip(tmp_path: Path) -> None:
    text = an_export(a_post(1, a_comment(1)))
    forms = [in_file(tmp_path, text, "plain/export.xml"), tmp_path / "plain", tmp_path / "e.xml.gz", tmp_path / "e.zip"]
    forms[2].write_bytes(gzip.compress(text.encode()))
    with zipfile.ZipFile(forms[3], "w") as archive:
        archive.writestr("site/export.xml", text)
        archive.writestr("site/export.png", "x")
    for form in forms:
        assert who_to_whom(read(form)) == [("comment", "email:ann@x.example", _PETRA)], form
        assert wordpress.detect(form) >= 0.9


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: "<b>Warning</b>: something in /srv/x.php\n\n" + text,
        lambda text: text.replace("1.2/", "1.0/"),
        lambda text: text.replace(' xmlns:wp="http://wordpress.org/export/1.2/"', ""),  # a prefix that nobody declares
        lambda text: text.replace("Post 1", "Post \x00\x08\x0b & &nbsp; &#1; &#xD800; &copy; 1"),
        lambda text: text.replace("Post 1", "a &lt; b & c"),
        lambda text: text.replace("Post 1", "<![CDATA[ & &nbsp; ]]>"),
        lambda text: text.replace("Post 1", "\ufffe\uffff"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("<wp:status>", "<!-- a comment --><?php echo 1 ?><wp:status>"),
        lambda text: text.replace("<wp:status>", "<wp:unclosed><wp:status>"),
    ],
)
def test_exports_are_read_as_sites_really_write_them(tmp_path: Path, change: Any) -> None:
    path = in_file(tmp_path, change(an_export(a_post(1, a_comment(1)), a_post(2, a_comment(2)))))
    assert wordpress.detect(path) >= 0.9
    found = who_to_whom(read(path))
    assert found == [("comment", "email:ann@x.example", _PETRA)] * 2


def test_bytes_that_are_no_utf8_spoil_only_themselves(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    text = an_export(
        a_post(1, a_comment(1, comment_content="gr\u00fcn X")), a_post(2, a_comment(2, comment_content="grün"))
    )
    path.write_bytes(text.encode().replace(b" X", b" \xff\xfe X"))
    assert [act.excerpt for act in acts_in(read(path))] == ["grün \ufffd\ufffd X", "grün"]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [("ISO-8859-1", "latin-1"), ("windows-1252", "cp1252"), ("utf-8", "utf-8"), ("martian", "utf-8"), ("hex", "utf-8")],
)
def test_an_export_is_read_in_the_encoding_that_it_declares(tmp_path: Path, declared: str, encoding: str) -> None:
    text = an_export(a_post(1, a_comment(1, comment_content="grün"))).replace("UTF-8", declared)
    path = tmp_path / "export.xml"
    path.write_bytes(text.encode(encoding))
    assert [act.excerpt for act in acts_in(read(path))] == ["grün"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<?xml version='1.0'?><rss><channel/></rss>", "is not a WordPress export"),
        (b"a,b\n1,2\n", "is not a WordPress export"),
        (b"See wordpress.org/export/ for what this is.\n", "is not a WordPress export"),
        (b"", "is not a WordPress export"),
    ],
)
def test_what_is_no_export_is_refused_with_advice(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "thing.xml"
    path.write_bytes(data)
    assert wordpress.detect(path) == 0.0
    with pytest.raises(UnreadableError, match=why):
        read(path)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.encode("utf-16"), "save it as UTF-8"),
        (
            lambda text: text.replace("<rss", '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<rss').encode(),
            "declares XML entities",
        ),
    ],
)
def test_what_no_wordpress_writes_is_refused(tmp_path: Path, change: Any, why: str) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(change(an_export(a_post(1, a_comment(1)))) + b"<!-- wordpress.org/export/ -->")
    (problem,) = problems_in(read(path))
    assert why in problem.why


@pytest.mark.parametrize(
    ("start", "end"), [('<?xml version="1.0"?>\n', ">"), ('<?xml version="1.0"?>\n', ""), ("<?xml ", ">")]
)
def test_an_export_that_ends_in_its_first_tag_is_a_problem(tmp_path: Path, start: str, end: str) -> None:
    path = in_file(tmp_path, f'{start}<rss xmlns:wp="http://wordpress.org/export/1.2/"{end}')
    assert [problem.why for problem in problems_in(read(path))] == ["no link in it tells which site it is of"]


def test_detect_neither_raises_nor_takes_a_zip_for_an_export(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.xml", "<a/>")
    for name in ("broken.zip", "other.zip", "missing.xml"):
        assert wordpress.detect(tmp_path / name) == 0.0


# --- size, damage, interruption --------------------------------------------------------------------------------------


def test_memory_does_not_grow_with_the_export(tmp_path: Path) -> None:
    path = tmp_path / "export.xml"
    content = "<content:encoded><![CDATA[" + "<p>text &amp; more</p>" * 2500 + "]]></content:encoded>"

    def peak(posts: int) -> int:
        with path.open("w") as file:
            before, _, after = an_export("HERE").partition("HERE")
            file.write(before)
            file.writelines(a_post(number, content + a_comment(number)) for number in range(posts))
            file.write(after)
        tracemalloc.start()
        try:
            found = sum(isinstance(record, Interaction) for record in wordpress.read(str(path), context()))
            assert found == posts
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(200) < peak(20) + (1 << 20)


@pytest.fixture(scope="module")
def smallbiz() -> bytes:
    return (FIXTURES / "smallbiz.xml").read_bytes()


def _told(records: Iterable[Record]) -> set[str]:
    return {f"{act.id} {act.at} {act.actor} {act.to} {act.item} {act.excerpt}" for act in acts_in(records)}


@given(data=st.data())
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_export_cut_at_any_byte_gives_no_more_and_says_so(
    data: st.DataObject, tmp_path: Path, smallbiz: bytes
) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(smallbiz)
    whole = _told(read(path))
    cut = data.draw(st.integers(0, smallbiz.rindex(b"</channel>")))
    path.write_bytes(smallbiz[:cut])
    records: list[Record] = []
    with suppress(UnreadableError):
        records = read(path)
    assert _told(records) <= whole
    assert not records or problems_in(records)


@given(at=st.integers(0, 16_000), junk=st.binary(min_size=1, max_size=30))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_in_the_middle_never_breaks_the_reading(at: int, junk: bytes, tmp_path: Path, smallbiz: bytes) -> None:
    path = tmp_path / "export.xml"
    path.write_bytes(smallbiz[:at] + junk + smallbiz[at + 10 :])
    with suppress(UnreadableError):
        read(path)


def test_a_gzipped_export_that_is_cut_off_gives_what_comes_before(tmp_path: Path) -> None:
    words = [a_comment(n, comment_content=f"{n * 7919 % 10007}" * 30) for n in range(4000)]
    packed = gzip.compress(an_export(*(a_post(n, comment) for n, comment in enumerate(words))).encode())
    path = tmp_path / "export.xml.gz"
    path.write_bytes(packed[: len(packed) // 2])
    records = read(path)
    assert len(acts_in(records)) > 500
    assert "damaged or truncated" in problems_in(records)[-1].why


def test_a_file_that_breaks_early_does_not_stop_the_others(tmp_path: Path) -> None:
    text = an_export(a_post(1, a_comment(1)))
    packed = bytearray(gzip.compress((text[:400] + "x" * 100_000 + text[400:]).encode(), mtime=0))
    packed[200:260] = b"\xff" * 60
    (tmp_path / "a.xml.gz").write_bytes(packed)
    in_file(tmp_path, text, "b.xml")
    assert len(acts_in(read(tmp_path))) == 1


@pytest.mark.parametrize("packed", [False, True])
def test_an_interrupted_run_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool
) -> None:
    monkeypatch.setattr("ingest.kit.checkpoints.STEP", 2)
    for name in ("a b", "c"):
        first = 10 if name == "c" else 0
        posts = [a_post(n, a_comment(n) + a_comment(n + 100, comment_approved="0")) for n in range(first, first + 5)]
        text = an_export(*posts)
        if packed:
            (tmp_path / f"{name}.xml.gz").write_bytes(gzip.compress(text.encode()))
        else:
            in_file(tmp_path, text, f"{name}.xml")
    whole = read(tmp_path)
    stops = [number for number, record in enumerate(whole) if isinstance(record, Checkpoint)]
    assert len(stops) == 4
    for number in stops:
        check = whole[number]
        assert isinstance(check, Checkpoint)
        assert (check.total is None) is packed
        after = read(tmp_path, resume=check.position)
        before = whole[:number]
        assert [act.id for act in acts_in(before) + acts_in(after)] == [act.id for act in acts_in(whole)]
        assert Counter(skipped_in(before)) + Counter(skipped_in(after)) == Counter(skipped_in(whole))


@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=20))
def test_cleaning_does_not_depend_on_how_the_stream_comes(cuts: list[int]) -> None:
    dirty = (
        b'<?xml version="1.0"?><rss>a & b &nbsp; &lt; &#1; &#x41; &#55357; <![CDATA[ x & y &nbsp; ]]> & <![CDATA[]]>&'
        b" \xe4\xbd\xa0 \xff <a> && &&amp; </a> \x00 <b/></rss>"
    )

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if cuts_left:
                return super().read(cuts_left.pop())
            return super().read(size)

    cuts_left: list[int] = []
    whole = WxrStream(Slow(dirty), "x")
    expected = b"".join(whole.chunks())
    cuts_left = list(cuts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.sources.wordpress.wxr._HEAD", 30)
        patch.setattr("ingest.sources.wordpress.wxr._CHUNK", 7)
        slow = WxrStream(Slow(dirty), "x")
        assert b"".join(slow.chunks()) == expected
    assert not slow.cut_off
    assert slow.read_bytes == whole.read_bytes


# --- into a store ----------------------------------------------------------------------------------------------------


def test_an_export_that_lists_no_authors_knows_them_by_their_own_comments(tmp_path: Path) -> None:
    """WXR 1.0: the author of a post is named as the user is who comments, and nothing else tells."""
    comments = (
        a_comment(1)
        + a_comment(2, "Petra Pohl", comment_parent=1, comment_user_id=1, comment_author_email="petra@site.example")
        + a_comment(3, "Petra Pohl", comment_user_id=1, comment_author_email="petra@site.example")
        + a_comment(4, "Petra Pohl", comment_author_email="other@x.example")
        + a_comment(5, "Bo", comment_parent=2)
        + a_comment(6, "Cy", comment_user_id=2)
    )
    post = a_post(1, comments, **{"dc:creator": "Petra Pohl"})
    found = read(in_file(tmp_path, an_export(post, top="<link>https://site.example</link>", version="1.0")))
    petra = "web:site.example#petra pohl"
    assert who_to_whom(found) == [
        ("comment", "email:ann@x.example", petra),
        ("reply", petra, "email:ann@x.example"),
        ("comment", "email:other@x.example", petra),
        ("reply", "email:bo@x.example", petra),
        ("comment", "email:cy@x.example", petra),
    ]
    assert skipped_in(found) == {rules.TO_ONESELF: 1}
    (join,) = [record for record in found if isinstance(record, SameAs)]
    assert (join.a, join.b, join.at) == (petra, _PETRA, datetime(2015, 3, 2, 10, 3, tzinfo=UTC))
