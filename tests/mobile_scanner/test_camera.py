"""A camera (here: a video) is watched, each code is told of once, and a walk is a line a license."""

import csv
import signal
import subprocess
import time
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from PIL import Image

from credential.trusted import TrustedSet
from credential.verdict import Verdict
from credential.verify import verify
from mobile_scanner.camera import OUT_OF_SIGHT, Sightings
from mobile_scanner.findings import Code
from mobile_scanner.inspector import form_of
from mobile_scanner.pictures.frames import Frame
from mobile_scanner.pictures.symbols import Corners, ReadSymbol
from mobile_scanner.viewfinder import COLORS, UNREAD, caption, draw
from tests.mobile_scanner.district import LICENSE_ENTRY, ROOT, symbol
from tests.mobile_scanner.films import filmed, sheet_with, spots, wall, write_film
from tests.mobile_scanner.program import (
    BUNDLE,
    CHAOYANG,
    NOW,
    PROGRAM,
    TEXT,
    Run,
    environment,
    run,
)

NUMBER = "京朝综01-2026-00001"
OTHER = "wxp://f2f0HkLq7tXv"
FORGED = TEXT[:-12] + "".join(reversed(TEXT[-12:]))


def page(text: str) -> Image.Image:
    return sheet_with(symbol(text))


@pytest.fixture(scope="module")
def sheet_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / "sheet.mp4"
    return write_film(path, [*wall(frames=3), *filmed(page(TEXT), frames=8)])


def camera(folder: Path, *arguments: str) -> Run:
    return run(folder, "camera", *arguments, "--no-window", *BUNDLE)


def test_a_filmed_license_is_told_of_once(folder: Path, sheet_film: Path) -> None:
    done = camera(folder, str(sheet_film))
    assert (done.status, done.told) == (0, "")
    assert done.shown.count("有效  VALID") == 1
    assert NUMBER in done.shown


def test_programs_get_an_object_a_finding_with_its_frame(folder: Path, sheet_film: Path) -> None:
    done = camera(folder, str(sheet_film), "--json")
    (found,) = done.found
    assert found["picture"] == str(sheet_film)
    assert found["frame"] > 3
    (code,) = found["codes"]
    assert (code["text"], code["verdict"]["outcome"]) == (TEXT, "valid")
    assert len(code["corners"]) == 4


def test_frames_that_each_lack_a_part_are_read_together(folder: Path, tmp_path: Path) -> None:
    frames = spots(filmed(page(TEXT), frames=10), radius=95)
    film = write_film(tmp_path / "glare.mp4", frames)
    done = camera(folder, str(film), "--json")
    assert done.outcomes == [["valid"]]


def test_a_walk_is_a_line_a_license_and_a_summary(folder: Path, tmp_path: Path) -> None:
    film = write_film(
        tmp_path / "walk.mp4",
        [
            *filmed(page(TEXT), frames=4),
            *wall(frames=2),
            *filmed(page(OTHER), frames=4),
            *filmed(page(TEXT), frames=4, seed=9),
        ],
    )
    done = camera(folder, str(film), "--walk", "--csv", "round.csv")
    first, second, summary = done.shown.splitlines()
    assert "✔ 有效 VALID" in first
    assert NUMBER in first
    assert "○ 不是综合许可凭证 NOT A LICENSE" in second
    assert OTHER in second
    assert summary == (
        "汇总 Summary  2 件 codes: 1 不是综合许可凭证 NOT A LICENSE, 1 有效 VALID"
    ) or summary == ("汇总 Summary  2 件 codes: 1 有效 VALID, 1 不是综合许可凭证 NOT A LICENSE")
    assert done.status == 1
    content = (folder / "round.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    assert header[:3] == ["时间 time", "结论 outcome", "编号 number"]
    assert [row[1] for row in rows] == ["valid", "not_a_license"]
    assert rows[0][2] == NUMBER
    assert rows[0][-1] == str(film)


def test_pictures_can_be_walked_too_and_a_table_is_not_written_over(folder: Path) -> None:
    scan = ("scan", "pictures/valid.png", "--walk", "--csv", "round.csv", *BUNDLE)
    done = run(folder, *scan)
    assert done.status == 0
    assert done.shown.count("\n") == 2
    kept = (folder / "round.csv").read_bytes()
    again = run(folder, *scan)
    assert (again.status, again.shown) == (3, "")
    assert "round.csv is there already and is not written over" in again.told
    assert (folder / "round.csv").read_bytes() == kept


def test_what_a_spreadsheet_would_compute_is_text_in_the_table(folder: Path) -> None:
    typed = b'=HYPERLINK("http://evil.example")\n'
    arguments = ("scan", "--text", "-", "--csv", "round.csv", *BUNDLE)
    assert run(folder, *arguments, typed=typed).status == 1
    _, (_, outcome, *rest) = csv.reader((folder / "round.csv").read_text("utf-8-sig").splitlines())
    assert outcome == "not_a_license"
    assert not any(cell.startswith("=") for cell in rest)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("9", "9：没有此摄像头，或正被其他程序占用。 9: there is no such camera"),
        ("absent.mp4", "absent.mp4"),
        ("root.cbor", "root.cbor：不是可读的录像，或一帧也读不出。 root.cbor: this is no video"),
        ("bundle", "bundle"),
    ],
)
def test_what_is_no_camera_and_no_video_is_told_in_a_line(
    folder: Path, name: str, told: str
) -> None:
    done = camera(folder, name)
    assert done.status == 3
    assert told in done.told
    assert "Traceback" not in done.told
    assert done.shown == ""


def test_a_playlist_fetches_nothing(folder: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        asked: list[str] = []
        server.RequestHandlerClass = lambda *_: asked.append("asked")  # type: ignore[assignment]
        thread = Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/film.mp4"
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXT-X-ENDLIST\n"
        (folder / "film.m3u8").write_text(playlist, "ascii")
        (folder / "film.txt").write_text(f"ffconcat version 1.0\nfile {url}\n", "ascii")
        for name in ("film.m3u8", "film.txt", url):
            done = camera(folder, name)
            assert done.status == 3, done
        server.shutdown()
        thread.join()
    assert asked == []


def test_a_video_that_is_cut_gives_what_it_has_and_says_so(folder: Path, tmp_path: Path) -> None:
    film = write_film(tmp_path / "whole.avi", filmed(page(TEXT), frames=12))
    content = film.read_bytes()
    cut = tmp_path / "cut.avi"
    cut.write_bytes(content[: len(content) * 2 // 3])
    done = camera(folder, str(cut), "--json")
    assert done.outcomes == [["valid"]]
    assert "Traceback" not in done.told


def test_control_c_puts_the_camera_away_and_what_was_seen_stands(
    folder: Path, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "long.mp4", [*filmed(page(TEXT), frames=6), *wall(frames=4000)])
    program = subprocess.Popen(
        [*PROGRAM, "camera", str(film), "--no-window", "--walk", *BUNDLE],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment(folder),
    )
    assert program.stdout is not None
    first = program.stdout.readline().decode()
    time.sleep(0.3)
    program.send_signal(signal.SIGINT)
    shown, told = program.communicate(timeout=30)
    assert "有效 VALID" in first
    assert shown.decode().startswith("汇总 Summary  1 件 codes")
    assert (program.returncode, told) == (0, b"")


def test_where_there_is_no_screen_lines_are_given_and_it_is_said(
    folder: Path, sheet_film: Path
) -> None:
    done = run(folder, "camera", str(sheet_film), *BUNDLE)  # DISPLAY is not in its environment
    assert done.status == 0
    assert "没有窗口，仅输出文字" in done.told
    assert "有效  VALID" in done.shown


SQUARE: Corners = ((10, 10), (110, 10), (110, 110), (10, 110))


@dataclass
class Watching:
    """Sightings with a clock that is set, and our own verdicts."""

    now: float = 0.0
    asked: list[str] = field(default_factory=list)
    is_walk: bool = False
    revoked: bool = False

    def __post_init__(self) -> None:
        self.sightings = Sightings(
            judge=self.judge, code=self.code, is_walk=self.is_walk, clock=lambda: self.now
        )

    def judge(self, text: str) -> Verdict:
        self.asked.append(text)
        held = TrustedSet.start(ROOT, CHAOYANG.trust_list())
        ended = {LICENSE_ENTRY: 1} if self.revoked else {}
        held = held.admit_status_list(CHAOYANG.status_list(ended), number=0)
        held = held.admit_code_list(CHAOYANG.code_list())
        return verify(text, trusted=held, at=NOW)

    def code(self, symbol: ReadSymbol, verdict: Verdict) -> Code:
        return Code(text=symbol.text, corners=symbol.corners, verdict=form_of(verdict))

    def sees(self, *texts: str) -> list[str]:
        symbols = tuple(
            ReadSymbol(text=text, exact=True, corners=SQUARE, reader="frames") for text in texts
        )
        frame = Frame(number=1, size=(200, 200), symbols=symbols)
        return [code.verdict["outcome"] for code in self.sightings.take(frame)]


def test_a_license_is_told_of_at_once_and_anything_else_when_two_frames_have_shown_it() -> None:
    watching = Watching()
    assert watching.sees(TEXT, OTHER, FORGED) == ["valid"]
    assert sorted(watching.sees(TEXT, OTHER, FORGED)) == ["not_a_license", "rejected"]
    assert watching.sees(TEXT, OTHER, FORGED) == []


def test_what_comes_back_is_told_of_again_but_in_a_walk() -> None:
    for is_walk, again in ((False, ["valid"]), (True, [])):
        watching = Watching(is_walk=is_walk)
        assert watching.sees(TEXT) == ["valid"]
        watching.now += OUT_OF_SIGHT - 1
        assert watching.sees(TEXT) == []
        watching.now += OUT_OF_SIGHT + 1
        assert watching.sees(TEXT) == again


def test_what_stays_in_sight_is_judged_again_and_told_when_it_has_changed() -> None:
    watching = Watching()
    assert watching.sees(TEXT) == ["valid"]
    for _ in range(9):
        watching.now += 4
        assert watching.sees(TEXT) == []
    assert len(watching.asked) == 2
    watching.revoked = True
    told: list[str] = []
    for _ in range(9):
        watching.now += 4
        told += watching.sees(TEXT)
    assert told == ["not_in_force"]
    shown = watching.sightings.told_of(TEXT)
    assert shown is not None
    assert shown.verdict["outcome"] == "not_in_force"


def test_the_window_marks_what_is_valid_by_a_whole_line_and_all_else_by_a_broken_one() -> None:
    jpeg = BytesIO()
    Image.new("L", (200, 200), 128).save(jpeg, "JPEG")
    read = ReadSymbol(text=TEXT, exact=True, corners=SQUARE, reader="frames")
    code = Watching().code(read, Watching().judge(TEXT))
    frame = Frame(number=1, size=(400, 400), symbols=(read,), shown=jpeg.getvalue())

    def upper_side(told: Code | None) -> np.ndarray:
        drawn = np.asarray(draw(frame, lambda _: told)).astype(int)
        return drawn[5, 6:54]  # half of the frame's pixels

    green = tuple(int(COLORS[caption(code)[0].ink][at : at + 2], 16) for at in (1, 3, 5))
    gray = int(UNREAD[1:3], 16)
    assert (np.abs(upper_side(code) - green).max(axis=1) < 40).all()
    broken = np.abs(upper_side(None) - gray).max(axis=1) < 6
    assert 0 < broken.sum() < len(broken)
    assert caption(code)[1].splitlines()[-1] == NUMBER
