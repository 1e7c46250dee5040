"""What a file is, by its content. Its extension only says what its sender believes.

Kinds that can be read have a name in `EXTENSIONS`; every other kind has its message in `REFUSED`: what was found, and the way out.
"""

from __future__ import annotations

import io
import re
import zipfile

from connectors.sheet import Remark, Unreadable

OLE, ZIP, EMPTY_ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04", b"PK\x05\x06"
SAVE_AS = "请用表格软件另存为 .xlsx 后重新报送。"
OPEN_FIRST = "打不开的，请重新导出；打得开的，请用表格软件另存为 .xlsx，再报送。"

# kind -> (the extensions that go with it, what it is called)
EXTENSIONS = {
    "xlsx": ((".xlsx", ".xlsm", ".xltx", ".xltm"), "新版表格（.xlsx）"),
    "xls": ((".xls", ".et", ".xlt", ".ett"), "旧版表格（.xls）"),
    "text": ((".csv", ".tsv", ".txt"), "文本"),
    "html": ((".html", ".htm"), "网页"),
    "mhtml": ((".mht", ".mhtml"), "网页"),
    "xml": ((".xml",), "XML 表格"),
    "dump": ((".sql", ".dump"), "数据库备份文本"),
    "archive": ((".zip",), "压缩包"),
}

# kind -> (what was found, the way out)
REFUSED = {
    "empty": ("文件是空的（0字节）。", "请重新导出后再报送。"),
    "password": ("文件设了打开密码，读不出来。", "请取消密码后重新报送；确需加密传输的，请改用内网目录。"),
    "doc": ("文件是文字文档（Word 或 WPS 文字），不是表格。", "请把其中的表格复制到表格软件里，另存为 .xlsx 后重新报送。"),
    "slides": ("文件是演示文稿，不是表格。", "请报送 .xlsx 表格。"),
    "pdf": ("文件是 PDF，不是表格。", "请报送生成这份 PDF 的原表格（.xlsx）。"),
    "ofd": ("文件是 OFD 版式文件，不是表格。", "请报送生成这份 OFD 的原表格（.xlsx）。"),
    "image": ("文件是图片（照片或扫描件），里面的表格读不出来。", "请报送原表格（.xlsx）；没有原表格的，请录入后报送。"),
    "rar": ("文件是 RAR 压缩包，读不出来。", "请解压后直接报送里面的表格，或改用 .zip 压缩。"),
    "7z": ("文件是 7z 压缩包，读不出来。", "请解压后直接报送里面的表格，或改用 .zip 压缩。"),
    "gzip": ("文件是 gzip 压缩的，读不出来。", "请解压后报送，或改用 .zip 压缩。"),
    "xlsb": ("文件是二进制工作簿（.xlsb），不在支持的格式之内。", SAVE_AS),
    "ods": ("文件是 OpenDocument 文档，不在支持的格式之内。", SAVE_AS),
    "ole": ("文件是旧版办公软件的文件，但不是表格，或已损坏、不完整。", OPEN_FIRST),
    "old_xls": ("文件是很旧的 Excel（5.0 以前）格式，读不出来。", SAVE_AS),
    "access": ("文件是 Access 数据库，不是表格。", "请在 Access 里把表导出为 .xlsx 后报送。"),
    "sqlite": ("文件是 SQLite 数据库，不是表格。", "请把表导出为 .csv 后报送，或在 county.yml 的 databases 里登记后用查询读取。"),
    "pg_custom": (
        "文件是 PostgreSQL 的自定义格式备份，读不出来。",
        "请用 pg_restore --data-only -f 文件.sql 转成文本，或用 pg_dump --format=plain 重新导出。",
    ),
    "inserts": ("文件是数据库的 INSERT 语句备份，不是表格。", "请把表导出为 .csv，或用 pg_dump 的默认（COPY）格式导出。"),
    "json": ("文件是 JSON 数据，不是表格。", SAVE_AS),
    "rtf": ("文件是文字文档（RTF），不是表格。", "请把其中的表格复制到表格软件里，另存为 .xlsx 后重新报送。"),
    "broken_xlsx": ("文件不完整或已损坏，读不出来。", "请在表格软件里打开另存一份后重新报送；打不开的请重新导出。"),
    "broken_archive": ("压缩包不完整或已损坏，解不开。", "请重新压缩后报送。"),
}

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"PGDMP", "pg_custom"),
    (b"{\\rtf", "rtf"),
    (b"SQLite format 3\x00", "sqlite"),
    (b"\x00\x01\x00\x00Standard ", "access"),
    (b"\x09\x08\x04\x00", "old_xls"),
    (b"\x09\x08\x06\x00", "old_xls"),
    (b"\x09\x08\x08\x00", "old_xls"),
    (b"\x09\x04\x06\x00", "old_xls"),
    (b"\x09\x02\x06\x00", "old_xls"),
    (b"\x09\x00\x04\x00", "old_xls"),
)
_IN_OLE = (  # names of streams, the telling ones first
    ("EncryptedPackage", "password"),
    ("WordDocument", "doc"),
    ("PowerPoint Document", "slides"),
    ("Workbook", "xls"),
    ("Book", "xls"),
)
_IN_ZIP = (  # names of entries
    ("xl/workbook.xml", "xlsx"),
    ("xl/workbook.bin", "xlsb"),
    ("word/document.xml", "doc"),
    ("ppt/presentation.xml", "slides"),
    ("ofd.xml", "ofd"),
    ("content.xml", "ods"),
)
_HTML = re.compile(r"<(?:!doctype html|html|head|meta|body|table|div|style|tr)\b", re.IGNORECASE)
_COPY = re.compile(r"^COPY [^\n;]+ FROM stdin", re.MULTILINE | re.IGNORECASE)
_INSERT = re.compile(r"^(?:INSERT INTO|CREATE TABLE|-- MySQL dump|-- PostgreSQL database dump)\b", re.MULTILINE | re.IGNORECASE)
LOOK_AT = 65_536  # characters from the beginning of a text in which its kind is looked for


def kind_of(content: bytes) -> str:
    """The kind of a file: a key of `EXTENSIONS` (`text` for any text, see `kind_of_text`) or of `REFUSED`."""
    if not content:
        return "empty"
    if content.startswith(OLE):
        return next((kind for name, kind in _IN_OLE if _has_stream(content, name)), "ole")
    if content.startswith((ZIP, EMPTY_ZIP)):
        return _kind_of_zip(content)
    if content[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1"} or (content.startswith(b"RIFF") and content[8:12] == b"WEBP"):
        return "image"
    if content.startswith(b"BM") and content[6:10] == bytes(4):
        return "image"
    return next((kind for magic, kind in _MAGIC if content.startswith(magic)), "text")


def kind_of_text(text: str) -> str:
    """The kind of a decoded text by its beginning: text, html, mhtml, xml, dump, inserts or json."""
    head = text[:LOOK_AT].lstrip("\ufeff \t\r\n")
    if head.startswith(("<?xml", "<Workbook")):
        return "xml" if "urn:schemas-microsoft-com:office:spreadsheet" in head and "<html" not in head.lower() else "html"
    if head.startswith("<") and _HTML.search(head[:4096]):
        return "html"
    if re.match(r"(?:MIME-Version|From|Message-ID|Content-Type): ", head, re.IGNORECASE) and "multipart/" in head[:4096].lower():
        return "mhtml"
    if _COPY.search(head):
        return "dump"
    if _INSERT.search(head):
        return "inserts"
    return "json" if re.match(r"(?:\[\s*\{|\{\s*\")", head) else "text"


def refusal(kind: str) -> Unreadable:
    """The error for a kind that cannot be read."""
    return Unreadable(*REFUSED[kind])


def wrong_extension(name: str, kind: str) -> tuple[Remark, ...]:
    """A remark when the extension of a file promises another kind than it has."""
    extensions, called = EXTENSIONS[kind]
    suffix = "." + name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if suffix in extensions:
        return ()
    return (
        Remark(
            "wrong_extension",
            "note",
            f"扩展名是“{suffix or '（无）'}”，内容其实是{called}，已按内容读取。",
            "请用表格软件另存为 .xlsx 后报送，以免打开时报错。",
        ),
    )


def _has_stream(content: bytes, name: str) -> bool:
    """Whether an OLE file has a stream of this name: directory entries stand at multiples of 128 bytes and begin with it."""
    wanted = name.encode("utf-16-le") + b"\x00\x00"
    place = content.find(wanted)
    while place >= 0:
        if place % 128 == 0:
            return True
        place = content.find(wanted, place + 1)
    return False


def _kind_of_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, EOFError):
        return "broken_xlsx" if b"[Content_Types].xml" in content[:4096] or b"xl/w" in content else "broken_archive"
    return next((kind for name, kind in _IN_ZIP if name in names), "archive")
