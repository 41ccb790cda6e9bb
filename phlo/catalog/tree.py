"""One tree of contents: how changes apply to it, and the rules that every tree keeps (R24)."""

from collections.abc import Iterable

from immutables import Map

from phlo.catalog.contents import Codec, decode_intent
from phlo.catalog.entries import Op
from phlo.catalog.state import Index
from phlo.errors import Conflict
from phlo.model import Change, Content, Key, NamespaceContent, TableContent, key_text

Tree = Map[Key, Content]


def fold_key(key: Key) -> Key:
    """Return the key as names are compared: ignoring case. Cursors are data, not names."""
    if key[:1] == ("$cursor",):
        return key
    return tuple(part.casefold() for part in key)


def decode_changes(codec: Codec, op: Op, tree: Tree) -> tuple[Change, ...]:
    """Return the changes of an operation. Raises ``Conflict`` where the tree is not as expected."""
    changes = []
    for raw in op["changes"]:
        key = tuple(raw["key"])
        before = tree.get(key)
        if codec.token(before) != raw["before"]:
            raise moved(op["ref"], key)
        intent = raw.get("intent")
        changes.append(
            Change(
                key, before, codec.decode(raw["after"]), decode_intent(intent) if intent else None
            )
        )
    return tuple(changes)


def moved(ref: str, key: Key) -> Conflict:
    """Build the conflict of a key that another commit has changed."""
    return Conflict(
        f"{key_text(key)!r} on {ref!r} has changed since it was read",
        fix="read it again and repeat the change",
    )


def put_changes(tree: Tree, index: Index, changes: Iterable[Change]) -> tuple[Tree, Index]:
    """Return the tree and its index after the changes. Raises ``Conflict`` if a rule is broken."""
    applied = tuple(changes)
    for change in applied:
        if change.after is None:
            tree, index = _remove(tree, index, change.key)
    for change in applied:
        if change.after is not None:
            tree, index = _set(tree, index, change.key, change.after)
    for change in applied:
        if isinstance(change.before, NamespaceContent) and change.after is None:
            _judge_empty(tree, change.key)
    return tree, index


def _remove(tree: Tree, index: Index, key: Key) -> tuple[Tree, Index]:
    content = tree.get(key)
    if content is None:
        return tree, index
    names, uuids = index
    if isinstance(content, TableContent) and uuids.get(content.uuid) == key:
        uuids = uuids.delete(content.uuid)
    return tree.delete(key), Index(names.delete(fold_key(key)), uuids)


def _set(tree: Tree, index: Index, key: Key, content: Content) -> tuple[Tree, Index]:
    names, uuids = index
    folded = fold_key(key)
    holder = names.get(folded)
    if holder is None:
        names = names.set(folded, key)
    elif holder != key:
        raise Conflict(
            f"{key_text(key)!r} and {key_text(holder)!r} differ only in case",
            fix="choose another name",
        )
    before = tree.get(key)
    if isinstance(before, TableContent) and (
        not isinstance(content, TableContent) or content.uuid != before.uuid
    ):
        uuids = uuids.delete(before.uuid)
    if isinstance(content, TableContent):
        owner = uuids.get(content.uuid)
        if owner is None:
            uuids = uuids.set(content.uuid, key)
        elif owner != key:
            raise Conflict(
                f"table {content.uuid} is {key_text(owner)!r} already and cannot be "
                f"{key_text(key)!r} too",
                fix="rename it, or copy its rows to a new table",
            )
    return tree.set(key, content), Index(names, uuids)


def _judge_empty(tree: Tree, namespace: Key) -> None:
    for key in tree:
        if len(key) > len(namespace) and key[: len(namespace)] == namespace:
            raise Conflict(
                f"namespace {key_text(namespace)!r} is not empty: it holds {key_text(key)!r}",
                fix="drop or rename what it holds first",
            )
