// From users.json. Parse and serialise with parseUsers and serializeUsers.

/**
 * - next_cursor: e.g. abc
 * - total: e.g. 4
 *
 * @typedef {{
 *   data: User[],
 *   next_cursor?: string | null,
 *   total: number,
 * }} UserPage
 */

/**
 * - id: e.g. 1
 * - name: e.g. Ada
 * - email: email; e.g. ada@example.com
 * - created_at: date-time; e.g. 2024-03-02T08:30:00Z
 * - day: date; e.g. 2024-03-02
 * - uuid: uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301
 * - balance: decimal; e.g. 12.50
 *
 * @typedef {{
 *   id: number,
 *   name: string,
 *   email: string,
 *   role: Role,
 *   created_at: string,
 *   day: string,
 *   uuid: string,
 *   balance: string,
 *   active: boolean,
 *   address: Address,
 *   tags: string[],
 * }} User
 */

/** @typedef {"admin" | "user" | string} Role */

/**
 * - street: e.g. 1 Main
 * - city: e.g. Oslo
 * - zip: e.g. 0150
 *
 * @typedef {{
 *   street: string,
 *   city: string,
 *   zip: string,
 * }} Address
 */

function fail(path, expected, value) {
  const got = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  throw new TypeError(`${path}: expected ${expected}, got ${got}`);
}

function object(value, path) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return fail(path, "object", value);
  }
  return value;
}

function required(value, key, path, check) {
  if (!Object.hasOwn(value, key)) fail(path, `the key ${JSON.stringify(key)}`, value);
  check(value[key], `${path}.${key}`);
}

function optional(value, key, path, check) {
  if (Object.hasOwn(value, key) && value[key] !== undefined) check(value[key], `${path}.${key}`);
}

const boolean = (value, path) => {
  if (typeof value !== "boolean") fail(path, "boolean", value);
};

const string = (value, path) => {
  if (typeof value !== "string") fail(path, "string", value);
};

const nullOr = (check) => (value, path) => {
  if (value !== null) check(value, path);
};

const arrayOf = (check) => (value, path) => {
  if (!Array.isArray(value)) fail(path, "array", value);
  value.forEach((item, i) => check(item, `${path}[${i}]`));
};

const integer = (value, path) => {
  if (!Number.isInteger(value)) fail(path, "integer", value);
};

function checkUserPage(value, path) {
  const o = object(value, path);
  required(o, "data", path, arrayOf(checkUser));
  optional(o, "next_cursor", path, nullOr(string));
  required(o, "total", path, integer);
}

function checkUser(value, path) {
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

function checkAddress(value, path) {
  const o = object(value, path);
  required(o, "street", path, string);
  required(o, "city", path, string);
  required(o, "zip", path, string);
}

/**
 * Reads and checks; throws a SyntaxError, or a TypeError that names the path.
 * @param {string} text
 * @returns {UserPage}
 */
export function parseUsers(text) {
  const value = JSON.parse(text);
  checkUserPage(value, "$");
  return value;
}

/**
 * @param {UserPage} value
 * @returns {string}
 */
export function serializeUsers(value) {
  return JSON.stringify(value);
}

/**
 * Reads and checks one row; throws a SyntaxError, or a TypeError that names the path.
 * @param {string} text
 * @returns {User}
 */
export function parseUsersRow(text) {
  const value = JSON.parse(text);
  checkUser(value, "$");
  return value;
}

/**
 * @param {User} value
 * @returns {string}
 */
export function serializeUsersRow(value) {
  return JSON.stringify(value);
}
