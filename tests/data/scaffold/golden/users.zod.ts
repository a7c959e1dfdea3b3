// From users.json. Needs zod 4. Parse and serialise with parseUsers and serializeUsers.
import { z } from "zod";

// Open: other values are legal too.
export const Role = z.union([z.enum(["admin", "user"]), z.string() as z.ZodType<string & {}>]);
export type Role = z.infer<typeof Role>;

export const Address = z.object({
  /** e.g. 1 Main */
  street: z.string(),
  /** e.g. Oslo */
  city: z.string(),
  /** e.g. 0150 */
  zip: z.string(),
});
export type Address = z.infer<typeof Address>;

export const User = z.object({
  /** e.g. 1 */
  id: z.int(),
  /** e.g. Ada */
  name: z.string(),
  /** email; e.g. ada@example.com */
  email: z.string(),
  role: Role,
  /** date-time; e.g. 2024-03-02T08:30:00Z */
  created_at: z.string(),
  /** date; e.g. 2024-03-02 */
  day: z.string(),
  /** uuid; e.g. 3f2504e0-4f89-41d3-9a0c-0305e82c3301 */
  uuid: z.string(),
  /** decimal; e.g. 12.50 */
  balance: z.string(),
  active: z.boolean(),
  address: Address,
  tags: z.array(z.string()),
});
export type User = z.infer<typeof User>;

export const UserPage = z.object({
  data: z.array(User),
  /** e.g. abc */
  next_cursor: z.optional(z.nullable(z.string())),
  /** e.g. 4 */
  total: z.int(),
});
export type UserPage = z.infer<typeof UserPage>;

const root = UserPage;

/** Reads and checks; throws a SyntaxError, or a ZodError with the paths. */
export function parseUsers(text: string): z.infer<typeof root> {
  const value: unknown = JSON.parse(text);
  root.parse(value);
  return value as z.infer<typeof root>;
}

export function serializeUsers(value: z.infer<typeof root>): string {
  return JSON.stringify(value);
}
