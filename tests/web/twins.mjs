// What each view offers to copy.
import { launched, openPage, signIn, visit } from "./browser.mjs";

const { base, token, address, contact } = JSON.parse(process.argv[2]);
const browser = await launched();
const page = await openPage(browser);
await signIn(page, base, token);
// What a link may bring along: it is one word of the command. The service knows nothing of the kind.
const hostile = "x'; touch /tmp/pwned; $(id) `id` \"";
const found = [];
for (const place of [`find?q=${encodeURIComponent(address)}`, "find?q=O'Hara", `person?id=${contact}`, `person?id=${contact}&at=40`,
  "stuck", `stuck?cause=${encodeURIComponent("failed|validation_failed|aloware|phone_number")}`, "optouts", `optouts?address=${encodeURIComponent(address)}`, "desk", "systems", "systems?name=aloware", "alerts",
  "alerts?state=resolved", "log", "log?at=1", "log?type=delivery",
  `log?type=${encodeURIComponent(hostile)}`, `log?at=${encodeURIComponent(hostile)}`, "access"]) {
  await visit(page, place);
  const copied = (name) => page.locator(`pre[aria-label="${name}"]`).allTextContents();
  found.push({ place, word: place.includes(encodeURIComponent(hostile)) ? hostile : "", commands: await copied("Copy as command"), requests: (await copied("Copy as request")).flatMap((text) => text.split("\n")) });
}
await browser.close();
console.log(JSON.stringify(found));
