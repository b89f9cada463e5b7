"""The shapes of what stands beside a role: its ranks, its comparisons, the quotes in its document."""

from __future__ import annotations

from rest_framework import serializers as s

from assessments.api.shapes import Attribution


class Place(s.Serializer[object]):
    rank = s.IntegerField()
    of = s.IntegerField()
    percentile = s.CharField()


class Standing(Place):
    family = Place(allow_null=True)
    zone = Place()


class Peer(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()


class Comparison(s.Serializer[object]):
    peer = Peer()
    kind = s.CharField()
    tier = s.CharField(allow_null=True)
    score = s.CharField()
    peer_score = s.CharField()
    difference = s.CharField()
    attribution = Attribution()
    zones = s.ListField(child=s.CharField())
    labels = s.ListField(child=s.CharField())
    inversion = s.BooleanField()


class QuotedPeer(s.Serializer[object]):
    slug = s.CharField(allow_null=True)
    title = s.CharField()


class QuoteSince(s.Serializer[object]):
    """The version of the quoted role by which a quote went stale, and when it was published, retracted or superseded
    with nothing after it."""

    number = s.IntegerField()
    at = s.DateTimeField()


class MergedInto(QuotedPeer):
    """The role that another was merged into, and its published score."""

    score = s.CharField(allow_null=True)


class Quote(s.Serializer[object]):
    peer = QuotedPeer()
    section = s.CharField()
    quoted_score = s.CharField()
    current_score = s.CharField(allow_null=True)
    stale = s.BooleanField()
    quoted_label = s.CharField(allow_null=True, help_text="A zone or a label; null where the text names none.")
    current_label = s.CharField(allow_null=True)
    state = s.ChoiceField(["holds", "moved", "never", "retracted", "merged", "retired", "superseded", "waiting"])
    since = QuoteSince(allow_null=True)
    merged_into = MergedInto(allow_null=True)


class Peers(s.Serializer[object]):
    standing = Standing(allow_null=True)
    computed_at = s.DateTimeField(allow_null=True)
    pending = s.BooleanField()
    results = Comparison(many=True)
    quotes = Quote(many=True)
