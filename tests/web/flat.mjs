// A view that is left open: after many refreshes it holds no more memory than before.
import { check, faults, launched, openPage, signIn, visit } from "./browser.mjs";

const { base, token, refreshes } = JSON.parse(process.argv[2]);
const browser = await launched(["--js-flags=--expose-gc", "--enable-precise-memory-info"]);
const page = await openPage(browser);
await page.addInitScript(() => {
  const real = window.setInterval;
  window.setInterval = (run, pause) => real(run, pause === 5000 ? 15 : pause); // as if time went faster
});
let asked = 0;
await page.route("**/api/v1/alerts*", (route) => {
  ++asked;
  const items = Array.from({ length: 100 }, (_, i) => ({ rule: "a_rule", severity: "warning", subject: `system ${i}`,
    since: `2026-01-01T00:00:${String(asked % 60).padStart(2, "0")}Z`, resolved_at: null, text: "words ".repeat(40) + asked }));
  return route.fulfill({ json: { items, next: null } });
});
await signIn(page, base, token);
await visit(page, "alerts");
// An answer that is on its way is half a megabyte: the least of some looks is what stays.
const heap = async () => {
  const looks = [];
  for (let look = 0; look < 8; ++look) {
    await page.evaluate(() => (window.gc(), window.gc()));
    looks.push(await page.evaluate(() => performance.memory.usedJSHeapSize));
    await page.waitForTimeout(30);
  }
  return Math.min(...looks);
};
const until = async (count) => {
  while (asked < count) {
    await page.waitForTimeout(100);
    const button = page.locator("[role=status] button"); // now and then the reader looks at what is new
    if (asked % 7 === 0 && (await button.count())) await button.click();
  }
};
await until(Math.floor(refreshes / 3));
const before = await heap();
await until(refreshes);
const after = await heap();
check("the heap stays flat", after < before * 1.1, `${before} bytes, then ${after}, after ${asked} refreshes`);
await browser.close();
console.log(JSON.stringify(faults));
