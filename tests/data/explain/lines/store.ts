import { readFile } from 'node:fs/promises';
import type { IncomingMessage as Request } from 'node:http';
import * as path from 'node:path';

export type Id<T extends string> = `${T}-${number}`;
type Event_ = { kind: 'added'; item: Item } | { kind: 'gone'; id: Id<'item'> };
type Listener<K extends Event_['kind']> = (event: Extract<Event_, { kind: K }>) => void;
type Patch<T> = { readonly [K in keyof T]?: T[K] extends object ? Patch<T[K]> : T[K] };

export interface Item {
  readonly id: Id<'item'>;
  title: string;
  tags?: string[];
  [extra: string]: unknown;
}

declare global {
  var settings: Record<string, unknown> | undefined;
}

const defaults = { size: 10, order: 'asc' } as const satisfies Patch<{ size: number; order: string }>;

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && 'id' in value;
}

export abstract class Store<T extends Item = Item> {
  #items = new Map<T['id'], T>();
  static created = 0;

  constructor(protected readonly folder: string, private log?: (text: string) => void) {
    Store.created += 1;
  }

  abstract save(): Promise<void>;

  get size(): number {
    return this.#items.size;
  }

  add(...items: T[]): this {
    for (const item of items) this.#items.set(item.id, { ...item, tags: [...(item.tags ?? [])] });
    this.log?.(`added ${items.length}`);
    return this;
  }

  async load(name: string, signal?: AbortSignal): Promise<T[]> {
    const file = path.join(this.folder, `${name}.json`);
    const values: unknown = JSON.parse(await readFile(file, { encoding: 'utf8', signal }));
    if (!Array.isArray(values)) throw new TypeError(`${file} holds no list`);
    const [first, ...rest] = values.filter(isItem) as T[];
    return first ? [first, ...rest].sort((a, b) => a.title.localeCompare(b.title)) : [];
  }

  *[Symbol.iterator](): IterableIterator<T> {
    yield* this.#items.values();
  }
}

export default async function handle({ url = '/', headers: { host } }: Request): Promise<number> {
  const wanted = /^\/items\/(?<id>item-\d+)\/?$/i.exec(url)?.groups?.id as Id<'item'> | undefined;
  return wanted !== undefined && host!.length > 0 ? 200 : 404;
}
