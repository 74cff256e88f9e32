// Drives a report in a headless Chromium over its debugging pipe: nothing to install beside the browser and Node.
//
//   node drive.mjs CHROMIUM CHAT.html HOSTILE.html LARGE.html
//
// Prints a line for each thing that was tried, and ends with status 1 where one was not as it should be.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [chromium, chat, hostile, large] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "wiregrade-browser-"));
const browser = spawn(chromium, [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync", "--remote-debugging-pipe",
  `--user-data-dir=${profile}`, "--window-size=1400,1000", "about:blank",
], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });

const answers = new Map();
const events = [];
let last = 0, rest = "";
browser.stdio[4].setEncoding("utf8");
browser.stdio[4].on("data", (text) => {
  const parts = (rest + text).split("\0");
  rest = parts.pop();
  for (const part of parts) {
    const message = JSON.parse(part);
    if (message.id) { answers.get(message.id)(message); answers.delete(message.id); } else events.push(message);
  }
});

const call = (method, params = {}, sessionId = undefined) => new Promise((resolve, reject) => {
  last += 1;
  const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), 60_000);
  answers.set(last, (message) => {
    clearTimeout(timer);
    if (message.error) reject(new Error(`${method}: ${message.error.message}`)); else resolve(message.result);
  });
  browser.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId }) + "\0");
});
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

let failed = 0;
const check = (what, is, wanted) => {
  const good = wanted === undefined ? Boolean(is) : JSON.stringify(is) === JSON.stringify(wanted);
  if (!good) failed += 1;
  console.log(`${good ? "ok  " : "FAIL"} ${what}${good ? "" : `: ${JSON.stringify(is)}, not ${JSON.stringify(wanted ?? true)}`}`);
};

// Opens a page; what it says to the console, asks of the network and asks of people is kept.
const open = async (path) => {
  const { targetId } = await call("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
  const tell = (method, params) => call(method, params, sessionId);
  for (const domain of ["Page", "Runtime", "Log", "Network"]) await tell(`${domain}.enable`);
  const from = events.length;
  const started = performance.now();
  await tell("Page.navigate", { url: pathToFileURL(path).href });
  const mine = (method) => events.slice(from).filter((event) => event.sessionId === sessionId && event.method === method);
  while (mine("Page.loadEventFired").length === 0) await sleep(10);
  const took = performance.now() - started;
  const run = async (expression) => {
    const { result, exceptionDetails } = await tell("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  };
  const quiet = (name) => {
    const said = mine("Runtime.consoleAPICalled").filter((event) => event.params.type === "error");
    const logged = mine("Log.entryAdded").filter((event) => event.params.entry.level === "error");
    const all = [...said, ...logged, ...mine("Runtime.exceptionThrown")].map((event) => JSON.stringify(event.params).slice(0, 300));
    check(`${name}: nothing goes wrong in the console`, all, []);
    check(`${name}: no dialog opens`, mine("Page.javascriptDialogOpening").length, 0);
    const asked = mine("Network.requestWillBeSent").map((event) => event.params.request.url);
    check(`${name}: nothing but the file is asked for`, asked.filter((url) => !url.startsWith("file:")), []);
  };
  return { run, tell, quiet, took };
};

const settled = "new Promise((resolve) => setTimeout(resolve, 300))";

const chatTests = async () => {
  const { run, tell, quiet } = await open(chat);
  check("the verdict is shown", await run("document.querySelector('.verdict').textContent"), "fail");
  check("every message is listed", await run("document.querySelectorAll('#rows tr').length"), 20);
  check("there are plots and a ladder", await run("[document.querySelectorAll('.plot svg').length > 0, document.querySelectorAll('svg.ladder').length]"), [true, 2]);

  const filter = (text) => run(`(() => { const box = document.getElementById('search'); box.value = ${JSON.stringify(text)};
    box.dispatchEvent(new Event('input')); return ${settled}; })()`);
  await filter("datamessage bonjour");
  check("search filters", await run("document.getElementById('count').textContent"), "3 of 20 messages");
  await filter("");
  await run("(() => { const box = document.getElementById('found'); box.click(); })()");
  check("only messages with findings", await run("document.getElementById('count').textContent"), "1 of 20 messages");
  await run("document.getElementById('found').click()");
  await run("(() => { const box = document.getElementById('name'); box.value = 'ConnectionRequest'; box.dispatchEvent(new Event('change')); })()");
  check("a name filters", await run("document.getElementById('count').textContent"), "2 of 20 messages");

  await run("document.querySelector('li[data-key$=\"R001-13\"] a.frame').click()");
  check("a finding leads to its frame", await run("document.querySelector('#detail h3').textContent"), "Frame 13: DataMessage");
  check("and clears what hides it", await run("document.querySelector('#rows tr[aria-selected=true] td').textContent"), "13");
  check("the row has the focus", await run("document.activeElement.tagName"), "TR");
  await run("document.querySelector('#detail a[data-finding]').click()");
  check("and back", await run("document.activeElement.dataset.key"), "1-1-R001-13");

  await run("[...document.querySelectorAll('.fields button')].find((each) => each.textContent.startsWith('payload')).click()");
  const lit = "[...document.querySelectorAll('.hex .on')].filter((each) => /^[0-9a-f]{2}$/.test(each.textContent) && each.nextSibling?.nodeType === 3).map((each) => each.textContent).join('')";
  check("a field lights its bytes", await run(lit), "626f6e6a6f7572");
  await run("document.querySelector('.hex span[data-at=\"1\"]').click()");
  check("a byte lights its field", await run("document.querySelector('.fields .on').textContent"), "source_id: 1");

  await run("document.querySelector('svg.ladder .mark').dispatchEvent(new MouseEvent('click', { bubbles: true }))");
  check("a mark leads to its finding", await run("document.activeElement.dataset.key"), "1-1-R001-13");
  await run("document.querySelector('svg.ladder [data-frame=\"2\"]').dispatchEvent(new MouseEvent('click', { bubbles: true }))");
  check("an arrow leads to its message", await run("document.querySelector('#detail h3').textContent"), "Frame 2: ConnectionAccept");
  const press = async (key) => {
    for (const type of ["keyDown", "keyUp"]) await tell("Input.dispatchKeyEvent", { type, key, code: key, windowsVirtualKeyCode: { ArrowDown: 40, Enter: 13 }[key] });
  };
  await press("ArrowDown");
  check("keys move through the messages", await run("document.querySelector('#detail h3').textContent"), "Frame 3: ack of ConnectionAccept");
  await press("Enter");
  check("Enter goes to the bytes", await run("document.activeElement.id"), "detail");

  const colour = "getComputedStyle(document.body).backgroundColor";
  await tell("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "light" }] });
  check("light", await run(colour), "rgb(255, 255, 255)");
  await tell("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: "dark" }] });
  check("dark", await run(colour), "rgb(20, 23, 26)");
  check("the drawing is dark too", await run("getComputedStyle(document.querySelector('svg.ladder text.who')).fill"), "rgb(230, 232, 234)");
  check("plots have the page's colours", await run("getComputedStyle(document.querySelector('.plot circle')).fill"), "rgb(106, 165, 240)");

  await run("document.getElementById('theme').click()");
  check("the switch turns to light, whatever the system says", await run(colour), "rgb(255, 255, 255)");
  check("and the drawing with it", await run("getComputedStyle(document.querySelector('svg.ladder text.who')).fill"), "rgb(27, 31, 36)");
  await run("document.getElementById('theme').click()");
  check("and back to dark", await run(colour), "rgb(20, 23, 26)");

  await run("document.querySelector('li[data-key$=\"R001-13\"] a[data-arrow]').click()");
  check("a finding leads to its mark", await run("document.activeElement.dataset.frame"), "13");
  await run("document.querySelector('svg.ladder [data-frame=\"5\"]').dispatchEvent(new MouseEvent('click', { bubbles: true }))");
  await run("document.querySelector('#detail a[data-arrow]').click()");
  check("a message leads to its arrow", await run("document.activeElement.dataset.frame"), "5");

  await tell("Emulation.setDeviceMetricsOverride", { width: 390, height: 800, deviceScaleFactor: 1, mobile: false });
  check("a narrow window needs no scrolling sideways", await run("document.documentElement.scrollWidth <= 390"));
  await tell("Emulation.clearDeviceMetricsOverride");
  const named = "[...document.querySelectorAll('button, a, input, select, [role=button]')].filter((each) => !(each.textContent.trim() || each.ariaLabel || each.labels?.length || each.title)).length";
  check("everything that can be used has a name", await run(named), 0);
  const { data } = await tell("Page.printToPDF", { printBackground: true });
  check("it prints", Buffer.from(data, "base64").subarray(0, 5).toString(), "%PDF-");
  check("all of it", await run("[...document.querySelectorAll('details')].every((each) => each.open)"));
  quiet("chat");
};

const hostileTests = async () => {
  const { run, quiet } = await open(hostile);
  quiet("hostile");
  check("no script of a stranger runs", await run("typeof window.WGX"), "undefined");
  check("no element of a stranger is there", await run("document.querySelectorAll('img, iframe, object, embed, svg script').length"), 0);
  check("scripts are the page's own two", await run("document.scripts.length"), 2);
  check("a script is text", await run("document.getElementById('rows').textContent.includes('<script>')"), true);
  await run("[...document.querySelectorAll('#rows tr')].forEach((row) => row.click())");
  check("not in the details either", await run("[typeof window.WGX, document.querySelectorAll('#detail img, #detail script').length]"), ["undefined", 0]);
  // The policy holds even if something came through.
  await run("(() => { const script = document.createElement('script'); script.textContent = 'window.WGX = 1'; document.body.append(script); })()");
  check("the policy runs nothing that is not named", await run("typeof window.WGX"), "undefined");
};

const largeTests = async () => {
  const { run, quiet, took } = await open(large);
  const count = await run("document.getElementById('count').textContent");
  check("20,000 messages are there", count, "20000 of 20000 messages");
  const longest = await run(`new Promise((resolve) => { let most = 0; new PerformanceObserver((list) => {
    for (const task of list.getEntries()) most = Math.max(most, task.duration); }).observe({ type: "longtask", buffered: true });
    setTimeout(() => resolve(most), 500); })`);
  check("no task keeps the page from answering", longest < 5_000);
  const filtering = await run(`(() => { const start = performance.now(); const box = document.getElementById('name');
    box.value = 'msgReceived'; box.dispatchEvent(new Event('change')); return performance.now() - start; })()`);
  const searching = await run(`(() => { const start = performance.now(); document.getElementById('search').value = 'bonjour 199';
    document.querySelector('form.filters').requestSubmit(); return performance.now() - start; })()`);
  console.log(`     opened in ${took.toFixed(0)} ms (longest task ${longest.toFixed(0)} ms), filtered in ${filtering.toFixed(0)} ms, searched in ${searching.toFixed(0)} ms`);
  check("it opens without freezing", took < 15_000);
  check("it filters without freezing", filtering < 1_000 && searching < 1_000);
  check("what is left out is said", await run("[...document.querySelectorAll('.left-out')].some((each) => each.textContent.includes('more are left out'))"));
  quiet("large");
};

try {
  await chatTests();
  await hostileTests();
  await largeTests();
} catch (error) {
  failed += 1;
  console.log(`FAIL ${error.stack}`);
} finally {
  // The profile can go once the browser has: until then it writes there.
  const gone = new Promise((resolve) => browser.once("exit", resolve));
  await call("Browser.close").catch(() => browser.kill());
  await Promise.race([gone, sleep(10_000)]);
  try { rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }); } catch { /* it is temporary */ }
}
process.exit(failed ? 1 : 0);
