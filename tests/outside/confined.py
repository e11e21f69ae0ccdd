#!/usr/bin/env python3
"""confined.py UNIT STATE_FOLDER PROGRAM [ARGUMENT...] runs PROGRAM as systemd would run UNIT's ExecStart:
as nobody, without capabilities, with a read-only file system but for STATE_FOLDER, and under UNIT's system
call filters. Instead of PROGRAM: `--probe`, which tries what must not work and prints what did, as JSON.
Needs root.

What systemd does besides (name spaces of users and IPC, /proc, /dev, cgroups, IP addresses) is not imitated.
"""
import ctypes
import ctypes.util
import errno
import json
import mmap
import os
import pathlib
import pwd
import resource
import socket
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
MS_RDONLY, MS_NOSUID, MS_NOEXEC, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 2, 8, 32, 4096, 16384, 1 << 18
CLONE_NEWNS = 0x20000
NAMESPACES = (0x80, CLONE_NEWNS, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000)
PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 24, 38
ALLOW, NE, EQ, MASKED_EQ = 0x7FFF0000, 1, 4, 7


class Unit:
    """The settings of a unit file; a setting that is there several times is a list of all its values."""

    def __init__(self, path):
        self.settings = {}
        for line in pathlib.Path(path).read_text().splitlines():
            name, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.settings.setdefault(name.strip(), []).append(value.strip())

    def words(self, name):
        return " ".join(self.settings.get(name, [])).split()

    def on(self, name):
        return self.settings.get(name) == ["yes"]

    def calls(self):
        """The allowed system calls: groups resolved by systemd itself, lines in their order."""
        allowed = set()
        for line in self.settings["SystemCallFilter"]:
            names = members(line.removeprefix("~").split())
            allowed = allowed - names if line.startswith("~") else allowed | names
        return allowed


def members(names):
    out = set()
    for name in names:
        if not name.startswith("@"):
            out.add(name)
            continue
        told = subprocess.check_output(["systemd-analyze", "syscall-filter", name], text=True)
        lines = [line.strip() for line in told.splitlines()[1:]]
        out |= members([line for line in lines if line and not line.startswith("#")])
    return out


def checked(result, what):
    if result < 0:
        number = ctypes.get_errno() or -result
        raise OSError(number, f"{what}: {os.strerror(number)}")


def mount(place, flags, source=None):
    source = source and os.fsencode(source)
    checked(libc.mount(source, os.fsencode(place), None, ctypes.c_ulong(flags), None), f"mount {place}")


def confine_files(unit, state, program):
    """ProtectSystem=strict, NoExecPaths= and ExecPaths=: bind mounts keep their own flags when / changes."""
    checked(libc.unshare(CLONE_NEWNS), "unshare")
    mount("/", MS_REC | MS_PRIVATE)
    code = [program if path.endswith("/tidemarkd") else path for path in unit.words("ExecPaths")]
    code = [os.path.realpath(path) for path in code if os.path.exists(path)]
    for path in [*code, state]:
        mount(path, MS_BIND, path)
    for path in code:
        mount(path, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID)
    mount(state, MS_BIND | MS_REMOUNT | MS_NOSUID | MS_NOEXEC)
    no_exec = MS_NOEXEC if unit.words("NoExecPaths") == ["/"] else 0
    read_only = MS_RDONLY if unit.settings.get("ProtectSystem") == ["strict"] else 0
    for point in sorted({line.split()[4] for line in open("/proc/self/mountinfo")} - {*code, state}):
        if not point.startswith(("/proc", "/sys", "/dev")):
            mount(point, MS_BIND | MS_REMOUNT | MS_NOSUID | no_exec | read_only)


def confine_rights(unit):
    resource.setrlimit(resource.RLIMIT_CORE, (int(unit.words("LimitCORE")[0]),) * 2)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(int(unit.words("LimitNOFILE")[0]), most),) * 2)
    os.umask(int(unit.words("UMask")[0], 8))
    kept = unit.words("CapabilityBoundingSet")
    assert not kept, f"no imitation of CapabilityBoundingSet={kept}"
    for capability in range(int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text()) + 1):
        checked(libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "drop a capability")
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setresgid(*[nobody.pw_gid] * 3)
    os.setresuid(*[nobody.pw_uid] * 3)
    if unit.on("NoNewPrivileges"):
        checked(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operation", ctypes.c_int),
                ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Filter:
    """One seccomp filter; the strictest answer of all that are loaded counts."""
    lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    lib.seccomp_init.restype = ctypes.c_void_p

    def __init__(self, default):
        self.context = ctypes.c_void_p(self.lib.seccomp_init(ctypes.c_uint32(default)))

    def rule(self, action, call, *comparisons):
        number = self.lib.seccomp_syscall_resolve_name(call.encode())
        if number < 0:
            return  # not a call of this machine
        array = (Comparison * len(comparisons))(*[Comparison(*each) for each in comparisons])
        action = ctypes.c_uint32(action)
        added = self.lib.seccomp_rule_add_array(self.context, action, number, len(array), array)
        checked(added, f"rule for {call}")

    def load(self):
        checked(self.lib.seccomp_load(self.context), "load a filter")


def refuse(number=errno.EPERM):
    return 0x00050000 | number


def confine_calls(unit):
    """Filters as systemd's seccomp-util.c makes them; the list of calls comes last, as it forbids the others."""
    more = Filter(ALLOW)
    if unit.on("MemoryDenyWriteExecute"):
        both, code = mmap.PROT_WRITE | mmap.PROT_EXEC, mmap.PROT_EXEC
        more.rule(refuse(), "mmap", (2, MASKED_EQ, both, both))
        for call in ("mprotect", "pkey_mprotect"):
            more.rule(refuse(), call, (2, MASKED_EQ, code, code))
        more.rule(refuse(), "shmat", (2, MASKED_EQ, 0o100000, 0o100000))
    if families := unit.words("RestrictAddressFamilies"):
        allowed = {getattr(socket, name) for name in families}
        for family in set(range(64)) - allowed:
            more.rule(refuse(errno.EAFNOSUPPORT), "socket", (0, EQ, family, 0))
    if unit.on("RestrictNamespaces"):
        more.rule(refuse(errno.ENOSYS), "clone3")
        more.rule(refuse(), "unshare")
        more.rule(refuse(), "setns")
        for flag in NAMESPACES:
            more.rule(refuse(), "clone", (0, MASKED_EQ, flag, flag))
    if unit.on("RestrictRealtime"):
        for policy in (1, 2, 4, 6, 7, 8):
            more.rule(refuse(), "sched_setscheduler", (1, EQ, policy, 0))
    if unit.on("RestrictSUIDSGID"):
        more.rule(refuse(), "openat2")
        for bit in (0o4000, 0o2000):
            for call, argument in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1),
                                   ("mkdirat", 2)):
                more.rule(refuse(), call, (argument, MASKED_EQ, bit, bit))
            more.rule(refuse(), "openat", (2, MASKED_EQ, os.O_CREAT, os.O_CREAT), (3, MASKED_EQ, bit, bit))
    more.load()
    calls = Filter(refuse())
    for call in unit.allowed:
        calls.rule(ALLOW, call)
    calls.load()


def probe(state):
    """What worked although it must not."""
    def call(function, *arguments):
        if function(*arguments) < 0:
            raise OSError(ctypes.get_errno(), "refused")

    def run_another():
        child = os.fork()
        if child == 0:
            try:
                os.execv("/bin/true", ["true"])
            except OSError:
                os._exit(7)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7:
            raise PermissionError

    attempts = {
        "run another program": run_another,
        "mount": lambda: call(libc.mount, b"x", b"/mnt", b"tmpfs", 0, None),
        "ptrace": lambda: call(libc.ptrace, 0, 0, 0, 0),
        "name space": lambda: call(libc.unshare, 0x10000000),
        "writable code": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC),
        "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
        "raw socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW),
        "write elsewhere": lambda: open("/var/tmp/tidemark-probe", "w"),
        "set-user-id": lambda: os.chmod(state, 0o4700),
        "become root": lambda: os.setuid(0),
    }
    worked = []
    for name, attempt in attempts.items():
        try:
            attempt()
            worked.append(name)
        except OSError:
            pass
    (pathlib.Path(state) / "probe").write_text("the state folder is writable\n")
    socket.getaddrinfo(b"localhost", 443)  # names can be looked up; text would want another module
    print(json.dumps({"worked": worked, "tried": len(attempts)}), flush=True)


def main():
    unit, state, program, *arguments = sys.argv[1:]
    unit = Unit(unit)
    unit.allowed = unit.calls()  # asks systemd-analyze, which cannot be run later
    probing = program == "--probe"
    confine_files(unit, state, os.path.realpath(sys.executable if probing else program))
    confine_rights(unit)
    confine_calls(unit)
    if probing:
        return probe(state)
    os.execv(program, [program, *arguments])


if __name__ == "__main__":
    main()
