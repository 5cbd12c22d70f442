"""What X's API answers about an invented world: the endpoints that read, and how they refuse."""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Literal, NamedTuple

from msgspec import Raw, json

from tests.x_world import Mention, Post, State, User, World, XList, made_at

Json = dict[str, Any]
Twist = Literal["twice", "twice across pages", "reordered", "empty", "more errors"]

WEEK = timedelta(days=7)
SPAN = frozenset(("since_id", "until_id", "start_time", "end_time"))
# An expansion comes with the field that holds what it expands.
EXPANSIONS = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "entities.mentions.username": "entities",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
}
VALUES = {
    "tweet.fields": "attachments author_id context_annotations conversation_id created_at edit_history_tweet_ids "
    "entities id in_reply_to_user_id lang note_tweet public_metrics referenced_tweets source text withheld",
    "user.fields": "created_at description entities id location name protected public_metrics url username verified",
    "list.fields": "created_at description follower_count id member_count name owner_id private",
    "expansions": " ".join([*EXPANSIONS, "owner_id", "pinned_tweet_id"]),
    "exclude": "replies retweets",
}
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z"
FORMS = {
    **dict.fromkeys(("id", "since_id", "until_id"), "[0-9]{1,19}"),
    **dict.fromkeys(("start_time", "end_time"), _TIME),
    "username": "[A-Za-z0-9_]{1,15}",
    "query": "(?s:.){1,512}",
}
NEW = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "tweets": "posts",
    "tweet": "post",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body, and what X bills of it, in order: ("post" | "user" | "list", id, thousandths of a dollar)."""

    status: int
    body: Json
    bought: Sequence[tuple[str, str, int]] = ()


class Endpoint(NamedTuple):
    """A path, what it takes, who answers, how many a page has at least, at most and if not told, and asks in 15 min."""

    path: str
    takes: frozenset[str]
    answer: Callable[["Asked"], Answer]
    sizes: tuple[int, int, int] = (1, 1, 1)
    limit: int = 450


class InvalidError(Exception):
    """X refuses a request: a 400 that names the parameters and their values."""

    def __init__(self, message: str, values: Mapping[str, str]) -> None:
        super().__init__(message)
        self.values = values


@dataclass
class Api:
    """Attributes may be set between two requests.

    Attributes:
        spelling: "tweet", or "post" for answers in X's newer words; what is asked is spelt in the old ones.
        mention_ids: Whether a mention tells the id of whom it names.
        owner_ids: Whose own posts and mentions are cheaper.
        tokens: Where the next pages begin.
    """

    world: World
    spelling: Literal["tweet", "post"] = "tweet"
    mention_ids: bool = True
    owner_ids: set[str] = field(default_factory=set)
    tokens: dict[str, tuple[object, Sequence[str], int]] = field(default_factory=dict)
    _rendered: dict[object, Raw] = field(default_factory=dict)

    def answer(self, path: str, params: Mapping[str, str], twist: Twist | None = None) -> Answer:
        """Answer a request that may be made."""
        endpoint = endpoint_of(path)
        if endpoint is None:
            return Answer(404, {"title": "Not Found", "type": "about:blank", "status": 404, "detail": "Not Found"})
        found = re.fullmatch(endpoint.path, path)
        assert found is not None
        asked = Asked(self, endpoint, "".join(found.groups()), params, twist)
        try:
            asked.check()
            return endpoint.answer(asked)
        except InvalidError as error:
            told = {"parameters": {name: [value] for name, value in error.values.items()}, "message": str(error)}
            detail = "One or more parameters to your request was invalid."
            body = {"errors": [told], "title": "Invalid Request", "detail": detail}
            return Answer(400, {**body, "type": self._kind("invalid-request")})

    def spelt(self, word: str) -> str:
        """Give a word of the API in the spelling of the answers."""
        return NEW.get(word, word) if self.spelling == "post" else word

    def _kind(self, problem: str) -> str:
        return f"https://api.{'x' if self.spelling == 'post' else 'twitter'}.com/2/problems/{problem}"

    def problem(self, kind: str, state: State, parameter: str, value: str) -> Json:
        """Tell in a 200 why something can't be shown."""
        thing = {"tweet": "Tweet", "list": "List"}.get(kind, kind)
        title, detail, of = {
            "suspended": ("Forbidden", "User has been suspended:", "resource-not-found"),
            "protected": (
                "Authorization Error",
                f"Sorry, you are not authorized to see the {thing} with {parameter}:",
                "not-authorized-for-resource",
            ),
        }.get(state, ("Not Found Error", f"Could not find {kind} with {parameter}:", "resource-not-found"))
        what = {"resource_type": self.spelt(kind), "resource_id": value, "parameter": parameter, "value": value}
        return {**what, "title": title, "detail": f"{detail} [{value}].", "type": self._kind(of)}

    def post(self, post: Post, fields: set[str]) -> Raw:
        """Write a post as JSON, once for all."""
        key = (post.id, frozenset(fields), self.spelling, self.mention_ids)
        if key not in self._rendered:
            shown = {"id": post.id, "text": post.text, "edit_history_tweet_ids": post.versions}
            more = {
                "author_id": post.author,
                "conversation_id": post.conversation,
                "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z",
                "lang": "en",
                "in_reply_to_user_id": post.answers,
                "referenced_tweets": [{"type": kind, "id": other} for kind, other in post.references],
                "entities": self._entities(post.mentions),
                "note_tweet": post.note and given(text=post.note, entities=self._entities(post.note_mentions)),
            }
            kept = shown | given(**{name: value for name, value in more.items() if name in fields})
            self._rendered[key] = Raw(json.encode({self.spelt(name): value for name, value in kept.items()}))
        return self._rendered[key]

    def _entities(self, mentions: Sequence[Mention]) -> Json:
        told: list[Json] = [{"start": one.start, "end": one.end, "username": one.username} for one in mentions]
        if self.mention_ids:
            told = [{**shown, "id": one.user} for shown, one in zip(told, mentions, strict=True)]
        return given(mentions=told)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the endpoint, what its path names, and how the answer is to be twisted."""

    api: Api
    endpoint: Endpoint
    named: str
    params: Mapping[str, str]
    twist: Twist | None

    def chosen(self, parameter: str) -> set[str]:
        """Give the values of a parameter that takes several."""
        return set(filter(None, self.params.get(parameter, "").split(",")))

    def check(self) -> None:
        """Refuse what X does not know, or not in this form."""
        least, most, _ = self.endpoint.sizes
        if self.named:
            _check_form("username" if "username" in self.endpoint.path else "id", self.named)
        for name, value in self.params.items():
            said, wrong = f"The `{name}` query parameter value [{value}]", {name: value}
            if name not in self.endpoint.takes:
                raise InvalidError(f"The query parameter [{name}] is not one of [{_told(self.endpoint.takes)}]", wrong)
            if name in VALUES and not set(value.split(",")) <= set(VALUES[name].split()):
                raise InvalidError(f"{said} is not one of [{_told(VALUES[name].split())}]", wrong)
            if name == "max_results" and not (value.isdecimal() and least <= int(value) <= most):
                raise InvalidError(f"{said} is not between {least} and {most}", wrong)
            _check_form(name, value)

    def within(self, post: Post) -> bool:
        """Tell whether a post lies in the span that is asked for, and is of a kind that is not excluded."""
        span, number, excluded = self.params, int(post.id), self.chosen("exclude")
        return (
            int(span.get("since_id", 0)) < number < int(span.get("until_id", number + 1))
            and ("start_time" not in span or post.at >= _instant(span["start_time"]))
            and ("end_time" not in span or post.at < _instant(span["end_time"]))
            and not ("retweets" in excluded and post.original)
            and not ("replies" in excluded and post.answers)
        )

    def more_errors(self) -> list[Json]:
        """Give an error that says nothing of what was asked for, where one is wanted."""
        one = self.api.problem("tweet", "deleted", "pinned_tweet_id", "1")
        return [one] if self.twist == "more errors" else []


def given(**fields: object) -> Json:
    """Leave out what is empty, as X does."""
    return {name: value for name, value in fields.items() if value}


def _told(values: Iterable[str]) -> str:
    return ",".join(sorted(values))


def _check_form(name: str, value: str) -> None:
    if name in FORMS and not re.fullmatch(FORMS[name], value):
        said = f"The `{name}` query parameter value [{value}] does not match ^{FORMS[name]}$"
        raise InvalidError(said, {name: value})


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


# --- pages ---------------------------------------------------------------------------------------------------------


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
        "users": [_user(one, asked) for one in users.values()],
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


def _user(user: User, asked: Asked) -> Json:
    more = {
        "created_at": f"{user.joined:%Y-%m-%dT%H:%M:%S}.000Z",
        "description": user.description,
        "url": user.url,
        "protected": user.state == "protected",
    }
    kept = {name: value for name, value in more.items() if name in asked.chosen("user.fields") and value != ""}
    return {"id": user.id, "name": user.name, "username": user.username, **kept}


# --- endpoints -----------------------------------------------------------------------------------------------------


def _gone(asked: Asked, kind: str, state: State, parameter: str = "id") -> Answer:
    return Answer(200, {"errors": [asked.api.problem(kind, state, parameter, asked.named)]})


def _one_user(asked: Asked) -> Answer:
    world = asked.api.world
    parameter = "username" if "username" in asked.endpoint.path else "id"
    user = world.named(asked.named) if parameter == "username" else world.users.get(asked.named)
    if user is None or user.state in ("suspended", "deleted"):
        return _gone(asked, "user", user.state if user else "deleted", parameter)
    return Answer(200, given(data=_user(user, asked), errors=asked.more_errors()), [("user", user.id, 10)])


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
            raise InvalidError(f"{said} Please use a '{name}' that is larger than {value}", {name: value})
        if name.endswith("_time") and _instant(value) < oldest:
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
    body = given(data=[_user(user, asked) for user in there], errors=asked.more_errors())
    bought = [("user", user.id, 10) for user in there]
    return Answer(200, {**body, "meta": {"result_count": len(there), **meta}}, bought)


_ONE = frozenset(("expansions", "tweet.fields", "user.fields"))
_PAGE = _ONE | {"max_results", "pagination_token"}
_POSTS = _PAGE | {"media.fields", "place.fields", "poll.fields"}
_LINE = _POSTS | SPAN
_LIST = frozenset(("expansions", "list.fields", "user.fields"))
_USER = "/2/users/([^/]+)"
ENDPOINTS = (
    Endpoint("/2/users/by/username/([^/]+)", _ONE, _one_user, limit=300),
    Endpoint(_USER, _ONE, _one_user, limit=300),
    Endpoint(f"{_USER}/mentions", _LINE, lambda asked: _timeline(asked, "to", 800), (5, 100, 10)),
    Endpoint(f"{_USER}/tweets", _LINE | {"exclude"}, lambda asked: _timeline(asked, "by", 3200), (5, 100, 10), 10_000),
    Endpoint("/2/tweets/search/recent", _LINE | {"query", "next_token", "sort_order"}, _search, (10, 100, 10)),
    Endpoint("/2/lists/([^/]+)", _LIST, _of_list(_one_list), limit=75),
    Endpoint("/2/lists/([^/]+)/tweets", _POSTS, _of_list(_list_posts), (1, 100, 100), 900),
    Endpoint("/2/lists/([^/]+)/members", _PAGE, _of_list(_members), (1, 100, 100), 900),
)


def endpoint_of(path: str) -> Endpoint | None:
    """Find which endpoint answers a path."""
    return next((one for one in ENDPOINTS if re.fullmatch(one.path, path)), None)
