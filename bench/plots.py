"""`python -m bench.plots FOLDER…`: what `BENCH_PLOTS=FOLDER` kept of benches, drawn into `docs/performance/` as SVG."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterable, Sequence
from html import escape
from pathlib import Path
from typing import Any

from bench.startup import ROOT

OUT = ROOT / "docs" / "performance"
WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 64, 56
STYLE = (
    "text{font:14px system-ui,sans-serif;fill:#22252a;font-variant-numeric:tabular-nums}.head{font-size:18px}"
    ".note{fill:#5c626b}.tick{stroke:#c9ccd1}.ours{stroke:#0b5c8a;fill:#0b5c8a}.bare{stroke:#7a7f87;fill:#7a7f87}"
    "path{fill:none!important;stroke-width:2}.bare path{stroke-dasharray:5 4}text.ours,text.bare{stroke:none}"
    "@media(prefers-color-scheme:dark){text{fill:#e7e9ec}.note{fill:#a5abb4}.tick{stroke:#484d55}"
    ".ours{stroke:#6cb8e6;fill:#6cb8e6}.bare{stroke:#a5abb4;fill:#a5abb4}}"
)
Points = Sequence[tuple[float, float]]


def main(folders: Sequence[str]) -> int:
    """Draw every picture whose figures are there; 2 where there are none at all."""
    measured = [each for folder in folders for each in read(folder, "neighbours.json", [])]
    visible = next((found for folder in folders if (found := read(folder, "visible.json", None))), None)
    if not measured and visible is None:
        print("Name the folders that BENCH_PLOTS named when the benches ran.", file=sys.stderr)
        return 2
    OUT.mkdir(exist_ok=True)
    if measured:
        measured.sort(key=lambda each: each["roles"])
        (OUT / "cost-by-roles.svg").write_text(cost_by_roles(measured))
        (OUT / "cost-by-degree.svg").write_text(cost_by_degree(measured[-1]))
    if visible is not None:
        for phase, said in (("idle", "one publication at a time"), ("load", "50 publications a second")):
            (OUT / f"visible-{phase}.svg").write_text(latencies(visible[phase], said))
    return 0


def read(folder: str, name: str, otherwise: Any) -> Any:
    path = Path(folder) / name
    return json.loads(path.read_text()) if path.exists() else otherwise


def cost_by_roles(measured: Sequence[dict[str, Any]]) -> str:
    lines = {lane: [(each["roles"], each["ordinary"][lane] * 1000) for each in measured] for lane in ("ours", "bare")}
    highest = max(y for points in lines.values() for _, y in points)
    return drawing(
        f"Recomputing one role of about {measured[0]['ordinary']['pairs']} relations",
        "Milliseconds against roles in the catalogue, medians; it follows the edges, not the catalogue.",
        lines,
        log_axis([10**power for power in range(3, 7)], measured[0]["roles"] / 2, measured[-1]["roles"] * 2),
        linear_axis(highest * 1.3),
        "roles",
    )


def cost_by_degree(measured: dict[str, Any]) -> str:
    curve = [*measured["curve"], measured["hub"]]
    curve.sort(key=lambda point: point["pairs"])
    lines = {lane: [(point["pairs"], point[lane] * 1000) for point in curve] for lane in ("ours", "bare")}
    every = [y for points in lines.values() for _, y in points]
    return drawing(
        f"Recomputing one role among {measured['roles']:,}",
        "Milliseconds against its relations in both directions, medians, both scales logarithmic.",
        lines,
        log_axis([10, 100, 1_000, 10_000], curve[0]["pairs"] / 1.5, curve[-1]["pairs"] * 1.5),
        log_axis([1, 10, 100, 1_000], min(every) / 1.5, max(every) * 1.5),
        "relations",
    )


def latencies(phase: dict[str, list[float]], said: str) -> str:
    lines = {lane: shares([each * 1000 for each in values]) for lane, values in phase.items()}
    every = [x for points in lines.values() for x, _ in points]
    return drawing(
        f"From a publication's commit until a reader sees it, {said}",
        "Share of publications in per cent that are visible after so many milliseconds, scale logarithmic.",
        lines,
        log_axis([1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000], min(every) / 1.3, max(every) * 1.3),
        linear_axis(100),
        "ms",
    )


def shares(values: Iterable[float]) -> Points:
    """The distribution of many values as at most some hundred points."""
    ordered = sorted(values)
    steps = range(0, len(ordered), max(1, len(ordered) // 300))
    return [(ordered[index], 100 * (index + 1) / len(ordered)) for index in steps] + [(ordered[-1], 100.0)]


class Axis:
    """Where a value stands between 0 and 1, and which values are named."""

    def __init__(self, place: Callable[[float], float], ticks: Sequence[float]) -> None:
        self.place, self.ticks = place, ticks


def log_axis(ticks: Sequence[float], low: float, high: float) -> Axis:
    span = math.log(high / low)
    return Axis(lambda value: math.log(value / low) / span, [tick for tick in ticks if low <= tick <= high])


def linear_axis(high: float) -> Axis:
    step = next(step for step in (0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200) if high / step <= 6)
    return Axis(lambda value: value / high, [step * index for index in range(int(high / step) + 1)])


def drawing(head: str, note: str, lines: dict[str, Points], across: Axis, up: Axis, unit: str) -> str:
    """One picture: our line and the bare one, named at their ends."""

    def x(value: float) -> float:
        return round(LEFT + across.place(value) * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - up.place(value) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">',
        f'<title id="t">{escape(head)}</title><desc id="d">{escape(note)}</desc><style>{STYLE}</style>',
        f'<text class="head" x="16" y="26">{escape(head)}</text><text class="note" x="16" y="46">{escape(note)}</text>',
    ]
    for tick in up.ticks:
        parts.append(f'<path class="tick" d="M{LEFT - 6} {y(tick)}H{LEFT}"/>')
        parts.append(f'<text x="{LEFT - 10}" y="{y(tick) + 5}" text-anchor="end">{tick:,g}</text>')
    for tick in across.ticks:
        parts.append(f'<path class="tick" d="M{x(tick)} {HEIGHT - BOTTOM}v6"/>')
        parts.append(f'<text x="{x(tick)}" y="{HEIGHT - BOTTOM + 22}" text-anchor="middle">{tick:,.10g}</text>')
    parts.append(f'<path class="tick" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>')
    parts.append(f'<text class="note" x="{WIDTH - RIGHT + 12}" y="{HEIGHT - BOTTOM + 22}">{unit}</text>')
    for lane, points in lines.items():
        path = "L".join(f"{x(across_)} {y(up_)}" for across_, up_ in points)
        parts.append(f'<g class="{lane}"><path d="M{path}"/>')
        if len(points) < 30:
            parts += [f'<circle cx="{x(a)}" cy="{y(b)}" r="3.5"/>' for a, b in points]
        # A curve of many points is named beside its middle, one on either side; a line of few at its end.
        place = points[len(points) // 2] if len(points) >= 30 else points[-1]
        left = len(points) >= 30 and lane == "bare"
        lift = 0 if len(points) >= 30 else {"ours": -4, "bare": 12}[lane]
        word = {"ours": "AIJRI Review", "bare": "bare statements"}[lane]
        parts.append(
            f'</g><text class="{lane}" x="{x(place[0]) + (-12 if left else 12)}" y="{y(place[1]) + 5 + lift}"'
            f' text-anchor="{"end" if left else "start"}">{word}</text>'
        )
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
