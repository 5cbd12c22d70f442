"""What X's API answers about an invented world, as data: the endpoints that are read, and how they refuse."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from typing import Any, Literal

from msgspec import Raw, json

from tests.x_world import Mention, Post, State, User, World, XList, made_at

Json = dict[str, Any]
Twist = Literal["twice", "twice across pages", "reordered", "empty", "more errors"]

_WINDOW = timedelta(days=7)
_FIELDS = {
    "tweet.fields": {
        *("article", "attachments", "author_id", "card_uri", "community_id", "context_annotations", "conversation_id"),
        *("created_at", "display_text_range", "edit_controls", "edit_history_tweet_ids", "entities", "geo", "id"),
        *("in_reply_to_user_id", "lang", "media_metadata", "note_tweet", "possibly_sensitive", "public_metrics"),
        *("referenced_tweets", "reply_settings", "scopes", "source", "suggested_source_links", "text", "withheld"),
    },
    "user.fields": {
        *("affiliation", "created_at", "description", "entities", "id", "is_identity_verified", "location", "name"),
        *("most_recent_tweet_id", "parody", "pinned_tweet_id", "profile_banner_url", "profile_image_url", "protected"),
        *("public_metrics", "subscription", "url", "username", "verified", "verified_type", "withheld"),
    },
    "list.fields": {"created_at", "description", "follower_count", "id", "member_count", "name", "owner_id", "private"},
}
# An expansion is asked for by the name of what it expands, and that field comes with it.
_EXPANDS = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "entities.mentions.username": "entities",
    "referenced_tweets.id": "referenced_tweets",
    "referenced_tweets.id.author_id": "referenced_tweets",
}
_EXPANSIONS = {"": _EXPANDS.keys(), "users": {"pinned_tweet_id"}, "lists": {"owner_id"}}
_NEW = {
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "tweets": "posts",
    "tweet": "post",
}
_SPAN = ("since_id", "until_id", "start_time", "end_time")
_FORMS = {
    "id": r"[0-9]{1,19}",
    "username": r"[A-Za-z0-9_]{1,15}",
    "since_id": r"[0-9]{1,19}",
    "until_id": r"[0-9]{1,19}",
    "start_time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z",
    "end_time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z",
    "query": r"(?s).{1,512}",
}
_THING = {"user": "user", "tweet": "Tweet", "list": "List"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One path: what it takes, how many a page may hold, of how many of the newest, how often in 15 minutes."""

    path: str
    takes: frozenset[str]
    answer: Callable[["Asked"], "Answer"]
    sizes: tuple[int, int] = (1, 1)
    size: int = 10
    limit: int = 450
    expands: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request: the endpoint, what its path names, and how the answer is to be twisted."""

    api: "Api"
    endpoint: Endpoint
    named: str
    params: Mapping[str, str]
    twist: Twist | None

    def chosen(self, parameter: str) -> set[str]:
        """Give the values of a parameter that takes several."""
        return set(filter(None, self.params.get(parameter, "").split(",")))

    @property
    def size(self) -> int:
        """How many a page holds."""
        return int(self.params.get("max_results", self.endpoint.size))


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a body, and what X bills of it, in order: ("post" | "user" | "list", id, thousandths of a dollar)."""

    status: int
    body: Json
    bought: Sequence[tuple[str, str, int]] = ()


class InvalidError(Exception):
    """X refuses a request: a 400 that names the parameters and their values."""

    def __init__(self, message: str, **values: str) -> None:
        super().__init__(message)
        self.values = values


@dataclass
class Api:
    """Attributes may be set between two requests.

    Attributes:
        spelling: "tweet", or "post" for answers in X's newer words; what is asked is spelt in the old ones.
        mention_ids: Whether a mention tells the id of whom it names.
        owner_ids: Whose own posts and mentions are cheaper.
    """

    world: World
    spelling: Literal["tweet", "post"] = "tweet"
    mention_ids: bool = True
    owner_ids: set[str] = field(default_factory=set)
    tokens: dict[str, tuple[object, Sequence[str], int]] = field(default_factory=dict)
    _rendered: dict[object, Raw] = field(default_factory=dict)

    def answer(self, endpoint: Endpoint | None, path: str, params: Mapping[str, str], twist: Twist | None) -> Answer:
        """Answer a request that may be made."""
        if endpoint is None:
            return Answer(404, {"title": "Not Found", "type": "about:blank", "status": 404, "detail": "Not Found"})
        found = re.fullmatch(endpoint.path, path)
        assert found is not None
        asked = Asked(api=self, endpoint=endpoint, named="".join(found.groups()), params=params, twist=twist)
        try:
            _check(asked)
            return endpoint.answer(asked)
        except InvalidError as error:
            values = {name.replace("__", "."): [value] for name, value in error.values.items()}
            said = "One or more parameters to your request was invalid."
            body = {"errors": [{"parameters": values, "message": str(error)}], "title": "Invalid Request"}
            return Answer(400, {**body, "detail": said, "type": self.problem_type("invalid-request")})

    def problem_type(self, name: str) -> str:
        """Give the address of a kind of problem."""
        return f"https://api.{'x' if self.spelling == 'post' else 'twitter'}.com/2/problems/{name}"

    def spelt(self, word: str) -> str:
        """Give a word of the API in the spelling of the answers."""
        return _NEW.get(word, word) if self.spelling == "post" else word

    def problem(self, kind: str, state: State, parameter: str, value: str) -> Json:
        """Tell in a 200 why something can't be shown."""
        title, detail, of = {
            "deleted": ("Not Found Error", f"Could not find {kind} with {parameter}: [{value}].", "resource-not-found"),
            "suspended": ("Forbidden", f"User has been suspended: [{value}].", "resource-not-found"),
            "protected": (
                "Authorization Error",
                f"Sorry, you are not authorized to see the {_THING[kind]} with {parameter}: [{value}].",
                "not-authorized-for-resource",
            ),
        }[state]
        what = {"resource_type": self.spelt(kind), "resource_id": value, "parameter": parameter, "value": value}
        return {**what, "title": title, "detail": detail, "type": self.problem_type(of)}

    def post(self, post: Post, fields: set[str]) -> Raw:
        """Write a post as JSON, once for all."""
        key = (post.id, frozenset(fields), self.spelling, self.mention_ids)
        if key not in self._rendered:
            shown = {"id": post.id, "text": post.text, "edit_history_tweet_ids": list(post.versions)}
            whole = {**shown, **self._more(post)}
            kept = {self.spelt(name): value for name, value in whole.items() if name in shown or name in fields}
            self._rendered[key] = Raw(json.encode(kept))
        return self._rendered[key]

    def _more(self, post: Post) -> Json:
        more = {
            "author_id": post.author,
            "conversation_id": post.conversation,
            "created_at": f"{post.at:%Y-%m-%dT%H:%M:%S}.000Z",
            "lang": "en",
            "in_reply_to_user_id": post.answers,
            "referenced_tweets": [{"type": kind, "id": other} for kind, other in post.references],
            "entities": self._entities(post.mentions),
            "note_tweet": post.note and {"text": post.note, **_given(entities=self._entities(post.note_mentions))},
        }
        return _given(**more)

    def _entities(self, mentions: Iterable[Mention]) -> Json:
        ids = self.mention_ids
        told = [
            {"start": one.start, "end": one.end, "username": one.username, **({"id": one.user} if ids else {})}
            for one in mentions
        ]
        return _given(mentions=told)


def _given(**fields: object) -> Json:
    return {name: value for name, value in fields.items() if value}


# --- what is asked for ---------------------------------------------------------------------------------------------


def _check(asked: Asked) -> None:
    endpoint = asked.endpoint
    named = "username" if "username" in endpoint.path else "id" if "(" in endpoint.path else ""
    for name, value in {**asked.params, **({named: asked.named} if named else {})}.items():
        if name not in endpoint.takes and name != named:
            raise InvalidError(
                f"The query parameter [{name}] is not one of [{','.join(sorted(endpoint.takes))}]", **{name: value}
            )
        _check_value(endpoint, name, value)
    if endpoint.path == _SEARCH:
        _check_search(asked)


def _check_value(endpoint: Endpoint, name: str, value: str) -> None:
    said = f"The `{name}` query parameter value [{value}]"
    wrong = {name.replace(".", "__"): value}
    known = {**_FIELDS, "expansions": _EXPANSIONS[endpoint.expands], "exclude": {"retweets", "replies"}}.get(name)
    least, most = endpoint.sizes
    if known is not None and not set(value.split(",")) <= known:
        raise InvalidError(f"{said} is not one of [{','.join(sorted(known))}]", **wrong)
    if name in _FORMS and not re.fullmatch(_FORMS[name], value):
        raise InvalidError(f"{said} does not match ^{_FORMS[name]}$", **wrong)
    if name == "max_results" and not (value.isdecimal() and least <= int(value) <= most):
        raise InvalidError(f"{said} is not between {least} and {most}", **wrong)


def _check_search(asked: Asked) -> None:
    params, oldest = asked.params, asked.api.world.now - _WINDOW
    if "query" not in params:
        raise InvalidError("The `query` query parameter can not be empty", query="")
    if {"since_id", "until_id"} & params.keys() and {"start_time", "end_time"} & params.keys():
        span = {name: params[name] for name in _SPAN if name in params}
        raise InvalidError(
            "Invalid use of 'since_id' or 'until_id' in conjunction with 'start_time' or 'end_time'.", **span
        )
    for name in _SPAN:
        value = params.get(name)
        if value and name.endswith("_id") and made_at(value) < oldest:
            said = f"'{name}' must be a tweet id created after {oldest:%Y-%m-%dT%H:%MZ}."
            raise InvalidError(f"{said} Please use a '{name}' that is larger than {value}", **{name: value})
        if value and name.endswith("_time") and _instant(value) < oldest:
            said = f"Invalid '{name}':'{value}'. '{name}' must be on or after {oldest:%Y-%m-%dT%H:%MZ}."
            raise InvalidError(said, **{name: value})


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)


def _within(params: Mapping[str, str], post: Post) -> bool:
    number = int(post.id)
    return (
        int(params.get("since_id", 0)) < number < int(params.get("until_id", number + 1))
        and ("start_time" not in params or post.at >= _instant(params["start_time"]))
        and ("end_time" not in params or post.at < _instant(params["end_time"]))
        and not ("retweets" in params.get("exclude", "") and post.original)
        and not ("replies" in params.get("exclude", "") and post.answers)
    )


def _query(text: str, world: World) -> Callable[[Post], bool]:
    ways: list[list[Callable[[Post], bool]]] = [[]]
    for term in re.findall(r'-?"[^"]*"|\S+', text):
        if term == "OR":
            ways.append([])
        else:
            ways[-1].append(_term(term, world))
    if not all(ways):
        raise InvalidError("There were errors processing your request: missing EOF", query=text)
    return lambda post: any(all(holds(post) for holds in way) for way in ways)


def _term(term: str, world: World) -> Callable[[Post], bool]:
    if term.startswith("-"):
        holds = _term(term[1:], world)
        return lambda post: not holds(post)
    operator, _, value = term.partition(":")
    user = world.named(value.removeprefix("@")) or world.users.get(value)
    kinds = {"retweet": "retweeted", "reply": "replied_to", "quote": "quoted"}
    if operator == "from":
        return lambda post: user is not None and post.author == user.id
    if operator == "to":
        return lambda post: user is not None and post.answers == user.id
    if operator == "conversation_id":
        return lambda post: post.conversation == value
    if operator == "is" and value in kinds:
        return lambda post: any(kind == kinds[value] for kind, _ in post.references)
    if term.startswith("@"):
        named = world.named(term[1:])
        return lambda post: named is not None and named.id in post.names()
    if ":" in term or set(term) & set("()"):
        raise InvalidError(
            f"There were errors processing your request: Reference to invalid operator '{operator}'", query=term
        )
    words = re.findall(r"\w+", term.lower())
    return lambda post: _holds_words(words, re.findall(r"\w+", (post.note or post.text).lower()))


def _holds_words(words: list[str], text: list[str]) -> bool:
    return any(text[n : n + len(words)] == words for n in range(len(text)))


# --- what is answered ----------------------------------------------------------------------------------------------


def _turn(asked: Asked, find: Callable[[], Sequence[str]]) -> tuple[list[str], Json]:
    """Give the ids of the page that is asked for, and the token of the next one: what was found stays as it was."""
    tokens = asked.api.tokens
    source = (asked.endpoint.path, asked.named, asked.params.get("query"))
    name = "next_token" if "next_token" in asked.params else "pagination_token"
    token = asked.params.get(name)
    if token is None:
        ids, start = find(), 0
    elif token in tokens and tokens[token][0] == source:
        _, ids, start = tokens[token]
    else:
        raise InvalidError(f"The `{name}` query parameter value [{token}] is not valid", **{name: token})
    if asked.twist == "twice across pages":
        start = max(0, start - 1)
    end = start if asked.twist == "empty" else start + asked.size
    page = list(ids[start:end])
    if asked.twist == "twice":
        page += page[:1]
    elif asked.twist == "reordered":
        page = page[1::2] + page[::2]
    if end >= len(ids) and asked.twist != "empty":
        return page, {}
    following = secrets.token_hex(20)
    tokens[following] = (source, ids, end)
    return page, {"next_token": following}


def _posts(asked: Asked, found: Iterable[Post], price: int = 5) -> Answer:
    api, world = asked.api, asked.api.world
    page, meta = _turn(asked, lambda: [post.id for post in found if _within(asked.params, post)])
    posts = [world.posts[one] for one in page if world.state(one) == "active"]
    expanded = _Expanded(asked)
    for post in posts:
        expanded.take(post)
    expansions = asked.chosen("expansions")
    fields = asked.chosen("tweet.fields") | {_EXPANDS[one] for one in expansions}
    span = _given(newest_id=max(_ids(posts), key=int, default=""), oldest_id=min(_ids(posts), key=int, default=""))
    if asked.endpoint.path.startswith("/2/lists"):
        span = {}
    included = {
        "users": [_user(one, asked) for one in expanded.users.values()],
        api.spelt("tweets"): [api.post(post, fields) for post in expanded.posts.values()],
    }
    body = {
        "data": [api.post(post, fields) for post in posts],
        "includes": _given(**included),
        "errors": [*expanded.errors.values(), *_more_errors(asked)],
    }
    bought = [("post", post.id, price) for post in posts]
    bought += [("post", one, 5) for one in expanded.posts] + [("user", one, 10) for one in expanded.users]
    return Answer(200, {**_given(**body), "meta": {"result_count": len(posts), **span, **meta}}, bought)


class _Expanded:
    """What the posts of a page refer to, each once, and what of it can't be shown."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._expansions = asked.chosen("expansions")
        self.users: dict[str, User] = {}
        self.posts: dict[str, Post] = {}
        self.errors: dict[tuple[str, str], Json] = {}

    def take(self, post: Post) -> None:
        self._take_user(post.author, "author_id", post.author)
        if post.answers:
            self._take_user(post.answers, "in_reply_to_user_id", post.answers)
        for mention in post.mentions:
            self._take_user(mention.user, "entities.mentions.username", mention.username)
        for _, other in post.references:
            self._take_post(other, "referenced_tweets.id")

    def _take_user(self, user_id: str, expansion: str, value: str) -> None:
        if expansion in self._expansions:
            user = self._asked.api.world.users[user_id]
            if user.state in ("active", "protected"):
                self.users[user_id] = user
            else:
                self.errors[expansion, value] = self._asked.api.problem("user", user.state, expansion, value)

    def _take_post(self, post_id: str, expansion: str) -> None:
        world = self._asked.api.world
        state = world.state(post_id)
        if state == "active":
            self._take_user(world.posts[post_id].author, f"{expansion}.author_id", "")
        if expansion in self._expansions and state == "active":
            self.posts[post_id] = world.posts[post_id]
        elif expansion in self._expansions:
            state = "protected" if state == "suspended" else state
            self.errors[expansion, post_id] = self._asked.api.problem("tweet", state, expansion, post_id)


def _ids(posts: Iterable[Post]) -> list[str]:
    return [post.id for post in posts]


def _more_errors(asked: Asked) -> list[Json]:
    if asked.twist != "more errors":
        return []
    return [asked.api.problem("tweet", "deleted", "pinned_tweet_id", "1")]


def _user(user: User, asked: Asked) -> Json:
    shown = {"id": user.id, "name": user.name, "username": user.username}
    more = {
        "created_at": f"{user.joined:%Y-%m-%dT%H:%M:%S}.000Z",
        "description": user.description,
        "url": user.url,
        "protected": user.state == "protected",
    }
    kept = asked.chosen("user.fields")
    return shown | {name: value for name, value in more.items() if name in kept and value != ""}


def _gone(asked: Asked, kind: str, state: State, parameter: str = "id") -> Answer:
    return Answer(200, {"errors": [asked.api.problem(kind, state, parameter, asked.named)]})


def _one_user(asked: Asked) -> Answer:
    world = asked.api.world
    by_name = "username" in asked.endpoint.path
    user = world.named(asked.named) if by_name else world.users.get(asked.named)
    if user is None or user.state in ("suspended", "deleted"):
        return _gone(asked, "user", user.state if user else "deleted", "username" if by_name else "id")
    body = {"data": _user(user, asked), "errors": _more_errors(asked)}
    return Answer(200, _given(**body), [("user", user.id, 10)])


def _timeline(asked: Asked, key: str, newest: int, *, reposts: bool) -> Answer:
    world = asked.api.world
    state = world.users[asked.named].state if asked.named in world.users else "deleted"
    if state != "active":
        return _gone(asked, "user", state)
    found = (post for post in world.newest(f"{key} {asked.named}") if reposts or not post.original)
    if key == "to":
        found = (post for post in found if post.author != asked.named)
    return _posts(asked, islice(found, newest), 1 if asked.named in asked.api.owner_ids else 5)


def _search(asked: Asked) -> Answer:
    world = asked.api.world
    holds, oldest = _query(asked.params["query"], world), world.now - _WINDOW
    return _posts(asked, filter(holds, takewhile(lambda post: post.at >= oldest, world.newest())))


def _list_of(asked: Asked) -> XList | Answer:
    found = asked.api.world.lists.get(asked.named)
    return _gone(asked, "list", "protected" if found else "deleted") if found is None or found.private else found


def _one_list(asked: Asked) -> Answer:
    found = _list_of(asked)
    if isinstance(found, Answer):
        return found
    more = {"member_count": len(found.members), "private": found.private}
    data = {"id": found.id, "name": found.name} | {k: v for k, v in more.items() if k in asked.chosen("list.fields")}
    return Answer(200, _given(data=data, errors=_more_errors(asked)), [("list", found.id, 5)])


def _list_posts(asked: Asked) -> Answer:
    found = _list_of(asked)
    if isinstance(found, Answer):
        return found
    members = set(found.members)
    return _posts(asked, (post for post in asked.api.world.newest() if post.author in members))


def _list_members(asked: Asked) -> Answer:
    found = _list_of(asked)
    if isinstance(found, Answer):
        return found
    world = asked.api.world
    page, meta = _turn(asked, lambda: found.members)
    users = [world.users[one] for one in page if world.users[one].state in ("active", "protected")]
    body = {"data": [_user(user, asked) for user in users], "errors": _more_errors(asked)}
    bought = [("user", user.id, 10) for user in users]
    return Answer(200, {**_given(**body), "meta": {"result_count": len(users), **meta}}, bought)


_SEARCH = "/2/tweets/search/recent"
_TAKEN = frozenset(("expansions", "tweet.fields", "user.fields"))
_PAGED = _TAKEN | {"max_results", "pagination_token"}
_PLACED = _PAGED | {"media.fields", "place.fields", "poll.fields"}
ENDPOINTS = (
    Endpoint(path="/2/users/by/username/([^/]+)", takes=_TAKEN, answer=_one_user, limit=300, expands="users"),
    Endpoint(path="/2/users/([^/]+)", takes=_TAKEN, answer=_one_user, limit=300, expands="users"),
    Endpoint(
        path="/2/users/([^/]+)/mentions",
        takes=_PLACED | {*_SPAN},
        answer=lambda asked: _timeline(asked, "to", 800, reposts=False),
        sizes=(5, 100),
    ),
    Endpoint(
        path="/2/users/([^/]+)/tweets",
        takes=_PLACED | {*_SPAN, "exclude"},
        answer=lambda asked: _timeline(asked, "by", 3200, reposts=True),
        sizes=(5, 100),
        limit=10_000,
    ),
    Endpoint(
        path=_SEARCH,
        takes=_PLACED | {*_SPAN, "query", "next_token", "sort_order"},
        answer=_search,
        sizes=(10, 100),
    ),
    Endpoint(
        path="/2/lists/([^/]+)",
        takes=frozenset(("expansions", "list.fields", "user.fields")),
        answer=_one_list,
        limit=75,
        expands="lists",
    ),
    Endpoint(path="/2/lists/([^/]+)/tweets", takes=_PLACED, answer=_list_posts, sizes=(1, 100), size=100, limit=900),
    Endpoint(
        path="/2/lists/([^/]+)/members",
        takes=_PAGED,
        answer=_list_members,
        sizes=(1, 100),
        size=100,
        limit=900,
        expands="users",
    ),
)


def endpoint_of(path: str) -> Endpoint | None:
    """Find which endpoint answers a path."""
    return next((one for one in ENDPOINTS if re.fullmatch(one.path, path)), None)
