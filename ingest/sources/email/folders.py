"""What a mail folder or a Gmail label is for, by its name in the languages of common mail programs."""

import base64
import re
from collections.abc import Collection
from email.message import Message
from enum import Enum
from functools import lru_cache

from graph.names import fold
from ingest.kit.mail_addresses import decode_words
from ingest.sources.email.headers import joined


class Use(Enum):
    """What a folder or label is for, as far as it matters here."""

    MAIL = "mail"
    SENT = "sent"
    DRAFTS = "drafts"
    JUNK = "junk"


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
_PLUMBING = frozenset({"cur", "new", "tmp", "mbox", "messages", "data", "maildir"})


def strongest(uses: Collection[Use]) -> Use:
    """Of several uses, tell the one that decides: junk, then drafts, then sent."""
    return next((use for use in (Use.JUNK, Use.DRAFTS, Use.SENT) if use in uses), Use.MAIL)


@lru_cache(maxsize=4096)
def use_of_path(name: str) -> Use:
    """Tell what the mail under a path of folders (and the mbox file itself) is for.

    Suffixes, Maildir++ dots (`.INBOX.Sent`), copies (`Sent-1`) and IMAP's UTF-7 (`&AMk-l...`) are seen through. What
    lies in the trash stays there, whatever its own name is.
    """
    return strongest({_use_of_part(part) for part in name.split("/") if part.lower() not in _PLUMBING})


def use_of_labels(value: str) -> Use:
    """Tell what the labels of an X-Gmail-Labels header make of a mail; they are in the language of their owner."""
    labels = _LABEL.findall(decode_words(value[:4000]))
    return strongest({_USES.get(fold(quoted or bare), Use.MAIL) for quoted, bare in labels})


def use_of_marks(headers: "Message[str, str]") -> Use:
    """Tell what a mail program's own marks make of a mail: Gmail's labels, deleted in Thunderbird or pine, unsent."""
    if labels := joined(headers, "x-gmail-labels"):
        return use_of_labels(labels)
    flags = headers.get("x-status", "")
    if "D" in flags + headers.get("status", "") or _is_expunged(headers.get("x-mozilla-status", "")):
        return Use.JUNK
    return Use.DRAFTS if "T" in flags or headers.get("x-unsent") == "1" else Use.MAIL


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
