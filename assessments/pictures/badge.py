"""The badge: name and score on one small plate, for pages elsewhere."""

from dataclasses import dataclass

from assessments.pictures.paint import INK, INK_SOFT, ZONE_INK, ZONE_MARK

# Of a sans of 11 px, and on the safe side: a badge is drawn where nobody can measure its font.
WIDTHS = {
    " ": 4,
    ".": 4,
    "(": 5,
    ")": 5,
    "i": 4,
    "l": 4,
    "t": 5,
    "f": 5,
    "r": 5,
    "m": 10,
    "w": 9,
    "▲": 11,
    "▼": 11,
    "◆": 11,
    "■": 11,
}
WIDTH = 7
PADDING = 7


@dataclass(frozen=True)
class Plate:
    """One half of a badge: its text, where it begins, how wide it is (pixels), its colour."""

    text: str
    x: int
    width: int
    fill: str

    @property
    def middle(self) -> float:
        """Where its text is centred."""
        return self.x + self.width / 2

    @property
    def text_width(self) -> int:
        """How long its text is made, whatever the font."""
        return self.width - 2 * PADDING


@dataclass(frozen=True)
class Badge:
    """A badge of 20 px height."""

    left: Plate
    right: Plate
    title: str

    @property
    def plates(self) -> tuple[Plate, Plate]:
        """Both halves, from the left."""
        return self.left, self.right

    @property
    def width(self) -> int:
        """Of both halves, in pixels."""
        return self.left.width + self.right.width


def badge(title: str, score: str, zone: str, label: str, *, ended: str = "") -> Badge:
    """The badge of a published score; ``title`` is read out, not drawn: titles are as long as they please. ``ended``
    says that it is current no more: "retired"."""
    left = _plate("AIJRI", 0, INK)
    if ended:
        right = _plate(f"■ {ended}, was {score}", left.width, INK_SOFT)
        return Badge(left, right, f"{title}: {ended}; AIJRI was {score} of 100, {label}")
    right = _plate(f"{ZONE_MARK[zone]} {score} {label}", left.width, ZONE_INK[zone])
    return Badge(left, right, f"{title}: AIJRI {score} of 100, {label}")


def _plate(text: str, x: int, fill: str) -> Plate:
    return Plate(text, x, sum(WIDTHS.get(character, WIDTH) for character in text) + 2 * PADDING, fill)
