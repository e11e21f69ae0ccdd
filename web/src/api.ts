import { signal } from "@preact/signals";
import { tenant } from "./place";

/** Why there is no answer: the service's words, or ours where it did not answer. */
export interface Problem {
  status: number;
  code: string;
  message: string;
  /** Seconds in which nothing is to be asked; 0: it does not say. */
  retry_after?: number;
}
export interface Me {
  name: string;
  role: string;
  tenant: string;
  installation: boolean;
  expires_at: string | null;
}
/** undefined: not asked yet; null: nobody is signed in. */
export const me = signal<Me | null | undefined>(undefined);

/** The login is over. What was read with it goes with the page's memory. */
export function loggedOut(): void {
  if (me.value) location.reload();
  me.value = null;
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "status" in value && "message" in value;
}

async function problemOf(answer: Response): Promise<Problem> {
  const body = await answer.json().catch(() => null);
  const error = body?.error ?? {};
  return {
    status: answer.status,
    code: error.code ?? "no_answer",
    message: error.message ?? `The service answered ${answer.status} and nothing else.`,
    retry_after: Number(answer.headers.get("Retry-After")) || 0,
  };
}

async function ask(path: string, init: RequestInit, read: (answer: Response) => Promise<any> = (answer) => answer.json()): Promise<any> {
  const headers = new Headers(init.headers);
  headers.set("X-Tidemark-Request", "1");
  if (tenant.value) headers.set("X-Tenant-ID", tenant.value);
  let answer: Response;
  try {
    answer = await fetch(path, { ...init, headers, credentials: "same-origin", cache: "no-store" });
  } catch (failed) {
    if ((failed as Error).name === "AbortError") throw failed;
    throw { status: 0, code: "away", message: "The service does not answer." } satisfies Problem;
  }
  if (answer.ok) return read(answer);
  const problem = await problemOf(answer);
  if (answer.status === 401 && !path.endsWith("/session")) loggedOut();
  throw problem;
}

export const apiPath = (path: string) => (path === "/health" ? "health" : "api/v1" + path);

export function get(path: string, signal?: AbortSignal): Promise<any> {
  return ask(apiPath(path), { signal });
}

/** The log's last position: a stream that is asked for without `after` begins there. */
export async function endOfLog(signal?: AbortSignal): Promise<number> {
  const text: string = await ask(apiPath("/events/stream"), { signal }, (answer) => answer.text());
  const id = /^id: (\d+)$/m.exec(text);
  if (!id) throw new Error("The service does not say where the log ends.");
  return Number(id[1]);
}

export function post(path: string, body: object, bearer = ""): Promise<any> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (bearer) headers["Authorization"] = "Bearer " + bearer;
  return ask(apiPath(path), { method: "POST", headers, body: JSON.stringify(body) });
}

/** All items of a list that come after `from`, `pages` pages at most; `more`: there are others. */
export async function all(path: string, signal?: AbortSignal, pages = 10, from = ""): Promise<{ items: any[]; more: boolean }> {
  const items: any[] = [];
  let after: string | null = from;
  for (let page = 0; page < pages && after !== null; ++page) {
    const join = path.includes("?") ? "&" : "?";
    const one: { items: any[]; next: string | null } = await get(
      `${path}${join}limit=100${after ? "&after=" + encodeURIComponent(after) : ""}`, signal);
    items.push(...one.items);
    after = one.next;
  }
  return { items, more: after !== null };
}

export async function whoAmI(): Promise<void> {
  try {
    me.value = await get("/auth/token");
  } catch (failed) {
    if (isProblem(failed) && failed.status === 401) return;
    throw failed;
  }
}
