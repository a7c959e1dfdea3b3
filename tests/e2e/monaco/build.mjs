// build.mjs MODULES OUT: bundles the page and Monaco's worker.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const [modules, out] = process.argv.slice(2);
const here = path.dirname(fileURLToPath(import.meta.url));
const { build } = createRequire(`${modules}/`)('esbuild');
const common = { bundle: true, format: 'esm', target: 'es2022', platform: 'browser', outdir: out, logLevel: 'error', nodePaths: [modules],
  loader: { '.ttf': 'empty', '.svg': 'empty', '.png': 'empty', '.mp3': 'empty', '.css': 'css', '.wasm': 'empty', '.html': 'empty', '.json': 'json' } };
await build({ ...common, entryPoints: { page: path.join(here, 'page.ts') },
  plugins: [{ name: 'this side', setup(b) {
    b.onResolve({ filter: /^vscode-languageclient\/node$/ }, () => ({ path: path.join(here, 'client.ts') }));
    b.onResolve({ filter: /^\.\/program$/ }, () => ({ path: path.join(here, 'program.ts') }));
  } }] });
await build({ ...common, entryPoints: { worker: path.join(modules, '@codingame/monaco-vscode-editor-api/esm/vs/editor/editor.worker.js') } });
