import { useState } from "preact/hooks";
import { all, get, isProblem, post } from "../api";
import { useLive } from "../live";
import { Said, Shown, Table, Twins } from "../parts";
import { linkTo } from "../place";
import { when } from "../words";
import { pathFor } from "./find";
import { ByHand } from "./optouts";

/** Which systems know the address: they are told. */
async function systemsWith(address: string | null): Promise<string> {
  if (!address) return "the systems that know the address";
  const found = await get(pathFor(address));
  const names = new Set<string>(found.items.flatMap((one: any) => one.records.map((record: any) => record.connector)));
  return names.size ? [...names].sort().join(", ") : "no system knows the address yet; those that come to know it";
}

function Review({ review, reason, done }: { review: any; reason: string; done: () => void }) {
  const [told, setTold] = useState("");
  const [who, setWho] = useState("");
  const decide = async (decision: string) => {
    if (!reason.trim()) return setTold("Write the reason above first.");
    try {
      await post("/reviews/" + encodeURIComponent(review.id), { decision, reason });
      setTold("Decided.");
      done();
    } catch (failed) {
      setTold(isProblem(failed) ? failed.message : String(failed));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (event.key === "o") void decide("opt_out");
    else if (event.key === "n") void decide("not_an_opt_out");
    else return;
    event.preventDefault();
  };
  const onFocus = () => {
    if (!who) systemsWith(review.address).then(setWho, () => setWho("the systems that know the address"));
  };
  return (
    <tr tabIndex={0} onKeyDown={onKeyDown} onFocus={onFocus} aria-label={`Review ${review.id}`}>
      <th scope="row"><a href={linkTo("log", { at: String(review.position) })}>{review.id}</a></th>
      <td><Said value={review.address ?? "by its hash only"} /></td>
      <td>{when(review.at)}</td>
      <td><Said value={review.text} /> {review.source && <>From {review.source}.</>}</td>
      <td>
        <p><kbd>o</kbd> closes {review.channels.join(", ") || "the address"} and tells {who || "the systems that know the address"}.</p>
        <button type="button" onClick={() => decide("opt_out")}>It is an opt-out</button>
        <p><kbd>n</kbd> lets it be; nothing is sent.</p>
        <button type="button" onClick={() => decide("not_an_opt_out")}>It is none</button>
        <p role="status"><Said value={told} /></p>
      </td>
    </tr>
  );
}

function Identities({ items }: { items: any[] }) {
  return (
    <Table caption="Contacts that may be one person" heads={["Review", "Contacts", "Alike in", "Since", "What to do"]}>
      {items.map((one) => (
        <tr key={one.id}>
          <th scope="row">{one.id}</th>
          <td>{one.contacts.map((id: string) => <div key={id}><a href={linkTo("person", { id })}>{id}</a></div>)}</td>
          <td><Said value={one.matched} /></td>
          <td>{when(one.at)}</td>
          <td><Said value={one.next_step} /></td>
        </tr>
      ))}
    </Table>
  );
}

export function Desk() {
  const [reason, setReason] = useState("");
  const live = useLive("desk", async (signal) => {
    const [reviews, hand] = await Promise.all([all("/reviews", signal, 5), all("/opt-outs/by-hand", signal, 5)]);
    const oldest = (a: any, b: any) => a.position - b.position;
    return { reviews: reviews.items.sort(oldest), hand: hand.items.sort(oldest) };
  }, (value) => new Map<string, string>([...value.reviews.map((one: any) => [one.id + one.address, ""]),
    ...value.hand.map((one: any) => ["hand" + one.position + one.connector, ""])] as [string, string][]));
  return (
    <>
      <Shown live={live} empty={(value) => value.reviews.length + value.hand.length ? "" : "Nothing waits for a decision."}>
        {(value) => {
          const consent = value.reviews.filter((one: any) => one.kind !== "identity");
          const identity = value.reviews.filter((one: any) => one.kind === "identity");
          return (
            <>
              {consent.length > 0 && (
                <>
                  <form class="row" onSubmit={(event) => event.preventDefault()}>
                    <label>Reason for what you decide <input value={reason} onInput={(event) => setReason(event.currentTarget.value)} autocomplete="off" /></label>
                    <span>Then go to a row with Tab: one key decides it.</span>
                  </form>
                  <Table caption="Possible opt-outs, oldest first" heads={["Position", "Address", "Since", "Why it is asked", "Decide"]}>
                    {consent.map((one: any) => <Review key={one.id + one.address} review={one} reason={reason} done={live.follow} />)}
                  </Table>
                </>
              )}
              {identity.length > 0 && <Identities items={identity} />}
              {value.hand.length > 0 && <ByHand items={value.hand} done={live.follow} />}
            </>
          );
        }}
      </Shown>
      <Twins command="opt-outs by-hand" paths={["/reviews", "/opt-outs/by-hand"]} />
    </>
  );
}
