import { get } from "../api";
import { useLive } from "../live";
import { Said, Shown, Table, Twins, Word } from "../parts";
import { linkTo, place } from "../place";
import { spoken, when } from "../words";

export function Alerts() {
  const state = place.value.about.get("state") === "resolved" ? "resolved" : "active";
  const path = "/alerts?state=" + state;
  const live = useLive("alerts/" + state, (signal) => get(path, signal),
    (list: any) => new Map(list.items.map((one: any) => [one.rule + one.subject + one.since, one.severity])));
  return (
    <>
      <p>
        <a href={linkTo("alerts")} aria-current={state === "active" ? "true" : undefined}>Open</a>{" "}
        <a href={linkTo("alerts", { state: "resolved" })} aria-current={state === "resolved" ? "true" : undefined}>Over</a>
      </p>
      <Shown live={live} empty={(list) => list.items.length ? "" : state === "active" ? "No alert is open." : "No alert is over."}>
        {(list) => (
          <Table caption={state === "active" ? "Open alerts" : "Alerts that are over"} heads={["Rule", "Severity", "About", "Since", "Over at", "In words"]}>
            {list.items.map((one: any) => (
              <tr key={one.rule + one.subject + one.since}>
                <th scope="row">{spoken(one.rule)}</th>
                <td><Word kind={one.severity === "critical" ? "bad" : "slow"}>{one.severity}</Word></td>
                <td><Said value={one.subject} /></td>
                <td>{when(one.since)}</td>
                <td>{when(one.resolved_at)}</td>
                <td><Said value={one.text} /></td>
              </tr>
            ))}
          </Table>
        )}
      </Shown>
      <Twins command={state === "active" ? "alerts" : "alerts --resolved"} paths={[path]} />
    </>
  );
}
