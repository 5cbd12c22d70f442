"""What X's API is asked and how it words its answers: parameters and their forms, posts as JSON, problems."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from msgspec import Raw, json

from tests.x_world import Mention, Post, State, User, World

Json = dict[str, Any]
Twist = Literal["twice", "twice across pages", "reordered", "empty", "more errors"]

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

    def spelt(self, word: str) -> str:
        """Give a word of the API in the spelling of the answers."""
        return NEW.get(word, word) if self.spelling == "post" else word

    def kind(self, problem: str) -> str:
        """Give the address that stands for a kind of problem."""
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
        return {**what, "title": title, "detail": f"{detail} [{value}].", "type": self.kind(of)}

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

    def user(self, user: User) -> Json:
        """Show an account with the fields that are asked for."""
        more = {
            "created_at": f"{user.joined:%Y-%m-%dT%H:%M:%S}.000Z",
            "description": user.description,
            "url": user.url,
            "protected": user.state == "protected",
        }
        kept = {name: value for name, value in more.items() if name in self.chosen("user.fields") and value != ""}
        return {"id": user.id, "name": user.name, "username": user.username, **kept}

    def within(self, post: Post) -> bool:
        """Tell whether a post lies in the span that is asked for, and is of a kind that is not excluded."""
        span, number, excluded = self.params, int(post.id), self.chosen("exclude")
        return (
            int(span.get("since_id", 0)) < number < int(span.get("until_id", number + 1))
            and ("start_time" not in span or post.at >= instant(span["start_time"]))
            and ("end_time" not in span or post.at < instant(span["end_time"]))
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


def instant(text: str) -> datetime:
    """Read a time as X takes it."""
    return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
