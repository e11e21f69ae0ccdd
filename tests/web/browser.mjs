// Chromium on the console, and what holds on every page of it.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What the checks found wrong; none: all is well. */
export const faults = [];
export function check(what, fine, detail = "") {
  if (!fine) faults.push(`${what}${detail ? ": " + detail : ""}`);
}

export async function launched(more = []) {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage", ...more] });
}

/** A page of its own that tells of refused scripts and styles, and of errors. */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.wrongs = [];
  page.on("pageerror", (error) => page.wrongs.push("error: " + error.message));
  page.on("console", (line) => {
    if (/Content Security Policy|TrustedHTML|Trusted Type/i.test(line.text())) page.wrongs.push(line.text());
  });
  await page.exposeBinding("tellRefused", (_, what) => page.wrongs.push("refused by the policy: " + what));
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) => window.tellRefused(`${event.violatedDirective} ${event.blockedURI}`)));
  await page.addInitScript(axe);
  return page;
}

export async function signIn(page, base, token, place = "") {
  await page.goto(`${base}/console#${place}`);
  await page.fill("input[name=token]", token);
  await page.press("input[name=token]", "Enter");
  await page.waitForSelector("nav a");
}

/** Goes to a view, and waits until it shows what it has, or why it has nothing. */
export async function visit(page, place) {
  await page.evaluate((where) => void (location.hash = "#/" + where), place);
  await page.waitForFunction(() => {
    const main = document.querySelector("main");
    return main?.dataset.place === location.hash && !main.textContent.includes("Asking the service")
      && main.querySelector("[data-as-of], [role=alert] p, p.say");
  }, null, { timeout: 10000 });
}

/** Of the page as it stands: accessible, nothing refused by the policy, no script of a stranger's. */
export async function inspect(page, what, screens) {
  const found = await page.evaluate((run) => window.axe.run(document, { runOnly: run }), tags);
  for (const one of found.violations)
    check(`${what}: axe ${one.id}`, false, one.nodes.map((node) => node.target.join(" ") + " " + (node.any[0]?.message ?? "")).slice(0, 3).join("; "));
  check(`${what}: a stranger's script ran`, (await page.evaluate(() => window.pwned)) === undefined);
  check(`${what}: something was refused or failed`, page.wrongs.length === 0, page.wrongs.splice(0).join("; "));
  if (screens) await page.screenshot({ path: `${screens}/${what.replace(/[^a-z0-9]+/gi, "-")}.png`, fullPage: true });
}
