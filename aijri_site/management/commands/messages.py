"""`manage.py messages`: brings the catalogues of translations up to date; `--check` only says what is wrong."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from aijri_site.speech import collect, faults, po

HEAD = (
    "Project-Id-Version: AIJRI Review\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\nLanguage: {language}\nPlural-Forms: nplurals=2; plural=(n != 1);\n"
)


class Command(BaseCommand):
    help = "Collect what is said to readers into locale/, and compile what is translated."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 on any fault")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        wanted = collect.messages()
        said = []
        for language, _ in settings.LANGUAGES:
            if language != settings.LANGUAGE_CODE:
                if not check:
                    self._renew(language, wanted)
                said += [f"{language}: {fault}" for fault in self._faults(language, wanted)]
        root = settings.BASE_DIR / "templates"
        for path in faults.public_templates(root):
            name = path.relative_to(root)
            said += [f"templates/{name}: “{text}” is not marked" for text in faults.unmarked(path.read_text())]
        for fault in said:
            self.stdout.write(fault)
        if said:
            raise CommandError(f"{len(said)} faults in what is said to readers.")
        self.stdout.write(f"{len(wanted)} messages, all of them translated.")

    def _renew(self, language: str, wanted: dict[po.Key, tuple[str, ...]]) -> None:
        """Keep the translations that are still asked for, and add what is new."""
        path = collect.root_of(language) / "django.po"
        known = {message.key: message for message in po.read(path)} if path.exists() else {}
        blank = po.Key("")
        kept = [known.get(blank, po.Message(blank, (HEAD.format(language=language),)))]
        for key in sorted(wanted):
            old = known.get(key)
            nothing = ("", "") if key.plural else ("",)
            kept.append(po.Message(key, old.said if old else nothing, wanted[key], old.fuzzy if old else False))
        po.write(path, kept)
        path.with_suffix(".mo").write_bytes(po.compiled(kept))

    def _faults(self, language: str, wanted: dict[po.Key, tuple[str, ...]]) -> list[str]:
        path = collect.root_of(language) / "django.po"
        found = list(po.read(path))
        said = list(faults.of_catalogue(wanted, found))
        if path.with_suffix(".mo").read_bytes() != po.compiled(found):
            said.append("the compiled catalogue is not what django.po gives")
        return said
