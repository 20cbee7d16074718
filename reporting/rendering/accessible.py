"""What WeasyPrint's tagged PDF lacks for PDF/UA-1 (ISO 14289-1), mended in the finished file.

- A header cell says what it heads, under a name that no other cell has: a table that runs over pages repeats its head.
- Running heads, page numbers and drawings without a text of their own are artifacts: no reader should say them.
- Annotations are printed, belong to a link each, and say in words where they lead.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, String

_PRINTED = 1 << 2
# WeasyPrint writes text as hexadecimal and images apart from the page, so these bytes mean nothing else.
_BEGINNING = re.compile(rb"/[A-Za-z0-9]+\s*<<\s*/MCID (\d+)\s*>>\s*BDC")
_ARTIFACT = b"/Artifact\n<</Type /Pagination>>\nBDC"

# Of a page, by the number of its object: the numbers of the marked content that the structure names.
_Content = dict[tuple[int, int], set[int]]


def make_accessible(pdf: pikepdf.Pdf, titles: Mapping[str, str]) -> None:
    """Complete the tags of a PDF.

    `titles` says, by the names of places in the document, what links to them lead to.
    """
    root = pdf.Root.StructTreeRoot
    tables = 0
    names: dict[str, Object] = {}
    doubled: set[tuple[int, int]] = set()
    for element in list(_elements(root)):
        if Name.Table == element.S:
            tables += 1
            names |= _name_headers(element, f"t{tables}")
        elif Name.TR == element.S:
            _say_what_it_heads(element)
        elif Name.Figure == element.S and Name.Alt not in element:
            _take_out(element)
        elif Name.Link == element.S:
            doubled |= _doubled_annotations(element)
    if names:
        root.IDTree = pdf.make_indirect(_name_tree(names))
    named = _named_content(root)
    for number, page in enumerate(pdf.pages):
        numbers = named[page.obj.objgen]
        _make_artifacts(pdf, page, numbers)
        _forget_artifacts(root.ParentTree, number, numbers)
        _mend_annotations(page, doubled, titles)


def _kids(element: Object) -> list[Object]:
    kids = element.get(Name.K)
    if kids is None:
        return []
    return list(kids.as_list()) if isinstance(kids, Array) else [kids]


def _is_element(kid: object) -> bool:
    return isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.StructElem


def _elements(root: Object) -> Iterator[Object]:
    """Go through the elements of the structure below one, in the order of reading."""
    waiting = [kid for kid in reversed(_kids(root)) if _is_element(kid)]
    while waiting:
        element = waiting.pop()
        yield element
        waiting.extend(kid for kid in reversed(_kids(element)) if _is_element(kid))


def _name_headers(table: Object, prefix: str) -> dict[str, Object]:
    """Give the header cells of a table, or of its part on a page, names of their own, and say them to their cells."""
    names: dict[str, Object] = {}
    cells = [element for element in _elements(table) if element.S in (Name.TH, Name.TD)]
    for cell in cells:
        if Name.ID in cell:
            name = f"{prefix}-{cell.ID}"
            names[name] = cell
            cell.ID = String(name)
    for cell in cells:
        attributes = cell.get(Name.A)
        if attributes is not None and Name.Headers in attributes:
            attributes.Headers = Array(
                String(f"{prefix}-{header}") for header in attributes.Headers.as_list()
            )
    return names


def _name_tree(names: dict[str, Object]) -> Dictionary:
    found = Array()
    for name in sorted(names):
        found.append(String(name))
        found.append(names[name])
    return Dictionary(Names=found)


def _say_what_it_heads(row: Object) -> None:
    """Give the header cells of a row their scope: their row when it has figures too, else what stands below."""
    cells = [cell for cell in _kids(row) if _is_element(cell)]
    heads_row = any(cell.S == Name.TD for cell in cells)
    for cell in cells:
        if cell.S != Name.TH:
            continue
        attributes = cell.get(Name.A)
        if attributes is None:
            attributes = cell.A = Dictionary(O=Name.Table)
        if Name.Scope not in attributes:
            attributes.Scope = Name.Row if heads_row else Name.Column


def _doubled_annotations(link: Object) -> set[tuple[int, int]]:
    """Take from what stands within a link the annotations of its own, which lead to the same place."""
    doubled = set()
    for element in _elements(link):
        kids = _kids(element)
        kept = [kid for kid in kids if not (isinstance(kid, Dictionary) and kid.get(Name.Type) == Name.OBJR)]
        doubled |= {kid.Obj.objgen for kid in kids if isinstance(kid, Dictionary) and Name.Obj in kid}
        element.K = Array(kept)
    return doubled


def _mend_annotations(page: pikepdf.Page, doubled: set[tuple[int, int]], titles: Mapping[str, str]) -> None:
    annotations = [one for one in page.obj.get(Name.Annots, Array()) if one.objgen not in doubled]
    for annotation in annotations:
        annotation.F = int(annotation.get(Name.F, 0)) | _PRINTED
        place = annotation.get(Name.Dest)
        if place is not None and str(place) in titles:
            annotation.Contents = String(titles[str(place)])
    if annotations:
        page.obj.Annots = Array(annotations)


def _take_out(element: Object) -> None:
    """Take an element out of the structure; what it held is then named by none."""
    parent = element.P
    parent.K = Array(kid for kid in _kids(parent) if not _is_same(kid, element))


def _is_same(one: Object, other: Object) -> bool:
    return isinstance(one, Dictionary) and one.is_indirect and one.objgen == other.objgen


def _named_content(root: Object) -> _Content:
    """Give the numbers of the marked content that the structure names, by page."""
    found: _Content = defaultdict(set)
    for element in _elements(root):
        for kid in _kids(element):
            if not isinstance(kid, Dictionary):
                found[element.Pg.objgen].add(int(kid))
    return found


def _make_artifacts(pdf: pikepdf.Pdf, page: pikepdf.Page, named: set[int]) -> None:
    """Mark what the structure of the page doesn't name as artifacts."""

    def mark(begin: re.Match[bytes]) -> bytes:
        return begin[0] if int(begin[1]) in named else _ARTIFACT

    page.obj.Contents = pdf.make_stream(_BEGINNING.sub(mark, page.obj.Contents.read_bytes()))


def _forget_artifacts(parents: Object, page_number: int, named: set[int]) -> None:
    """Let the way back from content to structure lead nowhere for artifacts."""
    entries = list(parents.Nums.as_list())
    for place in range(0, len(entries), 2):
        if int(entries[place]) == page_number:
            of_page = entries[place + 1]
            for number in range(len(of_page)):
                if number not in named:
                    of_page[number] = None
            return
