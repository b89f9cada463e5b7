"""`manage.py issue_token USER --name N [--write] [--days D]`: prints a new token, alone on stdout, once."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from assessments.actions.people import issue_token
from assessments.errors import Refused
from assessments.models import User


class Command(BaseCommand):
    help = "Issue an API token for a person and print it once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user")
        parser.add_argument("--name", required=True)
        parser.add_argument("--write", action="store_true", help="the token may also change things")
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: object, user: str, name: str, write: bool, days: int, **options: object) -> None:
        person = User.objects.filter(username=user, is_active=True).first()
        if person is None:
            raise CommandError(f"There is no active account named {user}.")
        try:
            token = issue_token(person=person, name=name, write=write, days=days, by=person, at=timezone.now())
        except Refused as refusal:
            raise CommandError(refusal.sentence) from refusal
        self.stdout.write(token)
