import { all, get, post } from "../api";
import { useLive } from "../live";
import { Address, Deed, Said, Shown, Table, Twins, Word } from "../parts";
import { goTo, linkTo, place } from "../place";
import { isWhole, lasting, quoted, spoken, when } from "../words";

const out = (one: any) => Object.entries<any>(one.channels).filter(([, channel]) => channel.state === "opted_out");

// Somebody has to set the mark there, and has not said that it is set.
const isByHand = (told: any) => !told.done_by_hand && !told.lifted && (told.state === "to_be_done_by_hand" || told.marked === false);

function clock(told: any, since: string | null, now: Date): string {
  if (isByHand(told)) return since ? `open for ${lasting((now.getTime() - Date.parse(since)) / 1000)}` : "";
  if (told.seconds !== null && told.seconds !== undefined) return `took ${told.seconds} s`;
  return since ? `open for ${lasting((now.getTime() - Date.parse(since)) / 1000)}` : "";
}

function wordOf(told: any): [string, string] {
  if (told.done_by_hand) return ["ok", "done by hand"];
  if (isByHand(told)) return ["slow", "mark to be set by hand"];
  if (told.confirmed) return ["ok", told.read_back ? "confirmed, and read back" : "confirmed"];
  if (told.forwarded) return ["ok", "forwarded"];
  if (told.lifted) return ["na", "lifted"];
  if (told.failures > 0) return ["bad", `${spoken(told.state)}, failed ${told.failures} times`];
  return ["slow", spoken(told.state)];
}

function Told({ told, since, now }: { told: any; since: string | null; now: Date }) {
  const [kind, word] = wordOf(told);
  return (
    <div>
      <Word kind={kind}>{word}</Word> {clock(told, since, now)}{" "}
      <a href={linkTo("person", { id: told.contact, at: String(told.intended ?? told.because) })}>{spoken(told.action)} at {told.intended ?? told.because}</a>
    </div>
  );
}

function Ledger({ items, now }: { items: any[]; now: Date }) {
  const systems = [...new Set(items.flatMap((one) => one.propagation.map((told: any) => told.target as string)))].sort();
  return (
    <Table caption="Addresses and the systems that are told" heads={["Address", "Opted out of", "Since", ...systems]}>
      {items.map((one) => {
        const channels = out(one);
        const since = channels.map(([, channel]) => channel.since as string).sort()[0] ?? null;
        return (
          <tr key={one.address_hash}>
            <th scope="row"><Address of={one} /></th>
            <td>{channels.map(([name]) => name).join(", ") || "nothing now"}</td>
            <td>{when(since)}</td>
            {systems.map((system) => (
              <td key={system}>
                {one.propagation.filter((told: any) => told.target === system).map((told: any) => <Told key={told.delivery ?? told.because} told={told} since={since} now={now} />)}
              </td>
            ))}
          </tr>
        );
      })}
    </Table>
  );
}

function History({ items }: { items: any[] }) {
  return (
    <Table caption="What was said, oldest first: when it was said, when it came in, and the rule" heads={["Position", "Said", "Received", "What", "Channels", "Heard by", "Evidence", "Rule"]}>
      {items.map((one) => (
        <tr key={one.decided}>
          <th scope="row">{one.position}</th>
          <td>{when(one.at)}</td>
          <td>{when(one.received_at)}</td>
          <td>{spoken(one.change)}</td>
          <td>{one.channels.join(", ")}</td>
          <td>{one.source}</td>
          <td>{one.evidence}</td>
          <td>{one.rule}</td>
        </tr>
      ))}
    </Table>
  );
}

export function ByHand({ items, done }: { items: any[]; done: () => void }) {
  return (
    <Table caption="Marks that somebody has to set in a system by hand" heads={["Address", "System", "Channels", "Since", "When it is set there"]}>
      {items.map((one) => (
        <tr key={one.position + one.connector + one.address_hash}>
          <th scope="row"><Said value={one.address ?? one.address_hash} /></th>
          <td>{one.connector}</td>
          <td>{one.channels.join(", ")}</td>
          <td>{when(one.since)}</td>
          <td>
            <Deed name={`Say it is set in ${one.connector}`} consequence="Recorded as done by you; nothing is sent."
              run={async (reason) => {
                await post("/opt-outs/by-hand/done", { address: isWhole(one.address) ? one.address : one.address_hash, connector: one.connector, reason });
                done();
              }} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Ask({ address }: { address: string }) {
  const submit = (event: Event) => {
    event.preventDefault();
    goTo("optouts", { address: String(new FormData(event.currentTarget as HTMLFormElement).get("address") ?? "") });
  };
  return (
    <form class="row" role="search" onSubmit={submit}>
      <label>Telephone or e-mail; empty for all <input type="search" name="address" defaultValue={address} key={address} autocomplete="off" /></label>
      <button>Show</button>
    </form>
  );
}

export function OptOutView() {
  const address = place.value.about.get("address") ?? "";
  const after = place.value.about.get("after") ?? "";
  const path = "/opt-outs" + (address ? "?address=" + encodeURIComponent(address) : after ? "?after=" + encodeURIComponent(after) : "");
  const history = `/opt-outs/${encodeURIComponent(address)}/history`;
  const live = useLive("optouts/" + path, async (signal) => {
    const [list, said, hand] = await Promise.all([
      get(path, signal), address ? get(history, signal) : { items: [] }, all("/opt-outs/by-hand", signal)]);
    const asked = new Set(list.items.map((one: any) => one.address_hash));
    return { list, said: said.items, hand: hand.items.filter((one: any) => !address || asked.has(one.address_hash)), more: hand.more };
  }, (value) => new Map<string, string>([
    ...value.list.items.map((one: any) => [one.address_hash, JSON.stringify(one)]),
    ...value.hand.map((one: any) => ["hand" + one.position + one.connector, ""])]));
  return (
    <>
      <Ask address={address} />
      <Shown live={live} empty={(value) => value.list.items.length ? "" : "No opt-out is recorded here."}>
        {(value) => (
          <>
            <Ledger items={value.list.items} now={live.asOf ?? new Date()} />
            {value.list.next && <p><a href={linkTo("optouts", { after: value.list.next })}>Those after these</a></p>}
            {value.said.length > 0 && <><h2>History</h2><History items={value.said} /></>}
            {value.hand.length > 0 && <><h2>By hand</h2><ByHand items={value.hand} done={live.follow} /></>}
            {value.more && <p>There are more than a thousand marks to be set by hand: only the first thousand were looked at.</p>}
          </>
        )}
      </Shown>
      <Twins command={address ? "audit opt-outs --address " + quoted(address) : "opt-outs by-hand"} paths={address ? [path, history] : [path, "/opt-outs/by-hand"]} />
    </>
  );
}
