"""Which mails count: what their folder, labels and marks say of them, and which no person wrote to a person."""

import base64
import re
from email.message import Message
from enum import IntEnum
from functools import lru_cache

from graph.people.names import fold
from ingest.kit.mail_addresses import decode_words
from ingest.sources.email.headers import joined


class Use(IntEnum):
    """What a folder or label is for (RFC 6154), as far as it matters here; of several the largest decides."""

    MAIL = 0
    SENT = 1
    DRAFTS = 2
    JUNK = 3


LISTS = "mail of lists and newsletters"
SENDERS = "mail from automatic senders (no-reply, notifications, bounces)"
ANSWERS = "automatic answers and calendar replies"
JUNK = "mail in spam or trash"
DRAFTS = "drafts"
LEFT_OUT = {Use.JUNK: JUNK, Use.DRAFTS: DRAFTS}
"""What lies in such folders, or is marked so, and how it is counted."""

# Names of folders and labels, in the languages of common mail programs, folded.
_SENT = """
sent; sent mail; sent items; sent messages; sent-mail; sentmail; gesendet; gesendete elemente; gesendete objekte;
gesendete nachrichten; envoyes; messages envoyes; elements envoyes; courrier envoye; envoye; enviado; enviados;
mensajes enviados; elementos enviados; correo enviado; mensagens enviadas; itens enviados; e-mails enviados; enviadas;
inviata; inviati; posta inviata; messaggi inviati; elementi inviati; verzonden; verzonden items; verzonden berichten;
skickat; skickade; skickade objekt; sendt; sendte elementer; sendt post; sendt e-post; lahetetyt; lahetetyt kohteet;
wyslane; elementy wyslane; odeslane; odeslana posta; odeslane zpravy; odoslane; elkuldott; elkuldott elemek; trimise;
poslano; poslane poruke; issiusta; gonderilmis; gonderilmis postalar; gonderilmis ogeler; gonderilen; απεσταλμενα;
отправленные; надіслані; изпратени; נשלחו; דואר שנשלח; المرسلة; البريد المرسل; 送信済み; 送信済みメール;
送信済みアイテム; 已发送; 已发送邮件; 已傳送; 寄件備份; 보낸편지함; 보낸 편지함; 보낸 메일;
terkirim; da gui; thu da gui; ส่งแล้ว
"""
_DRAFTS = """
draft; drafts; templates; outbox; unsent messages; unsent mail; entwurf; entwurfe; vorlagen; postausgang; brouillon;
brouillons; modeles; boite d'envoi; borrador; borradores; plantillas; bandeja de salida; rascunho; rascunhos; bozze;
bozza; posta in uscita; concepten; postvak uit; utkast; kladde; kladder; luonnokset; wersje robocze; robocze;
szkice; koncepty; rozepsane; piszkozatok; ciorne; skice; taslak; taslaklar; προχειρα; черновики; чернетки; чернови;
טיוטות; المسودات; 下書き; 草稿; 草稿箱; 임시보관함; 임시 보관함; draf; konsep; thu nhap; ฉบับร่าง
"""
_JUNK = """
spam; junk; junk mail; junk email; junk e-mail; bulk mail; bulk; trash; bin; deleted; deleted items; deleted messages;
deleted mail; recycle bin; rubbish; spamverdacht; spam-verdacht; unerwunscht; unerwunschte werbung; junk-e-mail;
papierkorb; geloscht; geloschte elemente; geloschte objekte; geloschte nachrichten; corbeille; pourriel; pourriels;
indesirable; indesirables; courrier indesirable; elements supprimes; messages supprimes; supprimes; papelera; basura;
correo no deseado; no deseado; elementos eliminados; mensajes eliminados; eliminados; correo electronico no deseado;
lixeira; lixo; lixo eletronico; lixo electronico; itens excluidos; itens eliminados; mensagens excluidas; cestino;
posta indesiderata; indesiderata; posta eliminata; elementi eliminati; messaggi eliminati; prullenbak; prullenmand;
ongewenst; ongewenste e-mail; ongewenste berichten; verwijderd; verwijderde items; verwijderde berichten; skrappost;
papperskorg; papperskorgen; borttaget; borttagna objekt; papirkurv; papirkurven; slettet post; slettede elementer;
slettet; uonsket e-post; uonsket; soppelpost; roskakori; roskaposti; poistetut;
poistetut kohteet; kosz; wiadomosci-smieci; elementy usuniete; usuniete; niechciane; kos; nevyzadana posta;
odstranena posta; odstranene; smeti; levelszemet; torolt elemek; kuka; lomtar; cos de gunoi; elemente sterse;
cop; cop kutusu; gereksiz; gereksiz e-posta; onemsiz; silinmis ogeler; silinmis postalar; ανεπιθυμητα;
ανεπιθυμητη αλληλογραφια; καδος; διαγραμμενα; спам; корзина; удаленные; нежелательная почта; кошик; видалені;
кошче; דואר זבל; ספאם; אשפה; פריטים שנמחקו; البريد غير الهام; المهملات; غير مرغوب فيه; العناصر المحذوفة; 迷惑メール;
ゴミ箱; ごみ箱; 削除済みアイテム; 垃圾邮件; 垃圾郵件; 已删除; 已删除邮件; 已刪除的郵件; 废纸篓; 垃圾桶; 垃圾箱; 스팸;
스팸메일함; 휴지통; 지운 편지함; 지운편지함; sampah; thung rac; thu rac; ถังขยะ; จดหมายขยะ
"""
_USES = {
    fold(name): use
    for use, names in ((Use.SENT, _SENT), (Use.DRAFTS, _DRAFTS), (Use.JUNK, _JUNK))
    for name in names.split(";")
}
_SUFFIX = re.compile(r"(\.(mbox|sbd|mbx|maildir|imapmbox|eml|gz)){1,2}$", re.IGNORECASE)
_COPY = re.compile(r"[-_ ]*(\(.*\)|\d{1,4})$")
_UTF7 = re.compile(r"&([A-Za-z0-9+,]*)-")
_LABEL = re.compile(r'"([^"]*)"|([^,"]+)')
_AUTOMATIC = re.compile(
    r"(?:.*[._+=-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|donotrespond|not?[._-]?responder|ne[._-]?pas[._-]?repondre"
    r"|mailer[._-]?daemon|maildaemon|postmaster|bounces?|notifications?|notify|notifier|alerts?|auto-?confirm"
    r"|auto-?reply|autoresponder|auto-?mailer|automated|newsletters?|mailings?|unsubscribe|listserv|majordomo|cron)"
    r"(?:[._+=-].*|\d*)"
)
_MACHINES = re.compile(
    r"(?:reply|notifications?)\.github\.com|(?:.+\.)?facebookmail\.com|(?:.+\.)?bounces?\..+|unknown_sender"
    r"|(?:.+\.)?noreply\..+"
)
_LIST_LOCAL = re.compile(r"owner-.+|.+-(?:request|owner|bounces|subscribe|unsubscribe|announce)(?:\+.*)?")
_LIST_DOMAIN = re.compile(
    r"googlegroups\.com|groups\.google\.com|(?:.+\.)?groups\.io|yahoogroups\..+|freelists\.org"
    r"|(?:lists?|listserv|mailman|listas|listes|mailinglists?)\..+"
)
_LIST_HEADERS = ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere", "x-google-group-id")
_BULK = ("bulk", "list", "junk")
_ANSWER_HEADERS = ("x-autoreply", "x-autorespond", "x-failed-recipients")
_ANSWERS = ("auto_reply", "auto-reply", "autoreply")
_CALENDAR_REPLY = re.compile(rb"(?i)text/calendar\s*;[^:]{0,300}?method\s*=\s*\"?(?:reply|counter|declinecounter)")
_CALENDAR_BODY = re.compile(rb"(?im)^METHOD:(?:REPLY|COUNTER)\s*$")


@lru_cache(maxsize=4096)
def use_of_path(name: str) -> Use:
    """Tell what the mail under a path of folders (and the mbox file itself) is for.

    Suffixes, Maildir++ dots (`.INBOX.Sent`), copies (`Sent-1`) and IMAP's UTF-7 (`&AMk-l...`) are seen through. What
    lies in the trash stays there, whatever its own name is.
    """
    return max(_use_of_part(part) for part in name.split("/"))


def use_of_labels(value: str) -> Use:
    """Tell what the labels of an X-Gmail-Labels header make of a mail; they are in the language of their owner."""
    labels = _LABEL.findall(decode_words(value[:4000]))
    return max((_USES.get(fold(quoted or bare), Use.MAIL) for quoted, bare in labels), default=Use.MAIL)


def use_of_marks(headers: "Message[str, str]") -> Use:
    """Tell what a mail program's own marks make of a mail: Gmail's labels, deleted in Thunderbird or pine, unsent."""
    if labels := joined(headers, "x-gmail-labels"):
        return use_of_labels(labels)
    flags = headers.get("x-status", "")
    if "D" in flags + headers.get("status", "") or _is_expunged(headers.get("x-mozilla-status", "")):
        return Use.JUNK
    return Use.DRAFTS if "T" in flags or headers.get("x-unsent") == "1" else Use.MAIL


def is_machine(address: str) -> bool:
    """Tell whether nobody reads or writes at this address: no-reply, notifications, bounces and the like."""
    local, _, domain = address.partition("@")
    return _AUTOMATIC.fullmatch(local) is not None or _MACHINES.fullmatch(domain) is not None


def is_list(address: str) -> bool:
    """Tell whether an address is a mailing list's, by its form."""
    local, _, domain = address.partition("@")
    return _LIST_LOCAL.fullmatch(local) is not None or _LIST_DOMAIN.fullmatch(domain) is not None


def why_left_out(headers: "Message[str, str]", head: bytes, sender: str, *, by_me: bool) -> str | None:
    """Tell why a mail is no act of a person towards people; None where it is one.

    Args:
        headers: Its headers.
        head: Its first 64 KiB, for calendar replies.
        sender: The address it is from; may be empty.
        by_me: Whether the owner wrote it. Then marks of a mailer (List-Unsubscribe, Precedence) don't count: people
            write to people through such tools too. What a list sends back, and what answered by itself, still does.
    """
    marked = LEFT_OUT.get(use_of_marks(headers))
    if marked is not None:
        return marked
    names = {name.lower() for name in headers}
    precedence = headers.get("precedence", "").lower()
    if not names.isdisjoint(_LIST_HEADERS) or is_list(sender):
        return LISTS
    if not names.isdisjoint(_ANSWER_HEADERS) or precedence in _ANSWERS or _is_answer(headers, head):
        return ANSWERS
    if by_me:
        return None
    if is_machine(sender):
        return SENDERS
    return LISTS if "list-unsubscribe" in names or precedence in _BULK else None


def _is_expunged(status: str) -> bool:
    """Read X-Mozilla-Status: hexadecimal, bit 8 set on a mail that was deleted or moved but not yet compacted away."""
    try:
        return int(status or "0", 16) & 8 != 0
    except ValueError:
        return False


def _use_of_part(part: str) -> Use:
    bare = fold(_UTF7.sub(_decode_utf7, _SUFFIX.sub("", part)))
    # Maildir++ and some exports write the whole path in one name.
    for candidate in (bare, re.split(r"[.\\]", bare)[-1], _COPY.sub("", bare)):
        use = _USES.get(candidate.strip(" []"))
        if use is not None:
            return use
    return Use.MAIL


def _decode_utf7(found: re.Match[str]) -> str:
    """Resolve the modified UTF-7 of IMAP folder names (RFC 3501, 5.1.3)."""
    packed = found[1].replace(",", "/")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-16-be") or "&"
    except ValueError:
        return found[0]


def _is_answer(headers: "Message[str, str]", head: bytes) -> bool:
    submitted = headers.get("auto-submitted", "").partition(";")[0].strip().lower()
    if submitted not in ("", "no") or headers.get("content-type", "").lower().startswith("multipart/report"):
        return True
    if b"text/calendar" not in head and b"TEXT/CALENDAR" not in head:
        return False
    return _CALENDAR_REPLY.search(head) is not None or _CALENDAR_BODY.search(head) is not None
