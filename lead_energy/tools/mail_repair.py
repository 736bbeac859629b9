"""Mails that break the rules, mended so that a mail gateway can read them.

Nothing of a mail that keeps to the rules is changed. What cannot be read at all is left
out, so that the rest arrives.
"""

import codecs
import hashlib
import re
from email.errors import MessageError
from email.header import decode_header
from email.message import EmailMessage

# more parts within parts than this are no mail that a person wrote
MAX_DEPTH = 100
# the longest value of a header that is read, and of an address or an identifier
MAX_HEADER, MAX_ADDRESSES, MAX_REFERENCES = 2000, 200_000, 4000
MAX_ADDRESS, MAX_NAME, MAX_IDENTIFIER = 320, 100, 500
SENDER = ("from",)
RECIPIENTS = ("to", "cc", "delivered-to", "resent-to", "resent-cc")
IDENTIFIERS = ("message-id",)
REFERENCES = ("references", "in-reply-to")
CONTENT = ("content-type", "content-disposition", "content-id", "mime-version")
READ = {*SENDER, *RECIPIENTS, *IDENTIFIERS, *REFERENCES, *CONTENT, "subject", "date"}
# kinds of content that can be read
KINDS = ("text", "multipart", "message", "application", "image", "audio", "video")
# what a parser raises on a value that it does not expect
PARSER_ERRORS = (
    *(MessageError, LookupError, ValueError, TypeError, AttributeError),
    RecursionError,  # brackets within brackets
)
# one begins where a word does: else each of its letters would be tried as the first
ADDRESS = re.compile(r"(?<![^\s<>\"(),:;\[\]@])[^\s<>\"(),:;\[\]@]+@[^\s<>\"(),:;@]+")
ENCODED = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([bBqQ])\?")
SPACE = re.compile(r"[\x00-\x20\x7f]+")


def mend_source(raw: bytes) -> bytes:
    """Return the bytes of a mail without what stops a parser before it begins."""
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if b"\0" in raw and b"binary" not in raw.lower():
        raw = raw.replace(b"\0", b"")
    if raw.count(b"multipart/") + raw.count(b"message/rfc822") > MAX_DEPTH:
        raw = re.sub(rb"(?im)^content-type:", b"X-Content-Type:", raw, count=1)
    return raw


def mend(message: EmailMessage) -> None:
    """Mend the headers, charsets and parts of an ``EmailMessage`` in place."""
    for part in message.walk():
        _mend_headers(part)
        if part.get_content_maintype() == "multipart" and not part.is_multipart():
            # without a boundary it has no parts: it is shown as it came
            part.replace_header("Content-Type", "text/plain")
        elif part.get_content_maintype() not in KINDS:
            # no reader of Python's takes it: what came as a file stays one
            kind = "application/octet-stream" if part.get_filename() else "text/plain"
            part.replace_header("Content-Type", kind)
        if part.get_content_maintype() == "text":
            _mend_charset(part)


def clean(value: str | None) -> str | None:
    """Return a value of a header without what no database and no screen takes."""
    if not isinstance(value, str):
        return value
    return SPACE.sub(" ", _replace_surrogates(value)).strip()


def _mend_headers(part: EmailMessage) -> None:
    items = part.raw_items()
    values = [(name, value) for name, value in items if name.lower() in READ]
    mended = [(name, _mend_header(part, name, value)) for name, value in values]
    if mended == values:
        return
    for name in {name.lower() for name, _value in values}:
        del part[name]
    for name, value in mended:
        part.set_raw(name, value)


def _mend_header(part: EmailMessage, name: str, value: str) -> str:
    kind = name.lower()
    text = _shorten(kind, _decode_bytes(value))
    text = ENCODED.sub(_replace_charset, text)
    if kind in IDENTIFIERS and (len(text) > MAX_IDENTIFIER or "[" in text):
        return _make_identifier(text)
    try:
        is_sound = "\0" not in str(part.policy.header_fetch_parse(name, text))
    except PARSER_ERRORS:
        is_sound = False
    return text if is_sound else _rewrite(kind, text)


def _replace_charset(match: re.Match[str]) -> str:
    """Name the charset of Windows where an encoded word names one that is none."""
    return match[0] if is_charset(match[1]) else f"=?cp1252?{match[2]}?"


def _shorten(kind: str, text: str) -> str:
    if kind in SENDER:
        return text if len(text) <= MAX_HEADER else _rewrite(kind, text)
    if kind in REFERENCES:
        # the newest are the last
        return text[-MAX_REFERENCES:]
    if kind in RECIPIENTS:
        return text[:MAX_ADDRESSES]
    return text if kind in IDENTIFIERS else text[:MAX_HEADER]


def _rewrite(kind: str, text: str) -> str:
    """Return a value that can be parsed, with as much of ``text`` as possible."""
    text = clean(_decode_words(text))
    if kind in IDENTIFIERS:
        return _make_identifier(text)
    if kind in SENDER:
        found = ADDRESS.findall(text)
        address = found[-1][:MAX_ADDRESS] if found else ""
        name = re.sub(r"[^\w .&'-]", "", text.split("<")[0])[:MAX_NAME].strip()
        return f'"{name}" <{address}>' if address else name
    if kind in RECIPIENTS:
        return ", ".join(ADDRESS.findall(text))
    return "" if kind in CONTENT else text


def _make_identifier(text: str) -> str:
    """Return the identifier that stands for one that nobody can store: always it."""
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return f"<{digest}@mended>"


def _decode_words(text: str) -> str:
    # on one line, and no more than ends somewhere: the parser would look for the end
    # of each encoded word through all of its line
    words, end, rest = SPACE.sub(" ", text).rpartition("?=")
    try:
        parts = decode_header(words + end)
    except PARSER_ERRORS:
        return text
    decoded = (
        part if isinstance(part, str) else _decode(part, charset)
        for part, charset in parts
    )
    return "".join(decoded) + rest


def _decode_bytes(value: str) -> str:
    """Return a header whose bytes are no ASCII as the text that they mean."""
    value = str(value)
    if value.isascii():
        return value
    try:
        return _decode(value.encode("ascii", "surrogateescape"), "utf-8")
    except UnicodeEncodeError:
        return _replace_surrogates(value)


def _replace_surrogates(value: str) -> str:
    return value.encode("utf-8", "replace").decode("utf-8")


def _decode(content: bytes, charset: str | None) -> str:
    """Return bytes as text: in their charset, else in UTF-8, else as Windows has it."""
    for candidate in (charset, "utf-8"):
        if candidate and _can_decode(content, candidate):
            return content.decode(candidate)
    return content.decode("cp1252", "replace")


def is_charset(name: str) -> bool:
    """Return whether ``name`` is a charset of texts that can be read with errors."""
    try:
        b"\xff".decode(name, "replace")
    except (LookupError, ValueError):
        return False
    return True


def _can_decode(content: bytes, charset: str) -> bool:
    try:
        content.decode(charset)
    except (LookupError, ValueError):
        return False
    return True


def _mend_charset(part: EmailMessage) -> None:
    """Let a text say in which charset it is, if it does not say so, or wrongly."""
    content = part.get_payload(decode=True) or b""
    is_stated = part.get_param("charset") is not None
    stated = part.get_content_charset() if is_stated else "ascii"
    if stated and is_charset(stated) and _can_decode(content, stated):
        return
    # an empty one would stay beside the new one
    part.del_param("charset")
    part.set_param("charset", "utf-8" if _can_decode(content, "utf-8") else "cp1252")
