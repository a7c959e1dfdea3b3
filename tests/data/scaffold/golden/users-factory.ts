// From users.json: values to test with.
import { parseUsersRow } from "./users.js";

export type User = ReturnType<typeof parseUsersRow>;

/** The first row of the sample. */
export const rowText = "{\"id\":1,\"name\":\"Ada\",\"email\":\"ada@example.com\",\"role\":\"admin\",\"created_at\":\"2024-03-02T08:30:00Z\",\"day\":\"2024-03-02\",\"uuid\":\"3f2504e0-4f89-41d3-9a0c-0305e82c3301\",\"balance\":\"12.50\",\"active\":true,\"address\":{\"street\":\"1 Main\",\"city\":\"Oslo\",\"zip\":\"0150\"},\"tags\":[\"a\",\"b\"]}";

/** A new value each time, as in the sample but for `changes`. */
export function makeUser(changes: Partial<User> = {}): User {
  return Object.assign(parseUsersRow(rowText), changes);
}

/** `count` values whose id differ. */
export function makeManyUsers(count: number): User[] {
  return Array.from({ length: count }, (_, i) => makeUser({ ["id"]: i + 1 } as Partial<User>));
}

