"""Why a verifier could not be asked to the end. Each is told in Chinese and English.

VerifierError
├── NotStartedError   there is no such program, or it may not be run
├── EndedError        it ended in the middle
├── SilentError       it did not answer in its time
├── FloodError        it says more than an answer may hold
└── GarbledError      it says something else than an answer to what it was asked
"""

from dataclasses import dataclass


@dataclass(eq=False, kw_only=True)
class VerifierError(Exception):
    """`about` is what it was doing: the vector that it was asked, or starting."""

    about: str

    def __str__(self) -> str:
        return self.words()

    def words(self) -> str:
        raise NotImplementedError


@dataclass(eq=False, kw_only=True)
class NotStartedError(VerifierError):
    cause: str

    def words(self) -> str:
        return f"核验程序无法启动 · the verifier does not start: {self.cause}"


@dataclass(eq=False, kw_only=True)
class EndedError(VerifierError):
    status: int
    last_words: str  # the end of what it wrote to standard error

    def words(self) -> str:
        said = f"\n{self.last_words}" if self.last_words else ""
        return f"核验程序中途退出 · the verifier ended at {self.about}, with status {self.status}{said}"


@dataclass(eq=False, kw_only=True)
class SilentError(VerifierError):
    seconds: float

    def words(self) -> str:
        return f"核验程序超时未答 · the verifier gave no answer within {self.seconds:g} s at {self.about}"


@dataclass(eq=False, kw_only=True)
class FloodError(VerifierError):
    most: int

    def words(self) -> str:
        return (
            f"核验程序输出过多 · the verifier said more than {self.most} bytes in one line at"
            f" {self.about}"
        )


@dataclass(eq=False, kw_only=True)
class GarbledError(VerifierError):
    detail: str

    def words(self) -> str:
        return f"核验程序应答有误 · no answer at {self.about}: {self.detail}"
