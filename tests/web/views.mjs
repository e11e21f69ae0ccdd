// Every view in every state by mouse: accessible, within the policy, and what strangers wrote is text.
import { check, faults, inspect, launched, openPage, signIn, visit } from "./browser.mjs";

const { base, token, viewer, address, contact, full, only, screens } = JSON.parse(process.argv[2]);
const views = ["find", `find?q=${encodeURIComponent(address)}`, `person?id=${contact}`, "stuck",
  `stuck?cause=${encodeURIComponent("failed|validation_failed|aloware|phone_number")}`, "optouts",
  `optouts?address=${encodeURIComponent(address)}`, "desk", "systems", "systems?name=aloware", "alerts", "alerts?state=resolved",
  "log", "log?at=1", "access", "nowhere"];
const nameOf = (state, place) => `${state} ${place.replace(/=.*/, "")}`;

const browser = await launched();

async function seen(state, who, options = {}) {
  const page = await openPage(browser, options);
  await signIn(page, base, who);
  for (const place of views) {
    await visit(page, place);
    await inspect(page, nameOf(state, place), screens);
  }
  await page.context().close();
}

/** The engine is away: first while something is shown, then from the start. */
async function away() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  for (const place of ["stuck", "systems", "optouts", "log"]) {
    await page.unroute("**/api/v1/**");
    await visit(page, place);
    await page.waitForSelector("main table, main p.say");
    const before = await page.locator("main tbody tr").count();
    await page.route("**/api/v1/**", (route) => route.abort());
    await page.waitForSelector("main [role=alert]", { timeout: 15000 });
    check(`${place}: what was shown stays while the service is away`, (await page.locator("main tbody tr").count()) === before);
    await inspect(page, nameOf("away", place), screens);
  }
  await visit(page, "find?q=Ada");
  check("find: says that the service is away", (await page.textContent("main [role=alert]")).includes("The service is away"));
  await inspect(page, "away find", screens);
  await page.context().close();
}

async function hostile() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  for (const [name, shown] of Object.entries(full)) {
    await visit(page, `find?q=${encodeURIComponent(name + "@example.com")}`);
    check(`hostile ${name}: found`, (await page.locator("main tbody tr").count()) === 1);
    const text = await page.locator("main tbody tr").first().textContent();
    check(`hostile ${name}: shown as text`, text.includes(shown), JSON.stringify(text.slice(0, 120)));
    await inspect(page, `hostile find ${name}`);
    await page.click("main tbody tr a");
    await page.waitForSelector("[data-position]");
    await page.waitForSelector("[data-shown]");
    await inspect(page, `hostile person ${name}`, screens);
  }
  await page.context().close();
}

async function signedOut() {
  const page = await openPage(browser);
  await page.goto(`${base}/console#/stuck`);
  await page.waitForSelector("input[name=token]");
  await inspect(page, "signed out", screens);
  await page.fill("input[name=token]", "a guess");
  await page.press("input[name=token]", "Enter");
  await page.waitForFunction(() => document.querySelector("main [role=alert]")?.textContent.includes("Invalid token"));
  await page.fill("input[name=token]", token);
  await page.press("input[name=token]", "Enter");
  await page.waitForSelector("nav a");
  check("the place survives signing in", (await page.textContent("h1")) === "Overdue and stuck");
  check("no token where a script can read it", await page.evaluate(() => document.cookie === "" && localStorage.length + sessionStorage.length === 0));
  await page.click("text=Sign out");
  await page.waitForSelector("input[name=token]");
  await page.reload();
  await page.waitForSelector("input[name=token]");
  await page.context().close();
}

async function narrow() {
  const page = await openPage(browser, { viewport: { width: 320, height: 640 } });
  await signIn(page, base, token);
  for (const place of views) {
    await visit(page, place);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`${place}: fits 320 pixels`, wide <= 0, `${wide} too wide`);
  }
  await page.context().close();
}

const run = { signedOut, away, hostile, narrow,
  many: () => seen("many", token), dark: () => seen("dark", token, { colorScheme: "dark" }),
  rights: () => seen("viewer", viewer) };
for (const [name, one] of Object.entries(run).filter(([name]) => !only || only === name)) {
  try {
    await one();
  } catch (failed) {
    faults.push(`${name}: ${failed.message.slice(0, 400)}`);
  }
}
await browser.close();
console.log(JSON.stringify(faults));
