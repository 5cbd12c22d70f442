"""Who is who on a site: its authors by login and by number, and the accounts of those who comment."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from graph.model import Account, account_id
from graph.names import fold
from ingest.mail.addresses import clean_address
from ingest.sources.wordpress.wxr import Sanitised, elements, fields_of, local_name, release, text_of
from ingest.text import clean, plain

_NAME = 200
_HOST = re.compile(r"(?=.{3,253}$)[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?|[\w-]+:\d{1,5}")
_NOBODY = re.compile(r"anonym(ous|us|e)?|anonimo|anoniem|anon|guest|gast|invite|invitado|ospite|visitor|unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as its export shows it.

    Attributes:
        host: Where it is, without `www.`.
        place: The host, and its path where several sites share one: comments are numbered within it.
        by_login: Its authors by login.
        by_number: Its authors by WordPress's user number.
    """

    host: str
    place: str
    by_login: dict[str, Account] = field(default_factory=dict)
    by_number: dict[str, Account] = field(default_factory=dict)

    def author(self, login: str) -> Account | None:
        """Give the account of who wrote a post; None where the post does not say."""
        known = self.by_login.get(login)
        if known is not None:
            return known
        # Other systems that export to WXR write an address here.
        address = clean_address(login)
        return _account("email", address, None) if address else self.named(login)

    def commenter(self, fields: dict[str, str]) -> Account | None:
        """Give the account of who commented: the site's user, else the address, else the name on this site.

        Returns:
            None where nothing tells who it was.
        """
        name = clean(unescape(fields.get("comment_author", "")), _NAME)
        user = self.by_number.get(fields.get("comment_user_id", "0"))
        if user is not None:
            return user
        url = _web_address(fields.get("comment_author_url", ""))
        address = clean_address(fields.get("comment_author_email", ""))
        if address is not None:
            return _account("email", address, name, url)
        return self.named(name or "", url)

    def named(self, name: str, url: str | None = None) -> Account | None:
        """Give the account of somebody of whom this site shows only a name."""
        shown = clean(name, _NAME)
        # Joiners belong to a name as it is shown, but to no id.
        folded = "".join(letter for letter in fold(shown or "") if letter.isprintable()).strip()
        if not folded or _NOBODY.fullmatch(folded):
            return None
        return _account("web", f"{self.host}#{folded}", shown, url)


def read_site(stream: Sanitised) -> Site | None:
    """Read the top of an export, up to its first post; None where it does not say which site it is of."""
    links: dict[str, str] = {}
    authors: list[dict[str, str]] = []
    for element in elements(stream):
        name = local_name(element.tag)
        above = element.getparent()
        if above is None or local_name(above.tag) != "channel":
            continue
        if name == "item":
            links.setdefault("item", fields_of(element).get("link", ""))
            break
        if name == "author":
            authors.append(fields_of(element))
            release(element)
        elif name in {"base_blog_url", "link", "base_site_url"}:
            links.setdefault(name, text_of(element).strip())
    for name in ("base_blog_url", "link", "base_site_url", "item"):
        host, path = _place(links.get(name, ""))
        if host:
            place = host if name == "item" else f"{host}{path}"
            return _with_authors(Site(host=host, place=place), authors)
    return None


def merge_sites(sites: Iterable[Site | None]) -> dict[str, Site]:
    """Put the authors together that several files of one site's export name; by the site's place."""
    merged: dict[str, Site] = {}
    for site in sites:
        if site is not None:
            held = merged.setdefault(site.place, Site(host=site.host, place=site.place))
            held.by_login.update(site.by_login)
            held.by_number.update(site.by_number)
    return merged


def _with_authors(site: Site, authors: list[dict[str, str]]) -> Site:
    for fields in authors:
        login = fields.get("author_login", "")
        shown = clean(unescape(fields.get("author_display_name", "") or login), _NAME)
        address = clean_address(fields.get("author_email", ""))
        account = _account("email", address, shown) if address else site.named(login)
        if account is None:
            continue
        if address is None and shown:
            account = Account(id=account.id, name=shown)
        for name in (login, fields.get("author_display_name", "")):
            if name:
                site.by_login.setdefault(name, account)
        number = fields.get("author_id", "")
        if number not in {"", "0"}:
            site.by_number[number] = account
    return site


def _account(network: str, local: str, name: str | None, url: str | None = None) -> Account:
    return Account(id=account_id(network, local), name=name, url=url)


def _place(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    except ValueError:
        return "", ""
    return (host, parts.path.rstrip("/")[:200]) if _HOST.fullmatch(host) else ("", "")


def _web_address(url: str) -> str | None:
    url = clean(plain(url)) or ""
    return url if url.lower().startswith(("http://", "https://")) and len(url) > len("https://") else None
