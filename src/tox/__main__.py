"""``python -m tox``."""

from __future__ import annotations

try:
    from tox.run import run
except KeyboardInterrupt:
    raise SystemExit(254) from None  # as tox.run ends, once it is there

if __name__ == "__main__":
    run()
