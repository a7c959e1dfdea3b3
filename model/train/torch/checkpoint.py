"""Checkpoints of artel-train (model/train/checkpoint.c has the format), and its order of sequences."""
import os
import struct
import sys

import numpy as np
import torch

MAGIC = b"artel-train-1\n".ljust(16, b"\0")
HEAD = struct.Struct("<16s8I2f4Q")
MASK = (1 << 64) - 1


def hash_u64(x):
    x = (x + 0x9E3779B97F4A7C15) & MASK
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & MASK
    x = (x ^ x >> 27) * 0x94D049BB133111EB & MASK
    return x ^ x >> 31


def hash_bytes(data, seed):
    """base/hash.h, for multiples of eight bytes. Some 10 seconds for a model of 18 million parameters."""
    h = hash_u64(seed ^ len(data))
    for word in memoryview(data).cast("Q"):
        h = (h ^ word) * 0x9FB21C651E98DF25 & MASK
        h ^= h >> 32
    return hash_u64(h)


def read(path, net):
    """(shape, steps, tokens, cursor, first, second): parameters go into the net that `net(shape)` makes."""
    size = os.path.getsize(path)
    with open(path, "rb") as f:
        raw = f.read(HEAD.size)
        if size < HEAD.size or raw[:16] != MAGIC or sys.byteorder != "little":
            raise ValueError(f"{path} is no checkpoint of a training")
        fields = HEAD.unpack(raw)
        shape, (steps, tokens, cursor, n) = fields[1:8] + fields[9:11], fields[11:]
        if size != HEAD.size + 12 * n + 8:
            raise ValueError(f"{path} is not whole")
        parts = [f.read(4 * n) for _ in range(3)]
        stored = struct.unpack("<Q", f.read(8))[0]
    value = hash_bytes(raw, 0)
    for part in parts:
        value = hash_bytes(part, value)
    if value != stored:
        raise ValueError(f"{path} is damaged")
    made = net(shape)
    numbers = [torch.from_numpy(np.frombuffer(part, "<f4").copy()) for part in parts]
    made.load_flat(numbers[0])
    return made, shape, {"steps": steps, "tokens": tokens, "cursor": cursor}, numbers[1], numbers[2]


def write(path, net, shape, progress, first, second):
    """Replaces `path` in one step: a full disk leaves the old file as it was."""
    parts = [x.detach().float().cpu().numpy().astype("<f4").tobytes() for x in (net.flat(), first, second)]
    raw = HEAD.pack(MAGIC, *shape[:7], 0, *shape[7:], progress["steps"], progress["tokens"], progress["cursor"],
                    len(parts[0]) // 4)
    value = hash_bytes(raw, 0)
    for part in parts:
        value = hash_bytes(part, value)
    beside = path + ".part"
    try:
        with open(beside, "wb") as f:
            f.write(raw)
            for part in parts:
                f.write(part)
            f.write(struct.pack("<Q", value))
            f.flush()
            os.fsync(f.fileno())
        os.replace(beside, path)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise


class Windows:
    """A file of token ids as sequences of n_tok + 1, in the order of model/train/windows.c."""

    def __init__(self, path, n_tok, n_vocab, seed):
        self.ids = np.memmap(path, "<u2", "r")
        self.n_tok = n_tok
        n = (len(self.ids) - 1) // n_tok
        if n <= 0:
            raise ValueError(f"{path} has no {n_tok + 1} tokens")
        if int(self.ids.max()) >= n_vocab:
            raise ValueError(f"{path}: an id is none of {n_vocab} tokens")
        self.order = list(range(n))
        for i in range(n, 1, -1):
            j = hash_u64(seed + i) % i
            self.order[i - 1], self.order[j] = self.order[j], self.order[i - 1]

    def __len__(self):
        return len(self.order)

    def at(self, i):
        begin = self.order[i % len(self.order)] * self.n_tok
        return self.ids[begin:begin + self.n_tok + 1].astype(np.int64)
