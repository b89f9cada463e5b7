"""One public version as a PDF: its words put in order for `pictures.sheet`."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.dateformat import format as dated

from assessments.enums import Status
from assessments.errors import Gone
from assessments.models import Assessment
from assessments.pictures import sheet as sheets
from assessments.pictures.sheet import Section, Sheet, Table
from assessments.queries import aftermath, published
from assessments.queries.spoken import true_minus
from assessments.views import kept, taking
from assessments.views.profile import Shape, explained_of, named, sentence_of, weighted

COMMENTARY = {
    "score_vs_reality": "Score and reality",
    "not_captured": "What the numbers don’t capture",
    "who_should_worry": "Who should worry, and who shouldn’t",
    "single_biggest_factor": "The single biggest factor",
    "outlook": "The role ahead",
    "survival_strategy": "How to stay ahead",
    "timeline": "Timeline",
}


def pdf(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A public version on paper; the same version always gives the same bytes. Gone once it is retracted."""
    assessment = published.version(slug, number)
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    sheet = sheet_of(assessment)
    digest = hashlib.sha256(repr((sheets.DRAWING, sheet)).encode()).hexdigest()
    body = kept.drawn(f"sheet:{digest}", lambda: sheets.draw(sheet))
    answer = HttpResponse(body, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{published.slug_then(assessment)}-v{number}.pdf"'
    return kept.by_reader(request, answer, digest, kept.HOUR)


def sheet_of(assessment: Assessment) -> Sheet:
    """What is printed of a version: what it says itself, nothing that moves with others."""
    method = assessment.methodology.method
    score, figures = assessment.published_score, assessment.figures
    assert score is not None, "a public version has a score"
    assert figures is not None, "and figures"
    assert assessment.published_at is not None, "and a time"
    document = named(assessment.document, method)
    cited = taking.cited(assessment)
    sheet = Sheet(
        title=assessment.own_title,
        seniority=assessment.own_seniority,
        score=str(score),
        zone=assessment.published_zone,
        label=assessment.published_label,
        sentence=sentence_of(assessment, assessment.own_title),
        sections=(),
        edges=tuple(f"{zone.edge.normalize():f}" for zone in reversed(method.zones[:-1])),
        footnote=f"AIJRI Review, version {assessment.number}, {dated(assessment.published_at, 'j F Y')}",
        address=cited.address,
        made_at=assessment.published_at,
    )
    found = (
        _definition(document),
        _working(assessment, figures),
        _tasks(document, figures),
        *_scaled(document, figures),
    )
    found += (_decision(assessment), *_commentary(document), Section("Cite", (cited.as_text(),)))
    found += (Section("Proof", (f"Content hash (SHA-256): {assessment.content_hash}",)),)
    return replace(sheet, sections=tuple(each for each in found if each.before or each.table or each.after))


def _definition(document: Shape) -> Section:
    said = document["definition"]
    parts = {
        "": "primary_function",
        "It is not: ": "not_this_role",
        "Typical experience: ": "typical_experience",
        "Seniority: ": "seniority_note",
    }
    return Section("The role", tuple(f"{lead}{said[name]}" for lead, name in parts.items() if said[name]))


def _working(assessment: Assessment, figures: Shape) -> Section:
    formula, explained = assessment.methodology.method.formula, explained_of(assessment)
    rows = (
        ("Task resistance", explained["factors"]["task_resistance"]),
        ("Evidence modifier", explained["factors"]["evidence_modifier"]),
        ("Barrier modifier", explained["factors"]["barrier_modifier"]),
        ("Growth modifier", explained["factors"]["growth_modifier"]),
        ("Raw, all four multiplied", figures["raw"]),
        ("Score of the formula", figures["formula_score"]),
    )
    table = Table(("Factor", "Value"), rows, (80, 20), numbers=(1,))
    said = (
        (
            f"The score of the formula is (raw − {formula.offset}) ÷ {formula.divisor} × 100 = {figures['unclamped']},"
            f" kept within 0 and 100 and rounded to one decimal, by method {figures['methodology']}."
        ),
        explained["label_said"],
        explained["edges_text"],
        *dict.fromkeys(step["text"] for step in explained["sensitivity"] if "[" not in step["input"]),
        explained["flip_text"],
    )
    return Section("The working", table=table, after=said)


def _tasks(document: Shape, figures: Shape) -> Section:
    rows = tuple(
        (
            f"{task['name']}. {task['rationale']}" if task["rationale"] else task["name"],
            task["time_percent"],
            str(task["score"]),
            task["weighted"],
            task["involvement_name"].capitalize(),
        )
        for task in map(weighted, document["tasks"])
    )
    head = ("Task, and why it is scored so", "Time %", "Score", "Weighted", "AI")
    table = Table(head, rows, (56, 9, 8, 11, 16), numbers=(1, 2, 3))
    return Section("The work itself", table=table, after=(f"Weighted total {figures['weighted_total']}.",))


def _scaled(document: Shape, figures: Shape) -> tuple[Section, ...]:
    found = []
    for heading, group, total in (
        ("Evidence", "evidence", "evidence_total"),
        ("Barriers", "barriers", "barrier_total"),
        ("Protective principles", "protective_principles", "protective_total"),
    ):
        rows = tuple((row["name"], true_minus(row["score"]), row["rationale"]) for row in document[group])
        table = Table(("Input", "Score", "Reason"), rows, (25, 8, 67), numbers=(1,))
        found.append(Section(heading, table=table, after=(f"Together {true_minus(figures[total])}.",)))
    growth = document["growth"]
    said = tuple(
        text for text in (f"Scored {true_minus(growth['score'])}.", growth["rationale"], growth["check"]) if text
    )
    return (*found, Section("Growth", said))


def _decision(assessment: Assessment) -> Section:
    made = published.decision(assessment.decision)
    rationale = assessment.document["override"]["rationale"]
    said = [
        f"{true_minus(made['statement'])}. Decided by {made['decided_by']} on {dated(made['decided_at'], 'j F Y')}."
    ]
    said += [text for text in (made["reason"], rationale and f"The assessor wrote: {rationale}") if text]
    return Section("The decision", tuple(said))


def _commentary(document: Shape) -> tuple[Section, ...]:
    found = []
    for name, heading in COMMENTARY.items():
        said = document["commentary"][name]
        texts = [said] if isinstance(said, str) else [f"{each['lead']} {each['text']}".strip() for each in said]
        paragraphs = (part.strip() for text in texts for part in text.split("\n\n"))
        found.append(Section(heading, tuple(part for part in paragraphs if part)))
    return tuple(found)
