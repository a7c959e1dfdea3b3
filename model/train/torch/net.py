"""The model and the optimiser of model/train/net.h and optimizer.c, in PyTorch."""
import math

import torch
from torch import nn
from torch.nn import functional as F

HEAD = 64


class Norm(nn.Module):
    def __init__(self, n, eps):
        super().__init__()
        self.gain = nn.Parameter(torch.ones(n))
        self.eps = eps

    def forward(self, x):
        x = x.float()
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.gain


def rotate(x, cosines, sines):
    """Neighbouring pairs of [..., n_tok, HEAD]."""
    a, b = x[..., 0::2].float(), x[..., 1::2].float()
    return torch.stack((a * cosines - b * sines, a * sines + b * cosines), -1).flatten(-2)


def attend(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    hidden = torch.full((q.shape[-2],) * 2, float("-inf"), device=q.device).triu(1)
    return torch.softmax(q.float() @ k.float().transpose(-1, -2) / math.sqrt(HEAD) + hidden, -1).to(v.dtype) @ v


class Layer(nn.Module):
    def __init__(self, n_embd, n_head, n_head_kv, n_ff, eps):
        super().__init__()
        self.n_head, self.n_head_kv = n_head, n_head_kv
        self.before_attention, self.before_ffn = Norm(n_embd, eps), Norm(n_embd, eps)
        sizes = {"q": (n_embd, n_head * HEAD), "k": (n_embd, n_head_kv * HEAD), "v": (n_embd, n_head_kv * HEAD),
                 "o": (n_head * HEAD, n_embd), "gate": (n_embd, n_ff), "up": (n_embd, n_ff), "down": (n_ff, n_embd)}
        self.parts = nn.ModuleDict({name: nn.Linear(*size, bias=False) for name, size in sizes.items()})

    def forward(self, x, cosines, sines):
        n_seq, n_tok, _ = x.shape
        p = self.parts
        h = self.before_attention(x)
        q, k, v = (p[name](h).view(n_seq, n_tok, -1, HEAD).transpose(1, 2) for name in "qkv")
        q, k = rotate(q, cosines, sines).to(v.dtype), rotate(k, cosines, sines).to(v.dtype)
        times = self.n_head // self.n_head_kv
        y = attend(q, k.repeat_interleave(times, 1), v.repeat_interleave(times, 1))
        x = x + p["o"](y.transpose(1, 2).reshape(n_seq, n_tok, -1))
        h = self.before_ffn(x)
        return x + p["down"](F.silu(p["gate"](h)) * p["up"](h))


class Net(nn.Module):
    """shape: n_embd, n_layer, n_head, n_head_kv, n_ff, n_vocab, n_ctx, rope_base, norm_eps."""

    def __init__(self, shape):
        super().__init__()
        n_embd, n_layer, n_head, n_head_kv, n_ff, n_vocab, n_ctx, base, eps = shape
        self.embedding = nn.Embedding(n_vocab, n_embd)
        self.layers = nn.ModuleList(Layer(n_embd, n_head, n_head_kv, n_ff, eps) for _ in range(n_layer))
        self.end = Norm(n_embd, eps)
        angles = torch.arange(n_ctx).double()[:, None] * base ** (-torch.arange(0, HEAD, 2).double() / HEAD)[None]
        self.register_buffer("cosines", angles.cos().float(), persistent=False)
        self.register_buffer("sines", angles.sin().float(), persistent=False)

    def randomise(self, seed):
        torch.manual_seed(seed)
        less = 1 / math.sqrt(2 * len(self.layers))
        nn.init.normal_(self.embedding.weight, std=0.02)
        for layer in self.layers:
            for name, part in layer.parts.items():
                nn.init.normal_(part.weight, std=0.02 * (less if name in ("o", "down") else 1))

    def forward(self, tokens):
        """Mean loss in nats over [n_seq][n_tok + 1] tokens."""
        x = self.embedding(tokens[:, :-1])
        n_tok = x.shape[1]
        for layer in self.layers:
            x = layer(x, self.cosines[:n_tok], self.sines[:n_tok])
        logits = F.linear(self.end(x), self.embedding.weight)
        return F.cross_entropy(logits.float().flatten(0, 1), tokens[:, 1:].flatten())

    def matrices(self):
        return [part.weight for layer in self.layers for part in layer.parts.values()]

    def ordered(self):
        """All parameters, as net.h has them one behind the other."""
        return [*self.matrices(), self.embedding.weight, *(x.before_attention.gain for x in self.layers),
                *(x.before_ffn.gain for x in self.layers), self.end.gain]

    def flat(self):
        return torch.cat([p.detach().flatten() for p in self.ordered()])

    def load_flat(self, numbers):
        for p, part in zip(self.ordered(), split_like(numbers, self)):
            p.data.copy_(part)


def split_like(numbers, net):
    """Views of a flat array, in the shapes of the parameters."""
    sizes = [p.numel() for p in net.ordered()]
    if sum(sizes) != numbers.numel():
        raise ValueError("the numbers are those of a model of another shape")
    return [part.view(p.shape) for p, part in zip(net.ordered(), numbers.split(sizes))]


def orthogonal(x):
    """The polynomial of optimizer.c, five times, products in bfloat16."""
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-12)
    for _ in range(5):
        y = x.bfloat16()
        square = (y @ y.T).float()
        z = square.bfloat16()
        mixed = -4.7750 * square + 2.0315 * (z @ z).float()
        x = 3.4445 * x + (mixed.bfloat16() @ y).float()
    return x.T if tall else x


class Optimiser:
    """Muon for the layers' matrices, AdamW for the embedding, Adam for the gains."""

    def __init__(self, net, steps=0, first=None, second=None):
        self.net, self.steps = net, steps
        like = net.flat()
        self.first = (torch.zeros_like(like) if first is None else first.to(like.device))
        self.second = (torch.zeros_like(like) if second is None else second.to(like.device))

    @torch.no_grad()
    def step(self, rate):
        """Returns the gradient's norm; a gradient that is not finite changes nothing."""
        params = self.net.ordered()
        norm = math.sqrt(sum(p.grad.double().pow(2).sum().item() for p in params))
        if not math.isfinite(norm):
            return norm
        self.steps += 1
        scale = 1 / norm if norm > 1 else 1
        n_matrices = len(self.net.matrices())
        states = zip(split_like(self.first, self.net), split_like(self.second, self.net))
        for i, (p, (m, v)) in enumerate(zip(params, states)):
            g = p.grad.float() * scale
            if i < n_matrices:
                m.mul_(0.95).add_(g, alpha=0.05)
                p.mul_(1 - rate * 0.1).add_(orthogonal(g * 0.05 + m * 0.95), alpha=-rate * 0.2 * math.sqrt(max(p.shape)))
                continue
            m.mul_(0.9).add_(g, alpha=0.1)
            v.mul_(0.95).addcmul_(g, g, value=0.05)
            step = (m / (1 - 0.9 ** self.steps)) / ((v / (1 - 0.95 ** self.steps)).sqrt() + 1e-8)
            p.sub_(rate * (step + (0.01 if i == n_matrices else 0) * p))
        return norm
