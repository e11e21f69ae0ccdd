// Answers are changed, delayed or refused on their way: the page says no more than is so.
import { check, faults, inspect, launched, openPage, signIn, visit } from "./browser.mjs";

const { base, token, viewer, address, contact, screens } = JSON.parse(process.argv[2]);
const browser = await launched();

/** A page whose refreshes come every 200 milliseconds. */
async function quickPage(who = token) {
  const page = await openPage(browser);
  await page.addInitScript(() => {
    const real = window.setInterval;
    window.setInterval = (run, pause) => real(run, pause === 5000 ? 200 : pause);
  });
  await signIn(page, base, who);
  return page;
}
const alertsOf = (subject) => ({ json: { next: null, items: [{ rule: "a_rule", severity: "warning", subject, since: "2026-01-01T00:00:00Z",
  resolved_at: null, text: "words" }] } });
const isNewPage = (page) => page.waitForFunction(() => window.old === undefined && document.querySelector("input[name=token]"));
const signInHere = async (page, who) => {
  await page.fill("input[name=token]", who);
  await page.press("input[name=token]", "Enter");
  await page.waitForSelector("[data-shown] table");
};

/** Whoever comes after sees nothing that was read with the login before. */
async function logins() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  await visit(page, `person?id=${contact}`);
  check("who may see it sees the number", (await page.textContent("[data-shown]")).includes(address));
  for (const [what, end] of [["signing out", () => page.click("text=Sign out")], ["an end of the session", () => page.context().clearCookies()]]) {
    await page.evaluate(() => void (window.old = true));
    await end();
    await isNewPage(page);
    check(`${what}: the page is empty`, !(await page.textContent("body")).includes(address));
    await signInHere(page, viewer);
    check(`${what}: the next one does not see the number`, !(await page.textContent("[data-shown]")).includes(address));
    await page.evaluate(() => void (window.old = true));
    await page.click("text=Sign out");
    await isNewPage(page);
    await signInHere(page, token);
  }
  await page.context().close();
}

/** Nobody is told that he is signed out while the service has not said so. */
async function signOutFails() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  for (const [what, answer] of [["away", (route) => route.abort()],
    ["too many", (route) => route.fulfill({ status: 429, json: { error: { code: "too_many_requests", message: "wait a little" } } })]]) {
    await page.route("**/session/end", answer);
    await page.click("text=Sign out");
    await page.waitForSelector("header [role=alert]:has-text('still be signed in')", { timeout: 5000 });
    check(`sign out, ${what}: the views stay`, (await page.locator("nav a").count()) > 0);
    await inspect(page, `sign out ${what}`, screens);
    await page.unroute("**/session/end");
  }
  await page.click("text=Sign out");
  await page.waitForSelector("input[name=token]");
  await page.context().close();
}

/** Only a system that is paused by itself can be resumed by itself. */
async function held() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  const cases = { connector: ["resume 'aloware'"], all_sending: ["resume-all --to 10 --reason WHY"],
    tenant: ["tidemark tenant resume 'acme' --reason WHY"], restore: ["restored\n", "restored sign --reason WHY"] };
  for (const [of, commands] of Object.entries(cases)) {
    await page.unroute("**/api/v1/connectors");
    await page.route("**/api/v1/connectors", async (route) => {
      const answer = await route.fetch();
      const list = await answer.json();
      for (const one of list.items) one.paused = { since: "2026-01-01T00:00:00Z", by: "ops", reason: "a try", hold_opt_outs: false,
        position: 3, planned_end: null, of };
      await route.fulfill({ response: answer, json: list });
    });
    await visit(page, "access");
    await visit(page, "systems?name=aloware");
    const button = await page.locator("button:text-is('Resume aloware')").count();
    check(`held by ${of}: may be resumed here`, button === (of === "connector" ? 1 : 0));
    const text = (await page.locator("main pre").allTextContents()).join("\n");
    for (const command of commands) check(`held by ${of}: says the command`, text.includes(command), text);
    check(`held by ${of}: is not to be paused`, !text.includes(" pause "), text);
    await inspect(page, `held by ${of}`, screens);
  }
  await page.context().close();
}

/** A note on an outage is text with a link, and not shown as news once its planned end has passed. */
async function noted() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  const note = { text: "<b>calls</b> fail", link: "https://status.example.com/42", since: "2026-01-01T00:00:00Z", by: "ops", reason: "a try",
    position: 3, planned_end: "2026-01-01T02:00:00Z", is_over: false };
  const cases = { now: [{}, "planned to end at 2026-01-01 02:00:00 UTC"], over: [{ is_over: true }, "its planned end is over since 2026-01-01 02:00:00 UTC"],
    strange: [{ link: "javascript:window.pwned=1", planned_end: null }, "fail"] };
  for (const [name, [change, words]] of Object.entries(cases)) {
    await page.unroute("**/api/v1/connectors");
    await page.route("**/api/v1/connectors", async (route) => {
      const answer = await route.fetch();
      const list = await answer.json();
      for (const one of list.items) one.outage_note = one.name === "aloware" ? { ...note, ...change } : null;
      await route.fulfill({ response: answer, json: list });
    });
    await visit(page, "access");
    await visit(page, "systems");
    const text = await page.textContent("main tbody tr:has-text('aloware')");
    check(`note ${name}: shown as text`, text.includes("Outage noted by ops at 2026-01-01 00:00:00 UTC: <b>calls</b> fail"), text);
    check(`note ${name}: until when`, text.includes(words) && (name === "over") === text.includes("over since"), text);
    check(`note ${name}: is of one system`, (await page.locator("main tbody tr:has-text('Outage noted')").count()) === 1);
    check(`note ${name}: links`, (await page.locator("main a[href^='https://status.example.com']").count()) === (name === "strange" ? 0 : 1)
      && (await page.locator("main a[href^='javascript']").count()) === 0);
    await inspect(page, `note ${name}`, screens);
  }
  await page.context().close();
}

/** "As of" is when the data came, and an older answer does not replace a newer one. */
async function times() {
  const page = await quickPage();
  let asked = 0, came = 0;
  await page.route("**/api/v1/alerts*", async (route) => {
    if (++asked > 2) return; // never answered
    await route.fulfill(alertsOf("system " + asked));
    came = Date.now();
  });
  await visit(page, "alerts");
  await page.waitForSelector("[role=status] button");
  const arrived = came;
  await page.waitForTimeout(3000);
  await page.click("[role=status] button");
  await page.waitForSelector("tbody:has-text('system 2')");
  const words = await page.textContent("[data-as-of]");
  const shown = Date.parse(words.replace("As of ", "").replace(" UTC", "Z").replace(" ", "T"));
  check("as of when it came", Math.abs(shown - arrived) < 2000, `${words}; came at ${new Date(arrived).toISOString()}`);

  await visit(page, "access");
  await page.unroute("**/api/v1/alerts*");
  asked = 0;
  await page.route("**/api/v1/alerts*", async (route) => {
    const number = ++asked;
    if (number === 1) return route.abort();
    if (number === 2) await new Promise((done) => setTimeout(done, 1500));
    if (number < 4) await route.fulfill(alertsOf(number === 2 ? "the older" : "the newer"));
  });
  await page.evaluate(() => { // nothing is asked but by hand
    Object.defineProperty(document, "hidden", { value: true });
    location.hash = "#/alerts";
  });
  await page.waitForSelector("main [role=alert]");
  await page.click("text=Ask again");
  await page.click("text=Ask again");
  await page.waitForSelector("tbody:has-text('the newer')");
  await page.waitForTimeout(2000);
  check("the newer answer stays", (await page.textContent("tbody")).includes("the newer"));
  await page.context().close();
}

/** Of a long history the first part is there, and what was read once is not asked for again. */
async function timelines() {
  const page = await quickPage();
  const asked = [];
  page.on("request", (request) => request.url().includes("/timeline") && asked.push(new URL(request.url()).searchParams));
  await visit(page, `person?id=${contact}`);
  const last = Math.max(...(await page.locator("tbody tr th a[href*='at=']").allTextContents()).map(Number));
  asked.length = 0;
  await page.waitForTimeout(1000);
  check("a refresh asks for what is new only", asked.length > 0 && asked.every((one) => one.get("after") === String(last)), `${last}: ${asked.join(" ")}`);

  const event = (position) => ({ position, at: "2026-01-01T00:00:00Z", type: "contact.observed.v1", stream: "contact/" + contact, cause: 1, data: {} });
  await page.route("**/timeline*", (route) => {
    const after = Number(new URL(route.request().url()).searchParams.get("after") ?? 0);
    return route.fulfill({ json: { items: Array.from({ length: 100 }, (_, i) => event(after + i + 1)), next: String(after + 100) } });
  });
  await page.route("**/state?*", (route) => route.fulfill({ json: { at: 3000, facts: [] } }));
  await visit(page, "find");
  asked.length = 0;
  await visit(page, `person?id=${contact}`);
  const caption = await page.textContent("caption:has-text('Events of this person')");
  check("a long history: says what is shown", caption.includes("the last hundred of the first 3000") && !caption.includes("newest"), caption);
  check("a long history: says what the slider has", (await page.textContent("main")).includes("Only the first 3000 events"));
  await page.waitForTimeout(600);
  check("a long history: is read once", asked.length === 30, String(asked.length));
  await inspect(page, "a long history", screens);
  await page.context().close();
}

/** An address leads somewhere where it is there in full. */
async function addresses() {
  for (const [who, count] of [[token, 1], [viewer, 0]]) {
    const page = await openPage(browser);
    await signIn(page, base, who);
    for (const place of ["optouts", `person?id=${contact}`]) {
      await visit(page, place);
      const links = await page.locator("main th a[href*='/optouts?']").count();
      check(`${place.slice(0, 7)}: links of ${count ? "an operator" : "a viewer"}`, count ? links > 0 : links === 0, String(links));
    }
    await page.context().close();
  }
}

/** Marks to be set by hand: found by their hash on whichever page, and done where nothing else is known. */
async function byHand() {
  const page = await openPage(browser);
  await signIn(page, base, token);
  const list = await page.evaluate((of) => fetch("api/v1/opt-outs?address=" + encodeURIComponent(of)).then((answer) => answer.json()), address);
  const mark = (address_hash, connector, known = null) => ({ position: 5, address: known, address_hash, connector, contact, channels: ["sms"],
    state: "to_be_done_by_hand", opt_out: 4, since: "2026-01-01T00:00:00Z", alert_from: "2026-01-02T00:00:00Z", next_step: "" });
  await page.route("**/opt-outs/by-hand?*", (route) => route.fulfill({ json: route.request().url().includes("after=")
    ? { items: [mark(list.items[0].address_hash, "verity")], next: null }
    : { items: [mark("00112233445566778899aabbccddeeff", "aloware", "***42")], next: "page 2" } }));
  const sent = [];
  await page.route("**/by-hand/done", (route) => {
    sent.push(route.request().postDataJSON());
    return route.fulfill({ json: { status: "recorded" } });
  });
  await visit(page, `optouts?address=${encodeURIComponent(address.replace(/^\+1(...)(...)/, "($1) $2-"))}`);
  const rows = page.locator("table:has(caption:has-text('by hand')) tbody tr");
  check("by hand: the mark of this address alone", (await rows.count()) === 1 && (await rows.first().textContent()).includes("verity"));
  await inspect(page, "by hand", screens);
  await visit(page, "optouts");
  check("by hand: all pages", (await rows.count()) === 2, String(await rows.count()));
  for (const row of await rows.all()) {
    await row.locator("input[name=reason]").fill("it is set");
    await row.locator("button").click();
    await row.locator("[role=status]:has-text('Done')").waitFor();
  }
  check("by hand: the hash stands for the address", sent.map((one) => one.address).join()
    === ["00112233445566778899aabbccddeeff", list.items[0].address_hash].join(), JSON.stringify(sent));
  await page.context().close();
}

/** Few requests, and none while the service wants to be left alone. */
async function requests() {
  const page = await quickPage();
  const paths = [];
  page.on("request", (request) => request.url().includes("/api/v1/") && paths.push(request.url().replace(/.*\/api\/v1/, "")));
  await page.evaluate(() => Object.defineProperty(document, "hidden", { value: true, configurable: true })); // no refreshes
  paths.length = 0;
  await visit(page, "log");
  check("log: two requests for the end of it", paths.length === 2 && paths[0] === "/events/stream", paths.join(" "));
  const known = await page.locator("tbody tr").count();
  check("log: the last fifty", known >= 50, String(known));
  await visit(page, "access");
  await page.evaluate(() => delete document.hidden);
  let refused = 0, answered = 0;
  await page.route("**/api/v1/alerts*", (route) => {
    if (answered === 0 || refused > 0) return ++answered, route.fulfill(alertsOf("a system"));
    ++refused;
    return route.fulfill({ status: 429, headers: { "Retry-After": "3" }, json: { error: { code: "too_many_requests", message: "wait" } } });
  });
  await visit(page, "alerts");
  await page.waitForSelector("main [role=alert]:has-text('again in 3 seconds')");
  const before = answered;
  await page.waitForTimeout(1500);
  check("nothing is asked while the service wants to rest", answered === before, `${answered} answers`);
  await page.waitForSelector("main [role=alert]", { state: "detached", timeout: 5000 });
  await page.context().close();
}

for (const one of [logins, signOutFails, held, noted, times, timelines, addresses, byHand, requests]) {
  try {
    await one();
  } catch (failed) {
    faults.push(`${one.name}: ${failed.message.slice(0, 400)}`);
  }
}
await browser.close();
console.log(JSON.stringify(faults));
