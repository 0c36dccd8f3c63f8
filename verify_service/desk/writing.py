"""The desk's pages written from templates: Jinja2 with autoescape, every word from `words`."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from credential.days import SHANGHAI
from verify_service.catalog.bilingual import Bilingual
from verify_service.desk import file_words, words
from verify_service.desk.visit import Visit
from verify_service.office import Office
from verify_service.pages.languages import Language
from verify_service.pages.saying import helpers
from verify_service.pages.words import LICENSE_STATES, STATES
from verify_service.pages.writing import Asset
from verify_service.problems import Problem
from verify_service.registry.records import Role

_TEMPLATES: Final = Path(__file__).parent / "templates"
_ACCOUNT: Final = "account:"
_WORDS: Final = {**words.WORDS, **file_words.WORDS}


class DeskPages:
    """Writes every page of the desk."""

    def __init__(self, office: Office, *, assets: Mapping[str, Asset]) -> None:
        self._office = office
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            assets={name: f"/assets/{name}?v={asset.version}" for name, asset in assets.items()},
            office=Bilingual(zh=office.name, en=office.catalog.division.name.en),
            number_example=f"{office.number_prefix}26-2023-00001",
            license_states=LICENSE_STATES,
            permit_states=STATES,
            version_states=words.STATES_OF_VERSION,
            moves=words.MOVES,
            deeds=words.MOVE_DEEDS,
            roles=words.ROLES,
            bases=words.BASES,
            recall_outcomes=words.RECALL_OUTCOMES,
            reissue_outcomes=words.REISSUE_OUTCOMES,
            notice_kinds=words.NOTICES,
            announcements=words.ANNOUNCEMENTS,
            difference_kinds=file_words.DIFFERENCES,
            difference_outcomes=file_words.OUTCOMES,
            column_name=lambda column: file_words.COLUMNS[column],
            reason_of=_reason,
            kind_name=self._kind,
            department_name=self._department,
            industry_name=self._industry,
            beijing=lambda at: at.astimezone(SHANGHAI),
        )

    def write(
        self, template: str, language: Language, *, path: str, visit: Visit | None, **values: Any
    ) -> str:
        """Write a page; ``path`` is where the language's switch leads."""
        values.setdefault("faults", ())
        values.setdefault("done", None)
        say = helpers(_WORDS, language)
        return self._environment.get_template(template).render(
            **say,
            path=path,
            visit=visit,
            to=lambda path, **query: _address(path, language, query),
            switch=lambda path: _address(path, language.other, {}),
            moment=lambda at: say["instant"](at.astimezone(SHANGHAI)),
            day_of=lambda text: say["day"](None if text is None else date.fromisoformat(text)),
            person=lambda by: self._person(by, language, values.get("people", {})),
            **values,
        )

    def problem(self, problem: Problem, language: Language, *, visit: Visit | None) -> str:
        """Write the page of a problem."""
        return self.write("problem.html", language, path="/desk", visit=visit, problem=problem)

    def _person(self, by: str, language: Language, people: Mapping[str, str]) -> str:
        """Say who recorded something: the party, and the person or the token."""
        party, _, identity = by.partition("/")
        department = party.removeprefix("department:")
        if department != party:
            name = language.pick(self._department(department))
        elif party == "bureau":
            name = language.pick(words.WORDS["bureau_name"])
        else:
            return language.pick(words.WORDS["the_system"])
        if identity.startswith(_ACCOUNT):
            login = identity.removeprefix(_ACCOUNT)
            return f"{name} · {people.get(login, login)}（{login}）"
        return f"{name} · {language.pick(words.WORDS['token'])} {identity}"

    def _kind(self, kind: str) -> Bilingual:
        found = self._office.catalog.permit_kinds.get(kind)
        return found.name if found else Bilingual(zh=kind, en=kind)

    def _department(self, department: str) -> Bilingual:
        if department == Role.BUREAU:  # a recall of a license that it voided itself
            return words.WORDS["bureau_name"]
        found = self._office.catalog.departments.get(department)
        return found.name if found else Bilingual(zh=department, en=department)

    def _industry(self, code: str) -> Bilingual:
        found = self._office.catalog.industries.get(code)
        return found.name if found else Bilingual(zh=code, en=code)


def _reason(reason: str) -> Bilingual:
    return words.REASONS.get(reason, Bilingual(zh=reason, en=reason))


def _address(path: str, language: Language, query: Mapping[str, object]) -> str:
    given = {name: str(value) for name, value in query.items() if value not in (None, "")}
    return f"{quote(path)}?{urlencode({**given, 'lang': language.value})}"
