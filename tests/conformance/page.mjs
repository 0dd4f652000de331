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
      // The answer that the menu chooses is one.
      if (!message.params.entry?.text.includes("status of 400")) problems.push(JSON.stringify(message.params));
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
    await page("Emulation.setDeviceMetricsOverride", { width, height: 800, deviceScaleFactor: 1, mobile: width < 600 });
    await page("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: mode }] });
    await page("Page.navigate", { url });
    // The merchant id of the document is filled in.
    await until(`document.querySelector(".execute") !== null && document.querySelector(".authorization__btn .locked") !== null`);
    // Presses "Execute" as a person does, at its place, and gives what is then in sight.
    const execute = async () => {
      await value(`document.querySelector(".btn-clear")?.click()`);
      await value(`document.querySelector(".execute").scrollIntoView({ block: "center" })`);
      const { x, y } = await value(`(({ left, top, width, height }) => ({ x: left + width / 2, y: top + height / 2 }))(document.querySelector(".execute").getBoundingClientRect())`);
      const covered = await value(`document.elementFromPoint(${x}, ${y})?.closest(".execute") === null`);
      if (covered) fail(`at ${width} px something covers "Execute"`);
      for (const type of ["mousePressed", "mouseReleased"]) {
        await page("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
      }
      const shown = `document.querySelector(".live-responses-table tbody .response-col_description")`;
      await until(`${shown} !== null`);
      await until(`(({ top, bottom }) => top < innerHeight && bottom > 0)(${shown}.getBoundingClientRect())`);
      return value(`${shown}.innerText`);
    };
    const choose = (name) => value(`{ const menu = document.getElementById("answer"); menu.value = "${name}"; menu.value }`);
    const expect = async (name, expected) => {
      if ((await choose(name)) !== name) fail(`the menu has no ${name}`);
      const answer = await execute();
      if (!expected.test(answer)) fail(`the answer ${name} at ${width} px is ${answer}`);
    };
    await expect("", /"result":\s*"ok"/);
    const message = await value(`document.getElementById("message").innerText`);
    if (message !== "ijkl1234444+447871234567") fail(`the signed message is ${message}`);
    // The bar with the message is there now, too.
    await expect("rate_limited", /RATE_LIMIT_SIGNUP_ATTEMPT/);
    await expect("", /"result":\s*"ok"/);
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
