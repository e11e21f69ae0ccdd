import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { apiPath, me } from "./api";
import type { Live } from "./live";
import { linkTo, tenant } from "./place";
import { isWhole, lasting, plain, quoted, when } from "./words";

/** What somebody else wrote. */
export function Said({ value }: { value: unknown }) {
  const text = plain(value);
  return <bdi class={/\S{40}/.test(text) ? "long" : undefined}>{text}</bdi>;
}

/** An address that is masked, or known by its hash only, leads nowhere. */
export function Address({ of }: { of: { address: string | null; address_hash: string } }) {
  const said = <Said value={of.address ?? of.address_hash} />;
  return isWhole(of.address) ? <a href={linkTo("optouts", { address: of.address! })}>{said}</a> : said;
}

export const Word = ({ kind, children }: { kind: string; children: ComponentChildren }) => (
  <span class={"w " + kind}>{children}</span>
);

interface TableProps {
  caption: string;
  heads: string[];
  children: ComponentChildren;
}
export const Table = ({ caption, heads, children }: TableProps) => (
  <div class="wide" role="region" aria-label={caption} tabIndex={0}>
    <table>
      <caption>{caption}</caption>
      <thead>
        <tr>{heads.map((head) => <th scope="col" key={head}>{head}</th>)}</tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  </div>
);

/** As of when, what waits, and what is wrong; then the view, or why there is none. */
export function Shown<T>({ live, empty, children }: { live: Live<T>; empty?: (value: T) => string; children: (value: T) => ComponentChildren }) {
  const { value, asOf, problem, fresh } = live;
  const nothing = value !== undefined && empty ? empty(value) : "";
  return (
    <>
      <div class="state">
        {asOf && <span data-as-of>As of {when(asOf.toISOString())}</span>}
        <span role="status">
          {fresh > 0 && <button type="button" onClick={live.show}>{fresh} new: show</button>}
          {value === undefined && !problem && "Asking the service"}
        </span>
      </div>
      {problem && <Trouble problem={problem} stale={value !== undefined} again={live.again} />}
      {nothing ? <p class="say">{nothing}</p> : value !== undefined && children(value)}
    </>
  );
}

const troubleWord = (status: number) =>
  status === 0 || status >= 500 ? "The service is away." : status === 403 ? "Your role may not see this." : status === 429 ? "Too much was asked." : "This cannot be shown.";

export function Trouble({ problem, stale, again }: { problem: { status: number; message: string; retry_after?: number }; stale?: boolean; again?: () => void }) {
  const next = problem.retry_after ? `in ${lasting(problem.retry_after)}` : "every five seconds";
  return (
    <div class="say" role="alert">
      <p><Word kind="bad">{troubleWord(problem.status)}</Word> <Said value={problem.message} /></p>
      {stale && <p>What is shown is as of the time above. It is asked for again {next}.</p>}
      {again && <button type="button" onClick={again}>Ask again</button>}
    </div>
  );
}

function Copy({ name, text }: { name: string; text: string }) {
  const [done, setDone] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone("copied");
    } catch {
      setDone("cannot copy; it stands beside");
    }
  };
  return (
    <div>
      <button type="button" onClick={copy}>{name}</button> <span role="status">{done}</span>
      <pre tabIndex={0} aria-label={name}>{text}</pre>
    </div>
  );
}

/** The same by other means: on the service's machine, and by the API. */
export function Twins({ command, paths }: { command?: string; paths: string[] }) {
  const base = new URL(".", location.href).href;
  const head = `curl -H "Authorization: Bearer $TIDEMARK_TOKEN" ${tenant.value ? `-H ${quoted("X-Tenant-ID: " + tenant.value)} ` : ""}`;
  return (
    <section class="twins" aria-label="The same by other means">
      {command && <Copy name="Copy as command" text={"tidemark" + tenantOption() + " " + command} />}
      <Copy name="Copy as request" text={paths.map((path) => head + quoted(base + apiPath(path))).join("\n")} />
    </section>
  );
}

export const tenantName = () => tenant.value || (me.value?.tenant ?? "");
export const tenantOption = () => (tenantName() ? ` --tenant ${quoted(tenantName())}` : "");

/** Asks for the reason without which nothing is changed. */
export function Deed({ name, consequence, run }: { name: string; consequence: string; run: (reason: string) => Promise<unknown> }) {
  const [told, setTold] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const reason = String(new FormData(form).get("reason") ?? "");
    setBusy(true);
    setTold("");
    try {
      await run(reason);
      form.reset();
      setTold("Done: it is recorded.");
    } catch (failed) {
      setTold((failed as { message?: string }).message ?? String(failed));
    }
    setBusy(false);
  };
  return (
    <form class="row" onSubmit={submit}>
      <label>Reason <input name="reason" required autocomplete="off" /></label>
      <button disabled={busy}>{name}</button>
      <span>{consequence}</span>
      <span role="status"><Said value={told} /></span>
    </form>
  );
}
