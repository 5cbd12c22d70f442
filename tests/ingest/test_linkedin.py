"""The source `linkedin`: what its golden files do not show."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import UsageError
from graph.model import Account, Checkpoint, Interaction, Kind, Owner, Problem, Record, SameAs, Skipped
from graph.people.identity import derive_persons
from graph.records.pack import pack
from graph.store.store import Store
from ingest.kit.files import open_tree
from ingest.pull.owner import OwnerQuestionError
from ingest.pull.pull import pull
from ingest.source import Context, UnreadableError
from ingest.sources.linkedin import SOURCE, detect, read
from ingest.sources.linkedin.forms import Sheet, sheet_of
from ingest.sources.linkedin.roster import (
    Roster,
    Traces,
    addresses_in,
    find_owner,
    is_gone,
    named_id,
    profile_of,
    stand_in,
)
from ingest.sources.linkedin.sheets import open_table

FIXTURES = Path(__file__).parent / "fixtures" / "linkedin"
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
CONTEXT = Context(now=NOW)
IN = "https://www.linkedin.com/in/"
ENGLISH = ["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"]
MESSAGES = ["CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS"]
MESSAGES += ["DATE", "SUBJECT", "CONTENT", "FOLDER"]
INVITATIONS = ["From", "To", "Sent At", "Message", "Direction", "inviterProfileUrl", "inviteeProfileUrl"]


def table(rows: Iterable[Iterable[str]], delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue()


def export(folder: Path, tables: Mapping[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def connections(*rows: tuple[str, str, str, str]) -> str:
    """Make a Connections.csv of first name, last name, slug and date."""
    body = [[first, last, IN + slug if slug else "", "", "", "", at] for first, last, slug, at in rows]
    return table([ENGLISH, *body])


def message(sender: str, to: str, at: str = "2024-01-01 10:00:00 UTC", /, **more: str) -> list[str]:
    """Make a row of messages.csv between slugs; columns are replaced by name."""
    row = dict(
        zip(MESSAGES, ["c1", "", sender.title(), IN + sender, to.title(), IN + to, at, "", "SECRET", ""], strict=True)
    )
    return list({**row, **{name.replace("_", " ").upper(): value for name, value in more.items()}}.values())


def records(path: Path, kind: type[Record] | None = None, context: Context = CONTEXT) -> list[Record]:
    return [record for record in read(str(path), context) if kind is None or isinstance(record, kind)]


def acts(path: Path, context: Context = CONTEXT) -> list[Interaction]:
    return [record for record in read(str(path), context) if isinstance(record, Interaction)]


def brief(found: Iterable[Interaction]) -> list[tuple[str, str, list[str]]]:
    def short(account: Account) -> str:
        return account.id.removeprefix("linkedin:").removeprefix("in/")

    return [(act.kind.value, short(act.actor), [short(each.account) for each in act.to]) for act in found]


def problems(path: Path) -> list[str]:
    return [record.why for record in read(str(path), CONTEXT) if isinstance(record, Problem)]


def rows(found: list[Record]) -> object:
    batch = pack([each for each in found if not isinstance(each, Owner | Checkpoint | Skipped | Problem)], now=NOW)
    said = {each.id for each in batch.records if isinstance(each, SameAs)}
    return batch.interactions, batch.accounts, batch.items, said


# --- headers in any language -----------------------------------------------------------------------------------------

HEADERS = {
    "en": ENGLISH,
    "de": ["Vorname", "Nachname", "URL", "E-Mail-Adresse", "Unternehmen", "Position", "Verbunden am"],
    "fr": ["Prénom", "Nom", "URL", "Adresse e-mail", "Entreprise", "Poste", "Connecté le"],
    "es": ["Nombre", "Apellidos", "URL", "Dirección de correo electrónico", "Empresa", "Cargo", "Conectado el"],
    "pt": ["Nome", "Sobrenome", "URL", "Endereço de e-mail", "Empresa", "Cargo", "Conectado em"],
    "it": ["Nome", "Cognome", "URL", "Indirizzo e-mail", "Azienda", "Posizione", "Collegato il"],
    "nl": ["Voornaam", "Achternaam", "URL", "E-mailadres", "Bedrijf", "Functie", "Verbonden op"],
    "pl": ["Imię", "Nazwisko", "URL", "Adres e-mail", "Firma", "Stanowisko", "Data połączenia"],
    "sv": ["Förnamn", "Efternamn", "URL", "E-postadress", "Företag", "Befattning", "Kontakt sedan"],
    "tr": ["Adı", "Soyadı", "URL", "E-posta adresi", "Şirket", "Pozisyon", "Bağlantı tarihi"],
    "ru": ["Имя", "Фамилия", "URL", "Адрес электронной почты", "Компания", "Должность", "Дата установления контакта"],
    "zh": ["名字", "姓氏", "网址", "电子邮件地址", "公司", "职位", "建立联系时间"],
    "ja": ["名", "姓", "URL", "メールアドレス", "会社", "役職", "つながった日"],
}
DATES = {
    "de": "05 März 2024", "fr": "05 févr. 2024", "es": "05 ene 2024", "pt": "05 de dez. de 2024", "it": "05 ott 2024",
    "nl": "05 mei 2024", "pl": "05 paź 2024", "sv": "05 maj 2024", "tr": "05 Ağu 2024", "ru": "05 июл. 2024 г.",
    "zh": "2024年3月5日", "ja": "2024/03/05", "en": "05 Mar 2024",
}  # fmt: skip
MONTHS = {"de": 3, "fr": 2, "es": 1, "pt": 12, "it": 10, "nl": 5, "pl": 10, "sv": 5, "tr": 8, "ru": 7, "zh": 3, "ja": 3}


@pytest.mark.parametrize("language", HEADERS)
@pytest.mark.parametrize(("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_connections_in_any_language(tmp_path: Path, language: str, delimiter: str, encoding: str) -> None:
    notes = "Notes:\nSome addresses, as you may see, are missing\n\n"
    data = [["Ann", "Lee", IN + "ann-lee", "ann@example.org", "Acme", "CEO", DATES[language]]]
    text = notes + table([HEADERS[language], *data], delimiter)
    path = export(tmp_path, {"Connections": text.encode(encoding)}) / "Connections.csv"
    assert detect(path) == 0.95
    (act,) = acts(path)
    assert act.at == datetime(2024, MONTHS.get(language, 3), 5, tzinfo=UTC)
    held = act.to[0].account
    assert (held.id, held.name, held.org, held.title) == ("linkedin:in/ann-lee", "Ann Lee", "Acme", "CEO")
    assert records(path, SameAs) != []


@pytest.mark.parametrize("dropped", [[], ["URL"], ["URL", "Email Address"]])
@pytest.mark.parametrize("bare", [False, True])
def test_columns_without_known_words_are_told_by_what_is_in_them(
    tmp_path: Path, dropped: list[str], bare: bool
) -> None:
    kept = [n for n, name in enumerate(ENGLISH) if name not in dropped]
    data = [
        ["Ann", "Lee", IN + "ann-lee", "", "Acme", "CEO", "05 Mar 2024"],
        ["Bo", "Dahl", IN + "bo-dahl", "bo@example.org", "", "", "04 Mar 2024"],
        ["Cy", "Ek", "", "", "Ek", "", ""],
    ]
    header = [[f"palabra {n}" for n in kept]]
    text = table([*([] if bare else header), *([row[n] for n in kept] for row in data)])
    found = acts(export(tmp_path, {"Connections": text}))
    assert [(act.to[0].account.name, act.to[0].account.org, act.to[0].account.title) for act in found] == [
        ("Ann Lee", "Acme", "CEO"),
        ("Bo Dahl", None, None),
        ("Cy Ek", "Ek", None),
    ]
    assert [act.at.date() if act.at else None for act in found] == [date(2024, 3, 5), date(2024, 3, 4), None]


def test_other_tables_without_known_words_are_told_by_their_order(tmp_path: Path) -> None:
    header = [f"слово{n}" for n in range(10)]
    path = export(
        tmp_path,
        {
            "messages": table(
                [header, message("me", "bo"), message("bo", "me"), message("me", "cy", conversation_id="c2")]
            ),
            "Invitations": table([header[:7], ["Me", "Bo", "3/20/24, 2:37 PM", "", "OUTGOING", IN + "me", IN + "bo"]]),
            "Endorsement_Given_Info": table([header[:6], ["2024/01/01 10:00:00 UTC", "Tea", "Bo", "", IN + "bo", ""]]),
            "Recommendations_Given": table([header[:7], ["Bo", "", "", "", "Well.", "01/31/24, 09:00 AM", "VISIBLE"]]),
        },
    )
    assert problems(path) == []
    assert brief(acts(path)) == [
        ("message", "me", ["bo"]),
        ("message", "bo", ["me"]),
        ("message", "me", ["cy"]),
        ("follow", "me", ["bo"]),
        ("recommendation", "me", ["bo"]),
        ("like", "me", ["bo"]),
    ]


def test_a_table_without_any_sense_is_a_problem(tmp_path: Path) -> None:
    path = export(
        tmp_path, {"messages": "a,b\n1,2\n", "Connections": connections(("Ann", "Lee", "ann", "05 Mar 2024"))}
    )
    (why,) = problems(path)
    assert why.startswith("no header is found that names its columns (conversation, title, from")
    assert len(acts(path)) == 1


def test_an_empty_list_is_no_problem(tmp_path: Path) -> None:
    path = export(tmp_path, {"Connections": "Notes:\n\n" + table([ENGLISH]), "messages": table([MESSAGES])})
    owner, *rest = records(path)
    assert isinstance(owner, Owner)
    assert rest == []


# --- who is who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://www.linkedin.com/in/Ann-Lee-1/", "in/ann-lee-1"),
        ("http://de.linkedin.com/in/ann-lee?trk=abc", "in/ann-lee"),
        ("www.linkedin.com/in/ann-lee/en", "in/ann-lee"),
        ("linkedin.com/mwlite/in/ann-lee", "in/ann-lee"),
        ("https://www.linkedin.com/in/zo%C3%AB-%E6%A3%AE", "in/zoë-森"),
        ("https://www.linkedin.com/in/a%E2%80%8Db", "in/a%e2%80%8db"),
        ("http://www.linkedin.com/pub/ann-lee/1/2/3a", "pub/ann-lee/1/2/3a"),
        ("https://www.linkedin.com/company/acme", None),
        ("https://www.linkedin.com/in/", None),
        ("https://example.org/in/ann", None),
        ("https://www.linkedin.com/in/a\x00b", None),
        ("", None),
    ],
)
def test_addresses_of_profiles(url: str, wanted: str | None) -> None:
    found = profile_of(url)
    assert (found and found[0]) == (wanted and f"linkedin:{wanted}")


def test_several_addresses_in_a_cell() -> None:
    three = [IN + "a", IN + "b", "www.linkedin.com/in/c"]
    assert addresses_in(",".join(three)) == addresses_in("; ".join(three)) == addresses_in(" ".join(three)) == three
    assert addresses_in("") == []


def test_names_are_parted_at_commas_but_not_before_credentials_or_inside_known_names() -> None:
    roster = Roster()
    roster.meet("Lund, Pia", "linkedin:in/pia")
    assert roster.part("Bo Dahl, Lund, Pia, Jane Doe, Ph.D., Cy Ek,MBA") == [
        "Bo Dahl",
        "Lund, Pia",
        "Jane Doe, Ph.D.",
        "Cy Ek, MBA",
    ]


def test_a_name_of_two_people_is_nobody_in_particular() -> None:
    roster = Roster()
    roster.meet("Jo Smith", "linkedin:in/jo-1")
    found = roster.resolve("JO SMITH")
    assert found is not None
    assert found.id == "linkedin:in/jo-1"
    roster.meet("Jo Smith", "linkedin:in/jo-2")
    found = roster.resolve("Jo Smith")
    assert found is not None
    assert found.id == named_id("Jo Smith") == "linkedin:~jo smith"
    assert roster.resolve("LinkedIn Member") is None
    assert roster.resolve("  ") is None


@pytest.mark.parametrize("name", ["LinkedIn Member", "linkedin-mitglied", "Membre de LinkedIn", "Usuário do LinkedIn"])
def test_members_who_are_gone(name: str) -> None:
    assert is_gone(name)
    assert not is_gone("Lin Kedin")


def traces(name: str = "", votes: str = "", **talks: str) -> Traces:
    made = Traces(name=name)
    made.votes.update(votes.split())
    made.talks = {key: set(ids.split()) for key, ids in talks.items()}
    made.writers = {id_: {id_.upper()} for ids in talks.values() for id_ in ids.split()}
    return made


@pytest.mark.parametrize(
    ("evidence", "known", "wanted"),
    [
        pytest.param(traces(votes="me me bo"), "", "me", id="the owner's side of invitations"),
        pytest.param(traces(votes="me bo"), "", None, id="invitations that disagree"),
        pytest.param(traces("Me", a="me bo", b="bo cy"), "bo", "me", id="the name in the profile"),
        pytest.param(traces("Bo", a="me bo", b="me cy"), "bo", "me", id="a connection of the same name"),
        pytest.param(traces(a="me bo", b="me cy", c="me di ek"), "", "me", id="in all conversations"),
        pytest.param(traces(a="me bo"), "bo", "me", id="in the only one, and no connection"),
        pytest.param(traces(a="me bo"), "", None, id="one of two"),
        pytest.param(traces(a="me bo", b="me bo"), "", None, id="the same two, always"),
        pytest.param(traces(), "", None, id="nothing"),
    ],
)
def test_whose_export_it_is(evidence: Traces, known: str, wanted: str | None) -> None:
    assert find_owner(evidence, set(known.split())) == wanted


def test_where_nothing_tells_the_owner_a_stand_in_stays_the_same_from_export_to_export(tmp_path: Path) -> None:
    first = connections(("Bo", "Dahl", "bo", "05 Mar 2020"), ("Ann", "Lee", "ann", "01 Jan 2012"))
    later = connections(("Cy", "Ek", "cy", "05 Mar 2026"), ("Ann", "Lee", "ann", "01 Jan 2012"))
    other = connections(("Bo", "Dahl", "bo", "05 Mar 2020"))
    owners = []
    for name, text in (("first", first), ("later", later), ("other", other)):
        (owner,) = records(export(tmp_path / name, {"Connections": text}), Owner)
        assert isinstance(owner, Owner)
        owners.append(owner.accounts[0].id)
    assert owners[0] == owners[1] != owners[2]
    assert stand_in("Ann Lee", None).id == "linkedin:~ann lee"


def test_a_full_export_takes_the_place_of_the_stand_in_of_a_lone_table(store: Store, tmp_path: Path) -> None:
    known = [("Ann", "Lee", "ann", "01 Jan 2012"), ("Bo", "Dahl", "bo", "05 Mar 2020")]
    lone = export(tmp_path / "lone", {"Connections": connections(*known)}) / "Connections.csv"
    tables = {
        "Connections": connections(("Cy", "Ek", "cy", "05 Mar 2026"), *known[::-1]),
        "messages": table([MESSAGES, message("me", "bo"), message("me", "cy", conversation_id="c2")]),
        "Profile": table([["First Name", "Last Name", "Headline"], ["Me", "", ""]]),
    }
    full = export(tmp_path / "full", tables)
    assert pull(store, SOURCE, [lone], context=CONTEXT).new == 2
    (stand,) = store.profiles()["me"]
    for new in (3, 0):
        summary = pull(store, SOURCE, [full], context=CONTEXT)
        assert (summary.questions, summary.problem_count) == ((), 0)
        assert summary.new == new, "one new connection and two messages"
    assert sorted(store.profiles()["me"]) == ["linkedin:in/me", stand]
    assert set(derive_persons(store.assertions()).members(stand)) == {"linkedin:in/me", stand}
    assert pull(store, SOURCE, [lone], context=CONTEXT).new == 0
    other = export(tmp_path / "other", {**tables, "Connections": connections(known[1])})
    (other / "messages.csv").write_text(table([MESSAGES, message("eve", "bo"), message("eve", "cy")]))
    (other / "Profile.csv").write_text("First Name,Last Name,Headline\nEve,,\n")
    with pytest.raises(OwnerQuestionError, match="belongs to linkedin:in/eve"):
        pull(store, SOURCE, [other], context=CONTEXT)


def test_the_owner_can_be_told(tmp_path: Path) -> None:
    path = export(tmp_path, {"Connections": connections(("Bo", "Dahl", "bo", "05 Mar 2020"))})
    told = Context(now=NOW, options={"owner-url": "https://linkedin.com/in/Me/"})
    assert brief(acts(path, told)) == [("connection", "me", ["bo"])]
    with pytest.raises(UsageError, match="--owner-url"):
        list(read(str(path), Context(now=NOW, options={"owner-url": "me"})))


def test_the_owner_has_the_confirmed_addresses(tmp_path: Path) -> None:
    emails = table(
        [["Email Address", "Confirmed"], ["A@Example.org", "Yes"], ["b@example.org", "No"], ["nonsense", "Yes"]]
    )
    profile = table([["First Name", "Last Name", "Headline"], ["Ann", "Lee", ""]])
    (owner,) = records(export(tmp_path, {"Email Addresses": emails, "Profile": profile}), Owner)
    assert isinstance(owner, Owner)
    assert [account.id for account in owner.accounts] == ["linkedin:~ann lee", "email:a@example.org"]


# --- connections -----------------------------------------------------------------------------------------------------


def test_people_without_an_address_are_told_apart_by_the_day_they_connected(tmp_path: Path) -> None:
    text = connections(("Jo", "Smith", "", "05 Mar 2020"), ("Jo", "Smith", "", "05 Mar 2012"), ("Jo", "Smith", "", ""))
    assert [ids for _, _, (ids,) in brief(acts(export(tmp_path, {"Connections": text})))] == [
        "~jo smith 2020-03-05",
        "~jo smith 2012-03-05",
        "~jo smith",
    ]


def test_an_undated_connection_is_kept_and_a_row_without_a_name_counted(tmp_path: Path) -> None:
    text = connections(("Ann", "Lee", "ann", ""), ("", "", "", "05 Mar 2020"), ("", "", "nameless", "05 Mar 2020"))
    path = export(tmp_path, {"Connections": text})
    assert [(act.at, act.to[0].account.name) for act in acts(path)] == [(None, "Ann Lee"), (acts(path)[1].at, None)]
    assert [(each.why, each.count) for each in records(path, Skipped) if isinstance(each, Skipped)] == [
        ("connections who closed or hid their accounts", 1)
    ]


def test_the_date_of_the_export_is_in_its_name_else_the_newest_in_it(tmp_path: Path) -> None:
    tables = {
        "Connections": connections(("Ann", "Lee", "ann", "05 Mar 2020")),
        "messages": table([MESSAGES, message("me", "ann", "2021-01-01 10:00:00 UTC"), message("me", "ann", "soon")]),
    }
    dates = []
    for name in (
        "Basic_LinkedInDataExport_10-21-2023",
        "Basic_LinkedInDataExport_10-21-2123",
        "LinkedInDataExport_99-99-2023",
    ):
        connection = acts(export(tmp_path / name, tables))[0]
        dates.append(connection.to[0].account.at)
    in_it = datetime(2021, 1, 1, 10, tzinfo=UTC)
    assert dates == [datetime(2023, 10, 21, tzinfo=UTC), in_it, in_it]


# --- messages --------------------------------------------------------------------------------------------------------


def messages_of(tmp_path: Path, *lines: list[str]) -> Path:
    known = [message("me", "bo", conversation_id="k1"), message("me", "cy", conversation_id="k2")]
    return export(tmp_path, {"messages": table([MESSAGES, *lines, *known])})


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (message("bo", "me", folder="SPAM"), "messages in the spam folder"),
        (message("bo", "me", folder="DRAFT"), "drafts"),
        (message("bo", "me", conversation_title="Sponsored Conversation"), "sponsored messages"),
        (message("bo", "me", content="Dear %FIRSTNAME%"), "sponsored messages"),
        (message("ad", "me", sender_profile_url="", content='<p class="spinmail-quill-editor">'), "sponsored messages"),
        (
            message("linkedin", "me", sender_profile_url=""),
            "messages of senders without a profile (LinkedIn, advertisers)",
        ),
        (
            message("acme", "me", sender_profile_url="https://www.linkedin.com/company/acme"),
            "messages of senders without a profile (LinkedIn, advertisers)",
        ),
        (
            message("x", "me", **{"from": "LinkedIn Member", "sender_profile_url": ""}),
            "messages with members who are gone",
        ),
        (message("me", "x", to="LinkedIn Member", recipient_profile_urls=""), "messages with members who are gone"),
        (message("me", "me"), "messages with members who are gone"),
    ],
)
def test_messages_left_out_are_counted(tmp_path: Path, line: list[str], why: str) -> None:
    path = messages_of(tmp_path, line)
    assert [(each.why, each.count) for each in records(path, Skipped) if isinstance(each, Skipped)] == [(why, 1)]
    assert len(acts(path)) == 2


def test_drafts_are_left_out(tmp_path: Path) -> None:
    header = [*MESSAGES, "IS MESSAGE DRAFT", "IS CONVERSATION DRAFT"]
    lines = [[*message("me", "bo"), *flags] for flags in (("Yes", "No"), ("No", "Yes"), ("No", "No"))]
    assert len(acts(export(tmp_path, {"messages": table([header, *lines])}))) == 1


def test_a_message_to_several_goes_to_each_with_what_is_known_of_them(tmp_path: Path) -> None:
    urls = ",".join(IN + each for each in ("bo", "cy", "di"))
    fits = message("me", "bo", to="Bo, Cy, Di Ek", recipient_profile_urls=urls, conversation_id="g1")
    not_ = message("me", "bo", to="Bo, Cy, Di, Ek, Fy", recipient_profile_urls=urls, conversation_id="g2")
    first, second, *_ = acts(messages_of(tmp_path, fits, not_))
    assert [each.account.name for each in first.to] == ["Bo", "Cy", "Di Ek"]
    assert [each.account.name for each in second.to] == [None, None, None]
    assert {each.role.value for act in (first, second) for each in act.to} == {"group"}


def test_messages_without_a_conversation_have_no_id_of_their_own(tmp_path: Path) -> None:
    act, *_ = acts(messages_of(tmp_path, message("bo", "me", conversation_id="")))
    assert (act.id, act.thread) == (None, None)


def test_texts_are_kept_only_when_asked_for(tmp_path: Path) -> None:
    path = messages_of(tmp_path, message("bo", "me", content="<p>The&nbsp;SECRET</p>"))
    export(
        path,
        {
            "Invitations": table(
                [INVITATIONS, ["Me", "Di", "1/2/24, 2:37 PM", "SECRET", "OUTGOING", IN + "me", IN + "di"]]
            ),
            "Recommendations_Received": table(
                [
                    ["First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status"],
                    ["Bo", "", "", "", "SECRET", "01/31/24, 09:00 AM", "HIDDEN"],
                    ["Bo", "", "", "", "PUBLIC", "01/31/24, 09:00 AM", "VISIBLE"],
                ]
            ),
        },
    )
    silent = acts(path)
    assert "SECRET" not in repr(silent)
    assert [act.excerpt for act in silent if not act.private] == ["PUBLIC"]
    told = acts(path, Context(now=NOW, excerpts=True))
    assert [act.excerpt for act in told] == ["The SECRET", "SECRET", "SECRET", "SECRET", "SECRET", "PUBLIC"]


# --- invitations, recommendations, endorsements ----------------------------------------------------------------------


def invitations_of(tmp_path: Path, *lines: list[str]) -> Path:
    sure = [["Me", "Bo", "3/20/24, 2:37 PM", "", "OUTGOING", IN + "me", IN + "bo"]] * 3
    return export(tmp_path, {"Invitations": table([INVITATIONS, *lines, *sure])})


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (["Me", "Di", "3/20/24, 2:37 PM", "", "OUTGOING", "", IN + "di"], ("follow", "me", ["di"])),
        (["Di", "Me", "3/20/24, 2:37 PM", "Hi", "INCOMING", IN + "di", ""], ("message", "di", ["me"])),
        (["Di", "Me", "3/20/24, 2:37 PM", "", "ENTRANTE", IN + "di", IN + "me"], ("follow", "di", ["me"])),
        (["Di", "Me", "", "", "INCOMING", IN + "di", IN + "me"], ("follow", "di", ["me"])),
        (["Di", "Me", "3/20/24, 2:37 PM", "", "INCOMING", "", ""], ("follow", "~di", ["me"])),
    ],
)
def test_invitations(tmp_path: Path, line: list[str], wanted: tuple[str, str, list[str]]) -> None:
    found = acts(invitations_of(tmp_path, line))
    assert brief(found)[0] == wanted
    assert found[0].private


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["Di", "Ek", "3/20/24, 2:37 PM", "", "", IN + "di", IN + "ek"], "does not tell which side"),
        (["Di", "Me", "yesterday", "", "INCOMING", IN + "di", IN + "me"], "is not a date"),
        (["Di", "Me", "", "a note", "INCOMING", IN + "di", IN + "me"], "the date is missing"),
        (["Di", "Me"], "the row has 2 cells"),
    ],
)
def test_bad_invitations(tmp_path: Path, line: list[str], why: str) -> None:
    (found,) = problems(invitations_of(tmp_path, line))
    assert why in found


def test_bad_and_gone_praise(tmp_path: Path) -> None:
    recommendation = ["First Name", "Last Name", "Company", "Job Title", "Text", "Creation Date", "Status"]
    endorsement = ["Endorsement Date", "Skill Name", "Endorser First Name", "Endorser Last Name", "Endorsement Status"]
    path = export(
        tmp_path,
        {
            "Recommendations_Given": table(
                [recommendation, ["LinkedIn", "Member", "", "", "x", "01/31/24", ""], ["Bo", "", "", "", "x", "?", ""]]
            ),
            "Endorsement_Received_Info": table(
                [endorsement, ["2024/01/31", "Tea", "LinkedIn", "Member", ""], ["never", "Tea", "Bo", "", ""]]
            ),
        },
    )
    assert problems(path) == ["'?' is not a date that can be read", "'never' is not a date that can be read"]
    assert acts(path) == []
    assert {each.why for each in records(path, Skipped) if isinstance(each, Skipped)} == {
        "recommendations of members who are gone",
        "endorsements of members who are gone",
    }


# --- layouts, detection, resuming ------------------------------------------------------------------------------------


def test_a_zip_a_folder_and_a_wrapped_one_give_the_same(tmp_path: Path) -> None:
    folder = FIXTURES / "Basic_LinkedInDataExport_10-21-2023.zip"
    first = rows(records(folder))
    for prefix in ("", "Basic_LinkedInDataExport_10-21-2023/"):
        path = tmp_path / f"{len(prefix)}_LinkedInDataExport_10-21-2023.zip"
        with zipfile.ZipFile(path, "w") as out:
            for each in folder.iterdir():
                out.write(each, prefix + each.name)
        assert detect(path) == 1.0
        assert rows(records(path)) == first
    assert rows(records(folder) + records(folder)) == first


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("Connections.csv", Sheet.CONNECTIONS),
        ("a/b/connections (1).csv", Sheet.CONNECTIONS),
        ("Messages_34875879.csv", Sheet.MESSAGES),
        ("Email Addresses.csv", Sheet.EMAILS),
        ("Endorsement_Given_Info.csv", Sheet.ENDORSED),
        ("guide_messages.csv", None),
        ("learning_coach_messages.csv", None),
        ("Connections.txt", None),
    ],
)
def test_tables_are_told_by_file_name(name: str, sheet: Sheet | None) -> None:
    assert sheet_of(name) is sheet


def test_only_linkedin_is_detected(tmp_path: Path) -> None:
    mine = export(tmp_path / "a", {"my people": connections(("Ann", "Lee", "ann", "05 Mar 2024"))}) / "my people.csv"
    log = table([["id", "from", "to", "date"], ["1", "ann@example.org", "bo@example.org", "2024-01-01"]])
    others = export(tmp_path / "b", {"log": log, "linkedin.com": f"name,site\nAnn,{IN}ann\n", "empty": ""})
    assert detect(mine) == 0.9
    assert [detect(path) for path in sorted(others.iterdir())] == [0.0, 0.0, 0.0]
    assert detect(others) == detect(tmp_path / "none") == 0.0
    assert detect(export(tmp_path / "c", {"messages": table([MESSAGES])})) == 0.7
    assert detect(export(tmp_path / "d", {"Skills": "Name\nTea\n"})) == 0.0
    assert (
        detect(export(tmp_path / "e", {"Email Addresses": "Email Address,Confirmed\n"}) / "Email Addresses.csv") == 0.7
    )


ACTS = ["From", "To", "Date", "Direction", "Note"]


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("log", ACTS, ["Ann", "Bo", "2024-01-01", "out", "see linkedin.com/in/bo"]),
        ("log", ["Conversation ID", *ACTS], ["1", "Ann", "Bo", "2024-01-01", "out", "hello"]),
        ("messages", ["Conversation ID", *ACTS], ["1", "Ann", "Bo", "2024-01-01", "out", "hello"]),
        (
            "messages",
            ["A", "B", "From", "C", "To", "Date", "D", "E", "F"],
            [*list("abcde"), "2024-01-01", *list("fgh")],
        ),
        ("Invitations", ACTS, ["Ann", "Bo", "2024-01-01", "hello", "Rome"]),
        ("Invitations", ACTS, ["Ann", "Bo", "2024-01-01", "hello", ""]),
        ("Connections", ACTS, ["Ann", "Bo", "2024-01-01", "out", "hello"]),
    ],
)
def test_a_home_made_table_of_acts_is_not_linkedins(
    tmp_path: Path, name: str, header: list[str], row: list[str]
) -> None:
    path = export(tmp_path, {name: table([header, row])}) / f"{name}.csv"
    assert detect(path) == 0.0
    with pytest.raises(UnreadableError, match="try the source csv"):
        list(read(str(path), CONTEXT))


@pytest.mark.parametrize(
    ("name", "header", "row"),
    [
        ("messages", MESSAGES, message("me", "bo")),
        ("messages", [f"слово{n}" for n in range(10)], message("me", "bo")),
        # The layout of 2020, without addresses.
        ("messages", ["CONVERSATION ID", "CONVERSATION TITLE", "FROM", "TO", "DATE", "SUBJECT", "CONTENT", "FOLDER"],
         ["c1", "", "Me", "Bo", "2020-01-01 10:00:00 UTC", "", "hello", "INBOX"]),
        ("my messages", MESSAGES, message("me", "bo")),
        ("Invitations", INVITATIONS, ["Me", "Bo", "3/20/24, 2:37 PM", "", "OUTGOING", IN + "me", IN + "bo"]),
        ("Invitations", INVITATIONS[:5], ["Me", "Bo", "3/20/24, 2:37 PM", "", "OUTGOING"]),
        ("my invitations", INVITATIONS, ["Me", "Bo", "3/20/24, 2:37 PM", "", "OUTGOING", IN + "me", IN + "bo"]),
    ],
)  # fmt: skip
def test_a_lone_table_of_linkedins_is_told(tmp_path: Path, name: str, header: list[str], row: list[str]) -> None:
    path = export(tmp_path, {name: table([header, row])}) / f"{name}.csv"
    assert detect(path) >= 0.9
    assert len(acts(path)) == 1


def test_what_is_no_export_is_told(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("hello")
    with pytest.raises(UnreadableError, match="not a LinkedIn export or one of its tables"):
        list(read(str(text), CONTEXT))
    with pytest.raises(UnreadableError, match="not a LinkedIn export"):
        list(read(str(tmp_path), CONTEXT))


def test_a_second_table_of_a_name_is_a_problem(tmp_path: Path) -> None:
    text = connections(("Ann", "Lee", "ann", "05 Mar 2024"))
    path = export(tmp_path, {"Connections": text, "Connections (1)": text})
    assert problems(path) == ["not read: Connections (1).csv is the same table"]


# --- damage ----------------------------------------------------------------------------------------------------------


@settings(max_examples=30)
@given(
    name=st.sampled_from(["Basic_LinkedInDataExport_10-21-2023.zip", "Complete_LinkedInDataExport_05-14-2021"]),
    share=st.floats(0, 1),
    junk=st.binary(max_size=4),
)
def test_damage_at_any_byte_is_a_problem_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, share: float, junk: bytes
) -> None:
    folder = tmp_path_factory.mktemp("li")
    for each in (FIXTURES / name).iterdir():
        data = each.read_bytes()
        at = int(share * len(data))
        (folder / each.name).write_bytes(data[:at] + junk + (data[at + 1 :] if junk else b""))
    first, *rest = read(str(folder), CONTEXT)
    assert isinstance(first, Owner)
    pack([each for each in rest if not isinstance(each, Checkpoint | Skipped | Problem)], now=NOW)


@settings(max_examples=40)
@given(cut=st.integers(0, 10_000))
def test_a_connection_is_never_invented_by_a_cut(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    people = [("Ann", "Lee", "ann-lee", "05 Mar 2024"), ("Bo", "Dahl", "bo-dahl", "14 Nov 2022")]
    people += [("Cy", "Ek", "cy-ek", "01 Jan 2019"), ("Di", "Falk", "di-falk", "12 Dec 2012")]
    data = ("Notes:\n" + connections(*people)).rstrip("\n").encode()
    whole = {(f"linkedin:in/{slug}", f"{first} {last}") for first, last, slug, _ in people}
    path = export(tmp_path_factory.mktemp("li"), {"Connections": data[: cut % (len(data) + 1)]})
    found = acts(path)
    assert {(act.to[0].account.id, act.to[0].account.name) for act in found} <= whole
    # Of the year 2024 a cut leaves 20; only other rows tell that years have four digits here.
    assert len(found) == 1 or {act.at.year for act in found if act.at} <= {2024, 2022, 2019, 2012}


def test_a_damaged_member_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    many = table([MESSAGES, *(message("me", "bo", content=str(n) * 50) for n in range(3000))])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("Connections.csv", connections(("Ann", "Lee", "ann", "05 Mar 2024")))
        out.writestr("messages.csv", many)
        info = out.getinfo("messages.csv")
    data = bytearray(path.read_bytes())
    middle = info.header_offset + 60 + info.compress_size // 2
    data[middle : middle + 40] = bytes(40)
    path.write_bytes(bytes(data))
    assert any("messages.csv" in record.where for record in records(path, Problem) if isinstance(record, Problem))
    found = [act.kind for act in acts(path)]
    assert found[0] is Kind.CONNECTION
    assert 0 < found.count(Kind.MESSAGE) < 3000


def test_names_in_every_script_and_10_mb_cells_are_read(tmp_path: Path) -> None:
    text = connections(("مريم", "الحسن", "maryam", "05 Mar 2024"), ("🌸\u202e", "\x00", "flower", "05 Mar 2024"))
    path = export(
        tmp_path, {"Connections": text, "messages": table([MESSAGES, message("me", "bo", content="x" * 10_000_000)])}
    )
    assert [act.to[0].account.name for act in acts(path)] == ["مريم الحسن", "🌸", "Bo"]


@settings(max_examples=40)
@given(st.text(alphabet=',;"\n\tabn1/:@ ', max_size=200), st.sampled_from(list(Sheet)))
def test_any_text_is_a_table_or_none(tmp_path_factory: pytest.TempPathFactory, text: str, sheet: Sheet) -> None:
    path = tmp_path_factory.mktemp("li") / "t.csv"
    path.write_text(text)
    with open_tree(path) as tree, suppress(UnreadableError):
        (entry,) = tree
        found = open_table(sheet, entry)
        for row in found.rows() if found else ():
            assert isinstance(row, Problem) or row.get("first") is not None


def test_the_source_says_that_it_is_private() -> None:
    assert SOURCE.private
    assert [option.name for option in SOURCE.options] == ["owner-url"]


@pytest.mark.parametrize("sheet", ["messages", "Invitations", "Recommendations_Given"])
def test_columns_in_another_order_and_language_are_not_guessed(tmp_path: Path, sheet: str) -> None:
    strange = table([[f"слово{n}" for n in range(10)], ["05 Mar 2024", *["x"] * 9], ["04 Mar 2024", *["y"] * 9]])
    path = export(tmp_path, {sheet: strange, "Connections": connections(("Ann", "Lee", "ann", "05 Mar 2024"))})
    (why,) = problems(path)
    assert why.startswith("no header is found")


def test_the_owner_among_the_connections_is_no_connection(tmp_path: Path) -> None:
    text = connections(("Me", "Myself", "me", "05 Mar 2024"), ("Ann", "Lee", "ann", "05 Mar 2024"))
    told = Context(now=NOW, options={"owner-url": IN + "me"})
    assert brief(acts(export(tmp_path, {"Connections": text}), told)) == [("connection", "me", ["ann"])]
