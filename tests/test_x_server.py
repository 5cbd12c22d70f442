"""The local server does what X does, as tweepy sees it: every endpoint in both spellings, pages, refusals, bad days."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
import requests
import tweepy

from tests.x_server import Fault, Server, random_faults, serve
from tests.x_world import Post, World, make_world, snowflake

Json = dict[str, Any]

FIELDS = ("author_id", "conversation_id", "created_at", "entities", "in_reply_to_user_id", "referenced_tweets")
ALL: Json = {
    "max_results": 100,
    "tweet_fields": [*FIELDS, "note_tweet"],
    "user_fields": ["name", "username", "description"],
    "expansions": [
        *("author_id", "in_reply_to_user_id", "entities.mentions.username"),
        *("referenced_tweets.id", "referenced_tweets.id.author_id"),
    ],
}


class _Local(requests.Session):
    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def request(self, method: str, url: str, **more: Any) -> requests.Response:  # type: ignore[override]
        return super().request(method, self._url + urlsplit(url).path, **more)


@pytest.fixture
def world() -> World:
    return make_world(3, users=30, posts=300)


@pytest.fixture
def me(world: World) -> str:
    return next(iter(world.users))


@pytest.fixture
def server(world: World) -> Iterator[Server]:
    with serve(world) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[tweepy.Client]:
    client = tweepy.Client(server.token, return_type=dict)
    with _Local(server.url) as client.session:
        yield client


def pages(call: Callable[..., Json], *words: str, turn: str = "pagination_token", **more: Any) -> list[Json]:
    turned = [call(*words, **more)]
    while following := turned[-1]["meta"].get("next_token"):
        turned.append(call(*words, **{**more, turn: following}))
    return turned


def ids(turned: list[Json]) -> list[str]:
    return [one["id"] for page in turned for one in page.get("data", ())]


@pytest.mark.parametrize("spelling", ["tweet", "post"])
def test_every_endpoint_shows_what_everybody_sees(
    server: Server, client: tweepy.Client, world: World, me: str, spelling: Literal["tweet", "post"]
) -> None:
    server.api.spelling = spelling
    seen = [post for post in reversed(world.posts.values()) if world.state(post.id) == "active"]
    [makers] = world.lists.values()
    root = next(post.conversation for post in seen if post.answers)

    def chosen(holds: Callable[[Post], bool], days: int = 99) -> list[str]:
        return [post.id for post in seen if holds(post) and post.at >= world.now - timedelta(days=days)]

    told = {"id": me, "name": world.users[me].name, "username": world.users[me].username}
    assert client.get_user(id=me) == client.get_user(username=told["username"].upper()) == {"data": told}
    naming = chosen(lambda post: me in post.names() and post.author != me and not post.original)
    assert ids(pages(client.get_users_mentions, me, **ALL)) == naming
    assert ids(pages(client.get_users_tweets, me, **ALL)) == chosen(lambda post: post.author == me)
    assert client.get_list(makers.id) == {"data": {"id": makers.id, "name": "makers"}}
    there = [one for one in makers.members if world.users[one].state in ("active", "protected")]
    assert ids(pages(client.get_list_members, makers.id, max_results=3)) == there
    assert ids(pages(client.get_list_tweets, makers.id, **ALL)) == chosen(lambda post: post.author in makers.members)
    query = f"conversation_id:{root} OR from:{told['username']} -is:retweet"
    found = pages(client.search_recent_tweets, query, turn="next_token", **{**ALL, "max_results": 10})
    assert ids(found) == chosen(
        lambda post: post.conversation == root or (post.author == me and not post.original), days=7
    )


def test_a_page_brings_what_it_refers_to(server: Server, client: tweepy.Client, world: World, me: str) -> None:
    ann, bob, eve = world.join("ann"), world.join("bob"), world.join("eve")
    gone = world.post(bob.id, "Who is there? @eve")
    long = world.post(ann.id, f"{'word ' * 60}@eve", replied_to=gone.id)
    world.delete(gone.id)
    world.change(eve.id, state="suspended")
    server.api.spelling = "post"
    page = client.get_users_tweets(ann.id, **ALL)
    [post] = page["data"]
    assert post["text"].startswith("@bob @eve word")
    assert post["note_post"]["text"] == long.note
    assert post["note_post"]["entities"]["mentions"][-1] == {"start": 310, "end": 314, "username": "eve", "id": eve.id}
    assert post["referenced_posts"] == [{"type": "replied_to", "id": gone.id}]
    assert post["in_reply_to_user_id"] == bob.id
    assert [user["username"] for user in page["includes"]["users"]] == ["ann", "bob"]
    assert [(one["detail"], one["resource_type"]) for one in page["errors"]] == [
        ("User has been suspended: [eve].", "user"),
        (f"Could not find tweet with referenced_tweets.id: [{gone.id}].", "post"),
    ]
    assert (len(server.billed.ids("post")), len(server.billed.ids("user")), server.billed.thousandths) == (1, 2, 25)
    server.new_run()
    server.owner_ids.add(ann.id)
    client.get_users_tweets(ann.id)
    assert server.billed.thousandths == 1
    world.change(ann.id, state="protected")
    assert client.get_users_tweets(ann.id).keys() == {"errors"}
    assert client.get_users_mentions(eve.id)["errors"][0]["title"] == "Forbidden"
    assert client.get_user(username="nobody")["errors"][0]["value"] == "nobody"
    assert client.get_list(world.add_list("own", private=True).id)["errors"][0]["title"] == "Authorization Error"
    assert client.get_users_mentions(me, since_id=snowflake(world.now)) == {"meta": {"result_count": 0}}


def test_pages_go_on_where_they_were(server: Server, client: tweepy.Client, world: World, me: str) -> None:
    asked: Json = {"max_results": 5}
    whole = ids(pages(client.get_users_tweets, me, **asked))
    first = client.get_users_tweets(me, **asked)
    world.post(me, "What comes in meanwhile")
    rest = pages(client.get_users_tweets, me, pagination_token=first["meta"]["next_token"], **asked)
    assert ids([first, rest[0]]) == whole[:10]
    assert first["meta"]["newest_id"] == whole[0]
    after = client.get_users_tweets(me, since_id=whole[2], until_id=whole[0])
    assert ids([after]) == whole[1:2]
    server.expire_tokens()
    with pytest.raises(tweepy.BadRequest, match="is not valid"):
        client.get_users_tweets(me, pagination_token=first["meta"]["next_token"], **asked)


def test_refusals_say_what_is_wrong(server: Server, client: tweepy.Client, world: World, me: str) -> None:
    old = world.now - timedelta(days=7, minutes=1)
    new = world.now - timedelta(days=1)
    refused: list[tuple[Json, str]] = [
        ({"max_results": 5}, "not between 10 and 100"),
        ({"tweet_fields": ["author"]}, "is not one of"),
        ({"since_id": snowflake(old)}, "'since_id' must be a tweet id created after 2026-11-13T12:00Z"),
        ({"until_id": snowflake(old)}, "'until_id' must be"),
        ({"start_time": old}, "'start_time' must be on or after"),
        ({"start_time": new, "until_id": snowflake(new)}, "in conjunction with"),
    ]
    for words, why in refused:
        with pytest.raises(tweepy.BadRequest, match=why):
            client.search_recent_tweets("the", **words)
    with pytest.raises(tweepy.BadRequest, match="does not match"):
        client.get_user(username="no-handle")
    key = {"Authorization": f"Bearer {server.token}"}
    unknown = requests.get(f"{server.url}/2/lists/1/tweets?since_id=1", headers=key, timeout=5)
    assert unknown.json()["errors"][0]["parameters"] == {"since_id": ["1"]}
    client.bearer_token = "another"  # noqa: S105 # opens nothing
    with pytest.raises(tweepy.Unauthorized):
        client.get_user(id=me)
    requests.get(f"{server.url}/2/users/1?key={server.token}", timeout=5)
    assert server.leaks == ["URL"]


def test_bad_days_are_survived_by_who_asks_again(server: Server, client: tweepy.Client, me: str) -> None:
    whole = ids(pages(client.get_users_mentions, me, max_results=5))
    server.fault = random_faults(1, 0.7)
    server.new_run()

    def insist(*words: str, **more: Any) -> Json:
        while True:
            try:
                return dict(client.get_users_mentions(*words, **more))
            except (requests.RequestException, tweepy.HTTPException, ValueError):
                continue

    for _ in range(20):
        assert sorted(set(ids(pages(insist, me, max_results=5)))) == sorted(whole)
    assert server.billed.ids("post") == set(whole)
    assert {request.status for request in server.requests} == {200, 429, 500, 502, 503}
    assert server.lost.ids("post")


BAD: dict[Fault, tuple[type[Exception], str]] = {
    Fault.CLOSED: (requests.ConnectionError, "closed connection without response"),
    Fault.RESET: (requests.RequestException, "reset by peer"),
    Fault.CUT: (requests.RequestException, "IncompleteRead"),
    Fault.TRUNCATED: (requests.JSONDecodeError, "Unterminated|Expecting"),
    Fault.HTML_200: (requests.JSONDecodeError, "Expecting value"),
    Fault.LIMITED_BAD_RESET: (ValueError, "soon"),
    Fault.CREDITS: (tweepy.HTTPException, "402 Payment Required\nYour enrolled account"),
    Fault.USAGE_CAPPED: (tweepy.TooManyRequests, "Usage cap exceeded"),
    Fault.FORBIDDEN: (tweepy.Forbidden, "you must use keys"),
    Fault.ECHO_401: (tweepy.Unauthorized, "Authorization: Bearer AAAA"),
}


def test_a_bad_day_looks_as_it_does_with_x(server: Server, client: tweepy.Client, me: str) -> None:
    for fault, (error, why) in BAD.items():
        server.fault = lambda _number, _path, fault=fault: fault
        with pytest.raises(error, match=why):
            client.get_user(id=me)
    server.fault = lambda _number, _path: Fault.LIMITED
    with pytest.raises(tweepy.TooManyRequests) as limited:
        client.get_user(id=me)
    assert limited.value.reset_time == server.world.now.timestamp() + 60
    assert limited.value.response.headers["Date"] == "Fri, 20 Nov 2026 12:00:00 GMT"
    server.fault = None
    client.get_user(id=me)
    assert server.early == server.requests[-1:]
