/* client.mjs FOLDER URL TOKEN: the compiled TypeScript client against a server; what it saw as JSON. */
const [folder, base, token] = process.argv.slice(2);
const types = await import(`${folder}/out/api.js`);
const client = await import(`${folder}/out/api-client.js`);
const make = (options) => {
  const Client = Object.values(client).find((c) => c.name?.endsWith("Client"));
  return new Client({ baseUrl: base, token, retries: 5, ...options });
};
const api = make({});
const text = (row) => types.serializeApiRow(row);
const status = async (work) => {
  try {
    await work();
    return "none";
  } catch (error) {
    return error instanceof client.ApiError ? error.status : `${error}`;
  }
};
const out = { errors: [] };
const alive = setInterval(() => {}, 1000); /* a timeout alone does not keep Node running */
if (api.page) {
  out.all = [];
  for await (const row of api.all()) out.all.push(text(row));
  out.page = types.serializeApi(await api.page());
} else {
  out.one = types.serializeApi(await api.get());
  await api.put(await api.get());
}
if (api.update) {
  out.got = text(await api.get("7"));
  const row = types.parseApiRow(out.got);
  row.name = `</x> "' \u2028`;
  out.updated = text(await api.update("7", row));
  if (process.argv[5] === "create") {
    row.id = 500;
    out.created = text(await api.create(row));
    out.errors.push(await status(() => api.create(row)));
    await api.remove(500);
    out.errors.push(await status(() => api.get(500)));
  }
  out.errors.push(await status(() => api.get("../7?x#")));
}
const first = api.page ? "page" : "get";
out.errors.push(await status(() => make({ token: "wrong" })[first]()));
out.errors.push(await status(() => make({ baseUrl: "http://127.0.0.1:9", retries: 0 })[first]()));
out.errors.push(await status(() => make({ timeoutMs: 1, retries: 0,
  fetch: (_, init) => new Promise((_, no) => { init.signal.onabort = () => no(init.signal.reason); }) })[first]()));
clearInterval(alive);
console.log(JSON.stringify(out));
