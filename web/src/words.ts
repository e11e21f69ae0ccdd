// What a reader sees of values: nothing that a vendor or a person wrote may steer the page.

const shown_max = 300;
// Controls, and the characters that turn the direction of text.
const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function plain(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const points = [...text];
  const cut = points.length > shown_max
    ? points.slice(0, shown_max).join("") + `\u2026 (${points.length} characters in all)` : text;
  return cut.replace(steering, (one) => `\u27e8U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}\u27e9`);
}

/** 2026-11-27 21:43:31 UTC */
export function when(time: string | null | undefined): string {
  return time ? time.slice(0, 10) + " " + time.slice(11, 19) + " UTC" : "";
}

const counted = (n: number, one: string) => `${n} ${one}${n === 1 ? "" : "s"}`;

export function lasting(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 120) return counted(whole, "second");
  if (whole < 7200) return counted(Math.floor(whole / 60), "minute");
  if (whole < 172800) return counted(Math.floor(whole / 3600), "hour");
  return counted(Math.floor(whole / 86400), "day");
}

export function ageAt(time: string | null, now: Date): string {
  return time ? lasting((now.getTime() - Date.parse(time)) / 1000) : "";
}

/** first_name: first name */
export const spoken = (name: string) => name.replace(/\.v\d+$/, "").replace(/[._]/g, " ");

export { counted };

/** What is masked for a role has stars in it. */
export const isWhole = (address: string | null) => Boolean(address) && !address!.includes("*");

/** For a shell, whatever is in it. */
export const quoted = (text: string) => "'" + text.replace(/'/g, "'\\''") + "'";
