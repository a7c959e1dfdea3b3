// The extension's code in Monaco, in Chromium, with the real server: keys are typed, the suggestion is seen, taken with
// Tab, and the text compared. usage: drive.mjs ARTEL PAGE_FOLDER PLAYWRIGHT_MODULES
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const [artel, folder, playwright] = process.argv.slice(2);
const { chromium } = createRequire(`${playwright}/`)('playwright-core');
const patience = 60_000; // a loaded machine, a build with sanitizers

// What stood there before is surely right: it is shown while typing, at whatever speed.
const LINE = '    frobnicate_everything(the_widget, 7, "in a way no model knows");';
const HEAD = `(void)
{
    enum oddity unusual = begin_of_everything_odd();
`;
const TEXT = `void f${HEAD}${LINE}\n}\n\nvoid g${HEAD}`;
const TYPED = LINE.slice(0, 30);

const cache = fs.mkdtempSync(path.join(os.tmpdir(), 'artel-monaco-'));
const server = spawn(artel, ['lsp'], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, XDG_CACHE_HOME: cache } });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });

/** Cuts what the server says into messages. */
function listen(take) {
  let said = Buffer.alloc(0);
  server.stdout.on('data', (chunk) => {
    said = Buffer.concat([said, chunk]);
    for (;;) {
      const head = said.indexOf('\r\n\r\n');
      if (head < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(said.toString('latin1', 0, head))[1]);
      if (said.length < head + 4 + length) return;
      take(said.toString('utf8', head + 4, head + 4 + length));
      said = said.subarray(head + 4 + length);
    }
  });
}

async function until(what, ask) {
  for (const end = Date.now() + patience; Date.now() < end;) {
    const got = await ask();
    if (got) return got;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`never came: ${what}`);
}

try {
  const page = await browser.newPage({ viewport: { width: 800, height: 400 } });
  if (process.env.VERBOSE) page.on('console', (m) => console.log(m.text()));
  if (process.env.VERBOSE) page.on('pageerror', (e) => console.log(`page: ${e.message}`));
  // Nothing is served: the page's files come from the folder.
  await page.route('http://artel.test/**', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const html = '<!doctype html><link rel="stylesheet" href="page.css"><div id="editor" style="width:780px;height:380px"></div><script type="module" src="page.js"></script>';
    const types = { '.js': 'text/javascript', '.css': 'text/css' };
    if (!name) return route.fulfill({ contentType: 'text/html', body: html });
    const file = path.join(folder, name);
    return fs.existsSync(file) ? route.fulfill({ contentType: types[path.extname(name)], body: fs.readFileSync(file) }) : route.fulfill({ status: 404 });
  });
  await page.exposeFunction('toServer', (json) => {
    if (process.env.VERBOSE) console.log('>', json.slice(0, 300));
    server.stdin.write(`Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
  });
  listen((json) => {
    if (process.env.VERBOSE) console.log('<', json.slice(0, 300));
    void page.evaluate((m) => window.fromServer(JSON.parse(m)), json).catch(() => undefined);
  });
  await page.goto('http://artel.test/');
  await until('the page', () => page.evaluate(() => Boolean(window.begin)));
  await page.evaluate((text) => window.begin(text), TEXT);
  await page.keyboard.type(TYPED, { delay: 30 });
  const ghost = page.locator('.ghost-text-decoration, .ghost-text-decoration-preview, .suggest-preview-text');
  const shown = await until('a suggestion', async () => (await ghost.allTextContents()).join('').replaceAll('\u00a0', ' '));
  console.log(`suggested: ${JSON.stringify(shown)}`);
  await page.keyboard.press('Tab');
  const text = await until('the accepted text', async () => {
    const now = await page.evaluate(() => window.text());
    return now.startsWith(TEXT + TYPED) && now.length > (TEXT + TYPED + ')').length && now;
  });
  const line = text.slice(TEXT.length).split('\n')[0];
  console.log(`accepted: ${JSON.stringify(line)}`);
  assert.equal(line, LINE); // the bracket that the editor closed is covered
  console.log('1 passed, 0 failed');
} finally {
  await browser.close();
  server.kill();
  fs.rmSync(cache, { recursive: true, force: true, maxRetries: 5 });
}
