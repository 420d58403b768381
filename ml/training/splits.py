"""Which photographer belongs to which split.

Photos are divided by sender, never one by one: a person's garments, floors and light recur. The rule depends
on the sender's name alone, so that a sender keeps its split when photos or reviews are added.
"""

import hashlib
from typing import Literal

Split = Literal["train", "val", "test"]
SPLITS: tuple[Split, ...] = ("train", "val", "test")

# Senders with more than 60 photos each: alone they would outweigh everybody else in a small split.
LARGE_SENDERS = frozenset(
    {"204", "181", "48", "260", "322", "262", "310", "267", "41", "50", "291", "8", "45", "46"}
)

# Shares of the remaining senders, so that val and test each hold about 15 % of the reviewed photos.
VAL_SHARE = 0.19
TEST_SHARE = 0.19
SALT = "techpack-senders-1:"


def sender_split(sender: str) -> Split:
    """Return the split of a photographer (the `sender` column of photos.csv)."""
    if sender in LARGE_SENDERS:
        return "train"
    position = int.from_bytes(hashlib.sha256((SALT + sender).encode()).digest()[:8], "big") / 2**64
    if position < VAL_SHARE:
        return "val"
    if position < VAL_SHARE + TEST_SHARE:
        return "test"
    return "train"
