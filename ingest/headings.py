"""Names of columns in the wild, by what they mean, folded.

In English, German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese and Japanese.
"""

import re
import unicodedata

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
        "verzonden|tijdstip|дата|дата и время|отправлено|日期|时间|日時|日付"
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
        "collegamento|ссылка|链接|リンク"
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
        "邮箱|メール|メールアドレス"
    ),
    "handle": (
        "handle|username|user name|screen name|screenname|nick|nickname|twitter|twitter handle|x handle|"
        "account|account id|benutzername|nom d utilisateur|usuario|nome utente|gebruikersnaam|ник"
    ),
    "org": (
        "org|organization|organisation|company|company name|employer|institution|affiliation|"
        "organization name|organization 1 name|firma|unternehmen|arbeitgeber|entreprise|societe|organisme|"
        "empresa|organizacion|azienda|societa|bedrijf|organisatie|компания|организация|公司|単位|会社"
    ),
    "job": (
        "job title|job|position|role|occupation|title|organization title|organization 1 title|jobtitel|"
        "funktion|beruf|stelle|titel|poste|fonction|cargo|puesto|ruolo|posizione|functie|должность|职位|"
        "職位|役職"
    ),
    "list": (
        "list|lists|group|groups|group membership|labels|label|tag|tags|category|categories|liste|gruppe|"
        "gruppen|groupe|grupo|lista|gruppo|lijst|groep|список|группа"
    ),
    "first": "first name|firstname|given name|vorname|prenom|nombre|nome|voornaam|имя|名",
    "last": (
        "last name|lastname|surname|family name|nachname|nom|apellidos|apellido|cognome|sobrenome|achternaam|фамилия|姓"
    ),
    "clock": "time|uhrzeit|zeit|heure|hora|ora|tijd|время",
}


def fold(text: str) -> str:
    """Fold a column's name: lower case, no accents, single spaces for whatever is no letter or digit."""
    parts = unicodedata.normalize("NFKD", text).casefold()
    # Decomposing may bring new capitals (㎀ is pA), and folding new marks (İ).
    parts = unicodedata.normalize("NFKD", parts)
    bare = "".join(each for each in parts if not unicodedata.combining(each))
    return " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", bare)))


WORDS = {meaning: {fold(word): rank for rank, word in enumerate(words.split("|"))} for meaning, words in _TEXT.items()}
"""By option (and `first`, `last` name, `clock` time): folded names of columns, each with its rank, the best first."""
