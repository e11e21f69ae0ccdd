import { get, post } from "../api";
import { useLive } from "../live";
import { Deed, Said, Shown, Table, Twins, Word } from "../parts";
import { when } from "../words";

function Users({ items, again }: { items: any[]; again: () => void }) {
  const run = (one: any, what: string) => async (reason: string) => {
    await post(`/users/${encodeURIComponent(one.id)}/${what}`, { reason });
    again();
  };
  return (
    <Table caption="People who log in with a password" heads={["E-mail", "Role", "State", "Made", "Change"]}>
      {items.map((one) => (
        <tr key={one.id}>
          <th scope="row"><Said value={one.email} /></th>
          <td>{one.role}</td>
          <td><Word kind={one.state === "enabled" || one.state === "active" ? "ok" : "off"}>{one.state}</Word>{one.locked_until && `, locked until ${when(one.locked_until)}`}</td>
          <td>{when(one.created_at)} by <Said value={one.created_by} /></td>
          <td>
            {one.state === "disabled"
              ? <Deed name="Enable" consequence="May log in again." run={run(one, "enable")} />
              : <Deed name="Disable" consequence="Every session of this user ends at once." run={run(one, "disable")} />}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Tokens({ items, again }: { items: any[]; again: () => void }) {
  const revoke = (one: any) => async (reason: string) => {
    await post(`/tokens/${encodeURIComponent(one.id)}/revoke`, { reason });
    again();
  };
  return (
    <Table caption="Tokens of programs" heads={["Name", "Role", "State", "Ends with", "Expires", "Made", "Change"]}>
      {items.map((one) => (
        <tr key={one.id}>
          <th scope="row"><Said value={one.name} /></th>
          <td>{one.role}</td>
          <td><Word kind={one.state === "active" ? "ok" : "off"}>{one.state}</Word></td>
          <td>{one.last_four}</td>
          <td>{when(one.expires_at) || "never"}</td>
          <td>{one.source === "file" ? "stands in the configuration" : <>{when(one.created_at)} by <Said value={one.created_by} /></>}</td>
          <td>{one.source === "log" && one.state === "active" && <Deed name="Revoke" consequence="Nobody gets in with it any more; its sessions end at once." run={revoke(one)} />}</td>
        </tr>
      ))}
    </Table>
  );
}

export function Access() {
  const live = useLive("access", async (signal) => {
    const [users, tokens] = await Promise.all([get("/users?limit=100", signal), get("/tokens?limit=100", signal)]);
    return { users: users.items, tokens: tokens.items, more: Boolean(users.next || tokens.next) };
  }, (value) => new Map<string, string>([...value.users, ...value.tokens].map((one: any) => [one.id, one.state + one.role])));
  return (
    <>
      <Shown live={live}>
        {(value) => (
          <>
            {value.users.length ? <Users items={value.users} again={live.follow} /> : <p class="say">Nobody logs in with a password.</p>}
            {value.tokens.length ? <Tokens items={value.tokens} again={live.follow} /> : <p class="say">There is no token.</p>}
            {value.more && <p>Only the first hundred of each are shown.</p>}
          </>
        )}
      </Shown>
      <Twins command="user list" paths={["/users", "/tokens"]} />
    </>
  );
}
