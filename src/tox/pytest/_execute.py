"""A process that is only pretended: it ends at once with the exit code it was told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tox.execute.api import Execute, ExecuteInstance, ExecuteOptions, ExecuteStatus, FinishedExecuteStatus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from tox.execute.request import ExecuteRequest
    from tox.execute.stream import SyncWrite

__all__ = ["PretendedExecute"]


class PretendedExecute(Execute):
    """Starts pretended processes."""

    def __init__(self, colored: bool, exit_code: int) -> None:
        super().__init__(colored)
        self.exit_code = exit_code

    def build_instance(
        self, request: ExecuteRequest, options: ExecuteOptions, out: SyncWrite, err: SyncWrite
    ) -> ExecuteInstance:
        """Prepare one that ends with our exit code."""
        return _Instance(request, options, out, err, self.exit_code)


class _Instance(ExecuteInstance):
    def __init__(
        self, request: ExecuteRequest, options: ExecuteOptions, out: SyncWrite, err: SyncWrite, exit_code: int
    ) -> None:
        super().__init__(request, options, out, err)
        self._exit_code = exit_code

    def __enter__(self) -> ExecuteStatus:
        return FinishedExecuteStatus(self.options, self._out, self._err, self._exit_code)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        pass

    @property
    def cmd(self) -> Sequence[str]:
        return self.request.cmd
