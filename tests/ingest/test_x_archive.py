"""The source `x-archive`: what its golden files do not show."""

import json
import tracemalloc
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import InvalidRecordError
from graph.model import Checkpoint, Interaction, Kind, Owner, Problem, Record, Role, SameAs, Skipped
from graph.records.pack import pack
from ingest.kit.files import open_tree
from ingest.kit.x_posts import interactions, valid_handle
from ingest.source import Context, UnreadableError
from ingest.sources.x_archive import SOURCE, detect, javascript, read, read_owner
from ingest.sources.x_archive.javascript import Decoded, date_in, read_objects
from ingest.sources.x_archive.manifest import Part, looks_like_archive, part_of
from ingest.sources.x_archive.tweets import HandleIds, LongTexts, keep_long_text, read_post

FIXTURES = Path(__file__).parent / "fixtures" / "x-archive"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CONTEXT = Context(now=NOW)
ME: dict[str, object] = {"accountId": "1", "username": "Me_Now", "accountDisplayName": "Me"}


def ytd(items: object, name: str = "tweets") -> str:
    return f"window.YTD.{name}.part0 = {json.dumps(items, indent=2)}"


def archive(folder: Path, **files: object) -> Path:
    """Write an archive: data files by name, underscores for hyphens."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    for name, items in {"account": [{"account": ME}], **files}.items():
        text = items if isinstance(items, str) else ytd(items, name)
        (data / f"{name.replace('_', '-')}.js").write_text(text, encoding="utf-8")
    return folder


def post(
    text: str = "hello @bo", fields: Mapping[str, object] | None = None, number: str = "1001"
) -> dict[str, object]:
    """Make a post, bare, with its mentions of @bo (2) and @cy (3) told as X tells them."""
    known = {"@bo": "2", "@cy": "3", "@gone": "-1", "@me_now": "1"}
    named = [
        {"screen_name": word[1:], "id_str": known[word], "name": word, "indices": [str(at), str(at + len(word))]}
        for word in known
        for at in [text.find(word)]
        if at >= 0
    ]
    base = {
        "id_str": number,
        "created_at": "Tue Mar 05 14:02:11 +0000 2024",
        "full_text": text,
        "entities": {"user_mentions": named, "urls": []},
    }
    return {**base, **(fields or {})}


def handles() -> HandleIds:
    owner = read_owner(ME)
    assert owner is not None
    return HandleIds(owner)


def acts(fields: dict[str, object]) -> list[Interaction]:
    return list(interactions(read_post(fields, handles(), {}, NOW)))


def brief(found: list[Interaction]) -> list[tuple[str, list[str]]]:
    return [(act.kind.value, [each.account.id for each in act.to]) for act in found]


def rows(records: list[Record]) -> object:
    batch = pack([record for record in records if not isinstance(record, Owner | Checkpoint | Skipped)], now=NOW)
    return batch.interactions, batch.accounts, batch.items, batch.records


def write_zip(folder: Path, path: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for each in sorted(folder.rglob("*")):
            if each.is_file():
                out.write(each, prefix + each.relative_to(folder).as_posix())
    return path


# --- posts -----------------------------------------------------------------------------------------------------------


def reply_to(number: str | None = None, handle: str | None = None, status: str | None = "900") -> dict[str, object]:
    return {
        "in_reply_to_user_id_str": number,
        "in_reply_to_screen_name": handle,
        "in_reply_to_status_id_str": status,
    }


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        pytest.param(post("hi"), [], id="addressed to nobody"),
        pytest.param(post("hi @bo and @cy"), [("mention", ["x:2", "x:3"])], id="mentions"),
        pytest.param(post("hi @gone"), [("mention", ["x:@gone"])], id="a gone account keeps its handle"),
        pytest.param(post("me, @me_now"), [], id="a mention of oneself"),
        pytest.param(post("@bo yes", reply_to("2", "bo")), [("reply", ["x:2"])], id="a reply's prefix is no mention"),
        pytest.param(
            post("@bo @cy yes", reply_to("2", "bo")), [("reply", ["x:2"])], id="nor are the others in the prefix"
        ),
        pytest.param(
            post("@bo ask @cy", reply_to("2", "bo")), [("reply", ["x:2"]), ("mention", ["x:3"])], id="behind it"
        ),
        pytest.param(post("@bo @me_now on", reply_to("1", "Me_Now")), [], id="a reply to oneself inherits too"),
        pytest.param(post("@me_now ask @cy", reply_to("1")), [("mention", ["x:3"])], id="and can mention"),
        pytest.param(post("yes", reply_to("777")), [("reply", ["x:777"])], id="no handle"),
        pytest.param(post("yes", reply_to("-1", "Gone")), [("reply", ["x:@gone"])], id="no id"),
        pytest.param(post("yes", reply_to("-1")), [], id="neither"),
        pytest.param(post("@bo hi"), [("mention", ["x:2"])], id="beginning with a handle without being a reply"),
        pytest.param(post("RT @bo: see @cy"), [("repost", ["x:2"])], id="a repost's mentions are another's"),
        pytest.param(post("RT @Old_One: hm"), [("repost", ["x:@old_one"])], id="a repost of an unknown id"),
        pytest.param(post("RT @me_now: me"), [], id="a repost of oneself"),
    ],
)
def test_a_post_becomes(fields: dict[str, object], wanted: list[tuple[str, list[str]]]) -> None:
    assert brief(acts(fields)) == wanted


def test_a_hidden_prefix_is_inherited_wherever_the_text_begins() -> None:
    fields = post("hm @bo then @cy", {"display_text_range": ["7", "15"], **reply_to("2", "bo")})
    assert brief(acts(fields)) == [("reply", ["x:2"]), ("mention", ["x:3"])]


def test_a_reply_is_on_the_post_it_answers_and_a_mention_on_its_own() -> None:
    reply, mention = acts(post("@bo ask @cy &amp; co", reply_to("2", "bo")))
    assert reply.item is not None
    assert reply.item.author is not None
    assert (reply.item.url, reply.item.author.id) == ("https://x.com/bo/status/900", "x:2")
    assert (reply.id, reply.parent, reply.thread) == ("x:1001#reply", "900", None)
    assert reply.excerpt == "@bo ask @cy & co"
    assert mention.item is not None
    assert mention.item.url == "https://x.com/Me_Now/status/1001"


def test_an_old_reply_to_a_person_is_on_its_own_post() -> None:
    (reply,) = acts(post("@bo hi", reply_to("2", "bo", None)))
    assert reply.item is not None
    assert reply.item.url == "https://x.com/Me_Now/status/1001"
    assert reply.thread == "1001"


def quoting(*urls: str) -> dict[str, object]:
    entities = {"user_mentions": [], "urls": [{"url": "https://t.co/1", "expanded_url": url} for url in urls]}
    return post("see https://t.co/1", {"entities": entities})


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://x.com/Bo/status/7?s=20", ["x:@bo"]),
        ("https://twitter.com/bo/status/7/photo/1", ["x:@bo"]),
        ("http://mobile.twitter.com/#!/bo/statuses/7", ["x:@bo"]),
        ("https://twitter.com/me_now/status/7", []),
        ("https://twitter.com/i/web/status/7", []),
        ("https://x.com/bo", []),
        ("https://notx.com/bo/status/7", []),
        ("https://example.org/?u=https://x.com/bo/status/7", []),
    ],
)
def test_a_quote_is_known_by_its_address(url: str, wanted: list[str]) -> None:
    found = [act for act in acts(quoting(url)) if act.kind is Kind.QUOTE]
    assert [each.account.id for act in found for each in act.to] == wanted


def test_of_several_quoted_posts_the_last_is_the_item() -> None:
    (act,) = acts(quoting("https://x.com/bo/status/7", "https://x.com/cy/status/8"))
    assert brief([act]) == [("quote", ["x:@bo", "x:@cy"])]
    assert act.item is not None
    assert act.item.url == "https://x.com/cy/status/8"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Wed Oct 10 20:19:24 +0000 2018", datetime(2018, 10, 10, 20, 19, 24, tzinfo=UTC)),
        ("Wed Oct 10 20:19:24 -0130 2018", datetime(2018, 10, 10, 21, 49, 24, tzinfo=UTC)),
        ("2014-03-05 14:02:11 +0000", datetime(2014, 3, 5, 14, 2, 11, tzinfo=UTC)),
        ("2014-03-05 14:02:11 UTC", datetime(2014, 3, 5, 14, 2, 11, tzinfo=UTC)),
        ("2022-01-27T15:58:52.744Z", datetime(2022, 1, 27, 15, 58, 52, 744000, tzinfo=UTC)),
        ("2022-01-27", datetime(2022, 1, 27, tzinfo=UTC)),
    ],
)
def test_dates_of_all_layouts(text: str, wanted: datetime) -> None:
    assert date_in({"at": text}, "at", NOW) == wanted


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "yesterday",
        "Wed Foo 10 20:19:24 +0000 2018",
        "Wed Anf 10 20:19:24 +0000 2018",
        "Wed Oct 32 20:19:24 +0000 2018",
        "Thu Jan 01 00:00:00 +0000 1970",
        "Sun Feb 07 06:28:15 +0000 2106",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_dates_that_can_not_be(text: str | None) -> None:
    with pytest.raises(InvalidRecordError):
        date_in({"at": text}, "at", NOW)


@given(st.text(max_size=40))
def test_any_date_is_read_or_refused(text: str) -> None:
    with suppress(InvalidRecordError):
        assert date_in({"at": text}, "at", NOW).tzinfo is UTC


# --- handles and ids -------------------------------------------------------------------------------------------------


def test_a_handle_is_joined_to_its_id_only_where_both_occur_and_only_one_id_does(tmp_path: Path) -> None:
    posts = [
        quoting("https://x.com/Bo/status/7"),
        post("hi @bo", number="1002"),
        post("RT @cy: once", {"entities": {}}, number="1003"),
        post("hi @cy", number="1004"),
        post("hi @cy", {"entities": {"user_mentions": [{"screen_name": "cy", "id_str": "99"}]}}, number="1005"),
        post("RT @nobody: knows", number="1006"),
    ]
    found = [record for record in read(str(archive(tmp_path, tweets=posts)), CONTEXT) if isinstance(record, SameAs)]
    assert [(each.a, each.b, each.confidence) for each in found] == [("x:@bo", "x:2", 1.0)]


def test_what_is_no_handle() -> None:
    assert [valid_handle(text) for text in (None, "", "@", "a b", "ä", "@ok")] == [None, None, None, None, None, "ok"]


def test_an_owner_without_a_number_is_none() -> None:
    assert read_owner({"accountId": "-1", "username": "x"}) is None
    owner = read_owner({"accountId": 12})
    assert owner is not None
    assert (owner.id, owner.url) == ("x:12", "https://x.com/i/user/12")


# --- long posts ------------------------------------------------------------------------------------------------------


def test_long_texts_find_their_posts_by_beginning_and_time() -> None:
    longs: LongTexts = {}
    text = "The beginning of something that goes on & on " * 9
    for minutes, ending in ((0, "first"), (50, "edited"), (3000, "another")):
        at = datetime(2024, 3, 5, 14, 2, 11, tzinfo=UTC) + timedelta(minutes=minutes)
        keep_long_text({"core": {"text": text + ending}, "createdAt": at.isoformat()}, longs, NOW)
    cut = text.replace("&", "&amp;")[:200] + "… https://t.co/abc"
    posts = [post("@bo @cy " + cut, reply_to("2", "bo")), post(cut), post(cut)]
    found = [read_post(fields, handles(), longs, NOW).long for fields in posts]
    assert found == [text + "first", text + "edited", None]


# --- messages --------------------------------------------------------------------------------------------------------


def said(number: str, sender: str, at: str, to: str | None = None, text: str = "THE SECRET") -> dict[str, object]:
    fields = {"id": number, "senderId": sender, "createdAt": f"2024-03-06T{at}:00.000Z", "text": text}
    return {"messageCreate": {**fields, **({"recipientId": to} if to else {})}}


def talk(number: str, *events: object) -> dict[str, object]:
    return {"dmConversation": {"conversationId": number, "messages": list(events)}}


def joined(at: str, by: str, *who: str) -> dict[str, object]:
    return {"participantsJoin": {"initiatingUserId": by, "userIds": list(who), "createdAt": f"2024-03-06T{at}:00.000Z"}}


def left(at: str, *who: str) -> dict[str, object]:
    return {"participantsLeave": {"userIds": list(who), "createdAt": f"2024-03-06T{at}:00.000Z"}}


def group_acts(tmp_path: Path, *conversations: object) -> dict[str, set[str]]:
    path = archive(tmp_path, direct_messages_group=list(conversations), tweets=[])
    found = [record for record in read(str(path), CONTEXT) if isinstance(record, Interaction)]
    assert all(each.role is Role.GROUP for act in found for each in act.to)
    assert all(act.private for act in found)
    return {str(act.id).removeprefix("x:").partition("#")[0]: {each.account.id for each in act.to} for act in found}


def test_group_members_are_replayed(tmp_path: Path) -> None:
    events = [
        said("11", "1", "09:00"),
        joined("09:10", "2", "3"),
        said("12", "2", "09:20"),
        left("09:30", "4"),
        said("13", "3", "09:40"),
        said("14", "5", "09:50"),
    ]
    first, second = talk("7", *reversed(events[3:])), talk("7", *reversed(events[:3]))
    assert group_acts(tmp_path, first, second) == {
        "11": {"x:2", "x:4", "x:5"},
        "12": {"x:1", "x:3", "x:4", "x:5"},
        "13": {"x:1", "x:2", "x:5"},
        "14": {"x:1", "x:2", "x:3"},
    }


def test_a_snapshot_is_who_was_there_and_one_may_come_back(tmp_path: Path) -> None:
    snapshot = {
        "joinConversation": {
            "initiatingUserId": "2",
            "participantsSnapshot": ["3", 4, None, "-1", "1"],
            "createdAt": "2024-03-06T09:00:00.000Z",
        }
    }
    events = [
        snapshot,
        said("11", "1", "09:01"),
        left("09:02", "3"),
        said("12", "1", "09:03"),
        joined("09:04", "2", "3"),
    ]
    events += [said("13", "1", "09:05"), left("09:06", "1"), said("14", "2", "09:07")]
    assert group_acts(tmp_path, talk("7", *events)) == {
        "11": {"x:2", "x:3", "x:4"},
        "12": {"x:2", "x:4"},
        "13": {"x:2", "x:3", "x:4"},
        "14": {"x:1", "x:3", "x:4"},
    }


def test_a_group_of_100000_is_one_message(tmp_path: Path) -> None:
    crowd = [str(number) for number in range(10, 100_010)]
    assert len(group_acts(tmp_path, talk("7", joined("09:00", "2", *crowd), said("11", "1", "09:01")))["11"]) == 100_001


def test_bad_events_of_groups_are_problems(tmp_path: Path) -> None:
    bad = {"participantsJoin": {"userIds": ["3"], "createdAt": "never"}}
    renamed = {"conversationNameUpdate": {"name": "  ", "createdAt": "2024-03-06T09:00:00.000Z"}}
    homeless = {"dmConversation": {"messages": [said("12", "2", "09:01")]}}
    undated = {"messageCreate": {"id": "13", "senderId": "2", "createdAt": "?"}}
    gone = {"messageCreate": {"id": "14", "senderId": "0", "createdAt": "2024-03-06T09:00:00.000Z"}}
    numberless = {"messageCreate": {"senderId": "2", "createdAt": "2024-03-06T09:00:00.000Z"}}
    events = [bad, renamed, undated, gone, numberless, {"newThing": {"any": 1}}, said("11", "2", "09:00")]
    path = archive(tmp_path, direct_messages_group=[homeless, talk("7", *events)], tweets=[])
    found = list(read(str(str(path)), CONTEXT))
    assert [record.id for record in found if isinstance(record, Interaction)] == ["x:11#message"]
    whys = [record.why for record in found if isinstance(record, Problem)]
    assert whys == [
        "participantsJoin: 'never' is not a date",
        "a message to a group that has no id",
        "'?' is not a date",
        "a direct message without an id",
    ]


def test_message_texts_are_kept_only_when_asked_for(tmp_path: Path) -> None:
    group = [talk("7", said("12", "2", "09:00"))]
    path = archive(
        tmp_path, tweets=[], direct_messages=[talk("1-2", said("11", "2", "09:00"))], direct_messages_group=group
    )
    assert "SECRET" not in repr(list(read(str(str(path)), CONTEXT)))
    asked = list(read(str(path), Context(now=NOW, excerpts=True)))
    assert [act.excerpt for act in asked if isinstance(act, Interaction)] == ["THE SECRET", "THE SECRET"]


def test_a_recipient_left_out_is_the_other_one_of_the_conversation(tmp_path: Path) -> None:
    path = archive(tmp_path, tweets=[], direct_messages=[talk("1-2", said("11", "1", "09:00"))])
    (act,) = (record for record in read(str(path), CONTEXT) if isinstance(record, Interaction))
    assert brief([act]) == [("message", ["x:2"])]


def test_after_damage_no_message_is_given_to_the_conversation_before_it(tmp_path: Path) -> None:
    text = ytd(
        [talk("1-2", said("11", "2", "09:00", "1")), talk("1-3", said("12", "3", "09:01", "1"))], "direct_messages"
    )
    broken = text.replace('"id": "11",', '"id": "11,')
    found = list(read(str(archive(tmp_path, tweets=[], direct_messages=broken)), CONTEXT))
    assert [(act.id, act.thread) for act in found if isinstance(act, Interaction)] == [("x:12#message", "1-3")]
    assert sum(isinstance(record, Problem) for record in found) == 1


# --- follows, protection and what is left out ------------------------------------------------------------------------


def test_follows_go_both_ways_and_bad_ones_are_problems(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        tweets=[],
        following=[{"following": {"accountId": "2"}}, {"following": {}}, {"following": {"accountId": "1"}}],
        follower=[{"follower": {"accountId": "3"}}],
    )
    found = list(read(str(str(path)), CONTEXT))
    follows = [record for record in found if isinstance(record, Interaction)]
    assert [(act.actor.id, act.to[0].account.id, act.at) for act in follows] == [
        ("x:1", "x:2", None),
        ("x:3", "x:1", None),
    ]
    assert [record.why for record in found if isinstance(record, Problem)] == ["an account without an id"]


@pytest.mark.parametrize(("action", "private"), [("Protect", True), ("Unprotect", False)])
def test_posts_of_an_account_that_was_last_protected_are_private(tmp_path: Path, action: str, private: bool) -> None:
    history = [
        {"protectedHistory": {"protectedAt": "2026-09-01T00:00:00.000Z", "action": action}},
        {"protectedHistory": {"protectedAt": "2026-08-01T00:00:00.000Z", "action": "Unprotect"}},
    ]
    path = archive(tmp_path, tweets=[post()], protected_history=history)
    (act,) = (record for record in read(str(path), CONTEXT) if isinstance(record, Interaction))
    assert act.private is private


def test_damage_in_small_files_is_told(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        tweets=[],
        protected_history="window.YTD.protected_history.part0 = [ {",
        screen_name_change="window.YTD.screen_name_change.part0 = [ {",
        note_tweet=[{"noteTweet": {"core": {"text": "x"}, "createdAt": "never"}}, {"noteTweet": {"core": 7}}],
        like="window.YTD.like.part0 = [ {",
    )
    (path / "data" / "manifest.js").write_text("window.__THAR_CONFIG = {", encoding="utf-8")
    whys = [record.why for record in read(str(path), CONTEXT) if isinstance(record, Problem)]
    assert whys[0].startswith("the manifest is damaged")
    assert sum(why.startswith("damaged or cut off") for why in whys) == 3
    assert [why for why in whys if "long post" in why] == [
        "a long post's text: 'never' is not a date",
        "a long post's text: the date is missing",
    ]


# --- layouts and detection -------------------------------------------------------------------------------------------


def test_old_and_new_layouts_give_the_same(tmp_path: Path) -> None:
    posts = [post("@bo ask @cy", reply_to("2", "bo")), post("RT @bo: x", number="1002"), post("no", number="1003")]
    wrapped = [{"tweet": each} for each in posts]
    new = archive(tmp_path / "new", tweets=wrapped[:2], tweets_part1=wrapped[2:])
    bare = archive(tmp_path / "bare", tweet=posts)
    flat = tmp_path / "flat"
    (bare / "data").rename(flat)
    months = tmp_path / "months" / "data" / "js"
    (months / "tweets").mkdir(parents=True)
    user = {"id": "1", "screen_name": "Me_Now", "full_name": "Me"}
    (months / "user_details.js").write_text(f"var user_details = {json.dumps(user)}")
    old = [{"text" if key == "full_text" else key: value for key, value in each.items()} for each in posts]
    (months / "tweets" / "2024_03.js").write_text(f"Grailbird.data.tweets_2024_03 =\n {json.dumps(old)}")
    zipped = write_zip(new, tmp_path / "x.zip", "twitter-2026/")
    paths = [new, flat, tmp_path / "months", zipped]
    assert [detect(path) for path in paths] == [1.0] * 4
    first, *others = [rows(list(read(str(str(path)), CONTEXT))) for path in paths]
    assert all(other == first for other in others)


def test_only_archives_are_detected(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.js").write_text("export default {}")
    (tmp_path / "empty.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04nothing")
    lone = tmp_path / "tweets.js"
    lone.write_text(ytd([post()]))
    assert detect(lone) == 0.6
    others = [tmp_path, tmp_path / "app", tmp_path / "empty.zip", tmp_path / "broken.zip", tmp_path / "none"]
    assert [detect(path) for path in others] == [0.0] * 5
    assert not looks_like_archive(["messages.csv", "Connections.csv"])


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("data/tweets.js", Part.POSTS),
        ("data/tweets-part12.js", Part.POSTS),
        ("data/tweet-headers.js", None),
        ("data/direct_messages.js", Part.MESSAGES),
        ("data/direct-message-headers.js", None),
        ("data/js/tweets/2014_03.js", Part.POSTS),
        ("data/ad-impressions.js", None),
        ("data/tweets_media/1.jpg", None),
    ],
)
def test_files_are_told_by_name(name: str, part: Part | None) -> None:
    assert part_of(name) is part


def test_one_file_of_an_archive_says_to_give_all(tmp_path: Path) -> None:
    lone = tmp_path / "tweets.js"
    lone.write_text(ytd([post()]))
    with pytest.raises(UnreadableError, match="give the zip"):
        list(read(str(lone), CONTEXT))
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    with pytest.raises(UnreadableError, match="not an X archive"):
        list(read(str(other), CONTEXT))
    with pytest.raises(UnreadableError, match=r"only a part of an X archive: no data/account\.js.*into one folder"):
        list(read(str(tmp_path), CONTEXT))
    lone.unlink()
    with pytest.raises(UnreadableError, match=r"not an X archive \(no data/account\.js"):
        list(read(str(tmp_path), CONTEXT))


def test_the_manifest_names_the_owner_where_account_is_missing(tmp_path: Path) -> None:
    path = archive(tmp_path, tweets=[post()], account="window.YTD.account.part0 = [ ]")
    manifest = {"userInfo": {"accountId": "1", "userName": "Me_Now"}, "dataTypes": {"tweets": {"files": [{}]}}}
    (path / "data" / "manifest.js").write_text(f"window.__THAR_CONFIG = {json.dumps(manifest)};")
    owner, *found = read(str(path), CONTEXT)
    assert isinstance(owner, Owner)
    assert owner.accounts[0].id == "x:1"
    assert sum(isinstance(record, Interaction) for record in found) == 1


def test_memory_does_not_grow_with_a_conversation(tmp_path: Path) -> None:
    def peak(messages: int) -> int:
        events = [said(str(number), "2", "09:00", "1", "x" * 2000) for number in range(1, messages + 1)]
        path = archive(tmp_path, tweets=[], direct_messages=[talk("1-2", *events)])
        del events
        tracemalloc.start()
        try:
            assert sum(isinstance(record, Interaction) for record in read(str(path), CONTEXT)) == messages
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(5000) < peak(2500) + (1 << 20)


# --- damage ----------------------------------------------------------------------------------------------------------


def pieces(path: Path) -> Iterator[Decoded | Problem]:
    with open_tree(path) as tree:
        (entry,) = tree
        yield from read_objects(entry, ("full_text", "tweet"))


@settings(max_examples=50)
@given(chunk=st.integers(1, 60), share=st.floats(0, 1), cut=st.booleans())
def test_reading_in_pieces_gives_the_same_as_reading_whole(
    tmp_path_factory: pytest.TempPathFactory, chunk: int, share: float, cut: bool
) -> None:
    path = tmp_path_factory.mktemp("x") / "tweets.js"
    data = ytd([{"tweet": post(f'text {{"n": {n}}} \\ "é🌸"', number=str(n))} for n in range(6)]).encode()
    path.write_bytes(data[: int(share * len(data))] if cut else data)
    whole = list(pieces(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(javascript, "CHUNK", chunk)
        assert list(pieces(path)) == whole
    if not cut:
        assert [isinstance(each, Decoded) for each in whole] == [True] * 6


@settings(max_examples=50)
@given(name=st.sampled_from(["modern.zip", "monthly.zip", "old"]), share=st.floats(0, 1), junk=st.binary(max_size=4))
def test_damage_at_any_byte_is_a_problem_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, share: float, junk: bytes
) -> None:
    source = tmp_path_factory.mktemp("x")
    for each in (FIXTURES / name).rglob("*"):
        if each.is_file():
            target = source / each.relative_to(FIXTURES / name)
            target.parent.mkdir(parents=True, exist_ok=True)
            data = each.read_bytes()
            at = int(share * len(data))
            target.write_bytes(data[:at] + junk + (data[at + 1 :] if junk else b""))
    with suppress(UnreadableError):
        first, *_ = read(str(source), Context(now=NOW))
        assert isinstance(first, Owner)


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    folder = archive(tmp_path / "a", tweets=[post(number=str(n)) for n in range(1000, 1400)], following=[])
    (folder / "data" / "direct-messages.js").write_text(ytd([talk("1-2", said("11", "2", "09:00", "1"))]))
    path = write_zip(folder, tmp_path / "x.zip")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        info = packed.getinfo("data/tweets.js")
    middle = info.header_offset + 60 + info.compress_size // 2
    data[middle : middle + 40] = bytes(40)
    path.write_bytes(bytes(data))
    found = list(read(str(str(path)), CONTEXT))
    assert any("data/tweets.js" in record.where for record in found if isinstance(record, Problem))
    assert "x:11#message" in [record.id for record in found if isinstance(record, Interaction)]


@pytest.mark.parametrize(
    ("inside", "whole"),
    [
        ('["x"]', 0),
        ('{"a":' * 5_000, 0),
        ('{"tweet": {"a": ' + "9" * 5000 + "}}", 0),
        ('{"tweet": 1}, {"id": 2}', 2),
        ('{"a": 1} garbage {"full_text": 1}', 2),
        ('{"a": tru}, {"full_text": "after"}', 1),
    ],
)
def test_nonsense_is_survived(tmp_path: Path, inside: str, whole: int) -> None:
    path = tmp_path / "tweets.js"
    path.write_text(f"window.YTD.tweets.part0 = [{inside}]")
    found = list(pieces(path))
    assert sum(isinstance(each, Decoded) for each in found) == whole
    assert whole == 2 or any(isinstance(each, Problem) for each in found)


def test_a_file_that_lacks_its_end_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tweets.js"
    path.write_text('window.YTD.tweets.part0 = [ {"a": 1},\n')
    assert [each.why for each in pieces(path) if isinstance(each, Problem)] == [
        "the file is cut off here; download the archive again"
    ]


def test_an_object_without_end_is_not_gathered_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "CHUNK", 100)
    monkeypatch.setattr(javascript, "OBJECT_LIMIT", 1000)
    path = tmp_path / "tweets.js"
    path.write_text('window.YTD.tweets.part0 = [ {"full_text": "' + "x" * 5000 + '"}, {"full_text": "next"}]')
    found = list(pieces(path))
    assert [each.value for each in found if isinstance(each, Decoded)] == [{"full_text": "next"}]
    assert sum(isinstance(each, Problem) for each in found) == 1


def test_the_source_says_that_it_is_private() -> None:
    assert SOURCE.private
    assert [option.name for option in SOURCE.options] == ["protected"]
