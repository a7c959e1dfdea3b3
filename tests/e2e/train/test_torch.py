#!/usr/bin/env python3
"""The trainer in C and the one in PyTorch: the same loss on the same tokens, and after the same steps
nearly the same parameters; each goes on from the other's checkpoint. Skips without PyTorch.
usage: test_torch.py SOURCE_FOLDER BUILD_FOLDER"""
import os
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

SOURCE, BUILD = map(pathlib.Path, sys.argv[1:3])
SHAPE, CONTEXT, VOCAB = "128,2,2,1,192", 64, 128
C_TRAINER = [str(BUILD / "model/train/artel-train")]


def python_with_torch():
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import torch"], capture_output=True, check=False).returncode == 0:
            return python
    print("skipped: no Python here has PyTorch (Debian: apt-get install python3-torch)")
    sys.exit(77)


def tokens(path, n, seed):
    """Not quite random: each follows from the one before."""
    rng = random.Random(seed)
    out, x = [], 1
    for _ in range(n):
        x = (x * 5 + 3 + (rng.random() < 0.2) * rng.randrange(VOCAB)) % VOCAB
        out.append(x)
    path.write_bytes(struct.pack(f"<{n}H", *out))


def shared(python, program):
    """The same program, by PyTorch's own launcher in two processes."""
    return [python, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2",
            "--redirects=2", "--tee=2", program]  # without these Debian 12's launcher fails in Python 3.11


def train(trainer, folder, checkpoint, steps):
    done = subprocess.run(
        [*trainer, str(folder / "train.bin"), str(folder / "valid.bin"), "--checkpoint", str(checkpoint), "--shape",
         f"{SHAPE},{VOCAB}", "--context", str(CONTEXT), "--batch", "4", "--steps", str(steps), "--rate", "0.01"],
        capture_output=True, text=True, timeout=300, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"})
    if done.returncode != 0:
        sys.exit(f"{trainer[-1]} failed: {done.stderr}")
    return float(re.search(r"validation ([\d.]+)", done.stdout).group(1)), re.findall(r"loss ([\d.]+)", done.stdout)


def parameters(checkpoint):
    raw = checkpoint.read_bytes()
    n = struct.unpack_from("<Q", raw, 80)[0]
    return struct.unpack_from(f"<{n}f", raw, 88), struct.unpack_from("<3Q", raw, 56)


def distance(a, b):
    return (sum((x - y) ** 2 for x, y in zip(a, b)) ** 0.5) / (sum(x * x for x in a) ** 0.5)


def check(good, what):
    if not good:
        sys.exit(f"FAILED: {what}")


def main():
    python, program = python_with_torch(), str(SOURCE / "model/train/torch/train.py")
    torch = [python, program]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="artel-torch-"))
    tokens(folder / "train.bin", 20000, 1)
    tokens(folder / "valid.bin", 2000, 2)
    start, ours, theirs = folder / "start.ck", folder / "c.ck", folder / "torch.ck"
    first, _ = train(C_TRAINER, folder, start, 0)
    begun, _ = parameters(start)
    shutil.copy(start, ours)
    shutil.copy(start, theirs)
    same, _ = train(torch, folder, theirs, 0)
    check(abs(same - first) < 0.002, f"loss of the same model: {first} in C, {same} in PyTorch")
    loss, of_step = train(C_TRAINER, folder, ours, 40)
    torch_loss, of_torch_step = train(torch, folder, theirs, 40)
    check(loss < first - 0.2, f"nothing was learned: {first}, then {loss}")
    check(abs(loss - torch_loss) < 0.03, f"after 40 steps {loss} in C, {torch_loss} in PyTorch")
    check(abs(float(of_step[0]) - float(of_torch_step[0])) < 0.01, f"step 10: {of_step[0]} and {of_torch_step[0]}")
    (a, counts), (b, torch_counts) = parameters(ours), parameters(theirs)
    check(counts == torch_counts, f"{counts} and {torch_counts}")
    moved, apart = distance(a, begun), distance(a, b)
    check(apart < 0.2 * moved, f"moved by {moved:.4f}, apart by {apart:.4f}")
    two = folder / "two.ck"
    shutil.copy(start, two)
    two_loss, _ = train(shared(python, program), folder, two, 40)
    together, two_counts = parameters(two)
    dealt = distance(together, b)
    check(counts == two_counts and abs(two_loss - torch_loss) < 0.01, f"by two: {two_loss}, by one: {torch_loss}")
    check(dealt < 0.1 * moved, f"by two and by one: moved by {moved:.4f}, apart by {dealt:.4f}")
    back, _ = train(C_TRAINER, folder, theirs, 0)
    check(abs(back - torch_loss) < 0.002, f"the checkpoint of PyTorch: {torch_loss}, in C {back}")
    theirs.write_bytes(theirs.read_bytes()[:-1] + b"x")
    done = subprocess.run([*torch, str(folder / "train.bin"), str(folder / "valid.bin"), "--checkpoint", str(theirs)],
                          capture_output=True, text=True, timeout=300, check=False)
    check(done.returncode != 0 and "is damaged" in done.stderr and "Traceback" not in done.stderr, done.stderr)
    shutil.rmtree(folder)
    print(f"loss {first} and {same} before, {loss} and {torch_loss} after 40 steps, parameters apart by "
          f"{100 * apart / moved:.1f} % of the way; by two processes {two_loss}, apart by {100 * dealt / moved:.1f} %")


main()
