"""What a profile shows, in the contract's shapes, with the pictures' geometry: what a version says of its own role, and
what moves with others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assessments import documents, pictures, scoring
from assessments.enums import CodeScheme, Status
from assessments.models import Assessment, CatalogueRelease, PeerQuote, Role
from assessments.queries import aftermath, ended, explanations, published, quotes, sentences
from assessments.queries.quotes import Quoted
from assessments.queries.search import distinct
from assessments.queries.spoken import say, spoken
from assessments.views import neighbours
from assessments.views.prose import Marks, bullets, marks_of, prose

Shape = dict[str, Any]
BULLETED = ("not_captured", "survival_strategy")
DEFINITION = ("not_this_role", "seniority_note")
COMMENTARY = ("score_vs_reality", "who_should_worry", "single_biggest_factor", "outlook", "timeline")
# Texts that go by another name than their own.
SINGLE = {"growth.check": "growth_check", "override.rationale": "override_rationale"}


def context(assessment: Assessment) -> Shape:
    """Everything, at one go."""
    quoted = quotes.of_version(assessment)
    texts = _texts(assessment.document, marks_of(quoted))
    told = of_others(assessment, quoted)
    said = sentences.standing_sentence(told["standing"]) if told["standing"] else ""
    return {
        **_own(assessment),
        **told,
        "prose": {name: make() for name, make in texts.items()},
        "standing_said": said,
    }


def framed(assessment: Assessment) -> Shape:
    """What the version says of its own role; in the place of what moves with others stands a mark."""
    quoting = _quoting(PeerQuote.objects.filter(assessment=assessment).values_list("section", flat=True))
    texts = _texts(assessment.document, {})
    held = {name: mark(f"prose.{name}") if name in quoting else make() for name, make in texts.items()}
    return {**_own(assessment), "prose": held, "framed": True}


def quoting_texts(assessment: Assessment, quoted: list[Quoted]) -> dict[str, str]:
    """The texts that quote other roles, by the names of their marks."""
    quoting = _quoting(each.quote.section for each in quoted)
    texts = _texts(assessment.document, marks_of(quoted))
    return {f"prose.{name}": make() for name, make in texts.items() if name in quoting}


def mark(name: str) -> SafeString:
    """What stands for a part that is stored apart: a comment, which no escaped text can contain."""
    return format_html("<!--part {}-->", name)


def of_others(assessment: Assessment, quoted: list[Quoted]) -> Shape:
    """What moves with other roles; `about`: the keys of those it speaks of."""
    flags, beside = aftermath.open_flags(assessment), neighbours.on_profile(assessment)
    mistaken = distinct.taken_for([assessment.role_id]).get(assessment.role_id, [])
    about = {key for each in quoted for key in each.about} | {flag.peer_id for flag in flags}
    about |= {each.role_id for each in mistaken} | {assessment.role.merged_into_id}
    return {
        **_basis(assessment),
        **beside,
        "about": {row["role"] for row in beside["neighbours"]} | about - {None},
        "requires_review": [aftermath.flag_shape(flag) for flag in flags],
        "quoted": quotes.listed(quoted),
        "not_this": [published.entry(each) for each in mistaken],
        "onet": release_of(published.codes(assessment.role)),
    }


def _basis(assessment: Assessment) -> Shape:
    """What either needs to know of the version."""
    role = assessment.role
    is_current, into = assessment.status == Status.PUBLISHED, role.merged_into
    own = reverse("role_version", args=[role.slug, assessment.number])
    return {
        **published.item(assessment),
        "role": role,
        "site_url": settings.SITE_URL,
        # Of a merged role its own address leads to another: only that of the version is this page's.
        "current_url": own if into else reverse("role_profile", args=[role.slug]),
        "merged_into": {"name": str(into), "url": reverse("role_profile", args=[into.slug])} if into else None,
        "version": {
            "number": assessment.number,
            "kind": assessment.kind,
            "published_at": assessment.published_at,
            "status": spoken(assessment.get_status_display()).lower(),
            "state": ended.said(assessment),
            "is_current": is_current,
            "leads_on": is_current or published.leads_on(role),
        },
    }


def _own(assessment: Assessment) -> Shape:
    role = assessment.role
    document = named(assessment.document, assessment.methodology.method)
    tasks = [weighted(task) for task in document["tasks"]]
    sentence = sentence_of(assessment, role.title)
    return {
        **_basis(assessment),
        "assessment": assessment,
        "figures": assessment.figures,
        "decision": published.decision(assessment.decision),
        "published_as": _published_as(assessment),
        "names": published.other_names(role),
        "occupations": role.codes.all(),
        "document": document,
        "tasks": tasks,
        "method": assessment.methodology.definition,
        "versions": (known := versions(role)),
        "sparkline": pictures.sparkline(list(reversed(known))) if len(known) > 1 else None,
        "sentence": sentence,
        "machine_sentence": _for_machines(assessment, sentence),
        "explained": explained_of(assessment),
        "task_bar": pictures.task_bar(tasks),
        "evidence_bars": pictures.diverging_bars(document["evidence"], -2, 2),
        "barrier_bars": pictures.diverging_bars(document["barriers"], 0, 2),
    }


def sentence_of(assessment: Assessment, title: str) -> str:
    """What a public version came to in one sentence, under that title: of today, or its own."""
    assert assessment.published_score is not None, "a public version has a score"
    return sentences.profile_sentence(
        title=title,
        score=assessment.published_score,
        zone=assessment.published_zone,
        label=assessment.published_label,
        method=assessment.methodology.method,
        outcome=assessment.decision.outcome,
        decided_at=assessment.decision.decided_at,
    )


def _published_as(assessment: Assessment) -> str:
    """What the document calls the role, where that is not what it is called today."""
    name, role = (assessment.own_title, assessment.own_seniority), assessment.role
    return "" if name == (role.title, role.seniority) else ", ".join(filter(None, name))


def _for_machines(assessment: Assessment, sentence: str) -> str:
    """The sentence where nothing stands beside it that says what became of the version."""
    state = ended.said(assessment)
    return say("Not current ({state}): {sentence}", state=state, sentence=sentence) if state else sentence


def explained_of(assessment: Assessment) -> Shape:
    """The published score explained, and against the version before it."""
    document = documents.from_json(assessment.document)
    explained = explanations.explanation(document, assessment.methodology.method, score=assessment.published_score)
    assert explained is not None, "a public version has figures"
    return explanations.page(explained, document)


def release_of(codes: list[Shape]) -> CatalogueRelease | None:
    """The release of O*NET that was read last, where something of it is shown: its licence asks for its name."""
    return CatalogueRelease.objects.filter(scheme=CodeScheme.ONET_SOC).last() if codes else None


def named(document: Shape, method: scoring.Method) -> Shape:
    """A stored document with the name and range of every scored input beside its code."""
    result = dict(document)
    for group in ("protective_principles", "evidence", "barriers"):
        scales = method.protective if group == "protective_principles" else getattr(method, group)
        by_code = {scale.code: scale for scale in scales}
        result[group] = [
            {
                **row,
                "name": by_code[row["code"]].name,
                "lowest": by_code[row["code"]].minimum,
                "highest": by_code[row["code"]].maximum,
            }
            for row in document[group]
        ]
    involvements = {each.code: each.name for each in method.tasks.involvements}
    result["tasks"] = [
        {**task, "involvement_name": involvements.get(task["involvement"], "")} for task in document["tasks"]
    ]
    return result


def weighted(task: Shape) -> Shape:
    """A task with its share of the weighted total, half up to two places."""
    part = Decimal(task["time_percent"]) * task["score"] / 100
    return {**task, "weighted": str(scoring.half_up(part, 2))}


def versions(role: Role) -> list[Shape]:
    """The public versions of a role, newest first, each with its address."""
    return [
        {
            **row,
            "score": row["published_score"],
            "url": reverse("role_version", args=[role.slug, row["number"]]),
        }
        for row in published.history(role)
    ]


def _texts(document: Shape, marks: Marks) -> dict[str, Callable[[], str]]:
    """The texts that may quote other roles, each made when asked for, with what is told of the quotes."""
    commentary, definition = document["commentary"], document["definition"]
    growth, override = document["growth"]["check"], document["override"]["rationale"]
    return {
        **{name: partial(prose, commentary[name], marks.get(f"commentary.{name}", ())) for name in COMMENTARY},
        **{name: partial(bullets, commentary[name], marks, f"commentary.{name}") for name in BULLETED},
        **{name: partial(prose, definition[name], marks.get(f"definition.{name}", ())) for name in DEFINITION},
        "growth_check": partial(prose, growth, marks.get("growth.check", ())),
        "override_rationale": partial(prose, override, marks.get("override.rationale", ())),
    }


def _quoting(sections: Iterable[str]) -> set[str]:
    """Which of the texts quote, from the places of the quotes in the document."""
    places = {section.partition("[")[0] for section in sections}
    return {SINGLE.get(place, place.partition(".")[2]) for place in places}
