"""What search looks through: names by their text, and which of them match best."""

import heapq
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from phlo_api.schemas.search import HitKind

# What is named so itself comes before what lies in it: a whole column (4) after any table (1).
_WEIGHT: dict[HitKind, float] = {
    "table": 1.0,
    "asset": 0.95,
    "branch": 0.9,
    "query": 0.85,
    "tag": 0.8,
    "check": 0.2,
    "column": 0.19,
    "run": 0.18,
}
_BREAKS = "._/- "
_NEVER: tuple[Hashable, Sequence["Item"]] = (object(), ())


@dataclass(frozen=True, slots=True)
class Item:
    """Something that can be found. ``text`` is what is matched, in lower case."""

    kind: HitKind
    id: str
    title: str
    detail: str
    text: str
    parent: str | None = None


class Names:
    """Items of one kind, those of one text together: a big lake has many columns of one name."""

    def __init__(self, kind: HitKind, items: Iterable[Item] = ()) -> None:
        self.kind = kind
        self._groups: dict[str, dict[str, Item]] = {}
        self.add(items)

    def add(self, items: Iterable[Item]) -> None:
        """Put items in."""
        for item in items:
            self._groups.setdefault(item.text, {})[item.id] = item

    def remove(self, items: Iterable[Item]) -> None:
        """Take items out."""
        for item in items:
            group = self._groups.get(item.text, {})
            group.pop(item.id, None)
            if not group:
                self._groups.pop(item.text, None)

    def matching(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Return the texts that hold every word, each with how many items bear it."""
        found: Iterable[str] = self._groups
        for word in words:
            found = [text for text in found if word in text]
        return [(text, len(self._groups[text])) for text in found]

    def items(self, text: str) -> list[Item]:
        """Return the items of a text, by id."""
        return sorted(self._groups.get(text, {}).values(), key=lambda item: item.id)


class Followed(Names):
    """Names that come of something that changes; only what comes of a changed one is made anew."""

    def __init__(self, kind: HitKind) -> None:
        super().__init__(kind)
        self._known: dict[str, tuple[Hashable, Sequence[Item]]] = {}

    def follow(
        self,
        marks: Mapping[str, Hashable],
        make: Callable[[list[str]], Mapping[str, Sequence[Item]]],
    ) -> None:
        """Go on to another state of the bearers; ``make`` gives the items of those that changed."""
        known = self._known
        changed = [name for name, mark in marks.items() if known.get(name, _NEVER)[0] != mark]
        for name in [name for name in known if name not in marks]:
            self.remove(known.pop(name)[1])
        if not changed:
            return
        made = make(changed)
        for name in changed:
            self.remove(known.pop(name, _NEVER)[1])
            known[name] = (marks[name], made.get(name, ()))
            self.add(known[name][1])


def score(kind: HitKind, text: str, words: Sequence[str]) -> float:
    """Return how well a text that holds all words matches them.

    The whole name, or its last part, before its start, the start of any part before the middle.
    """
    last = text.rpartition(".")[2]
    total = 0
    for word in words:
        if word in (text, last):
            total += 4
        elif text.startswith(word) or last.startswith(word):
            total += 3
        elif text[text.find(word) - 1] in _BREAKS:
            total += 2
        else:
            total += 1
    return total / len(words) * _WEIGHT[kind]


def best(
    sources: Sequence[Names], words: Sequence[str], limit: int
) -> tuple[int, list[tuple[float, Item]]]:
    """Return how many items hold every word, and the best of them with their scores."""
    total = 0
    found: list[tuple[float, int, str, int]] = []
    for place, names in enumerate(sources):
        for text, count in names.matching(words):
            total += count
            found.append((-score(names.kind, text, words), len(text), text, place))
    hits: list[tuple[float, Item]] = []
    for negative, _, text, place in heapq.nsmallest(limit, found):
        hits += [(-negative, item) for item in sources[place].items(text)]
        if len(hits) >= limit:
            break
    return total, hits[:limit]
