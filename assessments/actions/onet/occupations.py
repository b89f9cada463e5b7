"""Occupations as roles: each code on one role, never two roles of one title."""

from __future__ import annotations

from collections import Counter

from django.db.models.functions import Lower

from assessments import documents
from assessments.actions.onet.release import Occupation, Release
from assessments.actions.onet.report import Report
from assessments.actions.onet.writing import Writer
from assessments.actions.roles import free_slug
from assessments.enums import AliasOrigin, CodeScheme, RoleStatus
from assessments.models import Assessment, Role, RoleAlias, RoleCode
from assessments.queries import roles as find


def bring_occupations(release: Release, report: Report, write: Writer) -> dict[str, RoleCode]:
    """The release's codes, each with the role it stands for, after roles were made, joined, retitled and retired."""
    found = {code.code: code for code in RoleCode.objects.filter(scheme=CodeScheme.ONET_SOC).select_related("role")}
    return _Bringing(release, report, write, found).all()


class _Bringing:
    """One release over the stored codes. People's roles keep their titles: documents bear them."""

    def __init__(self, release: Release, report: Report, write: Writer, stored: dict[str, RoleCode]) -> None:
        self.release, self.report, self.write, self.stored = release, report, write, stored
        self.known = {code: stored[code] for code in release.occupations if code in stored}
        self.lowered = find.lowered(each.title for each in release.occupations.values())
        bearers = Counter(self.lowered[each.title] for each in release.occupations.values())
        self.shared = {title for title, times in bearers.items() if times > 1}
        self.assessed = set(
            Assessment.objects.filter(role__codes__scheme=CodeScheme.ONET_SOC).values_list("role_id", flat=True)
        )

    def all(self) -> dict[str, RoleCode]:
        self._retitle_all()
        self._redescribe_all()
        made = self._take_in([each for code, each in self.release.occupations.items() if code not in self.stored])
        brought = self.known | {code.code: code for code in made}
        self._end([code for code in self.stored.values() if code.code not in brought], {code.role_id for code in made})
        returning = [code.role for code in brought.values() if code.role.status == RoleStatus.RETIRED]
        for role in returning:
            role.status = RoleStatus.ACTIVE
            self._say("occupations_returned", str(role))
        self.write.update(returning, "status")
        return brought

    def _retitle_all(self) -> None:
        """Roles that nobody assessed take the release's titles, in whatever order they move."""
        changed = {code for code, each in self.known.items() if each.title != self.release.occupations[code].title}
        assessed = {code for code in self.known if self.known[code].role_id in self.assessed}
        for code in sorted(changed & assessed):
            was, title = self.known[code].title, self.release.occupations[code].title
            self._say("titles_kept", f"{code} {was} → {title}; the role is {self.known[code].role}")
            self._keep_former(self.known[code])
        behind = {code for code, each in self.known.items() if each.role.title.endswith(f" ({code})")}
        titles = self._titles(sorted((changed | behind) - assessed))
        self._move({code: title for code, title in titles.items() if title != self.known[code].role.title})
        for code in sorted(changed - assessed):
            self._keep_former(self.known[code])

    def _move(self, titles: dict[str, str]) -> None:
        """Whoever can move moves first; where all wait for each other, one steps aside, with its code behind."""
        old = {code: self.known[code].role.title for code in titles}
        lowered = find.lowered([*titles.values(), *old.values()])
        bearers = {lowered[title]: code for code, title in old.items()}
        waiting = list(titles)
        while waiting:
            code = next((each for each in waiting if bearers.get(lowered[titles[each]], each) == each), None)
            if code is None:
                code = waiting[0]
                self._retitle(self.known[code].role, _with_code(self.release.occupations[code]))
            else:
                waiting.remove(code)
                self._say("occupations_retitled", f"{code} {old[code]} → {titles[code]}")
                self._retitle(self.known[code].role, titles[code])
            bearers.pop(lowered[old[code]], None)

    def _titles(self, codes: list[str]) -> dict[str, str]:
        """What each of these codes' roles is called: the occupation's title, with its code behind where not free."""
        occupations = [self.release.occupations[code] for code in codes]
        theirs = {self.known[code].role_id for code in codes}
        holders = find.by_titles((each.title for each in occupations), besides=theirs)
        coded = {code.role_id for code in self.known.values()}
        titles = {}
        for each in occupations:
            holder = holders.get(each.title)
            free = holder is None and self.lowered[each.title] not in self.shared
            titles[each.code] = each.title if free else _with_code(each)
            if holder is not None and holder.pk not in coded:
                said = f"{each.code} {each.title} is a role of its own, called {titles[each.code]}"
                self.report.left_to_people.append(f"{said}: {holder} has that title")
        return titles

    def _retitle(self, role: Role, title: str) -> None:
        """The address follows the title: nobody has seen a page of a role that nobody assessed."""
        if documents.slug_of(title) != documents.slug_of(role.title):
            role.slug = free_slug(title, "")
        role.title = title
        self.write.update([role], "title", "slug")

    def _keep_former(self, code: RoleCode) -> None:
        """The title until now stays a name of the role, whatever later releases say."""
        role, was = code.role, code.title
        lowered = find.lowered([was, role.title])
        if lowered[was] == lowered[role.title]:
            return
        alias = role.aliases.alias(lowered=Lower("text")).filter(lowered=lowered[was]).first()
        if alias is None:
            self.write.create([RoleAlias(role=role, text=was, origin=AliasOrigin.FORMER)])
        elif alias.origin == AliasOrigin.ONET:
            alias.origin = AliasOrigin.FORMER
            self.write.update([alias], "origin")

    def _redescribe_all(self) -> None:
        changed = []
        for code, each in self.known.items():
            now = self.release.occupations[code]
            if (each.description, each.job_zone) != (now.description, now.job_zone):
                self._say("occupations_redescribed", f"{code} {now.title}")
            elif each.title == now.title:
                continue
            each.title, each.description, each.job_zone = now.title, now.description, now.job_zone
            changed.append(each)
        self.write.update(changed, "title", "description", "job_zone")

    def _take_in(self, occupations: list[Occupation]) -> list[RoleCode]:
        """New codes: each on a role that stands for it already, or on one made now; never two codes on one role."""
        holders = find.by_titles([name for each in occupations for name in (each.title, _with_code(each))])
        heirs = {code.title: code.role for name, code in self.stored.items() if name not in self.known}
        coded = {code.role_id for code in self.known.values()}
        made: list[Role] = []
        codes: list[RoleCode] = []
        for each in occupations:
            shared = self.lowered[each.title] in self.shared
            # The role that had its title under a code that is gone; the role of its title; the one made for it once.
            standing = [] if shared else [heirs.get(each.title), holders.get(each.title)]
            standing.append(holders.get(_with_code(each)))
            role = next((role for role in standing if role is not None and role.pk not in coded), None)
            if role is not None:
                coded.add(role.pk)
                self._say("occupations_joined", f"{each.code} {each.title}")
            else:
                name = _with_code(each) if shared or each.title in holders else each.title
                self._say("occupations_created", f"{each.code} {name}")
                role = self._role(name, besides={other.slug for other in made})
                made.append(role)
            codes.append(_code(each, role))
        self.write.create(made)
        self.write.create(codes)
        return codes

    def _role(self, title: str, *, besides: set[str]) -> Role:
        slug = free_slug(title, "", besides=besides)
        return Role(title=title, slug=slug, created_at=self.write.at, created_by=self.write.by)

    def _end(self, gone: list[RoleCode], joined: set[int]) -> None:
        """A role that nobody assessed is retired and keeps its code, should it come back; of others only the code
        ends, and also of one that goes on under another code."""
        ended = [code for code in gone if code.role_id in self.assessed or code.role_id in joined]
        for code in ended:
            self._say("codes_ended", str(code))
        self.write.delete(ended)
        retiring = [code for code in gone if code not in ended and code.role.status == RoleStatus.ACTIVE]
        for code in retiring:
            code.role.status = RoleStatus.RETIRED
            self._say("occupations_retired", str(code))
        self.write.update([code.role for code in retiring], "status", reason=self.write.gone)

    def _say(self, kind: str, what: str) -> None:
        self.report.changes[kind].append(what)


def _with_code(occupation: Occupation) -> str:
    """The name of an occupation whose title another role bears."""
    return f"{occupation.title} ({occupation.code})"


def _code(occupation: Occupation, role: Role) -> RoleCode:
    return RoleCode(
        role=role,
        scheme=CodeScheme.ONET_SOC,
        code=occupation.code,
        title=occupation.title,
        description=occupation.description,
        job_zone=occupation.job_zone,
    )
