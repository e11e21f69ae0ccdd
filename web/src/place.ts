import { computed, signal } from "@preact/signals";

/** Where the reader is: the view and what it is about. It stands in the fragment, which no server sees or logs. */
export interface Place {
  view: string;
  about: URLSearchParams;
}

function read(): Place {
  const [view, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { view: view || "find", about: new URLSearchParams(query ?? "") };
}

export const place = signal<Place>(read());
addEventListener("hashchange", () => (place.value = read()));

/** Whose data, where there are several tenants. */
export const tenant = computed(() => place.value.about.get("tenant") ?? "");

export function linkTo(view: string, about: Record<string, string> = {}): string {
  const parts = Object.entries({ tenant: tenant.value, ...about }).filter(([, value]) => value !== "");
  const query = new URLSearchParams(parts);
  return `#/${view}${query.size ? "?" + query : ""}`;
}

export function goTo(view: string, about: Record<string, string> = {}): void {
  location.hash = linkTo(view, about);
}

/** The same page a little further on: no step of its own in the browser's history. */
export function moveTo(view: string, about: Record<string, string>): void {
  history.replaceState(null, "", linkTo(view, about));
  place.value = read();
}
