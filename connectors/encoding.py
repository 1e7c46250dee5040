"""Bytes -> text, strictly: an encoding is right when everything decodes without a single error, and nothing is ever replaced.

GB18030 stands for GB2312 and GBK, too: a GBK decoder fails on rare names, and a lenient one loses them silently. A file that was
pasted together from two systems is decoded line by line.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import numpy as np

from connectors.sheet import Remark, Unreadable

BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
UNKNOWN = "文字编码无法识别（不是 GB18030、UTF-8 或 UTF-16），或文件传输中损坏"
SAVE_AS = "请用表格软件另存为 .xlsx 后重新报送。"
NO_TEXT = ("文件内容不是表格（扩展名与内容不符），也不是认识的其他格式。", SAVE_AS)
NOT_CONTROL = b"\t\n\r\x0b\x0c\x1a\x1b" + bytes(range(0x20, 0x100))
SAMPLE = 65_536  # bytes in which zeros are counted: text in UTF-16 has many of them, a binary file too
# Chinese text of six characters that reads as UTF-8 by chance would be full of these letters (Latin, Greek, Arabic)
NOT_CHINESE = re.compile("[\u0080-\u00b6\u00b8-\u00d6\u00d8-\u07ff]")
CHINESE = re.compile("[\u3400-\u9fff]")
# bytes of UTF-8 by what they are: l leads a character of Chinese, c goes on with one; and two such characters on end
_KINDS = bytes(ord("l") if 0xE4 <= byte <= 0xE9 else ord("c") if 0x80 <= byte <= 0xBF else ord(".") for byte in range(256))
_TWO_CHARACTERS = re.compile(rb"lcc(?=lcc)")


@dataclass(frozen=True)
class Text:
    """`content`: UTF-8 without byte order mark, lines ended by a line feed."""

    content: bytes
    remarks: tuple[Remark, ...] = ()


def decode(content: bytes) -> Text:
    """`content` as text. Raises `Unreadable` when no encoding fits, naming the first line at fault."""
    known = next((name for bom, name in BOMS if content.startswith(bom)), None)
    if known is None and b"\x00" in content[:SAMPLE]:
        known = _utf16_without_mark(content[:SAMPLE])
    if known is not None and known != "utf-8-sig":
        return Text(_plain_lines(_decoded(content, known).encode("utf-8")))
    sample = content[:SAMPLE]
    if len(sample.translate(None, NOT_CONTROL)) * 50 > len(sample):
        raise Unreadable(*NO_TEXT)
    body = _plain_lines(content.removeprefix(codecs.BOM_UTF8))
    if b"\x00" in body:
        raise Unreadable(f"{UNKNOWN}：第 {_line_at(body, body.index(0))} 行有空字节。", SAVE_AS)
    try:
        text = body.decode("utf-8")
        if len(body) < SAMPLE and NOT_CHINESE.search(text) and not CHINESE.search(text):
            return _gb18030(body)  # a few words of GBK may be valid UTF-8: 住院 gives Hebrew letters
    except UnicodeDecodeError as wrong:
        if wrong.start and wrong.end >= len(body):  # all of it but the last character
            raise _undecodable(body, wrong) from None
        return _gb18030(body)
    return Text(body)


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 in one of its two orders: separators, digits and line ends have a zero byte, before or behind. None for a few stray zeros."""
    behind, before = sample[1::2].count(0), sample[::2].count(0)
    if (behind + before) * 50 < len(sample):
        return None
    if min(behind, before) * 10 > max(behind, before):
        raise Unreadable(*NO_TEXT)
    return "utf-16-le" if behind >= before else "utf-16-be"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as wrong:
        if wrong.end >= len(content):
            raise Unreadable("文件在最后一个字中间断了，不完整。", "请重新导出后报送。") from None
        raise Unreadable(f"{UNKNOWN}。", SAVE_AS) from None
    if "\x00" in text:
        raise Unreadable(f"{UNKNOWN}：第 {text.count(chr(10), 0, text.index(chr(0))) + 1} 行有空字节。", SAVE_AS)
    return text


def _plain_lines(content: bytes) -> bytes:
    """`content`, in an encoding that keeps ASCII, with a line feed at the end of lines."""
    if b"\r" not in content:
        return content
    content = content.replace(b"\r\n", b"\n")
    return content.replace(b"\r", b"\n") if b"\r" in content else content


def _gb18030(body: bytes) -> Text:
    """Text that is not UTF-8 as a whole: GB18030, or lines of both."""
    mixed = _lines_in_utf8(body)
    if not mixed:
        try:
            return Text(body.decode("gb18030").encode("utf-8"))
        except UnicodeDecodeError as wrong:
            raise _undecodable(body, wrong) from None
    decoded = []
    for number, line in enumerate(body.split(b"\n")):
        try:
            decoded.append(line if number in mixed else line.decode("gb18030").encode("utf-8"))
        except UnicodeDecodeError:
            raise Unreadable(f"{UNKNOWN}：第 {number + 1} 行开始读不出来。", SAVE_AS) from None
    reason = f"文件由两种文字编码拼成：{len(mixed)} 行是 UTF-8（从第 {min(mixed) + 1} 行起），其余是 GB18030，已逐行识别。"
    return Text(b"\n".join(decoded), (Remark("mixed_encoding", "warn", reason, "请核对拼接处的姓名；以后请用同一种编码导出。"),))


def _undecodable(body: bytes, wrong: UnicodeDecodeError) -> Unreadable:
    line = _line_at(body, wrong.start)
    if wrong.end >= len(body):
        return Unreadable(f"文件在最后一个字中间断了（第 {line} 行），不完整。", "请重新导出后报送。")
    return Unreadable(f"{UNKNOWN}：第 {line} 行开始读不出来。", SAVE_AS)


def _line_at(content: bytes, place: int) -> int:
    return content.count(b"\n", 0, place) + 1


def _lines_in_utf8(body: bytes) -> dict[int, bytes]:
    """Line number, from 0 -> line, of the lines that are UTF-8 with Chinese in them; looked for by whole-file work first."""
    places = np.array([found.start() for found in _TWO_CHARACTERS.finditer(body.translate(_KINDS))], dtype=np.int64)
    if not len(places):
        return {}
    codes = np.frombuffer(body, dtype=np.uint8)
    ends = np.flatnonzero(codes == ord("\n"))
    found = {}
    for number in np.unique(np.searchsorted(ends, places)):
        line = body[int(ends[number - 1]) + 1 if number else 0 : int(ends[number]) if number < len(ends) else len(body)]
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        if not NOT_CHINESE.search(text):
            found[int(number)] = line
    return found
