import { useRef } from "preact/hooks";
import { all, endOfLog, get } from "../api";
import { useLive } from "../live";
import { Said, Shown, Table, Twins } from "../parts";
import { goTo, linkTo, place } from "../place";
import { quoted, spoken, when } from "../words";
import { sentenceOf } from "./person";

const tail = 50, searched = 5000;

function Rows({ items }: { items: any[] }) {
  return (
    <Table caption={`Events, newest first: ${items.length}`} heads={["Position", "Recorded", "What", "Of", "How", "Because of"]}>
      {items.map((event) => {
        const contact = /^contact\/(c[0-9a-f]{20})$/.exec(event.stream)?.[1] ?? event.data?.contact;
        return (
          <tr key={event.position}>
            <th scope="row"><a href={linkTo("log", { at: String(event.position) })}>{event.position}</a></th>
            <td>{when(event.at)}</td>
            <td>{spoken(event.type)}</td>
            <td>{contact ? <a href={linkTo("person", { id: contact, at: String(event.position) })}><Said value={event.stream} /></a> : <Said value={event.stream} />}</td>
            <td><Said value={sentenceOf(event)} /></td>
            <td>{event.cause && <a href={linkTo("log", { at: String(event.cause) })}>{event.cause}</a>}</td>
          </tr>
        );
      })}
    </Table>
  );
}

function One({ at }: { at: string }) {
  const path = "/events/" + encodeURIComponent(at);
  const live = useLive("event/" + at, (signal) => get(path, signal), () => new Map());
  return (
    <>
      <p><a href={linkTo("log")}>The newest events</a></p>
      <Shown live={live}>
        {(event) => (
          <>
            <Rows items={[event]} />
            <h2>As it is stored, masked as your role asks</h2>
            <pre tabIndex={0} aria-label="The event">{JSON.stringify(event, null, 1).replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, "\ufffd")}</pre>
          </>
        )}
      </Shown>
      <Twins command={"log show " + quoted(at)} paths={[path]} />
    </>
  );
}

function Tail({ type }: { type: string }) {
  const query = type ? "/events?type=" + encodeURIComponent(type) : "/events";
  const start = useRef(-1);
  const live = useLive("log/" + type, async (signal) => {
    if (start.current < 0) start.current = Math.max(0, (await endOfLog(signal)) - (type ? searched : tail));
    const found = await all(query, signal, 10, String(start.current));
    if (found.more) start.current = -1; // too many for one page: from the end anew
    return { items: found.items.reverse() };
  }, (value) => new Map(value.items.map((event: any) => [String(event.position), ""])));
  const submit = (event: Event) => {
    event.preventDefault();
    goTo("log", { type: String(new FormData(event.currentTarget as HTMLFormElement).get("type") ?? "").trim() });
  };
  return (
    <>
      <form class="row" role="search" onSubmit={submit}>
        <label>Kind of event, such as delivery.rejected.v1; empty for all <input type="search" name="type" defaultValue={type} key={type} autocomplete="off" /></label>
        <button>Filter</button>
      </form>
      <Shown live={live} empty={(value) => value.items.length ? "" : `Nothing of the kind among the last ${searched} positions.`}>
        {(value) => <Rows items={value.items} />}
      </Shown>
      <Twins command={"log list" + (type ? " --type " + quoted(type) : "")} paths={[query]} />
    </>
  );
}

export function Log() {
  const at = place.value.about.get("at") ?? "";
  const type = place.value.about.get("type") ?? "";
  return at ? <One key={at} at={at} /> : <Tail key={type} type={type} />;
}
