"""A published version on paper: a PDF of A4 pages with the fonts of the card. The same words give the same bytes."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import font_source_sans_pro as fonts
from fpdf import FPDF, FontFace, XPos, YPos
from fpdf.enums import TableBordersLayout, TableCellFillMode

from assessments.pictures.paint import INK, INK_SOFT, RULE, ZONE_FILL, ZONE_INK

# Part of what a sheet is kept under: another drawing of the same words is another sheet.
DRAWING = 1
MARGIN, WIDTH, SCALE = 20, 170, 100
LONGEST_CELL = 1_500
FAMILY = "Source Sans Pro"
# What the font has no letter for is a box on the page; fpdf2 would say so of every one, in the log.
logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)


@dataclass(frozen=True)
class Table:
    """Rows under a head; ``widths`` in parts of the line, ``numbers`` are the columns set to the right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, then a table, then more paragraphs."""

    heading: str
    before: tuple[str, ...] = ()
    table: Table | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """All that is printed. ``score`` has one decimal; ``edges`` are the ends of red and yellow."""

    title: str
    seniority: str
    score: str
    zone: str
    label: str
    sentence: str
    sections: tuple[Section, ...]
    edges: tuple[str, ...]
    footnote: str
    address: str
    made_at: datetime


class _Paper(FPDF):
    """A4 with a foot on every page."""

    footnote = ""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font(FAMILY, size=8)
        self.set_text_color(INK_SOFT)
        self.cell(WIDTH - 20, 5, self.footnote)
        self.cell(20, 5, f"{self.page_no()} of {{nb}}", align="R")


def draw(sheet: Sheet) -> bytes:
    """The sheet as a PDF, with title, language, outline and the moment of publication as its date."""
    paper = _Paper(format="A4")
    paper.footnote = sheet.footnote
    paper.set_margins(MARGIN, 18, MARGIN)
    paper.set_auto_page_break(True, margin=22)
    paper.set_title(f"{sheet.title}: {sheet.score} of 100")
    paper.set_author("AIJRI Review")
    paper.set_subject(sheet.sentence)
    paper.set_lang("en-GB")
    paper.set_creation_date(sheet.made_at)
    files = Path(fonts.__file__).parent / "files"
    for style, name in (("", "Regular"), ("B", "Semibold")):
        paper.add_font(FAMILY, style, files / f"SourceSansPro-{name}.ttf")
    paper.add_page()
    _head(paper, sheet)
    for section in sheet.sections:
        _section(paper, section)
    return bytes(paper.output())


def _head(paper: FPDF, sheet: Sheet) -> None:
    _words(paper, sheet.title, 24, bold=True)
    if sheet.seniority:
        _words(paper, sheet.seniority, 12, colour=INK_SOFT)
    paper.ln(4)
    paper.set_font(FAMILY, "B", 40)
    paper.set_text_color(INK)
    paper.cell(paper.get_string_width(sheet.score) + 2, 16, sheet.score)
    paper.set_font(FAMILY, "", 12)
    paper.set_text_color(INK_SOFT)
    paper.cell(22, 20, "of 100")
    _mark(paper, sheet.zone, paper.get_x() + 2, paper.get_y() + 8)
    paper.set_x(paper.get_x() + 9)
    paper.set_font(FAMILY, "B", 16)
    paper.set_text_color(ZONE_INK[sheet.zone])
    paper.cell(0, 18.5, sheet.label, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    paper.ln(3)
    _line(paper, sheet)
    _words(paper, sheet.sentence, 12)
    paper.ln(1)
    _words(paper, sheet.address, 9, colour=INK_SOFT, link=sheet.address)


def _line(paper: FPDF, sheet: Sheet) -> None:
    """The place of the score between 0 and 100, with the edges of the zones."""
    y, unit = paper.get_y() + 4, WIDTH / SCALE
    paper.set_draw_color(RULE)
    paper.set_line_width(0.8)
    paper.line(MARGIN, y, MARGIN + WIDTH, y)
    paper.set_line_width(0.3)
    paper.set_font(FAMILY, "", 8)
    paper.set_text_color(INK_SOFT)
    for edge in ("0", *sheet.edges, "100"):
        x = MARGIN + float(edge) * unit
        paper.set_draw_color(INK_SOFT)
        paper.line(x, y - 2, x, y + 2)
        paper.set_xy(x - 8, y + 2)
        paper.cell(16, 4, edge, align="C")
    paper.set_fill_color(ZONE_FILL[sheet.zone])
    paper.circle(MARGIN + float(sheet.score) * unit, y, 2, style="F")
    paper.set_xy(MARGIN, y + 9)


def _mark(paper: FPDF, zone: str, x: float, y: float) -> None:
    """The shape that says the zone without its colour."""
    paper.set_fill_color(ZONE_FILL[zone])
    shapes = {
        "green": ((0, 3.6), (2.2, 0), (4.4, 3.6)),
        "yellow": ((0, 2), (2.2, -0.4), (4.4, 2), (2.2, 4.4)),
        "red": ((0, 0), (4.4, 0), (2.2, 3.6)),
    }
    paper.polygon([(x + right, y + down) for right, down in shapes[zone]], style="F")


def _section(paper: FPDF, section: Section) -> None:
    if paper.will_page_break(36):
        paper.add_page()
    paper.ln(5)
    paper.start_section(section.heading)
    _words(paper, section.heading, 15, bold=True)
    paper.ln(1)
    for text in section.before:
        _words(paper, text, 10.5)
        paper.ln(1.2)
    if section.table:
        _table(paper, section.table)
    for text in section.after:
        _words(paper, text, 10.5)
        paper.ln(1.2)


def _table(paper: FPDF, table: Table) -> None:
    """As a table; with a cell too long to fit on a page with its row, as words."""
    if any(len(text) > LONGEST_CELL for row in table.rows for text in row):
        for row in table.rows:
            said = "; ".join(f"{name}: {text}" for name, text in zip(table.head, row, strict=True))
            _words(paper, said, 10.5)
            paper.ln(1.2)
        return
    paper.set_font(FAMILY, "", 9)
    paper.set_text_color(INK)
    paper.set_draw_color(RULE)
    paper.set_fill_color(255)
    align: Sequence[str] = ["RIGHT" if each in table.numbers else "LEFT" for each in range(len(table.head))]
    with paper.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        col_widths=table.widths,
        text_align=tuple(align),
        headings_style=FontFace(emphasis="BOLD", color=INK_SOFT),
        cell_fill_mode=TableCellFillMode.NONE,
        line_height=4.6,
        padding=(1, 1.5),
        v_align="TOP",
        width=WIDTH,
        align="LEFT",
    ) as drawn:
        for cells in (table.head, *table.rows):
            line = drawn.row()
            for text in cells:
                line.cell(text)
    paper.ln(2)


def _words(paper: FPDF, text: str, size: float, *, bold: bool = False, colour: str = INK, link: str = "") -> None:
    paper.set_font(FAMILY, "B" if bold else "", size)
    paper.set_text_color(colour)
    paper.multi_cell(WIDTH, size * 0.48, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L", link=link)
