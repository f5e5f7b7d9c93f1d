"""What a container may use, read from control groups of both versions as Linux lays them out."""

import os

import pytest

from pretraining.machine import free_memory_bytes, memory_bytes, usable_cores

GB = 10**9
UNLIMITED = "9223372036854771712"
VERSION_1 = "4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n0::/\n"


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A root folder with the given files; the process itself may use eight cores of a machine with 16 GB."""
    monkeypatch.delenv("CPU_LIMIT", raising=False)
    monkeypatch.delenv("MEM_LIMIT", raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)

    def lay_out(groups="0::/\n", **files):
        (tmp_path / "proc" / "self").mkdir(parents=True)
        (tmp_path / "proc" / "self" / "cgroup").write_text(groups)
        (tmp_path / "proc" / "meminfo").write_text(f"MemTotal: {16 * GB // 1024} kB\nMemAvailable: 9765625 kB\n")
        for name, content in files.items():
            path = tmp_path / "sys" / "fs" / "cgroup" / name.replace("__", "/")
            path = path.with_name(path.name.replace("_dot_", "."))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content + "\n")
        return tmp_path

    return lay_out


@pytest.mark.parametrize(
    ("quota", "cores"), [("200000 100000", 2), ("50000 100000", 1), ("1600000 100000", 8), ("max 100000", 8), ("", 8)]
)
def test_version_2_cores(system, quota, cores):
    assert usable_cores(system(cpu_dot_max=quota)) == cores


@pytest.mark.parametrize(("quota", "cores"), [("300000", 3), ("-1", 8), ("nonsense", 8)])
def test_version_1_cores(system, quota, cores):
    files = {"cpu,cpuacct__cpu_dot_cfs_quota_us": quota, "cpu,cpuacct__cpu_dot_cfs_period_us": "100000"}
    assert usable_cores(system("3:cpu,cpuacct:/docker/abc\n", **files)) in (cores, 8)


def test_version_1_where_the_controllers_share_a_folder(system):
    files = {"cpu__cpu_dot_cfs_quota_us": "150000", "cpu__cpu_dot_cfs_period_us": "100000"}
    assert usable_cores(system("3:cpu:/\n", **files)) == 2


def test_the_tightest_group_around_the_process_counts(system):
    root = system("0::/pod/container\n", pod__cpu_dot_max="400000 100000", pod__container__cpu_dot_max="max 100000")
    assert usable_cores(root) == 4


@pytest.mark.parametrize(("said", "cores"), [("1.0", 1), ("0.5", 1), ("2.0", 2), ("64", 8), ("", 8), ("no", 8)])
def test_what_the_hub_says_counts(system, monkeypatch, said, cores):
    monkeypatch.setenv("CPU_LIMIT", said)
    assert usable_cores(system()) == cores


def test_memory_limits_of_both_versions(system, monkeypatch):
    root = system(VERSION_1, memory__docker__abc__memory_dot_limit_in_bytes=str(2 * GB))
    assert memory_bytes(root) == 2 * GB
    monkeypatch.setenv("MEM_LIMIT", str(GB))
    assert memory_bytes(root) == GB


def test_without_a_limit_memory_is_the_machines(system):
    root = system(memory_dot_max="max", memory__memory_dot_limit_in_bytes=UNLIMITED)
    assert memory_bytes(root) == 16 * GB // 1024 * 1024
    assert free_memory_bytes(root) == 10 * GB


def test_free_memory_leaves_out_what_the_system_can_drop(system):
    root = system(
        memory_dot_max=str(2 * GB), memory_dot_current=str(1_800_000_000),
        memory_dot_stat="anon 1200000000\ninactive_file 500000000",
    )  # fmt: skip
    assert free_memory_bytes(root) == 700_000_000


def test_a_machine_without_these_files_has_its_own_numbers(tmp_path, monkeypatch):
    monkeypatch.delenv("CPU_LIMIT", raising=False)
    monkeypatch.delenv("MEM_LIMIT", raising=False)
    assert usable_cores(tmp_path) >= 1
    assert memory_bytes(tmp_path) > 10**8
    assert free_memory_bytes(tmp_path) is None
