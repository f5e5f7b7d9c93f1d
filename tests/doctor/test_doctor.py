"""The doctor on machines that are really broken: libraries that are gone, raise, crash or hang; folders that refuse.

That a good one is found good, tests/browser/test_binder.py shows: Binder's image asks the doctor.
"""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pretraining import doctor
from pretraining.doctor import child, jupyter, libraries, surroundings
from pretraining.doctor.finding import MEND, NOTE, OK, Finding

LIB = Path(doctor.__file__).parents[2]
HEAVY = {module.partition(".")[0] for _, module, _ in libraries.LIBRARIES}


@pytest.fixture
def broken(tmp_path):
    """A folder of modules that come before the real ones; without a word about one, it loads at once and is empty."""
    for name in HEAVY:
        (tmp_path / f"{name}.py").write_text("")
    (tmp_path / "scipy.py").unlink()
    (tmp_path / "scipy").mkdir()
    for name in ("__init__", "optimize"):
        (tmp_path / "scipy" / f"{name}.py").write_text("")

    def lay_out(**modules):
        for name, source in modules.items():
            (tmp_path / f"{name}.py").write_text(source)
        return {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{LIB}"}

    return lay_out


def run(*command, cwd="/", **environment):
    environment.setdefault("env", {**os.environ, "PYTHONPATH": str(LIB)})
    return subprocess.run([sys.executable, *command], cwd=cwd, capture_output=True, text=True, **environment)


def told(done):
    """topic -> finding, of a run with --json."""
    return {finding["topic"]: finding for finding in json.loads(done.stdout)["findings"]}


def test_broken_libraries_are_told_one_by_one(broken, tmp_path):
    env = broken(
        numpy="raise ImportError('numpy: libopenblas.so.0: cannot open shared object file')",
        torch="raise OSError('libtorch_cpu.so: cannot open shared object file')",
        ipywidgets="raise ModuleNotFoundError(\"No module named 'ipywidgets'\")",
        tiktoken="import os; os.abort()",
        altair="raise SystemExit(3)",
        typer="raise ImportError('typer is gone')",
    )
    done = run("-m", "pretraining", "doctor", "--json", "--offline", cwd=tmp_path.parent, env=env)
    assert done.returncode == 1, done.stderr
    findings = told(done)
    for name, said in {
        "numpy": "libopenblas", "torch": "libtorch_cpu.so", "ipywidgets": "No module named 'ipywidgets'",
        "tiktoken": "SIGABRT", "altair": "SystemExit", "typer": "typer is gone",
    }.items():  # fmt: skip
        assert findings[name]["state"] == MEND, name
        assert said in findings[name]["found"]
        assert f'pip install --force-reinstall --no-deps -c "{LIB.parent}' in findings[name]["mend"]
        assert sys.executable in findings[name]["mend"]
    assert "torch==2.13.0" in findings["torch"]["mend"]
    assert findings["libraries"]["found"].startswith("15 of 20")
    assert findings["Python"]["state"] == OK


def test_a_broken_command_line_names_the_doctor(broken, tmp_path):
    env = broken(typer="raise ImportError('typer is gone')")
    done = run("-m", "pretraining", "check", "3", cwd=tmp_path.parent, env=env)
    assert done.returncode == 1
    assert done.stderr.strip().count("\n") == 0
    assert "typer is gone" in done.stderr
    assert "-m pretraining.doctor" in done.stderr


def test_a_library_that_is_not_installed_is_named_with_its_command(monkeypatch):
    monkeypatch.setattr(libraries, "version", lambda name: None if name in ("torch", "anywidget") else "1")
    monkeypatch.setattr(libraries, "load", lambda modules: iter(()))
    findings = {finding.topic: finding for finding in libraries.libraries()}
    assert findings["torch"].found == findings["anywidget"].found == "not installed"
    assert "the models" in findings["torch"].means
    assert findings["torch"].mend.endswith('"torch==2.13.0"')


def test_what_follows_from_a_broken_numpy_says_so():
    finding = libraries.broken_library("scipy", "fits", ("ImportError: numpy.core.multiarray failed to import", ""))
    assert "mend that first" in finding.means


def test_a_library_that_hangs_is_left_behind(monkeypatch):
    monkeypatch.setattr(child, "PATIENCE_SECONDS", 1)
    answers, reason = child.ask("tell(1)\nimport time\ntime.sleep(60)", seconds=0.5)
    assert answers in ([1], [])
    assert "no answer" in reason


def test_an_old_python_is_told_so_and_can_still_read_the_doctor():
    for path in [*Path(doctor.__file__).parent.glob("*.py"), LIB / "pretraining" / "machine.py"]:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    code = (
        "import sys; sys.version_info = (3, 9, 1, 'final', 0)\n"
        "from pretraining.doctor.surroundings import python\nprint(python())"
    )
    said = run("-c", code).stdout
    assert "mend" in said
    assert "3.10 or newer" in said


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs a folder that nobody can write to")
def test_folders_that_refuse_are_told(monkeypatch):
    monkeypatch.chdir("/proc")
    assert surroundings.folder().state == MEND
    assert "cd ~" in surroundings.folder().mend
    monkeypatch.setenv("HOME", "/proc")
    assert surroundings.home().state == MEND
    assert "export HOME=" in surroundings.home().mend


def test_a_deleted_folder_and_a_missing_home_are_told(tmp_path):
    gone, script = tmp_path / "gone", tmp_path / "look.py"  # a script: with -c, Python 3.13.0 itself fails there
    gone.mkdir()
    script.write_text(
        f"import os; os.chdir({str(gone)!r}); os.rmdir({str(gone)!r})\n"
        "from pretraining.doctor.surroundings import surroundings\n"
        "print([(finding.topic, finding.state) for finding in surroundings(network=False)])"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("HOME", "USERPROFILE")}
    done = run(script, env={**env, "PYTHONPATH": str(LIB)})
    found = dict(ast.literal_eval(done.stdout))
    assert found["folder"] == found["disk"] == MEND
    assert found["home"] in (NOTE, MEND)


def test_a_file_that_hides_a_library_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("random.py", "my_notes.py", "torch/__init__.py", "numpy/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    found = list(surroundings.hiding_files())
    assert [Path(finding.found).name for finding in found] == ["random.py", "torch"]
    assert found[0].mend == "mv 'random.py' 'my_random.py'"


def test_more_threads_than_cores_is_noted(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    monkeypatch.setattr(surroundings, "usable_cores", lambda: 2)
    assert surroundings.cores().mend == "export OMP_NUM_THREADS=2"


@pytest.mark.parametrize(
    ("most", "free", "state"),
    [(0.5, 0.4, MEND), (1.5, 1.2, NOTE), (8.0, 0.6, NOTE), (2.0, 1.5, OK), (None, None, NOTE)],
)
def test_memory_is_judged_by_the_limit_and_by_what_is_free(monkeypatch, most, free, state):
    monkeypatch.setattr(surroundings, "memory_bytes", lambda: most and int(most * 1e9))
    monkeypatch.setattr(surroundings, "free_memory_bytes", lambda: free and int(free * 1e9))
    assert surroundings.memory().state == state


def test_without_a_network_it_says_what_works(monkeypatch):
    def refuse(*_, **__):
        raise OSError("unreachable")

    monkeypatch.setattr(surroundings, "NETWORK_SECONDS", 0.2)
    monkeypatch.setattr(surroundings.socket, "create_connection", refuse)
    finding = surroundings.online()
    assert finding.state == NOTE
    assert "all notebooks work without" in finding.means


def kernelspec(folder, **changes):
    """A kernel `python3` that comes before the installed one."""
    place = folder / "kernels" / "python3"
    place.mkdir(parents=True)
    spec = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"], "language": "python"}
    (place / "kernel.json").write_text(json.dumps({**spec, "display_name": "Python 3", **changes}))
    return str(folder)


def test_a_kernel_of_another_python_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_PATH", kernelspec(tmp_path, argv=["/no/such/python", "-f", "{connection_file}"]))
    finding = jupyter.kernel()
    assert finding.state == MEND
    assert "/no/such/python" in finding.found
    assert finding.mend.endswith("-m ipykernel install --sys-prefix")


def test_a_kernel_without_the_course_is_told(tmp_path, monkeypatch):
    (tmp_path / "pretraining.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("JUPYTER_PATH", kernelspec(tmp_path / "jupyter", env={"PYTHONPATH": str(tmp_path)}))
    finding = jupyter.kernel()
    assert finding.state == MEND
    assert "where the course is missing (not here)" in finding.found


def test_extensions_that_are_gone_or_switched_off_are_told(tmp_path, monkeypatch):
    for name in ("anywidget", "@jupyter/nbgrader"):
        place = tmp_path / "data" / "labextensions" / name
        place.mkdir(parents=True)
        (place / "package.json").write_text("{}")
    settings = tmp_path / "config" / "labconfig" / "page_config.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"disabledExtensions": {"@jupyter/nbgrader:validate": True, "anywidget": False}}))
    monkeypatch.setattr(jupyter, "data_folders", lambda: [tmp_path / "data"])
    monkeypatch.setattr(jupyter, "config_folders", lambda: [tmp_path / "config"])
    manager, anywidget, nbgrader = jupyter.extensions()
    assert (manager.state, anywidget.state, nbgrader.state) == (MEND, OK, MEND)
    assert "not in JupyterLab" in manager.found
    assert "jupyterlab_widgets" in manager.mend
    assert nbgrader.mend.endswith("labextension enable @jupyter/nbgrader")
    assert jupyter.grader().state == MEND


def test_the_exchange_is_read_from_the_configuration(tmp_path, monkeypatch):
    monkeypatch.setattr(jupyter, "config_folders", lambda: [tmp_path])
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nbgrader_config.py").write_text(f'c = get_config()\nc.Exchange.root = "{tmp_path}/exchange"\n')
    assert jupyter.exchange().state == NOTE
    assert f"{tmp_path}/exchange" in jupyter.exchange().mend
    (tmp_path / "exchange").mkdir()
    assert jupyter.exchange().state == OK


def test_the_doctor_survives_its_own_faults(monkeypatch, capsys):
    def fails():
        raise RuntimeError("surprise")
        yield

    monkeypatch.setattr(libraries, "libraries", fails)
    monkeypatch.setattr(surroundings, "surroundings", lambda network: iter([Finding("x", OK, "found", "fine")]))
    monkeypatch.setattr(jupyter, "jupyter", lambda: iter(()))
    assert doctor.main(["--offline"]) == 1
    assert "surprise" in capsys.readouterr().out


def test_every_fault_has_its_cure_and_what_it_means(monkeypatch):
    sample = [Finding("a", OK, "f", "m"), Finding("b", MEND, "broken", "bad", "do this")]
    monkeypatch.setattr(doctor, "examine", lambda network: iter(sample))
    assert doctor.main(["--json"]) == 1
    monkeypatch.setattr(doctor, "examine", lambda network: iter(sample[:1]))
    assert doctor.main([]) == 0
