"""The generated components, compiled by their frameworks' own compilers and used in a browser."""
import json

from app import HERE, generate, need, packages, people, run, samples

NAMES = ("react", "vue", "svelte")


def build(modules, folder, name):
    """page.js and page.css of the component `name` with the rows of people.json."""
    (folder / "node_modules").symlink_to(modules)
    text = json.dumps((folder.parent / "people.json").read_text())
    main = {
        "react": 'import { createElement } from "react"; import { createRoot } from "react-dom/client";'
                 'import Page from "./people-page";'
                 'createRoot(document.getElementById("root")!).render(createElement(Page, '
                 "{ text, onChange: (json: string) => { (globalThis as any).saved = json; } }));",
        "vue": 'import { createApp } from "vue"; import Page from "./people-page.vue";'
               'createApp(Page, { text, onChange: (json: string) => { (globalThis as any).saved = json; } })'
               '.mount("#root");',
        "svelte": 'import { mount } from "svelte"; import Page from "./people-page.svelte";'
                  'mount(Page, { target: document.getElementById("root")!, props: '
                  '{ text, onchange: (json: string) => { (globalThis as any).saved = json; } } });',
    }[name]
    (folder / "main.ts").write_text(f"const text = {text};\n{main}\n")
    run([need("node"), HERE / "bundle.mjs", modules, folder])


def typecheck(modules, tool, work):
    """Any sample gives components without an error of type."""
    folder = work / "types"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(modules)
    (folder / "css.d.ts").write_text('declare module "*.css";\n')
    files = ["css.d.ts"]
    for path in samples(4000):
        generate(tool, "react", path, folder / path.stem, "--name", "Sample")
        files.append(f"{path.stem}/sample-page.tsx")
    run([modules / ".bin/tsc", "--strict", "--noEmit", "--noUnusedLocals", "--noUncheckedIndexedAccess",
         "--exactOptionalPropertyTypes", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler",
         "--jsx", "react-jsx", "--lib", "es2023,dom,dom.iterable", "--types", "", *files], cwd=folder)


def components(tool, work):
    modules, chromium, node = packages(), need("chromium"), need("node")
    work.mkdir(parents=True, exist_ok=True)
    (work / "people.json").write_text(json.dumps(people(60)))
    typecheck(modules, tool, work)
    for name in NAMES:
        generate(tool, name, work / "people.json", work / name)
        build(modules, work / name, name)
    print(run([node, HERE / "components.mjs", modules, chromium, work, *NAMES]), end="")
    return True
