"""Kernels for papermill that begin as copies of a process that has loaded everything."""

import multiprocessing
import os
import random
import signal
import sys
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

import matplotlib as mpl
import numpy as np
from ipykernel.kernelapp import launch_new_instance
from jupyter_client import AsyncKernelManager
from jupyter_client.provisioning import LocalProvisioner

from .forks import end_with_parent
from .preloaded import PATH

__all__ = ["copied_kernel"]


def copied_kernel() -> type[AsyncKernelManager]:
    """Copy this process, for one kernel; return what manages it.

    To be called before this process does anything else: papermill itself has threads and sockets,
    of which a copy would have halves.

    Returns
    -------
    type
        For ``kernel_manager_class`` of nbclient. It can be used once.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    copy = context.Process(target=_kernel, args=(receiver,))
    copy.start()

    class Manager(AsyncKernelManager):
        def __init__(self, **options):
            super().__init__(**options)
            self.provisioner = _Provisioner(kernel_spec=self.kernel_spec, parent=self)
            self.provisioner.copy, self.provisioner.sender = copy, sender

    return Manager


def _kernel(receiver: Connection) -> None:
    """Be a kernel of Jupyter, when told with which arguments and environment."""
    os.setsid()  # Ctrl-C is for the one that asked, who ends this kernel
    end_with_parent()
    arguments, environment = receiver.recv()
    os.environ.clear()
    os.environ.update(environment)
    sys.path[:] = PATH
    # As ipykernel sets it for a process that loads matplotlib later.
    mpl.rcParams["backend"] = "module://matplotlib_inline.backend_inline"
    # All copies have one random state. A draw without a seed must not look as if it had one.
    random.seed()
    np.random.seed()
    launch_new_instance(argv=arguments)


class _Provisioner(LocalProvisioner):
    """Take the copy that waits as the process of the kernel."""

    copy: ForkProcess
    sender: Connection

    async def launch_kernel(self, cmd: list[str], **options):
        self.sender.send((cmd[cmd.index("-f") :], options["env"]))
        self.process = _Popen(self.copy)
        self.pid = self.pgid = self.copy.pid
        self.cwd = options.get("cwd") or os.getcwd()
        return self.connection_info


class _Popen:
    """A copied process as jupyter_client handles one."""

    stdin = stdout = stderr = None

    def __init__(self, copy: ForkProcess):
        self.copy, self.pid = copy, copy.pid

    def poll(self) -> int | None:
        return self.copy.exitcode

    def wait(self) -> int:
        self.copy.join()
        return self.copy.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)
