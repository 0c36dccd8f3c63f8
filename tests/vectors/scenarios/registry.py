"""Step 11: the issuer's registry is asked as well."""

from collections.abc import Iterator

from credential.question import RegistryAnswer
from tests.vectors.district import CAFE, NOW, sealed, status_list
from tests.vectors.scenario import TEXT, Layer, Scenario
from tests.vectors.scenarios.city_code import TEXT as CITY_CODE

HERE = Layer("registry")
AT = int(NOW.timestamp())


def answer(*values: int, known: bool = True, agrees: bool = True) -> RegistryAnswer:
    return RegistryAnswer(known, agrees, values, AT)


def scenarios() -> Iterator[Scenario]:
    yield HERE.valid(
        "agrees", "The registry holds the same, all in force.", registry=answer(0, 0, 0)
    )
    yield HERE.valid(
        "agrees-without-a-status-list",
        "The registry's own states are the freshest there are.",
        registry=answer(0, 0, 0),
        status_lists=[],
    )
    yield HERE.rejected(
        "unknown",
        "Truly signed, and not in the books: an insider, or a stolen key.",
        TEXT,
        "registry-unknown",
        registry=answer(known=False, agrees=False),
    )
    yield HERE.rejected(
        "differs",
        "The same number with other content in the books.",
        TEXT,
        "registry-differs",
        registry=answer(0, 0, 0, agrees=False),
    )
    for name, description, values in (
        ("a-state-too-few", "Two states for a license and its two permits.", (0, 0)),
        ("a-state-too-many", "Four states for three.", (0, 0, 0, 0)),
    ):
        yield HERE.rejected(
            name,
            f"The books hold another license: {description[0].lower()}{description[1:]}",
            TEXT,
            "registry-differs",
            registry=answer(*values),
        )
    yield HERE.rejected(
        "no-state-for-a-reference",
        "The books know the reference's license, and nothing of how it stands.",
        CITY_CODE,
        "registry-differs",
        registry=answer(),
    )
    yield HERE.not_in_force(
        "superseded",
        "Reissued a minute ago: the status list does not know it yet.",
        TEXT,
        "license-superseded",
        registry=answer(3, 0, 0),
    )
    yield HERE.not_in_force(
        "permit-revoked",
        "Revoked a minute ago, and the license void with it.",
        TEXT,
        "license-void",
        "permit-revoked",
        registry=answer(1, 0, 14),
    )
    yield HERE.valid(
        "against-an-old-list",
        "A status list that says void does not outweigh the registry's answer.",
        registry=answer(0, 0, 0),
        status_lists=[(0, status_list({CAFE.status_index: 1}))],
    )
    yield HERE.rejected(
        "forged-and-known",
        "The registry is never asked about a text whose signature fails.",
        sealed(CAFE)[:-1] + str((int(sealed(CAFE)[-1]) + 1) % 10),
        "signature-invalid",
        registry=answer(0, 0, 0),
    )
