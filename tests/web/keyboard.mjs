// Each view's task with the keyboard alone.
import { check, faults, launched, openPage, visit } from "./browser.mjs";

const { base, token, address, email, screens } = JSON.parse(process.argv[2]);
const browser = await launched();
const page = await openPage(browser);
const keys = page.keyboard;

/** Tab until the focus is on what fits; fails where it never is. */
async function tabTo(what, fits, most = 250) {
  for (let step = 0; step < most; ++step) {
    await keys.press("Tab");
    if (await page.evaluate(fits)) return;
  }
  throw new Error(`Tab never leads to ${what}`);
}
const onText = (words) => `document.activeElement?.textContent.trim().startsWith(${JSON.stringify(words)}) && document.activeElement.matches("a, button")`;
const onInput = (name) => `document.activeElement?.name === ${JSON.stringify(name)}`;

async function openView(title) {
  await tabTo(title, onText(title));
  await keys.press("Enter");
  await page.waitForFunction((words) => document.querySelector("h1")?.textContent === words, title);
  await page.waitForFunction(() => document.activeElement === document.querySelector("h1"));
}

async function signingIn() {
  await page.goto(`${base}/console`);
  await page.waitForSelector("input[name=token]");
  await tabTo("the token", onInput("token"));
  await keys.type(token);
  await keys.press("Enter");
  await page.waitForSelector("nav a");
}

async function findingAndStepping() {
  await tabTo("the search", onInput("q"));
  await keys.type(email);
  await keys.press("Enter");
  await page.waitForSelector("main tbody tr a");
  await tabTo("who was found", `document.activeElement?.matches("main tbody a")`);
  await keys.press("Enter");
  await page.waitForSelector("input[type=range]");
  await tabTo("the slider", `document.activeElement?.type === "range"`);
  const at = () => page.getAttribute("[data-position]", "data-position");
  const newest = Number(await at());
  let marked = 0;
  for (let step = 0; step < 20; ++step) {
    const before = await at();
    await keys.press("ArrowLeft");
    await page.waitForFunction((old) => document.querySelector("[data-position]").dataset.position !== old, before);
    check("the address says the position", page.url().includes(`at=${await at()}`));
    await page.waitForSelector(`[data-shown="${await at()}"]`);
    marked += await page.locator("td.changed").count();
  }
  check("arrow keys step back", Number(await at()) < newest);
  check("what a step changed is marked", marked > 0);
  const there = await at();
  await page.reload();
  await page.waitForSelector("[data-position]");
  check("the address brings the position back", (await at()) === there);
}

async function lookingAtCauses() {
  await openView("Overdue and stuck");
  await page.waitForSelector("main tbody tr");
  await tabTo("a cause", onText("validation failed"));
  await keys.press("Enter");
  await page.waitForSelector("h2");
  check("a cause shows whom it concerns", (await page.locator("table").count()) === 2);
  await tabTo("the dry run", onText("See what it would do"));
  await keys.press("Enter");
  await page.waitForSelector("text=1 would be done");
  await tabTo("the reason", onInput("reason"), 5);
  await keys.type("the number is mended");
  await keys.press("Enter");
  await page.waitForSelector("text=done: 1 fit; 1 done");
}

async function readingTheLedger() {
  await openView("Opt-outs");
  await tabTo("the search", onInput("address"));
  await keys.type(address);
  await keys.press("Enter");
  await page.waitForSelector("h2:text-is('History')");
  check("the history is told", (await page.textContent("main")).includes("revoked"));
}

async function pausing() {
  for (const [button, word] of [["Pause aloware", "Paused"], ["Resume aloware", "Working"]]) {
    await openView("Systems");
    await tabTo("aloware", onText("aloware"));
    await keys.press("Enter");
    await page.waitForSelector("text=Reason");
    await tabTo("the reason", onInput("reason"));
    await keys.type("a try with the keyboard");
    await tabTo(button, onText(button), 5);
    await keys.press("Enter");
    await page.waitForFunction((wanted) => [...document.querySelectorAll("main tbody tr")].some((row) =>
      row.textContent.startsWith("aloware") && row.textContent.includes(wanted)), word, { timeout: 15000 });
    await openView("Alerts");
  }
}

async function deciding() {
  await openView("Desk");
  await page.waitForSelector("kbd");
  await tabTo("the reason", `document.activeElement?.labels?.[0]?.textContent.startsWith("Reason for what you decide")`);
  await keys.type("she meant her appointment");
  await tabTo("the first one", `document.activeElement?.matches("main tbody tr[tabindex]")`);
  check("the consequence stands before the decision", (await page.textContent("main tbody tr[tabindex]")).includes("tells"));
  const waiting = await page.locator("main tbody tr[tabindex]").count();
  await keys.press("n");
  await page.waitForFunction((before) => document.querySelectorAll("main tbody tr[tabindex]").length < before, waiting, { timeout: 15000 });
}

/** New things wait; nothing that is shown moves, and the focus stays. */
async function waiting() {
  await visit(page, "log");
  await page.waitForSelector("main tbody tr");
  await tabTo("an event", `document.activeElement?.matches("main tbody a")`);
  const shown = await page.textContent("main tbody");
  const focused = await page.evaluate(() => document.activeElement.textContent);
  await page.evaluate(() => fetch("api/v1/connectors/generic/pause", { method: "POST", body: '{"reason":"a try"}',
    headers: { "X-Tidemark-Request": "1", "Content-Type": "application/json" } }));
  await page.waitForSelector("[role=status] button", { timeout: 15000 });
  check("nothing moves before it is asked for", (await page.textContent("main tbody")) === shown);
  check("the focus stays", (await page.evaluate(() => document.activeElement.textContent)) === focused);
  await page.evaluate(() => document.querySelector("h1").focus());
  await tabTo("what is new", `/new: show$/.test(document.activeElement?.textContent)`);
  await keys.press("Enter");
  await page.waitForFunction((old) => document.querySelector("main tbody").textContent !== old, shown);
}

for (const task of [signingIn, findingAndStepping, lookingAtCauses, readingTheLedger, pausing, deciding, waiting]) {
  try {
    await task();
  } catch (failed) {
    faults.push(`${task.name}: ${failed.message.slice(0, 300)}`);
    await page.screenshot({ path: `${screens}/failed-${task.name}.png`, fullPage: true });
  }
}
check("nothing was refused or failed", page.wrongs.length === 0, page.wrongs.join("; "));
await browser.close();
console.log(JSON.stringify(faults));
