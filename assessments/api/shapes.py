"""The contract's shapes, declared for the schema, and the bodies that come in. Nothing is written through them."""

from __future__ import annotations

from rest_framework import serializers as s

from assessments.enums import FlagCause, MessageState, RoleStatus


class Split(s.Serializer[object]):
    displacement = s.CharField()
    augmentation = s.CharField()
    not_involved = s.CharField()


class Figures(s.Serializer[object]):
    methodology = s.CharField()
    weighted_total = s.CharField()
    task_resistance = s.CharField()
    evidence_total = s.IntegerField()
    evidence_modifier = s.CharField()
    barrier_total = s.IntegerField()
    barrier_modifier = s.CharField()
    growth = s.IntegerField()
    growth_modifier = s.CharField()
    raw = s.CharField()
    unclamped = s.CharField()
    formula_score = s.CharField()
    zone = s.CharField()
    sub_label = s.CharField(allow_null=True)
    label = s.CharField()
    protective_total = s.IntegerField()
    screen = s.CharField()
    screen_confirmed = s.BooleanField()
    split = Split()
    time_at_3_plus = s.CharField()
    borderline = s.BooleanField()


class Problem(s.Serializer[object]):
    level = s.ChoiceField(choices=["error", "warning"])
    path = s.CharField()
    code = s.CharField()
    message = s.CharField()


class RoleItem(s.Serializer[object]):
    slug = s.CharField()
    public_id = s.CharField()
    title = s.CharField()
    seniority = s.CharField()
    family = s.CharField()
    published_score = s.CharField()
    zone = s.CharField()
    label = s.CharField()
    number = s.IntegerField()
    published_at = s.DateTimeField()


class Decision(s.Serializer[object]):
    outcome = s.CharField()
    statement = s.CharField()
    reason = s.CharField()
    decided_at = s.DateTimeField()
    decided_by = s.CharField()
    role_held = s.CharField()
    formula_score = s.CharField()
    published_score = s.CharField()


class Code(s.Serializer[object]):
    scheme = s.CharField()
    code = s.CharField()


class PeerName(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()


class OpenFlag(s.Serializer[object]):
    id = s.IntegerField()
    cause = s.ChoiceField(choices=FlagCause.choices)
    since = s.DateTimeField()
    peer = PeerName(allow_null=True)
    methodology = s.CharField(allow_null=True)
    was = s.CharField()
    now = s.CharField(allow_null=True)
    because = s.CharField()


class RoleDetail(RoleItem):
    codes = Code(many=True)
    status = s.CharField()
    role_status = s.ChoiceField(RoleStatus.choices, help_text="Merged only where a version is asked by number.")
    kind = s.CharField()
    methodology = s.CharField()
    content_hash = s.CharField()
    figures = Figures()
    decision = Decision()
    requires_review = OpenFlag(many=True)
    document = s.JSONField()


class Attribution(s.Serializer[object]):
    task = s.CharField()
    evidence = s.CharField()
    barriers = s.CharField()
    growth = s.CharField()
    override = s.CharField()
    method = s.CharField()
    rounding = s.CharField()


class SincePrevious(s.Serializer[object]):
    """The difference to an earlier version; the parts add up to it exactly."""

    number = s.IntegerField()
    published_score = s.CharField()
    difference = s.CharField()
    attribution = Attribution()
    text = s.CharField()


class VersionItem(s.Serializer[object]):
    number = s.IntegerField()
    status = s.CharField()
    kind = s.CharField()
    published_at = s.DateTimeField()
    published_score = s.CharField()
    zone = s.CharField()
    label = s.CharField()
    statement = s.CharField()
    reason_text = s.CharField()
    since_previous = SincePrevious(allow_null=True)


class Versions(s.Serializer[object]):
    next = s.CharField(allow_null=True)
    previous = s.CharField(allow_null=True)
    results = VersionItem(many=True)


class Step(s.Serializer[object]):
    input = s.CharField()
    formula_score = s.CharField()
    label = s.CharField()

    def get_fields(self) -> dict[str, s.Field[object, object, object, object]]:
        """`from` is a word of Python, so it cannot be declared like the others."""
        return {**super().get_fields(), "from": s.IntegerField(), "to": s.IntegerField()}


class Score(s.Serializer[object]):
    figures = Figures()
    sensitivity = Step(many=True)


class SaidStep(Step):
    text = s.CharField()


class EdgeDistance(s.Serializer[object]):
    """The lower edge of a zone; the distance is negative below it."""

    zone = s.CharField()
    edge = s.CharField()
    distance = s.CharField()


class Counterfactual(s.Serializer[object]):
    proposed_score = s.CharField()
    difference = s.CharField()
    evidence_total = s.IntegerField()
    barrier_total = s.IntegerField()
    growth = s.IntegerField()
    formula_score = s.CharField()
    label = s.CharField()
    text = s.CharField()
    assumes = s.CharField()


class Explanation(s.Serializer[object]):
    """Of a draft with gaps everything is null or empty. Steps and flip start from the formula score."""

    methodology = s.CharField()
    formula_score = s.CharField(allow_null=True)
    score = s.CharField(allow_null=True)
    zone = s.CharField(allow_null=True)
    label = s.CharField(allow_null=True)
    sensitivity = SaidStep(many=True)
    edges = EdgeDistance(many=True)
    edges_text = s.CharField()
    borderline = s.BooleanField()
    borderline_text = s.CharField()
    cheapest_flip = SaidStep(allow_null=True)
    counterfactual = Counterfactual(allow_null=True)
    since_previous = SincePrevious(allow_null=True)


class MethodologyItem(s.Serializer[object]):
    version = s.CharField()
    status = s.CharField()
    activated_at = s.DateTimeField(allow_null=True)
    retired_at = s.DateTimeField(allow_null=True)
    note = s.CharField()


class Methodologies(s.Serializer[object]):
    next = s.CharField(allow_null=True)
    previous = s.CharField(allow_null=True)
    results = MethodologyItem(many=True)


class MethodologyDetail(MethodologyItem):
    definition = s.JSONField()


class MethodField(s.Serializer[object]):
    path = s.CharField()
    name = s.CharField()
    before = s.JSONField(allow_null=True)
    after = s.JSONField(allow_null=True)


class MethodSection(s.Serializer[object]):
    section = s.CharField()
    rows = MethodField(many=True)


class MethodDifferences(s.Serializer[object]):
    before = s.CharField()
    after = s.CharField()
    sections = MethodSection(many=True)


class DryRun(s.Serializer[object]):
    methodology = s.CharField()
    against = s.CharField()
    requested_by = s.CharField()
    requested_at = s.DateTimeField()
    started_at = s.DateTimeField(allow_null=True)
    finished_at = s.DateTimeField(allow_null=True)
    done = s.IntegerField()
    total = s.IntegerField(allow_null=True)
    failure = s.CharField()
    report = s.JSONField(allow_null=True)


class AssessmentRole(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()
    seniority = s.CharField()


class Assessment(s.Serializer[object]):
    """`verbs`: the moves that lead from `status`, whoever owns them."""

    id = s.IntegerField()
    role = AssessmentRole()
    number = s.IntegerField()
    verbs = s.ListField(child=s.CharField())
    status = s.CharField()
    kind = s.CharField()
    change_reason = s.CharField()
    methodology = s.CharField()
    content_hash = s.CharField()
    figures = Figures(allow_null=True)
    document = s.JSONField()
    problems = Problem(many=True)
    discrepancies = s.ListField(child=s.JSONField(), required=False)
    notes = s.ListField(child=s.JSONField(), required=False)


class Event(s.Serializer[object]):
    id = s.IntegerField()
    at = s.DateTimeField()
    verb = s.CharField()
    actor = s.CharField(allow_null=True)
    role_held = s.CharField()
    object_type = s.CharField()
    object_id = s.CharField()
    request_id = s.CharField()
    data = s.JSONField()
    sentence = s.CharField()
    hash = s.CharField()


class MessageRole(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()


class OutboxMessage(s.Serializer[object]):
    id = s.IntegerField()
    state = s.ChoiceField(choices=MessageState.choices)
    topic = s.CharField()
    what = s.CharField()
    about = s.CharField()
    role = MessageRole(allow_null=True)
    created_at = s.DateTimeField()
    attempts = s.IntegerField()
    failures = s.IntegerField()
    next_try_at = s.DateTimeField(allow_null=True)
    last_error = s.CharField()


class DraftBody(s.Serializer[object]):
    """Exactly one of the two."""

    document = s.JSONField(required=False)
    text = s.CharField(required=False, trim_whitespace=False)


class DocumentBody(s.Serializer[object]):
    document = s.JSONField()


class ScoreBody(DocumentBody):
    methodology = s.CharField(required=False)


class ReviseBody(s.Serializer[object]):
    kind = s.ChoiceField(choices=["revision", "erratum"], default="revision")
    change_reason = s.ChoiceField(
        choices=["new_evidence", "role_changed", "method_changed", "correction", "periodic"],
        default="new_evidence",
    )


class ReasonBody(s.Serializer[object]):
    """Why something is done or undone."""

    reason = s.CharField(allow_blank=True, trim_whitespace=False)
