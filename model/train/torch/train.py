#!/usr/bin/env python3
"""artel-train for accelerators: the same token files, checkpoints and order, in PyTorch. Export with
artel-train. On several devices, of one machine or more: torchrun --nproc_per_node=N train.py ...

    train.py TRAIN.bin VALID.bin --checkpoint FILE [--shape 384,8,6,3,1024,12352] [--minutes 20]"""
import argparse
import os
import sys
import time

import torch
import torch.distributed as dist

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import checkpoint  # noqa: E402
from net import Net, Optimiser  # noqa: E402


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("train")
    p.add_argument("valid")
    p.add_argument("--checkpoint", required=True)
    p.add_argument("--shape", default="384,8,6,3,1024,12352", help="embd,layers,heads,kv_heads,ff,vocab of a new model")
    p.add_argument("--context", type=int, default=1024)
    p.add_argument("--batch", type=int, default=16, help="sequences of a step, over all devices")
    p.add_argument("--at-once", type=int, default=16, help="of them, on one device")
    p.add_argument("--rate", type=float, default=0.0035)
    p.add_argument("--minutes", type=float, default=0)
    p.add_argument("--steps", type=int, default=-1)
    p.add_argument("--decay", type=float, default=0, help="the part of the time over which the rate falls")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--compile", action="store_true")
    return p.parse_args()


class Training:
    def __init__(self, a):
        self.a = a
        self.world, self.rank = int(os.environ.get("WORLD_SIZE", 1)), int(os.environ.get("RANK", 0))
        cuda = torch.cuda.is_available()
        self.device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0))) if cuda else torch.device("cpu")
        if self.world > 1:
            dist.init_process_group("nccl" if cuda else "gloo")
        if a.batch % self.world:
            sys.exit(f"a batch of {a.batch} cannot be dealt to {self.world} devices")
        self.progress = {"steps": 0, "tokens": 0, "cursor": 0}
        first = second = None
        if os.path.exists(a.checkpoint):
            self.net, self.shape, self.progress, first, second = checkpoint.read(a.checkpoint, Net)
        else:
            self.shape = (*map(int, a.shape.split(",")), a.context, 10000.0, 1e-5)
            self.net = Net(self.shape)
            self.net.randomise(a.seed)
        self.net.to(self.device)
        self.optimiser = Optimiser(self.net, self.progress["steps"], first, second)
        self.run = torch.compile(self.net) if a.compile else self.net
        n_ctx, n_vocab = self.shape[6], self.shape[5]
        self.train = checkpoint.Windows(a.train, n_ctx, n_vocab, a.seed)
        self.valid = checkpoint.Windows(a.valid, n_ctx, n_vocab, 1)

    def loss(self, windows, numbers):
        tokens = torch.stack([torch.from_numpy(windows.at(i)) for i in numbers]).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16):
            return self.run(tokens)

    @torch.no_grad()
    def validate(self):
        n = min(len(self.valid), 128)
        return sum(self.loss(self.valid, [i]).item() for i in range(n)) / n

    def learn(self):
        """One batch: each device takes every world-th sequence; gradients are averaged."""
        a = self.a
        mine = [self.progress["cursor"] + i for i in range(self.rank, a.batch, self.world)]
        for p in self.net.parameters():
            p.grad = None
        total = 0.0
        for at in range(0, len(mine), a.at_once):
            part = mine[at:at + a.at_once]
            loss = self.loss(self.train, part) * (len(part) / len(mine))
            loss.backward()
            total += loss.item()
        if self.world > 1:
            for p in self.net.parameters():
                dist.all_reduce(p.grad)
                p.grad /= self.world
        return total

    def save(self):
        if self.rank == 0:
            checkpoint.write(self.a.checkpoint, self.net, self.shape, self.progress, self.optimiser.first,
                             self.optimiser.second)

    def rate(self, done):
        warm = min(1, (self.progress["steps"] + 1) / 60)
        left = (1 - done) / self.a.decay if self.a.decay > 0 and done > 1 - self.a.decay else 1
        return self.a.rate * warm * max(0.02, left)

    def go(self):
        a = self.a
        begin = saved = time.monotonic()
        done, n = 0, 0
        while done < 1 and n != a.steps:
            step = time.monotonic()
            loss = self.learn()
            norm = self.optimiser.step(self.rate(done))
            if norm != norm or norm == float("inf"):
                sys.exit("the gradient is not finite; the last checkpoint stays")
            n += 1
            self.progress["steps"] += 1
            self.progress["tokens"] += a.batch * self.shape[6]
            self.progress["cursor"] += a.batch
            now = time.monotonic()
            done = (now - begin) / (a.minutes * 60) if a.minutes else 0
            if self.world > 1:  # one clock for all
                shared = torch.tensor([done], device=self.device)
                dist.broadcast(shared, 0)
                done = shared.item()
            if self.rank == 0 and (self.progress["steps"] % 10 == 0 or n == a.steps):
                print(f"step {self.progress['steps']}  {self.progress['tokens'] / 1e6:.1f} M tokens  loss {loss:.4f}  "
                      f"gradient {norm:.2f}  {a.batch * self.shape[6] / (now - step):.0f} tokens/s", flush=True)
            if now - saved > 600:
                self.save()
                saved = time.monotonic()
        if self.rank == 0:
            print(f"validation {self.validate():.4f} after {self.progress['tokens'] / 1e6:.1f} M tokens", flush=True)
        self.save()


def main():
    try:
        Training(arguments()).go()
    except (OSError, ValueError) as e:
        sys.exit(f"train.py: {e}")


if __name__ == "__main__":
    main()
