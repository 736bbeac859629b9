"""Kinds of mails that do not keep to the rules, as they arrive in practice.

Every mail was written for this test. Which kinds there are was learned from what the
test suites of other mail programs are about.
"""

import random

ALIAS = b"leads@energy.example"
FROM = b"From: Berta Beispiel <berta@beispiel.example>"
SUBJECT = b"Subject: Photovoltaik"
MIME = b"MIME-Version: 1.0"
TEXT = b"Guten Tag, wir suchen eine Anlage."


def _mail(*headers, body=TEXT, sender=FROM, subject=SUBJECT, to=b"To: " + ALIAS):
    """Return a mail of header lines and a body; None leaves a header out."""
    lines = [line for line in (sender, to, subject, *headers) if line is not None]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def _text(content_type, body=TEXT, encoding=b"8bit"):
    return _mail(
        MIME,
        b"Content-Type: " + content_type,
        b"Content-Transfer-Encoding: " + encoding,
        body=body,
    )


def _multipart(*parts, header=b'Content-Type: multipart/mixed; boundary="b"', end=True):
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return _mail(MIME, header, body=body + (b"--b--\r\n" if end else b""))


def _part(content_type, body, *headers):
    return (
        b"\r\n".join((b"Content-Type: " + content_type, *headers)) + b"\r\n\r\n" + body
    )


def _nested(depth):
    body = _part(b"text/plain", TEXT)
    for level in range(depth):
        boundary = b"b%d" % level
        body = b"".join(
            (
                b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n\r\n',
                b"--" + boundary + b"\r\n" + body + b"\r\n",
                b"--" + boundary + b"--\r\n",
            )
        )
    head, _blank, rest = body.partition(b"\r\n\r\n")
    return _mail(MIME, head, body=rest)


def _forwarded(depth):
    mail = _mail()
    for _level in range(depth):
        mail = _mail(MIME, b"Content-Type: message/rfc822", body=mail)
    return mail


PLAIN = _part(b"text/plain; charset=utf-8", TEXT)
NOISE = random.Random(19).randbytes(4000)

CHARSETS = {
    "charset unknown": _text(b"text/plain; charset=x-unknown", b"Gr\xfc\xdfe"),
    "charset empty": _text(b'text/plain; charset=""', b"Gr\xfc\xdfe"),
    "charset of nonsense": _text(b'text/plain; charset="\xff\xfe utf?8"', b"Gr\xfc"),
    "charset with a NUL": _text(b"text/plain; charset=utf\x00-8"),
    "charset that is a codec of bytes": _text(b"text/plain; charset=base64"),
    "charset that is no charset": _text(b"text/plain; charset=rot13"),
    "charset idna": _text(b"text/plain; charset=idna", b"Gr\xfc\xdfe.." + TEXT),
    "charset undefined": _text(b"text/plain; charset=undefined"),
    "charset twice": _text(b"text/plain; charset=utf-8; charset=latin-1"),
    "charset utf-8 that is latin-1": _text(
        b"text/plain; charset=utf-8", b"Gr\xfc\xdfe"
    ),
    "charset ascii that is utf-8": _text(
        b"text/plain; charset=us-ascii", b"Gr\xc3\xbc"
    ),
    "charset utf-16 cut": _text(b"text/plain; charset=utf-16", b"\xff\xfea\x00b"),
    "charset utf-7 broken": _text(b"text/plain; charset=utf-7", b"+AAA-+//8 +\xff"),
    "charset korean": _text(b"text/plain; charset=ks_c_5601-1987", b"\xbe\xc8\xb3\xe7"),
    "charset continued by RFC 2231": _text(b"text/plain; charset*0=ut; charset*1=f-8"),
    "content of an unknown kind": _text(b"chemical/x-pdb"),
    "content type misspelled": _text(b"multip<rt/mixed"),
    "content type with control characters": _text(b"\x034\xf8xt/plain"),
    "attachment of an unknown kind": _multipart(
        _part(b"text/plain", TEXT),
        _part(
            b"font/woff", b"abc", b'Content-Disposition: attachment; filename="a.woff"'
        ),
    ),
    "charset of a part unknown": _multipart(
        _part(b"text/plain; charset=cp-850", b"Gr\x81\xe1e")
    ),
    "html of a part with unknown charset": _multipart(
        _part(b"text/html; charset=unicode-1-1", b"<p>Gr\xfc\xdfe</p>")
    ),
    "attachment of unknown charset": _multipart(
        PLAIN,
        _part(
            b"text/csv; charset=x-none",
            b"a;b\r\n\xfc;\xdf",
            b'Content-Disposition: attachment; filename="a.csv"',
        ),
    ),
}
BODIES = {
    "nothing at all but addresses": _mail(subject=None, body=b""),
    "no blank line, no body": FROM + b"\r\nTo: " + ALIAS,
    "empty html": _text(b"text/html; charset=utf-8", b""),
    "html of a comment": _text(b"text/html; charset=utf-8", b"<!-- nothing -->"),
    "html of a declaration": _text(
        b"text/html; charset=utf-8",
        b'<?xml version="1.0" encoding="utf-8"?><html><body>Hallo</body></html>',
    ),
    "html of an instruction": _text(b"text/html", b"<?php echo 1; ?>"),
    "html broken": _text(b"text/html; charset=utf-8", b"<table><<p <a href='x>><!--"),
    "html with NUL": _text(b"text/html; charset=utf-8", b"<p>a\x00b</p>"),
    "html deep": _text(b"text/html", b"<div>" * 3000 + b"tief" + b"</div>" * 3000),
    "html of control characters": _text(b"text/html", b"<p>\x01\x02\x0b\x1f</p>"),
    "text with NUL": _text(b"text/plain; charset=utf-8", b"Hallo\x00Welt"),
    "text of noise": _text(b"text/plain; charset=utf-8", NOISE),
    "html of noise": _text(b"text/html; charset=utf-8", NOISE),
    "text of lone surrogates": _text(b"text/plain; charset=utf-8", b"\xed\xa0\x80 x"),
    "transfer encoding unknown": _text(b"text/plain", encoding=b"x-secret"),
    "transfer encoding uuencode": _text(b"text/plain", b"begin 6", b"x-uuencode"),
    "transfer encoding empty": _text(b"text/plain", encoding=b""),
    "transfer encoding with rest": _text(b"text/plain", encoding=b"quoted-printable;"),
    "transfer encoding of 8 bits": _text(b"text/plain", encoding=b"\xe4bit"),
    "base64 broken": _text(b"text/plain; charset=utf-8", b"R3Jh!!w5/!=", b"base64"),
    "base64 of one character": _text(b"text/plain; charset=utf-8", b"R", b"base64"),
    "quoted-printable broken": _text(
        b"text/plain; charset=utf-8", b"Gr=FC=C3 =ZZ =", b"quoted-printable"
    ),
    "quoted-printable with NUL": _text(
        b"text/plain; charset=utf-8", b"a=00b", b"quoted-printable"
    ),
    "lines of bare CR": _mail().replace(b"\r\n", b"\r"),
    "lines of bare LF": _mail().replace(b"\r\n", b"\n"),
    "line of a megabyte": _text(b"text/plain; charset=utf-8", b"x" * 2**20),
    "mbox line before the headers": b"From berta Mon Nov 16 2026\r\n" + _mail(),
    "byte order mark before the headers": b"\xef\xbb\xbf" + _mail(),
}
STRUCTURES = {
    "boundary missing": _multipart(PLAIN, header=b"Content-Type: multipart/mixed"),
    "boundary empty": _multipart(
        PLAIN, header=b'Content-Type: multipart/mixed; boundary=""'
    ),
    "boundary of 8 bits": _multipart(
        PLAIN, header=b'Content-Type: multipart/mixed; boundary="\xfc"'
    ),
    "boundary never used": _mail(
        MIME, b"Content-Type: multipart/mixed; boundary=other", body=TEXT
    ),
    "boundary never closed": _multipart(PLAIN, end=False),
    "multipart without parts": _multipart(),
    "multipart of one empty part": _multipart(b""),
    "multipart in base64": _mail(
        MIME,
        b"Content-Type: multipart/mixed; boundary=b",
        b"Content-Transfer-Encoding: base64",
        body=b"--b\r\n" + PLAIN + b"\r\n--b--",
    ),
    "multipart/related that says text/html": _multipart(
        PLAIN, header=b'Content-Type: multipart/related; boundary="b"; type="text/html"'
    ),
    "multipart nested 60 times": _nested(60),
    "multipart nested 2,000 times": _nested(2000),
    "message in the mail": _multipart(PLAIN, _part(b"message/rfc822", _mail())),
    "message in a message 20 times": _forwarded(20),
    "message in a message 600 times": _forwarded(600),
    "message alone": _forwarded(1),
    "message in base64": _multipart(
        PLAIN,
        _part(
            b"message/rfc822",
            b"RnJvbTogYUBiLmV4YW1wbGUKCkhhbGxv",
            b"Content-Transfer-Encoding: base64",
        ),
    ),
    "message that is empty": _multipart(PLAIN, _part(b"message/rfc822", b"")),
    "message of headers only": _multipart(PLAIN, _part(b"text/rfc822-headers", FROM)),
    "message/partial": _mail(
        MIME, b"Content-Type: message/partial; id=x; number=1; total=2"
    ),
    "message/external-body": _multipart(
        PLAIN, _part(b"message/external-body; access-type=URL", TEXT)
    ),
    "message/disposition-notification alone": _multipart(
        PLAIN, _part(b"message/disposition-notification", b"Disposition: displayed")
    ),
    "content type */*": _multipart(PLAIN, _part(b"*/*", NOISE)),
    "content type of the whole */*": _text(b"*/*"),
    "content type empty": _text(b""),
    "content type text": _text(b"text"),
    "content type text/": _text(b"text/; charset=utf-8"),
    "content type of nonsense": _text(b";;;=;\xff/"),
    "content type image alone": _text(b"image/png", NOISE),
    "content type application alone": _text(b"application/octet-stream", NOISE),
    "content type twice": _mail(
        MIME, b"Content-Type: text/html", b"Content-Type: text/plain; charset=utf-8"
    ),
    "content type pdf": _multipart(PLAIN, _part(b"pdf; name=a.pdf", NOISE)),
    "attachment without a name": _multipart(
        PLAIN, _part(b"image/png", NOISE, b"Content-Disposition: attachment")
    ),
    "attachment empty": _multipart(
        PLAIN, _part(b"image/png", b"", b"Content-Disposition: attachment; filename=a")
    ),
    "attachment that is a message": _multipart(
        PLAIN,
        _part(b"message/rfc822", _mail(), b"Content-Disposition: attachment"),
    ),
    "attachment that is a multipart": _multipart(
        PLAIN,
        _part(
            b'multipart/mixed; boundary="c"',
            b"--c\r\n" + PLAIN + b"\r\n--c--\r\n",
            b"Content-Disposition: attachment; filename=a.eml",
        ),
    ),
    "attachment name of 8 bits": _multipart(
        PLAIN,
        _part(
            b'image/png; name="Dachm\xfchle.png"',
            NOISE,
            b'Content-Disposition: attachment; filename="Dachm\xfchle.png"',
        ),
    ),
    "attachment name with NUL and paths": _multipart(
        PLAIN,
        _part(
            b"image/png",
            NOISE,
            b'Content-Disposition: attachment; filename="../../a\x00b.png"',
        ),
    ),
    "attachment name by RFC 2231 broken": _multipart(
        PLAIN,
        _part(
            b"image/png",
            NOISE,
            b"Content-Disposition: attachment; filename*0*=x-no''%FC%; filename*2=b",
        ),
    ),
    "attachment name of 5,000 characters": _multipart(
        PLAIN,
        _part(
            b"image/png",
            NOISE,
            b"Content-Disposition: attachment; filename=" + b"a" * 5000 + b".png",
        ),
    ),
    "disposition of nonsense": _multipart(
        PLAIN, _part(b"image/png", NOISE, b"Content-Disposition: ;;=attachment;\xff")
    ),
    "picture whose id is named in the text": _multipart(
        _part(b"text/html", b'<p><img src="cid:a@b"></p>'),
        _part(b"image/png", NOISE, b"Content-ID: <a@b>"),
    ),
    "signature of S/MIME": _multipart(
        PLAIN,
        _part(b"application/pkcs7-signature; name=smime.p7s", b"MIIG", b"X: y"),
        header=b'Content-Type: multipart/signed; boundary="b"; micalg=sha1',
    ),
    "mail of TNEF": _multipart(PLAIN, _part(b"application/ms-tnef", NOISE)),
    "calendar without a method": _text(b"text/calendar", b"BEGIN:VCALENDAR"),
}
HEADERS = {
    "From missing": _mail(sender=None),
    "From empty": _mail(sender=b"From:"),
    "From blank": _mail(sender=b"From:   \t "),
    "From of a null path": _mail(sender=b"From: <>"),
    "From of nonsense": _mail(sender=b'From: <<>>@@,;:\\"[]'),
    "From without an address": _mail(sender=b"From: Berta Beispiel"),
    "From of 8 bits": _mail(sender=b"From: B\xe4rbel <baerbel@beispiel.example>"),
    "From of 8 bits in quotes": _mail(sender=b'From: "M\xfcller, B." <m@b.example>'),
    "From with an 8 bit address": _mail(sender=b"From: m\xfcller@m\xfchle.example"),
    "From quoted and open": _mail(sender=b'From: "Berta <berta@beispiel.example>'),
    "From with a name in brackets": _mail(sender=b"From: b@beispiel.example (Berta B)"),
    "From of a group": _mail(sender=b"From: Vorstand: a@b.example, c@d.example;"),
    "From of an empty group": _mail(sender=b"From: undisclosed-recipients:;"),
    "From of two": _mail(sender=b"From: a@b.example, Berta <c@d.example>"),
    "From twice": _mail(b"From: Zweite <zweite@beispiel.example>"),
    "From encoded twice": _mail(
        sender=b"From: =?utf-8?q?=3D=3Futf-8=3F?= <a@b.example>"
    ),
    "From encoded and broken": _mail(sender=b"From: =?utf-8?q?B=C3?= <a@b.example>"),
    "From encoded and cut": _mail(sender=b"From: =?utf-8?b?QmVydGE <a@b.example>"),
    "From encoded in an unknown charset": _mail(
        sender=b"From: =?x-none?q?B=E4rbel?= <a@b.example>"
    ),
    "From whose name is another address": _mail(
        sender=b'From: "chef@firma.example" <a@b.example>'
    ),
    "From with an encoded line break": _mail(
        sender=b"From: =?utf-8?q?Berta=0D=0ABcc:_x@y.example?= <a@b.example>"
    ),
    "From with NUL": _mail(sender=b"From: Ber\x00ta <a@b.example>"),
    "From of 20,000 characters": _mail(
        sender=b"From: <" + NOISE.hex().encode() * 2 + b"@beispiel.example>"
    ),
    "From with a name of 20,000 characters": _mail(
        sender=b"From: " + b"Berta " * 3000 + b"<a@b.example>"
    ),
    "From with a domain in brackets": _mail(sender=b"From: <a@[192.0.2.1]>"),
    "From with a long domain": _mail(
        sender=b"From: <a@" + NOISE.hex().encode() + b".example>"
    ),
    "Subject missing": _mail(subject=None),
    "Subject empty": _mail(subject=b"Subject:"),
    "Subject blank": _mail(subject=b"Subject:  \t"),
    "Subject that decodes to nothing": _mail(subject=b"Subject: =?utf-8?q?=20?="),
    "Subject of 8 bits": _mail(subject=b"Subject: Anfrage f\xfcr M\xfchle"),
    "Subject of 8 bits in UTF-8": _mail(subject="Subject: für Mühle".encode()),
    "Subject encoded and broken": _mail(subject=b"Subject: =?utf-8?B?R3LDvMOf=?="),
    "Subject encoded in nothing": _mail(subject=b"Subject: =??q?Hallo?="),
    "Subject encoded by an unknown letter": _mail(subject=b"Subject: =?utf-8?x?abc?="),
    "Subject of an unknown charset": _mail(subject=b"Subject: =?none-1?q?Gr=FC=DFe?="),
    "Subject split within a letter": _mail(
        subject=b"Subject: =?utf-8?q?Gr=C3?=\r\n =?utf-8?q?=BC=C3=9Fe?="
    ),
    "Subject of a NUL": _mail(subject=b"Subject: Hal\x00lo"),
    "Subject with an encoded NUL": _mail(subject=b"Subject: =?utf-8?q?Hal=00lo?="),
    "Subject with an encoded line break": _mail(
        subject=b"Subject: =?utf-8?q?a=0D=0Ab?="
    ),
    "Subject of a megabyte": _mail(subject=b"Subject: " + b"Anfrage " * 2**17),
    "Subject twice": _mail(b"Subject: und noch einer"),
    "To twice": _mail(b"To: other@energy.example"),
    "To encoded": _mail(to=b"To: =?utf-8?q?V=C3=A4?= <" + ALIAS + b">"),
    "To of an empty group, delivered": _mail(
        b"Delivered-To: " + ALIAS, to=b"To: undisclosed-recipients:;"
    ),
    "To of nonsense, delivered": _mail(b"Delivered-To: " + ALIAS, to=b"To: <@,;\xff>"),
    "To with a broken line": _mail(to=b"To: \r\n " + ALIAS),
    "To of 2,000 people": _mail(
        to=b"To: "
        + b",\r\n ".join(b"p%d@beispiel.example" % i for i in range(2000))
        + b", "
        + ALIAS
    ),
    "Message-Id missing": _mail(),
    "Message-Id empty": _mail(b"Message-Id:"),
    "Message-Id twice": _mail(b"Message-Id: <a@b>", b"Message-Id: <c@d>"),
    "Message-Id of nonsense": _mail(b"Message-Id: <<[\xff]>@>"),
    "Message-Id of 20,000 characters": _mail(
        b"Message-Id: <" + NOISE.hex().encode() * 2 + b"@b>"
    ),
    "Message-Id with NUL": _mail(b"Message-Id: <a\x00b@c>"),
    "Message-Id in brackets": _mail(b"Message-Id: <[abc]@[192.0.2.1]>"),
    "In-Reply-To empty": _mail(b"In-Reply-To:"),
    "In-Reply-To of nonsense": _mail(b"In-Reply-To: Ihre Mail vom \xfc <"),
    "In-Reply-To with NUL": _mail(b"In-Reply-To: <a\x00b>"),
    "References of a megabyte": _mail(
        b"References: " + b"\r\n ".join(b"<%d@b.example>" % i for i in range(60000))
    ),
    "References of nonsense": _mail(b"References: <>, <<\xfc>> ;"),
    "Date missing": _mail(),
    "Date of nonsense": _mail(b"Date: gestern, 32. Foo 20xx 25:61"),
    "Date of the year 0": _mail(b"Date: Mon, 01 Jan 0000 00:00:00 +0000"),
    "Date of the year 9999": _mail(b"Date: Fri, 31 Dec 9999 23:59:59 -1200"),
    "Date of an impossible zone": _mail(b"Date: Mon, 16 Nov 2026 09:00:00 +9999"),
    "Date twice": _mail(b"Date: Mon, 16 Nov 2026 09:00:00 +0100", b"Date: x"),
    "Priority of nonsense": _mail(b"X-Priority: \xfc", b"Importance: sehr"),
    "header without a colon": _mail(b"Das ist kein Kopf"),
    "header with a blank before the colon": _mail(b"X-Kopf : ja"),
    "header of a megabyte": _mail(b"X-Spam: " + b"x" * 2**20),
    "headers by the thousand": _mail(*(b"X-%d: y" % i for i in range(20000))),
    "header of control characters": _mail(b"X-Control: \x01\x02\x0b\x0c"),
    "header folded with nothing": _mail(b"X-Fold: a\r\n \r\n b"),
    "headers with bare CR": _mail(b"X-Cr: a\rb"),
    "MIME version of nonsense": _mail(b"MIME-Version: one.\xfc"),
}
MAILS = {**CHARSETS, **BODIES, **STRUCTURES, **HEADERS}
