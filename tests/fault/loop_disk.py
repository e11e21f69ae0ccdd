"""A small ext4 of its own on a loop device, whose power can be cut."""
import fcntl
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

from stage import NotHere, Trouble

FS_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs.h
NO_LOG_FLUSH = 2  # neither data nor journal reaches the disk any more


class LoopDisk:
    """Raises NotHere when this machine has no root, no loop devices or no mkfs.ext4."""

    def __init__(self, megabytes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tidemark-disk-"))
        self.image, self.path = self.folder / "image", self.folder / "mounted"
        self.path.mkdir()
        self.mounted = False
        try:
            self.make(megabytes)
            self.mount()
        except NotHere:
            shutil.rmtree(self.folder)
            raise

    def make(self, megabytes):
        if os.geteuid() != 0:
            raise NotHere("mounting a file system of our own needs root")
        program = shutil.which("mkfs.ext4", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if program is None:
            raise NotHere("mkfs.ext4 is not installed")
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        done = subprocess.run([program, "-q", "-F", str(self.image)], capture_output=True, text=True)
        if done.returncode != 0:
            raise Trouble(f"mkfs.ext4: {done.stderr}")

    def mount(self):
        done = subprocess.run(["mount", "-t", "ext4", "-o", "loop", str(self.image), str(self.path)],
                              capture_output=True, text=True)
        if done.returncode != 0:
            raise NotHere(f"mounting ext4 on a loop device: {done.stderr.strip()}")
        self.mounted = True

    def cut_power(self):
        """From now on every call on it fails; what was not synced is gone after `come_back`."""
        root = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(root, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        except OSError as fault:
            raise NotHere(f"the file-system shutdown ioctl: {fault}") from fault
        finally:
            os.close(root)

    def come_back(self):
        self.unmount()
        self.mount()

    def unmount(self):
        if not self.mounted:
            return
        done = subprocess.run(["umount", str(self.path)], capture_output=True, text=True)
        if done.returncode != 0:
            raise Trouble(f"unmounting {self.path}: {done.stderr}")
        self.mounted = False

    def close(self):
        try:
            self.unmount()
        except Trouble:
            subprocess.run(["umount", "-l", str(self.path)], capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)
