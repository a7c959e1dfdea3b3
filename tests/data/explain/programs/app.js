import fs, { readFile as read } from "node:fs/promises";
export * from "./types.js";

const LIMIT = 1_000;
const defaults = { retry: 3, ...globalThis.options };

export default class Store extends EventTarget {
  #items = new Map();
  static shared = new Store();

  get size() {
    return this.#items.size;
  }

  async load(path = "store.json", { encoding = "utf8", ...rest } = {}) {
    try {
      const text = await read(path, { encoding, ...rest });
      for (const [key, value] of Object.entries(JSON.parse(text) ?? {})) {
        this.#items.set(key, value);
      }
    } catch ({ code, message }) {
      if (code !== "ENOENT") throw new Error(`cannot read ${path}: ${message}`);
    } finally {
      this.dispatchEvent?.(new Event("loaded"));
    }
  }

  *keys(prefix) {
    const pattern = new RegExp(`^${prefix}`, "i");
    for (const key of this.#items.keys()) if (pattern.test(key)) yield key;
  }
}

const total = [1, 2, 3].filter((n) => n % 2).reduce((sum, n) => sum + n ** 2, 0);
let label = total > LIMIT ? "big" : total || "none";
label ||= typeof total === "number" ? void 0 : delete defaults.retry;
const parts = /(?<year>\d{4})-(\d\d)/u.exec("2024-05")?.groups.year;
outer: for (let i = 0, j = 9; i < j; i++, j--) {
  if (i & 1) continue outer;
  switch (i) {
    case 0:
    case 2:
      break;
    default:
      console.log(i, ...defaults);
  }
}
export { total as sum, label, fs };
