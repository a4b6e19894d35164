"""Digests, checksums and bytes of Python's own library: what type they are."""

from __future__ import annotations

from typing import Final

from ...values import Bound, Instance, Value
from ..machine import LIBRARY, MEMBERS, METHODS, NONE, Args, Machine
from ..plain import BOOL, INT, STR, computed

_BYTES: Final = Instance("bytes")
_HASH: Final = Instance("_hashlib.HASH")

_GIVES: Final[tuple[tuple[Value, str], ...]] = (
    (_HASH, "hashlib.md5 hashlib.sha1 hashlib.sha224 hashlib.sha256 hashlib.sha384 hashlib.sha512"),
    (_HASH, "hashlib.sha3_224 hashlib.sha3_256 hashlib.sha3_384 hashlib.sha3_512"),
    (_HASH, "hashlib.new hashlib.file_digest"),
    (Instance("_blake2.blake2b"), "hashlib.blake2b"),
    (Instance("_blake2.blake2s"), "hashlib.blake2s"),
    (Instance("hmac.HMAC"), "hmac.new"),
    (_BYTES, "hmac.digest hashlib.pbkdf2_hmac hashlib.scrypt secrets.token_bytes struct.pack"),
    (_BYTES, "base64.b64encode base64.urlsafe_b64encode base64.standard_b64encode base64.b32encode base64.b16encode"),
    (_BYTES, "base64.b64decode base64.urlsafe_b64decode binascii.hexlify binascii.unhexlify"),
    (_BYTES, "zlib.compress zlib.decompress gzip.compress gzip.decompress bz2.compress lzma.compress pickle.dumps"),
    (INT, "zlib.crc32 zlib.adler32 binascii.crc32 secrets.randbelow"),
    (STR, "secrets.token_urlsafe"),
    (BOOL, "hmac.compare_digest secrets.compare_digest"),
)
for _value, _names in _GIVES:
    for _name in _names.split():
        LIBRARY[_name] = lambda machine, args, value=_value: value  # type: ignore[misc]


def _of_hash(machine: Machine, bound: Bound, args: Args) -> Value | None:
    match bound.name:
        case "hexdigest":
            return STR
        case "digest":
            return _BYTES
        case "update":
            return NONE
        case "copy":
            return bound.receiver
    return computed(args.span)


for _kind in ("_hashlib.HASH", "_blake2.blake2b", "_blake2.blake2s", "hmac.HMAC"):
    METHODS[_kind] = _of_hash
    MEMBERS[_kind] = lambda machine, made, name, span, frame: (
        INT if name in ("digest_size", "block_size") else STR if name == "name" else None
    )
