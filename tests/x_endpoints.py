"""What X's API answers about an invented world: its endpoints that read."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice, takewhile

from tests.x_api import EXPANSIONS, SPAN, Answer, Api, Asked, Endpoint, InvalidError, Json, Twist, given, instant
from tests.x_world import Post, State, User, World, XList, made_at, snowflake

WEEK = timedelta(days=7)


def answer(api: Api, path: str, params: Mapping[str, str], twist: Twist | None = None) -> Answer:
    """Answer a request that may be made."""
    endpoint = endpoint_of(path)
    if endpoint is None:
        return Answer(404, {"title": "Not Found", "type": "about:blank", "status": 404, "detail": "Not Found"})
    found = re.fullmatch(endpoint.path, path)
    assert found is not None
    asked = Asked(api, endpoint, "".join(found.groups()), params, twist)
    try:
        asked.check()
        return endpoint.answer(asked)
    except InvalidError as error:
        told = {"parameters": {name: [value] for name, value in error.values.items()}, "message": str(error)}
        detail = "One or more parameters to your request was invalid."
        body = {"errors": [told], "title": "Invalid Request", "detail": detail}
        return Answer(400, {**body, "type": api.kind("invalid-request")})


def endpoint_of(path: str) -> Endpoint | None:
    """Find which endpoint answers a path."""
    return next((one for one in _ENDPOINTS if re.fullmatch(one.path, path)), None)


def _turn(asked: Asked, find: Callable[[], Sequence[str]]) -> tuple[list[str], Json]:
    """Give the ids of the page that is asked for, and the token of the next one: what was found stays as it was."""
    tokens, params = asked.api.tokens, asked.params
    source = (asked.endpoint.path, asked.named, params.get("query"))
    name = "next_token" if "next_token" in params else "pagination_token"
    if name not in params:
        ids, start = find(), 0
    elif params[name] in tokens and tokens[params[name]][0] == source:
        _, ids, start = tokens[params[name]]
    else:
        said = f"The `{name}` query parameter value [{params[name]}] is not valid"
        raise InvalidError(said, {name: params[name]})
    if asked.twist == "twice across pages":
        start = max(0, start - 1)
    size = 0 if asked.twist == "empty" else int(params.get("max_results", asked.endpoint.sizes[2]))
    page = list(ids[start : start + size])
    if asked.twist == "twice":
        page += page[:1]
    elif asked.twist == "reordered":
        page = page[1::2] + page[::2]
    if size and start + size >= len(ids):
        return page, {}
    following = secrets.token_hex(20)
    tokens[following] = (source, ids, start + size)
    return page, {"next_token": following}


def _posts(asked: Asked, found: Iterable[Post], price: int = 5) -> Answer:
    api, world = asked.api, asked.api.world
    page, meta = _turn(asked, lambda: [post.id for post in found if asked.within(post)])
    posts = [world.posts[one] for one in page if world.state(one) == "active"]
    users, others, errors = _expand(asked, posts)
    fields = asked.chosen("tweet.fields") | {EXPANSIONS[one] for one in asked.chosen("expansions")}
    included = {
        "users": [asked.user(one) for one in users.values()],
        api.spelt("tweets"): [api.post(post, fields) for post in others.values()],
    }
    if posts and not asked.endpoint.path.startswith("/2/lists"):
        ids = sorted((post.id for post in posts), key=int)
        meta = {"newest_id": ids[-1], "oldest_id": ids[0], **meta}
    body = given(
        data=[api.post(post, fields) for post in posts],
        includes=given(**included),
        errors=errors + asked.more_errors(),
    )
    bought = [("post", post.id, price) for post in posts]
    bought += [("post", one, 5) for one in others] + [("user", one, 10) for one in users]
    return Answer(200, {**body, "meta": {"result_count": len(posts), **meta}}, bought)


def _expand(asked: Asked, posts: Iterable[Post]) -> tuple[dict[str, User], dict[str, Post], list[Json]]:
    """Give what posts refer to, each once, and what of it can't be shown."""
    expansions, world = asked.chosen("expansions"), asked.api.world
    users: dict[str, User] = {}
    others: dict[str, Post] = {}
    errors: dict[tuple[str, str], Json] = {}
    for post in posts:
        for expansion, kind, one, value in _refers(post, world):
            state = world.users[one].state if kind == "user" else world.state(one)
            if expansion not in expansions:
                continue
            if kind == "user" and state in ("active", "protected"):
                users[one] = world.users[one]
            elif kind == "tweet" and state == "active":
                others[one] = world.posts[one]
            else:
                state = "protected" if kind == "tweet" and state == "suspended" else state
                errors[expansion, value] = asked.api.problem(kind, state, expansion, value)
    return users, others, list(errors.values())


def _refers(post: Post, world: World) -> Iterator[tuple[str, str, str, str]]:
    """Give each expansion with the kind and id of what it shows, and what stands in the post for it."""
    yield "author_id", "user", post.author, post.author
    if post.answers:
        yield "in_reply_to_user_id", "user", post.answers, post.answers
    for mention in post.mentions:
        yield "entities.mentions.username", "user", mention.user, mention.username
    for _, other in post.references:
        yield "referenced_tweets.id", "tweet", other, other
        if world.state(other) == "active":
            author = world.posts[other].author
            yield "referenced_tweets.id.author_id", "user", author, author


def _gone(asked: Asked, kind: str, state: State, parameter: str = "id") -> Answer:
    return Answer(200, {"errors": [asked.api.problem(kind, state, parameter, asked.named)]})


def _one_user(asked: Asked) -> Answer:
    world = asked.api.world
    parameter = "username" if "username" in asked.endpoint.path else "id"
    user = world.named(asked.named) if parameter == "username" else world.users.get(asked.named)
    if user is None or user.state in ("suspended", "deleted"):
        return _gone(asked, "user", user.state if user else "deleted", parameter)
    return Answer(200, given(data=asked.user(user), errors=asked.more_errors()), [("user", user.id, 10)])


def _timeline(asked: Asked, key: str, newest: int) -> Answer:
    user = asked.api.world.users.get(asked.named)
    if user is None or user.state != "active":
        return _gone(asked, "user", user.state if user else "deleted")
    found = asked.api.world.newest(f"{key} {user.id}")
    return _posts(asked, islice(found, newest), 1 if user.id in asked.api.owner_ids else 5)


def _search(asked: Asked) -> Answer:
    params, world = asked.params, asked.api.world
    oldest = world.now - WEEK
    if "query" not in params:
        raise InvalidError("The `query` query parameter can not be empty", {"query": ""})
    span = {name: value for name, value in params.items() if name in SPAN}
    if len({name.rpartition("_")[2] for name in span}) > 1:
        said = "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'."
        raise InvalidError(said, span)
    for name, value in span.items():
        if name.endswith("_id") and made_at(value) < oldest:
            said = f"'{name}' must be a tweet id created after {oldest:%Y-%m-%dT%H:%MZ}."
            raise InvalidError(f"{said} Please use a '{name}' that is larger than {snowflake(oldest)}", {name: value})
        if name.endswith("_time") and instant(value) < oldest:
            said = f"Invalid '{name}':'{value}'. '{name}' must be on or after {oldest:%Y-%m-%dT%H:%MZ}."
            raise InvalidError(said, {name: value})
    holds = _query(params["query"], world)
    return _posts(asked, filter(holds, takewhile(lambda post: post.at >= oldest, world.newest())))


def _query(text: str, world: World) -> Callable[[Post], bool]:
    ways: list[list[Callable[[Post], bool]]] = [[]]
    for term in re.findall(r'-?"[^"]*"|\S+', text):
        if term == "OR":
            ways.append([])
        else:
            ways[-1].append(_term(term, world))
    return lambda post: any(all(holds(post) for holds in way) for way in ways)


def _term(term: str, world: World) -> Callable[[Post], bool]:
    if term.startswith("-"):
        holds = _term(term[1:], world)
        return lambda post: not holds(post)
    operator, _, value = term.partition(":")
    user = world.named(value.removeprefix("@")) or world.users.get(value)
    named = world.named(term.removeprefix("@"))
    words = re.findall(r"\w+", term.lower())
    kind = {"retweet": "retweeted", "reply": "replied_to", "quote": "quoted"}.get(value)
    tests: dict[str, Callable[[Post], bool]] = {
        "from": lambda post: user is not None and post.author == user.id,
        "to": lambda post: user is not None and post.answers == user.id,
        "conversation_id": lambda post: post.conversation == value,
        "is": lambda post: any(one == kind for one, _ in post.references),
    }
    if term.startswith("@"):
        return lambda post: named is not None and named.id in post.names()
    if ":" not in term and not set(term) & set("()"):
        return lambda post: _holds_words(words, re.findall(r"\w+", (post.note or post.text).lower()))
    if operator not in tests:
        raise InvalidError("There were errors processing your request: no such operator", {"query": term})
    return tests[operator]


def _holds_words(words: list[str], text: list[str]) -> bool:
    return any(text[n : n + len(words)] == words for n in range(len(text)))


def _of_list(answer: Callable[[Asked, XList], Answer]) -> Callable[[Asked], Answer]:
    def look(asked: Asked) -> Answer:
        found = asked.api.world.lists.get(asked.named)
        if found is None or found.private:
            return _gone(asked, "list", "protected" if found else "deleted")
        return answer(asked, found)

    return look


def _one_list(asked: Asked, found: XList) -> Answer:
    more = {"member_count": len(found.members), "private": found.private}
    data = {"id": found.id, "name": found.name} | {k: v for k, v in more.items() if k in asked.chosen("list.fields")}
    return Answer(200, given(data=data, errors=asked.more_errors()), [("list", found.id, 5)])


def _list_posts(asked: Asked, found: XList) -> Answer:
    return _posts(asked, (post for post in asked.api.world.newest() if post.author in found.members))


def _members(asked: Asked, found: XList) -> Answer:
    users = asked.api.world.users
    page, meta = _turn(asked, lambda: found.members)
    there = [users[one] for one in page if users[one].state in ("active", "protected")]
    body = given(data=[asked.user(user) for user in there], errors=asked.more_errors())
    bought = [("user", user.id, 10) for user in there]
    return Answer(200, {**body, "meta": {"result_count": len(there), **meta}}, bought)


_ONE = frozenset(("expansions", "tweet.fields", "user.fields"))
_PAGE = _ONE | {"max_results", "pagination_token"}
_POSTS = _PAGE | {"media.fields", "place.fields", "poll.fields"}
_LINE = _POSTS | SPAN
_LIST = frozenset(("expansions", "list.fields", "user.fields"))
_USER = "/2/users/([^/]+)"
_ENDPOINTS = (
    Endpoint("/2/users/by/username/([^/]+)", _ONE, _one_user, limit=300),
    Endpoint(_USER, _ONE, _one_user, limit=300),
    Endpoint(f"{_USER}/mentions", _LINE, lambda asked: _timeline(asked, "to", 800), (5, 100, 10)),
    Endpoint(f"{_USER}/tweets", _LINE | {"exclude"}, lambda asked: _timeline(asked, "by", 3200), (5, 100, 10), 10_000),
    Endpoint("/2/tweets/search/recent", _LINE | {"query", "next_token", "sort_order"}, _search, (10, 100, 10)),
    Endpoint("/2/lists/([^/]+)", _LIST, _of_list(_one_list), limit=75),
    Endpoint("/2/lists/([^/]+)/tweets", _POSTS, _of_list(_list_posts), (1, 100, 100), 900),
    Endpoint("/2/lists/([^/]+)/members", _PAGE, _of_list(_members), (1, 100, 100), 900),
)
