// A house in which nothing has happened yet.
import { check, faults, inspect, launched, openPage, signIn, visit } from "./browser.mjs";

const { base, token, screens } = JSON.parse(process.argv[2]);
const browser = await launched();
const page = await openPage(browser);
await signIn(page, base, token);
for (const [place, words] of [["find?q=Nobody", "Nobody is known"], ["stuck", "Nothing is open"], ["optouts", "No opt-out"],
  ["desk", "Nothing waits"], ["alerts", "No alert is open"], ["access", "Nobody logs in"], ["person?id=c00000000000000000000", ""]]) {
  try {
    await visit(page, place);
    check(`${place}: says so`, (await page.textContent("main")).includes(words), (await page.textContent("main")).slice(0, 150));
    await inspect(page, "empty " + place.replace(/\?.*/, ""), screens);
  } catch (failed) {
    faults.push(`${place}: ${failed.message.slice(0, 400)}`);
  }
}
await browser.close();
console.log(JSON.stringify(faults));
