type Result<T> = { ok: true; value: T } | { ok: false; error: string };

export async function load<T extends object>(url: string, init?: RequestInit): Promise<Result<T>> {
  const response = await fetch(url, { ...init, headers: { accept: "application/json" } });
  if (!response.ok) return { ok: false, error: `status ${response.status}` };
  const value = (await response.json()) as T;
  return { ok: true, value };
}

const names = (list?: { name: string }[]) => list?.map(({ name }) => name).join(", ") ?? "none";
