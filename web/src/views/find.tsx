import { get } from "../api";
import { useLive } from "../live";
import { Said, Shown, Table, Twins } from "../parts";
import { goTo, linkTo, place } from "../place";
import { quoted } from "../words";

/** The list of contacts that answers what was typed. */
export function pathFor(typed: string): string {
  const text = typed.trim();
  const query = (name: string, value: string) => `${name}=${encodeURIComponent(value)}`;
  if (text.includes("@")) return "/contacts?" + query("email", text);
  const record = /^([a-z][a-z0-9_-]*):(\S+)$/.exec(text);
  if (record) return `/contacts?${query("connector", record[1])}&${query("remote_id", record[2])}`;
  if (/^[+(]?[\d\s().+-]{7,}$/.test(text)) return "/contacts?" + query("phone", text);
  return "/contacts?" + query("name", text);
}

/** What is itself the address of a page. */
async function straight(text: string): Promise<string> {
  if (/^c[0-9a-f]{20}$/.test(text)) return linkTo("person", { id: text });
  if (/^d[0-9a-f]{20}$/.test(text)) {
    const delivery = await get("/deliveries/" + text);
    return linkTo("person", { id: delivery.contact, at: String(delivery.position) });
  }
  const at = /^#?(\d{1,6})$|^#(\d+)$/.exec(text)?.slice(1).find(Boolean);
  if (at) {
    const event = await get("/events/" + at);
    const contact = /^contact\/(c[0-9a-f]{20})$/.exec(event.stream)?.[1] ?? event.data?.contact;
    return contact ? linkTo("person", { id: contact, at }) : linkTo("log", { at });
  }
  return "";
}

const held = (contact: any, field: string) => contact.fields[field]?.value ?? "";

export function isOut(contact: any): boolean {
  return contact.opt_outs.some((one: any) =>
    Object.values<any>(one.channels).some((channel) => channel.state === "opted_out"));
}

function Found({ contact }: { contact: any }) {
  const systems = [...new Set(contact.records.map((record: any) => record.connector))].join(", ");
  const name = `${held(contact, "first_name")} ${held(contact, "last_name")}`.trim();
  return (
    <tr>
      <th scope="row"><a href={linkTo("person", { id: contact.id })}><Said value={name || "(no name)"} /></a></th>
      <td><Said value={held(contact, "phone")} /></td>
      <td><Said value={held(contact, "email")} /></td>
      <td>{systems}</td>
      <td>{isOut(contact) ? "opted out" : ""}</td>
    </tr>
  );
}

function Answer({ typed }: { typed: string }) {
  const path = pathFor(typed);
  const live = useLive("find/" + typed, async (signal) => {
    const page = await straight(typed.trim());
    if (page) location.replace(page);
    return page ? { items: [], next: null } : get(path + "&limit=50", signal);
  }, (list: any) => new Map(list.items.map((one: any) => [one.id, JSON.stringify(one)])));
  return (
    <>
      <Shown live={live} empty={(list) => list.items.length ? "" : "Nobody is known by this. It may not have come in yet: see what is overdue."}>
        {(list) => (
          <>
            <Table caption="Contacts found" heads={["Name", "Telephone", "E-mail", "In the systems", "Opt-outs"]}>
              {list.items.map((one: any) => <Found key={one.id} contact={one} />)}
            </Table>
            {list.next && <p>There are more than fifty: say more of the one you look for.</p>}
          </>
        )}
      </Shown>
      <Twins command={path.includes("?name=") ? undefined : "explain --contact " + quoted(typed)} paths={[path]} />
    </>
  );
}

export function Find() {
  const typed = place.value.about.get("q") ?? "";
  const submit = (event: Event) => {
    event.preventDefault();
    const q = String(new FormData(event.currentTarget as HTMLFormElement).get("q") ?? "");
    goTo("find", { q });
  };
  return (
    <>
      <form class="row" role="search" onSubmit={submit}>
        <label>Telephone in any form, e-mail, name, system:id, contact, delivery or #position
          <input type="search" name="q" defaultValue={typed} key={typed} autocomplete="off" />
        </label>
        <button>Find</button>
      </form>
      {typed ? <Answer key={typed} typed={typed} /> : <p class="say">Say whom you look for.</p>}
    </>
  );
}
