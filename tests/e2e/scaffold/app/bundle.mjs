/* bundle.mjs PACKAGES FOLDER: FOLDER/main.ts and all that it imports into page.js and page.css. A warning of a
 * compiler is an error. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [packages, folder] = process.argv.slice(2);
const require = createRequire(`${packages}/`);
const esbuild = require("esbuild");

function vue(path) {
  const sfc = require("vue/compiler-sfc");
  const { descriptor, errors } = sfc.parse(readFileSync(path, "utf8"), { filename: path });
  if (errors.length > 0) throw errors[0];
  const { content } = sfc.compileScript(descriptor, { id: path, inlineTemplate: true, isProd: true });
  return content;
}

async function svelte(path) {
  const { compile } = await import(`${packages}/svelte/src/compiler/index.js`);
  const { js, warnings } = compile(readFileSync(path, "utf8"), { filename: path, dev: false });
  if (warnings.length > 0) throw new Error(`${path}: ${warnings[0].message} (line ${warnings[0].start?.line})`);
  return js.code;
}

const { warnings } = await esbuild.build({
  entryPoints: [`${folder}/main.ts`], outfile: `${folder}/page.js`, bundle: true, jsx: "automatic",
  logLevel: "warning", conditions: ["svelte", "browser"], define: {
    "process.env.NODE_ENV": '"production"', __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false",
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
  },
  plugins: [{ name: "components", setup(build) {
    build.onLoad({ filter: /\.vue$/ }, ({ path }) => ({ contents: vue(path), loader: "ts" }));
    build.onLoad({ filter: /\.svelte$/ }, async ({ path }) => ({ contents: await svelte(path), loader: "js" }));
  } }],
});
if (warnings.length > 0) process.exit(1);
