"""What every chain keeps: it is recorded forwards, and records nothing of the future."""

from verify_service.registry.errors import EffectiveInFutureError, RecordedBackwardsError
from verify_service.registry.ledger import Written
from verify_service.registry.records import Record


def written_of(record: Record) -> Written:
    """Return when and by whom a link is written."""
    return Written(at=record.recorded_at, by=record.recorded_by)


def check_record(record: Record, *, entity: str, key: str, previous: Record | None) -> None:
    """Refuse a link recorded before its predecessor, or effective after it is recorded.

    A change of the future would leave it to every reader to hold a clock against the chain, and a
    later link could hide it. Raises `EffectiveInFutureError`, `RecordedBackwardsError`.
    """
    if record.effective_at > record.recorded_at:
        raise EffectiveInFutureError(entity=entity, key=key)
    if previous is not None and record.recorded_at < previous.recorded_at:
        raise RecordedBackwardsError(entity=entity, key=key)
