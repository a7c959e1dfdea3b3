// From @sample@: a client of the HTTP API that it is an answer of.
// Guessed from the sample: the path, the names of parameters@guessed@. Correct them here.
@imports@
export type @Page@ = ReturnType<typeof parse@Root@>;
@rowType@
export interface ClientOptions {
  /** "https://api.example.com/v1" */
  baseUrl: string;
  /** Sent as `Authorization: Bearer ...`. */
  token?: string;
  headers?: Record<string, string>;
  /** How often a request is tried again after 429, 502, 503, 504 or no answer; 3 if not given. */
  retries?: number;
  /** Of each try; 30 seconds if not given. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** The server answered with an error, or with something else than the sample. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly url: string,
    /** 0: there was no answer. */
    readonly status: number,
    readonly body: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

export type Query = Record<string, string | number | boolean | undefined>;

export class @Client@ {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

@methods@
  #url(path: string, query: Query = {}): string {
    const url = new URL(this.#options.baseUrl.replace(/\/*$/, "/") + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    return url.href;
  }

  async #send(method: string, url: string, body?: string, signal?: AbortSignal): Promise<Response> {
    const { token, headers, retries = 3, timeoutMs = 30_000 } = this.#options;
    const send = this.#options.fetch ?? fetch;
    /* A POST that got no answer may have been carried out: it is sent again only after 429. */
    const again = method === "POST" ? [429] : [429, 502, 503, 504];
    for (let attempt = 0; ; attempt++) {
      const timeout = AbortSignal.timeout(timeoutMs);
      let answer: Response | undefined;
      let reason = "";
      try {
        answer = await send(url, {
          method,
          headers: {
            accept: "application/json",
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers,
          },
          ...(body === undefined ? {} : { body }),
          signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
        });
        if (answer.ok) return answer;
      } catch (error) {
        signal?.throwIfAborted();
        reason = error instanceof Error ? error.message : String(error);
      }
      const retry = answer ? again.includes(answer.status) : method !== "POST";
      if (!retry || attempt >= retries) {
        const text = answer ? await answer.text() : "";
        const what = answer ? `${answer.status} ${answer.statusText}: ${text.slice(0, 200)}` : reason;
        throw new ApiError(`${method} ${url}: ${what}`, url, answer?.status ?? 0, text);
      }
      await answer?.body?.cancel();
      const told = Number(answer?.headers.get("retry-after") ?? NaN);
      const wait = Number.isFinite(told) ? told * 1000 : 2 ** attempt * 250 * (0.5 + Math.random());
      await new Promise((done) => setTimeout(done, Math.min(wait, 30_000)));
      signal?.throwIfAborted();
    }
  }

  async #read<T>(answer: Response, parse: (text: string) => T): Promise<T> {
    const text = await answer.text();
    try {
      return parse(text);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new ApiError(`${answer.url}: ${why}`, answer.url, answer.status, text);
    }
  }
}
