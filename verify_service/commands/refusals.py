"""What the program says of a refusal, in Chinese and in English."""

from collections.abc import Mapping

from verify_service.catalog.errors import (
    CatalogError,
    FactMalformedError,
    FactsMissingError,
    NotInCatalogError,
)
from verify_service.errors import ServiceError
from verify_service.issuing.sheet import SheetError
from verify_service.issuing.symbol import SymbolError

# What is said ahead of an error's own words, where these are not in both languages.
REFUSALS: Mapping[type[Exception], str] = {
    ServiceError: "",
    CatalogError: "",
    FactMalformedError: "场所事实填写有误 / malformed fact: ",
    FactsMissingError: "缺少场所事实 / facts missing: ",
    NotInCatalogError: "目录中没有 / not in the catalog: ",
    SheetError: "证面无法打印 / the sheet cannot be printed: ",
    SymbolError: "二维码无法生成 / the symbol cannot be drawn: ",
}


def told(error: Exception) -> str:
    """Say it in both languages."""
    ahead = next(words for kind, words in REFUSALS.items() if isinstance(error, kind))
    return f"{ahead}{error}"
