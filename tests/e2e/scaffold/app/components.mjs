/* components.mjs PACKAGES CHROMIUM WORK: the components of each framework, compiled and used in a browser.
 * WORK/NAME has page.js and page.css of each; the JSON that a component last gave is `saved`. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packages, executablePath, work, ...names] = process.argv.slice(2);
const { chromium } = createRequire(`${packages}/`)("playwright-core");
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", offline: true });
context.setDefaultTimeout(20000);
const wanted = JSON.parse(readFileSync(`${work}/people.json`, "utf8"));
const hostile = `</script><img src=x onerror=alert(1)> "'\\ \u2028`;

for (const name of names) {
  const problems = [];
  const tab = await context.newPage();
  tab.on("pageerror", (error) => problems.push(`error: ${error.stack}`));
  tab.on("console", (line) => ["error", "warning"].includes(line.type()) && problems.push(`console: ${line.text()}`));
  tab.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    dialog.accept();
  });
  writeFileSync(`${work}/${name}/index.html`, `<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<title>x</title><link rel="stylesheet" href="page.css"><div id="root"></div><script src="page.js"></script>`);
  await tab.route("https://example.com/*.png", (route) => route.fulfill({ body: "<svg xmlns='http://www.w3.org/2000/svg'/>",
    contentType: "image/svg+xml" }));
  await tab.goto(`file://${work}/${name}/index.html`);
  const column = async (title) => {
    const heads = (await tab.locator("thead th").allInnerTexts()).map((t) => t.replace(/[▲▼]/, "").trim());
    return tab.locator(`tbody tr td:nth-child(${heads.indexOf(title) + 1})`).allInnerTexts();
  };
  const status = () => tab.locator(".pager [role=status]").innerText();
  const is = async (want, get) => {
    for (let i = 0; i < 40 && (await get()) !== want; i++) await tab.waitForTimeout(50);
    assert.equal(await get(), want, name);
  };
  await is("1–25 of 60", status);
  await tab.getByRole("button", { name: "Score" }).click();
  const up = (await column("Score")).map(Number);
  assert.deepEqual(up, [...up].sort((a, b) => a - b), name);
  await tab.getByRole("button", { name: "Score" }).click();
  const down = (await column("Score")).map(Number);
  assert.deepEqual(down, [...down].sort((a, b) => b - a), name);
  await tab.getByRole("button", { name: "Score" }).click();
  assert.equal(await tab.getByLabel("Filter by Role").evaluate((e) => e.selectedIndex), 0, name); /* All */
  await tab.getByLabel("Filter by Role").selectOption("editor");
  await is("1–20 of 20", status);
  await tab.getByLabel("Filter by ID").fill("10..20");
  await is("1–4 of 4", status);
  assert.deepEqual(await column("ID"), ["10", "13", "16", "19"], name);
  await tab.getByLabel("Filter by ID").fill("");
  await tab.getByLabel("Filter by Role").selectOption("");
  await tab.getByLabel("Search People").fill("p48@example person");
  await is("1–1 of 1", status);
  await tab.getByLabel("Search People").fill("");
  await tab.getByRole("button", { name: "Next" }).click();
  await is("26–50 of 60", status);
  await tab.getByText("Columns").click();
  await tab.locator(".menu").getByLabel("Site").check();
  assert.equal(await tab.locator("td a[href='https://example.com/26.png'] > img").getAttribute("alt"), "example.com/26.png", name);
  await tab.getByText("Columns").click();

  const form = tab.locator("dialog");
  const box = (label) => form.getByLabel(label, { exact: true });
  const save = () => form.getByRole("button", { name: "Save" }).click();
  const saved = async () => JSON.parse(await tab.evaluate(() => globalThis.saved));
  /* A form that nobody touched changes nothing, numbers included. */
  await tab.getByRole("button", { name: "Edit Person 030" }).click();
  await save();
  await form.waitFor({ state: "detached" });
  assert.deepEqual(await saved(), wanted, name);
  assert.equal((await tab.evaluate(() => globalThis.saved)).includes('"big": 9007199254741023'), true, name);

  await tab.getByRole("button", { name: "Add person" }).click();
  await save();
  await is(true, async () => /^\d+ fields need attention\.$/.test((await form.locator(".summary").innerText()).trim()));
  await box("ID").fill("x1");
  await save();
  await is("Enter a whole number.", () => form.locator(".error").first().innerText());
  await box("ID").fill("61");
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
  await box("Logged in at").fill("1700000000");
  if (process.env.SHOTS) await tab.screenshot({ path: `${process.env.SHOTS}/${name}.png` });
  await save();
  await form.waitFor({ state: "detached" }).catch(async () => {
    assert.fail(`${name}: ${await form.locator(".error:not(:empty)").allInnerTexts()}`);
  });
  const all = await saved();
  assert.deepEqual(all.slice(0, 60), wanted, name);
  const { big, ...row } = all[60];
  assert.deepEqual(row, {
    id: 61, name: hostile, email: "new@example.com", role: "guest", active: true, score: 12.5, born: "1990-02-28",
    created_at: "2024-05-06T07:08:09+02:00", site: "https://example.org/x", balance: "0.10", color: "#1188cc",
    tags: ["second"], address: { street: "1 New", city: "Bergen" }, orders: [{ sku: "s9", quantity: 3 }],
    prices: { USD: 1.5 }, shape: { type: "circle", r: 7 }, note: null, logged_in_at: 1700000000,
  }, name);
  const text = await tab.evaluate(() => globalThis.saved);
  assert.equal(text.includes('"score": 12.50') && text.includes('"big": 9007199254740995555'), true, name);
  await tab.getByRole("button", { name: "Delete Person 026" }).click();
  await is(60, async () => (await saved()).length);
  assert.deepEqual(problems, [], name);
  await tab.close();
}
await browser.close();
console.log(`components: ${names.join(", ")} used in Chromium`);
