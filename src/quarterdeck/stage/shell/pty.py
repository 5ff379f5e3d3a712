"""A shell on its own pseudo-terminal.

A step's foreground is killed by SIGKILL, never SIGQUIT: the docker client answers that one with the stacks of its
goroutines, on the projector.
"""

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
from quarterdeck.processes import group_members, kill_session, kill_tree, signal_group
from quarterdeck.stage.shell import launcher
from quarterdeck.stage.shell.marks import MarkScanner, Piece
from quarterdeck.stage.shell.program import ShellProgram
from quarterdeck.terminal.buffer import Grid

READ_SIZE = 65536
EXIT_SECONDS = 1.0
"""How long a shell may take to end when its terminal is closed, before it is killed."""
SWEEP_SECONDS = 2.0
"""How long ending what a killed shell left in a container may take."""
_LAUNCHER = Path(launcher.__file__)


class Shell:
    """A shell that runs; made by :meth:`start`."""

    def __init__(self, program: ShellProgram, process: asyncio.subprocess.Process, master: int, name: str) -> None:
        """``master``: the terminal's other end, which does not block; ``name``: the terminal's own path."""
        self.program = program
        self._process = process
        self._name = name
        self._master = master
        """-1 once the terminal is closed."""
        self._scanner = MarkScanner(program.nonce)
        self._unwritten = bytearray()
        self._on_piece: Callable[[Piece], None] = _ignore
        self._on_exit: Callable[[int], None] = _ignore
        self._ending: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, program: ShellProgram) -> Shell:
        """Open a terminal and start the program on it.  Nothing is read before :meth:`listen`.

        Raises:
            QuarterdeckError: when it can't be started.

        """
        master, slave = os.openpty()
        try:
            os.set_blocking(master, False)
            _set_size(slave, program.grid)
            name = os.ttyname(slave)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(_LAUNCHER)),
                name,
                *program.arguments,
                cwd=program.folder,
                env=dict(program.environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=slave,  # held open until the terminal is opened by name, or reading would end
                start_new_session=True,
            )
        except BaseException as error:
            os.close(master)
            if not isinstance(error, OSError):
                raise
            raise QuarterdeckError.of(
                f"can't start a shell: {error}", hint="demos need bash", code="no-shell"
            ) from error
        finally:
            os.close(slave)
        return cls(program, process, master, name)

    def listen(self, on_piece: Callable[[Piece], None], on_exit: Callable[[int], None]) -> None:
        """Begin to read.  Both are called in the event loop's thread.

        Args:
            on_piece: Called with output and marks, in order.
            on_exit: Called once, after the last piece, with the exit status: 128 + the signal that killed it.

        """
        self._on_piece, self._on_exit = on_piece, on_exit
        asyncio.get_running_loop().add_reader(self._master, self._read)

    @property
    def pid(self) -> int:
        """The id of the process below which it and everything that it starts run (``launcher``)."""
        return self._process.pid

    def write(self, data: bytes) -> None:
        """Type into the terminal.  What it can't take yet is sent as soon as it can; a closed one takes nothing."""
        if self._master < 0:
            return
        if self._unwritten:  # in their order
            self._unwritten += data
            return
        try:
            written = os.write(self._master, data)
        except BlockingIOError:
            written = 0
        except OSError:  # the terminal is gone; _read finds out
            return
        if written < len(data):
            self._unwritten += data[written:]
            asyncio.get_running_loop().add_writer(self._master, self._write_rest)

    def resize(self, grid: Grid) -> None:
        """Give the terminal another size; the program in the foreground is notified (SIGWINCH)."""
        if self._master >= 0:
            _set_size(self._master, grid)

    @property
    def closed(self) -> bool:
        """Whether the terminal is closed, as it is once the shell has ended: what is typed then reaches nobody."""
        return self._master < 0

    @property
    def foreground_group(self) -> int | None:
        """The process group that Ctrl-C would reach; None when the terminal is closed."""
        try:
            group = os.tcgetpgrp(self._master)
        except OSError:
            return None
        return group if group > 0 else None

    @property
    def raw(self) -> bool:
        """Whether Ctrl and a key is input for a program, and no signal for the foreground (no ISIG, termios(3)).

        So it is for a container's terminal, say.
        """
        try:
            return not termios.tcgetattr(self._master)[3] & termios.ISIG
        except (OSError, termios.error):
            return False

    @property
    def by_line(self) -> bool:
        """Whether the program in the foreground reads whole lines (ICANON, termios(3)), as no full-screen program does.

        The client of a container's terminal reads single keys, whatever runs in it.
        """
        try:
            return bool(termios.tcgetattr(self._master)[3] & termios.ICANON)
        except (OSError, termios.error):
            return True

    @property
    def unread(self) -> int:
        """Bytes that were typed, and that the program in the foreground hasn't read."""
        if self._master < 0:
            return 0
        try:
            slave = os.open(self._name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        except OSError:
            return 0
        try:
            waiting = struct.unpack("i", fcntl.ioctl(slave, termios.FIONREAD, b"\0" * 4))[0]
        except OSError:
            waiting = 0
        finally:
            os.close(slave)
        return int(waiting) + len(self._unwritten)

    def terminate_foreground(self) -> None:
        """Ask the programs in the foreground to end."""
        if group := self.foreground_group:
            signal_group(group, signal.SIGTERM)

    def kill_foreground(self) -> list[int]:
        """Kill the programs in the foreground, and return their processes."""
        group = self.foreground_group
        if group is None:
            return []
        members = group_members(group)
        signal_group(group, signal.SIGKILL)
        return members

    def kill(self) -> list[int]:
        """Kill the shell and everything it started, and return those processes; ``on_exit`` is called afterwards."""
        return kill_tree(self._process.pid) if self._process.returncode is None else []

    async def close(self) -> None:
        """Hang up, as closing a terminal's window does, then kill what is left.  ``on_exit`` is not called."""
        self._on_exit = _ignore
        self._close_terminal()
        if self._ending is not None:
            await self._ending
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EXIT_SECONDS):
                await self._process.wait()
        if self._process.returncode is None:
            self.kill()
            await self._process.wait()

    async def sweep(self) -> None:
        """End what the program has left running in a container: killing docker exec doesn't."""
        if not self.program.sweep:
            return
        process = await asyncio.create_subprocess_exec(
            *self.program.sweep,
            cwd=self.program.folder,
            env=dict(self.program.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(SWEEP_SECONDS):
                await process.wait()
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
        try:
            async with asyncio.timeout(EXIT_SECONDS):
                status = await self._process.wait()
        except TimeoutError:  # it closed its terminal but lives on
            self.kill()
            status = await self._process.wait()
        self._on_exit(status if status >= 0 else 128 - status)

    def _write_rest(self) -> None:
        try:
            written = os.write(self._master, self._unwritten)
        except BlockingIOError:
            return
        except OSError:  # the terminal is gone; _read finds out
            written = len(self._unwritten)
        del self._unwritten[:written]
        if not self._unwritten:
            asyncio.get_running_loop().remove_writer(self._master)

    def _close_terminal(self) -> None:
        if self._master < 0:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._master)
        loop.remove_writer(self._master)
        os.close(self._master)
        self._master = -1


def _ignore(_: object) -> None:
    """Nobody listens yet, or any more."""


def _set_size(descriptor: int, grid: Grid) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", grid.rows, grid.columns, 0, 0))
