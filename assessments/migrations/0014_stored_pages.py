"""Stored parts of published pages, and the log of what makes them stale (docs/adr/0017)."""

from django.db import migrations, models

# Unlogged: derived, made again when read, and of no use in another cluster, whose transactions count from elsewhere.
TABLES = """
CREATE UNLOGGED TABLE assessments_pagechange (
  role_id bigint NOT NULL,
  own boolean NOT NULL,
  changed xid8 NOT NULL DEFAULT pg_current_xact_id(),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX assessments_pagechange_role ON assessments_pagechange (role_id, changed);
CREATE INDEX assessments_pagechange_changed ON assessments_pagechange (changed);
CREATE INDEX assessments_pagechange_at ON assessments_pagechange (at);
COMMENT ON TABLE assessments_pagechange IS
  'What pages say of a role (0: of every role) has changed; own: what only the pages of the role itself say.';

CREATE UNLOGGED TABLE assessments_storedpart (
  assessment_id bigint NOT NULL,
  part text NOT NULL CHECK (part IN ('own', 'others')),
  language text NOT NULL,
  build text NOT NULL,
  body text NOT NULL,
  roles bigint[] NOT NULL,
  seen pg_snapshot NOT NULL,
  PRIMARY KEY (assessment_id, language, part)
);
CREATE INDEX assessments_storedpart_roles ON assessments_storedpart USING gin (roles);
COMMENT ON TABLE assessments_storedpart IS
  'A part of a published page as it was rendered from what the snapshot saw of these roles.';

CREATE SEQUENCE assessments_scorecount_moves;
"""
NO_TABLES = """
DROP SEQUENCE assessments_scorecount_moves;
DROP TABLE assessments_storedpart;
DROP TABLE assessments_pagechange;
"""

FUNCTIONS = """
CREATE FUNCTION aijri_announce_pages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('aijri_pages', '');
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assessments_pagechange (role_id, own) VALUES (OLD.role_id, true);
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assessments_pagechange (role_id, own) VALUES (OLD.id, true);
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO assessments_pagechange (role_id, own) SELECT DISTINCT role_id, true FROM fresh;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO assessments_pagechange (role_id, own) SELECT DISTINCT role_id, true FROM gone;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assessments_pagechange (role_id, own)
    SELECT DISTINCT a.role_id, true FROM assessments_decision d JOIN assessments_assessment a ON a.id = d.assessment_id
    WHERE d.decided_by_id = NEW.id OR d.concurring_id = NEW.id;
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_quotes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO assessments_pagechange (role_id, own)
      SELECT DISTINCT a.role_id, true FROM gone JOIN assessments_assessment a ON a.id = gone.assessment_id;
  ELSE
    -- Which texts quote is said by the version itself; whom they quote moves with others.
    INSERT INTO assessments_pagechange (role_id, own)
      SELECT DISTINCT a.role_id, TG_OP = 'INSERT'
      FROM fresh JOIN assessments_assessment a ON a.id = fresh.assessment_id;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_flag() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assessments_pagechange (role_id, own)
    SELECT role_id, false FROM assessments_assessment WHERE id = NEW.assessment_id;
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_pending() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assessments_pagechange (role_id, own) VALUES (NEW.role_id, false);
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_page_release() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO assessments_pagechange (role_id, own) VALUES (0, false);
  RETURN NULL;
END $$;

CREATE FUNCTION aijri_count_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.moved := nextval('assessments_scorecount_moves');
  RETURN NEW;
END $$;

CREATE FUNCTION aijri_cluster() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT c.system_identifier || '/' || d.oid FROM pg_control_system() c, pg_database d
  WHERE d.datname = current_database()
$$;
"""
PUBLIC = "('published', 'superseded', 'retracted')"
ROW, STATEMENT = "FOR EACH ROW", "FOR EACH STATEMENT"
# By name: the table, when, and what it does.
TRIGGERS = {
    "pages_announced": ("pagechange", f"AFTER INSERT ON {{}} {STATEMENT}", "aijri_announce_pages"),
    "pages_of_version": (
        "assessment",
        f"AFTER UPDATE ON {{}} {ROW} WHEN (OLD.status IN {PUBLIC} OR NEW.status IN {PUBLIC})",
        "aijri_page_version",
    ),
    "pages_without_version": (
        "assessment",
        f"AFTER DELETE ON {{}} {ROW} WHEN (OLD.status IN {PUBLIC})",
        "aijri_page_version",
    ),
    "pages_of_role": ("role", f"AFTER UPDATE OR DELETE ON {{}} {ROW}", "aijri_page_role"),
    **{
        f"pages_{event.lower()}_{table}": (table, f"AFTER {event} ON {{}} REFERENCING {tables} {STATEMENT}", does)
        for table, does in {
            "rolealias": "aijri_page_names",
            "rolecode": "aijri_page_names",
            "peerquote": "aijri_page_quotes",
        }.items()
        for event, tables in {
            "INSERT": "NEW TABLE AS fresh",
            "UPDATE": "OLD TABLE AS gone NEW TABLE AS fresh",
            "DELETE": "OLD TABLE AS gone",
        }.items()
    },
    "pages_of_person": (
        "user",
        f"AFTER UPDATE ON {{}} {ROW} WHEN (OLD.display_name <> NEW.display_name OR OLD.username <> NEW.username)",
        "aijri_page_person",
    ),
    "pages_of_flag": ("reviewflag", f"AFTER INSERT OR UPDATE ON {{}} {ROW}", "aijri_page_flag"),
    "pages_pending": (
        "outboxmessage",
        f"AFTER INSERT ON {{}} {ROW} WHEN (NEW.topic = 'assessments.recompute_peers' AND NEW.role_id IS NOT NULL)",
        "aijri_page_pending",
    ),
    "pages_of_release": ("cataloguerelease", f"AFTER INSERT OR UPDATE ON {{}} {STATEMENT}", "aijri_page_release"),
    "count_moves": ("scorecount", f"BEFORE INSERT OR UPDATE ON {{}} {ROW}", "aijri_count_moves"),
}
ON = "".join(
    f"CREATE TRIGGER {name} {when.format(f'assessments_{table}')} EXECUTE FUNCTION {does}();"
    f" ALTER TABLE assessments_{table} ENABLE ALWAYS TRIGGER {name};\n"
    for name, (table, when, does) in TRIGGERS.items()
)
OFF = "".join(f"DROP TRIGGER {name} ON assessments_{table};\n" for name, (table, _, _) in TRIGGERS.items())
NO_FUNCTIONS = "".join(
    f"DROP FUNCTION {name}();\n"
    for name in (
        "aijri_announce_pages", "aijri_page_version", "aijri_page_role", "aijri_page_names", "aijri_page_person",
        "aijri_page_quotes", "aijri_page_flag", "aijri_page_pending", "aijri_page_release", "aijri_count_moves",
        "aijri_cluster",
    )
)  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0013_suggestions"),
    ]

    operations = [
        migrations.RunSQL(TABLES, NO_TABLES),
        migrations.AddField(
            model_name="scorecount",
            name="moved",
            field=models.BigIntegerField(db_default=0, db_index=True, editable=False),
        ),
        migrations.RunSQL(FUNCTIONS + ON, OFF + NO_FUNCTIONS),
    ]
