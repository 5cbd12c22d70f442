"""Who is who on a site: its authors by login and by number, and the accounts of those who comment."""

import re
from dataclasses import dataclass, field
from html import unescape
from operator import attrgetter
from typing import BinaryIO
from urllib.parse import urlsplit

from graph.model import Account, account_id
from graph.people.handles import clean_address
from graph.people.names import fold
from ingest.kit.text import clean, plain
from ingest.source import UnreadableError
from ingest.sources.wordpress.wxr import WxrStream

_NAME = 200
_HOST = re.compile(r"(?=.{3,253}$)[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?|[\w-]+:\d{1,5}")
_NOBODY = re.compile(r"anonym(ous|us|e)?|anonimo|anoniem|anon|guest|gast|invite|invitado|ospite|visitor|unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as its exports show it.

    Attributes:
        place: Its host without `www.`, and its path where several sites share one: comments are numbered within it.
        by_login: Its authors by login and by the name shown.
        by_number: Its authors by WordPress's user number.
    """

    place: str
    by_login: dict[str, Account] = field(default_factory=dict)
    by_number: dict[str, Account] = field(default_factory=dict)

    def author(self, login: str) -> Account | None:
        """Give the account of who wrote a post; None where the post does not say."""
        # Other systems that export to WXR write an address here.
        return self.by_login.get(login) or _by_address(login) or self.named(login)

    def commenter(self, fields: dict[str, str]) -> Account | None:
        """Give the account of who commented: the site's user, else the address, else the name on this site.

        Returns:
            None where nothing tells who it was.
        """
        name = unescape(fields.get("comment_author", ""))
        url = clean(plain(fields.get("comment_author_url", ""))) or ""
        url = url if re.match(r"https?://.", url, re.IGNORECASE) else ""
        return (
            self.by_number.get(fields.get("comment_user_id", "0"))
            or _by_address(fields.get("comment_author_email", ""), name, url)
            or self.named(name, url)
        )

    def named(self, name: str, url: str = "") -> Account | None:
        """Give the account of somebody of whom this site shows only a name."""
        shown = clean(name, _NAME)
        # Joiners belong to a name as it is shown, but to no id.
        folded = "".join(letter for letter in fold(shown or "") if letter.isprintable()).strip()
        if not folded or _NOBODY.fullmatch(folded):
            return None
        host = self.place.partition("/")[0]
        return Account(id=account_id("web", f"{host}#{folded}"), name=shown, url=url or None)

    def add_author(self, fields: dict[str, str]) -> None:
        """Keep an author whom the top of an export lists."""
        login, name = fields.get("author_login", ""), fields.get("author_display_name", "")
        shown = unescape(name or login)
        account = _by_address(fields.get("author_email", ""), shown)
        if account is None and (by_name := self.named(login)) is not None:
            account = Account(id=by_name.id, name=clean(shown, _NAME))
        if account is None:
            return
        for key in filter(None, (login, name)):
            self.by_login.setdefault(key, account)
        if fields.get("author_id", "") not in ("", "0"):
            self.by_number[fields["author_id"]] = account


def read_site(stream: BinaryIO, where: str, sites: dict[str, Site]) -> Site:
    """Read the top of an export, up to its first post, and add its authors to those of the same site.

    Raises:
        UnreadableError: If it does not say which site it is of, or can't be read.
    """
    links = dict.fromkeys(("base_blog_url", "link", "base_site_url", "item"), "")
    authors = []
    for element in filter(attrgetter("top"), WxrStream(stream, where).elements()):
        if element.name == "author":
            authors.append(element.fields)
        elif element.name in links:
            links[element.name] = links[element.name] or element.fields.get("link", element.text)
        if element.name == "item":
            break
    places = ((name, *_place(link)) for name, link in links.items())
    name, host, path = next((place for place in places if place[1]), ("", "", ""))
    if not host:
        raise UnreadableError("no link in it tells which site it is of")
    place = host if name == "item" else f"{host}{path}"
    site = sites.setdefault(place, Site(place=place))
    for fields in authors:
        site.add_author(fields)
    return site


def _by_address(address: str, name: str = "", url: str = "") -> Account | None:
    cleaned = clean_address(address)
    return Account(id=account_id("email", cleaned), name=clean(name, _NAME), url=url or None) if cleaned else None


def _place(url: str) -> tuple[str, str]:
    """Part a site's address into its host and its path; both empty where it is none."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return "", ""
    return (host, parts.path.rstrip("/")[:200]) if _HOST.fullmatch(host) else ("", "")
