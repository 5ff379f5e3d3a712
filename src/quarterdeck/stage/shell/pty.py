"""A shell on a pseudo-terminal of its own."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
import struct
import sys
import termios
from collections.abc import Callable
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.processes import group_members, kill_session, signal_group
from quarterdeck.stage.shell import launcher
from quarterdeck.stage.shell.marks import MarkScanner, Piece
from quarterdeck.stage.shell.program import ShellProgram

READ_SIZE = 65536
EXIT_SECONDS = 1.0
"""How long a shell may take to end when its terminal is closed, before it is killed."""
SWEEP_SECONDS = 2.0
"""How long ending what a killed shell left in a container may take."""
_LAUNCHER = Path(launcher.__file__)


class Shell:
    """A running shell.

    ``on_piece`` hears its output and marks in order, in the event loop's thread; ``on_exit`` hears
    its exit status once, after the last piece (128 + the signal that killed it).
    """

    def __init__(
        self, program: ShellProgram, on_piece: Callable[[Piece], None], on_exit: Callable[[int], None]
    ) -> None:
        self._program = program
        self._on_piece = on_piece
        self._on_exit = on_exit
        self._scanner = MarkScanner(program.nonce)
        self._master = -1
        self._unwritten = bytearray()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.Task[None] | None = None

    async def start(self) -> int:
        """Open the terminal and start the program; gives its process id, which is its session's too.

        Raises:
            QuarterdeckError: when there is no such program.

        """
        self._master, slave = os.openpty()
        try:
            os.set_blocking(self._master, False)
            _set_size(slave, self._program.columns, self._program.rows)
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(_LAUNCHER)),
                os.ttyname(slave),
                *self._program.arguments,
                cwd=self._program.folder,
                env=dict(self._program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=slave,  # held open until the terminal is opened by name, or reading would end
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._master)
            self._master = -1
            raise QuarterdeckError.of(
                f"can't start a shell: {error}", hint="demos need bash", code="no-shell"
            ) from error
        finally:
            os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self._process.pid

    def write(self, data: bytes) -> None:
        """Type into the terminal.  What can't be taken at once is sent as soon as it can be."""
        if self._master < 0:
            return
        self._unwritten += data
        self._flush()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size; the program in the foreground is told (SIGWINCH)."""
        if self._master >= 0:
            _set_size(self._master, columns, rows)

    @property
    def foreground_group(self) -> int | None:
        """The process group that Ctrl-C would reach; None when the terminal is gone."""
        try:
            group = os.tcgetpgrp(self._master)
        except OSError:
            return None
        return group if group > 0 else None

    @property
    def raw(self) -> bool:
        """Whether a program reads keys itself, those that are signals otherwise too (no ISIG, termios(3))."""
        try:
            return not termios.tcgetattr(self._master)[3] & termios.ISIG
        except (OSError, termios.error):
            return False

    def terminate_foreground(self) -> None:
        """Ask the programs in the foreground to end."""
        if group := self.foreground_group:
            signal_group(group, signal.SIGTERM)

    def kill_foreground(self) -> list[int]:
        """Kill the programs in the foreground; gives their processes."""
        group = self.foreground_group
        if group is None:
            return []
        members = group_members(group)
        signal_group(group, signal.SIGKILL)
        return members

    def kill(self) -> list[int]:
        """Kill the shell and all that it started; gives which.  ``on_exit`` is told as soon as it's gone."""
        return kill_session(self._process.pid) if self._process is not None else []

    async def close(self) -> None:
        """Hang up, as closing a terminal's window does, then kill what is left.  ``on_exit`` isn't told."""
        self._on_exit = lambda status: None
        self._close_terminal()
        if self._ending is not None:
            await self._ending
        if self._process is None:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), EXIT_SECONDS)
        kill_session(self._process.pid)
        await self._process.wait()

    async def sweep(self) -> None:
        """End what the program has left running in a container: killing docker exec doesn't."""
        if not self._program.sweep:
            return
        process = await asyncio.create_subprocess_exec(
            *self._program.sweep,
            cwd=self._program.folder,
            env=dict(self._program.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            await asyncio.wait_for(process.wait(), SWEEP_SECONDS)
        except TimeoutError:
            kill_session(process.pid)
            await process.wait()

    def _read(self) -> None:
        try:
            data = os.read(self._master, READ_SIZE)
        except BlockingIOError:
            return
        except OSError:  # EIO: the last process closed the terminal
            data = b""
        if not data:
            self._close_terminal()
            self._ending = asyncio.create_task(self._end())
            return
        for piece in self._scanner.feed(data):
            self._on_piece(piece)

    async def _end(self) -> None:
        if rest := self._scanner.rest():
            self._on_piece(rest)
        if self._process is None:
            return
        try:
            status = await asyncio.wait_for(self._process.wait(), EXIT_SECONDS)
        except TimeoutError:  # it closed its terminal but lives on
            self.kill()
            status = await self._process.wait()
        kill_session(self._process.pid)
        self._on_exit(status if status >= 0 else 128 - status)

    def _flush(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            written = os.write(self._master, self._unwritten)
        except BlockingIOError:
            written = 0
        except OSError:  # the terminal is gone; _read tells so
            self._unwritten.clear()
            return
        del self._unwritten[:written]
        if self._unwritten:
            loop.add_writer(self._master, self._flush)
        else:
            loop.remove_writer(self._master)

    def _close_terminal(self) -> None:
        if self._master < 0:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        os.close(self._master)
        self._master = -1


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
