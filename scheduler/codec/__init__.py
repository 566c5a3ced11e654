"""Problems and plans to and from their versioned JSON files; every fault at once, each with its path."""

from scheduler.codec.canonical import canonical_bytes, case_sha256
from scheduler.codec.cases import decode_case
from scheduler.codec.documents import encode_case
from scheduler.codec.plans import decode_plan, encode_plan, encode_turn

__all__ = [
    "canonical_bytes",
    "case_sha256",
    "decode_case",
    "decode_plan",
    "encode_case",
    "encode_plan",
    "encode_turn",
]
