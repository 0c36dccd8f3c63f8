"""The 25 sample businesses come out as they should, online and offline, on paper and in a picture."""

import io
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from credential.days import SHANGHAI
from credential.reasons import Outcome
from credential.rules import Policy
from credential.trusted import TrustedSet
from credential.verdict import Verdict
from credential.verify import verify
from tests.demo.district import SampleDistrict, SampleLicense, build_district
from tests.demo.sample import SamplePermit, load_sample
from tests.photographs import Shot, photograph
from tests.verify_service.bureau import codes, read_bundle
from verify_service.registry.alarms import list_alarms
from verify_service.registry.recalls import open_recalls
from verify_service.service import open_service
from verify_service.settings import load_settings

AT = datetime(2031, 5, 20, 12, tzinfo=SHANGHAI)
BUSINESSES = load_sample(AT.date())
PLACES = range(len(BUSINESSES))
DPI = 150
each_business = pytest.mark.parametrize(
    "place", PLACES, ids=[business.id for business in BUSINESSES]
)


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleDistrict]:
    """The sample district, told up to `AT`; nothing here writes to it."""
    with closing(build_district(tmp_path_factory.mktemp("journey") / "d", at=AT)) as built:
        yield built


@pytest.fixture(scope="session")
def bundle(district: SampleDistrict) -> TrustedSet:
    """What an inspector of Chaoyang holds who has just synced."""
    district.chaoyang.publisher.write_bundle(district.folder / "bundle", at=district.at)
    return read_bundle(district.folder / "bundle", district.folder / "root.cbor")


def online(district: SampleDistrict, text: str, *, at: datetime = AT) -> Verdict:
    """Ask Chaoyang's service, whichever district has issued it."""
    return district.chaoyang.verifier.verify(text, at=at)


def without_the_registry(verdict: Verdict) -> dict[str, object]:
    document = verdict.as_dict()
    checked, as_of = document.pop("checked"), document.pop("as_of")
    assert isinstance(checked, dict)
    assert isinstance(as_of, dict)
    checked.pop("registry")
    return document | {"checked": checked, "now": as_of["now"], "trust": as_of["trust"]}


# ---- verdicts -----------------------------------------------------------------------------------


@each_business
def test_a_sample_comes_out_with_its_outcome_and_reason(
    place: int, district: SampleDistrict, bundle: TrustedSet
) -> None:
    license = district.licenses[place]
    assert license.business == BUSINESSES[place]
    expected = {license.business.reason} - {None}
    for verdict in (
        online(district, license.issued.text),
        verify(license.issued.text, trusted=bundle, at=AT),
    ):
        assert verdict.outcome == license.business.outcome
        assert expected <= codes(verdict)
        assert expected or codes(verdict) == set()  # a valid one has nothing to remark


@each_business
def test_online_and_offline_say_the_same_but_for_whom_they_asked(
    place: int, district: SampleDistrict, bundle: TrustedSet
) -> None:
    text = district.licenses[place].issued.text
    asked, unasked = online(district, text), verify(text, trusted=bundle, at=AT)
    assert without_the_registry(asked) == without_the_registry(unasked)
    ours = BUSINESSES[place].division == "110105"
    assert (asked.checked.registry == "passed") == ours
    assert unasked.checked.registry == "not_checked"


def test_every_outcome_of_a_genuine_license_is_in_the_sample(district: SampleDistrict) -> None:
    outcomes = [online(district, license.issued.text).outcome for license in district.licenses]
    assert set(outcomes) == {Outcome.VALID, Outcome.ATTENTION, Outcome.NOT_IN_FORCE}
    assert outcomes.count(Outcome.VALID) == 19


def test_a_verdict_shows_what_the_sample_says(district: SampleDistrict) -> None:
    for license in district.licenses:
        document = online(district, license.issued.text).as_dict()
        shown, permits = document["license"], document["permits"]
        assert isinstance(shown, dict)
        assert isinstance(permits, list)
        business = license.business
        assert shown["number"] == license.issued.number
        assert shown["holder"] == {"name": business.name, "uscc": business.uscc}
        assert shown["premises"] == {
            "address": business.address,
            "latitude": business.position[0],
            "longitude": business.position[1],
        }
        assert {permit["number"] for permit in permits} == {
            permit.number for permit in business.permits
        }


def test_the_superseded_old_sheet_is_not_in_force(
    district: SampleDistrict, bundle: TrustedSet
) -> None:
    license = by_id(district, "S24")
    assert license.old_text is not None
    assert license.old_text != license.issued.text
    for verdict in (
        online(district, license.old_text),
        verify(license.old_text, trusted=bundle, at=AT),
    ):
        assert (verdict.outcome, codes(verdict)) == (Outcome.NOT_IN_FORCE, {"license-superseded"})
        assert verdict.genuine is not None
        assert verdict.genuine.number == license.issued.number
        assert verdict.genuine.content.version == 1
    assert [each.business.id for each in district.licenses if each.old_text] == ["S24"]


def test_a_neighbors_license_is_recognized_by_both_districts(district: SampleDistrict) -> None:
    foreign = by_id(district, "S25")
    assert foreign.issued.number.startswith("海综许")
    at_home = district.haidian.verifier.verify(foreign.issued.text, at=AT)
    abroad = online(district, foreign.issued.text)
    assert at_home.outcome is abroad.outcome is Outcome.VALID
    assert (at_home.checked.registry, abroad.checked.registry) == ("passed", "not_checked")
    ours = by_id(district, "S10")
    there = district.haidian.verifier.verify(ours.issued.text, at=AT)
    assert codes(there) == {"license-void", "permit-revoked"}


def test_each_license_that_fell_has_a_recall_task_and_nothing_raised_an_alarm(
    district: SampleDistrict,
) -> None:
    with district.chaoyang.database.reading() as connection:
        recalled = {task.cause.number: task for task in open_recalls(connection)}
        alarms = list_alarms(connection, since=AT - timedelta(days=900), limit=10)
    fallen = {by_id(district, identity).issued.number for identity in ("S10", "S18", "S23")}
    assert set(recalled) == fallen
    assert alarms == ()


def test_a_bundle_grows_old_and_says_so(district: SampleDistrict, bundle: TrustedSet) -> None:
    text, policy = by_id(district, "S02").issued.text, Policy()
    signed = datetime.fromtimestamp(bundle.status["110105", 0].issued_at, SHANGHAI)
    for age, outcome, expected in (
        (policy.status_warning, Outcome.VALID, set[str]()),
        (policy.status_warning + 1, Outcome.ATTENTION, {"status-aging"}),
        (policy.status_limit + 1, Outcome.INDETERMINATE, {"status-stale"}),
    ):
        verdict = verify(text, trusted=bundle, at=signed + timedelta(seconds=age))
        assert (verdict.outcome, codes(verdict)) == (outcome, expected)


def test_a_copied_registry_knows_the_same_licenses(
    district: SampleDistrict, tmp_path: Path
) -> None:
    """The restored backup of a lost database: the same verdicts from the copy alone."""
    with district.chaoyang.database.writing():  # nobody writes while it is copied
        for path in district.folder.glob("registry.sqlite3*"):
            shutil.copy(path, tmp_path)
    settings = load_settings(district.folder / "settings.toml").model_copy(
        update={"database": f"sqlite:///{tmp_path / 'registry.sqlite3'}"}
    )
    with closing(open_service(settings)) as copy:
        for license in district.licenses:
            verdict = copy.verifier.verify(license.issued.text, at=AT)
            assert verdict == online(district, license.issued.text)


# ---- on paper, and in a picture -------------------------------------------------------------------


@each_business
def test_a_photograph_of_the_sheet_reads_exactly_its_text(
    place: int, district: SampleDistrict
) -> None:
    license = district.licenses[place]
    sheet = district.service_of(license.business).sheets.sheet(license.issued.number)
    document = pypdfium2.PdfDocument(sheet)
    try:
        page: Image.Image = document[0].render(scale=DPI / 72).to_pil()
    finally:
        document.close()
    picture = Image.open(io.BytesIO(photograph(page, shot=shot_of(place))))
    read = zxingcpp.read_barcodes(picture)
    assert [code.text for code in read] == [license.issued.text]


def shot_of(place: int) -> Shot:
    """A shot of its own for each: from aside and below, turned, dim or bright, blurred, noisy."""

    def between(low: float, high: float, step: float) -> float:
        return low + (high - low) * (place * step % 1)

    return Shot(
        seed=100 + place,
        fill=between(0.62, 0.9, 0.618),
        aside_degrees=between(-24, 24, 0.414),
        below_degrees=between(-14, 14, 0.732),
        rotation_degrees=between(-12, 12, 0.236),
        light=between(0.35, 1.15, 0.3),
        blur_px=between(0.6, 1.2, 0.7),
        noise=between(1, 5, 0.9),
        jpeg_quality=70 + place * 7 % 25,
    )


def by_id(district: SampleDistrict, identity: str) -> SampleLicense:
    return next(each for each in district.licenses if each.business.id == identity)


# ---- whenever it is told --------------------------------------------------------------------------


@settings(max_examples=30)
@given(st.dates(date(2024, 1, 15), date(2060, 12, 31)))
def test_on_any_day_the_sample_stands_as_on_its_own_day(today: date) -> None:
    """What has run out, and what is about to, does not depend on when the story is told."""
    for business in load_sample(today):
        assert business.issued_on <= today
        gone = {permit.kind for permit in business.permits if _has_run_out(permit, today)}
        assert gone == ({"public_hygiene"} if business.id == "S13" else set())
        for permit in business.permits:
            assert permit.valid_from <= business.issued_on
            assert permit.valid_until is None or permit.valid_until > business.issued_on
            assert permit.valid_until is None or (permit.valid_until - today).days not in range(31)


def _has_run_out(permit: SamplePermit, today: date) -> bool:
    return permit.valid_until is not None and permit.valid_until < today


@pytest.mark.parametrize("today", [date(2032, 2, 29), date(2033, 1, 14)])
def test_the_story_comes_out_the_same_on_awkward_days(today: date, tmp_path: Path) -> None:
    at = datetime(today.year, today.month, today.day, 0, 30, tzinfo=SHANGHAI)
    with closing(build_district(tmp_path / "d", at=at)) as district:
        for license in district.licenses:
            verdict = district.chaoyang.verifier.verify(license.issued.text, at=at)
            assert (license.business.id, verdict.outcome) == (
                license.business.id,
                license.business.outcome,
            )


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(SystemExit):
        build_district(tmp_path, at=AT)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
