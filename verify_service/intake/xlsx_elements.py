"""The elements of an XML part, one after another, without a tree: no document type, no entity."""

from collections.abc import Collection, Iterator, Mapping
from typing import IO, Any, Final, NamedTuple
from xml.parsers import expat

from verify_service.intake.errors import TableTooLargeError, WorkbookRefusedError
from verify_service.intake.table import MAX_CELL

MAX_ELEMENTS: Final = 10_000_000
"""Of a part: 200,000 rows of 16 cells have two for each cell, and one for each row."""
_CHUNK: Final = 1 << 16


class Element(NamedTuple):
    """The beginning or the end of an element, by its local name, which is empty for one of a foreign
    namespace; ``text`` at the end alone."""

    name: str
    opens: bool
    attributes: Mapping[str, str]
    text: str


class Pieces:
    """The text of a cell that comes in pieces, no longer in all than any cell's."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0

    def add(self, piece: str) -> None:
        """Take a piece in; raises `WorkbookRefusedError`."""
        self._length += len(piece)
        if self._length > MAX_CELL:
            raise WorkbookRefusedError(detail=_ENDLESS)
        self._pieces.append(piece)

    def joined(self) -> str:
        return "".join(self._pieces)


def elements(stream: IO[bytes]) -> Iterator[Element]:
    """Yield the elements of a part as they come.

    Raises `WorkbookRefusedError` for a document type (whose entities can grow without end) or a
    text longer than any cell's, `TableTooLargeError` for more elements than any table has,
    ``expat.ExpatError`` for what is no XML.
    """
    found: list[Element] = []
    pieces: list[str] = []
    length = count = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal length, count
        pieces.clear()
        length = 0
        count += 1
        if count > MAX_ELEMENTS:
            raise TableTooLargeError(what="elements", most=MAX_ELEMENTS)
        plain = {
            local: value
            for key, value in attributes.items()
            if (local := _local(key, _OF_ATTRIBUTES))
        }
        found.append(Element(name=_local(name, _OURS), opens=True, attributes=plain, text=""))

    def end(name: str) -> None:
        found.append(
            Element(name=_local(name, _OURS), opens=False, attributes=_NONE, text="".join(pieces))
        )
        pieces.clear()

    def text(data: str) -> None:
        nonlocal length
        length += len(data)
        if length > MAX_CELL:
            raise WorkbookRefusedError(detail=_ENDLESS)
        pieces.append(data)

    def refuse(*_: Any) -> None:
        raise WorkbookRefusedError(detail="doctype")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk, False)  # noqa: FBT003 - expat's own signature
        yield from found
        found.clear()
    parser.Parse(b"", True)  # noqa: FBT003
    yield from found


def _local(name: str, namespaces: Collection[str]) -> str:
    """The name without its namespace, empty where that is another one: what a spreadsheet would not
    show is not read."""
    namespace, _, local = name.rpartition(" ")
    return local if namespace in namespaces else ""


# Transitional and strict workbooks differ in their namespaces alone.
_OURS: Final = frozenset(
    {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/package/2006/relationships",
    }
)
_OF_ATTRIBUTES: Final = frozenset(
    {
        "",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
)
_ENDLESS: Final = "a text without end"
_NONE: Final[Mapping[str, str]] = {}
