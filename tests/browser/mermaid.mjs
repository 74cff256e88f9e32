// Gives diagrams to Mermaid's own parser and holds what it understood against what was meant.
//
//   node mermaid.mjs NODE_MODULES DIAGRAM.mmd=MESSAGES…
//
// Prints a line for each, and ends with status 1 where one was refused or has other messages than it should.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, ...diagrams] = process.argv.slice(2);
const { default: mermaid } = await import(pathToFileURL(join(modules, "mermaid/dist/mermaid.core.mjs")).href);

let failed = 0;
const say = (good, text) => { if (!good) failed += 1; console.log(`${good ? "ok  " : "FAIL"} ${text}`); };

say(await mermaid.parse("sequenceDiagram\n  nonsense", { suppressErrors: true }) === false, "what is no diagram is refused");
for (const each of diagrams) {
  const [name, wanted] = each.split("=");
  try {
    const text = readFileSync(name, "utf8");
    const { diagramType } = await mermaid.parse(text);
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    // A note is a line of its own kind; everything else goes from somebody to somebody.
    const arrows = db.getMessages().filter((message) => message.from && message.to && message.placement === undefined);
    say(diagramType === "sequence" && arrows.length === Number(wanted), `${name}: ${arrows.length} messages, not ${wanted}`);
  } catch (error) {
    say(false, `${name}: ${error.message}`);
  }
}
process.exit(failed ? 1 : 0);
