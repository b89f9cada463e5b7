"""The card that other sites show beside a link: title, score and its line, as a PNG of 1200 × 630 pixels."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import font_source_sans_pro as fonts
from PIL import Image, ImageDraw, ImageFont

from assessments.pictures.paint import INK, INK_SOFT, PAPER, RULE, ZONE_FILL, ZONE_INK, ZONE_TINT

SIZE = WIDTH, HEIGHT = 1200, 630
MARGIN = 80
LINE = 470
# Part of what a drawn card is kept under: another drawing of the same facts is another card.
DRAWING = 1
TITLE_SIZES = (72, 60, 50, 42)
ELLIPSIS = "…"


@dataclass(frozen=True)
class Facts:
    """What a card says. ``score`` has one decimal; ``edges`` are the ends of red and yellow."""

    title: str
    seniority: str
    score: str
    zone: str
    label: str
    footnote: str
    edges: tuple[str, ...]


def draw(facts: Facts) -> bytes:
    """The card as a PNG; the same facts give the same bytes."""
    image = Image.new("RGB", SIZE, PAPER)
    on = ImageDraw.Draw(image)
    top = _title(on, facts)
    if facts.seniority:
        on.text((MARGIN, top), _cut(on, facts.seniority, _font(34)), INK_SOFT, _font(34))
    on.text((MARGIN, 405), facts.score, INK, _font(120, bold=True), anchor="ls")
    after = MARGIN + on.textlength(facts.score, _font(120, bold=True)) + 24
    on.text((after, 405), "of 100", INK_SOFT, _font(34), anchor="ls")
    after += on.textlength("of 100", _font(34)) + 56
    _mark(on, facts.zone, after, 388)
    on.text((after + 44, 405), facts.label, ZONE_INK[facts.zone], _font(46, bold=True), anchor="ls")
    _scale(on, facts)
    on.text((MARGIN, 588), "AIJRI Review", INK, _font(28, bold=True), anchor="ls")
    on.text((WIDTH - MARGIN, 588), facts.footnote, INK_SOFT, _font(28), anchor="rs")
    written = io.BytesIO()
    image.quantize(64).save(written, "PNG", optimize=True)
    return written.getvalue()


def _title(on: ImageDraw.ImageDraw, facts: Facts) -> int:
    """Two lines at most, as large as they fit; the place below them."""
    for size in TITLE_SIZES:
        font = _font(size, bold=True)
        lines = _wrapped(on, facts.title, font)
        if len(lines) <= 2:
            break
    lines = [*lines[:1], _cut(on, " ".join(lines[1:]), font)] if len(lines) > 1 else [_cut(on, lines[0], font)]
    for number, line in enumerate(lines):
        on.text((MARGIN, 60 + number * size * 1.15), line, INK, font)
    return 60 + int(len(lines) * size * 1.15) + 16


def _scale(on: ImageDraw.ImageDraw, facts: Facts) -> None:
    """The line from 0 to 100 with its zones, its edges and the score."""
    places = [0.0, *(float(edge) for edge in facts.edges), 100.0]
    for zone, start, end in zip(("red", "yellow", "green"), places, places[1:], strict=False):
        on.rectangle((_x(start), LINE - 12, _x(end), LINE + 12), ZONE_TINT[zone])
    for edge in facts.edges:
        on.line((_x(float(edge)), LINE - 12, _x(float(edge)), LINE + 12), INK_SOFT, 2)
        on.text((_x(float(edge)), LINE + 20), edge.removesuffix(".0"), INK_SOFT, _font(24), anchor="mt")
    for end, anchor in ((0, "lt"), (100, "rt")):
        on.text((_x(end), LINE + 20), str(end), INK_SOFT, _font(24), anchor=anchor)
    on.line((MARGIN, 545, WIDTH - MARGIN, 545), RULE, 2)
    at = _x(float(facts.score))
    on.ellipse((at - 16, LINE - 16, at + 16, LINE + 16), ZONE_FILL[facts.zone], PAPER, 4)


def _x(score: float) -> float:
    return MARGIN + score / 100 * (WIDTH - 2 * MARGIN)


def _mark(on: ImageDraw.ImageDraw, zone: str, x: float, y: float) -> None:
    """The zone's shape, for those who do not see its colour."""
    shapes: dict[str, Sequence[tuple[float, float]]] = {
        "green": ((0, 15), (15, -15), (30, 15)),
        "yellow": ((0, 0), (15, -17), (30, 0), (15, 17)),
        "red": ((0, -15), (15, 15), (30, -15)),
    }
    on.polygon([(x + right, y + down) for right, down in shapes[zone]], ZONE_FILL[zone])


def _wrapped(on: ImageDraw.ImageDraw, text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and on.textlength(longer, font) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _cut(on: ImageDraw.ImageDraw, line: str, font: ImageFont.FreeTypeFont) -> str:
    """The line, or as much of it as there is room for and an ellipsis."""
    if on.textlength(line, font) <= WIDTH - 2 * MARGIN:
        return line
    while line and on.textlength(line + ELLIPSIS, font) > WIDTH - 2 * MARGIN:
        line = line[:-1]
    return line.rstrip() + ELLIPSIS


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(fonts.SourceSansProSemibold if bold else fonts.SourceSansPro, size)
