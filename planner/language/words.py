"""The words of an instruction, brought to one form.

"Pleese put teh red block into the blue bowl!" becomes
"put the red block into the blue bowl": lower case, spelling mended against the
words that mean something, numbers as digits, politeness gone, verbs by one name.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from perception.words import COLOUR_WORDS, ORDINALS, SHAPE_WORDS, SUPERLATIVES

ARTICLES = frozenset("the a an this that these those my your its".split())
PHRASE_WORDS = frozenset((*COLOUR_WORDS, *ORDINALS, *SHAPE_WORDS, *SUPERLATIVES))
# One name for each verb; phrases first, longest first.
_SYNONYMS: tuple[tuple[str, str], ...] = (
    (r"pick(?:ing)? up|get hold of|grab hold of|take hold of", "grasp"),
    (r"pick (?P<o>(?:\w+ ){1,6}?)up", r"grasp \g<o>"),
    (r"let go of|let go|drop off", "release"),
    (r"get to|reach for|reach out to|reach|approach|hover (?:at|over to)", "go to"),
    (r"put back down|set down|lay down|put down", "put down"),
    (
        "place|set|lay|deposit|stick|insert|drop|dump|toss|throw|stash|store|load|bring"
        "|carry|transfer|transport|deliver|leave|plop|pop|tuck|sort|shove",
        "put",
    ),
    ("grab|lift|take|get|seize|fetch|pick|hold|clutch|grip|raise up|raise", "grasp"),
    ("push|hit|click|tap|poke|activate|trigger|depress", "press"),
    ("travel|head|come|navigate|hover|fly over|walk", "go"),
    ("tug|yank|draw|haul", "pull"),
    ("shut|shuts", "close"),
    ("rotate|spin|twist", "turn"),
    ("nudge", "slide"),
    ("pile", "stack"),
    ("return", "go back"),
    (r"end ?effector|gripper|fingers|robot hand|robot arm|arm|robot|claw", "hand"),
    (r"centi ?met(?:re|er)s?|cms", "cm"),
    (r"milli ?met(?:re|er)s?|mms", "mm"),
    (r"met(?:re|er)s?", "m"),
    ("inches", "inch"),
    ("degree|deg", "degrees"),
    (r"per ?cent|pct", "%"),
    (r"towards", "toward"),
    ("anti ?clockwise|counter clockwise", "counterclockwise"),
    (r"doesn't|does not|don't|do not|dont|never", "not"),
)
_POLITE = (
    "i would like you to|i'd like you to|i want you to|i need you to|i would like to"
    "|be so kind as to|would you mind|could you please|could you|can you|would you"
    "|will you|go ahead and|make sure to|make sure you|make sure|try to|let's|lets"
    "|if you can|if possible|if you please|for me|thank you|thanks|please|kindly"
    "|hey|hello|hi|okay|ok|just|now|so|well|you should|you must|you need to|again"
    "|dear robot|robot(?= ,)|the task is to|your task is to|simply"
)
_NUMBERS: dict[str, int] = dict(
    zip(
        (
            "one two three four five six seven eight nine ten eleven twelve thirteen "
            "fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty "
            "fifty sixty ninety hundred"
        ).split(),
        (*range(1, 21), 30, 40, 50, 60, 90, 100),
        strict=True,
    )
)
_SMALL = (
    "the a an and then in into inside on onto to of from by with at over above below "
    "under behind front beside next near left right up down forward forwards back "
    "backward backwards while keep keeping stay staying away least clear avoid "
    "avoiding without touching slowly slow carefully gently quickly fast faster slower "
    "speed half quarter twice double very please put place drop set move go pick grasp "
    "grab lift take get push press hit open close shut pull stack turn rotate release "
    "hand gripper home bottom top middle cm mm it them its between corner edge table "
    "distance degrees clockwise after before not but than more closest nearest could "
    "would you can will percent bring reach travel until position pose default off "
    "slide shift lower raise approach side part end along line letting while when "
    "within"
).split()
# Real words that look like a typing mistake of one of ours.
_REAL = frozenset(
    "paint point make bake sand sing song ring then than this that these those here "
    "there were where what when which who bowel hold told cook book look fold band "
    "hang bang pour fill fall feel lead load read bread bed bad big bag bug box bus "
    "grape house mouse horse pack park paper plane plate plant plastic place pushed "
    "clean open over other under until moon noon soon door floor room song drink drive "
    "draw write wipe wash dance jump run play stop start wait talk tell ask say cut "
    "clap wave fly fry try buy sell call ball wall tall".split()
)


def tidy(text: str, extra: Iterable[str] = ()) -> str:
    """Return an instruction in one form, words apart by single blanks.

    Args:
        text: What was said.
        extra: Further words with a meaning, such as names of what is seen.
    """
    text = text.lower().replace("\u2019", "'").replace("_", " ").replace("-", " ")
    text = re.sub(
        r"(\d)\s*(cm|mm|m|%|inch(?:es)?|degrees?|deg|°)(?![a-z])", r"\1 \2", text
    )
    text = text.replace("°", "degrees")
    words = re.findall(r"\d+(?:\.\d+)?|[a-z']+|%|[,;:.!?]", text)
    seen = frozenset(word for each in extra for word in each.split())
    mended = [_mend(word, _vocabulary(), seen) for word in words]
    text = " ".join(str(_NUMBERS.get(word, word)) for word in mended)
    text = re.sub(r"[!?:;]|(?<!\d)\.|\.(?!\d)", ";", text).strip(" ;,")
    # "1" is a pronoun in "the left one".
    text = re.sub(r"\b1\b(?! (?:cm|mm|m|inch|degrees|%|met|centi|milli))", "one", text)
    text = re.sub(rf"\b(?:{_POLITE})\b(?: ,)?", " ", text)
    text = re.sub(r"\b(?:that|which)(?: is|'s| are| sits| stands| lies)\b", " ", text)
    for pattern, name in _SYNONYMS:
        text = re.sub(rf"\b(?:{pattern})\b(?!')", name, text)
    text = re.sub(r"^(?: |,|and |then |first |finally |next )+", "", text.strip())
    return re.sub(r"\s+", " ", text).strip(" ,;")


@lru_cache(maxsize=1)
def _vocabulary() -> frozenset[str]:
    named = re.findall(r"[a-z]{3,}", " ".join((_POLITE, *(a for a, _ in _SYNONYMS))))
    return frozenset((*PHRASE_WORDS, *ARTICLES, *_SMALL, *_NUMBERS, *named))


def _mend(word: str, vocabulary: frozenset[str], seen: frozenset[str]) -> str:
    """Return the one word of the vocabulary that a misspelt word must be."""
    known = {word, word.rstrip("s")} & (vocabulary | seen)
    if known or word in _REAL or len(word) < 3 or not word.isalpha():
        return word
    most = 1 if len(word) < 7 else 2
    ranked = sorted(
        (gap, each not in seen, sorted(each) != sorted(word), -len(each), each)
        for each in vocabulary | seen
        if abs(len(each) - len(word)) <= most and each.isalpha()
        for gap in (_slips(word, each, most),)
        if gap <= most and (word[0] == each[0] or sorted(word) == sorted(each))
    )
    # Of three letters only swapped ones are sure; letters are left out more often
    # than added, and what is seen is talked about more often than what is not.
    if not ranked or (len(word) == 3 and ranked[0][2]):
        return word
    tie = len(ranked) > 1 and ranked[0][:4] == ranked[1][:4]
    return word if tie else ranked[0][-1]


def _slips(a: str, b: str, most: int) -> int:
    """Return the typing slips between two words: wrong, missing, extra, swapped."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]
