"""A model that says one text by heart: each of its tokens is followed by the next one of the text, and the text by the
end. Made to have an answer that is known beforehand where a program asks a model. Its file says that it was taught dialogues.

The weights: an embedding that is one in one place, layers that add nothing, and an output that moves that place."""
import struct

U32, I32, F32, STRING, ARRAY = 4, 5, 6, 8, 9
CONTEXT, HEAD = 2048, 64


def text(s):
    return struct.pack('<Q', len(s.encode())) + s.encode()


def key(name, kind, value):
    if kind == STRING:
        return text(name) + struct.pack('<I', STRING) + text(value)
    if kind == ARRAY:
        of, items = value
        packed = b''.join(map(text, items)) if of == STRING else struct.pack(f'<{len(items)}' + {I32: 'i', F32: 'f'}[of], *items)
        return text(name) + struct.pack('<IIQ', ARRAY, of, len(items)) + packed
    return text(name) + struct.pack('<I' + {U32: 'I', F32: 'f'}[kind], kind, value)


def matrix(n_in, n_out, ones):
    data = bytearray(4 * n_in * n_out)
    for row, column in ones:
        struct.pack_into('<f', data, 4 * (row * n_in + column), 1.0)
    return (n_in, n_out), bytes(data)


def write(path, said, after='\n', name='the reciter', ends=True):
    """After a prompt that ends in `after`, one byte, the model says `said`; then it ends, or begins again."""
    pieces = [said[i:i + 24] for i in range(0, len(said), 24)]
    tokens = ['<unk>', '<s>', '</s>'] + [f'<0x{i:02X}>' for i in range(256)]
    types = [2, 3, 3] + [6] * 256
    first = len(tokens)
    # A piece that occurs twice is two tokens, told apart by an end that is never said.
    tokens += [f'{piece.replace(" ", chr(0x2581))}' for piece in pieces]
    assert len(set(tokens)) == len(tokens), 'the text repeats itself where it is cut'
    types += [1] * len(pieces)
    n = len(tokens)
    width = -(-n // HEAD) * HEAD
    follows = {3 + ord(after): first}
    follows.update({first + i: first + i + 1 for i in range(len(pieces) - 1)})
    follows[first + len(pieces) - 1] = 2 if ends else first
    tensors = [('token_embd.weight', matrix(width, n, [(i, i) for i in range(n)])),
               ('output.weight', matrix(width, n, [(b, a) for a, b in follows.items()])),
               ('output_norm.weight', ((width,), struct.pack('<f', 1.0) * width))]
    for part in ('attn_norm', 'ffn_norm'):
        tensors.append((f'blk.0.{part}.weight', ((width,), struct.pack('<f', 1.0) * width)))
    for part in ('attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'):
        tensors.append((f'blk.0.{part}.weight', matrix(width, width, [])))
    keys = [key('general.architecture', STRING, 'llama'), key('general.name', STRING, name),
            key('tokenizer.chat_template', STRING, '{{ messages[0].content }}')]
    for part, value in (('context_length', CONTEXT), ('embedding_length', width), ('block_count', 1), ('feed_forward_length', width),
                        ('attention.head_count', width // HEAD), ('attention.head_count_kv', width // HEAD), ('vocab_size', n)):
        keys.append(key(f'llama.{part}', U32, value))
    keys += [key('llama.attention.layer_norm_rms_epsilon', F32, 1e-6),
             key('tokenizer.ggml.model', STRING, 'llama'), key('tokenizer.ggml.tokens', ARRAY, (STRING, tokens)),
             key('tokenizer.ggml.scores', ARRAY, (F32, [-float(i) for i in range(n)])),
             key('tokenizer.ggml.token_type', ARRAY, (I32, types)),
             key('tokenizer.ggml.bos_token_id', U32, 1), key('tokenizer.ggml.eos_token_id', U32, 2)]
    head, data = b'', b''
    for title, (dims, values) in tensors:
        head += text(title) + struct.pack(f'<I{len(dims)}QIQ', len(dims), *dims, 0, len(data))
        data += values + bytes(-len(values) % 32)
    whole = b'GGUF' + struct.pack('<IQQ', 3, len(tensors), len(keys)) + b''.join(keys) + head
    path.write_bytes(whole + bytes(-len(whole) % 32) + data)
