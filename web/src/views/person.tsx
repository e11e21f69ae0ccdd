import { useEffect, useRef, useState } from "preact/hooks";
import { all, get, isProblem, type Problem } from "../api";
import { useLive } from "../live";
import { Address, Said, Shown, Table, Trouble, Twins, Word } from "../parts";
import { linkTo, moveTo, place } from "../place";
import { quoted, spoken, when } from "../words";

interface Fact {
  kind: string;
  system: string | null;
  record: string | null;
  name: string | null;
  address_hash: string | null;
  before: string | null;
  text: string | null;
}
interface Moment {
  at: string;
  facts: Fact[];
  /** Of the step that led here, by the fact's key. */
  changed: Map<string, Fact>;
}

const keyOf = (fact: Fact) => [fact.kind, fact.system, fact.record, fact.name, fact.address_hash].join("|");

// What was at a position stays so: it is asked for once.
const moments = new Map<string, Promise<Moment>>();

async function ask(id: string, at: number, from: number): Promise<Moment> {
  const path = `/contacts/${encodeURIComponent(id)}/state?at=${at}`;
  const [full, step] = await Promise.all([get(path), get(`${path}&from=${from}`)]);
  return { at: full.at, facts: full.facts, changed: new Map(step.facts.map((fact: Fact) => [keyOf(fact), fact])) };
}

const stepKey = (id: string, at: number, from: number) => [id, at, from].join("|");

function momentOf(id: string, at: number, from: number): Promise<Moment> {
  const key = stepKey(id, at, from);
  let known = moments.get(key);
  if (!known) {
    if (moments.size > 500) moments.clear();
    known = ask(id, at, from);
    known.catch(() => moments.delete(key));
    moments.set(key, known);
  }
  return known;
}

function Cell({ fact, change }: { fact?: Fact; change?: Fact }) {
  if (!change) return <td><Said value={fact?.text} /></td>;
  return (
    <td class="changed">
      <Said value={change.text ?? "gone"} /> <span class="was">was <Said value={change.before ?? "nothing"} /></span>
    </td>
  );
}

function Grid({ moment }: { moment: Moment }) {
  const facts = [...moment.facts, ...[...moment.changed.values()].filter((fact) => fact.text === null)];
  const columns = [...new Set(facts.filter((fact) => fact.kind === "record_value" || fact.kind === "record")
    .map((fact) => `${fact.system}|${fact.record ?? ""}`))].sort();
  const fields = [...new Set(facts.filter((fact) => fact.kind === "value" || fact.kind === "record_value")
    .map((fact) => fact.name ?? ""))];
  const known = new Map(moment.facts.map((fact) => [keyOf(fact), fact]));
  const cell = (kind: string, system: string | null, record: string | null, name: string | null) => {
    const key = keyOf({ kind, system, record, name, address_hash: null, before: null, text: null });
    return <Cell key={key} fact={known.get(key)} change={moment.changed.get(key)} />;
  };
  const split = (column: string): [string, string | null] => {
    const at = column.indexOf("|");
    return [column.slice(0, at), column.slice(at + 1) || null];
  };
  return (
    <Table caption="What we hold, and each system's record; what the step changed is marked"
      heads={["Field", "We hold", ...columns.map((column) => column.replace("|", " "))]}>
      <tr>
        <th scope="row">record</th>
        <td></td>
        {columns.map((column) => cell("record", ...split(column), null))}
      </tr>
      {fields.map((name) => (
        <tr key={name}>
          <th scope="row">{spoken(name)}</th>
          {cell("value", null, null, name)}
          {columns.map((column) => cell("record_value", ...split(column), name))}
        </tr>
      ))}
    </Table>
  );
}

function Others({ moment }: { moment: Moment }) {
  const inGrid = new Set(["value", "record_value", "record", "value_from"]);
  const gone = [...moment.changed.values()].filter((fact) => fact.text === null);
  const facts = [...moment.facts, ...gone].filter((fact) => !inGrid.has(fact.kind));
  if (facts.length === 0) return null;
  return (
    <Table caption="What else held then: deliveries, lists, opt-outs" heads={["What", "System", "Which", "How it stood"]}>
      {facts.map((fact) => (
        <tr key={keyOf(fact)}>
          <th scope="row">{spoken(fact.kind)}</th>
          <td>{fact.system}</td>
          <td><Said value={fact.name ?? fact.record ?? fact.address_hash} /></td>
          <Cell fact={fact} change={moment.changed.get(keyOf(fact))} />
        </tr>
      ))}
    </Table>
  );
}

// An arrow key that is held down asks for where it rests.
const rest_ms = 100;

function At({ id, at, from }: { id: string; at: number; from: number }) {
  const [shown, setShown] = useState<{ at: number; moment: Moment }>();
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let current = true;
    const ask = () => momentOf(id, at, from).then(
      (moment) => current && (setShown({ at, moment }), setProblem(undefined)),
      (failed) => current && setProblem(isProblem(failed) ? failed : { status: 0, code: "failed", message: String(failed) }));
    const timer = setTimeout(ask, moments.has(stepKey(id, at, from)) ? 0 : rest_ms);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, at, from]);
  if (problem) return <Trouble problem={problem} />;
  if (!shown) return <p>Asking the service</p>;
  return (
    <div data-shown={shown.at} aria-busy={shown.at !== at}>
      <Grid moment={shown.moment} />
      <Others moment={shown.moment} />
    </div>
  );
}

export function sentenceOf(event: any): string {
  const data = event.data;
  if (!data) return "sealed: its content cannot be read any more";
  const facts = data.facts ?? {};
  const parts = [data.connector ?? data.source, data.target ?? facts.target, data.operation, data.outcome,
    data.reason_code ?? facts.reason_code, data.change, data.text];
  return parts.filter((part) => typeof part === "string" && part !== "").join(", ");
}

function Timeline({ id, events, more, at }: { id: string; events: any[]; more: boolean; at: number }) {
  const shown = [...events].reverse().slice(0, 100);
  const which = more ? `: the last hundred of the first ${events.length}; later ones are not shown` : events.length > 100 ? ": the newest hundred" : "";
  return (
    <>
      <h2>What happened, newest first</h2>
      <Table caption={"Events of this person" + which} heads={["Position", "Recorded", "What", "How", "Because of"]}>
        {shown.map((event) => (
          <tr key={event.position} aria-current={event.position === at ? "true" : undefined}>
            <th scope="row"><a href={linkTo("person", { id, at: String(event.position) })}>{event.position}</a></th>
            <td>{when(event.at)}</td>
            <td>{spoken(event.type)}</td>
            <td><Said value={sentenceOf(event)} /></td>
            <td>{event.cause ?? ""}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

export function OptOuts({ addresses }: { addresses: any[] }) {
  const rows = addresses.flatMap((one) => Object.entries<any>(one.channels)
    .filter(([, channel]) => channel.state !== "never_said")
    .map(([name, channel]) => ({ one, name, channel })));
  if (rows.length === 0) return <p>Nothing was said about opt-outs.</p>;
  return (
    <Table caption="What the person said about being written to or called" heads={["Address", "Channel", "State", "Since"]}>
      {rows.map(({ one, name, channel }) => (
        <tr key={one.address_hash + name}>
          <th scope="row"><Address of={one} /></th>
          <td>{name}</td>
          <td><Word kind={channel.state === "opted_out" ? "bad" : "ok"}>{spoken(channel.state)}</Word>{channel.in_review ? " (in review)" : ""}</td>
          <td>{when(channel.since)}</td>
        </tr>
      ))}
    </Table>
  );
}

function Slider({ id, steps, index, events }: { id: string; steps: number[]; index: number; events: any[] }) {
  const event = events.find((one) => one.position === steps[index]);
  const words = event ? `Position ${event.position}, ${when(event.at)}: ${spoken(event.type)}` : "";
  return (
    <div>
      <label for="position">State at a position: arrow keys step through {steps.length} events</label>
      <input id="position" type="range" min={0} max={Math.max(0, steps.length - 1)} value={index} aria-valuetext={words}
        onInput={(input) => moveTo("person", { id, at: String(steps[Number(input.currentTarget.value)]) })} />
      <p class="num" data-position={steps[index]}>{words}</p>
    </div>
  );
}

export function Person() {
  const id = place.value.about.get("id") ?? "";
  const path = "/contacts/" + encodeURIComponent(id);
  // What happened stays so: later only what came after it is asked for.
  const seen = useRef<{ id: string; events: any[]; more: boolean }>({ id, events: [], more: false });
  const live = useLive("person/" + id, async (signal) => {
    const had = seen.current.id === id ? seen.current : { id, events: [], more: false };
    const after = String(had.events.at(-1)?.position ?? "");
    const [contact, timeline] = await Promise.all([get(path, signal), had.more ? { items: [], more: true } : all(path + "/timeline", signal, 30, after)]);
    seen.current = { id, events: [...had.events, ...timeline.items], more: timeline.more };
    return { contact, ...seen.current };
  }, (value) => new Map(value.events.map((event: any) => [String(event.position), ""])));
  const asked = Number(place.value.about.get("at") ?? 0);
  return (
    <>
      <Shown live={live} empty={(value) => value.events.length ? "" : "Nothing is known of this contact."}>
        {({ contact, events, more }) => {
          const steps = [...new Set<number>(events.map((event: any) => event.position))];
          const upTo = asked ? steps.filter((position) => position <= asked).length - 1 : steps.length - 1;
          const index = Math.max(0, upTo);
          return (
            <>
              <p>Contact {contact.id}{contact.merged_into && <>, merged into <a href={linkTo("person", { id: contact.merged_into })}>{contact.merged_into}</a></>}</p>
              {more && <p>Only the first {events.length} events are on the slider, and no later state is shown here.</p>}
              <Slider id={id} steps={steps} index={index} events={events} />
              <At id={id} at={steps[index]} from={index > 0 ? steps[index - 1] : 0} />
              <h2>Opt-outs now</h2>
              <OptOuts addresses={contact.opt_outs} />
              <Timeline id={id} events={events} more={more} at={steps[index]} />
            </>
          );
        }}
      </Shown>
      <Twins command={`explain --contact ${quoted(id)}${asked ? " --at " + asked : ""}`} paths={[path, asked ? `${path}/state?at=${asked}` : path + "/timeline"]} />
    </>
  );
}
