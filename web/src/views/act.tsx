import { useEffect, useState } from "preact/hooks";
import { get, isProblem, post } from "../api";
import { Said } from "../parts";
import { counted, spoken } from "../words";

/** What is done to all that fit: first as a dry run, then in earnest. */
export interface Plan {
  what: "retry" | "write_off" | "reprocess";
  name: string;
  /** All of what; the filter knows no field. */
  whom: string;
  filter: Record<string, string>;
}

const pause_ms = 400;
const wordsOf = (error: unknown) => (isProblem(error) ? error.message : String(error));

function skips(action: any): string {
  const rows = action.skipped.map((one: any) => `${one.count} ${spoken(one.reason_code)}`);
  return rows.length ? `; left out: ${rows.join(", ")}` : "";
}

function outcome(action: any): string {
  if (action.error) return `Failed: ${action.error}`;
  const fits = `${action.matched} fit`;
  if (action.dry_run) return `${fits}; ${action.requested} would be done${skips(action)}.`;
  return `${spoken(action.state)}: ${fits}; ${action.requested} done${skips(action)}.`;
}

export function Act({ plan }: { plan: Plan }) {
  const [trial, setTrial] = useState<any>();
  const [action, setAction] = useState<any>();
  const [told, setTold] = useState("");
  const [running, setRunning] = useState("");
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(async () => {
      try {
        const now = await get("/actions/" + encodeURIComponent(running));
        (now.dry_run ? setTrial : setAction)(now);
        if (now.state !== "running") setRunning("");
      } catch (failed) {
        setTold(wordsOf(failed));
        setRunning("");
      }
    }, pause_ms);
    return () => clearInterval(timer);
  }, [running]);
  const begin = async (dry_run: boolean, reason: string) => {
    setTold("");
    try {
      const begun = await post("/actions", { what: plan.what, filter: plan.filter, dry_run, ...(dry_run ? {} : { reason }) });
      setRunning(begun.id);
    } catch (failed) {
      setTold(wordsOf(failed));
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    void begin(false, String(new FormData(event.currentTarget as HTMLFormElement).get("reason") ?? ""));
  };
  return (
    <fieldset>
      <legend>{plan.name}: {plan.whom}</legend>
      <button type="button" disabled={running !== ""} onClick={() => void begin(true, "")}>See what it would do</button>
      <p role="status">{trial && outcome(trial)} <Said value={told} /></p>
      {trial?.state === "done" && trial.requested > 0 && !action && (
        <form class="row" onSubmit={submit}>
          <label>Reason <input name="reason" required autocomplete="off" /></label>
          <button disabled={running !== ""}>{plan.name}: {counted(trial.requested, "time")}</button>
        </form>
      )}
      <p role="status">
        {action && outcome(action)}{" "}
        {action?.state === "running" && <button type="button" onClick={() => void post(`/actions/${action.id}/stop`, {}).catch((failed) => setTold(wordsOf(failed)))}>Stop</button>}
      </p>
    </fieldset>
  );
}
