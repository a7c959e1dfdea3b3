/** A number that a double would change, kept as it is spelled. */
export class ExactNumber {
<:  readonly text: string;
:>  constructor(text<:: string:>) {
    this.text = text;
  }
  valueOf()<:: number:> {
    return Number(this.text);
  }
  toString()<:: string:> {
    return this.text;
  }
}

/* JSON.parse rounds numbers, so the text is read here. */
function readJson(text<:: string:>)<:: unknown:> {
  const token = /\s*([[\]{},:]|"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*/y;
  let current = "";
  const advance = ()<:: void:> => {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null && at < text.length) {
      throw new SyntaxError(`not JSON at offset ${at}`);
    }
    current = match === null ? "" : match[1]<:!:>;
  };
  const expect = (what<:: string:>)<:: void:> => {
    if (current !== what) {
      throw new SyntaxError(`expected ${what} before offset ${token.lastIndex}`);
    }
    advance();
  };
  const value = ()<:: unknown:> => {
    const first = current;
    advance();
    if (first === "{") {
      const out<:: Record<string, unknown>:> = {};
      for (let more = false; current !== "}"; more = true) {
        if (more) expect(",");
        const key<:: string:> = JSON.parse(current);
        advance();
        expect(":");
        Object.defineProperty(out, key, { value: value(), enumerable: true, configurable: true, writable: true });
      }
      advance();
      return out;
    }
    if (first === "[") {
      const out<:: unknown[]:> = [];
      while (current !== "]") {
        if (out.length > 0) expect(",");
        out.push(value());
      }
      advance();
      return out;
    }
    if (!/^-?\d/.test(first)) {
      return JSON.parse(first);
    }
    const rounded = Number(first);
    if (String(rounded) === first) {
      return rounded;
    }
    return /^-?\d+$/.test(first) && first !== "-0" ? BigInt(first) : new ExactNumber(first);
  };
  advance();
  const out = value();
  if (current !== "") {
    throw new SyntaxError(`text after the value before offset ${token.lastIndex}`);
  }
  return out;
}

function writeJson(value<:: unknown:>)<:: string:> {
  if (typeof value === "bigint" || value instanceof ExactNumber) {
    return value.toString();
  }
  if (Array.isArray(value)) {
    return `[${value.map(writeJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{${members.map(([k, v]) => `${JSON.stringify(k)}:${writeJson(v)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

