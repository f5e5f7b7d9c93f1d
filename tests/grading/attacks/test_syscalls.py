"""The system-call filter, run step by step for both architectures: no ARM machine is needed."""

import re
import struct
from pathlib import Path

import pytest

from pretraining.grading.sandbox import seccomp, syscalls

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
TABLES = (syscalls.REFUSED, syscalls.REFUSED_AMONG_OTHERS, syscalls.PRETENDED, syscalls.EXAMINED)
EPERM, ENOSYS, PRETEND = seccomp.ERRNO | 1, seccomp.ERRNO | 38, seccomp.ERRNO


def answer(machine, alone, number, arguments=(), audit=None):
    """What the kernel would make of a call."""
    audit = syscalls.ARCHITECTURES[machine][1] if audit is None else audit
    data = struct.pack("<IIQ6Q", number, audit, 0, *[*arguments, *[0] * 6][:6])
    steps, place, value = seccomp.program(machine, alone), 0, 0
    while True:
        operation, yes, no, constant = steps[place]
        place += 1
        if operation == seccomp.RETURN:
            return constant
        if operation == seccomp.LOAD:
            value = struct.unpack_from("<I", data, constant)[0]
            continue
        holds = {
            seccomp.EQUAL: value == constant, seccomp.AT_LEAST: value >= constant,
            seccomp.ANY_BIT: bool(value & constant),
        }[operation]  # fmt: skip
        place += yes if holds else no


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_those_of_the_kernels_own_headers(machine):
    if not HEADERS[machine].exists():
        pytest.skip("the kernel's headers are not installed")
    text = HEADERS[machine].read_text()
    known = {name: int(number) for name, number in re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", text)}
    column = syscalls.ARCHITECTURES[machine][0]
    checked = 0
    for table in TABLES:
        for name, both in table.items():
            if name in known:
                assert both[column] == known[name], name
                checked += 1
            elif both[column] is not None:  # newer than these headers, or spelled there in two steps
                assert both[column] >= 447 or name in ("name_to_handle_at", "open_by_handle_at"), name
    assert checked > 60


@pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)
@pytest.mark.parametrize("alone", [True, False])
def test_the_filter_refuses_what_the_tables_say_and_allows_the_rest(machine, alone):
    refused = set(syscalls.numbers(syscalls.REFUSED, machine))
    others = set(syscalls.numbers(syscalls.REFUSED_AMONG_OTHERS, machine))
    pretended = set(syscalls.numbers(syscalls.PRETENDED, machine))
    examined = set(syscalls.numbers(syscalls.EXAMINED, machine))
    assert not (refused | others | pretended) & examined
    for number in set(range(syscalls.FIRST_UNKNOWN)) - examined:
        wanted = EPERM if number in refused or (number in others and not alone) else seccomp.ALLOW
        wanted = PRETEND if number in pretended and not alone else wanted
        assert answer(machine, alone, number) == wanted, number
    for number in (syscalls.FIRST_UNKNOWN, 1000, 0x40000000 + 1):
        assert answer(machine, alone, number) == ENOSYS
    assert answer(machine, alone, 1, audit=0x40000003) == seccomp.KILL


@pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)
def test_what_is_looked_at_more_closely(machine):
    number = {name: syscalls.number(name, machine) for name in syscalls.EXAMINED}

    def of(name, *arguments, alone=True):
        return answer(machine, alone, number[name], arguments)

    assert of("clone3") == ENOSYS
    assert of("clone", 0x11) == seccomp.ALLOW
    for flag in (0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000, 0x02000000):
        assert of("clone", 0x11 | flag) == EPERM
    assert of("mmap", 0, 9, 3, 0x22) == seccomp.ALLOW
    assert of("mmap", 0, 9, 3, 0x01) == seccomp.ALLOW
    assert of("mmap", 0, 9, 3, 0x21) == of("mmap", 0, 9, 3, 0x23) == EPERM
    assert of("prlimit64", 0) == seccomp.ALLOW
    assert of("prlimit64", 77) == EPERM
    assert of("socket", 1) == seccomp.ALLOW
    assert of("socket", 2) == of("socket", 16) == of("socket", 40) == EPERM
    assert of("socket", 1, alone=False) == EPERM


def test_an_unknown_architecture_is_not_taken_for_a_safe_one(monkeypatch):
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert not seccomp.is_known()
    with pytest.raises(OSError, match="riscv64"):
        seccomp.install(alone=True)
