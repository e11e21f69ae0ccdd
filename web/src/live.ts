import { useEffect, useRef, useState } from "preact/hooks";
import { isProblem, type Problem } from "./api";

const every = 5000;
// The service wants to be left alone until then. Whoever asks by hand may.
let rest_until = 0;
const isResting = () => Date.now() < rest_until;
const moments_after_a_deed = [0, 300, 1000, 2500];

/** What a view shows. Newer data waits in `fresh` until the reader wants it. */
export interface Live<T> {
  value?: T;
  asOf?: Date;
  problem?: Problem;
  fresh: number;
  /** Shows what has come since. */
  show: () => void;
  /** Asks anew and shows it. */
  again: () => void;
  /** The reader did something: shows what comes of it, which takes a moment. */
  follow: () => void;
}

/** What can be told apart in a view: id to how it stands. */
export type Marks = Map<string, string>;

function differences(before: Marks, now: Marks): number {
  let count = 0;
  for (const [id, how] of now) if (before.get(id) !== how) ++count;
  for (const id of before.keys()) if (!now.has(id)) ++count;
  return count;
}

/** `marks` says what of the data counts as a change; figures that always move are left out of it. */
export function useLive<T>(key: string, load: (signal: AbortSignal) => Promise<T>, marks: (value: T) => Marks): Live<T> {
  const [, redraw] = useState(0);
  const state = useRef<{ key: string; value?: T; asOf?: Date; problem?: Problem; next?: { value: T; asOf: Date }; fresh: number }>({ key, fresh: 0 });
  if (state.current.key !== key) state.current = { key, fresh: 0 };
  const run = useRef<(show: boolean) => Promise<void>>(async () => {});

  useEffect(() => {
    const stop = new AbortController();
    const mine = state.current;
    let begun = 0, answered = 0, busy = false;
    run.current = async (show) => {
      if (busy && !show) return;
      busy = true;
      const number = ++begun;
      const isLate = () => stop.signal.aborted || number < answered;
      try {
        const value = await load(stop.signal);
        if (isLate()) return;
        answered = number;
        const asOf = new Date();
        mine.problem = undefined;
        const count = mine.value === undefined || show ? 0 : differences(marks(mine.value), marks(value));
        if (count === 0) Object.assign(mine, { value, asOf, next: undefined, fresh: 0 });
        else Object.assign(mine, { next: { value, asOf }, fresh: count });
      } catch (failed) {
        if (isLate()) return;
        answered = number;
        mine.problem = isProblem(failed) ? failed : { status: 0, code: "failed", message: String(failed) };
        if (mine.problem.retry_after) rest_until = Date.now() + mine.problem.retry_after * 1000;
      } finally {
        if (number === begun) busy = false;
      }
      if (!stop.signal.aborted) redraw((n) => n + 1);
    };
    void run.current(true);
    const timer = setInterval(() => {
      if (!document.hidden && !isResting()) void run.current(false);
    }, every);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [key]);

  const { value, asOf, problem, fresh } = state.current;
  return {
    value, asOf, problem, fresh,
    show: () => {
      const mine = state.current;
      if (mine.next) Object.assign(mine, { ...mine.next, next: undefined, fresh: 0 });
      redraw((n) => n + 1);
    },
    again: () => void run.current(true),
    follow: () => moments_after_a_deed.forEach((moment) => setTimeout(() => void (isResting() || run.current(true)), moment)),
  };
}
