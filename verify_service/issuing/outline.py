"""The outline of a matrix of modules, as the data of one SVG path.

Shapes are traced around whole regions. A square for each module, or a bar for each row, would
leave hairlines between neighbors wherever a viewer or a printer smooths edges.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[int, int]


def trace(matrix: Sequence[bytes]) -> str:
    """Return SVG path data (one unit a module) whose inside is exactly the modules that are 1.

    Dark lies to the right of every edge, so both fill rules give the same picture.
    """
    edges = _edges(matrix)
    loops: list[str] = []
    while edges:
        start = next(iter(edges))
        loop = [start, _take(edges, start)]
        while loop[-1] != start:
            loop.append(_take(edges, loop[-1]))
        loops.append(_path(loop))
    return "".join(loops)


def _edges(matrix: Sequence[bytes]) -> dict[Point, list[Point]]:
    """Map each corner to the corners that edges lead to, clockwise around dark modules."""
    height, width = len(matrix), len(matrix[0])
    edges: dict[Point, list[Point]] = {}
    for y, row in enumerate(matrix):
        for x in (x for x in range(width) if row[x]):
            if y == 0 or not matrix[y - 1][x]:
                edges.setdefault((x, y), []).append((x + 1, y))
            if x == width - 1 or not row[x + 1]:
                edges.setdefault((x + 1, y), []).append((x + 1, y + 1))
            if y == height - 1 or not matrix[y + 1][x]:
                edges.setdefault((x + 1, y + 1), []).append((x, y + 1))
            if x == 0 or not row[x - 1]:
                edges.setdefault((x, y + 1), []).append((x, y))
    return edges


def _take(edges: dict[Point, list[Point]], corner: Point) -> Point:
    """Remove an edge that leaves `corner`, and return its end."""
    ends = edges[corner]
    end = ends.pop()
    if not ends:
        del edges[corner]
    return end


def _path(loop: list[Point]) -> str:
    """Write a closed loop with relative strokes, straight runs joined."""
    strokes: list[tuple[str, int]] = []
    for (x0, y0), (x1, y1) in pairwise(loop):
        axis, length = ("h", x1 - x0) if y0 == y1 else ("v", y1 - y0)
        if strokes and strokes[-1][0] == axis:
            length += strokes.pop()[1]
        strokes.append((axis, length))
    x, y = loop[0]
    return f"M{x} {y}" + "".join(f"{axis}{length}" for axis, length in strokes[:-1]) + "z"
