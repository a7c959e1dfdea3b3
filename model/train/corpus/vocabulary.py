"""The tokenizer: merges learned from the mixture, and a GGUF file without tensors that holds it and
the sizes of the model to be trained."""
import struct
import subprocess

from work import Failure, note, records, whole

SPECIAL = ("<|endoftext|>", "<|fim_prefix|>", "<|fim_middle|>", "<|fim_suffix|>", "<|fim_pad|>", "<|repo_name|>",
           "<|file_sep|>")
N_SPECIAL = 64
ROLES = (("eos", 0), ("bos", 0), ("eot", 0), ("fim_pre", 1), ("fim_mid", 2), ("fim_suf", 3), ("fim_pad", 4),
         ("fim_rep", 5), ("fim_sep", 6))
PRE = "qwen2"
U32, I32, F32, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9


def learn_merges(work, n_merges, max_mb):
    with whole(work / "merges.txt", "wb") as out:
        process = subprocess.Popen([work.program("artel-corpus"), "merges", PRE, str(n_merges)],
                                   stdin=subprocess.PIPE, stdout=out)
        left = max_mb * 1e6
        for group in records(work / "mix.jsonl"):
            for _path, text in group["files"]:
                raw = text.encode()
                process.stdin.write(b"%d\n" % len(raw) + raw)
                left -= len(raw)
            if left < 0:
                break
        process.stdin.close()
        if process.wait() != 0:
            raise Failure("the merges could not be learned")


def letters():
    """What stands for each byte in the files of such vocabularies: itself where it can be seen."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [b for b in range(256) if b not in seen]
    return {**{b: chr(b) for b in seen}, **{b: chr(256 + i) for i, b in enumerate(hidden)}}


def tokens_of(merges):
    tokens = [bytes([i]) for i in range(256)]
    for left, right in merges:
        tokens.append(tokens[left] + tokens[right])
    return tokens


def string(s):
    raw = s.encode()
    return struct.pack("<Q", len(raw)) + raw


def pair(key, kind, value):
    if kind == STRING:
        data = string(value)
    elif kind == ARRAY:
        inner = I32 if isinstance(value[0], int) else STRING
        data = struct.pack("<IQ", inner, len(value))
        data += struct.pack(f"<{len(value)}i", *value) if inner == I32 else b"".join(map(string, value))
    else:
        data = struct.pack({U32: "<I", F32: "<f", BOOL: "<B"}[kind], value)
    return string(key) + struct.pack("<I", kind) + data


def write(path, merges, shape, name):
    """shape: embd, layers, heads, kv_heads, ff, context."""
    letter = letters()
    tokens = tokens_of(merges)
    seen = ["".join(letter[b] for b in t) for t in tokens]
    n = len(seen)
    special = [SPECIAL[i] if i < len(SPECIAL) else f"<|reserved_{i}|>" for i in range(N_SPECIAL)]
    embd, layers, heads, kv_heads, ff, context = shape
    pairs = [
        ("general.architecture", STRING, "llama"), ("general.name", STRING, name), ("general.license", STRING, "mit"),
        ("general.file_type", U32, 0), ("general.quantization_version", U32, 2),
        ("llama.context_length", U32, context), ("llama.embedding_length", U32, embd),
        ("llama.block_count", U32, layers), ("llama.feed_forward_length", U32, ff),
        ("llama.attention.head_count", U32, heads), ("llama.attention.head_count_kv", U32, kv_heads),
        ("llama.attention.key_length", U32, 64), ("llama.attention.value_length", U32, 64),
        ("llama.rope.dimension_count", U32, 64), ("llama.rope.freq_base", F32, 10000.0),
        ("llama.attention.layer_norm_rms_epsilon", F32, 1e-5), ("llama.vocab_size", U32, n + N_SPECIAL),
        ("tokenizer.ggml.model", STRING, "gpt2"), ("tokenizer.ggml.pre", STRING, PRE),
        ("tokenizer.ggml.tokens", ARRAY, seen + special),
        ("tokenizer.ggml.token_type", ARRAY, [1] * n + [3] * N_SPECIAL),
        ("tokenizer.ggml.merges", ARRAY, [seen[a] + " " + seen[b] for a, b in merges]),
        *((f"tokenizer.ggml.{role}_token_id", U32, n + i) for role, i in ROLES),
        ("tokenizer.ggml.add_bos_token", BOOL, 0), ("tokenizer.ggml.add_eos_token", BOOL, 0),
    ]
    with whole(path, "wb") as f:
        f.write(b"GGUF" + struct.pack("<IQQ", 3, 0, len(pairs)) + b"".join(pair(*p) for p in pairs))
        f.write(b"\0" * (-f.tell() % 32))


def size_of(merges):
    return 256 + len(merges) + N_SPECIAL


def read_merges(work):
    with open(work / "merges.txt", encoding="ascii") as f:
        return [tuple(map(int, line.split())) for line in f]


def keep_merges(work, path):
    with open(path, encoding="ascii") as f, whole(work / "merges.txt") as out:
        out.write(f.read())


def make(work, shape, name):
    merges = read_merges(work)
    if size_of(merges) % 32:  # sizes of the trainer
        merges = merges[:len(merges) // 32 * 32]
    write(work / "vocabulary.gguf", merges, shape, name)
    note(f"{len(merges)} merges, {size_of(merges)} tokens")
