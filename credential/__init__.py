"""What a signed license is, how it is made, and when to believe it (docs/spec/credential.md).

The package is the format: pure functions over bytes and values, no clock, no file, no network.
Time is an argument (``at``), keys come from a trust list, and only cbor2 and cryptography are needed.
"""
