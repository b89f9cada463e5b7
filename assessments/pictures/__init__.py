"""Geometry of the pictures on pages: plain values in, frozen dataclasses of strings and pixels out.

Places across are percentages of the picture's width, places down are pixels, so that text keeps its size on
every screen. The templates in ``templates/parts/pictures`` draw them and escape every text. Nothing here
knows Django or the database.
"""

from assessments.pictures.bars import Bar, DivergingBars, diverging_bars
from assessments.pictures.dots import Dot, NeighbourDots, neighbour_dots
from assessments.pictures.explorer import Explorer, explorer
from assessments.pictures.line import ScoreLine, Tick, score_line
from assessments.pictures.scale import Axis, Band, Edge, axis, zone_at
from assessments.pictures.spark import Sparkline, sparkline
from assessments.pictures.tasks import Segment, TaskBar, task_bar
from assessments.pictures.waterfall import Waterfall, Waterfalls, waterfalls

__all__ = [
    "Axis",
    "Band",
    "Bar",
    "DivergingBars",
    "Dot",
    "Edge",
    "Explorer",
    "NeighbourDots",
    "ScoreLine",
    "Segment",
    "Sparkline",
    "TaskBar",
    "Tick",
    "Waterfall",
    "Waterfalls",
    "axis",
    "diverging_bars",
    "explorer",
    "neighbour_dots",
    "score_line",
    "sparkline",
    "task_bar",
    "waterfalls",
    "zone_at",
]
