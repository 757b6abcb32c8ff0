"""What a workbook holds that openpyxl would drop or write anew when it saves the file: found before anything is opened for writing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

from clvxl.excel.parts import SheetPart, belongings, marks, relations, sheets
from clvxl.ledger.pages import RESULT, page_of
from clvxl.words import Text

_ON = Text("{what} on {sheet}", "{what} auf {sheet}")
_SHAPES = Text("text boxes and shapes", "Textfelder und Formen")
_CONTROLS = Text("form controls", "Formularsteuerelemente")
_CHARTS = Text("charts of your own (their look may change)", "eigene Diagramme (ihr Aussehen kann sich ändern)")
_PICTURES = Text("pictures", "Bilder")
_OTHER = Text("parts that clvxl does not know ({part})", "Teile, die clvxl nicht kennt ({part})")

# Elements of a sheet that are not kept; what stands in neither list is kept.
_ELEMENTS = {
    "protectedRanges": Text("ranges with a password of their own", "Bereiche mit eigenem Kennwort"),
    "dataConsolidate": Text("a consolidation", "eine Konsolidierung"),
    "legacyDrawingHF": Text("pictures in header or footer", "Bilder in Kopf- oder Fußzeile"),
    "picture": Text("a background picture", "ein Hintergrundbild"),
    "oleObjects": Text("embedded objects", "eingebettete Objekte"),
    "customSheetViews": Text("custom views", "benutzerdefinierte Ansichten"),
}
_EXTENSIONS = {  # of a sheet, by their identity
    "05C60535-1F16-4FD2-B633-F4F36F0B64E0": Text("sparklines", "Sparklines"),
    "A8765BA9-456A-4DAB-B4F3-ACF838C121DE": Text("slicers", "Datenschnitte"),
    "3A4CF648-6AED-40F4-86FF-DC5316D8AED3": Text("slicers", "Datenschnitte"),
    "7E03D99C-DC04-49D9-9315-930204A7B6E9": Text("timelines", "Zeitachsen"),
    "78C0D931-6437-407D-A8EE-F0AAD7539E65": Text("newer conditional formats", "neuere bedingte Formate"),
    "CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF": Text("input checks that refer to other sheets",
                                                 "Eingabeprüfungen mit Bezug auf andere Blätter"),
}
_EXTENSION = Text("newer features (extensions of the file format)", "neuere Funktionen (Erweiterungen des Dateiformats)")
_DYNAMIC = Text("formulas that spill, or cells with data types", "Formeln mit Überlauf oder Zellen mit Datentypen")

# Parts by path: None is kept, or nobody misses it; the first that matches counts.
_PARTS: tuple[tuple[str, Text | None], ...] = (
    (r"\[Content_Types\]\.xml|.*\.rels|docProps/(core|app|custom|thumbnail)\..*", None),
    (r"xl/(workbook|styles|sharedStrings|calcChain|volatileDependencies)\.xml|xl/theme/.*|xl/printerSettings/.*", None),
    (r"xl/(worksheets/[^/]*|comments[^/]*|comments/.*|tables/.*|externalLinks/.*|drawings/[^/]*|media/.*|charts/.*)", None),
    (r"xl/vbaProject\.bin|xl/ctrlProps/.*|customUI/.*|userCustomization/.*", None),
    (r"_xmlsignatures/.*|xl/vbaProjectSignature.*", Text("a digital signature", "eine digitale Signatur")),
    (r"xl/pivot(Tables|Cache)/.*", Text("pivot tables (their layout may change)", "Pivot-Tabellen (ihr Aufbau kann sich ändern)")),
    (r"xl/slicer(s|Caches)/.*", Text("slicers", "Datenschnitte")),
    (r"xl/timeline(s|Caches)/.*", Text("timelines", "Zeitachsen")),
    (r"xl/(connections\.xml|queryTables/.*|model/.*)|customXml/.*", Text("queries and data models", "Abfragen und Datenmodelle")),
    (r"xl/(threadedComments|persons)/.*", Text("comments with replies", "Kommentare mit Antworten")),
    (r"xl/(metadata\.xml|richData/.*)", _DYNAMIC),
    (r"xl/(embeddings|activeX)/.*", Text("embedded objects", "eingebettete Objekte")),
    (r"xl/diagrams/.*", Text("SmartArt", "SmartArt-Grafiken")),
    (r"xl/chartsheets/.*", Text("sheets that are a chart", "Diagrammblätter")),
    (r"xl/(macrosheets|dialogsheets)/.*", Text("macro sheets of Excel 4", "Makroblätter von Excel 4")),
    (r"xl/(revisions|webextensions|namedSheetViews)/.*|xl/(users|xmlMaps)\.xml",
     Text("change history, add-in panes or views of others", "Änderungsverlauf, Add-In-Bereiche oder Ansichten anderer")),
    (r"docMetadata/.*", Text("a sensitivity label", "eine Vertraulichkeitsbezeichnung")),
    (r"xl/featurePropertyBag/.*", Text("check boxes in cells", "Kontrollkästchen in Zellen")),
)
_KEPT_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff") if find_spec("PIL") else ()  # by the library that reads them
_KEPT_CONTROLS = rb'ObjectType="(?:Button|Checkbox|Drop|List|Radio|Spin|Scroll|GBox|Label)"'
_MAIN = f"{{{SHEET_MAIN_NS}}}"


def losses(path: Path) -> list[Text]:
    """What would be lost, each once and where it is on a sheet with the sheet's name; our own results do not count."""
    with ZipFile(path) as archive:
        ours = results(archive)
        passed = set().union(*(belongings(archive, sheet.part) for sheet in ours))
        found = [each for sheet in sheets(archive) if sheet not in ours for each in _on_sheet(archive, sheet, path)]
        found += [each for part in archive.namelist() if part not in passed and (each := _of_part(part))]
    return list(dict.fromkeys(found))


def results(archive: ZipFile) -> list[SheetPart]:
    """The sheets that hold pages of ours."""
    found = marks(archive, RESULT)
    return [sheet for sheet in sheets(archive) if page_of(found.get(sheet.place, ""), sheet.title)]


def _of_part(part: str) -> Text | None:
    for pattern, what in _PARTS:
        if re.fullmatch(pattern, part):
            return what
    return Text(*(text.format(part=part) for text in _OTHER))


def _on_sheet(archive: ZipFile, sheet: SheetPart, path: Path) -> Iterator[Text]:
    if not sheet.part.startswith("xl/worksheets/") or sheet.part not in archive.namelist():
        return
    data = archive.read(sheet.part)
    keeps_controls = path.suffix.lower() == ".xlsm"
    what = [*_of_elements(data), *_of_drawings(archive, sheet.part)]
    if _has_lost_controls(archive, sheet.part, data, kept=keeps_controls):
        what.append(_CONTROLS)
    for each in dict.fromkeys(what):
        yield Text(*(text.format(what=said, sheet=sheet.title) for text, said in zip(_ON, each, strict=True)))


def _of_elements(data: bytes) -> Iterator[Text]:
    if re.search(rb"<c [^>]*\b[cv]m=", data):
        yield _DYNAMIC
    start, end = data.find(b"<sheetData"), data.rfind(b"</sheetData>")
    outside = fromstring(data[:start] + data[end + len(b"</sheetData>"):]) if 0 <= start < end else fromstring(data)
    for element in outside:
        name = _local(element)
        if name in _ELEMENTS:
            yield _ELEMENTS[name]
        elif name == "extLst":
            for extension in element:
                yield _EXTENSIONS.get((extension.get("uri") or "").strip("{}").upper(), _EXTENSION)


def _of_drawings(archive: ZipFile, part: str) -> Iterator[Text]:
    for drawing in relations(archive, part).values():
        if not re.fullmatch(r"xl/drawings/drawing\d+\.xml", drawing) or drawing not in archive.namelist():
            continue
        for anchor in fromstring(archive.read(drawing)):
            if found := _of_anchor(anchor):
                yield found
        yield from (_PICTURES for target in relations(archive, drawing).values()
                    if target.startswith("xl/media/") and not target.lower().endswith(_KEPT_PICTURES))


def _of_anchor(anchor: object) -> Text | None:
    """What hangs on an anchor: a picture is kept, and so is a form control, whose twin in the older drawing stays."""
    inner = list(anchor.iter())  # type: ignore[attr-defined]  # an element
    names = {_local(each) for each in inner}
    if "AlternateContent" in names and any(_local(each) == "compatExt" for each in inner):
        return None
    if names & {"sp", "cxnSp", "grpSp", "AlternateContent"}:
        return _SHAPES
    if "graphicFrame" in names:
        return _CHARTS if any(_local(each) == "chart" for each in inner) else _SHAPES
    return None


def _has_lost_controls(archive: ZipFile, part: str, data: bytes, *, kept: bool) -> bool:
    """Form controls stay in a workbook with macros, through the older drawing; those of other kinds go."""
    drawings = [target for target in relations(archive, part).values() if target.endswith(".vml") and target in archive.namelist()]
    twins = b"".join(archive.read(target) for target in drawings)
    kinds = re.findall(rb'ObjectType="(\w+)"', twins)
    lost = [kind for kind in kinds if kind != b"Note" and not (kept and re.search(_KEPT_CONTROLS, b'ObjectType="' + kind + b'"'))]
    return bool(lost) or (b"<controls" in data and not any(kind != b"Note" for kind in kinds))


def _local(element: object) -> str:
    tag = element.tag  # type: ignore[attr-defined]  # an element
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
