"""Pages written from templates: Jinja2 with autoescape, and every word from `words`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from credential.days import SHANGHAI
from credential.reasons import Outcome
from credential.verdict import Verdict
from verify_service.catalog.bilingual import Bilingual
from verify_service.office import Office
from verify_service.pages.languages import Language
from verify_service.pages.saying import helpers
from verify_service.pages.view import VerdictView, view_of
from verify_service.pages.words import LICENSE_STATES, OUTCOMES, STATES, WORDS
from verify_service.problems import Problem
from verify_service.registry.as_of import Viewpoint
from verify_service.registry.errors import NotIssuedYetError
from verify_service.registry.schemas import FiledLicense, PastLicense

_HERE: Final = Path(__file__).parent
STYLE: Final = _HERE / "style"
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file that pages refer to; ``version`` changes with its content."""

    content: bytes
    media_type: str
    version: str


def load_assets() -> dict[str, Asset]:
    """Read the style and the icon."""
    types = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
    return {
        path.name: Asset(
            content=(content := path.read_bytes()),
            media_type=types[path.suffix],
            version=sha256(content).hexdigest()[:12],
        )
        for path in sorted(STYLE.iterdir())
    }


class Pages:
    """Writes every page as HTML. `path` arguments are where the language's switch leads."""

    def __init__(self, office: Office, *, assets: dict[str, Asset], upload_bytes: int) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(
            words=WORDS,
            outcomes={outcome: OUTCOMES[outcome][0] for outcome in reversed(Outcome)},
            host=office.host.lower(),
            office=Bilingual(zh=office.name, en=office.catalog.division.name.en),
            assets={name: f"/assets/{name}?v={asset.version}" for name, asset in assets.items()},
            number_example=f"{office.number_prefix}26-2023-00001",
            upload_mib=upload_bytes // _MIB,
        )

    def home(self, language: Language) -> str:
        """Write the page that explains, and takes a photograph or a text."""
        return self._write("home.html", language, path="/")

    def verdict(
        self, verdict: Verdict, language: Language, *, path: str | None, request_id: str
    ) -> str:
        """Write the page of one verdict."""
        view = view_of(verdict)
        return self._write("verdict.html", language, path=path, view=view, request_id=request_id)

    def photograph(
        self,
        verdicts: Sequence[Verdict],
        language: Language,
        *,
        request_id: str,
        unread: int = 0,
        left_out: int = 0,
    ) -> str:
        """Write what the symbols of a photograph came to, which may be none.

        `unread` more were located, and `left_out` not looked at: one verdict is not all then.
        """
        if len(verdicts) == 1 and not unread and not left_out:
            return self.verdict(verdicts[0], language, path=None, request_id=request_id)
        views: list[VerdictView] = [view_of(verdict) for verdict in verdicts]
        return self._write(
            "photograph.html",
            language,
            path=None,
            views=views,
            unread=unread,
            left_out=left_out,
            request_id=request_id,
        )

    def lookup(
        self, filed: FiledLicense, language: Language, *, now: datetime, present: str | None = None
    ) -> str:
        """Write what is on file under a number: never green, because it proves no sheet.

        What was on file then (`PastLicense`) is written as the past, in words and in looks;
        `present` is where it can be seen how it stands now.
        """
        return self._write(
            "lookup.html",
            language,
            path=None,
            filed=filed,
            past=isinstance(filed, PastLicense),
            ended=any(permit.state != "in_force" for permit in filed.permits),
            now=_beijing(now),
            present=present,
            state=LICENSE_STATES[filed.state],
            states=STATES,
            glossed=lambda named: named.name if language is Language.ZH else named.name_en,
        )

    def not_yet(
        self,
        error: NotIssuedYetError,
        language: Language,
        *,
        seen_from: Viewpoint,
        now: datetime,
        present: str,
    ) -> str:
        """Write that there was no such license then."""
        return self._write(
            "not_yet.html",
            language,
            path=None,
            number=error.number,
            version=error.version,
            issued_at=error.issued_at and datetime.fromisoformat(error.issued_at),
            seen_from=Viewpoint(at=_beijing(seen_from.at), known=_beijing(seen_from.known)),
            now=_beijing(now),
            present=present,
        )

    def problem(self, problem: Problem, language: Language) -> str:
        """Write the page of a problem."""
        return self._write("problem.html", language, path=None, problem=problem)

    def _write(
        self, template: str, language: Language, *, path: str | None, **values: object
    ) -> str:
        say = helpers(WORDS, language)
        return self._environment.get_template(template).render(path=path, **say, **values)


def _beijing(at: datetime) -> datetime:
    return at.astimezone(SHANGHAI)
