// node peer_tokenize.mjs NODE_MODULES MODEL.gguf: texts separated by NUL on stdin, a line of the ids that
// llama.cpp gives each on stdout.
import {pathToFileURL} from "node:url";
import {readFileSync} from "node:fs";
import path from "node:path";

const [modules, modelPath] = process.argv.slice(2);
// Before the library loads: it makes stdin non-blocking.
const texts = readFileSync(0).toString("utf8").split("\0");
const {getLlama, LlamaLogLevel} = await import(
    pathToFileURL(path.join(path.resolve(modules), "node-llama-cpp", "dist", "index.js")));
const llama = await getLlama({gpu: false, build: "never", logLevel: LlamaLogLevel.error});
const model = await llama.loadModel({modelPath, vocabOnly: true});
process.stdout.write(texts.map((text) => model.tokenize(text, false).join(" ") + "\n").join(""),
    () => process.exit(0));
