"""What openpyxl would lose is named before it happens; what it keeps is not; and openpyxl itself is the witness for both."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from book_for_refresh import saved
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from synthetic import report

from clvxl.excel import refill
from clvxl.excel.brought import Results
from clvxl.excel.losses import losses
from clvxl.excel.template.book import build

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning", "ignore:Unknown extension:UserWarning",
                                        "ignore:DrawingML support:UserWarning", "ignore:The image:UserWarning")

Change = tuple[str, Callable[[bytes], bytes]]
SHEET, DRAWING = "xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml"
X14 = 'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'


def workbook(path: Path) -> Path:
    """A sheet with a drawing, as small as can be."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Mine"
    for line in (("a", "b"), (1, 2), (3, 4)):
        sheet.append(line)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=3))
    sheet.add_chart(chart, "E2")
    saved(book, path)
    return changed(path, {DRAWING: lambda data: re.sub(rb"<(oneCell|twoCell)Anchor>.*</\1Anchor>", b"", data, flags=re.DOTALL)})


def changed(path: Path, changes: dict[str, Callable[[bytes], bytes]]) -> Path:
    with zipfile.ZipFile(path) as package:
        there = {name: package.read(name) for name in package.namelist()}
    for name, change in changes.items():
        there[name] = change(there.get(name, b""))
    with zipfile.ZipFile(path, "w") as package:
        for name, data in there.items():
            package.writestr(name, data)
    return path


def beside(element: str, before: str = "</worksheet>") -> Callable[[bytes], bytes]:
    """Puts an element into a sheet, before another."""
    return lambda data: data.replace(before.encode(), element.encode() + before.encode(), 1)


def extension(identity: str, element: str) -> Callable[[bytes], bytes]:
    return beside(f'<extLst><ext uri="{{{identity}}}" {X14}>{element}</ext></extLst>')


def anchored(element: str) -> Callable[[bytes], bytes]:
    """Puts something into the drawing."""
    ends = "<from><col>1</col><colOff>0</colOff><row>1</row><rowOff>0</rowOff></from><to><col>3</col><colOff>0</colOff><row>3</row>" \
           "<rowOff>0</rowOff></to>"
    return lambda data: re.sub(rb"(<(\w+:)?wsDr[^>]*?)/?>(</(\w+:)?wsDr>)?", lambda found: (
        found[1] + f'><twoCellAnchor xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        f'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">{ends}{element}<clientData/></twoCellAnchor>'.encode()
        + b"</" + (found[2] or b"") + b"wsDr>"), data, count=1)


SPARKLINE = f'<x14:sparklineGroups {X14}><x14:sparklineGroup/></x14:sparklineGroups>'
SHAPE = '<sp macro="" textlink=""><nvSpPr><cNvPr id="2" name="Text"/><cNvSpPr txBox="1"/></nvSpPr><spPr/></sp>'
FEATURES: dict[str, tuple[dict[str, Callable[[bytes], bytes]], str, str]] = {
    "sparklines": ({SHEET: extension("05C60535-1F16-4fd2-B633-F4F36F0B64E0", SPARKLINE)}, "sparklines on Mine", "sparklineGroup"),
    "slicer": ({SHEET: extension("A8765BA9-456A-4dab-B4F3-ACF838C121DE", f"<x14:slicerList {X14}/>")}, "slicers on Mine", "slicerList"),
    "newer rules": ({SHEET: extension("78C0D931-6437-407d-A8EE-F0AAD7539E65", f"<x14:conditionalFormattings {X14}/>")},
                    "newer conditional formats on Mine", "x14:conditionalFormattings"),
    "newer checks": ({SHEET: extension("CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF", f"<x14:dataValidations {X14}/>")},
                     "input checks that refer to other sheets on Mine", "x14:dataValidations"),
    "unknown extension": ({SHEET: extension("00000000-0000-0000-0000-000000000000", "<x14:new/>")}, "newer features", "x14:new"),
    "text box": ({DRAWING: anchored(SHAPE)}, "text boxes and shapes on Mine", "txBox"),
    "smart art": ({DRAWING: anchored('<graphicFrame macro=""><nvGraphicFramePr/><a:graphic><a:graphicData uri="diagram"/></a:graphic>'
                                     "</graphicFrame>")}, "text boxes and shapes on Mine", "diagram"),
    "slicer shape": ({DRAWING: anchored("<mc:AlternateContent><mc:Choice Requires=\"a14\"/></mc:AlternateContent>")},
                     "text boxes and shapes on Mine", "AlternateContent"),
    "range passwords": ({SHEET: beside('<protectedRanges><protectedRange name="x" sqref="A1"/></protectedRanges>', "<pageMargins")},
                        "ranges with a password of their own on Mine", "protectedRange"),
    "objects": ({SHEET: beside("<oleObjects/>")}, "embedded objects on Mine", "oleObjects"),
    "background": ({SHEET: beside('<picture xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId9"/>')},
                   "a background picture on Mine", "<picture"),
    "modern control": ({SHEET: beside("<controls/>")}, "form controls on Mine", "<controls"),
    "spilling": ({SHEET: lambda data: data.replace(b'<c r="A2"', b'<c cm="1" r="A2"')}, "formulas that spill", 'cm="1"'),
    "signature": ({"_xmlsignatures/sig1.xml": lambda _: b"<Signature/>"}, "a digital signature", "Signature"),
    "macro signature": ({"xl/vbaProjectSignature.bin": lambda _: b"signed"}, "a digital signature", "signed"),
    "query": ({"xl/connections.xml": lambda _: b"<connections/>"}, "queries and data models", "<connections"),
    "model": ({"xl/model/item.data": lambda _: b"model data"}, "queries and data models", "model data"),
    "pivot": ({"xl/pivotTables/pivotTable1.xml": lambda _: b"<pivotTableDefinition/>"}, "pivot tables", "pivotTableDefinition"),
    "replies": ({"xl/threadedComments/threadedComment1.xml": lambda _: b"<Threaded/>"}, "comments with replies", "<Threaded/>"),
    "types": ({"xl/richData/rdrichvalue.xml": lambda _: b"<rvData/>"}, "cells with data types", "rvData"),
    "timelines": ({"xl/timelines/timeline1.xml": lambda _: b"<timelines/>"}, "timelines", "timelines"),
    "label": ({"docMetadata/LabelInfo.xml": lambda _: b"<labelList/>"}, "a sensitivity label", "labelList"),
    "check boxes": ({"xl/featurePropertyBag/featurePropertyBag.xml": lambda _: b"<FeaturePropertyBags/>"}, "check boxes in cells",
                    "FeaturePropertyBags"),
    "old macros": ({"xl/macrosheets/sheet1.xml": lambda _: b"<macrosheet/>"}, "macro sheets of Excel 4", "macrosheet"),
    "something new": ({"xl/future/part1.xml": lambda _: b"<future/>"}, "does not know (xl/future/part1.xml)", "<future/>"),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_what_would_be_lost_is_named_and_openpyxl_does_lose_it(tmp_path: Path, feature: str) -> None:
    changes, said, trace = FEATURES[feature]
    path = workbook(tmp_path / "book.xlsx")
    assert losses(path) == []
    changed(path, changes)
    assert trace in everything_in(path)
    found = losses(path)
    assert [said in each.en for each in found] == [True]
    assert found[0].de != found[0].en
    openpyxl.load_workbook(path).save(path)
    assert trace not in everything_in(path)


def everything_in(path: Path) -> str:
    with zipfile.ZipFile(path) as package:
        return "".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def test_a_chart_of_the_users_is_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1, max_row=3))
    book.active.add_chart(chart, "E2")
    assert [each.en for each in losses(saved(book, tmp_path / "c.xlsx"))] == ["charts of your own (their look may change) on Sheet"]


PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63606060f80f0001040100"
                      "5fe5c34b0000000049454e44ae426082")
PICTURE = ('<pic><nvPicPr><cNvPr id="2" name="Logo"/><cNvPicPr/></nvPicPr><blipFill><a:blip xmlns:r="http://schemas.openxmlformats.org/'
           'officeDocument/2006/relationships" r:embed="rId1"/><a:stretch><a:fillRect/></a:stretch></blipFill><spPr>'
           '<a:prstGeom prst="rect"/></spPr></pic>')


@pytest.mark.parametrize(("name", "data"), [("image1.png", PIXEL), ("image1.emf", b"emf")])
def test_pictures_are_named_where_openpyxl_cannot_read_them(tmp_path: Path, name: str, data: bytes) -> None:
    path = workbook(tmp_path / "p.xlsx")
    listed = f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type=' \
             f'"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="/xl/media/{name}"/></Relationships>'
    changed(path, {"xl/drawings/_rels/drawing1.xml.rels": lambda _: listed.encode(), f"xl/media/{name}": lambda _: data,
                   DRAWING: anchored(PICTURE)})
    found = [each.en for each in losses(path)]
    openpyxl.load_workbook(path).save(path)
    with zipfile.ZipFile(path) as package:
        kept = any(part.startswith("xl/media/") for part in package.namelist())
    assert found == ([] if kept else ["pictures on Mine"])


def test_what_openpyxl_keeps_is_not_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in (("a", "b"), (1, 2), (3, 4)):
        sheet.append(line)
    sheet.add_table(Table(name="T", displayName="T", ref="A1:B3"))
    sheet["D1"].comment, sheet["D2"].hyperlink = Comment("why", "me"), "https://example.com"
    check = DataValidation("list", '"a,b"')
    check.add("D3")
    sheet.add_data_validation(check)
    sheet.merge_cells("F1:G2")
    sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref = "B2", "1:1", "A1:B3"
    book.create_sheet("Other").protection.sheet = True
    path = saved(book, tmp_path / "kept.xlsx")
    assert losses(path) == []
    again = openpyxl.load_workbook(path).worksheets[0]
    assert (len(again.tables), again["D1"].comment.text, again.freeze_panes) == (1, "why", "B2")


def test_our_own_results_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsm"
    path.write_bytes(build("en"))
    assert losses(path) == []
    loaded = refill.load(path, path)
    refill.write(Results(report("en", 20, 3), {}), loaded, path)  # with charts, and with bars that are extensions
    assert "x14:dataBar" in everything_in(path)
    assert losses(path) == []


# --- the buttons of the template, once Excel has saved it

CONTROL = ('<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="x14">'
           '<controls><mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1025" name="Button 1"/></mc:Choice>'
           "</mc:AlternateContent>"
           "</controls></mc:Choice></mc:AlternateContent>")
TWIN = ('<mc:AlternateContent><mc:Choice Requires="a14" xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main"><sp macro="" '
        'textlink=""><nvSpPr><cNvPr id="1025" name="Button 1" hidden="1"><a:extLst><a:ext uri="{63B3BB69-23CF-44E3-9099-C40C66FF867C}">'
        '<a14:compatExt spid="_x0000_s1025"/></a:ext></a:extLst></cNvPr><cNvSpPr/></nvSpPr><spPr/></sp></mc:Choice></mc:AlternateContent>')


def test_buttons_that_excel_has_saved_stay_through_their_older_twins(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsm"
    path.write_bytes(build("en"))
    drawing = (b'<wsDr xmlns="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"/>')
    changed(path, {SHEET: beside(CONTROL, "</worksheet>"), DRAWING: lambda _: anchored(TWIN)(drawing),
                   "xl/ctrlProps/ctrlProp1.xml": lambda _: b'<formControlPr objectType="Button"/>',
                   "xl/worksheets/_rels/sheet1.xml.rels": beside(
                       '<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" '
                       'Target="../drawings/drawing1.xml"/>', "</Relationships>")})
    assert losses(path) == []
    plain = changed(path, {}).rename(path.with_suffix(".xlsx"))  # there openpyxl drops the older drawings as well
    assert [each.en for each in losses(plain)] == ["form controls on Start", "form controls on Data"]


def test_controls_of_other_kinds_are_named(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsm"
    path.write_bytes(build("en"))
    with zipfile.ZipFile(path) as package:
        drawing = next(name for name in package.namelist() if name.endswith(".vml"))
    changed(path, {drawing: lambda data: data.replace(b'ObjectType="Button"', b'ObjectType="Pict"', 1)})
    assert ["form controls" in each.en for each in losses(path)] == [True]
