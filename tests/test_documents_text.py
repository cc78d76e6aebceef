"""Files of every encoding are read or refused with a byte offset."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symnn.documents.decoding import decoded, read_text
from symnn.errors import Problem

CHINESE = "学号,权重\n007,偏导"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_without_a_notice(encoding):
    text = decoded(CHINESE.encode(encoding), "a.csv")
    assert (text.text, text.notices) == (CHINESE, ())


@pytest.mark.parametrize("encoding", ["gb18030", "gbk"])
def test_chinese_code_pages_are_read_with_a_notice(encoding):
    text = decoded(CHINESE.encode(encoding), "a.csv")
    assert text.text == CHINESE
    assert [notice.code for notice in text.notices] == ["read-as-gb18030"]


@pytest.mark.parametrize("data", [b"ab\xff\xfe\x80", b"ab\x80\xff"])
def test_what_is_no_text_has_a_byte_offset(data):
    problem = decoded(data, "a.csv")
    assert (problem.code, problem.facts["offset"]) == ("not-text", 2)


def test_half_a_utf16_file_is_refused():
    assert decoded("a权".encode("utf-16")[:-1], "a.csv").code == "not-text"


def test_a_control_character_has_line_and_column():
    problem = decoded(b"ab\ncd\x00e", "a.csv")
    assert (problem.code, str(problem.place)) == ("control-character", "a.csv:2:3")
    assert problem.facts["character"] == "U+0000"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_one(end):
    assert decoded(f"a{end}b{end}".encode(), "a").text == "a\nb\n"


def test_only_regular_files_within_the_limit_are_opened(tmp_path):
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    large = tmp_path / "large.csv"
    with large.open("wb") as file:
        file.truncate(4 << 30)
    codes = {name: read_text(tmp_path / name).code for name in ("folder.csv", "pipe.csv", "loop", "large.csv", "no")}
    assert codes == {
        "folder.csv": "file-not-regular",
        "pipe.csv": "file-not-regular",
        "loop": "file-unreadable",
        "large.csv": "file-too-large",
        "no": "file-not-found",
    }


@settings(max_examples=100)
@given(st.binary(max_size=40))
def test_no_bytes_raise(data):
    result = decoded(data, "a")
    assert isinstance(result, Problem) or "\r" not in result.text
