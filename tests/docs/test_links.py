"""Every relative link of the documents resolves, heading and all; the index leads to each of them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import unquote

import pytest

ROOT: Final = Path(__file__).parents[2]
DOCUMENTS: Final = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_FENCE: Final = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_CODE: Final = re.compile(r"`[^`\n]*`")
_LINK: Final = re.compile(
    r"\]\(([^()\s]+(?:\([^()\s]*\))?)\)|<(?:img|a)[^>]*?(?:src|href)=\"([^\"]+)\""
)
_HEADING: Final = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)


class Target(NamedTuple):
    """Where a link leads: a path, and a heading in it or nothing."""

    path: Path
    heading: str


def prose(document: Path) -> str:
    """A document without its code: what stands there links nothing."""
    return _CODE.sub("", _FENCE.sub("", document.read_text("utf-8")))


def links(document: Path) -> Iterator[str]:
    for found in _LINK.finditer(prose(document)):
        yield found[1] or found[2]


def relative_links(document: Path) -> Iterator[tuple[str, Target]]:
    for link in links(document):
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        path, _, heading = unquote(link).partition("#")
        yield link, Target((document.parent / path).resolve() if path else document, heading)


def headings(document: Path) -> set[str]:
    """The anchors of a document, as the repository's host makes them."""
    text = _FENCE.sub("", document.read_text("utf-8"))
    seen: dict[str, int] = {}
    anchors = set()
    for heading in _HEADING.findall(text):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        slug = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        count = seen.get(slug, 0)
        seen[slug] = count + 1
        anchors.add(slug if not count else f"{slug}-{count}")
    return anchors


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_relative_link_resolves(document: Path) -> None:
    for link, target in relative_links(document):
        assert target.path.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert target.path.exists(), f"{link} leads nowhere"
        if target.heading:
            assert target.heading in headings(target.path), f"{link}: no such heading"


def test_every_document_is_reached_from_the_index() -> None:
    index = ROOT / "docs" / "README.md"
    reached, todo = {index}, [index]
    while todo:
        for _, target in relative_links(todo.pop()):
            found = target.path.glob("*.md") if target.path.is_dir() else [target.path]
            new = {path for path in found if path.suffix == ".md" and path.exists()} - reached
            reached |= new
            todo += new
    missing = [str(path.relative_to(ROOT)) for path in DOCUMENTS if path not in reached]
    assert not missing


def test_links_and_headings_are_found_where_they_are(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text(
        "# One `two`: 三\n[a](x.md) [b](y.md#z) `[no](w.md)`\n```\n[no](v.md)\n# no\n```\n"
        '<img src="p.png">\n## One `two`: 三\n[c](https://example.org)\n',
        "utf-8",
    )
    assert list(links(document)) == ["x.md", "y.md#z", "p.png", "https://example.org"]
    assert [link for link, _ in relative_links(document)] == ["x.md", "y.md#z", "p.png"]
    assert headings(document) == {"one-two-三", "one-two-三-1"}
