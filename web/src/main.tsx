import { render, type ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useSignalEffect } from "@preact/signals";
import { isProblem, loggedOut, me, post, whoAmI, type Problem } from "./api";
import { Said, Trouble } from "./parts";
import { goTo, linkTo, place } from "./place";
import { Access } from "./views/access";
import { Alerts } from "./views/alerts";
import { Desk } from "./views/desk";
import { Find } from "./views/find";
import { Log } from "./views/log";
import { OptOutView } from "./views/optouts";
import { Person } from "./views/person";
import { StuckView } from "./views/stuck";
import { Systems } from "./views/systems";

const views: Record<string, { title: string; show: ComponentType; hidden?: boolean }> = {
  find: { title: "Find", show: Find },
  person: { title: "One person", show: Person, hidden: true },
  stuck: { title: "Overdue and stuck", show: StuckView },
  optouts: { title: "Opt-outs", show: OptOutView },
  desk: { title: "Desk", show: Desk },
  systems: { title: "Systems", show: Systems },
  alerts: { title: "Alerts", show: Alerts },
  log: { title: "Log", show: Log },
  access: { title: "Access", show: Access },
};

function SignIn({ again }: { again: () => void }) {
  const [told, setTold] = useState("");
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    setTold("");
    try {
      if (text("token")) await post("/session", {}, text("token"));
      else await post("/session", { email: text("email"), password: String(form.get("password") ?? "") });
      await whoAmI();
      if (!me.value) setTold("The browser did not keep the session: the console needs https, but on this machine itself.");
    } catch (failed) {
      if (isProblem(failed) && failed.code === "tenant_required") again();
      else setTold(isProblem(failed) ? failed.message : String(failed));
    }
  };
  return (
    <>
      <p>The session ends after eight hours, and at once with its token, its user or its tenant.</p>
      <form onSubmit={submit}>
        <fieldset>
          <legend>With a token</legend>
          <div class="row"><label>Token <input name="token" type="password" autocomplete="off" /></label></div>
        </fieldset>
        <fieldset>
          <legend>Or with a password</legend>
          <div class="row">
            <label>E-mail <input name="email" type="email" autocomplete="username" /></label>{" "}
            <label>Password <input name="password" type="password" autocomplete="current-password" /></label>
          </div>
        </fieldset>
        <button>Sign in</button>
        <p role="alert"><Said value={told} /></p>
      </form>
    </>
  );
}

function WhichTenant() {
  const submit = (event: Event) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get("tenant") ?? "");
    goTo(place.value.view, { ...Object.fromEntries(place.value.about), tenant: name });
    location.reload();
  };
  return (
    <form class="row" onSubmit={submit}>
      <label>Which tenant <input name="tenant" required autocomplete="off" /></label>
      <button>Go there</button>
    </form>
  );
}

function SignOut() {
  const [told, setTold] = useState("");
  const run = () => post("/session/end", {}).then(loggedOut, (failed) =>
    setTold(isProblem(failed) ? failed.message : String(failed)));
  return (
    <>
      <button type="button" onClick={run}>Sign out</button>{" "}
      <span role="alert">{told && <>You may still be signed in. <Said value={told} /></>}</span>
    </>
  );
}

function Head() {
  const current = place.value.view === "person" ? "find" : place.value.view;
  return (
    <header>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), document.querySelector("h1")?.focus())}>To the content</a>
      <strong>Tidemark</strong>
      <nav aria-label="Views">
        {me.value && Object.entries(views).filter(([, view]) => !view.hidden).map(([name, view]) => (
          <a key={name} href={linkTo(name)} aria-current={name === current ? "page" : undefined}>{view.title}</a>
        ))}
      </nav>
      {me.value && <span><Said value={me.value.name} />, {me.value.role}, {me.value.tenant} <SignOut /></span>}
    </header>
  );
}

function Body({ problem, again }: { problem?: Problem; again: () => void }) {
  const view = views[place.value.view];
  if (problem?.code === "tenant_required") return <WhichTenant />;
  if (problem) return <Trouble problem={problem} again={again} />;
  if (me.value === undefined) return <p>Asking the service</p>;
  if (me.value === null) return <SignIn again={again} />;
  if (!view) return <p class="say">There is no such view.</p>;
  const Show = view.show;
  return <Show key={place.value.view} />;
}

function App() {
  const heading = useRef<HTMLHeadingElement>(null);
  const [problem, setProblem] = useState<Problem>();
  const ask = () => void whoAmI().then(() => setProblem(undefined), (failed) => isProblem(failed) && setProblem(failed));
  useEffect(ask, []);
  const title = me.value === null ? "Sign in" : views[place.value.view]?.title ?? "Not found";
  useSignalEffect(() => void (document.title = `${me.value === null ? "Sign in" : views[place.value.view]?.title ?? "Not found"} - Tidemark`));
  const before = useRef(place.value.view);
  useEffect(() => {
    if (before.current !== place.value.view) heading.current?.focus();
    before.current = place.value.view;
  });
  return (
    <>
      <Head />
      <main id="main" data-place={place.value.hash}>
        <h1 tabIndex={-1} ref={heading}>{title}</h1>
        <Body problem={problem} again={ask} />
      </main>
    </>
  );
}

render(<App />, document.getElementById("app")!);
