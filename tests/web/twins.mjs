// What each view offers to copy.
import { launched, openPage, signIn, visit } from "./browser.mjs";

const { base, token, address, contact } = JSON.parse(process.argv[2]);
const browser = await launched();
const page = await openPage(browser);
await signIn(page, base, token);
const found = [];
for (const place of [`find?q=${encodeURIComponent(address)}`, "find?q=O'Hara", `person?id=${contact}`, `person?id=${contact}&at=40`,
  "stuck", "optouts", `optouts?address=${encodeURIComponent(address)}`, "desk", "systems", "systems?name=aloware", "alerts",
  "alerts?state=resolved", "log", "log?at=1", "log?type=delivery", "access"]) {
  await visit(page, place);
  const copied = (name) => page.locator(`pre[aria-label="${name}"]`).allTextContents();
  found.push({ place, commands: await copied("Copy as command"), requests: (await copied("Copy as request")).flatMap((text) => text.split("\n")) });
}
await browser.close();
console.log(JSON.stringify(found));
