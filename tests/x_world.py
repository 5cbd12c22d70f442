"""An invented world on X: accounts, posts and lists, which tests change as they like between two runs."""

import random
import re
from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

State = Literal["active", "protected", "suspended", "deleted"]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

_EPOCH = 1288834974657
_HANDLE = re.compile(r"(?<!\w)@(\w{1,15})(?!\w)", re.ASCII)
_FIRST = ("Mira", "Jonas", "Aylin", "Tomé", "Ruth", "Keno", "Ines", "Oskar", "Lale", "Pavel", "Noor", "Edda")
_LAST = ("Talvo", "Brenk", "Osuli", "Marrin", "Fjeld", "Quandt", "Sorel", "Ibaz", "Wendt", "Krog", "Naveau")
_WORDS = re.findall(r"\S+", "the piece on café talk &amp; tools was good 🎉 we build read test it again for people")


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    id: str
    username: str
    name: str
    joined: datetime
    state: State = "active"
    description: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """An @name in a text: from which to before which code point, and whose it is."""

    start: int
    end: int
    username: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as X tells it: `text` is cut where `note` holds the whole; `answers` is the account it replies to."""

    id: str
    author: str
    at: datetime
    text: str
    conversation: str
    references: tuple[tuple[str, str], ...] = ()
    answers: str | None = None
    mentions: tuple[Mention, ...] = ()
    note: str | None = None
    note_mentions: tuple[Mention, ...] = ()
    versions: tuple[str, ...] = ()

    @property
    def original(self) -> str | None:
        """What it reposts."""
        return next((post for kind, post in self.references if kind == "retweeted"), None)

    def names(self) -> set[str]:
        """Give whom it names."""
        return {mention.user for mention in (*self.mentions, *self.note_mentions)}


@dataclass(frozen=True, slots=True, kw_only=True)
class XList:
    id: str
    name: str
    members: tuple[str, ...] = ()
    private: bool = False


class World:
    """Attributes are to be read; methods change it. `now` is its clock, and may be set.

    Attributes:
        users, posts, lists: By id.
        deleted: Ids of the posts that are gone.
    """

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.users: dict[str, User] = {}
        self.posts: dict[str, Post] = {}
        self.lists: dict[str, XList] = {}
        self.deleted: set[str] = set()
        self._named: dict[str, str] = {}
        self._found: defaultdict[str, list[Post]] = defaultdict(list)

    def join(self, username: str, name: str = "", *, user_id: str = "", description: str = "", url: str = "") -> User:
        """Add an account."""
        joined = datetime(2019, 1, 1, tzinfo=UTC) + timedelta(hours=len(self.users))
        user_id = user_id or snowflake(joined, len(self.users))
        self.users[user_id] = User(
            id=user_id, username=username, name=name or username, joined=joined, description=description, url=url
        )
        self._named[username.lower()] = user_id
        return self.users[user_id]

    def change(self, user_id: str, *, state: State | None = None, username: str = "") -> User:
        """Protect, suspend, delete or rename an account."""
        old = self.users[user_id]
        user = replace(old, state=state or old.state, username=username or old.username)
        del self._named[old.username.lower()]
        self._named[user.username.lower()] = user_id
        self.users[user_id] = user
        return user

    def named(self, username: str) -> User | None:
        """Find who has a name, in letters of any case."""
        return self.users.get(self._named.get(username.lower(), ""))

    def post(
        self,
        author: str,
        text: str = "",
        *,
        replied_to: str | None = None,
        quoted: str | None = None,
        retweeted: str | None = None,
        at: datetime | None = None,
        edits: int = 0,
    ) -> Post:
        """Add a post; a reply gets the names it inherits, a repost its text, and what is long becomes a note."""
        at = at or self.now
        versions = [snowflake(at + timedelta(minutes=n), len(self.posts)) for n in range(edits + 1)]
        kinds = {"replied_to": replied_to, "quoted": quoted, "retweeted": retweeted}
        parent = self.posts[replied_to] if replied_to else None
        if parent:
            text = f"{self._inherited(parent, author)}{text}"
        if retweeted:
            original = self.posts[retweeted]
            text = _cut(f"RT @{self.users[original.author].username}: {original.text}", 140)
        short = _cut(text, 280)
        post = Post(
            id=versions[-1],
            author=author,
            at=at + timedelta(minutes=edits),
            text=short,
            conversation=parent.conversation if parent else versions[0],
            references=tuple((kind, other) for kind, other in kinds.items() if other),
            answers=parent.author if parent else None,
            mentions=tuple(self._mentions(short)),
            note=text if short != text else None,
            note_mentions=tuple(self._mentions(text)) if short != text else (),
            versions=tuple(versions),
        )
        self.posts[post.id] = post
        named = () if retweeted else post.names() - {author}
        for key in ("all", f"by {author}", *(f"to {user}" for user in named)):
            insort(self._found[key], post, key=_age)
        return post

    def delete(self, post_id: str) -> None:
        """Delete a post."""
        self.deleted.add(post_id)

    def add_list(self, name: str, members: Iterable[str] = (), *, private: bool = False) -> XList:
        """Add a list, or one with the same name and other members in its place."""
        held = next((one.id for one in self.lists.values() if one.name == name), None)
        made = XList(id=held or str(84839422 + len(self.lists)), name=name, members=tuple(members), private=private)
        self.lists[made.id] = made
        return made

    def state(self, post_id: str) -> State:
        """Tell of a post, of which some may never have been, whether everybody sees it, and why not."""
        post = self.posts.get(post_id)
        if post is None or post_id in self.deleted:
            return "deleted"
        author = self.users[post.author].state
        return self.state(post.original) if author == "active" and post.original else author

    def newest(self, key: str = "all") -> Iterator[Post]:
        """Give what everybody sees, newest first: "all", "by ID", or "to ID", which X has as somebody's mentions."""
        return (post for post in reversed(self._found[key]) if self.state(post.id) == "active")

    def _inherited(self, parent: Post, author: str) -> str:
        named = [mention.user for mention in parent.mentions] if not parent.original else []
        users = dict.fromkeys([parent.author, *named])
        return "".join(f"@{self.users[user].username} " for user in users if user != author)

    def _mentions(self, text: str) -> Iterator[Mention]:
        for found in _HANDLE.finditer(text):
            if user := self.named(found[1]):
                yield Mention(found.start(), found.end(), found[1], user.id)


def snowflake(at: datetime, n: int = 0) -> str:
    """Give the id of what is made at an instant as the n-th of its millisecond."""
    return str(round(at.timestamp() * 1000) - _EPOCH << 22 | n)


def made_at(post_id: str) -> datetime:
    """Give the instant that an id holds."""
    return datetime.fromtimestamp(((int(post_id) >> 22) + _EPOCH) / 1000, UTC)


def make_world(seed: int = 1, users: int = 40, posts: int = 400, *, days: float = 20) -> World:
    """Make a plausible one: the first user is always there, a few others are not any more, nor are a few posts."""
    draw = random.Random(seed)  # noqa: S311 # a test's data
    world = World()
    for n in range(users):
        first, last = _FIRST[n % len(_FIRST)], _LAST[n % len(_LAST)]
        username = f"{first}_{last}{n}".replace("é", "e")
        world.join(
            username,
            f"{first} {last}",
            user_id=str(7000 + n) if n % 3 == 2 else "",
            description=f"{first} builds things",
        )
    people = list(world.users)
    for n in range(posts):
        post_any(world, draw, people, NOW - timedelta(days=days * (1 - n / posts)))
    for user in people[1:]:
        world.change(user, state=draw.choices(_STATES, (88, 4, 4, 4))[0])
    for post in list(world.posts):
        if draw.random() < 0.03:
            world.delete(post)
    world.add_list("makers", people[: max(3, users // 4)])
    return world


_STATES: tuple[State, ...] = ("active", "protected", "suspended", "deleted")


def post_any(world: World, draw: random.Random, people: list[str], at: datetime) -> None:
    """Let somebody post something."""
    author = people[int(len(people) * draw.random() ** 2)]
    named = " ".join(f"@{world.users[draw.choice(people)].username}" for _ in range(draw.choice((0, 0, 1, 2))))
    text = f"{' '.join(draw.choices(_WORDS, k=9))} {named} {len(world.posts)}"
    recent = [post for post in list(world.posts.values())[-60:] if not post.original]
    other = draw.choice(recent) if recent else None
    kind = draw.choices(("reply", "thread", "quote", "repost", "long", "plain"), (35, 8, 10, 15, 6, 26))[0]
    if kind == "long":
        world.post(author, f"{' '.join(draw.choices(_WORDS, k=90))} and {text}", at=at)
    elif not other or kind == "plain":
        world.post(author, text, at=at, edits=int(draw.random() < 0.05))
    elif kind == "quote":
        world.post(author, f"{text} https://t.co/{len(world.posts):010}", quoted=other.id, at=at)
    elif kind == "repost":
        world.post(author, retweeted=other.id, at=at)
    else:
        world.post(other.author if kind == "thread" else author, text, replied_to=other.id, at=at)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _age(post: Post) -> int:
    return int(post.id)
