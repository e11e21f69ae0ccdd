"""A clean root of the machine's own Debian, made with mmdebstrap, in which a package is installed and its
unit's lines are run. systemd is not process 1 in it: what it would do is done here."""
import os
import pathlib
import shlex
import shutil
import subprocess

# In a mount name space of its own, so that nothing stays mounted.
ENTER = ("unshare", "--mount", "--propagation", "private", "sh", "-ec",
         'mount --rbind /proc "$0/proc"; mount --rbind /dev "$0/dev"; exec chroot "$@"')


def run(*command, **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=1200, **options)
    if done.returncode:
        told = (done.stdout + done.stderr)[-2000:]
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {told}")
    return done.stdout


def own_sources():
    """The files of the machine's sources that are Debian's, as apt itself names them."""
    entries = run("apt-get", "indextargets", "--format", "$(ORIGIN)|$(SOURCESENTRY)", "Created-By: Packages")
    return sorted({line.split("|")[1].rsplit(":", 1)[0] for line in entries.splitlines()
                   if line.startswith("Debian|")})


class CleanRoot:
    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "root"
        settings = pathlib.Path(folder) / "apt.conf"  # a proxy, and how old lists may be
        settings.write_text(run("apt-config", "dump", "Acquire"))
        run("mmdebstrap", "--mode=root", "--variant=minbase", f"--aptopt={settings}", "--skip=cleanup/apt",
            "", self.path, *own_sources())
        shutil.copy("/etc/resolv.conf", self.path / "etc/resolv.conf")
        policy = self.path / "usr/sbin/policy-rc.d"  # nothing is started by an installation
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)

    def command(self, *words, user=None):
        who = (f"--userspec={user}",) if user else ()
        return [*ENTER, str(self.path), *who, str(self.path), *map(str, words)]

    def run(self, *words, **options):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive",
                       "LC_ALL": "C"}
        return run(*self.command(*words), env=environment, stdin=subprocess.DEVNULL, **options)

    def install(self, package, *options):
        shutil.copy(package, self.path / "tmp")
        return self.run("apt-get", "install", "-y", *options, f"/tmp/{package.name}")

    def user(self, name):
        """uid:gid as this root knows them."""
        for line in (self.path / "etc/passwd").read_text().splitlines():
            if line.startswith(name + ":"):
                return ":".join(line.split(":")[2:4])
        raise AssertionError(f"there is no user {name}")


class Unit:
    """An installed unit: the lines of it that say how it is started."""

    def __init__(self, root, name):
        self.root, self.settings = root, {}
        for line in (root.path / "lib/systemd/system" / name).read_text().splitlines():
            key, equals, value = line.partition("=")
            if equals and not line.startswith("#"):
                self.settings[key] = value
        self.user = root.user(self.settings["User"])

    def make_state_folder(self):
        state = self.root.path / "var/lib" / self.settings["StateDirectory"]
        state.mkdir(mode=int(self.settings["StateDirectoryMode"], 8), exist_ok=True)
        os.chown(state, *map(int, self.user.split(":")))
        return state

    def command(self, name):
        return self.root.command(*shlex.split(self.settings[name]), user=self.user)

    def environment(self):
        file = self.root.path / self.settings["EnvironmentFile"].removeprefix("-/")
        pairs = dict(line.split("=", 1) for line in file.read_text().splitlines())
        return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **pairs}
