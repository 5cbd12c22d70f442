"""A thin client of X's API: tweepy knows the endpoints; how a request is sent and what may go wrong is decided here.

tweepy's own `request` has a fixed host and no time-out, logs the token, and asks for ever where a rate limit names no
reset; so it is replaced, and tweepy never gets the token.
"""

import os
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from time import monotonic, sleep
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
import tweepy
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random
from urllib3.exceptions import HTTPError, ReadTimeoutError

from graph.errors import UsageError
from ingest.kit.environment import read_secret
from ingest.sources.x.pages import Page, mend, parse_refusal

TOKEN, ADDRESS = "X_BEARER_TOKEN", "INTROGRAPH_X_API"
_HOME = "https://api.x.com"
_SECONDS = 20
_LARGEST = 64 << 20
_BLOCK = 64 << 10
_RETRIES = 6
_LIMITED_TRIES = 8
_LONGEST_WAIT = timedelta(days=1).total_seconds()
_PRINTABLE = re.compile(r"[\x21-\x7e]+")
_POST_FIELDS = (
    "author_id", "conversation_id", "created_at", "entities", "in_reply_to_user_id", "referenced_tweets", "note_tweet",
)  # fmt: skip
_EXPANSIONS = (
    "author_id", "in_reply_to_user_id", "entities.mentions.username", "referenced_tweets.id",
    "referenced_tweets.id.author_id",
)  # fmt: skip
WITH_POSTS: Mapping[str, object] = {
    "tweet_fields": [*_POST_FIELDS],
    "expansions": [*_EXPANSIONS],
    "user_fields": ["name", "username"],
    "max_results": 100,
}
"""What every request for posts asks for: authors, mentions, parents and quoted posts come along with them."""


class RefusedError(Exception):
    """X answers, and gives nothing.

    Attributes:
        stop: Why no other target can be read either, in the words of `stopped`; None where it is this one alone.
        invalid: Whether something asked for is not as X wants it.
    """

    def __init__(self, words: str, *, stop: str | None = None, invalid: bool = False) -> None:
        super().__init__(words)
        self.stop = stop
        self.invalid = invalid


class _LostError(Exception):
    """A request without a whole answer: tried again."""


def read_token() -> str:
    """Find the bearer token in the environment, or in the file that it names.

    Raises:
        UsageError: If there is none, or others may read the file; the token itself is never told.
    """
    token = read_secret(TOKEN)
    if not token:
        raise UsageError(
            f"X wants to know who asks: put the bearer token of your app into {TOKEN}, or into a file of mode 0600 "
            f"that {TOKEN}_FILE names"
        )
    if _PRINTABLE.fullmatch(token) is None:
        raise UsageError("what is given is no bearer token: there are blanks or other characters in it that none has")
    return token


def read_address() -> str:
    """Tell where X's API is: what stands before `/2`.

    Raises:
        UsageError: If it is neither https nor on this machine, so that the token could be read on its way.
    """
    text = os.environ.get(ADDRESS, "") or _HOME
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    plain = parts.username is None and not parts.query and not parts.fragment and _PRINTABLE.fullmatch(text)
    if not (host and plain and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(host)))):
        raise UsageError(f"{ADDRESS} has to be an https:// address, or http:// on this machine (as 127.0.0.1)")
    return text.rstrip("/")


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class Client:
    """Asks X, one request at a time."""

    def __init__(self, now: datetime, wait: Callable[[float, str], None] | None, *, patient: bool) -> None:
        self._token = read_token()
        self._address = read_address()
        self._wait = wait or (lambda seconds, _: sleep(seconds))
        self._patient = patient
        self._told = now, monotonic()
        self._session = requests.Session()
        # Of a plain request on this machine a proxy would learn the token.
        self._session.trust_env = self._address.startswith("https:")
        self._tweepy = tweepy.Client(return_type=requests.Response)
        self._tweepy.request = self._request

    @property
    def now(self) -> datetime:
        """The instant, by X's clock as soon as that is known."""
        told, since = self._told
        return told + timedelta(seconds=monotonic() - since)

    def close(self) -> None:
        """Let go of connections."""
        self._session.close()

    def ask(self, endpoint: str, parse: Callable[[bytes], Page], params: Mapping[str, object]) -> Page:
        """Ask an endpoint, named as tweepy names it, until its answer can be read.

        Raises:
            RefusedError: If X gives none, or no answer comes.
        """

        def attempt() -> Page:
            body = getattr(self._tweepy, endpoint)(**params)
            for read in (bytes, mend):
                with suppress(ValueError, RecursionError):
                    return parse(read(body))
            raise _LostError("its answer is not what X answers, or cut off")

        tries = Retrying(
            sleep=lambda seconds: self._wait(seconds, "X does not answer, trying again"),
            stop=stop_after_attempt(1 + _RETRIES),
            wait=wait_exponential(multiplier=0.5, max=30) + wait_random(0, 0.5),
            retry=retry_if_exception_type(_LostError),
            reraise=True,
        )
        try:
            return tries(attempt)
        except _LostError as error:
            raise RefusedError(f"no answer from {self._address}: {error}", stop="unreachable") from None

    def _request(self, method: str, route: str, params: Any = None, json: Any = None, user_auth: bool = False) -> bytes:
        """Send what tweepy made, and wait where X says so; takes the place of tweepy's own method."""
        assert json is None  # noqa: S101 # nothing is ever written
        assert not user_auth  # noqa: S101
        for limited in range(_LIMITED_TRIES):
            status, body, reset = self._send(method, route, params)
            if status == 200:
                return body
            words, kind = parse_refusal(body)
            if status not in (401, 402, 403, 429) and not (words or kind):
                raise _LostError(f"it answers {status} in words that are not X's")
            if status != 429:
                break
            if "usage-capped" in kind or "UsageCapExceeded" in kind:
                raise RefusedError(words or "the month's posts are used up", stop="usage-cap")
            if not self._patient or limited + 1 == _LIMITED_TRIES:
                raise RefusedError("X answers no more for now", stop="rate-limit")
            seconds = 2.0**limited if reset is None else max(reset, 0.0) + 1.0  # X tells whole seconds
            if seconds > _LONGEST_WAIT:
                raise RefusedError("X answers no more for more than a day", stop="rate-limit")
            self._wait(seconds, "X's rate limit")
        raise _refusal(status, body)

    def _send(self, method: str, route: str, params: Any) -> tuple[int, bytes, float | None]:
        """Send one request; give status, body, and in how many seconds a rate limit ends, by X's own clock."""
        headers = {"User-Agent": self._tweepy.user_agent, "Authorization": f"Bearer {self._token}"}
        began = monotonic()
        try:
            with self._session.request(
                method, self._address + route, params=params, headers=headers, timeout=_SECONDS,
                auth=_no_other, allow_redirects=False, stream=True,
            ) as answer:  # fmt: skip
                body = bytearray()
                # Unlike `iter_content`, it waits for no more than comes: else a trickle has no end.
                while block := answer.raw.read1(_BLOCK, decode_content=True):
                    body += block
                    if len(body) > _LARGEST or monotonic() - began > _SECONDS:
                        raise _LostError("its answer does not end")
                status, told = answer.status_code, answer.headers
        except (requests.RequestException, HTTPError) as error:
            raise _LostError(_reason(error)) from None
        date = _read_date(told.get("Date"))
        if date is not None:
            self._told = date, monotonic()
        if status >= 500:
            raise _LostError(f"it answers {status}")
        reset = told.get("x-rate-limit-reset", "")
        left = int(reset) - self.now.timestamp() if reset.isascii() and reset.isdigit() and len(reset) < 15 else None
        # Whatever echoes the token, as it is or decoded, it goes no further.
        for form in {self._token, unquote(self._token)}:
            body = body.replace(form.encode(), b"[token]")
        return status, bytes(body), left


def _no_other(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: else a .netrc would take the token's place."""
    return request


def _read_date(text: str | None) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None


def _reason(error: Exception) -> str:
    match error:
        case requests.Timeout() | ReadTimeoutError():
            return f"nothing came within {_SECONDS} seconds"
        case requests.exceptions.SSLError():
            return "its certificate can't be trusted"
        case requests.ConnectionError():
            return "there is no connection"
    return "the connection broke off"


def _refusal(status: int, body: bytes) -> RefusedError:
    words, _ = parse_refusal(body)
    said = f": {words}" if words else ""
    match status:
        case 401:
            return RefusedError(f"X refuses the token (401){said}; make a new one for your app", stop="refused")
        case 403:
            return RefusedError(f"the token may not read this (403){said}", stop="refused")
        case 402:
            return RefusedError(f"the credits are used up (402){said}", stop="usage-cap")
        case 404:
            return RefusedError(words or "X knows nothing of the kind")
        case 400:
            return RefusedError(words or "X does not take this", invalid=True)
    return RefusedError(f"X answers {status}{said}", stop="unreachable")
