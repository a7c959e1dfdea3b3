/* page.mjs PACKAGES CHROMIUM WORK: the generated pages in a real browser, without a network. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packages, executablePath, work] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({
  viewport: { width: 1280, height: 800 }, locale: "en-GB", timezoneId: "UTC", offline: true,
});
context.setDefaultTimeout(20000);

const problems = [];
const tab = await context.newPage();
tab.on("pageerror", (error) => problems.push(`error: ${error.message}`));
tab.on("console", (line) => line.type() === "error" && problems.push(`console: ${line.text()}`));
const asked = [];
tab.on("request", (r) => r.url().startsWith("file:") || asked.push(r.url()));
const dot = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");
await tab.route("https://example.com/*.png", (route) => route.fulfill({ body: dot, contentType: "image/png" }));
tab.on("dialog", (dialog) => {
  if (dialog.type() !== "beforeunload") problems.push(`dialog: ${dialog.message()}`);
  dialog.accept();
});

/* Whatever can be used has a name for those who cannot see it, and ids are unique. */
const unnamed = () => [...document.querySelectorAll("input, select, textarea, button")]
  .filter((e) => e.checkVisibility() && !e.labels?.length && !e.getAttribute("aria-label")
    && !e.textContent.trim())
  .map((e) => e.outerHTML.slice(0, 120))
  .concat([...document.querySelectorAll("[id]")].map((e) => e.id)
    .filter((id, i, all) => all.indexOf(id) !== i).map((id) => `twice: ${id}`));

/* Drafts of all rows give back what they were made from, without a complaint; the order of keys that
 * look like numbers is the language's own. */
const draftFaults = () => {
  const sorted = (v) => {
    if (v instanceof Exact) return `exact ${v}`;
    if (Array.isArray(v)) return v.map(sorted);
    if (!v || typeof v !== "object") return v;
    return Object.entries(v).map(([k, w]) => [k, sorted(w)]).sort((x, y) => (x[0] < y[0] ? -1 : 1));
  };
  return state.rows.flatMap((row) => {
    const issues = [];
    const value = fromDraft(page.row, toDraft(page.row, row.value), issues);
    const same = JSON.stringify(sorted(value)) === JSON.stringify(sorted(row.value));
    return same && issues.length === 0 ? []
      : [`${JSON.stringify(issues)} ${writeJson(value).slice(0, 200)}`];
  });
};

for (const folder of JSON.parse(readFileSync(`${work}/cases.json`, "utf8"))) {
  await tab.goto(`file://${folder}/sample.html`, { waitUntil: "domcontentloaded" });
  writeFileSync(`${folder}/out.json`, await tab.evaluate(() => json()));
  assert.deepEqual(await tab.evaluate(draftFaults), [], folder);
  assert.deepEqual(await tab.evaluate(unnamed), [], folder);
  /* Saving a form that nobody touched changes nothing. */
  const edit = tab.locator("tbody button", { hasText: "Edit" }).first();
  if (await edit.count()) {
    await edit.click();
    assert.deepEqual(await tab.evaluate(unnamed), [], folder);
  }
  const save = tab.locator("button[type=submit]");
  if (await save.count()) await save.click();
  await tab.locator("dialog").waitFor({ state: "detached" }).catch(async () => {
    assert.fail(`${folder}: ${JSON.stringify(await tab.locator(".error:not(:empty)").allInnerTexts())}`);
  });
  writeFileSync(`${folder}/saved.json`, await tab.evaluate(() => json()));
  assert.deepEqual([...problems, ...asked], [], folder);
}

await tab.goto(`file://${work}/people/people.html`);
const text = (selector) => tab.locator(selector).allInnerTexts();
const column = async (name) => {
  const names = (await text("thead th")).map((t) => t.replace(/[▲▼]/, "").trim());
  return text(`tbody tr td:nth-child(${names.indexOf(name) + 1})`);
};
const status = () => tab.locator(".pager [role=status]").innerText();

/* Table: what is shown, sorting, filters, search, pages. */
assert.equal(await tab.title(), "People");
assert.equal(await tab.locator("h1").innerText(), "People");
assert.equal(await status(), "1–25 of 60");
assert.deepEqual((await column("ID")).slice(0, 3), ["1", "2", "3"]);
await tab.getByRole("button", { name: "Score" }).click();
const up = (await column("Score")).map(Number);
assert.deepEqual(up, [...up].sort((a, b) => a - b));
assert.equal(await tab.locator("th[aria-sort=ascending]").innerText().then((t) => t.trim().slice(0, 5)), "Score");
await tab.getByRole("button", { name: "Score" }).click();
const down = (await column("Score")).map(Number);
assert.deepEqual(down, [...down].sort((a, b) => b - a));
assert.equal(down[0] > up[0], true);
await tab.getByRole("button", { name: "Score" }).click();
assert.equal(await tab.locator("th[aria-sort=ascending], th[aria-sort=descending]").count(), 0);

await tab.getByLabel("Filter by Role").selectOption("editor");
assert.equal(await status(), "1–20 of 20 (60 in all)");
assert.equal((await column("Role")).every((r) => r === "editor"), true);
await tab.getByLabel("Filter by ID").fill("10..20");
assert.deepEqual(await column("ID"), ["10", "13", "16", "19"]);
await tab.getByLabel("Filter by ID").fill(">55");
assert.deepEqual(await column("ID"), ["58"]);
await tab.getByLabel("Filter by Name").fill("nobody");
assert.equal(await tab.locator(".notice").innerText().then((t) => t.includes("Nothing matches.")), true);
await tab.getByRole("button", { name: "Clear search and filters" }).click();
assert.equal(await status(), "1–25 of 60");
await tab.keyboard.press("/");
await tab.keyboard.type("p48@example person");
assert.equal(await status(), "1–1 of 1 (60 in all)");
await tab.getByRole("button", { name: "Clear" }).click();
await tab.getByRole("button", { name: "Next" }).click();
assert.equal(await status(), "26–50 of 60");
await tab.getByRole("button", { name: "Next" }).click();
assert.equal(await status(), "51–60 of 60");
assert.equal(await tab.getByRole("button", { name: "Next" }).isDisabled(), true);
await tab.getByLabel("Rows").selectOption("100");
assert.equal(await status(), "1–60 of 60");
await tab.getByText("Columns").click();
await tab.locator(".menu").getByLabel("Big").check();
assert.equal((await column("Big"))[0], "9007199254740994");
await tab.locator(".menu").getByLabel("Site").check();
await tab.getByText("Columns").click();

/* Pictures are links until they are asked for; other texts with a meaning. */
assert.equal(await tab.locator("td a[href='https://example.com/7.png']").innerText(), "example.com/7.png");
assert.deepEqual(asked, []);
await tab.getByLabel("Load pictures").check();
await tab.waitForFunction(() => document.querySelector("td img[src='https://example.com/1.png']")?.naturalWidth === 1);
await tab.getByLabel("Load pictures").uncheck();
assert.equal(await tab.locator("td img").count(), 0);
asked.length = 0;
const shown = (format, value) => tab.evaluate(([f, v]) => {
  const { text, href } = cell(f === "record" ? { kind: f } : { kind: "string", format: f }, v);
  return [text, href];
}, [format, value]);
assert.deepEqual(await shown("phone", "1-770-736-8031 x56442"), ["1-770-736-8031 x56442", "tel:17707368031;ext=56442"]);
assert.deepEqual(await shown("html", "<p>A &lt;b&gt;</p><script>alert(1)</script> <img src=x onerror=alert(1)>&amp;lt;"),
  ["A <b> &lt;", undefined]);
const map = "https://www.openstreetmap.org/?mlat=59.91&mlon=-10.75#map=12/59.91/-10.75";
assert.deepEqual(await shown("geo-point", "59.91, -10.75"), ["59.91, -10.75", map]);
assert.deepEqual(await shown("record", { lat: "59.91", lng: -10.75 }), ["59.91, -10.75", map]);
assert.deepEqual(await shown("record", { lat: 95, lng: 1 }), ["95, 1", undefined]);

/* Keyboard: arrows move between rows, Enter opens, Escape closes and comes back. */
await tab.locator("tbody tr").first().focus();
await tab.keyboard.press("ArrowDown");
await tab.keyboard.press("Enter");
assert.equal(await tab.locator("dialog h2").innerText(), "Edit Person 002");
await tab.keyboard.press("Escape");
assert.equal(await tab.evaluate(() => document.activeElement.dataset.row), "2");

/* A new row: the form refuses until it is right, then the JSON has exactly what was entered. */
const form = tab.locator("dialog");
const box = (label) => form.getByLabel(label, { exact: true });
await tab.getByRole("button", { name: "Add person" }).click();
await form.getByRole("button", { name: "Save" }).click();
assert.equal(await form.locator(".summary").innerText().then((t) => /^\d+ fields need attention\.$/.test(t)), true);
assert.equal(await tab.evaluate(() => document.activeElement.getAttribute("aria-invalid")), "true");
await box("ID").fill("x1");
await form.getByRole("button", { name: "Save" }).click();
assert.equal(await form.locator(".error").first().innerText(), "Enter a whole number.");
await box("ID").fill("61");
const hostile = `</script><img src=x onerror=alert(1)> "'\\ \u2028`;
await box("Name").fill(hostile);
await box("Email").fill("new@example.com");
await box("Role").selectOption("Other…");
await box("Role").fill("guest");
await box("Active").check();
await box("Score").fill("12.50");
await box("Born").fill("1990-02-28");
await box("Created at").fill("2024-05-06T07:08:09");
await form.getByLabel("Zone").fill("+02:00");
await box("Site").fill("https://example.org/x");
await box("Balance").fill("0.10");
await box("Color").fill("#1188cc");
await box("Big").fill("9007199254740995555");
await form.getByRole("button", { name: "+ Add tag" }).click();
await form.getByRole("button", { name: "+ Add tag" }).click();
await box("Tag 1").fill("first");
await box("Tag 2").fill("second");
await form.getByRole("button", { name: "Move tag 2 up" }).click();
await form.getByRole("button", { name: "Remove tag 2" }).click();
await box("Street").fill("1 New");
await box("City").fill("Bergen");
await form.getByRole("button", { name: "+ Add order" }).click();
await box("Sku").fill("s9");
await box("Quantity").fill("3");
await form.getByRole("button", { name: "+ Add price" }).click();
await box("Key 1 of Prices").fill("USD");
await box("Value").fill("1.5");
await form.getByLabel("Kind of Shape").selectOption("Circle");
await box("R").fill("7");
await form.getByLabel("Note is").selectOption("null");
await box("Logged in at").fill("1700000000");
assert.equal(await form.getByText("2023-11-14T22:13:20Z").count(), 1);
await form.getByRole("button", { name: "Save" }).click();
await form.waitFor({ state: "detached" }).catch(async () => {
  assert.fail(JSON.stringify(await form.locator(".error:not(:empty)").allInnerTexts()));
});
assert.equal(await status(), "1–61 of 61");

/* Read back through the download, as a person would. */
const [file] = await Promise.all([
  tab.waitForEvent("download"), tab.getByRole("button", { name: "Download JSON" }).click(),
]);
assert.equal(file.suggestedFilename(), "people.json");
const saved = readFileSync(await file.path(), "utf8");
const last = saved.slice(saved.lastIndexOf('{\n    "id": 61'));
for (const piece of ['"score": 12.50,', '"big": 9007199254740995555,', '"role": "guest"',
  '"created_at": "2024-05-06T07:08:09+02:00"', '"note": null', '"balance": "0.10"']) {
  assert.equal(last.includes(piece), true, `${piece} in ${last}`);
}
const row = JSON.parse(saved)[60];
assert.equal(row.name, hostile);
assert.deepEqual(row.tags, ["second"]);
assert.deepEqual(row.orders, [{ sku: "s9", quantity: 3 }]);
assert.deepEqual(row.prices, { USD: 1.5 });
assert.deepEqual(row.shape, { type: "circle", r: 7 });
assert.deepEqual(row.address, { street: "1 New", city: "Bergen" });
assert.equal("nickname" in row, false);
assert.equal(row.logged_in_at, 1700000000);
assert.deepEqual(JSON.parse(saved).slice(0, 60), JSON.parse(readFileSync(`${work}/people.json`, "utf8")));

/* Delete and undo. */
await tab.getByRole("button", { name: "Delete Person 005" }).click();
assert.equal(await status(), "1–60 of 60");
await tab.getByRole("button", { name: "Undo" }).click();
assert.equal(await status(), "1–61 of 61");

/* Another file, a broken file, no rows. */
const load = (name, content) => tab.evaluate(([t, n]) => globalThis.load(t, n), [content, name]);
await load("bad.json", '[{"id": 1,}]');
assert.equal(await tab.getByRole("alert").innerText().then((t) => t.split("\n")[0]),
  "bad.json: line 1, column 11: expected a key in double quotes");
await load("other.json", '{"id": 1}');
assert.equal(await tab.getByRole("alert").innerText().then((t) => t.split("\n")[0]),
  "other.json: expected an array");
await load("odd.json", '[{"id": "not a number", "more": [1, 2.50]}]');
await tab.locator("tbody button", { hasText: "Edit" }).click();
assert.equal(await form.getByText("Not of the kind that the sample had").count() > 0, true);
await tab.keyboard.press("Escape");
await load("none.json", "[]");
assert.equal(await tab.getByText("There is no person yet.").count(), 1);
await tab.getByRole("button", { name: "Try again" }).count();

/* Narrow windows scroll down, not sideways. */
await tab.setViewportSize({ width: 380, height: 700 });
await load("people.json", JSON.stringify(JSON.parse(saved).slice(0, 3)));
assert.equal(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
await tab.locator("tbody button", { hasText: "Edit" }).first().click();
assert.equal(await tab.evaluate(() => document.querySelector("dialog form").scrollWidth <= innerWidth), true);
if (process.env.SHOTS) await tab.screenshot({ path: `${process.env.SHOTS}/narrow.png` });
assert.deepEqual([...problems, ...asked], []);
await browser.close();
console.log("page: used in Chromium");
