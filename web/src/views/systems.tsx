import { get, post } from "../api";
import { useLive } from "../live";
import { Deed, Said, Shown, Table, tenantName, tenantOption, Twins, Word } from "../parts";
import { linkTo, place } from "../place";
import { quoted, spoken, when } from "../words";

const words: Record<string, [string, string]> = {
  connected: ["ok", "Working"], degraded: ["slow", "Degraded"], disconnected: ["bad", "Not reachable"], unknown: ["na", "Not known"],
};

interface System {
  connector: any;
  health: { status: string; since: string; detail: string };
}

function wordOf({ connector, health }: System): [string, string] {
  if (connector.paused) return ["off", "Paused"];
  return words[health.status] ?? ["na", "Not known"];
}

function limitsOf(limits: any): string {
  const parts = [`${limits.requests_per_second} a second`];
  if (limits.window) parts.push(`${limits.window.remaining} of ${limits.window.limit} left in the window`);
  if (limits.day) parts.push(`${limits.day.remaining} of ${limits.day.limit} left today`);
  if (limits.waits_until) parts.push("waits until " + when(limits.waits_until));
  return parts.join("; ");
}

const errorOf = (error: any) =>
  error ? `${when(error.at)}: ${[error.http_status, error.reason_code, error.text].filter(Boolean).join(" ")}` : "none since the start";

/** What somebody wrote down about an outage over there; once its planned end has passed, nobody knows whether it still holds. */
function Note({ note }: { note: any }) {
  const end = note.planned_end && (note.is_over ? `; its planned end is over since ${when(note.planned_end)}` : `; planned to end at ${when(note.planned_end)}`);
  return (
    <p>
      Outage noted by <Said value={note.by} /> at {when(note.since)}: <Said value={note.text} />
      {note.link?.startsWith("https://") && <> <a href={note.link} rel="noreferrer noopener"><Said value={note.link} /></a></>}{end}
    </p>
  );
}

function Row({ system, chosen }: { system: System; chosen: boolean }) {
  const { connector, health } = system;
  const [kind, word] = wordOf(system);
  return (
    <tr aria-current={chosen ? "true" : undefined}>
      <th scope="row"><a href={linkTo("systems", { name: connector.name })}>{connector.name}</a> ({connector.title})</th>
      <td><Word kind={kind}>{word}</Word></td>
      <td>{connector.paused ? <><Said value={connector.paused.reason} />, by <Said value={connector.paused.by} /> since {when(connector.paused.since)}</> : health.detail}
        {connector.outage_note && <Note note={connector.outage_note} />}</td>
      <td>{when(connector.last_success) || "none since the start"}</td>
      <td><Said value={errorOf(connector.last_error)} /></td>
      <td class="num">{connector.deliveries.open}</td>
      <td>{connector.circuit.state}</td>
    </tr>
  );
}

/** What holds it where it is not paused by itself, and the commands that end it. */
function heldBy(paused: any): { words: string; commands: string[] } | undefined {
  const tool = "tidemark" + tenantOption();
  switch (paused.of) {
    case "all_sending":
      return { words: "All sending is stopped. When it may go on:", commands: [tool + " resume-all --to 10 --reason WHY"] };
    case "tenant":
      return { words: "The tenant is suspended. When it may work again:", commands: [`tidemark tenant resume ${quoted(tenantName())} --reason WHY`] };
    case "restore":
      return { words: "All sending waits until a restore is signed: first look at what is missing, then sign.",
        commands: [tool + " restored", tool + " restored sign --reason WHY"] };
  }
}

function Switch({ connector, again }: { connector: any; again: () => void }) {
  const path = `/connectors/${encodeURIComponent(connector.name)}/`;
  const run = (what: string) => async (reason: string) => {
    await post(path + what, { reason });
    again();
  };
  const held = connector.paused && heldBy(connector.paused);
  if (held) return <><p>{held.words}</p><pre tabIndex={0} aria-label="What ends it">{held.commands.join("\n")}</pre></>;
  if (connector.paused)
    return <Deed name={`Resume ${connector.name}`} run={run("resume")} consequence={`${connector.deliveries.open} open deliveries go on.`} />;
  return <Deed name={`Pause ${connector.name}`} run={run("pause")} consequence="Nothing but opt-outs is written to it until it is resumed; its webhooks are still taken." />;
}

function Details({ system, again }: { system: System; again: () => void }) {
  const { connector, health } = system;
  const last = connector.paused?.planned_end;
  return (
    <>
      <h2>{connector.title}</h2>
      <p>{health.detail}; so since {when(health.since)}.</p>
      <p>Limits: {limitsOf(connector.limits)}. Circuit: {connector.circuit.state}, {connector.circuit.failures_in_row} failures in a row.</p>
      {last && <p>The pause is planned to end at {when(last)}; nothing goes on by itself.</p>}
      <Switch key={connector.name + connector.paused?.of} connector={connector} again={again} />
      <Table caption={`What ${connector.name} was asked since the start`} heads={["Operation", "Requests", "Failed", "On average", "19 of 20 within"]}>
        {connector.operations.map((one: any) => (
          <tr key={one.name}>
            <th scope="row">{spoken(one.name)}</th>
            <td class="num">{one.requests}</td>
            <td class="num">{one.failed}</td>
            <td class="num">{one.average_ms} ms</td>
            <td class="num">{one.p95_ms} ms</td>
          </tr>
        ))}
      </Table>
      <Table caption="Settings; secrets are not shown" heads={["Setting", "Value"]}>
        {Object.entries(connector.settings).map(([name, value]) => (
          <tr key={name}><th scope="row">{name}</th><td><Said value={value} /></td></tr>
        ))}
      </Table>
    </>
  );
}

function commandFor(chosen: string, system?: System): string {
  const paused = system?.connector.paused;
  if (!chosen || (paused && heldBy(paused))) return "status";
  return `${paused ? "resume" : "pause"} ${quoted(chosen)} --reason WHY`;
}

export function Systems() {
  const chosen = place.value.about.get("name") ?? "";
  const live = useLive("systems", async (signal) => {
    const [list, health] = await Promise.all([get("/connectors", signal), get("/health", signal)]);
    return list.items.map((connector: any): System => ({
      connector, health: health.services[connector.name] ?? { status: "unknown", since: "", detail: "it has not reported" },
    })) as System[];
  }, (value) => new Map(value.map((one) => [one.connector.name, wordOf(one).join() + one.connector.circuit.state
    + JSON.stringify([one.connector.paused, one.connector.outage_note]) + one.connector.last_error?.reason_code])));
  const system = live.value?.find((one) => one.connector.name === chosen);
  return (
    <>
      <Shown live={live} empty={(value) => value.length ? "" : "No connector is configured."}>
        {(value) => (
          <>
            <Table caption="The systems" heads={["System", "Now", "Why", "Last success", "Last error", "Open deliveries", "Circuit"]}>
              {value.map((one) => <Row key={one.connector.name} system={one} chosen={one === system} />)}
            </Table>
            {system ? <Details system={system} again={live.follow} /> : chosen ? <p>There is no connector of this name.</p> : <p>Choose one for its limits, operations and settings, and to pause it.</p>}
          </>
        )}
      </Shown>
      <Twins command={commandFor(chosen, system)} paths={["/connectors", "/health"]} />
    </>
  );
}
