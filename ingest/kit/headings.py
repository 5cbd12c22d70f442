"""Names of columns in the wild, by what they mean, folded.

In English, German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese and Japanese; those of people also in
Polish, Swedish and its neighbours, Turkish, Czech, Romanian, Finnish, Indonesian and Korean.
"""

import re
from collections.abc import Iterable

from graph.people.names import fold as fold_name

_TEXT = {
    "from": (
        "from|sender|author|actor|source|caller|from user|from email|from address|sender email|sent by|"
        "user|by|organizer|from account|von|absender|verfasser|autor|de|expediteur|auteur|emisor|remitente|"
        "da|mittente|autore|remetente|van|afzender|от|от кого|отправитель|发件人|寄件者|差出人|送信者"
    ),
    "to": (
        "to|recipient|recipients|addressee|addressees|receiver|target|callee|to user|to email|to address|"
        "sent to|attendees|participants|mentions|to account|an|empfanger|empfaenger|adressat|teilnehmer|a|"
        "destinataire|destinataires|para|destinatario|destinatarios|destinatari|aan|ontvanger|ontvangers|"
        "кому|получатель|收件人|收件者|宛先|受信者"
    ),
    "cc": "cc|copy|copied|kopie|copie|copia|копия|抄送",
    "bcc": "bcc|blind copy|blindkopie|cci|cco|ccn",
    "at": (
        "at|date|datetime|date time|timestamp|time|sent|sent at|sent on|sent date|date sent|created|"
        "created at|created on|when|day|received|occurred at|start|start time|datum|datum uhrzeit|"
        "zeitpunkt|zeitstempel|gesendet|gesendet am|erstellt|wann|tag|date d envoi|date heure|envoye|"
        "envoye le|quand|fecha|fecha y hora|enviado|cuando|data|data e ora|inviato|quando|data hora|"
        "verzonden|tijdstip|envoyee le|enviada el|enviada em|inviato il|verzonden op|"
        "дата|дата и время|отправлено|日期|时间|日時|日付"
    ),
    "kind": (
        "kind|type|interaction|interaction type|action|activity|activity type|channel|art|typ|kontaktart|"
        "genre|tipo|soort|тип|类型|種類"
    ),
    "id": (
        "id|message id|messageid|guid|uid|uuid|event id|record id|tweet id|post id|nachrichten id|"
        "identifiant|identificador|identificativo"
    ),
    "url": (
        "url|link|permalink|web address|profile|profile url|website|web site|homepage|webseite|lien|enlace|"
        "collegamento|ссылка|链接|リンク|profil url|url du profil|url del perfil|url do perfil|url del profilo|"
        "adres url|profil baglantisi|网址|プロフィール url"
    ),
    "title": (
        "title|subject|topic|headline|betreff|thema|titel|objet|sujet|titre|asunto|titulo|oggetto|titolo|"
        "assunto|onderwerp|тема|主题|主旨|件名"
    ),
    "thread": (
        "thread|thread id|conversation|conversation id|unterhaltung|konversation|conversacion|"
        "conversazione|conversa|gesprek"
    ),
    "from-name": (
        "from name|sender name|author name|absendername|name des absenders|nom de l expediteur|"
        "nombre del remitente|nome mittente|nome do remetente|naam afzender"
    ),
    "to-name": (
        "to name|recipient name|empfangername|name des empfangers|nom du destinataire|"
        "nombre del destinatario|nome destinatario|nome do destinatario|naam ontvanger"
    ),
    "name": (
        "name|full name|fullname|display name|contact|contact name|person|people|vollstandiger name|"
        "kontakt|nom complet|nom prenom|nombre completo|nombre y apellidos|nome completo|volledige naam|"
        "naam|имя|фио|姓名|名前|氏名"
    ),
    "email": (
        "email|e mail|mail|email address|e mail address|mail address|primary email|work email|emails|"
        "e mail 1 value|e mail adresse|email adresse|mailadresse|adresse e mail|courriel|adresse mail|"
        "correo|correo electronico|posta elettronica|indirizzo email|e post|e mailadres|почта|电子邮件|"
        "邮箱|メール|メールアドレス|adres e mail|e postadress|e posta|e posta adresi|электронная почта|"
        "адрес электронной почты|电邮地址|이메일 주소|e mailova adresa|alamat email|endereco de e mail|"
        "direccion de correo electronico|indirizzo e mail|e mailadressen|emailadres"
    ),
    "handle": (
        "handle|username|user name|screen name|screenname|nick|nickname|twitter|twitter handle|x handle|"
        "account|account id|benutzername|nom d utilisateur|usuario|nome utente|gebruikersnaam|ник"
    ),
    "org": (
        "org|organization|organisation|company|company name|employer|institution|affiliation|"
        "organization name|organization 1 name|firma|unternehmen|arbeitgeber|entreprise|societe|organisme|"
        "empresa|organizacion|azienda|societa|bedrijf|organisatie|компания|организация|公司|単位|会社|"
        "foretag|arbetsgivare|sirket|virksomhed|bedrift|当前公司|勤務先|会社名|회사|spolecnost|companie|perusahaan|"
        "yritys"
    ),
    "job": (
        "job title|job|position|role|occupation|title|organization title|organization 1 title|jobtitel|"
        "funktion|beruf|stelle|titel|poste|fonction|cargo|puesto|ruolo|posizione|functie|должность|职位|"
        "職位|役職|stanowisko|befattning|pozisyon|unvan|stilling|职务|職務|役職名|직책|pozice|jabatan|"
        "berufsbezeichnung|intitule de poste|posicao|posicion|qualifica|positie|tehtavanimike"
    ),
    "list": (
        "list|lists|group|groups|group membership|labels|label|tag|tags|category|categories|liste|gruppe|"
        "gruppen|groupe|grupo|lista|gruppo|lijst|groep|список|группа"
    ),
    "first": (
        "first name|firstname|given name|vorname|prenom|nombre|nome|voornaam|имя|名|"
        "imie|fornamn|fornavn|adi|isim|名字|이름|jmeno|prenume|nama depan|etunimi|primeiro nome|ime"
    ),
    "last": (
        "last name|lastname|surname|family name|nachname|nom|apellidos|apellido|cognome|sobrenome|achternaam|фамилия|"
        "姓|nazwisko|efternamn|efternavn|etternavn|soyad|soyadi|soyisim|姓氏|성|prijmeni|nume|nama belakang|sukunimi|"
        "nom de famille|apelido|prezime"
    ),
    "connected": (
        "connected on|connected|connection date|verbunden am|vernetzt am|vernetzt seit|kontakt seit|connecte le|"
        "en relation le|en relation depuis|date de connexion|conectado el|conectado en|fecha de conexion|"
        "contacto desde|conectado em|data de conexao|conexao em|collegato il|data di collegamento|"
        "data collegamento|connesso il|verbonden op|connectie sinds|datum connectie|data polaczenia|"
        "data nawiazania kontaktu|polaczono|kontakt sedan|kontaktdatum|ansluten den|baglanti tarihi|"
        "baglanma tarihi|дата установления контакта|дата добавления|дата связи|контакт с|"
        "建立联系时间|加为好友时间|联系日期|连接日期|建立關係日期|つながった日|つながり日|연결 날짜|"
        "forbundet den|tilknyttet|pripojeno|conectat la|terhubung pada"
    ),
    "clock": "time|uhrzeit|zeit|heure|hora|ora|tijd|время",
}


def fold(text: str) -> str:
    """Fold a column's name: as `graph.people.names.fold` does, but single spaces for whatever is no letter or digit."""
    return " ".join(re.findall(r"[^\W_]+", fold_name(text)))


HEADINGS = {meaning: {fold(word): n for n, word in enumerate(words.split("|"))} for meaning, words in _TEXT.items()}
"""By meaning (an option of the source `csv`, or another): folded names of columns with their ranks, the best first."""

_ALL = frozenset(word for words in HEADINGS.values() for word in words)


def count_headings(cells: Iterable[str]) -> int:
    """Count the cells that are known names of columns."""
    return sum(fold(cell) in _ALL for cell in cells)
