"""Whether two names mean the same German company.

A name is read into folded words (umlauts, accents and case), without its legal form.
Two names are the SAME company if their legal forms do not contradict each other and
every word has its counterpart: the same word, its abbreviation or its parts written
apart; one side may add a town. A typing error is one where the word is known, as in
Stadwerke. In any other word it makes names MISSPELT, which is a question to a person:
Menden and Mengen are two towns. All else is at most SIMILAR: a holding and its
subsidiary, the utilities of two towns and two firms of one family share most letters.

How far words are apart is measured by rapidfuzz; this module knows which words count.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, Levenshtein

from .company_words import (
    ABBREVIATIONS,
    GENERIC,
    OPTIONAL,
    OWNERS,
    PLACE_ENDINGS,
    PLACES,
    PUBLIC_ENDINGS,
    SILENT,
    SURNAMES,
)

SAME, MISSPELT = "same", "misspelt"
# of a longer text only so much is read as a name: comparing takes words times words
MAX_LENGTH = 250
MAX_PARTS = 6

_DIGRAPH = re.compile(r"(?<![aeiouq])([aou])e")
_FORMS = (
    ("gmbh", r"gesellschaft mit beschrankter haftung"),
    ("gmbh", r"ges\.? ?m\.? ?b\.? ?h\b"),
    ("gmbh", r"(?:g\.? ?)?g\.? ?m\.? ?b\.? ?h\b"),
    ("gmbh", r"m\.? ?b\.? ?h\b"),
    (
        "ug",
        r"(?:unternehmergesellschaft|u\.? ?g\b)\.?(?: ?\(?haftungsbeschr\w*\.?\)?)?",
    ),
    ("kg", r"kommanditgesellschaft auf aktien|k\.? ?g\.? ?a\.? ?a\b"),
    ("kg", r"kommanditgesellschaft|k\.? ?g\b"),
    ("ag", r"aktiengesellschaft|a\.? ?g\b"),
    ("se", r"se\b"),
    ("ohg", r"offene handelsgesellschaft|o\.? ?h\.? ?g\b"),
    ("gbr", r"gesellschaft burgerlichen rechts|g\.? ?b\.? ?r\b"),
    ("ek", r"eingetragener? kauf(?:mann|frau)|e\.? ?k(?:fm|fr)?\b"),
    ("ev", r"eingetragener verein|e\.? ?v\b"),
    ("eg", r"eingetragene genossenschaft|e\.? ?g\b"),
    (
        "aor",
        r"anstalt d(?:es|\.) offentl(?:ichen|\.) rechts|a\.? ?(?:d\.? ?)?o\.? ?r\b",
    ),
    # what Bavaria calls it; the short form only behind a name
    ("aor", r"(?:gemeinsames )?kommunalunternehmen|(?<=[\w.,)] )g?ku\b"),
    (
        "kor",
        r"korperschaft d(?:es|\.) offentl(?:ichen|\.) rechts|k\.? ?d\.? ?o\.? ?r\b",
    ),
    ("partg", r"partnerschaftsgesellschaft(?: mbb)?|partg ?(?:mbb)?\b|mbb\b"),
    ("ltd", r"limited|ltd\b"),
    ("inc", r"inc\b|corp\b"),
    ("bv", r"b\.? ?v\b"),
    ("sarl", r"s\.? ?a\.? ?r\.? ?l\b"),
)
_ANY_FORM = "|".join(
    f"(?P<{name}_{index}>{text})" for index, (name, text) in enumerate(_FORMS)
)
_FORM = re.compile(rf"(?<![\w.])(?:{_ANY_FORM})\.?(?!\w)")
_AND_COMPANY = re.compile(r"(?:&|\+|\bund\b|\bu\.) ?(?:co(?:mp)?|cie)\b\.?")
# the owner behind the name, and a state that passes: in formation, in liquidation
_OWNER = re.compile(r"(?<=\w)[ ,(-]+inh(?:aber(?:in)?)?\b.*")
_STATE = re.compile(r"(?<!\w)i\. ?(?:g|gr|ins|l)\.(?!\w)")
_ELECTRIC = re.compile(r"(?<!\w)e-(?=technik)")
_POWER_PLANT = re.compile(r"(?<!\w)e-werk")
_NOBLE = re.compile(r"(?<=\w) v\.(?= ?\w{3})")
_WORD = re.compile(r"[^\W_]+\.?|[|,(]")
_ADDED = re.compile(r"(?:s?gesellschaft|s?ges\.|meisterbetrieb|meister)$")
_PLURAL = re.compile(r"(?:en|n|e|s)$")
# small words between the name of a town and what tells it from its namesakes
_TOWN_LINKS = frozenset({"a.", "b.", "d.", "i.", "o.", "v."})


class CompanyName(NamedTuple):
    """A name as it is compared.

    :param words: folded words in their order, an abbreviation with its full stop
    :param tail: how many of the last words stand where a town is added: behind the
        legal form, a comma or a bracket
    :param form: the legal form that decides, '' if the name has none
    """

    words: tuple[str, ...]
    tail: int
    form: str

    @property
    def key(self) -> str:
        """The words, as names are compared at a glance."""
        return " ".join(word.rstrip(".") for word in self.words)

    @property
    def joined(self) -> str:
        """The key in one word, which does not tell where a word was split."""
        return _join(self.words)

    @property
    def core(self) -> str:
        """The words that tell it from others: what is searched among many."""
        return " ".join(self._get_core_words()) or self.key

    @property
    def parts(self) -> set[str]:
        """The cores of names with less words, or with words written together."""
        words = self._get_core_words()[:MAX_PARTS]
        runs = [
            words[first : last + 1]
            for first in range(len(words))
            for last in range(first, len(words))
        ]
        return {" ".join(run) for run in runs} | {"".join(run) for run in runs}

    def _get_core_words(self) -> list[str]:
        return [word.rstrip(".") for word in self.words if not _is_common(word)]


def fold(text: str | None) -> str:
    """Return ``text`` without case, accents and umlauts: Müller = Mueller = MULLER."""
    text = _DIGRAPH.sub(r"\1", (text or "").casefold())
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text if not unicodedata.combining(char))


def parse(name: str | None) -> CompanyName:
    """Return the CompanyName of a name; False and '' give one without words.

    What is too long for a name counts as one word more, equal only to the same.
    """
    name = name or ""
    rest = name[MAX_LENGTH:]
    parsed = _parse(name[:MAX_LENGTH])
    if not rest.strip():
        return parsed
    mark = f"{zlib.crc32(fold(rest).encode()):x}"
    return parsed._replace(words=(*parsed.words, mark), tail=0)


@lru_cache(maxsize=8192)
def _parse(name: str) -> CompanyName:
    text = _AND_COMPANY.sub(" ", fold(name).replace("'", "").replace("\u2019", ""))
    text = _ELECTRIC.sub("elektro", _NOBLE.sub(" ", text))
    text = _POWER_PLANT.sub("elektrizitatswerk", text)
    text = _STATE.sub(" ", _OWNER.sub("", text))
    forms = set()

    def take_form(match: re.Match) -> str:
        forms.add(match.lastgroup.rpartition("_")[0])
        return " | "

    text = _FORM.sub(take_form, text)
    words, tail, seen_end = [], 0, False
    for word in _WORD.findall(text):
        if word in "|,(":
            seen_end = bool(words)
            continue
        added = _expand(word, words)
        words += added
        tail += len(added) if seen_end else 0
    return CompanyName(tuple(words), tail, _get_decisive_form(forms))


def is_same(
    left: CompanyName, right: CompanyName, towns: frozenset[str] = frozenset()
) -> bool:
    """Return whether two CompanyNames mean the same company, as far as names tell."""
    return compare(left, right, towns) == SAME


def compare(
    left: CompanyName, right: CompanyName, towns: frozenset[str] = frozenset()
) -> str:
    """Return SAME, MISSPELT or '': how sure two names mean one company.

    :param towns: folded words of the towns in the two addresses
    """
    if not left.words or not right.words:
        return ""
    if left.form and right.form and left.form != right.form:
        return ""
    if left.joined == right.joined:
        return SAME
    # in one order: which word answers which must not depend on who asks
    return _Alignment(*sorted((left, right)), towns).compare()


def get_similarity(left: CompanyName, right: CompanyName) -> float:
    """Return 0 to 100: how much two CompanyNames look alike, in any word order."""
    return fuzz.token_sort_ratio(left.key, right.key)


def get_town_words(*towns: str | None) -> frozenset[str]:
    """Return the folded words of names of towns, of which any may be missing."""
    return frozenset(word for town in towns for word in parse(town or "").words)


def _expand(word: str, before: list[str]) -> list[str]:
    """Return the words that a written word stands for, none if it says nothing."""
    plain = word.rstrip(".")
    if plain in ABBREVIATIONS:
        return ABBREVIATIONS[plain]
    if plain in OPTIONAL or (word in _TOWN_LINKS and before and _is_place(before[-1])):
        return []
    return [word if len(plain) < len(word) else plain]


def _get_decisive_form(forms: set[str]) -> str:
    # in a GmbH & Co. KG the KG is the company, the GmbH its partner
    for form in ("kg", "ag", "se"):
        if form in forms:
            return form
    return min(forms, default="")


def _join(words: Iterable[str]) -> str:
    return "".join(word.rstrip(".") for word in words)


def _is_joined(first: str, second: str, word: str) -> bool:
    if first.endswith("."):
        plain = second.rstrip(".")
        return len(first) > 3 and word.startswith(first[:-1]) and word.endswith(plain)
    if second.endswith("."):
        return len(second) > 2 and word.startswith(first + second[:-1])
    return first + second == word


def _is_place(word: str) -> bool:
    return word in PLACES


def _looks_like_place(word: str) -> bool:
    return word in PLACES or word.endswith(PLACE_ENDINGS)


@lru_cache(maxsize=8192)
def _is_common(word: str) -> bool:
    """Whether many companies share the word, abbreviated or misspelt as it may be."""
    if word in GENERIC:
        return True
    if word.endswith("."):
        return len(word) > 3 and any(full.startswith(word[:-1]) for full in GENERIC)
    return len(word) >= 7 and bool(
        process.extractOne(word, GENERIC, scorer=OSA.distance, score_cutoff=1)
    )


def _is_known(word: str) -> bool:
    return word in PLACES or word in GENERIC or word in SURNAMES


class _Alignment:
    """Which words of two names answer each other, and which are left over."""

    def __init__(
        self, left: CompanyName, right: CompanyName, towns: frozenset[str]
    ) -> None:
        self.left, self.right = list(left.words), list(right.words)
        self.names, self.towns = (left, right), towns
        self.matched: list[str] = []
        self.errors, self.is_misspelt = 0, False
        for find in (
            self._find_equal,
            self._find_joined,
            self._find_abbreviated,
            self._find_variant,
            self._find_misspelt,
        ):
            find(self.left, self.right)
            find(self.right, self.left)

    def compare(self) -> str:
        if not self._is_one_company():
            return ""
        return MISSPELT if self.is_misspelt else SAME

    def _is_one_company(self) -> bool:
        initials = [word for word in (*self.left, *self.right) if _is_initial(word)]
        for rest, name in zip((self.left, self.right), self.names, strict=True):
            rest[:] = [
                word
                for word in rest
                if not _is_silent(word, name.words)
                and not (word in self.matched and name.words.count(word) > 1)
                and not (len(initials) == 1 and _is_rare_initial(word, name.words))
            ]
        if self.left and self.right:
            return False
        if self.errors > (1 if len(self.matched) < 3 else 2):
            return False
        core = [word for word in self.matched if word not in GENERIC]
        if not core:
            return not self.left and not self.right
        if not self.left and not self.right:
            return True
        name = self.names[0] if self.left else self.names[1]
        return self._is_added_town(name, self.left or self.right, core)

    def _is_added_town(
        self, name: CompanyName, rest: list[str], core: list[str]
    ) -> bool:
        """The town of the address, a known one, or what stands in its position."""
        is_public = any(_is_public(word) for word in self.matched)
        if is_public or all(_is_place(word) for word in core):
            return False  # Stadtwerke Neustadt and Stadtwerke Neustadt in Holstein
        tail = name.words[len(name.words) - name.tail :] if name.tail else ()
        last = name.words[-1]
        if _looks_like_place(last) or name.words[-2] == "bad":
            tail = (*tail, last)
        return len(rest) <= 4 and all(
            word in self.towns
            or _is_place(word)
            or (word in tail and word not in GENERIC and word.isalpha())
            for word in rest
        )

    def _take(
        self,
        pairs: Iterable[tuple[list[str], str]],
        left: list[str],
        right: list[str],
    ) -> Iterator[tuple[list[str], str]]:
        for words, word in pairs:
            if word in right and all(part in left for part in words):
                for part in words:
                    left.remove(part)
                right.remove(word)
                self.matched.append(word)
                yield words, word

    def _find_equal(self, left: list[str], right: list[str]) -> None:
        pairs = [([word], word) for word in left if word in right]
        list(self._take(pairs, left, right))

    def _find_joined(self, left: list[str], right: list[str]) -> None:
        """Elektro Technik, Elektro-Technik and Elektrotechnik"""
        pairs = [
            ([first, second], word)
            for first, second in pairwise(left)
            for word in right
            if _is_joined(first, second, word)
        ]
        list(self._take(pairs, left, right))

    def _find_abbreviated(self, left: list[str], right: list[str]) -> None:
        """Stadtw. and Stadtwerke; an initial only before or behind a name"""
        pairs = [
            ([short], word)
            for short in left
            for word in right
            if short.endswith(".")
            and _is_abbreviation(short[:-1], word)
            and len(word) >= len(short)
            and (len(short) > 2 or self.matched)
        ]
        list(self._take(pairs, left, right))

    def _find_variant(self, left: list[str], right: list[str]) -> None:
        """Verpackung and Verpackungen, Hausverwaltung and ...verwaltungsgesellschaft"""
        pairs = [
            ([word], other)
            for word in left
            for other in right
            if _get_stem(word) == _get_stem(other)
        ]
        list(self._take(pairs, left, right))

    def _find_misspelt(self, left: list[str], right: list[str]) -> None:
        pairs = [
            ([word], other) for word in left for other in right if _is_typo(word, other)
        ]
        for (word,), other in self._take(pairs, left, right):
            self.errors += 1
            self.is_misspelt |= not (word in GENERIC or other in GENERIC)


def _is_abbreviation(short: str, word: str) -> bool:
    """Masch and Maschb stand for Maschinenbau: its beginning, and how it goes on."""
    if word.startswith(short):
        return True
    return (
        word in GENERIC
        and len(short) > 3
        and word.startswith(short[:3])
        and _has_letters(short, word)
    )


def _get_stem(word: str) -> str:
    """Return a word without what a company may add to its trade."""
    stem = _ADDED.sub("", word)
    if stem in GENERIC or word in GENERIC or stem.endswith("ung"):
        stem = _PLURAL.sub("", stem)
    return stem if len(stem) > 4 else word


def _is_longer_name(left: str, right: str) -> bool:
    """Whether a letter at the end makes another name: Huber and Hubert"""
    short, long = sorted((left, right), key=len)
    return (
        len(short) < len(long) < 10
        and long.startswith(short)
        and long[-1] != short[-1]
        and not (left in GENERIC or right in GENERIC)
    )


def _is_initial(word: str) -> bool:
    return len(word) == 2 and word.endswith(".")


def _is_rare_initial(word: str, words: tuple[str, ...]) -> bool:
    """Whether an initial adds nothing: of a family name that few people have."""
    return _is_initial(word) and SURNAMES.isdisjoint(words)


def _is_public(word: str) -> bool:
    """Whether the word names what towns do: what is added to it is a town, too."""
    return word.endswith(PUBLIC_ENDINGS)


def _is_silent(word: str, words: tuple[str, ...]) -> bool:
    """Whether a name says nothing more with the word than without it.

    :param words: all words of the name: SWU is silent in SWU Stadtwerke Ulm, and Stadt
        in Stadt Ulm, Stadtwerke
    """
    if word in SILENT:
        return True
    others = [other for other in words if other != word]
    if word in OWNERS:
        return any(_is_public(other) for other in others)
    return _is_acronym(word, others)


def _is_acronym(word: str, others: list[str]) -> bool:
    """Whether the letters of the word stand in the others, from the first of one on."""
    plain = word.rstrip("0123456789")
    if not (2 < len(plain) < 6 and plain.isalpha()) or word in GENERIC:
        return False
    if len(others) < 2:
        return False
    firsts = [n for n, other in enumerate(others) if other[0] == plain[0]]
    return any(_has_letters(plain, "".join(others[first:])) for first in firsts)


def _has_letters(short: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in short)


def _is_typo(left: str, right: str) -> bool:
    """Whether two words are one, with a typing error in either."""
    shorter, longer = sorted((len(left), len(right)))
    if shorter < 4 or longer < 5 or left[0] != right[0]:
        return False
    if not (left.isalpha() and right.isalpha()):
        return False
    if _is_known(left) and _is_known(right):
        return False  # Landau and Lindau, Müller and Möller
    distance = OSA.distance(left, right, score_cutoff=2)
    if distance == 2:
        return shorter >= 11
    if distance > 2:
        return False
    places = _looks_like_place(left) and _looks_like_place(right)
    replaced = shorter == longer and Levenshtein.distance(left, right) == 1
    if not replaced:
        return not _is_longer_name(left, right)
    # another letter makes another name more often than a left out or doubled one
    return not places and (longer >= 8 or _is_known(left) or _is_known(right))
