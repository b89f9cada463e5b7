"""What finding a role rests on: entries of what is published, words of them, counts, and searches that people keep."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

# Words as an English reader takes them: without accents and endings. None is too small to count ("IT").
CONFIGURATION = """
CREATE TEXT SEARCH DICTIONARY aijri_stem (TEMPLATE = snowball, Language = english);
CREATE TEXT SEARCH CONFIGURATION aijri (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION aijri
  ALTER MAPPING FOR asciiword, asciihword, hword_asciipart WITH aijri_stem;
ALTER TEXT SEARCH CONFIGURATION aijri
  ALTER MAPPING FOR word, hword, hword_part WITH unaccent, aijri_stem;
"""
NO_CONFIGURATION = "DROP TEXT SEARCH CONFIGURATION aijri; DROP TEXT SEARCH DICTIONARY aijri_stem;"
# What is published already: its entries now, its words from the worker.
FILL = """
INSERT INTO assessments_searchentry (role_id, version_id, slug, title, folded, seniority, family, number, methodology,
  published_score, published_zone, published_sub_label, published_label, published_at, task_resistance, evidence_total)
SELECT a.role_id, a.id, r.slug, r.title, left(lower(unaccent(r.title)), 400), r.seniority, r.family, a.number,
  m.version, a.published_score, a.published_zone, a.published_sub_label, a.published_label, a.published_at,
  coalesce(a.task_resistance, 0), coalesce(a.evidence_total, 0)
FROM assessments_assessment a
JOIN assessments_role r ON r.id = a.role_id
JOIN assessments_methodology m ON m.id = a.methodology_id
WHERE a.status = 'published';
INSERT INTO assessments_searchtext (role_id, names, body, words)
SELECT role_id, setweight(to_tsvector('aijri', title), 'A'), '', '[]' FROM assessments_searchentry;
INSERT INTO assessments_searchpending (role_id) SELECT role_id FROM assessments_searchentry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0014_stored_pages"),
    ]

    operations = [
        migrations.RunSQL(CONFIGURATION, NO_CONFIGURATION),
        migrations.CreateModel(
            name="FacetCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("zone", models.CharField(max_length=10)),
                ("sub_label", models.CharField(max_length=30)),
                ("label", models.CharField(max_length=60)),
                ("family", models.CharField(max_length=120)),
                ("seniority", models.CharField(max_length=200)),
                ("methodology", models.CharField(max_length=20)),
                ("band", models.SmallIntegerField()),
                ("roles", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="PlaceCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("family", models.CharField(max_length=120)),
                ("resistance", models.SmallIntegerField()),
                ("evidence", models.SmallIntegerField()),
                ("zone", models.CharField(max_length=10)),
                ("roles", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("query", models.CharField(max_length=1000)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "role",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="entry",
                        serialize=False,
                        to="assessments.role",
                    ),
                ),
                ("slug", models.CharField(max_length=420)),
                ("title", models.CharField(max_length=200)),
                ("folded", models.CharField(max_length=400)),
                ("seniority", models.CharField(blank=True, max_length=200)),
                ("family", models.CharField(blank=True, max_length=120)),
                ("number", models.PositiveIntegerField()),
                ("methodology", models.CharField(max_length=20)),
                ("published_score", models.DecimalField(decimal_places=1, max_digits=4)),
                ("published_zone", models.CharField(max_length=10)),
                ("published_sub_label", models.CharField(blank=True, max_length=30)),
                ("published_label", models.CharField(blank=True, max_length=60)),
                ("published_at", models.DateTimeField()),
                ("task_resistance", models.DecimalField(decimal_places=4, max_digits=6)),
                ("evidence_total", models.SmallIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchPending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role_id", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="SearchText",
            fields=[
                (
                    "role",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="assessments.role",
                    ),
                ),
                ("names", django.contrib.postgres.search.SearchVectorField()),
                ("body", django.contrib.postgres.search.SearchVectorField()),
                ("words", models.JSONField(default=list)),
                ("zone", models.CharField(max_length=10, null=True)),
                ("sub_label", models.CharField(max_length=30, null=True)),
                ("label", models.CharField(max_length=60, null=True)),
                ("family", models.CharField(max_length=120, null=True)),
                ("seniority", models.CharField(max_length=200, null=True)),
                ("methodology", models.CharField(max_length=20, null=True)),
                ("band", models.SmallIntegerField(null=True)),
                ("resistance", models.SmallIntegerField(null=True)),
                ("evidence", models.SmallIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("word", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("roles", models.IntegerField()),
            ],
        ),
        migrations.RemoveIndex(model_name="rolealias", name="role_alias_text"),
        migrations.AddIndex(
            model_name="rolealias",
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(
                    django.db.models.functions.text.Lower("text"), name="text_pattern_ops"
                ),
                name="role_alias_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="facetcount",
            constraint=models.UniqueConstraint(
                fields=("zone", "sub_label", "label", "family", "seniority", "methodology", "band"),
                name="facet_count_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="placecount",
            constraint=models.UniqueConstraint(
                fields=("family", "resistance", "evidence", "zone"), name="place_count_once"
            ),
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="saved_searches", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="searchentry",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessments.assessment",
            ),
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(fastupdate=False, fields=["names"], name="search_names"),
        ),
        migrations.AddIndex(
            model_name="searchtext",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["body"], gin_pending_list_limit=512, name="search_body"
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["word"], name="search_word_trigram", opclasses=["gin_trgm_ops"]
            ),
        ),
        migrations.AddIndex(
            model_name="searchword",
            index=models.Index(condition=models.Q(("roles__lte", 0)), fields=["roles"], name="search_word_gone"),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(
                models.F("person"), django.db.models.functions.text.Lower("name"), name="saved_search_once"
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["title", "role"], name="entry_by_title"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["published_score", "role"], name="entry_by_score"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["published_at", "role"], name="entry_by_time"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["folded"], name="entry_by_folded", opclasses=["text_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(
                django.db.models.functions.text.Lower("family"),
                models.F("title"),
                models.F("role"),
                name="entry_by_family",
            ),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(django.db.models.functions.text.Lower("seniority"), name="entry_by_seniority"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["published_sub_label", "published_zone"], name="entry_by_label"),
        ),
        migrations.AddIndex(
            model_name="searchentry",
            index=models.Index(fields=["evidence_total", "task_resistance"], name="entry_by_place"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
