// Runs the JavaScript blocks of one entry in order as scripts of one Node.js realm: top-level names are shared.
// Called by tests.content.runner as `node javascript_blocks.cjs job.json`. The next block starts when the event loop
// of the one before is empty, so that timers and promises print under the block that started them.
"use strict";
const fs = require("node:fs");
const vm = require("node:vm");

const job = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
let current = -1;
let failure = null;

const report = (result) => fs.writeSync(1, job.mark + JSON.stringify(result) + job.mark);
const remember = (error) => {
  failure ??= { raised: error?.name ?? typeof error, detail: String(error?.stack ?? error) };
};

function runNext() {
  current += 1;
  failure = null;
  const block = job.blocks[current];
  try {
    vm.runInThisContext(block.code, { filename: job.path, lineOffset: block.line - 1 });
  } catch (error) {
    remember(error);
  }
  setImmediate(() => {}); // makes sure that the loop turns once more and "beforeExit" fires again
}

globalThis.require = require;
process.on("uncaughtException", remember);
process.on("beforeExit", () => {
  if (current >= job.blocks.length) return;
  if (current >= 0) {
    report(failure ?? { raised: null, detail: "" });
    if ((failure?.raised ?? null) !== job.blocks[current].raises) process.exit(0);
  }
  if (current + 1 < job.blocks.length) return runNext();
  current += 1;
  report({ versions: { "Node.js": process.versions.node } });
});
