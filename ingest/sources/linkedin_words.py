"""The words of LinkedIn exports: columns, months and gone members, in the languages that exports come in.

The columns of LinkedIn's own exports are known in English and, of Connections.csv, in German; the other languages are
translations of those words, and `linkedin_tables` falls back on what is in the columns where none of them is met.
"""

import re

from graph.names import fold as fold_name
from ingest.headings import WORDS

_WORD = re.compile(r"[^\W_]+")
_FIRST = "imie|fornamn|fornavn|ad|adi|isim|first|名字|名|이름|jmeno|prenume|nama depan|etunimi|primeiro nome|ime"
_LAST = (
    "nazwisko|efternamn|efternavn|etternavn|soyad|soyadi|soyisim|姓氏|姓|성|prijmeni|nume|nama belakang|sukunimi|"
    "nom de famille|apelido|apellidos|фамилия|prezime"
)
_URL = (
    "profil url|url du profil|url del perfil|url do perfil|url del profilo|adres url|profil baglantisi|网址|"
    "プロフィール url"
)
_EMAIL = (
    "adres e mail|e postadress|e posta|e posta adresi|электронная почта|адрес электронной почты|电子邮件|电邮地址|"
    "이메일 주소|e mailova adresa|alamat email|endereco de e mail|direccion de correo electronico|indirizzo e mail|"
    "e mailadressen|emailadres|e mailadres"
)
_COMPANY = (
    "foretag|arbetsgivare|sirket|firma|virksomhed|bedrift|当前公司|勤務先|会社名|회사|spolecnost|companie|perusahaan|"
    "yritys"
)
_POSITION = (
    "position|stanowisko|befattning|titel|pozisyon|unvan|stilling|职务|職務|役職名|직책|pozice|functie|jabatan|"
    "berufsbezeichnung|intitule de poste|posicao|posicion|qualifica|positie|tehtavanimike"
)
_CONNECTED = (
    "connected on|connected|connection date|verbunden am|vernetzt am|vernetzt seit|kontakt seit|connecte le|"
    "en relation le|en relation depuis|date de connexion|conectado el|conectado en|fecha de conexion|contacto desde|"
    "conectado em|data de conexao|conexao em|collegato il|data di collegamento|data collegamento|connesso il|"
    "verbonden op|connectie sinds|datum connectie|data polaczenia|data nawiazania kontaktu|polaczono|kontakt sedan|"
    "kontaktdatum|ansluten den|baglanti tarihi|baglanma tarihi|дата установления контакта|дата добавления|дата связи|"
    "контакт с|建立联系时间|加为好友时间|联系日期|连接日期|建立關係日期|つながった日|つながり日|연결 날짜|"
    "forbundet den|tilknyttet|pripojeno|conectat la|terhubung pada"
)


def fold(text: str) -> str:
    """Fold a column's name: as names are folded, single spaces for whatever is no letter or digit."""
    return " ".join(_WORD.findall(fold_name(text)))


def words(*texts: str) -> frozenset[str]:
    """Make a set of folded words out of words parted by bars."""
    return frozenset(fold(word) for text in texts for word in text.split("|"))


FIRST = words(_FIRST) | frozenset(WORDS["first"])
LAST = words(_LAST) | frozenset(WORDS["last"])
URL = words(_URL) | frozenset(WORDS["url"])
EMAIL = words(_EMAIL) | frozenset(WORDS["email"])
COMPANY = words(_COMPANY) | frozenset(WORDS["org"])
POSITION = words(_POSITION) | frozenset(WORDS["job"])
CONNECTED = words(_CONNECTED)
FROM = words("from") | frozenset(WORDS["from"])
TO = words("to") | frozenset(WORDS["to"])
SENT = words("sent at|gesendet am|envoyee le|enviada el|enviada em|inviato il|verzonden op") | frozenset(WORDS["at"])


# --- dates -----------------------------------------------------------------------------------------------------------

# What `ingest.when` does not know: Polish, Swedish and its neighbours, Turkish, Russian, Romanian, Indonesian.
_MONTHS = (
    "styczen stycznia sty ocak oca январь января янв ianuarie ian",
    "luty lutego lut subat sub fevr февраль февраля февр фев februarie",
    "marzec marca mart март марта мар martie maret marts",
    "kwiecien kwietnia kwi nisan nis апрель апреля апр aprilie",
    "maj maja mayis май мая",
    "czerwiec czerwca cze haziran haz июнь июня июн iunie iun",
    "lipiec lipca lip temmuz tem июль июля июл iulie iul",
    "sierpien sierpnia sie agustos agu август августа авг augusti agustus agt",
    "wrzesien wrzesnia wrz eylul eyl сентябрь сентября сент сен septembrie",
    "pazdziernik pazdziernika paz ekim eki октябрь октября окт octombrie",
    "listopad listopada lis kasim kas ноябрь ноября нояб ноя noiembrie noi nop",
    "grudzien grudnia gru aralik ara декабрь декабря дек decembrie des desember",
)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_OF = {
    fold_name(word): english for names, english in zip(_MONTHS, _ENGLISH, strict=True) for word in names.split()
}
_LETTERS = re.compile(r"[^\W\d_]+")
_FILLER = frozenset({"г", "р", "de", "del"})


def in_english(date: str) -> str:
    """Write the months of a date in English where `ingest.when` does not know them; the rest stays as it is."""
    if date.isascii() and not _LETTERS.search(date):
        return date
    return _LETTERS.sub(_translated, date.replace("년", "-").replace("월", "-").replace("일", ""))


def _translated(found: re.Match[str]) -> str:
    word = fold_name(found[0])
    return " " if word in _FILLER else _MONTH_OF.get(word, found[0])


# --- members that are gone -------------------------------------------------------------------------------------------

_GONE = frozenset(
    fold(name)
    for name in (
        "LinkedIn Member", "LinkedIn User", "LinkedIn-Mitglied", "Mitglied von LinkedIn", "Membre de LinkedIn",
        "Utilisateur LinkedIn", "Miembro de LinkedIn", "Usuario de LinkedIn", "Usuário do LinkedIn",
        "Membro do LinkedIn", "Utente LinkedIn", "Membro di LinkedIn", "LinkedIn-lid", "Członek LinkedIn",
        "Użytkownik LinkedIn", "LinkedIn-medlem", "LinkedIn Üyesi", "Участник LinkedIn", "领英会员",
        "LinkedIn 会员", "LinkedIn 會員", "LinkedInメンバー", "LinkedIn 회원",
    )
)  # fmt: skip


def is_gone(name: str) -> bool:
    """Tell whether a name stands for a member who closed the account."""
    return fold(name) in _GONE
