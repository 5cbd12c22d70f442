"""Names as directories write them, `Lee, Ann`, turned round to `Ann Lee`, where nothing else can be meant.

What stands behind a comma may also be a suffix (`Ann Lee, PhD`), a legal form (`Stone, Inc.`), a company or a place. A
name that is left as it is costs little, a name turned wrongly looks foolish: so in doubt it stays.
"""

import re

from graph.names import fold

_ASIDE = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
# A word of a name: letters, with hyphens, apostrophes, or an initial's dot.
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_ACRONYM_LENGTH = 5


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTICLES = _words(
    "af al ap av bin da dal dalla das de degli dei del dela della den der des di do dos du e el ibn la las le los "
    "mac ten ter van vom von y zu zum zur"
)
_NO_NAMES = _words(
    "jr sr jun sen junior senior ii iii iv phd md dds dvm do jd llm mba msc bsc mphil ba ma bs ms rn pe pmp cpa "
    "cfa esq prof dr dipl ing mag mr mrs ms inc gmbh mbh ltd llc llp lp plc corp co ag sa kg ohg ug se bv nv oy "
    "ab as aps srl spa sarl sas pty ev eg "
    "accounting accounts admin agency alumni association bank billing board bureau business care center centre "
    "church city clinic club college committee community company consulting contact corporate corporation council "
    "customer department dept desk digital division editor editorial education enterprise events faculty finance "
    "foundation global group health help helpdesk holding hospital hotel hr info information institute "
    "international it lab law legal library limited mail management marketing media meetings ministry museum "
    "network news newsletter office online operations partners press project recruiting research reservations "
    "room sales school secretary security service services shop society software solutions sons staff store "
    "studio support systems team tech technologies technology the travel university ventures abteilung amt "
    "buchhaltung buro firma kanzlei kundenservice praxis schule sekretariat stadt universitat verein verlag "
    "vertrieb"
)


def put_surname_last(name: str, address: str) -> str:
    """Give a name with the first name first; as it is where that is not certain.

    Args:
        name: As it stands beside an address.
        address: Whose part before the @ decides where the surname has several words.
    """
    last, comma, first = _ASIDE.sub("", name).partition(",")
    surnames, firsts = last.split(), first.split()
    own = [word for word in surnames if word.lower() not in _PARTICLES]
    if not comma or not 0 < len(own) <= 2 or len(surnames) > 5 or not all(map(_is_name, own)) or not _is_first(firsts):
        return name
    if len(own) > 1 and not (_is_in(own, address) and _is_in(firsts, address)):
        return name
    return f"{' '.join(firsts)} {' '.join(surnames)}"


def _is_first(words: list[str]) -> bool:
    if not 0 < len(words) <= 4 or words[0].lower() in _PARTICLES:
        return False
    # LEE, MBA: in capitals throughout, short words may be anything.
    acronyms = (1 < len(word.rstrip(".")) <= _ACRONYM_LENGTH and word.isupper() for word in words)
    return not any(acronyms) and all(_is_name(word) or word in _PARTICLES for word in words)


def _is_name(word: str) -> bool:
    # Scripts without capitals have an order of their own.
    return bool(_WORD.fullmatch(word)) and word[0].isupper() and fold(word).replace(".", "") not in _NO_NAMES


def _is_in(words: list[str], address: str) -> bool:
    local = fold(address.partition("@")[0])
    return any(len(plain) > 2 and plain in local for plain in map(fold, words))
