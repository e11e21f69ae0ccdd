import { all, get } from "../api";
import { useLive } from "../live";
import { Said, Shown, Table, Twins, Word } from "../parts";
import { linkTo, place } from "../place";
import { ageAt, quoted, spoken, when } from "../words";
import { Act, type Plan } from "./act";

const open = ["intended", "waiting", "dispatched", "unknown", "retrying"];
const failed = ["rejected", "dead"];
const overdue_seconds = 300;

interface Stuck {
  /** deliveries, waits for its person, review, not readable */
  kind: string;
  system: string;
  reason: string;
  field: string;
  text: string;
  since: string | null;
  id: string;
  contact: string;
  next_step: string;
  over: boolean;
}
interface Cause {
  key: string;
  items: Stuck[];
  oldest: string | null;
}

const fromDelivery = (one: any): Stuck => ({
  kind: failed.includes(one.state) ? "failed" : "open",
  system: one.target, reason: one.reason_code || one.state, field: one.refused?.field ?? "",
  text: one.refused?.reason || one.text, since: one.since, id: one.id, contact: one.contact, next_step: "",
  over: failed.includes(one.state),
});
const fromParked = (one: any): Stuck => ({
  kind: "waits for its person", system: spoken(one.kind), reason: one.reason_code, field: "", text: one.text, since: one.since,
  id: String(one.webhook), contact: "", next_step: one.next_step, over: one.state === "dead",
});
const fromReview = (one: any): Stuck => ({
  kind: "review", system: one.source ?? "", reason: one.reason_code, field: "", text: one.text, since: one.at, id: one.id,
  contact: one.contacts?.[0] ?? "", next_step: one.next_step ?? "", over: false,
});
const fromQuarantine = (one: any): Stuck => ({
  kind: "not understood", system: one.connector, reason: one.reason_code, field: "", text: one.text, since: null,
  id: String(one.position), contact: "", next_step: "", over: true,
});

// When an event was recorded stays so: it is asked for once.
const recorded = new Map<string, Promise<string>>();

function recordedAt(position: string): Promise<string> {
  let known = recorded.get(position);
  if (!known) {
    known = get("/events/" + position).then((event) => event.at as string);
    known.catch(() => recorded.delete(position));
    recorded.set(position, known);
  }
  return known;
}

/** The list of what was not understood tells no times: the oldest of each cause is looked up. */
async function withOldest(items: Stuck[]): Promise<Stuck[]> {
  for (const cause of causesOf(items)) {
    const oldest = cause.items.reduce((a, b) => (Number(a.id) < Number(b.id) ? a : b));
    oldest.since = await recordedAt(oldest.id);
  }
  return items;
}

async function load(signal: AbortSignal): Promise<{ items: Stuck[]; more: boolean }> {
  const lists = await Promise.all([
    ...[...open, ...failed].map((state) => all("/deliveries?state=" + state, signal, 5)),
    all("/parked", signal, 5), all("/parked?state=dead", signal, 5), all("/reviews", signal, 5), all("/quarantine", signal, 5),
  ]);
  const deliveries = lists.slice(0, open.length + failed.length).flatMap((list) => list.items);
  const [parked, given_up, reviews, quarantine] = lists.slice(-4).map((list) => list.items);
  const unseen = (one: any) => !failed.includes(one.state) || (!one.retried_by && !one.written_off);
  const not_understood = await withOldest(quarantine.map(fromQuarantine));
  return {
    items: [...deliveries.filter(unseen).map(fromDelivery), ...parked.map(fromParked), ...given_up.map(fromParked),
      ...reviews.map(fromReview), ...not_understood],
    more: lists.some((list) => list.more),
  };
}

export function causesOf(items: Stuck[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const item of items) {
    const key = [item.kind, item.reason, item.system, item.field].join("|");
    const cause = causes.get(key) ?? { key, items: [], oldest: null };
    cause.items.push(item);
    if (item.since && (!cause.oldest || item.since < cause.oldest)) cause.oldest = item.since;
    causes.set(key, cause);
  }
  return [...causes.values()].sort((a, b) => b.items.length - a.items.length || a.key.localeCompare(b.key));
}

function kindOf(cause: Cause, now: Date): string {
  const first = cause.items[0];
  const late = cause.oldest !== null && (now.getTime() - Date.parse(cause.oldest)) / 1000 > overdue_seconds;
  return first.over ? "bad" : late ? "slow" : "ok";
}

function Victims({ cause }: { cause: Cause }) {
  return (
    <Table caption={`Of this cause: ${cause.items.length > 100 ? "the first hundred of " : ""}${cause.items.length}`} heads={["Which", "Person", "Since", "Why", "What to do"]}>
      {cause.items.slice(0, 100).map((one) => (
        <tr key={one.kind + one.id}>
          <th scope="row">{/^\d+$/.test(one.id) ? <a href={linkTo("log", { at: one.id })}>{one.id}</a> : one.id}</th>
          <td>{one.contact && <a href={linkTo("person", { id: one.contact })}>{one.contact}</a>}</td>
          <td>{when(one.since)}</td>
          <td><Said value={one.text} /></td>
          <td><Said value={one.next_step} /></td>
        </tr>
      ))}
    </Table>
  );
}

function plansFor(cause: Cause): Plan[] {
  const { kind, system, reason } = cause.items[0];
  const why = spoken(reason);
  if (kind === "failed") {
    const filter = { target: system, reason_code: reason };
    const whom = `all that failed in ${system}: ${why}`;
    return [{ what: "retry", name: "Try again", whom, filter }, { what: "write_off", name: "Write off", whom, filter }];
  }
  if (kind === "not understood")
    return [{ what: "reprocess", name: "Read again", whom: `all of ${system}: ${why}`, filter: { connector: system, reason_code: reason } }];
  return [];
}

function commandFor(cause?: Cause): string {
  const first = cause?.items[0];
  if (first?.kind !== "failed") return "status";
  // Without a reason its state stands in its place.
  const why = failed.includes(first.reason) ? "--state" : "--reason-code";
  return `replay redeliver --target ${quoted(first.system)} ${why} ${quoted(first.reason)} --dry-run`;
}

export function StuckView() {
  const live = useLive("stuck", load, (value) => new Map(value.items.map((one) => [one.kind + one.id, one.reason])));
  const chosen = place.value.about.get("cause") ?? "";
  const causes = causesOf(live.value?.items ?? []);
  const cause = causes.find((one) => one.key === chosen);
  const now = live.asOf ?? new Date();
  return (
    <>
      <Shown live={live} empty={(value) => value.items.length ? "" : "Nothing is open, failed or waiting for somebody."}>
        {(value) => (
          <>
            {value.more && <p>There are more than five hundred in a list: these are at least so many.</p>}
            <Table caption="By cause: what is open or failed, and what waits for somebody" heads={["What", "Reason", "System", "Field", "How many", "Oldest", "In words"]}>
              {causes.map((one) => {
                const first = one.items[0];
                return (
                  <tr key={one.key} aria-current={one.key === chosen ? "true" : undefined}>
                    <td><Word kind={kindOf(one, now)}>{first.kind}</Word></td>
                    <th scope="row"><a href={linkTo("stuck", { cause: one.key })}>{spoken(first.reason)}</a></th>
                    <td>{first.system}</td>
                    <td><Said value={first.field} /></td>
                    <td class="num">{one.items.length}</td>
                    <td>{one.oldest && <>{ageAt(one.oldest, now)}, since {when(one.oldest)}</>}</td>
                    <td><Said value={first.text} /></td>
                  </tr>
                );
              })}
            </Table>
            {chosen && (cause ? <><h2>{spoken(cause.items[0].reason)}</h2><Victims cause={cause} />{plansFor(cause).map((plan) => <Act key={cause.key + plan.what} plan={plan} />)}</> : <p>This cause is gone.</p>)}
          </>
        )}
      </Shown>
      <Twins command={commandFor(cause)} paths={[...open, ...failed].map((state) => "/deliveries?state=" + state).concat("/parked", "/reviews", "/quarantine")} />
    </>
  );
}
