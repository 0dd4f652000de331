#!/usr/bin/env python3
"""Writes the test vectors, one file a case, with every input and every stage.

It computes the scheme a second time, from the vendor's wiki page and with Python's own `hmac`, so that it
shares no code with the crate. Run it here, without arguments, after a change:

    python3 generate.py
"""

import base64
import hashlib
import hmac
import json
import pathlib

FOLDER = pathlib.Path(__file__).parent
SECRET = "correct horse battery staple"
SEED_STRING = "abcdefghijklmn"


def vector(name, phone, fingerprint="myOwnFingerprint", password=None, encoding="hex",
           secret=SECRET, seed_string=SEED_STRING, seed_length=4):
    offset = sum(int(c) for c in phone if c in "0123456789") % 10
    seed = seed_string[offset:offset + seed_length]
    assert len(seed) == seed_length
    message = seed + fingerprint + phone + (password or "")
    tag = hmac.new(secret.encode(), message.encode(), hashlib.sha256).digest()
    header = tag.hex() if encoding == "hex" else base64.b64encode(tag).decode()
    case = {
        "shared_secret": secret,
        "seed_string": seed_string,
        "seed_length": seed_length,
        "encoding": encoding,
        "fingerprint": fingerprint,
        "phone": phone,
        "password": password,
        "seed_offset": offset,
        "seed": seed,
        "canonical_message": message,
        "tag": tag.hex(),
        "header": header,
    }
    text = json.dumps(case, indent=2, ensure_ascii=False) + "\n"
    (FOLDER / f"{name}.json").write_text(text, encoding="utf-8")


def main():
    for old in FOLDER.glob("*.json"):
        old.unlink()

    vector("worked-example", "700000031", password="12345")
    vector("worked-example-base64", "700000031", password="12345", encoding="base64")
    vector("worked-example-without-password", "700000031")
    vector("vendors-page", "+447871234567", fingerprint="1234444")
    vector("plus-left-out", "447871234567", fingerprint="1234444")
    vector("punctuation", "(44)787-123.4567", fingerprint="1234444")
    for offset in range(10):
        vector(f"offset-{offset}", f"+1000000000{offset}"[:-1] + str((offset - 1) % 10))
    vector("fingerprint-as-json", "+447871234567",
           fingerprint='{"timezone":-60,"os":"Linux","userAgent":"Mozilla/5.0","browserJavaEnabled":false}')
    vector("fingerprint-not-ascii", "+447871234567", fingerprint="appareil-é-設備-🔑")
    vector("password-not-ascii", "+447871234567", password="pässwörd-密码-🔑")
    vector("password-empty", "+447871234567", password="")
    vector("secret-not-ascii", "+447871234567", secret="clé-秘密")
    vector("secret-of-a-block", "+447871234567", secret="k" * 64)
    vector("secret-over-a-block", "+447871234567", secret="k" * 65)
    vector("secret-long", "+447871234567", secret="k" * 1000)
    vector("seed-of-one", "+447871234567", seed_string="0123456789", seed_length=1)
    vector("seed-long", "+447871234567", seed_string="s" * 200, seed_length=191)
    # The message is the seed (4), the fingerprint and the phone (13); SHA-256 works in blocks of 64 and
    # pads from 56 on.
    for length in (54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 10_000):
        vector(f"message-of-{length}", "+447871234567", fingerprint="f" * (length - 17))


if __name__ == "__main__":
    main()
