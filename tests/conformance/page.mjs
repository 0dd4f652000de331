// Drives Chromium over a pipe: `node page.mjs CHROMIUM URL FOLDER`.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const [chromium, url, folder] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "page-"));
const options = ["--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe", `--user-data-dir=${profile}`];
const browser = spawn(chromium, options, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
const limit = setTimeout(() => fail("it took more than two minutes"), 120_000);

function fail(message) {
  console.error(message);
  browser.kill("SIGKILL");
  process.exit(1);
}

let rest = "";
let count = 0;
const waiting = new Map();
const problems = [];
browser.stdio[4].on("data", (data) => {
  const messages = (rest + data).split("\0");
  rest = messages.pop();
  for (const text of messages) {
    const message = JSON.parse(text);
    if (message.id) {
      if (message.error) fail(JSON.stringify(message.error));
      waiting.get(message.id)(message.result);
    } else if (message.method === "Runtime.exceptionThrown" || message.method === "Log.entryAdded") {
      problems.push(JSON.stringify(message.params));
    } else if (message.method === "Network.requestWillBeSent") {
      const { url: requested } = message.params.request;
      if (!requested.startsWith(url) && !requested.startsWith("data:")) problems.push(`it asked for ${requested}`);
    }
  }
});

function call(method, params = {}, sessionId) {
  const id = ++count;
  browser.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
  return new Promise((resolve) => waiting.set(id, resolve));
}

let sessionId;
const page = (method, params) => call(method, params, sessionId);
const value = async (expression) => {
  const { result } = await page("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
  return result.value;
};
const until = async (expression) => {
  while (!(await value(expression))) await new Promise((resolve) => setTimeout(resolve, 50));
};

for (const width of [1280, 360]) {
  for (const mode of ["light", "dark"]) {
    const { targetId } = await call("Target.createTarget", { url: "about:blank" });
    ({ sessionId } = await call("Target.attachToTarget", { targetId, flatten: true }));
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await page(`${domain}.enable`);
    await page("Emulation.setDeviceMetricsOverride", { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
    await page("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: mode }] });
    await page("Page.navigate", { url });
    // The merchant id of the document is filled in.
    await until(`document.querySelector(".execute") !== null && document.querySelector(".authorization__btn .locked") !== null`);
    await value(`document.querySelector(".execute").click()`);
    const shown = `document.querySelector(".live-responses-table tbody .response-col_description")`;
    await until(`${shown} !== null`);
    const answer = await value(`${shown}.innerText`);
    if (!/"result":\s*"ok"/.test(answer)) fail(`the answer at ${width} px is ${answer}`);
    const message = await value(`document.getElementById("message").innerText`);
    if (message !== "ijkl1234444+447871234567") fail(`the signed message is ${message}`);
    const wide = await value(`document.documentElement.scrollWidth - document.documentElement.clientWidth`);
    if (wide > 0) problems.push(`at ${width} px the page is ${wide} px wider than the window`);
    const { data } = await page("Page.captureScreenshot", { captureBeyondViewport: true, format: "png" });
    writeFileSync(join(folder, `${width}-${mode}.png`), Buffer.from(data, "base64"));
    console.log(`${width} px, ${mode}: {"result":"ok"}`);
  }
}
if (problems.length > 0) fail(problems.join("\n"));
clearTimeout(limit);
browser.once("exit", () => rmSync(profile, { recursive: true, force: true }));
await Promise.race([call("Browser.close"), new Promise((resolve) => browser.once("exit", resolve))]);
browser.kill("SIGKILL");
