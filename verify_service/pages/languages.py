"""Which language a page is written in: the one asked for, else the browser's, else Chinese."""

from enum import StrEnum

from starlette.requests import Request

from verify_service.catalog.bilingual import Bilingual


class Language(StrEnum):
    """The values are language tags (BCP 47)."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """What `lang` attributes and `Content-Language` say."""
        return "zh-CN" if self is Language.ZH else "en"

    @property
    def other(self) -> "Language":
        return Language.EN if self is Language.ZH else Language.ZH

    def pick(self, words: Bilingual) -> str:
        return words.zh if self is Language.ZH else words.en


def language_of(request: Request) -> Language:
    """Return the language of ``?lang=``, or what ``Accept-Language`` prefers (RFC 9110 §12.5.4)."""
    asked = request.query_params.get("lang", "")
    if asked in set(Language):
        return Language(asked)
    return preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> Language:
    """Return English where it is preferred to Chinese, Chinese in all other cases."""
    weights = {Language.ZH: 0.0, Language.EN: 0.0}
    for entry in accepted.lower().split(",")[:20]:
        tag, _, parameter = entry.strip().partition(";")
        for language in Language:
            if tag.split("-")[0] == language:
                weights[language] = max(weights[language], _quality(parameter))
    return Language.EN if weights[Language.EN] > weights[Language.ZH] else Language.ZH


def _quality(parameter: str) -> float:
    try:
        quality = float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        return 0.0
    return quality if 0 <= quality <= 1 else 0.0
