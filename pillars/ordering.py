"""What must be finished before what can start. Plain functions on plain data, without Django."""

from collections.abc import Hashable, Iterable
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def find_cycle(edges: Iterable[tuple[Key, Key]]) -> list[Key]:
    """Give a circle among pairs of predecessor and successor, its first again at the end; empty when there is none.

    Each node is visited once, without recursion: a chain may be as long as memory allows.
    """
    successors: dict[Key, list[Key]] = {}
    for before, after in edges:
        successors.setdefault(before, []).append(after)
    finished: set[Key] = set()
    for start in successors:
        if start in finished:
            continue
        path, on_path = [start], {start}
        waiting = [iter(successors[start])]
        while waiting:
            following = next(waiting[-1], None)
            if following is None:
                waiting.pop()
                on_path.discard(path[-1])
                finished.add(path.pop())
            elif following in on_path:
                return [*path[path.index(following) :], following]
            elif following not in finished:
                path.append(following)
                on_path.add(following)
                waiting.append(iter(successors.get(following, ())))
    return []
