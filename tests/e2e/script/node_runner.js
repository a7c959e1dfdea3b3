// Runs scripts one after the other in one Node, which spares its start: a job a line comes in, what the script printed
// and its exit status goes out. What a script leaves behind when it ends itself is cut off as the end of a process would.
"use strict";

const fs = require("node:fs");
const readline = require("node:readline");
const vm = require("node:vm");

class Ended extends Error {}

// A module as the script sees it: standard input is empty, and nothing more is done after its end.
function moduleFor(name, state) {
  return new Proxy(require(name), {
    get(module, key) {
      if (state.status !== undefined) {
        throw new Ended();
      }
      if (name === "node:fs" && key === "readFileSync") {
        return (file, ...more) => (file === 0 ? Buffer.alloc(0) : module.readFileSync(file, ...more));
      }
      return module[key];
    },
  });
}

function run({ path, args, folder }) {
  const state = { out: [], error: [], status: undefined };
  const print = (to, bytes) => state.status === undefined && to.push(Buffer.from(bytes));
  const stdout = { on: () => stdout, write: (bytes) => print(state.out, bytes) };
  const fake = Object.create(process, {
    argv: { value: ["node", path, ...args] },
    exitCode: { value: 0, writable: true },
    stdout: { value: stdout },
    exit: {
      value(status = fake.exitCode) {
        state.status ??= status;
        throw new Ended();
      },
    },
  });
  const console = {
    log: (line) => print(state.out, `${line}\n`),
    error: (line) => print(state.error, `${line}\n`),
  };
  const text = fs.readFileSync(path, "utf8").replace(/^#!/, "//");
  process.chdir(folder);
  try {
    const script = vm.runInThisContext(`(function (require, process, console) {${text}\n})`, path);
    script((name) => moduleFor(name, state), fake, console);
  } catch (error) {
    if (!(error instanceof Ended)) {
      console.error(error.stack);
      fake.exitCode = 1;
    }
  }
  const base64 = (parts) => Buffer.concat(parts).toString("base64");
  return [state.status ?? fake.exitCode, base64(state.out), base64(state.error)];
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(run(JSON.parse(line)))}\n`);
});
