// From users.json. Parse and serialise with parseUsers and serializeUsers.

export interface UserPage {
  data: User[];
  /** e.g. abc */
  next_cursor?: string | null;
  /** e.g. 4 */
  total: number;
}

export interface User {
  /** e.g. 1 */
  id: number;
  /** e.g. Ada */
  name: string;
  /** email; e.g. ada@example.com */
  email: string;
  role: Role;
  /** date-time; e.g. 2024-03-02T08:30:00Z */
  created_at: string;
  /** date; e.g. 2024-03-02 */
  day: string;
  /** uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301 */
  uuid: string;
  /** decimal; e.g. 12.50 */
  balance: string;
  active: boolean;
  address: Address;
  tags: string[];
}

export type Role = "admin" | "user" | (string & {});

export interface Address {
  /** e.g. 1 Main */
  street: string;
  /** e.g. Oslo */
  city: string;
  /** e.g. 0150 */
  zip: string;
}

type Check = (value: unknown, path: string) => void;

function fail(path: string, expected: string, value: unknown): never {
  const got = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  throw new TypeError(`${path}: expected ${expected}, got ${got}`);
}

function object(value: unknown, path: string): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(path, "object", value);
  }
  return value as Record<string, unknown>;
}

function required(value: Record<string, unknown>, key: string, path: string, check: Check): void {
  if (!Object.hasOwn(value, key)) fail(path, `the key ${JSON.stringify(key)}`, value);
  check(value[key], `${path}.${key}`);
}

function optional(value: Record<string, unknown>, key: string, path: string, check: Check): void {
  if (Object.hasOwn(value, key) && value[key] !== undefined) check(value[key], `${path}.${key}`);
}

const boolean: Check = (value, path) => {
  if (typeof value !== "boolean") fail(path, "boolean", value);
};

const string: Check = (value, path) => {
  if (typeof value !== "string") fail(path, "string", value);
};

const nullOr = (check: Check): Check => (value, path) => {
  if (value !== null) check(value, path);
};

const arrayOf = (check: Check): Check => (value, path) => {
  if (!Array.isArray(value)) fail(path, "array", value);
  (value as unknown[]).forEach((item, i) => check(item, `${path}[${i}]`));
};

const integer: Check = (value, path) => {
  if (!Number.isInteger(value)) fail(path, "integer", value);
};

function checkUserPage(value: unknown, path: string): void {
  const o = object(value, path);
  required(o, "data", path, arrayOf(checkUser));
  optional(o, "next_cursor", path, nullOr(string));
  required(o, "total", path, integer);
}

function checkUser(value: unknown, path: string): void {
  const o = object(value, path);
  required(o, "id", path, integer);
  required(o, "name", path, string);
  required(o, "email", path, string);
  required(o, "role", path, string);
  required(o, "created_at", path, string);
  required(o, "day", path, string);
  required(o, "uuid", path, string);
  required(o, "balance", path, string);
  required(o, "active", path, boolean);
  required(o, "address", path, checkAddress);
  required(o, "tags", path, arrayOf(string));
}

function checkAddress(value: unknown, path: string): void {
  const o = object(value, path);
  required(o, "street", path, string);
  required(o, "city", path, string);
  required(o, "zip", path, string);
}

/**
 * Reads and checks; throws a SyntaxError, or a TypeError that names the path.
 */
export function parseUsers(text: string): UserPage {
  const value: unknown = JSON.parse(text);
  checkUserPage(value, "$");
  return value as UserPage;
}

export function serializeUsers(value: UserPage): string {
  return JSON.stringify(value);
}

/**
 * Reads and checks one row; throws a SyntaxError, or a TypeError that names the path.
 */
export function parseUsersRow(text: string): User {
  const value: unknown = JSON.parse(text);
  checkUser(value, "$");
  return value as User;
}

export function serializeUsersRow(value: User): string {
  return JSON.stringify(value);
}
