// A token of the installation: the reader says whose data is shown, and the address keeps it.
import { check, faults, inspect, launched, openPage } from "./browser.mjs";

const { base, token } = JSON.parse(process.argv[2]);
const browser = await launched();
const page = await openPage(browser);
try {
  await page.goto(`${base}/console#/systems`);
  await page.fill("input[name=token]", token);
  await page.press("input[name=token]", "Enter");
  await page.waitForSelector("input[name=tenant]");
  await inspect(page, "which tenant");
  await page.fill("input[name=tenant]", "globex");
  await page.press("input[name=tenant]", "Enter");
  await page.waitForSelector("nav a");
  await page.waitForSelector("[data-as-of]");
  check("the tenant is the one that was named", (await page.textContent("header")).includes("globex"));
  await page.click("nav a:text-is('Alerts')");
  await page.waitForSelector("main p.say, main table");
  check("the address keeps the tenant", page.url().includes("tenant=globex"), page.url());
  await inspect(page, "tenant alerts");
  await page.evaluate(() => {
    window.old = true;
    location.hash = "#/alerts?tenant=acme";
  });
  await page.waitForFunction(() => document.querySelector("header")?.textContent.includes("acme"));
  check("another tenant's page begins anew", await page.evaluate(() => window.old === undefined));
  await page.waitForSelector("[data-as-of]");
} catch (failed) {
  faults.push(failed.message.slice(0, 300));
}
await browser.close();
console.log(JSON.stringify(faults));
