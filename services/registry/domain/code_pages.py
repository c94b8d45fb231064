"""Vietnamese names that went through a wrong code page: how a name looks then, and how it would read.

Nothing here is certain, so an import that finds such a name asks. A name is under suspicion when most of its accented
words are no Vietnamese syllables, while the same bytes read by another code page give such syllables.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final
from unicodedata import normalize

_MARKS: Final = "àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
_LETTERS: Final = "".join(sorted({*_MARKS, *_MARKS.upper(), *"ăâđêôơưĂÂĐÊÔƠƯ"}))

_TCVN3: Final = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
"""TCVN 5712:1993 VN3 (ABC fonts), as it looks in Latin 1."""

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT, _ROUND, _BREVE = "\u0300\u0301\u0309\u0303\u0323\u0302\u0306"
_VNI_MARKS: Final = {
    "ø": _GRAVE, "ù": _ACUTE, "û": _HOOK, "õ": _TILDE, "ï": _DOT, "â": _ROUND, "à": _ROUND + _GRAVE,
    "á": _ROUND + _ACUTE, "å": _ROUND + _HOOK, "ã": _ROUND + _TILDE, "ä": _ROUND + _DOT, "ê": _BREVE,
    "è": _BREVE + _GRAVE, "é": _BREVE + _ACUTE, "ú": _BREVE + _HOOK, "ü": _BREVE + _TILDE, "ë": _BREVE + _DOT,
}  # fmt: skip
_VNI_LETTERS: Final = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI: Final = re.compile(f"([aeouyôö])([{''.join(_VNI_MARKS)}])|[{''.join(_VNI_LETTERS)}]", re.IGNORECASE)

_ONSETS: Final = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]"
_NUCLEI: Final = (
    "iêu|yêu|ươi|ươu|uôi|uyê|oai|oay|oeo|uây|uya|oao|uêu|uyu|"
    "ai|ao|au|ay|âu|ây|eo|êu|ia|iê|iu|oa|oă|oe|oi|oo|ôi|ơi|ua|uâ|uê|ui|uô|uơ|uy|ưa|ươ|ưi|ưu|yê|[aăâeêioôơuưy]"
)
_SYLLABLE: Final = re.compile(f"(?:{_ONSETS})?(?:{_NUCLEI})(?:ch|nh|ng|[cmnpt])?")
_TONES: Final = re.compile(f"[{_GRAVE}{_ACUTE}{_HOOK}{_TILDE}{_DOT}]")
_WORD: Final = re.compile(r"[^\s\d.,;:/()\"'“”‘’–-]+")
_LOST: Final = re.compile(r"\w\?\w")


def suspected(name: str) -> str | None:
    """How a name would read by the right code page; None when nothing speaks against it as it stands.

    Where letters were lost for good, each stands as a question mark.
    """
    for reread in _READINGS:
        if (reading := reread(name)) is not None and reading != name:
            return reading
    return name if _LOST.search(name) else None


def _is_syllable(word: str) -> bool:
    toneless = normalize("NFC", _TONES.sub("", normalize("NFD", word.lower())))
    return _SYLLABLE.fullmatch(toneless) is not None


def _by_legacy(name: str, decode: Callable[[str], str]) -> str | None:
    """A name all in Latin 1 of which the code page makes more syllables, and most of its accented words are some."""
    if name.isascii() or max(name) > "\xff":
        return None
    accented = [word for word in _WORD.findall(name) if not word.isascii() and len(word) > 1]
    before, after = (sum(map(_is_syllable, words)) for words in (accented, map(decode, accented)))
    return decode(name) if after > max(before, len(accented) // 2) else None


def _tcvn3(text: str) -> str:
    return "".join(_TCVN3.get(letter, letter) for letter in text)


def _vni(text: str) -> str:
    def one(found: re.Match[str]) -> str:
        if found[1] is None:
            letter = _VNI_LETTERS[found[0].lower()]
            return letter.upper() if found[0].isupper() else letter
        base = _VNI_LETTERS.get(found[1].lower(), found[1].lower())
        whole = normalize("NFC", base + _VNI_MARKS[found[2].lower()])
        return whole.upper() if found[1].isupper() else whole

    return _VNI.sub(one, text)


def _cp1258(text: str) -> str:
    try:
        return normalize("NFC", text.encode("cp1252").decode("cp1258"))
    except UnicodeError:
        return text


def _misread(letter: str, page: str) -> str:
    """How the UTF-8 bytes of a letter look in a one-byte code page; what the page lacks is as in Latin 1."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in letter.encode())


_UTF8: Final[Mapping[str, str]] = {
    _misread(letter, page): letter for letter in _LETTERS for page in ("cp1252", "latin-1")
}
_UTF8_SEEN: Final = re.compile("|".join(map(re.escape, sorted(_UTF8, key=len, reverse=True))))


def _utf8(name: str) -> str | None:
    """The name as UTF-8 that was read by a one-byte code page, once or several times over."""
    try:
        whole = b"".join(letter.encode("cp1252" if letter > "\x9f" else "latin-1") for letter in name).decode()
    except UnicodeError:
        whole = _UTF8_SEEN.sub(lambda found: _UTF8[found[0]], name)
    return None if whole == name else _utf8(whole) or whole


_READINGS: Final[tuple[Callable[[str], str | None], ...]] = (
    _utf8,
    partial(_by_legacy, decode=_tcvn3),
    partial(_by_legacy, decode=_vni),
    partial(_by_legacy, decode=_cp1258),
)
