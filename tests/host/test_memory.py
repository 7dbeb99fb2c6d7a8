"""How much of the memory the embedded database takes."""

from pathlib import Path

import psutil
import pytest

from beenthere.host.cluster import Cluster, kept_in_memory
from beenthere.host.memory import memory_here

GIGABYTE = 1024**3
pytestmark = pytest.mark.host


def _group(folder: Path, name: str, words: str) -> None:
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "memory.max").write_text(words + "\n")


def test_a_machine_without_limits_has_all_its_memory(tmp_path: Path) -> None:
    assert memory_here(tmp_path / "none", tmp_path / "nothing") == psutil.virtual_memory().total


def test_the_smallest_limit_above_the_process_counts(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("9:name=systemd:/\n0::/system.slice/beenthere.service\n")
    _group(tmp_path, "system.slice", str(300 * 1024**2))
    _group(tmp_path, "system.slice/beenthere.service", "max")
    _group(tmp_path, "somebody.else", "1024")
    assert memory_here(tmp_path, mine) == 300 * 1024**2


def test_a_container_of_the_older_kind_counts(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text(f"{200 * 1024**2}\n")
    assert memory_here(tmp_path, tmp_path / "nothing") == 200 * 1024**2


@pytest.mark.parametrize(
    ("memory", "kept"),
    [(256 * 1024**2, "128MB"), (GIGABYTE, "256MB"), (4 * GIGABYTE, "1024MB"), (64 * GIGABYTE, "2048MB")],
)
def test_the_database_keeps_a_quarter_within_bounds(memory: int, kept: str) -> None:
    assert kept_in_memory(memory) == kept


def test_the_database_is_told(tmp_path: Path) -> None:
    Cluster(data=tmp_path, os_users=("somebody",)).configure(tmp_path)
    settings = (tmp_path / "postgresql.conf").read_text()
    assert f"shared_buffers = '{kept_in_memory(memory_here())}'" in settings
    assert "shared_preload_libraries = 'pg_prewarm'" in settings
