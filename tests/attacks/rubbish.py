"""Generated rubbish: values, fields, files, content types, addresses and headers of every kind.

It begins from the request that a page would send by itself, so that the rubbish gets past the first check.
"""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.attacks.furnished import picture
from tests.attacks.payloads import PAYLOADS
from tests.attacks.walking import Asked

ODD = (
    "", " ", "\x00", "a\x00b", "\x07", "\x1b[31m", "\r\nSet-Cookie: a=b", "\ud800", "\udfff甲", "\u202e", "\ufeff", "𠮷" * 50, "9" * 26,
    "9" * 5_000, "000000001" + "9" * 5_000, "-1", "0", "00000000000000000001", "2147483648", "9223372036854775808", "1e309", "1e-99999",
    "NaN", "-Infinity", "sNaN", "0x1f", "1_000", "٣", "²", "１２", "½", "true", "null", "[]", "{}", "[" * 2_000, "0001-01-01", "9999-12-31",
    "10000-01-01", "2026-02-30", "2026-W01-1", "20260105", "2026-13", "0000-00", "9999-12", "2026-00", "2026-01-05T25:61", "0001-01-01T00:00",
    "9999-12-31T23:59", "2026-01-05T09:30+99:99", "民法典#1079", "民法典#0", "民法典#9999999999999999999", "《示例法》第九千九百九十九亿条",
    "示例法#2-99999999999@9999-99-99", "示例法#2(99999999999999999999)", "' OR '1'='1", "'; DROP TABLE accounts--", "%", "_", "\\", "%00",
    "%ED%A0%80", "../../etc/passwd", "..%2f", "/etc/passwd", "{{7*7}}", "${7*7}", "(" * 500, "*", "NOT " * 200, 'r".*"', "甲" * 300,
    "甲" * 30_000, "a" * 70_000, "\n" * 3_000, "甲\n" * 3_000, "=1+1", "javascript:alert(1)", *PAYLOADS[:6],
)  # fmt: skip
FILES = (
    b"", b"\x00", b"PK\x03\x04" + bytes(60), b"PK\x05\x06" + bytes(18), b"\x89PNG\r\n\x1a\n" + bytes(40), b"GIF89a\xff\xff\xff\xff", b"%PDF-1.4\n%%EOF",
    b"RIFF\xff\xff\xff\xffWAVEfmt ", b"OggS" + bytes(60), b"ID3\x04" + bytes(60), b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"{}", b"[]", b"[[" * 5_000,
    b"null", b"\xff\xfe<\x00x\x00", b"<?xml version='1.0'?><tmx/>", b"<?xml version='1.0' encoding='x'?><a/>", "法规名称,条号\n甲,一".encode(), b"a\tb\n" * 50,
    "citation,text\n《示例法》第二条,甲\n".encode("gb18030"), b"\xef\xbb\xbf", b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00data\x00\x00\x00\x00",
    picture(), picture("PNG")[:-20],
)  # fmt: skip
NAMES = (
    "a.xlsx", "a.docx", "a.csv", "a.tsv", "a.tmx", "a.xlf", "a.tbx", "a.zip", "a.json", "a.wav", "a.ogg", "a.png", "a.svg", "a.md", "a.txt",
    "", "甲" * 300 + ".xlsx", "\u202e.csv", "../../x.docx", "a\x00.csv", "a", ".", "a.XLSX",
)  # fmt: skip
TYPES = (
    "application/json", "text/plain", "", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data", "multipart/form-data; boundary=",
    "multipart/form-data; boundary=b", "application/xml", "multipart/mixed; boundary=b", "application/x-www-form-urlencoded; charset=none", "\x80/\x80",
)  # fmt: skip
BODIES = (
    b"", b"{}", b"[1]", b"{", b"--b", b"--b\r\n", b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--", b"%ff=%fe", b"=&=&;&&", b"a" * 9_000, b"\xff" * 300,
    b"--b\r\nContent-Disposition: form-data; name=text; filename=\r\n\r\n\r\n--b--\r\n", b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xfe\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="file"; filename*=UTF-9\'\'%ff\r\nContent-Type: ;;\r\n\r\nx\r\n--b--\r\n',
)  # fmt: skip
HEADERS = (
    {}, {"Range": "bytes=99-1,,-"}, {"Range": "bytes=0-99999999999999999999"}, {"If-Modified-Since": "Thu, 99 Foo 0000 99:99:99"}, {"Accept-Language": "\x80;q=9,zh;q=x"},
    {"If-None-Match": 'W/"'}, {"X-Request-ID": "甲".encode().decode("latin-1") * 200}, {"Cookie": "flash=eyJ.x.x; lang=xx; list=%00; place=9;speech=x"}, {"Accept": "application/json"},
    {"X-Forwarded-For": "x, y"}, {"Host": "evil.example"}, {"Referer": "http://["},
)  # fmt: skip

values = st.one_of(st.sampled_from(ODD), st.text(max_size=12), st.integers(-5, 60).map(str))


def encoded(fields: list[tuple[str, str]]) -> bytes:
    """A form as bytes; a lone surrogate stands in it as a careless program writes it."""
    return "&".join(
        f"{quote(name.encode('utf-8', 'surrogatepass'))}={quote(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in fields
    ).encode()


@st.composite
def requests_from(draw: Any, asked: Asked) -> dict[str, Any]:
    """One request: the page's own with something wrong in it."""
    fields = []
    for name, value in asked.fields:
        fate = draw(st.sampled_from(("keep", "keep", "keep", "odd", "drop", "twice")))
        if fate in ("keep", "twice"):
            fields.append((name, value))
        if fate in ("odd", "twice"):
            fields.append((name, draw(values)))
    if draw(st.integers(0, 3)) == 0:
        fields += draw(st.lists(st.tuples(st.sampled_from(("q", "page", "on", "lang", "kind", "period", "id", "version_id", "list", "limit", "offset")), values), max_size=4))  # fmt: skip
    address = asked.address
    if draw(st.integers(0, 5)) == 0:
        parts = address.partition("?")[0].split("/")
        place = draw(st.integers(1, max(1, len(parts) - 1)))
        parts[place : place + 1] = [quote(draw(values).encode("utf-8", "surrogatepass"))]
        address = "/".join(parts)
    made: dict[str, Any] = {
        "path": address,
        "method": asked.method,
        "headers": draw(st.sampled_from(HEADERS)),
    }
    if asked.method != "POST":
        query = encoded(
            fields or [(draw(st.sampled_from(("q", "on", "period", "month", "kind", "page"))), draw(values))]
        )
        return made | {"path": address.partition("?")[0], "query_string": query.decode()}
    kind = draw(st.sampled_from(("form", "form", "files", "type", "body")))
    if kind == "files" or (asked.files and kind == "form"):
        sent: dict[str, Any] = {}
        for name, value in fields:
            sent.setdefault(name, []).append(value.encode("utf-8", "replace").decode())
        for name in asked.files or ("file",):
            content, called = draw(st.sampled_from(FILES)), draw(st.sampled_from(NAMES))
            sent[name] = (io.BytesIO(content), called)
        return made | {"data": sent, "content_type": "multipart/form-data"}
    if kind == "form":
        return made | {"data": encoded(fields), "content_type": "application/x-www-form-urlencoded"}
    body = draw(st.sampled_from(BODIES)) if kind == "body" else encoded(fields)
    return made | {"data": body, "content_type": draw(st.sampled_from(TYPES))}
