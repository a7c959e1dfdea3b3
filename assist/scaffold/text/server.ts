// From @sample@: a server of the HTTP API that it is an answer of, on node:http. It begins with the rows of the
// sample and keeps them in memory: put your own Store in the place of MemoryStore.
// Guessed from the sample: the path and the names of parameters. Correct them here.
//
// usage, once compiled as an ES module ("type": "module" in package.json): node @file@ [PORT]
// Environment: TOKEN, to ask for `Authorization: Bearer ...`.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pathToFileURL } from "node:url";
import { @parse@, @serialize@ } from "./@module@.js";

type Row = ReturnType<typeof @parse@>;

const PATH = "@path@";
const SHAPE: string = "@shape@"; // one, list, map or envelope
const KEY: string | undefined = @keyKey@;
const PAGING: string = "@paging@"; // link, cursor, url or number
const CURSOR = "@cursor@";
const LIMIT = "@limit@";
const PAGE_SIZE = 20;
/* The members of an envelope: where rows, cursor and counts go, and what never changes. */
const MEMBERS: [string, string][] = @members@;
const SAMPLE: [string, string][] = @rows@;

/** What the server asks. Rows have a key each: "" where the API has none. */
export interface Store {
  list(start: number, limit: number): Promise<{ rows: [string, Row][]; total: number }>;
  get(key: string): Promise<Row | undefined>;
  put(key: string, row: Row): Promise<void>;
  remove(key: string): Promise<void>;
}

export class MemoryStore implements Store {
  #rows = new Map<string, Row>();

  constructor(rows: [string, Row][]) {
    for (const [key, row] of rows) this.#rows.set(key, row);
  }

  async list(start: number, limit: number): Promise<{ rows: [string, Row][]; total: number }> {
    return { rows: [...this.#rows].slice(start, start + limit), total: this.#rows.size };
  }

  async get(key: string): Promise<Row | undefined> {
    return this.#rows.get(key);
  }

  async put(key: string, row: Row): Promise<void> {
    this.#rows.set(key, row);
  }

  async remove(key: string): Promise<void> {
    this.#rows.delete(key);
  }
}

/** The rows of the sample. */
export function sampleRows(): [string, Row][] {
  return SAMPLE.map(([key, text], i) => {
    const row = @parse@(text);
    return [SHAPE === "map" ? key : KEY === undefined ? String(i) : keyOf(row), row];
  });
}

class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function keyOf(row: Row): string {
  const value: unknown = KEY === undefined ? undefined : (row as unknown as Record<string, unknown>)[KEY];
  return value === undefined || value === null ? "" : String(value);
}

async function readRow(request: IncomingMessage): Promise<Row> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  try {
    return @parse@(new TextDecoder().decode(Buffer.concat(parts)));
  } catch (error) {
    throw new Problem(422, error instanceof Error ? error.message : String(error));
  }
}

function send(answer: ServerResponse, status: number, body = "", headers: Record<string, string> = {}): void {
  const type = status === 204 ? {} : { "content-type": "application/json; charset=utf-8" };
  answer.writeHead(status, { ...type, ...headers });
  answer.end(body);
}

async function found(store: Store, key: string): Promise<Row> {
  const row = await store.get(key);
  if (row === undefined) throw new Problem(404, `there is no ${PATH}/${key}`);
  return row;
}

async function item(store: Store, key: string, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (request.method === "GET") {
    send(answer, 200, @serialize@(await found(store, key)));
  } else if (request.method === "PUT") {
    if (SHAPE !== "map") await found(store, key);
    const row = await readRow(request);
    if (KEY !== undefined && keyOf(row) !== key) throw new Problem(422, `the ${KEY} in the body is not that of the address`);
    await store.put(key, row);
    send(answer, SHAPE === "one" ? 204 : 200, SHAPE === "one" ? "" : @serialize@(row));
  } else if (request.method === "DELETE" && SHAPE !== "one") {
    await found(store, key);
    await store.remove(key);
    send(answer, 204);
  } else {
    throw new Problem(405, `no ${request.method} here`);
  }
}

async function list(store: Store, url: URL, answer: ServerResponse): Promise<void> {
  const limit = Math.max(1, Number(url.searchParams.get(LIMIT) ?? PAGE_SIZE));
  const asked = Math.max(0, Number(url.searchParams.get(CURSOR) ?? 0));
  if (!Number.isSafeInteger(limit) || !Number.isSafeInteger(asked)) throw new Problem(400, `${LIMIT} and ${CURSOR} are numbers here`);
  const start = PAGING === "number" ? Math.max(0, asked - 1) * limit : asked;
  const { rows, total } = await store.list(start, limit);
  const more = start + limit < total;
  const following = String(PAGING === "number" ? Math.floor(start / limit) + 2 : start + limit);
  const next = new URL(url);
  next.searchParams.set(CURSOR, following);
  const headers: Record<string, string> = PAGING === "link" && more ? { link: `<${next.href}>; rel="next"` } : {};
  if (SHAPE === "map") {
    send(answer, 200, `{${rows.map(([key, row]) => `${JSON.stringify(key)}:${@serialize@(row)}`).join(",")}}`, headers);
    return;
  }
  const array = `[${rows.map(([, row]) => @serialize@(row)).join(",")}]`;
  const values: Record<string, string> = {
    "@rows": array,
    "@cursor": more ? JSON.stringify(following) : "null",
    "@url": more ? JSON.stringify(next.href) : "null",
    "@total": String(total),
    "@page": String(Math.floor(start / limit) + 1),
    "@pages": String(Math.max(1, Math.ceil(total / limit))),
    "@limit": String(limit),
  };
  const members = MEMBERS.map(([key, text]) => `${JSON.stringify(key)}:${values[text] ?? text}`);
  send(answer, 200, SHAPE === "list" ? array : `{${members.join(",")}}`, headers);
}

async function route(store: Store, token: string | undefined, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "localhost"}`);
  const parts = url.pathname.replace(/^\/+|\/+$/g, "").split("/");
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) throw new Problem(401, "the token is missing or wrong");
  if (parts[0] !== PATH || parts.length > 2) throw new Problem(404, `there is only /${PATH}`);
  if (SHAPE === "one" && parts.length === 1) {
    await item(store, sampleRows()[0]?.[0] ?? "", request, answer);
  } else if (parts[1] !== undefined && (KEY !== undefined || SHAPE === "map")) {
    await item(store, decodeURIComponent(parts[1]), request, answer);
  } else if (parts.length === 1 && request.method === "GET") {
    await list(store, url, answer);
  } else if (parts.length === 1 && request.method === "POST" && KEY !== undefined) {
    const row = await readRow(request);
    if ((await store.get(keyOf(row))) !== undefined) throw new Problem(409, `there is a ${PATH}/${keyOf(row)} already`);
    await store.put(keyOf(row), row);
    send(answer, 201, @serialize@(row), { location: `/${PATH}/${encodeURIComponent(keyOf(row))}` });
  } else {
    throw new Problem(405, `no ${request.method} here`);
  }
}

/** A server, not yet listening. */
export function @server@(store: Store, token?: string): Server {
  return createServer((request, answer) => {
    route(store, token, request, answer).catch((error: unknown) => {
      const status = error instanceof Problem ? error.status : 500;
      if (status === 500) console.error(error);
      const message = error instanceof Problem ? error.message : "the server failed";
      send(answer, status, JSON.stringify({ error: { status, message } }));
    });
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const server = @server@(new MemoryStore(sampleRows()), process.env["TOKEN"]);
  server.listen(Number(process.argv[2] ?? 8080), "127.0.0.1", () => {
    const address = server.address();
    console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : address}/${PATH}`);
  });
}
