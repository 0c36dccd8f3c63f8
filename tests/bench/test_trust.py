"""The list of the benchmark is what its page says: fifty districts, three keys each, so many bytes."""

from credential.trust_list import open_trust_list
from tests.bench.trust.__main__ import MEASURED, SIZE_LIMIT
from tests.bench.trust.region import region


def test_a_regions_list_is_of_fifty_districts_with_three_keys_and_within_its_size() -> None:
    holders, threshold = MEASURED
    signed = region(holders=holders, threshold=threshold)
    listed = open_trust_list(signed.data, signed.root, held=signed.held)
    assert [len(issuer.keys) for issuer in listed.issuers] == [3] * 50
    assert sum(scope.kinds is not None for each in listed.issuers for scope in each.scopes) == 14
    assert len(signed.message.signatures) == threshold
    assert len(signed.data) <= SIZE_LIMIT
