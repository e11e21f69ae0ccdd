import { computed, signal } from "@preact/signals";

/** Where the reader is: the view and what it is about. It stands in the fragment, which no server sees or logs. */
export interface Place {
  view: string;
  about: URLSearchParams;
  /** As it stands in the address. */
  hash: string;
}

function read(): Place {
  const [view, query] = location.hash.replace(/^#\/?/, "").split("?");
  return { view: view || "find", about: new URLSearchParams(query ?? ""), hash: location.hash };
}

export const place = signal<Place>(read());

const tenantAt = (where: Place) => where.about.get("tenant") ?? "";
/** Whose data, where there are several tenants. */
export const tenant = computed(() => tenantAt(place.value));

addEventListener("hashchange", () => {
  const next = read();
  // Nothing of one tenant stays on a page of another.
  if (tenantAt(next) !== tenant.value) location.reload();
  else place.value = next;
});

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
